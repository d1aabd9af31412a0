"""Real incidents through a real node: `run` plays a record of responses and compares what comes out with the record."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..app import open_node
from ..settings import read_settings
from . import figures
from .mapping import Mapping
from .play import Clock, Player, steps
from .rows import Read, list_refused, read_rows

Progress = Callable[[str, int, int | None], None]


class NotEmpty(Exception):
    """A replay wants a folder of its own."""


def run(
    path: Path,
    mapping: Mapping,
    *,
    data: Path | None = None,
    speed: float = 0.0,
    limit: int | None = None,
    unused: Path | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> dict[str, Any]:
    """Play a file through a node in `data` (an empty folder) or in one that is thrown away; returns the figures.

    `unused` names a file to list the rows in that could not be played. Raises WrongMapping and NotEmpty."""
    _share_compiled()
    if data is not None and data.exists() and any(data.iterdir()):
        raise NotEmpty(str(data))
    progress("read", 0, None)
    read = read_rows(path, mapping, limit)
    if unused is not None:
        list_refused(read, unused)
    if data is not None:
        return _run(read, path, data, speed, progress)
    with tempfile.TemporaryDirectory(prefix="siaga-replay-") as folder:
        return _run(read, path, Path(folder), speed, progress)


def _share_compiled() -> None:
    """Compiled code of the engine outlives the thrown-away folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "siaga" / "compiled"
    os.environ.setdefault("NUMBA_CACHE_DIR", str(cache))


def _run(read: Read, path: Path, data: Path, speed: float, progress: Progress) -> dict[str, Any]:
    mapping = read.mapping
    incidents = read.incidents()
    plan = steps(incidents)
    if not plan:
        return {"rows": read.rows, "incidents": 0, "refused": {}, "unused": read.refused_counts()}
    clock = Clock(plan[0].at)
    node = open_node(read_settings({}, data=data), clock=clock)
    try:
        player = Player(node, mapping, incidents, clock)
        player.register(read.responses)
        player.play(plan, speed, progress)
        progress("figures", 0, None)
        return {
            "rows": read.rows,
            "incidents": len(incidents),
            "asks": player.asks,
            "refused": dict(player.refused),
            "refused_first": player.first_refusals,
            "overridden": dict(player.overridden),
            "unused": read.refused_counts(),
            "unused_rows": [{"row": r.row, "reason": r.reason, "what": r.what} for r in read.refused[:100]],
            "without_proposal": player.without_proposal,
            "round_trip": figures.round_trip(node, path, mapping, [r.row for r in read.responses]),
            "advice": figures.advice(player.advice),
            "advice_by_vehicle": figures.by_vehicle(player.advice),
        }
    finally:
        node.close()
