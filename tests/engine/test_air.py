"""Breathing air: cases computed by hand, properties, and the posterior integrated by brute force."""

import math
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import ndtr

from siaga.engine.air import (
    WORST_FIRST,
    Air,
    Range,
    Reading,
    Worn,
    air,
    crew_air,
    learn,
    turn_back,
)
from siaga.engine.air_rules import (
    STANDARD,
    AirRules,
    AirRulesError,
    Cylinder,
    bar_of,
    check_air_rules,
    compressibility,
    free_litres,
    litres_per_bar,
    read_air_rules,
)

RULES = read_air_rules()
GAS = RULES.gas
C68 = RULES.cylinders["c68_300"]
MIN = 60.0


def worn(*readings: Reading, cylinder: Cylinder = C68, exertion: str | None = None) -> Worn:
    return Worn(cylinder, readings, exertion)


def entry(bar: float = 300.0, at_min: float = 0.0) -> Reading:
    return Reading(at_min * MIN, bar, "entry")


def check(at_min: float, bar: float) -> Reading:
    return Reading(at_min * MIN, bar)


def goal(at_min: float, bar: float) -> Reading:
    return Reading(at_min * MIN, bar, "goal")


def codes(known: Air) -> list[str]:
    return [notice.code for notice in known.notices]


def with_turn_back(**figures: Any) -> AirRules:
    return msgspec.structs.replace(RULES, turn_back=msgspec.structs.replace(RULES.turn_back, **figures))


# --- air as a real gas -------------------------------------------------------------------------------------------


def test_a_300_bar_cylinder_holds_a_tenth_less_than_the_ideal_gas() -> None:
    # 6.8 L × 300 bar = 2,040 L if air were ideal; z = 1.1089, so 2,040 / 1.1089 = 1,839.7 L.
    assert free_litres(GAS, 6.8, 300.0) == pytest.approx(1839.7, abs=0.05)
    assert free_litres(GAS, 6.8, 300.0) / 2040.0 == pytest.approx(1 / 1.1, rel=0.01)  # the 1.1 of German doctrine


def test_a_nine_litre_cylinder_holds_what_is_stated_for_it() -> None:
    assert free_litres(GAS, 9.0, 300.0) == pytest.approx(2400.0, rel=0.02)  # 2,700 / 1.1089 = 2,434.8


def test_z_between_two_rows_is_on_the_straight_line() -> None:
    # 275 bar is half way between 250 (1.0669) and 300 (1.1089): 1.0879.
    assert compressibility(GAS, 275.0) == pytest.approx(1.0879)


def test_z_agrees_with_the_virial_equation() -> None:
    # Independent of the table: Z = 1 + B·ρ + C·ρ², for air at 300 K B ≈ −7.4 cm³/mol and C ≈ 1,400 cm⁶/mol².
    b, c, r = -7.4, 1400.0, 83.1446  # R in cm³·bar/(mol·K)
    for bar, close in ((20.0, 0.002), (60.0, 0.002), (100.0, 0.003), (150.0, 0.006), (200.0, 0.01), (300.0, 0.03)):
        density = bar / (r * 300.0)
        for _ in range(200):  # fixed point of ρ = p / (Z·R·T), damped
            density = 0.5 * density + 0.5 * bar / ((1 + b * density + c * density**2) * r * 300.0)
        assert compressibility(GAS, bar) == pytest.approx(1 + b * density + c * density**2, rel=close)


def test_a_pressure_outside_the_table_is_an_error_of_the_caller() -> None:
    for bar in (-1.0, 501.0, math.nan):
        with pytest.raises(ValueError, match="no compressibility"):
            free_litres(GAS, 6.8, bar)


@given(st.floats(0.0, 500.0), st.floats(0.5, 20.0))
def test_pressure_and_air_are_inverse(bar: float, litres: float) -> None:
    assert bar_of(GAS, litres, free_litres(GAS, litres, bar)) == pytest.approx(bar, abs=1e-6)


