"""The writer's turn: one thread, one transaction for many jobs, nobody answered before its commit."""

import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import structlog

from .storage import StorageFull, Store, Tx

LARGEST_GROUP = 256
Done = Callable[[Any], None]
_log = structlog.get_logger("siaga.writer")


@dataclass(slots=True)
class Job:
    """Something to do in a write transaction, and whom to tell afterwards: a value or an exception.

    `broken` hears, after the job's writes were undone, why it broke, and says what to answer instead. `ask`: the id of
    what somebody asked. `decided` hears that all is done but the commit. Not `firm`: it is done again, should a power
    loss take it back."""

    work: Callable[[Tx], Any]
    done: Done
    broken: Callable[[Tx, Exception], Any] | None = None
    ask: str | None = None
    decided: Callable[[], None] | None = None
    firm: bool = True


class Frame(Protocol):
    """What surrounds the jobs of a group."""

    def before(self, tx: Tx, asks: Sequence[str]) -> Tx:
        """The transaction has begun, for jobs that answer these asks, too; returns the one the jobs get."""

    def settle(self) -> None:
        """A job is done: what it wrote must stand in the transaction now."""

    def undone(self, tx: Tx) -> None:
        """The writes of one job were taken back: what is remembered of them must go too."""

    def after(self, tx: Tx) -> None:
        """All jobs are done; the commit follows."""

    def committed(self) -> None:
        """The commit stands."""


class Closed(Exception):
    """The desk is closed; nothing more is taken."""


class Writer:
    """Takes jobs from any thread and answers each after the commit of its group."""

    def __init__(self, store: Store, frame: Frame):
        self._store, self._frame = store, frame
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._start = threading.Lock()
        self._closed = False

    def submit(
        self,
        work: Callable[[Tx], Any],
        done: Done,
        broken: Callable[[Tx, Exception], Any] | None = None,
        ask: str | None = None,
        decided: Callable[[], None] | None = None,
        firm: bool = True,
    ) -> None:
        """Queue a job; `decided` is called in the writer's thread before its commit, `done` after it."""
        if self._closed:
            raise Closed
        self._jobs.put(Job(work, done, broken, ask, decided, firm))
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
        for job in self._waiting():  # came in while we closed
            _tell(partial(job.done, Closed()))

    def _waiting(self) -> list[Job]:
        found: list[Job] = []
        with suppress(queue.Empty):
            while True:
                if (job := self._jobs.get_nowait()) is not None:
                    found.append(job)
        return found

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

    def _serve(self, group: Sequence[Job], careful: bool = False) -> None:
        """Answer a group in one commit: first as if nothing could break; if something did, with a way back behind each
        job; and where even that could not be committed, each for itself, so that one does not harm the others."""
        try:
            answers = self._commit(group, careful)
        except Exception as broken:
            if not careful and (len(group) > 1 or group[0].broken is not None):
                self._serve(group, careful=True)
                return
            if len(group) > 1:
                for job in group:
                    self._serve([job], careful=True)
                return
            answers = [broken]
        else:
            try:
                self._frame.committed()
            except Exception as failed:  # what follows a commit must not end the writer
                _note("after-commit-failed", failed)
        for job, answer in zip(group, answers, strict=True):
            _tell(partial(job.done, answer))

    def _commit(self, group: Sequence[Job], careful: bool) -> list[Any]:
        with self._store.write(firm=any(job.firm for job in group)) as tx:
            tracked = self._frame.before(tx, [job.ask for job in group if job.ask])
            answers = [self._do(tx, tracked, job) if careful else job.work(tracked) for job in group]
            self._frame.after(tx)
            for job in group:
                if job.decided is not None:
                    _tell(job.decided)
        return answers

    def _do(self, tx: Tx, tracked: Tx, job: Job) -> Any:
        tx.run("savepoint ask")
        try:
            answer = job.work(tracked)
            self._frame.settle()
            tx.run("release savepoint ask")  # here at the latest a store reports what it had put off
        except StorageFull:
            raise  # nothing of this group can be promised
        except Exception as broken:  # told to the asker; its writes are undone, the others stand
            answer = self._undo(tx, tracked, job, broken)
        return answer

    def _undo(self, tx: Tx, tracked: Tx, job: Job, broken: Exception) -> Any:
        try:
            tx.run("rollback to savepoint ask")
        except Exception:
            raise broken from None  # the transaction itself is gone (connection lost): this is why
        self._frame.undone(tx)
        answer = broken if job.broken is None else job.broken(tracked, broken)
        self._frame.settle()
        tx.run("release savepoint ask")
        return answer


def _tell(heard: Callable[[], None]) -> None:
    try:
        heard()
    except Exception as failed:  # one listener that fails must not end the writer
        _note("answer-not-delivered", failed)


def _note(event: str, failed: Exception) -> None:
    """Say it in the node's own log, if that can be written: a full disk or a closed stream must not end the writer."""
    with suppress(Exception):
        _log.error(event, error=type(failed).__name__)
