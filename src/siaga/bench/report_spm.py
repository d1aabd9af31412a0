"""Bench of the national standard's figures: ten years of a city (20,000 incidents) and of a province (500,000).

The tables that the view reads are filled directly, as projections fill them: the log behind half a million incidents
would take an hour to write and is not what is measured. Three in ten incidents are fires (a city has one in ten), every
incident has all its clocks and two units, and nothing is cached: each figure is the slowest but one in a hundred over
all quarters and years, from the query to the JSON of the answer."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np

from ..app import Node
from ..kernel.desk import Shown
from ..kernel.records import Ask, Query
from ..kernel.storage import Tx
from ..slices.dispatch.rules import RegisterAgency, RegisterStation, RegisterUnit
from ..slices.report.tables.figures.spm import SpmIncidents, SpmQuery
from .common import AGENCY, envelope, folder, must, node

FIRST, YEARS = 2016, 10
CITY, PROVINCE = 20_000, 500_000
UNITS = 60
TYPES = (
    "fire.housing",
    "fire.electrical",
    "fire.land",
    *("rescue.snake",) * 4,
    "rescue.wasp",
    *("rescue.traffic",) * 2,
)
CLOCKS = {  # seconds after the call, and how much they differ; the last are the incident's own
    "answered": (0, 1),
    "opened": (40, 40),
    "dispatched": (70, 60),
    "on-the-way": (140, 120),
    "arrived": (380, 500),
    "access": (420, 520),
    "ready-to-serve": (470, 640),
    "action": (500, 650),
    "under-control": (1500, 900),
    "out": (2400, 900),
    "returned": (3000, 900),
    "ready-again": (3300, 900),
}
OF_UNITS = ("dispatched", "on-the-way", "arrived", "access", "ready-to-serve", "action", "returned")
_AT = "strftime('%Y-%m-%dT%H:%M:%f', :begin + i * :apart + {s}, 'unixepoch') || '000+00:00'"
_NUMBERS = "with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < :n)"


def spm_figures(quick: bool = False) -> dict[str, Any]:
    """`spm_city_p99_ms`, `spm_province_p99_ms`, and the list of a province's incidents beside them."""
    city = _measured(CITY // 10 if quick else CITY, areas=15)
    province = _measured(PROVINCE // 100 if quick else PROVINCE, areas=1038)
    return {
        "spm_city_p99_ms": city["p99"],
        "spm_city_p50_ms": city["p50"],
        "spm_province_p99_ms": province["p99"],
        "spm_province_p50_ms": province["p50"],
        "spm_province_year_ms": province["year"],
        "spm_province_incidents_ms": province["listed"],
    }


def _measured(incidents: int, areas: int) -> dict[str, float]:
    with folder() as data, node(data) as opened:
        filled(opened, incidents, areas)
        reader = envelope("reader")
        quarters = [SpmQuery(year, quarter) for year in _years() for quarter in (1, 2, 3, 4)]
        years = [SpmQuery(year) for year in _years()]
        _timed(opened, "report.spm", quarters[:1], reader)  # what is compiled or read once is not the figure
        short, long = (_timed(opened, "report.spm", asked, reader) for asked in (quarters, years))
        listed = _timed(opened, "report.spm-incidents", [SpmIncidents(FIRST + 5, 2, show="late")], reader)
        return {
            "p50": _ms(np.percentile([*short, *long], 50)),
            "p99": _ms(np.percentile([*short, *long], 99)),
            "year": _ms(np.median(long)),
            "listed": _ms(listed[0]),
        }


def _years() -> Sequence[int]:
    return range(FIRST, FIRST + YEARS)


def _ms(seconds: Any) -> float:
    return round(float(seconds) * 1000, 1)


def _timed(opened: Node, name: str, queries: Sequence[Query], reader: Ask) -> list[float]:
    found = []
    for query in queries:
        begun = time.perf_counter()
        shown = opened.desk.show(name, query, reader)
        if not isinstance(shown, Shown):
            raise RuntimeError(f"{name}: {shown}")
        msgspec.json.encode(shown.rows)
        found.append(time.perf_counter() - begun)
    return found


def filled(opened: Node, incidents: int, areas: int) -> None:
    """Ten years of incidents in the tables that figures read."""
    must(opened, RegisterAgency(AGENCY, "Bench", "fire"), "agency")
    must(opened, RegisterStation("s", AGENCY, "Mako", 117.5, 0.13), "station")
    for n in range(UNITS):
        must(opened, RegisterUnit(f"u{n}", AGENCY, "s", "pump"), f"unit{n}")
    opened.desk.work(lambda tx: _fill(tx, incidents, areas))


def _fill(tx: Tx, incidents: int, areas: int) -> None:
    begin = datetime(FIRST, 1, 1, tzinfo=UTC).timestamp()
    span_s = datetime(FIRST + YEARS, 1, 1, tzinfo=UTC).timestamp() - begin
    given = {"n": incidents, "begin": int(begin), "apart": span_s / incidents}
    kind = f"case i * 7 % {len(TYPES)} " + " ".join(f"when {n} then '{name}'" for n, name in enumerate(TYPES)) + " end"
    area = f"printf('64.%04d', i / 10 * 31 % {areas})"
    name, opened, ended = "printf('i%07d', i)", _AT.format(s=40), _AT.format(s=3400)
    tx.run(
        "insert into dispatch_incident (incident, number, agency, type, life_risk, exercise, lon, lat, precision_m,"
        f" area, place, place_id, state, level, adds, others, opened_at, answered_at, ended_at, outcome, home)"
        f" {_NUMBERS} select {name}, printf('B-%07d', i), '{AGENCY}', {kind}, 0, i % 97 = 0, 117.4, 0.1, 50, {area},"
        f" null, null, 'closed', 1, '{{}}', '[]', {opened}, {_AT.format(s=0)}, {ended}, 'handled', '' from n",
        **given,
    )
    tx.run(
        "insert into report_file (incident, number, type, exercise, area, object, lon, lat, opened_at, ended_at,"
        " outcome, incident_state, home, state, state_at, checked_by, signed_by, signed_position, reopened_at,"
        f" amendments, needed, missing, touched) {_NUMBERS} select {name}, printf('B-%07d', i), {kind},"
        f" i % 97 = 0, {area}, null,"
        f" 117.4, 0.1, {opened}, {ended}, 'handled', 'closed', '', 'final', null, null, null, null, null, 0, 7,"
        " '', 1 from n",
        **given,
    )
    tx.run(
        "insert into report_value (incident, to_serve_victims, to_serve_affected, served_victims, served_affected)"
        f" {_NUMBERS} select {name}, i % 3, i % 5, i % 3, case when i % 11 = 0 then null else i % 5 end from n",
        **given,
    )
    units = [(f"u' || (i % {UNITS}) || '", 0), (f"u' || ((i + 7) % {UNITS}) || '", 20)]
    rows = [("", clock, *CLOCKS[clock], 0) for clock in sorted(CLOCKS)]
    rows += [(unit, clock, *CLOCKS[clock], late) for unit, late in units for clock in OF_UNITS]
    each = " union all ".join(
        f"select {k} as k, '{clock}' as clock, {after + late} as after_s, {spread} as spread"
        for k, (_, clock, after, spread, late) in enumerate(rows)
    )
    of = " ".join(f"when {k} then '{unit}'" for k, (unit, *_) in enumerate(rows))
    moment = _AT.format(s="c.after_s + i * 7919 % 1009 * c.spread / 1009")
    tx.run(
        f"insert into dispatch_clock (incident, unit, clock, at, corrected) {_NUMBERS} select {name},"
        f" case c.k {of} end, c.clock, case when (i + c.k) % 41 = 0 then null else {moment} end, 0"
        f" from n cross join ({each}) c",
        **given,
    )
