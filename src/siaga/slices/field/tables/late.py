"""Late orders: what a node ordered under an epoch that a recall had ended. No effect until a person settles them.

Which orders are late follows from the log alone: those of the recalled node after the position that the recall names,
until it takes the field part again. So two nodes that hold the same events hold the same late orders."""

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ....kernel.log import entry_of
from ....kernel.records import Entry, Event, decode_logged
from ....kernel.storage import Tx
from .. import events
from ..rules.part import DropRepeated, SettleLateOrder, Settling
from .part import author
from .rows import LateOrderRow

Projection = Callable[[Tx, Any, Entry], None]
SCHEMA = """
create table if not exists field_late (
    conflict text primary key, incident text not null, kind text not null, node text not null, epoch integer not null,
    at text not null, facts text not null, stands integer
);
create index if not exists field_late_incident on field_late (incident)
"""
READS = ("field_late",)
NOTHING = "kernel.nothing"
ORDERS: tuple[type[Event], ...] = (
    events.CommandAssumed,
    events.PostFilled,
    events.PostVacated,
    events.HandoverOpened,
    events.HandoverWithdrawn,
    events.ChannelSet,
    events.SectorSet,
    events.SectorClosed,
    events.TaskSet,
    events.TaskStepped,
    events.CrewFormed,
    events.CrewMoved,
    events.ParCalled,
    events.ConflictResolved,
    events.MaydayEnded,
    events.EvacuationEnded,
    events.HazardCleared,
    events.ResourceRequested,
    events.WaterPlanned,
    events.SitrepSent,
)
"""What only the node that decides may cause; everything else of the scene was seen and counts whenever it arrives."""


def heeding(projections: Mapping[type[Event], Projection]) -> dict[type[Event], Projection]:
    """The same projections, but late orders are kept aside; with the one that lets them through when they stand."""
    inner = {event.__name__: (event, projections[event]) for event in ORDERS if event in projections}

    def settled(tx: Tx, e: events.LateOrderSettled, entry: Entry) -> None:
        rows = tx.rows("select stands from field_late where conflict = :c", c=e.conflict)
        if not rows or rows[0]["stands"] is not None:
            return
        tx.run("update field_late set stands = :s where conflict = :c", s=int(e.stands), c=e.conflict)
        if e.stands:
            _apply(tx, e.conflict, inner)

    guarded = {event: _aside_if_late(project) for event, project in inner.values()}
    return {**projections, **guarded, events.LateOrderSettled: settled}


def _aside_if_late(project: Projection) -> Projection:
    @functools.wraps(project)
    def unless_late(tx: Tx, e: Any, entry: Entry) -> None:
        node, position = author(tx, entry)
        epoch = late_under(tx, e.incident, node, position, entry.ask)
        if epoch is None:
            project(tx, e, entry)
        else:
            _keep(tx, e, entry, epoch)

    return unless_late


def late_under(tx: Tx, incident: str, node: str, position: int, ask: str) -> int | None:
    """The epoch that was over, or had not begun, when a node took an order at a position of its log; None: valid.

    Valid is what a node ordered while it held the part by its own log, unless a recall had ended that before; and what
    was asked at another node as well, and taken there."""
    home = tx.rows("select home from field_part where incident = :i", i=incident)
    steps = tx.rows(
        "select epoch, holds from field_step where incident = :i and node = :n and position <= :p"
        " order by position desc limit 1",
        i=incident,
        n=node,
        p=position,
    )
    epoch = int(steps[0]["epoch"]) if steps else 0
    holds = bool(steps[0]["holds"]) if steps else bool(home) and home[0]["home"] == node
    if holds and not _ended(tx, incident, node, position, epoch):
        return None
    return None if _given_elsewhere(tx, ask, node) else epoch


def _ended(tx: Tx, incident: str, node: str, position: int, epoch: int) -> bool:
    """Whether a recall ended the node's epoch before that position of its log."""
    return bool(
        tx.rows(
            "select 1 as x from field_recalled where incident = :i and node = :n and seen < :p and epoch > :e limit 1",
            i=incident,
            n=node,
            p=position,
            e=epoch,
        )
    )


def _given_elsewhere(tx: Tx, ask: str, node: str) -> bool:
    return bool(tx.rows("select 1 as x from kernel_also where ask = :a and origin <> :n", a=ask, n=node))


def was_so_here(tx: Tx, cmd: DropRepeated) -> bool:
    """Whether a late order of another node was asked here as well and changed nothing here: only the other lists it."""
    ask, _, _ = cmd.conflict.rpartition(".")
    same = tx.rows("select kind from log where ask = :a and origin is null", a=ask)
    theirs = tx.rows("select origin, origin_position from kernel_also where ask = :a", a=ask)
    return [row["kind"] for row in same] == [NOTHING] and any(
        late_under(tx, cmd.incident, row["origin"], row["origin_position"], ask) is not None for row in theirs
    )


def _keep(tx: Tx, e: Any, entry: Entry, epoch: int) -> None:
    node, _ = author(tx, entry)
    facts = {
        name: str(value)
        for name in e.__struct_fields__
        if name != "incident" and isinstance(value := getattr(e, name), str | int | float) and value != ""
    }
    row = tx.rows("select n from log where position = :p", p=entry.position)[0]
    tx.run(
        "insert into field_late (conflict, incident, kind, node, epoch, at, facts)"
        " values (:c, :i, :k, :n, :e, :at, :f) on conflict (conflict) do nothing",
        c=f"{entry.ask}.{row['n']}",
        i=e.incident,
        k=entry.kind,
        n=node,
        e=epoch,
        at=entry.stamp,
        f=json.dumps(facts),
    )


def _apply(tx: Tx, conflict: str, inner: Mapping[str, tuple[type[Event], Projection]]) -> None:
    """The order has its effect after all, as of its own time."""
    ask, _, n = conflict.rpartition(".")
    row = tx.rows("select * from log where ask = :a and n = :n", a=ask, n=int(n))[0]
    name = "".join(part.capitalize() for part in row["kind"].partition(".")[2].split("-"))
    cls, project = inner[name]
    event = msgspec.json.decode(row["body"], type=cls, dec_hook=decode_logged)
    project(tx, event, entry_of(row, event))


def settling(tx: Tx, cmd: SettleLateOrder) -> Settling:
    """Whether there is such a late order, and what was said of it."""
    rows = tx.rows(
        "select stands from field_late where conflict = :c and incident = :i", c=cmd.conflict, i=cmd.incident
    )
    said = rows[0]["stands"] if rows else None
    return Settling(bool(rows), None if said is None else bool(said))


def late_orders(tx: Tx, incident: str) -> list[LateOrderRow]:
    """Those nobody has settled, the oldest first."""
    rows = tx.rows(
        "select conflict, kind, node, epoch, at, facts from field_late where incident = :i and stands is null"
        " order by at, conflict",
        i=incident,
    )
    return [LateOrderRow(**(row | {"facts": json.loads(row["facts"])})) for row in rows]
