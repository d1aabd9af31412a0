"""Many asks on their way at once, for what is imported: a refusal stops it, unless it is one that was expected."""

import threading
from collections import Counter
from collections.abc import Set
from typing import Any

from ..kernel.desk import Desk
from ..kernel.records import Ask, Command, Refusal

AT_ONCE = 512  # enough for whole groups, few enough to stop soon


class RefusedAsk(Exception):
    """The node refused an ask of the import: the file and the node disagree."""


class Recorder:
    """Submits asks in order; `expected` names refusals that are counted and change nothing else."""

    def __init__(self, desk: Desk, expected: Set[str] = frozenset()) -> None:
        self._desk, self._expected = desk, expected
        self._room, self._refused = threading.Semaphore(AT_ONCE), list[str]()
        self.recorded: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def ask(self, command: Command, envelope: Ask) -> None:
        """Ask without waiting; raises RefusedAsk when an earlier one was refused."""
        name = type(command).__name__

        def heard(answer: Any) -> None:
            self._room.release()
            if isinstance(answer, Refusal) and answer.code in self._expected:
                self.refused[answer.code] += 1
            elif isinstance(answer, Refusal | Exception):
                self._refused.append(f"{name} {envelope.id}: {getattr(answer, 'code', answer)}")

        self._room.acquire()
        if self._refused:
            raise RefusedAsk(self._refused[0])
        self.recorded[name] += 1
        self._desk.submit(command, envelope, heard)

    def settle(self) -> None:
        """Wait until everything asked has its answer; raises RefusedAsk."""
        for _ in range(AT_ONCE):  # all have answered when all the room is back
            self._room.acquire()
        self._room.release(AT_ONCE)
        if self._refused:
            raise RefusedAsk(self._refused[0])
