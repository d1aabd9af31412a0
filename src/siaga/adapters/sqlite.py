"""SQLite of the standard library as the store: one file, one long-lived writer, a pool of readers."""

import queue
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..kernel.storage import Row, StorageFull

BUSY_MS = 10_000
STATEMENTS = 512


class SqliteTx:
    """One open transaction."""

    __slots__ = ("_cursor",)

    def __init__(self, db: sqlite3.Connection) -> None:
        self._cursor = db.cursor()

    def rows(self, sql: str, **params: Any) -> list[Row]:
        """All rows of a query."""
        found = self._cursor.execute(sql, params).fetchall()
        if not found:
            return []
        names = [column[0] for column in self._cursor.description]
        return [dict(zip(names, row, strict=True)) for row in found]

    def run(self, sql: str, **params: Any) -> None:
        """Run a statement."""
        self._cursor.execute(sql, params)


class SqliteStore:
    """A database file. Promises what its settings promise: WAL, `synchronous=FULL`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._turn = threading.Lock()  # SQLite would make waiting writers poll
        self._readers: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        self._writer = self._connect()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self._path,
            isolation_level=None,
            timeout=BUSY_MS / 1000,
            check_same_thread=False,
            cached_statements=STATEMENTS,
        )
        for pragma in ("journal_mode = wal", "synchronous = full", "foreign_keys = on", "cache_size = -32000", "temp_store = memory"):
            db.execute(f"pragma {pragma}")
        return db

    @contextmanager
    def read(self) -> Iterator[SqliteTx]:
        """A snapshot; its connection goes back to the pool."""
        try:
            db = self._readers.get_nowait()
        except queue.Empty:
            db = self._connect()
        db.execute("begin")
        try:
            yield SqliteTx(db)
        finally:
            if db.in_transaction:
                db.execute("rollback")
            self._readers.put(db)

    @contextmanager
    def write(self) -> Iterator[SqliteTx]:
        """The writer's turn, against other threads by a lock and other processes by `begin immediate`."""
        with self._turn:
            db = self._writer
            try:
                db.execute("begin immediate")
                yield SqliteTx(db)
                db.execute("commit")
            except sqlite3.Error as error:
                if error.sqlite_errorcode in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE):
                    raise StorageFull(str(error)) from error
                raise
            finally:
                if db.in_transaction:
                    db.execute("rollback")

    def close(self) -> None:
        """Close every connection that is not in use."""
        while True:
            try:
                self._readers.get_nowait().close()
            except queue.Empty:
                break
        self._writer.close()
