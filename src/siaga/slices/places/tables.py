"""Tables, loads and views of places; the imported rows are kept, what people register is derived."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from ...engine.gazetteer import Gazetteer
from ...engine.locate import NotLocated, locate
from ...engine.search import Entry as Named
from ...kernel.records import Entry, Query, written
from ...kernel.slice import Look
from ...kernel.storage import Tx
from ...kernel.vault import told
from . import events, rules

KEPT = """
create table if not exists places_region (
    region text primary key, name text not null, digest text not null, schematic integer not null, coast text not null
);
create table if not exists places_area (
    area text primary key, name text not null, level text not null, parent text, lon real not null, lat real not null,
    demand real not null, shape text not null, kind text
);
create table if not exists places_street (
    street text primary key, name text not null, class text not null, area text, lon real not null, lat real not null,
    shape text not null
);
create table if not exists places_landmark (
    landmark text primary key, kind text not null, name text not null, area text, lon real not null, lat real not null
)
"""
SCHEMA = """
create table if not exists places_import (
    region text primary key, digest text not null, name text not null, at text not null
);
create table if not exists places_object (
    object text primary key, kind text not null, name text not null, lon real not null, lat real not null, area text,
    stilt integer not null, dense integer not null, hazards text not null, storeys integer, note text
);
create table if not exists places_water (
    source text primary key, kind text not null, name text not null, lon real not null, lat real not null,
    litres integer, flow_lpm integer, state text not null, checked_at text, note text
);
create table if not exists places_closure (
    closure text primary key, lon real, lat real, radius_m real, polygon text not null, links text not null,
    from_at text not null, until text, note text, actor text not null
)
"""
TOWN_SCORE = 0.9
SEARCHED = ("places_area", "places_street", "places_landmark", "places_object", "places_water")


# ── projections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def region_imported(tx: Tx, e: events.RegionImported, entry: Entry) -> None:
    tx.run(
        "insert into places_import (region, digest, name, at) values (:r, :d, :n, :at)"
        " on conflict (region) do update set digest = :d, name = :n, at = :at",
        r=e.region,
        d=e.digest,
        n=e.name,
        at=written(entry.when),
    )


def object_registered(tx: Tx, e: events.ObjectRegistered, entry: Entry) -> None:
    tx.run(
        "insert into places_object (object, kind, name, lon, lat, area, stilt, dense, hazards, storeys, note)"
        " values (:object, :kind, :name, :lon, :lat, :area, :stilt, :dense, :hazards, :storeys, :note)"
        " on conflict (object) do update set kind = :kind, name = :name, lon = :lon, lat = :lat, area = :area,"
        " stilt = :stilt, dense = :dense, hazards = :hazards, storeys = :storeys,"
        " note = coalesce(:note, places_object.note)",
        object=e.object,
        kind=e.kind,
        name=e.name,
        lon=e.lon,
        lat=e.lat,
        area=e.area,
        stilt=int(e.stilt),
        dense=int(e.dense),
        hazards=json.dumps(e.hazards),
        storeys=e.storeys,
        note=e.note.ref if e.note else None,
    )


def object_removed(tx: Tx, e: events.ObjectRemoved, entry: Entry) -> None:
    tx.run("delete from places_object where object = :o", o=e.object)


def water_source_registered(tx: Tx, e: events.WaterSourceRegistered, entry: Entry) -> None:
    tx.run(
        "insert into places_water (source, kind, name, lon, lat, litres, flow_lpm, state)"
        " values (:source, :kind, :name, :lon, :lat, :litres, :flow, 'unknown')"
        " on conflict (source) do update set kind = :kind, name = :name, lon = :lon, lat = :lat, litres = :litres,"
        " flow_lpm = :flow",
        source=e.source,
        kind=e.kind,
        name=e.name,
        lon=e.lon,
        lat=e.lat,
        litres=e.litres,
        flow=e.flow_lpm,
    )


def water_source_checked(tx: Tx, e: events.WaterSourceChecked, entry: Entry) -> None:
    tx.run(
        "update places_water set state = :state, checked_at = :at, note = :note"
        " where source = :s and (checked_at is null or checked_at <= :at)",
        s=e.source,
        state=e.state,
        at=written(entry.when),
        note=e.note.ref if e.note else None,
    )


def water_source_removed(tx: Tx, e: events.WaterSourceRemoved, entry: Entry) -> None:
    tx.run("delete from places_water where source = :s", s=e.source)


def road_closed(tx: Tx, e: events.RoadClosed, entry: Entry) -> None:
    tx.run(
        "insert into places_closure (closure, lon, lat, radius_m, polygon, links, from_at, until, note, actor)"
        " values (:closure, :lon, :lat, :radius, :polygon, :links, :from_at, :until, :note, :actor)"
        " on conflict (closure) do nothing",
        closure=e.closure,
        lon=e.lon,
        lat=e.lat,
        radius=e.radius_m,
        polygon=json.dumps(e.polygon),
        links=json.dumps(e.links),
        from_at=written(e.from_at or entry.when),
        until=written(e.until) if e.until else None,
        note=e.note.ref if e.note else None,
        actor=entry.actor,
    )


def road_reopened(tx: Tx, e: events.RoadReopened, entry: Entry) -> None:
    tx.run("delete from places_closure where closure = :c", c=e.closure)


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def known_region(tx: Tx, cmd: rules.RecordRegion) -> str | None:
    rows = tx.rows("select digest from places_import where region = :r", r=cmd.region)
    return str(rows[0]["digest"]) if rows else None


def known_object(tx: Tx, cmd: rules.RegisterObject | rules.RemoveObject) -> tuple[object, ...] | None:
    rows = tx.rows("select * from places_object where object = :o", o=cmd.object)
    if not rows:
        return None
    r = rows[0]
    hazards = tuple(json.loads(r["hazards"]))
    return (
        r["kind"],
        r["name"],
        r["lon"],
        r["lat"],
        r["area"],
        bool(r["stilt"]),
        bool(r["dense"]),
        hazards,
        r["storeys"],
    )


def known_water(
    tx: Tx, cmd: rules.RegisterWaterSource | rules.CheckWaterSource | rules.RemoveWaterSource
) -> tuple[object, ...] | None:
    rows = tx.rows("select kind, name, lon, lat, litres, flow_lpm from places_water where source = :s", s=cmd.source)
    return tuple(rows[0].values()) if rows else None


def known_closure(tx: Tx, cmd: rules.CloseRoad | rules.ReopenRoad) -> bool:
    return bool(tx.rows("select 1 as x from places_closure where closure = :c", c=cmd.closure))


# ── kept rows of an import ───────────────────────────────────────────────────────────────────────────────────────────


class Area(msgspec.Struct, frozen=True):
    """An administrative area: its ring(s) as GeoJSON geometry, and its share of the expected demand."""

    area: str
    name: str
    level: str
    lon: float
    lat: float
    shape: dict[str, Any]
    parent: str | None = None
    demand: float = 0.0
    kind: str | None = None


class Street(msgspec.Struct, frozen=True):
    """A named street: a representative point and its lines, [[lon, lat], …] each."""

    street: str
    name: str
    kind: str
    lon: float
    lat: float
    lines: tuple[tuple[tuple[float, float], ...], ...]
    area: str | None = None


class Landmark(msgspec.Struct, frozen=True):
    """A named place that people use to say where they are."""

    landmark: str
    kind: str
    name: str
    lon: float
    lat: float
    area: str | None = None


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """What an import keeps."""

    region: str
    name: str
    digest: str
    schematic: bool
    areas: Sequence[Area]
    streets: Sequence[Street]
    landmarks: Sequence[Landmark]
    coast: Sequence[Sequence[tuple[float, float]]] = ()


def keep_region(tx: Tx, region: Region) -> None:
    """Replace what an earlier import kept; only inside the writer's turn."""
    for table in ("places_region", "places_area", "places_street", "places_landmark"):
        tx.run(f"delete from {table}")
    tx.run(
        "insert into places_region (region, name, digest, schematic, coast) values (:r, :n, :d, :s, :c)",
        r=region.region,
        n=region.name,
        d=region.digest,
        s=int(region.schematic),
        c=json.dumps(region.coast),
    )
    for a in region.areas:
        row = msgspec.structs.asdict(a) | {"shape": json.dumps(a.shape)}
        tx.run(
            "insert into places_area (area, name, level, parent, lon, lat, demand, shape, kind)"
            " values (:area, :name, :level, :parent, :lon, :lat, :demand, :shape, :kind)",
            **row,
        )
    for s in region.streets:
        tx.run(
            "insert into places_street (street, name, class, area, lon, lat, shape)"
            " values (:street, :name, :kind, :area, :lon, :lat, :shape)",
            street=s.street,
            name=s.name,
            kind=s.kind,
            area=s.area,
            lon=s.lon,
            lat=s.lat,
            shape=json.dumps(s.lines),
        )
    for m in region.landmarks:
        tx.run(
            "insert into places_landmark (landmark, kind, name, area, lon, lat)"
            " values (:landmark, :kind, :name, :area, :lon, :lat)",
            **msgspec.structs.asdict(m),
        )


