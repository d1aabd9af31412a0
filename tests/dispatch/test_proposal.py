"""The proposal as the desk sees it: who goes, why, what is missing, what is left; queue, route and suggestions."""

import re
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import siaga
from conftest import BOTH_STORES, SATURDAY, Opens, ask
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.engine.cover import NO_DEMAND, CoverMap, Demand
from siaga.engine.geo import distance
from siaga.engine.roads import Line, Travel, build, generated_network, random_points, read_speeds
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Refusal, Told, read_time, written
from siaga.kernel.texts import catalogue
from siaga.slices.dispatch import events, rules
from siaga.slices.dispatch.tables import reaching
from siaga.slices.dispatch.tables.guidance import RouteQuery, RouteRow, SuggestionRow, SuggestionsQuery
from siaga.slices.dispatch.tables.proposal import ProposalQuery, ProposalRow, WaitingQuery, WaitingRow
from siaga.slices.intake.rules import AnswerQuestion, Classify, MarkExercise, OpenIncident
from siaga.slices.places.rules import CloseRoad

ALL = ("call-taker", "dispatcher", "crew", "shift-leader", "administrator", "planner", "trainer")
MAKO = (117.480, 0.130)
LOKTUAN = (117.480, 0.175)  # 5 km north
HERE = (117.482, 0.131)  # beside Mako
MID = (117.480, 0.153)  # between the two, a little nearer Loktuan


def after(seconds: float) -> datetime:
    return SATURDAY + timedelta(seconds=seconds)


def do(desk: Desk, command: Any, *, at: datetime = SATURDAY, **more: Any) -> None:
    answer = desk.handle(command, ask(*ALL, at=at, **more))
    assert isinstance(answer, Accepted), answer


def show(desk: Desk, view: str, query: Any) -> list[Any]:
    shown = desk.show(view, query, ask(*ALL))
    assert not isinstance(shown, Refusal)
    return list(shown.rows)


def advice(desk: Desk, at: datetime = SATURDAY, **query: Any) -> ProposalRow:
    (row,) = show(desk, "dispatch.proposal", ProposalQuery(at=at, **query))
    assert isinstance(row, ProposalRow)
    return row


def going(row: ProposalRow) -> list[str]:
    return [u.unit for u in row.units]


def stays(row: ProposalRow) -> dict[str, str]:
    return {a.unit: a.why.code for a in row.alternatives}


def codes(row: ProposalRow) -> list[str]:
    return [r.code for r in row.reasons]


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


CITY = Demand(
    ("api-api", "loktuan", "selambai"),
    np.array([117.481, 117.481, 117.490]),
    np.array([0.131, 0.176, 0.180]),
    np.array([6.0, 3.0, 1.0]),
    ("ordinary", "ordinary", "over-water"),
)


@pytest.fixture
def services() -> dict[type, Any]:
    return {Travel: Travel(None, read_speeds()), CoverMap: CoverMap(), Demand: CITY}


def unit(desk: Desk, name: str, station: str, kind: str = "pump", people: int = 4, **competences: int) -> None:
    do(desk, rules.RegisterUnit(name, "bontang", station, kind))
    do(desk, rules.SetCrew(name, people, {c.replace("_", "-"): n for c, n in competences.items()}))


@pytest.fixture
def city(desk: Desk) -> Desk:
    """Two stations, eight units with crews."""
    do(desk, rules.RegisterAgency("bontang", "Disdamkartan", "fire-service"))
    do(desk, rules.RegisterStation("MAKO", "bontang", "Mako", *MAKO, True))
    do(desk, rules.RegisterStation("LOKTUAN", "bontang", "Loktuan", *LOKTUAN))
    unit(desk, "BTG-1", "MAKO", scba=2)
    unit(desk, "BTG-2", "MAKO", scba=1)
    unit(desk, "BTG-3", "LOKTUAN", scba=2)
    unit(desk, "TNK-1", "MAKO", "tanker", 2)
    unit(desk, "TNK-2", "LOKTUAN", "tanker", 2)
    unit(desk, "RSC-1", "MAKO", "rescue", animal_rescue=2)
    unit(desk, "PKP-1", "LOKTUAN", "pickup", 2, animal_rescue=1)
    unit(desk, "AMB-1", "MAKO", "ambulance", 2)
    return desk


@pytest.fixture
def fire(city: Desk) -> Desk:
    """A house burns beside Mako."""
    do(city, OpenIncident("i1", *HERE, type="fire.housing", area="api-api"))
    return city


