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
    """A child that compiles; None where this was done before. Say `done` when it ended well."""
    if _mark(roads).exists():
        return None
    command = [sys.executable, "-m", "siaga.engine.compile", *([] if roads is None else [str(roads)])]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603  (ourselves)


def done(roads: Path | None) -> None:
    """It need not be done again until the engine or its compiler is another."""
    mark = _mark(roads)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()


def _mark(roads: Path | None) -> Path:
    sources = sorted(HERE.rglob("*.py"))
    stamp = hashlib.sha256(b"\n".join([version("numba").encode(), *(file.read_bytes() for file in sources)]))
    name = "proposal" if roads is None else "roads"
    return Path(os.environ["NUMBA_CACHE_DIR"]) / f"{name}-{stamp.hexdigest()[:16]}"


def main(roads: str = "") -> None:
    """Compile what a proposal needs, and with a file of roads what those need."""
    os.nice(POLITE)
    network = Network.load(Path(roads)) if roads else None
    proposal.warm()
    Travel(network, read_speeds()).warm()


if __name__ == "__main__":
    main(*sys.argv[1:2])
