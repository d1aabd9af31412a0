"""The chain: each row's SHA-256 covers the stored row and the hash before; the node signs its head."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from .records import written
from .storage import Tx

COLUMNS = (
    "position",
    "ask",
    "n",
    "digest",
    "command",
    "kind",
    "body",
    "at",
    "seen_at",
    "recorded",
    "actor",
    "agency",
    "device",
    "origin",
    "origin_position",
)
START = "0" * 64
_values = itemgetter(*COLUMNS)
_encode = msgspec.json.Encoder().encode


def link(before: str, row: Mapping[str, Any]) -> str:
    """The hash of a row that follows `before`."""
    return hashlib.sha256(before.encode() + b"\n" + _encode(_values(row))).hexdigest()


class SignedHead(msgspec.Struct, frozen=True):
    """What the node vouches for: up to this position the chain ends in this hash."""

    node: str
    position: int
    hash: str
    at: str
    key: str
    signature: str

    def signed(self) -> bytes:
        """The bytes under the signature."""
        return _encode([self.node, self.position, self.hash, self.at, self.key])


class Verdict(msgspec.Struct, frozen=True):
    """What `siaga log verify` found: rows read, and the first position that does not hold."""

    positions: int
    broken_at: int | None
    head_signed_at: str | None = None
    reason: str | None = None


def node_key(path: Path) -> Ed25519PrivateKey:
    """The node's signing key, made on first use, readable by the owner alone."""
    if path.exists():
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))
    key = Ed25519PrivateKey.generate()
    raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(raw.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return key


def sign(key: Ed25519PrivateKey, node: str, position: int, head: str, at: datetime) -> SignedHead:
    """Sign a head."""
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()
    unsigned = SignedHead(node, position, head, written(at), public, "")
    return msgspec.structs.replace(unsigned, signature=key.sign(unsigned.signed()).hex())


def genuine(head: SignedHead, *, key: str | None = None) -> bool:
    """Whether the signature holds, and is by `key` (hex) if one is given."""
    if key is not None and key != head.key:
        return False
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(head.key))
        public.verify(bytes.fromhex(head.signature), head.signed())
    except (InvalidSignature, ValueError):
        return False
    return True


def _rows(tx: Tx, start: int) -> Iterator[Mapping[str, Any]]:
    at = start
    while page := tx.rows(
        f"select {', '.join(COLUMNS)}, hash from log where position > :at order by position limit 5000", at=at
    ):
        yield from page
        at = page[-1]["position"]


def verify(tx: Tx, head: SignedHead | None = None, *, key: str | None = None, last: int | None = None) -> Verdict:
    """Check the chain (its last `last` rows, or all of it), then against a signed head if there is one."""
    end = tx.rows("select max(position) as p from log")[0]["p"] or 0
    start = max(0, end - last) if last else 0
    before = START
    if start:
        before = tx.rows("select hash from log where position = :p", p=start)[0]["hash"]
    expected, read = start + 1, 0
    for row in _rows(tx, start):
        read += 1
        if row["position"] != expected:
            return Verdict(read, expected, reason="removed")
        if row["hash"] != link(before, row):
            return Verdict(read, expected, reason="altered")
        before = row["hash"]
        expected += 1
    if head is None:
        return Verdict(read, None)
    if not genuine(head, key=key):
        return Verdict(read, None, head.at, reason="signature")
    if head.position > end:
        return Verdict(read, end + 1, head.at, reason="cut")
    at_head = tx.rows("select hash from log where position = :p", p=head.position)
    if head.position and at_head[0]["hash"] != head.hash:
        return Verdict(read, head.position, head.at, reason="rehashed")
    return Verdict(read, None, head.at)


def write_head(folder: Path, head: SignedHead) -> Path:
    """Keep a signed head as a file of its own, named after its time and position."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"head-{head.at[:19].replace(':', '')}-{head.position}.json"
    path.write_bytes(msgspec.json.encode(head) + b"\n")
    return path


def read_head(path: Path) -> SignedHead:
    """A signed head from its file."""
    return msgspec.json.decode(path.read_bytes(), type=SignedHead)
