"""Which nodes are partners: commands and pure rules."""

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from ...kernel.fields import Id
from ...kernel.records import Ask, Command, Decision, Refusal, read_time, written
from .events import NodePaired, NodeUnpaired, Role

Key = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="public key, hex")]
Address = Annotated[str, Meta(pattern=r"^([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):\d{1,5}$|^$")]


RECENT = timedelta(hours=1)
"""A bound of another clock that is older counts only until there is a newer one: clocks drift and are set."""


class PairNode(Command, frozen=True):
    """Make another node a partner, by the card it shows; compare its fingerprint with the one over there first."""

    node: Id
    role: Role
    sign: Key
    seal: Key
    link: Key
    address: Address = ""


class UnpairNode(Command, frozen=True):
    """End a partnership; what was exchanged stays."""

    node: Id


class Known(msgspec.Struct, frozen=True):
    """This node's own name, what stands of the other, and the city this node works for, if it is a field node."""

    here: str
    partner: NodePaired | None
    home: str = ""


def pair_node(cmd: PairNode, known: Known, ask: Ask) -> Decision:
    """Other keys under a known name need a reason: it may be somebody else's machine. One city only."""
    wanted = NodePaired(cmd.node, cmd.role, cmd.sign, cmd.seal, cmd.link, cmd.address)
    if cmd.node == known.here:
        return Refusal(code="node-is-this", facts={"node": cmd.node})
    if known.partner == wanted:
        return []
    if cmd.role == "home" and known.home not in ("", cmd.node):
        return Refusal(code="node-has-home", facts={"home": known.home})
    stands = known.partner
    if stands is not None and not ask.override:
        same = (stands.sign, stands.seal, stands.link) == (wanted.sign, wanted.seal, wanted.link)
        if not same:
            return Refusal(code="node-other-keys", facts={"node": cmd.node}, overridable=True)
    return [msgspec.structs.replace(wanted, override=ask.override)]


def unpair_node(cmd: UnpairNode, known: Known, ask: Ask) -> Decision:
    """Who is no partner stays none."""
    if known.partner is None:
        return Refusal(code="node-unknown", facts={"node": cmd.node})
    return [NodeUnpaired(cmd.node)]


class Apart(msgspec.Struct, frozen=True):
    """How many seconds another node's clock is ahead of ours: at least and at most, each with when that was found.

    A parcel is never there before it was sent, so what it says of its sending bounds the one; what the other found
    of ours, by our parcels, bounds the other. None: not known."""

    least: float | None = None
    least_at: str = ""
    most: float | None = None
    most_at: str = ""

    def off(self, limit_s: float) -> bool:
        """Whether the clocks are surely further apart than that."""
        return (self.least is not None and self.least > limit_s) or (self.most is not None and self.most < -limit_s)


def narrowed(was: Apart, sent: datetime, told: float | None, now: datetime) -> Apart:
    """With a parcel that was sent by the other's clock and is here by ours; `told`: how far ours is ahead at least, as
    the other has found. Bounds that cannot both be true are of before a clock was set: the newest count."""
    at, least, most = written(now), (sent - now).total_seconds(), None if told is None else -told
    newest = Apart(least, at, most, at if most is not None else "")
    if most is not None and least > most:
        return Apart(least, at)
    kept_least, kept_most = _recent(was.least, was.least_at, now), _recent(was.most, was.most_at, now)
    found = newest
    if kept_least is not None and kept_least > least:
        found = msgspec.structs.replace(found, least=kept_least, least_at=was.least_at)
    if kept_most is not None and (most is None or kept_most < most):
        found = msgspec.structs.replace(found, most=kept_most, most_at=was.most_at)
    return newest if _contradicts(found) else found


def _recent(bound: float | None, at: str, now: datetime) -> float | None:
    return bound if bound is not None and abs(now - read_time(at)) <= RECENT else None


def _contradicts(one: Apart) -> bool:
    return one.least is not None and one.most is not None and one.least > one.most
