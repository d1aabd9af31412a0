"""kernel.md 2: asks are answered once, after their commit; observations are never dropped."""

import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import apsw
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import BOTH_STORES, SATURDAY, Clock, Opens, ask, rows
from kernel.toy import TOY, AddNote, BoardQuery, ColourNote, SeeNote
from siaga.adapters.sqlite import SqliteStore
from siaga.adapters.stores import open_store
from siaga.kernel.desk import Desk, DropKept, EraseWords, KeptQuery, ReleaseKept
from siaga.kernel.log import Nothing
from siaga.kernel.records import Accepted, Command, Kept, Refusal, Told, decode_asked
from siaga.kernel.slice import Slice
from siaga.kernel.storage import StorageFull, Tx
from siaga.kernel.writer import Closed


@pytest.fixture
def slices() -> tuple[Slice, ...]:
    return (TOY,)


def log(desk: Desk) -> list[dict[str, Any]]:
    with desk.store.read() as tx:
        return tx.rows("select * from log order by position")


def hold(desk: Desk, busy: threading.Event, go: threading.Event) -> None:
    """Keep the writer busy until `go`; what is asked meanwhile shares the next commit."""

    def wait(tx: Tx) -> None:
        busy.set()
        go.wait(10)

    desk.submit_work(wait, lambda answer: None)
    assert busy.wait(10)


def several(desk: Desk, *asked: tuple[Command, str]) -> list[Any]:
    """Answers of asks that reach the writer while it is busy, so that they share one commit."""
    busy, go, answers = threading.Event(), threading.Event(), dict[str, Any]()
    hold(desk, busy, go)
    all_there = threading.Semaphore(0)
    for command, id in asked:

        def done(answer: Any, id: str = id) -> None:
            answers[id] = answer
            all_there.release()

        desk.submit(command, ask("crew", id=id), done)
    go.set()
    for _ in asked:
        assert all_there.acquire(timeout=10)
    return [answers[id] for _, id in asked]


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_an_ask_is_in_the_log_with_the_digest_of_its_command(address: str, open_desk: Opens) -> None:
    desk = open_desk(open_store(address), (TOY,))
    desk.handle(AddNote(name="a"), ask("crew", id="x"))
    row = log(desk)[0]
    assert (row["ask"], row["command"], row["kind"]) == ("x", "toy.add-note", "toy.note-added")
    assert len(row["digest"]) == 32


def test_an_ask_that_caused_no_event_is_in_the_log_too(desk: Desk) -> None:
    desk.handle(AddNote(name="a"), ask("crew"))
    assert desk.handle(ColourNote(name="a", colour="white"), ask("crew", id="same")) == Accepted(2)
    assert (log(desk)[1]["ask"], log(desk)[1]["kind"], log(desk)[1]["command"]) == (
        "same",
        "kernel.nothing",
        "toy.colour-note",
    )


def test_the_same_ask_again_gets_the_first_answer_again_whatever_happened_since(desk: Desk) -> None:
    asked = ask("crew", id="x")
    assert desk.handle(SeeNote(name="a", times=3), asked) == Accepted(3)
    desk.handle(AddNote(name="b"), ask("crew"))
    assert desk.handle(SeeNote(name="a", times=3), asked) == Accepted(3)
    assert len(log(desk)) == 4


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_what_was_asked_before_is_known_again_among_many_that_come_together(address: str, open_desk: Opens) -> None:
    desk = open_desk(open_store(address), (TOY,))
    for n in range(40):
        assert desk.handle(SeeNote(name=f"{n}", times=2), ask("crew", id=f"{n}")) == Accepted(2 * n + 2)
    again = [(SeeNote(name=f"{n}", times=2), f"{n}") for n in range(39)]
    first = [(SeeNote(name=f"{n}"), f"{n}") for n in range(40, 60)]
    *answers, reused = several(desk, *again, *first, (SeeNote(name="other"), "39"))
    assert answers == [Accepted(2 * n + 2) for n in range(39)] + [Accepted(81 + n) for n in range(20)]
    assert reused == Refusal(code="ask-id-reused", facts={"id": "39", "position": 80})
    assert len(log(desk)) == 100


