"""Crews at the scene: projections, loads, the crews of the board."""

from typing import Any

import msgspec

from ....kernel.records import Ask, Entry, written
from ....kernel.storage import Tx
from .. import events
from ..rules import crews
from ..rules.crewfold import Crew
from ..rules.deadlines import Call, Overdue, drains
from . import alarms
from .command import open_sector
from .facts import before, folded, judged, remember, resolutions
from .figures import figures
from .part import known as part_known

_STATE = msgspec.json.Decoder(Crew)


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
        at=entry.stamp,
        ask=entry.ask,
    )
    judged(tx, e.incident, e.crew)


def par_called(tx: Tx, e: events.ParCalled, entry: Entry) -> None:
    tx.run(
        "insert into field_par (par, incident, at, ask, sector) values (:p, :i, :at, :ask, :s)"
        " on conflict (incident, par) do update set at = :at, ask = :ask, sector = :s where field_par.at > :at"
        " or (field_par.at = :at and field_par.ask > :ask)",
        p=e.par,
        i=e.incident,
        at=entry.stamp,
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
    """One crew; where the ask is about a time before what is known, what was seen around that time.

    An outbox that drains does not wait for that: the crew is looked at when the drain is over."""
    known = _known(tx, cmd.incident, cmd.crew)
    at = written(ask.when)
    if drains(ask) or at > known.last_at:
        return known
    return msgspec.structs.replace(known, past=before(tx, cmd.incident, cmd.crew, at))


def whole(tx: Tx, cmd: crews.ResolveConflict) -> crews.CrewKnown:
    """One crew with all that was seen of it."""
    known = _known(tx, cmd.incident, cmd.crew)
    return msgspec.structs.replace(known, past=before(tx, cmd.incident, cmd.crew, ""))


def moving(tx: Tx, cmd: crews.MoveCrew, ask: Ask) -> crews.CrewKnown:
    """One crew, and whether there is a place of that name to go to."""
    return msgspec.structs.replace(one(tx, cmd, ask), sector_known=open_sector(tx, cmd.incident, cmd.to))


def calling(tx: Tx, cmd: crews.CallPar) -> crews.SceneKnown:
    """All crews, for a PAR call."""
    names = [row["crew"] for row in tx.rows("select crew from field_crew where incident = :i", i=cmd.incident)]
    known = tuple(_known(tx, cmd.incident, name) for name in sorted(names))
    called = tx.rows("select 1 as x from field_par where incident = :i and par = :p", i=cmd.incident, p=cmd.par)
    return crews.SceneKnown(crews=known, same=bool(called))


def watching(tx: Tx, cmd: Any) -> crews.CrewKnown:
    """One crew as it stands, for what the timer asks."""
    return _known(tx, cmd.incident, cmd.crew)


def _known(tx: Tx, incident: str, crew: str) -> crews.CrewKnown:
    incident_known, here = decides(tx, incident)
    state, last_at, late_at = folded(tx, incident, crew)
    return crews.CrewKnown(
        incident_known=incident_known,
        decides=here,
        there=last_at != "",
        state=state,
        last_at=last_at,
        late_at=late_at,
        figures=figures(),
        resolved=resolutions(tx, incident, crew),
        calls=tuple(
            Call(r["at"], r["sector"])
            for r in tx.rows("select at, sector from field_par where incident = :i order by at", i=incident)
        ),
        overdue=_overdue(tx, incident, crew),
        low=_low(tx, incident, crew),
    )


def _overdue(tx: Tx, incident: str, crew: str) -> Overdue | None:
    rows = tx.rows(
        "select since, times from field_alarm where incident = :i and alarm = :a",
        i=incident,
        a=alarms.par_alarm(incident, crew),
    )
    return Overdue(rows[0]["since"], rows[0]["times"]) if rows else None


def _low(tx: Tx, incident: str, crew: str) -> dict[str, events.AirLevel]:
    """Whose air is low by what was said, and how low."""
    rows = tx.rows(
        "select person, level from field_alarm where incident = :i and crew = :c and kind = 'air-low' and over = 0",
        i=incident,
        c=crew,
    )
    return {row["person"]: row["level"] for row in rows}
