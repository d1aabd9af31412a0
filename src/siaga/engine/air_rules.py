"""Figures of breathing apparatus: data read from standards/air.toml, checked on load, and air as a real gas."""

import math
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

import msgspec

Rule = Literal["way-in", "share", "exit-by-whistle"]
STANDARD = Path(__file__).parents[1] / "standards" / "air.toml"
Positive = Annotated[float, msgspec.Meta(gt=0.0)]
Share = Annotated[float, msgspec.Meta(gt=0.0, le=1.0)]


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with an air file: what, where, and the value found there."""

    code: str
    where: str
    value: str


class AirRulesError(ValueError):
    """An air file that is refused, with every problem in it."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{p.code} at {p.where}: {p.value}" for p in problems))


class Cylinder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A cylinder: water volume in litres and working pressure in bar."""

    litres: float
    bar: float


class Gas(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Compressibility z of air by pressure (bar), two rows of equal length, rising pressure."""

    bar: tuple[Positive, ...]
    z: tuple[Positive, ...]


class Exertion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Planned consumption of one kind of work: mean and spread between wearers, litres of free air per minute."""

    l_min: Positive
    sd_l_min: Positive


class Consumption(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What wearers are planned with before readings, and how one wearer's breathing swings about his mean."""

    usual: str
    least_l_min: Positive
    swing_l_min: Positive
    swing_s: Positive
    exertion: dict[str, Exertion]