def test_the_same_id_with_another_command_is_refused(desk: Desk) -> None:
    desk.handle(AddNote(name="a", said=Told("milk")), ask("crew", id="x"))
    other_word = desk.handle(AddNote(name="a", said=Told("bread")), ask("crew", id="x"))
    other_kind = desk.handle(SeeNote(name="a"), ask("crew", id="x"))
    assert isinstance(other_word, Refusal)
    assert isinstance(other_kind, Refusal)
    assert {other_word.code, other_kind.code} == {"ask-id-reused"}
    assert other_word.facts == {"id": "x", "position": 1}
    assert len(log(desk)) == 1


def test_an_ask_repeated_after_an_upgrade_that_added_a_field_is_known_again(desk: Desk) -> None:
    class SeeNoteLater(Command, frozen=True):
        """The same command, one version later."""

        name: str
        times: int = 1
        weather: str | None = None

    old = desk._digest(SeeNote(name="a"))
    SeeNoteLater.__name__ = "SeeNote"
    desk.log._command_names[SeeNoteLater] = "toy.see-note"
    assert desk._digest(SeeNoteLater(name="a")) == old
    assert desk._digest(SeeNoteLater(name="a", weather="rain")) != old


def test_an_older_tablet_still_asks_in_words_the_node_knows() -> None:
    assert msgspec.json.decode(b'{"name": "a"}', type=SeeNote, dec_hook=decode_asked) == SeeNote(name="a", times=1)


def test_a_refusal_is_not_remembered(desk: Desk) -> None:
    asked = ask("crew", id="x")
    refused = desk.handle(ColourNote(name="a", colour="red"), asked)
    assert isinstance(refused, Refusal)
    assert log(desk) == []
    desk.handle(AddNote(name="a"), ask("crew"))
    assert desk.handle(ColourNote(name="a", colour="red"), asked) == Accepted(2)


def test_who_may_not_ask_is_refused_with_the_roles_that_may(desk: Desk) -> None:
    refused = desk.handle(AddNote(name="a"), ask("planner"))
    assert refused == Refusal(code="not-permitted", facts={"roles": "crew"})
    assert log(desk) == []


@pytest.mark.parametrize("empty", ["", "  \n"])
def test_an_override_in_which_nothing_is_said_overrules_nothing(desk: Desk, empty: str) -> None:
    desk.handle(AddNote(name="a"), ask("crew"))
    assert isinstance(desk.handle(AddNote(name="a"), ask("crew", override=empty)), Refusal)


def test_an_override_is_kept_as_told_words(desk: Desk) -> None:
    desk.handle(AddNote(name="a"), ask("crew"))
    assert desk.handle(AddNote(name="a"), ask("crew", id="again", override="it fell off")) == Accepted(2)
    assert '"ref":"again/override.1"' in log(desk)[1]["body"]
    assert "fell" not in log(desk)[1]["body"]


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_an_ask_that_breaks_harms_no_other_of_its_group(address: str, open_desk: Opens) -> None:
    desk = open_desk(open_store(address), (TOY,))
    answers = several(
        desk,
        (AddNote(name="a"), "1"),
        (AddNote(name="bug"), "2"),
        (AddNote(name="unprojectable"), "3"),
        (AddNote(name="b"), "4"),
        (AddNote(name="b"), "5"),
    )
    assert answers[0] == Accepted(1)
    assert isinstance(answers[1], ZeroDivisionError)
    assert isinstance(answers[2], Exception)
    assert answers[3] == Accepted(2)
    assert isinstance(answers[4], Refusal)  # it saw what the ask before it in the same group decided
    assert [row["ask"] for row in log(desk)] == ["1", "4"]
    assert [row.name for row in rows(desk.show("toy.board", BoardQuery(), ask("crew")))] == ["a", "b"]


def test_nothing_is_answered_before_its_commit_refusals_included(desk: Desk) -> None:
    seen: list[tuple[str, int]] = []
    there = threading.Semaphore(0)

    def done(answer: Any) -> None:
        seen.append((type(answer).__name__, desk.position()))  # read from the outside: only what is committed shows
        there.release()

    busy, go = threading.Event(), threading.Event()
    hold(desk, busy, go)
    desk.submit(AddNote(name="a"), ask("crew"), done)
    desk.submit(AddNote(name="a"), ask("crew"), done)
    go.set()
    for _ in range(2):
        assert there.acquire(timeout=10)
    assert seen == [("Accepted", 1), ("Refusal", 1)]


