"""MAYDAYs and evacuation orders: projections, loads, and how the board shows them."""

from collections import defaultdict
from typing import Any

from ....kernel.records import Entry
from ....kernel.storage import Row, Tx
from ....kernel.vault import told
from .. import events
from ..rules import safety
from .alarms import waits
from .crews import decides
from .figures import figures
from .rows import EvacuationRow, MaydayRow, MaydayStepRow

_LATER = "{0}.at < :at or ({0}.at = :at and {0}.ask < :ask)"


def mayday_called(tx: Tx, e: events.MaydayCalled, entry: Entry) -> None:
    """Called again under the same name it says more; since when it runs stays."""
    at = entry.stamp
    tx.run(
        "insert into field_mayday (mayday, incident, first_at, at, ask, crew, person, sector, bar, need, place)"
        " values (:m, :i, :at, :at, :ask, :crew, :person, :sector, :bar, :need, :place) on conflict (incident, mayday)"
        " do update set at = :at, ask = :ask, crew = :crew, person = :person, sector = :sector, bar = :bar,"
        f" need = :need, place = :place where {_LATER.format('field_mayday')}",
        m=e.mayday,
        i=e.incident,
        at=at,
        ask=entry.ask,
        crew=e.crew,
        person=e.person,
        sector=e.sector,
        bar=e.bar,
        need=e.need,
        place=e.where.ref if e.where else None,
    )
    tx.run(
        "update field_mayday set first_at = :at where incident = :i and mayday = :m and first_at > :at",
        i=e.incident,
        m=e.mayday,
        at=at,
    )


def mayday_stepped(tx: Tx, e: events.MaydayStepped, entry: Entry) -> None:
    tx.run(
        "insert into field_mayday_step (incident, mayday, step, at, ask, done, crew)"
        " values (:i, :m, :s, :at, :ask, :done, :crew)"
        " on conflict (incident, mayday, step) do update set at = :at, ask = :ask, done = :done, crew = :crew"
        f" where {_LATER.format('field_mayday_step')}",
        i=e.incident,
        m=e.mayday,
        s=e.step,
        at=entry.stamp,
        ask=entry.ask,
        done=int(e.done),
        crew=e.crew,
    )


def mayday_ended(tx: Tx, e: events.MaydayEnded, entry: Entry) -> None:
    tx.run(
        "insert into field_mayday_end (mayday, incident, at, ask, outcome) values (:m, :i, :at, :ask, :o)"
        " on conflict (incident, mayday) do update set at = :at, ask = :ask, outcome = :o"
        f" where {_LATER.format('field_mayday_end')}",
        m=e.mayday,
        i=e.incident,
        at=entry.stamp,
        ask=entry.ask,
        o=e.outcome,
    )


def evacuation_ordered(tx: Tx, e: events.EvacuationOrdered, entry: Entry) -> None:
    tx.run(
        "insert into field_evacuation (evacuation, incident, at, ask, sector, reason)"
        " values (:e, :i, :at, :ask, :s, :r) on conflict (incident, evacuation) do update set at = :at, ask = :ask,"
        " sector = :s, reason = :r where field_evacuation.at > :at"
        " or (field_evacuation.at = :at and field_evacuation.ask > :ask)",
        e=e.evacuation,
        i=e.incident,
        at=entry.stamp,
        ask=entry.ask,
        s=e.sector,
        r=e.reason.ref if e.reason else None,
    )


def evacuation_acknowledged(tx: Tx, e: events.EvacuationAcknowledged, entry: Entry) -> None:
    """The first time a crew said so stands."""
    tx.run(
        "insert into field_evacuation_heard (incident, evacuation, crew, at) values (:i, :e, :c, :at)"
        " on conflict (incident, evacuation, crew)"
        " do update set at = :at where field_evacuation_heard.at > :at",
        i=e.incident,
        e=e.evacuation,
        c=e.crew,
        at=entry.stamp,
    )


def evacuation_ended(tx: Tx, e: events.EvacuationEnded, entry: Entry) -> None:
    tx.run(
        "insert into field_evacuation_end (evacuation, incident, at) values (:e, :i, :at)"
        " on conflict (incident, evacuation)"
        " do update set at = :at where field_evacuation_end.at > :at",
        e=e.evacuation,
        i=e.incident,
        at=entry.stamp,
    )


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def incident_known(tx: Tx, cmd: Any) -> bool:
    """Whether there is such an incident."""
    return bool(tx.rows("select 1 as x from field_incident where incident = :i", i=cmd.incident))


