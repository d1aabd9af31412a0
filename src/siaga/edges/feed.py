"""The feed: server-sent notices of stale views, gathered, resumable, never waiting for a slow reader."""

import asyncio
import contextlib
import socket
import threading
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec
import structlog

from ..kernel.desk import Desk
from ..kernel.slice import may
from ..slices.access.tables import gate
from .call import Call, Headers, Send, Stopped
from .security import Security, Who

GATHER_S = 0.05
SPACING_S = 0.1  # at most ten notices a second
HEARTBEAT_S = 1.0  # a desk that hears nothing for three seconds says that the node is gone
TEND_S = 0.5
POLL_S = 1.0
DRAIN_S = 10.0
BUFFER = 16 * 1024
MOST_STREAMS = 5_000
MOST_OF_ONE = 1_000
STREAM: Headers = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),  # a reverse proxy must not gather notices
]
BEAT = b":\n\n"
Marks = dict[str, tuple[int, int]]
_log = structlog.get_logger("siaga.feed")


class Client:
    """One open stream: what it has not been told yet, merged, so that a slow one costs no more than a quick one.

    On our own server notices are written straight to its transport, all clients in one go (a task of its own to wake
    for each costs ten times as much); on any other ASGI server the stream's coroutine sends them."""

    __slots__ = (
        "blocked_at",
        "ended",
        "position",
        "ready",
        "recheck",
        "sent_at",
        "stale",
        "transport",
        "visible",
        "wake",
        "who",
    )

    def __init__(self, who: Who, visible: frozenset[str], transport: Any) -> None:
        self.who, self.visible, self.transport = who, visible, transport
        self.stale: set[str] | None = None
        self.ready: bytes | None = None  # the notice as bytes, shared with all clients that see the same
        self.position = 0
        self.recheck = False
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.wake = asyncio.Event()
        self.sent_at = self.blocked_at = 0.0

    def tell(self, position: int, views: frozenset[str], notice: bytes) -> None:
        """Leave a notice, or add to the one that waits."""
        self.position = position
        if self.stale is None:
            self.stale, self.ready = set(views), notice
        else:
            self.stale |= views
            self.ready = None

    def take(self) -> bytes:
        """What is to be sent now: the notice, or a heartbeat."""
        if self.stale is None:
            return BEAT
        notice = self.ready or _notice(self.position, self.stale)
        self.stale = self.ready = None
        return notice

    def flush(self, now: float) -> None:
        """Send what is left, unless the reader is behind; who is behind for too long is cut off."""
        if self.transport is None:
            self.wake.set()
            return
        if self.transport.is_closing():
            self.end()
        elif self.transport.get_write_buffer_size() <= BUFFER:
            self.transport.write(_chunk(self.take()))
            self.sent_at, self.blocked_at = now, 0.0
        elif not self.blocked_at:
            self.blocked_at = now
        elif now - self.blocked_at > DRAIN_S:
            self.transport.abort()
            self.end()
            _log.info("feed-reader-dropped")

    def end(self) -> None:
        """Close the stream."""
        if not self.ended.done():
            self.ended.set_result(None)
        self.wake.set()


@lru_cache(64)
def _chunk(body: bytes) -> bytes:
    """A chunk of HTTP/1.1, framed once for all who get the same."""
    return b"%x\r\n%b\r\n" % (len(body), body)


def _notice(position: int, views: Iterable[str]) -> bytes:
    body = msgspec.json.encode({"position": position, "views": sorted(views)})
    return b"id: %d\nevent: stale\ndata: %b\n\n" % (position, body)


