"""Places: rules with plain values, tables and search through the desk on a real store."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import SATURDAY, ask
from siaga.app import SLICES
from siaga.engine.gazetteer import Gazetteer
from siaga.kernel.desk import Desk
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Refusal, Told
from siaga.slices.places import events, rules, tables


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


@pytest.fixture
def services() -> dict[type, Any]:
    return {Gazetteer: Gazetteer()}


SQUARE = {"type": "Polygon", "coordinates": [[[117.4, 0.1], [117.5, 0.1], [117.5, 0.2], [117.4, 0.2], [117.4, 0.1]]]}
REGION = tables.Region(
    region="64.74",
    name="Kota Bontang",
    digest="d1",
    schematic=True,
    areas=[tables.Area("64.74.01.1001", "Api-Api", "kelurahan", 117.45, 0.15, SQUARE, demand=1.0)],
    streets=[
        tables.Street("s1", "Jalan Gunung Sari", "residential", 117.45, 0.15, (((117.44, 0.15), (117.46, 0.15)),)),
        tables.Street("s2", "Jalan Ahmad Yani", "primary", 117.48, 0.13, (((117.48, 0.13), (117.48, 0.14)),)),
    ],
    landmarks=[tables.Landmark("m1", "market", "Pasar Taman Rawa Indah", 117.49, 0.12)],
)


@pytest.fixture
def city(desk: Desk) -> Desk:
    """A city of one kelurahan, two streets, one market and one hydrant."""
    desk.work(lambda tx: tables.keep_region(tx, REGION))
    do(desk, rules.RegisterWaterSource("H-012", "hydrant", "Hidran 12", 117.451, 0.151))
    return desk


def do(desk: Desk, command: Any) -> None:
    answer = desk.handle(command, ask("planner", "dispatcher"))
    assert isinstance(answer, Accepted), answer


def rows(desk: Desk, view: str, query: Any) -> list[Any]:
    shown = desk.show(view, query, ask("call-taker"))
    assert not isinstance(shown, Refusal)
    return list(shown.rows)


def test_type_ahead_finds_streets_areas_landmarks_and_hydrants(city: Desk) -> None:
    for typed, name in (
        ("gunung sa", "Jalan Gunung Sari"),
        ("jl a yani", "Jalan Ahmad Yani"),
        ("api api", "Api-Api"),
        ("pasar rawa", "Pasar Taman Rawa Indah"),
        ("hidran 12", "Hidran 12"),
    ):
        assert rows(city, "places.search", tables.SearchQuery(typed))[0].name == name


def test_what_stands_beside_the_name_is_kept(city: Desk) -> None:
    (first, *_) = rows(city, "places.search", tables.SearchQuery("Jl. Gunung Sari RT 12 RW 3"))
    assert (first.name, first.area) == ("Jalan Gunung Sari", "64.74.01.1001")
    assert "12" in first.parts


def test_a_new_object_is_found_at_once_and_a_removed_one_is_not(city: Desk) -> None:
    query = tables.SearchQuery("gudang amonia")
    assert rows(city, "places.search", query) == []
    do(city, rules.RegisterObject("o1", "warehouse", "Gudang Amonia", 117.47, 0.16))
    assert rows(city, "places.search", query)[0].id == "o1"
    do(city, rules.RemoveObject("o1"))
    assert rows(city, "places.search", query) == []


def test_a_pasted_place_knows_its_kelurahan(city: Desk) -> None:
    (row,) = rows(city, "places.locate", tables.LocateQuery("0,1500 LU 117,4500 BT"))
    assert (row.lat, row.lon, row.area, row.reason) == (0.15, 117.45, "64.74.01.1001", None)


@pytest.mark.parametrize("town", ["Samarinda", "Kutai Timur", "samarinda, kalimantan timur"])
def test_a_short_plus_code_of_a_town_that_is_not_known_is_not_read_in_ours(city: Desk, town: str) -> None:
    (row,) = rows(city, "places.locate", tables.LocateQuery(f"4FM2+8X {town}", 117.49, 0.13))
    assert (row.lon, row.lat, row.reason) == (None, None, "short-plus-code")


@pytest.mark.parametrize("town", ["", "Api-Api", "Api-Api, Bontang", "Bontang", "Bontang, Kalimantan Timur"])
def test_a_short_plus_code_of_our_own_town_is_read(city: Desk, town: str) -> None:
    (row,) = rows(city, "places.locate", tables.LocateQuery(f"4FM2+8X {town}", 117.49, 0.13))
    assert (round(row.lat, 4), round(row.lon, 4)) == (0.1333, 117.4524)


def test_a_short_link_is_said_to_hold_no_place(city: Desk) -> None:
    (row,) = rows(city, "places.locate", tables.LocateQuery("https://maps.app.goo.gl/AbCdEf"))
    assert (row.lon, row.lat, row.reason) == (None, None, "short-link")


def test_the_newest_check_of_a_water_source_stands(city: Desk) -> None:
    def check(state: str, minutes: int) -> None:
        at = SATURDAY + timedelta(minutes=minutes)
        city.handle(rules.CheckWaterSource("H-012", state), ask("crew", at=at))  # type: ignore[arg-type]

    check("broken", 10)
    check("fit", 5)  # arrives later, was seen earlier
    (row,) = rows(city, "places.water", All())
    assert row.state == "broken"


def test_closing_and_reopening_a_road(city: Desk) -> None:
    do(city, rules.CloseRoad("k1", 117.45, 0.15, 200.0, note=Told("banjir")))
    (row,) = rows(city, "places.closures", All())
    assert (row.radius_m, row.note) == (200.0, "banjir")
    do(city, rules.ReopenRoad("k1"))
    assert rows(city, "places.closures", All()) == []


@pytest.mark.parametrize(
    ("cmd", "why"),
    [
        (rules.CloseRoad("k1"), "closure-without-shape"),
        (rules.CloseRoad("k1", polygon=((1.0, 1.0), (2.0, 2.0))), "closure-without-shape"),
        (rules.CloseRoad("k1", links=(4,), until=SATURDAY - timedelta(hours=1)), "closure-over"),
    ],
)
def test_a_closure_needs_a_shape_and_an_end_to_come(cmd: rules.CloseRoad, why: str) -> None:
    refused = rules.close_road(cmd, False, ask("dispatcher"))
    assert isinstance(refused, Refusal)
    assert refused.code == why


def test_registering_the_same_again_is_nothing() -> None:
    cmd = rules.RegisterWaterSource("H-1", "hydrant", "H 1", 117.0, 0.1)
    assert rules.register_water_source(cmd, ("hydrant", "H 1", 117.0, 0.1, None, None), ask("planner")) == []
    assert rules.register_water_source(cmd, None, ask("planner")) == [
        events.WaterSourceRegistered("H-1", "hydrant", "H 1", 117.0, 0.1)
    ]


def test_importing_again_replaces_what_was_kept_and_rebuild_does_not_touch_it(city: Desk) -> None:
    city.work(lambda tx: tables.keep_region(tx, REGION))
    assert len(rows(city, "places.streets", All())) == 2
    city.rebuild()
    assert len(rows(city, "places.streets", All())) == 2
    assert rows(city, "places.region", All())[0].schematic
