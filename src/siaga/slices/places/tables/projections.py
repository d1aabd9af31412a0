"""Events of places become rows."""

import json

from ....kernel.records import Entry, written
from ....kernel.storage import Tx
from .. import events


def region_imported(tx: Tx, e: events.RegionImported, entry: Entry) -> None:
    tx.run(
        "insert into places_import (region, digest, name, at) values (:r, :d, :n, :at)"
        " on conflict (region) do update set digest = :d, name = :n, at = :at",
        r=e.region,
        d=e.digest,
        n=e.name,
        at=entry.stamp,
    )


def object_registered(tx: Tx, e: events.ObjectRegistered, entry: Entry) -> None:
    tx.run(
        "insert into places_object (object, kind, name, lon, lat, area, stilt, dense, hazards, storeys, note)"
        " values (:object, :kind, :name, :lon, :lat, :area, :stilt, :dense, :hazards, :storeys, :note)"
        " on conflict (object) do update set kind = :kind, name = :name, lon = :lon, lat = :lat, area = :area,"
        " stilt = :stilt, dense = :dense, hazards = :hazards, storeys = :storeys,"
        " note = coalesce(:note, places_object.note)",
        object=e.object,
        kind=e.kind,
        name=e.name,
        lon=e.lon,
        lat=e.lat,
        area=e.area,
        stilt=int(e.stilt),
        dense=int(e.dense),
        hazards=json.dumps(e.hazards),
        storeys=e.storeys,
        note=e.note.ref if e.note else None,
    )


def object_removed(tx: Tx, e: events.ObjectRemoved, entry: Entry) -> None:
    tx.run("delete from places_object where object = :o", o=e.object)


def water_source_registered(tx: Tx, e: events.WaterSourceRegistered, entry: Entry) -> None:
    tx.run(
        "insert into places_water (source, kind, name, lon, lat, litres, flow_lpm, state)"
        " values (:source, :kind, :name, :lon, :lat, :litres, :flow, 'unknown')"
        " on conflict (source) do update set kind = :kind, name = :name, lon = :lon, lat = :lat, litres = :litres,"
        " flow_lpm = :flow",
        source=e.source,
        kind=e.kind,
        name=e.name,
        lon=e.lon,
        lat=e.lat,
        litres=e.litres,
        flow=e.flow_lpm,
    )


def water_source_checked(tx: Tx, e: events.WaterSourceChecked, entry: Entry) -> None:
    tx.run(
        "update places_water set state = :state, checked_at = :at, note = :note"
        " where source = :s and (checked_at is null or checked_at <= :at)",
        s=e.source,
        state=e.state,
        at=entry.stamp,
        note=e.note.ref if e.note else None,
    )


def water_source_removed(tx: Tx, e: events.WaterSourceRemoved, entry: Entry) -> None:
    tx.run("delete from places_water where source = :s", s=e.source)


def road_closed(tx: Tx, e: events.RoadClosed, entry: Entry) -> None:
    tx.run(
        "insert into places_closure (closure, lon, lat, radius_m, polygon, links, from_at, until, note, actor)"
        " values (:closure, :lon, :lat, :radius, :polygon, :links, :from_at, :until, :note, :actor)"
        " on conflict (closure) do nothing",
        closure=e.closure,
        lon=e.lon,
        lat=e.lat,
        radius=e.radius_m,
        polygon=json.dumps(e.polygon),
        links=json.dumps(e.links),
        from_at=written(e.from_at or entry.when),
        until=written(e.until) if e.until else None,
        note=e.note.ref if e.note else None,
        actor=entry.actor,
    )


def road_reopened(tx: Tx, e: events.RoadReopened, entry: Entry) -> None:
    tx.run("delete from places_closure where closure = :c", c=e.closure)
