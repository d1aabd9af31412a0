"""Rekapitulasi: a day, a month or a year in counts, and what is not known beside them."""

from collections.abc import Iterator
from typing import Any

import msgspec

from ... import standards
from ...kernel.records import Refusal
from ...slices.report.tables.figures.parts import MonthCount, RecapQuery, RecapRow, Sum
from ...slices.report.tables.figures.spm import SpmQuery
from .periods import Asked, counts, period_of, rules_in_words, type_name
from .values import name

NO_DATA = "tidak ada satu kejadian pun yang tercatat"
_PEOPLE = {
    **{
        f"{theirs}_{name}": f"{ours}_{count}"
        for name, count in (
            ("meninggal", "dead"),
            ("luka_berat", "heavy"),
            ("luka_ringan", "light"),
            ("diselamatkan", "rescued"),
        )
        for theirs, ours in (("warga", "citizens"), ("petugas", "staff"))
    },
    "warga_mengungsi": "displaced",
}


def contract_of(a: Asked) -> dict[str, Any] | Refusal:
    """The contract, from `report.recap`."""
    found = a.rows("report.recap", RecapQuery(*a.period.bounds(a.zone)))
    if isinstance(found, Refusal):
        return found
    row, known = _of_its_month(a, found[0])
    spm = a.rows("report.spm", SpmQuery(a.period.year))
    rules = [] if isinstance(spm, Refusal) else rules_in_words(spm[0].rules, spm[0].chosen)
    return a.frame("RK", "rekap/3", "catatan") | {
        "periode": {
            "jenis": a.period.kind,
            "nama": a.period.name,
            "dari": a.period.first.isoformat(),
            "sampai": a.period.last.isoformat(),
        },
        "jumlah": row.incidents if known else None,
        "ringkas": counts(row.kinds) | {"palsu": row.false_calls, "latihan": row.exercises, "batal": row.cancelled}
        if known
        else {},
        "bulan": list(_months(a, row)),
        "tidak_dicatat": [head for head, n in _kinds(row.kinds).items() if n is None],
        "per_jenis": list(_types(row)),
        "per_kelurahan": list(_areas(a, row)),
        "tanpa_tempat": _kinds(next((x.kinds for x in row.areas if x.area is None), {})),
        "per_sebab": list(_causes(row)),
        "korban": {head: _people(row.people[name], row, known) for head, name in _PEOPLE.items()},
        "kerugian": {
            "jumlah": row.loss_rp.value if _fires(row) > row.loss_rp.unsaid or row.loss_rp.value else None,
            "tanpa_taksiran": row.loss_rp.unsaid,
            "terselamatkan": row.saved_rp.value if _fires(row) > row.saved_rp.unsaid else None,
            "tanpa_terselamatkan": row.saved_rp.unsaid,
        },
        "aturan": rules,
        "hilang": list(_missing(row) if known else _nothing(a, row)),
    }


def _of_its_month(a: Asked, row: RecapRow) -> tuple[RecapRow, bool]:
    """The row, and whether anything is known of its time: a day without incidents is as known as its month."""
    if a.period.kind != "harian" or row.months[0].kinds is not None:
        return row, any(month.kinds is not None for month in row.months)
    whole = period_of(a.period.code[:7])
    found = a.rows("report.recap", RecapQuery(*whole.bounds(a.zone))) if whole else []
    month = None if isinstance(found, Refusal) or not found else found[0]
    if month is None or month.months[0].kinds is None:
        return row, False
    kinds = {kind: None for kind, months in month.unrecorded.items() if months}
    apart = {
        name: None if getattr(month, name) is None else getattr(row, name)
        for name in ("false_calls", "cancelled", "exercises")
    }
    return msgspec.structs.replace(row, kinds={**row.kinds, **kinds}, months=(), **apart), True


def _fires(row: RecapRow) -> int:
    return row.kinds.get("fire") or 0


def _months(a: Asked, row: RecapRow) -> Iterator[dict[str, Any]]:
    """The months of the year the period lies in; of a day, none."""
    if a.period.kind == "harian":
        return
    year = period_of(str(a.period.year))
    whole = a.rows("report.recap", RecapQuery(*year.bounds(a.zone))) if year and a.period.kind != "tahunan" else [row]
    for month in [] if isinstance(whole, Refusal) else whole[0].months:
        of = counts(month.kinds) if month.kinds is not None else {}
        yield {
            "bulan": month.month,
            "kebakaran": of.get("kebakaran"),
            "penyelamatan": of.get("penyelamatan"),
            "sebab": _why(month),
        }


def _why(month: MonthCount) -> str | None:
    """Why a month has no number for something."""
    if month.kinds is None:
        return NO_DATA
    return None if month.recorded is None else f"arsip hanya mencatat {_named(month.recorded)}"


def _named(kinds: tuple[str, ...]) -> str:
    known = standards.kinds()
    return ", ".join(known[kind].name.id.lower() for kind in kinds if kind in known)


