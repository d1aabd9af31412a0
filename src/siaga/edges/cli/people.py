"""Who may sign in: accounts, tokens of programs, devices."""

import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import Json, No, ask, new_id, node, operator, result, sentence, settings, show, usage

if TYPE_CHECKING:
    from ...app import Node

user = typer.Typer(no_args_is_help=True, help="Akun orang (accounts of people).")
token = typer.Typer(no_args_is_help=True, help="Token untuk program (tokens of programs).")
device = typer.Typer(no_args_is_help=True, help="Perangkat terdaftar (enrolled devices).")
Name = Annotated[str, typer.Argument(help="Nama akun atau kodenya (name or id of the account).")]
Roles = Annotated[list[str], typer.Option("--role", help="Peran; boleh berulang (role, may be repeated).")]
Agency = Annotated[str, typer.Option(help="Instansi; kosong: node ini (agency; empty: the node itself).")]
PasswordFile = Annotated[
    Path | None, typer.Option("--password-file", help="Berkas kata sandi, - dari masukan (file, - for standard input).")
]
Generate = Annotated[bool, typer.Option("--generate", help="Buat kata sandi acak dan cetak sekali (make one).")]


def add(app: typer.Typer) -> None:
    """Put these commands on the program."""
    app.add_typer(user, name="user")
    app.add_typer(token, name="token")
    app.add_typer(device, name="device")


def checked(roles: list[str], more: tuple[str, ...] = ()) -> tuple[Any, ...]:
    """Roles that exist."""
    from ...slices.access.events import ROLES

    for role in roles:
        if role not in (*ROLES, *more):
            usage(sentence("no-such-role", role=role, roles=", ".join((*ROLES, *more))))
    return tuple(dict.fromkeys(roles))


def _password(file: Path | None, generate: bool) -> str:
    if generate:
        return secrets.token_urlsafe(15)
    if file is not None:
        text = sys.stdin.readline() if str(file) == "-" else file.read_text("utf-8").partition("\n")[0]
        return text.rstrip("\r\n")
    if not sys.stdin.isatty():
        usage(sentence("password-how"))
    return str(typer.prompt(sentence("password"), hide_input=True, confirmation_prompt=True, err=True))


def _account(opened: "Node", name: str) -> Any:
    """The account of that name or id."""
    from ...slices.access.tables.admin import login_of
    from ...slices.access.tables.views import AccountsQuery

    rows = show(opened, "access.accounts", AccountsQuery(disabled=True)).rows
    for row in rows:
        if name == row.account or login_of(name) == login_of(row.name):
            return row
    raise No("refusal.account-unknown", account=name)


@user.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="Nama untuk masuk (name to sign in with).")],
    roles: Roles,
    agency: Agency = "",
    password_file: PasswordFile = None,
    generate: Generate = False,
    as_json: Json = False,
) -> None:
    """Tambah akun (add an account); asks for its password."""
    from ...kernel.records import Secret
    from ...slices.access.rules import AddAccount

    wanted, password = checked(roles), _password(password_file, generate)
    account = new_id("a")
    with node(new=True) as opened:
        ask(opened, AddAccount(name, wanted, account, agency, Secret(password)), operator(agency=agency))
    body = {"account": account, "name": name, "roles": wanted} | ({"password": password} if generate else {})
    result(body, as_json, lambda: _added(name, account, password if generate else None))


def _added(name: str, account: str, password: str | None) -> str:
    said = sentence("user-added", name=name, account=account)
    return f"{said}\n{sentence('password-once', password=password)}" if password else said


@user.command("list")
def list_users(
    all: Annotated[bool, typer.Option("--all", help="Juga yang ditutup (closed ones too).")] = False,
    as_json: Json = False,
) -> None:
    """Daftar akun (list accounts)."""
    from ...slices.access.tables.views import AccountsQuery
    from .doors import as_table

    with node() as opened:
        shown = show(opened, "access.accounts", AccountsQuery(disabled=all))
    result({"position": shown.position, "rows": shown.rows}, as_json, lambda: as_table("access.accounts", shown))


