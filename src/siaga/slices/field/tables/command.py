"""Command, posts, hand-over, channels, sectors, tasks: projections, loads, and what the board shows of them."""

import json
from datetime import datetime
from typing import Any

import msgspec

from .... import standards
from ....kernel.records import Entry, Told, read_time, written
from ....kernel.storage import Row, Tx
from ....kernel.vault import told
from .. import events
from ..rules import command as rules
from ..rules.commandfold import Assumed, Checked, Commanding, Fact, Opened, Said, Withdrawn, fold
from . import registers
from .rows import CheckRow, CommanderRow, HandoverRow, PostRow, SectorRow, TaskRow

SCHEMA = """
create table if not exists field_command (
    incident text not null, at text not null, ask text not null, account text not null, body text not null,
    primary key (incident, ask)
);
create table if not exists field_post (
    incident text not null, post text not null, at text not null, ask text not null, holder text not null,
    primary key (incident, post)
);
create table if not exists field_channel (
    incident text not null, sector text not null, at text not null, ask text not null, channel text not null,
    primary key (incident, sector)
);
create table if not exists field_sector (
    incident text not null, sector text not null, at text not null, ask text not null, name text not null,
    kind text not null, leader text not null, opened_at text not null, primary key (incident, sector)
);
create table if not exists field_sector_end (
    incident text not null, sector text not null, at text not null, ask text not null, primary key (incident, sector)
);
create table if not exists field_task (
    incident text not null, task text not null, at text not null, ask text not null, kind text not null,
    code text not null, words text, crew text not null, sector text not null, post text not null, due_at text,
    set_at text not null, primary key (incident, task)
);
create table if not exists field_task_step (
    incident text not null, task text not null, at text not null, ask text not null, step text not null, note text,
    primary key (incident, task)
)
"""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Fact).decode


# ── projections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _fact(tx: Tx, incident: str, fact: Fact, entry: Entry) -> None:
    tx.run(
        "insert into field_command (incident, at, ask, account, body) values (:i, :at, :ask, :account, :body)"
        " on conflict (incident, ask) do nothing",
        i=incident,
        at=entry.stamp,
        ask=entry.ask,
        account=entry.actor,
        body=_encode(fact).decode(),
    )


def command_assumed(tx: Tx, e: events.CommandAssumed, entry: Entry) -> None:
    _fact(tx, e.incident, Assumed(e.holder), entry)


def handover_opened(tx: Tx, e: events.HandoverOpened, entry: Entry) -> None:
    _fact(tx, e.incident, Opened(e.handover, e.giver, e.taker), entry)


def handover_checked(tx: Tx, e: events.HandoverChecked, entry: Entry) -> None:
    _fact(tx, e.incident, Checked(e.handover, e.side, e.subject, e.by), entry)


def handover_withdrawn(tx: Tx, e: events.HandoverWithdrawn, entry: Entry) -> None:
    _fact(tx, e.incident, Withdrawn(e.handover), entry)


def post_filled(tx: Tx, e: events.PostFilled, entry: Entry) -> None:
    registers.put(tx, "field_post", {"incident": e.incident, "post": e.post}, {"holder": e.holder}, entry)


def post_vacated(tx: Tx, e: events.PostVacated, entry: Entry) -> None:
    registers.put(tx, "field_post", {"incident": e.incident, "post": e.post}, {"holder": ""}, entry)


def channel_set(tx: Tx, e: events.ChannelSet, entry: Entry) -> None:
    registers.put(tx, "field_channel", {"incident": e.incident, "sector": e.sector}, {"channel": e.channel}, entry)


def sector_set(tx: Tx, e: events.SectorSet, entry: Entry) -> None:
    key = {"incident": e.incident, "sector": e.sector}
    values = {"name": e.name, "kind": e.kind, "leader": e.leader}
    registers.put(tx, "field_sector", key, values, entry, first="opened_at")


def sector_closed(tx: Tx, e: events.SectorClosed, entry: Entry) -> None:
    registers.put(tx, "field_sector_end", {"incident": e.incident, "sector": e.sector}, {}, entry)


