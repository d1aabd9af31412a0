"""Importing a region: an extract becomes the node's roads, streets, places, water and areas; travel times over them."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from . import app
from .adapters.osm import Region, RoadLines, frame_of, ground, read_clip, read_region, road_layers
from .engine.roads import Closure, ClosureError, Network, Travel, build_columns, closed_links, read_speeds
from .engine.roads.survey import survey
from .engine.tiles import Layer, Written, write_tiles
from .kernel.desk import utc_now
from .kernel.fields import All
from .kernel.records import Ask, Refusal
from .kernel.texts import say
from .slices.dispatch.tables.views import OneQuery
from .slices.places import tables as places
from .slices.places.rules import RecordRegion, RegisterWaterSource

Report = Callable[[str, int, int | None], None]
LEVELS = {4: "province", 5: "city", 6: "kecamatan", 7: "kelurahan"}  # admin_level of OpenStreetMap
BY_CODE = {1: "province", 2: "city", 3: "kecamatan", 4: "kelurahan"}  # parts of a Kemendagri code
SMALLEST = "kelurahan"
IMPORTER = frozenset({"administrator"})


class NoWay(Exception):
    """No travel time can be given; `code` and `facts` become `roads.<code>` for people."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class Read:
    """What was read from an extract, ready to be kept."""

    found: Region
    network: Network
    kept: places.Region
    source: str
    drawn: tuple[Layer, ...]


def read(path: Path, code: str | None, clip_file: Path | None, name: str | None, report: Report) -> Read:
    """Read an extract, cut to the clip if there is one; raises OsmError with a code for people."""
    clip = read_clip(clip_file, code) if clip_file is not None else None
    found = read_region(path, clip, report, None if clip_file else code)
    report("network", 0, None)
    network = build_columns(found.roads)
    outlines = _areas(found, clip_file, code)
    digest = hashlib.sha256(path.read_bytes() + (clip_file.read_bytes() if clip_file else b"") + str(code).encode())
    finder = _Finder(outlines)
    streets = _streets(found, finder)
    areas = _with_demand(outlines, streets)
    landmarks = [
        places.Landmark(f"osm-{p.id}", p.kind.rpartition("=")[2], p.name[:200], p.lon, p.lat, finder.at(p.lon, p.lat))
        for p in found.places
    ]
    title = name or next((a.name for a in outlines if a.area == code), None) or path.name.partition(".")[0]
    kept = places.Region(
        region=code or "region",
        name=title,
        digest=digest.hexdigest()[:32],
        schematic=False,
        areas=areas,
        streets=streets,
        landmarks=landmarks,
    )
    report("map", 0, None)
    return Read(found, network, kept, path.name, tuple(_drawn(path, found, clip, areas)))


def _drawn(path: Path, found: Region, clip: BaseGeometry | None, areas: Sequence[places.Area]) -> list[Layer]:
    """The base map's layers: of a road graph only its roads, on land. Areas are named by the screen, not twice."""
    frame = frame_of(found.drawn, clip)
    rest = [Layer("land", np.array([frame], object))] if path.suffix == ".graphml" else ground(path, frame)
    named = {a.name for a in areas}
    return [*(_unnamed(layer, named) if layer.name == "places" else layer for layer in rest), *road_layers(found.drawn)]


def _unnamed(layer: Layer, names: set[str]) -> Layer:
    """The layer without what bears one of these names."""
    kept = [i for i, name in enumerate(layer.fields["name"]) if name not in names]
    fields = {key: [values[i] for i in kept] for key, values in layer.fields.items()}
    return Layer(layer.name, layer.shapes[kept], fields, layer.from_zoom)


def keep(node: app.Node, wanted: Read, report: Report) -> Written | None:
    """Keep the rows, record the import, register water sources, put roads and map where a running server sees them.

    Returns what the map's archive holds."""
    desk = node.desk
    report("keep", 0, None)
    desk.work(lambda tx: places.keep_region(tx, wanted.kept))
    path = node.settings.data / app.ROADS
    unfinished = path.with_name("roads.part.npz")
    wanted.network.save(unfinished)
    unfinished.replace(path)
    report("map", 0, None)
    written = write_tiles(node.settings.data / app.TILES, wanted.drawn, wanted.kept.name)
    kept = wanted.kept
    _ask(
        node,
        RecordRegion(
            region=kept.region,
            name=kept.name,
            source=wanted.source,
            digest=kept.digest,
            areas=len(kept.areas),
            streets=len(kept.streets),
            landmarks=len(kept.landmarks),
            links=wanted.network.links,
        ),
        f"region.{kept.digest}",
    )
    for n, w in enumerate(wanted.found.waters):
        report("water", n, len(wanted.found.waters))
        label = w.name or w.ref or w.kind.replace("_", " ")
        command = RegisterWaterSource(
            f"osm-{w.id}", w.kind.replace("fire_hydrant", "hydrant"), label[:200], w.lon, w.lat
        )
        _ask(node, command, f"region.{kept.digest}.{w.id}")
    return written


