"""Distances, directions and areas on the globe."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from siaga.engine.geo import (
    bearing,
    box_around,
    box_of,
    distance,
    distance_m,
    inside,
    length_m,
    moved,
    point_along,
    segment_distance_m,
    touching,
)

BONTANG, BALIKPAPAN = (117.49, 0.13), (116.83, -1.27)
SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
places = st.tuples(st.floats(-179, 179), st.floats(-80, 80))


def test_geometry_does_not_load_the_compiler() -> None:
    code = "import sys, siaga.engine.geo, siaga.engine.roads; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(places, places)
def test_distance_is_that_of_the_ellipsoid_within_half_a_percent(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    true = Geod(ellps="WGS84").inv(*a, *b)[2]
    assert distance(a, b) == pytest.approx(true, rel=0.006, abs=1e-3)
    assert distance_m(*a, *b) == pytest.approx(distance(a, b), rel=1e-9, abs=1e-4)


@given(places, st.floats(0, 359.9), st.floats(1, 50_000))
def test_moving_goes_the_distance_in_the_direction(a: tuple[float, float], way: float, metres: float) -> None:
    b = moved(a, way, metres)
    assert distance(a, b) == pytest.approx(metres, rel=1e-6, abs=1e-3)
    assert (bearing(a, b) - way + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=0.1)


def test_balikpapan_lies_south_south_west_of_bontang() -> None:
    assert distance(BONTANG, BALIKPAPAN) == pytest.approx(172_000, rel=0.01)
    assert 200 < bearing(BONTANG, BALIKPAPAN) < 210


@given(places, st.floats(10, 20_000), st.floats(0, 360))
def test_a_circle_lies_in_its_box(a: tuple[float, float], radius: float, way: float) -> None:
    west, south, east, north = box_around(a, radius)
    lon, lat = moved(a, way, radius * 0.999)
    assert west <= lon <= east or abs(lon - a[0]) > 180  # across the date line
    assert south <= lat <= north


def test_a_box_holds_its_points() -> None:
    assert box_of([(1.0, 5.0), (3.0, 2.0)]) == (1.0, 2.0, 3.0, 5.0)


def test_a_segment_is_as_far_as_its_nearest_point() -> None:
    lon1, lat1 = np.array([0.0, 1.0]), np.array([0.0, 0.0])
    lon2, lat2 = np.array([1.0, 2.0]), np.array([0.0, 0.0])
    metres = segment_distance_m((0.5, 0.001), lon1, lat1, lon2, lat2)
    assert metres[0] == pytest.approx(distance((0.5, 0.001), (0.5, 0.0)), rel=1e-6)
    assert metres[1] == pytest.approx(distance((0.5, 0.001), (1.0, 0.0)), rel=1e-3)


def test_a_point_along_a_line_lies_at_that_length() -> None:
    line = [(0.0, 0.0), (0.01, 0.0), (0.01, 0.01)]
    assert point_along(line, 0.0) == line[0]
    assert point_along(line, 1e9) == line[-1]
    half = point_along(line, length_m(line) / 2.0)
    assert half == pytest.approx((0.01, 0.0), abs=1e-9)
    with pytest.raises(ValueError, match="point"):
        point_along([], 1.0)


def test_inside_and_touching_agree_with_a_square() -> None:
    lon, lat = np.array([0.5, 1.5, -0.1]), np.array([0.5, 0.5, 0.5])
    assert inside(lon, lat, SQUARE).tolist() == [True, False, False]
    through = touching(np.array([-1.0]), np.array([0.5]), np.array([2.0]), np.array([0.6]), SQUARE)
    beside = touching(np.array([-1.0]), np.array([1.5]), np.array([2.0]), np.array([1.6]), SQUARE)
    within = touching(np.array([0.2]), np.array([0.2]), np.array([0.3]), np.array([0.3]), SQUARE)
    assert (through[0], beside[0], within[0]) == (True, False, True)
