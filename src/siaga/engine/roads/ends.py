"""From places on links to the ends of those links and back, compiled: what a search begins and ends with.

Loaded late, as `search`: see there."""

import numpy as np

from siaga.engine.geo import Floats
from siaga.engine.roads.grid import NOWHERE, Snapped
from siaga.engine.roads.network import Ints
from siaga.engine.roads.search import BY_FROM, DIRECT, NOT_REACHED, compiled, search, tail
from siaga.engine.roads.weights import Arcs, Links


@compiled
def exits(links: Links, at: Snapped, off_m_s: float) -> tuple[Ints, Floats]:
    """Ways from n points to the ends of their links: nodes and seconds through `from_` and `to`, interleaved (2n,).

    With off_m_s the way from the point to the road is added. Points off the network get inf.
    """
    node, seconds = np.zeros(2 * len(at.link), np.int32), np.full(2 * len(at.link), np.inf)
    for i in range(len(at.link)):
        link, share = at.link[i], at.share[i]
        if link == NOWHERE:
            continue
        walk = at.gap_m[i] / off_m_s if off_m_s > 0.0 else 0.0
        node[2 * i], node[2 * i + 1] = links.from_[link], links.to[link]
        if share == 0.0 or not links.one_way[link]:
            seconds[2 * i] = links.seconds[link] * share + walk
        seconds[2 * i + 1] = links.seconds[link] * (1.0 - share) + walk
    return node, seconds


@compiled
def entries(links: Links, at: Snapped) -> tuple[Ints, Floats]:
    """Ways from the ends of links to the n points on them, as `exits`."""
    node, seconds = np.zeros(2 * len(at.link), np.int32), np.full(2 * len(at.link), np.inf)
    for i in range(len(at.link)):
        link, share = at.link[i], at.share[i]
        if link == NOWHERE:
            continue
        node[2 * i], node[2 * i + 1] = links.from_[link], links.to[link]
        seconds[2 * i] = links.seconds[link] * share
        if share == 1.0 or not links.one_way[link]:
            seconds[2 * i + 1] = links.seconds[link] * (1.0 - share)
    return node, seconds


@compiled
def along(links: Links, begin: Snapped, end: Snapped) -> Floats:
    """Seconds (n,) from points to points on the same link without leaving it, inf where none leads; one may be many."""
    seconds = np.full(max(len(begin.link), len(end.link)), np.inf)
    for i in range(len(seconds)):
        a, b = min(i, len(begin.link) - 1), min(i, len(end.link) - 1)
        link, step = begin.link[a], end.share[b] - begin.share[a]
        if link != NOWHERE and link == end.link[b] and (step >= 0.0 or not links.one_way[link]):
            seconds[i] = abs(step) * links.seconds[link]
    return seconds


@compiled
def side(node: Ints, seconds: Floats, at: int) -> float:
    """The end of a place's link (0 `from_`, 1 `to`) where the way enters at a node; node, seconds: its `entries`."""
    if node[0] == node[1]:
        return 0.0 if seconds[0] <= seconds[1] else 1.0
    return 0.0 if node[0] == at else 1.0


@compiled
def soonest(
    links: Links, into: Arcs, from_: Snapped, to: Snapped, off_m_s: float, k: int, limit: float
) -> tuple[Floats, Floats, bool]:
    """Seconds (n,) and metres (n,) of the k soonest of n points to one place (1,), inf of the others; stopped early?

    What lies off the road, at both ends, is part of both sums; limit bounds the seconds.
    """
    exit_node, exit_s = exits(links, from_, off_m_s)
    entry_node, entry_s = entries(links, to)
    last, gap_m, there = to.gap_m[0] / off_m_s, to.gap_m[0], to.share[0]
    _, via, best, used, stopped = search(
        into.start, into.node, into.seconds, entry_node, entry_s, exit_node, exit_s,
        along(links, from_, to) + from_.gap_m / off_m_s, k, limit - last,
    )  # fmt: skip
    metres = np.full(len(best), np.inf)
    for i in range(len(best)):
        if used[i] == NOT_REACHED:
            continue
        link, share = from_.link[i], from_.share[i]
        metres[i] = from_.gap_m[i] + gap_m
        if used[i] == DIRECT:
            metres[i] += abs(there - share) * links.m[link]
            continue
        metres[i] += (share if used[i] == BY_FROM else 1.0 - share) * links.m[link]
        at = exit_node[2 * i + used[i] - BY_FROM]
        while via[at] != NOWHERE:
            metres[i] += links.m[into.link[via[at]]]
            at = tail(into.start, via[at])
        metres[i] += abs(there - side(entry_node, entry_s, at)) * links.m[to.link[0]]
    return best + last, metres, stopped
