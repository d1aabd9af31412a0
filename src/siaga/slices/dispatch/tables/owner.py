"""Which node owns an incident or a unit: the one where it was opened or entered."""

import inspect
from collections.abc import Callable
from typing import Any

from ....kernel.records import Ask
from ....kernel.storage import Tx
from ..rules.owned import Owned


def owned(load: Callable[..., Any]) -> Callable[[Tx, Any, Ask], Owned]:
    """The load of a command about an incident or a unit, with who owns it."""
    with_ask = len(inspect.signature(load).parameters) == 3

    def loaded(tx: Tx, cmd: Any, ask: Ask) -> Owned:
        what = "incident" if hasattr(cmd, "incident") else "unit"
        name = getattr(cmd, what)
        known = load(tx, cmd, ask) if with_ask else load(tx, cmd)
        rows = tx.rows(f"select home from dispatch_{what} where {what} = :n", n=name)
        return Owned(rows[0]["home"] if rows else "", what, name, known)

    return loaded
