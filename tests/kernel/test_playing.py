"""Playing the log: writes wait, and whatever is read or left at the end is as if they had not."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.adapters.sqlite import SqliteStore
from siaga.kernel import playing
from siaga.kernel.playing import Played, nothing_known
from siaga.kernel.storage import Row, Tx

TABLES = ("create table a (n integer primary key, word text)", "create table b (n integer primary key, word text)")
PUT = "insert into {t} (n, word) values (:n, :w) on conflict (n) do update set word = {t}.word || :w"
ADD = "update {t} set word = word || :w where n = :n"
SET = "update {t} set word = :w where n = :n"
EITHER = "update {t} set word = word || 'e' where n = :n or word = :w"
WORDED = "update {t} set word = word || 'w' where word = :w"
DROP = "delete from {t} where n = :n"
COPY = "insert into {t} (n, word) select n + 10, word from {o} where n = :n on conflict (n) do nothing"
READ = "select word from {t} where n = :n"


class Counted:
    """A transaction that counts how often the store is asked."""

    def __init__(self, tx: Tx) -> None:
        self._tx, self.asked = tx, 0

    def rows(self, sql: str, **params: Any) -> list[Row]:
        self.asked += 1
        return self._tx.rows(sql, **params)

    def run(self, sql: str, **params: Any) -> None:
        self.asked += 1
        self._tx.run(sql, **params)

    def many(self, sql: str, each: Sequence[Mapping[str, Any]]) -> None:
        self.asked += 1
        self._tx.many(sql, each)


@contextmanager
def opened(folder: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(folder / "played.db")
    with store.write() as tx:
        for table in TABLES:
            tx.run(table)
    try:
        yield store
    finally:
        store.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with opened(tmp_path) as made:
        yield made


def test_what_is_read_holds_what_was_written_before(store: SqliteStore) -> None:
    with store.write() as tx:
        played = Played(tx, nothing_known())
        played.run(PUT.format(t="a"), n=1, w="x")
        played.run(ADD.format(t="a"), n=1, w="y")
        assert played.rows(READ.format(t="a"), n=1) == [{"word": "xy"}]


def test_many_alike_are_one_call_and_nothing_is_written_before_it_must_be(store: SqliteStore) -> None:
    with store.write() as tx:
        counted = Counted(tx)
        played = Played(counted, nothing_known())
        for n in range(50):
            played.run(PUT.format(t="a"), n=n, w="x")
            assert played.rows(READ.format(t="b"), n=n) == []
        assert counted.asked == 50
        played.settle()
        assert counted.asked == 51
        assert len(tx.rows("select n from a")) == 50


def test_what_is_about_different_things_goes_together_and_only_the_last_of_what_overwrites_itself(
    store: SqliteStore,
) -> None:
    with store.write() as tx:
        counted = Counted(tx)
        played = Played(counted, nothing_known())
        for n in range(50):
            played.run(PUT.format(t="a"), n=n, w="x")
            for word in "abc":
                played.run(SET.format(t="a"), n=n, w=word)
            played.run(ADD.format(t="a"), n=n, w="y")
        played.settle()
        assert counted.asked == 3
        assert {row["word"] for row in tx.rows("select word from a")} == {"cy"}


_step = st.tuples(
    st.sampled_from((PUT, ADD, SET, EITHER, WORDED, DROP, COPY, READ)),
    st.sampled_from("ab"),
    st.integers(0, 3),
    st.sampled_from("xyz"),
)


def _do(tx: Tx, steps: Sequence[tuple[str, str, int, str]]) -> list[list[Row]]:
    seen = []
    for sql, table, n, word in steps:
        text = sql.format(t=table, o="b" if table == "a" else "a")
        params = {"n": n, "w": word} if ":w" in text else {"n": n}
        if sql == READ:
            seen.append(tx.rows(text, **params))
        else:
            tx.run(text, **params)
    return seen


@given(st.lists(_step, max_size=40))
def test_any_order_of_statements_leaves_and_shows_the_same(steps: list[tuple[str, str, int, str]]) -> None:
    found = []
    for wait in (False, True):
        with TemporaryDirectory() as folder, opened(Path(folder)) as store, store.write() as tx:
            played = Played(tx, nothing_known()) if wait else None
            seen = _do(played or tx, steps)
            if played:
                played.settle()
            found.append((seen, [tx.rows(f"select * from {t} order by n") for t in "ab"]))
    assert found[0] == found[1]


def test_what_is_known_is_read_once_until_somebody_doubts_it(store: SqliteStore) -> None:
    reads: list[int] = []

    def read() -> int:
        reads.append(1)
        return len(reads)

    with store.write() as tx:
        played = Played(tx, nothing_known())
        assert [playing.known(played, "sort", "key", read) for _ in range(3)] == [1, 1, 1]
        playing.know(played, "sort", "key", 7)
        assert playing.known(played, "sort", "key", read) == 7
        playing.doubt(played, "sort", "key")
        assert playing.known(played, "sort", "key", read) == 2
        assert playing.known(played, "other", "key", read) == 3


def test_outside_of_playing_everything_is_read(store: SqliteStore) -> None:
    with store.write() as tx:
        playing.know(tx, "sort", "key", 7)
        assert playing.known(tx, "sort", "key", lambda: 8) == 8
