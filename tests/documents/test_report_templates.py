"""The papers of a report and of a period, set from contracts: archive PDF, the same bytes again, nothing ever blank."""

import io
import json
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from siaga.documents import NotSet, Press
from siaga.documents.seal import Mark, mark_of, seal_of, sealed

HERE = Path(__file__).parent / "contracts"
TEMPLATES = ("laporan-kejadian", "berita-acara", "rekap", "spm", "jurnal")
AT = datetime(2026, 10, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press(threads=2) as opened:
        yield opened


def contract(name: str) -> dict[str, Any]:
    """A sample contract: an invented incident, an invented quarter."""
    found: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text("utf-8"))
    return sealed(found, Mark(name, "i1", 7, seal_of(found)))


def pictures() -> dict[str, str]:
    return {file.name: file.read_text("utf-8") for file in HERE.glob("*.svg")}


def read(made: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).split())


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_paper_is_an_archive_pdf_that_says_what_it_is(press: Press, name: str) -> None:
    made = press.submit(name, contract(name), AT, pictures()).result(60)
    again = press.submit(name, contract(name), AT, pictures()).result(60)
    assert made == again
    assert b"pdfaid:part" in made
    assert mark_of(made) == Mark(name, "i1", 7, seal_of(contract(name)))
    assert "Halaman 1 dari" in read(made)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_paper_of_which_nothing_is_known_prints_words_and_no_gap(press: Press, name: str) -> None:
    bare = {"kontrak": f"{name}/1", "dokumen": {"nomor": None, "status": "konsep", "tanggal": "2026-10-14"}}
    said = read(press.submit(name, bare, AT).result(60))
    assert any(word in said for word in ("belum", "tidak tercatat"))
    assert "none" not in said
    assert "dictionary" not in said


def test_every_single_value_of_a_report_may_be_missing(press: Press) -> None:
    whole = json.loads((HERE / "laporan-kejadian.json").read_text("utf-8"))
    waiting = []
    for path in list(_paths(whole))[::6]:  # each sixth, or the test takes a minute
        holed = json.loads(json.dumps(whole))
        at = holed
        for key in path[:-1]:
            at = at[key]
        if path[0] in ("dokumen", "kontrak", "zona") or path[-1] in ("apa", "no"):
            continue
        at[path[-1]] = None
        waiting.append((path, press.submit("laporan-kejadian", holed, AT, pictures())))
    assert len(waiting) > 30
    for path, made in waiting:
        assert made.result(120).startswith(b"%PDF"), path


def test_a_word_too_long_for_its_cell_breaks_and_pushes_no_other_column_away(press: Press) -> None:
    told = contract("laporan-kejadian")
    told["kerugian"]["baris"][0]["uraian"] = "gudang" * 40
    told["kerugian"]["baris"][1]["satuan"] = "satuan" * 40
    told["hambatan"][0]["akibat"] = "lorong" * 40
    made = press.submit("laporan-kejadian", told, AT, pictures()).result(60)
    lines = [line for page in PdfReader(io.BytesIO(made)).pages for line in page.extract_text().splitlines()]
    shown = "".join(lines).replace("\u200b", "")
    assert all(shown.count(word) >= 40 for word in ("gudang", "lorong"))
    assert max(len(word.replace("\u200b", "")) for line in lines for word in line.split()) < 120
    assert "Perabot dan alat elektronik" in " ".join(lines)  # a column squeezed would have broken it


def test_what_cannot_be_set_says_why_and_the_press_goes_on(press: Press) -> None:
    with pytest.raises(NotSet, match="file not found"):
        press.submit("laporan-kejadian", contract("laporan-kejadian"), AT, {}).result(60)
    assert press.submit("rekap", contract("rekap"), AT).result(60).startswith(b"%PDF")


def test_a_press_that_dies_leaves_nobody_waiting() -> None:
    with Press() as own:
        on_its_way = own.submit("laporan-kejadian", contract("laporan-kejadian"), AT, pictures())
        os.kill(own.pid, signal.SIGKILL)
        with pytest.raises(NotSet, match="the press stopped"):
            on_its_way.result(30)
        with pytest.raises(NotSet, match="the press stopped"):
            for _ in range(100):
                own.submit("rekap", contract("rekap"), AT).result(30)


def test_the_seal_is_of_the_content_and_not_of_its_order_or_its_seal() -> None:
    whole = contract("rekap")
    assert seal_of(whole) == seal_of(dict(reversed(whole.items())))
    assert seal_of(whole) != seal_of(whole | {"jumlah": 1})


def test_a_mark_is_read_as_it_was_written() -> None:
    mark = Mark("berita-acara", "01J-x", 4711, "ab" * 32)
    assert Mark.read(mark.text) == mark
    assert Mark.read("SIAGA1:berita-acara:01J:x:ff") is None
    assert Mark.read("https://example.org") is None


def _paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _paths(one, (*before, key))
    elif isinstance(value, list):
        for n, one in enumerate(value):
            yield from _paths(one, (*before, n))
    else:
        yield before
