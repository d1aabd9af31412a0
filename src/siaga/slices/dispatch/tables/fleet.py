"""Agencies, stations, units, crews and where units are: projections and loads."""

import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import available_timezones

import msgspec

from ....kernel import playing, stays
from ....kernel.records import Ask, Entry, read_time, written
from ....kernel.storage import Tx
from ...places.events import ObjectRegistered, ObjectRemoved, RoadClosed, RoadReopened
from .. import events, rules

STAYS = "dispatch_stay"
_STANDING, _NUMBER = "dispatch_unit", "dispatch_number"
ABOARD = "app."
"""The tracker on board is this and the unit's own name; the door of positions says the same."""

_upsert_agency = (
    "insert into dispatch_agency (agency, name, kind, zone, own) values (:agency, :name, :kind, :zone, :own)"
    " on conflict (agency) do update set name = :name, kind = :kind, zone = :zone, own = :own"
)


def agency_registered(tx: Tx, e: events.AgencyRegistered, entry: Entry) -> None:
    tx.run(_upsert_agency, agency=e.agency, name=e.name, kind=e.kind, zone=e.zone, own=int(e.own))


def station_registered(tx: Tx, e: events.StationRegistered, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_station (station, agency, name, lon, lat, headquarters)"
        " values (:station, :agency, :name, :lon, :lat, :hq)"
        " on conflict (station) do update set agency = :agency, name = :name, lon = :lon, lat = :lat, headquarters"
        " = :hq",
        station=e.station,
        agency=e.agency,
        name=e.name,
        lon=e.lon,
        lat=e.lat,
        hq=int(e.headquarters),
    )


class Standing(NamedTuple):
    """What a unit's next report is held against: what it does (without its incident's number), and its alarms."""

    unit: rules.UnitKnown
    alarms: int


def standing(tx: Tx, unit: str) -> Standing | None:
    """How a unit stands; None for one nobody registered."""
    return playing.known(tx, _STANDING, unit, lambda: _standing(tx, unit))


def _standing(tx: Tx, unit: str) -> Standing | None:
    rows = tx.rows(
        "select u.status, u.incident, u.since, u.at_station, u.station, u.answered, (select count(*) from"
        " dispatch_alarm a where a.unit = u.unit and a.over_at is null) as alarms from dispatch_unit u"
        " where u.unit = :u",
        u=unit,
    )
    for r in rows:
        known = rules.UnitKnown(
            status=r["status"],
            incident=r["incident"],
            number=None,
            since=r["since"],
            station=r["at_station"],
            home=r["station"],
            answered=bool(r["answered"]),
        )
        return Standing(known, r["alarms"])
    return None


def now_stands(tx: Tx, unit: str, before: Standing, **changed: Any) -> None:
    """How a unit stands with what was just written, for what comes next."""
    playing.know(tx, _STANDING, unit, Standing(msgspec.structs.replace(before.unit, **changed), before.alarms))


def stands_anew(tx: Tx, unit: str) -> None:
    """A unit's row, or an alarm of it, was written otherwise."""
    playing.doubt(tx, _STANDING, unit)


