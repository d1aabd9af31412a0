"""The schematic city: what there is, that it hangs together, and that it is always drawn the same."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from siaga import standards
from siaga.demo import fleet
from siaga.demo.city import City, city
from siaga.demo.drawing import NO_TRUCK, Piece, joined, parts, wander
from siaga.engine.geo import distance
from siaga.engine.roads import Travel, read_speeds

DATA = Path(__file__).parents[3] / "shared" / "data" / "admin" / "wilayah_boundaries_kel_64.74.geojson"
HOUR = 10


def shape(geometry: dict[str, Any]) -> BaseGeometry:
    found: BaseGeometry = shapely.from_geojson(json.dumps(geometry))
    return found


@pytest.fixture(scope="module")
def drawn() -> City:
    return city()


@pytest.fixture(scope="module")
def travel(drawn: City) -> Travel:
    return Travel(drawn.network(), read_speeds())


def test_three_kecamatan_and_fifteen_kelurahan(drawn: City) -> None:
    levels = Counter(a.level for a in drawn.region.areas)
    assert levels == {"kota": 1, "kecamatan": 3, "kelurahan": 15}
    codes = {a.area for a in drawn.region.areas}
    assert all(a.parent in codes for a in drawn.region.areas if a.level != "kota")


def test_the_kelurahan_have_the_codes_and_names_of_the_ministry(drawn: City) -> None:
    if not DATA.is_file():
        pytest.skip("shared/data/admin/wilayah_boundaries_kel_64.74.geojson is not there")
    official = {f["properties"]["kode"]: f["properties"]["nama"] for f in json.loads(DATA.read_text())["features"]}
    ours = {a.area: a.name for a in drawn.region.areas if a.level == "kelurahan"}
    assert {code: name.lower() for code, name in ours.items()} == {c: n.lower() for c, n in official.items()}


def test_it_says_that_it_is_only_schematic(drawn: City) -> None:
    assert drawn.region.schematic


def test_the_kelurahan_leave_no_gap_and_do_not_overlap(drawn: City) -> None:
    shapes = [shape(a.shape) for a in drawn.region.areas if a.level == "kelurahan"]
    assert all(s.is_valid for s in shapes)
    whole = shapely.union_all(shapes)
    assert sum(s.area for s in shapes) == pytest.approx(whole.area, rel=1e-6)
    mainland = max(shapely.get_parts(whole), key=lambda p: p.area)
    assert sum(shapely.polygons(hole).area for hole in mainland.interiors) < 1e-9


def test_every_kelurahan_has_a_kind_and_the_demand_is_shared_out(drawn: City) -> None:
    kelurahan = [a for a in drawn.region.areas if a.level == "kelurahan"]
    known = {k.id for k in standards.standards().places.area}
    assert {a.kind for a in kelurahan} <= known
    assert {"dense", "over-water", "industrial", "land"} <= {a.kind for a in kelurahan}
    assert sum(a.demand for a in drawn.region.areas) == pytest.approx(1.0)


def test_several_hundred_streets_with_names_lie_in_their_kelurahan(drawn: City) -> None:
    assert len(drawn.region.streets) > 400
    assert all(s.name and s.area for s in drawn.region.streets)
    assert len({s.street for s in drawn.region.streets}) == len(drawn.region.streets)
    names = {s.name for s in drawn.region.streets}
    assert {"Jl. Jenderal Ahmad Yani", "Jl. Bhayangkara", "Jl. Letjen S. Parman", "Jl. Soekarno-Hatta"} <= names


def test_the_coast_is_drawn_with_islands(drawn: City) -> None:
    assert all(ring[0] == ring[-1] for ring in drawn.region.coast)
    assert len(drawn.region.coast) > 3


def test_sixty_hydrants_few_of_them_in_dense_kelurahan_and_open_water(drawn: City) -> None:
    kinds = Counter(w.kind for w in drawn.water)
    assert kinds["hydrant"] == 60
    assert kinds["open-water"] >= 8
    assert kinds["tank"] >= 3
    dense = {a.area: shape(a.shape) for a in drawn.region.areas if a.kind in ("dense", "over-water")}
    people = sum(a.demand for a in drawn.region.areas if a.area in dense)
    hydrants = [shapely.points(w.lon, w.lat) for w in drawn.water if w.kind == "hydrant"]
    share = sum(any(s.covers(h) for s in dense.values()) for h in hydrants) / len(hydrants)  # type: ignore[no-untyped-call]
    assert share < people


def test_forty_objects_of_known_kinds_lie_in_a_kelurahan(drawn: City) -> None:
    known = {k.id for k in standards.standards().places.object}
    areas = {a.area for a in drawn.region.areas if a.level == "kelurahan"}
    assert len(drawn.objects) == 40
    assert all(o.kind in known and o.area in areas for o in drawn.objects)
    assert sum(o.stilt for o in drawn.objects) == 4
    assert any(o.kind == "fertiliser-plant" for o in drawn.objects)
    assert any(o.kind == "gas-plant" for o in drawn.objects)


def test_it_is_drawn_the_same_every_time(drawn: City) -> None:
    assert city.__wrapped__().region.digest == drawn.region.digest


def test_a_pump_from_mako_reaches_every_street_that_is_not_marked_against_it(drawn: City, travel: Travel) -> None:
    middles = [
        line.points[len(line.points) // 2] for line in drawn.lines if line.road not in NO_TRUCK and not line.private
    ]
    assert (travel.snap(middles, "pump", HOUR).gap_m < 1.0).all()
    seconds = travel.matrix([fleet.station_places()["mako"]], middles, "pump", HOUR)
    assert np.isfinite(seconds).all()


def test_lanes_and_bridges_carry_a_motorcycle_but_no_pump(drawn: City, travel: Travel) -> None:
    mako = fleet.station_places()["mako"]
    village = next(o for o in drawn.objects if o.name == "Kampung Bontang Kuala")
    by_motorcycle = travel.route(mako, (village.lon, village.lat), "motorcycle", HOUR)
    by_pump = travel.route(mako, (village.lon, village.lat), "pump", HOUR)
    assert by_motorcycle is not None
    assert by_motorcycle.gaps_m[1] < 30
    assert by_pump is not None
    assert by_pump.gaps_m[1] > 300


def test_islands_are_reached_by_boat_alone(drawn: City, travel: Travel) -> None:
    malahing = next(o for o in drawn.objects if o.name == "Kampung Malahing")
    pier = next(w for w in drawn.water if w.name.startswith("Laut, dermaga Bontang Kuala"))
    by_boat = travel.route((pier.lon, pier.lat), (malahing.lon, malahing.lat), "boat", HOUR)
    assert by_boat is not None
    assert by_boat.way == "network"
    assert by_boat.metres > 3000
    by_land = travel.route(fleet.station_places()["mako"], (malahing.lon, malahing.lat), "motorcycle", HOUR)
    assert by_land is not None
    assert by_land.way == "straight-line", "no road leads there"


def test_the_roads_of_the_plants_need_permission(drawn: City, travel: Travel) -> None:
    plant = next(o for o in drawn.objects if o.kind == "gas-plant")
    loktuan = fleet.station_places()["loktuan"]
    outside = travel.route(loktuan, (plant.lon, plant.lat), "pump", HOUR)
    inside = travel.route(loktuan, (plant.lon, plant.lat), "pump", HOUR, permitted=True)
    assert outside is not None
    assert inside is not None
    assert inside.gaps_m[1] < outside.gaps_m[1]
    assert "Jl. Kilang Badak" in inside.streets


def test_a_border_wanders_the_same_from_both_sides() -> None:
    there = [*wander((0.0, 0.0), (3.0, 1.0), 0.06, 3), (3.0, 1.0)]
    back = [*wander((3.0, 1.0), (0.0, 0.0), 0.06, 3), (0.0, 0.0)]
    assert there == back[::-1]


def test_roads_that_cross_share_a_vertex_and_hang_together() -> None:
    a = Piece(street="a", name="A", road="primary", points=((0.0, 0.0), (1.0, 1.0)))
    b = Piece(street="b", name="B", road="primary", points=((0.0, 1.0), (1.0, 0.0)))
    alone = Piece(street="c", name="C", road="primary", points=((5.0, 5.0), (6.0, 5.0)))
    found = joined([a, b, alone])
    assert (0.5, 0.5) in found[0].points
    assert (0.5, 0.5) in found[1].points
    assert [len(group) for group in parts(found)] == [2, 1]


def test_stations_stand_beside_a_road_that_a_pump_may_use(travel: Travel) -> None:
    at = travel.snap(list(fleet.station_places().values()), "pump", HOUR)
    assert (at.gap_m < 120).all()
    assert distance(fleet.station_places()["mako"], fleet.station_places()["lestari"]) > 5000
