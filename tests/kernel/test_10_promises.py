"""kernel.md 10: crashes are tested by killing (test_kill.py), power loss by the settings that promise to survive it."""

import stat
from pathlib import Path
from typing import Any

import psycopg
import pytest

from conftest import Opens, Server, ask
from kernel.toy import TOY, AddNote
from siaga.adapters.postgres import PostgresStore
from siaga.adapters.sqlite import SqliteStore


def test_sqlite_writes_through_to_the_disk_at_every_commit(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    assert store.durability() == {"journal_mode": "wal", "synchronous": "2"}  # 2 is FULL
    store.close()


@pytest.mark.server
def test_postgresql_writes_through_to_the_disk_at_every_commit(postgres: Server) -> None:
    store = PostgresStore(postgres.database())
    assert store.durability() == {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
    store.close()


@pytest.mark.server
def test_only_what_the_log_can_make_again_waits_for_no_disk(
    tmp_path: Path, open_desk: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SqliteStore(tmp_path / "s.db")
    desk, said, write = open_desk(store, (TOY,)), list[bool](), store.write

    def written(*, firm: bool = True) -> Any:
        said.append(firm)
        return write(firm=firm)

    monkeypatch.setattr(store, "write", written)
    desk.handle(AddNote(name="a"), ask("crew"))
    assert said == [True]
    desk.rebuild(["toy"])
    assert said[1:] == [True, False, False]  # the tables anew, the only page, and that there is no other


def test_a_database_set_not_to_wait_for_the_disk_is_made_to(postgres: Server) -> None:
    address = postgres.database()
    with psycopg.connect(address, autocommit=True) as db:
        name = db.execute("select current_database()").fetchone()
        assert name is not None
        db.execute(f"alter database {name[0]} set synchronous_commit = off")
    store = PostgresStore(address)
    assert store.durability()["synchronous_commit"] == "on"
    store.close()


@pytest.mark.server
def test_the_server_tested_is_the_one_named(postgres: Server) -> None:
    store = PostgresStore(postgres.database())
    with store.read() as tx:
        assert tx.rows("select current_setting('server_version_num') as v")[0]["v"].startswith("18")
    store.close()


def test_the_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "s.db")
    with store.write() as tx:
        tx.run("create table t (n integer)")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.glob("s.db*")}
    assert set(modes) == {"s.db", "s.db-wal", "s.db-shm"}
    assert set(modes.values()) == {0o600}
    store.close()
