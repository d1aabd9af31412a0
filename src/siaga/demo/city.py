"""The schematic city: areas, coast, streets, water, objects and the road network, always the same."""

import hashlib
import math
import random
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from ..engine.geo import DEGREE_M, LonLat
from ..engine.roads import Line, Network, build
from ..engine.tiles import Layer, layers_of_roads
from ..slices.places.tables import Area, Landmark, Region, Street
from .drawing import Km, Piece, blot, connected, joined, line_through, ring, rows_of_streets, smooth

REGION = "bontang-skema"
BOAT = "boat"
PAPER = 0.06  # degrees of land drawn around the outermost streets
COAST_CLEAR_KM = 0.05  # streets keep off the shore
MAIN_CLEAR_KM = 0.03  # rows of streets do not begin on top of a main road


@dataclass(frozen=True)
class Object:
    """Premises worth knowing, as the city's file has them."""

    object: str
    name: str
    kind: str
    lon: float
    lat: float
    area: str
    stilt: bool
    dense: bool
    hazards: tuple[str, ...]
    storeys: int | None


@dataclass(frozen=True)
class Water:
    """A hydrant or another source of water."""

    source: str
    kind: str
    name: str
    lon: float
    lat: float
    litres: int | None
    flow_lpm: int | None


@dataclass(frozen=True)
class City:
    """Everything drawn, ready to be kept and registered."""

    code: str
    name: str
    region: Region
    lines: tuple[Line, ...]
    objects: tuple[Object, ...]
    water: tuple[Water, ...]

    def network(self) -> Network:
        """The roads as a network."""
        return build(self.lines)


def read(name: str) -> dict[str, Any]:
    """One of the demonstration's own files."""
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


