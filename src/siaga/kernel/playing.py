"""Many writes in one turn: they wait and go many at once; what was just read or written need not be read again.

A table's writes go in their order, before anything that reads the table; what stands in the tables at the end is what
the same statements leave one by one. So a group of asks is answered, and so the log is played into tables."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from .storage import Row, Tx, written_table

T = TypeVar("T")
Write = tuple[str, Mapping[str, Any]]
MOST = 4000  # so many writes of a table wait at most: a restored log must not stand in memory
_WORD = re.compile(r"\w+")
_SINGLE_ROWS = (
    re.compile(r"insert into \w+ \((?P<column>\w+)\b[^)]*\)\s*values \(:(?P<param>\w+)[,)]", re.IGNORECASE),
    re.compile(
        r"(?:update \w+ set .+|delete from \w+) where (?P<column>\w+) = :(?P<param>\w+)(?: and .+)?$", re.IGNORECASE
    ),
)
_VALUE = r"(?::\w+|\d+|null|'\w*')"
_PLAIN_UPDATE = re.compile(rf"update \w+ set \w+ = {_VALUE}(?:, \w+ = {_VALUE})* where \w+ = :\w+", re.IGNORECASE)
_CONFLICT = re.compile(r"\bon conflict(?: \(([^)]*)\))?", re.IGNORECASE)
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
def _about(sql: str) -> tuple[str, str] | None:
    """The column whose value says which rows a statement touches, and the name it comes under; None where that is not
    plain. Statements about other values of it may go in any order."""
    found = next((m for m in (form.match(sql) for form in _SINGLE_ROWS) if m), None)
    if found is None or "or" in _words(sql.lower()):
        return None
    column, conflict = found["column"], _CONFLICT.search(sql)
    if conflict and column not in _WORD.findall(conflict[1] or ""):
        return None
    changed = re.search(rf"\bset .*\b{column} = .*\bwhere\b|\bdo update set .*\b{column} = ", sql, re.IGNORECASE)
    return None if changed else (column, found["param"])


@cache
def _overwrites(sql: str) -> bool:
    """Whether nothing is left of such a write when another one follows about the same thing."""
    return _PLAIN_UPDATE.fullmatch(sql) is not None


def _column(write: Write) -> str | None:
    about = _about(write[0])
    return about and about[0]


def _alike(writes: Sequence[Write]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """The writes with those of one statement together, as far as they leave the same: what is about one thing stays in
    its order."""
    if len(set(map(_first, writes))) == 1:
        yield writes[0][0], [params for _, params in writes]
        return
    for column, part in groupby(writes, key=_column):
        if column is None:
            for sql, run in groupby(part, key=_first):
                yield sql, [params for _, params in run]
            continue
        rounds: list[dict[str, list[Mapping[str, Any]]]] = []
        last: dict[Any, tuple[int, str, int]] = {}
        for sql, params in part:
            about = _about(sql)
            assert about is not None
            thing = params[about[1]]
            n, before, place = last.get(thing, (-1, "", 0))
            if sql == before and _overwrites(sql):
                rounds[n][sql][place] = params
                continue
            if sql != before:
                n += 1
                if n == len(rounds):
                    rounds.append({})
            alike = rounds[n].setdefault(sql, [])
            last[thing] = n, sql, len(alike)
            alike.append(params)
        for of_round in rounds:
            yield from of_round.items()


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

    __slots__ = ("_lines", "_waiting", "_whole", "beneath", "has_known", "touched")

    def __init__(self, tx: Tx, known: Known) -> None:
        self.beneath = tx
        """The transaction as it stands without what waits."""
        self.touched: set[str] = set()
        self._waiting: defaultdict[str, list[Write]] = defaultdict(list)
        self._lines: dict[str, list[Write]] = {}
        """Where a statement that came before waits, as long as the next one goes straight behind it."""
        self._whole: defaultdict[str, dict[Any, tuple[str, Callable[[], Mapping[str, Any]]]]] = defaultdict(dict)
        self.has_known = known

    def rows(self, sql: str, **params: Any) -> list[Row]:
        """All rows of a query, with what was written before."""
        self._send_for(sql)
        return self.beneath.rows(sql, **params)

    def run(self, sql: str, **params: Any) -> None:
        """Write before the next reading of the table; at once where the statement looks at others."""
        line = self._lines.get(sql)
        if line is not None and len(line) < MOST - 1:
            line.append((sql, params))
            return
        table, alone, steady = _write(sql)
        if table is not None:
            self.touched.add(table)
            self.has_known.pop(steady, None)
        if table is None or not alone:
            self._send_for(sql)
            self.beneath.run(sql, **params)
            return
        if table in self._whole:
            self._line_up(table)
        line = self._lines[sql] = self._waiting[table]
        line.append((sql, params))
        if len(line) >= MOST:
            self._send(table)

    def row(self, sql: str, key: Any, params: Callable[[], Mapping[str, Any]]) -> None:
        """Write a whole row as it stands before the next reading of the table: one that came before under the same key
        is not written."""
        table, _, steady = _write(sql)
        assert table is not None
        self.touched.add(table)
        self.has_known.pop(steady, None)
        rows = self._whole[table]
        if not rows:
            self._close_line(table)
        rows[key] = (sql, params)
        if len(rows) >= MOST:
            self._send(table)

    def many(self, sql: str, each: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement with each of the parameters, now."""
        table, _, steady = _write(sql)
        if table is not None:
            self.touched.add(table)
            self.has_known.pop(steady, None)
        self._send_for(sql)
        self.beneath.many(sql, each)

    def forget_waiting(self) -> None:
        """What waits is not written: the transaction goes back to before it."""
        self._waiting.clear()
        self._whole.clear()
        self._lines.clear()

    def settle(self) -> None:
        """Write everything that waits."""
        for table in [*self._waiting, *self._whole]:
            self._send(table)

    def steady(self, sql: str, **params: Any) -> Sequence[Row]:
        """As `rows`, of one table, read once until something writes that table."""
        of_table, key = self.has_known[_steady(sql)], (sql, *params.values())
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

    def _close_line(self, table: str) -> None:
        """What is written next does not go straight behind what waits."""
        for sql in {sql for sql, _ in self._waiting.get(table, ())}:
            self._lines.pop(sql, None)

    def _send(self, table: str) -> None:
        self._line_up(table)
        for sql, each in _alike(self._waiting.pop(table, [])):
            self._lines.pop(sql, None)
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
    """What is known under a name, in a turn of the writer read only where it is not known from before. Who writes it
    says so with `know` or `doubt`."""
    if not isinstance(tx, Played):
        return read()
    of_sort = tx.has_known[sort]
    if key not in of_sort:
        of_sort[key] = read()
    found: T = of_sort[key]
    return found


def know(tx: Tx, sort: str, key: Any, value: Any) -> None:
    """Say what now stands there, for who reads it next."""
    if isinstance(tx, Played):
        tx.has_known[sort][key] = value


def doubt(tx: Tx, sort: str, key: Any = None) -> None:
    """Let it be read again; without a name, all of the sort."""
    if not isinstance(tx, Played):
        return
    if key is None:
        tx.has_known.pop(sort, None)
    else:
        tx.has_known[sort].pop(key, None)
