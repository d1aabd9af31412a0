"""kernel.md 1: log, derived and kept tables; rebuilding; fingerprints; newer stores."""

import dataclasses
import importlib.util
import os
import subprocess
import sys
import threading
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from conftest import BOTH_STORES, SATURDAY, VAULT_KEY, Clock, Opens, ask, rows
from kernel import toy
from kernel.toy import TOY, AddNote, BoardQuery, BoardRow, ColourNote, Remind, Temperature, WarmthQuery
from siaga.adapters.stores import open_store
from siaga.kernel.desk import Desk, NewerStore, Rebuilding
from siaga.kernel.log import Log, UnknownEvents
from siaga.kernel.records import Accepted, Told
from siaga.kernel.slice import Slice
from siaga.kernel.storage import Store, Tx
from siaga.kernel.timer import timer

OTHER = Slice(
    name="other",
    schema="create table other_note (name text primary key, colour text not null, changed integer not null)",
)


@pytest.fixture
def slices() -> tuple[Slice, ...]:
    return (TOY,)


def some_notes(desk: Desk) -> None:
    desk.handle(AddNote(name="a", said=Told("buy milk")), ask("crew"))
    desk.handle(AddNote(name="b"), ask("crew"))
    desk.handle(ColourNote(name="a", colour="red"), ask("crew", id="paint"))
    desk.take(Temperature(place="hall", at=SATURDAY, celsius=21.5), ask("crew"))


def tables(store: Store, *names: str) -> dict[str, list[dict[str, object]]]:
    with store.read() as tx:
        return {name: tx.rows(f"select * from {name} order by 1") for name in names}


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_derived_tables_can_be_rebuilt_from_the_log_and_kept_ones_are_not_touched(
    address: str, open_desk: Opens
) -> None:
    desk = open_desk(open_store(address), (TOY,))
    some_notes(desk)
    names = ("toy_note", "toy_stamp", "toy_temperature", "vault_word", "kernel_due", "log")
    before = tables(desk.store, *names)
    assert desk.rebuild() == 3
    assert tables(desk.store, *names) == before
    assert before["toy_note"]
    assert before["toy_stamp"]


def test_a_damaged_derived_table_is_whole_again_after_a_rebuild(desk: Desk) -> None:
    some_notes(desk)
    before = tables(desk.store, "toy_note")
    desk.work(lambda tx: tx.run("delete from toy_note where name = 'a'"))
    assert tables(desk.store, "toy_note") != before
    desk.rebuild(["toy"])
    assert tables(desk.store, "toy_note") == before


def test_derived_tables_are_committed_with_the_log_so_that_a_start_replays_nothing(
    tmp_path: Path, open_desk: Opens
) -> None:
    some_notes(open_desk(open_store(tmp_path / "s.db"), (TOY,)))
    replayed: list[int] = []
    again = open_desk(open_store(tmp_path / "s.db"), (TOY,), rebuild=False)
    assert again.behind == []
    again.catch_up(replayed.append)
    assert replayed == []
    assert len(rows(again.show("toy.board", BoardQuery(), ask("crew")))) == 2


def test_the_tail_of_the_chain_is_verified_at_start(tmp_path: Path, open_desk: Opens) -> None:
    store = open_store(tmp_path / "s.db")
    some_notes(open_desk(store, (TOY,)))
    with open_store(tmp_path / "s.db").write() as tx:
        tx.run("update log set actor = 'somebody else' where position = 3")
    again = open_desk(open_store(tmp_path / "s.db"), (TOY,))
    assert (again.tail.broken_at, again.tail.reason) == (3, "altered")


def changed(slice_: Slice, column: str = "extra") -> Slice:
    """The slice as a later version has it: one more column."""
    return dataclasses.replace(
        slice_, schema=slice_.schema.replace("changed integer", f"{column} text, changed integer")
    )


def test_a_slice_whose_fingerprint_changed_is_rebuilt_alone(tmp_path: Path, open_desk: Opens) -> None:
    old = open_desk(open_store(tmp_path / "s.db"), (TOY, OTHER))
    some_notes(old)
    before = old.show("toy.board", BoardQuery(), ask("crew"))
    old.work(lambda tx: tx.run("insert into other_note (name, colour, changed) values ('mark', 'x', 0)"))
    new = open_desk(open_store(tmp_path / "s.db"), (changed(TOY), OTHER), rebuild=False)
    assert new.behind == ["toy"]
    new.catch_up()
    assert new.behind == []
    assert new.show("toy.board", BoardQuery(), ask("crew")) == before
    assert "extra" in tables(new.store, "toy_note")["toy_note"][0]
    assert len(tables(new.store, "other_note")["other_note"]) == 1  # a rebuilt one would have lost the foreign row
    assert len(tables(new.store, "toy_temperature")["toy_temperature"]) == 1


