"""Crews at the scene: each fact that was seen, the fold of them, what was resolved; projections and loads."""

from typing import Any

import msgspec

from ....kernel.records import Ask, Entry, written
from ....kernel.storage import Row, Tx
from .. import events
from ..rules import crewfold, crews
from ..rules.crewfold import FACTS, Crew, Fact, Seen
from ..rules.deadlines import Call, Overdue
from . import alarms
from .command import open_sector
from .figures import figures
from .part import known as part_known

_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in FACTS.items()}
_STATE = msgspec.json.Decoder(Crew)
_encode = msgspec.json.Encoder().encode
Key = tuple[str, str, int]


def seen_of(entry: Entry) -> Seen:
    """When, by which ask and by whose device something was seen."""
    return Seen(written(entry.when), entry.ask, entry.device or entry.actor)


def remember(tx: Tx, incident: str, crew: str, fact: Fact, entry: Entry) -> None:
    """Keep a fact of a crew, and fold it in where its time puts it."""
    seen = seen_of(entry)
    before = tx.rows(
        "select count(*) as n from field_fact where incident = :i and crew = :c and at = :at and ask = :ask",
        i=incident,
        c=crew,
        at=seen.at,
        ask=seen.ask,
    )
    n = int(before[0]["n"])
    tx.run(
        "insert into field_fact (incident, crew, at, ask, n, who, kind, body)"
        " values (:i, :c, :at, :ask, :n, :who, :kind, :body)",
        i=incident,
        c=crew,
        at=seen.at,
        ask=seen.ask,
        n=n,
        who=seen.by,
        kind=type(fact).__name__,
        body=_encode(fact).decode(),
    )
    folded = _row(tx, incident, crew)
    resolved = _resolved(tx, incident, crew)
    key = (seen.at, seen.ask, n)
    if folded is None or key > _key(folded):
        state = _STATE.decode(folded["state"]) if folded else crewfold.unknown(crew)
        if seen.ask not in events.left_out(resolved):
            state = crewfold.step(state, seen, fact, figures().rest, resolved)
    else:
        key, state = _key(folded), _folded(tx, incident, crew, resolved)
    _write(tx, incident, state, key)


def _row(tx: Tx, incident: str, crew: str) -> Row | None:
    rows = tx.rows("select * from field_crew where incident = :i and crew = :c", i=incident, c=crew)
    return rows[0] if rows else None


def _key(row: Row) -> Key:
    return row["last_at"], row["last_ask"], row["last_n"]


def facts(tx: Tx, incident: str, crew: str) -> tuple[tuple[Seen, Fact], ...]:
    """What was seen of a crew, in the order it was seen; sorted here, since stores sort text differently."""
    rows = tx.rows("select * from field_fact where incident = :i and crew = :c", i=incident, c=crew)
    rows.sort(key=lambda row: (row["at"], row["ask"], row["n"]))
    return tuple((Seen(r["at"], r["ask"], r["who"]), _DECODERS[r["kind"]].decode(r["body"])) for r in rows)


def _resolved(tx: Tx, incident: str, crew: str) -> dict[str, events.Holds]:
    """What a person said of each conflict."""
    rows = tx.rows("select conflict, holds from field_resolved where incident = :i and crew = :c", i=incident, c=crew)
    return {row["conflict"]: row["holds"] for row in rows}


def _folded(tx: Tx, incident: str, crew: str, resolved: dict[str, events.Holds]) -> Crew:
    known = facts(tx, incident, crew)
    return crewfold.fold(crew, known, figures().rest, events.left_out(resolved), resolved)


def _write(tx: Tx, incident: str, state: Crew, key: Key) -> None:
    tx.run(
        "insert into field_crew (incident, crew, last_at, last_ask, last_n, phase, people, inside, conflicts, lost_at,"
        " lost_person, state) values (:i, :c, :at, :ask, :n, :phase, :people, :inside, :conflicts, :lost, :person,"
        " :state) on conflict (incident, crew) do update set last_at = :at, last_ask = :ask, last_n = :n,"
        " phase = :phase, people = :people, inside = :inside, conflicts = :conflicts, lost_at = :lost,"
        " lost_person = :person, state = :state",
        i=incident,
        c=state.crew,
        at=key[0],
        ask=key[1],
        n=key[2],
        phase=state.phase,
        people=state.people,
        inside=len(state.inside),
        conflicts=len(state.conflicts),
        lost=state.lost_at,
        person=state.lost_person,
        state=_encode(state).decode(),
    )
    alarms.judge(tx, incident, state)


def observed(tx: Tx, e: Any, entry: Entry) -> None:
    """An event that is itself a fact of a crew."""
    remember(tx, e.incident, e.crew, e, entry)


