"""Speeds as data: read, checked, and what they say."""

import math
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from roads_town import SPEEDS, town
from siaga.engine.roads import SpeedsError, check_speeds, interval, probability_within, read_speeds, straight_estimate
from siaga.engine.roads.speeds import STANDARD, link_seconds, sigma

TRUCKS = ("pump", "tanker", "ladder", "rescue")


def raw() -> dict[str, Any]:
    """The standard file as parsed data, free to be spoiled."""
    return tomllib.loads(STANDARD.read_text("utf-8"))


def codes(data: dict[str, Any]) -> set[str]:
    """The codes of the problems in spoiled data."""
    with pytest.raises(SpeedsError) as refused:
        check_speeds(data)
    return {p.code for p in refused.value.problems}


def test_the_shipped_speeds_are_whole() -> None:
    assert set(SPEEDS.vehicles) == {"pump", "tanker", "ladder", "rescue", "light", "motorcycle", "boat"}
    assert all(set(road.kmh) == set(SPEEDS.vehicles) for road in SPEEDS.roads.values())


def test_every_row_of_the_shipped_speeds_says_why() -> None:
    rows = [line for line in STANDARD.read_text("utf-8").splitlines() if line.startswith("[roads.")]
    assert rows
    assert all("#" in row for row in rows)


@pytest.mark.parametrize("vehicle", TRUCKS)
@pytest.mark.parametrize("road", ["alley", "path", "footway", "weak_bridge", "boat"])
def test_trucks_keep_off_alleys_wooden_bridges_and_water(vehicle: str, road: str) -> None:
    assert SPEEDS.kmh(vehicle, road, 12) == 0.0


def test_motorcycles_pass_where_trucks_do_not_and_boats_stay_on_the_water() -> None:
    assert all(SPEEDS.kmh("motorcycle", road, 12) > 0 for road in ("alley", "path", "footway", "weak_bridge"))
    assert {r for r in SPEEDS.roads if SPEEDS.kmh("boat", r, 12) > 0} == {"boat", "car_ferry"}


def test_the_rush_hour_is_slower_than_the_night() -> None:
    assert SPEEDS.kmh("pump", "primary", 17) < SPEEDS.kmh("pump", "primary", 2)


def test_a_class_without_a_row_counts_as_unknown() -> None:
    assert SPEEDS.kmh("pump", "no such class", 12) == SPEEDS.kmh("pump", "unknown", 12)


def test_a_signed_limit_holds_a_fire_engine_at_a_factor_of_it() -> None:
    network = town().network
    assert network is not None
    free = link_seconds(network, SPEEDS, "pump", 12)
    network.link_maxspeed[0] = 20
    try:
        held = link_seconds(network, SPEEDS, "pump", 12)
    finally:
        network.link_maxspeed[0] = 0
    assert held[0] == pytest.approx(network.link_m[0] * 3.6 / (20 * SPEEDS.rules.limit_factor))
    assert held[0] > free[0]
    assert np.array_equal(held[1:], free[1:])


def test_crews_turn_out_slower_at_night() -> None:
    assert SPEEDS.turnout_s(3) == SPEEDS.turnout.night_s > SPEEDS.turnout_s(14) == SPEEDS.turnout.day_s


def test_the_straight_way_is_longer_than_the_straight_line() -> None:
    seconds, metres = straight_estimate(SPEEDS, "pump", np.array([1000.0]))
    assert metres[0] == 1000.0 * SPEEDS.straight.detour
    assert seconds[0] == pytest.approx(metres[0] * 3.6 / SPEEDS.vehicles["pump"].straight_kmh)


def test_a_missing_speed_an_unknown_vehicle_and_a_wild_speed_are_all_named_at_once() -> None:
    data = raw()
    del data["roads"]["primary"]["kmh"]["pump"]
    data["roads"]["service"]["kmh"]["helicopter"] = 200.0
    data["roads"]["track"]["kmh"]["tanker"] = 900.0
    with pytest.raises(SpeedsError) as refused:
        check_speeds(data)
    named = {(p.code, p.where) for p in refused.value.problems}
    assert ("speed-missing", "roads.primary.kmh") in named
    assert ("vehicle-unknown", "roads.service.kmh") in named
    assert ("speed-out-of-range", "roads.track.kmh.tanker") in named


def test_a_day_of_23_hours_is_refused() -> None:
    data = raw()
    data["hours"]["main"].pop()
    assert codes(data) == {"hours-not-24"}


def test_a_factor_of_nothing_is_refused() -> None:
    data = raw()
    data["hours"]["local"][7] = 0.0
    assert codes(data) == {"factor-out-of-range"}


def test_a_speed_that_is_no_number_is_refused() -> None:
    data = raw()
    data["roads"]["primary"]["kmh"]["pump"] = math.nan
    assert codes(data) == {"speed-out-of-range"}


def test_a_road_of_an_unknown_group_is_refused() -> None:
    data = raw()
    data["roads"]["primary"]["group"] = "sky"
    assert codes(data) == {"group-unknown"}


def test_a_file_without_the_unknown_class_or_a_spread_is_refused() -> None:
    data = raw()
    del data["roads"]["unknown"]
    del data["spread"]["network"]
    assert codes(data) == {"road-missing", "spread-missing"}


def test_a_vehicle_that_may_go_nowhere_is_refused() -> None:
    data = raw()
    for road in data["roads"].values():
        road["kmh"]["boat"] = 0.0
    assert codes(data) == {"vehicle-without-road"}


def test_a_misspelt_setting_is_refused_with_its_place() -> None:
    data = raw()
    data["rules"]["snap_limt_m"] = 5.0
    with pytest.raises(SpeedsError) as refused:
        check_speeds(data)
    assert refused.value.problems[0].code == "wrong-form"
    assert "rules" in refused.value.problems[0].where


def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "roads.toml"
    path.write_text("roads = [", "utf-8")
    with pytest.raises(SpeedsError, match=r"not-toml at roads\.toml"):
        read_speeds(path)


def test_the_estimate_is_the_even_chance() -> None:
    for way in ("network", "straight-line"):
        assert probability_within(SPEEDS, 400.0, 400.0, way) == pytest.approx(0.5)


def test_the_chance_rises_with_the_time_left_and_the_straight_line_knows_less() -> None:
    chances = [probability_within(SPEEDS, limit, 420.0, "network") for limit in (0.0, 200.0, 400.0, 600.0, 3000.0)]
    assert chances == sorted(chances)
    assert chances[0] == 0.0
    assert chances[-1] == pytest.approx(1.0, abs=1e-6)
    assert probability_within(SPEEDS, 600.0, 420.0, "straight-line") < probability_within(
        SPEEDS, 600.0, 420.0, "network"
    )


def test_the_relative_spread_falls_with_the_length_of_the_run() -> None:
    spreads = [sigma(SPEEDS, seconds, "network") for seconds in (30.0, 60.0, 300.0, 1800.0)]
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[-1] >= 0.9 * SPEEDS.spread["network"].share


def test_eight_of_ten_runs_lie_in_the_interval() -> None:
    low, high = interval(SPEEDS, 300.0, "network")
    inside = probability_within(SPEEDS, high, 300.0, "network") - probability_within(SPEEDS, low, 300.0, "network")
    assert inside == pytest.approx(0.8, abs=1e-9)


def test_nobody_arrives_where_no_road_leads() -> None:
    assert probability_within(SPEEDS, 1e9, math.inf, "network") == 0.0
    assert interval(SPEEDS, math.inf, "network") == (math.inf, math.inf)
    assert probability_within(SPEEDS, 60.0, 0.0, "network") == 1.0
