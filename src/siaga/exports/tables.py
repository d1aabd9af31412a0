"""Tables as CSV, XLSX, Parquet and JSON. What a spreadsheet would run as a formula stays text in every one of them."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from .columns import Cell, Sort

FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767  # of XLSX


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A table: its title, the names and sorts of its columns, its lines; in a workbook also how wide each is."""

    title: str
    names: Sequence[str]
    sorts: Sequence[Sort]
    lines: Sequence[Sequence[Cell]]
    widths: Sequence[int] = ()


def as_csv(sheet: Sheet, zone: ZoneInfo) -> bytes:
    """UTF-8 with a mark at its beginning (spreadsheets guess otherwise), comma, ISO 8601 times with their offset.

    Text that begins as a formula does gets an apostrophe before it, as OWASP advises: spreadsheets open CSV too."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(sheet.names)
    for line in sheet.lines:
        writer.writerow([_written(cell, zone) for cell in line])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_json(sheet: Sheet, zone: ZoneInfo) -> bytes:
    """A list of objects, one for each line."""
    return msgspec.json.encode([dict(zip(sheet.names, _local(line, zone), strict=True)) for line in sheet.lines])


def as_xlsx(sheets: Sequence[Sheet], zone: ZoneInfo) -> bytes:
    """A workbook with a table on each sheet: numbers are numbers, days days, times local times, the rest is text."""
    import xlsxwriter

    out = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": False, **plain}) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
        time = book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss", "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.title[:31])
            page.freeze_panes(1, 0)
            page.autofilter(0, 0, len(sheet.lines), max(0, len(sheet.names) - 1))
            widths = sheet.widths or [20 if sort in ("text", "day", "time") else 12 for sort in sheet.sorts]
            for column, (name, width) in enumerate(zip(sheet.names, widths, strict=True)):
                page.write_string(0, column, name, head)
                page.set_column(column, column, width, wrap if sheet.widths else None)
            for row, line in enumerate(sheet.lines, 1):
                for column, cell in enumerate(line):
                    if cell is None:
                        continue
                    if isinstance(cell, bool):
                        page.write_string(row, column, _yes_no(cell))
                    elif isinstance(cell, int | float):
                        page.write_number(row, column, cell)
                    elif isinstance(cell, datetime):
                        page.write_datetime(row, column, cell.astimezone(zone).replace(tzinfo=None), time)
                    elif isinstance(cell, date):
                        page.write_datetime(row, column, cell, day)
                    else:
                        page.write_string(row, column, cell[:LONGEST_CELL])
    return out.getvalue()


def as_parquet(sheet: Sheet) -> bytes:
    """Parquet with typed columns; times in UTC, to the microsecond."""
    import polars

    kinds: dict[Sort, polars.DataType] = {
        "text": polars.String(),
        "whole": polars.Int64(),
        "number": polars.Float64(),
        "yes-no": polars.Boolean(),
        "day": polars.Date(),
        "time": polars.Datetime("us", "UTC"),
    }
    schema = {name: kinds[sort] for name, sort in zip(sheet.names, sheet.sorts, strict=True)}
    out = io.BytesIO()
    polars.DataFrame([list(line) for line in sheet.lines], schema=schema, orient="row").write_parquet(out)
    return out.getvalue()


def _written(cell: Cell, zone: ZoneInfo) -> Cell:
    if isinstance(cell, str):
        return f"'{cell}" if cell.startswith(FORMULA) else cell
    return _yes_no(cell) if isinstance(cell, bool) else _plain(cell, zone)


def _yes_no(cell: bool) -> str:
    """For people who open a table; programs read true and false (JSON, Parquet)."""
    return "ya" if cell else "tidak"


def _local(line: Sequence[Cell], zone: ZoneInfo) -> list[Cell]:
    return [_plain(cell, zone) for cell in line]


def _plain(cell: Cell, zone: ZoneInfo) -> Cell:
    """A time as people there read it, with its offset; a day as it is."""
    if isinstance(cell, datetime):
        return cell.astimezone(zone).isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else cell
