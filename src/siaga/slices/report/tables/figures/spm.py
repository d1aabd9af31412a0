"""The minimum service standard of a year, a quarter or a month: persons, incidents, times, quality, index."""

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from .....kernel.slice import Look
from .....kernel.storage import Tx
from ...events import CountingRulesChosen, Pair
from ...responses import Line
from ...rules.counting import PAIRS, Missing, in_time, served_in_time, took
from ...rules.measures import Group, Measure, groups, measure, tally
from .quality import Index, QualityRow, index, items, stated, year_index
from .reading import Counted, OfYear, chosen, read_period


class PeopleRow(msgspec.Struct, frozen=True):
    """Persons who had to be served at the incidents counted, and who were in time: `unproved` stand in `must` and
    not in `served`. `unsaid`: incidents whose report does not say yet who had to be served."""

    must: int
    served: int
    unproved: int
    must_victims: int
    must_affected: int
    unsaid: int
    share: float | None


class Groups(msgspec.Struct, frozen=True):
    """The same share by month, area, type, station and hour of the call; areas and stations also pooled."""

    month: tuple[Group, ...]
    area: tuple[Group, ...]
    type: tuple[Group, ...]
    station: tuple[Group, ...]
    hour: tuple[Group, ...]


class SpmRow(msgspec.Struct, frozen=True):
    """The standard's figures of a period, with the rules they were counted by. `main` is the pair that was chosen,
    `second` the other one, never mixed. `excluded` and `missing`: how many for which reason."""

    year: int
    quarter: int | None
    month: int | None
    since: datetime
    until: datetime
    zone: str
    rules: CountingRulesChosen
    chosen: bool
    people: PeopleRow
    pair: Pair
    main: Measure
    second_pair: Pair
    second: Measure
    excluded: dict[str, int]
    missing: dict[str, int]
    quality: tuple[QualityRow, ...]
    index: Index
    by: Groups


class SpmQuery(OfYear, frozen=True):
    """The figures of a year, one of its quarters, or one of its months where the service is."""


class SpmIncidents(OfYear, frozen=True):
    """The incidents behind the figures: all, only those counted, late, without a time, or left out."""

    show: Literal["all", "counted", "late", "missing", "excluded"] = "all"
    area: str | None = None
    type: str | None = None
    station: str | None = None
    first: Annotated[int, Meta(ge=0)] = 0
    most: Annotated[int, Meta(ge=1, le=20_000)] = 2000


class SpmIncidentRow(msgspec.Struct, frozen=True):
    """One incident, counted or not (`excluded` says why), with its seconds and persons; null is not known. `missing`:
    why the chosen pair has no time. `within`: whether in time by that pair; `served` may also rest on volunteers."""

    incident: str
    number: str
    type: str | None
    area: str | None
    station: str | None
    opened_at: str
    excluded: str
    ready_s: float | None
    arrived_s: float | None
    missing: str
    within: bool | None
    must: int | None
    served: int | None
    volunteers: bool


def spm(tx: Tx, q: SpmQuery, look: Look) -> list[SpmRow]:
    """One row: the figures of the period."""
    read = read_period(tx, q, look, "summed")
    rules, lines = read.rules, read.counted
    second = next(pair for pair in PAIRS if pair != rules.pair)
    timed = [took(rules.pair, line) for line in lines]
    seconds = [one for one, _ in timed]
    served = people(read, lines, seconds)
    main = measure(seconds, rules.limit_s)
    said = stated(tx, q.year)
    quality = items(said.get(q.quarter or 0, {}), main, lines, read.people)
    whole_year = q.quarter is None and q.month is None
    return [
        SpmRow(
            year=q.year,
            quarter=q.quarter,
            month=q.month,
            since=read.since,
            until=read.until,
            zone=read.zone,
            rules=rules,
            chosen=chosen(tx),
            people=served,
            pair=rules.pair,
            main=main,
            second_pair=second,
            second=measure([took(second, line)[0] for line in lines], rules.limit_s),
            excluded=read.excluded,
            missing=tally(why for _, why in timed),
            quality=quality,
            index=_year(read, lines, timed, said) if whole_year else index(rules, served.share, served.unsaid, quality),
            by=_groups(read, lines, seconds),
        )
    ]


