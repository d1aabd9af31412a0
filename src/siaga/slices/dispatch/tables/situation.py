"""What a proposal has to know: the incident, its card, closed roads."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from .... import standards
from ....engine.cover import NO_DEMAND, CoverMap, Demand
from ....engine.proposal import Need
from ....engine.roads import Closure, Closures, Travel, read_speeds
from ....kernel.records import read_time, written
from ....kernel.slice import Look
from ....kernel.storage import Tx
from .. import events

ZONE = "Asia/Makassar"
UNKNOWN_TYPE = "fire.other"  # until the caller has said more, help goes as to a fire with people in it
PRIVATE_KINDS = frozenset({"industrial", "port"})  # who calls from behind a gate opens it


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a query says about the incident; None: as it stands in the tables."""

    at: datetime
    incident: str | None = None
    lon: float | None = None
    lat: float | None = None
    type: str | None = None
    area: str | None = None
    object: str | None = None
    level: int | None = None
    life_risk: bool | None = None
    answered_at: datetime | None = None


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """The incident as the proposal sees it."""

    at: datetime
    incident: str | None
    lon: float
    lat: float
    type: str
    type_known: bool
    life_risk: bool
    level: int
    hour: int
    answered_at: datetime
    kind_of_area: str | None
    card: str
    need: Need
    stop_short: tuple[str, ...]
    note: standards.Text | None
    set_up_s: float
    private: bool


@dataclass(frozen=True, eq=False)
class Tools:
    """The services the app lends: roads, cover, where calls are expected."""

    travel: Travel
    cover: CoverMap
    demand: Demand


_straight: list[Travel] = []


def tools(look: Look) -> Tools:
    """Services of the app; without roads the straight-line way, without demand no cover."""
    travel = look.services.get(Travel)
    if travel is None:
        if not _straight:
            _straight.append(Travel(None, read_speeds()))
        travel = _straight[0]
    return Tools(travel, look.services.get(CoverMap) or CoverMap(), look.services.get(Demand) or NO_DEMAND)


def local_hour(tx: Tx, agency: str | None, at: datetime) -> int:
    """The hour of the day where the agency is."""
    rows = tx.rows(
        "select zone from dispatch_agency order by case when agency = :a then 0 else 1 end, own desc", a=agency
    )
    return at.astimezone(ZoneInfo(rows[0]["zone"] if rows else ZONE)).hour


def situation(tx: Tx, q: Asked, demand: Demand, reader_agency: str) -> Situation | None:
    """The incident of the tables, with what the query says differently; None without a place."""
    rows = tx.rows("select * from dispatch_incident where incident = :i", i=q.incident) if q.incident else []
    known: dict[str, Any] = rows[0] if rows else {}
    lon = q.lon if q.lon is not None else known.get("lon")
    lat = q.lat if q.lat is not None else known.get("lat")
    if lon is None or lat is None or (q.incident and not rows):
        return None
    said = q.type or known.get("type")
    kind = standards.incident_types().get(said or "") or standards.incident_types()[UNKNOWN_TYPE]
    area = _kind_of_area(q.area or known.get("area"), demand)
    level = q.level or max(known.get("level") or 1, 1 if q.type is None else kind.level)
    card, part = _part(tx, kind.id, area, _kind_of_object(tx, q.object or known.get("place_id")), level)
    risk = q.life_risk if q.life_risk is not None else bool(known.get("life_risk"))
    answered = read_time(known["answered_at"]) if known else q.answered_at or q.at
    return Situation(
        at=q.at,
        incident=q.incident,
        lon=lon,
        lat=lat,
        type=kind.id,
        type_known=said == kind.id,
        life_risk=risk or kind.life_risk or said != kind.id,
        level=level,
        hour=local_hour(tx, known.get("agency") or reader_agency, q.at),
        answered_at=answered,
        kind_of_area=area,
        card=card.id if card else "",
        need=_need(part, json.loads(known.get("adds") or "{}")),
        stop_short=card.stop_short if card else (),
        note=card.note if card else None,
        set_up_s=float(kind.set_up_s),
        private=area in PRIVATE_KINDS,
    )


