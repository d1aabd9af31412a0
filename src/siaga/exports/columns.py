"""The table of incidents: one list of columns for every format; what each means stands in columns.toml."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from .. import standards
from .source import Around, Incident

Cell = str | int | float | bool | date | datetime | None
Sort = Literal["text", "whole", "number", "yes-no", "day", "time"]
Read = Callable[[Incident, Around], Cell]


class Column(msgspec.Struct, frozen=True):
    """A column: its name, its sort, how it is read from an incident."""

    name: str
    sort: Sort
    read: Read


def _clock(clock: str) -> Read:
    return lambda i, a: i.clocks.get(clock)


def _passed(clock: str) -> Read:
    return lambda i, a: i.seconds(clock)


def _said(name: str) -> Read:
    """What the report says; empty where nobody has said it, which is not zero."""
    return lambda i, a: getattr(i.report, name) if i.report else None


def _cause_name(one: Incident, around: Around) -> Cell:
    cause = one.report.cause if one.report else None
    return next((word.name.id for word in standards.words().cause if word.id == cause), cause)


def _type_name(one: Incident, around: Around) -> Cell:
    known = standards.incident_types().get(one.type or "")
    return known.name.id if known else None


def _outcome_name(one: Incident, around: Around) -> Cell:
    return next((word.name.id for word in standards.words().close_outcome if word.id == one.outcome), one.outcome)


def _local_day(one: Incident, around: Around) -> Cell:
    return one.opened_at.astimezone(around.zone).date()


COLUMNS: tuple[Column, ...] = (
    Column("nomor", "text", lambda i, a: i.number),
    Column("tanggal", "day", _local_day),
    Column("golongan", "text", lambda i, a: i.kind),
    Column("jenis", "text", lambda i, a: i.type),
    Column("nama_jenis", "text", _type_name),
    Column("tingkat", "whole", lambda i, a: i.level),
    Column("kode_wilayah", "text", lambda i, a: i.area),
    Column("wilayah", "text", lambda i, a: a.area_name(i.area)),
    Column("wilayah_atas", "text", lambda i, a: a.area_name(a.above(i.area))),
    Column("bujur", "number", lambda i, a: i.lon),
    Column("lintang", "number", lambda i, a: i.lat),
    Column("keadaan", "text", lambda i, a: i.state),
    Column("hasil", "text", _outcome_name),
    Column("latihan", "yes-no", lambda i, a: i.exercise),
    Column("diterima", "time", _clock("answered")),
    Column("dibuka", "time", _clock("opened")),
    Column("diberangkatkan", "time", _clock("dispatched")),
    Column("di_jalan", "time", _clock("on-the-way")),
    Column("tiba", "time", _clock("arrived")),
    Column("siap_layanan", "time", _clock("ready-to-serve")),
    Column("terkendali", "time", _clock("under-control")),
    Column("padam", "time", _clock("out")),
    Column("ditutup", "time", lambda i, a: i.ended_at),
    Column("unit", "whole", lambda i, a: len(i.units)),
    Column("detik_tanggap", "whole", _passed("ready-to-serve")),
    Column("detik_tiba", "whole", _passed("arrived")),
    Column("laporan", "text", _said("state")),
    Column("objek", "text", _said("kind")),
    Column("sebab", "text", _said("cause")),
    Column("nama_sebab", "text", _cause_name),
    Column("dasar_sebab", "text", _said("basis")),
    Column("luas_terbakar_m2", "number", _said("burnt_m2")),
    Column("kerugian_rp", "whole", _said("loss_rp")),
    Column("kerugian_belum_dinilai", "whole", _said("loss_open")),
    Column("diselamatkan_rp", "whole", _said("saved_rp")),
    Column("meninggal", "whole", _said("citizens_dead")),
    Column("luka_berat", "whole", _said("citizens_heavy")),
    Column("luka_ringan", "whole", _said("citizens_light")),
    Column("diselamatkan", "whole", _said("citizens_rescued")),
    Column("petugas_meninggal", "whole", _said("staff_dead")),
    Column("petugas_luka_berat", "whole", _said("staff_heavy")),
    Column("petugas_luka_ringan", "whole", _said("staff_light")),
    Column("keluarga_terdampak", "whole", _said("families")),
    Column("jiwa_terdampak", "whole", _said("affected")),
    Column("mengungsi", "whole", _said("displaced")),
    Column("air_liter", "number", _said("water_l")),
)
NAMES = tuple(column.name for column in COLUMNS)
SORTS: tuple[Sort, ...] = tuple(column.sort for column in COLUMNS)


def lines(incidents: Sequence[Incident], around: Around) -> list[tuple[Cell, ...]]:
    """The incidents as lines of the table."""
    return [tuple(column.read(one, around) for column in COLUMNS) for one in incidents]


@cache
def meanings() -> Mapping[str, tuple[str, str]]:
    """What each column means, and its unit."""
    raw = (files("siaga") / "exports" / "columns.toml").read_text()
    return msgspec.convert(tomllib.loads(raw), dict[str, tuple[str, str]])
