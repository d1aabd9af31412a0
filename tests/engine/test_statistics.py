"""Statistics against scipy and statsmodels, against cases calculated by hand, and against what must always hold."""

import importlib
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from siaga.engine.statistics import (
    between_chart,
    count_chart,
    enough_for_share,
    jeffreys,
    least_n,
    mean,
    percentile,
    pool,
    share_chart,
    value_chart,
    wilson,
)
from siaga.engine.statistics.pooling import correlation
from siaga.engine.statistics.special import beta_cdf, beta_quantile, binomial_cdf, least, poisson_cdf

stats: Any = importlib.import_module("scipy.stats")  # names no types

counts = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
cells = st.integers(0, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
areas = st.lists(cells, min_size=1, max_size=20)


# ── functions ────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.floats(0.3, 5e4), st.floats(0.3, 5e4), st.floats(0, 1))
def test_the_incomplete_beta_is_scipys(a: float, b: float, x: float) -> None:
    assert beta_cdf(a, b, x) == pytest.approx(stats.beta.cdf(x, a, b), abs=1e-9)


@given(st.floats(0.5, 2e4), st.floats(0.5, 2e4), st.floats(0.001, 0.999))
def test_the_beta_quantile_is_scipys(a: float, b: float, p: float) -> None:
    assert beta_quantile(a, b, p) == pytest.approx(stats.beta.ppf(p, a, b), rel=1e-7, abs=1e-9)


@given(counts, st.floats(0.001, 0.999))
def test_binomial_tails_are_scipys(counted: tuple[int, int], p: float) -> None:
    k, n = counted
    assert binomial_cdf(k, n, p) == pytest.approx(stats.binom.cdf(k, n, p), abs=1e-9)


@given(st.integers(0, 400), st.floats(0, 300))
def test_poisson_tails_are_scipys(k: int, mean: float) -> None:
    assert poisson_cdf(k, mean) == pytest.approx(stats.poisson.cdf(k, mean), abs=1e-9)


# ── shares ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(counts, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wilson_is_statsmodels(counted: tuple[int, int], level: float) -> None:
    k, n = counted
    found = wilson(k, n, level)
    assert found is not None
    low, high = proportion_confint(k, n, alpha=1 - level, method="wilson")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)


@given(counts)
def test_jeffreys_is_statsmodels_and_closed_where_nothing_or_everything_counts(counted: tuple[int, int]) -> None:
    k, n = counted
    found = jeffreys(k, n)
    assert found is not None
    low, high = proportion_confint(k, n, alpha=0.05, method="jeffreys")
    assert found.low == (0 if k == 0 else pytest.approx(low, abs=1e-8))
    assert found.high == (1 if k == n else pytest.approx(high, abs=1e-8))


def test_seventeen_of_nineteen_by_hand() -> None:
    # z² = 3.8415; middle (0.89474 + 0.10109) / 1.20218 = 0.82835; half 1.95996 / 1.20218 · √(0.0049570 + 0.0026603)
    found = wilson(17, 19)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.6861, 0.9706), abs=5e-5)


def test_no_case_has_no_interval() -> None:
    assert wilson(0, 0) is None
    assert jeffreys(0, 0) is None


# ── percentiles ──────────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=80), st.sampled_from([0.5, 0.8, 0.9]))
def test_a_percentile_is_the_nearest_rank_and_one_of_the_values(values: list[int], p: float) -> None:
    ordered = sorted(values)
    found = percentile(ordered, p)
    assert found is not None
    assert found.value == np.quantile(ordered, p, method="inverted_cdf")
    assert found.value in ordered


@pytest.mark.parametrize("p", [0.5, 0.8, 0.9])
@pytest.mark.parametrize("n", [1, 5, 6, 20, 36, 37, 200, 5000])
def test_its_interval_has_the_ranks_that_scipys_binomial_gives(n: int, p: float) -> None:
    found = percentile([float(i) for i in range(1, n + 1)], p)  # the value is its own rank
    assert found is not None
    first = max((r for r in range(1, n + 1) if stats.binom.cdf(r - 1, n, p) <= 0.025), default=None)
    last = min((s for s in range(1, n + 1) if stats.binom.sf(s - 1, n, p) <= 0.025), default=None)
    assert (found.low, found.high) == (first, last)
    if first and last:
        assert found.covers is not None
        assert found.covers == pytest.approx(stats.binom.cdf(last - 1, n, p) - stats.binom.cdf(first - 1, n, p))
        assert found.covers >= 0.95
    else:
        assert found.covers is None