def _ask(node: app.Node, command: Any, id: str) -> None:
    envelope = Ask(id=id, at=utc_now(), actor="cli", roles=IMPORTER)
    answer = node.desk.handle(command, envelope)
    if isinstance(answer, Refusal):
        raise RuntimeError(f"{type(command).__name__} was refused: {answer.code} {dict(answer.facts)}")


def figures(read: Read) -> dict[str, Any]:
    """What an import holds and what looks wrong in it, with a sentence for each warning."""
    known = survey(read.network, read_speeds())
    counts = {
        "region": read.kept.region,
        "name": read.kept.name,
        "areas": len(read.kept.areas),
        "streets": len(read.kept.streets),
        "landmarks": len(read.kept.landmarks),
        "water": len(read.found.waters),
        "nodes": known.nodes,
        "links": known.links,
        "km": known.km,
        "km_by_road": known.km_by_road,
        "km_one_way": known.km_one_way,
        "km_private": known.km_private,
        "km_boat": known.km_boat,
        "parts": known.parts,
        "links_with_limit": known.links_with_limit,
        "skipped": read.found.skipped,
    }
    return counts | {"warnings": [_notice(w) for w in known.warnings]}


def _notice(notice: Any) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.to_builtins(notice)
    facts = {"count": notice.count, **notice.facts}
    return body | {"text": f"{say(f'region.{notice.code}', facts, 'id')} ({say(f'region.{notice.code}', facts, 'en')})"}


# ── areas, streets ───────────────────────────────────────────────────────────────────────────────────────────────────


def _areas(found: Region, clip_file: Path | None, code: str | None) -> list[places.Area]:
    """The areas of the clip's file below the code, which carry the official codes; else those of the extract."""
    from_clip = _coded(clip_file, code) if clip_file is not None else []
    if from_clip:
        return from_clip
    areas = []
    for a in found.areas:
        if (level := LEVELS.get(a.level)) is None:
            continue
        outline = shapely.make_valid(  # type: ignore[no-untyped-call]
            shapely.multipolygons(
                [shapely.polygons(p[0], [shapely.linearrings(hole) for hole in p[1:]] or None) for p in a.polygons]
            )
        )
        areas.append(_area(a.code or f"osm-{a.id}", a.name, level, None, outline))
    return list({a.area: a for a in areas}.values())


def _coded(file: Path, code: str | None) -> list[places.Area]:
    data = json.loads(file.read_text("utf-8"))
    areas = []
    for f in data.get("features", ()):
        traits = f.get("properties") or {}
        own = str(traits.get("kode") or "").strip()
        level = BY_CODE.get(own.count(".") + 1) if own else None
        if level is None or (code is not None and own != code and not own.startswith(f"{code}.")):
            continue
        outline = shapely.make_valid(shape(f["geometry"]))  # type: ignore[no-untyped-call]
        areas.append(_area(own, str(traits.get("nama") or own), level, own.rpartition(".")[0] or None, outline))
    return areas


def _area(area: str, name: str, level: str, parent: str | None, outline: BaseGeometry) -> places.Area:
    middle = outline.representative_point()  # type: ignore[no-untyped-call]
    return places.Area(area, name, level, middle.x, middle.y, json.loads(json.dumps(mapping(outline))), parent)  # type: ignore[no-untyped-call]


class _Finder:
    """Which of the smallest areas holds a point."""

    def __init__(self, areas: Sequence[places.Area]) -> None:
        small = [a for a in areas if a.level == SMALLEST]
        self._codes = [a.area for a in small]
        self._tree = shapely.STRtree([shape(a.shape) for a in small])  # type: ignore[no-untyped-call]

    def at(self, lon: float, lat: float) -> str | None:
        """The area's code; None where there is none."""
        hits = self._tree.query(shapely.points(lon, lat), predicate="intersects")  # type: ignore[no-untyped-call]
        return self._codes[int(min(hits))] if len(hits) else None


def _streets(found: Region, finder: _Finder) -> list[places.Street]:
    lines: dict[int, list[int]] = {}
    for i, way in enumerate(found.roads.way.tolist()):
        lines.setdefault(way, []).append(i)
    made, seen = [], Counter[str]()
    for s in found.streets:
        own = [i for way in s.ways for i in lines.get(way, ()) if found.roads.name[i] == s.name]
        own = own or [i for way in s.ways for i in lines.get(way, ())]
        first = f"osm-w{s.ways[0]}"
        seen[first] += 1
        name = first if seen[first] == 1 else f"{first}.{seen[first]}"
        kind = found.roads.road[own[0]] if own else "unclassified"
        drawn = tuple(_line(found.roads, i) for i in own)
        made.append(places.Street(name, s.name, kind, s.lon, s.lat, drawn, finder.at(s.lon, s.lat)))
    return made


