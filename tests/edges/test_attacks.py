"""What strangers and careless programs may try at the door, each found to give way once, and what they get now."""

import json
import logging
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import structlog

from conftest import Clock, ask
from edges.door_kit import Client, Doors, Live, asked
from siaga.edges import security, serve
from siaga.edges.call import Around, Call, peer
from siaga.edges.http import Door
from siaga.edges.limits import EXPIRED
from siaga.kernel.desk import Desk
from siaga.settings import Settings
from siaga.slices.access import rules
from siaga.slices.access.tables import admin, gate

JSON = {"Content-Type": "application/json"}
DEEP = b"[" * 60_000


def around(proxies: str = "127.0.0.1,::1", control_room: str = "127.0.0.0/8,::1") -> Around:
    return Around(proxies, control_room)


# ── what is sent ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("protocol", ["osmand", "owntracks", "traccar"])
def test_json_that_nests_without_end_is_malformed_and_breaks_nothing(doors: Doors, protocol: str) -> None:
    _, secret = doors.device("crew")
    tablet = doors.client(Authorization=f"Bearer {secret}")
    answer = tablet.post(f"/api/trackers/{protocol}", content=DEEP, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_an_observation_that_nests_without_end_is_malformed_too(doors: Doors) -> None:
    _, secret = doors.device("commander")
    tablet = doors.client(Authorization=f"Bearer {secret}")
    body = b'{"ask":{"id":"a1","x":' + DEEP
    assert tablet.post("/api/commands/toy.see-smoke", content=body, headers=JSON).status_code == 400


@pytest.mark.parametrize("protocol", ["owntracks", "traccar"])
def test_a_stranger_is_sent_away_before_anything_of_the_message_is_read(doors: Doors, protocol: str) -> None:
    answer = doors.client().post(f"/api/trackers/{protocol}", content=b"{", headers=JSON)
    assert answer.status_code == 401
    assert doors.security()[-1]["kind"] == "not-signed-in"


@pytest.mark.parametrize("number", ["nan", "inf", "-inf"])
def test_a_parameter_that_is_no_number_on_earth_is_400(doors: Doors, number: str) -> None:
    rini = doors.person("rini", "dispatcher")
    answer = rini.get(f"/api/views/toy.near?lat={number}")
    assert (answer.status_code, answer.json()["field"]) == (400, "lat")


@pytest.mark.parametrize("ending", ["\\n", "\\u000a", "\\u000A"])
def test_an_id_does_not_end_in_a_line_end(doors: Doors, ending: str) -> None:
    rini = doors.person("rini", "dispatcher")
    body = json.dumps(asked("a1", note="n1", text="satu")).replace('"a1"', f'"a1{ending}"')
    answer = rini.post("/api/commands/toy.write-note", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["field"]) == (400, "ask.id")


def test_what_people_tell_may_end_in_a_line_end(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    assert rini.command("toy.write-note", note="n1", text="satu\n").status_code == 200
    assert rini.get("/api/views/toy.notes").json()["rows"][0]["text"] == "satu\n"


def test_a_name_with_a_nul_is_malformed_before_any_database_sees_it(doors: Doors) -> None:
    answer = doors.client().post("/api/session", json={"name": "ri\x00ni", "password": "salah-sekali"})
    assert (answer.status_code, answer.json()["field"]) == (400, "name")


def test_a_tracker_that_is_no_id_is_dropped_and_counted(doors: Doors) -> None:
    for name in ("Budi Santoso", "a\x00b", "gps-7\n", ""):
        fix = {"latitude": 0.1, "longitude": 117.5, "fixTime": "2026-03-07T12:59:30Z", "valid": True}
        body = {"position": fix, "device": {"uniqueId": name}}
        assert doors.program("tracker").post("/api/trackers/traccar", json=body).status_code in (200, 400)
    with doors.desk.store.read() as tx:
        assert tx.rows("select tracker from toy_place") == []
    assert doors.desk.counts["readings-dropped"] == 3


def test_a_stream_that_resumes_from_no_number_begins_anew(doors: Doors, live: Live) -> None:
    _, secret = doors.device("crew")
    asks = f"GET /api/feed HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {secret}\r\nLast-Event-ID: \xb2\r\n\r\n"
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as line:
        line.sendall(asks.encode("latin-1"))
        answer = b""
        while b"event: stale" not in answer:
            more = line.recv(65536)
            assert more, answer
            answer += more


def test_the_name_of_an_unknown_command_is_not_kept_when_it_is_no_name(doors: Doors) -> None:
    _, secret = doors.device("crew")
    tablet = doors.client(Authorization=f"Bearer {secret}")
    assert tablet.command("Budi Santoso meninggal").status_code == 202
    with doors.desk.store.read() as tx:
        assert [row["kind"] for row in tx.rows("select kind from kernel_kept")] == ["?"]


def test_a_device_whose_token_has_expired_fills_no_disk_with_what_is_kept(doors: Doors, clock: Clock) -> None:
    most = int(EXPIRED.at_once)
    _, secret = doors.device("commander", days=1)
    clock.forward(2 * 86400)
    tablet = doors.client(Authorization=f"Bearer {secret}")
    answers = [tablet.command("toy.see-smoke", where="pasar").status_code for _ in range(most + 20)]
    assert answers[:most] == [202] * most
    assert answers[-1] == 429  # later, not never: its outbox asks again


# ── who asks ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("other", ['state={"a":1}', "bad name=1", "x", "ü=ü", "a=b=c"])
def test_cookies_of_other_programs_on_this_machine_sign_nobody_out(doors: Doors, other: str) -> None:
    rini = doors.person("rini", "crew")
    both = f"{other}; siaga_session={rini.cookies['siaga_session']}; {other}"
    answer = doors.client().get("/api/session", headers={"Cookie": both.encode()})
    assert answer.status_code == 200


def test_over_tls_no_neighbouring_site_can_plant_a_session(doors: Doors) -> None:
    doors.account("rini", "crew")
    tls = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
    browser = doors.client("127.0.0.1", **tls)
    set_cookie = browser.sign_in("rini").headers["set-cookie"]
    assert set_cookie.startswith("__Host-siaga_session=")  # browsers take this name from nobody but this very host
    secret = set_cookie.partition("=")[2].partition(";")[0]
    other = doors.client("127.0.0.1", **tls)
    assert other.get("/api/session", headers={"Cookie": f"siaga_session={secret}"}).status_code == 401
    assert other.get("/api/session", headers={"Cookie": f"__Host-siaga_session={secret}"}).status_code == 200


def test_signing_in_again_ends_the_session_that_was_open_in_this_browser(doors: Doors) -> None:
    rini = doors.person("rini", "crew")
    before = rini.cookies["siaga_session"]
    doors.account("joko", "crew")
    assert rini.sign_in("joko").status_code == 200
    assert doors.client(Cookie=f"siaga_session={before}").get("/api/session").status_code == 401


def test_a_lost_tablet_that_is_revoked_is_shut_out_with_who_was_signed_in_on_it(doors: Doors) -> None:
    chief, elsewhere = doors.person("chief", "administrator"), doors.person("rini", "dispatcher")
    device, secret = doors.device("crew")
    tablet = doors.client(Cookie=f"siaga_device={secret}")
    tablet.sign_in("rini")
    session = tablet.cookies["siaga_session"]
    both = doors.client(Cookie=f"siaga_device={secret}; siaga_session={session}")
    assert both.get("/api/session").json()["device"] == device
    assert chief.command("access.revoke-device", device=device).status_code == 200
    assert both.get("/api/session").status_code == 401
    assert doors.client(Cookie=f"siaga_session={session}").get("/api/session").status_code == 401
    assert elsewhere.get("/api/session").status_code == 200


def test_a_secret_that_cannot_be_one_is_neither_looked_up_nor_remembered(
    doors: Doors, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(*args: Any) -> None:
        raise AssertionError("looked up")

    monkeypatch.setattr(gate, "find", find)
    for guess in ("sgt_" + "x" * 60_000, "x" * 47, "sgq_" + "x" * 43):
        assert doors.client(Authorization=f"Bearer {guess}").get("/api/session").status_code == 401
    assert door.security._known == {}


def test_figures_for_the_nodes_own_machine_are_not_shown_to_a_page_that_was_led_here(doors: Doors) -> None:
    led = doors.client("127.0.0.1", Host="evil.example")  # a name of somebody else's that points to 127.0.0.1
    assert led.get("/metrics").status_code == 401
    assert doors.client("127.0.0.1", Host="localhost:8113").get("/metrics").status_code == 200


# ── from where ───────────────────────────────────────────────────────────────────────────────────────────────────────


def where(address: str, forwarded: str = "") -> str:
    return peer(address, "http", forwarded, "", around()).address


def test_one_machine_with_very_many_addresses_is_one_machine(doors: Doors) -> None:
    assert where("2001:db8:0:1::1") == where("2001:db8:0:1:ffff::9")
    assert where("2001:db8:0:1::1") != where("2001:db8:0:2::1")
    doors.account("rini", "crew")
    tries = [doors.client(f"2001:db8::{n}").sign_in("rini", "salah-sekali").status_code for n in range(1, 7)]
    assert tries == [401] * 5 + [429]


def test_an_address_in_another_notation_is_the_same_address() -> None:
    assert where("::ffff:198.51.100.4") == where("198.51.100.4") == "198.51.100.4"
    assert where("127.0.0.1", "198.51.100.4:51234") == "198.51.100.4"
    assert where("127.0.0.1", "[2001:db8::1]:443") == where("2001:db8::2")
    assert peer("::ffff:198.51.100.4", "http", "", "", around()).network == "198.51.100.0/24"


def test_endless_forwarding_headers_are_not_remembered(doors: Doors) -> None:
    call = Call(
        {
            "type": "http",
            "method": "GET",
            "path": "/",
            "client": ("127.0.0.1", 1),
            "headers": [(b"x-forwarded-for", b"1" * 60_000 + b", 198.51.100.4"), (b"accept-language", b"x" * 60_000)],
        },
        None,  # type: ignore[arg-type]
        around(),
    )
    peer.cache_clear()
    assert call.peer.address == "198.51.100.4"
    assert len(call.header(b"x-forwarded-for")) > 60_000
    assert peer("127.0.0.1", "http", call.forwarded_for, "", around()).address == "198.51.100.4"
    assert len(call.forwarded_for) <= 400
    assert call.language == "id"


# ── the connection ───────────────────────────────────────────────────────────────────────────────────────────────────


def said(live: Live, *parts: bytes) -> bytes:
    """What comes back for raw bytes until the line is closed, or nothing came for a while."""
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as line:
        for part in parts:
            line.sendall(part)
        answer = b""
        while more := line.recv(65536):
            answer += more
        return answer


@pytest.mark.parametrize(
    "request_",
    [
        b"GARBAGE\r\n\r\n",
        b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 27\r\n\r\n",
        b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
    ],
)
def test_what_is_no_http_gets_one_answer_with_the_guards_and_no_second(live: Live, request_: bytes) -> None:
    answer = said(live, request_)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"content-security-policy: default-src 'self'" in answer
    assert b"x-content-type-options: nosniff" in answer


CHUNKED = (
    b"POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
)


@pytest.mark.parametrize(
    ("begin", "more"),
    [
        (CHUNKED + b"0\r\n", b"t: " + b"x" * 900 + b"\r\n"),  # trailers
        (
            b"POST /api/feed HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"3E8\r\n" + b"x" * 1000 + b"\r\n",
        ),
        (CHUNKED, b"1;" + b"e" * 900),  # an extension of a chunk
    ],
)
def test_a_request_without_end_is_cut_off(live: Live, begin: bytes, more: bytes) -> None:
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as line:
        line.sendall(begin)
        with pytest.raises(OSError):  # noqa: PT011  (reset or broken pipe, as the system likes)
            for _ in range(8000):
                line.sendall(more)


def test_one_strange_machine_does_not_take_all_connections(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "MOST_OF_ONE", 3)
    door = Door(desk, Settings(data=tmp_path, proxies="192.0.2.1", control_room="192.0.2.2"))
    live = Live(door)
    lines = [socket.create_connection(("127.0.0.1", live.port), timeout=5) for _ in range(5)]
    heard = []
    for line in lines:
        with suppress(OSError):  # what was cut off may say so as soon as we write
            line.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        with suppress(OSError):
            heard.append(line.recv(15))
        line.close()
    assert heard.count(b"HTTP/1.1 200 OK") == 3
    live.stop()
    door.close()


def test_the_control_room_may_have_as_many_connections_as_it_needs(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "MOST_OF_ONE", 3)
    lines = [socket.create_connection(("127.0.0.1", live.port), timeout=5) for _ in range(5)]
    for line in lines:
        line.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(15) == b"HTTP/1.1 200 OK"
        line.close()


def test_a_stranger_who_tries_without_end_is_counted_and_does_not_fill_the_security_log(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = doors.client()
    for _ in range(50):
        stranger.get("/api/feed")
    lines = doors.security()
    assert len(lines) == 2
    assert sum(line["times"] for line in lines) == 50
    monkeypatch.setattr(security, "REPEATED_S", 0.0)
    stranger.get("/api/feed")
    doors.desk.work(lambda tx: None)
    with doors.desk.store.read() as tx:
        assert tx.rows("select sum(times) as n from access_security")[0]["n"] == 51


def test_who_got_an_answer_and_goes_on_sending_slowly_is_let_go(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "REQUEST_WITHIN_S", 0.2)
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as line:
        line.sendall(b"POST /api/anything HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        answer = b""
        while more := line.recv(65536):
            answer += more
        assert answer.startswith(b"HTTP/1.1 401")


def test_who_does_not_read_the_answer_does_not_hold_it_for_ever(doors: Doors, live: Live) -> None:
    if not hasattr(socket, "TCP_USER_TIMEOUT"):
        pytest.skip("this system has no TCP_USER_TIMEOUT")
    with socket.create_connection(("127.0.0.1", live.port), timeout=5) as line:
        line.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(65536)
        [connection] = live.server.server_state.connections
        theirs = connection.transport.get_extra_info("socket")
        assert theirs.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == serve.UNREAD_WITHIN_S * 1000


def test_a_library_that_logs_what_failed_logs_no_words_of_it() -> None:
    message = "Exception in callback Foo.bar('Budi Santoso')\nfuture: <Task exception=ValueError('kata rahasia')>"
    record = logging.LogRecord("asyncio", logging.ERROR, "x.py", 1, message, (), None)
    line = json.loads(serve.Bare().format(record))
    assert line["event"].startswith("Exception in callback")
    assert "Budi" not in line["event"]
    assert "rahasia" not in line["event"]


def test_a_thread_that_breaks_says_where_and_nothing_of_what_it_had(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)  # as it was, afterwards
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    serve.log_json()

    def breaking() -> None:
        raise ValueError("Budi Santoso")

    try:
        thread = threading.Thread(target=breaking, name="siaga-some")
        thread.start()
        thread.join()
    finally:
        structlog.reset_defaults()
    [line] = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (line["event"], line["thread"], line["error"]) == ("thread-broken", "siaga-some", "ValueError")
    assert line["at"].startswith("test_attacks.py:")


# ── answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_no_refusal_is_kept_by_caches(doors: Doors) -> None:
    rini = doors.person("rini", "crew")
    for answer in (
        doors.client().get("/api/views/toy.notes"),
        rini.get("/api/views/toy.smoke"),
        rini.get("/api/views/no.such"),
        rini.command("no.such"),
        doors.client().get("/no/such/page"),
        doors.client().get("/api/trackers/osmand"),
    ):
        assert answer.status_code >= 400
        assert answer.headers["cache-control"] == "no-store"


def test_a_view_that_reveals_people_is_kept_by_no_browser(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    assert rini.get("/api/views/toy.who").headers["cache-control"] == "no-store"
    assert rini.get("/api/views/toy.notes").headers["cache-control"] == "private, no-cache"


def test_a_link_for_a_device_leads_nowhere_but_to_a_host(doors: Doors) -> None:
    chief: Client = doors.person("chief", "administrator")
    for host in ("evil.example/#", "a b", "x@evil.example", ""):
        answer = chief.post("/api/devices/qr", json={"code": "sge_x"}, headers={"Host": host})
        assert (answer.status_code, answer.json()["field"]) == (400, "host")
    for host in ("siaga.bontang.go.id", "10.0.0.5:8113", "[::1]:8113"):
        assert chief.post("/api/devices/qr", json={"code": "sge_x"}, headers={"Host": host}).status_code == 200


# ── one agency and another ───────────────────────────────────────────────────────────────────────────────────────────


def test_no_administrator_of_one_agency_gets_into_another_by_setting_a_password(doors: Doors) -> None:
    chief = doors.person("chief", "administrator")
    rini = doors.account("rini", "crew")
    everywhere = doors.desk.handle(rules.SetRoles(rini, ("coordinator",), "kaltim"), ask("administrator", agency=""))
    assert everywhere
    answer = chief.command("access.set-password", account=rini, password="kata-sandi-baru-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "other-agency")
    joko = doors.account("joko", "crew")
    assert chief.command("access.set-password", account=joko, password="kata-sandi-baru-1").status_code == 200


def test_time_of_a_try_does_not_depend_on_whether_there_is_such_a_name(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in hashes, not in seconds: one for each try."""
    doors.account("rini", "crew")
    hashed: list[str] = []
    verify = type(admin._hasher).verify

    def counting(self: Any, kept: str, password: str) -> bool:
        hashed.append(kept)
        return bool(verify(self, kept, password))

    monkeypatch.setattr(type(admin._hasher), "verify", counting)
    for name in ("rini", "nobody"):
        assert doors.client().sign_in(name, "salah-sekali").status_code == 401
    assert len(hashed) == 2
    assert all(kept.startswith("$argon2id$") for kept in hashed)