@user.command("password")
def set_password(
    name: Name, password_file: PasswordFile = None, generate: Generate = False, as_json: Json = False
) -> None:
    """Ganti kata sandi (set a password); open sessions of the account end."""
    from ...kernel.records import Secret
    from ...slices.access.rules import SetPassword

    with node() as opened:
        found = _account(opened, name)
        password = _password(password_file, generate)
        position = ask(opened, SetPassword(found.account, Secret(password)), operator()).position
    said = sentence("recorded", position=position)
    shown = f"{said}\n{sentence('password-once', password=password)}" if generate else said
    result({"account": found.account} | ({"password": password} if generate else {}), as_json, shown)


@user.command("roles")
def set_roles(name: Name, roles: Roles, agency: Agency = "", as_json: Json = False) -> None:
    """Tetapkan peran akun (give an account exactly these roles)."""
    from ...slices.access.rules import SetRoles

    wanted = checked(roles)
    with node() as opened:
        found = _account(opened, name)
        where = agency or found.agency
        position = ask(opened, SetRoles(found.account, wanted, where), operator(agency=where)).position
    result({"account": found.account, "roles": wanted}, as_json, sentence("recorded", position=position))


def _simple(name: str, kind: str, as_json: bool) -> None:
    from ...slices.access import rules

    with node() as opened:
        found = _account(opened, name)
        position = ask(opened, getattr(rules, kind)(found.account), operator(agency=found.agency)).position
    result({"account": found.account}, as_json, sentence("recorded", position=position))


@user.command("disable")
def disable(name: Name, as_json: Json = False) -> None:
    """Tutup akun (close an account); its sessions end."""
    _simple(name, "DisableAccount", as_json)


@user.command("enable")
def enable(name: Name, as_json: Json = False) -> None:
    """Buka lagi akun (open a closed account again)."""
    _simple(name, "EnableAccount", as_json)


@user.command("sign-out")
def sign_out(name: Name, as_json: Json = False) -> None:
    """Keluarkan akun di semua perangkat (end all sessions of an account)."""
    _simple(name, "EndSessions", as_json)


@user.command("rename")
def rename(
    name: Name, to: Annotated[str, typer.Argument(help="Nama baru (the new name).")], as_json: Json = False
) -> None:
    """Ganti nama akun (rename an account)."""
    from ...slices.access.rules import RenameAccount

    with node() as opened:
        found = _account(opened, name)
        position = ask(opened, RenameAccount(found.account, to), operator(agency=found.agency)).position
    result({"account": found.account, "name": to}, as_json, sentence("recorded", position=position))


# ── tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@token.command("issue")
def issue(
    label: Annotated[str, typer.Argument(help="Untuk apa (what it is for).")],
    roles: Roles,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Berlaku berapa hari (days it lasts).")] = 365,
    agency: Agency = "",
    as_json: Json = False,
) -> None:
    """Terbitkan token (issue a token); it is printed once and kept nowhere."""
    from ...slices.access.rules import IssueToken
    from ...slices.access.tables.gate import hash_of, new_secret

    wanted, secret, name = checked(roles, ("tracker", "gateway")), new_secret("sgt_"), new_id("t")
    with node(new=True) as opened:
        until = opened.desk.clock() + timedelta(days=days)
        ask(opened, IssueToken(name, hash_of(secret), label, wanted, until, agency), operator(agency=agency))
    body = {"token": name, "secret": secret, "roles": wanted, "expires_at": until.isoformat()}
    result(body, as_json, lambda: sentence("token-once", token=name, secret=secret, until=f"{until:%Y-%m-%d}"))


