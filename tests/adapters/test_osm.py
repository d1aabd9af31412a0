"""Extracts of OpenStreetMap and osmnx graphs: what is read, what is left out, what is refused."""

import json
from pathlib import Path

import networkx
import numpy as np
import osmium
import pytest
from pyproj import Geod
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import Point, box, shape

from roads_town import SPEEDS, data_file
from siaga.adapters.osm import OsmError, Region, read_clip, read_region
from siaga.adapters.osm.clip import inside
from siaga.adapters.osm.tags import ROADS, number, place_kind, road_traits, water_kind
from siaga.engine.roads import Travel, build_columns

TOWN = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
  <node id="1" version="1" lat="0.130" lon="117.480"/>
  <node id="2" version="1" lat="0.130" lon="117.490"/>
  <node id="3" version="1" lat="0.130" lon="117.500"/>
  <node id="4" version="1" lat="0.140" lon="117.490"/>
  <node id="5" version="1" lat="0.120" lon="117.490"/>
  <node id="6" version="1" lat="0.120" lon="117.520"/>
  <node id="7" version="1" lat="0.131" lon="117.4805"><tag k="emergency" v="fire_hydrant"/><tag k="ref" v="H-12"/>
    <tag k="fire_hydrant:type" v="pillar"/></node>
  <node id="8" version="1" lat="0.132" lon="117.4905"><tag k="amenity" v="school"/><tag k="name" v="SDN 001"/>
    <tag k="alt_name" v="SD Satu; SD 1"/><tag k="addr:street" v="Jalan Utama"/></node>
  <node id="9" version="1" lat="0.131" lon="117.4910"><tag k="place" v="village"/>
    <tag k="name" v="Kampung Baru"/></node>
  <node id="10" version="1" lat="0.110" lon="117.470"/>
  <node id="11" version="1" lat="0.110" lon="117.530"/>
  <node id="12" version="1" lat="0.150" lon="117.530"/>
  <node id="13" version="1" lat="0.150" lon="117.470"/>
  <node id="14" version="1" lat="0.1305" lon="117.4900"><tag k="name" v="Tanpa Jenis"/></node>
  <way id="101" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/>
    <tag k="highway" v="primary"/><tag k="name" v="Jalan Utama"/><tag k="old_name" v="Jalan Lama"/></way>
  <way id="102" version="1"><nd ref="4"/><nd ref="2"/>
    <tag k="highway" v="residential"/><tag k="oneway" v="-1"/><tag k="name" v="Jalan Balik"/></way>
  <way id="103" version="1"><nd ref="2"/><nd ref="5"/>
    <tag k="highway" v="service"/><tag k="access" v="private"/><tag k="name" v="Jalan Pabrik"/></way>
  <way id="104" version="1"><nd ref="5"/><nd ref="6"/><tag k="route" v="ferry"/></way>
  <way id="105" version="1"><nd ref="3"/><nd ref="999"/><nd ref="6"/>
    <tag k="highway" v="residential"/><tag k="bridge" v="yes"/><tag k="surface" v="wood"/></way>
  <way id="106" version="1"><nd ref="3"/><nd ref="4"/><tag k="highway" v="steps"/></way>
  <way id="107" version="1"><nd ref="3"/><nd ref="998"/><tag k="highway" v="residential"/></way>
  <way id="108" version="1"><nd ref="10"/><nd ref="11"/><nd ref="12"/><nd ref="13"/><nd ref="10"/>
    <tag k="building" v="industrial"/><tag k="name" v="Pabrik Pupuk"/></way>
  <way id="109" version="1"><nd ref="10"/><nd ref="11"/><nd ref="12"/></way>
  <way id="110" version="1"><nd ref="12"/><nd ref="13"/><nd ref="10"/></way>
  <relation id="201" version="1"><member type="way" ref="109" role="outer"/><member type="way" ref="110" role="outer"/>
    <tag k="type" v="boundary"/><tag k="boundary" v="administrative"/><tag k="admin_level" v="7"/>
    <tag k="name" v="Guntung"/><tag k="ref" v="64.74.01.1006"/></relation>
  <relation id="202" version="1"><member type="way" ref="888" role="outer"/>
    <tag k="type" v="boundary"/><tag k="boundary" v="administrative"/><tag k="admin_level" v="6"/>
    <tag k="name" v="Terpotong"/></relation>
