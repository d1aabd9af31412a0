"""Cards at an incident, as the node shows them before and after what one device without network says: for vitest too.

`python tests/sop/made.py` makes the cases anew (after a rule, a view or a command of cards changed); `test_sop_made.py`
proves that they say what this version computes, and vitest computes it a second time in TypeScript."""

import json
import shutil
import sys
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does, when run as a program

from conftest import SATURDAY, VAULT_KEY, Clock
from siaga import standards
from siaga.adapters.sqlite import SqliteStore
from siaga.app import SLICES
from siaga.kernel.desk import Desk, Shown
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Ask, Command, Told, decode_asked, written
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.dispatch.tables.views import IncidentsQuery
from siaga.slices.intake.rules import Classify, OpenIncident
from siaga.slices.sop import rules
from siaga.slices.sop.rules.card import Front, Situation, Step, Trigger, applies
from siaga.slices.sop.tables.incidents import OfIncident

FOLDER = Path(__file__).parent / "cases"
ROLES = frozenset({"call-taker", "dispatcher", "shift-leader", "crew", "commander", "planner", "administrator"})
OFFLINE = SATURDAY + timedelta(minutes=20)
BACK = SATURDAY + timedelta(hours=3)
Json = dict[str, Any]

TYPES = ("fire.housing", "fire.dense-housing", "rescue.snake", "rescue.wasp")
GROUPS = ("fire", "rescue")
AREAS, OBJECTS = ("647401", "647402"), ("school", "hospital")
REASONS = ("not-needed", "not-possible", "no-time", "done-otherwise", "card-wrong")


# ── which card applies ───────────────────────────────────────────────────────────────────────────────────────────────


