"""Compiles the engine's loops in a process of its own: `python -m siaga.engine.compile [ROADS]`.

What was compiled lies in the folder NUMBA_CACHE_DIR afterwards, where a node finds it: its lock and its memory are
spared. Compiling takes twenty seconds of both, once for each version of the engine and each machine."""

import hashlib
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from . import proposal
from .roads import Network, Travel, read_speeds

HERE = Path(__file__).parent
POLITE = 10
"""Whoever asks the node meanwhile goes first."""


def begin(roads: Path | None) -> "subprocess.Popen[bytes] | None":
    """A child that compiles; None where this was done before, and need not be until engine or compiler is another."""
    if _mark(roads).exists():
        return None
    command = [sys.executable, "-m", "siaga.engine.compile", *([] if roads is None else [str(roads)])]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  (ourselves)


def _mark(roads: Path | None) -> Path:
    sources = sorted(HERE.rglob("*.py"))
    stamp = hashlib.sha256(b"\n".join([version("numba").encode(), *(file.read_bytes() for file in sources)]))
    name = "proposal" if roads is None else "roads"
    return Path(os.environ["NUMBA_CACHE_DIR"]) / f"{name}-{stamp.hexdigest()[:16]}"


def main(roads: str = "") -> None:
    """Compile what a proposal needs, and with a file of roads what those need."""
    os.nice(POLITE)
    path = Path(roads) if roads else None
    network = Network.load(path) if path else None
    proposal.warm()
    Travel(network, read_speeds()).warm()
    _mark(path).touch()


if __name__ == "__main__":
    main(*sys.argv[1:2])
