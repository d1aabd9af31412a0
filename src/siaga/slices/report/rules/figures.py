"""Commands of figures: how an agency counts, what it says of the quality items, that a quarter was sent."""

from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from ....kernel.fields import FUTURE_SLACK, Code
from ....kernel.records import Ask, Command, Decision, Due, Event, Refusal, Told
from ....kernel.words import blank
from ....standards import incident_types
from .. import events
from ..events import Pair
from .counting import STANDARD_LIMIT_S, period

Year = Annotated[int, Meta(ge=2000, le=2100)]
Quarter = Annotated[int, Meta(ge=0, le=4)]
"""1 to 4; 0 is the year."""
Share = Annotated[float, Meta(ge=0, le=1)]
Border = Annotated[str, Meta(pattern=r"^[0-9A-Za-z.-]{1,20}$")]
ITEMS = 6
REQUIRED: dict[bool, events.Quarterly] = {False: "e-spm", True: "lppd"}
"""Where a quarter (False) and the year (True) must be sent; they go elsewhere too, where the service does so."""
REMIND_AGAIN = timedelta(days=7)
LAST_REMINDER = 53


class ChooseCountingRules(Command, frozen=True):
    """Choose once how the agency counts for the minimum service standard; every page prints it."""

    pair: Pair = "answered:ready-to-serve"
    land_fires: bool = False
    outside_area: bool = False
    borders: Annotated[tuple[Border, ...], Meta(max_length=100)] = ()
    left_out: Annotated[tuple[Code, ...], Meta(max_length=50)] = ()
    of_partners: bool = False
    limit_s: Annotated[int, Meta(ge=60, le=7200)] = STANDARD_LIMIT_S
    recipients: Share = 0.8
    quality: Share = 0.2
    due_days: Annotated[int, Meta(ge=1, le=90)] = 15


class StateQuality(Command, frozen=True):
    """Say what a quality item came to in a quarter and where the evidence lies; None: not yet known."""

    year: Year
    quarter: Quarter
    item: Annotated[int, Meta(ge=1, le=ITEMS)]
    numerator: Annotated[float, Meta(ge=0, le=1e9)] | None = None
    denominator: Annotated[float, Meta(ge=0, le=1e9)] | None = None
    evidence: Told | None = None


class RecordSending(Command, frozen=True):
    """Say that a quarter (0: the year) was sent, where to, and what was given as receipt."""

    year: Year
    quarter: Quarter
    to: Literal["e-spm", "sipadam", "lppd"]
    sent_at: datetime
    receipt: Told


class PublishFigures(Command, frozen=True):
    """Show the figures of a year to everybody, without sign-in, on the public page; or no longer. Off until asked for.

    Nothing a person could be found by is on it: counts only, the small ones withheld."""

    on: bool


class RemindOfQuarter(Command, frozen=True):
    """Ask, when a quarter is over and every week after, whether it was sent; asked by the timer."""

    year: Year
    quarter: Annotated[int, Meta(ge=1, le=4)]
    times: Annotated[int, Meta(ge=1, le=LAST_REMINDER)] = 1


class CountingKnown(msgspec.Struct, frozen=True):
    """The rules that hold, whether somebody chose them, and the time zone of the service."""

    rules: events.CountingRulesChosen
    chosen: bool = True
    zone: str = "UTC"


class QuarterKnown(msgspec.Struct, frozen=True):
    """Of a quarter: when it ends, what the quality item asked about says now, whether it was sent where it must go."""

    ends: datetime
    item: tuple[float | None, float | None] | None = None
    sent: bool = False
    zone: str = "UTC"


def choose_counting_rules(cmd: ChooseCountingRules, known: CountingKnown, ask: Ask) -> Decision:
    """Weights are parts of one, types must be known; the same rules again change nothing. From now on every quarter is
    reminded of."""
    for number, name in enumerate(cmd.left_out):
        if name not in incident_types():
            return Refusal(code="report.unknown-type", facts={"field": f"left_out.{number}", "type": name})
    if abs(cmd.recipients + cmd.quality - 1) > 1e-9:
        return Refusal(code="report.weights-not-one", facts={"field": "quality"})
    chosen = msgspec.convert(msgspec.structs.asdict(cmd), events.CountingRulesChosen)
    if known.chosen and chosen == known.rules:
        return []
    here = ask.now.astimezone(ZoneInfo(known.zone))
    return [chosen, _reminder(here.year, (here.month + 2) // 3, known.zone)]


def publish_figures(cmd: PublishFigures, known: bool, ask: Ask) -> Decision:
    """Asked again it changes nothing."""
    return [] if cmd.on == known else [events.FiguresPublished(cmd.on)]


def state_quality(cmd: StateQuality, known: QuarterKnown, ask: Ask) -> Decision:
    """A part is never more than its whole, and a whole of nothing has no share."""
    if cmd.numerator is not None and cmd.denominator is not None and cmd.numerator > cmd.denominator:
        return Refusal(code="report.part-above-whole", facts={"field": "numerator"})
    if cmd.evidence is None and known.item == (cmd.numerator, cmd.denominator):
        return []
    return [events.QualityStated(cmd.year, cmd.quarter, cmd.item, cmd.numerator, cmd.denominator, cmd.evidence)]


def record_sending(cmd: RecordSending, known: QuarterKnown, ask: Ask) -> Decision:
    """A quarter is sent after it ended, and not in the future; a receipt of blanks is none."""
    if blank(cmd.receipt):
        return Refusal(code="report.field-empty", facts={"field": "receipt"})
    if cmd.sent_at > ask.now + FUTURE_SLACK:
        return Refusal(code="report.sent-in-future", facts={"field": "sent_at"})
    if cmd.sent_at < known.ends:
        return Refusal(code="report.quarter-not-over", facts={"field": "sent_at"})
    return [events.QuarterSent(cmd.year, cmd.quarter, cmd.to, cmd.sent_at, cmd.receipt)]


def remind_of_quarter(cmd: RemindOfQuarter, known: QuarterKnown, ask: Ask) -> Decision:
    """Once when the quarter is over, then every week until it was sent; the next quarter has its own turn."""
    left: list[Event | Due] = []
    if cmd.times == 1:
        year, quarter = (cmd.year + 1, 1) if cmd.quarter == 4 else (cmd.year, cmd.quarter + 1)
        left.append(_reminder(year, quarter, known.zone))
    if known.sent:
        return left
    if cmd.times < LAST_REMINDER:
        again = RemindOfQuarter(cmd.year, cmd.quarter, cmd.times + 1)
        left.append(Due(f"quarter.{cmd.year}.{cmd.quarter}.{again.times}", ask.now + REMIND_AGAIN, again))
    return [events.QuarterReminded(cmd.year, cmd.quarter, cmd.times), *left]


def _reminder(year: int, quarter: int, zone: str) -> Due:
    _, end = period(year, quarter, None, zone)
    return Due(f"quarter.{year}.{quarter}", end, RemindOfQuarter(year, quarter))