# ── who goes ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_closest_fit_units_of_the_run_card_go_with_their_reasons(fire: Desk) -> None:
    row = advice(fire, incident="i1")
    assert (row.card, row.level, row.type, row.type_known, row.life_risk) == (
        "fire.housing",
        1,
        "fire.housing",
        True,
        True,
    )
    assert going(row) == ["BTG-1", "BTG-2", "TNK-1"]
    assert [u.fulfils for u in row.units] == [("pump",), ("pump",), ("tanker",)]
    assert [u.why.code for u in row.units] == ["soonest", "next", "soonest"]
    assert row.unmet == {}
    assert row.needs == {"pump": 2, "tanker": 1, "crew.people": 8, "crew.scba": 2}
    assert stays(row)["BTG-3"] == "further"
    assert "life-risk" in codes(row)


def test_an_arrival_is_turnout_and_travel_with_its_spread(fire: Desk) -> None:
    first = advice(fire, incident="i1").units[0]
    speeds = read_speeds()
    metres = distance(MAKO, HERE) * speeds.straight.detour
    travel = metres * 3.6 / speeds.vehicles["pump"].straight_kmh
    assert first.eta_s == pytest.approx(speeds.turnout_s(21) + travel, abs=0.1)
    assert first.eta_sd_s > 0


def test_without_roads_the_way_is_the_stated_straight_line(fire: Desk) -> None:
    row = advice(fire, incident="i1")
    assert (row.way, row.detour) == ("straight-line", read_speeds().straight.detour)
    assert "straight-line" in codes(row)
    assert {u.way for u in row.units} == {"straight-line"}


def test_what_was_shown_goes_with_the_command_and_into_the_event(fire: Desk) -> None:
    row = advice(fire, incident="i1")
    shown = row.shown
    assert [p.unit for p in shown.units] == going(row)
    assert shown.units[0].why == "soonest-pump"
    assert (shown.card, shown.level, shown.engine, shown.unmet) == (row.card, row.level, row.engine, row.unmet)
    sent_back = msgspec.json.decode(msgspec.json.encode(shown), type=events.ShownProposal)
    do(fire, rules.Dispatch("d1", "i1", tuple(going(row)), sent_back))
    with fire.store.read() as tx:
        kept = [e.event for e in fire.log.read(tx, 0, 1000) if isinstance(e.event, events.UnitsDispatched)]
    assert kept[0].proposal == shown


def test_the_row_can_be_written_as_json(fire: Desk) -> None:
    body = fire.encoded("dispatch.proposal", ProposalQuery(at=SATURDAY, incident="i1"), ask(*ALL))
    assert not isinstance(body, Refusal)
    assert b'"shown"' in body.body


def test_before_there_is_an_incident_a_place_and_a_type_are_enough(city: Desk) -> None:
    row = advice(city, lon=HERE[0], lat=HERE[1], type="rescue.snake")
    assert row.incident is None
    assert (row.card, going(row)) == ("rescue.animal", ["RSC-1"])
    assert not row.life_risk


def test_a_type_that_is_not_known_yet_is_a_fire_with_people_in_it(city: Desk) -> None:
    row = advice(city, lon=HERE[0], lat=HERE[1])
    assert (row.type, row.type_known, row.life_risk) == ("fire.other", False, True)
    assert "type-unknown" in codes(row)
    assert going(row)[0] == "BTG-1"


def test_without_a_place_or_with_an_unknown_incident_there_is_no_row(city: Desk) -> None:
    assert show(city, "dispatch.proposal", ProposalQuery(at=SATURDAY)) == []
    assert show(city, "dispatch.proposal", ProposalQuery(at=SATURDAY, incident="nowhere")) == []


def test_units_may_be_left_out_of_a_proposal(fire: Desk) -> None:
    row = advice(fire, incident="i1", exclude=("BTG-1",))
    assert going(row) == ["BTG-2", "TNK-1", "BTG-3"]
    assert stays(row)["BTG-1"] == "left-out"
    assert "excluded" in codes(row)


def test_units_that_cannot_go_are_named_with_the_reason(fire: Desk) -> None:
    do(fire, rules.SetCrew("BTG-1", 2, {}))
    do(fire, rules.SetCrew("BTG-2", 0, {}))
    do(fire, rules.ReportStatus("TNK-1", "out-of-service"))
    do(fire, OpenIncident("i2", *LOKTUAN, type="fire.land"))
    do(fire, rules.Dispatch("d2", "i2", ("BTG-3",)))
    row = advice(fire, incident="i1")
    assert going(row) == ["PKP-1", "TNK-2"]
    out = {a.unit: a for a in row.alternatives if not a.fit}
    assert out["BTG-1"].why.code == "crew-below-min"
    assert out["BTG-1"].why.facts == {"people": 2, "least": 3}
    assert out["BTG-2"].why.code == "no-crew"
    assert out["TNK-1"].why.code == "out-of-service"
    assert out["BTG-3"].why.facts == {"incident": "2026-0002", "status": "assigned"}
    assert row.unmet["pump"] == 2


