"""Reading .osm.pbf (and .osm) extracts with osmium."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import osmium

from siaga.adapters.osm.records import Area, LonLat, OsmError, Place, Progress, Ring, RoadCollector, Water
from siaga.adapters.osm.tags import (
    PLACE_DETAILS,
    WATER_DETAILS,
    chosen,
    names,
    place_kind,
    road_traits,
    water_kind,
)

STEP = 5_000  # objects between two reports of progress
WANTED = ("highway", "route", "emergency", "man_made", "name")


class Found:
    """What one reading has gathered."""

    def __init__(self) -> None:
        self.roads = RoadCollector()
        self.places: list[Place] = []
        self.waters: list[Water] = []
        self.areas: list[Area] = []
        self.skipped: Counter[str] = Counter()


def read_pbf(path: Path, progress: Progress) -> Found:
    """Everything in an extract; OsmError("file-unreadable") if it is none."""
    found = Found()
    try:
        _objects(path, found, progress)
        found.areas = list(_areas(path, found.skipped, progress))
    except (RuntimeError, OSError) as wrong:  # what osmium raises for broken files
        raise OsmError("file-unreadable", file=path.name, why=str(wrong)) from wrong
    return found


def _objects(path: Path, found: Found, progress: Progress) -> None:
    kinds = osmium.osm.NODE | osmium.osm.WAY
    reader = osmium.FileProcessor(str(path), kinds).with_locations().with_filter(osmium.filter.KeyFilter(*WANTED))
    done = 0
    for thing in reader:
        done += 1
        if done % STEP == 0:
            progress("objects", done, None)
        tags = dict(thing.tags)
        if isinstance(thing, osmium.osm.Node):
            if thing.location.valid():
                _thing(found, f"n{thing.id}", tags, [(thing.location.lon, thing.location.lat)])
            continue
        if not isinstance(thing, osmium.osm.Way):
            continue
        keys, points = _vertices(thing)
        if len(points) < len(thing.nodes):
            found.skipped["vertices-outside-extract"] += len(thing.nodes) - len(points)
        if len(points) < 2:
            found.skipped["way-without-shape"] += 1
            continue
        traits = road_traits(tags)
        if traits is not None:
            found.roads.add(thing.id, keys, points, traits)
        elif "highway" in tags and tags.get("area") != "yes":
            found.skipped[f"highway={tags['highway']}"] += 1
        else:
            _thing(found, f"w{thing.id}", tags, points)
    progress("objects", done, done)


def _vertices(way: osmium.osm.Way) -> tuple[list[int], list[LonLat]]:
    """Node numbers and places of a way; nodes that the extract does not hold are left out."""
    keys, points = [], []
    for node in way.nodes:
        place = node.location
        if place.valid():
            keys.append(node.ref)
            points.append((place.lon, place.lat))
    return keys, points


def _thing(found: Found, number: str, tags: dict[str, str], points: list[LonLat]) -> None:
    """Keep what people search for: a source of water, or something with a name."""
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    box = (min(lons), min(lats), max(lons), max(lats)) if len(points) > 1 else None
    lon, lat = (min(lons) + max(lons)) / 2.0, (min(lats) + max(lats)) / 2.0
    name, also = names(tags)
    water = water_kind(tags)
    if water:
        found.waters.append(
            Water(
                id=number,
                kind=water,
                name=tags.get("name"),
                ref=tags.get("ref"),
                lon=lon,
                lat=lat,
                details=chosen(tags, WATER_DETAILS),
            )
        )
        return
    kind = place_kind(tags)
    if kind and name and "name" in tags:
        details = chosen(tags, PLACE_DETAILS)
        found.places.append(
            Place(id=number, kind=kind, name=name, also=also, lon=lon, lat=lat, box=box, details=details)
        )


def _areas(path: Path, skipped: Counter[str], progress: Progress) -> Iterator[Area]:
    """The administrative areas that the extract holds whole."""
    administrative = osmium.filter.TagFilter(("boundary", "administrative"))
    reader = osmium.FileProcessor(str(path)).with_areas(administrative).with_filter(administrative)
    shapes = osmium.geom.GeoJSONFactory()
    relations, done = set(), set()
    for thing in reader:
        level = thing.tags.get("admin_level") or ""
        if not level.isdigit() or "name" not in thing.tags:
            continue
        if isinstance(thing, osmium.osm.Relation):
            relations.add(thing.id)
            progress("areas", len(relations), None)
        elif isinstance(thing, osmium.osm.Area):
            if not thing.from_way():
                done.add(thing.orig_id())
            polygons = json.loads(shapes.create_multipolygon(thing))["coordinates"]
            yield Area(
                id=f"{'w' if thing.from_way() else 'r'}{thing.orig_id()}",
                level=int(level),
                name=thing.tags["name"],
                code=thing.tags.get("ref:kemendagri") or thing.tags.get("ref"),
                polygons=tuple(tuple(_ring(ring) for ring in polygon) for polygon in polygons),
            )
    skipped["boundary-cut-by-extract"] += len(relations - done)


def _ring(points: list[list[float]]) -> Ring:
    return tuple((p[0], p[1]) for p in points)
