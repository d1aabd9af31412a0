"""The port for what leaves the node: a message, who carries it, and how that can fail."""

from collections.abc import Mapping
from typing import Protocol

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What is carried, for people (`title`, `text`, `link`) and for programs (`body`, JSON).

    `id` is the same at every try, so that who gets it twice can tell."""

    id: str
    title: str
    text: str
    link: str
    body: bytes


class NotCarried(Exception):
    """It did not leave; `code` says why. `gone`: the address is no longer one and need not be tried again."""

    def __init__(self, code: str, *, gone: bool = False) -> None:
        super().__init__(code)
        self.code, self.gone = code, gone


class Carrier(Protocol):
    """One way out of the node."""

    def carry(self, message: Message, address: Mapping[str, str]) -> str:
        """Hand it over; returns the carrier's own number for it, empty if it gives none. NotCarried otherwise."""
