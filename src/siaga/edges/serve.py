"""Runs the door on uvicorn, and says what happens as JSON lines on standard error, without personal data."""

import asyncio
import contextlib
import json
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import structlog
import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from ..settings import Settings
from .http import Door

HEADERS_WITHIN_S = 20.0
MOST_HEADERS = 64 * 1024
KEEP_ALIVE_S = 75
MOST_CONNECTIONS = 10_000
_log = structlog.get_logger("siaga.serve")


class Connection(HttpToolsProtocol):
    """uvicorn's, but a request must come to its point in time and in measure, and knows its transport for the feed."""

    _impatient: asyncio.TimerHandle | None = None
    _head: int | None = 0  # bytes of a request whose headers are not complete; None between them and the next request

    def connection_made(self, transport: Any) -> None:
        """Somebody connected."""
        super().connection_made(transport)
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        """Somebody left."""
        self._patient()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Something came; headers that do not end are cut off."""
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > MOST_HEADERS:
                self.transport.abort()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._await_headers()

    def on_headers_complete(self) -> None:
        """A request has come."""
        self._patient()
        self._head = None
        self.scope["siaga.transport"] = self.transport  # type: ignore[typeddict-unknown-key]
        super().on_headers_complete()

    def _await_headers(self) -> None:
        self._patient()
        self._head = 0
        self._impatient = self.loop.call_later(HEADERS_WITHIN_S, self.transport.close)

    def _patient(self) -> None:
        if self._impatient is not None:
            self._impatient.cancel()
            self._impatient = None


class Server(uvicorn.Server):
    """uvicorn's, which ends the open streams before it waits for its connections."""

    def __init__(self, config: uvicorn.Config, door: Door, ready: Callable[[str], None] | None) -> None:
        super().__init__(config)
        self._door, self._ready = door, ready

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


def listening(settings: Settings) -> socket.socket:
    """The socket to answer on; made before everything else, so that a taken port is noticed at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind((settings.host, settings.port))
    bound.set_inheritable(False)
    return bound


def address_of(settings: Settings, sockets: list[socket.socket] | None) -> str:
    """Where the node answers, for people and programs."""
    scheme = "https" if settings.tls_certificate else "http"
    host, port = sockets[0].getsockname()[:2] if sockets else (settings.host, settings.port)
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def serve(door: Door, *, bound: socket.socket | None = None, ready: Callable[[str], None] | None = None) -> None:
    """Answer until told to stop (SIGINT, SIGTERM); `ready` hears the address once it answers."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server(door, ready).serve(sockets=[bound or listening(door.settings)]))


def server(door: Door, ready: Callable[[str], None] | None = None) -> Server:
    """A server for the door, not yet running; `should_exit` stops it."""
    settings = door.settings
    config = uvicorn.Config(
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
        limit_concurrency=MOST_CONNECTIONS,
        backlog=2048,
        ssl_certfile=settings.tls_certificate or None,
        ssl_keyfile=settings.tls_key or None,
    )
    return Server(config, door, ready)


class StandardError:
    """Standard error as it is when something is written: whoever replaces or closes it later does not silence us."""

    def write(self, text: str) -> int:
        """Write."""
        return sys.stderr.write(text)

    def flush(self) -> None:
        """Write out."""
        sys.stderr.flush()


class Bare(logging.Formatter):
    """What libraries log, as JSON: the sentence without what was filled in, the kind of error without its words."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        line = {"event": str(record.msg), "logger": record.name, "level": record.levelname.lower()}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line)


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
