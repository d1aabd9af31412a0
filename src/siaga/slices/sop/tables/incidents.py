"""Cards at incidents: which are open, what was done of them, and over a time how they were followed."""

from collections import Counter
from datetime import datetime

import msgspec

from ....kernel.fields import All, Id
from ....kernel.records import Query, written
from ....kernel.storage import Row, Tx
from ....kernel.vault import told
from .. import rules
from ..rules.card import Front, Link, Situation, Step, applies
from .cards import body, front

NOTES_SHOWN = 20


class OfIncident(Query, frozen=True):
    """One incident."""

    incident: Id


class Period(Query, frozen=True):
    """Incidents opened from a time (inclusive) until another (exclusive)."""

    since: datetime
    until: datetime


class StepRow(msgspec.Struct, frozen=True):
    """A step of an open card, and the latest word on it. `applies` is False while its branch was not taken; `ask` tells
    words of the same moment apart, on a device as in the node."""

    step: Step
    applies: bool
    result: str | None = None
    answer: str = ""
    skipped: str | None = None
    value: float | None = None
    media: str = ""
    note: str | None = None
    at: str | None = None
    actor: str | None = None
    ask: str | None = None


class OpenCard(msgspec.Struct, frozen=True):
    """A card that is open at an incident, by its trigger or by hand: in the newest version anybody worked by there
    (`used`), else in the one that holds."""

    card: str
    version: int
    title: str
    title_en: str
    by_hand: bool
    done: int
    of: int
    steps: tuple[StepRow, ...]
    body: str
    links: tuple[Link, ...] = ()
    used: bool = False


class Held(msgspec.Struct, frozen=True):
    """A card that holds, whole: what a device keeps to have it without network."""

    card: str
    version: int
    front: Front
    body: str = ""


class StepFigures(msgspec.Struct, frozen=True):
    """A step over a time: at how many incidents it was due, done, skipped by reason, and not spoken of."""

    card: str
    title: str
    step: str
    text: str
    due: int
    done: int
    silent: int
    skipped: dict[str, int]
    late: int
    notes: tuple[str, ...] = ()
    title_en: str = ""
    text_en: str = ""


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _there(tx: Tx, incident: str) -> bool:
    return bool(tx.rows("select 1 as x from sop_incident where incident = :i", i=incident))


def opening(tx: Tx, cmd: rules.OpenCard) -> rules.OpeningKnown:
    """Whether the incident is there, and the version to open; the one that held when it was opened may be older."""
    rows = tx.rows(
        "select v.version from sop_card c join sop_version v on v.card = c.card and v.published_at is not null"
        " where c.card = :c and c.holds is not null and v.version = case when :v = 0 then c.holds else :v end",
        c=cmd.card,
        v=cmd.version,
    )
    return rules.OpeningKnown(_there(tx, cmd.incident), rows[0]["version"] if rows else None)


def step(tx: Tx, cmd: rules.ReportStep) -> rules.StepKnown:
    """The step in the version the device had, which need not hold any more: what was done was done by it."""
    rows = tx.rows("select source from sop_version where card = :c and version = :v", c=cmd.card, v=cmd.version)
    steps = {one.id: one.answers for one in front(rows[0]["source"]).steps} if rows else {}
    return rules.StepKnown(_there(tx, cmd.incident), steps.get(cmd.step))


# ── views ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _holding(tx: Tx) -> list[Row]:
    return tx.rows(
        "select v.card, v.version, v.source, (select min(f.published_at) from sop_version f where f.card = c.card)"
        " as since from sop_card c join sop_version v on v.card = c.card and v.version = c.holds order by v.card"
    )


def held(tx: Tx, q: All) -> list[Held]:
    """Every card that holds."""
    return [Held(row["card"], row["version"], front(row["source"]), body(row["source"])) for row in _holding(tx)]


def _situation(row: Row) -> Situation:
    return Situation(
        type=row["type"],
        level=row["level"],
        life_risk=bool(row["life_risk"]),
        area=row["area"],
        object_kind=row["kind"],
        handover=bool(row["handover"]),
    )


_INCIDENT = "select i.*, o.kind from sop_incident i left join sop_object o on o.object = i.object"