def _line(roads: RoadLines, i: int) -> tuple[tuple[float, float], ...]:
    part = slice(int(roads.start[i]), int(roads.start[i + 1]))
    return tuple(zip(np.round(roads.lon[part], 6).tolist(), np.round(roads.lat[part], 6).tolist(), strict=True))


def _with_demand(areas: Sequence[places.Area], streets: Sequence[places.Street]) -> list[places.Area]:
    """Each smallest area's share of the named streets, as a first guess of where calls come from.

    Streets stand where people live; an agency's own incidents say it better as soon as it has some."""
    counts = Counter(s.area for s in streets if s.area)
    whole = sum(counts.values())
    return [msgspec.structs.replace(a, demand=counts[a.area] / whole if whole else 0.0) for a in areas]


# ── travel times ─────────────────────────────────────────────────────────────────────────────────────────────────────


def travel_time(node: app.Node, start: str, end: str, vehicle: str, at: datetime | None) -> dict[str, Any]:
    """Seconds and metres between two places as typed, with the closures in force; raises NoWay."""
    travel: Travel = node.desk.services[Travel]
    if vehicle not in travel.speeds.vehicles:
        raise NoWay("no-such-vehicle", name=vehicle, vehicles=", ".join(travel.speeds.vehicles))
    ends = [_point(node, text) for text in (start, end)]
    moment = at or utc_now()
    with node.desk.store.read() as tx:
        rows = places.standing_closures(tx, moment)
    hour = moment.astimezone(ZoneInfo(_zone(node))).hour
    closures = _closures(travel, rows)
    route = travel.route(ends[0], ends[1], vehicle, hour, closures)
    if route is None:
        raise NoWay("no-way", start=start, end=end)
    return {
        "seconds": round(route.seconds),
        "minutes": round(route.seconds / 60, 1),
        "km": round(route.metres / 1000, 2),
        "way": route.way,
        "vehicle": vehicle,
        "streets": list(route.streets),
        "gaps_m": [round(gap, 1) for gap in route.gaps_m],
        "closures": len(closures),
    }


def _closures(travel: Travel, rows: Sequence[Mapping[str, Any]]) -> tuple[Closure, ...]:
    """Those that mean something on the present network: one that names links of an older one holds nobody up."""
    made = []
    for r in rows:
        circle = None if r["radius_m"] is None else (r["lon"], r["lat"], r["radius_m"])
        ring = tuple((x, y) for x, y in json.loads(r["polygon"])) or None
        closure = Closure(links=tuple(json.loads(r["links"])), circle=circle, polygon=ring)
        try:
            if travel.network is not None:
                closed_links(travel.network, closure)
        except ClosureError:
            continue
        made.append(closure)
    return tuple(made)


def _zone(node: app.Node) -> str:
    rows = _rows(node, "dispatch.agencies", All())
    return next((row.zone for row in rows if row.own), "Asia/Makassar")


def _rows(node: app.Node, view: str, query: Any) -> Any:
    reader = Ask(id="region.look", at=utc_now(), actor="cli", roles=IMPORTER)
    shown = node.desk.show(view, query, reader)
    assert not isinstance(shown, Refusal), shown
    return shown.rows


def _point(node: app.Node, text: str) -> tuple[float, float]:
    """Where that is: a unit (its place, else its station), a station, an incident, or a place as people write it."""
    stations = {s.station: (s.lon, s.lat) for s in _rows(node, "dispatch.stations", All())}
    if text in stations:
        return stations[text]
    for unit in _rows(node, "dispatch.positions", All()):
        if unit.unit == text:
            return unit.lon, unit.lat
    for incident in _rows(node, "dispatch.incident", OneQuery(text)):
        return incident.lon, incident.lat
    with node.desk.store.read() as tx:
        homes = tx.rows("select at_station from dispatch_unit where unit = :u", u=text)
    if homes and homes[0]["at_station"] in stations:
        return stations[homes[0]["at_station"]]
    region = _rows(node, "places.region", All())
    near = region[0].centre if region else None
    query = places.LocateQuery(text, *(near or (None, None)))
    row = _rows(node, "places.locate", query)[0]
    if row.lon is None:
        raise NoWay("no-place", text=text, why=say(f"locate.{row.reason}", row.facts, "id"))
    return row.lon, row.lat
