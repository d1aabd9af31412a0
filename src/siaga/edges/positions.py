"""Where a unit is, from the browser its crew carries: signed in, agreed to by the crew, replaced and not remembered.

Trackers have doors of their own (`trackers.py`); here a person or an enrolled device says it of the unit they ride on,
as they also report its status."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from ..kernel.desk import Desk
from ..kernel.fields import Id, Lat, Lon
from ..kernel.records import NOT_PERMITTED, Reading, Refusal, read_json
from .call import Call, Reply
from .forms import Impossible, possible, unreadable
from .security import Security, Who
from .trackers import READING

MOST = 2 * 1024
ABOARD = "app."
"""The tracker a unit's crew carries is this and the unit's own name."""


class Position(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a unit is, by the device of its crew."""

    unit: Id
    at: Annotated[datetime, Meta(tz=True)]
    lon: Lon
    lat: Lat
    speed_mps: Annotated[float, Meta(ge=0, le=150)] | None = None
    course: Annotated[float, Meta(ge=0, le=360)] | None = None
    accuracy_m: Annotated[float, Meta(ge=0, le=100_000)] | None = None


class Positions:
    """The handler of /api/positions."""

    def __init__(self, desk: Desk, security: Security) -> None:
        self._desk, self._security = desk, security
        self._reading: type[Reading] | None = desk.readings.get(READING)

    async def take(self, call: Call) -> Reply:
        """204 when it was understood, whether it was newer than what is known or not."""
        who = await self._security.signed_in(call)
        raw = await call.json_body(MOST)
        try:
            position = read_json(raw, Position)
            possible(position, "")
        except (msgspec.DecodeError, Impossible) as error:
            return call.malformed(*unreadable(error))
        refusal = await self._security.off_loop(self._keep, who, position)
        if refusal is not None:
            self._security.note(call, refusal.code, who.holder, READING)
            return call.no(403 if refusal.code == NOT_PERMITTED else 409, refusal)
        return Reply(204, b"", [])

    def _keep(self, who: Who, position: Position) -> Refusal | None:
        if self._reading is None:
            return Refusal(code="tracker-unknown")
        values = msgspec.structs.asdict(position)
        reading = self._reading(tracker=ABOARD + values.pop("unit"), **values)
        taken = self._desk.take(reading, who.ask(at=position.at, received=self._desk.clock()))
        return taken if isinstance(taken, Refusal) else None
