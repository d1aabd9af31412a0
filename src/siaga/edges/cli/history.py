"""Incidents of the past: `incidents import`, from a service's own spreadsheets or a record of responses."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import (
    Json,
    No,
    data_was_named,
    existing,
    language,
    node,
    progress,
    result,
    sentence,
    settings,
    store_is_there,
    table,
    tell,
    usage,
)

if TYPE_CHECKING:
    from ...replay.sheets.propose import Column
    from ...replay.sheets.read import SheetsRead
    from ...settings import Settings

incidents = typer.Typer(no_args_is_help=True, help="Kejadian lampau (incidents of the past).")
FIGURES = (
    "rows_read", "rows_used", "rows_repeated", "rows_repeated_exactly", "incidents", "first", "last", "loss_rp",
    "saved_rp", "recorded", "kept_as_signed",
)  # fmt: skip
GROUPED = ("by_cause", "by_kind", "by_type", "people", "placed_by", "cells_unread")
WARNED = (
    "months_missing", "same_loss_again_rp", "loss_not_said", "only_day_known", "causes_unmapped", "kinds_unmapped",
    "columns_new",
)  # fmt: skip


def add(app: typer.Typer) -> None:
    """Put these commands on the program."""
    app.add_typer(incidents, name="incidents")


@incidents.command("import")
def import_incidents(
    files: Annotated[
        list[Path], typer.Argument(help="Berkas CSV/XLSX atau foldernya (CSV or XLSX files, or their folder).")
    ],
    mapping: Annotated[
        str | None,
        typer.Option(help="Berkas peta TOML, atau san-francisco, pittsburgh; tanpa ini diusulkan (else proposed)."),
    ] = None,
    save_mapping: Annotated[
        Path | None, typer.Option(help="Simpan peta yang diusulkan (keep the proposed mapping, to correct it).")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Hanya periksa (only check).")] = False,
    rows_file: Annotated[
        Path | None, typer.Option("--refused", help="Tulis baris yang ditolak ke CSV (list refused rows).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Impor kejadian lampau dari CSV dan XLSX (import past incidents from the service's own spreadsheets).

    Tanpa --mapping cara membacanya diusulkan dan ditampilkan; simpan dengan --save-mapping, periksa, lalu impor dengan
    --mapping (without a mapping one is proposed and shown; keep it, look it over, then import with it)."""
    from ...replay.mapping import WrongMapping
    from ...replay.sheets.cells import WrongSheet
    from ...replay.sheets.mapping import is_sheet_mapping

    for file in files:
        existing(file)
    try:
        if mapping is not None and not is_sheet_mapping(Path(mapping)):
            body, text = _responses(files, mapping, dry_run, rows_file)
        else:
            body, text = _sheets(files, Path(mapping) if mapping else None, save_mapping, dry_run, rows_file)
    except (WrongMapping, WrongSheet) as wrong:
        usage(str(wrong))
    result(body, as_json, text)
    if not dry_run and not body["totals"].get("recorded", body["totals"]["incidents"]):
        tell("nothing-recorded", rows=sum(body["rows_refused"].values()))
        raise typer.Exit(1)


def _responses(
    files: Sequence[Path], mapping: str, dry_run: bool, rows_file: Path | None
) -> tuple[dict[str, Any], str]:
    """A record with a row for each unit's response, or each incident with its number and point."""
    from ...replay import history
    from ...replay.mapping import read_mapping
    from ...replay.rows import list_refused

    if len(files) != 1 or files[0].is_dir():
        usage(sentence("one-file", mapping=mapping))
    read = history.read(files[0], read_mapping(mapping))
    known, totals = settings(), history.totals(read)
    if not dry_run and totals["incidents"]:
        _must_be_there(known, named=data_was_named())
        with progress() as report, node(known, new=True) as opened:
            totals = history.keep(opened, read, report)
    if rows_file is not None:
        list_refused(read, rows_file)
    body = {"rows_read": read.rows, "rows_refused": read.refused_counts(), "totals": totals}
    return body, table((sentence("name"), sentence("value")), flattened(body))


def _must_be_there(known: "Settings", *, named: bool) -> None:
    """History is a service's own: it goes into no demo by itself, and makes no node in a folder that nobody named."""
    if not named and not store_is_there(known):
        raise No("history-no-node", data=str(known.data))


