"""Incidents as a log holds them, written in a few words: what figures are tested on."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from conftest import ask, rows
from siaga.kernel.desk import Desk
from siaga.kernel.records import Ask, Event, Told
from siaga.kernel.storage import Tx
from siaga.kernel.words import seal
from siaga.slices import dispatch, intake, places, report
from siaga.slices.dispatch import events as sent
from siaga.slices.dispatch.tables import lines, responses
from siaga.slices.intake import events as called
from siaga.slices.report import events
from siaga.slices.report.responses import Responses

SLICES = (places.SLICE, intake.SLICE, dispatch.SLICE, report.SLICE)
WITA = ZoneInfo("Asia/Makassar")
LOKTUAN, KUALA = "64.74.01.1001", "64.74.01.1005"
MUST = ("reporter", "administrator", "planner")


def port() -> dict[type, Any]:
    """What the app lends to the views of reports."""
    return {Responses: Responses(responses.between, responses.some, lines.lines)}


def local(*parts: int) -> datetime:
    """A time in Bontang."""
    return datetime(*parts, tzinfo=WITA).astimezone(UTC)  # type: ignore[misc,arg-type]


class Story:
    """Writes what happened into the log of a desk, beside its rules."""

    def __init__(self, desk: Desk, name: str = "s") -> None:
        self.desk, self.name, self.n = desk, name, 0

    def write(self, at: datetime, *written: Event) -> None:
        """Events of one ask at a time."""
        self.n += 1
        name = f"{self.name}{self.n}"
        said = [seal(one, f"{name}.{k}") for k, one in enumerate(written)]

        def do(tx: Tx) -> None:
            self.desk.record(tx, said, ask("administrator", id=name, at=at, received=at), "test", "0" * 32)

        self.desk.work(do)

    def town(self) -> "Story":
        """Bontang with two stations and a unit at each."""
        self.write(
            local(2026, 1, 1),
            sent.AgencyRegistered("bontang", "Disdamkartan", "fire"),
            sent.StationRegistered("mako", "bontang", "Mako", 117.49, 0.13, True),
            sent.StationRegistered("loktuan", "bontang", "Loktuan", 117.48, 0.17),
            sent.UnitRegistered("m1", "bontang", "mako", "pump"),
            sent.UnitRegistered("l1", "bontang", "loktuan", "pump"),
        )
        return self

    def incident(
        self,
        name: str,
        at: datetime,
        type: str | None = "fire.housing",
        *,
        area: str | None = LOKTUAN,
        unit: str = "m1",
        opened: float = 40,
        dispatched: float = 70,
        rolling: float = 130,
        arrived: float | None = None,
        ready: float | None = None,
        ended: float | None = 3600,
        outcome: str = "handled",
        exercise: bool = False,
        cancelled: bool = False,
        unmet: Sequence[str] = (),
        override: str | None = None,
    ) -> "Story":
        """An incident whose call was answered `at`; everything else is seconds after that, None: it was never said."""

        def after(seconds: float) -> datetime:
            return at + timedelta(seconds=seconds)

        place = called.IncidentOpened(
            name, f"{at:%Y}-{self.n:06d}", "bontang", 117.49, 0.13, 50, type, False, None, at, area, exercise=exercise
        )
        self.write(after(opened), place)
        if cancelled:
            self.write(after(ended or 0), called.IncidentCancelled(name, Told("tidak perlu")))
            return self
        shown = sent.ShownProposal(at, "card", 1, "1", "roads", unmet=dict.fromkeys(unmet, 1))
        why = Told(override) if override else None
        self.write(after(dispatched), sent.UnitsDispatched(f"{name}.d", name, (unit,), 1, shown, why))
        self.write(after(rolling), sent.UnitStatusReported(unit, "on-the-way", name))
        if arrived is not None:
            self.write(after(arrived), sent.UnitStatusReported(unit, "arrived", name))
        if ready is not None:
            self.write(after(ready), sent.UnitStatusReported(unit, "ready-to-serve", name))
        if arrived is None and ready is not None:
            self.write(after(ready + 1), sent.TimeCorrected(name, "arrived", None))
        if ended is not None:
            self.write(after(ended), sent.IncidentClosed(name, outcome))
            self.write(after(ended + 1), sent.UnitStatusReported(unit, "ready", name))
        return self

    def people(self, name: str, at: datetime, must: tuple[int, int], served: tuple[int, int] | None) -> "Story":
        """Victims and affected who had to be served, and who were."""
        done = served or (None, None)
        counted = events.VictimsCounted(
            name,
            to_serve_victims=must[0],
            to_serve_affected=must[1],
            served_victims=done[0],
            served_affected=done[1],
        )
        self.write(at, counted)
        return self


def reader(*roles: str) -> Ask:
    """Somebody who may read and decide about figures."""
    return ask(*(roles or MUST), at=local(2026, 10, 5))


def see(desk: Desk, name: str, query: Any) -> Any:
    """The rows of a view of reports."""
    return rows(desk.show(f"report.{name}", query, reader()))
