"""The partners of this node and how it stands with each: all the SQL of the slice."""

from datetime import datetime

import msgspec

from ... import standards
from ...kernel.fields import All
from ...kernel.parcel import Card
from ...kernel.records import Ask, Entry, written
from ...kernel.storage import Tx
from .events import NodePaired, NodeUnpaired, Role
from .rules import Apart, Known, PairNode, UnpairNode, narrowed

SCHEMA = """
create table if not exists liaison_partner (
    node text primary key, role text not null, sign text not null, seal text not null, link text not null,
    address text not null, paired_at text not null
)
"""
KEPT = """
create table if not exists liaison_state (
    node text primary key, heard_at text, there integer not null, waiting integer not null, trouble text not null,
    people text not null
);
create table if not exists liaison_clock (
    node text primary key, least real, least_at text not null, most real, most_at text not null
)
"""


CURSOR = "liaison."
"""Before a partner's name: up to where of our log has been sent to it."""


class Partner(msgspec.Struct, frozen=True):
    """A partner as the exchange needs it."""

    card: Card
    role: Role


class NodeRow(msgspec.Struct, frozen=True):
    """A partner node: whether its link is up, when it was last heard, how many parcels wait for it, what is wrong.

    Its clock is ahead of ours by `ahead_least_s` to `ahead_most_s`, as far as that is known, and `clock_off` where that
    is surely more than the standards allow; nothing is corrected by it."""

    node: str
    role: str
    address: str
    fingerprint: str
    paired_at: str
    there: bool
    heard_at: str | None
    waiting: int
    trouble: str
    ahead_least_s: float | None
    ahead_most_s: float | None
    clock_off: bool


def own_name(tx: Tx) -> str:
    """What this node is called; empty before it was opened by a program that knows its name."""
    rows = tx.rows("select value from kernel_node where key = 'name'")
    return str(rows[0]["value"]) if rows else ""


def name_node(tx: Tx, name: str) -> None:
    """Keep what this node is called."""
    tx.run(
        "insert into kernel_node (key, value) values ('name', :v) on conflict (key) do update set value = :v", v=name
    )


def known(tx: Tx, cmd: PairNode | UnpairNode) -> Known:
    """This node, the other one, and the city."""
    rows = tx.rows("select node, role, sign, seal, link, address from liaison_partner where node = :n", n=cmd.node)
    home = tx.rows("select node from liaison_partner where role = 'home'")
    return Known(own_name(tx), NodePaired(**rows[0]) if rows else None, home[0]["node"] if home else "")


def keep_cursor(tx: Tx, cmd: PairNode, ask: Ask) -> None:
    """What stands in the log before two nodes know each other is told by the first hand-over, not searched through."""
    tx.run(
        "insert into kernel_cursor (name, position) select :n, coalesce(max(position), 0) from log"
        " where true on conflict (name) do nothing",
        n=f"{CURSOR}{cmd.node}",
    )


def node_paired(tx: Tx, e: NodePaired, entry: Entry) -> None:
    tx.run(
        "insert into liaison_partner (node, role, sign, seal, link, address, paired_at)"
        " values (:n, :r, :sign, :seal, :link, :a, :at) on conflict (node) do update"
        " set role = :r, sign = :sign, seal = :seal, link = :link, address = :a, paired_at = :at",
        n=e.node,
        r=e.role,
        sign=e.sign,
        seal=e.seal,
        link=e.link,
        a=e.address,
        at=entry.stamp,
    )


def node_unpaired(tx: Tx, e: NodeUnpaired, entry: Entry) -> None:
    tx.run("delete from liaison_partner where node = :n", n=e.node)


def partners(tx: Tx) -> dict[str, Partner]:
    """All partners by name."""
    rows = tx.rows("select node, role, sign, seal, link, address from liaison_partner order by node")
    return {r["node"]: Partner(Card(r["node"], r["sign"], r["seal"], r["link"], r["address"]), r["role"]) for r in rows}


def nodes(tx: Tx, q: All) -> list[NodeRow]:
    """Partners by name, with the state of their link as it was last noted."""
    rows = tx.rows(
        "select p.*, s.heard_at, s.there, s.waiting, s.trouble from liaison_partner p"
        " left join liaison_state s on s.node = p.node order by p.node"
    )
    clocks = {r["node"]: clock_of(tx, r["node"]) for r in rows}
    return [
        NodeRow(
            node=r["node"],
            role=r["role"],
            address=r["address"],
            fingerprint=Card(r["node"], r["sign"], r["seal"], r["link"]).fingerprint,
            paired_at=r["paired_at"],
            there=bool(r["there"]),
            heard_at=r["heard_at"],
            waiting=r["waiting"] or 0,
            trouble=r["trouble"] or "",
            ahead_least_s=clocks[r["node"]].least,
            ahead_most_s=clocks[r["node"]].most,
            clock_off=clock_off(clocks[r["node"]]),
        )
        for r in rows
    ]


class State(msgspec.Struct, frozen=True):
    """How it stands with a partner just now."""

    there: bool
    waiting: int
    trouble: str


def note_state(tx: Tx, node: str, state: State) -> None:
    """Keep how it stands with a partner."""
    _put(tx, node)
    tx.run(
        "update liaison_state set there = :t, waiting = :w, trouble = :x where node = :n",
        t=int(state.there),
        w=state.waiting,
        x=state.trouble,
        n=node,
    )


def note_heard(tx: Tx, node: str, at: datetime) -> None:
    """Something of the partner came."""
    _put(tx, node)
    tx.run("update liaison_state set heard_at = :at where node = :n", at=written(at), n=node)


def clock_of(tx: Tx, node: str) -> Apart:
    """What is known of a partner's clock."""
    rows = tx.rows("select least, least_at, most, most_at from liaison_clock where node = :n", n=node)
    return Apart(**rows[0]) if rows else Apart()


def clock_off(apart: Apart) -> bool:
    """Whether it is warned of."""
    return apart.off(standards.field().nodes.clock_apart_s)


def note_clock(tx: Tx, node: str, sent: datetime, told: float | None, now: datetime) -> tuple[Apart, Apart]:
    """Keep what a parcel says of its sender's clock; what was known before, and what is now."""
    was = clock_of(tx, node)
    found = narrowed(was, sent, told, now)
    tx.run(
        "insert into liaison_clock (node, least, least_at, most, most_at) values (:n, :least, :least_at, :most,"
        " :most_at) on conflict (node) do update"
        " set least = :least, least_at = :least_at, most = :most, most_at = :most_at",
        n=node,
        **msgspec.structs.asdict(found),
    )
    return was, found


def people_sent(tx: Tx, node: str) -> str:
    """The digest of who may sign in that was last sent to a partner."""
    rows = tx.rows("select people from liaison_state where node = :n", n=node)
    return str(rows[0]["people"]) if rows else ""


def note_people(tx: Tx, node: str, digest: str) -> None:
    """Who may sign in was sent to a partner."""
    _put(tx, node)
    tx.run("update liaison_state set people = :p where node = :n", p=digest, n=node)


def _put(tx: Tx, node: str) -> None:
    tx.run(
        "insert into liaison_state (node, there, waiting, trouble, people) values (:n, 0, 0, '', '')"
        " on conflict (node) do nothing",
        n=node,
    )