</osm>
"""


@pytest.fixture(params=["osm", "osm.pbf"])
def drawn(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A town drawn by hand, as XML and as PBF."""
    path = tmp_path / "kota.osm"
    path.write_text(TOWN, "utf-8")
    if request.param == "osm":
        return path
    packed = tmp_path / "kota.osm.pbf"
    with osmium.SimpleWriter(str(packed)) as writer:
        for thing in osmium.FileProcessor(str(path)):
            writer.add(thing)
    return packed


def line(region: Region, way: int) -> int:
    """The line that came from a way."""
    (found,) = np.flatnonzero(region.roads.way == way).tolist()
    return int(found)


def points(region: Region, i: int) -> list[tuple[float, float]]:
    """Its vertices."""
    part = slice(int(region.roads.start[i]), int(region.roads.start[i + 1]))
    return list(zip(region.roads.lon[part].tolist(), region.roads.lat[part].tolist(), strict=True))


def test_roads_keep_class_name_direction_permission_and_way_number(drawn: Path) -> None:
    region = read_region(drawn)
    roads = region.roads
    assert sorted(roads.way.tolist()) == [101, 102, 103, 104, 105]
    main, back, plant, boat, wood = (line(region, way) for way in (101, 102, 103, 104, 105))
    assert [roads.road[i] for i in (main, back, plant, boat, wood)] == [
        "primary",
        "residential",
        "service",
        "boat",
        "weak_bridge",
    ]
    assert (roads.name[main], roads.also[main]) == ("Jalan Utama", ("Jalan Lama",))
    assert roads.one_way[back]
    assert points(region, back)[0] == pytest.approx((117.49, 0.13))
    assert roads.private.tolist() == [i == plant for i in range(len(roads))]
    assert roads.boat.tolist() == [i == boat for i in range(len(roads))]


def test_a_way_goes_on_over_a_node_that_the_extract_lacks_and_what_is_left_out_is_counted(drawn: Path) -> None:
    region = read_region(drawn)
    assert len(points(region, line(region, 105))) == 2
    assert region.skipped == {
        "boundary-cut-by-extract": 1,
        "highway=steps": 1,
        "vertices-outside-extract": 2,
        "way-without-shape": 1,
    }


def test_hydrants_named_things_and_settlements_are_found(drawn: Path) -> None:
    region = read_region(drawn)
    (hydrant,) = region.waters
    assert (hydrant.id, hydrant.kind, hydrant.ref, hydrant.name) == ("n7", "fire_hydrant", "H-12", None)
    assert hydrant.details == {"fire_hydrant:type": "pillar"}
    places = {p.name: p for p in region.places}
    assert set(places) == {"SDN 001", "Kampung Baru", "Pabrik Pupuk"}
    assert places["SDN 001"].kind == "amenity=school"
    assert places["SDN 001"].also == ("SD Satu", "SD 1")
    assert places["SDN 001"].details == {"addr:street": "Jalan Utama"}
    assert places["Kampung Baru"].kind == "place=village"
    assert (places["Pabrik Pupuk"].lon, places["Pabrik Pupuk"].lat) == pytest.approx((117.5, 0.13))
    assert places["Pabrik Pupuk"].box == pytest.approx((117.47, 0.11, 117.53, 0.15))


def test_whole_administrative_areas_are_found_with_level_code_and_rings(drawn: Path) -> None:
    (area,) = read_region(drawn).areas
    assert (area.id, area.level, area.name, area.code) == ("r201", 7, "Guntung", "64.74.01.1006")
    ((outer,),) = area.polygons
    assert outer[0] == outer[-1]
    assert {(round(x, 3), round(y, 3)) for x, y in outer} == {
        (117.47, 0.11),
        (117.53, 0.11),
        (117.53, 0.15),
        (117.47, 0.15),
    }


def test_a_code_alone_clips_by_the_boundary_in_the_extract_itself(tmp_path: Path) -> None:
    far = '<node id="90" version="1" lat="0.3" lon="117.9"><tag k="place" v="village"/><tag k="name" v="Jauh"/></node>'
    path = tmp_path / "kota.osm"
    path.write_text(TOWN.replace("<way", f"{far}\n  <way", 1), "utf-8")
    assert "Jauh" in {p.name for p in read_region(path).places}
    clipped = read_region(path, code="64.74.01.1006")
    assert {p.name for p in clipped.places} == {"SDN 001", "Kampung Baru", "Pabrik Pupuk"}
    assert len(read_region(path, code="6474011006").places) == len(clipped.places)
    with pytest.raises(OsmError) as wrong:
        read_region(path, code="64.71")
    assert wrong.value.code == "clip-code-unknown"


