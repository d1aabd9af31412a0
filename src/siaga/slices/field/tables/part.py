"""Which node decides about the field part of an incident, under which epoch, and who else gets its events."""

import inspect
from collections.abc import Callable
from typing import Any

from ....kernel import playing
from ....kernel.records import Ask, Entry
from ....kernel.storage import Row, Tx
from ...intake.events import IncidentOpened
from ...liaison.events import NodePaired, NodeUnpaired
from .. import events
from ..rules.part import Guarded, OfferField, Offering, Part, RecallField, Recalling, TakeField, away

DEFAULT_NAME = "kota"
SCHEMA = """
create table if not exists field_part (
    incident text primary key, home text not null, node text not null, phase text not null, to_node text not null,
    epoch integer not null, since text not null, opened integer not null
);
create index if not exists field_part_node on field_part (node, phase);
create table if not exists field_partner (node text primary key, role text not null);
create table if not exists field_flow (
    incident text not null, node text not null, since integer not null, primary key (incident, node)
);
create table if not exists field_step (
    incident text not null, node text not null, position integer not null, epoch integer not null,
    holds integer not null, primary key (incident, node, position)
)
"""
# Kept, so that a rebuild knows of a recall before it comes to the orders that the recall made late.
KEPT = """
create table if not exists field_recalled (
    incident text not null, epoch integer not null, node text not null, seen integer not null,
    primary key (incident, epoch)
)
"""
READS = ("field_part", "field_incident", "kernel_node")


def node_name(tx: Tx) -> str:
    """What this node is called by its partners."""
    rows = playing.steady(tx, "select value from kernel_node where key = 'name'")
    return str(rows[0]["value"]) if rows else DEFAULT_NAME


def author(tx: Tx, entry: Entry) -> tuple[str, int]:
    """The node that recorded an entry first, and its position in the log there."""
    if entry.origin is None or entry.origin_position is None:
        return node_name(tx), entry.position
    return entry.origin, entry.origin_position


def _row(tx: Tx, incident: str) -> Row | None:
    rows = tx.rows(
        "select i.number, i.state, p.* from field_incident i join field_part p on p.incident = i.incident"
        " where i.incident = :i",
        i=incident,
    )
    return rows[0] if rows else None


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def known(tx: Tx, incident: str) -> Part:
    """The field part of an incident, as this node knows it."""
    here, row = node_name(tx), _row(tx, incident)
    if row is None:
        return Part(incident_known=False, here=here)
    return Part(
        incident_known=True,
        number=row["number"],
        state=row["state"],
        here=here,
        home=row["home"],
        node=row["node"],
        phase=row["phase"],
        to=row["to_node"],
        epoch=row["epoch"],
        since=row["since"],
    )


def guarded(load: Callable[..., Any]) -> Callable[[Tx, Any, Ask], Guarded]:
    """The load of an order: what it must know, and who decides."""
    with_ask = len(inspect.signature(load).parameters) == 3

    def loaded(tx: Tx, cmd: Any, ask: Ask) -> Guarded:
        return Guarded(known(tx, cmd.incident), load(tx, cmd, ask) if with_ask else load(tx, cmd))

    return loaded


def offering(tx: Tx, cmd: OfferField) -> Offering:
    """The field part, and the nodes it may go to."""
    rows = tx.rows("select node, role from field_partner order by node")
    return Offering(known(tx, cmd.incident), {row["node"]: row["role"] for row in rows})


def taking(tx: Tx, cmd: TakeField) -> Part:
    """The field part."""
    return known(tx, cmd.incident)


def recalling(tx: Tx, cmd: RecallField) -> Recalling:
    """The field part, and how much of what the node that has it recorded of the incident has arrived."""
    part = known(tx, cmd.incident)
    rows = tx.rows(
        "select max(origin_position) as p from log where origin = :n and body like :about",
        n=away(part),
        about=f'%"{cmd.incident}"%',
    )
    return Recalling(part, int(rows[0]["p"] or 0))


# ── projections ──────────────────────────────────────────────────────────────────────────────────────────────────────