def test_the_median_of_six_lies_between_the_least_and_the_greatest_in_31_of_32() -> None:
    found = percentile([300, 400, 500, 600, 700, 800], 0.5)
    assert found is not None
    assert (found.value, found.low, found.high) == (500, 300, 800)
    assert found.covers == pytest.approx(31 / 32)


def test_thirty_five_values_do_not_bound_their_ninetieth_percentile_and_thirty_six_do() -> None:
    few, enough = percentile(list(range(35)), 0.9), percentile(list(range(36)), 0.9)
    assert few is not None
    assert enough is not None
    assert (few.high, few.covers) == (None, None)
    assert enough.high == 35
    assert least_n(0.9) == 36
    assert least_n(0.5) == 6


def test_without_values_there_is_neither_mean_nor_percentile() -> None:
    assert mean([]) is None
    assert percentile([], 0.5) is None
    assert mean([300, 400, 800]) == 500


# ── too few to tell ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_four_of_five_say_too_little_and_forty_of_fifty_enough() -> None:
    assert enough_for_share(4, 5).why == "wide"
    assert enough_for_share(0, 0).why == "no-cases"
    assert enough_for_share(40, 50).enough


@given(counts)
def test_what_is_enough_is_as_narrow_as_statsmodels_interval(counted: tuple[int, int]) -> None:
    low, high = proportion_confint(*counted, alpha=0.05, method="wilson")
    if abs(high - low - 0.40) > 1e-9:
        assert enough_for_share(*counted).enough == (high - low < 0.40)


# ── pooling ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@given(areas)
def test_the_correlation_is_that_of_an_analysis_of_variance(counted: list[tuple[int, int]]) -> None:
    found = correlation(counted)
    cells = [[1] * k + [0] * (n - k) for k, n in counted if n]
    sizes = [len(cell) for cell in cells]
    if len(cells) < 2 or sum(sizes) <= len(cells) or all(len(set(cell)) < 2 for cell in cells):
        return  # no variance within: scipy's F is infinite or has no meaning
    f = stats.f_oneway(*cells).statistic
    size = (sum(sizes) - sum(n * n for n in sizes) / sum(sizes)) / (len(cells) - 1)
    assert found == pytest.approx(max(0.0, (f - 1) / (f + size - 1)), abs=1e-9)


def test_pooled_intervals_are_those_of_the_beta_posterior() -> None:
    counted = [(3, 12), (10, 12), (5, 10), (2, 2), (0, 0)]
    alike = correlation(counted)
    a0, b0 = (20 / 36) * (1 - alike) / alike, (16 / 36) * (1 - alike) / alike
    for (k, n), found in zip(counted, pool(counted), strict=True):
        assert found is not None
        posterior = stats.beta(a0 + k, b0 + n - k)
        assert found.share == pytest.approx(posterior.mean())
        assert (found.between.low, found.between.high) == pytest.approx(posterior.interval(0.95), abs=1e-8)


@given(areas)
def test_pooling_draws_every_area_towards_the_whole_and_never_past_it(counted: list[tuple[int, int]]) -> None:
    total = sum(n for _, n in counted)
    for (k, n), found in zip(counted, pool(counted), strict=True):
        if total == 0:
            assert found is None
            continue
        assert found is not None
        whole = sum(k for k, _ in counted) / total
        own = k / n if n else whole
        assert min(own, whole) - 1e-9 <= found.share <= max(own, whole) + 1e-9
        assert 0 <= found.between.low <= found.between.high <= 1


def test_areas_that_differ_only_by_chance_are_one() -> None:
    assert {one.share for one in pool([(8, 10), (16, 20), (4, 5)]) if one} == {0.8}


def test_pooling_finds_the_spread_the_areas_were_made_with() -> None:
    made = stats.betabinom.rvs(30, 8, 2, size=2000, random_state=np.random.default_rng(6))
    assert correlation([(int(k), 30) for k in made]) == pytest.approx(1 / 11, abs=0.01)


def test_pooled_shares_are_nearer_to_the_truth_than_the_areas_own() -> None:
    chance = np.random.default_rng(7)
    truth = chance.beta(16, 4, 300)
    cells = [(int(chance.binomial(6, p)), 6) for p in truth]
    pooled = [one.share for one in pool(cells) if one]
    assert np.mean((pooled - truth) ** 2) < 0.5 * np.mean((np.array([k / n for k, n in cells]) - truth) ** 2)


