"""Who is there how soon, by which way, and what closures, permissions and vehicles change."""

import math
import threading

import numpy as np
import pytest

from roads_town import SPEEDS, TOWN, at, near, seconds, town
from siaga.engine.geo import distance, length_m
from siaga.engine.roads import Closure, ClosureError, Line, Travel, build, generated_network, straight_estimate
from siaga.engine.roads.closures import closed_links

HOUR = 12
WEST, MIDDLE, EAST = at(0, 0), at(1, 0), at(3, 0)
MAIN = SPEEDS.kmh("pump", "primary", HOUR)
SIDE = SPEEDS.kmh("pump", "residential", HOUR)
OFF = SPEEDS.rules.off_road_kmh
DRAWN = 1000.0  # metres in a kilometre of the town


def drive(from_: tuple[float, float], to: tuple[float, float], vehicle: str = "pump", **more: object) -> float:
    """Seconds from place to place in the town, inf without a way."""
    found = town().to_incident(*to, [from_], vehicle, HOUR, **more)  # type: ignore[arg-type]
    assert found.ways == ("network",) or math.isinf(found.seconds[0])
    return float(found.seconds[0])


def test_a_straight_run_takes_length_over_speed() -> None:
    assert drive(WEST, EAST) == pytest.approx(seconds(3 * DRAWN, MAIN), rel=1e-6)


def test_part_of_a_link_takes_part_of_its_time_from_both_ends() -> None:
    assert drive(at(0.25, 0), at(0.75, 0)) == pytest.approx(seconds(0.5 * DRAWN, MAIN), rel=1e-6)
    assert drive(at(0.75, 0), at(0.25, 0)) == pytest.approx(seconds(0.5 * DRAWN, MAIN), rel=1e-6)
    assert drive(at(0.4, 0), at(2.3, 0)) == pytest.approx(seconds(1.9 * DRAWN, MAIN), rel=1e-6)


def test_a_one_way_street_is_gone_round_against_its_direction() -> None:
    assert drive(MIDDLE, at(1, 1)) == pytest.approx(seconds(DRAWN, SIDE), rel=1e-6)
    around = seconds(2 * DRAWN, SIDE) + seconds(DRAWN, MAIN)
    assert drive(at(1, 1), MIDDLE) == pytest.approx(around, rel=1e-6)
    backwards = seconds(0.4 * DRAWN, SIDE) + around + seconds(0.2 * DRAWN, SIDE)
    assert drive(at(1, 0.6), at(1, 0.2)) == pytest.approx(backwards, rel=1e-6)


def test_a_unit_at_a_junction_is_not_held_to_the_one_way_street_it_touches() -> None:
    step_in = 0.5 / DRAWN  # half a metre into the one-way street
    assert drive(at(1, step_in), WEST) == pytest.approx(seconds(DRAWN, MAIN), abs=1.0)


def test_places_beside_the_road_add_the_way_to_it() -> None:
    beside = drive(at(0.5, 0.03), at(2.5, -0.06))
    assert beside == pytest.approx(seconds(2 * DRAWN, MAIN) + seconds(90.0, OFF), rel=1e-4)


def test_the_private_road_needs_a_permission() -> None:
    gate = at(3, 0.5)
    with_leave = town().to_incident(*gate, [WEST], "pump", HOUR, permitted=True)
    without = town().to_incident(*gate, [WEST], "pump", HOUR)
    assert with_leave.seconds[0] == pytest.approx(
        seconds(3 * DRAWN, MAIN) + seconds(0.5 * DRAWN, SPEEDS.kmh("pump", "service", HOUR)), rel=1e-6
    )
    assert without.seconds[0] == pytest.approx(seconds(3 * DRAWN, MAIN) + seconds(500.0, OFF), rel=1e-3)


