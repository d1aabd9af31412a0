"""The scene: hazards, wind, what is asked for, water, situation reports, photos and voice; commands and their rules."""

from binascii import Error, a2b_base64
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from ....kernel.fields import Id, Lat, Lon
from ....kernel.records import Ask, Command, Decision, Media, Refusal, Told
from .. import events
from ..events import HazardShape, MediaKind, Need, Point, RequestStep, Shuttle, WaterSource

Fact = str | int | float | list[str]
DRAWN: tuple[HazardShape, ...] = ("point", "line", "area")
"""What one, two, three and more corners can draw."""


class MarkHazard(Command, frozen=True):
    """Draw a danger or a no-go area on the map, or draw it anew; an observation."""

    hazard: Id
    incident: Id
    kind: Id
    shape: HazardShape
    points: Annotated[tuple[Point, ...], Meta(min_length=1, max_length=200)]
    radius_m: Annotated[float, Meta(gt=0, le=20_000)] | None = None
    no_go: bool = False
    note: Told | None = None


class ClearHazard(Command, frozen=True):
    """Say that a danger is gone, or was drawn by mistake."""

    hazard: Id
    incident: Id


class ReportWind(Command, frozen=True):
    """Say where the wind comes from; an observation."""

    incident: Id
    from_deg: Annotated[float, Meta(ge=0, lt=360)]
    speed_mps: Annotated[float, Meta(ge=0, le=100)] | None = None


class RequestResource(Command, frozen=True):
    """Ask for something: a kind of unit, an agency, a thing."""

    request: Id
    incident: Id
    what: Id
    count: Annotated[int, Meta(ge=1, le=99)] = 1
    note: Told | None = None


class StepResource(Command, frozen=True):
    """Say that what was asked for was seen, declined, is on its way, arrived or was released."""

    request: Id
    incident: Id
    step: RequestStep
    eta_at: datetime | None = None
    unit: Id | None = None
    note: Told | None = None


class PlanWater(Command, frozen=True):
    """Say how much water is needed and where it comes from."""

    incident: Id
    need: Need | None = None
    sources: Annotated[tuple[WaterSource, ...], Meta(max_length=20)] = ()
    shuttle: Shuttle | None = None
    tank_l: Annotated[float, Meta(ge=0, le=1_000_000)] = 0


class SendSitrep(Command, frozen=True):
    """Report the situation: what the board says now, and what the commander adds."""

    sitrep: Id
    incident: Id
    note: Told | None = None


class AttachMedia(Command, frozen=True):
    """Keep a photo or a voice note; the content is base64, made small on the device."""

    media: Id
    incident: Id
    kind: MediaKind
    mime: Annotated[str, Meta(pattern=r"^(image/(jpeg|webp|png)|audio/(webm|ogg|mp4))$")]
    content: Media
    crew: Id | None = None
    lon: Lon | None = None
    lat: Lat | None = None
    note: Told | None = None


SIGNS = (
    ("image/jpeg", 0, b"\xff\xd8\xff"),
    ("image/png", 0, b"\x89PNG\r\n\x1a\n"),
    ("image/webp", 8, b"WEBP"),
    ("audio/webm", 0, b"\x1a\x45\xdf\xa3"),
    ("audio/ogg", 0, b"OggS"),
    ("audio/mp4", 4, b"ftypM4A"),
    ("audio/mp4", 4, b"ftypiso"),
    ("audio/mp4", 4, b"ftypmp4"),
)
"""By which each kind of photo and recording is known: at which byte its sign stands."""


class Request(msgspec.Struct, frozen=True):
    """What was asked for: how far it is; None in its place means that nobody asked."""

    step: RequestStep | None
    eta_at: datetime | None
    unit: str


class Asking(msgspec.Struct, frozen=True):
    """What asking must know: whether it was asked already, and whether there is such a thing."""

    request: Request | None
    what_known: bool


class Snapshot(msgspec.Struct, frozen=True):
    """What the board says now, and whether this report was sent already."""

    facts: Mapping[str, Fact]
    sent: bool


