"""The journal of desk and scene in one, each event a sentence: the web's own sentences (`tools/journal_words.py`)."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from .. import standards
from ..kernel.texts import Language
from ..slices.field.events import REHAB, STAGING
from ..standards.records import Word
from .facts import Gathered

_PAR = {"complete": "field.par-complete", "short": "field.par-short", "no-answer": "field.par-silent"}
_STEPS = {
    **{"asked": "field.req-asked", "seen": "field.req-seen", "on-the-way": "field.req-way"},
    **{"arrived": "field.req-arrived", "declined": "field.req-declined", "released": "field.req-released"},
}


class Line(msgspec.Struct, frozen=True, order=True):
    """A line of the journal, in the order things happened."""

    at: str
    position: int
    text: str
    who: str


@cache
def words(language: Language) -> Mapping[str, str]:
    """The journal's sentences by key."""
    raw = (files("siaga") / "documents" / "words" / f"{language}.json").read_bytes()
    return msgspec.json.decode(raw, type=dict[str, str])


def word(language: Language, table: str, key: str) -> str:
    """A word by its table, the key itself where the table does not know it."""
    return words(language).get(f"{table}.{key}", key)


class _Gaps(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


class Told(msgspec.Struct, frozen=True):
    """An entry of the journal before it is a sentence: its kind, its facts, and what stands in a sentence's gaps."""

    at: str
    position: int
    kind: str
    facts: Mapping[str, Any]
    slots: Mapping[str, str]
    note: str
    actor: str


def told_lines(g: Gathered, scene_only: bool = False) -> list[Told]:
    """Every entry, the oldest first."""
    said = [_told(g, row, row.unit or "", row.actor) for row in g.desk_lines if not scene_only]
    told = [_told(g, row, row.crew, row.device or row.actor) for row in g.scene_lines]
    return sorted(said + told, key=lambda one: (one.at, one.position))


def _told(g: Gathered, row: Any, who: str, actor: str) -> Told:
    note = row.note or (words(g.language)["journal.erased"] if getattr(row, "erased", False) else "")
    slots = {key: text for key, text in _gaps(g, row.facts, who, note).items() if text}
    return Told(row.at, row.position, row.kind, row.facts, slots | {"who": who}, note, actor)


def lines(g: Gathered, scene_only: bool = False) -> tuple[Line, ...]:
    """Every line, the oldest first."""
    return tuple(sorted(line_of(g, one) for one in told_lines(g, scene_only)))


def line_of(g: Gathered, one: Told) -> Line:
    """An entry as a line of the journal."""
    sentence = words(g.language).get(f"log.{one.kind}")
    body = " ".join(sentence.format_map(_Gaps(one.slots)).split()) if sentence else ""
    body = body or f"{one.kind} {one.slots['who']}".strip()
    if one.note and one.note not in body:
        body = f"{body}: {one.note}"
    return Line(one.at, one.position, body, g.actor(one.actor))


def _gaps(g: Gathered, facts: Mapping[str, Any], who: str, note: str) -> dict[str, str]:
    """What stands in the gaps of a sentence; the same names as in the web's journal-lines.ts of both slices."""
    own = {key: _plain(value) for key, value in facts.items()}
    return own | _desk_gaps(g, own, facts, who, note) | _scene_gaps(g, own, facts, who, note)


@cache
def _names(language: Language) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Names by code: dangers, needs and subjects; posts; other agencies."""

    def named(*rows: Any) -> dict[str, str]:
        return {row.id: row.name.en if language == "en" else row.name.id for row in rows}

    f = standards.field()
    dangers = named(*f.hazard) | named(*f.mayday_need) | named(*f.subject)
    return dangers, named(*f.post), named(*standards.words().other_agency)


def _desk_gaps(g: Gathered, own: Mapping[str, str], facts: Mapping[str, Any], who: str, note: str) -> dict[str, str]:
    language = g.language
    kind = standards.incident_types().get(own.get("type", ""))
    others = _names(language)[2]
    question = standards.questions().get(own.get("question", ""))
    choice = next((c for c in question.choices if c.id == own.get("answer")), None) if question else None
    return {
        "unit": who,
        "note": note,
        "number": re.sub(r"^.*\D", "", own.get("number", "")),
        "type": g.name(kind.name) if kind else own.get("type", ""),
        "status": word(language, "report", own.get("status", "")) if "status" in own else "",
        "clock": word(language, "clock", own["clock"]) if "clock" in own else "",
        "at": (g.clock(own["at"]) or "") if own.get("at") else words(language)["times.unknown"],
        "station": g.stations.get(own.get("station", ""), own.get("station", "")),
        "other": others.get(own.get("other", ""), own.get("other", "")),
        "step": step_word(g, own["step"]) if "step" in own else "",
        "outcome": outcome_word(g, own["outcome"]) if "outcome" in own else "",
        "question": g.name(question.ask) if question else own.get("question", ""),
        "answer": answer_word(g, own.get("answer", ""), choice),
    }


def _scene_gaps(g: Gathered, own: Mapping[str, str], facts: Mapping[str, Any], who: str, note: str) -> dict[str, str]:
    named, posts, _ = _names(g.language)
    side = own.get("side")
    return {
        "crew": crew_name(g, who),
        "post": posts.get(own.get("post", ""), own.get("post", "")),
        "sector": place_of(g, own.get("sector", "")),
        "to": place_of(g, own["to"]) if own.get("to") else "",
        "subject": named.get(own.get("subject", ""), own.get("subject", "")),
        "side": words(g.language)[f"field.side-{side}"] if side in ("giver", "taker") else "",
        "task": task_name(g, own.get("code") or _task(g, own, "code"), note or _task(g, own, "text")),
        "wearers": ", ".join(_wearer(one) for one in facts.get("wearers") or ()),
        "bar": f"{facts['bar']:g} bar" if facts.get("bar") is not None else "",
        "result": words(g.language).get(_PAR.get(own.get("result", ""), ""), own.get("result", "")),
        "need": named.get(own.get("need", ""), own.get("need", "")),
        "hazard": named.get(own.get("kind", ""), own.get("kind", "")),
        "degrees": f"{facts['from_deg']:g}°" if facts.get("from_deg") is not None else "",
        "what": thing_name(g, own.get("what", "")),
    }


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return str(value)


def _wearer(one: Mapping[str, Any]) -> str:
    bar = one.get("bar")
    return f"{one.get('person', '')}{f' {bar:g} bar' if bar else ''}".strip()


def _task(g: Gathered, own: Mapping[str, str], field: str) -> str:
    tasks = g.board.tasks if g.board else []
    return next((getattr(one, field) or "" for one in tasks if one.task == own.get("task")), "")


def step_word(g: Gathered, step: str) -> str:
    """How far something asked for, or another agency, is."""
    known = words(g.language)
    steps = {row.id: g.name(row.name) for row in standards.field().mayday_step}
    return known.get(f"step.{step}") or known.get(_STEPS.get(step, "")) or steps.get(step) or task_step(g, step)


def task_step(g: Gathered, step: str) -> str:
    """How far a task is."""
    return g.word(f"task-{step}") if step in ("open", "going", "done", "dropped") else step


def outcome_word(g: Gathered, outcome: str) -> str:
    """How an incident or a MAYDAY ended."""
    ends = {row.id: g.name(row.name) for row in standards.field().mayday_outcome}
    return words(g.language).get(f"outcome.{outcome}") or ends.get(outcome, outcome)


def answer_word(g: Gathered, answer: str, choice: Word | None) -> str:
    """An answer to a question."""
    if choice:
        return g.name(choice.name)
    return g.word(f"answer-{answer}") if answer in ("yes", "no", "unknown") else answer


def crew_name(g: Gathered, crew: str) -> str:
    """A crew as people call it."""
    crews = g.board.crews if g.board else []
    return next((one.label or one.crew for one in crews if one.crew == crew), crew)


def place_of(g: Gathered, sector: str) -> str:
    """A sector's name; without one the whole scene."""
    known = words(g.language)
    fixed = {"": "field.whole-scene", STAGING: "field.staging", REHAB: "field.rehab"}
    if sector in fixed:
        return known[fixed[sector]]
    sectors = g.board.sectors if g.board else []
    return next((one.name for one in sectors if one.sector == sector), sector)


def task_name(g: Gathered, code: str, text: str | None) -> str:
    """A common task by its name, another by what was written."""
    named = next((g.name(row.name) for row in standards.field().task if row.id == code), code)
    return ": ".join(x for x in (named, text) if x)


def thing_name(g: Gathered, what: str) -> str:
    """What can be asked for: a thing, a vehicle, a capability."""
    return _things(g.language).get(what, what)


@cache
def _things(language: Language) -> dict[str, str]:
    rows: tuple[Any, ...] = (
        *(*standards.field().thing, *standards.words().other_agency),
        *(*standards.capabilities().values(), *standards.vehicle_types().values()),
    )
    return {row.id: row.name.en if language == "en" else row.name.id for row in rows}
