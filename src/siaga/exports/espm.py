"""The workbook that e-SPM is typed from: what to type and where each number comes from, and every incident behind it.

Nothing in it is a formula, and what is not known is never a zero."""

from collections.abc import Iterator, Sequence

from ..documents.papers.periods import percent
from ..documents.papers.spm_sheet import EXCLUDED, ITEMS, MISSING
from ..kernel.desk import Desk
from ..kernel.records import Ask, Refusal
from ..slices.report.tables.figures.quality import QualityRow
from ..slices.report.tables.figures.spm import SpmIncidentRow, SpmRow
from .columns import Cell, Sort
from .quarter import UNKNOWN, Quarter, about, quarter_of
from .tables import Sheet, as_xlsx

HEAD = ("nomor", "dibuka", "jenis", "kelurahan", "kecamatan")
HEAD_SORTS: tuple[Sort, ...] = ("text", "time", "text", "text", "text")
TEXT: Sort = "text"
HEAD_WIDTHS = (16, 19, 30, 22, 22)
TYPED = ("no", "isian", "ketik", "satuan", "dari_mana", "catatan")
MINUTE_S = 60
_SOURCE = {"counted": "dihitung dari jurnal", "stated": "dinyatakan petugas", "none": "belum ada"}
Typed = tuple[str, Cell, str, str, str]


def espm(desk: Desk, period: str, reader: Ask) -> bytes | Refusal:
    """The workbook of a quarter (2026-Q3) or a year (2026)."""
    found = quarter_of(desk, period, reader)
    return found if isinstance(found, Refusal) else as_xlsx(sheets(found), found.asked.zone)


def sheets(q: Quarter) -> list[Sheet]:
    """All of its sheets."""
    counted = [one for one in q.incidents if not one.excluded]
    return [
        _typed(q),
        about(q, "e-spm", []),
        _quality(q.row),
        _index(q.row),
        _counted("Dihitung", q, counted),
        _counted("Terlambat", q, [one for one in counted if one.within is False]),
        _missing(q, [one for one in counted if one.missing]),
        _excluded(q, [one for one in q.incidents if one.excluded]),
    ]


def _typed(q: Quarter) -> Sheet:
    lines = [
        (n, what, UNKNOWN if value is None else value, unit, origin, note)
        for n, (what, value, unit, origin, note) in enumerate(_values(q.row), 1)
    ]
    sorts: tuple[Sort, ...] = ("whole", "text", "number", "text", "text", "text")
    return Sheet(title="Ketik di e-SPM", names=TYPED, sorts=sorts, lines=lines, widths=(5, 44, 32, 10, 52, 60))


def _values(row: SpmRow) -> Iterator[Typed]:
    """What is typed, in order; None: not known."""
    people, main = row.people, row.main
    said = people.must > 0 or people.unsaid == 0
    told = "Laporan kejadian, bagian korban dan terdampak; lembar Dihitung"
    lower = f"{people.unsaid} laporan belum menyatakan: angka ini bisa bertambah" if people.unsaid else ""
    unproved = f"{people.unproved} orang belum terbukti tepat waktu" if people.unproved else ""
    yield "Jumlah orang yang harus dilayani", people.must if said else None, "orang", told, lower
    served = people.served if said else None
    yield "Jumlah orang yang terlayani", served, "orang", told, unproved
    yield "Capaian penerima layanan", percent(people.share), "persen", "Terlayani dibagi harus dilayani", ""
    mean = None if main.mean is None else round(main.mean / MINUTE_S, 2)
    gaps = f"{main.n} dari {main.all} kejadian" + (f"; {main.missing} tanpa jam" if main.missing else "")
    yield "Rata-rata waktu tanggap", mean, "menit", "Jam pasangan pilihan; lembar Dihitung", gaps
    for item in row.quality:
        yield _item(item)
    whole = None if row.index.quality is None else round(row.index.quality, 2)
    yield "Capaian mutu", whole, "persen", "Rata-rata enam butir mutu; lembar Mutu", _open(row)
    value = None if row.index.value is None else round(row.index.value, 2)
    yield "Indeks pencapaian", value, "indeks", "Penerima dan mutu menurut bobot; lembar Indeks", _open(row)


def _item(item: QualityRow) -> Typed:
    name = f"Mutu {item.item}: {ITEMS[item.item - 1]}"
    parts = "" if item.share is None else f"{_number(item.numerator)} dari {_number(item.denominator)}"
    return name, percent(item.share), "persen", f"Lembar Mutu: {_SOURCE[item.source]}", parts


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}".replace(".", ",")


