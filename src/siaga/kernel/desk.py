"""The desk: where asks are answered, readings taken and views shown. The only way in."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import structlog

from .. import __version__
from . import chain, vault
from .copies import Copies, Encoded
from .held import Held
from .log import SCHEMA, Answered, ClockJumped, DueLeft, DueRefused, Head, Log
from .own import KEPT, Aside, own_slice
from .own import DropKept as DropKept
from .own import EraseWords as EraseWords
from .own import KeptQuery as KeptQuery
from .own import ReleaseKept as ReleaseKept
from .playing import Played, nothing_known
from .records import (
    NOT_PERMITTED,
    Accepted,
    Answer,
    Ask,
    Command,
    Decision,
    Entry,
    Event,
    Kept,
    Query,
    Reading,
    Refusal,
    Secret,
    Told,
    read_time,
    written,
)
from .slice import Does, Look, Roles, Shows, Slice, Takes, may
from .storage import Row, Store, Tx, statements
from .words import blank, must_give, seal, strip
from .writer import Writer

TIMER = "timer"
REBUILD_PAGE = 2000
FALLBACK_JUMP_S = 2.0
KNOWN_MOST = 50_000  # rows that are known without reading them
CLOCK_SAID_AGAIN = 500  # positions: two processes whose clocks differ must not fill the log with it
TAIL = 200
_say = structlog.get_logger("siaga.desk")

_SCHEMA = f"""
{SCHEMA};
create table if not exists kernel_kind (kind text primary key);
create table if not exists kernel_slice (name text primary key, fingerprint text not null, behind integer);
create table if not exists kernel_touch (name text primary key, position integer not null, revision integer not null);
create table if not exists kernel_lease (name text primary key, holder text not null, until text not null)
"""


class NewerStore(Exception):
    """The store was written by a newer version: go forward, or restore the backup made before the upgrade."""


class Rebuilding(Exception):
    """The tables this needs are being rebuilt from the log; ask again in a moment."""


class Unknown(Exception):
    """There is no such command, view or reading."""


class Shown(NamedTuple):
    """Rows, and the position they are true at."""

    position: int
    rows: Any


def utc_now() -> datetime:
    """The node's clock."""
    return datetime.now(UTC)


