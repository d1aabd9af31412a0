"""kernel.md 6: versions of views, copies made once, 304, scopes, words by reference only."""

import threading
from typing import Any

import msgspec
import pytest

from conftest import BOTH_STORES, SATURDAY, VAULT_KEY, Opens, ask
from kernel.toy import TOY, AddNote, BoardQuery, ColourNote, SeeNote, Temperature, WarmthQuery, WritersQuery
from siaga.adapters.sqlite import SqliteStore
from siaga.adapters.stores import open_store
from siaga.kernel.copies import Copies, Encoded
from siaga.kernel.desk import Desk, EraseWords, Shown, Unknown
from siaga.kernel.records import Personal, Query, Refusal, Told
from siaga.kernel.slice import Shows, Slice


@pytest.fixture
def slices() -> tuple[Slice, ...]:
    return (TOY,)


def encoded(desk: Desk, known: str | None = None, **query: Any) -> Encoded:
    answer = desk.encoded("toy.board", BoardQuery(**query), ask("crew"), known)
    assert isinstance(answer, Encoded)
    return answer


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_a_view_says_the_position_it_is_true_at(address: str, open_desk: Opens) -> None:
    desk = open_desk(open_store(address), (TOY,))
    assert desk.show("toy.board", BoardQuery(), ask("crew")) == (0, [])
    desk.handle(AddNote(name="a"), ask("crew"))
    shown = desk.show("toy.board", BoardQuery(), ask("crew"))
    assert isinstance(shown, Shown)
    assert (shown.position, len(shown.rows)) == (1, 1)
    assert msgspec.json.decode(encoded(desk).body) == {
        "position": 1,
        "rows": [{"name": "a", "colour": "white", "said": None}],
    }


def test_the_etag_changes_when_a_table_the_view_reads_changed_and_only_then(desk: Desk) -> None:
    desk.handle(AddNote(name="a"), ask("crew"))
    first = encoded(desk)
    desk.handle(SeeNote(name="a"), ask("crew"))  # an event no table of the board follows
    desk.take(Temperature(place="hall", at=SATURDAY, celsius=20.0), ask("crew"))
    same = encoded(desk)
    assert same.etag == first.etag
    assert (first.position, same.position) == (1, 2)  # the same copy, true at a later position
    desk.handle(ColourNote(name="a", colour="red"), ask("crew"))
    assert encoded(desk).etag != first.etag


def test_an_unchanged_view_is_not_sent_again_but_the_position_is(desk: Desk) -> None:
    desk.handle(AddNote(name="a"), ask("crew"))
    first = encoded(desk)
    desk.handle(SeeNote(name="a"), ask("crew"))
    again = encoded(desk, known=first.etag)
    assert again == Encoded(2, first.etag, b"", unchanged=True)
    assert encoded(desk, known=f'W/"other", {first.etag}').unchanged
    desk.handle(ColourNote(name="a", colour="red"), ask("crew"))
    changed = encoded(desk, known=first.etag)
    assert not changed.unchanged
    assert b"red" in changed.body


def test_other_parameters_are_another_copy(desk: Desk) -> None:
    desk.handle(AddNote(name="a"), ask("crew"))
    assert encoded(desk).etag != encoded(desk, colour="red").etag
    assert b'"rows":[]' in encoded(desk, colour="red").body


def test_a_view_of_readings_has_a_version_of_its_own(desk: Desk) -> None:
    etags = []
    for n in range(3):
        desk.take(Temperature(place="hall", at=SATURDAY.replace(second=n), celsius=20.0 + n), ask("crew"))
        shown = desk.encoded("toy.warmth", WarmthQuery(), ask("crew"))
        assert isinstance(shown, Encoded)
        etags.append(shown.etag)
    assert len(set(etags)) == 3
    assert desk.position() == 0


def test_a_stale_reading_is_dropped_and_changes_nothing(desk: Desk) -> None:
    assert desk.take(Temperature(place="hall", at=SATURDAY, celsius=20.0), ask("crew")) is True
    before = desk.encoded("toy.warmth", WarmthQuery(), ask("crew"))
    assert desk.take(Temperature(place="hall", at=SATURDAY, celsius=30.0), ask("crew")) is False
    assert desk.encoded("toy.warmth", WarmthQuery(), ask("crew")) == before
    assert (desk.counts["readings"], desk.counts["readings-dropped"]) == (1, 1)


def test_erased_words_make_a_new_version(desk: Desk) -> None:
    desk.handle(AddNote(name="a", said=Told("milk")), ask("crew", id="x"))
    before = encoded(desk)
    desk.handle(EraseWords(subject="x.1", reason=Told("asked")), ask("administrator"))
    after = encoded(desk, known=before.etag)
    assert not after.unchanged
    assert b"milk" in before.body
    assert b"milk" not in after.body


