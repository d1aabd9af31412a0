"""The incidents of a period as a file: CSV, XLSX, Parquet, JSON or GeoJSON."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from ..documents.papers.periods import unknown_of
from ..kernel.desk import Desk
from ..kernel.records import Ask, Refusal
from ..slices.report.tables.figures.history import RecordedQuery
from .columns import COLUMNS, NAMES, SORTS, lines, meanings
from .source import Around, Incident, around, between, rows, with_reports
from .tables import Sheet, as_csv, as_json, as_parquet, as_xlsx

FILES: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "geojson": "application/geo+json",
}
EXPORTERS = ("reporter", "shift-leader", "administrator", "planner", "coordinator")
"""Who may take whole periods out of the node."""


def file_of(desk: Desk, sort: str, since: datetime, until: datetime, reader: Ask) -> bytes | Refusal:
    """The incidents opened from a time until another, as a file of a sort (see FILES)."""
    where = around(desk, reader)
    if isinstance(where, Refusal):
        return where
    found = between(desk, since, until, reader)
    found = found if isinstance(found, Refusal) else with_reports(desk, found, reader)
    if isinstance(found, Refusal):
        return found
    if sort == "geojson":
        return as_geojson(found, where)
    sheet = Sheet(title="kejadian", names=NAMES, sorts=SORTS, lines=lines(found, where))
    if sort == "xlsx":
        known = rows(desk, "report.recorded", RecordedQuery(since, max(since, min(until, desk.clock()))), reader)
        return as_xlsx([sheet, explained([] if isinstance(known, Refusal) else unknown_of(known[0]))], where.zone)
    if sort == "parquet":
        return as_parquet(sheet)
    return as_csv(sheet, where.zone) if sort == "csv" else as_json(sheet, where.zone)


def explained(unknown: Sequence[tuple[str, str]] = ()) -> Sheet:
    """What the columns mean, for who opens the workbook; an empty cell is what nobody said. `unknown`: what the period
    cannot tell."""
    known = [(name, *meanings()[name]) for name in NAMES]
    return Sheet(
        title="keterangan",
        names=("kolom", "arti", "satuan"),
        sorts=("text", "text", "text"),
        lines=[
            *known,
            ("(kosong)", "Belum dinyatakan atau tidak tercatat; bukan nol", ""),
            *((*said, "") for said in unknown),
        ],
        widths=(24, 70, 12),
    )


def as_geojson(incidents: Sequence[Incident], around: Around) -> bytes:
    """RFC 7946: points in WGS 84, longitude first."""
    features = [feature(one, around) for one in incidents]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})


def feature(one: Incident, around: Around) -> dict[str, Any]:
    """An incident where it was; the columns of the table but for its coordinates are its properties."""
    told = {column.name: column.read(one, around) for column in COLUMNS if column.name not in ("bujur", "lintang")}
    local = {name: _local(value, around) for name, value in told.items()}
    point = {"type": "Point", "coordinates": [one.lon, one.lat]}
    return {"type": "Feature", "id": one.incident, "geometry": point, "properties": local}


def _local(value: Any, around: Around) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(around.zone).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value
