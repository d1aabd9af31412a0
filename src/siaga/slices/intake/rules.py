"""Commands of the call-taker and the rules that decide them. Only the place is ever required."""

from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from ...engine.locate import Reason
from ...kernel.fields import FUTURE_SLACK, Code, Id, Lat, Lon
from ...kernel.records import Ask, Command, Decision, Event, Refusal, Told
from . import events
from .events import Caller, Channel, Outcome

Metres = Annotated[float, Meta(ge=0, le=100_000)]


class TakeCall(Command, frozen=True):
    """Answer a call. `ask.at` is when it was answered."""

    call: Id
    channel: Channel
    line: Code | None = None
    exercise: bool = False


class NoteCaller(Command, frozen=True):
    """Write down who calls; kept in the vault."""

    call: Id
    caller: Caller


class HoldCall(Command, frozen=True):
    """Take a call over."""

    call: Id


class WantCallBack(Command, frozen=True):
    """Ask that somebody calls back."""

    call: Id


class CallBack(Command, frozen=True):
    """Say that somebody called back."""

    call: Id
    reached: bool = True


class LinkRecording(Command, frozen=True):
    """Say where the recording lies."""

    call: Id
    recording: Told


class AdviseCaller(Command, frozen=True):
    """Say that an advice card was read out."""

    call: Id
    card: Id


class SettleCall(Command, frozen=True):
    """Say what a call turned out to be."""

    call: Id
    outcome: Outcome


class SuspectPrank(Command, frozen=True):
    """Note a suspicion; nothing waits for it."""

    call: Id
    note: Told


class NoteUnclearPlace(Command, frozen=True):
    """Keep a pasted text that holds no certain place."""

    call: Id
    text: Told
    reason: Reason


class OpenIncident(Command, frozen=True):
    """Open an incident at a place; type, call and all else may follow."""

    incident: Id
    lon: Lon
    lat: Lat
    precision_m: Metres = 50.0
    call: Id | None = None
    type: Id | None = None
    area: Id | None = None
    place: Told | None = None
    place_id: Id | None = None
    exercise: bool = False
    fire_seen_at: datetime | None = None


class Classify(Command, frozen=True):
    """Say, or correct, what type of incident it is."""

    incident: Id
    type: Id


class AnswerQuestion(Command, frozen=True):
    """Answer one of the type's guided questions."""

    incident: Id
    question: Id
    answer: Id


class CorrectPlace(Command, frozen=True):
    """Move an incident to where it really is."""

    incident: Id
    lon: Lon
    lat: Lat
    precision_m: Metres = 50.0
    area: Id | None = None
    place: Told | None = None
    place_id: Id | None = None


class NoteFireSeen(Command, frozen=True):
    """Say when the fire was first seen."""

    incident: Id
    at: datetime


class LinkCall(Command, frozen=True):
    """Say that a call is about an incident."""

    call: Id
    incident: Id


class UnlinkCall(Command, frozen=True):
    """Say that a call is not about that incident."""

    call: Id
    incident: Id


class NoteIncident(Command, frozen=True):
    """Write a line into the journal."""

    incident: Id
    note: Told


class CancelIncident(Command, frozen=True):
    """Say that no response is needed, and why."""

    incident: Id
    reason: Told


class ReopenIncident(Command, frozen=True):
    """Say that a response is needed again, and why."""

    incident: Id
    reason: Told


class MarkExercise(Command, frozen=True):
    """Say that an incident is an exercise."""

    incident: Id


class CallKnown(msgspec.Struct, frozen=True, kw_only=True):
    """A call as the rules know it; None in its place means no such call."""

    holder: str
    outcome: str | None
    incident: str | None
    callback: bool
    advised: tuple[str, ...]
    exercise: bool
    answered_at: datetime


