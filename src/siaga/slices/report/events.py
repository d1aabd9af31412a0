"""What can have happened to a report: what people judged of an incident, who checked, signed and finished it.

A section said again replaces the former one; after the signature it says why (`reason`), and both are shown."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ...kernel.fields import Id
from ...kernel.records import Event, Personal, Told

Basis = Literal["suspected", "investigated"]
VictimKind = Literal["direct", "affected"]
FormId = Literal["pendataan", "inspeksi", "investigasi"]
Part = Annotated[str, Meta(pattern=r"^[a-z0-9.-]{0,40}$", description="a code of the standards, or empty")]
Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Rupiah = Annotated[int, Meta(ge=0, le=1_000_000_000_000_000)]
Amount = Annotated[float, Meta(ge=0, le=1_000_000_000)]


# ── what people judge ────────────────────────────────────────────────────────────────────────────────────────────────


class ObjectDescribed(Event, frozen=True):
    """What burned or was hit, how it was built, how much of it burned; whose it is lies in the vault."""

    incident: str
    kind: str
    construction: str = ""
    building_m2: float | None = None
    burnt_m2: float | None = None
    ark: int | None = None
    owner: Personal | None = None
    note: Told | None = None
    reason: Told | None = None


class CauseStated(Event, frozen=True):
    """Why it burned and what burned first, suspected or found by investigation; `unknown` is an answer."""

    incident: str
    cause: str
    basis: Basis = "suspected"
    thing: str = ""
    note: Told | None = None
    reason: Told | None = None


class LossLine(msgspec.Struct, frozen=True):
    """One thing that was lost; an amount that nobody could say yet is None, never 0."""

    what: Told
    count: Amount | None = None
    unit: Annotated[str, Meta(pattern=r"^[A-Za-z²³./ ]{0,12}$")] = ""
    price_rp: Rupiah | None = None
    amount_rp: Rupiah | None = None


class LossStated(Event, frozen=True):
    """What was lost, line by line, what was saved, and what the amounts rest on; no line: nothing was lost."""

    incident: str
    lines: tuple[LossLine, ...] = ()
    saved_rp: int | None = None
    basis: Told | None = None
    reason: Told | None = None


class Casualties(msgspec.Struct, frozen=True):
    """How many people; None is not yet known."""

    dead: Count | None = None
    heavy: Count | None = None
    light: Count | None = None
    rescued: Count | None = None


class VictimsCounted(Event, frozen=True):
    """How many were hurt, rescued, affected and displaced, and how many of those who had to be served were."""

    incident: str
    citizens: Casualties = Casualties()
    staff: Casualties = Casualties()
    families: int | None = None
    affected: int | None = None
    displaced: int | None = None
    shelter: Told | None = None
    to_serve_victims: int | None = None
    to_serve_affected: int | None = None
    served_victims: int | None = None
    served_affected: int | None = None
    reason: Told | None = None


class VictimNoted(Event, frozen=True):
    """Somebody was hurt or affected: the name lies in the vault."""

    incident: str
    victim: str
    kind: VictimKind
    outcome: str
    name: Personal | None = None
    note: Personal | None = None
    reason: Told | None = None


class VictimStruck(Event, frozen=True):
    """Somebody was noted by mistake, or twice."""

    incident: str
    victim: str
    reason: Told | None = None


class WaterLine(msgspec.Struct, frozen=True):
    """What was put on the fire, from where, and how it was measured; None: nobody measured."""

    agent: Part
    source: Part = ""
    measured: Part = ""
    litres: Amount | None = None


class WaterStated(Event, frozen=True):
    """What was put on the fire; no line: nothing was."""

    incident: str
    lines: tuple[WaterLine, ...] = ()
    reason: Told | None = None


class Obstacle(msgspec.Struct, frozen=True):
    """What held the crews up, and by how much."""

    kind: Part
    effect_s: Annotated[int, Meta(ge=0, le=86_400)] | None = None
    note: Told | None = None


class ObstaclesStated(Event, frozen=True):
    """What held the crews up; no line: nothing did."""

    incident: str
    lines: tuple[Obstacle, ...] = ()
    reason: Told | None = None


class VolunteersActed(Event, frozen=True):
    """Volunteers acted before the crews, from when; no time: it is not known when."""

    incident: str
    first_action_at: datetime | None = None
    group: Told | None = None
    reason: Told | None = None


class Summarised(Event, frozen=True):
    """The reporter's own closing words; the course of events is written from the log."""

    incident: str
    text: Told
    reason: Told | None = None


