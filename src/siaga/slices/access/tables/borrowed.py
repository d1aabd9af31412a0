"""Who may sign in at a field node without the city: accounts and devices with a role at the scene, brought under seal.

They come with the hand-over and are replaced whole each time: who is not in the newest list cannot sign in there any
more. Only roles at the scene go along, so that nobody administers a field node by an account of the city."""

import msgspec

from ....kernel.storage import Row, Tx
from ..events import Role

AT_SCENE: tuple[Role, ...] = ("dispatcher", "shift-leader", "crew", "commander")


class Person(msgspec.Struct, frozen=True):
    """An account: its name, the hash of its password, its roles at the scene by agency."""

    account: str
    name: str
    login: str
    agency: str
    hash: str | None
    added_at: str
    roles: tuple[tuple[str, str], ...]


class Tablet(msgspec.Struct, frozen=True):
    """A device: the hash of its token, and what it may do."""

    device: str
    secret_hash: str
    label: str
    agency: str
    roles: str
    unit: str | None
    enrolled_at: str
    expires_at: str


class People(msgspec.Struct, frozen=True):
    """Everybody and everything that may sign in at the scene."""

    accounts: tuple[Person, ...]
    devices: tuple[Tablet, ...]


def lend(tx: Tx) -> bytes:
    """The list as it is now, the same bytes for the same list."""
    accounts = tx.rows("select * from access_account where disabled = 0 order by account")
    roles: dict[str, list[tuple[str, str]]] = {}
    for row in tx.rows("select account, agency, role from access_role order by account, agency, role"):
        if row["role"] in AT_SCENE:
            roles.setdefault(row["account"], []).append((row["agency"], row["role"]))
    devices = tx.rows("select * from access_device where revoked_at is null order by device")
    people = People(
        accounts=tuple(_person(row, roles[row["account"]]) for row in accounts if row["account"] in roles),
        devices=tuple(_tablet(row) for row in devices if _at_scene(row["roles"])),
    )
    return msgspec.json.encode(people)


def _person(row: Row, roles: list[tuple[str, str]]) -> Person:
    named = {name: row[name] for name in ("account", "name", "login", "agency", "hash", "added_at")}
    return Person(**named, roles=tuple(roles))


def _tablet(row: Row) -> Tablet:
    named = {name: row[name] for name in Tablet.__struct_fields__ if name != "roles"}
    return Tablet(**named, roles=_at_scene(row["roles"]))


def _at_scene(roles: str) -> str:
    return " ".join(role for role in roles.split() if role in AT_SCENE)


def borrow(tx: Tx, raw: bytes, at: str) -> int:
    """Take the list in; what this node has of its own is left alone. Returns how many may sign in by it."""
    people = msgspec.json.decode(raw, type=People)
    mine = {
        kind: {row["id"] for row in tx.rows("select id from access_borrowed where kind = :k", k=kind)}
        for kind in ("account", "device")
    }
    accounts = {p.account for p in people.accounts if _put_account(tx, p, mine["account"])}
    devices = {d.device for d in people.devices if _put_device(tx, d, mine["device"])}
    for account in mine["account"] - accounts:
        tx.run("update access_account set disabled = 1 where account = :a", a=account)
        tx.run("delete from access_session where account = :a", a=account)
    for device in mine["device"] - devices:
        tx.run("update access_device set revoked_at = :at where device = :d and revoked_at is null", at=at, d=device)
    return len(accounts) + len(devices)


def _put_account(tx: Tx, person: Person, mine: set[str]) -> bool:
    held = tx.rows("select hash from access_account where account = :a", a=person.account)
    named = tx.rows(
        "select 1 as x from access_account where login = :l and account <> :a", l=person.login, a=person.account
    )
    if named or (held and person.account not in mine):
        return False
    if held and held[0]["hash"] != person.hash:
        tx.run("delete from access_session where account = :a", a=person.account)
    tx.run(
        "insert into access_account (account, name, login, agency, hash, disabled, added_at)"
        " values (:account, :name, :login, :agency, :hash, 0, :at) on conflict (account) do update"
        " set name = :name, login = :login, agency = :agency, hash = :hash, disabled = 0",
        account=person.account,
        name=person.name,
        login=person.login,
        agency=person.agency,
        hash=person.hash,
        at=person.added_at,
    )
    tx.run("delete from access_role where account = :a", a=person.account)
    for agency, role in person.roles:
        if role in AT_SCENE:
            tx.run(
                "insert into access_role (account, agency, role) values (:a, :g, :r)",
                a=person.account,
                g=agency,
                r=role,
            )
    _borrowed(tx, "account", person.account)
    return True


def _put_device(tx: Tx, tablet: Tablet, mine: set[str]) -> bool:
    held = tx.rows(
        "select device from access_device where device = :d or secret_hash = :h", d=tablet.device, h=tablet.secret_hash
    )
    if any(row["device"] != tablet.device or row["device"] not in mine for row in held):
        return False
    tx.run(
        "insert into access_device (device, secret_hash, label, agency, roles, unit, enrolled_at, expires_at)"
        " values (:device, :hash, :label, :agency, :roles, :unit, :at, :until) on conflict (device) do update"
        " set secret_hash = :hash, label = :label, agency = :agency, roles = :roles, unit = :unit,"
        " expires_at = :until, revoked_at = null",
        device=tablet.device,
        hash=tablet.secret_hash,
        label=tablet.label,
        agency=tablet.agency,
        roles=_at_scene(tablet.roles),
        unit=tablet.unit,
        at=tablet.enrolled_at,
        until=tablet.expires_at,
    )
    _borrowed(tx, "device", tablet.device)
    return True


def _borrowed(tx: Tx, kind: str, id: str) -> None:
    tx.run("insert into access_borrowed (kind, id) values (:k, :i) on conflict (kind, id) do nothing", k=kind, i=id)
