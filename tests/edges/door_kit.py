"""A door over a real desk, and a client that asks it without a network."""

import asyncio
import secrets
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
import uvloop

from conftest import Clock, ask
from edges import door_toy
from siaga.edges.http import Door
from siaga.edges.serve import listening, server
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Secret
from siaga.settings import Settings
from siaga.slices import access
from siaga.slices.access import rules
from siaga.slices.access.tables import gate

PASSWORD = "kuda-laut-42"


@pytest.fixture
def slices() -> tuple[Any, ...]:
    """What the desk of these tests serves."""
    return (access.SLICE, door_toy.SLICE)


@pytest.fixture
def door(desk: Desk, tmp_path: Path) -> Iterator[Door]:
    """The door as it ships, over a desk with accounts and the toy."""
    structlog.reset_defaults()  # the command line's tests point the logs at streams that are closed by now
    if door_toy.SLICE in desk.slices:
        door_toy.with_reading(desk)
    opened = Door(desk, Settings(data=tmp_path))
    yield opened
    opened.close()


class Client:
    """Asks the door from an address, keeps cookies and the session's mark as a browser does."""

    def __init__(self, door: Door, runner: asyncio.Runner, address: str, **headers: str) -> None:
        transport = httpx.ASGITransport(app=door, client=(address, 40000), raise_app_exceptions=True)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://siaga", headers=headers)
        self._runner = runner
        self.csrf = self.bearer = ""

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = ({"X-CSRF-Token": self.csrf} if self.csrf else {}) | more.pop("headers", {})
        return self._runner.run(self._http.request(method, path, headers=headers, **more))

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.ask("POST", path, **more)

    def command(self, name: str, id: str | None = None, /, **fields: Any) -> httpx.Response:
        return self.post(f"/api/commands/{name}", json=asked(id, **fields))

    def sign_in(self, name: str, password: str = PASSWORD, **more: Any) -> httpx.Response:
        answer = self.post("/api/session", json={"name": name, "password": password} | more)
        if answer.status_code == 200:
            self.csrf = answer.json()["csrf"]
        return answer

    @property
    def cookies(self) -> httpx.Cookies:
        return self._http.cookies


def asked(id: str | None = None, /, **fields: Any) -> dict[str, Any]:
    """The body of an ask."""
    return {"ask": {"id": id or secrets.token_hex(8), "at": "2026-03-07T21:00:00+08:00"}, "command": fields}


class Doors:
    """Makes clients, accounts, tokens and devices."""

    def __init__(self, door: Door, clock: Clock) -> None:
        self.door, self.clock, self.desk = door, clock, door.desk
        self._runner = asyncio.Runner()

    def client(self, address: str = "203.0.113.7", **headers: str) -> Client:
        return Client(self.door, self._runner, address, **headers)

    def run(self, job: Any) -> Any:
        """Run a coroutine in the clients' loop."""
        return self._runner.run(job)

    def close(self) -> None:
        self._runner.close()

    def _done(self, command: Any, *roles: str) -> None:
        answer = self.desk.handle(command, ask(*roles, at=self.clock()))
        assert isinstance(answer, Accepted), answer

    def account(self, name: str, *roles: Any) -> str:
        command = rules.AddAccount(name=name, account=f"a-{name}", roles=roles, password=Secret(PASSWORD))
        self._done(command, "administrator")
        return f"a-{name}"

    def person(self, name: str, *roles: Any, address: str = "203.0.113.7") -> Client:
        """A signed-in person."""
        self.account(name, *roles)
        client = self.client(address)
        assert client.sign_in(name).status_code == 200
        return client

    def program(self, *roles: Any, days: int = 1) -> Client:
        """A program with a token."""
        secret = gate.new_secret("sgt_")
        until = self.clock() + timedelta(days=days)
        token = f"t{secrets.token_hex(4)}"
        self._done(rules.IssueToken(token, gate.hash_of(secret), "program", roles, until), "administrator")
        client = self.client(Authorization=f"Bearer {secret}")
        client.bearer = secret
        return client

    def device(self, *roles: Any, unit: str = "btg-1", tracker: str | None = None, days: int = 400) -> tuple[str, str]:
        """An enrolled device: its id and its token."""
        code, secret, device = gate.new_secret("sge_"), gate.new_secret("sgd_"), f"d{secrets.token_hex(4)}"
        until = self.clock() + timedelta(hours=1)
        offer = rules.OfferEnrolment(
            f"o-{device}", gate.hash_of(code), "tablet", roles, until, unit=unit, tracker=tracker, lasts_days=days
        )
        self._done(offer, "administrator")
        self._done(rules.EnrolDevice(device, gate.hash_of(code), gate.hash_of(secret)), rules.DOOR)
        return device, secret

    def security(self) -> list[dict[str, Any]]:
        """The security log, oldest first; what was just noted is written first."""
        self.door.security.write_noted()
        self.desk.work(lambda tx: None)
        with self.desk.store.read() as tx:
            return tx.rows("select kind, account, device, network, detail, times from access_security order by rowid")


@pytest.fixture
def doors(door: Door, clock: Clock) -> Iterator[Doors]:
    """Clients, accounts, tokens and devices at the door."""
    made = Doors(door, clock)
    yield made
    made.close()


class Live:
    """The door on a real socket, in a thread of this process."""

    def __init__(self, door: Door) -> None:
        bound = listening(Settings(data=door.settings.data, listen="127.0.0.1:0"))
        self.port: int = bound.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        ready = threading.Event()
        self.server = server(door, lambda address: ready.set())
        self._thread = threading.Thread(target=self._run, args=(bound,), daemon=True)
        self._thread.start()
        assert ready.wait(10)

    def _run(self, bound: socket.socket) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(self.server.serve(sockets=[bound]))

    def stop(self) -> None:
        """Stop, and wait until it has."""
        self.server.should_exit = True
        self._thread.join(20)
        assert not self._thread.is_alive()


@pytest.fixture
def live(doors: Doors) -> Iterator[Live]:
    """The door as `siaga serve` runs it."""
    started = Live(doors.door)
    yield started
    started.stop()
