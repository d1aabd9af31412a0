"""MAYDAY, evacuation and alarms: every event, refusal and clock, with plain values."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from conftest import SATURDAY, ask
from siaga.kernel.records import Ask, Due, Refusal, Told, written
from siaga.slices.field import events
from siaga.slices.field.events import STAGING
from siaga.slices.field.rules import safety
from siaga.slices.field.rules.crewfold import Crew, Inside, Seen
from siaga.slices.field.rules.safety import EvacuationKnown, MaydayKnown, pending


def after(seconds: float) -> datetime:
    return SATURDAY + timedelta(seconds=seconds)


def asker(seconds: float = 0, late: float = 0) -> Ask:
    return ask("commander", id=f"ask-{seconds}", at=after(seconds), received=after(seconds + late))


def decided(decision: Any) -> list[Any]:
    assert not isinstance(decision, Refusal), decision
    return list(decision)


def code(decision: Any) -> str:
    assert isinstance(decision, Refusal), decision
    return decision.code


NEW = EvacuationKnown(incident_known=True, decides=True, there=False, ended=False, pending=(), answer_s=60)


def ordered(*waiting: str, **more: Any) -> EvacuationKnown:
    return msgspec.structs.replace(NEW, there=True, pending=waiting, **more)


# ── MAYDAY ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mayday_is_recorded_with_nothing_but_that_it_was_called() -> None:
    assert safety.call_mayday(safety.CallMayday("m1", "i1"), True, asker()) == [events.MaydayCalled("m1", "i1")]


def test_a_mayday_says_who_where_how_much_air_and_what_is_needed() -> None:
    where = Told("lantai 2, kamar belakang")
    cmd = safety.CallMayday("m1", "i1", "c1", "1", "a", 90, "trapped", where)
    assert safety.call_mayday(cmd, True, asker()) == [
        events.MaydayCalled("m1", "i1", "c1", "1", "a", 90, "trapped", where)
    ]


def test_a_step_is_ticked_and_taken_back() -> None:
    for done in (True, False):
        cmd = safety.StepMayday("m1", "i1", "rescue", done, "c2")
        assert safety.step_mayday(cmd, True, asker()) == [events.MaydayStepped("m1", "i1", "rescue", done, "c2")]


@pytest.mark.parametrize(
    ("rule", "cmd"),
    [
        (safety.call_mayday, safety.CallMayday("m1", "i1")),
        (safety.step_mayday, safety.StepMayday("m1", "i1", "rescue")),
        (safety.acknowledge_evacuation, safety.AcknowledgeEvacuation("e1", "i1", "c1")),
        (safety.take_alarm, safety.TakeAlarm("i1", "mayday.m1")),
    ],
    ids=["mayday", "step", "acknowledged", "taken"],
)
def test_only_an_incident_this_node_does_not_know_is_refused(rule: Any, cmd: Any) -> None:
    assert code(rule(cmd, False, asker())) == "incident-unknown"


def test_a_mayday_is_ended_once_and_only_one_that_was_called() -> None:
    end = safety.EndMayday("m1", "i1", "rescued")
    assert safety.end_mayday(end, MaydayKnown(True, False), asker()) == [events.MaydayEnded("m1", "i1", "rescued")]
    assert safety.end_mayday(end, MaydayKnown(True, True), asker()) == []
    assert code(safety.end_mayday(end, MaydayKnown(False, False), asker())) == "mayday-unknown"


# ── evacuation ───────────────────────────────────────────────────────────────────────────────────────────────────────

ORDER = safety.OrderEvacuation("e1", "i1", "a")


def test_an_evacuation_order_stands_at_once_and_after_a_minute_somebody_looks_who_heard_it() -> None:
    event, due = decided(safety.order_evacuation(ORDER, NEW, asker()))
    assert event == events.EvacuationOrdered("e1", "i1", "a")
    assert isinstance(due, Due)
    assert (due.at, due.command) == (after(60), safety.RemindEvacuation("e1", "i1"))


def test_an_order_that_arrives_late_gives_the_answers_behind_it_half_a_minute() -> None:
    _, due = decided(safety.order_evacuation(ORDER, NEW, asker(late=600)))
    assert due.at == after(630)


def test_an_order_is_never_refused_where_another_node_decides_which_then_watches() -> None:
    elsewhere = msgspec.structs.replace(NEW, decides=False)
    assert safety.order_evacuation(ORDER, elsewhere, asker()) == [events.EvacuationOrdered("e1", "i1", "a")]
    unknown = msgspec.structs.replace(NEW, incident_known=False)
    assert code(safety.order_evacuation(ORDER, unknown, asker())) == "incident-unknown"
    assert safety.order_evacuation(ORDER, ordered(), asker()) == []


def test_crews_that_did_not_answer_are_named_again_each_minute() -> None:
    remind = safety.RemindEvacuation("e1", "i1", 2)
    said, again = decided(safety.remind_evacuation(remind, ordered("c1", "c2"), asker(120)))
    assert said == events.EvacuationUnanswered("e1", "i1", ("c1", "c2"), 2)
    assert (again.at, again.command) == (after(180), safety.RemindEvacuation("e1", "i1", 3))
    last = safety.RemindEvacuation("e1", "i1", safety.EVACUATION_STEPS)
    assert len(decided(safety.remind_evacuation(last, ordered("c1"), asker(1800)))) == 1


def test_nothing_is_said_when_all_have_heard_it_or_it_is_over_or_another_node_watches() -> None:
    remind = safety.RemindEvacuation("e1", "i1")
    for known in (ordered(), ordered("c1", ended=True), ordered("c1", decides=False), NEW):
        assert safety.remind_evacuation(remind, known, asker(60)) == []


def test_an_order_is_ended_once_also_where_somebody_has_not_heard_it() -> None:
    end = safety.EndEvacuation("e1", "i1")
    assert safety.end_evacuation(end, ordered("c1"), asker()) == [events.EvacuationEnded("e1", "i1")]
    assert safety.end_evacuation(end, ordered(ended=True), asker()) == []
    assert code(safety.end_evacuation(end, NEW, asker())) == "evacuation-unknown"


def crew(name: str, **more: Any) -> Crew:
    return Crew(crew=name, label=name, **more)


def test_an_order_waits_for_the_crews_that_are_there_and_in_the_sector() -> None:
    when = Seen(written(SATURDAY), "x", "tablet-1")
    crews = (
        crew("coming", phase="on-the-way", sector="a"),
        crew("gone", phase="left", sector="a"),
        crew("there", sector="a"),
        crew("other", sector="b"),
        crew("one-of-it", sector="b", inside=(Inside("1", when, "a"),)),
        crew("waiting", sector=STAGING),
        crew("left-somebody", phase="left", sector="b", inside=(Inside("1", when, "a"),)),
    )
    assert pending(crews, "a", frozenset()) == ("there", "one-of-it", "left-somebody")
    assert pending(crews, "a", frozenset({"there"})) == ("one-of-it", "left-somebody")
    assert pending(crews, "", frozenset()) == ("there", "other", "one-of-it", "waiting", "left-somebody")


def test_an_alarm_is_taken() -> None:
    assert safety.take_alarm(safety.TakeAlarm("i1", "mayday.m1"), safety.AlarmKnown("mayday", "c7"), asker()) == [
        events.AlarmTaken("i1", "mayday.m1", "mayday", "c7")
    ]
