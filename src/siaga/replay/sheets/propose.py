"""A mapping proposed from the files themselves: columns by the words of their headers and by what stands under them."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from ... import standards
from ..mapping import Agency
from . import values
from .cells import Sheet, words
from .mapping import CLOCKS, COUNTS, DEFAULT_ZONE, MONEY, ROLES, SheetMapping
from .vocabulary import Phrases, by_phrase, vocabulary

ENOUGH = 0.5  # of the filled cells must be readable as what the header says
CLEAR = 0.8  # without a header that says so, this many
LOOKED_AT = 400  # cells of a column: enough to tell
FIRES = ("cause", "loss")  # columns only fires have


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the files as it was understood: `role` empty means it is not used."""

    name: str
    role: str
    files: int
    example: str
    by: str = "header"


def header_phrases() -> dict[str, str]:
    """Phrase → role of everything a header may say."""
    return by_phrase(vocabulary()["columns"])


def propose(sheets: Sequence[Sheet], agency: Agency, zone: str = DEFAULT_ZONE) -> tuple[SheetMapping, list[Column]]:
    """The mapping these tables suggest, and how each of their columns was understood."""
    known = header_phrases()
    columns: dict[tuple[str, str], Column] = {}
    for sheet in sheets:
        for found in columns_of(sheet, known):
            seen = columns.get((found.name, found.role))
            columns[found.name, found.role] = msgspec.structs.replace(seen, files=seen.files + 1) if seen else found
    understood = sorted(columns.values(), key=lambda c: (ROLES.index(c.role) if c.role else len(ROLES), words(c.name)))
    named: dict[str, tuple[str, ...]] = {}
    for column in understood:
        if column.role:
            named[column.role] = (*named.get(column.role, ()), column.name)
    causes = _said(sheets, named.get("cause", ()), by_phrase(vocabulary()["causes"]))
    kinds = _said(sheets, named.get("kind", ()), by_phrase(vocabulary()["kinds"]))
    fires = any(role in named for role in FIRES)
    mapping = SheetMapping(
        zone=zone,
        dates=_order(sheets, named.get("date", ())),
        agency=agency,
        columns=named,
        unused=tuple(c.name for c in understood if not c.role),
        causes=causes,
        kinds=kinds,
        types=_said(sheets, named.get("type", ()), _type_phrases(fires)),
        default_type="fire.other" if fires else "",
    )
    return msgspec.structs.replace(mapping, records=mapping.recorded), understood


def columns_of(sheet: Sheet, known: dict[str, str]) -> list[Column]:
    """How each column of one table is understood: every role once, the clearest header first."""
    cells = [_cells(sheet, i) for i in range(len(sheet.columns))]
    taken: dict[int, tuple[str, str]] = {}
    offers: list[tuple[float, int, str]] = []
    for i, name in enumerate(sheet.columns):
        for phrase, role in known.items():
            said = words(name)
            if (
                f" {phrase} " in f" {said} "
                and _may_mean(role, phrase, said, known)
                and _fits(role, cells[i]) >= ENOUGH
            ):
                offers.append((len(phrase) / len(said) + len(phrase) / 100, i, role))
    for _, i, role in sorted(offers, key=lambda o: (-o[0], o[1])):
        if i not in taken and role not in {r for r, _ in taken.values()}:
            taken[i] = (role, "header")
    for role in ("date", "place", "cause"):  # what is recognised by its contents, whatever its header says
        if role in {r for r, _ in taken.values()}:
            continue
        best = max(
            ((_contents(role, cells[i]), -i) for i in range(len(cells)) if i not in taken and cells[i]),
            default=(0.0, 0),
        )
        if best[0] >= CLEAR:
            taken[-best[1]] = (role, "contents")
    return [
        Column(
            name=name,
            role=taken.get(i, ("", ""))[0],
            by=taken.get(i, ("", ""))[1],
            files=1,
            example=next(iter(cells[i]), ""),
        )
        for i, name in enumerate(sheet.columns)
        if name
    ]


