"""E-mail over a mail server of the service: TLS from the first byte, STARTTLS, or none where it was asked for so."""

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

from ...kernel.carry import Message, NotCarried

WITHIN_S = 10.0  # for each step of the conversation
PORTS = {"smtps": 465, "smtp": 587, "smtp+plain": 25}


class Mail:
    """The way to mailboxes. `server`: smtps://user@host:465, smtp://user@host:587 (STARTTLS), smtp+plain://host:25."""

    def __init__(self, server: str, sender: str, password: str = "", *, context: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(server)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("smtps://, smtp:// or smtp+plain:// and a host")
        self._scheme, self._host = parts.scheme, parts.hostname
        self._port = parts.port or PORTS[parts.scheme]
        self._user, self._password, self._sender = unquote(parts.username or ""), password, sender
        self._context = context or ssl.create_default_context()

    def carry(self, message: Message, address: Mapping[str, str]) -> str:
        """Hand it to the mail server; whether it reached the mailbox nobody says."""
        try:
            mail = self._written(message, address["email"])
        except ValueError as error:
            raise NotCarried("address-wrong") from error
        try:
            server = self._connected()
            try:
                server.send_message(mail)
            finally:
                with suppress(smtplib.SMTPException, OSError):
                    server.quit()
        except smtplib.SMTPAuthenticationError as error:
            raise NotCarried("not-permitted") from error
        except smtplib.SMTPRecipientsRefused as error:
            raise NotCarried("not-accepted") from error
        except ssl.SSLError as error:
            raise NotCarried("certificate") from error
        except TimeoutError as error:
            raise NotCarried("timeout") from error
        except smtplib.SMTPNotSupportedError as error:
            raise NotCarried("no-tls") from error
        except smtplib.SMTPException as error:
            raise NotCarried("broken-there") from error
        except OSError as error:
            raise NotCarried("unreachable") from error
        return ""

    def _written(self, message: Message, to: str) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["Subject"] = " ".join(message.title.split())
        mail["From"] = self._sender
        mail["To"] = to
        mail["Date"] = formatdate(usegmt=True)
        # The same at every try, so that a mailbox shows it once.
        mail["Message-ID"] = f"<{message.id}@{self._sender.rpartition('@')[2].strip('> ')}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail["Importance"] = "high"
        mail.set_content(f"{message.text}\n\n{message.link}".rstrip() + "\n")
        return mail

    def _connected(self) -> smtplib.SMTP:
        if self._scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=WITHIN_S, context=self._context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=WITHIN_S)
            if self._scheme == "smtp":
                server.starttls(context=self._context)  # raises where the server offers none
        if self._user:
            server.login(self._user, self._password)
        return server
