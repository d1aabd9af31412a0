"""A scene for tests: a desk with every slice, a town with two units, one open incident; and how to talk to it."""

from datetime import datetime, timedelta
from typing import Any

from conftest import SATURDAY, ask
from conftest import rows as rows_of
from siaga.kernel.desk import Desk
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Refusal, Told, written
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.field.rules.crewfold import Crew
from siaga.slices.field.tables.rows import AlarmRow, BoardRow, IncidentQuery
from siaga.slices.intake.rules import OpenIncident

ROLES = ("commander", "crew", "dispatcher", "shift-leader", "administrator", "call-taker")


def after(seconds: float) -> datetime:
    return SATURDAY + timedelta(seconds=seconds)


def at(seconds: float) -> str:
    return written(after(seconds))


def say(desk: Desk, command: Any, seconds: float = 0, **more: Any) -> Any:
    return desk.handle(command, ask(*ROLES, at=after(seconds), **more))


def do(desk: Desk, command: Any, seconds: float = 0, **more: Any) -> None:
    answer = say(desk, command, seconds, **more)
    assert isinstance(answer, Accepted), answer


def refused(desk: Desk, command: Any, seconds: float = 0, **more: Any) -> Refusal:
    answer = say(desk, command, seconds, **more)
    assert isinstance(answer, Refusal), answer
    return answer


def rows(desk: Desk, view: str, query: Any = None) -> list[Any]:
    return list(rows_of(desk.show(f"field.{view}", query or All(), ask(*ROLES))))


def board(desk: Desk, incident: str = "i1") -> BoardRow:
    (row,) = rows(desk, "board", IncidentQuery(incident))
    assert isinstance(row, BoardRow)
    return row


def crew(desk: Desk, name: str) -> Crew:
    (found,) = [one for one in board(desk).crews if one.crew == name]
    return found


def alarms(desk: Desk) -> list[AlarmRow]:
    return rows(desk, "alarms")


def sounding(desk: Desk) -> list[tuple[str, str, int]]:
    """The alarms that are not over: kind, crew, how often."""
    return [(one.kind, one.crew, one.times) for one in alarms(desk)]


def town(desk: Desk) -> None:
    """Two units of a service, with crews; nobody is on the way yet."""
    do(desk, dispatch.RegisterAgency("bontang", "Disdamkartan", "fire-service"))
    do(desk, dispatch.RegisterStation("MAKO", "bontang", "Mako", 117.48, 0.13, True))
    for person in ("P1", "P2"):
        do(desk, dispatch.EnterPerson(person, "MAKO", "A"))
    for name, people in (("BTG-1", 4), ("BTG-2", 3)):
        do(desk, dispatch.RegisterUnit(name, "bontang", "MAKO", "pump"))
        do(desk, dispatch.SetCrew(name, people, {}, ("P1", "P2") if name == "BTG-1" else ()))


def fire(desk: Desk, incident: str = "i1") -> None:
    """An incident is opened."""
    do(desk, OpenIncident(incident, 117.49, 0.13, type="fire.housing", place=Told("Jl. Gunung Sari")))