class _Ground:
    """The drawn outlines, in kilometres."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.origin = data["origin"]
        corners = {name: tuple(at) for name, at in data["corners"].items()}
        islands = {i["name"]: i for i in data["island"]}
        self.areas: dict[str, BaseGeometry] = {}
        for k in data["kelurahan"]:
            outline = shapely.polygons(ring([corners[c] for c in k["border"]], 0.055, 3))
            around = [islands[name] for name in k.get("islands", ())]
            blots = [shapely.polygons(blot(tuple(i["at"]), i["reach"], i["name"])) for i in around]
            self.areas[k["code"]] = shapely.multipolygons([outline, *blots]) if blots else outline
        shore = data["shore"]
        coast = line_through([tuple(p) for p in shore["north"] + shore["city"] + shore["south"]], 0.075, 4)
        mainland = [*coast, *(tuple(p) for p in shore["inland"]), coast[0]]
        small = [blot(tuple(i["at"]), i["land"], i["name"] + " darat") for i in islands.values() if i["land"]]
        self.coast = [mainland, *small]
        self.land: BaseGeometry = shapely.multipolygons([shapely.polygons(c) for c in self.coast])

    def lonlat(self, at: Km) -> LonLat:
        """Degrees of a place, to a centimetre."""
        lon, lat = self.origin[0] + at[0] * 1000 / DEGREE_M, self.origin[1] + at[1] * 1000 / DEGREE_M
        return round(lon, 7), round(lat, 7)

    def area_of(self, at: Km) -> str | None:
        """The kelurahan a place lies in."""
        point = shapely.points(at)
        return next((code for code, shape in self.areas.items() if shapely.covers(shape, point)), None)

    def shape(self, shape: BaseGeometry) -> dict[str, Any]:
        """A polygon or several as GeoJSON in degrees."""
        polygons = [
            [list(map(self.lonlat, r.coords)) for r in (p.exterior, *p.interiors)] for p in shapely.get_parts(shape)
        ]
        if len(polygons) == 1:
            return {"type": "Polygon", "coordinates": polygons[0]}
        return {"type": "MultiPolygon", "coordinates": polygons}


@cache
def city() -> City:
    """Draw the city (about a second, once)."""
    data = read("city.toml")
    ground = _Ground(data)
    pieces = connected([*_main_roads(data), *_quarters(data, ground)])
    boats = [
        Piece(street="", name=None, road=BOAT, points=smooth([tuple(p) for p in b["points"]])) for b in data["boat"]
    ]
    lines = tuple(
        Line(
            points=tuple(map(ground.lonlat, p.points)),
            road=p.road,
            name=p.name,
            private=p.private,
            boat=p.road == BOAT,
        )
        for p in [*pieces, *_landed(boats)]
    )
    streets = _streets(pieces, ground)
    objects = tuple(_objects(data, ground))
    region = Region(
        region=REGION,
        name=f"{data['name']} (skema)",
        digest="",
        schematic=True,
        areas=_areas(data, ground),
        streets=streets,
        landmarks=_landmarks(data, ground),
        coast=[[ground.lonlat(p) for p in part] for part in ground.coast],
    )
    digest = hashlib.sha256(msgspec.json.encode([region, lines])).hexdigest()
    water = tuple(_water(data, ground, streets))
    return City(data["code"], data["name"], msgspec.structs.replace(region, digest=digest), lines, objects, water)


def chart(drawn: City) -> list[Layer]:
    """The drawing as layers of the base map, so that the demonstration shows its map the way a real region does."""
    lines = [(shapely.linestrings(line), s) for s in drawn.region.streets for line in s.lines]
    shapes = np.array([line for line, _ in lines], object)
    west, south, east, north = shapely.total_bounds(shapes)
    paper = shapely.box(west - PAPER, south - PAPER, east + PAPER, north + PAPER)
    land = shapely.intersection(shapely.polygons([shapely.linearrings(ring) for ring in drawn.region.coast]), paper)
    return [
        Layer("land", np.array(land, object)),
        *layers_of_roads(shapes, [s.kind for _, s in lines], [s.name for _, s in lines]),
    ]


def _main_roads(data: dict[str, Any]) -> list[Piece]:
    return [
        Piece(
            street=f"jalan-{n + 1:02d}",
            name=r["name"],
            road=r["road"],
            points=smooth([tuple(p) for p in r["points"]]),
            private=r.get("private", False),
        )
        for n, r in enumerate(data["road"])
    ]


def _landed(boats: list[Piece]) -> list[Piece]:
    """Boat legs with the vertices that they share among themselves."""
    return joined(boats)


def _quarters(data: dict[str, Any], ground: _Ground) -> list[Piece]:
    """The streets of every quarter, each a name, perhaps in several pieces."""
    mains = shapely.buffer(
        shapely.multilinestrings([shapely.linestrings(smooth([tuple(p) for p in r["points"]])) for r in data["road"]]),
        MAIN_CLEAR_KM,
    )
    shapely.prepare(mains)
    inland = shapely.buffer(ground.land, -COAST_CLEAR_KM)
    built: BaseGeometry = shapely.from_wkt("POLYGON EMPTY")
    names: dict[str, int] = {}
    pieces = []
    for n, q in enumerate(data["quarter"]):
        chance = random.Random(f"{q['kelurahan']} {n}")
        where = shapely.intersection(shapely.buffer(ground.areas[q["kelurahan"]], -0.02), inland)
        outline = shapely.intersection(_blotted(q, f"{n}"), where)
        free = shapely.difference(outline, shapely.buffer(built, 0.04))
        built = shapely.union(built, outline)
        for number, street in enumerate(
            rows_of_streets(tuple(q["at"]), tuple(q["size"]), q["turn"], tuple(q["block"]), free, chance)
        ):
            alley = chance.random() < q["alleys"]
            base = q["names"][number % len(q["names"])] if number < len(q["names"]) else chance.choice(q["names"])
            name = ("Gg. " if alley else "Jl. ") + base
            names[name] = names.get(name, 0) + 1
            name = name if names[name] == 1 else f"{name} {names[name]}"
            road = "alley" if alley else "living_street" if q["block"][0] < 80 and number % 3 == 0 else "residential"
            pieces += [
                Piece(street=f"{q['kelurahan']}.{n:02d}{number:02d}", name=name, road=road, points=points)
                for part in street
                for points in _beside(part, mains)
            ]
    return pieces


def _blotted(q: dict[str, Any], name: str) -> BaseGeometry:
    """The roundish outline of a quarter, so that a city does not look like a chessboard."""
    chance = random.Random("quarter " + name)
    turn, (width, height) = math.radians(q["turn"]), q["size"]
    around = []
    for n in range(14):
        t = 2 * math.pi * n / 14
        reach = chance.uniform(0.9, 1.12) / max(abs(math.cos(t)) ** 4 + abs(math.sin(t)) ** 4, 1e-9) ** 0.25
        u, v = width / 2 * math.cos(t) * reach, height / 2 * math.sin(t) * reach
        around.append(
            (q["at"][0] + u * math.cos(turn) - v * math.sin(turn), q["at"][1] + u * math.sin(turn) + v * math.cos(turn))
        )
    outline: BaseGeometry = shapely.make_valid(shapely.polygons(around))
    return outline


def _beside(points: list[Km], mains: BaseGeometry) -> list[tuple[Km, ...]]:
    """The line, without what runs along a main road (`mains` is their width) rather than across it."""
    line = shapely.linestrings(points)
    if not shapely.intersects(mains, line) or shapely.length(shapely.intersection(line, mains)) < 0.12:
        return [tuple(points)]
    left = shapely.difference(line, mains)
    return [tuple(part.coords) for part in shapely.get_parts(left) if part.length > 0.06]


def _streets(pieces: list[Piece], ground: _Ground) -> tuple[Street, ...]:
    """Pieces of one street together, with a point that lies on the longest of them."""
    of_street: dict[str, list[Piece]] = {}
    for piece in pieces:
        of_street.setdefault(piece.street, []).append(piece)
    found = []
    for street, group in sorted(of_street.items()):
        longest = max(group, key=lambda p: shapely.linestrings(p.points).length)
        middle = longest.points[len(longest.points) // 2]
        lon, lat = ground.lonlat(middle)
        found.append(
            Street(
                street=street,
                name=longest.name or "",
                kind=longest.road,
                lon=lon,
                lat=lat,
                lines=tuple(tuple(map(ground.lonlat, p.points)) for p in group),
                area=ground.area_of(middle),
            )
        )
    return tuple(found)


def _areas(data: dict[str, Any], ground: _Ground) -> list[Area]:
    """The city, its kecamatan and its kelurahan; only kelurahan carry demand."""
    kecamatan = {
        k["code"]: shapely.union_all([s for code, s in ground.areas.items() if code.startswith(k["code"])])
        for k in data["kecamatan"]
    }
    whole = shapely.union_all(list(kecamatan.values()))
    found = [_area(data["code"], data["name"], "kota", None, whole, ground)]
    for k in data["kecamatan"]:
        found.append(_area(k["code"], k["name"], "kecamatan", data["code"], kecamatan[k["code"]], ground))
    for k in data["kelurahan"]:
        area = _area(k["code"], k["name"], "kelurahan", k["code"].rpartition(".")[0], ground.areas[k["code"]], ground)
        lon, lat = ground.lonlat(tuple(k["label"]))
        found.append(msgspec.structs.replace(area, lon=lon, lat=lat, demand=k["demand"], kind=k["kind"]))
    return found


def _area(code: str, name: str, level: str, parent: str | None, shape: BaseGeometry, ground: _Ground) -> Area:
    point = shapely.point_on_surface(shape)
    lon, lat = ground.lonlat((point.x, point.y))
    return Area(area=code, name=name, level=level, lon=lon, lat=lat, shape=ground.shape(shape), parent=parent)


def _landmarks(data: dict[str, Any], ground: _Ground) -> list[Landmark]:
    found = []
    for n, m in enumerate(data["landmark"]):
        lon, lat = ground.lonlat(tuple(m["at"]))
        area = ground.area_of(tuple(m["at"]))
        found.append(
            Landmark(landmark=f"tengara-{n + 1:02d}", kind="landmark", name=m["name"], lon=lon, lat=lat, area=area)
        )
    return found


def _objects(data: dict[str, Any], ground: _Ground) -> list[Object]:
    found = []
    for n, o in enumerate(data["object"]):
        lon, lat = ground.lonlat(tuple(o["at"]))
        area = ground.area_of(tuple(o["at"])) or ""
        marks = (o.get("stilt", False), o.get("dense", False), tuple(o.get("hazards", ())), o.get("storeys"))
        found.append(Object(f"objek-{n + 1:02d}", o["name"], o["kind"], lon, lat, area, *marks))
    return found


def _water(data: dict[str, Any], ground: _Ground, streets: tuple[Street, ...]) -> list[Water]:
    """Hydrants spread evenly over the roads that have them, then the other sources."""
    found: list[Water] = []
    of_name = {s.name: s for s in streets}
    for road, count in data["hydrants"].items():
        line = shapely.linestrings(of_name[road].lines[0])
        for n in range(count):
            spot = line.interpolate((n + 0.5) / count, normalized=True)
            number, place = len(found) + 1, (round(spot.x, 7), round(spot.y, 7))
            found.append(Water(f"hidran-{number:02d}", "hydrant", f"Hidran {number}, {road}", *place, None, 500))
    for n, w in enumerate(data["water"]):
        place = ground.lonlat(tuple(w["at"]))
        found.append(Water(f"air-{n + 1:02d}", w["kind"], w["name"], *place, w.get("litres"), w.get("flow_lpm")))
    return found
