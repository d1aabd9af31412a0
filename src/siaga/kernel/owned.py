"""What another node owns is decided there: a node that only knows of it refuses, and says where to turn."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from .records import Ask, Decision, Refusal
from .storage import Tx


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


def owner(load: Callable[..., Any], tables: Mapping[str, str]) -> Callable[[Tx, Any, Ask], Owned]:
    """The load of a command with who owns what it is about: the first of `tables` (what → the table whose `home` says
    where it was entered) that the command names."""
    with_ask = len(inspect.signature(load).parameters) == 3

    def loaded(tx: Tx, cmd: Any, ask: Ask) -> Owned:
        what = next(one for one in tables if hasattr(cmd, one))
        name = getattr(cmd, what)
        known = load(tx, cmd, ask) if with_ask else load(tx, cmd)
        rows = tx.rows(f"select home from {tables[what]} where {what} = :n", n=name)
        return Owned(rows[0]["home"] if rows else "", what, name, known)

    return loaded
