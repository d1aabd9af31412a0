"""How incidents were answered, for reports and figures: incidents with their clocks and units, by few quick queries."""

from collections import defaultdict
from collections.abc import Sequence
from typing import get_args

from ....kernel.storage import Row, Tx
from ...report.responses import Response, UnitResponse
from ..events import Clock
from .entered import units_at

CLOCKS: tuple[str, ...] = get_args(Clock)
_PERIOD = "i.state in ('open', 'closed', 'cancelled') and i.opened_at >= :since and i.opened_at < :until"
"""All states there are, named so that the index by state and time serves."""
_TIMES = ", ".join(f"max(case when c.clock = '{name}' then c.at end) as c{n}" for n, name in enumerate(CLOCKS))
_BIT = " ".join(f"when '{name}' then {1 << n}" for n, name in enumerate(CLOCKS))
_CORRECTED = f"sum(case when c.corrected = 1 then case c.clock {_BIT} end else 0 end)"
"""Which clocks were corrected, a bit each."""
_PART = 200


def between(tx: Tx, since: str, until: str, units: bool = False) -> list[Response]:
    """Incidents opened in a period, in the order they were opened."""
    return _responses(tx, _PERIOD, units, since=since, until=until)


def some(tx: Tx, incidents: Sequence[str]) -> list[Response]:
    """These incidents with their units, in the order they were opened."""
    found: list[Response] = []
    for start in range(0, len(incidents), _PART):
        part = {f"i{n}": name for n, name in enumerate(incidents[start : start + _PART])}
        found += _responses(tx, f"i.incident in ({', '.join(':' + name for name in part)})", True, **part)
    return sorted(found, key=lambda one: (one.opened_at, one.incident))


def _responses(tx: Tx, where: str, units: bool, **params: str) -> list[Response]:
    """One row an incident, its clocks turned into columns: a row a clock would be ten times as many to carry."""
    clocks = {
        row["incident"]: row
        for row in tx.rows(
            f"select c.incident, {_TIMES}, {_CORRECTED} as corrected from dispatch_incident i join dispatch_clock c"
            f" on c.incident = i.incident and c.unit = '' where {where} group by c.incident",
            **params,
        )
    }
    sent = _units(tx, where, **params) if units else {}
    rows = tx.rows(
        "select i.incident, i.number, i.agency, i.type, i.exercise, i.life_risk, i.level, i.lon, i.lat, i.area,"
        " i.place, i.place_id, i.state, i.outcome, i.opened_at, i.answered_at, i.ended_at, i.home"
        f" from dispatch_incident i where {where} order by i.opened_at, i.incident",
        **params,
    )
    return [_response(row, clocks.get(row["incident"], {}), sent.get(row["incident"], ())) for row in rows]


def _response(row: Row, clocks: Row, sent: Sequence[UnitResponse]) -> Response:
    row["exercise"], row["life_risk"] = bool(row["exercise"]), bool(row["life_risk"])
    times = {name: clocks[f"c{n}"] for n, name in enumerate(CLOCKS) if clocks.get(f"c{n}")}
    marks = int(clocks.get("corrected") or 0)
    corrected = tuple(name for n, name in enumerate(CLOCKS) if marks >> n & 1)
    return Response(**row, clocks=times, corrected=corrected, units=tuple(sent))


def _units(tx: Tx, where: str, **params: str) -> dict[str, list[UnitResponse]]:
    """A unit sent again to the same incident stands twice, with the same times."""
    times: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for row in tx.rows(
        "select c.incident, c.unit, c.clock, c.at from dispatch_incident i join dispatch_clock c"
        f" on c.incident = i.incident and c.unit <> '' where c.at is not null and {where}",
        **params,
    ):
        times[row["incident"], row["unit"]][row["clock"]] = row["at"]
    found: dict[str, list[UnitResponse]] = defaultdict(list)
    was = units_at(tx)
    for row in tx.rows(
        "select s.incident, s.unit, s.at as sent_at, s.ended_at, s.how"
        " from dispatch_incident i join dispatch_sent s on s.incident = i.incident"
        f" where {where} order by s.at, s.unit",
        **params,
    ):
        name = row.pop("incident")
        station, kind = was(row["unit"], row["sent_at"]) or (None, None)
        clocks = times[name, row["unit"]]
        found[name].append(UnitResponse(**row, station=station, vehicle_type=kind, clocks=clocks))
    return found
