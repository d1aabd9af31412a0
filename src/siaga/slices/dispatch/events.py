"""What can have happened to agencies, stations, units and the sending of units."""

from datetime import datetime
from typing import Literal

import msgspec

from ...kernel.records import Event, Reading, Told

Status = Literal[
    "ready",
    "assigned",
    "on-the-way",
    "arrived",
    "access",
    "ready-to-serve",
    "action",
    "returning",
    "standby",
    "reserve",
    "out-of-service",
]
COMMITTED = frozenset({"assigned", "on-the-way", "arrived", "access", "ready-to-serve", "action"})
"""What a unit does that is at an incident, or on its way."""
Clock = Literal[
    "seen",
    "answered",
    "opened",
    "dispatched",
    "on-the-way",
    "arrived",
    "access",
    "ready-to-serve",
    "action",
    "under-control",
    "out",
    "returned",
    "ready-again",
]
TripClock = Literal["dispatched", "on-the-way", "arrived", "access", "ready-to-serve", "action", "returned"]
By = Literal["button", "command-line", "tracker", "radio"]
OtherStep = Literal["asked", "answered", "declined", "on-the-way", "arrived", "left"]


# ── who and what there is ────────────────────────────────────────────────────────────────────────────────────────────


class AgencyRegistered(Event, frozen=True):
    """A service, company brigade or other agency that owns units."""

    share = "region"
    agency: str
    name: str
    kind: str
    zone: str = "Asia/Makassar"
    own: bool = True


class StationRegistered(Event, frozen=True):
    """A place units leave from."""

    share = "region"
    station: str
    agency: str
    name: str
    lon: float
    lat: float
    headquarters: bool = False


class UnitRegistered(Event, frozen=True):
    """A vehicle with a call sign, or a change of it; capabilities come from its type unless named."""

    share = "region"
    unit: str
    agency: str
    station: str
    vehicle_type: str
    capabilities: tuple[str, ...] | None = None
    tank_l: int | None = None
    reserve: bool = False


class UnitWithdrawn(Event, frozen=True):
    """A unit no longer exists."""

    share = "region"
    unit: str


class TrackerLinked(Event, frozen=True):
    """Positions of this tracker are positions of this unit."""

    tracker: str
    unit: str


class PersonEntered(Event, frozen=True):
    """Somebody serves at a station: a code and what they can do; names live elsewhere."""

    person: str
    station: str
    crew: str
    competences: tuple[str, ...] = ()


class CrewSet(Event, frozen=True):
    """Who rides on a unit now: how many, and how many of them can do what."""

    unit: str
    people: int
    competences: dict[str, int]
    persons: tuple[str, ...] = ()


class RunCardSet(Event, frozen=True):
    """The agency decided what a type asks for at a level, here or anywhere."""

    card: str
    level: int
    units: dict[str, int]
    types: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    crew: dict[str, int] = {}
    min_crew: int = 0
    stop_short: tuple[str, ...] = ()


class RunCardRemoved(Event, frozen=True):
    """The agency's card at that level no longer holds; the standard one does."""

    card: str
    level: int


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class Proposed(msgspec.Struct, frozen=True):
    """A unit as the proposal showed it."""

    unit: str
    eta_s: float
    eta_sd_s: float
    fulfils: tuple[str, ...]
    why: str
    way: str


class ShownProposal(msgspec.Struct, frozen=True):
    """The proposal as the dispatcher saw it, kept with the decision."""

    at: datetime
    card: str
    level: int
    engine: str
    way: str
    units: tuple[Proposed, ...] = ()
    unmet: dict[str, int] = {}
    inside_probability: float | None = None
    cover_before: float | None = None
    cover_after: float | None = None
    reasons: tuple[str, ...] = ()


class UnitsDispatched(Event, frozen=True):
    """Units were sent to an incident, with the proposal as it was shown and why it was overruled, if it was."""

    share = "partner"
    dispatch: str
    incident: str
    units: tuple[str, ...]
    level: int
    proposal: ShownProposal | None = None
    override: Told | None = None
    after: dict[str, datetime] = {}
    """Units of which something of a later time was known when the order was given: for them it counts from then."""


class UnitPulled(Event, frozen=True):
    """A unit was taken from one incident for another."""

    share = "partner"
    unit: str
    incident: str
    to: str
    after: datetime | None = None
    """As in `UnitsDispatched`."""


