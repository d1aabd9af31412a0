"""What can have happened between the first ring and an open incident."""

from datetime import datetime
from typing import Literal

import msgspec

from ...kernel.records import Event, Personal, Told

Channel = Literal["112", "113", "hotline", "whatsapp", "radio", "walk-in", "social-media", "sensor", "other-agency"]
Outcome = Literal["real", "silent", "prank", "information", "test"]


class Caller(msgspec.Struct, frozen=True):
    """Who called: in the vault, under one key for the person."""

    name: Personal | None = None
    phone: Personal | None = None
    address: Personal | None = None


class CallTaken(Event, frozen=True):
    """Somebody answered a call; the clock of the national standard starts here."""

    call: str
    channel: Channel
    line: str | None = None
    exercise: bool = False


class CallerNoted(Event, frozen=True):
    """The caller said who they are."""

    call: str
    caller: Caller


class CallHeld(Event, frozen=True):
    """An operator took a call over; `actor` of the entry holds it now."""

    call: str


class CallBackWanted(Event, frozen=True):
    """The line broke or more must be known: somebody shall call back."""

    call: str


class CalledBack(Event, frozen=True):
    """Somebody called back."""

    call: str
    reached: bool


class RecordingLinked(Event, frozen=True):
    """Where the recording of a call lies, in the words of the recorder."""

    call: str
    recording: Told


class CallerAdvised(Event, frozen=True):
    """An advice card was read to the caller."""

    call: str
    card: str


class CallSettled(Event, frozen=True):
    """What a call turned out to be."""

    call: str
    outcome: Outcome


class PrankSuspected(Event, frozen=True):
    """A note that a call may be a prank; it never delays anything."""

    call: str
    note: Told


class UnclearPlaceNoted(Event, frozen=True):
    """A pasted text that holds no certain place, such as a short link, kept as it came."""

    call: str
    text: Told
    reason: str


class IncidentOpened(Event, frozen=True):
    """A response is needed here. Everything but the place may still be unknown."""

    share = "partner"
    incident: str
    number: str
    agency: str
    lon: float
    lat: float
    precision_m: float
    type: str | None = None
    life_risk: bool = False
    call: str | None = None
    answered_at: datetime | None = None
    area: str | None = None
    place: Told | None = None
    place_id: str | None = None
    exercise: bool = False
    fire_seen_at: datetime | None = None


class IncidentClassified(Event, frozen=True):
    """The type became known, or was corrected; `sharpened` when an answer did it."""

    share = "partner"
    incident: str
    type: str
    life_risk: bool
    sharpened: bool = False


class QuestionAnswered(Event, frozen=True):
    """A guided question got its answer."""

    incident: str
    question: str
    answer: str


class LifeAtRisk(Event, frozen=True):
    """An answer says that people are in danger: the closest fit units go."""

    share = "partner"
    incident: str


class NeedsSharpened(Event, frozen=True):
    """An answer asks for more than the run card: a level at least, capabilities, other agencies."""

    share = "partner"
    incident: str
    level: int | None = None
    adds: dict[str, int] = {}
    others: tuple[str, ...] = ()


class PlaceCorrected(Event, frozen=True):
    """The incident is elsewhere than first thought; both places stand in the log."""

    share = "partner"
    incident: str
    lon: float
    lat: float
    precision_m: float
    area: str | None = None
    place: Told | None = None
    place_id: str | None = None


class FireFirstSeen(Event, frozen=True):
    """When the fire was first seen, which may be long before the call."""

    incident: str
    at: datetime


class CallLinked(Event, frozen=True):
    """A call is about this incident. The report counts as received since the earliest of them was answered."""

    call: str
    incident: str
    answered_at: datetime | None = None


class CallUnlinked(Event, frozen=True):
    """A call is not about this incident after all."""

    call: str
    incident: str


class IncidentNoted(Event, frozen=True):
    """A line in the incident's journal."""

    incident: str
    note: Told


class IncidentCancelled(Event, frozen=True):
    """No response is needed."""

    share = "partner"
    incident: str
    reason: Told


class IncidentReopened(Event, frozen=True):
    """A cancelled or closed incident needs a response again."""

    share = "partner"
    incident: str
    reason: Told


class ExerciseMarked(Event, frozen=True):
    """The incident is an exercise and never enters real figures."""

    incident: str
