"""Where help would be late now, in a town small enough to count by hand; and the trails of vehicles."""

import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conftest import SATURDAY, Clock, ask
from roads_town import at, seconds, town
from siaga.app import SLICES, open_node
from siaga.demo import prepare
from siaga.engine.cover import CoverMap, Demand
from siaga.engine.heat import MOVED_M, Moving
from siaga.engine.roads import Travel, read_speeds
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Refusal, written
from siaga.settings import read_settings
from siaga.slices.dispatch import events, rules
from siaga.slices.dispatch.tables.heat import CoverAreaRow, CoverQuery, CoverRow, TrailRow, TrailsQuery
from siaga.slices.places.rules import CloseRoad

ALL = ("dispatcher", "crew", "shift-leader", "administrator", "commander")
# At nine in the evening (21:00 in Makassar) main roads are driven at the 50 km/h of roads.toml; a crew is out in
# 120 s and water flows 180 s after arrival.
MAIN_KMH, TURNOUT_S, SET_UP_S = 50.0, 120.0, 180.0
NEAR, EAST, OUTSIDE, ISLAND = at(2, 0), at(3, 0), at(5, 0), at(0, -30)
AREAS = Demand(
    ("island", "near", "outside", "east"),
    np.array([ISLAND[0], NEAR[0], OUTSIDE[0], EAST[0]]),
    np.array([ISLAND[1], NEAR[1], OUTSIDE[1], EAST[1]]),
    np.array([1.0, 6.0, 1.0, 2.0]),
    ("ordinary",) * 4,
)


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


@pytest.fixture
def services() -> dict[type, Any]:
    return {Travel: town(), CoverMap: CoverMap(), Moving: Moving(), Demand: AREAS}


def after(seconds: float) -> datetime:
    return SATURDAY + timedelta(seconds=seconds)


def do(desk: Desk, command: Any, *, at: datetime = SATURDAY) -> None:
    answer = desk.handle(command, ask(*ALL, at=at))
    assert isinstance(answer, Accepted), answer


def fix(desk: Desk, name: str, when: datetime, place: tuple[float, float]) -> None:
    do(desk, rules.LinkTracker(f"t-{name}", name))
    assert desk.take(events.UnitPosition(f"t-{name}", when, *place, accuracy_m=8.0), ask(*ALL, at=when))


@pytest.fixture
def west(desk: Desk) -> Desk:
    """One station at the west end of Jalan Ahmad Yani with a pump, and a rescue car that has no water."""
    do(desk, rules.RegisterAgency("bontang", "Disdamkartan", "fire-service"))
    do(desk, rules.RegisterStation("MAKO", "bontang", "Mako", *at(0, 0), True))
    for name, kind in (("BTG-1", "pump"), ("BTG-2", "pump"), ("RSC-1", "rescue")):
        do(desk, rules.RegisterUnit(name, "bontang", "MAKO", kind))
        do(desk, rules.SetCrew(name, 4, {}))
    do(desk, rules.ReportStatus("BTG-2", "out-of-service"))
    return desk


def cover(desk: Desk, when: datetime = SATURDAY) -> CoverRow:
    shown = desk.show("dispatch.cover", CoverQuery(at=when), ask(*ALL, at=when))
    assert not isinstance(shown, Refusal)
    (row,) = shown.rows
    assert isinstance(row, CoverRow)
    return row


def of(row: CoverRow, area: str) -> CoverAreaRow:
    return next(a for a in row.areas if a.area == area)


def test_minutes_are_turnout_drive_by_the_roads_and_set_up(west: Desk) -> None:
    row = cover(west)
    near = of(row, "near")
    assert (near.unit, near.way) == ("BTG-1", "network")
    assert near.seconds == pytest.approx(TURNOUT_S + seconds(2000, MAIN_KMH) + SET_UP_S, rel=0.005)  # 444 s
    assert of(row, "east").seconds == pytest.approx(TURNOUT_S + seconds(3000, MAIN_KMH) + SET_UP_S, rel=0.005)  # 516 s


def test_what_no_unit_reaches_stands_first_and_has_no_minutes(west: Desk) -> None:
    row = cover(west)
    assert row.areas[0] == CoverAreaRow(area="island", seconds=None, unit=None, way="none")
    assert row.areas[1].area == "outside"
    assert (row.areas[1].seconds or 0.0) > row.limit_s
    assert row.inside == 2
    assert row.share == 0.8  # 6 + 2 of 10


def test_a_place_off_the_roads_says_that_its_time_is_a_straight_line(west: Desk) -> None:
    row = cover(west)
    assert of(row, "outside").way == "straight-line"
    assert (row.way, row.detour) == ("partly-straight", 1.5)


def test_without_roads_all_is_straight_line_and_says_so(west: Desk) -> None:
    west.services[Travel] = Travel(None, read_speeds())
    row = cover(west)
    assert row.way == "straight-line"
    assert {a.way for a in row.areas} == {"straight-line", "none"}


