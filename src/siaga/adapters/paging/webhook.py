"""Webhooks as Standard Webhooks has them: the same id at every try, a time, and a signature over both and the body."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from time import time

from ...kernel.carry import Message, NotCarried
from .outside import Outside, settle

PREFIX = "whsec_"


def signature(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of `id.timestamp.body`, keyed by the secret."""
    key = b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, b"%b.%d.%b" % (id.encode(), timestamp, body), sha256).digest()
    return "v1," + b64encode(signed).decode()


class Webhook:
    """The way to other programs."""

    def __init__(self, outside: Outside, clock: Callable[[], float] = time) -> None:
        self._outside, self._clock = outside, clock

    def carry(self, message: Message, address: Mapping[str, str]) -> str:
        """POST the message; any answer of 2xx has taken it."""
        at = int(self._clock())
        try:
            signed = signature(address["secret"], message.id, at, message.body)
        except ValueError as error:
            raise NotCarried("address-wrong") from error
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Siaga",
            "webhook-id": message.id,
            "webhook-timestamp": str(at),
            "webhook-signature": signed,
        }
        status, _ = self._outside.post(address["webhook"], message.body, headers)
        settle(status, gone=(410,))
        return ""
