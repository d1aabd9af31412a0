"""A serving node with its own duties: a dispatch reaches a real gateway on a local port, and the ways are shown."""

import json
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.paging.servers import Service, serving
from paging.town import PHONE, do, fill, receivers, show
from siaga.app import Node, open_node
from siaga.settings import Settings, WrongSetting, read_settings
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.paging import rules
from siaga.slices.paging.tables import views


@pytest.fixture
def gateway() -> Iterator[Service]:
    with serving() as service:
        service.answer = lambda request: (202, b'{"data": {"key": "gw-9"}}')
        yield service


@pytest.fixture
def node(tmp_path: Path, gateway: Service) -> Iterator[Node]:
    """A node set up by its settings alone."""
    token = tmp_path / "gateway.token"
    token.write_text("kunci-gateway\n")
    settings = read_settings(
        {
            "SIAGA_DATA": str(tmp_path / "data"),
            "SIAGA_ADDRESS": "https://siaga.example.go.id:8443",
            "SIAGA_SMS_URL": gateway.url + "/send",
            "SIAGA_SMS_TOKEN_FILE": str(token),
            "SIAGA_SMS_FORM": "to=phone,text=message,reference=data.key",
        }
    )
    opened = open_node(settings)
    fill(opened.desk)
    receivers(opened.desk)
    do(opened.desk, rules.SetReceiver("p-12", "person", "B-12", ("e-mail", "sms"), account="a-12"))
    opened.start()
    yield opened
    opened.close()


def within(seconds: float, wanted: Callable[[], bool]) -> bool:
    """Whether it comes true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if wanted():
            return True
        time.sleep(0.05)
    return False


def test_a_dispatch_reaches_the_person_by_the_gateway(node: Node, gateway: Service) -> None:
    do(node.desk, dispatch.Dispatch("x1", "i1", ("BTG-1",)))

    def sent() -> bool:
        rows = {row.receiver: row for row in show(node.desk, "alerts", views.AlertsQuery("i1"))}
        return "p-12" in rows and rows["p-12"].tries[0].sent_at is not None

    assert within(15, sent)
    (request,) = gateway.requests
    said = json.loads(request.body)
    assert said["phone"] == PHONE
    assert "https://siaga.example.go.id:8443/saya#d" in said["message"]
    assert (request.path, request.headers["authorization"]) == ("/send", "Bearer kunci-gateway")
    (row,) = [row for row in show(node.desk, "alerts", views.AlertsQuery("i1")) if row.receiver == "p-12"]
    assert row.skipped == {"e-mail": "not-configured"}


def test_the_ways_are_those_of_the_settings_and_the_push_key_is_the_nodes_own(node: Node) -> None:
    assert within(10, lambda: any(row.configured for row in show(node.desk, "ways") if row.way == "sms"))
    assert {row.way for row in show(node.desk, "ways") if row.configured} == {
        "station-page",
        "web-push",
        "sms",
        "webhook",
    }
    (mine,) = show(node.desk, "mine", views.MineQuery(), actor="a-12")
    assert len(mine.push_key or "") == 87
    assert stat.S_IMODE((node.settings.data / "push.key").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SIAGA_PUSH_CONTACT", "admin@example.go.id"),
        ("SIAGA_MAIL", "http://mail.example.go.id"),
        ("SIAGA_MAIL", "smtps://mail.example.go.id"),  # nobody it comes from
        ("SIAGA_SMS_URL", "ftp://gateway.example.go.id"),
        ("SIAGA_SMS_FORM", "to=to,text=text"),
        ("SIAGA_SMS_REPORT", "reference=id"),
        ("SIAGA_PRIVATE_NETWORKS", "10.20.0.0/99"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_at_the_start(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match="SIAGA_"):
        read_settings({name: value})


def test_web_push_names_the_nodes_address_when_no_contact_is_set() -> None:
    assert Settings(address="https://siaga.example.go.id:8443/x").contact == "https://siaga.example.go.id"
    assert Settings(address="https://siaga").contact == ""
    assert Settings(address="http://siaga.example.go.id").contact == ""
    assert Settings(push_contact="mailto:a@example.go.id").contact == "mailto:a@example.go.id"


def test_secrets_are_shown_nowhere_in_the_settings(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("sangat-rahasia")
    shown = read_settings({"SIAGA_SMS_TOKEN_FILE": str(token), "SIAGA_MAIL": "", "SIAGA_DATA": str(tmp_path)}).shown()
    assert "sangat-rahasia" not in repr(list(shown))
