"""Command of the scene: who leads, posts, hand-over, sectors, channels, tasks; commands and their rules."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from ....kernel.fields import Code, Id
from ....kernel.records import Ask, Command, Decision, Refusal, Told
from .. import events
from ..events import By, SectorKind, Side, Subject, TaskKind, TaskStep
from .commandfold import Commanding

Called = Annotated[
    str,
    Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$", description="a short code, never a name of a person"),
]


class AssumeCommand(Command, frozen=True):
    """Take command of an incident that nobody commands; over a commander's head with a reason."""

    incident: Id
    holder: Called


class FillPost(Command, frozen=True):
    """Say who holds a post."""

    incident: Id
    post: Id
    holder: Called


class VacatePost(Command, frozen=True):
    """Say that a post is empty again."""

    incident: Id
    post: Id


class OpenHandover(Command, frozen=True):
    """Begin to hand command to somebody."""

    handover: Id
    incident: Id
    taker: Called


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
    name: Called
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


class Post(msgspec.Struct, frozen=True):
    """A post: whether there is such a one, whether it is the commander's, who holds it (empty: nobody)."""

    known: bool
    commands: bool = False
    holder: str = ""


class Sector(msgspec.Struct, frozen=True):
    """A sector as it stands; None in its place means that nobody opened it."""

    name: str
    kind: SectorKind
    leader: str
    closed: bool
    crews: tuple[str, ...] = ()


class Channel(msgspec.Struct, frozen=True):
    """The channel that is set, empty for none, and whether the sector it is for is open."""

    channel: str
    sector_open: bool


class Task(msgspec.Struct, frozen=True):
    """A task: as it was last set, without its text (None: nobody set it), and its step."""

    set: events.TaskSet | None
    step: TaskStep


class Setting(msgspec.Struct, frozen=True):
    """What setting a task must know: the task, and whether code, sector and post are known ones."""

    task: Task
    missing: tuple[tuple[str, str], ...] = ()


def assume_command(cmd: AssumeCommand, known: Commanding, ask: Ask) -> Decision:
    """Over a commander's head only with a reason; the same commander may go on with another account."""
    there = known.commander
    if there is not None and there.holder == cmd.holder and there.account in ("", ask.actor):
        return []
    if there is not None and there.holder != cmd.holder and not ask.override:
        facts = {"holder": there.holder, "since": there.since}
        return Refusal(code="command-held", facts=facts, overridable=True)
    return [events.CommandAssumed(cmd.incident, cmd.holder, ask.override)]


def fill_post(cmd: FillPost, known: Post, ask: Ask) -> Decision:
    """Command itself is not filled: it is taken, or handed over."""
    if not known.known:
        return Refusal(code="post-unknown", facts={"post": cmd.post})
    if known.commands:
        return Refusal(code="post-commands", facts={"post": cmd.post})
    return [] if known.holder == cmd.holder else [events.PostFilled(cmd.incident, cmd.post, cmd.holder)]


def vacate_post(cmd: VacatePost, known: Post, ask: Ask) -> Decision:
    """Emptying an empty post is harmless."""
    return [events.PostVacated(cmd.incident, cmd.post)] if known.holder else []


def open_handover(cmd: OpenHandover, known: Commanding, ask: Ask) -> Decision:
    """One at a time, from whoever commands; to himself there is nothing to hand over."""
    if known.commander is None:
        return Refusal(code="command-vacant", facts={"incident": cmd.incident})
    if any(one.handover == cmd.handover for one in known.handovers) or known.commander.holder == cmd.taker:
        return []
    if known.open is not None:
        facts = {"taker": known.open.taker, "since": known.open.opened.at}
        return Refusal(code="handover-open", facts=facts)
    return [events.HandoverOpened(cmd.handover, cmd.incident, known.commander.holder, cmd.taker)]


def check_handover(cmd: CheckHandover, known: Commanding | None, ask: Ask) -> Decision:
    """Recorded whenever it arrives, also before the opening did; a square ticked twice stays ticked. None: no such
    incident."""
    if known is None:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    there = next((one for one in known.handovers if one.handover == cmd.handover), None)
    if there is not None and there.ticked(cmd.side, cmd.subject):
        return []
    return [events.HandoverChecked(cmd.handover, cmd.incident, cmd.side, cmd.subject, cmd.by)]


def withdraw_handover(cmd: WithdrawHandover, known: Commanding, ask: Ask) -> Decision:
    """What is over stays over."""
    there = next((one for one in known.handovers if one.handover == cmd.handover), None)
    if there is None:
        return Refusal(code="handover-unknown", facts={"handover": cmd.handover})
    return [] if there.over else [events.HandoverWithdrawn(cmd.handover, cmd.incident)]


def set_channel(cmd: SetChannel, known: Channel, ask: Ask) -> Decision:
    """An empty channel takes the one that is set away."""
    if cmd.sector is not None and not known.sector_open:
        return Refusal(code="sector-unknown", facts={"sector": cmd.sector})
    if known.channel == cmd.channel:
        return []
    return [events.ChannelSet(cmd.incident, cmd.channel, cmd.sector or "")]


def set_sector(cmd: SetSector, known: Sector | None, ask: Ask) -> Decision:
    """The same again changes nothing; a closed one opens again. Staging and rehab are there without it."""
    if cmd.sector in (events.STAGING, events.REHAB):
        return Refusal(code="sector-fixed", facts={"sector": cmd.sector})
    stands = known is not None and not known.closed and (known.name, known.kind, known.leader)
    if stands == (cmd.name, cmd.kind, cmd.leader):
        return []
    return [events.SectorSet(cmd.sector, cmd.incident, cmd.name, cmd.kind, cmd.leader)]


def close_sector(cmd: CloseSector, known: Sector | None, ask: Ask) -> Decision:
    """Only when no crew works in it: nobody may be in a place that is not on the board."""
    if known is None:
        return Refusal(code="sector-unknown", facts={"sector": cmd.sector})
    if known.closed:
        return []
    if known.crews:
        return Refusal(code="sector-used", facts={"sector": known.name, "crews": ", ".join(known.crews)})
    return [events.SectorClosed(cmd.sector, cmd.incident)]


def set_task(cmd: SetTask, known: Setting, ask: Ask) -> Decision:
    """A task has a common code or words of its own; the same again changes nothing."""
    if cmd.code is None and cmd.text is None:
        return Refusal(code="task-empty", facts={"task": cmd.task})
    if known.missing:
        what, name = known.missing[0]
        return Refusal(code=f"{what}-unknown", facts={what: name})
    wanted = events.TaskSet(
        task=cmd.task,
        incident=cmd.incident,
        kind=cmd.kind,
        code=cmd.code or "",
        text=cmd.text,
        crew=cmd.crew or "",
        sector=cmd.sector or "",
        post=cmd.post or "",
        due_at=cmd.due_at,
    )
    same = cmd.text is None and known.task.set == wanted
    return [] if same else [wanted]


def step_task(cmd: StepTask, known: Task, ask: Ask) -> Decision:
    """The step it is at already is nothing, unless something was written to it."""
    if known.set is None:
        return Refusal(code="task-unknown", facts={"task": cmd.task})
    if known.step == cmd.step and cmd.note is None:
        return []
    return [events.TaskStepped(cmd.task, cmd.incident, cmd.step, cmd.note)]
