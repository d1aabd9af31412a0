"""What can have happened at the scene: command, crews, air, accountability, MAYDAY, tasks, hazards, hand-over.

Safety facts (who entered, who left, a pressure, a PAR result, a MAYDAY) are observations: recorded whenever they
arrive, ordered by when they were seen, never overwritten. Orders are decided by the one node that holds the field part.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ...kernel.fields import Id, Lat, Lon
from ...kernel.records import Event, Media, Told

ParResult = Literal["complete", "short", "no-answer"]
AirMark = Literal["check", "goal", "new-cylinder"]
AirLevel = Literal["soon", "turn-back", "whistle"]
MaydayNeed = Literal["trapped", "lost", "air", "injured", "fallen", "other"]
MaydayOutcome = Literal["rescued", "self-rescued", "mistaken", "recovered"]
SectorKind = Literal["sector", "division", "group", "medical", "water", "other"]
TaskKind = Literal["objective", "task"]
TaskStep = Literal["open", "going", "done", "dropped"]
Side = Literal["giver", "taker"]
Subject = Literal["situation", "crews", "tasks", "hazards", "resources"]
By = Literal["self", "radio"]
HazardShape = Literal["point", "line", "area"]
RequestStep = Literal["seen", "declined", "on-the-way", "arrived", "released"]
MediaKind = Literal["photo", "voice"]
Holds = Literal["first", "second", "both", "neither"]

STAGING, REHAB = "staging", "rehab"
"""Places every scene has, without anybody opening them."""


# ── command ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class CommandAssumed(Event, frozen=True):
    """Somebody took command who was there first, or over a commander's head with a reason."""

    share = "partner"
    incident: str
    holder: str
    override: Told | None = None


class PostFilled(Event, frozen=True):
    """Somebody holds a post of the structure below the commander."""

    share = "partner"
    incident: str
    post: str
    holder: str


class PostVacated(Event, frozen=True):
    """A post is empty again."""

    share = "partner"
    incident: str
    post: str


class HandoverOpened(Event, frozen=True):
    """The commander begins to hand command to somebody; he stays commander until the last square is ticked."""

    share = "partner"
    handover: str
    incident: str
    giver: str
    taker: str


class HandoverChecked(Event, frozen=True):
    """One side said that a subject was explained or understood; over the radio, when a colleague ticked for it."""

    share = "partner"
    handover: str
    incident: str
    side: Side
    subject: Subject
    by: By = "self"


class HandoverWithdrawn(Event, frozen=True):
    """Command is not handed over after all."""

    share = "partner"
    handover: str
    incident: str


class ChannelSet(Event, frozen=True):
    """The radio channel (talkgroup) of the incident, or of one sector."""

    share = "partner"
    incident: str
    channel: str
    sector: str = ""


class SectorSet(Event, frozen=True):
    """A sector is worked in, or was renamed or got another leader."""

    share = "partner"
    sector: str
    incident: str
    name: str
    kind: SectorKind = "sector"
    leader: str = ""


class SectorClosed(Event, frozen=True):
    """Nobody works in the sector any more."""

    share = "partner"
    sector: str
    incident: str


class TaskSet(Event, frozen=True):
    """Something is to be done or reached, by a crew, a sector or a post; `code` names a common one, `text` another."""

    share = "partner"
    task: str
    incident: str
    kind: TaskKind
    code: str = ""
    text: Told | None = None
    crew: str = ""
    sector: str = ""
    post: str = ""
    due_at: datetime | None = None


class TaskStepped(Event, frozen=True):
    """A task goes on, is done, was dropped, or is open again."""

    share = "partner"
    task: str
    incident: str
    step: TaskStep
    note: Told | None = None


# ── crews: where everybody is ────────────────────────────────────────────────────────────────────────────────────────


class Wearer(msgspec.Struct, frozen=True):
    """Somebody who goes in: a person code, or "1", "2" where none is known; pressure and cylinder if he wears air."""

    person: Id
    bar: Annotated[float, Meta(ge=0, le=450, description="gauge pressure, bar")] | None = None
    cylinder: Annotated[str, Meta(max_length=40)] = ""


class CrewFormed(Event, frozen=True):
    """A crew that no dispatched unit brought, or part of one: volunteers, a company brigade, a split team."""

    share = "partner"
    crew: str
    incident: str
    label: str
    people: int
    unit: str = ""
    agency: str = ""
    persons: tuple[str, ...] = ()


class CrewMoved(Event, frozen=True):
    """A crew belongs to another sector now, to staging or to rehab."""

    share = "partner"
    incident: str
    crew: str
    to: str


