"""A town with receivers, and carriers that write down what they were given."""

import secrets
import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from conftest import SATURDAY, Clock, ask, rows
from siaga.kernel.carry import Message, NotCarried
from siaga.kernel.desk import Desk
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Command, Personal, Query, Told
from siaga.kernel.timer import timer
from siaga.slices.access.events import ROLES
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.intake.rules import OpenIncident
from siaga.slices.paging import effects, rules
from siaga.slices.paging.events import Addresses
from siaga.slices.paging.tables import views

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PHONE, EMAIL, HOOK = "+6281254000111", "peleton.b@example.go.id", "https://pln.example.co.id/siaga?kunci=rahasia-8841"


class Carries:
    """A carrier that takes everything, or refuses by a code while `no` is set."""

    def __init__(self, reference: str = "") -> None:
        self.taken: list[tuple[Message, dict[str, str]]] = []
        self.no = ""
        self.gone = False
        self.reference = reference
        self.heard = threading.Event()

    def carry(self, message: Message, address: Mapping[str, str]) -> str:
        self.taken.append((message, dict(address)))
        self.heard.set()
        if self.no:
            raise NotCarried(self.no, gone=self.gone)
        return self.reference


def do(desk: Desk, command: Command, *, actor: str = "operator", id: str | None = None, after_s: float = 0) -> None:
    at = desk.clock() if after_s == 0 else SATURDAY + timedelta(seconds=after_s)
    answer = desk.handle(command, ask(*ROLES, rules.NODE, id=id, at=at, received=desk.clock(), actor=actor))
    assert isinstance(answer, Accepted), answer


def show(desk: Desk, view: str, query: Query | None = None, actor: str = "operator") -> Any:
    return rows(desk.show(f"paging.{view}", query or All(), ask(*ROLES, actor=actor, at=desk.clock())))


def fill(desk: Desk) -> None:
    """Two stations, three units, one open incident."""
    do(desk, dispatch.RegisterAgency("bontang", "Disdamkartan", "fire-service"))
    do(desk, dispatch.RegisterStation("mako", "bontang", "Mako", 117.48, 0.13, True))
    do(desk, dispatch.RegisterStation("loktuan", "bontang", "Loktuan", 117.49, 0.16))
    for unit, station in (("BTG-1", "mako"), ("BTG-2", "mako"), ("BTG-3", "loktuan")):
        do(desk, dispatch.RegisterUnit(unit, "bontang", station, "pump"))
    do(desk, dispatch.EnterPerson("B-12", "mako", "Regu B"))
    do(desk, OpenIncident("i1", 117.49, 0.13, type="fire.housing", place=Told("Jl. Gunung Sari RT 12")))


def receivers(desk: Desk) -> None:
    """The stations by their page, a person by e-mail and then by SMS, an electricity company by webhook."""
    for station in ("mako", "loktuan"):
        do(desk, rules.SetReceiver(f"pos-{station}", "station", station, ("station-page",)))
    person = Addresses(phone=Personal(PHONE), email=Personal(EMAIL))
    do(desk, rules.SetReceiver("p-12", "person", "B-12", ("e-mail", "sms"), account="a-12", addresses=person))
    company = Addresses(webhook=Personal(HOOK), secret=Personal(SECRET))
    do(desk, rules.SetReceiver("pln", "organisation", "pln", ("webhook",), hears=("loktuan",), addresses=company))
    do(desk, dispatch.SetCrew("BTG-1", 4, persons=("B-12",)))


class Node:
    """A desk with its paging duties, run by hand: `turn` does what a second of a serving node does."""

    def __init__(self, desk: Desk, clock: Clock, **carriers: Carries) -> None:
        self.desk, self.clock = desk, clock
        self.carriers = {name.replace("_", "-"): carrier for name, carrier in carriers.items()}
        self.sender = effects.Sender(desk, self.carriers, address="https://siaga.example.go.id")
        self.sender.note_settings({"push.key": "BKey", "private": ""})
        self.followed = effects.raising(desk)
        self.timer = timer(desk)

    def turn(self, seconds: float = 0) -> None:
        """Let time pass, then follow, ask what is due, send, and wait until everything sent is recorded."""
        self.clock.forward(seconds)
        self.followed()
        self.timer()
        self.sender.duty()
        for pool in self.sender._pools.values():
            pool.shutdown(wait=True)
        self.sender._pools.clear()

    def dispatch(self, *units: str, id: str | None = None) -> None:
        do(self.desk, dispatch.Dispatch(id or secrets.token_hex(4), "i1", units))

    def alerts(self, incident: str = "i1") -> dict[str, views.AlertRow]:
        """Alerts of an incident by receiver, the newest of each."""
        return {row.receiver: row for row in show(self.desk, "alerts", views.AlertsQuery(incident))}
