"""Breathing air of a wearer: how much is left, how long until turning back, whistle and empty, and how sure that is.

The model (all of it in litres of free air, since a bar at 300 is worth less air than a bar at 100): air falls by a
constant rate of this wearer, unknown at first, plus swings of his breathing. The planning figure is the prior, each
gauge reading is an observation; the two-dimensional Gaussian (air, rate) is updated exactly (Kalman filter; Särkkä,
Bayesian Filtering and Smoothing, 2013, ch. 4). Every doubt is settled to the careful side and named in a notice:
nothing here raises because of what was read at an incident.
"""

import math
from collections.abc import Iterable, Mapping
from itertools import groupby
from statistics import NormalDist
from typing import Literal

import msgspec

from siaga.engine.air_rules import (
    AirRules,
    Cylinder,
    Exertion,
    Rule,
    bar_of,
    cylinder_possible,
    free_litres,
    litres_per_bar,
)

Mark = Literal["entry", "goal", "new-cylinder", "check"]
State = Literal["whistle", "turn-back", "unknown", "soon", "ok"]  # worst first
NoticeCode = Literal[
    "no-reading",
    "no-entry-pressure",
    "entry-below-minimum",
    "pressure-absurd",
    "pressure-rose",
    "readings-disagree",
    "consumption-rose",
    "time-absurd",
    "reading-ahead",
    "reading-old",
    "cylinder-absurd",
    "exertion-unknown",
    "way-in-not-measured",
]
WORST_FIRST: tuple[State, ...] = ("whistle", "turn-back", "unknown", "soon", "ok")
ORDER: tuple[Mark, ...] = ("entry", "new-cylinder", "goal", "check")  # of readings at the same moment
LATEST_S = 1e10  # seconds on any clock people use (the year 2286 in epoch seconds)


class Reading(msgspec.Struct, frozen=True):
    """A pressure somebody read: when (s, any common scale), gauge pressure (bar), and where on the trip.

    entry: before going in, starts a trip; goal: arrived where the work is; new-cylinder: changed during the trip.
    """

    at_s: float
    bar: float
    mark: Mark = "check"


class Worn(msgspec.Struct, frozen=True):
    """A wearer: the cylinder on his back, everything read from it, how hard he works (None: as the service plans)."""

    cylinder: Cylinder
    readings: tuple[Reading, ...] = ()
    exertion: str | None = None


class Notice(msgspec.Struct, frozen=True):
    """Something a person should know about these readings; the figures it is about, where there are any."""

    code: NoticeCode
    at_s: float | None = None
    bar: float | None = None
    against_bar: float | None = None


class Range(msgspec.Struct, frozen=True):
    """An uncertain value: early quantile (10 %), middle, late quantile (90 %) by the rules' `early`."""

    low: float
    middle: float
    high: float


class Spread(msgspec.Struct, frozen=True):
    """Mean and standard deviation."""

    mean: float
    sd: float


class TurnBack(msgspec.Struct, frozen=True):
    """Pressure (bar) to turn back at, the rule that asks for it, and whether the way in was measured."""

    bar: float
    rule: Literal[Rule, "whistle"]
    measured: bool


class Belief(msgspec.Struct, frozen=True):
    """What is believed at one moment: air (L) and rate (L/min), their variances and covariance."""

    at_s: float
    litres: float
    rate: float
    var_litres: float
    cov: float
    var_rate: float


class Learned(msgspec.Struct, frozen=True):
    """What the readings say: belief at the newest used one (None: none), pressures of the trip, and the notices."""

    belief: Belief | None = None
    last_bar: float | None = None
    entry_bar: float | None = None
    goal_bar: float | None = None
    notices: tuple[Notice, ...] = ()


class Air(msgspec.Struct, frozen=True, kw_only=True):
    """The air of one wearer at one moment; times are seconds from that moment, None where nothing is known.

    state by the early quantile: whistle (may sound already), turn-back, unknown (readings old or missing), soon, ok.
    """

    state: State
    notices: tuple[Notice, ...]
    age_s: float | None = None
    pressure: Range | None = None
    l_min: Spread | None = None
    bar_min: Spread | None = None
    turn_back: TurnBack | None = None
    to_turn_back: Range | None = None
    to_whistle: Range | None = None
    to_empty: Range | None = None


class CrewAir(msgspec.Struct, frozen=True, kw_only=True):
    """A crew's air: that of its worst member (None: nobody), who is unknown, and the first turning back (s)."""

    worst: str | None
    air: Air
    unknown: tuple[str, ...]
    turn_back_s: float | None


