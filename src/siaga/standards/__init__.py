"""The service's standards as data: taxonomy, questions, advice, run cards, vehicles, words; read from TOML, checked."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from .check import card_problems, problems
from .records import (
    AdviceCard,
    Capability,
    CardLevel,
    Competence,
    Effect,
    FieldFile,
    Form,
    FormField,
    IncidentType,
    Kind,
    ObjectKind,
    Question,
    ReportFile,
    RunCard,
    Standards,
    Text,
    VehicleClass,
    VehicleType,
    Word,
    WordsFile,
)

__all__ = [
    "AdviceCard",
    "Capability",
    "CardLevel",
    "Competence",
    "Effect",
    "FieldFile",
    "Form",
    "FormField",
    "IncidentType",
    "Kind",
    "ObjectKind",
    "Question",
    "ReportFile",
    "RunCard",
    "Sharpened",
    "Standards",
    "StandardsError",
    "Text",
    "VehicleClass",
    "VehicleType",
    "Word",
    "WordsFile",
    "advice",
    "advice_for",
    "capabilities",
    "card_for",
    "card_problems",
    "close_outcomes",
    "competences",
    "field",
    "incident_types",
    "kinds",
    "level_of",
    "load",
    "questions",
    "questions_for",
    "report",
    "run_cards",
    "sharpen",
    "standards",
    "type_of_nfirs",
    "vehicle_types",
    "words",
]

T = TypeVar("T")


class StandardsError(ValueError):
    """A standards file that cannot be used; the message names file, entry and field."""


class Sharpened(msgspec.Struct, frozen=True):
    """What the answers of a caller make of an incident."""

    type: str
    life_risk: bool
    level: int
    adds: dict[str, int]
    others: tuple[str, ...]
    advice: tuple[str, ...]


def load(folder: Path | None = None) -> Standards:
    """Read and check the standards; a file in `folder` replaces the one of the package, the others stay as shipped."""
    read: dict[str, Any] = {}
    for name, shape in Standards.__annotations__.items():
        read[name] = _read(folder, f"{name}.toml", shape)
    found = Standards(**read)
    wrong = list(problems(found))
    if wrong:
        raise StandardsError("\n".join(wrong))
    return found


def _read(folder: Path | None, name: str, shape: type[T]) -> T:
    own = folder / name if folder else None
    text = own.read_text("utf-8") if own and own.exists() else files(__package__).joinpath(name).read_text("utf-8")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise StandardsError(f"{name}: not TOML: {wrong}") from wrong
    try:
        return msgspec.convert(raw, shape)
    except msgspec.ValidationError as wrong:
        raise StandardsError(f"{name}{_place(str(wrong), raw)}") from wrong


def _place(message: str, raw: dict[str, Any]) -> str:
    """A decoder's message with its path turned into words: table, id of the entry, field."""
    said, _, path = message.partition(" - at `$")
    path = path.rstrip("`").replace("[...]", "")
    row = re.match(r"\.(\w+)\[(\d+)\]\.?", path)
    if not row:
        return f"{', ' + path.strip('.') if path.strip('.') else ''}: {said}"
    entry = raw[row[1]][int(row[2])]
    name = entry.get("id") if isinstance(entry, dict) else None
    field = path[row.end() :]
    return f", {row[1]} {name or 'number ' + str(int(row[2]) + 1)}{', ' + field if field else ''}: {said}"


@cache
def standards() -> Standards:
    """The shipped standards, read once."""
    return load()


@cache
def kinds() -> Mapping[str, Kind]:
    """First level of the taxonomy by id."""
    return {row.id: row for row in standards().incidents.kind}


@cache
def incident_types() -> Mapping[str, IncidentType]:
    """Every incident type by id, in the order of the file."""
    return {row.id: row for row in standards().incidents.type}


def level_of(type_id: str | None) -> int:
    """The alarm level an incident of this type starts with; the lowest while the type is not known."""
    known = incident_types().get(type_id) if type_id else None
    return known.level if known else 1


@cache
def questions() -> Mapping[str, Question]:
    """Every question by id."""
    return {row.id: row for row in standards().questions.question}


@cache
def advice() -> Mapping[str, AdviceCard]:
    """Every advice card by id."""
    return {row.id: row for row in standards().advice.card}


