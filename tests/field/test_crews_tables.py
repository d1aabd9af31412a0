"""Crews, danger and alarms through the desk on both stores: what the board, the alarms and the journal show."""

import msgspec
import pytest

from conftest import BOTH_STORES, Opens, ask
from field.field_kit import ROLES, after, alarms, at, board, crew, do, fire, refused, rows, say, sounding, town
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.kernel.desk import Desk, EraseWords
from siaga.kernel.records import Accepted, Told
from siaga.slices.dispatch import events as dispatch_events
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.field.events import Wearer
from siaga.slices.field.rules import command, crews, safety
from siaga.slices.field.tables.rows import IncidentQuery
from siaga.slices.intake.rules import CancelIncident, ReopenIncident

on_both = pytest.mark.parametrize("address", BOTH_STORES, indirect=True)


@pytest.fixture
def desk(address: str, open_desk: Opens) -> Desk:
    """A town with an open incident."""
    opened = open_desk(open_store(address), SLICES)
    town(opened)
    fire(opened)
    return opened


# ── from dispatch ────────────────────────────────────────────────────────────────────────────────────────────────────


@on_both
def test_a_dispatched_unit_is_a_crew_on_its_way_with_its_people_and_when_it_should_arrive(desk: Desk) -> None:
    proposed = dispatch_events.Proposed("BTG-1", 240, 30, (), "soonest", "network")
    shown = dispatch_events.ShownProposal(after(0), "fire.housing", 1, "1", "network", (proposed,))
    do(desk, dispatch.Dispatch("d1", "i1", ("BTG-1",), shown), 10)
    there = crew(desk, "BTG-1")
    assert (there.phase, there.unit, there.agency, there.people) == ("sent", "BTG-1", "bontang", 4)
    assert (there.persons, there.eta_at) == (("P1", "P2"), at(250))
    do(desk, dispatch.ReportStatus("BTG-1", "on-the-way"), 60)
    do(desk, dispatch.SetCrew("BTG-1", 5, {}, ("P1",)), 70)
    do(desk, dispatch.ReportStatus("BTG-1", "arrived"), 230)
    there = crew(desk, "BTG-1")
    assert (there.phase, there.people, there.persons, there.arrived_at) == ("arrived", 5, ("P1",), at(230))


def test_a_unit_that_is_cancelled_pulled_away_or_free_again_has_left(desk: Desk) -> None:
    fire(desk, "i2")
    do(desk, dispatch.Dispatch("d1", "i1", ("BTG-1", "BTG-2")), 10)
    do(desk, dispatch.CancelUnit("BTG-1", "i1"), 20)
    do(desk, dispatch.Dispatch("d2", "i2", ("BTG-2",)), 30, override="the other fire is bigger")
    assert [(one.crew, one.phase) for one in board(desk).crews] == [("BTG-1", "left"), ("BTG-2", "left")]
    assert [(one.crew, one.phase) for one in board(desk, "i2").crews] == [("BTG-2", "sent")]
    do(desk, dispatch.ReportStatus("BTG-2", "arrived"), 200)
    do(desk, dispatch.ReportStatus("BTG-2", "ready"), 900)
    assert [one.phase for one in board(desk, "i2").crews] == ["left"]


def test_a_unit_that_says_it_is_there_without_having_been_sent_is_a_crew_too(desk: Desk) -> None:
    do(desk, dispatch.ReportStatus("BTG-2", "arrived", "i1"), 100)
    assert crew(desk, "BTG-2").phase == "arrived"


def test_what_the_incident_is_comes_from_intake_and_dispatch(desk: Desk) -> None:
    do(desk, dispatch.RaiseLevel("i1", 3), 60)
    now = board(desk)
    assert (now.type, now.place, now.level, now.state) == ("fire.housing", "Jl. Gunung Sari", 3, "open")
    do(desk, CancelIncident("i1", Told("sudah padam")), 90)
    assert board(desk).state == "cancelled"
    do(desk, ReopenIncident("i1", Told("menyala lagi")), 120)
    assert board(desk).state == "open"
    assert rows(desk, "board", IncidentQuery("no-such")) == []


