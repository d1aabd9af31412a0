"""Closed roads as far as they explain a late response: only what is certain.

The log does not hold the way a unit was sent by. It holds where the incident was and where units drove (their thinned
tracks). So a closure explains only where it stood before the incident, and either the incident lies in it (every way
ends there) or a unit drove into it before it was there. A closure of links alone has no shape here, and a detour around
one leaves no trace: of those nothing is said."""

from collections.abc import Sequence
from math import cos, hypot, radians

import msgspec

M_PER_DEG = 111_320


class Closure(msgspec.Struct, frozen=True):
    """A closed circle or area, since when and until when; times as stored, null: not ended yet."""

    closure: str
    from_at: str
    until: str | None
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None
    polygon: tuple[tuple[float, float], ...] = ()

    def stood(self, before: str, at: str) -> bool:
        """Whether it stood already then, and still at a time."""
        return self.from_at <= before and (self.until is None or self.until > at)

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a place lies in it."""
        if self.lon is not None and self.lat is not None and self.radius_m is not None:
            wide = (lon - self.lon) * cos(radians(self.lat))
            if hypot(wide, lat - self.lat) * M_PER_DEG <= self.radius_m:
                return True
        return len(self.polygon) > 2 and _inside(self.polygon, lon, lat)


def _inside(ring: Sequence[tuple[float, float]], lon: float, lat: float) -> bool:
    """By how often a line to the east crosses the sides."""
    inside = False
    for (x, y), (u, v) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y > lat) != (v > lat) and lon < x + (lat - y) * (u - x) / (v - y):
            inside = not inside
    return inside
