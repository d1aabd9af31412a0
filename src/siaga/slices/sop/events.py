"""What can have happened to procedures: how a card came to hold, who read it, what was done of it at incidents."""

from typing import Literal

from ...kernel.records import Event, Told

Result = Literal["done", "skipped"]
Skipped = Literal["not-needed", "not-possible", "no-time", "done-otherwise", "card-wrong"]


class CardSaved(Event, frozen=True):
    """A card was written: a new version, which holds for nobody until it is published.

    `source` is the whole card as Markdown with front matter. A document of the service, no word about a person."""

    share = "partner"
    card: str
    version: int
    source: str


class CardApproved(Event, frozen=True):
    """Somebody with the authority says that this version may be published."""

    share = "partner"
    card: str
    version: int


class CardPublished(Event, frozen=True):
    """From now on this version holds; who has one of the roles must read it again."""

    share = "partner"
    card: str
    version: int
    readers: tuple[str, ...] = ()


class CardWithdrawn(Event, frozen=True):
    """No version of the card holds any more."""

    share = "partner"
    card: str
    reason: Told


class CardRead(Event, frozen=True):
    """The actor of the entry has read this version."""

    card: str
    version: int


class CardOpened(Event, frozen=True):
    """Somebody opened a card at an incident that its trigger did not ask for, in a version (0: the one that held)."""

    share = "partner"
    incident: str
    card: str
    version: int = 0


class StepReported(Event, frozen=True):
    """A step of a card was done, or skipped for a reason. The latest word on a step, by when it was seen, holds."""

    share = "partner"
    incident: str
    card: str
    version: int
    step: str
    result: Result
    answer: str = ""
    skipped: Skipped | None = None
    value: float | None = None
    media: str = ""
    note: Told | None = None
