"""A plain map for paper, as SVG: areas, streets, stations and water, named; it survives a grey printer."""

import math
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape

WIDTH, HEIGHT, EDGE = 1700, 2320, 40
WIDE = frozenset({"motorway", "trunk", "primary", "secondary"})
NAMED = frozenset({"trunk", "primary", "secondary", "tertiary"})


def map_sheet(
    coast: Any,
    areas: Iterable[Any],
    streets: Iterable[Any],
    stations: Iterable[Any],
    water: Iterable[Any],
    *,
    inner: bool = False,
) -> str | None:
    """The map as SVG text: all of the city, or (`inner`) where most of its streets are; None with nothing to draw."""
    areas, streets, stations, water = list(areas), list(streets), list(stations), list(water)
    points = [point for area in areas for line in _lines(area.shape) for point in line]
    points += [(row.lon, row.lat) for row in stations]
    if inner:
        points = _middle([point for street in streets for line in _lines(street.lines) for point in line])
    if len(points) < 2:
        return None
    at = _projection(points)
    drawn = [
        *(_path(line, at, "fill:#f4f5f5;stroke:#9aa5ad;stroke-width:3") for a in areas for line in _lines(a.shape)),
        *(_path(line, at, "fill:none;stroke:#59656e;stroke-width:4") for line in _lines(coast)),
        *_roads(streets, at),
        *(_drop(row, at) for row in water),
        *(_text(at((a.lon, a.lat)), a.name, 26, "#414c54") for a in areas if a.level == "kelurahan"),
        *(part for row in stations for part in _station(row, at)),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' font-family="Libertinus Serif">{"".join(drawn)}</svg>'
    )


def _middle(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners of the frame that holds the middle three quarters of the streets."""
    if len(points) < 8:
        return []
    lons, lats = sorted(p[0] for p in points), sorted(p[1] for p in points)
    low, high = len(points) // 8, len(points) * 7 // 8
    return [(lons[low], lats[low]), (lons[high], lats[high])]


def _projection(points: list[tuple[float, float]]) -> Any:
    """Degrees to the sheet, true in shape at the middle."""
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    room_x, room_y = WIDTH - 2 * EDGE, HEIGHT - 2 * EDGE
    scale = min(room_x / max((east - west) * squeeze, 1e-9), room_y / max(north - south, 1e-9))
    left = (WIDTH - (east - west) * squeeze * scale) / 2
    top = (HEIGHT - (north - south) * scale) / 2

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return left + (point[0] - west) * squeeze * scale, top + (north - point[1]) * scale

    return at


def _lines(shape: Any) -> Iterator[list[tuple[float, float]]]:
    """Every line of points in nested lists of coordinates, or in a GeoJSON geometry."""
    if isinstance(shape, dict):
        shape = shape.get("coordinates")
    if not isinstance(shape, list | tuple) or not shape:
        return
    if isinstance(shape[0], list | tuple) and shape[0] and isinstance(shape[0][0], int | float):
        yield [(float(p[0]), float(p[1])) for p in shape]
        return
    for part in shape:
        yield from _lines(part)


def _path(line: list[tuple[float, float]], at: Any, style: str) -> str:
    steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(at, line))
    return f'<polyline points="{steps}" style="{style};stroke-linejoin:round"/>'


def _roads(streets: list[Any], at: Any) -> Iterator[str]:
    for street in streets:
        wide = street.kind in WIDE
        style = f"fill:none;stroke:{'#12171a' if wide else '#97a2aa'};stroke-width:{6 if wide else 2}"
        for line in _lines(street.lines):
            yield _path(line, at, style)
    for street in streets:
        longest = max(_lines(street.lines), key=len, default=None)
        if street.kind in NAMED and street.name and longest:
            x, y = at(longest[len(longest) // 2])
            yield _text((x, y - 8), street.name, 20, "#12171a")


def _drop(row: Any, at: Any) -> str:
    x, y = at((row.lon, row.lat))
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" style="fill:#ffffff;stroke:#12171a;stroke-width:4"/>'


def _station(row: Any, at: Any) -> Iterator[str]:
    x, y = at((row.lon, row.lat))
    yield f'<rect x="{x - 14:.1f}" y="{y - 14:.1f}" width="28" height="28" style="fill:#12171a"/>'
    yield _text((x, y - 24), row.name, 30, "#12171a", weight=700)


def _text(at: tuple[float, float], text: str, size: int, colour: str, weight: int = 400) -> str:
    x, y = at
    lettering = f'font-size="{size}" font-weight="{weight}" text-anchor="middle"'
    place = f'<text x="{x:.1f}" y="{y:.1f}" {lettering}'
    halo = f'{place} fill="#ffffff" stroke="#ffffff" stroke-width="7">{escape(text)}</text>'
    return f'{halo}{place} fill="{colour}">{escape(text)}</text>'
