"""Which node decides: offered, in transit, taken, given back; recalled, with what the lost car brings late."""

from datetime import timedelta
from pathlib import Path

import pytest

from conftest import BOTH_STORES, Clock, Opens
from liaison.kit import Place, Wire, a_house_on_fire, place, same_picture, settle
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.kernel.records import Told
from siaga.kernel.slice import Does
from siaga.slices.dispatch.rules import Dispatch, RegisterUnit, ReportStatus
from siaga.slices.dispatch.tables.views import BoardQuery
from siaga.slices.field import SLICE, events
from siaga.slices.field.rules import command, crews, part, safety
from siaga.slices.field.tables.late import ORDERS
from siaga.slices.intake.rules import CancelIncident, OpenIncident, ReopenIncident


class Scene:
    """A city with its car, and a house on fire."""

    def __init__(self, tmp_path: Path, open_desk: Opens, clock: Clock, address: str = "") -> None:
        self.wire, self.clock = Wire(), clock
        store = open_store(address or tmp_path / "kota.db")
        self.city = Place("kota", open_desk(store, SLICES, vault_key=bytes([1] * 32)), self.wire)
        self.car = place(tmp_path, "mobil", self.wire, open_desk, vault_key=bytes([2] * 32))
        self.city.pair(self.car, "field")
        self.car.pair(self.city, "home")
        a_house_on_fire(self.city)

    def settle(self) -> None:
        settle(self.city, self.car)

    def at_the_car(self) -> None:
        """The field part is handed over and taken."""
        self.city.offer(self.car)
        self.settle()
        self.car.take()
        self.settle()


@pytest.fixture
def scene(tmp_path: Path, open_desk: Opens, clock: Clock) -> Scene:
    return Scene(tmp_path, open_desk, clock)


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_a_city_on_either_store_recalls_a_lost_car(
    address: str, tmp_path: Path, open_desk: Opens, clock: Clock
) -> None:
    either = Scene(tmp_path, open_desk, clock, address)
    a_lost_car(either)
    either.wire.cut = False
    either.settle()
    assert [o.conflict for o in either.city.board().late_orders] == ["late-1.0", "late-2.0"]
    either.city.do(part.SettleLateOrder("i1", "late-2.0", True))
    either.settle()
    same_picture(either.city, either.car)


ENTRY = crews.ReportEntry("i1", "p1", "staging", (events.Wearer("a", 300), events.Wearer("b", 290)))


# ── there and back ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_car_gets_the_whole_scene_with_words_units_and_crews(scene: Scene) -> None:
    scene.city.do(command.AssumeCommand("i1", "Danton A"))
    scene.city.do(ENTRY, device="tablet-1")
    scene.at_the_car()
    board = scene.car.board()
    assert board.place == "behind the mosque"
    assert [(c.crew, c.people, len(c.inside)) for c in board.crews] == [("p1", 4, 2), ("p2", 4, 0)]
    assert board.commander is not None
    assert board.commander.holder == "Danton A"
    same_picture(scene.city, scene.car)


def test_orders_are_taken_where_the_part_is_and_wait_on_the_way(scene: Scene) -> None:
    order = command.SetSector("s1", "i1", "A")
    scene.city.do(order)
    scene.city.offer(scene.car)
    answer = scene.city.say(command.SetSector("s2", "i1", "B"))
    assert (answer.code, answer.later_s) == ("field-in-transit", part.AGAIN_S)
    scene.settle()
    assert scene.car.say(command.SetSector("s2", "i1", "B")).code == "field-in-transit"
    scene.car.take()
    scene.car.do(command.SetSector("s2", "i1", "B"))
    assert scene.city.say(command.SetSector("s3", "i1", "C")).code == "field-in-transit"  # has not heard yet
    scene.settle()
    assert scene.city.refused(command.SetSector("s3", "i1", "C")) == "field-elsewhere"
    assert [s.name for s in scene.city.board().sectors] == ["A", "B"]
    scene.car.offer(scene.city)
    assert scene.car.refused(command.SetSector("s3", "i1", "C")) == "field-in-transit"
    scene.settle()
    scene.city.take()
    scene.city.do(command.SetSector("s3", "i1", "C"))
    scene.settle()
    assert scene.car.refused(command.SetSector("s4", "i1", "D")) == "field-elsewhere"
    assert (scene.city.part().node, scene.city.part().epoch) == ("kota", 2)
    same_picture(scene.city, scene.car)


