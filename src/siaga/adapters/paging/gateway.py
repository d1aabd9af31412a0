"""SMS or WhatsApp over an HTTP gateway: one JSON request a message, whose form the settings say."""

import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from ...kernel.carry import Message
from .outside import WITHIN_S, exchange, settle

LONGEST = 600  # letters: four parts of an SMS
FORM = {"to": "to", "text": "text", "reference": "id"}


class Gateway(Protocol):
    """Whoever takes short messages for telephone numbers."""

    def send(self, to: str, text: str) -> str:
        """Returns the gateway's number for the message, by which it reports the delivery; empty if it gives none."""


class JsonGateway:
    """A gateway that takes `{"to": …, "text": …}` and answers `{"id": …}`; `form` gives the names of these fields.

    Other fields of the form that start with `+` are sent as they stand (`+channel=whatsapp`). A name with points
    (`messages.0.id`) leads into what is inside."""

    def __init__(self, url: str, token: str, form: Mapping[str, str], *, context: ssl.SSLContext | None = None) -> None:
        self._parts, self._token, self._form = urlsplit(url), token, {**FORM, **form}
        self._context = context or ssl.create_default_context()

    def send(self, to: str, text: str) -> str:
        """One request; any answer of 2xx has taken it."""
        body: dict[str, Any] = {self._form["to"]: to, self._form["text"]: text}
        body |= {name[1:]: value for name, value in self._form.items() if name.startswith("+")}
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        path = (self._parts.path or "/") + (f"?{self._parts.query}" if self._parts.query else "")
        status, answer = exchange(self._connection(), "POST", path, json.dumps(body).encode(), headers, WITHIN_S)
        settle(status)
        return found(answer, self._form["reference"])

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            return http.client.HTTPSConnection(host, port, timeout=WITHIN_S, context=self._context)
        return http.client.HTTPConnection(host, port, timeout=WITHIN_S)


def found(answer: bytes, path: str) -> str:
    """The value at a path of a JSON answer, as text; empty if there is none."""
    try:
        value = json.loads(answer)
    except ValueError:
        return ""
    for part in path.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return ""
    return str(value)[:200] if isinstance(value, str | int) and not isinstance(value, bool) else ""


class Short:
    """The way to telephones: the message as one text, over any gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def carry(self, message: Message, address: Mapping[str, str]) -> str:
        """The link stays whole: the sentence is cut where both are too long."""
        room = LONGEST - len(message.link) - 1
        text = message.text if len(message.text) <= room else message.text[: room - 1] + "…"
        return self._gateway.send(address["phone"], f"{text} {message.link}".rstrip())
