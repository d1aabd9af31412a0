"""What only the PostgreSQL store has to promise: lost connections, unfit databases, parameters."""

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import VAULT_KEY, Server, ask
from kernel.toy import TOY, AddNote
from siaga.adapters.postgres import PostgresStore, Unfit, numbered
from siaga.adapters.stores import open_store
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted
from siaga.kernel.storage import StorageFull

server = pytest.mark.server


def test_parameters_are_numbered_and_nothing_else_is_touched() -> None:
    sql = "select ':a', x::text, :b, \"c:d\" -- :e\nfrom t where y = :f and z = :b and '100%' like '%%'"
    assert numbered(sql) == (
        "select ':a', x::text, $1, \"c:d\" -- :e\nfrom t where y = $2 and z = $1 and '100%' like '%%'",
        ("b", "f"),
    )


@given(st.lists(st.sampled_from(["'it''s :x'", "a::int", ":n", ":m", '"q:q"', "%", ","])))
def test_every_name_gets_one_number(parts: list[str]) -> None:
    text, names = numbered(" ".join(parts))
    assert names == tuple(dict.fromkeys(p[1:] for p in parts if p in (":n", ":m")))
    assert text.split() == " ".join(f"${names.index(p[1:]) + 1}" if p in (":n", ":m") else p for p in parts).split()


@pytest.fixture
def store(postgres: Server) -> Iterator[PostgresStore]:
    opened = PostgresStore(postgres.database())
    with opened.write() as tx:
        tx.run("create table t (n integer primary key)")
    yield opened
    opened.close()


def cut_every_connection(store: PostgresStore) -> None:
    """What a restart of the server looks like from here."""
    with psycopg.connect(store.address, autocommit=True) as db:
        db.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid()"
        )


@server
def test_readers_and_the_writer_come_back_after_the_server_was_restarted(store: PostgresStore) -> None:
    with store.read() as one, store.read() as two:  # two connections in the pool
        assert one.rows("select 1 as x") == two.rows("select 1 as x")
    cut_every_connection(store)
    with store.write() as tx:
        tx.run("insert into t (n) values (1)")
    with store.read() as tx:
        assert tx.rows("select n from t") == [{"n": 1}]


@server
def test_a_connection_lost_inside_a_write_leaves_nothing_and_the_next_write_works(store: PostgresStore) -> None:
    with pytest.raises(psycopg.OperationalError), store.write() as tx:
        tx.run("insert into t (n) values (1)")
        cut_every_connection(store)
        tx.run("insert into t (n) values (2)")
    with store.write() as tx:
        assert tx.rows("select n from t") == []


@server
def test_a_full_disk_at_commit_is_said_so(store: PostgresStore) -> None:
    with store.write() as tx:
        tx.run(
            "create function no_room() returns trigger language plpgsql as"
            " $$ begin raise exception 'no space' using errcode = 'disk_full'; end $$"
        )
        tx.run(
            "create constraint trigger no_room after insert on t deferrable initially deferred"
            " for each row execute function no_room()"
        )
    with pytest.raises(StorageFull), store.write() as tx:
        tx.run("insert into t (n) values (1)")
    with store.read() as tx:
        assert tx.rows("select n from t") == []


@server
def test_a_database_that_writes_text_otherwise_is_refused_with_how_to_make_one(postgres: Server) -> None:
    address = postgres.database("template template0 encoding 'SQL_ASCII' locale 'C'")
    with pytest.raises(Unfit, match="create database"):
        open_store(address)


@server
def test_an_ask_that_meets_a_lost_connection_is_answered_after_it_was_found_again(postgres: Server) -> None:
    store = PostgresStore(postgres.database())
    desk = Desk(store, (TOY,), vault_key=VAULT_KEY)
    assert desk.handle(AddNote(name="a"), ask("crew")) == Accepted(1)
    cut_every_connection(store)
    assert desk.handle(AddNote(name="b"), ask("crew")) == Accepted(2)
    desk.close()


@server
def test_a_process_that_freezes_in_its_turn_would_lose_it(store: PostgresStore) -> None:
    with store.write() as tx:
        assert tx.rows("select current_setting('idle_in_transaction_session_timeout') as v") == [{"v": "1min"}]
