"""The demonstration's procedure cards, and crews that follow them: mostly, and where not, for a reason."""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import msgspec

from .. import procedures
from ..kernel.desk import Shown
from ..kernel.records import Ask, Command, Told
from ..slices.sop import rules
from ..slices.sop.events import Skipped
from ..slices.sop.rules.card import Step
from ..slices.sop.tables.cards import front
from ..slices.sop.tables.incidents import OfIncident, OpenCard
from . import calls
from .asking import ask_all, envelope

if TYPE_CHECKING:
    from ..kernel.desk import Desk
    from .shift import Job, Shift

CARDS = Path(__file__).parent / "cards"
AUTHOR, APPROVER = "demo.pelatih", "demo.danton"
READERS = {"city": ("crew", "commander"), "province": ()}
"""Who must read a card. What a province gives as a template opens nowhere: nobody at a scene need know it."""
READ = {  # who has confirmed what; the rest waits for them
    "demo.komandan": (
        "kebocoran-gas",
        "ketinggian",
        "permukiman-atas-air",
        "permukiman-padat",
        "ruang-terbatas",
        "serah-komando",
        "tangki-timbun",
        "ular-dan-tawon",
    ),
    "demo.kru-btg-1": ("kendaraan", "permukiman-padat", "tenggelam", "ular-dan-tawon"),
}
DESK, SCENE = ("call-taker", "dispatcher"), ("commander", "safety", "crew", "operator")
Word: TypeAlias = tuple[float, rules.ReportStep]
"""So many seconds from now, what is said of a step."""


def _as(actor: str, id: str, at: datetime) -> Ask:
    return msgspec.structs.replace(envelope(id, at), actor=actor)


# ── the cards ────────────────────────────────────────────────────────────────────────────────────────────────────────


def publish_cards(desk: "Desk", at: datetime) -> None:
    """Written by one, approved by another, read by some; a card that the node has had already is left as it is."""
    sheets, faults = procedures.read(sorted(CARDS.glob("*.md")))
    assert not faults, faults
    for sheet in sheets:
        _publish(desk, sheet, at)
    _confirm(desk, at + timedelta(hours=1))


def _mark(card: str, command: type[Command]) -> str:
    return f"demo.sop.{card}.{command.__name__}"


def _published(desk: "Desk", card: str) -> bool:
    """Whether the demonstration has published it once; what became of it since is for people to say."""
    with desk.store.read() as tx:
        return desk.log.answered(tx, _mark(card, rules.PublishCard)) is not None


def _publish(desk: "Desk", sheet: procedures.Sheet, at: datetime) -> None:
    look = envelope(f"demo.sop.{sheet.card}.look", at)
    there = procedures.shown(desk, sheet.card, look)
    if _published(desk, sheet.card) or (there is not None and there.versions[0].author != AUTHOR):
        return

    def by(actor: str) -> procedures.Asks:
        def ask(command: Command) -> None:
            ask_all(desk, [(command, _as(actor, _mark(sheet.card, type(command)), at))])

        return ask

    taken = procedures.take(desk, sheet, look, by(AUTHOR))
    procedures.publish(desk, taken, READERS[front(sheet.source).scope], look, by(APPROVER))


def _confirm(desk: "Desk", at: datetime) -> None:
    ask_all(
        desk,
        [
            (rules.ConfirmRead(card, 1), _as(who, f"{who}.read.{card}", at + timedelta(minutes=7 * n)))
            for who, known in READ.items()
            for n, card in enumerate(known)
            if _published(desk, card)
        ],
    )


# ── how they are followed ────────────────────────────────────────────────────────────────────────────────────────────


def follow(shift: "Shift", job: "Job", roles: Sequence[str], at: datetime) -> None:
    """The desk or the scene works through the cards that are open, from now on."""
    chance = random.Random(f"{shift.seed} {job.incident} {roles[0]}")
    cards = _open(shift, job.incident, at)
    for seconds, word in words(job.incident, cards, job.type or "", roles, chance):
        shift.plan(shift.after(at, seconds), lambda now, word=word: _say(shift, word, now))  # type: ignore[misc]


def _open(shift: "Shift", incident: str, at: datetime) -> list[OpenCard]:
    shown = shift.desk.show("sop.at-incident", OfIncident(incident), envelope(f"{shift.name}.look", at))
    return cast(list[OpenCard], shown.rows) if isinstance(shown, Shown) else []


def _say(shift: "Shift", word: rules.ReportStep, at: datetime) -> None:
    """Report it, if the incident is still open and nobody has spoken of the step."""
    if word.incident not in shift.jobs:
        return
    rows = (row for card in _open(shift, word.incident, at) if card.card == word.card for row in card.steps)
    if any(row.step.id == word.step and row.result is None for row in rows):
        shift.ask(word, at)


def words(
    incident: str, cards: Iterable[OpenCard], type: str, roles: Sequence[str], chance: random.Random
) -> Iterator[Word]:
    """What is said of the steps of these roles, one after another; a branch is taken as it was answered."""
    seconds = 0.0
    for card in cards:
        answers = {row.step.id: row.answer for row in card.steps}
        for row in card.steps:
            step = row.step
            if step.when is not None and answers.get(step.when.step) != step.when.answer:
                continue
            if step.role not in roles or row.result is not None or chance.random() < _data()["silent"]:
                continue
            seconds += chance.uniform(*_data()["pace_s"]["desk" if step.role in DESK else "scene"])
            said = _skipped(card, step, chance) or _done(card, step, type, chance)
            answers[step.id] = said.get("answer", "")
            yield seconds, rules.ReportStep(incident, card.card, card.version, step.id, **said)


def _data() -> dict[str, Any]:
    found: dict[str, Any] = calls.data()["sop"]
    return found


def _skipped(card: OpenCard, step: Step, chance: random.Random) -> dict[str, Any] | None:
    """Why the step is left out this time; what kills people never is, nor a question others hang on."""
    for known in _data()["skip"]:
        if known["step"] == f"{card.card}.{step.id}" and chance.random() < known["share"]:
            note = Told(known["note"]) if "note" in known else None
            return {"result": "skipped", "skipped": cast(Skipped, known["why"]), "note": note}
    if step.critical or step.answers or chance.random() >= _data()["skipped"]:
        return None
    return {"result": "skipped", "skipped": calls.drawn(_data()["why"], chance)}


def _done(card: OpenCard, step: Step, type: str, chance: random.Random) -> dict[str, Any]:
    name, said = f"{card.card}.{step.id}", cast(dict[str, Any], {"result": "done"})
    if step.answers:
        weights = _data()["answers"].get(f"{name}.{type}") or _data()["answers"].get(name)
        said["answer"] = calls.drawn(weights or dict.fromkeys(step.answers, 1), chance)
    if step.evidence == "number" and name in _data()["numbers"]:
        said["value"] = float(chance.randint(*_data()["numbers"][name]))
    return said