class Desk:
    """Answers asks one after another, many in one commit; shows views from snapshots."""

    def __init__(
        self,
        store: Store,
        slices: Sequence[Slice],
        *,
        vault_key: bytes,
        services: Mapping[type, Any] | None = None,
        clock: Callable[[], datetime] = utc_now,
        erasures: Path | None = None,
        rebuild: bool = True,
    ) -> None:
        self._aside = Aside(self)
        self.store, self.slices, self.clock = store, (*slices, own_slice(self, self._aside)), clock
        self.services = dict(services or {})
        self.vault = vault.Vault(vault_key)
        self.counts: Counter[str] = Counter()
        self._erasures = erasures
        self.commands: dict[str, type[Command]] = {}
        self.readings: dict[str, type[Reading]] = {}
        self.views: dict[str, Shows] = {}
        self.does: dict[type[Command], Does] = {}
        self._takes: dict[type[Reading], Takes] = {}
        self._projections: dict[type[Event], list[tuple[str, Callable[[Tx, Any, Entry], None]]]] = {}
        self._owner: dict[type[Command] | str, str] = {}
        events: dict[str, type[Event]] = {}
        for s in self.slices:
            events |= {s.wire(e): e for e in s.events}
            for c, does in s.commands.items():
                self.commands[s.wire(c)], self.does[c], self._owner[c] = c, does, s.name
            for r, takes in s.readings.items():
                self.readings[s.wire(r)], self._takes[r] = r, takes
            for name, shows in s.views.items():
                self.views[f"{s.name}.{name}"], self._owner[f"{s.name}.{name}"] = shows, s.name
            for e, project in s.projections.items():
                self._projections.setdefault(e, []).append((s.name, project))
        self.log = Log(events, self.commands)
        self.kept_tables = frozenset().union(*(s.kept_tables for s in self.slices))
        self._kinds_seen: set[str] = set()
        self._behind: dict[str, int] = {}
        self._listeners: list[Callable[[int, frozenset[str]], None]] = []
        self._kinds_new: set[str] = set()
        self._erasures_to_write = False
        self._erased = True  # as far as we know: the process before us may have been killed right after an erasure
        self._head = Head(0, chain.START, "")
        self._known, self._stood = nothing_known(), False
        self._left_behind: dict[str, int] = {}
        self._group = Played(_NoTx(), self._known)
        self._now_answered: dict[str, Answered] = {}
        self._then_answered: dict[str, Answered | None] = {}
        self._now_counted: Counter[str] = Counter()
        self._marks: dict[str, int] = {}
        self._elsewhere: frozenset[str] = frozenset()
        self._writer = Writer(store, self)
        stamp = hashlib.sha256("".join([__version__, *(s.fingerprint for s in self.slices)]).encode())
        self._copies = Copies(stamp.hexdigest()[:8])
        self._findings = Held()
        self.tail = chain.Verdict(0, None)
        self._open()
        if rebuild:
            self.catch_up()

    # ── asks ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def handle(self, command: Command, ask: Ask) -> Answer:
        """Decide, record and project; returns after the commit. Raises what broke."""
        waiting: Future[Answer] = Future()
        self.submit(command, ask, lambda answer: _settle(waiting, answer))
        return waiting.result()

    def submit(
        self,
        command: Command,
        ask: Ask,
        done: Callable[[Any], None],
        decided: Callable[[], None] | None = None,
    ) -> None:
        """As `handle`, without waiting: `done` hears the answer, or the exception, after the commit; `decided`, where
        the writer came to a decision, just before it."""
        does = self.does.get(type(command))
        if does is None:
            raise Unknown(type(command).__name__)
        if not may(does.role, ask):
            self.counts["refused"] += 1
            done(not_permitted(does.role))
            return
        digest = self._digest(command)
        if does.prepare is not None:
            command = does.prepare(command)
        if ask.received is None:
            ask = msgspec.structs.replace(ask, received=self.clock())
        self._writer.submit(
            lambda tx: self._answer(tx, does, command, ask, digest),
            done,
            lambda tx, error: self._broke(tx, error, command, ask),
            ask.id,
            decided,
        )

    def _digest(self, command: Command, key: bytes | None = None) -> str:
        body = msgspec.json.encode(command, enc_hook=self._said)
        return self.vault.digest(self.log.command_name(type(command)).encode() + b"\n" + body, key)

    def know_peer(self, tx: Tx, name: str, digest_key: bytes) -> None:
        """Keep by what another node tells its asks apart: a device may repeat one of them here."""
        tx.run(
            "insert into kernel_peer (name, digest_key) values (:n, :k)"
            " on conflict (name) do update set digest_key = :k",
            n=name,
            k=self.vault.lock(digest_key, name),
        )

    def peer_keys(self, tx: Tx) -> dict[str, bytes]:
        """What `know_peer` kept, by node."""
        rows = tx.rows("select name, digest_key from kernel_peer")
        return {row["name"]: self.vault.unlock(row["digest_key"], row["name"]) for row in rows}

    def _said(self, word: Told | Secret) -> str:
        """A word as it counts for the digest, which stays for ever: what can be erased leaves no trace in it, and a
        password no quick way to guess it."""
        return self.vault.stretched(word.text) if isinstance(word, Secret) else type(word).__name__

    def _answer(self, tx: Tx, does: Does, command: Command, ask: Ask, digest: str) -> Answer:
        answered = self._answered(ask.id)
        if answered is not None:
            position, before, origin = answered
            if origin is not None:
                digest = self._digest(command, self.peer_keys(tx).get(origin))
            if before == digest and all(self.vault.same(tx, word) for word in strip(seal(command, ask.id))[1]):
                return Accepted(position)
            return Refusal(code="ask-id-reused", facts={"id": ask.id, "position": position})
        if self._behind and self._owner[type(command)] in self._behind:
            raise Rebuilding(self._owner[type(command)])
        return self._decide(tx, does, command, ask, digest)

    def _answered(self, ask: str) -> Answered | None:
        """How an ask was answered, in this group or before it."""
        if ask in self._now_answered:
            return self._now_answered[ask]
        if ask in self._then_answered:
            return self._then_answered[ask]
        return self.log.answered(self._group.beneath, ask)

    def answer_within(self, tx: Tx, command: Command, ask: Ask) -> Answer:
        """Answer a second ask inside the turn of a first one; what breaks, breaks both."""
        does, digest = self.does[type(command)], self._digest(command)
        if does.prepare is not None:
            command = does.prepare(command)
        return self._answer(tx, does, command, ask, digest)

    def _decide(self, tx: Tx, does: Does, command: Command, ask: Ask, digest: str) -> Answer:
        if blank(getattr(command, "reason", None)):
            if must_give(type(command), "reason"):
                self._now_counted["refused"] += 1
                return Refusal(code="reason-blank")
            command = msgspec.structs.replace(command, reason=None)
        command = seal(command, ask.id)
        if blank(ask.override):
            ask = msgspec.structs.replace(ask, override=None)
        if ask.override is not None:
            ask = msgspec.structs.replace(ask, override=seal(_Override(ask.override), f"{ask.id}/override").reason)
        known = does.load(tx, command, ask) if does.loads_with_ask else does.load(tx, command)  # type: ignore[call-arg]
        decision = does.decide(command, known, ask)
        if isinstance(decision, Refusal):
            self._now_counted["refused"] += 1
            return decision
        self.record(tx, decision, ask, self.log.command_name(type(command)), digest)
        if does.keep is not None:
            does.keep(tx, command, ask)
        self._now_counted["accepted"] += 1
        return Accepted(self._head.position)

    def record(self, tx: Tx, decision: Decision, ask: Ask, command: str, digest: str) -> list[Entry]:
        """Write decided events, their words and their rows; only inside the writer's turn."""
        assert not isinstance(decision, Refusal)
        bare = []
        for item in decision:
            stripped, words = strip(item)
            bare.append(stripped)
            for word in words:
                self.vault.keep(tx, word)
        entries = self.log.append(tx, self._head, bare, ask, command, digest, max(ask.now, self._recorded))
        self._now_answered[ask.id] = Answered(self._head.position, digest, None)
        for entry in entries:
            self._kinds_new.add(entry.kind)
            self._project(tx, entry)
        if ask.actor == TIMER:
            tx.run("delete from kernel_due where id = :id", id=ask.id)
        return entries

    def adopt(self, tx: Tx, theirs: Row) -> Entry:
        """Write and project a row of another node's log; only inside the writer's turn (see receive.py)."""
        entry = self.log.adopt(tx, self._head, theirs, max(self.clock(), self._recorded))
        self._now_answered[entry.ask] = Answered(entry.position, theirs["digest"], entry.origin)
        self._kinds_new.add(entry.kind)
        self._project(tx, entry)
        return entry

    def _project(self, tx: Tx, entry: Entry) -> None:
        assert entry.event is not None
        for name, project in self._projections.get(type(entry.event), ()):
            if name not in self._behind:
                project(tx, entry.event, entry)

    @property
    def _recorded(self) -> datetime:
        return read_time(self._head.recorded) if self._head.recorded else datetime.min.replace(tzinfo=UTC)

    # ── the group ────────────────────────────────────────────────────────────────────────────────────────────────

    def before(self, tx: Tx, asks: Sequence[str]) -> Tx:
        """The writer's turn begins: read the head, see whether we may still write, and what was answered before."""
        self._group = Played(tx, self._known)
        self._kinds_new = set()
        self._now_counted = Counter()
        self.read_again(tx)
        self._then_answered = self.log.answers(tx, asks)
        self._elsewhere = self._changed_elsewhere(tx)
        self._doubt_what_is_known()
        now = self.clock()
        back = (self._recorded - now).total_seconds() if self._head.recorded else 0.0
        if back > FALLBACK_JUMP_S:
            self._note_jump(now, round(back, 1))
        return self._group

    def _changed_elsewhere(self, tx: Tx) -> frozenset[str]:
        """What another process wrote since our last commit: nobody may hear of a later position without it."""
        last = self._marks.get("log", self._head.position)
        if last == self._head.position:
            return frozenset()
        rows = tx.rows("select name from kernel_touch where position > :p and name <> 'log'", p=last)
        return frozenset(row["name"] for row in rows)

    def _doubt_what_is_known(self) -> None:
        """Known from turn to turn is only what nobody else can have changed, and what stands since our last turn."""
        moved = self._marks.get("log", self._head.position) != self._head.position
        replayed = self._behind != self._left_behind
        if moved or replayed or not self._stood or sum(map(len, self._known.values())) > KNOWN_MOST:
            self._known.clear()
        self._stood = False

    def settle(self) -> None:
        """What an ask wrote stands in the transaction now."""
        self._group.settle()

    def undone(self, tx: Tx) -> None:
        """Forget what was written last and what came of it."""
        self._group.forget_waiting()
        self.read_again(tx)
        self._known.clear()

    def read_again(self, tx: Tx) -> None:
        """Read again what is remembered of the log and the slices."""
        self._now_answered, self._then_answered = {}, {}
        self._head = self.log.head(tx)
        ours = {s.name: s.fingerprint for s in self.slices}
        self._behind = {}
        for row in tx.rows("select name, fingerprint, behind from kernel_slice"):
            if ours.get(row["name"], row["fingerprint"]) != row["fingerprint"]:
                raise NewerStore(f"another version of Siaga has rebuilt the tables of {row['name']}: restart this one")
            if row["behind"] is not None:
                self._behind[row["name"]] = row["behind"]

    def _note_jump(self, now: datetime, seconds: float) -> None:
        """The clock was set back: say so in the log, and let recorded times go on from there."""
        self._head.recorded = written(now)
        said = self._group.rows(
            "select 1 as x from log where kind = 'kernel.clock-jumped' and position > :p limit 1",
            p=self._head.position - CLOCK_SAID_AGAIN,
        )
        if not said:
            ask = Ask(id=f"clock/{written(now)}.{self._head.position}", at=now, actor="node", roles=frozenset())
            self.record(self._group, [ClockJumped(seconds)], ask, "kernel.clock", "")

    def after(self, tx: Tx) -> None:
        """The group is done: mark which tables changed, so that views know their version."""
        self._group.settle()
        for kind in sorted(self._kinds_new - self._kinds_seen):
            tx.run("insert into kernel_kind (kind) values (:k) on conflict (kind) do nothing", k=kind)
        marks = {}
        for name in self._group.touched - {"log", "kernel_touch", "kernel_lease", "kernel_cursor", "kernel_slice"}:
            marks[name] = 1 if name in self.kept_tables else 0
        before = self._marks.get("log")
        if before != self._head.position:
            marks["log"] = 0
        for name, step in marks.items():
            tx.run(
                "insert into kernel_touch (name, position, revision) values (:name, :position, :step)"
                " on conflict (name) do update set position = :position, revision = kernel_touch.revision + :step",
                name=name,
                position=self._head.position,
                step=step,
            )

    def committed(self) -> None:
        """The group stands: tell who listens."""
        self._stood, self._left_behind = True, dict(self._behind)
        self._marks["log"] = self._head.position
        self.counts.update(self._now_counted)
        self._kinds_seen |= self._kinds_new
        touched = self._elsewhere.union(self._group.touched)
        for listener in [*self._listeners]:
            try:
                listener(self._head.position, touched)
            except Exception as failed:  # one that fails must not keep the news from the others
                _say.error("listener-failed", error=type(failed).__name__)
        self._erased |= "vault_erasure" in touched
        if self._erased:  # until no file holds it any more: somebody may be reading an old snapshot just now
            self._erased = not self.store.forget()
        if self._erasures is not None and ("vault_erasure" in touched or self._erasures_to_write):
            self._erasures_to_write = True  # until it has been written: the disk of the list may be full just now
            with self.store.read() as tx:
                vault.write_erasures(tx, self._erasures)
            self._erasures_to_write = False

    def listen(self, listener: Callable[[int, frozenset[str]], None]) -> Callable[[], None]:
        """Be told after each commit of this process: position and touched tables. Returns how to stop."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def work(self, job: Callable[[Tx], Any], *, firm: bool = True) -> Any:
        """Do something to kept tables in the writer's turn (cursors, accounts, imports). Not `firm`: a power loss may
        take it back, and it is then done again."""
        waiting: Future[Any] = Future()
        self._writer.submit(job, lambda answer: _settle(waiting, answer), firm=firm)
        return waiting.result()

    def submit_work(self, job: Callable[[Tx], Any], done: Callable[[Any], None]) -> None:
        """As `work`, without waiting."""
        self._writer.submit(job, done)

    # ── readings ─────────────────────────────────────────────────────────────────────────────────────────────────

    def take(self, reading: Reading, ask: Ask) -> bool | Refusal:
        """Keep the newest value; False when it was stale or not valid and therefore dropped."""
        takes = self._takes.get(type(reading))
        if takes is None:
            raise Unknown(type(reading).__name__)
        if not may(takes.role, ask):
            return not_permitted(takes.role)
        taken: bool = self.work(lambda tx: takes.take(tx, reading, ask))
        self.counts["readings" if taken else "readings-dropped"] += 1
        return taken

    # ── views ────────────────────────────────────────────────────────────────────────────────────────────────────

    def show(self, name: str, params: Query, reader: Ask) -> Shown | Refusal:
        """The rows of a view and the position they are true at."""
        shows = self._shows(name)
        if not may(shows.role, reader):
            return not_permitted(shows.role)
        if shows.reveals:
            if reader.received is None:
                reader = msgspec.structs.replace(reader, received=self.clock())
            shown: Shown = self.work(lambda tx: self._rows(tx, name, shows, params, reader))
            return shown
        with self.store.read() as tx:
            return self._rows(tx, name, shows, params, reader)

    def _shows(self, name: str) -> Shows:
        shows = self.views.get(name)
        if shows is None:
            raise Unknown(name)
        return shows

    def _rows(self, tx: Tx, name: str, shows: Shows, params: Query, reader: Ask) -> Shown:
        position = self._position(tx)
        if tx.rows("select 1 as x from kernel_slice where name = :n and behind is not null", n=self._owner[name]):
            raise Rebuilding(self._owner[name])
        if not shows.looks:
            return Shown(position, shows.view(tx, params))
        look = Look(reader, self.services, self.vault if shows.reveals else None, self._findings)
        return Shown(position, shows.view(tx, params, look))

    def encoded(self, name: str, params: Query, reader: Ask, known: str | None = None) -> Encoded | Refusal:
        """A view as JSON bytes with its ETag, made once per version, parameters and scope.

        `known` is the ETag the client holds; when it still stands, the body is empty and `unchanged` is set."""
        shows = self._shows(name)
        if not may(shows.role, reader):
            return not_permitted(shows.role)
        if shows.live or shows.reveals:
            shown = self.show(name, params, reader)
            return shown if isinstance(shown, Refusal) else self._copies.once(shown.position, shown.rows)
        with self.store.read() as tx:
            position, version = self.version(tx, shows)
            key = self._copies.key(name, params, reader if shows.scoped else None)
            found = self._copies.find(key, version, position, known)
            if found is not None:
                return found
            rows = self._rows(tx, name, shows, params, reader).rows
        return self._copies.make(key, version, position, rows)

    def version(self, tx: Tx, shows: Shows) -> tuple[int, str]:
        """The node's position and the view's version: last change of a table it reads, revision of its kept ones."""
        names = {f"t{n}": table for n, table in enumerate(shows.reads)}
        wanted = "".join(f", :{n}" for n in names)
        marks = tx.rows(f"select name, position, revision from kernel_touch where name in ('log'{wanted})", **names)
        head = changed = revision = 0
        for mark in marks:
            if mark["name"] == "log":
                head = mark["position"]
            if mark["name"] in shows.reads:
                changed = max(changed, mark["position"])
                revision += mark["revision"]
        return head, f"{changed}.{revision}"

    def _position(self, tx: Tx) -> int:
        return int(tx.rows("select max(position) as p from log")[0]["p"] or 0)

    def position(self) -> int:
        """The last position of the log."""
        with self.store.read() as tx:
            return self._position(tx)

    # ── set aside ────────────────────────────────────────────────────────────────────────────────────────────────

    def set_aside(self, *, kind: str, raw: bytes, reason: str, ask: Ask) -> Kept:
        """Keep an ask that can neither be accepted nor refused, with its bytes, until a person decides."""
        received = ask.received or self.clock()
        self.work(lambda tx: self._aside.keep(tx, kind, raw, reason, ask, received))
        return Kept(ask.id)

    def _broke(self, tx: Tx, error: Exception, command: Command, ask: Ask) -> Kept | Exception:
        if isinstance(error, Rebuilding) or ask.actor == TIMER:
            return error
        return self._aside.broken(tx, error, command, ask)

    # ── what is due ──────────────────────────────────────────────────────────────────────────────────────────────

    def due(self, until: datetime, limit: int = 100) -> list[tuple[str, datetime, Command]]:
        """What is due by then: ask id, its time, the command."""
        with self.store.read() as tx:
            rows = tx.rows(
                "select * from kernel_due where at <= :at order by at, id limit :limit", at=written(until), limit=limit
            )
        found = []
        for row in rows:
            left = DueLeft(row["id"], read_time(row["at"]), row["command"], msgspec.Raw(row["body"].encode()))
            found.append((left.id, left.at, self.log.due_command(left)))
        return found

    def refuse_due(self, due: str, code: str) -> None:
        """Record that what was due was refused, so that it is not asked for ever."""
        now = self.clock()
        ask = Ask(id=due, at=now, actor=TIMER, roles=frozenset({TIMER}), received=now)
        self.work(lambda tx: self.record(tx, [DueRefused(due, code)], ask, "kernel.due", "") and None)

    # ── opening and rebuilding ───────────────────────────────────────────────────────────────────────────────────

    def _open(self) -> None:
        with self.store.write() as tx:
            for statement in (*statements(_SCHEMA), *statements(KEPT)):
                tx.run(statement)
            self._check_version(tx)
            self._check_key(tx)
            self.log.check_known(tx)
            known = {row["name"]: row for row in tx.rows("select * from kernel_slice")}
            head = self.log.head(tx).position
            for s in self.slices:
                for statement in statements(s.kept):
                    tx.run(statement)
                row = known.get(s.name)
                if row is None or row["fingerprint"] != s.fingerprint:
                    self.start_over(tx, s, behind=0 if head else None)
            self.read_again(tx)
            self.tail = chain.verify(tx, last=TAIL)
        if self.tail.broken_at is not None:
            _say.error("chain-broken", position=self.tail.broken_at, reason=self.tail.reason)

    def _check_key(self, tx: Tx) -> None:
        mark = self.vault.digest(b"the key this store was written with")
        rows = tx.rows("select value from kernel_node where key = 'vault_key'")
        if rows and rows[0]["value"] != mark:
            raise vault.VaultKeyMissing("this is not the vault key that this store was written with")
        if not rows:
            tx.run("insert into kernel_node (key, value) values ('vault_key', :v)", v=mark)

    def _check_version(self, tx: Tx) -> None:
        rows = tx.rows("select value from kernel_node where key = 'written_by'")
        if rows and newer(rows[0]["value"]):
            raise NewerStore(f"this store was written by Siaga {rows[0]['value']}; this is {__version__}")
        tx.run(
            "insert into kernel_node (key, value) values ('written_by', :v) on conflict (key) do update set value = :v",
            v=__version__,
        )

    def start_over(self, tx: Tx, s: Slice, behind: int | None = 0) -> None:
        """Drop and make the derived tables of a slice; `behind` says how far the log has been played into them."""
        self._known.clear()
        for old in tx.rows("select value from kernel_node where key = :k", k=f"tables.{s.name}"):
            for table in old["value"].split():
                tx.run(f"drop table if exists {table}")
        for table in s.tables:
            tx.run(f"drop table if exists {table}")
        for statement in statements(s.schema):
            tx.run(statement)
        tx.run(
            "insert into kernel_node (key, value) values (:k, :v) on conflict (key) do update set value = :v",
            k=f"tables.{s.name}",
            v=" ".join(s.tables),
        )
        tx.run(
            "insert into kernel_slice (name, fingerprint, behind) values (:n, :f, :b)"
            " on conflict (name) do update set fingerprint = :f, behind = :b",
            n=s.name,
            f=s.fingerprint,
            b=behind,
        )
        if behind is not None:
            self._behind[s.name] = behind  # at once: what the same group decides next is replayed, not projected

    @property
    def behind(self) -> list[str]:
        """The slices whose tables are not up to date with the log."""
        return sorted(self._behind)

    def catch_up(self, progress: Callable[[int], None] | None = None) -> None:
        """Play the log into the slices that are behind; the others serve meanwhile."""
        self._catch_up(self.behind, progress)

    def rebuild(self, names: Iterable[str] | None = None, progress: Callable[[int], None] | None = None) -> int:
        """Drop derived tables and play the log again; other slices serve meanwhile. Returns the events in the log."""
        wanted = sorted(names) if names is not None else [s.name for s in self.slices]
        for s in self.slices:
            if s.name in wanted:
                self.work(partial(self.start_over, s=s, behind=0))
        self._catch_up(wanted, progress)
        return self.position()

    def _catch_up(self, names: Sequence[str], progress: Callable[[int], None] | None) -> None:
        while (reached := self.work(lambda tx: self._replay_page(tx, names), firm=False)) is not None:
            if progress:
                progress(reached)

    def _replay_page(self, tx: Tx, names: Sequence[str]) -> int | None:
        """Play one page into the slices that are furthest behind; None when all are up to date."""
        lag = {n: b for n, b in self._behind.items() if n in names}
        if not lag:
            return None
        start = min(lag.values())
        group = {n for n, b in lag.items() if b == start}
        plays = {e: [p for n, p in ps if n in group] for e, ps in self._projections.items()}
        kinds = [self.log.name(e) for e, ps in plays.items() if ps]
        entries = self.log.read(tx, start, REBUILD_PAGE, kinds=kinds)
        for entry in entries:
            for project in plays[type(entry.event)]:  # type: ignore[index]
                project(tx, entry.event, entry)
        done = len(entries) < REBUILD_PAGE
        reached = self._head.position if done else entries[-1].position
        if done and "kernel" in group:
            tx.run("delete from kernel_due where exists (select 1 from log where log.ask = kernel_due.id)")
        for name in group:
            tx.run("update kernel_slice set behind = :b where name = :n", b=None if done else reached, n=name)
            if done:
                del self._behind[name]
            else:
                self._behind[name] = reached
        return reached

    def close(self) -> None:
        """Finish what is queued and let go of the store."""
        self._writer.close()
        self.store.close()


class _NoTx:
    """Stands where no group is open."""

    def rows(self, sql: str, **params: Any) -> list[Row]:
        raise RuntimeError("no transaction is open")

    def run(self, sql: str, **params: Any) -> None:
        raise RuntimeError("no transaction is open")

    def many(self, sql: str, each: Sequence[Mapping[str, Any]]) -> None:
        raise RuntimeError("no transaction is open")


class _Override(msgspec.Struct, frozen=True):
    reason: Told


def not_permitted(roles: Roles) -> Refusal:
    """Refused for want of a role."""
    return Refusal(code=NOT_PERMITTED, facts={"roles": roles if isinstance(roles, str) else ", ".join(roles)})


def _settle(waiting: Future[Any], answer: Any) -> None:
    if isinstance(answer, Exception):
        waiting.set_exception(answer)
    else:
        waiting.set_result(answer)


def newer(version: str) -> bool:
    """Whether that version came after this one."""
    return _numbers(version) > _numbers(__version__)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))