def test_what_was_seen_is_recorded_by_both_wherever_the_part_is(scene: Scene) -> None:
    scene.city.offer(scene.car)
    scene.city.do(ENTRY, device="tablet-1")  # in transit
    scene.settle()
    scene.car.do(crews.ReportAir("i1", "p1", "a", 240), scene.clock.now + timedelta(minutes=4), device="tablet-2")
    scene.car.take()
    scene.wire.cut = True
    at = scene.clock.now + timedelta(minutes=6)
    scene.city.do(safety.CallMayday("m1", "i1", crew="p1"), at, device="tablet-1")
    scene.car.do(crews.ReportExit("i1", "p1", ("b",)), at, device="tablet-2")
    scene.wire.cut = False
    scene.settle()
    for each in (scene.city, scene.car):
        board = each.board()
        assert [m.mayday for m in board.maydays] == ["m1"]
        assert [one.person for one in board.crews[0].inside] == ["a"]
        assert [air.bar for air in board.crews[0].inside[0].air] == [300, 240]
    same_picture(scene.city, scene.car)


def test_units_that_report_at_the_car_are_seen_by_the_city(scene: Scene) -> None:
    scene.at_the_car()
    scene.wire.cut = True
    scene.car.do(ReportStatus("p1", "arrived", "i1"), device="phone-p1")
    scene.wire.cut = False
    scene.settle()
    assert {c.crew: c.phase for c in scene.city.board().crews} == {"p1": "arrived", "p2": "sent"}
    assert [u.status for u in scene.city.view("dispatch.board", BoardQuery()) if u.unit == "p1"] == ["arrived"]


def status_of(at: Place, unit: str) -> str:
    return next(str(u.status) for u in at.view("dispatch.board", BoardQuery()) if u.unit == unit)


def test_what_a_unit_says_where_its_car_does_not_know_where_it_is_reaches_the_city_and_counts_there(
    scene: Scene,
) -> None:
    scene.city.do(RegisterUnit("p3", "bontang", "pos1", "pump"))
    scene.at_the_car()
    scene.wire.cut = True
    scene.city.do(Dispatch("d3", "i1", ("p3",)), scene.clock.now)
    seen = scene.clock.now + timedelta(minutes=4)
    scene.car.do(ReportStatus("p3", "arrived"), seen, seen_at=seen, device="phone-p3")
    assert "p3" not in {c.crew for c in scene.car.board().crews}
    scene.wire.cut = False
    scene.settle()
    for each in (scene.city, scene.car):
        assert {c.crew: c.phase for c in each.board().crews}["p3"] == "arrived"
        assert status_of(each, "p3") == "arrived"
    same_picture(scene.city, scene.car)


def test_what_a_unit_said_without_naming_the_incident_goes_along_to_the_next_car(
    scene: Scene, tmp_path: Path, open_desk: Opens
) -> None:
    scene.city.do(RegisterUnit("p3", "bontang", "pos1", "pump"))
    scene.at_the_car()
    scene.wire.cut = True
    scene.city.do(Dispatch("d3", "i1", ("p3",)), scene.clock.now)
    seen = scene.clock.now + timedelta(minutes=4)
    scene.car.do(ReportStatus("p3", "arrived"), seen, seen_at=seen, device="phone-p3")
    scene.wire.cut = False
    scene.settle()
    second = place(tmp_path, "mobil-2", scene.wire, open_desk, vault_key=bytes([3] * 32))
    scene.city.pair(second, "field")
    second.pair(scene.city, "home")
    scene.car.offer(scene.city)
    scene.settle()
    scene.city.take()
    scene.city.offer(second)
    settle(scene.city, scene.car, second)
    assert {c.crew: c.phase for c in second.board().crews}["p3"] == "arrived"
    same_picture(scene.city, second)


