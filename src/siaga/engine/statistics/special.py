"""The incomplete beta and gamma functions and what follows from them: exact tails of binomial and Poisson counts.

Plain Python, because scipy is no part of a node; the tests hold every function here to scipy's."""

import math
from collections.abc import Callable

TINY = 1e-300
CLOSE = 1e-15
MOST_STEPS = 20_000


def beta_cdf(a: float, b: float, x: float) -> float:
    """P(B <= x) for B ~ Beta(a, b), by the continued fraction (Abramowitz and Stegun 26.5.8, modified Lentz)."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1.0) / (a + b + 2.0):  # where the fraction converges quickly; else by symmetry
        return front * _beta_fraction(a, b, x) / a
    return 1.0 - front * _beta_fraction(b, a, 1.0 - x) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1.0 / _away(1.0 - (a + b) * x / (a + 1.0))
    found = d
    for m in range(1, MOST_STEPS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _away(1.0 + term * d)
            c = _away(1.0 + term / c)
            change = c * d
            found *= change
        if abs(change - 1.0) < CLOSE:
            break
    return found


def _away(value: float) -> float:
    return value if abs(value) > TINY else TINY


def beta_quantile(a: float, b: float, p: float) -> float:
    """The x with P(B <= x) = p for B ~ Beta(a, b): Newton's steps, kept inside a shrinking bracket."""
    low, high, x = 0.0, 1.0, a / (a + b)
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    for _ in range(200):
        off = beta_cdf(a, b, x) - p
        low, high = (low, x) if off > 0 else (x, high)
        density = math.exp(scale + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x)) if 0.0 < x < 1.0 else 0.0
        step = x - off / density if density > 0.0 else low
        after = step if low < step < high else (low + high) / 2
        if abs(after - x) <= 1e-13 * x or high - low < 1e-16:
            return after
        x = after
    return x


def binomial_cdf(k: int, n: int, p: float) -> float:
    """P(X <= k) for X ~ Binomial(n, p), exact."""
    if k < 0:
        return 0.0
    return 1.0 if k >= n else 1.0 - beta_cdf(k + 1, n - k, p)


def poisson_cdf(k: int, mean: float) -> float:
    """P(X <= k) for X ~ Poisson(mean), summed outwards from its largest term."""
    if k < 0:
        return 0.0
    if mean <= 0.0:
        return 1.0
    logs = [j * math.log(mean) - mean - math.lgamma(j + 1) for j in range(k + 1)]
    return min(1.0, math.fsum(math.exp(one) for one in logs))


def least(cdf: Callable[[int], float], p: float, most: int) -> int:
    """The smallest k with cdf(k) >= p, between 0 and `most`: a quantile of a count."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if cdf(middle) >= p else (middle + 1, high)
    return low