class CrewEntered(Event, frozen=True):
    """People of a crew went in."""

    share = "partner"
    incident: str
    crew: str
    sector: str
    wearers: tuple[Wearer, ...]


class CrewLeft(Event, frozen=True):
    """People of a crew came out: these, or all."""

    share = "partner"
    incident: str
    crew: str
    persons: tuple[str, ...] = ()


class AirRead(Event, frozen=True):
    """Somebody read a pressure."""

    share = "partner"
    incident: str
    crew: str
    person: str
    bar: float
    mark: AirMark = "check"
    cylinder: str = ""


class AirLow(Event, frozen=True):
    """By what was read, somebody is near turning back, at it, or at the whistle; computed when its time came."""

    share = "partner"
    incident: str
    crew: str
    person: str
    level: AirLevel


class ParCalled(Event, frozen=True):
    """Every crew of a sector, or of the whole scene, is asked whether it is complete."""

    share = "partner"
    par: str
    incident: str
    sector: str = ""


class ParReported(Event, frozen=True):
    """A crew is complete, short, or does not answer; to a call (`par`), or by itself."""

    share = "partner"
    incident: str
    crew: str
    result: ParResult
    present: int | None = None
    par: str = ""


class ParOverdue(Event, frozen=True):
    """A crew was not accounted for in time."""

    share = "partner"
    incident: str
    crew: str
    due_at: datetime
    times: int = 1
    since: str = ""  # from when the interval counted, as `records.written`


class ContactLost(Event, frozen=True):
    """A crew, or somebody of it, does not answer."""

    share = "partner"
    incident: str
    crew: str
    person: str = ""


class ContactRegained(Event, frozen=True):
    """Who did not answer was heard or seen again."""

    share = "partner"
    incident: str
    crew: str


class ConflictResolved(Event, frozen=True):
    """A person said which of two contradicting observations holds; both stay in the log."""

    share = "partner"
    incident: str
    crew: str
    conflict: str
    holds: Holds
    note: Told | None = None

    @property
    def left_out(self) -> frozenset[str]:
        """The asks whose observations no longer count."""
        return left_out({self.conflict: self.holds})


def left_out(resolved: Mapping[str, Holds]) -> frozenset[str]:
    """The asks that no longer count by what was said of each conflict, named kind/first ask/second ask/person."""
    if not resolved:
        return frozenset()
    gone: set[str] = set()
    for conflict, holds in resolved.items():
        _, first, second, *_ = [*conflict.split("/"), "", "", ""]
        gone |= {"first": {second}, "second": {first}, "both": set[str](), "neither": {first, second}}[holds]
    return frozenset(gone - {""})


# ── danger to our own ────────────────────────────────────────────────────────────────────────────────────────────────


class MaydayCalled(Event, frozen=True):
    """Somebody of ours is in danger to life."""

    share = "partner"
    mayday: str
    incident: str
    crew: str = ""
    person: str = ""
    sector: str = ""
    bar: float | None = None
    need: MaydayNeed = "other"
    where: Told | None = None


class MaydayStepped(Event, frozen=True):
    """A step of the MAYDAY checklist was taken, or taken back."""

    share = "partner"
    mayday: str
    incident: str
    step: str
    done: bool = True
    crew: str = ""


class MaydayEnded(Event, frozen=True):
    """The MAYDAY is over."""

    share = "partner"
    mayday: str
    incident: str
    outcome: MaydayOutcome
    note: Told | None = None


class EvacuationOrdered(Event, frozen=True):
    """Everybody out of a sector, or of the whole scene."""

    share = "partner"
    evacuation: str
    incident: str
    sector: str = ""
    reason: Told | None = None


class EvacuationAcknowledged(Event, frozen=True):
    """A crew heard the evacuation order."""

    share = "partner"
    evacuation: str
    incident: str
    crew: str


class EvacuationUnanswered(Event, frozen=True):
    """Crews have not acknowledged an evacuation order in time."""

    share = "partner"
    evacuation: str
    incident: str
    crews: tuple[str, ...]
    times: int = 1


class EvacuationEnded(Event, frozen=True):
    """The evacuation order is over."""

    share = "partner"
    evacuation: str
    incident: str


class AlarmTaken(Event, frozen=True):
    """Somebody took an alarm of the scene on: what kind it was, and about which crew, as far as that was known here."""

    share = "partner"
    incident: str
    alarm: str
    alarm_kind: str = ""
    crew: str = ""