def test_a_scoped_view_is_copied_for_each_reader(desk: Desk) -> None:
    desk.handle(AddNote(name="a"), ask("crew"))
    bodies = {}
    for actor in ("operator", "petugas-7", "operator"):
        shown = desk.encoded("toy.mine", BoardQuery(), ask("crew", actor=actor))
        assert isinstance(shown, Encoded)
        bodies[shown.etag] = shown.body
    assert set(bodies.values()) == {b'{"position":1,"rows":["operator"]}', b'{"position":1,"rows":["petugas-7"]}'}


def test_who_may_not_look_is_refused_even_when_a_copy_lies_ready(desk: Desk) -> None:
    encoded(desk)
    refused = Refusal(code="not-permitted", facts={"roles": "crew"})
    assert desk.encoded("toy.board", BoardQuery(), ask("planner")) == refused
    assert desk.show("toy.board", BoardQuery(), ask("planner")) == refused


def test_a_view_that_reveals_is_never_copied_and_always_logged(desk: Desk) -> None:
    desk.handle(AddNote(name="a", who=Personal("nama pelapor")), ask("crew"))
    for _ in range(2):
        shown = desk.encoded("toy.writers", WritersQuery(name="a"), ask("shift-leader"), known='"anything"')
        assert isinstance(shown, Encoded)
        assert b"nama pelapor" in shown.body
    with desk.store.read() as tx:
        assert tx.rows("select count(*) as n from vault_reading") == [{"n": 2}]


class CountingQuery(Query, frozen=True):
    """A query of its own, so that nothing else shares its copies."""


def counting(made: list[int]) -> Slice:
    def view(tx: Any, q: CountingQuery) -> list[str]:
        made.append(1)
        return [row["name"] for row in tx.rows("select name from toy_note order by name")]

    return Slice(name="counting", views={"names": Shows("crew", CountingQuery, view, reads=("toy_note",))})


def test_a_view_is_made_once_per_version_however_many_ask(store: SqliteStore, open_desk: Opens) -> None:
    made: list[int] = []
    desk = open_desk(store, (TOY, counting(made)))
    desk.handle(AddNote(name="a"), ask("crew"))
    answers = [desk.encoded("counting.names", CountingQuery(), ask("crew")) for _ in range(20)]
    assert len(made) == 1
    assert len(set(answers)) == 1
    desk.handle(AddNote(name="b"), ask("crew"))
    desk.encoded("counting.names", CountingQuery(), ask("crew"))
    assert len(made) == 2


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_a_change_by_another_process_makes_a_new_version_here(address: str, open_desk: Opens) -> None:
    here, there = open_desk(open_store(address), (TOY,)), open_desk(open_store(address), (TOY,))
    here.handle(AddNote(name="a"), ask("crew"))
    before = encoded(here)
    there.handle(ColourNote(name="a", colour="red"), ask("crew"))
    assert b"red" in encoded(here, known=before.etag).body


def test_rows_and_position_are_of_one_moment_while_others_write(store: SqliteStore, open_desk: Opens) -> None:
    desk = open_desk(store, (TOY,))
    stop = threading.Event()

    def write() -> None:
        n = 0
        while not stop.is_set():
            desk.handle(AddNote(name=f"n{n}"), ask("crew"))
            n += 1

    writing = threading.Thread(target=write)
    writing.start()
    try:
        for _ in range(200):
            body = msgspec.json.decode(encoded(desk).body)
            assert body["position"] == len(body["rows"])  # each note is one row of the log
    finally:
        stop.set()
        writing.join()


def test_an_etag_of_another_version_of_siaga_is_not_taken_for_ours() -> None:
    one, two = (Copies(stamp).make(("v", b"", ""), "1.0", 1, []) for stamp in ("old", "new"))
    assert one.etag != two.etag


def test_copies_have_a_bound_and_the_least_used_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siaga.kernel.copies.ROOM", 250)
    copies = Copies("x")
    for n in range(3):
        copies.make((f"v{n}", b"", ""), "1.0", 1, ["x" * 90])
        copies.find(("v0", b"", ""), "1.0", 1, None)
    held = [n for n in range(3) if copies.find((f"v{n}", b"", ""), "1.0", 1, None)]
    assert held == [0, 2]


def test_there_is_no_view_of_that_name(desk: Desk) -> None:
    with pytest.raises(Unknown):
        desk.show("toy.nothing", BoardQuery(), ask("crew"))


def test_after_a_start_the_first_copy_is_as_fresh_as_the_log(store: SqliteStore, open_desk: Opens) -> None:
    desk = open_desk(store, (TOY,))
    desk.handle(AddNote(name="a"), ask("crew"))
    before = encoded(desk)
    again = Desk(SqliteStore(store._path), (TOY,), vault_key=VAULT_KEY)
    assert encoded(again) == before
    again.close()
