"""Warnings to the public: schema, projections, loads and views."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from ... import standards
from ...kernel.fields import Id
from ...kernel.records import Entry, Query, encode_custom, read_time, written
from ...kernel.storage import Tx
from ...kernel.vault import told
from ..dispatch.events import AgencyRegistered, IncidentClosed
from ..intake import events as intake
from ..paper.events import LetterheadSet
from . import events, rules

SCHEMA = """
create table if not exists warning_incident (
    incident text primary key, number text not null, exercise integer not null, is_open integer not null,
    home text not null
);
create table if not exists warning_office (part text primary key, stamp text not null, body text not null);
create table if not exists warning_message (
    warning text primary key, incident text not null, former text, kind text not null, state text not null,
    at text not null, until text not null, actor text not null, position bigint not null, body text not null
);
create index if not exists warning_message_incident on warning_message (incident, position);
create index if not exists warning_message_until on warning_message (state, until)
"""

State = Literal["current", "replaced", "cancelled"]


class OfIncident(Query, frozen=True):
    """The warnings about an incident."""

    incident: Id


class Standing(Query, frozen=True):
    """The warnings that hold at a time."""

    at: datetime


class MessageRow(msgspec.Struct, frozen=True, kw_only=True):
    """A message to the public. Words are null where they were erased, or where nobody wrote them; `former` is the
    message before it, `references` all that it replaces, as CAP names them. Of a cancellation the headline and the
    place are those of what it cancels, and its description says why."""

    warning: str
    incident: str
    number: str
    kind: Literal["alert", "update", "cancel"]
    state: State
    former: str | None
    identifier: str
    sender: str
    office: str
    contact: str
    web: str
    zone: str
    exercise: bool
    references: list[str]
    at: str
    until: str
    actor: str
    type: str
    response: str
    urgency: str
    severity: str
    certainty: str
    shapes: list[events.Shape]
    area: str | None
    headline: str | None
    description: str | None
    instruction: str | None
    headline_en: str | None
    description_en: str | None
    instruction_en: str | None


# ── projections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def incident_opened(tx: Tx, e: intake.IncidentOpened, entry: Entry) -> None:
    """There is something to warn about."""
    tx.run(
        "insert into warning_incident (incident, number, exercise, is_open, home) values (:i, :n, :x, 1, :home)"
        " on conflict (incident) do nothing",
        i=e.incident,
        n=e.number,
        x=int(e.exercise),
        home=entry.origin or "",
    )


def exercise_marked(tx: Tx, e: intake.ExerciseMarked, entry: Entry) -> None:
    """Warnings to come are exercises."""
    tx.run("update warning_incident set exercise = 1 where incident = :i", i=e.incident)


def incident_over(tx: Tx, e: intake.IncidentCancelled | IncidentClosed, entry: Entry) -> None:
    """It was closed or cancelled; what was warned of stands until somebody cancels it or its time is over."""
    tx.run("update warning_incident set is_open = 0 where incident = :i", i=e.incident)


def incident_reopened(tx: Tx, e: intake.IncidentReopened, entry: Entry) -> None:
    """It goes on."""
    tx.run("update warning_incident set is_open = 1 where incident = :i", i=e.incident)


def agency_registered(tx: Tx, e: AgencyRegistered, entry: Entry) -> None:
    """Whose node it is: the first agency of its own, as it calls itself now."""
    own = tx.rows("select body from warning_office where part = 'agency'")
    if e.own and entry.origin is None and (not own or msgspec.json.decode(own[0]["body"])["agency"] == e.agency):
        _office(tx, "agency", {"agency": e.agency, "name": e.name, "zone": e.zone}, entry)


def letterhead_set(tx: Tx, e: LetterheadSet, entry: Entry) -> None:
    """What the service calls itself, and how the public reaches it."""
    said = {"office": e.name, "site": e.site, "contact": e.emergency or e.phone}
    _office(tx, "letterhead", said, entry)


def _office(tx: Tx, part: str, said: Mapping[str, str], entry: Entry) -> None:
    tx.run(
        "insert into warning_office (part, stamp, body) values (:p, :at, :body) on conflict (part) do update"
        " set stamp = :at, body = :body where warning_office.stamp <= :at",
        p=part,
        at=entry.stamp,
        body=msgspec.json.encode(said).decode(),
    )


def warning_issued(tx: Tx, e: events.WarningIssued, entry: Entry) -> None:
    """It holds."""
    _message(tx, e, entry, "alert", None, e.until)


def warning_updated(tx: Tx, e: events.WarningUpdated, entry: Entry) -> None:
    """It holds, and the one before it no longer does."""
    _message(tx, e, entry, "update", e.former, e.until)
    _ended(tx, e.former, "replaced")


def warning_cancelled(tx: Tx, e: events.WarningCancelled, entry: Entry) -> None:
    """Nothing holds any more; the cancellation is told as long as the warning would have held."""
    was = tx.rows("select until from warning_message where warning = :w", w=e.former)
    _message(tx, e, entry, "cancel", e.former, read_time(was[0]["until"]) if was else entry.when)
    _ended(tx, e.former, "cancelled")


def _message(tx: Tx, e: events.Message, entry: Entry, kind: str, former: str | None, until: datetime) -> None:
    tx.run(
        "insert into warning_message (warning, incident, former, kind, state, at, until, actor, position, body) values"
        " (:w, :i, :f, :k, 'current', :at, :until, :actor, :p, :body) on conflict (warning) do nothing",
        w=e.warning,
        i=e.incident,
        f=former,
        k=kind,
        at=entry.stamp,
        until=written(until),
        actor=entry.actor,
        p=entry.position,
        body=msgspec.json.encode(e, enc_hook=encode_custom).decode(),
    )


def _ended(tx: Tx, warning: str, state: State) -> None:
    tx.run("update warning_message set state = :s where warning = :w", s=state, w=warning)


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def known(tx: Tx, cmd: Any) -> rules.Known:
    """What the rules must know of an incident and its warnings."""
    found = tx.rows("select * from warning_incident where incident = :i", i=cmd.incident)
    of = found[0] if found else None
    count = tx.rows("select count(*) as n from warning_message where incident = :i", i=cmd.incident)[0]["n"]
    kind = getattr(cmd, "type", "")
    return rules.Known(
        number=of["number"] if of else None,
        open=bool(of and of["is_open"]),
        exercise=bool(of and of["exercise"]),
        sender=_sender(tx),
        messages=int(count),
        there=bool(tx.rows("select 1 as x from warning_message where warning = :w", w=cmd.warning)),
        type_known=not kind or kind in standards.incident_types(),
        former=_former(tx, getattr(cmd, "former", "")),
    )


def _sender(tx: Tx) -> rules.Sender:
    said = {"agency": "", "name": "", "zone": "Asia/Makassar", "office": "", "site": "", "contact": ""}
    for row in tx.rows("select body from warning_office"):
        said |= msgspec.json.decode(row["body"], type=dict[str, str])
    return rules.sender(**said)


def _former(tx: Tx, warning: str) -> rules.Former | None:
    rows = tx.rows("select incident, kind, state, until, body from warning_message where warning = :w", w=warning)
    if not rows:
        return None
    row = rows[0]
    exercise = bool(msgspec.json.decode(row["body"])["exercise"])
    return rules.Former(row["incident"], row["kind"], row["state"], read_time(row["until"]), exercise)


# ── views ────────────────────────────────────────────────────────────────────────────────────────────────────────────

_SELECT = "select m.*, i.number from warning_message m join warning_incident i on i.incident = m.incident"


def of_incident(tx: Tx, q: OfIncident) -> list[MessageRow]:
    """Every message about an incident, the newest first."""
    return _rows(tx, tx.rows(f"{_SELECT} where m.incident = :i order by m.position desc", i=q.incident))


def standing(tx: Tx, q: Standing) -> list[MessageRow]:
    """What holds at a time, about whichever incident, the newest first."""
    found = tx.rows(
        f"{_SELECT} where m.state = 'current' and m.kind <> 'cancel' and m.until > :at order by m.position desc",
        at=written(q.at),
    )
    return _rows(tx, found)


def _rows(tx: Tx, found: list[dict[str, Any]]) -> list[MessageRow]:
    """With the messages before each, that references and cancellations are written from."""
    chains = [_chain(tx, row) for row in found]
    bodies = {row["warning"]: msgspec.json.decode(row["body"]) for chain in chains for row in chain}
    words = told(tx, [ref for body in bodies.values() for ref in _refs(body)])
    return [_row(chain, bodies, words) for chain in chains]


def _chain(tx: Tx, row: dict[str, Any]) -> list[dict[str, Any]]:
    """A message and those before it, the newest first."""
    chain = [row]
    while chain[-1]["former"]:
        chain += tx.rows(f"{_SELECT} where m.warning = :w", w=chain[-1]["former"]) or [{"former": None}]
    return [one for one in chain if "warning" in one]


def _refs(body: dict[str, Any]) -> list[str]:
    return [value["ref"] for value in body.values() if isinstance(value, dict) and "ref" in value]


def _row(chain: list[dict[str, Any]], bodies: Mapping[str, Any], words: Mapping[str | None, str | None]) -> MessageRow:
    row, former = chain[0], chain[1:]
    own = bodies[row["warning"]]
    said = bodies[former[0]["warning"]] if row["kind"] == "cancel" and former else own
    ends = row["kind"] == "cancel"

    def word(body: Mapping[str, Any], name: str) -> str | None:
        value = body.get(name)
        return words.get(value["ref"]) if value else None

    return MessageRow(
        warning=row["warning"],
        incident=row["incident"],
        number=row["number"],
        kind=row["kind"],
        state=row["state"],
        former=row["former"],
        **{name: own[name] for name in ("identifier", "sender", "office", "contact", "web", "zone", "exercise")},
        references=[reference(bodies[one["warning"]], one["at"]) for one in reversed(former)],
        at=row["at"],
        until=row["until"],
        actor=row["actor"],
        type=said["type"],
        response="all-clear" if ends else said["response"],
        urgency="past" if ends else said["urgency"],
        severity="minor" if ends else said["severity"],
        certainty=said["certainty"],
        shapes=msgspec.convert(said["shapes"], list[events.Shape]),
        area=word(said, "area"),
        headline=word(said, "headline"),
        description=word(own, "reason" if ends else "description"),
        instruction=None if ends else word(said, "instruction"),
        headline_en=word(said, "headline_en"),
        description_en=word(own, "reason_en" if ends else "description_en"),
        instruction_en=None if ends else word(said, "instruction_en"),
    )


def reference(body: Mapping[str, Any], at: str) -> str:
    """A message as those after it name it: sender, identifier, when it was sent."""
    return f"{body['sender']},{body['identifier']},{sent(at, body['zone'])}"


def sent(at: str, zone: str) -> str:
    """A time as CAP writes it: to the second, with its offset in digits (the schema refuses `Z`; UTC is -00:00)."""
    text = read_time(at).astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
    return f"{text[:-6]}-00:00" if text.endswith("+00:00") else text
