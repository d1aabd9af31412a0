"""The port through which reports and figures see how an incident was answered: who was sent, and every clock.

Reports keep no second copy of clocks (decision 0022): the app lends what the slice that owns them reads."""

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from ...kernel.storage import Tx


class UnitResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A unit at an incident: when it was sent, when and how that ended, the times it made."""

    unit: str
    station: str | None
    vehicle_type: str | None
    sent_at: str
    ended_at: str | None
    how: str | None
    clocks: dict[str, str]
    people: int | None = None
    """Its crew then; None: not recorded."""


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as it was answered. Times are ISO text in UTC as stored; a clock that is missing is absent.

    `place` is a told reference; `home` is the node that owns the incident, empty for this one."""

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
    place: str | None
    state: str
    outcome: str | None
    opened_at: str
    answered_at: str
    ended_at: str | None
    clocks: dict[str, str]
    corrected: tuple[str, ...] = ()
    units: tuple[UnitResponse, ...] = ()
    place_id: str | None = None
    home: str = ""


class Line(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An incident as figures over years need it: the first of each clock, and the station whose unit was ready first
    (or there first, where none said that it was ready). Clocks stand only at the types that were asked for."""

    incident: str
    number: str
    type: str | None
    area: str | None
    state: str
    outcome: str | None
    exercise: bool
    home: str
    opened: str
    opened_clock: str | None = None
    """When it was opened as that counts: corrected, or null where nobody knows; `opened` only orders incidents."""
    ended: str | None = None
    answered: str | None = None
    dispatched: str | None = None
    on_the_way: str | None = None
    arrived: str | None = None
    access: str | None = None
    ready: str | None = None
    action: str | None = None
    station: str | None = None
    count: int = 1
    """How many incidents the line stands for: several, and none of them named, where they are summed up."""


Between = Callable[[Tx, str, str, bool], list[Response]]
Some = Callable[[Tx, Sequence[str]], list[Response]]
Others = Literal["each", "summed", "none"]
Lines = Callable[[Tx, str, str, Sequence[str], Others, bool], list[Line]]


class Responses:
    """How incidents were answered; `TABLES` of the owner are what a view that uses it must name in its `reads`."""

    def __init__(self, between: Between, some: Some, lines: Lines) -> None:
        self._between, self._some, self._lines = between, some, lines

    def between(self, tx: Tx, since: str, until: str, units: bool = False) -> list[Response]:
        """Incidents opened from a time until another (exclusive), both as `written`, in the order they were opened."""
        return self._between(tx, since, until, units)

    def some(self, tx: Tx, incidents: Sequence[str]) -> list[Response]:
        """These incidents, with their units."""
        return self._some(tx, incidents)

    def one(self, tx: Tx, incident: str) -> Response | None:
        """One incident with its units; None: there is no such."""
        return next(iter(self._some(tx, [incident])), None)

    def lines(
        self, tx: Tx, since: str, until: str, types: Sequence[str], others: Others = "each", parts: bool = True
    ) -> list[Line]:
        """Incidents of these types opened in a period as narrow lines, in the order they were opened; of the other
        types each one too but without clocks, or one line with a `count` for all that are alike, or none. Without
        `parts` only the clocks answered, arrived and ready."""
        return self._lines(tx, since, until, types, others, parts)
