"""Where we were late and why: each late incident with what took longest and what stood in the way; never who."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import msgspec

from .....kernel.records import written
from .....kernel.slice import Look
from .....kernel.storage import Row, Tx
from ...responses import Line, Responses
from ...rules.counting import took
from ...rules.measures import ranked, tally
from .history import never_opened
from .parts import parts_of
from .projections import standing
from .reading import Between, read

NORMS_S = {"answering": 60.0, "handling": 60.0, "turnout": 120.0, "travel": 300.0, "action": 300.0}
"""What each part should not exceed: 15 minutes as 5 to leave, 5 to drive, 5 to lay hose (Samarinda's split, a display
and not law; how the first five divide is ours)."""

FAILED = ("weak", "broken")


class QuestionsQuery(Between, frozen=True):
    """Of incidents opened from a time (inclusive) until another (exclusive): which were late, and why."""


class LateRow(msgspec.Struct, frozen=True):
    """A late incident: seconds of the chosen pair and of its parts, and why. Reasons: a part over its norm
    (`answering`, `handling`, `turnout`, `travel`, `action`), `second-call` (another incident was open), `no-fit-unit`
    (what the card asks for was not there), `overruled` (others were sent than advised), `obstacle`
    (what the report names), `closure` (a road was closed before the incident, and its place lies there or a unit drove
    into it on its way; the log tells no more, so that none is no proof that there was none)."""

    incident: str
    number: str
    type: str | None
    area: str | None
    station: str | None
    opened_at: str
    seconds: float
    parts: dict[str, float | None]
    reasons: tuple[str, ...]
    unmet: tuple[str, ...]
    obstacles: tuple[str, ...]
    closures: tuple[str, ...]


class FailedWater(msgspec.Struct, frozen=True):
    """A water source that was found weak or broken: how often, of how often it was tried, and how it was last."""

    source: str
    failed: int
    tried: int
    last: str
    last_at: str


class QuestionsRow(msgspec.Struct, frozen=True):
    """A time's questions: how many were late for which reason (an incident may have several, or none that is known),
    what held crews up at all incidents counted, which times are missing where, which water failed, and what calls were
    by outcome (`unsaid` until somebody says) and channel."""

    counted: int
    late: int
    reasons: dict[str, int]
    unexplained: int
    obstacles: dict[str, int]
    missing: dict[str, int]
    missing_by_station: dict[str, int]
    norms_s: dict[str, float]
    water: tuple[FailedWater, ...]
    calls: dict[str, int]
    channels: dict[str, int]
    incidents: tuple[LateRow, ...]


def questions(tx: Tx, q: QuestionsQuery, look: Look) -> list[QuestionsRow]:
    """One row."""
    found = read(tx, q.since, q.until, look, parts=True)
    counted = found.counted
    timed = [took(found.rules.pair, line) for line in counted]
    obstacles, advice = _obstacles(tx, counted), _advice(tx, counted)
    open_now = _Open(found.lines)
    slow = [
        (line, seconds)
        for line, (seconds, _) in zip(counted, timed, strict=True)
        if seconds is not None and seconds > found.rules.limit_s
    ]
    closed = _closures(tx, [line for line, _ in slow], look)
    slow = list(zip(never_opened(tx, q.since, q.until, [line for line, _ in slow]), [s for _, s in slow], strict=True))
    late = [
        _late(
            line,
            seconds,
            _Around(
                obstacles.get(line.incident, ()),
                closed.get(line.incident, ()),
                advice.get(line.incident),
                open_now(line) > 1,
            ),
        )
        for line, seconds in slow
    ]
    without = [line for line, (_, why) in zip(counted, timed, strict=True) if why]
    return [
        QuestionsRow(
            counted=len(counted),
            late=len(late),
            reasons=tally(reason for row in late for reason in row.reasons),
            unexplained=sum(not row.reasons for row in late),
            obstacles=tally(kind for kinds in obstacles.values() for kind in kinds),
            missing=tally(why for _, why in timed),
            missing_by_station=tally(line.station or "unknown" for line in without),
            norms_s=NORMS_S,
            water=_water(tx, q),
            calls=_calls(tx, q, "coalesce(outcome, 'unsaid')"),
            channels=_calls(tx, q, "channel"),
            incidents=tuple(late),
        )
    ]


class _Around(NamedTuple):
    """What is known of a late incident beside its clocks."""

    obstacles: tuple[str, ...]
    closures: tuple[str, ...]
    advice: Row | None
    second: bool


def _late(line: Line, seconds: float, around: _Around) -> LateRow:
    parts, advice = parts_of(line), around.advice
    unmet = tuple(dict.fromkeys(advice["unmet"].split())) if advice else ()
    reasons = [name for name, norm in NORMS_S.items() if (parts[name] or 0.0) > norm]
    reasons += [
        name
        for name, holds in (
            ("second-call", around.second),
            ("no-fit-unit", bool(unmet)),
            ("overruled", bool(advice and advice["overruled"])),
            ("closure", bool(around.closures)),
            ("obstacle", bool(around.obstacles)),
        )
        if holds
    ]
    return LateRow(
        incident=line.incident,
        number=line.number,
        type=line.type,
        area=line.area,
        station=line.station,
        opened_at=line.opened,
        seconds=seconds,
        parts=parts,
        reasons=tuple(reasons),
        unmet=unmet,
        obstacles=around.obstacles,
        closures=around.closures,
    )


class _Saying(msgspec.Struct):
    """Of a section's body only the kinds of its lines."""

    class Line(msgspec.Struct):
        kind: str = ""

    lines: tuple[Line, ...] = ()


