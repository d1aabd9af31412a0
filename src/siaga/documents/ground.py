"""The ground a report's map is drawn on: streets, water, stations and areas of the node, kept ready between papers."""

import threading
from collections.abc import Mapping
from typing import Any

import msgspec
from shapely import STRtree, box, linestrings

from ..kernel.desk import Desk, Shown
from ..kernel.fields import All
from ..kernel.records import Ask

_READS = ("places.region", "places.areas", "places.streets", "places.water", "dispatch.stations")


class Street(msgspec.Struct, frozen=True):
    """One line of a street."""

    name: str
    kind: str
    line: Any


class Ground(msgspec.Struct, frozen=True):
    """What stands still around incidents."""

    name: str | None
    schematic: bool
    coast: tuple[Any, ...]
    streets: tuple[Street, ...]
    tree: Any
    water: tuple[Any, ...]
    stations: tuple[Any, ...]
    areas: Mapping[str, Any]

    def near(self, window: tuple[float, float, float, float]) -> list[Street]:
        """The lines of streets that touch a window (west, south, east, north)."""
        return [self.streets[n] for n in sorted(self.tree.query(box(*window)))] if self.streets else []

    def area(self, code: str | None, level: str) -> str | None:
        """The name of the area of a level (kelurahan, kecamatan, …) that an area is or lies in."""
        seen = 0
        while code and seen < 6:
            row = self.areas.get(code)
            if row is None:
                return None
            if row.level == level:
                return str(row.name)
            code, seen = row.parent, seen + 1
        return None


class _Kept:
    """The ground made last, and of which state of the tables it is."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.of: tuple[Any, ...] | None = None
        self.ground: Ground | None = None


_kept = _Kept()


def ground_of(desk: Desk, reader: Ask) -> Ground:
    """The ground as the tables stand; made anew only when they have changed."""
    with desk.store.read() as tx:
        of = (id(desk), *(desk.version(tx, desk.views[name])[1] for name in _READS))
    with _kept.lock:
        if _kept.ground is None or _kept.of != of:
            _kept.ground, _kept.of = _made(desk, reader), of
        return _kept.ground


def _made(desk: Desk, reader: Ask) -> Ground:
    region = next(iter(_rows(desk, "places.region", reader)), None)
    streets = tuple(
        Street(row.name, row.kind, linestrings(line))
        for row in _rows(desk, "places.streets", reader)
        for line in lines_of(row.lines)
        if len(line) > 1
    )
    return Ground(
        name=region.name if region else None,
        schematic=bool(region and region.schematic),
        coast=tuple(linestrings(line) for line in lines_of(region.coast if region else None) if len(line) > 1),
        streets=streets,
        tree=STRtree([street.line for street in streets]),
        water=tuple(_rows(desk, "places.water", reader)),
        stations=tuple(_rows(desk, "dispatch.stations", reader)),
        areas={row.area: row for row in _rows(desk, "places.areas", reader)},
    )


def _rows(desk: Desk, view: str, reader: Ask) -> list[Any]:
    shown = desk.show(view, All(), reader)
    return list(shown.rows) if isinstance(shown, Shown) else []


def lines_of(shape: Any) -> list[list[tuple[float, float]]]:
    """Every line of points in nested lists of coordinates, or in a GeoJSON geometry."""
    if isinstance(shape, dict):
        shape = shape.get("coordinates")
    if not isinstance(shape, list | tuple) or not shape:
        return []
    if isinstance(shape[0], list | tuple) and shape[0] and isinstance(shape[0][0], int | float):
        return [[(float(p[0]), float(p[1])) for p in shape]]
    return [line for part in shape for line in lines_of(part)]
