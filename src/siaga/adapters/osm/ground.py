"""What the base map shows, read from an extract by GDAL's OSM reader: land, water, green, buildings, names."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from ...engine.tiles import Layer, layers_of_roads
from .records import OsmError, RoadLines

GREEN = {
    "landuse": ("forest", "grass", "meadow", "recreation_ground", "cemetery", "orchard", "farmland", "farm"),
    "natural": ("wood", "scrub", "wetland", "heath", "grassland"),
    "leisure": ("park", "nature_reserve", "golf_course"),
}
WATER = {"natural": ("water", "bay"), "landuse": ("reservoir", "basin", "aquaculture", "salt_pond")}
RIVERS, STREAMS = ("river", "canal"), ("stream", "drain", "ditch")
TOWNS, QUARTERS = ("city", "town"), ("village", "suburb", "quarter", "neighbourhood", "hamlet", "island")
AROUND = 0.18  # degrees: about 20 km beyond the border, since help comes from there and goes there
MARGIN = 0.01
Table = tuple[Mapping[str, NDArray[Any]], NDArray[np.object_]]


def frame_of(roads: RoadLines, clip: BaseGeometry | None) -> BaseGeometry:
    """What the map shows: the box of the clip with what lies around it, else that of every road.

    Not the clip itself: a map that ends at the border of the city is of no use where the neighbour helps."""
    if clip is None:
        edges = (roads.lon.min(), roads.lat.min(), roads.lon.max(), roads.lat.max())
        beyond = MARGIN
    else:
        edges, beyond = clip.bounds, AROUND
    box: BaseGeometry = shapely.box(*(e + side * beyond for e, side in zip(edges, (-1, -1, 1, 1), strict=True)))
    return box


def ground(path: Path, frame: BaseGeometry) -> list[Layer]:
    """The layers of an .osm.pbf or .osm extract, cut to the frame; OsmError("file-unreadable") else."""
    import pyogrio.errors

    try:
        areas, lines, points = (_table(path, layer, frame) for layer in ("multipolygons", "lines", "points"))
    except pyogrio.errors.DataSourceError as wrong:
        raise OsmError("file-unreadable", file=path.name, why=str(wrong)) from wrong
    return [
        _land(lines, areas, frame),
        Layer("green", _areas(areas, GREEN), from_zoom=10),
        Layer("water", _areas(areas, WATER), from_zoom=9),
        _where("waterways", lines, "waterway", RIVERS, 10),
        _where("waterways", lines, "waterway", STREAMS, 13),
        Layer("buildings", areas[1][areas[0]["building"] != ""], from_zoom=14),
        _where("places", points, "place", TOWNS, 6),
        _where("places", points, "place", QUARTERS, 12),
    ]


def road_layers(roads: RoadLines) -> list[Layer]:
    """The roads as the network has them, each from the zoom of its class on."""
    shapes = shapely.linestrings(
        np.column_stack([roads.lon, roads.lat]), indices=np.repeat(np.arange(len(roads)), np.diff(roads.start))
    )
    return layers_of_roads(shapes, roads.road, [name or "" for name in roads.name])


def _table(path: Path, layer: str, frame: BaseGeometry) -> Table:
    """A layer of the extract with its tags as texts; only what meets the frame, and cut by it."""
    import pyogrio.raw

    known, _, wkb, columns = pyogrio.raw.read(str(path), layer=layer, bbox=frame.bounds)
    shapes: NDArray[np.object_] = np.asarray(shapely.from_wkb(wkb), np.object_)
    traits = {
        name: np.array(["" if value is None else str(value) for value in column], object)
        for name, column in zip(known["fields"], columns, strict=True)
    }
    shapely.prepare(frame)
    near = shapely.intersects(frame, shapes)
    inside = shapely.contains_properly(frame, shapes[near])
    cut = shapes[near]
    cut[~inside] = shapely.intersection(shapely.make_valid(cut[~inside]), frame)
    return {name: column[near] for name, column in traits.items()}, cut


def _any_of(table: Table, wanted: Mapping[str, tuple[str, ...]]) -> NDArray[np.bool_]:
    found = np.zeros(len(table[1]), bool)
    for key, values in wanted.items():
        found |= np.isin(table[0][key].astype(str), values)
    return found


def _areas(table: Table, wanted: Mapping[str, tuple[str, ...]]) -> NDArray[np.object_]:
    return table[1][_any_of(table, wanted)]


def _where(name: str, table: Table, key: str, values: tuple[str, ...], from_zoom: int) -> Layer:
    own = _any_of(table, {key: values})
    fields = {"class": table[0][key][own].tolist(), "name": table[0]["name"][own].tolist()}
    return Layer(name, table[1][own], fields, from_zoom)


def _land(lines: Table, areas: Table, frame: BaseGeometry) -> Layer:
    """Land: what lies to the left of the coast; everything where the extract has no coast."""
    coast = lines[1][_tagged(lines[0]["other_tags"], "natural", "coastline")]
    islands = areas[1][areas[0]["natural"] == "coastline"]  # a closed coast is an area to GDAL
    return Layer("land", np.array(shapely.get_parts(land_of(coast, islands, frame)), object))


def _tagged(column: NDArray[np.object_], key: str, value: str) -> NDArray[np.bool_]:
    return np.array([f'"{key}"=>"{value}"' in tags for tags in column], bool)


def land_of(coast: NDArray[np.object_], islands: NDArray[np.object_], frame: BaseGeometry) -> BaseGeometry:
    """The parts of the frame that are land, by the rule of OpenStreetMap: land lies to the left of a coast."""
    if not len(coast) and not len(islands):
        return frame
    lines = shapely.get_parts(np.array([c for c in coast if c.geom_type.endswith("String")], object))
    cut = shapely.union_all([*lines, shapely.boundary(frame)])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(cut)))
    faces = faces[shapely.contains_properly(frame, shapely.point_on_surface(faces))]
    tree, score = shapely.STRtree(faces), np.zeros(len(faces))
    for spots, sign in zip(_beside(lines), (1.0, -1.0), strict=True):
        _, hit = tree.query(spots, predicate="within")
        np.add.at(score, hit, sign)
    made: BaseGeometry = shapely.union_all([*faces[score > 0], *islands])
    return made


def _beside(lines: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Points just left and just right of the middle of every stretch of lines."""
    points, line = shapely.get_coordinates(lines, return_index=True)
    same = line[1:] == line[:-1]
    a, b = points[:-1][same], points[1:][same]
    along = b - a
    length = np.hypot(along[:, 0], along[:, 1])
    keep = length > 0
    middle, normal = (a[keep] + b[keep]) / 2, np.column_stack([-along[keep, 1], along[keep, 0]]) / length[keep, None]
    off = np.minimum(length[keep], 1e-5)[:, None] * 0.1
    return shapely.points(middle + normal * off), shapely.points(middle - normal * off)