@given(st.floats(1.0, 499.0))
def test_what_a_bar_is_worth_is_the_slope(bar: float) -> None:
    assume(min(abs(bar - node) for node in GAS.bar) > 0.01)  # the slope jumps at the rows
    slope = (free_litres(GAS, 6.8, bar + 1e-3) - free_litres(GAS, 6.8, bar - 1e-3)) / 2e-3
    assert litres_per_bar(GAS, 6.8, bar) == pytest.approx(slope, rel=1e-5)


def test_air_below_nothing_reads_zero_and_beyond_the_table_its_end() -> None:
    assert (bar_of(GAS, 6.8, -5.0), bar_of(GAS, 6.8, 1e6)) == (0.0, 500.0)


# --- turning back ------------------------------------------------------------------------------------------------


def test_a_long_way_in_is_kept_twice_and_the_reserve() -> None:
    # 300 in, 250 at the goal: 2 × 50 + 50 = 150 bar; the share asks for 0.4 × 300 = 120 only.
    back = turn_back(RULES, C68, 300.0, 250.0)
    assert (back.bar, back.rule, back.measured) == (150.0, "way-in", True)


def test_after_a_short_way_in_the_share_decides() -> None:
    # 2 × 10 + 50 = 70 bar by the way in, 0.4 × 300 = 120 by the share: the higher one holds.
    back = turn_back(RULES, C68, 300.0, 290.0)
    assert back.bar == pytest.approx(120.0)
    assert back.rule == "share"


def test_half_of_the_air_above_the_whistle_is_kept_where_the_service_wants_it() -> None:
    rules = with_turn_back(enabled=("exit-by-whistle",))
    assert turn_back(rules, C68, 300.0, 290.0).bar == 177.5  # (300 + 55) / 2


def test_while_the_way_in_is_not_measured_it_counts_as_still_going_on() -> None:
    # Turn back at p = 2 × (300 − p) + 50, so p = 650 / 3.
    back = turn_back(RULES, C68, 300.0, None)
    assert back.bar == pytest.approx(650.0 / 3.0)
    assert not back.measured


def test_turning_back_never_waits_below_the_whistle() -> None:
    back = turn_back(with_turn_back(enabled=("share",), share=0.1), C68, 300.0, 290.0)
    assert (back.bar, back.rule) == (55.0, "whistle")


def test_a_way_in_that_cannot_be_paid_back_means_turn_back_now() -> None:
    known = air(RULES, worn(entry(), goal(10.0, 150.0)), 10.0 * MIN)  # 2 × 150 + 50 = 350 bar
    assert known.turn_back is not None
    assert (known.state, known.turn_back.bar) == ("turn-back", 300.0)


def test_a_way_shorter_than_a_mark_of_the_gauge_counts_as_one_mark() -> None:
    assert turn_back(with_turn_back(enabled=("way-in",)), C68, 300.0, 300.0).bar == 70.0  # 2 × 10 + 50


def test_an_unknown_entry_pressure_turns_back_as_early_as_a_full_cylinder() -> None:
    assert turn_back(RULES, C68, None, 200.0).bar == turn_back(RULES, C68, 300.0, None).bar


@given(st.floats(270.0, 300.0), st.floats(100.0, 300.0), st.floats(0.0, 50.0))
def test_a_longer_way_in_never_turns_back_later(start: float, arrived: float, more: float) -> None:
    near = turn_back(RULES, C68, start, arrived + more)
    assert turn_back(RULES, C68, start, arrived).bar >= near.bar >= RULES.pressures.whistle_bar


# --- what readings teach -----------------------------------------------------------------------------------------


def test_before_any_reading_inside_the_planning_figure_holds() -> None:
    # 1,839.7 L at entry. 55 bar hold 6.8 × 55 / 0.9905 = 377.6 L. At 50 L/min: empty after 36.79, whistle after
    # (1,839.7 − 377.6) / 50 = 29.24 min. One in ten is there at 20.64 min, where
    # (1,462.1 − 50 t)² = 1.2816² × (68²/3 + 2,400 t + 144 t²).
    known = air(RULES, worn(entry()), 0.0)
    assert known.to_empty is not None
    assert known.to_whistle is not None
    assert known.to_empty.middle / MIN == pytest.approx(36.79, abs=0.01)
    assert known.to_whistle.middle / MIN == pytest.approx(29.24, abs=0.01)
    assert known.to_whistle.low / MIN == pytest.approx(20.64, abs=0.02)


