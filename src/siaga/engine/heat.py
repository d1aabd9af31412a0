"""Where help would be late now: from the places where free units are, the soonest one to each area."""

import threading
from dataclasses import dataclass

import msgspec
import numpy as np

from siaga.engine.cover import STANDARD_SET_UP_S, Bools, Counts, CoverMap, Demand, Floats, share
from siaga.engine.geo import LonLat, distance
from siaga.engine.proposal import STANDARD_S
from siaga.engine.roads import Closures, Travel

MOVED_M = 300.0  # a moving unit is worked out anew when it is this far (half a minute's drive) from where it was


class Moving:
    """Times from units on the road: a unit counts as where it was until it has moved MOVED_M.

    Has a map of its own, so that places that change all day never push out the stations' times of the proposals.
    """

    def __init__(self, cover: CoverMap | None = None) -> None:
        self.cover = cover or CoverMap()
        self._lock = threading.Lock()
        self._last: dict[str, LonLat] = {}

    def place(self, unit: str, at: LonLat) -> LonLat:
        """Where the unit counts as being, lon and lat."""
        with self._lock:
            last = self._last.get(unit)
            if last is None or distance(last, at) > MOVED_M:
                self._last[unit] = last = at
            return last


@dataclass(frozen=True, eq=False)
class Free:
    """Units that could go now (n): vehicle class, station's place in `stations`, lon/lat (n, 2), on the road or not."""

    names: tuple[str, ...]
    classes: tuple[str, ...]
    home: Counts
    xy: Floats
    rolling: Bools
    stations: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, eq=False)
class Heat:
    """Of each point (a): seconds from the alarm until water (inf: none in reach), whose, by a straight line or not."""

    seconds: Floats
    unit: Counts  # place in `names`, -1: none
    straight: Bools


class Shares(msgspec.Struct, frozen=True):
    """The expected demand that is reached in 15 minutes (0 to 1; None without demand), and the points that are."""

    demand: float | None
    inside: int


def heat(
    travel: Travel, cover: CoverMap, moving: Moving, free: Free, demand: Demand, hour: int, closed: Closures
) -> Heat | None:
    """The soonest free unit to each point; None: not known yet, it is being worked out on another thread."""
    turnout = np.where(free.rolling, 0.0, travel.speeds.turnout_s(hour))
    drives = np.full((len(free.names), len(demand.areas)), np.inf)
    off_road = np.zeros_like(drives, bool)
    classes = np.array(free.classes)
    for name in dict.fromkeys(free.classes):
        of = classes == name
        home, away = np.flatnonzero(of & ~free.rolling), np.flatnonzero(of & free.rolling)
        for units, tables, places, rows in (
            (home, cover, free.stations, free.home[home]),
            (away, moving.cover, _moved(moving, free, away), np.arange(len(away))),
        ):
            if not len(units):
                continue
            found = tables.seconds(travel, places, demand, name, hour, closed)
            if found is None:
                return None
            drives[units] = found[rows]
            off_road[units] = _off_road(travel, places, demand, name, hour, closed)[rows]
    whole = turnout[:, None] + drives + STANDARD_SET_UP_S
    return _soonest(whole, off_road)


def _moved(moving: Moving, free: Free, of: Counts) -> tuple[tuple[str, float, float], ...]:
    places = (moving.place(free.names[i], (float(free.xy[i, 0]), float(free.xy[i, 1]))) for i in of.tolist())
    return tuple(("", lon, lat) for lon, lat in places)


def _off_road(
    travel: Travel, places: tuple[tuple[str, float, float], ...], demand: Demand, name: str, hour: int, closed: Closures
) -> Bools:
    """Which ways (s, a) are only straight lines: there is no network, or one end lies outside it."""
    begin = travel.snap([(lon, lat) for _, lon, lat in places], name, hour, closed, at="begin").link < 0
    end = travel.snap(np.stack([demand.lon, demand.lat], axis=1), name, hour, closed, at="end").link < 0
    found: Bools = begin[:, None] | end[None, :]
    return found


def _soonest(whole: Floats, off_road: Bools) -> Heat:
    points = whole.shape[1]
    if not len(whole):
        return Heat(np.full(points, np.inf), np.full(points, -1), np.zeros(points, bool))
    first, at = whole.argmin(0), np.arange(points)
    seconds = whole[first, at]
    there = np.isfinite(seconds)
    return Heat(seconds, np.where(there, first, -1), there & off_road[first, at])


def shares(of: Heat, demand: Demand) -> Shares:
    """How much is reached within 15 minutes from the alarm."""
    inside = of.seconds <= STANDARD_S
    known = float(demand.weight.sum()) > 0.0
    return Shares(share(inside.astype(np.int64), demand.weight) if known else None, int(inside.sum()))
