"""The child that sets documents: `python -P setter.py ROOT THREADS`; a job a line comes in, its end a line goes out.

It imports nothing of ours, so that it starts quickly. Each thread keeps a compiler, which lets others run while it
compiles, and a folder that every job of its is moved to: a compiler remembers each path that it ever read."""

import json
import os
import queue
import re
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

import typst

BOX = "\u25a1"
MOST_SIGNS = 30
"""So many rounds of unknown signs; what still has some then is set as a plain PDF, with the font's own boxes."""
ONE_PICTURE = """#set document(title: "x")
#set text(lang: "id")
#let p = sys.inputs.gambar
#image(read(if p.starts-with("/") { p } else { "/" + sys.inputs.folder + p }, encoding: none), alt: "x")
"""
_NO_FONT = re.compile(r'the (?:text|(?:PDF contains the )?codepoint) `"((?:[^"\\]|\\.)*)"`')
_QUOTED = re.compile(r"\\u\{([0-9a-f]+)\}|\\(.)")
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
            _set(compiler, root, at, job)
        except Exception as broken:  # a job must have its end; the parent says what happened
            wrong = f"{type(broken).__name__}: {broken}"
        with speaking:
            print(json.dumps({"id": job["id"], "wrong": wrong}), flush=True)


def _set(compiler: typst.Compiler, root: str, at: str, job: dict[str, Any]) -> None:
    """Set it; what no font can show (PDF/A refuses it) is a box, and a picture that cannot be printed is said to be
    one, so that nothing anybody typed or took stops a paper."""
    looked = False
    for _ in range(MOST_SIGNS):
        try:
            return _compile(compiler, root, at, job)
        except typst.TypstError as broken:
            signs = [_unescaped(found) for found in _NO_FONT.findall(str(broken))]
            if signs and _boxed(Path(root, at, "isi.json"), signs):
                continue
            if signs or looked or not _left_out(compiler, root, at, job):
                raise
            looked = True
    _compile(compiler, root, at, job | {"how": {"format": "pdf"}})


def _left_out(compiler: typst.Compiler, root: str, at: str, job: dict[str, Any]) -> bool:
    """Take the photos and the mark that cannot be printed out of the contract; False where all of them can be."""
    path = Path(root, at, "isi.json")
    contract = json.loads(path.read_text("utf-8"))
    Path(root, at, "coba.typ").write_text(ONE_PICTURE, "utf-8")
    found = False
    for photo in contract.get("foto") or ():
        if photo.get("berkas") and not _printable(compiler, root, at, job, photo["berkas"]):
            photo |= {"berkas": None, "rusak": True}
            found = True
    letterhead = contract.get("instansi") or {}
    if letterhead.get("logo") and not _printable(compiler, root, at, job, letterhead["logo"]):
        letterhead["logo"] = None
        found = True
    path.write_text(json.dumps(contract, ensure_ascii=False), "utf-8")
    return found


def _printable(compiler: typst.Compiler, root: str, at: str, job: dict[str, Any], name: str) -> bool:
    """Whether a picture can be printed by itself."""
    try:
        _compile(compiler, root, at, job | {"template": f"{at}/coba", "out": f"{root}/{at}/coba.pdf"}, gambar=name)
    except typst.TypstError:
        return False
    return True


def _compile(compiler: typst.Compiler, root: str, at: str, job: dict[str, Any], **more: str) -> None:
    compiler.compile(
        f"{root}/{job['template']}.typ",
        output=job["out"],
        sys_inputs={"data": f"{at}/isi.json", "folder": f"{at}/"} | more,
        timestamp=job["timestamp"],
        **job["how"],
    )


def _unescaped(found: str) -> str:
    """A text as Typst quotes it in an error: `\\u{90}` stands for one sign."""
    return _QUOTED.sub(lambda one: chr(int(one.group(1), 16)) if one.group(1) else one.group(2), found)


def _boxed(path: Path, signs: list[str]) -> bool:
    """Put a box in the place of each of the signs; False where none of them stands there."""
    before = json.loads(path.read_text("utf-8"))
    after = _replaced(before, re.compile("|".join(re.escape(sign) for sign in signs)))
    path.write_text(json.dumps(after, ensure_ascii=False), "utf-8")
    return bool(after != before)


def _replaced(value: Any, signs: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return signs.sub(BOX, value)
    if isinstance(value, list):
        return [_replaced(one, signs) for one in value]
    if isinstance(value, dict):
        return {name: _replaced(one, signs) for name, one in value.items()}
    return value


if __name__ == "__main__":
    main(*sys.argv[1:])
