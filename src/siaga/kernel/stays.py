"""Where something was at a time, folded from what was said of it in whatever order it arrived.

A thing is sent to a place, leaves it, or says something about itself, mostly without naming where it is: that counts
for the place it was at when it was seen. A slice keeps such sayings in a table of its own, each with what came before
it, so that one more is one step; one that arrives late is folded in, and the later ones that it changes are told."""

from datetime import datetime
from functools import cache
from typing import Literal

import msgspec

from . import playing
from .records import Entry, written
from .storage import Tx

Kind = Literal["to", "off", "says"]
_COLUMNS = "at, position, ask, who, kind, place, keeps, what, how, was, last, prev"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What was said of a thing: sent to a place, off it, or that it does something there (no `place`: where it is).

    `keeps`: whether it stays there with that; `what` it does from then on, and `how` it came to leave; `after`: what an
    order was given after, so that it counts the same wherever it arrives."""

    kind: Kind
    place: str | None
    what: str
    keeps: bool = False
    how: str = ""
    after: str = ""


class Stay(Said, frozen=True, kw_only=True):
    """A saying with its time, and what came before it: where the thing was, where it was last, what it did
    (`x>off` where it was taken off while it did x)."""

    at: str
    position: int
    ask: str
    who: str
    was: str | None
    last: str | None
    prev: str

    @property
    def counts(self) -> str | None:
        """The place that it is about."""
        return self.place or self.was

    @property
    def now(self) -> str | None:
        """Where the thing is from then on."""
        if self.kind == "to":
            return self.place
        if self.kind == "off":
            return None if self.was == self.place else self.was
        return self.counts if self.keeps else None


Changed = tuple[Stay, Stay]
"""A later saying as it was, and as it is with what arrived late."""


def schema(table: str) -> str:
    """The table a slice keeps its sayings in."""
    return (
        f"create table if not exists {table} (thing text not null, at text not null, position integer not null,"
        " ask text not null, who text not null, kind text not null, place text,"
        " keeps integer not null, what text not null, how text not null, was text, last text, prev text not null,"
        " primary key (thing, at, position)) without rowid"
    )


def hear(tx: Tx, table: str, thing: str, said: Said, entry: Entry) -> tuple[Stay, list[Changed] | None]:
    """Keep what was said in its place by the time it was seen; with the later sayings it changed, in order; None
    where nothing later was known.

    An order never falls behind what was known when it was given, however wrong a clock was."""
    at, newest = max(entry.stamp, said.after), newest_of(tx, table, thing)
    if newest is not None and said.kind != "says" and not said.after and entry.origin is None:
        at = max(at, newest.at)  # the order was recorded before orders said what they came after
    before = newest if newest is None or newest.at <= at else at_time(tx, table, thing, at)
    was, last, prev = _before(before)
    position, ask, who = entry.position, entry.ask, entry.device or entry.actor
    kind, place, keeps, what, how = said.kind, said.place, said.keeps, said.what, said.how
    stay = Stay(
        kind=kind,
        place=place,
        what=what,
        keeps=keeps,
        how=how,
        at=at,
        position=position,
        ask=ask,
        who=who,
        was=was,
        last=last,
        prev=prev,
    )
    tx.run(
        _insert(table),
        thing=thing,
        at=at,
        position=position,
        ask=ask,
        who=who,
        kind=kind,
        place=place,
        keeps=int(keeps),
        what=what,
        how=how,
        was=was,
        last=last,
        prev=prev,
    )
    if before is newest:
        playing.know(tx, table, thing, stay)
        return stay, None
    playing.doubt(tx, table, thing)
    return stay, _again(tx, table, thing, stay)


def newest_of(tx: Tx, table: str, thing: str) -> Stay | None:
    """The newest that was said of a thing."""
    return playing.known(tx, table, thing, lambda: at_time(tx, table, thing))


def after(at: datetime | None) -> str:
    """What an order says it came after; empty where its own time says it."""
    return written(at) if at else ""


def after_sent(tx: Tx, table: str, thing: str, place: str, entry: Entry) -> str:
    """An end that knows nothing of things comes after they were sent there, whatever a clock said."""
    sent = f"select max(at) as at from {table} where thing = :t and kind = 'to' and place = :p"
    return max(entry.stamp, tx.rows(sent, t=thing, p=place)[0]["at"] or "")


def at_time(tx: Tx, table: str, thing: str, at: str | None = None) -> Stay | None:
    """The last saying of a thing up to a time (None: of all); None where nothing was said."""
    upto = "" if at is None else " and at <= :at"
    rows = tx.rows(
        f"select {_COLUMNS} from {table} where thing = :t{upto} order by at desc, position desc limit 1",
        t=thing,
        **({} if at is None else {"at": at}),
    )
    return Stay(**rows[0]) if rows else None


def all_of(tx: Tx, table: str, thing: str) -> list[Stay]:
    """Every saying of a thing, in the order of the times."""
    rows = tx.rows(f"select {_COLUMNS} from {table} where thing = :t order by at, position", t=thing)
    return [Stay(**row) for row in rows]


def forget(tx: Tx, table: str, thing: str) -> None:
    """The thing is no more."""
    tx.run(f"delete from {table} where thing = :t", t=thing)
    playing.know(tx, table, thing, None)


def _before(one: Stay | None) -> tuple[str | None, str | None, str]:
    """What stands before whatever comes after a saying: where the thing was, where last, what it did."""
    if one is None:
        return None, None, ""
    now = one.now
    idle = one.kind == "off" and one.was != one.place
    ended = f"{one.prev}>off" if one.kind == "off" else one.what
    return now, now or one.was or one.last, one.prev if idle else ended


def _again(tx: Tx, table: str, thing: str, stay: Stay) -> list[Changed]:
    """Fold what is later on from there, until nothing changes any more."""
    changed: list[Changed] = []
    later = tx.rows(
        f"select {_COLUMNS} from {table} where thing = :t and (at > :at or (at = :at and position > :p))"
        " order by at, position",
        t=thing,
        at=stay.at,
        p=stay.position,
    )
    before = stay
    for old in (Stay(**row) for row in later):
        was, last, prev = _before(before)
        new = msgspec.structs.replace(old, was=was, last=last, prev=prev)
        if new == old:
            break
        tx.run(
            f"update {table} set was = :was, last = :last, prev = :prev"
            " where thing = :t and at = :at and position = :p",
            was=was,
            last=last,
            prev=prev,
            t=thing,
            at=old.at,
            p=old.position,
        )
        changed.append((old, new))
        before = new
    return changed


@cache
def _insert(table: str) -> str:
    return (
        f"insert into {table} (thing, {_COLUMNS}) values (:thing, :at, :position, :ask, :who, :kind, :place, :keeps,"
        " :what, :how, :was, :last, :prev)"
    )
