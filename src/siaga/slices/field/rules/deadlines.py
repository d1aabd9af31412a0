"""When a crew must be accounted for and when a wearer's air runs short: arithmetic over what was seen, no clock."""

from datetime import datetime, timedelta

import msgspec

from ....engine.air import Reading, Worn, air
from ....engine.air_rules import AirRules, Cylinder
from ....kernel.records import Ask, read_time
from ..events import REHAB, STAGING, AirLevel
from .crewfold import Crew, Inside, Rest

LATE = timedelta(seconds=30)
"""An ask that is older than this comes from an outbox that drains: what came after it may be right behind."""
LEVELS: tuple[AirLevel, ...] = ("soon", "turn-back", "whistle")


class Figures(msgspec.Struct, frozen=True):
    """The service's figures: seconds between PARs inside and in a sector, to answer one, between reminders, and to
    answer an evacuation order; rest and air."""

    inside_s: float
    sector_s: float
    answer_s: float
    again_s: float
    evacuation_s: float
    rest: Rest
    air: AirRules


class Call(msgspec.Struct, frozen=True):
    """A PAR call: when, and of which sector; empty for the whole scene."""

    at: str
    sector: str


class Deadline(msgspec.Struct, frozen=True):
    """Until when a crew must be accounted for, and from when that was counted."""

    since: str
    at: datetime


class Overdue(msgspec.Struct, frozen=True):
    """What was last said of a crew that was not accounted for: counted from when, how often."""

    since: str
    times: int


def drains(ask: Ask) -> bool:
    """Whether the ask comes from an outbox that was without network."""
    return ask.now - ask.when > LATE


def fires_at(ask: Ask, at: datetime) -> datetime:
    """When to look: at that time; what an outbox brings late gets a moment for what comes behind it."""
    return max(at, ask.now + LATE if drains(ask) else ask.now)


def on_scene(crew: Crew) -> bool:
    """Whether the crew is there: arrived and not left, or somebody of it still inside."""
    return crew.phase == "arrived" or bool(crew.inside)


def in_sector(crew: Crew, sector: str) -> bool:
    """Whether the crew, or somebody of it, is in the sector; the empty sector is the whole scene."""
    return not sector or crew.sector == sector or any(one.sector == sector for one in crew.inside)


def asked(crew: Crew, call: Call) -> bool:
    """Whether a PAR call is for this crew and nothing accounts for it since."""
    there = crew.arrived_at is None or crew.arrived_at <= call.at
    return on_scene(crew) and there and in_sector(crew, call.sector) and (crew.accounted_at or "") < call.at


def par_deadline(crew: Crew, calls: tuple[Call, ...], figures: Figures) -> Deadline | None:
    """The earliest of the interval that holds where the crew is and of the calls it did not answer; None: none."""
    found = [
        Deadline(call.at, read_time(call.at) + timedelta(seconds=figures.answer_s))
        for call in calls
        if asked(crew, call)
    ]
    since = max(crew.accounted_at or "", crew.work_since or "")
    interval = _interval(crew, figures)
    if interval is not None and since:
        found.append(Deadline(since, read_time(since) + timedelta(seconds=interval)))
    return min(found, key=lambda one: (one.at, one.since), default=None)


def _interval(crew: Crew, figures: Figures) -> float | None:
    if crew.inside:
        return figures.inside_s
    if crew.phase != "arrived" or crew.sector in (STAGING, REHAB):
        return None
    return figures.sector_s


def cylinder(rules: AirRules, name: str) -> Cylinder:
    """The named cylinder; the first of the service's list, its usual one, where none or another is named."""
    return rules.cylinders.get(name) or next(iter(rules.cylinders.values()))


def air_times(rules: AirRules, wearer: Inside) -> dict[AirLevel, datetime]:
    """When, by what was read so far, one wearer in ten would be at each level; nothing where nothing can be said."""
    if not wearer.air:
        return {}
    readings = tuple(Reading(read_time(one.seen.at).timestamp(), one.bar, one.mark) for one in wearer.air)
    last = read_time(wearer.air[-1].seen.at)
    now = air(rules, Worn(cylinder(rules, wearer.cylinder), readings), last.timestamp())
    if now.to_turn_back is None or now.to_whistle is None:
        return {}
    back, whistle = now.to_turn_back.low, now.to_whistle.low
    after = {"soon": max(0.0, back - rules.warnings.soon_s), "turn-back": back, "whistle": whistle}
    return {level: last + timedelta(seconds=after[level]) for level in LEVELS}


def breathes_easier(rules: AirRules, wearer: Inside, level: AirLevel, since: str) -> bool:
    """Whether what was read after that moment, or another trip, says that the level has not come yet."""
    if wearer.entered.at > since:
        return True
    if not wearer.air or wearer.air[-1].seen.at <= since:
        return False
    times = air_times(rules, wearer)
    return level in times and times[level] > read_time(wearer.air[-1].seen.at)


def reached(times: dict[AirLevel, datetime], now: datetime) -> AirLevel | None:
    """The worst level whose time has come."""
    come = [level for level in LEVELS if level in times and times[level] <= now]
    return come[-1] if come else None


def next_level(times: dict[AirLevel, datetime], now: datetime) -> AirLevel | None:
    """The first level whose time has not come."""
    return next((level for level in LEVELS if level in times and times[level] > now), None)
