"""A small slice for tests of the doors: notes that are written, smoke that is seen, a command that breaks."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from siaga.kernel.desk import Desk
from siaga.kernel.records import Ask, Command, Decision, Entry, Event, Media, Query, Reading, Refusal, Told
from siaga.kernel.slice import Does, Look, Shows, Slice, Takes
from siaga.kernel.storage import StorageFull, Tx
from siaga.kernel.vault import told


class NoteWritten(Event, frozen=True):
    """A note was written."""

    note: str
    text: Told
    size: int = 0
    override: Told | None = None


class SmokeSeen(Event, frozen=True):
    """Somebody saw smoke."""

    where: str


class WriteNote(Command, frozen=True):
    """Write a note."""

    note: Annotated[str, Meta(min_length=1, max_length=40)]
    text: Told
    size: int = 0
    until: datetime | None = None


class SeeSmoke(Command, frozen=True):
    """Report smoke, as it was seen."""

    where: Annotated[str, Meta(min_length=1, max_length=40)]


class PictureTaken(Event, frozen=True):
    """Somebody took a picture."""

    picture: str
    content: Media


class TakePicture(Command, frozen=True):
    """Attach a picture."""

    picture: Annotated[str, Meta(min_length=1, max_length=40)]
    content: Media


class Break(Command, frozen=True):
    """Meet a broken part."""

    how: Annotated[str, Meta(max_length=10)]


class Where(Reading, frozen=True):
    """Where a tracker is."""

    tracker: str
    at: datetime
    lon: float
    lat: float
    speed_mps: float | None = None
    course: float | None = None
    accuracy_m: float | None = None
    battery: float | None = None


class NotesQuery(Query, frozen=True):
    """Notes, of some names or at least some size."""

    names: list[str] = []
    least: int = 0


class NearQuery(Query, frozen=True):
    """Places near a latitude."""

    lat: float = 0.0


class NoteRow(msgspec.Struct, frozen=True):
    """A note."""

    note: str
    text: str | None
    size: int


class AllQuery(Query, frozen=True):
    """All of them."""


class SmokeRow(msgspec.Struct, frozen=True):
    """Smoke that was seen."""

    where: str
    at: str


class PlaceRow(msgspec.Struct, frozen=True):
    """Where a tracker is."""

    tracker: str
    lat: float
    lon: float


SCHEMA = """
create table if not exists toy_note (note text primary key, text text not null, size integer not null);
create table if not exists toy_smoke (place text not null, at text not null)
"""
KEPT = """
create table if not exists toy_place (tracker text primary key, at text not null, lat real not null, lon real not null)
"""


def note_exists(tx: Tx, cmd: WriteNote) -> bool:
    return bool(tx.rows("select 1 as x from toy_note where note = :n", n=cmd.note))


def write_note(cmd: WriteNote, known: bool, ask: Ask) -> Decision:
    if known and ask.override is None:
        return Refusal(code="name-taken", facts={"name": cmd.note}, overridable=True)
    return [NoteWritten(cmd.note, cmd.text, cmd.size, ask.override)]


def see_smoke(cmd: SeeSmoke, known: None, ask: Ask) -> Decision:
    return [SmokeSeen(cmd.where)]


def take_picture(cmd: TakePicture, known: None, ask: Ask) -> Decision:
    return [PictureTaken(cmd.picture, cmd.content)]


def break_down(cmd: Break, known: None, ask: Ask) -> Decision:
    raise StorageFull("no room") if cmd.how == "full" else RuntimeError("the secret words of somebody")


def note_written(tx: Tx, e: NoteWritten, entry: Entry) -> None:
    tx.run(
        "insert into toy_note (note, text, size) values (:n, :t, :s)"
        " on conflict (note) do update set text = :t, size = :s",
        n=e.note,
        t=e.text.ref,
        s=e.size,
    )


def smoke_seen(tx: Tx, e: SmokeSeen, entry: Entry) -> None:
    tx.run("insert into toy_smoke (place, at) values (:p, :at)", p=e.where, at=entry.when.isoformat())


def notes(tx: Tx, q: NotesQuery) -> list[NoteRow]:
    found = tx.rows("select note, text, size from toy_note where size >= :least order by note", least=q.least)
    texts = told(tx, [row["text"] for row in found])
    wanted = [row for row in found if not q.names or row["note"] in q.names]
    return [NoteRow(row["note"], texts.get(row["text"]), row["size"]) for row in wanted]


def smoke(tx: Tx, q: AllQuery) -> list[SmokeRow]:
    return [SmokeRow(row["place"], row["at"]) for row in tx.rows("select place, at from toy_smoke order by at, place")]


def places(tx: Tx, q: AllQuery) -> list[PlaceRow]:
    return [PlaceRow(**row) for row in tx.rows("select tracker, lat, lon from toy_place order by tracker")]


def near(tx: Tx, q: NearQuery) -> list[PlaceRow]:
    return [row for row in places(tx, AllQuery()) if round(row.lat - q.lat) == 0]


def who(tx: Tx, q: AllQuery, look: Look) -> list[str | None]:
    return list(look.reveal(tx, {"caller": "nobody"}, "a test").values())


def take_where(tx: Tx, r: Where, ask: Ask) -> bool:
    known = tx.rows("select at from toy_place where tracker = :t", t=r.tracker)
    if known and known[0]["at"] >= r.at.isoformat():
        return False
    tx.run(
        "insert into toy_place (tracker, at, lat, lon) values (:t, :at, :lat, :lon)"
        " on conflict (tracker) do update set at = :at, lat = :lat, lon = :lon",
        t=r.tracker,
        at=r.at.isoformat(),
        lat=r.lat,
        lon=r.lon,
    )
    return True


def nothing(tx: Tx, cmd: Any) -> None:
    return None


SLICE = Slice(
    name="toy",
    events=(NoteWritten, SmokeSeen, PictureTaken),
    commands={
        WriteNote: Does(("dispatcher", "crew"), note_exists, write_note),
        SeeSmoke: Does("commander", nothing, see_smoke, observation=True),
        TakePicture: Does("commander", nothing, take_picture, observation=True),
        Break: Does("dispatcher", nothing, break_down),
    },
    projections={NoteWritten: note_written, SmokeSeen: smoke_seen},
    readings={Where: Takes(("crew", "tracker"), take_where)},
    views={
        "notes": Shows(("dispatcher", "crew"), NotesQuery, notes, reads=("toy_note", "vault_erasure")),
        "smoke": Shows(("commander", "shift-leader"), AllQuery, smoke, reads=("toy_smoke",)),
        "places": Shows("dispatcher", AllQuery, places, reads=("toy_place",)),
        "near": Shows("dispatcher", NearQuery, near, reads=("toy_place",)),
        "who": Shows("dispatcher", AllQuery, who, reads=("toy_place",), reveals=True),
    },
    schema=SCHEMA,
    kept=KEPT,
)


def with_reading(desk: Desk) -> None:
    """Let the toy's reading stand where the dispatch slice's would."""
    desk.readings["dispatch.unit-position"] = Where
