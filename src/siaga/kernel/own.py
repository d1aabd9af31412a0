"""The kernel's own slice: erasing words, settling what was set aside, and what rules left due."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from . import vault
from .log import KERNEL_EVENTS, DueLeft, Erased
from .records import (
    Accepted,
    Ask,
    Command,
    Decision,
    Entry,
    Kept,
    Query,
    Refusal,
    Told,
    read_json,
    read_time,
    written,
)
from .slice import Does, Shows, Slice
from .storage import Row, Tx

if TYPE_CHECKING:
    from .desk import Desk

BROKEN_TIMES = 3
BROKEN = "broken"  # why an ask whose role was checked is set aside
SETTLERS = ("shift-leader", "administrator")
KEPT = f"""
{vault.KEPT};
create table if not exists kernel_node (key text primary key, value text not null);
create table if not exists kernel_cursor (name text primary key, position integer not null);
create table if not exists kernel_kept (
    id text primary key, kind text not null, raw text not null, reason text not null, received text not null,
    actor text not null, agency text not null, device text, at text, seen_at text, settled_at text, settled_by text,
    settled_how text
);
create table if not exists kernel_peer (name text primary key, digest_key text not null);
create table if not exists kernel_also (
    origin text not null, origin_position integer not null, ask text not null, primary key (origin, origin_position)
)
"""
DUE = """
create table if not exists kernel_due (id text primary key, at text not null, command text not null, body text not null)
"""


class EraseWords(Command, frozen=True):
    """Destroy what was told under a reference, or everything about a person; the log keeps only that it was done."""

    subject: str
    reason: Told


class ReleaseKept(Command, frozen=True):
    """Let a set-aside ask through: it becomes an ask of the same id, by the same person and device."""

    id: str


class DropKept(Command, frozen=True):
    """Settle a set-aside ask without recording it; it stays readable."""

    id: str


class KeptQuery(Query, frozen=True):
    """Set-aside asks; settled ones too if wanted."""

    settled: bool = False


class KeptRow(msgspec.Struct, frozen=True):
    """An ask that waits for a person."""

    id: str
    kind: str
    reason: str
    received: str
    actor: str
    device: str | None
    settled_at: str | None
    settled_how: str | None


class Aside:
    """Asks that could neither be accepted nor refused: kept with their bytes, encrypted, until a person decides."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self._broken: Counter[str] = Counter()

    def keep(self, tx: Tx, kind: str, raw: bytes, reason: str, ask: Ask, received: datetime) -> None:
        """Set aside; the same ask again changes nothing."""
        self._desk.counts["kept"] += 1
        tx.run(
            "insert into kernel_kept (id, kind, raw, reason, received, actor, agency, device, at, seen_at)"
            " values (:id, :kind, :raw, :reason, :received, :actor, :agency, :device, :at, :seen)"
            " on conflict (id) do nothing",
            id=ask.id,
            kind=kind,
            raw=self._desk.vault.lock(raw, ask.id),
            reason=reason,
            received=written(received),
            actor=ask.actor,
            agency=ask.agency,
            device=ask.device,
            at=written(ask.at),
            seen=written(ask.seen_at) if ask.seen_at else None,
        )

    def broken(self, tx: Tx, error: Exception, command: Command, ask: Ask) -> Kept | Exception:
        """The third time an ask breaks us it is set aside, so that the asker's queue goes on."""
        self._broken[ask.id] += 1
        if self._broken[ask.id] < BROKEN_TIMES:
            return error
        try:
            raw = msgspec.json.encode(command, enc_hook=_spoken)
        except NotImplementedError:  # it carries a password: never stored
            return error
        self.keep(tx, self._desk.log.command_name(type(command)), raw, BROKEN, ask, ask.now)
        del self._broken[ask.id]
        return Kept(ask.id)

    def load(self, tx: Tx, command: ReleaseKept | DropKept) -> Row | None:
        """The set-aside ask."""
        rows = tx.rows("select * from kernel_kept where id = :id", id=command.id)
        return rows[0] if rows else None

    def settle(self, command: ReleaseKept | DropKept, kept: Row | None, ask: Ask) -> Decision:
        """It must be there, and readable if it is to be let through; settled ones stay as they are.

        What nobody checked a role for is let through as something seen, never as an order: a device may have asked
        for a command that only a later version knows."""
        if kept is None:
            return Refusal(code="kept-unknown", facts={"id": command.id})
        if kept["settled_at"] is None and isinstance(command, ReleaseKept):
            try:
                released = self._unlocked(kept)
            except (msgspec.DecodeError, LookupError) as error:
                return Refusal(code="kept-unreadable", facts={"id": command.id, "why": str(error)})
            if kept["reason"] != BROKEN and not self._desk.does[type(released)].observation:
                return Refusal(code="kept-no-observation", facts={"id": command.id, "kind": kept["kind"]})
        return []

    def _unlocked(self, kept: Row) -> Command:
        kind = self._desk.commands.get(kept["kind"])
        if kind is None:
            raise LookupError(kept["kind"])
        raw = self._desk.vault.unlock(kept["raw"], kept["id"])
        released: Command = read_json(raw, kind)
        return released

    def release(self, tx: Tx, command: ReleaseKept, ask: Ask) -> None:
        """Ask it in the name of who asked; once it stands in the log and the vault, the bytes go."""
        kept = self.load(tx, command)
        if kept is None or kept["settled_at"] is not None:
            return
        released = self._unlocked(kept)
        role = self._desk.does[type(released)].role
        theirs = Ask(
            id=kept["id"],
            at=read_time(kept["at"]),
            seen_at=read_time(kept["seen_at"]) if kept["seen_at"] else None,
            actor=kept["actor"],
            agency=kept["agency"],
            device=kept["device"],
            roles=frozenset({role} if isinstance(role, str) else role),
            received=ask.now,
        )
        answer = self._desk.answer_within(tx, released, theirs)
        if isinstance(answer, Accepted):
            tx.run("update kernel_kept set raw = '' where id = :id", id=command.id)
        how = "released" if isinstance(answer, Accepted) else f"refused: {getattr(answer, 'code', '')}"
        self._mark(tx, command.id, ask, how)

    def drop(self, tx: Tx, command: DropKept, ask: Ask) -> None:
        """Mark it settled."""
        self._mark(tx, command.id, ask, "dropped")

    def _mark(self, tx: Tx, kept: str, ask: Ask, how: str) -> None:
        tx.run(
            "update kernel_kept set settled_at = :at, settled_by = :by, settled_how = :how where id = :id"
            " and settled_at is null",
            at=written(ask.now),
            by=ask.actor,
            how=how,
            id=kept,
        )


