"""What the desk sees: units, incidents with their clocks, journal, alarms."""

import json
from collections import defaultdict
from typing import Any

import msgspec

from ....kernel.fields import All
from ....kernel.records import Query
from ....kernel.storage import Row, Tx
from ....kernel.vault import told


class BoardQuery(Query, frozen=True):
    """Units of a station, or all."""

    station: str | None = None


class BoardRow(msgspec.Struct, frozen=True):
    """A unit: where it belongs, what it does and since when."""

    unit: str
    agency: str
    station: str
    at_station: str
    vehicle_type: str
    capabilities: list[str] | None
    tank_l: int | None
    status: str
    since: str
    incident: str | None
    number: str | None
    sent_at: str | None
    answered: bool
    odd: str | None
    people: int
    competences: dict[str, int]


class PositionRow(msgspec.Struct, frozen=True):
    """Where a unit was when its tracker last said so."""

    unit: str
    at: str
    lon: float
    lat: float
    speed_mps: float | None
    course: float | None
    accuracy_m: float | None


class StationRow(msgspec.Struct, frozen=True):
    """A station."""

    station: str
    agency: str
    name: str
    lon: float
    lat: float
    headquarters: bool


class AgencyRow(msgspec.Struct, frozen=True):
    """An agency."""

    agency: str
    name: str
    kind: str
    zone: str
    own: bool


class IncidentsQuery(Query, frozen=True):
    """Incidents in a state (open, closed, cancelled)."""

    state: str = "open"
    limit: int = 200


class OneQuery(Query, frozen=True):
    """One incident."""

    incident: str


class SentRow(msgspec.Struct, frozen=True):
    """A unit at an incident, with the times it made."""

    unit: str
    status: str | None
    sent_at: str
    answered_at: str | None
    ended_at: str | None
    how: str | None
    clocks: dict[str, str | None]


class IncidentRow(msgspec.Struct, frozen=True):
    """An incident as the desk follows it: times only, the reader counts."""

    incident: str
    number: str
    agency: str
    type: str | None
    life_risk: bool
    exercise: bool
    lon: float
    lat: float
    area: str | None
    place: str | None
    place_id: str | None
    state: str
    level: int
    outcome: str | None
    opened_at: str
    answered_at: str
    ended_at: str | None
    clocks: dict[str, str | None]
    corrected: list[str]
    units: list[SentRow]
    others: dict[str, dict[str, str]]
    others_proposed: list[str]


class JournalRow(msgspec.Struct, frozen=True):
    """A line of an incident's journal; `note` is None where nothing was typed or where it was erased (`erased`)."""

    position: int
    at: str
    kind: str
    unit: str | None
    actor: str
    facts: dict[str, Any]
    note: str | None
    erased: bool


class AlarmRow(msgspec.Struct, frozen=True):
    """An alarm that is not over."""

    alarm: str
    kind: str
    incident: str | None
    number: str | None
    unit: str | None
    at: str
    taken_at: str | None
    taken_by: str | None


class PersonRow(msgspec.Struct, frozen=True):
    """Somebody who serves, by code."""

    person: str
    station: str
    crew: str
    competences: list[str]


class RunCardRow(msgspec.Struct, frozen=True):
    """A card the agency set for itself; standard cards come from the standards."""

    card: str
    level: int
    body: dict[str, Any]


class DroppedRow(msgspec.Struct, frozen=True):
    """How many fixes of a tracker were dropped, and why."""

    tracker: str
    reason: str
    n: int


def board(tx: Tx, q: BoardQuery) -> list[BoardRow]:
    """Units by station."""
    rows = tx.rows(
        "select u.unit, u.agency, u.station, u.at_station, u.vehicle_type, u.capabilities, u.tank_l, u.status, u.since,"
        " u.incident, i.number, u.sent_at, u.answered, u.odd, u.people, u.competences from dispatch_unit u"
        " left join dispatch_incident i on i.incident = u.incident"
        " where u.station = coalesce(:station, u.station) order by u.station, u.unit",
        station=q.station,
    )
    return [BoardRow(**(r | _unit_fields(r))) for r in rows]


def _unit_fields(r: Row) -> dict[str, Any]:
    return {
        "capabilities": json.loads(r["capabilities"]) if r["capabilities"] else None,
        "answered": bool(r["answered"]),
        "competences": json.loads(r["competences"]),
        "sent_at": r["sent_at"] if r["incident"] else None,
    }


def positions(tx: Tx, q: All) -> list[PositionRow]:
    """The newest fix of each unit."""
    rows = tx.rows(
        "select t.unit, p.at, p.lon, p.lat, p.speed_mps, p.course, p.accuracy_m from dispatch_position p"
        " join dispatch_tracker t on t.tracker = p.tracker order by t.unit, p.at"
    )
    return list({r["unit"]: PositionRow(**r) for r in rows}.values())


def stations(tx: Tx, q: All) -> list[StationRow]:
    """Stations."""
    rows = tx.rows("select * from dispatch_station order by station")
    return [StationRow(**(r | {"headquarters": bool(r["headquarters"])})) for r in rows]


def agencies(tx: Tx, q: All) -> list[AgencyRow]:
    """Agencies."""
    return [
        AgencyRow(**(r | {"own": bool(r["own"])})) for r in tx.rows("select * from dispatch_agency order by agency")
    ]