def test_a_reading_moves_the_planning_figure_by_its_weight() -> None:
    # Ten minutes later 200 bar = 6.8 × 200 / 1.0326 = 1,317.1 L; expected 1,839.7 − 500 = 1,339.7 L.
    # Reading variance 68²/3 = 1,541.3; expected variance 1,541.3 + 10² × 144 + 10 × 2,400 = 39,941.3; sum 41,482.7.
    # Rate: 50 + 1,440 / 41,482.7 × 22.6 = 50.79, variance 144 − 1,440² / 41,482.7 = 94.01. Air 1,317.9 L.
    belief = learn(RULES, worn(entry(), check(10.0, 200.0))).belief
    assert belief is not None
    assert belief.rate == pytest.approx(50.79, abs=0.01)
    assert belief.var_rate == pytest.approx(94.01, abs=0.01)
    assert belief.litres == pytest.approx(1317.9, abs=0.1)


def test_a_minute_costs_more_bar_at_300_than_at_100() -> None:
    # At 300 bar 6.8 L give 6.8 × a / z² litres a bar with a = 1.1089 − 300 × 0.00098400 = 0.8137: 4.500 L.
    # At 100 bar: slope (1.0074 − 0.9930) / 50 = 0.000288, a = 0.9642: 6.8 × 0.9642 / 0.9930² = 6.649 L.
    full, low = air(RULES, worn(entry()), 0.0), air(RULES, worn(entry(100.0)), 0.0)
    assert full.bar_min is not None
    assert low.bar_min is not None
    assert full.bar_min.mean == pytest.approx(50 / 4.500, rel=1e-3)
    assert low.bar_min.mean == pytest.approx(50 / 6.649, rel=1e-3)


def test_heavier_work_is_planned_with_less_time() -> None:
    times = [air(RULES, worn(entry(), exertion=name), 0.0).to_whistle for name in ("rest", "work", "heavy")]
    lows = [time.low for time in times if time]
    assert lows == sorted(lows, reverse=True)
    assert len(lows) == 3


SOME = (entry(290.0), check(3.0, 260.0), check(8.0, 220.0), check(12.0, 170.0))


def density(x: Any, mean: Any, sd: float) -> Any:
    """The normal density."""
    return np.exp(-(((x - mean) / sd) ** 2) / 2.0) / (sd * math.sqrt(2.0 * math.pi))