def _types(row: RecapRow) -> Iterator[dict[str, Any]]:
    kinds = standards.kinds()
    for kind in dict.fromkeys(one.kind for one in row.types):
        mine = [one for one in row.types if one.kind == kind]
        yield {
            "nama": kinds[kind].name.id if kind and kind in kinds else "Jenis belum ditetapkan",
            "tingkat": 0,
            "jumlah": sum(one.incidents for one in mine),
            "spm": sum(one.counted for one in mine) if kind == "fire" else None,
        }
        if kind is None or kind not in kinds:
            continue
        for one in mine:
            yield {
                "nama": type_name(one.type).lower(),
                "tingkat": 1,
                "jumlah": one.incidents,
                "spm": one.counted if kind == "fire" else None,
            }


def _kinds(kinds: Any) -> dict[str, int | None]:
    of = counts(kinds)
    untyped = of.pop("tanpa_jenis")
    others = [n for head, n in of.items() if head not in ("kebakaran", "penyelamatan") and n is not None]
    others += [untyped] if untyped else []  # no archive tells of these, so that none of them says nothing
    return {
        "kebakaran": of["kebakaran"],
        "penyelamatan": of["penyelamatan"],
        "lain": sum(others) if others else None,
    }


def _areas(a: Asked, row: RecapRow) -> Iterator[dict[str, Any]]:
    """By kecamatan and kelurahan; an area of a higher level says that the kelurahan is not known."""
    found = []
    for one in row.areas:
        if one.area is not None:
            district = a.ground.area(one.area, "kecamatan")
            known = a.ground.area(one.area, "kelurahan")
            label = known or ("kelurahan tidak tercatat" if district or one.area in a.ground.areas else one.area)
            found.append({"kecamatan": district or "–", "nama": label} | _kinds(one.kinds))
    yield from sorted(found, key=lambda x: (str(x["kecamatan"]), str(x["nama"])))


def _causes(row: RecapRow) -> Iterator[dict[str, Any]]:
    unsaid = 0
    for one in row.causes:
        if one.cause in (None, "unknown"):
            if one.cause is None:
                unsaid = one.suspected + one.investigated
                continue
            yield {"nama": "Belum diketahui", "dugaan": one.suspected, "selidik": one.investigated}
        else:
            yield {"nama": name("cause", one.cause), "dugaan": one.suspected, "selidik": one.investigated}
    if unsaid:
        yield {"nama": "Laporan belum menyatakan sebab", "dugaan": 0, "selidik": 0, "belum": unsaid}


def _people(of: Sum, row: RecapRow, known: bool) -> dict[str, int | None]:
    """What the reports of all real incidents add up to, None where none says; and how many do not say."""
    said = known and (of.unsaid < row.incidents or not row.incidents)
    return {"jumlah": of.value if said else None, "belum": of.unsaid}


def _nothing(a: Asked, row: RecapRow) -> Iterator[dict[str, Any]]:
    """A time of which nothing is known is missing as a whole."""
    for what in [f"Bulan {month.month}" for month in row.months] if len(row.months) > 1 else [a.period.name]:
        yield {"apa": what, "sebab": NO_DATA.capitalize(), "cara": "Periksa buku pos dan rekaman"}


def _missing(row: RecapRow) -> Iterator[dict[str, Any]]:
    for month in row.months:
        if month.kinds is None:
            yield {"apa": f"Bulan {month.month}", "sebab": NO_DATA.capitalize(), "cara": "Periksa buku pos dan rekaman"}
    archived: dict[str, list[str]] = {}
    for month in row.months:
        if month.recorded is not None and None in (month.kinds or {}).values():
            archived.setdefault(_why(month) or "", []).append(month.month)
    for why, months in archived.items():
        what = "Bulan " + (months[0] if len(months) == 1 else f"{months[0]} sampai {months[-1]} ({len(months)} bulan)")
        yield {"apa": what, "sebab": f"{why.capitalize()}; jenis lain tidak dicatat, bukan nol", "cara": "Buku pos"}
    nowhere = sum(next((x.kinds for x in row.areas if x.area is None), {}).values())
    drafts = sum(n for state, n in row.reports.items() if state in ("none", "draft", "checked"))
    unsaid = sum(one.suspected + one.investigated for one in row.causes if one.cause is None)
    silent = max(row.people[name].unsaid for name in _PEOPLE.values() if name != "displaced")
    hurt = "kejadian belum menyatakan korban, seluruhnya atau sebagian"
    for count, what, why, mend in (
        (
            nowhere,
            "kejadian tanpa wilayah",
            "Tempatnya di luar wilayah yang dikenal atau tidak diketahui",
            "Perbaiki tempat",
        ),
        (row.loss_rp.unsaid, "kebakaran tanpa taksiran kerugian penuh", "Belum dinyatakan atau sebagian", "Pendataan"),
        (unsaid, "kebakaran tanpa sebab", "Laporan belum menyatakannya", "Lengkapi laporan"),
        (silent, hurt, "Tidak dihitung nol", "Lengkapi laporan"),
        (drafts, "laporan belum ditandatangani", "Angka masih dapat berubah", "Periksa dan tanda tangani"),
    ):
        if count:
            yield {"apa": f"{count} {what}", "sebab": why, "cara": mend}