def air(rules: AirRules, worn: Worn, now_s: float) -> Air:
    """Air of a wearer at now_s (s, the scale of the readings); odd input comes back as notices, never as an error."""
    if not abs(now_s) <= LATEST_S:  # also nan
        return Air(state="unknown", notices=(Notice("time-absurd"),))
    learned = learn(rules, worn)
    notices = list(learned.notices)
    belief, last_bar = learned.belief, learned.last_bar
    if belief is None or last_bar is None:
        return Air(state="unknown", notices=tuple(notices))
    age_s = now_s - belief.at_s
    if age_s < -rules.warnings.ahead_s:
        notices.append(Notice("reading-ahead", belief.at_s, last_bar))
    if age_s > rules.warnings.stale_s:
        notices.append(Notice("reading-old", belief.at_s, last_bar))
    back = turn_back(rules, worn.cylinder, learned.entry_bar, learned.goal_bar)
    if not back.measured:
        notices.append(Notice("way-in-not-measured"))
    minutes = max(0.0, age_s) / 60.0
    gas, volume = rules.gas, worn.cylinder.litres
    pressure = _between(bar_of(gas, volume, litres) for litres in _litres_after(rules, belief, minutes))

    def until(bar: float) -> Range:
        times = _minutes_to(rules, belief, free_litres(gas, volume, bar))
        return _between(max(0.0, time - minutes) * 60.0 for time in times)

    to_turn_back, to_whistle = until(back.bar), until(rules.pressures.whistle_bar)
    per_bar, sd = litres_per_bar(gas, volume, pressure.middle), math.sqrt(belief.var_rate)
    rate = max(belief.rate, rules.consumption.least_l_min)
    return Air(
        state=_state(rules, to_turn_back, to_whistle, age_s),
        notices=tuple(notices),
        age_s=max(0.0, age_s),
        pressure=pressure,
        l_min=Spread(rate, sd),
        bar_min=Spread(rate / per_bar, sd / per_bar),
        turn_back=back,
        to_turn_back=to_turn_back,
        to_whistle=to_whistle,
        to_empty=until(0.0),
    )


def _state(rules: AirRules, to_turn_back: Range, to_whistle: Range, age_s: float) -> State:
    # An old reading hides "ok" and "soon", never a danger: that would be silence when it matters.
    if to_whistle.low <= 0.0:
        return "whistle"
    if to_turn_back.low <= 0.0:
        return "turn-back"
    if age_s > rules.warnings.stale_s:
        return "unknown"
    return "soon" if to_turn_back.low <= rules.warnings.soon_s else "ok"


def crew_air(members: Mapping[str, Air]) -> CrewAir:
    """Air of a crew, which is that of its worst member: by state, then by the earliest turning back."""

    def rank(name: str) -> tuple[int, float, float]:
        one = members[name]
        early = one.to_turn_back.low if one.to_turn_back else 0.0
        return WORST_FIRST.index(one.state), early, one.pressure.low if one.pressure else 0.0

    worst = min(members, key=rank, default=None)
    return CrewAir(
        worst=worst,
        air=members[worst] if worst is not None else Air(state="unknown", notices=(Notice("no-reading"),)),
        unknown=tuple(name for name, one in members.items() if one.state == "unknown"),
        turn_back_s=min((one.to_turn_back.low for one in members.values() if one.to_turn_back), default=None),
    )


def turn_back(rules: AirRules, cylinder: Cylinder, entry_bar: float | None, goal_bar: float | None) -> TurnBack:
    """Turn-back pressure (bar): the highest of the enabled rules, never below the whistle (rules: standards/air.toml).

    Without entry pressure the cylinder counts as full, which turns back earliest. Without goal pressure the crew is
    still on its way in: it turns back where factor times the way so far and the reserve are just left.
    """
    entry = cylinder.bar if entry_bar is None else entry_bar
    measured = entry_bar is not None and goal_bar is not None
    asked: dict[Literal[Rule, "whistle"], float] = {"whistle": rules.pressures.whistle_bar}
    factor, reserve = rules.turn_back.factor, rules.turn_back.reserve_bar
    for rule in rules.turn_back.enabled:
        if rule == "share":
            asked[rule] = rules.turn_back.share * entry
        elif rule == "exit-by-whistle":
            asked[rule] = (entry + rules.pressures.whistle_bar) / 2.0
        elif entry_bar is not None and goal_bar is not None:
            # Less than one mark of the gauge cannot be told from nothing: never plan with a way of no length.
            asked[rule] = factor * max(entry - goal_bar, rules.gauge.step_bar) + reserve
        else:
            asked[rule] = (factor * entry + reserve) / (1.0 + factor)
    highest = max(asked, key=lambda rule: asked[rule])
    # A way in that cannot be paid back asks for more than the entry pressure: turn back now, at any pressure.
    return TurnBack(min(asked[highest], max(entry, cylinder.bar)), highest, measured)


