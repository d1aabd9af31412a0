"""Many writes in one turn: they wait and go many at once; what was just read or written need not be read again.

A table's writes go in their order, before anything that reads the table; what stands in the tables at the end is what
the same statements leave one by one. So a group of asks is answered, and so the log is played into tables."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from .storage import Row, Tx, written_table

T = TypeVar("T")
MOST = 4000  # so many writes of a table wait at most: a restored log must not stand in memory
_WORD = re.compile(r"\w+")
_READ = re.compile(r"\b(?:from|join)\s+(\w+)", re.IGNORECASE)
_first = itemgetter(0)


@cache
def _words(sql: str) -> frozenset[str]:
    return frozenset(_WORD.findall(sql))


@cache
def _write(sql: str) -> tuple[str | None, bool, str]:
    """The table a statement writes, whether it looks at no other, and what is read of it steadily."""
    table = written_table(sql)
    return table, table is not None and "select" not in _words(sql), f"rows of {table}"


@cache
def _steady(sql: str) -> str:
    """What a statement reads steadily. ValueError for one that reads several tables."""
    tables = _READ.findall(sql)
    if len(tables) != 1:
        raise ValueError(f"not of one table: {sql[:80]}")
    return f"rows of {tables[0]}"


Known = defaultdict[str, dict[Any, Any]]


def nothing_known() -> Known:
    """What is known at the beginning."""
    return defaultdict(dict)


class Played:
    """A transaction whose writes wait; `settle` before it ends. It remembers which tables were written."""

    __slots__ = ("_known", "_waiting", "_whole", "beneath", "touched")

    def __init__(self, tx: Tx, known: Known) -> None:
        self.beneath = tx
        """The transaction as it stands without what waits."""
        self.touched: set[str] = set()
        self._waiting: defaultdict[str, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
        self._whole: defaultdict[str, dict[Any, tuple[str, Callable[[], Mapping[str, Any]]]]] = defaultdict(dict)
        self._known = known

    def rows(self, sql: str, **params: Any) -> list[Row]:
        """All rows of a query, with what was written before."""
        self._send_for(sql)
        return self.beneath.rows(sql, **params)

    def run(self, sql: str, **params: Any) -> None:
        """Write before the next reading of the table; at once where the statement looks at others."""
        table, alone, steady = _write(sql)
        if table is not None:
            self.touched.add(table)
            if steady in self._known:
                del self._known[steady]
        if table is None or not alone:
            self._send_for(sql)
            self.beneath.run(sql, **params)
            return
        if table in self._whole:
            self._line_up(table)
        waiting = self._waiting[table]
        waiting.append((sql, params))
        if len(waiting) >= MOST:
            self._send(table)

    def row(self, sql: str, key: Any, params: Callable[[], Mapping[str, Any]]) -> None:
        """Write a whole row as it stands before the next reading of the table: one that came before under the same key
        is not written."""
        table, _, steady = _write(sql)
        assert table is not None
        self.touched.add(table)
        self._known.pop(steady, None)
        rows = self._whole[table]
        rows[key] = (sql, params)
        if len(rows) >= MOST:
            self._send(table)

    def many(self, sql: str, each: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement with each of the parameters, now."""
        table, _, steady = _write(sql)
        if table is not None:
            self.touched.add(table)
            self._known.pop(steady, None)
        self._send_for(sql)
        self.beneath.many(sql, each)

    def forget_waiting(self) -> None:
        """What waits is not written: the transaction goes back to before it."""
        self._waiting.clear()
        self._whole.clear()

    def settle(self) -> None:
        """Write everything that waits."""
        for table in [*self._waiting, *self._whole]:
            self._send(table)

    def known(self, sort: str, key: Any, read: Callable[[], T]) -> T:
        """What is known under a name, read where it is not known yet. Who writes it says so with `know`."""
        of_sort = self._known[sort]
        if key not in of_sort:
            of_sort[key] = read()
        found: T = of_sort[key]
        return found

    def know(self, sort: str, key: Any, value: Any) -> None:
        """What now stands under a name."""
        self._known[sort][key] = value

    def doubt(self, sort: str, key: Any = None) -> None:
        """What stands under a name must be read again; without one, all of the sort."""
        if key is None:
            self._known.pop(sort, None)
        else:
            self._known[sort].pop(key, None)

    def steady(self, sql: str, **params: Any) -> Sequence[Row]:
        """As `rows`, of one table, read once until something writes that table."""
        of_table, key = self._known[_steady(sql)], (sql, *params.values())
        if key not in of_table:
            of_table[key] = self.rows(sql, **params)
        found: list[Row] = of_table[key]
        return found

    def _send_for(self, sql: str) -> None:
        words = _words(sql)
        for waiting in (self._waiting, self._whole):
            if not words.isdisjoint(waiting):
                for table in words & waiting.keys():
                    self._send(table)

    def _line_up(self, table: str) -> None:
        """Rows that wait go before what is written next."""
        rows = self._whole.pop(table, None)
        if rows:
            self._waiting[table] += [(sql, params()) for sql, params in rows.values()]

    def _send(self, table: str) -> None:
        self._line_up(table)
        waiting = self._waiting.pop(table, None)
        for sql, alike in groupby(waiting or (), key=_first):
            each = [params for _, params in alike]
            if len(each) == 1:
                self.beneath.run(sql, **each[0])
            else:
                self.beneath.many(sql, each)


def row(tx: Tx, sql: str, key: Any, params: Callable[[], Mapping[str, Any]]) -> None:
    """Write a whole row, in a turn of the writer only as it stands at last."""
    if isinstance(tx, Played):
        tx.row(sql, key, params)
    else:
        tx.run(sql, **params())


def steady(tx: Tx, sql: str, **params: Any) -> Sequence[Row]:
    """The rows of a query of one table that is seldom written, in a turn of the writer from memory until it is; not to
    be changed."""
    return tx.steady(sql, **params) if isinstance(tx, Played) else tx.rows(sql, **params)


def known(tx: Tx, sort: str, key: Any, read: Callable[[], T]) -> T:
    """Read it, in a turn of the writer only where it is not known from before."""
    return tx.known(sort, key, read) if isinstance(tx, Played) else read()


def know(tx: Tx, sort: str, key: Any, value: Any) -> None:
    """Say what now stands there, for who reads it next."""
    if isinstance(tx, Played):
        tx.know(sort, key, value)


def doubt(tx: Tx, sort: str, key: Any = None) -> None:
    """Let it be read again; without a name, all of the sort."""
    if isinstance(tx, Played):
        tx.doubt(sort, key)