def test_units_of_other_agencies_are_not_proposed(fire: Desk) -> None:
    do(fire, rules.RegisterAgency("plant", "Brigade pabrik", "company-brigade", own=False))
    do(fire, rules.RegisterStation("PLANT", "plant", "Pabrik", *HERE))
    do(fire, rules.RegisterUnit("PLT-1", "plant", "PLANT", "pump"))
    do(fire, rules.SetCrew("PLT-1", 6, {}))
    assert "PLT-1" not in going(advice(fire, incident="i1"))


def test_missing_people_are_named_by_competence(fire: Desk) -> None:
    for name in ("BTG-1", "BTG-2", "BTG-3"):
        do(fire, rules.SetCrew(name, 4, {}))
    row = advice(fire, incident="i1")
    assert row.unmet == {"crew.scba": 2}


def test_an_ambulance_is_not_spent_on_its_people_but_a_car_that_brings_some_goes(city: Desk) -> None:
    do(city, rules.SetRunCard("fire.land", 1, {"tanker": 1}, min_crew=6))
    row = advice(city, lon=HERE[0], lat=HERE[1], type="fire.land", exclude=("BTG-1", "BTG-2", "BTG-3", "TNK-2"))
    assert going(row) == ["TNK-1", "PKP-1"]
    assert row.units[1].why.code == "completes-crew"
    assert row.unmet == {"crew.people": 2}


@pytest.mark.parametrize("fleet", [(), ("BTG-1",)], ids=["nobody", "one"])
def test_a_card_may_ask_for_people_only(desk: Desk, fleet: tuple[str, ...]) -> None:
    do(desk, rules.RegisterAgency("bontang", "Disdamkartan", "fire-service"))
    do(desk, rules.RegisterStation("MAKO", "bontang", "Mako", *MAKO, True))
    for name in fleet:
        unit(desk, name, "MAKO")
    do(desk, rules.SetRunCard("fire.land", 1, {}, min_crew=4))
    row = advice(desk, lon=HERE[0], lat=HERE[1], type="fire.land")
    assert (going(row), row.needs) == ([*fleet], {"crew.people": 4})
    assert row.unmet == ({} if fleet else {"crew.people": 4})


def test_answers_of_the_caller_add_to_what_is_needed(fire: Desk) -> None:
    before = advice(fire, incident="i1").needs
    do(fire, AnswerQuestion("i1", "people-inside", "yes"))
    row = advice(fire, incident="i1")
    assert row.needs["ambulance"] == 1
    assert "ambulance" not in before
    assert "AMB-1" in going(row)


def test_the_kind_of_area_chooses_the_card_and_its_note(city: Desk) -> None:
    row = advice(city, lon=117.490, lat=0.180, type="fire.housing", area="selambai")
    assert row.card == "fire.in-over-water-area"
    assert row.note is not None
    assert "stop-short" in codes(row)
    assert all(u.stops_short for u in row.units if u.vehicle_type == "pump")
    assert row.unmet["boat"] == 1


def test_the_agencys_own_card_holds_over_the_standard_one(fire: Desk) -> None:
    do(fire, rules.SetRunCard("fire.housing", 1, {"pump": 3}))
    assert going(advice(fire, incident="i1")) == ["BTG-1", "BTG-2", "BTG-3"]
    assert advice(fire, incident="i1", level=2).needs["tanker"] >= 1  # level 2 is still the standard's
    do(fire, rules.RemoveRunCard("fire.housing", 1))
    assert advice(fire, incident="i1").needs["pump"] == 2


def test_a_new_card_of_the_agency_holds_for_its_object(fire: Desk) -> None:
    do(fire, rules.SetRunCard("own.school", 1, {"pump": 1}, types=("fire.housing",), objects=("school",)))
    row = advice(fire, incident="i1", object="school")
    assert (row.card, going(row)) == ("own.school", ["BTG-1"])
    assert advice(fire, incident="i1", object="school", level=3).needs == {"pump": 1}


# ── escalation and time ──────────────────────────────────────────────────────────────────────────────────────────────


def test_units_already_sent_count_and_a_higher_level_asks_for_the_difference(fire: Desk) -> None:
    do(fire, rules.Dispatch("d1", "i1", ("BTG-1", "TNK-1")))
    row = advice(fire, incident="i1")
    assert row.sent == ("BTG-1", "TNK-1")
    assert going(row) == ["BTG-2"]
    assert "sent-counted" in codes(row)
    do(fire, rules.RaiseLevel("i1", 2))
    higher = advice(fire, incident="i1")
    assert higher.level == 2
    assert "BTG-1" not in going(higher)
    assert {"BTG-2", "BTG-3", "TNK-2"} <= set(going(higher))


