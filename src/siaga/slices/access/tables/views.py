"""What administrators and everybody may see of accounts, tokens, devices and the security log."""

from typing import Annotated

import msgspec
from msgspec import Meta

from ....kernel.records import Ask, Query
from ....kernel.slice import Look
from ....kernel.storage import Tx
from .clocks import NODE, NODE_OFF_S, OFF_S


class AccountsQuery(Query, frozen=True):
    """Accounts; closed ones too if wanted."""

    disabled: bool = False


class AccountRow(msgspec.Struct, frozen=True):
    """An account with its roles by agency."""

    account: str
    name: str
    agency: str
    roles: dict[str, list[str]]
    disabled: bool
    has_password: bool
    added_at: str
    sessions: int


class TokensQuery(Query, frozen=True):
    """Tokens of programs; revoked ones too if wanted."""

    revoked: bool = False


class TokenRow(msgspec.Struct, frozen=True):
    """A program's token; its secret is nowhere."""

    token: str
    label: str
    agency: str
    roles: list[str]
    issued_at: str
    issued_by: str
    expires_at: str
    revoked_at: str | None
    seen_at: str | None


class DevicesQuery(Query, frozen=True):
    """Enrolled devices and known trackers, optionally of one unit; revoked ones too if wanted."""

    unit: str | None = None
    revoked: bool = False


class DeviceRow(msgspec.Struct, frozen=True):
    """A device and the unit it belongs to."""

    device: str
    label: str
    agency: str
    roles: list[str]
    unit: str | None
    tracker: str | None
    enrolled_at: str
    expires_at: str | None
    revoked_at: str | None
    seen_at: str | None


class OffersQuery(Query, frozen=True):
    """One-time links that nobody has used yet."""


class OfferRow(msgspec.Struct, frozen=True):
    """A one-time link; its code is nowhere."""

    offer: str
    label: str
    agency: str
    roles: list[str]
    unit: str | None
    offered_at: str
    offered_by: str
    expires_at: str


class SecurityQuery(Query, frozen=True):
    """The security log, newest first, optionally of one kind, older than a line."""

    kind: str | None = None
    before: str | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class SecurityRow(msgspec.Struct, frozen=True):
    """One line of the security log. `address` is a digest: equal ones are the same machine."""

    id: str
    at: str
    kind: str
    account: str | None
    device: str | None
    address: str
    network: str
    detail: str
    times: int


class ClocksQuery(Query, frozen=True):
    """Clocks of devices, sessions and programs against the node's."""


class ClockRow(msgspec.Struct, frozen=True):
    """How far a clock is ahead of the node's. `off` above 30 s.

    The row of kind `node` is the median of all recent ones; `off` above 2 s: then it is probably the node's that is
    wrong, by as much the other way."""

    kind: str
    id: str
    name: str | None
    agency: str
    at: str
    offset_s: float
    off: bool


class MeQuery(Query, frozen=True):
    """Who I am here."""


class MeRow(msgspec.Struct, frozen=True):
    """The reader as this node knows them."""

    account: str
    name: str | None
    agency: str
    roles: list[str]
    device: str | None
    unit: str | None


class NamesQuery(Query, frozen=True):
    """Names behind the account, token and device ids that stand in the log."""


class NameRow(msgspec.Struct, frozen=True):
    """An id of an actor and what people call it."""

    actor: str
    name: str


def _where(reader: Ask) -> str:
    """An administrator of an agency sees that agency; one of the node itself sees all."""
    return "agency = :agency" if reader.agency else "(agency = :agency or 1 = 1)"


def accounts(tx: Tx, q: AccountsQuery, look: Look) -> list[AccountRow]:
    """Accounts by name."""
    rows = tx.rows(
        "select account, name, agency, disabled, hash, added_at from access_account"
        f" where {_where(look.reader)} and disabled <= :disabled order by login",
        agency=look.reader.agency,
        disabled=int(q.disabled),
    )
    roles: dict[str, dict[str, list[str]]] = {}
    for r in tx.rows("select account, agency, role from access_role order by account, agency, role"):
        roles.setdefault(r["account"], {}).setdefault(r["agency"], []).append(r["role"])
    open_ = {
        r["account"]: r["n"] for r in tx.rows("select account, count(*) as n from access_session group by account")
    }
    return [
        AccountRow(
            account=row["account"],
            name=row["name"],
            agency=row["agency"],
            roles=roles.get(row["account"], {}),
            disabled=bool(row["disabled"]),
            has_password=row["hash"] is not None,
            added_at=row["added_at"],
            sessions=open_.get(row["account"], 0),
        )
        for row in rows
    ]


