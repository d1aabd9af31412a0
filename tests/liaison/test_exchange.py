"""Parcels, pairing, files, who may sign in at the car: rules and tables, without a real link."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conftest import SATURDAY, Clock, Opens, ask
from liaison.kit import Place, Wire, a_house_on_fire, place, same_picture, settle
from siaga.app import at_the_scene, open_node
from siaga.kernel.parcel import Sealed, Unopened, pack, read_card, unpack
from siaga.kernel.receive import Received, carry
from siaga.kernel.records import Accepted, Media, Refusal, Secret, Told
from siaga.settings import read_settings
from siaga.slices import dispatch as dispatch_slice
from siaga.slices.access.events import Role
from siaga.slices.access.rules import AddAccount, DisableAccount, EnrolDevice, OfferEnrolment, SetPassword, SetRoles
from siaga.slices.access.tables import gate
from siaga.slices.access.tables.admin import fits
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.field import events
from siaga.slices.field.rules import command, crews, part, scene
from siaga.slices.field.tables.part import known
from siaga.slices.field.tables.rows import IncidentQuery
from siaga.slices.intake.rules import CancelIncident, OpenIncident
from siaga.slices.liaison.effects import Courier
from siaga.slices.liaison.rules import PairNode, UnpairNode


class Both:
    """A city and its car, paired, with a house on fire."""

    def __init__(self, tmp_path: Path, open_desk: Opens) -> None:
        self.wire = Wire()
        self.city = place(tmp_path, "kota", self.wire, open_desk, vault_key=bytes([1] * 32))
        self.car = place(tmp_path, "mobil", self.wire, open_desk, vault_key=bytes([2] * 32))
        self.city.pair(self.car, "field")
        self.car.pair(self.city, "home")
        a_house_on_fire(self.city)

    def settle(self) -> None:
        settle(self.city, self.car)


@pytest.fixture
def both(tmp_path: Path, open_desk: Opens, clock: Clock) -> Both:
    return Both(tmp_path, open_desk)


def bent(raw: bytes) -> bytes:
    """A parcel with another last digit of its signature."""
    return raw[:-3] + (b"1" if raw[-3:-2] == b"0" else b"0") + raw[-2:]


def not_taken(by: Place, raw: bytes) -> str:
    before = by.desk.position()
    with pytest.raises(Unopened) as no:
        by.exchange.take(raw)
    assert by.desk.position() == before
    return no.value.code


# ── cards and pairing ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_card_reads_back_whole_also_when_it_was_broken_into_lines(both: Both) -> None:
    card = both.city.card
    text = card.text()
    assert read_card("\n".join(text[n : n + 40] for n in range(0, len(text), 40))) == card
    assert card.fingerprint != both.car.card.fingerprint
    for wrong in ("", "hello", text[:-20], text.replace("siaga-node-1.", "siaga-node-2.")):
        with pytest.raises(Unopened, match="card-unreadable"):
            read_card(wrong)


def test_pairing_names_the_other_by_its_keys_and_other_keys_need_a_reason(both: Both) -> None:
    card = both.car.card
    same = PairNode(card.name, "field", card.sign, card.seal, card.link)
    before = both.city.desk.position()
    both.city.do(same)
    assert [row["kind"] for row in _log(both.city, before)] == ["kernel.nothing"]
    other = msgspec.structs.replace(same, sign="ab" * 32)
    answer = both.city.say(other)
    assert (answer.code, answer.overridable) == ("node-other-keys", True)
    both.city.do(other, override="the laptop was replaced")
    assert both.city.refused(msgspec.structs.replace(same, node="kota")) == "node-is-this"
    assert both.car.refused(msgspec.structs.replace(same, node="kota-2", role="home")) == "node-has-home"
    both.city.do(UnpairNode("mobil"))
    assert both.city.refused(UnpairNode("mobil")) == "node-unknown"
    assert both.city.refused(part.OfferField("i1", "mobil")) == "node-unknown"


def _log(at: Place, after: int) -> list[dict[str, Any]]:
    with at.desk.store.read() as tx:
        return tx.rows("select * from log where position > :p order by position", p=after)


# ── parcels ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_parcel_opens_only_where_it_is_for_and_only_as_it_was_made(both: Both) -> None:
    city, car = both.city, both.car
    known = {"kota": city.card}
    raw = pack(city.keys, "kota", car.card, b"the body")
    assert unpack(car.keys, "mobil", known.get, raw) == (city.card, b"the body")
    assert b"the body" not in raw
    sealed = msgspec.json.decode(raw, type=Sealed)
    wrong: dict[str, tuple[bytes, Any]] = {
        "parcel-unreadable": (b"not json", car),
        "parcel-newer": (msgspec.json.encode(msgspec.structs.replace(sealed, format=9)), car),
        "parcel-stranger": (pack(car.keys, "mobil-2", car.card, b"x"), car),
        "parcel-changed": (msgspec.json.encode(msgspec.structs.replace(sealed, receiver="kota")), car),
        "parcel-for-another": (raw, city),
    }
    for code, (parcel, at) in wrong.items():
        with pytest.raises(Unopened) as no:
            unpack(at.keys, at.name, known.get, parcel)
        assert no.value.code == code
    for n in range(0, len(sealed.body) - 4, max(1, len(sealed.body) // 7)):
        bent = sealed.body[:n] + ("A" if sealed.body[n] != "A" else "B") + sealed.body[n + 1 :]
        with pytest.raises(Unopened, match="parcel-changed"):
            unpack(car.keys, "mobil", known.get, msgspec.json.encode(msgspec.structs.replace(sealed, body=bent)))
    forged = pack(car.keys, "kota", car.card, b"x")  # signed by another key under the city's name
    with pytest.raises(Unopened, match="parcel-changed"):
        unpack(car.keys, "mobil", known.get, forged)


def test_a_field_node_sends_only_what_it_recorded_of_incidents_it_works_on(both: Both) -> None:
    both.city.offer(both.car)
    both.settle()
    with both.car.desk.store.read() as tx:
        opened = tx.rows("select position from log where kind = 'intake.incident-opened'")[0]["position"]
    both.car.do(crews.ReportAir("i1", "p1", "a", 200))
    with both.car.desk.store.read() as tx:
        seen = tx.rows("select max(position) as p from log")[0]["p"]
        (theirs,), (own,) = carry(both.car.desk, tx, "mobil", [opened]), carry(both.car.desk, tx, "mobil", [seen])
    for row in (
        theirs,  # of the city itself
        msgspec.structs.replace(own, origin="kota", origin_position=999),
        msgspec.structs.replace(own, origin="mobil-9"),
        msgspec.structs.replace(theirs, origin="mobil", origin_position=998),  # a kind only the city records
        msgspec.structs.replace(
            own, body=msgspec.Raw(bytes(own.body).replace(b'"i1"', b'"i2"'))
        ),  # of an incident it never had
    ):
        body = msgspec.json.encode({"entries": [row], "digest_keys": {}, "at": "x"})
        assert not_taken(both.city, pack(both.car.keys, "mobil", both.city.card, body)) == "parcel-unwanted"
    people = msgspec.json.encode({"accounts": [], "devices": []}).decode()
    body = msgspec.json.encode({"entries": [own], "digest_keys": {"kota": "00" * 32}, "at": "x", "people": people})
    taken = both.city.exchange.take(pack(both.car.keys, "mobil", both.city.card, body))
    assert (taken.received.new, taken.people) == (1, 0)  # who may sign in at the city is never the car's to say
    with both.city.desk.store.read() as tx:
        assert "kota" not in both.city.desk.peer_keys(tx)


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_scene_travels_there_and_back_as_files(both: Both) -> None:
    city, car = both.city, both.car
    both.wire.cut = True
    with pytest.raises(Unopened, match="nothing-to-carry"):
        city.exchange.export("mobil", "i1")
    with pytest.raises(Unopened, match="node-unknown"):
        city.exchange.export("bus", "i1")
    city.do(crews.ReportEntry("i1", "p1", "staging", (events.Wearer("a", 300),)))
    city.do(dispatch.SetCrew("p2", 6))  # since it was sent
    city.do(dispatch.RegisterUnit("p2", "bontang", "pos1", "pump", tank_l=4000))
    city.offer(car)
    out = city.exchange.export("mobil", "i1")
    taken = car.exchange.take(out)
    assert taken.received.new > 0
    assert car.exchange.take(out).received == Received(0, taken.received.new, 0)
    car.take()
    car.do(command.SetSector("s1", "i1", "A"))
    car.do(scene.AttachMedia("m1", "i1", "photo", "image/jpeg", content=Media("/9j/4AAQSkZJRgABAQ==")))
    car.offer(city)
    assert city.exchange.take(car.exchange.export("kota", "i1")).sender == "mobil"
    city.take()
    car.exchange.take(city.exchange.export("mobil", "i1"))
    assert [s.name for s in city.board().sectors] == ["A"]
    assert [m.media for m in city.view("field.media", IncidentQuery("i1"))] == ["m1"]
    same_picture(city, car)


def test_a_tampered_file_is_refused_and_changes_nothing(both: Both) -> None:
    both.city.offer(both.car)
    raw = both.city.exchange.export("mobil", "i1")
    assert not_taken(both.car, raw.replace(b'"sender":"kota"', b'"sender":"kotb"')) == "parcel-stranger"
    assert not_taken(both.car, bent(raw)) in ("parcel-changed", "parcel-unreadable")
    assert not_taken(both.city, raw) in ("parcel-stranger", "parcel-for-another")
    both.car.exchange.take(raw)


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def signs_in(at: Place, name: str, password: str) -> set[str] | None:
    """The roles with which somebody may sign in, or None."""
    with at.desk.store.read() as tx:
        found = gate.candidate(tx, name)
        if found is None or found.disabled or not fits(password, found.hash):
            return None
        return {role for roles in gate.agencies(tx, found.account).values() for role in roles}


def test_who_works_at_the_scene_signs_in_at_the_car_and_nobody_else(both: Both) -> None:
    city, car = both.city, both.car
    people: dict[str, tuple[Role, ...]] = {"a1": ("commander", "administrator"), "a2": ("crew",), "a3": ("reporter",)}
    for account, roles in people.items():
        city.do(AddAccount(f"name {account}", roles, account, "bontang", Secret(f"password of {account}")))
    token = gate.new_secret("sgd_")
    _enrol(city, "tablet-1", token)
    city.offer(car)
    both.settle()
    assert signs_in(car, "name a1", "password of a1") == {"commander"}
    assert signs_in(car, "name a2", "password of a2") == {"crew"}
    assert signs_in(car, "name a2", "password of a1") is None
    assert signs_in(car, "name a3", "password of a3") is None
    with car.desk.store.read() as tx:
        held = gate.find(tx, token, SATURDAY)
    assert held is not None
    assert (held.device, held.revoked, set(held.roles)) == ("tablet-1", False, {"crew"})


def test_the_newest_list_replaces_the_one_before_and_leaves_the_cars_own_people_alone(both: Both) -> None:
    city, car = both.city, both.car
    car.do(AddAccount("keeper", ("administrator",), "keeper", "bontang", Secret("password of keeper")))
    car.do(AddAccount("name a4", ("crew",), "own-a4", "bontang", Secret("password at the car")))
    for account in ("a1", "a2", "a4"):
        city.do(AddAccount(f"name {account}", ("crew",), account, "bontang", Secret(f"password of {account}")))
    city.offer(car)
    both.settle()
    city.do(DisableAccount("a1"))
    city.do(SetPassword("a2", Secret("another password")))
    city.do(crews.ReportAir("i1", "p1", "a", 200))  # something to send
    both.settle()
    assert signs_in(car, "name a1", "password of a1") is None
    assert signs_in(car, "name a2", "password of a2") is None
    assert signs_in(car, "name a2", "another password") == {"crew"}
    assert signs_in(car, "name a4", "password at the car") == {"crew"}
    assert signs_in(car, "keeper", "password of keeper") == {"administrator"}
    city.do(SetRoles("a2", ("reporter",)), agency="bontang")
    city.do(crews.ReportAir("i1", "p1", "a", 190))
    both.settle()
    assert signs_in(car, "name a2", "another password") is None


def _enrol(at: Place, device: str, token: str) -> None:
    code = gate.new_secret("sge_")
    until = SATURDAY.replace(year=2027)
    at.do(OfferEnrolment("offer-1", gate.hash_of(code), "tablet", ("crew",), until, agency="bontang"))
    answer = at.desk.handle(EnrolDevice(device, gate.hash_of(code), gate.hash_of(token)), ask("door", agency="bontang"))
    assert isinstance(answer, Accepted), answer


# ── the car as a node ────────────────────────────────────────────────────────────────────────────────────────────────


def test_at_the_car_calls_and_units_are_only_reported_not_ordered() -> None:
    slice_there = at_the_scene(dispatch_slice.SLICE)
    does = slice_there.commands[dispatch.Dispatch]
    answer = does.decide(None, None, ask("dispatcher"))
    assert isinstance(answer, Refusal)
    assert answer.code == "city-decides"
    assert slice_there.commands[dispatch.ReportStatus] is dispatch_slice.SLICE.commands[dispatch.ReportStatus]


def test_the_state_of_a_link_shows_and_what_waits(both: Both) -> None:
    both.wire.cut = True
    both.city.offer(both.car)
    courier = Courier(both.city.desk, both.city.exchange, lambda partners: both.city.link)
    courier._turn()
    (row,) = both.city.view("liaison.nodes")
    assert (row.node, row.role, row.there, row.waiting, row.heard_at) == ("mobil", "field", False, 1, None)
    assert row.fingerprint == both.car.card.fingerprint
    both.wire.cut = False
    both.car.exchange_once()
    both.car.take()
    both.car.exchange_once()
    courier._turn()
    (row,) = both.city.view("liaison.nodes")
    assert (row.there, row.waiting, row.trouble) == (True, 0, "")
    assert row.heard_at is not None


def test_a_parcel_that_cannot_be_taken_is_named_and_kept(both: Both) -> None:
    both.city.offer(both.car)
    both.city.exchange_once()
    (good,) = both.wire.parcels["kota", "mobil"]
    both.wire.parcels["kota", "mobil"] = [bent(good), good]
    courier = Courier(both.car.desk, both.car.exchange, lambda partners: both.car.link)
    courier._turn()
    (row,) = both.car.view("liaison.nodes")
    assert row.trouble in ("parcel-changed", "parcel-unreadable")
    assert len(both.wire.parcels["kota", "mobil"]) == 2  # in order: what comes behind it waits
    del both.wire.parcels["kota", "mobil"][0]
    courier._turn()
    (row,) = both.car.view("liaison.nodes")
    assert row.trouble == ""
    assert both.car.part().to == "mobil"


def test_a_node_that_gets_another_name_keeps_its_scenes(tmp_path: Path) -> None:
    settings = read_settings({"SIAGA_DATA": str(tmp_path / "kota")})
    node = open_node(settings, clock=Clock())
    assert node.exchange.here == "kota"
    opened = node.desk.handle(OpenIncident("i1", 117.49, 0.13), ask("call-taker"))
    assert isinstance(opened, Accepted)
    node.close()
    node = open_node(replace(settings, node="kota-2"), clock=Clock())
    with node.desk.store.read() as tx:
        part_now = known(tx, "i1")
    assert (node.exchange.here, part_now.here, part_now.node, part_now.home) == ("kota-2", "kota-2", "kota-2", "kota-2")
    other = node.card
    again = PairNode("mobil", "field", other.sign, other.seal, other.link)
    assert isinstance(node.desk.handle(again, ask("administrator")), Accepted)
    node.close()
    node = open_node(replace(settings, node="kota-3"), clock=Clock())  # others know it by now
    assert node.exchange.here == "kota-2"
    node.close()


def test_a_second_older_incident_does_not_bring_back_who_rode_before(both: Both) -> None:
    both.city.do(OpenIncident("i2", 117.5, 0.1))
    both.city.do(dispatch.SetCrew("p1", 6), at=SATURDAY + timedelta(seconds=1))
    both.city.do(OpenIncident("i3", 117.5, 0.1))
    for incident in ("i3", "i2"):
        both.city.offer(both.car, incident=incident)
        both.settle()
    both.city.do(dispatch.Dispatch("d3", "i3", ("p1",)), override="it is nearer")
    both.settle()
    assert [c.people for c in both.car.board("i3").crews] == [6]
    for incident in ("i2", "i3"):
        same_picture(both.city, both.car, incident)


def minutes(n: float) -> datetime:
    return SATURDAY + timedelta(minutes=n)


def handed_over(both: Both) -> tuple[Place, Place]:
    """The city, and the car that has the scene."""
    both.city.offer(both.car)
    both.settle()
    both.car.take()
    both.settle()
    return both.city, both.car


def phases(at: Place) -> dict[str, str]:
    return {crew.crew: crew.phase for crew in at.board().crews}


def test_an_order_by_a_slow_clock_comes_after_what_was_known_at_every_node(both: Both) -> None:
    city, car = handed_over(both)
    city.do(dispatch.ReportStatus("p1", "arrived"), minutes(10))
    city.do(dispatch.ReportStatus("p2", "arrived"), minutes(10))
    city.do(dispatch.CancelUnit("p1", "i1"), minutes(7))  # given after it, by a clock that is three minutes slow
    settle(city, car)
    assert phases(city) == phases(car) == {"p1": "left", "p2": "arrived"}
    city.do(dispatch.ReportStatus("p1", "ready"), minutes(20))
    city.do(dispatch.Dispatch("d2", "i1", ("p1",)), minutes(17))
    settle(city, car)
    assert phases(city) == phases(car) == {"p1": "sent", "p2": "arrived"}
    city.do(dispatch.ReportStatus("p1", "arrived"), minutes(25))
    city.do(dispatch.CloseIncident("i1", "handled"), minutes(22))
    settle(city, car)
    assert phases(city) == phases(car) == {"p1": "left", "p2": "left"}
    same_picture(city, car)


def test_a_cancelled_incident_ends_alike_at_every_node_whatever_a_clock_said(both: Both) -> None:
    city, car = handed_over(both)
    city.do(dispatch.ReportStatus("p1", "on-the-way"), minutes(10))
    city.do(CancelIncident("i1", Told("wrong street")), minutes(7))
    settle(city, car)
    assert phases(city) == phases(car) == {"p1": "left", "p2": "left"}
    same_picture(city, car)


def test_what_counts_for_a_scene_only_by_something_that_comes_late_is_told_there_too(both: Both) -> None:
    city, car = handed_over(both)
    city.do(dispatch.ReportStatus("p1", "standby"), minutes(5))
    city.do(dispatch.ReportStatus("p1", "arrived"), minutes(20))  # where? nobody sent it anywhere
    settle(city, car)
    assert phases(city) == phases(car) == {"p1": "left", "p2": "sent"}
    city.do(dispatch.ReportStatus("p1", "on-the-way", "i1"), minutes(25), seen_at=minutes(10))
    settle(city, car)
    assert phases(city) == phases(car) == {"p1": "arrived", "p2": "sent"}
    same_picture(city, car)
