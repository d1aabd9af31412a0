"""Commands about what people judge of an incident, and the rules that decide them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ....kernel.fields import FUTURE_SLACK, Id
from ....kernel.records import Ask, Command, Decision, Event, Personal, Refusal, Told
from .. import events
from ..events import Count, Part, Rupiah
from . import checks, words

SIGNED = ("signed", "final")
Instant = Annotated[datetime, Meta(tz=True)]
MOST_RP = 1_000_000_000_000_000
"""More than everything in a province is worth: somebody mistyped."""
OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
SqM = Annotated[float, Meta(ge=0, le=10_000_000)]


class DescribeObject(Command, frozen=True):
    """Say what burned or was hit, how it was built and how much of it burned."""

    incident: Id
    kind: Part
    construction: Part = ""
    building_m2: SqM | None = None
    burnt_m2: SqM | None = None
    ark: Annotated[int, Meta(ge=3, le=7)] | None = None
    owner: Personal | None = None
    note: Told | None = None
    reason: Told | None = None


class StateCause(Command, frozen=True):
    """Say why it burned and what burned first, and how sure that is; `unknown` is an answer."""

    incident: Id
    cause: Part
    basis: events.Basis = "suspected"
    thing: Part = ""
    note: Told | None = None
    reason: Told | None = None


class StateLoss(Command, frozen=True):
    """Say what was lost, line by line, what was saved, and what the amounts rest on."""

    incident: Id
    lines: Annotated[tuple[events.LossLine, ...], Meta(max_length=200)] = ()
    saved_rp: Rupiah | None = None
    basis: Told | None = None
    reason: Told | None = None


class CountVictims(Command, frozen=True):
    """Count who was hurt, rescued, affected, displaced, and who of them had to be served and was."""

    incident: Id
    citizens: events.Casualties = events.Casualties()
    staff: events.Casualties = events.Casualties()
    families: Count | None = None
    affected: Count | None = None
    displaced: Count | None = None
    shelter: Told | None = None
    to_serve_victims: Count | None = None
    to_serve_affected: Count | None = None
    served_victims: Count | None = None
    served_affected: Count | None = None
    reason: Told | None = None


class NoteVictim(Command, frozen=True):
    """Note somebody who was hurt or affected; the name goes to the vault."""

    incident: Id
    victim: Id
    kind: events.VictimKind
    outcome: Part
    name: Personal | None = None
    note: Personal | None = None
    reason: Told | None = None


class StrikeVictim(Command, frozen=True):
    """Strike somebody who was noted by mistake, or twice."""

    incident: Id
    victim: Id
    reason: Told | None = None


class StateWater(Command, frozen=True):
    """Say what was put on the fire, from where, and how it was measured; no line: nothing was."""

    incident: Id
    lines: Annotated[tuple[events.WaterLine, ...], Meta(max_length=100)] = ()
    reason: Told | None = None


class StateObstacles(Command, frozen=True):
    """Say what held the crews up; no line: nothing did."""

    incident: Id
    lines: Annotated[tuple[events.Obstacle, ...], Meta(max_length=100)] = ()
    reason: Told | None = None


class StateVolunteers(Command, frozen=True):
    """Say that volunteers acted before the crews, and from when."""

    incident: Id
    first_action_at: Instant | None = None
    group: Told | None = None
    reason: Told | None = None


class Summarise(Command, frozen=True):
    """Close the report with words of your own."""

    incident: Id
    text: Told
    reason: Told | None = None


class ChoosePhotos(Command, frozen=True):
    """Choose which pictures of the scene go with the report."""

    incident: Id
    photos: Annotated[tuple[events.Photo, ...], Meta(max_length=40)] = ()
    reason: Told | None = None


class FileKnown(msgspec.Struct, frozen=True):
    """A report as far as rules look at it: where it and its incident stand, who checked and signed it, what it says
    now (`content`: its digest), the digests it was checked with before the last time (`outdated`), what is still wrong
    with it, and whom it names."""

    state: str
    incident_state: str
    checked_by: str = ""
    signed_by: str = ""
    content: str = ""
    outdated: frozenset[str] = frozenset()
    stops: tuple[str, ...] = ()
    victims: frozenset[str] = frozenset()


def unwritable(cmd: Any, known: FileKnown | None) -> Refusal | None:
    """Why nothing can be said about this incident now; None: it can."""
    if known is None:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    if known.incident_state == "cancelled":
        return Refusal(code="report.not-needed", facts={"incident": cmd.incident})
    if known.state in SIGNED and not (cmd.reason and (cmd.reason.text or cmd.reason.ref)):
        return Refusal(code="report.amendment-needs-reason", facts={"field": "reason", "incident": cmd.incident})
    return None


def _unknown(used: Iterator[tuple[str, str, str]], codes: Mapping[str, frozenset[str]]) -> Refusal | None:
    """The first code that the standards do not have, with its field."""
    for field, what, code in used:
        if code not in codes[what]:
            return Refusal(code="report.unknown-code", facts={"field": field, "value": code})
    return None


def _codes(cmd: Any) -> Iterator[tuple[str, str, str]]:
    """Field, sort and value of every code a command names."""
    if isinstance(cmd, DescribeObject):
        yield "kind", "object_kind", cmd.kind
        if cmd.construction:
            yield "construction", "construction", cmd.construction
    elif isinstance(cmd, StateCause):
        yield "cause", "cause", cmd.cause
        if cmd.thing:
            yield "thing", "burnt_thing", cmd.thing
    elif isinstance(cmd, NoteVictim):
        yield "outcome", "victim_outcome", cmd.outcome
    elif isinstance(cmd, StateWater):
        for n, line in enumerate(cmd.lines):
            yield f"lines.{n}.agent", "agent", line.agent
            for field in ("source", "measured"):
                if code := getattr(line, field):
                    yield f"lines.{n}.{field}", field, code
    elif isinstance(cmd, StateObstacles):
        for n, one in enumerate(cmd.lines):
            yield f"lines.{n}.kind", "obstacle", one.kind


SAYS: Mapping[type[Command], type[Event]] = {
    DescribeObject: events.ObjectDescribed,
    StateCause: events.CauseStated,
    StateLoss: events.LossStated,
    CountVictims: events.VictimsCounted,
    NoteVictim: events.VictimNoted,
    StateWater: events.WaterStated,
    StateObstacles: events.ObstaclesStated,
    StateVolunteers: events.VolunteersActed,
    Summarise: events.Summarised,
    ChoosePhotos: events.PhotosChosen,
}
"""The event of each section: what was said is what holds, field by field."""


def say(cmd: Any, known: FileKnown | None, ask: Ask) -> Decision:
    """Codes are those of the standards; after the signature a change says why."""
    wrong = unwritable(cmd, known) or _unknown(_codes(cmd), words.codes())
    if wrong:
        return wrong
    return [SAYS[type(cmd)](**{name: getattr(cmd, name) for name in cmd.__struct_fields__})]


def unlikely(field: str, at: datetime | None, ask: Ask) -> Refusal | None:
    """Why a time cannot be meant; None: it can, or none was said."""
    if at is None or OLDEST <= at <= ask.now + FUTURE_SLACK:
        return None
    return Refusal(code="report.time-unlikely", facts={"field": field})


def state_loss(cmd: StateLoss, known: FileKnown | None, ask: Ask) -> Decision:
    """A thing that was lost is named, and the sum is one that can be."""
    for n, line in enumerate(cmd.lines):
        if line.what.text is not None and not line.what.text.strip():
            return Refusal(code="report.field-empty", facts={"field": f"lines.{n}.what"})
    amounts = [checks.amount(msgspec.structs.asdict(line)) or 0 for line in cmd.lines]
    if sum(amounts) > MOST_RP:
        return Refusal(
            code="report.amount-too-large", facts={"field": f"lines.{amounts.index(max(amounts))}.amount_rp"}
        )
    return say(cmd, known, ask)


def state_volunteers(cmd: StateVolunteers, known: FileKnown | None, ask: Ask) -> Decision:
    """Nobody acted at a time that has not come."""
    if wrong := unlikely("first_action_at", cmd.first_action_at, ask):
        return wrong
    return say(cmd, known, ask)


def summarise(cmd: Summarise, known: FileKnown | None, ask: Ask) -> Decision:
    """Words that are none say nothing."""
    if cmd.text.text is not None and not cmd.text.text.strip():
        return Refusal(code="report.field-empty", facts={"field": "text"})
    return say(cmd, known, ask)


def choose_photos(cmd: ChoosePhotos, known: FileKnown | None, ask: Ask) -> Decision:
    """A picture stands once, and was taken at a time that has been."""
    for n, photo in enumerate(cmd.photos):
        if wrong := unlikely(f"photos.{n}.taken_at", photo.taken_at, ask):
            return wrong
    chosen = [photo.medium for photo in cmd.photos]
    twice = next((n for n, medium in enumerate(chosen) if medium in chosen[:n]), None)
    if twice is not None:
        return Refusal(code="report.photo-twice", facts={"field": f"photos.{twice}.medium", "medium": chosen[twice]})
    return say(cmd, known, ask)


def strike_victim(cmd: StrikeVictim, known: FileKnown | None, ask: Ask) -> Decision:
    """Only somebody who stands there; striking again says nothing new."""
    wrong = unwritable(cmd, known)
    if wrong or known is None:
        return wrong or []
    return [events.VictimStruck(cmd.incident, cmd.victim, cmd.reason)] if cmd.victim in known.victims else []
