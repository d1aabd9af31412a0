"""Web Push against a local push service that decrypts the message and checks who sent it, by the RFCs alone."""

import json
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.paging.servers import Request, Service
from siaga.adapters.paging.outside import Outside
from siaga.adapters.paging.web_push import WebPush, load_key, public_key
from siaga.kernel.carry import Message, NotCarried

CONTACT = "mailto:admin@siaga.example.go.id"
AUTH = bytes(range(16))


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(encoded: str) -> bytes:
    return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))


class Browser:
    """A browser's end of Web Push: its keys, and RFC 8291 read backwards."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def address(self, endpoint: str) -> dict[str, str]:
        return {"endpoint": endpoint, "p256dh": text(point(self.key.public_key())), "auth": text(AUTH)}

    def read(self, body: bytes) -> Any:
        salt, record, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= record
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self.key.exchange(ec.ECDH(), theirs)
        about = b"WebPush: info\0" + point(self.key.public_key()) + sender
        material = HKDF(hashes.SHA256(), 32, AUTH, about).derive(shared)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(material)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(material)
        plain = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
        assert plain.endswith(b"\2")  # the last record
        return json.loads(plain[:-1])


def claims(request: Request, expected: ec.EllipticCurvePublicKey) -> dict[str, Any]:
    """What the node says of itself, after its signature has been checked with the key the browser was given."""
    scheme, _, parameters = request.headers["authorization"].partition(" ")
    assert scheme == "vapid"
    said = dict(part.split("=", 1) for part in parameters.split(","))
    assert raw(said["k"]) == point(expected)
    head, body, signature = said["t"].split(".")
    assert json.loads(raw(head)) == {"typ": "JWT", "alg": "ES256"}
    r, s = (int.from_bytes(half, "big") for half in (raw(signature)[:32], raw(signature)[32:]))
    expected.verify(encode_dss_signature(r, s), f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    found: dict[str, Any] = json.loads(raw(body))
    return found


@pytest.fixture
def browser() -> Browser:
    return Browser()


def test_the_browser_and_nobody_else_reads_the_alert(
    trusted: tuple[Service, Outside], browser: Browser, message: Message
) -> None:
    service, outside = trusted
    key = ec.generate_private_key(ec.SECP256R1())
    WebPush(key, CONTACT, outside).carry(message, browser.address(f"{service.url}/s/abc"))
    (request,) = service.requests
    assert browser.read(request.body) == {
        "id": message.id,
        "title": message.title,
        "text": message.text,
        "link": message.link,
    }
    assert b"Gunung" not in request.body
    with pytest.raises(InvalidTag):
        Browser().read(request.body)


def test_the_push_service_learns_who_sends_for_how_long_and_how_urgent(
    trusted: tuple[Service, Outside], browser: Browser, message: Message
) -> None:
    service, outside = trusted
    key = ec.generate_private_key(ec.SECP256R1())
    WebPush(key, CONTACT, outside, lambda: 1_772_888_400).carry(message, browser.address(f"{service.url}/s/abc"))
    (request,) = service.requests
    assert request.path == "/s/abc"
    assert request.headers["content-encoding"] == "aes128gcm"
    assert (request.headers["ttl"], request.headers["urgency"]) == ("600", "high")
    assert claims(request, key.public_key()) == {
        "sub": CONTACT,
        "aud": service.url,
        "exp": 1_772_888_400 + 12 * 3600,
    }


def test_two_messages_share_no_key(trusted: tuple[Service, Outside], browser: Browser, message: Message) -> None:
    service, outside = trusted
    way = WebPush(ec.generate_private_key(ec.SECP256R1()), CONTACT, outside)
    for _ in range(2):
        way.carry(message, browser.address(f"{service.url}/s/abc"))
    one, two = (request.body[:86] for request in service.requests)
    assert one[:16] != two[:16]
    assert one[21:] != two[21:]


@pytest.mark.parametrize(
    ("status", "code", "gone"),
    [
        (404, "gone", True),
        (410, "gone", True),
        (401, "not-permitted", False),
        (413, "too-large", False),
        (429, "too-many", False),
        (400, "not-accepted", False),
        (503, "broken-there", False),
        (301, "not-accepted", False),
    ],
)
def test_what_the_push_service_answers_is_told(
    trusted: tuple[Service, Outside], browser: Browser, message: Message, status: int, code: str, gone: bool
) -> None:
    service, outside = trusted
    service.answer = lambda request: (status, b"no")
    way = WebPush(ec.generate_private_key(ec.SECP256R1()), CONTACT, outside)
    with pytest.raises(NotCarried) as failed:
        way.carry(message, browser.address(f"{service.url}/s/abc"))
    assert (failed.value.code, failed.value.gone) == (code, gone)


def test_a_key_that_is_no_point_of_the_curve_is_gone(trusted: tuple[Service, Outside], message: Message) -> None:
    service, outside = trusted
    way = WebPush(ec.generate_private_key(ec.SECP256R1()), CONTACT, outside)
    wrong = {"endpoint": f"{service.url}/s", "p256dh": text(b"\4" + bytes(64)), "auth": text(AUTH)}
    with pytest.raises(NotCarried) as failed:
        way.carry(message, wrong)
    assert failed.value.gone
    assert service.requests == []


def test_the_longest_alert_fits_into_what_every_push_service_takes(
    trusted: tuple[Service, Outside], browser: Browser, message: Message
) -> None:
    service, outside = trusted
    long = Message(
        id="r." + "x" * 129, title="é" * 240, text="–" * 4000, link="https://siaga.example.go.id/" + "x" * 300, body=b""
    )
    WebPush(ec.generate_private_key(ec.SECP256R1()), CONTACT, outside).carry(long, browser.address(service.url + "/s"))
    assert len(service.requests[0].body) <= 4096
    assert browser.read(service.requests[0].body)["link"] == long.link


def test_the_nodes_key_is_made_once_and_read_by_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "push.key"
    first = load_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert public_key(load_key(file)) == public_key(first)
    assert len(raw(public_key(first))) == 65
