"""A desk with every slice and two areas, for the tests of exports."""

from typing import Any

import pytest

from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.slices.dispatch.tables import lines, responses
from siaga.slices.places import tables as places
from siaga.slices.report.responses import Responses


@pytest.fixture
def services() -> dict[type, Any]:
    return {Responses: Responses(responses.between, responses.some, lines.lines)}


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


def square(lon: float, lat: float, size: float) -> dict[str, Any]:
    ring = [[lon, lat], [lon + size, lat], [lon + size, lat + size], [lon, lat + size], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def city(desk: Desk) -> Desk:
    """The desk, in a region of a city, one kecamatan and one kelurahan."""
    areas = [
        places.Area("64.74", "Kota Bontang", "kota", 117.48, 0.13, square(117.4, 0.0, 0.3)),
        places.Area("64.74.02", "Bontang Utara", "kecamatan", 117.48, 0.14, square(117.4, 0.1, 0.2), "64.74"),
        places.Area("64.74.02.1002", "Gunung Elai", "kelurahan", 117.4837, 0.1362, square(117.4, 0.1, 0.1), "64.74.02"),
    ]
    region = places.Region(
        region="64.74", name="Kota Bontang", digest="d1", schematic=True, areas=areas, streets=[], landmarks=[]
    )
    desk.work(lambda tx: places.keep_region(tx, region))
    return desk
