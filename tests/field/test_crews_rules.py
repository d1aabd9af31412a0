"""What crews report and commanders order: every event, refusal and clock, with plain values."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from conftest import SATURDAY, ask
from siaga.engine.air_rules import read_air_rules
from siaga.kernel.records import Ask, Due, Event, Refusal, written
from siaga.slices.field import events
from siaga.slices.field.events import REHAB, STAGING, CrewEntered, Wearer
from siaga.slices.field.rules import crewfold, crews
from siaga.slices.field.rules.crewfold import Crew, Rest, Seen
from siaga.slices.field.rules.crews import CrewKnown, SceneKnown
from siaga.slices.field.rules.deadlines import Call, Figures, Overdue

FIGURES = Figures(600, 1200, 120, 120, 60, Rest(1200, 20), read_air_rules())
UNKNOWN = CrewKnown(incident_known=False, decides=False, there=False, state=crewfold.unknown("c1"), figures=FIGURES)


def after(seconds: float) -> datetime:
    return SATURDAY + timedelta(seconds=seconds)


def at(seconds: float) -> str:
    return written(after(seconds))


def asker(seconds: float = 0, *, late: float = 0, **more: Any) -> Ask:
    """Somebody who saw something, and whose ask arrived so many seconds later."""
    when = after(seconds)
    return ask("commander", id=f"ask-{seconds}", at=when, received=when + timedelta(seconds=late), **more)


def seen(seconds: float, by: str = "operator") -> Seen:
    return Seen(at(seconds), f"ask-{seconds}", by)


def known(state: Crew | None = None, **more: Any) -> CrewKnown:
    there = {"incident_known": True, "decides": True, "there": True, "state": state or arrived()}
    return msgspec.structs.replace(UNKNOWN, **(there | more))


def arrived(sector: str = STAGING, **more: Any) -> Crew:
    crew = Crew(crew="c1", label="Regu 1", people=4, arrived_at=at(-60), sector=sector)
    return msgspec.structs.replace(crew, **more)


def went_in(seconds: float = 0, *bars: float | None, state: Crew | None = None) -> Crew:
    wearers = tuple(Wearer(str(n), bar) for n, bar in enumerate(bars or (None,), 1))
    return crewfold.step(state or arrived(), seen(seconds), CrewEntered("i1", "c1", "a", wearers), FIGURES.rest)


def split(decision: Any) -> tuple[list[Any], list[Due]]:
    """The events, and what is left due."""
    assert not isinstance(decision, Refusal), decision
    dues = [one for one in decision if isinstance(one, Due)]
    return [one for one in decision if not isinstance(one, Due)], dues


def code(decision: Any) -> str:
    assert isinstance(decision, Refusal), decision
    return decision.code


ENTRY = crews.ReportEntry("i1", "c1", "a", (Wearer("1", 300),))
OBSERVED: list[tuple[Any, Any, Event]] = [
    (crews.report_entry, ENTRY, events.CrewEntered("i1", "c1", "a", (Wearer("1", 300),))),
    (crews.report_exit, crews.ReportExit("i1", "c1", ("1",)), events.CrewLeft("i1", "c1", ("1",))),
    (crews.report_air, crews.ReportAir("i1", "c1", "1", 200, "goal"), events.AirRead("i1", "c1", "1", 200, "goal")),
    (crews.report_par, crews.ReportPar("i1", "c1", "short", 3), events.ParReported("i1", "c1", "short", 3)),
    (crews.report_lost_contact, crews.ReportLostContact("i1", "c1", "1"), events.ContactLost("i1", "c1", "1")),
    (crews.report_contact, crews.ReportContact("i1", "c1"), events.ContactRegained("i1", "c1")),
]


# ── observations ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("rule", "cmd", "event"), OBSERVED, ids=lambda one: getattr(one, "__name__", ""))
def test_what_was_seen_is_recorded_also_of_a_crew_and_a_sector_nobody_knows(rule: Any, cmd: Any, event: Any) -> None:
    nobody = known(crewfold.unknown("c1"), there=False)
    assert split(rule(cmd, nobody, asker()))[0] == [event]


@pytest.mark.parametrize(("rule", "cmd", "event"), OBSERVED, ids=lambda one: getattr(one, "__name__", ""))
def test_only_an_incident_this_node_does_not_know_is_refused(rule: Any, cmd: Any, event: Any) -> None:
    refused = rule(cmd, UNKNOWN, asker())
    assert (code(refused), refused.facts) == ("incident-unknown", {"incident": "i1"})


@pytest.mark.parametrize(("rule", "cmd", "event"), OBSERVED, ids=lambda one: getattr(one, "__name__", ""))
def test_where_another_node_decides_it_is_recorded_and_that_node_watches_the_clock(
    rule: Any, cmd: Any, event: Any
) -> None:
    assert rule(cmd, known(went_in(0, 300), decides=False), asker(60)) == [event]


# ── PAR: when a crew must be heard again ─────────────────────────────────────────────────────────────────────────────


def par_dues(decision: Any) -> list[Due]:
    return [due for due in split(decision)[1] if isinstance(due.command, crews.RemindPar)]


def test_an_entry_is_looked_at_again_after_ten_minutes() -> None:
    (due,) = par_dues(crews.report_entry(ENTRY, known(), asker(0)))
    assert (due.at, due.command) == (after(600), crews.RemindPar("i1", "c1", at(0)))


def test_a_crew_in_a_sector_but_not_inside_is_looked_at_after_twenty() -> None:
    (due,) = par_dues(crews.move_crew(crews.MoveCrew("i1", "c1", "a"), known(), asker(0)))
    assert due.at == after(1200)


@pytest.mark.parametrize("place", [STAGING, REHAB])
def test_a_crew_that_waits_or_rests_is_not_asked(place: str) -> None:
    out = crewfold.step(went_in(0), seen(300), events.CrewLeft("i1", "c1"), FIGURES.rest)
    assert par_dues(crews.move_crew(crews.MoveCrew("i1", "c1", place), known(out), asker(310))) == []


def test_a_full_par_begins_the_interval_anew_and_a_short_one_does_not() -> None:
    full = crews.report_par(crews.ReportPar("i1", "c1", "complete"), known(went_in(0)), asker(500))
    assert [(due.at, due.command.since) for due in par_dues(full)] == [(after(1100), at(500))]  # type: ignore[attr-defined]
    short = crews.report_par(crews.ReportPar("i1", "c1", "short"), known(went_in(0)), asker(500))
    assert [due.at for due in par_dues(short)] == [after(600)]


def test_an_outbox_that_drains_is_waited_for_and_then_the_crew_is_looked_at_once() -> None:
    (due,) = split(crews.report_entry(ENTRY, known(), asker(0, late=3600)))[1]
    assert (due.at, due.command) == (after(3631), crews.WatchCrew("i1", "c1"))
    (same,) = split(crews.report_air(crews.ReportAir("i1", "c1", "1", 60), known(), asker(40, late=3560.4)))[1]
    assert same == due
    (soon,) = par_dues(crews.report_entry(ENTRY, known(), asker(0, late=5)))
    assert soon.at == after(600)


def test_a_crew_is_looked_at_when_nothing_came_for_half_a_minute() -> None:
    look, inside = crews.WatchCrew("i1", "c1"), went_in(0, 300)
    (again,) = split(crews.watch_crew(look, known(inside, late_at=at(3620)), asker(3631)))[1]
    assert (again.at, again.command) == (after(3651), look)
    par, air = split(crews.watch_crew(look, known(inside, late_at=at(3620)), asker(3651)))[1]
    assert (par.at, par.command) == (after(3651), crews.RemindPar("i1", "c1", at(0)))
    assert (air.at, air.command) == (after(3651), crews.RemindAir("i1", "c1", "1", at(0), "whistle"))
    assert crews.watch_crew(look, known(inside, decides=False, late_at=at(3620)), asker(3631)) == []


def test_a_report_about_a_time_before_what_is_known_is_folded_in_where_it_belongs() -> None:
    entry = events.CrewEntered("i1", "c1", "a", (Wearer("1"),))
    heard = (seen(20), events.ParReported("i1", "c1", "complete"))
    nothing = crewfold.unknown("c1")
    state = crewfold.fold(nothing, [heard], FIGURES.rest, (), ())
    late = known(state, past=(nothing, (heard,)))
    assert late.after(asker(0), entry).accounted_at == at(20)
    (due,) = par_dues(crews.report_entry(ENTRY, late, asker(0, late=25)))
    assert (due.at, due.command) == (after(620), crews.RemindPar("i1", "c1", at(20)))


def overdue(times: int = 1, since: float = 0, due: float = 600) -> events.ParOverdue:
    return events.ParOverdue("i1", "c1", after(due), times, at(since))


def test_a_crew_that_was_not_heard_is_overdue_and_that_is_said_again_after_a_while() -> None:
    said, (again,) = split(crews.remind_par(crews.RemindPar("i1", "c1", at(0)), known(went_in(0)), asker(600)))
    assert said == [overdue()]
    assert (again.at, again.command) == (after(720), crews.RemindPar("i1", "c1", at(0), 2))


def test_it_is_said_a_few_times_and_then_the_alarm_stands() -> None:
    last = crews.RemindPar("i1", "c1", at(0), crews.PAR_STEPS)
    assert crews.remind_par(last, known(went_in(0)), asker(1080)) == [overdue(crews.PAR_STEPS)]


def test_nothing_is_said_of_a_crew_that_was_heard_since_left_rests_or_is_watched_elsewhere() -> None:
    remind, now = crews.RemindPar("i1", "c1", at(0)), asker(600)
    heard = crewfold.step(went_in(0), seen(300), events.ContactRegained("i1", "c1"), FIGURES.rest)
    out = crewfold.step(went_in(0), seen(300), events.CrewLeft("i1", "c1"), FIGURES.rest)
    gone = crewfold.step(out, seen(310), crewfold.Says("returning"), FIGURES.rest)
    rests = crewfold.step(out, seen(310), events.CrewMoved("i1", "c1", REHAB), FIGURES.rest)
    for state in (heard, out, gone, rests):
        assert crews.remind_par(remind, known(state), now) == []
    assert crews.remind_par(remind, known(went_in(0), decides=False), now) == []


def test_two_reminders_of_the_same_step_say_it_once() -> None:
    told = known(went_in(0), overdue=Overdue(at(0), 1))
    assert crews.remind_par(crews.RemindPar("i1", "c1", at(0)), told, asker(640)) == []
    earlier = known(went_in(0), overdue=Overdue(at(-900), 5))  # of an interval that is over
    assert split(crews.remind_par(crews.RemindPar("i1", "c1", at(0)), earlier, asker(600)))[0] == [overdue()]


# ── a PAR call ───────────────────────────────────────────────────────────────────────────────────────────────────────

CALL = crews.CallPar("p1", "i1")


def test_a_call_asks_the_crews_on_scene_and_waits_two_minutes_for_each() -> None:
    inside, coming = known(went_in(0)), known(Crew(crew="c2", label="c2", phase="on-the-way"))
    said, dues = split(crews.call_par(CALL, SceneKnown(crews=(inside, coming)), asker(60)))
    assert said == [events.ParCalled("p1", "i1")]
    assert [(due.at, due.command) for due in dues] == [(after(180), crews.RemindPar("i1", "c1", at(60)))]


def test_a_call_to_a_sector_leaves_the_others_in_peace() -> None:
    there, elsewhere = known(went_in(0)), known(arrived("b"))
    _, dues = split(crews.call_par(crews.CallPar("p1", "i1", "a"), SceneKnown(crews=(there, elsewhere)), asker(60)))
    assert [due.command.crew for due in dues] == ["c1"]  # type: ignore[attr-defined]
    assert len(split(crews.call_par(CALL, SceneKnown(crews=(there, elsewhere)), asker(60)))[1]) == 2


def test_the_same_call_again_is_nothing() -> None:
    assert crews.call_par(CALL, SceneKnown(crews=(known(went_in(0)),), same=True), asker(60)) == []


def test_a_crew_that_does_not_answer_a_call_is_overdue_also_in_staging() -> None:
    asked = known(arrived(STAGING), calls=(Call(at(60), ""),))
    said, _ = split(crews.remind_par(crews.RemindPar("i1", "c1", at(60)), asked, asker(180)))
    assert said == [overdue(1, 60, 180)]
    answered = msgspec.structs.replace(asked, state=arrived(accounted_at=at(70)))
    assert crews.remind_par(crews.RemindPar("i1", "c1", at(60)), answered, asker(180)) == []


def test_a_crew_that_came_after_the_call_was_not_asked() -> None:
    later = known(arrived(arrived_at=at(90)), calls=(Call(at(60), ""),))
    assert crews.remind_par(crews.RemindPar("i1", "c1", at(60)), later, asker(180)) == []


# ── air ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def air_dues(decision: Any) -> list[Due]:
    return [due for due in split(decision)[1] if isinstance(due.command, crews.RemindAir)]


def test_an_entry_pressure_says_when_to_look_and_only_at_the_nearest_level() -> None:
    (due,) = air_dues(crews.report_entry(ENTRY, known(), asker(0)))
    assert isinstance(due.command, crews.RemindAir)
    assert (due.command.person, due.command.reading, due.command.level) == ("1", at(0), "soon")
    assert after(60) < due.at < after(900)


def test_who_goes_in_without_a_pressure_is_not_reckoned_with() -> None:
    assert air_dues(crews.report_entry(crews.ReportEntry("i1", "c1", "a", (Wearer("1"),)), known(), asker(0))) == []


def test_a_pressure_below_turning_back_is_looked_at_at_once() -> None:
    low = crews.report_air(crews.ReportAir("i1", "c1", "1", 60), known(went_in(0, 300)), asker(120))
    (due,) = air_dues(low)
    assert (due.at, due.command.level) == (after(120), "whistle")  # type: ignore[attr-defined]


def reminded(
    crew: Crew, now: float, reading: float = 0, low: dict[str, events.AirLevel] | None = None
) -> tuple[list[Any], list[Due]]:
    cmd = crews.RemindAir("i1", "c1", "1", at(reading), "soon")
    return split(crews.remind_air(cmd, known(crew, low=low or {}), asker(now)))


def test_low_air_is_said_with_the_level_that_is_reached_and_the_next_is_looked_for() -> None:
    crew = went_in(0, 300)
    (first,) = air_dues(crews.report_entry(ENTRY, known(), asker(0)))
    soon = (first.at - SATURDAY).total_seconds()
    assert reminded(crew, soon - 1) == ([], [])
    said, (back,) = reminded(crew, soon)
    assert said == [events.AirLow("i1", "c1", "1", "soon")]
    assert back.at == first.at + timedelta(seconds=FIGURES.air.warnings.soon_s)
    turning = (back.at - SATURDAY).total_seconds()
    said, (whistle,) = reminded(crew, turning, low={"1": "soon"})
    assert said == [events.AirLow("i1", "c1", "1", "turn-back")]
    said, none = reminded(crew, (whistle.at - SATURDAY).total_seconds(), low={"1": "turn-back"})
    assert (said, none) == ([events.AirLow("i1", "c1", "1", "whistle")], [])


def test_a_level_that_stands_is_not_said_again_but_the_next_is_looked_for() -> None:
    crew = went_in(0, 300)
    (first,) = air_dues(crews.report_entry(ENTRY, known(), asker(0)))
    soon = (first.at - SATURDAY).total_seconds()
    said, dues = reminded(crew, soon, low={"1": "soon"})
    assert (said, len(dues)) == ([], 1)


def test_nothing_is_said_of_who_is_out_or_was_read_since_or_is_watched_elsewhere() -> None:
    crew = went_in(0, 300)
    out = crewfold.step(crew, seen(60), events.CrewLeft("i1", "c1"), FIGURES.rest)
    read = crewfold.step(crew, seen(60), events.AirRead("i1", "c1", "1", 280), FIGURES.rest)
    cmd = crews.RemindAir("i1", "c1", "1", at(0), "soon")
    for state in (out, read):
        assert crews.remind_air(cmd, known(state), asker(1500)) == []
    assert crews.remind_air(cmd, known(crew, decides=False), asker(1500)) == []


# ── orders ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_crew_is_formed_and_the_same_again_is_nothing() -> None:
    form = crews.FormCrew("c1", "i1", "Relawan 3", 5, agency="relawan", persons=("P1",))
    nobody = known(crewfold.unknown("c1"), there=False)
    (event,) = split(crews.form_crew(form, nobody, asker()))[0]
    assert event == events.CrewFormed("c1", "i1", "Relawan 3", 5, "", "relawan", ("P1",))
    there = nobody.after(asker(), event)
    assert crews.form_crew(form, known(there), asker(5)) == []
    more = msgspec.structs.replace(form, people=6)
    assert len(split(crews.form_crew(more, known(there), asker(5)))[0]) == 1


def test_a_crew_is_moved_to_a_place_that_there_is() -> None:
    move = crews.MoveCrew("i1", "c1", "a")
    assert split(crews.move_crew(move, known(), asker()))[0] == [events.CrewMoved("i1", "c1", "a")]
    assert crews.move_crew(move, known(arrived("a")), asker()) == []
    assert code(crews.move_crew(move, known(there=False), asker())) == "crew-unknown"
    assert code(crews.move_crew(move, known(sector_known=False), asker())) == "sector-unknown"


@pytest.mark.parametrize("place", [STAGING, REHAB])
def test_who_has_people_inside_waits_or_rests_only_with_a_reason(place: str) -> None:
    move, inside = crews.MoveCrew("i1", "c1", place), known(went_in(0, 300, 290))
    refused = crews.move_crew(move, inside, asker(60))
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.overridable) == ("crew-inside", True)
    assert refused.facts == {"crew": "Regu 1", "people": "1, 2"}
    moved = crews.move_crew(move, inside, asker(60, override="the exit was not reported"))
    assert split(moved)[0] == [events.CrewMoved("i1", "c1", place)]


def contradicted() -> CrewKnown:
    one, two = Seen(at(0), "first", "tablet-1"), Seen(at(60), "second", "tablet-2")
    facts = (
        (one, CrewEntered("i1", "c1", "a", (Wearer("1"),))),
        (two, CrewEntered("i1", "c1", "b", (Wearer("1"),))),
    )
    nothing = crewfold.unknown("c1")
    return known(crewfold.fold(nothing, facts, FIGURES.rest, (), ()), past=(nothing, facts))


def test_a_person_says_which_of_two_holds_may_change_his_mind_and_the_clock_goes_by_what_is_left() -> None:
    there = contradicted()
    (conflict,) = there.state.conflicts
    resolve = crews.ResolveConflict("i1", "c1", conflict.conflict, "first")
    said, dues = split(crews.resolve_conflict(resolve, there, asker(90)))
    assert said == [events.ConflictResolved("i1", "c1", conflict.conflict, "first")]
    assert [due.at for due in dues] == [after(600)]
    before = msgspec.structs.replace(there, resolved={conflict.conflict: "first"})
    assert crews.resolve_conflict(resolve, before, asker(95)) == []
    other = msgspec.structs.replace(resolve, holds="second")
    assert len(split(crews.resolve_conflict(other, before, asker(95)))[0]) == 1


def test_a_contradiction_that_there_is_not_cannot_be_resolved() -> None:
    resolve = crews.ResolveConflict("i1", "c1", "two-places/x/y/1", "both")
    assert code(crews.resolve_conflict(resolve, contradicted(), asker(90))) == "conflict-unknown"
