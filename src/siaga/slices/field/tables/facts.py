"""Each fact that was seen of a crew, and the fold of them, kept beside it so that the next fact is one step.

What arrives late is folded in from the last mark before its time: marks are folds of all facts up to a moment, kept
every few facts, so that outboxes that drain do not fold a whole night anew for each report."""

from typing import NamedTuple

import msgspec

from ....kernel import playing
from ....kernel.records import Entry, written
from ....kernel.storage import Row, Tx
from .. import events
from ..rules import crewfold
from ..rules.crewfold import FACTS, Crew, Fact, Seen
from ..rules.deadlines import LATE
from . import alarms
from .alarms import FRESH, KNOWN, doubt
from .figures import figures

MARK_EVERY = 16

Told = tuple[Seen, Fact]
Key = tuple[str, str, int]
Resolved = dict[str, events.Holds]
_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in FACTS.items()}
_STATE = msgspec.json.Decoder(Crew)
_encode = msgspec.json.Encoder().encode


def remember(tx: Tx, incident: str, crew: str, fact: Fact, entry: Entry, at: str = "") -> None:
    """Keep a fact of a crew, and fold it in where its time puts it; `at`: where that is another than the entry's."""
    late = written(entry.recorded) if entry.recorded - entry.when > LATE else ""
    seen = seen_of(entry)
    take_in(tx, incident, crew, fact, Seen(at, seen.ask, seen.by) if at else seen, late)


def seen_of(entry: Entry) -> Seen:
    """When, by which ask and by whose device something was seen."""
    return Seen(entry.stamp, entry.ask, entry.device or entry.actor)


def take_in(tx: Tx, incident: str, crew: str, fact: Fact, seen: Seen, late: str = "") -> None:
    """As `remember`, of something that was seen then and there; `late`: when it came, if that was much later."""
    known = _known(tx, incident, crew)
    first = known is None and not playing.known(tx, FRESH, incident, bool)
    resolved = resolutions(tx, incident, crew) if first or (known and known.judged) else {}
    key = _keep(tx, incident, crew, seen, fact, known.key if known else None)
    late = max(late, known.late_at if known else "")
    if known is not None and key <= known.key:
        state, unmarked = _folded_anew(tx, incident, crew, seen.at, resolved)
        _write(tx, incident, state, known.key, unmarked, late)
        sounded = alarms.judge(tx, incident, state)
        known = known._replace(state=state, unmarked=unmarked, late_at=late, alarms=sounded)
        playing.know(tx, KNOWN, (incident, crew), known)
        return
    state = was = known.state if known else crewfold.unknown(crew)
    if seen.ask not in events.left_out(resolved):
        state = crewfold.step(state, seen, fact, figures().rest, resolved)
    unmarked = known.unmarked + 1 if known else 1
    if unmarked >= MARK_EVERY:
        _mark(tx, incident, state, key)
        unmarked = 0
    _write(tx, incident, state, key, unmarked, late)
    sounded = known is not None and known.alarms
    if first or (sounded and state != was):
        sounded = alarms.judge(tx, incident, state)
    playing.know(tx, KNOWN, (incident, crew), _Known(key, state, unmarked, late, bool(resolved), sounded))


def withdraw(tx: Tx, incident: str, crew: str, seen: Seen) -> None:
    """What a unit said counts elsewhere: the crew is folded without it."""
    tx.run(
        "delete from field_fact where incident = :i and crew = :c and at = :at and ask = :ask and kind = 'Says'",
        i=incident,
        c=crew,
        at=seen.at,
        ask=seen.ask,
    )
    known, left = _known(tx, incident, crew), _since_mark(tx, incident, crew, "")[1]
    if known is None:
        return
    state, unmarked = _folded_anew(tx, incident, crew, seen.at, resolutions(tx, incident, crew))
    if left:
        _write(tx, incident, state, left[-1][0], unmarked, known.late_at)
        alarms.judge(tx, incident, state)
    else:
        tx.run("delete from field_crew where incident = :i and crew = :c", i=incident, c=crew)
    doubt(tx, incident, crew)


def _keep(tx: Tx, incident: str, crew: str, seen: Seen, fact: Fact, last: Key | None) -> Key:
    """Keep it under its time, its ask and how many facts of that ask stand there already; `last`: the newest so far."""
    n = 0
    if last is not None and (seen.at, seen.ask) <= last[:2]:
        before = tx.rows(
            "select count(*) as n from field_fact where incident = :i and crew = :c and at = :at and ask = :ask",
            i=incident,
            c=crew,
            at=seen.at,
            ask=seen.ask,
        )
        n = int(before[0]["n"])
    tx.run(
        "insert into field_fact (incident, crew, at, ask, n, who, kind, body)"
        " values (:i, :c, :at, :ask, :n, :who, :kind, :body)",
        i=incident,
        c=crew,
        at=seen.at,
        ask=seen.ask,
        n=n,
        who=seen.by,
        kind=type(fact).__name__,
        body=_encode(fact).decode(),
    )
    return seen.at, seen.ask, n


def judged(tx: Tx, incident: str, crew: str) -> None:
    """Somebody said what holds of a contradiction: all facts of the crew are folded anew."""
    known = _known(tx, incident, crew)
    if known is not None:
        state, unmarked = _folded_anew(tx, incident, crew, "", resolutions(tx, incident, crew))
        _write(tx, incident, state, known.key, unmarked, known.late_at)
        alarms.judge(tx, incident, state)
    doubt(tx, incident, crew)