def test_a_unit_that_says_at_the_city_that_it_is_elsewhere_has_left_at_the_car_too(scene: Scene) -> None:
    scene.at_the_car()
    scene.city.do(OpenIncident("i2", 117.5, 0.14, type="fire.housing"))
    seen = scene.clock.now
    for minutes, said in ((2, ReportStatus("p1", "arrived", "i2")), (3, ReportStatus("p1", "action"))):
        at = seen + timedelta(minutes=minutes)
        scene.city.do(said, at, seen_at=at, device="phone-p1")
    scene.settle()
    assert {c.crew: c.phase for c in scene.city.board().crews}["p1"] == "sent"
    same_picture(scene.city, scene.car)


def test_only_who_may_gives_and_only_to_whom_it_may_go(scene: Scene, tmp_path: Path, open_desk: Opens) -> None:
    assert scene.city.refused(part.OfferField("i1", "bus")) == "node-unknown"
    assert scene.city.refused(part.OfferField("i9", "mobil")) == "incident-unknown"
    assert scene.city.refused(part.RecallField("i1", Told("why"))) == "field-is-here"
    assert scene.city.refused(part.TakeField("i1", 1)) == "field-not-offered"
    scene.at_the_car()
    assert scene.city.refused(part.OfferField("i1", "mobil")) == "field-elsewhere"
    assert scene.car.refused(part.RecallField("i1", Told("why"))) == "field-goes-home"
    other = place(tmp_path, "mobil-2", scene.wire, open_desk)
    scene.car.pair(other, "field")
    assert scene.car.refused(part.OfferField("i1", "mobil-2")) == "field-goes-home"
    scene.car.offer(scene.city)
    scene.car.offer(scene.city)  # said twice
    assert scene.car.part().epoch == 2


def test_a_device_repeats_its_ask_at_the_other_node_and_gets_the_first_answer(scene: Scene) -> None:
    order = command.SetSector("s1", "i1", "A")
    scene.city.do(order, id="lost-answer", device="tablet-1")
    scene.at_the_car()
    before = scene.car.desk.position()
    scene.car.do(order, id="lost-answer", device="tablet-1")
    assert scene.car.desk.position() == before
    assert scene.car.refused(command.SetSector("s1", "i1", "B"), id="lost-answer") == "ask-id-reused"


def test_three_nodes_a_second_car_gets_what_the_first_one_did(scene: Scene, tmp_path: Path, open_desk: Opens) -> None:
    second = place(tmp_path, "mobil-2", scene.wire, open_desk, vault_key=bytes([3] * 32))
    scene.city.pair(second, "field")
    second.pair(scene.city, "home")
    scene.at_the_car()
    scene.car.do(command.SetSector("s1", "i1", "A"), id="first-car")
    scene.car.do(ENTRY, device="tablet-2")
    scene.car.offer(scene.city)
    scene.settle()
    scene.city.take()
    scene.city.offer(second)
    settle(scene.city, scene.car, second)
    second.take()
    second.do(command.SetSector("s2", "i1", "B"))
    second.do(command.SetSector("s1", "i1", "A"), id="first-car")
    settle(scene.city, scene.car, second)
    assert [s.name for s in second.board().sectors] == ["A", "B"]
    same_picture(scene.city, second)
    same_picture(scene.city, scene.car)


# ── clocks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_clocks_of_the_scene_run_where_the_part_is(scene: Scene) -> None:
    scene.city.do(ENTRY, scene.clock.now, device="tablet-1")
    scene.at_the_car()
    scene.car.tick()
    scene.wire.cut = True
    scene.clock.forward(11 * 60)
    for each in (scene.city, scene.car):
        each.tick()
    kinds = {each.name: {a.kind for a in each.view("field.alarms")} for each in (scene.city, scene.car)}
    assert "par-overdue" in kinds["mobil"]
    assert "par-overdue" not in kinds["kota"]
    scene.wire.cut = False
    scene.settle()
    assert "par-overdue" in {a.kind for a in scene.city.view("field.alarms")}


def test_what_was_seen_at_the_city_is_watched_at_the_car(scene: Scene) -> None:
    scene.at_the_car()
    scene.car.tick()
    scene.city.do(ENTRY, scene.clock.now, device="tablet-1")
    scene.settle()
    scene.clock.forward(11 * 60)
    scene.car.tick()
    assert "par-overdue" in {a.kind for a in scene.car.view("field.alarms")}


