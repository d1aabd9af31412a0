"""The journal of the scene: every event of an incident's field part, in the order it happened."""

import functools
from collections.abc import Callable
from typing import Any

import msgspec

from ....kernel.records import Entry, Told
from ....kernel.storage import Tx
from ....kernel.vault import told
from .rows import IncidentQuery, JournalRow

_encode = msgspec.json.Encoder().encode


def journalled(project: Callable[[Tx, Any, Entry], None]) -> Callable[[Tx, Any, Entry], None]:
    """Also write the event into the journal of its incident."""

    @functools.wraps(project)
    def both(tx: Tx, e: Any, entry: Entry) -> None:
        project(tx, e, entry)
        _note(tx, e, entry)

    return both


def _note(tx: Tx, e: Any, entry: Entry) -> None:
    words = [value for name in e.__struct_fields__ if isinstance(value := getattr(e, name), Told)]
    facts = {
        name: value
        for name in e.__struct_fields__
        if name not in ("incident", "crew") and not isinstance(value := getattr(e, name), Told) and value is not None
    }
    tx.run(
        "insert into field_journal (incident, position, at, kind, crew, actor, device, origin, facts, note)"
        " values (:i, :p, :at, :kind, :crew, :actor, :device, :origin, :facts, :note)",
        i=e.incident,
        p=entry.position,
        at=entry.stamp,
        kind=entry.kind,
        crew=getattr(e, "crew", ""),
        actor=entry.actor,
        device=entry.device,
        origin=entry.origin,
        facts=_encode(facts).decode(),
        note=words[-1].ref if words else None,
    )


def journal(tx: Tx, q: IncidentQuery) -> list[JournalRow]:
    """An incident's journal in the order things were seen."""
    rows = tx.rows("select * from field_journal where incident = :i order by at, position", i=q.incident)
    texts = told(tx, [row["note"] for row in rows])
    return [
        JournalRow(
            position=row["position"],
            at=row["at"],
            kind=row["kind"],
            crew=row["crew"],
            actor=row["actor"],
            device=row["device"],
            origin=row["origin"],
            facts=msgspec.json.decode(row["facts"], type=dict[str, Any]),
            note=texts.get(row["note"]),
        )
        for row in rows
    ]
