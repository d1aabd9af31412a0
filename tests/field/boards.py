"""A scene, and what one device without network asks about it: the rows before, the asks, the rows after.

Chance picks the commands; what the node refuses is left out, so that a case holds only what a device may guess. Nobody
else acts meanwhile. What only the node knows is listed with each case as an exception."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any, get_args

import msgspec

from conftest import SATURDAY, VAULT_KEY, Clock
from field.wishes import DISPATCH, FIELD, RARE, SUBJECTS, UNITS, Made
from siaga import standards
from siaga.adapters.sqlite import SqliteStore
from siaga.app import SLICES
from siaga.engine.air_rules import read_air_rules
from siaga.kernel.desk import Desk, Shown
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Ask, Command, Told, decode_asked
from siaga.kernel.timer import timer
from siaga.slices.dispatch import rules as d
from siaga.slices.dispatch.tables import views
from siaga.slices.field import events
from siaga.slices.field.rules import command, crews, safety, scene
from siaga.slices.field.tables.rows import IncidentQuery
from siaga.slices.intake.rules import OpenIncident

Json = dict[str, Any]
ROLES = frozenset({"dispatcher", "shift-leader", "crew", "commander", "administrator", "call-taker"})
OFFLINE = SATURDAY + timedelta(minutes=40)
"""The device has lost its network: everything before is on its pictures, everything after it asks alone."""
BACK = SATURDAY + timedelta(hours=3)
ACCOUNT, DEVICE = "ani", "tablet-1"
VIEWS: dict[str, tuple[str, Any]] = {
    "field.board i1": ("field.board", IncidentQuery("i1")),
    "field.board i2": ("field.board", IncidentQuery("i2")),
    "field.scenes": ("field.scenes", All()),
    "dispatch.board": ("dispatch.board", views.BoardQuery()),
    "dispatch.incidents": ("dispatch.incidents", views.IncidentsQuery()),
    "dispatch.incident i1": ("dispatch.incident", views.OneQuery("i1")),
}


# ── scenes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class Teller:
    """Asks of the desk and of other tablets, before the network was lost."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self.desk, self.clock, self.n = desk, clock, 0

    def __call__(self, cmd: Command, minute: float = 0.0, by: str = "meja", device: str | None = None) -> None:
        self.n += 1
        at = SATURDAY + timedelta(minutes=minute)
        self.clock.now = max(self.clock.now, at)
        ask = Ask(id=f"s{self.n:03}", at=at, actor=by, roles=ROLES, agency="bontang", device=device)
        answer = self.desk.handle(cmd, ask)
        assert isinstance(answer, Accepted), (cmd, answer)


def _town(tell: Teller) -> None:
    tell(d.RegisterAgency("bontang", "Disdamkartan", "fire-service"))
    tell(d.RegisterStation("MAKO", "bontang", "Mako", 117.48, 0.13, True))
    tell(d.RegisterStation("LOKTUAN", "bontang", "Loktuan", 117.49, 0.16))
    for n, unit in enumerate(UNITS):
        tell(d.RegisterUnit(unit, "bontang", "MAKO" if n < 3 else "LOKTUAN", "pump"))
        tell(d.SetCrew(unit, 4 + n % 2, {}))
    tell(OpenIncident("i1", 117.49, 0.13, type="fire.housing", place=Told("Jl. Gunung Sari")))
    tell(OpenIncident("i2", 117.47, 0.12, place=Told("Loktuan")), 1)
    tell(d.Dispatch("d1", "i1", ("BTG-1", "BTG-2")), 2)
    tell(d.Dispatch("d2", "i2", ("BTG-3",)), 3)
    tell(d.ReportStatus("BTG-1", "on-the-way"), 3)
    tell(d.ReportStatus("BTG-2", "on-the-way"), 4)


def quiet(tell: Teller) -> None:
    """Units were sent, nobody has said anything of the scene yet."""
    _town(tell)


