"""Searches side by side: in order, together, and no error is lost."""

import threading
from functools import partial

import pytest

from siaga.engine.side import side_by_side


def square(n: int) -> int:
    return n * n


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_results_come_in_the_order_of_the_tasks(count: int) -> None:
    assert side_by_side([partial(square, n) for n in range(count)]) == [n * n for n in range(count)]


def test_tasks_run_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    both = threading.Barrier(2, timeout=30)  # broken unless two are inside at once
    assert sorted(side_by_side([both.wait, both.wait])) == [0, 1]


def test_on_one_core_they_run_one_after_another_in_the_same_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert set(side_by_side([threading.get_ident] * 3)) == {threading.get_ident()}


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_an_error_is_raised_when_all_have_ended(bad: int) -> None:
    ended: list[int] = []

    def task(n: int) -> int:
        if n == bad:
            raise ValueError(f"task {n}")
        ended.append(n)
        return n

    with pytest.raises(ValueError, match=f"task {bad}"):
        side_by_side([partial(task, n) for n in range(3)])
    assert sorted(ended) == [n for n in range(3) if n != bad]


def test_who_is_busy_elsewhere_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    inside, done = threading.Barrier(2, timeout=30), threading.Event()

    def long() -> int:
        inside.wait()
        assert done.wait(30)
        return 0

    busy = threading.Thread(target=side_by_side, args=([long, long],))
    busy.start()
    assert side_by_side([partial(square, n) for n in range(3)]) == [0, 1, 4]  # ends while all helpers are inside
    done.set()
    busy.join(30)
    assert not busy.is_alive()