def test_when_all_is_there_nothing_more_is_proposed(fire: Desk) -> None:
    do(fire, rules.Dispatch("d1", "i1", ("BTG-1", "BTG-2", "TNK-1")))
    row = advice(fire, incident="i1")
    assert (row.units, row.unmet) == ((), {})


def test_the_chance_to_serve_in_time_falls_as_minutes_pass(fire: Desk) -> None:
    chances = [advice(fire, at=after(s), incident="i1").inside_probability for s in (0, 500, 650, 1000)]
    assert chances[0] is not None
    assert chances[0] > 0.99
    assert all(a is not None and b is not None and a > b for a, b in pairwise(chances))
    assert chances[3] == 0.0


def test_a_unit_on_its_way_counts_with_what_is_left(fire: Desk) -> None:
    do(fire, rules.Dispatch("d1", "i1", ("BTG-1",)))
    do(fire, rules.ReportStatus("BTG-1", "on-the-way"), at=after(600))
    assigned = advice(
        fire, at=after(605), incident="i1", exclude=("BTG-2", "BTG-3", "TNK-1", "TNK-2")
    ).inside_probability
    do(fire, rules.ReportStatus("BTG-1", "arrived"), at=after(640))
    arrived = advice(
        fire, at=after(645), incident="i1", exclude=("BTG-2", "BTG-3", "TNK-1", "TNK-2")
    ).inside_probability
    assert assigned is not None
    assert arrived is not None
    assert arrived > assigned > 0.5


def test_once_a_unit_serves_the_clock_says_it_and_no_chance_is_given(fire: Desk) -> None:
    do(fire, rules.Dispatch("d1", "i1", ("BTG-1",)))
    do(fire, rules.ReportStatus("BTG-1", "ready-to-serve"), at=after(400))
    assert advice(fire, at=after(420), incident="i1").inside_probability is None


# ── where units are ──────────────────────────────────────────────────────────────────────────────────────────────────


def fix(desk: Desk, name: str, at: datetime, lon: float, lat: float, accuracy_m: float | None = 10.0) -> None:
    do(desk, rules.LinkTracker(f"t-{name}", name))
    taken = desk.take(events.UnitPosition(f"t-{name}", at, lon, lat, accuracy_m=accuracy_m), ask(*ALL, at=at))
    assert taken


def test_a_unit_on_the_road_is_where_its_fresh_fix_says_and_needs_no_turnout(fire: Desk) -> None:
    fix(fire, "BTG-3", SATURDAY, *HERE)
    row = advice(fire, at=after(120), incident="i1")
    first = row.units[0]
    assert (first.unit, first.rolling) == ("BTG-3", True)
    assert first.eta_s < 5.0


def test_a_fix_older_than_five_minutes_is_not_believed(fire: Desk) -> None:
    fix(fire, "BTG-3", SATURDAY, *HERE)
    row = advice(fire, at=after(301), incident="i1")
    assert "BTG-3" not in going(row)


def test_a_fix_at_the_station_is_the_station(fire: Desk) -> None:
    fix(fire, "BTG-1", SATURDAY, MAKO[0] + 0.0005, MAKO[1])
    (first, *_) = [u for u in advice(fire, incident="i1").units if u.unit == "BTG-1"]
    assert not first.rolling


def test_a_unit_that_stands_by_elsewhere_leaves_from_there(fire: Desk) -> None:
    for name in ("BTG-1", "BTG-2"):
        do(fire, rules.MoveUnit(name, "LOKTUAN"))
    do(fire, rules.MoveUnit("BTG-3", "MAKO"))
    row = advice(fire, incident="i1")
    assert row.units[0].unit == "BTG-3" or row.units[1].unit == "BTG-3"
    assert [u.station for u in row.units if u.unit == "BTG-3"] == ["MAKO"]


# ── cover ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_cover_is_shown_before_and_after_with_the_area_that_loses_most(city: Desk) -> None:
    for name in ("BTG-1", "BTG-2"):
        do(city, rules.ReportStatus(name, "out-of-service"))
    row = advice(city, lon=LOKTUAN[0], lat=LOKTUAN[1], type="fire.land")
    assert going(row) == ["BTG-3"]
    assert (row.cover_before, row.cover_after) == (0.4, 0.0)  # its own area and the one beside it
    assert (row.area, row.area_before, row.area_after) == ("loktuan", 1.0, 0.0)


def test_only_units_with_a_pump_count_for_cover(city: Desk) -> None:
    row = advice(city, lon=HERE[0], lat=HERE[1], type="rescue.snake")
    assert row.cover_before == row.cover_after == 1.0


