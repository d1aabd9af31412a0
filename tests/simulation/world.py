"""One seed of the simulation: fifty devices, a city and two command cars, a network that fails in every way we know.

Devices ask what people at the desk and the scene ask; answers get lost, asks arrive twice and long afterwards, devices
and nodes restart, clocks are wrong by up to ten minutes and are set right or wrong in between, scenes are handed over,
recalled, and brought back by stick. Then everything is connected, people settle what waits for them, and what must
always hold is checked."""

import shutil
from collections import Counter
from functools import partial
from random import Random
from typing import Any

import msgspec

from conftest import Clock
from field import boards, wishes
from siaga.kernel.desk import KeptQuery, ReleaseKept, Shown, not_permitted
from siaga.kernel.records import NOT_PERMITTED, Accepted, Answer, Ask, Refusal, Told
from siaga.slices.field.rules.part import OfferField, RecallField, SettleLateOrder, TakeField
from simulation.device import Asked, Device, Lost
from simulation.nodes import CARS, CITY, NAMES, ROLES, Node, opened

DEVICES = 50
STEPS = 260
INCIDENTS = ("i1", "i2")
WRONG_S = 600.0


class World:
    """Everything of one seed."""

    def __init__(self, seed: int) -> None:
        self.rnd, self.clock = Random(seed), Clock()
        self.nodes, self.wire, self._folder = opened(self.rnd, self.clock)
        self.devices = [self._device(n) for n in range(DEVICES)]
        self.late: list[tuple[str, Device, Asked]] = []
        self.happened: Counter[str] = Counter()
        self._operator = 0

    def _device(self, n: int) -> Device:
        home = self.rnd.choice((CITY, CITY, *CARS))
        device = Device(f"t{n:02}", f"a{n:02}", self.rnd.uniform(-WRONG_S, WRONG_S), home)
        device.online = self.rnd.random() < 0.6
        return device

    def close(self) -> None:
        for node in self.nodes.values():
            node.close()
        shutil.rmtree(self._folder)

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────

    def run(self) -> None:
        """Everything, then the end, then what must hold."""
        acts = {
            self._ask: 50,
            self._drain: 22,
            self._network: 8,
            self._again: 5,
            self._restart_device: 3,
            self._set_clock: 2,
            self._exchange: 8,
            self._hand_over: 5,
            self._cut: 2,
            self._restart_node: 1,
            self._parcel_again: 2,
            self._role: 1,
            self._tick: 2,
        }
        for _ in range(STEPS):
            self.clock.forward(self.rnd.choice((0.5, 3.0, 20.0)))
            self.rnd.choices(list(acts), list(acts.values()))[0]()
        self._come_home()
        self._check()

    def _some_device(self) -> Device:
        return self.rnd.choice(self.devices)

    def _ask(self) -> None:
        device = self._some_device()
        make = self.rnd.choice(wishes.DISPATCH if self.rnd.random() < 0.2 else wishes.FIELD)
        command = make(self.rnd, self.clock.now)
        seen = type(command) in boards.OBSERVED and self.rnd.random() < 0.4
        device.ask(command, self.clock.now, self.rnd.choice((2.0, 60.0, 600.0)) if seen else None)
        if device.online and self.rnd.random() < 0.7:
            self._drain(device)

    def _drain(self, device: Device | None = None) -> None:
        one = device or self._some_device()
        if one.online:
            one.drain(partial(self._send, one), self.clock.now)

    def _send(self, device: Device, asked: Asked) -> Answer:
        """Over a network that loses asks, loses answers, and brings some of them once more."""
        chance = self.rnd.random()
        if chance < 0.03:
            self.happened["ask lost"] += 1
            device.online = self.rnd.random() < 0.5
            raise Lost
        answer = self._door(self.nodes[device.node], device, asked)
        if (
            not isinstance(answer, Refusal) and self.rnd.random() < 0.1
        ):  # a refusal is not remembered: that one is decided anew if asked anew
            self.late.append((device.node, device, msgspec.structs.replace(asked)))
        if chance < 0.08:
            self.happened["answer lost"] += 1
            raise Lost
        asked.node = device.node
        return answer

    def _door(self, node: Node, device: Device, asked: Asked) -> Answer:
        """As edges/http.py: who may not ask is refused, but what a device has seen is set aside for a person."""
        does = node.desk.does[type(asked.command)]
        if device.allowed:
            return node.handle(asked.command, device.envelope(asked, ROLES, self.clock.now))
        if not does.observation:
            return not_permitted(does.role)
        self.happened["set aside"] += 1
        raw = msgspec.json.encode(asked.command, enc_hook=lambda word: word.text)
        ask = device.envelope(asked, frozenset(), self.clock.now)
        name = boards.NAMES[type(asked.command)]
        return node.desk.set_aside(kind=name, raw=raw, reason="role-missing", ask=ask)

    def _network(self) -> None:
        device = self._some_device()
        device.online = not device.online

    def _again(self) -> None:
        """Something sent long ago comes once more."""
        if self.late:
            self.happened["came again"] += 1
            name, device, asked = self.rnd.choice(self.late)
            self._door(self.nodes[name], device, asked)

    def _restart_device(self) -> None:
        self._some_device().restart()

    def _set_clock(self) -> None:
        self._some_device().correct(self.clock.now, self.rnd.choice((0.0, self.rnd.uniform(-WRONG_S, WRONG_S))))

    def _exchange(self) -> None:
        self.rnd.choice(list(self.nodes.values())).exchange()

    def _cut(self) -> None:
        car = self.rnd.choice(CARS)
        self.wire.cut ^= {car}

    def _restart_node(self) -> None:
        self.happened["node restarted"] += 1
        self.rnd.choice(list(self.nodes.values())).restart()

    def _parcel_again(self) -> None:
        if self.wire.past:
            self.happened["parcel again"] += 1
            to, parcel = self.rnd.choice(self.wire.past)
            self.nodes[to].bring_again(parcel)

    def _role(self) -> None:
        device = self._some_device()
        device.allowed = not device.allowed

    def _tick(self) -> None:
        self.rnd.choice(list(self.nodes.values())).tick()

    # ── hand-over of a scene ─────────────────────────────────────────────────────────────────────────────────────

    def operate(self, node: str, command: Any) -> Answer:
        """Somebody at a node asks; what is not possible now is refused, and that is all right."""
        self._operator += 1
        ask = Ask(
            id=f"op-{self._operator:04}", at=self.clock.now, actor=f"op-{node}", roles=ROLES, received=self.clock.now
        )
        return self.nodes[node].handle(command, ask)

    def _hand_over(self) -> None:
        incident, car = self.rnd.choice(INCIDENTS), self.rnd.choice(CARS)
        at_car = self.nodes[car].board(incident)
        acts: list[tuple[str, Any]] = [(CITY, OfferField(incident, car))]
        if at_car is not None:
            acts += [(car, TakeField(incident, at_car.part.epoch)), (car, OfferField(incident, CITY))]
        at_city = self.nodes[CITY].board(incident)
        assert at_city is not None
        acts += [(CITY, TakeField(incident, at_city.part.epoch))]
        if self.rnd.random() < 0.3:
            acts = [(CITY, RecallField(incident, Told("mobil tidak menjawab")))]
        node, command = self.rnd.choice(acts)
        if isinstance(self.operate(node, command), Accepted):
            self.happened[type(command).__name__] += 1

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _come_home(self) -> None:
        """Every network stands, every scene is with the city, people have settled what waited for them."""
        self.wire.cut = set()
        for device in self.devices:
            device.online = True
        self._flow()
        for incident in INCIDENTS:
            self._bring_back(incident)
        for _ in range(3):
            self.clock.forward(60.0)
            self._release()
            self._flow()
        for node in self.nodes.values():
            node.tick()
        self._settle_late()
        self._flow()

    def _flow(self) -> None:
        """Let everything arrive that is on its way."""
        for _ in range(4):
            for device in self.devices:
                self.clock.forward(0.2)
                device.drain(partial(self._clean, device), self.clock.now)
            for node in self.nodes.values():
                node.exchange()

    def _clean(self, device: Device, asked: Asked) -> Answer:
        asked.node = device.node
        return self._door(self.nodes[device.node], device, asked)

    def _bring_back(self, incident: str) -> None:
        for _ in range(3):
            board = self.nodes[CITY].board(incident)
            assert board is not None
            part = board.part
            if part.phase == "held" and part.node == CITY:
                return
            if part.phase == "transit" and part.to == CITY:
                self.operate(CITY, TakeField(incident, part.epoch))
            elif part.phase == "transit":
                self.operate(part.to, TakeField(incident, part.epoch))
            else:
                self.operate(part.node, OfferField(incident, CITY))
            self._flow()

    def _release(self) -> None:
        """The shift leader looks through what was set aside."""
        for name, node in self.nodes.items():
            for kept in self._kept(node):
                assert isinstance(self.operate(name, ReleaseKept(kept.id)), Accepted)

    def _kept(self, node: Node) -> list[Any]:
        shown = node.desk.show("kernel.kept", KeptQuery(), Ask(id="k", at=self.clock.now, actor="k", roles=ROLES))
        assert isinstance(shown, Shown)
        return list(shown.rows)

    def _settle_late(self) -> None:
        for incident in INCIDENTS:
            board = self.nodes[CITY].board(incident)
            assert board is not None
            for late in board.late_orders:
                self.happened["late order"] += 1
                stands = self.rnd.random() < 0.5
                assert isinstance(self.operate(CITY, SettleLateOrder(incident, late.conflict, stands)), Accepted)

    # ── what must hold ───────────────────────────────────────────────────────────────────────────────────────────

    def _check(self) -> None:
        self._check_asks()
        self._check_quarantine()
        self._check_boards()

    def _check_asks(self) -> None:
        """Each ask is in exactly one state, and the logs agree with what the author was told."""
        logs = {name: self._asks_of(node) for name, node in self.nodes.items()}
        for device in self.devices:
            order = [one.at for one in device.shelf]
            assert order == sorted(order), f"{device.name} has asks out of order"
            for asked in device.shelf:
                where = f"{asked.id} {type(asked.command).__name__}"
                there = asked.id in logs[asked.node]
                assert asked.state != "waiting", where
                if asked.state == "accepted":
                    assert there, f"{where} was accepted and is not there"
                elif asked.state == "refused":
                    assert isinstance(asked.refusal, Refusal), where
                    # Who lost his role before the answer came through is told no more than that he has none.
                    assert not there or asked.refusal.code == NOT_PERMITTED, f"{where} was refused and is there"
                self.happened[asked.state] += 1

    def _asks_of(self, node: Node) -> set[str]:
        rows = node.log("select ask, n, count(*) as times from log group by ask, n")
        assert all(row["times"] == 1 for row in rows), f"{node.name} holds something twice"
        return {row["ask"] for row in rows}

    def _check_quarantine(self) -> None:
        for node in self.nodes.values():
            assert self._kept(node) == [], f"{node.name} has forgotten something in its quarantine"

    def _check_boards(self) -> None:
        """Whoever shows a scene shows the same, also after its tables were made anew."""
        for incident in INCIDENTS:
            shown = {name: node.bare(incident) for name, node in self.nodes.items()}
            known = {name: board for name, board in shown.items() if board is not None}
            for name, board in known.items():
                assert board == known[CITY], f"{incident} at {name}: {_differs(board, known[CITY])}"
            self.happened[f"{incident} at {len(known)} nodes"] += 1
        one = self.nodes[self.rnd.choice(NAMES)]
        before = [one.bare(incident) for incident in INCIDENTS]
        one.desk.rebuild()
        assert [one.bare(incident) for incident in INCIDENTS] == before, f"{one.name} differs after a rebuild"


def _differs(one: Any, other: Any, where: str = "") -> str:
    """The first places where two boards differ."""
    if isinstance(one, msgspec.Struct) and type(one) is type(other):
        fields = [name for name in one.__struct_fields__ if getattr(one, name) != getattr(other, name)]
        return "; ".join(_differs(getattr(one, name), getattr(other, name), f"{where}.{name}") for name in fields)
    if isinstance(one, list | tuple) and len(one) == len(other):
        return "; ".join(
            _differs(a, b, f"{where}[{n}]") for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b
        )
    return f"{where}: {one} / {other}"


def simulate(seed: int) -> Counter[str]:
    """Run one seed; what happened in it, counted. A promise that is broken is an AssertionError."""
    world = World(seed)
    try:
        world.run()
    finally:
        world.close()
    return world.happened
