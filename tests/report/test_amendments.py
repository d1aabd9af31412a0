"""What changes after the signature: nothing that a report or a figure rests on changes without being stated."""

from typing import Any

import pytest

from report.report_room import (
    checked,
    corrected,
    fire,
    fleet,
    listed,
    minutes,
    refused,
    report,
    seen,
    signed,
    take,
    written_down,
)
from siaga.kernel.desk import Desk
from siaga.kernel.records import Told
from siaga.slices.dispatch.rules import CloseIncident, RecordTrip, RegisterUnit, SetMark
from siaga.slices.intake.rules import (
    Classify,
    CorrectPlace,
    LinkCall,
    MarkExercise,
    NoteFireSeen,
    ReopenIncident,
    TakeCall,
)
from siaga.slices.report.rules import states


@pytest.fixture
def room(desk: Desk) -> Desk:
    """A closed fire with its report written down, not yet checked; a second pump stands at its station."""
    fleet(desk)
    take(desk, RegisterUnit("BTG-2", "bontang", "mako", "pump"), "administrator")
    fire(desk)
    written_down(desk)
    return desk


def stated(desk: Desk) -> list[tuple[int, str, str, Any, Any]]:
    """Amendments: number, path, unit, both values."""
    return [(one.number, one.path, one.unit, one.old, one.new) for one in report(desk).amendments]


def stamp(n: float) -> str:
    """A time as it is stored."""
    return minutes(n).isoformat(timespec="microseconds")


CHANGES: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Classify("i1", "fire.vehicle"), ("call-taker",)),
    (CorrectPlace("i1", 117.5, 0.14, 20, "64.74.02.1002"), ("dispatcher",)),
    (MarkExercise("i1"), ("trainer",)),
    (SetMark("i1", "out"), ("dispatcher",)),
    (NoteFireSeen("i1", minutes(-5)), ("call-taker",)),
    (RecordTrip("i1", "BTG-2", {"dispatched": minutes(3), "ready-to-serve": minutes(9)}), ("dispatcher",)),
)


@pytest.mark.parametrize(("command", "roles"), CHANGES)
def test_whatever_changes_what_was_signed_is_an_amendment(room: Desk, command: Any, roles: tuple[str, ...]) -> None:
    signed(room)
    before = report(room)
    take(room, command, *roles, at=minutes(200), actor="meja")
    assert [one.current for one in report(room).steps] == [False, False]
    assert {(one.number, one.actor, one.at, one.reason) for one in report(room).amendments} == {
        (1, "meja", stamp(200), None)
    }
    assert listed(room)["i1"].amendments == 1
    assert before.amendments == []


@pytest.mark.parametrize(("command", "roles"), CHANGES)
def test_a_checked_report_whose_incident_changes_is_checked_anew(
    room: Desk, command: Any, roles: tuple[str, ...]
) -> None:
    checked(room)
    take(room, command, *roles, at=minutes(156))
    assert (report(room).state, report(room).amendments) == ("draft", [])


def test_type_place_and_exercise_stand_with_both_values(room: Desk) -> None:
    signed(room)
    take(room, Classify("i1", "fire.vehicle"), "call-taker", at=minutes(200))
    moved = CorrectPlace("i1", 117.5, 0.14, 20, "64.74.02.1002", place=Told("Gang Contoh"))
    take(room, moved, "dispatcher", at=minutes(201))
    take(room, MarkExercise("i1"), "trainer", at=minutes(202))
    assert stated(room) == [
        (1, "type", "", "fire.housing", "fire.vehicle"),
        (2, "area", "", "64.74.02.1001", "64.74.02.1002"),
        (2, "place", "", None, "Gang Contoh"),
        (2, "point", "", "0.13000, 117.49000", "0.14000, 117.50000"),
        (3, "exercise", "", False, True),
    ]


def test_an_earlier_call_linked_afterwards_is_stated_with_when_the_report_was_received(desk: Desk) -> None:
    fleet(desk)
    for call, at in (("early", -4), ("earlier", -6), ("late", 3)):
        take(desk, TakeCall(call, "hotline"), "call-taker", at=minutes(at))
    fire(desk)
    written_down(desk)
    signed(desk)
    for n, call in enumerate(("late", "early")):
        take(desk, LinkCall(call, "i1"), "call-taker", at=minutes(200 + n))
    assert stated(desk) == [(1, "jam.answered", "", stamp(0), stamp(-4))]
    assert report(desk).response.clocks["answered"] == stamp(-4)
    corrected(desk, "answered", -5, 203, reason=Told("rekaman telepon"))
    take(desk, LinkCall("earlier", "i1"), "call-taker", at=minutes(204))
    assert [row[3:] for row in stated(desk)] == [(stamp(0), stamp(-4)), (stamp(-4), stamp(-5))]  # a correction stands
    assert report(desk).response.clocks["answered"] == stamp(-5)


