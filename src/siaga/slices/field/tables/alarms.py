"""Alarms of the scene: what the timer found, until its cause is gone; who took them; the view over all of them."""

from collections.abc import Iterator
from typing import Any

import msgspec

from ....kernel import playing
from ....kernel.fields import All
from ....kernel.records import Entry
from ....kernel.storage import Row, Tx
from .. import events
from ..rules import deadlines
from ..rules.crewfold import Crew
from ..rules.safety import pending
from .figures import figures
from .rows import AlarmRow

KNOWN = "field_crew"
"""What is kept of a crew, as it is known while the log is played."""
FRESH = "field_fresh"
"""Incidents that were opened here a moment ago: of a crew that is not known nothing is kept."""
_STATE = msgspec.json.Decoder(Crew)


def doubt(tx: Tx, incident: str, crew: str) -> None:
    """What is kept of a crew was written otherwise than by the next fact of it."""
    playing.doubt(tx, FRESH, incident)
    playing.doubt(tx, KNOWN, (incident, crew))


def par_alarm(incident: str, crew: str) -> str:
    """The name of the alarm of a crew that was not accounted for."""
    return f"par-overdue.{incident}.{crew}"


def _air_alarm(incident: str, crew: str, person: str) -> str:
    return f"air-low.{incident}.{crew}.{person}"


# ── what the timer found: the latest stands ──────────────────────────────────────────────────────────────────────────


def _sound(tx: Tx, entry: Entry, alarm: str, kind: str, e: Any, **more: Any) -> None:
    tx.run(
        "insert into field_alarm (alarm, incident, kind, crew, person, at, ask, level, times, since, over)"
        " values (:alarm, :i, :kind, :crew, :person, :at, :ask, :level, :times, :since, 0)"
        " on conflict (incident, alarm) do update set at = :at, ask = :ask, level = :level, times = :times,"
        " since = :since"
        " where field_alarm.at < :at or (field_alarm.at = :at and field_alarm.ask < :ask)",
        alarm=alarm,
        i=e.incident,
        kind=kind,
        at=entry.stamp,
        ask=entry.ask,
        **({"crew": "", "person": "", "level": "", "times": 1, "since": ""} | more),
    )
    doubt(tx, e.incident, more.get("crew", ""))


def par_overdue(tx: Tx, e: events.ParOverdue, entry: Entry) -> None:
    name = par_alarm(e.incident, e.crew)
    _sound(tx, entry, name, "par-overdue", e, crew=e.crew, times=e.times, since=e.since)
    _judge_again(tx, e.incident, e.crew)


def air_low(tx: Tx, e: events.AirLow, entry: Entry) -> None:
    name = _air_alarm(e.incident, e.crew, e.person)
    _sound(tx, entry, name, "air-low", e, crew=e.crew, person=e.person, level=e.level)
    _judge_again(tx, e.incident, e.crew)


def evacuation_unanswered(tx: Tx, e: events.EvacuationUnanswered, entry: Entry) -> None:
    """Whether it still waits for anybody is read from the crews, each time it is shown."""
    _sound(tx, entry, f"evacuation-unanswered.{e.evacuation}", "evacuation-unanswered", e, times=e.times)


def alarm_taken(tx: Tx, e: events.AlarmTaken, entry: Entry) -> None:
    tx.run(
        "insert into field_alarm_taken (incident, alarm, at, ask, who) values (:i, :a, :at, :ask, :who)"
        " on conflict (incident, alarm) do update set at = :at, ask = :ask, who = :who"
        " where field_alarm_taken.at < :at or (field_alarm_taken.at = :at and field_alarm_taken.ask < :ask)",
        i=e.incident,
        a=e.alarm,
        at=entry.stamp,
        ask=entry.ask,
        who=entry.actor,
    )


# ── whether the cause is gone ────────────────────────────────────────────────────────────────────────────────────────


def _judge_again(tx: Tx, incident: str, crew: str) -> None:
    rows = tx.rows("select state from field_crew where incident = :i and crew = :c", i=incident, c=crew)
    if rows:
        judge(tx, incident, _STATE.decode(rows[0]["state"]))


def judge(tx: Tx, incident: str, crew: Crew) -> bool:
    """Say of each alarm of the crew whether it is over, now that the crew is so; whether there is any."""
    rows = tx.rows("select * from field_alarm where incident = :i and crew = :c", i=incident, c=crew.crew)
    for row in rows:
        over = int(_over(row, crew))
        if over != row["over"]:
            tx.run(
                "update field_alarm set over = :over where incident = :i and alarm = :a",
                over=over,
                i=incident,
                a=row["alarm"],
            )
    return bool(rows)