# ── views ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class All(Query, frozen=True):
    """Everything."""


class RegionRow(msgspec.Struct, frozen=True):
    """The region a node works in; a schematic one is not for operations."""

    region: str
    name: str
    schematic: bool
    coast: Any
    centre: tuple[float, float] | None


class AreaRow(msgspec.Struct, frozen=True):
    """An area and its outline (GeoJSON geometry)."""

    area: str
    name: str
    level: str
    parent: str | None
    lon: float
    lat: float
    shape: Any


class StreetRow(msgspec.Struct, frozen=True):
    """A street's lines for the map."""

    street: str
    name: str
    kind: str
    lines: Any


class ObjectRow(msgspec.Struct, frozen=True):
    """An object on the map and what is known of it."""

    object: str
    kind: str
    name: str
    lon: float
    lat: float
    area: str | None
    stilt: bool
    dense: bool
    hazards: list[str]
    storeys: int | None
    note: str | None


class WaterRow(msgspec.Struct, frozen=True):
    """A water source and the state it was last found in."""

    source: str
    kind: str
    name: str
    lon: float
    lat: float
    litres: int | None
    flow_lpm: int | None
    state: str
    checked_at: str | None


class ClosureRow(msgspec.Struct, frozen=True):
    """A closure that stands."""

    closure: str
    lon: float | None
    lat: float | None
    radius_m: float | None
    polygon: Any
    links: Any
    from_at: str
    until: str | None
    note: str | None
    actor: str


