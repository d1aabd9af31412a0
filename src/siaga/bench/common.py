"""What benches share: a node in a folder of its own, prepared incidents, askers that ask again once answered."""

import os
import queue
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..app import Node, open_node
from ..kernel.records import Accepted, Ask, Command, Told
from ..settings import read_settings
from ..slices.dispatch.rules import Dispatch, RegisterAgency, RegisterStation, RegisterUnit, ReportStatus, SetCrew
from ..slices.intake.rules import NoteIncident, OpenIncident

ROLES = frozenset({"call-taker", "dispatcher", "crew", "administrator", "planner"})
STATUSES = ("on-the-way", "arrived", "access", "ready-to-serve", "action")
AGENCY = "bench"


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that goes away, with the compiled code of the engine kept beside it for the next run."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "siaga" / "compiled"
    os.environ.setdefault("NUMBA_CACHE_DIR", str(cache))
    with tempfile.TemporaryDirectory(prefix="siaga-bench-") as name:
        yield Path(name)


@contextmanager
def node(data: Path, store: str = "") -> Iterator[Node]:
    """A node on a SQLite file in the folder, or on another store."""
    opened = open_node(read_settings({}, data=data, store=store))
    try:
        yield opened
    finally:
        opened.close()


def envelope(id: str, at: datetime | None = None) -> Ask:
    """An ask of somebody who may do everything a bench does."""
    now = at or datetime.now(UTC)
    return Ask(id=id, at=now, received=at, actor="bench", roles=ROLES, agency=AGENCY)


def must(opened: Node, command: Command, id: str, at: datetime | None = None) -> None:
    """Ask for something that a bench rests on."""
    answer = opened.desk.handle(command, envelope(id, at))
    if not isinstance(answer, Accepted):
        raise RuntimeError(f"{type(command).__name__}: {answer}")


def prepare(opened: Node, incidents: int, at: datetime | None = None) -> None:
    """So many open incidents around one station, each with a unit on its way: what askers then report about.

    `at`: when that was, for what is recorded of an earlier time; without it, now."""
    must(opened, RegisterAgency(AGENCY, "Bench", "fire"), "agency", at)
    must(opened, RegisterStation("s", AGENCY, "Mako", 117.5, 0.13), "station", at)
    for n in range(incidents):
        must(opened, RegisterUnit(f"u{n}", AGENCY, "s", "pump"), f"unit.{n}", at)
        must(opened, SetCrew(f"u{n}", 4, {"scba": 2}), f"crew.{n}", at)
        must(opened, OpenIncident(f"i{n}", 117.5, 0.13, type="fire.housing"), f"open.{n}", at)
        must(opened, Dispatch(f"d{n}", f"i{n}", (f"u{n}",)), f"send.{n}", at)


def nth(asker: int, turn: int) -> Command:
    """What an asker asks in its turn: a status of its unit, then a line for the journal of its incident."""
    if turn % 2:
        return NoteIncident(f"i{asker}", Told(f"Baris catatan ke-{turn} dari lapangan, tim {asker}"))
    return ReportStatus(f"u{asker}", STATUSES[turn // 2 % len(STATUSES)], f"i{asker}")  # type: ignore[arg-type]


def durable_per_s(opened: Node, askers: int, seconds: float, name: str) -> tuple[float, int]:
    """Asks answered a second (each after its commit) by askers who ask again once answered, and how many there were."""
    answered: queue.SimpleQueue[tuple[int, Any]] = queue.SimpleQueue()
    turns = [0] * askers

    def ask(asker: int) -> None:
        turn = turns[asker]
        turns[asker] += 1
        opened.desk.submit(
            nth(asker, turn), envelope(f"{name}.{asker}.{turn}"), lambda answer: answered.put((asker, answer))
        )

    begin = time.perf_counter()
    for asker in range(askers):
        ask(asker)
    count, waiting = 0, askers
    while waiting:
        asker, answer = answered.get()
        if not isinstance(answer, Accepted):
            raise RuntimeError(f"an ask of the bench was not accepted: {answer}")
        count += 1
        waiting -= 1
        if time.perf_counter() - begin < seconds:
            ask(asker)
            waiting += 1
    return count / (time.perf_counter() - begin), count


def percentile(values: Sequence[float], percent: float) -> float:
    """The percentile, linear between ranks."""
    ordered = sorted(values)
    at = (len(ordered) - 1) * percent / 100
    low = int(at)
    return ordered[low] + (ordered[min(low + 1, len(ordered) - 1)] - ordered[low]) * (at - low)


def timed_ms(work: Callable[[], object]) -> float:
    """How long it takes, in milliseconds."""
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000
