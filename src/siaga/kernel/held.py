"""What views worked out from tables, held until one of those tables changes."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from .storage import Tx

T = TypeVar("T")


def stamp(tx: Tx, tables: Sequence[str]) -> str:
    """A word that is another one after any commit that changed one of the tables."""
    names = {f"t{n}": table for n, table in enumerate(tables)}
    wanted = ", ".join(f":{n}" for n in names)
    marks = tx.rows(
        f"select name, position, revision from kernel_touch where name in ({wanted}) order by name", **names
    )
    return ".".join(f"{m['name']}-{m['position']}-{m['revision']}" for m in marks)


class Held:
    """One finding for each name, with the stamp of what it was found in. Safe for many threads."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[str, Any]] = {}

    def get(self, tx: Tx, name: str, tables: Sequence[str], make: Callable[[Tx], T]) -> T:
        """The finding as the tables stand in this transaction; made now if it was found in others."""
        now = stamp(tx, tables)
        held = self._found.get(name)
        if held is None or held[0] != now:
            held = self._found[name] = (now, make(tx))
        found: T = held[1]
        return found
