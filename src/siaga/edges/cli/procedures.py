"""Procedure cards as files: into the node, out of it, and whether they can be read at all."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import ACTOR, Actor, Json, No, Refused, ask, existing, harmless, language, node, operator, result, sentence
from .common import table as drawn

if TYPE_CHECKING:
    from ...app import Node
    from ...kernel.records import Ask, Command, Refusal
    from ...procedures import Fault, Sheet, Taken

sop = typer.Typer(no_args_is_help=True, help="Kartu SOP sebagai berkas Markdown (procedure cards as files).")
Files = Annotated[list[Path], typer.Argument(help="Berkas kartu; namanya menjadi id kartu (card files, named by id).")]


def add(app: typer.Typer) -> None:
    """Put these commands on the program."""
    app.add_typer(sop, name="sop")


class FileRefused(Refused):
    """The node's refusal of what a file says."""

    def __init__(self, file: str, refusal: "Refusal") -> None:
        super().__init__(refusal)
        self.file, self.facts = file, {**self.facts, "file": file}

    def reason(self, language: Any) -> str:
        """The sentence, with the file before it."""
        return f"{self.file}: {super().reason(language)}"


@sop.command("check")
def check(files: Files, as_json: Json = False) -> None:
    """Periksa kartu tanpa node (check cards without a node): each fault with its file and place."""
    sheets, faults = _read(files)
    if faults:
        _say(faults, as_json)
    body = {"cards": [one.card for one in sheets], "faults": []}
    result(body, as_json, lambda: sentence("cards-good", count=len(sheets)))


@sop.command("import")
def take_in(
    files: Files,
    publish: Annotated[
        bool, typer.Option("--publish", help="Setujui dan terbitkan sekalian (approve and publish them too).")
    ] = False,
    readers: Annotated[
        list[str] | None,
        typer.Option("--reader", help="Peran yang wajib membaca; tanpa ini tetap seperti semula (who must read)."),
    ] = None,
    approver: Annotated[
        str | None, typer.Option("--approve-as", help="Akun yang menyetujui, bukan penulisnya (who approves).")
    ] = None,
    override: Annotated[str | None, typer.Option(help="Alasan menyetujui sendiri (why one approves alone).")] = None,
    actor: Actor = ACTOR,
    as_json: Json = False,
) -> None:
    """Masukkan kartu dari berkas (import cards). A text that the node has already changes nothing.

    All files are checked before the first is written.
    """
    sheets, faults = _read(files)
    if faults:
        _say(faults, as_json)
    roles = tuple(readers) if readers else None
    with node(new=True, demo=True) as opened:
        found = [_take(opened, one, publish, roles, actor, approver or actor, override) for one in sheets]
    result({"cards": found}, as_json, lambda: _table(found))


def _take(
    opened: "Node",
    sheet: "Sheet",
    publish: bool,
    readers: tuple[str, ...] | None,
    author: str,
    approver: str,
    override: str | None,
) -> "Taken":
    from ... import procedures

    def asking(actor: str, why: str | None) -> procedures.Asks:
        return lambda command: _ask(opened, sheet.file, command, operator(actor=actor, override=why))

    taken = procedures.take(opened.desk, sheet, operator(actor=author), asking(author, None))
    if not publish:
        return taken
    return procedures.publish(opened.desk, taken, readers, operator(actor=approver), asking(approver, override))


def _ask(opened: "Node", file: str, command: "Command", envelope: "Ask") -> None:
    from ...kernel.records import Refusal

    try:
        ask(opened, command, envelope)
    except Refused as no:
        said = Refusal(code=no.code.removeprefix("refusal."), facts=no.facts, overridable=no.overridable)
        raise FileRefused(file, said) from no


@sop.command("export")
def write_out(
    folder: Annotated[Path, typer.Argument(help="Folder tujuan (where to write).")],
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Versi terakhir tiap kartu, juga yang belum berlaku (latest versions).")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Timpa berkas yang isinya lain (replace files that differ).")
    ] = False,
    as_json: Json = False,
) -> None:
    """Tulis kartu yang berlaku ke folder (export cards that hold), one file each, as they were written."""
    from ... import procedures

    with node() as opened:
        sheets = procedures.of_node(opened.desk, folder, operator(), drafts=drafts)
    there = [one for one in sheets if Path(one.file).exists()]
    differs = [one for one in there if Path(one.file).read_bytes() != one.source.encode()]
    if differs and not overwrite:
        raise No("card-file-differs", file=differs[0].file, count=len(differs))
    folder.mkdir(parents=True, exist_ok=True)
    for one in sheets:
        if one in differs or one not in there:
            Path(one.file).write_bytes(one.source.encode())
    body = {"files": [one.file for one in sheets], "written": len(sheets) - len(there) + len(differs)}
    result(body, as_json, lambda: sentence("cards-written", folder=folder, count=len(sheets), new=body["written"]))


def _read(files: list[Path]) -> tuple[list["Sheet"], list["Fault"]]:
    from ... import procedures

    return procedures.read(existing(file) for file in files)


def _say(faults: list["Fault"], as_json: bool) -> None:
    """All that is wrong, and the end."""
    from ...kernel.texts import reason

    said = [(one, reason(one.wrong, language())) for one in faults]
    body = [{"file": one.file, "code": one.wrong.code, "facts": one.wrong.facts, "reason": why} for one, why in said]
    result({"cards": [], "faults": body}, as_json, lambda: harmless("\n".join(f"{o.file}: {why}" for o, why in said)))
    raise typer.Exit(1)


def _table(found: list["Taken"]) -> str:
    columns = tuple(sentence(f"card-{name}") for name in ("file", "version", "state", "holds"))
    rows = [(one.file, one.version, sentence(f"card-{one.state}"), one.holds) for one in found]
    return drawn(columns, rows)
