"""The tables of reviews."""

SCHEMA = """
create table if not exists review_incident (
    incident text primary key, number text not null, type text, level integer not null, area text, object text,
    exercise integer not null, state text not null, opened_at text not null, closed_at text, reviewed_at text
);
create index if not exists review_incident_type on review_incident (type, opened_at);
create index if not exists review_incident_opened on review_incident (opened_at);
create table if not exists review_object (object text primary key, kind text not null);
create table if not exists review_decision (
    position bigint primary key, incident text not null, at text not null, actor text not null, units text not null,
    level integer not null, proposal text, override text
);
create index if not exists review_decision_incident on review_decision (incident);
create table if not exists review_track (incident text primary key, tracks text not null);
create table if not exists review_name (
    ref text primary key, call text not null, incident text not null, digest text not null
);
create index if not exists review_name_call on review_name (call);
create index if not exists review_name_incident on review_name (incident);
create table if not exists review_call (call text not null, incident text not null, primary key (call, incident));
create index if not exists review_call_incident on review_call (incident);
create table if not exists review_finding (
    finding text primary key, incident text not null, what text not null, subject text not null, text text not null,
    good integer not null, moment text, recorded_at text not null, actor text not null, state text not null,
    owner text, account text not null, due text, change text, link text not null, change_note text, made_at text,
    made_note text, version integer not null, closed_at text, closed_why text
);
create index if not exists review_finding_incident on review_finding (incident);
create index if not exists review_finding_same on review_finding (what, subject);
create table if not exists review_check (
    finding text not null, incident text not null, at text not null, actor text not null, result text not null,
    note text, primary key (finding, incident)
);
create table if not exists review_lesson (
    lesson text primary key, title text not null, happened text not null, changes text not null, finding text not null,
    what text not null, type text not null, at text not null, origin text
)
"""
