"""What was told of people inside and of MAYDAYs at a scene, as far as cancelling an incident must know.

The events stand here as they came and are read when somebody cancels, which is seldom: by the time they were seen."""

from typing import Any

import msgspec

from ....kernel.records import Entry, decode_logged, encode_custom
from ....kernel.storage import Tx
from ...field import events as field

SCHEMA = """
create table if not exists intake_scene (
    incident text not null, position integer not null, at text not null, ask text not null, kind text not null,
    body text not null, primary key (incident, position)
)
"""
TOLD = (
    field.CrewFormed,
    field.CrewEntered,
    field.CrewLeft,
    field.ConflictResolved,
    field.MaydayCalled,
    field.MaydayEnded,
)
_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in TOLD}


def scene_told(tx: Tx, e: Any, entry: Entry) -> None:
    """Keep it as it came; one ask may tell the same of several."""
    tx.run(
        "insert into intake_scene (incident, position, at, ask, kind, body) values (:i, :p, :at, :ask, :kind, :body)"
        " on conflict (incident, position) do nothing",
        i=e.incident,
        p=entry.position,
        at=entry.stamp,
        ask=entry.ask,
        kind=type(e).__name__,
        body=msgspec.json.encode(e, enc_hook=encode_custom).decode(),
    )


def danger(tx: Tx, incident: str) -> tuple[tuple[tuple[str, int], ...], int]:
    """The crews with people inside, by what they are called, with how many; and how many MAYDAYs run."""
    rows = tx.rows("select at, ask, kind, body from intake_scene where incident = :i order by position", i=incident)
    told = [(row["at"], row["ask"], _event(row["kind"], row["body"])) for row in rows]
    told.sort(key=lambda one: one[:2])
    called = {e.mayday for _, _, e in told if isinstance(e, field.MaydayCalled)}
    ended = {e.mayday for _, _, e in told if isinstance(e, field.MaydayEnded)}
    return _inside(told), len(called - ended)


def _event(kind: str, body: str) -> Any:
    return msgspec.json.decode(body, type=_KINDS[kind], dec_hook=decode_logged)


def _inside(told: list[tuple[str, str, Any]]) -> tuple[tuple[str, int], ...]:
    gone = field.left_out({e.conflict: e.holds for _, _, e in told if isinstance(e, field.ConflictResolved)})
    labels = {e.crew: e.label for _, _, e in told if isinstance(e, field.CrewFormed)}
    people: dict[str, set[str]] = {}
    for _, ask, e in told:
        if ask in gone:
            continue
        if isinstance(e, field.CrewEntered):
            people.setdefault(e.crew, set()).update(one.person for one in e.wearers)
        elif isinstance(e, field.CrewLeft):
            there = people.setdefault(e.crew, set())
            people[e.crew] = there - set(e.persons) if e.persons else set()
    return tuple((labels.get(crew, crew), len(who)) for crew, who in sorted(people.items()) if who)
