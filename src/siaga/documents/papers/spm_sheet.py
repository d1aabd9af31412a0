"""Lembar SPM: the national standard of a period, persons and incidents apart, and what is typed into e-SPM."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ...kernel.records import Refusal
from ...slices.report.rules.measures import Measure
from ...slices.report.tables.figures.calendar import CalendarQuery
from ...slices.report.tables.figures.spm import SpmIncidents, SpmQuery, SpmRow
from .periods import QUARTERS, Asked, percent, rules_in_words, type_name, unknown_of
from .values import thousands, whole

MOST = 600
"""So many incidents a sheet lists; a province's list is an export."""
ITEMS = (
    "Waktu tanggap",
    "Prosedur operasional",
    "Sarana, prasarana, dan peralatan",
    "Kapasitas petugas",
    "Pelayanan bagi korban",
    "Pelayanan bagi terdampak",
)
_SOURCE = {"counted": "Dihitung dari jurnal", "stated": "Dinyatakan petugas", "none": None}
EXCLUDED = {
    "exercise": ("Latihan", "Bukan kejadian nyata"),
    "elsewhere": ("Kejadian simpul lain", "Dihitung di daerahnya sendiri"),
    "cancelled": ("Dibatalkan atau ganda", "Bukan kejadian tersendiri"),
    "false-alarm": ("Alarm palsu, iseng, nihil", "Tidak ada yang harus dilayani"),
    "type-unknown": ("Jenis belum ditetapkan", "Tidak diketahui apakah kebakaran"),
    "not-fire": ("Bukan kebakaran", "SPM kebakaran tidak berlaku"),
    "land-fire": ("Kebakaran lahan", "Pilihan instansi"),
    "left-out": ("Jenis yang dikecualikan", "Pilihan instansi"),
    "no-area": ("Tanpa wilayah", "Di luar wilayah yang dikenal, atau tempatnya tidak diketahui"),
    "outside": ("Di luar batas wilayah", "Bukan wilayah pelayanan"),
    "open": ("Masih berjalan", "Dihitung sesudah ditutup"),
}
MISSING = {
    "no-answered": ("jam diterima", "Jam laporan diterima tidak tercatat"),
    "no-end": ("jam akhir pasangan", "Jam siap atau jam tiba tidak dilaporkan"),
    "order": ("urutan jam", "Jam akhir lebih dahulu daripada jam diterima"),
}


def contract_of(a: Asked) -> dict[str, Any] | Refusal:
    """The contract, from `report.spm` and the incidents behind it."""
    p = a.period
    if p.kind == "harian":
        return Refusal(code="no-such-period", facts={"period": p.code})
    found = a.rows("report.spm", SpmQuery(p.year, p.quarter, p.month))
    if isinstance(found, Refusal):
        return found
    row: SpmRow = found[0]
    ready, arrived = (row.main, row.second) if row.pair == "answered:ready-to-serve" else (row.second, row.main)
    sent = _calendar(a)
    return a.frame("SPM", "spm/2", "final" if sent.get("dikirim") else "konsep") | {
        "periode": {
            "triwulan": QUARTERS[p.quarter - 1] if p.quarter else None,
            "nama": p.name,
            "tahun": p.year,
            "dari": p.first.isoformat(),
            "sampai": p.last.isoformat(),
        },
        "batas_detik": row.rules.limit_s,
        "pasangan": "siap" if row.pair == "answered:ready-to-serve" else "tiba",
        "orang": _people(row),
        "kejadian": _incidents(row.main),
        "waktu": {"siap": _times(ready), "tiba": _times(arrived)},
        "baris": _lines(a),
        "baris_paling_banyak": MOST,
        "mutu": list(_quality(row)),
        "indeks": _index(row),
        "espm": list(_typed(row)),
        "kirim": sent,
        "dikecualikan": [
            {"apa": EXCLUDED[code][0], "jumlah": n, "sebab": EXCLUDED[code][1]} for code, n in row.excluded.items()
        ],
        "hilang": list(_gaps(a)),
        "aturan": [*rules_in_words(row.rules, row.chosen), *_of_people(row), *_unknown(a)],
    }


def _people(row: SpmRow) -> dict[str, Any]:
    people = row.people
    known = people.must > 0 or people.unsaid == 0
    return {
        "harus": people.must if known else None,
        "terlayani": people.served if known else None,
        "belum_terbukti": people.unproved,
        "persen": percent(people.share),
        "korban_harus": people.must_victims,
        "terdampak_harus": people.must_affected,
        "belum_menyatakan": people.unsaid,
    }


def _of_people(row: SpmRow) -> Iterator[str]:
    yield (
        "Penerima layanan adalah orang: korban langsung atau warga terdampak pada kejadian yang dihitung. Orang pada"
        " kejadian yang waktunya tidak terbukti tetap masuk penyebut dan tidak masuk pembilang."
    )
    if row.people.unsaid:
        yield f"{row.people.unsaid} laporan belum menyatakan berapa orang yang harus dilayani."


def _unknown(a: Asked) -> Iterator[str]:
    known = a.recorded()
    for what, when in [] if isinstance(known, Refusal) else unknown_of(known):
        yield f"{what}: {when}."


def _incidents(m: Measure) -> dict[str, Any]:
    both = None if m.low is None or m.high is None else [percent(m.low, 1), percent(m.high, 1)]
    return {
        "dalam": m.within,
        "dihitung": m.n,
        "semua": m.all,
        "persen": percent(m.share, 1),
        "wilson": both,
        "terendah": percent(m.lowest, 1),
        "tertinggi": percent(m.highest, 1),
        "cukup": m.enough,
    }