def at_incident(tx: Tx, q: OfIncident) -> list[OpenCard]:
    """The cards open at an incident, those by their trigger first."""
    rows = tx.rows(f"{_INCIDENT} where i.incident = :i", i=q.incident)
    if not rows:
        return []
    now = _situation(rows[0])
    asked = {row["card"]: row for row in _holding(tx) if applies(front(row["source"]), now)}
    used = {row["card"]: row for row in _used(tx, q.incident)}
    said = tx.rows("select * from sop_step where incident = :i", i=q.incident)
    texts = told(tx, [row["note"] for row in said])
    found = []
    for card, row in (asked | used).items():
        words = {s["step"]: s | {"note": texts.get(s["note"])} for s in said if s["card"] == card}
        found.append(_open(row, words, by_hand=card not in asked, used=card in used))
    return sorted(found, key=lambda one: (one.by_hand, one.title))


def _used(tx: Tx, incident: str) -> list[Row]:
    """The cards somebody worked by at an incident, also one that was withdrawn or revised since."""
    return tx.rows(
        "select v.card, v.version, v.source from sop_used u join sop_version v on v.card = u.card"
        " and v.version = u.version where u.incident = :i",
        i=incident,
    )


def _open(row: Row, said: dict[str, Row], *, by_hand: bool, used: bool) -> OpenCard:
    head = front(row["source"])
    steps = tuple(_step(one, said) for one in head.steps)
    due = [one for one in steps if one.applies]
    return OpenCard(
        card=row["card"],
        version=row["version"],
        title=head.title,
        title_en=head.title_en,
        by_hand=by_hand,
        done=sum(one.result is not None for one in due),
        of=len(due),
        steps=steps,
        body=body(row["source"]),
        links=head.links,
        used=used,
    )


def _step(one: Step, said: dict[str, Row]) -> StepRow:
    word = said.get(one.id)
    known = {name: word[name] for name in _WORD} if word else {}
    return StepRow(step=one, applies=_due(one, said), **known)


_WORD = ("result", "answer", "skipped", "value", "media", "note", "at", "actor", "ask")


def _due(one: Step, said: dict[str, Row]) -> bool:
    """Whether the branch the step stands on was taken."""
    return one.when is None or said.get(one.when.step, {}).get("answer") == one.when.answer


def compliance(tx: Tx, q: Period) -> list[StepFigures]:
    """How the cards that hold were followed at real, closed incidents since they first held: what was skipped asks
    whether the card is wrong; nobody is named, and no card is ranked."""
    incidents = tx.rows(
        f"{_INCIDENT} where i.opened_at >= :since and i.opened_at < :until and i.exercise = 0 and i.state = 'closed'",
        since=written(q.since),
        until=written(q.until),
    )
    said: dict[tuple[str, str], dict[str, Row]] = {}
    for row in tx.rows(
        "select s.* from sop_step s join sop_incident i on i.incident = s.incident"
        " where i.opened_at >= :since and i.opened_at < :until",
        since=written(q.since),
        until=written(q.until),
    ):
        said.setdefault((row["incident"], row["card"]), {})[row["step"]] = row
    return [
        figures
        for row in _holding(tx)
        for figures in _followed(
            tx, row["card"], front(row["source"]), [i for i in incidents if i["opened_at"] >= row["since"]], said
        )
    ]


def _followed(
    tx: Tx, card: str, head: Front, incidents: list[Row], said: dict[tuple[str, str], dict[str, Row]]
) -> list[StepFigures]:
    used = [
        (row, said.get((row["incident"], card), {}))
        for row in incidents
        if applies(head, _situation(row)) or (row["incident"], card) in said
    ]
    found = []
    for one in head.steps:
        due = [(row, words.get(one.id)) for row, words in used if _due(one, words)]
        done = [(row, word) for row, word in due if word and word["result"] == "done"]
        skipped = Counter(word["skipped"] or "" for _, word in due if word and word["result"] == "skipped")
        notes = told(tx, [word["note"] for _, word in due if word and word["result"] == "skipped"])
        found.append(
            StepFigures(
                card=card,
                title=head.title,
                step=one.id,
                text=one.text,
                due=len(due),
                done=len(done),
                silent=sum(word is None for _, word in due),
                skipped=dict(sorted(skipped.items())),
                late=sum(_late(one, row, word) for row, word in done),
                notes=tuple(text for text in notes.values() if text)[:NOTES_SHOWN],
                title_en=head.title_en,
                text_en=one.text_en,
            )
        )
    return found


def _late(one: Step, incident: Row, word: Row) -> bool:
    if one.within_s is None:
        return False
    begun, done = (datetime.fromisoformat(text) for text in (incident["opened_at"], word["at"]))
    return (done - begun).total_seconds() > one.within_s
