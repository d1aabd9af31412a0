"""Crews at the scene: formed, moved, in and out, air, PAR, contact, contradictions; commands and their rules."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from ....kernel.fields import Code, Id
from ....kernel.records import Ask, Command, Decision, Due, Event, Refusal, Told, read_time, written
from .. import events
from ..events import REHAB, STAGING, AirLevel, AirMark, Holds, ParResult, Wearer
from . import crewfold, deadlines
from .crewfold import Crew, Fact, Inside, Seen
from .deadlines import LEVELS, Call, Figures, Overdue

People = Annotated[int, Meta(ge=0, le=99)]
Bar = Annotated[float, Meta(ge=0, le=450, description="gauge pressure, bar")]
Persons = Annotated[tuple[Id, ...], Meta(max_length=40)]


class FormCrew(Command, frozen=True):
    """Put a crew on the board that no dispatched unit brought, or split one; the same id again changes it."""

    crew: Id
    incident: Id
    label: Code
    people: People
    unit: Id | None = None
    agency: Id | None = None
    persons: Persons = ()


class MoveCrew(Command, frozen=True):
    """Let a crew work in another sector, wait in staging or rest in rehab."""

    incident: Id
    crew: Id
    to: Id


class ReportEntry(Command, frozen=True):
    """Say who of a crew went in where, with what pressure; an observation, recorded whenever it arrives."""

    incident: Id
    crew: Id
    sector: Id
    wearers: Annotated[tuple[Wearer, ...], Meta(min_length=1, max_length=40)]


class ReportExit(Command, frozen=True):
    """Say who of a crew came out, or that all did; an observation."""

    incident: Id
    crew: Id
    persons: Persons = ()


class ReportAir(Command, frozen=True):
    """Say what pressure somebody reads; an observation."""

    incident: Id
    crew: Id
    person: Id
    bar: Bar
    mark: AirMark = "check"
    cylinder: Annotated[str, Meta(max_length=40)] = ""


class CallPar(Command, frozen=True):
    """Ask every crew of a sector, or of the whole scene, whether it is complete."""

    par: Id
    incident: Id
    sector: Id | None = None


class ReportPar(Command, frozen=True):
    """Say that a crew is complete, short or silent; an observation."""

    incident: Id
    crew: Id
    result: ParResult
    present: People | None = None
    par: Id | None = None


class ReportLostContact(Command, frozen=True):
    """Say that a crew, or somebody of it, does not answer; an observation."""

    incident: Id
    crew: Id
    person: Id | None = None


class ReportContact(Command, frozen=True):
    """Say that who did not answer was heard or seen again; an observation."""

    incident: Id
    crew: Id


class ResolveConflict(Command, frozen=True):
    """Say which of two contradicting observations holds."""

    incident: Id
    crew: Id
    conflict: Annotated[str, Meta(min_length=1, max_length=400)]
    holds: Holds
    note: Told | None = None


class WatchCrew(Command, frozen=True):
    """Asked by the timer when an outbox has drained: which clocks of the crew run?"""

    incident: Id
    crew: Id


class RemindPar(Command, frozen=True):
    """Asked by the timer: was the crew accounted for since?"""

    incident: Id
    crew: Id
    since: str
    times: int = 1


class RemindAir(Command, frozen=True):
    """Asked by the timer: is he still in, with nothing read since?"""

    incident: Id
    crew: Id
    person: Id
    reading: str
    level: AirLevel


PAR_STEPS = 5  # after that the alarm stands until somebody answers it, and the log has enough of it


Observed = (
    events.CrewEntered
    | events.CrewLeft
    | events.AirRead
    | events.ParReported
    | events.ContactLost
    | events.ContactRegained
)


class CrewKnown(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule about one crew must know; `past` only where the ask is about a time before what is known.

    `decides`: the incident is open and its field part is with this node, which alone watches the clock for it."""

    incident_known: bool
    decides: bool
    there: bool
    state: Crew
    figures: Figures
    last_at: str = ""
    late_at: str = ""
    past: tuple[Crew, tuple[tuple[Seen, Fact], ...]] | None = None
    resolved: dict[str, Holds] = {}
    calls: tuple[Call, ...] = ()
    overdue: Overdue | None = None
    low: dict[str, AirLevel] = {}
    sector_known: bool = True

    def after(self, ask: Ask, fact: Fact) -> Crew:
        """The crew with one more fact, in its place by the time it was seen."""
        seen = Seen(written(ask.when), ask.id, ask.device or ask.actor)
        if self.past is None:
            return crewfold.step(self.state, seen, fact, self.figures.rest, self.resolved)
        start, facts = self.past
        known = sorted([*facts, (seen, fact)], key=lambda one: (one[0].at, one[0].ask))
        return crewfold.fold(start, known, self.figures.rest, events.left_out(self.resolved), self.resolved)


