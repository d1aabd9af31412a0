"""Two real nodes with their NATS servers: a scene goes to the car and comes back, and either is killed at each step."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from conftest import ask
from siaga.app import open_node
from siaga.kernel import chain
from siaga.kernel.desk import utc_now
from siaga.kernel.records import Accepted
from siaga.settings import Settings, read_settings
from siaga.slices.access.events import Role
from siaga.slices.access.rules import IssueToken
from siaga.slices.access.tables.gate import hash_of, new_secret
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.intake.rules import OpenIncident
from siaga.slices.liaison import events as liaison
from siaga.slices.liaison.rules import PairNode

pytestmark = pytest.mark.server
ROLES: tuple[Role, ...] = ("commander", "crew", "dispatcher", "shift-leader", "administrator", "call-taker")
WITHIN_S = 60.0  # a start takes a second, on a machine that does other things much longer


class Served:
    """A node that is served by a process of its own, which may be killed at any time."""

    def __init__(self, folder: Path, name: str, port: int, link: str = "", field: bool = False) -> None:
        self.folder, self.name, self.port, self.field = folder / name, name, port, field
        self.environment = {"SIAGA_DATA": str(self.folder), "SIAGA_LINK_LISTEN": link}
        self.secret = new_secret("sgt_")
        self.process: subprocess.Popen[bytes] | None = None
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {self.secret}"}, timeout=10
        )

    @property
    def settings(self) -> Settings:
        return read_settings(self.environment)

    def start(self) -> None:
        """Serve, and wait until it answers."""
        self.launch()
        self.ready()

    def launch(self) -> None:
        """Serve."""
        words = [sys.executable, "-m", "siaga.edges.cli", "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*words, *(["--field"] if self.field else [])],
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "serve.log").open("ab"),
        )

    def ready(self) -> None:
        """Wait until it answers."""
        try:
            wait(lambda: self.client.get("/health").status_code == 200, "it answers")
        except AssertionError as never:
            raise AssertionError((self.folder / "serve.log").read_text()[-3000:]) from never

    def kill(self) -> None:
        """As when the power fails for this process."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def ask(self, kind: str, id: str = "", **fields: Any) -> tuple[int, Any]:
        """Ask a command over HTTP."""
        envelope = {"id": id or os.urandom(8).hex(), "at": utc_now().isoformat()}
        answer = self.client.post(f"/api/commands/{kind}", json={"ask": envelope, "command": fields})
        return answer.status_code, answer.json()

    def do(self, kind: str, id: str = "", **fields: Any) -> None:
        status, body = self.ask(kind, id, **fields)
        assert status == 200, body

    def board(self) -> dict[str, Any]:
        rows = self.client.get("/api/views/field.board", params={"incident": "i1"}).json()["rows"]
        return dict(rows[0]) if rows else {"part": None}

    def part(self) -> tuple[str, str, int] | None:
        """Node, phase and epoch as this node knows them."""
        found = self.board()["part"]
        return (found["node"], found["phase"], found["epoch"]) if found else None

    def partner(self) -> dict[str, Any]:
        (row,) = self.client.get("/api/views/liaison.nodes").json()["rows"]
        return dict(row)

    def log(self) -> list[dict[str, Any]]:
        node = open_node(self.settings)
        try:
            with node.desk.store.read() as tx:
                assert chain.verify(tx).broken_at is None
                return tx.rows("select * from log order by position")
        finally:
            node.close()


def wait(holds: Callable[[], bool], what: str) -> None:
    """Until it is so."""
    until = time.monotonic() + WITHIN_S
    while time.monotonic() < until:
        try:
            if holds():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"not within {WITHIN_S} s: {what}")


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Served, Served]]:
    """A city with a house on fire and its car, paired, not yet served."""
    free = ports(3)
    city = Served(tmp_path, "kota", free[0], link=f"127.0.0.1:{free[2]}")
    car = Served(tmp_path, "mobil", free[1], field=True)
    cards = {}
    for each in (city, car):
        node = open_node(each.settings)
        cards[each.name] = node.card
        until = utc_now() + timedelta(days=1)
        grant = IssueToken(
            token="tests",
            secret_hash=hash_of(each.secret),
            label="tests",
            roles=ROLES,
            expires_at=until,
            agency="bontang",
        )
        assert isinstance(node.desk.handle(grant, ask("administrator", at=utc_now())), Accepted)
        node.close()
    sides: tuple[tuple[Served, str, liaison.Role], ...] = ((city, "mobil", "field"), (car, "kota", "home"))
    for each, other, role in sides:
        node = open_node(each.settings)
        card = cards[other]
        wishes: list[Any] = [PairNode(card.name, role, card.sign, card.seal, card.link, card.address)]
        if each is city:
            wishes += [
                dispatch.RegisterAgency("bontang", "Disdamkartan", "fire-service"),
                dispatch.RegisterStation("pos1", "bontang", "Pos 1", 117.49, 0.13),
                dispatch.RegisterUnit("p1", "bontang", "pos1", "pump"),
                dispatch.SetCrew("p1", 4),
                OpenIncident("i1", 117.49, 0.13, type="fire.housing"),
                dispatch.Dispatch("d1", "i1", ("p1",)),
            ]
        for wish in wishes:
            assert isinstance(node.desk.handle(wish, ask(*ROLES, at=utc_now())), Accepted), wish
        node.close()
    yield city, car
    for each in (city, car):
        each.stop()


