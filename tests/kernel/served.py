"""Nodes with the toy slice that answer over HTTP: `served.py ADDRESS FOLDER`.

Each line on standard input starts one: a fresh process, forked from this one, which has loaded the program and opened
nothing, so that fifty starts do not take a minute. It prints its process id and where it listens."""

import os
import signal
import sys
from pathlib import Path

from conftest import VAULT_KEY
from kernel.toy import TOY
from siaga.adapters import postgres  # loaded once, as all the rest
from siaga.adapters.stores import open_store
from siaga.edges.http import Door
from siaga.edges.serve import log_json, serve
from siaga.kernel.desk import Desk
from siaga.settings import Settings
from siaga.slices import access


def answer_until_killed() -> None:
    """Open the store, serve."""
    log_json()
    desk = Desk(open_store(sys.argv[1]), (access.SLICE, TOY), vault_key=VAULT_KEY)
    settings = Settings(data=Path(sys.argv[2]), listen="127.0.0.1:0")
    serve(Door(desk, settings), ready=lambda address: print(os.getpid(), address, flush=True))


if __name__ == "__main__":
    assert postgres.READERS
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead need no burial
    for _ in sys.stdin:
        if os.fork() == 0:
            answer_until_killed()
            os._exit(0)