def test_a_truck_stops_where_the_alley_begins_and_a_motorcycle_goes_on() -> None:
    in_alley = at(2, 1.5)
    truck, cycle = drive(EAST, in_alley, "pump"), drive(EAST, in_alley, "motorcycle")
    assert truck > seconds(500.0, OFF)  # on foot from the corner
    by_cycle = seconds(DRAWN, SPEEDS.kmh("motorcycle", "primary", HOUR)) + seconds(
        DRAWN, SPEEDS.kmh("motorcycle", "residential", HOUR)
    )
    alley = seconds(0.5 * DRAWN, SPEEDS.kmh("motorcycle", "alley", HOUR))
    assert cycle == pytest.approx(by_cycle + alley, rel=1e-6)


def test_only_boats_take_the_water() -> None:
    assert drive(at(0.5, -1), at(2.5, -1), "boat") == pytest.approx(
        seconds(2 * DRAWN, SPEEDS.kmh("boat", "boat", HOUR)), rel=1e-6
    )
    assert drive(at(0.5, -1), at(2.5, -1), "pump") > seconds(1500.0, OFF)


def test_the_night_is_faster_than_the_rush_hour() -> None:
    night, rush = (float(town().to_incident(*EAST, [WEST], "pump", hour).seconds[0]) for hour in (2, 17))
    assert night < rush


def test_metres_are_those_of_the_soonest_way() -> None:
    found = town().to_incident(*at(1.5, 0), [at(0.25, 0), at(1, 0.5), at(1.2, 0)], "pump", HOUR)
    assert found.metres == pytest.approx([1250.0, 500.0 + 1000.0 + 1000.0 + 500.0, 300.0], rel=1e-4)


@pytest.mark.parametrize("kind", ["links", "ways", "circle", "polygon"])
def test_a_closed_road_is_gone_round_or_not_reached(kind: str) -> None:
    network = town().network
    assert network is not None
    link = int(np.flatnonzero(network.link_way == 11)[1])  # from (1, 0) to (2, 0)
    closure = {
        "links": Closure(links=(link,)),
        "ways": Closure(ways=(11,)),
        "circle": Closure(circle=(*at(1.5, 0.05), 80.0)),
        "polygon": Closure(polygon=(at(1.4, -0.1), at(1.6, -0.1), at(1.6, 0.1), at(1.4, 0.1))),
    }[kind]
    shut = closed_links(network, closure).tolist()
    assert link in shut
    assert len(shut) == (3 if kind == "ways" else 1)
    if kind != "ways":
        around = seconds(2 * DRAWN, SIDE) + seconds(DRAWN, SIDE)
        assert drive(MIDDLE, at(2, 0), closures=(closure,)) == pytest.approx(around, rel=1e-6)


def test_a_closure_counts_from_the_next_request_and_no_longer_when_it_is_lifted() -> None:
    flood = Closure(circle=(*at(1.5, 0), 50.0))
    before = drive(MIDDLE, EAST)
    assert drive(MIDDLE, EAST, closures=(flood,)) > before
    assert drive(MIDDLE, EAST) == before


def test_a_closure_that_a_vehicle_passes_does_not_hold_it_up() -> None:
    flood = Closure(circle=(*at(1.5, 0), 50.0), passable_for=("tanker",))
    assert drive(MIDDLE, EAST, "tanker", closures=(flood,)) == drive(MIDDLE, EAST, "tanker")
    assert drive(MIDDLE, EAST, "pump", closures=(flood,)) > drive(MIDDLE, EAST, "pump")


def test_where_everything_is_closed_no_road_leads() -> None:
    cut = Closure(links=tuple(np.flatnonzero(np.isin(town().network.link_way, [11])).tolist()[:1]))  # type: ignore[union-attr]
    found = town().to_incident(*EAST, [at(0, -0.5), MIDDLE], ["motorcycle", "pump"], HOUR, (cut,))
    assert found.ways == ("none", "network")
    assert math.isinf(found.seconds[0])
    assert math.isinf(found.metres[0])
    assert town().route(at(0, -0.5), EAST, "motorcycle", HOUR, (cut,)) is None


