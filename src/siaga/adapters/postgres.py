"""PostgreSQL as the store: the same SQL over psycopg, one long-lived writer, its pool for readers."""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

try:
    import psycopg
    import psycopg_pool
    from psycopg import errors
    from psycopg.adapt import Buffer, Loader
    from psycopg.raw_cursor import RawCursor
    from psycopg.rows import dict_row
    from psycopg.types.numeric import Int8Dumper
except ImportError as missing:
    raise ImportError("PostgreSQL as the store needs: pip install 'siaga[postgres]'") from missing

from ..kernel.storage import Row, StorageFull
from .placing import placed

READERS = 10
WAIT_S = 10.0
STATEMENTS = 512
TURN = 0x5149_4147_41  # the advisory lock of the writer's turn; it counts inside one database
_BEGIN_WRITE = "begin isolation level read committed"
_BEGIN_READ = "begin isolation level repeatable read, read only"
_SESSION = """
set client_encoding = 'UTF8';
set idle_in_transaction_session_timeout = '60s';
set client_min_messages = warning;
set timezone = 'UTC'
"""

_EIGHT_BYTES = re.compile(r"\breal\b", re.IGNORECASE)
_NO_ROWID = re.compile(r"\)\s*without\s+rowid\s*\Z", re.IGNORECASE)


class Unfit(Exception):
    """The database cannot keep what the store promises; says which setting and how to make one that can."""


@cache
def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """The statement with `$1` for the first `:name`, and the names in that order; `real` has eight bytes here too, and
    every table has rows with a place of their own."""
    if sql.lstrip()[:12].lower() == "create table":
        sql = _NO_ROWID.sub(")", _EIGHT_BYTES.sub("double precision", sql))
    names: dict[str, int] = {}
    text = placed(sql, lambda name: f"${names.setdefault(name, len(names) + 1)}")
    return text, tuple(names)


class _Flag(Int8Dumper):
    """True and False are 1 and 0, as in SQLite."""

    def dump(self, obj: Any) -> bytes:
        return b"1" if obj else b"0"


class _FlagLoader(Loader):
    def load(self, data: Buffer) -> int:
        return int(bytes(data) == b"t")


class _NumberLoader(Loader):
    """Sums and averages are int or float, as in SQLite."""

    def load(self, data: Buffer) -> int | float:
        text = bytes(data)
        return int(text) if text.lstrip(b"-").isdigit() else float(text)


