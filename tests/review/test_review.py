"""Looking back: findings are followed up until a similar incident shows that the change works; lessons name nobody."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from conftest import SATURDAY, Clock, ask, rows
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Personal, Refusal, Told, written
from siaga.slices.dispatch.events import Proposed, ShownProposal, UnitPosition
from siaga.slices.dispatch.rules import (
    CloseIncident,
    CorrectTime,
    Dispatch,
    LinkTracker,
    RegisterAgency,
    RegisterStation,
    RegisterUnit,
)
from siaga.slices.dispatch.tables import lines, responses
from siaga.slices.intake.events import Caller
from siaga.slices.intake.rules import NoteCaller, OpenIncident, TakeCall
from siaga.slices.report.responses import Responses
from siaga.slices.report.rules import NoteVictim
from siaga.slices.review import rules
from siaga.slices.review.tables.views import OfIncident


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


@pytest.fixture
def services() -> dict[type, Any]:
    return {Responses: Responses(responses.between, responses.some, lines.lines)}


def at(minutes: float) -> datetime:
    return SATURDAY + timedelta(minutes=minutes)


def take(desk: Desk, command: Any, *roles: str, **more: Any) -> None:
    answer = desk.handle(command, ask(*(roles or ("shift-leader",)), **more))
    assert isinstance(answer, Accepted), answer


def refused(desk: Desk, command: Any, *roles: str, **more: Any) -> Refusal:
    answer = desk.handle(command, ask(*(roles or ("shift-leader",)), **more))
    assert isinstance(answer, Refusal), answer
    return answer


def incident(desk: Desk, name: str, minutes: float = 0, **more: Any) -> None:
    """One that is opened and closed."""
    known: dict[str, Any] = {"type": "fire.housing", "area": "api-api"} | more
    take(desk, OpenIncident(name, 117.49, 0.13, **known), "call-taker", at=at(minutes))
    take(desk, CloseIncident(name, "handled"), "dispatcher", at=at(minutes + 40))


@pytest.fixture
def room(desk: Desk, clock: Clock) -> Desk:
    """A house fire that is over, some hours later."""
    clock.forward(6 * 3600)
    take(desk, RegisterAgency("bontang", "Disdamkartan", "fire-service"), "administrator")
    incident(desk, "i1")
    return desk


def found(desk: Desk, finding: str = "f1", name: str = "i1", minutes: float = 50, **more: Any) -> None:
    said: dict[str, Any] = {"what": "procedure", "subject": "par", "text": Told("PAR pertama lewat")} | more
    take(desk, rules.RecordFinding(name, finding, **said), "commander", at=at(minutes))


def shown(desk: Desk, view: str, name: str | None = None) -> Any:
    return rows(desk.show(f"review.{view}", OfIncident(name) if name else All(), ask("trainer")))


def made(desk: Desk, minutes: float = 60) -> None:
    take(desk, rules.ProposeChange("i1", "f1", "sop", "permukiman"), at=at(minutes))
    take(desk, rules.MakeChange("i1", "f1", version=7), at=at(minutes + 1))


def test_the_first_finding_opens_the_review_and_stands_at_its_moment(room: Desk) -> None:
    found(room, at=at(20))
    found(room, "f2", good=True, text=Told("Pelapor ditanya korban"), at=at(3))
    assert [(one.finding, one.good, one.text) for one in shown(room, "review", "i1")] == [
        ("f2", True, "Pelapor ditanya korban"),
        ("f1", False, "PAR pertama lewat"),
    ]
    row = shown(room, "list")[0]
    assert (row.incident, row.reviewed_at is not None, row.findings, row.open) == ("i1", True, 2, 2)


def test_a_finding_is_refused_where_it_cannot_stand(room: Desk) -> None:
    one = rules.RecordFinding("i9", "f1", "procedure", "par", Told("x"))
    assert refused(room, one).code == "incident-unknown"
    assert refused(room, rules.RecordFinding("i1", "f1", "procedure", "par", Told("  "))).code == "finding-empty"
    late = rules.RecordFinding("i1", "f1", "procedure", "par", Told("x"), at=at(600))
    assert refused(room, late).code == "finding-not-yet"
    assert refused(room, rules.CloseFinding("i1", "f1")).code == "finding-unknown"


def test_a_finding_is_followed_up_by_somebody_until_a_day(room: Desk) -> None:
    found(room)
    assert shown(room, "open-findings")[0].owner is None
    take(room, rules.AssignFinding("i1", "f1", "planner", due=date(2026, 4, 1)))
    row = shown(room, "open-findings")[0]
    assert (row.state, row.owner, row.due) == ("assigned", "planner", "2026-04-01")


def test_a_change_that_nobody_proposed_cannot_have_been_made(room: Desk) -> None:
    found(room)
    assert refused(room, rules.MakeChange("i1", "f1")).code == "finding-no-change"
    made(room)
    row = shown(room, "review", "i1")[0]
    assert (row.state, row.change, row.link, row.version) == ("made", "sop", "permukiman", 7)


def test_the_next_similar_incident_asks_whether_the_change_worked(room: Desk) -> None:
    found(room)
    incident(room, "i2", 52)  # before the change held
    made(room)
    incident(room, "i3", 100)
    incident(room, "i4", 160, type="rescue.snake")
    incident(room, "i5", 220, exercise=True)
    assert [(one.finding, one.checked_at) for one in shown(room, "to-check")] == [("f1", "i3"), ("f1", "i5")]
    take(room, rules.CheckFinding("i1", "f1", "i3", "not-tested"), at=at(300))
    assert [one.checked_at for one in shown(room, "to-check")] == ["i5"]
    take(room, rules.CheckFinding("i1", "f1", "i5", "worked", Told("PAR tepat 10 menit")), at=at(301))
    assert shown(room, "to-check") == []
    checks = shown(room, "review", "i1")[0].checks
    assert [(one.incident, one.result, one.note) for one in checks] == [
        ("i3", "not-tested", None),
        ("i5", "worked", "PAR tepat 10 menit"),
    ]


def test_a_change_is_not_checked_at_the_incident_it_comes_from(room: Desk) -> None:
    found(room)
    made(room)
    assert refused(room, rules.CheckFinding("i1", "f1", "i1", "worked")).code == "finding-own-incident"
    assert refused(room, rules.CheckFinding("i1", "f1", "i9", "worked")).code == "incident-unknown"


def test_a_finding_is_over_when_its_change_was_seen_to_work_or_with_a_reason(room: Desk) -> None:
    found(room)
    no = refused(room, rules.CloseFinding("i1", "f1"))
    assert (no.code, no.overridable) == ("finding-unchecked", True)
    made(room)
    incident(room, "i3", 100)
    take(room, rules.CheckFinding("i1", "f1", "i3", "worked"), at=at(200))
    take(room, rules.CloseFinding("i1", "f1"))
    assert shown(room, "review", "i1")[0].state == "closed"
    assert shown(room, "open-findings") == []
    assert refused(room, rules.AssignFinding("i1", "f1", "planner")).code == "finding-over"


def test_a_check_of_the_former_change_says_nothing_about_the_new_one(room: Desk) -> None:
    found(room)
    made(room)
    incident(room, "i3", 100)
    take(room, rules.CheckFinding("i1", "f1", "i3", "worked"), at=at(200))
    made(room, 210)
    assert refused(room, rules.CloseFinding("i1", "f1")).code == "finding-unchecked"
    take(room, rules.CloseFinding("i1", "f1"), override="digabung dengan temuan lain")
    assert shown(room, "review", "i1")[0].closed_why == "digabung dengan temuan lain"


def test_what_went_well_needs_no_check_to_be_closed(room: Desk) -> None:
    found(room, good=True)
    take(room, rules.CloseFinding("i1", "f1"))
    assert shown(room, "review", "i1")[0].closed_why is None


def test_the_same_thing_at_another_incident_is_raised_above_all_else(room: Desk) -> None:
    found(room, "f0", subject="radio")
    found(room)
    incident(room, "i2", 60)
    found(room, "f2", "i2", minutes=120)
    found(room, "f3", "i2", minutes=120, subject="par", good=True)
    first, second, third = shown(room, "open-findings")
    assert {first.finding, second.finding} == {"f1", "f2"}
    assert third.finding == "f0"
    assert not third.repeated
    assert [(one.incident, one.finding) for one in first.same] in ([("i2", "f2")], [("i1", "f1")])


def test_something_else_is_never_the_same_thing_again(room: Desk) -> None:
    found(room, subject="other")
    incident(room, "i2", 60)
    found(room, "f2", "i2", minutes=120, subject="other")
    assert not any(one.repeated for one in shown(room, "open-findings"))


def test_a_finding_that_was_wrong_is_taken_back_and_stays_in_the_log(room: Desk) -> None:
    found(room)
    take(room, rules.WithdrawFinding("i1", "f1", Told("salah catat")))
    take(room, rules.WithdrawFinding("i1", "f1", Told("salah catat")))
    assert shown(room, "review", "i1") == []
    assert shown(room, "list")[0].findings == 0


def test_asking_the_same_twice_changes_nothing(room: Desk) -> None:
    found(room)
    before = shown(room, "review", "i1")
    found(room, text=Told("lain"))
    take(room, rules.AssignFinding("i1", "f1", "planner"))
    take(room, rules.AssignFinding("i1", "f1", "planner"))
    assert [one.text for one in shown(room, "review", "i1")] == [one.text for one in before]


def test_similar_incidents_are_real_ones_of_the_same_type_and_say_what_else_is_the_same(room: Desk) -> None:
    incident(room, "i2", 60)
    incident(room, "i3", 120, area="loktuan")
    incident(room, "i4", 180, exercise=True)
    incident(room, "i5", 240, type="rescue.snake")
    similar = [(one.incident, one.same_area, one.same_object) for one in shown(room, "similar", "i1")]
    assert similar == [("i3", False, False), ("i2", True, False)]


def test_a_similar_incident_brings_its_clocks(room: Desk) -> None:
    incident(room, "i2", 60)
    (row,) = shown(room, "similar", "i1")
    assert row.answered_at == written(at(60))
    take(room, CorrectTime("i2", "ready-to-serve", at(68)), "dispatcher", at=at(300))
    assert shown(room, "similar", "i1")[0].clocks["ready-to-serve"] == written(at(68))


def test_what_was_advised_stands_beside_what_was_done(room: Desk) -> None:
    take(room, RegisterStation("mako", "bontang", "Mako", 117.49, 0.13), "administrator")
    for unit in ("BTG-1", "BTG-2"):
        take(room, RegisterUnit(unit, "bontang", "mako", "pump"), "administrator")
    take(room, OpenIncident("i7", 117.49, 0.13, type="fire.housing"), "call-taker")
    advice = ShownProposal(SATURDAY, "house", 1, "1", "roads", (Proposed("BTG-1", 240, 30, ("pump",), "", ""),))
    take(room, Dispatch("d1", "i7", ("BTG-2",), advice), "dispatcher", override="BTG-1 remnya dicek")
    (row,) = shown(room, "decisions", "i7")
    assert (row.units, row.proposal, row.override) == (("BTG-2",), advice, "BTG-1 remnya dicek")


def test_tracks_are_read_from_the_log_by_who_may_see_where_a_vehicle_was(room: Desk) -> None:
    take(room, RegisterStation("mako", "bontang", "Mako", 117.49, 0.13), "administrator")
    take(room, RegisterUnit("BTG-1", "bontang", "mako", "pump"), "administrator")
    take(room, LinkTracker("t1", "BTG-1"), "administrator")
    take(room, OpenIncident("i7", 117.49, 0.13, type="fire.housing"), "call-taker")
    take(room, Dispatch("d1", "i7", ("BTG-1",)), "dispatcher")
    for minute in (1, 2, 3):
        position = UnitPosition("t1", at(minute), 117.48 + minute / 1000, 0.13)
        assert room.take(position, ask("crew", received=at(minute)))
    take(room, CloseIncident("i7", "handled"), "dispatcher", at=at(40))
    (row,) = rows(room.show("review.tracks", OfIncident("i7"), ask("commander")))
    assert (row.unit, [point.at for point in row.points]) == ("BTG-1", [at(1), at(2), at(3)])
    no = room.show("review.tracks", OfIncident("i7"), ask("trainer"))
    assert isinstance(no, Refusal)
    assert no.code == "not-permitted"


LESSON = {
    "title": Told("PAR pada menit kesepuluh"),
    "happened": Told("Dua regu di satu kanal; PAR pertama lewat 01:30."),
    "changes": Told("Kanal kedua sejak regu kedua masuk."),
}


def lesson(**more: Any) -> rules.ShareLesson:
    return rules.ShareLesson("l1", **(LESSON | {"finding": "f1"} | more))


def test_a_lesson_is_shared_in_words_of_its_own(room: Desk) -> None:
    found(room)
    take(room, lesson(what="procedure", type="fire.housing"), "trainer")
    (row,) = shown(room, "lessons")
    assert (row.title, row.origin, row.finding) == ("PAR pada menit kesepuluh", None, "f1")
    assert shown(room, "review", "i1")[0].lesson == "l1"


@pytest.mark.parametrize("number", ["0812 3456 7890", "6474010203040005", "0812-3456-789"])
def test_a_lesson_holds_no_phone_or_identity_number(room: Desk, number: str) -> None:
    found(room)
    no = refused(room, lesson(happened=Told(f"Pelapor {number} menelepon lagi.")), "trainer")
    assert (no.code, no.facts["field"]) == ("lesson-holds-number", "happened")


def test_times_and_figures_of_a_lesson_are_no_such_number(room: Desk) -> None:
    found(room)
    told = Told("Pukul 17:16:08 pada 24/11/2026, 3 regu, 300 bar, 12.500 liter, Rp 123.956.350")
    take(room, lesson(happened=told), "trainer")


@pytest.mark.parametrize("form", ["Siti Rahma", "siti rahma", "SITI RAHMA"])
def test_a_name_given_at_the_incident_stands_in_no_lesson_however_it_is_written(room: Desk, form: str) -> None:
    take(room, TakeCall("c1", "hotline"), "call-taker")
    take(room, NoteCaller("c1", Caller(name=Personal("Siti Rahma"))), "call-taker")
    take(room, OpenIncident("i6", 117.49, 0.13, type="fire.housing", call="c1"), "call-taker")
    found(room, "f1", "i6")
    no = refused(room, lesson(changes=Told(f"Rumah {form}, pintu belakang dibuka.")), "trainer")
    assert (no.code, no.facts["name"], no.facts["field"]) == ("lesson-holds-name", form, "changes")
    take(room, lesson(changes=Told("Pintu belakang dibuka; siti dan rahma bukan nama lengkap.")), "trainer")


def test_the_name_of_a_victim_stands_in_no_lesson(room: Desk) -> None:
    found(room)
    take(room, NoteVictim("i1", "v1", "direct", "rescued", name=Personal("Rahmat")), "reporter")
    no = refused(room, lesson(title=Told("Rahmat dikeluarkan dari dapur")), "trainer")
    assert (no.code, no.facts["name"]) == ("lesson-holds-name", "Rahmat")


def test_who_may_only_look_records_nothing(room: Desk) -> None:
    one = rules.RecordFinding("i1", "f1", "procedure", "par", Told("x"))
    assert refused(room, one, "coordinator").code == "not-permitted"
    found(room)
    assert refused(room, rules.CloseFinding("i1", "f1"), "crew").code == "not-permitted"
