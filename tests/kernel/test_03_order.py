"""kernel.md 3: one gapless order per node, several processes, rows from partners, clocks."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from conftest import BOTH_STORES, SATURDAY, Clock, Opens, ask, rows
from kernel.toy import TOY, AddNote, BoardQuery, NoteSeen
from siaga.adapters.sqlite import SqliteStore
from siaga.adapters.stores import open_store
from siaga.kernel import chain
from siaga.kernel.desk import Desk
from siaga.kernel.follow import Duties, follow, lead
from siaga.kernel.records import Accepted, Entry, written
from siaga.kernel.slice import Follows, Slice


@pytest.fixture
def slices() -> tuple[Slice, ...]:
    return (TOY,)


def log(desk: Desk) -> list[dict[str, Any]]:
    with desk.store.read() as tx:
        return tx.rows("select * from log order by position")


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_positions_have_no_gaps_whatever_was_refused_or_broke_between(address: str, open_desk: Opens) -> None:
    desk = open_desk(open_store(address), (TOY,))
    for n in range(20):
        name = ["bug", "a", "unprojectable"][n % 3] if n % 2 else f"n{n}"
        desk.submit(AddNote(name=name), ask("crew"), lambda answer: None)
    desk.handle(AddNote(name="last"), ask("crew"))
    positions = [row["position"] for row in log(desk)]
    assert positions == list(range(1, len(positions) + 1))
    with desk.store.read() as tx:
        assert chain.verify(tx).broken_at is None


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_two_desks_on_one_store_see_each_others_asks_at_once(address: str, open_desk: Opens) -> None:
    server, beside = open_desk(open_store(address), (TOY,)), open_desk(open_store(address), (TOY,))
    assert server.handle(AddNote(name="a"), ask("crew", id="x")) == Accepted(1)
    assert beside.handle(AddNote(name="b"), ask("crew")) == Accepted(2)
    assert beside.handle(AddNote(name="a"), ask("crew", id="x")) == Accepted(1)
    assert [row.name for row in rows(server.show("toy.board", BoardQuery(), ask("crew")))] == ["a", "b"]


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_an_event_of_another_node_is_recorded_once(address: str, open_desk: Opens) -> None:
    desk = open_desk(open_store(address), (TOY,))

    def receive(tx: Any) -> None:
        entry = desk.record(tx, [NoteSeen("a")], ask("crew", id="theirs"), "toy.see-note", "")[0]
        tx.run("update log set origin = 'province', origin_position = 812 where position = :p", p=entry.position)

    desk.work(receive)
    with pytest.raises(Exception, match=r"(?i)unique"):
        desk.work(
            lambda tx: tx.run(
                "insert into log (position, ask, n, digest, command, kind, body, at, recorded, actor, agency, hash,"
                " origin, origin_position)"
                " values (2, 'x', 0, '', '', 'toy.note-seen', '{}', '', '', '', '', '', 'province', 812)"
            )
        )
    with desk.store.read() as tx:
        assert [entry.origin for entry in desk.log.read(tx, 0, 10)] == ["province"]


class Heard:
    """A follower that notes what it heard, and fails when told to."""

    def __init__(self) -> None:
        self.positions: list[int] = []
        self.fails = False
        self.done = threading.Event()

    def act(self, entries: Any) -> None:
        if self.fails:
            raise ConnectionError("the other side is away")
        self.positions += [entry.position for entry in entries]
        self.done.set()


def test_a_follower_hears_everything_in_order_from_where_it_was(store: SqliteStore, open_desk: Opens) -> None:
    desk, heard = open_desk(store, (TOY,)), Heard()
    duty = follow(desk, Follows("toy.heard", heard.act))
    for n in range(3):
        desk.handle(AddNote(name=f"{n}"), ask("crew"))
    duty()
    duty()
    desk.handle(AddNote(name="later"), ask("crew"))
    duty()
    assert heard.positions == [1, 2, 3, 4]


def test_a_follower_that_failed_hears_it_again(desk: Desk) -> None:
    heard = Heard()
    duty = follow(desk, Follows("toy.heard", heard.act))
    desk.handle(AddNote(name="a"), ask("crew"))
    heard.fails = True
    with pytest.raises(ConnectionError):
        duty()
    heard.fails = False
    duty()
    assert heard.positions == [1]


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_one_process_leads_a_follower_until_its_lease_ends(address: str, open_desk: Opens, clock: Clock) -> None:
    one, two = open_desk(open_store(address), (TOY,)), open_desk(open_store(address), (TOY,))
    assert lead(one, "toy.heard", "one")
    assert not lead(two, "toy.heard", "two")
    clock.forward(9)
    assert lead(one, "toy.heard", "one")  # renewed
    clock.forward(9)
    assert not lead(two, "toy.heard", "two")
    clock.forward(2)
    assert lead(two, "toy.heard", "two")
    assert not lead(one, "toy.heard", "one")


def test_duties_are_done_when_something_was_committed_and_a_failing_one_does_not_stop_the_others(desk: Desk) -> None:
    def fails() -> None:
        raise RuntimeError("a duty with a bug")

    heard = Heard()
    duties = Duties(desk, {"fails": fails, "heard": follow(desk, Follows("toy.heard", heard.act))})
    duties.start()
    desk.handle(AddNote(name="a"), ask("crew"))
    assert heard.done.wait(10)
    heard.done.clear()
    desk.handle(AddNote(name="b"), ask("crew"))
    assert heard.done.wait(10)
    duties.stop()
    assert heard.positions == [1, 2]


def test_a_clock_that_jumps_back_is_logged_once_and_positions_go_on(desk: Desk, clock: Clock) -> None:
    desk.handle(AddNote(name="a"), ask("crew"))
    clock.forward(-3600)
    desk.handle(AddNote(name="b"), ask("crew"))
    desk.handle(AddNote(name="c"), ask("crew"))
    assert [(row["position"], row["kind"]) for row in log(desk)] == [
        (1, "toy.note-added"),
        (2, "kernel.clock-jumped"),
        (3, "toy.note-added"),
        (4, "toy.note-added"),
    ]
    assert '"seconds":3600.0' in log(desk)[1]["body"]


def test_after_a_clock_was_wrong_for_a_moment_recorded_times_are_right_again(desk: Desk, clock: Clock) -> None:
    clock.now = SATURDAY + timedelta(days=3650)
    desk.handle(AddNote(name="a"), ask("crew"))
    clock.now = SATURDAY
    desk.handle(AddNote(name="b"), ask("crew"))
    assert log(desk)[-1]["recorded"] == written(SATURDAY)


def test_a_clock_that_trembles_does_not_show_recorded_times_never_go_back(desk: Desk, clock: Clock) -> None:
    for seconds in (0.0, -1.5, 0.7, -0.1):
        clock.forward(seconds)
        desk.handle(AddNote(name=f"{seconds}"), ask("crew"))
    recorded = [row["recorded"] for row in log(desk)]
    assert recorded == sorted(recorded)
    assert "kernel.clock-jumped" not in {row["kind"] for row in log(desk)}


def test_an_entry_knows_when_it_was_seen_asked_and_recorded(desk: Desk, clock: Clock) -> None:
    clock.forward(7200)
    desk.handle(AddNote(name="a"), ask("crew", at=SATURDAY + timedelta(seconds=9), seen_at=SATURDAY))
    with desk.store.read() as tx:
        entry: Entry = desk.log.read(tx, 0, 1)[0]
    assert (entry.when, entry.at, entry.recorded) == (SATURDAY, SATURDAY + timedelta(seconds=9), clock.now)


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_nobody_hears_of_a_position_without_what_another_process_changed_before_it(
    address: str, open_desk: Opens
) -> None:
    one, other = open_desk(open_store(address), (TOY,)), open_desk(open_store(address), (TOY,))
    one.handle(AddNote(name="ours"), ask("crew"))
    heard: list[tuple[int, frozenset[str]]] = []
    one.listen(lambda position, touched: heard.append((position, touched)))
    other.handle(AddNote(name="theirs"), ask("crew"))
    changed = {table for table in TOY.tables if table.startswith("toy")}
    one.work(lambda tx: tx.run("update kernel_cursor set position = 0 where name = 'nobody'"))
    position, touched = heard[0]
    assert position == other.position()
    assert touched & changed
    one.work(lambda tx: tx.run("update kernel_cursor set position = 0 where name = 'nobody'"))
    assert not heard[1][1] & changed
