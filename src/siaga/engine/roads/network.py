"""The road network as arrays: junctions, the links between them, and how they are built, kept and read again."""

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from siaga.engine.geo import Box, Floats, LonLat, distance_m

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]

FORMAT = 1  # of the saved file
ONE_WAY, PRIVATE, BOAT = 1, 2, 4  # bits of link_flags
UNKNOWN_ROAD = "unknown"


class NetworkError(ValueError):
    """A network that cannot be built or read: a code, and the facts that belong to it."""

    def __init__(self, code: str, /, **facts: object) -> None:
        self.code, self.facts = code, facts
        super().__init__(f"{code} {facts}")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One drawn road or boat leg, in the direction of travel; lines meet where they share a vertex."""

    points: tuple[LonLat, ...]
    road: str = UNKNOWN_ROAD  # road class, a row of standards/roads.toml
    name: str | None = None  # None: it has no name
    one_way: bool = False
    private: bool = False  # usable by permission only
    boat: bool = False
    maxspeed: int = 0  # signed limit in km/h, 0 if none is known
    way: int = 0  # number of the OpenStreetMap way, 0 if it comes from elsewhere


class Lines(Protocol):
    """Many lines as columns (an import's form): vertices of all lines one after another, then one value per line."""

    @property
    def lon(self) -> Floats: ...
    @property
    def lat(self) -> Floats: ...
    @property
    def key(self) -> Longs: ...  # (vertices,) two vertices are the same place if their keys are equal
    @property
    def start(self) -> Longs: ...  # (lines + 1,) where each line's vertices begin
    @property
    def road(self) -> Sequence[str]: ...
    @property
    def name(self) -> Sequence[str | None]: ...
    @property
    def one_way(self) -> NDArray[np.bool_]: ...
    @property
    def private(self) -> NDArray[np.bool_]: ...
    @property
    def boat(self) -> NDArray[np.bool_]: ...
    @property
    def maxspeed(self) -> NDArray[np.uint8]: ...
    @property
    def way(self) -> Longs: ...


@dataclass(frozen=True, eq=False)
class Columns:
    """Lines as columns, made from records."""

    lon: Floats
    lat: Floats
    key: Longs
    start: Longs
    road: Sequence[str]
    name: Sequence[str | None]
    one_way: NDArray[np.bool_]
    private: NDArray[np.bool_]
    boat: NDArray[np.bool_]
    maxspeed: NDArray[np.uint8]
    way: Longs


@dataclass(frozen=True, eq=False)
class Network:
    """A road network: N nodes, L links from node to node with shapes (V vertices), and their arcs as CSR.

    A link is driven both ways unless ONE_WAY, then from `link_from` to `link_to`. Degrees WGS84, metres, km/h.
    """

    node_lon: Floats
    node_lat: Floats
    link_from: Ints
    link_to: Ints
    link_m: Floats
    link_road: NDArray[np.uint8]  # index into `roads`
    link_name: Ints  # index into `names`, -1 without a name
    link_flags: NDArray[np.uint8]
    link_maxspeed: NDArray[np.uint8]  # 0: none known
    link_way: Longs  # 0: not from OpenStreetMap
    shape_start: Longs  # (L + 1,) first vertex of each link
    shape_lon: Floats
    shape_lat: Floats
    roads: tuple[str, ...]
    names: tuple[str, ...]
    # What follows is worked out from the above: arcs in order of the node they leave (forward) or enter (reverse).
    out_start: Ints = field(init=False)
    out_node: Ints = field(init=False)  # where the arc leads to
    out_link: Ints = field(init=False)
    in_start: Ints = field(init=False)
    in_node: Ints = field(init=False)  # where the arc comes from
    in_link: Ints = field(init=False)
    segment_link: Ints = field(init=False)  # (S,) link of each piece between two vertices
    segment_m: Floats = field(init=False)

    def __post_init__(self) -> None:
        two_way = np.flatnonzero((self.link_flags & ONE_WAY) == 0).astype(np.int32)
        tail = np.concatenate([self.link_from, self.link_to[two_way]])
        head = np.concatenate([self.link_to, self.link_from[two_way]])
        link = np.concatenate([np.arange(self.links, dtype=np.int32), two_way])
        for prefix, at, other in (("out", tail, head), ("in", head, tail)):
            order = np.argsort(at, kind="stable")
            counts = np.bincount(at, minlength=self.nodes)
            object.__setattr__(self, f"{prefix}_start", np.concatenate([[0], np.cumsum(counts)]).astype(np.int32))
            object.__setattr__(self, f"{prefix}_node", np.ascontiguousarray(other[order]))
            object.__setattr__(self, f"{prefix}_link", np.ascontiguousarray(link[order]))
        pieces = np.diff(self.shape_start) - 1
        a, b = segment_ends(self)
        object.__setattr__(self, "segment_link", np.repeat(np.arange(self.links, dtype=np.int32), pieces))
        lengths = distance_m(self.shape_lon[a], self.shape_lat[a], self.shape_lon[b], self.shape_lat[b])
        object.__setattr__(self, "segment_m", lengths)

    @property
    def nodes(self) -> int:
        """Number of junctions and ends."""
        return len(self.node_lon)

    @property
    def links(self) -> int:
        """Number of links."""
        return len(self.link_from)

    @property
    def box(self) -> Box:
        """West, south, east, north of all shapes."""
        lon, lat = self.shape_lon, self.shape_lat
        return float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max())

    def name(self, link: int) -> str | None:
        """The street's name, None if it has none."""
        index = int(self.link_name[link])
        return self.names[index] if index >= 0 else None

    def shape(self, link: int) -> list[LonLat]:
        """The link's vertices from `link_from` to `link_to`."""
        part = slice(int(self.shape_start[link]), int(self.shape_start[link + 1]))
        return list(zip(self.shape_lon[part].tolist(), self.shape_lat[part].tolist(), strict=True))

    def save(self, path: Path) -> None:
        """Write one .npz (compressed arrays, no pickle); the former file stays whole until the new one is."""
        stored = {f.name: getattr(self, f.name) for f in fields(self) if f.init and f.name not in ("roads", "names")}
        for texts in ("roads", "names"):
            stored[texts] = np.frombuffer(msgspec.json.encode(getattr(self, texts)), np.uint8)
        part = path.with_name(path.name + ".part")
        with part.open("wb") as file:
            np.savez_compressed(file, format=np.int64(FORMAT), **stored)
        part.replace(path)

    @staticmethod
    def load(path: Path) -> "Network":
        """Read what `save` wrote; NetworkError if it is not such a file."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                if int(stored["format"]) != FORMAT:
                    raise NetworkError("network-format", path=path.name, format=int(stored["format"]))
                arrays = {f.name: stored[f.name] for f in fields(Network) if f.init}
            roads, names = (
                msgspec.json.decode(arrays.pop(k).tobytes(), type=tuple[str, ...]) for k in ("roads", "names")
            )
            return Network(roads=roads, names=names, **arrays)
        except (KeyError, zipfile.BadZipFile, msgspec.DecodeError, EOFError, OSError, IndexError) as broken:
            raise NetworkError("network-unreadable", path=path.name, why=str(broken)) from broken
        except ValueError as broken:
            if isinstance(broken, NetworkError):
                raise
            raise NetworkError("network-unreadable", path=path.name, why=str(broken)) from broken


def segment_ends(network: Network) -> tuple[Longs, Longs]:
    """First and last vertex (S,), (S,) of every piece of every link's shape."""
    starts = np.ones(len(network.shape_lon), bool)
    starts[network.shape_start[1:] - 1] = False
    first = np.flatnonzero(starts)
    return first, first + 1


