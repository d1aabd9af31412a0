"""The figures of a replay: times from the log, the same from the file without us, and how good the advice was."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl

from ..app import Node
from ..kernel.desk import Desk
from ..slices.dispatch.events import UnitsDispatched, UnitStatusReported
from ..slices.intake.events import CallTaken, IncidentOpened
from .mapping import Mapping
from .play import Advice

# The parts of a response, by the clocks between which they lie.
PAIRS = {
    "answering": ("answered", "opened"),
    "handling": ("opened", "dispatched"),
    "turnout": ("dispatched", "on-the-way"),
    "travel": ("on-the-way", "arrived"),
    "response": ("answered", "arrived"),
}
ROUNDED_S = 5e-4  # figures are printed to milliseconds
PER_INCIDENT = ("answering", "handling")
Key = tuple[str, str]  # incident, unit (empty: the incident itself)
Times = dict[Key, dict[str, datetime]]
Parts = dict[str, dict[Key, float]]


def from_log(node: Node) -> Parts:
    """Seconds of every part of every incident or unit response, read from the log alone."""
    incidents, units = _clocks(node.desk)
    found: Parts = {}
    for name, (begin, end) in PAIRS.items():
        clocks = {(i, ""): t for i, t in incidents.items()}
        if name not in PER_INCIDENT:
            clocks = {key: incidents[key[0]] | t for key, t in units.items()}
        found[name] = {k: (t[end] - t[begin]).total_seconds() for k, t in clocks.items() if begin in t and end in t}
    return found


def _clocks(desk: Desk) -> tuple[dict[str, dict[str, datetime]], Times]:
    answered: dict[str, datetime] = {}
    incidents: dict[str, dict[str, datetime]] = {}
    units: Times = {}
    kinds = [desk.log.name(e) for e in (CallTaken, IncidentOpened, UnitsDispatched, UnitStatusReported)]
    with desk.store.read() as tx:
        for entry in desk.log.walk(tx, kinds=kinds):
            e = entry.event
            if isinstance(e, CallTaken):
                answered[e.call] = entry.when
            elif isinstance(e, IncidentOpened):
                incidents[e.incident] = {"opened": entry.when}
                if e.call in answered:
                    incidents[e.incident]["answered"] = answered[e.call]
            elif isinstance(e, UnitsDispatched):
                incidents[e.incident].setdefault("dispatched", entry.when)
                for unit in e.units:
                    units.setdefault((e.incident, unit), {}).setdefault("dispatched", entry.when)
            elif isinstance(e, UnitStatusReported) and e.incident is not None:
                units.setdefault((e.incident, e.unit), {}).setdefault(e.status, entry.when)
    return incidents, units


def from_file(path: Path, mapping: Mapping, rows: Sequence[int]) -> Parts:
    """Seconds of every part, computed by Polars from the file's own columns; `rows` are line numbers that were played.

    Shares no code with the replay: it reads the file again and does its own time arithmetic."""
    named = mapping.columns
    table = pl.read_csv(path, infer_schema_length=0, encoding="utf8").with_row_index("line", offset=2)
    table = table.filter(pl.col("line").is_in(list(rows)))
    for clock, column in mapping.times.items():
        text = pl.col(column).str.strip_chars()
        read = text.str.to_datetime(mapping.time_format or None, strict=False)
        table = table.with_columns(read.dt.replace_time_zone(mapping.zone, ambiguous="earliest").alias(clock))
    calls = table.group_by(named.incident).agg(
        pl.col("answered").first(), pl.col("opened").first(), pl.col("dispatched").min()
    )
    found: Parts = {}
    for name, (begin, end) in PAIRS.items():
        of = calls if name in PER_INCIDENT else table
        unit = pl.lit("") if name in PER_INCIDENT else pl.col(named.unit or "")
        seconds = (pl.col(end) - pl.col(begin)).dt.total_milliseconds() / 1000
        rows_of = of.select(pl.col(named.incident).alias("i"), unit.alias("u"), seconds.alias("s")).drop_nulls("s")
        found[name] = {(i, u): s for i, u, s in rows_of.iter_rows()}
    return found


def percentile(values: Sequence[float], percent: float) -> float:
    """The percentile, linear between ranks; 0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    at = (len(ordered) - 1) * percent / 100
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return round(ordered[low] + (ordered[high] - ordered[low]) * (at - low), 3)


def round_trip(node: Node, path: Path, mapping: Mapping, rows: Sequence[int]) -> dict[str, Any]:
    """Count, median and 90th percentile of every part from the log; and how far any single one is from the file's."""
    ours, theirs = from_log(node), from_file(path, mapping, rows)
    worst, missing = 0.0, 0
    body: dict[str, Any] = {}
    for name in PAIRS:
        here, there = ours[name], theirs[name]
        missing += len(here.keys() ^ there.keys())
        worst = max([worst, *(abs(here[k] - there[k]) for k in here.keys() & there.keys())])
        body[name] = summed(list(here.values()))
        judge = pl.Series(list(there.values()), dtype=pl.Float64)
        for key, share in (("p50_s", 0.5), ("p90_s", 0.9)):
            worst = max(worst, abs(body[name][key] - float(judge.quantile(share, "linear") or 0.0)) - ROUNDED_S)
    return body | {"max_difference_s": round(max(worst, 0.0), 3), "only_in_one": missing}


def summed(seconds: Sequence[float]) -> dict[str, float]:
    """Count, median and 90th percentile (linear between ranks)."""
    return {"n": len(seconds), "p50_s": percentile(seconds, 50), "p90_s": percentile(seconds, 90)}


def advice(given: Sequence[Advice]) -> dict[str, Any]:
    """How often the proposed first unit is the one that went or arrived first; the error of its arrival."""
    agrees = sum(a.proposed in a.really_first for a in given)
    errors = [abs(a.eta_error_s) for a in given if a.eta_error_s is not None]
    signed = [a.eta_error_s for a in given if a.eta_error_s is not None]
    return {
        "first_unit_agrees": round(agrees / len(given), 4) if given else None,
        "calls": len(given),
        "eta_error_s_p50": percentile(errors, 50) if errors else None,
        "eta_error_s_p90": percentile(errors, 90) if errors else None,
        "eta_calls": len(errors),
        "eta_bias_s_p50": round(median(signed), 1) if signed else None,
    }


def by_vehicle(given: Sequence[Advice]) -> dict[str, dict[str, Any]]:
    """The agreement by the type of vehicle that was proposed first: ambulances wait in the streets, engines at home."""
    found: dict[str, dict[str, Any]] = {}
    for name in sorted({a.vehicle_type for a in given}):
        own = [a for a in given if a.vehicle_type == name]
        found[name] = {"calls": len(own), "first_unit_agrees": advice(own)["first_unit_agrees"]}
    return found
