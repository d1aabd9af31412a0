"""What reviews show: which incidents, findings with their steps, what is to be checked, what was advised, lessons."""

from collections.abc import Mapping
from typing import Any

import msgspec

from ....kernel.fields import All, Id
from ....kernel.records import Query
from ....kernel.slice import Look
from ....kernel.storage import Row, Tx
from ....kernel.vault import told
from ...dispatch.events import ShownProposal, TrackPoint
from ...report.responses import Responses

LISTED = 200
COMPARED = 24
TO_CHECK = 3
"""At so many similar incidents a change is looked at, unless it was seen to work before."""

_PROPOSAL = msgspec.json.Decoder(ShownProposal)
_TRACKS = msgspec.json.Decoder(dict[str, tuple[TrackPoint, ...]])


class OfIncident(Query, frozen=True):
    """One incident."""

    incident: Id


class ReviewRow(msgspec.Struct, frozen=True):
    """An incident that is over: whether it was looked back at, and how its findings stand."""

    incident: str
    number: str
    type: str | None
    level: int
    area: str | None
    exercise: bool
    opened_at: str
    closed_at: str | None
    reviewed_at: str | None
    findings: int
    open: int


class CheckRow(msgspec.Struct, frozen=True):
    """What a similar incident showed of a change."""

    incident: str
    number: str
    at: str
    result: str
    note: str | None
    actor: str


class SameRow(msgspec.Struct, frozen=True):
    """The same thing at another incident."""

    incident: str
    number: str
    finding: str
    at: str
    state: str


class FindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A finding with everything that was done about it; `same`: where the same thing was found too."""

    finding: str
    incident: str
    number: str
    type: str | None
    what: str
    subject: str
    text: str | None
    good: bool
    moment: str | None
    recorded_at: str
    actor: str
    state: str
    owner: str | None
    account: str
    due: str | None
    change: str | None
    link: str
    change_note: str | None
    made_at: str | None
    made_note: str | None
    version: int
    closed_at: str | None
    closed_why: str | None
    checks: tuple[CheckRow, ...]
    same: tuple[SameRow, ...]
    repeated: bool
    lesson: str | None


class ToCheckRow(msgspec.Struct, frozen=True):
    """A similar incident happened after a change: did the change work there?"""

    finding: str
    incident: str
    number: str
    text: str | None
    what: str
    change: str
    link: str
    made_at: str
    owner: str | None
    checked_at: str
    checked_number: str
    checked_opened_at: str
    exercise: bool
    checks: int


class SimilarRow(msgspec.Struct, frozen=True):
    """An incident of the same type, and what else it has in common with the one that is looked at."""

    incident: str
    number: str
    opened_at: str
    closed_at: str | None
    level: int
    same_area: bool
    same_object: bool
    same_level: bool
    answered_at: str
    clocks: dict[str, str]


class DecisionRow(msgspec.Struct, frozen=True):
    """Who was sent, beside the proposal as it was shown; `override`: why it was overruled."""

    at: str
    actor: str
    units: tuple[str, ...]
    level: int
    proposal: ShownProposal | None
    override: str | None


class TrackRow(msgspec.Struct, frozen=True):
    """Where a unit was during an incident, as its closing recorded it."""

    unit: str
    points: tuple[TrackPoint, ...]


class LessonRow(msgspec.Struct, frozen=True):
    """A lesson that was shared, by us or (`origin`) by a partner."""

    lesson: str
    title: str | None
    happened: str | None
    changes: str | None
    finding: str
    what: str
    type: str
    at: str
    origin: str | None


def listed(tx: Tx, q: All) -> list[ReviewRow]:
    """Incidents that are over, the latest first; those with open findings stay, however old they are."""
    rows = tx.rows(
        "select i.*, (select count(*) from review_finding f where f.incident = i.incident and f.state <> 'withdrawn')"
        " as findings, (select count(*) from review_finding f where f.incident = i.incident"
        " and f.state not in ('withdrawn', 'closed')) as unsettled from review_incident i where i.incident in"
        " (select incident from review_incident where state <> 'open' order by opened_at desc limit :n)"
        " or i.incident in (select incident from review_finding where state not in ('withdrawn', 'closed'))"
        " order by i.opened_at desc",
        n=LISTED,
    )
    return [
        ReviewRow(
            incident=row["incident"],
            number=row["number"],
            type=row["type"],
            level=row["level"],
            area=row["area"],
            exercise=bool(row["exercise"]),
            opened_at=row["opened_at"],
            closed_at=row["closed_at"],
            reviewed_at=row["reviewed_at"],
            findings=row["findings"],
            open=row["unsettled"],
        )
        for row in rows
    ]


_FINDING = (
    "select f.*, i.number, i.type, i.opened_at, (select min(l.lesson) from review_lesson l where"
    " l.finding = f.finding) as lesson from review_finding f join review_incident i on i.incident = f.incident"
)


def review(tx: Tx, q: OfIncident) -> list[FindingRow]:
    """The findings of an incident in the order of its moments."""
    rows = tx.rows(
        f"{_FINDING} where f.incident = :i and f.state <> 'withdrawn'"
        " order by coalesce(f.moment, f.recorded_at), f.finding",
        i=q.incident,
    )
    return _findings(tx, rows)


def open_findings(tx: Tx, q: All) -> list[FindingRow]:
    """What is still to be done: what came again first, then what nobody owns, then by its day."""
    rows = tx.rows(f"{_FINDING} where f.state not in ('withdrawn', 'closed') and f.good = 0")
    found = _findings(tx, rows)
    return sorted(found, key=lambda one: (not one.repeated, one.owner is not None, one.due or "9", one.recorded_at))


def _findings(tx: Tx, rows: list[Row]) -> list[FindingRow]:
    checks = {row["finding"]: _checks(tx, row["finding"]) for row in rows}
    notes = [check["note"] for some in checks.values() for check in some]
    words = told(tx, [row[name] for row in rows for name in _WORDS] + notes)
    return [_row(tx, row, checks[row["finding"]], words) for row in rows]


_WORDS = ("text", "change_note", "made_note", "closed_why")
_PLAIN = (
    "finding",
    "incident",
    "number",
    "type",
    "what",
    "subject",
    "moment",
    "recorded_at",
    "actor",
    "state",
    "owner",
    "account",
    "due",
    "change",
    "link",
    "made_at",
    "version",
    "closed_at",
    "lesson",
)


def _checks(tx: Tx, finding: str) -> list[Row]:
    return tx.rows(
        "select c.incident, i.number, c.at, c.result, c.note, c.actor from review_check c"
        " join review_incident i on i.incident = c.incident where c.finding = :f order by c.at, c.incident",
        f=finding,
    )


def _row(tx: Tx, row: Row, checks: list[Row], words: Mapping[str | None, str | None]) -> FindingRow:
    same = () if row["good"] else _same(tx, row)
    plain: dict[str, Any] = {name: row[name] for name in _PLAIN} | {name: words.get(row[name]) for name in _WORDS}
    return FindingRow(
        **plain,
        good=bool(row["good"]),
        checks=tuple(CheckRow(**(one | {"note": words.get(one["note"])})) for one in checks),
        same=same,
        repeated=bool(same),
    )


def _same(tx: Tx, row: Row) -> tuple[SameRow, ...]:
    """Where the same thing was found at another incident."""
    if row["subject"] == "other":
        return ()
    rows = tx.rows(
        "select f.incident, i.number, f.finding, i.opened_at as at, f.state from review_finding f"
        " join review_incident i on i.incident = f.incident where f.what = :w and f.subject = :s and f.good = 0"
        " and f.state <> 'withdrawn' and f.incident <> :i order by i.opened_at desc limit 8",
        w=row["what"],
        s=row["subject"],
        i=row["incident"],
    )
    return tuple(SameRow(**one) for one in rows)


def to_check(tx: Tx, q: All) -> list[ToCheckRow]:
    """Changes that hold, beside the next similar incidents and exercises that are over and were not looked at."""
    made = tx.rows(f"{_FINDING} where f.state = 'made' and i.type is not null order by f.made_at")
    texts = told(tx, [row["text"] for row in made])
    found = []
    for row in made:
        checks = [one for one in _checks(tx, row["finding"]) if one["at"] >= row["made_at"]]
        if any(one["result"] == "worked" for one in checks):
            continue
        for next_one in _next(tx, row):
            found.append(
                ToCheckRow(
                    finding=row["finding"],
                    incident=row["incident"],
                    number=row["number"],
                    text=texts.get(row["text"]),
                    what=row["what"],
                    change=row["change"],
                    link=row["link"],
                    made_at=row["made_at"],
                    owner=row["owner"],
                    checked_at=next_one["incident"],
                    checked_number=next_one["number"],
                    checked_opened_at=next_one["opened_at"],
                    exercise=bool(next_one["exercise"]),
                    checks=len(checks),
                )
            )
    return found


def _next(tx: Tx, row: Row) -> list[Row]:
    return tx.rows(
        "select incident, number, opened_at, exercise from review_incident where type = :t and opened_at > :since"
        " and state = 'closed' and incident <> :i and incident not in"
        " (select incident from review_check where finding = :f) order by opened_at limit :n",
        t=row["type"],
        since=row["made_at"],
        i=row["incident"],
        f=row["finding"],
        n=TO_CHECK,
    )


def similar(tx: Tx, q: OfIncident, look: Look) -> list[SimilarRow]:
    """Real incidents of the same type that are over, the latest first; what else is the same is said of each."""
    own = tx.rows(f"{_PLACED} where i.incident = :i", i=q.incident)
    if not own or own[0]["type"] is None:
        return []
    rows = tx.rows(
        f"{_PLACED} where i.type = :t and i.incident <> :i and i.state = 'closed' and i.exercise = 0"
        " order by i.opened_at desc limit :n",
        t=own[0]["type"],
        i=q.incident,
        n=COMPARED,
    )
    answered = {one.incident: one for one in look.use(Responses).some(tx, [row["incident"] for row in rows])}
    return [
        SimilarRow(
            incident=row["incident"],
            number=row["number"],
            opened_at=row["opened_at"],
            closed_at=row["closed_at"],
            level=row["level"],
            same_area=row["area"] is not None and row["area"] == own[0]["area"],
            same_object=row["kind"] is not None and row["kind"] == own[0]["kind"],
            same_level=row["level"] == own[0]["level"],
            answered_at=answered[row["incident"]].answered_at,
            clocks=answered[row["incident"]].clocks,
        )
        for row in rows
        if row["incident"] in answered
    ]


_PLACED = "select i.*, o.kind from review_incident i left join review_object o on o.object = i.object"


def decisions(tx: Tx, q: OfIncident) -> list[DecisionRow]:
    """What was advised and who was sent, in the order it happened."""
    rows = tx.rows("select * from review_decision where incident = :i order by at, position", i=q.incident)
    words = told(tx, [row["override"] for row in rows])
    return [
        DecisionRow(
            at=row["at"],
            actor=row["actor"],
            units=tuple(row["units"].split()),
            level=row["level"],
            proposal=_PROPOSAL.decode(row["proposal"]) if row["proposal"] else None,
            override=words.get(row["override"]),
        )
        for row in rows
    ]


def tracks(tx: Tx, q: OfIncident) -> list[TrackRow]:
    """Where the units were, once the incident was closed."""
    rows = tx.rows("select tracks from review_track where incident = :i", i=q.incident)
    return [TrackRow(unit, points) for row in rows for unit, points in sorted(_TRACKS.decode(row["tracks"]).items())]


def lessons(tx: Tx, q: All) -> list[LessonRow]:
    """Lessons of ours and of partners, the latest first."""
    rows = tx.rows("select * from review_lesson order by at desc, lesson")
    words = told(tx, [row[name] for row in rows for name in ("title", "happened", "changes")])
    return [
        LessonRow(**(row | {name: words.get(row[name]) for name in ("title", "happened", "changes")})) for row in rows
    ]
