"""The fleet and the people of the demonstration, as they are published for the first city."""

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest

from siaga import standards
from siaga.demo import fleet


def test_29_vehicles_of_the_published_kinds() -> None:
    kinds = Counter(u.vehicle_type for u in fleet.units())
    assert kinds == {"pump": 10, "tanker": 8, "rescue": 1, "pickup": 3, "ambulance": 1, "three-wheel": 2, "trail": 4}


def test_posts_have_the_published_vehicles_and_mako_the_rest() -> None:
    posts = Counter(u.station for u in fleet.units())
    assert posts == {"berbas": 1, "bontang-barat": 1, "loktuan": 1, "lestari": 2, "mako": 24}


def test_five_service_points_of_which_one_is_headquarters() -> None:
    assert [s.station for s in fleet.stations() if s.headquarters] == ["mako"]
    assert len(fleet.stations()) == 5


def test_120_people_are_codes_and_never_names() -> None:
    people = fleet.people()
    assert len({p.person for p in people}) == len(people) == 120
    assert all(re.fullmatch(r"R[1-4]-[A-Z]{3}-\d+-\d", p.person) for p in people)
    known = standards.competences()
    assert all(c in known for p in people for c in p.competences)


def test_every_manned_vehicle_has_the_crew_its_type_needs_and_a_driver() -> None:
    types, of_unit = standards.vehicle_types(), {u.unit: u for u in fleet.units()}
    for crew in fleet.crews(2):
        assert crew.people >= types[of_unit[crew.unit].vehicle_type].min_crew
        assert len(crew.persons) == crew.people
    assert sum(c.people for c in fleet.crews(1)) == 30
    assert {c.unit for c in fleet.crews(1)}.isdisjoint(fleet.reserve())


def test_what_a_vehicle_brings_is_known_to_the_standards() -> None:
    for unit in fleet.units():
        assert set(unit.capabilities or ()) <= set(standards.capabilities())


def test_three_of_four_regu_serve_each_day_and_each_is_off_every_fourth() -> None:
    monday = datetime(2026, 3, 2, 7, 30, tzinfo=fleet.zone())
    on = [{fleet.shift_at(monday + timedelta(days=d, hours=8 * s))[1] for s in range(3)} for d in range(4)]
    assert all(len(day) == 3 for day in on)
    assert Counter(regu for day in on for regu in day) == {1: 3, 2: 3, 3: 3, 4: 3}


@pytest.mark.parametrize(("hour", "still"), [(0, True), (6, True), (7, False), (23, False)])
def test_the_night_shift_lasts_until_seven(hour: int, still: bool) -> None:
    evening = fleet.shift_at(datetime(2026, 3, 7, 23, 30, tzinfo=fleet.zone()))
    later = fleet.shift_at(datetime(2026, 3, 8, hour, 5, tzinfo=fleet.zone()))
    assert (later == evening) is still


def test_own_run_cards_name_only_what_the_standards_know() -> None:
    for card in fleet.run_cards():
        assert set(card.types) <= set(standards.incident_types())
        assert set(card.units) <= set(standards.capabilities())
    assert {c.level for c in fleet.run_cards()} == {1, 2, 3}
