"""kernel.md 4: what people type and who they are never stands in the log, can be read with a trace, can be erased."""

import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile
from typing import Any

import apsw
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import BOTH_STORES, VAULT_KEY, Opens, ask, rows
from kernel.toy import TOY, AddNote, BoardQuery, WritersQuery, writers
from siaga.adapters.stores import open_store
from siaga.kernel import chain, vault
from siaga.kernel.desk import Desk, EraseWords
from siaga.kernel.records import Accepted, Personal, Refusal, Told, decode_asked
from siaga.kernel.slice import Look, Slice
from siaga.kernel.storage import Store
from siaga.kernel.vault import Vault, VaultKeyMissing, load_key, read_erasures
from siaga.kernel.words import seal, strip

SAID, WHO = "Rumah kosong di belakang pasar", "nama seorang pelapor"


@pytest.fixture
def slices() -> tuple[Slice, ...]:
    return (TOY,)


def a_note(desk: Desk, id: str = "x") -> None:
    desk.handle(AddNote(name="a", said=Told(SAID), who=Personal(WHO)), ask("crew", id=id))


def erased(desk: Desk, subject: str, reason: str = "diminta yang bersangkutan") -> Any:
    return desk.handle(EraseWords(subject=subject, reason=Told(reason)), ask("administrator", actor="admin-1"))


def everything(store: Store) -> Iterator[tuple[str, str]]:
    """Every value of every table of a SQLite store, as text."""
    with store.read() as tx:
        for table in [row["name"] for row in tx.rows("select name from sqlite_master where type = 'table'")]:
            for row in tx.rows(f"select * from {table}"):
                for value in row.values():
                    yield table, str(value)


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_the_log_holds_a_reference_and_a_salted_digest_instead_of_words(address: str, open_desk: Opens) -> None:
    desk = open_desk(open_store(address), (TOY,))
    a_note(desk)
    with desk.store.read() as tx:
        body = json.loads(tx.rows("select body from log")[0]["body"])
        kept = {row["ref"]: row for row in tx.rows("select * from vault_word")}
    assert body["said"].keys() == {"ref", "digest"}
    assert body["who"].keys() == {"ref", "digest", "person"}
    assert kept[body["said"]["ref"]]["value"] == SAID
    assert WHO not in str(kept)


def test_no_table_but_the_vault_ever_holds_what_was_said_and_none_who_said_it(desk: Desk) -> None:
    a_note(desk)
    desk.handle(AddNote(name="a", said=Told(SAID)), ask("crew", override=SAID))
    held = {table for table, value in everything(desk.store) if SAID in value}
    assert held == {"vault_word"}
    assert [table for table, value in everything(desk.store) if WHO in value] == []


def test_a_personal_value_lies_encrypted_with_a_key_of_its_person(desk: Desk) -> None:
    a_note(desk)
    with desk.store.read() as tx:
        word = tx.rows("select * from vault_word where sort = 'personal'")[0]
        person = tx.rows("select * from vault_person")[0]
    assert word["person"] == person["person"] == "x"
    assert WHO.encode() not in b64decode(word["value"])
    stranger = Vault(bytes(32))
    with desk.store.write() as tx:
        assert stranger.reveal(tx, {"who": word["ref"]}, ask("crew"), "curious") == {"who": None}


def test_values_of_one_command_about_one_person_share_the_persons_key_and_others_do_not(desk: Desk) -> None:
    a_note(desk, "x")
    desk.handle(AddNote(name="b", who=Personal(WHO)), ask("crew", id="y"))
    with desk.store.read() as tx:
        keys = [row["key"] for row in tx.rows("select key from vault_person")]
    assert len(set(keys)) == 2


def test_every_reading_of_a_personal_value_is_logged_also_the_same_again(desk: Desk) -> None:
    a_note(desk)
    for _ in range(2):
        shown = desk.show("toy.writers", WritersQuery(name="a"), ask("shift-leader", id="look", actor="admin-1"))
        assert rows(shown)[0].who == WHO
    with desk.store.read() as tx:
        readings = tx.rows("select actor, person, purpose from vault_reading")
    assert readings == [{"actor": "admin-1", "person": "x", "purpose": "asked who wrote"}] * 2


def test_a_view_that_does_not_say_that_it_reveals_cannot(desk: Desk) -> None:

    with pytest.raises(PermissionError), desk.store.read() as tx:
        writers(tx, WritersQuery(name="a"), Look(ask("crew"), {}))


def test_told_words_are_shown_to_whoever_may_see_the_view(desk: Desk) -> None:
    a_note(desk)
    assert rows(desk.show("toy.board", BoardQuery(), ask("crew")))[0].said == SAID


