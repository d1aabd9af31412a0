"""Control charts by month: which one differs by more than chance; and the days between what is rare."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from .....engine.statistics import Chart, between_chart, count_chart, share_chart, value_chart
from .....kernel.records import Query, written
from .....kernel.slice import Look
from .....kernel.storage import Tx
from ...responses import Line, Responses
from ...rules.counting import not_counted, spm_types, took
from ...rules.measures import gathered, measure
from .history import recorded
from .parts import is_real, kind_of, months_of
from .reading import holding, month_names, zone


class ControlQuery(Query, frozen=True):
    """A measure, so many months until a time, the month before it the last: the share in time, the mean or
    the 80th percentile in seconds, fires or rescues a day; or `late`: the days from one late response to the next."""

    until: datetime
    measure: Literal["share", "mean", "p80", "fire", "rescue", "late"] = "share"
    months: Annotated[int, Meta(ge=3, le=60)] = 24


class ControlPoint(msgspec.Struct, frozen=True):
    """A month (of `late`: an incident number) with its value, the limits of chance, how many it rests on, and what it
    signals: `high`, `low`, or a run on one side of the centre. Null: nothing is recorded, which is not nothing; not
    `recorded`: archives alone tell of the month, and none of them records this kind."""

    key: str
    n: int
    value: float | None
    low: float | None
    high: float | None
    signal: str
    recorded: bool = True


class ControlRow(msgspec.Struct, frozen=True):
    """A chart: its centre, its points; `too_few` months for limits."""

    measure: str
    chart: Literal["p", "u", "xmr", "t"]
    centre: float | None
    too_few: bool
    points: tuple[ControlPoint, ...]


def control(tx: Tx, q: ControlQuery, look: Look) -> list[ControlRow]:
    """One chart."""
    at = ZoneInfo(zone(tx))
    since, until = _time(q, at)
    names, span = month_names(since, until, at), (written(since), written(until))
    if q.measure in ("fire", "rescue"):
        every = look.use(Responses).lines(tx, *span, ())
        known = recorded(tx, since, until, every, months_of(every, at))
        silent = {month for month, kinds in known.items() if q.measure not in kinds}
        return [_counts(q.measure, [line for line in every if is_real(line)], names, silent, at)]
    lines = look.use(Responses).lines(tx, *span, spm_types(), "none", parts=False)
    return [_late(tx, lines) if q.measure == "late" else _times(tx, q.measure, lines, names, at)]


def _time(q: ControlQuery, at: ZoneInfo) -> tuple[datetime, datetime]:
    end_of = (q.until - timedelta(microseconds=1)).astimezone(at)
    last = 12 * end_of.year + end_of.month  # months since the year 0, of the month after
    begin, end = (datetime(n // 12, n % 12 + 1, 1, tzinfo=at) for n in (last - q.months, last))
    return begin.astimezone(UTC), end.astimezone(UTC)


def _times(tx: Tx, name: str, lines: list[Line], names: list[str], at: ZoneInfo) -> ControlRow:
    rules = holding(tx)
    counted = [line for line in lines if not not_counted(line, rules)]
    seconds = gathered(months_of(counted, at), [took(rules.pair, line)[0] for line in counted])
    measures = [measure(seconds.get(month, []), rules.limit_s) for month in names]
    sizes = [one.n for one in measures]
    if name == "share":
        return _row("share", "p", share_chart([(one.within, one.n) for one in measures]), names, sizes)
    values = [one.mean if name == "mean" else one.p80.value if one.p80 else None for one in measures]
    return _row(name, "xmr", value_chart(values), names, sizes)


def _counts(kind: str, lines: list[Line], names: list[str], silent: set[str], at: ZoneInfo) -> ControlRow:
    """Events a day, so that February is no quieter than it was. A month without any incident has no data, nor has one
    in which nobody recorded this kind."""
    months = months_of(lines, at)
    there = set(months) - silent
    counts = dict.fromkeys(names, 0)
    for month, line in zip(months, lines, strict=True):
        counts[month] += kind_of(line) == kind
    given = [(counts[name], _days(name)) if name in there else None for name in names]
    return _row(kind, "u", count_chart(given), names, [counts[name] for name in names], silent)


def _days(month: str) -> float:
    year, of = int(month[:4]), int(month[5:])
    after = datetime(year + of // 12, of % 12 + 1, 1, tzinfo=UTC)
    return float((after - datetime(year, of, 1, tzinfo=UTC)).days)


def _late(tx: Tx, lines: list[Line]) -> ControlRow:
    rules = holding(tx)
    late = []
    for line in lines:
        seconds = None if not_counted(line, rules) else took(rules.pair, line)[0]
        if seconds is not None and seconds > rules.limit_s:
            late.append(line)
    times = [datetime.fromisoformat(line.opened) for line in late]
    days = [(b - a).total_seconds() / 86_400 for a, b in pairwise(times)]
    return _row("late", "t", between_chart(days), [line.number for line in late[1:]], [1] * len(days))


def _row(
    name: str,
    kind: Literal["p", "u", "xmr", "t"],
    chart: Chart,
    keys: list[str],
    sizes: list[int],
    silent: Collection[str] = (),
) -> ControlRow:
    points = tuple(
        ControlPoint(key, n, one.value, one.low, one.high, one.signal, key not in silent)
        for key, n, one in zip(keys, sizes, chart.points, strict=True)
    )
    return ControlRow(name, kind, chart.centre, chart.too_few, points)
