"""Commands of the review after an incident and the rules that decide them."""

import hashlib
import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from ...kernel.fields import FUTURE_SLACK, Id
from ...kernel.records import Ask, Command, Decision, Refusal, Told
from . import events

LONGEST_NAME = 5
"""So many words in a row may be a name."""
NUMBER = re.compile(r"(?<![\d.,])(?:(?:\+?62[ .-]?|0)\d{2,3}(?:[ .-]?\d){5,}|\d(?:[ .-]?\d){14,})")
"""A phone number, or one as long as an identity number; times, dates and figures of a lesson look otherwise."""


Link = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9 ._:-]{0,64}$", description="what is changed: a card, a plan, a course")
]


class OpenReview(Command, frozen=True):
    """Begin to look back at an incident."""

    incident: Id


class RecordFinding(Command, frozen=True):
    """Record what went well, or a cause that was found; never whose fault it was."""

    incident: Id
    finding: Id
    what: events.Kind
    subject: events.Subject
    text: Told
    good: bool = False
    at: datetime | None = None


class WithdrawFinding(Command, frozen=True):
    """Take a finding back, and say why."""

    incident: Id
    finding: Id
    reason: Told


class AssignFinding(Command, frozen=True):
    """Say who follows a finding up, and until when."""

    incident: Id
    finding: Id
    owner: events.Owner
    account: Annotated[str, Meta(max_length=64)] = ""
    due: date | None = None


class ProposeChange(Command, frozen=True):
    """Say what shall be changed."""

    incident: Id
    finding: Id
    change: events.Change
    link: Link = ""
    note: Told | None = None


class MakeChange(Command, frozen=True):
    """Say that the change holds now, of a card since which version."""

    incident: Id
    finding: Id
    link: Link = ""
    note: Told | None = None
    version: Annotated[int, Meta(ge=0, le=100_000)] = 0


class CheckFinding(Command, frozen=True):
    """Say whether the change worked at a similar incident."""

    incident: Id
    finding: Id
    checked_at: Id
    result: events.Result
    note: Told | None = None


class CloseFinding(Command, frozen=True):
    """Say that nothing more is to be done about a finding."""

    incident: Id
    finding: Id


class ShareLesson(Command, frozen=True):
    """Share what others can learn, in words that name nobody."""

    lesson: Id
    title: Told
    happened: Told
    changes: Told
    finding: Annotated[str, Meta(max_length=64)] = ""
    what: events.Kind = "other"
    type: Annotated[str, Meta(max_length=64)] = ""


class Finding(msgspec.Struct, frozen=True):
    """A finding as far as a rule must know it."""

    incident: str
    state: str
    change: str | None = None
    link: str = ""
    owner: str = ""
    account: str = ""
    due: str | None = None
    good: bool = False
    worked: bool = False
    checks: tuple[tuple[str, str], ...] = ()


class Known(msgspec.Struct, frozen=True):
    """Whether there is the incident, whether its review was opened, the finding, and the incident it is checked at."""

    incident: bool
    opened: bool = False
    finding: Finding | None = None
    opened_at: str = ""
    there: bool = False


class Name(msgspec.Struct, frozen=True):
    """A name of an incident as the log knows it: salted, so that it can be recognised and not be read."""

    salt: str
    digest: str


class Sharing(msgspec.Struct, frozen=True):
    """Whether the lesson is shared already, whether its finding is there, and the names that must not stand in it."""

    shared: bool
    finding: bool
    names: tuple[Name, ...] = ()


def _unknown(cmd: Command, known: Known) -> Refusal | None:
    incident, finding = getattr(cmd, "incident", ""), getattr(cmd, "finding", "")
    if not known.incident:
        return Refusal(code="incident-unknown", facts={"incident": incident})
    if known.finding is None or known.finding.incident != incident:
        return Refusal(code="finding-unknown", facts={"finding": finding})
    if known.finding.state in ("closed", "withdrawn"):
        return Refusal(code="finding-over", facts={"finding": finding, "state": known.finding.state})
    return None


def open_review(cmd: OpenReview, known: Known, ask: Ask) -> Decision:
    """A review that is open already is opened again without harm."""
    if not known.incident:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    return [] if known.opened else [events.ReviewOpened(cmd.incident)]


def record_finding(cmd: RecordFinding, known: Known, ask: Ask) -> Decision:
    """The first finding opens the review; its moment has come, or it is none."""
    if not known.incident:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    if known.finding is not None:
        return []
    if not (cmd.text.text or "").strip():
        return Refusal(code="finding-empty", facts={"field": "text"})
    if cmd.at is not None and cmd.at > max(ask.now, ask.when) + FUTURE_SLACK:
        return Refusal(code="finding-not-yet", facts={"field": "at"})
    begun = [] if known.opened else [events.ReviewOpened(cmd.incident)]
    found = events.FindingRecorded(cmd.incident, cmd.finding, cmd.what, cmd.subject, cmd.text, cmd.good, cmd.at)
    return [*begun, found]


