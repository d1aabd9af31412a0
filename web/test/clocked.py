"""Runs siaga with a clock that stories can move ahead: SIAGA_AHEAD names a file that holds the seconds.

A house fire lasts hours and a test does not. What the node reads as "now", and what it tells devices in the Date
header, are moved together, as if the time had passed; the browser's clock is moved by the same step.
"""

import os
import sys
import time
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import uvicorn.server

from siaga.kernel import desk

_FILE = Path(os.environ["SIAGA_AHEAD"])


def ahead() -> float:
    """How far this story is ahead of the real time, in seconds."""
    return float(_FILE.read_text() or 0) if _FILE.exists() else 0.0


class _Moved(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime.now(tz) + timedelta(seconds=ahead())


class _Time:
    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    def time(self) -> float:
        return time.time() + ahead()


desk.datetime = _Moved  # type: ignore[misc]
uvicorn.server.time = _Time()  # type: ignore[attr-defined]

if __name__ == "__main__":
    from siaga.edges.cli import main

    sys.exit(main())