@pytest.fixture
def far_city(desk: Desk) -> Desk:
    """Loktuan lies so far away that only its own pump covers it; Mako has two pumps."""
    do(desk, rules.RegisterAgency("bontang", "Disdamkartan", "fire-service"))
    do(desk, rules.RegisterStation("MAKO", "bontang", "Mako", *MAKO, True))
    do(desk, rules.RegisterStation("LOKTUAN", "bontang", "Loktuan", *LOKTUAN))
    unit(desk, "BTG-1", "MAKO")
    unit(desk, "BTG-2", "MAKO")
    unit(desk, "BTG-3", "LOKTUAN")
    desk.services[Demand] = Demand(
        ("api-api", "north"), np.array([117.480, 117.480]), np.array([0.131, 0.200]), np.ones(2), ("ordinary",) * 2
    )
    return desk


def test_without_risk_to_life_a_later_unit_goes_if_it_keeps_an_area_covered(far_city: Desk) -> None:
    row = advice(far_city, lon=MID[0], lat=MID[1], type="fire.land")
    assert going(row) in (["BTG-1"], ["BTG-2"])
    assert row.units[0].why.code == "keeps-cover"
    assert row.units[0].why.facts["than"] == "BTG-3"
    assert row.units[0].why.facts["area"] == "north"
    assert 0 < float(row.units[0].why.facts["later_s"]) <= 60
    assert row.cover_after == row.cover_before == 1.0
    assert stays(row)["BTG-3"] == "kept-for-cover"


def test_with_life_at_risk_the_closest_goes_whatever_it_leaves_behind(far_city: Desk) -> None:
    row = advice(far_city, lon=MID[0], lat=MID[1], type="fire.land", life_risk=True)
    assert going(row) == ["BTG-3"]
    assert row.cover_after == 0.5
    assert row.area == "north"


def test_cover_that_is_not_known_yet_delays_nothing(fire: Desk) -> None:
    class Later(CoverMap):
        def seconds(self, *args: Any, **more: Any) -> None:
            return None

    fire.services[CoverMap] = Later()
    row = advice(fire, incident="i1")
    assert going(row) == ["BTG-1", "BTG-2", "TNK-1"]
    assert row.cover_before is None
    assert "cover-later" in codes(row)


def test_without_any_service_the_proposal_still_stands(fire: Desk) -> None:
    fire.services.clear()
    row = advice(fire, incident="i1")
    assert going(row) == ["BTG-1", "BTG-2", "TNK-1"]
    assert "cover-unknown" in codes(row)


# ── roads ────────────────────────────────────────────────────────────────────────────────────────────────────────────

ROADS = [
    Line(points=(MAKO, (117.480, 0.150), LOKTUAN), road="primary", name="Jalan Ahmad Yani"),
    Line(points=(MAKO, (117.500, 0.130), (117.500, 0.150), (117.480, 0.150)), road="primary", name="Jalan Lingkar"),
]


@pytest.fixture
def roads(city: Desk) -> Desk:
    """The two stations lie on one road; a ring goes round its southern half."""
    city.services[Travel] = Travel(build(ROADS), read_speeds())
    do(city, OpenIncident("i1", 117.480, 0.149, type="fire.land"))
    return city


def test_on_roads_the_way_is_the_network_and_a_closure_holds_at_once(roads: Desk) -> None:
    do(roads, rules.ReportStatus("BTG-3", "out-of-service"))
    row = advice(roads, incident="i1")
    assert (row.way, row.detour, row.units[0].way) == ("network", None, "network")
    direct = row.units[0].eta_s
    do(roads, CloseRoad("c1", lon=117.480, lat=0.140, radius_m=50.0, until=after(3600)))
    closed = advice(roads, incident="i1")
    assert closed.units[0].eta_s > direct + 60 or closed.unmet
    assert "closures" in codes(closed)
    assert advice(roads, at=after(3700), incident="i1").units[0].eta_s == pytest.approx(direct, rel=0.5)
    assert "closures" not in codes(advice(roads, at=after(3700), incident="i1"))


def test_a_unit_the_roads_do_not_lead_to_is_worked_out_by_straight_line_and_named(roads: Desk) -> None:
    do(roads, rules.RegisterStation("ISLAND", "bontang", "Pulau", 117.530, 0.149))
    unit(roads, "FBT-1", "ISLAND", "fire-boat")
    row = advice(roads, lon=117.480, lat=0.149, type="fire.over-water")
    ways = {u.unit: u.way for u in row.units}
    assert ways["FBT-1"] == "straight-line"
    assert "network" in ways.values()
    assert (row.way, row.detour) == ("network", read_speeds().straight.detour)
    (partly,) = [r for r in row.reasons if r.code == "partly-straight"]
    assert partly.facts["units"] == "FBT-1"


