"""A made-up road network of any size for benches and tests: a bent grid with gaps, one-ways and a few classes."""

import numpy as np

from siaga.engine.geo import DEGREE_M
from siaga.engine.roads.network import Columns, Network, build_columns

SPACING_M = 120.0  # about the distance between junctions of a dense town


def generated_network(nodes: int, seed: int = 1, west: float = 117.0, south: float = -0.5) -> Network:
    """A network of exactly so many nodes (at least 4), always the same for the same seed.

    Every tenth line of the grid is a main road, every fifth a secondary one; one street in eight is missing, one in
    ten of those left is one-way, main roads are whole and two-way, so nearly everything stays connected.
    """
    if nodes < 4:
        raise ValueError("a generated network needs 4 nodes or more")
    chance = np.random.default_rng(seed)
    across = int(np.ceil(np.sqrt(nodes)))
    number = np.arange(nodes)
    column, row = number % across, number // across
    step = SPACING_M / DEGREE_M
    lon = west + (column + chance.uniform(-0.25, 0.25, nodes)) * step
    lat = south + (row + chance.uniform(-0.25, 0.25, nodes)) * step
    east = number[(column < across - 1) & (number + 1 < nodes)]
    north = number[number + across < nodes]
    a, b = np.concatenate([east, north]), np.concatenate([east + 1, north + across])
    street = np.concatenate([row[east], across + column[north]])  # each line of the grid is one street
    place = np.concatenate([row[east], column[north]])
    level = np.where(place % 10 == 0, 0, np.where(place % 5 == 0, 1, 2))
    keep = (level == 0) | (chance.uniform(size=len(a)) >= 0.125)
    alone = np.bincount(np.concatenate([a[keep], b[keep]]), minlength=nodes) == 0
    keep |= alone[a] | alone[b]
    a, b, level, street = a[keep], b[keep], level[keep], street[keep]
    turned = chance.uniform(size=len(a)) < 0.5
    a, b = np.where(turned, b, a), np.where(turned, a, b)
    one_way = (level > 0) & (chance.uniform(size=len(a)) < 0.1)
    ends = np.stack([a, b], axis=1).ravel()
    roads = np.array(["primary", "secondary", "residential"])[level]
    return build_columns(
        Columns(
            lon=lon[ends],
            lat=lat[ends],
            key=ends.astype(np.int64),
            start=np.arange(0, 2 * len(a) + 1, 2, dtype=np.int64),
            road=roads.tolist(),
            name=[f"Jalan {s + 1}" for s in street.tolist()],
            one_way=one_way,
            private=np.zeros(len(a), bool),
            boat=np.zeros(len(a), bool),
            maxspeed=np.zeros(len(a), np.uint8),
            way=np.zeros(len(a), np.int64),
        )
    )


def random_points(network: Network, count: int, seed: int = 1) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Points (count, 2) within some 40 m of random nodes of the network."""
    chance = np.random.default_rng(seed)
    at = chance.integers(0, network.nodes, count)
    jitter = chance.uniform(-40.0, 40.0, (count, 2)) / DEGREE_M
    return np.stack([network.node_lon[at], network.node_lat[at]], axis=1) + jitter
