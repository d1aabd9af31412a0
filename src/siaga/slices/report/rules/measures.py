"""From seconds to figures: shares with their bounds, percentiles with their intervals, parts of a response; pure."""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec
import numpy as np

from ....engine.statistics import Percentile, enough_for_share, mean, percentile, pool, wilson

K = TypeVar("K", bound=Hashable)


class Bounded(msgspec.Struct, frozen=True):
    """A percentile in seconds with its exact 95 % interval; a side is null where too few times bound it."""

    value: float
    low: float | None
    high: float | None


class Spread(msgspec.Struct, frozen=True):
    """How long something took, in seconds: `n` times, `missing` without one, `odd` with the end before the start."""

    n: int
    missing: int
    odd: int
    mean: float | None
    p50: Bounded | None
    p80: Bounded | None
    p90: Bounded | None
    longest: float | None


class Measure(msgspec.Struct, frozen=True):
    """How many of `all` incidents were in time: `within` of the `n` whose time is known. `low` and `high`: Wilson's
    interval at 95 %; `lowest` and `highest`: the share if all `missing` were late, or in time. Shares are 0 to 1.

    Not `enough`: too few to tell, and `why`."""

    all: int
    n: int
    missing: int
    within: int
    share: float | None
    low: float | None
    high: float | None
    lowest: float | None
    highest: float | None
    enough: bool
    why: str
    mean: float | None
    p50: Bounded | None
    p80: Bounded | None
    p90: Bounded | None
    longest: float | None


class Drawn(msgspec.Struct, frozen=True):
    """A share after pooling with the other groups; `own`: how much of it is the group's own, 0 to 1."""

    share: float
    low: float
    high: float
    own: float


class Group(msgspec.Struct, frozen=True):
    """The incidents of one month, area, type, station or hour; the key is null where it is not known."""

    key: str | None
    main: Measure
    pooled: Drawn | None = None


def measure(seconds: Sequence[float | None], limit_s: float) -> Measure:
    """The figures of a pair of clocks; None: its time is missing."""
    known = np.sort(np.array([one for one in seconds if one is not None], float))
    n, every = len(known), len(seconds)
    within = int(np.searchsorted(known, limit_s, side="right"))
    between, told = wilson(within, n), enough_for_share(within, n)
    return Measure(
        all=every,
        n=n,
        missing=every - n,
        within=within,
        share=within / n if n else None,
        low=between.low if between else None,
        high=between.high if between else None,
        lowest=within / every if every else None,
        highest=(within + every - n) / every if every else None,
        enough=told.enough,
        why=told.why,
        mean=mean(known),
        p50=_bounded(percentile(known, 0.5)),
        p80=_bounded(percentile(known, 0.8)),
        p90=_bounded(percentile(known, 0.9)),
        longest=float(known[-1]) if n else None,
    )


def spread(seconds: Sequence[float | None]) -> Spread:
    """How long a part took; what ended before it began is counted as odd and left out."""
    known = np.sort(np.array([one for one in seconds if one is not None], float))
    odd = int(np.searchsorted(known, 0.0, side="left"))
    right = known[odd:]
    return Spread(
        n=len(right),
        missing=len(seconds) - len(known),
        odd=odd,
        mean=mean(right),
        p50=_bounded(percentile(right, 0.5)),
        p80=_bounded(percentile(right, 0.8)),
        p90=_bounded(percentile(right, 0.9)),
        longest=float(right[-1]) if len(right) else None,
    )


def _bounded(found: Percentile | None) -> Bounded | None:
    return Bounded(found.value, found.low, found.high) if found else None


def gathered(keys: Iterable[K], values: Iterable[float | None]) -> dict[K, list[float | None]]:
    """Values by their key, keys as they come."""
    found: dict[K, list[float | None]] = {}
    for key, value in zip(keys, values, strict=True):
        found.setdefault(key, []).append(value)
    return found


def groups(
    keys: Sequence[str | None], seconds: Sequence[float | None], limit_s: float, pooled: bool = False
) -> list[Group]:
    """One group a key, sorted by it, the unknown last; `pooled`: each also drawn towards all, as its few cases ask."""
    parts = gathered(keys, seconds)
    names = sorted(parts, key=lambda key: (key is None, key or ""))
    measures = [measure(parts[key], limit_s) for key in names]
    if not pooled:
        return [Group(key, one) for key, one in zip(names, measures, strict=True)]
    drawn = pool([(one.within, one.n) for one in measures])
    return [
        Group(key, one, Drawn(p.share, p.between.low, p.between.high, p.own) if p else None)
        for key, one, p in zip(names, measures, drawn, strict=True)
    ]


def tally(codes: Iterable[str]) -> dict[str, int]:
    """How often each code stands, the most frequent first; the empty code is none."""
    return ranked(Counter(code for code in codes if code))


def ranked(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts, the greatest first."""
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
