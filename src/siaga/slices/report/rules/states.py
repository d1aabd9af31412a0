"""Draft → checked → signed → final: who stands for a report, and the inspections filed with it."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ....kernel.fields import Code, Id
from ....kernel.records import Ask, Command, Decision, Refusal, Told
from .. import events
from . import FileKnown, Instant, unlikely, words

Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="sha256 in hex, as the report's view shows it")]
UNCHECKED = ("draft", "history")
"""Nobody stands for it yet; of what was copied from an archive nobody has to."""
Content = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="sha256 in hex of what was judged")]


class CheckReport(Command, frozen=True):
    """Say that the report is complete and right; `digest` and `content` are those of the report you saw."""

    incident: Id
    digest: Digest
    content: Content


class ReturnReport(Command, frozen=True):
    """Give a checked report back, and say why."""

    incident: Id
    reason: Told


class SignReport(Command, frozen=True):
    """Sign a checked report as you saw it; what is said from now on is an amendment."""

    incident: Id
    digest: Digest
    content: Content
    post: Code = ""


class FinishReport(Command, frozen=True):
    """Make a signed report final."""

    incident: Id
    digest: Digest
    content: Content


class FileInspection(Command, frozen=True):
    """File a form of an inspection or investigation after the fire; the same id again replaces it."""

    incident: Id
    inspection: Id
    form: events.FormId
    answers: Annotated[dict[Code, Annotated[str, Meta(max_length=80)]], Meta(max_length=80)] = {}
    texts: Annotated[dict[Code, Told], Meta(max_length=80)] = {}
    at: Instant | None = None


class FormKnown(msgspec.Struct, frozen=True):
    """Where the incident stands (None: no such), and the form of this inspection if it was filed before."""

    incident_state: str | None
    form: str = ""


def _not_this(cmd: Any, known: FileKnown | None, *wanted: str) -> Refusal | None:
    """Why this step cannot be taken now; None: it can. A report that changed since it was seen must be seen again."""
    if known is None:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    if known.incident_state == "cancelled":
        return Refusal(code="report.not-needed", facts={"incident": cmd.incident})
    if known.state not in wanted:
        return Refusal(code="report.not-now", facts={"field": "incident", "state": known.state})
    if getattr(cmd, "content", known.content) != known.content:
        return Refusal(code="report.changed-since", facts={"field": "digest", "incident": cmd.incident})
    return None


def check_report(cmd: CheckReport, known: FileKnown | None, ask: Ask) -> Decision:
    """Nothing that stops it may be missing, and the incident must be over."""
    if known is not None and known.state == "checked" and cmd.content == known.content:
        return []
    wrong = _not_this(cmd, known, *UNCHECKED)
    if wrong or known is None:
        return wrong or []
    if known.stops:
        return Refusal(code="report.incomplete", facts={"n": len(known.stops), "missing": ", ".join(known.stops)})
    return [events.ReportChecked(cmd.incident, cmd.digest, cmd.content)]


def return_report(cmd: ReturnReport, known: FileKnown | None, ask: Ask) -> Decision:
    """Only before the signature: after it there are amendments."""
    if known is not None and known.state in UNCHECKED:
        return []
    return _not_this(cmd, known, "checked") or [events.ReportReturned(cmd.incident, cmd.reason)]


def sign_report(cmd: SignReport, known: FileKnown | None, ask: Ask) -> Decision:
    """Four eyes: somebody else than who checked it; where there is nobody else, with a reason. Who saw it as it was
    checked before its times changed has not seen what was checked last."""
    wrong = _not_this(cmd, known, "checked")
    if wrong or known is None:
        return wrong or []
    if cmd.digest in known.outdated:
        return Refusal(code="report.changed-since", facts={"field": "digest", "incident": cmd.incident})
    if known.checked_by == ask.actor and not ask.override:
        return Refusal(code="report.own-check", facts={"incident": cmd.incident}, overridable=True)
    return [events.ReportSigned(cmd.incident, cmd.digest, cmd.content, cmd.post, ask.override)]


def finish_report(cmd: FinishReport, known: FileKnown | None, ask: Ask) -> Decision:
    """Not by who signed it; where there is nobody else, with a reason."""
    wrong = _not_this(cmd, known, "signed")
    if wrong or known is None:
        return wrong or []
    if known.signed_by == ask.actor and not ask.override:
        return Refusal(code="report.own-signature", facts={"incident": cmd.incident}, overridable=True)
    return [events.ReportFinished(cmd.incident, cmd.digest, cmd.content, ask.override)]


def file_inspection(cmd: FileInspection, known: FormKnown, ask: Ask) -> Decision:
    """Answers are those of the form; a filed form stays of its kind. It may come after the signature: it is a paper of
    its own."""
    if known.incident_state is None:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    if known.form and known.form != cmd.form:
        return Refusal(code="report.form-differs", facts={"field": "form", "form": known.form})
    if wrong := unlikely("at", cmd.at, ask):
        return wrong
    fields = words.form_fields(cmd.form)
    if wrong := _wrong_answer(cmd.answers, fields) or _wrong_text(cmd.texts, fields):
        return wrong
    return [events.InspectionFiled(cmd.incident, cmd.inspection, cmd.form, cmd.answers, cmd.texts, cmd.at)]


def _wrong_answer(answers: Mapping[str, str], fields: Mapping[str, words.FormField]) -> Refusal | None:
    for name, value in answers.items():
        if name not in fields or not fields[name].takes(value):
            return Refusal(code="report.unknown-code", facts={"field": f"answers.{name}", "value": value})
    return None


def _wrong_text(texts: Mapping[str, Told], fields: Mapping[str, words.FormField]) -> Refusal | None:
    wrong = next((name for name in texts if name not in fields or fields[name].kind != "text"), None)
    return Refusal(code="report.field-unknown", facts={"field": f"texts.{wrong}"}) if wrong is not None else None