def opened(tx: Tx, e: IncidentOpened, entry: Entry) -> None:
    """An incident's field part begins where the incident was opened; what comes from elsewhere is answered to there."""
    home, _ = author(tx, entry)
    tx.run(
        "insert into field_part (incident, home, node, phase, to_node, epoch, since, opened)"
        " values (:i, :home, :home, 'held', '', 0, :at, :p)",
        i=e.incident,
        home=home,
        at=entry.stamp,
        p=entry.position,
    )
    if entry.origin is not None:
        _flow(tx, e.incident, entry.origin, entry.position)


def _flow(tx: Tx, incident: str, node: str, position: int) -> None:
    tx.run(
        "insert into field_flow (incident, node, since) values (:i, :n, :p) on conflict (incident, node) do nothing",
        i=incident,
        n=node,
        p=position,
    )


def _step(tx: Tx, incident: str, node: str, position: int, epoch: int, *, holds: bool, ahead: bool = False) -> None:
    """From this position of its own log on, a node thinks that it holds the part, or not; an epoch that nobody began
    is no ground to hold it."""
    tx.run(
        "insert into field_step (incident, node, position, epoch, holds) select :i, :n, :p, :e, :h"
        " where :h = 0 or :ahead = 1 or exists (select 1 from field_part where incident = :i and epoch >= :e)"
        " on conflict (incident, node, position) do nothing",
        i=incident,
        n=node,
        p=position,
        e=epoch,
        h=int(holds),
        ahead=int(ahead),
    )


def offered(tx: Tx, e: events.FieldOffered, entry: Entry) -> None:
    """In transit, if the node that offers holds it and the epoch is the next one; anything else came too late."""
    giver, position = author(tx, entry)
    _step(tx, e.incident, giver, position, e.epoch, holds=False)
    tx.run(
        "update field_part set phase = 'transit', to_node = :to, epoch = :e, since = :at"
        " where incident = :i and phase = 'held' and node = :giver and epoch = :e - 1",
        to=e.node,
        e=e.epoch,
        at=entry.stamp,
        i=e.incident,
        giver=giver,
    )
    if e.node != node_name(tx):
        _flow(tx, e.incident, e.node, entry.position)


def taken(tx: Tx, e: events.FieldTaken, entry: Entry) -> None:
    """Held by who took it, if it was on its way there under this epoch; that it was taken there is kept in any case."""
    taker, position = author(tx, entry)
    _step(tx, e.incident, taker, position, e.epoch, holds=True)
    tx.run(
        "update field_part set phase = 'held', node = :n, to_node = '', since = :at"
        " where incident = :i and phase = 'transit' and to_node = :n and epoch = :e",
        n=taker,
        at=entry.stamp,
        i=e.incident,
        e=e.epoch,
    )


def recalled(tx: Tx, e: events.FieldRecalled, entry: Entry) -> None:
    """Back at the city, whatever the other node thinks; only the city can say so."""
    giver, position = author(tx, entry)
    home = tx.rows("select home from field_part where incident = :i", i=e.incident)
    if not home or home[0]["home"] != giver:
        return
    _step(tx, e.incident, giver, position, e.epoch, holds=True, ahead=True)
    tx.run(
        "insert into field_recalled (incident, epoch, node, seen) values (:i, :e, :n, :seen)"
        " on conflict (incident, epoch) do nothing",
        i=e.incident,
        e=e.epoch,
        n=e.node,
        seen=e.seen,
    )
    tx.run(
        "update field_part set phase = 'held', node = :n, to_node = '', epoch = :e, since = :at"
        " where incident = :i and epoch <= :e",
        n=giver,
        e=e.epoch,
        at=entry.stamp,
        i=e.incident,
    )


def paired(tx: Tx, e: NodePaired, entry: Entry) -> None:
    """A node that a field part may be offered to; the pairs of other nodes are not ours."""
    if entry.origin is None:
        tx.run(
            "insert into field_partner (node, role) values (:n, :r) on conflict (node) do update set role = :r",
            n=e.node,
            r=e.role,
        )


def unpaired(tx: Tx, e: NodeUnpaired, entry: Entry) -> None:
    if entry.origin is None:
        tx.run("delete from field_partner where node = :n", n=e.node)
