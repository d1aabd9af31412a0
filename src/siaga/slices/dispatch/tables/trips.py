"""What a unit's sayings count for: clocks, answers and ends of its trips; set right when something arrives late."""

import json

from ....kernel import playing, stays
from ....kernel.stays import Changed, Stay
from ....kernel.storage import Tx
from .. import rules
from .fleet import STAYS, stands_anew

NOWHERE = ""
"""The journal that nobody reads: of what was said by a unit that was on no incident."""
_FIRST = "dispatch_clock"
"""The incident's own clocks as far as they were set in one turn after another: a later time changes nothing."""
CLOCK_OF = {"returning": "returned", "ready": "ready-again"} | {s: s for s in rules.AT_SCENE}
_FREE_AGAIN = ("ready", "reserve")
_BACK = ("returning", "ready")
_ANSWERS = ("assigned", *rules.AT_SCENE)


def clock(tx: Tx, incident: str, unit: str, name: str, at: str) -> None:
    """The first time stands, also when an earlier one arrives later; a person's correction stands over both."""
    if not unit:
        first = playing.known(tx, _FIRST, (incident, name), lambda: None)
        if first is not None and first <= at:
            return
        playing.know(tx, _FIRST, (incident, name), at)
    tx.run(
        "insert into dispatch_clock (incident, unit, clock, at, corrected) values (:i, :u, :c, :at, 0)"
        " on conflict (incident, unit, clock) do update set at = :at where dispatch_clock.corrected = 0"
        " and (dispatch_clock.at is null or dispatch_clock.at > :at)",
        i=incident,
        u=unit,
        c=name,
        at=at,
    )


def clock_anew(tx: Tx, incident: str, name: str) -> None:
    """The incident's own clock was written otherwise than by a first time."""
    playing.doubt(tx, _FIRST, (incident, name))


def first_of_units(tx: Tx, incident: str, name: str) -> None:
    """The incident's own clock is the first of its units', unless a person set it."""
    if name not in rules.OF_FIRST:
        return
    first = tx.rows(
        "select min(at) as at from dispatch_clock where incident = :i and clock = :c and unit <> ''",
        i=incident,
        c=name,
    )[0]["at"]
    tx.run(
        "update dispatch_clock set at = :at where incident = :i and unit = '' and clock = :c and corrected = 0",
        at=first,
        i=incident,
        c=name,
    )
    clock_anew(tx, incident, name)


def told_in(stay: Stay) -> str | None:
    """The incident in whose journal a saying stands."""
    return stay.place or (None if stay.what in _FREE_AGAIN else stay.was)


def odd(stay: Stay) -> str | None:
    """What a saying contradicts."""
    if stay.kind != "says" or stay.what not in rules.AT_SCENE or (stay.counts and stay.counts == stay.was):
        return None
    return "not-sent-there" if stay.counts else "no-incident"


def _clock_of(stay: Stay) -> tuple[str, str] | None:
    """The incident and its clock that a saying sets; who is back from a trip says it of the last one."""
    about = stay.counts or (stay.last if stay.what in _BACK else None)
    if stay.kind != "says" or about is None or stay.what not in CLOCK_OF:
        return None
    if stay.what == "ready" and not _was_out(stay.prev):
        return None
    return about, CLOCK_OF[stay.what]


def after_off(stay: Stay) -> str:
    """What a unit does that was taken off an incident: on the road it returns, at its station it is ready."""
    return "ready" if stay.prev == "assigned" else "returning"


def _was_out(prev: str) -> bool:
    """Whether a unit that did this was away on a trip; one that was taken off before it left was not."""
    return prev in ("returning", *rules.COMMITTED) or (prev.endswith(">off") and prev != "assigned>off")


def count(tx: Tx, unit: str, stay: Stay) -> None:
    """Set the clock that a saying sets, and answer the dispatch that it answers."""
    if found := _clock_of(stay):
        about, name = found
        clock(tx, about, unit, name, stay.at)
        if name in rules.AT_SCENE:
            clock(tx, about, "", name, stay.at)
    if stay.counts and stay.what in _ANSWERS:
        tx.run(
            "update dispatch_sent set answered_at = :at where incident = :i and unit = :u and at <= :at"
            " and (answered_at is null or answered_at > :at)",
            at=stay.at,
            i=stay.counts,
            u=unit,
        )


