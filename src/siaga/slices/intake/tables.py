"""Tables, loads and views of calls and incidents."""

import json
import math
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from ... import standards
from ...kernel.records import Ask, Entry, Query, Told, read_time, written
from ...kernel.slice import Look
from ...kernel.storage import Row, Tx
from ...kernel.vault import told
from ..dispatch.events import AgencyRegistered, IncidentClosed
from ..places.events import ObjectRegistered, ObjectRemoved
from . import events, rules

ZONE = "Asia/Makassar"
SCHEMA = """
create table if not exists intake_agency (agency text primary key, zone text not null);
create table if not exists intake_call (
    call text primary key, agency text not null, channel text not null, line text, answered_at text not null,
    holder text not null, outcome text, incident text, exercise integer not null, callback integer not null,
    recording text, advised text not null, name text, phone text, address text, person text, prank text,
    unclear text, unclear_reason text
);
create index if not exists intake_call_incident on intake_call (incident);
create table if not exists intake_incident (
    incident text primary key, number text not null, agency text not null, year integer not null, seq integer not null,
    type text, life_risk integer not null, exercise integer not null, lon real not null, lat real not null,
    precision_m real not null, area text, place text, place_id text, state text not null, opened_at text not null,
    answered_at text not null, fire_seen_at text, hour integer not null
);
create index if not exists intake_incident_state on intake_incident (state, opened_at);
create index if not exists intake_incident_seq on intake_incident (agency, year, seq);
create table if not exists intake_answer (
    incident text not null, question text not null, answer text not null, at text not null,
    primary key (incident, question)
);
create table if not exists intake_object (object text primary key, kind text not null)
"""


def _ref(word: Told | None) -> str | None:
    return word.ref if word else None


# ── projections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def agency_registered(tx: Tx, e: AgencyRegistered, entry: Entry) -> None:
    tx.run(
        "insert into intake_agency (agency, zone) values (:a, :z) on conflict (agency) do update set zone = :z",
        a=e.agency,
        z=e.zone,
    )


def object_registered(tx: Tx, e: ObjectRegistered, entry: Entry) -> None:
    tx.run(
        "insert into intake_object (object, kind) values (:o, :k) on conflict (object) do update set kind = :k",
        o=e.object,
        k=e.kind,
    )


def object_removed(tx: Tx, e: ObjectRemoved, entry: Entry) -> None:
    tx.run("delete from intake_object where object = :o", o=e.object)


