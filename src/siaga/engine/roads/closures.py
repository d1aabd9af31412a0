"""Closed roads: single links, OpenStreetMap ways, a circle or an area, each with the vehicles that still pass."""

from collections.abc import Iterable
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from siaga.engine.geo import LonLat, box_around, box_of, segment_distance_m, touching
from siaga.engine.roads.network import Ints, Network, segment_ends


class Closure(msgspec.Struct, frozen=True, kw_only=True):
    """One closure; what it names in several ways is closed together. A link is closed as a whole once it is touched."""

    links: tuple[int, ...] = ()  # links of the present network (they change with an import)
    ways: tuple[int, ...] = ()  # OpenStreetMap ways (they outlive an import)
    circle: tuple[float, float, float] | None = None  # lon, lat, radius in metres
    polygon: tuple[LonLat, ...] | None = None  # outer ring, closed or not
    passable_for: tuple[str, ...] = ()  # vehicle classes it does not hold up


Closures: TypeAlias = tuple[Closure, ...]


class ClosureError(ValueError):
    """A closure that says nothing usable: a code, and the facts that belong to it."""

    def __init__(self, code: str, /, **facts: object) -> None:
        self.code, self.facts = code, facts
        super().__init__(f"{code} {facts}")


def closed_links(network: Network, closure: Closure) -> Ints:
    """The links (n,), ascending, that one closure touches, for the vehicles it holds up.

    ClosureError: "closure-link-unknown", "closure-radius" (not above 0), "closure-polygon" (no area).
    """
    found = [_known(network, closure.links)]
    if closure.ways:
        found.append(np.flatnonzero(np.isin(network.link_way, [w for w in closure.ways if w])))
    if closure.circle is not None:
        found.append(_in_circle(network, *closure.circle))
    if closure.polygon is not None:
        found.append(_in_polygon(network, closure.polygon))
    return np.unique(np.concatenate(found)).astype(np.int32)


def holding_up(closures: Iterable[Closure], vehicle_class: str) -> Closures:
    """The closures that a vehicle class has to respect."""
    return tuple(c for c in closures if vehicle_class not in c.passable_for)


def _known(network: Network, links: tuple[int, ...]) -> NDArray[np.int64]:
    for link in links:
        if not 0 <= link < network.links:
            raise ClosureError("closure-link-unknown", link=link, links=network.links)
    return np.array(links, np.int64)


def _pieces(network: Network, box: tuple[float, float, float, float]) -> NDArray[np.int64]:
    """Pieces of shapes whose own box touches the box."""
    a, b = segment_ends(network)
    lon, lat = network.shape_lon, network.shape_lat
    west, south, east, north = box
    column = np.flatnonzero((np.maximum(lon[a], lon[b]) >= west) & (np.minimum(lon[a], lon[b]) <= east))
    a, b = a[column], b[column]
    return column[(np.maximum(lat[a], lat[b]) >= south) & (np.minimum(lat[a], lat[b]) <= north)]


def _in_circle(network: Network, lon: float, lat: float, radius_m: float) -> NDArray[np.int64]:
    if not radius_m > 0.0:
        raise ClosureError("closure-radius", radius_m=radius_m)
    pieces = _pieces(network, box_around((lon, lat), radius_m))
    a = pieces + network.segment_link[pieces]
    x, y = network.shape_lon, network.shape_lat
    near = segment_distance_m((lon, lat), x[a], y[a], x[a + 1], y[a + 1]) <= radius_m
    return network.segment_link[pieces[near]].astype(np.int64)


def _in_polygon(network: Network, ring: tuple[LonLat, ...]) -> NDArray[np.int64]:
    if len(set(ring)) < 3:
        raise ClosureError("closure-polygon", vertices=len(set(ring)))
    pieces = _pieces(network, box_of(ring))
    a = pieces + network.segment_link[pieces]
    x, y = network.shape_lon, network.shape_lat
    met = touching(x[a], y[a], x[a + 1], y[a + 1], ring)
    return network.segment_link[pieces[met]].astype(np.int64)
