"""The six quality items of the standard and its index: what is not known stays open, and so does the index."""

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from .....kernel.storage import Tx
from .....kernel.vault import told
from ...events import CountingRulesChosen
from ...responses import Line
from ...rules.counting import People
from ...rules.figures import ITEMS
from ...rules.measures import Measure


class QualityRow(msgspec.Struct, frozen=True):
    """A quality item: counted from the log, or as somebody stated it with where its evidence lies. Items: 1 response
    time, 2 procedures, 3 equipment, 4 staff, 5 service for victims, 6 service for those affected."""

    item: int
    source: Literal["counted", "stated", "none"]
    numerator: float | None = None
    denominator: float | None = None
    share: float | None = None
    evidence: str | None = None
    actor: str | None = None
    at: str | None = None


class Index(msgspec.Struct, frozen=True):
    """The index, 0 to 100, from persons served and the mean of the quality items; no value while a part of it is open,
    and `open` says which (`recipients`, `quality.N`, for a year `quarter.N`). `as_zero`: a year's mean when quarters
    without value count as nothing, as they do where nobody sent them; for a year only."""

    recipients: float | None
    quality: float | None
    value: float | None
    open: tuple[str, ...]
    quarters: tuple[float | None, ...] = ()
    as_zero: float | None = None


def stated(tx: Tx, year: int) -> dict[int, dict[int, QualityRow]]:
    """What was said of the items, by quarter (0: the year) and item."""
    rows = tx.rows("select * from report_quality where year = :y order by quarter, item", y=year)
    texts = told(tx, [row["evidence"] for row in rows])
    found: dict[int, dict[int, QualityRow]] = {}
    for row in rows:
        found.setdefault(row["quarter"], {})[row["item"]] = QualityRow(
            item=row["item"],
            source="stated",
            numerator=row["numerator"],
            denominator=row["denominator"],
            share=_share(row["numerator"], row["denominator"]),
            evidence=texts.get(row["evidence"]),
            actor=row["actor"],
            at=row["at"],
        )
    return found


def _share(part: float | None, whole: float | None) -> float | None:
    return part / whole if part is not None and whole else None


def items(
    said: Mapping[int, QualityRow], main: Measure, lines: Sequence[Line], people: Mapping[str, People]
) -> tuple[QualityRow, ...]:
    """The six items: a statement goes before the count; evidence alone stands beside the count."""
    counted = {
        1: (main.within, main.all),
        5: _served([people.get(line.incident) for line in lines], "victims"),
        6: _served([people.get(line.incident) for line in lines], "affected"),
    }
    return tuple(_item(item, said.get(item), counted.get(item)) for item in range(1, ITEMS + 1))


def _item(item: int, said: QualityRow | None, counted: tuple[int, int] | None) -> QualityRow:
    if said is not None and (said.numerator is not None or said.denominator is not None):
        return said
    row = QualityRow(item, "none")
    if counted is not None:
        row = QualityRow(item, "counted", counted[0], counted[1], _share(*counted))
    if said is None:
        return row
    return msgspec.structs.replace(row, evidence=said.evidence, actor=said.actor, at=said.at)


def _served(said: Sequence[People | None], who: Literal["victims", "affected"]) -> tuple[int, int] | None:
    """Served and to be served; None while one report does not say."""
    served = must = 0
    for one in said:
        whole: int | None = getattr(one, f"must_{who}") if one else None
        part: int | None = getattr(one, f"served_{who}") if one else None
        if whole is None or (part is None and whole > 0):
            return None
        served, must = served + min(part or 0, whole), must + whole
    return served, must


def index(rules: CountingRulesChosen, recipients: float | None, unsaid: int, quality: Sequence[QualityRow]) -> Index:
    """The index of a month or a quarter; open while reports are `unsaid` about whom they had to serve."""
    shares = [row.share for row in quality]
    whole = 100 * sum(one for one in shares if one is not None) / ITEMS if None not in shares else None
    reached = 100 * recipients if recipients is not None else None
    missing = [f"quality.{row.item}" for row in quality if row.share is None]
    if reached is None or unsaid:
        missing.insert(0, "recipients")
    value = None
    if reached is not None and whole is not None and not missing:
        value = rules.recipients * reached + rules.quality * whole
    return Index(reached, whole, value, tuple(missing))


def year_index(rules: CountingRulesChosen, quarters: Sequence[Index]) -> Index:
    """A year's index: the mean of its quarters."""
    values = [one.value for one in quarters]
    return Index(
        recipients=_mean([one.recipients for one in quarters]),
        quality=_mean([one.quality for one in quarters]),
        value=_mean(values),
        open=tuple(f"quarter.{n}" for n, value in enumerate(values, 1) if value is None),
        quarters=tuple(values),
        as_zero=sum(value or 0.0 for value in values) / len(values),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None
