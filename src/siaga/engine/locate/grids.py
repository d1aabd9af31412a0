"""Places written as codes of a grid: plus codes, MGRS, UTM and the short codes of OpenStreetMap."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from siaga.engine.locate.records import Doubt, Found, Piece, spread

LonLat = tuple[float, float]

_PLUS = re.compile(
    r"(?<![A-Za-z0-9+\-.])(?P<code>[23456789CFGHJMPQRVWX]{2,8}0{0,6}\+[23456789CFGHJMPQRVWX]{0,7})(?![A-Za-z0-9+])"
    r"(?P<place>[ \t]*,?[ \t]*[A-Z][A-Za-z.'\- ]{2,40})?",
    re.IGNORECASE | re.ASCII,
)
# Upper case only: in running text "12 kel 1234" is no reference.
_MGRS = re.compile(
    r"(?<![\w.,+\-/])(?P<grid>[0-9]{1,2} ?[C-HJ-NP-X]) ?(?P<square>[A-HJ-NP-Z]{2}) ?"
    r"(?P<digits>[0-9]{2,5} [0-9]{2,5}|[0-9]{4,10})(?![\w]|[.,+\-/][0-9])",
    re.ASCII,
)
_MONTHS = frozenset(re.findall("...", "JANFEBMARAPRMEIMAYJUNJULAGUAGTAUGSEPOKTOCTNOVNOPDESDEC"))
_EAST = r"(?P<east>[1-9][0-9]{5}(?:[.,][0-9]{1,4})?|[1-9][0-9]{2}\.[0-9]{3})"
_NORTH = r"(?P<north>[0-9]{4,8}(?:[.,][0-9]{1,4})?|[0-9]{1,3}(?:\.[0-9]{3}){1,2}|[0-9]{1,3})"
_ZONE = r"(?P<zone>[0-9]{1,2}) ?(?P<band>[C-HJ-NP-X])"
_METRES = (
    r"(?:(?:easting|timur|mE|[EXT])[ :=]{0,3})?" + _EAST + r" ?m?(?: ?m?[ET]\b)?[ ,;/]{1,3}"
    r"(?:(?:northing|utara|mN|[NYU])[ :=]{0,3})?" + _NORTH + r" ?m?(?: ?m?[NU]\b)?"
)
_UTM_FLAGS = re.IGNORECASE | re.ASCII
_UTM = (
    re.compile(
        r"(?<![\w.,+\-/])(?:(?:utm|zona|zone)[ :.]{0,2}){0,2}"
        + _ZONE
        + r"[ ,;:/]{1,3}"
        + _METRES
        + r"(?![\w]|[.,][0-9])",
        _UTM_FLAGS,
    ),
    re.compile(
        r"(?<![\w.,+\-/])"
        + _METRES
        + r"[ ,;:/(]{1,3}(?=utm|zon|[0-9]{1,2}[A-Z])(?:(?:utm|zona|zone)[ :.]{0,2}){0,2}"
        + _ZONE
        + r"(?!\w)",
        _UTM_FLAGS,
    ),
)
_ZONELESS = re.compile(r"(?<![\w.,+\-/])(?P<said>(?:utm[ :]{1,3})?)" + _METRES + r"(?![\w]|[.,][0-9])", _UTM_FLAGS)
_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_OSM_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~"


def plus_codes(text: str, near: LonLat | None) -> Iterator[Piece]:
    """Full plus codes, and short ones beside a reference point (Open Location Code, Google 2014)."""
    from openlocationcode import openlocationcode

    olc: Any = openlocationcode  # a module without types
    for match in _PLUS.finditer(text):
        code, place = match["code"].upper(), (match["place"] or "").strip(" ,")
        end = match.end("code")
        if not olc.isValid(code):
            continue
        if olc.isFull(code):
            yield _plus_place(match.start(), end, text[match.start() : end], olc.decode(code), "")
            continue
        # Sums such as "2345+67" are no codes: a short code has a letter, or at least a town behind it.
        sum_like = code.replace("+", "").isdigit() and not place[:1].isupper()
        if len(code.partition("+")[2]) < 2 or sum_like or len(code.partition("+")[0]) < 4:
            continue
        written = text[match.start() : match.end()].strip(" ,")
        if near is None:
            yield Doubt(match.start(), match.end(), "short-plus-code", {"code": code, "place": place})
        else:
            area = olc.decode(olc.recoverNearest(code, near[1], near[0]))
            yield _plus_place(match.start(), match.end(), written, area, place, short=True)


def _plus_place(start: int, end: int, written: str, area: Any, place: str, short: bool = False) -> Found:
    """The middle of the cell a plus code names."""
    lat, lon = (area.latitudeLo + area.latitudeHi) / 2, (area.longitudeLo + area.longitudeHi) / 2
    precision = spread(lat, area.latitudeHi - area.latitudeLo, area.longitudeHi - area.longitudeLo)
    kind: Any = "short-plus-code" if short else "plus-code"
    return Found(start, end, lat, lon, kind, precision, written, place)


def _square_point(reference: str) -> tuple[float, float] | None:
    """Latitude and longitude of the south-west corner of a square, None if its zone has no such square."""
    import mgrs

    library: Any = mgrs
    try:
        lat, lon = library.MGRS().toLatLon(reference)
    except (library.core.MGRSError, ValueError):
        return None
    return (lat, lon) if -80 <= lat <= 84.5 and -180 <= lon <= 180 else None


@lru_cache(maxsize=130)
def _utm(zone: int, south: bool) -> Any:
    import pyproj

    return pyproj.Proj(proj="utm", zone=zone, south=south, ellps="WGS84")


def mgrs_places(text: str) -> Iterator[Piece]:
    """References of the military grid ("50NNF5453614689"); the place is the middle of the square they name."""
    said = re.search(r"\bMGRS\b", text, re.IGNORECASE)
    for match in _MGRS.finditer(text):
        digits = match["digits"]
        half = digits.find(" ") if " " in digits else len(digits) // 2
        east, north = digits[:half], digits[half:].strip()
        if len(east) != len(north) or (said is None and len(east) < 3 and match[0] != text.strip()):
            continue
        if len(east) == 2 and match["grid"][-1] + match["square"] in _MONTHS:
            continue  # 12 JUN 2026
        # A further 5 is the middle; at one metre the library has no finer digit.
        deeper = f"{east}5{north}5" if len(east) < 5 else east + north
        corner = _square_point((match["grid"] + match["square"]).replace(" ", "") + deeper)
        if corner is None:
            continue
        side = 10.0 ** (5 - len(east))
        yield Found(*match.span(), *corner, "mgrs", round(side * (0.7072 if side > 1 else 1.4143) + 0.3, 2), match[0])


def utm_places(text: str) -> Iterator[Piece]:
    """Zone, easting and northing ("50N 554536 14689"); S after the zone means south unless only band S can be meant."""
    for pattern in _UTM:
        for match in pattern.finditer(text):
            yield _utm_place(match)
    for match in _ZONELESS.finditer(text):
        # Two bare numbers are no coordinates; their names or "UTM" say that they are.
        if match["said"] or re.match(r"(?:easting|timur|mE|[EXT])[ :=]", match[0], re.IGNORECASE):
            yield Doubt(*match.span(), "utm-needs-zone", {"text": match[0].strip()})


def _utm_place(match: re.Match[str]) -> Piece:
    zone, band = int(match["zone"]), match["band"].upper()
    east, north = match["east"], match["north"]
    if re.fullmatch(r"[0-9]{3}\.[0-9]{3}", east):  # thousands with points, as an easting has six digits
        east, north = east.replace(".", ""), north.replace(".", "")
    east, north = east.replace(",", "."), north.replace(",", ".")
    text = match[0].strip()
    if not 1 <= zone <= 60:
        return Doubt(*match.span(), "out-of-range", {"field": "zone", "value": float(zone)})
    if north.count(".") > 1:  # 554536 9.985.310
        north = north.replace(".", "")
    for field, value, low, high in (("easting", float(east), 1e5, 9e5), ("northing", float(north), 0, 1e7)):
        if not low <= value <= high:
            return Doubt(*match.span(), "out-of-range", {"field": field, "value": value})
    halves = [half for half in ("N", "S") if _fits(zone, half, band, float(east), float(north))]
    if len(halves) != 1:
        return Doubt(*match.span(), "hemisphere" if halves else "out-of-range", {"field": "zone", "text": text})
    lon, lat = _utm(zone, halves[0] == "S")(float(east), float(north), inverse=True)
    unit = max(10.0 ** -len(number.partition(".")[2]) for number in (east, north))
    return Found(*match.span(), lat, lon, "utm", round(max(0.7072 * unit, 0.01), 2), text)


def _fits(zone: int, half: str, band: str, east: float, north: float) -> bool:
    """Whether the letter behind a zone can mean this half of the globe at that northing."""
    lon, lat = _utm(zone, half == "S")(east, north, inverse=True)
    if not (-80.5 <= lat <= 84.5 and abs(lon) <= 180) or (half == "S") != (lat < 0):
        return False
    low = -80 + 8 * _BANDS.index(band)
    in_band = low - 0.1 <= lat <= low + (12.1 if band == "X" else 8.1)
    # In Indonesia "50S" says south, on military maps it says 32° to 40° north.
    return half == band or (in_band and not (band == "N" and half == "S"))


def osm_short(code: str) -> tuple[float, float, float] | None:
    """Latitude, longitude and cell (degrees of latitude) of the code of osm.org/go/CODE; None if it is none.

    The code interleaves the bits of longitude and latitude, six to a character (openstreetmap.org, "Shortlink").
    """
    digits = code.replace("@", "~").rstrip("-=")
    if not 3 <= len(digits) <= 10 or any(digit not in _OSM_DIGITS for digit in digits):
        return None
    x = y = 0
    for digit in digits:
        value = _OSM_DIGITS.index(digit)
        for shift in (4, 2, 0):
            x, y = x << 1 | value >> shift + 1 & 1, y << 1 | value >> shift & 1
    cells = float(8 ** len(digits))
    lat, lon = (y + 0.5) * 180 / cells - 90, (x + 0.5) * 360 / cells - 180
    return lat, lon, 180 / cells
