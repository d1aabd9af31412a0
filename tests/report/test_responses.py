"""The port through which reports and figures see how incidents were answered."""

from typing import Any

import pytest

from conftest import BOTH_STORES, ask, rows
from report.report_room import PORT, corrected, fire, fleet, minutes, take
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.records import Told, written
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
