"""Alerts through the desk, on both stores: who was called, how far it came, what a station and a person see."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import BOTH_STORES, SATURDAY, VAULT_KEY, Clock, ask
from paging.town import EMAIL, HOOK, PHONE, SECRET, Carries, Node, do, fill, receivers, show
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Personal, Refusal, Told, written
from siaga.kernel.storage import Tx
from siaga.slices.access.rules import AddAccount, DisableAccount, EnableAccount
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.intake.rules import CancelIncident, CorrectPlace
from siaga.slices.paging import effects, rules
from siaga.slices.paging.events import Addresses, Push
from siaga.slices.paging.tables import views
from siaga.slices.paging.tables.sending import Waiting


@pytest.fixture(params=BOTH_STORES)
def town(request: pytest.FixtureRequest, tmp_path: Any, clock: Clock) -> Iterator[Desk]:
    """The town with its receivers, on both stores."""
    if request.param == "postgres":
        address = str(request.getfixturevalue("postgres").database())
    else:
        address = str(tmp_path / "siaga.db")
    desk = Desk(open_store(address), SLICES, vault_key=VAULT_KEY, clock=clock)
    fill(desk)
    receivers(desk)
    yield desk
    desk.close()


@pytest.fixture
def node(town: Desk, clock: Clock) -> Node:
    """Its node, with every way but Web Push set up."""
    return Node(town, clock, e_mail=Carries(), sms=Carries("gw-1"), webhook=Carries())


def at(seconds: float) -> str:
    return written(SATURDAY + timedelta(seconds=seconds))


def station(desk: Desk, name: str = "mako") -> list[views.RingingRow]:
    return list(show(desk, "station", views.StationQuery(name)))


def status(desk: Desk, unit: str, said: Any, incident: str | None = "i1", **more: Any) -> None:
    do(desk, dispatch.ReportStatus(unit, said, incident), **more)


def test_a_dispatch_calls_its_station_and_the_person_on_the_unit_and_nobody_else(node: Node) -> None:
    node.dispatch("BTG-1")
    node.turn()
    called = node.alerts()
    assert called.keys() == {"pos-mako", "p-12"}
    assert (called["pos-mako"].name, called["pos-mako"].way, called["pos-mako"].state) == (
        "Mako",
        "station-page",
        "calling",
    )
    assert [message.id for message, _ in node.carriers["e-mail"].taken] == [called["p-12"].alert]
    assert node.carriers["e-mail"].taken[0][1] == {"email": EMAIL}
    assert node.carriers["sms"].taken == node.carriers["webhook"].taken == []


def test_an_organisation_hears_of_the_stations_it_was_entered_for(node: Node) -> None:
    node.dispatch("BTG-3")
    node.turn()
    ((message, address),) = node.carriers["webhook"].taken
    assert address == {"webhook": HOOK, "secret": SECRET}
    assert b"Jl. Gunung Sari RT 12" in message.body


def test_who_is_off_duty_is_not_called_unless_recalled(node: Node) -> None:
    do(node.desk, rules.SetDuty("p-12", on=False))
    node.dispatch("BTG-1")
    node.turn()
    assert node.alerts().keys() == {"pos-mako"}
    do(node.desk, rules.Recall("r1", "i1", Told("api besar, semua tenaga")))
    node.turn()
    row = node.alerts()["p-12"]
    assert (row.cause, row.way) == ("recall", "e-mail")
    assert "lepas piket" in node.carriers["e-mail"].taken[0][0].text


def test_the_log_is_read_twice_and_everybody_is_called_once(node: Node) -> None:
    node.dispatch("BTG-1")
    node.turn()
    position = node.desk.position()
    effects.raising(node.desk)()  # as another process does, or this one after a restart
    node.turn()
    assert node.desk.position() == position
    assert len(node.carriers["e-mail"].taken) == 1


def test_many_dispatches_at_once_are_all_followed(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "PAGE", 2)
    for unit in ("BTG-1", "BTG-2", "BTG-3"):
        node.dispatch(unit)
    node.turn()
    node.turn()
    assert len(station(node.desk)) == 2
    assert len(station(node.desk, "loktuan")) == 1


def test_a_dispatch_of_long_ago_calls_nobody(node: Node, clock: Clock) -> None:
    node.dispatch("BTG-1")
    clock.forward(3600)
    node.turn()
    assert node.alerts() == {}


def test_an_alert_nobody_answers_goes_by_the_next_way_and_every_turn_is_shown(node: Node) -> None:
    node.dispatch("BTG-1")
    node.turn()
    node.turn(rules.WAITS["e-mail"].total_seconds() - 1)
    assert node.carriers["sms"].taken == []
    node.turn(1)
    row = node.alerts()["p-12"]
    assert [(t.turn, t.way, t.sent_at) for t in row.tries] == [(1, "e-mail", at(0)), (2, "sms", at(180))]
    ((message, address),) = node.carriers["sms"].taken
    assert address == {"phone": PHONE}
    assert "/saya#" in message.link
    node.turn(rules.WAITS["sms"].total_seconds())
    assert node.alerts()["p-12"].tries[2].way == "e-mail"


def test_after_three_rounds_it_stands_as_unanswered(node: Node) -> None:
    node.dispatch("BTG-1")
    for _ in range(10):
        node.turn(180)
    row = node.alerts()["p-12"]
    assert (row.state, len(row.tries)) == ("unanswered", 6)
    assert node.alerts()["pos-mako"].state == "unanswered"
    node.turn(3600)
    assert len(node.alerts()["p-12"].tries) == 6


def test_i_am_coming_ends_the_calling_and_says_when(node: Node, clock: Clock) -> None:
    node.dispatch("BTG-1")
    node.turn()
    clock.forward(30)
    do(node.desk, rules.AnswerAlert(node.alerts()["p-12"].alert, coming=True, minutes=10), actor="a-12")
    node.turn(600)
    row = node.alerts()["p-12"]
    assert (row.state, row.coming, row.answered_at, row.coming_at) == ("answered", True, at(30), at(630))
    assert row.seen_at == at(30)
    assert [t.way for t in row.tries] == ["e-mail"]


def test_an_earlier_answer_that_arrives_late_does_not_undo_the_later_one(node: Node, clock: Clock) -> None:
    node.dispatch("BTG-1")
    node.turn()
    alert = node.alerts()["p-12"].alert
    do(node.desk, rules.AnswerAlert(alert, coming=False), after_s=60)
    do(node.desk, rules.AnswerAlert(alert, coming=True, minutes=5), after_s=20)
    assert node.alerts()["p-12"].coming is False


def test_a_way_that_fails_is_followed_by_the_next_and_the_failure_is_shown(node: Node) -> None:
    node.carriers["e-mail"].no = "unreachable"
    node.dispatch("BTG-1")
    node.turn()
    node.turn()
    tries = node.alerts()["p-12"].tries
    assert [(t.way, t.reason, t.sent_at) for t in tries] == [("e-mail", "unreachable", None), ("sms", None, at(0))]
    ways = {row.way: row for row in show(node.desk, "ways")}
    assert (ways["e-mail"].failed_at, ways["e-mail"].reason) == (at(0), "unreachable")
    assert ways["sms"].sent_at == at(0)
    assert {name: row.configured for name, row in ways.items()} == {
        "station-page": True,
        "web-push": False,
        "sms": True,
        "e-mail": True,
        "webhook": True,
    }


def test_a_carrier_that_breaks_keeps_nobody_from_the_next_way(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(message: Any, address: Any) -> str:
        raise KeyError("surprise")

    monkeypatch.setattr(node.carriers["e-mail"], "carry", bug)
    node.dispatch("BTG-1")
    node.turn()
    node.turn()
    assert [(t.way, t.reason) for t in node.alerts()["p-12"].tries] == [("e-mail", "broken"), ("sms", None)]


def test_a_way_that_is_not_set_up_is_named_with_its_reason(town: Desk, clock: Clock) -> None:
    node = Node(town, clock, sms=Carries())
    node.dispatch("BTG-1")
    node.turn()
    row = node.alerts()["p-12"]
    assert (row.skipped, row.way) == ({"e-mail": "not-configured"}, "sms")


def test_what_was_sent_but_not_yet_recorded_is_sent_again_with_the_same_id_and_recorded_once(
    town: Desk, clock: Clock
) -> None:
    first, second = Carries(), Carries()
    node = Node(town, clock, e_mail=first)
    node.dispatch("BTG-1")
    node.followed()
    lost = node.sender
    lost._report = lambda: None  # type: ignore[method-assign]  # the process dies between sending and recording
    lost.duty()
    assert first.heard.wait(5)
    again = Node(town, clock, e_mail=second)
    again.turn()
    again.turn()
    assert [m.id for m, _ in second.taken] == [m.id for m, _ in first.taken]
    with town.store.read() as tx:
        kinds = [r["kind"] for r in tx.rows("select kind from log where kind = 'paging.alert-sent'")]
    assert len(kinds) == 2  # the e-mail, and the page of the station


def test_nothing_is_sent_while_the_tables_are_played_again(node: Node) -> None:
    node.dispatch("BTG-1")
    node.turn()
    slice_ = next(s for s in node.desk.slices if s.name == "paging")
    node.desk.work(lambda tx: node.desk.start_over(tx, slice_, behind=0))
    node.sender.duty()
    assert not node.sender._pools
    node.desk.catch_up()
    node.turn()
    assert len(node.carriers["e-mail"].taken) == 1


def test_without_an_address_of_the_node_only_a_pushed_alert_carries_a_link(town: Desk) -> None:
    assert effects.link_to(town, "", Waiting("d1.x", 1, "sms")) == ""
    assert effects.link_to(town, "", Waiting("d1.x", 1, "web-push")).startswith("/saya#d1.x/1/")
    assert effects.link_to(town, "https://a.b/", Waiting("d1.x", 1, "sms")).startswith("https://a.b/saya#d1.x/1/")


def test_a_gateways_report_is_found_by_a_digest_of_its_number(node: Node) -> None:
    do(node.desk, rules.SetReceiver("p-12", "person", "B-12", ("sms",), account="a-12"))
    node.carriers["sms"].reference = PHONE + "-77"  # some gateways make theirs of the number they call
    node.dispatch("BTG-1")
    node.turn()
    with node.desk.store.read() as tx:
        held = tx.rows("select reference from paging_try where way = 'sms'")
    assert held == [{"reference": effects.reference_of(node.desk, PHONE + "-77")}]


# ── the station ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_station_shows_what_rings_with_a_sentence_to_be_read_out(node: Node) -> None:
    assert station(node.desk) == []
    node.dispatch("BTG-1", "BTG-2", "BTG-3")
    node.turn()
    (row,) = station(node.desk)
    assert [(u.unit, u.state) for u in row.units] == [("BTG-1", "sent"), ("BTG-2", "sent")]
    assert row.spoken["id"] == (
        "BTG 1 dan BTG 2, berangkat. Rumah tinggal. Jl. Gunung Sari RT 12. Kejadian 0001, pukul 21.00."
        " Ada orang terancam."
    )
    assert row.spoken["en"].startswith("BTG 1 and BTG 2, respond. House fire. Jl. Gunung Sari RT 12.")
    assert (row.turn, row.delivered, row.answered_at) == (1, False, None)
    do(node.desk, rules.ReportDelivered(row.alert, 1))
    assert station(node.desk)[0].delivered
    assert [u.unit for u in station(node.desk, "loktuan")[0].units] == ["BTG-3"]


def test_it_is_taken_by_a_hand_and_quiet_once_every_unit_has_left(node: Node) -> None:
    node.dispatch("BTG-1", "BTG-2")
    node.turn()
    do(node.desk, rules.AnswerAlert(station(node.desk)[0].alert, coming=True))
    status(node.desk, "BTG-1", "on-the-way")
    (row,) = station(node.desk)
    assert (row.answered_at, [u.state for u in row.units]) == (at(0), ["left", "sent"])
    status(node.desk, "BTG-2", "on-the-way")
    assert station(node.desk) == []


def test_a_unit_that_acknowledges_by_itself_settles_the_alert(node: Node) -> None:
    node.dispatch("BTG-1")
    node.turn()
    status(node.desk, "BTG-1", "assigned", None)
    node.turn(600)
    assert {name: (row.state, len(row.tries)) for name, row in node.alerts().items()} == {
        "pos-mako": ("settled", 1),
        "p-12": ("settled", 1),
    }
    assert [u.state for u in station(node.desk)[0].units] == ["heard"]


def test_an_answer_from_a_device_whose_clock_is_behind_counts(node: Node, clock: Clock) -> None:
    clock.forward(100)
    node.dispatch("BTG-1")
    node.turn()
    status(node.desk, "BTG-1", "on-the-way", after_s=40)
    assert station(node.desk) == []


def test_what_a_unit_was_before_says_nothing_about_its_alert(node: Node, clock: Clock) -> None:
    clock.forward(100)
    node.dispatch("BTG-1")
    node.turn()
    status(node.desk, "BTG-1", "ready", None, after_s=40)
    assert len(station(node.desk)) == 1


def test_a_cancelled_unit_a_pulled_one_and_an_incident_that_is_over_ring_no_more(node: Node) -> None:
    node.dispatch("BTG-1", "BTG-3")
    node.turn()
    do(node.desk, dispatch.CancelUnit("BTG-1", "i1"))
    assert station(node.desk) == []
    assert len(station(node.desk, "loktuan")) == 1
    do(node.desk, CancelIncident("i1", Told("alarm palsu")))
    assert station(node.desk, "loktuan") == []
    node.turn(600)
    assert {row.state for row in node.alerts().values()} == {"over"}


def test_a_unit_that_stands_by_elsewhere_is_called_there(node: Node) -> None:
    do(node.desk, dispatch.MoveUnit("BTG-1", "loktuan"))
    node.dispatch("BTG-1")
    node.turn()
    assert station(node.desk) == []
    assert len(station(node.desk, "loktuan")) == 1


def test_a_corrected_place_is_the_one_that_is_read_out(node: Node) -> None:
    node.dispatch("BTG-1")
    node.turn()
    do(node.desk, CorrectPlace("i1", 117.5, 0.14, place=Told("Jl. Brokoli 4")))
    (row,) = station(node.desk)
    assert row.place == "Jl. Brokoli 4"
    assert "Jl. Brokoli 4" in row.spoken["id"]


def test_a_trial_rings_says_so_and_ends_with_its_answer(node: Node) -> None:
    do(node.desk, rules.TryAlert("t1", "pos-mako"))
    node.turn()
    (row,) = station(node.desk)
    assert (row.cause, row.number, row.units) == ("test", None, [])
    assert row.spoken["id"].startswith("Uji panggilan pukul 21.00")
    do(node.desk, rules.AnswerAlert(row.alert, coming=True))
    assert station(node.desk) == []


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────

PUSH = Push(
    Personal("https://push.example.com/s/abc"),
    Personal("BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"),
    Personal("tBHItJI5svbpez7KI4CCXg"),
)


def mine(desk: Desk, actor: str = "a-12") -> list[views.MineRow]:
    return list(show(desk, "mine", views.MineQuery(), actor=actor))


def test_a_person_sees_their_own_alerts_and_who_is_no_receiver_sees_none(node: Node) -> None:
    node.dispatch("BTG-1")
    node.turn()
    (row,) = mine(node.desk)
    assert (row.receiver, row.on_duty, row.push_key) == ("p-12", True, None)
    assert [(a.units, a.open) for a in row.alerts] == [(["BTG-1"], True)]
    assert mine(node.desk, "a-13") == []


def test_a_browser_that_is_gone_is_forgotten_and_the_next_way_follows(town: Desk, clock: Clock) -> None:
    push = Carries()
    node = Node(town, clock, web_push=push, sms=Carries())
    do(town, rules.SetReceiver("p-12", "person", "B-12", ("web-push", "sms"), account="a-12"))
    do(town, rules.SubscribePush(PUSH), actor="a-12")
    assert mine(town)[0].subscriptions == [rules.subscription_of("https://push.example.com/s/abc")]
    assert mine(town)[0].push_key == "BKey"
    push.no, push.gone = "gone", True
    node.dispatch("BTG-1")
    node.turn()
    node.turn()
    assert push.taken[0][1]["endpoint"] == "https://push.example.com/s/abc"
    assert [(t.way, t.reason) for t in node.alerts()["p-12"].tries] == [("web-push", "gone"), ("sms", None)]
    assert mine(town)[0].subscriptions == []
    assert words(town, "https://push.example.com") == 0


def test_a_browser_can_unsubscribe_and_belongs_to_who_subscribed_last(town: Desk) -> None:
    do(town, rules.SetReceiver("p-13", "account", "a-13", ("web-push",)))
    do(town, rules.SubscribePush(PUSH), actor="a-12")
    do(town, rules.SubscribePush(PUSH), actor="a-13")
    assert (mine(town)[0].subscriptions, len(mine(town, "a-13")[0].subscriptions)) == ([], 1)
    do(town, rules.UnsubscribePush(Personal("https://push.example.com/s/abc")), actor="a-13")
    assert mine(town, "a-13")[0].subscriptions == []


# ── what must not be seen ────────────────────────────────────────────────────────────────────────────────────────


def words(desk: Desk, *texts: str) -> int:
    """How many values of the vault that can still be read say one of these."""
    found = 0
    with desk.store.read() as tx:
        refs = [row["ref"] for row in tx.rows("select ref from vault_word where value is not null")]
    reader = ask("administrator")

    def readable(tx: Tx) -> list[str]:
        return [desk.vault.reveal(tx, {"x": ref}, reader, "test")["x"] or "" for ref in refs]

    for value in desk.work(readable):
        found += any(text in value for text in texts)
    return found


def test_only_an_administrator_reads_addresses_and_that_is_logged(town: Desk) -> None:
    (row,) = show(town, "addresses", views.AddressesQuery("p-12"))
    assert (row.phone, row.email, row.webhook) == (PHONE, EMAIL, None)
    with town.store.read() as tx:
        assert {r["purpose"] for r in tx.rows("select purpose from vault_reading")} == {"paging.addresses"}
    assert isinstance(town.show("paging.addresses", views.AddressesQuery("p-12"), ask("shift-leader")), Refusal)
    (pln,) = show(town, "addresses", views.AddressesQuery("pln"))
    assert not hasattr(pln, "secret")
    shown = {r.receiver: (r.have, r.browsers) for r in show(town, "receivers")}
    assert shown["p-12"] == (["e-mail", "sms"], 0)


def test_an_address_that_is_replaced_or_removed_is_destroyed(town: Desk) -> None:
    assert words(town, PHONE, EMAIL) == 2
    new = Addresses(phone=Personal("+6281299900022"))
    do(town, rules.SetReceiver("p-12", "person", "B-12", ("sms",), account="a-12", addresses=new))
    assert words(town, PHONE, EMAIL) == 0
    assert words(town, "+6281299900022") == 1
    do(town, rules.SetReceiver("p-12", "person", "B-12", ("sms", "e-mail"), account="a-12"))
    assert words(town, "+6281299900022") == 1
    do(town, rules.RemoveReceiver("p-12"))
    assert words(town, "+6281299900022") == 0
    assert [r.receiver for r in show(town, "receivers")] == ["pln", "pos-loktuan", "pos-mako"]
    do(town, rules.RemoveReceiver("pln"))
    assert words(town, HOOK, SECRET) == 0


def test_no_address_and_no_secret_stands_in_the_log_or_in_a_derived_table(node: Node) -> None:
    do(node.desk, rules.SubscribePush(PUSH), actor="a-12")
    node.dispatch("BTG-1", "BTG-3")
    node.turn()
    node.turn(180)
    with node.desk.store.read() as tx:
        held = [str(row) for row in tx.rows("select body from log")]
        for s in node.desk.slices:
            for table in (*s.tables, *s.kept_tables):
                held += [str(list(row.values())) for row in tx.rows(f"select * from {table}")]
    whole = "\n".join(held)
    assert "p-12" in whole
    secrets = (PHONE, EMAIL, HOOK, SECRET, "push.example.com", "tBHItJI5svbpez7KI4CCXg", "rahasia-8841")
    assert [text for text in secrets if text in whole] == []


def test_no_address_can_be_read_from_the_files_of_the_store(town: Desk, tmp_path: Path) -> None:
    do(town, rules.SubscribePush(PUSH), actor="a-12")
    whole = b"".join(file.read_bytes() for file in tmp_path.glob("siaga.db*"))  # PostgreSQL's files lie elsewhere
    assert b"p-12" in whole or not whole
    for text in (PHONE, EMAIL, HOOK, SECRET, "push.example.com"):
        assert text.encode() not in whole


def test_after_a_rebuild_every_table_and_view_is_as_before(node: Node) -> None:
    do(node.desk, rules.SetDuty("p-12", on=False))
    do(node.desk, rules.SubscribePush(PUSH), actor="a-12")
    node.carriers["e-mail"].no = "timeout"
    node.dispatch("BTG-1", "BTG-3")
    do(node.desk, rules.Recall("r1", "i1", Told("semua tenaga")))
    for _ in range(4):
        node.turn(100)
    status(node.desk, "BTG-3", "on-the-way")
    do(node.desk, rules.RemoveReceiver("pln"))

    def picture() -> list[Any]:
        slice_ = next(s for s in node.desk.slices if s.name == "paging")
        with node.desk.store.read() as tx:
            tables = [sorted(map(str, tx.rows(f"select * from {t}"))) for t in slice_.tables]
        return [*tables, node.alerts(), station(node.desk), mine(node.desk), show(node.desk, "receivers")]

    before = picture()
    assert all(before[:3])
    node.desk.rebuild(["paging"])
    assert picture() == before


def test_a_person_sets_their_own_duty(town: Desk) -> None:
    off = rules.SetDuty("p-12", on=False)
    assert isinstance(town.handle(off, ask("crew", actor="a-12")), Accepted)
    assert not mine(town)[0].on_duty


def test_who_has_a_closed_account_is_not_called_until_it_is_open_again(node: Node) -> None:
    do(node.desk, AddAccount("Peleton B", ("crew",), account="a-12"))
    do(node.desk, DisableAccount("a-12"))
    node.dispatch("BTG-1")
    node.turn()
    assert sorted(node.alerts()) == ["pos-mako"]
    assert {r.receiver: r.closed for r in show(node.desk, "receivers")}["p-12"] is True
    trial = node.desk.handle(rules.TryAlert("t1", "p-12"), ask("administrator"))
    assert isinstance(trial, Refusal)
    assert trial.code == "receiver-closed"
    do(node.desk, EnableAccount("a-12"))
    node.dispatch("BTG-2")
    do(node.desk, dispatch.CancelUnit("BTG-1", "i1"))
    node.dispatch("BTG-1")
    node.turn()
    assert "p-12" in node.alerts()
    assert len(node.carriers["e-mail"].taken) == 1


def test_an_alert_that_runs_ends_with_its_account(node: Node) -> None:
    do(node.desk, AddAccount("Peleton B", ("crew",), account="a-12"))
    do(node.desk, rules.SetReceiver("pos-mako", "station", "mako", ("station-page",), account="a-12b"))
    node.dispatch("BTG-1")
    node.followed()
    do(node.desk, DisableAccount("a-12"))
    for _ in range(20):
        node.turn(30)
    assert node.carriers["e-mail"].taken == node.carriers["sms"].taken == []
    node.desk.rebuild()
    node.turn(30)
    assert node.carriers["e-mail"].taken == node.carriers["sms"].taken == []