def fire(tell: Teller) -> None:
    """Two sectors are worked in, somebody is inside, a MAYDAY and an evacuation order run."""
    _town(tell)
    tell(d.ReportStatus("BTG-1", "arrived"), 8)
    tell(d.ReportStatus("BTG-1", "action"), 9)
    tell(command.AssumeCommand("i1", "Danton A"), 9, "danton")
    tell(command.SetChannel("i1", "CH 3"), 10)
    tell(command.SetSector("a", "i1", "Depan"), 10)
    tell(command.SetSector("b", "i1", "Belakang", leader="Danru B"), 10.5)
    tell(crews.FormCrew("r1", "i1", "Relawan 1", 3), 11)
    tell(crews.MoveCrew("i1", "BTG-1", "a"), 11)
    inside = (events.Wearer("1", 300.0, "c68_300"), events.Wearer("2", 290.0))
    tell(crews.ReportEntry("i1", "BTG-1", "a", inside), 12, "danru", "tablet-2")
    tell(crews.ReportAir("i1", "BTG-1", "1", 240.0, "goal"), 15, "danru", "tablet-2")
    tell(command.SetTask("t1", "i1", code="ventilate", crew="BTG-1"), 13)
    tell(command.SetTask("t2", "i1", "objective", text=Told("lindungi rumah sebelah")), 13)
    tell(command.StepTask("t1", "i1", "going"), 14)
    tell(command.FillPost("i1", "safety", "Danru C"), 14)
    tell(scene.MarkHazard("h1", "i1", "gas", "point", (events.Point(117.49, 0.13),)), 15)
    tell(scene.ReportWind("i1", 90.0, 3.0), 15)
    tell(scene.RequestResource("q1", "i1", "agency.psc-119"), 15)
    tell(crews.CallPar("p1", "i1"), 16)
    tell(safety.CallMayday("m1", "i1", "BTG-1", "2", "a", 90.0, "lost", Told("lantai dua")), 17)
    tell(safety.StepMayday("m1", "i1", "acknowledge"), 17)
    tell(safety.OrderEvacuation("e1", "i1", "a", Told("atap")), 18)
    tell(d.SetMark("i1", "under-control"), 19)
    tell(d.StepOther("i1", "pln", "asked"), 19)


def handing(tell: Teller) -> None:
    """Command is being handed over: nine squares are ticked; a crew rests, another has come out."""
    fire(tell)
    tell(safety.EndMayday("m1", "i1", "self-rescued"), 20)
    tell(crews.ReportExit("i1", "BTG-1", ("2",)), 20, "danru", "tablet-2")
    tell(d.ReportStatus("BTG-2", "arrived"), 20)
    tell(crews.MoveCrew("i1", "r1", events.REHAB), 20)
    tell(command.OpenHandover("o1", "i1", "Danton B"), 21, "danton")
    squares = [(side, subject) for side in get_args(events.Side) for subject in SUBJECTS][:-1]
    for side, subject in squares:
        tell(command.CheckHandover("o1", "i1", side, subject), 22, "danton")
    tell(scene.StepResource("q1", "i1", "on-the-way", SATURDAY + timedelta(minutes=50), "PSC-1"), 23)
    tell(d.ReportStatus("BTG-3", "returning"), 24)


SCENES: dict[str, Callable[[Teller], None]] = {"quiet": quiet, "fire": fire, "handing": handing}


@cache
def _made(name: str) -> Path:
    """The store of a scene, made once; cases work on copies."""
    folder = Path(mkdtemp(prefix="siaga-cases-"))
    clock = Clock()
    store = SqliteStore(folder / "siaga.db")
    desk = Desk(store, SLICES, vault_key=VAULT_KEY, clock=clock)
    SCENES[name](Teller(desk, clock))
    clock.now = SATURDAY + timedelta(minutes=30)
    timer(desk)()  # the dispatch that nobody answered has become an alarm
    desk.close()
    store.close()
    return folder


@contextmanager
def opened(name: str) -> Iterator[Desk]:
    """A desk over a copy of a scene, at the time the device has its network again."""
    folder = Path(mkdtemp(prefix="siaga-case-"))
    shutil.copy(_made(name) / "siaga.db", folder / "siaga.db")
    store = SqliteStore(folder / "siaga.db")
    desk = Desk(store, SLICES, vault_key=VAULT_KEY, clock=Clock(BACK), rebuild=False)
    try:
        yield desk
    finally:
        desk.close()
        store.close()
        shutil.rmtree(folder)


def shown(desk: Desk, name: str) -> list[Json]:
    """The rows of a view, as they go out."""
    answer = desk.show(*VIEWS[name], Ask(id="r", at=BACK, actor=ACCOUNT, roles=ROLES, device=DEVICE))
    assert isinstance(answer, Shown), answer
    found: list[Json] = msgspec.to_builtins(answer.rows)
    return found