def test_when_the_incident_is_closed_its_units_have_left_and_nothing_sounds(desk: Desk) -> None:
    do(desk, dispatch.Dispatch("d1", "i1", ("BTG-1",)), 10)
    do(desk, crews.ReportEntry("i1", "BTG-1", "a", (Wearer("1"),)), 100)
    do(desk, crews.ReportLostContact("i1", "BTG-1"), 200)
    do(desk, safety.CallMayday("m1", "i1"), 210)
    assert len(alarms(desk)) == 2
    do(desk, dispatch.CloseIncident("i1", "handled"), 300, override="all are home, nobody reported it")
    assert crew(desk, "BTG-1").phase == "left"
    assert [one.kind for one in crew(desk, "BTG-1").conflicts] == ["gone-while-inside"]
    assert alarms(desk) == []


# ── crews ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_crew_nobody_dispatched_is_formed_sent_into_a_sector_and_pulled_out(desk: Desk) -> None:
    do(desk, command.SetSector("s1", "i1", "Timur"), 10)
    do(desk, crews.FormCrew("c7", "i1", "Relawan 7", 5, agency="relawan"), 20)
    do(desk, crews.MoveCrew("i1", "c7", "s1"), 30)
    do(desk, crews.ReportEntry("i1", "c7", "s1", (Wearer("1", 300, "c68_300"), Wearer("2", 290))), 40)
    do(desk, crews.ReportAir("i1", "c7", "1", 250, "goal"), 100)
    there = crew(desk, "c7")
    assert (there.label, there.sector, there.people, there.work_since) == ("Relawan 7", "s1", 5, at(30))
    assert [(one.person, one.cylinder, [r.bar for r in one.air]) for one in there.inside] == [
        ("1", "c68_300", [300, 250]),
        ("2", "", [290]),
    ]
    refusal = refused(desk, crews.MoveCrew("i1", "c7", "rehab"), 110)
    assert (refusal.code, refusal.facts["people"]) == ("crew-inside", "1, 2")
    do(desk, crews.ReportExit("i1", "c7"), 600)
    do(desk, crews.MoveCrew("i1", "c7", "rehab"), 610)
    assert (crew(desk, "c7").inside, crew(desk, "c7").rest_since) == ((), at(610))
    assert refused(desk, crews.MoveCrew("i1", "c7", "nowhere"), 620).code == "sector-unknown"
    assert refused(desk, crews.MoveCrew("i1", "c99", "s1"), 620).code == "crew-unknown"


def test_orders_and_observations_of_an_incident_nobody_knows_are_refused(desk: Desk) -> None:
    for cmd in (crews.FormCrew("c1", "i9", "Regu", 4), crews.ReportExit("i9", "c1"), safety.CallMayday("m1", "i9")):
        assert refused(desk, cmd).code == "incident-unknown"


def test_the_same_ask_again_adds_nothing(desk: Desk) -> None:
    entry = crews.ReportEntry("i1", "BTG-1", "a", (Wearer("1", 300),))
    do(desk, entry, 60, id="once")
    before = board(desk)
    do(desk, entry, 60, id="once")
    assert board(desk) == before
    assert [line.kind for line in rows(desk, "journal", IncidentQuery("i1"))] == ["field.crew-entered"]


@on_both
def test_what_two_tablets_contradict_is_shown_until_a_person_says_which_holds(desk: Desk) -> None:
    do(desk, crews.ReportEntry("i1", "BTG-1", "a", (Wearer("1"),)), 60, id="in-a", device="tablet-1")
    do(desk, crews.ReportEntry("i1", "BTG-1", "b", (Wearer("1"),)), 70, id="in-b", device="tablet-2")
    (conflict,) = crew(desk, "BTG-1").conflicts
    assert (conflict.kind, conflict.person, conflict.second.by) == ("two-places", "1", "tablet-2")
    assert rows(desk, "scenes")[0].conflicts == 1
    resolve = crews.ResolveConflict("i1", "BTG-1", conflict.conflict, "first", Told("saya lihat sendiri"))
    do(desk, resolve, 80)
    there = crew(desk, "BTG-1")
    assert (there.conflicts, there.inside[0].sector) == ((), "a")
    do(desk, msgspec.structs.replace(resolve, holds="second", note=None), 90)
    assert crew(desk, "BTG-1").inside[0].sector == "b"
    do(desk, crews.ReportExit("i1", "BTG-1"), 100)
    assert (crew(desk, "BTG-1").inside, crew(desk, "BTG-1").conflicts) == ((), ())