@token.command("list")
def list_tokens(
    all: Annotated[bool, typer.Option("--all", help="Juga yang dicabut (revoked ones too).")] = False,
    as_json: Json = False,
) -> None:
    """Daftar token (list tokens)."""
    from ...slices.access.tables.views import TokensQuery
    from .doors import as_table

    with node() as opened:
        shown = show(opened, "access.tokens", TokensQuery(revoked=all))
    result({"position": shown.position, "rows": shown.rows}, as_json, lambda: as_table("access.tokens", shown))


@token.command("revoke")
def revoke(name: Annotated[str, typer.Argument(help="Kode token (its id).")], as_json: Json = False) -> None:
    """Cabut token (revoke a token)."""
    from ...slices.access.rules import RevokeToken

    with node() as opened:
        position = ask(opened, RevokeToken(name), operator()).position
    result({"token": name}, as_json, sentence("recorded", position=position))


# ── devices ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@device.command("offer")
def offer(
    label: Annotated[str, typer.Argument(help="Perangkat apa (which device).")],
    roles: Roles,
    unit: Annotated[str | None, typer.Option(help="Armada tempatnya terpasang (its unit).")] = None,
    tracker: Annotated[str | None, typer.Option(help="Nomor pelacak (its tracker id).")] = None,
    hours: Annotated[int, typer.Option(min=1, max=240, help="Berlaku berapa jam (hours the link lasts).")] = 24,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Perangkat berlaku berapa hari (days).")] = 400,
    agency: Agency = "",
    as_json: Json = False,
) -> None:
    """Tawarkan tautan sekali pakai dengan QR (offer a one-time link to enrol a device)."""
    from ...slices.access.rules import OfferEnrolment
    from ...slices.access.tables.gate import hash_of, new_secret
    from ..session import enrolment_link, qr_terminal
    from .doors import only_agency

    wanted, code, name = checked(roles), new_secret("sge_"), new_id("o")
    known = settings()
    link = enrolment_link(known.address or f"http://{known.listen}", code)
    with node(new=True) as opened:
        until = opened.desk.clock() + timedelta(hours=hours)
        where = agency or only_agency(opened)  # whose shift leader can shut it out when it is lost
        offered = OfferEnrolment(name, hash_of(code), label, wanted, until, unit, tracker, where, days)
        ask(opened, offered, operator(agency=where))
    body = {"offer": name, "link": link, "expires_at": until.isoformat()}
    result(body, as_json, lambda: f"{qr_terminal(link)}\n{sentence('device-link', link=link, hours=hours)}")


@device.command("list")
def list_devices(
    all: Annotated[bool, typer.Option("--all", help="Juga yang dicabut (revoked ones too).")] = False,
    as_json: Json = False,
) -> None:
    """Daftar perangkat (list devices)."""
    from ...slices.access.tables.views import DevicesQuery
    from .doors import as_table

    with node() as opened:
        shown = show(opened, "access.devices", DevicesQuery(revoked=all))
    result({"position": shown.position, "rows": shown.rows}, as_json, lambda: as_table("access.devices", shown))


@device.command("assign")
def assign(
    name: Annotated[str, typer.Argument(help="Kode perangkat (its id).")],
    unit: Annotated[str | None, typer.Option(help="Armada; tanpa ini dilepas (unit; none: taken off).")] = None,
    as_json: Json = False,
) -> None:
    """Pindahkan perangkat ke armada lain (say to which unit a device belongs)."""
    from ...slices.access.rules import AssignDevice

    with node() as opened:
        position = ask(opened, AssignDevice(name, unit), operator()).position
    result({"device": name, "unit": unit}, as_json, sentence("recorded", position=position))


@device.command("revoke")
def revoke_device(name: Annotated[str, typer.Argument(help="Kode perangkat (its id).")], as_json: Json = False) -> None:
    """Cabut perangkat yang hilang (shut a lost device out)."""
    from ...slices.access.rules import RevokeDevice

    with node() as opened:
        position = ask(opened, RevokeDevice(name), operator()).position
    result({"device": name}, as_json, sentence("recorded", position=position))
