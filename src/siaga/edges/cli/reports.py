"""Official papers from the command line: one, many, and whether one that somebody brings is true."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import ACTOR, Actor, Json, No, Refused, node, operator, progress, result, sentence, table, usage

if TYPE_CHECKING:
    from ...app import Node
    from ...kernel.desk import Desk

report = typer.Typer(no_args_is_help=True, help="Laporan resmi: cetak dan periksa (official papers).")


def add(app: typer.Typer) -> None:
    """Put these commands on the program."""
    app.add_typer(report, name="report")


@report.command("pdf")
def pdf(
    subject: Annotated[str, typer.Argument(help="Id kejadian atau masa, 2026-11, 2026-Q4, 2026 (incident or period).")],
    form: Annotated[
        str, typer.Argument(help="laporan-kejadian, berita-acara, lampiran-foto, jurnal, rekap, spm")
    ] = "laporan-kejadian",
    out: Annotated[Path | None, typer.Option(help="Simpan di berkas ini (keep it in this file).")] = None,
    actor: Actor = ACTOR,
    as_json: Json = False,
) -> None:
    """Cetak satu laporan resmi (print an official paper), sealed by what it says."""
    from ...documents.papers import paper_of, set_paper
    from ...kernel.records import Refusal

    with node() as opened:
        reader = operator(actor=actor)
        paper = paper_of(opened.desk, form, subject, reader)
        if isinstance(paper, Refusal):
            raise Refused(paper)
        made = set_paper(opened.desk, paper, reader)
    file = out or Path(f"{form}.pdf")
    file.touch(mode=0o600)
    file.write_bytes(made)
    body = {"file": str(file), "bytes": len(made), "mark": paper.mark.text}
    result(body, as_json, lambda: sentence("form-made", file=file))


@report.command("batch")
def batch(
    since: Annotated[datetime, typer.Option(help="Kejadian sejak (opened from).", formats=["%Y-%m-%d"])],
    until: Annotated[datetime, typer.Option(help="Sampai, tidak termasuk (until, exclusive).", formats=["%Y-%m-%d"])],
    out: Annotated[Path, typer.Option(help="Folder hasil (folder of the files).")],
    form: Annotated[str, typer.Option(help="Nama laporan (name of the paper).")] = "laporan-kejadian",
    state: Annotated[str | None, typer.Option(help="Hanya draft, checked, signed, final, history.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, max=64, help="Banyak benang (threads); bawaan: inti.")] = None,
    actor: Actor = ACTOR,
    as_json: Json = False,
) -> None:
    """Cetak laporan semua kejadian suatu masa (print the papers of a period), on all cores."""
    from ...documents.batch import incidents, print_all
    from ...documents.pack import zone_of
    from ...documents.papers import PAPERS
    from ...kernel.records import Refusal

    if form not in PAPERS:
        usage(sentence("report-form", forms=", ".join(PAPERS)))
    if state not in (None, "draft", "checked", "signed", "final", "history"):
        usage(sentence("report-state"))
    with node() as opened:
        reader = operator(actor=actor)
        zone = zone_of(opened.desk, opened.desk.clock())
        rows = incidents(opened.desk, since.replace(tzinfo=zone), until.replace(tzinfo=zone), reader, state)
        if isinstance(rows, Refusal):
            raise Refused(rows)
        done = 0
        with progress() as said:

            def step(n: int) -> None:
                nonlocal done
                done += n
                said("pdf", done, len(rows))

            made = print_all(opened.desk, form, rows, reader, out, step, threads)
    body = {"folder": str(out), "files": made.files, "bytes": made.bytes, "failed": made.failed}
    result(body, as_json, lambda: _batch_text(made, out))
    if made.failed:
        raise typer.Exit(1)


def _batch_text(made: Any, out: Path) -> str:
    lines = [sentence("report-batch", files=made.files, folder=out)]
    lines += [sentence("report-failed", incident=incident, why=why) for incident, why in made.failed.items()]
    return "\n".join(lines)


@report.command("verify")
def check(
    paper: Annotated[str, typer.Argument(help="Berkas PDF, atau isi QR (the PDF, or what its QR says).")],
    actor: Actor = ACTOR,
    as_json: Json = False,
) -> None:
    """Periksa keaslian laporan (verify a paper): its content against the log, its file against how it was set."""
    import msgspec

    from ...documents.seal import Mark, mark_of
    from ...documents.verify import PLAYED, verify
    from ...kernel.records import Refusal

    file = Path(paper)
    there = not paper.startswith("SIAGA1:") and file.is_file()
    content = file.read_bytes() if there else None
    mark = mark_of(content) if content is not None else Mark.read(paper)
    if mark is None:
        raise No("report-no-mark", paper=paper[:200])
    with node() as opened:

        @contextmanager
        def back(position: int) -> Iterator["Desk"]:
            with _past(opened, position, PLAYED) as past:
                yield past

        found = verify(opened.desk, mark, content, operator(actor=actor), back)
    if isinstance(found, Refusal):
        raise Refused(found)
    result({"valid": found.valid} | msgspec.to_builtins(found), as_json, lambda: _verdict_text(found))
    if not found.valid:
        raise typer.Exit(1)


@contextmanager
def _past(opened: "Node", position: int, played: tuple[str, ...]) -> Iterator["Desk"]:
    """The node as it was, in a store that goes away."""
    import tempfile

    from ...adapters.sqlite import SqliteStore
    from ...kernel.past import as_of
    from ...kernel.vault import load_key

    key = load_key(opened.settings.key_file, make=False)
    with tempfile.TemporaryDirectory(prefix="siaga-past-") as folder, progress() as said:
        store = SqliteStore(Path(folder) / "past.db")
        with as_of(opened.desk, position, store, key, played, lambda n: said("rebuild", n, position)) as past:
            yield past


def _verdict_text(found: Any) -> str:
    lines = [
        sentence(f"report-content-{found.content}", form=found.form, subject=found.subject, position=found.position),
        sentence(f"report-file-{found.file}"),
    ]
    if found.amendments:
        lines.append(sentence("report-amendments", n=found.amendments))
    heads = (sentence("report-where"), sentence("report-was"), sentence("report-now"))
    for title, rows in (("report-changes", found.changes), ("report-edits", found.edits)):
        if rows:
            lines.append(table(heads, [(x.where, x.was, x.now) for x in rows], sentence(title)))
    return "\n".join(lines)