def tokens(tx: Tx, q: TokensQuery, look: Look) -> list[TokenRow]:
    """Tokens, newest first."""
    rows = tx.rows(
        "select token, label, agency, roles, issued_at, issued_by, expires_at, revoked_at, s.at as seen_at"
        " from access_token left join access_seen s on s.kind = 'token' and s.id = token"
        f" where {_where(look.reader)} and (revoked_at is null or :revoked = 1) order by issued_at desc, token",
        agency=look.reader.agency,
        revoked=int(q.revoked),
    )
    return [TokenRow(**(row | {"roles": row["roles"].split()})) for row in rows]


def devices(tx: Tx, q: DevicesQuery, look: Look) -> list[DeviceRow]:
    """Devices by label."""
    rows = tx.rows(
        "select device, label, agency, roles, unit, tracker, enrolled_at, expires_at, revoked_at, s.at as seen_at"
        " from access_device left join access_seen s on s.kind = 'device' and s.id = device"
        f" where {_where(look.reader)} and (revoked_at is null or :revoked = 1)"
        " order by label, device",
        agency=look.reader.agency,
        revoked=int(q.revoked),
    )
    return [
        DeviceRow(**(row | {"roles": row["roles"].split()})) for row in rows if q.unit is None or row["unit"] == q.unit
    ]


def offers(tx: Tx, q: OffersQuery, look: Look) -> list[OfferRow]:
    """Links nobody has used yet, newest first."""
    rows = tx.rows(
        "select offer, label, agency, roles, unit, offered_at, offered_by, expires_at from access_offer"
        f" where {_where(look.reader)} and used_at is null order by offered_at desc, offer",
        agency=look.reader.agency,
    )
    return [OfferRow(**(row | {"roles": row["roles"].split()})) for row in rows]


def security(tx: Tx, q: SecurityQuery) -> list[SecurityRow]:
    """The security log, newest first."""
    where, params = ["1 = 1"], {"limit": q.limit}
    if q.kind is not None:
        where.append("kind = :kind")
        params["kind"] = q.kind  # type: ignore[assignment]
    if q.before is not None:
        where.append("at < :before")
        params["before"] = q.before  # type: ignore[assignment]
    columns = ", ".join(SecurityRow.__struct_fields__)
    rows = tx.rows(
        f"select {columns} from access_security where {' and '.join(where)} order by at desc, id limit :limit", **params
    )
    return [SecurityRow(**row) for row in rows]


def clocks(tx: Tx, q: ClocksQuery, look: Look) -> list[ClockRow]:
    """The node first, then who is furthest off."""
    called = {row.actor: row.name for row in names(tx, NamesQuery())}
    rows = tx.rows(
        "select kind, id, actor, agency, at, offset_s from access_clock"
        f" where ({_where(look.reader)} or kind = '{NODE}') order by abs(offset_s) desc, kind, id",
        agency=look.reader.agency,
    )
    shown = [
        ClockRow(
            kind=row["kind"],
            id=row["id"],
            name=called.get(row["id"] if row["kind"] == "device" else row["actor"]),
            agency=row["agency"],
            at=row["at"],
            offset_s=row["offset_s"],
            off=abs(row["offset_s"]) > (NODE_OFF_S if row["kind"] == NODE else OFF_S),
        )
        for row in rows
    ]
    return sorted(shown, key=lambda row: row.kind != NODE)


def me(tx: Tx, q: MeQuery, look: Look) -> list[MeRow]:
    """One row: the reader."""
    reader = look.reader
    name = {row.actor: row.name for row in names(tx, NamesQuery())}.get(reader.actor)
    unit = tx.rows("select unit from access_device where device = :d", d=reader.device) if reader.device else []
    return [
        MeRow(
            account=reader.actor,
            name=name,
            agency=reader.agency,
            roles=sorted(reader.roles),
            device=reader.device,
            unit=unit[0]["unit"] if unit else None,
        )
    ]


def names(tx: Tx, q: NamesQuery) -> list[NameRow]:
    """Every actor's name: what a log book shows instead of ids."""
    rows = tx.rows(
        "select account as actor, name from access_account union all"
        " select token as actor, label as name from access_token union all"
        " select device as actor, label as name from access_device order by actor"
    )
    return [NameRow(**row) for row in rows]
