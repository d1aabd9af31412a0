"""The fold of a crew: where everybody is by what was seen, each kind of contradiction, what a person said of it."""

import itertools
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import SATURDAY
from siaga.engine.air_rules import read_air_rules
from siaga.kernel.records import written
from siaga.slices.field import events
from siaga.slices.field.events import REHAB, STAGING, CrewEntered, CrewLeft, CrewMoved, Wearer
from siaga.slices.field.rules import crewfold
from siaga.slices.field.rules.crewfold import Crew, Fact, Rest, Says, Seen, Sent
from siaga.slices.field.tables.figures import figures

REST = Rest(rest_s=1200.0, rise_bar=20.0)
ONE, TWO = "tablet-1", "tablet-2"


def seen(seconds: float, by: str = ONE, ask: str = "") -> Seen:
    return Seen(written(SATURDAY + timedelta(seconds=seconds)), ask or f"a{seconds:09.3f}", by)


def at(seconds: float) -> str:
    return written(SATURDAY + timedelta(seconds=seconds))


def entered(*persons: str, sector: str = "a", bar: float | None = None) -> CrewEntered:
    return CrewEntered("i1", "c1", sector, tuple(Wearer(person, bar) for person in persons))


def left(*persons: str) -> CrewLeft:
    return CrewLeft("i1", "c1", persons)


def moved(to: str) -> CrewMoved:
    return CrewMoved("i1", "c1", to)


def read(bar: float, person: str = "1", mark: events.AirMark = "check") -> events.AirRead:
    return events.AirRead("i1", "c1", person, bar, mark)


def answered(result: events.ParResult, present: int | None = None, par: str = "") -> events.ParReported:
    return events.ParReported("i1", "c1", result, present, par)


def folded(*told: tuple[Seen, Fact], left_out: Iterable[str] = (), resolved: Iterable[str] = ()) -> Crew:
    ordered = sorted(told, key=lambda one: (one[0].at, one[0].ask))
    return crewfold.fold(crewfold.unknown("c1"), ordered, REST, frozenset(left_out), frozenset(resolved))


def inside(crew: Crew) -> list[str]:
    return [one.person for one in crew.inside]


# ── the way of a crew ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_crew_is_sent_drives_arrives_and_leaves() -> None:
    sent = (seen(0), Sent("BTG-1", "bontang", 4, ("P1",), at(300)))
    crew = folded(sent)
    assert (crew.phase, crew.people, crew.eta_at, crew.sector) == ("sent", 4, at(300), STAGING)
    crew = folded(sent, (seen(10), Says("on-the-way")), (seen(290), Says("arrived")))
    assert (crew.phase, crew.arrived_at, crew.eta_at) == ("arrived", at(290), None)
    crew = folded(sent, (seen(290), Says("arrived")), (seen(900), Says("returning")))
    assert crew.phase == "left"


def test_who_reports_an_entry_has_arrived_whatever_the_unit_said() -> None:
    crew = folded((seen(0), Sent("BTG-1", "bontang", 4)), (seen(60), entered("1", "2", bar=300)))
    assert (crew.phase, crew.arrived_at, crew.sector) == ("arrived", at(60), "a")
    assert inside(crew) == ["1", "2"]
    assert [one.bar for one in crew.inside[0].air] == [300]


def test_who_leaves_by_name_is_out_and_the_others_are_still_in() -> None:
    crew = folded((seen(0), entered("1", "2", "3")), (seen(60), left("2")))
    assert inside(crew) == ["1", "3"]
    assert [one.person for one in crew.out] == ["2"]
    assert inside(folded((seen(0), entered("1", "2")), (seen(60), left()))) == []


def test_an_exit_seen_before_an_entry_does_not_take_out_who_entered_later() -> None:
    crew = folded((seen(0), entered("1")), (seen(50), left()), (seen(60), entered("2")))
    assert inside(crew) == ["2"]


def test_somebody_who_is_in_and_enters_again_is_counted_once() -> None:
    crew = folded((seen(0), entered("1", bar=300)), (seen(5, TWO), entered("1", "2", bar=290)))
    assert inside(crew) == ["1", "2"]
    assert crew.entries == 1
    assert [reading.bar for reading in crew.inside[0].air] == [300]


