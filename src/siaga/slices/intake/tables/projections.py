"""Events of calls and incidents become rows."""

import json
from zoneinfo import ZoneInfo

from ....kernel import playing
from ....kernel.records import Entry, Told, written
from ....kernel.storage import Tx
from ...dispatch.events import AgencyRegistered, IncidentClosed
from .. import events
from .schema import ZONE


def _ref(word: Told | None) -> str | None:
    return word.ref if word else None


def agency_registered(tx: Tx, e: AgencyRegistered, entry: Entry) -> None:
    tx.run(
        "insert into intake_agency (agency, zone) values (:a, :z) on conflict (agency) do update set zone = :z",
        a=e.agency,
        z=e.zone,
    )


def call_taken(tx: Tx, e: events.CallTaken, entry: Entry) -> None:
    tx.run(
        "insert into intake_call (call, agency, channel, line, answered_at, holder, exercise, callback, advised)"
        " values (:call, :agency, :channel, :line, :at, :holder, :exercise, 0, '[]')",
        call=e.call,
        agency=entry.agency,
        channel=e.channel,
        line=e.line,
        at=entry.stamp,
        holder=entry.actor,
        exercise=int(e.exercise),
    )


def caller_noted(tx: Tx, e: events.CallerNoted, entry: Entry) -> None:
    c = e.caller
    persons = [word.person for word in (c.name, c.phone, c.address) if word]
    tx.run(
        "update intake_call set name = coalesce(:name, name), phone = coalesce(:phone, phone),"
        " address = coalesce(:address, address), person = coalesce(:person, person) where call = :call",
        call=e.call,
        name=_ref(c.name),
        phone=_ref(c.phone),
        address=_ref(c.address),
        person=persons[0] if persons else None,
    )


def call_held(tx: Tx, e: events.CallHeld, entry: Entry) -> None:
    tx.run("update intake_call set holder = :h where call = :c", h=entry.actor, c=e.call)


def call_back_wanted(tx: Tx, e: events.CallBackWanted, entry: Entry) -> None:
    tx.run("update intake_call set callback = 1 where call = :c", c=e.call)


def called_back(tx: Tx, e: events.CalledBack, entry: Entry) -> None:
    if e.reached:
        tx.run("update intake_call set callback = 0 where call = :c", c=e.call)


def recording_linked(tx: Tx, e: events.RecordingLinked, entry: Entry) -> None:
    tx.run("update intake_call set recording = :r where call = :c", r=e.recording.ref, c=e.call)


def caller_advised(tx: Tx, e: events.CallerAdvised, entry: Entry) -> None:
    rows = tx.rows("select advised from intake_call where call = :c", c=e.call)
    cards = [*json.loads(rows[0]["advised"]), e.card] if rows else []
    tx.run("update intake_call set advised = :a where call = :c", a=json.dumps(cards), c=e.call)


def call_settled(tx: Tx, e: events.CallSettled, entry: Entry) -> None:
    tx.run("update intake_call set outcome = :o where call = :c", o=e.outcome, c=e.call)


def prank_suspected(tx: Tx, e: events.PrankSuspected, entry: Entry) -> None:
    tx.run("update intake_call set prank = :n where call = :c", n=e.note.ref, c=e.call)


def unclear_place_noted(tx: Tx, e: events.UnclearPlaceNoted, entry: Entry) -> None:
    tx.run(
        "update intake_call set unclear = :t, unclear_reason = :r where call = :c", t=e.text.ref, r=e.reason, c=e.call
    )


