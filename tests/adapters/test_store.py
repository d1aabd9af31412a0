"""The contract of a store: one file for every adapter. A database that does not pass it is not a store."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from conftest import BOTH_STORES, VAULT_KEY, start_asker
from kernel.toy import TOY
from siaga.adapters.postgres import PostgresStore
from siaga.adapters.sqlite import SqliteStore
from siaga.adapters.stores import open_store
from siaga.kernel import chain
from siaga.kernel.desk import Desk
from siaga.kernel.storage import StorageFull, Store

pytestmark = pytest.mark.parametrize("address", BOTH_STORES, indirect=True)


@pytest.fixture
def table(address: str) -> Iterator[Store]:
    """A store with one empty table."""
    store = open_store(address)
    with store.write() as tx:
        tx.run("create table t (n integer primary key, word text, share real)")
    yield store
    store.close()


def count(store: Store) -> int:
    with store.read() as tx:
        return int(tx.rows("select count(*) as n from t")[0]["n"])


def test_a_write_is_there_for_whoever_reads_next(table: Store) -> None:
    with table.write() as tx:
        tx.run("insert into t (n) values (:n)", n=1)
    assert count(table) == 1


def test_a_failed_write_leaves_nothing(table: Store) -> None:
    with pytest.raises(RuntimeError), table.write() as tx:
        tx.run("insert into t (n) values (:n)", n=1)
        raise RuntimeError
    assert count(table) == 0


def test_a_failed_statement_leaves_nothing_of_the_write(table: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)unique"), table.write() as tx:
        tx.run("insert into t (n) values (:n)", n=1)
        tx.run("insert into t (n) values (:n)", n=1)
    assert count(table) == 0


def test_the_store_serves_on_after_a_failed_write(table: Store) -> None:
    with pytest.raises(RuntimeError), table.write():
        raise RuntimeError
    with table.write() as tx:
        tx.run("insert into t (n) values (:n)", n=1)
    assert count(table) == 1


def test_a_savepoint_takes_back_one_part_and_keeps_the_others(table: Store) -> None:
    with table.write() as tx:
        for n in (1, 2, 3):
            tx.run("savepoint ask")
            tx.run("insert into t (n) values (:n)", n=n)
            if n == 2:
                with pytest.raises(Exception, match=r"(?i)unique"):
                    tx.run("insert into t (n) values (:n)", n=1)
                tx.run("rollback to savepoint ask")
            tx.run("release savepoint ask")
    with table.read() as tx:
        assert [r["n"] for r in tx.rows("select n from t order by n")] == [1, 3]


def test_one_statement_with_many_values_is_as_that_many_statements(table: Store) -> None:
    with table.write() as tx:
        tx.many("insert into t (n, word) values (:n, :w)", [{"n": n, "w": f"word {n}"} for n in range(3)])
        tx.many("update t set word = :w where n = :n", [{"n": 1, "w": "first"}, {"n": 1, "w": "last"}])
    with table.read() as tx:
        assert [row["word"] for row in tx.rows("select word from t order by n")] == ["word 0", "last", "word 2"]


def test_many_with_a_wrong_one_among_them_leave_nothing(table: Store) -> None:
    with pytest.raises(Exception), table.write() as tx:  # noqa: B017, PT011  (each database has its own)
        tx.many("insert into t (n) values (:n)", [{"n": 1}, {"n": 2}, {"n": 1}])
    assert count(table) == 0


def test_readers_do_not_see_an_open_write(table: Store) -> None:
    with table.write() as tx:
        tx.run("insert into t (n) values (:n)", n=1)
        assert count(table) == 0
    assert count(table) == 1


def test_a_reader_sees_one_moment_however_long_it_reads(table: Store) -> None:
    with table.read() as reader:
        before = reader.rows("select count(*) as n from t")
        with table.write() as tx:
            tx.run("insert into t (n) values (:n)", n=1)
        assert reader.rows("select count(*) as n from t") == before == [{"n": 0}]
    assert count(table) == 1


def test_a_reader_cannot_write(table: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only"), table.read() as tx:
        tx.run("insert into t (n) values (1)")
    assert count(table) == 0


def test_a_failed_read_harms_no_later_one(table: Store) -> None:
    for _ in range(30):  # more often than a pool is deep
        with pytest.raises(Exception, match="nothing"), table.read() as tx:
            tx.rows("select * from nothing_of_that_name")
    assert count(table) == 0


def test_writers_take_turns(table: Store) -> None:
    def add_one() -> None:
        with table.write() as tx:
            n = tx.rows("select count(*) as n from t")[0]["n"]
            threading.Event().wait(0.002)  # long enough for another to come in between, if it could
            tx.run("insert into t (n) values (:n)", n=n)

    threads = [threading.Thread(target=add_one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with table.read() as tx:
        assert [r["n"] for r in tx.rows("select n from t order by n")] == list(range(8))


VALUES: list[Any] = [
    0,
    -1,
    2**31 - 1,
    "",
    "Jl. Ahmad Yani – ‘dekat’ pasar 🔥",
    "a:b '' %s %% :c",
    None,
    0.1,
    1e-300,
    117.48273645,
    -0.0,
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_come_back_as_they_went_in(table: Store, value: Any) -> None:
    column = {int: "n", float: "share"}.get(type(value), "word")
    with table.write() as tx:
        tx.run("insert into t (n) values (7) on conflict (n) do nothing")
        tx.run(f"update t set {column} = :value", value=value)
    with table.read() as tx:
        found = tx.rows(f"select {column} as v from t")[0]["v"]
    assert (type(found), found) == (type(value), value)


def test_sums_averages_and_comparisons_are_plain_numbers(table: Store) -> None:
    with table.write() as tx:
        for n in (1, 2, 4):
            tx.run("insert into t (n, share) values (:n, :share)", n=n, share=n / 8)
        tx.run("update t set n = n + :more where n = 4", more=True)
    with table.read() as tx:
        row = tx.rows(
            "select count(*) as c, sum(n) as s, sum(s2) as ss, max(share) as m, sum(share) as f, 1 < 2 as yes"
            " from t, (select sum(n) as s2 from t) as sub"
        )[0]
        average = tx.rows("select avg(n) as a from t where n < 3")[0]["a"]
    assert row == {"c": 3, "s": 8, "ss": 24, "m": 0.5, "f": 0.875, "yes": 1}
    assert [type(v) for v in row.values()] == [int, int, int, float, float, int]
    assert (type(average), average) == (float, 1.5)


def test_text_sorts_by_its_characters_and_times_by_time(table: Store) -> None:
    words = ["b", "A", "a", "B", "é", "2026-03-07T13:00:00.000001+00:00", "2026-03-07T13:00:00.000000+00:00", "_", "-"]
    with table.write() as tx:
        for n, word in enumerate(words):
            tx.run("insert into t (n, word) values (:n, :word)", n=n, word=word)
    with table.read() as tx:
        assert [r["word"] for r in tx.rows("select word from t order by word")] == sorted(words)
        assert [r["word"] for r in tx.rows("select word from t where word > :a order by word", a="a")] == ["b", "é"]


def test_a_parameter_may_be_used_twice_and_no_text_is_taken_for_one(table: Store) -> None:
    with table.read() as tx:
        shown = tx.rows(
            "select ':x' as a, '100 %' as b, cast(:x as text) as c where :x = :x and 'it''s :y' = 'it''s :y'", x="v"
        )
    assert shown == [{"a": ":x", "b": "100 %", "c": "v"}]


def test_an_optional_parameter_filters_only_when_given(table: Store) -> None:
    with table.write() as tx:
        for n, word in enumerate(("a", "b")):
            tx.run("insert into t (n, word) values (:n, :word)", n=n, word=word)
    sql = "select n from t where word = coalesce(:word, word) order by n"
    with table.read() as tx:
        assert tx.rows(sql, word=None) == [{"n": 0}, {"n": 1}]
        assert tx.rows(sql, word="b") == [{"n": 1}]


def test_row_values_page_through_a_table(table: Store) -> None:
    with table.write() as tx:
        for n in range(5):
            tx.run("insert into t (n, word) values (:n, :word)", n=n, word="ab"[n % 2])
    with table.read() as tx:
        page = tx.rows("select n from t where (word, n) > (:w, :n) order by word, n limit 2", w="a", n=2)
    assert page == [{"n": 4}, {"n": 1}]


def leave_no_room(store: Store) -> None:
    """SQLite may not grow; PostgreSQL answers the next write with its own code for a full disk, raised by a trigger
    (filling a real disk of the server is nothing a test may do)."""
    with store.write() as tx:
        if isinstance(store, SqliteStore):
            pages = tx.rows("pragma page_count")[0]["page_count"]
            tx.run(f"pragma max_page_count = {pages}")
            return
        tx.run(
            "create function no_room() returns trigger language plpgsql as"
            " $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$"
        )
        tx.run("create trigger no_room before insert on t for each row when (new.n > 100) execute function no_room()")


def make_room(store: Store) -> None:
    with store.write() as tx:
        tx.run("pragma max_page_count = 100000" if isinstance(store, SqliteStore) else "drop trigger no_room on t")


def test_without_room_nothing_is_written_what_was_there_stays_and_it_goes_on_with_room(table: Store) -> None:
    with table.write() as tx:
        tx.run("insert into t (n) values (1)")
    leave_no_room(table)
    for _ in range(2):
        with pytest.raises(StorageFull), table.write() as tx:
            for n in range(2, 1000):
                tx.run("insert into t (n, word) values (:n, :word)", n=n, word="x" * 500)
        assert count(table) == 1
    make_room(table)
    with table.write() as tx:
        tx.run("insert into t (n) values (1001)")
    assert count(table) == 2


_OPEN_WRITE = """
import sys, time
from siaga.adapters.stores import open_store
store = open_store(sys.argv[1])
with store.write() as tx:
    tx.run("insert into t (n) values (1)")
    print("written, not committed", flush=True)
    time.sleep(60)
