"""What the tests of reports share: a desk with the port, and a closed fire to report on."""

from datetime import datetime, timedelta
from typing import Any

from conftest import SATURDAY, ask, rows
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Command, Refusal, Told
from siaga.slices.dispatch.rules import (
    CloseIncident,
    CorrectTime,
    Dispatch,
    RegisterAgency,
    RegisterStation,
    RegisterUnit,
    ReportStatus,
)
from siaga.slices.dispatch.tables import lines, responses
from siaga.slices.intake.rules import OpenIncident
from siaga.slices.report import rules
from siaga.slices.report.events import Casualties, LossLine, Obstacle, WaterLine
from siaga.slices.report.responses import Responses
from siaga.slices.report.rules import states
from siaga.slices.report.tables.rows import ListQuery, ListRow, OfIncident, ReportRow

PORT: dict[type, Any] = {Responses: Responses(responses.between, responses.some, lines.lines)}
NOBODY = Casualties(dead=0, heavy=0, light=0, rescued=0)


def take(desk: Desk, command: Command, *roles: str, **more: Any) -> None:
    """Ask, and expect it to be recorded."""
    answer = desk.handle(command, ask(*roles, **more))
    assert isinstance(answer, Accepted), (command, answer)


def refused(desk: Desk, command: Command, *roles: str, **more: Any) -> Refusal:
    """Ask, and expect a refusal."""
    answer = desk.handle(command, ask(*roles, **more))
    assert isinstance(answer, Refusal), command
    return answer


def minutes(n: float) -> datetime:
    """So long after the fire was reported."""
    return SATURDAY + timedelta(minutes=n)


def fleet(desk: Desk) -> None:
    """A service with one station and one pump."""
    take(desk, RegisterAgency("bontang", "Disdamkartan", "fire-service"), "administrator")
    take(desk, RegisterStation("mako", "bontang", "Mako", 117.49, 0.13, headquarters=True), "administrator")
    take(desk, RegisterUnit("BTG-1", "bontang", "mako", "pump"), "administrator")


def fire(desk: Desk, name: str = "i1", type: str = "fire.housing", after: float = 0, **more: Any) -> None:
    """A fire that a pump answered in eleven minutes, closed after two hours."""
    take(
        desk, OpenIncident(name, 117.49, 0.13, type=type, area="64.74.02.1001", **more), "call-taker", at=minutes(after)
    )
    take(desk, Dispatch(f"d-{name}", name, ("BTG-1",)), "dispatcher", at=minutes(after + 1))
    steps: tuple[tuple[Any, float], ...] = (("on-the-way", 2), ("arrived", 8), ("ready-to-serve", 11))
    for status, at in (*steps, ("returning", 100), ("ready", 115)):
        where = name if at < 100 else None
        take(desk, ReportStatus("BTG-1", status, where), "crew", at=minutes(after + at))
    take(desk, CloseIncident(name, "handled"), "dispatcher", at=minutes(after + 120))


SECTIONS: tuple[Any, ...] = (
    rules.DescribeObject("i1", "house", "timber", building_m2=96.0, burnt_m2=72.0, note=Told("dapur belakang")),
    rules.StateCause("i1", "unknown", thing="cable"),
    rules.CountVictims("i1", NOBODY, NOBODY, 3, 11, 11, Told("balai RT"), 0, 11, 0, 11),
    rules.StateLoss("i1", (LossLine(Told("Bangunan"), 48.0, "m²", 1_850_000),), basis=Told("luas kali harga")),
    rules.StateWater("i1", (WaterLine("water", "tank", "meter", 7400.0),)),
    rules.StateObstacles("i1", (Obstacle("narrow-road", 127, Told("slang disambung")),)),
    rules.Summarise("i1", Told("Api padam, lokasi diserahkan kepada pemilik.")),
)
"""Everything a report of a fire is asked for."""


def written_down(desk: Desk, *sections: Command, at: float = 130) -> None:
    """Say sections, all of them unless some are named."""
    for n, section in enumerate(sections or SECTIONS):
        take(desk, section, "reporter", at=minutes(at + n), actor="pelapor")


def report(desk: Desk, name: str = "i1") -> ReportRow:
    """The report as its view shows it."""
    row = rows(desk.show("report.report", OfIncident(name), ask("reporter")))[0]
    assert isinstance(row, ReportRow)
    return row


def listed(desk: Desk, **query: Any) -> dict[str, ListRow]:
    """The list by incident."""
    return {row.incident: row for row in rows(desk.show("report.list", ListQuery(**query), ask("reporter")))}


def seen(desk: Desk, name: str = "i1") -> dict[str, str]:
    """What a signer has seen."""
    row = report(desk, name)
    return {"digest": row.digest, "content": row.content}


def checked(desk: Desk, at: float = 150) -> None:
    """The reporter checks it."""
    take(desk, states.CheckReport("i1", **seen(desk)), "reporter", at=minutes(at), actor="pelapor")


def signed(desk: Desk, at: float = 160) -> None:
    """The commander signs what the reporter checked."""
    checked(desk, at - 5)
    take(desk, states.SignReport("i1", **seen(desk), post="danton"), "commander", at=minutes(at), actor="danton")


def corrected(desk: Desk, clock: Any, at: float | None, when: float, **more: Any) -> None:
    """A time is corrected."""
    moment = None if at is None else minutes(at)
    take(desk, CorrectTime("i1", clock, moment, **more), "reporter", at=minutes(when), actor="pelapor")
