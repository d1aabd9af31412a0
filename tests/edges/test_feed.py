"""The feed: notices of stale views, gathered, resumable, ended with the sign-in; slow readers are dropped."""

import asyncio
import json
import socket
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from conftest import VAULT_KEY, Clock, ask
from edges import door_toy
from edges.door_kit import Doors, Live, asked
from siaga.adapters.sqlite import SqliteStore
from siaga.edges import feed
from siaga.kernel.desk import Desk
from siaga.kernel.records import Told
from siaga.slices import access
from siaga.slices.access import rules

Notice = tuple[int, dict[str, Any]]


class Stream:
    """An open stream, read notice by notice."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.beats = 0

    def notice(self) -> dict[str, Any]:
        """The next notice; heartbeats on the way are counted."""
        id_, event = "", ""
        for line in self._lines:
            if line.startswith(":"):
                self.beats += 1
            elif line.startswith("id: "):
                id_ = line[4:]
            elif line.startswith("event: "):
                event = line[7:]
            elif line.startswith("data: "):
                said: dict[str, Any] = json.loads(line[6:])
                assert (event, id_) == ("stale", str(said["position"]))
                return said
        raise EOFError("the stream has ended")

    def until(self, position: int) -> list[dict[str, Any]]:
        """All notices up to one that reaches the position."""
        told = [self.notice()]
        while told[-1]["position"] < position:
            told.append(self.notice())
        return told


@contextmanager
def listening(live: Live, secret: str, last: str | None = None) -> Iterator[Stream]:
    headers = {"Authorization": f"Bearer {secret}"} | ({"Last-Event-ID": last} if last is not None else {})
    with httpx.stream("GET", f"{live.address}/api/feed", headers=headers, timeout=20) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer.iter_lines())


def write(doors: Doors, note: str) -> int:
    command = door_toy.WriteNote(note, Told("catatan"))
    doors.desk.handle(command, ask("dispatcher", at=doors.clock()))
    return doors.desk.position()


def views(told: list[dict[str, Any]]) -> set[str]:
    return {view for notice in told for view in notice["views"]}


def test_a_change_is_told_with_its_position_and_the_views_it_made_stale(doors: Doors, live: Live) -> None:
    _, secret = doors.device("dispatcher")
    with listening(live, secret) as stream:
        assert stream.notice() == {"position": doors.desk.position(), "views": []}
        position = write(doors, "n1")
        assert views(stream.until(position)) == {"toy.notes"}


def test_only_views_the_reader_may_see_are_named(doors: Doors, live: Live) -> None:
    _, secret = doors.device("commander")
    with listening(live, secret) as stream:
        position = write(doors, "n1")
        assert views(stream.until(position)) == set()
        doors.desk.handle(door_toy.SeeSmoke("gudang"), ask("commander", at=doors.clock()))
        assert views(stream.until(position + 1)) == {"toy.smoke"}


def test_many_changes_at_once_are_gathered(doors: Doors, live: Live) -> None:
    _, secret = doors.device("dispatcher")
    with listening(live, secret) as stream:
        stream.notice()
        for n in range(60):
            position = write(doors, f"n{n}")
        told = stream.until(position)
        assert views(told) == {"toy.notes"}
        assert len(told) < 60


def test_a_client_that_comes_back_is_told_what_changed_since_its_last_notice(doors: Doors, live: Live) -> None:
    _, secret = doors.device("dispatcher", "commander")
    before = doors.desk.position()
    doors.desk.handle(door_toy.SeeSmoke("gudang"), ask("commander", at=doors.clock()))
    seen = doors.desk.position()
    write(doors, "n1")
    with listening(live, secret, str(seen)) as stream:
        told = stream.notice()
        assert "toy.notes" in told["views"]
        assert "toy.smoke" not in told["views"]
    with listening(live, secret, str(before)) as stream:
        assert {"toy.notes", "toy.smoke"} <= set(stream.notice()["views"])


def test_a_client_of_a_longer_log_is_told_that_everything_is_stale(doors: Doors, live: Live) -> None:
    _, secret = doors.device("dispatcher")
    with listening(live, secret, "999999") as stream:
        assert {"toy.notes", "toy.places", "access.me", "access.names"} <= set(stream.notice()["views"])


@pytest.mark.parametrize("last", ["", "nonsense", "9" * 60, "-3"])
def test_an_unreadable_last_id_is_none(doors: Doors, live: Live, last: str) -> None:
    _, secret = doors.device("dispatcher")
    with listening(live, secret, last) as stream:
        assert stream.notice()["views"] == []


def test_what_another_process_writes_is_told_too(doors: Doors, live: Live, tmp_path: Path, clock: Clock) -> None:
    _, secret = doors.device("dispatcher")
    other = Desk(SqliteStore(tmp_path / "siaga.db"), (access.SLICE, door_toy.SLICE), vault_key=VAULT_KEY, clock=clock)
    with listening(live, secret) as stream:
        stream.notice()
        other.handle(door_toy.WriteNote("n1", Told("catatan")), ask("dispatcher"))
        assert "toy.notes" in views(stream.until(other.position()))
        # A kept table changes without moving the log.
        reading = door_toy.Where("t1", clock(), 117.5, 0.13)
        other.take(reading, ask("tracker"))
        assert "toy.places" in stream.notice()["views"]
    other.close()


def test_a_quiet_stream_beats(doors: Doors, live: Live) -> None:
    _, secret = doors.device("dispatcher")
    with listening(live, secret) as stream:
        stream.notice()
        lines = stream._lines
        assert any(line.startswith(":") for line in lines)


def ends(stream: Stream) -> bool:
    try:
        while True:
            stream.notice()
    except EOFError:
        return True


def test_a_stream_ends_with_its_sign_in(doors: Doors, live: Live) -> None:
    device, secret = doors.device("dispatcher")
    with listening(live, secret) as stream:
        stream.notice()
        doors.desk.handle(rules.RevokeDevice(device), ask("administrator", at=doors.clock()))
        assert ends(stream)


def test_a_stream_ends_when_the_token_expires(doors: Doors, live: Live, clock: Clock) -> None:
    _, secret = doors.device("dispatcher", days=1)
    with listening(live, secret) as stream:
        stream.notice()
        clock.forward(2 * 86400)
        assert ends(stream)


def test_new_roles_change_what_a_stream_tells(doors: Doors, live: Live) -> None:
    doors.account("rini", "reporter")
    with httpx.Client(base_url=live.address) as client:
        client.post("/api/session", json={"name": "rini", "password": "kuda-laut-42"})
        with client.stream("GET", "/api/feed", timeout=20) as answer:
            stream = Stream(answer.iter_lines())
            stream.notice()
            doors.desk.handle(rules.SetRoles("a-rini", ("crew",)), ask("administrator", at=doors.clock()))
            for n in range(100):
                if "toy.notes" in views(stream.until(write(doors, f"n{n}"))):
                    break
            else:
                pytest.fail("the new role was never heard of")


def test_a_client_that_goes_is_forgotten(doors: Doors, live: Live) -> None:
    _, secret = doors.device("dispatcher")
    with listening(live, secret) as stream:
        stream.notice()
        assert len(doors.door.feed.clients) == 1
    doors.run(wait_for(lambda: not doors.door.feed.clients))


async def wait_for(happens: Any) -> None:
    async with asyncio.timeout(20):
        while not happens():
            await asyncio.sleep(0.01)


def test_who_does_not_read_is_dropped_and_holds_little(
    doors: Doors, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "DRAIN_S", 0.2)
    device, secret = doors.device("dispatcher")
    lazy = socket.socket()
    lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    lazy.connect(("127.0.0.1", live.port))
    lazy.sendall(f"GET /api/feed HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {secret}\r\n\r\n".encode())
    doors.run(wait_for(lambda: doors.door.feed.clients))
    [client] = doors.door.feed.clients
    # Long notices, so that the buffers of both systems are full soon: the reader never reads.
    loop = doors.door.feed._loop
    assert loop is not None
    many = frozenset(f"toy.{'x' * 90}{n}" for n in range(300))
    held = []

    def tell() -> None:
        client.tell(1, many, feed._notice(1, many))
        client.flush(loop.time())
        held.append(client.transport.get_write_buffer_size())

    async def until_dropped() -> None:
        while device and client in doors.door.feed.clients:
            loop.call_soon_threadsafe(tell)
            await asyncio.sleep(0.01)

    doors.run(asyncio.wait_for(until_dropped(), 30))
    assert max(held) < 3 * 1024 * 1024
    lazy.close()


def test_streams_end_when_the_node_stops(doors: Doors) -> None:
    _, secret = doors.device("dispatcher")
    live = Live(doors.door)
    with listening(live, secret) as stream:
        stream.notice()
        live.server.should_exit = True
        assert ends(stream)
    live.stop()


def test_any_asgi_server_can_carry_a_stream(doors: Doors) -> None:
    """Without our own server's transport the stream's coroutine sends the notices."""
    _, secret = doors.device("dispatcher")
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    leave = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await leave.wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        await sent.put(dict(message))

    async def listen() -> str:
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/api/feed",
            "query_string": b"",
            "headers": [(b"authorization", f"Bearer {secret}".encode())],
            "client": ("203.0.113.7", 1),
        }
        stream = asyncio.create_task(doors.door(scope, receive, send))
        assert (await sent.get())["status"] == 200
        text = ""
        position = await asyncio.to_thread(write, doors, "n1")
        async with asyncio.timeout(20):
            while f"id: {position}\n" not in text:
                text += (await sent.get())["body"].decode()
            leave.set()
            await stream
        return text

    assert '"views":["toy.notes"]' in doors.run(listen())


def test_the_door_answers_over_a_real_socket(doors: Doors, live: Live) -> None:
    _, secret = doors.device("dispatcher")
    with httpx.Client(base_url=live.address, headers={"Authorization": f"Bearer {secret}"}) as client:
        answer = client.post("/api/commands/toy.write-note", json=asked(note="n1", text="satu"))
        assert answer.json() == {"position": doors.desk.position()}
        assert "server" not in answer.headers
        assert "date" in answer.headers
