"""Where a crew is and how it fares, folded from what was reported of it in the order it was seen.

The fold is a plain left fold over facts sorted by (time seen, ask, number): the order in which they reached the node
does not matter, so two nodes that hold the same facts hold the same picture. What contradicts an earlier fact of
somebody else becomes a conflict: a visible warning that a person resolves; a fact he judged wrong is left out and the
rest is folded again. The same steps are written in web/src/slices/field/crewfold.ts for devices without network, and
the cases of tests/field hold both to the same results.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from ....engine.air import Mark
from .. import events
from ..events import REHAB, STAGING, ParResult

Phase = Literal["sent", "on-the-way", "arrived", "left"]
ConflictKind = Literal["two-places", "left-not-inside", "read-outside", "air-rose", "par-differs", "gone-while-inside"]

HERE = frozenset({"arrived", "access", "ready-to-serve", "action"})
ANSWERS_KEPT = 6


class Sent(msgspec.Struct, frozen=True):
    """Dispatch sent the crew's unit here."""

    unit: str
    agency: str
    people: int
    persons: tuple[str, ...] = ()
    eta_at: str | None = None


class Crewed(msgspec.Struct, frozen=True):
    """Who rides on the crew's unit was said anew."""

    people: int
    persons: tuple[str, ...] = ()


class Says(msgspec.Struct, frozen=True):
    """The crew's unit reported a status, or was cancelled or pulled away ("returning")."""

    status: str


Fact = (
    Sent
    | Crewed
    | Says
    | events.CrewFormed
    | events.CrewMoved
    | events.CrewEntered
    | events.CrewLeft
    | events.AirRead
    | events.ParReported
    | events.ContactLost
    | events.ContactRegained
)
FACTS: dict[str, type[Fact]] = {
    kind.__name__: kind
    for kind in (
        Sent,
        Crewed,
        Says,
        events.CrewFormed,
        events.CrewMoved,
        events.CrewEntered,
        events.CrewLeft,
        events.AirRead,
        events.ParReported,
        events.ContactLost,
        events.ContactRegained,
    )
}


class Seen(msgspec.Struct, frozen=True):
    """When a fact was seen (as `records.written`), by which ask it came and by whose device (or account)."""

    at: str
    ask: str
    by: str


class AirSeen(msgspec.Struct, frozen=True):
    """A pressure, in bar, and where on the trip: "entry", "check", "goal", "new-cylinder"."""

    seen: Seen
    bar: float
    mark: Mark


class Inside(msgspec.Struct, frozen=True):
    """Somebody who is in, since when, in which sector, with what air."""

    person: str
    entered: Seen
    sector: str
    cylinder: str = ""
    air: tuple[AirSeen, ...] = ()


class Out(msgspec.Struct, frozen=True):
    """Somebody who came out."""

    person: str
    seen: Seen


class Answer(msgspec.Struct, frozen=True):
    """What a crew answered to a PAR call, or reported by itself (`par` empty)."""

    par: str
    result: ParResult
    present: int | None
    seen: Seen


class Conflict(msgspec.Struct, frozen=True):
    """Two observations that cannot both be right, and whom they are about; `first` is None where nothing was known.

    `sectors`: where each of the two puts somebody, when that is what they differ in."""

    conflict: Annotated[str, Meta(max_length=400)]
    kind: ConflictKind
    second: Seen
    first: Seen | None = None
    person: str = ""
    sectors: tuple[str, ...] = ()


class Crew(msgspec.Struct, frozen=True):
    """A crew at an incident, as far as anybody said."""

    crew: str
    label: str
    unit: str = ""
    agency: str = ""
    people: int = 0
    persons: tuple[str, ...] = ()
    phase: Phase = "arrived"
    eta_at: str | None = None
    arrived_at: str | None = None
    sector: str = STAGING
    work_since: str | None = None
    inside: tuple[Inside, ...] = ()
    out: tuple[Out, ...] = ()
    entries: int = 0
    worked_s: float = 0.0
    rest_since: str | None = None
    accounted_at: str | None = None
    answers: tuple[Answer, ...] = ()
    lost_at: str | None = None
    lost_person: str = ""
    conflicts: tuple[Conflict, ...] = ()


