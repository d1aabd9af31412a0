"""What intake and dispatch say of an incident and of the units sent there, as far as the scene needs it."""

import json
from datetime import datetime, timedelta

from .... import standards
from ....kernel.records import Entry, written
from ....kernel.storage import Tx
from ...dispatch import events as dispatch
from ...intake import events as intake
from ..rules.crewfold import HERE, Crewed, Says, Sent
from . import part
from .crews import remember


def _level(kind: str | None) -> int:
    known = standards.incident_types().get(kind) if kind else None
    return known.level if known else 1


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
        level=_level(e.type),
        risk=int(e.life_risk),
        exercise=int(e.exercise),
        at=written(entry.when),
        answered=written(e.answered_at or entry.when),
    )
    part.opened(tx, e, entry)


def incident_classified(tx: Tx, e: intake.IncidentClassified, entry: Entry) -> None:
    tx.run(
        "update field_incident set type = :t, life_risk = :r, level = case when level < :l then :l else level end"
        " where incident = :i",
        t=e.type,
        r=int(e.life_risk),
        l=_level(e.type),
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
    _end(tx, e.incident, "cancelled", entry)


def incident_reopened(tx: Tx, e: intake.IncidentReopened, entry: Entry) -> None:
    tx.run("update field_incident set state = 'open' where incident = :i", i=e.incident)


def alarm_level_raised(tx: Tx, e: dispatch.AlarmLevelRaised, entry: Entry) -> None:
    tx.run("update field_incident set level = :l where incident = :i", l=e.level, i=e.incident)


def incident_closed(tx: Tx, e: dispatch.IncidentClosed, entry: Entry) -> None:
    _end(tx, e.incident, "closed", entry)


def _end(tx: Tx, incident: str, state: str, entry: Entry) -> None:
    """The incident is over for dispatch, and with it each unit's stay there."""
    tx.run("update field_incident set state = :s where incident = :i", s=state, i=incident)
    for row in tx.rows("select distinct crew from field_fact where incident = :i and kind = 'Sent'", i=incident):
        _says(tx, incident, row["crew"], "returning", entry)


# ── units ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def unit_registered(tx: Tx, e: dispatch.UnitRegistered, entry: Entry) -> None:
    tx.run(
        "insert into field_unit (unit, agency, people, persons) values (:u, :a, 0, '[]')"
        " on conflict (unit) do update set agency = :a",
        u=e.unit,
        a=e.agency,
    )


def crew_set(tx: Tx, e: dispatch.CrewSet, entry: Entry) -> None:
    """Who rides on a unit counts at once where it was sent."""
    tx.run(
        "update field_unit set people = :n, persons = :p where unit = :u",
        n=e.people,
        p=json.dumps(e.persons),
        u=e.unit,
    )
    for incident in _sent_to(tx, e.unit):
        remember(tx, incident, e.unit, Crewed(e.people, e.persons), entry)


def _sent_to(tx: Tx, unit: str) -> list[str]:
    """The incidents a unit was sent to and has not left."""
    rows = tx.rows(
        "select c.incident from field_crew c join field_incident i on i.incident = c.incident"
        " where c.crew = :u and c.phase <> 'left' and i.state = 'open' order by c.incident",
        u=unit,
    )
    return [row["incident"] for row in rows]


def units_dispatched(tx: Tx, e: dispatch.UnitsDispatched, entry: Entry) -> None:
    etas = {one.unit: one.eta_s for one in e.proposal.units} if e.proposal else {}
    for unit in e.units:
        rows = tx.rows("select agency, people, persons from field_unit where unit = :u", u=unit)
        agency, people, persons = (
            (rows[0]["agency"], rows[0]["people"], tuple(json.loads(rows[0]["persons"]))) if rows else ("", 0, ())
        )
        remember(tx, e.incident, unit, Sent(unit, agency, people, persons, _eta(entry.when, etas.get(unit))), entry)


def _eta(sent: datetime, eta_s: float | None) -> str | None:
    return None if eta_s is None else written(sent + timedelta(seconds=eta_s))


def unit_pulled(tx: Tx, e: dispatch.UnitPulled, entry: Entry) -> None:
    _says(tx, e.incident, e.unit, "returning", entry)


def unit_cancelled(tx: Tx, e: dispatch.UnitCancelled, entry: Entry) -> None:
    _says(tx, e.incident, e.unit, "returning", entry)


def unit_status_reported(tx: Tx, e: dispatch.UnitStatusReported, entry: Entry) -> None:
    """Counts where the unit says it is; a unit that is free again has left wherever it was."""
    here = [e.incident] if e.incident else _sent_to(tx, e.unit)
    for incident in here:
        if e.status in HERE or _known(tx, incident, e.unit):
            _says(tx, incident, e.unit, e.status, entry)


def _known(tx: Tx, incident: str, crew: str) -> bool:
    return bool(tx.rows("select 1 as x from field_crew where incident = :i and crew = :c", i=incident, c=crew))


def _says(tx: Tx, incident: str, unit: str, status: str, entry: Entry) -> None:
    remember(tx, incident, unit, Says(status), entry)
