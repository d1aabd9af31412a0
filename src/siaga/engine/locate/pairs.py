"""Latitude and longitude written as numbers: decimal or degrees, with or without letters, in Indonesian or English."""

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from siaga.engine.locate.records import Doubt, Facts, Found, Kind, Piece, spread

Axis = Literal["lat", "lon"]

# Words and letters that name an axis: (axis, sign); sign 0 says nothing about the half of the globe.
_NAMES: dict[str, tuple[Axis, int]] = {
    **dict.fromkeys(("lintang utara", "north", "utara", "lu", "n", "u"), ("lat", 1)),
    **dict.fromkeys(("lintang selatan", "south", "selatan", "ls", "s"), ("lat", -1)),
    **dict.fromkeys(("bujur timur", "east", "timur", "bt", "e", "t"), ("lon", 1)),
    **dict.fromkeys(("bujur barat", "west", "barat", "bb", "w", "b"), ("lon", -1)),
    **dict.fromkeys(("garis lintang", "lintang", "latitude", "lat", "y"), ("lat", 0)),
    **dict.fromkeys(("garis bujur", "bujur", "longitude", "long", "lng", "lon", "x"), ("lon", 0)),
}
_HALVES = r"lintang utara|lintang selatan|bujur timur|bujur barat|utara|selatan|timur|barat|north|south|east|west"
_SUFFIX = rf"(?:{_HALVES}|LU|LS|BT|BB|[NSEWUTB])"
_LABEL = r"garis lintang|garis bujur|lintang|bujur|latitude|longitude|lat|long|lng|lon|[xy]"
_PREFIX = rf"(?:{_HALVES}|{_LABEL}|LU|LS|BT|BB|[NSEWUTB])"

_FRACTION = r"(?:[.,][0-9]{1,20})"


def _value(n: int, wide: bool = False) -> str:
    """The pattern of one angle; its groups end in `n`. `wide` lets blanks and colons part degrees, minutes, seconds."""
    d = "°" if not wide else r"[° :\-d]"
    m = "'" if not wide else r"[' :\-m]"
    s = "(?:\"|''| ?s(?![a-z]))"
    return (
        rf"(?P<sign{n}>[-+]?)"
        rf"(?:(?P<deg{n}>[0-9]{{1,3}}) ?{d} ?(?P<min{n}>[0-9]{{1,2}}) ?{m} ?(?P<sec{n}>[0-9]{{1,2}}{_FRACTION}?) ?{s}?"
        rf"|(?P<dmd{n}>[0-9]{{1,3}}) ?{d} ?(?P<dmm{n}>[0-9]{{1,2}}{_FRACTION}?) ?'?(?![0-9])"
        rf"|(?P<dec{n}>[0-9]{{1,6}}{_FRACTION}) ?(?P<degree{n}>°?)"
        rf"|(?P<int{n}>[0-9]{{1,3}}) ?°)"
    )


_START = r"(?<![\w+\-.,/])(?<![0-9]:)"
_END = r"(?![0-9])(?![.,][0-9])(?!\w)"
_AFTER_NAME = r"""[\s"':=()°]{0,4}"""
_BETWEEN = r"""(?:[\s"')(,;|/&.]{0,6}(?:(?:dan|and|serta|[-+])\s)?)"""
_FLAGS = re.IGNORECASE | re.ASCII

_SUFFIXED = [
    re.compile(
        rf"{_START}{_value(1, wide)}\s?\(?(?P<name1>{_SUFFIX})\)?(?![a-z]){_BETWEEN}"
        rf"{_value(2, wide)}(?:\s?\(?(?P<name2>{_SUFFIX})\)?(?![a-z0-9]))",
        _FLAGS,
    )
    for wide in (False, True)
]
_PREFIXED = [
    re.compile(
        rf"(?<![\w])(?P<name1>{_PREFIX})(?:[ (]{{0,2}}(?:LU|LS)\)?)?{_AFTER_NAME}{_value(1, wide)}{_BETWEEN}"
        rf"(?<![a-z])(?P<name2>{_PREFIX})(?:[ (]{{0,2}}(?:BT|BB)\)?)?{_AFTER_NAME}{_value(2, wide)}{_END}",
        _FLAGS,
    )
    for wide in (False, True)
]
# "lat -0,5 LS long 117,1 BT": named before and behind; what stands behind decides.
_BOTH = re.compile(
    rf"(?<![\w])(?:{_LABEL}){_AFTER_NAME}{_value(1)}\s?\(?(?P<name1>{_SUFFIX})\)?(?![a-z]){_BETWEEN}"
    rf"(?:{_LABEL}){_AFTER_NAME}{_value(2)}\s?\(?(?P<name2>{_SUFFIX})\)?(?![a-z0-9])",
    _FLAGS,
)
_ONE = re.compile(
    rf"{_START}{_value(1)}\s?(?P<name1>{_SUFFIX})(?![a-z]){_BETWEEN}{_value(2)}{_END}"
    rf"|{_START}{_value(3)}{_BETWEEN}{_value(4)}\s?(?P<name4>{_SUFFIX})(?![a-z0-9])",
    _FLAGS,
)
_BARE = re.compile(
    rf"(?<![\w+\-.,/])(?<![0-9]:)(?P<loose>[-+]\s)?{_value(1)}"
    rf"(?P<parting>\s{{0,2}}[,;|/&]\s{{0,2}}|\s{{1,3}}(?:(?:dan|and|-)\s)?|(?=[-+]))"
    rf"{_value(2)}(?![0-9])(?!\.[0-9])(?!\w)(?! ?°)",
    _FLAGS,
)
_ANNOUNCING = re.compile(
    r"\b(?:koordinat(?:nya)?|coordinates?|coords?|lokasi(?:nya)?|location|titik(?:nya)?|posisi(?:nya)?|position|gps|tkp|kejadian|"
    r"latitude|longitude|lintang|bujur|lat|long?|lng|di|at|point|is|z)\b",
    _FLAGS,
)
_LON_FIRST = re.compile(
    r"""(?:lon\w{0,8}|lng|bujur)\s?[,/&\- ]\s?(?:lat\w{0,6}|lintang)[\s"':=()]{0,4}$"""
    r"""|\bpoint ?z? ?\(\s?$|"?coordinates"?\s?:\s?\[\s?$""",
    _FLAGS,
)
_ISO = re.compile(
    r"(?<![\w.+\-])(?P<lat>[+\-][0-9]{2}\.[0-9]{1,12})(?P<lon>[+\-][0-9]{3}\.[0-9]{1,12})(?:[+\-][0-9.]{1,8})?/?(?![\w.])",
    re.ASCII,
)


