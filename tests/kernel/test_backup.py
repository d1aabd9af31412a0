"""Backup and restore: online, checked, of either store into either, with erasures applied again."""

import shutil
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conftest import SATURDAY, VAULT_KEY, Clock, Opens, Server, ask, rows
from kernel.toy import TOY, AddNote, BoardQuery, ColourNote, Remind, SeeNote, Temperature, WarmthQuery, WritersQuery
from siaga.adapters.stores import open_store
from siaga.kernel import chain
from siaga.kernel.backup import Unusable, backup, examine, restore
from siaga.kernel.chain import node_key
from siaga.kernel.desk import Desk, EraseWords, KeptQuery
from siaga.kernel.records import Accepted, Personal, Told
from siaga.kernel.slice import Slice, primary_key
from siaga.kernel.texts import LANGUAGES, say

SAID, WHO = "Rumah kosong di belakang pasar", "nama seorang pelapor"


@pytest.fixture
def slices() -> tuple[Slice, ...]:
    return (TOY,)


@pytest.fixture
def key(tmp_path: Path) -> Ed25519PrivateKey:
    return node_key(tmp_path / "node.key")


def lived_in(desk: Desk) -> None:
    """A desk with something in every kind of table."""
    desk.handle(AddNote(name="a", said=Told(SAID), who=Personal(WHO)), ask("crew", id="x"))
    desk.handle(AddNote(name="b", said=Told("susu")), ask("crew", id="y"))
    desk.handle(ColourNote(name="b", colour="red"), ask("crew"))
    desk.handle(Remind(name="a", after_s=600), ask("crew"))
    desk.handle(SeeNote(name="a", times=0), ask("crew"))
    desk.take(Temperature(place="hall", at=SATURDAY, celsius=21.5), ask("crew"))
    desk.set_aside(kind="toy.see-note", raw=b'{"name":"a"}', reason="token-expired", ask=ask(id="kept"))


def picture(desk: Desk) -> dict[str, Any]:
    """All that people see, and all that must be kept."""
    seen: dict[str, Any] = {
        "board": desk.show("toy.board", BoardQuery(), ask("crew")),
        "warmth": desk.show("toy.warmth", WarmthQuery(), ask("crew")),
        "kept": desk.show("kernel.kept", KeptQuery(), ask("administrator")),
        "who": rows(desk.show("toy.writers", WritersQuery(name="a"), ask("shift-leader", id="look"))),
    }
    with desk.store.read() as tx:
        for table in ("log", "kernel_due", "kernel_kind", "toy_stamp", "vault_word", "vault_person", "vault_erasure"):
            seen[table] = tx.rows(f"select * from {table} order by 1")
    return seen


def restored(path: Path, where: str | Path, clock: Clock, **more: Any) -> Any:
    wanted: dict[str, Any] = {"vault_key": VAULT_KEY, "clock": clock} | more
    return restore(path, open_store(where), (TOY,), **wanted)


@pytest.mark.server
@pytest.mark.parametrize(("old", "new"), [("sqlite", "sqlite"), ("sqlite", "postgres"), ("postgres", "sqlite")])
def test_a_backup_of_either_store_is_restored_into_either_and_shows_the_same(
    old: str, new: str, tmp_path: Path, postgres: Server, open_desk: Opens, clock: Clock, key: Ed25519PrivateKey
) -> None:
    where = {"sqlite": lambda n: str(tmp_path / n), "postgres": lambda n: postgres.database()}
    desk = open_desk(open_store(where[old]("old.db")), (TOY,))
    lived_in(desk)
    before = picture(desk)
    manifest = backup(desk, tmp_path / "b.siaga", key, node="bontang")
    target = where[new]("new.db")
    report = restored(tmp_path / "b.siaga", target, clock)
    again = open_desk(open_store(target), (TOY,), rebuild=False)
    assert again.behind == []
    assert picture(again) == before
    assert report.manifest == manifest
    assert report.head.position == manifest.position == 5
    assert report.rows["log"] == 5
    assert again.handle(AddNote(name="c"), ask("crew")) == Accepted(6)
    assert again.handle(AddNote(name="b", said=Told("susu")), ask("crew", id="y")) == Accepted(2)
    with again.store.read() as tx:
        assert chain.verify(tx, report.head).broken_at is None