def test_a_clip_keeps_what_lies_inside_and_one_vertex_beyond(drawn: Path) -> None:
    region = read_region(drawn, box(117.475, 0.125, 117.495, 0.135))  # type: ignore[no-untyped-call]
    assert sorted(region.roads.way.tolist()) == [101, 102, 103]
    assert len(points(region, line(region, 101))) == 3
    assert [p.name for p in region.places] == ["SDN 001", "Kampung Baru"]
    assert len(region.waters) == 1
    assert [a.name for a in region.areas] == ["Guntung"]
    with pytest.raises(OsmError) as refused:
        read_region(drawn, box(10, 50, 11, 51))  # type: ignore[no-untyped-call]
    assert refused.value.code == "nothing-inside"


def test_what_is_imported_can_be_driven(drawn: Path) -> None:
    travel = Travel(build_columns(read_region(drawn).roads), SPEEDS)
    route = travel.route((117.481, 0.13), (117.49, 0.138), "pump", 12)
    assert route is not None
    assert route.streets == ("Jalan Utama", "Jalan Balik")
    there = travel.to_incident(117.49, 0.138, [(117.481, 0.13)], "pump", 12)
    back = travel.to_incident(117.481, 0.13, [(117.49, 0.138)], "pump", 12)
    assert there.ways == ("network",)
    assert back.metres[0] > there.metres[0] / 2  # a one-way dead end is left over open ground, to the main road
    assert back.seconds[0] > 880 * 3.6 / SPEEDS.rules.off_road_kmh


@pytest.mark.parametrize(
    ("tags", "meaning"),
    [
        ({"highway": "trunk_link"}, ("link", False, False, False, 0)),
        ({"highway": "motorway"}, ("motorway", True, False, False, 0)),
        ({"highway": "motorway", "oneway": "no"}, ("motorway", False, False, False, 0)),
        ({"highway": "tertiary", "junction": "roundabout"}, ("tertiary", True, False, False, 0)),
        ({"highway": "tertiary", "oneway": "yes", "oneway:emergency": "no"}, ("tertiary", False, False, False, 0)),
        ({"highway": "primary", "oneway": "-1", "maxspeed": "60"}, ("primary", True, True, False, 60)),
        ({"highway": "primary", "maxspeed": "30 mph"}, ("primary", False, False, False, 48)),
        ({"highway": "primary", "maxspeed": "none"}, ("primary", False, False, False, 0)),
        ({"highway": "service", "access": "no", "emergency": "yes"}, ("service", False, False, False, 0)),
        ({"highway": "service", "access": "no", "motor_vehicle": "yes"}, ("service", False, False, False, 0)),
        ({"highway": "residential", "motor_vehicle": "private"}, ("residential", False, False, True, 0)),
        ({"highway": "residential", "access": "destination"}, ("residential", False, False, False, 0)),
        ({"highway": "footway", "motor_vehicle": "no"}, ("footway", False, False, False, 0)),
        ({"highway": "footway", "oneway": "yes"}, ("footway", False, False, False, 0)),
        ({"highway": "service", "service": "alley"}, ("alley", False, False, False, 0)),
        ({"highway": "service", "service": "alley", "width": "4"}, ("service", False, False, False, 0)),
        ({"highway": "residential", "width": "1,5 m"}, ("alley", False, False, False, 0)),
        ({"highway": "residential", "bridge": "yes", "maxweight": "3.5"}, ("weak_bridge", False, False, False, 0)),
        ({"highway": "footway", "bridge": "boardwalk"}, ("weak_bridge", False, False, False, 0)),
        ({"highway": "living_street", "surface": "wood"}, ("weak_bridge", False, False, False, 0)),
        ({"highway": "road"}, ("unknown", False, False, False, 0)),
        ({"route": "ferry"}, ("boat", False, False, False, 0)),
        ({"route": "ferry", "motor_vehicle": "yes"}, ("car_ferry", False, False, False, 0)),
    ],
)
def test_tags_mean_what_the_wiki_says(tags: dict[str, str], meaning: tuple[str, bool, bool, bool, int]) -> None:
    found = road_traits(tags)
    assert found is not None
    assert (found.road, found.one_way, found.backwards, found.private, found.maxspeed) == meaning


@pytest.mark.parametrize("tags", [{"highway": "steps"}, {"highway": "proposed"}, {"waterway": "river"}, {}])
def test_what_nobody_drives_is_no_road(tags: dict[str, str]) -> None:
    assert road_traits(tags) is None


