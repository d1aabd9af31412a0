"""Who may sign in and do what: commands and pure rules."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from ...kernel.records import Ask, Command, Decision, Personal, Refusal, Secret, Told
from . import events
from .events import Role

Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]
AgencyId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{0,64}$")]
Name = Annotated[
    str, Meta(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")
]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
TrackerId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
Instant = Annotated[datetime, Meta(tz=True)]
Roles = Annotated[tuple[Role, ...], Meta(max_length=10)]
TokenRoles = Annotated[tuple[Role | Literal["tracker", "gateway"], ...], Meta(max_length=12)]

PASSWORD_SHORTEST = 10
LINE_LONGEST = 80
NUMBER_DIGITS = (8, 18)  # NRP; NIP of civil servants and of those employed by contract
DOOR = "door"  # what only the node's own door asks, after it has checked the secret that was shown to it


class AddAccount(Command, frozen=True):
    """Let a person sign in. Without `account` it gets the ask's id; without a password nobody can use it yet."""

    name: Name
    roles: Roles
    account: Id | None = None
    agency: AgencyId | None = None
    password: Secret | None = None


class RenameAccount(Command, frozen=True):
    """Give an account another name to sign in with."""

    account: Id
    name: Name


class SetPassword(Command, frozen=True):
    """Give an account a new password; its open sessions end."""

    account: Id
    password: Secret


class ChangePassword(Command, frozen=True):
    """A person's own new password, asked by the door after the old one was shown; other sessions end."""

    account: Id
    password: Secret
    session: str


class SetRoles(Command, frozen=True):
    """Give an account exactly these roles in an agency."""

    account: Id
    roles: Roles
    agency: AgencyId | None = None


class StateService(Command, frozen=True):
    """Say what stands under somebody's signature: the full name with titles, rank, and service number (NIP). What is
    left out is not known."""

    account: Id
    name: Personal | None = None
    rank: Told | None = None
    number: Personal | None = None


class DisableAccount(Command, frozen=True):
    """Close an account; its sessions end at once."""

    account: Id


class EnableAccount(Command, frozen=True):
    """Open a closed account again."""

    account: Id


class EndSessions(Command, frozen=True):
    """Sign an account out everywhere."""

    account: Id


class IssueToken(Command, frozen=True):
    """Let a program in. The asker made the token and sends only its SHA-256: no secret is in any answer or log.

    The role `tracker` only lets it report positions, for a server that forwards them; `gateway` only lets it report
    that messages were delivered."""

    token: Id
    secret_hash: Hash
    label: Name
    roles: TokenRoles
    expires_at: Instant
    agency: AgencyId | None = None


class RevokeToken(Command, frozen=True):
    """Shut a program out."""

    token: Id


class OfferEnrolment(Command, frozen=True):
    """Offer a device a one-time link. The asker made the code and sends only its SHA-256."""

    offer: Id
    code_hash: Hash
    label: Name
    roles: Roles
    expires_at: Instant
    unit: Id | None = None
    tracker: TrackerId | None = None
    agency: AgencyId | None = None
    lasts_days: Annotated[int, Meta(ge=1, le=3650)] = 400


class WithdrawEnrolment(Command, frozen=True):
    """Take back a one-time link that nobody has used; with one that was used, the device is revoked."""

    offer: Id


class EnrolDevice(Command, frozen=True):
    """Take up a one-time link, asked by the door for the device that showed the code."""

    device: Id
    code_hash: Hash
    token_hash: Hash


class AssignDevice(Command, frozen=True):
    """Say to which unit a device belongs; none if it is left out."""

    device: Id
    unit: Id | None = None


class RevokeDevice(Command, frozen=True):
    """Shut a device out, for one that was lost."""

    device: Id


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the rules need it."""

    name: str
    agency: str
    disabled: bool
    roles: frozenset[str]
    last_administrator: bool
    agencies: frozenset[str] = frozenset()  # all in which it has roles


class AccountKnown(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an account and of the name it wants. None means there is no such account."""

    account: Account | None
    name_taken: bool = False


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    """A token, an offer or a device as the rules need it."""

    id: str
    agency: str
    secret_hash: str | None = None
    roles: tuple[str, ...] = ()
    unit: str | None = None
    expires_at: datetime | None = None
    ended: bool = False
    device: str | None = None  # that took up this offer


