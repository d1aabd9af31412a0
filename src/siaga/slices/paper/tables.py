"""Slips, packs and the phone list: schema, projections, loads and views."""

from base64 import b64decode
from hashlib import sha256
from typing import Any, Literal

import msgspec

from ...kernel.fields import All
from ...kernel.records import Entry, Told
from ...kernel.storage import Tx
from ...kernel.vault import told
from ..intake.events import IncidentOpened
from . import events, rules

SCHEMA = """
create table if not exists paper_pack (
    pack text primary key, first integer not null, last integer not null, at text not null
);
create table if not exists paper_slip (
    slip integer primary key, incident text, void integer not null, at text not null, actor text not null, reason text
);
create table if not exists paper_contact (
    contact text primary key, section text not null, name text not null, phone text, radio text not null, note text
);
create table if not exists paper_incident (incident text primary key, number text not null);
create table if not exists paper_letterhead (one integer primary key, stamp text not null, body text not null);
create table if not exists paper_logo (one integer primary key, stamp text not null, body text)
"""
SHOWN = 400
"""So many slips back the list goes."""

State = Literal["open", "skipped", "entered", "void"]


class SlipRow(msgspec.Struct, frozen=True):
    """A slip: open, skipped (a later one was used, this one not accounted for), entered as an incident, or void."""

    slip: int
    state: State
    printed_at: str
    incident: str | None = None
    number: str | None = None
    at: str | None = None
    actor: str | None = None
    reason: str | None = None


class PackRow(msgspec.Struct, frozen=True):
    """A pack that was printed, newest first."""

    pack: str
    first: int
    last: int
    at: str


class ContactRow(msgspec.Struct, frozen=True):
    """A line of the phone list."""

    contact: str
    group: str
    name: str | None
    phone: str | None
    radio: str
    note: str | None


class LetterheadRow(msgspec.Struct, frozen=True):
    """What stands at the head and foot of official papers."""

    government: str
    name: str
    address: str
    phone: str
    emergency: str
    email: str
    site: str
    place: str
    head: str
    number: str
    basis: list[str]


class LogoRow(msgspec.Struct, frozen=True):
    """The mark at the head of papers: its drawing (base64), what it shows in words, and the SHA-256 of the drawing."""

    mime: str
    content: str
    text: str
    digest: str


# ── projections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def incident_opened(tx: Tx, e: IncidentOpened, entry: Entry) -> None:
    """An incident a slip may be copied in as."""
    tx.run(
        "insert into paper_incident (incident, number) values (:i, :n) on conflict (incident) do nothing",
        i=e.incident,
        n=e.number,
    )


def slips_printed(tx: Tx, e: events.SlipsPrinted, entry: Entry) -> None:
    """A pack exists."""
    tx.run(
        "insert into paper_pack (pack, first, last, at) values (:p, :f, :l, :at) on conflict (pack) do nothing",
        p=e.pack,
        f=e.first,
        l=e.last,
        at=entry.stamp,
    )


def slip_entered(tx: Tx, e: events.SlipEntered, entry: Entry) -> None:
    """The slip is an incident."""
    _account(tx, e.slip, entry, incident=e.incident)


def slip_voided(tx: Tx, e: events.SlipVoided, entry: Entry) -> None:
    """The slip does not count."""
    _account(tx, e.slip, entry, void=1, reason=e.reason.ref)


def _account(
    tx: Tx, slip: int, entry: Entry, incident: str | None = None, void: int = 0, reason: str | None = None
) -> None:
    tx.run(
        "insert into paper_slip (slip, incident, void, at, actor, reason) values (:s, :i, :v, :at, :a, :r)"
        " on conflict (slip) do update set incident = :i, void = :v, at = :at, actor = :a, reason = :r",
        s=slip,
        i=incident,
        v=void,
        at=entry.stamp,
        a=entry.actor,
        r=reason,
    )


def contact_set(tx: Tx, e: events.ContactSet, entry: Entry) -> None:
    """A line of the phone list."""
    tx.run(
        "insert into paper_contact (contact, section, name, phone, radio, note) values (:c, :s, :n, :p, :r, :o)"
        " on conflict (contact) do update set section = :s, name = :n, phone = :p, radio = :r, note = :o",
        c=e.contact,
        s=e.group,
        n=e.name.ref,
        p=_ref(e.phone),
        r=e.radio,
        o=_ref(e.note),
    )


def contact_removed(tx: Tx, e: events.ContactRemoved, entry: Entry) -> None:
    """Off the list."""
    tx.run("delete from paper_contact where contact = :c", c=e.contact)


def _ref(word: Told | None) -> str | None:
    return word.ref if word else None


def letterhead_set(tx: Tx, e: events.LetterheadSet, entry: Entry) -> None:
    """What was said last holds, whenever it came in."""
    tx.run(
        "insert into paper_letterhead (one, stamp, body) values (1, :at, :body)"
        " on conflict (one) do update set stamp = :at, body = :body where paper_letterhead.stamp <= :at",
        at=entry.stamp,
        body=msgspec.json.encode(e).decode(),
    )


def logo_set(tx: Tx, e: events.LogoSet, entry: Entry) -> None:
    """What was said last holds, whenever it came in."""
    _keep_logo(tx, msgspec.json.encode(e).decode(), entry)