def columns(lines: Iterable[Line]) -> Columns:
    """Lines as columns; vertices are the same place where their coordinates agree to 1e-7 degrees (about 1 cm)."""
    kept = list(lines)
    counts = [len(line.points) for line in kept]
    points = np.array([p for line in kept for p in line.points], np.float64).reshape(-1, 2)
    _check(points[:, 0], points[:, 1])
    rounded = np.round(points * 1e7).astype(np.int64)
    return Columns(
        lon=points[:, 0],
        lat=points[:, 1],
        key=rounded[:, 0] * 4_000_000_000 + rounded[:, 1],
        start=np.concatenate([[0], np.cumsum(counts, dtype=np.int64)]).astype(np.int64),
        road=[line.road for line in kept],
        name=[line.name for line in kept],
        one_way=np.array([line.one_way for line in kept], bool),
        private=np.array([line.private for line in kept], bool),
        boat=np.array([line.boat for line in kept], bool),
        maxspeed=np.array([min(255, line.maxspeed) for line in kept], np.uint8),
        way=np.array([line.way for line in kept], np.int64),
    )


def build(lines: Iterable[Line]) -> Network:
    """A network of drawn lines, joined wherever they share a vertex; NetworkError("network-empty") without any road."""
    return build_columns(columns(lines))


