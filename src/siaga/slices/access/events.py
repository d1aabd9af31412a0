"""What can have happened to accounts, tokens and devices: ids, roles and references, never a name or a secret."""

from datetime import datetime
from typing import Literal, get_args

from ...kernel.records import Event, Personal, Told

Role = Literal[
    "call-taker",
    "dispatcher",
    "crew",
    "commander",
    "shift-leader",
    "reporter",
    "trainer",
    "planner",
    "coordinator",
    "administrator",
]
ROLES: tuple[Role, ...] = get_args(Role)


class AccountAdded(Event, frozen=True):
    """A person may sign in, with these roles in this agency."""

    account: str
    agency: str
    roles: tuple[str, ...]


class AccountRenamed(Event, frozen=True):
    """An account signs in under another name."""

    account: str


class PasswordSet(Event, frozen=True):
    """An account got a new password; its other sessions ended."""

    account: str


class RolesSet(Event, frozen=True):
    """An account has these roles in an agency, and no others there."""

    account: str
    agency: str
    roles: tuple[str, ...]


class AccountDisabled(Event, frozen=True):
    """An account cannot sign in any more; its sessions ended."""

    account: str


class AccountEnabled(Event, frozen=True):
    """A disabled account may sign in again."""

    account: str


class ServiceStated(Event, frozen=True):
    """What stands under this account's signature from now on: the full name with titles, rank, and service number
    (NIP); None: not known."""

    account: str
    name: Personal | None = None
    rank: Told | None = None
    number: Personal | None = None


class SessionsEnded(Event, frozen=True):
    """Every session of an account was ended."""

    account: str


class TokenIssued(Event, frozen=True):
    """A program got a bearer token."""

    token: str
    agency: str
    roles: tuple[str, ...]
    expires_at: datetime


class TokenRevoked(Event, frozen=True):
    """A program's token is not valid any more."""

    token: str


class EnrolmentOffered(Event, frozen=True):
    """A one-time link for a device was made."""

    offer: str
    agency: str
    roles: tuple[str, ...]
    unit: str | None
    expires_at: datetime


class EnrolmentWithdrawn(Event, frozen=True):
    """A one-time link that nobody had used was taken back."""

    offer: str


class DeviceEnrolled(Event, frozen=True):
    """A device took up a one-time link and has its own token now."""

    device: str
    offer: str
    agency: str
    roles: tuple[str, ...]
    unit: str | None


class DeviceAssigned(Event, frozen=True):
    """A device belongs to another unit, or to none."""

    device: str
    unit: str | None


class DeviceRevoked(Event, frozen=True):
    """A device's token is not valid any more."""

    device: str
