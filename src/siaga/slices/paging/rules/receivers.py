"""Who can be called and where: receivers, their duty, their browsers."""

import hashlib
import re
from base64 import b64decode, urlsafe_b64decode
from ipaddress import ip_address, ip_network
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from ....kernel.fields import Id
from ....kernel.records import Ask, Command, Decision, Personal, Refusal
from .. import events
from ..events import Addresses, Kind, Push, Way

NODE = "door"  # asked by the node itself, never by a person
KEEPERS = frozenset({"shift-leader", "dispatcher", "administrator"})
MOST_BROWSERS = 10
LONGEST_URL = 1000
_PHONE = re.compile(r"\+?[0-9]{6,15}")
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z]{2,24}")


class SetReceiver(Command, frozen=True):
    """Say who can be alerted and by which ways in which order, or change it.

    A station hears the dispatches of units that stand there, a person those of the unit they ride on; `hears` adds
    stations and units. `account` may answer for the receiver. Addresses are given whole, or left as they are."""

    receiver: Id
    kind: Kind
    subject: Id
    ways: Annotated[tuple[Way, ...], Meta(min_length=1, max_length=5)]
    hears: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    account: Id | None = None
    addresses: Addresses | None = None


class RemoveReceiver(Command, frozen=True):
    """Alert nobody under this id any more; the addresses are destroyed."""

    receiver: Id


class SetDuty(Command, frozen=True):
    """Say that a receiver is on duty or off; who is off is not called unless recalled."""

    receiver: Id
    on: bool


class SubscribePush(Command, frozen=True):
    """Let this browser take pushed messages for the receiver of who asks."""

    push: Push


class UnsubscribePush(Command, frozen=True):
    """Let this browser take none any more."""

    endpoint: Personal


class Receiver(msgspec.Struct, frozen=True, kw_only=True):
    """A receiver as the rules know it; `have` are the ways it has an address for, `closed`: its account is."""

    receiver: str
    kind: Kind
    subject: str
    ways: tuple[Way, ...]
    hears: tuple[str, ...] = ()
    account: str | None = None
    on_duty: bool = True
    closed: bool = False
    have: frozenset[Way] = frozenset()
    subscriptions: tuple[str, ...] = ()


class SetReceiverKnown(msgspec.Struct, frozen=True):
    """What stands now, what of the named stations and units is missing, and private networks that may be reached."""

    before: Receiver | None
    missing: tuple[str, ...]
    private: tuple[str, ...] = ()
    account_taken: str | None = None


class SubscribeKnown(msgspec.Struct, frozen=True):
    """The receiver of who asks, and private networks that may be reached."""

    receiver: Receiver | None
    private: tuple[str, ...] = ()


