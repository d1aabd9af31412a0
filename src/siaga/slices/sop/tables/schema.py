"""The tables of procedures."""

SCHEMA = """
create table if not exists sop_version (
    card text not null, version integer not null, source text not null, at text not null, author text not null,
    approved_at text, approved_by text, published_at text, readers text not null, primary key (card, version)
);
create table if not exists sop_card (
    card text primary key, latest integer not null, holds integer, withdrawn_at text, reason text
);
create table if not exists sop_read (
    card text not null, version integer not null, account text not null, at text not null,
    primary key (card, version, account)
);
create table if not exists sop_incident (
    incident text primary key, number text not null, type text, level integer not null, life_risk integer not null,
    exercise integer not null, area text, object text, handover text not null, state text not null,
    opened_at text not null, closed_at text
);
create index if not exists sop_incident_opened on sop_incident (opened_at);
create table if not exists sop_object (object text primary key, kind text not null);
create table if not exists sop_used (
    incident text not null, card text not null, version integer not null, primary key (incident, card)
);
create table if not exists sop_step (
    incident text not null, card text not null, step text not null, version integer not null, at text not null,
    ask text not null, actor text not null, result text not null, answer text not null, skipped text, value real,
    media text not null, note text, primary key (incident, card, step)
);
create index if not exists sop_step_at on sop_step (at)
"""
