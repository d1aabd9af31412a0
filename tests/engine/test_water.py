"""The water plan: the regulation's own examples, hand-computed cases, two judges, and what must always hold."""

import heapq
import itertools
import math
import tomllib
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog  # type: ignore[attr-defined] # scipy has no types

from siaga.engine.water import (
    Hose,
    Impossible,
    Line,
    Need,
    Neighbour,
    Pump,
    Relay,
    Shuttle,
    Source,
    Supply,
    Trip,
    WaterError,
    balance,
    check_water,
    even_slope,
    exposure,
    hose_loss,
    max_flow,
    need,
    read_water,
    relay,
    shuttle,
    supply,
    tankers_needed,
    travel_s,
)
from siaga.engine.water.data import RANGES, STANDARD
from siaga.engine.water.supply import Balance

WATER = read_water()
US_GALLON_L = 3.785411784
FOOT_M = 0.3048
PSI_BAR = 0.0689475729
B75, B65 = WATER.hose["75"], WATER.hose["65"]
PORTABLE = WATER.pump["pfpn-10-1000"]
ANY = st.floats(allow_nan=True, allow_infinity=True)


def raw() -> dict[str, Any]:
    """The standard file as parsed data, free to be spoiled."""
    return tomllib.loads(STANDARD.read_text("utf-8"))


def codes(data: dict[str, Any]) -> set[str]:
    """The codes of the problems in spoiled data."""
    with pytest.raises(WaterError) as refused:
        check_water(data)
    return {p.code for p in refused.value.problems}


def needed(volume: float, ark: int = 7, akk: float = 1.0, fb: float = 1.0) -> Need:
    """A need that must be possible."""
    found = need(WATER, volume, [ark], [akk], fb)
    assert isinstance(found, Need), found
    return found


def shuttled(tanks: Sequence[float], trip: Trip) -> Shuttle:
    """A shuttle that must be possible."""
    found = shuttle(WATER, tanks, trip)
    assert isinstance(found, Shuttle), found
    return found


def held(sources: Sequence[Source], wanted: float) -> Supply:
    """A supply that must be possible."""
    found = supply(WATER, sources, wanted)
    assert isinstance(found, Supply), found
    return found


def row(flow: float, line: Line, pump: Pump = PORTABLE) -> Relay:
    """A relay that must be possible."""
    found = relay(WATER, flow, line, pump)
    assert isinstance(found, Relay), found
    return found


def refused(found: object) -> tuple[str, str]:
    """Code and field of an answer that must be a refusal."""
    assert isinstance(found, Impossible), found
    return found.code, found.field


def finite(found: object) -> bool:
    """No nan and no infinity anywhere in an answer."""

    def numbers(data: object) -> list[float]:
        if isinstance(data, dict):
            return [n for value in data.values() for n in numbers(value)]
        if isinstance(data, list | tuple):
            return [n for value in data for n in numbers(value)]
        return [float(data)] if isinstance(data, int | float) else []

    return all(math.isfinite(n) for n in numbers(msgspec.to_builtins(found)))


# ---- The file ----


def test_the_shipped_file_is_whole_and_every_range_is_used() -> None:
    assert WATER.ranges.keys() == RANGES
    assert {"38", "65", "75", "100", "125"} == WATER.hose.keys()


def test_every_hose_and_pump_says_where_its_figures_come_from() -> None:
    rows = [line for line in STANDARD.read_text("utf-8").splitlines() if line.startswith(("[hose.", "[pump."))]
    assert len(rows) == len(WATER.hose) + len(WATER.pump)
    assert all("#" in line for line in rows)


@pytest.mark.parametrize(("hose", "us"), [("38", 24.0), ("65", 2.0), ("100", 0.2), ("125", 0.08)])
def test_metric_hose_losses_are_those_of_psi_per_100_ft_and_100_gpm(hose: str, us: float) -> None:
    # 500 L/min through 60 m, computed in American units and turned into bar
    gpm, feet = 500.0 / US_GALLON_L, 60.0 / FOOT_M
    psi = us * (gpm / 100.0) ** 2 * feet / 100.0
    assert hose_loss(WATER.hose[hose], 500.0, 60.0) == pytest.approx(psi * PSI_BAR, rel=1e-3)


@pytest.mark.parametrize(("lpm", "bar"), [(400, 0.3), (600, 0.6), (800, 1.0), (1000, 1.4), (1200, 2.0), (1600, 4.0)])
def test_b_hose_loses_what_the_hessian_fire_school_prints(lpm: float, bar: float) -> None:
    ours = hose_loss(B75, lpm, 100.0)
    assert ours >= bar - 0.06  # never noticeably less than the printed, rounded table
    assert ours == pytest.approx(bar, abs=0.27)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda d: d["ranges"].pop("ark"), "range-missing"),
        (lambda d: d["ranges"].update(moon=[1.0, 2.0]), "range-unknown"),
        (lambda d: d["ranges"].update(akk=[2.0, 1.0]), "range-empty"),
        (lambda d: d["pump"].update(odd={"curve": [[500.0, 8.0], [900.0, 9.0]]}), "curve-not-falling"),
        (lambda d: d["pump"].update(odd={"curve": [[500.0, 8.0], [500.0, 7.0]]}), "curve-not-falling"),
        (lambda d: d["pump"].update(odd={"curve": []}), "wrong-form"),
        (lambda d: d["hose"]["125"].update(loss=0.5), "wider-hose-loses-more"),
        (lambda d: d["relay"].update(most_lift_m=2.0), "lift-not-in-order"),
        (lambda d: d["need"].update(litres_per_m3=math.inf), "not-a-number"),
        (lambda d: d["shuttle"].update(lost_share=1.0), "wrong-form"),
        (lambda d: d["need"].update(color=1.0), "wrong-form"),
    ],
)
def test_a_spoiled_file_is_refused_with_what_is_wrong(spoil: Any, code: str) -> None:
    data = raw()
    spoil(data)
    assert codes(data) == {code}


