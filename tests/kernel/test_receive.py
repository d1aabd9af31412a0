"""Rows of another node's log become rows of ours: once, in order, with their words, and a rebuild gives the same."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conftest import BOTH_STORES, SATURDAY, Clock, Opens, ask, rows
from kernel.toy import TOY, AddNote, BoardQuery, ColourNote, Remind, SeeNote, WritersQuery
from siaga.adapters.stores import open_store
from siaga.kernel import chain
from siaga.kernel.desk import TIMER, Desk, EraseWords
from siaga.kernel.receive import Carried, Forked, NotReadable, Received, carry, receive
from siaga.kernel.records import Accepted, Personal, Refusal, Told
from siaga.kernel.timer import timer

CITY_KEY, CAR_KEY = bytes(range(1, 33)), bytes(range(2, 34))


class Pair:
    """Two nodes with keys of their own, and what travels between them."""

    def __init__(self, city: Desk, car: Desk) -> None:
        self.city, self.car = city, car
        car.work(lambda tx: car.know_peer(tx, "city", city.vault.digest_key))
        city.work(lambda tx: city.know_peer(tx, "car", car.vault.digest_key))

    def carried(self, desk: Desk, here: str) -> list[Carried]:
        """Everything of a node's own, ready to go."""
        with desk.store.read() as tx:
            own = tx.rows(
                "select position from log where origin is null and kind not in ('kernel.nothing', 'kernel.due-left')"
                " order by position"
            )
            return carry(desk, tx, here, [row["position"] for row in own])

    def to_car(self) -> Received:
        """Bring the car everything of the city."""
        return give(self.car, self.carried(self.city, "city"))

    def to_city(self) -> Received:
        """Bring the city everything of the car."""
        return give(self.city, self.carried(self.car, "car"))


def give(desk: Desk, carried: Sequence[Carried]) -> Received:
    """Receive in one turn of the writer."""
    received: Received = desk.work(lambda tx: receive(desk, tx, carried))
    return received


@pytest.fixture
def pair(tmp_path: Path, open_desk: Opens) -> Pair:
    city = open_desk(open_store(tmp_path / "city.db"), (TOY,), vault_key=CITY_KEY)
    return Pair(city, open_desk(open_store(tmp_path / "car.db"), (TOY,), vault_key=CAR_KEY))


def board(desk: Desk) -> Any:
    return rows(desk.show("toy.board", BoardQuery(), ask("crew")))


def log(desk: Desk) -> list[dict[str, Any]]:
    with desk.store.read() as tx:
        return tx.rows("select * from log order by position")


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_what_a_partner_recorded_shows_here_with_its_words_and_a_rebuild_shows_the_same(
    address: str, tmp_path: Path, open_desk: Opens
) -> None:
    city = open_desk(open_store(tmp_path / "other.db"), (TOY,), vault_key=CITY_KEY)
    both = Pair(city, open_desk(open_store(address), (TOY,), vault_key=CAR_KEY))
    both.car.handle(AddNote(name="of the car"), ask("crew"))
    both.city.handle(AddNote(name="a", said=Told("behind the door"), who=None), ask("crew"))
    both.city.handle(ColourNote(name="a", colour="blue"), ask("crew"))
    assert both.to_car() == Received(2, 0, 0)
    seen = board(both.car)
    assert [(row.name, row.colour, row.said) for row in seen] == [
        ("a", "blue", "behind the door"),
        ("of the car", "white", None),
    ]
    both.car.rebuild()
    assert board(both.car) == seen
    with both.car.store.read() as tx:
        assert chain.verify(tx).broken_at is None


def test_the_circumstances_of_the_ask_travel_and_the_order_here_goes_on(pair: Pair, clock: Clock) -> None:
    seen_at = SATURDAY - timedelta(minutes=4)
    pair.city.handle(
        AddNote(name="a"), ask("crew", id="x-1", actor="rina-id", agency="bontang", device="tab-3", seen_at=seen_at)
    )
    pair.car.handle(AddNote(name="b"), ask("crew"))
    clock.forward(600)
    pair.to_car()
    with pair.car.store.read() as tx:
        entry = pair.car.log.read(tx, 1, 1)[0]
    assert (entry.position, entry.origin, entry.origin_position) == (2, "city", 1)
    assert (entry.ask, entry.actor, entry.agency, entry.device) == ("x-1", "rina-id", "bontang", "tab-3")
    assert (entry.at, entry.seen_at) == (SATURDAY, seen_at)
    assert entry.recorded == clock.now


def test_the_same_rows_again_change_nothing(pair: Pair) -> None:
    pair.city.handle(SeeNote(name="a", times=2), ask("crew"))
    assert pair.to_car() == Received(2, 0, 0)
    before = log(pair.car)
    assert pair.to_car() == Received(0, 2, 0)
    assert log(pair.car) == before


def test_a_device_that_repeats_its_ask_at_the_other_node_gets_the_first_answer(pair: Pair) -> None:
    asked = ask("crew", id="seen-1", device="tablet-7")
    pair.city.handle(AddNote(name="a", said=Told("left")), asked)
    pair.to_car()
    assert pair.car.handle(AddNote(name="a", said=Told("left")), asked) == Accepted(1)
    for other in (AddNote(name="b", said=Told("left")), AddNote(name="a", said=Told("right"))):
        answer = pair.car.handle(other, asked)
        assert isinstance(answer, Refusal)
        assert answer.code == "ask-id-reused"


