"""A process that accepts asks over HTTP is killed at random, fifty times: what was answered is there, once."""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from conftest import BOTH_STORES, SATURDAY, VAULT_KEY, ask
from kernel.toy import TOY
from siaga.adapters.stores import open_store
from siaga.app import open_node
from siaga.kernel import chain
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted
from siaga.settings import read_settings
from siaga.slices import access
from siaga.slices.access import rules
from siaga.slices.access.tables import gate

KILLS = 50
ASKERS = 6
LONGEST_LIFE_S = 0.25
TOKEN = "sgt_" + "k" * 43  # of a program of this test; it opens nothing outside it


def allow_the_program(desk: Desk) -> None:
    """The askers' token, issued before the first start."""
    until = datetime.now(UTC) + timedelta(days=1)
    command = rules.IssueToken("kill-test", gate.hash_of(TOKEN), "kill test", ("crew", "call-taker"), until)
    assert isinstance(desk.handle(command, ask("administrator", at=datetime.now(UTC))), Accepted)
    desk.close()


class Nursery:
    """Starts nodes and leaves none behind: see served.py."""

    def __init__(self, address: str, folder: Path) -> None:
        here = Path(__file__).parent
        self.node = 0
        self._process = subprocess.Popen(
            [sys.executable, str(here / "served.py"), address, str(folder)],
            env=os.environ | {"PYTHONPATH": str(here.parent)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self) -> str:
        """A new process on the store; returns where it listens."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        pid, where = self._process.stdout.readline().split()
        self.node = int(pid)
        return where

    def kill(self) -> None:
        """`kill -9`, if one runs."""
        if self.node:
            os.kill(self.node, signal.SIGKILL)
            self.node = 0

    def close(self) -> None:
        """End."""
        self.kill()
        self._process.communicate()


@pytest.fixture
def nursery(address: str, tmp_path: Path) -> Iterator[Nursery]:
    """What starts nodes on the store of the test."""
    made = Nursery(address, tmp_path)
    yield made
    made.close()


class Asker:
    """A device with an outbox: asks in order, keeps what was not answered, asks it again with the same id."""

    def __init__(self, name: str) -> None:
        self.name, self.next = name, 0
        self.answered: dict[str, int] = {}
        self.wrong: list[Any] = []

    def ask_until_cut_off(self, where: str) -> None:
        """Ask as fast as answers come, until the connection breaks."""
        connection = http.client.HTTPConnection(urlsplit(where).netloc, timeout=30)
        try:
            while True:
                self._ask(connection)
        except (OSError, http.client.HTTPException):
            connection.close()

    def _ask(self, connection: http.client.HTTPConnection) -> None:
        id = f"{self.name}.{self.next}"
        name, command = self.command(id)
        body = json.dumps({"ask": {"id": id, "at": SATURDAY.isoformat()}, "command": command})
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        connection.request("POST", f"/api/commands/{name}", body, headers)
        reply = connection.getresponse()
        answer = json.loads(reply.read())
        if reply.status == 200:
            self.answered[id] = answer["position"]
            self.next += 1
        else:
            self.wrong.append(answer)

    def command(self, id: str) -> tuple[str, dict[str, Any]]:
        """What is asked: some asks are several rows, some carry words."""
        if self.next % 3 == 0:
            return "toy.see-note", {"name": id, "times": 3}
        return "toy.add-note", {"name": id, "said": f"words of {id}"}


def live(askers: Sequence[Asker], seconds: float, enough: int) -> None:
    """Let them ask so long; on a busy machine until so many answers came since the beginning."""
    threading.Event().wait(seconds)
    for _ in range(500):
        if sum(asker.next for asker in askers) >= enough:
            return
        threading.Event().wait(0.02)


class CallTaker(Asker):
    """Asks the program as it ships."""

    def command(self, id: str) -> tuple[str, dict[str, Any]]:
        """A call was answered."""
        return "intake.take-call", {"call": id, "channel": "112"}


def rows_of_asks(address: str) -> tuple[dict[str, list[int]], chain.Verdict, set[str]]:
    """Positions by ask, the verdict on the chain, and the notes on the board."""
    store = open_store(address)
    with store.read() as tx:
        found: dict[str, list[int]] = {}
        for row in tx.rows("select ask, position from log where actor <> 'operator' order by position"):
            found.setdefault(row["ask"], []).append(row["position"])
        verdict = chain.verify(tx)
        notes = {row["name"] for row in tx.rows("select name from toy_note")}
    store.close()
    return found, verdict, notes


def check(address: str, askers: list[Asker]) -> None:
    """Every answered ask is there exactly once, whole; the chain verifies; the board follows the log."""
    found, verdict, notes = rows_of_asks(address)
    assert verdict.broken_at is None
    for asker in askers:
        for id, position in asker.answered.items():
            rows = 3 if int(id.split(".")[1]) % 3 == 0 else 1
            assert found.get(id) == list(range(position - rows + 1, position + 1)), id
    assert notes == {id for id in found if int(id.split(".")[1]) % 3}


@pytest.mark.server
@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_every_answered_ask_survives_fifty_kills_exactly_once(address: str, nursery: Nursery) -> None:
    chance = random.Random(20260307)
    allow_the_program(Desk(open_store(address), (access.SLICE, TOY), vault_key=VAULT_KEY))
    askers = [Asker(f"device-{n}") for n in range(ASKERS)]
    lost_answers = 0
    for n in range(KILLS):
        where = nursery.start()
        threads = [threading.Thread(target=asker.ask_until_cut_off, args=(where,)) for asker in askers]
        for thread in threads:
            thread.start()
        live(askers, chance.uniform(0, LONGEST_LIFE_S), enough=(n + 1) * (ASKERS + 1))
        nursery.kill()
        for thread in threads:
            thread.join(30)
        check(address, askers)
        found, _, _ = rows_of_asks(address)
        lost_answers += sum(f"{asker.name}.{asker.next}" in found for asker in askers)
    assert [asker.wrong for asker in askers] == [[]] * ASKERS
    assert sum(asker.next for asker in askers) > KILLS * ASKERS  # they really got on
    assert lost_answers > 0  # and kills really came between a commit and its answer


@pytest.mark.server
def test_the_program_as_it_ships_survives_being_killed_too(tmp_path: Path) -> None:
    environment = os.environ | {"SIAGA_DATA": str(tmp_path), "SIAGA_STORE": "", "SIAGA_LISTEN": "127.0.0.1:0"}
    node = open_node(read_settings(environment))
    allow_the_program(node.desk)
    askers = [CallTaker(f"call-{n}") for n in range(ASKERS)]
    for n in range(4):
        program = subprocess.Popen(
            [sys.executable, "-m", "siaga.edges.cli", "serve", "--json"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert program.stdout is not None
        try:
            where = json.loads(program.stdout.readline())["address"]
            threads = [threading.Thread(target=asker.ask_until_cut_off, args=(where,)) for asker in askers]
            for thread in threads:
                thread.start()
            live(askers, LONGEST_LIFE_S, enough=(n + 1) * 2 * ASKERS)
        finally:
            program.kill()
            program.communicate()
        for thread in threads:
            thread.join(30)
    again = open_node(read_settings(environment))
    with again.desk.store.read() as tx:
        assert chain.verify(tx).broken_at is None
        found = {
            row["ask"]: row for row in tx.rows("select ask, count(*) as n, max(position) as p from log group by ask")
        }
        calls = {row["call"] for row in tx.rows("select call from intake_call")}
    again.close()
    assert [asker.wrong for asker in askers] == [[]] * ASKERS
    for asker in askers:
        assert asker.answered
        assert asker.answered.keys() <= calls
        assert {id: found[id]["p"] for id in asker.answered} == asker.answered
        assert {found[id]["n"] for id in asker.answered} == {1}
