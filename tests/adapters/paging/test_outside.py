"""Requests to addresses somebody gave us: never inside, never elsewhere than checked, always with an end."""

import socket
import ssl
import threading
import time
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import pytest

from adapters.paging.servers import LOCAL, Service, certificate, here, serving
from siaga.adapters.paging.outside import Outside
from siaga.kernel.carry import NotCarried


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.9.9",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fd12::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::c0a8:101",
        "2002:0a00:0001::1",
    ],
)
def test_addresses_that_are_not_of_the_internet_are_not_called(address: str) -> None:
    assert not Outside().allowed(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::8.8.8.8"])
def test_addresses_of_the_internet_are(address: str) -> None:
    assert Outside().allowed(ip_address(address))


def test_a_private_network_that_was_named_may_be_reached_and_no_other() -> None:
    outside = Outside(("10.20.0.0/16", "fd12::/16"))
    assert outside.allowed(ip_address("10.20.3.4"))
    assert outside.allowed(ip_address("::ffff:10.20.3.4"))
    assert outside.allowed(ip_address("fd12::9"))
    assert not outside.allowed(ip_address("10.21.3.4"))


def test_a_name_that_leads_inside_is_not_called(trusted: tuple[Service, Outside]) -> None:
    service, _ = trusted
    with pytest.raises(NotCarried, match="address-private"):
        Outside(lookup=here).post(f"{service.url}/x", b"", {})
    with pytest.raises(NotCarried, match="address-private"):
        Outside().post(f"https://127.0.0.1:{service.port}/x", b"", {})
    assert service.requests == []


def test_a_name_is_looked_up_once_and_the_checked_address_is_the_one_called(trusted: tuple[Service, Outside]) -> None:
    service, outside = trusted
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    once = Outside(LOCAL, context=outside._context, lookup=rebinding)
    assert once.post(f"{service.url}/a?b=c", b"hello", {"X-One": "1"}) == (201, b"")
    assert asked == ["push.test"]
    (request,) = service.requests
    assert (request.path, request.body, request.headers["x-one"]) == ("/a?b=c", b"hello", "1")
    assert request.headers["host"] == f"push.test:{service.port}"


def test_nothing_goes_out_without_tls_or_to_who_cannot_prove_the_name(
    trusted: tuple[Service, Outside], tmp_path: Path
) -> None:
    service, _ = trusted
    with pytest.raises(NotCarried, match="address-wrong"):
        Outside(LOCAL, lookup=here).post(f"http://push.test:{service.port}/x", b"", {})
    with pytest.raises(NotCarried, match="certificate"):
        Outside(LOCAL, lookup=here).post(f"{service.url}/x", b"", {})  # signed by nobody it trusts
    file, context = certificate(tmp_path, "other.test")
    with serving(file) as other, pytest.raises(NotCarried, match="certificate"):
        Outside(LOCAL, context=context, lookup=here).post(f"https://push.test:{other.port}/x", b"", {})


def test_a_redirect_is_not_followed(trusted: tuple[Service, Outside]) -> None:
    service, outside = trusted
    service.answer = lambda request: (302, b"")
    assert outside.post(f"{service.url}/x", b"", {})[0] == 302
    assert len(service.requests) == 1


def test_names_that_lead_nowhere_and_ports_where_nobody_listens_are_unreachable() -> None:
    def nowhere(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "unknown")

    with pytest.raises(NotCarried, match="unreachable"):
        Outside(lookup=nowhere).post("https://nowhere.example/x", b"", {})
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(NotCarried, match="unreachable"):
        Outside(LOCAL, lookup=here).post(f"https://push.test:{port}/x", b"", {})


def test_who_answers_a_byte_at_a_time_is_cut_off(tmp_path: Path) -> None:
    file, context = certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            plain, _ = listening.accept()
            with suppress(OSError), tls.wrap_socket(plain, server_side=True) as sealed:
                sealed.recv(4096)
                while True:  # every byte comes well inside the time a single one may take
                    sealed.sendall(b"H")
                    time.sleep(0.1)

        dripping = threading.Thread(target=drip, daemon=True)
        dripping.start()
        url = f"https://push.test:{listening.getsockname()[1]}/x"
        began = time.monotonic()
        with pytest.raises(NotCarried):
            Outside(LOCAL, context=context, lookup=here, within_s=0.7).post(url, b"", {})
        assert time.monotonic() - began < 5
        dripping.join(5)