class IncidentKnown(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as the rules know it; None in its place means no such incident."""

    state: str
    type: str | None
    life_risk: bool
    exercise: bool
    lon: float
    lat: float
    fire_seen_at: datetime | None


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What opening needs: whether the id is taken, the call, the next number, and the type's life risk.

    `type_risk` is None when there is no such type (or none was named)."""

    taken: bool
    call: CallKnown | None
    next_number: int
    zone: str
    type_risk: bool | None


class Cancelling(msgspec.Struct, frozen=True):
    """An incident with its number, the crews with so many people inside, and how many MAYDAYs run there."""

    incident: IncidentKnown | None
    number: str = ""
    inside: tuple[tuple[str, int], ...] = ()
    maydays: int = 0


class Both(msgspec.Struct, frozen=True):
    """A call and an incident."""

    call: CallKnown | None
    incident: IncidentKnown | None


class Typed(msgspec.Struct, frozen=True):
    """An incident and the life risk of the type in question (None: no such type)."""

    incident: IncidentKnown | None
    type_risk: bool | None


class Means(msgspec.Struct, frozen=True):
    """What an answer changes: another type and its life risk, people in danger, level, capabilities, other agencies."""

    type: str | None = None
    type_risk: bool = False
    life_risk: bool = False
    level: int | None = None
    adds: dict[str, int] = {}
    others: tuple[str, ...] = ()


class Asked(msgspec.Struct, frozen=True):
    """An incident, what an answer to a question means (None: no such question or answer), and what was answered."""

    incident: IncidentKnown | None
    means: Means | None
    before: str | None = None


def _no_call(call: str) -> Refusal:
    return Refusal(code="call-unknown", facts={"call": call})


def _no_incident(incident: str) -> Refusal:
    return Refusal(code="incident-unknown", facts={"incident": incident})


def _not_open(incident: str, known: IncidentKnown) -> Refusal:
    return Refusal(code="incident-not-open", facts={"incident": incident, "state": known.state})


def take_call(cmd: TakeCall, known: CallKnown | None, ask: Ask) -> Decision:
    """A ringing phone is always answered."""
    return [] if known else [events.CallTaken(cmd.call, cmd.channel, cmd.line, cmd.exercise)]


def note_caller(cmd: NoteCaller, known: CallKnown | None, ask: Ask) -> Decision:
    """The newest word of the caller stands; earlier ones stay in the vault."""
    return [events.CallerNoted(cmd.call, cmd.caller)] if known else _no_call(cmd.call)


def hold_call(cmd: HoldCall, known: CallKnown | None, ask: Ask) -> Decision:
    """Anyone may take a call over; its former holder sees it."""
    if known is None:
        return _no_call(cmd.call)
    return [] if known.holder == ask.actor else [events.CallHeld(cmd.call)]


def want_call_back(cmd: WantCallBack, known: CallKnown | None, ask: Ask) -> Decision:
    """Wanting it twice is wanting it once."""
    if known is None:
        return _no_call(cmd.call)
    return [] if known.callback else [events.CallBackWanted(cmd.call)]


def call_back(cmd: CallBack, known: CallKnown | None, ask: Ask) -> Decision:
    """Every try is a fact."""
    return [events.CalledBack(cmd.call, cmd.reached)] if known else _no_call(cmd.call)


def link_recording(cmd: LinkRecording, known: CallKnown | None, ask: Ask) -> Decision:
    """The newest word of the recorder stands."""
    return [events.RecordingLinked(cmd.call, cmd.recording)] if known else _no_call(cmd.call)


def advise_caller(cmd: AdviseCaller, known: CallKnown | None, ask: Ask) -> Decision:
    """A card is read once per call."""
    if known is None:
        return _no_call(cmd.call)
    return [] if cmd.card in known.advised else [events.CallerAdvised(cmd.call, cmd.card)]


def settle_call(cmd: SettleCall, known: CallKnown | None, ask: Ask) -> Decision:
    """The outcome can be corrected as often as needed."""
    if known is None:
        return _no_call(cmd.call)
    return [] if known.outcome == cmd.outcome else [events.CallSettled(cmd.call, cmd.outcome)]


def suspect_prank(cmd: SuspectPrank, known: CallKnown | None, ask: Ask) -> Decision:
    """A note and nothing more."""
    return [events.PrankSuspected(cmd.call, cmd.note)] if known else _no_call(cmd.call)


def note_unclear_place(cmd: NoteUnclearPlace, known: CallKnown | None, ask: Ask) -> Decision:
    """Kept as it came, never guessed."""
    return [events.UnclearPlaceNoted(cmd.call, cmd.text, cmd.reason)] if known else _no_call(cmd.call)


def open_incident(cmd: OpenIncident, known: Opening, ask: Ask) -> Decision:
    """The place is enough. An exercise call makes an exercise."""
    if known.taken:
        return []
    if cmd.call is not None and known.call is None:
        return _no_call(cmd.call)
    if cmd.type is not None and known.type_risk is None:
        return Refusal(code="type-unknown", facts={"type": cmd.type})
    if cmd.fire_seen_at is not None and cmd.fire_seen_at > ask.now + FUTURE_SLACK:
        return Refusal(code="time-in-future", facts={"at": cmd.fire_seen_at.isoformat()})
    year = ask.now.astimezone(ZoneInfo(known.zone)).year
    opened: list[Event] = [
        events.IncidentOpened(
            incident=cmd.incident,
            number=f"{year}-{known.next_number:04d}",
            agency=ask.agency,
            lon=cmd.lon,
            lat=cmd.lat,
            precision_m=cmd.precision_m,
            type=cmd.type,
            life_risk=bool(known.type_risk),
            call=cmd.call,
            answered_at=known.call.answered_at if known.call else ask.when,
            area=cmd.area,
            place=cmd.place,
            place_id=cmd.place_id,
            exercise=cmd.exercise or bool(known.call and known.call.exercise),
            fire_seen_at=cmd.fire_seen_at,
        )
    ]
    if cmd.call is not None:
        opened.append(events.CallLinked(cmd.call, cmd.incident))
    return opened


def classify(cmd: Classify, known: Typed, ask: Ask) -> Decision:
    """The type may be corrected while the incident is open and after."""
    if known.incident is None:
        return _no_incident(cmd.incident)
    if known.type_risk is None:
        return Refusal(code="type-unknown", facts={"type": cmd.type})
    if known.incident.type == cmd.type:
        return []
    return [events.IncidentClassified(cmd.incident, cmd.type, known.type_risk or known.incident.life_risk)]


def answer_question(cmd: AnswerQuestion, known: Asked, ask: Ask) -> Decision:
    """Keep the answer; where it sharpens the type or says that people are in danger, say so."""
    if known.incident is None:
        return _no_incident(cmd.incident)
    if known.means is None:
        return Refusal(code="answer-unknown", facts={"question": cmd.question, "answer": cmd.answer})
    if known.before == cmd.answer:
        return []
    means, was = known.means, known.incident
    decided: list[Event] = [events.QuestionAnswered(cmd.incident, cmd.question, cmd.answer)]
    at_risk = was.life_risk or means.life_risk
    if means.type and means.type != was.type:
        decided.append(events.IncidentClassified(cmd.incident, means.type, at_risk or means.type_risk, sharpened=True))
    if means.life_risk and not was.life_risk:
        decided.append(events.LifeAtRisk(cmd.incident))
    if means.level or means.adds or means.others:
        decided.append(events.NeedsSharpened(cmd.incident, means.level, means.adds, means.others))
    return decided


def correct_place(cmd: CorrectPlace, known: IncidentKnown | None, ask: Ask) -> Decision:
    """The newer place stands, the older one stays in the log."""
    if known is None:
        return _no_incident(cmd.incident)
    if (known.lon, known.lat) == (cmd.lon, cmd.lat) and cmd.place is None:
        return []
    return [events.PlaceCorrected(**msgspec.structs.asdict(cmd))]


def note_fire_seen(cmd: NoteFireSeen, known: IncidentKnown | None, ask: Ask) -> Decision:
    """A time that has not come yet was not seen."""
    if known is None:
        return _no_incident(cmd.incident)
    if cmd.at > ask.now + FUTURE_SLACK:
        return Refusal(code="time-in-future", facts={"at": cmd.at.isoformat()})
    return [] if known.fire_seen_at == cmd.at else [events.FireFirstSeen(cmd.incident, cmd.at)]


def link_call(cmd: LinkCall, known: Both, ask: Ask) -> Decision:
    """A call is about one incident at a time: linking it elsewhere unlinks it here."""
    if known.call is None:
        return _no_call(cmd.call)
    if known.incident is None:
        return _no_incident(cmd.incident)
    if known.call.incident == cmd.incident:
        return []
    moved: list[Event] = [events.CallUnlinked(cmd.call, known.call.incident)] if known.call.incident else []
    return [*moved, events.CallLinked(cmd.call, cmd.incident, known.call.answered_at)]


def unlink_call(cmd: UnlinkCall, known: Both, ask: Ask) -> Decision:
    """Unlinking what is not linked is harmless."""
    if known.call is None:
        return _no_call(cmd.call)
    return [events.CallUnlinked(cmd.call, cmd.incident)] if known.call.incident == cmd.incident else []


def note_incident(cmd: NoteIncident, known: IncidentKnown | None, ask: Ask) -> Decision:
    """The journal is always open."""
    return [events.IncidentNoted(cmd.incident, cmd.note)] if known else _no_incident(cmd.incident)


def cancel_incident(cmd: CancelIncident, known: Cancelling, ask: Ask) -> Decision:
    """Only what is open can be cancelled. Who has people in danger there says why, as when closing."""
    was = known.incident
    if was is None:
        return _no_incident(cmd.incident)
    if was.state == "cancelled":
        return []
    if was.state != "open":
        return _not_open(cmd.incident, was)
    if not ask.override and (danger := _in_danger(known)):
        return danger
    return [events.IncidentCancelled(cmd.incident, cmd.reason)]


def _in_danger(known: Cancelling) -> Refusal | None:
    if known.inside:
        people = sum(n for _, n in known.inside)
        crews = ", ".join(f"{crew} ({n})" for crew, n in known.inside)
        facts = {"incident": known.number, "people": people, "crews": crews}
        return Refusal(code="people-inside", facts=facts, overridable=True)
    if known.maydays:
        facts = {"incident": known.number, "maydays": known.maydays}
        return Refusal(code="mayday-open", facts=facts, overridable=True)
    return None


def reopen_incident(cmd: ReopenIncident, known: IncidentKnown | None, ask: Ask) -> Decision:
    """Cancelled and closed incidents may come back."""
    if known is None:
        return _no_incident(cmd.incident)
    return [] if known.state == "open" else [events.IncidentReopened(cmd.incident, cmd.reason)]


def mark_exercise(cmd: MarkExercise, known: IncidentKnown | None, ask: Ask) -> Decision:
    """There is no way back: a real incident inside an exercise is opened as its own."""
    if known is None:
        return _no_incident(cmd.incident)
    return [] if known.exercise else [events.ExerciseMarked(cmd.incident)]
