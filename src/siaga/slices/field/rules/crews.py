"""Crews at the scene: formed, moved, in and out, air, PAR, contact, contradictions; commands and their rules."""

from typing import Annotated

from msgspec import Meta

from ....kernel.fields import Code, Id
from ....kernel.records import Command, Told
from ..events import AirLevel, AirMark, Holds, ParResult, Wearer

People = Annotated[int, Meta(ge=0, le=99)]
Bar = Annotated[float, Meta(ge=0, le=450, description="gauge pressure, bar")]
Persons = Annotated[tuple[Id, ...], Meta(max_length=40)]


class FormCrew(Command, frozen=True):
    """Put a crew on the board that no dispatched unit brought, or split one; the same id again changes it."""

    crew: Id
    incident: Id
    label: Code
    people: People
    unit: Id | None = None
    agency: Id | None = None
    persons: Persons = ()


class MoveCrew(Command, frozen=True):
    """Let a crew work in another sector, wait in staging or rest in rehab."""

    incident: Id
    crew: Id
    to: Id


class ReportEntry(Command, frozen=True):
    """Say who of a crew went in where, with what pressure; an observation, recorded whenever it arrives."""

    incident: Id
    crew: Id
    sector: Id
    wearers: Annotated[tuple[Wearer, ...], Meta(min_length=1, max_length=40)]


class ReportExit(Command, frozen=True):
    """Say who of a crew came out, or that all did; an observation."""

    incident: Id
    crew: Id
    persons: Persons = ()


class ReportAir(Command, frozen=True):
    """Say what pressure somebody reads; an observation."""

    incident: Id
    crew: Id
    person: Id
    bar: Bar
    mark: AirMark = "check"
    cylinder: Annotated[str, Meta(max_length=40)] = ""


class CallPar(Command, frozen=True):
    """Ask every crew of a sector, or of the whole scene, whether it is complete."""

    par: Id
    incident: Id
    sector: Id | None = None


class ReportPar(Command, frozen=True):
    """Say that a crew is complete, short or silent; an observation."""

    incident: Id
    crew: Id
    result: ParResult
    present: People | None = None
    par: Id | None = None


class ReportLostContact(Command, frozen=True):
    """Say that a crew, or somebody of it, does not answer; an observation."""

    incident: Id
    crew: Id
    person: Id | None = None


class ReportContact(Command, frozen=True):
    """Say that who did not answer was heard or seen again; an observation."""

    incident: Id
    crew: Id


class ResolveConflict(Command, frozen=True):
    """Say which of two contradicting observations holds."""

    incident: Id
    crew: Id
    conflict: Annotated[str, Meta(min_length=1, max_length=400)]
    holds: Holds
    note: Told | None = None


class RemindPar(Command, frozen=True):
    """Asked by the timer: was the crew accounted for since?"""

    incident: Id
    crew: Id
    accounted_at: str
    times: int = 1


class RemindAir(Command, frozen=True):
    """Asked by the timer: is he still in, with nothing read since?"""

    incident: Id
    crew: Id
    person: Id
    reading: str
    level: AirLevel
