"""Filling a node with the schematic city: through the same door as everybody, and twice is the same as once."""

import json
import os
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from ..app import ROADS, TILES, Node
from ..engine.tiles import write_tiles
from ..kernel.desk import Desk
from ..kernel.fields import All
from ..kernel.records import Accepted, Ask, Command, Refusal, Secret, Told
from ..slices.access import rules as access
from ..slices.access.events import Role
from ..slices.dispatch import events as dispatch_events
from ..slices.dispatch import rules as dispatch
from ..slices.paper.rules import SetLetterhead, SetLogo
from ..slices.places import rules as places
from ..slices.places import tables as places_tables
from ..slices.places.events import WaterState
from . import fleet
from .asking import BEFORE, Refused, ask_all, envelope
from .city import City, chart, city
from .lessons import play_lessons
from .month import play_month
from .quarter import play_quarter

SIGN_INS = "sign-ins.json"
TYPED = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is mistaken for another

Progress = Callable[[str, int, int | None], None]
"""Called with a word for the work, how many steps of it are done and how many there are."""
STEPS = 6


LETTERHEAD = SetLetterhead(
    "Pemerintah Kota Bontang",
    "Dinas Pemadam Kebakaran dan Penyelamatan",
    "Jalan Contoh Nomor 1, Bontang, Kalimantan Timur 75300",
    phone="(0548) 000000",
    emergency="112 / 113",
    place="Bontang",
    head="Kepala Dinas",
    number="300.2.1/{number}/{form}/DAMKAR/{month}/{year}",
    basis=(
        "Undang-Undang Nomor 23 Tahun 2014 tentang Pemerintahan Daerah;",
        "Peraturan Menteri Dalam Negeri Nomor 114 Tahun 2018.",
    ),
)
"""Of a service that does not exist: address and telephone are examples."""
LOGO = SetLogo(
    "image/svg+xml",
    b64encode((Path(__file__).parent / "lambang.svg").read_bytes()).decode(),
    "Lambang contoh: perisai dengan api di atas ombak",
)
"""Drawn for the demonstration: the arms of no city."""
RANKS = {"komandan": "Penata Muda (III/a)", "pelapor": "Pengatur (II/c)", "admin": "Pembina (IV/a)"}
"""Under the signatures of the demonstration; a NIP is of somebody, so it has none."""
SIGNS_SINCE = timedelta(days=120)


class SignIn(msgspec.Struct, frozen=True):
    """A demonstration account, as `siaga demo` prints it."""

    name: str
    password: str
    roles: tuple[Role, ...]


ACCOUNTS: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("operator-1", ("call-taker", "dispatcher")),
    ("operator-2", ("call-taker",)),
    ("danton", ("shift-leader", "dispatcher", "call-taker")),
    ("komandan", ("commander",)),
    ("kru-btg-1", ("crew",)),
    ("pelapor", ("reporter",)),
    ("pelatih", ("trainer",)),
    ("perencana", ("planner",)),
    ("koordinator", ("coordinator",)),
    ("admin", ("administrator", "shift-leader")),
)


def prepare(node: Node, progress: Progress | None = None) -> list[SignIn]:
    """Fill a node (if it is not filled yet) and let people in; returns the sign-ins."""
    tell = progress or (lambda stage, done, total: None)
    seed(node, tell)
    found = sign_ins(node)
    tell("demo", STEPS, STEPS)
    return found


def seed(node: Node, progress: Progress | None = None) -> None:
    """City, roads, fleet, people, procedures and a short past; what stands already is left as it is."""
    from .history import play_history  # the shift, which it needs, mans units as the seed does
    from .procedures import publish_cards

    tell = progress or (lambda stage, done, total: None)
    now = node.desk.clock()
    drawn = city()
    tell("demo", 1, STEPS)
    keep_region(node, drawn, now)
    tell("demo", 2, STEPS)
    ask_all(node.desk, [*_places(drawn, now - BEFORE)])
    tell("demo", 3, STEPS)
    ask_all(node.desk, [*_fleet(now - BEFORE)])
    publish_cards(node.desk, now - BEFORE)
    man_before(node.desk, now - SIGNS_SINCE)
    man(node.desk, now)
    tell("demo", 4, STEPS)
    play_month(node, now)
    play_quarter(node, now)
    play_lessons(node, now)
    play_history(node, now)
    park(node.desk, now)
    tell("demo", 5, STEPS)


def keep_region(node: Node, drawn: City, now: datetime) -> None:
    """The roads as a file, areas and streets as kept rows; not when they are these already, nor over a real import."""
    path = node.settings.data / ROADS
    with node.desk.store.read() as tx:
        held = tx.rows("select region, digest from places_region")
    if held and held[0]["region"] != drawn.region.region:
        return
    charted = node.settings.data / TILES
    known = bool(held) and held[0]["digest"] == drawn.region.digest
    if not known or not charted.exists():
        write_tiles(charted, chart(drawn), drawn.region.name, attribution="")
    if known and path.exists():
        return
    network = drawn.network()
    network.save(path)
    node.desk.work(lambda tx: places_tables.keep_region(tx, drawn.region))
    said = places.RecordRegion(
        region=drawn.region.region,
        name=drawn.region.name,
        source="siaga.demo",
        digest=drawn.region.digest,
        schematic=True,
        areas=len(drawn.region.areas),
        streets=len(drawn.region.streets),
        landmarks=len(drawn.region.landmarks),
        links=network.links,
    )
    ask_all(node.desk, [(said, envelope(f"demo.region.{drawn.region.digest[:16]}", now - BEFORE))])


