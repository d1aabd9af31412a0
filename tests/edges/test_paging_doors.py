"""What comes back about alerts: a gateway reports by its token, people answer by the link of their alert."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from conftest import Clock
from edges.door_kit import Client, Doors
from paging.town import PHONE, Carries, Node, do, fill, receivers
from siaga.app import SLICES
from siaga.edges.http import Door
from siaga.edges.paging import found
from siaga.edges.serve import log_json
from siaga.kernel.desk import Desk
from siaga.slices.paging import rules
from siaga.slices.paging.tables import views


@pytest.fixture
def slices() -> tuple[Any, ...]:
    """The whole node."""
    return SLICES


@pytest.fixture
def called(desk: Desk, clock: Clock) -> Node:
    """A person was called by SMS."""
    fill(desk)
    receivers(desk)
    do(desk, rules.SetReceiver("p-12", "person", "B-12", ("sms",), account="a-12"))
    node = Node(desk, clock, sms=Carries(f"{PHONE}-77"))
    node.dispatch("BTG-1")
    node.turn()
    return node


def row(node: Node) -> views.AlertRow:
    return node.alerts()["p-12"]


def link(node: Node) -> dict[str, str]:
    """What stands behind the # of the link that was sent."""
    alert, _, proof = node.carriers["sms"].taken[0][0].link.partition("#")[2].split("/")
    return {"alert": alert, "proof": proof}


def test_the_link_that_was_sent_shows_its_alert_and_that_it_was_seen(doors: Doors, called: Node) -> None:
    shown = doors.client().post("/api/paging/look", json=link(called))
    assert shown.status_code == 200
    assert shown.json()["place"] == "Jl. Gunung Sari RT 12"
    assert shown.json()["units"] == ["BTG-1"]
    assert row(called).seen_at is not None


def test_i_am_coming_by_the_link_in_the_name_of_who_was_called(doors: Doors, called: Node) -> None:
    answer = link(called) | {"coming": True, "minutes": 15}
    assert doors.client().post("/api/paging/answer", json=answer).status_code == 204
    assert (row(called).coming, row(called).state) == (True, "answered")
    with doors.desk.store.read() as tx:
        (entry,) = tx.rows("select actor from log where kind = 'paging.alert-answered'")
    assert entry["actor"] == "a-12"


def test_a_device_says_that_an_alert_has_reached_it(doors: Doors, called: Node) -> None:
    for _ in range(2):
        arrived = doors.client().post("/api/paging/arrived", json=link(called) | {"turn": 1})
        assert arrived.status_code == 204
    assert row(called).tries[0].delivered_at is not None


def test_a_proof_opens_its_own_alert_and_no_other_and_tries_are_noted(doors: Doors, called: Node) -> None:
    other = called.alerts()["pos-mako"].alert
    for wrong in (link(called) | {"alert": other}, link(called) | {"proof": "0" * 32}):
        refused = doors.client().post("/api/paging/look", json=wrong)
        assert (refused.status_code, refused.json()["code"]) == (403, "alert-link-not-valid")
    assert [line["kind"] for line in doors.security()].count("alert-link-not-valid") >= 1
    assert row(called).seen_at is None


def test_a_link_ends_after_some_hours(doors: Doors, called: Node, clock: Clock) -> None:
    clock.forward(13 * 3600)
    assert doors.client().post("/api/paging/look", json=link(called)).status_code == 403


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("look", {"alert": "d1.x"}, "proof"),
        ("look", {"alert": "d1.x", "proof": "short"}, "proof"),
        ("answer", {"alert": "d1.x", "proof": "0" * 32, "coming": "yes"}, "coming"),
        ("answer", {"alert": "d1.x", "proof": "0" * 32, "coming": True, "minutes": -1}, "minutes"),
        ("arrived", {"alert": "d1.x", "proof": "0" * 32, "turn": 0}, "turn"),
        ("arrived", {"alert": "d1.x", "proof": "0" * 32, "turn": 1, "more": 1}, "more"),
    ],
)
def test_what_cannot_be_read_is_400_with_its_field(doors: Doors, path: str, body: dict[str, Any], field: str) -> None:
    answer = doors.client().post(f"/api/paging/{path}", json=body)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


# ── the gateway ──────────────────────────────────────────────────────────────────────────────────────────────────


def report(client: Client, number: str = f"{PHONE}-77", status: str = "delivered") -> int:
    return client.post("/api/paging/gateway", json={"id": number, "status": status}).status_code


def test_a_gateways_report_marks_the_message_it_names_as_delivered(doors: Doors, called: Node) -> None:
    gateway = doors.program("gateway")
    assert report(gateway, status="queued") == 204
    assert row(called).tries[0].delivered_at is None
    assert report(gateway, number="somebody-elses") == 204
    assert report(gateway) == 204
    assert row(called).tries[0].delivered_at is not None


def test_nobody_but_a_gateway_reports_deliveries_and_a_gateway_does_nothing_else(doors: Doors, called: Node) -> None:
    assert report(doors.client()) == 401
    assert report(doors.person("rini", "dispatcher")) == 401
    assert report(doors.program("dispatcher")) == 403
    gateway = doors.program("gateway")
    assert gateway.get("/api/views/paging.alerts?incident=i1").status_code == 403
    assert gateway.command("paging.answer-alert", alert=row(called).alert, coming=True).status_code == 403
    assert row(called).answered_at is None


def test_a_report_that_is_none_is_400_or_passed_over(doors: Doors, called: Node) -> None:
    gateway = doors.program("gateway")
    bad = gateway.post("/api/paging/gateway", content=b"{", headers={"content-type": "application/json"})
    assert bad.status_code == 400
    odd: Any
    for odd in ([], {}, {"id": [], "status": {}}, "x"):
        assert gateway.post("/api/paging/gateway", json=odd).status_code == 204


def test_a_report_may_carry_its_number_deeper() -> None:
    said = {"messages": [{"id": "a"}, {"id": 7}], "ok": True}
    assert (found(said, "messages.1.id"), found(said, "ok"), found(said, "messages.9.id")) == ("7", "", "")


# ── the log file ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def logged(capfd: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    log_json()
    yield capfd
    structlog.reset_defaults()


def test_no_address_no_text_and_no_proof_stands_in_what_the_node_logs(
    logged: pytest.CaptureFixture[str], door: Door, doors: Doors, called: Node
) -> None:
    log_json()  # the door's fixture has set it back
    called.carriers["sms"].no = "unreachable"
    do(called.desk, rules.TryAlert("t1", "p-12"))
    called.turn()
    doors.client().post("/api/paging/look", json=link(called) | {"proof": "0" * 32})
    doors.client().post("/api/paging/answer", json=link(called) | {"coming": True})
    written = logged.readouterr().err
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    (failed,) = [line for line in lines if line["event"] == "alert-failed"]  # the doors' own log says more
    assert {"way": "sms", "reason": "unreachable"}.items() <= failed.items()
    secrets = (PHONE, PHONE[1:], "Gunung Sari", link(called)["proof"], "siaga.example.go.id")
    assert [text for text in secrets if text in written] == []
