"""What the views of reports show, and what they are asked."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ....kernel.fields import Id
from ....kernel.records import Query
from ....standards import ObjectKind, ReportFile, Word
from ..events import Casualties
from ..responses import Response
from ..rules.checks import Gap

Instant = Annotated[datetime, Meta(tz=True)]
State = Literal["draft", "checked", "signed", "final", "history"]
Value = str | int | float | bool | None


class ListQuery(Query, frozen=True):
    """Reports in a state, of incidents opened from a time until another (exclusive), only those that miss something
    (or nothing), only those copied from an archive (or none of them); the newest first.

    Asked for no state, time or gap: those that wait for somebody first, however old, then those of the last quarter."""

    state: State | None = None
    since: Instant | None = None
    until: Instant | None = None
    missing: bool | None = None
    history: bool | None = None
    limit: Annotated[int, Meta(ge=1, le=2000)] = 200


class OfIncident(Query, frozen=True):
    """One incident."""

    incident: Id


class Period(Query, frozen=True):
    """Incidents opened from a time (inclusive) until another (exclusive), with their units if wanted."""

    since: Instant
    until: Instant
    units: bool = False


class ListRow(msgspec.Struct, frozen=True, kw_only=True):
    """A report in the list: how far it is, what it misses (codes of `gap`), the response received → ready. Not `timed`:
    of when it was only the day is known."""

    incident: str
    number: str
    type: str | None
    area: str | None
    place: str | None
    opened_at: str
    closed_at: str | None
    outcome: str | None
    state: str
    exercise: bool
    completeness: float
    missing: list[str]
    amendments: int
    reopened: bool
    response_s: int | None
    timed: bool


class ObjectRow(msgspec.Struct, frozen=True, kw_only=True):
    """The object; `owner` is a reference into the vault."""

    kind: str
    at: str
    actor: str
    construction: str = ""
    building_m2: float | None = None
    burnt_m2: float | None = None
    ark: int | None = None
    owner: str | None = None
    note: str | None = None


class CauseRow(msgspec.Struct, frozen=True, kw_only=True):
    """The cause, how sure it is, and what burned first."""

    cause: str
    basis: str
    at: str
    actor: str
    thing: str = ""
    note: str | None = None


class LossLineRow(msgspec.Struct, frozen=True, kw_only=True):
    """A thing that was lost."""

    what: str | None = None
    count: float | None = None
    unit: str = ""
    price_rp: int | None = None
    amount_rp: int | None = None


class LossRow(msgspec.Struct, frozen=True, kw_only=True):
    """Loss: `total_rp` adds up what is estimated, `open` counts the lines that are not; None: nothing is."""

    at: str
    actor: str
    total_rp: int | None
    open: int
    lines: list[LossLineRow] = []
    saved_rp: int | None = None
    basis: str | None = None


class VictimsRow(msgspec.Struct, frozen=True, kw_only=True):
    """Victims and those affected, counted; None is not yet known."""

    at: str
    actor: str
    citizens: Casualties = Casualties()
    staff: Casualties = Casualties()
    families: int | None = None
    affected: int | None = None
    displaced: int | None = None
    shelter: str | None = None
    to_serve_victims: int | None = None
    to_serve_affected: int | None = None
    served_victims: int | None = None
    served_affected: int | None = None


class PersonNoted(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was noted, without name: `name` is a reference into the vault."""

    victim: str
    kind: str
    outcome: str
    at: str
    actor: str
    name: str | None = None
    note: str | None = None


class WaterLineRow(msgspec.Struct, frozen=True, kw_only=True):
    """What was put on the fire."""

    agent: str
    source: str = ""
    measured: str = ""
    litres: float | None = None


class WaterRow(msgspec.Struct, frozen=True, kw_only=True):
    """All that was put on the fire: `total_l` adds up what was measured, `open` counts what was not."""

    at: str
    actor: str
    total_l: float | None
    open: int
    lines: list[WaterLineRow] = []


