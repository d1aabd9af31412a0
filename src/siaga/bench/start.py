"""Bench `start`: a log of a million events: from starting the process to the first served page, and its memory.

The log is made once and kept in the cache folder until the tables' code changes. `seconds` is the median of several
starts; `rss_mb` is read when the engine has loaded (the demo city's roads) and answers by them."""

import asyncio
import hashlib
import os
import shutil
import socket
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from .. import __version__
from ..app import ROADS, SLICES
from ..demo.city import city
from . import past, server
from .common import folder, node, percentile

EVENTS, STARTS = 1_000_000, 5
LOADED_WITHIN_S = 90.0


def run(quick: bool) -> dict[str, Any]:
    """All figures."""
    with folder() as temporary:
        if quick:
            data, starts = temporary / "node", 1
            made, secret = make(data, 1_500)
        else:
            data, starts = kept(), STARTS
            if not (data / "token").exists():
                _make_whole(data)
            count, secret = (data / "token").read_text().split()
            made = int(count)
        times = [first_page_s(data) for _ in range(starts)]
        with server.running(data) as there:
            asyncio.run(_until_loaded(there, secret))
            rss = there.rss_mb()
    seconds = round(percentile(times, 50), 2)
    return {"events": made, "seconds": seconds, "slowest_s": round(max(times), 2), "rss_mb": round(rss, 1)}


def kept() -> Path:
    """Where the long log is kept: a folder for this version of the tables; those of others are removed."""
    stamp = hashlib.sha256(" ".join([__version__, str(EVENTS), *(s.fingerprint for s in SLICES)]).encode())
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "siaga" / "bench"
    home.mkdir(parents=True, exist_ok=True)
    wanted = home / f"log-{stamp.hexdigest()[:16]}"
    for old in home.glob("log-*"):
        if old != wanted:
            shutil.rmtree(old, ignore_errors=True)
    return wanted


def make(data: Path, events: int) -> tuple[int, str]:
    """A node with so many events, a token and roads; returns the events and the token."""
    with node(data) as opened:
        made = past.fill(opened, events)
        secret = server.token(opened)
        city().network().save(data / ROADS)
    return made, secret


def _make_whole(data: Path) -> None:
    """Make it under another name first, so that an interrupted making is never taken for a whole one."""
    unfinished = data.with_name(f"part-{os.getpid()}")
    made, secret = make(unfinished, EVENTS)
    (unfinished / "token").write_text(f"{made} {secret}")
    unfinished.replace(data)


def first_page_s(data: Path) -> float:
    """Seconds from starting the process to the first page it serves."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begin = time.perf_counter()
    process = server.start(data, "--port", str(port))
    try:
        while not _serves(port):
            if process.poll() is not None:
                raise RuntimeError((data / "serve.log").read_text()[-2000:])
            time.sleep(0.005)
        return time.perf_counter() - begin
    finally:
        process.terminate()
        process.wait()


def _serves(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return line.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


async def _until_loaded(there: server.Running, secret: str) -> None:
    line = await server.Line.open(there)
    wanted = {"at": datetime.now(UTC).isoformat(), "lon": 117.49, "lat": 0.13, "type": "fire.housing"}
    request = server.get(there, secret, f"/api/views/dispatch.proposal?{urlencode(wanted)}")
    begin = time.perf_counter()
    while time.perf_counter() - begin < LOADED_WITHIN_S:
        status, body = await line.ask(request)
        if status == 200 and msgspec.json.decode(body)["rows"][0]["way"] == "network":
            line.close()
            return
        await asyncio.sleep(0.2)
    raise RuntimeError("the engine never loaded")
