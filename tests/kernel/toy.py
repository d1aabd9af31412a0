"""A small slice for the kernel's tests: notes on a board, people who wrote, a reminder. No word of the fire service."""

from datetime import datetime, timedelta

import msgspec

from siaga.kernel import vault
from siaga.kernel.records import (
    Ask,
    Command,
    Decision,
    Due,
    Entry,
    Event,
    Personal,
    Query,
    Reading,
    Refusal,
    Told,
    written,
)
from siaga.kernel.slice import Does, Look, Shows, Slice, Takes
from siaga.kernel.storage import Tx

SCHEMA = """
create table toy_note (name text primary key, colour text not null, said text, who text, changed integer not null)
"""
KEPT = """
create table if not exists toy_temperature (
    place text primary key, at text not null, celsius double precision not null
);
create table if not exists toy_stamp (ask text primary key, at text not null)
"""


class NoteAdded(Event, frozen=True):
    """A note was put on the board."""

    name: str
    said: Told | None = None
    who: Personal | None = None
    override: Told | None = None


class NoteColoured(Event, frozen=True):
    """A note got another colour."""

    name: str
    colour: str


class NoteSeen(Event, frozen=True):
    """Somebody saw a note, wherever it hangs."""

    name: str


class AddNote(Command, frozen=True):
    """Put a note on the board."""

    name: str
    said: Told | None = None
    who: Personal | None = None


class ColourNote(Command, frozen=True):
    """Give a note a colour; the board advises against red."""

    name: str
    colour: str


class SeeNote(Command, frozen=True):
    """Report that a note was seen: an observation, never refused."""

    name: str
    times: int = 1


class Remind(Command, frozen=True):
    """Turn the note yellow after so many seconds, unless it is gone by then."""

    name: str
    after_s: float


class TurnYellow(Command, frozen=True):
    """What the timer asks when a reminder is due."""

    name: str


class Temperature(Reading, frozen=True):
    """How warm it is somewhere."""

    place: str
    at: datetime
    celsius: float


class Known(msgspec.Struct, frozen=True):
    """What the rules need to know."""

    there: bool
    colour: str | None


def known(tx: Tx, cmd: AddNote | ColourNote | SeeNote | Remind | TurnYellow) -> Known:
    """Whether the note hangs, and its colour."""
    rows = tx.rows("select colour from toy_note where name = :name", name=cmd.name)
    return Known(bool(rows), rows[0]["colour"] if rows else None)


def add_note(cmd: AddNote, known: Known, ask: Ask) -> Decision:
    """A second note of that name is advised against."""
    if cmd.name == "bug":
        raise ZeroDivisionError("a bug in a rule")
    if known.there and not ask.override:
        return Refusal(code="note-there", facts={"name": cmd.name}, overridable=True)
    return [NoteAdded(cmd.name, cmd.said, cmd.who, ask.override)]


def colour_note(cmd: ColourNote, known: Known, ask: Ask) -> Decision:
    """Nothing for what is already so."""
    if not known.there:
        return Refusal(code="note-unknown", facts={"name": cmd.name})
    return [] if known.colour == cmd.colour else [NoteColoured(cmd.name, cmd.colour)]


def see_note(cmd: SeeNote, known: Known, ask: Ask) -> Decision:
    """Whatever was seen is recorded."""
    return [NoteSeen(cmd.name)] * cmd.times


def remind(cmd: Remind, known: Known, ask: Ask) -> Decision:
    """Leave it due."""
    if not known.there:
        return Refusal(code="note-unknown", facts={"name": cmd.name})
    return [Due(f"yellow:{cmd.name}", ask.now + timedelta(seconds=cmd.after_s), TurnYellow(cmd.name))]


def turn_yellow(cmd: TurnYellow, known: Known, ask: Ask) -> Decision:
    """As for anyone else."""
    if cmd.name == "bug-later":
        raise ZeroDivisionError("a bug in what was due")
    return colour_note(ColourNote(cmd.name, "yellow"), known, ask)


def note_added(tx: Tx, e: NoteAdded, entry: Entry) -> None:
    """A row for the board."""
    if e.name == "unprojectable":
        tx.run("insert into toy_note (name) values (null)")
    tx.run(
        "insert into toy_note (name, colour, said, who, changed) values (:name, 'white', :said, :who, :p)"
        " on conflict (name) do update set said = :said, who = :who, changed = :p",
        name=e.name,
        said=e.said.ref if e.said else None,
        who=e.who.ref if e.who else None,
        p=entry.position,
    )