def unit_registered(tx: Tx, e: events.UnitRegistered, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_unit (unit, agency, station, at_station, vehicle_type, capabilities, tank_l, reserve,"
        " status,"
        " since, answered, people, competences, persons, home)"
        " values (:unit, :agency, :station, :station, :type, :caps, :tank,"
        " :reserve, :status, :at, 0, 0, '{}', '[]', :home) on conflict (unit) do update set agency = :agency, station ="
        " :station,"
        " vehicle_type = :type, capabilities = :caps, tank_l = :tank, reserve = :reserve",
        unit=e.unit,
        agency=e.agency,
        station=e.station,
        type=e.vehicle_type,
        caps=json.dumps(e.capabilities) if e.capabilities is not None else None,
        tank=e.tank_l,
        reserve=int(e.reserve),
        status="reserve" if e.reserve else "ready",
        at=entry.stamp,
        home=entry.origin or "",
    )
    tx.run(
        "insert into dispatch_entered (unit, at, station, vehicle_type) values (:u, :at, :s, :t)"
        " on conflict (unit, at) do update set station = :s, vehicle_type = :t",
        u=e.unit,
        at=entry.stamp,
        s=e.station,
        t=e.vehicle_type,
    )
    # What the crew's own device says of where it is needs no tracker to be linked.
    tx.run(
        "insert into dispatch_tracker (tracker, unit) values (:t, :u) on conflict (tracker) do nothing",
        t=ABOARD + e.unit,
        u=e.unit,
    )
    stands_anew(tx, e.unit)


def unit_withdrawn(tx: Tx, e: events.UnitWithdrawn, entry: Entry) -> None:
    tx.run("delete from dispatch_unit where unit = :u", u=e.unit)
    stays.forget(tx, STAYS, e.unit)
    stands_anew(tx, e.unit)
    tx.run("delete from dispatch_tracker where tracker = :t", t=ABOARD + e.unit)


def tracker_linked(tx: Tx, e: events.TrackerLinked, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_tracker (tracker, unit) values (:t, :u) on conflict (tracker) do update set unit = :u",
        t=e.tracker,
        u=e.unit,
    )


def person_entered(tx: Tx, e: events.PersonEntered, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_person (person, station, crew, competences) values (:p, :s, :c, :k)"
        " on conflict (person) do update set station = :s, crew = :c, competences = :k",
        p=e.person,
        s=e.station,
        c=e.crew,
        k=json.dumps(e.competences),
    )


def crew_set(tx: Tx, e: events.CrewSet, entry: Entry) -> None:
    tx.run(
        "update dispatch_unit set people = :n, competences = :k, persons = :p where unit = :u",
        n=e.people,
        k=json.dumps(e.competences),
        p=json.dumps(e.persons),
        u=e.unit,
    )


def run_card_set(tx: Tx, e: events.RunCardSet, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_run_card (card, level, body) values (:c, :l, :b)"
        " on conflict (card, level) do update set body = :b",
        c=e.card,
        l=e.level,
        b=msgspec.json.encode(e).decode(),
    )


def run_card_removed(tx: Tx, e: events.RunCardRemoved, entry: Entry) -> None:
    tx.run("delete from dispatch_run_card where card = :c and level = :l", c=e.card, l=e.level)


def unit_moved(tx: Tx, e: events.UnitMoved, entry: Entry) -> None:
    tx.run(
        "update dispatch_unit set at_station = :s, status = case when status in ('ready', 'standby') and :standby = 1"
        " then 'standby' when status = 'standby' then 'ready' else status end,"
        " since = case when status in ('ready', 'standby') then :at else since end where unit = :u",
        s=e.station,
        standby=int(e.standby),
        at=entry.stamp,
        u=e.unit,
    )
    stands_anew(tx, e.unit)


def road_closed(tx: Tx, e: RoadClosed, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_closure (closure, lon, lat, radius_m, polygon, links, from_at, until)"
        " values (:c, :lon, :lat, :radius, :polygon, :links, :from_at, :until) on conflict (closure) do nothing",
        c=e.closure,
        lon=e.lon,
        lat=e.lat,
        radius=e.radius_m,
        polygon=json.dumps(e.polygon),
        links=json.dumps(e.links),
        from_at=written(e.from_at or entry.when),
        until=written(e.until) if e.until else None,
    )


def road_reopened(tx: Tx, e: RoadReopened, entry: Entry) -> None:
    tx.run("delete from dispatch_closure where closure = :c", c=e.closure)


def object_registered(tx: Tx, e: ObjectRegistered, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_object (object, kind) values (:o, :k) on conflict (object) do update set kind = :k",
        o=e.object,
        k=e.kind,
    )


def object_removed(tx: Tx, e: ObjectRemoved, entry: Entry) -> None:
    tx.run("delete from dispatch_object where object = :o", o=e.object)


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def unit(tx: Tx, name: str) -> rules.UnitKnown | None:
    found = standing(tx, name)
    if found is None or found.unit.incident is None:
        return found and found.unit
    return msgspec.structs.replace(found.unit, number=_number(tx, found.unit.incident))


def ordered(tx: Tx, name: str) -> rules.UnitKnown | None:
    """As `unit`, for an order about it."""
    known, newest = unit(tx, name), stays.newest_of(tx, STAYS, name)
    return known and msgspec.structs.replace(known, heard=read_time(newest.at) if newest else None)


def _number(tx: Tx, incident: str) -> str | None:
    def read() -> str | None:
        rows = tx.rows("select number from dispatch_incident where incident = :i", i=incident)
        return rows[0]["number"] if rows else None

    return playing.known(tx, _NUMBER, incident, read)


def numbered(tx: Tx, incident: str, number: str) -> None:
    """An incident has its number, for good."""
    playing.know(tx, _NUMBER, incident, number)


def known_unit(tx: Tx, cmd: Any) -> rules.UnitKnown | None:
    return unit(tx, cmd.unit)


def reporting(tx: Tx, cmd: rules.ReportStatus, ask: Ask) -> rules.UnitKnown | None:
    """The unit at the time it was seen, and whether there is the incident that it names."""
    known, at = unit(tx, cmd.unit), written(ask.when)
    if known is not None and at < known.since and (then := stays.at_time(tx, STAYS, cmd.unit, at)):
        off = "ready" if then.prev == "assigned" else "returning"
        known = msgspec.structs.replace(
            known,
            status=off if then.kind == "off" else then.what,
            incident=then.now,
            number=None,
            since=then.at,
            answered=then.kind == "says",
        )
    if known is None or not cmd.incident or (cmd.incident == known.incident and known.number is not None):
        return known
    named = tx.rows("select 1 as x from dispatch_incident where incident = :i", i=cmd.incident)
    return msgspec.structs.replace(known, named=bool(named))


def moving(tx: Tx, cmd: rules.MoveUnit) -> rules.Moving:
    there = tx.rows("select 1 as x from dispatch_station where station = :s", s=cmd.station)
    return rules.Moving(unit(tx, cmd.unit), bool(there))


def _exists(tx: Tx, what: str, name: str) -> tuple[tuple[str, str], ...]:
    """The name as missing, unless the table of that name has it."""
    return () if tx.rows(f"select 1 as x from dispatch_{what} where {what} = :n", n=name) else ((what, name),)


def _stands(tx: Tx, table: str, key: str, wanted: dict[str, Any]) -> bool:
    rows = tx.rows(f"select * from {table} where {key} = :k", k=wanted[key])
    return bool(rows) and all(rows[0][name] == value for name, value in wanted.items())


def agency(tx: Tx, cmd: rules.RegisterAgency) -> rules.Register:
    wanted = msgspec.structs.asdict(cmd) | {"own": int(cmd.own)}
    missing = () if cmd.zone in available_timezones() else (("zone", cmd.zone),)
    return rules.Register(missing, _stands(tx, "dispatch_agency", "agency", wanted))


def station(tx: Tx, cmd: rules.RegisterStation) -> rules.Register:
    wanted = msgspec.structs.asdict(cmd) | {"headquarters": int(cmd.headquarters)}
    return rules.Register(_exists(tx, "agency", cmd.agency), _stands(tx, "dispatch_station", "station", wanted))


def registering(tx: Tx, cmd: rules.RegisterUnit) -> rules.Register:
    from .... import standards  # data read once; not needed to import the tables

    missing = _exists(tx, "agency", cmd.agency) + _exists(tx, "station", cmd.station)
    if cmd.vehicle_type not in standards.vehicle_types():
        missing += (("vehicle-type", cmd.vehicle_type),)
    for capability in cmd.capabilities or ():
        if capability not in standards.capabilities():
            missing += (("capability", capability),)
    wanted = msgspec.structs.asdict(cmd) | {
        "reserve": int(cmd.reserve),
        "capabilities": json.dumps(cmd.capabilities) if cmd.capabilities is not None else None,
    }
    return rules.Register(missing, _stands(tx, "dispatch_unit", "unit", wanted))


def linking(tx: Tx, cmd: rules.LinkTracker) -> rules.Register:
    return rules.Register(
        _exists(tx, "unit", cmd.unit), _stands(tx, "dispatch_tracker", "tracker", msgspec.structs.asdict(cmd))
    )


def entering(tx: Tx, cmd: rules.EnterPerson) -> rules.Register:
    wanted = msgspec.structs.asdict(cmd) | {"competences": json.dumps(cmd.competences)}
    missing = _exists(tx, "station", cmd.station) + _competences_missing(cmd.competences)
    return rules.Register(missing, _stands(tx, "dispatch_person", "person", wanted))


def _competences_missing(names: Any) -> tuple[tuple[str, str], ...]:
    from .... import standards  # as above

    return tuple(("competence", name) for name in names if name not in standards.competences())


def setting_crew(tx: Tx, cmd: rules.SetCrew) -> rules.Register:
    missing = _exists(tx, "unit", cmd.unit) + _competences_missing(cmd.competences)
    for person in cmd.persons:
        missing += _exists(tx, "person", person)
    wanted = {
        "unit": cmd.unit,
        "people": cmd.people,
        "competences": json.dumps(cmd.competences),
        "persons": json.dumps(cmd.persons),
    }
    return rules.Register(missing, _stands(tx, "dispatch_unit", "unit", wanted))


def setting_card(tx: Tx, cmd: rules.SetRunCard) -> rules.Register:
    from .... import standards  # as above

    places = standards.standards().places
    named = (
        ("type", cmd.types, standards.incident_types()),
        ("kind", cmd.kinds, standards.kinds()),
        ("area-kind", cmd.areas, {kind.id for kind in places.area}),
        ("object-kind", cmd.objects, {kind.id for kind in places.object}),
        ("capability", tuple(cmd.units), standards.capabilities()),
    )
    missing = tuple((what, n) for what, names, known in named for n in names if n not in known)
    if not (cmd.types or cmd.kinds or cmd.card in standards.run_cards()):
        missing += (("card-scope", cmd.card),)
    rows = tx.rows("select body from dispatch_run_card where card = :c and level = :l", c=cmd.card, l=cmd.level)
    body = msgspec.json.encode(events.RunCardSet(**msgspec.structs.asdict(cmd))).decode()
    return rules.Register(missing + _competences_missing(cmd.crew), bool(rows) and rows[0]["body"] == body)


def removing_card(tx: Tx, cmd: rules.RemoveRunCard) -> rules.Register:
    rows = tx.rows("select 1 as x from dispatch_run_card where card = :c and level = :l", c=cmd.card, l=cmd.level)
    return rules.Register((), not rows)


# ── readings ─────────────────────────────────────────────────────────────────────────────────────────────────────────

OLDEST = timedelta(days=1)
AHEAD = timedelta(minutes=10)
KEPT_WHOLE = timedelta(days=30)


def take_position(tx: Tx, r: events.UnitPosition, ask: Ask) -> bool:
    """Keep the newest fix of a tracker; count what is stale, from the future or outside the world."""
    reason = None
    last = tx.rows("select at from dispatch_position where tracker = :t", t=r.tracker)
    if not (-180 <= r.lon <= 180 and -90 <= r.lat <= 90) or (r.lon == 0 and r.lat == 0):
        reason = "invalid"
    elif r.at > ask.now + AHEAD:
        reason = "future"
    elif r.at < ask.now - OLDEST or (last and written(r.at) <= last[0]["at"]):
        reason = "stale"
    elif r.tracker.startswith(ABOARD) and not _rides(tx, r.tracker):
        reason = "unknown"
    if reason:
        tx.run(
            "insert into dispatch_dropped (tracker, reason, n) values (:t, :r, 1)"
            " on conflict (tracker, reason) do update set n = dispatch_dropped.n + 1",
            t=ABOARD if reason == "unknown" else r.tracker,  # names that anybody may type make no rows of their own
            r=reason,
        )
        return False
    tx.run(
        "insert into dispatch_position (tracker, at, lon, lat, speed_mps, course, accuracy_m, battery)"
        " values (:t, :at, :lon, :lat, :speed, :course, :accuracy, :battery) on conflict (tracker) do update set"
        " at = :at, lon = :lon, lat = :lat, speed_mps = :speed, course = :course, accuracy_m = :accuracy, battery ="
        " :battery",
        t=r.tracker,
        at=written(r.at),
        lon=r.lon,
        lat=r.lat,
        speed=r.speed_mps,
        course=r.course,
        accuracy=r.accuracy_m,
        battery=r.battery,
    )
    there = tx.rows(
        "select u.incident from dispatch_tracker t join dispatch_unit u on u.unit = t.unit where t.tracker = :t",
        t=r.tracker,
    )
    tx.run(
        "insert into dispatch_track (tracker, at, lon, lat, incident) values (:t, :at, :lon, :lat, :i)"
        " on conflict (tracker, at) do nothing",
        t=r.tracker,
        at=written(r.at),
        lon=r.lon,
        lat=r.lat,
        i=there[0]["incident"] if there else None,
    )
    return True


def _rides(tx: Tx, tracker: str) -> bool:
    return bool(tx.rows("select 1 as x from dispatch_tracker where tracker = :t", t=tracker))


def thin_tracks(tx: Tx, now: datetime) -> None:
    """Readings are kept 30 days in full, then one a minute while the unit was committed, then (a year on) not at"
    " all."""
    old = written(now - KEPT_WHOLE)
    tx.run("delete from dispatch_track where at < :old and incident is null", old=old)
    tx.run(
        "delete from dispatch_track where at < :old and exists (select 1 from dispatch_track e where e.tracker ="
        " dispatch_track.tracker and substr(e.at, 1, 16) = substr(dispatch_track.at, 1, 16) and e.at <"
        " dispatch_track.at)",
        old=old,
    )
    tx.run("delete from dispatch_track where at < :gone", gone=written(now - KEPT_WHOLE - timedelta(days=365)))
