"""Runs the door on uvicorn, and says what happens as JSON lines on standard error, without personal data."""

import asyncio
import contextlib
import json
import logging
import re
import resource
import signal
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import structlog
import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ..settings import Settings
from .call import spot
from .http import Door
from .install import Install, PlainDoor
from .pages import guards

REQUEST_WITHIN_S = 20.0  # from its first byte to its last, unless the door allows it longer
MOST_HEADERS = 64 * 1024
MOST_REQUEST = 1024 * 1024  # more than a door takes of strangers: a 413 still reaches who sends a little too much
KEEP_ALIVE_S = 75
UNREAD_WITHIN_S = 60  # an answer nobody reads is let go
MOST_CONNECTIONS = 10_000
STOP_LOOK_S = 0.2
RENEW_TICKS = 36_000  # of a tenth of a second
MOST_OF_ONE = 1_000  # of an address that is neither a proxy of ours nor the control room
_log = structlog.get_logger("siaga.serve")


class InOnePiece:
    """A transport that sends the head of an answer with its body: half the calls of the system, half the packets."""

    __slots__ = ("_head", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport, self._head = transport, b""

    def write(self, data: bytes) -> None:
        """Send it; a head goes with its body."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.writelines((head, data) if data else (head,))
        elif data.startswith(b"HTTP/1.1 ") and data[9:10] != b"1":  # who waits for a 100 sends no body before it
            self._head = data
        else:
            self._transport.write(data)

    def send_head(self) -> None:
        """Send a head that no body follows."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        """Send what is left, and close."""
        self.send_head()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class Connection(HttpToolsProtocol):
    """uvicorn's, but a request must come to its end in time and in measure, and knows its transport for the feed."""

    _of: ClassVar[Counter[str]] = Counter()  # connections by address
    _impatient: asyncio.TimerHandle | None = None
    _requests = 0
    _size = 0  # bytes of the request under way, but for the piece it began in
    _most = MOST_HEADERS

    def connection_made(self, transport: Any) -> None:
        """Somebody connected."""
        super().connection_made(InOnePiece(transport))  # type: ignore[arg-type]
        address = self.client[0] if self.client else ""
        self._of[address] += 1
        too_many_of_one = self._of[address] > MOST_OF_ONE and not self.config.app.believes(address)  # type: ignore[union-attr]
        if len(self.connections) > MOST_CONNECTIONS or too_many_of_one:
            transport.abort()
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        """Somebody left."""
        self._patient()
        address = self.client[0] if self.client else ""
        self._of[address] -= 1
        if not self._of[address]:
            del self._of[address]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Something came; headers, trailers and bodies that do not end are cut off, answered or not."""
        before = self._requests
        super().data_received(data)
        if self._requests == before:
            self._size += len(data)
            if self._size > self._most:
                self.transport.abort()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._requests += 1
        self._size, self._most = 0, MOST_HEADERS
        self._await_request()

    def on_headers_complete(self) -> None:
        """Its headers have come."""
        self._most = MOST_REQUEST
        self.scope["siaga.transport"] = self.transport  # type: ignore[typeddict-unknown-key]
        self.scope["siaga.allow"] = self.allow  # type: ignore[typeddict-unknown-key]
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """It has come to its end."""
        self._patient()
        self.scope["siaga.whole"] = True  # type: ignore[typeddict-unknown-key]
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """It is answered."""
        self.transport.send_head()  # type: ignore[attr-defined]
        super().on_response_complete()

    def allow(self, most: int, within_s: float) -> None:
        """Who sends it is known: it may be larger and take longer than a stranger's request; the door itself tells who
        goes beyond that."""
        if self._impatient is not None:  # it has not come to its end yet
            self._most = most + MOST_REQUEST
            self._await_request(within_s + REQUEST_WITHIN_S)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP gets one answer, with the guards of every other."""
        guarded = [(b"content-type", b"text/plain; charset=utf-8"), *guards(secure=False)]
        lines = b"".join(b"%b: %b\r\n" % header for header in guarded)
        self.transport.write(
            b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: %d\r\n%b\r\n%b"
            % (len(msg), lines, msg.encode())
        )
        self.transport.close()

    def _await_request(self, within_s: float | None = None) -> None:
        self._patient()
        self._impatient = self.loop.call_later(within_s or REQUEST_WITHIN_S, self.transport.close)

    def _patient(self) -> None:
        if self._impatient is not None:
            self._impatient.cancel()
            self._impatient = None


class Server(uvicorn.Server):
    """uvicorn's, which ends the open streams before it waits for its connections."""

    def __init__(
        self,
        config: uvicorn.Config,
        door: Door,
        ready: Callable[[str], None] | None,
        renew: Callable[[], bool] | None,
    ) -> None:
        super().__init__(config)
        self._door, self._ready, self._renew = door, ready, renew

    async def on_tick(self, counter: int) -> bool:
        """Now and then a look at the certificate: a node runs longer than one holds."""
        if self._renew is not None and counter % RENEW_TICKS == RENEW_TICKS - 1:
            await self._look_after_certificate(self._renew)
        return await super().on_tick(counter)

    async def _look_after_certificate(self, renew: Callable[[], bool]) -> None:
        settings = self._door.settings
        try:
            if await asyncio.to_thread(renew) and self.config.ssl is not None:
                self.config.ssl.load_cert_chain(settings.tls_certificate, settings.tls_key)
                _log.info("certificate-renewed")
        except (OSError, ValueError) as broken:  # the old one holds for weeks yet
            _log.error("certificate-not-renewed", error=type(broken).__name__)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM without raising them again as uvicorn does: the node is closed in order."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say where."""
        await super().startup(sockets)
        if self.started:
            address = address_of(self._door.settings, sockets)
            _log.info("listening", address=address)
            if self._ready is not None:
                self._ready(address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        _log.info("stopping")
        self._door.feed.close()
        await super().shutdown(sockets)
        self._door.close()


class Beside(uvicorn.Server):
    """A second server of the same process: signals are for the first."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


def listening(settings: Settings) -> socket.socket:
    """The socket to answer on; made before everything else, so that a taken port is noticed at once."""
    return _bound(settings.host, settings.port)


def listening_plain(settings: Settings) -> socket.socket | None:
    """The socket of the installation guide, where there is one."""
    host, _, port = settings.plain.rpartition(":")
    return _bound(host.strip("[]") or "127.0.0.1", int(port)) if settings.plain else None


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; every connection inherits it
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_WITHIN_S * 1000)
    bound.bind((host, port))
    bound.set_inheritable(False)
    return bound


def address_of(settings: Settings, sockets: list[socket.socket] | None) -> str:
    """Where the node answers, for people and programs."""
    scheme = "https" if settings.tls_certificate else "http"
    host, port = sockets[0].getsockname()[:2] if sockets else (settings.host, settings.port)
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def serve(
    door: Door,
    *,
    bound: socket.socket | None = None,
    plain: socket.socket | None = None,
    ready: Callable[[str], None] | None = None,
    renew: Callable[[], bool] | None = None,
) -> None:
    """Answer until told to stop (SIGINT, SIGTERM); `ready` hears the address once it answers.

    `plain` is the socket of the installation guide; `renew` looks hourly after the certificate, true when there is a
    new one."""
    _allow_connections()
    at = bound or listening(door.settings)
    # What the guide says is where the node answers, also when the system chose the ports.
    door.install = Install(door.settings, at.getsockname()[1], plain.getsockname()[1] if plain else 0)

    async def both() -> None:
        main = server(door, ready, renew)
        beside = None
        if plain is not None:
            beside = asyncio.create_task(_beside(main, PlainDoor(door.install, door.around), plain))
        await main.serve(sockets=[at])
        if beside is not None:
            await beside

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(both())


async def _beside(main: Server, door: PlainDoor, bound: socket.socket) -> None:
    """The guide's own small server, which stops with the node."""
    small = Beside(_config(door))
    running = asyncio.create_task(small.serve(sockets=[bound]))
    while not main.should_exit and not running.done():
        await asyncio.sleep(STOP_LOOK_S)
    small.should_exit = True
    await running


def _allow_connections() -> None:
    """As many open files as the system lets us have: each connection is one, and many systems begin with 1,024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):  # some systems name a limit that they do not grant
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def server(door: Door, ready: Callable[[str], None] | None = None, renew: Callable[[], bool] | None = None) -> Server:
    """A server for the door, not yet running; `should_exit` stops it."""
    settings = door.settings
    config = _config(door, settings.tls_certificate or None, settings.tls_key or None)
    return Server(config, door, ready, renew)


def _config(door: Door | PlainDoor, certificate: str | None = None, key: str | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        door,
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # the door reads them itself, and only from proxies it was told about
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=3,
        backlog=2048,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )


class StandardError:
    """Standard error as it is when something is written: whoever replaces or closes it later does not silence us."""

    def write(self, text: str) -> int:
        """Write."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Write out."""
        sys.stderr.flush()


_FILLED_IN = re.compile(r"[\n(<]|(?<=callback )")


class Bare(logging.Formatter):
    """What libraries log, as JSON: the sentence without what was filled in, the kind of error without its words.

    Some fill in before they log (asyncio shows what failed and its error): a sentence ends where that begins."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line = {
            "event": _FILLED_IN.split(str(record.msg))[0].rstrip(),
            "logger": record.name,
            "level": record.levelname.lower(),
        }
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line)


def _thread_broke(broke: threading.ExceptHookArgs) -> None:
    """A thread ended by an exception: where and what kind, never its words."""
    name = broke.thread.name if broke.thread else ""
    _log.error("thread-broken", thread=name, error=broke.exc_type.__name__, at=spot(broke.exc_traceback))


def log_json(level: int = logging.INFO) -> None:
    """Structured logs: one JSON object a line on standard error; no names, addresses, bodies or query strings."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(StandardError()),  # type: ignore[arg-type]
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(StandardError())
    handler.setFormatter(Bare())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    threading.excepthook = _thread_broke
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # not a line for each piece of nonsense strangers send