# ── control charts ───────────────────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(counts, min_size=8, max_size=20))
def test_limits_of_shares_are_scipys_binomial_quantiles(counted: list[tuple[int, int]]) -> None:
    chart = share_chart(counted)
    centre = sum(k for k, _ in counted) / sum(n for _, n in counted)
    assert chart.centre == pytest.approx(centre)
    for (_, n), point in zip(counted, chart.points, strict=True):
        assert point.low is not None
        assert point.high is not None
        if 0 < centre < 1:
            assert abs(point.low * n - stats.binom.ppf(0.00135, n, centre)) <= 1e-6
            assert abs(point.high * n - stats.binom.ppf(0.99865, n, centre)) <= 1e-6


@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from([28.0, 30.0, 31.0])), min_size=8, max_size=20))
def test_limits_of_counts_are_scipys_poisson_quantiles(counted: list[tuple[int, float]]) -> None:
    chart = count_chart(list(counted))
    assert chart.centre is not None
    for (_, size), point in zip(counted, chart.points, strict=True):
        assert point.low is not None
        assert point.high is not None
        if chart.centre > 0:
            assert point.low * size == pytest.approx(stats.poisson.ppf(0.00135, chart.centre * size), abs=1e-6)
            assert point.high * size == pytest.approx(stats.poisson.ppf(0.99865, chart.centre * size), abs=1e-6)


def test_limits_of_the_days_between_are_scipys_exponential_quantiles() -> None:
    days = [12, 30, 7, 55, 20, 3, 41, 18, 26]
    chart = between_chart(days)
    by = stats.expon(scale=sum(days) / len(days))
    assert chart.centre == pytest.approx(by.median())
    assert (chart.points[0].low, chart.points[0].high) == pytest.approx((by.ppf(0.00135), by.isf(0.00135)))


def test_limits_of_single_values_by_hand() -> None:
    # ranges 2 4 2 6 4 2 6: mean 26/7; centre 94 / 8; reach 2.66 · 26/7 = 9.88
    chart = value_chart([10, 12, 8, 10, 16, 12, 10, 16])
    assert chart.centre == pytest.approx(11.75)
    assert chart.points[0].low == pytest.approx(11.75 - 2.66 * 26 / 7)
    assert chart.points[0].high == pytest.approx(11.75 + 2.66 * 26 / 7)


def test_a_month_far_outside_is_marked_and_the_others_are_not() -> None:
    chart = share_chart([(18, 20)] * 9 + [(6, 20)])
    assert [point.signal for point in chart.points] == [""] * 7 + ["run-high"] * 2 + ["low"]


def test_eight_months_on_one_side_are_a_shift_and_a_month_without_data_breaks_the_run() -> None:
    shifted = value_chart([9.6, 10.4] * 4 + [10.6, 11.4] * 4)
    assert [point.signal for point in shifted.points if point.signal.startswith("run")] == ["run-low", "run-high"]
    broken = value_chart([9.6, 10.4] * 2 + [None] + [9.6, 10.4] * 2 + [10.6, 11.4] * 4)
    assert [point.signal for point in broken.points[:9]] == [""] * 9


def test_months_without_data_have_no_value_and_seven_months_no_limits() -> None:
    chart = count_chart([(3, 31.0), None, (2, 30.0)])
    assert chart.too_few
    assert chart.centre is None
    assert [point.value for point in chart.points] == [pytest.approx(3 / 31), None, pytest.approx(2 / 30)]


def test_three_of_three_months_with_three_fires_each_are_within_what_chance_does() -> None:
    chart = share_chart([(3, 3), (2, 3), (1, 3), (3, 3), (2, 3), (3, 3), (0, 3), (3, 3), (2, 3)])
    assert not any(point.signal for point in chart.points)


@given(st.lists(st.integers(0, 20), min_size=0, max_size=20))
def test_least_is_the_first_that_reaches(steps: list[int]) -> None:
    rising = [sum(steps[: i + 1]) for i in range(len(steps))]
    if rising:
        goal = rising[len(rising) // 2]
        assert least(lambda k: rising[k], goal, len(rising) - 1) == rising.index(goal)


def test_large_counts_stay_exact() -> None:
    assert binomial_cdf(400_000, 500_000, 0.8) == pytest.approx(stats.binom.cdf(400_000, 500_000, 0.8), abs=1e-7)
    assert math.isfinite(beta_quantile(400_000.5, 100_000.5, 0.025))