def test_a_resolution_that_was_given_before_another_one_arrives_later_and_changes_nothing(desk: Desk) -> None:
    do(desk, crews.ReportEntry("i1", "BTG-1", "a", (Wearer("1"),)), 60, id="in-a", device="tablet-1")
    do(desk, crews.ReportEntry("i1", "BTG-1", "b", (Wearer("1"),)), 70, id="in-b", device="tablet-2")
    (conflict,) = crew(desk, "BTG-1").conflicts
    do(desk, crews.ResolveConflict("i1", "BTG-1", conflict.conflict, "second"), 95)
    do(desk, crews.ResolveConflict("i1", "BTG-1", conflict.conflict, "first"), 90)
    assert crew(desk, "BTG-1").inside[0].sector == "b"


@on_both
def test_what_is_seen_late_stands_where_its_time_puts_it(desk: Desk) -> None:
    do(desk, crews.ReportEntry("i1", "BTG-1", "a", (Wearer("1", 300),)), 60)
    do(desk, crews.ReportAir("i1", "BTG-1", "1", 200), 400)
    do(desk, crews.ReportAir("i1", "BTG-1", "1", 250, "goal"), 500, seen_at=after(200))
    assert [(r.bar, r.mark) for r in crew(desk, "BTG-1").inside[0].air] == [
        (300, "entry"),
        (250, "goal"),
        (200, "check"),
    ]
    do(desk, crews.ReportExit("i1", "BTG-1"), 600, seen_at=after(30))
    assert [one.person for one in crew(desk, "BTG-1").inside] == ["1"]


def test_a_par_call_stands_on_the_board_with_the_answers_of_the_crews(desk: Desk) -> None:
    do(desk, crews.ReportEntry("i1", "BTG-1", "a", (Wearer("1"),)), 60)
    do(desk, crews.CallPar("p1", "i1"), 120)
    do(desk, crews.ReportPar("i1", "BTG-1", "short", 3, "p1"), 150)
    assert [(call.par, call.at, call.sector) for call in board(desk).pars] == [("p1", at(120), "")]
    (answer,) = crew(desk, "BTG-1").answers
    assert (answer.par, answer.result, answer.present) == ("p1", "short", 3)


# ── MAYDAY and evacuation ────────────────────────────────────────────────────────────────────────────────────────────


@on_both
def test_two_maydays_run_at_once_and_one_ends_without_the_other(desk: Desk) -> None:
    where = Told("lantai 2, kamar belakang")
    do(desk, safety.CallMayday("m1", "i1", "BTG-1", "1", "a", 90, "trapped", where), 60)
    do(desk, safety.CallMayday("m2", "i1"), 70)
    do(desk, safety.StepMayday("m1", "i1", "rescue", crew="BTG-2"), 80)
    do(desk, safety.StepMayday("m1", "i1", "desk"), 81)
    do(desk, safety.StepMayday("m1", "i1", "desk", done=False), 82)
    one, two = board(desk).maydays
    assert (one.mayday, one.crew, one.person, one.bar, one.need) == ("m1", "BTG-1", "1", 90, "trapped")
    assert one.where == "lantai 2, kamar belakang"
    assert [(step.step, step.at, step.crew) for step in one.steps] == [("rescue", at(80), "BTG-2")]
    assert [(a.kind, a.alarm) for a in alarms(desk)] == [("mayday", "mayday.m1"), ("mayday", "mayday.m2")]
    assert rows(desk, "scenes") == []  # nobody is there yet who could say more, and yet it sounds
    do(desk, safety.EndMayday("m1", "i1", "rescued"), 90)
    one, two = board(desk).maydays
    assert (one.ended_at, one.outcome, two.ended_at) == (at(90), "rescued", None)
    assert [a.alarm for a in alarms(desk)] == ["mayday.m2"]
    assert refused(desk, safety.EndMayday("m3", "i1", "rescued"), 95).code == "mayday-unknown"


def test_two_incidents_that_use_the_same_names_do_not_touch_each_other(desk: Desk) -> None:
    fire(desk, "i2")
    for incident in ("i1", "i2"):
        do(desk, crews.ReportEntry(incident, "BTG-1", "a", (Wearer("1"),)), 60)
        do(desk, safety.CallMayday("same", incident), 60)
        do(desk, safety.OrderEvacuation("same", incident), 60)
        do(desk, crews.CallPar("same", incident), 60)
    assert len(alarms(desk)) == 4
    do(desk, safety.StepMayday("same", "i2", "desk"), 70)
    do(desk, safety.EndMayday("same", "i2", "mistaken"), 80)
    do(desk, safety.AcknowledgeEvacuation("same", "i2", "BTG-1"), 80)
    assert {(a.kind, a.incident) for a in alarms(desk)} == {("mayday", "i1"), ("evacuation", "i1")}
    (here,) = board(desk, "i1").maydays
    assert (here.ended_at, here.steps) == (None, [])
    assert [len(board(desk, incident).pars) for incident in ("i1", "i2")] == [1, 1]
    assert refused(desk, dispatch.CloseIncident("i1", "handled"), 90).code == "people-inside"


