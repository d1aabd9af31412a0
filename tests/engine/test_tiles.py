"""The base map's archive: every layer in every tile it belongs to, from its zoom on, with its texts."""

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely
from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import zxy_to_tileid

from siaga.engine.tiles import LAYERS, MAX_ZOOM, MIN_ZOOM, Layer, layers_of_roads, write_tiles

LAND = Layer("land", np.array([shapely.box(117.4, 0.0, 117.6, 0.2)], object))
ROADS = layers_of_roads(
    np.array([shapely.linestrings([(117.41, 0.1), (117.59, 0.1)]), shapely.linestrings([(117.5, 0.1), (117.5, 0.11)])]),
    ["primary", "alley"],
    ["Jl. Ahmad Yani", "Gg. Rukun"],
)


def read(path: Path, z: int, lon: float, lat: float) -> dict[str, list[dict[str, Any]]]:
    """The layers of the tile at a place, as GDAL reads them back."""
    n = 2**z
    x = int((lon + 180) / 360 * n)
    y = int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * n)
    with path.open("rb") as file:
        tile = Reader(MmapSource(file)).get(z, x, y)
    assert tile is not None
    one = path.with_name("tile.pbf")
    one.write_bytes(gzip.decompress(tile))
    found: dict[str, list[dict[str, Any]]] = {}
    for name, _ in pyogrio.list_layers(one):
        known, _, shapes, columns = pyogrio.raw.read(str(one), layer=name)
        rows = zip(*columns, strict=True) if len(columns) else [()] * len(shapes)
        found[name] = [dict(zip(known["fields"], row, strict=True)) for row in rows]
    return found


def test_a_tile_holds_every_layer_of_its_place(tmp_path: Path) -> None:
    written = write_tiles(tmp_path / "map.pmtiles", [*ROADS, LAND], "Bontang")
    assert written is not None
    assert written.zooms == (MIN_ZOOM, MAX_ZOOM)
    near = read(tmp_path / "map.pmtiles", 15, 117.5, 0.1)
    assert list(near) == ["land", "roads"]
    named = [(road["class"], road["name"]) for road in near["roads"]]
    assert sorted(named) == [("alley", "Gg. Rukun"), ("primary", "Jl. Ahmad Yani")]


def test_alleys_are_not_drawn_from_afar(tmp_path: Path) -> None:
    write_tiles(tmp_path / "map.pmtiles", [LAND, *ROADS], "Bontang")
    assert [r["class"] for r in read(tmp_path / "map.pmtiles", 12, 117.5, 0.1)["roads"]] == ["primary"]
    assert "roads" not in read(tmp_path / "map.pmtiles", 6, 117.5, 0.1)


def test_the_archive_says_where_it_is_and_what_is_in_it(tmp_path: Path) -> None:
    written = write_tiles(tmp_path / "map.pmtiles", [LAND, *ROADS], "Bontang", "skema")
    with (tmp_path / "map.pmtiles").open("rb") as file:
        archive = Reader(MmapSource(file))
        header, about = archive.header(), archive.metadata()
        ids = [zxy_to_tileid(*where) for where, _ in all_tiles(MmapSource(file))]
    assert (header["min_lon_e7"], header["max_lat_e7"]) == (1_174_000_000, 2_000_000)
    assert (about["name"], about["attribution"]) == ("Bontang", "skema")
    assert [layer["id"] for layer in about["vector_layers"]] == list(LAYERS)  # also those that nothing is in
    assert {layer["id"]: layer["minzoom"] for layer in about["vector_layers"]} | {"land": 6, "roads": 8} == {
        layer["id"]: layer["minzoom"] for layer in about["vector_layers"]
    }
    assert written is not None
    assert len(ids) == written.tiles
    assert ids == sorted(ids)  # a device that reads one place reads bytes that lie together


def test_the_same_map_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_tiles(tmp_path / f"{name}.pmtiles", [LAND, *ROADS], "Bontang")
    assert (tmp_path / "a.pmtiles").read_bytes() == (tmp_path / "b.pmtiles").read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.pmtiles", "b.pmtiles"]


def test_nothing_to_draw_is_no_map(tmp_path: Path) -> None:
    assert write_tiles(tmp_path / "map.pmtiles", [Layer("water", np.array([], object))], "Bontang") is None
    assert list(tmp_path.iterdir()) == []
