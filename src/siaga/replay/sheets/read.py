"""Rows of spreadsheets as incidents: which say the same one, and what could not be read, with its reason."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from . import values
from .cells import Sheet, words
from .mapping import CLOCKS, COUNTS, SheetMapping
from .vocabulary import Phrases, vocabulary

SUMS = ("jumlah", "total", "grand total", "sub total", "subtotal", "rata rata")
LONGEST = timedelta(hours=12)  # between two times of one row; further apart one of them is mistyped
T = TypeVar("T")
# A place told so closely that a second row of the day there is the same incident; "Loktuan" alone is not.
_EXACT = re.compile(
    r"\d|\b(?:jl|jln|jalan|gg|gang|rt|rw|komp|komplek|kompleks|perum|perumahan|pasar|blok)\b", re.IGNORECASE
)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One row of an incident: what burned, how many, what it cost; None where the row does not say."""

    kind: str | None
    kind_words: str
    count: int | None = None
    loss_rp: int | None = None


class Fire(msgspec.Struct, frozen=True, kw_only=True):
    """One incident as the spreadsheets tell it. `clocks`: the times they gave; none: only the day is known."""

    key: tuple[str, ...]
    day: date
    clocks: dict[str, datetime]
    place: str = ""
    kelurahan: str = ""
    kecamatan: str = ""
    city: str = ""
    lon: float | None = None
    lat: float | None = None
    type: str | None = None
    cause: str | None = None
    cause_words: str = ""
    lines: tuple[Line, ...] = ()
    saved_rp: int | None = None
    burnt_m2: float | None = None
    counts: dict[str, int] = {}
    shelter: str = ""
    team: str = ""
    engines: int | None = None
    notes: str = ""
    rows: tuple[tuple[str, int], ...] = ()

    @property
    def loss_rp(self) -> int | None:
        """What its rows say it cost, all together; None where no row says it."""
        said = [line.loss_rp for line in self.lines if line.loss_rp is not None]
        return sum(said) if said else None


class Unread(msgspec.Struct, frozen=True):
    """What could not be read, and why: a row, or of a row that is used otherwise one column."""

    file: str
    row: int
    reason: str
    what: str = ""
    column: str = ""


@dataclass
class SheetsRead:
    """Everything the files hold."""

    mapping: SheetMapping
    rows: int = 0
    fires: list[Fire] = field(default_factory=list)
    refused: list[Unread] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    repeated: int = 0
    repeated_same: int = 0

    def refused_counts(self) -> dict[str, int]:
        """How many rows could not be read, by reason."""
        return dict(sorted(Counter(r.reason for r in self.refused).items()))


class _No(Exception):
    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(reason)
        self.reason, self.what = reason, what


def read(sheets: Sequence[Sheet], mapping: SheetMapping, today: date) -> SheetsRead:
    """The incidents in these tables; rows of the same day, time and place are one."""
    found, means = SheetsRead(mapping), _Means(mapping)
    groups: dict[tuple[str, ...], list[tuple[Fire, tuple[str, ...]]]] = {}
    for sheet in sheets:
        for number, cells in _rows(sheet, mapping):
            found.rows += 1
            try:
                if isinstance(cells, str):
                    raise _No(cells)
                fire = _Row((sheet.file, number), cells, means, found.unread).fire(today)
            except _No as no:
                found.refused.append(Unread(sheet.file, number, no.reason, no.what))
                continue
            groups.setdefault(fire.key, []).append((fire, tuple(words(c) for _, c in sorted(cells.items()))))
    for rows in groups.values():
        rows.sort(key=lambda row: row[0].rows)  # the first row of the sheets says what mainly burned
        different = list({said: fire for fire, said in reversed(rows)}.values())[::-1]
        found.repeated += len(rows) - 1
        found.repeated_same += len(rows) - len(different)
        found.fires.append(_one(different, tuple(ref for fire, _ in rows for ref in fire.rows)))
    found.fires.sort(key=lambda f: (f.day, f.rows))
    return found


def _rows(sheet: Sheet, mapping: SheetMapping) -> Iterator[tuple[int, dict[str, str] | str]]:
    """Each row's cells by role; instead of them a reason, where the row is no incident."""
    at = {role: [i for i, c in enumerate(sheet.columns) if words(c) in {words(n) for n in names}]
          for role, names in mapping.columns.items()}  # fmt: skip
    header = [words(c) for c in sheet.columns]
    above: dict[str, str] = {}
    for number, row in sheet.rows:
        said = [words(c) for c in row]
        cells = {role: next((row[i] for i in columns if row[i]), "") for role, columns in at.items()}
        for role in mapping.fill_down:
            cells[role] = above[role] = cells.get(role) or above.get(role, "")
        if not at.get("date"):
            yield number, "no-date-column"
        elif said == header:
            yield number, "header-again"
        elif next(filter(None, said), "").startswith(SUMS):
            yield number, "sum-row"
        else:
            yield number, cells


class _Means:
    """What the words of cells mean, by the mapping."""

    def __init__(self, mapping: SheetMapping) -> None:
        self.mapping = mapping
        self.causes, self.kinds, self.types = (Phrases(p) for p in (mapping.causes, mapping.kinds, mapping.types))