def _may_mean(role: str, phrase: str, said: str, known: dict[str, str]) -> bool:
    """A header that names another clock, or a bare "jam" beside a word that nobody knows, is no time of the report."""
    if role != "answered":
        return True
    alone, beside = set(vocabulary()["bare"]["alone"]), set(vocabulary()["bare"]["beside"])
    if phrase in alone and not set(said.split()) <= alone | beside:
        return False
    return not any(other in CLOCKS and other != role and f" {p} " in f" {said} " for p, other in known.items())


def _cells(sheet: Sheet, i: int) -> list[str]:
    return [row[i] for _, row in sheet.rows[:LOOKED_AT] if row[i]]


def _fits(role: str, cells: Sequence[str]) -> float:
    """The share of filled cells that can be read as what the role needs; an empty column fits everything."""
    reader = _READERS.get(role)
    return 1.0 if reader is None or not cells else sum(_reads(reader, c) for c in cells) / len(cells)


def _reads(reader: Callable[[str], Any], cell: str) -> bool:
    try:
        reader(cell)
    except values.Unreadable:
        return False
    return True


def _day(cell: str) -> Any:
    """A date, whichever of day and month it says first."""
    return values.day(cell) if _reads(values.day, cell) else values.day(cell, "mdy")


def _coordinate(cell: str) -> Any:
    """Half of a point: whatever lies between -180 and 180."""
    return values.point("1", cell)


_READERS: dict[str, Callable[[str], Any]] = {
    "date": _day,
    **dict.fromkeys(CLOCKS, values.clock),
    **dict.fromkeys(COUNTS, values.count),
    **dict.fromkeys(MONEY, values.rupiah),
    **dict.fromkeys(("burnt_m2", "burnt_ha"), values.measure),
    **dict.fromkeys(("count", "engines"), values.count),
    **dict.fromkeys(("lat", "lon"), _coordinate),
}


def _contents(role: str, cells: Sequence[str]) -> float:
    """How far a column's cells are what a role would hold: dates, addresses, causes."""
    if role == "date":
        hits = sum(_reads(_day, c) and any(x.isdigit() for x in c) and not c.isdigit() for c in cells)
    elif role == "place":
        hits = sum(bool(values.address(c).kelurahan or words(c).startswith(("jl ", "jalan ", "gang "))) for c in cells)
    else:
        causes = Phrases(by_phrase(vocabulary()["causes"]))
        hits = sum(causes.find(c) is not None for c in cells)
    return hits / len(cells)


def _texts(sheets: Iterable[Sheet], names: Sequence[str]) -> Counter[str]:
    wanted = {words(n) for n in names}
    return Counter(
        row[i]
        for sheet in sheets
        for i, column in enumerate(sheet.columns)
        if words(column) in wanted
        for _, row in sheet.rows
        if row[i]
    )


def _said(sheets: Sequence[Sheet], names: Sequence[str], phrases: dict[str, str]) -> dict[str, str]:
    """Of the known phrases those that the cells of these columns say, so that a mapping stays small."""
    known = Phrases(phrases)
    hits = Counter(p for cell in _texts(sheets, names) if (p := known.find(cell)) is not None)
    return {phrase: known.means[phrase] for phrase, _ in hits.most_common()}


def _type_phrases(fires: bool) -> dict[str, str]:
    """Phrase → type of incident, of the words a call-taker types."""
    found: dict[str, str] = {}
    for id, row in standards.incident_types().items():
        if row.kind == "fire" or not fires:
            for phrase in (row.name.id, *row.search):
                found.setdefault(words(phrase), id)
    return found


def _order(sheets: Sequence[Sheet], names: Sequence[str]) -> values.Order:
    """Whether dates by number say the day or the month first: what can be read more often; the day, where both can."""
    cells = list(_texts(sheets, names))
    day_first = sum(_reads(values.day, c) for c in cells)
    month_first = sum(_reads(lambda x: values.day(x, "mdy"), c) for c in cells)
    return "mdy" if month_first > day_first else "dmy"
