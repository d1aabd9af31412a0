"""Cover: who can be served inside 15 minutes, before and after units leave; never waited for."""

import itertools
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.engine.cover import NO_DEMAND, STANDARD_SET_UP_S, CoverMap, Demand, budget_s, left, share
from siaga.engine.proposal import STANDARD_S
from siaga.engine.roads import Closure, Travel, generated_network, read_speeds

SPEEDS = read_speeds()
STATIONS = (("north", 117.50, 0.20), ("south", 117.50, 0.05))


def demand(**weights: float) -> Demand:
    n = len(weights)
    return Demand(
        tuple(weights), np.full(n, 117.5), np.full(n, 0.1), np.array(list(weights.values())), ("ordinary",) * n
    )


def test_cover_before_and_after_names_the_area_that_loses_most() -> None:
    city = demand(loktuan=2.0, berbas=5.0, guntung=3.0)
    counts = np.array([1, 2, 1])
    found = left(counts, np.array([[True, True, True]]), city)
    assert (found.before, found.after) == (1.0, 0.5)
    assert (found.area, found.area_before, found.area_after) == ("guntung", 1.0, 0.0)


def test_an_area_of_several_points_keeps_the_share_of_those_still_covered() -> None:
    city = Demand(("loktuan", "loktuan", "berbas"), np.zeros(3), np.zeros(3), np.array([1.0, 3.0, 4.0]), ("dense",) * 3)
    found = left(np.array([1, 2, 1]), np.array([[True, True, False]]), city)
    assert (found.area, found.area_before, found.area_after) == ("loktuan", 1.0, 0.75)
    assert found.after == 0.875


def test_when_nothing_is_lost_no_area_is_named() -> None:
    found = left(np.array([2, 0]), np.array([[True, False]]), demand(loktuan=1.0, berbas=1.0))
    assert found.area is None
    assert found.before == found.after == 0.5


def test_without_demand_there_is_no_cover() -> None:
    assert share(np.empty(0, np.int64), np.empty(0)) == 0.0
    assert share(np.array([1]), np.array([0.0])) == 0.0


@given(st.data())
def test_more_leaving_units_never_raise_cover(data: st.DataObject) -> None:
    chance = np.random.default_rng(data.draw(st.integers(0, 2**31)))
    n, a = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 8))
    reach = chance.random((n, a)) < 0.4
    city = Demand(
        tuple(f"a{i % 3}" for i in range(a)), np.zeros(a), np.zeros(a), chance.uniform(0, 5, a), ("ordinary",) * a
    )
    covers = [left(reach.sum(0), reach[:k], city).after for k in range(n + 1)]
    assert all(0.0 <= later <= sooner <= 1.0 for sooner, later in itertools.pairwise(covers))
    assert covers[-1] == 0.0


def test_the_fifteen_minutes_less_turnout_and_set_up_are_for_driving() -> None:
    assert budget_s(120.0) == STANDARD_S - 120.0 - STANDARD_SET_UP_S
    assert budget_s(2000.0) == 0.0


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_a_weight_that_is_no_demand_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="weight"):
        demand(loktuan=weight)


def test_an_area_knows_its_kind_and_an_unknown_one_has_none() -> None:
    city = Demand(("selambai",), np.zeros(1), np.zeros(1), np.ones(1), ("over-water",))
    assert city.kind_of("selambai") == "over-water"
    assert city.kind_of("elsewhere") is None
    assert city.kind_of(None) is None
    assert NO_DEMAND.kind_of("selambai") is None


# ── the map ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Slow(Travel):
    """Roads whose matrix waits until it is told to go on."""

    def __init__(self, nodes: int) -> None:
        super().__init__(generated_network(nodes), SPEEDS)
        self.go = threading.Event()
        self.made = 0

    def matrix(self, *args: Any, **more: Any) -> Any:
        self.made += 1
        assert self.go.wait(30)
        return super().matrix(*args, **more)


def near_network(travel: Travel) -> tuple[tuple[tuple[str, float, float], ...], Demand]:
    assert travel.network is not None
    lon, lat = travel.network.node_lon, travel.network.node_lat
    stations = (("one", float(lon[0]), float(lat[0])), ("two", float(lon[-1]), float(lat[-1])))
    at = [len(lon) // 3, len(lon) // 2]
    return stations, Demand(("a", "b"), lon[at].copy(), lat[at].copy(), np.ones(2), ("ordinary",) * 2)


def test_straight_lines_are_known_at_once() -> None:
    city = demand(loktuan=1.0, berbas=1.0)
    travel = Travel(None, SPEEDS)
    seconds = CoverMap().seconds(travel, STATIONS, city, "pump", 12)
    assert seconds is not None
    expected = travel.matrix([s[1:] for s in STATIONS], [(117.5, 0.1)] * 2, "pump", 12, limit_s=STANDARD_S)
    assert seconds.tolist() == expected.tolist()


def test_a_large_network_is_worked_out_behind_and_nobody_waits() -> None:
    travel, cover = Slow(400), CoverMap(at_once=10)
    stations, city = near_network(travel)
    assert cover.seconds(travel, stations, city, "pump", 12) is None
    assert cover.seconds(travel, stations, city, "pump", 12) is None
    assert not travel.go.is_set()  # the matrix still waits: neither call waited for it
    travel.go.set()
    cover.settle()
    seconds = cover.seconds(travel, stations, city, "pump", 12)
    assert seconds is not None
    assert seconds.shape == (2, 2)
    assert travel.made == 1


def test_a_matrix_is_made_again_only_when_something_it_rests_on_changes() -> None:
    travel, cover = Slow(400), CoverMap()
    travel.go.set()
    stations, city = near_network(travel)
    circle = Closure(circle=(stations[0][1], stations[0][2], 300.0))
    for _ in range(2):
        cover.seconds(travel, stations, city, "pump", 12)
    assert travel.made == 1
    cover.seconds(travel, stations, city, "pump", 12, (circle,))
    assert travel.made == 2
    cover.seconds(travel, stations[:1], city, "pump", 12)
    assert travel.made == 3
    cover.seconds(travel, stations, demand(a=1.0), "pump", 12)
    assert travel.made == 4
    cover.seconds(travel, stations, city, "tanker", 12)
    assert travel.made == 5


def test_hours_of_the_same_traffic_share_a_matrix() -> None:
    travel, cover = Slow(400), CoverMap()
    travel.go.set()
    stations, city = near_network(travel)
    same = [h for h in range(24) if all(f[h] == f[9] for f in SPEEDS.hours.values())]
    for hour in (9, same[-1]):
        cover.seconds(travel, stations, city, "pump", hour)
    assert len(same) > 1
    assert travel.made == 1


def test_another_network_drops_what_was_known_of_the_former() -> None:
    cover = CoverMap()
    for _ in range(2):
        travel = Slow(400)
        travel.go.set()
        stations, city = near_network(travel)
        assert cover.seconds(travel, stations, city, "pump", 12) is not None
        assert travel.made == 1


def test_a_closure_the_network_does_not_know_leaves_cover_unknown_and_raises_nothing() -> None:
    travel = Travel(generated_network(400), SPEEDS)
    stations, city = near_network(travel)
    assert CoverMap().seconds(travel, stations, city, "pump", 12, (Closure(links=(10**6,)),)) is None


def test_without_stations_nothing_is_reached() -> None:
    seconds = CoverMap().seconds(Travel(None, SPEEDS), (), demand(loktuan=1.0), "pump", 12)
    assert seconds is not None
    assert seconds.shape == (0, 1)
