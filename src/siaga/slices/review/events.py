"""What can have happened after an incident: findings, who follows them up, whether a change worked, lessons."""

from datetime import date, datetime
from typing import Literal

from ...kernel.records import Event, Told

Kind = Literal["procedure", "training", "equipment", "pre-plan", "run-card", "communication", "other"]
"""What a finding is about: where its cause lies."""
Subject = Literal[
    "turnout",
    "route",
    "access",
    "water",
    "par",
    "air",
    "radio",
    "command",
    "tactics",
    "gear",
    "vehicle",
    "people",
    "caller",
    "partner",
    "safety",
    "other",
]
"""The thing itself: two findings of the same kind and subject are the same thing again (`other` never is)."""
Change = Literal["sop", "training", "equipment", "pre-plan", "run-card", "other"]
Result = Literal["worked", "not", "not-tested"]
Owner = Literal[
    "call-taker",
    "dispatcher",
    "shift-leader",
    "crew",
    "commander",
    "reporter",
    "trainer",
    "planner",
    "coordinator",
    "administrator",
]


class ReviewOpened(Event, frozen=True):
    """Somebody began to look back at an incident."""

    incident: str


class FindingRecorded(Event, frozen=True):
    """Something went well, or a cause was found; `at`: the moment of the incident it rests on."""

    incident: str
    finding: str
    what: Kind
    subject: Subject
    text: Told
    good: bool = False
    at: datetime | None = None


class FindingWithdrawn(Event, frozen=True):
    """A finding was wrong; it stays in the log."""

    incident: str
    finding: str
    reason: Told


class FindingAssigned(Event, frozen=True):
    """Who follows a finding up: a role, or an account of that role, until when."""

    incident: str
    finding: str
    owner: Owner
    account: str = ""
    due: date | None = None


class ChangeProposed(Event, frozen=True):
    """What shall be changed; `link` names the card, plan or course."""

    incident: str
    finding: str
    change: Change
    link: str = ""
    note: Told | None = None


class ChangeMade(Event, frozen=True):
    """The change holds (of a card: since this version); whether it works is seen at the next similar incident."""

    incident: str
    finding: str
    link: str = ""
    note: Told | None = None
    version: int = 0


class FindingChecked(Event, frozen=True):
    """A similar incident, or an exercise, showed whether the change works."""

    incident: str
    finding: str
    checked_at: str
    result: Result
    note: Told | None = None


class FindingClosed(Event, frozen=True):
    """Nothing more is to be done about a finding; why, where no check showed that the change works."""

    incident: str
    finding: str
    override: Told | None = None


class LessonShared(Event, frozen=True):
    """What others can learn, written anew for them: nobody is named. Told, so that a slip can still be erased."""

    share = "partner"
    lesson: str
    title: Told
    happened: Told
    changes: Told
    finding: str = ""
    what: Kind = "other"
    type: str = ""
