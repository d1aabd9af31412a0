"""The writer goes on when the node's own log cannot be written."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from siaga.adapters.sqlite import SqliteStore
from siaga.kernel.storage import Tx
from siaga.kernel.writer import Writer


class Frame:
    """Something fails after every commit, which is worth a line in the log."""

    def before(self, tx: Tx, asks: Sequence[str]) -> Tx:
        return tx

    def settle(self) -> None: ...

    def undone(self, tx: Tx) -> None: ...

    def after(self, tx: Tx) -> None: ...

    def committed(self) -> None:
        raise RuntimeError("a listener failed")


class Full:
    """A log on a full disk."""

    def error(self, event: str, **facts: object) -> None:
        raise OSError(28, "No space left on device")


@pytest.fixture
def writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Writer]:
    monkeypatch.setattr("siaga.kernel.writer._log", Full())
    store = SqliteStore(tmp_path / "s.db")
    made = Writer(store, Frame())
    yield made
    made.close()
    store.close()


def test_a_log_that_cannot_be_written_ends_no_writer(writer: Writer) -> None:
    import queue

    answers: queue.SimpleQueue[int] = queue.SimpleQueue()

    def hard_of_hearing(answer: int) -> None:
        answers.put(answer)
        raise RuntimeError("the asker failed")

    for n in range(3):
        writer.submit(lambda tx, n=n: n, hard_of_hearing)  # type: ignore[misc]
        assert answers.get(timeout=10) == n