def alarm(tx: Tx, cmd: safety.TakeAlarm) -> safety.AlarmKnown | None:
    """What the alarm is, by its name, and the crew that it is about where that is known here."""
    if not incident_known(tx, cmd):
        return None
    kind, _, name = cmd.alarm.partition(".")
    rows = tx.rows("select kind, crew from field_alarm where incident = :i and alarm = :a", i=cmd.incident, a=cmd.alarm)
    if not rows and kind == "mayday":
        rows = tx.rows(
            "select 'mayday' as kind, crew from field_mayday where incident = :i and mayday = :m",
            i=cmd.incident,
            m=name,
        )
    return safety.AlarmKnown(**rows[0]) if rows else safety.AlarmKnown(kind)


def mayday(tx: Tx, cmd: safety.EndMayday) -> safety.MaydayKnown:
    """Whether there is such a MAYDAY, and whether it goes on."""
    there = tx.rows("select 1 as x from field_mayday where mayday = :m and incident = :i", m=cmd.mayday, i=cmd.incident)
    ended = tx.rows(
        "select 1 as x from field_mayday_end where mayday = :m and incident = :i", m=cmd.mayday, i=cmd.incident
    )
    return safety.MaydayKnown(bool(there), bool(ended))


def evacuation(tx: Tx, cmd: Any) -> safety.EvacuationKnown:
    """An evacuation order, and the crews it waits for."""
    known, here = decides(tx, cmd.incident)
    rows = tx.rows(
        "select sector from field_evacuation where evacuation = :e and incident = :i", e=cmd.evacuation, i=cmd.incident
    )
    ended = tx.rows(
        "select 1 as x from field_evacuation_end where evacuation = :e and incident = :i",
        e=cmd.evacuation,
        i=cmd.incident,
    )
    return safety.EvacuationKnown(
        incident_known=known,
        decides=here,
        there=bool(rows),
        ended=bool(ended),
        pending=waits(tx, cmd.evacuation, cmd.incident, rows[0]["sector"]) if rows else (),
        answer_s=figures().evacuation_s,
    )


# ── for the board ────────────────────────────────────────────────────────────────────────────────────────────────────


def maydays(tx: Tx, incident: str) -> list[MaydayRow]:
    """Every MAYDAY of an incident, the oldest first."""
    rows = tx.rows(
        "select m.*, e.at as ended_at, e.outcome from field_mayday m"
        " left join field_mayday_end e on e.incident = m.incident and e.mayday = m.mayday where m.incident = :i",
        i=incident,
    )
    steps: dict[str, list[Row]] = defaultdict(list)
    for step in tx.rows(
        "select * from field_mayday_step where incident = :i and done = 1",
        i=incident,
    ):
        steps[step["mayday"]].append(step)
    places = told(tx, [row["place"] for row in rows])
    rows.sort(key=lambda row: (row["first_at"], row["mayday"]))
    return [_mayday_row(row, places.get(row["place"]), steps[row["mayday"]]) for row in rows]


def _mayday_row(row: Row, place: str | None, steps: list[Row]) -> MaydayRow:
    steps.sort(key=lambda step: (step["at"], step["step"]))
    return MaydayRow(
        mayday=row["mayday"],
        at=row["first_at"],
        crew=row["crew"],
        person=row["person"],
        sector=row["sector"],
        bar=row["bar"],
        need=row["need"],
        where=place,
        steps=[MaydayStepRow(step["step"], step["at"], step["crew"]) for step in steps],
        ended_at=row["ended_at"],
        outcome=row["outcome"],
    )


def evacuations(tx: Tx, incident: str) -> list[EvacuationRow]:
    """Every evacuation order of an incident, the oldest first."""
    rows = tx.rows(
        "select v.*, e.at as ended_at from field_evacuation v"
        " left join field_evacuation_end e on e.incident = v.incident and e.evacuation = v.evacuation"
        " where v.incident = :i",
        i=incident,
    )
    heard: dict[str, dict[str, str]] = defaultdict(dict)
    for row in tx.rows(
        "select * from field_evacuation_heard where incident = :i order by at, crew",
        i=incident,
    ):
        heard[row["evacuation"]][row["crew"]] = row["at"]
    reasons = told(tx, [row["reason"] for row in rows])
    rows.sort(key=lambda row: (row["at"], row["evacuation"]))
    return [
        EvacuationRow(
            evacuation=row["evacuation"],
            at=row["at"],
            sector=row["sector"],
            reason=reasons.get(row["reason"]),
            acknowledged=heard[row["evacuation"]],
            ended_at=row["ended_at"],
        )
        for row in rows
    ]