def conflict_resolved(tx: Tx, e: events.ConflictResolved, entry: Entry) -> None:
    """The latest word on a conflict holds, and the crew is folded anew."""
    tx.run(
        "insert into field_resolved (incident, crew, conflict, holds, at, ask)"
        " values (:i, :c, :conflict, :holds, :at, :ask) on conflict (incident, crew, conflict) do update"
        " set holds = :holds, at = :at, ask = :ask"
        " where field_resolved.at < :at or (field_resolved.at = :at and field_resolved.ask < :ask)",
        i=e.incident,
        c=e.crew,
        conflict=e.conflict,
        holds=e.holds,
        at=written(entry.when),
        ask=entry.ask,
    )
    row = _row(tx, e.incident, e.crew)
    if row is not None:
        resolved = _resolved(tx, e.incident, e.crew)
        _write(tx, e.incident, _folded(tx, e.incident, e.crew, resolved), _key(row))


def par_called(tx: Tx, e: events.ParCalled, entry: Entry) -> None:
    tx.run(
        "insert into field_par (par, incident, at, ask, sector) values (:p, :i, :at, :ask, :s)"
        " on conflict (par) do nothing",
        p=e.par,
        i=e.incident,
        at=written(entry.when),
        ask=entry.ask,
        s=e.sector,
    )


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def states(tx: Tx, incident: str) -> tuple[Crew, ...]:
    """All crews of an incident, by name."""
    rows = tx.rows("select state from field_crew where incident = :i", i=incident)
    return tuple(sorted((_STATE.decode(row["state"]) for row in rows), key=lambda one: one.crew))


def decides(tx: Tx, incident: str) -> tuple[bool, bool]:
    """Whether the incident is known, and whether it is open and this node watches the clock for its scene.

    A field part on its way is still watched by the node it leaves."""
    part = part_known(tx, incident)
    return part.incident_known, part.incident_known and part.node == part.here and part.state == "open"


def one(tx: Tx, cmd: Any, ask: Ask) -> crews.CrewKnown:
    """One crew, and its facts where the ask is about a time before what is known."""
    return _known(tx, cmd.incident, cmd.crew, written(ask.when), ask.id)


def whole(tx: Tx, cmd: crews.ResolveConflict) -> crews.CrewKnown:
    """One crew with all its facts."""
    return _known(tx, cmd.incident, cmd.crew, "", "")


def moving(tx: Tx, cmd: crews.MoveCrew, ask: Ask) -> crews.CrewKnown:
    """One crew, and whether there is a place of that name to go to."""
    return msgspec.structs.replace(one(tx, cmd, ask), sector_known=open_sector(tx, cmd.incident, cmd.to))


def calling(tx: Tx, cmd: crews.CallPar) -> crews.SceneKnown:
    """All crews, for a PAR call."""
    names = [row["crew"] for row in tx.rows("select crew from field_crew where incident = :i", i=cmd.incident)]
    known = tuple(_known(tx, cmd.incident, name, "9", "") for name in sorted(names))
    return crews.SceneKnown(crews=known, same=bool(tx.rows("select 1 as x from field_par where par = :p", p=cmd.par)))


def _known(tx: Tx, incident: str, crew: str, at: str, ask: str) -> crews.CrewKnown:
    row = _row(tx, incident, crew)
    incident_known, here = decides(tx, incident)
    past = row is not None and (at, ask) <= _key(row)[:2]
    return crews.CrewKnown(
        incident_known=incident_known,
        decides=here,
        there=row is not None,
        state=_STATE.decode(row["state"]) if row else crewfold.unknown(crew),
        figures=figures(),
        facts=facts(tx, incident, crew) if past else None,
        resolved=_resolved(tx, incident, crew),
        calls=tuple(
            Call(r["at"], r["sector"])
            for r in tx.rows("select at, sector from field_par where incident = :i order by at", i=incident)
        ),
        overdue=_overdue(tx, incident, crew),
        low=_low(tx, incident, crew),
    )


def _overdue(tx: Tx, incident: str, crew: str) -> Overdue | None:
    rows = tx.rows("select since, times from field_alarm where alarm = :a", a=alarms.par_alarm(incident, crew))
    return Overdue(rows[0]["since"], rows[0]["times"]) if rows else None


def _low(tx: Tx, incident: str, crew: str) -> dict[str, events.AirLevel]:
    """Whose air is low by what was said, and how low."""
    rows = tx.rows(
        "select person, level from field_alarm where incident = :i and crew = :c and kind = 'air-low' and over = 0",
        i=incident,
        c=crew,
    )
    return {row["person"]: row["level"] for row in rows}
