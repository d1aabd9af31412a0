"""The port between nodes: what is sent is kept until the other node has recorded it, in order, at least once."""

from collections.abc import Callable
from typing import Protocol

import msgspec


class NoLink(Exception):
    """The way to other nodes does not work just now; what waits is sent later."""


class LinkState(msgspec.Struct, frozen=True):
    """How it stands with one partner: whether it is there now, and how many parcels it has not taken yet."""

    there: bool
    waiting: int


class Link(Protocol):
    """A way to other nodes; every call may raise NoLink."""

    def send(self, partner: str, id: str, parcel: bytes) -> None:
        """Returns when the parcel is kept on this side's disk: from now on it is the link's."""

    def receive(self, partner: str, take: Callable[[bytes], object]) -> int:
        """Hand over what came, in order; a parcel is done with when `take` returns. How many there were."""

    def state(self, partner: str) -> LinkState:
        """How it stands."""

    def close(self) -> None:
        """Let go."""
