"""The map of a report: some hundred metres around the incident, as SVG for paper; it survives a grey printer."""

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from xml.sax.saxutils import escape

from shapely import box, get_coordinates, get_parts

from .ground import Ground, Street

WIDTH, HEIGHT = 1240, 940  # the frame of the template, twenty points a millimetre
ACROSS_M = 760.0
METRES_PER_DEGREE = 111_320.0
Pieces = list[list[tuple[float, float]]]
INK, GREY, SEA = "#12171a", "#59656e", "#8fa6b2"
WIDE = {"motorway": 26, "trunk": 26, "primary": 24, "secondary": 20, "tertiary": 17, "residential": 12}
NAMED = frozenset({"motorway", "trunk", "primary", "secondary", "tertiary", "residential", "unclassified"})


def scene_map(ground: Ground, lon: float, lat: float) -> str | None:
    """The map as SVG text; None where nothing of the ground is known there."""
    frame = _Frame(lon, lat)
    streets = ground.near(frame.window)
    coast = [line for line in ground.coast if line.intersects(box(*frame.window))]
    if not streets and not coast:
        return None
    ways = [(s, frame.pieces(s.line)) for s in streets]
    drawn = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#eceeef"/>',
        *(_path(frame.pieces(line), SEA, 5) for line in coast),
        *(_path(pieces, "#c2cacf", WIDE.get(s.kind, 8) + 5) for s, pieces in ways),
        *(_path(pieces, "#ffffff", WIDE.get(s.kind, 8)) for s, pieces in ways),
        *_names(ways),
        *(
            part
            for row in ground.water
            if frame.holds(row.lon, row.lat)
            for part in _water(*frame.at(row.lon, row.lat))
        ),
        *(
            part
            for row in ground.stations
            if frame.holds(row.lon, row.lat)
            for part in _station(*frame.at(row.lon, row.lat), row.name)
        ),
        _incident(*frame.at(lon, lat)),
        *_scale(),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
        f' font-family="Libertinus Serif">{"".join(drawn)}</svg>'
    )


class _Frame:
    """Degrees to the sheet, true in shape at its middle."""

    def __init__(self, lon: float, lat: float) -> None:
        self._lon, self._lat = lon, lat
        self._y = METRES_PER_DEGREE * WIDTH / ACROSS_M
        self._x = self._y * math.cos(math.radians(lat))
        wide, high = WIDTH / 2 / self._x, HEIGHT / 2 / self._y
        self.window = (lon - wide, lat - high, lon + wide, lat + high)
        self._cut = box(lon - wide * 1.1, lat - high * 1.1, lon + wide * 1.1, lat + high * 1.1)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Where a point stands on the sheet."""
        return WIDTH / 2 + (lon - self._lon) * self._x, HEIGHT / 2 - (lat - self._lat) * self._y

    def holds(self, lon: float, lat: float) -> bool:
        """Whether it stands on the sheet."""
        west, south, east, north = self.window
        return west < lon < east and south < lat < north

    def pieces(self, line: object) -> Pieces:
        """The line as far as it lies on the sheet, in points of the sheet."""
        cut = get_parts(self._cut.intersection(line))
        return [[self.at(x, y) for x, y in get_coordinates(piece)] for piece in cut]


def _path(pieces: Pieces, colour: str, width: float) -> str:
    """A line, drawn."""
    style = f"fill:none;stroke:{colour};stroke-width:{width};stroke-linejoin:round;stroke-linecap:round"
    return "".join(
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in piece)}" style="{style}"/>'
        for piece in pieces
        if len(piece) > 1
    )


def _names(ways: Iterable[tuple[Street, Pieces]]) -> Iterator[str]:
    """Each street's name once, along its longest stretch, and none upon another."""
    longest: dict[str, tuple[float, list[tuple[float, float]]]] = {}
    for street, pieces in ways:
        name = street.name
        if not name or street.kind not in NAMED:
            continue
        for piece in pieces:
            for a, b in pairwise(piece):
                far = math.dist(a, b)
                if far > longest.get(name, (0.0, []))[0]:
                    longest[name] = (far, [a, b])
    taken: list[tuple[float, float]] = [(WIDTH / 2, HEIGHT / 2)]
    for name, (far, (a, b)) in sorted(longest.items(), key=lambda item: -item[1][0]):
        x, y = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
        inside = 90 < x < WIDTH - 90 and 40 < y < HEIGHT - 60
        if far < len(name) * 15 or not inside or any(math.dist((x, y), other) < 120 for other in taken):
            continue
        taken.append((x, y))
        turn = math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))
        turn = turn - 180 if turn > 90 else turn + 180 if turn < -90 else turn
        yield f'<g transform="rotate({turn:.1f} {x:.1f} {y:.1f})">{_text(x, y + 14, name, 42)}</g>'


def _water(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="13" style="fill:#0a5aa8;stroke:#ffffff;stroke-width:5"/>'


def _square(x: float, y: float, half: float, colour: str) -> str:
    side, style = half * 2, f"fill:{colour};stroke:#fff;stroke-width:5"
    return f'<rect x="{x - half:.1f}" y="{y - half:.1f}" width="{side}" height="{side}" style="{style}"/>'


def _station(x: float, y: float, name: str) -> str:
    return _square(x, y, 17, GREY) + _text(x, y - 32, name, 46, weight=600)


def _incident(x: float, y: float) -> str:
    """A black square with a K, and a ring, so that it is found at once."""
    ring = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="56" style="fill:none;stroke:{INK};stroke-width:5"/>'
    letter = 'font-size="44" font-weight="700" text-anchor="middle" fill="#fff"'
    return ring + _square(x, y, 28, INK) + f'<text x="{x:.1f}" y="{y + 15:.1f}" {letter}>K</text>'


def _scale() -> Iterator[str]:
    """A hundred metres, and where north is."""
    long, left, low = 100 * WIDTH / ACROSS_M, 36, HEIGHT - 40
    yield f'<rect x="18" y="{HEIGHT - 102}" width="{long + 36:.0f}" height="84" fill="#fff" opacity="0.88"/>'
    yield f'<path d="M{left} {low - 10}v10h{long:.1f}v-10" style="fill:none;stroke:{INK};stroke-width:4"/>'
    yield _text(left + long / 2, low - 16, "100 m", 44)
    x, y = WIDTH - 52, 26
    yield f'<rect x="{x - 34}" y="{y - 8}" width="68" height="98" fill="#fff" opacity="0.88"/>'
    yield f'<path d="M{x} {y}l16 40l-16 -10l-16 10z" fill="{INK}"/>'
    yield _text(x, y + 82, "U", 46, weight=600)


def _text(x: float, y: float, text: str, size: int, weight: int = 400) -> str:
    place = f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="middle"'
    halo = f'{place} fill="#fff" stroke="#fff" stroke-width="8" stroke-linejoin="round">{escape(text)}</text>'
    return f'{halo}{place} fill="{INK}">{escape(text)}</text>'
