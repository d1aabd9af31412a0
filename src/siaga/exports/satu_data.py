"""Satu Data Indonesia: a table of a year for publishing, with its data standard and its three metadata sheets, as CSV.

It shows counts by kelurahan, month and kind, and response times only where at least five fires stand behind them."""

import io
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from statistics import median

import msgspec

from .. import standards
from ..kernel.desk import Desk
from ..kernel.fields import All
from ..kernel.records import Ask, Refusal
from .columns import Cell, Sort
from .source import Around, Incident, around, between, rows
from .tables import Sheet, as_csv

FEWEST = 5
LIMIT_S = 900
NOT_GROUPED = "Belum digolongkan"
Key = tuple[int, str | None, str | None]


class Variable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a column means."""

    konsep: str
    definisi: str
    referensi: str
    tipe: str
    klasifikasi: str
    satuan: str
    aturan: str


class Indicator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a figure says and how it is computed."""

    nama: str
    konsep: str
    definisi: str
    interpretasi: str
    rumus: str
    ukuran: str
    satuan: str
    pembangun: str


class Activity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the data come about."""

    judul: str
    rincian: list[tuple[str, str]]


class Metadata(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of satu-data.toml."""

    kegiatan: Activity
    variabel: dict[str, Variable]
    indikator: dict[str, Indicator]


@cache
def metadata() -> Metadata:
    """The metadata's words."""
    raw = (files("siaga") / "exports" / "satu-data.toml").read_text()
    return msgspec.convert(tomllib.loads(raw), Metadata)


def satu_data(desk: Desk, year: int, reader: Ask) -> bytes | Refusal:
    """A ZIP of the table of a year and its sheets. The year is the one of the service's own calendar."""
    where = around(desk, reader)
    if isinstance(where, Refusal):
        return where
    since, until = (datetime(y, 1, 1, tzinfo=where.zone) for y in (year, year + 1))
    found = between(desk, since, until, reader)
    if isinstance(found, Refusal):
        return found
    head = rows(desk, "paper.letterhead", All(), reader)
    address = "" if isinstance(head, Refusal) or not head else head[0].address
    sheets = [table(found, where), standard(), activity(where, year, address, desk.clock()), variables(), indicators()]
    return _zipped([(f"{sheet.title}.csv", as_csv(sheet, where.zone)) for sheet in sheets])


def table(incidents: Iterable[Incident], around: Around) -> Sheet:
    """Counts by month, area and kind."""
    groups: dict[Key, list[Incident]] = defaultdict(list)
    year = 0
    for one in incidents:
        if not one.for_all:
            continue
        local = one.opened_at.astimezone(around.zone)
        year = local.year
        groups[local.month, one.area, one.kind].append(one)
    order = sorted(groups, key=lambda key: (key[0], key[1] or "", key[2] or ""))
    sorts: list[Sort] = ["text" if v.tipe == "Teks" else "whole" for v in metadata().variabel.values()]
    lines = [_line(year, key, groups[key], around) for key in order]
    return Sheet(title="data", names=tuple(metadata().variabel), sorts=sorts, lines=lines)


def _line(year: int, key: Key, group: Sequence[Incident], around: Around) -> tuple[Cell, ...]:
    month, area, kind = key
    waited = [s for one in group if kind == "fire" and (s := one.seconds("ready-to-serve")) is not None]
    named = standards.kinds().get(kind or "")
    told = len(waited) >= FEWEST
    return (
        year,
        month,
        area,
        around.area_name(area),
        around.area_name(around.above(area)),
        named.name.id if named else NOT_GROUPED,
        len(group),
        len(waited) if told else None,
        sum(s <= LIMIT_S for s in waited) if told else None,
        round(median(waited)) if told else None,
    )


def standard() -> Sheet:
    """The data standard: concept, definition, classification, measure and unit of each column."""
    names = ("nama", "konsep", "definisi", "klasifikasi", "ukuran", "satuan")
    lines = [(n, v.konsep, v.definisi, v.klasifikasi, v.tipe, v.satuan) for n, v in metadata().variabel.items()]
    return _text("standar-data", names, lines)


def activity(around: Around, year: int, address: str, now: datetime) -> Sheet:
    """Metadata of the statistical activity."""
    agency = around.agency.name if around.agency else ""
    region = next((area.name for area in around.areas.values() if area.parent is None), "")
    facts = {
        "tahun": str(year),
        "instansi": agency,
        "alamat": address,
        "wilayah": region,
        "dibuat": now.astimezone(around.zone).isoformat(timespec="minutes"),
    }
    lines = [(what, text.format_map(facts)) for what, text in metadata().kegiatan.rincian]
    return _text("metadata-kegiatan", ("rincian", "isian"), lines)


def variables() -> Sheet:
    """Metadata of the variables."""
    names = (
        "nama_variabel",
        "alias",
        "konsep",
        "definisi",
        "referensi_pemilihan",
        "referensi_waktu",
        "tipe_data",
        "klasifikasi_isian",
        "aturan_validasi",
        "kalimat_pertanyaan",
        "dapat_diakses_umum",
    )
    lines = [
        (name, "", v.konsep, v.definisi, "", v.referensi, v.tipe, v.klasifikasi, v.aturan, "", "Ya")
        for name, v in metadata().variabel.items()
    ]
    return _text("metadata-variabel", names, lines)


def indicators() -> Sheet:
    """Metadata of the indicators."""
    names = (
        "nama_indikator",
        "konsep",
        "definisi",
        "interpretasi",
        "metode_penghitungan",
        "ukuran",
        "satuan",
        "klasifikasi_penyajian",
        "indikator_komposit",
        "variabel_pembangun",
        "level_estimasi",
        "dapat_diakses_umum",
    )
    by = "Wilayah, bulan, golongan kejadian"
    lines = [
        (
            *(i.nama, i.konsep, i.definisi, i.interpretasi, i.rumus, i.ukuran, i.satuan),
            *(by, "Tidak", i.pembangun, "Kelurahan atau desa", "Ya"),
        )
        for i in metadata().indikator.values()
    ]
    return _text("metadata-indikator", names, lines)


def _text(title: str, names: Sequence[str], lines: Sequence[Sequence[Cell]]) -> Sheet:
    sorts: list[Sort] = ["text"] * len(names)
    return Sheet(title=title, names=names, sorts=sorts, lines=lines)


def _zipped(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """The same content is the same file: no time of packing in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts:
            packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
