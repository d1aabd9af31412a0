"""An incident as the payload NERIS takes (neris-api-client 1.5); nobody in Indonesia has to send it.

Only what the log says is said. What NERIS wants and nobody recorded (smoke alarms in a house that burnt) is given as
not applicable, which claims least, and is named in `unsaid`. Words somebody typed are never sent."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from .. import standards
from ..kernel.desk import Desk
from ..kernel.records import Ask, Refusal
from ..slices.report.tables.rows import ReportRow
from .neris_report import judged, of_base, of_modules
from .neris_rules import COOKING, MODULES_OF_COOKING, MODULES_OF_STRUCTURE, STRUCTURE
from .source import Around, Incident, Trip, around, one

NO_DEPARTMENT = "FD00000000"
"""Ids are given out by NERIS, in the United States only: this one has their form and belongs to nobody."""
DEPARTMENT = re.compile(r"FD\d{8}")
ENDED_AS = {
    "prank": "NOEMERG||FALSE_ALARM||INTENTIONAL_FALSE_ALARM",
    "false-alarm": "NOEMERG||FALSE_ALARM||OTHER_FALSE_CALL",
    "nothing-found": "NOEMERG||GOOD_INTENT||NO_INCIDENT_FOUND_LOCATION_ERROR",
    "cancelled": "NOEMERG||CANCELLED",
}
"""What it turned out to be, whatever it was called in as."""
NO_ACTION = {"cancelled": "CANCELLED", "nothing-found": "NO_INCIDENT_FOUND"}
NOT_SENT = frozenset({"duplicate"})


class Neris(msgspec.Struct, frozen=True):
    """A payload, and what it had to leave unsaid or not applicable."""

    payload: dict[str, Any]
    unsaid: tuple[str, ...]


def neris_of(desk: Desk, incident: str, department: str, reader: Ask) -> Neris | Refusal:
    """The payload of an incident as the reader may see it."""
    found = one(desk, incident, reader)
    where = around(desk, reader)
    if isinstance(found, Refusal):
        return found
    if isinstance(where, Refusal):
        return where
    return neris(found, where, department, judged(desk, incident, reader))


def neris(
    one: Incident, around: Around, department: str = NO_DEPARTMENT, report: ReportRow | None = None
) -> Neris | Refusal:
    """The payload of an incident, with what its report judged if there is one.

    Exercises and calls for what was recorded already are refused, as is a wrong department."""
    if not DEPARTMENT.fullmatch(department):
        return Refusal(code="neris-department", facts={"department": department[:40]})
    if one.exercise or one.outcome in NOT_SENT:
        return Refusal(code="not-exported", facts={"incident": one.incident})
    known = standards.incident_types().get(one.type or "")
    if known is not None and known.neris is None:
        return Refusal(code="not-exported", facts={"incident": one.incident})
    sort = _type(one, known)
    modules = _modules(sort)
    said = of_modules(report, sort) if report else {}
    payload = {
        "base": _base(one, around, department) | (of_base(report, one.kind == "fire") if report else {}),
        "incident_types": [{"type": sort} | ({} if sort == "UNDETERMINED" else {"primary": True})],
        "dispatch": _dispatch(one, around),
        "unit_responses": [_unit(trip) for trip in one.units],
        "tactic_timestamps": _tactics(one),
        **(modules | said),
        **_action(one),
    }
    silent = [name for name in _unsaid(one, sort, modules) if name not in said]
    return Neris({name: value for name, value in payload.items() if value not in ({}, [])}, tuple(silent))


def _type(one: Incident, known: standards.records.IncidentType | None) -> str:
    """What it was. A type of a false alarm says more than the outcome does; nobody knowing is a value of its own."""
    ended = ENDED_AS.get(one.outcome or "")
    if ended and (known is None or known.kind != "false-alarm"):
        return ended
    return known.neris if known and known.neris else "UNDETERMINED"


def _modules(sort: str) -> dict[str, Any]:
    """The modules that NERIS wants with fires of structures; nothing in our log says what was there."""
    wanted: tuple[str, ...] = MODULES_OF_STRUCTURE if sort.startswith(STRUCTURE) else ()
    wanted += MODULES_OF_COOKING if sort == COOKING else ()
    return {module: {"presence": {"type": "NOT_APPLICABLE"}} for module in wanted}


def _base(one: Incident, around: Around, department: str) -> dict[str, Any]:
    return {
        "department_neris_id": department,
        "incident_number": _number(one),
        "location": _location(one, around),
        "point": _point(one),
    }


def _dispatch(one: Incident, around: Around) -> dict[str, Any]:
    found = {
        "incident_number": _number(one),
        "call_arrival": _time(one.answered_at),
        "call_answered": _time(one.answered_at),
        "call_create": _time(max(one.opened_at, one.answered_at)),
        "location": _location(one, around),
        "point": _point(one),
        "unit_responses": [_unit(trip) for trip in one.units],
    }
    if one.type:
        found["incident_code"] = one.type
    if one.ended_at:
        found["incident_clear"] = _time(one.ended_at)
    if one.outcome:
        found["disposition"] = one.outcome
    return found


def _unit(trip: Trip) -> dict[str, Any]:
    arrived = trip.clocks.get("arrived")
    back = trip.clocks.get("returned") or trip.clocks.get("ready-again")
    clear = back if trip.how == "paper" else trip.ended_at  # the last time that was copied in need not be its end
    times: Mapping[str, datetime | None] = {
        "dispatch": trip.sent_at,
        "enroute_to_scene": trip.clocks.get("on-the-way"),
        "on_scene": arrived,
        "canceled_enroute": trip.ended_at if arrived is None else None,
        "unit_clear": clear if arrived else None,
    }
    said: dict[str, Any] = {name: _time(at) for name, at in times.items() if at}
    return {"reported_unit_id": trip.unit} | ({"staffing": trip.people} if trip.people else {}) | said


def _tactics(one: Incident) -> dict[str, str]:
    clocks = {"fire_under_control": "under-control", "suppression_complete": "out"} if one.kind == "fire" else {}
    return {name: _time(one.clocks[clock]) for name, clock in clocks.items() if clock in one.clocks}


def _action(one: Incident) -> dict[str, Any]:
    """That nothing had to be done, where the outcome says so; what was done is in no code of ours that NERIS has."""
    why = NO_ACTION.get(one.outcome or "")
    return {"actions_tactics": {"action_noaction": {"type": "NOACTION", "noaction_type": why}}} if why else {}


def _location(one: Incident, around: Around) -> dict[str, str]:
    """Country, city or regency, kelurahan: from the area's code. Streets are words people typed."""
    codes = (one.area or "").split(".")
    city = around.area_name(".".join(codes[:2])) if len(codes) >= 2 else None
    named = {
        "country": "ID",
        "county": city,
        "incorporated_municipality": city if city and city.startswith("Kota") else None,
        "neighborhood_community": around.area_name(one.area) if len(codes) > 2 else None,
    }
    return {name: value for name, value in named.items() if value}


def _unsaid(one: Incident, sort: str, modules: Mapping[str, Any]) -> tuple[str, ...]:
    missing = ["dispatch.call_arrival", *modules]  # when it rang is not recorded: when it was answered stands for it
    if sort == "UNDETERMINED":
        missing.append("incident_types")
    if "answered" not in one.clocks:
        missing.append("dispatch.call_answered")
    if not one.area:
        missing.append("base.location")
    if not one.outcome or one.outcome not in NO_ACTION:
        missing.append("actions_tactics")
    if sort.startswith("FIRE"):
        missing.append("fire_detail")
    return tuple(missing)


def _number(one: Incident) -> str:
    return re.sub(r"[^\w:-]+", "-", one.number)


def _point(one: Incident) -> dict[str, Any]:
    return {"crs": 4326, "geometry": {"type": "Point", "coordinates": [one.lon, one.lat]}}


def _time(at: datetime) -> str:
    return at.isoformat()