def test_a_route_leads_from_where_the_unit_is_to_its_incident(roads: Desk) -> None:
    do(roads, rules.Dispatch("d1", "i1", ("BTG-1",)))
    (row,) = show(roads, "dispatch.route", RouteQuery(SATURDAY, "BTG-1"))
    assert isinstance(row, RouteRow)
    assert (row.incident, row.way, row.streets, row.from_fix) == ("i1", "network", ("Jalan Ahmad Yani",), False)
    assert row.points[0] == pytest.approx(MAKO)
    assert row.seconds > 0
    assert row.metres > 2000
    fix(roads, "BTG-1", after(60), 117.480, 0.140)
    (later,) = show(roads, "dispatch.route", RouteQuery(after(70), "BTG-1"))
    assert later.from_fix
    assert later.metres < row.metres


def test_a_route_to_another_incident_or_none(roads: Desk) -> None:
    assert show(roads, "dispatch.route", RouteQuery(SATURDAY, "BTG-2")) == []
    assert show(roads, "dispatch.route", RouteQuery(SATURDAY, "NOBODY", "i1")) == []
    (row,) = show(roads, "dispatch.route", RouteQuery(SATURDAY, "BTG-3", "i1"))
    assert row.unit == "BTG-3"


@pytest.mark.parametrize("seed", range(6))
def test_on_a_large_network_the_same_units_go_although_few_are_searched_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    chance = np.random.default_rng(seed)
    network = generated_network(900, seed=seed)
    desk.services |= {Travel: Travel(network, read_speeds()), Demand: NO_DEMAND}
    places = random_points(network, 12, seed=seed).tolist()
    do(desk, rules.RegisterAgency("bontang", "Provinsi", "fire-service"))
    for n, (lon, lat) in enumerate(places):
        do(desk, rules.RegisterStation(f"S{n}", "bontang", f"Pos {n}", lon, lat))
    kinds = ["pump", "pump", "pump-large", "tanker", "rescue", "hazmat", "support", "ambulance", "pickup"]
    for n in range(70):
        unit(
            desk,
            f"U{n}",
            f"S{chance.integers(12)}",
            kinds[chance.integers(len(kinds))],
            6,
            scba=int(chance.integers(3)),
        )
    searched: list[int] = []
    whole = Travel.to_incident

    def counted(*args: Any, **more: Any) -> Any:
        found = whole(*args, **more)
        searched.append(sum(way == "network" for way in found.ways))
        return found

    monkeypatch.setattr(Travel, "to_incident", counted)
    for n, (lon, lat) in enumerate(random_points(network, 8, seed=seed + 100).tolist()):
        kind = ["fire.market", "hazmat.gas-leak", "rescue.traffic", "fire.housing"][n % 4]
        query: dict[str, Any] = {"lon": lon, "lat": lat, "type": kind, "level": 1 + n % 3, "life_risk": True}
        monkeypatch.setattr(reaching, "SMALL_NETWORK", 20_000)
        all_of_them = advice(desk, **query)
        most = sum(searched)
        searched.clear()
        monkeypatch.setattr(reaching, "SMALL_NETWORK", 0)
        few = advice(desk, **query)
        assert sum(searched) < most
        searched.clear()
        assert few.unmet == all_of_them.unmet
        slots = [sorted((c, u.eta_s) for u in row.units for c in u.fulfils) for row in (few, all_of_them)]
        assert slots[0] == slots[1]


# ── who waits ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_those_who_wait_are_in_the_order_of_need_and_no_unit_is_promised_twice(city: Desk) -> None:
    do(city, OpenIncident("snake", *HERE, type="rescue.snake", place=Told("Gg. Tiung")))
    do(city, OpenIncident("land", *LOKTUAN, type="fire.land"), at=after(30))
    do(city, OpenIncident("house", *HERE, type="fire.housing"), at=after(60))
    do(city, OpenIncident("house2", *HERE, type="fire.housing"), at=after(90))
    found = show(city, "dispatch.waiting", WaitingQuery(after(100)))
    assert all(isinstance(row, WaitingRow) for row in found)
    assert [r.incident for r in found] == ["house", "house2", "snake", "land"]
    assert found[2].place == "Gg. Tiung"
    promised = [r.next.unit for r in found]
    assert len(set(promised)) == 4
    do(city, rules.Dispatch("d1", "house", ("BTG-1",)), at=after(110))
    assert [r.incident for r in show(city, "dispatch.waiting", WaitingQuery(after(120)))] == ["house2", "snake", "land"]


def test_who_waits_with_nobody_free_gets_the_next_unit_that_comes_free(city: Desk) -> None:
    for name in ("BTG-1", "BTG-2", "BTG-3"):
        do(city, rules.ReportStatus(name, "out-of-service"))
    do(city, OpenIncident("land", *HERE, type="fire.land"))
    (row,) = show(city, "dispatch.waiting", WaitingQuery(SATURDAY))
    assert row.next is None or "pump" not in row.next.fulfils
    assert row.unmet == {"pump": 1}
    do(city, rules.ReportStatus("BTG-3", "ready"), at=after(60))
    (row,) = show(city, "dispatch.waiting", WaitingQuery(after(61)))
    assert row.next.unit == "BTG-3"
    assert row.unmet == {}


