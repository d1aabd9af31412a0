"""What positions suggest, and the way from a unit to its incident."""

from datetime import datetime, timedelta

import msgspec

from ....engine.geo import distance
from ....kernel.records import Query
from ....kernel.slice import Look
from ....kernel.storage import Row, Tx
from .. import events
from .proposal import At
from .situation import PRIVATE_KINDS, closures, local_hour, tools
from .strength import fixes

NEAR_M = 60.0  # as near as this, beside the fix's own accuracy: there
LEFT_M = 150.0  # as far as this from its station, its accuracy taken off: gone
WORST_M = 100.0  # a fix that is less certain suggests nothing
NEWEST = timedelta(minutes=2)


class SuggestionsQuery(Query, frozen=True):
    """What the newest positions suggest."""

    at: At


class SuggestionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A status that a unit's position suggests; a person (or the crew) says so, nothing is assumed.

    `at` is the time of the fix: what is reported carries it as the time it was seen."""

    unit: str
    status: events.Status
    was: str
    incident: str | None
    number: str | None
    at: str
    distance_m: float
    accuracy_m: float | None


class RouteQuery(Query, frozen=True):
    """The way of a unit to an incident (its own if none is named)."""

    at: At
    unit: str
    incident: str | None = None


class RouteRow(msgspec.Struct, frozen=True, kw_only=True):
    """A drive: line (lon, lat), seconds, metres, streets in order, way; from a fresh fix or from the station."""

    unit: str
    incident: str
    points: tuple[tuple[float, float], ...]
    seconds: float
    metres: float
    streets: tuple[str, ...]
    way: str
    from_fix: bool


def suggestions(tx: Tx, q: SuggestionsQuery) -> list[SuggestionRow]:
    """Units whose fresh fix does not fit their status, by unit."""
    fresh = fixes(tx, q.at, NEWEST)
    if not fresh:
        return []
    rows = tx.rows(
        "select u.unit, u.status, u.since, u.station, u.at_station, u.reserve, u.incident, i.number,"
        " i.lon as there_lon, i.lat as there_lat, s.lon as home_lon, s.lat as home_lat from dispatch_unit u"
        " join dispatch_station s on s.station = u.at_station left join dispatch_incident i on i.incident = u.incident"
        " where u.status in ('assigned', 'on-the-way', 'returning') order by u.unit"
    )
    found = (_suggested(r, fresh[r["unit"]]) for r in rows if r["unit"] in fresh)
    return [row for row in found if row is not None]


def _suggested(r: Row, fix: Row) -> SuggestionRow | None:
    """What one fix suggests; an uncertain fix, or one from before the last report, suggests nothing."""
    accuracy = fix["accuracy_m"] or 0.0
    if accuracy > WORST_M or fix["at"] <= r["since"]:
        return None
    here = (fix["lon"], fix["lat"])
    from_home = distance(here, (r["home_lon"], r["home_lat"]))
    from_there = distance(here, (r["there_lon"], r["there_lat"])) if r["there_lon"] is not None else None
    status: events.Status | None = None
    metres = from_home
    if r["status"] != "returning" and from_there is not None and from_there <= NEAR_M + accuracy and from_home > NEAR_M:
        status, metres = "arrived", from_there
    elif r["status"] == "assigned" and from_home - accuracy > LEFT_M:
        status = "on-the-way"
    elif r["status"] == "returning" and from_home <= NEAR_M + accuracy:
        status = _at_home(r)
    if status is None:
        return None
    return SuggestionRow(
        unit=r["unit"],
        status=status,
        was=r["status"],
        incident=r["incident"],
        number=r["number"],
        at=fix["at"],
        distance_m=round(metres, 1),
        accuracy_m=fix["accuracy_m"],
    )


def _at_home(r: Row) -> events.Status:
    if r["reserve"]:
        return "reserve"
    return "ready" if r["at_station"] == r["station"] else "standby"


def route(tx: Tx, q: RouteQuery, look: Look) -> list[RouteRow]:
    """One row; none if there is no such unit or incident, or no road leads there."""
    rows = tx.rows(
        "select u.unit, u.vehicle_type, s.lon, s.lat, i.incident, i.agency, i.area, i.lon as to_lon, i.lat as to_lat"
        " from dispatch_unit u join dispatch_station s on s.station = u.at_station"
        " join dispatch_incident i on i.incident = coalesce(:i, u.incident) where u.unit = :u",
        i=q.incident,
        u=q.unit,
    )
    if not rows:
        return []
    return _driven(tx, q.at, rows[0], look)


def _driven(tx: Tx, at: datetime, r: Row, look: Look) -> list[RouteRow]:
    from .... import standards

    kit = tools(look)
    fix = fixes(tx, at).get(r["unit"])
    start = (fix["lon"], fix["lat"]) if fix else (r["lon"], r["lat"])
    vehicle = standards.vehicle_types().get(r["vehicle_type"])
    found = kit.travel.route(
        start,
        (r["to_lon"], r["to_lat"]),
        vehicle.vehicle_class if vehicle else "pump",
        local_hour(tx, r["agency"], at),
        closures(tx, at, kit.travel),
        kit.demand.kind_of(r["area"]) in PRIVATE_KINDS,
    )
    if found is None:
        return []
    return [
        RouteRow(
            unit=r["unit"],
            incident=r["incident"],
            points=found.points,
            seconds=round(found.seconds, 1),
            metres=round(found.metres, 1),
            streets=found.streets,
            way=found.way,
            from_fix=fix is not None,
        )
    ]
