"""What screens of the scene read: the rows of the field views."""

from typing import Any

import msgspec

from ....kernel.records import Query
from ..events import HazardShape, Need, Point, Shuttle, WaterSource
from ..rules.crewfold import Crew


class IncidentQuery(Query, frozen=True):
    """One incident."""

    incident: str


class PartRow(msgspec.Struct, frozen=True):
    """Which node decides about the scene; `here` is this node, `to` where it is on its way, `home` the city's."""

    here: str
    node: str
    phase: str
    to: str
    epoch: int
    since: str
    home: str = ""


class CommanderRow(msgspec.Struct, frozen=True):
    """Who commands, since when."""

    holder: str
    account: str
    since: str


class PostRow(msgspec.Struct, frozen=True):
    """Who holds a post of the structure."""

    post: str
    holder: str
    since: str


class CheckRow(msgspec.Struct, frozen=True):
    """A square of the hand-over, ticked."""

    side: str
    subject: str
    at: str
    by: str
    account: str


class HandoverRow(msgspec.Struct, frozen=True):
    """A hand-over of command that goes on: done when all ten squares are ticked."""

    handover: str
    giver: str
    taker: str
    at: str
    checks: list[CheckRow]


class SectorRow(msgspec.Struct, frozen=True):
    """A sector that is worked in."""

    sector: str
    name: str
    kind: str
    leader: str
    channel: str
    opened_at: str


class ParRow(msgspec.Struct, frozen=True):
    """A PAR call; the crews' answers stand with the crews."""

    par: str
    at: str
    sector: str


class MaydayStepRow(msgspec.Struct, frozen=True):
    """A step of the checklist that was taken."""

    step: str
    at: str
    crew: str


class MaydayRow(msgspec.Struct, frozen=True):
    """A MAYDAY, open until `ended_at`."""

    mayday: str
    at: str
    crew: str
    person: str
    sector: str
    bar: float | None
    need: str
    where: str | None
    steps: list[MaydayStepRow]
    ended_at: str | None
    outcome: str | None


class EvacuationRow(msgspec.Struct, frozen=True):
    """An evacuation order and which crews have heard it."""

    evacuation: str
    at: str
    sector: str
    reason: str | None
    acknowledged: dict[str, str]
    ended_at: str | None


class TaskRow(msgspec.Struct, frozen=True):
    """A task or an objective."""

    task: str
    kind: str
    code: str
    text: str | None
    crew: str
    sector: str
    post: str
    due_at: str | None
    set_at: str
    step: str
    stepped_at: str
    note: str | None


class HazardRow(msgspec.Struct, frozen=True):
    """A danger on the map."""

    hazard: str
    kind: str
    shape: HazardShape
    points: list[Point]
    radius_m: float | None
    no_go: bool
    note: str | None
    at: str


class WindRow(msgspec.Struct, frozen=True):
    """The wind as last seen."""

    from_deg: float
    speed_mps: float | None
    at: str


class RequestRow(msgspec.Struct, frozen=True):
    """Something the scene asked for, and how far it is."""

    request: str
    what: str
    count: int
    note: str | None
    at: str
    step: str
    stepped_at: str
    eta_at: str | None
    unit: str


class LateOrderRow(msgspec.Struct, frozen=True):
    """An order of another node that has no effect until a person settles it."""

    conflict: str
    kind: str
    node: str
    epoch: int
    at: str
    facts: dict[str, str]


class BoardRow(msgspec.Struct, frozen=True):
    """Everything a commander sees of one incident; one row."""

    incident: str
    number: str
    type: str | None
    place: str | None
    lon: float
    lat: float
    level: int
    life_risk: bool
    exercise: bool
    opened_at: str
    answered_at: str
    state: str
    channel: str
    part: PartRow
    commander: CommanderRow | None
    posts: list[PostRow]
    handover: HandoverRow | None
    sectors: list[SectorRow]
    crews: list[Crew]
    pars: list[ParRow]
    maydays: list[MaydayRow]
    evacuations: list[EvacuationRow]
    tasks: list[TaskRow]
    hazards: list[HazardRow]
    wind: WindRow | None
    requests: list[RequestRow]
    late_orders: list[LateOrderRow]


class SceneRow(msgspec.Struct, frozen=True):
    """One open incident in short, for lists and the wall."""

    incident: str
    number: str
    commander: str | None
    since: str | None
    crews: int
    people: int
    inside: int
    maydays: int
    evacuations: int
    conflicts: int
    node: str
    phase: str


class AlarmRow(msgspec.Struct, frozen=True):
    """An alarm of a scene: mayday, evacuation, par-overdue, air-low, contact-lost, evacuation-unanswered."""

    alarm: str
    kind: str
    incident: str
    number: str
    crew: str
    person: str
    at: str
    level: str
    times: int
    taken_at: str | None
    taken_by: str | None


class JournalRow(msgspec.Struct, frozen=True):
    """An event of the scene in the journal of its incident."""

    position: int
    at: str
    kind: str
    crew: str
    actor: str
    device: str | None
    origin: str | None
    facts: dict[str, Any]
    note: str | None


class WaterRow(msgspec.Struct, frozen=True):
    """The water plan that holds: what was entered; the figures stand in `field.water-figures`."""

    at: str
    need: Need | None
    sources: list[WaterSource]
    shuttle: Shuttle | None
    tank_l: float


class SitrepDraftRow(msgspec.Struct, frozen=True):
    """What a situation report would say now."""

    facts: dict[str, str | int | float | list[str]]


class SitrepRow(msgspec.Struct, frozen=True):
    """A situation report that was sent."""

    sitrep: str
    at: str
    actor: str
    facts: dict[str, str | int | float | list[str]]
    note: str | None


class MediaRow(msgspec.Struct, frozen=True):
    """A photo or a voice note; its content is read by `field.medium`, and that reading is logged. Erasing takes the
    `subject`."""

    media: str
    at: str
    kind: str
    mime: str
    crew: str
    lon: float | None
    lat: float | None
    note: str | None
    actor: str
    subject: str
    erased: bool
