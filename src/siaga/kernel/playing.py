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
_first = itemgetter(0)


@cache
def _words(sql: str) -> frozenset[str]:
    return frozenset(_WORD.findall(sql))


@cache
def _write(sql: str) -> tuple[str | None, bool]:
    """The table a statement writes, and whether it looks at no other."""
    table = written_table(sql)
    return table, table is not None and "select" not in _words(sql)


Known = defaultdict[str, dict[Any, Any]]


def nothing_known() -> Known:
    """What is known at the beginning."""
    return defaultdict(dict)


class Played:
    """A transaction whose writes wait; `settle` before it ends. It remembers which tables were written."""

    __slots__ = ("_known", "_waiting", "beneath", "touched")

    def __init__(self, tx: Tx, known: Known) -> None:
        self.beneath = tx
        """The transaction as it stands without what waits."""
        self.touched: set[str] = set()
        self._waiting: defaultdict[str, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
        self._known = known

    def rows(self, sql: str, **params: Any) -> list[Row]:
        """All rows of a query, with what was written before."""
        self._send_for(sql)
        return self.beneath.rows(sql, **params)

    def run(self, sql: str, **params: Any) -> None:
        """Write before the next reading of the table; at once where the statement looks at others."""
        table, alone = _write(sql)
        if table is not None:
            self.touched.add(table)
        if table is None or not alone:
            self._send_for(sql)
            self.beneath.run(sql, **params)
            return
        waiting = self._waiting[table]
        waiting.append((sql, params))
        if len(waiting) >= MOST:
            self._send(table)

    def many(self, sql: str, each: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement with each of the parameters, now."""
        if (table := _write(sql)[0]) is not None:
            self.touched.add(table)
        self._send_for(sql)
        self.beneath.many(sql, each)

    def forget_waiting(self) -> None:
        """What waits is not written: the transaction goes back to before it."""
        self._waiting.clear()

    def settle(self) -> None:
        """Write everything that waits."""
        for table in list(self._waiting):
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

    def doubt(self, sort: str, key: Any) -> None:
        """What stands under a name must be read again."""
        self._known[sort].pop(key, None)

    def _send_for(self, sql: str) -> None:
        for table in self._waiting.keys() & _words(sql):
            self._send(table)

    def _send(self, table: str) -> None:
        waiting = self._waiting.pop(table, None)
        for sql, alike in groupby(waiting or (), key=_first):
            each = [params for _, params in alike]
            if len(each) == 1:
                self.beneath.run(sql, **each[0])
            else:
                self.beneath.many(sql, each)


def known(tx: Tx, sort: str, key: Any, read: Callable[[], T]) -> T:
    """Read it, in a turn of the writer only where it is not known from before."""
    return tx.known(sort, key, read) if isinstance(tx, Played) else read()


def know(tx: Tx, sort: str, key: Any, value: Any) -> None:
    """Say what now stands there, for who reads it next."""
    if isinstance(tx, Played):
        tx.know(sort, key, value)


def doubt(tx: Tx, sort: str, key: Any) -> None:
    """Let it be read again."""
    if isinstance(tx, Played):
        tx.doubt(sort, key)