def logo_removed(tx: Tx, e: events.LogoRemoved, entry: Entry) -> None:
    """None, unless a later one is said."""
    _keep_logo(tx, None, entry)


def _keep_logo(tx: Tx, body: str | None, entry: Entry) -> None:
    tx.run(
        "insert into paper_logo (one, stamp, body) values (1, :at, :body)"
        " on conflict (one) do update set stamp = :at, body = :body where paper_logo.stamp <= :at",
        at=entry.stamp,
        body=body,
    )


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def packs_known(tx: Tx, cmd: rules.PrintSlips) -> rules.Packs:
    """Where the numbers stand."""
    used = tx.rows("select max(slip) as n from paper_slip")[0]["n"] or 0
    return rules.Packs(int(used), bool(tx.rows("select 1 as x from paper_pack where pack = :p", p=cmd.pack)))


def slip_known(tx: Tx, cmd: Any) -> rules.SlipKnown:
    """What is known of a slip."""
    last = int(tx.rows("select max(last) as n from paper_pack")[0]["n"] or 0)
    rows = tx.rows(
        "select s.incident, s.void, i.number from paper_slip s"
        " left join paper_incident i on i.incident = s.incident where s.slip = :s",
        s=cmd.slip,
    )
    wanted = getattr(cmd, "incident", None)
    found = wanted is None or tx.rows("select 1 as x from paper_incident where incident = :i", i=wanted)
    row = rows[0] if rows else {"incident": None, "void": 0, "number": None}
    return rules.SlipKnown(
        printed=cmd.slip <= last,
        incident=str(row["incident"]) if row["incident"] else None,
        number=str(row["number"] or ""),
        void=bool(row["void"]),
        incident_known=bool(found),
    )


def contact_known(tx: Tx, cmd: Any) -> bool:
    """Whether the line exists."""
    return bool(tx.rows("select 1 as x from paper_contact where contact = :c", c=cmd.contact))


def letterhead_known(tx: Tx, cmd: rules.SetLetterhead) -> events.LetterheadSet | None:
    """What stands there now."""
    rows = tx.rows("select body from paper_letterhead")
    return msgspec.json.decode(rows[0]["body"], type=events.LetterheadSet) if rows else None


def logo_known(tx: Tx, cmd: Any) -> events.LogoSet | None:
    """The mark that stands there now."""
    rows = tx.rows("select body from paper_logo where body is not null")
    return msgspec.json.decode(rows[0]["body"], type=events.LogoSet) if rows else None


# ── views ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def packs(tx: Tx, q: All) -> list[PackRow]:
    """The packs, newest first."""
    return [PackRow(**row) for row in tx.rows("select * from paper_pack order by at desc, last desc limit 30")]


def slips(tx: Tx, q: All) -> list[SlipRow]:
    """Slips that were used or could have been, newest first."""
    printed = tx.rows("select first, last, at from paper_pack order by at, last")
    if not printed:
        return []
    last = max(row["last"] for row in printed)
    rows = tx.rows(
        "select s.*, i.number from paper_slip s left join paper_incident i on i.incident = s.incident"
        " where s.slip > :from order by s.slip",
        **{"from": last - SHOWN},
    )
    done = {row["slip"]: row for row in rows}
    used = max(done, default=0)
    words = told(tx, [row["reason"] for row in rows if row["reason"]])
    pages = {n: row["at"] for row in printed for n in range(max(row["first"], last - SHOWN + 1), row["last"] + 1)}
    return [_slip(n, pages[n], done.get(n), used, words) for n in sorted(pages, reverse=True)]


def _slip(n: int, printed_at: str, row: Any, used: int, words: Any) -> SlipRow:
    if row is None:
        return SlipRow(n, "skipped" if n < used else "open", printed_at)
    return SlipRow(
        n,
        "void" if row["void"] else "entered",
        printed_at,
        row["incident"],
        row["number"],
        row["at"],
        row["actor"],
        words.get(row["reason"]),
    )


def contacts(tx: Tx, q: All) -> list[ContactRow]:
    """The phone list, by group."""
    rows = tx.rows("select * from paper_contact order by section, contact")
    words = told(tx, [ref for row in rows for ref in (row["name"], row["phone"], row["note"]) if ref])
    return [
        ContactRow(
            row["contact"],
            row["section"],
            words.get(row["name"]),
            words.get(row["phone"]),
            row["radio"],
            words.get(row["note"]),
        )
        for row in rows
    ]


def letterhead(tx: Tx, q: All) -> list[LetterheadRow]:
    """The letterhead; no row before somebody set it."""
    rows = tx.rows("select body from paper_letterhead")
    return [msgspec.json.decode(row["body"], type=LetterheadRow) for row in rows]


def logo(tx: Tx, q: All) -> list[LogoRow]:
    """One row; none while papers carry no mark."""
    rows = tx.rows("select body from paper_logo where body is not null")
    kept = [msgspec.json.decode(row["body"], type=events.LogoSet) for row in rows]
    return [LogoRow(e.mime, e.content, e.text, sha256(b64decode(e.content)).hexdigest()) for e in kept]