def pictures(desk: Desk) -> dict[str, list[Json]]:
    """The rows of every view."""
    return {name: shown(desk, name) for name in VIEWS}


# ── asks ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

OBSERVED = frozenset(c for s in SLICES for c, does in s.commands.items() if does.observation)
NAMES = {c: s.wire(c) for s in SLICES for c in s.commands}
CLASSES = {name: c for c, name in NAMES.items()}


NEEDS_NETWORK = frozenset(
    f"field.{name}" for name in ("resolve-conflict", "offer-field", "take-field", "recall-field", "settle-late-order")
)
"""What a board does not hold enough for: everything seen of a crew, the other nodes."""


AT_THE_DESK = frozenset(
    f"dispatch.{name}"
    for name in ("open-shift-handover", "confirm-shift-handover", "withdraw-shift-handover", "record-trip")
)
"""Done where the node stands: the shift changes, slips of paper are copied in. No board shows them before it has."""


def offline_kinds() -> frozenset[str]:
    """Commands of field and dispatch that people at the desk and the scene may ask, without what needs the network."""
    found = set()
    for s in SLICES:
        for c, does in s.commands.items():
            roles = {does.role} if isinstance(does.role, str) else set(does.role)
            if s.name in ("field", "dispatch") and roles & {"dispatcher", "crew", "commander"}:
                found.add(s.wire(c))
    return frozenset(found) - NEEDS_NETWORK - AT_THE_DESK


def _told(value: Any) -> Any:
    """A command's fields as a device holds them: `kind` names the command, so a field of that name is called `as`."""
    fields = msgspec.to_builtins(value, enc_hook=lambda word: word.text)
    return {"as" if name == "kind" else name: one for name, one in fields.items()}


def _ask_of(asked: Json) -> tuple[Command, Ask]:
    fields = {"kind" if k == "as" else k: v for k, v in asked["command"].items() if k != "kind"}
    command = msgspec.convert(fields, CLASSES[asked["command"]["kind"]], dec_hook=decode_asked)
    seen = asked.get("seenAt")
    override = asked.get("override")
    return command, Ask(
        id=asked["id"],
        at=datetime.fromisoformat(asked["at"]),
        seen_at=datetime.fromisoformat(seen) if seen else None,
        override=Told(override) if override else None,
        actor=asked["account"],
        roles=ROLES,
        agency="bontang",
        device=asked["device"],
    )


