"""Positions from trackers over HTTP.

Who sends is known by a device's or program's token, carried as each protocol can:

- **OsmAnd / Traccar Client** has no sign-in of its own: the device identifier typed into the app *is* the device's
  token (`sgd_…`, 256 random bits). Where a header can be set, `Authorization: Bearer` or Basic works too, and the
  identifier is then free.
- **OwnTracks** in HTTP mode: Basic sign-in, any user name, the device's token as the password.
- **Traccar server** forwards for many devices: `forward.type=json` and `forward.header=Authorization: Bearer <token>`
  of a program with the role `tracker`; the tracker is `device.uniqueId`.

A device reports for its own tracker id (or its device id if it has none); a program for the id in the message. An
answer of 200 says that the message was understood: a fix that is stale or not valid is dropped and counted, never an
error, since these clients would send it for ever."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from ..engine import trackers as decode
from ..engine.trackers import Decoded, Fix, Unreadable
from ..kernel.desk import Desk
from ..kernel.records import NOT_PERMITTED, Reading, Refusal, read_json
from .call import JSON, Call, Reply, Stopped
from .security import Security, Who

MOST = 128 * 1024
READING = "dispatch.unit-position"
_TRACKER = re.compile(r"[A-Za-z0-9._:-]{1,128}")
EMPTY = Reply(200, b"", [(b"content-type", b"text/plain; charset=utf-8")])


class Trackers:
    """The handlers under /api/trackers."""

    def __init__(self, desk: Desk, security: Security) -> None:
        self._desk, self._security = desk, security
        self._reading: type[Reading] | None = desk.readings.get(READING)

    async def osmand(self, call: Call) -> Reply:
        """OsmAnd and Traccar Client: query, form or JSON."""
        body = await call.body(MOST) if call.method == "POST" else b""
        if call.header(b"content-type").startswith("application/json"):
            message = self._json(call, body)
            decoded = self._decoded(call, lambda: decode.osmand_json(message))
        else:
            fields = dict(call.query()) | self._form(call, body)
            decoded = self._decoded(call, lambda: decode.osmand(fields, self._desk.clock()))
        who = await self._bearer(call)
        if who is None and decoded.fixes:
            who = await self._by_id(decoded.fixes[0].device)
        await self._take(call, who, decoded)
        return EMPTY

    async def owntracks(self, call: Call) -> Reply:
        """OwnTracks in HTTP mode."""
        who = self._known(call, await self._bearer(call))
        message = self._json(call, await call.body(MOST))
        await self._take(call, who, self._decoded(call, lambda: decode.owntracks(message)))
        return Reply(200, b"[]", JSON)

    async def traccar(self, call: Call) -> Reply:
        """Traccar server's forward."""
        who = self._known(call, await self._bearer(call))
        message = self._json(call, await call.body(MOST))
        await self._take(call, who, self._decoded(call, lambda: decode.traccar(message)))
        return EMPTY

    async def _bearer(self, call: Call) -> Who | None:
        if not call.header(b"authorization"):
            return None
        return await self._security.identify(call) or await self._security.basic(call)

    async def _by_id(self, device: str) -> Who | None:
        holder = await self._security.lookup(device)
        return Who(holder, device, by_cookie=False) if holder is not None and holder.kind == "device" else None

    def _known(self, call: Call, who: Who | None) -> Who:
        """Who sends, if it is a device or a program: a person's browser is no tracker."""
        if who is None or who.holder.expired or who.holder.revoked or who.holder.kind == "session":
            raise Stopped(self._security.signed_out(call, who))
        return who

    def _json(self, call: Call, body: bytes) -> Any:
        try:
            return read_json(body)
        except msgspec.DecodeError as error:
            raise self._unreadable(call, "", str(error)) from error

    def _form(self, call: Call, body: bytes) -> dict[str, str]:
        try:
            return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100, errors="strict"))
        except ValueError as error:
            raise self._unreadable(call, "", "the form is not UTF-8 or has too many fields") from error

    def _decoded(self, call: Call, read: Callable[[], Decoded]) -> Decoded:
        try:
            return read()
        except Unreadable as error:
            raise self._unreadable(call, error.field, error.why) from error

    def _unreadable(self, call: Call, field: str, why: str) -> Stopped:
        """400; who sends may have stood in the message alone, so it may be anybody, and not without limit."""
        if not call.header(b"authorization"):
            self._security.stranger(call)
        return Stopped(call.malformed(field, why))

    async def _take(self, call: Call, who: Who | None, decoded: Decoded) -> None:
        who = self._known(call, who)
        self._security.within(call, who)
        self._security.used(call, who.holder)
        if decoded.dropped:
            self._desk.counts["readings-dropped"] += decoded.dropped
        refusal = await self._security.off_loop(self._take_all, who, decoded.fixes)
        if refusal is not None:
            self._security.note(call, refusal.code, who.holder, READING)
            raise Stopped(call.no(403 if refusal.code == NOT_PERMITTED else 409, refusal))

    def _take_all(self, who: Who, fixes: list[Fix]) -> Refusal | None:
        if self._reading is None:
            return Refusal(code="tracker-unknown")
        own = (who.holder.tracker or who.holder.id) if who.holder.kind == "device" else None
        for fix in fixes:
            tracker = own or fix.device
            if not _TRACKER.fullmatch(tracker):
                self._desk.counts["readings-dropped"] += 1
                continue
            values = {
                "tracker": tracker,
                "at": fix.at,
                "lat": fix.lat,
                "lon": fix.lon,
                "speed_mps": fix.speed_mps,
                "course": fix.course,
                "accuracy_m": fix.accuracy_m,
                "battery": fix.battery,
            }
            now = self._desk.clock()
            # Every enrolled device may say where it is; a program needs a role for it.
            roles = who.holder.roles | ({"tracker"} if own else set())
            taken = self._desk.take(self._reading(**values), who.ask(at=fix.at, received=now, roles=roles))
            if isinstance(taken, Refusal):
                return taken
        return None
