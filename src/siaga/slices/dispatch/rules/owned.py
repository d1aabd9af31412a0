"""What another node owns is decided there: a command car knows an incident and its units, but does not dispatch."""

from collections.abc import Callable
from typing import Any

import msgspec

from ....kernel.records import Ask, Decision, Refusal


class Owned(msgspec.Struct, frozen=True):
    """What a rule must know, and the node that owns what it is about (empty: this one)."""

    node: str
    what: str
    name: str
    known: Any


def owned(rule: Callable[[Any, Any, Ask], Decision]) -> Callable[[Any, Owned, Ask], Decision]:
    """The rule, asked only about what this node owns."""

    def decide(cmd: Any, whose: Owned, ask: Ask) -> Decision:
        if whose.node:
            return Refusal(code=f"{whose.what}-elsewhere", facts={whose.what: whose.name, "node": whose.node})
        return rule(cmd, whose.known, ask)

    decide.__doc__, decide.__name__ = rule.__doc__, rule.__name__
    return decide
