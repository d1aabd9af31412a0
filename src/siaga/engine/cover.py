"""Cover: the share of expected demand that a ready unit can serve inside 15 minutes, before and after units leave."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from siaga.engine.proposal import STANDARD_S
from siaga.engine.roads.closures import ClosureError, Closures
from siaga.engine.roads.travel import Travel

Floats: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Place: TypeAlias = tuple[str, float, float]  # station, lon, lat

STANDARD_SET_UP_S = 180.0  # from arrival to water on an ordinary fire; assumption, of the size the incident types use
AT_ONCE = 400_000  # nodes a matrix may have to visit to be made while somebody waits (about 50 ms)
KEPT = 24  # matrices kept: a handful of vehicle classes, the hours that differ, closures before and after


@dataclass(frozen=True, eq=False)
class Demand:
    """Expected demand at points (a,): the area each belongs to, lon, lat, weight ≥ 0 (only ratios count), kind of area.

    ValueError if the lengths differ or a weight is negative or not finite.
    """

    areas: tuple[str, ...]
    lon: Floats
    lat: Floats
    weight: Floats
    kinds: tuple[str, ...]
    key: int = field(init=False)

    def __post_init__(self) -> None:
        if not len(self.areas) == len(self.lon) == len(self.lat) == len(self.weight) == len(self.kinds):
            raise ValueError("areas, coordinates, weights and kinds differ in number")
        if not (np.isfinite(self.weight).all() and (self.weight >= 0.0).all()):
            raise ValueError("a weight is negative or not a number")
        object.__setattr__(
            self, "key", hash((self.areas, self.lon.tobytes(), self.lat.tobytes(), self.weight.tobytes()))
        )

    def kind_of(self, area: str | None) -> str | None:
        """The kind of an area; None if it is not known."""
        return self.kinds[self.areas.index(area)] if area in self.areas else None


NO_DEMAND = Demand((), np.empty(0), np.empty(0), np.empty(0), ())


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """Cover (0 to 1) before and after units leave, and the area that loses most with its own cover; None: none does."""

    before: float
    after: float
    area: str | None = None
    area_before: float = 0.0
    area_after: float = 0.0


def budget_s(turnout_s: float, set_up_s: float = STANDARD_SET_UP_S) -> float:
    """Seconds of the 15 minutes that are left for driving."""
    return max(0.0, STANDARD_S - turnout_s - set_up_s)


def share(counts: Counts, weight: Floats) -> float:
    """Share of the demand that at least one unit covers; 0 without demand."""
    total = float(weight.sum())
    return float(weight[counts > 0].sum()) / total if total > 0.0 else 0.0


def left(counts: Counts, going: Bools, demand: Demand) -> Left:
    """Cover before and after: counts (a,) of ready units that cover each point, going (k, a) of those that leave."""
    rest = counts - going.sum(0)
    before, after = share(counts, demand.weight), share(rest, demand.weight)
    lost = demand.weight * ((counts > 0) & (rest <= 0))
    if not lost.any():
        return Left(before=before, after=after)
    by_area: dict[str, float] = {}
    for i in np.flatnonzero(lost).tolist():
        by_area[demand.areas[i]] = by_area.get(demand.areas[i], 0.0) + float(lost[i])
    worst = max(by_area, key=lambda name: by_area[name])
    there = np.array([name == worst for name in demand.areas], bool)
    return Left(
        before=before,
        after=after,
        area=worst,
        area_before=share(counts[there], demand.weight[there]),
        area_after=share(rest[there], demand.weight[there]),
    )


class CoverMap:
    """Seconds from stations to demand points, kept until the network, the stations, the demand or the closures change.

    May be asked from several threads. What would take long is made on a thread of its own, and `seconds` says None
    ("not known yet") until it is there, so that a proposal never waits for it.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[object, ...], tuple[Travel, Floats | None]] = OrderedDict()
        self._making: dict[tuple[object, ...], threading.Thread] = {}

    def seconds(
        self,
        travel: Travel,
        stations: tuple[Place, ...],
        demand: Demand,
        vehicle_class: str,
        hour: int,
        closures: Closures = (),
    ) -> Floats | None:
        """Driving seconds (s, a) of a vehicle class, inf beyond 15 minutes; None: not known yet, or not to be known."""
        if not stations or not demand.areas:
            return np.full((len(stations), len(demand.areas)), np.inf)
        curve = tuple(factors[hour] for factors in travel.speeds.hours.values())
        key = (id(travel), stations, demand.key, vehicle_class, curve, closures)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key][1]
            if key in self._making:
                return None
        if self._work(travel, stations, demand) <= self._at_once:
            return self._make(key, travel, stations, demand, vehicle_class, hour, closures)
        thread = threading.Thread(
            target=self._make,
            args=(key, travel, stations, demand, vehicle_class, hour, closures),
            name="cover",
            daemon=True,
        )
        with self._lock:
            if key in self._making:
                return None
            self._making[key] = thread
        thread.start()
        return None

    def settle(self, seconds: float = 60.0) -> None:
        """Wait until nothing is being made (at start, before a bench, in tests)."""
        with self._lock:
            threads = list(self._making.values())
        for thread in threads:
            thread.join(seconds)

    @staticmethod
    def _work(travel: Travel, stations: tuple[Place, ...], demand: Demand) -> int:
        """Nodes to visit at most: one search for each station or each point, whichever are fewer."""
        return travel.network.nodes * min(len(stations), len(demand.areas)) if travel.network is not None else 0

    def _make(
        self,
        key: tuple[object, ...],
        travel: Travel,
        stations: tuple[Place, ...],
        demand: Demand,
        vehicle_class: str,
        hour: int,
        closures: Closures,
    ) -> Floats | None:
        made: Floats | None = None
        try:
            sources = np.array([(lon, lat) for _, lon, lat in stations])
            targets = np.stack([demand.lon, demand.lat], axis=1)
            made = travel.matrix(sources, targets, vehicle_class, hour, closures, limit_s=STANDARD_S)
        except ClosureError:
            made = None  # a closure that the present network does not know: cover stays unknown, proposals go on
        finally:
            with self._lock:
                self._making.pop(key, None)
                self._known[key] = (travel, made)  # with its network, so that the id in the key stays its own
                for old in [k for k, (t, _) in self._known.items() if t is not travel]:
                    del self._known[old]
                while len(self._known) > KEPT:
                    self._known.popitem(last=False)
        return made