@on_both
def test_a_mayday_that_is_called_again_says_more_and_runs_since_the_first_call(desk: Desk) -> None:
    do(desk, safety.CallMayday("m1", "i1"), 60)
    do(desk, safety.CallMayday("m1", "i1", "BTG-1", need="air"), 90)
    do(desk, safety.CallMayday("m1", "i1", need="lost"), 100, seen_at=after(50))
    (one,) = board(desk).maydays
    assert (one.at, one.crew, one.need) == (at(50), "BTG-1", "air")


def test_where_a_mayday_is_can_be_erased(desk: Desk) -> None:
    do(desk, safety.CallMayday("m1", "i1", where=Told("kamar Pak Lurah")), 60)
    with desk.store.read() as tx:
        (word,) = tx.rows("select ref from vault_word where value = 'kamar Pak Lurah'")
    do(desk, EraseWords(word["ref"], Told("nama orang")), 100)
    assert board(desk).maydays[0].where is None


@on_both
def test_an_evacuation_order_sounds_until_each_crew_of_the_sector_has_heard_it(desk: Desk) -> None:
    for name, sector in (("BTG-1", "a"), ("BTG-2", "b")):
        do(desk, crews.ReportEntry("i1", name, sector, (Wearer("1"),)), 60)
    do(desk, dispatch.Dispatch("d1", "i1", ("BTG-1",)), 61)
    do(desk, safety.OrderEvacuation("e1", "i1", "a", Told("atap turun")), 100)
    assert [(a.kind, a.alarm) for a in alarms(desk)] == [("evacuation", "evacuation.e1")]
    do(desk, safety.AcknowledgeEvacuation("e1", "i1", "BTG-2"), 105)
    assert len(alarms(desk)) == 1
    do(desk, safety.AcknowledgeEvacuation("e1", "i1", "BTG-1"), 110)
    assert alarms(desk) == []
    (order,) = board(desk).evacuations
    assert (order.reason, order.acknowledged) == ("atap turun", {"BTG-2": at(105), "BTG-1": at(110)})
    do(desk, safety.OrderEvacuation("e2", "i1"), 200)
    do(desk, safety.EndEvacuation("e2", "i1"), 210)
    assert (alarms(desk), board(desk).evacuations[1].ended_at) == ([], at(210))


# ── alarms, scenes, journal ──────────────────────────────────────────────────────────────────────────────────────────


@on_both
def test_lost_contact_sounds_until_somebody_heard_from_them(desk: Desk) -> None:
    do(desk, crews.ReportEntry("i1", "BTG-1", "a", (Wearer("1"),)), 60)
    do(desk, crews.ReportLostContact("i1", "BTG-1", "1"), 100)
    (alarm,) = alarms(desk)
    assert (alarm.kind, alarm.crew, alarm.person, alarm.at) == ("contact-lost", "BTG-1", "1", at(100))
    do(desk, safety.TakeAlarm("i1", alarm.alarm), 110, actor="commander-a")
    (alarm,) = alarms(desk)
    assert (alarm.taken_at, alarm.taken_by) == (at(110), "commander-a")
    do(desk, crews.ReportContact("i1", "BTG-1"), 120)
    assert alarms(desk) == []
    do(desk, crews.ReportLostContact("i1", "BTG-1"), 300)
    (alarm,) = alarms(desk)
    assert alarm.taken_at is None  # another time, another person to take it