def test_a_copied_trip_states_the_units_clocks_and_those_of_the_incident_that_it_moved(room: Desk) -> None:
    signed(room)
    times: Any = {"dispatched": minutes(3), "ready-to-serve": minutes(9)}
    take(room, RecordTrip("i1", "BTG-2", times), "dispatcher", at=minutes(200))
    assert stated(room) == [
        (1, "jam.dispatched", "BTG-2", None, stamp(3)),
        (1, "jam.ready-to-serve", "BTG-2", None, stamp(9)),
        (1, "jam.ready-to-serve", "", stamp(11), stamp(9)),
    ]
    assert report(room).response.clocks["ready-to-serve"] == stamp(9)


def test_a_copied_trip_states_no_clock_that_stays_what_it_is(room: Desk) -> None:
    corrected(room, "ready-to-serve", 9.5, 140, unit="BTG-1", reason=Told("rekaman radio"))
    signed(room)
    times: Any = {"on-the-way": minutes(1.5), "arrived": minutes(8.5), "ready-to-serve": minutes(9)}
    take(room, RecordTrip("i1", "BTG-1", times), "dispatcher", at=minutes(200))
    own = {path: (old, new) for _, path, unit, old, new in stated(room) if unit}
    assert own == {"jam.on-the-way": (stamp(2), stamp(1.5))}
    whole = {path: (old, new) for _, path, unit, old, new in stated(room) if not unit}
    clocks = report(room).response.clocks
    assert whole["jam.on-the-way"] == (stamp(2), stamp(1.5))
    assert all(clocks[path.removeprefix("jam.")] == new for path, (_, new) in whole.items())


def test_when_the_fire_was_first_seen_is_stated_with_both_times(desk: Desk) -> None:
    fleet(desk)
    fire(desk, fire_seen_at=minutes(-3))
    written_down(desk)
    signed(desk)
    take(desk, NoteFireSeen("i1", minutes(-7)), "call-taker", at=minutes(200))
    assert stated(desk) == [(1, "jam.seen", "", stamp(-3), stamp(-7))]
    corrected(desk, "seen", -2, 201, reason=Told("keterangan saksi"))
    take(desk, NoteFireSeen("i1", minutes(-9)), "call-taker", at=minutes(202))
    assert [row[3:] for row in stated(desk)] == [(stamp(-3), stamp(-7)), (stamp(-7), stamp(-2))]  # a correction stands
    assert report(desk).response.clocks["seen"] == stamp(-2)


def test_a_mark_that_came_late_from_the_scene_is_recorded_and_stated(room: Desk) -> None:
    signed(room)
    take(room, SetMark("i1", "under-control"), "commander", at=minutes(30), received=minutes(200))
    assert stated(room) == [(1, "jam.under-control", "", None, stamp(30))]
    assert report(room).response.clocks["under-control"] == stamp(30)


def test_reopening_and_closing_again_are_stated_with_the_reason(room: Desk) -> None:
    signed(room)
    take(room, ReopenIncident("i1", Told("asap lagi")), "dispatcher", at=minutes(200))
    take(room, CloseIncident("i1", "nothing-found"), "dispatcher", at=minutes(220))
    assert stated(room) == [
        (1, "state", "", "closed", "open"),
        (1, "outcome", "", "handled", None),
        (2, "state", "", "open", "closed"),
        (2, "outcome", "", None, "nothing-found"),
    ]
    assert {one.reason for one in report(room).amendments if one.number == 1} == {"asap lagi"}


def test_before_the_signature_a_change_is_no_amendment(room: Desk) -> None:
    for command, roles in CHANGES:
        take(room, command, *roles, at=minutes(140))
    assert report(room).amendments == []
    assert listed(room)["i1"].amendments == 0


def test_a_rebuild_states_the_same_amendments(room: Desk) -> None:
    signed(room)
    for n, (command, roles) in enumerate(CHANGES):
        take(room, command, *roles, at=minutes(200 + n))
    before = report(room)
    room.rebuild()
    assert report(room) == before


def test_a_time_that_changed_after_an_earlier_check_must_be_seen_by_who_signs(room: Desk) -> None:
    checked(room)
    before = seen(room)
    corrected(room, "ready-to-serve", 9, 156, unit="BTG-1", reason=Told("rekaman radio"))
    checked(room, 157)
    assert seen(room)["content"] == before["content"]
    stale = states.SignReport("i1", **before)
    assert refused(room, stale, "commander", actor="danton").code == "report.changed-since"
    take(room, states.SignReport("i1", **seen(room)), "commander", actor="danton", at=minutes(160))


def test_a_correction_taken_back_leaves_a_report_that_can_be_signed(room: Desk) -> None:
    checked(room)
    before = seen(room)
    corrected(room, "arrived", 9, 156, unit="BTG-1")
    checked(room, 157)
    corrected(room, "arrived", 8, 158, unit="BTG-1")
    checked(room, 159)
    assert report(room).steps[-1].digest != ""
    take(room, states.SignReport("i1", **seen(room)), "commander", actor="danton", at=minutes(160))
    assert before["content"] == seen(room)["content"]
