"""The node as it was at a position of its log, played into an empty store: what a paper printed then was made from."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from ..kernel.desk import Desk
from ..kernel.slice import primary_key
from ..kernel.storage import Row, Store, Tx

PAGE = 500
WORDS_UP_TO = 20_000  # characters: pictures are not played again, a paper only names them
_OF_THE_STORE = ("written_by", "vault_key", "tables.")  # rows of kernel_node that a store writes itself
_NOT_NEEDED = frozenset({"kernel_cursor", "kernel_kept", "kernel_also", "vault_reading"})


@contextmanager
def as_of(
    desk: Desk,
    position: int,
    store: Store,
    key: bytes,
    played: Iterable[str],
    progress: Callable[[int], None] = lambda position: None,
) -> Iterator[Desk]:
    """A desk of the same slices whose log ends at the position; only the slices named have their tables.

    What was erased since stays erased, and what is kept beside the log (the region) is as it is now."""
    slices = [s for s in desk.slices if s.name != "kernel"]
    past = Desk(store, slices, vault_key=key, services=desk.services, clock=desk.clock, rebuild=False)
    try:
        with desk.store.read() as tx:
            past.work(partial(_fill, source=tx, desk=past, until=position))
        past.rebuild(played, progress)
        yield past
    finally:
        past.close()


def _fill(tx: Tx, source: Tx, desk: Desk, until: int) -> None:
    for row in _pages(source, "log", ("position",), f" and position <= {until:d}"):
        _put(tx, "log", row)
    for s in desk.slices:
        for table in s.kept_tables:
            if table not in _NOT_NEEDED:
                for row in _pages(source, table, primary_key(s.kept, table)):
                    _keep(tx, table, row)
    tx.run("insert into kernel_kind (kind) select distinct kind from log")
    desk.undone(tx)  # the head is another one now


def _keep(tx: Tx, table: str, row: Row) -> None:
    if table == "kernel_node" and row["key"].startswith(_OF_THE_STORE):
        return
    if table == "vault_word" and len(row["value"] or "") > WORDS_UP_TO:
        row = row | {"value": None}
    _put(tx, table, row)


def _put(tx: Tx, table: str, row: Row) -> None:
    names = ", ".join(row)
    tx.run(
        f"insert into {table} ({names}) values ({', '.join(':' + name for name in row)}) on conflict do nothing", **row
    )


def _pages(tx: Tx, table: str, order: Sequence[str], where: str = "") -> Iterator[Row]:
    """Every row in the order of its key, page by page."""
    names, last = ", ".join(order), dict[str, Any]()
    while True:
        after = f" and ({names}) > ({', '.join(':' + name for name in order)})" if last else ""
        page = tx.rows(f"select * from {table} where 1 = 1{where}{after} order by {names} limit {PAGE}", **last)
        yield from page
        if len(page) < PAGE:
            return
        last = {name: page[-1][name] for name in order}
