"""Writes `docs/words.md` from the slices: every command, event, reading and view in its own words.

`words.py` writes it, `words.py --check` fails when it is not what the slices say (a step of `./siaga check`).
"""

import inspect
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec.inspect as types

from siaga.app import SLICES, open_node
from siaga.kernel.desk import TIMER
from siaga.kernel.records import Media, Personal, Secret, Told, wire_name
from siaga.kernel.slice import Shows, Slice
from siaga.settings import read_settings
from siaga.slices.access.events import ROLES
from siaga.slices.access.rules import DOOR

FILE = Path(__file__).resolve().parent.parent / "docs" / "words.md"
HEAD = """# Words

Every command, event, reading and view of this version, in the words of its own docstring. Written by `tools/words.py`
from the slices; `./siaga check` fails when it is stale. Do not edit it: edit the docstring. What a word *means* here
(command, event, refusal, ask, rule, view, reading, position) is in [CONTRIBUTING](../CONTRIBUTING.md).

How to read a line: `field` type; a `?` after a field means that it may be left out. *told* is text a person typed: the
log holds a reference, the vault the text. *personal* is about a person: encrypted with that person's key, each reading
logged. *media* is a picture or recording as base64, kept as personal values are. *secret* is never stored as it came.
Over HTTP a command is `POST /api/commands/<name>`, a view `GET /api/views/<name>`; on the command line
`siaga do <name>` and `siaga show <name>`.

*Shared* says who outside this node may receive an event: `none` nobody, `partner` the agencies that take part in the
incident, `region` the whole region. A node of this version sends nothing to others yet; the mark is already kept.
"""
WORDS = {
    types.StrType: "text",
    types.IntType: "whole number",
    types.FloatType: "number",
    types.BoolType: "yes/no",
    types.DateTimeType: "time",
    types.DateType: "date",
    types.BytesType: "bytes",
    types.RawType: "JSON",
    types.AnyType: "anything",
    types.NoneType: "none",
}
CUSTOM = {Told: "told", Personal: "personal", Media: "media", Secret: "secret"}


def main(arguments: Sequence[str]) -> int:
    """Write the page, or say that it is stale."""
    text = page()
    if "--check" not in arguments:
        FILE.write_text(text, "utf-8")
    elif not FILE.exists() or FILE.read_text("utf-8") != text:
        print("docs/words.md is not what the slices say: run .venv/bin/python tools/words.py", file=sys.stderr)
        return 1
    return 0


def page() -> str:
    """The whole page."""
    with tempfile.TemporaryDirectory() as empty:
        opened = open_node(read_settings({}, data=Path(empty)))
        try:
            all_slices = opened.desk.slices
        finally:
            opened.close()
    own = [s for s in all_slices if s.name not in {known.name for known in SLICES}]
    slices = [*SLICES, *own]
    return (
        "\n".join([HEAD, *_roles(slices), *_choice_list(), *(line for s in slices for line in _slice(s))]).rstrip()
        + "\n"
    )


def _roles(slices: Sequence[Slice]) -> Iterator[str]:
    yield "## Roles\n"
    yield "An account has roles per agency. Three more are for no account: `timer` is the node's own clock, `door` its"
    yield "own sign-in, `tracker` a token that may only report positions.\n"
    yield "| role | may ask | may see |"
    yield "|---|---|---|"
    takes = {s.wire(c): set(_held(does.role)) for s in slices for c, does in s.commands.items()}
    takes |= {s.wire(r): set(_held(takes_in.role)) for s in slices for r, takes_in in s.readings.items()}
    shows = {f"{s.name}.{v}": set(_held(view.role)) for s in slices for v, view in s.views.items()}
    for role in (*ROLES, "tracker", TIMER, DOOR):
        yield f"| `{role}` | {_those(takes, role)} | {_those(shows, role)} |"
    yield ""


def _choice_list() -> Iterator[str]:
    yield "## Choices\n"
    yield "| name | one of |"
    yield "|---|---|"
    for name, choice in _named():
        yield f"| `{name}` | {', '.join(f'`{value}`' for value in get_args(choice))} |"
    yield ""


def _held(roles: str | Iterable[str]) -> tuple[str, ...]:
    return (roles,) if isinstance(roles, str) else tuple(roles)


def _those(names: dict[str, set[str]], role: str) -> str:
    """Names of things a role may do, the slice said once."""
    by_slice: dict[str, list[str]] = {}
    for name in sorted(n for n, roles in names.items() if role in roles):
        home, _, rest = name.partition(".")
        by_slice.setdefault(home, []).append(rest)
    return "; ".join(f"**{home}** {', '.join(rest)}" for home, rest in by_slice.items()) or "nothing"