class Angle(msgspec.Struct, frozen=True):
    """One written angle: degrees, the degrees its last digit stands for, and what was written about it."""

    degrees: float
    unit: float
    sexagesimal: bool
    decimals: int
    signed: bool
    marked: bool
    too_large: str = ""


def _angle(match: re.Match[str], n: int) -> Angle:
    part = match.groupdict()
    sign = part[f"sign{n}"]
    if whole := part[f"dec{n}"] or part[f"int{n}"]:
        number = whole.replace(",", ".")
        decimals = len(number.partition(".")[2])
        value, unit, large, sixty = float(number), 10.0**-decimals, "", False
        marked = bool(part[f"degree{n}"] or part[f"int{n}"])
    else:
        degrees = float(part[f"deg{n}"] or part[f"dmd{n}"])
        minutes = float((part[f"min{n}"] or part[f"dmm{n}"]).replace(",", "."))
        last = (part[f"sec{n}"] or part[f"dmm{n}"]).replace(",", ".")
        decimals = len(last.partition(".")[2])
        seconds = float(last) if part[f"sec{n}"] else 0.0
        value = degrees + minutes / 60 + seconds / 3600
        unit = 10.0**-decimals / (3600 if part[f"sec{n}"] else 60)
        large, sixty, marked = "minutes" if minutes >= 60 else "seconds" if seconds >= 60 else "", True, True
    return Angle(-value if sign == "-" else value, unit, sixty, decimals, bool(sign), marked, large)


def _point(match: re.Match[str], lat: Angle, lon: Angle) -> Piece:
    """The place of two angles whose axes are known, or why it cannot be one."""
    start, end = match.span()
    kind: Kind = "dms" if lat.sexagesimal or lon.sexagesimal else "decimal"
    for field, angle, most in (("lat", lat, 90), ("lon", lon, 180)):
        if angle.too_large:
            return Doubt(start, end, "out-of-range", {"field": angle.too_large, "text": match[0].strip()})
        if abs(angle.degrees) > most:
            return Doubt(start, end, "out-of-range", {"field": field, "value": angle.degrees})
    if lat.degrees == lon.degrees == 0:
        return Doubt(start, end, "zero", {"text": match[0].strip()})
    precision = spread(lat.degrees, lat.unit, lon.unit)
    return Found(start, end, lat.degrees, lon.degrees, kind, precision, match[0].strip())


def _named(match: re.Match[str], one: tuple[int, str], two: tuple[int, str]) -> Piece | None:
    """The place of two angles with the names written at them; None if they name the same axis."""
    angles: dict[Axis, Angle] = {}
    spoken = [(n, _NAMES[" ".join(name.lower().split())] if name else None) for n, name in (one, two)]
    axes = [name[0] if name else None for _, name in spoken]
    for (n, name), other in zip(spoken, reversed(axes), strict=True):
        axis: Axis = name[0] if name else ("lon" if other == "lat" else "lat")
        if axis in angles:
            return None
        angle, sign = _angle(match, n), name[1] if name else 0
        if sign == 1 and angle.degrees < 0:
            return Doubt(*match.span(), "hemisphere", {"text": match[0].strip()})
        # "-0,5 LS" says south twice and means it once.
        angles[axis] = msgspec.structs.replace(angle, degrees=-abs(angle.degrees)) if sign == -1 else angle
    return _point(match, angles["lat"], angles["lon"])