def test_while_one_slice_is_behind_the_others_serve_and_it_says_so_itself(tmp_path: Path, open_desk: Opens) -> None:
    second = dataclasses.replace(
        TOY,
        name="second",
        schema="create table second_note (name text primary key)",
        kept="",
        readings={},
        commands={},
        projections={},
        views={"warmth": TOY.views["warmth"]},
        events=(),
    )
    some_notes(open_desk(open_store(tmp_path / "s.db"), (TOY, second)))
    desk = open_desk(open_store(tmp_path / "s.db"), (changed(TOY), second), rebuild=False)
    shown = desk.show("second.warmth", WarmthQuery(), ask("crew"))
    assert rows(shown)[0].celsius == 21.5
    with pytest.raises(Rebuilding):
        desk.show("toy.board", BoardQuery(), ask("crew"))
    with pytest.raises(Rebuilding):
        desk.handle(AddNote(name="c"), ask("crew", id="c"))
    desk.catch_up()
    assert desk.handle(AddNote(name="c"), ask("crew", id="c")) == Accepted(4)
    assert len(rows(desk.show("toy.board", BoardQuery(), ask("crew")))) == 3


def test_asks_that_come_in_during_a_rebuild_are_neither_lost_nor_projected_twice(desk: Desk) -> None:
    for n in range(30):
        desk.handle(AddNote(name=f"n{n}"), ask("crew"))
    asked = threading.Event()

    def ask_on() -> None:
        for n in range(30):
            try:
                desk.handle(AddNote(name=f"m{n}"), ask("crew", id=f"m{n}"))
            except Rebuilding:
                asked.set()
            else:
                asked.set()

    asker = threading.Thread(target=ask_on)
    asker.start()
    asked.wait(10)
    for _ in range(3):
        desk.rebuild(["toy"])
    asker.join()
    with desk.store.read() as tx:
        logged = {row["body"] for row in tx.rows("select body from log where kind = 'toy.note-added'")}
        shown = tx.rows("select name from toy_note")
    assert len(logged) == len(shown) >= 30


def test_an_ask_in_the_same_commit_as_the_start_of_a_rebuild_waits_for_its_end(desk: Desk) -> None:
    some_notes(desk)
    busy, go, answers = threading.Event(), threading.Event(), list[Any]()

    def hold(tx: Tx) -> None:
        busy.set()
        go.wait(10)

    desk.submit_work(hold, answers.append)
    assert busy.wait(10)
    desk.submit_work(lambda tx: desk.start_over(tx, TOY), answers.append)
    desk.submit(AddNote(name="c"), ask("crew", id="c"), answers.append)
    go.set()
    desk.rebuild(["toy"])
    assert [type(answer) for answer in answers[2:3]] == [Rebuilding]
    assert len(rows(desk.show("toy.board", BoardQuery(), ask("crew")))) == 2


_WRITTEN = count(1_700_000_000)


def loaded(folder: Path, source: str, name: str = "made_tables") -> ModuleType:
    """A module from source text, as an import would make it."""
    path = folder / f"{name}.py"
    path.write_text(source)
    os.utime(path, times=(next(_WRITTEN),) * 2)  # a file that is as old as the one before it is taken for the same
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


PROJECTION = "def project(tx, e, entry):\n    tx.run('update t set n = n + 1')\n"


def fingerprint(folder: Path, source: str, schema: str = "create table t (n integer)") -> str:
    sys.modules.pop("made_tables", None)
    made = loaded(folder, source)
    return Slice(name="made", projections={toy.NoteAdded: made.project}, schema=schema).fingerprint


def test_a_fingerprint_ignores_comments_and_formatting_and_sees_code_and_schema(tmp_path: Path) -> None:
    first = fingerprint(tmp_path, PROJECTION)
    commented = "def project(\n    tx, e,\n    entry):\n\n    # why it counts\n    tx.run('update t set n = n + 1')\n"
    assert fingerprint(tmp_path, commented) == first
    assert fingerprint(tmp_path, PROJECTION.replace("n + 1", "n + 2")) != first
    assert fingerprint(tmp_path, PROJECTION, "create table t (n integer, m integer)") != first
    assert fingerprint(tmp_path, PROJECTION, "create   table t\n (n integer)") == first


