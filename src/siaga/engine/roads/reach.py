"""Which roads belong to the body of a network: real maps have loose ends that lead nowhere and one-way traps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from siaga.engine.geo import Floats
from siaga.engine.roads.network import ONE_WAY, Network

LARGE = 50  # junctions that reach each other: as many make a part of town of its own, cut off or not
SHARE = 0.1  # of the largest part, so that in a small network (a few boat legs) small parts count too

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Reach:
    """Nodes (N,) that the body of the network leads to, and nodes (N,) that lead to it; the body itself is in both."""

    into: Mask
    out: Mask


def reach(network: Network, link_s: Floats) -> Reach:
    """Find the body: the strongly connected parts that are large enough, over links with finite seconds (L,)."""
    from siaga.engine.roads import search as loops

    weights = link_s[network.out_link]
    label = loops.strong_parts(network.out_start, network.out_node, weights)
    size = np.bincount(label)
    least = min(float(LARGE), max(2.0, SHARE * size.max())) if size.max() > 1 else 1.0
    body = np.flatnonzero(size[label] >= least).astype(np.int32)
    zero, nothing, none = np.zeros(len(body)), np.empty(0, np.int32), np.empty(0)
    found = []
    for start, other, weight in (
        (network.out_start, network.out_node, weights),
        (network.in_start, network.in_node, link_s[network.in_link]),
    ):
        seconds = loops.search(start, other, weight, body, zero, nothing, none, none, 0, np.inf)[0]
        found.append(np.isfinite(seconds))
    return Reach(found[0], found[1])


def usable_ends(network: Network, found: Reach) -> tuple[Mask, Mask]:
    """Links (L,) on which a drive may begin (they lead to the body) and on which it may end (the body leads there)."""
    both = (network.link_flags & ONE_WAY) == 0
    begin = found.out[network.link_to] | (both & found.out[network.link_from])
    end = found.into[network.link_from] | (both & found.into[network.link_to])
    return begin, end
