"""Commands of dispatching and the rules that decide them: rules advise, people decide."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ....kernel.fields import FUTURE_SLACK, Code, Id, Lat, Lon, Name
from ....kernel.records import Ask, Command, Decision, Due, Event, Refusal, Told
from .. import events
from ..events import By, Clock, OtherStep, ShownProposal, Status, TrackPoint, TripClock

Level = Annotated[int, Meta(ge=1, le=3)]
Count = Annotated[int, Meta(ge=0, le=99)]

ANSWER_WITHIN = timedelta(seconds=150)  # longer than an ordinary turnout by day; a crew may also just acknowledge
ANSWER_AGAIN = timedelta(seconds=60)
REMINDERS = 3
NEXT = timedelta(microseconds=1)
FREE = frozenset({"ready", "standby", "reserve", "returning"})
COMMITTED = events.COMMITTED
AT_SCENE = ("on-the-way", "arrived", "access", "ready-to-serve", "action")
OF_FIRST = ("dispatched", *AT_SCENE)
"""Clocks of an incident that are the first of its units'."""


class RegisterAgency(Command, frozen=True):
    """Enter an agency, or change it. `own` ones are dispatched by this node."""

    agency: Id
    name: Name
    kind: Id
    zone: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_+/-]{1,60}$")] = "Asia/Makassar"
    own: bool = True


class RegisterStation(Command, frozen=True):
    """Enter a station, or change it."""

    station: Id
    agency: Id
    name: Name
    lon: Lon
    lat: Lat
    headquarters: bool = False


class RegisterUnit(Command, frozen=True):
    """Enter a unit, or change it."""

    unit: Id
    agency: Id
    station: Id
    vehicle_type: Id
    capabilities: tuple[Id, ...] | None = None
    tank_l: Annotated[int, Meta(ge=0, le=200_000)] | None = None
    reserve: bool = False


class WithdrawUnit(Command, frozen=True):
    """Take a unit out of the fleet for good."""

    unit: Id


class LinkTracker(Command, frozen=True):
    """Say which unit a tracker rides on."""

    tracker: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,100}$")]
    unit: Id


class EnterPerson(Command, frozen=True):
    """Enter somebody who serves, by code."""

    person: Id
    station: Id
    crew: Code
    competences: tuple[Id, ...] = ()


class SetCrew(Command, frozen=True):
    """Say who rides on a unit now."""

    unit: Id
    people: Count
    competences: dict[Id, Count] = {}
    persons: tuple[Id, ...] = ()


class SetRunCard(Command, frozen=True):
    """Decide what a type asks for at a level."""

    card: Id
    level: Level
    units: dict[Id, Count]
    types: tuple[Id, ...] = ()
    kinds: tuple[Id, ...] = ()
    areas: tuple[Id, ...] = ()
    objects: tuple[Id, ...] = ()
    crew: dict[Id, Count] = {}
    min_crew: Count = 0
    stop_short: tuple[Id, ...] = ()


class RemoveRunCard(Command, frozen=True):
    """Go back to the standard card."""

    card: Id
    level: Level


class Dispatch(Command, frozen=True):
    """Send units to an incident; carries the proposal as it was shown. Also adds units to those already sent."""

    dispatch: Id
    incident: Id
    units: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=60)]
    proposal: ShownProposal | None = None


class SwapUnit(Command, frozen=True):
    """Send one unit instead of another."""

    dispatch: Id
    incident: Id
    out: Id
    instead: Id


class CancelUnit(Command, frozen=True):
    """Say that a unit need not go, or not stay."""

    unit: Id
    incident: Id
    reason: Told | None = None


class ReportStatus(Command, frozen=True):
    """Say what a unit does; an observation, recorded whenever it arrives."""

    unit: Id
    status: Status
    incident: Id | None = None
    by: By = "button"
    reason: Told | None = None


class RemindUnanswered(Command, frozen=True):
    """Asked by the timer, a few times: has the unit answered?"""

    unit: Id
    incident: Id
    dispatch: Id
    times: int = 1


class TakeAlarm(Command, frozen=True):
    """Take an alarm on."""

    alarm: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,200}$")]


class RaiseLevel(Command, frozen=True):
    """Raise the alarm level."""

    incident: Id
    level: Level
    reason: Told | None = None


