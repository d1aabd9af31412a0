"""What tests of the exchange share: nodes with keys of their own, paired with each other, and a wire between them."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conftest import SATURDAY, ask, rows
from siaga.adapters.stores import open_store
from siaga.app import SLICES, cargo
from siaga.kernel.desk import Desk
from siaga.kernel.fields import All
from siaga.kernel.link import Link, LinkState, NoLink
from siaga.kernel.parcel import Card, Identity, identity
from siaga.kernel.records import Accepted, Refusal, Told
from siaga.kernel.timer import timer
from siaga.slices.access.tables import borrowed
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.field.rules import part
from siaga.slices.field.tables.rows import BoardRow, IncidentQuery, PartRow
from siaga.slices.intake.rules import OpenIncident
from siaga.slices.liaison.effects import Exchange, People
from siaga.slices.liaison.rules import PairNode
from siaga.slices.liaison.tables import Partner, name_node, partners

ROLES = ("commander", "crew", "dispatcher", "shift-leader", "administrator", "call-taker")


class Wire:
    """What is on its way between nodes, kept until it is taken; may be cut."""

    def __init__(self) -> None:
        self.parcels: dict[tuple[str, str], list[bytes]] = defaultdict(list)
        self.cut = False


class WireLink(Link):
    """One node's end of the wire."""

    def __init__(self, wire: Wire, name: str) -> None:
        self._wire, self._name = wire, name

    def send(self, partner: str, id: str, parcel: bytes) -> None:
        self._wire.parcels[self._name, partner].append(parcel)

    def receive(self, partner: str, take: Callable[[bytes], object]) -> int:
        if self._wire.cut:
            raise NoLink
        waiting = self._wire.parcels[partner, self._name]
        done = 0
        while waiting:
            take(waiting[0])
            del waiting[0]
            done += 1
        return done

    def state(self, partner: str) -> LinkState:
        return LinkState(not self._wire.cut, len(self._wire.parcels[self._name, partner]))

    def close(self) -> None:
        pass


class Place:
    """A node: its desk, its keys, its end of the wire."""

    def __init__(self, name: str, desk: Desk, wire: Wire) -> None:
        self.name, self.desk = name, desk
        self.keys: Identity = identity(Ed25519PrivateKey.generate())
        desk.work(lambda tx: name_node(tx, name))
        self.exchange = Exchange(desk, self.keys, cargo(desk), People(borrowed.lend, borrowed.borrow))
        self.link = WireLink(wire, name)

    @property
    def card(self) -> Card:
        return self.keys.card(self.name)

    def pair(self, other: "Place", role: Any) -> None:
        """Make the other a partner of this one."""
        card = other.card
        self.do(PairNode(card.name, role, card.sign, card.seal, card.link))

    def say(self, command: Any, at: datetime | None = None, **more: Any) -> Any:
        return self.desk.handle(command, ask(*ROLES, at=at or SATURDAY, received=at, **more))

    def do(self, command: Any, at: datetime | None = None, **more: Any) -> None:
        answer = self.say(command, at, **more)
        assert isinstance(answer, Accepted), answer

    def refused(self, command: Any, at: datetime | None = None, **more: Any) -> str:
        answer = self.say(command, at, **more)
        assert isinstance(answer, Refusal), answer
        return answer.code

    def exchange_once(self) -> None:
        """Send what is new and take what came, for each partner."""
        with self.desk.store.read() as tx:
            all_partners: dict[str, Partner] = partners(tx)
        for name, partner in all_partners.items():
            while self.exchange.send(self.link, name, partner):
                pass
            self.link.receive(name, self.exchange.take)

    def tick(self) -> None:
        """What is due."""
        timer(self.desk)()

    def board(self, incident: str = "i1") -> BoardRow:
        (row,) = rows(self.desk.show("field.board", IncidentQuery(incident), ask(*ROLES)))
        assert isinstance(row, BoardRow)
        return row

    def part(self, incident: str = "i1") -> PartRow:
        return self.board(incident).part

    def view(self, name: str, query: Any = None) -> list[Any]:
        return list(rows(self.desk.show(name, query or All(), ask(*ROLES))))

    def offer(self, to: "Place", at: datetime | None = None, incident: str = "i1") -> None:
        self.do(part.OfferField(incident, to.name), at)

    def take(self, at: datetime | None = None, incident: str = "i1") -> None:
        self.do(part.TakeField(incident, self.part(incident).epoch), at)

    def recall(self, why: str = "radio silent", at: datetime | None = None, incident: str = "i1") -> None:
        self.do(part.RecallField(incident, Told(why)), at)


def place(tmp_path: Path, name: str, wire: Wire, opened: Callable[..., Desk], **more: Any) -> Place:
    """A node with every slice."""
    return Place(name, opened(open_store(tmp_path / f"{name}.db"), SLICES, **more), wire)


def settle(*places: Place) -> None:
    """Let everything that is on its way arrive."""
    for _ in range(4):
        for each in places:
            each.exchange_once()


def a_house_on_fire(city: Place) -> None:
    """An incident with two units sent, and who rides on them."""
    city.do(dispatch.RegisterAgency("bontang", "Disdamkartan", "fire-service"))
    city.do(dispatch.RegisterStation("pos1", "bontang", "Pos 1", 117.49, 0.13))
    for unit in ("p1", "p2"):
        city.do(dispatch.RegisterUnit(unit, "bontang", "pos1", "pump"))
        city.do(dispatch.SetCrew(unit, 4))
    city.do(OpenIncident("i1", 117.49, 0.13, type="fire.housing", place=Told("behind the mosque")))
    city.do(dispatch.Dispatch("d1", "i1", ("p1", "p2")))


def same_picture(one: Place, other: Place, incident: str = "i1") -> None:
    """Both show one board, but for who they are; also after both made their tables anew."""
    assert _bare(one, incident) == _bare(other, incident)
    for each in (one, other):
        before = _bare(each, incident)
        each.desk.rebuild()
        assert _bare(each, incident) == before


def _bare(place: Place, incident: str) -> Any:
    import msgspec

    board = place.board(incident)
    return msgspec.structs.replace(board, part=msgspec.structs.replace(board.part, here=""))