# ── the scene ────────────────────────────────────────────────────────────────────────────────────────────────────────


class Point(msgspec.Struct, frozen=True):
    """A place on the map."""

    lon: Lon
    lat: Lat


class HazardMarked(Event, frozen=True):
    """A danger, or an area nobody may enter, is drawn on the map."""

    share = "partner"
    hazard: str
    incident: str
    kind: str
    shape: HazardShape
    points: tuple[Point, ...]
    radius_m: float | None = None
    no_go: bool = False
    note: Told | None = None


class HazardCleared(Event, frozen=True):
    """The danger is gone, or was drawn by mistake."""

    share = "partner"
    hazard: str
    incident: str


class WindReported(Event, frozen=True):
    """Where the wind comes from, as somebody saw or measured it."""

    share = "partner"
    incident: str
    from_deg: float
    speed_mps: float | None = None


class ResourceRequested(Event, frozen=True):
    """The scene asks for something: a kind of unit, an agency, a thing."""

    share = "partner"
    request: str
    incident: str
    what: str
    count: int = 1
    note: Told | None = None


class ResourceStepped(Event, frozen=True):
    """What was asked for was seen, declined, is on its way, arrived, or was released."""

    share = "partner"
    request: str
    incident: str
    step: RequestStep
    eta_at: datetime | None = None
    unit: str = ""
    note: Told | None = None


class Need(msgspec.Struct, frozen=True):
    """What burns or may burn, for the water it needs by Permen PU 20/2009."""

    volume_m3: Annotated[float, Meta(gt=0, le=10_000_000)]
    hazard_class: Annotated[int, Meta(ge=3, le=7, description="ARK")]
    construction: Annotated[float, Meta(gt=0, le=2, description="AKK")]
    exposed: bool = False


class Shuttle(msgspec.Struct, frozen=True):
    """Tankers between a source and the fire: metres one way, litres and how many, fill and drop in litres a minute."""

    distance_m: Annotated[float, Meta(ge=0, le=200_000)]
    tanker_l: Annotated[float, Meta(gt=0, le=100_000)]
    tankers: Annotated[int, Meta(ge=1, le=40)]
    fill_lpm: Annotated[float, Meta(gt=0, le=20_000)]
    drop_lpm: Annotated[float, Meta(gt=0, le=20_000)]


class WaterSource(msgspec.Struct, frozen=True):
    """A hydrant, reservoir or open water that is used, and what it gives in litres a minute."""

    source: Id
    flow_lpm: Annotated[float, Meta(ge=0, le=60_000)]
    volume_l: Annotated[float, Meta(ge=0)] | None = None


class WaterPlanned(Event, frozen=True):
    """How much water is needed and where it comes from, as the scene sees it now; the newest plan holds."""

    share = "partner"
    incident: str
    need: Need | None = None
    sources: tuple[WaterSource, ...] = ()
    shuttle: Shuttle | None = None
    tank_l: float = 0


class SitrepSent(Event, frozen=True):
    """A situation report: what the board said at that moment, and what the commander added."""

    share = "region"
    sitrep: str
    incident: str
    facts: dict[str, str | int | float | list[str]]
    note: Told | None = None


class MediaAttached(Event, frozen=True):
    """A photo or a voice note of the scene; the content lies in the vault, people may be in it."""

    media: str
    incident: str
    kind: MediaKind
    mime: str
    content: Media
    crew: str = ""
    lon: float | None = None
    lat: float | None = None
    note: Told | None = None


# ── who decides ──────────────────────────────────────────────────────────────────────────────────────────────────────


class FieldOffered(Event, frozen=True):
    """The node that decides offers the field part of an incident to another: from now on it is in transit."""

    share = "partner"
    incident: str
    node: str
    epoch: int


class FieldTaken(Event, frozen=True):
    """The other node took the field part: it decides."""

    share = "partner"
    incident: str
    node: str
    epoch: int


class FieldRecalled(Event, frozen=True):
    """The city takes the field part back without an answer: the epoch rises, what comes late is kept and shown.

    `node` had it, or was about to get it; of what it ordered, positions of its log up to `seen` had arrived and stand,
    all later ones are late orders."""

    share = "partner"
    incident: str
    epoch: int
    reason: Told | None = None
    node: str = ""
    seen: int = 0


class LateOrderSettled(Event, frozen=True):
    """A person said what becomes of a late order: it stands, as of its own time, or has no effect for good."""

    share = "partner"
    incident: str
    conflict: str
    stands: bool
    note: Told | None = None
