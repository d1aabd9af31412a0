"""Many incidents as narrow lines, for figures over years: the first of each clock, and who was there first."""

from collections.abc import Sequence

from ....kernel.storage import Row, Tx
from ...report.responses import Line, Others

CLOCKS = {
    "answered": "answered",
    "dispatched": "dispatched",
    "on_the_way": "on-the-way",
    "arrived": "arrived",
    "access": "access",
    "ready": "ready-to-serve",
    "action": "action",
}
_PERIOD = "i.state in ('open', 'closed', 'cancelled') and i.opened_at >= :since and i.opened_at < :until"
PAIRS = ("answered", "arrived", "ready")
# The time before the name: the least such text is the unit that was first, without a row for every unit.
_WHO = ", ".join(
    f"min(case when c.unit <> '' and c.clock = '{clock}' then c.at || ' ' || c.unit end) as {column}"
    for column, clock in (("who_ready", "ready-to-serve"), ("who_arrived", "arrived"))
)
_ALIKE = "i.type, i.state, i.outcome, i.exercise, i.home"


def lines(tx: Tx, since: str, until: str, types: Sequence[str], others: Others, parts: bool) -> list[Line]:
    """Incidents opened in a period, in the order they were opened; clocks and stations only of those `types`."""
    named = {f"t{n}": name for n, name in enumerate(types)}
    within = f"i.type in ({', '.join(':' + name for name in named)})" if named else "1 = 0"
    beyond = f"(i.type is null or not {within})" if named else "1 = 1"
    params = {"since": since, "until": until, **named}
    found = _timed(tx, within, params, tuple(CLOCKS) if parts else PAIRS)
    if others == "each":
        found += [_plain(row) for row in tx.rows(f"{_PLAIN} and {beyond}", **params)]
        found.sort(key=lambda line: (line.opened, line.incident))
    elif others == "summed":
        found += _summed(tx, beyond, params)
    return found


_PLAIN = (
    "select i.incident, i.number, i.type, i.area, i.state, i.outcome, i.exercise, i.home, i.opened_at, i.ended_at"
    f" from dispatch_incident i where {_PERIOD}"
)


def _timed(tx: Tx, within: str, params: dict[str, str], columns: Sequence[str]) -> list[Line]:
    firsts = ", ".join(f"max(case when c.unit = '' and c.clock = '{CLOCKS[c]}' then c.at end) as {c}" for c in columns)
    wanted = ", ".join(f"'{CLOCKS[column]}'" for column in columns)
    stations = {row["unit"]: row["station"] for row in tx.rows("select unit, station from dispatch_unit")}
    clocks = {
        row["incident"]: row
        for row in tx.rows(
            f"select c.incident, {firsts}, {_WHO} from dispatch_incident i join dispatch_clock c"
            f" on c.incident = i.incident and c.clock in ({wanted}) where {_PERIOD} and {within} group by c.incident",
            **params,
        )
    }
    rows = tx.rows(f"{_PLAIN} and {within} order by i.opened_at, i.incident", **params)
    return [_line(row, clocks.get(row["incident"]), stations) for row in rows]


def _summed(tx: Tx, beyond: str, params: dict[str, str]) -> list[Line]:
    rows = tx.rows(
        f"select {_ALIKE}, count(*) as n, min(i.opened_at) as opened from dispatch_incident i"
        f" where {_PERIOD} and {beyond} group by {_ALIKE} order by {_ALIKE}",
        **params,
    )
    return [
        Line(
            incident="",
            number="",
            type=row["type"],
            area=None,
            state=row["state"],
            outcome=row["outcome"],
            exercise=bool(row["exercise"]),
            home=row["home"],
            opened=row["opened"],
            count=row["n"],
        )
        for row in rows
    ]


def _line(row: Row, clocks: Row | None, stations: dict[str, str]) -> Line:
    if clocks is None:
        return _plain(row)
    first = clocks["who_ready"] or clocks["who_arrived"]
    return Line(
        incident=row["incident"],
        number=row["number"],
        type=row["type"],
        area=row["area"],
        state=row["state"],
        outcome=row["outcome"],
        exercise=bool(row["exercise"]),
        home=row["home"],
        opened=row["opened_at"],
        ended=row["ended_at"],
        answered=clocks["answered"],
        dispatched=clocks.get("dispatched"),
        on_the_way=clocks.get("on_the_way"),
        arrived=clocks["arrived"],
        access=clocks.get("access"),
        ready=clocks["ready"],
        action=clocks.get("action"),
        station=stations.get(first.split(" ", 1)[1]) if first else None,
    )


def _plain(row: Row) -> Line:
    return _line(row, dict.fromkeys((*PAIRS, "who_ready", "who_arrived")), {})
