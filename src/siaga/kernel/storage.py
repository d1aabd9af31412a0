"""The storage port: two verbs, and the only thing a database adapter has to know."""

from contextlib import AbstractContextManager
from typing import Any, Protocol

Row = dict[str, Any]


class StorageFull(Exception):
    """The disk or database has no room: nothing was written."""


class Tx(Protocol):
    """One open transaction. SQL uses :name parameters and the subset all adapters share."""

    def rows(self, sql: str, **params: Any) -> list[Row]: ...

    def run(self, sql: str, **params: Any) -> None: ...


class Store(Protocol):
    """A database: many readers, one writer at a time."""

    def read(self) -> AbstractContextManager[Tx]:
        """A consistent snapshot."""

    def write(self) -> AbstractContextManager[Tx]:
        """The only writer until the block ends: commits on success, rolls back on error."""

    def forget(self) -> bool:
        """Let what was erased leave the files, as far as it is ours to say; False when it must be tried again."""

    def close(self) -> None:
        """Let go of files and connections."""


def statements(script: str) -> list[str]:
    """The single statements of a schema text (no statement of ours holds a semicolon inside)."""
    return [part.strip() for part in script.split(";") if part.strip()]