def test_a_unit_inside_the_closed_street_comes_out_of_it() -> None:
    fire = Closure(circle=(*at(1.5, 0), 30.0))
    assert math.isfinite(drive(at(1.9, 0), EAST, closures=(fire,)))


@pytest.mark.parametrize(
    ("closure", "code"),
    [
        (Closure(links=(10_000,)), "closure-link-unknown"),
        (Closure(circle=(117.0, 0.0, 0.0)), "closure-radius"),
        (Closure(circle=(117.0, 0.0, math.nan)), "closure-radius"),
        (Closure(polygon=(at(0, 0), at(1, 1), at(0, 0))), "closure-polygon"),
    ],
)
def test_a_closure_that_says_nothing_usable_is_refused(closure: Closure, code: str) -> None:
    with pytest.raises(ClosureError) as refused:
        drive(WEST, EAST, closures=(closure,))
    assert refused.value.code == code


def test_without_a_network_the_straight_line_is_given_and_said() -> None:
    blind = Travel(None, SPEEDS)
    blind.warm()
    found = blind.to_incident(*EAST, [WEST, MIDDLE], ["pump", "tanker"], HOUR, k=1)
    expected, metres = straight_estimate(SPEEDS, "pump", np.array([distance(WEST, EAST)]))
    assert found.way == "straight-line"
    assert found.ways == ("straight-line", "straight-line")
    assert (found.seconds[0], found.metres[0]) == pytest.approx((expected[0], metres[0]))
    route = blind.route(WEST, EAST, "pump", HOUR)
    assert route is not None
    assert (route.way, route.points, route.streets) == ("straight-line", (WEST, EAST), ())
    assert blind.matrix([WEST], [EAST], "pump", HOUR)[0, 0] == pytest.approx(found.seconds[0])
    assert blind.snap([WEST], "pump", HOUR).link.tolist() == [-1]


def test_a_place_outside_the_network_gets_the_straight_line_for_itself_only() -> None:
    far = at(40, 0)
    found = town().to_incident(*EAST, [WEST, far], "pump", HOUR)
    assert found.ways == ("network", "straight-line")
    assert found.way == "straight-line"
    assert town().to_incident(*far, [WEST, MIDDLE], "pump", HOUR).ways == ("straight-line", "straight-line")
    route = town().route(WEST, far, "pump", HOUR)
    assert route is not None
    assert route.way == "straight-line"


def test_only_the_soonest_are_worked_out_when_a_number_is_given() -> None:
    units = [at(x, 0) for x in (0.1, 0.9, 2.1, 2.9)]
    everyone = town().to_incident(*MIDDLE, units, "pump", HOUR)
    two = town().to_incident(*MIDDLE, units, "pump", HOUR, k=2)
    assert everyone.ways == ("network",) * 4
    assert two.ways == ("network", "network", "later", "later")
    assert set(np.argsort(everyone.seconds)[:2].tolist()) == {0, 1}
    assert two.seconds[:2] == pytest.approx(everyone.seconds[:2])
    assert np.isinf(two.seconds[2:]).all()


def test_the_soonest_of_each_vehicle_class_can_be_asked_for() -> None:
    units = [at(x, 0) for x in (0.1, 0.9, 2.1, 2.9)]
    found = town().to_incident(*MIDDLE, units, ["pump", "tanker", "pump", "tanker"], HOUR, k={"pump": 1, "tanker": 1})
    assert [i for i, way in enumerate(found.ways) if way == "network"] == [0, 1]


def test_a_class_of_which_none_is_wanted_is_left_for_later() -> None:
    units = [at(0.1, 0), at(0.9, 0)]
    found = town().to_incident(*MIDDLE, units, ["pump", "tanker"], HOUR, k={"tanker": 0})
    assert found.ways == ("network", "later")
    assert town().to_incident(*MIDDLE, units, "pump", HOUR, k=0).ways == ("later", "later")


