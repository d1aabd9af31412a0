"""What must be sent when, and what was: a quarter nobody filled stays open until it is sent."""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from .....kernel.records import Query, written
from .....kernel.storage import Row, Tx
from .....kernel.vault import told
from ...rules import figures as rules
from ...rules.counting import due, period
from .reading import holding, zone


class CalendarQuery(Query, frozen=True):
    """The quarters of a year, as they stand at a time."""

    year: rules.Year
    at: datetime


class SentRow(msgspec.Struct, frozen=True):
    """That it was sent, where to, with which receipt, and who said so."""

    to: str
    sent_at: str
    receipt: str | None
    actor: str
    at: str


class QuarterRow(msgspec.Struct, frozen=True):
    """A quarter (0: the year): its time, the day it is due, what was sent, and how its reports stand.

    `running` until it ends, then `due`, after its day `late`, and `sent` once it went where it must go. `reminded`: how
    often, since its end, nobody had sent it yet."""

    year: int
    quarter: int
    since: datetime
    until: datetime
    due: str
    state: Literal["running", "due", "late", "sent"]
    required: str
    sent: tuple[SentRow, ...]
    items_stated: int
    reports: dict[str, int]
    reminded: int
    reminded_at: str | None


def calendar(tx: Tx, q: CalendarQuery) -> list[QuarterRow]:
    """The four quarters and the year."""
    at, days = zone(tx), holding(tx).due_days
    rows = tx.rows("select * from report_sending where year = :y order by sent_at", y=q.year)
    texts = told(tx, [row["receipt"] for row in rows])
    return [
        _quarter(tx, q, quarter, at, days, [row for row in rows if row["quarter"] == quarter], texts)
        for quarter in (1, 2, 3, 4, 0)
    ]


def _quarter(
    tx: Tx,
    q: CalendarQuery,
    quarter: int,
    at: str,
    days: int,
    rows: list[Row],
    texts: dict[str | None, str | None],
) -> QuarterRow:
    since, until = period(q.year, quarter or None, None, at)
    last, required = due(q.year, quarter, days), rules.REQUIRED[quarter == 0]
    sent = tuple(SentRow(r["sent_to"], r["sent_at"], texts.get(r["receipt"]), r["actor"], r["at"]) for r in rows)
    here = q.at.astimezone(ZoneInfo(at)).date().isoformat()
    state: Literal["running", "due", "late", "sent"] = "late" if here > last else "due"
    if q.at < until:
        state = "running"
    elif any(one.to == required for one in sent):
        state = "sent"
    again = tx.rows("select times, at from report_reminded where year = :y and quarter = :q", y=q.year, q=quarter)
    return QuarterRow(
        year=q.year,
        quarter=quarter,
        since=since,
        until=until,
        due=last,
        state=state,
        required=required,
        sent=sent,
        items_stated=_stated(tx, q.year, quarter),
        reports=_reports(tx, since, until),
        reminded=again[0]["times"] if again else 0,
        reminded_at=again[0]["at"] if again else None,
    )


def _stated(tx: Tx, year: int, quarter: int) -> int:
    rows = tx.rows("select count(*) as n from report_quality where year = :y and quarter = :q", y=year, q=quarter)
    return int(rows[0]["n"])


def _reports(tx: Tx, since: datetime, until: datetime) -> dict[str, int]:
    """How many reports of real, closed incidents are in which state."""
    rows = tx.rows(
        "select state, count(*) as n from report_file where opened_at >= :since and opened_at < :until"
        " and exercise = 0 and incident_state = 'closed' group by state order by state",
        since=written(since),
        until=written(until),
    )
    return {row["state"]: row["n"] for row in rows}
