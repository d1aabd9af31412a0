"""The mapping file of spreadsheets: what their headers and words mean in ours. Small, and made to be corrected."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from ... import standards
from ..mapping import Agency, Id, Part, WrongMapping
from .values import Order

FORMAT = "sheets-1"
DEFAULT_ZONE = "Asia/Jakarta"
CLOCKS = (
    "answered", "dispatched", "on-the-way", "arrived", "ready-to-serve", "action", "under-control", "out", "returned",
)  # fmt: skip
COUNTS = ("dead", "heavy", "light", "rescued", "families", "affected", "displaced")
MONEY = ("loss", "saved")
TEXTS = ("number", "place", "kelurahan", "kecamatan", "city", "type", "kind", "cause", "shelter", "team", "notes")
ROLES = ("date", *CLOCKS, *TEXTS, "lat", "lon", "point", "count", "burnt_m2", "burnt_ha", *MONEY, *COUNTS, "engines")
COMMENT = """# How the service's own spreadsheets are read by `siaga incidents import --mapping <this file>`.
# Proposed from the files and made to be corrected: `columns` names headers for each meaning (several where headers
# drift from month to month), `causes`, `kinds` and `types` name words inside cells and what they mean here.
# `records` names the kinds of incidents (fire, rescue, hazmat, medical, assistance) these sheets record at all: of the
# others the recap then says "not recorded", never 0.
"""


class Somewhere(Part, frozen=True):
    """Where incidents lie whose kelurahan and kecamatan nobody knows: within `radius_m` of a point, in `area`."""

    lon: Annotated[float, Meta(ge=-180, le=180)]
    lat: Annotated[float, Meta(ge=-90, le=90)]
    radius_m: Annotated[float, Meta(gt=0, le=100_000)]
    area: Id | None = None


class SheetMapping(Part, frozen=True, kw_only=True):
    """How to read a service's own spreadsheets."""

    format: Literal["sheets-1"] = "sheets-1"
    zone: str = DEFAULT_ZONE
    dates: Order = "dmy"
    agency: Agency
    columns: dict[str, tuple[str, ...]]
    fill_down: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    causes: dict[str, str] = {}
    kinds: dict[str, str] = {}
    types: dict[str, str] = {}
    default_type: str = ""
    records: tuple[str, ...] = ()
    somewhere: Somewhere | None = None

    @property
    def recorded(self) -> tuple[str, ...]:
        """The kinds of incidents these sheets record at all: as `records` says, else those its types are of."""
        known = standards.incident_types()
        types = filter(None, (self.default_type, *self.types.values()))
        return self.records or tuple(sorted({known[one].kind for one in types if one in known}))


def is_sheet_mapping(path: Path) -> bool:
    """Whether a file is a mapping of this kind, and not one of a record of responses."""
    try:
        return str(tomllib.loads(path.read_text("utf-8")).get("format", "")).startswith("sheets-")
    except (OSError, ValueError):
        return False


def read_sheet_mapping(path: Path) -> SheetMapping:
    """The mapping in a file; raises WrongMapping."""
    try:
        mapping = msgspec.convert(tomllib.loads(path.read_text("utf-8")), type=SheetMapping)
        check(mapping)
    except (OSError, ValueError, KeyError) as wrong:
        raise WrongMapping(f"{path.name}: {wrong}") from wrong
    return mapping


def check(mapping: SheetMapping) -> None:
    """Every word of ours that it names must exist; ValueError says which does not."""
    ZoneInfo(mapping.zone)
    known: list[tuple[str, set[str], Any]] = [
        ("columns", {*mapping.columns, *mapping.fill_down}, ROLES),
        ("causes", set(mapping.causes.values()), {c.id for c in standards.words().cause}),
        ("kinds", set(mapping.kinds.values()), {o.id for o in standards.standards().places.object}),
        ("records", set(mapping.records), standards.kinds()),
        ("types", {*mapping.types.values(), *filter(None, [mapping.default_type])}, standards.incident_types()),
    ]
    for what, named, ours in known:
        if strange := sorted(named - set(ours)):
            raise ValueError(f"unknown {what}: {', '.join(strange)}")
    if not mapping.columns.get("date"):
        raise ValueError("columns need `date`")


def write_sheet_mapping(mapping: SheetMapping, path: Path) -> None:
    """Keep a mapping where people can correct it."""
    path.write_text(COMMENT + "\n" + _toml(msgspec.to_builtins(mapping)), "utf-8")


def _toml(body: Mapping[str, Any], table: str = "") -> str:
    """Plain data as TOML: values first, then tables; what is empty is left out."""
    plain = {k: v for k, v in body.items() if not isinstance(v, dict) and v not in (None, (), [], "")}
    lines = [f"{_key(name)} = {_value(value)}" for name, value in plain.items()]
    text = (f"[{table}]\n" if table and lines else "") + "".join(f"{line}\n" for line in lines)
    for name, value in body.items():
        if isinstance(value, dict) and value:
            text += "\n" + _toml(value, f"{table}.{_key(name)}" if table else _key(name))
    return text


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else _value(name)


def _value(value: Any) -> str:
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")  # texts, numbers and lists of JSON are TOML
