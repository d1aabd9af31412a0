"""Fake services on local ports: what they were sent is written down, what they answer is set by the test."""

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

LOCAL = ("127.0.0.0/8",)


class Request(NamedTuple):
    """What came in."""

    path: str
    headers: dict[str, str]
    body: bytes


class Service:
    """A service over HTTP(S). `answer` makes status and body of a request."""

    def __init__(self, port: int, scheme: str) -> None:
        self.requests: list[Request] = []
        self.answer: Callable[[Request], tuple[int, bytes]] = lambda request: (201, b"")
        self.url = f"{scheme}://push.test:{port}" if scheme == "https" else f"http://127.0.0.1:{port}"
        self.port = port


def certificate(folder: Path, name: str = "push.test") -> tuple[Path, ssl.SSLContext]:
    """A certificate for a name, and a context that trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName(
        [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))],
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    context = ssl.create_default_context(cafile=None, cadata=made.public_bytes(Encoding.PEM).decode())
    return file, context


@contextmanager
def serving(file: Path | None = None) -> Iterator[Service]:
    """A service on a free port; over TLS when a certificate is given."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.path, headers, body)
            service.requests.append(request)
            status, answer = service.answer(request)
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            if status in (301, 302, 307, 308):
                self.send_header("location", "http://127.0.0.1:1/inside")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if file is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(file)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    service = Service(server.server_address[1], "https" if file else "http")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def here(host: str, port: int) -> list[str]:
    """Every name is this machine."""
    return ["127.0.0.1"]
