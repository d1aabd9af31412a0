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

    The caller and one helper on each other core take them one after another, the first ones first: more threads than
    cores would wait for each other. Helpers that are busy elsewhere are not waited for.
    """
    cores = os.cpu_count() or 1
    if len(tasks) < 2 or cores < 2:
        return [task() for task in tasks]
    with _lock:
        if not _pool:
            _pool.append(ThreadPoolExecutor(cores - 1, thread_name_prefix="siaga-search"))
    left = iter(range(len(tasks)))
    results: dict[int, T] = {}
    errors: dict[int, Exception] = {}

    def take() -> None:
        for n in left:
            try:
                results[n] = tasks[n]()
            except Exception as error:
                errors[n] = error

    helpers = [_pool[0].submit(take) for _ in range(min(cores, len(tasks)) - 1)]
    take()
    for helper in helpers:
        if not helper.cancel():  # not one that has not begun
            helper.result()
    if errors:
        raise errors[min(errors)]
    return [results[n] for n in range(len(tasks))]