def _open(row: SpmRow) -> str:
    return f"Terbuka: {', '.join(map(_part, row.index.open))}" if row.index.open else ""


def _part(code: str) -> str:
    what, _, number = code.partition(".")
    return {"recipients": "penerima layanan", "quality": f"mutu {number}"}.get(what, f"triwulan {number}")


def _quality(row: SpmRow) -> Sheet:
    lines = [
        (
            *(one.item, ITEMS[one.item - 1], one.numerator, one.denominator, percent(one.share)),
            *(_SOURCE[one.source], one.evidence or _shown(one)),
        )
        for one in row.quality
    ]
    names = ("no", "butir", "pembilang", "penyebut", "persen", "sumber", "bukti")
    sorts: tuple[Sort, ...] = ("whole", "text", "number", "number", "number", "text", "text")
    return Sheet(title="Mutu", names=names, sorts=sorts, lines=lines, widths=(5, 36, 12, 12, 10, 22, 60))


def _shown(one: QualityRow) -> str:
    return "lembar Dihitung di buku ini" if one.source == "counted" else UNKNOWN


def _index(row: SpmRow) -> Sheet:
    found, by = row.index, row.rules
    origin = "pilihan instansi" if row.chosen else "bawaan, belum dipilih instansi"
    parts: list[tuple[str, Cell, str]] = [
        ("Bobot penerima layanan", round(by.recipients * 100, 2), f"persen, {origin}"),
        ("Bobot mutu", round(by.quality * 100, 2), f"persen, {origin}"),
        ("Capaian penerima layanan", found.recipients, "0 sampai 100"),
        ("Capaian mutu", found.quality, "0 sampai 100, rata-rata enam butir"),
        *((f"Indeks triwulan {n}", value, "") for n, value in enumerate(found.quarters, 1)),
        ("Indeks", found.value, _open(row) or "penerima dan mutu menurut bobot"),
    ]
    if found.quarters:
        parts.append(("Indeks bila triwulan kosong dihitung nol", found.as_zero, "begitu di e-SPM bila tidak dikirim"))
    lines = [(what, UNKNOWN if value is None else round(float(str(value)), 2), note) for what, value, note in parts]
    sorts: tuple[Sort, ...] = ("text", "number", "text")
    return Sheet(title="Indeks", names=("bagian", "nilai", "catatan"), sorts=sorts, lines=lines, widths=(42, 32, 60))


def _counted(title: str, q: Quarter, incidents: list[SpmIncidentRow]) -> Sheet:
    lines = [
        (
            *q.head(one),
            *(one.ready_s, one.arrived_s, one.within, one.must, one.served),
            "ya" if one.volunteers else None,
        )
        for one in incidents
    ]
    more = ("siap_detik", "tiba_detik", "dalam_batas", "harus_dilayani", "terlayani", "karena_relawan")
    sorts: tuple[Sort, ...] = ("number", "number", "yes-no", "whole", "whole", "text")
    widths = (*HEAD_WIDTHS, 11, 11, 12, 14, 11, 14)
    return Sheet(title=title, names=(*HEAD, *more), sorts=(*HEAD_SORTS, *sorts), lines=lines, widths=widths)


def _missing(q: Quarter, incidents: list[SpmIncidentRow]) -> Sheet:
    lines = [
        (*q.head(one), *MISSING.get(one.missing, (one.missing, "")), "Koreksi jam pada kejadian, dengan alasan")
        for one in incidents
    ]
    return _reasons("Tanpa jam", ("yang_hilang", "sebab", "cara"), lines, (24, 48, 44))


def _excluded(q: Quarter, incidents: list[SpmIncidentRow]) -> Sheet:
    lines = [(*q.head(one), *EXCLUDED.get(one.excluded, (one.excluded, ""))) for one in incidents]
    return _reasons("Tidak dihitung", ("alasan", "sebab"), lines, (30, 60))


def _reasons(title: str, more: tuple[str, ...], lines: Sequence[Sequence[Cell]], widths: tuple[int, ...]) -> Sheet:
    sorts = [*HEAD_SORTS, *[TEXT for _ in more]]
    return Sheet(title=title, names=(*HEAD, *more), sorts=sorts, lines=lines, widths=(*HEAD_WIDTHS, *widths))
