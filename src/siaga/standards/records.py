"""The records of the standards: what an incident can be, what to ask and say, who goes, the scene, shared words."""

import re
from typing import Annotated, Literal

import msgspec

_NUMBER = re.compile(r"\d{1,9}(\.\d{1,3})?")
Words = Annotated[str, msgspec.Meta(min_length=1, pattern=r"^\S(.*\S)?$")]
Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)?$")]
Level = Annotated[int, msgspec.Meta(ge=1, le=3)]
Count = Annotated[int, msgspec.Meta(ge=1, le=99)]
Hour = Annotated[int, msgspec.Meta(ge=0, le=24)]
Litres = Annotated[int, msgspec.Meta(ge=0)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=86_400)]
VehicleClass = Literal["pump", "tanker", "ladder", "rescue", "light", "motorcycle", "boat"]


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen row of a standards file; an unknown field is an error, so that a misspelt one is noticed."""


class Text(Record, frozen=True, kw_only=True):
    """Words that people read, Indonesian first."""

    id: Words
    en: Words


class Word(Record, frozen=True, kw_only=True):
    """An id that code uses and the name that people read."""

    id: Id
    name: Text


class Kind(Record, frozen=True, kw_only=True):
    """The first level of the taxonomy, with its symbol on maps and lists."""

    id: Id
    letter: Literal["K", "P", "B", "A"]
    shape: Literal["square", "circle", "diamond", "hexagon"]
    name: Text


class IncidentType(Record, frozen=True, kw_only=True):
    """What an incident can be, with everything that follows from it by default."""

    id: Id
    kind: Id
    name: Text
    life_risk: bool
    counts_spm: bool
    watched: bool
    set_up_s: Annotated[int, msgspec.Meta(ge=0, le=3600)]
    level: Level
    search: Annotated[tuple[Words, ...], msgspec.Meta(min_length=1)]
    land_fire: bool = False
    weight: Annotated[int, msgspec.Meta(ge=1)] = 1
    likely_hours: tuple[tuple[Hour, Hour], ...] = ()
    likely_areas: tuple[Id, ...] = ()
    neris: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]+(\|\|[A-Z_]+){0,2}$")] | None = None  # None: never exported
    nfirs: Annotated[int, msgspec.Meta(ge=100, le=999)] | None = None  # None: never exported
    others: tuple[Id, ...] = ()

    def weight_at(self, hour: int, area_kind: str | None) -> float:
        """How common it is at a local hour (0 to 23) in a kind of area: three times as much where it is likely."""
        here = area_kind is not None and area_kind in self.likely_areas
        now = any((hour - first) % 24 < (end - first) % 24 for first, end in self.likely_hours)
        return self.weight * (3.0 if here else 1.0) * (3.0 if now else 1.0)


class ObjectKind(Record, frozen=True, kw_only=True):
    """A kind of premises, or of thing that burns."""

    id: Id
    group: Literal["premises", "item"]
    name: Text


class Capability(Record, frozen=True, kw_only=True):
    """What a run card asks for and a unit brings."""

    id: Id
    name: Text
    means: Words


class VehicleType(Record, frozen=True, kw_only=True):
    """A sort of vehicle: how it drives, what it brings, who rides on it."""

    id: Id
    name: Text
    vehicle_class: VehicleClass = msgspec.field(name="class")
    capabilities: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1)]
    crew: Annotated[int, msgspec.Meta(ge=1, le=20)]
    min_crew: Annotated[int, msgspec.Meta(ge=1, le=20)]
    tank_l: Litres = 0
    foam_l: Litres = 0


class Competence(Record, frozen=True, kw_only=True):
    """What a crew member can do, certified or not."""

    id: Id
    name: Text
    group: Literal["qualification", "command", "technical"]
    source: Words


class CardLevel(Record, frozen=True, kw_only=True):
    """All that should be at the scene at one alarm level, the most important capability first."""

    level: Level
    units: dict[Id, Count]
    crew: dict[Id, Count]
    min_crew: Annotated[int, msgspec.Meta(ge=0, le=500)]


class RunCard(Record, frozen=True, kw_only=True):
    """Who should go to some types (or kinds) of incident, perhaps only in some areas or at some objects."""

    id: Id
    types: tuple[Id, ...] = ()
    kinds: tuple[Id, ...] = ()
    areas: tuple[Id, ...] = ()
    objects: tuple[Id, ...] = ()
    levels: tuple[CardLevel, ...] = msgspec.field(name="level")
    stop_short: tuple[VehicleClass, ...] = ()
    note: Text | None = None  # None: nothing particular to say

    def at(self, level: int) -> CardLevel:
        """What the card asks for at an alarm level."""
        return self.levels[level - 1]


class AdviceCard(Record, frozen=True, kw_only=True):
    """What a call-taker reads aloud to the caller, the most important first."""

    id: Id
    name: Text
    lines: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]
    confirmed: bool
    source: Words
    types: tuple[Id, ...] = ()
    kinds: tuple[Id, ...] = ()


class Effect(Record, frozen=True, kw_only=True):
    """What an answer changes."""

    answer: Id
    only: tuple[Id, ...] = ()
    becomes: Id | None = None  # None: the type stays
    life_risk: bool = False
    level: Level = 1
    adds: dict[Id, Count] = {}
    others: tuple[Id, ...] = ()
    advice: Id | None = None  # None: no card of its own


class Question(Record, frozen=True, kw_only=True):
    """A short question; "unknown" is always an answer and changes nothing."""

    id: Id
    ask: Text
    choices: tuple[Word, ...] = ()
    effects: tuple[Effect, ...] = msgspec.field(name="then", default=())

    def answers(self) -> tuple[str, ...]:
        """The ids of the answers it takes."""
        named = tuple(choice.id for choice in self.choices) or ("yes", "no")
        return (*named, "unknown")


class Status(Record, frozen=True, kw_only=True):
    """A unit status: its colour group, whether it is committed, what one types for it."""

    id: Id
    name: Text
    group: Literal["ready", "move", "scene", "off"]
    committed: bool
    say: Annotated[tuple[Words, ...], msgspec.Meta(min_length=1)]


class IncidentsFile(Record, frozen=True, kw_only=True):
    """incidents.toml."""

    kind: tuple[Kind, ...]
    type: tuple[IncidentType, ...]
    nfirs: dict[Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,2}$")], Id]


class PlacesFile(Record, frozen=True, kw_only=True):
    """places.toml."""

    area: tuple[Word, ...]
    object: tuple[ObjectKind, ...]


class CapabilitiesFile(Record, frozen=True, kw_only=True):
    """capabilities.toml."""

    capability: tuple[Capability, ...]
    vehicle: tuple[VehicleType, ...]
    competence: tuple[Competence, ...]


class RunCardsFile(Record, frozen=True, kw_only=True):
    """runcards.toml."""

    card: tuple[RunCard, ...]


class AdviceFile(Record, frozen=True, kw_only=True):
    """advice.toml."""

    card: tuple[AdviceCard, ...]


class QuestionsFile(Record, frozen=True, kw_only=True):
    """questions.toml: which questions a type asks, and the questions."""

    ask: dict[Id, tuple[Id, ...]]
    question: tuple[Question, ...]


class WordsFile(Record, frozen=True, kw_only=True):
    """words.toml: names that server and web share."""

    channel: tuple[Word, ...]
    call_outcome: tuple[Word, ...]
    close_outcome: tuple[Word, ...]
    unit_status: tuple[Status, ...]
    out_of_service_reason: tuple[Word, ...]
    clock: tuple[Word, ...]
    other_clock: tuple[Word, ...]
    alarm_level: tuple[Word, ...]
    role: tuple[Word, ...]
    agency_kind: tuple[Word, ...]
    other_agency: tuple[Word, ...]
    cause: tuple[Word, ...]
    answer: tuple[Word, ...]


class ParRules(Record, frozen=True, kw_only=True):
    """How long a crew may go unheard, in seconds: with somebody inside, and outside in a sector; when it was asked;
    and after how long an overdue one sounds again."""

    inside_s: Seconds
    sector_s: Seconds
    answer_s: Seconds
    again_s: Seconds


class EvacuationRules(Record, frozen=True, kw_only=True):
    """How long an evacuation order may go unanswered, in seconds, and how it sounds."""

    answer_s: Seconds
    signal: Text


class RestRules(Record, frozen=True, kw_only=True):
    """After how much work a crew rests, for how long, in seconds; entries a cylinder of air.toml allows before."""

    work_s: Seconds
    rest_s: Seconds
    entries: dict[str, Count]
    entries_other: Count
    ask: tuple[Text, ...]


class Span(Record, frozen=True, kw_only=True):
    """How many a person leads: best, and at most."""

    best: Count
    most: Count


class NodeRules(Record, frozen=True, kw_only=True):
    """Between nodes: by how many seconds the clock of another may differ before it is warned of."""

    clock_apart_s: Seconds = 2


class HandoverSubject(Record, frozen=True, kw_only=True):
    """A subject of the hand-over of command: what the giver says and the taker repeats."""

    id: Literal["situation", "crews", "tasks", "hazards", "resources"]
    name: Text
    ask: Annotated[tuple[Text, ...], msgspec.Meta(min_length=1)]


class ChecklistStep(Record, frozen=True, kw_only=True):
    """A step of the MAYDAY checklist; `crew`: it names one."""

    id: Id
    name: Text
    crew: bool


class HazardKind(Record, frozen=True, kw_only=True):
    """A danger with the letter of its symbol, and how it is usually drawn."""

    id: Id
    letter: Annotated[str, msgspec.Meta(pattern="^[A-Z]$")]
    name: Text
    no_go: bool
    radius_m: Annotated[float, msgspec.Meta(gt=0, le=20_000)]


class CommandPost(Record, frozen=True, kw_only=True):
    """A post of the structure under both its names, and below which it hangs; the commander's has no parent."""

    id: Id
    rank: Literal["command", "staff", "section", "unit"]
    name: Text
    ics: Text
    parent: Id | None = None
    ics_parent: Id | None = None