def learn(rules: AirRules, worn: Worn) -> Learned:
    """What the readings teach, in the order of their times; whatever is wrong with them stands in the notices."""
    if not cylinder_possible(worn.cylinder) or worn.cylinder.bar * rules.gauge.over_share > rules.gas.bar[-1]:
        return Learned(notices=(Notice("cylinder-absurd"),))
    readings, wrong = _usable(rules, worn)
    plan, unknown = _plan(rules, worn.exertion)
    if not readings:
        return Learned(notices=(*wrong, *unknown, Notice("no-reading")))
    known = Learned(notices=(*wrong, *unknown))
    for reading in readings:
        known = _take(rules, worn.cylinder, plan, known, reading)
    if known.entry_bar is None:
        known = msgspec.structs.replace(known, notices=(*known.notices, Notice("no-entry-pressure")))
    return known


def _plan(rules: AirRules, exertion: str | None) -> tuple[Exertion, tuple[Notice, ...]]:
    table = rules.consumption.exertion
    name = rules.consumption.usual if exertion is None else exertion
    if name in table:
        return table[name], ()
    return max(table.values(), key=lambda one: one.l_min), (Notice("exertion-unknown"),)


def _usable(rules: AirRules, worn: Worn) -> tuple[list[Reading], tuple[Notice, ...]]:
    """Readings with a possible time and pressure, one for each moment, oldest first; the others as notices."""
    possible: list[Reading] = []
    notices: list[Notice] = []
    for reading in worn.readings:
        if not abs(reading.at_s) <= LATEST_S:  # also nan; a notice carries no figure that is none
            notices.append(Notice("time-absurd", bar=reading.bar if math.isfinite(reading.bar) else None))
        elif not 0.0 <= reading.bar <= worn.cylinder.bar * rules.gauge.over_share:
            notices.append(Notice("pressure-absurd", reading.at_s, reading.bar if math.isfinite(reading.bar) else None))
        else:
            possible.append(reading)
    kept: list[Reading] = []
    possible.sort(key=lambda reading: (reading.at_s, ORDER.index(reading.mark), reading.bar))
    for (at_s, _), group in groupby(possible, key=lambda reading: (reading.at_s, reading.mark)):
        same = list(group)
        if same[-1].bar - same[0].bar > rules.gauge.rise_bar:
            notices.append(Notice("readings-disagree", at_s, same[-1].bar, same[0].bar))
        kept.append(same[0])  # the lower one: careful
    return kept, tuple(notices)


def _take(rules: AirRules, cylinder: Cylinder, plan: Exertion, known: Learned, reading: Reading) -> Learned:
    """One more reading."""
    notices, belief, last_bar = list(known.notices), known.belief, known.last_bar
    litres = free_litres(rules.gas, cylinder.litres, reading.bar)
    # Uniform within one mark: sd = step / √3. In air by the volume alone (a bar is worth at most about that), so that
    # the weight of a reading does not depend on what it says.
    var = (cylinder.litres * rules.gauge.step_bar) ** 2 / 3.0
    entry_bar, goal_bar = known.entry_bar, known.goal_bar
    if belief is None or last_bar is None or reading.mark in ("entry", "new-cylinder"):
        rate, var_rate = (belief.rate, belief.var_rate) if belief else (plan.l_min, plan.sd_l_min**2)
        belief = Belief(reading.at_s, litres, rate, var, 0.0, var_rate)
        if reading.mark == "entry":
            entry_bar, goal_bar = reading.bar, None
            if reading.bar < rules.pressures.entry_share * cylinder.bar:
                notices.append(Notice("entry-below-minimum", reading.at_s, reading.bar))
    elif reading.bar - last_bar > rules.gauge.rise_bar:
        # Misread, or a cylinder nobody reported. The lower figure stands until a person says which.
        notices.append(Notice("pressure-rose", reading.at_s, reading.bar, last_bar))
        return msgspec.structs.replace(known, notices=tuple(notices))
    else:
        belief, rose = observe(rules, belief, reading.at_s, litres, var, plan)
        if rose:
            notices.append(Notice("consumption-rose", reading.at_s, reading.bar, last_bar))
    if reading.mark == "goal":
        goal_bar = reading.bar
    return Learned(belief, reading.bar, entry_bar, goal_bar, tuple(notices))


