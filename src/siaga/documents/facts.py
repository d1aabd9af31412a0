"""What printed forms are filled from: the node's own views, read as the person who prints, never beyond their roles."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from .. import standards
from ..kernel.desk import Desk
from ..kernel.fields import All
from ..kernel.records import Ask, Refusal
from ..kernel.texts import Language, say
from ..slices.access.tables.views import NamesQuery
from ..slices.dispatch.tables.views import IncidentRow, OneQuery
from ..slices.dispatch.tables.views import JournalRow as DeskLine
from ..slices.field.tables.rows import BoardRow, IncidentQuery, SitrepRow
from ..slices.field.tables.rows import JournalRow as SceneLine
from ..slices.intake.tables.views import CallerQuery, CallerRow
from ..slices.intake.tables.views import IncidentRow as CallIncident
from ..slices.intake.tables.views import OneQuery as CallQuery
from ..standards.records import Text
from .pack import NAMES, own_agency, zone_of


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """One incident as its reader may see it: what a role may not read is absent, who called unless wanted."""

    language: Language
    zone: ZoneInfo
    at: datetime
    reader: str
    agency: str | None
    incident: IncidentRow
    call: CallIncident | None
    board: BoardRow | None
    desk_lines: tuple[DeskLine, ...]
    scene_lines: tuple[SceneLine, ...]
    sitreps: tuple[SitrepRow, ...]
    stations: Mapping[str, str]
    names: Mapping[str, str]
    callers: tuple[CallerRow, ...] | None
    callers_wanted: bool

    def word(self, code: str, /, **facts: Any) -> str:
        """`form.<code>` in the language of the form."""
        return say(f"form.{code}", facts, self.language)

    def name(self, text: Text) -> str:
        """A standard's name in the language of the form."""
        return text.en if self.language == "en" else text.id

    def actor(self, code: str) -> str:
        """What people call an account, a program or a device."""
        return self.names.get(code, code)

    def clock(self, written: str | None) -> str | None:
        """A time of day; with its day where that is not the day the incident was opened."""
        if not written:
            return None
        local = self.local(written)
        same = local.date() == self.local(self.incident.opened_at).date()
        return f"{local:%H:%M:%S}" if same else f"{local:%d/%m} {local:%H:%M:%S}"

    def moment(self, at: str | datetime) -> str:
        """A time with its day and zone."""
        return f"{self.local(at):%d/%m/%Y %H:%M:%S} {NAMES.get(str(self.zone), str(self.zone))}"

    def local(self, at: str | datetime) -> datetime:
        """A time where the service lives."""
        return (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(self.zone)

    @property
    def number(self) -> str:
        """The incident's number."""
        return self.incident.number

    @property
    def type_name(self) -> str | None:
        """What it is, None where nobody said."""
        known = standards.incident_types().get(self.incident.type or "")
        return self.name(known.name) if known else self.incident.type

    @property
    def about(self) -> str:
        """The incident in a line: what and where."""
        return ", ".join(x for x in (self.type_name or self.word("type-unknown"), self.incident.place) if x)


def gather(desk: Desk, incident: str, reader: Ask, language: Language, callers: bool = False) -> Gathered | Refusal:
    """Everything a form may need. A refusal where the reader may not see the incident or there is none.

    `callers` reads who called from the vault, which is logged; who may not read it gets the form without."""
    found = _rows(desk, "dispatch.incident", OneQuery(incident), reader)
    if isinstance(found, Refusal):
        return found
    if not found:
        return Refusal(code="no-such-incident", facts={"incident": incident[:100]})
    now = desk.clock()
    agency = own_agency(desk, now)
    call = _first(_rows(desk, "intake.incident", CallQuery(incident), reader))
    return Gathered(
        language=language,
        zone=zone_of(desk, now),
        at=now,
        reader=reader.actor,
        agency=agency.name if agency else None,
        incident=found[0],
        call=call,
        board=_first(_rows(desk, "field.board", IncidentQuery(incident), reader)),
        desk_lines=_all(_rows(desk, "dispatch.journal", OneQuery(incident), reader)),
        scene_lines=_all(_rows(desk, "field.journal", IncidentQuery(incident), reader)),
        sitreps=_all(_rows(desk, "field.sitreps", IncidentQuery(incident), reader)),
        stations={row.station: row.name for row in _all(_rows(desk, "dispatch.stations", All(), reader))},
        names={row.actor: row.name for row in _all(_rows(desk, "access.names", NamesQuery(), reader))},
        callers=_callers(desk, call, reader) if callers else None,
        callers_wanted=callers,
    )


def _callers(desk: Desk, call: CallIncident | None, reader: Ask) -> tuple[CallerRow, ...] | None:
    found: list[CallerRow] = []
    for one in call.calls if call else ():
        rows = _rows(desk, "intake.caller", CallerQuery(one), reader)
        if isinstance(rows, Refusal):
            return None
        found += rows
    return tuple(found)


def _rows(desk: Desk, view: str, query: Any, reader: Ask) -> Any:
    shown = desk.show(view, query, reader)
    return shown if isinstance(shown, Refusal) else list(shown.rows)


def _all(rows: Any) -> tuple[Any, ...]:
    return () if isinstance(rows, Refusal) else tuple(rows)


def _first(rows: Any) -> Any:
    return next(iter(_all(rows)), None)