def test_asks_go_on_during_a_backup_and_it_is_of_one_moment(
    desk: Desk, tmp_path: Path, clock: Clock, open_desk: Opens, key: Ed25519PrivateKey
) -> None:
    for n in range(50):
        desk.handle(AddNote(name=f"n{n}", said=Told(f"word {n}")), ask("crew"))
    asked_during: list[int] = []

    def progress(part: str, count: int) -> None:
        answer = desk.handle(AddNote(name=f"{part} {count}", said=Told("during")), ask("crew"))
        assert isinstance(answer, Accepted)
        asked_during.append(answer.position)

    manifest = backup(desk, tmp_path / "b.siaga", key, progress=progress)
    assert len(asked_during) > 2
    assert manifest.position == 50
    restored(tmp_path / "b.siaga", tmp_path / "new.db", clock)
    again = open_desk(open_store(tmp_path / "new.db"), (TOY,))
    assert len(rows(again.show("toy.board", BoardQuery(), ask("crew")))) == 50
    with again.store.read() as tx:
        assert tx.rows("select count(*) as n from vault_word") == [{"n": 50}]


def test_more_rows_than_a_page_are_all_there(
    desk: Desk, tmp_path: Path, clock: Clock, open_desk: Opens, key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siaga.kernel.backup.PAGE", 7)
    monkeypatch.setattr("siaga.kernel.backup.AT_ONCE", 40)
    for n in range(30):
        desk.handle(AddNote(name=f"n{n}", said=Told(f"word {n}")), ask("crew"))
    backup(desk, tmp_path / "b.siaga", key)
    report = restored(tmp_path / "b.siaga", tmp_path / "new.db", clock)
    again = open_desk(open_store(tmp_path / "new.db"), (TOY,))
    assert (report.rows["log"], report.rows["vault_word"]) == (30, 30)
    assert {row.said for row in rows(again.show("toy.board", BoardQuery(), ask("crew")))} == {
        f"word {n}" for n in range(30)
    }


def test_what_was_erased_after_the_backup_is_erased_again(
    tmp_path: Path, clock: Clock, open_desk: Opens, key: Ed25519PrivateKey
) -> None:
    beside = tmp_path / "erasures.jsonl"
    desk = open_desk(open_store(tmp_path / "old.db"), (TOY,), erasures=beside)
    lived_in(desk)
    backup(desk, tmp_path / "b.siaga", key)
    for subject in ("x", "y.1", "kept"):
        desk.handle(EraseWords(subject=subject, reason=Told("diminta")), ask("administrator"))
    report = restored(tmp_path / "b.siaga", tmp_path / "new.db", clock, erasures=beside)
    assert (report.erased_again, report.values_erased) == (3, 3)
    again = open_desk(open_store(tmp_path / "new.db"), (TOY,), erasures=beside)
    assert rows(again.show("toy.writers", WritersQuery(name="a"), ask("shift-leader")))[0].who is None
    assert [row.said for row in rows(again.show("toy.board", BoardQuery(), ask("crew")))] == [SAID, None]
    with again.store.read() as tx:
        assert chain.verify(tx).broken_at is None
        assert tx.rows("select raw from kernel_kept") == [{"raw": ""}]


def test_the_vaults_key_is_not_inside_and_both_say_so(
    desk: Desk, tmp_path: Path, clock: Clock, key: Ed25519PrivateKey
) -> None:
    lived_in(desk)
    manifest = backup(desk, tmp_path / "b.siaga", key)
    with zipfile.ZipFile(tmp_path / "b.siaga") as whole:
        inside = b"".join(whole.read(name) for name in whole.namelist())
    for form in (VAULT_KEY, VAULT_KEY.hex().encode(), WHO.encode(), key.private_bytes_raw().hex().encode()):
        assert form not in inside
    report = restored(tmp_path / "b.siaga", tmp_path / "new.db", clock)
    assert "TIDAK ada" in manifest.reminder("id")
    assert "NOT in this backup" in manifest.reminder("en")
    assert "tidak ada di dalam cadangan" in report.reminder("id")


def test_a_backup_is_for_its_owner_alone_and_appears_only_whole(
    desk: Desk, tmp_path: Path, key: Ed25519PrivateKey
) -> None:
    lived_in(desk)

    def fails(part: str, count: int) -> None:
        raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError):
        backup(desk, tmp_path / "b.siaga", key, progress=fails)
    assert not (tmp_path / "b.siaga").exists()
    backup(desk, tmp_path / "b.siaga", key)
    assert (tmp_path / "b.siaga").stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.glob("*.part")) == []


def refused(path: Path, tmp_path: Path, clock: Clock, **more: Any) -> str:
    """Why a restore is refused; the store must then hold nothing."""
    where = tmp_path / f"refused{len(list(tmp_path.iterdir()))}.db"
    with pytest.raises(Unusable) as error:
        restored(path, where, clock, **more)
    store = open_store(where)
    desk = Desk(store, (TOY,), vault_key=more.get("vault_key", VAULT_KEY))
    assert desk.position() == 0
    with store.read() as tx:
        assert tx.rows("select count(*) as n from vault_word") == [{"n": 0}]
    desk.close()
    for language in LANGUAGES:
        assert say(f"backup.{error.value.code}", error.value.facts, language) != f"backup.{error.value.code}"
    return error.value.code


