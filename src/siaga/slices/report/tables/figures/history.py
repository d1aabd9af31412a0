"""What archives record at all: a month that is known from a sheet of fires alone proves nothing of rescues."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from .....kernel.records import read_time, written
from .....kernel.storage import Tx
from ...responses import Line
from .reading import Between, month_names, zone

KINDS = ("fire", "rescue", "hazmat", "medical", "assistance")
Recorded = Mapping[str, frozenset[str]]
"""The kinds that were recorded, of each month that archives alone tell of; of every other month all were."""


class RecordedQuery(Between, frozen=True):
    """What was recorded at all from a time (inclusive) until another (exclusive)."""


class RecordedRow(msgspec.Struct, frozen=True):
    """What the figures of a time cannot know. `without`: months of which nothing at all is recorded; `unrecorded`: the
    months in which nobody recorded a kind, by kind. Neither is zero."""

    without: tuple[str, ...]
    unrecorded: dict[str, tuple[str, ...]]


def all_recorded(tx: Tx, q: RecordedQuery) -> list[RecordedRow]:
    """One row; it reads of incidents when they were, whether as practice, and what their archive records."""
    at = ZoneInfo(zone(tx))
    rows = tx.rows(
        "select opened_at, exercise, kinds from report_file"
        " where home = '' and opened_at >= :since and opened_at < :until",
        since=written(q.since),
        until=written(q.until),
    )
    months = [read_time(row["opened_at"]).astimezone(at).strftime("%Y-%m") for row in rows]
    kept = [frozenset(row["kinds"].split()) if row["kinds"] else None for row in rows]
    known = _of_months(months, kept, [bool(row["exercise"]) for row in rows])
    there = set(months)
    without = tuple(month for month in month_names(q.since, q.until, at) if month not in there)
    return [RecordedRow(without, unrecorded(known))]


def recorded(tx: Tx, since: datetime, until: datetime, lines: Sequence[Line], months: Sequence[str]) -> Recorded:
    """Of these incidents, each with its month. Practice tells nothing of what was recorded."""
    rows = tx.rows(
        "select incident, kinds from report_file"
        " where kinds is not null and opened_at >= :since and opened_at < :until",
        since=written(since),
        until=written(until),
    )
    kept = {row["incident"]: frozenset(row["kinds"].split()) for row in rows}
    if not kept:
        return {}
    return _of_months(months, [kept.get(line.incident) for line in lines], [line.exercise for line in lines])


def _of_months(months: Sequence[str], kept: Sequence[frozenset[str] | None], exercises: Sequence[bool]) -> Recorded:
    found: dict[str, set[str]] = {}
    whole: set[str] = set()
    for month, kinds, exercise in zip(months, kept, exercises, strict=True):
        if kinds:
            found.setdefault(month, set()).update(kinds)
        elif not exercise:
            whole.add(month)
    return {month: frozenset(kinds) for month, kinds in found.items() if month not in whole}


def everywhere(known: Recorded, months: Sequence[str]) -> frozenset[str] | None:
    """The kinds that were recorded in some month of these; null where a month recorded whatever happened."""
    return None if not months or set(months) != set(known) else frozenset[str]().union(*known.values())


def unrecorded(kinds: Recorded) -> dict[str, tuple[str, ...]]:
    """The months in which nobody recorded a kind, by kind."""
    missing = {kind: tuple(sorted(month for month, said in kinds.items() if kind not in said)) for kind in KINDS}
    return {kind: gone for kind, gone in missing.items() if gone}


def counts(found: Mapping[str, int], said: frozenset[str] | None) -> dict[str, int | None]:
    """Counts by kind; null where nobody recorded the kind, and nobody found one all the same."""
    silent = () if said is None else (kind for kind in KINDS if kind not in said and not found.get(kind))
    return dict(sorted({**found, **dict.fromkeys(silent)}.items()))


def count(found: int, kind: str, said: frozenset[str] | None) -> int | None:
    """A count of something that archives record as a kind of its own, or not at all."""
    return found if found or said is None or kind in said else None


def never_opened(tx: Tx, since: datetime, until: datetime, lines: Sequence[Line]) -> list[Line]:
    """The same without the time at which copied incidents were opened: nobody did here, no archive says it."""
    copied = {
        row["incident"]
        for row in tx.rows(
            "select incident from report_file where kinds is not null and opened_at >= :since and opened_at < :until",
            since=written(since),
            until=written(until),
        )
    }
    return [msgspec.structs.replace(line, opened_clock=None) if line.incident in copied else line for line in lines]