class ObstacleRow(msgspec.Struct, frozen=True, kw_only=True):
    """What held the crews up."""

    kind: str
    effect_s: int | None = None
    note: str | None = None


class ObstaclesRow(msgspec.Struct, frozen=True, kw_only=True):
    """All that held the crews up; empty: nothing did."""

    at: str
    actor: str
    lines: list[ObstacleRow] = []


class VolunteersRow(msgspec.Struct, frozen=True, kw_only=True):
    """Volunteers who acted before the crews."""

    at: str
    actor: str
    first_action_at: str | None = None
    group: str | None = None


class SummaryRow(msgspec.Struct, frozen=True, kw_only=True):
    """The closing words."""

    at: str
    actor: str
    text: str | None = None


class PhotoRow(msgspec.Struct, frozen=True, kw_only=True):
    """A picture of the scene (`field.medium`)."""

    medium: str
    caption: str | None = None
    taken_at: str | None = None


class PhotosRow(msgspec.Struct, frozen=True, kw_only=True):
    """The pictures that go with the report."""

    at: str
    actor: str
    photos: list[PhotoRow] = []


class StepRow(msgspec.Struct, frozen=True, kw_only=True):
    """A step of the report: who stood for it, when, and for what (`digest`, `content`); `current`: for the report and
    its times as they are now."""

    step: Literal["checked", "returned", "signed", "final"]
    at: str
    actor: str
    digest: str = ""
    content: str = ""
    post: str = ""
    reason: str | None = None
    current: bool = False


class AmendmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """A value that was changed after the signature: both stand. One saying may change several, under one number.

    `path` is section and field (`victims.affected`, `loss.lines.0.amount_rp`), `jam.` and the clock, or what changed of
    the incident (`type`, `area`, `place`, `point`, `exercise`, `state`, `outcome`); `unit` is set where the clock is a
    unit's. No `reason`: none was given. Words that were erased, and persons, show as references."""

    number: int
    section: str
    path: str
    old: Value
    new: Value
    reason: str | None
    actor: str
    at: str
    unit: str = ""


class InspectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A form of an inspection or investigation that was filed."""

    inspection: str
    form: str
    actor: str
    filed_at: str
    at: str | None = None
    answers: dict[str, str] = {}
    texts: dict[str, str | None] = {}


class HistoryRow(msgspec.Struct, frozen=True, kw_only=True):
    """The archive a report was copied from, and the kinds of incidents it records at all; none: it does not say."""

    source: str | None
    kinds: list[str]
    at: str
    actor: str


class ReportRow(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one report. A section that nobody said is None; `erased` names fields whose words were erased.

    `content` is the digest of what was judged, `digest` of that and of how the incident was answered: signing says
    both, and the signature holds for what they are the digests of."""

    incident: str
    number: str
    state: str
    exercise: bool
    response: Response
    place: str | None
    needed: list[str]
    missing: list[str]
    completeness: float
    validation: list[Gap]
    object: ObjectRow | None
    cause: CauseRow | None
    loss: LossRow | None
    victims: VictimsRow | None
    people: list[PersonNoted]
    water: WaterRow | None
    obstacles: ObstaclesRow | None
    volunteers: VolunteersRow | None
    summary: SummaryRow | None
    photos: PhotosRow | None
    steps: list[StepRow]
    amendments: list[AmendmentRow]
    inspections: list[InspectionRow]
    history: HistoryRow | None
    erased: list[str]
    reopened_at: str | None
    content: str
    digest: str


class VictimRow(msgspec.Struct, frozen=True, kw_only=True):
    """A person of the report, with the name from the vault; `owner`: whose the object is."""

    victim: str
    kind: Literal["direct", "affected", "owner"]
    outcome: str
    name: str | None
    note: str | None = None


class StandardsRow(msgspec.Struct, frozen=True):
    """Every code a report uses, with its names; `kind` and `thing` are the objects of places."""

    object: tuple[ObjectKind, ...]
    cause: tuple[Word, ...]
    report: ReportFile