@cache
def run_cards() -> Mapping[str, RunCard]:
    """Every run card by id."""
    return {row.id: row for row in standards().runcards.card}


@cache
def vehicle_types() -> Mapping[str, VehicleType]:
    """Every vehicle type by id."""
    return {row.id: row for row in standards().capabilities.vehicle}


@cache
def capabilities() -> Mapping[str, Capability]:
    """Every capability by id."""
    return {row.id: row for row in standards().capabilities.capability}


@cache
def close_outcomes() -> frozenset[str]:
    """What an incident can turn out to have been."""
    return frozenset(word.id for word in standards().words.close_outcome)


@cache
def competences() -> Mapping[str, Competence]:
    """Every competence by id."""
    return {row.id: row for row in standards().capabilities.competence}


def field() -> FieldFile:
    """The scene: intervals, hand-over, MAYDAY, dangers, posts, common tasks."""
    return standards().field


def report() -> ReportFile:
    """The report: constructions, water, obstacles, outcomes, what may be missing, forms of inspections."""
    return standards().report


def words() -> WordsFile:
    """Names of channels, outcomes, statuses, clocks, roles, agencies and causes."""
    return standards().words


def questions_for(type_id: str, of: Standards | None = None) -> tuple[Question, ...]:
    """The guided questions of a type, the most important first; none for a type that is not known."""
    s = of or standards()
    by_id = questions() if of is None else {row.id: row for row in s.questions.question}
    return tuple(by_id[name] for name in s.questions.ask.get(type_id, ()))


def advice_for(type_id: str, of: Standards | None = None) -> tuple[AdviceCard, ...]:
    """What to tell the caller: the type's own cards, then the card of its kind."""
    cards = (of or standards()).advice.card
    own = [card for card in cards if type_id in card.types]
    return (*own, *(card for card in cards if type_id.split(".")[0] in card.kinds))


def card_for(
    type_id: str, area: str | None = None, at_object: str | None = None, cards: Sequence[RunCard] | None = None
) -> RunCard | None:
    """The most particular run card: by type before kind, then by object, then by area. None: no card fits."""
    kind = type_id.split(".")[0]

    def fits(card: RunCard) -> bool:
        named = type_id in card.types or kind in card.kinds
        return named and (not card.areas or area in card.areas) and (not card.objects or at_object in card.objects)

    def particular(card: RunCard) -> tuple[bool, bool, bool]:
        return bool(card.types), bool(card.objects), bool(card.areas)

    among = standards().runcards.card if cards is None else cards
    return max(filter(fits, among), key=particular, default=None)


def sharpen(type_id: str, answers: Mapping[str, str], of: Standards | None = None) -> Sharpened:
    """What the answers so far make of a type: each question counts once, those of the type it has become come next."""
    s = of or standards()
    types = incident_types() if of is None else {row.id: row for row in s.incidents.type}
    by_id = questions() if of is None else {row.id: row for row in s.questions.question}
    now, effects, left = type_id, list[Effect](), [name for name in by_id if name in answers]
    while left:
        asked = next((name for name in s.questions.ask.get(now, ()) if name in left), left[0])
        left.remove(asked)
        before = now  # all effects of one answer are about the type it was given for
        for effect in by_id[asked].effects:
            if effect.answer == answers[asked] and (not effect.only or before in effect.only):
                effects.append(effect)
                now = effect.becomes or now
    end = types[now]
    adds: dict[str, int] = {}
    for effect in effects:
        adds.update({name: max(count, adds.get(name, 0)) for name, count in effect.adds.items()})
    return Sharpened(
        type=now,
        life_risk=end.life_risk or any(effect.life_risk for effect in effects),
        level=max([end.level, *(effect.level for effect in effects)]),
        adds=adds,
        others=tuple(dict.fromkeys([*end.others, *(name for effect in effects for name in effect.others)])),
        advice=tuple(dict.fromkeys(effect.advice for effect in effects if effect.advice)),
    )


@cache
def type_of_nfirs(code: str) -> str | None:
    """The type for an NFIRS code of somebody else's record, by the longest matching beginning. None: not a code."""
    named = standards().incidents.nfirs
    if not re.fullmatch(r"[1-9]\d{0,3}", code):
        return None
    return next((named[code[:size]] for size in range(len(code), 0, -1) if code[:size] in named), None)
