"""A process of its own that asks as fast as it is answered: `asker.py ADDRESS WHO N`."""

import sys
import threading

from conftest import VAULT_KEY, ask
from kernel.toy import TOY, AddNote
from siaga.adapters.stores import open_store
from siaga.kernel.desk import Desk

THREADS = 4


def race(desk: Desk, who: str, asks: int) -> None:
    """Several threads, so that asks share commits; they begin together with the other process, at a line of input."""

    def some(part: int) -> None:
        for n in range(asks):
            name = f"{who}.{part}.{n}"
            desk.handle(AddNote(name=name), ask("crew", id=name))

    print("ready", flush=True)
    sys.stdin.readline()
    threads = [threading.Thread(target=some, args=(part,)) for part in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    opened = Desk(open_store(sys.argv[1]), (TOY,), vault_key=VAULT_KEY)
    race(opened, sys.argv[2], int(sys.argv[3]))
    opened.close()
