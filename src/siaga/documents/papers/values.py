"""Names and values of a report as papers say them: codes by their names, amendments by the part they are of."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from ... import standards
from ..journal import word
from .source import Source

MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober"),
    *("November", "Desember"),
)
CLOCKS: Mapping[str, str] = {
    **{"seen": "terlihat", "answered": "diterima", "opened": "dibuka", "dispatched": "diberangkatkan"},
    **{"on-the-way": "bergerak", "arrived": "tiba", "access": "akses", "ready-to-serve": "siap"},
    **{"action": "tindakan", "under-control": "terkendali", "out": "padam", "returned": "kembali"},
    "ready-again": "siap_lagi",
}
_MARKED: Mapping[str, str] = {
    "object.kind": "objek.jenis",
    "object.construction": "objek.konstruksi",
    "object.building_m2": "objek.luas_bangunan",
    "object.burnt_m2": "objek.luas_terbakar",
    "cause.cause": "sebab.uraian",
    "cause.thing": "sebab.benda",
    **{
        f"victims.{whose}.{count}": f"korban.{theirs}.{name}"
        for whose, theirs in (("citizens", "warga"), ("staff", "petugas"))
        for count, name in (
            ("dead", "meninggal"),
            ("heavy", "luka_berat"),
            ("light", "luka_ringan"),
            ("rescued", "diselamatkan"),
        )
    },
    "victims.families": "terdampak.keluarga",
    "victims.affected": "terdampak.jiwa",
    "victims.displaced": "terdampak.mengungsi",
    "loss.saved_rp": "kerugian.terselamatkan",
    "volunteers.first_action_at": "jam.relawan",
}
_PARTS: Mapping[str, str] = {
    "object": "Objek",
    "object.kind": "Jenis objek",
    "object.construction": "Konstruksi",
    "object.building_m2": "Luas bangunan",
    "object.burnt_m2": "Luas terbakar",
    "object.ark": "Angka risiko kebakaran",
    "object.owner": "Pemilik atau penghuni",
    "cause": "Sebab",
    "cause.basis": "Status sebab",
    "cause.thing": "Benda asal api",
    "loss": "Kerugian",
    "loss.saved_rp": "Nilai terselamatkan",
    "loss.basis": "Dasar taksiran",
    "loss.lines": "Baris kerugian",
    "victims": "Korban dan terdampak",
    "victims.citizens": "Korban warga",
    "victims.staff": "Korban petugas",
    "victims.families": "Keluarga terdampak",
    "victims.affected": "Jiwa terdampak",
    "victims.displaced": "Jiwa mengungsi",
    "victims.shelter": "Tempat mengungsi",
    "victims.to_serve_victims": "Korban yang harus dilayani",
    "victims.to_serve_affected": "Terdampak yang harus dilayani",
    "victims.served_victims": "Korban yang terlayani",
    "victims.served_affected": "Terdampak yang terlayani",
    "victim": "Korban yang dicatat",
    "water": "Air dan busa",
    "obstacles": "Hambatan",
    "volunteers": "Relawan",
    "summary": "Penutup",
    "photos": "Foto",
    "inspection": "Formulir sesudah kejadian",
    "area": "Kelurahan",
    "type": "Jenis kejadian",
    "place": "Alamat",
    "point": "Titik di peta",
    "exercise": "Latihan",
    "state": "Status kejadian",
    "outcome": "Hasil kejadian",
    "units": "Armada",
    "incident": "Kejadian",
}
_COUNTS = {"dead": "meninggal", "heavy": "luka berat", "light": "luka ringan", "rescued": "diselamatkan"}
_STATES = {"open": "dibuka kembali", "closed": "selesai", "cancelled": "dibatalkan"}
_BASIS = {"suspected": "dugaan", "investigated": "hasil penyelidikan"}


class Amended(msgspec.Struct, frozen=True):
    """Where an amendment is marked (None: only in the table), of which part it is, the values raw and in words."""

    key: str | None
    part: str
    raw: Any
    old: str | None
    new: str | None


@cache
def names() -> Mapping[str, Mapping[str, str]]:
    """Names of the codes of a report, by sort and code."""
    places, report = standards.standards().places.object, standards.report()
    sorts: dict[str, Any] = {
        "kind": places,
        "thing": places,
        "cause": standards.words().cause,
        "construction": report.construction,
        "agent": report.agent,
        "source": report.source,
        "measured": report.measured,
        "obstacle": report.obstacle,
        "outcome": report.victim_outcome,
        "gap": report.gap,
        "type": standards.incident_types().values(),
    }
    return {sort: {row.id: row.name.id for row in rows} for sort, rows in sorts.items()}


def name(sort: str, code: str | None) -> str | None:
    """The name of a code; None where nothing was said."""
    return names()[sort].get(code, code) if code else None


def basis(code: str) -> str:
    """How sure a cause is."""
    return _BASIS.get(code, code)


def part_of(path: str) -> str:
    """The part of the report that a path is of, in words."""
    if path.startswith("jam."):
        clock = path.removeprefix("jam.")
        return f"Jam {word('id', 'clock', clock).lower()}"
    steps = path.split(".")
    for long in range(len(steps), 0, -1):
        found = _PARTS.get(".".join(steps[:long]))
        if found:
            counted = _COUNTS.get(steps[-1]) if long < len(steps) else None
            return f"{found}, {counted}" if counted else found
    return path


def amended(s: Source, path: str, old: Any, new: Any, unit: str) -> Amended:
    """An amendment as papers mark and tell it."""
    key = _MARKED.get(path)
    if path.startswith("jam."):
        clock = path.removeprefix("jam.")
        whole = s.report.response.clocks.get(clock)
        key = f"jam.{CLOCKS[clock]}" if clock in CLOCKS and (not unit or (new is not None and whole == new)) else None
    part = part_of(path) + (f" {unit}" if unit else "")
    return Amended(key, part, _raw(s, path, old), in_words(s, path, old), in_words(s, path, new))


def _raw(s: Source, path: str, value: Any) -> Any:
    if path.startswith("jam.") or path.endswith("_at"):
        return s.iso(value)
    sort = path.rpartition(".")[2]
    return name(sort, value) if sort in names() and isinstance(value, str) else whole(value)


def in_words(s: Source, path: str, value: Any) -> str | None:
    """A value of a report by its path, as one reads it; None where it is not known."""
    if value is None or value == "":
        return None
    field = path.rpartition(".")[2]
    if path.startswith("jam.") or field.endswith("_at"):
        local = s.g.local(str(value))
        return f"{local:%d/%m/%Y %H:%M:%S}"
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if field.endswith("_rp"):
        return f"Rp{thousands(value)}"
    if field.endswith("_m2"):
        return f"{thousands(value)} m²"
    if path == "area":
        area = s.ground.areas.get(value)
        return f"{area.name} ({value})" if area else str(value)
    if path == "state":
        return _STATES.get(str(value), str(value))
    if path == "outcome":
        return next((word.name.id for word in standards.words().close_outcome if word.id == value), str(value))
    if field == "basis" and path.startswith("cause"):
        return basis(str(value))
    if field in names() and isinstance(value, str):
        return name(field, value)
    return thousands(value) if isinstance(value, int | float) else str(value)


def thousands(value: float) -> str:
    """A number as it is written here: dots between thousands, a comma before decimals."""
    whole = f"{value:,.2f}".rstrip("0").rstrip(".")
    return whole.replace(",", "\0").replace(".", ",").replace("\0", ".")


def whole(value: Any) -> Any:
    """A number without decimals as such: 96, not 96,0."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
