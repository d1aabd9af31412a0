"""What can have happened to receivers and to the alerts that call them: ids, ways and times, never an address."""

from typing import Literal, get_args

import msgspec

from ...kernel.records import Event, Personal, Told

Way = Literal["station-page", "web-push", "sms", "e-mail", "webhook"]
WAYS: tuple[Way, ...] = get_args(Way)
Kind = Literal["station", "person", "account", "organisation"]
Cause = Literal["dispatch", "recall", "test"]
Skipped = Literal["not-configured", "no-address"]
Ended = Literal["asked", "gone", "replaced", "receiver-removed"]


class Addresses(msgspec.Struct, frozen=True):
    """Where somebody is reached: in the vault, under one key; `secret` signs what goes to `webhook`."""

    phone: Personal | None = None
    email: Personal | None = None
    webhook: Personal | None = None
    secret: Personal | None = None


class Push(msgspec.Struct, frozen=True):
    """What a browser hands out so that one node may push to it: in the vault."""

    endpoint: Personal
    p256dh: Personal
    auth: Personal


# ── who is called ────────────────────────────────────────────────────────────────────────────────────────────────────


class ReceiverSet(Event, frozen=True):
    """Somebody can be alerted, by these ways in this order; `addresses` None: as they were."""

    receiver: str
    kind: Kind
    subject: str
    ways: tuple[Way, ...]
    hears: tuple[str, ...] = ()
    account: str | None = None
    addresses: Addresses | None = None


class ReceiverRemoved(Event, frozen=True):
    """Nobody is alerted under this id any more."""

    receiver: str


class DutySet(Event, frozen=True):
    """A receiver came on duty, or went off it."""

    receiver: str
    on: bool


class PushSubscribed(Event, frozen=True):
    """A browser of a receiver takes pushed messages; `subscription` is a digest of its endpoint."""

    receiver: str
    subscription: str
    push: Push


class PushUnsubscribed(Event, frozen=True):
    """A browser takes none any more."""

    subscription: str
    why: Ended


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class ReceiversRecalled(Event, frozen=True):
    """People off duty were called for one incident, with the reason."""

    recall: str
    incident: str
    receivers: tuple[str, ...]
    reason: Told


class AlertRaised(Event, frozen=True):
    """A receiver is to be called: by these ways in this order; ways that cannot be used are named with why."""

    alert: str
    receiver: str
    cause: Cause
    ways: tuple[Way, ...]
    incident: str | None = None
    units: tuple[str, ...] = ()
    skipped: dict[Way, Skipped] = {}


class AlertRouted(Event, frozen=True):
    """The alert goes out by this way now; turns count on through the ways, round after round."""

    alert: str
    turn: int
    way: Way


class AlertSent(Event, frozen=True):
    """It left the node; `reference` is a digest of the carrier's own number for it."""

    alert: str
    turn: int
    way: Way
    reference: str | None = None


class AlertFailed(Event, frozen=True):
    """It could not leave the node by this way; the next one follows."""

    alert: str
    turn: int
    way: Way
    why: str


class AlertDelivered(Event, frozen=True):
    """It reached the receiver's device."""

    alert: str
    turn: int
    way: Way


class AlertSeen(Event, frozen=True):
    """A person looked at it."""

    alert: str


class AlertAnswered(Event, frozen=True):
    """The receiver comes, in so many minutes if they said so, or cannot come."""

    alert: str
    coming: bool
    minutes: int | None = None


class AlertUnanswered(Event, frozen=True):
    """Nobody answered by this way in time; after the `last` turn nobody is called again.

    Turn 0: no way could be used at all."""

    alert: str
    turn: int
    way: Way | None = None
    last: bool = False