def test_oil_tanks_are_no_water_and_nameless_kinds_are_no_places() -> None:
    assert water_kind({"man_made": "storage_tank", "content": "oil"}) is None
    assert water_kind({"man_made": "storage_tank"}) is None
    assert water_kind({"man_made": "storage_tank", "content": "water"}) == "storage_tank"
    assert water_kind({"emergency": "suction_point"}) == "suction_point"
    assert place_kind({"building": "no", "name": "x"}) is None
    assert (number("2,5 m"), number("wide"), number(None)) == (2.5, None, None)


@pytest.mark.parametrize("name", ["andorra.osm.pbf", "liechtenstein.osm.pbf"])
def test_a_country_has_as_many_kilometres_as_the_ellipsoid_says(name: str) -> None:
    path = data_file(f"roads/{name}")
    told: list[tuple[str, int, int | None]] = []
    region = read_region(path, progress=lambda stage, done, total: told.append((stage, done, total)))
    globe, metres, ways = Geod(ellps="WGS84"), 0.0, 0
    for way in osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations():
        if isinstance(way, osmium.osm.Way) and road_traits(dict(way.tags)):
            places = [(n.lon, n.lat) for n in way.nodes if n.location.valid()]
            if len(places) > 1:
                metres += globe.line_length([p[0] for p in places], [p[1] for p in places])
                ways += 1
    network = build_columns(region.roads)
    assert len(region.roads) == ways
    assert float(network.link_m.sum()) == pytest.approx(metres, rel=0.005)
    assert {stage for stage, _, _ in told} == {"objects", "areas"}


def test_andorra_has_its_hydrants_its_parishes_and_streets_with_a_point_on_them() -> None:
    region = read_region(data_file("roads/andorra.osm.pbf"))
    assert sum(w.kind == "fire_hydrant" for w in region.waters) == 17
    parishes = {a.name: a for a in region.areas if a.level == 7}
    assert {"Andorra la Vella", "Canillo", "Encamp", "Ordino"} <= set(parishes)
    town = next(p for p in region.places if p.name == "Canillo" and p.kind.startswith("place="))
    canillo = shape({"type": "MultiPolygon", "coordinates": parishes["Canillo"].polygons})  # type: ignore[no-untyped-call]
    assert canillo.contains(Point(town.lon, town.lat))  # type: ignore[no-untyped-call]
    vertices = set(zip(region.roads.lon.tolist(), region.roads.lat.tolist(), strict=True))
    for street in region.streets:
        west, south, east, north = street.box
        assert (street.lon, street.lat) in vertices
        assert west <= street.lon <= east
        assert south <= street.lat <= north
    assert len({(s.name, s.lon, s.lat) for s in region.streets}) == len(region.streets)


def test_a_graph_of_osmnx_has_the_distances_that_networkx_finds_in_it() -> None:
    path = data_file("roads/balikpapan_kota_drive.graphml")
    told: list[int] = []
    region = read_region(path, progress=lambda stage, done, total: told.append(done))
    network = build_columns(region.roads)
    graph = networkx.read_graphml(path)
    assert network.nodes == graph.number_of_nodes()
    assert len(network.out_node) == graph.number_of_edges()
    assert told[-1] == path.stat().st_size
    number_of = {
        (round(x, 7), round(y, 7)): i
        for i, (x, y) in enumerate(zip(network.node_lon.tolist(), network.node_lat.tolist(), strict=True))
    }
    mine = {n: number_of[round(float(d["x"]), 7), round(float(d["y"]), 7)] for n, d in graph.nodes(data=True)}
    tail = np.repeat(np.arange(network.nodes), np.diff(network.out_start))
    metres = network.link_m[network.out_link]
    shortest: dict[tuple[int, int], float] = {}
    for a, b, m in zip(tail.tolist(), network.out_node.tolist(), metres.tolist(), strict=True):
        shortest[a, b] = min(m, shortest.get((a, b), np.inf))
    rows, columns = zip(*shortest, strict=True)
    arcs = csr_matrix((list(shortest.values()), (rows, columns)), shape=(network.nodes,) * 2)  # type: ignore[no-untyped-call]
    for start in list(graph.nodes)[::300]:
        truth = networkx.single_source_dijkstra_path_length(
            graph, start, weight=lambda u, v, data: min(float(d["length"]) for d in data.values())
        )
        ours = dijkstra(arcs, indices=mine[start])
        assert {mine[n] for n in truth} == set(np.flatnonzero(np.isfinite(ours)).tolist())
        for node, length in truth.items():
            assert ours[mine[node]] == pytest.approx(length, rel=1e-3, abs=0.5)


