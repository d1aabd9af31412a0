"""Finding the road beside a place: a grid over the map, and places on links."""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from siaga.engine.geo import Floats, LonLat, distance
from siaga.engine.roads.network import Ints, Network, segment_ends

NOWHERE = -1


class Snapped(NamedTuple):
    """Points on the network (n,): link or -1, share of the link passed from its `link_from`, metres off the road."""

    link: Ints
    share: Floats
    gap_m: Floats


@dataclass(frozen=True, eq=False)
class Grid:
    """Which pieces of road pass which square of the map."""

    origin: Floats
    cell: Floats
    shape: Ints
    start: Ints
    piece: Ints


def make_grid(network: Network) -> Grid:
    """A grid over the network with squares of 150 m or more, at most about a million of them."""
    from siaga.engine.roads import search as loops

    west, south, east, north = network.box
    middle = (west, (south + north) / 2.0)
    width, height = distance(middle, (east, middle[1])), distance((west, south), (west, north))
    size = max(150.0, (width * height / 1e6) ** 0.5, max(width, height) / 1e5)
    shape = np.array([int(width / size) + 1, int(height / size) + 1], np.int32)
    cell = np.array([max(east - west, 1e-9) / shape[0], max(north - south, 1e-9) / shape[1]])
    cell *= 1.0 + 1e-9  # so that the eastern and northern edge fall inside the last square
    origin = np.array([west, south])
    first, _ = segment_ends(network)
    at = np.zeros(int(shape[0]) * int(shape[1]), np.int32)
    nothing = np.empty(0, np.int32)
    loops.fill_cells(network.shape_lon, network.shape_lat, first, origin, cell, shape, at, nothing)
    start = np.concatenate([[0], np.cumsum(at)]).astype(np.int32)
    piece = np.empty(int(start[-1]), np.int32)
    loops.fill_cells(network.shape_lon, network.shape_lat, first, origin, cell, shape, start[:-1].copy(), piece)
    return Grid(origin, cell, shape, start, piece)


def part_of(network: Network, link: int, begin: float, end: float) -> list[LonLat]:
    """The line of a link from one share of its length to another (0 = `link_from`), backwards if end < begin."""
    shape = network.shape(link)
    low, high = sorted((begin, end))
    cuts = [0.0]
    for a, b in pairwise(shape):
        cuts.append(cuts[-1] + distance(a, b))
    whole = cuts[-1] or 1.0
    inside = [p for p, c in zip(shape, cuts, strict=True) if low * whole < c < high * whole]
    points = [_at(shape, cuts, low * whole), *inside, _at(shape, cuts, high * whole)]
    return points if begin <= end else points[::-1]


def _at(shape: list[LonLat], cuts: list[float], metres: float) -> LonLat:
    """The point of a line after so many metres."""
    for i in range(1, len(shape)):
        if metres <= cuts[i] or i == len(shape) - 1:
            step = cuts[i] - cuts[i - 1]
            t = min(1.0, (metres - cuts[i - 1]) / step) if step > 0.0 else 0.0
            (x1, y1), (x2, y2) = shape[i - 1], shape[i]
            return x1 + (x2 - x1) * t, y1 + (y2 - y1) * t
    return shape[0]


def only(at: Snapped, i: int) -> Snapped:
    """One of the snapped points, still as arrays (1,)."""
    return Snapped(at.link[i : i + 1], at.share[i : i + 1], at.gap_m[i : i + 1])