def test_a_unit_that_is_away_counts_from_its_fix_and_without_turnout(west: Desk) -> None:
    assert (cover(west).by_fix, cover(west).unseen) == (0, 1)
    fix(west, "BTG-1", SATURDAY, EAST)
    row = cover(west)
    assert (row.units, row.by_fix, row.unseen) == (1, 1, 0)
    assert of(row, "east").seconds == pytest.approx(SET_UP_S, abs=1.0)
    assert of(row, "near").seconds == pytest.approx(seconds(1000, MAIN_KMH) + SET_UP_S, rel=0.005)


def test_a_moving_unit_is_worked_out_anew_only_when_it_has_gone_some_way(west: Desk) -> None:
    moving: Moving = west.services[Moving]
    assert moving.place("BTG-1", at(1, 0)) == at(1, 0)
    assert moving.place("BTG-1", at(1 + 0.9 * MOVED_M / 1000, 0)) == at(1, 0)
    further = at(1 + 1.1 * MOVED_M / 1000, 0)
    assert moving.place("BTG-1", further) == further


def test_when_the_last_pump_is_out_everything_is_late(west: Desk) -> None:
    do(west, rules.ReportStatus("BTG-1", "out-of-service"))
    row = cover(west)
    assert (row.known, row.units, row.share, row.inside) == (True, 0, 0.0, 0)
    assert {(a.unit, a.seconds) for a in row.areas} == {(None, None)}


def test_behind_a_closed_road_help_is_later_by_the_way_on_foot(west: Desk) -> None:
    do(west, CloseRoad("c1", lon=at(2.5, 0)[0], lat=0.0, radius_m=50.0, from_at=SATURDAY))
    row = cover(west, after(1))
    assert row.closures == 1
    near = of(row, "near").seconds
    assert near is not None
    assert near == of(cover(west), "near").seconds
    assert of(row, "east").seconds == pytest.approx(near + seconds(1000, 8.0), rel=0.005)  # a kilometre off the roads


def test_what_takes_long_is_not_waited_for(west: Desk) -> None:
    free, begun = threading.Event(), threading.Event()

    class Slow(Travel):
        def matrix(self, *of: Any, **more: Any) -> Any:
            begun.set()
            assert free.wait(10)
            return super().matrix(*of, **more)

    west.services[Travel] = Slow(town().network, read_speeds())
    west.services[CoverMap] = tables = CoverMap(at_once=0)
    row = cover(west)
    assert begun.wait(10)
    assert (row.known, row.areas, row.share) == (False, (), None)
    free.set()
    tables.settle()
    assert cover(west).known


def test_areas_that_come_while_the_node_runs_are_counted_without_a_restart(tmp_path: Path) -> None:
    settings = read_settings({}, data=tmp_path, vault_key_file=Path(), listen="127.0.0.1:0")
    node = open_node(settings, clock=Clock(SATURDAY))
    try:
        node.load_demand()
        assert node.desk.services[Demand].areas == ()
        prepare(node)
        node.load_demand()
        known = node.desk.services[Demand]
        row = cover(node.desk)
        assert (row.known, {a.area for a in row.areas}) == (True, set(known.areas))
        assert row.share is not None
        node.load_demand()
        assert node.desk.services[Demand] is known
    finally:
        node.close()


# ── trails ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def trails(desk: Desk, when: datetime, **more: Any) -> list[TrailRow]:
    shown = desk.show("dispatch.trails", TrailsQuery(at=when, **more), ask("dispatcher", at=when))
    assert not isinstance(shown, Refusal)
    return list(shown.rows)


def test_a_trail_is_the_last_minutes_with_the_streets(west: Desk) -> None:
    for minute in (0, 10, 40, 41):
        fix(west, "BTG-1", after(60 * minute), at(minute / 20, 0))
    fix(west, "BTG-1", after(60 * 41 + 5), at(2.06, 0.5))
    (row,) = trails(west, after(60 * 42), minutes=35)
    assert [(p.at, p.street) for p in row.points] == [
        (written(after(60 * m)), "Jalan Ahmad Yani") for m in (10, 40, 41)
    ]  # one five seconds after the last says nothing new
    assert [len(r.points) for r in trails(west, after(60 * 42), minutes=5)] == [2]


def test_beside_every_road_a_trail_names_no_street(west: Desk) -> None:
    fix(west, "BTG-1", SATURDAY, at(1.5, 0.5))
    (row,) = trails(west, after(1), unit="BTG-1")
    assert [p.street for p in row.points] == [None]
    assert trails(west, after(1), unit="RSC-1") == []


@pytest.mark.parametrize("role", ["crew", "call-taker", "reporter", "trainer", "coordinator"])
def test_where_a_vehicle_was_is_for_those_who_lead_it(west: Desk, role: str) -> None:
    refused = west.show("dispatch.trails", TrailsQuery(at=SATURDAY), ask(role))
    assert isinstance(refused, Refusal)
    assert refused.code == "not-permitted"
