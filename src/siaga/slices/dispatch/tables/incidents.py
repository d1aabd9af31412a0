"""Incidents, who was sent, clocks, journal and alarms: projections and loads."""

import functools
import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from .... import standards
from ....kernel import stays
from ....kernel.records import Ask, Entry, Event, Told, read_time, written
from ....kernel.stays import Said, Stay
from ....kernel.storage import Tx
from ...intake import events as intake
from .. import events, rules
from . import fleet, scene, trips
from .fleet import STAYS, unit
from .trips import clock as _clock
from .trips import first_of_units as _first_of_units

HIDDEN = frozenset({"after", "first_was", "incident", "left", "named", "odd", "own_was", "proposal", "tracks"})
TRACK_STEP = timedelta(seconds=30)
_encode = msgspec.json.Encoder().encode


def journalled(project: Callable[[Tx, Any, Entry], None]) -> Callable[[Tx, Any, Entry], None]:
    """Also write the event into the journal of its incident."""

    @functools.wraps(project)
    def both(tx: Tx, e: Any, entry: Entry) -> None:
        project(tx, e, entry)
        if e.incident is not None:
            _journal(tx, e, entry, e.incident)

    return both


def noted(tx: Tx, e: Any, entry: Entry) -> None:
    """Nothing but a line in the journal."""


def _journal(tx: Tx, e: Event, entry: Entry, incident: str, odd: str | None = None) -> None:
    facts: dict[str, Any] = {"odd": odd} if odd else {}
    note = None
    for name in _shown(type(e)):
        value = getattr(e, name)
        if isinstance(value, Told):
            note = value.ref
        elif value is not None:
            facts[name] = value
    tx.run(
        "insert into dispatch_journal (incident, position, at, kind, unit, actor, device, facts, note)"
        " values (:i, :p, :at, :kind, :unit, :actor, :device, :facts, :note) on conflict (incident, position) do"
        " nothing",
        i=incident,
        p=entry.position,
        at=entry.stamp,
        kind=entry.kind,
        unit=facts.get("unit"),
        actor=entry.actor,
        device=entry.device,
        facts=_encode(facts).decode(),
        note=note,
    )


@functools.cache
def _shown(kind: type[Event]) -> tuple[str, ...]:
    """The fields of an event that its line in the journal shows."""
    return tuple(name for name in kind.__struct_fields__ if name not in HIDDEN)


# ── from intake ──────────────────────────────────────────────────────────────────────────────────────────────────────


