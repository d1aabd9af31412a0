"""Where the time of a response goes: answering, handling, turnout, travel, action; and the recap of a period."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from .....kernel.records import written
from .....kernel.slice import Look
from .....kernel.storage import Row, Tx
from .....standards import incident_types
from ...responses import Line, Responses
from ...rules.counting import NOBODY, not_counted, span, took
from ...rules.measures import Measure, Spread, measure, spread
from . import history
from .reading import Between, holding, month_names, zone

By = Literal["all", "month", "area", "type", "station", "hour"]


class FiguresQuery(Between, frozen=True):
    """Incidents of a time, divided by month, area, type, station of who was first, or hour of the call."""

    by: By = "all"
    kind: str | None = None


class FiguresRow(msgspec.Struct, frozen=True):
    """The real incidents of one group: how many of each kind, how long each part of the response took, and the share in
    time of those the standard counts. A kind that nobody recorded in any month of the time (of this month, where the
    group is one) is null; `unrecorded`: the months in which nobody recorded a kind, by kind. A month without data has
    no row."""

    key: str | None
    incidents: int
    kinds: dict[str, int | None]
    parts: dict[str, Spread]
    total: Spread
    counted: Measure
    unrecorded: dict[str, tuple[str, ...]]


class RecapQuery(Between, frozen=True):
    """What happened from a time (inclusive) until another (exclusive)."""


class TypeCount(msgspec.Struct, frozen=True):
    """How many incidents of a type there were, and how many of them the standard counts."""

    type: str | None
    kind: str | None
    incidents: int
    counted: int


class AreaCount(msgspec.Struct, frozen=True):
    """How many incidents an area had, by kind; the area is null where it is not known."""

    area: str | None
    kinds: dict[str, int]


class CauseCount(msgspec.Struct, frozen=True):
    """How many fires had a cause, suspected or found; cause null: the report does not say yet."""

    cause: str | None
    suspected: int
    investigated: int


class MonthCount(msgspec.Struct, frozen=True):
    """A month's incidents by kind; null where no incident of any kind is recorded: no data is not no incident.

    `recorded`: the kinds that the archives record which alone tell of this month; a kind that nobody recorded is null.
    Null: whatever happened was recorded."""

    month: str
    kinds: dict[str, int | None] | None
    recorded: tuple[str, ...] | None = None


class Sum(msgspec.Struct, frozen=True):
    """A sum over reports, and how many of them do not say: never 0 for not known."""

    value: int
    unsaid: int


class RecapRow(msgspec.Struct, frozen=True):
    """A period in counts: real incidents by kind, type, area, cause and month; people as the reports of all of them
    say, cause and loss as those of fires do.

    `false_calls`, `cancelled` and `exercises` stand apart and are in none of the others. `unrecorded`: the months in
    which nobody recorded a kind, by kind; what nobody recorded in any month is null."""

    since: datetime
    until: datetime
    incidents: int
    kinds: dict[str, int | None]
    false_calls: int | None
    cancelled: int | None
    exercises: int | None
    types: tuple[TypeCount, ...]
    areas: tuple[AreaCount, ...]
    causes: tuple[CauseCount, ...]
    months: tuple[MonthCount, ...]
    people: dict[str, Sum]
    loss_rp: Sum
    saved_rp: Sum
    reports: dict[str, int]
    unrecorded: dict[str, tuple[str, ...]]


def kind_of(line: Line) -> str:
    """The first level of an incident; `unknown` while its type is."""
    known = incident_types().get(line.type) if line.type else None
    return known.kind if known else "unknown"


def is_exercise(line: Line) -> bool:
    """Whether it was practice."""
    return line.exercise or kind_of(line) == "exercise"


def is_real(line: Line) -> bool:
    """Whether something happened: no exercise, no false call, nothing that was called off."""
    return not (is_exercise(line) or _cancelled(line) or _false(line))


def _cancelled(line: Line) -> bool:
    return line.state == "cancelled" or line.outcome in ("cancelled", "duplicate")


def _false(line: Line) -> bool:
    return line.outcome in NOBODY or kind_of(line) == "false-alarm"


def parts_of(line: Line) -> dict[str, float | None]:
    """Seconds of each part, by the first of each clock, so that they add up to the whole."""
    return {
        "answering": span(line.answered, line.opened_clock),
        "handling": span(line.opened_clock, line.dispatched),
        "turnout": span(line.dispatched, line.on_the_way),
        "travel": span(line.on_the_way, line.arrived),
        "action": span(line.arrived, line.ready),
        "access": span(line.arrived, line.access),
    }


def months_of(lines: Sequence[Line], at: ZoneInfo) -> list[str]:
    """The month of each, where the service is."""
    return [datetime.fromisoformat(line.opened).astimezone(at).strftime("%Y-%m") for line in lines]


def hours_of(lines: Sequence[Line], at: ZoneInfo) -> list[str | None]:
    """The hour of each call; null where nobody knows it."""
    return [
        f"{datetime.fromisoformat(line.answered).astimezone(at).hour:02}" if line.answered else None for line in lines
    ]


def all_lines(tx: Tx, since: datetime, until: datetime, look: Look) -> list[Line]:
    """Every incident of a time with its clocks."""
    lines = look.use(Responses).lines(tx, written(since), written(until), tuple(incident_types()))
    return history.never_opened(tx, since, until, lines)


def figures(tx: Tx, q: FiguresQuery, look: Look) -> list[FiguresRow]:
    """One row a group, the unknown one last."""
    rules, at = holding(tx), ZoneInfo(zone(tx))
    every = all_lines(tx, q.since, q.until, look)
    months = months_of(every, at)
    known = history.recorded(tx, q.since, q.until, every, months)
    somewhere = history.everywhere(known, months)
    lines = [line for line in every if is_real(line) and q.kind in (None, kind_of(line))]
    found: dict[str | None, list[Line]] = {}
    for key, line in zip(_keys(q.by, lines, at), lines, strict=True):
        found.setdefault(key, []).append(line)
    rows = []
    for key in sorted(found, key=lambda key: (key is None, key or "")):
        part = found[key]
        counted = [line for line in part if not not_counted(line, rules)]
        split = [parts_of(line) for line in part]
        own = {month: kinds for month, kinds in known.items() if q.by != "month" or month == key}
        said = own.get(key or "") if q.by == "month" else somewhere
        rows.append(
            FiguresRow(
                key=key,
                incidents=len(part),
                kinds=history.counts(Counter(map(kind_of, part)), said if q.kind is None else None),
                parts={name: spread([one[name] for one in split]) for name in split[0]},
                total=spread([span(line.answered, line.ready) for line in part]),
                counted=measure([took(rules.pair, line)[0] for line in counted], rules.limit_s),
                unrecorded=history.unrecorded(own),
            )
        )
    return rows


def _keys(by: By, lines: Sequence[Line], at: ZoneInfo) -> list[str | None]:
    if by == "month":
        return list(months_of(lines, at))
    if by == "hour":
        return hours_of(lines, at)
    if by == "all":
        return ["all"] * len(lines)
    return [getattr(line, by) for line in lines]


# ── recap ────────────────────────────────────────────────────────────────────────────────────────────────────────────

PEOPLE = (
    "citizens_dead",
    "citizens_heavy",
    "citizens_light",
    "citizens_rescued",
    "staff_dead",
    "staff_heavy",
    "staff_light",
    "staff_rescued",
    "families",
    "affected",
    "displaced",
)


def recap(tx: Tx, q: RecapQuery, look: Look) -> list[RecapRow]:
    """One row: what happened in the period."""
    rules, at = holding(tx), ZoneInfo(zone(tx))
    lines = look.use(Responses).lines(tx, written(q.since), written(q.until), ())
    real = [line for line in lines if is_real(line)]
    said = _values(tx, q)
    values = [said.get(line.incident, {}) for line in real]
    fires = [one for line, one in zip(real, values, strict=True) if kind_of(line) == "fire"]
    months = months_of(lines, at)
    recorded = history.recorded(tx, q.since, q.until, lines, months)
    everywhere = history.everywhere(recorded, months)
    return [
        RecapRow(
            since=q.since,
            until=q.until,
            incidents=len(real),
            kinds=history.counts(Counter(map(kind_of, real)), everywhere),
            false_calls=history.count(
                sum(_false(line) and not _cancelled(line) and not is_exercise(line) for line in lines),
                "false-alarm",
                everywhere,
            ),
            cancelled=history.count(
                sum(_cancelled(line) and not is_exercise(line) for line in lines), "false-alarm", everywhere
            ),
            exercises=history.count(sum(map(is_exercise, lines)), "exercise", everywhere),
            types=_types(real, [not not_counted(line, rules) for line in real]),
            areas=_areas(real),
            causes=_causes(fires),
            months=_months(q, set(months), real, recorded, at),
            people={name: total(values, name) for name in PEOPLE},
            loss_rp=Sum(total(fires, "loss_rp").value, sum(_open_loss(one) for one in fires)),
            saved_rp=total(fires, "saved_rp"),
            reports=dict(sorted(Counter(one.get("state") or "none" for one in values).items())),
            unrecorded=history.unrecorded(recorded),
        )
    ]


def _values(tx: Tx, q: RecapQuery) -> dict[str, Row]:
    names = ", ".join(f"v.{name}" for name in (*PEOPLE, "cause", "basis", "loss_rp", "loss_open", "saved_rp"))
    rows = tx.rows(
        f"select f.incident, f.state, {names} from report_file f left join report_value v on v.incident = f.incident"
        " where f.opened_at >= :since and f.opened_at < :until",
        since=written(q.since),
        until=written(q.until),
    )
    return {row["incident"]: row for row in rows}


def total(values: Sequence[Row], name: str) -> Sum:
    """The sum of a column, and how many do not say."""
    known = [one[name] for one in values if one.get(name) is not None]
    return Sum(sum(known), len(values) - len(known))


def _open_loss(value: Row) -> bool:
    return value.get("loss_open") is None or value["loss_open"] > 0


def _types(lines: Sequence[Line], counted: Sequence[bool]) -> tuple[TypeCount, ...]:
    every, some = Counter(line.type for line in lines), Counter[str | None]()
    for line, one in zip(lines, counted, strict=True):
        some[line.type] += one
    kinds = {line.type: kind_of(line) for line in lines}
    order = {name: n for n, name in enumerate(incident_types())}
    names = sorted(every, key=lambda name: order.get(name or "", len(order)))
    return tuple(TypeCount(name, kinds[name], every[name], some[name]) for name in names)


def _areas(lines: Sequence[Line]) -> tuple[AreaCount, ...]:
    found: dict[str | None, Counter[str]] = {}
    for line in lines:
        found.setdefault(line.area, Counter())[kind_of(line)] += 1
    names = sorted(found, key=lambda key: (key is None, key or ""))
    return tuple(AreaCount(name, dict(sorted(found[name].items()))) for name in names)


def _causes(fires: Sequence[Row]) -> tuple[CauseCount, ...]:
    found: dict[str | None, Counter[str]] = {}
    for one in fires:
        found.setdefault(one.get("cause"), Counter())[one.get("basis") or "suspected"] += 1
    names = sorted(found, key=lambda key: (key is None, -sum(found[key].values()), key or ""))
    return tuple(CauseCount(name, found[name]["suspected"], found[name]["investigated"]) for name in names)


def _months(
    q: RecapQuery, seen: set[str], real: Sequence[Line], recorded: history.Recorded, at: ZoneInfo
) -> tuple[MonthCount, ...]:
    kinds: dict[str, Counter[str]] = {name: Counter() for name in seen}
    for name, line in zip(months_of(real, at), real, strict=True):
        kinds[name][kind_of(line)] += 1
    return tuple(
        MonthCount(name, history.counts(kinds[name], recorded.get(name)), _sorted(recorded.get(name)))
        if name in seen
        else MonthCount(name, None)
        for name in month_names(q.since, q.until, at)
    )


def _sorted(kinds: frozenset[str] | None) -> tuple[str, ...] | None:
    return None if kinds is None else tuple(sorted(kinds))