def _times(m: Measure) -> dict[str, Any]:
    return {
        "n": m.n,
        "hilang": m.missing,
        "dalam": m.within,
        "rerata": m.mean,
        "p50": m.p50.value if m.p50 else None,
        "p80": m.p80.value if m.p80 else None,
        "p90": m.p90.value if m.p90 else None,
        "maks": m.longest,
    }


def _lines(a: Asked) -> list[dict[str, Any]]:
    p = a.period
    found = a.rows("report.spm-incidents", SpmIncidents(p.year, p.quarter, p.month, show="counted", most=MOST))
    return [
        {
            "nomor": one.number,
            "tanggal": _local(a, one.opened_at).date().isoformat(),
            "jenis": type_name(one.type).lower(),
            "kelurahan": a.ground.area(one.area, "kelurahan") or "kelurahan tidak tercatat",
            "siap_detik": one.ready_s,
            "tiba_detik": one.arrived_s,
            "dalam": one.within,
            "harus": one.must,
            "terlayani": one.served,
        }
        for one in ([] if isinstance(found, Refusal) else found)
    ]


def _local(a: Asked, at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(a.zone)


def _gaps(a: Asked) -> Iterator[dict[str, Any]]:
    p = a.period
    found = a.rows("report.spm-incidents", SpmIncidents(p.year, p.quarter, p.month, show="missing", most=MOST))
    for one in [] if isinstance(found, Refusal) else found:
        what, why = MISSING.get(one.missing, (one.missing, ""))
        yield {"nomor": one.number, "apa": what, "sebab": why, "cara": "Koreksi jam pada kejadian, dengan alasan"}


def _quality(row: SpmRow) -> Iterator[dict[str, Any]]:
    for item in row.quality:
        yield {
            "no": item.item,
            "butir": ITEMS[item.item - 1],
            "ukuran": _SOURCE.get(item.source),
            "pembilang": whole(item.numerator),
            "penyebut": whole(item.denominator),
            "persen": percent(item.share, 1),
            "bukti": [item.evidence] if item.evidence else _shown(item.source),
        }


def _shown(source: str) -> list[str]:
    """What was counted is shown on the sheet itself."""
    return ["daftar kejadian dan jam yang hilang pada lembar ini"] if source == "counted" else []


def _index(row: SpmRow) -> dict[str, Any]:
    weights = row.rules
    return {
        "bobot_penerima": whole(round(weights.recipients * 100, 2)),
        "bobot_mutu": whole(round(weights.quality * 100, 2)),
        "nilai": row.index.value,
        "sebab": _why_open(row.index.open),
        "sumber_bobot": "pilihan instansi" if row.chosen else "bawaan, belum dipilih instansi",
    }


def _why_open(codes: tuple[str, ...]) -> str | None:
    if not codes:
        return None
    parts = []
    for code in codes:
        what, _, number = code.partition(".")
        names = {"recipients": "penerima layanan", "quality": f"butir mutu {number}"}
        parts.append(names.get(what, f"triwulan {number}"))
    return f"belum ada: {', '.join(parts)}; indeks tidak dihitung dari sebagian"


def _typed(row: SpmRow) -> Iterator[dict[str, Any]]:
    """What is typed into e-SPM by hand; what is not known is never typed as 0."""
    people, main = _people(row), row.main
    unsaid = f"; {row.people.unsaid} laporan belum menyatakan" if row.people.unsaid else ""
    yield {"isian": "Jumlah orang yang harus dilayani", "isi": _text(people["harus"]), "catatan": f"orang{unsaid}"}
    unproved = f"; {row.people.unproved} orang belum terbukti" if row.people.unproved else ""
    yield {"isian": "Jumlah orang yang terlayani", "isi": _text(people["terlayani"]), "catatan": f"orang{unproved}"}
    share = None if people["persen"] is None else f"{thousands(people['persen'])} %"
    yield {"isian": "Capaian penerima layanan", "isi": share, "catatan": "terlayani ÷ harus dilayani"}
    mean = None if main.mean is None else f"{thousands(round(main.mean / 60, 2))} menit"
    yield {"isian": "Rata-rata waktu tanggap", "isi": mean, "catatan": f"pasangan pilihan, {main.n} kejadian"}
    quality = row.index.quality
    typed = None if quality is None else f"{thousands(round(quality, 2))} %"
    yield {"isian": "Capaian mutu", "isi": typed, "catatan": "rata-rata enam butir"}
    value = None if row.index.value is None else thousands(round(row.index.value, 2))
    yield {"isian": "Indeks pencapaian", "isi": value, "catatan": "penerima dan mutu menurut bobot"}


def _text(value: int | None) -> str | None:
    return None if value is None else thousands(value)


def _calendar(a: Asked) -> dict[str, Any]:
    """When it is due, and that it was sent; the same whenever it is printed."""
    if a.period.month:
        return {}
    _, end = a.period.bounds(a.zone)
    found = a.rows("report.calendar", CalendarQuery(a.period.year, end))
    rows = [] if isinstance(found, Refusal) else [x for x in found if x.quarter == (a.period.quarter or 0)]
    if not rows:
        return {}
    due, sent = rows[0].due, next(iter(rows[0].sent), None)
    return {
        "tenggat": due[:10],
        "dikirim": _local(a, sent.sent_at).isoformat(timespec="seconds") if sent else None,
        "ke": sent.to if sent else None,
        "tanda_terima": sent.receipt if sent else None,
    }