class Feed:
    """Hears of commits, here and in other processes, and tells every open stream which of its views are stale."""

    def __init__(self, desk: Desk, security: Security) -> None:
        self._desk, self._security = desk, security
        self.clients: set[Client] = set()
        self._readers: dict[str, frozenset[str]] = {}
        for name, shows in desk.views.items():
            for table in shows.reads:
                self._readers[table] = self._readers.get(table, frozenset()) | {name}
        self._matters = frozenset(self._readers) | gate.TABLES | {"log"}
        self._lock = threading.Lock()
        self._touched: set[str] = set()
        self._position = 0
        self._ours: dict[str, int] = {}
        self._times: Counter[str] = Counter()
        self._armed = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._fired_at = 0.0
        self._marks: Marks = {}
        self._base: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False
        self._deaf = desk.listen(self._heard)

    def close(self) -> None:
        """End every stream; once is enough."""
        if self._closed:
            return
        self._closed = True
        self._deaf()
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        for client in self.clients:
            client.end()

    # ── hearing ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _heard(self, position: int, touched: frozenset[str]) -> None:
        """In the writer's thread, after a commit."""
        if not self.clients or self._loop is None or self._matters.isdisjoint(touched):
            return
        with self._lock:
            for table in touched:
                self._ours[table] = position
            self._times.update(touched)
        self._announce(position, touched)

    def _announce(self, position: int, touched: Iterable[str]) -> None:
        with self._lock:
            self._position = max(self._position, position)
            self._touched.update(touched)
            if self._armed or self._loop is None:
                return
            self._armed = True
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody listens any more
            self._loop.call_soon_threadsafe(self._arm)

    def _arm(self) -> None:
        assert self._loop is not None
        self._loop.call_at(max(self._loop.time() + GATHER_S, self._fired_at + SPACING_S), self._fire)

    def _fire(self) -> None:
        assert self._loop is not None
        with self._lock:
            touched, self._touched, self._armed = self._touched, set(), False
            position = self._position
        self._fired_at = self._loop.time()
        stale = frozenset[str]().union(*(self._readers.get(table, ()) for table in touched))
        people = not gate.TABLES.isdisjoint(touched)
        notices: dict[frozenset[str], tuple[frozenset[str], bytes]] = {}
        for client in list(self.clients):
            client.recheck |= people
            found = notices.get(client.visible)
            if found is None:
                views = stale & client.visible
                found = notices[client.visible] = (views, _notice(position, views))
            client.tell(position, *found)
            client.flush(self._fired_at)

    async def _tend(self) -> None:
        """Twice a second: heartbeats, readers that were behind, sign-ins that have ended."""
        assert self._loop is not None
        while True:
            await asyncio.sleep(TEND_S)
            now, clock = self._loop.time(), self._desk.clock()
            for client in list(self.clients):
                until = client.who.holder.expires_at
                if (client.recheck or (until is not None and until <= clock)) and not await self._still(client):
                    client.end()
                elif client.stale is not None or now - client.sent_at >= HEARTBEAT_S:
                    client.flush(now)

    async def _first_marks(self) -> None:
        _, self._marks = await self._security.off_loop(self._read_marks)

    async def _poll(self) -> None:
        """Once a second: what did another process change?"""
        while True:
            await asyncio.sleep(POLL_S)
            try:
                position, marks = await self._security.off_loop(self._read_marks)
            except Exception as broken:  # the store may be away for a while; the streams stay
                _log.warning("feed-poll-failed", error=type(broken).__name__)
                continue
            self._compare(position, marks)

    def _read_marks(self) -> tuple[int, Marks]:
        with self._desk.store.read() as tx:
            rows = tx.rows("select name, position, revision from kernel_touch")
        marks = {row["name"]: (row["position"], row["revision"]) for row in rows}
        return marks.get("log", (0, 0))[0], marks

    def _compare(self, position: int, marks: Marks) -> None:
        with self._lock:
            ours, times = dict(self._ours), self._times
            self._times = Counter()
        foreign = set()
        for table, (at, revision) in marks.items():
            before = self._marks.get(table, (0, 0))
            if (at, revision) == before:
                continue
            steps = times[table] if table in self._desk.kept_tables else 0
            if ours.get(table) != at or revision - before[1] != steps:
                foreign.add(table)
        self._marks = marks
        if foreign:
            if not gate.TABLES.isdisjoint(foreign):
                self._security.forget()
            self._announce(position, foreign)

    # ── streams ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def serve(self, call: Call, send: Send, guards: Headers) -> None:
        """One stream, until the client goes, its sign-in ends, it stops reading, or the node stops."""
        who = await self._security.signed_in(call)
        mine = sum(client.who.holder.id == who.holder.id for client in self.clients)
        if len(self.clients) >= MOST_STREAMS or mine >= MOST_OF_ONE or self._closed:
            raise Stopped(call.later("too-many", 5))
        client = Client(who, self._visible(who), call.scope.get("siaga.transport"))
        await self._begin()
        left = asyncio.ensure_future(_left(call, client))
        try:
            _small_buffers(client.transport)
            await send({"type": "http.response.start", "status": 200, "headers": [*STREAM, *guards]})
            await send({"type": "http.response.body", "body": b"retry: 1000\n\n", "more_body": True})
            self.clients.add(client)  # before looking back, so that nothing falls between
            missed = await self._security.off_loop(self._missed, call.header(b"last-event-id"), client.visible)
            client.tell(*missed, _notice(*missed))
            client.flush(asyncio.get_running_loop().time())
            if client.transport is None:
                await self._send_all(client, send)
            await client.ended
            await send({"type": "http.response.body", "body": b""})
        except Exception as broken:  # the answer has begun: nothing can be said any more, the client will ask again
            _log.info("feed-stream-ended", error=type(broken).__name__)
        finally:
            self.clients.discard(client)
            left.cancel()

    async def _send_all(self, client: Client, send: Send) -> None:
        while not client.ended.done():
            await client.wake.wait()
            client.wake.clear()
            if not client.ended.done():
                client.sent_at = asyncio.get_running_loop().time()
                async with asyncio.timeout(DRAIN_S):
                    await send({"type": "http.response.body", "body": client.take(), "more_body": True})

    async def _begin(self) -> None:
        """The first stream starts tending and listening to other processes."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._armed, self._tasks = loop, False, []
            self._base = None
        if not self._tasks:
            self._tasks = [loop.create_task(self._poll()), loop.create_task(self._tend())]
        if self._base is None or (self._base.done() and self._base.exception() is not None):
            self._base = loop.create_task(self._first_marks())
        await asyncio.shield(self._base)  # what changes from now on is told; what changed before, a client looks up

    def _visible(self, who: Who) -> frozenset[str]:
        reader = who.ask(id="feed", at=self._desk.clock())
        return frozenset(name for name, shows in self._desk.views.items() if may(shows.role, reader))

    async def _still(self, client: Client) -> bool:
        """Whether the sign-in still holds; roles may have changed."""
        if self._closed:
            return False
        holder = client.who.holder
        if client.recheck or (holder.expires_at is not None and holder.expires_at <= self._desk.clock()):
            client.recheck = False
            found = await self._security.lookup(client.who.secret)
            if found is None or found.expired or found.revoked:
                return False
            client.who = msgspec.structs.replace(client.who, holder=found)
            client.visible = self._visible(client.who)
        return True

    def _missed(self, last: str, visible: frozenset[str]) -> tuple[int, frozenset[str]]:
        """What changed since the last notice the client saw; without one the position alone: it reads all anyway."""
        position, marks = self._read_marks()
        if not last.isdecimal() or len(last) > 18:
            return position, frozenset()
        seen = int(last)
        if seen > position:  # another log than it knew, such as after a restore
            return position, visible
        kept = self._desk.kept_tables
        # Kept tables change without moving the log: at the same position they may be newer than the notice.
        changed = [table for table, (at, _) in marks.items() if at > seen or (at == seen and table in kept)]
        views = frozenset[str]().union(*(self._readers.get(table, ()) for table in changed))
        return position, views & visible


async def _left(call: Call, client: Client) -> None:
    """Wait for the client to go."""
    await call.gone()
    client.end()


def _small_buffers(transport: Any) -> None:
    """A stream that is not read should show it soon, and hold little until then."""
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
