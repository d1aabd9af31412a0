"""A device of the simulation: the rules of web/src/kernel/outbox.ts, in Python, with a clock that is wrong."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from siaga.kernel.records import Accepted, Answer, Ask, Command, Kept, Refusal
from siaga.slices.field import SLICE

State = Literal["waiting", "accepted", "refused", "kept"]
BREAKS = 3


class Lost(Exception):
    """The network went away before the answer came."""


class Asked(msgspec.Struct):
    """An ask on the device's shelf, and what became of it."""

    id: str
    at: datetime
    seen_at: datetime | None
    command: Command
    state: State = "waiting"
    broke: int = 0
    node: str = ""
    refusal: Refusal | None = None


Send = Callable[[Asked], Answer]


def lane(command: Command) -> str | None:
    """Orders of one scene stay in their order while they wait (web/src/slices/field/orders.ts)."""
    does = SLICE.commands.get(type(command))
    return None if does is None or does.observation else str(getattr(command, "incident", ""))


class Device:
    """A tablet: what it asked lies on its shelf, and is sent oldest first when there is a network."""

    def __init__(self, name: str, account: str, wrong_s: float, home: str) -> None:
        self.name, self.account, self.node = name, account, home
        self.online, self.allowed = True, True
        self.shelf: list[Asked] = []
        self._wrong = timedelta(seconds=wrong_s)
        self._offset = timedelta()  # as last measured; before that the device believes its own clock
        self._last: datetime | None = None
        self._rests: dict[str, datetime] = {}
        self._made = 0

    def clock(self, now: datetime) -> datetime:
        """What the device takes for the node's time."""
        return now + self._wrong + self._offset

    def correct(self, now: datetime, wrong_s: float) -> None:
        """Somebody sets the device's own clock."""
        self._wrong = timedelta(seconds=wrong_s)

    def measure(self) -> None:
        """The node's answer says what time it is, to within a second."""
        self._offset = -self._wrong

    def ask(self, command: Command, now: datetime, seen_ago_s: float | None) -> Asked:
        """Write it down before anything else; its time never falls behind the one before."""
        at = self.clock(now)
        if self._last is not None and at <= self._last:
            at = self._last + timedelta(milliseconds=1)
        self._last = at
        self._made += 1
        seen = None if seen_ago_s is None else at - timedelta(seconds=seen_ago_s)
        asked = Asked(f"{self.name}-{self._made:04}", at, seen, command)
        self.shelf.append(asked)
        return asked

    def restart(self) -> None:
        """Closed and opened again: what was in memory is gone, the shelf is read."""
        self._rests = {}
        self._last = max((one.at for one in self.shelf), default=None)
        self.shelf = msgspec.convert(self.shelf, list[Asked], from_attributes=True)

    def waiting(self) -> list[Asked]:
        return [one for one in self.shelf if one.state == "waiting"]

    def drain(self, send: Send, now: datetime) -> None:
        """Send what waits, until the network goes or nothing is left that may go."""
        while (asked := self._next(now)) is not None:
            try:
                answer = send(asked)
            except Lost:
                return
            except Exception as broken:
                asked.broke += 1
                if asked.broke < BREAKS:
                    return
                raise AssertionError(f"{asked.command} broke the node {BREAKS} times") from broken
            self.measure()
            self._take(asked, answer, now)

    def _next(self, now: datetime) -> Asked | None:
        for asked in self.waiting():
            name = lane(asked.command)
            if name is None or self._rests.get(name, now) <= now:
                return asked
        return None

    def _take(self, asked: Asked, answer: Answer, now: datetime) -> None:
        if isinstance(answer, Accepted):
            asked.state = "accepted"
        elif isinstance(answer, Kept):
            asked.state = "kept"
        elif answer.later_s:
            name = lane(asked.command)
            assert name is not None, "only orders wait"
            self._rests[name] = now + timedelta(seconds=answer.later_s)
        else:
            asked.state, asked.refusal = "refused", answer

    def envelope(self, asked: Asked, roles: frozenset[str], now: datetime) -> Ask:
        """As the node sees it."""
        return Ask(
            id=asked.id,
            at=asked.at,
            seen_at=asked.seen_at,
            actor=self.account,
            roles=roles,
            agency="bontang",
            device=self.name,
            received=now,
        )