class SearchQuery(Query, frozen=True):
    """Type-ahead text, and where the asker's eyes are."""

    text: str
    lon: float | None = None
    lat: float | None = None
    limit: int = 8


class FoundRow(msgspec.Struct, frozen=True):
    """A place that fits the text; `parts` holds RT, RW and house number that stood beside the name."""

    id: str
    kind: str
    name: str
    context: str
    area: str | None
    lon: float
    lat: float
    score: float
    parts: str


class LocateQuery(Query, frozen=True):
    """A pasted text: coordinates, a shared link, a plus code."""

    text: str
    lon: float | None = None
    lat: float | None = None


class LocatedRow(msgspec.Struct, frozen=True):
    """Where the text says, or by which reason (and facts) it does not say; `others` are places it names besides."""

    lon: float | None
    lat: float | None
    kind: str | None
    precision_m: float | None
    text: str
    area: str | None = None
    reason: str | None = None
    facts: dict[str, Any] = {}
    others: tuple[tuple[float, float], ...] = ()


def region(tx: Tx, q: All) -> list[RegionRow]:
    """The region this node works in."""
    centre = tx.rows("select avg(lon) as lon, avg(lat) as lat from places_area where level = 'kelurahan'")[0]
    middle = None if centre["lon"] is None else (centre["lon"], centre["lat"])
    return [
        RegionRow(r["region"], r["name"], bool(r["schematic"]), json.loads(r["coast"]), middle)
        for r in tx.rows("select * from places_region")
    ]


def areas(tx: Tx, q: All) -> list[AreaRow]:
    """Areas with their outlines, larger levels first."""
    rows = tx.rows("select area, name, level, parent, lon, lat, shape from places_area order by length(area), area")
    return [AreaRow(**(row | {"shape": json.loads(row["shape"])})) for row in rows]


def streets(tx: Tx, q: All) -> list[StreetRow]:
    """Streets with their lines."""
    rows = tx.rows("select street, name, class as kind, shape from places_street order by street")
    return [StreetRow(r["street"], r["name"], r["kind"], json.loads(r["shape"])) for r in rows]


def objects(tx: Tx, q: All) -> list[ObjectRow]:
    """Objects that people registered."""
    rows = tx.rows("select * from places_object order by object")
    texts = told(tx, [r["note"] for r in rows])
    return [
        ObjectRow(
            r["object"],
            r["kind"],
            r["name"],
            r["lon"],
            r["lat"],
            r["area"],
            bool(r["stilt"]),
            bool(r["dense"]),
            json.loads(r["hazards"]),
            r["storeys"],
            texts.get(r["note"]),
        )
        for r in rows
    ]


def water(tx: Tx, q: All) -> list[WaterRow]:
    """Hydrants and other water."""
    columns = ", ".join(WaterRow.__struct_fields__)
    return [WaterRow(**row) for row in tx.rows(f"select {columns} from places_water order by source")]


