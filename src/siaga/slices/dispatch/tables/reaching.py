"""How soon units are there: travel on the roads (or stated straight lines), turnout, spread, chance to be in time."""

from datetime import datetime
from functools import partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ....engine.proposal import STANDARD_S, Candidates, Choice, arrival, ready_within
from ....engine.roads import Closures, Reached, Travel
from ....engine.roads.speeds import sigma
from ....engine.side import side_by_side
from ....kernel.records import read_time
from .situation import Situation
from .strength import Fleet

Floats: TypeAlias = NDArray[np.float64]
Counts: TypeAlias = NDArray[np.int64]
SMALL_NETWORK = 20_000  # nodes: to search such a network to its end takes a millisecond or two
# On a large network: units looked for beyond those asked for, and the share of the units of a class they may be.
MORE, NEARBY = 2, 0.08
ENOUGH = 2.0  # people in units with a wanted capability, against those wanted, for nobody else to be asked
CARRIES = frozenset({"transport", "pump", "tanker"})  # what a unit must bring to go for its people alone
SERVING = frozenset({"ready-to-serve", "action"})


class Drives:
    """Seconds and ways of the fleet to the incident; inf and "none" or "later" where not worked out."""

    def __init__(self, n: int) -> None:
        self.seconds: Floats = np.full(n, np.inf)
        self.ways = ["later"] * n

    def last(self, of: NDArray[np.bool_]) -> float:
        """The latest of these that was worked out: all sooner ones were, too."""
        there = of & np.isfinite(self.seconds)
        return float(self.seconds[there].max(initial=0.0))


def drives(
    travel: Travel, s: Situation, fleet: Fleet, has: NDArray[np.bool_], wanted: Counts, going: NDArray[np.bool_],
    closed: Closures,
) -> Drives:  # fmt: skip
    """Travel of the units that matter (going (n,)): in a small town all, else at least the soonest of each capability.

    First one search for each vehicle class, for the soonest of that class; then, where a capability has not enough
    units that are certainly the soonest, another for those that have it.
    """
    found = Drives(len(fleet.names))
    members = np.flatnonzero(going)
    nodes = travel.network.nodes if travel.network is not None else 0
    if nodes <= SMALL_NETWORK:
        _search(travel, s, fleet, members, None, closed, found)
        return found
    caps = np.flatnonzero(wanted)
    k: dict[str, int] = {}
    for name, of in _by_class(fleet, members):
        k[name] = max(
            (_first_look(int(wanted[c]), int(has[of, c].sum()), int(has[members, c].sum())) for c in caps), default=0
        )
        k[name] = k[name] or MORE  # a class that goes for its people only
    _search(travel, s, fleet, members, k, closed, found)
    certain = {name: found.last(fleet.classes.which(name.__eq__)) for name in k}
    for c in caps:
        _complete(travel, s, fleet, members[has[members, c]], int(wanted[c]), certain, closed, found)
    return found