def ports(count: int) -> list[int]:
    """Free ports of this moment."""
    import socket

    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    found = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return found


def test_a_scene_goes_to_the_car_and_back_and_either_is_killed_at_each_step(pair: tuple[Served, Served]) -> None:
    city, car = pair
    start(city, car)
    city.do("field.set-sector", "o1", sector="s1", incident="i1", name="A")
    the_server_is_its_nodes_own(city, car)

    city.do("field.offer-field", "offer", incident="i1", node="mobil")
    city.kill()
    wait(lambda: running(city.folder) == [], "its NATS server ended with it")
    city.start()
    wait(lambda: car.part() == ("kota", "transit", 1), "the car hears of the offer")
    assert city.ask("field.set-sector", "wait-1", sector="s2", incident="i1", name="B")[0] == 503

    car.kill()  # while it is on its way
    city.do("field.report-wind", "w1", incident="i1", from_deg=90)
    car.start()
    car.do("field.take-field", "take", incident="i1", epoch=1)
    car.kill()
    car.start()
    wait(lambda: city.part() == ("mobil", "held", 1), "the city hears that it was taken")
    assert city.ask("field.set-sector", "wait-1", sector="s2", incident="i1", name="B")[0] == 409

    for n in range(6):
        car.do("field.set-sector", f"car-{n}", sector=f"c{n}", incident="i1", name=f"C{n}")
        city.do("field.call-mayday", f"m-{n}", mayday=f"m{n}", incident="i1", crew="p1")
    for each in (city, car):
        each.kill()
    start(city, car)
    wait(lambda: len(city.board()["sectors"]) == 7 and len(car.board()["maydays"]) == 6, "both have all of it")

    car.do("field.offer-field", "back", incident="i1", node="kota")
    car.kill()
    car.start()
    wait(lambda: city.part() == ("mobil", "transit", 2), "the city hears that it comes back")
    city.kill()
    city.start()
    city.do("field.take-field", "taken-back", incident="i1", epoch=2)
    city.kill()
    city.start()
    wait(lambda: car.part() == ("kota", "held", 2), "the car hears that it is back")
    city.do("field.set-sector", "o2", sector="s9", incident="i1", name="Z")
    wait(lambda: len(car.board()["sectors"]) == 8, "the car hears on")

    assert bare(city.board()) == bare(car.board())
    wait(lambda: city.partner()["there"] and not city.partner()["waiting"], "the link is up and empty")
    assert (city.partner()["node"], city.partner()["trouble"]) == ("mobil", "")
    for each in (city, car):
        each.stop()
    one_decider(city.log(), car.log())
    asked = {"o1", "o2", "offer", "take", "w1", "back", "taken-back"}
    asked |= {f"car-{n}" for n in range(6)} | {f"m-{n}" for n in range(6)}
    for each in (city, car):
        rows = [row for row in each.log() if row["ask"] in asked and not row["kind"].startswith("kernel.")]
        found = [row["ask"] for row in rows]
        assert sorted(found) == sorted(asked)


def bare(board: dict[str, Any]) -> dict[str, Any]:
    """The board without who shows it."""
    return board | {"part": board["part"] | {"here": ""}}


def one_decider(city: list[dict[str, Any]], car: list[dict[str, Any]]) -> None:
    """By the clocks of both logs: nobody gave an order before the other had let go of the field part."""
    own = [(row["recorded"], row["kind"]) for log in (city, car) for row in log if row["origin"] is None]
    steps = sorted(step for step in own if step[1] in ("field.field-offered", "field.field-taken"))
    assert [kind for _, kind in steps] == ["field.field-offered", "field.field-taken"] * 2
    offered, taken, back, home = (at for at, _ in steps)
    orders = [
        [row["recorded"] for row in log if row["kind"] == "field.sector-set" and row["origin"] is None]
        for log in (city, car)
    ]
    assert all(orders)
    assert all(at < offered or at > home for at in orders[0])
    assert all(taken < at < back for at in orders[1])


def start(*nodes: Served) -> None:
    """Serve several, at the same time."""
    for each in nodes:
        each.launch()
    for each in nodes:
        each.ready()


def the_server_is_its_nodes_own(city: Served, car: Served) -> None:
    """One NATS server for each, with a file of secrets for the owner alone; only the car proves who it is."""
    texts = {}
    for each in (city, car):
        config = each.folder / "link" / "nats.conf"
        wait(config.exists, "its NATS server was started")
        wait(partial(runs_one, each.folder), "it runs")
        assert config.stat().st_mode & 0o077 == 0
        texts[each.name] = config.read_text()
    assert "remotes" in texts["mobil"]
    assert "remotes" not in texts["kota"]


def runs_one(folder: Path) -> bool:
    """Whether one NATS server of a node's folder runs."""
    return len(running(folder)) == 1


def running(folder: Path) -> list[int]:
    """NATS servers of a node's folder."""
    found = []
    for proc in Path("/proc").glob("[0-9]*"):
        try:
            words = (proc / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"nats-server") and str(folder / "link" / "nats.conf").encode() in words:
            found.append(int(proc.name))
    return found
