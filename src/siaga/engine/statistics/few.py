"""When there is too little to say anything, and why."""

import math
from dataclasses import dataclass
from typing import Literal

from .intervals import LEVEL, wilson

WIDEST = 0.40
"""A share whose interval is wider (about ±20 points) says nothing that could be acted on."""
Why = Literal["", "no-cases", "wide"]


@dataclass(frozen=True, slots=True)
class Enough:
    """Whether a cell may be read as a figure; `why` says what is wrong, empty when nothing is."""

    enough: bool
    why: Why = ""


def enough_for_share(k: int, n: int, widest: float = WIDEST, level: float = LEVEL) -> Enough:
    """A share may be read when its Wilson interval is not wider than `widest`."""
    between = wilson(k, n, level)
    if between is None:
        return Enough(False, "no-cases")
    return Enough(False, "wide") if between.width > widest else Enough(True)


def least_n(p: float, level: float = LEVEL) -> int:
    """How many values a percentile needs before order statistics bound it on both sides: 6 for p50, 36 for p90."""
    return math.ceil(math.log((1 - level) / 2) / math.log(max(p, 1 - p)) - 1e-9)
