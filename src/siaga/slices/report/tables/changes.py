"""Projections: the incident of a report, and what changes beside the report that it rests on.

A checked report whose incident or times change is a draft again; of a signed one each such change is an amendment with
what stood there, what stands now and the reason, where one was given."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ....kernel import playing
from ....kernel.records import Entry, Told, written
from ....kernel.storage import Row, Tx
from ...dispatch import events as dispatch
from ...intake import events as intake
from ..rules import SIGNED, checks
from .figures.projections import tracks_closed
from .projections import begin_file, file, measure, set_state, write

MARKS = ("answered", "seen", "under-control", "out")
"""The incident's own clocks that no unit makes: kept here so that a change of one can say what stood there."""
_MARK = "report_mark"


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
        set_state(tx, of, "draft", entry)
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
    write(tx, of, amendments=of["amendments"] + 1)


# ── the incident ─────────────────────────────────────────────────────────────────────────────────────────────────────


def incident_opened(tx: Tx, e: intake.IncidentOpened, entry: Entry) -> None:
    about = checks.Facts(type=e.type, exercise=e.exercise, outcome=None, incident_state="open")
    begin_file(
        tx,
        "insert into report_file (incident, number, type, exercise, area, object, place, lon, lat, opened_at,"
        " incident_state, home, state, amendments, needed, missing, touched) values (:i, :n, :t, :x, :a, :o, :place,"
        " :lon, :lat, :at, 'open', :home, 'draft', 0, :needed, :missing, 0) on conflict (incident) do nothing",
        e.incident,
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
    playing.know(tx, _MARK, e.incident, {})  # nothing was set of it before it was opened
    _mark(tx, e.incident, "answered", e.answered_at or entry.when, _first)
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


def _incident(tx: Tx, incident: str, reason: Told | None, entry: Entry, **known: Any) -> None:
    """Write what is known of the incident now, and state what that changed."""
    before = file(tx, incident)
    if before is None:
        return
    after = measure(tx, write(tx, before, **known))
    now = _facts(after)
    _changed(tx, after, [Change(path, was, now[path]) for path, was in _facts(before).items()], reason, entry)


def incident_classified(tx: Tx, e: intake.IncidentClassified, entry: Entry) -> None:
    _incident(tx, e.incident, None, entry, type=e.type)


def place_corrected(tx: Tx, e: intake.PlaceCorrected, entry: Entry) -> None:
    named = {"place": e.place.ref} if e.place else {}
    _incident(tx, e.incident, None, entry, area=e.area, object=e.place_id, lon=e.lon, lat=e.lat, **named)


def exercise_marked(tx: Tx, e: intake.ExerciseMarked, entry: Entry) -> None:
    _incident(tx, e.incident, None, entry, exercise=1)


def incident_cancelled(tx: Tx, e: intake.IncidentCancelled, entry: Entry) -> None:
    _over(tx, e.incident, "cancelled", None, e.reason, entry)


def incident_closed(tx: Tx, e: dispatch.IncidentClosed, entry: Entry) -> None:
    _over(tx, e.incident, "closed", e.outcome, e.note, entry)
    if e.tracks:
        tracks_closed(tx, e)


def _over(tx: Tx, incident: str, state: str, outcome: str | None, reason: Told | None, entry: Entry) -> None:
    _incident(tx, incident, reason, entry, incident_state=state, outcome=outcome, ended_at=entry.stamp)


def incident_reopened(tx: Tx, e: intake.IncidentReopened, entry: Entry) -> None:
    """A report that nobody signed is a draft again; a signed one stays, and says that more happened since."""
    of = file(tx, e.incident)
    since = {"reopened_at": entry.stamp} if of and of["state"] in SIGNED else {}
    _incident(tx, e.incident, e.reason, entry, incident_state="open", outcome=None, ended_at=None, **since)


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
    marks = playing.known(tx, _MARK, incident, lambda: _marks(tx, incident))
    was, by_hand = marks.get(clock, (None, False))
    if by_hand and not corrected:
        return ()
    now = holds(was, written(at) if at else None)
    if (now, corrected) == (was, by_hand):
        return ()
    tx.run(
        "insert into report_mark (incident, clock, at, corrected) values (:i, :c, :at, :x)"
        " on conflict (incident, clock) do update set at = :at, corrected = :x",
        i=incident,
        c=clock,
        at=now,
        x=int(corrected),
    )
    playing.know(tx, _MARK, incident, marks | {clock: (now, corrected)})
    return (Change(f"jam.{clock}", was, now),)


def _marks(tx: Tx, incident: str) -> dict[str, tuple[str | None, bool]]:
    """The time of each mark, and whether a person corrected it."""
    rows = tx.rows("select clock, at, corrected from report_mark where incident = :i", i=incident)
    return {row["clock"]: (row["at"], bool(row["corrected"])) for row in rows}


def call_linked(tx: Tx, e: intake.CallLinked, entry: Entry) -> None:
    """An earlier call about it: the report was received then."""
    if e.answered_at is not None:
        changed = _mark(tx, e.incident, "answered", e.answered_at, _first)
        _changed(tx, file(tx, e.incident) if changed else None, changed, None, entry)


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