class MoveUnit(Command, frozen=True):
    """Let a unit stand by at another station; its own station brings it home."""

    unit: Id
    station: Id


class SetMark(Command, frozen=True):
    """Say that the incident is under control, or out."""

    incident: Id
    clock: Annotated[str, Meta(pattern="^(under-control|out)$")]


class CorrectTime(Command, frozen=True):
    """Correct or fill in a time; None says that it is not known after all."""

    incident: Id
    clock: Clock
    at: datetime | None
    unit: Id | None = None
    reason: Told | None = None


class RecordTrip(Command, frozen=True):
    """Copy in a trip that is over, with its times: what the unit does now stays as it is."""

    incident: Id
    unit: Id
    times: Annotated[dict[TripClock, datetime], Meta(min_length=1)]


class StepOther(Command, frozen=True):
    """Say that another agency was asked, answered, came or left."""

    incident: Id
    other: Id
    step: OtherStep
    note: Told | None = None


class CloseIncident(Command, frozen=True):
    """Close an incident with its outcome; units still there are free again."""

    incident: Id
    outcome: Id
    note: Told | None = None


class UnitKnown(msgspec.Struct, frozen=True, kw_only=True):
    """A unit as the rules know it; None in its place: no such unit. `named`: there is the incident it names."""

    status: str
    incident: str | None
    number: str | None
    since: str
    station: str
    home: str
    answered: bool = False
    named: bool = True
    heard: datetime | None = None
    """The time of the newest that was said of it, where an order is about it."""


