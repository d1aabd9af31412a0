"""The public page over HTTP: for everybody, without sign-in or cookie, only while the administrator says so."""

import hashlib
import time
from typing import NamedTuple

import msgspec

from ..exports.source import Around, around
from ..kernel.desk import Desk
from ..kernel.fields import All
from ..kernel.records import Ask, Refusal
from ..kernel.texts import Language
from ..slices.report.tables.figures.public import PublicQuery, PublicRow
from .aside import Aside
from .call import Call, Headers, Reply, Stopped
from .limits import OPEN
from .public_page import Year, data, page
from .security import Security

YEARS = 6
"""So many years back are shown."""
HOLD_S = 60
"""Whatever happens, a page is not counted again before: strangers cannot keep the node busy."""
JSON, HTML = b"application/json; charset=utf-8", b"text/html; charset=utf-8"


class _Kept(NamedTuple):
    """The figures of a year: of which state of the tables, and until when nobody looks again."""

    version: str
    until: float
    year: Year


class _View(msgspec.Struct):
    """A view as it is sent."""

    rows: list[PublicRow]


class Public:
    """`/publik` and `/publik.json`."""

    def __init__(self, desk: Desk, security: Security) -> None:
        self._desk, self._security = desk, security
        self._aside = Aside("public", threads=1, most=20)
        self._kept: dict[int, _Kept] = {}
        self._where: tuple[float, Around] | None = None

    def close(self) -> None:
        """Begin nothing more."""
        self._aside.close()

    async def page(self, call: Call) -> Reply:
        """The page, in the language asked for."""
        year, language = self._asked(call, ("tahun", "bahasa"))
        found = await self._found(call, year)
        return found if isinstance(found, Reply) else _sent(call, page(found, language), HTML)

    async def data(self, call: Call) -> Reply:
        """The same figures for programs."""
        year, _ = self._asked(call, ("tahun",))
        found = await self._found(call, year)
        return found if isinstance(found, Reply) else _sent(call, data(found), JSON)

    def _asked(self, call: Call, names: tuple[str, ...]) -> tuple[int | None, Language]:
        self._security.stranger(call)
        if not call.peer.own and (wait := self._security.limits.take(f"open {call.peer.address}", OPEN)):
            raise Stopped(call.later("too-many", wait))
        asked = dict(call.query())
        for name in asked:
            if name not in names:
                raise Stopped(call.malformed(name[:40], "there is no such parameter here"))
        said = asked.get("tahun", "")
        year = int(said) if len(said) == 4 and said.isascii() and said.isdigit() else None
        if said and year is None:
            raise Stopped(call.malformed("tahun", "Expected a year"))
        languages: dict[str, Language] = {"id": "id", "en": "en"}
        return year, languages.get(asked.get("bahasa", ""), call.language)

    async def _found(self, call: Call, year: int | None) -> Year | Reply:
        found = await self._aside.do(call, self._year, year)
        return call.no(404, Refusal(code="no-such-page")) if found is None else found

    def _year(self, wanted: int | None) -> Year | None:
        """The figures of a year, counted again when the tables changed and a while has passed; None: not public."""
        now = self._desk.clock()
        node = Ask(id="public", at=now, received=now, actor="node", roles=frozenset({"reporter"}))
        said = self._desk.show("report.published", All(), node)
        if isinstance(said, Refusal) or not said.rows or not said.rows[0].on:
            self._kept.clear()
            return None
        where = self._around(node)
        here = now.astimezone(where.zone)
        year = here.year if wanted is None else wanted
        if not here.year - YEARS < year <= here.year:
            return None
        kept, at = self._kept.get(year), time.monotonic()
        if kept is not None and (kept.year.made.year, kept.year.made.month) != (here.year, here.month):
            kept = None  # another month has begun
        if kept is not None and at < kept.until:
            return kept.year
        view = self._desk.encoded("report.public", PublicQuery(year), node, kept.version if kept else None)
        assert not isinstance(view, Refusal)
        if kept is None or not view.unchanged:
            (row,) = msgspec.json.decode(view.body, type=_View).rows
            made = Year(
                agency=where.agency.name if where.agency else "",
                row=row,
                areas={code: area.name for code, area in where.areas.items() if code in row.areas},
                years=tuple(range(here.year, here.year - YEARS, -1)),
                made=here,
            )
            kept = _Kept(view.etag, 0, made)
        self._kept[year] = kept._replace(until=at + HOLD_S)
        return kept.year

    def _around(self, node: Ask) -> Around:
        """The agency and the names of areas, read again after a while: a province has a thousand."""
        at = time.monotonic()
        if self._where is None or at >= self._where[0]:
            found = around(self._desk, node)
            assert not isinstance(found, Refusal)
            self._where = at + HOLD_S, found
        return self._where[1]


def _sent(call: Call, body: bytes, kind: bytes) -> Reply:
    etag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'.encode()
    headers: Headers = [
        (b"etag", etag),
        (b"cache-control", b"public, max-age=%d" % HOLD_S),
        (b"vary", b"Accept-Language"),
    ]
    if etag in call.headers.get(b"if-none-match", b""):
        return Reply(304, b"", headers)
    return Reply(200, body, [*headers, (b"content-type", kind)])