class Photo(msgspec.Struct, frozen=True):
    """A picture of the scene (`field.media-attached`) and what it shows; `taken_at`: when it was taken, of one that was
    added later."""

    medium: Id
    caption: Told | None = None
    taken_at: Annotated[datetime, Meta(tz=True)] | None = None


class PhotosChosen(Event, frozen=True):
    """Which pictures of the scene go with the report."""

    incident: str
    photos: tuple[Photo, ...] = ()
    reason: Told | None = None


class InspectionFiled(Event, frozen=True):
    """A form of an inspection or investigation after the fire; the same one filed again replaces it."""

    incident: str
    inspection: str
    form: FormId
    answers: dict[str, str] = {}
    texts: dict[str, Told] = {}
    at: datetime | None = None


class HistoryKept(Event, frozen=True):
    """The report was copied from an archive (`source`: from where in it): it says what that said, and waits for nobody.

    `kinds`: the kinds of incidents the archive records at all; of other kinds it proves nothing. None: it does not
    say."""

    incident: str
    source: Told | None = None
    kinds: tuple[str, ...] = ()


# ── who stands for it ────────────────────────────────────────────────────────────────────────────────────────────────


class ReportChecked(Event, frozen=True):
    """The reporter says that it is complete and right. `digest` and `content`: as it stood then."""

    incident: str
    digest: str
    content: str = ""


class ReportReturned(Event, frozen=True):
    """It must be worked on again before anybody signs."""

    incident: str
    reason: Told


class ReportSigned(Event, frozen=True):
    """The actor of the entry signed it as it stood; what is said from now on is an amendment."""

    incident: str
    digest: str
    content: str = ""
    post: str = ""
    override: Told | None = None


class ReportFinished(Event, frozen=True):
    """The head of the service made it final."""

    incident: str
    digest: str
    content: str = ""
    override: Told | None = None


# ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────

Pair = Literal["answered:ready-to-serve", "answered:arrived"]
Quarterly = Literal["e-spm", "sipadam", "lppd"]


class CountingRulesChosen(Event, frozen=True):
    """How the agency counts for the minimum service standard; before it chose, the defaults hold.

    `borders`: beginnings of area codes that are its own, none: every area that is known. `left_out`: types not counted.
    `of_partners`: incidents of other nodes count too, as a province's do. `recipients` and `quality` weigh the index.
    `due_days`: days after a quarter until it must have been sent."""

    pair: Pair = "answered:ready-to-serve"
    land_fires: bool = False
    outside_area: bool = False
    borders: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    of_partners: bool = False
    limit_s: int = 900
    recipients: float = 0.8
    quality: float = 0.2
    due_days: int = 15


class QualityStated(Event, frozen=True):
    """What a quality item came to in a quarter (0: the year), and where its evidence lies; None: not yet known."""

    year: int
    quarter: int
    item: int
    numerator: float | None = None
    denominator: float | None = None
    evidence: Told | None = None


class FiguresPublished(Event, frozen=True):
    """From now on everybody may see the figures of `report.public`, or nobody may any more."""

    on: bool = True


class QuarterReminded(Event, frozen=True):
    """A quarter was over and had not been sent where it must go; the how-manieth time that is said."""

    year: int
    quarter: int
    times: int = 1


class QuarterSent(Event, frozen=True):
    """A quarter's figures (0: the year's) were sent, and this was given as receipt."""

    year: int
    quarter: int
    to: Quarterly
    sent_at: datetime
    receipt: Told | None = None
