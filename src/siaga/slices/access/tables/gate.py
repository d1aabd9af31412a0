"""Sign-in: sessions, tokens and devices by the hash of their secret, failures, and the security log.

Everything here works on kept tables inside a transaction the door opens; nothing of it is in the log."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from ....kernel.records import read_time, written
from ....kernel.storage import Row, Tx
from .admin import login_of

SESSION_IDLE = timedelta(hours=12)  # a shift
SESSION_LONGEST = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)  # how exact `seen_at` is: a write per request would be one commit per request
FAILURES_FREE = 5
FAILURES_FORGOTTEN = timedelta(minutes=15)
LOCK_FIRST = timedelta(minutes=1)
LOCK_LONGEST = timedelta(minutes=15)
LONGEST_SECRET = 100
PREFIXES = {"sgs_": "session", "sgt_": "token", "sgd_": "device", "sge_": "code"}
TABLES = frozenset({"access_account", "access_role", "access_session", "access_token", "access_device"})

Kind = Literal["session", "token", "device"]


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who shows a secret: a person's session, a program's token or a device, with what it may do now."""

    kind: Kind
    id: str
    actor: str
    name: str
    agency: str
    roles: frozenset[str]
    secret_hash: str
    expires_at: datetime | None
    seen_at: datetime | None
    device: str | None = None
    unit: str | None = None
    tracker: str | None = None
    expired: bool = False
    revoked: bool = False


class Candidate(msgspec.Struct, frozen=True):
    """The account behind a name that somebody typed."""

    account: str
    name: str
    agency: str
    hash: str | None
    disabled: bool


def new_secret(prefix: str) -> str:
    """A secret of 256 random bits that says what it is for."""
    return prefix + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is kept of a secret. A fast hash is right here: nobody guesses 256 bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find(tx: Tx, secret: str, now: datetime) -> Holder | None:
    """Who holds this secret; expired and revoked ones too, marked."""
    kind, digest = PREFIXES.get(secret[:4]), hash_of(secret)
    if kind == "session":
        return _session(tx, digest, now)
    if kind in ("token", "device"):
        rows = tx.rows(
            f"select a.*, s.at as seen_at from access_{kind} a left join access_seen s on s.kind = '{kind}'"
            f" and s.id = a.{kind} where a.secret_hash = :h",
            h=digest,
        )
        return _holder(kind, rows[0], now) if rows else None  # type: ignore[arg-type]
    return None


def _session(tx: Tx, digest: str, now: datetime) -> Holder | None:
    rows = tx.rows(
        "select s.*, a.name, a.disabled, n.at as seen_at from access_session s"
        " join access_account a on a.account = s.account"
        " join access_seen n on n.kind = 'session' and n.id = s.session where s.secret_hash = :h",
        h=digest,
    )
    if not rows or rows[0]["disabled"]:
        return None
    row = rows[0]
    until = min(read_time(row["ends_at"]), read_time(row["seen_at"]) + SESSION_IDLE)
    roles = tx.rows(
        "select role from access_role where account = :a and agency = :g", a=row["account"], g=row["agency"]
    )
    return Holder(
        kind="session",
        id=row["session"],
        actor=row["account"],
        name=row["name"],
        agency=row["agency"],
        roles=frozenset(r["role"] for r in roles),
        secret_hash=digest,
        device=row["device"],
        expires_at=until,
        seen_at=read_time(row["seen_at"]),
        expired=until <= now,
    )


def _holder(kind: Literal["token", "device"], row: Row, now: datetime) -> Holder:
    until = row["expires_at"]
    return Holder(
        kind=kind,
        id=row[kind],
        actor=row[kind],
        name=row["label"],
        agency=row["agency"],
        roles=frozenset(row["roles"].split()),
        secret_hash=row["secret_hash"] or "",
        device=row["device"] if kind == "device" else None,
        unit=row["unit"] if kind == "device" else None,
        tracker=row["tracker"] if kind == "device" else None,
        expires_at=read_time(until) if until else None,
        seen_at=read_time(row["seen_at"]) if row["seen_at"] else None,
        expired=until is not None and until <= written(now),
        revoked=row["revoked_at"] is not None,
    )


def candidate(tx: Tx, name: str) -> Candidate | None:
    """The account with this name."""
    rows = tx.rows(
        "select account, name, agency, hash, disabled from access_account where login = :l", l=login_of(name)
    )
    return Candidate(**(rows[0] | {"disabled": bool(rows[0]["disabled"])})) if rows else None


def hash_of_account(tx: Tx, account: str) -> str | None:
    """The password hash of an account; None if it has no password."""
    rows = tx.rows("select hash from access_account where account = :a", a=account)
    return rows[0]["hash"] if rows else None


