"""Many papers at once: contracts are made here, set by the press on all cores, and none waits for another."""

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from ..kernel.desk import Desk
from ..kernel.records import Ask, Refusal
from ..slices.report.tables.rows import ListQuery
from .papers import Paper, paper_of, with_pictures
from .press import WITHIN_S, NotSet, Press

PAGE = 1000
"""Reports asked for at once; fewer may have begun at the same moment."""
AHEAD = 3
"""Papers on their way for each thread: enough that none is idle, few enough that pictures do not fill the memory."""


class Printed(msgspec.Struct, frozen=True):
    """What a batch made: files, and the incidents whose paper could not be made, with why."""

    files: int
    bytes: int
    failed: dict[str, str]


def incidents(desk: Desk, since: datetime, until: datetime, reader: Ask, state: Any = None) -> list[Any] | Refusal:
    """The reports of incidents opened from a time until another (exclusive), oldest first."""
    found: dict[str, Any] = {}
    while True:
        shown = desk.show("report.list", ListQuery(state=state, since=since, until=until, limit=PAGE), reader)
        if isinstance(shown, Refusal):
            return shown
        fresh = [row for row in shown.rows if row.incident not in found]
        found |= {row.incident: row for row in fresh}
        if len(shown.rows) < PAGE or not fresh:
            return sorted(found.values(), key=lambda row: (row.opened_at, row.incident))
        until = datetime.fromisoformat(shown.rows[-1].opened_at) + timedelta(microseconds=1)


def print_all(
    desk: Desk,
    form: str,
    rows: list[Any],
    reader: Ask,
    folder: Path,
    progress: Callable[[int], None],
    threads: int | None = None,
) -> Printed:
    """A paper of each report into a folder, readable by the owner alone; what cannot be made is named, not skipped."""
    count = threads or os.cpu_count() or 1
    total = 0
    failed: dict[str, str] = {}
    waiting: deque[tuple[str, str, Future[bytes]]] = deque()

    def keep_first() -> None:
        nonlocal total
        incident, number, made = waiting.popleft()
        try:
            total += _kept(folder / f"{number}-{form}.pdf", made.result(WITHIN_S))
        except NotSet as wrong:
            failed[incident] = str(wrong)[:200]
        progress(1)

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with Press(count) as press:
        for row, paper in _papers(desk, form, rows, reader):
            if isinstance(paper, Refusal):
                failed[row.incident] = paper.code
                progress(1)
                continue
            if len(waiting) >= count * AHEAD:
                keep_first()
            pictures = with_pictures(desk, paper, reader)
            made = press.submit(form, paper.contract, paper.at, pictures)
            waiting.append((row.incident, _name(row.number), made))
        while waiting:
            keep_first()
    return Printed(len(rows) - len(failed), total, failed)


def _papers(desk: Desk, form: str, rows: list[Any], reader: Ask) -> Iterator[tuple[Any, Paper | Refusal]]:
    for row in rows:
        yield row, paper_of(desk, form, row.incident, reader)


def _name(number: str) -> str:
    """A number as a part of a file's name."""
    return "".join(c if c.isalnum() or c in "-_" else "-" for c in number)


def _kept(file: Path, made: bytes) -> int:
    file.touch(mode=0o600)
    file.write_bytes(made)
    return len(made)
