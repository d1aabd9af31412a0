"""Control charts: which month differs from the others by more than chance, instead of a colour for every month.

Limits leave out 0.135 % on either side (three sigma of a normal), but exactly, by the binomial, the Poisson or the
exponential: with three fires a month the normal's limits are wrong (Montgomery, Statistical Quality Control, 7)."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from .special import binomial_cdf, least, poisson_cdf

OUTSIDE = 0.00135
RUN = 8
"""So many points in a row on one side of the centre are a shift (Western Electric)."""
LEAST_POINTS = 8
"""Fewer points make no limits: a centre of three months is not one."""
RANGE_TO_LIMIT = 2.66
"""3 / d2 with d2 = 1.128 for ranges of two."""
Signal = Literal["", "high", "low", "run-high", "run-low"]


@dataclass(frozen=True, slots=True)
class Point:
    """A point with its limits; value None where nothing was, limits None where there are too few points for any."""

    value: float | None
    low: float | None
    high: float | None
    signal: Signal


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart's centre and points; `too_few` when fewer than `LEAST_POINTS` points carry a value: no centre then."""

    centre: float | None
    points: tuple[Point, ...]
    too_few: bool


Limits = Callable[[int], tuple[float | None, float | None]]


def share_chart(counted: Sequence[tuple[int, int]]) -> Chart:
    """p chart of (k, n) per month; centre and limits are shares, exact binomial for each month's own n."""
    hits, total = sum(k for k, _ in counted), sum(n for _, n in counted)
    values = [k / n if n else None for k, n in counted]
    centre = hits / total if total else 0.0

    def limits(i: int) -> tuple[float | None, float | None]:
        n = counted[i][1]
        low = least(lambda k: binomial_cdf(k, n, centre), OUTSIDE, n)
        high = least(lambda k: binomial_cdf(k, n, centre), 1 - OUTSIDE, n)
        return low / n, high / n

    return _chart(values, centre, limits)


def count_chart(counted: Sequence[tuple[int, float] | None]) -> Chart:
    """u chart of (events, exposure) per month, None for a month without data; centre and limits are events per
    exposure, exact Poisson."""
    there = [one for one in counted if one is not None and one[1] > 0]
    events, exposure = sum(k for k, _ in there), sum(size for _, size in there)
    values = [one[0] / one[1] if one is not None and one[1] > 0 else None for one in counted]
    centre = events / exposure if exposure else 0.0

    def limits(i: int) -> tuple[float | None, float | None]:
        one = counted[i]
        size = one[1] if one is not None else 0.0
        mean = centre * size
        most = math.ceil(mean + 20 * math.sqrt(mean) + 20)
        low = least(lambda k: poisson_cdf(k, mean), OUTSIDE, most)
        high = least(lambda k: poisson_cdf(k, mean), 1 - OUTSIDE, most)
        return low / size, high / size

    return _chart(values, centre, limits)


def value_chart(values: Sequence[float | None]) -> Chart:
    """XmR chart of one value a month (a mean, a percentile), in its unit; limits from the mean moving range."""
    there = [one for one in values if one is not None]
    ranges = [abs(b - a) for a, b in pairwise(there)]
    centre = math.fsum(there) / len(there) if there else 0.0
    reach = RANGE_TO_LIMIT * math.fsum(ranges) / len(ranges) if ranges else 0.0
    return _chart(values, centre, lambda i: (centre - reach, centre + reach))


def between_chart(days: Sequence[float]) -> Chart:
    """t chart of the time from one rare event to the next, exponential; the centre is the median. Low is worse: they
    come closer together than they did."""
    mean = math.fsum(days) / len(days) if days else 0.0
    limits = (-mean * math.log1p(-OUTSIDE), -mean * math.log(OUTSIDE))
    return _chart(list(days), mean * math.log(2), lambda i: limits)


def _chart(values: Sequence[float | None], centre: float, limits: Limits) -> Chart:
    if sum(one is not None for one in values) < LEAST_POINTS:
        return Chart(None, tuple(Point(one, None, None, "") for one in values), True)
    points, run = list[Point](), 0
    for i, value in enumerate(values):
        if value is None:  # what is not known neither goes on with a run nor is on the other side
            run = 0
            points.append(Point(None, None, None, ""))
            continue
        side = (value > centre) - (value < centre)
        run = run + side if side * run > 0 else side
        low, high = limits(i)
        points.append(Point(value, low, high, _signal(value, low, high, run)))
    return Chart(centre, tuple(points), False)


def _signal(value: float, low: float | None, high: float | None, run: int) -> Signal:
    if high is not None and value > high:
        return "high"
    if low is not None and value < low:
        return "low"
    if abs(run) >= RUN:
        return "run-high" if run > 0 else "run-low"
    return ""
