"""The paper fallback from the command line: a print pack now."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from .common import Json, node, result, sentence

paper = typer.Typer(no_args_is_help=True, help="Cadangan kertas ruang kendali (the paper fallback).")


def add(app: typer.Typer) -> None:
    """Put these commands on the program."""
    app.add_typer(paper, name="paper")


@paper.command("pack")
def pack(
    to: Annotated[Path | None, typer.Option(help="Salin paket ke berkas ini (copy the pack to this file).")] = None,
    slips: Annotated[int, typer.Option(min=4, max=200, help="Banyak slip, kelipatan empat (slips, in fours).")] = 8,
    as_json: Json = False,
) -> None:
    """Cetak paket sekarang (make a print pack now): slips, run cards, phone list, fleet, map."""
    with node() as opened:
        file = opened.packs.make(slips - slips % 4)
    if to is not None:
        shutil.copyfile(file, to)
    body = {"file": str(to or file), "bytes": file.stat().st_size}
    result(body, as_json, lambda: sentence("pack-made", file=to or file))
