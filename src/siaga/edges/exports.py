"""Exports over HTTP: periods as files, NERIS and CAP of an incident, Satu Data, what a quarter is typed from."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec

from ..exports.cap import ISSUERS, Warning, drafted
from ..exports.cap_issued import Issued, issued
from ..exports.espm import espm
from ..exports.incidents import EXPORTERS, FILES, file_of
from ..exports.neris import NO_DEPARTMENT, neris_of
from ..exports.quarter import SENDERS
from ..exports.satu_data import satu_data
from ..exports.sipadam import sipadam
from ..kernel.desk import Desk, not_permitted
from ..kernel.records import NOT_PERMITTED, Ask, Query, Refusal
from ..kernel.slice import may
from ..slices.warning import READERS
from .aside import Aside
from .call import Call, Headers, Reply, Stopped, encode
from .forms import Impossible, ViewForm, unreadable
from .limits import EXPORTS
from .security import Security, Who

UNDER = "/api/exports/"
NOT_THERE = frozenset({"no-such-incident", "no-such-period", "no-such-warning"})
LONGEST = timedelta(days=367)
_PERIOD = re.compile(rf"incidents\.({'|'.join(FILES)})")
_QUARTER = re.compile(r"(?P<to>espm|sipadam)/(?P<period>[^/]{1,20})\.xlsx")
_ONE = re.compile(r"incidents/(?P<incident>[^/]{1,100})/(?P<form>neris\.json|cap\.xml)")


class PeriodQuery(Query, frozen=True):
    """Incidents opened from a time until another (exclusive), at most a year."""

    since: datetime
    until: datetime


class NothingMore(Query, frozen=True):
    """No parameters."""


class DepartmentQuery(Query, frozen=True):
    """The department in whose name NERIS gets it."""

    department: str = NO_DEPARTMENT


class YearQuery(Query, frozen=True):
    """A calendar year."""

    year: Annotated[int, msgspec.Meta(ge=1990, le=2200)]


PERIODS, NOTHING, DEPARTMENTS, YEARS, WARNINGS, ISSUED = (
    ViewForm(q) for q in (PeriodQuery, NothingMore, DepartmentQuery, YearQuery, Warning, Issued)
)


class Exports:
    """The doors under /api/exports: who may, how often; what is in them the views decide by the reader's roles."""

    def __init__(self, desk: Desk, security: Security) -> None:
        self._desk, self._security = desk, security
        self._aside = Aside("export", threads=1, most=8)  # a year as XLSX takes seconds: one after another

    def close(self) -> None:
        """Begin nothing more."""
        self._aside.close()

    async def answer(self, call: Call) -> Reply:
        """Any of them."""
        who = await self._security.signed_in(call)
        rest = call.path.removeprefix(UNDER)
        if named := _PERIOD.fullmatch(rest):
            return await self._period(call, who, named[1])
        if named := _QUARTER.fullmatch(rest):
            return await self._quarter(call, who, named["to"], named["period"])
        if rest == "satu-data.zip":
            year = self._asked(call, who, EXPORTERS, YEARS).year
            made = await self._aside.do(call, satu_data, self._desk, year, self._reader(who))
            return self._file(call, who, made, "application/zip", f"satu-data-{year}.zip")
        if named := _ONE.fullmatch(rest):
            return await (self._warning if named["form"] == "cap.xml" else self._neris)(call, who, named["incident"])
        return call.no(404, Refusal(code="no-such-page"))

    async def _period(self, call: Call, who: Who, sort: str) -> Reply:
        asked = self._asked(call, who, EXPORTERS, PERIODS)
        if not timedelta() < asked.until - asked.since <= LONGEST:
            raise Stopped(call.malformed("until", "Expected a time after `since`, at most a year later"))
        job: Callable[[], Any] = lambda: file_of(self._desk, sort, asked.since, asked.until, self._reader(who))  # noqa: E731
        made = await self._aside.do(call, job)
        return self._file(call, who, made, FILES[sort], f"kejadian.{sort}")

    async def _quarter(self, call: Call, who: Who, to: str, period: str) -> Reply:
        self._asked(call, who, SENDERS, NOTHING)
        made = await self._aside.do(call, {"espm": espm, "sipadam": sipadam}[to], self._desk, period, self._reader(who))
        return self._file(call, who, made, FILES["xlsx"], f"{to}-{period}.xlsx")

    async def _neris(self, call: Call, who: Who, incident: str) -> Reply:
        department = self._asked(call, who, EXPORTERS, DEPARTMENTS).department
        made = await self._aside.do(call, neris_of, self._desk, incident, department, self._reader(who))
        if isinstance(made, Refusal):
            return self._refused(call, who, made)
        unsaid: Headers = [(b"siaga-unsaid", ", ".join(made.unsaid).encode())]
        return self._file(call, who, encode(made.payload), "application/json", "neris.json", unsaid)

    async def _warning(self, call: Call, who: Who, incident: str) -> Reply:
        """What was issued where `warning` names it, else a draft."""
        named = any(name == "warning" for name, _ in call.query())
        wanted = self._asked(call, who, READERS if named else ISSUERS, ISSUED if named else WARNINGS)
        made = await self._aside.do(call, issued if named else drafted, self._desk, incident, wanted, self._reader(who))
        return self._file(call, who, made, "application/cap+xml", "peringatan.xml")

    def _asked(self, call: Call, who: Who, roles: tuple[str, ...], form: ViewForm) -> Any:
        """The parameters, of who may ask and not in a loop."""
        if not may(roles, self._reader(who)):
            raise Stopped(self._refused(call, who, not_permitted(roles)))
        wait = self._security.limits.take(f"exports {who.holder.kind} {who.holder.actor}", EXPORTS)
        if wait:
            raise Stopped(call.later("too-many", wait))
        try:
            return form.read(call.query())
        except (msgspec.ValidationError, Impossible) as error:
            raise Stopped(call.malformed(*unreadable(error))) from error

    def _reader(self, who: Who) -> Ask:
        now = self._desk.clock()
        return who.ask(at=now, received=now)

    def _file(self, call: Call, who: Who, made: bytes | Refusal, kind: str, name: str, more: Headers = []) -> Reply:  # noqa: B006
        if isinstance(made, Refusal):
            return self._refused(call, who, made)
        kept = f'attachment; filename="{name}"'.encode()
        return Reply(200, made, [(b"content-type", kind.encode()), (b"content-disposition", kept), *more])

    def _refused(self, call: Call, who: Who, refusal: Refusal) -> Reply:
        if refusal.code == NOT_PERMITTED:
            self._security.note(call, NOT_PERMITTED, who.holder, "exports")
            return call.no(403, refusal)
        return call.no(404 if refusal.code in NOT_THERE else 409, refusal)
