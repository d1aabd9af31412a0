"""What intake and dispatch say of an incident and of the units sent there, as far as the scene needs it."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from .... import standards
from ....kernel import playing, stays
from ....kernel.records import Entry, written
from ....kernel.stays import Said, Stay
from ....kernel.storage import Row, Tx
from ...dispatch import events as dispatch
from ...intake import events as intake
from ..rules.crewfold import Crewed, Says, Seen, Sent
from . import part
from .alarms import FRESH
from .facts import remember, seen_of, take_in, withdraw

STAYS = "field_stay"
_UNIT, _RIDING = "field_unit", "field_riding"
CREW_TOLD = timedelta(days=7)


def incident_opened(tx: Tx, e: intake.IncidentOpened, entry: Entry) -> None:
    tx.run(
        "insert into field_incident (incident, number, type, place, lon, lat, level, life_risk, exercise, opened_at,"
        " answered_at, state) values (:i, :number, :type, :place, :lon, :lat, :level, :risk, :exercise, :at, :answered,"
        " 'open')",
        i=e.incident,
        number=e.number,
        type=e.type,
        place=e.place.ref if e.place else None,
        lon=e.lon,
        lat=e.lat,
        level=standards.level_of(e.type),
        risk=int(e.life_risk),
        exercise=int(e.exercise),
        at=entry.stamp,
        answered=written(e.answered_at or entry.when),
    )
    if entry.origin is None:
        playing.know(tx, FRESH, e.incident, True)
    part.opened(tx, e, entry)


def call_linked(tx: Tx, e: intake.CallLinked, entry: Entry) -> None:
    if e.answered_at is not None:
        tx.run(
            "update field_incident set answered_at = :at where incident = :i and answered_at > :at",
            at=written(e.answered_at),
            i=e.incident,
        )


def incident_classified(tx: Tx, e: intake.IncidentClassified, entry: Entry) -> None:
    tx.run(
        "update field_incident set type = :t, life_risk = :r, level = case when level < :l then :l else level end"
        " where incident = :i",
        t=e.type,
        r=int(e.life_risk),
        l=standards.level_of(e.type),
        i=e.incident,
    )


def life_at_risk(tx: Tx, e: intake.LifeAtRisk, entry: Entry) -> None:
    tx.run("update field_incident set life_risk = 1 where incident = :i", i=e.incident)


def needs_sharpened(tx: Tx, e: intake.NeedsSharpened, entry: Entry) -> None:
    tx.run(
        "update field_incident set level = case when level < :l then :l else level end where incident = :i",
        l=e.level or 0,
        i=e.incident,
    )


def place_corrected(tx: Tx, e: intake.PlaceCorrected, entry: Entry) -> None:
    tx.run(
        "update field_incident set lon = :lon, lat = :lat, place = coalesce(:place, place) where incident = :i",
        lon=e.lon,
        lat=e.lat,
        place=e.place.ref if e.place else None,
        i=e.incident,
    )


def exercise_marked(tx: Tx, e: intake.ExerciseMarked, entry: Entry) -> None:
    tx.run("update field_incident set exercise = 1 where incident = :i", i=e.incident)


def incident_cancelled(tx: Tx, e: intake.IncidentCancelled, entry: Entry) -> None:
    _end(tx, e.incident, "cancelled", entry, lambda unit: stays.after_sent(tx, STAYS, unit, e.incident, entry))


def incident_reopened(tx: Tx, e: intake.IncidentReopened, entry: Entry) -> None:
    tx.run("update field_incident set state = 'open' where incident = :i", i=e.incident)


def alarm_level_raised(tx: Tx, e: dispatch.AlarmLevelRaised, entry: Entry) -> None:
    tx.run("update field_incident set level = :l where incident = :i", l=e.level, i=e.incident)


def incident_closed(tx: Tx, e: dispatch.IncidentClosed, entry: Entry) -> None:
    _end(tx, e.incident, "closed", entry, lambda unit: stays.after(e.after.get(unit)))


def _end(tx: Tx, incident: str, state: str, entry: Entry, after: Callable[[str], str]) -> None:
    """The incident is over for dispatch, and with it each unit's stay there."""
    tx.run("update field_incident set state = :s where incident = :i", s=state, i=incident)
    sent = "select distinct crew from field_fact where incident = :i and kind = 'Sent' order by crew"
    for row in tx.rows(sent, i=incident):
        _leaves(tx, incident, row["crew"], entry, after(row["crew"]))


# ── units: what was said of them counts by its time, in whatever order two nodes hear it ─────────────────────────────


def unit_registered(tx: Tx, e: dispatch.UnitRegistered, entry: Entry) -> None:
    tx.run(
        "insert into field_unit (unit, agency) values (:u, :a) on conflict (unit) do update set agency = :a",
        u=e.unit,
        a=e.agency,
    )
    playing.doubt(tx, _UNIT, e.unit)


def crew_set(tx: Tx, e: dispatch.CrewSet, entry: Entry) -> None:
    """Who rides on a unit counts from then on wherever it was sent."""
    seen = seen_of(entry)
    tx.run(
        "insert into field_riding (unit, at, ask, who, people, persons) values (:u, :at, :ask, :who, :n, :p)"
        " on conflict (unit, at, ask) do nothing",
        u=e.unit,
        at=seen.at,
        ask=seen.ask,
        who=seen.by,
        n=e.people,
        p=json.dumps(e.persons),
    )
    playing.doubt(tx, _RIDING, e.unit)
    for incident in _sent_to(tx, e.unit, entry.when):
        remember(tx, incident, e.unit, Crewed(e.people, e.persons), entry)


