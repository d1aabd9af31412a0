"""The server around the door: requests that do not come to their end, logs without words, an orderly stop."""

import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from edges.door_kit import Doors, Live, asked
from siaga.edges import call, serve
from siaga.edges.limits import Limits, Rate
from siaga.kernel.records import LONGEST_MEDIA
from siaga.settings import Settings, WrongSetting, read_settings


def connected(live: Live) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", live.port), timeout=20)
    return line


def test_headers_that_do_not_end_are_cut_off(live: Live) -> None:
    with connected(live) as line:
        line.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ")
        with pytest.raises(OSError):  # noqa: PT011  (reset or broken pipe, as the system likes)
            for _ in range(1000):
                line.sendall(b"x" * 8192)
                time.sleep(0.001)


@pytest.mark.parametrize("said", [b"", b"GET /health HTTP/1.1\r\nHost:"])
def test_who_does_not_finish_asking_is_let_go(live: Live, said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "REQUEST_WITHIN_S", 0.1)
    with connected(live) as line:
        line.sendall(said)
        assert line.recv(100) == b""


def test_a_large_body_in_one_piece_is_no_long_header(doors: Doors, live: Live) -> None:
    _, secret = doors.device("dispatcher")
    body = json.dumps(asked(note="n1", text="panjang " * 400) | {"pad": "x" * 150_000})
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    answer = httpx.post(f"{live.address}/api/commands/toy.write-note", content=body, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (400, "pad")


def posted(secret: str, name: str, fields: dict[str, Any]) -> tuple[bytes, bytes]:
    """The head and the body of an ask as a device sends it."""
    body = json.dumps(asked(**fields)).encode()
    head = (
        f"POST /api/commands/{name} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {secret}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode(), body


def test_the_largest_picture_arrives(doors: Doors, live: Live) -> None:
    _, secret = doors.device("commander")
    head, body = posted(secret, "toy.take-picture", {"picture": "p1", "content": "A" * LONGEST_MEDIA})
    with connected(live) as line:
        line.sendall(head + body)
        assert line.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_picture_over_a_weak_network_may_take_longer_than_another_request(
    doors: Doors, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "REQUEST_WITHIN_S", 1.0)
    _, secret = doors.device("commander")
    head, body = posted(secret, "toy.take-picture", {"picture": "p1", "content": "A" * 400_000})
    with connected(live) as line:
        line.sendall(head)
        for at in range(0, len(body), 25_000):
            line.sendall(body[at : at + 25_000])
            time.sleep(0.1)
        assert line.recv(65536).startswith(b"HTTP/1.1 200")


def test_a_picture_has_longer_than_the_tablet_waits_for_it() -> None:
    doors_ts = (Path(__file__).parents[2] / "web" / "src" / "kernel" / "doors.ts").read_text()
    [bulky_ms] = re.findall(r"BULKY_MS = ([0-9_]+)", doors_ts)
    [bytes_per_ms] = re.findall(r"THINNEST_BYTES_PER_MS = ([0-9]+)", doors_ts)
    largest = call.ORDINARY + LONGEST_MEDIA
    assert int(bulky_ms) / 1000 + largest / int(bytes_per_ms) / 1000 < largest / call.THINNEST_BYTES_PER_S


def test_a_stranger_has_no_longer_for_a_picture_than_for_anything_else(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "REQUEST_WITHIN_S", 0.5)
    head, body = posted("nobody's", "toy.take-picture", {"picture": "p1", "content": "A" * 400_000})
    began = time.monotonic()
    with connected(live) as line:
        line.sendall(head + body[:25_000])
        answer = line.recv(65536)
        while line.recv(65536):
            pass
    assert answer.startswith(b"HTTP/1.1 401")
    assert time.monotonic() - began < 5


def test_a_body_that_does_not_end_is_answered_so(doors: Doors, live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call, "BODY_WITHIN_S", 0.1)
    _, secret = doors.device("dispatcher")
    head, body = posted(secret, "toy.write-note", {"note": "n1", "text": "asap"})
    with connected(live) as line:
        line.sendall(head + body[:-1])
        assert line.recv(65536).startswith(b"HTTP/1.1 408")


class Wire:
    """A transport that keeps each piece it is given."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.pieces.append(data)

    def writelines(self, parts: tuple[bytes, ...]) -> None:
        self.pieces.append(b"".join(parts))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


def test_the_head_of_an_answer_goes_with_its_body_and_nothing_else_waits() -> None:
    wire = Wire()
    line: Any = serve.InOnePiece(wire)  # type: ignore[arg-type]
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    for piece in (b"HTTP/1.1 100 Continue\r\n\r\n", head, b"body", b"more", head, b"", head):
        line.write(piece)
    assert wire.pieces == [b"HTTP/1.1 100 Continue\r\n\r\n", head + b"body", b"more", head]
    assert not line.is_closing()
    line.close()
    assert wire.pieces[-2:] == [head, head]
    assert line.is_closing()


def test_several_requests_on_one_line_are_all_answered(live: Live) -> None:
    with connected(live) as line:
        for _ in range(3):
            line.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            assert line.recv(4096).startswith(b"HTTP/1.1 200")


def test_a_head_alone_is_answered_and_the_line_goes_on(live: Live) -> None:
    with connected(live) as line:
        for _ in range(2):
            line.sendall(b"HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = line.recv(4096)
            assert answer.startswith(b"HTTP/1.1 200")
            assert answer.endswith(b"\r\n\r\n")
        line.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 200")


def test_the_log_of_a_broken_part_says_where_and_nothing_of_what_was_said(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    with capture_logs() as lines:
        rini.command("toy.break", how="bug")
    [line] = [line for line in lines if line["event"] == "broken"]
    assert line["error"] == "RuntimeError"
    assert line["at"].startswith("door_toy.py:")
    assert "secret words" not in str(lines)
    assert "rini" not in str(lines)


def test_what_libraries_log_holds_no_words_either() -> None:
    try:
        raise ValueError("the secret words of somebody")
    except ValueError:
        record = logging.LogRecord("lib", logging.ERROR, "x.py", 1, "%s failed", ("Budi",), sys.exc_info())
    said = {"event": "%s failed", "logger": "lib", "level": "error", "error": "ValueError"}
    assert json.loads(serve.Bare().format(record)) == said


SERVE = """
import sys
from pathlib import Path
from siaga.app import open_node
from siaga.edges.http import Door
from siaga.edges.serve import log_json, serve
from siaga.settings import Settings
log_json()
node = open_node(Settings(data=Path(sys.argv[1]), listen="127.0.0.1:0"))
serve(Door(node.desk, node.settings), ready=lambda address: print(address, flush=True))
node.close()
print("closed in order", flush=True)
"""


@pytest.mark.server
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_node_that_is_told_to_stop_closes_in_order(tmp_path: Path, stop: signal.Signals) -> None:
    node = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert node.stdout is not None
    address = node.stdout.readline().strip()
    assert httpx.get(f"{address}/health").json()["status"] == "ok"
    node.send_signal(stop)
    out, err = node.communicate(timeout=30)
    assert node.returncode == 0, err
    assert "closed in order" in out
    said = [json.loads(line) for line in err.splitlines()]
    assert [line["event"] for line in said] == ["listening", "stopping"]


def test_a_bucket_fills_with_time_and_never_beyond_its_rim() -> None:
    now = [0.0]
    limits, rate = Limits(lambda: now[0]), Rate(per_s=2, at_once=3)
    assert [limits.take("a", rate) for _ in range(4)] == [0, 0, 0, 0.5]
    assert limits.take("b", rate) == 0
    now[0] = 0.5
    assert limits.take("a", rate) == 0
    assert limits.take("a", rate) > 0
    now[0] = 1000.0
    assert [limits.take("a", rate) for _ in range(4)][3] > 0


def test_buckets_of_very_many_strangers_do_not_pile_up() -> None:
    now = [0.0]
    limits, rate = Limits(lambda: now[0]), Rate(per_s=1, at_once=5)
    for n in range(50_000):
        now[0] += 0.0001
        limits.take(f"address {n}", rate)
    assert len(limits._buckets) <= 20_001


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"SIAGA_LISTEN": "8113x"}, "SIAGA_LISTEN"),
        ({"SIAGA_TLS_KEY": "key.pem"}, "SIAGA_TLS_CERTIFICATE"),
        ({"SIAGA_PROXIES": "proxy.example"}, "SIAGA_PROXIES"),
        ({"SIAGA_CONTROL_ROOM": "10.0.0.0/40"}, "SIAGA_CONTROL_ROOM"),
    ],
)
def test_a_wrong_setting_is_named(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(WrongSetting, match=named):
        read_settings(wrong)


def test_settings_come_from_the_environment_and_hide_passwords() -> None:
    read = read_settings(
        {"SIAGA_STORE": "postgresql://siaga:rahasia@db/siaga", "SIAGA_DATA": "/srv/siaga"}, listen="[::1]:80"
    )
    assert (read.host, read.port, read.key_file) == ("::1", 80, Path("/srv/siaga/keys/vault.key"))
    shown: dict[str, Any] = {name: value for name, value, _ in read.shown()}
    assert shown["SIAGA_STORE"] == "postgresql://…@db/siaga"
    assert shown["SIAGA_LISTEN"] == "[::1]:80"
    assert all(meaning for _, _, meaning in Settings().shown())
