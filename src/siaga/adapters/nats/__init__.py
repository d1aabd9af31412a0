"""The link between nodes over NATS JetStream: kept on the sender's disk until the receiver has it recorded."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import TimeoutError as Late
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import nats
import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.js.api import ConsumerConfig, RetentionPolicy, StorageType, StreamConfig

from ...kernel.link import LinkState, NoLink
from ...kernel.parcel import Card, Identity
from .server import Peer, Server, domain

T = TypeVar("T")
STREAM, DURABLE = "OUT", "in"
ACK_WAIT_S = 3.0  # then a parcel that was not taken to its end comes again; twice is harmless
ANSWER_S = 3.0
LOOK_S = 0.2  # how long to wait for a parcel that is not there yet
START_S = 10.0
AWAY_S = 1.5  # a partner that did not answer is not asked again for so long
_WRONG = (nats.errors.Error, nats.js.errors.Error, OSError, asyncio.TimeoutError, Late)


class _Way:
    """One partner: our connection in its account, its domain, our stream for it."""

    def __init__(self, client: Client, ours: str, theirs: str) -> None:
        self.client, self.ours, self.theirs = client, ours, theirs
        self.inbox: Any = None
        self.away_until = 0.0
        self.there = False


class NatsLink:
    """Speaks to our own server, which speaks to those of the partners; asyncio lives in a thread of its own."""

    def __init__(self, folder: Path, own: Identity, card: Card, peers: Mapping[str, Peer], listen: str) -> None:
        self._peers, self._card = peers, card
        self._server = Server(folder, own, card, peers, listen)
        self._ways: dict[str, _Way] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="siaga-nats", daemon=True)
        self._thread.start()

    def send(self, partner: str, id: str, parcel: bytes) -> None:
        """Into our stream for the partner, on our disk; the same id within two minutes is kept once."""
        way = self._way(partner)
        sending = way.client.jetstream().publish(
            f"siaga.{way.ours}.out", parcel, timeout=ANSWER_S, headers={"Nats-Msg-Id": id}
        )
        self._run(sending, ANSWER_S + 1)

    def receive(self, partner: str, take: Callable[[bytes], object]) -> int:
        """Out of the partner's stream for us, one after another; what is taken is struck off there."""
        way, done = self._way(partner), 0
        if time.monotonic() < way.away_until:
            return 0
        try:
            while (message := self._run(self._next(way), 3 * ANSWER_S)) is not None:
                take(message.data)
                self._run(message.ack_sync(timeout=ANSWER_S), ANSWER_S + 1)
                done += 1
        except NoLink:
            way.inbox, way.there = None, False
            way.away_until = time.monotonic() + (AWAY_S if not done else 0)
            raise
        way.there = True
        return done

    async def _next(self, way: _Way) -> Any:
        if way.inbox is None:
            far = way.client.jetstream(domain=way.theirs, timeout=ANSWER_S)
            await far.stream_info(STREAM)  # raises where nobody is there
            way.inbox = await far.pull_subscribe(
                f"siaga.{way.theirs}.out",
                durable=DURABLE,
                stream=STREAM,
                config=ConsumerConfig(ack_wait=ACK_WAIT_S, max_ack_pending=1),
            )
        try:
            return (await way.inbox.fetch(1, timeout=LOOK_S))[0]
        except nats.errors.TimeoutError:
            await way.client.jetstream(domain=way.theirs, timeout=ANSWER_S).stream_info(STREAM)  # still there?
            return None

    def state(self, partner: str) -> LinkState:
        """Whether the partner answered last time, and how many parcels it has not taken."""
        way = self._way(partner)
        info = self._run(way.client.jetstream().stream_info(STREAM), ANSWER_S + 1)
        return LinkState(way.there, info.state.messages)

    def close(self) -> None:
        """Let go of connections and server."""
        for way in self._ways.values():
            with suppress(NoLink):
                self._run(way.client.close(), ANSWER_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ANSWER_S)
        self._server.stop()

    def _way(self, partner: str) -> _Way:
        if not self._server.runs:
            raise NoLink("the server ended")
        if partner not in self._ways:
            self._ways[partner] = self._run(self._open(self._peers[partner]), START_S + 1)
        return self._ways[partner]

    async def _open(self, peer: Peer) -> _Way:
        await _listening(self._server.port)
        client = await nats.connect(
            self._server.address(peer), max_reconnect_attempts=-1, reconnect_time_wait=0.2, error_cb=_quietly
        )
        way = _Way(client, domain(self._card), domain(peer.card))
        await client.jetstream().add_stream(
            StreamConfig(
                name=STREAM,
                subjects=[f"siaga.{way.ours}.out"],
                retention=RetentionPolicy.WORK_QUEUE,
                storage=StorageType.FILE,
            )
        )
        return way

    def _run(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        waiting = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return waiting.result(seconds)
        except _WRONG as error:
            waiting.cancel()
            raise NoLink(type(error).__name__) from error


async def _listening(port: int) -> None:
    """Wait until our server answers; it has just been started."""
    until = time.monotonic() + START_S
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


async def _quietly(error: Exception) -> None:
    """Lost connections are told by the calls that need them."""