def test_a_clip_is_found_by_code_as_number_as_text_and_by_what_lies_below_it() -> None:
    regencies = data_file("admin/wilayah_boundaries_kab_64.geojson")
    urban = data_file("admin/wilayah_boundaries_kel_64.74.geojson")
    bontang = Point(117.49, 0.13)  # type: ignore[no-untyped-call]
    assert read_clip(regencies, "64.74").contains(bontang)  # type: ignore[no-untyped-call]
    assert not read_clip(regencies, "64.71").contains(bontang)  # type: ignore[no-untyped-call]
    assert read_clip(urban, "64.74.01.1001").area < read_clip(urban, "64.74").area
    assert read_clip(urban, "64.74").area == pytest.approx(read_clip(urban).area)
    with pytest.raises(OsmError) as refused:
        read_clip(regencies, "64.99")
    assert (refused.value.code, refused.value.facts["code"]) == ("clip-code-unknown", "64.99")


def test_a_graph_is_clipped_to_the_city_by_its_code() -> None:
    graph = data_file("roads/balikpapan_kota_drive.graphml")
    area = read_clip(data_file("admin/wilayah_boundaries_kel_64.71.geojson"), "64.71")
    whole, cut = read_region(graph), read_region(graph, area)
    within = inside(area, whole.roads.lon, whole.roads.lat)
    assert set(cut.roads.lon[inside(area, cut.roads.lon, cut.roads.lat)]) == set(whole.roads.lon[within])
    assert 0 < len(cut.roads.lon) <= len(whole.roads.lon)


def test_a_code_that_lost_its_zero_as_a_number_is_found(tmp_path: Path) -> None:
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    path = tmp_path / "batas.geojson"
    features = [{"type": "Feature", "properties": {"kode": 64.1}, "geometry": square}]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    assert read_clip(path, "64.10").area == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("not json", "clip-unreadable"),
        ("[]", "clip-unreadable"),
        ('{"type": "FeatureCollection"}', "clip-unreadable"),
        ('{"type": "Polygon", "coordinates": [[[0, 0], [1]]]}', "clip-unreadable"),
        ('{"type": "Point", "coordinates": [0, 0]}', "clip-no-area"),
    ],
)
def test_a_clip_that_is_no_area_is_refused(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "batas.geojson"
    path.write_text(content, "utf-8")
    with pytest.raises(OsmError) as refused:
        read_clip(path)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("none.osm.pbf", None, "file-missing"),
        ("roads.csv", "a,b", "format-unknown"),
        ("broken.osm.pbf", "no blocks in here", "file-unreadable"),
        ("broken.osm", "<osm><node", "file-unreadable"),
        ("broken.graphml", "<graphml", "file-unreadable"),
        ("other.graphml", "<html></html>", "graphml-form"),
        ("empty.osm", '<osm version="0.6"></osm>', "nothing-inside"),
    ],
)
def test_a_file_that_is_no_extract_is_refused_with_its_reason(
    tmp_path: Path, name: str, content: str | None, code: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(OsmError) as refused:
        read_region(path)
    assert (refused.value.code, refused.value.facts["file"]) == (code, name)


def test_streets_of_one_name_in_two_towns_stay_two(tmp_path: Path) -> None:
    ways = "".join(
        f'<node id="{i}1" version="1" lat="0.1" lon="{lon}"/>'
        f'<node id="{i}2" version="1" lat="0.1" lon="{lon + 0.004}"/>'
        f'<way id="{i}" version="1"><nd ref="{i}1"/><nd ref="{i}2"/><tag k="highway" v="residential"/>'
        f'<tag k="name" v="Jalan Merdeka"/></way>'
        for i, lon in ((1, 117.0), (2, 117.004), (3, 117.5))
    )
    path = tmp_path / "dua.osm"
    path.write_text(f'<osm version="0.6">{ways}</osm>', "utf-8")
    assert [s.ways for s in read_region(path).streets] == [(1, 2), (3,)]


def test_every_road_class_of_the_import_has_a_row_of_speeds() -> None:
    named = {*ROADS.values(), "alley", "weak_bridge", "boat", "car_ferry"}
    assert named <= set(SPEEDS.roads)
