"""Whether a paper is true: its content made again from the log and compared with the hash it carries.

Three questions: is its content what the log says now; if not, was it what the log said when it was printed, and what
has changed since; and is the file itself as this node sets it, or was it altered on the way."""

import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from difflib import SequenceMatcher
from typing import Any, Literal

import msgspec
from pypdf import PdfReader

from ..kernel.desk import Desk
from ..kernel.records import Ask, Refusal
from .papers import Paper, paper_of, set_paper
from .seal import Mark, sealed

Content = Literal["current", "replaced", "unknown"]
File = Literal["as-set", "same-words", "altered", "none"]
PLAYED = ("dispatch", "intake", "field", "places", "access", "paper", "report")
"""The slices whose tables a paper is made from."""
WITH_PHOTOS = ("laporan-kejadian", "lampiran-foto")
SHOWN = 12
"""So many differences are told; a paper that differs in more is another paper."""
Back = Callable[[int], AbstractContextManager[Desk]]


class Difference(msgspec.Struct, frozen=True):
    """Where two papers differ: a path of the content or a page, what stood there, what stands there now."""

    where: str
    was: str
    now: str


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be said about a paper.

    content: `current` (the log says the same now), `replaced` (it said so at `position`; `changes` since), `unknown`
    (it never said so, or words were erased since). file: `as-set` (byte for byte), `same-words` (other bytes, the same
    words: set by another version, or its pictures were touched), `altered` (`edits`), `none` (no file was shown)."""

    form: str
    subject: str
    position: int
    hash: str
    content: Content
    file: File
    status: str = ""
    amendments: int = 0
    changes: list[Difference] = []
    edits: list[Difference] = []

    @property
    def valid(self) -> bool:
        """Whether one may rely on it as a paper of this service, current or replaced."""
        return self.content != "unknown" and self.file != "altered"


def verify(desk: Desk, mark: Mark, pdf: bytes | None, reader: Ask, back: Back) -> Verdict | Refusal:
    """Hold a paper to the log; `back` opens the node as it was at a position, which takes as long as playing it."""
    now = list(_variants(desk, mark, reader))
    if isinstance(now[0], Refusal):
        return now[0]
    same = next((paper for paper in now if paper.mark.hash == mark.hash), None)
    content: Content = "current" if same else "unknown"
    changes: list[Difference] = []
    if same is None and mark.position <= desk.position():
        with back(mark.position) as past:
            papers = [paper for paper in _variants(past, mark, reader) if isinstance(paper, Paper)]
            same = next((paper for paper in papers if paper.mark.hash == mark.hash), None)
            if same is not None:
                content, twin = "replaced", now[papers.index(same)]
                changes = list(differences(same.contract, twin.contract))
    found = same or now[0]
    file, edits = _file(desk, found, mark, pdf, reader) if pdf is not None else ("none", [])
    return Verdict(
        form=mark.form,
        subject=mark.subject,
        position=mark.position,
        hash=mark.hash,
        content=content,
        file=file,
        status=str(found.contract["dokumen"].get("status", "")),
        amendments=max((row["no"] for row in found.contract.get("perubahan", ())), default=0),
        changes=changes[:SHOWN],
        edits=edits[:SHOWN],
    )


def _variants(desk: Desk, mark: Mark, reader: Ask) -> Iterator[Any]:
    """The paper with its photos and without: who printed it may have been one who may not see them."""
    for photos in (True, False) if mark.form in WITH_PHOTOS else (True,):
        made = paper_of(desk, mark.form, mark.subject, reader, photos=photos)
        yield made
        if isinstance(made, Refusal):
            return


def differences(was: Any, now: Any, path: str = "") -> Iterator[Difference]:
    """Every value in which two contracts differ; seals aside."""
    if isinstance(was, dict) and isinstance(now, dict):
        for key in dict.fromkeys([*was, *now]):
            if key not in ("sidik", "tanda", "qr"):
                yield from differences(was.get(key), now.get(key), f"{path}.{key}" if path else key)
    elif isinstance(was, list) and isinstance(now, list):
        for n in range(max(len(was), len(now))):
            before, after = was[n] if n < len(was) else None, now[n] if n < len(now) else None
            yield from differences(before, after, f"{path}.{n + 1}")
    elif was != now:
        yield Difference(path, _short(was), _short(now))


def _short(value: Any) -> str:
    text = "–" if value is None else value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= 120 else f"{text[:117]}…"


def _file(desk: Desk, paper: Paper, mark: Mark, pdf: bytes, reader: Ask) -> tuple[File, list[Difference]]:
    """Set the paper again as it says it was set, and compare."""
    again = msgspec.structs.replace(paper, contract=sealed(paper.contract, mark), at=_set_at(pdf))
    ours = set_paper(desk, again, reader)
    if ours == pdf:
        return "as-set", []
    edits = list(_edits(_pages(ours), _pages(pdf)))
    return ("altered", edits) if edits else ("same-words", [])


def _set_at(pdf: bytes) -> datetime:
    said = PdfReader(io.BytesIO(pdf)).metadata
    at = said.creation_date if said else None
    return at.astimezone(UTC) if at else datetime.fromtimestamp(0, UTC)


def _pages(pdf: bytes) -> list[list[str]]:
    return [[" ".join(x.split()) for x in p.extract_text().splitlines()] for p in PdfReader(io.BytesIO(pdf)).pages]


def _edits(ours: list[list[str]], theirs: list[list[str]]) -> Iterator[Difference]:
    for n in range(max(len(ours), len(theirs))):
        a, b = ours[n] if n < len(ours) else [], theirs[n] if n < len(theirs) else []
        for how, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            if how != "equal":
                yield Difference(f"{n + 1}", _short(" / ".join(a[i:j]) or None), _short(" / ".join(b[k:m]) or None))
