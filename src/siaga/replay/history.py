"""Past incidents as history: opened, with their times, and closed; no unit of today is touched."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from ..app import Node
from ..kernel.records import Ask, Command, Told
from ..slices.dispatch.rules import CloseIncident, CorrectTime, RaiseLevel, RegisterAgency
from ..slices.intake.rules import OpenIncident, TakeCall
from ..slices.report.rules.history import KeepHistory
from .mapping import Mapping
from .recorder import Recorder, RefusedAsk
from .rows import Read, Response, read_rows

ACTOR = "import"
ROLES = frozenset({"call-taker", "dispatcher", "administrator"})
FIRST = ("dispatched", "on-the-way", "arrived", "access", "ready-to-serve", "action")  # of several units the first
LAST = ("under-control", "out")
__all__ = ["RefusedAsk", "keep", "read", "totals"]
Progress = Callable[[str, int, int | None], None]


def read(path: Path, mapping: Mapping) -> Read:
    """The rows of a file."""
    return read_rows(path, mapping)


def totals(read: Read, recorded: Counter[str] | None = None) -> dict[str, Any]:
    """What a file holds (and what an import recorded of it)."""
    incidents = read.incidents()
    kinds = Counter(rows[0].type or "" for rows in incidents.values())
    spans = [rows[0].times["answered"] for rows in incidents.values()]
    found = {
        "incidents": len(incidents),
        "rows_used": len(read.responses),
        "units": len({r.unit for r in read.responses if r.unit}),
        "without_type": kinds.pop("", 0),
        "without_end": sum(len({t for r in rows for t in r.times.values()}) == 1 for rows in incidents.values()),
        "first": min(spans).isoformat() if spans else None,
        "last": max(spans).isoformat() if spans else None,
        "types": dict(sorted(kinds.items())),
    }
    return (
        found if recorded is None else found | {"asks": recorded.total(), "by_command": dict(sorted(recorded.items()))}
    )


def keep(node: Node, read: Read, progress: Progress) -> dict[str, Any]:
    """Record a file's incidents; the same file again changes nothing. Raises RefusedAsk."""
    mapping, desk = read.mapping, node.desk
    source = hashlib.sha256(f"{mapping.agency.id} {mapping.columns.incident}".encode()).hexdigest()[:8]
    incidents = read.incidents()
    first = min((rows[0].times["answered"] for rows in incidents.values()), default=None)
    if first is None:
        return totals(read, Counter())
    recorder = Recorder(desk)

    def ask(command: Command, at: datetime, id: str) -> None:
        known = f"import.{source}.{id}"
        recorder.ask(command, Ask(id=known, at=at, received=at, actor=ACTOR, roles=ROLES, agency=mapping.agency.id))

    ask(RegisterAgency(mapping.agency.id, mapping.agency.name, mapping.agency.kind, mapping.zone), first, "agency")
    ordered = sorted(incidents.items(), key=lambda item: (item[1][0].times["answered"], item[0]))
    for n, (name, rows) in enumerate(ordered):
        for command, at, what in _commands(name, rows, mapping):
            ask(command, at, f"{name}.{what}")
        if n % 100 == 0:
            progress("incidents", n, len(ordered))
    recorder.settle()
    return totals(read, recorder.recorded)


def _commands(name: str, rows: list[Response], mapping: Mapping) -> Iterator[tuple[Command, datetime, str]]:
    """What happened to one incident, in order, with the times of the record."""
    first = min(rows, key=lambda r: (r.times.get("dispatched", r.times["answered"]), r.row))
    answered = first.times["answered"]
    opened = first.times.get("opened", answered)
    incident, call = f"{mapping.agency.id}-{name}", f"{mapping.agency.id}-{name}-c"
    yield TakeCall(call, mapping.channel), answered, "call"
    place = Told(first.place) if first.place else None
    yield (
        OpenIncident(incident, first.lon, first.lat, mapping.precision_m, call=call, type=first.type, place=place),
        opened,
        "open",
    )
    end = max(t for r in rows for t in r.times.values())
    if (level := max(r.level for r in rows)) > 1:
        yield RaiseLevel(incident, level), opened, "level"
    for clock, at in _clocks(rows).items():
        yield CorrectTime(incident, clock, at), end, clock  # type: ignore[arg-type]
    yield CloseIncident(incident, first.outcome), end, "close"
    yield KeepHistory(incident, Told(f"{mapping.name}, {name}")), end, "history"


def _clocks(rows: list[Response]) -> dict[str, datetime]:
    """The incident's own clocks: the first unit's times, and the last mark of each."""
    found: dict[str, datetime] = {}
    for clock, pick in [*((c, min) for c in FIRST), *((c, max) for c in LAST)]:
        if times := [r.times[clock] for r in rows if clock in r.times]:
            found[clock] = pick(times)
    return found
