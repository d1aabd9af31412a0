"""A real `siaga serve` as a second process, and connections to it that cost the asking process little."""

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ..app import ROADS, Node
from ..demo.city import city
from ..engine import compile as compiler
from ..slices.access.rules import IssueToken
from ..slices.access.tables.gate import hash_of, new_secret
from .common import must

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class Running:
    """A server that answers."""

    def __init__(self, address: str, process: "subprocess.Popen[str]") -> None:
        self.address, self.process = address, process
        host, _, port = address.removeprefix("http://").rpartition(":")
        self.host, self.port = host, int(port)

    def rss_mb(self) -> float:
        """Resident memory, in megabytes of 10⁶ bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        kib = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
        return int(kib) * 1024 / 1e6


def token(opened: Node, roles: tuple[Any, ...] = ("call-taker", "dispatcher", "crew", "commander")) -> str:
    """A program's token, issued before the server starts."""
    secret = new_secret("sgt_")
    until = datetime.now(UTC) + timedelta(days=1)
    must(opened, IssueToken(f"t{hash_of(secret)[:8]}", hash_of(secret), "bench", roles, until, "bench"), secret[-12:])
    return secret


@cache
def compiled() -> None:
    """The engine's code lies where servers find it: compiled beside one, as the first start does, it would take the
    processor of what is measured."""
    with tempfile.TemporaryDirectory(prefix="siaga-bench-") as folder:
        city().network().save(roads := Path(folder) / ROADS)
        for path in (None, roads):
            if (child := compiler.begin(path)) is not None:
                child.wait()


def start(data: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Begin a server on the folder; its address is the first line of its standard output."""
    compiled()
    given = {k: v for k, v in os.environ.items() if not k.startswith("SIAGA_")} | {"SIAGA_DATA": str(data)}
    command = [sys.executable, "-m", "siaga.edges.cli", "serve", "--json", *(arguments or ("--port", "0"))]
    log = (data / "serve.log").open("w")
    return subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=log, text=True)  # noqa: S603


@contextmanager
def running(data: Path) -> Iterator[Running]:
    """A server on the folder, stopped in order at the end."""
    process = start(data)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server did not start: {(data / 'serve.log').read_text()[-2000:]}")
        yield Running(json.loads(line)["address"], process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Line:
    """One kept connection: request bytes out, status and body in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, server: Running) -> "Line":
        """Connect."""
        return cls(*await asyncio.open_connection(server.host, server.port))

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Send a request and wait for its whole answer."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        body = await self._reader.readexactly(int(length.group(1))) if length else b""
        return int(head[9:12]), body

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


class Asking(asyncio.Protocol):
    """A connection that sends its requests one after another, each as soon as the one before is answered.

    Written for little work per answer: it runs on the same two cores as the server it asks."""

    def __init__(self, requests: list[bytes], until: float) -> None:
        self._requests, self._until, self._held = requests, until, b""
        self.answered = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        """Connected: the first request."""
        self._transport = transport
        transport.write(self._requests[0])

    def data_received(self, data: bytes) -> None:
        """Some of an answer; when it is whole, the next request."""
        held = self._held + data if self._held else data
        end = held.find(b"\r\n\r\n")
        length = _LENGTH.search(held, 0, end) if end >= 0 else None
        if length is None or len(held) < end + 4 + int(length.group(1)):
            self._held = held
            return
        self._held = b""
        if not held.startswith(b"HTTP/1.1 200"):
            self._fail(RuntimeError(held[:300]))
            return
        self.answered += 1
        if self.answered < len(self._requests) and time.perf_counter() < self._until:
            self._transport.write(self._requests[self.answered])
        elif not self.done.done():
            self.done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        """Hung up by the server."""
        self._fail(exc or ConnectionError("the server hung up"))

    def _fail(self, why: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(why)

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


def post(server: Running, secret: str, path: str, body: bytes) -> bytes:
    """The bytes of a POST by a program."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: {server.host}:{server.port}\r\nAuthorization: Bearer {secret}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def get(server: Running, secret: str, path: str, accept: str = "application/json") -> bytes:
    """The bytes of a GET by a program."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {server.host}:{server.port}\r\nAuthorization: Bearer {secret}\r\n"
        f"Accept: {accept}\r\n\r\n"
    ).encode()
