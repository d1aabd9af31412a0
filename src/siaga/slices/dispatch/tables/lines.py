"""Many incidents as narrow lines, for figures over years: the first of each clock, and who was there first.

Each time is looked up by its key: joining and grouping all clocks of half a million incidents' neighbours took twice as
long, and a row for every clock ten times."""

from collections.abc import Sequence

import msgspec

from ....kernel.storage import Row, Tx
from ...report.responses import Line, Others
from .entered import units_at

CLOCKS = {
    "answered": "answered",
    "opened_clock": "opened",
    "dispatched": "dispatched",
    "on_the_way": "on-the-way",
    "arrived": "arrived",
    "access": "access",
    "ready": "ready-to-serve",
    "action": "action",
}
PAIRS = ("answered", "arrived", "ready")
_PERIOD = "i.state in ('open', 'closed', 'cancelled') and i.opened_at >= :since and i.opened_at < :until"
_PLAIN = (
    "i.incident, i.number, i.type, i.area, i.state, i.outcome, i.exercise, i.home, i.opened_at as opened,"
    " i.ended_at as ended"
)
_ALIKE = "i.type, i.state, i.outcome, i.exercise, i.home"


def _at(column: str) -> str:
    where = f"c.incident = i.incident and c.unit = '' and c.clock = '{CLOCKS[column]}'"
    return f"(select c.at from dispatch_clock c where {where}) as {column}"


def _who(clock: str) -> str:
    """The time before the name: the least such text is the unit that was first."""
    where = f"c.incident = i.incident and c.unit > '' and c.clock = '{clock}'"
    return f"(select min(c.at || ' ' || c.unit) from dispatch_clock c where {where})"


_STATION = f"coalesce({_who('ready-to-serve')}, {_who('arrived')}) as station"


def lines(tx: Tx, since: str, until: str, types: Sequence[str], others: Others, parts: bool) -> list[Line]:
    """Incidents opened in a period, in the order they were opened; clocks and stations only of those `types`."""
    named = {f"t{n}": name for n, name in enumerate(types)}
    within = f"i.type in ({', '.join(':' + name for name in named)})" if named else "1 = 0"
    beyond = f"(i.type is null or not {within})" if named else "1 = 1"
    params = {"since": since, "until": until, **named}
    found = _timed(tx, within, params, tuple(CLOCKS) if parts else PAIRS) if named else []
    if others == "summed":
        found += _summed(tx, beyond, params)
    if others == "each":
        found += _read(tx.rows(f"select {_PLAIN} from dispatch_incident i where {_PERIOD} and {beyond}", **params))
        found.sort(key=lambda line: (line.opened, line.incident))
    return found


def _timed(tx: Tx, within: str, params: dict[str, str], columns: Sequence[str]) -> list[Line]:
    was = units_at(tx)
    rows = tx.rows(
        f"select {_PLAIN}, {', '.join(map(_at, columns))}, {_STATION} from dispatch_incident i"
        f" where {_PERIOD} and {within} order by i.opened_at, i.incident",
        **params,
    )
    for row in rows:
        at, _, unit = (row["station"] or "").partition(" ")
        stood = was(unit, at)
        row["station"] = stood[0] if stood else None
    return _read(rows)


def _summed(tx: Tx, beyond: str, params: dict[str, str]) -> list[Line]:
    return _read(
        tx.rows(
            f"select {_ALIKE}, '' as incident, '' as number, null as area, min(i.opened_at) as opened,"
            f" count(*) as count from dispatch_incident i where {_PERIOD} and {beyond} group by {_ALIKE}"
            f" order by {_ALIKE}",
            **params,
        )
    )


def _read(rows: list[Row]) -> list[Line]:
    return msgspec.convert(rows, list[Line], strict=False)
