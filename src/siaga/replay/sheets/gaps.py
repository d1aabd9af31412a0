"""What sheets and a mapping do not say of each other: columns nobody mapped, sheets without a column others have."""

from collections.abc import Sequence
from typing import Any

from .cells import Sheet, words
from .mapping import SheetMapping

MISSED = ("date", "place", "kelurahan", "type", "kind", "cause", "loss")


def gaps(sheets: Sequence[Sheet], mapping: SheetMapping) -> dict[str, Any]:
    """Headers that the mapping neither uses nor leaves out, and by meaning the sheets that have no such column."""
    by_role = {role: {words(name) for name in names} for role, names in mapping.columns.items()}
    known = {words(name) for name in mapping.unused}.union(*by_role.values())
    new: dict[str, int] = {}
    without: dict[str, list[str]] = {}
    for sheet in sheets:
        there = {words(name) for name in sheet.columns}
        for name in dict.fromkeys(sheet.columns):
            if words(name) and words(name) not in known:
                new[name] = new.get(name, 0) + 1
        for role in MISSED:
            if role in by_role and not by_role[role] & there:
                without.setdefault(role, []).append(sheet.file)
    return {"columns_new": dict(sorted(new.items())), "sheets_without": without}
