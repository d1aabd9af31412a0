"""What may be shown to everybody: counts of a year without anything a person could be found by."""

from collections import Counter
from zoneinfo import ZoneInfo

import msgspec

from .....kernel.fields import All
from .....kernel.records import Query
from .....kernel.slice import Look
from .....kernel.storage import Tx
from ...events import CountingRulesChosen
from ...rules import figures as rules
from ...rules.counting import not_counted, period, took
from ...rules.measures import measure
from ...rules.public import NOT_FOR_ALL, SMALLEST, may_be_shown_beside, suppressed, total_may_be_shown
from . import history
from .parts import is_real, kind_of, months_of
from .reading import chosen, read, zone


class PublicQuery(Query, frozen=True):
    """A year."""

    year: rules.Year


class PublicRow(msgspec.Struct, frozen=True):
    """A year's real incidents by kind, month and area, without exercises and what nearly names somebody; null where so
    few happened that somebody could be recognised, or where another number would give those away. A month without data
    is not there; `unrecorded`: the months in which nobody recorded a kind, by kind, which is not zero either.
    `counted`: fires of the standard, by `rules`. Shares are 0 to 1; none where there were too few to tell."""

    year: int
    incidents: int | None
    kinds: dict[str, int | None]
    months: dict[str, int | None]
    areas: dict[str, int | None]
    rules: CountingRulesChosen
    chosen: bool
    counted: int | None
    share: float | None
    low: float | None
    high: float | None
    median_s: float | None
    unrecorded: dict[str, tuple[str, ...]]


class PublishedRow(msgspec.Struct, frozen=True):
    """Whether everybody may see the public figures, since when, and who said so."""

    on: bool
    at: str
    actor: str


def published(tx: Tx, q: All) -> list[PublishedRow]:
    """One row, or none while nobody ever asked for it."""
    rows = tx.rows("select * from report_published")
    return [PublishedRow(bool(row["shown"]), row["at"], row["actor"]) for row in rows]


def public(tx: Tx, q: PublicQuery, look: Look) -> list[PublicRow]:
    """One row."""
    held = zone(tx)
    since, until = period(q.year, None, None, held)
    found, at = read(tx, since, until, look), ZoneInfo(held)
    real = [line for line in found.lines if is_real(line) and not {kind_of(line), line.type} & set(NOT_FOR_ALL)]
    every = months_of(found.lines, at)
    silent = history.unrecorded(history.recorded(tx, since, until, found.lines, every))
    months = dict.fromkeys(every, 0) | Counter(months_of(real, at))
    tables = [
        suppressed(cells) for cells in (Counter(map(kind_of, real)), months, Counter(line.area or "" for line in real))
    ]
    kinds, by_month, areas = (dict(sorted(cells.items())) for cells in tables)
    seconds = [took(found.rules.pair, line)[0] for line in real if not not_counted(line, found.rules)]
    main = measure(seconds, found.rules.limit_s)
    counted = main.all if may_be_shown_beside(main.all, kinds.get("fire", 0)) else None
    tells = main.enough and main.n >= SMALLEST and counted is not None
    return [
        PublicRow(
            year=q.year,
            incidents=len(real) if not 0 < len(real) < SMALLEST and all(map(total_may_be_shown, tables)) else None,
            kinds=kinds,
            months=by_month,
            areas=areas,
            rules=found.rules,
            chosen=chosen(tx),
            counted=counted,
            share=main.share if tells else None,
            low=main.low if tells else None,
            high=main.high if tells else None,
            median_s=main.p50.value if tells and main.p50 else None,
            unrecorded={kind: when for kind, when in silent.items() if kind not in NOT_FOR_ALL},
        )
    ]
