"""The workbook that SIPADAM is typed from: every real incident of a quarter or a year on a line, codes and numbers.

Nobody publishes the fields of SIPADAM, so these are the fields Siaga knows. What Siaga does not keep is said on a sheet
of its own and never made up."""

from ..kernel.desk import Desk
from ..kernel.records import Ask, Refusal
from .columns import COLUMNS
from .quarter import Quarter, about, quarter_of
from .source import Around, Incident, around, between, with_reports
from .tables import Sheet, as_xlsx

NOT_TYPED = frozenset({"bujur", "lintang", "latihan"})
"""Where exactly it was is nobody's there; there are no exercises on the list."""
NOT_OURS = frozenset({"exercise", "elsewhere", "cancelled"})
"""Why an incident is not on the list: the ministry hears of it from nobody, or from its own service."""
NOT_KEPT = (
    ("Personel", "Data petugas belum ada di Siaga: isikan dari daftar kepegawaian. Jangan ketik 0."),
    ("Relawan (Redkar)", "Daftar relawan belum ada di Siaga: isikan dari daftar Redkar. Jangan ketik 0."),
)


def sipadam(desk: Desk, period: str, reader: Ask) -> bytes | Refusal:
    """The workbook of a quarter (2026-Q3) or a year (2026)."""
    found, where = quarter_of(desk, period, reader), around(desk, reader)
    if isinstance(found, Refusal):
        return found
    if isinstance(where, Refusal):
        return where
    read = between(desk, found.row.since, found.row.until, reader)
    incidents = read if isinstance(read, Refusal) else with_reports(desk, read, reader)
    if isinstance(incidents, Refusal):
        return incidents
    return as_xlsx(sheets(found, incidents, where), where.zone)


def sheets(q: Quarter, incidents: list[Incident], where: Around) -> list[Sheet]:
    """The list, what is not in it, and whose figures these are."""
    left = {one.incident for one in q.incidents if one.excluded in NOT_OURS}
    shown = [one for one in incidents if one.incident not in left]
    columns = [column for column in COLUMNS if column.name not in NOT_TYPED]
    real = Sheet(
        title="Kejadian",
        names=[column.name for column in columns],
        sorts=[column.sort for column in columns],
        lines=[[column.read(one, where) for column in columns] for one in shown],
    )
    notes = [
        ("Kejadian", f"{len(shown)}, tanpa latihan, pembatalan, kejadian ganda, dan kejadian simpul lain"),
        ("Sel kosong", "belum diketahui; jangan ketik 0"),
        ("Isian", "Rincian isian SIPADAM tidak diumumkan; kolom ini adalah yang diketahui Siaga"),
    ]
    return [real, _not_kept(), about(q, "sipadam", notes)]


def _not_kept() -> Sheet:
    names = ("bagian", "keterangan")
    return Sheet(title="Personel dan relawan", names=names, sorts=("text", "text"), lines=NOT_KEPT, widths=(24, 90))
