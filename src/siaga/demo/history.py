"""The two days before the first start, so that lists and journals are not empty: the same shift, played at once."""

from datetime import datetime, timedelta

from ..app import Node
from ..slices.dispatch.events import UnitPosition
from . import calls, fleet
from .asking import BEFORE, ask_all, envelope
from .crews import RANK
from .shift import Shift

MARK = "demo.history"


def play_history(node: Node, now: datetime) -> None:
    """Play the past up to now, once in the life of a data folder; without the map, which nobody was looking at."""
    with node.desk.store.read() as tx:
        if node.desk.log.answered(tx, MARK) is not None:
            return
    begin = now - BEFORE + timedelta(minutes=10)
    ask_all(node.desk, [(fleet.agencies()[0], envelope(MARK, begin))])  # changes nothing, and is remembered
    rings = [(now - timedelta(hours=p["hours"]), p["type"], p["area"]) for p in calls.data()["past"]]
    shift = Shift(node, begin=begin, rings=rings, roads=False)
    shift.step(now)
    for row in shift.board.values():
        job = shift.jobs.get(row.incident or "")
        if job is not None and RANK.get(row.status, 0) >= RANK["arrived"]:
            shift.fix(UnitPosition(fleet.tracker(row.unit), now, *job.place, speed_mps=0.0, accuracy_m=8.0))
