"""The child that sets documents: `python -P setter.py ROOT THREADS`; a job a line comes in, its end a line goes out.

It imports nothing of ours, so that it starts quickly. Each thread keeps a compiler, which lets others run while it
compiles, and a folder that every job of its is moved to: a compiler remembers each path that it ever read."""

import json
import os
import queue
import shutil
import sys
import threading
from typing import Any

import typst

Jobs = queue.SimpleQueue[dict[str, Any] | None]


def main(root: str, threads: str) -> None:
    """Ends when the input ends and the last job is done."""
    jobs: Jobs = queue.SimpleQueue()
    speaking = threading.Lock()
    workers = [threading.Thread(target=_work, args=(root, f"at-{n}", jobs, speaking)) for n in range(int(threads))]
    for worker in workers:
        worker.start()
    for line in sys.stdin:
        jobs.put(json.loads(line))
    for _ in workers:
        jobs.put(None)
    for worker in workers:
        worker.join()


def _work(root: str, at: str, jobs: Jobs, speaking: threading.Lock) -> None:
    """Only the fonts inside the wheel are used, so that every machine prints the same pages."""
    compiler = typst.Compiler(root=root, ignore_system_fonts=True)
    while (job := jobs.get()) is not None:
        wrong = None
        shutil.rmtree(f"{root}/{at}", ignore_errors=True)
        os.rename(f"{root}/{job['folder']}", f"{root}/{at}")
        try:
            compiler.compile(
                f"{root}/{job['template']}.typ",
                output=job["out"],
                sys_inputs={"data": f"{at}/isi.json", "folder": f"{at}/"},
                timestamp=job["timestamp"],
                **job["how"],
            )
        except Exception as broken:  # a job must have its end; the parent says what happened
            wrong = f"{type(broken).__name__}: {broken}"
        with speaking:
            print(json.dumps({"id": job["id"], "wrong": wrong}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
