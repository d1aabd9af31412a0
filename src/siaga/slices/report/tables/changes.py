"""Projections: the incident of a report, and what changes beside the report that it rests on.

A checked report whose incident or times change is a draft again; of a signed one each such change is an amendment with
what stood there, what stands now and the reason, where one was given."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ....kernel.records import Entry, Told, written
from ....kernel.storage import Row, Tx
from ...dispatch import events as dispatch
from ...intake import events as intake
from ..rules import SIGNED, checks
from .figures.projections import tracks_closed
from .projections import file, measure, set_state

MARKS = ("seen", "under-control", "out")
"""The incident's own clocks that no unit makes: kept here so that a change of one can say what stood there."""


class Change(NamedTuple):
    """A value of the incident or a clock (`jam.` and its name; the unit where it is one's), before and now."""

    path: str
    was: Any
    now: Any
    unit: str = ""


def _changed(tx: Tx, of: Row | None, found: Sequence[Change], reason: Told | None, entry: Entry) -> None:
    """Something changed beside a report, which stood as in `of`."""
    real = [one for one in found if one.was != one.now]
    if of is None or not real:
        return
    if of["state"] == "checked":
        set_state(tx, of["incident"], "draft", entry)
    if of["state"] not in SIGNED:
        return
    for n, one in enumerate(real):
        tx.run(
            "insert into report_change (incident, position, n, path, unit, was, now, reason, actor, at)"
            " values (:i, :p, :n, :path, :u, :was, :now, :r, :a, :at)",
            i=of["incident"],
            p=entry.position,
            n=n,
            path=one.path,
            u=one.unit,
            was=json.dumps(one.was),
            now=json.dumps(one.now),
            r=reason.ref if reason else None,
            a=entry.actor,
            at=entry.stamp,
        )
    tx.run("update report_file set amendments = amendments + 1 where incident = :i", i=of["incident"])


# ── the incident ─────────────────────────────────────────────────────────────────────────────────────────────────────


def incident_opened(tx: Tx, e: intake.IncidentOpened, entry: Entry) -> None:
    about = checks.Facts(type=e.type, exercise=e.exercise, outcome=None, incident_state="open")
    tx.run(
        "insert into report_file (incident, number, type, exercise, area, object, place, lon, lat, opened_at,"
        " incident_state, home, state, amendments, needed, missing, touched) values (:i, :n, :t, :x, :a, :o, :place,"
        " :lon, :lat, :at, 'open', :home, 'draft', 0, :needed, :missing, 0) on conflict (incident) do nothing",
        i=e.incident,
        n=e.number,
        t=e.type,
        x=int(e.exercise),
        a=e.area,
        o=e.place_id,
        place=e.place.ref if e.place else None,
        lon=e.lon,
        lat=e.lat,
        at=entry.stamp,
        home=entry.origin or "",
        needed=checks.parts(about),
        missing=" ".join(checks.missing(about, {})),
    )
    if e.fire_seen_at:
        _mark(tx, e.incident, "seen", e.fire_seen_at, _first)


def _facts(of: Row) -> dict[str, Any]:
    """What a report says of its incident, by the path of an amendment."""
    return {
        "type": of["type"],
        "area": of["area"],
        "place": of["place"],
        "point": f"{of['lat']:.5f}, {of['lon']:.5f}",
        "exercise": bool(of["exercise"]),
        "state": of["incident_state"],
        "outcome": of["outcome"],
    }


def _incident(tx: Tx, incident: str, sql: str, reason: Told | None, entry: Entry, **values: Any) -> None:
    """Write what is known of the incident now, and state what that changed."""
    before = file(tx, incident)
    if before is None:
        return
    tx.run(f"update report_file set {sql} where incident = :i", i=incident, **values)
    after = measure(tx, incident)
    now = _facts(after) if after else {}
    _changed(tx, before, [Change(path, was, now[path]) for path, was in _facts(before).items()], reason, entry)


def incident_classified(tx: Tx, e: intake.IncidentClassified, entry: Entry) -> None:
    _incident(tx, e.incident, "type = :t", None, entry, t=e.type)


