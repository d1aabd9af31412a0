"""The two doors: ask a command, show a view; and what the doors hold."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .common import (
    ACTOR,
    ROLES,
    Actor,
    Json,
    ask,
    moment,
    new_id,
    node,
    operator,
    quiet,
    result,
    sentence,
    table,
    usage,
)

if TYPE_CHECKING:
    import msgspec

    from ...app import Node
    from ...kernel.desk import Shown
    from ...kernel.records import Ask, Query

SHOW_AGAIN_S = 0.5
Roles = Annotated[
    list[str] | None, typer.Option("--role", help=f"Peran pelaku (roles; {', '.join(ROLES)} if none is given).")
]
Agency = Annotated[str | None, typer.Option(help="Instansi pelaku (agency; the only own one if there is one).")]


def add(app: typer.Typer) -> None:
    """Put these commands on the program."""
    app.command("do")(do)
    app.command("show")(show)
    app.command("openapi")(openapi)


def _slices() -> Mapping[str, Any]:
    from ...app import SLICES

    return {s.name: s for s in SLICES}


def _kinds(incomplete: str) -> Iterator[str]:
    """Completion of command names."""
    names = (s.wire(c) for s in _slices().values() for c in s.commands)
    return (name for name in sorted(names) if name.startswith(incomplete))


def _views(incomplete: str) -> Iterator[str]:
    """Completion of view names."""
    names = (f"{s.name}.{v}" for s in _slices().values() for v in s.views)
    return (name for name in sorted(names) if name.startswith(incomplete))


def do(
    kind: Annotated[
        str, typer.Argument(help="Perintah, misalnya dispatch.report-status (the command).", autocompletion=_kinds)
    ] = "",
    fields: Annotated[
        list[str] | None,
        typer.Argument(help="isian=nilai; nilai bersarang sebagai JSON atau @berkas (field=value, nested as JSON)."),
    ] = None,
    override: Annotated[str | None, typer.Option(help="Alasan mengesampingkan anjuran (why you overrule).")] = None,
    roles: Roles = None,
    actor: Actor = ACTOR,
    agency: Agency = None,
    id: Annotated[str | None, typer.Option(help="Nomor permintaan: nomor sama dicatat sekali (ask id).")] = None,
    at: Annotated[str | None, typer.Option(help="Kapan dilakukan, ISO 8601 (when it was done).")] = None,
    seen_at: Annotated[str | None, typer.Option(help="Kapan dilihat, ISO 8601 (when it was seen).")] = None,
    as_json: Json = False,
) -> None:
    """Ajukan perintah (ask a command): siaga do dispatch.report-status unit=BTG-1 status=arrived

    Without a command: the list of all. With a command and the field `?`: what it takes.
    """
    if not kind or fields == ["?"]:
        _list_commands(kind, as_json)
        return
    with node(new=True, demo=True) as opened:
        command_type = opened.desk.commands.get(kind)
        if command_type is None:
            usage(sentence("no-such-command", name=kind))
        command = read_fields(fields or [], command_type)
        given = agency if agency is not None else ("" if kind.startswith("access.") else only_agency(opened))
        envelope = operator(
            actor=actor,
            roles=roles or ROLES,
            agency=given,
            id=id or new_id("cli"),
            at=moment(at),
            seen_at=moment(seen_at),
            override=override,
        )
        position = ask(opened, command, envelope).position
    result({"position": position}, as_json, lambda: sentence("recorded", position=position))


def only_agency(opened: "Node") -> str:
    """The agency whose desk this is, if there is exactly one."""
    from ...kernel.fields import All

    own = [row.agency for row in opened.desk.show("dispatch.agencies", All(), operator()).rows if row.own]  # type: ignore[union-attr]
    return own[0] if len(own) == 1 else ""


def read_fields(pairs: list[str], wanted: type) -> Any:
    """`field=value` pairs as a command or query; raises the usage error that says which field and why."""
    import msgspec

    from ...kernel.records import decode_asked
    from ..forms import Impossible, possible

    types = {f.encode_name: f.type for f in msgspec.inspect.type_info(wanted).fields}  # type: ignore[attr-defined]
    values: dict[str, Any] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals:
            usage(sentence("not-a-field", text=pair))
        if name not in types:
            usage(sentence("no-such-field", name=name, fields=", ".join(types)))
        values[name] = _value(name, text, types[name])
    try:
        made: Any = msgspec.convert(values, type=wanted, strict=False, dec_hook=decode_asked)
        possible(made, "")
    except (msgspec.ValidationError, Impossible) as wrong:
        usage(str(wrong))
    return made


def _value(name: str, text: str, kind: "msgspec.inspect.Type") -> Any:
    """A typed text: a file's content after `@`, JSON where the field is nested, a list also with commas."""
    import msgspec

    if text.startswith("@@"):
        text = text[1:]
    elif text.startswith("@"):
        try:
            text = Path(text[1:]).read_text("utf-8")
        except OSError as wrong:
            usage(f"{name}: {wrong.strerror} ({text[1:]})")
    nested, listed = _shape(kind)
    if not nested:
        return text
    if listed and not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as wrong:
        usage(f"{name}: {wrong}")