def incident_opened(tx: Tx, e: events.IncidentOpened, entry: Entry) -> None:
    zone = playing.steady(tx, "select zone from intake_agency where agency = :a", a=e.agency)
    year, _, seq = e.number.partition("-")
    tx.run(
        "insert into intake_incident (incident, number, agency, year, seq, type, life_risk, exercise, lon, lat,"
        " precision_m, area,"
        " place, place_id, state, opened_at, answered_at, fire_seen_at, hour, home) values (:incident, :number,"
        " :agency, :year,"
        " :seq, :type, :risk, :exercise, :lon, :lat, :precision, :area, :place, :place_id, 'open', :at, :answered,"
        " :seen, :hour, :home)",
        incident=e.incident,
        number=e.number,
        agency=e.agency,
        year=int(year),
        seq=int(seq),
        type=e.type,
        risk=int(e.life_risk),
        exercise=int(e.exercise),
        lon=e.lon,
        lat=e.lat,
        precision=e.precision_m,
        area=e.area,
        place=_ref(e.place),
        place_id=e.place_id,
        at=entry.stamp,
        answered=written(e.answered_at or entry.when),
        seen=written(e.fire_seen_at) if e.fire_seen_at else None,
        hour=entry.when.astimezone(ZoneInfo(zone[0]["zone"] if zone else ZONE)).hour,
        home=entry.origin or "",
    )


def incident_classified(tx: Tx, e: events.IncidentClassified, entry: Entry) -> None:
    tx.run(
        "update intake_incident set type = :t, life_risk = :r where incident = :i",
        t=e.type,
        r=int(e.life_risk),
        i=e.incident,
    )


def life_at_risk(tx: Tx, e: events.LifeAtRisk, entry: Entry) -> None:
    tx.run("update intake_incident set life_risk = 1 where incident = :i", i=e.incident)


def question_answered(tx: Tx, e: events.QuestionAnswered, entry: Entry) -> None:
    tx.run(
        "insert into intake_answer (incident, question, answer, at) values (:i, :q, :a, :at)"
        " on conflict (incident, question) do update set answer = :a, at = :at",
        i=e.incident,
        q=e.question,
        a=e.answer,
        at=entry.stamp,
    )


def place_corrected(tx: Tx, e: events.PlaceCorrected, entry: Entry) -> None:
    tx.run(
        "update intake_incident set lon = :lon, lat = :lat, precision_m = :precision, area = :area,"
        " place = coalesce(:place, place), place_id = :place_id where incident = :i",
        lon=e.lon,
        lat=e.lat,
        precision=e.precision_m,
        area=e.area,
        place=_ref(e.place),
        place_id=e.place_id,
        i=e.incident,
    )


def fire_first_seen(tx: Tx, e: events.FireFirstSeen, entry: Entry) -> None:
    tx.run("update intake_incident set fire_seen_at = :at where incident = :i", at=written(e.at), i=e.incident)


def call_linked(tx: Tx, e: events.CallLinked, entry: Entry) -> None:
    tx.run("update intake_call set incident = :i where call = :c", i=e.incident, c=e.call)
    if e.answered_at is not None:
        tx.run(
            "update intake_incident set answered_at = :at where incident = :i and answered_at > :at",
            at=written(e.answered_at),
            i=e.incident,
        )


def call_unlinked(tx: Tx, e: events.CallUnlinked, entry: Entry) -> None:
    tx.run("update intake_call set incident = null where call = :c and incident = :i", i=e.incident, c=e.call)


def incident_cancelled(tx: Tx, e: events.IncidentCancelled, entry: Entry) -> None:
    tx.run("update intake_incident set state = 'cancelled' where incident = :i", i=e.incident)


def incident_reopened(tx: Tx, e: events.IncidentReopened, entry: Entry) -> None:
    tx.run("update intake_incident set state = 'open' where incident = :i", i=e.incident)


def incident_closed(tx: Tx, e: IncidentClosed, entry: Entry) -> None:
    tx.run("update intake_incident set state = 'closed' where incident = :i", i=e.incident)


def exercise_marked(tx: Tx, e: events.ExerciseMarked, entry: Entry) -> None:
    tx.run("update intake_incident set exercise = 1 where incident = :i", i=e.incident)
