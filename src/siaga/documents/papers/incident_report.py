"""Laporan kejadian: the report of an incident as its template asks for it, every gap named."""

from collections.abc import Iterator
from typing import Any

from ... import standards
from ...slices.field.tables.rows import MediaRow
from ...slices.report.rules.counting import People
from ...slices.report.tables.rows import LossLineRow
from ..scene_map import scene_map
from .course import course
from .source import Source, frame
from .values import CLOCKS, MONTHS, amended, basis, name, part_of, whole

PHOTO = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
MAP = "peta.svg"
_COUNTS = (("meninggal", "dead"), ("luka_berat", "heavy"), ("luka_ringan", "light"), ("diselamatkan", "rescued"))


def contract_of(s: Source, photos: bool) -> tuple[dict[str, Any], dict[str, str]]:
    """The contract and its map; `photos`: whether its reader may see the pictures of the scene."""
    drawn = scene_map(s.ground, s.report.response.lon, s.report.response.lat)
    told = course(s.g)
    contract = frame(s, "LK", "laporan-kejadian/2") | {
        "kejadian": incident(s),
        "berlaku_batas": s.counted,
        "jam": clocks(s),
        "sumber": {"kanal": s.channel, "pelapor": _sealed(bool(s.g.call and s.g.call.calls))},
        "tempat": place(s) | {"peta": MAP if drawn else None, "peta_ket": _about_map(s, drawn is not None)},
        "objek": thing(s),
        "sebab": cause(s),
        "armada": list(_fleet(s)),
        "air": list(_water(s)),
        "air_kosong": "Tidak ada bahan pemadam yang dipakai." if s.report.water else None,
        "korban": victims(s),
        "terdampak": affected(s),
        "brankas": f"kejadian {s.report.number}" if s.report.people or _owner(s) else None,
        "kerugian": loss(s),
        "instansi_lain": list(others(s)),
        "hambatan": obstacles(s),
        "jalannya": [{"pada": s.iso(x.at), "no": str(x.position), "teks": x.text} for x in told.lines],
        "hanya_jurnal": told.left_out,
        "penutup": s.report.summary.text if s.report.summary else None,
        "formulir": list(_inspections(s)),
        "hilang": list(gaps(s)),
        "perubahan": list(amendments(s)),
        "ttd": signers(s),
        "foto": list(pictures(s, photos)),
    }
    return contract, {MAP: drawn} if drawn else {}


def incident(s: Source) -> dict[str, Any]:
    """Which incident."""
    return {"nomor": s.report.number, "judul": s.title, "latihan": s.report.exercise, "hari": s.day}


def clocks(s: Source) -> dict[str, str | None]:
    """Every clock of the incident; the first of those that several units made."""
    r = s.report.response
    known: dict[str, str] = dict(r.clocks)  # an imported day has no hour: its `answered` is no clock
    if s.g.call and s.g.call.fire_seen_at:
        known.setdefault("seen", s.g.call.fire_seen_at)
    volunteers = s.report.volunteers.first_action_at if s.report.volunteers else None
    return {theirs: s.iso(known.get(ours)) for ours, theirs in CLOCKS.items()} | {"relawan": s.iso(volunteers)}


def place(s: Source) -> dict[str, Any]:
    """Where it was."""
    r = s.report.response
    return {
        "alamat": s.report.place,
        "kelurahan": s.ground.area(r.area, "kelurahan"),
        "kecamatan": s.ground.area(r.area, "kecamatan"),
        "kota": s.ground.area(r.area, "kota"),
        "lintang": round(r.lat, 6),
        "bujur": round(r.lon, 6),
    }


def _about_map(s: Source, drawn: bool) -> str | None:
    if s.ground.name is None:
        return None
    if not drawn:
        return "Di sekitar titik kejadian tidak ada jalan pada peta."
    what = "K: kejadian. Titik biru: sumber air. "
    return what + ("Skema, bukan untuk operasi." if s.ground.schematic else f"Peta {s.ground.name}.")


def _owner(s: Source) -> bool:
    return bool(s.report.object and s.report.object.owner)


def _sealed(known: bool) -> str | None:
    return "tidak dicetak, ada di brankas data" if known else None


