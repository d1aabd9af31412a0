"""Commands by which a person warns the public, and the rules that decide them."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from ...kernel.fields import Id
from ...kernel.records import Ask, Command, Decision, Refusal, Told
from . import events
from .events import Point, Shape

LONGEST = timedelta(hours=72)
RADIUS_M = (10, 50_000)
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


class Sender(msgspec.Struct, frozen=True):
    """Who warns: a name for machines, one for people, how to reach them, and the zone its clocks show."""

    id: str
    name: str
    contact: str
    web: str
    zone: str = "Asia/Makassar"


class Former(msgspec.Struct, frozen=True):
    """A message as far as a rule must know it."""

    incident: str
    kind: str
    state: str
    until: datetime
    exercise: bool


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The incident, who warns, how many messages there were about it, whether this one is there already, whether its
    type exists, and the message it replaces (None: there is no such message)."""

    number: str | None
    open: bool = False
    exercise: bool = False
    sender: Sender
    messages: int = 0
    there: bool = False
    type_known: bool = True
    former: Former | None = None


class Said(Command, frozen=True, kw_only=True):
    """What a warning says."""

    incident: Id
    warning: Id
    type: Annotated[str, Meta(max_length=64)] = ""
    response: events.Response
    urgency: events.Urgency
    severity: events.Severity
    certainty: events.Certainty
    until: datetime
    shapes: Annotated[tuple[Shape, ...], Meta(min_length=1, max_length=10)]
    area: Told
    headline: Told
    description: Told
    instruction: Told | None = None
    headline_en: Told | None = None
    description_en: Told | None = None
    instruction_en: Told | None = None


class IssueWarning(Said, frozen=True, kw_only=True):
    """Warn the public about an incident: what, where, until when, what people are to do."""


class UpdateWarning(Said, frozen=True, kw_only=True):
    """Replace a warning that holds by a newer one."""

    former: Id


class CancelWarning(Command, frozen=True, kw_only=True):
    """Take a warning back before its time, and tell the public why."""

    incident: Id
    warning: Id
    former: Id
    reason: Told
    reason_en: Told | None = None


def sender(agency: str, name: str, zone: str, office: str, site: str, contact: str) -> Sender:
    """The agency's own web address makes its name unique, as CAP wants; its contacts are no person's."""
    host = urlsplit(site if "//" in site else f"//{site}").hostname or "siaga.invalid"
    return Sender(
        id=f"{fit(agency or 'siaga')}@{fit(host)}",
        name=office or name or "Siaga",
        contact=contact,
        web=site if site.startswith(("https://", "http://")) else "",
        zone=zone,
    )


def fit(text: str) -> str:
    """As a part of a name that CAP takes: no space, comma, `<` or `&`."""
    return _UNFIT.sub("-", text).strip("-") or "siaga"


def issue_warning(cmd: IssueWarning, known: Known, ask: Ask) -> Decision:
    """A first message; of an incident that is over only by somebody who says why."""
    if known.number is None:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    if known.there:
        return []
    if not known.open and not ask.override:
        return Refusal(code="warning-incident-over", facts={"number": known.number}, overridable=True)
    if wrong := _unfit(cmd, known, ask):
        return wrong
    return [events.WarningIssued(**_message(cmd, known, known.exercise), **_content(cmd), override=ask.override)]


def update_warning(cmd: UpdateWarning, known: Known, ask: Ask) -> Decision:
    """Only what still holds is updated, and only by who has seen its latest form."""
    wrong = _former(cmd, known, ask)
    if wrong is not None:
        return wrong
    if refused := _unfit(cmd, known, ask):
        return refused
    drill = known.former.exercise if known.former else known.exercise
    return [events.WarningUpdated(**_message(cmd, known, drill), **_content(cmd), former=cmd.former)]


def cancel_warning(cmd: CancelWarning, known: Known, ask: Ask) -> Decision:
    """Cancelling what is cancelled already changes nothing."""
    if known.former is not None and known.former.state == "cancelled" and known.former.incident == cmd.incident:
        return []
    wrong = _former(cmd, known, ask)
    if wrong is not None:
        return wrong
    drill = known.former.exercise if known.former else known.exercise
    said = _message(cmd, known, drill)
    return [events.WarningCancelled(**said, former=cmd.former, reason_en=cmd.reason_en, reason=cmd.reason)]


def _former(cmd: UpdateWarning | CancelWarning, known: Known, ask: Ask) -> Decision | None:
    """What stands against replacing a message; [] where it was replaced by this very one."""
    was = known.former
    if known.number is None:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    if known.there:
        return []
    if was is None or was.incident != cmd.incident or was.kind == "cancel":
        return Refusal(code="warning-unknown", facts={"warning": cmd.former})
    if was.state != "current":
        return Refusal(code=f"warning-{was.state}", facts={"warning": cmd.former})
    if was.until <= ask.now:
        return Refusal(code="warning-expired", facts={"warning": cmd.former})
    return None


def _unfit(cmd: Said, known: Known, ask: Ask) -> Refusal | None:
    """What makes a message no warning: no such type, a time that is no term, an area that is none, half a language."""
    if not known.type_known:
        return Refusal(code="type-unknown", facts={"type": cmd.type})
    if cmd.until.tzinfo is None or not ask.now < cmd.until <= ask.now + LONGEST:
        return Refusal(code="warning-until", facts={"hours": int(LONGEST.total_seconds() // 3600)})
    if not all(is_area(shape) for shape in cmd.shapes):
        return Refusal(code="warning-area", facts={})
    english = (cmd.headline_en, cmd.description_en)
    if any(english) != all(english) or (cmd.instruction_en and not all(english)):
        return Refusal(code="warning-english", facts={})
    return None


def _message(cmd: Said | CancelWarning, known: Known, exercise: bool) -> dict[str, Any]:
    """Numbered within the incident, so that people can say which one they mean."""
    who = known.sender
    return {
        "incident": cmd.incident,
        "warning": cmd.warning,
        "identifier": f"{who.id.partition('@')[0]}-{fit(known.number or '')}-P{known.messages + 1}",
        "sender": who.id,
        "office": who.name,
        "contact": who.contact,
        "web": who.web,
        "zone": who.zone,
        "exercise": exercise,
    }


def _content(cmd: Said) -> dict[str, Any]:
    mine = set(events.Content.__struct_fields__) - set(events.Message.__struct_fields__)
    return {name: getattr(cmd, name) for name in mine}


# ── areas ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def is_area(shape: Shape) -> bool:
    """A circle of a sensible size, or corners of an area whose sides do not cross."""
    if shape.radius_m is not None:
        return len(shape.points) == 1 and RADIUS_M[0] <= shape.radius_m <= RADIUS_M[1]
    ring = shape.points[:-1] if shape.points[0] == shape.points[-1] else shape.points
    return len(set(ring)) == len(ring) >= 3 and _surface(ring) > 0 and not _crossing(ring)


def _surface(ring: Sequence[Point]) -> float:
    """Twice the surface in square degrees."""
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(a.lon * b.lat - b.lon * a.lat for a, b in pairs))


def _crossing(ring: Sequence[Point]) -> bool:
    sides = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    last = len(sides) - 1
    return any(
        _cross(*sides[i], *sides[j])
        for i in range(len(sides))
        for j in range(i + 2, len(sides))
        if not (i == 0 and j == last)
    )


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b.lon - a.lon) * (c.lat - a.lat) - (b.lat - a.lat) * (c.lon - a.lon)
