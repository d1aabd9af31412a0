"""Many incidents as narrow lines, for figures over years: the first of each clock, and who was there first."""

from collections.abc import Sequence

from ....kernel.storage import Row, Tx
from ...report.responses import Line

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
_FIRSTS = ", ".join(f"max(case when c.unit = '' and c.clock = '{n}' then c.at end) as {c}" for c, n in CLOCKS.items())
# The time before the name: the least such text is the unit that was first, without a row for every unit.
_WHO = ", ".join(
    f"min(case when c.unit <> '' and c.clock = '{clock}' then c.at || ' ' || c.unit end) as {column}"
    for column, clock in (("who_ready", "ready-to-serve"), ("who_arrived", "arrived"))
)


def lines(tx: Tx, since: str, until: str, types: Sequence[str]) -> list[Line]:
    """Incidents opened in a period, in the order they were opened; clocks and stations only of those `types`."""
    named = {f"t{n}": name for n, name in enumerate(types)}
    within = f"i.type in ({', '.join(':' + name for name in named)})" if named else "1 = 0"
    stations = {row["unit"]: row["station"] for row in tx.rows("select unit, station from dispatch_unit")}
    clocks = {
        row["incident"]: row
        for row in tx.rows(
            f"select c.incident, {_FIRSTS}, {_WHO} from dispatch_incident i join dispatch_clock c"
            f" on c.incident = i.incident where {_PERIOD} and {within} group by c.incident",
            since=since,
            until=until,
            **named,
        )
    }
    found = tx.rows(
        "select i.incident, i.number, i.type, i.area, i.state, i.outcome, i.exercise, i.home, i.opened_at,"
        f" i.ended_at from dispatch_incident i where {_PERIOD} order by i.opened_at, i.incident",
        since=since,
        until=until,
    )
    return [_line(row, clocks.get(row["incident"]), stations) for row in found]


def _line(row: Row, clocks: Row | None, stations: dict[str, str]) -> Line:
    times = {name: clocks[name] for name in CLOCKS} if clocks else {}
    first = (clocks["who_ready"] or clocks["who_arrived"]) if clocks else None
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
        station=stations.get(first.split(" ", 1)[1]) if first else None,
        **times,
    )
