"""One HTTP request and its answer, straight on ASGI: two doors need no framework."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from functools import lru_cache
from http.cookies import CookieError, SimpleCookie
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from ..kernel.records import Refusal, Told
from ..kernel.texts import Language, preferred, reason

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
Network = IPv4Network | IPv6Network

BODY_WITHIN_S = 15.0
JSON: Headers = [(b"content-type", b"application/json")]
_language = lru_cache(256)(preferred)


def _plain(value: Any) -> Any:
    if isinstance(value, Told):
        return value.text
    return str(value)


encode = msgspec.json.Encoder(enc_hook=_plain).encode


class Gone(Exception):
    """The client went away before its request was complete."""


class Reply(NamedTuple):
    """A complete answer."""

    status: int
    body: bytes = b""
    headers: Headers = JSON


class Stopped(Exception):
    """A request that ends here, with this answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


class Peer(NamedTuple):
    """Where a request comes from. `own` is a machine of the control room; `secure` says TLS was used on the way."""

    address: str
    network: str
    own: bool
    local: bool
    secure: bool


def networks(text: str) -> tuple[Network, ...]:
    """Networks of a setting, separated by commas."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


class Around:
    """The networks a node believes in: its reverse proxies and its control room. One per door, told apart by identity:
    comparing networks for every request would cost more than the rest of reading it."""

    __slots__ = ("control_room", "proxies")

    def __init__(self, proxies: str, control_room: str) -> None:
        self.proxies, self.control_room = networks(proxies), networks(control_room)


LOOPBACK = networks("127.0.0.0/8,::1")


def _inside(address: str, among: tuple[Network, ...]) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any((mapped or parsed) in network for network in among)


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network(f"{address}/{24 if parsed.version == 4 else 48}", strict=False))


@lru_cache(4096)
def peer(client: str, scheme: str, forwarded_for: str, forwarded_proto: str, around: Around) -> Peer:
    """Who really asks: the last address that is not one of our proxies.

    A machine of the control room is one only if nothing forwarded for it: a proxy we were not told about makes
    everybody look like the machine it runs on."""
    believed = _inside(client, around.proxies)
    address, forwarded = client, bool(forwarded_for)
    if believed:
        for hop in reversed([part.strip() for part in forwarded_for.split(",") if part.strip()]):
            address = hop
            if not _inside(hop, around.proxies):
                break
    own = _inside(address, around.control_room) and (believed or not forwarded)
    local = _inside(client, LOOPBACK) and not forwarded
    return Peer(address, _network(address), own, local, scheme == "https" or (believed and forwarded_proto == "https"))


class Call:
    """A request."""

    __slots__ = ("_around", "_receive", "headers", "method", "path", "scope")

    def __init__(self, scope: Scope, receive: Receive, around: Around) -> None:
        self.scope, self._receive, self._around = scope, receive, around
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])

    def header(self, name: bytes) -> str:
        """A header as text; empty if there is none."""
        return self.headers.get(name, b"").decode("latin-1")

    @property
    def language(self) -> Language:
        """What the reader wants to read."""
        return _language(self.header(b"accept-language"))

    @property
    def peer(self) -> Peer:
        """Where it comes from."""
        client = self.scope.get("client")
        return peer(
            client[0] if client else "",
            self.scope.get("scheme", "http"),
            self.header(b"x-forwarded-for"),
            self.header(b"x-forwarded-proto"),
            self._around,
        )

    def cookies(self) -> dict[str, str]:
        """The cookies; none if they cannot be read."""
        try:
            return {name: morsel.value for name, morsel in SimpleCookie(self.header(b"cookie")).items()}
        except CookieError:
            return {}

    def query(self) -> list[tuple[str, str]]:
        """The parameters after `?`, in order."""
        text = self.scope["query_string"].decode("latin-1")
        try:
            return parse_qsl(text, keep_blank_values=True, max_num_fields=100, errors="strict")
        except (ValueError, UnicodeDecodeError) as error:
            raise Stopped(self.malformed("", "the query is not UTF-8 or has too many fields")) from error

    async def body(self, most: int) -> bytes:
        """The whole body, within its time and size."""
        length = self.headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > most:
            raise Stopped(self.no(413, Refusal(code="too-large", facts={"most": most}), _CLOSE))
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(BODY_WITHIN_S):
                while True:
                    message = await self._receive()
                    if message["type"] == "http.disconnect":
                        raise Gone
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    if size > most:
                        raise Stopped(self.no(413, Refusal(code="too-large", facts={"most": most}), _CLOSE))
                    if not message.get("more_body"):
                        return parts[0] if len(parts) == 1 else b"".join(parts)
        except TimeoutError as error:
            raise Stopped(self.no(408, Refusal(code="too-slow"), _CLOSE)) from error

    async def gone(self) -> None:
        """Wait until the client goes away."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def json_body(self, most: int) -> bytes:
        """The body of a request that must be JSON."""
        kind = self.headers.get(b"content-type", b"")
        if kind.partition(b";")[0].strip().lower() != b"application/json":
            refusal = Refusal(code="content-type", facts={"wanted": "application/json"})
            raise Stopped(self.no(400, refusal, field="content-type"))
        return await self.body(most)

    def no(self, status: int, refusal: Refusal, more: Headers | None = None, **also: Any) -> Reply:
        """A refusal, in words."""
        body = {
            "code": refusal.code,
            "reason": reason(refusal, self.language),
            "overridable": refusal.overridable,
            "facts": refusal.facts,
        } | also
        return Reply(status, encode(body), JSON + more if more else JSON)

    def malformed(self, field: str, why: str) -> Reply:
        """What could not be read, and where."""
        return self.no(400, Refusal(code="malformed", facts={"why": why}), field=field)

    def later(self, code: str, seconds: float, **facts: Any) -> Reply:
        """Not now."""
        wait = max(1, int(seconds + 0.999))
        more = [(b"retry-after", str(wait).encode())]
        return self.no(429, Refusal(code=code, facts={"seconds": wait} | facts), more)


_CLOSE: Headers = [(b"connection", b"close")]


def read_error(error: msgspec.DecodeError) -> tuple[str, str]:
    """Field and reason of a decoder's complaint: ``$.command.unit`` is the field ``command.unit``."""
    text = str(error)
    why, _, path = text.partition(" - at `")
    field = path.rstrip("`").removeprefix("$").removeprefix(".")
    for marker in ("missing required field `", "unknown field `"):
        if marker in why:
            missing = why.partition(marker)[2].partition("`")[0]
            field = f"{field}.{missing}" if field else missing
    return field, why


def moment(text: Any) -> datetime | None:
    """A time that says its offset from UTC, in years somebody can place; None if it is anything else."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None and 1900 <= found.year <= 9000 else None
