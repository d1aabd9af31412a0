"""Where an incident of the past lies: its own point, else the middle of the street or area its text names."""

import re
from collections.abc import Sequence

import msgspec
import numpy as np
import shapely
from rapidfuzz import fuzz

from ...engine.geo import distance
from ...slices.places.tables.views import AreaRow, StreetRow
from .cells import words
from .mapping import Somewhere
from .read import Fire

POINT_M = 100.0  # how well a point typed into a sheet is meant
NEARLY = 84.0  # of 100: Penjagalan is Pejagalan
LEVELS = ("kelurahan", "kecamatan")
LEAST_M = 50.0
MOST_M = 100_000.0
_TITLE = re.compile(r"^(?:kelurahan|kel|desa|kecamatan|kec|jalan|jl|jln)\s+")
_STREET = re.compile(
    r"\b((?:jl|jln|jalan)[.\s]\s*[a-z0-9.'\s]*?)(?=\s*(?:[,;()/]|$|\b(?:no|nomor|rt|rw|gg|gang|blok|kel|kec|km|depan|titik)\b))",
    re.IGNORECASE,
)


class Placed(msgspec.Struct, frozen=True):
    """A point, how far the truth may lie from it, the smallest area known, and what it rests on."""

    lon: float
    lat: float
    precision_m: float
    area: str | None
    by: str


class Region(msgspec.Struct, frozen=True):
    """What a node knows of where things are."""

    areas: Sequence[AreaRow] = ()
    streets: Sequence[StreetRow] = ()


class Placer:
    """Finds the areas and streets of a region by what spreadsheets call them."""

    def __init__(self, region: Region, somewhere: Somewhere | None = None) -> None:
        self._somewhere = somewhere
        self._areas = [a for a in region.areas if a.level in LEVELS]
        self._streets: dict[str, list[StreetRow]] = {}
        for street in region.streets:
            self._streets.setdefault(_name(street.name), []).append(street)
        self._names = {a.area: _name(a.name) for a in self._areas}
        self._outlines = {a.area: shapely.from_geojson(msgspec.json.encode(a.shape)) for a in self._areas}
        self._radius: dict[str, float] = {}

    def place(self, fire: Fire) -> Placed | None:
        """By its point, street, kelurahan, kecamatan, what the mapping says of all the others; None: nobody knows."""
        if fire.lon is not None and fire.lat is not None:
            return Placed(fire.lon, fire.lat, POINT_M, self._at(fire.lon, fire.lat), "point")
        district = self._named("kecamatan", fire.kecamatan, None)
        known_elsewhere = fire.kecamatan and district is None and self._has("kecamatan")
        area = None if known_elsewhere else self._named("kelurahan", fire.kelurahan, district)
        if area is not None:
            return self._on_street(fire.place, area) or self._middle(area, "kelurahan")
        if district is not None:
            return self._middle(district, "kecamatan")
        if (s := self._somewhere) is not None:
            return Placed(s.lon, s.lat, s.radius_m, s.area, "somewhere")
        return None

    def _has(self, level: str) -> bool:
        return any(a.level == level for a in self._areas)

    def _named(self, level: str, said: str, parent: AreaRow | None) -> AreaRow | None:
        """The one area of a level that is called so; None where there is none, or more than one."""
        wanted = _name(said)
        if not wanted:
            return None
        mine = [a for a in self._areas if a.level == level and parent in (None, self._parent(a, parent))]
        exact = [a for a in mine if self._names[a.area] == wanted]
        near = exact or [a for a in mine if fuzz.ratio(self._names[a.area], wanted) >= NEARLY]
        return near[0] if len(near) == 1 else None

    @staticmethod
    def _parent(area: AreaRow, parent: AreaRow | None) -> AreaRow | None:
        """The parent, if the area lies in it (or does not say in which it lies)."""
        return parent if parent is not None and area.parent in (None, parent.area) else None

    def _at(self, lon: float, lat: float) -> str | None:
        point = shapely.points(lon, lat)
        held = (a.area for a in self._areas if a.level == "kelurahan" and self._outlines[a.area].covers(point))
        return next(held, None)

    def _on_street(self, place: str, area: AreaRow) -> Placed | None:
        """The middle of what the kelurahan holds of the street the text begins with, as precise as that is long."""
        found = _STREET.search(place)
        rows = self._streets.get(_name(found[1]), ()) if found else ()
        points = np.array([p for row in rows for line in row.lines for p in line], float).reshape(-1, 2)
        held = shapely.covers(self._outlines[area.area], shapely.points(points))  # type: ignore[no-untyped-call]
        inside = points[held]
        if not len(inside):
            return None
        middle = inside[np.argmin(np.hypot(*(inside - inside.mean(axis=0)).T))]
        lon, lat = float(middle[0]), float(middle[1])
        reach = max(distance((lon, lat), (float(x), float(y))) for x, y in inside)
        return Placed(lon, lat, float(round(max(POINT_M, reach))), area.area, "street")

    def _middle(self, area: AreaRow, by: str) -> Placed:
        radius = self._radius.get(area.area)
        if radius is None:
            corners = shapely.get_coordinates(self._outlines[area.area])
            radius = max(distance((area.lon, area.lat), (float(x), float(y))) for x, y in corners)
            self._radius[area.area] = radius = min(MOST_M, max(LEAST_M, radius))
        return Placed(area.lon, area.lat, float(round(radius)), area.area, by)


def _name(said: str) -> str:
    """A name so that spellings compare: without its title and without blanks."""
    return _TITLE.sub("", words(said)).replace(" ", "")
