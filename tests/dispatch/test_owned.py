"""A command car knows the city's incidents and units, but what is dispatch's about them the city decides."""

from pathlib import Path

import pytest

from conftest import Opens
from liaison.kit import Wire, a_house_on_fire, place, settle
from siaga.kernel.records import Command
from siaga.slices.dispatch import rules as d


def test_a_car_refuses_what_the_city_decides_and_takes_what_was_seen(tmp_path: Path, open_desk: Opens) -> None:
    wire = Wire()
    city, car = place(tmp_path, "kota", wire, open_desk), place(tmp_path, "mobil", wire, open_desk)
    city.pair(car, "field")
    car.pair(city, "home")
    a_house_on_fire(city)
    city.offer(car)
    settle(city, car)
    car.take()
    decided: tuple[Command, ...] = (
        d.RaiseLevel("i1", 2),
        d.SetMark("i1", "out"),
        d.StepOther("i1", "pln", "asked"),
        d.CancelUnit("p1", "i1"),
        d.CloseIncident("i1", "handled"),
    )
    for order in decided:
        assert car.refused(order) == "incident-elsewhere"
    for moved in (d.SetCrew("p1", 3), d.MoveUnit("p1", "pos1")):
        assert car.refused(moved) == "unit-elsewhere"
    assert car.refused(d.ReportStatus("p1", "arrived", "i2")) == "incident-unknown"
    car.do(d.ReportStatus("p1", "arrived", "i1"))
    settle(city, car)
    assert [crew.phase for crew in city.board().crews] == ["arrived", "sent"]
    city.do(d.RaiseLevel("i1", 2))
    settle(city, car)
    assert car.board().level == 2


@pytest.mark.parametrize("order", [d.RaiseLevel("i1", 2), d.SetCrew("p1", 3)])
def test_the_city_decides_about_its_own(order: Command, tmp_path: Path, open_desk: Opens) -> None:
    city = place(tmp_path, "kota", Wire(), open_desk)
    a_house_on_fire(city)
    city.do(order)
