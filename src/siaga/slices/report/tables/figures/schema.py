"""The tables of figures: how is counted, what was said of a quarter. Incidents and clocks are not kept twice."""

FIGURES = """
create table if not exists report_agency (agency text primary key, zone text not null, own integer not null);
create table if not exists report_counting (one integer primary key, body text not null, at text not null,
    actor text not null);
create table if not exists report_published (one integer primary key, shown integer not null, at text not null,
    actor text not null);
create table if not exists report_quality (
    year integer not null, quarter integer not null, item integer not null, numerator double precision,
    denominator double precision, evidence text, at text not null, actor text not null,
    primary key (year, quarter, item)
);
create table if not exists report_sending (
    year integer not null, quarter integer not null, sent_to text not null, sent_at text not null, receipt text,
    at text not null, actor text not null, primary key (year, quarter, sent_to)
);
create table if not exists report_reminded (
    year integer not null, quarter integer not null, times integer not null, at text not null,
    primary key (year, quarter)
);
create table if not exists report_overruled (
    incident text primary key, overruled integer not null, unmet text not null
);
create table if not exists report_closure (
    position bigint primary key, closure text not null, from_at text not null, until text, body text not null
);
create index if not exists report_closure_of on report_closure (closure);
create table if not exists report_met (
    incident text not null, closure text not null, at text not null, primary key (incident, closure)
);
create table if not exists report_call (call text primary key, at text not null, channel text not null, outcome text);
create index if not exists report_call_at on report_call (at);
create table if not exists report_water (
    source text not null, position integer not null, at text not null, state text not null,
    primary key (source, position)
)
"""
TABLES = ("report_agency", "report_counting", "report_quality", "report_sending", "report_reminded")
ASKED = ("report_section", "report_overruled", "report_closure", "report_met", "report_call", "report_water")
"""What only the questions read."""
