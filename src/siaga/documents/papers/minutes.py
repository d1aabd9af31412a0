"""Berita acara: the formal minutes of a fire, written from the same report."""

from collections.abc import Iterator
from typing import Any

from ..journal import lines
from .incident_report import cause, clocks, loss, others, pictures, place, thing, victims
from .source import Source, frame
from .values import name


def contract_of(s: Source, photos: bool) -> tuple[dict[str, Any], dict[str, str]]:
    """The contract; the minutes hold no picture."""
    signed = next((step for step in reversed(s.report.steps) if step.step == "signed"), None)
    said, lost = s.report.victims, loss(s)
    amounts = [line["jumlah"] for line in lost.get("baris", ()) if line["jumlah"] is not None]
    crews = [unit.people for unit in s.report.response.units]
    head = s.letterhead
    maker = s.signer(signed) if signed else {}
    whole = frame(s, "BA", "berita-acara/2") | {
        "dibuat": {"pada": s.iso(signed.at if signed else None), "tempat": (head.place if head else "") or None},
        "pembuat": {"nama": None} | maker | {"jabatan": "komandan insiden"},
        "dasar": list(head.basis) if head else [],
        "kebakaran": (s.report.response.type or "fire.").startswith("fire."),
        "kejadian": {"nomor": s.report.number, "jenis": _low(s.kind)},
        "jam": clocks(s),
        "kanal": _low(s.channel),
        "tempat": place(s),
        "objek": {k: _low(v) for k, v in thing(s).items()},
        "sebab": {k: _low(v) for k, v in cause(s).items()},
        "kekuatan": {
            "armada": len(crews),
            "awak": None if None in crews or not crews else sum(crews),  # type: ignore[arg-type]
            "instansi": [one["nama"] for one in others(s)],
        },
        "korban": {
            "meninggal": _sum(s, "dead"),
            "luka": _sum(s, "heavy", "light"),
            "diselamatkan": _sum(s, "rescued"),
            "keluarga": said.families if said else None,
            "jiwa": said.affected if said else None,
        },
        "kerugian": sum(amounts) if amounts or lost.get("nihil") else None,
        "kerugian_lengkap": len(amounts) == len(lost.get("baris", ())),
        "uraian": list(_course(s)),
        "lampiran": list(_annexes(s)),
        "ttd": {
            "peran": "Komandan insiden",
            "nama": None,
            "cara": "elektronik" if signed else "belum",
            "pada": s.iso(signed.at if signed else None),
        }
        | maker,
    }
    return whole, {}


def _low(value: Any) -> Any:
    """Inside a sentence a name begins small, unless it is an abbreviation."""
    if not isinstance(value, str) or value[1:2].isupper():
        return value
    return value[:1].lower() + value[1:]


def _sum(s: Source, *counts: str) -> int | None:
    """Citizens and staff together; None where one of the counts is not known."""
    both = victims(s)
    theirs = {"dead": "meninggal", "heavy": "luka_berat", "light": "luka_ringan", "rescued": "diselamatkan"}
    found = [of[theirs[count]] for of in both.values() for count in counts]
    return None if not found or None in found else sum(found)


def _course(s: Source) -> Iterator[str]:
    """The reporter's closing words, what held the crews up; the lines of the log stand in the report."""
    if s.report.summary and s.report.summary.text:
        yield s.report.summary.text
    for held in s.report.obstacles.lines if s.report.obstacles else ():
        note = f" ({held.note})" if held.note else ""
        yield f"Hambatan yang dialami: {_low(name('obstacle', held.kind))}{note}."
    count = len(lines(s.g))
    if count:
        yield f"Rangkaian peristiwa selengkapnya ada pada laporan kejadian, {count} catatan jurnal."


def _annexes(s: Source) -> Iterator[str]:
    yield f"Laporan kejadian nomor {s.number('LK')}"
    yield "Salinan jurnal kejadian"
    if chosen := len(list(pictures(s, True))):
        yield f"Lampiran foto, {chosen} lembar foto"
    if s.report.people or (s.report.object and s.report.object.owner):
        yield "Identitas pada brankas data, hanya untuk penyidik"