def _kind_of_area(area: str | None, demand: Demand) -> str | None:
    """The kind of an area by its id; a kind may be named itself."""
    return demand.kind_of(area) or area


def _kind_of_object(tx: Tx, name: str | None) -> str | None:
    """The kind of an object by its id; a kind may be named itself."""
    rows = tx.rows("select kind from dispatch_object where object = :o", o=name) if name else []
    return rows[0]["kind"] if rows else name


def _need(part: standards.CardLevel | None, adds: dict[str, int]) -> Need:
    """The card's needs, with what answers of the caller ask for in at least that number."""
    units = dict(part.units) if part else {}
    for name, n in adds.items():
        units[name] = max(n, units.get(name, 0))
    return Need(units=units, crew=dict(part.crew) if part else {}, min_crew=part.min_crew if part else 0)


def _part(
    tx: Tx, type_id: str, area: str | None, at_object: str | None, level: int
) -> tuple[standards.RunCard | None, standards.CardLevel | None]:
    rows = tx.rows("select card, level, body from dispatch_run_card order by card, level")
    card = standards.card_for(type_id, area, at_object, _cards(tuple((r["card"], r["level"], r["body"]) for r in rows)))
    return card, card.at(min(level, len(card.levels))) if card else None


@lru_cache(maxsize=8)
def _cards(own: tuple[tuple[str, int, str], ...]) -> tuple[standards.RunCard, ...]:
    """The agency's own cards, then the standard ones that are not among them: of two that are equally particular, the
    agency's holds."""
    standard = standards.run_cards()
    cards: dict[str, standards.RunCard] = {}
    said: dict[str, dict[int, events.RunCardSet]] = {}
    for name, level, body in own:
        said.setdefault(name, {})[level] = msgspec.json.decode(body, type=events.RunCardSet)
    for name, levels in said.items():
        cards[name] = _own_card(name, levels, standard.get(name))
    return tuple((cards | {name: card for name, card in standard.items() if name not in cards}).values())


def _own_card(name: str, said: dict[int, events.RunCardSet], former: standards.RunCard | None) -> standards.RunCard:
    """An agency's card; a level it does not name is the standard card's, else its own next lower one (or lowest)."""
    parts = {p.level: p for p in former.levels} if former else {}
    for level, e in said.items():
        parts[level] = standards.CardLevel(level=level, units=e.units, crew=e.crew, min_crew=e.min_crew)
    for level in range(1, 4):
        if level not in parts:
            below = [n for n in parts if n < level]
            parts[level] = msgspec.structs.replace(parts[max(below) if below else min(parts)], level=level)
    last = said[max(said)]
    stop_short = last.stop_short or (former.stop_short if former else ())
    return standards.RunCard(
        id=name,
        types=last.types or (former.types if former else ()),
        kinds=last.kinds or (former.kinds if former else ()),
        areas=last.areas or (former.areas if former else ()),
        objects=last.objects or (former.objects if former else ()),
        levels=tuple(parts[n] for n in sorted(parts)),
        stop_short=msgspec.convert(stop_short, tuple[standards.VehicleClass, ...]),
        note=former.note if former else None,
    )


# ── roads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def closures(tx: Tx, at: datetime, travel: Travel) -> Closures:
    """Closures that hold at that time, as far as the present network can know them."""
    rows = tx.rows(
        "select lon, lat, radius_m, polygon, links from dispatch_closure"
        " where from_at <= :at and (until is null or until > :at) order by closure",
        at=written(at),
    )
    links = travel.network.links if travel.network is not None else 0
    return tuple(_closure(r["lon"], r["lat"], r["radius_m"], r["polygon"], r["links"], links) for r in rows)


@lru_cache(maxsize=1000)
def _closure(
    lon: float | None, lat: float | None, radius_m: float | None, polygon: str, links: str, known: int
) -> Closure:
    ring = tuple((float(x), float(y)) for x, y in json.loads(polygon))
    circle = (lon, lat, radius_m) if lon is not None and lat is not None and radius_m and radius_m > 0.0 else None
    return Closure(
        links=tuple(link for link in json.loads(links) if 0 <= link < known),
        circle=circle,
        polygon=ring if len(set(ring)) >= 3 else None,
    )
