"""What figures read: the counting rules that hold, the service's zone, incidents as lines, who had to be served."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from .....kernel.records import Query, written
from .....kernel.slice import Look
from .....kernel.storage import Tx
from ...events import CountingRulesChosen
from ...responses import Line, Others, Responses
from ...rules import figures as rules
from ...rules.counting import People, Reason, not_counted, period, spm_types
from ...rules.measures import ranked

ZONE = "Asia/Makassar"


class OfYear(Query, frozen=True):
    """A year, one of its quarters, or one of its months where the service is."""

    year: rules.Year
    quarter: Annotated[int, Meta(ge=1, le=4)] | None = None
    month: Annotated[int, Meta(ge=1, le=12)] | None = None


class Between(Query, frozen=True):
    """Incidents opened from a time (inclusive) until another (exclusive)."""

    since: datetime
    until: datetime


class Counted(msgspec.Struct, frozen=True):
    """The incidents of a time: those that count, those that do not with the reason, and what was said of people."""

    rules: CountingRulesChosen
    zone: str
    since: datetime
    until: datetime
    lines: tuple[Line, ...]
    reasons: tuple[Reason, ...]
    people: dict[str, People]

    @property
    def counted(self) -> list[Line]:
        """Those that count."""
        return [line for line, reason in zip(self.lines, self.reasons, strict=True) if not reason]

    @property
    def excluded(self) -> dict[str, int]:
        """How many do not count, for which reason; the most frequent first."""
        found = Counter[str]()
        for line, reason in zip(self.lines, self.reasons, strict=True):
            if reason:
                found[reason] += line.count
        return ranked(found)


def holding(tx: Tx) -> CountingRulesChosen:
    """The counting rules that hold; the defaults until the agency chooses."""
    rows = tx.rows("select body from report_counting where one = 1")
    return msgspec.json.decode(rows[0]["body"], type=CountingRulesChosen) if rows else CountingRulesChosen()


def chosen(tx: Tx) -> bool:
    """Whether the agency chose them."""
    return bool(tx.rows("select 1 as x from report_counting"))


def zone(tx: Tx) -> str:
    """The time zone of the service."""
    rows = tx.rows("select zone from report_agency order by own desc, agency limit 1")
    return rows[0]["zone"] if rows else ZONE


def month_names(since: datetime, until: datetime, at: ZoneInfo) -> list[str]:
    """Every month a time touches."""
    year, month = since.astimezone(at).year, since.astimezone(at).month
    last = until.astimezone(at)
    found = []
    while datetime(year, month, 1, tzinfo=at) < last:
        found.append(f"{year:04}-{month:02}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def people(tx: Tx, since: datetime, until: datetime, types: Sequence[str]) -> dict[str, People]:
    """What reports say of who had to be served at incidents of these types, by incident."""
    named = {f"t{n}": name for n, name in enumerate(types)}
    rows = tx.rows(
        "select v.incident, v.to_serve_victims, v.to_serve_affected, v.served_victims, v.served_affected,"
        " v.volunteers_at from report_file f join report_value v on v.incident = f.incident"
        f" where f.opened_at >= :since and f.opened_at < :until and f.type in ({', '.join(':' + n for n in named)})",
        since=written(since),
        until=written(until),
        **named,
    )
    return {
        row["incident"]: People(
            row["to_serve_victims"],
            row["to_serve_affected"],
            row["served_victims"],
            row["served_affected"],
            row["volunteers_at"],
        )
        for row in rows
    }


def read(tx: Tx, since: datetime, until: datetime, look: Look, others: Others = "each", parts: bool = False) -> Counted:
    """The incidents of a time, judged by the rules that hold now; of the types that never count, `others`."""
    held, types = holding(tx), spm_types()
    lines = look.use(Responses).lines(tx, written(since), written(until), types, others, parts)
    return Counted(
        rules=held,
        zone=zone(tx),
        since=since,
        until=until,
        lines=tuple(lines),
        reasons=tuple(not_counted(line, held) for line in lines),
        people=people(tx, since, until, types),
    )


def read_period(tx: Tx, q: OfYear, look: Look, others: Others) -> Counted:
    """The incidents of a year, a quarter or a month."""
    return read(tx, *period(q.year, q.quarter, q.month, zone(tx)), look, others)


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def counting(tx: Tx, cmd: rules.ChooseCountingRules) -> rules.CountingKnown:
    """The rules that hold; nobody chose them yet, and the defaults can be chosen too."""
    return rules.CountingKnown(holding(tx), chosen(tx), zone(tx))


def published(tx: Tx, cmd: rules.PublishFigures) -> bool:
    """Whether everybody may see the public figures now."""
    return bool(tx.rows("select 1 as x from report_published where shown = 1"))


def quarter(tx: Tx, cmd: rules.StateQuality | rules.RecordSending | rules.RemindOfQuarter) -> rules.QuarterKnown:
    """When the quarter ends, what the item says now, whether it was sent where it must go."""
    at = zone(tx)
    _, end = period(cmd.year, cmd.quarter or None, None, at)
    rows = tx.rows(
        "select numerator, denominator from report_quality where year = :y and quarter = :q and item = :i",
        y=cmd.year,
        q=cmd.quarter,
        i=cmd.item if isinstance(cmd, rules.StateQuality) else 0,
    )
    sent = tx.rows(
        "select 1 as x from report_sending where year = :y and quarter = :q and sent_to = :to",
        y=cmd.year,
        q=cmd.quarter,
        to=rules.REQUIRED[cmd.quarter == 0],
    )
    item = (rows[0]["numerator"], rows[0]["denominator"]) if rows else None
    return rules.QuarterKnown(end, item, bool(sent), at)