def thing(s: Source) -> dict[str, Any]:
    """The object."""
    o = s.report.object
    if o is None:
        return {}
    return {
        "jenis": name("kind", o.kind),
        "pemilik": _sealed(bool(o.owner)),
        "konstruksi": name("construction", o.construction),
        "luas_bangunan": whole(o.building_m2),
        "luas_terbakar": whole(o.burnt_m2),
        "angka_risiko": o.ark,
        "catatan": o.note,
    }


def cause(s: Source) -> dict[str, Any]:
    """The cause; `unknown` is an answer and prints its word."""
    c = s.report.cause
    if c is None:
        return {}
    said = {"hilang": "belum diketahui"} if c.cause == "unknown" else name("cause", c.cause)
    return {"status": basis(c.basis), "uraian": said, "benda": name("thing", c.thing), "catatan": c.note}


def _fleet(s: Source) -> Iterator[dict[str, Any]]:
    wanted = ("dispatched", "on-the-way", "arrived", "ready-to-serve", "returned")
    for unit in s.report.response.units:
        kind = standards.vehicle_types().get(unit.vehicle_type or "")
        made = {"dispatched": unit.sent_at} | unit.clocks
        yield {
            "kode": unit.unit,
            "jenis": kind.name.id if kind else unit.vehicle_type,
            "pos": s.g.stations.get(unit.station or "", unit.station),
            "regu": None,
            "awak": unit.people,
            "jam": {CLOCKS[clock]: s.iso(made.get(clock)) for clock in wanted},
        }


def _water(s: Source) -> Iterator[dict[str, Any]]:
    for line in s.report.water.lines if s.report.water else ():
        yield {
            "bahan": name("agent", line.agent),
            "sumber": name("source", line.source),
            "ukur": name("measured", line.measured),
            "liter": whole(line.litres),
        }


def victims(s: Source) -> dict[str, Any]:
    """Who was hurt or rescued, counted."""
    v = s.report.victims
    if v is None:
        return {}
    counted = {"warga": v.citizens, "petugas": v.staff}
    return {who: {theirs: getattr(of, ours) for theirs, ours in _COUNTS} for who, of in counted.items()}


def affected(s: Source) -> dict[str, Any]:
    """Who was affected, counted."""
    v = s.report.victims
    if v is None:
        return {}
    people = People(v.to_serve_victims, v.to_serve_affected, v.served_victims, v.served_affected)
    return {
        "keluarga": v.families,
        "jiwa": v.affected,
        "mengungsi": v.displaced,
        "tempat": v.shelter,
        "harus_dilayani": people.must,
        "terlayani": people.served,
    }


def loss(s: Source) -> dict[str, Any]:
    """What was lost, line by line."""
    found = s.report.loss
    if found is None:
        return {}
    return {
        "baris": [
            {
                "uraian": line.what,
                "banyak": whole(line.count),
                "satuan": line.unit,
                "harga": line.price_rp,
                "jumlah": _amount(line),
            }
            for line in found.lines
        ],
        "nihil": not found.lines,
        "terselamatkan": found.saved_rp,
        "dasar": found.basis,
    }


def _amount(line: LossLineRow) -> int | None:
    if line.amount_rp is None and line.count is not None and line.price_rp is not None:
        return round(line.count * line.price_rp)
    return line.amount_rp


def others(s: Source) -> Iterator[dict[str, Any]]:
    """Other agencies, and when they came."""
    known = {row.id: row.name.id for row in standards.words().other_agency}
    for code, steps in s.g.incident.others.items():
        yield {"nama": known.get(code, code), "peran": None, "tiba": s.iso(steps.get("arrived"))}


def obstacles(s: Source) -> list[dict[str, Any]] | None:
    """What held the crews up; None: nobody said."""
    found = s.report.obstacles
    if found is None:
        return None
    return [{"apa": name("obstacle", x.kind), "akibat": x.note, "detik": x.effect_s} for x in found.lines]


def _inspections(s: Source) -> Iterator[dict[str, Any]]:
    """Forms that were filed after the fire, as question and answer."""
    for filed in s.report.inspections:
        form = next((x for x in standards.report().form if x.id == filed.form), None)
        rows = []
        for field in form.fields if form else ():
            answer = filed.texts.get(field.id) if field.kind == "text" else filed.answers.get(field.id)
            if field.kind == "yes-no" and answer:
                answer = "ya" if answer == "yes" else "tidak"
            chosen = next((x.name.id for x in field.choices if x.id == answer), answer)
            if field.id in filed.texts or field.id in filed.answers:
                rows.append({"tanya": field.name.id, "jawab": chosen})
        at = s.iso(filed.at or filed.filed_at)
        yield {"nama": form.name.id if form else filed.form, "pada": at, "oleh": s.g.actor(filed.actor), "isi": rows}


