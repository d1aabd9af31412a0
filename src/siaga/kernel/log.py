"""The event log, written on the storage port: gapless, chained, never changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from . import chain
from .records import (
    Ask,
    Command,
    Due,
    Entry,
    Event,
    Told,
    decode_asked,
    decode_logged,
    encode_custom,
    read_time,
    wire_name,
    written,
)
from .storage import Row, Tx
from .words import carries_words

SCHEMA = """
create table if not exists log (
    position integer primary key, ask text not null, n integer not null, digest text not null, command text not null,
    kind text not null, body text not null, at text not null, seen_at text, recorded text not null,
    actor text not null, agency text not null, device text, origin text, origin_position integer, hash text not null
);
create unique index if not exists log_ask on log (ask, n);
drop index if exists log_origin;
create unique index if not exists log_from on log (origin, origin_position) where origin is not null
"""

_ROW = (*chain.COLUMNS, "hash")
_INSERT = f"insert into log ({', '.join(_ROW)}) values ({', '.join(':' + c for c in _ROW)})"
_READ = f"select {', '.join(c for c in chain.COLUMNS if c not in ('n', 'digest'))} from log"
SEVERAL = 16
_ANSWERED = {
    size: f"select ask, position, digest, origin from log where ask in ({', '.join(f':a{n}' for n in range(size))})"
    for size in (1, SEVERAL)
}
_encode = msgspec.json.Encoder(enc_hook=encode_custom)


class Nothing(Event, frozen=True):
    """An ask was accepted and changed nothing."""


class DueLeft(Event, frozen=True):
    """A rule asked to be asked again at a time."""

    id: str
    at: datetime
    command: str
    body: msgspec.Raw


class DueRefused(Event, frozen=True):
    """What was due was refused when its time came; it is not asked again."""

    id: str
    code: str


class ClockJumped(Event, frozen=True):
    """The node's clock went backwards by so many seconds."""

    seconds: float


class Erased(Event, frozen=True):
    """A told value, or everything about a person, was destroyed in the vault."""

    subject: str
    values: int
    reason: Told


KERNEL_EVENTS: tuple[type[Event], ...] = (Nothing, DueLeft, DueRefused, ClockJumped, Erased)


class Answered(NamedTuple):
    """Where an ask ended in the log, the digest of its command, and the node it came from, if from another."""

    position: int
    digest: str
    origin: str | None


@dataclass
class Head:
    """The end of the log inside one write transaction."""

    position: int
    hash: str
    recorded: str

    def copy(self) -> "Head":
        return Head(self.position, self.hash, self.recorded)


class UnknownEvents(Exception):
    """The log holds events this version does not know: it was written by a newer one."""


