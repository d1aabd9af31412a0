"""What a network holds and what looks wrong in it: figures and warnings to show after an import."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from siaga.engine.geo import Box, LonLat
from siaga.engine.roads.network import BOAT, ONE_WAY, PRIVATE, UNKNOWN_ROAD, Ints, Network
from siaga.engine.roads.reach import reach
from siaga.engine.roads.speeds import Speeds, link_seconds


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something an administrator should look at: what, how many, and a place to look first (None: everywhere)."""

    code: str
    count: int
    facts: dict[str, str | float | int] = {}
    at: LonLat | None = None


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a network; lengths in kilometres of road, each road once."""

    nodes: int
    links: int
    km: float
    km_by_road: dict[str, float]
    km_one_way: float
    km_private: float
    km_boat: float
    km_named: float
    names: int
    links_with_limit: int
    parts: int
    box: Box
    warnings: tuple[Notice, ...]


def survey(network: Network, speeds: Speeds) -> Survey:
    """Count a network and name what looks wrong: loose parts, one-way traps, classes nobody knows, odd lengths."""
    km = network.link_m / 1000.0
    flagged = {bit: float(km[(network.link_flags & bit) != 0].sum()) for bit in (ONE_WAY, PRIVATE, BOAT)}
    by_road = np.bincount(network.link_road, weights=km, minlength=len(network.roads))
    roads = {r: round(float(v), 3) for r, v in zip(network.roads, by_road, strict=True) if v > 0.0}
    label = _parts(network)
    return Survey(
        nodes=network.nodes,
        links=network.links,
        km=round(float(km.sum()), 3),
        km_by_road=dict(sorted(roads.items(), key=lambda item: -item[1])),
        km_one_way=round(flagged[ONE_WAY], 3),
        km_private=round(flagged[PRIVATE], 3),
        km_boat=round(flagged[BOAT], 3),
        km_named=round(float(km[network.link_name >= 0].sum()), 3),
        names=len(network.names),
        links_with_limit=int(np.count_nonzero(network.link_maxspeed)),
        parts=len(np.unique(label)),
        box=network.box,
        warnings=tuple(w for w in _warnings(network, speeds, label) if w.count),
    )


def _parts(network: Network) -> Ints:
    from siaga.engine.roads import search as loops

    return loops.parts(network.nodes, network.link_from, network.link_to)


def _warnings(network: Network, speeds: Speeds, label: Ints) -> list[Notice]:
    main = np.bincount(label).argmax()
    loose = label[network.link_from] != main
    loose &= (network.link_flags & BOAT) == 0  # water ways seldom touch roads
    unknown = np.isin(network.link_road, [i for i, r in enumerate(network.roads) if r == UNKNOWN_ROAD])
    foreign = [r for r in network.roads if r not in speeds.roads]
    no_row = np.isin(network.link_road, [network.roads.index(r) for r in foreign])
    no_length = network.link_m <= 0.0
    long = (network.link_m > 50_000.0) & ((network.link_flags & BOAT) == 0)
    vehicle = next(iter(speeds.vehicles))
    found = reach(network, link_seconds(network, speeds, vehicle, 0))
    return [
        _links(network, "roads-disconnected", loose, km=round(float(network.link_m[loose].sum()) / 1000.0, 3)),
        _links(network, "roads-without-class", unknown),
        _links(network, "roads-class-without-speed", no_row, classes=", ".join(foreign)),
        _links(network, "roads-without-length", no_length),
        _links(network, "roads-very-long", long),
        _nodes(network, "roads-no-way-out", found.into & ~found.out, vehicle),
        _nodes(network, "roads-no-way-in", found.out & ~found.into, vehicle),
    ]


def _links(network: Network, code: str, mask: NDArray[np.bool_], **facts: str | float | int) -> Notice:
    found = np.flatnonzero(mask)
    at = network.shape(int(found[0]))[0] if len(found) else None
    return Notice(code=code, count=len(found), facts=facts, at=at)


def _nodes(network: Network, code: str, mask: NDArray[np.bool_], vehicle: str) -> Notice:
    found = np.flatnonzero(mask)
    at = (float(network.node_lon[found[0]]), float(network.node_lat[found[0]])) if len(found) else None
    return Notice(code=code, count=len(found), facts={"vehicle_class": vehicle}, at=at)
