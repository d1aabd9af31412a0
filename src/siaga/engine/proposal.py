"""Which units go: the set that meets a run card soonest, exact on a short list, with a reason for each unit."""

import math
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
Facts: TypeAlias = dict[str, str | int | float]


def _hermite(points: int) -> tuple[Floats, Floats]:
    """Nodes and weights to average over a normal deviate divided by the square root of 2."""
    nodes, weights = np.polynomial.hermite.hermgauss(points)
    return nodes, weights / math.sqrt(math.pi)


ENGINE = "proposal-1"  # stands in the log beside what was advised: raise it when the same input may give other units
STANDARD_S = 900.0  # Permendagri 114/2018: from received to ready to give service
SLACK_S = 60.0  # a cover-preserving swap may cost a call without risk to life this much, never more
LEAST_GAIN = 0.01  # share of expected demand a swap must keep covered to be worth a line of reason
SWAPS = 3
EXTRA = 4  # units on the short list beyond what each need asks for
BUDGET = 100_000  # nodes of the search; what is found by then is used and said not to be proven
SHOWN = 6  # units considered and not chosen that are named
# Spread of what is not travel, as shares of the mean. Assumptions until a service has its own log: crews asleep or at
# the far end of the yard, and hose lines that are laid in one minute or in three.
TURNOUT_SHARE = 0.25
SET_UP_SHARE = 0.35
PEOPLE = "people"
LEAST_S = 1e-3  # less than this is no time at all
_warming = threading.Event()
_NODES = tuple(zip(*(part.tolist() for part in _hermite(32)), strict=True))  # places and shares that sum to 1


class Prices(msgspec.Struct, frozen=True, kw_only=True):
    """What sending a unit costs beside its arrival, in seconds: for itself, per second of its way, and if a reserve."""

    unit_s: float = 60.0
    share: float = 0.1
    reserve_s: float = 120.0


PRICES = Prices()
# Life at risk: the closest fit units, whatever they leave behind; only among equally soon sets a smaller one wins.
CLOSEST = Prices(unit_s=1e-3, share=1e-6, reserve_s=0.0)


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """What should be there: capabilities with counts, the most important first, people by competence, people in all."""

    units: dict[str, int]
    crew: dict[str, int] = {}
    min_crew: int = 0

    @property
    def people(self) -> dict[str, int]:
        """Everything asked of crews, in all first."""
        return {PEOPLE: self.min_crew} | self.crew

    def without(self, units: dict[str, int], people: dict[str, int]) -> "Need":
        """What is left when some of it is already there."""
        left = {name: max(0, n - units.get(name, 0)) for name, n in self.units.items()}
        crew = {name: max(0, n - people.get(name, 0)) for name, n in self.crew.items()}
        return Need(units=left, crew=crew, min_crew=max(0, self.min_crew - people.get(PEOPLE, 0)))


@dataclass(frozen=True, eq=False)
class Candidates:
    """Units that may go (n): seconds until arrival and their spread (inf: no way there), what each brings.

    has (n, c) in the order of `Need.units`; crew (n, q) in the order of `Need.people`; reserve (n,) second-line units.
    """

    units: tuple[str, ...]
    eta: Floats
    sd: Floats
    has: Bools
    crew: Counts
    reserve: Bools


class Why(msgspec.Struct, frozen=True):
    """A reason: a code that has a sentence in the catalogue (`proposal.<code>`), and the facts it names."""

    code: str
    facts: Facts = {}