class Rest(msgspec.Struct, frozen=True):
    """What the fold measures by: how long a crew rests before its work counts from zero again, in seconds
    (standards/field.toml), and by how many bar two honest readings can differ (standards/air.toml)."""

    rest_s: float
    rise_bar: float


def unknown(crew: str) -> Crew:
    """A crew of which nothing was said before."""
    return Crew(crew=crew, label=crew)


def fold(
    start: Crew, facts: Iterable[tuple[Seen, Fact]], rest: Rest, discarded: Collection[str], resolved: Collection[str]
) -> Crew:
    """The crew after all facts in the order given, without those of discarded asks and without resolved conflicts."""
    state = start
    for seen, fact in facts:
        if seen.ask not in discarded:
            state = step(state, seen, fact, rest, resolved)
    return state


def step(state: Crew, seen: Seen, fact: Fact, rest: Rest, resolved: Collection[str] = ()) -> Crew:
    """The crew after one more fact, seen no earlier than all before it."""
    match fact:
        case Sent():
            return _sent(state, fact)
        case Crewed():
            return state if state.phase == "left" else replace(state, people=fact.people, persons=fact.persons)
        case Says():
            return _says(state, seen, fact, resolved)
        case events.CrewFormed():
            return _formed(state, seen, fact)
        case events.CrewMoved():
            return _moved(state, seen, fact, rest)
        case events.CrewEntered():
            return _entered(state, seen, fact, resolved)
        case events.CrewLeft():
            return _left(state, seen, fact, resolved)
        case events.AirRead():
            return _air(state, seen, fact, rest, resolved)
        case events.ParReported():
            return _par(state, seen, fact, resolved)
        case events.ContactLost():
            return replace(state, lost_at=seen.at, lost_person=fact.person)
        case events.ContactRegained():
            return replace(state, lost_at=None, lost_person="", accounted_at=seen.at)


def seconds(start: str, end: str) -> float:
    """Seconds between two written times."""
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def _warned(
    state: Crew,
    resolved: Collection[str],
    kind: ConflictKind,
    first: Seen | None,
    second: Seen,
    person: str = "",
    sectors: tuple[str, ...] = (),
) -> Crew:
    name = f"{kind}/{first.ask if first else ''}/{second.ask}/{person}"
    if name in resolved or any(c.conflict == name for c in state.conflicts):
        return state
    return replace(state, conflicts=(*state.conflicts, Conflict(name, kind, second, first, person, sectors)))


def _sent(state: Crew, fact: Sent) -> Crew:
    back = state.phase == "left"  # sent a second time: the crew begins anew, its work and rest go on
    fresh = state.arrived_at is None or back
    return replace(
        state,
        unit=fact.unit,
        agency=fact.agency,
        people=fact.people,
        persons=fact.persons,
        phase="sent" if fresh else state.phase,
        eta_at=fact.eta_at,
        arrived_at=None if back else state.arrived_at,
        sector=STAGING if fresh else state.sector,
        work_since=None if fresh else state.work_since,
    )


def _says(state: Crew, seen: Seen, fact: Says, resolved: Collection[str]) -> Crew:
    if fact.status in HERE:
        return _arrived(state, seen)
    if fact.status == "assigned":
        return replace(state, phase="sent") if state.phase == "left" else state
    if fact.status == "on-the-way":
        return replace(state, phase="on-the-way") if state.phase != "arrived" else state
    if state.phase == "left":
        return state
    if state.inside:
        state = _warned(state, resolved, "gone-while-inside", state.inside[0].entered, seen)
    return replace(state, phase="left", eta_at=None)


def _arrived(state: Crew, seen: Seen) -> Crew:
    return replace(state, phase="arrived", eta_at=None, arrived_at=state.arrived_at or seen.at)


def _formed(state: Crew, seen: Seen, fact: events.CrewFormed) -> Crew:
    named = replace(
        state, label=fact.label, unit=fact.unit, agency=fact.agency, people=fact.people, persons=fact.persons
    )
    return _arrived(named, seen)


def _moved(state: Crew, seen: Seen, fact: events.CrewMoved, rest: Rest) -> Crew:
    if fact.to == state.sector:
        return state
    if fact.to == REHAB:
        state = replace(state, rest_since=seen.at)
    elif state.rest_since is not None:
        rested = seconds(state.rest_since, seen.at) >= rest.rest_s
        state = replace(
            state,
            rest_since=None,
            entries=0 if rested else state.entries,
            worked_s=0.0 if rested else state.worked_s,
        )
    inside = state.inside
    if fact.to not in (STAGING, REHAB):
        inside = tuple(replace(one, sector=fact.to) for one in inside)
        since = state.work_since if state.sector not in (STAGING, REHAB) else seen.at
    else:
        since = None
    return replace(state, sector=fact.to, work_since=since, inside=inside)


