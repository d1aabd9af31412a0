"""What is sent of a quarter or a year: its figures, every incident behind them, the rules, what was sent already."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from ..documents.papers.periods import Asked, Period, asked, period_of, rules_in_words, type_name, unknown_of
from ..kernel.desk import Desk
from ..kernel.records import Ask, Refusal
from ..slices.report.tables.figures.calendar import CalendarQuery, QuarterRow
from ..slices.report.tables.figures.history import RecordedRow
from ..slices.report.tables.figures.spm import SpmIncidentRow, SpmIncidents, SpmQuery, SpmRow
from .tables import Sheet

SENDERS = ("reporter", "planner", "administrator", "coordinator")
"""Who sends what every quarter asks for."""
UNKNOWN = "Belum diketahui: jangan ketik 0"
AT_ONCE = 20_000
_STATES: Mapping[str, str] = {
    "running": "masih berjalan",
    "due": "selesai, belum dikirim",
    "late": "terlambat, belum dikirim",
    "sent": "sudah dikirim",
}
_REPORTS = {
    "draft": "konsep",
    "checked": "diperiksa",
    "signed": "ditandatangani",
    "final": "final",
    "history": "dari arsip",
}
_TO = {"e-spm": "e-SPM", "sipadam": "SIPADAM", "lppd": "LPPD"}


class Quarter(msgspec.Struct, frozen=True, kw_only=True):
    """A quarter or a year of the service as its figures tell it; `incidents` are all, counted or not."""

    asked: Asked
    row: SpmRow
    incidents: list[SpmIncidentRow]
    calendar: QuarterRow
    recorded: RecordedRow

    @property
    def period(self) -> Period:
        """Which one."""
        return self.asked.period

    def local(self, at: str) -> datetime:
        """A time as people there read it."""
        return datetime.fromisoformat(at).astimezone(self.asked.zone)

    def area(self, code: str | None) -> tuple[str | None, str | None]:
        """The names of the kelurahan and the kecamatan."""
        ground = self.asked.ground
        return ground.area(code, "kelurahan"), ground.area(code, "kecamatan")

    def head(self, one: SpmIncidentRow) -> tuple[str | datetime | None, ...]:
        """What every list of incidents begins with: number, time, type, kelurahan, kecamatan."""
        return one.number, self.local(one.opened_at), type_name(one.type), *self.area(one.area)


def quarter_of(desk: Desk, code: str, reader: Ask) -> Quarter | Refusal:
    """A quarter (2026-Q3) or a year (2026) as the reader may see it."""
    period = period_of(code)
    if period is None or period.kind not in ("triwulanan", "tahunan"):
        return Refusal(code="no-such-period", facts={"period": code[:20]})
    a = asked(desk, period, reader)
    found = a.rows("report.spm", SpmQuery(period.year, period.quarter))
    if isinstance(found, Refusal):
        return found
    calendar = a.rows("report.calendar", CalendarQuery(period.year, desk.clock()))
    if isinstance(calendar, Refusal):
        return calendar
    incidents = _incidents(a)
    if isinstance(incidents, Refusal):
        return incidents
    known = a.recorded(desk.clock())
    if isinstance(known, Refusal):
        return known
    own = next(row for row in calendar if row.quarter == (period.quarter or 0))
    return Quarter(asked=a, row=found[0], incidents=incidents, calendar=own, recorded=known)


def _incidents(a: Asked) -> list[SpmIncidentRow] | Refusal:
    """All of them, in parts: a province has more than one answer holds."""
    whole: list[SpmIncidentRow] = []
    while True:
        query = SpmIncidents(a.period.year, a.period.quarter, first=len(whole), most=AT_ONCE)
        part = a.rows("report.spm-incidents", query)
        if isinstance(part, Refusal):
            return part
        whole += part
        if len(part) < AT_ONCE:
            return whole


def about(q: Quarter, to: str, more: list[tuple[str, str]]) -> Sheet:
    """Whose figures these are, of when, how far they are, when they are due, and how was counted."""
    row, own = q.row, q.calendar
    sent = next((one for one in own.sent if one.to == to), None)
    reports = ", ".join(f"{n} {_REPORTS.get(state, state)}" for state, n in own.reports.items())
    lines = [
        ("Instansi", q.asked.agency or "belum ditetapkan"),
        ("Masa", q.period.name),
        ("Dari", q.period.first.isoformat()),
        ("Sampai", q.period.last.isoformat()),
        ("Zona waktu", row.zone),
        ("Dibuat", q.asked.desk.clock().astimezone(q.asked.zone).isoformat(timespec="minutes")),
        ("Keadaan", _STATES[own.state]),
        ("Tenggat", own.due),
        (f"Dikirim ke {_TO[to]}", q.local(sent.sent_at).date().isoformat() if sent else "belum"),
        ("Laporan kejadian", reports or "belum ada"),
        *unknown_of(q.recorded),
        *more,
        *((f"Aturan {n}", text) for n, text in enumerate(rules_in_words(row.rules, row.chosen), 1)),
    ]
    return Sheet(title="Keterangan", names=("hal", "isi"), sorts=("text", "text"), lines=lines, widths=(26, 110))
