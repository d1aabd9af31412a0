"""The month before the first start: incidents that are over, and their reports: final, signed, amended, half written.

Through the same commands as everybody, with trips that are copied in, so that no vehicle of today is touched."""

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any, cast

import msgspec

from ..app import Node
from ..kernel.desk import Desk, Shown
from ..kernel.records import Ask, Command, Personal, Told
from ..slices.dispatch.rules import CloseIncident, RecordTrip, SetMark
from ..slices.intake.rules import OpenIncident, TakeCall
from ..slices.report import rules
from ..slices.report.events import Casualties, LossLine, Obstacle, WaterLine
from ..slices.report.rules import states
from ..slices.report.tables.rows import OfIncident, ReportRow
from . import calls, fleet
from .asking import ask_all, envelope
from .calls import Town
from .city import city, read

MARK = "demo.month"
REPORTER, SIGNER, HEAD = "demo.pelapor", "demo.komandan", "demo.admin"
STEPS = ("checked", "signed", "final")
Said = dict[str, Any]


class Past(msgspec.Struct, frozen=True):
    """An incident of the month: its id, when the call came, and what is known of it."""

    incident: str
    at: datetime
    said: Said

    def after(self, minutes: float) -> datetime:
        """So long after the call."""
        return self.at + timedelta(minutes=minutes)


@cache
def data() -> Said:
    """month.toml."""
    return read("month.toml")


def play_month(node: Node, now: datetime) -> None:
    """Record it once in the life of a data folder."""
    with node.desk.store.read() as tx:
        if node.desk.log.answered(tx, MARK) is not None:
            return
    ask_all(node.desk, [(fleet.agencies()[0], envelope(MARK, now - timedelta(days=32)))])  # is remembered
    past = sorted([*_written(now), *_drawn(now)], key=lambda one: one.at)
    town, chance = Town(city()), random.Random(MARK)
    ask_all(node.desk, [ask for one in past for ask in _incident(one, town, chance)])
    ask_all(node.desk, [ask for one in past for ask in _sections(one)])
    ask_all(node.desk, [ask for one in past for ask in _steps(node.desk, one)])


def _written(now: datetime) -> Iterator[Past]:
    for said in data()["past"]:
        yield _past(now - timedelta(days=said["days"]), said)


def _past(at: datetime, said: Said) -> Past:
    return Past(f"lampau-{at:%y%m%d%H%M}", at.replace(microsecond=0), said)


def _drawn(now: datetime) -> Iterator[Past]:
    """The small ones: one unit, little to say, most of them done."""
    chance, drawn = random.Random(f"{MARK} drawn"), data()["drawn"]
    areas = {a.area: a.demand for a in city().region.areas if a.level == "kelurahan"}
    for _ in range(drawn["count"]):
        type = calls.drawn(drawn["types"], chance)
        fire = type.startswith("fire.")
        roll, way, ready = chance.uniform(1.6, 4), chance.uniform(3, 11), chance.uniform(0.8, 4)
        unit = chance.choice(("BTG-1", "BTG-4", "BTG-5", "BTG-8")) if fire else chance.choice(("RSC-1", "PKP-1"))
        fate = chance.random()
        state = "draft" if fate < drawn["draft"] else "signed" if fate < drawn["draft"] + drawn["signed"] else "final"
        nobody = {"citizens": [0, 0, 0, 0], "staff": [0, 0, 0, 0], "serve": [0, 0, 0, 0]}
        helped = {**nobody, "citizens": [0, 0, 0, 1], "serve": [1, 0, 1, 0]}
        said: Said = {
            "type": type,
            "area": calls.drawn(areas, chance),
            "outcome": "handled",
            "state": state,
            "units": [[unit, roll, roll + way, roll + way + ready, roll + way + chance.uniform(20, 70)]],
            "victims": helped if type in ("rescue.ring", "rescue.traffic") else nobody,
        }
        if fire:
            said |= {"object": {"kind": "refuse", "construction": "none"}, "cause": {"cause": "burning-waste"}}
            said |= {"loss": {"lines": []}, "water": [["water", "tank", "tanks", 1500.0]]}
        if state != "draft":
            said |= {"obstacles": [], "summary": chance.choice(drawn["words"][type])}
        days = chance.uniform(drawn["to_days"], drawn["from_days"])
        yield _past(now - timedelta(days=days), said)


# ── what happened ────────────────────────────────────────────────────────────────────────────────────────────────────


