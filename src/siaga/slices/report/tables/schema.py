"""The tables of reports."""

SCHEMA = """
create table if not exists report_file (
    incident text primary key, number text not null, type text, exercise integer not null, area text, object text,
    place text, lon double precision not null, lat double precision not null,
    opened_at text not null, ended_at text, outcome text, incident_state text not null, home text not null,
    state text not null, state_at text, checked_by text, signed_by text, signed_position integer,
    reopened_at text, amendments integer not null, needed integer not null, missing text not null,
    touched integer not null, source text, kinds text, kept_at text, kept_ask text, kept_by text
);
create index if not exists report_file_kept on report_file (opened_at) where kinds is not null;
create index if not exists report_file_opened on report_file (opened_at);
create index if not exists report_file_state on report_file (state, opened_at);
create table if not exists report_said (
    incident text not null, position integer not null, section text not null, part text not null, at text not null,
    ask text not null, actor text not null, body text, reason text, amends integer not null,
    primary key (incident, position, section)
);
create table if not exists report_section (
    incident text not null, section text not null, part text not null, position integer not null, at text not null,
    ask text not null, actor text not null, body text, primary key (incident, section, part)
);
create table if not exists report_step (
    incident text not null, position integer not null, step text not null, at text not null, actor text not null,
    digest text not null, content text not null, post text not null, reason text, primary key (incident, position)
);
create table if not exists report_change (
    incident text not null, position integer not null, n integer not null, path text not null, unit text not null,
    was text not null, now text not null, reason text, actor text not null, at text not null,
    primary key (incident, position, n)
);
create table if not exists report_mark (
    incident text not null, clock text not null, at text, corrected integer not null, primary key (incident, clock)
);
create table if not exists report_value (
    incident text primary key, kind text, construction text, building_m2 double precision, burnt_m2 double precision,
    cause text, basis text, thing text, loss_rp bigint, loss_open integer, saved_rp bigint,
    citizens_dead integer, citizens_heavy integer, citizens_light integer, citizens_rescued integer,
    staff_dead integer, staff_heavy integer, staff_light integer, staff_rescued integer,
    families integer, affected integer, displaced integer, to_serve_victims integer, to_serve_affected integer,
    served_victims integer, served_affected integer, water_l double precision, volunteers_at text
)
"""
