"""SQLite as the store: one file, one long-lived writer, a pool of readers. The library comes with APSW, so it is the
same on every machine, and it alone may open the file in this process: two of them would lose each other's locks."""

import os
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import apsw

from ..kernel.storage import Row, StorageFull
from .placing import placed

BUSY_MS = 10_000
STATEMENTS = 512
WRITER_KIB, READER_KIB = 32_000, 8_000
"""Pages each connection keeps. One long look through the log fills all of it, for good, and readers are many: what they
read again and again is less, and the system keeps the rest of the file once for all."""
KEEPING = (
    "journal_mode = wal",
    "synchronous = full",
    "secure_delete = on",  # what was erased is overwritten, not only forgotten
    "journal_size_limit = -1",  # the file of the last changes is written over, not grown anew; `forget` cuts it
    "wal_autocheckpoint = 4000",  # pages (16 MB) in that file before the writer copies them into place
)
"""How what is written is kept: what a commit promises, and costs."""
_NO_ROOM = (apsw.FullError, apsw.IOError)
_UNWRITTEN = (apsw.SQLITE_FULL, apsw.SQLITE_IOERR_WRITE, apsw.SQLITE_IOERR_FSYNC)


def _what_it_was(error: apsw.Error) -> Exception:
    return StorageFull(str(error)) if getattr(error, "extendedresult", None) in _UNWRITTEN else error


@cache
def _by_place(sql: str) -> tuple[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]]:
    """The statement with `?` for each `:name`, and what takes the values in that order: binding by name costs a third
    of a small statement."""
    names: list[str] = []

    def mark(name: str) -> str:
        names.append(name)
        return "?"

    text = placed(sql, mark)
    if len(names) > 1:
        return text, itemgetter(*names)
    return text, (lambda params: (params[names[0]],)) if names else (lambda params: ())


class SqliteTx:
    """One open transaction."""

    __slots__ = ("_cursor",)

    def __init__(self, db: apsw.Connection) -> None:
        self._cursor = db.cursor()

    def rows(self, sql: str, **params: Any) -> list[Row]:
        """All rows of a query."""
        text, values = _by_place(sql)
        found = self._cursor.execute(text, values(params))
        try:
            names = [name for name, _ in found.get_description()]
        except apsw.ExecutionCompleteError:  # no rows
            return []
        return [dict(zip(names, row, strict=True)) for row in found]

    def run(self, sql: str, **params: Any) -> None:
        """Run a statement."""
        text, values = _by_place(sql)
        try:
            self._cursor.execute(text, values(params))
        except _NO_ROOM as error:
            raise _what_it_was(error) from error

    def many(self, sql: str, each: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement with each of the parameters."""
        text, values = _by_place(sql)
        try:
            self._cursor.executemany(text, map(values, each))
        except _NO_ROOM as error:
            raise _what_it_was(error) from error


class SqliteStore:
    """A database file. Promises what its settings promise: WAL, `synchronous=FULL`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # what people told us is for the node's owner alone
        self._turn = threading.Lock()  # SQLite would make waiting writers poll
        self._readers: queue.SimpleQueue[apsw.Connection] = queue.SimpleQueue()
        self._closed = False
        self._writer = self._connect(WRITER_KIB)

    def _connect(self, keeps_kib: int) -> apsw.Connection:
        db = apsw.Connection(str(self._path), statementcachesize=STATEMENTS)
        db.set_busy_timeout(BUSY_MS)
        for pragma in (*KEEPING, "foreign_keys = on", f"cache_size = -{keeps_kib}", "temp_store = memory"):
            db.execute(f"pragma {pragma}").fetchall()
        return db

    def _reader(self) -> apsw.Connection:
        try:
            return self._readers.get_nowait()
        except queue.Empty:
            db = self._connect(READER_KIB)
            db.execute("pragma query_only = on")
            return db

    @contextmanager
    def read(self) -> Iterator[SqliteTx]:
        """A snapshot that cannot write; its connection goes back to the pool."""
        db = self._reader()
        try:
            db.execute("begin")
            yield SqliteTx(db)
        finally:
            if db.in_transaction:
                db.execute("rollback")
            if self._closed:
                db.close()
            else:
                self._readers.put(db)

    @contextmanager
    def write(self, *, firm: bool = True) -> Iterator[SqliteTx]:
        """The writer's turn, against other threads by a lock and other processes by `begin immediate`."""
        with self._turn:
            db = self._writer
            try:
                if not firm:
                    db.execute("pragma synchronous = normal")
                db.execute("begin immediate")
                yield SqliteTx(db)
                db.execute("commit")
            except _NO_ROOM as error:
                raise _what_it_was(error) from error
            finally:
                if db.in_transaction:
                    db.execute("rollback")
                if not firm:
                    db.execute("pragma synchronous = full")

    def durability(self) -> dict[str, str]:
        """The settings its promise rests on, as the database reports them."""
        with self._turn:
            return {name: str(self._writer.execute(f"pragma {name}").get) for name in ("journal_mode", "synchronous")}

    def forget(self) -> bool:
        """What was erased leaves the file of the last changes too; False while a reader still needs that."""
        with self._turn:
            self._writer.set_busy_timeout(0)  # nobody waits for a long reader
            try:
                return self._writer.execute("pragma wal_checkpoint(truncate)").fetchall()[0][0] == 0
            finally:
                self._writer.set_busy_timeout(BUSY_MS)

    def close(self) -> None:
        """Close every connection; one in use closes when its reader is done."""
        self._closed = True
        while True:
            try:
                self._readers.get_nowait().close()
            except queue.Empty:
                break
        with self._turn:
            self._writer.close()
