"""Official papers of an incident or a period: filled from the report and its figures, sealed, set as archive PDF.

Indonesian alone: it is the language of office. A new paper is a module with a `contract` and its line in PAPERS."""

from base64 import b64decode
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from ...kernel.desk import Desk, Shown
from ...kernel.records import Ask, Refusal
from ...slices.field.tables.scene import MediumQuery
from .. import Press
from ..press import WITHIN_S
from ..seal import Mark, seal_of, sealed
from . import incident_report, log_print, minutes, recap, spm_sheet
from .periods import Asked, asked, period_of
from .source import Source, logo_of, official, source_of

Contract = dict[str, Any]
Makes = Callable[[Source, Desk, bool], tuple[Contract, dict[str, str]]]
TRIES = 3


def _photos(s: Source, photos: bool) -> tuple[Contract, dict[str, str]]:
    """The photos of the report by themselves."""
    whole, _ = incident_report.contract_of(s, photos)
    kept = ("zona", "instansi", "dokumen", "kejadian", "foto")
    return {key: whole[key] for key in kept} | {"kontrak": "lampiran-foto/1"}, {}


PAPERS: dict[str, Makes] = {
    "laporan-kejadian": lambda s, desk, photos: incident_report.contract_of(s, photos),
    "berita-acara": lambda s, desk, photos: minutes.contract_of(s, photos),
    "lampiran-foto": lambda s, desk, photos: _photos(s, photos),
    "jurnal": lambda s, desk, photos: log_print.contract_of(s, desk),
}
"""By the name in addresses and on the command line, which is also that of the template."""


PERIODS: dict[str, Callable[[Asked], Contract | Refusal]] = {
    "rekap": recap.contract_of,
    "spm": spm_sheet.contract_of,
}
"""Papers of a day, a month, a quarter or a year (`2026-11-26`, `2026-11`, `2026-Q4`, `2026`)."""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper ready to be set: what it says, sealed, and its pictures; `media` are the photos still to be opened."""

    form: str
    mark: Mark
    contract: Contract
    pictures: dict[str, str | bytes]
    media: dict[str, str]
    """Name of a picture to the photo of the scene."""
    at: datetime


def paper_of(desk: Desk, form: str, subject: str, reader: Ask, *, photos: bool | None = None) -> Paper | Refusal:
    """A paper for who may read what it is made from; `photos`: with them, without, or as the reader may see."""
    if form in PERIODS:
        return _of_period(desk, form, subject, reader)
    make = PAPERS.get(form)
    if make is None:
        return Refusal(code="no-such-form", facts={"form": form[:40], "forms": ", ".join((*PAPERS, *PERIODS))})
    with_photos = may_see_photos(desk, reader) if photos is None else photos

    def filled() -> tuple[Contract, dict[str, str]] | Refusal:
        source = source_of(desk, subject, reader)
        return source if isinstance(source, Refusal) else make(source, desk, with_photos)

    return _true_at_once(desk, form, subject, reader, filled)


def _of_period(desk: Desk, form: str, code: str, reader: Ask) -> Paper | Refusal:
    period = period_of(code)
    if period is None:
        return Refusal(code="no-such-period", facts={"period": code[:40]})

    def filled() -> tuple[Contract, dict[str, str]] | Refusal:
        contract = PERIODS[form](asked(desk, period, reader))
        return contract if isinstance(contract, Refusal) else (contract, {})

    return _true_at_once(desk, form, code, reader, filled)


def _true_at_once(
    desk: Desk, form: str, subject: str, reader: Ask, filled: Callable[[], tuple[Contract, dict[str, str]] | Refusal]
) -> Paper | Refusal:
    """A paper is true at one position of the log: made again when the log went on meanwhile."""
    for _ in range(TRIES):
        position = desk.position()
        made, logo = filled(), logo_of(desk, official(reader))
        if isinstance(made, Refusal) or desk.position() == position:
            break
    if isinstance(made, Refusal):
        return made
    contract, maps = made
    mark = Mark(form, subject, position, seal_of(contract))
    return Paper(
        form=form,
        mark=mark,
        contract=sealed(contract, mark),
        pictures=maps | ({contract["instansi"].get("logo", "lambang"): b64decode(logo.content)} if logo else {}),
        media={photo["berkas"]: photo["sidik"] for photo in contract.get("foto", ()) if photo["berkas"]},
        at=desk.clock(),
    )


def may_see_photos(desk: Desk, reader: Ask) -> bool:
    """Whether the pictures of the scene open for this reader."""
    role = desk.views["field.medium"].role
    return role in reader.roles if isinstance(role, str) else not reader.roles.isdisjoint(role)


def with_pictures(desk: Desk, paper: Paper, reader: Ask) -> dict[str, str | bytes]:
    """Its pictures with the photos opened for this reader, which is logged; what does not open is left out."""
    found = dict(paper.pictures)
    for name, medium in paper.media.items():
        shown = desk.show("field.medium", MediumQuery(paper.mark.subject, medium), reader)
        content = shown.rows[0].content if isinstance(shown, Shown) and shown.rows else None
        if content:
            found[name] = b64decode(content)
    return found


def set_paper(desk: Desk, paper: Paper, reader: Ask, press: Press | None = None) -> bytes:
    """The paper as PDF; documents.NotSet when it cannot be set."""
    pictures = with_pictures(desk, paper, reader)
    if press is not None:
        return press.submit(paper.form, paper.contract, paper.at, pictures).result(WITHIN_S)
    with Press() as own:
        return own.submit(paper.form, paper.contract, paper.at, pictures).result(WITHIN_S)


def pdf_of(desk: Desk, form: str, subject: str, reader: Ask) -> bytes | Refusal:
    """A paper as PDF, now."""
    paper = paper_of(desk, form, subject, reader)
    return paper if isinstance(paper, Refusal) else set_paper(desk, paper, reader)
