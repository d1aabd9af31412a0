"""The writer's turn: one thread, one transaction for many jobs, nobody answered before its commit."""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .storage import Store, Tx

LARGEST_GROUP = 256
Done = Callable[[Any], None]


@dataclass(slots=True)
class Job:
    """Something to do in a write transaction, and whom to tell afterwards: a value or an exception."""

    work: Callable[[Tx], Any]
    done: Done


class Closed(Exception):
    """The desk is closed; nothing more is taken."""


class Writer:
    """Takes jobs from any thread. `before` and `after` frame a group inside its transaction; `told` hears of a commit."""

    def __init__(self, store: Store, before: Callable[[Tx], Tx], after: Callable[[Tx], None], told: Callable[[], None]):
        self._store, self._before, self._after, self._told = store, before, after, told
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._start = threading.Lock()
        self._closed = False

    def submit(self, work: Callable[[Tx], Any], done: Done) -> None:
        """Queue a job; `done` is called in the writer's thread after its commit."""
        if self._closed:
            raise Closed
        self._jobs.put(Job(work, done))
        if self._thread is None:
            with self._start:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="siaga-writer", daemon=True)
                    self._thread.start()

    def close(self) -> None:
        """Finish what is queued, then stop."""
        self._closed = True
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()

    def _run(self) -> None:
        while True:
            job = self._jobs.get()
            if job is None:
                return
            group, last = [job], False
            while len(group) < LARGEST_GROUP:
                try:
                    more = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if more is None:
                    last = True
                    break
                group.append(more)
            self._serve(group)
            if last:
                return

    def _serve(self, group: Sequence[Job]) -> None:
        try:
            answers = self._commit(group)
        except Exception as broken:
            if len(group) == 1:
                answers = [broken]
            else:  # the group could not be committed: each for itself, so that one does not harm the others
                for job in group:
                    self._serve([job])
                return
        else:
            self._told()
        for job, answer in zip(group, answers, strict=True):
            job.done(answer)

    def _commit(self, group: Sequence[Job]) -> list[Any]:
        answers: list[Any] = []
        with self._store.write() as tx:
            tracked = self._before(tx)
            for job in group:
                tx.run("savepoint ask")
                try:
                    answers.append(job.work(tracked))
                except Exception as broken:  # told to the asker; its writes are undone, the others stand
                    answers.append(broken)
                    tx.run("rollback to savepoint ask")
                tx.run("release savepoint ask")
            self._after(tx)
        return answers