@pytest.mark.parametrize("k", [1, 3, 12, 60])
def test_the_soonest_of_many_classes_are_the_first_of_all(k: int) -> None:
    travel = Travel(generated_network(2500), SPEEDS)
    assert travel.network is not None
    chance = np.random.default_rng(4)
    units, place = near(travel.network, 60, chance), near(travel.network, 1, chance)[0]
    classes = [("pump", "tanker", "ladder", "light")[i % 4] for i in range(60)]
    everyone = travel.to_incident(place[0], place[1], units, classes, HOUR)
    some = travel.to_incident(place[0], place[1], units, classes, HOUR, k=k)
    known = np.array([way == "network" for way in some.ways])
    assert known.sum() >= k
    assert set(np.argsort(everyone.seconds)[:k]) <= set(np.flatnonzero(known))
    assert some.seconds[known] == pytest.approx(everyone.seconds[known], rel=1e-12)
    assert some.metres[known] == pytest.approx(everyone.metres[known], rel=1e-12)


def test_a_route_is_the_line_the_streets_and_the_same_time() -> None:
    start, end = at(0.5, 0.02), at(1.5, 1.0)
    route = town().route(start, end, "pump", HOUR)
    assert route is not None
    assert route.way == "network"
    assert route.streets == ("Jalan Ahmad Yani", "Jalan Satu Arah", "Jalan Kembali")
    corners = [at(0.5, 0), at(1, 0), at(1, 1), at(1.5, 1)]
    assert np.allclose(np.array(route.points), np.array(corners), atol=1e-7)
    assert route.gaps_m == pytest.approx((20.0, 0.0), abs=0.05)
    assert route.metres == pytest.approx(length_m(route.points) + sum(route.gaps_m), rel=1e-9)
    assert route.seconds == pytest.approx(drive(start, end), rel=1e-12)
    assert len(route.links) == 3


def test_a_route_against_a_drawn_bend_runs_backwards_along_it() -> None:
    route = town().route(at(2, 0.5), at(1.5, 1), "pump", HOUR)
    assert route is not None
    assert np.allclose(np.array(route.points), np.array([at(2, 0.5), at(2, 1), at(1.5, 1)]), atol=1e-7)
    same = town().route(at(0.75, 0), at(0.25, 0), "pump", HOUR)
    assert same is not None
    assert np.allclose(np.array(same.points), np.array([at(0.75, 0), at(0.25, 0)]), atol=1e-7)
    assert same.streets == ("Jalan Ahmad Yani",)


def test_routes_on_a_generated_network_agree_with_the_times_and_their_own_length() -> None:
    travel = Travel(generated_network(900, 3), SPEEDS)
    assert travel.network is not None
    points = near(travel.network, 60, np.random.default_rng(5))
    for a, b in zip(points[:30].tolist(), points[30:].tolist(), strict=True):
        route, found = (
            travel.route((a[0], a[1]), (b[0], b[1]), "pump", HOUR),
            travel.to_incident(b[0], b[1], [a], "pump", HOUR),
        )
        if route is None:
            assert found.ways == ("none",)
            continue
        assert route.seconds == pytest.approx(found.seconds[0], rel=1e-9)
        assert route.metres == pytest.approx(found.metres[0], rel=1e-9)
        assert length_m(route.points) + sum(route.gaps_m) == pytest.approx(route.metres, rel=1e-6, abs=2.5)


@pytest.mark.parametrize(("sources", "targets"), [(3, 8), (8, 3), (1, 1)])
def test_the_matrix_is_every_pair_by_itself(sources: int, targets: int) -> None:
    travel = Travel(generated_network(400, 9), SPEEDS)
    assert travel.network is not None
    points = near(travel.network, sources + targets, np.random.default_rng(6))
    a, b = points[:sources], points[sources:]
    matrix = travel.matrix(a, b, "pump", HOUR)
    pairs = [[travel.to_incident(to[0], to[1], [from_], "pump", HOUR).seconds[0] for to in b] for from_ in a]
    assert matrix.shape == (sources, targets)
    assert np.allclose(matrix, np.array(pairs), rtol=1e-12)


