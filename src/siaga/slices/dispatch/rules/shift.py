"""Handing the control room over to the next shift: the node makes the list, both sides say that it is known."""

from typing import Annotated

import msgspec
from msgspec import Meta

from ....kernel.fields import Id
from ....kernel.records import Ask, Command, Decision, Refusal, Told
from ..events import ShiftHandoverConfirmed, ShiftHandoverOpened, ShiftHandoverWithdrawn, ShiftLine, ShiftSide

LineId = Annotated[str, Meta(pattern=r"^[a-z-]{1,20}\.[A-Za-z0-9._:-]{1,200}$")]


class OpenShiftHandover(Command, frozen=True):
    """Begin to hand the control room over, with what is open now; the same again takes the list anew."""

    handover: Id
    note: Told | None = None


class ConfirmShiftHandover(Command, frozen=True):
    """Say for one side that every line was told, or was understood; `lines` are those that were ticked."""

    handover: Id
    side: ShiftSide
    lines: Annotated[tuple[LineId, ...], Meta(max_length=1000)] = ()


class WithdrawShiftHandover(Command, frozen=True):
    """The shift goes on after all, or the hand-over begins anew."""

    handover: Id


class Underway(msgspec.Struct, frozen=True):
    """The hand-over that goes on: its list, and which account confirmed which side."""

    handover: str
    lines: tuple[str, ...]
    note: str | None
    confirmed: dict[str, str]


class Handing(msgspec.Struct, frozen=True):
    """The hand-over that goes on, if any; what is to be handed over now; whether the id asked for is over."""

    underway: Underway | None
    lines: tuple[ShiftLine, ...]
    over: bool


def line_id(line: ShiftLine) -> str:
    """What ticks a line."""
    return f"{line.kind}.{line.subject}"


def open_shift_handover(cmd: OpenShiftHandover, known: Handing, ask: Ask) -> Decision:
    """One at a time; taken anew when the list or the note changed, and then both sides confirm anew."""
    if known.over:
        return Refusal(code="shift-handover-over", facts={"handover": cmd.handover})
    there = known.underway
    if there is not None and there.handover != cmd.handover:
        return Refusal(code="shift-handover-open", facts={"handover": there.handover})
    now = tuple(line_id(line) for line in known.lines)
    if there is not None and there.lines == now and cmd.note is None:
        return []
    return [ShiftHandoverOpened(cmd.handover, known.lines, cmd.note)]


def confirm_shift_handover(cmd: ConfirmShiftHandover, known: Handing, ask: Ask) -> Decision:
    """Every line is ticked, nothing came up since the list was made, and the two sides are two people."""
    there = known.underway
    if there is None or there.handover != cmd.handover:
        if known.over:
            return []
        return Refusal(code="shift-handover-unknown", facts={"handover": cmd.handover})
    if cmd.side in there.confirmed:
        return []
    unticked = set(there.lines) - set(cmd.lines)
    if unticked:
        return Refusal(code="shift-handover-unticked", facts={"n": len(unticked)})
    fresh = {line_id(line) for line in known.lines} - set(there.lines)
    if fresh:
        return Refusal(code="shift-handover-changed", facts={"n": len(fresh)})
    if ask.actor in there.confirmed.values() and not ask.override:
        return Refusal(code="shift-handover-same", overridable=True)
    return [ShiftHandoverConfirmed(cmd.handover, cmd.side, ask.override)]


def withdraw_shift_handover(cmd: WithdrawShiftHandover, known: Handing, ask: Ask) -> Decision:
    """What does not go on needs no withdrawing."""
    there = known.underway
    return [ShiftHandoverWithdrawn(cmd.handover)] if there is not None and there.handover == cmd.handover else []
