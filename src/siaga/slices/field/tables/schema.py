"""The tables of incidents, units, crews, danger to our own, and the journal at the scene."""

SCHEMA = """
create table if not exists field_incident (
    incident text primary key, number text not null, type text, place text, lon double precision not null,
    lat double precision not null,
    level integer not null, life_risk integer not null, exercise integer not null, opened_at text not null,
    answered_at text not null, state text not null
);
create index if not exists field_incident_state on field_incident (state, opened_at);
create table if not exists field_unit (unit text primary key, agency text not null);
create table if not exists field_riding (
    unit text not null, at text not null, ask text not null, who text not null, people integer not null,
    persons text not null, primary key (unit, at, ask)
);
create table if not exists field_fact (
    incident text not null, crew text not null, at text not null, ask text not null, n integer not null,
    who text not null, kind text not null, body text not null, primary key (incident, crew, at, ask, n)
) without rowid;
create table if not exists field_resolved (
    incident text not null, crew text not null, conflict text not null, holds text not null, at text not null,
    ask text not null, primary key (incident, crew, conflict)
);
create table if not exists field_crew (
    incident text not null, crew text not null, last_at text not null, last_ask text not null, last_n integer not null,
    phase text not null, people integer not null, inside integer not null, conflicts integer not null,
    lost_at text, lost_person text not null, state text not null, unmarked integer not null, late_at text not null,
    primary key (incident, crew)
) without rowid;
create table if not exists field_crew_mark (
    incident text not null, crew text not null, at text not null, ask text not null, n integer not null,
    state text not null, primary key (incident, crew, at, ask, n)
);
create table if not exists field_par (
    incident text not null, par text not null, at text not null, ask text not null, sector text not null,
    primary key (incident, par)
);
create table if not exists field_mayday (
    incident text not null, mayday text not null, first_at text not null, at text not null, ask text not null,
    crew text not null, person text not null, sector text not null, bar double precision, need text not null,
    place text, primary key (incident, mayday)
);
create table if not exists field_mayday_step (
    incident text not null, mayday text not null, step text not null, at text not null, ask text not null,
    done integer not null, crew text not null, primary key (incident, mayday, step)
);
create table if not exists field_mayday_end (
    incident text not null, mayday text not null, at text not null, ask text not null, outcome text not null,
    primary key (incident, mayday)
);
create table if not exists field_evacuation (
    incident text not null, evacuation text not null, at text not null, ask text not null, sector text not null,
    reason text, primary key (incident, evacuation)
);
create table if not exists field_evacuation_heard (
    incident text not null, evacuation text not null, crew text not null, at text not null,
    primary key (incident, evacuation, crew)
);
create table if not exists field_evacuation_end (
    incident text not null, evacuation text not null, at text not null, primary key (incident, evacuation)
);
create table if not exists field_alarm (
    incident text not null, alarm text not null, kind text not null, crew text not null, person text not null,
    at text not null, ask text not null, level text not null, times integer not null, since text not null,
    over integer not null, primary key (incident, alarm)
);
create index if not exists field_alarm_crew on field_alarm (incident, crew);
create table if not exists field_alarm_taken (
    incident text not null, alarm text not null, at text not null, ask text not null, who text not null,
    primary key (incident, alarm)
);
create table if not exists field_journal (
    incident text not null, position integer not null, at text not null, kind text not null, crew text not null,
    actor text not null, device text, origin text, facts text not null, note text, primary key (incident, position)
)
"""