def _shape(kind: "msgspec.inspect.Type") -> tuple[bool, bool]:
    """Whether a field holds something nested, and whether that is a list of simple values."""
    import msgspec.inspect as types

    if isinstance(kind, types.UnionType):
        shapes = [_shape(part) for part in kind.types]
        return any(nested for nested, _ in shapes), any(listed for _, listed in shapes)
    if isinstance(kind, types.VarTupleType | types.ListType | types.SetType | types.FrozenSetType):
        return True, not _shape(kind.item_type)[0]
    simple = (types.TupleType, types.DictType, types.StructType, types.DataclassType)
    return isinstance(kind, simple), False


def _list_commands(kind: str, as_json: bool) -> None:
    import msgspec

    commands = {s.wire(c): c for s in _slices().values() for c in s.commands}
    if not kind:
        rows = [(name, (c.__doc__ or "").strip().splitlines()[0]) for name, c in sorted(commands.items())]
        result({"commands": dict(rows)}, as_json, lambda: table((sentence("command"), ""), rows))
        return
    if kind not in commands:
        usage(sentence("no-such-command", name=kind))
    wanted = [(f.encode_name, f.required, _named(f.type)) for f in msgspec.inspect.type_info(commands[kind]).fields]  # type: ignore[attr-defined]
    result(
        {"command": kind, "fields": {name: {"required": r, "type": t} for name, r, t in wanted}},
        as_json,
        lambda: table((sentence("field"), sentence("required"), sentence("type")), wanted, title=kind),
    )


def _named(kind: "msgspec.inspect.Type") -> str:
    """A type in a word or two."""
    import msgspec.inspect as types

    if isinstance(kind, types.Metadata):
        return _named(kind.type)
    if isinstance(kind, types.UnionType):
        return " | ".join(_named(part) for part in kind.types)
    if isinstance(kind, types.LiteralType):
        return " ".join(str(value) for value in kind.values)
    if isinstance(kind, types.CustomType):
        return "text"
    if isinstance(kind, types.StructType):
        return "{" + ", ".join(f.encode_name for f in kind.fields) + "}"
    if isinstance(kind, types.VarTupleType | types.ListType):
        return f"{_named(kind.item_type)} …"
    if isinstance(kind, types.TupleType):
        return f"({', '.join(_named(part) for part in kind.item_types)})"
    if isinstance(kind, types.DictType):
        return f"{{{_named(kind.key_type)}: {_named(kind.value_type)}}}"
    return type(kind).__name__.removesuffix("Type").lower()


