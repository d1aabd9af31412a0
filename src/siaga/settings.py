"""Settings: what a node is told from outside, by environment variables, all shown by `siaga settings`."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "SIAGA_"
HIDDEN = ("store", "nats", "mail")  # addresses that may carry a password


MAIL = ("smtps", "smtp", "smtp+plain")
_CONTACT = re.compile(r"mailto:[^@\s]+@[\w-]+(\.[\w-]+)+|https://[\w-]+(\.[\w-]+)+")


def named_pairs(text: str) -> dict[str, str]:
    """`a=b,c=d` as a dict."""
    pairs = (part.strip().partition("=") for part in text.split(",") if part.strip())
    return {name: value for name, _, value in pairs}


_NODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_PLACE = re.compile(r"(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):\d{1,5}")


class WrongSetting(ValueError):
    """A setting that cannot be understood; says which and why."""


def _setting(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True)
class Settings:
    """A node's settings; an empty text means not set."""

    data: Path = _setting(Path("~/.local/share/siaga"), "folder of everything the node keeps")  # noqa: RUF009  (paths are values)
    store: str = _setting("", "postgresql://… of a database; empty: a SQLite file in the data folder")
    listen: str = _setting("127.0.0.1:8113", "host:port to answer on")
    vault_key_file: Path = _setting(Path(), "file of the vault's key; empty: in the data folder")  # noqa: RUF009
    node: str = _setting("", "name of this node among others; empty: the data folder's; stays once nodes are paired")
    field: str = _setting("", "yes: a command-car node, which takes over scenes from its city (siaga serve --field)")
    link_listen: str = _setting("", "host:port where command cars connect to this node (0.0.0.0:7422); empty: nowhere")
    link_address: str = _setting("", "host:port command cars reach that at; empty: as it listens")
    nats: str = _setting("", "address of a NATS server to use instead of an own one")
    browser: str = _setting("", "a Chromium to use in browser tests")
    node_bin: str = _setting("", "a Node.js to build the web application with")
    address: str = _setting("", "address people reach the node at (https://…), for links and QR codes")
    open_data: str = _setting("", "yes: incidents by day and kelurahan, a week late, are open to all (/api/features)")
    proxies: str = _setting("127.0.0.1,::1", "reverse proxies whose X-Forwarded-* headers are believed")
    control_room: str = _setting("127.0.0.0/8,::1", "machines of the control room: strangers cannot lock them out")
    tls_certificate: str = _setting("", "PEM certificate chain, when no reverse proxy does TLS")
    tls_key: str = _setting("", "PEM key of that certificate")
    tls: str = _setting("", "own: TLS by the node's own authority (siaga tls)")
    plain_listen: str = _setting(
        "", "host:port in the clear for the installation guide; empty: the port after, with an own authority; -: none"
    )
    push_contact: str = _setting("", "mailto:… or https://… for push services; empty: the address, if it is https://")
    private_networks: str = _setting("", "networks of ours that webhooks and push services may be in")
    mail: str = _setting("", "mail server: smtps://user@host, smtp://user@host (STARTTLS), smtp+plain://host")
    mail_from: str = _setting("", "address that alerts by e-mail come from")
    mail_password_file: Path = _setting(Path(), "file of the mail server's password")  # noqa: RUF009
    sms_url: str = _setting("", "address of an SMS or WhatsApp gateway that takes one JSON request a message")
    sms_token_file: Path = _setting(Path(), "file of the token the gateway wants (Authorization: Bearer)")  # noqa: RUF009
    sms_form: str = _setting("to=to,text=text,reference=id", "names of the gateway's fields; +name=value is sent too")
    sms_report: str = _setting(
        "reference=id,status=status,delivered=delivered|read", "names in the gateway's delivery reports"
    )

    @property
    def plain(self) -> str:
        """Where the installation guide answers in the clear; empty: nowhere."""
        if self.plain_listen or self.tls != "own":
            return self.plain_listen.removeprefix("-")
        return f"{self.listen.rpartition(':')[0]}:{self.port + 1 if self.port else 0}"

    @property
    def link(self) -> str:
        """What the node's card says of where its link listens; empty: nowhere."""
        return self.link_address or self.link_listen

    @property
    def key_file(self) -> Path:
        """Where the vault's key lies."""
        return self.data / "keys" / "vault.key" if self.vault_key_file == Path() else self.vault_key_file

    @property
    def host(self) -> str:
        """Where to listen."""
        return self.listen.rpartition(":")[0].strip("[]") or "127.0.0.1"

    @property
    def port(self) -> int:
        """On which port; 0 lets the system choose."""
        return int(self.listen.rpartition(":")[2])

    @property
    def contact(self) -> str:
        """Whom a push service asks when something is wrong; empty: nobody was named, and Web Push is off."""
        if self.push_contact or not self.address.startswith("https://"):
            return self.push_contact
        host = urlsplit(self.address).hostname or ""
        return f"https://{host}" if "." in host else ""

    def shown(self) -> Iterator[tuple[str, str, str]]:
        """Name, value, meaning of every setting, passwords inside addresses hidden."""
        for f in fields(self):
            value = str(getattr(self, f.name))
            if f.name in HIDDEN and "@" in value:
                scheme, _, rest = value.partition("://")
                value = f"{scheme}://…@{rest.rpartition('@')[2]}"
            yield PREFIX + f.name.upper(), "" if value == "." else value, f.metadata["meaning"]