def _sent_to(tx: Tx, unit: str, at: datetime) -> list[str]:
    """Where a unit was sent in the week before a time or later, and where it is: a trip that ended long ago is not told
    of every new crew."""
    rows = tx.rows(
        f"select distinct place from {STAYS} where thing = :u and kind = 'to' and at >= :at",
        u=unit,
        at=written(at - CREW_TOLD),
    )
    newest = stays.at_time(tx, STAYS, unit)
    here = {newest.now} if newest and newest.now else set()
    return sorted(here | {row["place"] for row in rows})


def _riding(tx: Tx, unit: str, at: str) -> list[tuple[Seen, Crewed]]:
    """Who rode on a unit at a time and later, in the order of the times it was said for."""
    newest = playing.known(tx, _RIDING, unit, lambda: _newest_riding(tx, unit))
    if newest is None or newest[0].at <= at:
        return [newest] if newest else []
    rows = tx.rows(
        "select * from field_riding where unit = :u and at >= coalesce((select max(before.at) from field_riding before"
        " where before.unit = :u and before.at <= :at), :at)",
        u=unit,
        at=at,
    )
    return _in_order(rows)


def _newest_riding(tx: Tx, unit: str) -> tuple[Seen, Crewed] | None:
    newest = "select * from field_riding where unit = :u and at = (select max(at) from field_riding where unit = :u)"
    rides = _in_order(tx.rows(newest, u=unit))
    return rides[-1] if rides else None


def _in_order(rows: list[Row]) -> list[tuple[Seen, Crewed]]:
    rows.sort(key=lambda r: (r["at"], r["ask"]))
    return [(Seen(r["at"], r["ask"], r["who"]), Crewed(r["people"], tuple(json.loads(r["persons"])))) for r in rows]


def units_dispatched(tx: Tx, e: dispatch.UnitsDispatched, entry: Entry) -> None:
    """With who rides at that time; what was said of later times, and came before this, counts after it."""
    etas = {one.unit: one.eta_s for one in e.proposal.units} if e.proposal else {}
    for name in e.units:
        said = Said(kind="to", place=e.incident, what="assigned", after=stays.after(e.after.get(name)))
        at = _said(tx, name, said, entry).at
        riding = _riding(tx, name, at)
        crew = next((one for seen, one in reversed(riding) if seen.at <= at), Crewed(0))
        later = [(one, seen) for seen, one in riding if seen.at > at]
        untold = later and not _sent_before(tx, e.incident, name)
        sent = Sent(name, _agency(tx, name), crew.people, crew.persons, _eta(entry.when, etas.get(name)))
        remember(tx, e.incident, name, sent, entry, at)
        for one, seen in later if untold else ():
            take_in(tx, e.incident, name, one, seen)


def _agency(tx: Tx, unit: str) -> str:
    rows = playing.known(tx, _UNIT, unit, lambda: tx.rows("select agency from field_unit where unit = :u", u=unit))
    return rows[0]["agency"] if rows else ""


def _sent_before(tx: Tx, incident: str, unit: str) -> bool:
    rows = tx.rows(
        "select 1 as x from field_fact where incident = :i and crew = :u and kind = 'Sent' limit 1", i=incident, u=unit
    )
    return bool(rows)


def _eta(sent: datetime, eta_s: float | None) -> str | None:
    return None if eta_s is None else written(sent + timedelta(seconds=eta_s))


def unit_pulled(tx: Tx, e: dispatch.UnitPulled, entry: Entry) -> None:
    _leaves(tx, e.incident, e.unit, entry, stays.after(e.after))


def unit_cancelled(tx: Tx, e: dispatch.UnitCancelled, entry: Entry) -> None:
    _leaves(tx, e.incident, e.unit, entry, stays.after(e.after))


def _leaves(tx: Tx, incident: str, unit: str, entry: Entry, after: str) -> None:
    stay = _said(tx, unit, Said(kind="off", place=incident, what="off", after=after), entry)
    remember(tx, incident, unit, Says("returning"), entry, stay.at)


def unit_status_reported(tx: Tx, e: dispatch.UnitStatusReported, entry: Entry) -> None:
    """Counts where the unit says it is, else where it was when that was seen; a unit that is free again has left it."""
    stay = _said(
        tx, e.unit, Said(kind="says", place=e.names, what=e.status, keeps=e.status in dispatch.COMMITTED), entry
    )
    if stay.counts is not None:
        remember(tx, stay.counts, e.unit, Says(e.status), entry)


def _said(tx: Tx, unit: str, said: Said, entry: Entry) -> Stay:
    """Keep what was said of a unit; what came late moves what named no incident to where it counts."""
    stay, changed = stays.hear(tx, STAYS, unit, said, entry)
    for old, new in changed or ():
        if new.kind == "says" and old.counts != new.counts:
            seen = Seen(new.at, new.ask, new.who)
            if old.counts is not None:
                withdraw(tx, old.counts, unit, seen)
            if new.counts is not None:
                take_in(tx, new.counts, unit, Says(new.what), seen)
    return stay
