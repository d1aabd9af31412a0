"""Projections: cards and their versions, incidents as far as triggers look at them, steps by when they were seen."""

from .... import standards
from ....kernel.records import Entry
from ....kernel.storage import Tx
from ...dispatch import events as dispatch
from ...field import events as field
from ...intake import events as intake
from ...places import events as places
from .. import events


def card_saved(tx: Tx, e: events.CardSaved, entry: Entry) -> None:
    tx.run(
        "insert into sop_version (card, version, source, at, author, readers) values (:c, :v, :s, :at, :a, '')"
        " on conflict (card, version) do nothing",
        c=e.card,
        v=e.version,
        s=e.source,
        at=entry.stamp,
        a=entry.actor,
    )
    tx.run(
        "insert into sop_card (card, latest) values (:c, :v) on conflict (card) do update set latest = :v",
        c=e.card,
        v=e.version,
    )


def card_approved(tx: Tx, e: events.CardApproved, entry: Entry) -> None:
    tx.run(
        "update sop_version set approved_at = :at, approved_by = :a where card = :c and version = :v",
        at=entry.stamp,
        a=entry.actor,
        c=e.card,
        v=e.version,
    )


def card_published(tx: Tx, e: events.CardPublished, entry: Entry) -> None:
    tx.run(
        "update sop_version set published_at = coalesce(published_at, :at), readers = :r"
        " where card = :c and version = :v",
        at=entry.stamp,
        r=" ".join(e.readers),
        c=e.card,
        v=e.version,
    )
    tx.run("update sop_card set holds = :v, withdrawn_at = null, reason = null where card = :c", v=e.version, c=e.card)


def card_withdrawn(tx: Tx, e: events.CardWithdrawn, entry: Entry) -> None:
    tx.run(
        "update sop_card set holds = null, withdrawn_at = :at, reason = :r where card = :c",
        at=entry.stamp,
        r=e.reason.ref,
        c=e.card,
    )


def card_read(tx: Tx, e: events.CardRead, entry: Entry) -> None:
    tx.run(
        "insert into sop_read (card, version, account, at) values (:c, :v, :a, :at)"
        " on conflict (card, version, account) do nothing",
        c=e.card,
        v=e.version,
        a=entry.actor,
        at=entry.stamp,
    )


def card_opened(tx: Tx, e: events.CardOpened, entry: Entry) -> None:
    if e.version:
        return _used(tx, e.incident, e.card, e.version)
    for row in tx.rows("select holds from sop_card where card = :c and holds is not null", c=e.card):
        _used(tx, e.incident, e.card, row["holds"])


def _used(tx: Tx, incident: str, card: str, version: int) -> None:
    """The newest version that anybody worked by, whatever the order of arrival."""
    tx.run(
        "insert into sop_used (incident, card, version) values (:i, :c, :v)"
        " on conflict (incident, card) do update set version = :v where sop_used.version < :v",
        i=incident,
        c=card,
        v=version,
    )


def step_reported(tx: Tx, e: events.StepReported, entry: Entry) -> None:
    """The latest word by when it was seen; of the same moment, the greater ask: whatever the order of arrival."""
    _used(tx, e.incident, e.card, e.version)
    tx.run(
        "insert into sop_step (incident, card, step, version, at, ask, actor, result, answer, skipped, value, media,"
        " note) values (:i, :c, :s, :v, :at, :ask, :actor, :result, :answer, :skipped, :value, :media, :note)"
        " on conflict (incident, card, step) do update set version = :v, at = :at, ask = :ask, actor = :actor,"
        " result = :result, answer = :answer, skipped = :skipped, value = :value, media = :media, note = :note"
        " where sop_step.at < :at or (sop_step.at = :at and sop_step.ask < :ask)",
        i=e.incident,
        c=e.card,
        s=e.step,
        v=e.version,
        at=entry.stamp,
        ask=entry.ask,
        actor=entry.actor,
        result=e.result,
        answer=e.answer,
        skipped=e.skipped,
        value=e.value,
        media=e.media,
        note=e.note.ref if e.note else None,
    )


# ── incidents ────────────────────────────────────────────────────────────────────────────────────────────────────────


def incident_opened(tx: Tx, e: intake.IncidentOpened, entry: Entry) -> None:
    tx.run(
        "insert into sop_incident (incident, number, type, level, life_risk, exercise, area, object, handover, state,"
        " opened_at) values (:i, :n, :t, :l, :r, :x, :a, :o, '', 'open', :at) on conflict (incident) do nothing",
        i=e.incident,
        n=e.number,
        t=e.type,
        l=standards.level_of(e.type),
        r=int(e.life_risk),
        x=int(e.exercise),
        a=e.area,
        o=e.place_id,
        at=entry.stamp,
    )


def incident_classified(tx: Tx, e: intake.IncidentClassified, entry: Entry) -> None:
    tx.run(
        "update sop_incident set type = :t, life_risk = :r, level = case when level < :l then :l else level end"
        " where incident = :i",
        t=e.type,
        r=int(e.life_risk),
        l=standards.level_of(e.type),
        i=e.incident,
    )


def life_at_risk(tx: Tx, e: intake.LifeAtRisk, entry: Entry) -> None:
    tx.run("update sop_incident set life_risk = 1 where incident = :i", i=e.incident)


def needs_sharpened(tx: Tx, e: intake.NeedsSharpened, entry: Entry) -> None:
    _raise(tx, e.incident, e.level or 0)


def alarm_level_raised(tx: Tx, e: dispatch.AlarmLevelRaised, entry: Entry) -> None:
    _raise(tx, e.incident, e.level)


def _raise(tx: Tx, incident: str, level: int) -> None:
    tx.run("update sop_incident set level = :l where incident = :i and level < :l", l=level, i=incident)


def place_corrected(tx: Tx, e: intake.PlaceCorrected, entry: Entry) -> None:
    tx.run("update sop_incident set area = :a, object = :o where incident = :i", a=e.area, o=e.place_id, i=e.incident)


def exercise_marked(tx: Tx, e: intake.ExerciseMarked, entry: Entry) -> None:
    tx.run("update sop_incident set exercise = 1 where incident = :i", i=e.incident)


def incident_over(tx: Tx, e: dispatch.IncidentClosed | intake.IncidentCancelled, entry: Entry) -> None:
    tx.run(
        "update sop_incident set state = 'closed', closed_at = :at where incident = :i", at=entry.stamp, i=e.incident
    )


def incident_reopened(tx: Tx, e: intake.IncidentReopened, entry: Entry) -> None:
    tx.run("update sop_incident set state = 'open', closed_at = null where incident = :i", i=e.incident)


def handover_opened(tx: Tx, e: field.HandoverOpened, entry: Entry) -> None:
    """A card for handing over command opens with the first hand-over, and stays: what was done of it is there."""
    tx.run("update sop_incident set handover = :h where incident = :i", h=e.handover, i=e.incident)


def object_registered(tx: Tx, e: places.ObjectRegistered, entry: Entry) -> None:
    tx.run(
        "insert into sop_object (object, kind) values (:o, :k) on conflict (object) do update set kind = :k",
        o=e.object,
        k=e.kind,
    )


def object_removed(tx: Tx, e: places.ObjectRemoved, entry: Entry) -> None:
    tx.run("delete from sop_object where object = :o", o=e.object)
