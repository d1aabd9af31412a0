"""The hand-over between shifts of the control room: its list, who confirmed, the one that was done last."""

from datetime import datetime
from typing import Any

import msgspec

from ....kernel.fields import All
from ....kernel.records import Ask, Entry, read_time
from ....kernel.storage import Row, Tx
from ....kernel.vault import told
from ..events import (
    ShiftHandoverConfirmed,
    ShiftHandoverOpened,
    ShiftHandoverWithdrawn,
    ShiftLine,
)
from ..rules import shift as rules

SCHEMA = """
create table if not exists dispatch_shift (
    handover text primary key, position integer not null, opened_at text not null, opened_by text not null,
    lines text not null, note text, giver text, giver_at text, taker text, taker_at text, state text not null
);
create index if not exists dispatch_shift_state on dispatch_shift (state, position)
"""
READS = (
    "dispatch_shift",
    "dispatch_incident",
    "dispatch_sent",
    "dispatch_closure",
    "dispatch_unit",
    "dispatch_station",
    "dispatch_alarm",
    "vault_erasure",
)
_decode = msgspec.json.Decoder(tuple[ShiftLine, ...]).decode


class ShiftHandoverRow(msgspec.Struct, frozen=True):
    """A hand-over: its list as it was made, and who confirmed which side when."""

    handover: str
    opened_at: str
    opened_by: str
    lines: tuple[ShiftLine, ...]
    note: str | None
    giver: str | None
    giver_at: str | None
    taker: str | None
    taker_at: str | None


class ShiftRow(msgspec.Struct, frozen=True):
    """What would be handed over now, the hand-over that goes on, and the one that was done last; one row.

    Among the closures are those whose time is over by now: the reader knows what time it is."""

    now: tuple[ShiftLine, ...]
    underway: ShiftHandoverRow | None
    last: ShiftHandoverRow | None


# ── projections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def opened(tx: Tx, e: ShiftHandoverOpened, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_shift (handover, position, opened_at, opened_by, lines, note, state)"
        " values (:h, :p, :at, :by, :lines, :note, 'open') on conflict (handover) do update set lines = :lines,"
        " note = coalesce(:note, dispatch_shift.note), giver = null, giver_at = null, taker = null, taker_at = null",
        h=e.handover,
        p=entry.position,
        at=entry.stamp,
        by=entry.actor,
        lines=msgspec.json.encode(e.lines).decode(),
        note=e.note.ref if e.note else None,
    )


def confirmed(tx: Tx, e: ShiftHandoverConfirmed, entry: Entry) -> None:
    tx.run(
        f"update dispatch_shift set {e.side} = :who, {e.side}_at = :at where handover = :h",
        who=entry.actor,
        at=entry.stamp,
        h=e.handover,
    )
    tx.run(
        "update dispatch_shift set state = 'done', position = :p where handover = :h and giver is not null"
        " and taker is not null",
        p=entry.position,
        h=e.handover,
    )


def withdrawn(tx: Tx, e: ShiftHandoverWithdrawn, entry: Entry) -> None:
    tx.run("update dispatch_shift set state = 'withdrawn' where handover = :h", h=e.handover)


# ── what there is to hand over ───────────────────────────────────────────────────────────────────────────────────────


def lines(tx: Tx) -> tuple[ShiftLine, ...]:
    """Everything the next shift must know, in the order it is told."""
    return (*_incidents(tx), *_alarms(tx), *_units(tx), *_closures(tx))


def _at(value: str | None) -> datetime | None:
    return read_time(value) if value else None


def _incidents(tx: Tx) -> list[ShiftLine]:
    rows = tx.rows(
        "select i.incident, i.number, i.opened_at, (select count(*) from dispatch_sent s where s.incident = i.incident"
        " and s.ended_at is null) as units from dispatch_incident i where i.state = 'open'"
        " order by i.opened_at, i.incident"
    )
    return [
        ShiftLine("incident", r["incident"], code=r["number"], at=_at(r["opened_at"]), units=r["units"]) for r in rows
    ]


def _alarms(tx: Tx) -> list[ShiftLine]:
    rows = tx.rows(
        "select alarm, kind, unit, at from dispatch_alarm where over_at is null and taken_at is null order by at, alarm"
    )
    return [ShiftLine("alarm", r["alarm"], code=r["unit"] or "", at=_at(r["at"]), to=r["kind"]) for r in rows]


def _units(tx: Tx) -> list[ShiftLine]:
    rows = tx.rows(
        "select u.unit, u.status, u.since, u.station, u.at_station, s.name from dispatch_unit u"
        " left join dispatch_station s on s.station = u.at_station where u.status = 'out-of-service'"
        " or u.at_station <> u.station order by u.unit"
    )
    return [_unit(r) for r in rows]


def _unit(r: Row) -> ShiftLine:
    if r["status"] == "out-of-service":
        return ShiftLine("out-of-service", r["unit"], code=r["unit"], at=_at(r["since"]))
    return ShiftLine("moved", r["unit"], code=r["unit"], at=_at(r["since"]), to=r["name"] or r["at_station"])


def _closures(tx: Tx) -> list[ShiftLine]:
    rows = tx.rows("select closure, from_at, until from dispatch_closure order by from_at, closure")
    return [ShiftLine("closure", r["closure"], at=_at(r["from_at"]), until=_at(r["until"])) for r in rows]


# ── loads and view ───────────────────────────────────────────────────────────────────────────────────────────────────


def handing(tx: Tx, cmd: Any, ask: Ask) -> rules.Handing:
    """What the rules know; a closure whose time is over is none any more."""
    rows = tx.rows("select * from dispatch_shift where state = 'open'")
    over = tx.rows("select 1 as x from dispatch_shift where handover = :h and state <> 'open'", h=cmd.handover)
    standing = tuple(line for line in lines(tx) if line.until is None or line.until > ask.now)
    return rules.Handing(_underway(rows[0]) if rows else None, standing, bool(over))


def _underway(r: Row) -> rules.Underway:
    ids = tuple(rules.line_id(line) for line in _decode(r["lines"]))
    sides = {side: r[side] for side in ("giver", "taker") if r[side] is not None}
    return rules.Underway(r["handover"], ids, r["note"], sides)


def shift_handover(tx: Tx, q: All) -> list[ShiftRow]:
    """The one row."""
    going = tx.rows("select * from dispatch_shift where state = 'open'")
    done = tx.rows("select * from dispatch_shift where state = 'done' order by position desc limit 1")
    texts = told(tx, [r["note"] for r in (*going, *done)])
    shown = [[_row(r, texts.get(r["note"])) for r in rows] for rows in (going, done)]
    return [ShiftRow(lines(tx), *(rows[0] if rows else None for rows in shown))]


def _row(r: Row, note: str | None) -> ShiftHandoverRow:
    named = {name: r[name] for name in ("handover", "opened_at", "opened_by", "giver", "giver_at", "taker", "taker_at")}
    return ShiftHandoverRow(lines=_decode(r["lines"]), note=note, **named)
