"""Bench `feed`: open event streams, asks over HTTP at a steady rate, and how long each stream waits for the notice.

The time runs from sending an ask to the notice of its position on every one of the streams, so it holds the commit, the
gathering (50 ms) and the spacing of at most ten notices a second."""

import asyncio
import re
import resource
import time
from datetime import UTC, datetime
from typing import Any

import msgspec
import uvloop

from . import server
from .common import folder, node, nth, percentile, prepare

STREAMS, PER_S, SECONDS = 500, 20, 10.0
_POSITION = re.compile(rb"id: ?(\d+)")


class Stream(asyncio.Protocol):
    """One open stream: when it heard of which position."""

    def __init__(self, request: bytes) -> None:
        self._request = request
        self.heard: list[tuple[float, int]] = []
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        """Connected: ask for the feed."""
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """A notice, a heartbeat or the head of the answer."""
        if not self.open.done():
            self.open.set_result(None)
        if found := _POSITION.findall(data):
            self.heard.append((time.perf_counter(), int(found[-1])))


def run(quick: bool) -> dict[str, Any]:
    """All figures."""
    streams, seconds = (20, 1.0) if quick else (STREAMS, SECONDS)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most[1], most[1]))  # a connection is a file; the server inherits it
    with folder() as data:
        with node(data) as opened:
            prepare(opened, 8)
            secret = server.token(opened)
        with server.running(data) as there, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            waits, open_ = runner.run(_listen(there, secret, streams, seconds))
    return {
        "clients": open_,
        "asks_per_s": PER_S,
        "notices": len(waits),
        "p50_ms": round(percentile(waits, 50), 1),
        "p99_ms": round(percentile(waits, 99), 1),
    }


async def _listen(there: server.Running, secret: str, streams: int, seconds: float) -> tuple[list[float], int]:
    loop = asyncio.get_running_loop()
    request = server.get(there, secret, "/api/feed", accept="text/event-stream")
    listening = []
    for _ in range(streams):
        _, stream = await loop.create_connection(lambda: Stream(request), there.host, there.port)
        listening.append(stream)
    await asyncio.wait_for(asyncio.gather(*(s.open for s in listening)), 30)
    await asyncio.sleep(1.0)  # the notices that greet a new stream are no answer to an ask
    asked = await _ask(there, secret, seconds)
    await asyncio.sleep(1.0)
    waits = []
    for stream in listening:
        for begin, position in asked:
            heard = next((at for at, known in stream.heard if known >= position), None)
            if heard is None:
                raise RuntimeError(f"a stream never heard of position {position}")
            waits.append((heard - begin) * 1000)
    return waits, len(listening)


async def _ask(there: server.Running, secret: str, seconds: float) -> list[tuple[float, int]]:
    """Ask at a steady rate; when each was sent and the position it got."""
    line = await server.Line.open(there)
    asked = []
    start = time.perf_counter()
    for n in range(int(seconds * PER_S)):
        await asyncio.sleep(max(0.0, start + n / PER_S - time.perf_counter()))
        kind = "intake.note-incident" if n % 2 else "dispatch.report-status"
        envelope = {"id": f"feed.{n}", "at": datetime.now(UTC).isoformat()}
        body = msgspec.json.encode({"ask": envelope, "command": nth(n % 8, n)}, enc_hook=lambda word: word.text)
        begin = time.perf_counter()
        status, answer = await line.ask(server.post(there, secret, f"/api/commands/{kind}", body))
        if status != 200:
            raise RuntimeError(f"HTTP {status}: {answer[:300]!r}")
        asked.append((begin, msgspec.json.decode(answer)["position"]))
    line.close()
    return asked
