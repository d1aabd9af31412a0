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
from typing import Any

import msgspec

from conftest import SATURDAY, VAULT_KEY, Clock
from siaga import standards
from siaga.adapters.sqlite import SqliteStore
from siaga.app import SLICES
from siaga.kernel.desk import Desk, Shown
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Ask, Command, Media, Told, decode_asked
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
UNITS = ("BTG-1", "BTG-2", "BTG-3", "BTG-4", "BTG-5")


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
    squares = [(side, subject) for side in ("giver", "taker") for subject in SUBJECTS][:-1]
    for side, subject in squares:
        tell(command.CheckHandover("o1", "i1", side, subject), 22, "danton")
    tell(scene.StepResource("q1", "i1", "on-the-way", SATURDAY + timedelta(minutes=50), "PSC-1"), 23)
    tell(d.ReportStatus("BTG-3", "returning"), 24)


SUBJECTS: tuple[events.Subject, ...] = ("situation", "crews", "tasks", "hazards", "resources")
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


def shown(desk: Desk) -> dict[str, list[Json]]:
    """The rows of every view, as they go out."""
    reader = Ask(id="r", at=BACK, actor=ACCOUNT, roles=ROLES, device=DEVICE)
    found = {}
    for name, (view, query) in VIEWS.items():
        answer = desk.show(view, query, reader)
        assert isinstance(answer, Shown), answer
        found[name] = msgspec.to_builtins(answer.rows)
    return found


# ── asks ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

CREWS = ("BTG-1", "BTG-2", "r1", "r2")
PLACES = ("a", "b", "c", events.STAGING, events.REHAB)
CLOCKS: tuple[Any, ...] = ("arrived", "action", "dispatched", "under-control", "out", "seen")
Made = Callable[[Random, datetime], Command]


def _incident(rnd: Random) -> str:
    return rnd.choice(("i1", "i1", "i1", "i1", "i2"))


def _persons(rnd: Random) -> tuple[str, ...]:
    return rnd.choice(((), (), ("1",), ("2", "3")))


def _note(rnd: Random) -> Told | None:
    return rnd.choice((None, None, Told("catatan")))


def _entry(rnd: Random, _: datetime) -> Command:
    who = rnd.sample(("1", "2", "3"), rnd.randint(1, 2))
    wearers = tuple(events.Wearer(one, rnd.choice((None, 300.0, 280.0)), rnd.choice(("", "c90_300"))) for one in who)
    return crews.ReportEntry(_incident(rnd), rnd.choice(CREWS), rnd.choice(PLACES[:2]), wearers)


def _hazard(rnd: Random, _: datetime) -> Command:
    points = tuple(events.Point(117.4 + n / 100, 0.1) for n in range(rnd.randint(1, 4)))
    shape: events.HazardShape = rnd.choice(("point", "line", "area"))
    radius = rnd.choice((None, 25.0))
    return scene.MarkHazard(
        rnd.choice(("h1", "h2")), "i1", "gas", shape, points, radius, rnd.random() < 0.5, _note(rnd)
    )


def _task(rnd: Random, at: datetime) -> Command:
    return command.SetTask(
        rnd.choice(("t1", "t2", "t3")),
        _incident(rnd),
        rnd.choice(("task", "objective")),
        rnd.choice(("ventilate", None)),
        rnd.choice((Told("buka pintu"), None)),
        rnd.choice((None, "BTG-1")),
        rnd.choice((None, "a")),
        rnd.choice((None, "safety")),
        rnd.choice((None, at + timedelta(minutes=10))),
    )


def _mayday(rnd: Random, _: datetime) -> Command:
    bar = rnd.choice((None, 60.0))
    need: events.MaydayNeed = rnd.choice(("trapped", "air", "other"))
    return safety.CallMayday(
        rnd.choice(("m1", "m2")), "i1", rnd.choice((None, "BTG-1")), None, None, bar, need, _note(rnd)
    )


def _status(rnd: Random, _: datetime) -> Command:
    status: Any = rnd.choice(STATUSES)
    unit = rnd.choice(UNITS[:3])
    reason = rnd.choice((None, None, None, Told("macet")))
    return d.ReportStatus(unit, status, rnd.choice((None, None, HOME.get(unit))), "button", reason)


