"""OGC API Features 1.0: collections that QGIS opens, exact for who may read reports, coarse for everybody.

Coarse means: closed a week ago or longer, no exercise, nobody's illness; the day and the kelurahan instead of time and
place. Filters work on what is shown, so that asking often finds out nothing more."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from .. import standards
from ..kernel.desk import Desk
from ..kernel.fields import All
from ..kernel.records import Ask, Refusal
from .incidents import feature
from .satu_data import NOT_GROUPED
from .source import Around, Incident, around, between, one, rows, with_reports

DELAY = timedelta(days=7)
GRID = 2  # decimals of a degree: about a kilometre
USUAL, MOST = 100, 1000
BEGINNING = datetime(1990, 1, 1, tzinfo=UTC)
SHORTEST, LONGEST = timedelta(days=4), timedelta(days=92)
MOST_READ = 20_000
"""Incidents looked at for one page: who asks for what there is none of gets a short page and a way on, not our time."""
COLLECTIONS = ("kejadian", "wilayah", "pos")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?)?")
_ID = re.compile(r"(\d{8})-([0-9a-f]{12})")
Feature = dict[str, Any]


class Box(NamedTuple):
    """West, south, east, north; a box whose west is east of its east crosses the date line."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        """Whether a point is in it."""
        across = self.west <= lon <= self.east if self.west <= self.east else lon >= self.west or lon <= self.east
        return across and self.south <= lat <= self.north


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a request for items wants; `after` is where the page before it ended."""

    limit: int = USUAL
    box: Box | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: str = ""


