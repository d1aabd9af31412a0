"""Speeds, detours, turnout and spread of travel times: data read from standards/roads.toml and checked on load."""

import math
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from siaga.engine.geo import Floats
from siaga.engine.roads.network import UNKNOWN_ROAD, Network

Way = Literal["network", "straight-line"]
STANDARD = Path(__file__).parents[2] / "standards" / "roads.toml"
FASTEST_KMH = 150.0
Positive = Annotated[float, msgspec.Meta(gt=0.0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0.0)]
Hour = Annotated[int, msgspec.Meta(ge=0, le=23)]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with a speeds file: what, where, and the value found there."""

    code: str
    where: str
    value: str


class SpeedsError(ValueError):
    """A speeds file that is refused, with every problem in it."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{p.code} at {p.where}: {p.value}" for p in problems))


class Vehicle(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A vehicle class."""

    straight_kmh: Positive


class Road(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A road class: its curve over the day and the speed of each vehicle class on it (0: not there)."""

    group: str
    kmh: dict[str, float]


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for every vehicle."""

    limit_factor: Positive
    off_road_kmh: Positive
    snap_limit_m: Positive


class Straight(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The straight-line way."""

    detour: Annotated[float, msgspec.Meta(ge=1.0)]


class Turnout(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Seconds from the alarm to wheels rolling, by day and by night."""

    day_s: NotNegative
    night_s: NotNegative
    night: tuple[Hour, ...]


class Spread(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a real travel time scatters about its estimate (the formula stands in roads.toml)."""

    fixed_s: NotNegative
    per_s: NotNegative
    share: NotNegative


class Speeds(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole speeds file, checked."""

    vehicles: dict[str, Vehicle]
    roads: dict[str, Road]
    hours: dict[str, tuple[float, ...]]
    rules: Rules
    straight: Straight
    turnout: Turnout
    spread: dict[Way, Spread]

    def kmh(self, vehicle_class: str, road: str, hour: int) -> float:
        """Speed in km/h on a road class at a local hour; a road class without a row counts as unknown."""
        row = self.roads.get(road) or self.roads[UNKNOWN_ROAD]
        return row.kmh[vehicle_class] * self.hours[row.group][hour]

    def turnout_s(self, hour: int) -> float:
        """Seconds from the alarm to wheels rolling at a local hour."""
        return self.turnout.night_s if hour in self.turnout.night else self.turnout.day_s


def read_speeds(path: Path = STANDARD) -> Speeds:
    """Read and check a speeds file; SpeedsError names every problem."""
    try:
        return check_speeds(tomllib.loads(path.read_text("utf-8")))
    except tomllib.TOMLDecodeError as wrong:
        raise SpeedsError(Problem(code="not-toml", where=path.name, value=str(wrong))) from wrong


def check_speeds(data: Mapping[str, object]) -> Speeds:
    """Turn parsed data into Speeds; SpeedsError names every problem."""
    try:
        speeds = msgspec.convert(data, Speeds)
    except msgspec.ValidationError as wrong:
        what, _, where = str(wrong).partition(" - at ")
        raise SpeedsError(Problem(code="wrong-form", where=where.strip("`") or "$", value=what)) from wrong
    problems = tuple(_problems(speeds))
    if problems:
        raise SpeedsError(*problems)
    return speeds


def _problems(speeds: Speeds) -> Iterator[Problem]:
    def problem(code: str, where: str, value: object) -> Problem:
        return Problem(code=code, where=where, value=str(value))

    if UNKNOWN_ROAD not in speeds.roads:
        yield problem("road-missing", "roads", UNKNOWN_ROAD)
    for way in ("network", "straight-line"):
        if way not in speeds.spread:
            yield problem("spread-missing", "spread", way)
    for group, factors in speeds.hours.items():
        if len(factors) != 24:
            yield problem("hours-not-24", f"hours.{group}", len(factors))
        for factor in factors:
            if not 0.1 <= factor <= 2.0:
                yield problem("factor-out-of-range", f"hours.{group}", factor)
    for name, road in speeds.roads.items():
        if road.group not in speeds.hours:
            yield problem("group-unknown", f"roads.{name}.group", road.group)
        for vehicle in speeds.vehicles.keys() - road.kmh.keys():
            yield problem("speed-missing", f"roads.{name}.kmh", vehicle)
        for vehicle, kmh in road.kmh.items():
            if vehicle not in speeds.vehicles:
                yield problem("vehicle-unknown", f"roads.{name}.kmh", vehicle)
            if not (kmh == 0.0 or 1.0 <= kmh <= FASTEST_KMH):  # also refuses nan
                yield problem("speed-out-of-range", f"roads.{name}.kmh.{vehicle}", kmh)
    for vehicle in speeds.vehicles:
        if not any(road.kmh.get(vehicle) for road in speeds.roads.values()):
            yield problem("vehicle-without-road", "roads", vehicle)


def link_seconds(network: Network, speeds: Speeds, vehicle_class: str, hour: int) -> Floats:
    """Seconds (L,) a vehicle class needs for each link at a local hour; inf where it does not go.

    Permission and closures are not looked at here. KeyError for an unknown vehicle class.
    """
    per_road = np.array([speeds.kmh(vehicle_class, road, hour) for road in network.roads])
    kmh = per_road[network.link_road]
    limit = network.link_maxspeed * speeds.rules.limit_factor
    kmh = np.where(limit > 0.0, np.minimum(kmh, limit), kmh)
    seconds = np.full(network.links, np.inf)
    np.divide(network.link_m * 3.6, kmh, out=seconds, where=kmh > 0.0)
    return seconds


def straight_estimate(speeds: Speeds, vehicle_class: str, straight_m: NDArray[np.float64]) -> tuple[Floats, Floats]:
    """Seconds and metres of the straight-line way: straight metres × detour at the class's mean speed."""
    metres = straight_m * speeds.straight.detour
    return metres * 3.6 / speeds.vehicles[vehicle_class].straight_kmh, metres


def sigma(speeds: Speeds, seconds: float, way: Way) -> float:
    """Spread of log travel time about an estimate of so many seconds (source and form: roads.toml)."""
    if seconds <= 0.0:
        return 0.0
    s = speeds.spread[way]
    variance = s.fixed_s**2 + s.per_s * seconds + (s.share * seconds) ** 2
    return math.sqrt(math.log1p(variance / seconds**2))


def probability_within(speeds: Speeds, limit_s: float, seconds: float, way: Way) -> float:
    """Chance that a travel estimated at so many seconds is over by limit_s (log-normal, median = estimate)."""
    if not math.isfinite(seconds) or limit_s <= 0.0:
        return 0.0
    spread = sigma(speeds, seconds, way)
    if spread == 0.0:
        return 1.0
    return 0.5 * math.erfc(-math.log(limit_s / seconds) / (spread * math.sqrt(2.0)))


def interval(speeds: Speeds, seconds: float, way: Way) -> tuple[float, float]:
    """The seconds between which eight of ten runs with this estimate should lie (10th and 90th percentile)."""
    if not math.isfinite(seconds):
        return seconds, seconds
    factor = math.exp(1.2815515655446004 * sigma(speeds, seconds, way))  # 90th percentile of the normal distribution
    return seconds / factor, seconds * factor