class ThingKnown(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a token, offer or device. None means there is no such thing."""

    thing: Thing | None
    secret_taken: bool = False
    tracker_taken: bool = False


def agency_of(wanted: str | None, ask: Ask) -> str:
    """The agency a command is about: the asker's, unless it names one."""
    return ask.agency if wanted is None else wanted


def _elsewhere(agency: str, ask: Ask) -> Refusal | None:
    """An administrator of an agency has no say in another; one of the node itself (no agency) has."""
    if ask.agency in ("", agency):
        return None
    return Refusal(code="other-agency", facts={"agency": agency or "node"})


def _found(account: str, known: AccountKnown, ask: Ask) -> Account | Refusal:
    if known.account is None:
        return Refusal(code="account-unknown", facts={"account": account})
    return _elsewhere(known.account.agency, ask) or known.account


def _weak(password: Secret | None) -> Refusal | None:
    """`prepare` leaves nothing of a password that was too short to be hashed."""
    if password is not None and not password.text:
        return Refusal(code="password-too-short", facts={"least": PASSWORD_SHORTEST})
    return None


def add_account(cmd: AddAccount, known: AccountKnown, ask: Ask) -> Decision:
    """Names are unique on a node, since people sign in with nothing else."""
    agency, there = agency_of(cmd.agency, ask), known.account
    if refusal := _elsewhere(agency, ask) or _weak(cmd.password):
        return refusal
    if there is not None:
        same = there.name == cmd.name and there.agency == agency and there.roles == frozenset(cmd.roles)
        return [] if same else Refusal(code="account-exists", facts={"account": cmd.account or ask.id})
    if known.name_taken:
        return Refusal(code="name-taken", facts={"name": cmd.name})
    return [events.AccountAdded(cmd.account or ask.id, agency, cmd.roles)]


def rename_account(cmd: RenameAccount, known: AccountKnown, ask: Ask) -> Decision:
    """The new name must be free."""
    found = _found(cmd.account, known, ask)
    if isinstance(found, Refusal):
        return found
    if found.name == cmd.name:
        return []
    if known.name_taken:
        return Refusal(code="name-taken", facts={"name": cmd.name})
    return [events.AccountRenamed(cmd.account)]


def set_password(cmd: SetPassword | ChangePassword, known: AccountKnown, ask: Ask) -> Decision:
    """Any password of sufficient length: length is what protects.

    Who sets a password can sign in with it, so an agency's administrator sets none that opens another agency."""
    if known.account is None:
        return Refusal(code="account-unknown", facts={"account": cmd.account})
    if isinstance(cmd, SetPassword):
        for agency in sorted({known.account.agency, *known.account.agencies}):
            if refusal := _elsewhere(agency, ask):
                return refusal
    return _weak(cmd.password) or [events.PasswordSet(cmd.account)]


def set_roles(cmd: SetRoles, known: AccountKnown, ask: Ask) -> Decision:
    """The last administrator keeps that role, or nobody could give it back."""
    agency = agency_of(cmd.agency, ask)
    if known.account is None:
        return Refusal(code="account-unknown", facts={"account": cmd.account})
    if refusal := _elsewhere(agency, ask):
        return refusal
    if known.account.roles == frozenset(cmd.roles):
        return []
    if known.account.last_administrator and "administrator" not in cmd.roles:
        return Refusal(code="last-administrator", facts={"account": cmd.account})
    return [events.RolesSet(cmd.account, agency, cmd.roles)]


def state_service(cmd: StateService, known: AccountKnown, ask: Ask) -> Decision:
    """Name and rank fit on a line, the number can be one; an identity number (NIK, 16 digits) is none."""
    found = _found(cmd.account, known, ask)
    if isinstance(found, Refusal):
        return found
    for field, word in (("name", cmd.name), ("rank", cmd.rank)):
        if word and word.text is not None and not 0 < len(word.text.strip()) <= LINE_LONGEST:
            return Refusal(code="signature-line-odd", facts={"field": field, "most": LINE_LONGEST})
    if cmd.number and cmd.number.text is not None and not _a_number(cmd.number.text):
        return Refusal(code="service-number-odd", facts={"field": "number"})
    return [events.ServiceStated(cmd.account, cmd.name, cmd.rank, cmd.number)]


def _a_number(text: str) -> bool:
    digits = text.replace(" ", "")
    return digits.isascii() and digits.isdigit() and len(digits) in NUMBER_DIGITS


def disable_account(cmd: DisableAccount, known: AccountKnown, ask: Ask) -> Decision:
    """The last administrator stays."""
    found = _found(cmd.account, known, ask)
    if isinstance(found, Refusal):
        return found
    if found.disabled:
        return []
    if found.last_administrator:
        return Refusal(code="last-administrator", facts={"account": cmd.account})
    return [events.AccountDisabled(cmd.account)]


def enable_account(cmd: EnableAccount, known: AccountKnown, ask: Ask) -> Decision:
    """Open again what was closed."""
    found = _found(cmd.account, known, ask)
    if isinstance(found, Refusal):
        return found
    return [events.AccountEnabled(cmd.account)] if found.disabled else []


def end_sessions(cmd: EndSessions, known: AccountKnown, ask: Ask) -> Decision:
    """Sign out everywhere."""
    found = _found(cmd.account, known, ask)
    return found if isinstance(found, Refusal) else [events.SessionsEnded(cmd.account)]


def issue_token(cmd: IssueToken, known: ThingKnown, ask: Ask) -> Decision:
    """A token needs an end in the future and a secret nobody has."""
    agency = agency_of(cmd.agency, ask)
    if refusal := _elsewhere(agency, ask):
        return refusal
    if known.thing is not None:
        if known.thing.secret_hash == cmd.secret_hash and not known.thing.ended:
            return []
        return Refusal(code="token-exists", facts={"token": cmd.token})
    if known.secret_taken:
        return Refusal(code="secret-used")
    if cmd.expires_at <= ask.now:
        return Refusal(code="already-expired")
    return [events.TokenIssued(cmd.token, agency, cmd.roles, cmd.expires_at)]


def revoke_token(cmd: RevokeToken, known: ThingKnown, ask: Ask) -> Decision:
    """Revoking twice is once."""
    if known.thing is None:
        return Refusal(code="token-unknown", facts={"token": cmd.token})
    if refusal := _elsewhere(known.thing.agency, ask):
        return refusal
    return [] if known.thing.ended else [events.TokenRevoked(cmd.token)]


def offer_enrolment(cmd: OfferEnrolment, known: ThingKnown, ask: Ask) -> Decision:
    """An offer needs an end in the future, a code and a tracker id nobody has."""
    agency = agency_of(cmd.agency, ask)
    if refusal := _elsewhere(agency, ask):
        return refusal
    if known.thing is not None:
        same = known.thing.secret_hash == cmd.code_hash
        return [] if same else Refusal(code="offer-exists", facts={"offer": cmd.offer})
    if known.secret_taken:
        return Refusal(code="secret-used")
    if known.tracker_taken:
        return Refusal(code="tracker-taken", facts={"tracker": cmd.tracker})
    if cmd.expires_at <= ask.now:
        return Refusal(code="already-expired")
    return [events.EnrolmentOffered(cmd.offer, agency, cmd.roles, cmd.unit, cmd.expires_at)]


def withdraw_enrolment(cmd: WithdrawEnrolment, known: ThingKnown, ask: Ask) -> Decision:
    """Withdrawing twice is once; who is in already is said."""
    offer = known.thing
    if offer is None:
        return Refusal(code="offer-unknown", facts={"offer": cmd.offer})
    if refusal := _elsewhere(offer.agency, ask):
        return refusal
    if offer.device is not None:
        return Refusal(code="offer-used", facts={"device": offer.device})
    return [] if offer.ended else [events.EnrolmentWithdrawn(cmd.offer)]


def enrol_device(cmd: EnrolDevice, known: ThingKnown, ask: Ask) -> Decision:
    """A code works once and not after its time."""
    offer = known.thing
    if offer is None or offer.ended or offer.expires_at is None or offer.expires_at <= ask.now:
        return Refusal(code="enrolment-not-valid")
    if known.secret_taken:
        return Refusal(code="secret-used")
    if known.tracker_taken:
        return Refusal(code="tracker-taken", facts={"tracker": ""})
    return [events.DeviceEnrolled(cmd.device, offer.id, offer.agency, offer.roles, offer.unit)]


def assign_device(cmd: AssignDevice, known: ThingKnown, ask: Ask) -> Decision:
    """A device moves with the vehicle it is mounted in."""
    if known.thing is None:
        return Refusal(code="device-unknown", facts={"device": cmd.device})
    if refusal := _elsewhere(known.thing.agency, ask):
        return refusal
    return [] if known.thing.unit == cmd.unit else [events.DeviceAssigned(cmd.device, cmd.unit)]


def revoke_device(cmd: RevokeDevice, known: ThingKnown, ask: Ask) -> Decision:
    """Revoking twice is once."""
    if known.thing is None:
        return Refusal(code="device-unknown", facts={"device": cmd.device})
    if refusal := _elsewhere(known.thing.agency, ask):
        return refusal
    return [] if known.thing.ended else [events.DeviceRevoked(cmd.device)]