"""


def test_a_process_killed_inside_a_write_leaves_nothing_and_holds_nobody_up(table: Store, address: str) -> None:
    child = subprocess.Popen([sys.executable, "-c", _OPEN_WRITE, address], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    with table.write() as tx:
        assert tx.rows("select count(*) as n from t") == [{"n": 0}]
        tx.run("insert into t (n) values (:n)", n=2)
    assert count(table) == 1


def test_two_processes_append_to_one_log_without_gaps_or_doubles(address: str) -> None:
    Desk(open_store(address), (TOY,), vault_key=VAULT_KEY).close()
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    both = [start_asker(address, who, "50", **pipes) for who in ("first", "second")]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"  # both have the store open; now they may begin
    for process in both:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()
    for process in both:
        process.communicate(timeout=60)
    assert [process.returncode for process in both] == [0, 0]
    store = open_store(address)
    with store.read() as tx:
        rows = tx.rows("select position, ask from log order by position")
        verdict = chain.verify(tx)
    store.close()
    assert [row["position"] for row in rows] == list(range(1, 401))
    assert len({row["ask"] for row in rows}) == 400
    assert (verdict.positions, verdict.broken_at) == (400, None)


def test_what_promises_durability_is_on(table: Store) -> None:
    assert isinstance(table, SqliteStore | PostgresStore)
    shown = table.durability()
    if isinstance(table, SqliteStore):
        assert shown == {"journal_mode": "wal", "synchronous": "2"}
    else:
        assert shown == {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


def test_a_write_that_may_be_lost_waits_for_no_disk_and_the_next_one_is_firm_again(table: Store) -> None:
    assert isinstance(table, SqliteStore | PostgresStore)
    asks = "pragma synchronous" if isinstance(table, SqliteStore) else "show synchronous_commit"
    firm = table.durability()
    with table.write(firm=False) as tx:
        tx.run("insert into t (n) values (:n)", n=1)
        waits = [str(value) for value in tx.rows(asks)[0].values()]
    assert waits == (["1"] if isinstance(table, SqliteStore) else ["off"])
    with pytest.raises(RuntimeError), table.write(firm=False) as tx:
        tx.run("insert into t (n) values (:n)", n=2)
        raise RuntimeError
    assert table.durability() == firm
    assert count(table) == 1
