"""What the rules of places must know."""

import json

from ....kernel.storage import Tx
from .. import rules


def known_region(tx: Tx, cmd: rules.RecordRegion) -> str | None:
    rows = tx.rows("select digest from places_import where region = :r", r=cmd.region)
    return str(rows[0]["digest"]) if rows else None


def known_object(tx: Tx, cmd: rules.RegisterObject | rules.RemoveObject) -> tuple[object, ...] | None:
    rows = tx.rows("select * from places_object where object = :o", o=cmd.object)
    if not rows:
        return None
    r = rows[0]
    hazards = tuple(json.loads(r["hazards"]))
    return (
        r["kind"],
        r["name"],
        r["lon"],
        r["lat"],
        r["area"],
        bool(r["stilt"]),
        bool(r["dense"]),
        hazards,
        r["storeys"],
    )


def known_water(
    tx: Tx, cmd: rules.RegisterWaterSource | rules.CheckWaterSource | rules.RemoveWaterSource
) -> tuple[object, ...] | None:
    rows = tx.rows("select kind, name, lon, lat, litres, flow_lpm from places_water where source = :s", s=cmd.source)
    return tuple(rows[0].values()) if rows else None


def known_closure(tx: Tx, cmd: rules.CloseRoad | rules.ReopenRoad) -> bool:
    return bool(tx.rows("select 1 as x from places_closure where closure = :c", c=cmd.closure))