def _first_look(wanted: int, here: int, holders: int) -> int:
    """How many units of a class to look for first, when so many of it (of all holders) have a wanted capability.

    Its share of those wanted, or more if they lie near: the way to the second of a rare sort may lead through half a
    province."""
    if not here:
        return 0
    share = -(-wanted * here // holders)
    return min(here, max(share, min(int(NEARBY * here), wanted + MORE)))


def lends(fleet: Fleet, crew: Counts) -> NDArray[np.bool_]:
    """Which fit units may go for which of their people (n, q).

    For people in all only what is made to bring them goes: an ambulance is not spent on two pairs of hands."""
    may: NDArray[np.bool_] = (crew > 0) & fleet.fit[:, None]
    may[:, 0] &= fleet.brings.which(lambda b: not CARRIES.isdisjoint(b))
    return may


def for_people(
    travel: Travel,
    s: Situation,
    fleet: Fleet,
    crew: Counts,
    missing: dict[int, int],
    closed: Closures,
    found: Drives,
) -> bool:
    """Search for people who are missing (kind: how many) where units that were not worked out have them."""
    may = lends(fleet, crew) & np.array([w == "later" for w in found.ways], bool)[:, None]
    again = np.zeros(len(fleet.names), bool)
    most = 0
    for q, n in missing.items():
        if may[:, q].any():
            again |= may[:, q]
            most = max(most, n)
    members = np.flatnonzero(again)
    if len(members):
        names = {fleet.classes[i] for i in members.tolist()}
        _search(travel, s, fleet, members, dict.fromkeys(names, most), closed, found)
    return bool(len(members))


def _complete(
    travel: Travel, s: Situation, fleet: Fleet, holders: Counts, wanted: int, certain: dict[str, float],
    closed: Closures, found: Drives,
) -> None:  # fmt: skip
    """Search again for holders of a capability that may be among its soonest and were not worked out."""
    later = np.array([i for i in holders.tolist() if found.ways[i] == "later"], np.int64)
    if not len(later):
        return
    needed = np.sort(found.seconds[holders])[min(wanted, len(holders)) - 1]
    again = {name: of for name, of in _by_class(fleet, later) if needed > certain[name]}
    if again:
        members = np.concatenate(list(again.values()))
        _search(travel, s, fleet, members, dict.fromkeys(again, wanted), closed, found)


def _by_class(fleet: Fleet, members: Counts) -> list[tuple[str, Counts]]:
    """The vehicle classes of these units, in order of first appearance, with which of them are of each."""
    of = fleet.classes.of[members]
    return [(fleet.classes.values[c], members[of == c]) for c in dict.fromkeys(of.tolist())]


def _search(
    travel: Travel,
    s: Situation,
    fleet: Fleet,
    members: Counts,
    k: dict[str, int] | None,
    closed: Closures,
    found: Drives,
) -> None:
    """Search for the members of each vehicle class, the classes side by side, and write down what was found."""
    groups = dict(_by_class(fleet, members))
    if k is not None:  # the widest search first: the others run beside it
        groups = dict(sorted(groups.items(), key=lambda group: len(group[1]) / k[group[0]]))

    def look(name: str) -> Reached:
        of, most = fleet.xy[groups[name]], None if k is None else k[name]
        return travel.to_incident(s.lon, s.lat, of, name, s.hour, closed, s.private, most)

    nodes = travel.network.nodes if travel.network is not None else 0
    tasks = [partial(look, name) for name in groups]
    reached = side_by_side(tasks) if nodes > SMALL_NETWORK else [task() for task in tasks]
    for of, there in zip(groups.values(), reached, strict=True):
        found.seconds[of] = there.seconds
        for i, way in zip(of.tolist(), there.ways, strict=True):
            found.ways[i] = way


def candidates(
    travel: Travel, s: Situation, fleet: Fleet, has: NDArray[np.bool_], crew: Counts, d: Drives
) -> Candidates:
    """The fleet as the engine wants it; who is not fit or has no way there is never chosen."""
    turnout = turnouts(travel, s, fleet)
    eta = np.where(fleet.fit, turnout + d.seconds, np.inf)
    sd = np.zeros(len(eta))
    for i in np.flatnonzero(np.isfinite(eta)).tolist():
        spread = sigma(travel.speeds, float(d.seconds[i]), "network" if d.ways[i] == "network" else "straight-line")
        sd[i] = arrival(float(d.seconds[i]), spread, float(turnout[i]))[1]
    return Candidates(fleet.names, eta, sd, has & fleet.fit[:, None], crew * fleet.fit[:, None], fleet.reserve)


def turnouts(travel: Travel, s: Situation, fleet: Fleet) -> Floats:
    """Seconds from the alarm to wheels rolling (n,); nothing for who is on the road already."""
    return np.where(fleet.rolling, 0.0, travel.speeds.turnout_s(s.hour))


def in_time(
    travel: Travel, s: Situation, fleet: Fleet, choice: Choice, d: Drives, sent: Counts, closed: Closures
) -> float | None:
    """The chance that the first unit with the card's first capability serves inside 15 minutes from the call.

    Who was sent already counts with what is left of its way; None when a unit serves already, or none is to come.
    """
    left = STANDARD_S - (s.at - s.answered_at).total_seconds()
    turnout = turnouts(travel, s, fleet)
    legs: list[tuple[int, float, float, float, str]] = []  # unit, turnout, travel, set-up, way
    if len(sent):
        if any(fleet.rows[i]["status"] in SERVING for i in sent):
            return None
        legs += _on_their_way(travel, s, fleet, sent, turnout, closed)
    legs += [
        (p.index, float(turnout[p.index]), float(d.seconds[p.index]), s.set_up_s, d.ways[p.index]) for p in choice.picks
    ]
    for name in s.need.units:
        able = [leg for leg in legs if name in fleet.brings[leg[0]]]
        if able:
            return max(_chance(travel, left, leg) for leg in able)
    return None


def _chance(travel: Travel, left: float, leg: tuple[int, float, float, float, str]) -> float:
    _, turnout, seconds, set_up, way = leg
    spread = sigma(travel.speeds, seconds, "network" if way == "network" else "straight-line")
    return ready_within(left, seconds, spread, turnout, set_up)


def _on_their_way(
    travel: Travel, s: Situation, fleet: Fleet, sent: Counts, turnout: Floats, closed: Closures
) -> list[tuple[int, float, float, float, str]]:
    d = Drives(len(fleet.names))
    _search(travel, s, fleet, sent, None, closed, d)
    legs = []
    for i in sent.tolist():
        status, since = fleet.rows[i]["status"], _seconds(fleet.rows[i]["since"], s.at)
        ready, drive, set_up = float(turnout[i]), float(d.seconds[i]), s.set_up_s
        if status == "assigned":
            ready = max(0.0, ready - since)
        elif status == "on-the-way":
            drive = drive if fleet.rolling[i] else max(0.0, drive - since)
            ready = 0.0
        else:  # arrived, access
            ready, drive, set_up = 0.0, 0.0, max(0.0, set_up - since)
        legs.append((i, ready, drive, set_up, d.ways[i]))
    return legs


def _seconds(since: str, at: datetime) -> float:
    return max(0.0, (at - read_time(since)).total_seconds())