def test_work_inside_adds_up_and_enough_rest_begins_it_anew() -> None:
    trip = ((seen(0), entered("1")), (seen(600), left()))
    assert (folded(*trip).entries, folded(*trip).worked_s) == (1, 600.0)
    short = folded(*trip, (seen(700), moved(REHAB)), (seen(1800), moved("a")))
    assert (short.entries, short.worked_s, short.rest_since) == (1, 600.0, None)
    enough = folded(*trip, (seen(700), moved(REHAB)), (seen(1900), moved("a")))
    assert (enough.entries, enough.worked_s) == (0, 0.0)


def test_a_crew_works_since_it_came_from_staging_and_not_since_it_changed_sectors() -> None:
    assert folded((seen(10), moved("a")), (seen(500), moved("b"))).work_since == at(10)
    assert folded((seen(10), moved("a")), (seen(500), moved(STAGING))).work_since is None


def test_entry_exit_a_full_par_and_regained_contact_account_for_a_crew_a_short_par_does_not() -> None:
    assert folded((seen(0), entered("1"))).accounted_at == at(0)
    assert folded((seen(0), entered("1", "2")), (seen(60), left("1"))).accounted_at == at(60)
    assert folded((seen(0), entered("1")), (seen(60), answered("complete"))).accounted_at == at(60)
    for result in ("short", "no-answer"):
        told: events.ParResult = "short" if result == "short" else "no-answer"
        assert folded((seen(0), entered("1")), (seen(60), answered(told))).accounted_at == at(0)
    lost = folded((seen(0), entered("1")), (seen(60), events.ContactLost("i1", "c1", "1")))
    assert (lost.lost_at, lost.lost_person) == (at(60), "1")
    heard = folded(
        (seen(0), entered("1")),
        (seen(60), events.ContactLost("i1", "c1", "1")),
        (seen(90), events.ContactRegained("i1", "c1")),
    )
    assert (heard.lost_at, heard.lost_person, heard.accounted_at) == (None, "", at(90))


# ── contradictions ───────────────────────────────────────────────────────────────────────────────────────────────────

ENTRY = (seen(0, ONE, "e"), entered("1"))
KINDS: dict[str, tuple[tuple[Seen, Fact], ...]] = {
    "two-places": (ENTRY, (seen(60, TWO, "s"), entered("1", sector="b"))),
    "left-not-inside": ((seen(60, TWO, "s"), left("7")),),
    "read-outside": (ENTRY, (seen(30, ONE, "o"), left("1")), (seen(60, TWO, "s"), read(150))),
    "air-rose": (ENTRY, (seen(30, ONE, "o"), read(150)), (seen(60, TWO, "s"), read(190))),
    "par-differs": (
        (seen(30, ONE, "o"), answered("complete", 4, "p1")),
        (seen(60, TWO, "s"), answered("short", 3, "p1")),
    ),
    "gone-while-inside": (ENTRY, (seen(60, TWO, "s"), Says("returning"))),
}


@pytest.mark.parametrize("kind", KINDS)
def test_two_devices_that_contradict_each_other_raise_a_warning_with_both(kind: str) -> None:
    (conflict,) = folded(*KINDS[kind]).conflicts
    assert (conflict.kind, conflict.second.ask, conflict.second.by) == (kind, "s", TWO)
    first = {"two-places": "e", "gone-while-inside": "e", "left-not-inside": None}.get(kind, "o")
    assert (conflict.first.ask if conflict.first else None) == first


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"left-not-inside", "gone-while-inside"}))
def test_one_device_that_corrects_itself_raises_none(kind: str) -> None:
    same = tuple((Seen(s.at, s.ask, ONE), fact) for s, fact in KINDS[kind])
    assert folded(*same).conflicts == ()


def judged(kind: str, holds: events.Holds) -> Crew:
    """The crew after a person said which of the two holds."""
    (conflict,) = folded(*KINDS[kind]).conflicts
    said = events.ConflictResolved("i1", "c1", conflict.conflict, holds)
    return folded(*KINDS[kind], left_out=said.left_out, resolved=(conflict.conflict,))


