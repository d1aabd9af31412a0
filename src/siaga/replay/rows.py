"""The rows of a CSV as responses: what each says, or why it cannot be used."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import msgspec

from .mapping import Mapping, WrongMapping

_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}\Z")
MOST_LEVEL = 3


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """One row: an incident, and the unit that was sent to it where the file says so. Times by clock."""

    row: int
    incident: str
    lon: float
    lat: float
    type: str | None
    place: str | None
    outcome: str
    level: int
    times: dict[str, datetime]
    unit: str | None = None
    unit_type: str | None = None
    sequence: int = 0
    station: str | None = None


class Unusable(msgspec.Struct, frozen=True):
    """A row that cannot be used, and why."""

    row: int
    incident: str
    reason: str
    what: str = ""


@dataclass
class Read:
    """Everything a file holds."""

    mapping: Mapping
    rows: int = 0
    responses: list[Response] = field(default_factory=list)
    refused: list[Unusable] = field(default_factory=list)

    def refused_counts(self) -> dict[str, int]:
        """How many rows cannot be used, by reason."""
        return dict(sorted(Counter(r.reason for r in self.refused).items()))

    def incidents(self) -> dict[str, list[Response]]:
        """The rows of each incident, in the order of the file."""
        found: dict[str, list[Response]] = {}
        for r in self.responses:
            found.setdefault(r.incident, []).append(r)
        return found


class _No(Exception):
    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(reason)
        self.reason, self.what = reason, what


def read_rows(path: Path, mapping: Mapping, limit: int | None = None) -> Read:
    """Read a file by its mapping; raises WrongMapping when a column it names is not there."""
    read, seen = Read(mapping), set[tuple[str, str | None]]()
    for number, row in _cells(path, mapping):
        if limit is not None and read.rows >= limit:
            break
        read.rows += 1
        incident = row[mapping.columns.incident].strip()
        try:
            response = _response(number, incident, row, mapping)
            if (incident, response.unit) in seen:
                raise _No("row-twice", response.unit or "")
        except _No as no:
            read.refused.append(Unusable(number, incident, no.reason, no.what))
            continue
        seen.add((incident, response.unit))
        read.responses.append(response)
    return read


def _cells(path: Path, mapping: Mapping) -> Iterator[tuple[int, dict[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file, restval="")
        named = [getattr(mapping.columns, f) for f in mapping.columns.__struct_fields__]
        wanted = {c for c in (*named, *mapping.times.values(), *mapping.types.columns) if c}
        if missing := sorted(wanted - set(table.fieldnames or ())):
            raise WrongMapping(f"{path.name} has no column {', '.join(missing)}")
        for number, row in enumerate(table, start=2):  # as a spreadsheet counts: the header is line 1
            yield number, {name: row[name] or "" for name in wanted}


def _response(number: int, incident: str, row: dict[str, str], mapping: Mapping) -> Response:
    columns = mapping.columns
    if not _ID.match(incident):
        raise _No("no-incident-number", incident)
    lon, lat = _point(row, mapping)
    try:
        kind = mapping.type_of(row)
    except KeyError as unknown:
        raise _No("type-unknown", str(unknown.args[0])) from unknown
    unit = row[columns.unit].strip() if columns.unit else None
    unit_type = row[columns.unit_type].strip() if columns.unit_type else None
    if mapping.rows == "responses":
        if unit is None or not _ID.match(unit):
            raise _No("no-unit", unit or "")
        if unit_type not in mapping.units:
            raise _No("unit-type-unknown", unit_type or "")
    sequence = row[columns.sequence].strip() if columns.sequence else ""
    return Response(
        row=number,
        incident=incident,
        lon=lon,
        lat=lat,
        type=kind,
        place=(row[columns.place].strip() or None) if columns.place else None,
        outcome=mapping.outcome_of(row),
        level=_level(row, mapping),
        times=_times(row, mapping),
        unit=unit,
        unit_type=unit_type,
        sequence=int(sequence) if sequence.isdigit() else 0,
        station=(row[columns.station].strip() or None) if columns.station else None,
    )


def _point(row: dict[str, str], mapping: Mapping) -> tuple[float, float]:
    columns = mapping.columns
    if columns.point:
        said = row[columns.point].strip()
        found = _NUMBERS.findall(said)
        text = (found[1], found[0]) if len(found) == 2 else ("", "")
    else:
        text = (row[columns.lon or ""].strip(), row[columns.lat or ""].strip())
        said = " ".join(text).strip()
    try:
        lon, lat = float(text[0]), float(text[1])
    except ValueError:
        raise _No("no-place", said) from None
    if not (-180 <= lon <= 180 and -90 <= lat <= 90) or (lon == 0 and lat == 0):
        raise _No("place-outside", f"{lat}, {lon}")
    return lon, lat


def _level(row: dict[str, str], mapping: Mapping) -> int:
    text = row[mapping.columns.level].strip() if mapping.columns.level else ""
    return min(MOST_LEVEL, max(1, int(text))) if text.isdigit() else 1


def _times(row: dict[str, str], mapping: Mapping) -> dict[str, datetime]:
    """Times by clock; those that must be there: when it was answered, and when the unit was sent."""
    found: dict[str, datetime] = {}
    for clock, column in mapping.times.items():
        if text := row[column].strip():
            try:
                found[clock] = mapping.moment(text)
            except ValueError:
                raise _No("time-unreadable", text) from None
    if "answered" not in found:
        raise _No("no-time-answered")
    if mapping.rows == "responses" and "dispatched" not in found:
        raise _No("no-time-dispatched")
    start = found["answered"]
    if early := [clock for clock, at in found.items() if at < start]:
        raise _No("time-before-answered", ", ".join(early))
    return found


def list_refused(read: Read, path: Path) -> None:
    """Write the rows that cannot be used, one a line with its reason."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["row", "incident", "reason", "what"])
        out.writerows((r.row, r.incident, r.reason, r.what) for r in read.refused)