class Structure(Record, frozen=True, kw_only=True):
    """How much of the structure is shown from so many crews on."""

    id: Id
    name: Text
    from_crews: Annotated[int, msgspec.Meta(ge=0, le=999)]
    posts: Annotated[tuple[Id, ...], msgspec.Meta(min_length=1)]


class SectorSort(Record, frozen=True, kw_only=True):
    """What a part of the scene is called, and who leads one."""

    id: Id
    name: Text
    leader: Text


class SectorName(Record, frozen=True, kw_only=True):
    """A name that is offered for a sector."""

    id: Id
    kind: Id
    name: Text
    ics: Words


class RadioChannel(Record, frozen=True, kw_only=True):
    """A radio channel as one says it, and what it is for."""

    id: Id
    say: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$")]
    name: Text


class CommonTask(Record, frozen=True, kw_only=True):
    """A task or an objective that is offered."""

    id: Id
    kind: Literal["objective", "task"]
    name: Text


class FieldFile(Record, frozen=True, kw_only=True):
    """field.toml."""

    par: ParRules
    evacuation: EvacuationRules
    rest: RestRules
    span: Span
    nodes: NodeRules = NodeRules()
    subject: tuple[HandoverSubject, ...]
    mayday_step: tuple[ChecklistStep, ...]
    mayday_need: tuple[Word, ...]
    mayday_outcome: tuple[Word, ...]
    hazard: tuple[HazardKind, ...]
    post: tuple[CommandPost, ...]
    structure: tuple[Structure, ...]
    sector_kind: tuple[SectorSort, ...]
    sector_name: tuple[SectorName, ...]
    channel: tuple[RadioChannel, ...]
    task: tuple[CommonTask, ...]
    thing: tuple[Word, ...]


