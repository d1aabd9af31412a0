"""Pure searches side by side: the compiled loops let go of the interpreter, so several cores shorten the wait."""

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
_lock = threading.Lock()
_pool: list[ThreadPoolExecutor] = []


def side_by_side(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """The results of tasks that share nothing, in order; the first error is raised once all have ended.

    The caller does the first one itself; the others wait for at most as many threads as there are cores.
    """
    cores = os.cpu_count() or 1
    if len(tasks) < 2 or cores < 2:
        return [task() for task in tasks]
    with _lock:
        if not _pool:
            _pool.append(ThreadPoolExecutor(cores, thread_name_prefix="siaga-search"))
    others = [_pool[0].submit(task) for task in tasks[1:]]
    try:
        first = tasks[0]()
    finally:
        for other in others:
            other.exception()  # waits
    return [first, *(other.result() for other in others)]
