"""What an import hands on: columns of road lines and records of everything that people search for."""

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

LonLat: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]  # west, south, east, north
Ring: TypeAlias = tuple[LonLat, ...]
Progress: TypeAlias = Callable[[str, int, int | None], None]  # stage, done, total (None: not known beforehand)


class OsmError(ValueError):
    """An extract or clip that cannot be used: a code, and the facts that belong to it."""

    def __init__(self, code: str, /, **facts: object) -> None:
        self.code, self.facts = code, facts
        super().__init__(f"{code} {facts}")


class Street(msgspec.Struct, frozen=True, kw_only=True):
    """A named street: ways of one name that lie together."""

    name: str
    also: tuple[str, ...]  # other names it is known by
    lon: float
    lat: float
    box: Box
    ways: tuple[int, ...]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Something with a name that callers mention: object, landmark, settlement."""

    id: str  # n, w and the number in OpenStreetMap
    kind: str  # key=value that says what it is
    name: str
    also: tuple[str, ...]
    lon: float
    lat: float
    box: Box | None  # None: a single point
    details: dict[str, str]


class Water(msgspec.Struct, frozen=True, kw_only=True):
    """A hydrant or another source of water for fire engines."""

    id: str
    kind: str  # fire_hydrant, water_tank, suction_point, fire_water_pond, water_tower, …
    name: str | None  # None: it has none
    ref: str | None  # number painted on it, if the map tells
    lon: float
    lat: float
    details: dict[str, str]


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """An administrative area."""

    id: str
    level: int  # admin_level of OpenStreetMap, in Indonesia 4 province, 5 city or regency, 6 kecamatan, 7 kelurahan
    name: str
    code: str | None  # its reference number, if the map tells
    polygons: tuple[tuple[Ring, ...], ...]  # each: outer ring, then holes


@dataclass(frozen=True, eq=False)
class RoadLines:
    """Roads as columns, in the form that the roads engine builds its network from."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    key: NDArray[np.int64]  # equal keys are the same place
    start: NDArray[np.int64]  # (lines + 1,)
    road: Sequence[str]
    name: Sequence[str | None]
    also: Sequence[tuple[str, ...]]
    one_way: NDArray[np.bool_]
    private: NDArray[np.bool_]
    boat: NDArray[np.bool_]
    maxspeed: NDArray[np.uint8]
    way: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.road)


@dataclass(frozen=True, eq=False)
class Region:
    """Everything one extract holds, and what was left out with the reason."""

    roads: RoadLines
    streets: tuple[Street, ...]
    places: tuple[Place, ...]
    waters: tuple[Water, ...]
    areas: tuple[Area, ...]
    skipped: dict[str, int]
    drawn: RoadLines
    """The roads of the map: those of the network, and what lies around the clip."""


class RoadTraits(msgspec.Struct, frozen=True, kw_only=True):
    """What the tags of a way say about driving on it."""

    road: str
    name: str | None
    also: tuple[str, ...]
    one_way: bool
    backwards: bool  # drawn against the direction of travel
    private: bool
    boat: bool
    maxspeed: int  # km/h, 0: not signed


class RoadCollector:
    """Gathers lines one after another in flat arrays: a large extract has millions of vertices."""

    def __init__(self) -> None:
        self.lon, self.lat, self.key = array("d"), array("d"), array("q")
        self.start, self.way = array("q", [0]), array("q")
        self.traits: list[RoadTraits] = []

    def add(self, way: int, keys: Sequence[int], points: Sequence[LonLat], traits: RoadTraits) -> None:
        """One line, in the order it is drawn; fewer than two vertices are no line."""
        if len(keys) < 2:
            return
        step = -1 if traits.backwards else 1
        self.key.extend(keys[::step])
        self.lon.extend([p[0] for p in points[::step]])
        self.lat.extend([p[1] for p in points[::step]])
        self.start.append(len(self.key))
        self.way.append(way)
        self.traits.append(traits)

    def columns(self) -> RoadLines:
        """What was gathered."""
        traits = self.traits
        return RoadLines(
            lon=np.array(self.lon, np.float64),
            lat=np.array(self.lat, np.float64),
            key=np.array(self.key, np.int64),
            start=np.array(self.start, np.int64),
            road=[t.road for t in traits],
            name=[t.name for t in traits],
            also=[t.also for t in traits],
            one_way=np.array([t.one_way for t in traits], bool),
            private=np.array([t.private for t in traits], bool),
            boat=np.array([t.boat for t in traits], bool),
            maxspeed=np.array([t.maxspeed for t in traits], np.uint8),
            way=np.array(self.way, np.int64),
        )