def test_a_queue_of_none_is_empty(city: Desk) -> None:
    assert show(city, "dispatch.waiting", WaitingQuery(SATURDAY)) == []


# ── suggestions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def suggested(desk: Desk, at: datetime) -> list[tuple[str, str, str]]:
    found = show(desk, "dispatch.suggestions", SuggestionsQuery(at))
    assert all(isinstance(row, SuggestionRow) for row in found)
    return [(r.unit, r.was, r.status) for r in found]


@pytest.fixture
def sent(city: Desk) -> Desk:
    """BTG-1 is sent to the middle, a minute ago."""
    do(city, OpenIncident("i1", *MID, type="fire.land"))
    do(city, rules.Dispatch("d1", "i1", ("BTG-1",)))
    return city


def test_who_is_far_from_its_station_is_probably_on_the_way(sent: Desk) -> None:
    fix(sent, "BTG-1", after(60), MAKO[0], MAKO[1] + 0.0012)  # 133 m
    assert suggested(sent, after(61)) == []
    fix(sent, "BTG-1", after(70), MAKO[0], MAKO[1] + 0.0016)  # 178 m, ±10
    assert suggested(sent, after(71)) == [("BTG-1", "assigned", "on-the-way")]
    fix(sent, "BTG-1", after(80), MAKO[0], MAKO[1] + 0.0016, accuracy_m=40.0)
    assert suggested(sent, after(81)) == []


def test_who_is_at_the_incident_has_probably_arrived_and_nothing_is_assumed(sent: Desk) -> None:
    do(sent, rules.ReportStatus("BTG-1", "on-the-way"), at=after(120))
    fix(sent, "BTG-1", after(300), MID[0], MID[1] + 0.0006, accuracy_m=5.0)  # 67 m
    assert suggested(sent, after(301)) == []
    fix(sent, "BTG-1", after(310), MID[0], MID[1] + 0.0006, accuracy_m=20.0)
    (row,) = show(sent, "dispatch.suggestions", SuggestionsQuery(after(311)))
    assert (row.unit, row.status, row.incident, row.number) == ("BTG-1", "arrived", "i1", "2026-0001")
    assert read_time(row.at) == after(310)
    with sent.store.read() as tx:
        assert tx.rows("select status from dispatch_unit where unit = 'BTG-1'") == [{"status": "on-the-way"}]


def test_who_is_home_again_is_probably_ready(sent: Desk) -> None:
    do(sent, rules.ReportStatus("BTG-1", "returning"), at=after(900))
    fix(sent, "BTG-1", after(1000), *MAKO)
    assert suggested(sent, after(1001)) == [("BTG-1", "returning", "ready")]


def test_an_uncertain_fix_an_old_one_and_one_from_before_the_report_suggest_nothing(sent: Desk) -> None:
    do(sent, rules.ReportStatus("BTG-1", "on-the-way"), at=after(120))
    fix(sent, "BTG-1", after(200), *MID, accuracy_m=150.0)
    assert suggested(sent, after(201)) == []
    fix(sent, "BTG-1", after(210), *MID)
    assert suggested(sent, after(211)) == [("BTG-1", "on-the-way", "arrived")]
    assert suggested(sent, after(400)) == []
    do(sent, rules.ReportStatus("BTG-1", "on-the-way"), at=after(205))
    do(sent, rules.ReportStatus("BTG-1", "returning"), at=after(250))
    assert suggested(sent, after(251)) == []


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_every_view_of_advice_answers_from_either_store(address: str, open_desk: Opens, services: Any) -> None:
    store = open_store(address)
    desk = open_desk(store, SLICES, services=services)
    do(desk, rules.RegisterAgency("bontang", "Disdamkartan", "fire-service"))
    do(desk, rules.RegisterStation("MAKO", "bontang", "Mako", *MAKO, True))
    unit(desk, "BTG-1", "MAKO", scba=2)
    unit(desk, "BTG-2", "MAKO", scba=2)
    do(desk, rules.SetRunCard("fire.land", 1, {"pump": 2}))
    do(desk, CloseRoad("c1", lon=117.48, lat=0.14, radius_m=50.0, until=after(3600)))
    do(desk, OpenIncident("i1", *MID, type="fire.land", place_id="obj", place=Told("Jl. Ahmad Yani")))
    do(desk, OpenIncident("i2", *MID, type="fire.land"))
    do(desk, rules.Dispatch("d1", "i1", ("BTG-1",)))
    fix(desk, "BTG-1", after(60), MAKO[0], MAKO[1] + 0.002)
    row = advice(desk, at=after(60), incident="i1")
    assert (going(row), row.sent, row.needs) == (["BTG-2"], ("BTG-1",), {"pump": 2})
    assert "closures-not-counted" in codes(row)
    assert [r.incident for r in show(desk, "dispatch.waiting", WaitingQuery(after(60)))] == ["i2"]
    assert [r.from_fix for r in show(desk, "dispatch.route", RouteQuery(after(60), "BTG-1"))] == [True]
    assert suggested(desk, after(60)) == [("BTG-1", "assigned", "on-the-way")]


