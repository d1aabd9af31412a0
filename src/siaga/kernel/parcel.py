"""Who a node is to other nodes, and what it sends them: signed by the sender, sealed for one receiver, on any way."""

import hashlib
import secrets
import zlib
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

FORMAT = 1
MARK = "siaga-node-1."
MOST = 128 * 1024 * 1024  # bytes of a parcel when unpacked
_encode = msgspec.json.Encoder().encode


class Unopened(Exception):
    """A parcel or card that is not taken; `code` and `facts` become a sentence for people."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


class Card(msgspec.Struct, frozen=True):
    """What other nodes must know of a node: its name, its public keys (hex), where its link listens, if it does."""

    name: str
    sign: str
    seal: str
    link: str
    address: str = ""

    @property
    def fingerprint(self) -> str:
        """Eight groups to compare over the radio: two cards with the same ones have the same keys."""
        digest = hashlib.sha256(_encode([self.name, self.sign, self.seal, self.link])).hexdigest()[:32]
        return " ".join(digest[n : n + 4] for n in range(0, 32, 4))

    def text(self) -> str:
        """One line to copy, or to keep as a file."""
        return MARK + urlsafe_b64encode(_encode(self)).decode().rstrip("=")


def read_card(text: str) -> Card:
    """The inverse of `Card.text`."""
    bare = "".join(text.split())
    if not bare.startswith(MARK):
        raise Unopened("card-unreadable")
    try:
        raw = urlsafe_b64decode(bare.removeprefix(MARK) + "==")
        card = msgspec.json.decode(raw, type=Card)
        for key in (card.sign, card.seal, card.link):
            if len(bytes.fromhex(key)) != 32:
                raise Unopened("card-unreadable")
    except (ValueError, msgspec.DecodeError) as error:
        raise Unopened("card-unreadable") from error
    return card


@dataclass(frozen=True)
class Identity:
    """A node's secret keys: all from the one of `node.key`, so that nothing more must be kept."""

    sign: Ed25519PrivateKey
    seal: X25519PrivateKey
    link: Ed25519PrivateKey

    def card(self, name: str, address: str = "") -> Card:
        """What others may know."""
        return Card(name, _public(self.sign), _public(self.seal), _public(self.link), address)


def identity(key: Ed25519PrivateKey) -> Identity:
    """The keys that belong to a node's signing key."""
    raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())

    def derived(purpose: bytes) -> bytes:
        return HKDF(SHA256(), 32, None, b"siaga node " + purpose).derive(raw)

    return Identity(
        key,
        X25519PrivateKey.from_private_bytes(derived(b"seal")),
        Ed25519PrivateKey.from_private_bytes(derived(b"link")),
    )


def _public(key: Ed25519PrivateKey | X25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


class Sealed(msgspec.Struct, frozen=True):
    """A parcel on its way: who it is from and for stands outside, everything else is for the receiver alone."""

    format: int
    sender: str
    receiver: str
    once: str
    body: str
    signature: str = ""

    def head(self) -> bytes:
        """What the seal is bound to."""
        return _encode([self.format, self.sender, self.receiver, self.once])

    def signed(self) -> bytes:
        """The bytes under the signature."""
        return _encode([self.format, self.sender, self.receiver, self.once, self.body])


def pack(own: Identity, sender: str, to: Card, body: bytes) -> bytes:
    """Seal a body for a node and sign it."""
    once = X25519PrivateKey.generate()
    bare = Sealed(FORMAT, sender, to.name, _public(once), "")
    key = _key(once.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(to.seal))), bare.head())
    nonce = secrets.token_bytes(12)
    locked = nonce + ChaCha20Poly1305(key).encrypt(nonce, zlib.compress(body), bare.head())
    whole = msgspec.structs.replace(bare, body=b64encode(locked).decode())
    return _encode(msgspec.structs.replace(whole, signature=own.sign.sign(whole.signed()).hex()))


def unpack(own: Identity, here: str, known: Callable[[str], Card | None], raw: bytes) -> tuple[Card, bytes]:
    """Who sent a parcel, and what is in it; Unopened when it is not for us, not by a partner, or was changed."""
    try:
        sealed = msgspec.json.decode(raw, type=Sealed)
    except (msgspec.DecodeError, ValueError) as error:
        raise Unopened("parcel-unreadable") from error
    if sealed.format > FORMAT:
        raise Unopened("parcel-newer", format=sealed.format)
    sender = known(sealed.sender)
    if sender is None:
        raise Unopened("parcel-stranger", sender=sealed.sender[:100])
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(sender.sign))
        public.verify(bytes.fromhex(sealed.signature), sealed.signed())
    except (InvalidSignature, ValueError) as error:
        raise Unopened("parcel-changed", sender=sender.name) from error
    if sealed.receiver != here:
        raise Unopened("parcel-for-another", receiver=sealed.receiver[:100])
    try:
        key = _key(own.seal.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(sealed.once))), sealed.head())
        locked = b64decode(sealed.body)
        packed = ChaCha20Poly1305(key).decrypt(locked[:12], locked[12:], sealed.head())
    except (InvalidTag, ValueError) as error:  # sealed for keys that are not ours any more
        raise Unopened("parcel-for-another", receiver=sealed.receiver[:100]) from error
    return sender, _unzipped(packed)


def _key(shared: bytes, head: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, b"siaga parcel " + head).derive(shared)


def _unzipped(packed: bytes) -> bytes:
    unzip = zlib.decompressobj()
    try:
        body = unzip.decompress(packed, MOST)
    except zlib.error as error:
        raise Unopened("parcel-unreadable") from error
    if unzip.unconsumed_tail:
        raise Unopened("parcel-unreadable")
    return body
