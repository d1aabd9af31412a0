"""Who is called, by which way, and when the next one follows: rules by plain values."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from conftest import SATURDAY, ask
from siaga.kernel.records import Due, Personal, Refusal, Told
from siaga.slices.paging import events, rules
from siaga.slices.paging.events import Addresses, Push, Way
from siaga.slices.paging.rules.receivers import wrong_address, wrong_url

EVERY: frozenset[str] = frozenset(events.WAYS)
OPEN = rules.Called(True, "2026-0001", EVERY)
PERSON = rules.Receiver(
    receiver="p-12", kind="person", subject="B-12", ways=("web-push", "sms"), have=frozenset({"web-push", "sms"})
)
STATION = rules.Receiver(
    receiver="pos-mako", kind="station", subject="mako", ways=("station-page",), have=frozenset({"station-page"})
)
BTG_1 = rules.CalledUnit("BTG-1", "mako", ("B-12",), waiting=True)
BTG_3 = rules.CalledUnit("BTG-3", "loktuan", (), waiting=True)
ALERT = rules.AlertKnown(
    alert="d7.p-12",
    receiver="p-12",
    kind="person",
    account="a-12",
    ways=("web-push", "sms"),
    turn=1,
    settled=False,
    seen=False,
    answered=False,
    coming=None,
    minutes=None,
    sent=frozenset(),
    delivered=frozenset(),
    failed=frozenset(),
)


def changed(record: Any, **fields: Any) -> Any:
    return msgspec.structs.replace(record, **fields)


def raised(*receivers: rules.Receiver, units: tuple[rules.CalledUnit, ...] = (BTG_1,), called: Any = OPEN) -> Any:
    cmd = rules.RaiseAlert(7, "i1", tuple(u.unit for u in units))
    return rules.raise_alert(cmd, rules.Raising(called, receivers, units), ask(rules.NODE))


def routes(decided: Any) -> list[tuple[str, int, Way]]:
    return [(e.alert, e.turn, e.way) for e in decided if isinstance(e, events.AlertRouted)]


def dues(decided: Any) -> list[Due]:
    return [d for d in decided if isinstance(d, Due)]


# ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_station_hears_of_units_that_stand_there_and_a_person_of_the_unit_they_ride_on() -> None:
    assert routes(raised(STATION, PERSON)) == [("d7.pos-mako", 1, "station-page"), ("d7.p-12", 1, "web-push")]
    assert raised(STATION, PERSON, units=(BTG_3,)) == []


def test_one_call_names_all_units_a_receiver_hears_of() -> None:
    both = changed(STATION, hears=("BTG-3",))
    alert = raised(both, units=(BTG_1, BTG_3))[0]
    assert (alert.alert, alert.units) == ("d7.pos-mako", ("BTG-1", "BTG-3"))


def test_who_is_off_duty_is_not_called() -> None:
    assert raised(changed(PERSON, on_duty=False)) == []


def test_nobody_is_called_for_a_unit_that_has_answered_or_an_incident_that_is_over() -> None:
    assert raised(PERSON, units=(changed(BTG_1, waiting=False),)) == []
    assert raised(PERSON, called=changed(OPEN, open=False)) == []
    assert raised(PERSON, called=changed(OPEN, open=None)) == []


def recalled(known: rules.Raising, *names: str) -> Any:
    cmd = rules.Recall("r1", "i1", Told("api besar"), names)
    return rules.recall(cmd, known, ask("shift-leader"))


def test_a_recall_calls_people_who_are_off_duty_with_its_reason() -> None:
    off = changed(PERSON, on_duty=False)
    decided = recalled(rules.Raising(OPEN, (off,)))
    assert decided[0] == events.ReceiversRecalled("r1", "i1", ("p-12",), Told("api besar"))
    assert routes(decided) == [("r.r1.p-12", 1, "web-push")]
    assert decided[1].cause == "recall"


@pytest.mark.parametrize(
    ("known", "code"),
    [
        (rules.Raising(changed(OPEN, open=None), (PERSON,)), "incident-unknown"),
        (rules.Raising(changed(OPEN, open=False), (PERSON,)), "incident-not-open"),
        (rules.Raising(OPEN, (), missing=("p-99",)), "receiver-unknown"),
        (rules.Raising(OPEN, ()), "nobody-off-duty"),
    ],
)
def test_a_recall_is_refused_with_its_reason(known: rules.Raising, code: str) -> None:
    assert recalled(known).code == code


def test_the_same_recall_twice_calls_once() -> None:
    assert recalled(rules.Raising(OPEN, (PERSON,), repeated=True)) == []


# ── by which way ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_way_that_is_not_set_up_or_has_no_address_is_skipped_and_that_is_said() -> None:
    person = changed(PERSON, ways=("web-push", "e-mail", "sms"), have=frozenset({"sms", "web-push"}))
    alert, *rest = raised(person, called=changed(OPEN, configured=EVERY - {"web-push"}))
    assert alert.ways == ("sms",)
    assert alert.skipped == {"web-push": "not-configured", "e-mail": "no-address"}
    assert routes(rest) == [("d7.p-12", 1, "sms")]


def test_who_can_be_reached_by_no_way_is_shown_as_unanswered_at_once() -> None:
    assert raised(changed(PERSON, have=frozenset()))[1:] == [events.AlertUnanswered("d7.p-12", 0, None, True)]


def test_a_page_in_a_station_needs_no_sending() -> None:
    assert events.AlertSent("d7.pos-mako", 1, "station-page") in raised(STATION)


def test_the_next_way_follows_when_nobody_answered_in_its_time() -> None:
    (due,) = dues(raised(PERSON))
    assert due.at == SATURDAY + rules.WAITS["web-push"]
    assert due.command == rules.TimerEscalate("d7.p-12", 1)
    decided = rules.timer_escalate(rules.TimerEscalate("d7.p-12", 1), ALERT, ask("timer"))
    assert isinstance(decided, list)
    assert decided[0] == events.AlertUnanswered("d7.p-12", 1, "web-push", False)
    assert routes(decided) == [("d7.p-12", 2, "sms")]
    assert [d.id for d in dues(decided)] == ["paging.d7.p-12.2"]


@pytest.mark.parametrize("what", [{"answered": True}, {"settled": True}, {"turn": 2}])
def test_nothing_follows_once_it_was_answered_or_settled_or_went_on(what: dict[str, Any]) -> None:
    assert rules.timer_escalate(rules.TimerEscalate("d7.p-12", 1), changed(ALERT, **what), ask("timer")) == []


def test_after_the_last_round_nobody_is_called_again() -> None:
    last = len(ALERT.ways) * rules.ROUNDS
    cmd = rules.TimerEscalate("d7.p-12", last)
    decided = rules.timer_escalate(cmd, changed(ALERT, turn=last), ask("timer"))
    assert decided == [events.AlertUnanswered("d7.p-12", last, "sms", True)]


def failed(turn: int = 1, **known: Any) -> Any:
    cmd = rules.ReportFailed("d7.p-12", turn, "unreachable", ("s1",))
    return rules.report_failed(cmd, changed(ALERT, turn=turn, **known), ask(rules.NODE))


def test_a_way_that_failed_is_followed_by_the_next_at_once_and_lost_browsers_go() -> None:
    decided = failed()
    assert decided[0] == events.AlertFailed("d7.p-12", 1, "web-push", "unreachable")
    assert decided[1] == events.PushUnsubscribed("s1", "gone")
    assert routes(decided) == [("d7.p-12", 2, "sms")]


def test_after_the_last_way_has_failed_the_first_is_tried_again_a_little_later() -> None:
    decided = failed(turn=2)
    assert routes(decided) == []
    assert [(d.at, d.command) for d in dues(decided)] == [
        (SATURDAY + rules.AGAIN, rules.TimerEscalate("d7.p-12", 2)),
    ]


def test_the_same_report_twice_is_nothing() -> None:
    assert failed(failed=frozenset({1})) == []
    sent = rules.ReportSent("d7.p-12", 1)
    assert rules.report_sent(sent, changed(ALERT, sent=frozenset({1})), ask(rules.NODE)) == []


def test_a_turn_that_has_not_come_cannot_be_reported() -> None:
    assert rules.report_sent(rules.ReportSent("d7.p-12", 2), ALERT, ask(rules.NODE)) == Refusal(
        code="alert-unknown", facts={"alert": "d7.p-12"}
    )


# ── what becomes of it ───────────────────────────────────────────────────────────────────────────────────────────


def answer(known: Any, *, actor: str = "a-12", roles: tuple[str, ...] = ("crew",), **fields: Any) -> Any:
    cmd = rules.AnswerAlert("d7.p-12", **({"coming": True, "minutes": 10} | fields))
    return rules.answer_alert(cmd, known, ask(*roles, actor=actor))


def test_i_am_coming_says_in_how_many_minutes() -> None:
    assert answer(ALERT) == [events.AlertAnswered("d7.p-12", True, 10)]
    assert answer(ALERT, coming=False) == [events.AlertAnswered("d7.p-12", False, None)]


def test_the_same_answer_again_is_nothing_and_another_one_is_recorded() -> None:
    said = changed(ALERT, answered=True, coming=True, minutes=10)
    assert answer(said) == []
    assert answer(said, minutes=15) == [events.AlertAnswered("d7.p-12", True, 15)]


def test_nobody_answers_for_somebody_else_but_the_desk_and_a_stations_crew() -> None:
    assert answer(ALERT, actor="a-13").code == "alert-not-yours"
    assert answer(ALERT, actor="a-13", roles=("dispatcher",)) != []
    assert answer(changed(ALERT, kind="station", account=None), actor="a-13", roles=("reporter",)).code == (
        "alert-not-yours"
    )
    assert isinstance(answer(changed(ALERT, kind="station", account=None), actor="a-13"), list)


def test_the_first_look_and_each_turns_delivery_count_once() -> None:
    see, delivered = rules.SeeAlert("d7.p-12"), rules.ReportDelivered("d7.p-12", 1)
    mine = ask("crew", actor="a-12")
    assert rules.see_alert(see, ALERT, mine) == [events.AlertSeen("d7.p-12")]
    assert rules.see_alert(see, changed(ALERT, seen=True), mine) == []
    assert rules.report_delivered(delivered, ALERT, mine) == [events.AlertDelivered("d7.p-12", 1, "web-push")]
    assert rules.report_delivered(delivered, changed(ALERT, delivered=frozenset({1})), mine) == []


# ── receivers ────────────────────────────────────────────────────────────────────────────────────────────────────


def set_receiver(known: rules.SetReceiverKnown | None = None, **fields: Any) -> Any:
    given: dict[str, Any] = {"receiver": "p-12", "kind": "person", "subject": "B-12", "ways": ("sms",)} | fields
    return rules.set_receiver(
        rules.SetReceiver(**given), known or rules.SetReceiverKnown(None, ()), ask("administrator")
    )


def test_a_receiver_rests_on_what_exists() -> None:
    assert set_receiver(rules.SetReceiverKnown(None, ("nowhere",))).code == "hears-unknown"
    assert set_receiver(rules.SetReceiverKnown(None, (), account_taken="p-9")).code == "receiver-of-account"
    assert set_receiver(ways=("station-page",)).code == "way-not-for-kind"


def test_the_same_receiver_again_is_nothing_unless_addresses_are_given() -> None:
    before = rules.Receiver(receiver="p-12", kind="person", subject="B-12", ways=("sms",))
    known = rules.SetReceiverKnown(before, ())
    assert set_receiver(known) == []
    assert len(set_receiver(known, addresses=Addresses(phone=Personal("+6281254000111")))) == 1


@pytest.mark.parametrize(
    ("addresses", "field"),
    [
        (Addresses(phone=Personal("0812-54")), "phone"),
        (Addresses(phone=Personal("+62812\r\nTo: x")), "phone"),
        (Addresses(email=Personal("a@b")), "email"),
        (Addresses(email=Personal("a@example.go.id\nBcc: all@example.com")), "email"),
        (Addresses(webhook=Personal("https://example.co.id/x")), "secret"),
        (Addresses(webhook=Personal("https://example.co.id/x"), secret=Personal("whsec_c2hvcnQ=")), "secret"),
        (Addresses(webhook=Personal("http://example.co.id/x"), secret=Personal("whsec_" + "A" * 32)), "webhook"),
        (Addresses(webhook=Personal("https://example.co.id/x"), secret=Personal("whsec_" + "A" * 32)), None),
        (Addresses(phone=Personal("+6281254000111"), email=Personal("danton.b@example.go.id")), None),
    ],
)
def test_an_address_must_be_one(addresses: Addresses, field: str | None) -> None:
    assert wrong_address(addresses, ()) == field


@pytest.mark.parametrize(
    "url",
    [
        "http://push.example.com/x",
        "https://localhost/x",
        "https://node.local/x",
        "https://intranet/x",
        "https://127.0.0.1/x",
        "https://10.1.2.3/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/x",
        "https://[fd00::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://user:secret@push.example.com/x",
        "https://push.example.com:0/x",
        "https://push.example.com:99999/x",
        "https:///x",
        "https://push.example.com/\r\nX: y",
        "https://push.example.com/" + "x" * 1000,
        "ftp://push.example.com/",
    ],
)
def test_an_address_that_leads_inside_is_refused_by_its_text_already(url: str) -> None:
    assert wrong_url(url, ())


def test_public_addresses_and_named_private_networks_are_taken() -> None:
    assert not wrong_url("https://fcm.googleapis.com/fcm/send/abc:def", ())
    assert not wrong_url("https://8.8.8.8/x", ())
    assert not wrong_url("https://10.1.2.3:8443/x", ("10.1.0.0/16",))
    assert wrong_url("https://10.2.2.3/x", ("10.1.0.0/16",))


P256DH = "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"
PUSH = Push(Personal("https://push.example.com/s/abc"), Personal(P256DH), Personal("tBHItJI5svbpez7KI4CCXg"))


def subscribe(receiver: rules.Receiver | None, push: Push = PUSH) -> Any:
    return rules.subscribe_push(rules.SubscribePush(push), rules.SubscribeKnown(receiver), ask("crew", actor="a-12"))


def test_a_browser_is_known_by_a_digest_of_its_endpoint() -> None:
    (said,) = subscribe(PERSON)
    assert said == events.PushSubscribed("p-12", rules.subscription_of("https://push.example.com/s/abc"), PUSH)
    assert "push.example.com" not in said.subscription


def test_the_oldest_of_too_many_browsers_goes() -> None:
    many = changed(PERSON, subscriptions=tuple(f"s{n}" for n in range(10)))
    assert subscribe(many)[0] == events.PushUnsubscribed("s0", "replaced")


def test_a_subscription_that_cannot_be_one_is_refused() -> None:
    assert subscribe(None).code == "no-receiver"
    assert subscribe(PERSON, changed(PUSH, endpoint=Personal("https://192.168.1.1/x"))).code == "address-wrong"
    assert subscribe(PERSON, changed(PUSH, auth=Personal("short"))).code == "address-wrong"
    assert subscribe(PERSON, changed(PUSH, p256dh=Personal("not base64 !"))).code == "address-wrong"


def test_people_set_their_own_duty_and_the_desk_anybodys() -> None:
    mine = changed(PERSON, account="a-12")
    off = rules.SetDuty("p-12", on=False)
    assert rules.set_duty(off, mine, ask("crew", actor="a-12")) == [events.DutySet("p-12", False)]
    assert rules.set_duty(off, mine, ask("shift-leader")) == [events.DutySet("p-12", False)]
    refused = rules.set_duty(off, mine, ask("crew", actor="a-13"))
    assert isinstance(refused, Refusal)
    assert refused.code == "receiver-not-yours"
    assert rules.set_duty(off, changed(mine, on_duty=False), ask("shift-leader")) == []


def test_every_way_has_its_time() -> None:
    assert set(rules.WAITS) == set(events.WAYS)
    assert all(timedelta(seconds=30) <= wait <= timedelta(minutes=5) for wait in rules.WAITS.values())