class UnitCancelled(Event, frozen=True):
    """A unit need not go, or not stay."""

    share = "partner"
    unit: str
    incident: str
    reason: Told | None = None
    after: datetime | None = None
    """As in `UnitsDispatched`."""


class DispatchUnanswered(Event, frozen=True):
    """Nobody acknowledged a dispatch in time."""

    unit: str
    incident: str
    dispatch: str


class AlarmTaken(Event, frozen=True):
    """Somebody took an alarm on: what kind it was, and about which unit."""

    alarm: str
    alarm_kind: str = ""
    unit: str | None = None


class AlarmLevelRaised(Event, frozen=True):
    """The incident needs more than thought."""

    share = "partner"
    incident: str
    level: int
    reason: Told | None = None


class UnitStatusReported(Event, frozen=True):
    """A unit said what it does. `odd` names what it contradicts; it is recorded all the same. `left`: where it was
    until it said that it is free, naming no incident. Not `named`: the unit named no incident, and what stands here is
    what was known when it arrived; it counts for the incident the unit was on when it was seen."""

    share = "partner"
    unit: str
    status: Status
    incident: str | None = None
    by: By = "button"
    reason: Told | None = None
    odd: str | None = None
    left: str | None = None
    named: bool = True

    @property
    def names(self) -> str | None:
        """The incident that the unit named."""
        return self.incident if self.named else None


class UnitMoved(Event, frozen=True):
    """A unit stands by elsewhere (mutasi), or is at home again."""

    share = "partner"
    unit: str
    station: str
    standby: bool


class MarkSet(Event, frozen=True):
    """The incident reached a mark: under control, out."""

    share = "partner"
    incident: str
    clock: Clock
    at: datetime


class TimeCorrected(Event, frozen=True):
    """A time was wrong or missing; the former one stays in the log."""

    incident: str
    clock: Clock
    at: datetime | None
    unit: str | None = None
    was: datetime | None = None
    reason: Told | None = None


class TripRecorded(Event, frozen=True):
    """What a unit did at an incident while nobody could say so here; copied in later, it changes nothing of now.

    `own_was` and `first_was`: the unit's clocks and the incident's own that it changes, with what stood there (null: no
    time). Without them nobody noted that."""

    share = "partner"
    incident: str
    unit: str
    times: dict[TripClock, datetime]
    own_was: dict[TripClock, datetime | None] | None = None
    first_was: dict[TripClock, datetime | None] | None = None


class OtherStepped(Event, frozen=True):
    """Another agency was asked, answered, came or left."""

    share = "partner"
    incident: str
    other: str
    step: OtherStep
    note: Told | None = None


class TrackPoint(msgspec.Struct, frozen=True):
    """Where a unit was."""

    at: datetime
    lon: float
    lat: float


class IncidentClosed(Event, frozen=True):
    """Nothing more is to be done; each unit's thinned track goes into the log."""

    share = "partner"
    incident: str
    outcome: str
    note: Told | None = None
    tracks: dict[str, tuple[TrackPoint, ...]] = {}
    after: dict[str, datetime] = {}
    """As in `UnitsDispatched`."""


# ── from one shift to the next ───────────────────────────────────────────────────────────────────────────────────────

ShiftSide = Literal["giver", "taker"]
ShiftKind = Literal["incident", "closure", "out-of-service", "moved", "alarm"]


class ShiftLine(msgspec.Struct, frozen=True):
    """One thing the next shift must know: an open incident, a closed road, a unit that is out or elsewhere, an alarm.

    `subject` is its id, `code` what people call it (a number, a unit), `to` where a unit stands or what an alarm is."""

    kind: ShiftKind
    subject: str
    code: str = ""
    at: datetime | None = None
    until: datetime | None = None
    to: str = ""
    units: int = 0


class ShiftHandoverOpened(Event, frozen=True):
    """The control room is being handed over, with the list as it stood then; an older list is confirmed anew."""

    handover: str
    lines: tuple[ShiftLine, ...]
    note: Told | None = None


class ShiftHandoverConfirmed(Event, frozen=True):
    """One side said that everything was told, or understood; with the second one the next shift is on duty."""

    handover: str
    side: ShiftSide
    override: Told | None = None


class ShiftHandoverWithdrawn(Event, frozen=True):
    """The shift goes on after all."""

    handover: str


class UnitPosition(Reading, frozen=True):
    """Where a unit (or its tracker) is."""

    tracker: str
    at: datetime
    lon: float
    lat: float
    speed_mps: float | None = None
    course: float | None = None
    accuracy_m: float | None = None
    battery: float | None = None