HOME = {"BTG-1": "i1", "BTG-2": "i1", "BTG-3": "i2"}
STATUSES = ("assigned", *d.AT_SCENE, "arrived", "returning", "ready", "standby", "out-of-service")
STEPS: tuple[events.TaskStep, ...] = ("open", "going", "done", "dropped")
ASKED: tuple[events.RequestStep, ...] = ("seen", "on-the-way", "arrived", "released")
MAYDAY_STEPS = ("acknowledge", "channel", "rescue-crew")
ENDS: tuple[events.MaydayOutcome, ...] = ("rescued", "mistaken")
RESULTS: tuple[events.ParResult, ...] = ("complete", "short", "no-answer")
MARKS: tuple[events.AirMark, ...] = ("check", "goal", "new-cylinder")
KINDS: tuple[events.SectorKind, ...] = ("sector", "medical")
SIDES: tuple[events.Side, ...] = ("giver", "taker")
BY: tuple[events.By, ...] = ("self", "radio")
OTHERS: tuple[Any, ...] = ("asked", "answered", "arrived")

PHOTO = Media("UklGRg==")

FIELD: tuple[Made, ...] = (
    lambda r, _: crews.FormCrew(r.choice(("r1", "r2")), _incident(r), r.choice(("Relawan 1", "Regu C")), r.randint(1, 6)),
    lambda r, _: crews.MoveCrew(_incident(r), r.choice(CREWS), r.choice(PLACES)),
    _entry,
    lambda r, _: crews.ReportExit("i1", r.choice(CREWS), _persons(r)),
    lambda r, _: crews.ReportAir("i1", r.choice(CREWS), r.choice(("1", "2", "3")), r.choice((250.0, 140.0)), r.choice(MARKS)),
    lambda r, _: crews.CallPar(r.choice(("p2", "p3")), "i1", r.choice((None, "a"))),
    lambda r, _: crews.ReportPar("i1", r.choice(CREWS), r.choice(RESULTS), r.choice((None, 3)), r.choice((None, "p1", "p2"))),
    lambda r, _: crews.ReportLostContact("i1", r.choice(CREWS), r.choice((None, "1"))),
    lambda r, _: crews.ReportContact("i1", r.choice(CREWS)),
    _mayday,
    lambda r, _: safety.StepMayday(r.choice(("m1", "m2")), "i1", r.choice(MAYDAY_STEPS), r.random() < 0.7, r.choice((None, "r1"))),
    lambda r, _: safety.EndMayday(r.choice(("m1", "m2")), "i1", r.choice(ENDS)),
    lambda r, _: safety.OrderEvacuation(r.choice(("e1", "e2")), "i1", r.choice((None, "b")), _note(r)),
    lambda r, _: safety.AcknowledgeEvacuation(r.choice(("e1", "e2")), "i1", r.choice(CREWS)),
    lambda r, _: safety.EndEvacuation(r.choice(("e1", "e2")), "i1"),
    lambda r, _: safety.TakeAlarm("i1", "mayday.m1"),
    lambda r, _: command.AssumeCommand(_incident(r), r.choice(("Danton A", "Danton C"))),
    lambda r, _: command.FillPost("i1", r.choice(("safety", "operations", "logistics")), r.choice(("Danru C", "Danru D"))),
    lambda r, _: command.VacatePost("i1", r.choice(("safety", "operations"))),
    lambda r, _: command.OpenHandover(r.choice(("o2", "o3")), "i1", r.choice(("Danton B", "Danton D"))),
    lambda r, _: command.CheckHandover(r.choice(("o1", "o1", "o2")), "i1", r.choice(SIDES), r.choice(SUBJECTS), r.choice(BY)),
    lambda r, _: command.CheckHandover("o1", "i1", "taker", "resources"),
    lambda r, _: command.WithdrawHandover(r.choice(("o1", "o2")), "i1"),
    lambda r, _: command.SetChannel("i1", r.choice(("CH 3", "CH 5", "")), r.choice((None, "a"))),
    lambda r, _: command.SetSector(r.choice("abc"), "i1", r.choice(("Depan", "Atap")), r.choice(KINDS), r.choice(("", "Danru E"))),
    lambda r, _: command.CloseSector("b", "i1"),
    _task,
    lambda r, _: command.StepTask(r.choice(("t1", "t2", "t3")), "i1", r.choice(STEPS), _note(r)),
    _hazard,
    lambda r, _: scene.ClearHazard(r.choice(("h1", "h2")), "i1"),
    lambda r, _: scene.ReportWind("i1", r.choice((0.0, 270.5)), r.choice((None, 4.0))),
    lambda r, _: scene.RequestResource(r.choice(("q1", "q2")), "i1", r.choice(("agency.psc-119", "agency.pln")), r.randint(1, 3), _note(r)),
    lambda r, at: scene.StepResource(
        r.choice(("q1", "q2")), "i1", r.choice(ASKED), r.choice((None, at + timedelta(minutes=5))), r.choice((None, "PSC-1"))
    ),
    lambda r, _: scene.PlanWater("i1", tank_l=r.choice((4000.0, 8000.0))),
    lambda r, _: scene.SendSitrep(f"s{r.randint(1, 3)}", "i1", _note(r)),
    lambda r, _: scene.AttachMedia(f"f{r.randint(1, 2)}", "i1", "photo", "image/webp", PHOTO),
)  # fmt: skip
DISPATCH: tuple[Made, ...] = (
    _status,
    _status,
    _status,
    lambda r, _: d.SetMark(_incident(r), r.choice(("under-control", "out"))),
    lambda r, at: d.CorrectTime(
        _incident(r), r.choice(CLOCKS), r.choice((None, at - timedelta(minutes=20))), r.choice((None, "BTG-1", "BTG-2"))
    ),
    lambda r, _: d.StepOther(_incident(r), r.choice(("pln", "police")), r.choice(OTHERS), _note(r)),
    lambda r, _: d.RaiseLevel(_incident(r), r.choice((2, 3))),
    lambda r, _: d.TakeAlarm(r.choice(("unanswered.d2.BTG-3", "unanswered.d1.BTG-1"))),
    lambda r, _: d.CancelUnit(r.choice(UNITS[:3]), _incident(r), _note(r)),
    lambda r, _: d.MoveUnit(r.choice(UNITS), r.choice(("MAKO", "LOKTUAN"))),
    lambda r, _: d.SetCrew(r.choice(UNITS), r.randint(2, 6)),
    lambda r, _: d.Dispatch(f"d{r.randint(3, 99)}", _incident(r), tuple(r.sample(UNITS, r.randint(1, 2)))),
    lambda r, _: d.SwapUnit(f"d{r.randint(3, 99)}", _incident(r), r.choice(UNITS[:3]), r.choice(UNITS[2:])),
)
RARE: tuple[Made, ...] = (lambda r, _: d.CloseIncident(_incident(r), next(iter(standards.close_outcomes()))),)

