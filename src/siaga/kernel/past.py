"""The node as it was at a position of its log, played into an empty store."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from .backup import pages
from .desk import Desk
from .slice import primary_key
from .storage import Row, Store, Tx

WORDS_UP_TO = 20_000  # characters: pictures are not taken along, nothing that is shown of then holds them
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
    for page in pages(source, "log", ("position",)):
        _put(tx, "log", [row for row in page if row["position"] <= until])
        if page[-1]["position"] >= until:
            break
    for s in desk.slices:
        for table in s.kept_tables:
            if table not in _NOT_NEEDED:
                for page in pages(source, table, primary_key(s.kept, table)):
                    _put(tx, table, [row for one in page if (row := _kept(table, one))])
    tx.run("insert into kernel_kind (kind) select distinct kind from log")
    desk.read_again(tx)  # the head is another one now


def _kept(table: str, row: Row) -> Row | None:
    """A row as it is taken along; None for one that every store writes itself."""
    if table == "kernel_node" and row["key"].startswith(_OF_THE_STORE):
        return None
    if table == "vault_word" and len(row["value"] or "") > WORDS_UP_TO:
        return row | {"value": None}
    return row


def _put(tx: Tx, table: str, rows: Sequence[Row]) -> None:
    if rows:
        names, values = ", ".join(rows[0]), ", ".join(f":{name}" for name in rows[0])
        tx.many(f"insert into {table} ({names}) values ({values}) on conflict do nothing", rows)
