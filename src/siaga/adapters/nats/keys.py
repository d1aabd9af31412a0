"""Keys in the form NATS reads: base32 of a prefix, the key, and a check sum."""

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

_SEED, _USER = 18 << 3, 20 << 3


def public_user(key: str) -> str:
    """A user's public key (hex) as `U…`."""
    return _checked(bytes([_USER]) + bytes.fromhex(key))


def user_seed(key: Ed25519PrivateKey) -> str:
    """A user's secret key as `SU…`; only ever in a file of the owner's."""
    raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    return _checked(bytes([_SEED | (_USER >> 5), (_USER & 31) << 3]) + raw)


def _checked(body: bytes) -> str:
    whole = body + binascii.crc_hqx(body, 0).to_bytes(2, "little")
    return base64.b32encode(whole).decode().rstrip("=")