def agencies(tx: Tx, account: str) -> dict[str, list[str]]:
    """The roles of an account by agency."""
    found: dict[str, list[str]] = {}
    for row in tx.rows("select agency, role from access_role where account = :a order by agency, role", a=account):
        found.setdefault(row["agency"], []).append(row["role"])
    return found


def open_session(tx: Tx, who: Candidate, agency: str, device: str | None, digest: str, now: datetime) -> str:
    """Keep a new session; returns its id. Sessions that ended are swept away meanwhile."""
    tx.run(
        "delete from access_session where ends_at <= :now or session in"
        " (select id from access_seen where kind = 'session' and at <= :idle)",
        now=written(now),
        idle=written(now - SESSION_IDLE),
    )
    tx.run("delete from access_seen where kind = 'session' and id not in (select session from access_session)")
    session = secrets.token_hex(12)
    tx.run(
        "insert into access_session (session, secret_hash, account, agency, device, started_at, ends_at)"
        " values (:session, :hash, :account, :agency, :device, :at, :ends)",
        session=session,
        hash=digest,
        account=who.account,
        agency=agency,
        device=device,
        at=written(now),
        ends=written(now + SESSION_LONGEST),
    )
    _put_seen(tx, "session", session, now)
    return session


def close_session(tx: Tx, session: str) -> None:
    """Sign out."""
    tx.run("delete from access_session where session = :s", s=session)


def replace_session(tx: Tx, digest: str) -> None:
    """Somebody signs in where somebody was signed in: that session is over."""
    tx.run("delete from access_session where secret_hash = :h", h=digest)


def note_seen(tx: Tx, holder: Holder, now: datetime) -> None:
    """Somebody uses this secret; an open session lives on, though never longer than its end.

    In a table of its own: that somebody works is no news for the screens that show accounts or names."""
    if not holder.expired:
        _put_seen(tx, holder.kind, holder.id, now)


def _put_seen(tx: Tx, kind: str, id: str, now: datetime) -> None:
    tx.run(
        "insert into access_seen (kind, id, at) values (:k, :id, :at) on conflict (kind, id) do update set at = :at",
        k=kind,
        id=id,
        at=written(now),
    )


# ── failures ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def locked_until(tx: Tx, doors: Iterable[str], now: datetime) -> datetime | None:
    """Until when one of these doors (a name from an address) is locked; None if all are open."""
    until: datetime | None = None
    for door in doors:
        rows = tx.rows(
            "select locked_until from access_failure where door = :d and locked_until > :n", d=door, n=written(now)
        )
        if rows:
            found = read_time(rows[0]["locked_until"])
            until = found if until is None else max(until, found)
    return until


def note_failure(tx: Tx, door: str, free: int, now: datetime) -> datetime | None:
    """Count a failed sign-in; from the `free`-th on the door is locked, each time twice as long. Returns until when."""
    old = written(now - FAILURES_FORGOTTEN)
    tx.run(
        "delete from access_failure where first_at < :old and (locked_until is null or locked_until < :old)", old=old
    )
    tx.run(
        "insert into access_failure (door, failures, first_at) values (:d, 1, :at)"
        " on conflict (door) do update set failures = access_failure.failures + 1",
        d=door,
        at=written(now),
    )
    failures: int = tx.rows("select failures from access_failure where door = :d", d=door)[0]["failures"]
    if failures < free:
        return None
    until = now + min(LOCK_LONGEST, LOCK_FIRST * (1 << min(failures - free, 10)))
    tx.run("update access_failure set locked_until = :u where door = :d", u=written(until), d=door)
    return until


def forget_failures(tx: Tx, door: str) -> None:
    """The right person came in."""
    tx.run("delete from access_failure where door = :d", d=door)


# ── the security log ─────────────────────────────────────────────────────────────────────────────────────────────────


class Noted(msgspec.Struct, frozen=True):
    """One thing for the security log: who it was as far as known, from where (digest, and network only), and what."""

    kind: str
    account: str | None
    device: str | None
    address: str
    network: str
    detail: str


def note(tx: Tx, noted: Noted, times: int, now: datetime) -> None:
    """Append to the security log; nothing ever changes or deletes a line of it."""
    tx.run(
        "insert into access_security (id, at, kind, account, device, address, network, detail, times)"
        " values (:id, :at, :kind, :account, :device, :address, :network, :detail, :times)",
        id=secrets.token_hex(12),
        at=written(now),
        times=times,
        **{name: getattr(noted, name) for name in noted.__struct_fields__},
    )