def withdraw_finding(cmd: WithdrawFinding, known: Known, ask: Ask) -> Decision:
    """Once is enough."""
    if known.finding is not None and known.finding.state == "withdrawn":
        return []
    return _unknown(cmd, known) or [events.FindingWithdrawn(cmd.incident, cmd.finding, cmd.reason)]


def assign_finding(cmd: AssignFinding, known: Known, ask: Ask) -> Decision:
    """Somebody else, or another day, replaces who stood there."""
    if (no := _unknown(cmd, known)) is not None or known.finding is None:
        return no or []
    due = cmd.due.isoformat() if cmd.due else None
    if (known.finding.owner, known.finding.account, known.finding.due) == (cmd.owner, cmd.account, due):
        return []
    return [events.FindingAssigned(cmd.incident, cmd.finding, cmd.owner, cmd.account, cmd.due)]


def propose_change(cmd: ProposeChange, known: Known, ask: Ask) -> Decision:
    """Another proposal replaces the former one."""
    return _unknown(cmd, known) or [
        events.ChangeProposed(cmd.incident, cmd.finding, cmd.change, cmd.link.strip(), cmd.note)
    ]


def make_change(cmd: MakeChange, known: Known, ask: Ask) -> Decision:
    """What was never proposed cannot have been made."""
    if (no := _unknown(cmd, known)) is not None or known.finding is None:
        return no or []
    if known.finding.change is None:
        return Refusal(code="finding-no-change", facts={"finding": cmd.finding})
    if known.finding.state == "made":
        return []
    link = cmd.link.strip() or known.finding.link
    return [events.ChangeMade(cmd.incident, cmd.finding, link, cmd.note, cmd.version)]


def check_finding(cmd: CheckFinding, known: Known, ask: Ask) -> Decision:
    """At another incident than its own, which is there."""
    if (no := _unknown(cmd, known)) is not None or known.finding is None:
        return no or []
    if not known.there:
        return Refusal(code="incident-unknown", facts={"incident": cmd.checked_at})
    if cmd.checked_at == cmd.incident:
        return Refusal(code="finding-own-incident", facts={"field": "checked_at"})
    if (cmd.checked_at, cmd.result) in known.finding.checks and cmd.note is None:
        return []
    return [events.FindingChecked(cmd.incident, cmd.finding, cmd.checked_at, cmd.result, cmd.note)]


def close_finding(cmd: CloseFinding, known: Known, ask: Ask) -> Decision:
    """A finding is over when a check showed that its change works, not when it was written; else with a reason."""
    if known.finding is not None and known.finding.state == "closed":
        return []
    if (no := _unknown(cmd, known)) is not None or known.finding is None:
        return no or []
    done = known.finding.good or known.finding.worked
    if not done and ask.override is None:
        return Refusal(code="finding-unchecked", facts={"finding": cmd.finding}, overridable=True)
    return [events.FindingClosed(cmd.incident, cmd.finding, None if done else ask.override)]


def share_lesson(cmd: ShareLesson, known: Sharing, ask: Ask) -> Decision:
    """No number of a person and no name that was given at the incident stands in it, as far as that can be told."""
    if known.shared:
        return []
    if cmd.finding and not known.finding:
        return Refusal(code="finding-unknown", facts={"finding": cmd.finding})
    for field in ("title", "happened", "changes"):
        text = getattr(cmd, field).text or ""
        if not text.strip():
            return Refusal(code="lesson-empty", facts={"field": field})
        if NUMBER.search(text):
            return Refusal(code="lesson-holds-number", facts={"field": field})
        if held := named_in(text, known.names):
            return Refusal(code="lesson-holds-name", facts={"field": field, "name": held})
    return [
        events.LessonShared(cmd.lesson, cmd.title, cmd.happened, cmd.changes, cmd.finding, cmd.what, cmd.type),
    ]


def named_in(text: str, names: Iterable[Name]) -> str:
    """The first words of a text that are one of the names, however they are capitalised; empty when there are none."""
    known = tuple(names)
    words = re.findall(r"[^\W\d_][\w'.-]*", text) if known else []
    for start in range(len(words)):
        for end in range(start + 1, min(start + LONGEST_NAME, len(words)) + 1):
            said = " ".join(words[start:end]).rstrip(".-")
            for form in {said, said.lower(), said.upper(), said.title(), said.capitalize()}:
                if any(name.digest == _digest(name.salt, form) for name in known):
                    return said
    return ""


def _digest(salt: str, text: str) -> str:
    return hashlib.sha256((salt + text).encode()).hexdigest()[:32]