@on_both
def test_a_scene_in_short_counts_who_is_there_and_who_is_inside(desk: Desk) -> None:
    assert rows(desk, "scenes") == []
    do(desk, dispatch.Dispatch("d1", "i1", ("BTG-1", "BTG-2")), 10)
    assert rows(desk, "scenes") == []
    do(desk, dispatch.ReportStatus("BTG-1", "arrived"), 200)
    do(desk, crews.ReportEntry("i1", "BTG-1", "a", (Wearer("1"), Wearer("2"))), 260)
    do(desk, command.AssumeCommand("i1", "Danton A"), 270)
    do(desk, safety.CallMayday("m1", "i1"), 280)
    do(desk, safety.OrderEvacuation("e1", "i1"), 290)
    (scene,) = rows(desk, "scenes")
    assert (scene.crews, scene.people, scene.inside) == (1, 4, 2)
    assert (scene.maydays, scene.evacuations, scene.commander) == (1, 1, "Danton A")
    assert (scene.number, scene.phase) == (board(desk).number, "held")
    do(desk, safety.EndMayday("m1", "i1", "mistaken"), 300)
    do(desk, safety.EndEvacuation("e1", "i1"), 300)
    assert [(s.maydays, s.evacuations) for s in rows(desk, "scenes")] == [(0, 0)]


def test_a_unit_that_left_somebody_inside_is_still_counted_at_the_scene(desk: Desk) -> None:
    do(desk, dispatch.Dispatch("d1", "i1", ("BTG-1",)), 10)
    do(desk, crews.ReportEntry("i1", "BTG-1", "a", (Wearer("1"),)), 60)
    do(desk, dispatch.ReportStatus("BTG-1", "returning"), 90)
    assert [(s.crews, s.inside, s.conflicts) for s in rows(desk, "scenes")] == [(1, 1, 1)]
    do(desk, safety.OrderEvacuation("e1", "i1"), 100)
    assert sounding(desk) == [("evacuation", "", 1)]


@on_both
def test_the_journal_holds_what_was_seen_in_the_order_it_was_seen_with_who_said_it(desk: Desk) -> None:
    do(desk, crews.ReportAir("i1", "BTG-1", "1", 200), 300, device="tablet-1", actor="a-1")
    do(desk, crews.ReportEntry("i1", "BTG-1", "a", (Wearer("1", 300),)), 310, seen_at=after(60))
    do(desk, safety.CallMayday("m1", "i1", "BTG-1", where=Told("lantai 2")), 400)
    lines = rows(desk, "journal", IncidentQuery("i1"))
    assert [(line.kind, line.at) for line in lines] == [
        ("field.crew-entered", at(60)),
        ("field.air-read", at(300)),
        ("field.mayday-called", at(400)),
    ]
    assert (lines[1].crew, lines[1].device, lines[1].actor) == ("BTG-1", "tablet-1", "a-1")
    assert lines[1].facts == {"person": "1", "bar": 200, "mark": "check", "cylinder": ""}
    assert lines[0].facts["wearers"] == [{"person": "1", "bar": 300, "cylinder": ""}]
    assert (lines[2].note, "where" in lines[2].facts) == ("lantai 2", False)


@on_both
def test_a_rebuild_gives_the_same_board_alarms_and_journal(desk: Desk) -> None:
    do(desk, dispatch.Dispatch("d1", "i1", ("BTG-1",)), 10)
    do(desk, crews.ReportEntry("i1", "BTG-1", "a", (Wearer("1", 300.0),)), 60, id="in-a", device="tablet-1")
    do(desk, crews.ReportEntry("i1", "BTG-1", "b", (Wearer("1"),)), 70, id="in-b", device="tablet-2")
    do(desk, crews.ReportLostContact("i1", "BTG-1"), 90, seen_at=after(80))
    do(desk, safety.OrderEvacuation("e1", "i1"), 100)

    def pictures() -> list[bytes]:
        shown = [board(desk), alarms(desk), rows(desk, "scenes"), rows(desk, "journal", IncidentQuery("i1"))]
        return [msgspec.json.encode(one) for one in shown]

    before = pictures()
    desk.rebuild()
    assert pictures() == before


def test_who_may_not_act_at_a_scene_is_refused(desk: Desk) -> None:
    for cmd in (crews.ReportExit("i1", "BTG-1"), crews.FormCrew("c1", "i1", "Regu", 4), safety.CallMayday("m1", "i1")):
        answer = desk.handle(cmd, ask("reporter", at=after(10)))
        assert not isinstance(answer, Accepted)
    assert isinstance(say(desk, safety.TakeAlarm("i1", "mayday.m1"), 10), Accepted)
    timer_only = crews.RemindPar("i1", "BTG-1", at(0))
    assert not isinstance(desk.handle(timer_only, ask(*ROLES)), Accepted)