def _over(row: Row, crew: Crew) -> bool:
    if row["kind"] == "par-overdue":
        return not deadlines.on_scene(crew) or (crew.accounted_at or "") > row["since"]
    wearer = next((one for one in crew.inside if one.person == row["person"]), None)
    return wearer is None or deadlines.breathes_easier(figures().air, wearer, row["level"], row["at"])


# ── the view ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def alarms(tx: Tx, q: All) -> list[AlarmRow]:
    """Alarms of open incidents whose cause is not gone, the oldest first; one that sounds again is not taken."""
    rows = [*_kept(tx), *_lost(tx), *_maydays(tx), *_evacuations(tx)]
    taken = {
        (row["incident"], row["alarm"]): row
        for row in tx.rows(
            "select t.* from field_alarm_taken t join field_incident i on i.incident = t.incident"
            " where i.state = 'open'"
        )
    }
    shown = [_shown(row, taken.get((row["incident"], row["alarm"]))) for row in rows]
    return sorted(shown, key=lambda one: (one.at, one.alarm))


_PLAIN: Row = {"crew": "", "person": "", "level": "", "times": 1, "taken_at": None, "taken_by": None}


def _shown(row: Row, taken: Row | None) -> AlarmRow:
    stands = taken is not None and taken["at"] >= row["at"]
    who: Row = {"taken_at": taken["at"], "taken_by": taken["who"]} if taken and stands else {}
    return AlarmRow(**(_PLAIN | row | who))


def _kept(tx: Tx) -> list[Row]:
    return tx.rows(
        "select a.alarm, a.kind, a.incident, i.number, a.crew, a.person, a.at, a.level, a.times from field_alarm a"
        " join field_incident i on i.incident = a.incident"
        " where i.state = 'open' and a.over = 0 and a.kind <> 'evacuation-unanswered'"
    )


def _lost(tx: Tx) -> Iterator[Row]:
    rows = tx.rows(
        "select c.incident, i.number, c.crew, c.lost_person as person, c.lost_at as at from field_crew c"
        " join field_incident i on i.incident = c.incident where i.state = 'open' and c.lost_at is not null"
    )
    return (row | {"alarm": f"contact-lost.{row['incident']}.{row['crew']}", "kind": "contact-lost"} for row in rows)


def _maydays(tx: Tx) -> list[Row]:
    return tx.rows(
        "select 'mayday.' || m.mayday as alarm, 'mayday' as kind, m.incident, i.number, m.crew, m.person,"
        " m.first_at as at from field_mayday m"
        " join field_incident i on i.incident = m.incident left join field_mayday_end e"
        " on e.incident = m.incident and e.mayday = m.mayday"
        " where i.state = 'open' and e.mayday is null"
    )


def _evacuations(tx: Tx) -> Iterator[Row]:
    """Orders that some crew there has not heard, and what the timer said of them."""
    rows = tx.rows(
        "select v.evacuation, v.incident, i.number, v.sector, v.at from field_evacuation v"
        " join field_incident i on i.incident = v.incident"
        " left join field_evacuation_end e on e.incident = v.incident and e.evacuation = v.evacuation"
        " where i.state = 'open' and e.evacuation is null"
    )
    for row in rows:
        if not waits(tx, row["evacuation"], row["incident"], row["sector"]):
            continue
        common = {"incident": row["incident"], "number": row["number"]}
        yield common | {"alarm": f"evacuation.{row['evacuation']}", "kind": "evacuation", "at": row["at"]}
        yield from (
            common | said
            for said in tx.rows(
                "select alarm, kind, at, times from field_alarm where incident = :i and alarm = :a",
                i=row["incident"],
                a=f"evacuation-unanswered.{row['evacuation']}",
            )
        )


def waits(tx: Tx, evacuation: str, incident: str, sector: str) -> tuple[str, ...]:
    """The crews an evacuation order waits for."""
    crews = tx.rows(
        "select state from field_crew where incident = :i and (phase = 'arrived' or inside > 0)", i=incident
    )
    heard = tx.rows(
        "select crew from field_evacuation_heard where incident = :i and evacuation = :e", i=incident, e=evacuation
    )
    known = sorted((_STATE.decode(row["state"]) for row in crews), key=lambda one: one.crew)
    return pending(tuple(known), sector, frozenset(row["crew"] for row in heard))
