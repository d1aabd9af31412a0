"""What the rules must know of accounts, tokens and devices, and what is kept when they have decided."""

import unicodedata
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import structs

from ....kernel.records import Ask, Secret, read_time, written
from ....kernel.storage import Tx
from .. import rules
from ..rules import Account, AccountKnown, Thing, ThingKnown, agency_of

# OWASP's Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane; about 25 ms of one core.
_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


def login_of(name: str) -> str:
    """The form of a name that is compared: people type capitals and accents as they like."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def hashed(command: Any) -> Any:
    """`prepare` of commands with a password: hashed before the writer's turn, empty when it was too short."""
    if command.password is None:
        return command
    text = unicodedata.normalize("NFKC", command.password.text)
    kept = _hasher.hash(text) if len(text) >= rules.PASSWORD_SHORTEST else ""
    return structs.replace(command, password=Secret(kept))


_NOBODY = _hasher.hash("nobody has this password")


def fits(password: str, kept: str | None) -> bool:
    """Whether it is the password; takes as long when there is no account."""
    try:
        return _hasher.verify(kept or _NOBODY, unicodedata.normalize("NFKC", password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _account(tx: Tx, account: str, agency: str) -> Account | None:
    rows = tx.rows("select name, agency, disabled from access_account where account = :a", a=account)
    if not rows:
        return None
    roles = tx.rows("select role from access_role where account = :a and agency = :g", a=account, g=agency)
    agencies = tx.rows("select distinct agency from access_role where account = :a", a=account)
    mine = tx.rows("select 1 as x from access_role where account = :a and role = 'administrator'", a=account)
    others = tx.rows(
        "select 1 as x from access_role r join access_account a on a.account = r.account"
        " where r.role = 'administrator' and a.disabled = 0 and (a.account <> :a or r.agency <> :g) limit 1",
        a=account,
        g=agency,
    )
    return Account(
        name=rows[0]["name"],
        agency=rows[0]["agency"],
        disabled=bool(rows[0]["disabled"]),
        roles=frozenset(row["role"] for row in roles),
        last_administrator=bool(mine) and not others,
        agencies=frozenset(row["agency"] for row in agencies),
    )


def _taken(tx: Tx, name: str, account: str) -> bool:
    return bool(
        tx.rows("select 1 as x from access_account where login = :l and account <> :a", l=login_of(name), a=account)
    )


def known_new(tx: Tx, cmd: rules.AddAccount, ask: Ask) -> AccountKnown:
    """Whether the account or its name is there already."""
    account = cmd.account or ask.id
    found = _account(tx, account, agency_of(cmd.agency, ask))
    return AccountKnown(account=found, name_taken=_taken(tx, cmd.name, account))


def known_name(tx: Tx, cmd: rules.RenameAccount) -> AccountKnown:
    """The account, and whether somebody else has the name."""
    return AccountKnown(account=_home(tx, cmd.account), name_taken=_taken(tx, cmd.name, cmd.account))


def known_roles(tx: Tx, cmd: rules.SetRoles, ask: Ask) -> AccountKnown:
    """The account with its roles in the agency."""
    return AccountKnown(account=_account(tx, cmd.account, agency_of(cmd.agency, ask)))


def known(tx: Tx, cmd: Any) -> AccountKnown:
    """The account, with its roles at home."""
    return AccountKnown(account=_home(tx, cmd.account))


def _home(tx: Tx, account: str) -> Account | None:
    rows = tx.rows("select agency from access_account where account = :a", a=account)
    return _account(tx, account, rows[0]["agency"]) if rows else None


def _secret_taken(tx: Tx, secret_hash: str) -> bool:
    return bool(
        tx.rows(
            "select 1 as x from access_token where secret_hash = :h union all"
            " select 1 as x from access_device where secret_hash = :h union all"
            " select 1 as x from access_offer where code_hash = :h union all"
            " select 1 as x from access_session where secret_hash = :h",
            h=secret_hash,
        )
    )


def _tracker_taken(tx: Tx, tracker: str | None) -> bool:
    return tracker is not None and bool(
        tx.rows("select 1 as x from access_device where tracker = :t and revoked_at is null", t=tracker)
    )


def known_token(tx: Tx, cmd: rules.IssueToken | rules.RevokeToken) -> ThingKnown:
    """The token, and whether its secret is in use."""
    rows = tx.rows("select * from access_token where token = :t", t=cmd.token)
    thing = (
        Thing(
            id=cmd.token,
            agency=rows[0]["agency"],
            secret_hash=rows[0]["secret_hash"],
            ended=rows[0]["revoked_at"] is not None,
        )
        if rows
        else None
    )
    taken = isinstance(cmd, rules.IssueToken) and _secret_taken(tx, cmd.secret_hash)
    return ThingKnown(thing=thing, secret_taken=taken)


def _offer(row: dict[str, Any]) -> Thing:
    return Thing(
        id=row["offer"],
        agency=row["agency"],
        secret_hash=row["code_hash"],
        roles=tuple(row["roles"].split()),
        unit=row["unit"],
        expires_at=read_time(row["expires_at"]),
        ended=row["used_at"] is not None,
        device=row["device"],
    )


def known_offer(tx: Tx, cmd: rules.OfferEnrolment) -> ThingKnown:
    """The offer, and whether code or tracker are in use."""
    rows = tx.rows("select * from access_offer where offer = :o", o=cmd.offer)
    return ThingKnown(
        thing=_offer(rows[0]) if rows else None,
        secret_taken=_secret_taken(tx, cmd.code_hash),
        tracker_taken=_tracker_taken(tx, cmd.tracker),
    )


def known_withdrawal(tx: Tx, cmd: rules.WithdrawEnrolment) -> ThingKnown:
    """The offer."""
    rows = tx.rows("select * from access_offer where offer = :o", o=cmd.offer)
    return ThingKnown(thing=_offer(rows[0]) if rows else None)


def known_code(tx: Tx, cmd: rules.EnrolDevice) -> ThingKnown:
    """The offer behind a code."""
    rows = tx.rows("select * from access_offer where code_hash = :h", h=cmd.code_hash)
    return ThingKnown(
        thing=_offer(rows[0]) if rows else None,
        secret_taken=_secret_taken(tx, cmd.token_hash),
        tracker_taken=bool(rows) and _tracker_taken(tx, rows[0]["tracker"]),
    )


def known_device(tx: Tx, cmd: rules.AssignDevice | rules.RevokeDevice) -> ThingKnown:
    """The device."""
    rows = tx.rows("select agency, unit, revoked_at from access_device where device = :d", d=cmd.device)
    if not rows:
        return ThingKnown(thing=None)
    row = rows[0]
    thing = Thing(id=cmd.device, agency=row["agency"], unit=row["unit"], ended=row["revoked_at"] is not None)
    return ThingKnown(thing=thing)


# ── keeps (each harmless when done twice: they also run when the rule found nothing to do) ────────────────────────────


def keep_account(tx: Tx, cmd: rules.AddAccount, ask: Ask) -> None:
    """Name, hash and roles of a new account."""
    account, agency = cmd.account or ask.id, agency_of(cmd.agency, ask)
    tx.run(
        "insert into access_account (account, name, login, agency, hash, disabled, added_at)"
        " values (:account, :name, :login, :agency, :hash, 0, :at) on conflict (account) do nothing",
        account=account,
        name=cmd.name.strip(),
        login=login_of(cmd.name),
        agency=agency,
        hash=cmd.password.text if cmd.password else None,
        at=written(ask.now),
    )
    _put_roles(tx, account, agency, cmd.roles)


def _put_roles(tx: Tx, account: str, agency: str, roles: tuple[str, ...]) -> None:
    tx.run("delete from access_role where account = :a and agency = :g", a=account, g=agency)
    for role in dict.fromkeys(roles):
        tx.run("insert into access_role (account, agency, role) values (:a, :g, :r)", a=account, g=agency, r=role)


def keep_name(tx: Tx, cmd: rules.RenameAccount, ask: Ask) -> None:
    """The new name."""
    tx.run(
        "update access_account set name = :n, login = :l where account = :a",
        n=cmd.name.strip(),
        l=login_of(cmd.name),
        a=cmd.account,
    )


def keep_password(tx: Tx, cmd: rules.SetPassword | rules.ChangePassword, ask: Ask) -> None:
    """The new hash; every session ends but the one in which its owner changed it."""
    tx.run("update access_account set hash = :h where account = :a", h=cmd.password.text, a=cmd.account)
    keeps = cmd.session if isinstance(cmd, rules.ChangePassword) else ""
    tx.run("delete from access_session where account = :a and session <> :s", a=cmd.account, s=keeps)


def keep_roles(tx: Tx, cmd: rules.SetRoles, ask: Ask) -> None:
    """The roles in that agency."""
    _put_roles(tx, cmd.account, agency_of(cmd.agency, ask), cmd.roles)


def keep_disabled(tx: Tx, cmd: rules.DisableAccount | rules.EnableAccount, ask: Ask) -> None:
    """Closed or open; closing ends the sessions."""
    closed = isinstance(cmd, rules.DisableAccount)
    tx.run("update access_account set disabled = :d where account = :a", d=int(closed), a=cmd.account)
    if closed:
        keep_ended(tx, cmd, ask)


def keep_ended(tx: Tx, cmd: rules.EndSessions | rules.DisableAccount | rules.EnableAccount, ask: Ask) -> None:
    """No session of the account is left."""
    tx.run("delete from access_session where account = :a", a=cmd.account)


def keep_token(tx: Tx, cmd: rules.IssueToken, ask: Ask) -> None:
    """The hash of a token with what it may do."""
    tx.run(
        "insert into access_token (token, secret_hash, label, agency, roles, issued_at, issued_by, expires_at)"
        " values (:token, :hash, :label, :agency, :roles, :at, :by, :until) on conflict (token) do nothing",
        token=cmd.token,
        hash=cmd.secret_hash,
        label=cmd.label,
        agency=agency_of(cmd.agency, ask),
        roles=" ".join(dict.fromkeys(cmd.roles)),
        at=written(ask.now),
        by=ask.actor,
        until=written(cmd.expires_at),
    )


def keep_token_revoked(tx: Tx, cmd: rules.RevokeToken, ask: Ask) -> None:
    """Since when the token is not valid."""
    tx.run(
        "update access_token set revoked_at = :at where token = :t and revoked_at is null",
        at=written(ask.now),
        t=cmd.token,
    )


def keep_offer(tx: Tx, cmd: rules.OfferEnrolment, ask: Ask) -> None:
    """The hash of a code with what it stands for."""
    tx.run(
        "insert into access_offer (offer, code_hash, label, agency, roles, unit, tracker, offered_at, offered_by,"
        " expires_at, lasts_days) values (:offer, :hash, :label, :agency, :roles, :unit, :tracker, :at, :by, :until,"
        " :days) on conflict (offer) do nothing",
        offer=cmd.offer,
        hash=cmd.code_hash,
        label=cmd.label,
        agency=agency_of(cmd.agency, ask),
        roles=" ".join(dict.fromkeys(cmd.roles)),
        unit=cmd.unit,
        tracker=cmd.tracker,
        at=written(ask.now),
        by=ask.actor,
        until=written(cmd.expires_at),
        days=cmd.lasts_days,
    )


def keep_withdrawn(tx: Tx, cmd: rules.WithdrawEnrolment, ask: Ask) -> None:
    """The offer is used up by nobody."""
    tx.run(
        "update access_offer set used_at = :at where offer = :o and used_at is null", at=written(ask.now), o=cmd.offer
    )


def keep_device(tx: Tx, cmd: rules.EnrolDevice, ask: Ask) -> None:
    """The device with its own token's hash; the offer is used up."""
    offer = tx.rows("select * from access_offer where code_hash = :h", h=cmd.code_hash)[0]
    # A tracker id goes on to the next device when the one that had it was revoked.
    tx.run("update access_device set tracker = null where tracker = :t and revoked_at is not null", t=offer["tracker"])
    tx.run(
        "insert into access_device (device, secret_hash, label, agency, roles, unit, tracker, enrolled_at, expires_at)"
        " values (:device, :hash, :label, :agency, :roles, :unit, :tracker, :at, :until)",
        device=cmd.device,
        hash=cmd.token_hash,
        label=offer["label"],
        agency=offer["agency"],
        roles=offer["roles"],
        unit=offer["unit"],
        tracker=offer["tracker"],
        at=written(ask.now),
        until=written(ask.now + timedelta(days=offer["lasts_days"])),
    )
    tx.run(
        "update access_offer set used_at = :at, device = :d where offer = :o",
        at=written(ask.now),
        d=cmd.device,
        o=offer["offer"],
    )


def keep_assigned(tx: Tx, cmd: rules.AssignDevice, ask: Ask) -> None:
    """The unit of a device."""
    tx.run("update access_device set unit = :u where device = :d", u=cmd.unit, d=cmd.device)


def keep_device_revoked(tx: Tx, cmd: rules.RevokeDevice, ask: Ask) -> None:
    """Since when the device is shut out, and whoever was signed in on it with it."""
    tx.run(
        "update access_device set revoked_at = :at where device = :d and revoked_at is null",
        at=written(ask.now),
        d=cmd.device,
    )
    tx.run("delete from access_session where device = :d", d=cmd.device)
