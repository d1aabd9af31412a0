"""Shares and percentiles with what few cases leave open."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from .special import beta_quantile, binomial_cdf, least

LEVEL = 0.95
Values = Sequence[float] | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """Where the true value lies, at the level asked for; in the unit of the value."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """High less low."""
        return self.high - self.low


@dataclass(frozen=True, slots=True)
class Percentile:
    """A percentile and its interval; a side is None where too few values bound it. `covers`: how often such an interval
    holds the true percentile, exactly, whatever the values are distributed like."""

    value: float
    low: float | None
    high: float | None
    covers: float | None


def wilson(k: int, n: int, level: float = LEVEL) -> Interval | None:
    """The share k/n by Wilson's score (1927), shares 0..1; None without cases."""
    if n <= 0:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    p, zz = k / n, z * z
    middle = (p + zz / (2 * n)) / (1 + zz / n)
    half = z / (1 + zz / n) * math.sqrt(p * (1 - p) / n + zz / (4 * n * n))
    return Interval(0.0 if k == 0 else middle - half, 1.0 if k == n else middle + half)


def jeffreys(k: int, n: int, level: float = LEVEL) -> Interval | None:
    """The share k/n from the prior Beta(1/2, 1/2), equal tails, closed at 0 and 1 when no or every case counts (Brown,
    Cai, DasGupta 2001); None without cases."""
    if n <= 0:
        return None
    a, b, tail = k + 0.5, n - k + 0.5, (1 - level) / 2
    return Interval(0.0 if k == 0 else beta_quantile(a, b, tail), 1.0 if k == n else beta_quantile(a, b, 1 - tail))


def mean(values: Values) -> float | None:
    """The plain average; None without values."""
    return float(np.mean(values)) if len(values) else None


def percentile(ordered: Values, p: float, level: float = LEVEL) -> Percentile | None:
    """The nearest-rank percentile of values in rising order, 0 < p < 1, with the interval of order statistics (David
    and Nagaraja, Order Statistics, 7.1): no value is made up, and no shape is assumed. None without values."""
    n = len(ordered)
    if n == 0:
        return None
    first, last, covers = _ranks(n, p, level)
    low = float(ordered[first - 1]) if first >= 1 else None
    high = float(ordered[last - 1]) if last <= n else None
    value = float(ordered[max(1, math.ceil(p * n - 1e-9)) - 1])
    return Percentile(value, low, high, covers)


@lru_cache(4096)
def _ranks(n: int, p: float, level: float) -> tuple[int, int, float | None]:
    """Ranks (from 1) of the interval's two ends, 0 and n + 1 where there is none, and how often it holds."""
    tail = (1 - level) / 2

    def cdf(k: int) -> float:
        return binomial_cdf(k, n, p)

    first = least(cdf, math.nextafter(tail, 1.0), n)  # P(X < first) <= tail
    last = least(cdf, 1 - tail, n) + 1  # P(X >= last) <= tail
    return first, last, cdf(last - 1) - cdf(first - 1) if first >= 1 and last <= n else None
