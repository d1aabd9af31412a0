"""Cutting an extract down to a city or regency."""

import json
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.errors import ShapelyError  # type: ignore[attr-defined]
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from siaga.adapters.osm.records import OsmError, RoadCollector, RoadLines, RoadTraits


def read_clip(path: Path, code: str | None = None) -> BaseGeometry:
    """The polygon of a GeoJSON file: of the feature with this Kemendagri code, or of everything in it.

    A code without a feature of its own stands for all features below it (64.74 for the kelurahan 64.74.…).
    OsmError: "clip-unreadable", "clip-code-unknown", "clip-no-area".
    """
    try:
        data = json.loads(path.read_text("utf-8"))
        features = data["features"] if data.get("type") == "FeatureCollection" else [data]
        coded = [(_code((f.get("properties") or {}).get("kode")), f.get("geometry", f)) for f in features]
        wanted = [g for c, g in coded if code is None or c == code]
        wanted = wanted or [g for c, g in coded if c.startswith(f"{code}.")]
        if not wanted:
            raise OsmError("clip-code-unknown", code=code, file=path.name)
        area: BaseGeometry = shapely.union_all([shapely.make_valid(shape(g)) for g in wanted])  # type: ignore[no-untyped-call]
    except OsmError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ShapelyError) as wrong:
        raise OsmError("clip-unreadable", file=path.name, why=str(wrong)) from wrong
    if not area.area > 0.0:
        raise OsmError("clip-no-area", file=path.name)
    return area


def _code(value: object) -> str:
    """A code is text; where a file has it as a number, the two digits after the point are put back (64.1 is 64.10)."""
    if isinstance(value, int | float):
        return f"{value:.2f}" if value != int(value) or value > 99 else str(int(value))
    return str(value or "").strip()


def inside(area: BaseGeometry, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which points lie in the area."""
    shapely.prepare(area)  # type: ignore[no-untyped-call]
    found: NDArray[np.bool_] = shapely.contains_xy(area, lon, lat)  # type: ignore[no-untyped-call]
    return found


def clipped(roads: RoadLines, area: BaseGeometry) -> RoadLines:
    """The lines inside the area, each with one vertex more beyond the border so that no road ends short of it."""
    within = inside(area, roads.lon, roads.lat)
    out = RoadCollector()
    for i in range(len(roads)):
        begin, end = int(roads.start[i]), int(roads.start[i + 1])
        if not within[begin:end].any():
            continue
        traits = RoadTraits(
            road=roads.road[i],
            name=roads.name[i],
            also=roads.also[i],
            one_way=bool(roads.one_way[i]),
            backwards=False,  # columns are already in the direction of travel
            private=bool(roads.private[i]),
            boat=bool(roads.boat[i]),
            maxspeed=int(roads.maxspeed[i]),
        )
        for a, b in _runs(within[begin:end]):
            part = slice(begin + a, begin + b)
            points = list(zip(roads.lon[part].tolist(), roads.lat[part].tolist(), strict=True))
            out.add(int(roads.way[i]), roads.key[part].tolist(), points, traits)
    return out.columns()


def _runs(within: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches [a, b) of vertices that are inside or next to one that is."""
    near = within.copy()
    near[1:] |= within[:-1]
    near[:-1] |= within[1:]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], near, [False]]).astype(np.int8)))
    return list(zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True))
