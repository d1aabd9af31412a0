"""Which node decides about the field part of an incident: the guard of every order, and the hand-over between nodes."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from ....kernel.fields import Id
from ....kernel.records import Ask, Command, Decision, Refusal, Told


class OfferField(Command, frozen=True):
    """Offer the field part of an incident to another node; orders wait until it takes it."""

    incident: Id
    node: Id


class TakeField(Command, frozen=True):
    """Take a field part that was offered to this node."""

    incident: Id
    epoch: int


class RecallField(Command, frozen=True):
    """Take the field part back without an answer from the node that has it; needs a reason."""

    incident: Id
    reason: Told


class SettleLateOrder(Command, frozen=True):
    """Say what becomes of an order that came late from another node."""

    incident: Id
    conflict: Id
    stands: bool
    note: Told | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """The field part of an incident: which node it is with, whether it is on its way, and under which epoch."""

    incident_known: bool
    number: str = ""
    state: str = "open"
    here: str = ""
    node: str = ""
    phase: Literal["held", "transit"] = "held"
    to: str = ""
    epoch: int = 0
    since: str = ""


class Guarded(msgspec.Struct, frozen=True):
    """What an order must know besides its own: who decides."""

    part: Part
    known: Any


def elsewhere(incident: str, part: Part) -> Refusal | None:
    """Why this node may not take an order about the incident's field part, if it may not."""
    if not part.incident_known:
        return Refusal(code="incident-unknown", facts={"incident": incident})
    facts = {"incident": part.number or incident, "since": part.since}
    if part.phase == "transit":
        return Refusal(code="field-in-transit", facts=facts | {"node": part.to})
    if part.node != part.here:
        return Refusal(code="field-elsewhere", facts=facts | {"node": part.node})
    return None


def order(rule: Callable[[Any, Any, Ask], Decision]) -> Callable[[Any, Guarded, Ask], Decision]:
    """The rule of an order: asked only where the field part is decided, and only of an incident that exists."""

    def decide(cmd: Any, guarded: Guarded, ask: Ask) -> Decision:
        return elsewhere(cmd.incident, guarded.part) or rule(cmd, guarded.known, ask)

    decide.__doc__, decide.__name__ = rule.__doc__, rule.__name__
    return decide
