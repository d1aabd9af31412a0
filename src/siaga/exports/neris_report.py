"""What a report judged, in the modules of NERIS: only what has a place there, and never who it was."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..kernel.desk import Desk
from ..kernel.records import Ask, Refusal
from ..slices.report.events import Casualties
from ..slices.report.tables.rows import OfIncident, ReportRow
from .source import rows

CAUSES_OUTSIDE = {
    "burning-waste": "DEBRIS_OPEN_BURNING",
    "land-clearing": "DEBRIS_OPEN_BURNING",
    "cigarette": "SMOKING_MATERIALS_ILLICIT_DRUGS",
    "component-failure": "EQUIPMENT_VEHICLE_USE",
    "hot-work": "EQUIPMENT_VEHICLE_USE",
    "traffic": "EQUIPMENT_VEHICLE_USE",
    "lightning": "NATURAL",
    "deliberate": "INCENDIARY",
    "under-investigation": "UNABLE_TO_BE_DETERMINED",
    "unknown": "UNABLE_TO_BE_DETERMINED",
}
"""Causes that mean the same there. A short circuit or a candle outdoors has no code: such fires get no module."""
SUPPLIES = {
    "relay": "NURSE_OTHER_APPARATUS",
    "reservoir": "DRAFT_FROM_STATIC_SOURCE",
    "well": "DRAFT_FROM_STATIC_SOURCE",
    "river": "DRAFT_FROM_STATIC_SOURCE",
    "sea": "DRAFT_FROM_STATIC_SOURCE",
    "tank": "TANK_WATER",
    "extinguisher": "NONE",
}
"""In the order they count: what came from outside says more than the vehicle's tank. NERIS tells hydrants apart by
gallons a minute, which nobody measures here."""
PRESENT = {"working": "PRESENT", "not-working": "PRESENT", "none": "NOT_PRESENT", "not-needed": "NOT_APPLICABLE"}
POLICE = {"leading": "INVESTIGATED_BY_NONFIRE_LAW_ENFORCEMENT"}


def judged(desk: Desk, incident: str, reader: Ask) -> ReportRow | None:
    """The report of an incident; None where the reader may not see it or there is none."""
    found = rows(desk, "report.report", OfIncident(incident), reader)
    return None if isinstance(found, Refusal) or not found else found[0]


def of_base(report: ReportRow, fire: bool) -> dict[str, Any]:
    """How many had to leave their homes."""
    displaced = report.victims.displaced if report.victims else None
    if displaced is None:
        return {}
    causes = {"displacement_causes": ["FIRE"]} if fire and displaced else {}
    return {"displacement_count": displaced} | causes


def of_modules(report: ReportRow, sort: str) -> dict[str, Any]:
    """Fire outside of buildings, people hurt, the alarm an inspection found."""
    found: dict[str, Any] = {}
    outside = sort.startswith("FIRE||") and not sort.startswith("FIRE||STRUCTURE")
    if outside and (fire := _fire(report)):
        found["fire_detail"] = fire
    if report.victims and (hurt := [*_hurt("NONFF", report.victims.citizens), *_hurt("FF", report.victims.staff)]):
        found["casualty_rescues"] = hurt
    alarm = PRESENT.get(_answer(report, "inspeksi", "alarm") or "")
    if alarm and sort.startswith("FIRE||STRUCTURE"):
        found["fire_alarm"] = {"presence": {"type": alarm}}
    return found


def _fire(report: ReportRow) -> dict[str, Any] | None:
    """Only when cause and water have codes there; a structure would need its floor and room of origin."""
    cause = CAUSES_OUTSIDE.get(report.cause.cause) if report.cause else None
    supply = _supply([line.source for line in report.water.lines] if report.water else [])
    if cause is None or supply is None or report.cause is None:
        return None
    looked = any(one.form == "investigasi" for one in report.inspections)
    by = POLICE.get(_answer(report, "investigasi", "police") or "", "INVESTIGATED_ON_SCENE_RESOURCE")
    wanted = looked or report.cause.cause == "under-investigation"
    return {
        "location_detail": {"type": "OUTSIDE", "cause": cause},
        "water_supply": supply,
        "investigation_needed": "YES" if wanted else "NOT_EVALUATED",
        "investigation_types": [by if looked else "NONE"],
    }


def _supply(sources: Sequence[str]) -> str | None:
    return next((SUPPLIES[source] for source in SUPPLIES if source in sources), None)


def _hurt(who: str, counted: Casualties) -> Iterator[dict[str, Any]]:
    """One entry a person, as NERIS wants it, without age, sex or name."""
    ways: Mapping[str, int] = {
        "INJURED_FATAL": counted.dead or 0,
        "INJURED_NONFATAL": (counted.heavy or 0) + (counted.light or 0),
    }
    for way, count in ways.items():
        for _ in range(count):
            yield {"type": who, "casualty": {"injury_or_noninjury": {"type": way}}}


def _answer(report: ReportRow, form: str, field: str) -> str | None:
    """What the form filed last says."""
    said = [one.answers[field] for one in report.inspections if one.form == form and field in one.answers]
    return said[-1] if said else None
