"""What can have happened between this node and others: who is a partner, by which keys. Public keys only."""

from typing import Literal

from ...kernel.records import Event, Told

Role = Literal["home", "field"]
"""What the other node is to this one: the city it works for, or a command car of its own."""


class NodePaired(Event, frozen=True):
    """Another node is a partner: parcels signed by these keys are taken, and sealed for them."""

    node: str
    role: Role
    sign: str
    seal: str
    link: str
    address: str = ""
    override: Told | None = None


class NodeUnpaired(Event, frozen=True):
    """A node is no partner any more: nothing of it is taken, nothing goes to it."""

    node: str
