"""What the rules of intake must know."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from .... import standards
from ....kernel import playing
from ....kernel.records import Ask, read_time
from ....kernel.storage import Tx
from .. import rules
from .scene import danger
from .schema import ZONE


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
        advised=tuple(json.loads(r["advised"])),
        exercise=bool(r["exercise"]),
        answered_at=read_time(r["answered_at"]),
    )


def incident(tx: Tx, name: str) -> rules.IncidentKnown | None:
    rows = playing.steady(
        tx,
        "select state, type, life_risk, exercise, lon, lat, fire_seen_at from intake_incident where incident = :i",
        i=name,
    )
    if not rows:
        return None
    r = rows[0]
    return rules.IncidentKnown(
        state=r["state"],
        type=r["type"],
        life_risk=bool(r["life_risk"]),
        exercise=bool(r["exercise"]),
        lon=r["lon"],
        lat=r["lat"],
        fire_seen_at=read_time(r["fire_seen_at"]) if r["fire_seen_at"] else None,
    )


def known_call(tx: Tx, cmd: Any) -> rules.CallKnown | None:
    return call(tx, cmd.call)


def known_incident(tx: Tx, cmd: Any) -> rules.IncidentKnown | None:
    return incident(tx, cmd.incident)


def cancelling(tx: Tx, cmd: rules.CancelIncident) -> rules.Cancelling:
    """The incident, and who of ours is in danger there."""
    rows = tx.rows("select number from intake_incident where incident = :i", i=cmd.incident)
    inside, maydays = danger(tx, cmd.incident)
    return rules.Cancelling(incident(tx, cmd.incident), rows[0]["number"] if rows else "", inside, maydays)


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
    before = tx.rows(
        "select answer from intake_answer where incident = :i and question = :q", i=cmd.incident, q=cmd.question
    )
    return rules.Asked(known, means, before[0]["answer"] if before else None)
