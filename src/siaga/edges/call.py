"""One HTTP request and its answer, straight on ASGI: two doors need no framework."""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from traceback import extract_tb
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import msgspec

from ..kernel.records import Refusal, Told
from ..kernel.texts import Language, preferred, reason

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

BODY_WITHIN_S = 15.0  # an ordinary one
THINNEST_BYTES_PER_S = 2560  # of a larger one, by who is signed in: a tablet gives a photo its time over 24 kbit/s
ORDINARY = 256 * 1024  # bytes of a command: a form with long notes is a few kilobytes
LONGEST_FORWARDED = 400  # bytes of X-Forwarded-For that count: the last ones, which our own proxies wrote
LONGEST_LANGUAGES = 200
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
    """Where a request comes from. `own` is a machine of the control room; `secure` says TLS was used on the way.

    `address` tells machines apart: of IPv6 it is the /64, since one machine has all addresses of it."""

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

    def believes(self, address: str) -> bool:
        """Whether it is one of these."""
        return _inside(_parsed(address), self.proxies + self.control_room)


LOOPBACK = networks("127.0.0.0/8,::1")


def _parsed(text: str) -> Address | None:
    """An address as proxies and sockets write them: in brackets, with a port, with a zone, IPv4 inside IPv6."""
    bare = text.strip().removeprefix("[").partition("]")[0]
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _inside(address: Address | None, among: tuple[Network, ...]) -> bool:
    return address is not None and any(address in network for network in among)


def _around(address: Address | None, v4: int, v6: int) -> str:
    """The network of an address; empty if it is none."""
    if address is None:
        return ""
    return str(ip_network((address, v4 if address.version == 4 else v6), strict=False))


@lru_cache(4096)
def peer(client: str, scheme: str, forwarded_for: str, forwarded_proto: str, around: Around) -> Peer:
    """Who really asks: the last address that is not one of our proxies.

    A machine of the control room is one only if nothing forwarded for it: a proxy we were not told about makes
    everybody look like the machine it runs on."""
    nearest = address = _parsed(client)
    believed, forwarded = _inside(nearest, around.proxies), bool(forwarded_for)
    if believed:
        for hop in reversed([part for part in forwarded_for.split(",") if part.strip()]):
            address = _parsed(hop)
            if not _inside(address, around.proxies):
                break
    return Peer(
        address=_around(address, 32, 64).removesuffix("/32"),
        network=_around(address, 24, 48),
        own=_inside(address, around.control_room) and (believed or not forwarded),
        local=_inside(nearest, LOOPBACK) and not forwarded,
        secure=scheme == "https" or (believed and forwarded_proto == "https"),
    )


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
        return _language(self.header(b"accept-language")[:LONGEST_LANGUAGES])

    @property
    def host(self) -> str:
        """The name the client knows us by, with its port if it said one; empty if it is none."""
        said = self.header(b"host")
        return said if _HOST.fullmatch(said) else ""

    @property
    def host_name(self) -> str:
        """That name without its port."""
        found = _HOST.fullmatch(self.header(b"host"))
        return found.group(1) if found else ""

    @property
    def forwarded_for(self) -> str:
        """The addresses proxies wrote, as far as we listen to them."""
        return self.header(b"x-forwarded-for")[-LONGEST_FORWARDED:]

    @property
    def peer(self) -> Peer:
        """Where it comes from."""
        client = self.scope.get("client")
        return peer(
            client[0] if client else "",
            self.scope.get("scheme", "http"),
            self.forwarded_for,
            self.header(b"x-forwarded-proto")[:10],
            self._around,
        )

    def cookies(self) -> dict[str, str]:
        """The cookies. Those of other programs on the same machine come too, in whatever form: they are passed over.

        Of two with one name the last counts: browsers put those for a longer path, which others may plant, first."""
        pairs = (part.partition("=") for part in self.header(b"cookie").split(";"))
        return {name.strip(): value.strip().strip('"') for name, _, value in pairs}

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
        if self.scope.get("siaga.whole"):
            return await self._parts(most)
        within_s = BODY_WITHIN_S if most <= ORDINARY else most / THINNEST_BYTES_PER_S
        if most > ORDINARY and (allow := self.scope.get("siaga.allow")):
            allow(most, within_s)
        try:
            async with asyncio.timeout(within_s):
                return await self._parts(most)
        except TimeoutError as error:
            raise Stopped(self.no(408, Refusal(code="too-slow"), _CLOSE)) from error

    async def _parts(self, most: int) -> bytes:
        parts: list[bytes] = []
        size = 0
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
_HOST = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")


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


def spot(broken: TracebackType | None) -> str:
    """File and line where something broke: all of a traceback that may be logged, since words can stand in the rest."""
    where = extract_tb(broken)[-1:]
    return f"{where[0].filename.rpartition('/')[2]}:{where[0].lineno}" if where else ""