def task_set(tx: Tx, e: events.TaskSet, entry: Entry) -> None:
    values = {
        "kind": e.kind,
        "code": e.code,
        "words": e.text.ref if e.text else None,
        "crew": e.crew,
        "sector": e.sector,
        "post": e.post,
        "due_at": written(e.due_at) if e.due_at else None,
    }
    registers.put(tx, "field_task", {"incident": e.incident, "task": e.task}, values, entry, first="set_at")


def task_stepped(tx: Tx, e: events.TaskStepped, entry: Entry) -> None:
    values = {"step": e.step, "note": e.note.ref if e.note else None}
    registers.put(tx, "field_task_step", {"incident": e.incident, "task": e.task}, values, entry)


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def commanding(tx: Tx, incident: str) -> Commanding:
    """Who commands, folded from the incident's few facts."""
    rows = tx.rows("select at, ask, account, body from field_command where incident = :i", i=incident)
    return fold((Said(r["at"], r["ask"], r["account"]), _decode(r["body"])) for r in rows)


def known(tx: Tx, cmd: Any) -> Commanding:
    """Who commands, for an order about it."""
    return commanding(tx, cmd.incident)


def checking(tx: Tx, cmd: rules.CheckHandover) -> Commanding | None:
    """The hand-overs of an incident that exists."""
    there = tx.rows("select 1 as x from field_incident where incident = :i", i=cmd.incident)
    return commanding(tx, cmd.incident) if there else None


def post(tx: Tx, cmd: rules.FillPost | rules.VacatePost) -> rules.Post:
    """A post, and who holds it."""
    named = next((row for row in standards.field().post if row.id == cmd.post), None)
    rows = tx.rows("select holder from field_post where incident = :i and post = :p", i=cmd.incident, p=cmd.post)
    return rules.Post(named is not None, named is not None and named.parent is None, rows[0]["holder"] if rows else "")


def channel(tx: Tx, cmd: rules.SetChannel) -> rules.Channel:
    """The channel that is set."""
    name = cmd.sector or ""
    rows = tx.rows("select channel from field_channel where incident = :i and sector = :s", i=cmd.incident, s=name)
    return rules.Channel(rows[0]["channel"] if rows else "", open_sector(tx, cmd.incident, name))


def open_sector(tx: Tx, incident: str, name: str) -> bool:
    if name in (events.STAGING, events.REHAB):
        return True
    there = _sector(tx, incident, name)
    return there is not None and not there.closed


def _sector(tx: Tx, incident: str, name: str) -> rules.Sector | None:
    rows = tx.rows(
        "select s.name, s.kind, s.leader, s.at, s.ask, e.at as end_at, e.ask as end_ask from field_sector s"
        " left join field_sector_end e on e.incident = s.incident and e.sector = s.sector"
        " where s.incident = :i and s.sector = :s",
        i=incident,
        s=name,
    )
    return rules.Sector(rows[0]["name"], rows[0]["kind"], rows[0]["leader"], over(rows[0])) if rows else None


def over(row: Row) -> bool:
    """Whether what ended it was seen after what set it."""
    return row["end_at"] is not None and (row["end_at"], row["end_ask"]) > (row["at"], row["ask"])


def sector(tx: Tx, cmd: rules.SetSector | rules.CloseSector) -> rules.Sector | None:
    """A sector, and the crews that belong to it now."""
    there = _sector(tx, cmd.incident, cmd.sector)
    if there is None:
        return None
    states = tx.rows("select state from field_crew where incident = :i order by crew", i=cmd.incident)
    crews = [json.loads(row["state"]) for row in states]
    working = tuple(c["label"] for c in crews if c["phase"] != "left" and _in_sector(c, cmd.sector))
    return msgspec.structs.replace(there, crews=working)


def _in_sector(crew: dict[str, Any], name: str) -> bool:
    return crew["sector"] == name or any(one["sector"] == name for one in crew["inside"])


def task(tx: Tx, cmd: rules.SetTask | rules.StepTask) -> rules.Task:
    """A task as it stands."""
    set_rows = tx.rows("select * from field_task where incident = :i and task = :t", i=cmd.incident, t=cmd.task)
    steps = tx.rows("select step from field_task_step where incident = :i and task = :t", i=cmd.incident, t=cmd.task)
    return rules.Task(_task_set(set_rows[0]) if set_rows else None, steps[0]["step"] if steps else "open")


