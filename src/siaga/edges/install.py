"""The installation guide, /pasang: takes a tablet from the camera to Siaga on its home screen, without JavaScript.

A tablet that does not trust the node's authority yet can only be told in the clear: on a port of its own (`PlainDoor`)
that serves this guide and the authority's certificate, and sends everything else to the secure address."""

import hashlib
import ssl
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from html import escape
from ipaddress import ip_address
from pathlib import Path
from string import Template
from typing import Any, NamedTuple
from urllib.parse import quote

from ..kernel.records import Refusal
from ..kernel.texts import Language, say
from ..settings import Settings
from .call import Around, Call, Headers, Receive, Reply, Scope, Send
from .pages import OWN, guards

GUIDE = "/pasang"
CERTIFICATE = "/pasang/siaga-otoritas.crt"
SHEET = "/pages/pasang.css"
_HTML: Headers = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-cache")]
_LANGUAGES: tuple[tuple[Language, str], ...] = (("id", "Indonesia"), ("en", "English"))


class Authority(NamedTuple):
    """What the guide says about the node's own authority."""

    der: bytes
    fingerprint: str
    ends: datetime
    names: tuple[str, ...]


def authority(folder: Path) -> Authority | None:
    """The authority of a node that has one of its own, as it lies there now."""
    try:
        root, server = (folder / "authority.pem").read_text(), (folder / "server.pem").read_text()
    except FileNotFoundError:
        return None
    return _read(root, server)


@lru_cache(2)
def _read(root: str, server: str) -> Authority:
    from cryptography import x509  # half a tenth of a second of every start, for a page seen once a tablet

    der = ssl.PEM_cert_to_DER_cert(root)
    digits = hashlib.sha256(der).hexdigest().upper()
    made = x509.load_pem_x509_certificate(server.encode())
    value = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return Authority(
        der=der,
        fingerprint=":".join(digits[n : n + 2] for n in range(0, 64, 2)),
        ends=x509.load_der_x509_certificate(der).not_valid_after_utc,
        names=(*value.get_values_for_type(x509.DNSName), *map(str, value.get_values_for_type(x509.IPAddress))),
    )


def reached_at(call: Call, names: Sequence[str]) -> str:
    """The host a tablet reaches the node by: as this page was asked for, else an address of the network."""
    asked = call.host_name.strip("[]")
    if asked and not _own(asked) and (not names or asked in names):
        return asked
    others = [name for name in names if not _own(name)]
    # An address needs no name server, and a tablet on the field network often has none that knows the node.
    return next((name for name in others if _is_address(name)), others[0] if others else asked)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _own(name: str) -> bool:
    return name == "localhost" or (_is_address(name) and ip_address(name).is_loopback)


def address(scheme: str, host: str, port: int) -> str:
    """An address for people: the usual port is not said."""
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}" + ("" if port == {"https": 443, "http": 80}[scheme] else f":{port}")


class Install:
    """The guide and the certificate, for either door; `plain_port` is 0 where nothing answers in the clear."""

    def __init__(self, settings: Settings, port: int, plain_port: int) -> None:
        self._settings, self._port, self._plain_port = settings, port, plain_port
        self._page = Template((OWN / "pasang.html").read_text("utf-8"))

    def authority(self) -> Authority | None:
        """The node's own, if it uses it."""
        return authority(self._settings.data / "tls") if self._settings.tls == "own" else None

    def secure(self, call: Call) -> str:
        """The secure address of the node."""
        if self._settings.address.startswith("https://"):
            return self._settings.address.rstrip("/")
        held = self.authority()
        return address("https", reached_at(call, held.names if held else ()), self._port)

    def certificate(self, call: Call) -> Reply:
        """The authority's certificate, in the form Android takes."""
        held = self.authority()
        if held is None:
            return call.no(404, Refusal(code="no-such-page"))
        kind = [(b"content-type", b"application/x-x509-ca-cert"), (b"cache-control", b"no-cache")]
        name = CERTIFICATE.rpartition("/")[2].encode()
        return Reply(200, held.der, [*kind, (b"content-disposition", b'attachment; filename="' + name + b'"')])

    def guide(self, call: Call) -> Reply:
        """The page, in the language asked for."""
        chosen = dict(call.query()).get("bahasa")
        language: Language = "en" if chosen == "en" else "id" if chosen == "id" else call.language
        held, secure = self.authority(), self.secure(call)

        def t(code: str, **facts: Any) -> str:
            return escape(say(f"install.{code}", facts, language))

        told = _Told(t, secure, held, CERTIFICATE)
        text = self._page.substitute(
            language=language,
            title=t("title"),
            lead=t("lead" if held else "lead-short"),
            languages=t("languages"),
            choices="".join(_choice(code, name, code == language) for code, name in _LANGUAGES),
            scan=self._scan(call, t, held),
            steps="\n".join(told.steps()),
            foot=told.foot(),
        )
        return Reply(200, text.encode(), _HTML)

    def _scan(self, call: Call, t: Any, held: Authority | None) -> str:
        """Where who reads this on a desk lets a tablet continue."""
        if held is None or not self._plain_port:
            return ""
        here = address("http", reached_at(call, held.names), self._plain_port) + GUIDE
        return f'<div class="scan">{_qr(here)}<p>{t("scan")}<br /><code>{escape(here)}</code></p></div>'


