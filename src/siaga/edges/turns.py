"""Asks from the door to the desk, in turns: what comes in while some are being decided goes together, after them.

Python lets one thread work at a time. Were every ask handed over as it is read, the door and the writer would take the
work out of each other's hands at each statement of the database, and commits would be small. So the door rests while a
turn is decided, and sends answers and reads asks while it is written to the disk, which needs no Python."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from ..kernel.desk import Desk
from ..kernel.records import Answer, Ask, Command
from ..kernel.writer import LARGEST_GROUP

ANSWER_WITHIN_S = 30.0
HELD_AT_MOST_S = 0.02  # an answer waits no longer for those behind its own to come and be decided
ROUNDS = 2  # of the loop: in one a request is read, in the next it asks
TURNS = 2  # with the desk: one is decided while the other is written
HALVED_FROM = 16  # asks; fewer go together
Asked = tuple[Command, Ask, asyncio.Future[Any]]


@dataclass(slots=True, eq=False)
class Turn:
    """Asks that went to the desk together."""

    asks: list[Asked]
    late: asyncio.TimerHandle
    away: int
    """Of them not answered yet."""
    decided: bool = False
    """What is left is to write them."""


class Turns:
    """Hands asks to the desk and brings the answers back to the loop."""

    def __init__(self, desk: Desk, off_loop: Callable[..., Awaitable[None]]) -> None:
        self._desk, self._off_loop = desk, off_loop
        self._next: list[Asked] = []
        self._turns: list[Turn] = []  # with the desk, in order
        self._newest: Turn | None = None  # of those that were
        self._several = False  # asks in the last turn
        self._gathering = False
        self._answers: deque[tuple[Turn, asyncio.Future[Any], Any]] = deque()
        self._awake = False

    async def answer(self, command: Command, ask: Ask) -> Answer:
        """The answer, after its commit. Raises what broke, and TimeoutError where a turn takes too long."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Any] = loop.create_future()
        if self._desk.does[type(command)].prepare is None:
            self._next.append((command, ask, waiting))
            self._begin(loop)
            answer = await waiting
        else:  # slow before it is with the desk: it waits for no turn, and no turn for it
            await self._off_loop(
                self._desk.submit, command, ask, lambda answer: loop.call_soon_threadsafe(_settle, waiting, answer)
            )
            async with asyncio.timeout(ANSWER_WITHIN_S):
                answer = await waiting
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """At once, unless asks have just come in numbers: then what else is on its way comes along."""
        if not self._next or self._gathering or len(self._turns) == TURNS or self._deciding():
            return
        if self._several:
            self._gather_more(loop)
        else:
            self._hand_over(loop)

    def _deciding(self) -> bool:
        newest = self._newest
        return newest is not None and not newest.decided

    def _gather_more(self, loop: asyncio.AbstractEventLoop) -> None:
        self._gathering = True
        loop.call_soon(self._gather, loop, loop.time() + HELD_AT_MOST_S, 0, ROUNDS)

    def _gather(self, loop: asyncio.AbstractEventLoop, until: float, seen: int, rounds: int) -> None:
        """Until the loop has been round so often without another ask."""
        rounds = ROUNDS if seen < len(self._next) else rounds - 1
        if rounds and len(self._next) < LARGEST_GROUP and loop.time() < until:
            loop.call_soon(self._gather, loop, until, len(self._next), rounds)
            return
        self._gathering = False
        if self._next:
            self._hand_over(loop)
        self._deliver(loop)

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        """All that waits; of many half, so that there is always somebody to answer while others are written."""
        all_told = len(self._next) + sum(turn.away for turn in self._turns)
        share = len(self._next) if all_told < HALVED_FROM else (all_told + 1) // 2
        asks, self._next = self._next[:share], self._next[share:]
        late = loop.call_later(ANSWER_WITHIN_S, self._too_late, loop)
        self._newest = turn = Turn(asks, late, len(asks))
        if self._turns:
            loop.call_later(HELD_AT_MOST_S, self._decided, loop, turn)
        self._turns.append(turn)
        self._several = len(asks) > 1
        decided = partial(self._decided, loop, turn)
        for command, ask, waiting in asks:
            done = partial(self._answered, loop, turn, waiting)
            try:
                self._desk.submit(command, ask, done, decided)
            except Exception as refused:  # the desk is closed: this asker hears it, the others go on
                done(refused)

    def _too_late(self, loop: asyncio.AbstractEventLoop) -> None:
        """The desk is stuck: everybody who waits hears so, now and again."""
        for *_, waiting in chain(self._next, *(turn.asks for turn in self._turns)):
            _settle(waiting, TimeoutError())
        for turn in self._turns:
            turn.late.cancel()
            turn.late = loop.call_later(ANSWER_WITHIN_S, self._too_late, loop)

    def _decided(self, loop: asyncio.AbstractEventLoop, turn: Turn) -> None:
        """In the writer's thread, which writes now: whoever was answered before may hear it, others come."""
        if not turn.decided:
            turn.decided = True
            if self._answers or self._next:
                self._wake(loop)

    def _answered(self, loop: asyncio.AbstractEventLoop, turn: Turn, waiting: asyncio.Future[Any], answer: Any) -> None:
        """In the writer's thread: one wake-up for all answers of a group."""
        self._answers.append((turn, waiting, answer))
        turn.decided = True
        if not self._deciding():
            self._wake(loop)

    def _wake(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._awake:
            self._awake = True
            loop.call_soon_threadsafe(self._deliver, loop)

    def _deliver(self, loop: asyncio.AbstractEventLoop) -> None:
        self._awake = False  # before reading: what comes from now on wakes us again
        if self._gathering or self._deciding():
            return
        several = len(self._answers) > 1
        while self._answers:
            turn, waiting, answer = self._answers.popleft()
            _settle(waiting, answer)
            turn.away -= 1
            if not turn.away:
                turn.late.cancel()
                self._turns.remove(turn)
        if several and len(self._turns) < TURNS:
            self._gather_more(loop)
        else:
            self._begin(loop)


def _settle(waiting: asyncio.Future[Any], answer: Any) -> None:
    if not waiting.done():
        waiting.set_result(answer)
