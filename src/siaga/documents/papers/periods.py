"""Papers of a period: the recap of a day, month or year, and the sheet of the national standard.

They say what the views of figures say, with the counting rules beside every number; nothing depends on when they are
printed but on what the log holds."""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from ... import standards
from ...kernel.desk import Desk
from ...kernel.fields import All
from ...kernel.records import Ask, Refusal
from ...slices.paper.tables import LetterheadRow, LogoRow
from ...slices.report.events import CountingRulesChosen
from ...slices.report.tables.figures.history import RecordedQuery, RecordedRow
from ..ground import Ground, ground_of
from ..pack import NAMES, own_agency, zone_of
from .source import letterhead_of, logo_of, numbered, official, rows_of
from .values import MONTHS

Kind = Literal["harian", "bulanan", "triwulanan", "tahunan"]
QUARTERS = ("I", "II", "III", "IV")
YEARS = range(2000, 2101)
"""Of which figures are asked; beyond them calendars and zones end."""
_PERIOD = re.compile(r"(\d{4})(?:-Q([1-4])|-(\d{2})(?:-(\d{2}))?)?")


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """A day, a month, a quarter or a year, as papers name it and as views are asked."""

    code: str
    kind: Kind
    year: int
    quarter: int | None = None
    month: int | None = None
    first: date
    last: date

    @property
    def name(self) -> str:
        """As a title says it."""
        if self.kind == "harian":
            return f"{self.first.day} {MONTHS[self.first.month - 1]} {self.year}"
        if self.kind == "bulanan":
            return f"{MONTHS[self.first.month - 1]} {self.year}"
        return f"Triwulan {QUARTERS[self.quarter - 1]} {self.year}" if self.quarter else f"Tahun {self.year}"

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From when until when (exclusive) where the service is."""
        after = self.last + timedelta(days=1)
        return (
            datetime(self.first.year, self.first.month, self.first.day, tzinfo=zone),
            datetime(after.year, after.month, after.day, tzinfo=zone),
        )


def period_of(code: str) -> Period | None:
    """2026, 2026-Q3, 2026-11 or 2026-11-26; None for what is no period."""
    found = _PERIOD.fullmatch(code)
    if found is None:
        return None
    year, quarter, month, day = (int(x) if x else None for x in found.groups())
    if year is None or year not in YEARS:
        return None
    try:
        if quarter:
            last = date(year, quarter * 3, monthrange(year, quarter * 3)[1])
            first = date(year, quarter * 3 - 2, 1)
            return Period(code=code, kind="triwulanan", year=year, quarter=quarter, first=first, last=last)
        if month and day:
            one = date(year, month, day)
            return Period(code=code, kind="harian", year=year, month=month, first=one, last=one)
        if month:
            last = date(year, month, monthrange(year, month)[1])
            return Period(code=code, kind="bulanan", year=year, month=month, first=date(year, month, 1), last=last)
        return Period(code=code, kind="tahunan", year=year, first=date(year, 1, 1), last=date(year, 12, 31))
    except ValueError:
        return None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A period at a node: who asks, where that is, whose paper it is."""

    desk: Desk
    reader: Ask
    period: Period
    zone: ZoneInfo
    ground: Ground
    letterhead: LetterheadRow | None
    logo: LogoRow | None
    agency: str | None

    def rows(self, view: str, query: Any) -> list[Any] | Refusal:
        """A view as the reader may see it."""
        shown = self.desk.show(view, query, self.reader)
        return shown if isinstance(shown, Refusal) else list(shown.rows)

    def recorded(self, now: datetime | None = None) -> RecordedRow | Refusal:
        """What the figures of the period cannot know; with `now`, of what has been of it. A paper gives none: what it
        says must not depend on when it is printed."""
        since, until = self.period.bounds(self.zone)
        found = self.rows("report.recorded", RecordedQuery(since, max(since, min(until, now)) if now else until))
        return found if isinstance(found, Refusal) else found[0]

    def frame(self, form: str, contract: str, status: str) -> dict[str, Any]:
        """What every paper of a period begins with."""
        day = self.period.last.isoformat()
        number = numbered(self.letterhead, self.period.code, form, day)
        head = (self.letterhead.head if self.letterhead else "") or "Kepala dinas"
        place = self.letterhead.place if self.letterhead else ""
        signer: dict[str, Any] = {"peran": head, "cara": "basah", "nama": None, "mengetahui": True}
        clerk: dict[str, Any] = {"peran": "Petugas data dan pelaporan", "cara": "basah", "nama": None}
        if place:
            clerk["tempat_tanggal"] = f"{place}, ……………………"
        return {
            "kontrak": contract,
            "zona": NAMES.get(str(self.zone), str(self.zone)),
            "instansi": letterhead_of(self.letterhead, self.logo, self.agency),
            "dokumen": {"nomor": number, "status": status, "tanggal": day},
            "ttd": [signer, clerk],
        }


