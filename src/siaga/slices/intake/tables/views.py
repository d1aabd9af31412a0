"""Calls and incidents as the desk sees them."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from .... import standards
from ....engine.geo import distance
from ....kernel.fields import All
from ....kernel.records import Query, read_time, written
from ....kernel.slice import Look
from ....kernel.storage import Row, Tx
from ....kernel.vault import told
from .schema import ZONE


class StandardsRow(msgspec.Struct, frozen=True):
    """The service's standards as data: taxonomy, places, capabilities, run cards, questions, advice, words."""

    standards: standards.Standards


class CallsQuery(Query, frozen=True):
    """Calls of the last hours that are not settled; settled ones too if wanted, or those of one incident."""

    settled: bool = False
    limit: int = 100
    incident: str | None = None


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
    exercise: bool = False


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
    wanted = ([] if q.settled else ["outcome is null"]) + (["incident = :i"] if q.incident else [])
    rows = tx.rows(
        f"select * from intake_call{' where ' if wanted else ''}{' and '.join(wanted)}"
        " order by answered_at desc limit :limit",
        limit=max(1, min(q.limit, 1000)),
        **({"i": q.incident} if q.incident else {}),
    )
    texts = told(tx, [r[c] for r in rows for c in ("prank", "unclear", "recording")])
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
            recording=texts.get(r["recording"]),
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
        limit=max(1, min(q.limit, 1000)),
    )
    return _incident_rows(tx, rows)


def one_incident(tx: Tx, q: OneQuery) -> list[IncidentRow]:
    """One incident; no row when there is none."""
    return _incident_rows(tx, tx.rows("select * from intake_incident where incident = :i", i=q.incident))


DUPLICATE_REACH_M = 500.0
DUPLICATE_AGE = timedelta(hours=3)


def duplicates(tx: Tx, q: DuplicatesQuery) -> list[DuplicateRow]:
    """Open incidents near enough and new enough to be the same one, the likeliest first; of exercises only those for
    an exercise.

    Likeness falls linearly with distance (beyond both precisions) and with age, and by half when the kinds differ."""
    since = written(q.at - DUPLICATE_AGE)
    rows = tx.rows(
        "select * from intake_incident where state = 'open' and opened_at >= :since and exercise = :e",
        since=since,
        e=int(q.exercise),
    )
    kinds = standards.incident_types()
    found = []
    for r in rows:
        metres = distance((q.lon, q.lat), (r["lon"], r["lat"]))
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