def _task_set(r: Row) -> events.TaskSet:
    return events.TaskSet(
        task=r["task"],
        incident=r["incident"],
        kind=r["kind"],
        code=r["code"],
        text=None if r["words"] is None else Told(ref=r["words"]),
        crew=r["crew"],
        sector=r["sector"],
        post=r["post"],
        due_at=_time(r["due_at"]),
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else read_time(text)


def setting(tx: Tx, cmd: rules.SetTask) -> rules.Setting:
    """A task, and which of the names that it uses there are not."""
    file = standards.field()
    missing = []
    if cmd.code is not None and cmd.code not in {row.id for row in file.task}:
        missing.append(("task-code", cmd.code))
    if cmd.post is not None and cmd.post not in {row.id for row in file.post}:
        missing.append(("post", cmd.post))
    if cmd.sector is not None and not open_sector(tx, cmd.incident, cmd.sector):
        missing.append(("sector", cmd.sector))
    return rules.Setting(task(tx, cmd), tuple(missing))


# ── what the board shows ─────────────────────────────────────────────────────────────────────────────────────────────

READS = (
    "field_command",
    "field_post",
    "field_channel",
    "field_sector",
    "field_sector_end",
    "field_task",
    "field_task_step",
)


def commander(now: Commanding) -> CommanderRow | None:
    """Who commands."""
    there = now.commander
    return None if there is None else CommanderRow(there.holder, there.account, there.since)


def handover(now: Commanding) -> HandoverRow | None:
    """The hand-over that goes on."""
    there = now.open
    if there is None:
        return None
    checks = [CheckRow(c.side, c.subject, c.said.at, c.by, c.said.account) for c in there.checks]
    return HandoverRow(there.handover, there.giver, there.taker, there.opened.at, checks)


def posts(tx: Tx, incident: str) -> list[PostRow]:
    """Posts that somebody holds, in the order of the standard."""
    rows = tx.rows("select post, holder, at from field_post where incident = :i and holder <> ''", i=incident)
    order = {row.id: n for n, row in enumerate(standards.field().post)}
    rows.sort(key=lambda r: (order.get(r["post"], len(order)), r["post"]))
    return [PostRow(r["post"], r["holder"], r["at"]) for r in rows]


def channels(tx: Tx, incident: str) -> dict[str, str]:
    """Channels by sector; the incident's own under the empty name."""
    rows = tx.rows("select sector, channel from field_channel where incident = :i", i=incident)
    return {r["sector"]: r["channel"] for r in rows}


def sectors(tx: Tx, incident: str, channel_of: dict[str, str]) -> list[SectorRow]:
    """Sectors that are worked in, the first opened first."""
    rows = tx.rows(
        "select s.*, e.at as end_at, e.ask as end_ask from field_sector s"
        " left join field_sector_end e on e.incident = s.incident and e.sector = s.sector"
        " where s.incident = :i",
        i=incident,
    )
    rows.sort(key=lambda r: (r["opened_at"], r["sector"]))
    return [
        SectorRow(r["sector"], r["name"], r["kind"], r["leader"], channel_of.get(r["sector"], ""), r["opened_at"])
        for r in rows
        if not over(r)
    ]


def tasks(tx: Tx, incident: str) -> list[TaskRow]:
    """Objectives and tasks, the first set first."""
    rows = tx.rows(
        "select t.*, s.step, s.at as stepped_at, s.note from field_task t"
        " left join field_task_step s on s.incident = t.incident and s.task = t.task"
        " where t.incident = :i",
        i=incident,
    )
    rows.sort(key=lambda r: (r["set_at"], r["task"]))
    texts = told(tx, [ref for r in rows for ref in (r["words"], r["note"])])
    return [
        TaskRow(
            task=r["task"],
            kind=r["kind"],
            code=r["code"],
            text=texts.get(r["words"]),
            crew=r["crew"],
            sector=r["sector"],
            post=r["post"],
            due_at=r["due_at"],
            set_at=r["set_at"],
            step=r["step"] or "open",
            stepped_at=r["stepped_at"] or r["set_at"],
            note=texts.get(r["note"]),
        )
        for r in rows
    ]