def note_coloured(tx: Tx, e: NoteColoured, entry: Entry) -> None:
    """The row's new colour."""
    tx.run(
        "update toy_note set colour = :colour, changed = :p where name = :name",
        colour=e.colour,
        name=e.name,
        p=entry.position,
    )


class BoardRow(msgspec.Struct, frozen=True):
    """A note as the board shows it."""

    name: str
    colour: str
    said: str | None


class BoardQuery(Query, frozen=True):
    """All notes, or those of a colour."""

    colour: str | None = None


class WritersQuery(Query, frozen=True):
    """Who wrote a note."""

    name: str


class WriterRow(msgspec.Struct, frozen=True):
    """A writer's name, while it is known."""

    name: str
    who: str | None


class WarmthQuery(Query, frozen=True):
    """How warm it is everywhere."""


class WarmthRow(msgspec.Struct, frozen=True):
    """The newest temperature of a place."""

    place: str
    at: str
    celsius: float


def board(tx: Tx, q: BoardQuery) -> list[BoardRow]:
    """Notes by name."""
    rows = tx.rows(
        "select name, colour, said from toy_note where colour = coalesce(:colour, colour) order by name",
        colour=q.colour,
    )
    texts = vault.told(tx, [row["said"] for row in rows])
    return [BoardRow(row["name"], row["colour"], texts.get(row["said"])) for row in rows]


def writers(tx: Tx, q: WritersQuery, look: Look) -> list[WriterRow]:
    """Personal: who wrote it."""
    rows = tx.rows("select name, who from toy_note where name = :name", name=q.name)
    shown = look.reveal(tx, {row["name"]: row["who"] for row in rows}, "asked who wrote")
    return [WriterRow(row["name"], shown[row["name"]]) for row in rows]


def mine(tx: Tx, q: BoardQuery, look: Look) -> list[str]:
    """Whose eyes these are."""
    return [look.reader.actor]


def warmth(tx: Tx, q: WarmthQuery) -> list[WarmthRow]:
    """Readings, newest of each place."""
    return [WarmthRow(**row) for row in tx.rows("select place, at, celsius from toy_temperature order by place")]


def take_temperature(tx: Tx, r: Temperature, ask: Ask) -> bool:
    """The newest wins."""
    held = tx.rows("select at from toy_temperature where place = :place", place=r.place)
    if held and held[0]["at"] >= written(r.at):
        return False
    tx.run(
        "insert into toy_temperature (place, at, celsius) values (:place, :at, :celsius)"
        " on conflict (place) do update set at = :at, celsius = :celsius",
        place=r.place,
        at=written(r.at),
        celsius=r.celsius,
    )
    return True


def stamp(tx: Tx, cmd: ColourNote, ask: Ask) -> None:
    """A kept row beside the event."""
    tx.run(
        "insert into toy_stamp (ask, at) values (:ask, :at) on conflict (ask) do nothing",
        ask=ask.id,
        at=written(ask.at),
    )


TOLD_TABLES = ("toy_note", "vault_word", "vault_erasure")
TOY = Slice(
    name="toy",
    events=(NoteAdded, NoteColoured, NoteSeen),
    commands={
        AddNote: Does("crew", known, add_note),
        ColourNote: Does(("crew", "timer"), known, colour_note, keep=stamp),
        SeeNote: Does("crew", known, see_note, observation=True),
        Remind: Does("crew", known, remind),
        TurnYellow: Does("timer", known, turn_yellow),
    },
    projections={NoteAdded: note_added, NoteColoured: note_coloured},
    views={
        "board": Shows("crew", BoardQuery, board, reads=TOLD_TABLES),
        "writers": Shows("shift-leader", WritersQuery, writers, reads=("toy_note",), reveals=True),
        "mine": Shows("crew", BoardQuery, mine, reads=("toy_note",), scoped=True),
        "warmth": Shows("crew", WarmthQuery, warmth, reads=("toy_temperature",)),
    },
    readings={Temperature: Takes("crew", take_temperature)},
    schema=SCHEMA,
    kept=KEPT,
)
