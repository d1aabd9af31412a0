"""Nodes that pair compare their clocks, over the link and by files; they show it and correct nothing."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from conftest import SATURDAY, Clock, Opens
from liaison.kit import Place, Wire, a_house_on_fire, place
from siaga.slices.liaison.effects import Courier
from siaga.slices.liaison.rules import Apart, narrowed


class Two:
    """A city and its car with a clock of its own each, and a courier on both sides."""

    def __init__(self, tmp_path: Path, open_desk: Opens) -> None:
        self.wire = Wire()
        self.city = place(tmp_path, "kota", self.wire, open_desk, vault_key=bytes([1] * 32))
        self.car = place(tmp_path, "mobil", self.wire, open_desk, vault_key=bytes([2] * 32))
        self.clocks = {"kota": Clock(SATURDAY), "mobil": Clock(SATURDAY)}
        for each in (self.city, self.car):
            each.desk.clock = self.clocks[each.name]
        self.city.pair(self.car, "field")
        self.car.pair(self.city, "home")
        a_house_on_fire(self.city)
        self.couriers = [self._courier(each) for each in (self.city, self.car)]

    def _courier(self, at: Place) -> Courier:
        return Courier(at.desk, at.exchange, lambda partners: at.link)

    def forward(self, seconds: float) -> None:
        """Time passes for both."""
        for clock in self.clocks.values():
            clock.forward(seconds)

    def rounds(self, n: int = 4) -> None:
        """The couriers go round; a parcel is half a second on its way."""
        for _ in range(n):
            for courier in self.couriers:
                courier._turn()
                self.forward(0.5)

    def seen_by(self, at: Place) -> Any:
        (row,) = at.view("liaison.nodes")
        return row


@pytest.fixture
def two(tmp_path: Path, open_desk: Opens) -> Two:
    return Two(tmp_path, open_desk)


def test_over_the_link_both_find_how_far_their_clocks_are_apart_and_say_so_once(two: Two) -> None:
    two.clocks["mobil"].forward(7.0)
    before = two.clocks["mobil"].now
    with capture_logs() as logs:
        two.rounds()
        two.forward(700)
        two.rounds()
    city, car = two.seen_by(two.city), two.seen_by(two.car)
    assert 6.0 <= city.ahead_least_s <= 7.0 <= city.ahead_most_s <= 8.0
    assert -8.0 <= car.ahead_least_s <= -7.0 <= car.ahead_most_s <= -6.0
    assert (city.clock_off, car.clock_off) == (True, True)
    assert sorted(log["node"] for log in logs if log["event"] == "partner-clock-differs") == ["kota", "mobil"]
    assert two.clocks["mobil"].now - before == timedelta(seconds=0.5 * 16 + 700)


def test_clocks_that_agree_are_not_warned_of_however_long_a_parcel_waits(two: Two) -> None:
    two.wire.cut = True
    two.city.offer(two.car)
    two.rounds()
    two.forward(3600)
    two.wire.cut = False
    two.rounds()
    for each in (two.city, two.car):
        row = two.seen_by(each)
        assert not row.clock_off
        assert row.ahead_least_s <= 0.0 <= row.ahead_most_s


def test_a_clock_that_is_set_right_is_no_longer_warned_of(two: Two) -> None:
    two.clocks["mobil"].forward(-90.0)
    two.rounds()
    assert two.seen_by(two.city).clock_off
    two.clocks["mobil"].forward(90.0)
    two.forward(700)
    two.rounds()
    for each in (two.city, two.car):
        assert not two.seen_by(each).clock_off
        assert two.seen_by(each).ahead_least_s is not None


def test_a_file_that_was_made_after_it_came_shows_that_a_clock_is_ahead(two: Two) -> None:
    two.city.offer(two.car)
    stick = two.city.exchange.export("mobil", "i1")
    two.forward(600)
    two.car.exchange.take(stick)
    assert not two.seen_by(two.car).clock_off  # ten minutes on the way, or a clock that is behind: nobody can tell
    two.clocks["kota"].forward(1200)
    two.car.exchange.take(two.city.exchange.export("mobil", "i1"))
    row = two.seen_by(two.car)
    assert (row.ahead_least_s, row.ahead_most_s, row.clock_off) == (1200.0, None, True)


seconds = st.floats(0, 5000)


@given(offset=st.floats(-500, 500), trips=st.lists(st.tuples(st.booleans(), seconds, seconds), min_size=1, max_size=12))
def test_whatever_is_on_its_way_how_long_the_true_offset_lies_within_the_bounds(
    offset: float, trips: list[tuple[bool, float, float]]
) -> None:
    """Also where no bound is old enough to be forgotten, and whoever sends."""
    ours, theirs, now = Apart(), Apart(), SATURDAY
    ahead = timedelta(seconds=offset)
    for to_us, waits, travels in trips:
        sent = now + timedelta(seconds=waits)
        now = sent + timedelta(seconds=travels)
        if to_us:
            ours = narrowed(ours, sent + ahead, theirs.least, now)
        else:
            theirs = narrowed(theirs, sent, ours.least, now + ahead)
    for found, true in ((ours, offset), (theirs, -offset)):
        assert found.least is None or found.least <= true + 1e-5
        assert found.most is None or found.most >= true - 1e-5
        assert not found.off(abs(true) + 1e-5)
