"""The control room from one shift to the next: the list, both sides, what comes up in between."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import SATURDAY, ask
from dispatch.test_dispatch_tables import after, do, rows, slices, town
from siaga.kernel.desk import TIMER, Desk
from siaga.kernel.records import Accepted, Refusal, Told
from siaga.slices.dispatch import rules
from siaga.slices.dispatch.events import ShiftHandoverConfirmed, ShiftHandoverOpened, ShiftLine
from siaga.slices.dispatch.rules.shift import (
    ConfirmShiftHandover,
    Handing,
    OpenShiftHandover,
    Underway,
    WithdrawShiftHandover,
    confirm_shift_handover,
    line_id,
    open_shift_handover,
    withdraw_shift_handover,
)

__all__ = ["slices", "town"]  # the fixtures this town is made of

INCIDENT = ShiftLine("incident", "i1", code="2026-0001")
MOVED = ShiftLine("moved", "BTG-3", code="BTG-3", to="Pos Loktuan")
LISTED = Underway("h1", ("incident.i1",), None, {})


def known(underway: Underway | None = LISTED, *lines: ShiftLine, over: bool = False) -> Handing:
    return Handing(underway, lines or (INCIDENT,), over)


def test_opening_takes_the_list_as_it_stands() -> None:
    note = Told("sirene BTG-2 lemah")
    assert open_shift_handover(OpenShiftHandover("h1", note), known(None), ask()) == [
        ShiftHandoverOpened("h1", (INCIDENT,), note)
    ]


def test_the_same_list_again_is_nothing_and_another_one_is_taken_anew() -> None:
    assert open_shift_handover(OpenShiftHandover("h1"), known(), ask()) == []
    assert open_shift_handover(OpenShiftHandover("h1"), known(LISTED, INCIDENT, MOVED), ask()) == [
        ShiftHandoverOpened("h1", (INCIDENT, MOVED), None)
    ]


def test_only_one_goes_on_at_a_time_and_what_is_over_stays_over() -> None:
    assert open_shift_handover(OpenShiftHandover("h2"), known(), ask()) == Refusal(
        code="shift-handover-open", facts={"handover": "h1"}
    )
    assert open_shift_handover(OpenShiftHandover("h0"), known(None, over=True), ask()) == Refusal(
        code="shift-handover-over", facts={"handover": "h0"}
    )


def test_a_side_confirms_when_every_line_is_ticked() -> None:
    confirm = ConfirmShiftHandover("h1", "giver", ("incident.i1",))
    assert confirm_shift_handover(confirm, known(), ask()) == [ShiftHandoverConfirmed("h1", "giver")]
    unticked = ConfirmShiftHandover("h1", "giver")
    assert confirm_shift_handover(unticked, known(), ask()) == Refusal(code="shift-handover-unticked", facts={"n": 1})


def test_what_came_up_since_must_be_told_too_and_what_is_over_need_not() -> None:
    confirm = ConfirmShiftHandover("h1", "taker", ("incident.i1",))
    assert confirm_shift_handover(confirm, known(LISTED, INCIDENT, MOVED), ask()) == Refusal(
        code="shift-handover-changed", facts={"n": 1}
    )
    gone = Handing(LISTED, (), False)
    assert confirm_shift_handover(confirm, gone, ask()) == [ShiftHandoverConfirmed("h1", "taker")]


def test_two_sides_are_two_people_unless_there_is_a_reason() -> None:
    half = Underway("h1", ("incident.i1",), None, {"giver": "danton"})
    confirm = ConfirmShiftHandover("h1", "taker", ("incident.i1",))
    assert confirm_shift_handover(confirm, known(half), ask(actor="danton")) == Refusal(
        code="shift-handover-same", overridable=True
    )
    alone = ask(actor="danton", override="satu orang di ruang kendali")
    assert confirm_shift_handover(confirm, known(half), alone) == [
        ShiftHandoverConfirmed("h1", "taker", Told("satu orang di ruang kendali"))
    ]
    assert confirm_shift_handover(ConfirmShiftHandover("h1", "giver"), known(half), ask()) == []


def test_confirming_what_is_not_going_on_is_refused_and_what_was_done_is_nothing() -> None:
    confirm = ConfirmShiftHandover("h9", "giver")
    assert confirm_shift_handover(confirm, known(None), ask()) == Refusal(
        code="shift-handover-unknown", facts={"handover": "h9"}
    )
    assert confirm_shift_handover(confirm, known(None, over=True), ask()) == []


def test_withdrawing_what_does_not_go_on_is_nothing() -> None:
    assert withdraw_shift_handover(WithdrawShiftHandover("h9"), known(), ask()) == []
    assert withdraw_shift_handover(WithdrawShiftHandover("h1"), known(None), ask()) == []


# ── through the desk ─────────────────────────────────────────────────────────────────────────────────────────────────


def shift(town: Desk) -> Any:
    (row,) = rows(town, "dispatch.shift-handover")
    return row


@pytest.fixture
def busy(town: Desk) -> Desk:
    """One incident with a unit, one unit standing by elsewhere, one out."""
    do(town, rules.Dispatch("d1", "i1", ("BTG-1",)))
    do(town, rules.MoveUnit("BTG-3", "LOKTUAN"))
    return town


def test_the_list_holds_incidents_units_elsewhere_and_alarms(busy: Desk) -> None:
    busy.handle(rules.RemindUnanswered("BTG-1", "i1", "d1"), ask(TIMER))
    shown = [(line.kind, line.subject, line.code, line.to, line.units) for line in shift(busy).now]
    (number,) = [code for kind, _, code, _, _ in shown if kind == "incident"]
    assert shown == [
        ("incident", "i1", number, "", 1),
        ("alarm", "unanswered.d1.BTG-1", "BTG-1", "unanswered", 0),
        ("moved", "BTG-3", "BTG-3", "Loktuan", 0),
    ]


def test_both_sides_confirm_and_the_next_shift_is_on_duty(busy: Desk) -> None:
    do(busy, OpenShiftHandover("h1", Told("sirene BTG-2 lemah")))
    going = shift(busy).underway
    assert (going.note, going.giver, going.taker) == ("sirene BTG-2 lemah", None, None)
    ticked = tuple(line_id(line) for line in going.lines)
    for side, actor in (("giver", "danton-a"), ("taker", "danton-b")):
        answer = busy.handle(ConfirmShiftHandover("h1", side, ticked), ask("shift-leader", actor=actor))  # type: ignore[arg-type]
        assert isinstance(answer, Accepted)
    last = shift(busy).last
    assert (shift(busy).underway, last.giver, last.taker) == (None, "danton-a", "danton-b")
    assert last.taker_at is not None


def test_a_list_taken_anew_is_confirmed_anew(busy: Desk) -> None:
    do(busy, OpenShiftHandover("h1", Told("catatan")))
    ticked = tuple(line_id(line) for line in shift(busy).underway.lines)
    do(busy, ConfirmShiftHandover("h1", "giver", ticked))
    do(busy, rules.ReportStatus("BTG-2", "out-of-service"))
    do(busy, OpenShiftHandover("h1"))
    going = shift(busy).underway
    assert (going.giver, going.note) == (None, "catatan")
    assert "out-of-service.BTG-2" in [line_id(line) for line in going.lines]


def test_a_closure_that_is_over_is_not_handed_on(busy: Desk) -> None:
    from siaga.slices.places.rules import CloseRoad

    close = CloseRoad("c1", lon=117.48, lat=0.13, radius_m=100, until=after(3600))
    busy.handle(close, ask("dispatcher", received=SATURDAY, at=SATURDAY))
    late = SATURDAY + timedelta(hours=2)
    opened = busy.handle(OpenShiftHandover("h1"), ask("shift-leader", received=late, at=late))
    assert isinstance(opened, Accepted)
    assert "closure" in [line.kind for line in shift(busy).now]
    assert "closure" not in [line.kind for line in shift(busy).underway.lines]


def test_a_withdrawn_one_makes_room_for_another(busy: Desk) -> None:
    do(busy, OpenShiftHandover("h1"))
    do(busy, WithdrawShiftHandover("h1"))
    do(busy, OpenShiftHandover("h2"))
    assert shift(busy).underway.handover == "h2"
    assert shift(busy).last is None
