"""The node's own authority: a certificate that tablets are told to trust, and the server's certificate it signs.

For a node without a public name, where nobody else can give it a certificate. The authority can only speak for the
names given to it and for addresses of private networks: who steals its key cannot pretend to be a bank."""

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS = timedelta(days=3650)
SERVER_LASTS = timedelta(days=390)  # browsers take none that lasts more than 397 days
RENEW_BEFORE = timedelta(days=30)
CLOCKS_BEHIND = timedelta(days=1)  # a tablet whose clock is behind takes a new certificate too
PRIVATE = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)
LOCAL_NAMES = ("localhost", "local")


class OutsideAuthority(Exception):
    """Names that the authority may not speak for: it was made before they were known."""

    def __init__(self, names: Collection[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


@dataclass(frozen=True)
class Made:
    """What lies in the folder, and what was made just now."""

    authority: Path
    certificate: Path
    key: Path
    fingerprint: str
    authority_ends: datetime
    ends: datetime
    names: tuple[str, ...]
    new_authority: bool
    renewed: bool


def ensure(folder: Path, names: Iterable[str], now: datetime, *, also: Iterable[str] = (), anew: bool = False) -> Made:
    """An authority and a server's certificate for the names and those it had; OutsideAuthority when it may not.

    `also` are names the machine has anyway: of these it takes what it may. What is there and holds is left as it is;
    `anew` replaces the authority, which every device has to be told."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = _read(folder / "server.pem")
    given = tuple(dict.fromkeys([*names, *(_names_of(held) if held else ())]))
    found = tuple(dict.fromkeys([*given, *also]))
    root, root_key, fresh = _authority(folder, found, now, anew)
    if outside := [name for name in given if not _may(root, name)]:
        raise OutsideAuthority(outside)
    wanted = tuple(name for name in found if _may(root, name))
    holds = held is not None and held.not_valid_after_utc - now > RENEW_BEFORE and set(wanted) <= set(_names_of(held))
    renewed = fresh or not holds
    made = _issue(folder, wanted, root, root_key, now) if renewed or held is None else held
    return Made(
        authority=folder / "authority.pem",
        certificate=folder / "server.pem",
        key=folder / "server.key",
        fingerprint=fingerprint(root),
        authority_ends=root.not_valid_after_utc,
        ends=made.not_valid_after_utc,
        names=_names_of(made),
        new_authority=fresh,
        renewed=renewed,
    )


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 as Android shows it: pairs of digits with colons."""
    return certificate.fingerprint(SHA256()).hex(":").upper()


def _authority(
    folder: Path, names: tuple[str, ...], now: datetime, anew: bool
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey, bool]:
    held = None if anew else _read(folder / "authority.pem")
    if held is not None and held.not_valid_after_utc > now:
        key = load_pem_private_key((folder / "authority.key").read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return held, key, False
    key = ec.generate_private_key(ec.SECP256R1())
    limits = x509.NameConstraints(permitted_subtrees=_permitted(names), excluded_subtrees=None)
    title = next((n for n in names if _address(n) is None and n not in LOCAL_NAMES), "node")
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Siaga {title}"[:64])])
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    root = (
        _builder(subject, subject, key.public_key(), now, now + AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(limits, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    _write(folder / "authority.key", _pem(key), 0o600)
    _write(folder / "authority.pem", root.public_bytes(Encoding.PEM), 0o644)
    return root, key, True


def _issue(
    folder: Path, names: tuple[str, ...], root: x509.Certificate, root_key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    title = next((n for n in names if _address(n) is None), names[0])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title[:64])])
    ends = min(now + SERVER_LASTS, root.not_valid_after_utc)
    made = (
        _builder(subject, root.subject, key.public_key(), now, ends)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, SHA256())
    )
    # The key first: a start in between finds a pair that does not fit, and makes both anew.
    _write(folder / "server.key", _pem(key), 0o600)
    _write(folder / "server.pem", made.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM), 0o644)
    return made


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_BEHIND)
        .not_valid_after(ends)
    )


def _permitted(names: tuple[str, ...]) -> list[x509.GeneralName]:
    """Names of its own with everything below them, private networks, and single public addresses it was given."""
    own = [n for n in names if _address(n) is None]
    public = [a for n in names if (a := _address(n)) is not None and not any(a in ip_network(p) for p in PRIVATE)]
    networks = [*map(ip_network, PRIVATE), *map(ip_network, public)]
    return [
        *(x509.DNSName(name) for name in dict.fromkeys([*LOCAL_NAMES, *own])),
        *(x509.IPAddress(network) for network in networks),
    ]


def _may(root: x509.Certificate, name: str) -> bool:
    permitted = root.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    address = _address(name)
    if address is not None:
        return any(address in net for p in permitted if isinstance(net := p.value, IPv4Network | IPv6Network))
    below = [p.value for p in permitted if isinstance(p, x509.DNSName)]
    return any(name == one or name.endswith(f".{one}") for one in below)


def _general(name: str) -> x509.GeneralName:
    address = _address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None


def _names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    value = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return (*value.get_values_for_type(x509.DNSName), *map(str, value.get_values_for_type(x509.IPAddress)))


def _read(path: Path) -> x509.Certificate | None:
    """The first certificate of a file, if it belongs to the key that lies beside it."""
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
        key = load_pem_private_key(path.with_suffix(".key").read_bytes(), None)
    except (FileNotFoundError, ValueError):
        return None
    return found if key.public_key() == found.public_key() else None


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and never readable by others for a moment."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.chmod(mode)
    part.replace(path)
