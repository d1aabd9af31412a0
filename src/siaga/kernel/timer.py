"""The timer: asks what rules left due when its time comes, once, also after a restart."""

from collections.abc import Callable

import structlog

from .desk import TIMER, Desk
from .records import Ask, Refusal

_log = structlog.get_logger("siaga.timer")


def timer(desk: Desk) -> Callable[[], None]:
    """The duty that asks what is due; the rule decides as for anyone else."""

    def ask_due() -> None:
        now = desk.clock()
        for due, _, command in desk.due(now):
            ask = Ask(id=due, at=now, actor=TIMER, roles=frozenset({TIMER}), received=now)
            answer = desk.handle(command, ask)
            if isinstance(answer, Refusal):
                _log.info("due-refused", code=answer.code)
                desk.refuse_due(due, answer.code)

    return ask_due