OBSERVED = frozenset(c for s in SLICES for c, does in s.commands.items() if does.observation)
NAMES = {c: s.wire(c) for s in SLICES for c in s.commands}
CLASSES = {name: c for c, name in NAMES.items()}


NEEDS_NETWORK = frozenset(
    f"field.{name}" for name in ("resolve-conflict", "offer-field", "take-field", "recall-field", "settle-late-order")
)
"""What a board does not hold enough for: everything seen of a crew, the other nodes."""


def offline_kinds() -> frozenset[str]:
    """Commands of field and dispatch that people at the desk and the scene may ask, without what needs the network."""
    found = set()
    for s in SLICES:
        for c, does in s.commands.items():
            roles = {does.role} if isinstance(does.role, str) else set(does.role)
            if s.name in ("field", "dispatch") and roles & {"dispatcher", "crew", "commander"}:
                found.add(s.wire(c))
    return frozenset(found) - NEEDS_NETWORK


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


def made(rnd: Random) -> Json:
    """A scene and what a device asked of it without network: only what the node takes."""
    name = rnd.choice(list(SCENES))
    at, asks = OFFLINE, []
    with opened(name) as desk:
        for n in range(rnd.randint(4, 24)):
            at += timedelta(seconds=rnd.choice((5, 40, 130.25)))
            last = n > 6 and rnd.random() < 0.05
            make = rnd.choice(RARE if last else DISPATCH if rnd.random() < 0.35 else FIELD)
            asked = make(rnd, at)
            body = {"kind": NAMES[type(asked)]} | _told(asked)
            told = {"id": f"t{n:02}", "at": _written(at), "account": ACCOUNT, "device": DEVICE, "command": body}
            if type(asked) in OBSERVED and rnd.random() < 0.3:
                told["seenAt"] = _written(max(OFFLINE, at - timedelta(seconds=rnd.choice((3, 50, 90)))))
            if rnd.random() < 0.3:
                told["override"] = "perlu"
            if isinstance(desk.handle(*_ask_of(told)), Accepted):
                asks.append(told)
    return {"scene": name, "asks": asks}


def answer(case: Json) -> Json:
    """The rows after the node has taken all of it, as what changed; and where only the node can know."""
    with opened(case["scene"]) as desk:
        before = shown(desk)
        for asked in case["asks"]:
            taken = desk.handle(*_ask_of(asked))
            assert isinstance(taken, Accepted), (asked, taken)
        after = shown(desk)
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
    found: Json = {"rest_s": field.rest.rest_s, "posts": [post.id for post in field.post]}
    found["observations"] = sorted(NAMES[c] for c in OBSERVED if NAMES[c].startswith("field."))
    found["needs_network"] = sorted(NEEDS_NETWORK)
    found["scenes"] = {}
    for name in SCENES:
        with opened(name) as desk:
            found["scenes"][name] = shown(desk)
    return found
