"""Spreadsheets as rows of text: CSV and XLSX, wherever the header stands and however the file is written."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
TEXTS = (".csv", ".tsv", ".txt")
MOST_COLUMNS = 200
MOST_LETTERS = 1000
HEADER_WITHIN = 20  # titles, letterheads and blank lines may stand above the header
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_BLANKS = re.compile(r"\s+")
_NOT_WORD = re.compile(r"[^a-z0-9]+")


class WrongSheet(ValueError):
    """A file that is no spreadsheet we can read; says which and why."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One table: its file (and page), its header, its rows by the number a spreadsheet shows beside them."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@lru_cache(maxsize=50_000)  # headers, kelurahan, causes: the same come again and again
def words(text: str) -> str:
    """The words of a text, so that spellings compare: lower case, letters and digits, single blanks."""
    return _NOT_WORD.sub(" ", text.casefold()).strip()


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files, and those of the folders, in order of their names; lock files of an open program left out."""
    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(
            p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith(("~$", "."))
        )
        if not inside:
            raise WrongSheet(f"{path}: no CSV or XLSX inside")
        found += inside
    return list(dict.fromkeys(found))


def read_sheets(path: Path, is_header: Iterable[str]) -> list[Sheet]:
    """The tables of a file; `is_header` holds words of headers, to find the header's row. Raises WrongSheet."""
    known = {words(w) for w in is_header}
    if path.suffix.lower() in TEXTS:
        pages = [(path.name, _csv(path))]
    elif path.suffix.lower() in SUFFIXES:
        pages = list(_xlsx(path))
    else:
        raise WrongSheet(f"{path.name}: neither CSV nor XLSX (an older .xls or .ods: save it as .xlsx first)")
    return [sheet for name, rows in pages if (sheet := _sheet(name, rows, known)) is not None]


def _csv(path: Path) -> list[tuple[str, ...]]:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if "\0" in text:
        raise WrongSheet(f"{path.name}: not a text file")
    first = text[:20_000]
    separator = max(",;\t|", key=lambda s: sum(max(0, len(r) - 1) for r in csv.reader(io.StringIO(first), delimiter=s)))
    try:
        return [tuple(row[:MOST_COLUMNS]) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error as wrong:
        raise WrongSheet(f"{path.name}: {wrong}") from wrong


def _xlsx(path: Path) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    from openpyxl.reader.excel import load_workbook  # slow to import, and only needed here

    try:
        book = load_workbook(path, read_only=True, data_only=True)  # type: ignore[no-untyped-call]  # results of formulas, not the formulas
    except Exception as wrong:  # whatever a broken archive makes it raise
        raise WrongSheet(f"{path.name}: not a readable XLSX ({wrong})") from wrong
    try:
        pages = [page for page in book.worksheets if page.sheet_state == "visible"]
        for page in pages:
            page.reset_dimensions()  # what writers claim about the size is often wrong
            rows = [tuple(_text(c) for c in row[:MOST_COLUMNS]) for row in page.iter_rows(values_only=True)]
            yield (path.name if len(pages) == 1 else f"{path.name} · {page.title}"), rows
    finally:
        book.close()


def _text(cell: Any) -> str:
    """A cell as a person would type it: dates in ISO, decimals with a comma."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat("seconds")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else f"{cell:f}".rstrip("0").replace(".", ",")
    return str(cell)


def _sheet(name: str, rows: Sequence[tuple[str, ...]], known: set[str]) -> Sheet | None:
    """The table in these rows: its header is the row that says most words of headers; None where there is no table."""
    at = max(
        range(min(HEADER_WITHIN, len(rows))), key=lambda i: (_knows(rows[i], known), _filled(rows[i])), default=None
    )
    if at is None or not any(c.strip() for c in rows[at]):
        return None
    header, after = [_BLANKS.sub(" ", c).strip() for c in rows[at]], at + 1
    if after < len(rows) and _is_second(rows[at], rows[after], known):
        header, after = _joined(header, rows[after]), after + 1
    if after < len(rows) and _is_numbering(rows[after]):
        after += 1
    width = len(header)
    body = [
        (n, tuple(_clean(c) for c in row[:width]) + ("",) * (width - len(row)))
        for n, row in enumerate(rows[after:], start=after + 1)  # as a spreadsheet counts: the first line is 1
        if any(c.strip() for c in row[:width])
    ]
    return Sheet(file=name, columns=tuple(header), rows=tuple(body))


def _clean(cell: str) -> str:
    """A cell without what no person typed: control characters, blanks around it, more than a vault takes."""
    return _CONTROL.sub(" ", cell).strip()[:MOST_LETTERS]


def _knows(row: Sequence[str], known: set[str]) -> int:
    return sum(words(c) in known for c in row if c.strip())


def _filled(row: Sequence[str]) -> int:
    return sum(bool(c.strip()) and not any(x.isdigit() for x in c) for c in row)


def _is_second(first: Sequence[str], second: Sequence[str], known: set[str]) -> bool:
    """Whether a header goes on in the next row ("Korban" above "MD | LB | LR"): it has words under gaps."""
    filled = [i for i, c in enumerate(second) if c.strip()]
    if not filled or any(ch.isdigit() for i in filled for ch in second[i]):
        return False
    gaps = [i for i in filled if i < len(first) and not first[i].strip()]
    return bool(gaps) and len(filled) < sum(bool(c.strip()) for c in first) + len(gaps)


def _joined(header: Sequence[str], second: Sequence[str]) -> list[str]:
    """The two rows of a header as one: what stands above is said of all the columns under it."""
    found, above = [], ""
    for i in range(max(len(header), len(second))):
        own = header[i] if i < len(header) else ""
        under = _BLANKS.sub(" ", second[i]).strip() if i < len(second) else ""
        above = own or (above if under else "")
        found.append(f"{above} {under}".strip() if under else own)
    return found


def _is_numbering(row: Sequence[str]) -> bool:
    """Whether a row only counts the columns: 1, 2, 3 …"""
    counted = [c.strip().strip("().") for c in row if c.strip()]
    return len(counted) > 2 and counted == [str(n) for n in range(1, len(counted) + 1)]