class IncidentKnown(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as dispatching knows it; None in its place means no such incident."""

    state: str
    number: str
    level: int
    units: tuple[str, ...]


class Sending(msgspec.Struct, frozen=True):
    """The incident, the units asked for, and which of them are already sent there."""

    incident: IncidentKnown | None
    units: dict[str, UnitKnown | None]


Stood = Mapping[str, tuple[datetime | None, bool]]
"""The time of each clock that was set, and whether a person set it."""


class Copying(msgspec.Struct, frozen=True):
    """The incident and the unit, with the unit's clocks there and the incident's own."""

    sending: Sending
    own: Stood = {}
    first: Stood = {}


class Register(msgspec.Struct, frozen=True):
    """What registering must know: names that must exist but do not, and what stands now."""

    missing: tuple[tuple[str, str], ...]
    same: bool


class Closing(msgspec.Struct, frozen=True):
    """The incident, its units' thinned tracks, whether there is such an outcome; crews with so many inside, MAYDAYs."""

    incident: IncidentKnown | None
    tracks: dict[str, tuple[TrackPoint, ...]]
    outcome_known: bool
    inside: tuple[tuple[str, int], ...] = ()
    maydays: int = 0
    heard: dict[str, datetime] = {}
    """Of each unit that was ever sent there, the time of the newest that was said of it."""


class TimeKnown(msgspec.Struct, frozen=True):
    """Whether incident and unit exist, and the time that stands."""

    incident: IncidentKnown | None
    unit_known: bool
    at: datetime | None


def _missing(known: Register) -> Refusal | None:
    if not known.missing:
        return None
    what, name = known.missing[0]
    return Refusal(code=f"{what}-unknown", facts={what: name})


def _no_incident(incident: str) -> Refusal:
    return Refusal(code="incident-unknown", facts={"incident": incident})


def _not_open(incident: str, known: IncidentKnown) -> Refusal:
    return Refusal(code="incident-not-open", facts={"incident": known.number or incident, "state": known.state})


def _registered(event: type[Event]) -> Callable[[Any, Register, Ask], Decision]:
    def decide(cmd: Any, known: Register, ask: Ask) -> Decision:
        """Record it unless it stands so already; names it rests on must exist."""
        return _missing(known) or ([] if known.same else [event(**msgspec.structs.asdict(cmd))])

    return decide


register_agency = _registered(events.AgencyRegistered)
register_station = _registered(events.StationRegistered)
register_unit = _registered(events.UnitRegistered)
link_tracker = _registered(events.TrackerLinked)
enter_person = _registered(events.PersonEntered)
set_crew = _registered(events.CrewSet)
remove_run_card = _registered(events.RunCardRemoved)


def set_run_card(cmd: SetRunCard, known: Register, ask: Ask) -> Decision:
    """A card that asks for nothing would send nobody."""
    if not (any(cmd.units.values()) or any(cmd.crew.values()) or cmd.min_crew):
        return Refusal(code="run-card-empty", facts={"card": cmd.card})
    return _registered(events.RunCardSet)(cmd, known, ask)


def withdraw_unit(cmd: WithdrawUnit, known: UnitKnown | None, ask: Ask) -> Decision:
    """A unit at an incident stays in the fleet until it is back."""
    if known is None:
        return []
    if known.status in COMMITTED:
        return _busy(cmd.unit, known, overridable=False)
    return [events.UnitWithdrawn(cmd.unit)]


def _busy(unit: str, known: UnitKnown, *, overridable: bool) -> Refusal:
    if known.status == "out-of-service":
        return Refusal(code="unit-out-of-service", facts={"unit": unit, "since": known.since}, overridable=overridable)
    facts = {
        "unit": unit,
        "incident": known.number or known.incident or "",
        "status": known.status,
        "since": known.since,
    }
    return Refusal(code="unit-busy", facts=facts, overridable=overridable)


def _watch(ask: Ask, dispatch: str, incident: str, unit: str) -> Due:
    at = ask.now + ANSWER_WITHIN
    return Due(f"unanswered.{dispatch}.{unit}", at, RemindUnanswered(unit, incident, dispatch))


def _after(heard: datetime | None, ask: Ask) -> datetime | None:
    """What an order comes after, where it is not its own time: somebody's clock is wrong, and whoever gives an order
    gives it after all that is known."""
    return heard + NEXT if heard is not None and heard >= ask.when else None


def _after_each(heard: Mapping[str, datetime | None], ask: Ask) -> dict[str, datetime]:
    found = {unit: _after(at, ask) for unit, at in heard.items()}
    return {unit: at for unit, at in found.items() if at is not None}


def _overruled(proposal: ShownProposal | None, units: tuple[str, ...]) -> bool:
    """Whether the choice leaves out a proposed unit or takes one that was not proposed."""
    return proposal is not None and set(units) != {p.unit for p in proposal.units}


def dispatch(cmd: Dispatch, known: Sending, ask: Ask) -> Decision:
    """Send what is free; what is busy or broken needs a line of reason, and so does another choice than the proposal's.

    Units already there are left out, so that asking twice is harmless and no check delays the others."""
    if known.incident is None:
        return _no_incident(cmd.incident)
    if known.incident.state != "open":
        return _not_open(cmd.incident, known.incident)
    wanted = tuple(dict.fromkeys(cmd.units))
    for unit in wanted:
        if known.units.get(unit) is None:
            return Refusal(code="unit-unknown", facts={"unit": unit})
    new = tuple(u for u in wanted if u not in known.incident.units)
    if not new:
        return []
    for unit in new:
        there = known.units[unit]
        assert there is not None
        if there.status not in FREE and not ask.override:
            return _busy(unit, there, overridable=True)
    if _overruled(cmd.proposal, wanted) and not ask.override:
        proposed = ", ".join(p.unit for p in cmd.proposal.units) if cmd.proposal else ""
        return Refusal(
            code="proposal-overruled", facts={"units": ", ".join(wanted), "proposed": proposed}, overridable=True
        )
    decided: list[Event | Due] = []
    for unit in new:
        there = known.units[unit]
        assert there is not None
        if there.incident and there.status in COMMITTED:
            decided.append(events.UnitPulled(unit, there.incident, cmd.incident, _after(there.heard, ask)))
    after = _after_each({unit: there.heard for unit in new if (there := known.units[unit])}, ask)
    decided.append(
        events.UnitsDispatched(cmd.dispatch, cmd.incident, new, known.incident.level, cmd.proposal, ask.override, after)
    )
    return decided + [_watch(ask, cmd.dispatch, cmd.incident, unit) for unit in new]


def swap_unit(cmd: SwapUnit, known: Sending, ask: Ask) -> Decision:
    """One decision: the other goes, this one need not."""
    if known.incident is None:
        return _no_incident(cmd.incident)
    if cmd.out == cmd.instead:
        return []
    if cmd.out not in known.incident.units:
        return [] if cmd.instead in known.incident.units else Refusal(code="unit-not-there", facts={"unit": cmd.out})
    sent = dispatch(Dispatch(cmd.dispatch, cmd.incident, (cmd.instead,)), known, ask)
    if isinstance(sent, Refusal):
        return sent
    return [_cancelled(cmd.out, cmd.incident, known, ask), *sent]


def cancel_unit(cmd: CancelUnit, known: Sending, ask: Ask) -> Decision:
    """Cancelling who is not there is harmless."""
    if known.incident is None:
        return _no_incident(cmd.incident)
    if cmd.unit not in known.incident.units:
        return []
    return [_cancelled(cmd.unit, cmd.incident, known, ask, cmd.reason)]


def _cancelled(unit: str, incident: str, known: Sending, ask: Ask, reason: Told | None = None) -> events.UnitCancelled:
    there = known.units.get(unit)
    return events.UnitCancelled(unit, incident, reason, _after(there.heard if there else None, ask))


def report_status(cmd: ReportStatus, known: UnitKnown | None, ask: Ask) -> Decision:
    """What a crew saw is recorded; what contradicts the picture becomes a visible warning, not a refusal.

    `known` is the unit at the time it was seen. Only what is said now may be left out for being known already: what
    was seen earlier may still come and make it news.

    A crew that says "assigned" of what it was just sent to acknowledges the dispatch."""
    if known is None:
        return Refusal(code="unit-unknown", facts={"unit": cmd.unit})
    if cmd.incident is not None and not known.named:  # a car that was not given the incident could tell nobody of it
        return _no_incident(cmd.incident)
    incident = cmd.incident or (known.incident if cmd.status not in ("ready", "reserve") else None)
    acknowledges = cmd.status == "assigned" and not known.answered and known.incident is not None
    same = known.status == cmd.status and (cmd.incident or known.incident) == known.incident
    if same and not cmd.reason and not acknowledges and ask.seen_at is None:
        return []
    odd = None
    if cmd.status in AT_SCENE and incident is None:
        odd = "no-incident"
    elif cmd.status in AT_SCENE and known.incident != incident:
        odd = "not-sent-there"
    left = known.incident if incident is None else None
    named = cmd.incident is not None
    return [events.UnitStatusReported(cmd.unit, cmd.status, incident, cmd.by, cmd.reason, odd, left, named)]


def remind_unanswered(cmd: RemindUnanswered, known: UnitKnown | None, ask: Ask) -> Decision:
    """An alarm if the unit still sits there, again after a while; nothing if it answered or was cancelled."""
    if known is None or known.incident != cmd.incident or known.answered:
        return []
    unanswered = events.DispatchUnanswered(cmd.unit, cmd.incident, cmd.dispatch)
    if cmd.times >= REMINDERS:
        return [unanswered]
    again = RemindUnanswered(cmd.unit, cmd.incident, cmd.dispatch, cmd.times + 1)
    return [unanswered, Due(f"unanswered.{cmd.dispatch}.{cmd.unit}.{again.times}", ask.now + ANSWER_AGAIN, again)]


class AlarmKnown(msgspec.Struct, frozen=True):
    """An alarm and who took it; None in its place: no such alarm."""

    kind: str
    unit: str | None
    taken_by: str | None


def take_alarm(cmd: TakeAlarm, known: AlarmKnown | None, ask: Ask) -> Decision:
    """Once; it says what was taken, for who reads the journal."""
    if known is None:
        return Refusal(code="alarm-unknown", facts={"alarm": cmd.alarm})
    return [] if known.taken_by else [events.AlarmTaken(cmd.alarm, known.kind, known.unit)]


def raise_level(cmd: RaiseLevel, known: Sending, ask: Ask) -> Decision:
    """Levels rise; a level that already stands is nothing."""
    if known.incident is None:
        return _no_incident(cmd.incident)
    if known.incident.state != "open":
        return _not_open(cmd.incident, known.incident)
    if cmd.level < known.incident.level and not ask.override:
        facts = {"incident": known.incident.number, "level": known.incident.level}
        return Refusal(code="level-falls", facts=facts, overridable=True)
    if cmd.level == known.incident.level:
        return []
    return [events.AlarmLevelRaised(cmd.incident, cmd.level, cmd.reason)]


class Moving(msgspec.Struct, frozen=True):
    """The unit and whether there is such a station."""

    unit: UnitKnown | None
    station_known: bool


def move_unit(cmd: MoveUnit, known: Moving, ask: Ask) -> Decision:
    """Only a free unit can stand by elsewhere."""
    if known.unit is None:
        return Refusal(code="unit-unknown", facts={"unit": cmd.unit})
    if not known.station_known:
        return Refusal(code="station-unknown", facts={"station": cmd.station})
    if known.unit.status not in FREE and not ask.override:
        return _busy(cmd.unit, known.unit, overridable=True)
    if known.unit.station == cmd.station:
        return []
    return [events.UnitMoved(cmd.unit, cmd.station, cmd.station != known.unit.home)]


def set_mark(cmd: SetMark, known: TimeKnown, ask: Ask) -> Decision:
    """The first time stands; later ones are corrections."""
    if known.incident is None:
        return _no_incident(cmd.incident)
    return [] if known.at else [events.MarkSet(cmd.incident, msgspec.convert(cmd.clock, Clock), ask.when)]


def correct_time(cmd: CorrectTime, known: TimeKnown, ask: Ask) -> Decision:
    """Both times stand in the log; a time that has not come is refused."""
    if known.incident is None:
        return _no_incident(cmd.incident)
    if cmd.unit is not None and not known.unit_known:
        return Refusal(code="unit-unknown", facts={"unit": cmd.unit})
    if cmd.at is not None and cmd.at > ask.now + FUTURE_SLACK:
        return Refusal(code="time-in-future", facts={"at": cmd.at.isoformat()})
    if known.at == cmd.at:
        return []
    return [events.TimeCorrected(cmd.incident, cmd.clock, cmd.at, cmd.unit, known.at, cmd.reason)]


def record_trip(cmd: RecordTrip, known: Copying, ask: Ask) -> Decision:
    """Only what has been; a unit that is still there says itself what it does."""
    if known.sending.incident is None:
        return _no_incident(cmd.incident)
    there = known.sending.units.get(cmd.unit)
    if there is None:
        return Refusal(code="unit-unknown", facts={"unit": cmd.unit})
    if there.incident == cmd.incident:
        return _busy(cmd.unit, there, overridable=False)
    latest = max(cmd.times.values())
    if latest > ask.now + FUTURE_SLACK:
        return Refusal(code="time-in-future", facts={"at": latest.isoformat()})
    firsts = {name: at for name, at in cmd.times.items() if name in OF_FIRST}
    moved = _moved(cmd.times, known.own), _moved(firsts, known.first)
    return [events.TripRecorded(cmd.incident, cmd.unit, dict(cmd.times), *moved)]


def _moved(times: Mapping[TripClock, datetime], stood: Stood) -> dict[TripClock, datetime | None]:
    """Clocks that these times change, with what stood there: the first time stands, and a person's over all."""
    was = {name: stood.get(name, (None, False)) for name in times}
    return {name: at for name, (at, fixed) in was.items() if not fixed and (at is None or times[name] < at)}


def step_other(cmd: StepOther, known: tuple[IncidentKnown | None, str | None], ask: Ask) -> Decision:
    """Each step once; the same again is nothing."""
    incident, last = known
    if incident is None:
        return _no_incident(cmd.incident)
    if last == cmd.step and cmd.note is None:
        return []
    return [events.OtherStepped(cmd.incident, cmd.other, cmd.step, cmd.note)]


def close_incident(cmd: CloseIncident, known: Closing, ask: Ask) -> Decision:
    """Closing keeps each unit's track; units still there are free again. Who has people in danger says why."""
    if known.incident is None:
        return _no_incident(cmd.incident)
    if known.incident.state == "closed":
        return []
    if known.incident.state != "open":
        return _not_open(cmd.incident, known.incident)
    if not known.outcome_known:
        return Refusal(code="outcome-unknown", facts={"outcome": cmd.outcome})
    if not ask.override and (danger := _in_danger(known)):
        return danger
    after = _after_each(known.heard, ask)
    return [events.IncidentClosed(cmd.incident, cmd.outcome, cmd.note, known.tracks, after)]


def _in_danger(known: Closing) -> Refusal | None:
    assert known.incident is not None
    number = known.incident.number
    if known.inside:
        people = sum(n for _, n in known.inside)
        crews = ", ".join(f"{crew} ({n})" for crew, n in known.inside)
        facts = {"incident": number, "people": people, "crews": crews}
        return Refusal(code="people-inside", facts=facts, overridable=True)
    if known.maydays:
        return Refusal(code="mayday-open", facts={"incident": number, "maydays": known.maydays}, overridable=True)
    return None
