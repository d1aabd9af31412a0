"""How many rode on a unit when it answered: what was said of its crew until it arrived; else it is not recorded."""

import msgspec

from ....kernel.records import Entry
from ....kernel.storage import Tx
from ...dispatch import events as dispatch
from ..responses import Response, UnitResponse

SCHEMA = """
create table if not exists report_crew (
    unit text not null, at text not null, ask text not null, people integer not null, primary key (unit, at, ask)
)
"""
_THEN = "select people from report_crew where unit = :u and at <= :at order by at desc, ask desc limit 1"


def crew_set(tx: Tx, e: dispatch.CrewSet, entry: Entry) -> None:
    """Every saying is kept: what is said late of an earlier hour counts for that hour."""
    tx.run(
        "insert into report_crew (unit, at, ask, people) values (:u, :at, :ask, :n)"
        " on conflict (unit, at, ask) do update set people = :n",
        u=e.unit,
        at=entry.stamp,
        ask=entry.ask,
        n=e.people,
    )


def crewed(tx: Tx, of: Response) -> Response:
    """The same, with how many rode on each unit.

    Beside the digest of a signature, not in it: that is of clocks and units as they were read where they are kept."""
    return msgspec.structs.replace(of, units=tuple(_crewed(tx, unit) for unit in of.units))


def _crewed(tx: Tx, unit: UnitResponse) -> UnitResponse:
    """Nobody aboard is nobody recorded: no unit drives itself."""
    found = tx.rows(_THEN, u=unit.unit, at=max(unit.sent_at, unit.clocks.get("arrived", "")))
    return msgspec.structs.replace(unit, people=found[0]["people"] or None) if found else unit
