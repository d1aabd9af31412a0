"""Rows of a log on their way between nodes: carried with their words, received once, in order, into the log there."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from . import chain
from .log import Erased
from .own import erase
from .records import Personal, Told
from .storage import Row, Tx
from .words import refs_of

if TYPE_CHECKING:
    from .desk import Desk

_ASK = re.compile(r"^[\x21-\x7e]{1,300}$")
TIMER = "timer"
"""As in desk.py; what a node's timer asked is nobody else's ask, though another timer may ask under the same id."""


class Word(msgspec.Struct, frozen=True):
    """A value of the vault on its way; only ever under a seal."""

    ref: str
    text: str
    salt: str
    person: str = ""


class Carried(msgspec.Struct, frozen=True):
    """A row of the log of `origin`, as it stands there at `origin_position`, with its words."""

    origin: str
    origin_position: int
    ask: str
    n: int
    digest: str
    command: str
    kind: str
    body: msgspec.Raw
    at: str
    seen_at: str | None
    actor: str
    agency: str
    device: str | None
    words: tuple[Word, ...] = ()


class Received(NamedTuple):
    """What became of rows: new ones, those known before, and of these the ones that a device had asked here as well."""

    new: int
    known: int
    also: int


class Forked(Exception):
    """Another row than the one we know stands at a position of its log: it was set back, or is not one log."""


class NotReadable(Exception):
    """A row that this version does not know or that is not what it says; nothing of its parcel was recorded."""


def carry(desk: "Desk", tx: Tx, here: str, positions: Iterable[int]) -> list[Carried]:
    """These rows of our log, ready for another node."""
    found = []
    for position in positions:
        row = tx.rows(f"select {', '.join(chain.COLUMNS)} from log where position = :p", p=position)[0]
        entry = desk.log.entry(row)
        words = desk.vault.opened(tx, refs_of(entry.event)) if entry.event is not None else []
        own = row["origin"] is None
        found.append(
            Carried(
                origin=here if own else row["origin"],
                origin_position=position if own else row["origin_position"],
                ask=f"{row['ask']}@{here}" if own and row["actor"] == TIMER else row["ask"],
                body=msgspec.Raw(row["body"].encode()),
                words=tuple(Word(w.ref, w.text or "", w.salt, w.person) for w in words),
                **{name: row[name] for name in _AS_IT_IS},
            )
        )
    return found


_AS_IT_IS = ("n", "digest", "command", "kind", "at", "seen_at", "actor", "agency", "device")


def receive(desk: "Desk", tx: Tx, rows: Sequence[Carried]) -> Received:
    """Record what is new, in the order given; only inside the writer's turn. All of it or, by an exception, nothing."""
    new = known = also = 0
    for row in rows:
        _check(desk, row)
        if _is_known(tx, row):
            known += 1
        elif _asked_here(tx, row):
            known, also = known + 1, also + 1
            tx.run(
                "insert into kernel_also (origin, origin_position, ask) values (:o, :p, :a)",
                o=row.origin,
                p=row.origin_position,
                a=row.ask,
            )
        else:
            for word in row.words:
                desk.vault.take_in(tx, _told(word))
            entry = desk.adopt(tx, _as_row(row))
            if isinstance(entry.event, Erased):
                _erase_too(tx, entry.event.subject, row, entry.position)
            new += 1
    return Received(new, known, also)


def _erase_too(tx: Tx, subject: str, row: Carried, position: int) -> None:
    """What was erased there is erased here: it came from there."""
    reason = row.words[0].text if row.words else ""
    erase(tx, subject, at=row.at, actor=row.actor, reason=reason, position=position)


def _check(desk: "Desk", row: Carried) -> None:
    try:
        event = desk.log.entry(_as_row(row) | {"position": 0, "recorded": row.at}).event
    except (msgspec.DecodeError, ValueError, KeyError, TypeError) as error:
        raise NotReadable(f"{row.kind}: {type(error).__name__}") from error
    if event is None:
        raise NotReadable(row.kind)
    if not _ASK.match(row.ask) or {word.ref for word in row.words} - set(refs_of(event)):
        raise NotReadable(row.kind)


def _is_known(tx: Tx, row: Carried) -> bool:
    known = tx.rows(
        "select ask from log where origin = :o and origin_position = :p"
        " union all select ask from kernel_also where origin = :o and origin_position = :p",
        o=row.origin,
        p=row.origin_position,
    )
    if known and known[0]["ask"] != row.ask:
        raise Forked(row.origin)
    return bool(known)


def _asked_here(tx: Tx, row: Carried) -> bool:
    """A device that got no answer there asked the same here before the row came: it is recorded once in the story."""
    return bool(
        tx.rows(
            "select 1 as x from log where ask = :a and (origin is null or origin <> :o) limit 1",
            a=row.ask,
            o=row.origin,
        )
    )


def _as_row(row: Carried) -> Row:
    whole: dict[str, Any] = {name: getattr(row, name) for name in row.__struct_fields__ if name != "words"}
    return whole | {"body": bytes(row.body).decode()}


def _told(word: Word) -> Told:
    kind = Personal if word.person else Told
    return kind(word.text, ref=word.ref, salt=word.salt, person=word.person)