def _obstacles(tx: Tx, lines: Sequence[Line]) -> Mapping[str, tuple[str, ...]]:
    """What held crews up, by incident, as the reports say."""
    if not lines:
        return {}
    rows = tx.rows(
        "select s.incident, s.body from report_file f join report_section s on s.incident = f.incident"
        " and s.section = 'obstacles' where f.opened_at >= :since and f.opened_at <= :until and s.body is not null",
        since=lines[0].opened,
        until=lines[-1].opened,
    )
    there = {line.incident for line in lines}
    return {
        row["incident"]: tuple(one.kind for one in msgspec.json.decode(row["body"], type=_Saying).lines if one.kind)
        for row in rows
        if row["incident"] in there
    }


def _closures(tx: Tx, late: Sequence[Line], look: Look) -> dict[str, tuple[str, ...]]:
    """Closures that stood on the way, by incident: before it was opened and until somebody was there."""
    if not late:
        return {}
    there = [(line, line.arrived or line.ready or line.opened) for line in late]
    known = standing(tx, min(line.opened for line in late), max(line.opened for line in late))
    if not known:
        return {}
    names = {f"i{n}": line.incident for n, line in enumerate(late)}
    met = {
        (row["incident"], row["closure"]): row["at"]
        for part in _parts(list(names.items()))
        for row in tx.rows(
            f"select incident, closure, at from report_met where incident in ({', '.join(f':{n}' for n, _ in part)})",
            **dict(part),
        )
    }
    at = {one.incident: (one.lon, one.lat) for one in look.use(Responses).some(tx, [line.incident for line in late])}
    found = {
        line.incident: tuple(
            one.closure
            for one in known
            if one.stood(line.opened, until)
            and (
                (line.incident in at and one.holds(*at[line.incident]))
                or line.opened <= met.get((line.incident, one.closure), "") <= until
            )
        )
        for line, until in there
    }
    return {incident: names for incident, names in found.items() if names}


def _parts(of: list[tuple[str, str]], most: int = 200) -> Iterator[list[tuple[str, str]]]:
    for start in range(0, len(of), most):
        yield of[start : start + most]


def _advice(tx: Tx, lines: Sequence[Line]) -> dict[str, Row]:
    if not lines:
        return {}
    rows = tx.rows(
        "select o.incident, o.overruled, o.unmet from report_file f join report_overruled o on o.incident = f.incident"
        " where f.opened_at >= :since and f.opened_at <= :until",
        since=lines[0].opened,
        until=lines[-1].opened,
    )
    return {row["incident"]: row for row in rows}


class _Open:
    """How many incidents of a node were open when another was opened."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._opened: dict[str, list[str]] = {}
        self._ended: dict[str, list[str]] = {}
        for line in lines:
            if not line.exercise:
                self._opened.setdefault(line.home, []).append(line.opened)
                if line.ended:
                    self._ended.setdefault(line.home, []).append(line.ended)
        for times in (*self._opened.values(), *self._ended.values()):
            times.sort()

    def __call__(self, line: Line) -> int:
        """With the incident itself."""
        begun = bisect_right(self._opened.get(line.home, []), line.opened)
        return begun - bisect_right(self._ended.get(line.home, []), line.opened)


def _water(tx: Tx, q: QuestionsQuery) -> tuple[FailedWater, ...]:
    rows = tx.rows(
        "select source, at, state from report_water where at >= :since and at < :until order by source, at, position",
        since=written(q.since),
        until=written(q.until),
    )
    tried: dict[str, list[Row]] = {}
    for row in rows:
        tried.setdefault(row["source"], []).append(row)
    found = [
        FailedWater(source, sum(one["state"] in FAILED for one in of), len(of), of[-1]["state"], of[-1]["at"])
        for source, of in tried.items()
    ]
    return tuple(sorted((one for one in found if one.failed), key=lambda one: (-one.failed, one.source)))


def _calls(tx: Tx, q: QuestionsQuery, what: str) -> dict[str, int]:
    rows = tx.rows(
        f"select {what} as code, count(*) as n from report_call where at >= :since and at < :until group by 1",
        since=written(q.since),
        until=written(q.until),
    )
    return ranked({row["code"]: row["n"] for row in rows})