def asked(desk: Desk, period: Period, reader: Ask) -> Asked:
    """A period, ready to be asked about."""
    now, own = desk.clock(), official(reader)
    agency = own_agency(desk, now)
    return Asked(
        desk=desk,
        reader=reader,
        period=period,
        zone=zone_of(desk, now),
        ground=ground_of(desk, own),
        letterhead=next(iter(rows_of(desk, "paper.letterhead", All(), own)), None),
        logo=logo_of(desk, own),
        agency=agency.name if agency else None,
    )


def rules_in_words(rules: CountingRulesChosen, chosen: bool) -> list[str]:
    """The counting rules as sentences; every page with figures prints them."""
    pair = {
        "answered:ready-to-serve": "dari laporan diterima sampai armada pertama siap memberi layanan",
        "answered:arrived": "dari laporan diterima sampai armada pertama tiba",
    }[rules.pair]
    limit = f"{rules.limit_s // 60} menit" + (f" {rules.limit_s % 60} detik" if rules.limit_s % 60 else "")
    land = "dihitung" if rules.land_fires else "tidak dihitung"
    where = "dihitung juga" if rules.outside_area else "tidak dihitung"
    own = f" (kode wilayah yang berawal {', '.join(rules.borders)})" if rules.borders else ""
    said = [
        f"Waktu tanggap dihitung {pair}; batasnya {limit}.",
        f"Kebakaran lahan {land} dalam SPM.",
        f"Kejadian di luar wilayah pelayanan{own} {where} dalam SPM.",
        "Latihan, alarm palsu, panggilan iseng, dan pembatalan tidak dihitung; jumlahnya disebut terpisah.",
        "Waktu yang tidak tercatat tidak ditaksir dan tidak dianggap nol.",
    ]
    if rules.left_out:
        names = [known.name.id if (known := standards.incident_types().get(x)) else x for x in rules.left_out]
        said.append(f"Jenis yang tidak dihitung menurut pilihan instansi: {', '.join(names).lower()}.")
    if rules.of_partners:
        said.append("Kejadian simpul lain ikut dihitung.")
    origin = "dipilih oleh instansi" if chosen else "aturan bawaan; instansi belum memilih"
    return [*said, f"Aturan ini {origin}."]


def unknown_of(row: RecordedRow) -> list[tuple[str, str]]:
    """What the figures cannot know, named: a month without data, and a kind that nobody recorded, are not zero."""
    said = []
    if row.without:
        said.append(("Bulan tanpa data", f"{_months(row.without)}: tidak ada data, bukan nol"))
    known = standards.kinds()
    for kind, months in row.unrecorded.items():
        name = known[kind].name.id if kind in known else kind
        said.append((f"{name} tidak dicatat", f"{_months(months)}: tidak dicatat, bukan nol"))
    return said


def _months(names: Sequence[str]) -> str:
    return ", ".join(f"{MONTHS[int(name[5:]) - 1]} {name[:4]}" for name in names)


def percent(share: float | None, digits: int = 2) -> float | None:
    """A share as percent."""
    return None if share is None else round(share * 100, digits)


def type_name(code: str | None) -> str:
    """A type by its name."""
    known = standards.incident_types().get(code or "")
    return known.name.id if known else code or "Jenis belum ditetapkan"


HEADS = {
    "kebakaran": "fire",
    "penyelamatan": "rescue",
    "bahan_berbahaya": "hazmat",
    "medis": "medical",
    "bantuan": "assistance",
    "tanpa_jenis": "unknown",
}


def counts(kinds: Mapping[str, int | None]) -> dict[str, int | None]:
    """Counts by kind under the heads of the recap; None where nobody recorded the kind."""
    return {head: kinds.get(kind, 0) for head, kind in HEADS.items()}
