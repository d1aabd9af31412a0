"""How the demonstration asks: as itself, at the time it plays, through the same door as everybody."""

from collections.abc import Iterable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from ..kernel.desk import Desk
from ..kernel.records import Ask, Command, Refusal, Told
from ..slices.access.events import ROLES
from . import fleet

ACTOR = "demo"
EVERY_ROLE = frozenset(ROLES)
BEFORE = timedelta(hours=48)
"""The demonstration's past begins so long before its first start."""


class Refused(Exception):
    """The node refused something the demonstration rests on: its code and facts."""


def envelope(id: str, at: datetime, override: str | None = None) -> Ask:
    """An ask of the demonstration itself, with every role; it is received when it happens."""
    reason = Told(override) if override else None
    return Ask(id=id, at=at, received=at, actor=ACTOR, roles=EVERY_ROLE, agency=fleet.AGENCY, override=reason)


def ask_all(desk: Desk, asks: Iterable[tuple[Command, Ask]]) -> None:
    """Ask many things in order, in few commits; Refused when one is refused, and whatever broke."""
    wanted = list(asks)
    waiting: list[Future[Any]] = [Future() for _ in wanted]
    for (command, ask), heard in zip(wanted, waiting, strict=True):
        desk.submit(command, ask, heard.set_result)
    answers = [heard.result() for heard in waiting]
    for (command, _), answer in zip(wanted, answers, strict=True):
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Refusal):
            raise Refused(f"{type(command).__name__}: {answer.code} {dict(answer.facts)}")
