"""What stands under a signature: full name, rank and service number of an account, as they were said and when."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from ....kernel.records import Entry, Query, written
from ....kernel.slice import Look
from ....kernel.storage import Tx
from ....kernel.vault import told
from .. import events
from ..rules import Id

NODE = "node"
"""The node itself, which prints official papers."""
SCHEMA = """
create table if not exists access_service (
    account text not null, at text not null, ask text not null, name text, rank text, number text,
    primary key (account, at, ask)
)
"""
_AS_OF = "select * from access_service where account = :a and at <= :at order by at desc, ask desc limit 1"


class ServiceQuery(Query, frozen=True):
    """Name, rank and service number of an account as they were said until a time; now, if it names none."""

    account: Id
    at: Annotated[datetime, Meta(tz=True)] | None = None


class ServiceRow(msgspec.Struct, frozen=True):
    """What stands under the account's signature; None: nobody said."""

    account: str
    since: str
    name: str | None
    rank: str | None
    number: str | None


def service_stated(tx: Tx, e: events.ServiceStated, entry: Entry) -> None:
    """Every saying is kept: under an old signature stands what was so then."""
    tx.run(
        "insert into access_service (account, at, ask, name, rank, number) values (:a, :at, :ask, :p, :r, :n)"
        " on conflict (account, at, ask) do nothing",
        a=e.account,
        at=entry.stamp,
        ask=entry.ask,
        p=e.name.ref if e.name else None,
        r=e.rank.ref if e.rank else None,
        n=e.number.ref if e.number else None,
    )


def service(tx: Tx, q: ServiceQuery, look: Look) -> list[ServiceRow]:
    """One row, none while nobody said; who read it is logged. An agency's administrator sees that agency."""
    reader = look.reader
    if reader.agency and NODE not in reader.roles:
        own = tx.rows("select agency from access_account where account = :a", a=q.account)
        if [row["agency"] for row in own] != [reader.agency]:
            return []
    found = []
    for row in tx.rows(_AS_OF, a=q.account, at=written(q.at or reader.now)):
        refs = {"name": row["name"], "number": row["number"]}
        who = look.reveal(tx, refs, f"access.service {q.account}")
        rank = told(tx, [row["rank"]]).get(row["rank"])
        found.append(ServiceRow(q.account, row["at"], who["name"], rank, who["number"]))
    return found
