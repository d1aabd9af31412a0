"""Travel times: from units to an incident, along a route, from stations to everywhere."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from siaga.engine.geo import Floats, LonLat, distance, distance_m
from siaga.engine.roads import speeds as data
from siaga.engine.roads.closures import Closure, Closures, closed_links, holding_up
from siaga.engine.roads.grid import NOWHERE, Grid, Snapped, make_grid, only, part_of
from siaga.engine.roads.network import PRIVATE, Ints, Longs, Network, street_names
from siaga.engine.roads.reach import Mask, reach, usable_ends
from siaga.engine.roads.speeds import Speeds, Way
from siaga.engine.roads.weights import Weights

Found = Literal["network", "straight-line", "none", "later"]
_STRAIGHT: tuple[Found, ...] = ("straight-line",)
_LATER: tuple[Found, ...] = ("later",)
CACHE_BYTES = 160_000_000  # weights kept ready, for all vehicle classes, hours and closures together


@dataclass(frozen=True, eq=False)
class Reached:
    """Travel of n sources to one place: seconds (n,) and metres (n,), inf unless `ways` says network or straight-line.

    ways: "none" no usable road leads there, "later" others are sooner and this one was not worked out.
    """

    seconds: Floats
    metres: Floats
    ways: tuple[Found, ...]

    @property
    def way(self) -> Way:
        """ "straight-line" if any time is only that, otherwise "network"."""
        return "straight-line" if "straight-line" in self.ways else "network"


@dataclass(frozen=True)
class Route:
    """One drive: seconds, metres, the line to draw, street names in order, and links (empty on the straight line).

    The metres and seconds from the places themselves to the road are part of the sums; gaps_m says how far they are.
    """

    seconds: float
    metres: float
    points: tuple[LonLat, ...]
    streets: tuple[str, ...]
    links: tuple[int, ...]
    gaps_m: tuple[float, float]  # from start to road, from road to end
    way: Way


class Travel:
    """A loaded network (None: only straight lines) with its speeds; replaced as a whole on import.

    May be asked from several threads at once. Longitudes and latitudes are degrees WGS84, hours local (0 to 23).
    ValueError for coordinates that are not finite, KeyError for a vehicle class that the speeds do not know.
    """

    def __init__(self, network: Network | None, speeds: Speeds) -> None:
        self.network = network
        self.speeds = speeds
        self._lock = threading.Lock()
        self._weights: OrderedDict[tuple[object, ...], Weights] = OrderedDict()
        self._ends: dict[tuple[str, bool], tuple[Mask, Mask]] = {}
        self._closed: OrderedDict[Closure, Ints] = OrderedDict()
        self._made_grid: Grid | None = None

    def warm(self) -> None:
        """Load and compile what the first request would otherwise wait for (seconds, once per machine)."""
        if self.network is None:
            return
        from siaga.engine.roads import ends
        from siaga.engine.roads import search as loops

        point = (float(self.network.shape_lon[0]), float(self.network.shape_lat[0]))
        vehicle = next(iter(self.speeds.vehicles))
        self.to_incident(*point, [point], vehicle, 0)
        self.matrix([point], [point], vehicle, 0)
        loops.tail(self.network.in_start, self.network.in_link[0])
        ends.side(self.network.in_node[:2], np.zeros(2), 0)

    def snap(
        self,
        points: ArrayLike,
        vehicle_class: str,
        hour: int,
        closures: Closures = (),
        permitted: bool = False,
        at: Literal["begin", "end"] = "end",
    ) -> Snapped:
        """The nearest link on which a drive may begin or end right now, for each point (n, 2).

        Link -1 beyond snap_limit_m or without a network. A loose end of the map that leads nowhere is no such link.
        """
        xy = _points(points)
        if self.network is None:
            return Snapped(np.full(len(xy), NOWHERE, np.int32), np.zeros(len(xy)), np.full(len(xy), np.inf))
        weights = self._weights_for(self.network, vehicle_class, hour, closures, permitted)
        return self._snap(self.network, xy, weights.begin if at == "begin" else weights.end)

    def to_incident(
        self,
        lon: float,
        lat: float,
        sources: ArrayLike,
        vehicle_class: str | Sequence[str],
        hour: int,
        closures: Closures = (),
        permitted: bool = False,
        k: int | Mapping[str, int] | None = None,
    ) -> Reached:
        """Travel of n sources (n, 2), each of its vehicle class, to one place.

        k: how many of the soonest are wanted, in all or of each vehicle class; None = every one of them.
        """
        xy = _points(sources)
        place = _points([(lon, lat)])
        situation = (hour, closures, permitted)
        if isinstance(vehicle_class, str):
            return self._group(place, xy, vehicle_class, situation, _wanted(k, vehicle_class, len(xy)), np.inf)
        classes = list(vehicle_class)
        if len(classes) != len(xy):
            raise ValueError(f"{len(xy)} sources, {len(classes)} vehicle classes")
        seconds, metres = np.full(len(xy), np.inf), np.full(len(xy), np.inf)
        ways: list[Found] = ["later"] * len(xy)
        # The commonest class first: it settles the k soonest quickly, and their time bounds the search of the others.
        for name, members in sorted(_groups(classes), key=lambda group: -len(group[1])):
            wanted = _wanted(k, name, len(members))
            limit = _kth(seconds, k) * (1.0 + 1e-9) if isinstance(k, int) else np.inf
            found = self._group(place, xy[members], name, situation, wanted, limit)
            seconds[members], metres[members] = found.seconds, found.metres
            for member, way in zip(members.tolist(), found.ways, strict=True):
                ways[member] = way
        return Reached(seconds, metres, tuple(ways))

    def _group(
        self, place: Floats, xy: Floats, name: str, situation: tuple[int, Closures, bool], k: int, limit: float
    ) -> Reached:
        """Travel of the sources of one vehicle class: the k soonest, none beyond the limit unless straight."""
        if k < 1:
            return Reached(np.full(len(xy), np.inf), np.full(len(xy), np.inf), _LATER * len(xy))
        network = self.network
        if network is None:
            return self._straight(place, xy, name)
        weights = self._weights_for(network, name, *situation)
        target = self._snap(network, place, weights.end)
        if target.link[0] == NOWHERE:
            return self._straight(place, xy, name)
        from siaga.engine.roads import ends

        units = self._snap(network, xy, weights.begin)
        seconds, metres, stopped = ends.soonest(weights.links, weights.into, units, target, self._off_m_s, k, limit)
        beyond: Found = "later" if stopped else "none"
        ways: list[Found] = ["network" if found else beyond for found in np.isfinite(seconds).tolist()]
        off = np.flatnonzero(units.link == NOWHERE)
        if len(off):
            straight = self._straight(place, xy[off], name)
            seconds[off], metres[off] = straight.seconds, straight.metres
            for i in off.tolist():
                ways[i] = "straight-line"
        return Reached(seconds, metres, tuple(ways))

    def _straight(self, place: Floats, xy: Floats, name: str) -> Reached:
        """Travel of the sources of one vehicle class on the straight line."""
        away = distance_m(xy[:, 0], xy[:, 1], place[0, 0], place[0, 1])
        return Reached(*data.straight_estimate(self.speeds, name, away), _STRAIGHT * len(xy))

    @property
    def _off_m_s(self) -> float:
        """Metres a second between a road and a place beside it."""
        return self.speeds.rules.off_road_kmh / 3.6

    def route(
        self,
        from_: LonLat,
        to: LonLat,
        vehicle_class: str,
        hour: int,
        closures: Closures = (),
        permitted: bool = False,
    ) -> Route | None:
        """The soonest drive from one place to another; None if both lie at roads but none leads there."""
        ends = _points([from_, to])
        network = self.network
        if network is not None:
            weights = self._weights_for(network, vehicle_class, hour, closures, permitted)
            start, end = self._snap(network, ends[:1], weights.begin), self._snap(network, ends[1:], weights.end)
            if NOWHERE not in (start.link[0], end.link[0]):
                return self._route(network, weights, start, end)
        away = np.array([distance(from_, to)])
        seconds, metres = data.straight_estimate(self.speeds, vehicle_class, away)
        return Route(float(seconds[0]), float(metres[0]), (from_, to), (), (), (0.0, 0.0), "straight-line")

    def _route(self, network: Network, weights: Weights, start: Snapped, end: Snapped) -> Route | None:
        from siaga.engine.roads import ends
        from siaga.engine.roads import search as loops

        off = self._off_m_s
        enter, leave = ends.entries(weights.links, end), ends.exits(weights.links, start, off)
        direct = ends.along(weights.links, start, end) + start.gap_m / off
        into = weights.into
        _, via, best, used, _ = loops.search(*into[:3], *enter, *leave, direct, 1, np.inf)
        if not np.isfinite(best[0]):
            return None
        a, b = int(start.link[0]), int(end.link[0])
        share_a, share_b = float(start.share[0]), float(end.share[0])
        if used[0] == loops.DIRECT:
            pieces = [(a, share_a, share_b)]
        else:
            node = int(leave[0][used[0] - loops.BY_FROM])
            pieces = [(a, share_a, 0.0 if used[0] == loops.BY_FROM else 1.0)]
            while via[node] != NOWHERE:
                link = int(into.link[via[node]])
                following = loops.tail(into.start, via[node])
                forward = network.link_from[link] == node and network.link_to[link] == following
                pieces.append((link, 0.0, 1.0) if forward else (link, 1.0, 0.0))
                node = following
            pieces.append((b, ends.side(*enter, node), share_b))
        gaps = (float(start.gap_m[0]), float(end.gap_m[0]))
        links = tuple(link for link, x, y in pieces if x != y or len(pieces) == 1)
        return Route(
            seconds=float(best[0]) + gaps[1] / off,
            metres=sum(abs(y - x) * float(network.link_m[link]) for link, x, y in pieces) + sum(gaps),
            points=tuple(_without_repeats(p for link, x, y in pieces for p in part_of(network, link, x, y))),
            streets=street_names(network, links),
            links=links,
            gaps_m=gaps,
            way="network",
        )

    def matrix(
        self,
        sources: ArrayLike,
        targets: ArrayLike,
        vehicle_class: str,
        hour: int,
        closures: Closures = (),
        permitted: bool = False,
        limit_s: float = np.inf,
    ) -> Floats:
        """Seconds (n, m) from n sources (n, 2) to m targets (m, 2); inf where no road leads or beyond limit_s.

        Off the network the straight-line way fills in. One search per row or per column, whichever are fewer.
        """
        a, b = _points(sources), _points(targets)
        away = distance_m(a[:, None, 0], a[:, None, 1], b[None, :, 0], b[None, :, 1])
        straight, _ = data.straight_estimate(self.speeds, vehicle_class, away)
        if self.network is None or not away.size:
            return np.where(straight <= limit_s, straight, np.inf)
        weights = self._weights_for(self.network, vehicle_class, hour, closures, permitted)
        from_, to = self._snap(self.network, a, weights.begin), self._snap(self.network, b, weights.end)
        found = self._matrix(self.network, weights, from_, to, limit_s)
        outside = (from_.link == NOWHERE)[:, None] | (to.link == NOWHERE)[None, :]
        seconds = np.where(outside, straight, found)
        return np.where(seconds <= limit_s, seconds, np.inf)

    def _matrix(self, network: Network, weights: Weights, from_: Snapped, to: Snapped, limit_s: float) -> Floats:
        from siaga.engine.roads import ends
        from siaga.engine.roads import search as loops

        off, links = self._off_m_s, weights.links
        found = np.full((len(from_.link), len(to.link)), np.inf)
        by_target = len(to.link) <= len(from_.link)
        one, many = (to, from_) if by_target else (from_, to)
        arcs = weights.into if by_target else weights.out
        leave = ends.exits(links, many, 0.0) if by_target else ends.entries(links, many)
        for i in np.flatnonzero(one.link != NOWHERE).tolist():
            this = only(one, i)
            if by_target:
                begin, direct = ends.entries(links, this), ends.along(links, many, this)
            else:
                begin, direct = ends.exits(links, this, 0.0), ends.along(links, this, many)
            best = loops.search(*arcs[:3], *begin, *leave, direct, len(many.link), limit_s)[2]
            row = best + many.gap_m / off + one.gap_m[i] / off
            if by_target:
                found[:, i] = row
            else:
                found[i, :] = row
        return found

    def _weights_for(
        self, network: Network, vehicle_class: str, hour: int, closures: Closures, permitted: bool
    ) -> Weights:
        """Weights from the cache, or made now: closures are a mask over the links and cost milliseconds."""
        curve = tuple(factors[hour] for factors in self.speeds.hours.values())
        present = holding_up(closures, vehicle_class)
        key = (vehicle_class, curve, permitted, frozenset(present))
        with self._lock:
            if key in self._weights:
                self._weights.move_to_end(key)
                return self._weights[key]
        link_s = data.link_seconds(network, self.speeds, vehicle_class, hour)
        if not permitted:
            link_s[(network.link_flags & PRIVATE) != 0] = np.inf
        begin, end = self._usable_ends(network, vehicle_class, permitted, link_s)
        for closure in present:
            link_s[self._links_of(network, closure)] = np.inf
        made = Weights(network, link_s, begin, end)
        with self._lock:
            self._weights[key] = made
            while len(self._weights) > self._room(network):
                self._weights.popitem(last=False)
        return made

    def _usable_ends(self, network: Network, vehicle_class: str, permitted: bool, link_s: Floats) -> tuple[Mask, Mask]:
        """Where a drive may begin and end, closures aside: not on a loose end of the map that leads nowhere."""
        with self._lock:
            known = self._ends.get((vehicle_class, permitted))
        if known is None:
            known = usable_ends(network, reach(network, link_s))
            with self._lock:
                self._ends[vehicle_class, permitted] = known
        return known

    @staticmethod
    def _room(network: Network) -> int:
        """How many sets of weights fit into CACHE_BYTES (at least one for each of a handful of vehicle classes)."""
        return max(8, CACHE_BYTES // (8 * (network.links + 2 * len(network.in_link))))

    def _links_of(self, network: Network, closure: Closure) -> Ints:
        with self._lock:
            known = self._closed.get(closure)
        if known is None:
            known = closed_links(network, closure)
            with self._lock:
                self._closed[closure] = known
                while len(self._closed) > 1000:
                    self._closed.popitem(last=False)
        return known

    def _snap(self, network: Network, points: Floats, usable: Mask) -> Snapped:
        from siaga.engine.roads import search as loops

        grid = self._grid(network)
        link, share, gap = loops.snap(
            np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1]),
            grid.origin, grid.cell, grid.shape, grid.start, grid.piece,
            network.shape_lon, network.shape_lat, network.segment_link, network.segment_m, network.shape_start,
            network.link_m, usable, self.speeds.rules.snap_limit_m,
        )  # fmt: skip
        return Snapped(link, share, gap)

    def _grid(self, network: Network) -> Grid:
        with self._lock:
            if self._made_grid is None:
                self._made_grid = make_grid(network)
            return self._made_grid


def _without_repeats(points: Iterator[LonLat]) -> Iterator[LonLat]:
    former: LonLat | None = None
    for point in points:
        if former is None or abs(point[0] - former[0]) > 1e-9 or abs(point[1] - former[1]) > 1e-9:
            yield point
            former = point


def _points(points: ArrayLike) -> Floats:
    xy = np.asarray(points, np.float64).reshape(-1, 2)
    if not np.isfinite(xy).all():
        raise ValueError("a coordinate is not a finite number")
    return xy


def _groups(classes: list[str]) -> Iterator[tuple[str, Longs]]:
    """Each vehicle class with the positions of its members, in order of first appearance."""
    members: dict[str, list[int]] = {}
    for i, name in enumerate(classes):
        members.setdefault(name, []).append(i)
    for name, found in members.items():
        yield name, np.array(found, np.int64)


def _wanted(k: int | Mapping[str, int] | None, name: str, members: int) -> int:
    """How many of one vehicle class are wanted; a class that a mapping leaves out is wanted whole."""
    if k is None:
        return members
    return k if isinstance(k, int) else k.get(name, members)


def _kth(values: Floats, k: int) -> float:
    return float(np.partition(values, k - 1)[k - 1]) if 0 < k <= len(values) else np.inf