def people(read: Counted, lines: list[Line], seconds: list[float | None]) -> PeopleRow:
    """Who had to be served at these incidents, and who was in time."""
    must = served = unproved = victims = affected = unsaid = 0
    for line, took_s in zip(lines, seconds, strict=True):
        said = read.people.get(line.incident)
        if said is None or said.must is None:
            unsaid += 1
            continue
        must += said.must
        victims += said.must_victims or 0
        affected += said.must_affected or 0
        there = served_in_time(said, in_time(took_s, line, said, read.rules.limit_s))
        served += there or 0
        unproved += said.must if there is None else 0
    return PeopleRow(must, served, unproved, victims, affected, unsaid, served / must if must else None)


def _year(
    read: Counted, lines: list[Line], timed: list[tuple[float | None, Missing]], said: dict[int, dict[int, QualityRow]]
) -> Index:
    """The year's index: its four quarters averaged, not cumulated."""
    at = ZoneInfo(read.zone)
    of = [(datetime.fromisoformat(line.opened).astimezone(at).month - 1) // 3 + 1 for line in lines]
    found = []
    for quarter in (1, 2, 3, 4):
        own = [n for n, one in enumerate(of) if one == quarter]
        part, seconds = [lines[n] for n in own], [timed[n][0] for n in own]
        quality = items(said.get(quarter, {}), measure(seconds, read.rules.limit_s), part, read.people)
        served = people(read, part, seconds)
        found.append(index(read.rules, served.share, served.unsaid, quality))
    return year_index(read.rules, found)


def _groups(read: Counted, lines: list[Line], seconds: list[float | None]) -> Groups:
    at, limit = ZoneInfo(read.zone), read.rules.limit_s
    months = [datetime.fromisoformat(line.opened).astimezone(at).strftime("%Y-%m") for line in lines]
    hours = [
        f"{datetime.fromisoformat(line.answered).astimezone(at).hour:02}" if line.answered else None for line in lines
    ]

    def by(keys: list[str | None], pooled: bool = False) -> tuple[Group, ...]:
        return tuple(groups(keys, seconds, limit, pooled))

    return Groups(
        month=by(list(months)),
        area=by([line.area for line in lines], True),
        type=by([line.type for line in lines]),
        station=by([line.station for line in lines], True),
        hour=by(hours),
    )


def spm_incidents(tx: Tx, q: SpmIncidents, look: Look) -> list[SpmIncidentRow]:
    """The incidents of a period one by one, in the order they were opened: every figure can be counted again."""
    read = read_period(tx, q, look, "each")
    found = [
        _row(read, line, reason)
        for line, reason in zip(read.lines, read.reasons, strict=True)
        if (q.area in (None, line.area)) and (q.type in (None, line.type)) and (q.station in (None, line.station))
    ]
    shown = [one for one in found if _shown(one, q.show)]
    return shown[q.first : q.first + q.most]


def _shown(row: SpmIncidentRow, show: str) -> bool:
    if show == "excluded":
        return bool(row.excluded)
    if row.excluded:
        return show == "all"
    return show in ("all", "counted") or (row.within is False if show == "late" else row.missing != "")


def _row(read: Counted, line: Line, reason: str) -> SpmIncidentRow:
    ready, arrived = took("answered:ready-to-serve", line), took("answered:arrived", line)
    seconds, missing = ready if read.rules.pair == "answered:ready-to-serve" else arrived
    said = None if reason else read.people.get(line.incident)
    limit = read.rules.limit_s
    served = in_time(seconds, line, said, limit)
    within = None if seconds is None or reason else seconds <= limit
    return SpmIncidentRow(
        incident=line.incident,
        number=line.number,
        type=line.type,
        area=line.area,
        station=line.station,
        opened_at=line.opened,
        excluded=reason,
        ready_s=ready[0],
        arrived_s=arrived[0],
        missing="" if reason else missing,
        within=within,
        must=said.must if said else None,
        served=served_in_time(said, served),
        volunteers=not reason and served is True and within is not True,
    )
