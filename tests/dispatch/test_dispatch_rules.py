"""Every refusal and every event of the dispatcher's rules, with plain values."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from siaga.kernel.records import Ask, Due, Refusal, Told
from siaga.slices.dispatch import events, rules
from siaga.slices.dispatch.rules import Closing, IncidentKnown, Moving, Register, Sending, TimeKnown, UnitKnown

NOW = datetime(2026, 3, 7, 13, 0, tzinfo=UTC)
SINCE = "2026-03-07T12:40:00.000000+00:00"
OPEN = IncidentKnown(state="open", number="2026-0231", level=1, units=())
CLOSED = IncidentKnown(state="closed", number="2026-0231", level=1, units=())


def asker(override: str | None = None, at: datetime = NOW) -> Ask:
    reason = Told(override) if override else None
    return Ask(id="a1", at=at, actor="op-1", agency="64.74", roles=frozenset({"dispatcher"}), override=reason)


def unit(status: str = "ready", incident: str | None = None, answered: bool = False) -> UnitKnown:
    number = "2026-0230" if incident else None
    return UnitKnown(
        status=status, incident=incident, number=number, since=SINCE, station="MAKO", home="MAKO", answered=answered
    )


def proposal(*units: str) -> events.ShownProposal:
    proposed = tuple(events.Proposed(u, 240, 60, ("pump",), "soonest", "network") for u in units)
    return events.ShownProposal(NOW, "fire.housing", 1, "1", "network", proposed)


def send(*units: str, shown: events.ShownProposal | None = None) -> rules.Dispatch:
    return rules.Dispatch("d1", "i1", units, shown)


def decided(decision: Any) -> list[Any]:
    assert not isinstance(decision, Refusal)
    return list(decision)


def code(decision: Any) -> str:
    assert isinstance(decision, Refusal)
    return decision.code


def test_free_units_are_sent_and_watched_until_they_answer() -> None:
    shown = proposal("BTG-1", "BTG-3")
    known = Sending(OPEN, {"BTG-1": unit(), "BTG-3": unit("returning")})
    sent, *watched = decided(rules.dispatch(send("BTG-1", "BTG-3", shown=shown), known, asker()))
    assert sent == events.UnitsDispatched("d1", "i1", ("BTG-1", "BTG-3"), 1, shown, None)
    due = NOW + rules.ANSWER_WITHIN
    assert watched == [
        Due("unanswered.d1.BTG-1", due, rules.RemindUnanswered("BTG-1", "i1", "d1")),
        Due("unanswered.d1.BTG-3", due, rules.RemindUnanswered("BTG-3", "i1", "d1")),
    ]


def test_a_busy_unit_is_refused_with_where_it_is_and_since_when() -> None:
    refused = rules.dispatch(send("BTG-1"), Sending(OPEN, {"BTG-1": unit("arrived", "i0")}), asker())
    assert refused == Refusal(
        code="unit-busy",
        facts={"unit": "BTG-1", "incident": "2026-0230", "status": "arrived", "since": SINCE},
        overridable=True,
    )


def test_overruling_pulls_the_unit_from_where_it_is_and_keeps_the_reason() -> None:
    known = Sending(OPEN, {"BTG-1": unit("arrived", "i0")})
    pulled, sent, _ = decided(rules.dispatch(send("BTG-1"), known, asker("terdekat, 0230 sudah terkendali")))
    assert pulled == events.UnitPulled("BTG-1", "i0", "i1")
    assert sent.override == Told("terdekat, 0230 sudah terkendali")


def test_a_unit_out_of_service_needs_a_reason_too() -> None:
    known = Sending(OPEN, {"BTG-1": unit("out-of-service")})
    assert code(rules.dispatch(send("BTG-1"), known, asker())) == "unit-out-of-service"


def test_another_choice_than_proposed_needs_one_line() -> None:
    known = Sending(OPEN, {"BTG-1": unit(), "BTG-3": unit()})
    other = send("BTG-3", shown=proposal("BTG-1"))
    refused = rules.dispatch(other, known, asker())
    assert code(refused) == "proposal-overruled"
    assert isinstance(refused, Refusal)
    assert refused.overridable
    assert decided(rules.dispatch(other, known, asker("BTG-1 macet")))


def test_units_already_there_are_left_out_so_that_asking_twice_is_harmless() -> None:
    there = IncidentKnown(state="open", number="2026-0231", level=1, units=("BTG-1",))
    known = Sending(there, {"BTG-1": unit("on-the-way", "i1"), "BTG-3": unit()})
    assert rules.dispatch(send("BTG-1"), known, asker()) == []
    sent, _ = decided(rules.dispatch(send("BTG-1", "BTG-3"), known, asker()))
    assert sent.units == ("BTG-3",)


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (Sending(None, {"BTG-1": unit()}), "incident-unknown"),
        (Sending(CLOSED, {"BTG-1": unit()}), "incident-not-open"),
        (Sending(OPEN, {"BTG-1": None}), "unit-unknown"),
    ],
)
def test_what_does_not_exist_cannot_be_sent_even_with_a_reason(known: Sending, why: str) -> None:
    refused = rules.dispatch(send("BTG-1"), known, asker("harus"))
    assert code(refused) == why
    assert isinstance(refused, Refusal)
    assert not refused.overridable


def test_a_swap_is_one_decision() -> None:
    there = IncidentKnown(state="open", number="2026-0231", level=1, units=("BTG-1",))
    known = Sending(there, {"BTG-1": unit("assigned", "i1"), "BTG-3": unit()})
    made = decided(rules.swap_unit(rules.SwapUnit("d2", "i1", "BTG-1", "BTG-3"), known, asker()))
    assert made[0] == events.UnitCancelled("BTG-1", "i1")
    assert made[1].units == ("BTG-3",)
    gone = Sending(OPEN, {"BTG-1": unit(), "BTG-3": unit()})
    assert code(rules.swap_unit(rules.SwapUnit("d2", "i1", "BTG-1", "BTG-3"), gone, asker())) == "unit-not-there"


def test_what_a_crew_saw_is_recorded_and_a_contradiction_is_named() -> None:
    report = rules.ReportStatus("BTG-1", "arrived")
    assert rules.report_status(report, unit("on-the-way", "i1"), asker()) == [
        events.UnitStatusReported("BTG-1", "arrived", "i1", "button", named=False)
    ]
    (odd,) = decided(rules.report_status(report, unit("ready"), asker()))
    assert odd.odd == "no-incident"
    (elsewhere,) = decided(rules.report_status(rules.ReportStatus("BTG-1", "arrived", "i9"), unit("ready"), asker()))
    assert elsewhere.odd == "not-sent-there"


def test_the_same_status_again_is_nothing_but_a_reason_is_news() -> None:
    assert rules.report_status(rules.ReportStatus("BTG-1", "ready"), unit("ready"), asker()) == []
    with_reason = rules.ReportStatus("BTG-1", "out-of-service", reason=Told("ban"))
    assert rules.report_status(with_reason, unit("out-of-service"), asker()) != []
    assert code(rules.report_status(rules.ReportStatus("X", "ready"), None, asker())) == "unit-unknown"


def test_an_unanswered_dispatch_alarms_and_an_answered_one_does_not() -> None:
    remind = rules.RemindUnanswered("BTG-1", "i1", "d1")
    alarm = events.DispatchUnanswered("BTG-1", "i1", "d1")
    again = rules.RemindUnanswered("BTG-1", "i1", "d1", 2)
    assert rules.remind_unanswered(remind, unit("assigned", "i1"), asker()) == [
        alarm,
        Due("unanswered.d1.BTG-1.2", NOW + rules.ANSWER_AGAIN, again),
    ]
    last = rules.RemindUnanswered("BTG-1", "i1", "d1", rules.REMINDERS)
    assert rules.remind_unanswered(last, unit("assigned", "i1"), asker()) == [alarm]
    assert rules.remind_unanswered(remind, unit("on-the-way", "i1", answered=True), asker()) == []
    assert rules.remind_unanswered(remind, unit("ready"), asker()) == []


def test_a_crew_acknowledges_by_saying_assigned_once() -> None:
    report = rules.ReportStatus("BTG-1", "assigned")
    assert rules.report_status(report, unit("assigned", "i1"), asker()) == [
        events.UnitStatusReported("BTG-1", "assigned", "i1", "button", named=False)
    ]
    assert rules.report_status(report, unit("assigned", "i1", answered=True), asker()) == []


def test_an_alarm_is_taken_once() -> None:
    known = rules.AlarmKnown("unanswered", "BTG-1", None)
    taken = rules.AlarmKnown("unanswered", "BTG-1", "op-2")
    assert rules.take_alarm(rules.TakeAlarm("x"), known, asker()) == [events.AlarmTaken("x", "unanswered", "BTG-1")]
    assert rules.take_alarm(rules.TakeAlarm("x"), taken, asker()) == []
    assert code(rules.take_alarm(rules.TakeAlarm("x"), None, asker())) == "alarm-unknown"


def test_levels_rise_and_lowering_one_needs_a_reason() -> None:
    two = IncidentKnown(state="open", number="2026-0231", level=2, units=())
    assert rules.raise_level(rules.RaiseLevel("i1", 3), Sending(two, {}), asker()) == [events.AlarmLevelRaised("i1", 3)]
    assert rules.raise_level(rules.RaiseLevel("i1", 2), Sending(two, {}), asker()) == []
    assert code(rules.raise_level(rules.RaiseLevel("i1", 1), Sending(two, {}), asker())) == "level-falls"
    assert rules.raise_level(rules.RaiseLevel("i1", 1), Sending(two, {}), asker("keliru")) != []


def test_a_time_that_has_not_come_is_refused_and_the_former_time_is_kept() -> None:
    ahead = rules.CorrectTime("i1", "arrived", NOW + timedelta(hours=1))
    assert code(rules.correct_time(ahead, TimeKnown(OPEN, False, None), asker())) == "time-in-future"
    at, was = NOW - timedelta(minutes=3), NOW - timedelta(minutes=1)
    (corrected,) = decided(
        rules.correct_time(rules.CorrectTime("i1", "arrived", at), TimeKnown(OPEN, False, was), asker())
    )
    assert (corrected.at, corrected.was) == (at, was)
    assert rules.correct_time(rules.CorrectTime("i1", "arrived", at), TimeKnown(OPEN, False, at), asker()) == []
    unknown = rules.CorrectTime("i1", "arrived", at, unit="X")
    assert code(rules.correct_time(unknown, TimeKnown(OPEN, False, None), asker())) == "unit-unknown"


def test_closing_keeps_the_tracks_and_wants_a_known_outcome() -> None:
    track: dict[str, tuple[events.TrackPoint, ...]] = {"BTG-1": (events.TrackPoint(NOW, 117.49, 0.13),)}
    close = rules.CloseIncident("i1", "handled")
    assert rules.close_incident(close, Closing(OPEN, track, True), asker()) == [
        events.IncidentClosed("i1", "handled", None, track)
    ]
    assert rules.close_incident(close, Closing(CLOSED, {}, True), asker()) == []
    assert code(rules.close_incident(close, Closing(OPEN, {}, False), asker())) == "outcome-unknown"


def test_only_a_free_unit_stands_by_elsewhere() -> None:
    move = rules.MoveUnit("BTG-1", "LOKTUAN")
    assert rules.move_unit(move, Moving(unit(), True), asker()) == [events.UnitMoved("BTG-1", "LOKTUAN", True)]
    assert code(rules.move_unit(move, Moving(unit("arrived", "i1"), True), asker())) == "unit-busy"
    assert code(rules.move_unit(move, Moving(unit(), False), asker())) == "station-unknown"


def test_registering_names_what_is_missing() -> None:
    cmd = rules.RegisterUnit("BTG-1", "64.74", "MAKO", "pump")
    assert code(rules.register_unit(cmd, Register((("station", "MAKO"),), False), asker())) == "station-unknown"
    assert rules.register_unit(cmd, Register((), True), asker()) == []


def test_a_unit_at_an_incident_stays_in_the_fleet() -> None:
    gone = rules.WithdrawUnit("BTG-1")
    assert code(rules.withdraw_unit(gone, unit("action", "i1"), asker())) == "unit-busy"
    assert rules.withdraw_unit(gone, unit(), asker()) == [events.UnitWithdrawn("BTG-1")]
    assert rules.withdraw_unit(gone, None, asker()) == []


def test_closing_with_people_inside_or_a_mayday_needs_a_reason_and_names_the_crews() -> None:
    close = rules.CloseIncident("i1", "handled")
    inside = Closing(OPEN, {}, True, (("BTG-1", 2), ("Relawan", 1)), 1)
    refused = rules.close_incident(close, inside, asker())
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.overridable) == ("people-inside", True)
    assert refused.facts == {"incident": "2026-0231", "people": 3, "crews": "BTG-1 (2), Relawan (1)"}
    mayday = Closing(OPEN, {}, True, (), 2)
    assert code(rules.close_incident(close, mayday, asker())) == "mayday-open"
    for known in (inside, mayday):
        assert decided(rules.close_incident(close, known, asker("all of them were seen outside")))
