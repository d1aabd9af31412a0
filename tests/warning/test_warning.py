"""Warning the public: who may, what is a warning and what is none, and which message holds."""

from datetime import timedelta
from math import cos, sin
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ask, rows
from exports.exports_kit import clock
from field.field_kit import after, do, refused
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.own import EraseWords
from siaga.kernel.records import Accepted, Refusal, Told
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.dispatch.tables.views import OneQuery
from siaga.slices.intake import rules as intake
from siaga.slices.paper.rules import SetLetterhead
from siaga.slices.warning import rules, tables
from siaga.slices.warning.events import Point, Shape, WarningIssued

AROUND = Shape((Point(117.4931, 0.1297),), 500)
TRIANGLE = (Point(117.48, 0.12), Point(117.5, 0.12), Point(117.5, 0.14))
HEADLINE, SAYS = "Tutup pintu dan jendela: kebocoran amonia", "Bau tajam di sekitar gudang es."


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


def issue(warning: str = "w1", incident: str = "i1", **other: Any) -> rules.IssueWarning:
    return rules.IssueWarning(**_said(warning, incident) | other)


def update(former: str, warning: str, **other: Any) -> rules.UpdateWarning:
    return rules.UpdateWarning(**_said(warning, "i1") | {"former": former} | other)


def cancel(former: str, warning: str = "w9", why: str = "Gas sudah habis.") -> rules.CancelWarning:
    return rules.CancelWarning(incident="i1", warning=warning, former=former, reason=Told(why))


def _said(warning: str, incident: str) -> dict[str, Any]:
    return {
        "incident": incident,
        "warning": warning,
        "type": "hazmat.gas-leak",
        "response": "shelter",
        "urgency": "immediate",
        "severity": "severe",
        "certainty": "observed",
        "until": after(3600),
        "shapes": (AROUND,),
        "area": Told("Gunung Elai, Bontang Utara"),
        "headline": Told(HEADLINE),
        "description": Told(SAYS),
    }


@pytest.fixture
def leak(desk: Desk) -> Desk:
    """A town with a leak."""
    do(desk, dispatch.RegisterAgency("bontang", "Disdamkartan Bontang", "fire-service"))
    do(desk, intake.OpenIncident("i1", 117.4931, 0.1297, type="hazmat.gas-leak"))
    return desk


def messages(desk: Desk, incident: str = "i1") -> list[tables.MessageRow]:
    return list(rows(desk.show("warning.of-incident", tables.OfIncident(incident), ask("dispatcher"))))


def holding(desk: Desk, seconds: float) -> list[str]:
    query = tables.Standing(after(seconds))
    return [row.warning for row in rows(desk.show("warning.standing", query, ask("dispatcher")))]


def test_a_warning_holds_until_its_time(leak: Desk) -> None:
    do(leak, issue(), 60)
    (row,) = messages(leak)
    assert (row.kind, row.state, row.headline, row.description) == ("alert", "current", HEADLINE, SAYS)
    assert (row.identifier, row.sender) == (f"bontang-{row.number}-P1", "bontang@siaga.invalid")
    assert row.references == []
    assert holding(leak, 3599) == ["w1"]
    assert holding(leak, 3600) == []


def test_an_update_replaces_what_was_said_and_names_all_that_was(leak: Desk) -> None:
    do(leak, issue(), 60)
    do(leak, update("w1", "w2", headline=Told("Kini 800 meter"), until=after(7200)), 600)
    do(leak, update("w2", "w3", until=after(9000)), 1200)
    newest, middle, first = messages(leak)
    assert [row.state for row in (newest, middle, first)] == ["current", "replaced", "replaced"]
    assert first.sender == newest.sender
    assert newest.references == [
        f"{first.sender},{first.identifier},2026-03-07T21:01:00+08:00",
        f"{middle.sender},{middle.identifier},2026-03-07T21:10:00+08:00",
    ]
    assert [row.identifier[-2:] for row in (first, middle, newest)] == ["P1", "P2", "P3"]
    assert holding(leak, 2000) == ["w3"]