def _incident(one: Past, town: Town, chance: random.Random) -> Iterator[tuple[Command, Ask]]:
    said, name = one.said, one.incident
    place = town.of_type("112", said["type"], said["area"], chance)

    def ask(command: Command, minutes: float, what: str) -> tuple[Command, Ask]:
        return command, envelope(f"{name}.{what}", one.after(minutes))

    yield ask(TakeCall(f"{name}.call", "112"), 0, "call")
    yield ask(
        OpenIncident(
            incident=name,
            lon=place.lon,
            lat=place.lat,
            precision_m=place.precision_m,
            call=f"{name}.call",
            type=said["type"],
            area=place.area,
            place=Told(f"{place.place}, {town.areas[place.area].name}"),
            fire_seen_at=one.after(-said["seen"]) if "seen" in said else None,
        ),
        0.7,
        "open",
    )
    for unit, roll, there, ready, back in said["units"]:
        times = {"dispatched": 1.2, "on-the-way": roll, "arrived": there, "returned": back}
        times |= {"access": there + 0.3, "ready-to-serve": ready, "action": ready + 0.4} if ready else {}
        yield ask(RecordTrip(name, unit, cast(Any, {k: one.after(m) for k, m in times.items()})), back + 1, unit)
    last = max(back for *_, back in said["units"]) + 5
    for mark, clock in (("control", "under-control"), ("out", "out")):
        if mark in said:
            yield ask(SetMark(name, cast(Any, clock)), said[mark], clock)
    yield ask(CloseIncident(name, said["outcome"]), last + 1, "close")


# ── what was written of it ───────────────────────────────────────────────────────────────────────────────────────────


def _by(actor: str, one: Past, hours: float, what: str) -> Ask:
    at = one.at + timedelta(hours=hours)
    return msgspec.structs.replace(envelope(f"{one.incident}.{what}", at), actor=actor)


def _sections(one: Past) -> Iterable[tuple[Command, Ask]]:
    commands = list(_said(one.incident, one))
    return [(command, _by(REPORTER, one, 8 + n / 20, f"section.{n}")) for n, command in enumerate(commands)]


def _words(said: Said) -> Said:
    """The same with notes as told words, the owner as a person."""
    made = {"note": Told, "owner": Personal, "what": Told, "basis": Told, "shelter": Told}
    return {name: made[name](value) if name in made else value for name, value in said.items()}


def _known(numbers: Iterable[Any]) -> list[Any]:
    """-1 stands for what nobody knows."""
    return [None if isinstance(value, int | float) and value < 0 else value for value in numbers]


def _said(incident: str, one: Past) -> Iterator[Command]:
    said = one.said
    if "object" in said:
        yield rules.DescribeObject(incident, **_words(said["object"]))
    if "cause" in said:
        note = {"note": Told(said["cause"]["note"])} if "note" in said["cause"] else {}
        yield rules.StateCause(incident, **{**said["cause"], **note})
    if "loss" in said:
        lines = tuple(LossLine(**_words(line)) for line in said["loss"]["lines"])
        yield rules.StateLoss(incident, **{**_words(said["loss"]), "lines": lines})
    if "victims" in said:
        yield _victims(incident, said["victims"])
    for n, (outcome, name) in enumerate(said.get("people", ())):
        yield rules.NoteVictim(incident, f"{incident}.{n}", "direct", outcome, Personal(name))
    if "water" in said:
        yield rules.StateWater(incident, tuple(WaterLine(*_known(line)) for line in said["water"]))
    if "obstacles" in said:
        held_up = [(kind, *_known([effect]), Told(note)) for kind, effect, note in said["obstacles"]]
        yield rules.StateObstacles(incident, tuple(Obstacle(*line) for line in held_up))
    if "volunteers" in said:
        minutes, group = said["volunteers"]
        yield rules.StateVolunteers(incident, one.after(minutes), Told(group))
    if "summary" in said:
        yield rules.Summarise(incident, Told(said["summary"]))
    if "form" in said:
        texts = {name: Told(text) for name, text in said["texts"].items()}
        yield states.FileInspection(incident, f"{incident}.form", said["form"], said["answers"], texts)


def _victims(incident: str, said: Said, **more: Any) -> rules.CountVictims:
    serve = ("to_serve_victims", "to_serve_affected", "served_victims", "served_affected")
    counts: Said = dict(zip(serve, _known(said["serve"]), strict=True))
    counts |= {name: said[name] for name in ("families", "affected", "displaced") if name in said}
    counts |= {"shelter": Told(said["shelter"])} if "shelter" in said else {}
    citizens, staff = (Casualties(*_known(said[whose])) for whose in ("citizens", "staff"))
    return rules.CountVictims(incident, citizens, staff, **counts | more)


def _steps(desk: Desk, one: Past) -> Iterator[tuple[Command, Ask]]:
    """As far as the report has come, and what was amended after."""
    reached = one.said["state"]
    if reached == "draft":
        return
    shown = desk.show("report.report", OfIncident(one.incident), _by(REPORTER, one, 10, "look"))
    assert isinstance(shown, Shown)
    row: ReportRow = shown.rows[0]
    seen = {"digest": row.digest, "content": row.content}
    steps: tuple[tuple[Command, str], ...] = (
        (states.CheckReport(one.incident, **seen), REPORTER),
        (states.SignReport(one.incident, **seen, post="danton"), SIGNER),
        (states.FinishReport(one.incident, **seen), HEAD),
    )
    for n, (command, actor) in enumerate(steps[: STEPS.index(reached) + 1]):
        yield command, _by(actor, one, 20 + 3 * n, STEPS[n])
    if "amends" in one.said:
        more = {"affected": one.said["amends"]["affected"], "reason": Told(one.said["amends"]["reason"])}
        yield _victims(one.incident, one.said["victims"], **more), _by(REPORTER, one, 44, "amends")