def test_a_file_that_is_no_toml_is_refused(tmp_path: Any) -> None:
    path = tmp_path / "water.toml"
    path.write_text("need = [", "utf-8")
    with pytest.raises(WaterError, match="not-toml"):
        read_water(path)


# ---- Need ----


def test_the_regulations_first_example_gives_its_delivery_flow() -> None:
    found = needed(24.4 * 18.3 * 6.1)
    assert found.flow_lpm == pytest.approx(3640.0, abs=1.0)
    assert found.flow_lpm == pytest.approx(3633.0, rel=0.005)  # as printed
    assert found.delivery_lpm == found.flow_lpm
    assert not found.capped


def test_the_regulations_second_example_gives_its_total_and_is_capped() -> None:
    found = needed(48.8 * 18.3 * 6.1, ark=5, akk=1.5, fb=1.5)
    assert found.litres == pytest.approx(327_750.0, abs=5.0)
    assert found.litres == pytest.approx(327_060.0, rel=0.005)  # 86,400 US gal, the regulation's own rounding
    assert found.litres / US_GALLON_L == pytest.approx(86_400.0, rel=0.005)
    assert found.flow_lpm / US_GALLON_L == pytest.approx(1920.0, rel=0.005)
    assert (found.delivery_lpm, found.capped) == (3785.0, True)
    assert found.minutes == pytest.approx(327_750.0 / 3785.0, rel=1e-4)


def test_reading_the_formula_as_cubic_metres_would_be_seven_and_a_half_times_too_much() -> None:
    volume = 48.8 * 18.3 * 6.1
    trap_l = volume / 5 * 1.5 * 1.5 * 1000.0  # V / ARK × AKK × FB taken for m³ of water
    assert trap_l / needed(volume, ark=5, akk=1.5, fb=1.5).litres == pytest.approx(7.48, abs=0.01)


def test_the_litre_factor_is_cubic_feet_and_gallons() -> None:
    assert WATER.need.litres_per_m3 == pytest.approx(US_GALLON_L / FOOT_M**3, rel=2e-4)
    assert 1.0 / WATER.need.flow_divisor == pytest.approx(US_GALLON_L / FOOT_M**3 / 100.0, rel=5e-4)


def test_a_small_house_is_computed_by_hand() -> None:
    # 6 × 12 × 4 m = 288 m³, dwelling ARK 7, timber AKK 1.5, neighbours FB 1.5: 133.7 × 288 / 7 × 2.25 = 12,377 L
    found = needed(288.0, ark=7, akk=1.5, fb=1.5)
    assert found.litres == pytest.approx(12_376.8, abs=0.5)
    assert found.floor_l == 11_355.0
    assert needed(288.0).floor_l == 7_570.0


def test_mixed_use_takes_the_most_dangerous_and_the_worst_construction() -> None:
    mixed = need(WATER, 1000.0, [7, 4, 6], [0.5, 1.5, 0.8])
    assert mixed == needed(1000.0, ark=4, akk=1.5)


@pytest.mark.parametrize(
    ("metres", "m2", "ark", "fb"),
    [
        (15.0, 11.0, 7, 1.5),
        (15.1, 500.0, 7, 1.0),  # too far
        (2.0, 10.0, 7, 1.0),  # a shed: not larger than 10 m²
        (2.0, 10.0, 5, 1.0),
        (2.0, 1.0, 4, 1.5),  # but beside dangerous use any size counts
        (2.0, 1.0, 3, 1.5),
    ],
)
def test_a_neighbour_counts_within_15_m(metres: float, m2: float, ark: int, fb: float) -> None:
    assert exposure(WATER, [7, ark], [Neighbour(distance_m=metres, area_m2=m2)]) == fb


def test_one_neighbour_that_counts_is_enough_and_none_is_none() -> None:
    far, near = Neighbour(distance_m=80.0, area_m2=90.0), Neighbour(distance_m=3.0, area_m2=90.0)
    assert exposure(WATER, [7], [far, near, far]) == 1.5
    assert exposure(WATER, [7], []) == 1.0


@pytest.mark.parametrize(
    ("volume", "arks", "akks", "fb", "expected"),
    [
        (0.0, [7], [1.0], 1.0, ("out-of-range", "volume_m3")),
        (math.nan, [7], [1.0], 1.0, ("out-of-range", "volume_m3")),
        (100.0, [2], [1.0], 1.0, ("out-of-range", "ark")),
        (100.0, [7, 8], [1.0], 1.0, ("out-of-range", "ark")),
        (100.0, [], [1.0], 1.0, ("nothing-given", "ark")),
        (100.0, [7], [], 1.0, ("nothing-given", "akk")),
        (100.0, [7], [1.6], 1.0, ("out-of-range", "akk")),
        (100.0, [7], [1.0], 0.9, ("out-of-range", "fb")),
    ],
)
def test_a_need_that_cannot_be_meant_names_the_field(
    volume: float, arks: list[int], akks: list[float], fb: float, expected: tuple[str, str]
) -> None:
    assert refused(need(WATER, volume, arks, akks, fb)) == expected


def test_a_neighbour_that_cannot_be_meant_is_named_by_its_place() -> None:
    good, odd = Neighbour(distance_m=1.0, area_m2=50.0), Neighbour(distance_m=-1.0, area_m2=50.0)
    assert refused(exposure(WATER, [7], [good, odd])) == ("out-of-range", "neighbours.1.distance_m")
    assert refused(exposure(WATER, [], [good])) == ("nothing-given", "ark")


