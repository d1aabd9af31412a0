"""What of lessons other nodes get: each lesson that was shared here, and later what was erased of it."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from ...kernel.desk import Desk
from ...kernel.log import Erased
from ...kernel.receive import Carried
from ...kernel.records import Entry
from ...kernel.storage import Tx
from .events import LessonShared
from .tables.loads import lesson_with

PAGE = 500


class Outgoing(NamedTuple):
    """Positions to send in order, up to where the log was looked through, and whether it goes on behind that."""

    positions: list[int]
    reached: int
    more: bool


class _Subject(msgspec.Struct):
    """Whose word a carried erasure destroyed."""

    subject: str = ""


class LessonCargo:
    """Says that lessons go to every partner: they were written for them, and hold nothing of an incident."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lesson, self._erased = desk.log.name(LessonShared), desk.log.name(Erased)

    def outgoing(self, tx: Tx, partner: str, after: int) -> Outgoing:
        """Lessons of this node behind a position; those of partners are theirs to send."""
        entries = self._desk.log.read(tx, after, PAGE, kinds=(self._lesson, self._erased))
        more = len(entries) == PAGE
        reached = entries[-1].position if more else self._desk.log.head(tx).position
        return Outgoing([entry.position for entry in entries if self._for_partners(tx, entry)], reached, more)

    def _for_partners(self, tx: Tx, entry: Entry) -> bool:
        event = entry.event
        ours = entry.origin is None
        return ours and (not isinstance(event, Erased) or lesson_with(tx, event.subject, None))

    def whole(self, tx: Tx, partner: str, incident: str) -> list[int]:
        """A lesson is about no incident."""
        return []

    def unwanted(self, tx: Tx, sender: str, role: str, row: Carried) -> bool:
        """A partner sends its own lessons, and erases words of those alone."""
        if row.origin != sender:
            return True
        if row.kind == self._erased:
            return not lesson_with(tx, msgspec.json.decode(row.body, type=_Subject).subject, sender)
        return row.kind != self._lesson

    def arrived(self, rows: Sequence[Carried], known_before: int) -> None:
        """A lesson asks nothing of anybody."""
