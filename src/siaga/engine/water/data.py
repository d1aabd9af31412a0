"""Factors, hose, pumps and ranges of the water plan: data read from standards/water.toml and checked on load."""

import math
import tomllib
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

import msgspec

STANDARD = Path(__file__).parents[2] / "standards" / "water.toml"
Code = Literal[
    "out-of-range",  # the field holds no number that can be meant
    "nothing-given",  # the field is empty
    "not-in-order",  # the heights of a line do not go forward from 0
    "steeper-than-hose",  # a stretch rises or falls more than it is long
    "fill-too-slow",  # no number of tankers brings this: the fill point is the limit
    "drop-too-slow",  # the same at the place where they empty
    "too-many-tankers",  # it would take more tankers than the range allows
    "flow-above-source",  # the source does not give this flow
    "flow-above-pump",  # this flow is beyond a pump's curve
    "no-progress",  # not even one hose length is bridged from here
    "too-many-pumps",  # it would take more pumps than there are or than the range allows
]
Positive = Annotated[float, msgspec.Meta(gt=0.0)]
NotNegative = Annotated[float, msgspec.Meta(ge=0.0)]
Share = Annotated[float, msgspec.Meta(ge=0.0, lt=1.0)]
RANGES = frozenset(
    {
        *("volume_m3", "ark", "akk", "fb", "neighbour_m", "area_m2"),
        *("flow_lpm", "given_lpm", "litres"),
        *("tank_l", "seconds", "points", "tankers", "route_m", "kmh"),
        *("hose_line_m", "height_m", "lines", "bar", "lift_m", "pumps"),
    }
)


class Impossible(msgspec.Struct, frozen=True, kw_only=True):
    """Why there is no answer: what, in which field, its value (None: not a number), and the limits it broke."""

    code: Code
    field: str
    value: float | None = None
    least: float | None = None
    most: float | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with a water file: what, where, and the value found there."""

    code: str
    where: str
    value: str


class WaterError(ValueError):
    """A water file that is refused, with every problem in it."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{p.code} at {p.where}: {p.value}" for p in problems))


class NeedRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Factors of the regulation."""

    litres_per_m3: Positive
    flow_divisor: Positive
    most_flow_lpm: Positive
    exposed_factor: Annotated[float, msgspec.Meta(ge=1.0)]
    exposed_within_m: Positive
    exposed_from_m2: NotNegative
    exposed_any_size_ark: int
    floor_l: NotNegative
    floor_exposed_l: NotNegative


class ShuttleRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for every tanker's trip when nothing better is known."""

    lost_share: Share
    start_stop_s: NotNegative
    kmh: Positive
    handling_fill_s: NotNegative
    handling_drop_s: NotNegative


class RelayRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for every row of pumps."""

    bar_per_m: Positive
    min_inlet_bar: Positive
    hose_m: Positive
    full_lift_m: NotNegative
    most_lift_m: Positive
    most_lift_share: Annotated[float, msgspec.Meta(gt=0.0, le=1.0)]


class Hose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of hose: loss is bar per 100 m at 1,000 L/min, max_bar its highest pressure in a relay."""

    diameter_mm: Positive
    loss: Positive
    max_bar: Positive


class Pump(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A pump by what it adds: (L/min, bar) points with rising flow and pressure that never rises."""

    curve: Annotated[tuple[tuple[Positive, Positive], ...], msgspec.Meta(min_length=1)]

    @property
    def most_lpm(self) -> float:
        """The flow at which the curve ends."""
        return self.curve[-1][0]

    def adds_bar(self, flow_lpm: float) -> float:
        """Pressure in bar added at a flow in L/min, straight between the points; 0 beyond the end of the curve."""
        if flow_lpm > self.most_lpm:
            return 0.0
        for (q0, p0), (q1, p1) in pairwise(self.curve):
            if q0 < flow_lpm <= q1:
                return p0 + (p1 - p0) * (flow_lpm - q0) / (q1 - q0)
        return self.curve[0][1]


class Water(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole water file, checked."""

    need: NeedRules
    shuttle: ShuttleRules
    relay: RelayRules
    hose: dict[str, Hose]
    pump: dict[str, Pump]
    ranges: dict[str, tuple[float, float]]

    def outside(self, name: str, value: float, field: str | None = None) -> Impossible | None:
        """The named refusal of a value outside its range (also of nan and infinity), or None when it is inside."""
        least, most = self.ranges[name]
        if least <= value <= most:
            return None
        found = value if math.isfinite(value) else None
        return Impossible(code="out-of-range", field=field or name, value=found, least=least, most=most)

    def first_outside(self, *given: tuple[str, float, str]) -> Impossible | None:
        """The refusal of the first (range, value, field) that is outside, or None."""
        return next((no for name, value, field in given if (no := self.outside(name, value, field))), None)


def read_water(path: Path = STANDARD) -> Water:
    """Read and check a water file; WaterError names every problem."""
    try:
        return check_water(tomllib.loads(path.read_text("utf-8")))
    except tomllib.TOMLDecodeError as wrong:
        raise WaterError(Problem(code="not-toml", where=path.name, value=str(wrong))) from wrong


def check_water(data: Mapping[str, object]) -> Water:
    """Turn parsed data into Water; WaterError names every problem."""
    try:
        water = msgspec.convert(data, Water)
    except msgspec.ValidationError as wrong:
        what, _, where = str(wrong).partition(" - at ")
        raise WaterError(Problem(code="wrong-form", where=where.strip("`") or "$", value=what)) from wrong
    problems = tuple(_problems(water))
    if problems:
        raise WaterError(*problems)
    return water


def _problems(water: Water) -> Iterator[Problem]:
    for where, value in _numbers("", msgspec.to_builtins(water)):
        if not math.isfinite(value):
            yield Problem(code="not-a-number", where=where, value=str(value))
    for name in sorted(RANGES ^ water.ranges.keys()):
        yield Problem(code="range-missing" if name in RANGES else "range-unknown", where="ranges", value=name)
    for name, (least, most) in water.ranges.items():
        if least > most:
            yield Problem(code="range-empty", where=f"ranges.{name}", value=f"{least} to {most}")
    for name, pump in water.pump.items():
        for (q0, p0), (q1, p1) in pairwise(pump.curve):
            if q1 <= q0 or p1 > p0:
                yield Problem(code="curve-not-falling", where=f"pump.{name}.curve", value=f"{q0}, {p0} then {q1}, {p1}")
    by_width = sorted(water.hose.items(), key=lambda row: row[1].diameter_mm)
    for (_, narrow), (name, wide) in pairwise(by_width):
        if wide.loss > narrow.loss:
            yield Problem(code="wider-hose-loses-more", where=f"hose.{name}.loss", value=str(wide.loss))
    if water.relay.most_lift_m <= water.relay.full_lift_m:
        yield Problem(code="lift-not-in-order", where="relay.most_lift_m", value=str(water.relay.most_lift_m))


def _numbers(where: str, data: object) -> Iterator[tuple[str, float]]:
    if isinstance(data, float):
        yield where, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _numbers(f"{where}.{key}" if where else str(key), value)
    elif isinstance(data, (list, tuple)):
        for value in data:
            yield from _numbers(where, value)
