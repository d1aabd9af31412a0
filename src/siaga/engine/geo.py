"""Plain geometry on the globe: distances, directions and boxes in degrees WGS84 and metres."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]
LonLat: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]  # west, south, east, north

EARTH_M = 6_371_008.8  # mean radius R1 of the GRS80 ellipsoid (Moritz 2000)
DEGREE_M = EARTH_M * math.pi / 180.0  # one degree of latitude


def distance_m(lon1: ArrayLike, lat1: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> Floats:
    """Great-circle distance in metres, elementwise over broadcast degrees (haversine; sphere, so up to 0.5 % off)."""
    a1, a2 = np.radians(np.asarray(lat1, np.float64)), np.radians(np.asarray(lat2, np.float64))
    half_lat = (a2 - a1) / 2.0
    half_lon = np.radians(np.asarray(lon2, np.float64) - np.asarray(lon1, np.float64)) / 2.0
    h = np.sin(half_lat) ** 2 + np.cos(a1) * np.cos(a2) * np.sin(half_lon) ** 2
    metres: Floats = 2.0 * EARTH_M * np.arcsin(np.sqrt(np.minimum(h, 1.0)))
    return metres


def distance(a: LonLat, b: LonLat) -> float:
    """Great-circle distance in metres between two points (lon, lat in degrees)."""
    lat1, lat2 = math.radians(a[1]), math.radians(b[1])
    h = (
        math.sin((lat2 - lat1) / 2.0) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(b[0] - a[0]) / 2.0) ** 2
    )
    return 2.0 * EARTH_M * math.asin(math.sqrt(min(h, 1.0)))


def length_m(points: Sequence[LonLat]) -> float:
    """Length in metres of a polyline of (lon, lat) points."""
    return sum(distance(a, b) for a, b in pairwise(points))


def bearing(a: LonLat, b: LonLat) -> float:
    """Initial direction from a to b in degrees clockwise from north, 0 ≤ bearing < 360."""
    lat1, lat2 = math.radians(a[1]), math.radians(b[1])
    lon = math.radians(b[0] - a[0])
    east = math.sin(lon) * math.cos(lat2)
    north = math.cos(lat1) * math.sin(lat2) - math.sin(lat1) * math.cos(lat2) * math.cos(lon)
    return math.degrees(math.atan2(east, north)) % 360.0


def moved(start: LonLat, bearing_deg: float, metres: float) -> LonLat:
    """The point (lon, lat) reached from start by going the metres in the direction along a great circle."""
    lat, way, turn = math.radians(start[1]), metres / EARTH_M, math.radians(bearing_deg)
    lat2 = math.asin(math.sin(lat) * math.cos(way) + math.cos(lat) * math.sin(way) * math.cos(turn))
    lon2 = math.radians(start[0]) + math.atan2(
        math.sin(turn) * math.sin(way) * math.cos(lat), math.cos(way) - math.sin(lat) * math.sin(lat2)
    )
    return (math.degrees(lon2) + 540.0) % 360.0 - 180.0, math.degrees(lat2)


def box_around(point: LonLat, radius_m: float) -> Box:
    """The smallest box (west, south, east, north) that holds the circle, cut at the poles."""
    lat = radius_m / DEGREE_M
    lon = min(180.0, lat / max(math.cos(math.radians(min(89.9, abs(point[1]) + lat))), 1e-9))
    return point[0] - lon, max(-90.0, point[1] - lat), point[0] + lon, min(90.0, point[1] + lat)


def box_of(points: Sequence[LonLat]) -> Box:
    """The box (west, south, east, north) of one or more points; ValueError without any."""
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return min(lons), min(lats), max(lons), max(lats)


def segment_distance_m(point: LonLat, lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats) -> Floats:
    """Distance in metres from one point to n segments of arrays in degrees, on the plane that touches at the point."""
    x_m, y_m = DEGREE_M * math.cos(math.radians(point[1])), DEGREE_M
    ax, ay = (lon1 - point[0]) * x_m, (lat1 - point[1]) * y_m
    dx, dy = (lon2 - lon1) * x_m, (lat2 - lat1) * y_m
    square = dx * dx + dy * dy
    along = np.clip(-(ax * dx + ay * dy) / np.where(square > 0.0, square, 1.0), 0.0, 1.0)
    metres: Floats = np.hypot(ax + along * dx, ay + along * dy)
    return metres


def point_along(points: Sequence[LonLat], metres: float) -> LonLat:
    """The point of a polyline after the metres from its start, its ends beyond them; ValueError without points."""
    if not points:
        raise ValueError("a polyline needs a point")
    left = metres
    for a, b in pairwise(points):
        step = distance(a, b)
        if left < step:
            part = max(0.0, left) / step
            return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
        left -= step
    return points[-1]


def inside(lon: Floats, lat: Floats, ring: Sequence[LonLat]) -> NDArray[np.bool_]:
    """Which points (n,) lie inside a ring of (lon, lat), closed or not (even-odd rule on the plane of degrees)."""
    found = np.zeros(np.shape(lon), bool)
    for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
        if y1 != y2:
            crossing = (y1 > lat) != (y2 > lat)
            found ^= crossing & (lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1))
    return found


def touching(lon1: Floats, lat1: Floats, lon2: Floats, lat2: Floats, ring: Sequence[LonLat]) -> NDArray[np.bool_]:
    """Which segments (n,) lie in a ring or meet its edge, on the plane of degrees."""
    found = inside(lon1, lat1, ring) | inside(lon2, lat2, ring)
    for (x1, y1), (x2, y2) in pairwise([*ring, ring[0]]):
        one = (x2 - x1) * (lat1 - y1) - (y2 - y1) * (lon1 - x1)  # on which side of the edge each end is
        two = (x2 - x1) * (lat2 - y1) - (y2 - y1) * (lon2 - x1)
        three = (lon2 - lon1) * (y1 - lat1) - (lat2 - lat1) * (x1 - lon1)
        four = (lon2 - lon1) * (y2 - lat1) - (lat2 - lat1) * (x2 - lon1)
        found |= (one * two <= 0.0) & (three * four <= 0.0) & ((one != 0.0) | (two != 0.0))
    return found