@settings(deadline=None)
@given(ANY, st.integers(-1, 9), ANY, ANY)
def test_a_need_is_finite_or_a_named_refusal(volume: float, ark: int, akk: float, fb: float) -> None:
    assert finite(need(WATER, volume, [ark], [akk], fb))


@settings(deadline=None)
@given(st.floats(1, 1e6), st.integers(4, 7), st.floats(0.5, 1.4), st.floats(1, 1.4))
def test_worse_never_needs_less_water(volume: float, ark: int, akk: float, fb: float) -> None:
    base = needed(volume, ark, akk, fb).litres
    assert needed(volume, ark - 1, akk, fb).litres > base
    assert needed(volume, ark, akk + 0.1, fb).litres > base
    assert needed(volume, ark, akk, fb + 0.1).litres > base
    assert needed(volume * 2, ark, akk, fb).litres == pytest.approx(2 * base)


# ---- Supply ----

HYDRANT = Source(id="h1", kind="hydrant", flow_lpm=400.0)
TANKER = Source(id="t1", kind="store", flow_lpm=1000.0, litres=8000.0)


def test_a_hydrant_and_a_tanker_are_computed_by_hand() -> None:
    # 1,000 wanted, 400 for ever: the tanker gives 600 and is empty after 8,000 / 600 = 13.3 minutes, then 600 lack
    found = held([HYDRANT, TANKER], 1000.0)
    assert found.minutes == pytest.approx(13.333, abs=0.001)
    assert (found.lasting_lpm, found.at_once_lpm, found.stored_l) == (400.0, 1400.0, 8000.0)
    assert (found.missing_lpm, found.missing_later_lpm) == (0.0, 600.0)


def test_what_the_sources_give_for_ever_lasts_without_end() -> None:
    found = held([HYDRANT, TANKER], 400.0)
    assert (found.minutes, found.missing_lpm, found.missing_later_lpm) == (None, 0.0, 0.0)


def test_too_little_from_the_first_minute_says_how_much() -> None:
    found = held([HYDRANT, TANKER], 2000.0)
    assert (found.minutes, found.missing_lpm) == (0.0, 600.0)


def test_a_small_store_with_a_large_valve_is_not_all_there_is() -> None:
    # 1,500 wanted: 1,000 L at up to 2,000 and 9,000 L at up to 800. The small one must give 700 a minute: 1,000 / 700
    small = Source(id="a", kind="store", flow_lpm=2000.0, litres=1000.0)
    large = Source(id="b", kind="store", flow_lpm=800.0, litres=9000.0)
    assert held([small, large], 1500.0).minutes == pytest.approx(1000.0 / 700.0)


def test_open_water_gives_what_its_pumps_lift_and_nothing_without() -> None:
    def sea(pumps: tuple[float, ...] | None, flow: float | None = None) -> float:
        return held([Source(id="sea", kind="open-water", flow_lpm=flow, pumps_lpm=pumps)], 500.0).lasting_lpm

    assert sea((800.0, 300.0)) == 1100.0
    assert sea((800.0, 300.0), flow=200.0) == 200.0  # a brook
    assert sea(None) == sea(()) == sea(None, flow=200.0) == 0.0


def test_a_hydrant_nobody_measured_counts_as_nothing_and_is_named() -> None:
    found = held([HYDRANT, Source(id="h2", kind="hydrant")], 500.0)
    assert (found.lasting_lpm, found.unmeasured) == (400.0, ("h2",))


def test_a_need_against_what_is_there() -> None:
    # 60,000 L at 2,000 L/min take 30 minutes: the hydrant brings 12,000, the tanker its 8,000, so 40,000 are missing
    found = balance(WATER, 60_000.0, [HYDRANT, TANKER], 2000.0)
    assert isinstance(found, Balance)
    assert (found.minutes, found.have_l, found.missing_l) == (30.0, 20_000.0, 40_000.0)


def test_a_source_that_cannot_be_meant_is_named() -> None:
    odd = Source(id="h9", kind="hydrant", flow_lpm=-1.0)
    assert refused(supply(WATER, [odd], 500.0)) == ("out-of-range", "h9.flow_lpm")
    assert refused(supply(WATER, [HYDRANT], math.inf)) == ("out-of-range", "wanted_lpm")
    assert refused(balance(WATER, -1.0, [HYDRANT], 500.0)) == ("out-of-range", "need_l")
    assert refused(balance(WATER, 1.0, [odd], 500.0)) == ("out-of-range", "h9.flow_lpm")


SOURCES = st.lists(
    st.builds(
        Source,
        id=st.just("s"),
        kind=st.sampled_from(["hydrant", "open-water", "store"]),
        flow_lpm=st.none() | st.floats(0, 5000),
        litres=st.none() | st.floats(0, 20_000),
        pumps_lpm=st.none() | st.tuples(st.floats(0, 2000)),
    ),
    max_size=5,
)