def secret_of(path: Path) -> str:
    """What a file of one secret holds; empty when none was named."""
    if path == Path():
        return ""
    try:
        return path.read_text().strip()
    except OSError as error:
        raise WrongSetting(f"{path}: {error.strerror}") from error


def read_settings(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Settings from the environment; `given` ones win."""
    known = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for f in fields(Settings):
        text = known.get(PREFIX + f.name.upper())
        if text is not None:
            values[f.name] = Path(text).expanduser() if isinstance(f.default, Path) and text else text or f.default
    values.setdefault("data", Settings.data.expanduser())
    settings = Settings(**(values | {name: value for name, value in given.items() if value is not None}))
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    port = settings.listen.rpartition(":")[2]
    if not port.isdigit() or int(port) > 65535:
        raise WrongSetting(f"SIAGA_LISTEN is host:port, not {settings.listen!r}")
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        raise WrongSetting("SIAGA_TLS_CERTIFICATE and SIAGA_TLS_KEY belong together")
    if settings.field not in ("", "yes"):
        raise WrongSetting(f"SIAGA_FIELD is empty or yes, not {settings.field!r}")
    if settings.node and not _NODE.fullmatch(settings.node):
        raise WrongSetting(f"SIAGA_NODE is letters, digits and . _ : -, not {settings.node!r}")
    for name in ("link_listen", "link_address"):
        if (given := getattr(settings, name)) and not _PLACE.fullmatch(given):
            raise WrongSetting(f"{PREFIX}{name.upper()} is host:port, not {given!r}")
    if settings.tls not in ("", "own"):
        raise WrongSetting(f"SIAGA_TLS is empty or own, not {settings.tls!r}")
    plain = settings.plain.rpartition(":")[2]
    if settings.plain and (not plain.isdigit() or int(plain) > 65535):
        raise WrongSetting(f"SIAGA_PLAIN_LISTEN is host:port or -, not {settings.plain_listen!r}")
    if settings.push_contact and not _CONTACT.fullmatch(settings.push_contact):
        raise WrongSetting("SIAGA_PUSH_CONTACT is mailto:somebody@example.go.id or https://example.go.id")
    if settings.mail and (urlsplit(settings.mail).scheme not in MAIL or "@" not in settings.mail_from):
        raise WrongSetting("SIAGA_MAIL is smtps://, smtp:// or smtp+plain://, and SIAGA_MAIL_FROM an e-mail address")
    if urlsplit(settings.sms_url).scheme not in ("", "https", "http"):
        raise WrongSetting("SIAGA_SMS_URL is an https:// address (http:// for a gateway on our own network)")
    for name, needed in (("sms_form", "to text reference"), ("sms_report", "reference status delivered")):
        if not set(needed.split()) <= named_pairs(getattr(settings, name)).keys():
            raise WrongSetting(f"{PREFIX}{name.upper()} names {needed.replace(' ', ', ')}: a=b,c=d")
    for name in ("proxies", "control_room", "private_networks"):
        for part in filter(None, getattr(settings, name).split(",")):
            try:
                ip_network(part.strip(), strict=False)
            except ValueError as error:
                raise WrongSetting(f"{PREFIX}{name.upper()} holds {part!r}, which is no address or network") from error
