"""What counts for the minimum service standard, how long it took, and who was served: pure, and the same everywhere.

The agency chooses the rules once; every page prints them, because counts of two rules cannot be compared."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from ....standards import incident_types
from ..events import CountingRulesChosen, Pair
from ..responses import Line

Reason = Literal[
    "",
    "exercise",
    "elsewhere",
    "cancelled",
    "false-alarm",
    "type-unknown",
    "not-fire",
    "land-fire",
    "left-out",
    "no-area",
    "outside",
    "open",
]
"""Why an incident is not counted; empty: it is. `no-area`: outside every area that is known, or nobody knows where."""
Missing = Literal["", "no-answered", "no-end", "order"]
"""Why no time can be counted: no start, no end, or the end before the start."""
NOBODY = frozenset({"false-alarm", "prank", "nothing-found"})
NOT_ONE = frozenset({"cancelled", "duplicate"})
PAIRS: tuple[Pair, ...] = ("answered:ready-to-serve", "answered:arrived")
STANDARD_LIMIT_S = 900


class People(msgspec.Struct, frozen=True):
    """Who had to be served at an incident and who was; None: nobody said."""

    must_victims: int | None = None
    must_affected: int | None = None
    served_victims: int | None = None
    served_affected: int | None = None
    volunteers_at: str | None = None

    @property
    def must(self) -> int | None:
        """Persons who had to be served; None until both are known."""
        if self.must_victims is None or self.must_affected is None:
            return None
        return self.must_victims + self.must_affected

    @property
    def served(self) -> int | None:
        """Persons who were served, whenever; None until both are known. Of each group no more than had to be: too many
        of one make up for nobody of the other."""
        if self.served_victims is None or self.served_affected is None:
            return None
        groups = ((self.served_victims, self.must_victims), (self.served_affected, self.must_affected))
        return sum(served if must is None else min(served, must) for served, must in groups)


def not_counted(line: Line, rules: CountingRulesChosen) -> Reason:
    """Why an incident is not among those the standard counts; the first reason that holds."""
    kind = incident_types().get(line.type) if line.type else None
    if line.exercise or (kind is not None and kind.kind == "exercise"):
        return "exercise"
    if line.home and not rules.of_partners:
        return "elsewhere"
    if line.state == "cancelled" or line.outcome in NOT_ONE:
        return "cancelled"
    if line.outcome in NOBODY or (kind is not None and kind.kind == "false-alarm"):
        return "false-alarm"
    if kind is None:
        return "type-unknown"
    if not kind.counts_spm:
        return "not-fire"
    if kind.land_fire and not rules.land_fires:
        return "land-fire"
    if line.type in rules.left_out:
        return "left-out"
    if not rules.outside_area and not inside(line.area, rules.borders):
        return "outside" if line.area else "no-area"
    return "open" if line.state == "open" else ""


def inside(area: str | None, borders: tuple[str, ...]) -> bool:
    """Whether an area is the service's own: any area that is known, or one whose code begins as the borders say."""
    return area is not None and (not borders or area.startswith(borders))


def spm_types() -> tuple[str, ...]:
    """The types the standard may count, land fires among them."""
    return tuple(name for name, kind in incident_types().items() if kind.counts_spm)


def span(start: str | None, end: str | None) -> float | None:
    """Seconds from one time to another, negative as it stands; None when one is missing."""
    if start is None or end is None:
        return None
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()


def ends(pair: Pair, line: Line) -> str | None:
    """When a pair of clocks ended."""
    return line.ready if pair == "answered:ready-to-serve" else line.arrived


def took(pair: Pair, line: Line) -> tuple[float | None, Missing]:
    """Seconds of a pair, or why there are none: a time is never guessed, and one before the report is none."""
    end = ends(pair, line)
    if line.answered is None:
        return None, "no-answered"
    if end is None:
        return None, "no-end"
    seconds = span(line.answered, end)
    return (None, "order") if seconds is None or seconds < 0 else (seconds, "")


def in_time(seconds: float | None, line: Line, people: People | None, limit_s: float) -> bool | None:
    """Whether people were served in time: by the crews, or before them by volunteers; None: no time says so."""
    first = span(line.answered, people.volunteers_at) if people else None
    if first is not None and first <= limit_s:  # volunteers who were at it before anybody called were in time
        return True
    return None if seconds is None else seconds <= limit_s


def served_in_time(people: People | None, within: bool | None) -> int | None:
    """Persons served in time at an incident; None: not proved. Nobody counts twice, nor beyond who had to be served."""
    must = people.must if people else None
    if people is None or must is None:
        return None
    if must == 0 or within is False:
        return 0
    if within is None or people.served is None:
        return None
    return people.served


# ── periods ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def period(year: int, quarter: int | None, month: int | None, zone: str) -> tuple[datetime, datetime]:
    """Begin and end (exclusive) of a month, a quarter or a year where the service is."""
    first = month or (3 * quarter - 2 if quarter else 1)
    months = 1 if month else 3 if quarter else 12
    at = ZoneInfo(zone)
    after = first + months
    begin = datetime(year, first, 1, tzinfo=at)
    end = datetime(year + (after > 12), after - 12 if after > 12 else after, 1, tzinfo=at)
    return begin.astimezone(UTC), end.astimezone(UTC)


def due(year: int, quarter: int, days: int) -> str:
    """The day a quarter must have been sent, as a date; quarter 0 is the year, due by the end of March."""
    if quarter == 0:
        return f"{year + 1}-03-31"
    begins = datetime(year + (quarter == 4), 1 if quarter == 4 else 3 * quarter + 1, 1, tzinfo=UTC)
    return (begins + timedelta(days=days - 1)).date().isoformat()
