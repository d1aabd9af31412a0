"""The link over NATS: kept until taken, in order, taken again when it was not taken to its end; two servers or one."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from liaison.test_two_nodes import ports
from siaga.adapters.nats import NatsLink
from siaga.adapters.nats.keys import public_user, user_seed
from siaga.adapters.nats.server import Peer, Server
from siaga.kernel.link import NoLink
from siaga.kernel.parcel import identity

pytestmark = pytest.mark.server


def until(holds: Callable[[], object]) -> None:
    """Wait until it is so."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if holds():
                return
        except NoLink:
            pass
        time.sleep(0.02)
    raise AssertionError("it never was")


class Ends:
    """A city and a car with links that can be opened and closed."""

    def __init__(self, folder: Path) -> None:
        self.folder, (self.leaf,) = folder, ports(1)
        self.city_keys, self.car_keys, self.thief = (identity(Ed25519PrivateKey.generate()) for _ in range(3))
        self.city_card = self.city_keys.card("kota", f"127.0.0.1:{self.leaf}")
        self.car_card = self.car_keys.card("mobil")
        self.open: list[NatsLink] = []

    def city(self) -> NatsLink:
        peers = {"mobil": Peer(self.car_card, dials=False)}
        listen = f"127.0.0.1:{self.leaf}"
        server = Server(self.folder / "city", self.city_keys, self.city_card, peers, listen)
        return self._kept(NatsLink(self.city_card, peers, server))

    def car(self, keys: object = None) -> NatsLink:
        peers = {"kota": Peer(self.city_card, dials=True)}
        own = self.thief if keys == "thief" else self.car_keys
        server = Server(self.folder / str(keys or "car"), own, self.car_card, peers, "")
        return self._kept(NatsLink(self.car_card, peers, server))

    def _kept(self, link: NatsLink) -> NatsLink:
        self.open.append(link)
        return link


@pytest.fixture
def ends(tmp_path: Path) -> Iterator[Ends]:
    made = Ends(tmp_path)
    yield made
    for link in made.open:
        link.close()


def test_keys_are_in_the_form_nats_reads() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    seed, public = user_seed(key), public_user(identity(key).card("x").sign)
    assert (seed[:2], len(seed), public[0], len(public)) == ("SU", 58, "U", 56)


def test_what_is_sent_while_the_other_is_away_comes_in_order_once_it_is_there(ends: Ends) -> None:
    city = ends.city()
    for n in range(5):
        city.send("mobil", f"id-{n}", b"parcel %d" % n)
    city.send("mobil", "id-4", b"parcel 4")  # said twice
    assert city.state("mobil").waiting == 5
    assert not city.state("mobil").there
    car, came = ends.car(), list[bytes]()
    until(lambda: car.receive("kota", came.append) or len(came) == 5)
    until(lambda: len(came) == 5 or car.receive("kota", came.append))
    assert came == [b"parcel %d" % n for n in range(5)]
    until(lambda: city.state("mobil").waiting == 0)
    car.send("kota", "back", b"and back")
    until(lambda: city.receive("mobil", came.append))
    assert came[-1] == b"and back"
    assert city.state("mobil").there


def test_what_was_not_taken_to_its_end_comes_again_before_what_is_behind_it(ends: Ends) -> None:
    city, car = ends.city(), ends.car()
    for n in range(3):
        city.send("mobil", f"id-{n}", b"%d" % n)
    came: list[bytes] = []

    def breaks_once(parcel: bytes) -> None:
        came.append(parcel)
        if came == [b"0", b"1"]:
            raise ZeroDivisionError

    def receive() -> int:
        try:
            return car.receive("kota", breaks_once)
        except ZeroDivisionError:
            return 0

    until(lambda: receive() and len(came) >= 4)
    assert came == [b"0", b"1", b"1", b"2"]


def test_what_a_server_kept_outlives_it(ends: Ends) -> None:
    city = ends.city()
    city.send("mobil", "id-1", b"kept")
    ends.open.remove(city)
    city.close()
    again = ends.city()
    assert again.state("mobil").waiting == 1
    car, came = ends.car(), list[bytes]()
    until(lambda: car.receive("kota", came.append))
    assert came == [b"kept"]


def test_who_does_not_have_the_cars_key_gets_nothing(ends: Ends) -> None:
    city = ends.city()
    city.send("mobil", "id-1", b"for the car")
    thief = ends.car("thief")
    came: list[bytes] = []
    for _ in range(8):
        with suppress(NoLink):
            thief.receive("kota", came.append)
        time.sleep(0.3)
    assert came == []
    assert city.state("mobil").waiting == 1
    car = ends.car()
    until(lambda: car.receive("kota", came.append))


def test_two_nodes_may_use_one_server_they_were_given(ends: Ends) -> None:
    given = ends.city()  # stands for a cluster: any server with JetStream
    given.send("mobil", "x", b"x")  # it runs
    assert given._server is not None
    address = given._server.address(Peer(ends.car_card, dials=False))
    one = ends._kept(NatsLink(ends.city_card, {"mobil": Peer(ends.car_card, dials=False)}, None, address))
    other = ends._kept(NatsLink(ends.car_card, {"kota": Peer(ends.city_card, dials=True)}, None, address))
    came: list[bytes] = []
    one.send("mobil", "a", b"over the cluster")
    until(lambda: other.receive("kota", came.append))
    assert came == [b"x", b"over the cluster"]
