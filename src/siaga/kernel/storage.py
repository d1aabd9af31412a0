"""The storage port: a reading and a writing verb, and the only thing a database adapter has to know."""

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Protocol

Row = dict[str, Any]
_WRITES = re.compile(r"\s*(?:insert\s+into|update|delete\s+from)\s+(\w+)", re.IGNORECASE)
_NO_ROWS = re.compile(r"\s*(?:create|drop|savepoint|release|rollback)\b", re.IGNORECASE)


class StorageFull(Exception):
    """The disk or database has no room: nothing was written."""


class Tx(Protocol):
    """One open transaction. SQL uses :name parameters and the subset all adapters share."""

    def rows(self, sql: str, **params: Any) -> list[Row]: ...

    def run(self, sql: str, **params: Any) -> None: ...

    def many(self, sql: str, each: Sequence[Mapping[str, Any]]) -> None:
        """The same statement with each of the parameters, in their order."""


class Store(Protocol):
    """A database: many readers, one writer at a time."""

    def read(self) -> AbstractContextManager[Tx]:
        """A consistent snapshot."""

    def write(self, *, firm: bool = True) -> AbstractContextManager[Tx]:
        """The only writer until the block ends: commits on success, rolls back on error.

        `firm`: what was written is on the disk when the block has ended, with all that was written before. Else it need
        not be: a power loss may take it back, whole, for who can make it again."""

    def forget(self) -> bool:
        """Let what was erased leave the files, as far as it is ours to say; False when it must be tried again."""

    def close(self) -> None:
        """Let go of files and connections."""


@cache
def written_table(sql: str) -> str | None:
    """The table a statement writes; None for one that writes no rows. ValueError where it cannot be told."""
    found = _WRITES.match(sql)
    if found is None and not _NO_ROWS.match(sql):
        raise ValueError(f"a write whose table cannot be told: {sql[:80]}")
    return found.group(1) if found else None


def statements(script: str) -> list[str]:
    """The single statements of a schema text (no statement of ours holds a semicolon inside)."""
    return [part.strip() for part in script.split(";") if part.strip()]
