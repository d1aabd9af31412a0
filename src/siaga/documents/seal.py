"""The seal of a paper: the hash of what it says, and the mark (text and QR) by which `siaga report verify` finds it."""

import hashlib
import io
import re
from typing import Any, Self

import msgspec
import segno
from pypdf import PdfReader
from pypdf.errors import PyPdfError

PREFIX = "SIAGA1"
_MARK = re.compile(rf"{PREFIX}:([a-z0-9-]{{1,40}}):([^:\s]{{1,100}}):(\d{{1,15}}):([0-9a-f]{{64}})")
MASK = 4
"""One pattern for all: looking for the best of eight took half the time of a paper, and a hash is even anyway."""
_encode = msgspec.json.Encoder(order="sorted")


class Mark(msgspec.Struct, frozen=True):
    """Which paper of which subject (an incident, a period), true at which position of the log, with which hash."""

    form: str
    subject: str
    position: int
    hash: str

    @property
    def text(self) -> str:
        """As the QR says it."""
        return f"{PREFIX}:{self.form}:{self.subject}:{self.position}:{self.hash}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """A mark from what a QR or a document said; None where there is none."""
        found = _MARK.search(text)
        return cls(found[1], found[2], int(found[3]), found[4]) if found else None


def seal_of(contract: dict[str, Any]) -> str:
    """SHA-256 of the contract without its own seal: sorted keys, no spaces, UTF-8."""
    document = {k: v for k, v in (contract.get("dokumen") or {}).items() if k not in ("sidik", "qr", "tanda")}
    return hashlib.sha256(_encode.encode(contract | {"dokumen": document})).hexdigest()


def sealed(contract: dict[str, Any], mark: Mark) -> dict[str, Any]:
    """The contract with its seal: hash, mark, QR."""
    code = segno.make(mark.text, error="m", micro=False, mask=MASK)
    rows = ["".join("1" if cell else "0" for cell in row) for row in code.matrix]
    seal = {"sidik": {"hex": mark.hash, "dari": "data dokumen"}, "tanda": mark.text, "qr": rows}
    return contract | {"dokumen": contract["dokumen"] | seal}


def mark_of(pdf: bytes) -> Mark | None:
    """The mark a PDF of ours carries among its keywords; None for every other file."""
    try:
        about = PdfReader(io.BytesIO(pdf)).metadata
    except PyPdfError:
        return None
    said = about.get("/Keywords") if about else None
    return Mark.read(str(said)) if said else None
