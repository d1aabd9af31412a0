"""The link between nodes over NATS JetStream: kept on the sender's disk until the receiver has it recorded."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import TimeoutError as Late
from contextlib import suppress
from typing import Any, TypeVar

import nats
import nats.errors
import nats.js.errors
from nats.aio.client import Client
from nats.js.api import ConsumerConfig, RetentionPolicy, StorageType, StreamConfig

from ...kernel.link import LinkState, NoLink
from ...kernel.parcel import Card
from .server import Peer, Server, domain

T = TypeVar("T")
DURABLE = "in"
ACK_WAIT_S = 3.0  # then a parcel that was not taken to its end comes again; twice is harmless
ANSWER_S = 3.0
LOOK_S = 0.2  # how long to wait for a parcel that is not there yet
START_S = 10.0
AWAY_S = 1.5  # a partner that did not answer is not asked again for so long
_WRONG = (nats.errors.Error, nats.js.errors.Error, OSError, asyncio.TimeoutError, Late)


class _Way:
    """One partner: our connection, the stream from us to it, and the one from it to us with the domain that lies in."""

    def __init__(self, client: Client, ours: str, theirs: str, far: str | None) -> None:
        self.client = client
        self.out, self.out_subject = f"{ours}-{theirs}", f"siaga.{ours}.{theirs}"
        self.come, self.come_subject = f"{theirs}-{ours}", f"siaga.{theirs}.{ours}"
        self.near = client.jetstream(timeout=ANSWER_S)
        self.far = client.jetstream(timeout=ANSWER_S, domain=far)
        self.inbox: Any = None
        self.away_until = 0.0
        self.there = False


class NatsLink:
    """Speaks to our own server, which speaks to those of the partners, or to one that both were given.

    asyncio lives in a thread of its own."""

    def __init__(self, card: Card, peers: Mapping[str, Peer], server: Server | None, given: str = "") -> None:
        self._peers, self._card, self._server, self._given = peers, card, server, given
        self._ways: dict[str, _Way] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="siaga-nats", daemon=True)
        self._thread.start()

    def send(self, partner: str, id: str, parcel: bytes) -> None:
        """Into our stream for the partner, on our disk; the same id within two minutes is kept once."""
        way = self._way(partner)
        sending = way.near.publish(way.out_subject, parcel, timeout=ANSWER_S, headers={"Nats-Msg-Id": id})
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
            await way.far.stream_info(way.come)  # raises where nobody is there
            way.inbox = await way.far.pull_subscribe(
                way.come_subject,
                durable=DURABLE,
                stream=way.come,
                config=ConsumerConfig(ack_wait=ACK_WAIT_S, max_ack_pending=1),
            )
        try:
            return (await way.inbox.fetch(1, timeout=LOOK_S))[0]
        except nats.errors.TimeoutError:
            await way.far.stream_info(way.come)  # still there?
            return None

    def state(self, partner: str) -> LinkState:
        """Whether the partner answered last time, and how many parcels it has not taken."""
        way = self._way(partner)
        info = self._run(way.near.stream_info(way.out), ANSWER_S + 1)
        return LinkState(way.there, info.state.messages)

    def close(self) -> None:
        """Let go of connections and server."""
        for way in self._ways.values():
            with suppress(NoLink):
                self._run(way.client.close(), ANSWER_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ANSWER_S)
        if self._server is not None:
            self._server.stop()

    def _way(self, partner: str) -> _Way:
        if self._server is not None and not self._server.runs:
            raise NoLink("the server ended")
        if partner not in self._ways:
            self._ways[partner] = self._run(self._open(self._peers[partner]), START_S + 1)
        return self._ways[partner]

    async def _open(self, peer: Peer) -> _Way:
        if self._server is not None:
            await _listening(self._server.port)
        address = self._given if self._server is None else self._server.address(peer)
        client = await nats.connect(address, max_reconnect_attempts=-1, reconnect_time_wait=0.2, error_cb=_quietly)
        ours, theirs = domain(self._card), domain(peer.card)
        way = _Way(client, ours, theirs, None if self._server is None else theirs)
        await way.near.add_stream(
            StreamConfig(
                name=way.out,
                subjects=[way.out_subject],
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
