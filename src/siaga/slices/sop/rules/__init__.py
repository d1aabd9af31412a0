"""Commands of procedures and the rules that decide them."""

from typing import Annotated

import msgspec
from msgspec import Meta

from ....kernel.fields import Code, Id
from ....kernel.records import Ask, Command, Decision, Refusal, Told
from .. import events
from .card import LONGEST, Card, Problem, StepId, unknown_objects, unknown_types

Version = Annotated[int, Meta(ge=1, le=100_000)]
Readers = Annotated[tuple[Code, ...], Meta(max_length=10)]


class SaveCard(Command, frozen=True):
    """Write a card, or a new version of it, as Markdown with front matter; it holds once it is published."""

    card: Id
    source: Annotated[str, Meta(min_length=1, max_length=LONGEST)]


class ApproveCard(Command, frozen=True):
    """Say that a version may be published; somebody else than who wrote it."""

    card: Id
    version: Version


class PublishCard(Command, frozen=True):
    """Let an approved version hold, and say who must read it again."""

    card: Id
    version: Version
    readers: Readers = ()


class WithdrawCard(Command, frozen=True):
    """Let no version of a card hold any more, and say why."""

    card: Id
    reason: Told


class ConfirmRead(Command, frozen=True):
    """Say that you have read a version of a card."""

    card: Id
    version: Version


class OpenCard(Command, frozen=True):
    """Open a card at an incident by hand, in the version that whoever opens it sees (0: the one that holds)."""

    incident: Id
    card: Id
    version: Annotated[int, Meta(ge=0, le=100_000)] = 0


class ReportStep(Command, frozen=True):
    """Say that a step was done (with its answer, number, picture or note), or skipped and why."""

    incident: Id
    card: Id
    version: Version
    step: StepId
    result: events.Result
    answer: Annotated[str, Meta(max_length=40)] = ""
    skipped: events.Skipped | None = None
    value: float | None = None
    media: Annotated[str, Meta(max_length=64)] = ""
    note: Told | None = None


class Saving(msgspec.Struct, frozen=True):
    """The last version of a card (0: none) with its text, the card as read, the incident types and kinds of object
    there are, and the template it names: whether that version is known, and whether its steps are the same."""

    version: int
    source: str
    card: Card | Problem
    types: frozenset[str]
    objects: frozenset[str]
    template: bool = True
    differs: bool = False


class VersionKnown(msgspec.Struct, frozen=True):
    """A version of a card: who wrote it, whether it is approved, whether it holds and for whom to read again."""

    author: str
    approved: bool
    published: bool
    readers: tuple[str, ...] = ()


class OpeningKnown(msgspec.Struct, frozen=True):
    """Whether there is the incident, and the version that would be opened (None: it never held, or none holds now)."""

    incident: bool
    version: int | None


class StepKnown(msgspec.Struct, frozen=True):
    """Whether there is the incident, and the card's step in the version that was used (None: no such)."""

    incident: bool
    answers: tuple[str, ...] | None


def _unknown(card: str, version: int | None = None) -> Refusal:
    facts: dict[str, str | int] = {"card": card}
    return Refusal(code="card-unknown", facts=facts | ({"version": version} if version else {}))


def save_card(cmd: SaveCard, known: Saving, ask: Ask) -> Decision:
    """What cannot be read is said with its place; a city that changes a province's card says why."""
    if isinstance(known.card, Problem):
        return Refusal(code=known.card.code, facts={"where": known.card.where, "value": known.card.value})
    front = known.card.front
    if wrong := unknown_types(front, known.types):
        return Refusal(code="card-field-wrong", facts={"where": "triggers.types", "value": wrong[0]})
    if wrong := unknown_objects(front, known.objects):
        return Refusal(code="card-field-wrong", facts={"where": "triggers.objects", "value": wrong[0]})
    if front.template is not None and not known.template:
        return Refusal(code="card-template-unknown", facts={"card": front.template.card})
    if front.template is not None and known.differs and not front.template.why.strip():
        return Refusal(code="card-difference-unexplained", facts={"card": front.template.card})
    return [] if known.source == cmd.source else [events.CardSaved(cmd.card, known.version + 1, cmd.source)]


def approve_card(cmd: ApproveCard, known: VersionKnown | None, ask: Ask) -> Decision:
    """Four eyes; where there is nobody else, with a reason."""
    if known is None:
        return _unknown(cmd.card, cmd.version)
    if known.approved:
        return []
    if known.author == ask.actor and not ask.override:
        return Refusal(code="card-own", facts={"card": cmd.card, "version": cmd.version}, overridable=True)
    return [events.CardApproved(cmd.card, cmd.version)]


def publish_card(cmd: PublishCard, known: VersionKnown | None, ask: Ask) -> Decision:
    """Only what was approved; publishing the same for the same readers says nothing new."""
    if known is None:
        return _unknown(cmd.card, cmd.version)
    if not known.approved:
        return Refusal(code="card-not-approved", facts={"card": cmd.card, "version": cmd.version})
    if known.published and known.readers == cmd.readers:
        return []
    return [events.CardPublished(cmd.card, cmd.version, cmd.readers)]


def withdraw_card(cmd: WithdrawCard, known: bool | None, ask: Ask) -> Decision:
    """`known`: whether a version holds; None: no such card."""
    if known is None:
        return _unknown(cmd.card)
    return [events.CardWithdrawn(cmd.card, cmd.reason)] if known else []


def confirm_read(cmd: ConfirmRead, known: bool | None, ask: Ask) -> Decision:
    """`known`: whether the reader has confirmed it before; None: that version never held."""
    if known is None:
        return _unknown(cmd.card, cmd.version)
    return [] if known else [events.CardRead(cmd.card, cmd.version)]


def open_card(cmd: OpenCard, known: OpeningKnown, ask: Ask) -> Decision:
    """A card that is open already is opened again without harm."""
    if not known.incident:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    if known.version is None:
        return _unknown(cmd.card, cmd.version or None)
    return [events.CardOpened(cmd.incident, cmd.card, known.version)]


def report_step(cmd: ReportStep, known: StepKnown, ask: Ask) -> Decision:
    """What was done is recorded; a skipped step needs a reason, a question one of its answers."""
    if not known.incident:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    if known.answers is None:
        return Refusal(code="step-unknown", facts={"card": cmd.card, "version": cmd.version, "step": cmd.step})
    if cmd.result == "skipped" and cmd.skipped is None:
        return Refusal(code="step-skip-unexplained", facts={"step": cmd.step})
    if cmd.answer and cmd.answer not in known.answers:
        return Refusal(code="step-answer-unknown", facts={"step": cmd.step, "answer": cmd.answer})
    skipped = cmd.skipped if cmd.result == "skipped" else None
    return [
        events.StepReported(
            incident=cmd.incident,
            card=cmd.card,
            version=cmd.version,
            step=cmd.step,
            result=cmd.result,
            answer=cmd.answer,
            skipped=skipped,
            value=cmd.value,
            media=cmd.media,
            note=cmd.note,
        )
    ]