def set_right(tx: Tx, unit: str, stay: Stay, changed: list[Changed]) -> None:
    """Something arrived late: what later sayings counted for, when trips ended, and where the unit is now."""
    for old, new in changed:
        _uncount(tx, unit, old)
        if (told_in(old), odd(old)) != (told_in(new), odd(new)):
            _told_anew(tx, old, new)
    every = stays.all_of(tx, STAYS, unit)
    for one in every if changed else ():
        if one.kind == "says":
            count(tx, unit, one)
    touched = {one for pair in [(stay, stay), *changed] for s in pair for one in (s.was, s.now, s.place) if one}
    for incident in sorted(touched):
        _trips(tx, incident, unit, every)
    if changed and changed[-1][1] == every[-1]:
        _now(tx, unit, every)


def _told_anew(tx: Tx, old: Stay, new: Stay) -> None:
    """The line of a saying goes to the journal it belongs to, with what it contradicts now."""
    where = {"i": told_in(old) or NOWHERE, "p": new.position}
    for row in tx.rows("select facts from dispatch_journal where incident = :i and position = :p", **where):
        facts = {name: value for name, value in json.loads(row["facts"]).items() if name != "odd"}
        tx.run(
            "update dispatch_journal set incident = :to, facts = :f where incident = :i and position = :p",
            to=told_in(new) or NOWHERE,
            f=json.dumps(({"odd": odd(new)} if odd(new) else {}) | facts),
            **where,
        )


def _uncount(tx: Tx, unit: str, old: Stay) -> None:
    """Take back the clock that a saying had set."""
    if found := _clock_of(old):
        about, name = found
        tx.run(
            "delete from dispatch_clock where incident = :i and unit = :u and clock = :c and at = :at"
            " and corrected = 0",
            i=about,
            u=unit,
            c=name,
            at=old.at,
        )
        first_of_units(tx, about, name)


def _trips(tx: Tx, incident: str, unit: str, every: list[Stay]) -> None:
    """When each trip of the unit to the incident was answered and ended, by all that was said."""
    for sent in tx.rows(
        "select dispatch, at from dispatch_sent where incident = :i and unit = :u and coalesce(how, '') <> 'paper'",
        i=incident,
        u=unit,
    ):
        since = [one for one in every if one.at >= sent["at"]]
        answers = [one.at for one in since if one.kind == "says" and one.counts == incident and one.what in _ANSWERS]
        end = next((one for one in since if _ends(one, incident)), None)
        tx.run(
            "update dispatch_sent set answered_at = :answered, ended_at = :ended, how = :how"
            " where incident = :i and unit = :u and dispatch = :d",
            answered=min(answers, default=None),
            ended=end.at if end else None,
            how=end.how if end else None,
            i=incident,
            u=unit,
            d=sent["dispatch"],
        )


def _ends(stay: Stay, incident: str) -> bool:
    """Whether a trip to the incident is over with it."""
    gone = stay.was == incident and stay.now != incident and stay.how != ""
    return gone or (stay.kind == "off" and stay.place == incident)


def _now(tx: Tx, unit: str, every: list[Stay]) -> None:
    """Where the unit is, and what it does, by the newest that was said of it; being taken off where it was not any
    more says nothing."""
    newest = every[-1]
    tx.run(
        "update dispatch_unit set incident = :i, last_incident = coalesce(:last, last_incident), odd = :odd,"
        " sent_at = case when incident = :i then sent_at end where unit = :u",
        i=newest.now,
        last=newest.last,
        odd=odd(newest),
        u=unit,
    )
    stands_anew(tx, unit)
    valid = next((one for one in reversed(every) if one.kind != "off" or one.was == one.place), newest)
    if newest.kind == "off":
        tx.run(
            "update dispatch_unit set status = :s, since = :since where unit = :u and since >= :valid and since <= :at",
            s=after_off(valid) if valid.kind == "off" else valid.what,
            since=valid.at,
            valid=valid.at,
            u=unit,
            at=newest.at,
        )
