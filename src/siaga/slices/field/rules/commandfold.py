"""Who commands, folded from what was said about it, whatever the order in which it reached the node.

A hand-over is complete at the latest of its ten squares (not before it was opened); it does not count when it was
withdrawn, or somebody else took command, before that. Then the giver is commander no more. A commander who goes on
from another account stays commander since when he was. The same steps are written
in web/src/slices/field/commandfold.ts for devices without network.
"""

from collections.abc import Iterable
from typing import get_args

import msgspec

from ..events import By, Side, Subject

SIDES: tuple[Side, ...] = get_args(Side)
SUBJECTS: tuple[Subject, ...] = get_args(Subject)
SQUARES = tuple((side, subject) for subject in SUBJECTS for side in SIDES)


class Said(msgspec.Struct, frozen=True):
    """When it was said (as `records.written`), by which ask, from which account."""

    at: str
    ask: str
    account: str

    @property
    def key(self) -> tuple[str, str]:
        """The order of what was said: two nodes that hold the same asks agree."""
        return self.at, self.ask


class Assumed(msgspec.Struct, frozen=True, tag=True):
    """Somebody took command."""

    holder: str


class Opened(msgspec.Struct, frozen=True, tag=True):
    """A hand-over began."""

    handover: str
    giver: str
    taker: str


class Checked(msgspec.Struct, frozen=True, tag=True):
    """A square was ticked."""

    handover: str
    side: Side
    subject: Subject
    by: By


class Withdrawn(msgspec.Struct, frozen=True, tag=True):
    """A hand-over was given up."""

    handover: str


Fact = Assumed | Opened | Checked | Withdrawn


class Commander(msgspec.Struct, frozen=True):
    """Who commands, from which account (empty: nobody of his own side used a device), since when."""

    holder: str
    account: str
    since: str


class Check(msgspec.Struct, frozen=True):
    """A square that was ticked, the first time."""

    side: Side
    subject: Subject
    by: By
    said: Said


class Handover(msgspec.Struct, frozen=True):
    """A hand-over of command; squares in the order of the checklist. `over`: complete, withdrawn, or overtaken."""

    handover: str
    giver: str
    taker: str
    opened: Said
    checks: tuple[Check, ...] = ()
    over: bool = False

    def ticked(self, side: Side, subject: Subject) -> bool:
        """Whether a square is ticked."""
        return any(check.side == side and check.subject == subject for check in self.checks)


class Commanding(msgspec.Struct, frozen=True):
    """Who commands now, and every hand-over that was opened, the oldest first."""

    commander: Commander | None = None
    handovers: tuple[Handover, ...] = ()

    @property
    def open(self) -> Handover | None:
        """The hand-over that goes on, the newest if there are several."""
        return next((one for one in reversed(self.handovers) if not one.over), None)


def fold(facts: Iterable[tuple[Said, Fact]]) -> Commanding:
    """Who commands after all these facts, in any order."""
    known = sorted(facts, key=lambda fact: fact[0].key)
    assumed = [(said, fact.holder) for said, fact in known if isinstance(fact, Assumed)]
    opened: dict[str, Handover] = {}
    for said, fact in known:
        if isinstance(fact, Opened) and fact.handover not in opened:
            checks = _checks(known, fact.handover)
            opened[fact.handover] = Handover(fact.handover, fact.giver, fact.taker, said, checks)
    turns = [(said.key, Commander(holder, said.account, said.at)) for said, holder in assumed]
    handovers = []
    for one in opened.values():
        end = _complete(one)
        stop = _stopped(one, known, assumed)
        if end is not None and (stop is None or end.key < stop):
            turns.append((end.key, Commander(one.taker, _account(one), end.at)))
            stop = end.key
        handovers.append(msgspec.structs.replace(one, over=stop is not None))
    return Commanding(_last(turns), tuple(handovers))


def _last(turns: list[tuple[tuple[str, str], Commander]]) -> Commander | None:
    now: Commander | None = None
    for _, turn in sorted(turns, key=lambda turn: turn[0]):
        goes_on = now is not None and now.holder == turn.holder
        now = msgspec.structs.replace(turn, since=now.since) if now and goes_on else turn
    return now


def _checks(known: list[tuple[Said, Fact]], handover: str) -> tuple[Check, ...]:
    first: dict[tuple[Side, Subject], Check] = {}
    for said, fact in known:
        if isinstance(fact, Checked) and fact.handover == handover:
            first.setdefault((fact.side, fact.subject), Check(fact.side, fact.subject, fact.by, said))
    return tuple(first[square] for square in SQUARES if square in first)


def _complete(one: Handover) -> Said | None:
    """What completed it: the last of its squares, or its opening where that was written down later."""
    if len(one.checks) < len(SQUARES):
        return None
    return max((one.opened, *(check.said for check in one.checks)), key=lambda said: said.key)


def _stopped(one: Handover, known: list[tuple[Said, Fact]], assumed: list[tuple[Said, str]]) -> tuple[str, str] | None:
    """When it was given up, or somebody else took command meanwhile."""
    ends = [said.key for said, fact in known if isinstance(fact, Withdrawn) and fact.handover == one.handover]
    ends += [said.key for said, holder in assumed if said.key > one.opened.key and holder != one.giver]
    return min(ends, default=None)


def _account(one: Handover) -> str:
    own = [check.said for check in one.checks if check.side == "taker" and check.by == "self"]
    return max(own, key=lambda said: said.key).account if own else ""
