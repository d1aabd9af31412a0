"""Which node decides about the field part of an incident: what every order must know."""

import inspect
from collections.abc import Callable
from typing import Any

from ....kernel.records import Ask
from ....kernel.storage import Tx
from ..rules.part import Guarded, Part


def known(tx: Tx, incident: str) -> Part:
    """The field part of an incident, as this node knows it."""
    here = node_name(tx)
    rows = tx.rows("select number, state, opened_at from field_incident where incident = :i", i=incident)
    if not rows:
        return Part(incident_known=False, here=here)
    row = rows[0]
    return Part(
        incident_known=True,
        number=row["number"],
        state=row["state"],
        here=here,
        node=here,
        since=row["opened_at"],
    )


def node_name(tx: Tx) -> str:
    """What this node is called by its partners."""
    rows = tx.rows("select value from kernel_node where key = 'name'")
    return str(rows[0]["value"]) if rows else "kota"


def guarded(load: Callable[..., Any]) -> Callable[[Tx, Any, Ask], Guarded]:
    """The load of an order: what it must know, and who decides."""
    with_ask = len(inspect.signature(load).parameters) == 3

    def loaded(tx: Tx, cmd: Any, ask: Ask) -> Guarded:
        return Guarded(known(tx, cmd.incident), load(tx, cmd, ask) if with_ask else load(tx, cmd))

    return loaded