def test_a_fingerprint_sees_a_fold_that_tables_rest_on_and_every_file_of_a_folder_of_tables(tmp_path: Path) -> None:
    made = loaded(tmp_path, PROJECTION, "made.tables.some")
    seen: list[str] = []
    one, two = "def f(n): return n + 1", "def f(n): return n + 2"
    for fold, beside in ((one, "X = 1"), (two, "X = 1"), (one, "X = 2"), (one, "X = 1")):
        loaded(tmp_path, beside, "made.tables.other")
        fold_module = loaded(tmp_path, fold, "made_fold")
        held = Slice(name="made", projections={toy.NoteAdded: made.project}, folds=(fold_module,))
        seen.append(held.fingerprint)
        del sys.modules["made.tables.other"], sys.modules["made_fold"]
    del sys.modules["made.tables.some"]
    assert seen[0] == seen[3]
    assert len(set(seen)) == 3


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    say = "from siaga.slices.dispatch import SLICE; print(SLICE.fingerprint)"
    told = {
        subprocess.run(
            [sys.executable, "-c", say], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert told != {b""}


def test_a_store_that_a_newer_version_wrote_is_not_opened_and_says_by_which(tmp_path: Path, open_desk: Opens) -> None:
    desk = open_desk(open_store(tmp_path / "s.db"), (TOY,))
    desk.work(lambda tx: tx.run("update kernel_node set value = '99.1.0' where key = 'written_by'"))
    with pytest.raises(NewerStore, match=r"99\.1\.0"):
        Desk(open_store(tmp_path / "s.db"), (TOY,), vault_key=VAULT_KEY)


def test_a_log_with_events_this_version_does_not_know_is_not_opened_and_says_which(
    tmp_path: Path, open_desk: Opens
) -> None:
    some_notes(open_desk(open_store(tmp_path / "s.db"), (TOY,)))
    older = dataclasses.replace(TOY, events=TOY.events[1:], projections={}, commands={})
    with pytest.raises(UnknownEvents, match=r"toy\.note-added"):
        Desk(open_store(tmp_path / "s.db"), (older,), vault_key=VAULT_KEY)


def test_a_running_node_whose_tables_were_rebuilt_by_another_version_refuses_to_write(
    tmp_path: Path, open_desk: Opens
) -> None:
    old = open_desk(open_store(tmp_path / "s.db"), (TOY,))
    some_notes(old)
    new = open_desk(open_store(tmp_path / "s.db"), (changed(TOY),))
    with pytest.raises(NewerStore, match="toy"):
        old.handle(AddNote(name="c"), ask("crew"))
    assert new.handle(AddNote(name="c"), ask("crew")) == Accepted(4)


def test_kinds_that_an_undone_ask_would_have_brought_do_not_hide_later_ones(tmp_path: Path, open_desk: Opens) -> None:
    desk = open_desk(open_store(tmp_path / "s.db"), (TOY,))
    with pytest.raises(Exception, match=r"(?i)not null"):
        desk.handle(AddNote(name="unprojectable"), ask("crew"))
    desk.handle(AddNote(name="a"), ask("crew"))
    with desk.store.read() as tx:
        kinds = {row["kind"] for row in tx.rows("select kind from kernel_kind")}
        logged = {row["kind"] for row in tx.rows("select distinct kind from log")}
    assert kinds == logged == {"toy.note-added"}


def test_a_rebuilt_timer_holds_only_what_was_not_asked_yet(desk: Desk, clock: Clock) -> None:
    some_notes(desk)
    desk.handle(Remind(name="a", after_s=10), ask("crew"))
    desk.handle(Remind(name="b", after_s=1000), ask("crew"))
    clock.forward(11)
    timer(desk)()
    before = tables(desk.store, "kernel_due", "toy_note")
    desk.rebuild()
    assert tables(desk.store, "kernel_due", "toy_note") == before
    assert [row["id"] for row in before["kernel_due"]] == ["due/yellow:b"]


def test_the_board_after_a_rebuild_is_the_board_before(desk: Desk) -> None:
    some_notes(desk)
    before = desk.show("toy.board", BoardQuery(), ask("crew"))
    desk.rebuild()
    assert desk.show("toy.board", BoardQuery(), ask("crew")) == before
    assert before == (3, [BoardRow("a", "red", "buy milk"), BoardRow("b", "white", None)])


def test_a_log_reads_kinds_it_knows_and_leaves_the_event_out_of_others(desk: Desk) -> None:
    some_notes(desk)
    reader = Log({}, {})
    with desk.store.read() as tx:
        entries = reader.read(tx, 0, 10)
    assert (entries[0].kind, entries[0].event) == ("toy.note-added", None)
