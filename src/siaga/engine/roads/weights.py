"""What one vehicle class drives on right now: seconds for every link, and the arcs that a search walks."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from siaga.engine.geo import Floats
from siaga.engine.roads.network import ONE_WAY, Ints, Network
from siaga.engine.roads.reach import Mask


class Links(NamedTuple):
    """Links (L,) by their two nodes, metres, whether they are driven one way only, and seconds (inf: closed)."""

    from_: Ints
    to: Ints
    m: Floats
    one_way: NDArray[np.bool_]
    seconds: Floats


class Arcs(NamedTuple):
    """Arcs (A,) by the node they leave, or enter: where those of each begin (N + 1,), the other node, seconds, link."""

    start: Ints
    node: Ints
    seconds: Floats
    link: Ints


class Weights:
    """Seconds per link, and per arc in both orders, for one vehicle class, hour, permission and set of closures.

    begin, end: links (L,) on which a drive may begin or end.
    """

    def __init__(self, network: Network, link_s: Floats, begin: Mask, end: Mask) -> None:
        self.begin = begin & np.isfinite(link_s)
        self.end = end & np.isfinite(link_s)
        one_way = (network.link_flags & ONE_WAY) != 0
        self.links = Links(network.link_from, network.link_to, network.link_m, one_way, link_s)
        self.into = Arcs(network.in_start, network.in_node, link_s[network.in_link], network.in_link)
        self._network = network
        self._out: Arcs | None = None

    @property
    def out(self) -> Arcs:
        """In the order of forward arcs; made when first asked for, because only `matrix` needs it."""
        if self._out is None:
            to = self._network
            self._out = Arcs(to.out_start, to.out_node, self.links.seconds[to.out_link], to.out_link)
        return self._out