def build_columns(lines: Lines) -> Network:
    """A network of lines in columns: cut at every vertex that is an end or is used twice; nodes lie in Morton order.

    NetworkError: "network-empty" without any road, "network-coordinates" with a place that is none.
    """
    _check(lines.lon, lines.lat)
    lon, lat, key, line = _distinct(lines)
    if not len(lon):
        raise NetworkError("network-empty")
    first = np.concatenate([[True], line[1:] != line[:-1]])
    last = np.concatenate([first[1:], [True]])
    _, place, used = np.unique(key, return_inverse=True, return_counts=True)
    is_node = np.zeros(len(used), bool)
    is_node[place[first | last]] = True
    is_node |= used > 1
    cut = is_node[place]

    # Copy every cut vertex that is inside a line, so that each link has its own two ends.
    copies = np.where(cut & ~first & ~last, 2, 1)
    source = np.repeat(np.arange(len(lon)), copies)
    begins = np.flatnonzero(cut & ~last)  # vertex at which a link begins
    ends = np.flatnonzero(cut & ~first)
    where = np.cumsum(copies) - copies  # first copy of each vertex
    shape_start = np.append(where[begins] + copies[begins] - 1, len(source)).astype(np.int64)

    rank, node_lon, node_lat = _nodes(is_node, place, lon, lat)
    link_line = line[begins]
    roads, link_road = _index([r or UNKNOWN_ROAD for r in lines.road], link_line)
    names, link_name = _index(lines.name, link_line)
    if len(roads) > 255:
        raise NetworkError("network-too-many-classes", classes=len(roads))
    flags = lines.one_way * ONE_WAY | lines.private * PRIVATE | lines.boat * BOAT
    shape_lon, shape_lat = lon[source], lat[source]
    return Network(
        node_lon=node_lon,
        node_lat=node_lat,
        link_from=rank[place[begins]],
        link_to=rank[place[ends]],
        link_m=_lengths(shape_lon, shape_lat, shape_start),
        link_road=link_road.astype(np.uint8),
        link_name=link_name,
        link_flags=flags.astype(np.uint8)[link_line],
        link_maxspeed=np.ascontiguousarray(lines.maxspeed[link_line], np.uint8),
        link_way=np.ascontiguousarray(lines.way[link_line], np.int64),
        shape_start=shape_start,
        shape_lon=shape_lon,
        shape_lat=shape_lat,
        roads=tuple(roads),
        names=tuple(names),
    )


def _check(lon: Floats, lat: Floats) -> None:
    if not (np.all(np.abs(lon) <= 180.0) and np.all(np.abs(lat) <= 90.0)):
        raise NetworkError("network-coordinates")


def _distinct(lines: Lines) -> tuple[Floats, Floats, Longs, Longs]:
    """Vertices and their line, without repeats in a row and without lines that have become a single point."""
    counts = np.diff(lines.start)
    line = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    keep = np.ones(len(line), bool)
    keep[1:] = (lines.key[1:] != lines.key[:-1]) | (line[1:] != line[:-1])
    left = np.bincount(line[keep], minlength=len(counts))
    keep &= left[line] > 1
    return lines.lon[keep], lines.lat[keep], lines.key[keep], line[keep]


def _nodes(is_node: NDArray[np.bool_], place: Longs, lon: Floats, lat: Floats) -> tuple[Ints, Floats, Floats]:
    """Number of each place's node (-1: none) and the nodes' coordinates, near ones beside each other in memory."""
    at = np.zeros(len(is_node), np.int64)
    at[place] = np.arange(len(place))  # a vertex that stands for the place
    chosen = np.flatnonzero(is_node)
    x, y = lon[at[chosen]], lat[at[chosen]]
    order = np.argsort(_morton(x, y), kind="stable")
    rank = np.full(len(is_node), -1, np.int32)
    rank[chosen[order]] = np.arange(len(chosen), dtype=np.int32)
    return rank, x[order], y[order]


def _morton(lon: Floats, lat: Floats) -> Longs:
    """Z-order of points (Morton 1966) on a grid of 2^20 by 2^20 over their box: neighbours share memory pages."""
    code = np.zeros(len(lon), np.int64)
    scaled = []
    for value in (lon, lat):
        width = max(float(np.ptp(value)), 1e-9)
        scaled.append(((value - value.min()) / width * (2**20 - 1)).astype(np.int64))
    for bit in range(20):
        code |= ((scaled[0] >> bit) & 1) << (2 * bit)
        code |= ((scaled[1] >> bit) & 1) << (2 * bit + 1)
    return code


def _index(texts: Sequence[str | None], line: Longs) -> tuple[list[str], Ints]:
    """The distinct texts and, for each link, the index of its line's text (-1: it has none)."""
    distinct = sorted({t for t in texts if t})
    number = {t: i for i, t in enumerate(distinct)}
    per_line = np.array([number[t] if t else -1 for t in texts], np.int32)
    return distinct, np.ascontiguousarray(per_line[line])


def _lengths(lon: Floats, lat: Floats, start: Longs) -> Floats:
    """Length in metres of each shape."""
    steps = np.zeros(len(lon))
    steps[1:] = distance_m(lon[:-1], lat[:-1], lon[1:], lat[1:])
    steps[start[:-1]] = 0.0  # from one link's end to the next one's start nobody travels
    metres: Floats = np.add.reduceat(steps, start[:-1])
    return metres


def street_names(network: Network, links: Iterable[int]) -> tuple[str, ...]:
    """Names along a chain of links, in order, each stretch once, nameless stretches left out."""
    found = [name for name in (network.name(link) for link in links) if name]
    return tuple(found[:1]) + tuple(b for a, b in pairwise(found) if a != b)