def drawn_by_program(stores: list[tuple[float, float]], short: float, minutes: float) -> bool:
    """Linear programming's word on whether stores (litres, L/min) can hold a flow in each of eight equal spells."""
    spells, count = 8, len(stores)
    step = minutes / spells
    litres = np.kron(np.eye(count), np.full((1, spells), step))
    flows = np.kron(np.ones((1, count)), -np.eye(spells))
    answer = linprog(  # type: ignore[no-untyped-call]
        np.zeros(count * spells),
        A_ub=np.vstack([litres, flows]),
        b_ub=np.concatenate([[v for v, _ in stores], np.full(spells, -short)]),
        bounds=[(0.0, f) for _, f in stores for _ in range(spells)],
    )
    return bool(answer.status == 0)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(100, 9000), st.integers(100, 2000)), min_size=1, max_size=4), st.floats(0.1, 0.95)
)
def test_no_way_of_drawing_holds_the_flow_longer(stores: list[tuple[int, int]], part: float) -> None:
    given_stores = [(float(v), float(f)) for v, f in stores]
    short = part * sum(f for _, f in given_stores)
    sources = [Source(id=str(i), kind="store", litres=v, flow_lpm=f) for i, (v, f) in enumerate(given_stores)]
    minutes = held(sources, short).minutes
    assert minutes is not None
    assert drawn_by_program(given_stores, short, minutes * 0.999)
    assert not drawn_by_program(given_stores, short, minutes * 1.001)


@settings(deadline=None)
@given(SOURCES, st.floats(1, 10_000), st.floats(0, 1e6))
def test_litres_add_up_and_more_sources_never_leave_more_missing(
    sources: list[Source], wanted: float, litres: float
) -> None:
    before, after = (balance(WATER, litres, s, wanted) for s in (sources, [*sources, HYDRANT]))
    assert isinstance(before, Balance)
    assert isinstance(after, Balance)
    assert finite(before)
    assert before.have_l + before.missing_l == pytest.approx(litres)
    assert -1e-6 <= after.missing_l <= before.missing_l + 1e-6
    assert (before.supply.minutes is None) == (before.supply.missing_later_lpm == 0.0)


@settings(deadline=None)
@given(ANY, ANY, ANY, ANY)
def test_a_supply_is_finite_or_a_named_refusal(flow: float, litres: float, pump: float, wanted: float) -> None:
    source = Source(id="s", kind="store", flow_lpm=flow, litres=litres, pumps_lpm=(pump,))
    assert finite(supply(WATER, [source], wanted))


# ---- Shuttle ----

ROUND = Trip(out_s=300.0, back_s=240.0, fill_lpm=1000.0, drop_lpm=2000.0)


def test_one_tanker_brings_what_the_hand_formula_says() -> None:
    # 8,000 L, 10 % lost: fill 120 + 480 s, drop 120 + 216 s, driving 540 s: 7,200 L in 1,476 s = 292.7 L/min
    found = shuttled([8000.0], ROUND)
    assert found.round_s == pytest.approx(1476.0)
    assert found.lpm == pytest.approx(7200.0 / (1476.0 / 60.0))
    assert (found.limited_by, found.wait_s) == ("tankers", 0.0)


def test_the_textbook_tanker_brings_225_gallons_a_minute() -> None:
    # IFSTA: a 3,000 gal tanker with a round of 12 minutes: (3,000 - 300) / 12 = 225 gpm
    trip = Trip(
        out_s=180.0, back_s=180.0, fill_lpm=50_000.0, drop_lpm=50_000.0, handling_fill_s=0.0, handling_drop_s=0.0
    )
    tank = 3000.0 * US_GALLON_L
    rest = 720.0 - shuttled([tank], trip).round_s
    found = shuttled([tank], msgspec.structs.replace(trip, handling_fill_s=rest))
    assert found.lpm / US_GALLON_L == pytest.approx(225.0)


def test_at_one_fill_point_the_third_tanker_only_waits() -> None:
    # at the fill point 600 s for 7,200 L: no more than 720 L/min, whoever comes; three would bring 878
    two, three = shuttled([8000.0] * 2, ROUND), shuttled([8000.0] * 3, ROUND)
    assert (two.limited_by, three.limited_by) == ("tankers", "fill")
    assert [two.lpm, three.lpm] == pytest.approx([2 * 7200.0 / 24.6, 720.0])
    assert three.free_lpm == pytest.approx(3 * 7200.0 / 24.6)
    assert three.wait_s == pytest.approx(3 * 600.0 - 1476.0)
    assert three.fill_busy == pytest.approx(1.0)


def test_unequal_tankers_in_one_queue_all_take_its_round() -> None:
    # at the fill point 420, 600 and 840 s, in turn: a round of 1,860 s, which brings 0.9 × (5,000 + 8,000 + 12,000) L
    found = shuttled([5000.0, 8000.0, 12_000.0], msgspec.structs.replace(ROUND, out_s=60.0, back_s=60.0))
    assert found.lpm == pytest.approx(22_500.0 / 31.0)
    assert found.limited_by == "fill"


def test_a_second_fill_point_helps_only_if_the_source_gives_it() -> None:
    open_source = msgspec.structs.replace(ROUND, fill_points=2)
    weak_source = msgspec.structs.replace(ROUND, fill_points=2, source_lpm=1000.0)
    assert shuttled([8000.0] * 4, open_source).lpm == pytest.approx(4 * 7200.0 / 24.6)
    # 500 L/min into each: 120 + 960 s at the point, two at a time: 2 × 7,200 L in 18 min
    assert shuttled([8000.0] * 4, weak_source).lpm == pytest.approx(800.0)


def test_a_slow_drop_is_named_as_the_limit() -> None:
    slow = msgspec.structs.replace(ROUND, drop_lpm=400.0)
    assert shuttled([8000.0] * 6, slow).limited_by == "drop"
    assert refused(tankers_needed(WATER, 900.0, 8000.0, slow)) == ("drop-too-slow", "flow_lpm")


