"""TLS by the node's own authority: made, shown, renewed; where tablets find the installation guide."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

import typer

from .common import Json, No, result, sentence, settings, tell

if TYPE_CHECKING:
    from ...adapters.authority import Made
    from ...settings import Settings

FOLDER = "tls"


def add(app: typer.Typer) -> None:
    """Put this command on the program."""
    app.command("tls")(tls)


def tls(
    name: Annotated[
        list[str] | None, typer.Option(help="Nama atau alamat tambahan server (further name or address).")
    ] = None,
    new_authority: Annotated[
        bool, typer.Option("--new-authority", help="Otoritas baru; tablet memasangnya lagi (a new authority).")
    ] = False,
    as_json: Json = False,
) -> None:
    """Buat otoritas dan sertifikat TLS node ini (make the node's own authority and certificate), or show and renew."""
    known = settings()
    made = _ensure(known, tuple(name or ()), new_authority)
    plain = replace(known, tls="own").plain
    guide = guide_at(plain) if plain else ""
    body = {
        "authority": str(made.authority),
        "certificate": str(made.certificate),
        "key": str(made.key),
        "fingerprint": made.fingerprint,
        "names": made.names,
        "authority_ends": made.authority_ends,
        "ends": made.ends,
        "renewed": made.renewed,
        "guide": guide,
    }
    facts = body | {
        "names": ", ".join(made.names),
        "authority_ends": _day(made.authority_ends),
        "ends": _day(made.ends),
    }
    result(body, as_json, lambda: sentence("tls", **facts))
    if guide:
        tell("tls-next", guide=guide)


def _day(at: object) -> str:
    return f"{at:%d/%m/%Y}"


def protected(wanted: "Settings") -> "tuple[Settings, Callable[[], bool] | None]":
    """The settings with the certificate that holds, and how to look after it; a given certificate is left alone."""
    if wanted.tls != "own":
        return wanted, None
    if wanted.tls_certificate:
        raise No("tls-both")
    made = _ensure(wanted)
    if made.new_authority:
        tell("new-authority", fingerprint=made.fingerprint)
    held = replace(wanted, tls_certificate=str(made.certificate), tls_key=str(made.key))
    return held, lambda: _ensure(wanted).renewed


def _ensure(known: "Settings", names: tuple[str, ...] = (), anew: bool = False) -> "Made":
    from ...adapters.authority import OutsideAuthority, ensure
    from ...kernel.desk import utc_now

    try:
        return ensure(known.data / FOLDER, names, utc_now(), also=tuple(_own_names(known)), anew=anew)
    except OutsideAuthority as outside:
        raise No("tls-outside", names=", ".join(outside.names)) from outside


def _own_names(known: "Settings") -> Iterator[str]:
    """How this machine is reached: by the address it is known by, by its names, by its addresses on the network."""
    from urllib.parse import urlsplit

    yield from filter(None, [urlsplit(known.address).hostname])
    here = socket.gethostname().lower()
    if here and here != "localhost":
        yield here
        if "." not in here:
            yield f"{here}.local"
    yield from addresses()
    yield from ("localhost", "127.0.0.1", "::1")


def addresses() -> list[str]:
    """This machine's IPv4 addresses on its networks, as Linux tells them; no packet is sent for it."""
    import fcntl
    import struct

    ask_address = 0x8915  # SIOCGIFADDR
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        for _, interface in socket.if_nameindex():
            try:
                told = fcntl.ioctl(line.fileno(), ask_address, struct.pack("256s", interface.encode()[:15]))
            except OSError:  # it has none
                continue
            address = socket.inet_ntoa(told[20:24])
            if not ip_address(address).is_loopback:
                found.append(address)
    return found


def bound_plain(wanted: "Settings") -> socket.socket | None:
    """The socket of the guide in the clear, where there is one."""
    from ..serve import listening_plain

    try:
        return listening_plain(wanted)
    except OSError as taken:
        raise No("port-taken", listen=wanted.plain, why=taken.strerror) from taken


def guide_at(plain: str) -> str:
    """The address of the guide as a tablet on the same network opens it; `plain` is where it answers, host:port."""
    from ..install import GUIDE, address

    host, _, port = plain.rpartition(":")
    name = host.strip("[]")
    if name in ("", "localhost") or ip_address(name).is_unspecified or ip_address(name).is_loopback:
        name = next(iter(addresses()), "127.0.0.1")
    return address("http", name, int(port)) + GUIDE