def test_who_wants_to_know_hears_that_all_is_decided_before_anything_stands(desk: Desk) -> None:
    heard: list[tuple[str, int]] = []
    there = threading.Semaphore(0)

    def decided() -> None:
        heard.append(("decided", desk.position()))
        raise RuntimeError("a bug in who wants to know")

    def done(answer: Any) -> None:
        heard.append((type(answer).__name__, desk.position()))
        there.release()

    busy, go = threading.Event(), threading.Event()
    hold(desk, busy, go)
    desk.submit(AddNote(name="a"), ask("crew"), done, decided)
    desk.submit(AddNote(name="b"), ask("crew"), done)
    go.set()
    for _ in range(2):
        assert there.acquire(timeout=10)
    assert heard == [("decided", 0), ("Accepted", 2), ("Accepted", 2)]


def test_without_room_asks_are_broken_not_refused_and_go_through_once_there_is_room(
    store: SqliteStore, open_desk: Opens
) -> None:
    desk = open_desk(store, (TOY,))
    desk.handle(AddNote(name="a"), ask("crew"))
    desk.work(lambda tx: tx.rows("pragma max_page_count = 1"))  # no smaller than it is, but no larger either
    asked = [(AddNote(name=f"n{n}", said=Told("x" * 4000)), f"n{n}") for n in range(60)]
    answers = several(desk, *asked)
    broken = [answer for answer in answers if not isinstance(answer, Accepted)]
    assert broken
    assert {type(answer) for answer in broken} == {StorageFull}
    accepted = [id for (_, id), answer in zip(asked, answers, strict=True) if isinstance(answer, Accepted)]
    assert [row["ask"] for row in log(desk)][1:] == accepted  # what was acknowledged is there, nothing else
    desk.work(lambda tx: tx.rows("pragma max_page_count = 100000"))
    for command, id in asked:
        assert isinstance(desk.handle(command, ask("crew", id=id)), Accepted)
    assert len(log(desk)) == 61


class LosesAnAnswer:
    """A store whose commit stands although the connection broke before it was heard."""

    def __init__(self, real: SqliteStore) -> None:
        self.real, self.commits, self.lost = real, 0, [0]
        self.read, self.close = real.read, real.close

    @contextmanager
    def write(self, *, firm: bool = True) -> Iterator[Tx]:
        with self.real.write(firm=firm) as tx:
            yield tx
        self.commits += 1
        if self.commits in self.lost:
            raise ConnectionError("was it committed?")


@pytest.mark.parametrize(("lost", "more"), [(1, 1), (2, 3)])  # together once more, then each for itself
def test_a_commit_whose_outcome_was_not_heard_is_asked_again_and_stands_once(
    store: SqliteStore, open_desk: Opens, lost: int, more: int
) -> None:
    losing = LosesAnAnswer(store)
    desk = open_desk(losing, (TOY,))
    first = losing.commits + 2  # before it comes the one of who keeps the writer busy; this is of the three together
    losing.lost = [*range(first, first + lost)]
    answers = several(desk, (SeeNote(name="a", times=2), "1"), (AddNote(name="b"), "2"), (AddNote(name="b"), "3"))
    assert answers[:2] == [Accepted(2), Accepted(3)]
    assert isinstance(answers[2], Refusal)
    assert [row["ask"] for row in log(desk)] == ["1", "1", "2"]
    assert losing.commits == losing.lost[-1] + more  # and found there


def test_a_listener_or_an_asker_that_fails_does_not_end_the_writer(desk: Desk) -> None:
    def fails(*_: Any) -> None:
        raise RuntimeError("a bug in who listens")

    heard: list[int] = []
    desk.listen(fails)
    desk.listen(lambda position, touched: heard.append(position))
    desk.submit(AddNote(name="a"), ask("crew"), fails)
    assert desk.handle(AddNote(name="b"), ask("crew")) == Accepted(2)
    assert heard[-1] == 2


def test_work_that_fails_half_way_leaves_no_gap_in_the_log(desk: Desk) -> None:
    def half(tx: Any) -> None:
        desk.record(tx, [Nothing()], ask("crew", id="half"), "kernel.test", "")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        desk.work(half)
    assert desk.handle(AddNote(name="a"), ask("crew")) == Accepted(1)
    assert [row["position"] for row in log(desk)] == [1]


def test_a_write_whose_table_cannot_be_told_is_not_let_through(desk: Desk) -> None:
    with pytest.raises(ValueError, match="table cannot be told"):
        desk.work(lambda tx: tx.run("replace into toy_note (name) values ('a')"))


def test_a_closed_desk_takes_nothing_more(store: SqliteStore) -> None:
    desk = Desk(store, (TOY,), vault_key=bytes(32))
    desk.handle(AddNote(name="a"), ask("crew"))
    desk.close()
    with pytest.raises(Closed):
        desk.handle(AddNote(name="b"), ask("crew"))


