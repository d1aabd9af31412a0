"""Danger to our own: MAYDAY, evacuation order, alarms that a person takes; commands and their rules."""

from typing import Annotated

from msgspec import Meta

from ....kernel.fields import Id
from ....kernel.records import Command, Told
from ..events import MaydayNeed, MaydayOutcome
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
