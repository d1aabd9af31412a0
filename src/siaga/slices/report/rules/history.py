"""Reports that were copied from an archive: what a spreadsheet said, which nobody has to complete or sign."""

from typing import Annotated

from msgspec import Meta

from .... import standards
from ....kernel.fields import Id
from ....kernel.records import Ask, Command, Decision, Refusal, Told
from .. import events
from . import FileKnown


class KeepHistory(Command, frozen=True):
    """Say that a report was copied from an archive: from where in it, and which kinds of incidents it records at all
    (none named: it does not say). Such a report waits for nobody, and can still be filled and signed."""

    incident: Id
    source: Told | None = None
    kinds: Annotated[tuple[events.Part, ...], Meta(max_length=20)] = ()


def keep_history(cmd: KeepHistory, known: FileKnown | None, ask: Ask) -> Decision:
    """Only of an incident that is over; a signature that stands stays."""
    if known is None:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    if known.incident_state == "cancelled":
        return Refusal(code="report.not-needed", facts={"incident": cmd.incident})
    if known.incident_state != "closed":
        return Refusal(code="report.history-open", facts={"incident": cmd.incident})
    for n, kind in enumerate(cmd.kinds):
        if kind not in standards.kinds():
            return Refusal(code="report.unknown-code", facts={"field": f"kinds.{n}", "value": kind})
    return [events.HistoryKept(cmd.incident, cmd.source, tuple(dict.fromkeys(cmd.kinds)))]
