"""A process of its own: `ADDRESS race WHO N` asks as fast as it can, `ADDRESS pipe` answers ids line by line."""

import queue
import sys
import threading
from typing import Any

from conftest import VAULT_KEY, ask
from kernel.toy import TOY, AddNote, SeeNote
from siaga.adapters.stores import open_store
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Told


def race(desk: Desk, who: str, asks: int) -> None:
    """Four threads that ask as fast as they are answered."""

    def some(part: int) -> None:
        for n in range(asks):
            name = f"{who}.{part}.{n}"
            desk.handle(AddNote(name=name), ask("crew", id=name))

    print("ready", flush=True)
    sys.stdin.readline()
    threads = [threading.Thread(target=some, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def pipe(desk: Desk) -> None:
    """Each line is an ask id; each answer is a line `id position`, written after the commit."""
    answers: queue.SimpleQueue[str] = queue.SimpleQueue()

    def write() -> None:
        while True:
            print(answers.get(), flush=True)

    def answered(id: str, answer: Any) -> None:
        answers.put(f"{id} {answer.position if isinstance(answer, Accepted) else repr(answer)}")

    threading.Thread(target=write, daemon=True).start()
    print("ready", flush=True)
    for line in sys.stdin:
        id = line.strip()
        command = SeeNote(name=id, times=3) if id.endswith("3") else AddNote(name=id, said=Told(f"told at {id}"))
        desk.submit(command, ask("crew", id=id), lambda answer, id=id: answered(id, answer))  # type: ignore[misc]


if __name__ == "__main__":
    opened = Desk(open_store(sys.argv[1]), (TOY,), vault_key=VAULT_KEY)
    if sys.argv[2] == "race":
        race(opened, sys.argv[3], int(sys.argv[4]))
        opened.close()
    else:
        pipe(opened)