def own_slice(desk: "Desk", aside: Aside) -> Slice:
    """The table of contents of what the kernel itself answers."""

    def erase_words(tx: Tx, command: EraseWords, ask: Ask) -> None:
        position = desk.log.head(tx).position
        reason = command.reason.text or ""
        erase(tx, command.subject, at=written(ask.now), actor=ask.actor, reason=reason, position=position)

    return Slice(
        name="kernel",
        events=KERNEL_EVENTS,
        commands={
            EraseWords: Does("administrator", _values, _erase_words, keep=erase_words),
            ReleaseKept: Does(SETTLERS, aside.load, aside.settle, keep=aside.release),
            DropKept: Does(SETTLERS, aside.load, aside.settle, keep=aside.drop),
        },
        projections={DueLeft: _due_left},
        views={"kept": Shows(SETTLERS, KeptQuery, _kept, reads=("kernel_kept",))},
        schema=DUE,
        kept=KEPT,
    )


def erase(tx: Tx, subject: str, *, at: str, actor: str, reason: str, position: int) -> int:
    """Destroy in the vault and among set-aside asks; returns how many values went."""
    aside = tx.rows("select id from kernel_kept where id = :s and raw <> ''", s=subject)
    if aside:
        tx.run("update kernel_kept set raw = '' where id = :s", s=subject)
    return len(aside) + vault.erase(tx, subject, at=at, actor=actor, reason=reason, position=position)


def _spoken(value: object) -> str:
    """What was said, for the locked bytes of a set-aside ask; passwords are not."""
    if isinstance(value, Told) and value.text is not None:
        return value.text
    raise NotImplementedError(type(value).__name__)


def _values(tx: Tx, command: EraseWords) -> int:
    rows = tx.rows(
        "select (select count(*) from vault_word where (ref = :s or person = :s) and value is not null)"
        " + (select count(*) from kernel_kept where id = :s and raw <> '') as n",
        s=command.subject,
    )
    return int(rows[0]["n"])


def _erase_words(command: EraseWords, values: int, ask: Ask) -> Decision:
    if not values:
        return Refusal(code="nothing-to-erase", facts={"subject": command.subject})
    return [Erased(command.subject, values, command.reason)]


def _due_left(tx: Tx, e: DueLeft, entry: Entry) -> None:
    tx.run(
        "insert into kernel_due (id, at, command, body) select :id, :at, :command, :body"
        " where not exists (select 1 from log where ask = :id) on conflict (id) do nothing",  # asked before: done
        id=e.id,
        at=written(e.at),
        command=e.command,
        body=bytes(e.body).decode(),
    )


def _kept(tx: Tx, q: KeptQuery) -> list[KeptRow]:
    columns = ", ".join(KeptRow.__struct_fields__)
    where = "" if q.settled else " where settled_at is null"
    rows = tx.rows(f"select {columns} from kernel_kept{where} order by received desc, id limit 500")
    return [KeptRow(**row) for row in rows]
