"""Limits on how often somebody may ask: token buckets by account, program, device and address."""

import time
from collections.abc import Callable
from typing import NamedTuple

ROOM = 20_000


class Rate(NamedTuple):
    """So many a second in the long run, so many at once."""

    per_s: float
    at_once: float


# By account. Five desks under one name that refresh a dozen views on each of ten notices a second stay below.
PERSON = Rate(1_000, 4_000)
# A program may carry a whole neighbouring system, or a replay: more than a node can do, so only a loop gone wild.
PROGRAM = Rate(10_000, 20_000)
# A device whose token has expired: what it saw is kept until a person looks at it, so it must not fill the disk.
EXPIRED = Rate(2, 200)
# Somebody without sign-in: enough for the files of the sign-in page from a whole office behind one address.
STRANGER = Rate(40, 400)
# Tries of a password or a one-time code from one address.
TRIES = Rate(0.2, 20)
# The control room's own machines are never locked out, only slowed down to what hands can type.
OWN_TRIES = Rate(5, 50)
# Printed forms of one account: each is a process of its own. A binder of one incident, then one in two seconds.
PRINTS = Rate(0.5, 20)

# Files of whole periods, warnings and payloads of one account: each reads thousands of incidents.
EXPORTS = Rate(0.5, 20)
# Maps that draw our features ask for many pages at once; everybody else gets a few.
MAPS = Rate(20, 200)
OPEN = Rate(2, 60)


class Limits:
    """Buckets that fill with time; the least used ones are forgotten."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, Rate], tuple[float, float]] = {}

    def take(self, who: str, rate: Rate) -> float:
        """Take one; 0 if there was one, else the seconds until there is."""
        now, key = self._clock(), (who, rate)
        level, at = self._buckets.get(key, (rate.at_once, now))
        level = min(rate.at_once, level + (now - at) * rate.per_s)
        if level < 1:
            self._buckets[key] = (level, now)
            return (1 - level) / rate.per_s
        self._buckets[key] = (level - 1, now)
        if len(self._buckets) > ROOM:
            self._forget_full(now)
        return 0.0

    def _forget_full(self, now: float) -> None:
        """Forget buckets that are full again: they say nothing; if none is, forget the older half."""
        for key, (level, at) in list(self._buckets.items()):
            if level + (now - at) * key[1].per_s >= key[1].at_once:
                del self._buckets[key]
        if len(self._buckets) > ROOM:
            for key in sorted(self._buckets, key=lambda k: self._buckets[k][1])[: ROOM // 2]:
                del self._buckets[key]