def wrong_url(url: str, private: tuple[str, ...]) -> bool:
    """Whether an address given from outside may not be called by the node, as far as its text says.

    Names are looked up when it is called: what they lead to is checked then."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return True
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return True
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme != "https" or not host or parts.username is not None or port == 0:
        return True
    try:
        address = ip_address(host)
    except ValueError:
        # Other forms of an IPv4 address (0x7f.1, 2130706433) end in a number; no name of the internet does.
        return (
            "." not in host
            or host.rpartition(".")[2].lower() in ("localhost", "local", "internal")
            or host[-1:].isdigit()
        )
    allowed = any(address in ip_network(network) for network in private)
    return not (allowed or (address.is_global and not address.is_multicast))


def _text(word: Personal | None) -> str:
    return word.text or "" if word is not None else ""


def wrong_address(addresses: Addresses, private: tuple[str, ...]) -> str | None:
    """The field that cannot be used as it was given; None if all can."""
    if addresses.phone is not None and not _PHONE.fullmatch(_text(addresses.phone)):
        return "phone"
    if addresses.email is not None and not _EMAIL.fullmatch(_text(addresses.email)):
        return "email"
    if (addresses.webhook is None) != (addresses.secret is None):
        return "secret"
    if addresses.webhook is not None and wrong_url(_text(addresses.webhook), private):
        return "webhook"
    if addresses.secret is not None and not _is_secret(_text(addresses.secret)):
        return "secret"
    return None


def _is_secret(text: str) -> bool:
    """`whsec_` and 24 to 64 bytes in base64, as Standard Webhooks wants it."""
    try:
        raw = b64decode(text.removeprefix("whsec_"), validate=True)
    except ValueError:
        return False
    return text.startswith("whsec_") and 24 <= len(raw) <= 64


def set_receiver(cmd: SetReceiver, known: SetReceiverKnown, ask: Ask) -> Decision:
    """What it rests on must exist; an address must be one; the station page is for stations."""
    if known.missing:
        return Refusal(code="hears-unknown", facts={"name": known.missing[0]})
    if cmd.kind != "station" and "station-page" in cmd.ways:
        return Refusal(code="way-not-for-kind", facts={"way": "station-page", "kind": cmd.kind})
    if known.account_taken is not None:
        return Refusal(code="receiver-of-account", facts={"receiver": known.account_taken})
    if cmd.addresses is not None and (field := wrong_address(cmd.addresses, known.private)):
        return Refusal(code="address-wrong", facts={"field": field})
    ways = tuple(dict.fromkeys(cmd.ways))
    account = cmd.subject if cmd.kind == "account" else cmd.account
    before = known.before
    if cmd.addresses is None and before is not None:
        now = (before.kind, before.subject, before.ways, before.hears, before.account)
        if now == (cmd.kind, cmd.subject, ways, cmd.hears, account):
            return []
    said = events.ReceiverSet(cmd.receiver, cmd.kind, cmd.subject, ways, cmd.hears, account, cmd.addresses)
    return [said]


def remove_receiver(cmd: RemoveReceiver, known: Receiver | None, ask: Ask) -> Decision:
    """With its browsers."""
    if known is None:
        return []
    gone = [events.PushUnsubscribed(s, "receiver-removed") for s in known.subscriptions]
    return [*gone, events.ReceiverRemoved(cmd.receiver)]


def set_duty(cmd: SetDuty, known: Receiver | None, ask: Ask) -> Decision:
    """Anybody of the desk says it of anyone, everybody of themselves."""
    if known is None:
        return Refusal(code="receiver-unknown", facts={"receiver": cmd.receiver})
    if not ask.roles & KEEPERS and ask.actor != known.account:
        return Refusal(code="receiver-not-yours", facts={"receiver": cmd.receiver})
    if known.on_duty == cmd.on:
        return []
    return [events.DutySet(cmd.receiver, cmd.on)]


def subscription_of(endpoint: str) -> str:
    """The id of a subscription: a digest of an address that nobody can guess."""
    return hashlib.sha256(endpoint.encode()).hexdigest()[:32]


def _bytes_of(text: str) -> int:
    """How many bytes a base64url text holds; -1 if it is none."""
    try:
        return len(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return -1


def subscribe_push(cmd: SubscribePush, known: SubscribeKnown, ask: Ask) -> Decision:
    """A browser belongs to one receiver: the last who subscribed it. The oldest of too many goes."""
    if known.receiver is None:
        return Refusal(code="no-receiver")
    endpoint = _text(cmd.push.endpoint)
    if wrong_url(endpoint, known.private):
        return Refusal(code="address-wrong", facts={"field": "push.endpoint"})
    if _bytes_of(_text(cmd.push.p256dh)) != 65 or _bytes_of(_text(cmd.push.auth)) != 16:
        return Refusal(code="address-wrong", facts={"field": "push.p256dh"})
    name = subscription_of(endpoint)
    others = [s for s in known.receiver.subscriptions if s != name]
    dropped = [events.PushUnsubscribed(s, "replaced") for s in others[: max(0, len(others) + 1 - MOST_BROWSERS)]]
    return [*dropped, events.PushSubscribed(known.receiver.receiver, name, cmd.push)]


def unsubscribe_push(cmd: UnsubscribePush, known: bool, ask: Ask) -> Decision:
    """Who knows the endpoint is the browser it belongs to. `known`: there is such a subscription."""
    if not known:
        return []
    return [events.PushUnsubscribed(subscription_of(_text(cmd.endpoint)), "asked")]


def usable(receiver: Receiver, configured: frozenset[str]) -> tuple[tuple[Way, ...], dict[Way, events.Skipped]]:
    """The ways an alert can take now, in the receiver's order, and why the others cannot be used."""
    skipped: dict[Way, events.Skipped] = {}
    for way in receiver.ways:
        if way not in configured:
            skipped[way] = "not-configured"
        elif way not in receiver.have:
            skipped[way] = "no-address"
    return tuple(w for w in receiver.ways if w not in skipped), skipped
