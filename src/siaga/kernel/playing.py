"""Playing the log into tables: writes wait and go many at once; what was just read or written need not be read again.

A table's writes go in their order, before anything that reads the table; what stands in the tables at the end is what
the same statements leave one by one."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from .storage import Row, Tx, written_table

T = TypeVar("T")
_WORD = re.compile(r"\w+")
_first = itemgetter(0)


@cache
def _words(sql: str) -> frozenset[str]:
    return frozenset(_WORD.findall(sql))


@cache
def _alone(sql: str) -> str | None:
    """The table of a write that looks at no other."""
    return None if "select" in _words(sql) else written_table(sql)


class Played:
    """A transaction that the log is played into; `settle` before it ends."""

    __slots__ = ("_known", "_tx", "_waiting")

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._waiting: defaultdict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        self._known: defaultdict[str, dict[Any, Any]] = defaultdict(dict)

    def rows(self, sql: str, **params: Any) -> list[Row]:
        """All rows of a query, with what was written before."""
        self._send_for(sql)
        return self._tx.rows(sql, **params)

    def run(self, sql: str, **params: Any) -> None:
        """Write before the next reading of the table; at once where the statement looks at others."""
        table = _alone(sql)
        if table is not None:
            self._waiting[table].append((sql, params))
            return
        self._send_for(sql)
        self._tx.run(sql, **params)

    def many(self, sql: str, each: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement with each of the parameters."""
        for params in each:
            self.run(sql, **params)

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
                self._tx.run(sql, **each[0])
            else:
                self._tx.many(sql, each)


def known(tx: Tx, sort: str, key: Any, read: Callable[[], T]) -> T:
    """Read it; while the log is played, only where it is not known from before."""
    return tx.known(sort, key, read) if isinstance(tx, Played) else read()


def know(tx: Tx, sort: str, key: Any, value: Any) -> None:
    """Say what now stands there, for who reads it next while the log is played."""
    if isinstance(tx, Played):
        tx.know(sort, key, value)


def doubt(tx: Tx, sort: str, key: Any) -> None:
    """Let it be read again."""
    if isinstance(tx, Played):
        tx.doubt(sort, key)