class Gauge(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pressure gauge can show (bar)."""

    step_bar: Positive
    rise_bar: Positive
    over_share: Annotated[float, msgspec.Meta(ge=1.0)]


class Pressures(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whistle pressure (bar) and the least share of the working pressure to enter with."""

    whistle_bar: Positive
    entry_share: Share


class TurnBackRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which turn-back rules the service enabled, and their figures."""

    enabled: tuple[Rule, ...]
    factor: Annotated[float, msgspec.Meta(ge=1.0)]
    reserve_bar: Annotated[float, msgspec.Meta(ge=0.0)]
    share: Share


class Warnings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the board warns: quantile used for warnings, seconds ahead, age of a reading, size of a change."""

    early: Annotated[float, msgspec.Meta(gt=0.0, lt=0.5)]
    soon_s: Positive
    stale_s: Positive
    change_sd: Positive
    ahead_s: Positive


class AirRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole air file, checked."""

    cylinders: dict[str, Cylinder]
    gas: Gas
    consumption: Consumption
    gauge: Gauge
    pressures: Pressures
    turn_back: TurnBackRules
    warnings: Warnings

    @property
    def swing(self) -> float:
        """Variance of the air used that grows per minute (L²/min): a fluctuation of sd s lasting T gives 2·s²·T.

        Source: white-noise limit of a first-order autocorrelated process (Gardiner, Handbook of Stochastic Methods).
        """
        return 2.0 * self.consumption.swing_l_min**2 * self.consumption.swing_s / 60.0


def read_air_rules(path: Path = STANDARD) -> AirRules:
    """Read and check an air file; AirRulesError names every problem."""
    try:
        return check_air_rules(tomllib.loads(path.read_text("utf-8")))
    except tomllib.TOMLDecodeError as wrong:
        raise AirRulesError(Problem(code="not-toml", where=path.name, value=str(wrong))) from wrong


def check_air_rules(data: Mapping[str, object]) -> AirRules:
    """Turn parsed data into AirRules; AirRulesError names every problem."""
    try:
        rules = msgspec.convert(data, AirRules)
    except msgspec.ValidationError as wrong:
        what, _, where = str(wrong).partition(" - at ")
        raise AirRulesError(Problem(code="wrong-form", where=where.strip("`") or "$", value=what)) from wrong
    problems = tuple(_problems(rules))
    if problems:
        raise AirRulesError(*problems)
    return rules


def _problems(rules: AirRules) -> Iterator[Problem]:
    def problem(code: str, where: str, value: object) -> Problem:
        return Problem(code=code, where=where, value=str(value))

    yield from (problem(f"gas-{code}", "gas", value) for code, value in _gas_problems(rules.gas))
    top = max(rules.gas.bar, default=0.0)
    if not rules.cylinders:
        yield problem("cylinder-missing", "cylinders", "none")
    for name, cylinder in rules.cylinders.items():
        if not cylinder_possible(cylinder):
            yield problem("cylinder-absurd", f"cylinders.{name}", cylinder)
        if cylinder.bar * rules.gauge.over_share > top:
            yield problem("cylinder-beyond-gas", f"cylinders.{name}.bar", cylinder.bar)
        if rules.pressures.whistle_bar >= cylinder.bar * rules.pressures.entry_share:
            yield problem("whistle-at-entry", f"cylinders.{name}.bar", cylinder.bar)
    if rules.consumption.usual not in rules.consumption.exertion:
        yield problem("exertion-missing", "consumption.usual", rules.consumption.usual)
    for name, exertion in rules.consumption.exertion.items():
        if not rules.consumption.least_l_min < exertion.l_min <= 300.0:
            yield problem("consumption-out-of-range", f"consumption.exertion.{name}.l_min", exertion.l_min)
        if exertion.sd_l_min > exertion.l_min / 2.0:
            yield problem("spread-out-of-range", f"consumption.exertion.{name}.sd_l_min", exertion.sd_l_min)
    if not rules.turn_back.enabled:
        yield problem("rule-missing", "turn_back.enabled", "none")
    for where, number in _numbers(rules):
        if not math.isfinite(number):
            yield problem("not-a-number", where, number)


def _gas_problems(gas: Gas) -> Iterator[tuple[str, object]]:
    if len(gas.bar) != len(gas.z) or len(gas.bar) < 2:
        yield "rows-differ", f"{len(gas.bar)} pressures, {len(gas.z)} factors"
        return
    nodes = _nodes(gas)
    for (bar, fill), (next_bar, next_fill) in pairwise(nodes):
        # A full-looking cylinder must never hold less than an emptier one; also refuses nan and falling pressures.
        if not (next_bar > bar and next_fill > fill):
            yield "not-rising", next_bar


def _numbers(rules: AirRules) -> Iterator[tuple[str, float]]:
    for part in ("consumption", "gauge", "pressures", "turn_back", "warnings"):
        for name, value in msgspec.structs.asdict(getattr(rules, part)).items():
            if isinstance(value, float):
                yield f"{part}.{name}", value


def cylinder_possible(cylinder: Cylinder) -> bool:
    """Whether volume (0.5 to 20 L) and working pressure (100 to 400 bar) can be those of a worn cylinder."""
    return 0.5 <= cylinder.litres <= 20.0 and 100.0 <= cylinder.bar <= 400.0  # nan compares false


def _nodes(gas: Gas) -> list[tuple[float, float]]:
    """(bar, litres of free air per litre of cylinder), from empty on."""
    return [(0.0, 0.0), *((bar, bar / z) for bar, z in zip(gas.bar, gas.z, strict=True))]


def compressibility(gas: Gas, bar: float) -> float:
    """Factor z of air at a pressure in bar, by straight lines between the rows; ValueError outside the table."""
    if not 0.0 <= bar <= gas.bar[-1]:
        raise ValueError(f"no compressibility at {bar} bar")
    intercept, slope = _line(gas, bar)
    return intercept + slope * bar


def _line(gas: Gas, bar: float) -> tuple[float, float]:
    """z = a + b·bar on the piece of the table that holds this pressure; an empty cylinder is an ideal one."""
    at = min(bisect_right(gas.bar, bar), len(gas.bar) - 1)
    low, high = (gas.bar[at - 1], gas.bar[at]) if at else (0.0, gas.bar[0])
    z_low, z_high = (gas.z[at - 1], gas.z[at]) if at else (1.0, gas.z[0])
    slope = (z_high - z_low) / (high - low)
    return z_low - slope * low, slope


def free_litres(gas: Gas, litres: float, bar: float) -> float:
    """Litres of free air (1 bar, 300 K) in a cylinder of so many litres: V·p/z(p); ValueError outside the table."""
    return litres * bar / compressibility(gas, bar)


def bar_of(gas: Gas, litres: float, free: float) -> float:
    """Pressure in bar of a cylinder that holds so much free air (both litres); inverse of free_litres.

    Less than nothing reads 0 bar, more than the table holds reads its last pressure.
    """
    fill = free / litres
    nodes = _nodes(gas)
    if fill <= 0.0:
        return 0.0
    if fill >= nodes[-1][1]:
        return nodes[-1][0]
    at = bisect_right(nodes, fill, key=lambda node: node[1])
    intercept, slope = _line(gas, nodes[at - 1][0])
    return min(intercept * fill / (1.0 - slope * fill), nodes[at][0])


def litres_per_bar(gas: Gas, litres: float, bar: float) -> float:
    """Litres of free air that one bar is worth at a pressure: V·d(p/z)/dp; ValueError outside the table."""
    return litres * _line(gas, bar)[0] / compressibility(gas, bar) ** 2