def _sheets(
    paths: Sequence[Path], mapping_file: Path | None, save_mapping: Path | None, dry_run: bool, rows_file: Path | None
) -> tuple[dict[str, Any], str]:
    """The service's own spreadsheets, by a mapping that was kept, or by the one they suggest."""
    from ...replay import sheets
    from ...replay.sheets.mapping import read_sheet_mapping, write_sheet_mapping
    from ...replay.sheets.read import list_unread

    known = settings()
    if mapping_file is None and not dry_run:
        usage(sentence("mapping-first"))
    there = store_is_there(known)
    if not dry_run:  # places are found in the node's region: without one every row would be refused
        _must_be_there(known, named=False)
    tables = sheets.tables(paths)
    if mapping_file is not None:
        mapping, columns = read_sheet_mapping(mapping_file), None
    elif there:
        with node(known) as opened:
            mapping, columns = sheets.propose(tables, *sheets.own_agency(opened))
    else:
        mapping, columns = sheets.propose(tables)
    if save_mapping is not None:
        write_sheet_mapping(mapping, save_mapping)
        tell("mapping-kept", file=str(save_mapping))
    read = sheets.read(tables, mapping)
    if not dry_run:
        with progress() as report, node(known) as opened:
            totals = sheets.keep(opened, read, report)
    elif there:
        with node(known) as opened:
            totals = sheets.totals(read, sheets.known_places(opened))
    else:
        totals = sheets.totals(read)
        tell("history-unplaced", data=str(known.data), zone=mapping.zone)
    totals |= sheets.gaps(tables, mapping)
    if rows_file is not None:
        list_unread(read, rows_file)
    body = {"rows_read": read.rows, "rows_refused": read.refused_counts(), "totals": totals, "files": len(tables)}
    body["places_checked"] = there
    if columns is not None:
        body["mapping"] = {role: list(names) for role, names in mapping.columns.items()}
        body["columns_unused"] = list(mapping.unused)
    return body, _told(read, body, columns)


def _told(read: "SheetsRead", body: dict[str, Any], columns: "Sequence[Column] | None") -> str:
    """What a person looks over before anything is recorded, and after."""
    totals = body["totals"]
    parts = [] if columns is None else [columns_table(columns)]
    parts.append(_pairs("figure", [(sentence(f"sheet-{_dashed(n)}"), _number(v)) for n, v in _figures(body)]))
    parts += [_pairs(f"sheet-{_dashed(n)}", _named(n, totals[n])) for n in GROUPED if totals.get(n)]
    months = totals["by_month"] | dict.fromkeys(totals["months_missing"], sentence("sheet-missing"))
    parts.append(_pairs("sheet-month", sorted(months.items())))
    parts += [sentence(f"sheet-{_dashed(name)}", what=_said(totals[name])) for name in WARNED if totals[name]]
    for role, files in totals["sheets_without"].items():
        parts.append(sentence("sheet-without", column=sentence(f"column-{role}"), what=_said(files)))
    if read.refused:
        first = [f"{u.file} {u.row}: {sentence(f'sheet-is-{u.reason}')} {u.what}".strip() for u in read.refused[:10]]
        parts.append(_pairs("sheet-refused", _named("rows_refused", body["rows_refused"])))
        parts.append(sentence("sheet-refused-first", what="\n  ".join(("", *first))))
    return "\n\n".join(parts)


def _figures(body: dict[str, Any]) -> list[tuple[str, Any]]:
    """The plain figures, in the order they are told."""
    both = body["totals"] | {"rows_read": body["rows_read"]}
    return [(name, both[name]) for name in FIGURES if both.get(name) is not None]


def _pairs(name: str, rows: Sequence[tuple[str, Any]]) -> str:
    return table((sentence(name), sentence("value")), rows)


def _named(group: str, counts: dict[str, int]) -> list[tuple[str, int]]:
    """Counts by code as counts by name, the most first."""
    from ... import standards

    texts = {
        "by_cause": {row.id: row.name for row in standards.words().cause},
        "by_kind": {row.id: row.name for row in standards.standards().places.object},
        "by_type": {id: row.name for id, row in standards.incident_types().items()},
    }.get(group, {})
    names = {code: name.en if language() == "en" else name.id for code, name in texts.items()}
    codes = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [(names.get(code) or sentence(f"sheet-is-{code}"), n) for code, n in codes]


def _dashed(name: str) -> str:
    return name.replace("_", "-")


def columns_table(columns: "Iterable[Column]") -> str:
    """How each column of the files was understood, for people."""
    rows = []
    for c in columns:
        means, why = (f"column-{c.role}", f"column-by-{c.by}") if c.role else ("column-unused", "column-by-nothing")
        rows.append((sentence(means), c.name, c.files, c.example[:40], sentence(why)))
    head = ("column-means", "column-header", "column-files", "column-example", "column-why")
    return table([sentence(h) for h in head], rows, title=sentence("column-title"))


def _number(value: Any) -> Any:
    return f"{value:,}".replace(",", ".") if isinstance(value, int) and not isinstance(value, bool) else value


def _said(value: Any) -> str:
    if isinstance(value, dict):
        most = sorted(value.items(), key=lambda item: (-item[1], item[0]))
        shown = ", ".join(f"{name} ({n})" for name, n in most[:12])
        return f"{shown} …" if len(most) > 12 else shown
    return ", ".join(value) if isinstance(value, list) else str(_number(value))


def flattened(body: dict[str, Any], before: str = "") -> list[tuple[str, Any]]:
    """Nested figures as rows: `totals.incidents`."""
    found: list[tuple[str, Any]] = []
    for name, value in body.items():
        if isinstance(value, dict):
            found += flattened(value, f"{before}{name}.")
        else:
            found.append((f"{before}{name}", value))
    return found
