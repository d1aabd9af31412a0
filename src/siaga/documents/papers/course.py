"""The course of events as a report tells it: a plain sentence for each entry of the log that says what happened.

Nothing is added to what the log says; entries that only keep order among calls, tasks and pictures stand in the log."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from ...kernel.records import written
from ..facts import Gathered
from ..journal import Line, Told, line_of, told_lines

ONLY_IN_LOG = frozenset(
    {
        *("intake.call-linked", "intake.call-unlinked", "intake.needs-sharpened", "field.media-attached"),
        *("field.water-planned", "field.air-read", "field.handover-checked", "field.sitrep-drafted"),
        *("dispatch.alarm-taken", "field.alarm-taken"),
    }
)
_STATUS: Mapping[str, str] = {
    "assigned": "{unit} menjawab pengerahan",
    "on-the-way": "{unit} mulai bergerak",
    "arrived": "{unit} tiba di lokasi",
    "access": "{unit} menuju titik kejadian",
    "ready-to-serve": "{unit} siap memberi layanan",
    "action": "{unit} mulai bertindak",
    "returning": "{unit} meninggalkan lokasi",
    "ready": "{unit} siap lagi",
    "out-of-service": "{unit} dinyatakan tidak siap",
}
TRIP = "dispatch.trip-recorded"
_TRIP = {"dispatched": "{unit} diberangkatkan", "returned": "{unit} kembali ke pos"}
_MARKS = {"under-control": "Kejadian terkendali", "out": "Api padam"}
_SENTENCES: Mapping[str, str] = {
    "intake.incident-opened": "Kejadian dibuka",
    "intake.incident-reopened": "Kejadian dibuka lagi",
    "intake.incident-classified": "Jenis kejadian ditetapkan: {type}",
    "intake.life-at-risk": "Nyawa dinyatakan terancam",
    "intake.question-answered": "Keterangan pelapor: {question} {answer}",
    "intake.place-corrected": "Tempat kejadian diperbaiki",
    "intake.exercise-marked": "Kejadian ditandai sebagai latihan",
    "dispatch.units-dispatched": "{units} diberangkatkan",
    "dispatch.unit-cancelled": "{unit} dilepas dari kejadian",
    "dispatch.alarm-level-raised": "Tingkat kejadian dinaikkan menjadi {level}",
    "dispatch.dispatch-unanswered": "{unit} belum menjawab pengerahan",
    "dispatch.incident-closed": "Kejadian ditutup: {outcome}",
    "dispatch.time-corrected": "Jam {clock} {unit} diperbaiki menjadi {at}",
    "dispatch.trip-recorded": "Perjalanan {unit} disalin dari kertas",
    "dispatch.other-stepped": "{other}: {step}",
    "field.post-filled": "{holder} mengemban tugas {post}",
    "field.post-vacated": "Tugas {post} tidak dipegang siapa pun",
    "field.sector-set": "{name} dibentuk atau diubah",
    "field.crew-entered": "{crew} masuk ke {sector} ({wearers})",
    "field.crew-left": "{crew} keluar: {persons}",
    "field.crew-moved": "{crew} berpindah ke {to}",
    "field.task-set": "Tugas ditetapkan: {task}",
    "field.hazard-marked": "Bahaya dilaporkan: {hazard}",
    "field.hazard-cleared": "Bahaya dinyatakan hilang",
    "field.resource-requested": "Bantuan diminta: {what}",
    "field.par-called": "Pemeriksaan personel diminta, {sector}",
    "field.par-reported": "Pemeriksaan personel {crew}: {result}",
    "field.par-overdue": "Pemeriksaan personel {crew} lewat batas",
    "field.evacuation-ordered": "Evakuasi diperintahkan, {sector}",
    "field.evacuation-acknowledged": "{crew} mendengar perintah evakuasi",
    "field.contact-lost": "Kontak dengan {crew} {person} hilang",
    "field.contact-regained": "Kontak dengan {crew} kembali",
    "field.sitrep-sent": "Laporan keadaan dari lokasi",
    "field.wind-reported": "Angin bertiup dari {degrees}",
}
_SMALL = ("outcome", "type", "result", "step", "clock", "post", "question", "answer")


class Course(msgspec.Struct, frozen=True):
    """The sentences in the order things happened, and how many entries stand only in the log."""

    lines: tuple[Line, ...]
    left_out: int


def course(g: Gathered) -> Course:
    """The course of events of an incident."""
    told = told_lines(g)
    kept = [one for one in told if one.kind not in ONLY_IN_LOG]
    lines = [line for one in kept for line in (_trip(g, one) if one.kind == TRIP else [_sentence(g, one)])]
    return Course(tuple(sorted(lines)), len(told) - len(kept))


def _trip(g: Gathered, one: Told) -> list[Line]:
    """A trip that was copied in from paper, as the times it holds."""
    plain, unit = line_of(g, one), one.slots["who"]
    found = []
    for clock, at in dict(one.facts.get("times") or {}).items():
        pattern = _TRIP.get(clock) or _STATUS.get(clock)
        if at and pattern:
            text = f"{pattern.format(unit=unit)} (disalin dari kertas)."
            found.append(msgspec.structs.replace(plain, at=written(datetime.fromisoformat(at)), text=text))
    return found or [_sentence(g, one)]


def _sentence(g: Gathered, one: Told) -> Line:
    plain = line_of(g, one)
    pattern = _pattern(one)
    if pattern is None:
        return msgspec.structs.replace(plain, text=_ended(plain.text))
    slots = dict(one.slots)
    slots |= {key: _low(slots[key]) for key in _SMALL if slots.get(key)}
    text = " ".join(pattern.format_map(_Gaps(slots)).split()).replace(" ,", ",").replace(" ()", "")
    note = one.note if one.note and one.note not in text else ""
    return msgspec.structs.replace(plain, text=_ended(f"{text}: {note}" if note else text))


class _Gaps(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _pattern(one: Told) -> str | None:
    if one.kind == "dispatch.unit-status-reported":
        return _STATUS.get(str(one.facts.get("status", "")))
    if one.kind == "dispatch.mark-set":
        return _MARKS.get(str(one.facts.get("clock", "")))
    return _SENTENCES.get(one.kind)


def _low(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