def incident_opened(tx: Tx, e: intake.IncidentOpened, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_incident (incident, number, agency, type, life_risk, exercise, lon, lat, precision_m,"
        " area, place,"
        " place_id, state, level, adds, others, opened_at, answered_at, home)"
        " values (:i, :number, :agency, :type, :risk,"
        " :exercise, :lon, :lat, :precision, :area, :place, :place_id, 'open', :level, '{}', '[]', :at, :answered,"
        " :home)",
        i=e.incident,
        number=e.number,
        agency=e.agency,
        type=e.type,
        risk=int(e.life_risk),
        exercise=int(e.exercise),
        lon=e.lon,
        lat=e.lat,
        precision=e.precision_m,
        area=e.area,
        place=e.place.ref if e.place else None,
        place_id=e.place_id,
        level=standards.level_of(e.type),
        at=entry.stamp,
        answered=written(e.answered_at or entry.when),
        home=entry.origin or "",
    )
    fleet.numbered(tx, e.incident, e.number)
    _clock(tx, e.incident, "", "answered", written(e.answered_at or entry.when))
    _clock(tx, e.incident, "", "opened", entry.stamp)
    if e.fire_seen_at:
        _clock(tx, e.incident, "", "seen", written(e.fire_seen_at))


def call_linked(tx: Tx, e: intake.CallLinked, entry: Entry) -> None:
    """An earlier call about it: the report was received then."""
    if e.answered_at is None:
        return
    at = written(e.answered_at)
    tx.run(
        "update dispatch_incident set answered_at = :at where incident = :i and answered_at > :at", at=at, i=e.incident
    )
    _clock(tx, e.incident, "", "answered", at)


def incident_classified(tx: Tx, e: intake.IncidentClassified, entry: Entry) -> None:
    tx.run(
        "update dispatch_incident set type = :t, life_risk = :r, level = case when level < :l then :l else level end"
        " where incident = :i",
        t=e.type,
        r=int(e.life_risk),
        l=standards.level_of(e.type),
        i=e.incident,
    )


def life_at_risk(tx: Tx, e: intake.LifeAtRisk, entry: Entry) -> None:
    tx.run("update dispatch_incident set life_risk = 1 where incident = :i", i=e.incident)


def needs_sharpened(tx: Tx, e: intake.NeedsSharpened, entry: Entry) -> None:
    rows = tx.rows("select adds, others, level from dispatch_incident where incident = :i", i=e.incident)
    if not rows:
        return
    adds = json.loads(rows[0]["adds"])
    for capability, n in e.adds.items():
        adds[capability] = max(n, adds.get(capability, 0))
    others = list(dict.fromkeys([*json.loads(rows[0]["others"]), *e.others]))
    tx.run(
        "update dispatch_incident set adds = :a, others = :o, level = :l where incident = :i",
        a=json.dumps(adds),
        o=json.dumps(others),
        l=max(rows[0]["level"], e.level or 0),
        i=e.incident,
    )


def place_corrected(tx: Tx, e: intake.PlaceCorrected, entry: Entry) -> None:
    tx.run(
        "update dispatch_incident set lon = :lon, lat = :lat, precision_m = :precision, area = :area,"
        " place = coalesce(:place, place), place_id = :place_id where incident = :i",
        lon=e.lon,
        lat=e.lat,
        precision=e.precision_m,
        area=e.area,
        place=e.place.ref if e.place else None,
        place_id=e.place_id,
        i=e.incident,
    )


def fire_first_seen(tx: Tx, e: intake.FireFirstSeen, entry: Entry) -> None:
    tx.run("delete from dispatch_clock where incident = :i and clock = 'seen' and corrected = 0", i=e.incident)
    trips.clock_anew(tx, e.incident, "seen")
    _clock(tx, e.incident, "", "seen", written(e.at))


def exercise_marked(tx: Tx, e: intake.ExerciseMarked, entry: Entry) -> None:
    tx.run("update dispatch_incident set exercise = 1 where incident = :i", i=e.incident)


def incident_cancelled(tx: Tx, e: intake.IncidentCancelled, entry: Entry) -> None:
    _end(tx, e.incident, "cancelled", None, entry, lambda unit: stays.after_sent(tx, STAYS, unit, e.incident, entry))


def incident_reopened(tx: Tx, e: intake.IncidentReopened, entry: Entry) -> None:
    tx.run(
        "update dispatch_incident set state = 'open', ended_at = null, outcome = null where incident = :i", i=e.incident
    )


# ── of our own ───────────────────────────────────────────────────────────────────────────────────────────────────────


def units_dispatched(tx: Tx, e: events.UnitsDispatched, entry: Entry) -> None:
    """What a unit said later than an order of another node that arrives only now stays what it does."""
    at, late = entry.stamp, int(entry.origin is not None)
    for name in e.units:
        standing = fleet.standing(tx, name)
        tx.run(
            "update dispatch_unit set status = case when :late = 1 and since > :at then status else 'assigned' end,"
            " since = case when :late = 1 and since > :at then since else :at end,"
            " answered = case when :late = 1 and since > :at then 1 else 0 end,"
            " incident = :i, dispatch = :d, sent_at = :at, odd = null where unit = :u",
            late=late,
            at=at,
            i=e.incident,
            d=e.dispatch,
            u=name,
        )
        if late or standing is None:
            fleet.stands_anew(tx, name)
        else:
            fleet.now_stands(tx, name, standing, status="assigned", since=at, incident=e.incident, answered=False)
        tx.run(
            "insert into dispatch_sent (incident, unit, dispatch, at) values (:i, :u, :d, :at)"
            " on conflict (incident, unit, dispatch) do nothing",
            i=e.incident,
            u=name,
            d=e.dispatch,
            at=at,
        )
        _clock(tx, e.incident, name, "dispatched", entry.stamp)
        _said(tx, name, Said(kind="to", place=e.incident, what="assigned", after=stays.after(e.after.get(name))), entry)
    _clock(tx, e.incident, "", "dispatched", entry.stamp)


def _leave(tx: Tx, unit_name: str, incident: str, how: str, entry: Entry, after: str) -> None:
    """It is off the incident by an order, or by its end."""
    fleet.stands_anew(tx, unit_name)
    _ended(tx, unit_name, incident, how, entry.stamp)
    _over(tx, unit_name, entry.stamp)
    _said(tx, unit_name, Said(kind="off", place=incident, what="off", how=how, after=after), entry)


def _ended(tx: Tx, unit_name: str, incident: str, how: str, at: str) -> None:
    tx.run(
        "update dispatch_sent set ended_at = :at, how = :how where incident = :i and unit = :u and ended_at is null",
        at=at,
        how=how,
        i=incident,
        u=unit_name,
    )


def _over(tx: Tx, unit_name: str, at: str) -> None:
    tx.run(
        "update dispatch_alarm set over_at = :at where unit = :u and kind = 'unanswered' and over_at is null",
        at=at,
        u=unit_name,
    )


def unit_pulled(tx: Tx, e: events.UnitPulled, entry: Entry) -> None:
    _leave(tx, e.unit, e.incident, "pulled", entry, stays.after(e.after))
    tx.run(
        "update dispatch_unit set last_incident = incident, incident = null, sent_at = null where unit = :u", u=e.unit
    )
    _journal(tx, e, entry, e.to)


def unit_cancelled(tx: Tx, e: events.UnitCancelled, entry: Entry) -> None:
    _leave(tx, e.unit, e.incident, "cancelled", entry, stays.after(e.after))
    _off(tx, e.unit, e.incident, entry.stamp)


def _off(tx: Tx, unit_name: str, incident: str, at: str) -> None:
    """It stands where it is, free; who never left its station is ready."""
    tx.run(
        "update dispatch_unit set status = case when status = 'assigned' then 'ready' else 'returning' end, since ="
        " :at,"
        " last_incident = incident, incident = null, dispatch = null, sent_at = null, odd = null"
        " where unit = :u and incident = :i",
        at=at,
        u=unit_name,
        i=incident,
    )


_AT_THE_SAME = "update dispatch_unit set status = :s, since = :at, answered = 1, odd = :odd where unit = :u"
_ELSEWHERE = (
    "update dispatch_unit set status = :s, since = :at, answered = 1, odd = :odd,"
    " sent_at = case when incident = :i then sent_at end,"
    " last_incident = coalesce(incident, last_incident), incident = :i where unit = :u"
)


def unit_status_reported(tx: Tx, e: events.UnitStatusReported, entry: Entry) -> None:
    """What is seen late still sets its clock; it changes the status only if nothing newer is known.

    It counts for the incident it names, else for the one the unit was on when it was seen."""
    standing = fleet.standing(tx, e.unit)
    if standing is None:
        if e.names:
            _journal(tx, e, entry, e.names)
        return
    busy = e.status in rules.COMMITTED
    stay = _said(
        tx, e.unit, Said(kind="says", place=e.names, what=e.status, keeps=busy, how="" if busy else e.status), entry
    )
    odd = trips.odd(stay)
    _journal(tx, e, entry, trips.told_in(stay) or trips.NOWHERE, odd)
    trips.count(tx, e.unit, stay)
    if entry.stamp < standing.unit.since:
        return
    if standing.alarms:
        _over(tx, e.unit, entry.stamp)
    if not busy and standing.unit.incident:
        _ended(tx, e.unit, standing.unit.incident, e.status, entry.stamp)
    tx.run(
        _AT_THE_SAME if stay.now == standing.unit.incident else _ELSEWHERE,
        s=e.status,
        at=entry.stamp,
        odd=odd,
        i=stay.now,
        u=e.unit,
    )
    fleet.now_stands(tx, e.unit, standing, status=e.status, since=entry.stamp, incident=stay.now, answered=True)


def _said(tx: Tx, unit_name: str, said: Said, entry: Entry) -> Stay:
    """Keep what was said of a unit; where it came late, set right what later sayings had been counted for."""
    stay, changed = stays.hear(tx, STAYS, unit_name, said, entry)
    if changed is not None:
        trips.set_right(tx, unit_name, stay, changed)
    return stay


def dispatch_unanswered(tx: Tx, e: events.DispatchUnanswered, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_alarm (alarm, kind, incident, unit, at) values (:a, 'unanswered', :i, :u, :at)"
        " on conflict (alarm) do update set taken_at = null, taken_by = null where dispatch_alarm.over_at is null",
        a=f"unanswered.{e.dispatch}.{e.unit}",
        i=e.incident,
        u=e.unit,
        at=entry.stamp,
    )
    fleet.stands_anew(tx, e.unit)


def alarm_taken(tx: Tx, e: events.AlarmTaken, entry: Entry) -> None:
    tx.run(
        "update dispatch_alarm set taken_at = :at, taken_by = :by where alarm = :a and taken_at is null",
        at=entry.stamp,
        by=entry.actor,
        a=e.alarm,
    )
    for row in tx.rows("select incident from dispatch_alarm where alarm = :a and incident is not null", a=e.alarm):
        _journal(tx, e, entry, row["incident"])


def alarm_level_raised(tx: Tx, e: events.AlarmLevelRaised, entry: Entry) -> None:
    tx.run("update dispatch_incident set level = :l where incident = :i", l=e.level, i=e.incident)


def mark_set(tx: Tx, e: events.MarkSet, entry: Entry) -> None:
    _clock(tx, e.incident, "", e.clock, written(e.at))


def trip_recorded(tx: Tx, e: events.TripRecorded, entry: Entry) -> None:
    """A trip that is over: its times, and that the unit was sent; the unit itself stays where it is now."""
    for name, at in e.times.items():
        _clock(tx, e.incident, e.unit, name, written(at))
        if name in rules.OF_FIRST:
            _clock(tx, e.incident, "", name, written(at))
    answered = [at for name, at in e.times.items() if name in rules.AT_SCENE]
    tx.run(
        "insert into dispatch_sent (incident, unit, dispatch, at, answered_at, ended_at, how)"
        " values (:i, :u, :d, :at, :answered, :ended, 'paper') on conflict (incident, unit, dispatch) do update"
        " set at = :at, answered_at = :answered, ended_at = :ended",
        i=e.incident,
        u=e.unit,
        d="paper",
        at=written(e.times.get("dispatched") or min(e.times.values())),
        answered=written(min(answered)) if answered else None,
        ended=written(max(e.times.values())),
    )


def time_corrected(tx: Tx, e: events.TimeCorrected, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_clock (incident, unit, clock, at, corrected) values (:i, :u, :c, :at, 1)"
        " on conflict (incident, unit, clock) do update set at = :at, corrected = 1",
        i=e.incident,
        u=e.unit or "",
        c=e.clock,
        at=written(e.at) if e.at else None,
    )
    if e.unit is not None:
        _first_of_units(tx, e.incident, e.clock)


def other_stepped(tx: Tx, e: events.OtherStepped, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_other (incident, other, step, at, position) values (:i, :o, :s, :at, :p)"
        " on conflict (incident, other, step) do update set at = :at, position = :p",
        i=e.incident,
        o=e.other,
        s=e.step,
        at=entry.stamp,
        p=entry.position,
    )


def _end(tx: Tx, incident: str, state: str, outcome: str | None, entry: Entry, after: Callable[[str], str]) -> None:
    at = entry.stamp
    tx.run(
        "update dispatch_incident set state = :s, ended_at = :at, outcome = :o where incident = :i",
        s=state,
        at=at,
        o=outcome,
        i=incident,
    )
    for row in tx.rows("select unit from dispatch_unit where incident = :i", i=incident):
        _leave(tx, row["unit"], incident, state, entry, after(row["unit"]))
        _off(tx, row["unit"], incident, at)


def incident_closed(tx: Tx, e: events.IncidentClosed, entry: Entry) -> None:
    _end(tx, e.incident, "closed", e.outcome, entry, lambda unit: stays.after(e.after.get(unit)))


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def incident(tx: Tx, name: str) -> rules.IncidentKnown | None:
    rows = tx.rows("select state, number, level from dispatch_incident where incident = :i", i=name)
    if not rows:
        return None
    units = tx.rows("select unit from dispatch_unit where incident = :i order by unit", i=name)
    return rules.IncidentKnown(**rows[0], units=tuple(r["unit"] for r in units))


def sending(tx: Tx, cmd: Any) -> rules.Sending:
    names = (
        cmd.units if isinstance(cmd, rules.Dispatch) else [getattr(cmd, n, None) for n in ("unit", "out", "instead")]
    )
    return rules.Sending(incident(tx, cmd.incident), {n: fleet.ordered(tx, n) for n in names if n})


def copying(tx: Tx, cmd: rules.RecordTrip) -> rules.Copying:
    return rules.Copying(
        sending(tx, cmd), _stood(tx, cmd.incident, cmd.unit, cmd.times), _stood(tx, cmd.incident, "", cmd.times)
    )


def _stood(tx: Tx, incident: str, unit_name: str, names: Iterable[str]) -> rules.Stood:
    rows = tx.rows(
        "select clock, at, corrected from dispatch_clock where incident = :i and unit = :u", i=incident, u=unit_name
    )
    found = {r["clock"]: (read_time(r["at"]) if r["at"] else None, bool(r["corrected"])) for r in rows}
    return {name: found[name] for name in names if name in found}


def alarm(tx: Tx, cmd: rules.TakeAlarm) -> rules.AlarmKnown | None:
    rows = tx.rows("select kind, unit, taken_by from dispatch_alarm where alarm = :a", a=cmd.alarm)
    return rules.AlarmKnown(**rows[0]) if rows else None


def clock(tx: Tx, cmd: rules.SetMark | rules.CorrectTime) -> rules.TimeKnown:
    name = getattr(cmd, "unit", None)
    rows = tx.rows(
        "select at from dispatch_clock where incident = :i and unit = :u and clock = :c",
        i=cmd.incident,
        u=name or "",
        c=cmd.clock,
    )
    at = read_time(rows[0]["at"]) if rows and rows[0]["at"] else None
    return rules.TimeKnown(incident(tx, cmd.incident), bool(name and unit(tx, name)), at)


def other(tx: Tx, cmd: rules.StepOther) -> tuple[rules.IncidentKnown | None, str | None]:
    rows = tx.rows(
        "select step from dispatch_other where incident = :i and other = :o order by position desc limit 1",
        i=cmd.incident,
        o=cmd.other,
    )
    return incident(tx, cmd.incident), rows[0]["step"] if rows else None


def closing(tx: Tx, cmd: rules.CloseIncident, ask: Ask) -> rules.Closing:
    rows = tx.rows(
        "select t.unit, p.at, p.lon, p.lat from dispatch_track p join dispatch_tracker t on t.tracker = p.tracker"
        " where p.incident = :i order by t.unit, p.at",
        i=cmd.incident,
    )
    tracks: dict[str, list[events.TrackPoint]] = {}
    for r in rows:
        track, at = tracks.setdefault(r["unit"], []), read_time(r["at"])
        if not track or at - track[-1].at >= TRACK_STEP:
            track.append(events.TrackPoint(at, r["lon"], r["lat"]))
    thinned = {name: tuple(track) for name, track in tracks.items()}
    return rules.Closing(
        incident(tx, cmd.incident),
        thinned,
        cmd.outcome in standards.close_outcomes(),
        scene.inside(tx, cmd.incident),
        scene.maydays(tx, cmd.incident),
        _heard(tx, cmd.incident),
    )


def _heard(tx: Tx, incident: str) -> dict[str, datetime]:
    sent = tx.rows("select distinct unit from dispatch_sent where incident = :i order by unit", i=incident)
    newest = {row["unit"]: stays.newest_of(tx, STAYS, row["unit"]) for row in sent}
    return {unit: read_time(one.at) for unit, one in newest.items() if one is not None}
