"""What a cell says: dates, times, amounts, places as people type them. `Unreadable` where it is not certain."""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from .cells import words

Order = Literal["dmy", "mdy"]
UNKNOWN = frozenset(
    (
        *("belum diketahui", "tidak diketahui", "dalam pendataan", "dalam penyelidikan", "belum dihitung"),
        *("belum ditaksir", "masih didata", "belum ada data", "tidak terdata", "n a", "na", "unknown", "x", "xx"),
    )
)
NOTHING = frozenset(["nihil", "nol", "tidak ada", "tdk ada", "tak ada", "none", "zero"])
MONTHS = {
    name: n
    for n, names in enumerate(
        (
            "januari jan january",
            "februari feb february pebruari peb febuari",
            "maret mar march mrt",
            "april apr",
            "mei may",
            "juni jun june",
            "juli jul july",
            "agustus agu agt ags agust august aug",
            "september sep sept",
            "oktober okt october oct",
            "november nov nopember nop",
            "desember des december dec",
        ),
        start=1,
    )
    for name in names.split()
}
SCALES = {"ribu": 3, "rb": 3, "juta": 6, "jt": 6, "miliar": 9, "milyar": 9, "m": 9, "triliun": 12, "trilyun": 12}
MOST = Decimal(10**15)  # more is a slip of the hand: of rupiah, of people, of square metres
MOST_COUNTED = 1_000_000
MOST_M2 = 10_000_000
FIRST_DAY = date(1970, 1, 2)
MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)
EXCEL_DAY_0 = date(1899, 12, 30)
EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119: a bare number that can be a day
_AMOUNT = re.compile(r"(-?)([0-9][0-9.,]*)\s*([a-z]*)\.?")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_BY_NUMBER = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})(?!\d)")
_BY_NAME = re.compile(r"(\d{1,2})[\s.\-/]*([a-z]{3,})[\s.\-/,]*(\d{4}|\d{2})(?!\d)")
_SHARE = re.compile(r"0[.,]([0-9]{1,15})")
_HECTARES = re.compile(r"\s*\b(?:ha|hektar|hektare)\b\.?|(?<=[0-9])ha\b", re.IGNORECASE)
_TIME = re.compile(r"(?<!\d)(\d{1,2})\s*[:.]\s*(\d{2})(?:\s*[:.]\s*(\d{2}))?(?!\d)\s*(am|pm)?")


class Unreadable(ValueError):
    """The cell says something, but not this."""


def amount(cell: str, *, money: bool = False) -> Decimal | None:
    """A number as typed: `Rp 1.500.000,-`, `1,5 juta`, `nihil` (0), `-` and `belum diketahui` (not known)."""
    text = cell.strip().casefold()
    said = words(text)
    if not said or said in UNKNOWN:
        return None
    if said in NOTHING or text in ("rp nihil", "rp. nihil"):
        return Decimal(0)
    text = re.sub(r"^(?:rp|idr)\.?\s*|^(?:±|\+/-|kurang lebih|sekitar|kira-kira|~|lk\.?|k\.l\.)\s*", "", text)
    text = re.sub(r"^(?:rp|idr)\.?\s*", "", text)
    text = re.sub(
        r"[.,]\s*[-–]+\s*$|\s*(?:rupiah|unit|buah|orang|org|jiwa|kk|m2|m²|liter|ltr)\.?\s*$", "", text
    ).strip()
    match = _AMOUNT.fullmatch(text.replace("\N{NO-BREAK SPACE}", " "))
    if match is None or (match[3] and match[3] not in SCALES):
        raise Unreadable(cell)
    number = _number(match[2], money and not match[3])
    if number is None:
        raise Unreadable(cell)
    said_number = number.scaleb(SCALES.get(match[3], 0)) * (-1 if match[1] else 1)
    if abs(said_number) > MOST:
        raise Unreadable(cell)
    return said_number


def measure(cell: str, *, hectares: bool = False) -> float | None:
    """An area in square metres: `72 m2`, `0,5 ha`; under a header that says hectares also `0,5`."""
    text, found = _HECTARES.subn("", cell)
    said = amount(text)
    if said is None:
        return None
    square = float(said) * (10_000 if found or (hectares and "m" not in cell.casefold()) else 1)
    if not 0 <= square <= MOST_M2:
        raise Unreadable(cell)
    return square


def rupiah(cell: str) -> int | None:
    """An amount of money, which is never less than nothing."""
    said = amount(cell, money=True)
    if said is not None and said < 0:
        raise Unreadable(cell)
    return None if said is None else round(said)