def test_the_matrix_leaves_out_what_lies_beyond_the_limit_and_fills_in_straight_lines() -> None:
    limit = seconds(1.5 * DRAWN, MAIN)
    matrix = town().matrix([WEST, at(40, 0)], [at(1, 0), at(3, 0), at(40.5, 0)], "pump", HOUR, limit_s=limit)
    straight, _ = straight_estimate(SPEEDS, "pump", np.array([distance(at(40, 0), at(40.5, 0))]))
    assert matrix[0, 0] == pytest.approx(seconds(DRAWN, MAIN), rel=1e-6)
    assert np.isinf(matrix[0, 1:]).all()
    assert matrix[1, 2] == pytest.approx(straight[0])
    assert np.isinf(matrix[1, :2]).all()
    assert town().matrix(np.empty((0, 2)), [WEST], "pump", HOUR).shape == (0, 1)


def test_no_units_at_all_are_no_trouble() -> None:
    found = town().to_incident(*EAST, np.empty((0, 2)), [], HOUR, k=3)
    assert (len(found.seconds), found.ways) == (0, ())


def test_what_is_not_a_place_or_a_vehicle_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        town().to_incident(math.nan, 0.0, [WEST], "pump", HOUR)
    with pytest.raises(ValueError, match="2 sources, 1 vehicle"):
        town().to_incident(*EAST, [WEST, MIDDLE], ["pump"], HOUR)
    with pytest.raises(KeyError, match="helicopter"):
        town().to_incident(*EAST, [WEST], "helicopter", HOUR)


def test_snapping_keeps_to_what_the_vehicle_may_use_now() -> None:
    place = at(0.02, -0.5)  # beside the wooden bridge
    travel = town()
    network = travel.network
    assert network is not None
    cycle, truck = travel.snap([place], "motorcycle", HOUR), travel.snap([place], "pump", HOUR)
    assert network.name(int(cycle.link[0])) == "Jembatan Ulin"
    assert network.name(int(truck.link[0])) == "Jalan Ahmad Yani"
    assert cycle.gap_m[0] == pytest.approx(20.0, abs=0.1)
    assert truck.gap_m[0] == pytest.approx(500.0, abs=1.0)


def quarter(east: float) -> list[Line]:
    """A grid of residential streets, six by six junctions."""
    across = [Line(points=tuple(at(east + x, y) for x in range(6)), road="residential") for y in range(6)]
    return across + [Line(points=tuple(at(east + x, y) for y in range(6)), road="residential") for x in range(6)]


def test_a_place_at_a_loose_end_of_the_map_is_reached_from_the_real_road_beside_it() -> None:
    loose = Line(points=(at(1.5, 0.1), at(1.6, 0.1)), road="residential", name="Jalan Lepas")
    travel = Travel(build([*quarter(0.0), loose]), SPEEDS)
    place = at(1.55, 0.09)
    there = travel.to_incident(*place, [WEST], "pump", HOUR)
    assert there.ways == ("network",)
    assert there.seconds[0] == pytest.approx(seconds(1.55 * DRAWN, SIDE) + seconds(90.0, OFF), rel=1e-4)
    back = travel.to_incident(*WEST, [place], "pump", HOUR)
    assert back.seconds[0] == pytest.approx(there.seconds[0], rel=1e-9)


def test_a_drive_may_end_in_a_one_way_dead_end_but_not_begin_there_and_the_other_way_round() -> None:
    trap = Line(points=(at(1, 0), at(1, -1)), road="residential", one_way=True)
    source = Line(points=(at(3, -1), at(3, 0)), road="residential", one_way=True)
    travel = Travel(build([*quarter(0.0), trap, source]), SPEEDS)
    in_trap, in_source = at(1, -0.5), at(3, -0.5)
    gaps = {
        (place, role): float(travel.snap([place], "pump", HOUR, at=role).gap_m[0])
        for place in (in_trap, in_source)
        for role in ("begin", "end")
    }
    assert gaps[in_trap, "end"] == pytest.approx(0.0, abs=1e-6)
    assert gaps[in_trap, "begin"] == pytest.approx(500.0, abs=1.0)
    assert gaps[in_source, "begin"] == pytest.approx(0.0, abs=1e-6)
    assert gaps[in_source, "end"] == pytest.approx(500.0, abs=1.0)


