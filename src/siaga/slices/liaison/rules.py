"""Which nodes are partners: commands and pure rules."""

from typing import Annotated

import msgspec
from msgspec import Meta

from ...kernel.fields import Id
from ...kernel.records import Ask, Command, Decision, Refusal
from .events import NodePaired, NodeUnpaired, Role

Key = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="public key, hex")]
Address = Annotated[str, Meta(pattern=r"^([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):\d{1,5}$|^$")]


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