def test_how_many_tankers_a_flow_takes() -> None:
    # each brings 292.7: 500 take two; 700 take three (the third brings it up to the fill point's 720); 721 cannot be
    for flow, count in ((292.0, 1), (500.0, 2), (700.0, 3), (720.0, 3)):
        found = tankers_needed(WATER, flow, 8000.0, ROUND)
        assert isinstance(found, Shuttle)
        assert found.tankers == count
    no = tankers_needed(WATER, 721.0, 8000.0, ROUND)
    assert isinstance(no, Impossible)
    assert no.code == "fill-too-slow"
    assert no.most == pytest.approx(720.0)


def test_a_flow_that_takes_more_tankers_than_can_be_meant_is_refused() -> None:
    far = Trip(out_s=80_000.0, back_s=80_000.0, fill_lpm=10_000.0, drop_lpm=10_000.0)
    assert refused(tankers_needed(WATER, 900.0, 5000.0, far)) == ("too-many-tankers", "flow_lpm")


def test_a_way_is_start_and_stop_and_distance_by_speed() -> None:
    assert travel_s(WATER, 2800.0) == pytest.approx(39.0 + 360.0)  # 2.8 km at 28 km/h: six minutes
    # the ISO formula's mile at 35 mph: 0.65 + 1.7 minutes
    assert travel_s(WATER, 1609.344, 35.0 * 1.609344) == pytest.approx((0.65 + 1.7) * 60.0, rel=0.01)
    assert travel_s(WATER, 0.0) == 0.0
    assert refused(travel_s(WATER, 100.0, 0.0)) == ("out-of-range", "kmh")