def test_a_large_part_cut_off_from_the_rest_is_a_network_of_its_own() -> None:
    travel = Travel(build([*TOWN, *quarter(10.0)]), SPEEDS)
    found = travel.to_incident(*at(12.5, 3), [at(15, 3), WEST], "pump", HOUR)
    assert found.ways == ("network", "none")


def test_a_closure_that_cuts_a_street_off_is_told_and_not_snapped_away() -> None:
    travel = Travel(build([*TOWN, Line(points=(at(3, 0), at(3, -1)), road="residential")]), SPEEDS)
    flood = Closure(circle=(*at(3, -0.1), 20.0))
    beyond = Line(points=(at(3, -1), at(3.5, -1)), road="residential")
    cut_off = Travel(build([*TOWN, Line(points=(at(3, 0), at(3, -1)), road="residential"), beyond]), SPEEDS)
    assert cut_off.to_incident(*at(3.3, -1), [WEST], "pump", HOUR).ways == ("network",)
    assert cut_off.to_incident(*at(3.3, -1), [WEST], "pump", HOUR, (flood,)).ways == ("none",)
    assert travel.to_incident(*at(3, -0.5), [WEST], "pump", HOUR, (flood,)).ways == ("network",)


def test_many_threads_get_the_answers_that_one_gets() -> None:
    travel = Travel(generated_network(900, 2), SPEEDS)
    assert travel.network is not None
    points = near(travel.network, 40, np.random.default_rng(8))
    alone = [travel.to_incident(p[0], p[1], points, "pump", HOUR).seconds for p in points[:12]]
    fresh = Travel(travel.network, SPEEDS)
    answers: dict[int, np.ndarray] = {}

    def asks(i: int) -> None:
        answers[i] = fresh.to_incident(points[i, 0], points[i, 1], points, "pump", HOUR).seconds

    threads = [threading.Thread(target=asks, args=(i,)) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(answers[i], alone[i]) for i in range(12))


def test_weights_are_kept_in_bounds() -> None:
    travel = Travel(build(TOWN), SPEEDS)
    room = 8
    travel._room = lambda network: room  # type: ignore[method-assign]
    for i in range(20):
        travel.to_incident(*EAST, [WEST], "pump", HOUR, (Closure(circle=(*at(0.5 + i / 100, 5), 10.0)),))
    assert len(travel._weights) == room


def test_two_roads_between_the_same_junctions_are_both_there() -> None:
    slow = Line(points=(at(0, 0), at(0.5, 0.2), at(1, 0)), road="track")
    fast = Line(points=(at(0, 0), at(0.5, -0.2), at(1, 0)), road="primary")
    travel = Travel(build([slow, fast]), SPEEDS)
    route = travel.route(at(0, 0), at(1, 0), "pump", HOUR)
    assert route is not None
    assert route.points[1] == pytest.approx(at(0.5, -0.2))


def test_a_turning_loop_can_be_entered_and_left() -> None:
    loop = Line(points=(at(1, 0), at(1.2, 0.1), at(1.4, 0), at(1.2, -0.1), at(1, 0)), road="residential", one_way=True)
    travel = Travel(build([Line(points=(at(0, 0), at(1, 0)), road="residential"), loop]), SPEEDS)
    there = travel.to_incident(*at(1.2, 0.1), [at(0, 0)], "pump", HOUR)
    back = travel.to_incident(*at(0, 0), [at(1.2, 0.1)], "pump", HOUR)
    whole = length_m(loop.points)
    assert there.metres[0] == pytest.approx(DRAWN + whole / 4, rel=1e-3)
    assert back.metres[0] == pytest.approx(DRAWN + whole * 3 / 4, rel=1e-3)
