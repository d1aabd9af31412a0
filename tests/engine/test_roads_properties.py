"""What holds on every network: generated towns with one-ways, private roads and closures."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roads_town import SPEEDS
from siaga.engine.geo import DEGREE_M, LonLat
from siaga.engine.roads import Closure, Line, Travel, build, ends
from siaga.engine.roads import search as loops
from siaga.engine.roads.weights import Weights

PLACES = 12
# Irregular, so that no street passes exactly through a place that it does not call at.
_chance = np.random.default_rng(99)
PLACE: list[LonLat] = [(117.0 + float(x), float(y)) for x, y in _chance.uniform(0.0, 4000.0, (PLACES, 2)) / DEGREE_M]
number = st.integers(0, PLACES - 1)
NO_EXITS = (np.empty(0, np.int32), np.empty(0), np.empty(0))
roads = st.sampled_from(["primary", "residential", "track", "alley", "unknown"])


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    """A few streets over the places, at least one of them for trucks."""
    found = [Line(points=(PLACE[0], PLACE[1]), road="tertiary")]
    for _ in range(draw(st.integers(1, 14))):
        points = tuple(PLACE[i] for i in draw(st.lists(number, min_size=2, max_size=4, unique=True)))
        flags = draw(st.tuples(st.booleans(), st.booleans()))
        found.append(Line(points=points, road=draw(roads), one_way=flags[0], private=flags[1] and draw(st.booleans())))
    return found


def turned(street: Line) -> Line:
    """The street driven the other way."""
    return Line(points=street.points[::-1], road=street.road, one_way=street.one_way, private=street.private)


def on_a_road(travel: Travel, closures: tuple[Closure, ...] = ()) -> np.ndarray:
    """Which places (PLACES,) lie at a road where a drive may begin and end; others get a way over open ground."""
    begin, end = (travel.snap(PLACE, "pump", 9, closures, at=at) for at in ("begin", "end"))
    on: np.ndarray = (begin.gap_m < 1e-3) & (end.gap_m < 1e-3)  # not one that passes by chance within a metre
    return on


@given(lines())
@settings(max_examples=60, deadline=None)
def test_going_by_a_third_place_is_never_sooner(streets: list[Line]) -> None:
    travel = Travel(build(streets), SPEEDS)
    places = np.array(PLACE)[on_a_road(travel)]
    seconds = travel.matrix(places, places, "pump", 9)
    for via in range(len(places)):
        assert (seconds <= seconds[:, via, None] + seconds[None, via, :] + 1e-6).all()


@given(lines(), st.data())
@settings(max_examples=60, deadline=None)
def test_closing_a_road_never_shortens_a_way(streets: list[Line], data: st.DataObject) -> None:
    travel = Travel(build(streets), SPEEDS)
    assert travel.network is not None
    links = data.draw(st.sets(st.integers(0, travel.network.links - 1), max_size=5))
    closures = (Closure(links=tuple(sorted(links))),)
    same = on_a_road(travel) & on_a_road(travel, closures)  # not moved to another road by the closure
    open_s, shut_s = (travel.matrix(PLACE, PLACE, "pump", 9, c) for c in ((), closures))
    kept = same[:, None] & same[None, :]
    assert (shut_s[kept] >= open_s[kept] - 1e-6).all()


@given(lines())
@settings(max_examples=60, deadline=None)
def test_the_way_back_is_the_way_there_with_every_street_turned_round(streets: list[Line]) -> None:
    there, back = Travel(build(streets), SPEEDS), Travel(build([turned(s) for s in streets]), SPEEDS)
    places = np.array(PLACE)[on_a_road(there)]
    seconds = there.matrix(places, places, "pump", 9)
    turned_round = back.matrix(places, places, "pump", 9).T
    assert turned_round == pytest.approx(seconds, rel=1e-9, abs=1e-6)


@given(lines(), st.integers(1, PLACES), number)
@settings(max_examples=60, deadline=None)
def test_the_soonest_few_are_the_first_of_all(streets: list[Line], k: int, place: int) -> None:
    travel = Travel(build(streets), SPEEDS)
    everyone = travel.to_incident(*PLACE[place], PLACE, "pump", 9)
    few = travel.to_incident(*PLACE[place], PLACE, "pump", 9, k=k)
    known = np.isfinite(few.seconds)
    assert few.seconds[known] == pytest.approx(everyone.seconds[known])
    by_road = [way == "network" for way in everyone.ways]
    last = (*np.sort(everyone.seconds[by_road]), *[np.inf] * k)[k - 1]
    assert (few.seconds[by_road & known] <= last + 1e-6).all()
    assert np.sort(few.seconds)[:k] == pytest.approx(np.sort(everyone.seconds)[:k])


@given(lines(), st.integers(1, PLACES), st.sampled_from([np.inf, 300.0, 60.0]))
@settings(max_examples=25, deadline=None)
def test_compiled_code_and_plain_python_agree(streets: list[Line], k: int, limit: float) -> None:
    network = build(streets)
    chance = np.random.default_rng(k)
    weight = chance.uniform(1.0, 100.0, len(network.in_node))
    weight[chance.uniform(size=len(weight)) < 0.1] = np.inf
    exits = chance.integers(0, network.nodes, 2 * PLACES).astype(np.int32)
    cost = chance.uniform(0.0, 30.0, 2 * PLACES)
    direct = np.where(chance.uniform(size=PLACES) < 0.1, 40.0, np.inf)
    seeds = np.array([0, network.nodes - 1], np.int32)
    arguments = (network.in_start, network.in_node, weight, seeds, np.array([3.0, 7.0]), exits, cost, direct, k, limit)
    machine, python = loops.search(*arguments), loops.plain(loops.search)(*arguments)
    reached = np.isfinite(python[0])
    assert np.array_equal(machine[0], python[0])
    assert np.array_equal(machine[1][reached], python[1][reached])
    assert np.array_equal(machine[2], python[2])
    assert np.array_equal(machine[3], python[3])
    assert machine[4] == python[4]
    _same(loops.parts, network.nodes, network.link_from, network.link_to)
    _same(loops.strong_parts, network.in_start, network.in_node, weight)


@given(lines(), st.integers(1, PLACES), number)
@settings(max_examples=25, deadline=None)
def test_compiled_and_plain_ways_agree(streets: list[Line], k: int, place: int) -> None:
    network = build(streets)
    chance = np.random.default_rng(k)
    link_s = chance.uniform(1.0, 100.0, network.links)
    link_s[chance.uniform(size=network.links) < 0.1] = np.inf
    everywhere = np.ones(network.links, bool)
    weights = Weights(network, link_s, everywhere, everywhere)
    travel = Travel(network, SPEEDS)
    from_ = travel._snap(network, np.array(PLACE) + 0.0003, weights.begin)
    to = travel._snap(network, np.array(PLACE[place : place + 1]) + 0.0002, weights.end)
    links = weights.links
    _same(ends.exits, links, from_, 1.5)
    _same(ends.entries, links, from_)
    _same(ends.along, links, from_, to)
    _same(ends.along, links, to, from_)
    if to.link[0] >= 0:
        _same(ends.soonest, links, weights.into, from_, to, 1.5, k, np.inf)


@given(lines(), st.integers(0, 1000), st.sampled_from([1e-6, 0.01, 1.0, 40.0, 3000.0, 1e6]), st.booleans())
@settings(max_examples=100, deadline=None)
def test_links_of_any_length_of_time_are_searched_to_the_end(
    streets: list[Line], dice: int, typical: float, even: bool
) -> None:
    """From a millionth of a second to days: all in one bucket of the search, or each far beyond the last bucket."""
    network = build(streets)
    chance = np.random.default_rng(dice)
    spread = 1.0 if even else 12.0
    weight = typical * chance.uniform(1.0, 1.5, len(network.in_node)) ** chance.uniform(0.0, spread)
    weight = np.where(chance.uniform(size=len(weight)) < 0.5, weight, weight * chance.uniform(0.0, 1e-3))
    found = loops.search(
        network.in_start, network.in_node, weight, np.array([0], np.int32), np.zeros(1), *NO_EXITS, 0, np.inf
    )[0]
    tail = np.repeat(np.arange(network.nodes), np.diff(network.in_start))
    least = np.full(network.nodes, np.inf)
    least[0] = 0.0
    for _ in range(network.nodes):
        np.minimum.at(least, network.in_node, least[tail] + weight)
    assert np.array_equal(found, least)


def _same(function: Callable[..., Any], *arguments: object) -> None:
    """The compiled and the plain function give the same."""
    machine, python = function(*arguments), loops.plain(function)(*arguments)
    pairs = zip(machine, python, strict=True) if isinstance(machine, tuple) else [(machine, python)]
    for one, other in pairs:
        assert np.allclose(one, other, rtol=1e-12)


@given(lines())
@settings(max_examples=15, deadline=None)
def test_compiled_and_plain_snapping_agree(streets: list[Line]) -> None:
    travel = Travel(build(streets), SPEEDS)
    network = travel.network
    assert network is not None
    grid = travel._grid(network)
    points = np.array(PLACE) + 0.0003
    usable = np.ones(network.links, bool)
    _same(
        loops.snap,
        *(points[:, 0].copy(), points[:, 1].copy(), grid.origin, grid.cell, grid.shape, grid.start, grid.piece),
        *(network.shape_lon, network.shape_lat, network.segment_link, network.segment_m, network.shape_start),
        *(network.link_m, usable, 900.0),
    )