def place_corrected(tx: Tx, e: intake.PlaceCorrected, entry: Entry) -> None:
    place = e.place.ref if e.place else None
    sets = "area = :a, object = :o, place = coalesce(:place, place), lon = :lon, lat = :lat"
    _incident(tx, e.incident, sets, None, entry, a=e.area, o=e.place_id, place=place, lon=e.lon, lat=e.lat)


def exercise_marked(tx: Tx, e: intake.ExerciseMarked, entry: Entry) -> None:
    _incident(tx, e.incident, "exercise = 1", None, entry)


def incident_cancelled(tx: Tx, e: intake.IncidentCancelled, entry: Entry) -> None:
    _over(tx, e.incident, "cancelled", None, e.reason, entry)


def incident_closed(tx: Tx, e: dispatch.IncidentClosed, entry: Entry) -> None:
    _over(tx, e.incident, "closed", e.outcome, e.note, entry)
    if e.tracks:
        tracks_closed(tx, e)


def _over(tx: Tx, incident: str, state: str, outcome: str | None, reason: Told | None, entry: Entry) -> None:
    sets = "incident_state = :s, outcome = :o, ended_at = :at"
    _incident(tx, incident, sets, reason, entry, s=state, o=outcome, at=entry.stamp)


def incident_reopened(tx: Tx, e: intake.IncidentReopened, entry: Entry) -> None:
    """A report that nobody signed is a draft again; a signed one stays, and says that more happened since."""
    sets = (
        "incident_state = 'open', outcome = null, ended_at = null,"
        " reopened_at = case when state in ('signed', 'final') then :at else reopened_at end"
    )
    _incident(tx, e.incident, sets, e.reason, entry, at=entry.stamp)


# ── its clocks ───────────────────────────────────────────────────────────────────────────────────────────────────────

Holds = Callable[[str | None, str | None], str | None]
"""Which of two times holds: the one that stood there, or what is said now."""


def _first(stood: str | None, said: str | None) -> str | None:
    return min(stood, said) if stood and said else stood or said


def _newest(stood: str | None, said: str | None) -> str | None:
    return said


def _mark(
    tx: Tx, incident: str, clock: str, at: datetime | None, holds: Holds, corrected: bool = False
) -> Sequence[Change]:
    """Keep a mark as dispatch does: what a person corrected stands over what is said later."""
    rows = tx.rows("select at, corrected from report_mark where incident = :i and clock = :c", i=incident, c=clock)
    if rows and rows[0]["corrected"] and not corrected:
        return ()
    was = rows[0]["at"] if rows else None
    now = holds(was, written(at) if at else None)
    tx.run(
        "insert into report_mark (incident, clock, at, corrected) values (:i, :c, :at, :x)"
        " on conflict (incident, clock) do update set at = :at, corrected = :x",
        i=incident,
        c=clock,
        at=now,
        x=int(corrected),
    )
    return (Change(f"jam.{clock}", was, now),)


def mark_set(tx: Tx, e: dispatch.MarkSet, entry: Entry) -> None:
    _changed(tx, file(tx, e.incident), _mark(tx, e.incident, e.clock, e.at, _first), None, entry)


def fire_first_seen(tx: Tx, e: intake.FireFirstSeen, entry: Entry) -> None:
    _changed(tx, file(tx, e.incident), _mark(tx, e.incident, "seen", e.at, _newest), None, entry)


def time_corrected(tx: Tx, e: dispatch.TimeCorrected, entry: Entry) -> None:
    if e.clock in MARKS and not e.unit:
        _mark(tx, e.incident, e.clock, e.at, _newest, corrected=True)
    was, now = (written(at) if at else None for at in (e.was, e.at))
    _changed(tx, file(tx, e.incident), [Change(f"jam.{e.clock}", was, now, e.unit or "")], e.reason, entry)


def trip_recorded(tx: Tx, e: dispatch.TripRecorded, entry: Entry) -> None:
    """A trip copied in later changes the clocks of its unit, and may change those of the incident."""
    own = dict.fromkeys(e.times) if e.own_was is None else e.own_was
    found = [
        Change(f"jam.{name}", written(was) if was else None, written(e.times[name]), unit)
        for unit, clocks in ((e.unit, own), ("", e.first_was or {}))
        for name, was in clocks.items()
    ]
    _changed(tx, file(tx, e.incident), found, None, entry)