@pytest.mark.parametrize("holds", ["first", "second", "both", "neither"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_person_said_of_a_contradiction_ends_it(kind: str, holds: events.Holds) -> None:
    assert judged(kind, holds).conflicts == ()


def test_what_does_not_hold_no_longer_counts() -> None:
    assert [one.sector for one in judged("two-places", "first").inside] == ["a"]
    assert [one.sector for one in judged("two-places", "second").inside] == ["b"]
    assert judged("two-places", "neither").inside == ()
    assert inside(judged("read-outside", "second")) == ["1"]  # he was not out after all
    assert inside(judged("read-outside", "first")) == []
    assert [r.bar for r in judged("air-rose", "first").inside[0].air] == [150]
    assert [r.bar for r in judged("air-rose", "second").inside[0].air] == [190]
    assert [r.bar for r in judged("air-rose", "both").inside[0].air] == [150, 190]
    assert [a.result for a in judged("par-differs", "second").answers] == ["short"]
    assert judged("par-differs", "second").accounted_at is None
    assert judged("gone-while-inside", "first").phase == "arrived"
    assert judged("gone-while-inside", "second").phase == "left"


def test_a_contradiction_that_was_resolved_does_not_come_back_with_the_next_report() -> None:
    (conflict,) = folded(*KINDS["air-rose"]).conflicts
    later = (seen(90), read(140))
    assert folded(*KINDS["air-rose"], later, resolved=(conflict.conflict,)).conflicts == ()
    assert len(folded(*KINDS["air-rose"], later).conflicts) == 1


def test_a_new_cylinder_may_hold_more() -> None:
    assert folded(ENTRY, (seen(30), read(80)), (seen(60, TWO), read(295, mark="new-cylinder"))).conflicts == ()


# ── properties ───────────────────────────────────────────────────────────────────────────────────────────────────────

PEOPLE = ("1", "2", "3")
some = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True)
trips: st.SearchStrategy[Any] = st.one_of(
    some.map(lambda who: entered(*who)),
    some.map(lambda who: entered(*who, sector="b")),
    st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True).map(lambda who: left(*who)),
    st.sampled_from([moved("a"), moved(REHAB), answered("complete"), read(200), Says("action")]),
)
stories = st.lists(st.tuples(st.sampled_from([ONE, TWO]), trips), max_size=25)


def told(story: list[tuple[str, Fact]]) -> list[tuple[Seen, Fact]]:
    return [(seen(n, by, f"a{n:03}"), fact) for n, (by, fact) in enumerate(story)]


@given(stories)
def test_people_inside_are_those_who_entered_and_did_not_leave_since(story: list[tuple[str, Fact]]) -> None:
    known: set[str] = set()
    for _, fact in story:
        if isinstance(fact, CrewEntered):
            known |= {wearer.person for wearer in fact.wearers}
        elif isinstance(fact, CrewLeft):
            known -= set(fact.persons or known)
    assert set(inside(folded(*told(story)))) == known


@given(stories)
def test_nobody_is_counted_twice(story: list[tuple[str, Fact]]) -> None:
    crew = folded(*told(story))
    everybody = inside(crew) + [one.person for one in crew.out]
    assert len(everybody) == len(set(everybody)) <= len(PEOPLE)


@given(stories)
def test_one_step_after_another_is_the_fold_of_all(story: list[tuple[str, Fact]]) -> None:
    state = crewfold.unknown("c1")
    for when, fact in told(story):
        state = crewfold.step(state, when, fact, REST)
    assert state == folded(*told(story))


@given(stories)
def test_readings_of_a_wearer_stand_in_the_order_they_were_taken(story: list[tuple[str, Fact]]) -> None:
    for wearer in folded(*told(story)).inside:
        times = [reading.seen.at for reading in wearer.air]
        assert all(a <= b for a, b in itertools.pairwise(times))


def test_what_a_gauge_may_rise_by_is_the_standards_own_figure() -> None:
    told = (ENTRY, (seen(30, ONE, "o"), read(150)), (seen(60, TWO, "s"), read(170)))
    for rise, kinds in ((20.0, []), (19.0, ["air-rose"])):
        state = crewfold.fold(crewfold.unknown("c1"), told, Rest(1200.0, rise), (), ())
        assert [one.kind for one in state.conflicts] == kinds
    assert figures().rest.rise_bar == read_air_rules().gauge.rise_bar


def test_two_places_are_named() -> None:
    (conflict,) = folded(*KINDS["two-places"]).conflicts
    assert conflict.sectors == ("a", "b")
