"""Keeping a node whole: the log's chain, backup and restore, rebuild, erasing words of people."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import Json, No, ask, existing, language, node, operator, progress, quiet, result, sentence, settings, tell

if TYPE_CHECKING:
    from ...kernel.backup import Unusable

log = typer.Typer(no_args_is_help=True, help="Jurnal dan rantainya (the log and its chain).")
vault = typer.Typer(no_args_is_help=True, help="Brankas data pribadi (the vault).")


def add(app: typer.Typer) -> None:
    """Put these commands on the program."""
    app.add_typer(log, name="log")
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("rebuild")(rebuild)
    app.add_typer(vault, name="vault")


@log.command("verify")
def verify(
    head: Annotated[Path | None, typer.Option(help="Kepala bertanda tangan (a signed head to check against).")] = None,
    key: Annotated[str | None, typer.Option(help="Kunci publik node, heksadesimal (the node's key, hex).")] = None,
    as_json: Json = False,
) -> None:
    """Periksa rantai jurnal (check the chain); exit code 1 when it does not hold."""
    from ...kernel import chain

    signed = chain.read_head(existing(head)) if head is not None else None
    with node() as opened, opened.desk.store.read() as tx:
        verdict = chain.verify(tx, signed, key=key)
    body = {"positions": verdict.positions, "broken_at": verdict.broken_at, "head_signed_at": verdict.head_signed_at}
    if verdict.reason is None:
        said = sentence("chain-holds", positions=verdict.positions)
        if signed is not None:
            said += " " + sentence("head-holds", position=signed.position, at=signed.at, node=signed.node)
    else:
        said = sentence(f"chain-{verdict.reason}", position=verdict.broken_at, at=verdict.head_signed_at)
        body["reason"] = verdict.reason
    result(body, as_json, said)
    if verdict.reason is not None:
        raise typer.Exit(1)


@log.command("head")
def head(as_json: Json = False) -> None:
    """Tanda tangani kepala jurnal sekarang (sign the log's head now) and say where the file lies."""
    with node() as opened:
        signed = opened.sign_head()
        folder = opened.settings.data / "heads"
    file = max(folder.glob(f"head-*-{signed.position}.json"), key=lambda p: p.stat().st_mtime)
    body = {"position": signed.position, "hash": signed.hash, "at": signed.at, "key": signed.key, "file": str(file)}
    result(body, as_json, lambda: sentence("head-signed", position=signed.position, file=file))


def backup(
    file: Annotated[Path, typer.Argument(help="Berkas cadangan (the file to write).")],
    as_json: Json = False,
) -> None:
    """Cadangkan jurnal dan isinya (back up), also beside a running server; the vault's key is never inside."""
    from ...app import node_name
    from ...kernel import backup as whole
    from ...kernel import chain

    if file.exists():
        raise No("file-exists", file=str(file))
    with node() as opened, progress() as report:
        key = chain.node_key(opened.settings.data / "node.key")
        name = node_name(opened.settings)
        manifest = whole.backup(opened.desk, file, key, node=name, progress=lambda part, n: report(part, n, None))
        opened.sign_head()
    tell_key(manifest.reminder(language()))
    body = {"file": str(file), "position": manifest.position, "at": manifest.at, "parts": _rows(manifest.parts)}
    result(body, as_json, lambda: sentence("backed-up", file=file, position=manifest.position))


def _rows(parts: Any) -> dict[str, int]:
    return {name: part.rows for name, part in parts.items()}


def tell_key(reminder: str) -> None:
    """What must be known about every backup, on standard error so that it is seen beside any result."""
    import sys

    print(reminder, file=sys.stderr)


def restore(
    file: Annotated[Path, typer.Argument(help="Berkas cadangan (the backup).")],
    any_key: Annotated[bool, typer.Option("--any-key", help="Walau kunci brankas lain (although the key differs).")] = (
        False
    ),
    signer: Annotated[str | None, typer.Option(help="Kunci publik node asal (key it must be signed by, hex).")] = None,
    check: Annotated[bool, typer.Option("--check", help="Hanya periksa (only check the file).")] = False,
    as_json: Json = False,
) -> None:
    """Pulihkan cadangan ke penyimpanan kosong (restore a backup into an empty store), verified before it is trusted."""
    from ...kernel import backup as whole

    existing(file)
    quiet()
    with progress() as report:
        try:
            if check:
                manifest, signed = whole.examine(file, signer=signer, progress=lambda p, n: report(p, n, None))
            else:
                restored = _restore(file, any_key, signer, report)
                manifest, signed = restored.manifest, restored.head
                tell_key(restored.reminder(language()))
        except whole.Unusable as no:
            raise _unusable(no) from no
    body = {"position": manifest.position, "at": manifest.at, "node": manifest.node, "head_signed_at": signed.at}
    code = "backup-good" if check else "restored"
    body |= {} if check else {"rows": restored.rows, "erased_again": restored.erased_again}
    result(body, as_json, lambda: sentence(code, file=file, position=manifest.position, at=manifest.at))


def _restore(file: Path, any_key: bool, signer: str | None, report: Any) -> Any:
    from ...adapters.stores import open_store
    from ...app import DATABASE, SLICES
    from ...kernel import backup as whole
    from ...kernel.vault import load_key

    known = settings()
    known.data.mkdir(parents=True, exist_ok=True)
    return whole.restore(
        file,
        open_store(known.store or known.data / DATABASE),
        SLICES,
        vault_key=load_key(known.key_file, make=any_key),
        erasures=known.data / "erasures.jsonl",
        signer=signer,
        any_key=any_key,
        progress=lambda part, n: report(part, n, None),
    )


def _unusable(no: "Unusable") -> No:
    return No(f"backup.{no.code}", **no.facts)


def rebuild(
    slices: Annotated[list[str] | None, typer.Argument(help="Bagian; tanpa ini semua (slices; none: all).")] = None,
    as_json: Json = False,
) -> None:
    """Bangun ulang tabel dari jurnal (rebuild tables from the log)."""
    from ...app import settle_memory
    from .common import usage

    with node() as opened, progress() as report:
        known = [s.name for s in opened.desk.slices]
        for name in slices or ():
            if name not in known:
                usage(sentence("no-such-slice", name=name, slices=", ".join(known)))
        total = opened.desk.position()
        settle_memory()
        events = opened.desk.rebuild(slices or None, progress=lambda reached: report("rebuild", reached, total))
    result({"events": events, "slices": slices or known}, as_json, lambda: sentence("rebuilt", events=events))


@vault.command("erase")
def erase(
    subject: Annotated[str, typer.Argument(help="Orang atau rujukan (person or reference to destroy).")],
    reason: Annotated[str, typer.Option(help="Alasan, tetap tercatat (why; kept).")],
    as_json: Json = False,
) -> None:
    """Hapus isi brankas untuk selamanya (destroy what was told); the log keeps that it was done."""
    from ...kernel.desk import EraseWords
    from ...kernel.records import Told

    with node() as opened:
        position = ask(opened, EraseWords(subject, Told(reason)), operator()).position
        again = opened.settings.data / "erasures.jsonl"
    tell("erasures-kept", file=str(again))
    result({"subject": subject, "position": position}, as_json, lambda: sentence("erased", subject=subject))