def test_a_scene_that_the_city_opens_again_is_watched_again_at_the_car(scene: Scene) -> None:
    scene.at_the_car()
    scene.car.do(ENTRY, scene.clock.now, device="tablet-1")
    scene.settle()
    why = "inside, followed by radio"
    scene.city.do(CancelIncident("i1", Told("out")), scene.clock.now, override=why)
    scene.settle()
    scene.clock.forward(11 * 60)
    scene.car.tick()
    assert scene.car.view("field.alarms") == []
    scene.city.do(ReopenIncident("i1", Told("burns again")), scene.clock.now)
    scene.settle()
    scene.clock.forward(1)
    scene.car.tick()
    assert "par-overdue" in {a.kind for a in scene.car.view("field.alarms")}


def test_an_offer_nobody_takes_leaves_nobody_unwatched(scene: Scene) -> None:
    scene.city.do(ENTRY, scene.clock.now, device="tablet-1")
    scene.city.offer(scene.car)
    scene.clock.forward(11 * 60)
    scene.city.tick()
    assert "par-overdue" in {a.kind for a in scene.city.view("field.alarms")}


# ── a lost car ───────────────────────────────────────────────────────────────────────────────────────────────────────


def a_lost_car(scene: Scene) -> None:
    """The car works on without link, the city recalls and works on too."""
    scene.at_the_car()
    scene.car.do(command.SetSector("s1", "i1", "A"))
    scene.settle()
    scene.wire.cut = True
    scene.clock.forward(60)
    now = scene.clock.now
    scene.car.do(command.SetSector("s2", "i1", "late"), now, id="late-1")
    scene.car.do(crews.MoveCrew("i1", "p2", "s1"), now, id="late-2")
    scene.car.do(ENTRY, now, device="tablet-2")
    scene.clock.forward(60)
    scene.city.recall(at=scene.clock.now)
    scene.city.do(command.SetSector("s3", "i1", "C"), scene.clock.now)


def test_a_recall_gives_the_city_the_part_and_what_the_car_brings_late_has_no_effect(scene: Scene) -> None:
    a_lost_car(scene)
    assert (scene.city.part().node, scene.city.part().epoch) == ("kota", 2)
    assert scene.car.part().node == "mobil"  # it has not heard
    scene.wire.cut = False
    scene.settle()
    for each in (scene.city, scene.car):
        board = each.board()
        assert [s.name for s in board.sectors] == ["A", "C"]
        assert {c.crew: c.sector for c in board.crews}["p2"] == "staging"
        assert [(o.conflict, o.kind, o.node, o.epoch) for o in board.late_orders] == [
            ("late-1.0", "field.sector-set", "mobil", 1),
            ("late-2.0", "field.crew-moved", "mobil", 1),
        ]
        assert [one.person for one in board.crews[0].inside] == ["a", "b"]  # seen is seen
    assert scene.car.refused(command.SetSector("s9", "i1", "Z")) == "field-elsewhere"
    same_picture(scene.city, scene.car)


def test_a_person_settles_each_late_order(scene: Scene) -> None:
    a_lost_car(scene)
    scene.wire.cut = False
    scene.settle()
    assert scene.car.refused(part.SettleLateOrder("i1", "late-1.0", True)) == "field-elsewhere"
    scene.city.do(part.SettleLateOrder("i1", "late-1.0", False))
    scene.city.do(part.SettleLateOrder("i1", "late-2.0", True, Told("he was right")))
    assert scene.city.refused(part.SettleLateOrder("i1", "late-1.0", True)) == "late-order-settled"
    assert scene.city.refused(part.SettleLateOrder("i1", "late-3.0", True)) == "late-order-unknown"
    scene.settle()
    for each in (scene.city, scene.car):
        assert each.board().late_orders == []
        assert [s.name for s in each.board().sectors] == ["A", "C"]
        assert {c.crew: c.sector for c in each.board().crews}["p2"] == "s1"
    same_picture(scene.city, scene.car)


