"""Projections: incidents as far as reviews compare them, what was advised, findings step by step, lessons."""

import msgspec

from .... import standards
from ....kernel.records import Entry, Personal, written
from ....kernel.storage import Tx
from ...dispatch import events as dispatch
from ...intake import events as intake
from ...places import events as places
from ...report import events as report
from .. import events

_encode = msgspec.json.Encoder().encode


# ── incidents ────────────────────────────────────────────────────────────────────────────────────────────────────────


def incident_opened(tx: Tx, e: intake.IncidentOpened, entry: Entry) -> None:
    tx.run(
        "insert into review_incident (incident, number, type, level, area, object, exercise, state, opened_at)"
        " values (:i, :n, :t, :l, :a, :o, :x, 'open', :at) on conflict (incident) do nothing",
        i=e.incident,
        n=e.number,
        t=e.type,
        l=standards.level_of(e.type),
        a=e.area,
        o=e.place_id,
        x=int(e.exercise),
        at=entry.stamp,
    )
    if e.call:
        _linked(tx, e.call, e.incident)


def incident_classified(tx: Tx, e: intake.IncidentClassified, entry: Entry) -> None:
    tx.run(
        "update review_incident set type = :t, level = case when level < :l then :l else level end where incident = :i",
        t=e.type,
        l=standards.level_of(e.type),
        i=e.incident,
    )


def needs_sharpened(tx: Tx, e: intake.NeedsSharpened, entry: Entry) -> None:
    _raise(tx, e.incident, e.level or 0)


def alarm_level_raised(tx: Tx, e: dispatch.AlarmLevelRaised, entry: Entry) -> None:
    _raise(tx, e.incident, e.level)


def _raise(tx: Tx, incident: str, level: int) -> None:
    tx.run("update review_incident set level = :l where incident = :i and level < :l", l=level, i=incident)


def place_corrected(tx: Tx, e: intake.PlaceCorrected, entry: Entry) -> None:
    tx.run(
        "update review_incident set area = :a, object = :o where incident = :i", a=e.area, o=e.place_id, i=e.incident
    )


def exercise_marked(tx: Tx, e: intake.ExerciseMarked, entry: Entry) -> None:
    tx.run("update review_incident set exercise = 1 where incident = :i", i=e.incident)


def incident_cancelled(tx: Tx, e: intake.IncidentCancelled, entry: Entry) -> None:
    _over(tx, e.incident, "cancelled", entry)


def incident_closed(tx: Tx, e: dispatch.IncidentClosed, entry: Entry) -> None:
    """The tracks of its units go into the log here, and are read from here long after the readings have gone."""
    _over(tx, e.incident, "closed", entry)
    if e.tracks:
        tx.run(
            "insert into review_track (incident, tracks) values (:i, :t) on conflict (incident) do update"
            " set tracks = :t",
            i=e.incident,
            t=_encode(e.tracks).decode(),
        )


def _over(tx: Tx, incident: str, state: str, entry: Entry) -> None:
    tx.run(
        "update review_incident set state = :s, closed_at = :at where incident = :i",
        s=state,
        at=entry.stamp,
        i=incident,
    )


def incident_reopened(tx: Tx, e: intake.IncidentReopened, entry: Entry) -> None:
    tx.run("update review_incident set state = 'open', closed_at = null where incident = :i", i=e.incident)


def object_registered(tx: Tx, e: places.ObjectRegistered, entry: Entry) -> None:
    tx.run(
        "insert into review_object (object, kind) values (:o, :k) on conflict (object) do update set kind = :k",
        o=e.object,
        k=e.kind,
    )


def object_removed(tx: Tx, e: places.ObjectRemoved, entry: Entry) -> None:
    tx.run("delete from review_object where object = :o", o=e.object)


def units_dispatched(tx: Tx, e: dispatch.UnitsDispatched, entry: Entry) -> None:
    tx.run(
        "insert into review_decision (position, incident, at, actor, units, level, proposal, override)"
        " values (:p, :i, :at, :actor, :u, :l, :proposal, :o) on conflict (position) do nothing",
        p=entry.position,
        i=e.incident,
        at=entry.stamp,
        actor=entry.actor,
        u=" ".join(e.units),
        l=e.level,
        proposal=_encode(e.proposal).decode() if e.proposal else None,
        o=e.override.ref if e.override else None,
    )


# ── names, only to recognise them ────────────────────────────────────────────────────────────────────────────────────


def call_linked(tx: Tx, e: intake.CallLinked, entry: Entry) -> None:
    _linked(tx, e.call, e.incident)


def _linked(tx: Tx, call: str, incident: str) -> None:
    tx.run(
        "insert into review_call (call, incident) values (:c, :i) on conflict (call, incident) do nothing",
        c=call,
        i=incident,
    )


