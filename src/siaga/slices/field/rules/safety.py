"""Danger to our own: MAYDAY, evacuation order, alarms that a person takes; commands and their rules."""

from datetime import timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from ....kernel.fields import Id
from ....kernel.records import Ask, Command, Decision, Due, Refusal, Told
from .. import events
from ..events import MaydayNeed, MaydayOutcome
from . import deadlines
from .crewfold import Crew
from .crews import Bar


class CallMayday(Command, frozen=True):
    """Somebody of ours is in danger to life; an observation, and a second one can be called while the first runs."""

    mayday: Id
    incident: Id
    crew: Id | None = None
    person: Id | None = None
    sector: Id | None = None
    bar: Bar | None = None
    need: MaydayNeed = "other"
    where: Told | None = None


class StepMayday(Command, frozen=True):
    """Tick a step of the MAYDAY checklist, or take the tick back; `crew` names the rescue crew where one is sent."""

    mayday: Id
    incident: Id
    step: Id
    done: bool = True
    crew: Id | None = None


class EndMayday(Command, frozen=True):
    """Say that the MAYDAY is over, and how it ended."""

    mayday: Id
    incident: Id
    outcome: MaydayOutcome
    note: Told | None = None


class OrderEvacuation(Command, frozen=True):
    """Order everybody out of a sector, or of the whole scene; never refused, wherever it is called."""

    evacuation: Id
    incident: Id
    sector: Id | None = None
    reason: Told | None = None


class AcknowledgeEvacuation(Command, frozen=True):
    """Say that a crew heard the evacuation order; an observation."""

    evacuation: Id
    incident: Id
    crew: Id


class EndEvacuation(Command, frozen=True):
    """Say that the evacuation order is over."""

    evacuation: Id
    incident: Id


class RemindEvacuation(Command, frozen=True):
    """Asked by the timer: which crews have not acknowledged?"""

    evacuation: Id
    incident: Id
    times: int = 1


class TakeAlarm(Command, frozen=True):
    """Take an alarm of the scene on."""

    incident: Id
    alarm: Annotated[str, Meta(min_length=1, max_length=300)]


EVACUATION_STEPS = 30


class MaydayKnown(msgspec.Struct, frozen=True):
    """Whether there is such a MAYDAY, and whether it goes on."""

    there: bool
    ended: bool


class AlarmKnown(msgspec.Struct, frozen=True):
    """What an alarm is, and the crew that it is about; None in its place: no such incident."""

    kind: str = ""
    crew: str = ""


class EvacuationKnown(msgspec.Struct, frozen=True, kw_only=True):
    """An evacuation order and the crews it waits for; `decides` as with crews."""

    incident_known: bool
    decides: bool
    there: bool
    ended: bool
    pending: tuple[str, ...]
    answer_s: float


def pending(crews: tuple[Crew, ...], sector: str, heard: frozenset[str]) -> tuple[str, ...]:
    """The crews that are there, in the sector, and have not said that they heard the order."""
    waited = [c for c in crews if deadlines.on_scene(c) and deadlines.in_sector(c, sector)]
    return tuple(c.crew for c in waited if c.crew not in heard)


def _unknown(incident: str) -> Refusal:
    return Refusal(code="incident-unknown", facts={"incident": incident})


def call_mayday(cmd: CallMayday, known: bool, ask: Ask) -> Decision:
    """Recorded whenever it arrives, with whatever is known of who and where."""
    if not known:
        return _unknown(cmd.incident)
    who = (cmd.crew or "", cmd.person or "", cmd.sector or "")
    return [events.MaydayCalled(cmd.mayday, cmd.incident, *who, cmd.bar, cmd.need, cmd.where)]


def step_mayday(cmd: StepMayday, known: bool, ask: Ask) -> Decision:
    """Recorded whenever it arrives."""
    if not known:
        return _unknown(cmd.incident)
    return [events.MaydayStepped(cmd.mayday, cmd.incident, cmd.step, cmd.done, cmd.crew or "")]


def end_mayday(cmd: EndMayday, known: MaydayKnown, ask: Ask) -> Decision:
    """Ends this one; another that was called goes on."""
    if not known.there:
        return Refusal(code="mayday-unknown", facts={"mayday": cmd.mayday})
    return [] if known.ended else [events.MaydayEnded(cmd.mayday, cmd.incident, cmd.outcome, cmd.note)]


def order_evacuation(cmd: OrderEvacuation, known: EvacuationKnown, ask: Ask) -> Decision:
    """Never refused; whether the crews have heard it is watched."""
    if not known.incident_known:
        return _unknown(cmd.incident)
    if known.there:
        return []
    event = events.EvacuationOrdered(cmd.evacuation, cmd.incident, cmd.sector or "", cmd.reason)
    if not known.decides:
        return [event]
    at = deadlines.fires_at(ask, ask.when + timedelta(seconds=known.answer_s))
    return [event, Due(f"evacuation.{cmd.evacuation}", at, RemindEvacuation(cmd.evacuation, cmd.incident))]


def acknowledge_evacuation(cmd: AcknowledgeEvacuation, known: bool, ask: Ask) -> Decision:
    """Recorded whenever it arrives."""
    if not known:
        return _unknown(cmd.incident)
    return [events.EvacuationAcknowledged(cmd.evacuation, cmd.incident, cmd.crew)]


def end_evacuation(cmd: EndEvacuation, known: EvacuationKnown, ask: Ask) -> Decision:
    """The order no longer stands, also where not everybody had heard it."""
    if not known.there:
        return Refusal(code="evacuation-unknown", facts={"evacuation": cmd.evacuation})
    return [] if known.ended else [events.EvacuationEnded(cmd.evacuation, cmd.incident)]


def remind_evacuation(cmd: RemindEvacuation, known: EvacuationKnown, ask: Ask) -> Decision:
    """Names the crews that have not acknowledged, again and again until all have or the order is over."""
    if not known.decides or not known.there or known.ended or not known.pending:
        return []
    unanswered = events.EvacuationUnanswered(cmd.evacuation, cmd.incident, known.pending, cmd.times)
    if cmd.times >= EVACUATION_STEPS:
        return [unanswered]
    again = RemindEvacuation(cmd.evacuation, cmd.incident, cmd.times + 1)
    at = ask.now + timedelta(seconds=known.answer_s)
    return [unanswered, Due(f"evacuation.{cmd.evacuation}.{again.times}", at, again)]


def take_alarm(cmd: TakeAlarm, known: AlarmKnown | None, ask: Ask) -> Decision:
    """Recorded whenever it arrives; a later step of the same alarm sounds again."""
    return [events.AlarmTaken(cmd.incident, cmd.alarm, known.kind, known.crew)] if known else _unknown(cmd.incident)
