"""The tables of intake."""

ZONE = "Asia/Makassar"
SCHEMA = """
create table if not exists intake_agency (agency text primary key, zone text not null);
create table if not exists intake_call (
    call text primary key, agency text not null, channel text not null, line text, answered_at text not null,
    holder text not null, outcome text, incident text, exercise integer not null, callback integer not null,
    recording text, advised text not null, name text, phone text, address text, person text, prank text,
    unclear text, unclear_reason text
);
create index if not exists intake_call_incident on intake_call (incident);
create table if not exists intake_incident (
    incident text primary key, number text not null, agency text not null, year integer not null, seq integer not null,
    type text, life_risk integer not null, exercise integer not null, lon real not null, lat real not null,
    precision_m real not null, area text, place text, place_id text, state text not null, opened_at text not null,
    answered_at text not null, fire_seen_at text, hour integer not null, home text not null
);
create index if not exists intake_incident_state on intake_incident (state, opened_at);
create index if not exists intake_incident_seq on intake_incident (agency, year, seq);
create table if not exists intake_answer (
    incident text not null, question text not null, answer text not null, at text not null,
    primary key (incident, question)
)
"""
