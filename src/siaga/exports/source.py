"""What exports are made from: incidents as codes, times and places, read from the node's views as the asker may."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from .. import standards
from ..kernel.desk import Desk
from ..kernel.fields import All
from ..kernel.records import Ask, Query, Refusal
from ..slices.dispatch.tables.views import AgencyRow, OneQuery
from ..slices.places.tables.views import AreaRow
from ..slices.report.rules.public import NOT_FOR_ALL
from ..slices.report.tables.judged import JudgedRow
from ..slices.report.tables.rows import Period


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """A unit at an incident: when it was sent, the times it made, how its part ended."""

    unit: str
    sent_at: datetime
    ended_at: datetime | None
    how: str | None
    clocks: Mapping[str, datetime]
    people: int | None = None


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as exports may tell it. There is no place in words, no caller and no note, so none can be told."""

    incident: str
    number: str
    agency: str
    type: str | None
    exercise: bool
    life_risk: bool
    level: int
    lon: float
    lat: float
    area: str | None
    state: str
    outcome: str | None
    opened_at: datetime
    answered_at: datetime
    ended_at: datetime | None
    clocks: Mapping[str, datetime]
    units: tuple[Trip, ...] = ()
    report: JudgedRow | None = None
    """What its report says in codes and numbers; None: not read, or there is none."""

    @property
    def kind(self) -> str | None:
        """The first level of its type, None where nobody said what it was."""
        known = standards.incident_types().get(self.type or "")
        return known.kind if known else None

    @property
    def for_all(self) -> bool:
        """Whether everybody may know of it once it is old: a real one, counted once, that names nobody."""
        real = not self.exercise and self.outcome != "duplicate"
        return real and self.kind not in NOT_FOR_ALL and self.type not in NOT_FOR_ALL

    def seconds(self, until: str) -> int | None:
        """From answering the call to a clock; None where either is missing (of history often only the day is known)
        or the clock stands before the call."""
        answered, reached = self.clocks.get("answered"), self.clocks.get(until)
        passed = (reached - answered).total_seconds() if answered and reached else -1.0
        return round(passed) if passed >= 0 else None


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What incidents are told with: whose node it is, its zone, the names of its areas."""

    agency: AgencyRow | None
    zone: ZoneInfo
    areas: Mapping[str, AreaRow]

    def area_name(self, code: str | None) -> str | None:
        """What an area is called."""
        known = self.areas.get(code or "")
        return known.name if known else None

    def above(self, code: str | None) -> str | None:
        """The code of the area this one lies in."""
        known = self.areas.get(code or "")
        return known.parent if known else None


def around(desk: Desk, reader: Ask) -> Around | Refusal:
    """The agency and the areas, as the reader may see them."""
    agencies = rows(desk, "dispatch.agencies", All(), reader)
    areas = rows(desk, "places.areas", All(), reader)
    if isinstance(agencies, Refusal):
        return agencies
    own = next((row for row in agencies if row.own), None)
    return Around(
        agency=own,
        zone=ZoneInfo(own.zone if own else "Asia/Makassar"),
        areas={} if isinstance(areas, Refusal) else {row.area: row for row in areas},
    )


def one(desk: Desk, incident: str, reader: Ask) -> Incident | Refusal:
    """One incident; a refusal where there is none or the reader may not see it."""
    found = rows(desk, "dispatch.incident", OneQuery(incident), reader)
    if isinstance(found, Refusal):
        return found
    if not found:
        return Refusal(code="no-such-incident", facts={"incident": incident[:100]})
    return _incident(found[0])


def between(desk: Desk, since: datetime, until: datetime, reader: Ask, units: bool = True) -> list[Incident] | Refusal:
    """Incidents opened from a time until another (exclusive), in the order they were opened."""
    found = rows(desk, "report.responses", Period(since, until, units), reader)
    return found if isinstance(found, Refusal) else [_incident(row) for row in found]


def with_reports(desk: Desk, incidents: list[Incident], reader: Ask) -> list[Incident] | Refusal:
    """The same incidents with what their reports say."""
    if not incidents:
        return []
    since, until = incidents[0].opened_at, incidents[-1].opened_at + timedelta(microseconds=1)
    found = rows(desk, "report.judged", Period(since, until), reader)
    if isinstance(found, Refusal):
        return found
    by_incident = {row.incident: row for row in found}
    return [msgspec.structs.replace(one, report=by_incident.get(one.incident)) for one in incidents]


def rows(desk: Desk, view: str, query: Query, reader: Ask) -> Any:
    """Rows of a view, or the refusal to show them."""
    shown = desk.show(view, query, reader)
    return shown if isinstance(shown, Refusal) else list(shown.rows)


def _incident(row: Any) -> Incident:
    return Incident(
        incident=row.incident,
        number=row.number,
        agency=row.agency,
        type=row.type,
        exercise=row.exercise,
        life_risk=row.life_risk,
        level=row.level,
        lon=row.lon,
        lat=row.lat,
        area=row.area,
        state=row.state,
        outcome=row.outcome,
        opened_at=datetime.fromisoformat(row.opened_at),
        answered_at=datetime.fromisoformat(row.answered_at),
        ended_at=_time(row.ended_at),
        clocks=_times(row.clocks),
        units=tuple(
            Trip(
                unit=unit.unit,
                sent_at=datetime.fromisoformat(unit.sent_at),
                ended_at=_time(unit.ended_at),
                how=unit.how,
                clocks=_times(unit.clocks),
                people=getattr(unit, "people", None),
            )
            for unit in row.units
        ),
    )


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _times(clocks: Mapping[str, str | None]) -> dict[str, datetime]:
    return {clock: datetime.fromisoformat(at) for clock, at in clocks.items() if at}
