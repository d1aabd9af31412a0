"""How many rode on a unit stands in the report as the log says it of that time, and never as of now."""

from typing import Any

import pytest

from conftest import BOTH_STORES, ask, rows
from report.report_room import PORT, fire, fleet, minutes, report, take, written_down
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.slices.dispatch.rules import SetCrew
from siaga.slices.report.rules import states
from siaga.slices.report.tables.rows import Period


@pytest.fixture(params=BOTH_STORES)
def room(request: pytest.FixtureRequest, open_desk: Any, tmp_path: Any) -> Desk:
    """A service with one pump, of whose crew nothing was said yet."""
    other = request.param == "postgres"
    address = str(request.getfixturevalue("postgres").database()) if other else str(tmp_path / "siaga.db")
    desk: Desk = open_desk(open_store(address), SLICES, services=PORT)
    fleet(desk)
    return desk


def rides(desk: Desk, people: int, at: float) -> None:
    take(desk, SetCrew("BTG-1", people, {}), "shift-leader", at=minutes(at))


def people(desk: Desk) -> list[int | None]:
    return [unit.people for unit in report(desk).response.units]


def test_a_crew_nobody_told_of_is_not_recorded(room: Desk) -> None:
    fire(room)
    assert people(room) == [None]


def test_the_crew_is_that_of_the_hour_whatever_was_said_later(room: Desk) -> None:
    rides(room, 3, -600)
    rides(room, 5, -30)
    fire(room)
    rides(room, 2, 240)
    assert people(room) == [5]


def test_who_came_aboard_until_the_unit_arrived_rode_along(room: Desk) -> None:
    rides(room, 4, -30)
    fire(room)
    rides(room, 6, 3)  # on the road, copied in later
    rides(room, 1, 20)  # at the scene
    assert people(room) == [6]


def test_nobody_aboard_is_nobody_recorded(room: Desk) -> None:
    rides(room, 4, -600)
    rides(room, 0, -5)
    fire(room)
    assert people(room) == [None]


def test_a_crew_told_late_breaks_no_signature(room: Desk) -> None:
    fire(room)
    written_down(room)
    before = report(room)
    take(room, states.CheckReport("i1", before.digest, before.content), "reporter", at=minutes(150))
    rides(room, 5, -30)
    after = report(room)
    assert after.response.units[0].people == 5
    assert after.digest == before.digest
    assert [step.current for step in after.steps] == [True]


def test_the_view_of_a_period_says_it_too(room: Desk) -> None:
    rides(room, 4, -30)
    fire(room)
    (found,) = rows(room.show("report.responses", Period(minutes(0), minutes(9), units=True), ask("planner")))
    assert [unit.people for unit in found.units] == [4]
