"""Places as screens and searches see them."""

import json
from datetime import datetime
from typing import Any

import msgspec

from ....engine.gazetteer import Gazetteer
from ....engine.locate import NotLocated, Reason, locate
from ....engine.search import Entry as Named
from ....kernel.fields import All
from ....kernel.held import stamp
from ....kernel.records import Query, written
from ....kernel.slice import Look
from ....kernel.storage import Tx
from ....kernel.vault import told
from .schema import SEARCHED, TOWN_SCORE


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
    reason: Reason | None = None
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


def search(tx: Tx, q: SearchQuery, look: Look) -> list[FoundRow]:
    """Streets, areas, objects, hydrants and landmarks whose name fits, best first."""
    gazetteer = look.use(Gazetteer)
    gazetteer.refresh("imported", stamp(tx, SEARCHED[:3]), lambda: _entries(tx, True))
    gazetteer.refresh("registered", stamp(tx, SEARCHED[3:]), lambda: _entries(tx, False))
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

    A short plus code beside a town's name is read near that town, if it is known here, and else not at all: the same
    code stands for a place in every town."""
    near = (q.lon, q.lat) if q.lon is not None and q.lat is not None else None
    where = locate(q.text, near)
    town = where.place if not isinstance(where, NotLocated) else str(where.facts.get("place") or "")
    if town:
        where = locate(q.text, _town(tx, town, near, look))
    if isinstance(where, NotLocated):
        return [LocatedRow(None, None, None, None, q.text, reason=where.reason, facts=dict(where.facts))]
    area = area_at(tx, where.lon, where.lat)
    others = tuple((o.lon, o.lat) for o in where.others)
    return [LocatedRow(where.lon, where.lat, where.kind, where.precision_m, where.text, area, others=others)]


def _town(tx: Tx, said: str, near: tuple[float, float] | None, look: Look) -> tuple[float, float] | None:
    """Where a town is whose name was written ("Loktuan, Bontang, Kalimantan Timur"); the region itself is near."""
    parts = [part.strip() for part in said.split(",") if part.strip()]
    for part in parts:
        found = search(tx, SearchQuery(part, limit=1), look)
        if found and found[0].score >= TOWN_SCORE:
            return found[0].lon, found[0].lat
    for here in region(tx, All()):
        named = set(here.name.casefold().split())
        if any(named.issuperset(part.casefold().split()) for part in parts):
            return near or here.centre
    return None


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
