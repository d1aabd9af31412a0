"""Every refusal and every event of the call-taker's rules, with plain values."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from siaga.kernel.records import Ask, Refusal, Told
from siaga.slices.intake import events, rules
from siaga.slices.intake.rules import Asked, Both, CallKnown, IncidentKnown, Means, Opening, Typed

NOW = datetime(2026, 3, 7, 13, 0, tzinfo=UTC)
CALL = CallKnown(
    holder="op-1",
    outcome=None,
    incident=None,
    callback=False,
    advised=(),
    exercise=False,
    answered_at=NOW - timedelta(minutes=1),
)
OPEN = IncidentKnown(
    state="open",
    type="fire.housing",
    life_risk=False,
    exercise=False,
    lon=117.49,
    lat=0.13,
    fire_seen_at=None,
)
AT_GUNUNG_SARI = rules.OpenIncident("i1", 117.49, 0.13)


def asker(actor: str = "op-1", at: datetime = NOW) -> Ask:
    return Ask(id="a1", at=at, actor=actor, agency="64.74", roles=frozenset({"call-taker"}))


def opening(**more: Any) -> Opening:
    known: dict[str, Any] = {
        "taken": False,
        "call": None,
        "next_number": 231,
        "zone": "Asia/Makassar",
        "type_risk": None,
    }
    return Opening(**(known | more))


def decided(decision: Any) -> list[Any]:
    assert not isinstance(decision, Refusal)
    return list(decision)


def code(decision: Any) -> str:
    assert isinstance(decision, Refusal)
    return decision.code


def test_a_ringing_phone_is_always_answered() -> None:
    cmd = rules.TakeCall("c1", "112", line="3")
    assert rules.take_call(cmd, None, asker()) == [events.CallTaken("c1", "112", "3", False)]
    assert rules.take_call(cmd, CALL, asker()) == []


def test_where_is_the_only_thing_an_incident_needs() -> None:
    (opened,) = decided(rules.open_incident(AT_GUNUNG_SARI, opening(), asker()))
    assert opened == events.IncidentOpened("i1", "2026-0231", "64.74", 117.49, 0.13, 50, answered_at=NOW)


def test_the_year_of_the_number_is_the_local_one() -> None:
    late = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)  # already 2027 in Bontang
    (opened,) = decided(rules.open_incident(AT_GUNUNG_SARI, opening(next_number=1), asker(at=late)))
    assert opened.number == "2027-0001"


def test_an_incident_of_a_call_counts_from_when_the_call_was_answered() -> None:
    made = decided(rules.open_incident(rules.OpenIncident("i1", 117.49, 0.13, call="c1"), opening(call=CALL), asker()))
    assert made[0].answered_at == CALL.answered_at
    assert made[1:] == [events.CallLinked("c1", "i1")]


def test_an_exercise_call_makes_an_exercise() -> None:
    practising = CallKnown(**{f: getattr(CALL, f) for f in CALL.__struct_fields__} | {"exercise": True})
    made = decided(
        rules.open_incident(rules.OpenIncident("i1", 1.0, 1.0, call="c1"), opening(call=practising), asker())
    )
    assert made[0].exercise


def test_opening_twice_changes_nothing() -> None:
    assert rules.open_incident(AT_GUNUNG_SARI, opening(taken=True), asker()) == []


@pytest.mark.parametrize(
    ("cmd", "why"),
    [
        (rules.OpenIncident("i1", 1.0, 1.0, call="c9"), "call-unknown"),
        (rules.OpenIncident("i1", 1.0, 1.0, type="fire.moon"), "type-unknown"),
        (rules.OpenIncident("i1", 1.0, 1.0, fire_seen_at=NOW + timedelta(hours=1)), "time-in-future"),
    ],
)
def test_opening_is_refused_only_for_what_cannot_be_true(cmd: rules.OpenIncident, why: str) -> None:
    assert code(rules.open_incident(cmd, opening(), asker())) == why


def test_the_type_can_be_corrected_and_life_at_risk_stays() -> None:
    at_risk = IncidentKnown(**{f: getattr(OPEN, f) for f in OPEN.__struct_fields__} | {"life_risk": True})
    made = decided(rules.classify(rules.Classify("i1", "rescue.snake"), Typed(at_risk, False), asker()))
    assert made == [events.IncidentClassified("i1", "rescue.snake", True)]
    assert rules.classify(rules.Classify("i1", "fire.housing"), Typed(OPEN, True), asker()) == []
    assert code(rules.classify(rules.Classify("i1", "x"), Typed(OPEN, None), asker())) == "type-unknown"
    assert code(rules.classify(rules.Classify("i9", "x"), Typed(None, None), asker())) == "incident-unknown"


def test_an_answer_sharpens_the_type_and_says_that_people_are_in_danger() -> None:
    cmd = rules.AnswerQuestion("i1", "over-water", "yes")
    means = Means(type="fire.over-water", type_risk=True, life_risk=True, level=2, adds={"boat": 1}, others=("bpbd",))
    assert rules.answer_question(cmd, Asked(OPEN, means), asker()) == [
        events.QuestionAnswered("i1", "over-water", "yes"),
        events.IncidentClassified("i1", "fire.over-water", True, sharpened=True),
        events.LifeAtRisk("i1"),
        events.NeedsSharpened("i1", 2, {"boat": 1}, ("bpbd",)),
    ]


def test_an_answer_that_changes_nothing_is_kept_as_an_answer() -> None:
    cmd = rules.AnswerQuestion("i1", "spreading", "unknown")
    assert rules.answer_question(cmd, Asked(OPEN, Means()), asker()) == [
        events.QuestionAnswered("i1", "spreading", "unknown")
    ]
    assert code(rules.answer_question(cmd, Asked(OPEN, None), asker())) == "answer-unknown"
    assert code(rules.answer_question(cmd, Asked(None, Means()), asker())) == "incident-unknown"


def test_linking_a_call_elsewhere_unlinks_it_here() -> None:
    linked = CallKnown(**{f: getattr(CALL, f) for f in CALL.__struct_fields__} | {"incident": "i0"})
    assert rules.link_call(rules.LinkCall("c1", "i1"), Both(linked, OPEN), asker()) == [
        events.CallUnlinked("c1", "i0"),
        events.CallLinked("c1", "i1", CALL.answered_at),
    ]
    assert rules.link_call(rules.LinkCall("c1", "i0"), Both(linked, OPEN), asker()) == []
    assert rules.unlink_call(rules.UnlinkCall("c1", "i1"), Both(linked, OPEN), asker()) == []


def test_a_call_can_be_taken_over_and_a_suspicion_delays_nothing() -> None:
    assert rules.hold_call(rules.HoldCall("c1"), CALL, asker("op-2")) == [events.CallHeld("c1")]
    assert rules.hold_call(rules.HoldCall("c1"), CALL, asker("op-1")) == []
    note = Told("sama seperti kemarin")
    assert rules.suspect_prank(rules.SuspectPrank("c1", note), CALL, asker()) == [events.PrankSuspected("c1", note)]


def test_cancelling_and_reopening() -> None:
    reason = Told("salah lapor")
    cancelled = IncidentKnown(**{f: getattr(OPEN, f) for f in OPEN.__struct_fields__} | {"state": "cancelled"})
    closed = IncidentKnown(**{f: getattr(OPEN, f) for f in OPEN.__struct_fields__} | {"state": "closed"})
    cancel, reopen = rules.CancelIncident("i1", reason), rules.ReopenIncident("i1", reason)
    on = rules.Cancelling
    assert rules.cancel_incident(cancel, on(OPEN), asker()) == [events.IncidentCancelled("i1", reason)]
    assert rules.cancel_incident(cancel, on(cancelled), asker()) == []
    assert code(rules.cancel_incident(cancel, on(closed), asker())) == "incident-not-open"
    assert code(rules.cancel_incident(cancel, on(None), asker())) == "incident-unknown"
    assert rules.reopen_incident(reopen, cancelled, asker()) == [events.IncidentReopened("i1", reason)]
    assert rules.reopen_incident(reopen, OPEN, asker()) == []


@pytest.mark.parametrize(
    "decide",
    [
        lambda: rules.note_caller(rules.NoteCaller("c9", events.Caller()), None, asker()),
        lambda: rules.hold_call(rules.HoldCall("c9"), None, asker()),
        lambda: rules.want_call_back(rules.WantCallBack("c9"), None, asker()),
        lambda: rules.call_back(rules.CallBack("c9"), None, asker()),
        lambda: rules.link_recording(rules.LinkRecording("c9", Told("r")), None, asker()),
        lambda: rules.advise_caller(rules.AdviseCaller("c9", "x"), None, asker()),
        lambda: rules.settle_call(rules.SettleCall("c9", "prank"), None, asker()),
        lambda: rules.suspect_prank(rules.SuspectPrank("c9", Told("x")), None, asker()),
        lambda: rules.note_unclear_place(rules.NoteUnclearPlace("c9", Told("x"), "short-link"), None, asker()),
        lambda: rules.link_call(rules.LinkCall("c9", "i1"), Both(None, OPEN), asker()),
        lambda: rules.unlink_call(rules.UnlinkCall("c9", "i1"), Both(None, OPEN), asker()),
    ],
)
def test_what_is_said_of_no_call_is_refused_by_name(decide: Any) -> None:
    refused = decide()
    assert code(refused) == "call-unknown"
    assert refused.facts == {"call": "c9"}
