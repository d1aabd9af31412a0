"""Writing the base map: layers of shapes become vector tiles in one file, a PMTiles archive.

GDAL (in pyogrio's wheel) cuts, simplifies and encodes each layer; the archive joins them, since it writes one at a time
and a tile that holds several layers is the bytes of each, one after the other (Mapbox Vector Tile 2.1, section 4.1)."""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

MIN_ZOOM, MAX_ZOOM = 6, 15
LAYERS = ("land", "green", "water", "waterways", "buildings", "roads", "places")
# From which zoom a road is drawn, by its class; others are paths and alleys.
ROADS: tuple[tuple[int, tuple[str, ...]], ...] = (
    (6, ("motorway", "motorway_link", "trunk", "trunk_link")),
    (8, ("primary", "primary_link")),
    (10, ("secondary", "secondary_link", "link")),
    # Ordinary streets as soon as a whole city fills a screen: where they are dense, people live.
    (11, ("tertiary", "tertiary_link", "unclassified", "residential", "living_street", "road", "weak_bridge")),
    (13, ("alley",)),
)
PATHS_FROM = 14
TILE_UNITS = 4096
MARGIN_UNITS = 64
SIMPLIFIED_UNITS = 4.0  # about a quarter of a pixel
ATTRIBUTION = "© OpenStreetMap"
DEGREES_E7 = 10_000_000


@dataclass(frozen=True)
class Layer:
    """Shapes of one layer from one zoom on: WGS84 geometries and texts of the same length for each field."""

    name: str
    shapes: NDArray[np.object_]
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    from_zoom: int = MIN_ZOOM


@dataclass(frozen=True)
class Written:
    """What an archive holds."""

    tiles: int
    bytes: int
    zooms: tuple[int, int]


def layers_of_roads(shapes: NDArray[np.object_], classes: Sequence[str], names: Sequence[str]) -> list[Layer]:
    """Lines with their classes and names as layers by zoom: main roads from afar, alleys only near."""
    zoom_of = {road: zoom for zoom, group in ROADS for road in group}
    zooms = np.array([zoom_of.get(road, PATHS_FROM) for road in classes])
    made = []
    for zoom in sorted(set(zooms.tolist())):
        own = np.flatnonzero(zooms == zoom).tolist()
        fields = {"class": [classes[i] for i in own], "name": [names[i] for i in own]}
        made.append(Layer("roads", shapes[own], fields, zoom))
    return made


def write_tiles(path: Path, layers: Sequence[Layer], name: str, attribution: str = ATTRIBUTION) -> Written | None:
    """Write an archive of these layers, zooms 6 to 15; nothing (None) when there is no shape to draw."""
    drawn = [layer for layer in layers if len(layer.shapes)]
    if not drawn:
        return None
    tiles: dict[tuple[int, int, int], list[bytes]] = {}
    with TemporaryDirectory(prefix="siaga-tiles-") as folder:
        for n, band in enumerate(_bands(drawn)):
            for where, data in _cut(band, Path(folder) / f"{n}.pmtiles"):
                tiles.setdefault(where, []).append(data)
    box = np.array([shapely.total_bounds(layer.shapes) for layer in drawn])
    bounds = (*box[:, :2].min(axis=0).tolist(), *box[:, 2:].max(axis=0).tolist())
    unfinished = path.with_name(path.name + ".part")
    _archive(unfinished, tiles, bounds, drawn, name, attribution)
    unfinished.replace(path)
    zooms = [z for z, _, _ in tiles]
    return Written(len(tiles), path.stat().st_size, (min(zooms), max(zooms)))


@dataclass(frozen=True)
class _Band:
    """What a layer shows between two zooms, both included."""

    layer: Layer
    last_zoom: int


def _bands(layers: Sequence[Layer]) -> Iterator[_Band]:
    """Layers in the order they are drawn in; those of one name put together, since a tile may hold a name only once."""
    for name in LAYERS:
        own = sorted((layer for layer in layers if layer.name == name), key=lambda layer: layer.from_zoom)
        if not own:
            continue
        starts = sorted({max(layer.from_zoom, MIN_ZOOM) for layer in own})
        for first, after in zip(starts, [*starts[1:], MAX_ZOOM + 1], strict=True):
            shown = [layer for layer in own if layer.from_zoom <= first]
            fields = {key: [text for layer in shown for text in layer.fields[key]] for key in shown[0].fields}
            shapes = np.concatenate([layer.shapes for layer in shown])
            yield _Band(Layer(name, shapes, fields, first), after - 1)


def _cut(band: _Band, part: Path) -> list[tuple[tuple[int, int, int], bytes]]:
    """The tiles of one band, as GDAL cuts them."""
    import pyogrio.raw
    from pmtiles.reader import MmapSource, all_tiles

    layer = band.layer
    texts = {name: np.array(values, object) for name, values in layer.fields.items()}
    pyogrio.raw.write(
        str(part),
        shapely.to_wkb(layer.shapes),
        list(texts.values()),
        list(texts),
        driver="PMTiles",
        layer=layer.name,
        geometry_type="Unknown",
        crs="EPSG:4326",
        dataset_options={
            "MINZOOM": layer.from_zoom,
            "MAXZOOM": band.last_zoom,
            "EXTENT": TILE_UNITS,
            "BUFFER": MARGIN_UNITS,
            "SIMPLIFICATION": SIMPLIFIED_UNITS,
            "SIMPLIFICATION_MAX_ZOOM": 1.0 if band.last_zoom == MAX_ZOOM else SIMPLIFIED_UNITS,
            "MAX_SIZE": 2_000_000,  # what does not fit is thinned out without a word: so everything fits
        },
    )
    with part.open("rb") as file:
        return [(where, gzip.decompress(data)) for where, data in all_tiles(MmapSource(file))]


def _archive(
    path: Path,
    tiles: Mapping[tuple[int, int, int], Sequence[bytes]],
    bounds: tuple[float, ...],
    layers: Sequence[Layer],
    name: str,
    attribution: str,
) -> None:
    from pmtiles.tile import Compression, TileType, zxy_to_tileid
    from pmtiles.writer import Writer

    west, south, east, north = (round(degree * DEGREES_E7) for degree in bounds)
    zooms = [z for z, _, _ in tiles]
    with path.open("wb") as file:
        archive = Writer(file)
        for where in sorted(tiles, key=lambda w: zxy_to_tileid(*w)):
            archive.write_tile(zxy_to_tileid(*where), gzip.compress(b"".join(tiles[where]), 9, mtime=0))
        header = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            "min_lon_e7": west,
            "min_lat_e7": south,
            "max_lon_e7": east,
            "max_lat_e7": north,
            "center_zoom": min(12, max(zooms)),
            "center_lon_e7": (west + east) // 2,
            "center_lat_e7": (south + north) // 2,
        }
        # Every layer is named, also one that nothing is in: a screen that asks for it gets nothing instead of an error.
        described = [_described(one, [layer for layer in layers if layer.name == one]) for one in LAYERS]
        about = {"name": name, "attribution": attribution, "vector_layers": described}
        archive.finalize(header, about)


def _described(name: str, layers: Sequence[Layer]) -> dict[str, Any]:
    """A layer as the archive's own description has it."""
    return {
        "id": name,
        "fields": {key: "String" for layer in layers for key in layer.fields},
        "minzoom": min((layer.from_zoom for layer in layers), default=MIN_ZOOM),
        "maxzoom": MAX_ZOOM,
    }
