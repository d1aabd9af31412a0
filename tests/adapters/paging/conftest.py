"""What the carriers' tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.paging.servers import LOCAL, Service, certificate, here, serving
from siaga.adapters.paging.outside import Outside
from siaga.kernel.carry import Message


@pytest.fixture
def trusted(tmp_path: Path) -> Iterator[tuple[Service, Outside]]:
    """A service over TLS, and a sender that trusts its certificate and may reach this machine."""
    file, context = certificate(tmp_path)
    with serving(file) as service:
        yield service, Outside(LOCAL, context=context, lookup=here, within_s=2)


@pytest.fixture
def message() -> Message:
    """An alert as it is carried."""
    return Message(
        id="d7.p-12",
        title="Rumah tinggal, Jl. Gunung Sari",
        text="BTG 1, berangkat. Rumah tinggal. Jl. Gunung Sari – RT 12.",
        link="https://siaga.example.go.id/saya#d7.p-12/1/00ff",
        body=b'{"type":"siaga.alert","data":{"number":"2026-0001"}}',
    )
