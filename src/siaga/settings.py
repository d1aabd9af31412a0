"""Settings: what a node is told from outside, by environment variables, all shown by `siaga settings`."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any

PREFIX = "SIAGA_"
HIDDEN = ("store", "nats")  # addresses that may carry a password


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
    nats: str = _setting("", "address of a NATS server to use instead of an own one")
    browser: str = _setting("", "a Chromium to use in browser tests")
    node_bin: str = _setting("", "a Node.js to build the web application with")
    address: str = _setting("", "address people reach the node at (https://…), for links and QR codes")
    proxies: str = _setting("127.0.0.1,::1", "reverse proxies whose X-Forwarded-* headers are believed")
    control_room: str = _setting("127.0.0.0/8,::1", "machines of the control room: strangers cannot lock them out")
    tls_certificate: str = _setting("", "PEM certificate chain, when no reverse proxy does TLS")
    tls_key: str = _setting("", "PEM key of that certificate")

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

    def shown(self) -> Iterator[tuple[str, str, str]]:
        """Name, value, meaning of every setting, passwords inside addresses hidden."""
        for f in fields(self):
            value = str(getattr(self, f.name))
            if f.name in HIDDEN and "@" in value:
                scheme, _, rest = value.partition("://")
                value = f"{scheme}://…@{rest.rpartition('@')[2]}"
            yield PREFIX + f.name.upper(), "" if value == "." else value, f.metadata["meaning"]


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
    for name in ("proxies", "control_room"):
        for part in filter(None, getattr(settings, name).split(",")):
            try:
                ip_network(part.strip(), strict=False)
            except ValueError as error:
                raise WrongSetting(f"{PREFIX}{name.upper()} holds {part!r}, which is no address or network") from error
