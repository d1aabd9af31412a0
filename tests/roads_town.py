"""A very small town, and the files of shared/data, for the tests of the roads engine."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from siaga.adapters.osm import read_region
from siaga.engine.geo import DEGREE_M, LonLat
from siaga.engine.roads import Line, Network, Travel, build, build_columns, read_speeds

DATA = Path(__file__).parents[2] / "shared" / "data"
SPEEDS = read_speeds()
STEP = 1000.0 / DEGREE_M  # a kilometre, on the equator


def at(x: float, y: float) -> LonLat:
    """A place in the town, in kilometres east and north."""
    return 117.0 + x * STEP, y * STEP


# Jalan Ahmad Yani runs east; Gang Melati, a one-way, a plant road, a ferry and a walkway hang on it.
TOWN = [
    Line(points=(at(0, 0), at(1, 0), at(2, 0), at(3, 0)), road="primary", name="Jalan Ahmad Yani", way=11),
    Line(points=(at(1, 0), at(1, 1)), road="residential", name="Jalan Satu Arah", one_way=True, way=12),
    Line(points=(at(1, 1), at(2, 1), at(2, 0)), road="residential", name="Jalan Kembali", way=13),
    Line(points=(at(3, 0), at(3, 1)), road="service", name="Jalan Pabrik", private=True, way=14),
    Line(points=(at(2, 1), at(2, 2)), road="alley", name="Gang Melati", way=15),
    Line(points=(at(0, 0), at(0, -1)), road="weak_bridge", name="Jembatan Ulin", way=16),
    Line(points=(at(0, -1), at(3, -1)), road="boat", boat=True, way=17),
]


@cache
def town() -> Travel:
    """The town, ready to be asked."""
    return Travel(build(TOWN), SPEEDS)


def data_file(name: str) -> Path:
    """A file of shared/data; the test is skipped, naming the file, where the folder is absent."""
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"shared/data/{name} is not there")
    return path


@cache
def imported(name: str) -> Network:
    """The network of an extract in shared/data/roads."""
    return build_columns(read_region(data_file(f"roads/{name}")).roads)


def seconds(metres: float, kmh: float) -> float:
    """Seconds for so many metres at so many km/h."""
    return metres * 3.6 / kmh


def near(network: Network, count: int, chance: np.random.Generator, metres: float = 60.0) -> np.ndarray:
    """Points (count, 2) somewhere about the junctions of a network."""
    node = chance.integers(0, network.nodes, count)
    jitter = chance.uniform(-metres, metres, (count, 2)) / DEGREE_M
    return np.stack([network.node_lon[node], network.node_lat[node]], axis=1) + jitter
