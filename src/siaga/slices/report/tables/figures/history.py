"""What archives record at all: a month that is known from a sheet of fires alone proves nothing of rescues."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from .....kernel.records import written
from .....kernel.storage import Tx
from ...responses import Line

KINDS = ("fire", "rescue", "hazmat", "medical", "assistance")
Recorded = Mapping[str, frozenset[str]]
"""The kinds that were recorded, of each month that archives alone tell of; of every other month all were."""


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
    found: dict[str, set[str]] = {}
    whole: set[str] = set()
    for line, month in zip(lines, months, strict=True):
        if kinds := kept.get(line.incident):
            found.setdefault(month, set()).update(kinds)
        elif not line.exercise:
            whole.add(month)
    return {month: frozenset(kinds) for month, kinds in found.items() if month not in whole}


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
