"""kernel.md 5: the chain shows what was changed, the signed head shows what a chain alone cannot."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conftest import BOTH_STORES, SATURDAY, VAULT_KEY, ask
from kernel.toy import TOY, AddNote, SeeNote
from siaga.adapters.stores import open_store
from siaga.kernel import chain
from siaga.kernel.chain import Verdict, genuine, node_key, read_head, sign, verify, write_head
from siaga.kernel.desk import Desk
from siaga.kernel.records import Told
from siaga.kernel.storage import Store, Tx

pytestmark = pytest.mark.parametrize("address", BOTH_STORES, indirect=True)


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """A store with nine rows in its log."""
    opened = open_store(address)
    desk = Desk(opened, (TOY,), vault_key=VAULT_KEY)
    desk.handle(AddNote(name="a", said=Told("milk")), ask("crew"))
    for _ in range(4):
        desk.handle(SeeNote(name="a", times=2), ask("crew"))
    desk._writer.close()
    yield opened
    opened.close()


def signed_head(store: Store, tmp_path: Path, at: datetime = SATURDAY) -> chain.SignedHead:
    with store.read() as tx:
        last = tx.rows("select position, hash from log order by position desc limit 1")[0]
    return sign(node_key(tmp_path / "node.key"), "bontang", last["position"], last["hash"], at)


def rehash(tx: Tx, start: int = 1) -> None:
    """What a forger with the database does after a change: a whole new chain."""
    before = chain.START if start == 1 else tx.rows("select hash from log where position = :p", p=start - 1)[0]["hash"]
    for row in tx.rows("select * from log where position >= :s order by position", s=start):
        before = chain.link(before, row)
        tx.run("update log set hash = :h where position = :p", h=before, p=row["position"])


def verdict(store: Store, head: chain.SignedHead | None = None, **more: Any) -> Verdict:
    with store.read() as tx:
        return verify(tx, head, **more)


def test_an_untouched_log_verifies(store: Store, tmp_path: Path) -> None:
    assert verdict(store) == Verdict(9, None)
    head = signed_head(store, tmp_path)
    assert verdict(store, head) == Verdict(9, None, head.at)


COLUMNS = [c for c in chain.COLUMNS if c not in ("position", "n", "origin_position")]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_row_altered_anywhere_is_named_by_its_position(store: Store, column: str) -> None:
    with store.write() as tx:
        tx.run(f"update log set {column} = 'forged' where position = 4")
    assert (verdict(store).broken_at, verdict(store).reason) == (4, "altered")


def test_an_altered_hash_is_named_too(store: Store) -> None:
    with store.write() as tx:
        tx.run("update log set hash = 'forged' where position = 9")
    assert verdict(store).broken_at == 9


def test_a_removed_row_is_named(store: Store) -> None:
    with store.write() as tx:
        tx.run("delete from log where position = 5")
    assert (verdict(store).broken_at, verdict(store).reason) == (5, "removed")


def test_rows_put_in_another_order_are_named(store: Store) -> None:
    with store.write() as tx:
        for old, new in ((4, 100), (6, 4), (100, 6)):
            tx.run("update log set position = :new where position = :old", new=new, old=old)
    assert (verdict(store).broken_at, verdict(store).reason) == (4, "altered")


def test_a_removed_row_with_the_rest_moved_up_is_named(store: Store) -> None:
    with store.write() as tx:
        tx.run("delete from log where position = 5")
        for position in range(6, 10):
            tx.run("update log set position = :p - 1 where position = :p", p=position)
    assert verdict(store).broken_at == 5


def test_a_cut_tail_shows_against_a_signed_head_only(store: Store, tmp_path: Path) -> None:
    head = signed_head(store, tmp_path)
    with store.write() as tx:
        tx.run("delete from log where position > 7")
    assert verdict(store).broken_at is None
    cut = verdict(store, head)
    assert (cut.broken_at, cut.reason) == (8, "cut")


def test_a_whole_re_hash_shows_against_a_signed_head_only(store: Store, tmp_path: Path) -> None:
    head = signed_head(store, tmp_path)
    with store.write() as tx:
        tx.run("update log set actor = 'somebody else' where position = 2")
        rehash(tx)
    assert verdict(store).broken_at is None
    forged = verdict(store, head)
    assert (forged.broken_at, forged.reason) == (9, "rehashed")


def test_an_older_head_still_holds_after_the_log_went_on(store: Store, tmp_path: Path) -> None:
    head = signed_head(store, tmp_path)
    desk = Desk(store, (TOY,), vault_key=VAULT_KEY)
    desk.handle(AddNote(name="later"), ask("crew"))
    desk._writer.close()
    assert verdict(store, head).broken_at is None
    assert verdict(store, head, last=1).broken_at is None  # the head lies before what is read


@pytest.mark.parametrize(
    "forge",
    [
        lambda h: {"position": h.position - 1},
        lambda h: {"hash": "0" * 64},
        lambda h: {"at": "2030-01-01T00:00:00+00:00"},
        lambda h: {"node": "samarinda"},
        lambda h: {"signature": "00" * 64},
        lambda h: {"signature": "no hex"},
        lambda h: {"key": "ff"},
    ],
)
def test_a_forged_head_is_not_believed(store: Store, tmp_path: Path, forge: Callable[[Any], dict[str, Any]]) -> None:
    head = signed_head(store, tmp_path)
    forged = msgspec.structs.replace(head, **forge(head))
    assert genuine(head)
    assert not genuine(forged)
    assert verdict(store, forged).reason == "signature"


def test_a_head_signed_by_another_node_is_not_taken_for_ours(store: Store, tmp_path: Path) -> None:
    ours = node_key(tmp_path / "node.key").public_key().public_bytes_raw().hex()
    theirs = sign(node_key(tmp_path / "other.key"), "bontang", 9, "0" * 64, SATURDAY)
    assert genuine(theirs)
    assert not genuine(theirs, key=ours)
    assert verdict(store, theirs, key=ours).reason == "signature"


def test_the_tail_alone_can_be_verified(store: Store) -> None:
    with store.write() as tx:
        tx.run("update log set actor = 'somebody else' where position = 2")
    assert verdict(store, last=3) == Verdict(3, None)
    assert verdict(store).broken_at == 2


def test_an_empty_log_verifies(address: str) -> None:
    opened = open_store(address)
    desk = Desk(opened, (TOY,), vault_key=VAULT_KEY)
    assert verdict(opened) == Verdict(0, None)
    desk.close()


def test_the_nodes_key_is_made_once_for_the_owner_alone(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "node.key"
    first = node_key(path).private_bytes_raw()
    assert node_key(path).private_bytes_raw() == first
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_signed_head_outlives_the_node_as_a_file(store: Store, tmp_path: Path) -> None:
    head = signed_head(store, tmp_path)
    path = write_head(tmp_path / "heads", head)
    assert path.name == "head-2026-03-07T130000-9.json"
    assert read_head(path) == head
    assert verdict(store, read_head(path)).broken_at is None