RAW = b'{"name":"a","times":2}'


def set_aside(
    desk: Desk, id: str = "seen-1", kind: str = "toy.see-note", raw: bytes = RAW, reason: str = "token-expired"
) -> Kept:
    return desk.set_aside(
        kind=kind,
        raw=raw,
        reason=reason,
        ask=ask(id=id, actor="petugas-7", device="tablet-7", seen_at=SATURDAY),
    )


def test_an_observation_is_set_aside_and_shown_to_the_shift_leader(desk: Desk, clock: Clock) -> None:
    clock.forward(60)
    assert set_aside(desk) == Kept("seen-1")
    shown = desk.show("kernel.kept", KeptQuery(), ask("shift-leader"))
    row = rows(shown)[0]
    assert (row.id, row.kind, row.reason, row.actor, row.device) == (
        "seen-1",
        "toy.see-note",
        "token-expired",
        "petugas-7",
        "tablet-7",
    )
    assert log(desk) == []
    assert desk.show("kernel.kept", KeptQuery(), ask("crew")) == Refusal(
        code="not-permitted", facts={"roles": "shift-leader, administrator"}
    )


def test_what_was_set_aside_is_encrypted_where_it_lies(desk: Desk) -> None:
    set_aside(desk, raw=b'{"name":"nama pelapor","times":1}')
    with desk.store.read() as tx:
        raw = tx.rows("select raw from kernel_kept")[0]["raw"]
    assert desk.vault.unlock(raw, "seen-1") == b'{"name":"nama pelapor","times":1}'
    assert b"pelapor" not in b64decode(raw)


def test_released_it_becomes_an_ask_of_the_same_id_by_the_same_person_and_device(desk: Desk, clock: Clock) -> None:
    set_aside(desk)
    clock.forward(3600)
    assert isinstance(desk.handle(ReleaseKept(id="seen-1"), ask("shift-leader")), Accepted)
    logged = [row for row in log(desk) if row["ask"] == "seen-1"]
    assert [(r["kind"], r["actor"], r["device"]) for r in logged] == [("toy.note-seen", "petugas-7", "tablet-7")] * 2
    assert logged[0]["seen_at"] == "2026-03-07T13:00:00.000000+00:00"
    assert logged[0]["recorded"] == "2026-03-07T14:00:00.000000+00:00"
    assert rows(desk.show("kernel.kept", KeptQuery(), ask("shift-leader"))) == []
    settled = rows(desk.show("kernel.kept", KeptQuery(settled=True), ask("shift-leader")))
    assert [row.settled_how for row in settled] == ["released"]
    with desk.store.read() as tx:
        assert tx.rows("select raw from kernel_kept") == [{"raw": ""}]  # it stands in log and vault now


def test_the_device_that_asks_again_after_the_release_hears_the_answer(desk: Desk) -> None:
    set_aside(desk)
    desk.handle(ReleaseKept(id="seen-1"), ask("shift-leader"))
    before = len(log(desk))
    again = desk.handle(SeeNote(name="a", times=2), ask("crew", id="seen-1", actor="petugas-7", seen_at=SATURDAY))
    assert isinstance(again, Accepted)
    assert len(log(desk)) == before


def test_releasing_twice_records_once(desk: Desk) -> None:
    set_aside(desk)
    desk.handle(ReleaseKept(id="seen-1"), ask("shift-leader"))
    desk.handle(ReleaseKept(id="seen-1"), ask("shift-leader"))
    assert len([row for row in log(desk) if row["ask"] == "seen-1"]) == 2


def test_set_aside_twice_it_waits_once(desk: Desk) -> None:
    set_aside(desk)
    set_aside(desk)
    assert len(rows(desk.show("kernel.kept", KeptQuery(), ask("shift-leader")))) == 1


def test_what_cannot_be_read_says_so_and_waits_on(desk: Desk) -> None:
    set_aside(desk, "odd", raw=b'{"name": 7}')
    set_aside(desk, "unknown", kind="toy.dance")
    for id in ("odd", "unknown"):
        refused = desk.handle(ReleaseKept(id=id), ask("shift-leader"))
        assert isinstance(refused, Refusal)
        assert refused.code == "kept-unreadable"
    assert len(rows(desk.show("kernel.kept", KeptQuery(), ask("shift-leader")))) == 2
    nothing = desk.handle(ReleaseKept(id="nowhere"), ask("shift-leader"))
    assert nothing == Refusal(code="kept-unknown", facts={"id": "nowhere"})


