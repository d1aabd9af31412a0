"""The tables of places: what an import brings is kept, what people register is derived."""

KEPT = """
create table if not exists places_region (
    region text primary key, name text not null, digest text not null, schematic integer not null, coast text not null
);
create table if not exists places_area (
    area text primary key, name text not null, level text not null, parent text, lon real not null, lat real not null,
    demand real not null, shape text not null, kind text
);
create table if not exists places_street (
    street text primary key, name text not null, class text not null, area text, lon real not null, lat real not null,
    shape text not null
);
create table if not exists places_landmark (
    landmark text primary key, kind text not null, name text not null, area text, lon real not null, lat real not null
)
"""
SCHEMA = """
create table if not exists places_import (
    region text primary key, digest text not null, name text not null, at text not null
);
create table if not exists places_object (
    object text primary key, kind text not null, name text not null, lon real not null, lat real not null, area text,
    stilt integer not null, dense integer not null, hazards text not null, storeys integer, note text
);
create table if not exists places_water (
    source text primary key, kind text not null, name text not null, lon real not null, lat real not null,
    litres integer, flow_lpm integer, state text not null, checked_at text, note text
);
create table if not exists places_closure (
    closure text primary key, lon real, lat real, radius_m real, polygon text not null, links text not null,
    from_at text not null, until text, note text, actor text not null
)
"""

TOWN_SCORE = 0.9
SEARCHED = ("places_area", "places_street", "places_landmark", "places_object", "places_water")