def test_told_words_are_never_taken_for_personal_ones(desk: Desk) -> None:
    a_note(desk)
    with desk.store.read() as tx:
        told, personal = (
            tx.rows("select ref from vault_word where sort = :s", s=s)[0]["ref"] for s in ("told", "personal")
        )
        assert desk.vault.reveal(tx, {"it": told}, ask("crew"), "curious") == {"it": None}
        assert vault.told(tx, [personal]) == {}


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_erasing_words_destroys_them_and_the_chain_still_verifies(address: str, open_desk: Opens) -> None:
    desk = open_desk(open_store(address), (TOY,))
    a_note(desk)
    ref = "x.1"
    assert erased(desk, ref) == Accepted(2)
    assert rows(desk.show("toy.board", BoardQuery(), ask("crew")))[0].said is None
    with desk.store.read() as tx:
        word = tx.rows("select * from vault_word where ref = :r", r=ref)[0]
        assert (word["value"], word["salt"], word["erased_why"]) == (None, "", "diminta yang bersangkutan")
        assert word["erased_at"] is not None
        assert chain.verify(tx).broken_at is None
        event = json.loads(tx.rows("select body from log where position = 2")[0]["body"])
    assert (event["subject"], event["values"]) == (ref, 1)


def test_erasing_a_person_destroys_the_key_and_every_value_for_ever(desk: Desk) -> None:
    a_note(desk)
    assert erased(desk, "x") == Accepted(2)
    shown = desk.show("toy.writers", WritersQuery(name="a"), ask("shift-leader"))
    assert rows(shown)[0].who is None
    with desk.store.read() as tx:
        assert tx.rows("select key from vault_person") == [{"key": None}]
        assert tx.rows("select value from vault_word where person = 'x'") == [{"value": None}]
    again = erased(desk, "x")
    assert isinstance(again, Refusal)
    assert again.code == "nothing-to-erase"


def test_after_an_erasure_the_words_are_nowhere_in_the_database_files(tmp_path: Path, open_desk: Opens) -> None:
    desk = open_desk(open_store(tmp_path / "s.db"), (TOY,))
    a_note(desk)
    before = [table for table, value in everything(desk.store) if SAID in value]
    erased(desk, "x.1")
    erased(desk, "x")
    assert before == ["vault_word"]
    assert [table for table, value in everything(desk.store) if SAID in value or WHO in value] == []
    desk.close()
    db = apsw.Connection(str(tmp_path / "s.db"))
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
    assert SAID.encode() not in (tmp_path / "s.db").read_bytes()  # free pages too


def test_an_erasure_reaches_every_file_of_a_running_node_once_no_reader_needs_the_old_state(
    tmp_path: Path, open_desk: Opens
) -> None:
    desk = open_desk(open_store(tmp_path / "s.db"), (TOY,))
    a_note(desk)

    def held() -> bool:
        return any(SAID.encode() in file.read_bytes() for file in tmp_path.glob("s.db*"))

    assert held()
    with desk.store.read() as tx:
        tx.rows("select 1 as x from vault_word")  # a backup that goes on, say
        assert erased(desk, "x.1") == Accepted(2)
        assert held()
    desk.handle(AddNote(name="b"), ask("crew"))
    desk.handle(AddNote(name="c"), ask("crew"))  # answered after the commit before it, and what followed that
    assert not held()