class Log:
    """Encodes events to rows and rows to entries; knows every event class by its wire name."""

    def __init__(self, events: Mapping[str, type[Event]], commands: Mapping[str, type[Command]]) -> None:
        self._kinds = dict(events) | {f"kernel.{wire_name(e)}": e for e in KERNEL_EVENTS}
        self._names = {cls: name for name, cls in self._kinds.items()}
        self._decoders = {n: msgspec.json.Decoder(cls, dec_hook=decode_logged) for n, cls in self._kinds.items()}
        self._commands = commands
        self._command_names = {cls: name for name, cls in commands.items()}

    @property
    def kinds(self) -> frozenset[str]:
        """Every wire name that may stand in this log."""
        return frozenset(self._kinds)

    def name(self, event: type[Event]) -> str:
        """The wire name of an event class."""
        return self._names[event]

    def command_name(self, command: type[Command]) -> str:
        """The wire name of a command class."""
        return self._command_names[command]

    def head(self, tx: Tx) -> Head:
        """The end of the log as this transaction sees it."""
        rows = tx.rows("select position, hash, recorded from log order by position desc limit 1")
        return Head(rows[0]["position"], rows[0]["hash"], rows[0]["recorded"]) if rows else Head(0, chain.START, "")

    def answered(self, tx: Tx, ask: str) -> Answered | None:
        """How an ask was answered; None if it was never accepted."""
        return self.answers(tx, [ask])[ask]

    def answers(self, tx: Tx, asks: Sequence[str]) -> dict[str, Answered | None]:
        """As `answered`, of several asks."""
        found: dict[str, Answered | None] = dict.fromkeys(asks)
        names = [*found]
        size = SEVERAL if len(names) > 1 else 1
        for start in range(0, len(names), size):
            some = names[start : start + size]
            some += some[-1:] * (size - len(some))  # so that there are no more than two statements
            for row in tx.rows(_ANSWERED[size], **{f"a{n}": ask for n, ask in enumerate(some)}):
                last = found[row["ask"]]
                if last is None or row["position"] > last.position:
                    found[row["ask"]] = Answered(row["position"], row["digest"], row["origin"])
        return found

    def append(
        self,
        tx: Tx,
        head: Head,
        decided: Sequence[Event | Due],
        ask: Ask,
        command: str,
        digest: str,
        recorded: datetime,
    ) -> list[Entry]:
        """Write what was decided; the head moves on. An ask without events leaves one row of its own."""
        stamp, at = written(recorded), written(ask.at)
        seen = written(ask.seen_at) if ask.seen_at else None
        entries = []
        for n, item in enumerate(decided or (Nothing(),)):
            event = self._left(item) if isinstance(item, Due) else item
            kind = self._names[type(event)]
            row: Row = {
                "position": head.position + 1,
                "ask": ask.id,
                "n": n,
                "digest": digest,
                "command": command,
                "kind": kind,
                "body": _encode.encode(event).decode(),
                "at": at,
                "seen_at": seen,
                "recorded": stamp,
                "actor": ask.actor,
                "agency": ask.agency,
                "device": ask.device,
                "origin": None,
                "origin_position": None,
            }
            row["hash"] = chain.link(head.hash, row)
            tx.run(_INSERT, **row)
            head.position, head.hash, head.recorded = row["position"], row["hash"], stamp
            entries.append(
                Entry(
                    position=head.position,
                    kind=kind,
                    event=event,
                    ask=ask.id,
                    command=command,
                    at=ask.at,
                    seen_at=ask.seen_at,
                    recorded=recorded,
                    actor=ask.actor,
                    agency=ask.agency,
                    device=ask.device,
                    stamp=seen or at,
                )
            )
        return entries

    def adopt(self, tx: Tx, head: Head, theirs: Row, recorded: datetime) -> Entry:
        """Write a row of another node's log, which names its origin, as the next row of ours."""
        row = {column: theirs[column] for column in chain.COLUMNS if column not in ("position", "recorded")}
        row |= {"position": head.position + 1, "recorded": written(recorded)}
        row["hash"] = chain.link(head.hash, row)
        tx.run(_INSERT, **row)
        head.position, head.hash, head.recorded = row["position"], row["hash"], row["recorded"]
        return self.entry(row)

    def _left(self, due: Due) -> DueLeft:
        if carries_words(type(due.command)):
            raise TypeError(f"{type(due.command).__name__} carries words: a due command is replayed from the log alone")
        body = msgspec.Raw(_encode.encode(due.command))
        return DueLeft(f"due/{due.id}", due.at, self._command_names[type(due.command)], body)

    def due_command(self, left: DueLeft) -> Command:
        """The command that was left behind."""
        return msgspec.json.decode(left.body, type=self._commands[left.command], dec_hook=decode_asked)

    def entry(self, row: Mapping[str, Any]) -> Entry:
        """A row, decoded."""
        decoder = self._decoders.get(row["kind"])
        return entry_of(row, decoder.decode(row["body"]) if decoder else None)

    def read(
        self, tx: Tx, after: int, limit: int, *, kinds: Iterable[str] | None = None, until: int | None = None
    ) -> list[Entry]:
        """Entries after a position in order, optionally of some kinds only."""
        where, params = ["position > :after"], {"after": after, "limit": limit}
        if until is not None:
            where.append("position <= :until")
            params["until"] = until
        if kinds is not None:
            names = {f"k{n}": kind for n, kind in enumerate(sorted(kinds))}
            where.append(f"kind in ({', '.join(':' + n for n in names)})" if names else "1 = 0")
            params |= names  # type: ignore[arg-type]
        sql = f"{_READ} where {' and '.join(where)} order by position limit :limit"
        return [self.entry(row) for row in tx.rows(sql, **params)]

    def walk(self, tx: Tx, after: int = 0, *, kinds: Iterable[str] | None = None, page: int = 2000) -> Iterator[Entry]:
        """Every entry after a position, page by page."""
        wanted = list(kinds) if kinds is not None else None
        while entries := self.read(tx, after, page, kinds=wanted):
            yield from entries
            after = entries[-1].position

    def check_known(self, tx: Tx) -> None:
        """Refuse a log that a newer version wrote."""
        unknown = [row["kind"] for row in tx.rows("select kind from kernel_kind") if row["kind"] not in self._kinds]
        if unknown:
            raise UnknownEvents(f"the log holds events this version does not know: {', '.join(sorted(unknown))}")


def entry_of(row: Mapping[str, Any], event: Event | None) -> Entry:
    """A row of the log and the event it holds."""
    return Entry(
        position=row["position"],
        kind=row["kind"],
        event=event,
        ask=row["ask"],
        command=row["command"],
        at=read_time(row["at"]),
        seen_at=read_time(row["seen_at"]) if row["seen_at"] else None,
        recorded=read_time(row["recorded"]),
        actor=row["actor"],
        agency=row["agency"],
        device=row["device"],
        stamp=row["seen_at"] or row["at"],
        origin=row["origin"],
        origin_position=row["origin_position"],
    )