def test_an_ask_that_both_nodes_recorded_counts_once_at_each(pair: Pair) -> None:
    asked = ask("crew", id="seen-1", device="tablet-7")
    pair.car.handle(SeeNote(name="a"), asked)  # its answer got lost, and the device found the city first
    pair.city.handle(SeeNote(name="a"), asked)
    assert pair.to_car() == Received(0, 1, 1)
    assert pair.to_city() == Received(0, 1, 1)
    assert pair.to_city() == Received(0, 1, 0)
    assert [len(log(pair.city)), len(log(pair.car))] == [1, 1]
    with pair.city.store.read() as tx:
        (also,) = tx.rows("select * from kernel_also")
    assert (also["origin"], also["origin_position"], also["ask"]) == ("car", 1, "seen-1")


def test_a_persons_value_is_kept_under_a_key_of_this_node_and_can_be_erased_here(pair: Pair) -> None:
    pair.city.handle(AddNote(name="a", who=None, said=Told("x")), ask("crew"))
    pair.city.handle(AddNote(name="b", who=Personal("Ibu Ani")), ask("crew", id="who"))
    pair.to_car()
    shown = rows(pair.car.show("toy.writers", WritersQuery(name="b"), ask("shift-leader")))
    assert [row.who for row in shown] == ["Ibu Ani"]
    with pair.car.store.read() as tx:
        assert "Ibu Ani" not in str(tx.rows("select * from vault_word")) + str(log(pair.car))
    person = "who"
    pair.car.handle(EraseWords(person, Told("asked for")), ask("administrator"))
    assert [row.who for row in rows(pair.car.show("toy.writers", WritersQuery(name="b"), ask("shift-leader")))] == [
        None
    ]


def test_what_was_erased_here_does_not_come_back_with_a_late_parcel(pair: Pair) -> None:
    pair.city.handle(AddNote(name="a", said=Told("a name")), ask("crew", id="told"))
    parcel = pair.carried(pair.city, "city")
    give(pair.car, parcel)
    pair.car.handle(EraseWords("told.1", Told("asked for")), ask("administrator"))
    with pair.car.store.read() as tx:
        again = [msgspec.structs.replace(row, origin_position=row.origin_position + 50, ask="other") for row in parcel]
        assert tx.rows("select value from vault_word where ref = 'told.1'") == [{"value": None}]
    with pytest.raises(NotReadable):  # words that its event does not name
        give(pair.car, [msgspec.structs.replace(again[0], body=msgspec.Raw(b'{"name":"z"}'))])
    give(pair.car, again)
    assert [row.said for row in board(pair.car)] == [None]


def test_a_row_this_version_does_not_know_stops_its_parcel_whole(pair: Pair) -> None:
    pair.city.handle(AddNote(name="a"), ask("crew"))
    good = pair.carried(pair.city, "city")[0]
    for wrong in (
        msgspec.structs.replace(good, kind="toy.note-burnt"),
        msgspec.structs.replace(good, body=msgspec.Raw(b'{"colour":"red"}')),
        msgspec.structs.replace(good, ask="due/../x y"),
        msgspec.structs.replace(good, at="yesterday"),
    ):
        with pytest.raises(NotReadable):
            give(pair.car, [good, msgspec.structs.replace(wrong, origin_position=2)])
        assert log(pair.car) == []


def test_what_one_nodes_timer_asked_stands_beside_what_the_others_asked(pair: Pair, clock: Clock) -> None:
    pair.city.handle(AddNote(name="a"), ask("crew"))
    pair.to_car()
    for desk in (pair.city, pair.car):
        desk.handle(Remind(name="a", after_s=60), ask("crew"))
    clock.forward(61)
    for desk in (pair.city, pair.car):
        timer(desk)()
    assert [row.colour for row in (*board(pair.city), *board(pair.car))] == ["yellow", "yellow"]
    assert pair.to_car() == Received(1, 1, 0)
    assert pair.to_city() == Received(1, 0, 0)
    asked = [(row["ask"], row["origin"]) for row in log(pair.city) if row["actor"] == TIMER]
    assert asked == [("due/yellow:a", None), ("due/yellow:a@car", "car")]
    for desk in (pair.city, pair.car):
        desk.rebuild()
        assert not desk.due(clock.now)


def test_what_the_city_erases_is_erased_at_the_car_too(pair: Pair) -> None:
    pair.city.handle(AddNote(name="a", said=Told("a name"), who=Personal("Ibu Ani")), ask("crew", id="told"))
    pair.to_car()
    for subject in ("told.1", "told"):
        pair.city.handle(EraseWords(subject, Told("asked for")), ask("administrator"))
    pair.to_car()
    assert [row.said for row in board(pair.car)] == [None]
    shown = rows(pair.car.show("toy.writers", WritersQuery(name="a"), ask("shift-leader")))
    assert [row.who for row in shown] == [None]
    with pair.car.store.read() as tx:
        assert len(tx.rows("select * from vault_erasure")) == 2


def test_a_log_that_was_set_back_is_noticed_and_nothing_of_it_is_taken_for_known(pair: Pair) -> None:
    pair.city.handle(AddNote(name="a"), ask("crew"))
    (row,) = pair.carried(pair.city, "city")
    pair.to_car()
    with pytest.raises(Forked):
        give(pair.car, [msgspec.structs.replace(row, ask="after-the-restore")])
    assert len(log(pair.car)) == 1
