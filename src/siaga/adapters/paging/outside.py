"""One request to an address somebody gave us: it leads to no machine of our own network, and it comes to an end."""

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from ...kernel.carry import NotCarried

WITHIN_S = 10.0  # for the whole request
MOST_ANSWER = 64 * 1024
CARRYING = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("::/96"))  # IPv4 in the last bits
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 address leads to by one of the ways of translating them; else the address."""
    if isinstance(address, IPv4Address):
        return address
    if any(address in network for network in CARRYING):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)


class Outside:
    """Sends requests to the internet. `private` are networks of ours that may be reached all the same.

    A name is looked up once and the connection goes to an address that was checked, so that no second look-up (DNS
    rebinding) leads elsewhere; redirects are not followed."""

    def __init__(
        self,
        private: Sequence[str] = (),
        *,
        context: ssl.SSLContext | None = None,
        lookup: Resolve = resolve,
        within_s: float = WITHIN_S,
    ) -> None:
        self._private: list[IPv4Network | IPv6Network] = [ip_network(text) for text in private]
        self._context = context or ssl.create_default_context()
        self._lookup, self._within_s = lookup, within_s

    def allowed(self, address: Address) -> bool:
        """Whether the node may connect there."""
        real = inner(address)
        if any(real.version == n.version and real in n for n in self._private):
            return True
        return bool(real.is_global and not real.is_multicast)

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """POST over TLS; the status and the beginning of the answer. NotCarried when nobody answered."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme != "https" or not host:
            raise NotCarried("address-wrong")
        port = parts.port or 443
        connection = Pinned(host, port, self._checked(host, port), self._context, self._within_s)
        path = parts.path or "/"
        if parts.query:
            path += f"?{parts.query}"
        return exchange(connection, "POST", path, body, headers, self._within_s)

    def _checked(self, host: str, port: int) -> list[str]:
        try:
            found = [str(ip_address(host))]
        except ValueError:
            try:
                found = list(self._lookup(host, port))
            except (OSError, UnicodeError) as error:
                raise NotCarried("unreachable") from error
        good = [text for text in found if self.allowed(ip_address(text.partition("%")[0]))]
        if not good:
            raise NotCarried("address-private" if found else "unreachable")
        return good


class Pinned(http.client.HTTPSConnection):
    """A connection to one of the given addresses, which must prove the name it is asked by."""

    def __init__(
        self, host: str, port: int, addresses: Sequence[str], context: ssl.SSLContext, within_s: float
    ) -> None:
        super().__init__(host, port, timeout=within_s, context=context)
        self._addresses, self._tls = addresses, context

    def connect(self) -> None:
        """Try the addresses in order."""
        failed: OSError | None = None
        for address in self._addresses:
            try:
                plain = socket.create_connection((address, self.port), self.timeout)
                self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
                return
            except OSError as error:
                failed = error
        raise failed or OSError("no address")


def exchange(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    within_s: float,
) -> tuple[int, bytes]:
    """One request and the beginning of its answer; who answers a byte at a time is cut off when the time is over."""
    over = threading.Timer(within_s, _cut, (connection,))
    over.daemon = True
    over.start()
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read(MOST_ANSWER)
    except ssl.SSLCertVerificationError as error:
        raise NotCarried("certificate") from error
    except TimeoutError as error:
        raise NotCarried("timeout") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotCarried("unreachable") from error
    finally:
        over.cancel()
        connection.close()


def _cut(connection: Any) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def settle(status: int, *, gone: Sequence[int] = ()) -> None:
    """Nothing for an answer of 2xx; NotCarried with the reason for any other."""
    if 200 <= status < 300:
        return
    if status in gone:
        raise NotCarried("gone", gone=True)
    if status in (401, 403):
        raise NotCarried("not-permitted")
    if status == 413:
        raise NotCarried("too-large")
    if status == 429:
        raise NotCarried("too-many")
    raise NotCarried("broken-there" if status >= 500 else "not-accepted")