def simulated_lpm(tanks: Sequence[float], trip: Trip, trips: int = 600) -> float:
    """A deterministic event simulation of the same trip: every tanker queues in turn at both stops."""
    kept = 1.0 - WATER.shuttle.lost_share
    rate = trip.fill_lpm if trip.source_lpm is None else min(trip.fill_lpm, trip.source_lpm / trip.fill_points)
    free = {"fill": [0.0] * trip.fill_points, "drop": [0.0] * trip.drop_points}
    events = [(0.0, place, place, "fill") for place in range(len(tanks))]
    order = itertools.count(len(tanks))
    brought: list[tuple[float, float]] = []
    heapq.heapify(events)
    while len(brought) < trips:
        now, _, tanker, stop = heapq.heappop(events)
        litres = tanks[tanker]
        stays = 120.0 + (litres * 60.0 / rate if stop == "fill" else litres * kept * 60.0 / trip.drop_lpm)
        done = max(now, heapq.heappop(free[stop])) + stays
        heapq.heappush(free[stop], done)
        if stop == "drop":
            brought.append((done, litres * kept))
        way, then = (trip.out_s, "drop") if stop == "fill" else (trip.back_s, "fill")
        heapq.heappush(events, (done + way, next(order), tanker, then))
    start, end = brought[trips // 3], brought[-1]
    litres = sum(load for _, load in brought[trips // 3 + 1 :])
    return litres * 60.0 / (end[0] - start[0])


TRIPS = st.builds(
    Trip,
    out_s=st.floats(0, 1500),
    back_s=st.floats(0, 1500),
    fill_lpm=st.floats(200, 3000),
    drop_lpm=st.floats(500, 6000),
    fill_points=st.integers(1, 3),
    drop_points=st.integers(1, 2),
    source_lpm=st.none() | st.floats(300, 4000),
)


@settings(max_examples=60, deadline=None)
@given(st.floats(2000, 16_000), st.integers(1, 9), TRIPS)
def test_equal_tankers_bring_what_a_simulation_of_the_queues_brings(tank: float, count: int, trip: Trip) -> None:
    assert simulated_lpm([tank] * count, trip) == pytest.approx(shuttled([tank] * count, trip).lpm, rel=0.03)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(3000, 12_000), min_size=2, max_size=7), TRIPS)
def test_unequal_tankers_are_close_to_the_simulation_and_never_far_above(tanks: list[float], trip: Trip) -> None:
    ours, theirs = shuttled(tanks, trip).lpm, simulated_lpm(tanks, trip)
    assert 0.75 * ours <= theirs <= 1.03 * ours


@settings(deadline=None)
@given(st.lists(st.floats(1000, 20_000), min_size=1, max_size=8), TRIPS, st.floats(1000, 20_000))
def test_one_more_tanker_never_brings_less_when_it_is_like_the_others(
    tanks: list[float], trip: Trip, more: float
) -> None:
    few, many = shuttled([more] * len(tanks), trip), shuttled([more] * (len(tanks) + 1), trip)
    assert many.lpm >= few.lpm * (1 - 1e-9)
    assert many.lpm <= many.free_lpm * (1 + 1e-9)
    mixed = shuttled(tanks, trip)
    assert 0.0 < mixed.lpm <= mixed.free_lpm * (1 + 1e-9)
    assert mixed.fill_busy <= 1.0
    assert mixed.drop_busy <= 1.0


@settings(deadline=None)
@given(TRIPS, st.floats(10, 3000))
def test_a_longer_way_or_a_slower_fill_never_brings_more(trip: Trip, more: float) -> None:
    base = shuttled([8000.0] * 4, trip).lpm
    slower = msgspec.structs.replace(trip, fill_lpm=trip.fill_lpm * 0.8)
    assert shuttled([8000.0] * 4, msgspec.structs.replace(trip, out_s=trip.out_s + more)).lpm <= base * (1 + 1e-9)
    assert shuttled([8000.0] * 4, slower).lpm <= base * (1 + 1e-9)


@settings(deadline=None)
@given(st.floats(50, 4000), st.floats(2000, 16_000), TRIPS)
def test_the_tankers_named_bring_the_flow_and_one_less_does_not(flow: float, tank: float, trip: Trip) -> None:
    found = tankers_needed(WATER, flow, tank, trip)
    if isinstance(found, Impossible):
        assert found.most is not None
        assert found.most < flow
        return
    assert found.lpm >= flow * (1 - 1e-8)
    if found.tankers > 1:
        assert shuttled([tank] * (found.tankers - 1), trip).lpm < flow


@pytest.mark.parametrize(
    ("tanks", "changed", "expected"),
    [
        ([], {}, ("nothing-given", "tanks_l")),
        ([50.0], {}, ("out-of-range", "tanks_l")),
        ([math.nan], {}, ("out-of-range", "tanks_l")),
        ([8000.0], {"out_s": -1.0}, ("out-of-range", "out_s")),
        ([8000.0], {"fill_lpm": 0.0}, ("out-of-range", "fill_lpm")),
        ([8000.0], {"drop_lpm": math.inf}, ("out-of-range", "drop_lpm")),
        ([8000.0], {"fill_points": 0}, ("out-of-range", "fill_points")),
        ([8000.0], {"source_lpm": 0.0}, ("out-of-range", "source_lpm")),
        ([8000.0], {"handling_fill_s": -1.0}, ("out-of-range", "handling_fill_s")),
        ([8000.0], {"handling_drop_s": math.nan}, ("out-of-range", "handling_drop_s")),
    ],
)
def test_a_shuttle_that_cannot_be_meant_names_the_field(
    tanks: list[float], changed: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert refused(shuttle(WATER, tanks, msgspec.structs.replace(ROUND, **changed))) == expected


@settings(deadline=None)
@given(ANY, ANY, ANY, ANY, ANY)
def test_a_shuttle_is_finite_or_a_named_refusal(tank: float, out: float, fill: float, drop: float, src: float) -> None:
    trip = Trip(out_s=out, back_s=out, fill_lpm=fill, drop_lpm=drop, source_lpm=src)
    assert finite(shuttle(WATER, [tank], trip))


# ---- Relay ----


def line(length: float, rise: float = 0.0, hose: Hose = B75, **more: Any) -> Line:
    """A line that rises evenly."""
    return Line(hose=hose, profile=even_slope(length, rise), **more)


def test_a_flat_line_of_b_hose_is_computed_by_hand() -> None:
    # 800 L/min: 1.0 bar per 100 m. The pump adds 12 - 2 × 300/500 = 10.8 bar. It keeps 1.5 bar for the next: 9.3 bar,
    # 930 m, that is 46 lengths = 920 m. There 1.6 bar arrive; the end at 1,500 m lies 5.8 bar further and wants 1.5:
    # set to 7.3
    found = row(800.0, line(1500.0))
    first, second = found.pumps
    assert [first.at_m, first.inlet_bar, first.outlet_bar] == pytest.approx([0.0, 0.0, 10.8])
    assert [second.at_m, second.inlet_bar, second.outlet_bar] == pytest.approx([920.0, 1.6, 7.3])
    assert [found.loss_bar, found.rise_bar, found.end_bar] == pytest.approx([15.0, 0.0, 1.5])
    assert found.hoses == 75


def test_a_pump_in_the_middle_adds_to_what_reaches_it() -> None:
    first, second, third = row(800.0, line(2500.0)).pumps
    assert [first.outlet_bar, second.inlet_bar, second.outlet_bar] == pytest.approx([10.8, 1.6, 12.4])
    assert third.at_m == 920.0 + 1080.0  # (12.4 - 1.5) bar: 1,090 m, that is 54 lengths


def test_only_the_first_pump_pays_for_the_suction() -> None:
    # from 7.5 m at 500 L/min: 10 bar, then 1.5 or a little more and 12; 0.39 bar per 100 m
    first, second, *_ = row(500.0, line(6000.0, lift_m=7.5)).pumps
    assert first.outlet_bar == pytest.approx(10.0)
    assert second.outlet_bar == pytest.approx(second.inlet_bar + 12.0)


def test_a_rising_line_pays_for_its_height() -> None:
    # 1.0 bar per 100 m and 0.098 × 5 m = 0.49 more: 9.3 / 1.49 = 624 m, that is 31 lengths = 620 m: 1.562 bar arrive
    second = row(800.0, line(1000.0, 50.0)).pumps[1]
    assert [second.at_m, second.height_m] == pytest.approx([620.0, 31.0])
    assert second.inlet_bar == pytest.approx(10.8 - 6.2 - 0.098 * 31.0)


def test_two_lines_halve_the_flow_in_each_and_quarter_the_loss() -> None:
    one, two = row(800.0, line(900.0)), row(800.0, line(900.0, lines=2))
    assert two.per_line_lpm == one.per_line_lpm / 2
    assert two.loss_bar == pytest.approx(one.loss_bar / 4)
    assert two.hoses == 2 * one.hoses


def test_a_strong_hydrant_needs_no_pump_and_a_weak_one_has_it_at_its_side() -> None:
    # 400 L/min lose 0.25 bar per 100 m: 4 bar reach the end of 200 m with 3.5
    strong = row(400.0, line(200.0, source_bar=4.0))
    assert not strong.pumps
    assert strong.end_bar == pytest.approx(3.5)
    weak = row(400.0, line(2000.0, source_bar=1.0))
    assert (weak.pumps[0].at_m, weak.pumps[0].inlet_bar) == (0.0, 1.0)
    assert row(400.0, line(2000.0, source_bar=4.0)).pumps[0].at_m == 1000.0  # (4 - 1.5) / 0.25 × 100 m


def test_a_pump_that_sucks_from_deep_gives_half_its_flow() -> None:
    # EN 1028: 10 bar at half the rated flow from 7.5 m; the whole flow up to 3 m
    deep = row(500.0, line(100.0, end_bar=9.0, lift_m=7.5))
    assert deep.pumps[0].outlet_bar == pytest.approx(9.0 + 100.0 * B75.loss * 0.25 / 100.0)
    assert refused(relay(WATER, 501.0, line(100.0, lift_m=7.5), PORTABLE)) == ("flow-above-pump", "flow_lpm")
    assert len(row(1000.0, line(100.0, lift_m=3.0)).pumps) == 1


def test_a_pump_between_the_points_of_its_curve() -> None:
    assert [PORTABLE.adds_bar(q) for q in (100.0, 500.0, 750.0, 1000.0, 1000.1)] == [12.0, 12.0, 11.0, 10.0, 0.0]
    assert WATER.pump["gpm-750"].adds_bar(2000.0) == pytest.approx(13.8 - 3.5 * 13.0 / 852.0)


def test_a_crest_in_between_is_not_passed_on_the_average() -> None:
    # up 80 m within 300 m and down again: the ends are level, yet 7.84 bar are needed in the middle
    crest = Line(hose=B75, profile=((0.0, 0.0), (300.0, 80.0), (600.0, 0.0)), end_bar=0.0)
    found = row(400.0, crest)
    assert found.rise_bar == 0.0
    assert found.pumps[0].outlet_bar == pytest.approx(80 * 0.098 + 3.0 * 0.25)  # just over the crest
    # the same with 140 m: 13.72 bar and friction pass the hose's limit, so a second pump stands on the way up
    assert len(row(400.0, msgspec.structs.replace(crest, profile=((0.0, 0.0), (300.0, 140.0), (600.0, 0.0)))).pumps) > 1


def test_a_falling_line_never_passes_the_pressure_of_its_hose_when_nozzles_close() -> None:
    # 100 m down are 9.8 bar: the pump above is held at 13.8 - 9.8 = 4 bar
    # it brings 4 + 9.8 - 9.4 = 4.4 bar to the end; who wants more below needs a second pump there
    enough, more = (row(1000.0, line(600.0, -100.0, end_bar=bar)) for bar in (4.4, 5.0))
    assert len(enough.pumps) == 1
    assert enough.pumps[0].outlet_bar == pytest.approx(4.4 - 9.8 + 9.375)
    assert len(more.pumps) == 2


def test_attack_hose_does_not_bridge_one_length_at_supply_flow() -> None:
    # 38 mm at 1,500 L/min: 85 bar per 100 m, 17 in one length
    no = relay(WATER, 1500.0, line(400.0, hose=WATER.hose["38"]), WATER.pump["fpn-10-2000"])
    assert isinstance(no, Impossible)
    assert (no.code, no.value) == ("no-progress", 0.0)


@pytest.mark.parametrize(
    ("flow", "changed", "expected"),
    [
        (0.0, {}, ("out-of-range", "flow_lpm")),
        (math.nan, {}, ("out-of-range", "flow_lpm")),
        (1200.0, {}, ("flow-above-pump", "flow_lpm")),
        (500.0, {"source_lpm": 400.0}, ("flow-above-source", "flow_lpm")),
        (500.0, {"lines": 0}, ("out-of-range", "lines")),
        (500.0, {"lift_m": 8.0}, ("out-of-range", "lift_m")),
        (500.0, {"end_bar": -1.0}, ("out-of-range", "end_bar")),
        (500.0, {"source_bar": math.inf}, ("out-of-range", "source_bar")),
        (500.0, {"profile": ()}, ("nothing-given", "profile")),
        (500.0, {"profile": ((0.0, 0.0), (500.0, math.nan))}, ("out-of-range", "profile")),
        (500.0, {"profile": ((0.0, 0.0),)}, ("out-of-range", "profile")),
        (500.0, {"profile": ((10.0, 0.0), (500.0, 0.0))}, ("not-in-order", "profile")),
        (500.0, {"profile": ((0.0, 0.0), (300.0, 0.0), (200.0, 0.0))}, ("not-in-order", "profile")),
        (500.0, {"profile": ((0.0, 0.0), (20.0, 30.0))}, ("steeper-than-hose", "profile")),
    ],
)
def test_a_relay_that_cannot_be_meant_names_the_field(
    flow: float, changed: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert refused(relay(WATER, flow, msgspec.structs.replace(line(400.0), **changed), PORTABLE)) == expected


def test_given_pumps_bring_so_much_and_not_one_litre_more() -> None:
    # one pump, 1,000 m flat: 1.5625 q² × 10 + 1.5 = 14 - 4 q (its curve) with q in m³/min: q = 0.7756
    found = max_flow(WATER, line(1000.0), [PORTABLE])
    assert isinstance(found, Relay)
    assert found.flow_lpm == 775.0
    assert refused(max_flow(WATER, line(1000.0, 300.0), [PORTABLE])) == ("too-many-pumps", "pumps")
    assert refused(max_flow(WATER, line(1000.0), [])) == ("too-many-pumps", "pumps")


def test_pumps_of_different_kinds_work_in_the_order_given() -> None:
    old = WATER.pump["ts-8-8"]
    found = max_flow(WATER, line(1200.0), [PORTABLE, old])
    assert isinstance(found, Relay)
    assert found.flow_lpm <= old.most_lpm
    assert len(found.pumps) == 2


HOSES = st.sampled_from([WATER.hose[name] for name in ("65", "75", "100", "125")])
PUMPS = st.sampled_from(list(WATER.pump.values()))


def pumps_of(found: Relay | Impossible) -> float:
    """How many pumps an answer takes; more than any when there is none."""
    return len(found.pumps) if isinstance(found, Relay) else math.inf


@settings(max_examples=80, deadline=None)
@given(HOSES, PUMPS, st.floats(50, 4000), st.floats(20, 4000), st.floats(0, 150), st.integers(1, 3), st.floats(0, 9))
def test_longer_higher_narrower_or_more_never_takes_fewer_pumps(
    hose: Hose, pump: Pump, flow: float, length: float, rise: float, lines: int, source: float
) -> None:
    rise = min(rise, length / 2)
    base_line = line(length, rise, hose, lines=lines, source_bar=source)
    base = pumps_of(relay(WATER, flow, base_line, pump))
    slope = rise / length
    narrower = next((h for h in (WATER.hose["65"],) if h.loss > hose.loss and h.max_bar <= hose.max_bar), hose)
    changes: dict[str, dict[str, Any]] = {
        "longer": {"profile": even_slope(length + 137.0, slope * (length + 137.0))},
        "higher": {"profile": even_slope(length, rise + 7.0)},
        "narrower": {"hose": narrower},
        "weaker": {"source_bar": source / 2},
    }
    for change in changes.values():
        assert pumps_of(relay(WATER, flow, msgspec.structs.replace(base_line, **change), pump)) >= base
    assert pumps_of(relay(WATER, flow * 1.1, base_line, pump)) >= base
    if lines > 1:
        assert pumps_of(relay(WATER, flow, msgspec.structs.replace(base_line, lines=1), pump)) >= base


PROFILES = st.lists(st.tuples(st.integers(20, 900), st.floats(-0.3, 0.3)), min_size=1, max_size=5).map(
    lambda parts: tuple(
        itertools.accumulate(parts, lambda at, part: (at[0] + part[0], at[1] + part[0] * part[1]), initial=(0.0, 0.0))
    )
)


@settings(max_examples=80, deadline=None)
@given(HOSES, PUMPS, st.floats(50, 3000), PROFILES, st.integers(1, 2), st.floats(0, 9))
def test_every_row_keeps_the_rules_of_hose_and_pump_at_every_metre(
    hose: Hose, pump: Pump, flow: float, profile: tuple[tuple[float, float], ...], lines: int, source: float
) -> None:
    found = relay(WATER, flow, Line(hose=hose, profile=profile, lines=lines, source_bar=source), pump)
    assert finite(found)
    if isinstance(found, Impossible):
        return
    distances, heights = (np.array([point[i] for point in profile]) for i in (0, 1))
    starts = [(s.at_m, s.outlet_bar) for s in found.pumps]
    if not starts or starts[0][0] > 0.0:
        starts.insert(0, (0.0, source))  # a hydrant, gated below where the line falls far
    ends = [*(at for at, _ in starts[1:]), profile[-1][0]]
    arrived = []
    for (at, outlet), end in zip(starts, ends, strict=True):
        x = np.unique(np.concatenate([np.linspace(at, end, 60), distances[(distances > at) & (distances < end)]]))
        weight = 0.098 * (np.interp(x, distances, heights) - np.interp(at, distances, heights))
        if at < (found.pumps[0].at_m if found.pumps else math.inf):
            outlet = min(outlet, hose.max_bar + weight.min())
        flowing = outlet - weight - hose.loss * (flow / lines / 1000.0) ** 2 * (x - at) / 100.0
        assert flowing.min() >= -1e-6
        assert (outlet - weight).max() <= hose.max_bar + 1e-6  # also with closed nozzles
        arrived.append(flowing[-1])
    inlets = [source] if found.pumps and found.pumps[0].at_m == 0.0 else []
    for stand, inlet in zip(found.pumps, [*inlets, *arrived], strict=False):
        assert stand.inlet_bar == pytest.approx(inlet)
        assert stand.at_m == 0.0 or inlet >= WATER.relay.min_inlet_bar - 1e-6
        assert stand.outlet_bar <= min(hose.max_bar, stand.inlet_bar + pump.adds_bar(flow)) + 1e-6
    assert arrived[-1] == pytest.approx(found.end_bar)
    assert found.end_bar >= WATER.relay.min_inlet_bar - 1e-6


@settings(max_examples=25, deadline=None)
@given(HOSES, st.lists(PUMPS, min_size=1, max_size=3), PROFILES, st.integers(1, 3))
def test_the_most_flow_is_the_last_that_works_and_within_every_pump_used(
    hose: Hose, pumps: list[Pump], profile: tuple[tuple[float, float], ...], lines: int
) -> None:
    laid = Line(hose=hose, profile=profile, lines=lines)
    found = max_flow(WATER, laid, pumps)
    if isinstance(found, Impossible):
        return
    used = pumps[: len(found.pumps)]
    assert all(found.flow_lpm <= pump.most_lpm for pump in used)
    more = msgspec.structs.replace(laid, source_lpm=found.flow_lpm - 1.0)
    if found.flow_lpm > 1.0:
        held_back = max_flow(WATER, more, pumps)
        assert isinstance(held_back, Relay)
        assert held_back.flow_lpm == found.flow_lpm - 1.0  # every smaller flow works too
    longer = max_flow(WATER, laid, [*pumps, PORTABLE])
    assert isinstance(longer, Relay)
    assert longer.flow_lpm >= found.flow_lpm


@settings(max_examples=60, deadline=None)
@given(ANY, ANY, ANY, ANY, ANY, ANY)
def test_a_relay_is_finite_or_a_named_refusal(
    flow: float, length: float, rise: float, source: float, end: float, lift: float
) -> None:
    laid = line(length, rise, source_bar=source, end_bar=end, lift_m=lift)
    assert finite(relay(WATER, flow, laid, PORTABLE))