def posterior(readings: tuple[Reading, ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rate and air grids and the posterior on them, by forward integration over air for each rate; no filter."""
    plan = RULES.consumption.exertion["work"]
    rates = np.linspace(plan.l_min - 5.5 * plan.sd_l_min, plan.l_min + 5.5 * plan.sd_l_min, 89)
    litres = np.arange(-400.0, 2300.0, 12.0)
    noise = 6.8 * RULES.gauge.step_bar / math.sqrt(3.0)
    swing = 2.0 * 20.0**2 * 3.0  # 2 · s² · T: 20 L/min for 3 min
    found = np.empty((len(rates), len(litres)))
    for row, rate in enumerate(rates):
        weight = density(litres, 6.8 * readings[0].bar / compressibility(GAS, readings[0].bar), noise)
        for before, after in pairwise(readings):
            minutes = (after.at_s - before.at_s) / 60.0
            step = density(litres[:, None], litres[None, :] - rate * minutes, math.sqrt(swing * minutes))
            weight = step @ weight * 12.0
            weight *= density(6.8 * after.bar / compressibility(GAS, after.bar), litres, noise)
        found[row] = weight * density(rate, plan.l_min, plan.sd_l_min)
    return rates, litres, found / found.sum()


def test_the_posterior_is_that_of_brute_force_integration() -> None:
    belief = learn(RULES, worn(*SOME)).belief
    assert belief is not None
    rates, litres, p = posterior(SOME)
    rate, free = float((p.sum(1) * rates).sum()), float((p.sum(0) * litres).sum())
    assert belief.rate == pytest.approx(rate, rel=1e-4)
    assert belief.litres == pytest.approx(free, rel=1e-4)
    assert belief.var_rate == pytest.approx(float((p.sum(1) * (rates - rate) ** 2).sum()), rel=1e-3)
    assert belief.var_litres == pytest.approx(float((p.sum(0) * (litres - free) ** 2).sum()), rel=1e-3)
    both = float((p * np.outer(rates - rate, litres - free)).sum())
    assert belief.cov == pytest.approx(both, rel=1e-3)


def test_one_in_ten_is_at_the_limit_by_the_early_time_and_nine_by_the_late() -> None:
    known = air(RULES, worn(*SOME), 12.0 * MIN)
    assert known.to_whistle is not None
    rates, litres, p = posterior(SOME)
    limit = free_litres(GAS, 6.8, 55.0)
    for seconds, share in ((known.to_whistle.low, 0.1), (known.to_whistle.middle, 0.5), (known.to_whistle.high, 0.9)):
        t = seconds / 60.0
        there = ndtr((limit - litres[None, :] + rates[:, None] * t) / math.sqrt(2400.0 * t))
        assert float((p * there).sum()) == pytest.approx(share, abs=1e-3)


def test_warnings_come_ahead_for_nine_wearers_in_ten() -> None:
    # Another world than the model's: breathing swings with memory, gauges are read to the nearest mark.
    chance = np.random.default_rng(7)
    step_s, surprised, wearers = 5.0, 0, 600
    for _ in range(wearers):
        rate, swing, bars = chance.normal(50.0, 12.0), chance.normal(0.0, 20.0), []
        free, time_s, whistle_s = free_litres(GAS, 6.8, 300.0), 0.0, None
        keep = math.exp(-step_s / 180.0)
        while whistle_s is None:
            if time_s in (0.0, 240.0, 540.0):
                bars.append(round(bar_of(GAS, 6.8, free) / 10.0) * 10.0)
            swing = keep * swing + math.sqrt(1 - keep**2) * chance.normal(0.0, 20.0)
            free -= max(rate + swing, 8.0) * step_s / 60.0
            time_s += step_s
            whistle_s = time_s if free <= free_litres(GAS, 6.8, 55.0) else None
        known = air(RULES, worn(entry(bars[0]), *(check(m, b) for m, b in zip((4.0, 9.0), bars[1:], strict=True))), 540)
        assert known.to_whistle is not None
        surprised += whistle_s < 540.0 + known.to_whistle.low
    assert 0.04 <= surprised / wearers <= 0.13


# --- odd readings are named --------------------------------------------------------------------------------------


def test_pressure_that_rises_is_named_and_the_lower_figure_stands() -> None:
    before = air(RULES, worn(entry(), check(10.0, 180.0)), 12.0 * MIN)
    after = air(RULES, worn(entry(), check(10.0, 180.0), check(11.0, 290.0)), 12.0 * MIN)
    assert after.pressure == before.pressure
    rose = next(notice for notice in after.notices if notice.code == "pressure-rose")
    assert (rose.at_s, rose.bar, rose.against_bar) == (660.0, 290.0, 180.0)


def test_a_rise_within_two_marks_of_the_gauge_is_no_contradiction() -> None:
    assert "pressure-rose" not in codes(air(RULES, worn(entry(270.0), check(0.5, 290.0)), MIN))


def test_a_changed_cylinder_starts_from_its_own_pressure_and_keeps_what_was_learned() -> None:
    old = learn(RULES, worn(entry(), check(10.0, 180.0))).belief
    new = learn(RULES, worn(entry(), check(10.0, 180.0), Reading(900.0, 300.0, "new-cylinder"))).belief
    assert old is not None
    assert new is not None
    assert (new.litres, new.rate, new.var_rate) == (free_litres(GAS, 6.8, 300.0), old.rate, old.var_rate)


def test_a_second_entry_measures_its_way_in_anew() -> None:
    known = learn(RULES, worn(entry(), goal(3.0, 200.0), entry(295.0, 40.0)))
    assert (known.entry_bar, known.goal_bar) == (295.0, None)


def test_much_more_consumption_than_believed_is_named_and_learned_at_once() -> None:
    calm = (entry(), check(5.0, 280.0), check(10.0, 260.0))
    hard = air(RULES, worn(*calm, check(13.0, 150.0)), 13.0 * MIN)
    easy = air(RULES, worn(*calm), 10.0 * MIN)
    assert "consumption-rose" in codes(hard)
    assert hard.l_min is not None
    assert easy.l_min is not None
    assert hard.l_min.mean > easy.l_min.mean + 10.0
    assert hard.l_min.sd > easy.l_min.sd  # the planning spread is taken up again


def test_a_sudden_loss_is_not_averaged_away() -> None:
    known = air(RULES, worn(entry(), goal(3.0, 270.0), check(4.0, 125.0)), 4.0 * MIN)
    assert known.pressure is not None
    assert known.pressure.middle == pytest.approx(125.0)
    assert (known.state, "consumption-rose" in codes(known)) == ("turn-back", True)


def test_a_check_at_the_moment_of_entry_belongs_to_that_trip() -> None:
    belief = learn(RULES, worn(check(0.0, 285.0), entry())).belief
    assert belief is not None
    assert free_litres(GAS, 6.8, 285.0) < belief.litres < free_litres(GAS, 6.8, 300.0)


def test_hope_stops_at_what_a_resting_person_breathes() -> None:
    # An hour and a half without any fall pulls the rate below 8 L/min; nobody breathes that little. So the late
    # time is where D − 8 t + 1.2816 × √(A + B t) = 0, with no spread of the rate left.
    person = worn(entry(), check(90.0, 300.0), exertion="heavy")
    known, belief = air(RULES, person, 90.0 * MIN), learn(RULES, person).belief
    assert belief is not None
    assert known.to_empty is not None
    assert belief.rate < 8.0
    assert known.to_empty.middle == pytest.approx(belief.litres / 8.0 * 60.0)
    t = known.to_empty.high / 60.0
    swings = math.sqrt(belief.var_litres + (2400.0 - 2.0 * belief.cov) * t)
    assert belief.litres - 8.0 * t + 1.2815515655446004 * swings == pytest.approx(0.0, abs=1e-6)


def test_two_figures_for_one_moment_are_named_and_the_lower_one_counts() -> None:
    known = air(RULES, worn(entry(), check(5.0, 160.0), check(5.0, 240.0)), 5.0 * MIN)
    alone = air(RULES, worn(entry(), check(5.0, 160.0)), 5.0 * MIN)
    assert "readings-disagree" in codes(known)
    assert known.pressure == alone.pressure


def test_entry_with_too_little_is_named() -> None:
    assert "entry-below-minimum" in codes(air(RULES, worn(entry(260.0)), 0.0))  # 0.9 × 300 = 270
    assert "entry-below-minimum" not in codes(air(RULES, worn(entry(270.0)), 0.0))


def test_without_entry_pressure_the_air_is_known_but_that_is_said() -> None:
    known = air(RULES, worn(check(4.0, 250.0)), 4.0 * MIN)
    assert "no-entry-pressure" in codes(known)
    assert known.pressure is not None
    assert known.pressure.middle == pytest.approx(250.0)


def test_no_reading_at_all_is_unknown() -> None:
    known = air(RULES, worn(), 0.0)
    assert (known.state, codes(known), known.pressure) == ("unknown", ["no-reading"], None)


@pytest.mark.parametrize("bar", [-1.0, 4500.0, math.nan, math.inf])
def test_a_figure_that_is_no_pressure_is_named_and_left_out(bar: float) -> None:
    known = air(RULES, worn(entry(), check(2.0, bar)), 3.0 * MIN)
    assert "pressure-absurd" in codes(known)
    assert known.pressure == air(RULES, worn(entry()), 3.0 * MIN).pressure


def test_times_that_cannot_be_are_named() -> None:
    assert "time-absurd" in codes(air(RULES, worn(entry(), Reading(math.nan, 200.0)), 0.0))
    assert codes(air(RULES, worn(entry()), math.inf)) == ["time-absurd"]


def test_a_reading_from_the_future_counts_as_now_and_is_named() -> None:
    known = air(RULES, worn(entry(), check(10.0, 200.0)), 2.0 * MIN)
    assert "reading-ahead" in codes(known)
    assert known.age_s == 0.0
    assert known.pressure == air(RULES, worn(entry(), check(10.0, 200.0)), 10.0 * MIN).pressure


@pytest.mark.parametrize("cylinder", [Cylinder(litres=0.0, bar=300.0), Cylinder(litres=6.8, bar=math.nan)])
def test_a_cylinder_that_cannot_be_is_named(cylinder: Cylinder) -> None:
    known = air(RULES, worn(entry(), cylinder=cylinder), 0.0)
    assert (known.state, codes(known)) == ("unknown", ["cylinder-absurd"])


def test_an_unknown_word_for_the_work_counts_as_the_heaviest() -> None:
    known, heavy = (air(RULES, worn(entry(), exertion=name), 0.0) for name in ("swimming", "heavy"))
    assert "exertion-unknown" in codes(known)
    assert known.l_min == heavy.l_min


# --- states ------------------------------------------------------------------------------------------------------


def test_a_trip_goes_from_ok_by_soon_and_turn_back_to_whistle() -> None:
    person = worn(entry(), goal(3.0, 275.0))
    states: list[str] = []
    for minute in range(3, 30):
        told = air(with_stale(1e6), person, minute * MIN).state
        if told not in states:
            states.append(told)
    assert states == ["ok", "soon", "turn-back", "whistle"]


def with_stale(seconds: float) -> AirRules:
    return msgspec.structs.replace(RULES, warnings=msgspec.structs.replace(RULES.warnings, stale_s=seconds))


def test_an_old_reading_takes_ok_away_but_never_a_danger() -> None:
    calm = worn(entry(), goal(1.0, 295.0), exertion="rest")
    assert air(RULES, calm, 11.0 * MIN).state == "ok"
    late = air(RULES, calm, 11.1 * MIN)
    assert (late.state, "reading-old" in codes(late)) == ("unknown", True)
    danger = air(RULES, worn(entry(), goal(3.0, 275.0), exertion="heavy"), 40.0 * MIN)
    assert (danger.state, "reading-old" in codes(danger)) == ("whistle", True)


def test_soon_is_said_so_many_seconds_ahead_of_the_early_time() -> None:
    person = worn(entry(), goal(3.0, 275.0))
    first = air(RULES, person, 3.0 * MIN)
    assert first.to_turn_back is not None
    edge = 3.0 * MIN + first.to_turn_back.low - RULES.warnings.soon_s
    assert (air(RULES, person, edge - 1.0).state, air(RULES, person, edge + 1.0).state) == ("ok", "soon")


def test_a_crew_is_its_worst_member() -> None:
    members = {
        "A": air(RULES, worn(entry(), goal(3.0, 275.0)), 4.0 * MIN),
        "B": air(RULES, worn(entry(), goal(3.0, 270.0), check(4.0, 125.0)), 4.0 * MIN),
        "C": air(RULES, worn(), 4.0 * MIN),
    }
    crew = crew_air(members)
    assert (crew.worst, crew.air, crew.unknown) == ("B", members["B"], ("C",))
    assert crew.turn_back_s == 0.0


def test_a_member_nobody_knows_about_is_worse_than_one_who_soon_turns_back() -> None:
    assert WORST_FIRST.index("unknown") < WORST_FIRST.index("soon")
    known = air(RULES, worn(entry(), goal(3.0, 275.0)), 4.0 * MIN)
    crew = crew_air({"A": known, "C": air(RULES, worn(), 4.0 * MIN)})
    assert known.to_turn_back is not None
    assert (crew.worst, crew.air.state, crew.turn_back_s) == ("C", "unknown", known.to_turn_back.low)


def test_a_crew_of_equals_is_the_one_who_turns_back_first() -> None:
    near, far = (air(RULES, worn(entry(bar), goal(2.0, bar - 15.0)), 2.0 * MIN) for bar in (280.0, 300.0))
    assert (near.state, far.state) == ("ok", "ok")
    assert crew_air({"far": far, "near": near}).worst == "near"


def test_a_crew_of_nobody_is_unknown() -> None:
    crew = crew_air({})
    assert (crew.worst, crew.air.state, crew.turn_back_s) == (None, "unknown", None)


# --- properties --------------------------------------------------------------------------------------------------


@st.composite
def trips(draw: st.DrawFn) -> Worn:
    """A wearer whose readings never rise."""
    bar, at = draw(st.floats(200.0, 300.0)), 0.0
    readings = [entry(bar)]
    for _ in range(draw(st.integers(0, 5))):
        at += draw(st.floats(0.1, 15.0))
        bar = max(0.0, bar - draw(st.floats(0.0, 80.0)))
        readings.append(Reading(at * MIN, bar, draw(st.sampled_from(("check", "goal")))))
    litres = draw(st.sampled_from((6.0, 6.8, 9.0)))
    return Worn(Cylinder(litres=litres, bar=300.0), tuple(readings), draw(st.sampled_from(("rest", "work", "heavy"))))


def ranges(known: Air) -> list[Range]:
    found = [known.pressure, known.to_turn_back, known.to_whistle, known.to_empty]
    return [one for one in found if one is not None]


def parts(one: Range) -> tuple[float, float, float]:
    return one.low, one.middle, one.high


@given(trips(), st.floats(0.0, 60.0))
def test_quantiles_are_ordered_and_finite(person: Worn, later: float) -> None:
    known = air(RULES, person, person.readings[-1].at_s + later * MIN)
    assert len(ranges(known)) == 4
    for one in ranges(known):
        assert all(math.isfinite(part) for part in parts(one))
        assert 0.0 <= one.low <= one.middle + 1e-9
        assert one.middle <= one.high + 1e-9


@given(trips(), st.floats(0.0, 60.0), st.floats(0.0, 60.0))
def test_nothing_grows_while_time_passes(person: Worn, first: float, more: float) -> None:
    now = person.readings[-1].at_s + first * MIN
    earlier, later = air(RULES, person, now), air(with_stale(1e9), person, now + more * MIN)
    for before, after in zip(ranges(earlier), ranges(later), strict=True):
        assert all(b <= a + 1e-6 for a, b in zip(parts(before), parts(after), strict=True))
    if earlier.state != "unknown":
        assert WORST_FIRST.index(later.state) <= WORST_FIRST.index(earlier.state)


@given(trips(), st.floats(0.0, 50.0), st.floats(0.0, 20.0))
def test_a_lower_last_reading_never_gives_more_time(person: Worn, less: float, later: float) -> None:
    *before, last = person.readings
    assume(before and last.bar >= less)
    lower = msgspec.structs.replace(person, readings=(*before, Reading(last.at_s, last.bar - less, last.mark)))
    now = last.at_s + later * MIN
    pairs = zip(ranges(air(RULES, lower, now)), ranges(air(RULES, person, now)), strict=True)
    for thirsty, sparing in pairs:
        assert thirsty.low <= sparing.low + 1e-6
        assert thirsty.middle <= sparing.middle + 1e-6


@given(trips(), st.floats(0.1, 10.0), st.floats(0.0, 20.0))
def test_one_more_reading_that_agrees_narrows_the_range(person: Worn, after: float, later: float) -> None:
    at_s = person.readings[-1].at_s + after * MIN
    expected = air(RULES, person, at_s).pressure
    assert expected is not None
    assume(expected.middle > 5.0)
    more = msgspec.structs.replace(person, readings=(*person.readings, Reading(at_s, expected.middle)))
    now = at_s + later * MIN
    wide, narrow = air(RULES, person, now), air(RULES, more, now)
    assert "pressure-rose" not in codes(narrow)
    assert wide.pressure is not None
    assert narrow.pressure is not None
    assert narrow.pressure.low >= wide.pressure.low - 1e-6
    assert narrow.pressure.high <= wide.pressure.high + 1e-6
    assert narrow.l_min is not None
    assert wide.l_min is not None
    assert narrow.l_min.sd <= wide.l_min.sd + 1e-9


@given(trips(), st.floats(-1e6, 1e6))
def test_only_differences_of_time_matter(person: Worn, shift: float) -> None:
    moved = tuple(Reading(one.at_s + shift, one.bar, one.mark) for one in person.readings)
    now = person.readings[-1].at_s + 90.0
    here = air(RULES, person, now)
    there = air(RULES, msgspec.structs.replace(person, readings=moved), now + shift)
    for one, other in zip(ranges(here), ranges(there), strict=True):
        assert parts(one) == pytest.approx(parts(other), rel=1e-4, abs=1e-3)


@given(trips())
def test_twice_the_lungs_with_twice_the_cylinder_is_the_same_trip(person: Worn) -> None:
    """Litres scale: everything in bar and seconds stays when volume, consumption and swing are doubled."""
    c = RULES.consumption
    double = msgspec.structs.replace(
        RULES,
        consumption=msgspec.structs.replace(
            c,
            least_l_min=2 * c.least_l_min,
            swing_l_min=2 * c.swing_l_min,
            exertion={
                name: msgspec.structs.replace(one, l_min=2 * one.l_min, sd_l_min=2 * one.sd_l_min)
                for name, one in c.exertion.items()
            },
        ),
    )
    big = msgspec.structs.replace(person, cylinder=Cylinder(litres=2 * person.cylinder.litres, bar=300.0))
    now = person.readings[-1].at_s + 60.0
    for one, other in zip(ranges(air(RULES, person, now)), ranges(air(double, big, now)), strict=True):
        assert parts(one) == pytest.approx(parts(other), rel=1e-9, abs=1e-6)


odd = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-50.0, 400.0)
any_reading = st.builds(Reading, odd, odd, st.sampled_from(("entry", "goal", "new-cylinder", "check")))
any_cylinder = st.builds(lambda litres, bar: Cylinder(litres=litres, bar=bar), odd, odd) | st.just(C68)


@given(st.builds(Worn, any_cylinder, st.lists(any_reading, max_size=6).map(tuple), st.none() | st.text()), odd)
def test_whatever_was_read_the_answer_is_a_value_without_nan(person: Worn, now_s: float) -> None:
    known = air(RULES, person, now_s)
    assert all(math.isfinite(part) for one in ranges(known) for part in parts(one))
    assert msgspec.json.decode(msgspec.json.encode(known), type=Air) == known


@given(st.permutations(SOME))
def test_readings_that_arrive_late_count_at_their_time(order: list[Reading]) -> None:
    assert learn(RULES, worn(*order)) == learn(RULES, worn(*SOME))


# --- the file ----------------------------------------------------------------------------------------------------


def changed(path: str, value: object) -> dict[str, Any]:
    data = msgspec.to_builtins(RULES)
    at, *rest = path.split(".")
    part = data
    for name in rest:
        part, at = part[at], name
    part[at] = value
    return data  # type: ignore[no-any-return]


def test_the_shipped_file_is_read_where_it_lies() -> None:
    assert STANDARD.name == "air.toml"
    assert read_air_rules() == RULES == check_air_rules(msgspec.to_builtins(RULES))


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("gas.z", (1.0, 1.0), "gas-rows-differ"),
        ("gas.bar", (5, 1, 10, 20, 40, 60, 80, 100, 150, 200, 250, 300, 400, 500), "gas-not-rising"),
        ("cylinders", {}, "cylinder-missing"),
        ("cylinders.c68_300.litres", 68.0, "cylinder-absurd"),
        ("gauge.over_share", 1.8, "cylinder-beyond-gas"),
        ("pressures.whistle_bar", 280.0, "whistle-at-entry"),
        ("consumption.usual", "sleep", "exertion-missing"),
        ("consumption.exertion.work.l_min", 5000.0, "consumption-out-of-range"),
        ("consumption.exertion.work.sd_l_min", 30.0, "spread-out-of-range"),
        ("turn_back.enabled", (), "rule-missing"),
        ("turn_back.enabled", ("luck",), "wrong-form"),
        ("turn_back.reserve_bar", math.inf, "not-a-number"),
        ("warnings.early", 0.5, "wrong-form"),
        ("warnings.later", 1.0, "wrong-form"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(path: str, value: object, code: str) -> None:
    with pytest.raises(AirRulesError) as wrong:
        check_air_rules(changed(path, value))
    assert code in [problem.code for problem in wrong.value.problems]


def test_a_file_that_is_no_toml_is_refused(tmp_path: Any) -> None:
    (tmp_path / "air.toml").write_text("[gas", "utf-8")
    with pytest.raises(AirRulesError, match="not-toml"):
        read_air_rules(tmp_path / "air.toml")
