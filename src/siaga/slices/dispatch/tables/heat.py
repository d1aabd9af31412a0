"""Where help would be late now, and where units came from: what the map lays over the city."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta

from ....engine.heat import Free, Heat, Moving, heat, shares
from ....engine.proposal import STANDARD_S
from ....engine.roads import Travel
from ....kernel.records import Query, read_time, written
from ....kernel.slice import Look
from ....kernel.storage import Row, Tx
from .proposal import COVERS, At
from .situation import Tools, closures, local_hour, tools
from .strength import Fleet, fixes, fleet

STEP = timedelta(seconds=15)  # a trail's points are not nearer than this
ON_STREET_M = 60.0  # farther from every road a unit is beside it: in a yard, at a scene
STREETS_FOR = "pump"  # whose roads the names of a trail's streets come from


class CoverQuery(Query, frozen=True):
    """How soon the units that are free now would have water anywhere in the city."""

    at: At


class CoverAreaRow(msgspec.Struct, frozen=True, kw_only=True):
    """An area: seconds from the alarm until water (None: no unit within 15 minutes of driving), by which unit."""

    area: str
    seconds: float | None
    unit: str | None
    way: str


class CoverRow(msgspec.Struct, frozen=True, kw_only=True):
    """Cover by the free units that bring a pump, turnout and set-up counted; `known` is False while it is worked out.

    `share`: of the expected calls, reached within `limit_s`; `inside`: areas that are. Of the `units`, `by_fix` are
    counted where a fresh fix says, `unseen` at their station because nothing newer is known of them."""

    at: str
    known: bool
    limit_s: float
    units: int
    by_fix: int
    unseen: int
    way: str
    detour: float | None
    closures: int
    share: float | None
    inside: int
    areas: tuple[CoverAreaRow, ...]


class TrailsQuery(Query, frozen=True):
    """Where units came from in the last minutes: one unit, or all."""

    at: At
    minutes: Annotated[int, Meta(ge=5, le=120)] = 30
    unit: str | None = None


class TrailPointRow(msgspec.Struct, frozen=True):
    """Where a unit was, and the street it was on if there is one with a name."""

    at: str
    lon: float
    lat: float
    street: str | None


class TrailRow(msgspec.Struct, frozen=True):
    """The trail of a vehicle, the oldest point first."""

    unit: str
    points: tuple[TrailPointRow, ...]


def cover(tx: Tx, q: CoverQuery, look: Look) -> list[CoverRow]:
    """One row; none where no areas are known."""
    kit = tools(look)
    if not kit.demand.areas:
        return []
    f, closed = fleet(tx, q.at, look), closures(tx, q.at, kit.travel)
    free = _free(f)
    hour = local_hour(tx, look.reader.agency, q.at)
    found = heat(kit.travel, kit.cover, _moving(look), free, kit.demand, hour, closed)
    seen = fixes(tx, q.at)
    by_fix = sum(name in seen for name in free.names)
    return [_cover_row(kit, q.at, free, by_fix, len(closed), found)]


def _free(f: Fleet) -> Free:
    """The units that count: free, with crew, with a pump (the 15 minutes are about fires)."""
    of = np.flatnonzero(f.fit & f.brings.which(lambda b: COVERS in b)).tolist()
    return Free(
        names=tuple(f.names[i] for i in of),
        classes=tuple(f.classes[i] for i in of),
        home=f.home[of],
        xy=f.xy[of],
        rolling=f.rolling[of],
        stations=f.stations,
    )


_alone: list[Moving] = []


def _moving(look: Look) -> Moving:
    """The service of the app; one of this process where it lends none."""
    found: Moving | None = look.services.get(Moving)
    if found is not None:
        return found
    if not _alone:
        _alone.append(Moving())
    return _alone[0]


def _cover_row(kit: Tools, at: datetime, free: Free, by_fix: int, closed: int, found: Heat | None) -> CoverRow:
    reached = shares(found, kit.demand) if found else None
    straight = kit.travel.network is None or (found is not None and bool(found.straight.any()))
    whole = kit.travel.network is None or (found is not None and bool(found.straight[found.unit >= 0].all()))
    return CoverRow(
        at=written(at),
        known=found is not None,
        limit_s=STANDARD_S,
        units=len(free.names),
        by_fix=by_fix,
        unseen=len(free.names) - by_fix,
        way=("straight-line" if whole else "partly-straight") if straight else "network",
        detour=kit.travel.speeds.straight.detour if straight else None,
        closures=closed,
        share=round(reached.demand, 4) if reached and reached.demand is not None else None,
        inside=reached.inside if reached else 0,
        areas=_areas(kit, free, found) if found else (),
    )


def _areas(kit: Tools, free: Free, found: Heat) -> tuple[CoverAreaRow, ...]:
    """The areas, the latest first."""
    later = np.argsort(-found.seconds, kind="stable").tolist()
    return tuple(
        CoverAreaRow(
            area=kit.demand.areas[i],
            seconds=round(float(found.seconds[i]), 1) if found.unit[i] >= 0 else None,
            unit=free.names[found.unit[i]] if found.unit[i] >= 0 else None,
            way=("straight-line" if found.straight[i] else "network") if found.unit[i] >= 0 else "none",
        )
        for i in later
    )


# ── trails ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def trails(tx: Tx, q: TrailsQuery, look: Look) -> list[TrailRow]:
    """Trails of units whose tracker spoke in that time, by unit."""
    rows = tx.rows(
        "select t.unit, p.at, p.lon, p.lat from dispatch_tracker t join dispatch_track p on p.tracker = t.tracker"
        " join dispatch_unit u on u.unit = t.unit where t.unit = coalesce(:unit, t.unit)"
        " and p.at >= :since and p.at <= :until order by t.unit, p.at",
        unit=q.unit,
        since=written(q.at - timedelta(minutes=q.minutes)),
        until=written(q.at),
    )
    by_unit: dict[str, list[Row]] = {}
    for r in rows:
        of = by_unit.setdefault(r["unit"], [])
        if not of or read_time(r["at"]) - read_time(of[-1]["at"]) >= STEP:
            of.append(r)
    kept = [r for of in by_unit.values() for r in of]
    streets = _streets(tools(look).travel, kept)
    points = iter(TrailPointRow(r["at"], r["lon"], r["lat"], s) for r, s in zip(kept, streets, strict=True))
    return [TrailRow(unit, tuple(next(points) for _ in of)) for unit, of in by_unit.items()]


def _streets(travel: Travel, rows: list[Row]) -> list[str | None]:
    """The name of the street nearest to each point, None where there is none within reach."""
    network = travel.network
    if network is None or not rows:
        return [None] * len(rows)
    snapped = travel.snap([(r["lon"], r["lat"]) for r in rows], STREETS_FOR, 12)
    on = [link if gap <= ON_STREET_M else -1 for link, gap in zip(snapped.link.tolist(), snapped.gap_m, strict=True)]
    return [(network.name(link) or None) if link >= 0 else None for link in on]