def _places(drawn: City, at: datetime) -> Iterable[tuple[Command, Ask]]:
    for o in drawn.objects:
        told = places.RegisterObject(
            o.object, o.kind, o.name, o.lon, o.lat, o.area, o.stilt, o.dense, o.hazards, o.storeys
        )
        yield told, envelope(_id("object", o.object, drawn), at)
    for n, w in enumerate(drawn.water):
        source = places.RegisterWaterSource(w.source, w.kind, w.name, w.lon, w.lat, w.litres, w.flow_lpm)
        yield source, envelope(_id("water", w.source, drawn), at)
        if w.kind == "hydrant" and n % 5:  # every fifth has not been tried for long
            state: WaterState = "broken" if n % 10 == 3 else "weak" if n % 7 == 1 else "fit"
            check = places.CheckWaterSource(w.source, state)
            yield check, envelope(_id("tried", w.source, drawn), at + timedelta(minutes=n))


def _id(what: str, name: str, drawn: City) -> str:
    """The city's digest is part of it, so that a redrawn city is registered anew."""
    return f"demo.{what}.{name}.{drawn.region.digest[:8]}"


def _fleet(at: datetime) -> Iterable[tuple[Command, Ask]]:
    rows: Sequence[tuple[str, Sequence[Any], str]] = (
        ("agency", fleet.agencies(), "agency"),
        ("station", fleet.stations(), "station"),
        ("unit", fleet.units(), "unit"),
        ("tracker", fleet.trackers(), "tracker"),
        ("person", fleet.people(), "person"),
        ("receiver", fleet.receivers("demo.kru-btg-1"), "receiver"),
        ("contact", fleet.contacts(), "contact"),
    )
    for what, commands, field in rows:
        for command in commands:
            yield command, envelope(f"demo.{what}.{getattr(command, field)}", at)
    yield LETTERHEAD, envelope("demo.letterhead", at)
    yield LOGO, envelope("demo.logo", at)
    for card in fleet.run_cards():
        yield card, envelope(f"demo.card.{card.card}.{card.level}", at)
    for unit, why in fleet.broken().items():
        said = dispatch.ReportStatus(unit, "out-of-service", reason=Told(why))
        yield said, envelope(f"demo.broken.{unit}", at + timedelta(minutes=1))


def man(desk: Desk, at: datetime) -> None:
    """The crews of the shift on duty take their vehicles over."""
    shift, regu = fleet.shift_at(at)
    ask_all(desk, [(crew, envelope(f"demo.crew.{shift}.{crew.unit}", at)) for crew in fleet.crews(regu)])


def man_before(desk: Desk, at: datetime) -> None:
    """Somebody rode on every vehicle all the time before: without it no report of the past would know its crews."""
    ask_all(desk, [(crew, envelope(f"demo.crew.before.{crew.unit}", at)) for crew in fleet.crews(1)])


def park(desk: Desk, at: datetime) -> None:
    """Every tracker that has never been heard says that its vehicle stands in its station."""
    shown = desk.show("dispatch.positions", All(), envelope("demo.look", at))
    heard = set() if isinstance(shown, Refusal) else {row.unit for row in shown.rows}
    places_of = fleet.station_places()
    for unit in fleet.units():
        if unit.unit not in heard:
            lon, lat = places_of[unit.station]
            desk.take(
                dispatch_events.UnitPosition(fleet.tracker(unit.unit), at, lon, lat, speed_mps=0.0, accuracy_m=8.0),
                envelope(f"demo.park.{unit.unit}", at),
            )


def sign_ins(node: Node) -> list[SignIn]:
    """The demonstration's accounts; passwords are made once for this data folder and lie in a file of its owner."""
    path = node.settings.data / SIGN_INS
    known = {s.name: s for s in _read(path)}
    found = [known.get(name) or SignIn(name, _password(), roles) for name, roles in ACCOUNTS]
    _write(path, found)
    with node.desk.store.read() as tx:
        there = {row["name"] for row in tx.rows("select name from access_account")}
    now = node.desk.clock()
    for s in found:
        if s.name in there and s.name in known:
            continue
        account = f"demo.{s.name}"
        if s.name in there:  # the file of passwords was lost: give it a new one
            again = access.SetPassword(account, Secret(s.password))
            _ask_as_administrator(node.desk, again, f"demo.password.{s.name}.{secrets.token_hex(6)}", now)
        else:
            new = access.AddAccount(s.name, s.roles, account, fleet.AGENCY, Secret(s.password))
            _ask_as_administrator(node.desk, new, f"demo.account.{s.name}.{secrets.token_hex(6)}", now)
            if rank := RANKS.get(s.name):
                said = access.StateService(account, rank=Told(rank))
                _ask_as_administrator(node.desk, said, f"demo.rank.{s.name}.{secrets.token_hex(6)}", now - SIGNS_SINCE)
    return found


def _ask_as_administrator(desk: Desk, command: Command, id: str, now: datetime) -> None:
    answer = desk.handle(command, envelope(id, now))
    if not isinstance(answer, Accepted):
        raise Refused(f"{type(command).__name__}: {answer}")


def _password() -> str:
    """Four groups of four letters: 79 random bits that can be typed from a screen."""
    return "-".join("".join(secrets.choice(TYPED) for _ in range(4)) for _ in range(4))


def _read(path: Path) -> list[SignIn]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[SignIn])
    except (FileNotFoundError, msgspec.DecodeError):
        return []


def _write(path: Path, found: list[SignIn]) -> None:
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(msgspec.to_builtins(found), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
