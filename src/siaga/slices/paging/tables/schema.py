"""The tables of paging."""

SCHEMA = """
create table if not exists paging_receiver (
    receiver text primary key, kind text not null, subject text not null, ways text not null, hears text not null,
    account text, on_duty integer not null, phone text, email text, webhook text, secret text, person text not null,
    former text not null, removed_at text
);
create index if not exists paging_receiver_account on paging_receiver (account);
create table if not exists paging_push (
    subscription text primary key, receiver text not null, since text not null, endpoint text not null,
    p256dh text not null, auth text not null, person text not null, former text not null, ended_at text
);
create index if not exists paging_push_receiver on paging_push (receiver);
create table if not exists paging_station (station text primary key, name text not null);
create table if not exists paging_unit (
    unit text primary key, station text not null, at_station text not null, vehicle_type text not null,
    persons text not null, incident text, waiting integer not null
);
create table if not exists paging_incident (
    incident text primary key, number text not null, type text, life_risk integer not null, exercise integer not null,
    place text, lon real not null, lat real not null, state text not null, opened_at text not null
);
create table if not exists paging_recall (recall text primary key, incident text not null, reason text not null);
create table if not exists paging_alert (
    alert text primary key, receiver text not null, kind text, subject text, cause text not null, incident text,
    ways text not null, skipped text not null, position integer not null, raised_at text not null,
    turn integer not null, way text,
    settled integer not null, over_at text, exhausted_at text, seen_at text, answered_at text, coming integer,
    minutes integer
);
create index if not exists paging_alert_incident on paging_alert (incident);
create index if not exists paging_alert_receiver on paging_alert (receiver, raised_at);
create table if not exists paging_alert_unit (
    alert text not null, unit text not null, state text not null, primary key (alert, unit)
);
create index if not exists paging_alert_unit_unit on paging_alert_unit (unit, state);
create table if not exists paging_try (
    alert text not null, turn integer not null, way text not null, routed_at text not null, sent_at text,
    delivered_at text, failed_at text, reason text, reference text, primary key (alert, turn)
);
create index if not exists paging_try_open on paging_try (sent_at, failed_at);
create index if not exists paging_try_reference on paging_try (reference);
create table if not exists paging_closed_account (account text primary key);
create table if not exists paging_way (
    way text primary key, sent_at text, failed_at text, reason text
)
"""

KEPT = """
create table if not exists paging_setting (name text primary key, value text not null)
"""