def _written(at: datetime) -> str:
    """As a browser writes it: milliseconds and a Z."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Turns:
    """Which asks a case may hold: those about which a board knows enough.

    A board has no place for what is said of a MAYDAY, an evacuation order or a hand-over before that was seen; a sector
    that opens again has its first time and channel from the node; and a unit that reports from a scene it was not sent
    to, or not yet, is followed by tables of the node alone."""

    def __init__(self, scene: str) -> None:
        self.born = {} if scene == "quiet" else {"m1": "", "e1": ""} | ({"o1": ""} if scene == "handing" else {})
        self.closed: set[str] = set()
        self.sent = ""

    def allow(self, desk: Desk, asked: Json) -> bool:
        """Whether the ask may be made now."""
        command, seen = asked["command"], _seen(asked)
        if command["kind"] in ("field.set-sector", "field.close-sector") and command["sector"] in self.closed:
            return False
        if command["kind"] == "field.open-handover" and command["handover"] in self.born:
            return False
        if command["kind"].startswith("dispatch.") and not _plain(desk):
            return False
        if seen < self.sent:
            return False
        if command["kind"] == "dispatch.close-incident" and not _open(desk, command["incident"]):
            return False
        name = _born_by(command)
        return name is None or command["kind"] in BIRTHS or self.born.get(name, "9") <= seen

    def made(self, desk: Desk, asked: Json) -> None:
        """Note what there is after an ask that was taken."""
        command = asked["command"]
        if command["kind"] in ("dispatch.dispatch", "dispatch.swap-unit"):
            self.sent = asked["at"]
        if command["kind"] == "field.close-sector":
            self.closed.add(command["sector"])
        name = _born_by(command)
        if name and command["kind"] in BIRTHS and (not name.startswith("o") or _handed(desk) == name):
            self.born.setdefault(name, _seen(asked))


def _seen(asked: Json) -> str:
    return str(asked.get("seenAt", asked["at"]))


BIRTHS = ("field.call-mayday", "field.order-evacuation", "field.open-handover")


def _born_by(command: Json) -> str | None:
    name = command.get("mayday") or command.get("evacuation") or command.get("handover")
    return None if name is None else str(name)


def _handed(desk: Desk) -> str | None:
    (board,) = shown(desk, "field.board i1")
    return board["handover"] and str(board["handover"]["handover"])


def _open(desk: Desk, incident: str) -> bool:
    return incident in {row["incident"] for row in shown(desk, "dispatch.incidents")}


def _plain(desk: Desk) -> bool:
    """Whether each unit is where it was sent, for dispatch, for its list of who was sent, and for the scene."""
    at = {(row["unit"], row["incident"]) for row in shown(desk, "dispatch.board") if row["incident"]}
    with desk.store.read() as tx:
        sent = {(r["unit"], r["incident"]) for r in tx.rows("select * from dispatch_sent where ended_at is null")}
        crews_there = tx.rows("select crew, incident from field_crew where phase <> 'left'")
    return at == sent == {(r["crew"], r["incident"]) for r in crews_there if r["crew"] in UNITS}


def made(rnd: Random, nth: int) -> Json:
    """A scene and what a device asked of it without network: only what the node takes. The nth case tries two kinds of
    command again and again, so that all cases together hold every kind."""
    name = rnd.choice(list(SCENES))
    kinds = (*FIELD, *DISPATCH)
    must = [kinds[(2 * nth + k) % len(kinds)] for k in (0, 1)]
    at, asks, turns = OFFLINE, [], Turns(name)
    with opened(name) as desk:
        for n in range(rnd.randint(4, 24)):
            at += timedelta(seconds=rnd.choice((5, 40, 130.25)))
            last = n > 6 and rnd.random() < 0.05
            make = rnd.choice(RARE if last else DISPATCH if rnd.random() < 0.35 else FIELD)
            asked = _asked(rnd, n, at, must[n % 2] if rnd.random() < 0.3 else make)
            if turns.allow(desk, asked) and isinstance(desk.handle(*_ask_of(asked)), Accepted):
                turns.made(desk, asked)
                asks.append(asked)
    return {"scene": name, "asks": asks}


def _asked(rnd: Random, n: int, at: datetime, make: Made) -> Json:
    """An ask as the device holds it; what was seen may have been seen a while before it was typed."""
    command = make(rnd, at)
    asked: Json = {"id": f"t{n:02}", "at": _written(at), "account": ACCOUNT, "device": DEVICE}
    if type(command) in OBSERVED and rnd.random() < 0.3:
        asked["seenAt"] = _written(max(OFFLINE, at - timedelta(seconds=rnd.choice((3, 50, 90)))))
    if rnd.random() < 0.3:
        asked["override"] = "perlu"
    return asked | {"command": {"kind": NAMES[type(command)]} | _told(command)}


def answer(case: Json) -> Json:
    """The rows after the node has taken all of it, as what changed; and where only the node can know."""
    with opened(case["scene"]) as desk:
        before = pictures(desk)
        for asked in case["asks"]:
            taken = desk.handle(*_ask_of(asked))
            assert isinstance(taken, Accepted), (asked, taken)
        after = pictures(desk)
    return {"after": {view: [_against(row, before[view]) for row in after[view]] for view in VIEWS}}


def _against(row: Json, before: list[Json]) -> Json:
    """A row as what differs from the one it was: the same incident or unit."""
    key = "unit" if "unit" in row else "incident"
    for n, one in enumerate(before):
        if one[key] == row[key]:
            return {"of": n, "with": {name: value for name, value in row.items() if one[name] != value}}
    return {"with": row}


def about() -> Json:
    """The rows of every scene before, and what a device must know of the standards."""
    field = standards.field()
    found: Json = {"rest_s": field.rest.rest_s, "rise_bar": read_air_rules().gauge.rise_bar}
    found |= {"posts": [post.id for post in field.post]}
    found["observations"] = sorted(NAMES[c] for c in OBSERVED if NAMES[c].startswith("field."))
    found["needs_network"] = sorted(NEEDS_NETWORK)
    found["scenes"] = {}
    for name in SCENES:
        with opened(name) as desk:
            found["scenes"][name] = pictures(desk)
    return found