def _folded_anew(tx: Tx, incident: str, crew: str, at: str, resolved: Resolved) -> tuple[Crew, int]:
    """The crew after a change at a time (empty: at any), and how many facts lie behind its last mark."""
    tx.run("delete from field_crew_mark where incident = :i and crew = :c and at >= :at", i=incident, c=crew, at=at)
    rest, left_out = figures().rest, events.left_out(resolved)
    state, told = _since_mark(tx, incident, crew, at)
    first = [(key, one) for key, one in told if key[0] < at]
    state = crewfold.fold(state, [one for _, one in first], rest, left_out, resolved)
    unmarked = len(told)
    if len(first) >= MARK_EVERY:  # what an outbox brings next lies most likely just behind it
        _mark(tx, incident, state, first[-1][0])
        unmarked -= len(first)
    return crewfold.fold(state, [one for _, one in told[len(first) :]], rest, left_out, resolved), unmarked


def _since_mark(tx: Tx, incident: str, crew: str, at: str) -> tuple[Crew, list[tuple[Key, Told]]]:
    """The last mark before a time (the crew of which nothing was said), and all facts since, in order of being seen."""
    marks = tx.rows(
        "select * from field_crew_mark where incident = :i and crew = :c and at < :at order by at desc limit 1",
        i=incident,
        c=crew,
        at=at,
    )
    mark = (marks[0]["at"], marks[0]["ask"], marks[0]["n"]) if marks else ("", "", 0)
    rows = tx.rows(
        "select * from field_fact where incident = :i and crew = :c and at >= :at", i=incident, c=crew, at=mark[0]
    )
    told = [((r["at"], r["ask"], r["n"]), r) for r in rows]
    told = sorted(((key, r) for key, r in told if key > mark), key=lambda one: one[0])  # stores sort text differently
    state = _STATE.decode(marks[0]["state"]) if marks else crewfold.unknown(crew)
    return state, [(key, _told(row)) for key, row in told]


def _told(row: Row) -> Told:
    return Seen(row["at"], row["ask"], row["who"]), _DECODERS[row["kind"]].decode(row["body"])


def _mark(tx: Tx, incident: str, state: Crew, key: Key) -> None:
    tx.run(
        "insert into field_crew_mark (incident, crew, at, ask, n, state) values (:i, :c, :at, :ask, :n, :state)"
        " on conflict (incident, crew, at, ask, n) do update set state = :state",
        i=incident,
        c=state.crew,
        at=key[0],
        ask=key[1],
        n=key[2],
        state=_encode(state).decode(),
    )


_ROW = (
    "insert into field_crew (incident, crew, last_at, last_ask, last_n, phase, people, inside, conflicts, lost_at,"
    " lost_person, state, unmarked, late_at) values (:i, :c, :at, :ask, :n, :phase, :people, :inside, :conflicts,"
    " :lost, :person, :state, :unmarked, :late) on conflict (incident, crew) do update set last_at = :at,"
    " last_ask = :ask, last_n = :n, phase = :phase, people = :people, inside = :inside, conflicts = :conflicts,"
    " lost_at = :lost, lost_person = :person, state = :state, unmarked = :unmarked, late_at = :late"
)


def _write(tx: Tx, incident: str, state: Crew, key: Key, unmarked: int, late_at: str) -> None:
    def params() -> Row:
        return {
            "i": incident,
            "c": state.crew,
            "at": key[0],
            "ask": key[1],
            "n": key[2],
            "phase": state.phase,
            "people": state.people,
            "inside": len(state.inside),
            "conflicts": len(state.conflicts),
            "lost": state.lost_at,
            "person": state.lost_person,
            "state": _encode(state).decode(),
            "unmarked": unmarked,
            "late": late_at,
        }

    playing.row(tx, _ROW, (incident, state.crew), params)


# ── what is known ────────────────────────────────────────────────────────────────────────────────────────────────────


class _Known(NamedTuple):
    """A crew as it is kept: up to which fact, and whether anybody judged a contradiction or an alarm went off."""

    key: Key
    state: Crew
    unmarked: int
    late_at: str
    judged: bool
    alarms: bool


def _known(tx: Tx, incident: str, crew: str) -> _Known | None:
    return playing.known(tx, KNOWN, (incident, crew), lambda: _read(tx, incident, crew))


def _read(tx: Tx, incident: str, crew: str) -> _Known | None:
    if playing.known(tx, FRESH, incident, bool):
        return None
    rows = tx.rows(
        "select c.last_at, c.last_ask, c.last_n, c.state, c.unmarked, c.late_at,"
        " (select count(*) from field_resolved r where r.incident = c.incident and r.crew = c.crew) as judged,"
        " (select count(*) from field_alarm a where a.incident = c.incident and a.crew = c.crew) as alarms"
        " from field_crew c where c.incident = :i and c.crew = :c",
        i=incident,
        c=crew,
    )
    for r in rows:
        key, state = (r["last_at"], r["last_ask"], r["last_n"]), _STATE.decode(r["state"])
        return _Known(key, state, r["unmarked"], r["late_at"], r["judged"] > 0, r["alarms"] > 0)
    return None


def resolutions(tx: Tx, incident: str, crew: str) -> Resolved:
    """What a person said of each conflict."""
    rows = tx.rows("select conflict, holds from field_resolved where incident = :i and crew = :c", i=incident, c=crew)
    return {row["conflict"]: row["holds"] for row in rows}


def folded(tx: Tx, incident: str, crew: str) -> tuple[Crew, str, str]:
    """The crew, the time of the last fact (empty: none), and when an outbox last brought one late."""
    known = _known(tx, incident, crew)
    return (known.state, known.key[0], known.late_at) if known else (crewfold.unknown(crew), "", "")


def before(tx: Tx, incident: str, crew: str, at: str) -> tuple[Crew, tuple[Told, ...]]:
    """The crew at some moment before a time (empty: from the beginning), and all that was seen of it since."""
    state, told = _since_mark(tx, incident, crew, at)
    return state, tuple(one for _, one in told)
