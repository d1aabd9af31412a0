"""Hydrants from a service's own list: `hydrants import`."""

from pathlib import Path
from typing import Annotated

import typer

from .common import Json, data_was_named, existing, node, progress, result, sentence, settings, table, usage
from .history import columns_table, flattened

hydrants = typer.Typer(no_args_is_help=True, help="Hidran (hydrants).")


def add(app: typer.Typer) -> None:
    """Put these commands on the program."""
    app.add_typer(hydrants, name="hydrants")


@hydrants.command("import")
def import_hydrants(
    files: Annotated[
        list[Path], typer.Argument(help="Berkas CSV/XLSX atau foldernya (CSV or XLSX files, or their folder).")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Hanya periksa (only check).")] = False,
    rows_file: Annotated[
        Path | None, typer.Option("--refused", help="Tulis baris yang ditolak ke CSV (list refused rows).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Impor hidran dari daftar dinas (import hydrants from the service's own list, with coordinates)."""
    from ...replay import sheets
    from ...replay.sheets import water
    from ...replay.sheets.cells import WrongSheet

    try:
        read = water.read_water(sheets.tables([existing(file) for file in files]))
    except WrongSheet as wrong:
        usage(str(wrong))
    totals = water.water_totals(read)
    if not dry_run:
        with progress() as report, node(settings(), new=data_was_named(), demo=False) as opened:
            totals = water.keep_water(opened, read, report)
    if rows_file is not None:
        water.list_water(read, rows_file)
    body = {"rows_read": read.rows, "rows_refused": read.refused_counts(), "totals": totals}
    told = table((sentence("name"), sentence("value")), flattened(body))
    result(body, as_json, lambda: f"{columns_table(read.columns)}\n\n{told}")
