"""TLS by the node's own authority, and the guide that takes a tablet there."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from edges.door_kit import Doors
from siaga.adapters.authority import ensure
from siaga.edges import install
from siaga.edges.cli import run
from siaga.edges.http import Door
from siaga.kernel.desk import Desk
from siaga.settings import Settings, WrongSetting, read_settings

NOW = datetime.now(UTC)


def test_tls_says_what_it_made_and_makes_it_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*arguments: str) -> Any:
        assert run(["--data", str(tmp_path), "tls", "--json", *arguments]) == 0
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    first = said("--name", "siaga.bontang.internal")
    assert {"siaga.bontang.internal", "localhost", "127.0.0.1"} <= set(first["names"])
    assert re.fullmatch(r"([0-9A-F]{2}:){31}[0-9A-F]{2}", first["fingerprint"])
    assert Path(first["authority"]).read_text().startswith("-----BEGIN CERTIFICATE")
    assert datetime.fromisoformat(first["ends"]) - NOW < timedelta(days=397)
    again = said()
    assert again == first | {"renewed": False}
    assert run(["--data", str(tmp_path), "tls", "--name", "elsewhere.example.com"]) == 1
    assert "--new-authority" in capsys.readouterr().err
    assert said("--name", "elsewhere.example.com", "--new-authority")["fingerprint"] != first["fingerprint"]


class Served(NamedTuple):
    """A node over TLS, as `siaga serve --tls` runs it."""

    address: str
    guide: str
    authority: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("node")
    node = subprocess.Popen(
        [sys.executable, "-m", "siaga.edges.cli", "--data", str(data), "serve", "--tls", "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"SIAGA_PLAIN_LISTEN": "127.0.0.1:0", "PYTHONPATH": os.pathsep.join(sys.path), "LANG": "C"},
    )
    assert node.stdout is not None
    assert node.stderr is not None
    address = json.loads(node.stdout.readline())["address"]
    told = next(found for line in node.stderr if (found := re.search(r"http://[^ /]+:(\d+)/pasang", line)))
    yield Served(address, f"http://127.0.0.1:{told.group(1)}/pasang", data / "tls" / "authority.pem")
    node.terminate()
    node.communicate(timeout=30)
    assert node.returncode == 0


@pytest.mark.server
def test_only_who_was_told_of_the_authority_trusts_the_node(served: Served) -> None:
    trusting = httpx.Client(verify=ssl.create_default_context(cafile=str(served.authority)))
    assert trusting.get(f"{served.address}/health").json()["status"] == "ok"
    assert trusting.get(f"{served.address.replace('127.0.0.1', 'localhost')}/health").status_code == 200
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        httpx.get(f"{served.address}/health")


@pytest.mark.server
def test_a_name_the_certificate_does_not_hold_is_not_trusted(served: Served) -> None:
    context = ssl.create_default_context(cafile=str(served.authority))
    port = int(served.address.rpartition(":")[2])
    with (
        socket.create_connection(("127.0.0.1", port)) as line,
        pytest.raises(ssl.SSLCertVerificationError),
        context.wrap_socket(line, server_hostname="bank.example.com"),
    ):
        pass


@pytest.mark.server
def test_an_own_authority_binds_no_browser_to_tls(served: Served) -> None:
    answer = httpx.get(f"{served.address}/health", verify=ssl.create_default_context(cafile=str(served.authority)))
    assert "strict-transport-security" not in answer.headers
    assert "content-security-policy" in answer.headers


@pytest.mark.server
def test_in_the_clear_there_is_the_guide_the_certificate_and_the_way_to_the_secure_address(served: Served) -> None:
    page = httpx.get(served.guide)
    assert page.status_code == 200
    der = ssl.PEM_cert_to_DER_cert(served.authority.read_text())
    assert install.authority(served.authority.parent).fingerprint in page.text  # type: ignore[union-attr]
    root = served.guide.removesuffix("/pasang")
    certificate = httpx.get(root + install.CERTIFICATE)
    assert (certificate.content, certificate.headers["content-type"]) == (der, "application/x-x509-ca-cert")
    assert httpx.get(root + install.SHEET).headers["content-type"].startswith("text/css")
    port = served.address.rpartition(":")[2]
    for path in ("/", "/meja", "/api/session", "/pages/own.css"):
        sent = httpx.get(root + path)
        assert sent.status_code == 307
        assert re.fullmatch(rf"https://[^/]+:{port}{path}", sent.headers["location"])
        assert sent.headers["cache-control"] == "no-store"
    refused = httpx.post(f"{root}/api/session", json={"name": "a", "password": "b"})
    assert (refused.status_code, refused.json()["code"]) == (403, "tls-required")


@pytest.mark.server
def test_a_session_over_tls_has_cookies_that_never_travel_in_the_clear(doors: Doors) -> None:
    doors.account("rini", "dispatcher")
    client = doors.client("127.0.0.1", **{"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"})
    cookie = client.sign_in("rini").headers["set-cookie"]
    assert cookie.startswith("__Host-siaga_session=")
    assert "; Secure" in cookie


@pytest.fixture
def own(desk: Desk, tmp_path: Path) -> Iterator[Door]:
    """A door of a node with an authority of its own."""
    ensure(tmp_path / "tls", ("siaga.bontang.internal", "192.168.10.5", "localhost", "127.0.0.1"), NOW)
    door = Door(desk, Settings(data=tmp_path, tls="own", listen="0.0.0.0:8113"))
    yield door
    door.close()


def test_the_guide_is_whole_in_both_languages_without_a_script(own: Door, doors: Doors) -> None:
    doors.door = own
    pages = {code: doors.client().get(f"/pasang?bahasa={code}").text for code in ("id", "en")}
    assert "Pasang Siaga di tablet ini" in pages["id"]
    assert "Install Siaga on this tablet" in pages["en"]
    for page in pages.values():
        assert page.count("<li>") == 5
        assert page.count('class="drawn"') == 5
        assert page.count('class="qr"') == 2
        assert "install." not in page
        assert "$" not in page
        assert "<script" not in page
        assert "style=" not in page  # the policy would not draw it
        assert "https://192.168.10.5:8113/" in page  # not asked for by a name of its own
        assert "http://192.168.10.5:8114/pasang" in page


def test_the_guide_names_the_host_it_was_asked_by_only_if_the_certificate_holds_it(own: Door, doors: Doors) -> None:
    doors.door = own
    asked = {
        host: doors.client(Host=host).get("/pasang").text
        for host in ("siaga.bontang.internal:8113", "evil.example.com", "localhost:8113", "127.0.0.1:8113")
    }
    assert "https://siaga.bontang.internal:8113/" in asked.pop("siaga.bontang.internal:8113")
    for page in asked.values():
        assert "https://192.168.10.5:8113/" in page
        assert "evil" not in page


def test_with_a_public_certificate_the_guide_has_two_steps_and_no_authority(doors: Doors) -> None:
    client = doors.client()
    page = client.get("/pasang").text
    assert page.count("<li>") == 2
    assert "siaga-otoritas" not in page
    assert client.get(install.CERTIFICATE).status_code == 404


def test_a_node_that_runs_longer_than_its_certificate_takes_the_new_one(tmp_path: Path) -> None:
    """What `siaga serve` does every hour: renew, and load into the connections that come."""
    folder = tmp_path / "tls"
    made = ensure(folder, ("localhost",), NOW - timedelta(days=380))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    again = ensure(folder, (), NOW)
    assert again.renewed
    context.load_cert_chain(again.certificate, again.key)
    trusting = ssl.create_default_context(cafile=str(again.authority))
    ours, theirs = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusting.wrap_bio(ours, theirs, server_hostname="localhost")
    server = context.wrap_bio(theirs, ours, server_side=True)
    for side in (client, server, client, server):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    shown = client.getpeercert()
    assert shown is not None
    ends = ssl.cert_time_to_seconds(str(shown["notAfter"]))
    assert ends > (NOW + timedelta(days=300)).timestamp()


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ({}, ""),
        ({"SIAGA_TLS": "own"}, "127.0.0.1:8114"),
        ({"SIAGA_TLS": "own", "SIAGA_LISTEN": "0.0.0.0:443", "SIAGA_PLAIN_LISTEN": "0.0.0.0:80"}, "0.0.0.0:80"),
        ({"SIAGA_TLS": "own", "SIAGA_PLAIN_LISTEN": "-"}, ""),
    ],
)
def test_where_the_guide_answers_in_the_clear(given: dict[str, str], plain: str) -> None:
    assert read_settings(given).plain == plain


@pytest.mark.parametrize("given", [{"SIAGA_TLS": "yes"}, {"SIAGA_TLS": "own", "SIAGA_PLAIN_LISTEN": "80x"}])
def test_a_wrong_setting_of_tls_is_named(given: dict[str, str]) -> None:
    with pytest.raises(WrongSetting, match=next(reversed(given))):
        read_settings(given)


def test_tls_needs_no_program_of_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("openssl") is None
    assert run(["--data", str(tmp_path / "data"), "tls", "--json"]) == 0
