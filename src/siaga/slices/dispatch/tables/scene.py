"""Who is inside at a scene and which MAYDAYs run, as far as closing an incident must know."""

from ....kernel.records import Entry
from ....kernel.storage import Row, Tx
from ...field import events as field

SCHEMA = """
create table if not exists dispatch_trip (
    incident text not null, crew text not null, person text not null, at text not null, ask text not null,
    inward integer not null, primary key (incident, crew, person, at, ask)
);
create table if not exists dispatch_trip_judged (
    incident text not null, crew text not null, conflict text not null, at text not null, ask text not null,
    holds text not null, primary key (incident, crew, conflict)
);
create table if not exists dispatch_crew (
    incident text not null, crew text not null, label text not null, primary key (incident, crew)
);
create table if not exists dispatch_mayday (
    incident text not null, mayday text not null, running integer not null, primary key (incident, mayday)
)
"""


def crew_formed(tx: Tx, e: field.CrewFormed, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_crew (incident, crew, label) values (:i, :c, :l)"
        " on conflict (incident, crew) do update set label = :l",
        i=e.incident,
        c=e.crew,
        l=e.label,
    )


def crew_entered(tx: Tx, e: field.CrewEntered, entry: Entry) -> None:
    for wearer in e.wearers:
        _trip(tx, e.incident, e.crew, wearer.person, 1, entry)


def crew_left(tx: Tx, e: field.CrewLeft, entry: Entry) -> None:
    for person in e.persons or ("",):  # nobody named: all of them
        _trip(tx, e.incident, e.crew, person, 0, entry)


def _trip(tx: Tx, incident: str, crew: str, person: str, inward: int, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_trip (incident, crew, person, at, ask, inward) values (:i, :c, :p, :at, :ask, :inward)"
        " on conflict (incident, crew, person, at, ask) do nothing",
        i=incident,
        c=crew,
        p=person,
        at=entry.stamp,
        ask=entry.ask,
        inward=inward,
    )


def conflict_resolved(tx: Tx, e: field.ConflictResolved, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_trip_judged (incident, crew, conflict, at, ask, holds)"
        " values (:i, :c, :conflict, :at, :ask, :holds) on conflict (incident, crew, conflict)"
        " do update set at = :at, ask = :ask, holds = :holds where dispatch_trip_judged.at < :at"
        " or (dispatch_trip_judged.at = :at and dispatch_trip_judged.ask < :ask)",
        i=e.incident,
        c=e.crew,
        conflict=e.conflict,
        at=entry.stamp,
        ask=entry.ask,
        holds=e.holds,
    )


def mayday_called(tx: Tx, e: field.MaydayCalled, entry: Entry) -> None:
    tx.run(
        "insert into dispatch_mayday (mayday, incident, running) values (:m, :i, 1)"
        " on conflict (incident, mayday) do nothing",
        m=e.mayday,
        i=e.incident,
    )


def mayday_ended(tx: Tx, e: field.MaydayEnded, entry: Entry) -> None:
    """Also where the end arrives before the call."""
    tx.run(
        "insert into dispatch_mayday (mayday, incident, running) values (:m, :i, 0)"
        " on conflict (incident, mayday) do update set running = 0",
        m=e.mayday,
        i=e.incident,
    )


# ── loads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def inside(tx: Tx, incident: str) -> tuple[tuple[str, int], ...]:
    """The crews with people inside, by what they are called, and how many: who entered and did not leave since."""
    trips = tx.rows("select * from dispatch_trip where incident = :i", i=incident)
    judged = tx.rows("select conflict, holds from dispatch_trip_judged where incident = :i", i=incident)
    gone = field.left_out({row["conflict"]: row["holds"] for row in judged})
    trips.sort(key=lambda row: (row["at"], row["ask"]))
    people: dict[str, set[str]] = {}
    for trip in trips:
        if trip["ask"] not in gone:
            _walk(people.setdefault(trip["crew"], set()), trip)
    labels = {
        row["crew"]: row["label"]
        for row in tx.rows("select crew, label from dispatch_crew where incident = :i", i=incident)
    }
    return tuple((labels.get(crew, crew), len(who)) for crew, who in sorted(people.items()) if who)


def _walk(people: set[str], trip: Row) -> None:
    if trip["inward"]:
        people.add(trip["person"])
    elif trip["person"]:
        people.discard(trip["person"])
    else:
        people.clear()


def maydays(tx: Tx, incident: str) -> int:
    """How many MAYDAYs of the incident run."""
    rows = tx.rows("select count(*) as n from dispatch_mayday where incident = :i and running = 1", i=incident)
    return int(rows[0]["n"])