def _slice(s: Slice) -> Iterator[str]:
    parts: dict[str, types.StructType] = {}
    yield f"## {s.name}\n"
    yield f"{_says(_home(s))}\n"
    if s.commands:
        yield f"### Commands of {s.name}\n"
    for command, does in sorted(s.commands.items(), key=lambda item: wire_name(item[0])):
        note = " An observation: from an enrolled device it is never dropped." if does.observation else ""
        yield from _entry(s.wire(command), _says(command) + note, _asked_by(does.role), _fields(command, parts))
    if s.events:
        yield f"### Events of {s.name}\n"
    for event in sorted(s.events, key=wire_name):
        yield from _entry(s.wire(event), _says(event), f"*Shared: {event.share}.*", _fields(event, parts))
    if s.readings:
        yield f"### Readings of {s.name}\n"
    for reading, takes_in in s.readings.items():
        roles = f"*Sent by {', '.join(_held(takes_in.role))}.*"
        yield from _entry(s.wire(reading), _says(reading), roles, _fields(reading, parts))
    if s.views:
        yield f"### Views of {s.name}\n"
    for name, shows in sorted(s.views.items()):
        yield from _view(f"{s.name}.{name}", shows, parts)
    if parts:
        yield f"### Parts of {s.name}\n"
    said: dict[str, str] = {}
    while waiting := parts.keys() - said.keys():  # a part may hold parts
        said |= {name: _fields(parts[name].cls, parts) for name in waiting}
    for name, fields in sorted(said.items()):
        yield from _entry(name, _says(parts[name].cls), "", fields)


def _home(s: Slice) -> Any:
    """The package or module that holds the slice, found by what the slice does."""
    module = inspect.getmodule(next(iter(s.views.values())).view)
    assert module is not None
    return sys.modules[".".join(module.__name__.split(".")[:3])]


def _entry(name: str, says: str, who: str, fields: str) -> Iterator[str]:
    yield f"**`{name}`** {says}{' ' + who if who else ''}\\"
    yield f"{fields or 'No fields.'}\n"


def _view(name: str, shows: Shows, parts: dict[str, types.StructType]) -> Iterator[str]:
    roles = _held(shows.role)
    who = f"*Seen by {'every role' if set(roles) == set(ROLES) else ', '.join(roles)}.*"
    who += " Computed at each look." if shows.live else ""
    who += " Each look is logged." if shows.reveals else ""
    rows = inspect.get_annotations(shows.view, eval_str=True).get("return", Any)
    asks = _fields(shows.params, parts)
    shown = _type(types.type_info(rows), parts)
    yield from _entry(name, _says(shows.view) or _says(shows.params), who, f"{asks + ' ' if asks else ''}→ {shown}")


def _asked_by(roles: str | Iterable[str]) -> str:
    return f"*Asked by {', '.join(_held(roles))}.*"


def _says(thing: Any) -> str:
    """A docstring on one line."""
    return " ".join(inspect.cleandoc(thing.__doc__ or "").split())


def _fields(cls: type, parts: dict[str, types.StructType]) -> str:
    info = types.type_info(cls)
    if not isinstance(info, types.StructType):
        raise TypeError(f"{cls.__name__} is no record")
    return " · ".join(
        f"`{f.encode_name}` {_type(f.type, parts)}"
        if f.required
        else f"`{f.encode_name}?` {_type(_without_none(f.type), parts)}"
        for f in info.fields
    )


def _without_none(kind: types.Type) -> types.Type:
    """A field that may be left out is often None then: the `?` says so already."""
    if isinstance(kind, types.UnionType):
        some = tuple(part for part in kind.types if not isinstance(part, types.NoneType))
        return some[0] if len(some) == 1 else types.UnionType(some)
    return kind


@cache
def _choices() -> dict[frozenset[Any], str]:
    """Named choices of the slices' events and rules, such as `Status`, by their values: the type alone has no name."""
    return {frozenset(get_args(choice)): f"`{name}`" for name, choice in _named()}


def _named() -> list[tuple[str, Any]]:
    found: dict[str, Any] = {}
    for s in SLICES:
        for home in ("events", "rules"):
            module = import_module(f"siaga.slices.{s.name}.{home}")
            found |= {name: v for name, v in vars(module).items() if get_origin(v) is Literal and name[0] != "_"}
    return sorted(found.items())


def _type(kind: types.Type, parts: dict[str, types.StructType]) -> str:
    """A type in a word or two; records are named and explained among the parts."""
    if isinstance(kind, types.Metadata):
        return _type(kind.type, parts)
    if isinstance(kind, types.UnionType):
        return " or ".join(_type(part, parts) for part in kind.types)
    if isinstance(kind, types.LiteralType):
        return _choices().get(frozenset(kind.values)) or " / ".join(f"*{value}*" for value in kind.values)
    if isinstance(kind, types.CustomType):
        return CUSTOM[kind.cls]
    if isinstance(kind, types.StructType):
        parts[kind.cls.__name__] = kind
        return f"`{kind.cls.__name__}`"
    if isinstance(kind, types.VarTupleType | types.ListType | types.SetType | types.FrozenSetType):
        return f"list of {_type(kind.item_type, parts)}"
    if isinstance(kind, types.TupleType):
        return f"({', '.join(_type(part, parts) for part in kind.item_types)})"
    if isinstance(kind, types.DictType):
        return f"{_type(kind.value_type, parts)} by {_type(kind.key_type, parts)}"
    return WORDS[type(kind)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
