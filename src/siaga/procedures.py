"""Procedure cards as files: read and checked without a node, taken into a node, written out of it.

A file is a card: its name without `.md` is the card's id, its bytes are the card's text. What the node gave out is the
text it has, so taking it in again changes nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from . import standards
from .kernel.desk import Desk, Shown
from .kernel.fields import All
from .kernel.records import Ask, Command, Query, Refusal
from .slices.sop import rules
from .slices.sop.rules.card import Card, changes, read_card
from .slices.sop.tables import cards

SUFFIX = ".md"
_NOBODY = Ask(id="", at=datetime.min.replace(tzinfo=UTC), actor="", roles=frozenset())
State = Literal["new", "revised", "unchanged"]
Asks = Callable[[Command], None]
"""Ask one thing; raises what the caller wants when it is refused."""


class Sheet(msgspec.Struct, frozen=True):
    """A card as a file."""

    file: str
    card: str
    source: str


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a file, as the node would refuse it; `wrong.facts` say where in the card."""

    file: str
    wrong: Refusal


class Taken(msgspec.Struct, frozen=True):
    """What became of a file: the version its text is, and whether that version holds now."""

    file: str
    card: str
    version: int
    state: State
    holds: bool


def read(paths: Iterable[Path]) -> tuple[list[Sheet], list[Fault]]:
    """The files as sheets, those that others name as their template first; and what is wrong with any of them."""
    sheets, faults = [], []
    for path in paths:
        found = _sheet(path)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            sheets.append(found)
    return _in_order(sheets), faults + _faults(sheets)


def _sheet(path: Path) -> Sheet | Fault:
    try:
        text = path.read_bytes().decode()  # as it is: the ends of lines belong to the text
        asked = msgspec.convert({"card": path.name.removesuffix(SUFFIX), "source": text}, rules.SaveCard)
    except UnicodeDecodeError as wrong:
        return _fault(str(path), "card-file-wrong", "UTF-8", f"byte {wrong.start}")
    except msgspec.ValidationError as wrong:
        said, _, where = str(wrong).partition(" - at ")
        return _fault(str(path), "card-file-wrong", where.strip("`").removeprefix("$."), said)
    return Sheet(str(path), asked.card, asked.source)


def _fault(file: str, code: str, where: str, value: str) -> Fault:
    return Fault(file, Refusal(code=code, facts={"where": where, "value": value}))


def _base(sheet: Sheet) -> str | None:
    """The card a sheet names as its template."""
    card = read_card(sheet.source)
    return card.front.template.card if isinstance(card, Card) and card.front.template else None


def _in_order(sheets: Sequence[Sheet]) -> list[Sheet]:
    return sorted(sheets, key=lambda one: _base(one) is not None)


def _faults(sheets: Sequence[Sheet]) -> list[Fault]:
    """The rule itself is asked; of templates it can only be told what lies among the files."""
    twice = Counter(sheet.card for sheet in sheets)
    found = [_fault(one.file, "card-file-wrong", "card", one.card) for one in sheets if twice[one.card] > 1]
    by_card, types = {one.card: one for one in sheets}, frozenset(standards.incident_types())
    objects = frozenset(kind.id for kind in standards.standards().places.object)
    for one in sheets:
        card, base = read_card(one.source), by_card.get(_base(one) or "")
        whole = read_card(base.source) if base else None
        differs = isinstance(card, Card) and isinstance(whole, Card) and bool(changes(whole.front, card.front))
        known = rules.Saving(0, "", card, types, objects, differs=differs)
        answer = rules.save_card(rules.SaveCard(one.card, one.source), known, _NOBODY)
        if isinstance(answer, Refusal):
            found.append(Fault(one.file, answer))
    return found


# ── a node ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def shown(desk: Desk, card: str, reader: Ask, version: int = 0) -> cards.CardShown | None:
    """A card of the node in that version (0: the latest)."""
    rows = _rows(desk, "sop.card", cards.CardQuery(card, version), reader)
    return rows[0] if rows else None


def take(desk: Desk, sheet: Sheet, reader: Ask, write: Asks) -> Taken:
    """Take a file into the node as a new version, unless the version that holds, or the latest, is this very text."""
    before = shown(desk, sheet.card, reader)
    held = shown(desk, sheet.card, reader, before.holds) if before and before.holds else None
    if held is not None and held.source == sheet.source:
        return Taken(sheet.file, sheet.card, held.version, "unchanged", True)
    write(rules.SaveCard(sheet.card, sheet.source))
    after = shown(desk, sheet.card, reader)
    assert after is not None  # it has just been saved
    state: State = "new" if before is None else "unchanged" if before.version == after.version else "revised"
    return Taken(sheet.file, sheet.card, after.version, state, after.holds == after.version)


def publish(desk: Desk, taken: Taken, readers: tuple[str, ...] | None, reader: Ask, approve: Asks) -> Taken:
    """Approve and publish what was taken in; without `readers` those of the version that holds stay."""
    held: list[cards.CardRow] = _rows(desk, "sop.cards", All(), reader)
    before = next(row.readers for row in held if row.card == taken.card)
    kept = before if readers is None else readers
    if taken.holds and kept == before:
        return taken
    approve(rules.ApproveCard(taken.card, taken.version))
    approve(rules.PublishCard(taken.card, taken.version, kept))
    return msgspec.structs.replace(taken, holds=True)


def of_node(desk: Desk, folder: Path, reader: Ask, *, drafts: bool = False) -> list[Sheet]:
    """The node's cards as files of a folder: those that hold; with `drafts` the latest version of every card."""
    found = []
    for row in _rows(desk, "sop.cards", All(), reader):
        version = row.latest if drafts else row.holds
        one = shown(desk, row.card, reader, version) if version else None
        if one is not None:
            found.append(Sheet(str(folder / (row.card + SUFFIX)), row.card, one.source))
    return sorted(found, key=lambda one: one.card)


def _rows(desk: Desk, view: str, query: Query, reader: Ask) -> Any:
    found = desk.show(view, query, reader)
    assert isinstance(found, Shown), found  # who may write cards may read them
    return found.rows