def rewritten(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The backup with one part changed, as a forger or a bad disk would."""
    other = path.with_name("forged.siaga")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for each in old.namelist():
            new.writestr(each, change(old.read(each)) if each == name else old.read(each))
    return other


def other_position(body: bytes) -> bytes:
    return body.replace(b'"position":5', b'"position":4')


@pytest.mark.parametrize(
    ("part", "change", "code"),
    [
        ("log.jsonl", lambda b: b.replace(b"operator", b"petugas-7"), "damaged"),
        ("log.jsonl", lambda b: b"".join(b.splitlines(keepends=True)[:-1]), "damaged"),
        ("vault_word.jsonl", lambda b: b.replace(b"susu", b"kopi"), "damaged"),
        ("kernel_kept.jsonl", lambda b: b"", "damaged"),
        ("manifest.json", lambda b: b.replace(b"vault_word", b"vault_ward"), "signature"),
        ("manifest.json", other_position, "signature"),
        ("head.json", other_position, "signature"),
        ("manifest.sig", lambda b: b"00" * 64, "signature"),
        ("manifest.sig", lambda b: b"no hex", "signature"),
        ("manifest.json", lambda b: b"{}", "not-a-backup"),
        ("manifest.json", lambda b: b.replace(b'"format":1', b'"format":2'), "newer"),
    ],
)
def test_a_changed_backup_is_refused_and_nothing_is_written(
    desk: Desk,
    tmp_path: Path,
    clock: Clock,
    key: Ed25519PrivateKey,
    part: str,
    change: Callable[[bytes], bytes],
    code: str,
) -> None:
    lived_in(desk)
    backup(desk, tmp_path / "b.siaga", key)
    assert refused(rewritten(tmp_path / "b.siaga", part, change), tmp_path, clock) == code


def test_a_log_forged_with_all_its_sums_by_who_holds_no_chain_is_refused(
    desk: Desk, tmp_path: Path, clock: Clock, key: Ed25519PrivateKey
) -> None:
    """Even the holder of the node's key cannot pass off a log whose chain does not hold."""
    lived_in(desk)
    with desk.store.write() as tx:
        tx.run("update log set actor = 'petugas-7' where position = 2")
    backup(desk, tmp_path / "b.siaga", key)
    assert refused(tmp_path / "b.siaga", tmp_path, clock) == "chain"


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.99])
def test_a_cut_or_foreign_file_is_refused(
    desk: Desk, tmp_path: Path, clock: Clock, key: Ed25519PrivateKey, keep: float
) -> None:
    lived_in(desk)
    backup(desk, tmp_path / "b.siaga", key)
    whole = (tmp_path / "b.siaga").read_bytes()
    (tmp_path / "cut.siaga").write_bytes(whole[: int(keep if keep > 1 else keep * len(whole))])
    assert refused(tmp_path / "cut.siaga", tmp_path, clock) == "not-a-backup"


def test_bytes_spoilt_on_the_disk_are_noticed(desk: Desk, tmp_path: Path, clock: Clock, key: Ed25519PrivateKey) -> None:
    lived_in(desk)
    backup(desk, tmp_path / "b.siaga", key)
    whole = bytearray((tmp_path / "b.siaga").read_bytes())
    with zipfile.ZipFile(tmp_path / "b.siaga") as listed:
        start = listed.getinfo("log.jsonl").header_offset + 80
    for n in range(8):
        whole[start + n] ^= 0xFF
    (tmp_path / "spoilt.siaga").write_bytes(whole)
    assert refused(tmp_path / "spoilt.siaga", tmp_path, clock) in ("not-a-backup", "damaged")


def test_a_backup_by_another_node_is_refused_where_ours_is_wanted(
    desk: Desk, tmp_path: Path, clock: Clock, key: Ed25519PrivateKey
) -> None:
    lived_in(desk)
    backup(desk, tmp_path / "b.siaga", node_key(tmp_path / "other.key"))
    ours = key.public_key().public_bytes_raw().hex()
    assert refused(tmp_path / "b.siaga", tmp_path, clock, signer=ours) == "signature"
    assert examine(tmp_path / "b.siaga")[0].position == 5


