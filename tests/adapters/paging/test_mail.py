"""E-mail against a real mail server on a local port."""

import ssl
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message as Received
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from adapters.paging.servers import certificate
from siaga.adapters.paging.mail import Mail
from siaga.kernel.carry import Message, NotCarried

SENDER = "Siaga <siaga@damkar.example.go.id>"
TO = {"email": "peleton.b@example.go.id"}


class Box:
    """A mailbox that takes everything but what is for nobody."""

    def __init__(self) -> None:
        self.mails: list[Received] = []
        self.over_tls: list[bool] = []

    async def handle_RCPT(  # noqa: N802 (a name of aiosmtpd)
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        self.over_tls.append(session.ssl is not None)
        return "250 OK"


class OnFreePort(Controller):
    """On a port that the system chose: aiosmtpd looks whether it answers, and must know where."""

    def _trigger_server(self) -> None:
        listening: Any = self.server
        self.port = listening.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


Starts = Callable[..., tuple[Box, int]]


@pytest.fixture
def start() -> Iterator[Starts]:
    """Starts mail servers; they are stopped at the end of the test."""
    running: list[Controller] = []

    def one(**how: Any) -> tuple[Box, int]:
        box = Box()
        server = OnFreePort(box, hostname="127.0.0.1", port=0, **how)
        server.start()
        running.append(server)
        return box, server.port

    yield one
    for server in running:
        server.stop()


def server_context(file: Path) -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    return tls


def test_an_alert_arrives_as_a_mail_that_people_can_read(start: Starts, message: Message) -> None:
    box, port = start()
    Mail(f"smtp+plain://127.0.0.1:{port}", SENDER).carry(message, TO)
    (mail,) = box.mails
    assert (mail["from"], mail["to"], mail["subject"]) == (SENDER, TO["email"], message.title)
    assert mail["message-id"] == "<d7.p-12@damkar.example.go.id>"
    assert mail["auto-submitted"] == "auto-generated"
    body = mail.get_content()  # type: ignore[attr-defined]
    assert message.text in body
    assert message.link in body


def test_starttls_and_a_password_go_before_the_mail(start: Starts, tmp_path: Path, message: Message) -> None:
    file, context = certificate(tmp_path)

    def lets_in(server: Any, session: Any, envelope: Any, mechanism: str, given: LoginPassword) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (b"siaga", b"kuda-laut"), handled=False)

    box, port = start(
        tls_context=server_context(file), require_starttls=True, authenticator=lets_in, auth_required=True
    )
    address = f"smtp://siaga@127.0.0.1:{port}"
    Mail(address, SENDER, "kuda-laut", context=context).carry(message, TO)
    assert box.over_tls == [True]
    with pytest.raises(NotCarried, match="not-permitted"):
        Mail(address, SENDER, "salah", context=context).carry(message, TO)


def test_a_server_without_starttls_or_with_a_strangers_certificate_gets_no_mail(
    start: Starts, tmp_path: Path, message: Message
) -> None:
    plain, port = start()
    with pytest.raises(NotCarried, match="no-tls"):
        Mail(f"smtp://127.0.0.1:{port}", SENDER).carry(message, TO)
    file, _ = certificate(tmp_path)
    sealed, other = start(tls_context=server_context(file))
    with pytest.raises(NotCarried, match="certificate"):
        Mail(f"smtp://127.0.0.1:{other}", SENDER).carry(message, TO)
    assert plain.mails == sealed.mails == []


def test_tls_from_the_first_byte(start: Starts, tmp_path: Path, message: Message) -> None:
    file, context = certificate(tmp_path)
    box, port = start(ssl_context=server_context(file))
    Mail(f"smtps://127.0.0.1:{port}", SENDER, context=context).carry(message, TO)
    assert len(box.mails) == 1


def test_a_mailbox_that_is_none_a_wrong_address_and_a_silent_server_are_told(start: Starts, message: Message) -> None:
    box, port = start()
    way = Mail(f"smtp+plain://127.0.0.1:{port}", SENDER)
    with pytest.raises(NotCarried, match="not-accepted"):
        way.carry(message, {"email": "nobody@example.go.id"})
    with pytest.raises(NotCarried, match="address-wrong"):
        way.carry(message, {"email": "a@example.go.id\r\nBcc: all@example.com"})
    with pytest.raises(NotCarried, match="unreachable"):
        Mail("smtp+plain://127.0.0.1:1", SENDER).carry(message, TO)
    assert box.mails == []


def test_a_title_of_two_lines_makes_no_header_of_its_own(start: Starts, message: Message) -> None:
    box, port = start()
    two = Message(id=message.id, title="Kebakaran\r\nBcc: all@example.com", text="x", link="y", body=b"")
    Mail(f"smtp+plain://127.0.0.1:{port}", SENDER).carry(two, TO)
    assert (box.mails[0]["subject"], box.mails[0]["bcc"]) == ("Kebakaran Bcc: all@example.com", None)