def _grouped(rows: list[Row], key: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def _incident_rows(tx: Tx, where: str, **params: Any) -> list[IncidentRow]:
    """Incidents with everything that belongs to them, in five queries however many there are."""
    chosen = f"select incident from dispatch_incident {where}"
    rows = tx.rows(f"select * from dispatch_incident {where}", **params)
    texts = told(tx, [r["place"] for r in rows])
    clocks = _grouped(tx.rows(f"select * from dispatch_clock where incident in ({chosen})", **params), "incident")
    sent = _grouped(
        tx.rows(
            "select s.*, u.status, u.incident as now_at from dispatch_sent s left join dispatch_unit u on u.unit ="
            " s.unit"
            f" where s.incident in ({chosen}) order by s.at, s.unit",
            **params,
        ),
        "incident",
    )
    others = _grouped(
        tx.rows(f"select * from dispatch_other where incident in ({chosen}) order by position", **params), "incident"
    )
    return [
        _incident_row(r, texts.get(r["place"]), clocks[r["incident"]], sent[r["incident"]], others[r["incident"]])
        for r in rows
    ]


def _incident_row(r: Row, place: str | None, clocks: list[Row], sent: list[Row], others: list[Row]) -> IncidentRow:
    by_unit: dict[str, dict[str, str | None]] = defaultdict(dict)
    for c in clocks:
        by_unit[c["unit"]][c["clock"]] = c["at"]
    steps: dict[str, dict[str, str]] = defaultdict(dict)
    for o in others:
        steps[o["other"]][o["step"]] = o["at"]
    return IncidentRow(
        incident=r["incident"],
        number=r["number"],
        agency=r["agency"],
        type=r["type"],
        life_risk=bool(r["life_risk"]),
        exercise=bool(r["exercise"]),
        lon=r["lon"],
        lat=r["lat"],
        area=r["area"],
        place=place,
        place_id=r["place_id"],
        state=r["state"],
        level=r["level"],
        outcome=r["outcome"],
        opened_at=r["opened_at"],
        answered_at=r["answered_at"],
        ended_at=r["ended_at"],
        clocks=by_unit.get("", {}),
        corrected=sorted(f"{c['unit']}:{c['clock']}" if c["unit"] else c["clock"] for c in clocks if c["corrected"]),
        units=[
            SentRow(
                s["unit"],
                s["status"] if s["now_at"] == r["incident"] and s["ended_at"] is None else None,
                s["at"],
                s["answered_at"],
                s["ended_at"],
                s["how"],
                by_unit.get(s["unit"], {}),
            )
            for s in sent
        ],
        others=dict(steps),
        others_proposed=json.loads(r["others"]),
    )


def incidents(tx: Tx, q: IncidentsQuery) -> list[IncidentRow]:
    """Incidents in a state, the newest first."""
    where = (
        "where state = :state and opened_at >= coalesce((select opened_at from dispatch_incident where state = :state"
    )
    where += " order by opened_at desc limit 1 offset :limit), '') order by opened_at desc, incident desc"
    return _incident_rows(tx, where, state=q.state, limit=max(1, min(q.limit, 1000)) - 1)


def one_incident(tx: Tx, q: OneQuery) -> list[IncidentRow]:
    """One incident; no row when there is none."""
    return _incident_rows(tx, "where incident = :i", i=q.incident)


def journal(tx: Tx, q: OneQuery) -> list[JournalRow]:
    """An incident's journal in the order things happened."""
    rows = tx.rows("select * from dispatch_journal where incident = :i order by at, position", i=q.incident)
    texts = told(tx, [r["note"] for r in rows])
    return [
        JournalRow(
            r["position"],
            r["at"],
            r["kind"],
            r["unit"],
            r["actor"],
            json.loads(r["facts"]),
            texts.get(r["note"]),
            bool(r["note"]) and texts.get(r["note"]) is None,
        )
        for r in rows
    ]


def alarms(tx: Tx, q: All) -> list[AlarmRow]:
    """Alarms that are not over, the oldest first."""
    rows = tx.rows(
        "select a.alarm, a.kind, a.incident, i.number, a.unit, a.at, a.taken_at, a.taken_by from dispatch_alarm a"
        " left join dispatch_incident i on i.incident = a.incident where a.over_at is null order by a.at"
    )
    return [AlarmRow(**r) for r in rows]


def people(tx: Tx, q: All) -> list[PersonRow]:
    """People who serve, by code."""
    rows = tx.rows("select * from dispatch_person order by person")
    return [PersonRow(**(r | {"competences": json.loads(r["competences"])})) for r in rows]


def run_cards(tx: Tx, q: All) -> list[RunCardRow]:
    """Cards the agency set for itself."""
    rows = tx.rows("select * from dispatch_run_card order by card, level")
    return [RunCardRow(r["card"], r["level"], json.loads(r["body"])) for r in rows]


def dropped(tx: Tx, q: All) -> list[DroppedRow]:
    """Fixes that were dropped, by tracker and reason."""
    return [DroppedRow(**r) for r in tx.rows("select * from dispatch_dropped order by tracker, reason")]