def call_taken(tx: Tx, e: events.CallTaken, entry: Entry) -> None:
    tx.run(
        "insert into intake_call (call, agency, channel, line, answered_at, holder, exercise, callback, advised)"
        " values (:call, :agency, :channel, :line, :at, :holder, :exercise, 0, '[]')",
        call=e.call,
        agency=entry.agency,
        channel=e.channel,
        line=e.line,
        at=written(entry.when),
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
    tx.run("update intake_call set recording = :r where call = :c", r=e.recording, c=e.call)


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
    zone = tx.rows("select zone from intake_agency where agency = :a", a=e.agency)
    year, _, seq = e.number.partition("-")
    tx.run(
        "insert into intake_incident (incident, number, agency, year, seq, type, life_risk, exercise, lon, lat,"
        " precision_m, area,"
        " place, place_id, state, opened_at, answered_at, fire_seen_at, hour) values (:incident, :number, :agency,"
        " :year,"
        " :seq, :type, :risk, :exercise, :lon, :lat, :precision, :area, :place, :place_id, 'open', :at, :answered,"
        " :seen, :hour)",
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
        at=written(entry.when),
        answered=written(e.answered_at or entry.when),
        seen=written(e.fire_seen_at) if e.fire_seen_at else None,
        hour=entry.when.astimezone(ZoneInfo(zone[0]["zone"] if zone else ZONE)).hour,
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
        at=written(entry.when),
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


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def call(tx: Tx, name: str | None) -> rules.CallKnown | None:
    rows = tx.rows("select * from intake_call where call = :c", c=name) if name else []
    if not rows:
        return None
    r = rows[0]
    return rules.CallKnown(
        holder=r["holder"],
        outcome=r["outcome"],
        incident=r["incident"],
        callback=bool(r["callback"]),
        recording=r["recording"],
        advised=tuple(json.loads(r["advised"])),
        exercise=bool(r["exercise"]),
        answered_at=read_time(r["answered_at"]),
    )


def incident(tx: Tx, name: str) -> rules.IncidentKnown | None:
    rows = tx.rows("select * from intake_incident where incident = :i", i=name)
    if not rows:
        return None
    r = rows[0]
    answers = tx.rows("select question, answer from intake_answer where incident = :i", i=name)
    return rules.IncidentKnown(
        state=r["state"],
        type=r["type"],
        life_risk=bool(r["life_risk"]),
        exercise=bool(r["exercise"]),
        lon=r["lon"],
        lat=r["lat"],
        answers={a["question"]: a["answer"] for a in answers},
        fire_seen_at=read_time(r["fire_seen_at"]) if r["fire_seen_at"] else None,
    )


def known_call(tx: Tx, cmd: Any) -> rules.CallKnown | None:
    return call(tx, cmd.call)


def known_incident(tx: Tx, cmd: Any) -> rules.IncidentKnown | None:
    return incident(tx, cmd.incident)


def known_both(tx: Tx, cmd: rules.LinkCall | rules.UnlinkCall) -> rules.Both:
    return rules.Both(call(tx, cmd.call), incident(tx, cmd.incident))


def _type_risk(name: str | None) -> bool | None:
    kind = standards.incident_types().get(name) if name else None
    return None if kind is None else kind.life_risk


def opening(tx: Tx, cmd: rules.OpenIncident, ask: Ask) -> rules.Opening:
    zones = tx.rows("select zone from intake_agency where agency = :a", a=ask.agency)
    zone = zones[0]["zone"] if zones else ZONE
    year = ask.now.astimezone(ZoneInfo(zone)).year
    last = tx.rows("select max(seq) as n from intake_incident where agency = :a and year = :y", a=ask.agency, y=year)
    return rules.Opening(
        taken=bool(tx.rows("select 1 as x from intake_incident where incident = :i", i=cmd.incident)),
        call=call(tx, cmd.call),
        next_number=(last[0]["n"] or 0) + 1,
        zone=zone,
        area=None,
        type_risk=_type_risk(cmd.type),
    )


def typed(tx: Tx, cmd: rules.Classify) -> rules.Typed:
    return rules.Typed(incident(tx, cmd.incident), _type_risk(cmd.type))


def asked(tx: Tx, cmd: rules.AnswerQuestion) -> rules.Asked:
    known = incident(tx, cmd.incident)
    question = standards.questions().get(cmd.question)
    if question is None or cmd.answer not in question.answers():
        return rules.Asked(known, None)
    effects = [
        e
        for e in question.effects
        if e.answer == cmd.answer and (not e.only or (known is not None and known.type in e.only))
    ]
    adds: dict[str, int] = {}
    for effect in effects:
        adds |= {name: max(n, adds.get(name, 0)) for name, n in effect.adds.items()}
    becomes = next((e.becomes for e in effects if e.becomes), None)
    level = max((e.level for e in effects), default=1)
    means = rules.Means(
        type=becomes,
        type_risk=bool(_type_risk(becomes)),
        life_risk=any(e.life_risk for e in effects),
        level=level if level > 1 else None,
        adds=adds,
        others=tuple(dict.fromkeys(name for e in effects for name in e.others)),
    )
    return rules.Asked(known, means)


# ── views ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class All(Query, frozen=True):
    """Everything."""


class StandardsRow(msgspec.Struct, frozen=True):
    """The service's standards as data: taxonomy, places, capabilities, run cards, questions, advice, words."""

    standards: standards.Standards


class CallsQuery(Query, frozen=True):
    """Calls of the last hours that are not settled; settled ones too if wanted."""

    settled: bool = False
    limit: int = 100


class CallRow(msgspec.Struct, frozen=True):
    """A call at the desk."""

    call: str
    channel: str
    line: str | None
    answered_at: str
    holder: str
    outcome: str | None
    incident: str | None
    exercise: bool
    callback: bool
    recording: str | None
    advised: list[str]
    person: str | None
    prank: str | None
    unclear: str | None
    unclear_reason: str | None


class CallerQuery(Query, frozen=True):
    """Whose call."""

    call: str


class CallerRow(msgspec.Struct, frozen=True):
    """The caller, from the vault; None where nothing was said or where it was erased."""

    call: str
    name: str | None
    phone: str | None
    address: str | None


class IncidentsQuery(Query, frozen=True):
    """Incidents in a state, newest first."""

    state: str = "open"
    limit: int = 200


class OneQuery(Query, frozen=True):
    """One incident."""

    incident: str


class IncidentRow(msgspec.Struct, frozen=True):
    """An incident as the call-taker knows it."""

    incident: str
    number: str
    agency: str
    type: str | None
    life_risk: bool
    exercise: bool
    lon: float
    lat: float
    precision_m: float
    area: str | None
    place: str | None
    place_id: str | None
    state: str
    opened_at: str
    answered_at: str
    fire_seen_at: str | None
    calls: list[str]
    answers: dict[str, str]


class DuplicatesQuery(Query, frozen=True):
    """A place, perhaps a type, and the time it is asked at."""

    lon: float
    lat: float
    at: datetime
    precision_m: float = 50
    type: str | None = None


class DuplicateRow(msgspec.Struct, frozen=True):
    """An open incident that may be the same: how far, how long ago, how alike, 0 to 1."""

    incident: str
    number: str
    type: str | None
    metres: float
    opened_at: str
    likeness: float


class ChoicesQuery(Query, frozen=True):
    """Where and when, to order the types; `area_kind` as in standards/places.toml."""

    at: datetime
    area: str | None = None
    area_kind: str | None = None
    object: str | None = None
    limit: int = 9


class ChoiceRow(msgspec.Struct, frozen=True):
    """A type, the likeliest first."""

    type: str
    share: float


def all_standards(tx: Tx, q: All) -> list[StandardsRow]:
    """What an incident can be, what to ask and to say, who should go, and the words of all lists: one row."""
    return [StandardsRow(standards.standards())]


def calls(tx: Tx, q: CallsQuery) -> list[CallRow]:
    """Calls, the newest first."""
    where = "" if q.settled else " where outcome is null"
    rows = tx.rows(f"select * from intake_call{where} order by answered_at desc limit :limit", limit=min(q.limit, 1000))
    texts = told(tx, [r[c] for r in rows for c in ("prank", "unclear")])
    return [
        CallRow(
            call=r["call"],
            channel=r["channel"],
            line=r["line"],
            answered_at=r["answered_at"],
            holder=r["holder"],
            outcome=r["outcome"],
            incident=r["incident"],
            exercise=bool(r["exercise"]),
            callback=bool(r["callback"]),
            recording=r["recording"],
            advised=json.loads(r["advised"]),
            person=r["person"],
            prank=texts.get(r["prank"]),
            unclear=texts.get(r["unclear"]),
            unclear_reason=r["unclear_reason"],
        )
        for r in rows
    ]


def caller(tx: Tx, q: CallerQuery, look: Look) -> list[CallerRow]:
    """Who called; the reading is logged."""
    rows = tx.rows("select call, name, phone, address from intake_call where call = :c", c=q.call)
    found = []
    for r in rows:
        refs = {"name": r["name"], "phone": r["phone"], "address": r["address"]}
        found.append(CallerRow(q.call, **look.reveal(tx, refs, f"intake.caller {q.call}")))
    return found


def _incident_rows(tx: Tx, rows: Iterable[Row]) -> list[IncidentRow]:
    rows = list(rows)
    texts = told(tx, [r["place"] for r in rows])
    found = []
    for r in rows:
        linked = tx.rows("select call from intake_call where incident = :i order by call", i=r["incident"])
        answers = tx.rows("select question, answer from intake_answer where incident = :i", i=r["incident"])
        found.append(
            IncidentRow(
                incident=r["incident"],
                number=r["number"],
                agency=r["agency"],
                type=r["type"],
                life_risk=bool(r["life_risk"]),
                exercise=bool(r["exercise"]),
                lon=r["lon"],
                lat=r["lat"],
                precision_m=r["precision_m"],
                area=r["area"],
                place=texts.get(r["place"]),
                place_id=r["place_id"],
                state=r["state"],
                opened_at=r["opened_at"],
                answered_at=r["answered_at"],
                fire_seen_at=r["fire_seen_at"],
                calls=[c["call"] for c in linked],
                answers={a["question"]: a["answer"] for a in answers},
            )
        )
    return found


def incidents(tx: Tx, q: IncidentsQuery) -> list[IncidentRow]:
    """Incidents in a state, the newest first."""
    rows = tx.rows(
        "select * from intake_incident where state = :state order by opened_at desc limit :limit",
        state=q.state,
        limit=min(q.limit, 1000),
    )
    return _incident_rows(tx, rows)


def one_incident(tx: Tx, q: OneQuery) -> list[IncidentRow]:
    """One incident; no row when there is none."""
    return _incident_rows(tx, tx.rows("select * from intake_incident where incident = :i", i=q.incident))


def metres_between(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Distance on the small patch of earth where a city lies."""
    x = math.radians(lon2 - lon1) * math.cos(math.radians((lat1 + lat2) / 2))
    return 6_371_000 * math.hypot(x, math.radians(lat2 - lat1))


DUPLICATE_REACH_M = 500.0
DUPLICATE_AGE = timedelta(hours=3)


def duplicates(tx: Tx, q: DuplicatesQuery) -> list[DuplicateRow]:
    """Open incidents near enough and new enough to be the same one, the likeliest first.

    Likeness falls linearly with distance (beyond both precisions) and with age, and by half when the kinds differ."""
    since = written(q.at - DUPLICATE_AGE)
    rows = tx.rows("select * from intake_incident where state = 'open' and opened_at >= :since", since=since)
    kinds = standards.incident_types()
    found = []
    for r in rows:
        metres = metres_between(q.lon, q.lat, r["lon"], r["lat"])
        reach = DUPLICATE_REACH_M + q.precision_m + r["precision_m"]
        age = abs((q.at - read_time(r["opened_at"])).total_seconds()) / DUPLICATE_AGE.total_seconds()
        if metres >= reach or age >= 1:
            continue
        known = q.type in kinds and r["type"] in kinds
        same = not known or kinds[str(q.type)].kind == kinds[r["type"]].kind
        likeness = (1 - metres / reach) * (1 - age) * (1.0 if same else 0.5)
        found.append(
            DuplicateRow(r["incident"], r["number"], r["type"], round(metres), r["opened_at"], round(likeness, 3))
        )
    return sorted(found, key=lambda d: -d.likeness)[:5]


PRIOR_WEIGHT = 20.0


def choices(tx: Tx, q: ChoicesQuery) -> list[ChoiceRow]:
    """Types by how often they occur here and now: own counts added to the standards' weights (as if of 20"
    " incidents)."""
    kinds = standards.incident_types()
    hour = q.at.astimezone(ZoneInfo(ZONE)).hour
    counts = {
        r["type"]: r["n"]
        for r in tx.rows(
            "select type, count(*) as n from intake_incident where exercise = 0 and type is not null and"
            " (area = :area or :area is null) group by type",
            area=q.area,
        )
    }
    prior = {t: k.weight_at(hour, q.area_kind) for t, k in kinds.items()}
    whole = sum(prior.values()) or 1.0
    score = {t: counts.get(t, 0) + PRIOR_WEIGHT * prior[t] / whole for t in kinds}
    total = sum(score.values()) or 1.0
    best = sorted(score, key=lambda t: (-score[t], t))[: max(1, min(q.limit, 100))]
    return [ChoiceRow(t, round(score[t] / total, 4)) for t in best]
