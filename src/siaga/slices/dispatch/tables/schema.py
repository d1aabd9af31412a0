"""The tables of dispatch."""

SCHEMA = """
create table if not exists dispatch_agency (
    agency text primary key, name text not null, kind text not null, zone text not null, own integer not null
);
create table if not exists dispatch_station (
    station text primary key, agency text not null, name text not null, lon real not null, lat real not null,
    headquarters integer not null
);
create table if not exists dispatch_unit (
    unit text primary key, agency text not null, station text not null, at_station text not null,
    vehicle_type text not null, capabilities text, tank_l integer, reserve integer not null, status text not null,
    since text not null, incident text, last_incident text, dispatch text, sent_at text, answered integer not null,
    odd text, people integer not null, competences text not null, persons text not null, home text not null
);
create table if not exists dispatch_entered (
    unit text not null, at text not null, station text not null, vehicle_type text not null, primary key (unit, at)
);
create index if not exists dispatch_unit_incident on dispatch_unit (incident);
create table if not exists dispatch_tracker (tracker text primary key, unit text not null);
create table if not exists dispatch_person (
    person text primary key, station text not null, crew text not null, competences text not null
);
create table if not exists dispatch_run_card (
    card text not null, level integer not null, body text not null, primary key (card, level)
);
create table if not exists dispatch_incident (
    incident text primary key, number text not null, agency text not null, type text, life_risk integer not null,
    exercise integer not null, lon real not null, lat real not null, precision_m real not null, area text, place text,
    place_id text, state text not null, level integer not null, adds text not null, others text not null,
    opened_at text not null, answered_at text not null, ended_at text, outcome text, home text not null
);
create index if not exists dispatch_incident_state on dispatch_incident (state, opened_at);
create table if not exists dispatch_sent (
    incident text not null, unit text not null, dispatch text not null, at text not null, answered_at text,
    ended_at text, how text, primary key (incident, unit, dispatch)
) without rowid;
create table if not exists dispatch_clock (
    incident text not null, unit text not null, clock text not null, at text, corrected integer not null,
    primary key (incident, unit, clock)
) without rowid;
create table if not exists dispatch_journal (
    incident text not null, position integer not null, at text not null, kind text not null, unit text,
    actor text not null,
    device text, facts text not null, note text, primary key (incident, position)
) without rowid;
create table if not exists dispatch_other (
    incident text not null, other text not null, step text not null, at text not null, position integer not null,
    primary key (incident, other, step)
);
create table if not exists dispatch_alarm (
    alarm text primary key, kind text not null, incident text, unit text, at text not null, taken_at text,
    taken_by text,
    over_at text
);
create index if not exists dispatch_alarm_unit on dispatch_alarm (unit, over_at);
create table if not exists dispatch_closure (
    closure text primary key, lon real, lat real, radius_m real, polygon text not null, links text not null,
    from_at text not null, until text
);
create table if not exists dispatch_object (object text primary key, kind text not null)
"""

KEPT = """
create table if not exists dispatch_position (
    tracker text primary key, at text not null, lon real not null, lat real not null, speed_mps real, course real,
    accuracy_m real, battery real
);
create table if not exists dispatch_track (
    tracker text not null, at text not null, lon real not null, lat real not null, incident text,
    primary key (tracker, at)
);
create table if not exists dispatch_dropped (tracker text not null, reason text not null, n integer not null,
    primary key (tracker, reason))
"""