def test_a_cancelled_warning_holds_no_more_and_says_why(leak: Desk) -> None:
    do(leak, issue(), 60)
    do(leak, cancel("w1"), 900)
    ended, first = messages(leak)
    assert (first.state, ended.kind) == ("cancelled", "cancel")
    assert (ended.headline, ended.description, ended.instruction) == (HEADLINE, "Gas sudah habis.", None)
    assert (ended.response, ended.urgency, ended.shapes, ended.until) == (
        "all-clear",
        "past",
        first.shapes,
        first.until,
    )
    assert len(ended.references) == 1
    assert holding(leak, 1000) == []


def test_only_the_newest_message_that_holds_is_replaced(leak: Desk) -> None:
    do(leak, issue(), 60)
    do(leak, update("w1", "w2"), 120)
    assert refused(leak, update("w1", "w3"), 180).code == "warning-replaced"
    assert refused(leak, cancel("w1"), 180).code == "warning-replaced"
    assert refused(leak, cancel("w7"), 180).code == "warning-unknown"
    clock(leak, 3600)
    assert refused(leak, update("w2", "w3", until=after(9000)), 3600).code == "warning-expired"
    clock(leak, 200)
    do(leak, cancel("w2"), 200)
    assert refused(leak, update("w2", "w3"), 240).code == "warning-cancelled"
    assert refused(leak, cancel("w9", "w10"), 240).code == "warning-unknown"
    assert len(messages(leak)) == 3


def test_asking_twice_changes_nothing(leak: Desk) -> None:
    for seconds in (60, 70):
        do(leak, issue(), seconds)
    for warning in ("w2", "w3"):
        do(leak, cancel("w1", warning), 100)
    for seconds in (110, 120):
        do(leak, issue("w4"), seconds)
    assert [row.warning for row in messages(leak)] == ["w4", "w2", "w1"]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"type": "fire.no-such"}, "type-unknown"),
        ({"until": after(59)}, "warning-until"),
        ({"until": after(60) + timedelta(hours=73)}, "warning-until"),
        ({"until": after(3600).replace(tzinfo=None)}, "warning-until"),
        ({"shapes": (Shape(AROUND.points, 5),)}, "warning-area"),
        ({"shapes": (Shape(AROUND.points),)}, "warning-area"),
        ({"shapes": (Shape(TRIANGLE, 500),)}, "warning-area"),
        ({"headline_en": Told("Close doors")}, "warning-english"),
        ({"instruction_en": Told("Stay inside")}, "warning-english"),
    ],
)
def test_what_is_no_warning_is_refused_and_leaves_nothing(leak: Desk, other: dict[str, Any], code: str) -> None:
    clock(leak, 60)
    assert refused(leak, issue(**other), 60).code == code
    assert messages(leak) == []


def test_an_area_has_corners_whose_sides_do_not_cross() -> None:
    assert rules.is_area(Shape(TRIANGLE))
    assert rules.is_area(Shape((*TRIANGLE, TRIANGLE[0])))
    assert not rules.is_area(Shape((*TRIANGLE[:2], TRIANGLE[0])))
    assert not rules.is_area(Shape((Point(0, 0), Point(1, 1), Point(2, 2))))
    bow = (Point(0, 0), Point(1, 1), Point(1, 0), Point(0, 1.5))
    assert not rules.is_area(Shape(bow))
    assert rules.is_area(Shape((bow[0], bow[2], bow[1], bow[3])))


@given(st.lists(st.floats(0, 6.28), min_size=3, max_size=12, unique=True), st.floats(0.001, 1))
def test_corners_around_a_circle_are_an_area_and_two_of_them_swapped_none(angles: list[float], size: float) -> None:
    ring = [Point(round(size * cos(a), 6), round(size * sin(a), 6)) for a in sorted(angles)]
    if len(set(ring)) < len(ring) or min(b - a for a, b in zip(sorted(angles), sorted(angles)[1:], strict=False)) < 0.1:
        return
    assert rules.is_area(Shape(tuple(ring)))
    if len(ring) > 4:
        ring[1], ring[2] = ring[2], ring[1]
        assert not rules.is_area(Shape(tuple(ring)))


