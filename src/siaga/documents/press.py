"""The press: a child process that sets documents, since the fonts would stay in the node's memory for good."""

import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Self

import msgspec
import structlog

HERE = Path(__file__).parent
WITHIN_S = 60
ARCHIVE: dict[str, Any] = {"format": "pdf", "pdf_standards": ["a-2a"]}
Pictures = Mapping[str, str | bytes]
_say = structlog.get_logger("siaga.documents")


class NotSet(Exception):
    """A document could not be set: what Typst said."""


class Press:
    """Sets documents while it is open, as many at once as it has threads; the same again gives the same bytes."""

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._waiting: dict[int, tuple[Future[bytes], str, Path]] = {}
        self._count = 0

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(prefix="siaga-document-")
        self._root = Path(self._folder.name)
        for template in HERE.glob("*.typ"):
            (self._root / template.name).write_bytes(template.read_bytes())
        self._child = subprocess.Popen(  # noqa: S603  (ourselves, and nothing anybody typed)
            [sys.executable, "-P", str(HERE / "setter.py"), str(self._root), str(self._threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._to: IO[bytes] = self._child.stdin
        self._reader = threading.Thread(target=self._read, args=(self._child.stdout,), daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *how: object) -> None:
        with suppress(OSError):  # it may have stopped by itself
            self._to.close()
        try:
            self._child.wait(WITHIN_S if how[0] is None else 0.1)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._reader.join()
        self._folder.cleanup()

    @property
    def pid(self) -> int:
        """The child, for who measures it."""
        return self._child.pid

    def submit(
        self,
        template: str,
        contract: Mapping[str, Any],
        at: datetime,
        pictures: Pictures | None = None,
        how: Mapping[str, Any] = ARCHIVE,
    ) -> Future[bytes]:
        """A document on its way, NotSet when it cannot be set; `pictures` are by the name the contract uses."""
        self._count += 1
        folder = self._root / str(self._count)
        folder.mkdir()
        for name, content in (pictures or {}).items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        (folder / "isi.json").write_bytes(msgspec.json.encode(contract))
        out = self._root / f"{self._count}.out"
        waiting: Future[bytes] = Future()
        self._waiting[self._count] = (waiting, template, out)
        job = {"id": self._count, "template": template, "folder": folder.name, "out": str(out), "how": dict(how)}
        try:
            self._to.write(msgspec.json.encode(job | {"timestamp": int(at.timestamp())}) + b"\n")
            self._to.flush()
        except OSError as gone:
            raise NotSet("the press stopped") from gone
        return waiting

    def _read(self, lines: IO[bytes]) -> None:
        for line in lines:
            said = msgspec.json.decode(line)
            waiting, template, out = self._waiting.pop(said["id"])
            if said["wrong"] is None:
                waiting.set_result(out.read_bytes())
            else:
                _say.error("document-not-set", template=template, said=said["wrong"].partition("\n")[0][:200])
                waiting.set_exception(NotSet(said["wrong"][-2000:]))
            out.unlink(missing_ok=True)
        for waiting, _, _ in list(self._waiting.values()):
            waiting.set_exception(NotSet("the press stopped"))