def mark_hazard(cmd: MarkHazard, known: bool, ask: Ask) -> Decision:
    """Recorded as seen; with too few corners for its shape it is drawn as the line or point that they are."""
    if not known:
        return _no_incident(cmd.incident)
    drawn = DRAWN[: len(cmd.points)]
    shape = cmd.shape if cmd.shape in drawn else drawn[-1]
    return [
        events.HazardMarked(cmd.hazard, cmd.incident, cmd.kind, shape, cmd.points, cmd.radius_m, cmd.no_go, cmd.note)
    ]


def clear_hazard(cmd: ClearHazard, known: bool | None, ask: Ask) -> Decision:
    """`known` is whether it is still drawn; None for no such danger."""
    if known is None:
        return Refusal(code="hazard-unknown", facts={"hazard": cmd.hazard})
    return [events.HazardCleared(cmd.hazard, cmd.incident)] if known else []


def report_wind(cmd: ReportWind, known: bool, ask: Ask) -> Decision:
    """Recorded as seen."""
    if not known:
        return _no_incident(cmd.incident)
    return [events.WindReported(cmd.incident, cmd.from_deg, cmd.speed_mps)]


def request_resource(cmd: RequestResource, known: Asking, ask: Ask) -> Decision:
    """Asking for the same again is nothing."""
    if not known.what_known:
        return Refusal(code="resource-unknown", facts={"what": cmd.what})
    if known.request is not None:
        return []
    return [events.ResourceRequested(cmd.request, cmd.incident, cmd.what, cmd.count, cmd.note)]


def step_resource(cmd: StepResource, known: Request | None, ask: Ask) -> Decision:
    """Said by who sends it as well as by who gets it, wherever the field part is: the latest counts."""
    if known is None:
        return Refusal(code="request-unknown", facts={"request": cmd.request})
    stands = (known.step, known.eta_at, known.unit) == (cmd.step, cmd.eta_at, cmd.unit or "")
    if stands and cmd.note is None:
        return []
    return [events.ResourceStepped(cmd.request, cmd.incident, cmd.step, cmd.eta_at, cmd.unit or "", cmd.note)]


def plan_water(cmd: PlanWater, known: events.WaterPlanned | None, ask: Ask) -> Decision:
    """The plan that stands already is nothing; two sources of one name cannot be told apart."""
    names = [source.source for source in cmd.sources]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        return Refusal(code="source-twice", facts={"source": twice})
    planned = events.WaterPlanned(cmd.incident, cmd.need, cmd.sources, cmd.shuttle, cmd.tank_l)
    return [] if known == planned else [planned]


def send_sitrep(cmd: SendSitrep, known: Snapshot, ask: Ask) -> Decision:
    """What the board said stays with the report."""
    return [] if known.sent else [events.SitrepSent(cmd.sitrep, cmd.incident, dict(known.facts), cmd.note)]


def attach_media(cmd: AttachMedia, known: bool | None, ask: Ask) -> Decision:
    """`known` is whether it is kept already; None for no such incident. What it is, its content says best; one that
    is broken or says nothing is kept as it was declared: what was seen is never lost."""
    if known is None:
        return _no_incident(cmd.incident)
    if known:
        return []
    mime = _told_by_bytes(cmd.content) or cmd.mime
    return [
        events.MediaAttached(
            media=cmd.media,
            incident=cmd.incident,
            kind="photo" if mime.startswith("image/") else "voice",
            mime=mime,
            content=cmd.content,
            crew=cmd.crew or "",
            lon=cmd.lon,
            lat=cmd.lat,
            note=cmd.note,
        )
    ]


def _told_by_bytes(content: Media) -> str | None:
    """The kind its first bytes tell of, of those that are taken."""
    try:
        head = a2b_base64((content.text or "")[:16])
    except Error:
        return None
    return next((mime for mime, at, sign in SIGNS if head[at:].startswith(sign)), None)


def _no_incident(incident: str) -> Refusal:
    return Refusal(code="incident-unknown", facts={"incident": incident})