class _Told(NamedTuple):
    """The steps in words and drawings."""

    t: Any
    secure: str
    held: Authority | None
    certificate: str

    def steps(self) -> list[str]:
        """The certificate first, where the node is its own authority; then the address and the home screen."""
        t = self.t
        opened = _step(
            t("open"),
            f'<p>{t("open-how")}</p><p><a href="{escape(self.secure)}/"><code>{escape(self.secure)}</code></a></p>'
            + _qr(self.secure + "/"),
            _drawn("open", host=escape(self.secure.partition("//")[2])),
        )
        put = _step(t("home"), f"<p>{t('home-how')}</p>", _drawn("home", home=t("a-home"), more=t("a-share")))
        if self.held is None:
            return [opened, put]
        fetch = _step(
            t("fetch"),
            f'<p>{t("fetch-how")}</p><p><a class="btn" href="{self.certificate}">{t("fetch-do")}</a></p>',
            _drawn("fetch", file="siaga-otoritas.crt"),
        )
        trust = _step(
            t("trust"),
            f'<p>{t("trust-how")}</p><p class="note">{t("trust-warning")}</p>',
            _drawn("trust", a=t("a-security"), b=t("a-vpn"), c=t("a-ca"), d=t("a-anyway")),
        )
        compare = _step(
            t("compare"),
            f'<p>{t("compare-how")}</p><code class="mark">{self.held.fingerprint}</code><p>{t("compare-from")}</p>',
            _drawn("compare", a=t("a-trusted"), b=t("a-user"), c=self.held.fingerprint[:11] + " …"),
        )
        return [fetch, trust, compare, opened, put]

    def foot(self) -> str:
        """What the certificate can and cannot do, and until when."""
        if self.held is None:
            return ""
        return f"<p>{self.t('limits')}</p><p>{self.t('until', date=f'{self.held.ends:%d/%m/%Y}')}</p>"


def _choice(code: str, name: str, current: bool) -> str:
    here = ' aria-current="true"' if current else ""
    return f'<a href="{GUIDE}?bahasa={code}" lang="{code}"{here}>{name}</a>'


def _step(title: str, body: str, drawn: str) -> str:
    return f"<li><div><h2>{title}</h2>{body}</div>{drawn}</li>"


@lru_cache(32)
def _qr(text: str) -> str:
    import segno

    return f'<div class="qr">{segno.make(text, error="m").svg_inline(border=0, omitsize=True)}</div>'


def _drawn(step: str, **words: str) -> str:
    """A step as a tablet shows it; the words beside it say the same, so a screen reader passes over it."""
    return _drawing(step).substitute(words)


@lru_cache
def _drawing(step: str) -> Template:
    return Template((OWN / f"pasang-{step}.svg").read_text("utf-8"))


class PlainDoor:
    """What answers in the clear: the guide, the certificate, and the way to the secure address."""

    def __init__(self, install: Install, around: Around) -> None:
        self._install, self._around = install, around
        self._sheet = (OWN / "pasang.css").read_bytes()

    def believes(self, address: str) -> bool:
        """Whether no limit of strangers is for an address."""
        return self._around.believes(address)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        call = Call(scope, receive, self._around)
        reply = self._answer(call)
        headers = [(b"content-length", str(len(reply.body)).encode()), *reply.headers, *guards(secure=False)]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if call.method == "HEAD" else reply.body})

    def _answer(self, call: Call) -> Reply:
        if call.method not in ("GET", "HEAD"):
            return call.no(403, Refusal(code="tls-required"), [(b"cache-control", b"no-store")])
        if call.path == GUIDE:
            return self._install.guide(call)
        if call.path == CERTIFICATE:
            return self._install.certificate(call)
        if call.path == SHEET:
            return Reply(200, self._sheet, [(b"content-type", b"text/css; charset=utf-8")])
        # Never a lasting redirect: the answer of an hour ago must not decide where a tablet goes next year.
        to = self._install.secure(call) + quote(call.path)
        return Reply(307, b"", [(b"location", to.encode()), (b"cache-control", b"no-store")])