def _trigger(rnd: Random) -> Trigger:
    def some(of: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(rnd.sample(of, rnd.choice((0, 0, 0, 1, 2))))

    return Trigger(
        moment=rnd.choice(("incident", "incident", "incident", "handover", "by-hand")),
        types=some((*TYPES, *GROUPS)),
        level=rnd.choice((1, 1, 1, 2, 3)),
        life_risk=rnd.random() < 0.2,
        areas=some(AREAS),
        objects=some(OBJECTS),
    )


def applying_cases() -> list[Json]:
    """A card's triggers, and an incident they look at."""
    found = []
    for n in range(300):
        rnd = Random(n)
        now = Situation(
            type=rnd.choice((None, *TYPES)),
            level=rnd.randint(1, 3),
            life_risk=rnd.random() < 0.5,
            area=rnd.choice((None, *AREAS)),
            object_kind=rnd.choice((None, *OBJECTS)),
            handover=rnd.random() < 0.3,
        )
        triggers = [_trigger(rnd) for _ in range(rnd.choice((0, 1, 1, 2, 3)))]
        found.append({"triggers": msgspec.to_builtins(triggers), "now": msgspec.to_builtins(now)})
    return found


def applying_answer(case: Json) -> Json:
    """Whether the card opens."""
    triggers = msgspec.convert(case["triggers"], tuple[Trigger, ...])
    front = Front(title="Kartu", steps=(Step("a", "A", "crew"),), triggers=triggers)
    return {"applies": applies(front, msgspec.convert(case["now"], Situation))}


# ── cards at an incident ─────────────────────────────────────────────────────────────────────────────────────────────

STEPS = (
    "{id: jarak, text: Jauhkan warga, role: crew, within_s: 600}",
    "{id: sesak, text: Ada yang sesak napas?, role: crew, answers: [ya, tidak]}",
    "{id: medis, text: Panggil ambulans, role: commander, when: {step: sesak, answer: ya}}",
    "{id: suhu, text: Ukur suhu, role: crew, evidence: number, unit: derajat}",
)
LATER = (STEPS[1].replace("sesak napas", "sesak"), STEPS[2], "{id: angin, text: Baca angin, role: safety}", STEPS[0])
"""The steps of a second version: one is gone, one is new, the others are moved."""
NAMES = {1: ("jarak", "sesak", "sesak", "medis", "suhu"), 2: ("jarak", "sesak", "sesak", "medis", "angin")}
REVISED, WITHDRAWN = ("api", "ular"), "nyawa"
CARDS = {
    "api": "- types: [fire]",
    "padat": "- {types: [fire.dense-housing], level: 2}",
    "ular": "- types: [rescue.snake]",
    "tangan": "- moment: by-hand",
    "nyawa": "- life_risk: true",
}
ANSWERS = {"sesak": ("ya", "tidak")}


def _source(card: str, steps: tuple[str, ...]) -> str:
    listed = "".join(f"  - {step}\n" for step in steps)
    return f"---\ntitle: Kartu {card}\ntriggers:\n  {CARDS[card]}\nsteps:\n{listed}---\nTeks {card}.\n"


def _publishing(card: str, version: int, steps: tuple[str, ...]) -> list[Command]:
    return [
        rules.SaveCard(card, _source(card, steps)),
        rules.ApproveCard(card, version),
        rules.PublishCard(card, version),
    ]


REVISING = [
    *(wish for card in REVISED for wish in _publishing(card, 2, LATER)),
    rules.WithdrawCard(WITHDRAWN, Told("digabung")),
]


COMMANDS: dict[str, type[Command]] = {
    "sop.report-step": rules.ReportStep,
    "sop.open-card": rules.OpenCard,
    "dispatch.raise-level": dispatch.RaiseLevel,
    "intake.classify": Classify,
}


class Room:
    """A desk whose clock the case sets, with an incident and what the desk and others said before the network went."""

    def __init__(self, case: Json) -> None:
        self.folder = Path(mkdtemp(prefix="siaga-sop-"))
        shutil.copy(_city() / "siaga.db", self.folder / "siaga.db")
        self.clock = Clock(SATURDAY)
        self.store = SqliteStore(self.folder / "siaga.db")
        self.desk = Desk(self.store, SLICES, vault_key=VAULT_KEY, clock=self.clock, rebuild=False)
        self.take(case["opened"])
        for asked in case["earlier"]:
            self.take(asked)
        if case["revised"]:
            self.clock.now = OFFLINE - timedelta(minutes=1)
            _ask_all(self.desk, REVISING, "r", self.clock.now)

    def take(self, asked: Json, by: datetime | None = None) -> bool:
        """Whether the node agrees, at the time of the ask or later."""
        fields = {name: value for name, value in asked["command"].items() if name != "kind"}
        kind = asked["command"]["kind"]
        command = msgspec.convert(fields, COMMANDS.get(kind, OpenIncident), dec_hook=decode_asked)
        at = datetime.fromisoformat(asked["at"])
        seen = datetime.fromisoformat(asked["seenAt"]) if "seenAt" in asked else None
        self.clock.now = by or max(self.clock.now, at)
        ask = Ask(id=asked["id"], at=at, seen_at=seen, actor=asked["account"], roles=ROLES, agency="bontang")
        return isinstance(self.desk.handle(command, ask), Accepted)

    def show(self, view: str, query: Any) -> list[Json]:
        """Rows as the device gets them."""
        reader = Ask(id="v", at=self.clock.now, actor="ani", roles=ROLES, agency="bontang")
        shown = self.desk.show(view, query, reader)
        assert isinstance(shown, Shown), shown
        found: list[Json] = msgspec.to_builtins(shown.rows)
        return found

    def close(self) -> None:
        self.desk.close()
        self.store.close()
        shutil.rmtree(self.folder)


@cache
def _city() -> Path:
    """A node on which five cards hold."""
    folder = Path(mkdtemp(prefix="siaga-sop-city-"))
    clock = Clock(SATURDAY - timedelta(days=1))
    store = SqliteStore(folder / "siaga.db")
    desk = Desk(store, SLICES, vault_key=VAULT_KEY, clock=clock)
    wishes: list[Command] = [dispatch.RegisterAgency("bontang", "Disdamkartan", "fire-service")]
    for card in CARDS:
        wishes += _publishing(card, 1, STEPS)
    _ask_all(desk, wishes, "c", clock.now)
    desk.close()
    store.close()
    return folder


def _ask_all(desk: Desk, wishes: list[Command], name: str, at: datetime) -> None:
    for n, wish in enumerate(wishes):
        actor = "penulis" if isinstance(wish, rules.SaveCard) else "penyetuju"
        answer = desk.handle(wish, Ask(id=f"{name}{n}", at=at, actor=actor, roles=ROLES, agency="bontang"))
        assert isinstance(answer, Accepted), (wish, answer)


Versions = dict[str, tuple[int, ...]]
"""The versions of each card that a device has: the one that holds, and one that was used at the incident."""
FIRST: Versions = dict.fromkeys(CARDS, (1,))


def _asked(rnd: Random, name: str, at: datetime, account: str, versions: Versions) -> Json:
    wish = rnd.choices((_step, _by_hand, _raise, _classify), (8, 2, 1, 1))[0](rnd, versions)
    asked = {"id": name, "at": written(at), "account": account, "command": {"incident": "i1"} | wish}
    if rnd.random() < 0.3:  # told later than it was seen, sometimes at the same moment as another
        asked["seenAt"] = written(SATURDAY + timedelta(minutes=rnd.choice((3, 3, 4, 12) if at >= OFFLINE else (3, 4))))
    return asked


def _step(rnd: Random, versions: Versions) -> Json:
    card = rnd.choice(tuple(versions))
    version = rnd.choice(versions[card])
    step = rnd.choice(NAMES[version])
    wish: Json = {"kind": "sop.report-step", "card": card, "version": version, "step": step}
    if rnd.random() < 0.3:
        more = {"note": "tidak sempat"} if rnd.random() < 0.3 else {}
        return wish | {"result": "skipped", "skipped": rnd.choice(REASONS)} | more
    answer = {"answer": rnd.choice(ANSWERS[step])} if step in ANSWERS else {}
    return wish | {"result": "done"} | answer | ({"value": 41.5} if step == "suhu" else {})


def _by_hand(rnd: Random, versions: Versions) -> Json:
    card = rnd.choice(tuple(versions))
    told = {"version": rnd.choice(versions[card])} if rnd.random() < 0.7 else {}  # one of before does not tell it
    return {"kind": "sop.open-card", "card": card} | told


def _raise(rnd: Random, _: Versions) -> Json:
    return {"kind": "dispatch.raise-level", "level": rnd.choice((2, 3))}


def _classify(rnd: Random, _: Versions) -> Json:
    return {"kind": "intake.classify", "type": rnd.choice(TYPES)}


def incident_cases() -> list[Json]:
    """An incident, what was said of its cards before, and what a device without network asks of them."""
    return [_case(Random(n), revised=n >= 40) for n in range(80)]


def _opened(more: Json) -> Json:
    command = {"kind": "intake.open-incident", "incident": "i1", "lon": 117.49, "lat": 0.13} | more
    return {"id": "o1", "at": written(SATURDAY), "account": "meja", "command": command}


def _case(rnd: Random, *, revised: bool) -> Json:
    opened = _opened(rnd.choice(({}, {"type": rnd.choice(TYPES)})))
    earlier = [
        _asked(rnd, f"e{n}", SATURDAY + timedelta(minutes=4 + n), "budi", FIRST)
        for n in range(rnd.choice((0, 0, 2, 5)))
    ]
    case: Json = {"opened": opened, "earlier": earlier, "revised": revised}
    room = Room(case)
    try:
        # A device that never opened the panel has no rows; what others said before, it cannot know.
        rows = room.show("sop.at-incident", OfIncident("i1")) if earlier or rnd.random() < 0.5 else None
        shown = {"incident": room.show("dispatch.incidents", IncidentsQuery())[0], "rows": rows}
        versions = _known(room, rows or [])
        wanted = [
            _asked(rnd, f"m{n:02}", OFFLINE + timedelta(minutes=n), "ani", versions) for n in range(rnd.randint(1, 7))
        ]
        return case | shown | {"asks": [asked for asked in wanted if room.take(asked, BACK)]}
    finally:
        room.close()


def _known(room: Room, rows: list[Json]) -> Versions:
    found: Versions = {row["card"]: (row["version"],) for row in room.show("sop.held", All())}
    for row in rows:
        if row["used"] and row["version"] not in found.get(row["card"], ()):
            found[row["card"]] = (*found.get(row["card"], ()), row["version"])
    return found


def incident_answer(case: Json) -> Json:
    """The open cards when the node has it all, whatever the order it came in."""
    room = Room(case)
    try:
        for asked in case["asks"]:
            assert room.take(asked, BACK), asked
        return {"rows": [_short(row) for row in room.show("sop.at-incident", OfIncident("i1"))]}
    finally:
        room.close()


def _short(row: Json) -> Json:
    """A row without what the card says of itself."""
    steps = [{name: value for name, value in step.items() if name != "step"} for step in row["steps"]]
    return {name: row[name] for name in ("card", "version", "by_hand", "done", "of")} | {"steps": steps}


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────

KINDS = {"applies": (applying_cases, applying_answer), "at-incident": (incident_cases, incident_answer)}


def about() -> Json:
    """What the cases share: how an incident type begins, and the cards that hold."""
    known = standards.incident_types()
    return {
        "types": {name: {"level": (one := known[name]).level, "life_risk": one.life_risk} for name in TYPES},
        "held": _held(revised=False),
        "revised": _held(revised=True),
    }


def _held(*, revised: bool) -> list[Json]:
    """The cards that hold before and after some were revised and one was withdrawn."""
    room = Room({"opened": _opened({}), "earlier": [], "revised": revised})
    try:
        return room.show("sop.held", All())
    finally:
        room.close()


def read(name: str) -> list[Json]:
    """The cases of a file."""
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").read_text().splitlines()[1:]]


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, (make, answer) in KINDS.items():
        cases = [json.dumps(case | {"expect": answer(case)}, separators=(",", ":")) for case in make()]
        (FOLDER / f"{name}.jsonl").write_text("\n".join([json.dumps(about(), separators=(",", ":")), *cases]) + "\n")
