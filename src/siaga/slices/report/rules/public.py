"""What must be left out of a public table, so that nobody is recognised and nothing left out can be calculated."""

from collections.abc import Mapping

SMALLEST = 5
"""A cell of one to four is not shown."""
NOT_FOR_ALL = ("medical", "rescue.suicide", "rescue.body", "rescue.missing")
"""Kinds and types that are never published, not even as a day and a kelurahan: who it was is nearly said by that."""


def suppressed(cells: Mapping[str, int]) -> dict[str, int | None]:
    """Cells of a table whose total is shown: those under `SMALLEST` are None, and with them as many of the next
    smallest as it takes that the total gives none away: two or more, together not less than `SMALLEST`. Zeros
    stay."""
    hidden = {name for name, n in cells.items() if 0 < n < SMALLEST}
    rest = sorted((n, name) for name, n in cells.items() if n >= SMALLEST)
    while hidden and rest and (len(hidden) < 2 or sum(cells[name] for name in hidden) < SMALLEST):
        hidden.add(rest.pop(0)[1])
    return {name: None if name in hidden else n for name, n in cells.items()}


def may_be_shown_beside(part: int, whole: int | None) -> bool:
    """Whether a part of a cell gives nothing away: it is not small, the cell is shown, and neither is what is left."""
    return not 0 < part < SMALLEST and whole is not None and not 0 < whole - part < SMALLEST


def total_may_be_shown(cells: Mapping[str, int | None]) -> bool:
    """Whether a total gives away no hidden cell: none is hidden, or more than one."""
    return sum(n is None for n in cells.values()) != 1