def test_without_the_vaults_key_it_is_refused_unless_one_insists(
    desk: Desk, tmp_path: Path, clock: Clock, open_desk: Opens, key: Ed25519PrivateKey
) -> None:
    lived_in(desk)
    backup(desk, tmp_path / "b.siaga", key)
    assert refused(tmp_path / "b.siaga", tmp_path, clock, vault_key=bytes(32)) == "wrong-key"
    restored(tmp_path / "b.siaga", tmp_path / "new.db", clock, vault_key=bytes(32), any_key=True)
    again = open_desk(open_store(tmp_path / "new.db"), (TOY,), vault_key=bytes(32))
    assert rows(again.show("toy.board", BoardQuery(), ask("crew")))[0].said == SAID
    assert rows(again.show("toy.writers", WritersQuery(name="a"), ask("shift-leader")))[0].who is None


def test_a_store_that_holds_anything_is_never_restored_into(
    desk: Desk, tmp_path: Path, clock: Clock, open_desk: Opens, key: Ed25519PrivateKey
) -> None:
    lived_in(desk)
    backup(desk, tmp_path / "b.siaga", key)
    used = open_desk(open_store(tmp_path / "used.db"), (TOY,))
    used.take(Temperature(place="hall", at=SATURDAY, celsius=1.0), ask("crew"))  # no log, but a kept row
    before = used.show("toy.warmth", WarmthQuery(), ask("crew"))
    with pytest.raises(Unusable) as error:
        restored(tmp_path / "b.siaga", tmp_path / "used.db", clock)
    assert (error.value.code, error.value.facts) == ("not-empty", {"table": "toy_temperature"})
    assert used.show("toy.warmth", WarmthQuery(), ask("crew")) == before
    assert used.position() == 0


def test_a_backup_with_tables_we_do_not_know_is_refused_by_name(
    desk: Desk, tmp_path: Path, clock: Clock, key: Ed25519PrivateKey
) -> None:
    lived_in(desk)
    backup(desk, tmp_path / "b.siaga", key)
    bare = Slice(name="toy", events=TOY.events)
    with pytest.raises(Unusable) as error:
        restore(tmp_path / "b.siaga", open_store(tmp_path / "n.db"), (bare,), vault_key=VAULT_KEY, clock=clock)
    assert error.value.facts == {"tables": "toy_stamp, toy_temperature"}


def test_a_restore_that_was_interrupted_before_the_rebuild_is_finished_by_the_next_start(
    desk: Desk, tmp_path: Path, clock: Clock, open_desk: Opens, key: Ed25519PrivateKey
) -> None:
    lived_in(desk)
    before = picture(desk)
    backup(desk, tmp_path / "b.siaga", key)

    def interrupted(part: str, count: int) -> None:
        if part == "rebuild":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restored(tmp_path / "b.siaga", tmp_path / "new.db", clock, progress=interrupted)
    again = open_desk(open_store(tmp_path / "new.db"), (TOY,))
    assert picture(again) == before


def test_progress_tells_part_and_rows(desk: Desk, tmp_path: Path, clock: Clock, key: Ed25519PrivateKey) -> None:
    lived_in(desk)
    told: list[tuple[str, int]] = []
    backup(desk, tmp_path / "b.siaga", key, progress=lambda part, n: told.append((part, n)))
    assert ("log", 5) in told
    told.clear()
    restored(tmp_path / "b.siaga", tmp_path / "new.db", clock, progress=lambda part, n: told.append((part, n)))
    assert {"check log", "rebuild"} <= {part for part, _ in told}


def test_two_backups_at_once_are_two_whole_files(desk: Desk, tmp_path: Path, key: Ed25519PrivateKey) -> None:
    lived_in(desk)
    threads = [threading.Thread(target=backup, args=(desk, tmp_path / f"{n}.siaga", key)) for n in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [examine(tmp_path / f"{n}.siaga")[0].position for n in ("one", "two")] == [5, 5]


def test_a_copied_backup_is_as_good(desk: Desk, tmp_path: Path, key: Ed25519PrivateKey) -> None:
    lived_in(desk)
    manifest = backup(desk, tmp_path / "b.siaga", key)
    shutil.copy(tmp_path / "b.siaga", tmp_path / "c.siaga")
    assert examine(tmp_path / "c.siaga")[0] == manifest
    assert msgspec.json.decode(msgspec.json.encode(manifest), type=type(manifest)) == manifest


@pytest.mark.parametrize(
    ("schema", "columns"),
    [
        ("create table t (a text primary key, b text)", ("a",)),
        ("create table if not exists t (a text not null, b integer, primary key (a, b))", ("a", "b")),
        ("create table s (x text primary key);\ncreate table t (\n b text not null primary key)", ("b",)),
    ],
)
def test_the_primary_key_is_read_from_the_schema(schema: str, columns: tuple[str, ...]) -> None:
    assert primary_key(schema, "t") == columns


def test_a_table_without_a_primary_key_is_named() -> None:
    with pytest.raises(LookupError, match="t has no"):
        primary_key("create table t (a text); create table s (b text primary key)", "t")
