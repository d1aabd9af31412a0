"""The timer: asks what rules left due when its time comes, once, also after a restart."""

from collections import Counter
from collections.abc import Callable

import structlog

from .desk import TIMER, Desk, Rebuilding
from .own import BROKEN_TIMES
from .records import Ask, Refusal
from .storage import StorageFull
from .writer import Closed

_log = structlog.get_logger("siaga.timer")


def timer(desk: Desk) -> Callable[[], None]:
    """The duty that asks what is due; the rule decides as for anyone else. One that breaks holds up no other."""
    broken: Counter[str] = Counter()

    def ask_due() -> None:
        now = desk.clock()
        for due, _, command in desk.due(now):
            ask = Ask(id=due, at=now, actor=TIMER, roles=frozenset({TIMER}), received=now)
            try:
                answer = desk.handle(command, ask)
            except (Rebuilding, StorageFull):
                continue  # in a moment
            except Closed:
                return
            except Exception as error:
                broken[due] += 1
                _log.warning("due-broken", error=type(error).__name__, times=broken[due])
                if broken[due] < BROKEN_TIMES:
                    continue
                answer = Refusal(code="broken")
            broken.pop(due, None)
            if isinstance(answer, Refusal):
                _log.info("due-refused", code=answer.code)
                desk.refuse_due(due, answer.code)

    return ask_due
