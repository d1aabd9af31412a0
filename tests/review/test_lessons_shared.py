"""Lessons between nodes: they go to every partner without their incident, and what is erased here is erased there."""

from pathlib import Path

import pytest

from conftest import Opens, ask, rows
from liaison.kit import Place, Wire, place, settle
from siaga.kernel.desk import EraseWords
from siaga.kernel.fields import All
from siaga.kernel.receive import carry
from siaga.kernel.records import Told
from siaga.slices.dispatch.rules import RegisterAgency
from siaga.slices.intake.rules import OpenIncident
from siaga.slices.review import rules
from siaga.slices.review.effects import LessonCargo
from siaga.slices.review.tables.views import LessonRow


@pytest.fixture
def city_and_car(tmp_path: Path, open_desk: Opens) -> tuple[Place, Place]:
    wire = Wire()
    city, car = (place(tmp_path, name, wire, open_desk) for name in ("bontang", "car1"))
    city.pair(car, "field")
    car.pair(city, "home")
    return city, car


def lessons(at: Place) -> list[LessonRow]:
    return list(rows(at.desk.show("review.lessons", All(), ask("trainer"))))


def share(at: Place, lesson: str, title: str) -> None:
    answer = at.desk.handle(
        rules.ShareLesson(lesson, Told(title), Told("Dua regu satu kanal"), Told("Kanal kedua"), what="communication"),
        ask("trainer"),
    )
    assert not hasattr(answer, "code"), answer


def test_a_lesson_reaches_a_partner_with_its_words_and_nothing_of_an_incident(
    city_and_car: tuple[Place, Place],
) -> None:
    city, car = city_and_car
    city.do(RegisterAgency("bontang", "Disdamkartan", "fire-service"))
    city.do(OpenIncident("i1", 117.49, 0.13, type="fire.housing"))
    share(city, "l1", "Kanal kedua")
    settle(city, car)
    (row,) = lessons(car)
    assert (row.title, row.happened, row.what, row.origin) == (
        "Kanal kedua",
        "Dua regu satu kanal",
        "communication",
        "bontang",
    )
    assert lessons(city)[0].origin is None
    with car.desk.store.read() as tx:
        assert [entry.kind for entry in car.desk.log.walk(tx) if entry.origin] == ["review.lesson-shared"]


def test_each_side_sends_its_own_and_a_later_partner_gets_those_from_before(
    city_and_car: tuple[Place, Place], tmp_path: Path, open_desk: Opens
) -> None:
    city, car = city_and_car
    share(city, "l1", "Kanal kedua")
    share(car, "l2", "Lampu cadangan")
    settle(city, car)
    assert {row.lesson: row.origin for row in lessons(city)} == {"l1": None, "l2": "car1"}
    assert {row.lesson: row.origin for row in lessons(car)} == {"l1": "bontang", "l2": None}


def test_what_is_erased_of_a_lesson_is_erased_at_the_partner(city_and_car: tuple[Place, Place]) -> None:
    city, car = city_and_car
    share(city, "l1", "Rumah Pak Anu")
    settle(city, car)
    with city.desk.store.read() as tx:
        ref = tx.rows("select title from review_lesson")[0]["title"]
    city.do(EraseWords(ref, Told("nama orang")))
    settle(city, car)
    assert (lessons(car)[0].title, lessons(car)[0].changes) == (None, "Kanal kedua")


def test_a_partner_erases_only_words_of_its_own_lessons(city_and_car: tuple[Place, Place]) -> None:
    city, car = city_and_car
    share(city, "l1", "Kanal kedua")
    share(car, "l2", "Lampu cadangan")
    settle(city, car)
    with car.desk.store.read() as tx:
        titles = {row["lesson"]: row["title"] for row in tx.rows("select lesson, title from review_lesson")}
    for lesson in ("l1", "l2"):
        car.do(EraseWords(titles[lesson], Told("salah tulis")))
    with car.desk.store.read() as tx:
        erased = [entry.position for entry in car.desk.log.walk(tx, kinds=["kernel.erased"])]
        foreign, own = carry(car.desk, tx, "car1", erased)
    cargo = LessonCargo(city.desk)
    with city.desk.store.read() as tx:
        assert cargo.unwanted(tx, "car1", "field", foreign)
        assert not cargo.unwanted(tx, "car1", "field", own)
        assert cargo.unwanted(tx, "car2", "field", own)
    settle(city, car)
    assert {row.lesson: row.title for row in lessons(city)} == {"l1": "Kanal kedua", "l2": None}
