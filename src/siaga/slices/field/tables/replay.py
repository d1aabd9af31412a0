"""What was seen of the crews of an incident, fact by fact: from it a board of any moment is folded again."""

from typing import Any

import msgspec

from ....kernel.storage import Tx
from .rows import IncidentQuery


class FactRow(msgspec.Struct, frozen=True):
    """A fact of a crew in the order it was seen: `fact` names its class, `said` holds its fields."""

    crew: str
    at: str
    ask: str
    by: str
    fact: str
    said: dict[str, Any]


def facts(tx: Tx, q: IncidentQuery) -> list[FactRow]:
    """Everything that was seen of the crews of an incident, also what was later said not to hold."""
    rows = tx.rows(
        "select crew, at, ask, who, kind, body from field_fact where incident = :i order by at, ask, n, crew",
        i=q.incident,
    )
    return [
        FactRow(
            crew=row["crew"],
            at=row["at"],
            ask=row["ask"],
            by=row["who"],
            fact=row["kind"],
            said=msgspec.json.decode(row["body"], type=dict[str, Any]),
        )
        for row in rows
    ]
