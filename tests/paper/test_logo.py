"""The mark at the head of papers: a drawing that stands by itself, and nothing that could do or fetch anything."""

import io
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from conftest import SATURDAY, ask, rows
from documents.report_kit import HEAD, REPORTER, SERVICES, burned, paper, png, report, signed
from siaga.app import SLICES
from siaga.documents import Press
from siaga.documents.papers import PAPERS, set_paper
from siaga.kernel.desk import Desk
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Refusal
from siaga.slices.paper.rules import RemoveLogo, SetLogo
from siaga.slices.paper.rules.picture import MOST_BYTES, wrong_with

MARK = (Path(__file__).parents[2] / "src/siaga/demo/lambang.svg").read_bytes()
SVG = "image/svg+xml"


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


@pytest.fixture
def services() -> dict[type, Any]:
    return dict(SERVICES)


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press() as opened:
        yield opened


def drawn(inside: str, head: str = 'viewBox="0 0 10 10"') -> bytes:
    names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f"<svg {names} {head}>{inside}</svg>".encode()


def logo(content: bytes, mime: Any = SVG, text: str = "Lambang contoh") -> SetLogo:
    return SetLogo(mime, b64encode(content).decode(), text)


def laced(side: int) -> bytes:
    """An interlaced PNG: seven passes."""
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    lines = [(len(range(x, side, dx)), len(range(y, side, dy))) for x, y, dx, dy in passes]
    raw = b"".join((b"\0" + bytes(w)) * h for w, h in lines if w)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 1)),
        (b"IDAT", zlib.compress(raw)),
        (b"IEND", b""),
    )
    made = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


