"""A node with the schematic city, as it stands on Saturday night."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import Clock, ask
from siaga.app import Node, open_node
from siaga.demo import Shift, prepare
from siaga.kernel.desk import Shown
from siaga.kernel.records import Query
from siaga.settings import Settings

EVERYBODY = ("dispatcher", "call-taker", "shift-leader", "administrator")
Opens = Callable[[Clock], Node]


@pytest.fixture
def open_demo(tmp_path: Path) -> Iterator[Opens]:
    """Open nodes, each in a folder of its own; `prepare` is left to the test."""
    opened: list[Node] = []

    def one(clock: Clock) -> Node:
        opened.append(open_node(Settings(data=tmp_path / f"node-{len(opened)}"), clock=clock))
        return opened[-1]

    yield one
    for node in opened:
        node.close()


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Shift, Clock]]:
    """A node that has lived through two hours of its shift; tests only look at it."""
    clock = Clock()
    node = open_node(Settings(data=tmp_path_factory.mktemp("demo")), clock=clock)
    prepare(node)
    node.load_engine()
    shift = Shift(node)
    for _ in range(24):
        clock.now += timedelta(minutes=5)
        shift.step(clock.now)
    yield node, shift, clock
    node.close()


def show(node: Node, view: str, query: Query) -> Any:
    """The rows of a view."""
    shown = node.desk.show(view, query, ask(*EVERYBODY, at=node.desk.clock()))
    assert isinstance(shown, Shown)
    return shown.rows
