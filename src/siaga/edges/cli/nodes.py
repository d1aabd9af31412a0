"""Other nodes: the card of this one, pairing, and field parts that travel as files."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import Json, No, ask, existing, node, operator, result, sentence, show, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...app import Node
    from ...slices.liaison.tables import NodeRow

nodes = typer.Typer(no_args_is_help=True, help="Node lain dan pasangannya (other nodes, pairing).")
field = typer.Typer(no_args_is_help=True, help="Bagian lapangan lewat berkas (field parts as files).")
Name = Annotated[str, typer.Argument(help="Nama node (its name).")]


def add(app: typer.Typer) -> None:
    """Put these commands on the program."""
    app.add_typer(nodes, name="node")
    app.add_typer(field, name="field")


@contextmanager
def _told() -> "Iterator[None]":
    """What cannot be opened or read becomes a sentence."""
    from ...kernel.parcel import Unopened

    try:
        yield
    except Unopened as no:
        raise No(f"liaison.{no.code}", **no.facts) from no


@nodes.command("show")
def show_card(
    file: Annotated[Path | None, typer.Option("--file", help="Simpan ke berkas (keep it as a file).")] = None,
    as_json: Json = False,
) -> None:
    """Tampilkan kartu node ini (this node's card): give it to the node that shall be its partner."""
    with node(new=True) as opened:
        card = opened.card
    if file is not None:
        _write(file, card.text().encode() + b"\n")
    body = {"node": card.name, "fingerprint": card.fingerprint, "address": card.address, "card": card.text()}
    result(body, as_json, lambda: sentence("node-card", **body))


@nodes.command("pair")
def pair(
    card: Annotated[str, typer.Argument(help="Kartu node lain, atau berkasnya (its card, or a file of it).")],
    city: Annotated[bool, typer.Option("--city", help="Node itu kota tempat node ini bekerja (it is our city).")] = (
        False
    ),
    override: Annotated[str | None, typer.Option(help="Alasan bila kuncinya lain (why its keys changed).")] = None,
    as_json: Json = False,
) -> None:
    """Pasangkan node lain (make another node a partner), after comparing fingerprints; once on each side."""
    from ...kernel.parcel import read_card
    from ...slices.liaison.rules import PairNode

    path = Path(card) if len(card) < 200 else None
    with _told():
        read = read_card(path.read_text() if path is not None and path.is_file() else card)
    wish = PairNode(read.name, "home" if city else "field", read.sign, read.seal, read.link, read.address)
    with node(new=True) as opened:
        ask(opened, wish, operator(override=override))
    body = {"node": read.name, "fingerprint": read.fingerprint, "role": wish.role}
    result(body, as_json, lambda: sentence("node-paired", **body))


@nodes.command("unpair")
def unpair(name: Name, as_json: Json = False) -> None:
    """Lepaskan pasangan (end a partnership); what was exchanged stays."""
    from ...slices.liaison.rules import UnpairNode

    with node() as opened:
        ask(opened, UnpairNode(name), operator())
    result({"node": name}, as_json, lambda: sentence("node-unpaired", node=name))


@nodes.command("list")
def list_nodes(as_json: Json = False) -> None:
    """Daftar pasangan dan sambungannya (partners and their links)."""
    from ...kernel.fields import All

    with node() as opened:
        rows = show(opened, "liaison.nodes", All()).rows
    columns = [
        sentence(code) for code in ("name", "node-role", "fingerprint", "node-heard", "node-clock", "node-waiting")
    ]
    cells = [(r.node, r.role, r.fingerprint, r.heard_at or "–", _ahead(r), r.waiting) for r in rows]
    result({"rows": rows}, as_json, lambda: table(columns, cells))


def _ahead(row: "NodeRow") -> str:
    """By how many seconds its clock is ahead of ours, as far as that is known; with a mark where it is too much."""
    least, most = ("…" if bound is None else f"{bound:+.1f}" for bound in (row.ahead_least_s, row.ahead_most_s))
    return "–" if least == most == "…" else f"{least} – {most} s{' !' if row.clock_off else ''}"


@field.command("export")
def export(
    incident: Annotated[str, typer.Argument(help="Kode kejadian (the incident's id).")],
    file: Annotated[Path, typer.Argument(help="Berkas yang ditulis (the file to write).")],
    to: Annotated[str, typer.Option("--to", help="Node tujuan; kosong: satu-satunya (empty: the only one).")] = "",
    as_json: Json = False,
) -> None:
    """Tulis bagian lapangan ke berkas (write a field part to a file), signed and sealed for one node."""
    with node() as opened, _told():
        partner = to or _only(opened)
        _write(file, opened.exchange.export(partner, incident))
    body = {"incident": incident, "node": partner, "file": str(file)}
    result(body, as_json, lambda: sentence("field-exported", **body))


@field.command("import")
def take(
    file: Annotated[Path, typer.Argument(help="Berkas dari node lain (a file of another node).")],
    as_json: Json = False,
) -> None:
    """Terima berkas dari node lain (take a file of another node): what was known already stays as it is."""
    raw = existing(file).read_bytes()
    with node() as opened, _told():
        taken = opened.exchange.take(raw)
    body = {
        "node": taken.sender,
        "made_at": taken.made_at,
        "new": taken.received.new,
        "known": taken.received.known,
        "people": taken.people,
    }
    result(body, as_json, lambda: sentence("field-imported", **body))


def _only(opened: "Node") -> str:
    names = list(opened.exchange.partners())
    if len(names) != 1:
        raise No("which-node", nodes=", ".join(names) or "–")
    return names[0]


def _write(file: Path, content: bytes) -> None:
    """A new file for the owner alone."""
    import os

    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as there:
        raise No("file-exists", file=str(file)) from there
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def about_field(opened: "Node") -> dict[str, Any]:
    """What who starts a field node must know: its name, its city, where the tablets go."""
    home = [name for name, partner in opened.exchange.partners().items() if partner.role == "home"]
    return {"node": opened.exchange.here, "home": home[0] if home else ""}