def _number(text: str, money: bool) -> Decimal | None:
    """Digits with separators: which one groups thousands is seen from how it is used."""
    text = text.rstrip(".,")
    dots, commas = text.count("."), text.count(",")
    decimal = ""
    if dots and commas:
        decimal = "." if text.rindex(".") > text.rindex(",") else ","
    elif dots + commas == 1:
        mark = "." if dots else ","
        grouped = len(text) - text.index(mark) - 1 == 3 and text.index(mark) <= 3
        decimal = "" if grouped and (mark == "." or money) else mark
    whole, _, part = text.partition(decimal) if decimal else (text, "", "")
    groups = re.split(r"[.,]", whole)
    if any(len(g) != 3 for g in groups[1:]) or not groups[0] or (len(groups) > 1 and len(groups[0]) > 3):
        return None
    if not part.isdigit() and part:
        return None
    return Decimal("".join(groups) + (f".{part}" if part else ""))


def count(cell: str) -> int | None:
    """A number of people or things; a part of one is unreadable."""
    said = amount(cell)
    if said is None:
        return None
    if said != said.to_integral_value() or not 0 <= said <= MOST_COUNTED:
        raise Unreadable(cell)
    return int(said)


def day(cell: str, order: Order = "dmy") -> tuple[date, time | None] | None:
    """A date as typed, with the time if the cell has it: `2017-04-05`, `5/4/17`, `Rabu, 5 April 2017 pkl 13.20`."""
    text = cell.strip().casefold()
    if not words(text) or words(text) in UNKNOWN:
        return None
    if re.fullmatch("[0-9]{5}", text) and int(text) in EXCEL_DAYS:
        return EXCEL_DAY_0 + timedelta(days=int(text)), None
    if found := _ISO.search(text):
        parts = (found[1], found[2], found[3])
    elif found := _BY_NUMBER.search(text):
        parts = (found[3], found[1], found[2]) if order == "mdy" else (found[3], found[2], found[1])
    elif (found := _BY_NAME.search(text)) and found[2] in MONTHS:
        parts = (found[3], str(MONTHS[found[2]]), found[1])
    else:
        raise Unreadable(cell)
    year = int(parts[0]) + ((2000 if int(parts[0]) < 70 else 1900) if len(parts[0]) == 2 else 0)
    try:
        when = date(year, int(parts[1]), int(parts[2]))
    except ValueError:
        raise Unreadable(cell) from None
    if when < FIRST_DAY:
        raise Unreadable(cell)
    rest = text[found.end() :]
    at = clock(rest) if _TIME.search(rest) else None
    return when, None if at == time() else at  # midnight beside a date is how programs write a day alone


def clock(cell: str) -> time | None:
    """A time of day as typed: `13.20 WITA`, `pkl. 08:05`, a whole date with its time."""
    text = cell.strip().casefold()
    if not words(text) or words(text) in UNKNOWN:
        return None
    text = _ISO.sub(" ", text)
    if share := _SHARE.fullmatch(text):  # Excel's part of a day
        return (MIDNIGHT + timedelta(seconds=round(float(f"0.{share[1]}") * 86_400))).time()
    found = _TIME.search(text)
    if found is None:
        raise Unreadable(cell)
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4]:
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    try:
        return time(0 if hour == 24 and minute == 0 else hour, minute, second)
    except ValueError:
        raise Unreadable(cell) from None


class Address(msgspec.Struct, frozen=True):
    """What a place's text says about where it lies; empty where it says nothing."""

    kelurahan: str = ""
    kecamatan: str = ""


# Often nothing stands between a name and the next word: "RW.15Kel. Kali BaruKec. Cilincing".
_START = r"(?:(?<![A-Za-z])|(?<=[a-z])(?=K))"
_NEXT = r"(?:\b[Kk]ec|\b[Kk]el\b|\b[Kk]ab\b|\b[Kk]ota\b|(?<=[a-z])Ke[cl]|\bR[TW]\b)"
_NAME = rf"[.,:;\s]+([A-Za-z'](?:(?!{_NEXT})[A-Za-z' .\-])*)"
_KELURAHAN = re.compile(_START + r"(?:kelurahan|kel|desa|ds)(?![a-z])" + _NAME, re.IGNORECASE)
_KECAMATAN = re.compile(_START + r"(?:kecamatan|kec)(?![a-z])" + _NAME, re.IGNORECASE)


def address(cell: str) -> Address:
    """The kelurahan and kecamatan inside a place's text."""
    found = [m[-1].strip(" .-") if (m := p.findall(cell)) else "" for p in (_KELURAHAN, _KECAMATAN)]
    return Address(*found)


def point(lat: str, lon: str, both: str = "") -> tuple[float, float] | None:
    """Longitude and latitude of two cells, or of one that holds both, latitude first (`-6.2, 106.8`)."""
    if words(both):
        found = re.findall(r"-?\d+[.,]\d+|-?\d+", both)
        lat, lon = found if len(found) == 2 else (both, "")
    if not words(lat) and not words(lon):
        return None
    try:
        x, y = float(lon.replace(",", ".")), float(lat.replace(",", "."))
    except ValueError:
        raise Unreadable(f"{lat}, {lon}") from None
    if not (-180 <= x <= 180 and -90 <= y <= 90) or (x == 0 and y == 0):
        raise Unreadable(f"{lat}, {lon}")
    return x, y
