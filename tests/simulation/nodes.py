"""Three real nodes for the simulation: a city and two command cars, paired; a wire that repeats and may be cut."""

import shutil
from collections import defaultdict
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conftest import VAULT_KEY, Clock
from field import boards
from siaga.adapters.sqlite import SqliteStore
from siaga.app import SLICES, cargo
from siaga.kernel.desk import Desk, Shown
from siaga.kernel.link import Link, LinkState, NoLink
from siaga.kernel.parcel import Identity, identity
from siaga.kernel.records import Answer, Ask, Command
from siaga.kernel.timer import timer
from siaga.slices.access.tables import borrowed
from siaga.slices.field.tables.rows import BoardRow, IncidentQuery
from siaga.slices.liaison.effects import Exchange, People
from siaga.slices.liaison.rules import PairNode
from siaga.slices.liaison.tables import Partner, name_node, partners

CITY, CARS = "kota", ("mobil-1", "mobil-2")
NAMES = (CITY, *CARS)
SHARED = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
"""Memory: what is simulated is order and loss, not the disk."""
ROLES = boards.ROLES


class Wire:
    """What is on its way between nodes: kept until it is taken, sometimes brought once more later; may be cut."""

    def __init__(self, rnd: Random) -> None:
        self.waiting: dict[tuple[str, str], list[bytes]] = defaultdict(list)
        self.past: list[tuple[str, bytes]] = []
        self.cut: set[str] = set()
        self._rnd = rnd

    def taken(self, to: str, parcel: bytes) -> None:
        """Remember some of it, to bring it again."""
        if self._rnd.random() < 0.3:
            self.past.append((to, parcel))


class End(Link):
    """One node's end of the wire."""

    def __init__(self, wire: Wire, name: str) -> None:
        self._wire, self._name = wire, name

    def send(self, partner: str, id: str, parcel: bytes) -> None:
        self._wire.waiting[self._name, partner].append(parcel)

    def receive(self, partner: str, take: Callable[[bytes], object]) -> int:
        if {self._name, partner} & self._wire.cut:
            raise NoLink
        waiting, done = self._wire.waiting[partner, self._name], 0
        while waiting:
            take(waiting[0])
            self._wire.taken(self._name, waiting.pop(0))
            done += 1
        return done

    def state(self, partner: str) -> LinkState:
        return LinkState(True, 0)

    def close(self) -> None:
        pass


class Node:
    """A node: its store, its desk while it runs, its end of the wire."""

    def __init__(self, name: str, folder: Path, keys: Identity, clock: Clock, wire: Wire) -> None:
        self.name, self._folder, self._keys, self.clock, self._wire = name, folder, keys, clock, wire
        self._open()

    def _open(self) -> None:
        self._store = SqliteStore(self._folder / f"{self.name}.db")
        self.desk = Desk(self._store, SLICES, vault_key=VAULT_KEY, clock=self.clock, rebuild=False)
        self._exchange = Exchange(self.desk, self._keys, cargo(self.desk), People(borrowed.lend, borrowed.borrow))
        self._end = End(self._wire, self.name)

    def close(self) -> None:
        self.desk.close()
        self._store.close()

    def restart(self) -> None:
        """As after a power cut: what was committed is there, and nothing else."""
        self.close()
        self._open()

    def exchange(self) -> None:
        """Send what is new, take what came."""
        with self.desk.store.read() as tx:
            known: dict[str, Partner] = partners(tx)
        for name, partner in known.items():
            while self._exchange.send(self._end, name, partner):
                pass
            try:
                self._end.receive(name, self._exchange.take)
            except NoLink:
                continue

    def bring_again(self, parcel: bytes) -> None:
        """A parcel comes a second time, after others that were sent later."""
        self._exchange.take(parcel)

    def tick(self) -> None:
        """What is due."""
        timer(self.desk)()

    def handle(self, command: Command, ask: Ask) -> Answer:
        return self.desk.handle(command, ask)

    def board(self, incident: str) -> BoardRow | None:
        """The board of an incident, if this node knows it."""
        shown = self.desk.show("field.board", IncidentQuery(incident), _reader(self.clock))
        assert isinstance(shown, Shown)
        return shown.rows[0] if shown.rows else None

    def bare(self, incident: str) -> Any:
        """The board without which node shows it."""
        board = self.board(incident)
        return board and msgspec.structs.replace(board, part=msgspec.structs.replace(board.part, here=""))

    def log(self, sql: str, **params: Any) -> list[dict[str, Any]]:
        with self.desk.store.read() as tx:
            return tx.rows(sql, **params)


def _reader(clock: Clock) -> Ask:
    return Ask(id="reader", at=clock.now, actor="reader", roles=ROLES)


@cache
def _template() -> tuple[Path, dict[str, Identity]]:
    """Nodes that know each other, and a scene in the city; made once, copied for each seed."""
    folder = Path(mkdtemp(prefix="siaga-nodes-", dir=SHARED))
    keys = {name: identity(Ed25519PrivateKey.generate()) for name in NAMES}
    clock = Clock()
    for name in NAMES:
        store = SqliteStore(folder / f"{name}.db")
        desk = Desk(store, SLICES, vault_key=VAULT_KEY, clock=clock)
        tell = boards.Teller(desk, clock)
        desk.work(partial(name_node, name=name))
        for other in CARS if name == CITY else (CITY,):
            card = keys[other].card(other)
            tell(PairNode(card.name, "home" if other == CITY else "field", card.sign, card.seal, card.link))
        if name == CITY:
            boards.fire(tell)
        desk.close()
        store.close()
    return folder, keys


def opened(rnd: Random, clock: Clock) -> tuple[dict[str, Node], Wire, Path]:
    """Copies of the three nodes, running."""
    made, keys = _template()
    folder = Path(mkdtemp(prefix="siaga-seed-", dir=SHARED))
    for name in NAMES:
        shutil.copy(made / f"{name}.db", folder / f"{name}.db")
    clock.now = max(clock.now, boards.OFFLINE)
    wire = Wire(rnd)
    return {name: Node(name, folder, keys[name], clock, wire) for name in NAMES}, wire, folder