class _Row:
    """One row being read; cells it cannot read are noted and left out."""

    def __init__(self, row: tuple[str, int], cells: dict[str, str], means: _Means, unread: list[Unread]) -> None:
        self.file, self.number = row
        self.mapping, self._means, self._cells, self._unread = means.mapping, means, cells, unread

    def fire(self, today: date) -> Fire:
        """The incident this row tells; raises _No."""
        text = self._text
        day, first = self._day(today)
        clocks = self._clocks(day, first)
        place = text("place")
        inside = values.address(place)
        kelurahan, kecamatan = text("kelurahan") or inside.kelurahan, text("kecamatan") or inside.kecamatan
        lon, lat = self._point()
        kind_words, cause_words = text("kind"), text("cause")
        kind = self._means.kinds.meaning(kind_words)
        counts = {role: n for role in COUNTS if (n := self._cell(role, values.count)) is not None}
        burnt = self._cell("burnt_m2", values.measure)
        if burnt is None:
            burnt = self._cell("burnt_ha", lambda cell: values.measure(cell, hectares=True))
        number = text("number")
        where = words(f"{place} {text('kelurahan')} {text('kecamatan')}")
        at = clocks["answered"].isoformat() if "answered" in clocks else ""
        key: tuple[str, ...]
        if number:
            key = (day.isoformat()[:4], "number", words(number))
        elif where and (at or _EXACT.search(place)):
            key = (day.isoformat(), at, where, words(text("type")))
        else:
            key = (day.isoformat(), at, *(words(c) for _, c in sorted(self._cells.items())))
        return Fire(
            key=key,
            day=day,
            clocks=clocks,
            place=place,
            kelurahan=kelurahan,
            kecamatan=kecamatan,
            city=text("city"),
            lon=lon,
            lat=lat,
            type=self._type(kind),
            cause=self._means.causes.meaning(cause_words),
            cause_words=cause_words,
            lines=(
                Line(
                    kind=kind,
                    kind_words=kind_words,
                    count=self._cell("count", values.count),
                    loss_rp=self._cell("loss", values.rupiah),
                ),
            ),
            saved_rp=self._cell("saved", values.rupiah),
            burnt_m2=burnt,
            counts=counts,
            shelter=text("shelter"),
            team=text("team"),
            engines=self._cell("engines", values.count),
            notes=text("notes"),
            rows=((self.file, self.number),),
        )

    def _text(self, role: str) -> str:
        """What a cell says; dashes and question marks say nothing."""
        cell = self._cells.get(role, "")
        return cell if words(cell) else ""

    def _cell(self, role: str, reader: Callable[[str], T]) -> T | None:
        cell = self._cells.get(role, "")
        try:
            return reader(cell) if cell else None
        except values.Unreadable:
            self._note("number-unreadable" if role not in CLOCKS else "time-unreadable", cell, role)
            return None

    def _note(self, reason: str, what: str, role: str) -> None:
        self._unread.append(Unread(self.file, self.number, reason, what, role))

    def _day(self, today: date) -> tuple[date, Any]:
        cell = self._cells.get("date", "")
        try:
            found = values.day(cell, self.mapping.dates)
        except values.Unreadable:
            raise _No("date-unreadable", cell) from None
        if found is None:
            raise _No("no-date", cell)
        if found[0] > today:
            raise _No("date-in-future", cell)
        return found

    def _clocks(self, day: date, first: Any) -> dict[str, datetime]:
        """Times by clock, in order; earlier than the one before is the next day, unless that is absurd."""
        zone, found, last = ZoneInfo(self.mapping.zone), dict[str, datetime](), None
        for clock in CLOCKS:
            time = self._cell(clock, values.clock)
            if time is None and clock == "answered":
                time = first
            if time is None:
                continue
            at = datetime.combine(day if last is None else last.date(), time, zone)
            if last is not None and at < last:
                at += timedelta(days=1)
            if last is not None and at - last > LONGEST:
                self._note("time-order", self._cells.get(clock, ""), clock)
                continue
            found[clock] = last = at
        return found

    def _point(self) -> tuple[float | None, float | None]:
        text = self._cells.get
        try:
            return values.point(text("lat", ""), text("lon", ""), text("point", "")) or (None, None)
        except values.Unreadable as unreadable:
            self._note("point-unreadable", str(unreadable), "point")
            return None, None

    def _type(self, kind: str | None) -> str | None:
        mapping = self.mapping
        said = self._means.types.meaning(self._cells.get("type", ""))
        if said is None and mapping.default_type:
            said = vocabulary()["types_of_kinds"].get(kind or "", mapping.default_type)
        return said


def _one(rows: Sequence[Fire], refs: tuple[tuple[str, int], ...]) -> Fire:
    """Rows of one incident as one: their lines together, of all else the first that says it."""
    said: dict[str, Any] = {
        name: next((v for f in rows if (v := getattr(f, name)) not in (None, "")), getattr(rows[0], name))
        for name in (
            "kelurahan",
            "kecamatan",
            "city",
            "lon",
            "lat",
            "type",
            "cause",
            "cause_words",
            "saved_rp",
            "burnt_m2",
            "shelter",
            "team",
            "engines",
            "notes",
        )
    }
    counts = {
        role: max(f.counts[role] for f in rows if role in f.counts)
        for role in COUNTS
        if any(role in f.counts for f in rows)
    }
    clocks = {c: min(f.clocks[c] for f in rows if c in f.clocks) for c in CLOCKS if any(c in f.clocks for f in rows)}
    lines = tuple(line for f in rows for line in f.lines)
    return msgspec.structs.replace(rows[0], **said, counts=counts, clocks=clocks, lines=lines, rows=refs)


def list_unread(found: SheetsRead, path: Path) -> None:
    """Write what could not be read, one a line with file, row and reason; with a column: the row itself is used."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(["file", "row", "reason", "what", "column"])
        out.writerows((u.file, u.row, u.reason, u.what, u.column) for u in (*found.refused, *found.unread))
