"""A long log made quickly: incidents as they run, recorded through the desk without asking its rules."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

from ..app import Node
from ..kernel.records import Event, Told
from ..kernel.storage import Tx
from ..kernel.words import seal
from ..slices.dispatch import events as dispatch
from ..slices.intake import events as intake
from .common import AGENCY, envelope, prepare

BEGIN = datetime(2016, 1, 1, tzinfo=UTC)
APART = timedelta(minutes=85)  # some 6,000 incidents a year
UNITS = 24
TYPES = ("fire.housing", "fire.land", "rescue.snake", "rescue.cat", "rescue.wasp", "rescue.traffic", "fire.cooking")
AT_ONCE = 400  # asks in one commit
Asked = tuple[str, str, datetime, list[Event]]  # id, command, when, events


def incident(n: int) -> Iterator[Asked]:
    """One incident: call, place, two units with their clocks, marks, a note, its end: 20 events of 19 asks."""
    at = BEGIN + n * APART
    name, call, kind = f"p{n}", f"p{n}.c", TYPES[n % len(TYPES)]
    units = (f"u{n % UNITS}", f"u{(n + 7) % UNITS}")

    def asked(step: str, command: str, after_s: float, *events: Event) -> Asked:
        return f"p{n}.{step}", command, at + timedelta(seconds=after_s), list(events)

    yield asked("call", "intake.take-call", 0, intake.CallTaken(call, "112"))
    place = Told(f"Jl. Contoh {n % 900} RT {n % 40}")
    lon, lat = 117.45 + (n * 37 % 997) / 1e4, 0.08 + (n * 61 % 991) / 1e4
    number = f"{at.year}-{n:06d}"
    opened = intake.IncidentOpened(
        name, number, AGENCY, lon, lat, 50, kind, kind.startswith("fire"), call, at, place=place
    )
    yield asked("open", "intake.open-incident", 40, opened, intake.CallLinked(call, name))
    yield asked(
        "note", "intake.note-incident", 55, intake.IncidentNoted(name, Told(f"Pelapor melihat asap, baris {n}"))
    )
    yield asked("send", "dispatch.dispatch", 70, dispatch.UnitsDispatched(f"p{n}.d", name, units, 1))
    for u, unit in enumerate(units):
        for step, status in enumerate(("on-the-way", "arrived", "ready-to-serve", "action")):
            report = dispatch.UnitStatusReported(unit, status, name)  # type: ignore[arg-type]
            yield asked(f"{u}.{status}", "dispatch.report-status", 130 + 160 * step + 9 * u, report)
    done = at + timedelta(seconds=1500)
    yield asked("control", "dispatch.set-mark", 1500, dispatch.MarkSet(name, "under-control", done))
    yield asked("out", "dispatch.set-mark", 2400, dispatch.MarkSet(name, "out", done + timedelta(seconds=900)))
    for u, unit in enumerate(units):
        for step, status in enumerate(("returning", "ready")):
            report = dispatch.UnitStatusReported(unit, status, name)  # type: ignore[arg-type]
            yield asked(f"{u}.{status}", "dispatch.report-status", 2500 + 600 * step + 9 * u, report)
    yield asked("close", "dispatch.close-incident", 3300, dispatch.IncidentClosed(name, "handled"))
    yield asked("settle", "intake.settle-call", 3310, intake.CallSettled(call, "real"))


def fill(opened: Node, events: int, progress: Callable[[int], None] = lambda done: None) -> int:
    """Record incidents until the log holds so many events; returns how many there are."""
    prepare(opened, UNITS, BEGIN - APART)
    batch: list[Asked] = []
    at, n = opened.desk.position(), 0
    while at < events:
        for asked in incident(n):
            batch.append(asked)
            at += len(asked[3])
        n += 1
        if len(batch) >= AT_ONCE or at >= events:
            opened.desk.work(partial(_record, opened=opened, batch=batch))
            batch = []
            progress(at)
    return opened.desk.position()


def _record(tx: Tx, opened: Node, batch: list[Asked]) -> None:
    for id, command, at, events in batch:
        sealed = [seal(e, f"{id}.{k}") for k, e in enumerate(events)]
        opened.desk.record(tx, sealed, envelope(id, at), command, "0" * 32)