def test_an_erasure_after_which_the_node_was_killed_reaches_every_file_after_the_next_start(
    tmp_path: Path, open_desk: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(open_store(tmp_path / "s.db"), (TOY,))
    a_note(desk)
    monkeypatch.setattr(desk.store, "forget", lambda: False)
    assert erased(desk, "x.1") == Accepted(2)
    left = tmp_path / "left"
    left.mkdir()
    for file in tmp_path.glob("s.db*"):  # what a kill leaves behind
        copyfile(file, left / file.name)

    def held() -> bool:
        return any(SAID.encode() in file.read_bytes() for file in left.glob("s.db*"))

    assert held()
    again = open_desk(open_store(left / "s.db"), (TOY,))
    again.handle(AddNote(name="b"), ask("crew"))
    again.handle(AddNote(name="c"), ask("crew"))  # answered after the commit before it, and what followed that
    assert not held()


def test_the_list_of_erasures_lies_beside_the_backups_at_once(tmp_path: Path, open_desk: Opens) -> None:
    beside = tmp_path / "backups" / "erasures.jsonl"
    desk = open_desk(open_store(tmp_path / "s.db"), (TOY,), erasures=beside)
    a_note(desk)
    erased(desk, "x")
    erased(desk, "x.1")
    lines = read_erasures(beside)
    assert [(line["subject"], line["actor"]) for line in lines] == [("x", "admin-1"), ("x.1", "admin-1")]
    assert SAID not in beside.read_text()
    assert beside.stat().st_mode & 0o777 == 0o600  # it says who wanted what forgotten, and why


def test_a_list_that_a_crash_left_unfinished_is_read_and_gone_on_with(tmp_path: Path, open_desk: Opens) -> None:
    beside = tmp_path / "erasures.jsonl"
    desk = open_desk(open_store(tmp_path / "s.db"), (TOY,), erasures=beside)
    a_note(desk)
    erased(desk, "x")
    beside.write_text(beside.read_text() + '{"subject": "half')
    erased(desk, "x.1")
    assert [line["subject"] for line in read_erasures(beside)] == ["x", "x.1"]


def test_a_list_that_cannot_be_written_keeps_nobody_waiting_and_is_made_up_for(
    tmp_path: Path, open_desk: Opens
) -> None:
    beside = tmp_path / "away" / "erasures.jsonl"
    (tmp_path / "away").write_text("a file where the folder should be")
    desk = open_desk(open_store(tmp_path / "s.db"), (TOY,), erasures=beside)
    a_note(desk)
    assert erased(desk, "x") == Accepted(2)
    (tmp_path / "away").unlink()
    desk.handle(AddNote(name="b"), ask("crew"))
    desk.handle(AddNote(name="c"), ask("crew"))  # answered after the commit before it, and what followed that
    assert [line["subject"] for line in read_erasures(beside)] == ["x"]


def test_words_never_show_in_representations_that_end_in_logs() -> None:
    assert SAID not in repr(AddNote(name="a", said=Told(SAID), who=Personal(WHO)))
    assert SAID not in repr(seal(AddNote(name="a", said=Told(SAID)), "x"))


def test_from_outside_nobody_can_point_at_somebody_elses_words() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"name":"a","said":{"ref":"x.1","digest":"d"}}', type=AddNote, dec_hook=decode_asked)


@given(st.text(min_size=1), st.text(min_size=1))
def test_sealing_and_stripping_loses_the_text_and_nothing_else(said: str, who: str) -> None:
    sealed = seal(AddNote(name="a", said=Told(said), who=Personal(who)), "x")
    bare, words = strip(sealed)
    assert [word.text for word in words] == [said, who]
    assert strip(bare) == (bare, [])
    assert (bare.said.ref, bare.who.ref) == (sealed.said.ref, sealed.who.ref)
    assert bare.said.ref != bare.who.ref


def test_the_same_words_twice_have_different_digests() -> None:
    one, two = (seal(AddNote(name="a", said=Told(SAID)), id) for id in ("x", "y"))
    assert one.said.digest != two.said.digest


def test_the_vaults_key_is_made_once_for_the_owner_alone_and_missed_loudly(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "vault.key"
    with pytest.raises(VaultKeyMissing):
        load_key(path, make=False)
    key = load_key(path, make=True)
    assert load_key(path, make=True) == key
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    path.write_text("00ff\n")
    with pytest.raises(VaultKeyMissing):
        load_key(path, make=False)


def test_what_is_locked_opens_only_for_what_it_is_about() -> None:
    locked = Vault(VAULT_KEY).lock(b"anything", "x")
    assert Vault(VAULT_KEY).unlock(locked, "x") == b"anything"
    for other, about in ((Vault(VAULT_KEY), "y"), (Vault(bytes(32)), "x")):
        with pytest.raises(LookupError):
            other.unlock(locked, about)


@pytest.mark.parametrize("kind", [Told, Personal])
def test_what_was_erased_cannot_be_guessed_from_the_digest_of_its_ask(desk: Desk, kind: type[Told]) -> None:
    """The digest stays for ever: it is the same whatever was typed, and words are compared while they are there."""

    def note(typed: str, name: str = "n1") -> AddNote:
        return AddNote(name, said=Told(typed)) if kind is Told else AddNote(name, who=Personal(typed))

    assert isinstance(desk.handle(note("satu"), ask("crew", id="a1")), Accepted)
    assert isinstance(desk.handle(note("satu"), ask("crew", id="a1")), Accepted)
    reused = desk.handle(note("dua"), ask("crew", id="a1"))
    assert isinstance(reused, Refusal)
    assert reused.code == "ask-id-reused"
    desk.handle(note("dua", "n2"), ask("crew", id="a2"))
    with desk.store.read() as tx:
        words = {r["ref"][:2]: r for r in tx.rows("select * from vault_word")}
        before = tx.rows("select ask, digest from log order by position")
    assert desk._digest(note("satu")) == desk._digest(note("tiga")) == before[0]["digest"]
    subject = words["a1"]["person"] or words["a1"]["ref"]
    assert isinstance(desk.handle(EraseWords(subject, Told("diminta")), ask("administrator")), Accepted)
    assert isinstance(desk.handle(note("satu"), ask("crew", id="a1")), Accepted)