class SceneKnown(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule about all crews of an incident must know."""

    crews: tuple[CrewKnown, ...]
    same: bool = False


# ── what is watched ──────────────────────────────────────────────────────────────────────────────────────────────────


def watched(incident: str, known: CrewKnown, crew: Crew, ask: Ask, persons: tuple[str, ...] | None = None) -> list[Due]:
    """When to look at the crew again: at its next PAR, and at the next level of the air of those (None: all) inside."""
    if not known.decides:
        return []
    found = []
    deadline = deadlines.par_deadline(crew, known.calls, known.figures)
    if deadline is not None:
        at = deadlines.fires_at(ask, deadline.at)
        found.append(
            Due(f"par.{incident}.{crew.crew}.{written(at)}", at, RemindPar(incident, crew.crew, deadline.since))
        )
    inside = [one for one in crew.inside if persons is None or one.person in persons]
    return found + [due for one in inside for due in _air_due(incident, known.figures, crew.crew, one, ask)]


def _air_due(
    incident: str, figures: Figures, crew: str, wearer: Inside, ask: Ask, *, next_only: bool = False
) -> list[Due]:
    """When to look at somebody's air again: at the level it has reached, else at the next one."""
    times = deadlines.air_times(figures.air, wearer)
    level = None if next_only else deadlines.reached(times, ask.now)
    level = level or deadlines.next_level(times, ask.now)
    if level is None:
        return []
    at = deadlines.fires_at(ask, times[level])
    name = f"air.{incident}.{crew}.{wearer.person}.{level}.{written(at)}"
    return [Due(name, at, RemindAir(incident, crew, wearer.person, wearer.air[-1].seen.at, level))]


def _unknown(incident: str) -> Refusal:
    return Refusal(code="incident-unknown", facts={"incident": incident})


def _observed(event: Observed, known: CrewKnown, ask: Ask, persons: tuple[str, ...] = ()) -> Decision:
    """Recorded whenever it arrives; the clocks that start with it are watched."""
    if not known.incident_known:
        return _unknown(event.incident)
    return [event, *_looked_at(event, known, ask, persons)]


def _looked_at(event: Observed | events.CrewMoved, known: CrewKnown, ask: Ask, persons: tuple[str, ...]) -> list[Due]:
    """When to look at the crew again; while an outbox drains: when that is over, once for all it brings."""
    if not deadlines.drains(ask):
        return watched(event.incident, known, known.after(ask, event), ask, persons)
    return [_when_drained(event.incident, event.crew, ask.now)] if known.decides else []


def _when_drained(incident: str, crew: str, now: datetime) -> Due:
    at = (now + deadlines.LATE).replace(microsecond=0) + timedelta(seconds=1)
    return Due(f"crew.{incident}.{crew}.{written(at)}", at, WatchCrew(incident, crew))


# ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def form_crew(cmd: FormCrew, known: CrewKnown, ask: Ask) -> Decision:
    """A crew of any agency is on the board; the same again changes nothing."""
    event = events.CrewFormed(
        cmd.crew, cmd.incident, cmd.label, cmd.people, cmd.unit or "", cmd.agency or "", cmd.persons
    )
    stands = known.state
    same = known.there and stands.phase == "arrived"
    same = same and (stands.label, stands.people, stands.persons) == (event.label, event.people, event.persons)
    if same and (stands.unit, stands.agency) == (event.unit, event.agency):
        return []
    return [event]


def move_crew(cmd: MoveCrew, known: CrewKnown, ask: Ask) -> Decision:
    """Who has people inside does not rest: that needs a line of reason."""
    if not known.there:
        return Refusal(code="crew-unknown", facts={"crew": cmd.crew})
    if not known.sector_known:
        return Refusal(code="sector-unknown", facts={"sector": cmd.to})
    state = known.state
    if state.sector == cmd.to and all(one.sector == cmd.to for one in state.inside):
        return []
    if cmd.to in (STAGING, REHAB) and state.inside and not ask.override:
        people = ", ".join(one.person for one in state.inside)
        return Refusal(code="crew-inside", facts={"crew": state.label, "people": people}, overridable=True)
    event = events.CrewMoved(cmd.incident, cmd.crew, cmd.to)
    return [event, *_looked_at(event, known, ask, ())]


def call_par(cmd: CallPar, known: SceneKnown, ask: Ask) -> Decision:
    """Crews of the sector count as asked from now; who does not answer in time is overdue."""
    if known.same:
        return []
    call = Call(written(ask.when), cmd.sector or "")
    decided: list[Event | Due] = [events.ParCalled(cmd.par, cmd.incident, cmd.sector or "")]
    for one in known.crews:
        if deadlines.asked(one.state, call):
            with_call = msgspec.structs.replace(one, calls=(*one.calls, call))
            decided += watched(cmd.incident, with_call, one.state, ask, ())
    return decided


def resolve_conflict(cmd: ResolveConflict, known: CrewKnown, ask: Ask) -> Decision:
    """Both observations stay in the log; what does not hold no longer counts for the board."""
    open_now = any(one.conflict == cmd.conflict for one in known.state.conflicts)
    if not open_now and cmd.conflict not in known.resolved:
        return Refusal(code="conflict-unknown", facts={"crew": known.state.label})
    if known.resolved.get(cmd.conflict) == cmd.holds:
        return []
    event = events.ConflictResolved(cmd.incident, cmd.crew, cmd.conflict, cmd.holds, cmd.note)
    assert known.past is not None
    start, facts = known.past
    resolved = known.resolved | {cmd.conflict: cmd.holds}
    after = crewfold.fold(start, facts, known.figures.rest, events.left_out(resolved), resolved)
    return [event, *watched(cmd.incident, known, after, ask)]


# ── observations ─────────────────────────────────────────────────────────────────────────────────────────────────────


def report_entry(cmd: ReportEntry, known: CrewKnown, ask: Ask) -> Decision:
    """Recorded whenever it arrives, also of a crew or sector nobody knows."""
    event = events.CrewEntered(cmd.incident, cmd.crew, cmd.sector, cmd.wearers)
    return _observed(event, known, ask, tuple(one.person for one in cmd.wearers))


def report_exit(cmd: ReportExit, known: CrewKnown, ask: Ask) -> Decision:
    """Recorded whenever it arrives."""
    return _observed(events.CrewLeft(cmd.incident, cmd.crew, cmd.persons), known, ask)


def report_air(cmd: ReportAir, known: CrewKnown, ask: Ask) -> Decision:
    """Recorded whenever it arrives; the air of that person is worked out anew."""
    event = events.AirRead(cmd.incident, cmd.crew, cmd.person, cmd.bar, cmd.mark, cmd.cylinder)
    return _observed(event, known, ask, (cmd.person,))


def report_par(cmd: ReportPar, known: CrewKnown, ask: Ask) -> Decision:
    """Recorded whenever it arrives."""
    event = events.ParReported(cmd.incident, cmd.crew, cmd.result, cmd.present, cmd.par or "")
    return _observed(event, known, ask)


def report_lost_contact(cmd: ReportLostContact, known: CrewKnown, ask: Ask) -> Decision:
    """Recorded whenever it arrives."""
    return _observed(events.ContactLost(cmd.incident, cmd.crew, cmd.person or ""), known, ask)


def report_contact(cmd: ReportContact, known: CrewKnown, ask: Ask) -> Decision:
    """Recorded whenever it arrives; who was heard counts as accounted for."""
    return _observed(events.ContactRegained(cmd.incident, cmd.crew), known, ask)


# ── what the timer asks ──────────────────────────────────────────────────────────────────────────────────────────────


def watch_crew(cmd: WatchCrew, known: CrewKnown, ask: Ask) -> Decision:
    """The clocks of a crew of which an outbox brought something, once nothing came for a moment."""
    if known.decides and known.late_at and read_time(known.late_at) + deadlines.LATE > ask.now:
        return [_when_drained(cmd.incident, cmd.crew, read_time(known.late_at))]
    return watched(cmd.incident, known, known.state, ask)


def remind_par(cmd: RemindPar, known: CrewKnown, ask: Ask) -> Decision:
    """An alarm if nothing accounts for the crew since, again after a while; nothing where that was said already."""
    deadline = deadlines.par_deadline(known.state, known.calls, known.figures) if known.decides else None
    if deadline is None or deadline.since != cmd.since or deadline.at > ask.now:
        return []
    said = known.overdue
    if said is not None and said.since == deadline.since and said.times >= cmd.times:
        return []
    overdue = events.ParOverdue(cmd.incident, cmd.crew, deadline.at, cmd.times, deadline.since)
    if cmd.times >= PAR_STEPS:
        return [overdue]
    again = RemindPar(cmd.incident, cmd.crew, cmd.since, cmd.times + 1)
    at = ask.now + timedelta(seconds=known.figures.again_s)
    return [overdue, Due(f"par.{cmd.incident}.{cmd.crew}.{cmd.since}.{again.times}", at, again)]


def remind_air(cmd: RemindAir, known: CrewKnown, ask: Ask) -> Decision:
    """Says how bad the air is now if nothing was read since, and looks again when the next level comes."""
    wearer = next((one for one in known.state.inside if one.person == cmd.person), None)
    if not known.decides or wearer is None or not wearer.air or wearer.air[-1].seen.at != cmd.reading:
        return []
    level = deadlines.reached(deadlines.air_times(known.figures.air, wearer), ask.now)
    if level is None:
        return []
    said = known.low.get(cmd.person)
    told = said is not None and LEVELS.index(said) >= LEVELS.index(level)
    low = [] if told else [events.AirLow(cmd.incident, cmd.crew, cmd.person, level)]
    return [*low, *_air_due(cmd.incident, known.figures, cmd.crew, wearer, ask, next_only=True)]
