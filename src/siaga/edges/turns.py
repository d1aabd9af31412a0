"""Asks from the door to the desk, in turns: what comes in while some are being answered goes together, after them.

Python lets one thread work at a time. Were every ask handed over as it is read, the door and the writer would take the
work out of each other's hands at each statement of the database, and commits would be small."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from ..kernel.desk import Desk
from ..kernel.records import Answer, Ask, Command
from ..kernel.writer import LARGEST_GROUP

ANSWER_WITHIN_S = 30.0
ROUNDS = 2  # of the loop: in one a request is read, in the next it asks
Asked = tuple[Command, Ask, asyncio.Future[Any]]


class Turns:
    """Hands asks to the desk and brings the answers back to the loop."""

    def __init__(self, desk: Desk, off_loop: Callable[..., Awaitable[None]]) -> None:
        self._desk, self._off_loop = desk, off_loop
        self._next: list[Asked] = []
        self._turn: list[Asked] = []
        self._away = 0  # of this turn, not answered yet
        self._late: asyncio.TimerHandle | None = None
        self._idle = True  # no turn has begun
        self._several = False  # asks in the last turn
        self._answers: deque[tuple[asyncio.Future[Any], Any]] = deque()
        self._awake = False

    async def answer(self, command: Command, ask: Ask) -> Answer:
        """The answer, after its commit. Raises what broke, and TimeoutError where a turn takes too long."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Future[Any] = loop.create_future()
        if self._desk.does[type(command)].prepare is None:
            self._next.append((command, ask, waiting))
            if self._idle:
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
        self._idle = not self._next
        if self._next and self._several:
            loop.call_soon(self._gather, loop, 0, ROUNDS)
        elif self._next:
            self._hand_over(loop)

    def _gather(self, loop: asyncio.AbstractEventLoop, seen: int, rounds: int) -> None:
        """Until the loop has been round so often without another ask."""
        rounds = ROUNDS if seen < len(self._next) else rounds - 1
        if rounds and len(self._next) < LARGEST_GROUP:
            loop.call_soon(self._gather, loop, len(self._next), rounds)
        else:
            self._hand_over(loop)

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        self._turn, self._next = self._next, []
        self._away = len(self._turn)
        self._several = self._away > 1
        self._late = loop.call_later(ANSWER_WITHIN_S, self._too_late, loop)
        for command, ask, waiting in self._turn:
            done = partial(self._answered, loop, waiting)
            try:
                self._desk.submit(command, ask, done)
            except Exception as refused:  # the desk is closed: this asker hears it, the others go on
                done(refused)

    def _too_late(self, loop: asyncio.AbstractEventLoop) -> None:
        """The desk is stuck: everybody who waits hears so, now and again."""
        for *_, waiting in (*self._turn, *self._next):
            _settle(waiting, TimeoutError())
        self._late = loop.call_later(ANSWER_WITHIN_S, self._too_late, loop)

    def _answered(self, loop: asyncio.AbstractEventLoop, waiting: asyncio.Future[Any], answer: Any) -> None:
        """In the writer's thread: one wake-up for all answers of a group."""
        self._answers.append((waiting, answer))
        if not self._awake:
            self._awake = True
            loop.call_soon_threadsafe(self._deliver, loop)

    def _deliver(self, loop: asyncio.AbstractEventLoop) -> None:
        self._awake = False  # before reading: what comes from now on wakes us again
        while self._answers:
            _settle(*self._answers.popleft())
            self._away -= 1
            if not self._away:
                self._over(loop)

    def _over(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._late:
            self._late.cancel()
        self._turn = []
        self._begin(loop)


def _settle(waiting: asyncio.Future[Any], answer: Any) -> None:
    if not waiting.done():
        waiting.set_result(answer)
