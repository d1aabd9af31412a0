"""Amendments: which values were changed after the signature, with what stood there and what stands now."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ....kernel.storage import Row, Tx
from ....kernel.vault import told
from .projections import PERSON
from .rows import AmendmentRow

Texts = Mapping[str | None, str | None]
_ROOTS = {"owner": "object", "name": PERSON, "remark": PERSON}
"""Sections that hold apart what belongs to another."""


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every value below a body with its path; words as their references; what is not said is left out."""
    if isinstance(value, Mapping):
        if "ref" in value and "digest" in value:
            yield path, value["ref"]
            return
        for name, inner in value.items():
            yield from leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for n, inner in enumerate(value):
            yield from leaves(inner, f"{path}.{n}")
    elif value not in (None, ""):
        yield path, value


def _values(body: str | None) -> dict[str, Any]:
    return dict(leaves(json.loads(body or "{}")))


def amendments(tx: Tx, incident: str) -> list[AmendmentRow]:
    """In the order they were recorded, under one number for each saying."""
    said = tx.rows("select * from report_said where incident = :i order by position", i=incident)
    beside = tx.rows("select * from report_change where incident = :i order by position, n", i=incident)
    rows = sorted([*said, *beside], key=lambda row: int(row["position"]))
    if not beside and not any(row["amends"] for row in said):
        return []
    words = [value for row in said for value in _values(row["body"]).values() if isinstance(value, str)]
    words += [json.loads(row[name]) for row in beside if row["path"] == "place" for name in ("was", "now")]
    texts = told(tx, [*(row["reason"] for row in rows), *words])
    held: dict[tuple[str, str], Row] = {}
    numbers: dict[int, int] = {}
    found: list[AmendmentRow] = []
    for row in rows:
        apart = "path" in row
        if apart or row["amends"]:
            number = numbers.setdefault(row["position"], len(numbers) + 1)
            found += [_beside(row, number, texts)] if apart else _changes(held, row, number, texts)
        if not apart:
            before = held.get((row["section"], row["part"]))
            if before is None or (before["at"], before["ask"]) <= (row["at"], row["ask"]):
                held[row["section"], row["part"]] = row
    return found


def _changes(held: Mapping[tuple[str, str], Row], row: Row, number: int, texts: Texts) -> list[AmendmentRow]:
    """The values that differ; the same words said again are none."""
    before = held.get((row["section"], row["part"]))
    old, new = (_shown(one["body"] if one else None, texts) for one in (before, row))
    section = str(_ROOTS.get(row["section"], row["section"]))
    root = f"{section}.{row['part']}" if row["part"] else section
    return [
        AmendmentRow(
            number=number,
            section=section,
            path=f"{root}.{path}",
            old=old.get(path),
            new=new.get(path),
            reason=texts.get(row["reason"]),
            actor=row["actor"],
            at=row["at"],
        )
        for path in dict.fromkeys([*old, *new])
        if old.get(path) != new.get(path)
    ]


def _shown(body: str | None, texts: Texts) -> dict[str, Any]:
    return {path: texts.get(value) or value for path, value in _values(body).items()}


def _beside(row: Row, number: int, texts: Texts) -> AmendmentRow:
    """What changed of the incident or its clocks; of its place the words."""
    was, now = (json.loads(row[name]) for name in ("was", "now"))
    if row["path"] == "place":
        was, now = (texts.get(ref) or ref for ref in (was, now))
    return AmendmentRow(
        number=number,
        section="times" if row["path"].startswith("jam.") else "incident",
        path=row["path"],
        old=was,
        new=now,
        reason=texts.get(row["reason"]),
        actor=row["actor"],
        at=row["at"],
        unit=row["unit"],
    )