def gaps(s: Source) -> Iterator[dict[str, Any]]:
    """What is missing or odd, and how it is mended."""
    if s.report.state == "history":
        why = "Yang tidak disebut arsip tidak diketahui"
        yield {"apa": "Laporan ini", "sebab": f"{_capital(s.origin or '')}. {why}", "cara": "Tidak wajib dilengkapi"}
    for gap in s.report.validation:
        if gap.field.startswith("jam."):
            mend = "Koreksi jam pada kejadian, dengan alasan"
        elif gap.severity == "stops":
            mend = "Harus dilengkapi sebelum laporan diperiksa"
        else:
            mend = "Dilengkapi petugas pelapor"
        yield {"apa": part_of(gap.field), "sebab": name("gap", gap.code), "cara": mend}


def amendments(s: Source) -> Iterator[dict[str, Any]]:
    """What changed after the signature: both values, why, by whom."""
    for a in s.report.amendments:
        told = amended(s, a.path, a.old, a.new, a.unit)
        yield {
            "no": a.number,
            "kunci": told.key,
            "lama": told.raw,
            "bagian": told.part,
            "lama_teks": told.old or "belum diketahui",
            "baru_teks": told.new or "belum diketahui",
            "alasan": a.reason,
            "oleh": s.g.actor(a.actor),
            "pada": s.iso(a.at),
        }


def signers(s: Source) -> list[dict[str, Any]]:
    """Who stands for the report: who finished, signed and checked it, or that nobody has."""
    steps = {step.step: step for step in s.report.steps}
    if s.report.state in ("draft", "history"):
        steps = {}
    posts = {row.id: row.name.id for row in standards.field().post}
    signed = steps.get("signed")
    head = (s.letterhead.head if s.letterhead else "") or "Kepala dinas"
    post = _capital(posts.get(signed.post, signed.post)) if signed and signed.post else "Komandan insiden"
    made = []
    for step, role in (("final", head), ("signed", post), ("checked", "Petugas pelapor")):
        found = steps.get(step)  # type: ignore[call-overload]
        one: dict[str, Any] = {"peran": role, "cara": "belum"}
        if found:
            one |= s.signer(found) | {"cara": "elektronik", "pada": s.iso(found.at)}
        if step == "final":
            one["mengetahui"] = True
        if step == "checked" and s.letterhead and s.letterhead.place:
            one["tempat_tanggal"] = f"{s.letterhead.place}, {long_date(s.date)}"
        made.append(one)
    return made


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def long_date(day: str) -> str:
    """14 Oktober 2026."""
    return f"{int(day[8:10])} {MONTHS[int(day[5:7]) - 1]} {day[:4]}"


def pictures(s: Source, wanted: bool) -> Iterator[dict[str, Any]]:
    """The chosen photos; those that may not be seen or were erased say so in their frame."""
    for n, chosen in enumerate(s.report.photos.photos if s.report.photos else ()):
        row = s.media.get(chosen.medium)
        there = row is not None and not row.erased and row.mime in PHOTO
        why = "Foto tidak disertakan dalam cetakan ini" if there else "Foto tidak ada lagi pada arsip"
        one: dict[str, Any] = {
            "berkas": f"foto-{n + 1}.{PHOTO[row.mime]}" if row and there and wanted else None,
            "tanpa": why,
            "keterangan": chosen.caption or (row.note if row else None),
            "pada": s.iso(row.at) if row else None,
            "oleh": (row.crew or s.g.actor(row.actor)) if row else None,
            "sidik": chosen.medium,
        }
        if row and _added_later(s, row, chosen.taken_at):
            one |= {"pada": s.iso(chosen.taken_at), "ditambahkan": s.iso(row.at)}
        yield one


def _added_later(s: Source, row: MediaRow, taken_at: str | None) -> bool:
    """Whether it came to the office: when it was kept then says nothing of when it was taken, nor by whom."""
    ended = s.report.response.ended_at
    return taken_at is not None or (ended is not None and row.at > ended)
