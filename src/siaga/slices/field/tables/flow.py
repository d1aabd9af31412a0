"""Which incidents flow to which node since when, and the entries of the log that tell their story."""

from collections.abc import Sequence

from ....kernel.records import Entry
from ....kernel.storage import Row, Tx
from .part import node_name


def since(tx: Tx, partner: str, incident: str) -> int | None:
    """The position from which a partner gets an incident; None when it was never for it."""
    rows = tx.rows("select since from field_flow where incident = :i and node = :n", i=incident, n=partner)
    return int(rows[0]["since"]) if rows else None


def opened_at(tx: Tx, incident: str) -> tuple[int, bool] | None:
    """The position an incident was opened at, and whether this node is its city; None for no such incident."""
    rows = tx.rows("select opened, home from field_part where incident = :i", i=incident)
    return (int(rows[0]["opened"]), rows[0]["home"] == node_name(tx)) if rows else None


def serves(tx: Tx, partner: str, before: int, besides: str = "") -> bool:
    """Whether the partner, before a position, already had an incident of ours, `besides` one."""
    rows = tx.rows(
        "select 1 as x from field_flow f join field_part p on p.incident = f.incident"
        " where f.node = :n and f.since < :p and p.home = :here and f.incident <> :besides limit 1",
        n=partner,
        p=before,
        here=node_name(tx),
        besides=besides,
    )
    return bool(rows)


def is_home(tx: Tx, partner: str) -> bool:
    """Whether the partner is the city that this node works for."""
    return bool(tx.rows("select 1 as x from field_partner where node = :n and role = 'home'", n=partner))


def counts_for(tx: Tx, unit: str, entry: Entry) -> list[str]:
    """The incident that what a unit said counts for, as far as it is known now, and the one it was on before."""
    rows = tx.rows(
        "select place, was from field_stay where thing = :u and at = :at and position = :p",
        u=unit,
        at=entry.stamp,
        p=entry.position,
    )
    return [name for row in rows for name in (row["place"], row["was"]) if name]


def counts_since(tx: Tx, partner: str, unit: str, incident: str, late: Entry) -> list[int]:
    """Positions of what a unit said later than something late without naming where it is, that counts for an incident;
    without what came from the partner."""
    rows = tx.rows(
        "select s.position from field_stay s join log l on l.position = s.position where s.thing = :u and s.at > :at"
        " and s.position < :p and s.kind = 'says' and s.place is null and s.was = :i"
        " and (l.origin is null or l.origin <> :n) order by s.position",
        u=unit,
        at=late.stamp,
        p=late.position,
        i=incident,
        n=partner,
    )
    return [row["position"] for row in rows]


def recalled_from(tx: Tx, node: str) -> bool:
    """Whether a field part was ever recalled from a node."""
    return bool(tx.rows("select 1 as x from field_recalled where node = :n limit 1", n=node))


def logged(tx: Tx, kinds: Sequence[str], first: int, before: int, word: str) -> list[Row]:
    """Rows of the log of some kinds with a word in them; the database looks, so that only a few are decoded."""
    params: dict[str, str] = {f"k{n}": kind for n, kind in enumerate(kinds)}
    return tx.rows(
        "select * from log where position >= :first and position < :before and body like :word"
        f" and kind in ({', '.join(':' + name for name in params)}) order by position",
        first=first,
        before=before,
        word=f'%"{word}"%' if word else "%",
        **params,
    )