def observe(
    rules: AirRules, belief: Belief, at_s: float, litres: float, var: float, plan: Exertion
) -> tuple[Belief, bool]:
    """Belief after a reading of so much air (L, variance L²), and whether it showed more consumption than believed.

    A reading far below the expected one (`change_sd` spreads) means harder work than before, or lost air: it counts
    alone, not averaged with what was expected, and the planning spread of the rate is taken up again so that the new
    pace is learned. The hopeful side is learned slowly, on purpose.
    """
    ahead = forward(rules, belief, at_s)
    rose = litres < ahead.litres - rules.warnings.change_sd * math.sqrt(ahead.var_litres + var)
    if rose:
        open_again = max(belief.var_rate, plan.sd_l_min**2)
        ahead = forward(rules, msgspec.structs.replace(belief, var_rate=open_again), at_s)
    weight = 1.0 / (ahead.var_litres + var)
    gap = litres - ahead.litres
    return Belief(
        at_s,
        litres if rose else ahead.litres + ahead.var_litres * weight * gap,
        ahead.rate + ahead.cov * weight * gap,
        var if rose else ahead.var_litres * var * weight,
        ahead.cov * var * weight,
        ahead.var_rate - ahead.cov**2 * weight,
    ), rose


def forward(rules: AirRules, belief: Belief, at_s: float) -> Belief:
    """The belief carried on to a later time (s), without a reading: air falls by the rate, swings add up."""
    t = (at_s - belief.at_s) / 60.0
    return Belief(
        at_s,
        belief.litres - belief.rate * t,
        belief.rate,
        belief.var_litres - 2.0 * t * belief.cov + t * t * belief.var_rate + t * rules.swing,
        belief.cov - t * belief.var_rate,
        belief.var_rate,
    )


class _Ahead(msgspec.Struct, frozen=True):
    """Air after t minutes: mean D − c·t and variance A + B·t + C·t², C less on the hopeful side (high)."""

    litres: float
    rate: float
    a: float
    b: float
    c_low: float
    c_high: float
    z: float


def _ahead(rules: AirRules, belief: Belief) -> _Ahead:
    least = rules.consumption.least_l_min
    rate, z = max(belief.rate, least), NormalDist().inv_cdf(1.0 - rules.warnings.early)
    # Nobody breathes less than the least, so the hopeful quantile of the rate stops there. With it the high line never
    # bends upwards for good, and "late" is always a time.
    c_high = min(belief.var_rate, ((rate - least) / z) ** 2)
    b = rules.swing - 2.0 * belief.cov
    return _Ahead(belief.litres, rate, belief.var_litres, b, belief.var_rate, c_high, z)


def _litres_after(rules: AirRules, belief: Belief, t: float) -> tuple[float, float, float]:
    """Early, middle and late quantile of the air (L) t minutes after the belief."""
    x = _ahead(rules, belief)
    middle = x.litres - x.rate * t
    low = middle - x.z * math.sqrt(x.a + x.b * t + x.c_low * t * t)
    high = middle + x.z * math.sqrt(x.a + x.b * t + x.c_high * t * t)
    return low, middle, min(high, x.litres + x.z * math.sqrt(x.a))  # air does not come back


def _minutes_to(rules: AirRules, belief: Belief, limit: float) -> tuple[float, float, float]:
    """Early, middle and late minutes after the belief until the quantiles of the air reach a limit (L).

    Roots of (D − c·t)² = z²·(A + B·t + C·t²), D = air above the limit: the smaller is early, the larger late.
    """
    x = _ahead(rules, belief)
    above, margin = x.litres - limit, x.z * math.sqrt(x.a)
    beta, gamma = 2.0 * above * x.rate + x.z**2 * x.b, above**2 - margin**2
    early = late = 0.0
    if above > margin:
        alpha = x.rate**2 - x.z**2 * x.c_low
        early = 2.0 * gamma / (beta + math.sqrt(max(0.0, beta**2 - 4.0 * alpha * gamma)))
    if above > -margin:
        alpha = x.rate**2 - x.z**2 * x.c_high  # positive, see _ahead
        late = (beta + math.sqrt(max(0.0, beta**2 - 4.0 * alpha * gamma))) / (2.0 * alpha)
    return early, max(0.0, above / x.rate), late


def _between(values: Iterable[float]) -> Range:
    low, middle, high = values
    return Range(low, middle, high)