def closures(tx: Tx, q: All) -> list[ClosureRow]:
    """Closures that nobody reopened; the reader counts `until` against the clock."""
    rows = tx.rows("select * from places_closure order by closure")
    texts = told(tx, [r["note"] for r in rows])
    return [
        ClosureRow(
            r["closure"],
            r["lon"],
            r["lat"],
            r["radius_m"],
            json.loads(r["polygon"]),
            json.loads(r["links"]),
            r["from_at"],
            r["until"],
            texts.get(r["note"]),
            r["actor"],
        )
        for r in rows
    ]


def _entries(tx: Tx, imported: bool) -> list[Named]:
    """The names of the index: imported ones change rarely, registered ones every day."""
    contexts = {r["area"]: r["name"] for r in tx.rows("select area, name from places_area")}
    if imported:
        sql = (
            "select area as id, 'area' as kind, name, parent as area, lon, lat from places_area union all"
            " select street, 'street', name, area, lon, lat from places_street union all"
            " select landmark, kind, name, area, lon, lat from places_landmark"
        )
    else:
        sql = (
            "select object as id, 'object' as kind, name, area, lon, lat from places_object union all"
            " select source, kind, name, null, lon, lat from places_water"
        )
    return [Named(r["id"], r["kind"], r["name"], r["lon"], r["lat"], contexts.get(r["area"], "")) for r in tx.rows(sql)]


def _stamp(tx: Tx, tables: Sequence[str]) -> str:
    marks = tx.rows("select name, position, revision from kernel_touch where name like 'places_%'")
    return ".".join(
        f"{m['position']}-{m['revision']}" for m in sorted(marks, key=lambda m: m["name"]) if m["name"] in tables
    )


def search(tx: Tx, q: SearchQuery, look: Look) -> list[FoundRow]:
    """Streets, areas, objects, hydrants and landmarks whose name fits, best first."""
    gazetteer = look.use(Gazetteer)
    gazetteer.refresh("imported", _stamp(tx, SEARCHED[:3]), lambda: _entries(tx, True))
    gazetteer.refresh("registered", _stamp(tx, SEARCHED[3:]), lambda: _entries(tx, False))
    near = (q.lon, q.lat) if q.lon is not None and q.lat is not None else None
    found = gazetteer.search(q.text, limit=max(1, min(q.limit, 50)), near=near)
    return [
        FoundRow(
            m.entry.id,
            m.entry.kind,
            m.entry.name,
            m.entry.context,
            area_at(tx, m.entry.lon, m.entry.lat),
            m.entry.lon,
            m.entry.lat,
            round(m.score, 3),
            m.rest,
        )
        for m in found
    ]


def located(tx: Tx, q: LocateQuery, look: Look) -> list[LocatedRow]:
    """The place a pasted text holds; what holds none is kept and said so, never guessed.

    A short plus code beside a town's name is read near that town, if the gazetteer knows it."""
    near = (q.lon, q.lat) if q.lon is not None and q.lat is not None else None
    where = locate(q.text, near)
    town = where.place if not isinstance(where, NotLocated) else str(where.facts.get("place") or "")
    if town:
        found = search(tx, SearchQuery(town, limit=1), look)
        if found and found[0].score >= TOWN_SCORE:
            where = locate(q.text, (found[0].lon, found[0].lat))
    if isinstance(where, NotLocated):
        return [LocatedRow(None, None, None, None, q.text, reason=where.reason, facts=dict(where.facts))]
    area = area_at(tx, where.lon, where.lat)
    others = tuple((o.lon, o.lat) for o in where.others)
    return [LocatedRow(where.lon, where.lat, where.kind, where.precision_m, where.text, area, others=others)]


def area_at(tx: Tx, lon: float, lat: float) -> str | None:
    """The smallest area whose outline holds a point."""
    import shapely  # a point is located some times a minute: the import may wait

    point = shapely.points(lon, lat)
    for r in tx.rows("select area, shape from places_area where level = 'kelurahan' order by area"):
        if shapely.covers(shapely.from_geojson(r["shape"]), point):  # type: ignore[no-untyped-call]
            return str(r["area"])
    return None


def standing_closures(tx: Tx, at: datetime) -> list[dict[str, Any]]:
    """Closures in force at a time (for tests and the command line)."""
    return tx.rows(
        "select * from places_closure where from_at <= :at and (until is null or until > :at) order by closure",
        at=written(at),
    )


class DemandRow(msgspec.Struct, frozen=True):
    """Where calls are expected: the middle of a kelurahan, its share, and its kind of area."""

    area: str
    lon: float
    lat: float
    demand: float
    kind: str | None


def demand(tx: Tx) -> list[DemandRow]:
    """The smallest areas with a share of the expected demand."""
    rows = tx.rows("select area, lon, lat, demand, kind from places_area where level = 'kelurahan' order by area")
    return [DemandRow(**row) for row in rows]
