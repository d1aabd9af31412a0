"""Paper from the command line: a print pack now, a form of an incident, the mark at the head of papers."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from .common import ACTOR, Actor, Json, Refused, ask, node, operator, result, sentence, usage

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


@paper.command("form")
def form(
    form: Annotated[
        str, typer.Argument(help="Nama formulir (name of the form): lembar-kejadian, daftar-kru, ics-201 …")
    ],
    incident: Annotated[str, typer.Argument(help="Id kejadian (id of the incident).")],
    to: Annotated[Path | None, typer.Option(help="Simpan di berkas ini (keep it in this file).")] = None,
    english: Annotated[bool, typer.Option("--english", help="Dalam bahasa Inggris (in English).")] = False,
    caller: Annotated[
        bool, typer.Option("--caller", help="Dengan pelapor; dicatat (with who called; logged).")
    ] = False,
    actor: Actor = ACTOR,
    as_json: Json = False,
) -> None:
    """Cetak satu formulir kejadian (print a form of an incident) from what the log says now."""
    from ...documents.forms import pdf_of
    from ...kernel.records import Refusal

    with node() as opened:
        reader = operator(actor=actor)
        made = pdf_of(opened.desk, form, incident, reader, "en" if english else "id", callers=caller)
    if isinstance(made, Refusal):
        raise Refused(made)
    file = to or Path(f"{form}.pdf")
    file.touch(mode=0o600)
    file.write_bytes(made)
    result({"file": str(file), "bytes": len(made)}, as_json, lambda: sentence("form-made", file=file))


@paper.command("logo")
def logo(
    file: Annotated[Path, typer.Argument(help="Berkas SVG atau PNG (file).")],
    text: Annotated[str, typer.Option("--text", help="Yang digambarkan, untuk pembaca layar (what it shows).")],
    actor: Actor = ACTOR,
    as_json: Json = False,
) -> None:
    """Pasang lambang instansi di kepala surat (put the mark of the institution at the head of its papers)."""
    from base64 import b64encode

    import msgspec

    from ...slices.paper.rules import SetLogo
    from ...slices.paper.rules.picture import MOST_BYTES

    try:
        with file.open("rb") as opened_file:
            content = opened_file.read(MOST_BYTES + 1)
    except OSError as wrong:
        usage(f"{file}: {wrong.strerror}")
    mime = "image/png" if content.startswith(b"\x89PNG") else "image/svg+xml"
    try:
        made = msgspec.convert({"mime": mime, "content": b64encode(content).decode(), "text": text}, SetLogo)
    except msgspec.ValidationError as error:
        usage(str(error))
    with node() as opened:
        position = ask(opened, made, operator(actor=actor)).position
    result({"file": str(file), "position": position}, as_json, lambda: sentence("recorded", position=position))
