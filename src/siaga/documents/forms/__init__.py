"""The forms of an incident: each module here fills one from what was gathered; `pdf_of` prints it.

A new paper is a module with a `sheet(g)` and its line in FORMS."""

from collections.abc import Callable
from typing import Any

from ...kernel.desk import Desk
from ...kernel.records import Ask, Refusal
from ...kernel.texts import Language
from .. import pdf
from ..facts import Gathered, gather
from ..pack import NAMES
from ..sheet import Sheet, contract
from . import assignment, briefing, crew_list, incident_sheet, organisation, unit_log

FORMS: dict[str, Callable[[Gathered], Sheet]] = {
    "lembar-kejadian": incident_sheet.sheet,
    "daftar-kru": crew_list.sheet,
    "struktur": organisation.skpdb,
    "ics-201": briefing.sheet,
    "ics-203": organisation.ics_203,
    "ics-204": assignment.sheet,
    "ics-207": organisation.ics_207,
    "ics-214": unit_log.sheet,
}
"""By the name in addresses and on the command line."""


def pdf_of(
    desk: Desk, form: str, incident: str, reader: Ask, language: Language, callers: bool = False
) -> bytes | Refusal:
    """A form of an incident as its reader may see it; documents.NotSet when it cannot be set."""
    make = FORMS.get(form)
    if make is None:
        return Refusal(code="no-such-form", facts={"form": form[:40], "forms": ", ".join(FORMS)})
    g = gather(desk, incident, reader, language, callers)
    return g if isinstance(g, Refusal) else pdf("lembar", contract(make(g), frame(g)), g.at)


def frame(g: Gathered) -> dict[str, Any]:
    """What every form says at its head and foot: whose it is, when and by whom it was printed."""
    return {
        "kontrak": "lembar/1",
        "bahasa": g.language,
        "zona": NAMES.get(str(g.zone), str(g.zone)),
        "instansi": {"nama": g.agency},
        "latihan": g.incident.exercise,
        "dokumen": {
            "nomor": g.number,
            "tanggal": g.local(g.at).date().isoformat(),
            "status": g.word("printed", at=g.moment(g.at), by=g.actor(g.reader)),
        },
        "kata": {key: g.word(key) for key in ("missing", "page", "of", "sign", "exercise", "agency")},
    }