# ── sentences ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    home = Path(siaga.__file__).parent
    text = (home / "engine/proposal.py").read_text() + (home / "slices/dispatch/tables/proposal.py").read_text()
    used = set(re.findall(r'(?:Why|ReasonRow)\(\s*"([a-z-]+)"', text))
    used |= {"one-does-more", "crew-short", "closures", "closures-not-counted", "cover-later", "cover-unknown"}
    used |= {"out-of-service", "busy", "no-crew", "crew-below-min"}  # what `unfit` answers
    assert len(used) > 25
    assert {f"proposal.{code}" for code in used} <= catalogue("id").keys() & catalogue("en").keys()


def test_an_exercise_is_marked_in_the_queue(city: Desk) -> None:
    do(city, OpenIncident("i1", *HERE, type="fire.land"))
    do(city, MarkExercise("i1"))
    (row,) = show(city, "dispatch.waiting", WaitingQuery(SATURDAY))
    assert row.exercise


def test_a_later_type_changes_the_proposal(fire: Desk) -> None:
    do(fire, Classify("i1", "rescue.snake"))
    row = advice(fire, incident="i1")
    assert row.type == "rescue.snake"
    assert row.at == written(SATURDAY)


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_a_proposal_knows_of_every_change_of_the_fleet_at_once(address: str, open_desk: Opens) -> None:
    services = {Travel: Travel(None, read_speeds()), CoverMap: CoverMap(), Demand: NO_DEMAND}
    desk, other = (open_desk(open_store(address), SLICES, services=services) for _ in range(2))
    do(desk, rules.RegisterAgency("bontang", "Disdamkartan", "fire-service"))
    do(desk, rules.RegisterStation("MAKO", "bontang", "Mako", *MAKO, True))
    do(desk, rules.RegisterStation("LOKTUAN", "bontang", "Loktuan", *LOKTUAN))
    do(desk, rules.SetRunCard("fire.land", 1, {"pump": 1}))

    def first() -> tuple[list[str], str | None]:
        row = advice(desk, lon=MAKO[0], lat=MAKO[1], type="fire.land")
        return going(row), row.units[0].station if row.units else None

    assert first() == ([], None)
    unit(desk, "BTG-1", "MAKO")
    unit(other, "BTG-2", "LOKTUAN")  # another process on the same store
    assert first() == (["BTG-1"], "MAKO")
    do(other, rules.ReportStatus("BTG-1", "out-of-service", reason=Told("rem")), at=after(1))
    assert first() == (["BTG-2"], "LOKTUAN")
    do(desk, rules.MoveUnit("BTG-2", "MAKO"), at=after(2))
    assert first() == (["BTG-2"], "MAKO")
    do(other, rules.SetCrew("BTG-2", 0), at=after(3))
    assert first() == ([], None)
    do(desk, rules.ReportStatus("BTG-1", "ready"), at=after(4))
    assert first() == (["BTG-1"], "MAKO")
    desk.rebuild()
    assert first() == (["BTG-1"], "MAKO")


def test_a_card_of_the_agency_holds_before_a_standard_one_that_is_as_particular(fire: Desk) -> None:
    do(fire, rules.SetRunCard("own.housing", 1, {"pump": 1}, types=("fire.housing",)))
    assert advice(fire, incident="i1").card == "own.housing"
    do(fire, rules.SetRunCard("zz.all-fires", 1, {"pump": 3}, kinds=("fire",)))
    assert advice(fire, incident="i1").card == "own.housing"


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (rules.SetRunCard("fire.housing", 1, {"pump": 0}), "run-card-empty"),
        (rules.SetRunCard("own.housing", 1, {"pump": 1}), "card-scope-unknown"),
        (rules.SetRunCard("fire.housing", 1, {"pump": 1}, areas=("moon",)), "area-kind-unknown"),
        (rules.SetRunCard("fire.housing", 1, {"pump": 1}, objects=("castle",)), "object-kind-unknown"),
    ],
)
def test_a_card_that_can_mean_nothing_is_refused(fire: Desk, card: rules.SetRunCard, code: str) -> None:
    refusal = fire.handle(card, ask("planner"))
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
