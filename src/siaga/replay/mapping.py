"""A mapping file: which column of somebody's CSV holds what, and what their words mean in ours."""

import tomllib
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from .. import standards
from ..slices.dispatch.events import Clock
from ..slices.intake.events import Channel

SHIPPED = ("san-francisco", "pittsburgh")
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]


class WrongMapping(ValueError):
    """A mapping file that cannot be used; says where and why."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a mapping file; unknown names are mistakes."""


class Agency(Part, frozen=True):
    """Whose incidents these are."""

    id: Id
    name: str
    kind: str = "fire"


class Columns(Part, frozen=True, kw_only=True):
    """Names of columns. Either `point` ("(lat, lon)" in one cell) or `lon` and `lat`."""

    incident: str
    place: str | None = None
    point: str | None = None
    lon: str | None = None
    lat: str | None = None
    unit: str | None = None
    unit_type: str | None = None
    sequence: str | None = None
    station: str | None = None
    outcome: str | None = None
    nfirs: str | None = None
    level: str | None = None


class Types(Part, frozen=True):
    """Types by their words: cells of `columns` joined by " / ", the longest known beginning counts."""

    columns: tuple[str, ...] = ()
    named: dict[str, str] = {}


class Outcomes(Part, frozen=True):
    """Outcomes by their words."""

    default: str = "handled"
    named: dict[str, str] = {}


class Unit(Part, frozen=True):
    """What a kind of unit is and brings."""

    vehicle_type: str
    people: int = 2
    capabilities: tuple[str, ...] | None = None
    competences: dict[str, int] = {}


class Mapping(Part, frozen=True, kw_only=True):
    """How to read somebody's CSV."""

    name: str
    zone: str
    agency: Agency
    columns: Columns
    times: dict[Clock, str]
    rows: Literal["responses", "incidents"]
    time_format: str = ""
    channel: Channel = "hotline"
    precision_m: float = 100.0
    types: Types = Types()
    outcomes: Outcomes = Outcomes()
    units: dict[str, Unit] = {}

    def moment(self, text: str) -> datetime:
        """A time as written in the file; ValueError if it is none."""
        read = datetime.strptime(text, self.time_format) if self.time_format else datetime.fromisoformat(text)  # noqa: DTZ007
        return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(self.zone))

    def type_of(self, row: dict[str, str]) -> str | None:
        """Our type for a row; None where the row does not say. KeyError for words the mapping does not know."""
        if self.columns.nfirs and (code := row[self.columns.nfirs].strip()):
            found = standards.type_of_nfirs(code)
            if found is None:
                raise KeyError(code)
            return found
        words = [row[c].strip() for c in self.types.columns]
        for size in range(len(words), 0, -1):
            if (said := " / ".join(words[:size])) in self.types.named:
                return self.types.named[said] or None
        if any(words):
            raise KeyError(" / ".join(filter(None, words)))
        return None

    def outcome_of(self, row: dict[str, str]) -> str:
        """Our outcome for a row."""
        said = row[self.columns.outcome].strip() if self.columns.outcome else ""
        return self.outcomes.named.get(said, self.outcomes.default)


def read_mapping(name: str) -> Mapping:
    """A shipped mapping by its name, or one from a TOML file; raises WrongMapping."""
    file: Any = files("siaga.replay") / "mappings" / f"{name}.toml" if name in SHIPPED else Path(name)
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
        mapping = msgspec.convert(raw, type=Mapping)
        _check(mapping)
    except (OSError, ValueError, KeyError) as wrong:
        shipped = ", ".join(SHIPPED)
        raise WrongMapping(f"{name}: {wrong} (shipped mappings: {shipped})") from wrong
    return mapping


def _check(mapping: Mapping) -> None:
    """Every word of ours that it names must exist."""
    ZoneInfo(mapping.zone)
    if mapping.columns.point is None and (mapping.columns.lon is None or mapping.columns.lat is None):
        raise ValueError("columns need `point`, or `lon` and `lat`")
    if "answered" not in mapping.times:
        raise ValueError("times need `answered`")
    if mapping.rows == "responses" and (mapping.columns.unit is None or "dispatched" not in mapping.times):
        raise ValueError("a file of responses needs the column `unit` and the time `dispatched`")
    known: list[tuple[str, set[str], Any]] = [
        ("types", {t for t in mapping.types.named.values() if t}, standards.incident_types()),
        ("outcomes", {mapping.outcomes.default, *mapping.outcomes.named.values()}, standards.close_outcomes()),
        ("vehicle types", {u.vehicle_type for u in mapping.units.values()}, standards.vehicle_types()),
        ("capabilities", {c for u in mapping.units.values() for c in u.capabilities or ()}, standards.capabilities()),
        ("competences", {c for u in mapping.units.values() for c in u.competences}, standards.competences()),
    ]
    for what, named, ours in known:
        if unknown := sorted(named - set(ours)):
            raise ValueError(f"unknown {what}: {', '.join(unknown)}")
