"""Long reading in threads of its own: whatever is exported, the views and asks of the control room go on."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from .call import Call, Stopped

T = TypeVar("T")
LATER_S = 5


class Aside:
    """A few threads, and how many may wait for them; who comes after is sent away for a moment."""

    def __init__(self, name: str, threads: int, most: int) -> None:
        self._pool = ThreadPoolExecutor(threads, f"siaga-{name}")
        self._waiting, self._most = 0, most

    async def do(self, call: Call, job: Callable[..., T], *args: Any) -> T:
        """Do it when its turn comes."""
        if self._waiting >= self._most:
            raise Stopped(call.later("too-many", LATER_S))
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, job, *args)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """What has not begun is not done any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