def _entered(state: Crew, seen: Seen, fact: events.CrewEntered, resolved: Collection[str]) -> Crew:
    was_out = not state.inside
    for wearer in fact.wearers:
        state = _goes_in(state, seen, fact.sector, wearer, resolved)
    if was_out:
        state = replace(state, entries=state.entries + 1)
    return replace(
        _arrived(state, seen), sector=fact.sector, rest_since=None, accounted_at=seen.at, lost_at=None, lost_person=""
    )


def _goes_in(state: Crew, seen: Seen, sector: str, wearer: events.Wearer, resolved: Collection[str]) -> Crew:
    read = () if wearer.bar is None else (AirSeen(seen, wearer.bar, "entry"),)
    there = next((one for one in state.inside if one.person == wearer.person), None)
    if there is None:
        entry = Inside(wearer.person, seen, sector, wearer.cylinder, read)
        out = tuple(one for one in state.out if one.person != wearer.person)
        return replace(state, inside=(*state.inside, entry), out=out)
    if there.sector != sector and there.entered.by != seen.by:
        state = _warned(state, resolved, "two-places", there.entered, seen, wearer.person, (there.sector, sector))
    now = replace(
        there, sector=sector, cylinder=there.cylinder or wearer.cylinder, air=there.air if there.air else read
    )
    return replace(state, inside=tuple(now if one is there else one for one in state.inside))


def _left(state: Crew, seen: Seen, fact: events.CrewLeft, resolved: Collection[str]) -> Crew:
    who = fact.persons or tuple(one.person for one in state.inside)
    known = {one.person for one in state.inside} | {one.person for one in state.out}
    if not who and not state.out:
        state = _warned(state, resolved, "left-not-inside", None, seen)
    for person in who:
        if person not in known:
            state = _warned(state, resolved, "left-not-inside", None, seen, person)
    gone = tuple(one for one in state.inside if one.person in who)
    stay = tuple(one for one in state.inside if one.person not in who)
    worked = state.worked_s
    if gone and not stay:
        worked += seconds(min(one.entered.at for one in gone), seen.at)
    return replace(
        state,
        inside=stay,
        out=(*state.out, *(Out(one.person, seen) for one in gone)),
        worked_s=worked,
        accounted_at=seen.at,
        lost_at=None if not stay else state.lost_at,
        lost_person="" if not stay else state.lost_person,
    )


def _air(state: Crew, seen: Seen, fact: events.AirRead, rest: Rest, resolved: Collection[str]) -> Crew:
    there = next((one for one in state.inside if one.person == fact.person), None)
    if there is None:
        gone = next((one for one in state.out if one.person == fact.person), None)
        if gone is not None and gone.seen.by != seen.by:
            return _warned(state, resolved, "read-outside", gone.seen, seen, fact.person)
        return state
    last = there.air[-1] if there.air else None
    rose = last is not None and fact.mark != "new-cylinder" and fact.bar > last.bar + rest.rise_bar
    if last is not None and rose and last.seen.by != seen.by:
        state = _warned(state, resolved, "air-rose", last.seen, seen, fact.person)
    now = replace(there, cylinder=fact.cylinder or there.cylinder, air=(*there.air, AirSeen(seen, fact.bar, fact.mark)))
    return replace(state, inside=tuple(now if one is there else one for one in state.inside))


def _par(state: Crew, seen: Seen, fact: events.ParReported, resolved: Collection[str]) -> Crew:
    for other in state.answers:
        same = (other.result, other.present) == (fact.result, fact.present)
        if fact.par and other.par == fact.par and other.seen.by != seen.by and not same:
            state = _warned(state, resolved, "par-differs", other.seen, seen)
    answer = Answer(fact.par, fact.result, fact.present, seen)
    state = replace(state, answers=(*state.answers, answer)[-ANSWERS_KEPT:])
    if fact.result == "complete":
        return replace(state, accounted_at=seen.at, lost_at=None, lost_person="")
    return state