class PostgresTx:
    """One open transaction."""

    __slots__ = ("_db",)

    def __init__(self, db: "psycopg.Connection[Row]") -> None:
        self._db = db

    def _execute(self, sql: str, params: dict[str, Any]) -> "RawCursor[Row]":
        text, names = numbered(sql)
        cursor = RawCursor(self._db, row_factory=dict_row)
        try:
            cursor.execute(text.encode(), [params[name] for name in names])
        except errors.DiskFull as full:
            raise StorageFull(str(full)) from full
        return cursor

    def rows(self, sql: str, **params: Any) -> list[Row]:
        """All rows of a query."""
        return self._execute(sql, params).fetchall()

    def run(self, sql: str, **params: Any) -> None:
        """Run a statement."""
        self._execute(sql, params)

    def many(self, sql: str, each: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement with each of the parameters, without waiting for each answer."""
        text, names = numbered(sql)
        try:
            RawCursor(self._db).executemany(text.encode(), [[params[name] for name in names] for params in each])
        except errors.DiskFull as full:
            raise StorageFull(str(full)) from full


def _configure(db: "psycopg.Connection[Any]") -> None:
    db.prepared_max = STATEMENTS
    db.adapters.register_dumper(int, Int8Dumper)  # one width, so that a statement is prepared once
    db.adapters.register_dumper(bool, _Flag)
    db.adapters.register_loader("bool", _FlagLoader)
    db.adapters.register_loader("numeric", _NumberLoader)
    db.execute(_SESSION)


class PostgresStore:
    """A database on a server. Promises what the server's settings promise: `fsync`, `synchronous_commit`."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._turn = threading.Lock()
        self._writer: psycopg.Connection[Any] | None = self._connect()
        try:
            self._check(self._writer)
        except Unfit:
            self._writer.close()
            raise
        self._pool = psycopg_pool.ConnectionPool(
            address,
            min_size=1,
            max_size=READERS,
            timeout=WAIT_S,
            kwargs={"autocommit": True},
            configure=_configure,
            name="siaga-readers",
            open=True,
        )

    def _connect(self) -> "psycopg.Connection[Any]":
        db: psycopg.Connection[Any] = psycopg.connect(self.address, autocommit=True, connect_timeout=int(WAIT_S))
        _configure(db)
        if db.execute("show synchronous_commit").fetchone() == ("off",):
            db.execute("set synchronous_commit = on")
        return db

    def _check(self, db: "psycopg.Connection[Any]") -> None:
        if db.execute("show fsync").fetchone() != ("on",):
            raise Unfit("this PostgreSQL server runs with fsync = off: what it accepts would not survive a power loss")
        if db.execute("select 'a' < 'B' as x, current_setting('server_encoding')").fetchone() != (0, "UTF8"):
            raise Unfit(
                "this database sorts or writes text differently; make one by:"
                " create database siaga template template0 encoding 'UTF8' locale 'C'"
            )

    def _reader(self) -> "psycopg.Connection[Any]":
        for attempt in range(READERS + 1):
            db = self._pool.getconn()
            try:
                db.execute(_BEGIN_READ)
            except psycopg.OperationalError:  # the server was restarted; the pool drops what is broken
                self._pool.putconn(db)
                if attempt == READERS:
                    raise
            else:
                return db
        raise AssertionError("unreachable")

    @contextmanager
    def read(self) -> Iterator[PostgresTx]:
        """A snapshot that cannot write; its connection goes back to the pool."""
        db = self._reader()
        try:
            yield PostgresTx(db)
        finally:
            with suppress(psycopg.OperationalError):
                db.execute("rollback")
            self._pool.putconn(db)

    def _begin(self) -> "psycopg.Connection[Any]":
        """Begin on the long-lived connection, or on a new one when that was lost; then wait for our turn."""
        if self._writer is not None:
            try:
                self._writer.execute(_BEGIN_WRITE)
            except psycopg.OperationalError:
                self._drop()
        if self._writer is None:
            self._writer = self._connect()
            self._writer.execute(_BEGIN_WRITE)
        self._writer.execute("select pg_advisory_xact_lock(%s)", (TURN,))
        return self._writer

    def _drop(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    @contextmanager
    def write(self, *, firm: bool = True) -> Iterator[PostgresTx]:
        """The writer's turn, against other threads by a lock and other processes by an advisory lock."""
        with self._turn:
            try:
                db = self._begin()
                if not firm:
                    db.execute("set local synchronous_commit = off")
                yield PostgresTx(db)
                db.execute("commit")
            except errors.DiskFull as full:
                raise StorageFull(str(full)) from full
            finally:
                self._rest()

    def _rest(self) -> None:
        """Leave no transaction open; a connection that cannot even roll back is dropped."""
        db = self._writer
        if db is None or db.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
            return
        try:
            db.execute("rollback")
        except psycopg.Error:
            self._drop()

    def durability(self) -> dict[str, str]:
        """The settings its promise rests on, as the server reports them to the writer."""
        with self.write() as tx:
            names = ("fsync", "full_page_writes", "synchronous_commit")
            return {name: tx.rows("select current_setting(:n) as v", n=name)[0]["v"] for name in names}

    def forget(self) -> bool:
        """The server overwrites what was erased by itself (autovacuum, its own log): nothing is ours to do."""
        return True

    def close(self) -> None:
        """Let go of every connection."""
        self._pool.close()
        with self._turn:
            self._drop()
