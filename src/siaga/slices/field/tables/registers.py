"""Values of which the latest seen holds: what arrives late changes nothing that was seen after it.

So two nodes that hold the same events hold the same rows, in whatever order they came."""

from collections.abc import Mapping
from typing import Any

from ....kernel.records import Entry
from ....kernel.storage import Tx

Values = Mapping[str, Any]


def put(tx: Tx, table: str, key: Values, values: Values, entry: Entry, *, first: str = "") -> None:
    """Set a row's values unless a later event has set them; the column `first` keeps the earliest time of all."""
    at = entry.stamp
    which = " and ".join(f"{column} = :{column}" for column in key)
    stands = tx.rows(f"select at, ask from {table} where {which}", **key)
    if not stands or (stands[0]["at"], stands[0]["ask"]) < (at, entry.ask):
        row = {**key, **values, "at": at, "ask": entry.ask}
        new = row | ({first: at} if first else {})
        change = ", ".join(f"{column} = :{column}" for column in row if column not in key)
        tx.run(
            f"insert into {table} ({', '.join(new)}) values ({', '.join(':' + column for column in new)})"
            f" on conflict ({', '.join(key)}) do update set {change}",
            **new,
        )
    if first:
        tx.run(f"update {table} set {first} = :at where {which} and {first} > :at", **key, at=at)
