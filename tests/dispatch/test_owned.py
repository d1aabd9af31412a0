"""A command car knows the city's incidents and units, but what is dispatch's about them the city decides."""

from pathlib import Path

import pytest

from conftest import SATURDAY, Opens
from liaison.kit import Place, Wire, a_house_on_fire, place, settle
from siaga.kernel.records import Command, Refusal, Told
from siaga.slices.dispatch import rules as d
from siaga.slices.dispatch.tables.views import OneQuery
from siaga.slices.intake import rules as i


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


@pytest.fixture
def out_there(tmp_path: Path, open_desk: Opens) -> tuple[Place, Place]:
    """A city, and a car that holds the field part of its fire."""
    wire = Wire()
    city, car = place(tmp_path, "kota", wire, open_desk), place(tmp_path, "mobil", wire, open_desk)
    city.pair(car, "field")
    car.pair(city, "home")
    a_house_on_fire(city)
    city.do(i.TakeCall("c1", "hotline"))
    city.offer(car)
    settle(city, car)
    car.take()
    settle(city, car)
    return city, car


@pytest.mark.parametrize(
    "wish",
    [
        i.Classify("i1", "fire.industry"),
        i.AnswerQuestion("i1", "people-inside", "yes"),
        i.CorrectPlace("i1", 117.5, 0.14),
        i.NoteFireSeen("i1", SATURDAY),
        i.LinkCall("c1", "i1"),
        i.UnlinkCall("c1", "i1"),
        i.CancelIncident("i1", Told("false alarm")),
        i.ReopenIncident("i1", Told("burns again")),
        i.MarkExercise("i1"),
    ],
)
def test_what_the_incident_is_and_whether_it_stands_the_car_leaves_to_the_city(
    wish: Command, out_there: tuple[Place, Place]
) -> None:
    city, car = out_there
    answer = car.say(wish)
    assert isinstance(answer, Refusal)
    assert (answer.code, dict(answer.facts)) == ("incident-elsewhere", {"incident": "i1", "node": "kota"})
    assert not isinstance(city.say(wish), Refusal) or city.say(wish).code != "incident-elsewhere"


def test_a_line_in_the_journal_is_written_on_either_side_and_read_on_both(out_there: tuple[Place, Place]) -> None:
    city, car = out_there
    car.do(i.NoteIncident("i1", Told("the roof is down")))
    city.do(i.NoteIncident("i1", Told("power is off")))
    settle(city, car)
    for each in out_there:
        lines = [line.note for line in each.view("dispatch.journal", OneQuery("i1")) if line.kind.endswith("noted")]
        assert sorted(lines) == ["power is off", "the roof is down"]
