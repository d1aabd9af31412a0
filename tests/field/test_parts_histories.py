"""Any history of hand-overs, recalls, cut wires and repeated asks ends in one picture, and never has two deciders."""

import random
from collections import defaultdict
from pathlib import Path

import pytest

from conftest import Clock, Opens, ask
from liaison.kit import ROLES, Place, Wire, a_house_on_fire, place, same_picture, settle
from siaga.kernel.records import Accepted, Ask, Command, Refusal, Told
from siaga.slices import dispatch, field
from siaga.slices.dispatch.rules import ReportStatus
from siaga.slices.field import events
from siaga.slices.field.rules import command, crews, part, safety
from siaga.slices.field.tables.part import known as part_known

STEPS = 60
NOT_HERE = ("field-elsewhere", "field-in-transit", "incident-unknown", "crew-unknown", "unit-unknown")


class History:
    """A city and two cars that work on one scene while the wire is cut and mended."""

    def __init__(self, seed: int, tmp_path: Path, open_desk: Opens, clock: Clock) -> None:
        self.chance, self.clock, self.wire = random.Random(seed), clock, Wire()
        names = ("kota", "mobil", "mobil-2")
        self.places = [place(tmp_path, n, self.wire, open_desk, vault_key=bytes([k] * 32)) for k, n in enumerate(names)]
        self.city, *self.cars = self.places
        for car in self.cars:
            self.city.pair(car, "field")
            car.pair(self.city, "home")
        a_house_on_fire(self.city)
        self.deciders: dict[int, set[str]] = defaultdict(set)
        self.asked: list[tuple[str, Command, Ask]] = []
        self.cut: set[str] = set()

    def step(self) -> None:
        """One thing happens somewhere."""
        self.clock.forward(self.chance.choice((1, 7, 40)))
        at = self.chance.choice(self.places)
        acts = (
            [self.order] * 6
            + [self.see] * 2
            + [self.hand_over] * 5
            + [self.exchange] * 12
            + [self.repeat] * 3
            + [self.mend]
        )
        self.chance.choice(acts)(at)

    def order(self, at: Place) -> None:
        n = len(self.asked)
        wish = self.chance.choice(
            (
                command.SetSector(f"s{n % 5}", "i1", f"name {n % 9}"),
                crews.MoveCrew("i1", self.chance.choice(("p1", "p2")), "staging"),
                crews.FormCrew(f"c{n % 3}", "i1", f"crew {n}", 3),
                command.SetChannel("i1", f"ch {n % 2}"),
            )
        )
        self._ask(at, wish)

    def see(self, at: Place) -> None:
        n, unit = len(self.asked), self.chance.choice(("p1", "p2"))
        wish = self.chance.choice(
            (
                crews.ReportEntry("i1", "p1", "staging", (events.Wearer("a", 300),)),
                crews.ReportAir("i1", "p1", "a", 200.0 + n % 90),
                crews.ReportExit("i1", "p1"),
                ReportStatus(unit, self.chance.choice(("on-the-way", "arrived", "action", "returning"))),
                ReportStatus(unit, self.chance.choice(("on-the-way", "arrived")), "i1"),
                safety.CallMayday(f"m{n}", "i1", crew="p2"),
            )
        )
        self._ask(at, wish)

    def hand_over(self, at: Place) -> None:
        """Whatever this node may do just now about who decides."""
        known = self._part(at)
        if known is None:
            return
        if known.phase == "transit" and known.to == at.name:
            at.take(self.clock.now)
        elif known.node == at.name and known.phase == "held" and self.chance.random() < 0.3:
            at.offer(self.chance.choice(self.cars) if at is self.city else self.city, self.clock.now)
        elif at is self.city and self.chance.random() < 0.3 and (known.node, known.phase) != ("kota", "held"):
            at.recall(at=self.clock.now)

    def exchange(self, at: Place) -> None:
        """Parcels go and come, unless this node is out of reach; some come twice."""
        if at.name in self.cut:
            return
        at.exchange_once()
        for (_, to), waiting in self.wire.parcels.items():
            if to == at.name and waiting and self.chance.random() < 0.3:
                waiting.insert(0, waiting[0])

    def repeat(self, at: Place) -> None:
        """A device that got no answer asks again, wherever it finds a node."""
        if self.asked:
            _, wish, asked = self.chance.choice(self.asked[-6:])
            before = at.desk.position()
            again = at.desk.handle(wish, asked)
            if isinstance(again, Accepted) and not _sees(wish) and at.desk.position() > before:
                self._decided(at)
            elif isinstance(again, Refusal):
                assert again.code in (
                    "field-elsewhere",
                    "field-in-transit",
                    "incident-unknown",
                    "crew-unknown",
                    "unit-unknown",
                )

    def mend(self, at: Place) -> None:
        """Out of reach, or back."""
        self.cut ^= {at.name}

    def _ask(self, at: Place, wish: Command) -> None:
        asked = ask(*ROLES, id=f"ask-{len(self.asked)}", at=self.clock.now, device=f"tablet-{at.name}")
        answer = at.desk.handle(wish, asked)
        self.asked.append((at.name, wish, asked))
        if isinstance(answer, Accepted) and not _sees(wish):
            self._decided(at)

    def _decided(self, at: Place) -> None:
        """A node took an order: under which epoch, as it knew it."""
        known = self._part(at)
        assert known is not None
        assert (known.node, known.phase) == (at.name, "held")
        self.deciders[known.epoch].add(at.name)

    def _part(self, at: Place) -> part.Part | None:
        with at.desk.store.read() as tx:
            found = part_known(tx, "i1")
        return found if found.incident_known else None


def _sees(wish: Command) -> bool:
    return {**dispatch.SLICE.commands, **field.SLICE.commands}[type(wish)].observation


@pytest.mark.parametrize("seed", range(12))
def test_any_history_ends_in_one_picture_and_each_epoch_has_one_decider(
    seed: int, tmp_path: Path, open_desk: Opens, clock: Clock
) -> None:
    history = History(seed, tmp_path, open_desk, clock)
    for _ in range(STEPS):
        history.step()
    settle(*history.places)
    assert {epoch: names for epoch, names in history.deciders.items() if len(names) > 1} == {}
    knows = [p for p in history.places if history._part(p) is not None]
    for other in knows[1:]:
        same_picture(history.city, other)
    late = history.city.board().late_orders
    for one in late:
        stands = history.chance.random() < 0.5
        clock.forward(5)
        if (history.city.part().node, history.city.part().phase) != ("kota", "held"):
            history.city.recall(at=clock.now)
        history.city.do(part.SettleLateOrder("i1", one.conflict, stands, Told("as told by radio")), clock.now)
    settle(*history.places)
    for each in knows:
        assert [o.conflict for o in each.board().late_orders if o.conflict in {one.conflict for one in late}] == []
    for other in knows[1:]:
        same_picture(history.city, other)