def call_unlinked(tx: Tx, e: intake.CallUnlinked, entry: Entry) -> None:
    tx.run("delete from review_call where call = :c and incident = :i", c=e.call, i=e.incident)


def caller_noted(tx: Tx, e: intake.CallerNoted, entry: Entry) -> None:
    for value in (e.caller.name, e.caller.address):
        if value is not None:
            name(tx, value, call=e.call)


def object_described(tx: Tx, e: report.ObjectDescribed, entry: Entry) -> None:
    if e.owner is not None:
        name(tx, e.owner, incident=e.incident)


def victim_noted(tx: Tx, e: report.VictimNoted, entry: Entry) -> None:
    if e.name is not None:
        name(tx, e.name, incident=e.incident)


def name(tx: Tx, value: Personal, call: str = "", incident: str = "") -> None:
    """Remember by what a personal value is recognised; the value itself stays in the vault."""
    tx.run(
        "insert into review_name (ref, call, incident, digest) values (:r, :c, :i, :d) on conflict (ref) do nothing",
        r=value.ref,
        c=call,
        i=incident,
        d=value.digest,
    )


# ── findings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def review_opened(tx: Tx, e: events.ReviewOpened, entry: Entry) -> None:
    tx.run(
        "update review_incident set reviewed_at = coalesce(reviewed_at, :at) where incident = :i",
        at=entry.stamp,
        i=e.incident,
    )


def finding_recorded(tx: Tx, e: events.FindingRecorded, entry: Entry) -> None:
    tx.run(
        "insert into review_finding (finding, incident, what, subject, text, good, moment, recorded_at, actor, state,"
        " account, link, version) values (:f, :i, :w, :s, :t, :g, :m, :at, :actor, 'recorded', '', '', 0)"
        " on conflict (finding) do nothing",
        f=e.finding,
        i=e.incident,
        w=e.what,
        s=e.subject,
        t=e.text.ref,
        g=int(e.good),
        m=written(e.at) if e.at else None,
        at=entry.stamp,
        actor=entry.actor,
    )


def finding_withdrawn(tx: Tx, e: events.FindingWithdrawn, entry: Entry) -> None:
    _ended(tx, e.finding, "withdrawn", e.reason.ref, entry)


def finding_closed(tx: Tx, e: events.FindingClosed, entry: Entry) -> None:
    _ended(tx, e.finding, "closed", e.override.ref if e.override else None, entry)


def _ended(tx: Tx, finding: str, state: str, why: str | None, entry: Entry) -> None:
    tx.run(
        "update review_finding set state = :s, closed_at = :at, closed_why = :why where finding = :f",
        s=state,
        at=entry.stamp,
        why=why,
        f=finding,
    )


def finding_assigned(tx: Tx, e: events.FindingAssigned, entry: Entry) -> None:
    tx.run(
        "update review_finding set owner = :o, account = :a, due = :d,"
        " state = case when state = 'recorded' then 'assigned' else state end where finding = :f",
        o=e.owner,
        a=e.account,
        d=e.due.isoformat() if e.due else None,
        f=e.finding,
    )


def change_proposed(tx: Tx, e: events.ChangeProposed, entry: Entry) -> None:
    tx.run(
        "update review_finding set change = :c, link = :l, change_note = :n, state = 'proposed', made_at = null,"
        " made_note = null where finding = :f",
        c=e.change,
        l=e.link,
        n=e.note.ref if e.note else None,
        f=e.finding,
    )


def change_made(tx: Tx, e: events.ChangeMade, entry: Entry) -> None:
    tx.run(
        "update review_finding set state = 'made', made_at = :at, link = :l, made_note = :n, version = :v"
        " where finding = :f",
        v=e.version,
        at=entry.stamp,
        l=e.link,
        n=e.note.ref if e.note else None,
        f=e.finding,
    )


def finding_checked(tx: Tx, e: events.FindingChecked, entry: Entry) -> None:
    tx.run(
        "insert into review_check (finding, incident, at, actor, result, note) values (:f, :i, :at, :actor, :r, :n)"
        " on conflict (finding, incident) do update set at = :at, actor = :actor, result = :r, note = :n"
        " where review_check.at <= :at",
        f=e.finding,
        i=e.checked_at,
        at=entry.stamp,
        actor=entry.actor,
        r=e.result,
        n=e.note.ref if e.note else None,
    )


# ── lessons ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def lesson_shared(tx: Tx, e: events.LessonShared, entry: Entry) -> None:
    tx.run(
        "insert into review_lesson (lesson, title, happened, changes, finding, what, type, at, origin)"
        " values (:l, :t, :h, :c, :f, :w, :type, :at, :o) on conflict (lesson) do nothing",
        l=e.lesson,
        t=e.title.ref,
        h=e.happened.ref,
        c=e.changes.ref,
        f=e.finding,
        w=e.what,
        type=e.type,
        at=entry.stamp,
        o=entry.origin,
    )
