"""Static pages: the built web application, the device's enrolment page, the description of the doors."""

import gzip
import hashlib
import mimetypes
import threading
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ..kernel.records import Refusal
from .call import Call, Headers, Reply

HERE = Path(__file__).parent
WEB = HERE / "web"  # made by the web application's build
OWN = HERE / "pages"
SCREENS = frozenset(
    [
        "",
        "masuk",
        "meja",
        "panggilan",
        "perangkat",
        "armada",
        "komando",
        "piket",
        "pos",
        "saya",
        "laporan",
        "slip",
        "sop",
        "tinjauan",
        "peringatan",
        "dinding",
        "serah-jaga",
        "penghubung",
        "pengaturan",
    ]
)
KINDS = {".webmanifest": "application/manifest+json", ".js": "text/javascript", ".woff2": "font/woff2"}
FOREVER = b"public, max-age=31536000, immutable"
ALWAYS_ASK = b"no-cache"
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:;"
    " font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none';"
    " frame-ancestors 'none';"
    " base-uri 'none'; form-action 'self'"
)
_GUARDS: Headers = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
]
_SECURE: Headers = [*_GUARDS, (b"strict-transport-security", b"max-age=31536000")]


def guards(*, secure: bool) -> Headers:
    """Headers every answer carries."""
    return _SECURE if secure else _GUARDS


class Page(NamedTuple):
    """A file ready to send."""

    body: bytes
    squeezed: bytes | None
    etag: bytes
    kind: bytes
    keep: bytes
    changed: int


class Pages:
    """Serves files by a list of what is there, never by a path somebody typed."""

    def __init__(self, web: Path = WEB) -> None:
        self._web = web
        self._files: dict[str, Path] = {}
        self._read: dict[Path, Page] = {}
        self._lock = threading.Lock()
        self.squeezed = lru_cache(8)(lambda body: gzip.compress(body, 1))

    def find(self, call: Call) -> Reply:
        """The page at a path: a file, a screen of the web application, or 404."""
        first = call.path.strip("/").split("/")[0]
        if call.path.rstrip("/") == "/masuk/perangkat":
            return self._send(call, OWN / "perangkat.html")
        if call.path.startswith("/pages/"):
            return self._own(call)
        file = self._file(call.path)
        if file is not None:
            return self._send(call, file)
        if first in SCREENS and "." not in call.path:
            index = self._file("/index.html")
            return self._send(call, index or OWN / "belum-dibangun.html")
        return call.no(404, Refusal(code="no-such-page"))

    def docs(self, call: Call) -> Reply:
        """The page that shows the description of the doors."""
        return self._send(call, OWN / "docs.html")

    def _own(self, call: Call) -> Reply:
        name = call.path.removeprefix("/pages/")
        if name in {file.name for file in OWN.iterdir() if file.suffix in (".css", ".js")}:
            return self._send(call, OWN / name)
        return call.no(404, Refusal(code="no-such-page"))

    def _file(self, path: str) -> Path | None:
        found = self._files.get(path)
        if found is not None and found.exists():
            return found
        if path in ("/", "") or not self._web.is_dir():
            return None
        # Built again or for the first time since: look what is there now.
        self._files = {
            "/" + file.relative_to(self._web).as_posix(): file for file in self._web.rglob("*") if file.is_file()
        }
        return self._files.get(path)

    def _page(self, file: Path) -> Page:
        changed = file.stat().st_mtime_ns
        held = self._read.get(file)
        if held is not None and held.changed == changed:
            return held
        body = file.read_bytes()
        kind = KINDS.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        texts = kind.startswith("text/") or kind.split("/")[1] in ("javascript", "json", "svg+xml", "manifest+json")
        if kind.startswith("text/"):
            kind += "; charset=utf-8"
        hashed = file.parent.name == "assets" and file.is_relative_to(self._web)
        page = Page(
            body=body,
            squeezed=gzip.compress(body, 6) if texts and len(body) > 1000 else None,
            etag=f'"{hashlib.sha256(body).hexdigest()[:24]}"'.encode(),
            kind=kind.encode(),
            keep=FOREVER if hashed else ALWAYS_ASK,
            changed=changed,
        )
        with self._lock:
            self._read[file] = page
        return page

    def _send(self, call: Call, file: Path) -> Reply:
        page = self._page(file)
        headers = [(b"etag", page.etag), (b"cache-control", page.keep), (b"vary", b"Accept-Encoding")]
        if page.etag in call.headers.get(b"if-none-match", b""):
            return Reply(304, b"", headers)
        headers.append((b"content-type", page.kind))
        if page.squeezed is not None and b"gzip" in call.headers.get(b"accept-encoding", b""):
            return Reply(200, page.squeezed, [*headers, (b"content-encoding", b"gzip")])
        return Reply(200, page.body, headers)