def test_an_incident_that_is_over_is_warned_of_only_with_a_reason(leak: Desk) -> None:
    do(leak, issue(), 60)
    do(leak, dispatch.CloseIncident("i1", "handled"), 600)
    assert holding(leak, 700) == ["w1"]
    answer = refused(leak, issue("w2"), 700)
    assert (answer.code, answer.overridable) == ("warning-incident-over", True)
    do(leak, issue("w2"), 700, override="gas masih mengendap di parit")
    do(leak, cancel("w1"), 800)
    assert holding(leak, 900) == ["w2"]
    assert refused(leak, issue("w3", "i9"), 900).code == "incident-unknown"


def test_an_exercise_warns_as_an_exercise_to_its_end(leak: Desk) -> None:
    do(leak, issue(), 60)
    do(leak, intake.MarkExercise("i1"), 100)
    do(leak, update("w1", "w2"), 200)
    do(leak, issue("w3"), 300)
    assert {row.warning: row.exercise for row in messages(leak)} == {"w1": False, "w2": False, "w3": True}


def test_who_warns_stands_in_the_message_as_it_was_then(leak: Desk) -> None:
    head = SetLetterhead("Kota Bontang", "Dinas Pemadam Kebakaran", "Jl. Awang Long 1")
    do(leak, issue(), 60)
    there = SetLetterhead(head.government, head.name, head.address, emergency="113", site="https://damkar.example.id")
    do(leak, there, 100)
    do(leak, update("w1", "w2"), 200)
    newer, first = messages(leak)
    assert (first.sender, first.office, first.contact) == ("bontang@siaga.invalid", "Disdamkartan Bontang", "")
    assert (newer.sender, newer.office, newer.contact) == (
        "bontang@damkar.example.id",
        "Dinas Pemadam Kebakaran",
        "113",
    )
    assert newer.references[0].startswith("bontang@siaga.invalid,")


@pytest.mark.parametrize("role", ["dispatcher", "commander", "call-taker", "coordinator"])
def test_only_a_shift_leader_or_administrator_warns(leak: Desk, role: str) -> None:
    for command in (issue(), update("w1", "w2"), cancel("w1")):
        answer = leak.handle(command, ask(role))
        assert isinstance(answer, Refusal)
        assert answer.code == "not-permitted"
    assert isinstance(leak.handle(issue(), ask("shift-leader")), Accepted)


def test_no_word_of_it_is_in_the_log_and_an_erased_one_is_gone_from_the_view(leak: Desk) -> None:
    do(leak, issue(), 60)
    with leak.store.read() as tx:
        body = next(row["body"] for row in tx.rows("select body from log where kind = 'warning.warning-issued'"))
        held = f"{body} {tx.rows('select body from warning_message')}"
        ref = tx.rows("select ref from vault_word where value = :v", v=SAYS)[0]["ref"]
    assert [word for word in (HEADLINE, SAYS, "Gunung Elai") if word in str(held)] == []
    answer = leak.handle(EraseWords(ref, Told("salah tulis")), ask("administrator", at=after(100)))
    assert isinstance(answer, Accepted), answer
    assert messages(leak)[0].description is None


def test_it_stands_in_the_journal_of_its_incident_with_its_headline(leak: Desk) -> None:
    do(leak, issue(instruction=Told("Tutup semua."), headline_en=Told("Shelter"), description_en=Told("Gas.")), 60)
    do(leak, cancel("w1"), 100)
    lines = rows(leak.show("dispatch.journal", OneQuery("i1"), ask("dispatcher")))
    told = {line.kind: line.note for line in lines if line.kind.startswith("warning.")}
    assert told == {"warning.warning-issued": HEADLINE, "warning.warning-cancelled": "Gas sudah habis."}


def test_the_same_tables_stand_after_a_rebuild(leak: Desk) -> None:
    do(leak, issue(), 60)
    do(leak, update("w1", "w2"), 120)
    do(leak, cancel("w2"), 180)
    before = messages(leak)
    leak.rebuild(["warning"])
    assert messages(leak) == before


def test_the_events_headline_is_what_a_journal_reads_last() -> None:
    told = [name for name in WarningIssued.__struct_fields__ if name in ("headline", "description", "area", "override")]
    assert told[-1] == "headline"
