"""What the sender reads and keeps: tries that wait, what they say, where they go, which ways work here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from ....kernel.carry import Message
from ....kernel.records import Ask, written
from ....kernel.storage import Tx
from ....kernel.texts import Language
from ....kernel.vault import Vault, told
from . import said
from .loads import CLOSED

MOST_WAITING = 500
BODY_TYPE = "siaga.alert"
LONGEST_PLACE = 200  # in a message; the screen shows all of it


class Waiting(msgspec.Struct, frozen=True):
    """A try that has neither left nor failed."""

    alert: str
    turn: int
    way: str


class Target(msgspec.Struct, frozen=True):
    """One address of a receiver: values by name. `subscription` names the browser, empty for other ways."""

    values: Mapping[str, str]
    subscription: str = ""


def before(tx: Tx, since: datetime) -> int:
    """The last position of the log that was recorded before a time; 0 if none was."""
    rows = tx.rows(
        "select position from log where recorded < :since order by position desc limit 1", since=written(since)
    )
    return int(rows[0]["position"]) if rows else 0


def waiting(tx: Tx, since: datetime) -> list[Waiting]:
    """Tries that wait to leave, the oldest first; none while the tables are played again, which knows no end yet.

    Older ones than `since` would call people to what is long past."""
    if tx.rows("select 1 as x from kernel_slice where name = 'paging' and behind is not null"):
        return []
    rows = tx.rows(
        "select t.alert, t.turn, t.way from paging_try t join paging_alert a on a.alert = t.alert"
        f" where not exists (select 1 from paging_receiver r where r.receiver = a.receiver and {CLOSED})"
        " and t.sent_at is null and t.failed_at is null and t.routed_at >= :since and a.over_at is null"
        f" order by t.routed_at, t.alert limit {MOST_WAITING}",
        since=written(since),
    )
    return [Waiting(**r) for r in rows]


def targets(tx: Tx, vault: Vault, wanted: Waiting, reader: Ask) -> list[Target]:
    """Where a try goes, out of the vault; that it was read is logged there."""
    if wanted.way == "web-push":
        rows = tx.rows(
            "select p.subscription, p.endpoint, p.p256dh, p.auth from paging_push p join paging_alert a"
            " on a.receiver = p.receiver where a.alert = :a and p.ended_at is null order by p.since",
            a=wanted.alert,
        )
        names: tuple[str, ...] = ("endpoint", "p256dh", "auth")
    else:
        rows = tx.rows(
            "select r.phone, r.email, r.webhook, r.secret from paging_receiver r join paging_alert a"
            " on a.receiver = r.receiver where a.alert = :a and r.removed_at is null",
            a=wanted.alert,
        )
        names = {"sms": ("phone",), "e-mail": ("email",), "webhook": ("webhook", "secret")}[wanted.way]
    found = []
    for row in rows:
        values = vault.reveal(tx, {name: row[name] for name in names}, reader, "paging.send")
        given = {name: value for name, value in values.items() if value is not None}
        if len(given) == len(names):
            found.append(Target(given, row.get("subscription", "")))
    return found


def message(tx: Tx, wanted: Waiting, *, link: str, language: Language) -> Message | None:
    """What a try says, to people and to programs; None when there is no such alert."""
    rows = tx.rows(
        "select a.*, i.number, i.type, i.life_risk, i.exercise, i.place, i.lon, i.lat from paging_alert a"
        " left join paging_incident i on i.incident = a.incident where a.alert = :a",
        a=wanted.alert,
    )
    if not rows:
        return None
    row = rows[0]
    units = tuple(
        r["unit"]
        for r in tx.rows(
            "select unit from paging_alert_unit where alert = :a and state <> 'off' order by unit", a=wanted.alert
        )
    )
    place = told(tx, [row["place"]]).get(row["place"])
    known = said.about(row, place[:LONGEST_PLACE] if place else None, units)
    body: dict[str, Any] = {
        "type": BODY_TYPE,
        "timestamp": row["raised_at"],
        "data": {
            "alert": wanted.alert,
            "turn": wanted.turn,
            "cause": row["cause"],
            "incident": row["incident"],
            "number": row["number"],
            "kind": row["type"],
            "exercise": known.exercise,
            "life_risk": known.life_risk,
            "place": known.place,
            "lon": row["lon"],
            "lat": row["lat"],
            "units": list(units),
            "title": {"id": said.title(known, "id"), "en": said.title(known, "en")},
            "text": said.spoken(known),
            "link": link,
        },
    }
    return Message(
        id=wanted.alert,
        title=said.title(known, language),
        text=said.sentence(known, language),
        link=link,
        body=msgspec.json.encode(body),
    )


def by_reference(tx: Tx, reference: str) -> Waiting | None:
    """The try a carrier reports about."""
    rows = tx.rows("select alert, turn, way from paging_try where reference = :r order by sent_at desc", r=reference)
    return Waiting(**rows[0]) if rows else None


class Holder(msgspec.Struct, frozen=True):
    """Who an alert was raised for: their account, or the receiver where there is none."""

    actor: str
    raised_at: str


def holder(tx: Tx, alert: str) -> Holder | None:
    """Whose alert it is."""
    rows = tx.rows(
        "select coalesce(r.account, a.receiver) as actor, a.raised_at from paging_alert a"
        " left join paging_receiver r on r.receiver = a.receiver where a.alert = :a",
        a=alert,
    )
    return Holder(**rows[0]) if rows else None


def keep_settings(tx: Tx, said_now: Mapping[str, str]) -> None:
    """What the serving process is set to; written only where it differs."""
    held = {r["name"]: r["value"] for r in tx.rows("select name, value from paging_setting")}
    for name in held.keys() - said_now.keys():
        tx.run("delete from paging_setting where name = :n", n=name)
    for name, value in said_now.items():
        if held.get(name) != value:
            tx.run(
                "insert into paging_setting (name, value) values (:n, :v) on conflict (name) do update set value = :v",
                n=name,
                v=value,
            )
