"""Encoded copies of views: each is made once per version, parameters and scope, then served as bytes."""

import hashlib
import threading
from collections import OrderedDict
from typing import Any, NamedTuple

import msgspec

from .records import Ask, Query, Told

ROOM = 64 * 1024 * 1024
Key = tuple[str, bytes, str]


class Encoded(NamedTuple):
    """A view ready to send."""

    position: int
    etag: str
    body: bytes
    unchanged: bool = False


def _plain(value: Any) -> Any:
    if isinstance(value, Told):
        return value.text
    if hasattr(value, "item"):  # a number of the engine
        return value.item()
    raise NotImplementedError(type(value).__name__)


_encoder = msgspec.json.Encoder(enc_hook=_plain)


class Copies:
    """A bounded store of encoded views; the rows are wrapped when sent, so that a copy outlives positions."""

    def __init__(self, stamp: str) -> None:
        self._stamp = stamp
        self._held: OrderedDict[Key, tuple[str, str, bytes]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def key(self, name: str, params: Query, reader: Ask | None) -> Key:
        """What a copy depends on besides its version."""
        scope = f"{reader.agency}|{reader.actor}|{','.join(sorted(reader.roles))}" if reader else ""
        return name, _encoder.encode(params), scope

    def find(self, key: Key, version: str, position: int, known: str | None) -> Encoded | None:
        """The copy of this version, or only its ETag when the client holds it already."""
        etag = self._etag(key, version)
        if known is not None and etag in known:
            return Encoded(position, etag, b"", unchanged=True)
        with self._lock:
            held = self._held.get(key)
            if held is None or held[0] != version:
                return None
            self._held.move_to_end(key)
        return Encoded(position, etag, _wrapped(position, held[2]))

    def make(self, key: Key, version: str, position: int, rows: Any) -> Encoded:
        """Encode and keep."""
        body, etag = _encoder.encode(rows), self._etag(key, version)
        with self._lock:
            if (old := self._held.pop(key, None)) is not None:
                self._size -= len(old[2])
            self._held[key] = (version, etag, body)
            self._size += len(body)
            while self._size > ROOM and len(self._held) > 1:
                _, (_, _, gone) = self._held.popitem(last=False)
                self._size -= len(gone)
        return Encoded(position, etag, _wrapped(position, body))

    def once(self, position: int, rows: Any) -> Encoded:
        """Encode without keeping."""
        body = _encoder.encode(rows)
        return Encoded(position, f'"{hashlib.sha256(body).hexdigest()[:24]}"', _wrapped(position, body))

    def _etag(self, key: Key, version: str) -> str:
        name, params, scope = key
        whole = f"{self._stamp}|{name}|{scope}|{version}|".encode() + params
        return f'"{hashlib.sha256(whole).hexdigest()[:24]}"'


def _wrapped(position: int, rows: bytes) -> bytes:
    return b'{"position":%d,"rows":%b}' % (position, rows)
