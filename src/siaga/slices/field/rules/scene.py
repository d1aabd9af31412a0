"""The scene: hazards, wind, what is asked for, water, situation reports, photos and voice; commands and their rules."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta

from ....kernel.fields import Id, Lat, Lon
from ....kernel.records import Command, Personal, Told
from ..events import HazardShape, MediaKind, Need, Point, RequestStep, Shuttle, WaterSource


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
    content: Personal
    crew: Id | None = None
    lon: Lon | None = None
    lat: Lat | None = None
    note: Told | None = None
