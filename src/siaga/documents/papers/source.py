"""What official papers of an incident are filled from: the report, and the incident as the node itself sees it.

Who may read the report gets the paper, and everybody gets the same one: it names no person of the public."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from ... import standards
from ...kernel.desk import Desk, Shown
from ...kernel.fields import All
from ...kernel.records import Ask, Refusal
from ...slices.access.tables.service import ServiceQuery, ServiceRow
from ...slices.field.tables.rows import IncidentQuery, MediaRow
from ...slices.intake.tables.views import CallsQuery
from ...slices.paper.tables import LetterheadRow, LogoRow
from ...slices.report.tables.rows import OfIncident, ReportRow, StepRow
from ..facts import Gathered, gather
from ..ground import Ground, ground_of
from ..pack import NAMES, NODE

ROLES = frozenset({NODE, "dispatcher", "commander", "reporter", "administrator"})
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One incident with its report."""

    g: Gathered
    report: ReportRow
    letterhead: LetterheadRow | None
    logo: LogoRow | None
    ground: Ground
    media: Mapping[str, MediaRow]
    channel: str | None
    fleet: Mapping[str, Any]
    service: Mapping[tuple[str, str], ServiceRow]
    """What stood under the signature of who took a step then, by who and when."""

    def iso(self, at: str | datetime | None) -> str | None:
        """A time in the service's own offset, to the second."""
        return self.g.local(at).isoformat(timespec="seconds") if at else None

    @property
    def status(self) -> str:
        """How binding the paper is."""
        if self.g.incident.state == "cancelled":
            return "dibatalkan"
        known = {"final": "final", "signed": "ditandatangani", "history": "arsip"}
        return known.get(self.report.state, "konsep")

    @property
    def origin(self) -> str | None:
        """The archive the report was copied from, if it was."""
        kept = self.report.history
        return f"disalin dari arsip: {kept.source or 'tidak disebut'}" if kept else None

    @property
    def date(self) -> str:
        """The day of its last step, else the day the incident ended or began: equal reports carry equal days."""
        steps = [step.at for step in self.report.steps if step.step != "returned"]
        found = max(steps, default=None) or self.g.incident.ended_at or self.g.incident.opened_at
        return self.g.local(found).date().isoformat()

    @property
    def day(self) -> str:
        """The day of the incident."""
        return self.g.local(self.g.incident.opened_at).date().isoformat()

    def signer(self, step: StepRow) -> dict[str, str]:
        """Who took a step: name, rank and NIP as they were said by then; what nobody said is left out."""
        row = self.service.get((step.actor, step.at))
        if row is None:
            return {"nama": self.g.actor(step.actor)}
        number = grouped(row.number) if row.number else None
        said = {"nama": row.name or self.g.actor(step.actor), "pangkat": row.rank, "nip": number}
        return {key: text for key, text in said.items() if text}

    def number(self, form: str) -> str:
        """The paper's number, by the pattern of the letterhead."""
        return numbered(self.letterhead, self.report.number, form, self.date)

    @property
    def title(self) -> str:
        """What and where, in a line."""
        return f"{self.kind} di {self.where}" if self.where else self.kind

    @property
    def kind(self) -> str:
        """What it was, as a reader outside the service says it."""
        code = self.report.response.type
        known = standards.incident_types().get(code or "")
        if known is None:
            return code or "Kejadian yang jenisnya belum ditetapkan"
        name = known.name.id
        plain = known.kind != "fire" or name.startswith(("Kebakaran", "Alarm", "Asap"))
        return name if plain else f"Kebakaran {name[0].lower()}{name[1:]}"

    @property
    def counted(self) -> bool:
        """Whether the national fifteen minutes are counted for what it was."""
        known = standards.incident_types().get(self.report.response.type or "")
        return known is None or known.counts_spm

    @property
    def where(self) -> str | None:
        """The kelurahan, else the place as it was told."""
        area = self.ground.area(self.report.response.area, "kelurahan")
        return f"Kelurahan {area}" if area else self.report.place