def test_dropped_it_stays_readable_and_is_not_recorded(desk: Desk) -> None:
    set_aside(desk)
    desk.handle(DropKept(id="seen-1"), ask("shift-leader"))
    assert [row["ask"] for row in log(desk) if row["ask"] == "seen-1"] == []
    settled = rows(desk.show("kernel.kept", KeptQuery(settled=True), ask("shift-leader")))
    assert [row.settled_how for row in settled] == ["dropped"]
    with desk.store.read() as tx:
        assert desk.vault.unlock(tx.rows("select raw from kernel_kept")[0]["raw"], "seen-1") == RAW


def test_what_was_set_aside_can_be_erased(desk: Desk) -> None:
    set_aside(desk)
    assert isinstance(desk.handle(EraseWords(subject="seen-1", reason=Told("asked")), ask("administrator")), Accepted)
    refused = desk.handle(ReleaseKept(id="seen-1"), ask("shift-leader"))
    assert isinstance(refused, Refusal)
    assert refused.code == "kept-unreadable"


def test_an_ask_that_breaks_three_times_is_set_aside_and_the_queue_goes_on(desk: Desk) -> None:
    broken = ask("crew", id="x")
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            desk.handle(AddNote(name="bug", said=Told("secret words")), broken)
    assert desk.handle(AddNote(name="bug", said=Told("secret words")), broken) == Kept("x")
    row = rows(desk.show("kernel.kept", KeptQuery(), ask("administrator")))[0]
    assert (row.id, row.kind, row.reason) == ("x", "toy.add-note", "broken")
    assert desk.handle(AddNote(name="b"), ask("crew")) == Accepted(1)


def test_an_order_is_not_let_through_as_if_it_had_been_seen(desk: Desk) -> None:
    """A device may ask for what only a later version knows; its role was never checked."""
    set_aside(desk, "x", kind="toy.add-note", raw=b'{"name":"b"}')
    refused = desk.handle(ReleaseKept(id="x"), ask("shift-leader"))
    assert refused == Refusal(code="kept-no-observation", facts={"id": "x", "kind": "toy.add-note"})
    assert log(desk) == []


def test_a_release_that_breaks_leaves_no_gap_and_no_half(desk: Desk) -> None:
    set_aside(desk, "x", kind="toy.add-note", raw=b'{"name":"bug"}', reason="broken")
    for n in range(4):
        with pytest.raises(ZeroDivisionError):
            desk.handle(ReleaseKept(id="x"), ask("shift-leader", id=f"release-{n % 2}"))
        desk.handle(AddNote(name=f"after-{n}"), ask("crew"))
    assert [row["position"] for row in log(desk)] == [1, 2, 3, 4]
    assert [row.id for row in rows(desk.show("kernel.kept", KeptQuery(), ask("shift-leader")))] == ["x"]


COMMANDS = st.one_of(
    st.builds(AddNote, name=st.sampled_from(["a", "b", "bug", "unprojectable"])),
    st.builds(ColourNote, name=st.sampled_from(["a", "b"]), colour=st.sampled_from(["red", "white"])),
    st.builds(SeeNote, name=st.just("a"), times=st.integers(0, 3)),
)


@settings(max_examples=25, deadline=None)
@given(asked=st.lists(st.tuples(COMMANDS, st.sampled_from(["1", "2", "3", "4", "5"])), max_size=12))
def test_whatever_is_asked_the_log_has_no_gaps_and_answers_stay_the_same(
    asked: list[tuple[Command, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    desk = Desk(SqliteStore(tmp_path_factory.mktemp("any") / "s.db"), (TOY,), vault_key=bytes(32))
    first: dict[str, tuple[Command, Accepted]] = {}
    for command, id in asked:
        try:
            answer = desk.handle(command, ask("crew", id=id))
        except (ZeroDivisionError, apsw.ConstraintError):
            assert id not in first  # what was answered once never breaks later
            continue
        if id in first:
            before, accepted = first[id]
            assert answer == accepted if command == before else isinstance(answer, Refusal)
        elif isinstance(answer, Accepted):
            first[id] = (command, answer)
    logged = log(desk)
    assert [row["position"] for row in logged] == list(range(1, len(logged) + 1))
    assert {row["ask"] for row in logged} == first.keys()
    desk.close()