def show(
    name: Annotated[
        str, typer.Argument(help="Tampilan, misalnya dispatch.board (the view).", autocompletion=_views)
    ] = "",
    params: Annotated[list[str] | None, typer.Argument(help="isian=nilai (param=value).")] = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Tampilkan lagi bila berubah (show again).")] = False,
    roles: Roles = None,
    actor: Actor = ACTOR,
    agency: Agency = None,
    as_json: Json = False,
) -> None:
    """Tampilkan data (show a view): siaga show dispatch.board

    Without a view: the list of all.
    """
    if not name:
        rows = [
            (f"{s.name}.{v}", (shows.view.__doc__ or "").strip().partition("\n")[0])
            for s in _slices().values()
            for v, shows in s.views.items()
        ]
        result({"views": dict(sorted(rows))}, as_json, lambda: table((sentence("view"), ""), sorted(rows)))
        return
    with node() as opened:
        shows = opened.desk.views.get(name)
        if shows is None:
            usage(sentence("no-such-view", name=name))
        query = read_fields(params or [], shows.params)
        if shows.live and name.startswith("dispatch."):
            opened.load_engine()  # what the roads say, as the server would say it
        reader = operator(actor=actor, roles=roles or ROLES, agency=only_agency(opened) if agency is None else agency)
        if watch:
            _watch(opened, name, query, reader, as_json)
        else:
            _print(name, _shown(opened, name, query, reader), as_json)


def _shown(opened: "Node", name: str, query: "Query", reader: "Ask") -> "Shown":
    from .common import show as show_view

    return show_view(opened, name, query, reader)


def _print(name: str, shown: "Shown", as_json: bool) -> None:
    result({"position": shown.position, "rows": shown.rows}, as_json, lambda: as_table(name, shown))


def as_table(name: str, shown: "Shown") -> str:
    """A view for people: one line a row, or one field a line when there is one row."""
    from .common import builtins

    rows = builtins(shown.rows)
    rows = rows if isinstance(rows, list) else [rows]
    title = f"{name} · {sentence('at-position', position=shown.position)}"
    if not rows:
        return f"{title}\n{sentence('nothing')}"
    if len(rows) == 1 and isinstance(rows[0], dict):
        return table((sentence("field"), sentence("value")), list(rows[0].items()), title=title)
    columns = list(rows[0]) if isinstance(rows[0], dict) else [sentence("value")]
    return table(columns, [list(row.values()) if isinstance(row, dict) else [row] for row in rows], title=title)


def _watch(opened: "Node", name: str, query: "Query", reader: "Ask", as_json: bool) -> None:
    """Show again whenever the view changed, also by another process, until Ctrl-C."""
    import time

    import msgspec

    before = b""
    try:
        while True:
            shown = _shown(opened, name, query, reader)
            now = msgspec.json.encode(shown.rows)
            if now != before:
                before = now
                if not as_json and sys.stdout.isatty():
                    print("\x1b[2J\x1b[H", end="")
                _print(name, shown, as_json)
            time.sleep(SHOW_AGAIN_S)
    except KeyboardInterrupt:
        return


def openapi(
    file: Annotated[Path | None, typer.Argument(help="Berkas tujuan; tanpa ini ke layar (file to write).")] = None,
    as_json: Json = False,
) -> None:
    """Tulis dokumen OpenAPI kedua pintu (write the OpenAPI document of both doors)."""
    import tempfile

    import msgspec

    from ...app import open_node
    from ..openapi import document
    from .common import settings

    quiet()
    with tempfile.TemporaryDirectory() as empty:
        opened = open_node(settings(data=Path(empty), store=""))
        try:
            text = msgspec.json.encode(document(opened.desk))
        finally:
            opened.close()
    if file is None:
        print((text if as_json else msgspec.json.format(text, indent=1)).decode())
    else:
        file.write_bytes(msgspec.json.format(text, indent=1) + b"\n")
        result({"file": str(file)}, as_json, str(file))