def test_an_order_repeated_at_the_city_after_the_recall_counts_there_and_is_not_late(scene: Scene) -> None:
    a_lost_car(scene)
    asked = scene.clock.now - timedelta(seconds=60)  # the same ask, which the car had taken
    scene.city.do(command.SetSector("s2", "i1", "late"), asked, id="late-1")
    scene.wire.cut = False
    scene.settle()
    for each in (scene.city, scene.car):
        assert [o.conflict for o in each.board().late_orders] == ["late-2.0"]
        assert sorted(s.name for s in each.board().sectors) == ["A", "C", "late"]
    same_picture(scene.city, scene.car)


def test_an_order_repeated_at_the_city_where_it_was_so_already_is_listed_nowhere(scene: Scene) -> None:
    a_lost_car(scene)
    asked = scene.clock.now - timedelta(seconds=60)
    scene.city.do(command.SetSector("s2", "i1", "late"), scene.clock.now)  # by another, before the device comes
    scene.city.do(command.SetSector("s2", "i1", "late"), asked, id="late-1")
    scene.wire.cut = False
    scene.settle()
    for each in (scene.city, scene.car):
        assert [o.conflict for o in each.board().late_orders] == ["late-2.0"]
        assert sorted(s.name for s in each.board().sectors) == ["A", "C", "late"]
    same_picture(scene.city, scene.car)


def test_a_car_that_gave_back_while_it_was_recalled_changes_nothing(scene: Scene) -> None:
    a_lost_car(scene)
    scene.car.offer(scene.city, scene.clock.now)
    scene.wire.cut = False
    scene.settle()
    for each in (scene.city, scene.car):
        assert (each.part().node, each.part().phase, each.part().epoch) == ("kota", "held", 2)
    scene.city.offer(scene.car)
    scene.settle()
    scene.car.take()
    scene.car.do(command.SetSector("s5", "i1", "E"))  # a new epoch: this is no late order
    scene.settle()
    assert "E" in [s.name for s in scene.city.board().sectors]
    assert [o.conflict for o in scene.city.board().late_orders] == ["late-1.0", "late-2.0"]
    same_picture(scene.city, scene.car)


def test_an_offer_recalled_before_it_was_taken_cannot_be_taken(scene: Scene) -> None:
    scene.city.offer(scene.car)
    scene.settle()
    scene.city.recall("changed my mind")
    scene.settle()
    assert scene.car.refused(part.TakeField("i1", 1)) == "field-not-offered"
    scene.city.do(command.SetSector("s1", "i1", "A"))


def test_a_car_that_took_what_was_recalled_meanwhile_brings_late_orders(scene: Scene) -> None:
    scene.city.offer(scene.car)
    scene.settle()
    scene.wire.cut = True
    scene.city.recall("no answer")
    scene.car.take()
    scene.car.do(command.SetSector("s1", "i1", "A"), id="unheard")
    scene.city.do(command.SetSector("s2", "i1", "B"))
    scene.wire.cut = False
    scene.settle()
    for each in (scene.city, scene.car):
        assert (each.part().node, each.part().epoch) == ("kota", 2)
        assert [o.conflict for o in each.board().late_orders] == ["unheard.0"]
    same_picture(scene.city, scene.car)


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_late_orders_are_exactly_what_a_guarded_command_causes() -> None:
    """What only the deciding node may cause is kept aside when it comes late; what somebody saw never is."""
    caused = {c.__name__ for c, does in SLICE.commands.items() if _is_order(does)}
    assert caused - {"SettleLateOrder"} == {
        "AssumeCommand",
        "CallPar",
        "ClearHazard",
        "CloseSector",
        "EndEvacuation",
        "EndMayday",
        "FillPost",
        "FormCrew",
        "MoveCrew",
        "OpenHandover",
        "PlanWater",
        "RequestResource",
        "ResolveConflict",
        "SendSitrep",
        "SetChannel",
        "SetSector",
        "SetTask",
        "StepTask",
        "VacatePost",
        "WithdrawHandover",
    }
    assert len(ORDERS) == len(caused) - 1
    assert not any(does.observation for does in SLICE.commands.values() if _is_order(does))


def _is_order(does: Does) -> bool:
    return does.decide.__module__ == part.__name__ and does.decide.__code__.co_name == "decide"
