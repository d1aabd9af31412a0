"""What the slice does that nobody asks for: the node's clock is compared with everybody else's."""

import structlog

from ...kernel.desk import Desk
from .tables import clocks

_log = structlog.get_logger("siaga.clock")


def compare_clocks(desk: Desk) -> None:
    """Compare the clocks and warn when it is probably the node's own that is wrong."""
    verdict: clocks.Verdict | None = desk.work(lambda tx: clocks.compare(tx, desk.clock()))
    if verdict is not None and verdict.wrong:
        _log.warning("clock-probably-wrong", others_ahead_s=verdict.offset_s, clocks=verdict.clocks)
