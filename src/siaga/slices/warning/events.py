"""What can have happened to the public's warnings: one was issued, replaced by a newer one, or cancelled."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ...kernel.fields import Lat, Lon
from ...kernel.records import Event, Told

Response = Literal["shelter", "evacuate", "prepare", "execute", "avoid", "monitor", "all-clear", "none"]
"""What people are to do, in the words of CAP 1.2."""
Urgency = Literal["immediate", "expected", "future", "past", "unknown"]
Severity = Literal["extreme", "severe", "moderate", "minor", "unknown"]
Certainty = Literal["observed", "likely", "possible", "unlikely", "unknown"]


class Point(msgspec.Struct, frozen=True):
    """A place on the map."""

    lon: Lon
    lat: Lat


class Shape(msgspec.Struct, frozen=True):
    """Where a warning is for: a circle (one point and its radius), or an area by its corners, not closed."""

    points: Annotated[tuple[Point, ...], Meta(min_length=1, max_length=200)]
    radius_m: float | None = None


class Message(Event, frozen=True, kw_only=True):
    """What every message to the public carries, so that it can be written again as it was: `identifier`, `sender` and
    `zone` as they were then."""

    incident: str
    warning: str
    identifier: str
    sender: str
    office: str
    contact: str = ""
    web: str = ""
    zone: str = "Asia/Makassar"
    exercise: bool = False
    override: Told | None = None


class Content(Message, frozen=True, kw_only=True):
    """What people are told, Indonesian always, English where somebody wrote it. The headline stands last: the
    incident's journal shows a row's last words."""

    type: str = ""
    response: Response
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    until: datetime
    shapes: tuple[Shape, ...]
    area: Told
    instruction_en: Told | None = None
    description_en: Told | None = None
    headline_en: Told | None = None
    instruction: Told | None = None
    description: Told
    headline: Told


class WarningIssued(Content, frozen=True, kw_only=True):
    """Somebody of the service warned the public: from now the message may be given on as it stands here."""


class WarningUpdated(Content, frozen=True, kw_only=True):
    """A warning was replaced by this one; `former` no longer holds."""

    former: str


class WarningCancelled(Message, frozen=True, kw_only=True):
    """A warning was taken back before its time, with what the public is told about why."""

    former: str
    reason_en: Told | None = None
    reason: Told
