"""Bench `rebuild`: dropping all derived tables and playing the log again, events a second.

The log is of incidents as they run (call, place, two units with their clocks, marks, note, end: see past.py)."""

import time
from typing import Any

from ..app import settle_memory
from . import past
from .common import folder, node

EVENTS = 120_000


def run(quick: bool) -> dict[str, Any]:
    """All figures."""
    with folder() as data, node(data) as opened:
        begin = time.perf_counter()
        events = past.fill(opened, 1_500 if quick else EVENTS)
        recorded = time.perf_counter() - begin
        settle_memory()  # as `siaga rebuild` does
        begin = time.perf_counter()
        opened.desk.rebuild()
        took = time.perf_counter() - begin
    return {"events": events, "events_per_s": round(events / took), "recorded_per_s": round(events / recorded)}
