"""Shares of many small areas, each drawn towards all as far as its few cases leave it open.

Beta-binomial, empirical Bayes: the prior's mean is the share over all areas, its strength comes from the moment (ANOVA)
estimate of the intraclass correlation (Ridout, Demétrio, Firth 1999, Biometrics 55: 137). No likelihood is searched, so
the same cases always give the same figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .intervals import LEVEL, Interval, jeffreys
from .special import beta_quantile

WEAKEST = 1.0
"""The prior never weighs less than one case: as much as that of Jeffreys."""


@dataclass(frozen=True, slots=True)
class Pooled:
    """An area's share after pooling, its interval, and how much of it is the area's own (0 none, 1 all)."""

    share: float
    between: Interval
    own: float


def correlation(counted: Sequence[tuple[int, int]]) -> float:
    """The intraclass correlation of (k, n) per area, by one-way analysis of variance; 0 when areas differ no more than
    chance lets them, or when one cannot know."""
    cells = [(k, n) for k, n in counted if n > 0]
    groups, total, hits = len(cells), sum(n for _, n in cells), sum(k for k, _ in cells)
    if groups < 2 or total <= groups:
        return 0.0
    squares = sum(k * k / n for k, n in cells)
    among = (squares - hits * hits / total) / (groups - 1)
    within = (hits - squares) / (total - groups)
    size = (total - sum(n * n for _, n in cells) / total) / (groups - 1)
    below = among + (size - 1) * within
    return min(1.0, max(0.0, (among - within) / below)) if below > 0 else 0.0


def pool(counted: Sequence[tuple[int, int]], level: float = LEVEL) -> list[Pooled | None]:
    """The areas' (k, n) in their order; None for all without a single case. An area without cases gets what the others
    say of it."""
    total, hits = sum(n for _, n in counted), sum(k for k, _ in counted)
    if total == 0:
        return [None] * len(counted)
    everywhere, alike = hits / total, correlation(counted)
    if alike == 0.0 or hits in (0, total):
        whole = jeffreys(hits, total, level)
        assert whole is not None
        return [Pooled(everywhere, whole, 0.0)] * len(counted)
    strength = max(WEAKEST, (1 - alike) / alike)
    return [_one(k, n, everywhere, strength, (1 - level) / 2) for k, n in counted]


@lru_cache(65_536)
def _one(k: int, n: int, everywhere: float, strength: float, tail: float) -> Pooled:
    a, b = everywhere * strength + k, (1 - everywhere) * strength + n - k
    between = Interval(beta_quantile(a, b, tail), beta_quantile(a, b, 1 - tail))
    return Pooled(a / (a + b), between, n / (n + strength))
