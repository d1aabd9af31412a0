"""Web Push: encrypted for one browser (RFC 8291), signed by the node (RFC 8292), left at its push service."""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from time import time
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ...kernel.carry import Message, NotCarried
from .outside import Outside, settle

KEPT_S = 600  # how long a push service may hold it for a telephone that is off: after that it is no alert any more
TOKEN_S = 12 * 3600
MOST = 3900  # bytes: every push service takes 4096, and the envelope needs some of them
RECORD = 4096


def load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """The node's key for push services, made on first use, readable by its owner alone."""
    if path.exists():
        key = load_pem_private_key(path.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ValueError(f"{path} is no P-256 key")
        return key
    made = ec.generate_private_key(ec.SECP256R1())
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    return made


def public_key(key: ec.EllipticCurvePrivateKey) -> str:
    """As browsers want it for `applicationServerKey`."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def written(message: Message) -> bytes:
    """What the browser gets; a sentence that is too long is cut."""
    text = message.text
    while True:
        said = {"id": message.id, "title": message.title, "text": text, "link": message.link}
        body = json.dumps(said, ensure_ascii=False).encode()
        if len(body) <= MOST or not text:
            return body
        text = text[: len(text) * 3 // 4]


class WebPush:
    """The way to browsers. `contact` (mailto: or https:) tells a push service whom to ask when something is wrong."""

    def __init__(
        self, key: ec.EllipticCurvePrivateKey, contact: str, outside: Outside, clock: Callable[[], float] = time
    ) -> None:
        self._key, self._contact, self._outside, self._clock = key, contact, outside, clock

    def carry(self, message: Message, address: Mapping[str, str]) -> str:
        """Leave it at the browser's push service; 404 and 410 say that the browser takes none any more."""
        endpoint = address["endpoint"]
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(KEPT_S),
            "Urgency": "high",
            "Authorization": self._token(endpoint),
        }
        body = self._encrypted(written(message), address)
        status, _ = self._outside.post(endpoint, body, headers)
        settle(status, gone=(404, 410))
        return ""

    def _encrypted(self, plain: bytes, address: Mapping[str, str]) -> bytes:
        import http_ece

        try:
            body: bytes = http_ece.encrypt(
                plain,
                private_key=ec.generate_private_key(ec.SECP256R1()),  # a new one for each message
                dh=_decoded(address["p256dh"]),
                auth_secret=_decoded(address["auth"]),
                rs=RECORD,
                version="aes128gcm",
            )
        except (ValueError, http_ece.ECEException) as error:  # a point that is not on the curve
            raise NotCarried("address-wrong", gone=True) from error
        return body

    def _token(self, endpoint: str) -> str:
        from py_vapid import Vapid02

        parts = urlsplit(endpoint)
        claims = {
            "sub": self._contact,
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": int(self._clock()) + TOKEN_S,
        }
        header: str = Vapid02(self._key).sign(claims)["Authorization"]
        return header