GOOD = {
    "ours": (SVG, MARK),
    "declared": (SVG, b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- drawn -->\n' + MARK),
    "with a size alone": (SVG, drawn('<path d="M0 0h9v9z"/>', 'width="20mm" height="30"')),
    "gradient": (
        SVG,
        drawn(
            '<defs><linearGradient id="a"><stop offset="0" stop-color="red"/></linearGradient></defs>'
            '<style>.x{fill:url(#a)}</style><rect class="x" width="9" height="9"/>'
        ),
    ),
    "clip by use": (
        SVG,
        drawn(
            '<defs><rect id="r" width="5" height="5"/></defs><clipPath id="c"><use xlink:href="#r"/></clipPath>'
            '<g clip-path="url(#c)"><circle r="9"/></g>'
        ),
    ),
    "from an editor": (
        SVG,
        drawn('<n:namedview xmlns:n="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" n:x="1"/><circle r="3"/>'),
    ),
    "png": ("image/png", png(64, 3)),
    "interlaced png": ("image/png", laced(37)),
}
BAD = {
    "script": (drawn("<script>alert(1)</script>"), "element"),
    "script in what an editor wrote": (drawn("<metadata><script/></metadata>"), "element"),
    "html": (drawn('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>'), "element"),
    "handler": (drawn('<circle r="3" onload="x()"/>'), "element"),
    "entity": (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + drawn("<title>&a;</title>"), "element"),
    "style sheet": (b'<?xml-stylesheet href="a.css"?>' + drawn(""), "element"),
    "picture inside": (drawn('<image href="data:image/png;base64,AAAA"/>'), "element"),
    "words": (drawn("<text>DAMKAR</text>"), "element"),
    "copies of copies": (
        drawn('<g id="a"><path d="M0 0"/></g><g id="b"><use href="#a"/><use href="#a"/></g><use href="#b"/>'),
        "element",
    ),
    "too many parts": (drawn("<g/>" * 4001), "element"),
    "too deep": (drawn("<g>" * 60 + "</g>" * 60), "element"),
    "link": (drawn('<use href="https://contoh.id/a.svg#x"/>'), "outside"),
    "fill from elsewhere": (drawn('<circle r="3" style="fill:url(https://contoh.id/a)"/>'), "outside"),
    "import": (drawn("<style>@import 'a.css';</style>"), "outside"),
    "not whole": (MARK[:300], "broken"),
    "no size": (drawn("<circle r='1'/>", ""), "broken"),
    "of no height": (drawn("<circle r='1'/>", 'viewBox="0 0 10 0"'), "broken"),
    "something else": (b"<html/>", "broken"),
    "too large": (drawn("<!--" + "x" * MOST_BYTES + "-->"), "too-large"),
}
BAD_PNG = {
    "cut": png(64, 3)[:-30],
    "a bit changed": png(64, 3)[:60] + b"\xff" + png(64, 3)[61:],
    "of no width": png(64, 3)[:16] + b"\0\0\0\0" + png(64, 3)[20:],
    "too wide": png(1600, 3),
    "no png": MARK,
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_taken_can_be_set_in_a_paper(name: str, press: Press) -> None:
    mime, content = GOOD[name]
    assert wrong_with(mime, content) is None
    end = "png" if mime == "image/png" else "svg"
    contract = {
        "kontrak": "lampiran-foto/1",
        "instansi": {"nama": "Dinas", "logo": f"l.{end}"},
        "dokumen": {"tanggal": "2026-11-28"},
    }
    made = press.submit("lampiran-foto", contract, SATURDAY, {f"l.{end}": content}).result(60)
    assert made.startswith(b"%PDF")


@pytest.mark.parametrize("name", BAD)
def test_a_drawing_that_could_do_something_is_refused(name: str) -> None:
    content, why = BAD[name]
    found = wrong_with(SVG, content)
    assert found is not None
    assert found[0] == why


@pytest.mark.parametrize("name", BAD_PNG)
def test_a_png_that_is_not_whole_is_refused(name: str) -> None:
    assert wrong_with("image/png", BAD_PNG[name]) == ("broken", "PNG")


def test_a_refusal_names_the_field_and_changes_nothing(desk: Desk) -> None:
    answer = desk.handle(logo(BAD["script"][0]), ask("administrator"))
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.facts) == ("logo-element", {"field": "content", "what": "script"})
    assert rows(desk.show("paper.logo", All(), ask("reporter"))) == []


def test_only_the_administrator_says_it_and_the_same_again_says_nothing(desk: Desk) -> None:
    assert isinstance(desk.handle(logo(MARK), ask("reporter")), Refusal)
    for command in (logo(MARK), logo(MARK), RemoveLogo(), RemoveLogo(), logo(png(9, 9), "image/png")):
        assert isinstance(desk.handle(command, ask("administrator")), Accepted)
    (row,) = rows(desk.show("paper.logo", All(), ask("reporter")))
    assert (row.mime, row.text) == ("image/png", "Lambang contoh")
    with desk.store.read() as tx:
        found = tx.rows("select kind from log where kind like 'paper.logo-%' order by position")
    assert [row["kind"] for row in found] == ["paper.logo-set", "paper.logo-removed", "paper.logo-set"]


def test_every_official_paper_carries_it_with_its_words(desk: Desk, press: Press) -> None:
    burned(desk)
    signed(desk)
    plain = paper(desk, "laporan-kejadian")
    assert "logo" not in plain.contract["instansi"]
    report(desk, logo(MARK, text="Perisai dengan api dan ombak"), *HEAD)
    now = desk.clock()
    reader = ask(*REPORTER, at=now, received=now)
    for form in PAPERS:
        made = paper(desk, form)
        assert made.contract["instansi"]["logo_teks"] == "Perisai dengan api dan ombak"
        assert "Perisai dengan api dan ombak" in described(set_paper(desk, made, reader, press)), form
    assert paper(desk, "laporan-kejadian").mark.hash != plain.mark.hash


def described(pdf: bytes) -> set[str]:
    """What the pictures of a paper are said to show."""
    found: set[str] = set()
    root: Any = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    left: list[Any] = [root["/StructTreeRoot"]]
    while left:
        each = left.pop().get_object() if hasattr(left[-1], "get_object") else left.pop()
        if isinstance(each, DictionaryObject):
            found |= {str(each["/Alt"])} if "/Alt" in each else set()
            left += [each["/K"]] if "/K" in each else []
        elif isinstance(each, list):
            left += each
    return found
