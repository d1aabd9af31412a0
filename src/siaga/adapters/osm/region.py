"""One extract, whole or clipped, as a Region."""

from collections import Counter
from pathlib import Path
from typing import TypeVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from siaga.adapters.osm.clip import clipped, inside
from siaga.adapters.osm.graphml import read_graphml
from siaga.adapters.osm.ground import frame_of
from siaga.adapters.osm.pbf import Found, read_pbf
from siaga.adapters.osm.records import Area, OsmError, Place, Progress, Region, Water
from siaga.adapters.osm.streets import streets

T = TypeVar("T", Place, Water)


def read_region(
    path: Path, clip: BaseGeometry | None = None, progress: Progress | None = None, code: str | None = None
) -> Region:
    """Read an extract by the end of its name: .graphml from osmnx, otherwise anything osmium reads (.osm.pbf, .osm).

    With a clip only what lies inside is kept; areas are kept whole if they meet it. A code without a clip is that of
    an administrative boundary of the extract itself, written with or without points. progress is told
    (stage, done, total) now and then. OsmError: "file-missing", "format-unknown", "file-unreadable",
    "graphml-form", "clip-code-unknown", "nothing-inside".
    """
    report = progress or (lambda stage, done, total: None)
    if not path.is_file():
        raise OsmError("file-missing", file=path.name)
    if path.suffix == ".graphml":
        found = Found()
        found.roads, skipped = read_graphml(path, report)
        found.skipped = Counter(skipped)
    elif path.name.endswith((".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")):
        found = read_pbf(path, report)
    else:
        raise OsmError("format-unknown", file=path.name)
    roads = found.roads.columns()
    if clip is None and code is not None:
        clip = _bounded(found.areas, code, path)
    drawn = roads
    if clip is not None:
        report("clip", 0, None)
        drawn = clipped(roads, frame_of(roads, clip))
        roads = clipped(drawn, clip)
        found.places = _within(found.places, clip)
        found.waters = _within(found.waters, clip)
        found.areas = [a for a in found.areas if _meets(a, clip)]
    if not len(roads):
        raise OsmError("nothing-inside", file=path.name)
    return Region(
        roads=roads,
        streets=streets(roads),
        places=tuple(found.places),
        waters=tuple(found.waters),
        areas=tuple(found.areas),
        drawn=drawn,
        skipped={reason: count for reason, count in sorted(found.skipped.items()) if count},
    )


def _within(things: list[T], clip: BaseGeometry) -> list[T]:
    kept = inside(clip, np.array([t.lon for t in things]), np.array([t.lat for t in things]))
    return [t for t, keep in zip(things, kept.tolist(), strict=True) if keep]


def _bounded(areas: list[Area], code: str, path: Path) -> BaseGeometry:
    """The outline of the area with this code; mappers write it with or without points."""
    for area in areas:
        if area.code and area.code.replace(".", "") == code.replace(".", ""):
            return _shape(area)
    raise OsmError("clip-code-unknown", code=code, file=path.name)


def _shape(area: Area) -> BaseGeometry:
    whole = shapely.multipolygons(
        [shapely.polygons(p[0], [shapely.linearrings(hole) for hole in p[1:]] or None) for p in area.polygons]
    )
    made: BaseGeometry = shapely.make_valid(whole)  # type: ignore[no-untyped-call]
    return made


def _meets(area: Area, clip: BaseGeometry) -> bool:
    return bool(clip.intersects(_shape(area)))  # type: ignore[no-untyped-call]