class Pick(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that goes: index among the candidates, seconds, the slots it fills, and why it."""

    index: int
    unit: str
    eta_s: float
    eta_sd_s: float
    fulfils: tuple[str, ...]
    why: Why


class Passed(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that was considered and does not go, and why."""

    index: int
    unit: str
    eta_s: float
    eta_sd_s: float
    why: Why


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The set that goes. `unmet`: what is missing, by capability or `crew.<competence>`; `exact`: proven best."""

    picks: tuple[Pick, ...]
    passed: tuple[Passed, ...]
    unmet: dict[str, int]
    cost: float
    exact: bool


def propose(need: Need, of: Candidates, prices: Prices = PRICES) -> Choice:
    """The set that meets the need at the least cost: arrival of the unit in every slot + the price of every unit.

    A unit counts for every capability it brings; people are constraints. What cannot be met is unmet, the rest stands.
    """
    order = _short_list(need, of)
    wanted, people = _wanted(need)
    has, crew = of.has[order], of.crew[order]
    can, hands = np.minimum(wanted, has.sum(0)), np.minimum(people, crew.sum(0))
    fixed = _fixed(of, order, prices)
    unmet = _missing(need, wanted - can, people - hands)
    if not len(order) or (not can.any() and not hands.any()):
        return Choice(picks=(), passed=(), unmet=unmet, cost=0.0, exact=True)
    search = _at_hand if _warming.is_set() else _exact
    taken, cost, exact = search(has, of.eta[order], fixed, can, crew, hands)
    chosen = order[taken]
    fills = _slots(of, chosen, can)
    picks = tuple(_pick(need, of, chosen, fills, hands, int(i)) for i in chosen)
    of_use = np.asarray((has & (can > 0)).any(1), bool)
    if not fills.any(1).all():  # some go for their people only: others who might are worth a word, too
        of_use = np.ones_like(of_use)
    passed = tuple(_passed(need, of, chosen, fills, int(i)) for i in order[~taken & of_use][:SHOWN])
    return Choice(picks=picks, passed=passed, unmet=unmet, cost=cost, exact=exact)


def _exact(
    has: Bools, eta: Floats, fixed: Floats, need: Counts, crew: Counts, crew_need: Counts
) -> tuple[Bools, float, bool]:
    """The best set, its cost, and whether it is proven."""
    from siaga.engine import proposal_loops as loops

    taken, cost, nodes = loops.best_set(has, eta, fixed, need, crew, crew_need, BUDGET)
    return taken, float(cost), bool(nodes <= BUDGET)


def _at_hand(
    has: Bools, eta: Floats, fixed: Floats, need: Counts, crew: Counts, crew_need: Counts
) -> tuple[Bools, float, bool]:
    """The soonest for each slot, then the soonest who complete the crew: while the exact search is being compiled."""
    slots = has & (np.cumsum(has, axis=0) <= need)
    taken: Bools = np.asarray(slots.any(1), bool)
    for i in np.flatnonzero(~taken).tolist():
        if (crew[i] > 0)[crew[taken].sum(0) < crew_need].any():
            taken[i] = True
    cost = float((slots * eta[:, None]).sum() + fixed[taken].sum())
    return taken, cost, False


def warm() -> None:
    """Compile what the first proposal would otherwise wait for (seconds, once per machine).

    Proposals asked for meanwhile take the soonest for each slot and say that this is not proven."""
    _warming.set()
    try:
        one, many = np.ones(1), np.ones((1, 1), np.int64)
        _exact(np.ones((1, 1), bool), one, one, many[0], many, many[0])
    finally:
        _warming.clear()


def _wanted(need: Need) -> tuple[Counts, Counts]:
    return np.array(list(need.units.values()), np.int64), np.array(list(need.people.values()), np.int64)


def _missing(need: Need, units: Counts, people: Counts) -> dict[str, int]:
    """Needs by name that stay open."""
    named = dict(zip(need.units, units.tolist(), strict=True))
    named |= {f"crew.{name}": n for name, n in zip(need.people, people.tolist(), strict=True)}
    return {name: n for name, n in named.items() if n > 0}


def _fixed(of: Candidates, order: Counts, prices: Prices) -> Floats:
    fixed: Floats = prices.unit_s + prices.share * of.eta[order] + prices.reserve_s * of.reserve[order]
    return fixed


def _short_list(need: Need, of: Candidates) -> Counts:
    """The soonest for every need, a few more than it asks for, in ascending order of arrival."""
    eta = of.eta.tolist()
    soonest = [i for i in np.argsort(of.eta, kind="stable").tolist() if math.isfinite(eta[i])]
    keep: set[int] = set()
    for has, n in zip(of.has.T.tolist(), need.units.values(), strict=True):
        if n:
            keep.update(islice((i for i in soonest if has[i]), n + EXTRA))
    for people, n in zip(of.crew.T.tolist(), need.people.values(), strict=True):
        if n:
            keep.update(_with_people(soonest, people, n))
    return np.array([i for i in soonest if i in keep], np.int64)


def _with_people(soonest: Iterable[int], people: list[int], wanted: int) -> Iterator[int]:
    """The soonest units whose people are enough together, and EXTRA more."""
    there, more = 0, EXTRA
    for i in soonest:
        if people[i] <= 0:
            continue
        if there >= wanted:
            more -= 1
        if more < 0:
            return
        yield i
        there += people[i]


def _slots(of: Candidates, chosen: Counts, can: Counts) -> Bools:
    """Which capability each chosen unit (in order of arrival) fills a slot of: the soonest take the slots."""
    has = of.has[chosen]
    return has & (np.cumsum(has, axis=0) <= can)


def _names(need: Need, flags: Bools) -> tuple[str, ...]:
    return tuple(name for name, flag in zip(need.units, flags.tolist(), strict=True) if flag)


def _pick(need: Need, of: Candidates, chosen: Counts, fills: Bools, hands: Counts, i: int) -> Pick:
    row = fills[int(np.flatnonzero(chosen == i)[0])]
    why = _why_slot(need, of, chosen, row, i) if row.any() else _why_crew(need, of, chosen, hands, i)
    return Pick(
        index=i,
        unit=of.units[i],
        eta_s=float(of.eta[i]),
        eta_sd_s=float(of.sd[i]),
        fulfils=_names(need, row),
        why=why,
    )


def _why_slot(need: Need, of: Candidates, chosen: Counts, row: Bools, i: int) -> Why:
    """Why a unit fills its slots: the only one, the soonest, the next, or later than one it was preferred to."""
    names = tuple(need.units)
    reachable = np.isfinite(of.eta)
    slots = np.flatnonzero(row)
    for c in slots:
        if (of.has[:, c] & reachable).sum() == 1:
            return Why("only-one-with", {"capability": names[c]})
    first = int(slots[0])
    sooner = of.has[:, first] & (of.eta < of.eta[i])
    sooner[chosen] = False
    left_out = np.flatnonzero(sooner)
    if not len(left_out):
        place = int((of.has[chosen, first] & ((of.eta[chosen] < of.eta[i]) | _before(of, chosen, i))).sum()) + 1
        facts: Facts = {"capability": names[first]}
        return Why("soonest", facts) if place == 1 else Why("next", facts | {"place": place})
    other = int(left_out[np.argmin(of.eta[left_out])])
    facts = {"capability": names[first], "than": of.units[other], "later_s": round(float(of.eta[i] - of.eta[other]))}
    if of.reserve[other] and not of.reserve[i]:
        return Why("before-reserve", facts)
    if len(slots) > 1:
        return Why("does-more", facts | {"capabilities": len(slots)})
    return Why("brings-crew", facts)


def _before(of: Candidates, chosen: Counts, i: int) -> Bools:
    """Which of the chosen are as soon as a unit and named before it."""
    before: Bools = (of.eta[chosen] == of.eta[i]) & (chosen < i)
    return before


def _why_crew(need: Need, of: Candidates, chosen: Counts, hands: Counts, i: int) -> Why:
    """A unit without a slot goes for its people: of which sort they would be missing without it."""
    rest = of.crew[chosen[chosen != i]].sum(0)
    short = np.flatnonzero((rest < hands) & (of.crew[i] > 0))
    q = int(short[0]) if len(short) else 0
    return Why("completes-crew", {"competence": tuple(need.people)[q], "people": int(of.crew[i, q])})


def _passed(need: Need, of: Candidates, chosen: Counts, fills: Bools, i: int) -> Passed:
    return Passed(
        index=i,
        unit=of.units[i],
        eta_s=float(of.eta[i]),
        eta_sd_s=float(of.sd[i]),
        why=_why_not(need, of, chosen, fills, i),
    )


def _why_not(need: Need, of: Candidates, chosen: Counts, fills: Bools, i: int) -> Why:
    """Why a unit on the short list stays: farther than those that go, a reserve, or less use than a later one."""
    names = tuple(need.units)
    by: list[tuple[float, int, int]] = []  # seconds later than the last that fills a slot, which capability, which unit
    for c in np.flatnonzero(of.has[i] & fills.any(0)):
        last = int(chosen[np.flatnonzero(fills[:, c])[-1]])
        by.append((float(of.eta[i] - of.eta[last]), int(c), last))
    if not by:
        return Why("people-enough")
    seconds, nearest, last = min(by)
    facts: Facts = {"capability": names[nearest], "than": of.units[last]}
    if seconds >= 0.0:
        return Why("further", facts | {"by_s": round(seconds)})
    if of.reserve[i]:
        return Why("reserve", facts)
    more = fills[chosen == last].sum() > (of.has[i] & fills.any(0)).sum()
    return Why("one-does-more" if more else "crew-short", facts | {"sooner_s": round(-seconds)})


# ── cover ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def keep_cover(
    choice: Choice,
    need: Need,
    of: Candidates,
    reach: Bools,
    counts: Counts,
    weight: Floats,
    areas: tuple[str, ...],
    slack_s: float = SLACK_S,
) -> Choice:
    """Swap units of a choice for later ones, inside the slack, where that keeps more demand covered; the best first.

    reach (n, a): which areas each candidate covers now from its station (nothing if it does not count for cover);
    counts (a,): how many ready units cover each area now; weight (a,): expected demand. Not for risk to life.
    """
    for _ in range(SWAPS):
        swapped = _swap(choice, need, of, reach, counts, weight, areas, slack_s)
        if swapped is None:
            break
        choice = swapped
    return choice


def _swap(
    choice: Choice,
    need: Need,
    of: Candidates,
    reach: Bools,
    counts: Counts,
    weight: Floats,
    areas: tuple[str, ...],
    slack_s: float,
) -> Choice | None:
    """The one swap that keeps most cover, or None."""
    chosen = np.array([p.index for p in choice.picks], np.int64)
    total = float(weight.sum())
    if not len(chosen) or total <= 0.0:
        return None
    left = counts - reach[chosen].sum(0)
    _, people = _wanted(need)
    crew = of.crew[chosen].sum(0)
    names = list(need.units)
    free = np.ones(len(of.units), bool)
    free[chosen] = False
    best: tuple[float, float, Pick, int, Bools] | None = None
    for pick in choice.picks:
        if pick.why.code == "keeps-cover":
            continue
        slots = [names.index(name) for name in pick.fulfils]
        later = of.eta - pick.eta_s
        fits = free & of.has[:, slots].all(1) & (later >= 0.0) & (later <= slack_s)
        enough = np.minimum(people, crew)  # a swap never makes people missing that were there
        others = np.flatnonzero(fits & ((crew - of.crew[pick.index] + of.crew) >= enough).all(1))
        if not len(others):
            continue
        kept = ((left + reach[pick.index] - reach[others]) > 0) & (left <= 0)
        lost = ((left + reach[pick.index] - reach[others]) <= 0) & (left > 0)
        gains = (kept * weight).sum(1) - (lost * weight).sum(1)
        at = int(np.lexsort((of.eta[others], -gains))[0])
        found = (float(gains[at]) / total, -float(of.eta[others[at]]), pick, int(others[at]), kept[at])
        if found[0] >= LEAST_GAIN and (best is None or found[:2] > best[:2]):
            best = found
    return (
        None
        if best is None
        else _swapped(choice, of, best[2], best[3], best[0], areas[int((best[4] * weight).argmax())])
    )


def _swapped(choice: Choice, of: Candidates, out: Pick, instead: int, saved: float, area: str) -> Choice:
    facts: Facts = {
        "than": out.unit,
        "later_s": round(float(of.eta[instead]) - out.eta_s),
        "saved": round(saved, 4),
        "area": area,
    }
    come = Pick(
        index=instead,
        unit=of.units[instead],
        eta_s=float(of.eta[instead]),
        eta_sd_s=float(of.sd[instead]),
        fulfils=out.fulfils,
        why=Why("keeps-cover", facts),
    )
    stay = Passed(
        index=out.index,
        unit=out.unit,
        eta_s=out.eta_s,
        eta_sd_s=out.eta_sd_s,
        why=Why(
            "kept-for-cover", {"than": come.unit, "sooner_s": facts["later_s"], "saved": facts["saved"], "area": area}
        ),
    )
    picks = sorted([p for p in choice.picks if p is not out] + [come], key=lambda p: (p.eta_s, p.index))
    passed = (stay, *(p for p in choice.passed if p.index != instead))
    return Choice(picks=tuple(picks), passed=passed, unmet=choice.unmet, cost=choice.cost, exact=choice.exact)


# ── time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def arrival(travel_s: float, sigma: float, turnout_s: float) -> tuple[float, float]:
    """Seconds until arrival and their standard deviation: a log-normal travel (median, sigma) after the turnout."""
    _, variance = _moments(travel_s, sigma)
    return turnout_s + travel_s, math.sqrt(variance + (TURNOUT_SHARE * turnout_s) ** 2)


def _moments(median: float, sigma: float) -> tuple[float, float]:
    """Mean and variance of a log-normal."""
    grown = math.exp(sigma * sigma)
    return median * math.sqrt(grown), median * median * grown * (grown - 1.0)


def ready_within(left_s: float, travel_s: float, sigma: float, turnout_s: float, set_up_s: float) -> float:
    """The chance that turnout + travel + set-up take no longer than the seconds left.

    Travel is log-normal (median, sigma of its logarithm, as the roads engine states them). Turnout and set-up scatter
    by TURNOUT_SHARE and SET_UP_SHARE of their length; their sum is taken as the log-normal with its mean and variance
    (Fenton 1960). The narrower of the two is averaged over by Gauss-Hermite. Within 0.02 of simulation (tests).
    """
    if left_s <= 0.0 or not math.isfinite(travel_s):
        return 0.0
    rest = turnout_s + set_up_s
    if rest < LEAST_S:
        return _within(left_s, travel_s, sigma)
    spread = math.log1p(((TURNOUT_SHARE * turnout_s) ** 2 + (SET_UP_SHARE * set_up_s) ** 2) / (rest * rest))
    parts = [(travel_s, sigma), (rest * math.exp(-spread / 2.0), math.sqrt(spread))]
    (one, sigma_one), (other, sigma_other) = sorted(parts, key=lambda part: _moments(*part)[1])
    at = [(one * math.exp(math.sqrt(2.0) * sigma_one * node), share) for node, share in _NODES]
    return min(1.0, math.fsum(share * _within(left_s - seconds, other, sigma_other) for seconds, share in at))


def _within(left_s: float, median: float, sigma: float) -> float:
    """The chance that a log-normal time is over by then."""
    if median < LEAST_S or sigma <= 0.0:
        return 1.0 if left_s >= median else 0.0
    return 0.5 * math.erfc(math.log(median / left_s) / (sigma * math.sqrt(2.0))) if left_s > 0.0 else 0.0
