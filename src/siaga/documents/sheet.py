"""What a printed form is made of: a record of parts, which the template `lembar` sets one below the other.

A cell that is None prints the word for "nobody wrote it"; an empty cell is a line to write on by hand."""

from typing import Any

import msgspec

Cell = str | None


class Part(msgspec.Struct, frozen=True, tag_field="part", kw_only=True):
    """A part under its heading; `apart` begins a new page."""

    title: str = ""
    apart: bool = False


class Pairs(Part, frozen=True, tag="pairs"):
    """Names with what they are."""

    rows: tuple[tuple[str, Cell], ...]


class Table(Part, frozen=True, tag="table"):
    """Rows under heads; widths are `auto` or fractions; `none` is said where there is no row."""

    heads: tuple[str, ...]
    widths: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    none: str
    missing: str = ""
    note: str = ""


class Lines(Part, frozen=True, tag="lines"):
    """Sentences as a list; none of them leaves so many lines to write on."""

    rows: tuple[str, ...]
    blank: int = 3


class Box(msgspec.Struct, frozen=True):
    """A box of the organisation: a post and who holds it, or a line where nobody does."""

    post: str
    holder: str = ""
    below: tuple["Box", ...] = ()


class Chart(Part, frozen=True, tag="chart"):
    """An organisation: its head, the staff beside, the sections below."""

    head: Box
    staff: tuple[Box, ...]
    sections: tuple[Box, ...]


class Sketch(Part, frozen=True, tag="sketch"):
    """An empty frame to draw in."""

    say: str
    millimetres: int = 60


class Signed(Part, frozen=True, tag="signed"):
    """Who signs by hand."""

    closing: str
    roles: tuple[str, ...]


AnyPart = Pairs | Table | Lines | Chart | Sketch | Signed


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """A form, ready to be set."""

    kind: str
    title: str
    number: str
    about: str
    parts: tuple[AnyPart, ...]


def contract(sheet: Sheet, frame: dict[str, Any]) -> dict[str, Any]:
    """The sheet as plain data, inside the frame every form shares."""
    return frame | {"sheet": msgspec.to_builtins(sheet)}
