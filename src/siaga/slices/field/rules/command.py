"""Command of the scene: who leads, posts, hand-over, sectors, channels, tasks; commands and their rules."""

from datetime import datetime

from ....kernel.fields import Code, Id
from ....kernel.records import Command, Told
from ..events import By, SectorKind, Side, Subject, TaskKind, TaskStep


class AssumeCommand(Command, frozen=True):
    """Take command of an incident that nobody commands; over a commander's head with a reason."""

    incident: Id
    holder: Code


class FillPost(Command, frozen=True):
    """Say who holds a post."""

    incident: Id
    post: Id
    holder: Code


class VacatePost(Command, frozen=True):
    """Say that a post is empty again."""

    incident: Id
    post: Id


class OpenHandover(Command, frozen=True):
    """Begin to hand command to somebody."""

    handover: Id
    incident: Id
    taker: Code


class CheckHandover(Command, frozen=True):
    """Tick one of the ten squares: five subjects, two sides; an observation, over the radio where a side is away."""

    handover: Id
    incident: Id
    side: Side
    subject: Subject
    by: By = "self"


class WithdrawHandover(Command, frozen=True):
    """Do not hand over after all."""

    handover: Id
    incident: Id


class SetChannel(Command, frozen=True):
    """Say which radio channel the incident, or one of its sectors, talks on."""

    incident: Id
    channel: Code
    sector: Id | None = None


class SetSector(Command, frozen=True):
    """Open a sector, rename it or give it another leader."""

    sector: Id
    incident: Id
    name: Code
    kind: SectorKind = "sector"
    leader: Code = ""


class CloseSector(Command, frozen=True):
    """Close a sector in which nobody is any more."""

    sector: Id
    incident: Id


class SetTask(Command, frozen=True):
    """Set a task or an objective, or change it."""

    task: Id
    incident: Id
    kind: TaskKind = "task"
    code: Id | None = None
    text: Told | None = None
    crew: Id | None = None
    sector: Id | None = None
    post: Id | None = None
    due_at: datetime | None = None


class StepTask(Command, frozen=True):
    """Say that a task goes on, is done, was dropped or is open again."""

    task: Id
    incident: Id
    step: TaskStep
    note: Told | None = None