class FormField(Record, frozen=True, kw_only=True):
    """A field of a form: one of its choices, yes or no, a number, or words, which lie in the vault."""

    id: Id
    kind: Literal["choice", "yes-no", "number", "text"]
    name: Text
    choices: tuple[Word, ...] = ()

    def takes(self, value: str) -> bool:
        """Whether it is an answer to this field; words are never one."""
        if self.kind == "number":
            return bool(_NUMBER.fullmatch(value))
        return value in (("yes", "no") if self.kind == "yes-no" else {one.id for one in self.choices})


class Form(Record, frozen=True, kw_only=True):
    """A form of what is looked at after a fire."""

    id: Literal["pendataan", "inspeksi", "investigasi"]
    name: Text
    fields: Annotated[tuple[FormField, ...], msgspec.Meta(min_length=1)] = msgspec.field(name="field")


class ReportFile(Record, frozen=True, kw_only=True):
    """report.toml."""

    construction: tuple[Word, ...]
    agent: tuple[Word, ...]
    source: tuple[Word, ...]
    measured: tuple[Word, ...]
    obstacle: tuple[Word, ...]
    victim_outcome: tuple[Word, ...]
    gap: tuple[Word, ...]
    form: tuple[Form, ...]


class Standards(Record, frozen=True, kw_only=True):
    """Everything the files say, checked against each other."""

    incidents: IncidentsFile
    places: PlacesFile
    capabilities: CapabilitiesFile
    runcards: RunCardsFile
    advice: AdviceFile
    questions: QuestionsFile
    words: WordsFile
    field: FieldFile
    report: ReportFile
