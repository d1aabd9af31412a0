"""What sections say as plain columns (`report_value`), for figures over many incidents."""

import json
from typing import Any

from ....kernel.records import read_time, written
from ....kernel.storage import Tx
from ..rules.checks import amount

PEOPLE = ("dead", "heavy", "light", "rescued")
_COUNTS = (
    "families",
    "affected",
    "displaced",
    "to_serve_victims",
    "to_serve_affected",
    "served_victims",
    "served_affected",
)
Columns = dict[str, Any]


def keep(tx: Tx, incident: str, section: str) -> None:
    """Bring the columns of one section up to date."""
    if section not in _COLUMNS:
        return
    rows = tx.rows(
        "select body from report_section where incident = :i and section = :s and part = ''", i=incident, s=section
    )
    columns = _COLUMNS[section](json.loads(rows[0]["body"]))
    names = ", ".join(columns)
    tx.run(
        f"insert into report_value (incident, {names}) values (:incident, {', '.join(':' + name for name in columns)})"
        f" on conflict (incident) do update set {', '.join(f'{name} = :{name}' for name in columns)}",
        incident=incident,
        **columns,
    )


def _object(said: Columns) -> Columns:
    return {name: said[name] for name in ("kind", "construction", "building_m2", "burnt_m2")}


def _cause(said: Columns) -> Columns:
    return {name: said[name] for name in ("cause", "basis", "thing")}


def total(amounts: list[Any]) -> Any:
    """The sum of what is known; 0 where there is nothing, None where nothing of it is known."""
    known = [one for one in amounts if one is not None]
    return sum(known) if known or not amounts else None


def _loss(said: Columns) -> Columns:
    amounts = [amount(line) for line in said["lines"]]
    return {"loss_rp": total(amounts), "loss_open": amounts.count(None), "saved_rp": said["saved_rp"]}


def _victims(said: Columns) -> Columns:
    counts = {f"{whose}_{name}": said[whose][name] for whose in ("citizens", "staff") for name in PEOPLE}
    return counts | {name: said[name] for name in _COUNTS}


def _water(said: Columns) -> Columns:
    return {"water_l": total([line["litres"] for line in said["lines"]])}


def _volunteers(said: Columns) -> Columns:
    at = said["first_action_at"]
    return {"volunteers_at": written(read_time(at)) if at else None}


_COLUMNS = {
    "object": _object,
    "cause": _cause,
    "loss": _loss,
    "victims": _victims,
    "water": _water,
    "volunteers": _volunteers,
}
