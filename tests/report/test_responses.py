"""The port through which reports and figures see how incidents were answered."""

from typing import Any

import pytest

from conftest import BOTH_STORES, ask, rows
from report.report_room import PORT, corrected, fire, fleet, minutes, take
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.records import Command, Told, written
from siaga.slices.dispatch.rules import RecordTrip, RegisterStation, RegisterUnit, WithdrawUnit
from siaga.slices.intake.rules import CancelIncident, OpenIncident
from siaga.slices.report.responses import Response, Responses
from siaga.slices.report.tables.rows import Period


@pytest.fixture(params=BOTH_STORES)
def room(request: pytest.FixtureRequest, open_desk: Any, tmp_path: Any) -> Desk:
    """Two answered fires, one that is open, one that was cancelled."""
    other = request.param == "postgres"
    address = str(request.getfixturevalue("postgres").database()) if other else str(tmp_path / "siaga.db")
    desk: Desk = open_desk(open_store(address), SLICES, services=PORT)
    fleet(desk)
    fire(desk)
    fire(desk, "i2", "fire.land", 130)
    for name, at in (("i3", 300), ("i4", 400)):
        take(desk, OpenIncident(name, 117.5, 0.14, place=Told("dermaga")), "call-taker", at=minutes(at))
    take(desk, CancelIncident("i4", Told("salah")), "dispatcher", at=minutes(401))
    return desk


def between(desk: Desk, since: float, until: float, units: bool = False) -> dict[str, Response]:
    port: Responses = PORT[Responses]
    with desk.store.read() as tx:
        found = port.between(tx, written(minutes(since)), written(minutes(until)), units)
    return {one.incident: one for one in found}


def test_a_period_holds_what_was_opened_in_it_whatever_became_of_it(room: Desk) -> None:
    assert list(between(room, 0, 401)) == ["i1", "i2", "i3", "i4"]
    assert list(between(room, 0, 300)) == ["i1", "i2"]
    assert {one.state for one in between(room, 131, 500).values()} == {"open", "cancelled"}


def test_clocks_are_text_in_utc_and_a_missing_one_is_absent(room: Desk) -> None:
    corrected(room, "arrived", None, 130)
    of = between(room, 0, 1)["i1"]
    assert of.clocks["ready-to-serve"] == written(minutes(11))
    assert "arrived" not in of.clocks
    assert "under-control" not in of.clocks
    assert of.corrected == ("arrived",)
    assert of.units == ()


@pytest.mark.parametrize("change", [RegisterUnit("BTG-1", "bontang", "utara", "ladder"), WithdrawUnit("BTG-1")])
def test_a_unit_that_moved_or_is_gone_answered_from_where_it_was(room: Desk, change: Command) -> None:
    before = between(room, 0, 1, units=True)["i1"].units
    take(room, RegisterStation("utara", "bontang", "Utara", 117.4, 0.2), "administrator", at=minutes(500))
    take(room, change, "administrator", at=minutes(501))
    assert between(room, 0, 1, units=True)["i1"].units == before
    assert (before[0].station, before[0].vehicle_type) == ("mako", "pump")
    room.rebuild()
    assert between(room, 0, 1, units=True)["i1"].units == before


def test_what_a_unit_does_after_it_moved_is_of_its_new_station(room: Desk) -> None:
    take(room, RegisterStation("utara", "bontang", "Utara", 117.4, 0.2), "administrator", at=minutes(500))
    take(room, RegisterUnit("BTG-1", "bontang", "utara", "ladder"), "administrator", at=minutes(501))
    fire(room, "i5", after=600)
    found = between(room, 0, 700, units=True)
    stood = {name: (one.station, one.vehicle_type) for name, of in found.items() for one in of.units}
    assert (stood["i1"], stood["i5"]) == (("mako", "pump"), ("utara", "ladder"))


def test_a_trip_of_before_its_unit_was_entered_is_of_where_it_was_first_entered(room: Desk) -> None:
    take(room, RegisterStation("utara", "bontang", "Utara", 117.4, 0.2), "administrator", at=minutes(500))
    take(room, RegisterUnit("BTG-9", "bontang", "mako", "pump"), "administrator", at=minutes(501))
    take(room, RegisterUnit("BTG-9", "bontang", "utara", "pump"), "administrator", at=minutes(502))
    take(room, RecordTrip("i1", "BTG-9", {"dispatched": minutes(2)}), "dispatcher", at=minutes(503))
    assert [one.station for one in between(room, 0, 1, units=True)["i1"].units] == ["mako", "mako"]


def test_units_come_with_their_own_times(room: Desk) -> None:
    unit = between(room, 0, 1, units=True)["i1"].units[0]
    assert (unit.unit, unit.station, unit.vehicle_type, unit.sent_at) == ("BTG-1", "mako", "pump", written(minutes(1)))
    assert unit.clocks["on-the-way"] == written(minutes(2))
    assert unit.how is not None


def test_one_and_some_are_found_by_name_in_the_order_they_were_opened(room: Desk) -> None:
    port: Responses = PORT[Responses]
    with room.store.read() as tx:
        assert [one.incident for one in port.some(tx, ["i3", "i1", "i9"])] == ["i1", "i3"]
        assert port.some(tx, []) == []
        one = port.one(tx, "i2")
        assert port.one(tx, "i9") is None
    assert one is not None
    assert (one.type, one.area, len(one.units)) == ("fire.land", "64.74.02.1001", 1)


def test_the_view_of_a_period_holds_no_words(room: Desk) -> None:
    period = Period(minutes(0), minutes(500), units=True)
    found = rows(room.show("report.responses", period, ask("planner")))
    assert [one.place for one in found] == [None] * 4
    assert found[0].units
