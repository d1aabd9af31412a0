"""The base map as one file, read by ranges: a device takes the pieces it wants and keeps them."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from ..app import TILES
from ..kernel.records import Refusal
from ..settings import Settings
from .call import Call, Reply, encode
from .security import Security

MOST = 4 * 1024 * 1024  # bytes of one range: a second of a thin line, and nothing a node notices
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{1,12})")


class MapFile(msgspec.Struct, frozen=True):
    """The base map as it lies on the node: its mark changes when it is imported anew."""

    mark: str
    bytes: int
    made_at: datetime


class _Held(NamedTuple):
    about: MapFile
    path: Path


class Maps:
    """The handlers under /api/map."""

    def __init__(self, settings: Settings, security: Security) -> None:
        self._path, self._security = settings.data / TILES, security

    def _held(self, call: Call) -> _Held | Reply:
        try:
            there = self._path.stat()
        except FileNotFoundError:
            return call.no(404, Refusal(code="no-map"))
        made = datetime.fromtimestamp(there.st_mtime, UTC)
        return _Held(MapFile(f"{there.st_mtime_ns:x}-{there.st_size:x}", there.st_size, made), self._path)

    async def about(self, call: Call) -> Reply:
        """Whether there is a map, how large, and since when."""
        await self._security.signed_in(call)
        held = await self._security.off_loop(self._held, call)
        return held if isinstance(held, Reply) else Reply(200, encode(held.about))

    async def piece(self, call: Call) -> Reply:
        """One range of it; with `If-Match` only of the file that was meant."""
        await self._security.signed_in(call)
        asked = _RANGE.fullmatch(call.header(b"range"))
        if asked is None:
            return call.malformed("range", "Expected bytes=<first>-<last>")
        first, last = int(asked[1]), int(asked[2])
        if last < first or last - first >= MOST:
            return call.malformed("range", f"Expected 1 to {MOST} bytes")
        return await self._security.off_loop(self._piece, call, first, last)

    def _piece(self, call: Call, first: int, last: int) -> Reply:
        held = self._held(call)
        if isinstance(held, Reply):
            return held
        wanted = call.header(b"if-match").strip('"')
        if wanted and wanted != held.about.mark:
            return call.no(412, Refusal(code="map-changed"))
        size = held.about.bytes
        if first >= size:
            nothing = [(b"content-range", f"bytes */{size}".encode())]
            return call.no(416, Refusal(code="malformed", facts={"why": "beyond the end"}), nothing, field="range")
        with held.path.open("rb") as file:
            file.seek(first)
            body = file.read(last - first + 1)
        return Reply(
            206,
            body,
            [
                (b"content-type", b"application/vnd.pmtiles"),
                (b"content-range", f"bytes {first}-{first + len(body) - 1}/{size}".encode()),
                (b"etag", f'"{held.about.mark}"'.encode()),
                (b"cache-control", b"private, no-cache"),
                (b"vary", b"Cookie, Authorization"),
            ],
        )