class Unclear(Exception):
    """A parameter that cannot be understood."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field, self.why = field, why


class Page(NamedTuple):
    """Features, and where the next page begins; empty: there is none."""

    features: list[Feature]
    after: str


def read(pairs: Sequence[tuple[str, str]]) -> Asked:
    """The parameters of a request for items; Unclear where one is unknown or cannot be read."""
    wanted: dict[str, Any] = {}
    for name, value in pairs:
        if name == "limit":
            if not re.fullmatch(r"\d{1,9}", value) or int(value) < 1:
                raise Unclear(name, "a whole number from 1 on")
            wanted["limit"] = min(int(value), MOST)
        elif name == "bbox":
            wanted["box"] = _box(value)
        elif name == "datetime":
            wanted["since"], wanted["until"] = _interval(value)
        elif name == "after":
            wanted["after"] = value[:400]
        elif name != "f" or value != "json":
            raise Unclear(name[:40], "there is no such parameter here")
    return Asked(**wanted)


def _box(text: str) -> Box:
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise Unclear("bbox", "numbers") from error
    if len(numbers) not in (4, 6) or not all(abs(number) <= 1e7 for number in numbers):
        raise Unclear("bbox", "four or six numbers")
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise Unclear("bbox", "west, south, east, north in degrees")
    return Box(west, south, east, north)


def _interval(text: str) -> tuple[datetime | None, datetime | None]:
    first, slash, last = text.partition("/")
    if not slash:
        return _instant(first), _instant(first, end=True)
    since = None if first in ("", "..") else _instant(first)
    until = None if last in ("", "..") else _instant(last, end=True)
    if (since is None and until is None and "" in (first, last)) or (since and until and since > until):
        raise Unclear("datetime", "a time, or a time until another")
    return since, until


def _instant(text: str, end: bool = False) -> datetime:
    """A time of RFC 3339; of a date its beginning or its end, in UTC. A leap second is the one before it."""
    try:
        found = datetime.fromisoformat(text.upper().replace(":60", ":59") if _RFC3339.fullmatch(text) else "")
    except ValueError as error:
        raise Unclear("datetime", "RFC 3339") from error
    if not 1900 <= found.year <= 9000:
        raise Unclear("datetime", "a year from 1900 to 9000")
    if found.tzinfo is None:
        if len(text) > 10:
            raise Unclear("datetime", "a time with its offset")
        return found.replace(tzinfo=UTC) + (timedelta(days=1, microseconds=-1) if end else timedelta())
    return found.astimezone(UTC)


def items(desk: Desk, collection: str, asked: Asked, reader: Ask | None) -> Page | Refusal:
    """A page of a collection; without a reader it is for everybody."""
    eyes = reader or _everybody(desk)
    where = around(desk, eyes)
    if isinstance(where, Refusal):
        return where
    if collection == "kejadian":
        return _coarse(desk, asked, eyes, where) if reader is None else _exact(desk, asked, eyes, where)
    found = _still(desk, collection, where, eyes)
    inside = [f for f in found if asked.box is None or _touches(f, asked.box)]
    start = _number(desk, asked.after)
    part = inside[start : start + asked.limit]
    more = start + asked.limit < len(inside)
    return Page(part, _sealed(desk, str(start + asked.limit)) if more else "")


def item(desk: Desk, collection: str, id: str, reader: Ask | None) -> Feature | Refusal | None:
    """One feature; None: there is none, or none that is shown."""
    eyes = reader or _everybody(desk)
    where = around(desk, eyes)
    if isinstance(where, Refusal):
        return where
    if collection != "kejadian":
        return next((f for f in _still(desk, collection, where, eyes) if f["id"] == id), None)
    return _coarse_one(desk, id, eyes, where) if reader is None else _exact_one(desk, id, eyes, where)


def _exact_one(desk: Desk, id: str, reader: Ask, where: Around) -> Feature | Refusal | None:
    found = one(desk, id, reader)
    if isinstance(found, Refusal):
        return None if found.code == "no-such-incident" else found
    whole = with_reports(desk, [found], reader)  # who may not read reports reads no page either
    return whole if isinstance(whole, Refusal) else feature(whole[0], where)


def _coarse_one(desk: Desk, id: str, reader: Ask, where: Around) -> Feature | Refusal | None:
    named = _ID.fullmatch(id)
    try:
        day = datetime.strptime(named[1], "%Y%m%d").replace(tzinfo=where.zone) if named else None
    except ValueError:
        day = None
    if day is None:
        return None
    part = between(desk, day, day + timedelta(days=1), reader, units=False)
    if isinstance(part, Refusal):
        return part
    shown = (_blurred(desk, incident, where) for incident in part if _open(desk, incident, where))
    return next((f for f in shown if f["id"] == id), None)


# ── incidents ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _exact(desk: Desk, asked: Asked, reader: Ask, where: Around) -> Page | Refusal:
    end = desk.clock() + timedelta(days=1)
    until = min(asked.until + timedelta(microseconds=1), end) if asked.until else end
    return _page(desk, asked, until, reader, lambda incident: feature(incident, where), exact=True)


def _coarse(desk: Desk, asked: Asked, reader: Ask, where: Around) -> Page | Refusal:
    """For everybody, of whole days: a day is shown when any of it lies in the time that was asked for."""
    whole = msgspec.structs.replace(asked, since=_midnight(asked.since, where) if asked.since else None)
    end = _midnight(desk.clock() - DELAY, where)
    until = min(_midnight(asked.until, where) + timedelta(days=1), end) if asked.until else end

    def show(incident: Incident) -> Feature | None:
        return _blurred(desk, incident, where) if _open(desk, incident, where) else None

    return _page(desk, whole, until, reader, show, exact=False)


def _page(
    desk: Desk, asked: Asked, until: datetime, reader: Ask, show: Callable[[Incident], Feature | None], exact: bool
) -> Page | Refusal:
    """As many as are wanted of those that are shown and lie in the box, by where they are shown."""
    features: list[Feature] = []
    last, looked = "", 0
    for part in _windows(desk, asked, until, reader, exact):
        if isinstance(part, Refusal):
            return part
        for incident in part:
            looked += 1
            if looked > MOST_READ:
                return Page(features, _sealed(desk, last))
            shown = show(incident)
            inside = shown is not None and (asked.box is None or asked.box.holds(*shown["geometry"]["coordinates"]))
            if shown is not None and inside:
                if len(features) == asked.limit:
                    return Page(features, _sealed(desk, last))
                features.append(shown)
            last = _mark(incident)
    return Page(features, "")


def _open(desk: Desk, incident: Incident, where: Around) -> bool:
    """Whether everybody may know of it."""
    old = incident.opened_at < _midnight(desk.clock() - DELAY, where)
    return old and incident.state == "closed" and incident.for_all


def _blurred(desk: Desk, incident: Incident, where: Around) -> Feature:
    area = where.areas.get(incident.area or "")
    lon, lat = (area.lon, area.lat) if area else (incident.lon, incident.lat)
    named = standards.kinds().get(incident.kind or "")
    day = incident.opened_at.astimezone(where.zone).date()
    return {
        "type": "Feature",
        "id": f"{day:%Y%m%d}-{desk.vault.digest(b'open feature ' + incident.incident.encode())[:12]}",
        "geometry": {"type": "Point", "coordinates": [round(lon, GRID), round(lat, GRID)]},
        "properties": {
            "tanggal": day.isoformat(),
            "golongan": incident.kind,
            "nama_golongan": named.name.id if named else NOT_GROUPED,
            "kode_wilayah": incident.area,
            "wilayah": where.area_name(incident.area),
            "wilayah_atas": where.area_name(where.above(incident.area)),
        },
    }


def _everybody(desk: Desk) -> Ask:
    """The node reads for who is not signed in, and blurs what it has read."""
    now = desk.clock()
    return Ask(id="open-data", at=now, received=now, actor="node", roles=frozenset({"reporter"}))


def _midnight(at: datetime, where: Around) -> datetime:
    return at.astimezone(where.zone).replace(hour=0, minute=0, second=0, microsecond=0)


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _windows(desk: Desk, asked: Asked, until: datetime, reader: Ask, exact: bool) -> Iterator[list[Incident] | Refusal]:
    """The incidents from where the page before ended, in pieces: short ones where much happened."""
    mark = _opened(desk, asked.after)
    at, _, after = mark.partition(" ")
    since = max(filter(None, (asked.since, datetime.fromisoformat(at) if at else None)), default=BEGINNING)
    wide = SHORTEST
    while since < until:
        end = min(since + wide, until)
        part = between(desk, since, end, reader, exact)
        if exact and not isinstance(part, Refusal):
            part = with_reports(desk, part, reader)
        if isinstance(part, Refusal):
            yield part
            return
        yield [i for i in part if not after or _mark(i) > mark]
        wide = max(wide / 2, SHORTEST) if len(part) > MOST else min(wide * 2, LONGEST)
        since = end


def _mark(incident: Incident) -> str:
    return f"{incident.opened_at.astimezone(UTC).isoformat(timespec='microseconds')} {incident.incident}"


def _sealed(desk: Desk, mark: str) -> str:
    """Sealed, since it says when exactly the last incident of a page was."""
    return desk.vault.lock(mark.encode(), "features").replace("+", "-").replace("/", "_").rstrip("=")


def _opened(desk: Desk, after: str) -> str:
    if not after:
        return ""
    try:
        return desk.vault.unlock(
            after.replace("-", "+").replace("_", "/") + "=" * (-len(after) % 4), "features"
        ).decode()
    except (LookupError, ValueError) as error:
        raise Unclear("after", "as the link to the next page gave it") from error


def _number(desk: Desk, after: str) -> int:
    mark = _opened(desk, after)
    if mark and not mark.isdigit():
        raise Unclear("after", "of this collection")
    return int(mark or 0)


# ── what stands still ────────────────────────────────────────────────────────────────────────────────────────────────


def _still(desk: Desk, collection: str, where: Around, reader: Ask) -> list[Feature]:
    if collection == "wilayah":
        return [
            _thing(a.area, a.shape, {"kode": a.area, "nama": a.name, "jenjang": a.level, "induk": a.parent})
            for a in where.areas.values()
        ]
    stations = rows(desk, "dispatch.stations", All(), reader)
    return [
        _thing(
            s.station,
            {"type": "Point", "coordinates": [s.lon, s.lat]},
            {"kode": s.station, "nama": s.name, "markas": s.headquarters},
        )
        for s in ([] if isinstance(stations, Refusal) else stations)
    ]


def _thing(id: str, shape: Any, told: Mapping[str, Any]) -> Feature:
    return {"type": "Feature", "id": id, "geometry": shape, "properties": dict(told)}


def _touches(found: Feature, box: Box) -> bool:
    """Whether a feature meets the box: a box across the date line is two."""
    if box.west > box.east:
        halves = Box(box.west, box.south, 180, box.north), Box(-180, box.south, box.east, box.north)
        return any(_touches(found, half) for half in halves)
    import shapely  # not before somebody asks: a start needs none of it

    shape = shapely.from_geojson(msgspec.json.encode(found["geometry"]))
    return bool(shape.intersects(shapely.box(*box)))
