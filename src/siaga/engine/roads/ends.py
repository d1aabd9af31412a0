"""From places on links to the ends of those links and back: what a search begins and ends with."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siaga.engine.geo import Floats
from siaga.engine.roads.grid import NOWHERE, Snapped, only
from siaga.engine.roads.network import ONE_WAY, Ints, Network
from siaga.engine.roads.reach import Mask


class Weights:
    """Seconds per link, and per arc in both orders, for one vehicle class, hour, permission and set of closures.

    begin, end: links (L,) on which a drive may begin or end.
    """

    def __init__(self, network: Network, link_s: Floats, begin: Mask, end: Mask) -> None:
        self.link_s = link_s
        self.begin = begin & np.isfinite(link_s)
        self.end = end & np.isfinite(link_s)
        self.into = link_s[network.in_link]
        self._network = network
        self._out: Floats | None = None

    @property
    def out(self) -> Floats:
        """In the order of forward arcs; made when first asked for, because only `matrix` needs it."""
        if self._out is None:
            self._out = self.link_s[self._network.out_link]
        return self._out


@dataclass(frozen=True, eq=False)
class Ends:
    """Where n snapped points touch the graph: node and seconds through `link_from` and `link_to`, interleaved (2n,)."""

    node: Ints
    cost: Floats


def _on(network: Network, weights: Weights, at: Snapped) -> tuple[Ints, Floats, NDArray[np.bool_]]:
    """Link, seconds of the whole link and whether it is one-way; points off the network get inf."""
    link = np.maximum(at.link, 0)
    seconds = np.where(at.link == NOWHERE, np.inf, weights.link_s[link])
    return link, seconds, (network.link_flags[link] & ONE_WAY) != 0


def exits_from(network: Network, weights: Weights, at: Snapped, off_m_s: float) -> Ends:
    """Ways from points to the ends of their links; with off_m_s the way from the point to the road is added."""
    link, seconds, one_way = _on(network, weights, at)
    cost = np.empty(2 * len(link))
    with np.errstate(invalid="ignore"):  # inf × 0 of points off the network is put right below
        cost[0::2] = np.where(one_way & (at.share > 0.0), np.inf, seconds * at.share)
        cost[1::2] = seconds * (1.0 - at.share)
    if off_m_s:
        cost += np.repeat(at.gap_m, 2) / off_m_s
    cost[np.repeat(at.link == NOWHERE, 2)] = np.inf
    return Ends(np.stack([network.link_from[link], network.link_to[link]], axis=1).ravel(), cost)


def entries(network: Network, weights: Weights, at: Snapped) -> Ends:
    """Ways from the ends of links to the points on them."""
    link, seconds, one_way = _on(network, weights, at)
    cost = np.empty(2 * len(link))
    with np.errstate(invalid="ignore"):
        cost[0::2] = seconds * at.share
        cost[1::2] = np.where(one_way & (at.share < 1.0), np.inf, seconds * (1.0 - at.share))
    cost[np.repeat(at.link == NOWHERE, 2)] = np.inf
    return Ends(np.stack([network.link_from[link], network.link_to[link]], axis=1).ravel(), cost)


def entries_of(network: Network, weights: Weights, at: Snapped, i: int) -> Ends:
    """As `entries`, for one of the points."""
    return entries(network, weights, only(at, i))


def along_to(weights: Weights, network: Network, many: Snapped, target: Snapped, i: int) -> Floats:
    """Seconds (n,) along the shared link from many points to target i, inf without one."""
    return _along(weights, network, many, many.share, target, target.share[i], i)


def along_from(weights: Weights, network: Network, source: Snapped, many: Snapped, i: int) -> Floats:
    """Seconds (m,) along the shared link from source i to many points, inf without one."""
    return _along(weights, network, many, source.share[i], source, many.share, i)


def _along(
    weights: Weights,
    network: Network,
    many: Snapped,
    begin: Floats | np.float64,
    one: Snapped,
    end: Floats | np.float64,
    i: int,
) -> Floats:
    seconds = np.full(len(many.link), np.inf)
    link = int(one.link[i])
    step = np.asarray(end) - np.asarray(begin)
    allowed = (many.link == link) & ((step >= 0.0) | ((network.link_flags[link] & ONE_WAY) == 0))
    seconds[allowed] = np.abs(step[allowed]) * weights.link_s[link]
    return seconds


def first_nodes(exits: Ends, used: NDArray[np.int8]) -> Ints:
    """The node by which each source leaves its link, -1 if it does not."""
    from siaga.engine.roads import search as loops

    pairs = exits.node.reshape(-1, 2)
    by_node = used >= loops.BY_FROM
    side = np.where(used == loops.BY_TO, 1, 0)
    return np.where(by_node, pairs[np.arange(len(used)), side], NOWHERE).astype(np.int32)


def entry_side(seeds: Ends, node: int) -> float:
    """The end of the target's link (0 `link_from`, 1 `link_to`) by which the way enters at this node."""
    costs = np.where(seeds.node == node, seeds.cost, np.inf)
    return float(np.argmin(costs))


def end_metres(
    network: Network, units: Snapped, target: Snapped, used: NDArray[np.int8], seed: Ints, seeds: Ends
) -> Floats:
    """Metres on the first and the last link of each way (n,)."""
    from siaga.engine.roads import search as loops

    own = network.link_m[np.maximum(units.link, 0)]
    out = np.where(used == loops.BY_FROM, units.share, 1.0 - units.share) * own
    share, whole = float(target.share[0]), float(network.link_m[target.link[0]])
    side = np.array([entry_side(seeds, int(n)) for n in seeds.node])
    entering = np.where(seed == seeds.node[0], side[0], side[1])
    into = np.abs(share - entering) * whole
    direct = np.abs(share - units.share) * whole
    return np.where(used == loops.DIRECT, direct, np.where(used == loops.NOT_REACHED, 0.0, out + into))
