"""What must still be sent: quarters and years that are over, since the first incident that the node knows."""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from .....kernel.records import Query, written
from .....kernel.storage import Tx
from ...rules import figures as rules
from ...rules.counting import due, period
from .reading import holding, zone

READS = ("report_agency", "report_counting", "report_sending", "report_reminded", "report_file")


class UnsentQuery(Query, frozen=True):
    """As it stands at a time."""

    at: datetime


class UnsentRow(msgspec.Struct, frozen=True):
    """A quarter (0: the year) of this year or the one before that is over and was not sent where it must go: `due`, or
    after its day `late`. `days` until its day, negative after it; `reminded`: how often that was said since."""

    year: int
    quarter: int
    due: str
    state: Literal["due", "late"]
    days: int
    required: str
    reminded: int


def unsent(tx: Tx, q: UnsentQuery) -> list[UnsentRow]:
    """What has waited longest first; nothing from before the node knew of any incident but from archives."""
    begun = tx.rows("select min(opened_at) as at from report_file where exercise = 0 and kinds is null")[0]["at"]
    if begun is None:
        return []
    at, days = zone(tx), holding(tx).due_days
    here = q.at.astimezone(ZoneInfo(at)).date()
    sent = {
        (r["year"], r["quarter"], r["sent_to"]) for r in tx.rows("select year, quarter, sent_to from report_sending")
    }
    said = {(r["year"], r["quarter"]): int(r["times"]) for r in tx.rows("select * from report_reminded")}
    found = []
    for year in (here.year - 1, here.year):
        for quarter in (1, 2, 3, 4, 0):
            _, until = period(year, quarter or None, None, at)
            required = rules.REQUIRED[quarter == 0]
            if until > q.at or written(until) <= begun or (year, quarter, required) in sent:
                continue
            last = due(year, quarter, days)
            left = (datetime.fromisoformat(last).date() - here).days
            state: Literal["due", "late"] = "late" if left < 0 else "due"
            row = UnsentRow(year, quarter, last, state, left, required, said.get((year, quarter), 0))
            found.append(row)
    return sorted(found, key=lambda row: row.due)