def numbered(letterhead: LetterheadRow | None, number: str, form: str, day: str) -> str:
    """A paper's number: the pattern of the letterhead filled in, else the number itself."""
    pattern = letterhead.number if letterhead else ""
    month = ROMAN[int(day[5:7]) - 1]
    return pattern.format(number=number, form=form, month=month, year=day[:4]) if pattern else number


def grouped(number: str) -> str:
    """A NIP as it is written: birth, appointment, sex, order (19800101 200501 1 001); others stay as they are."""
    digits = number.replace(" ", "")
    parts = (digits[:8], digits[8:14], digits[14:15], digits[15:])
    return " ".join(parts) if len(digits) == 18 else digits


def source_of(desk: Desk, incident: str, reader: Ask) -> Source | Refusal:
    """Everything papers of an incident say; a refusal where its reader may not see the report, or there is none."""
    shown = desk.show("report.report", OfIncident(incident), reader)
    if isinstance(shown, Refusal):
        return shown
    if not shown.rows:
        return Refusal(code="no-such-incident", facts={"incident": incident[:100]})
    own = official(reader)
    g = gather(desk, incident, own, "id")
    if isinstance(g, Refusal):
        return g
    calls = rows_of(desk, "intake.calls", CallsQuery(settled=True, incident=incident), own)
    channels = {word.id: word.name.id for word in standards.words().channel}
    return Source(
        g=g,
        report=shown.rows[0],
        letterhead=next(iter(rows_of(desk, "paper.letterhead", All(), own)), None),
        logo=logo_of(desk, own),
        ground=ground_of(desk, own),
        media={row.media: row for row in rows_of(desk, "field.media", IncidentQuery(incident), own)},
        channel=channels.get(calls[-1].channel, calls[-1].channel) if calls else None,
        fleet={row.unit: row for row in rows_of(desk, "dispatch.board", desk.views["dispatch.board"].params(), own)},
        service={key: row for key in _stood(shown.rows[0]) for row in _service(desk, key, own)},
    )


def _stood(report: ReportRow) -> set[tuple[str, str]]:
    """Who stood for the report, and when."""
    return {(step.actor, step.at) for step in report.steps if step.step != "returned"}


def _service(desk: Desk, of: tuple[str, str], own: Ask) -> list[ServiceRow]:
    return rows_of(desk, "access.service", ServiceQuery(of[0], datetime.fromisoformat(of[1])), own)


def official(reader: Ask) -> Ask:
    """The reader as the node prints for them: papers say the same to everybody."""
    return msgspec.structs.replace(reader, roles=ROLES)


def rows_of(desk: Desk, view: str, query: Any, reader: Ask) -> list[Any]:
    """The rows of a view; none where it is refused."""
    shown = desk.show(view, query, reader)
    return list(shown.rows) if isinstance(shown, Shown) else []


LOGO = {"image/svg+xml": "svg", "image/png": "png"}


def logo_of(desk: Desk, own: Ask) -> LogoRow | None:
    """The mark of the institution."""
    return next(iter(rows_of(desk, "paper.logo", All(), own)), None)


def letterhead_of(letterhead: LetterheadRow | None, logo: LogoRow | None, agency: str | None) -> dict[str, Any]:
    """The letterhead as templates print it. The mark's name is of what it shows, so that a paper knows which it had."""
    mark = {"logo": f"lambang-{logo.digest[:16]}.{LOGO[logo.mime]}", "logo_teks": logo.text} if logo else {}
    if letterhead is None:
        return {"nama": agency} | mark
    return {
        "pemerintah": letterhead.government or None,
        "nama": letterhead.name,
        "alamat": letterhead.address or None,
        "telepon": letterhead.phone or None,
        "darurat": letterhead.emergency or None,
        "surel": letterhead.email or None,
        "situs": letterhead.site or None,
    } | mark


def frame(s: Source, form: str, contract: str) -> dict[str, Any]:
    """What every paper of an incident begins with."""
    footnote = {"catatan_kaki": s.origin} if s.origin else {}
    return {
        "kontrak": contract,
        "zona": NAMES.get(str(s.g.zone), str(s.g.zone)),
        "instansi": letterhead_of(s.letterhead, s.logo, s.g.agency),
        "dokumen": {"nomor": s.number(form), "status": s.status, "tanggal": s.date} | footnote,
    }