def named_pairs(text: str) -> Iterator[Piece]:
    """Pairs whose letters or words say which is which ("0,1329 LU 117,4901 BT", "lat: … long: …"), first ones first.

    "N 1 E 2 N 3 E 4" and "1 N 2 E 3 N 4 E" can be cut the wrong way: the reading that begins first is the right one.
    """
    readings: list[tuple[int, int, Piece]] = []
    for rank, pattern in enumerate((_BOTH, *_SUFFIXED, *_PREFIXED)):
        for match in pattern.finditer(text):
            if piece := _named(match, (1, match["name1"]), (2, match["name2"])):
                readings.append((piece.start, rank, piece))
    for match in _ONE.finditer(text):
        first, second = (1, 2) if match["name1"] else (3, 4)
        if min(_angle(match, first).decimals, _angle(match, second).decimals) < 2:
            continue
        named = ((1, match["name1"]), (2, "")) if match["name1"] else ((3, ""), (4, match["name4"]))
        if piece := _named(match, *named):
            readings.append((piece.start, len(_SUFFIXED) + len(_PREFIXED) + 1, piece))
    end = -1
    for start, _, piece in sorted(readings, key=lambda reading: reading[:2]):
        if start >= end:
            end = piece.end
            yield piece


def iso_pairs(text: str) -> Iterator[Piece]:
    """Pairs of ISO 6709 ("+00.1329+117.4901/")."""
    for match in _ISO.finditer(text):
        lat, lon = (
            Angle(float(match[axis]), 10.0 ** -len(match[axis].partition(".")[2]), False, 0, True, False)
            for axis in ("lat", "lon")
        )
        yield _point(match, lat, lon)


def _sure(one: Angle, two: Angle) -> bool:
    """Whether two bare numbers have the digits that nothing but coordinates has (4 and 3 decimals, or minutes)."""
    if one.sexagesimal and two.sexagesimal:
        return True
    return max(one.decimals, two.decimals) >= 4 and min(one.decimals, two.decimals) >= 3


def _everyday(match: re.Match[str], one: Angle, two: Angle) -> bool:
    """Whether two bare numbers may as well be times (07.30), thousands (12.500) or month and year (11.2026)."""
    written = [match[f"sign{n}"] + (match[f"dec{n}"] or "") for n in (1, 2)]
    times = all(re.fullmatch(r"[0-2]?[0-9][.,][0-5][0-9]", number) for number in written)
    thousands = all(re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", number) for number in written)
    months = all(re.fullmatch(r"(?:0?[1-9]|1[0-2])\.(?:19|20)[0-9]{2}", number) for number in written)
    return times or thousands or months


def _telling(match: re.Match[str]) -> bool:
    """Whether it is clear where the two numbers of a bare match end, and both are short enough for degrees."""
    marks = {(match[f"dec{n}"] or "").strip("0123456789") for n in (1, 2)} - {""}
    if len(marks) > 1 and not re.search(r"[\s;|/&]", match["parting"]):
        return False  # 0.13,117,49
    if "," in marks and re.match(r",[0-9]", match.string[match.end() :]):
        return False  # 0,13,117,49,5
    whole = (re.match("[0-9]*", match[f"dec{n}"] or "") for n in (1, 2))
    return all(number is not None and len(number[0]) <= 3 for number in whole)  # else a telephone number, a price


def _alone(text: str, start: int, end: int) -> bool:
    """Whether a text holds nothing but what stands from `start` to `end`, and words that say "coordinates"."""
    if len(text) - (end - start) > 200:
        return False  # too long a text to be an announcement, and the answer is wanted for every pair in it
    return not re.search(r"\w", _ANNOUNCING.sub("", text[:start] + " " + text[end:]))


def bare_pairs(text: str) -> Iterator[Piece]:
    """Pairs without any name; where they are all of the text, fewer digits are enough."""
    for match in _BARE.finditer(text):
        if not _telling(match):
            continue
        one, two = _angle(match, 1), _angle(match, 2)
        if not _sure(one, two) and not _alone(text, *match.span()):
            continue
        lon_first = bool(_LON_FIRST.search(text[max(0, match.start() - 40) : match.start()]))
        swapped = lon_first or abs(one.degrees) > 90 >= abs(two.degrees)
        lat, lon = (two, one) if swapped else (one, two)
        piece = _point(match, lat, lon)
        yield _weighed(match, piece, lat, one, two) if isinstance(piece, Found) else piece


def _weighed(match: re.Match[str], found: Found, lat: Angle, one: Angle, two: Angle) -> Piece:
    """A bare pair that reads as a place, unless it may as well be something else."""
    facts: Facts = {"text": found.text, "lat": found.lat, "lon": found.lon, "precision_m": found.precision_m}
    if match["loose"] or (lat.sexagesimal and not lat.signed):
        return Doubt(found.start, found.end, "hemisphere", {"text": found.text})
    few = min(one.decimals, two.decimals) < 2 and not (one.sexagesimal and two.sexagesimal)
    if _everyday(match, one, two) or (few and not _sure(one, two)):
        return Doubt(found.start, found.end, "uncertain", facts)
    return found
