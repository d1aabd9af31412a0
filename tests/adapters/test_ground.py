"""What an extract gives the base map: land by the rule of the coast, cut to its frame, in layers by zoom."""

from pathlib import Path

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from siaga.adapters.osm import OsmError, frame_of, ground, read_region, road_layers
from siaga.adapters.osm.ground import AROUND, land_of

DATA = Path(__file__).parents[2].parent / "shared" / "data"
LIECHTENSTEIN = DATA / "roads" / "liechtenstein.osm.pbf"
FRAME = shapely.box(0, 0, 10, 10)


def lines(*points: list[tuple[float, float]]) -> NDArray[np.object_]:
    return np.array([shapely.linestrings(p) for p in points], object)


NONE = np.array([], object)


def test_land_lies_to_the_left_of_the_coast() -> None:
    northward = lines([(4, -1), (4, 5), (4, 11)])
    assert land_of(northward, NONE, FRAME).equals(shapely.box(0, 0, 4, 10))
    southward = lines([(4, 11), (4, 5), (4, -1)])
    assert land_of(southward, NONE, FRAME).equals(shapely.box(4, 0, 10, 10))


def test_without_a_coast_everything_is_land() -> None:
    assert land_of(NONE, NONE, FRAME).equals(FRAME)


def test_a_bay_and_an_island_in_it() -> None:
    bay = lines([(2, -1), (2, 8), (8, 8), (8, -1)])
    island = np.array([shapely.box(4, 2, 6, 4)], object)
    found = land_of(bay, island, FRAME)
    assert found.area == pytest.approx(100 - 6 * 8 + 4)
    assert not found.contains(shapely.points(3, 5))
    assert found.contains(shapely.points(5, 3))


def test_a_coast_in_several_pieces_is_one_coast() -> None:
    pieces = lines([(4, 5), (4, 11)], [(4, -1), (4, 5)])
    assert land_of(pieces, NONE, FRAME).area == pytest.approx(40)


def test_the_frame_reaches_twenty_kilometres_beyond_the_clip() -> None:
    region = read_region(LIECHTENSTEIN)
    clip = shapely.box(9.5, 47.1, 9.55, 47.15)
    west, south, east, north = frame_of(region.drawn, clip).bounds
    assert (west, south) == pytest.approx((9.5 - AROUND, 47.1 - AROUND))
    assert (east, north) == pytest.approx((9.55 + AROUND, 47.15 + AROUND))
    assert AROUND * 111 > 19.9  # at the equator, where this will be used


def test_the_map_shows_roads_around_the_clip_that_the_network_has_not() -> None:
    clip = shapely.box(9.5, 47.1, 9.55, 47.15)
    region = read_region(LIECHTENSTEIN, clip)
    assert len(region.drawn) > 2 * len(region.roads)
    assert sum(len(layer.shapes) for layer in road_layers(region.drawn)) == len(region.drawn)


def test_a_real_extract_gives_every_layer_it_holds_inside_its_frame() -> None:
    frame = shapely.box(9.48, 47.1, 9.56, 47.2)
    layers = ground(LIECHTENSTEIN, frame)
    counts = {(layer.name, layer.from_zoom): len(layer.shapes) for layer in layers}
    assert counts["buildings", 14] > 2000
    assert counts["green", 10] > 50
    assert counts["waterways", 10] >= 1
    names = {name for layer in layers if layer.name == "places" for name in layer.fields["name"]}
    assert {"Vaduz", "Triesenberg"} & names
    for layer in layers:
        assert shapely.covers(frame.buffer(1e-9), layer.shapes).all(), layer.name
    (land,) = (layer for layer in layers if layer.name == "land")
    assert shapely.union_all(land.shapes).equals(frame)


def test_what_is_no_extract_is_said_so(tmp_path: Path) -> None:
    wrong = tmp_path / "peta.osm.pbf"
    wrong.write_bytes(b"this is no map")
    with pytest.raises(OsmError) as no:
        ground(wrong, FRAME)
    assert no.value.code == "file-unreadable"
