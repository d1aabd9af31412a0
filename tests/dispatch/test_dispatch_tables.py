"""Units, clocks, journal, alarms and readings through the desk, on a real store."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from conftest import SATURDAY, Clock, ask
from siaga.app import SLICES
from siaga.kernel.desk import Desk, EraseWords
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Refusal, Told, written
from siaga.kernel.timer import timer
from siaga.slices.dispatch import events, rules
from siaga.slices.dispatch.tables import fleet, views
from siaga.slices.field.events import Wearer
from siaga.slices.field.rules.crews import FormCrew, ReportEntry, ReportExit, ResolveConflict
from siaga.slices.field.rules.safety import CallMayday
from siaga.slices.field.tables.rows import IncidentQuery
from siaga.slices.intake.rules import CancelIncident, LinkCall, OpenIncident, ReopenIncident, TakeCall


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


ALL = ("call-taker", "dispatcher", "crew", "shift-leader", "administrator")


def do(desk: Desk, command: Any, *, at: datetime = SATURDAY, **more: Any) -> None:
    answer = desk.handle(command, ask(*ALL, at=at, **more))
    assert isinstance(answer, Accepted), answer


def rows(desk: Desk, view: str, query: Any = None) -> list[Any]:
    shown = desk.show(view, query or All(), ask(*ALL))
    assert not isinstance(shown, Refusal)
    return list(shown.rows)


def after(seconds: int) -> datetime:
    return SATURDAY + timedelta(seconds=seconds)


@pytest.fixture
def town(desk: Desk) -> Desk:
    """Two stations, three units, one open incident."""
    do(desk, rules.RegisterAgency("bontang", "Disdamkartan", "fire-service"))
    do(desk, rules.RegisterStation("MAKO", "bontang", "Mako", 117.48, 0.13, True))
    do(desk, rules.RegisterStation("LOKTUAN", "bontang", "Loktuan", 117.49, 0.16))
    for name in ("BTG-1", "BTG-2", "BTG-3"):
        do(desk, rules.RegisterUnit(name, "bontang", "MAKO", "pump"))
    do(desk, rules.LinkTracker("t1", "BTG-1"))
    do(desk, OpenIncident("i1", 117.49, 0.13, type="fire.housing", place=Told("Jl. Gunung Sari")))
    return desk


def board(desk: Desk, unit: str) -> views.BoardRow:
    (row,) = [r for r in rows(desk, "dispatch.board", views.BoardQuery()) if r.unit == unit]
    assert isinstance(row, views.BoardRow)
    return row


def incident(desk: Desk, name: str = "i1") -> views.IncidentRow:
    (row,) = rows(desk, "dispatch.incident", views.OneQuery(name))
    assert isinstance(row, views.IncidentRow)
    return row


def respond(desk: Desk, unit: str = "BTG-1") -> None:
    do(desk, rules.Dispatch("d1", "i1", (unit,)), at=after(60))
    made: tuple[tuple[events.Status, int], ...] = (("on-the-way", 180), ("arrived", 600), ("ready-to-serve", 720))
    for status, at in made:
        do(desk, rules.ReportStatus(unit, status), at=after(at))


def test_the_board_shows_where_a_unit_is_committed(town: Desk) -> None:
    do(town, rules.Dispatch("d1", "i1", ("BTG-1",)))
    row = board(town, "BTG-1")
    assert (row.status, row.incident, row.number, row.answered) == ("assigned", "i1", "2026-0001", False)


def test_every_clock_of_a_response_is_kept_by_unit_and_for_the_incident(town: Desk) -> None:
    respond(town)
    row = incident(town)
    expected = {"dispatched": 60, "on-the-way": 180, "arrived": 600, "ready-to-serve": 720}
    assert {c: row.units[0].clocks[c] for c in expected} == {c: written(after(s)) for c, s in expected.items()}
    assert {c: row.clocks[c] for c in expected} == {c: written(after(s)) for c, s in expected.items()}
    assert row.clocks["answered"] == written(SATURDAY)


def test_the_incident_counts_the_first_unit_that_arrives(town: Desk) -> None:
    do(town, rules.Dispatch("d1", "i1", ("BTG-1", "BTG-2")))
    do(town, rules.ReportStatus("BTG-2", "arrived"), at=after(500))
    do(town, rules.ReportStatus("BTG-1", "arrived"), at=after(400))  # arrives here later, was there sooner
    assert incident(town).clocks["arrived"] == written(after(400))


def test_an_earlier_call_that_is_linked_later_is_when_the_report_was_received(town: Desk) -> None:
    do(town, TakeCall("early", "hotline"), at=after(-240))
    do(town, TakeCall("late", "hotline"), at=after(30))
    for call in ("early", "late"):
        do(town, LinkCall(call, "i1"), at=after(90))
    assert incident(town).clocks["answered"] == incident(town).answered_at == written(after(-240))


def test_a_person_who_set_the_report_right_is_not_overruled_by_a_call(town: Desk) -> None:
    do(town, rules.CorrectTime("i1", "answered", after(-30), None, Told("jam telepon")))
    do(town, TakeCall("early", "hotline"), at=after(-240))
    do(town, LinkCall("early", "i1"), at=after(90))
    assert incident(town).clocks["answered"] == written(after(-30))


def test_what_is_seen_late_sets_its_clock_and_leaves_the_newer_status(town: Desk) -> None:
    do(town, rules.Dispatch("d1", "i1", ("BTG-1",)))
    do(town, rules.ReportStatus("BTG-1", "ready-to-serve"), at=after(720))
    do(town, rules.ReportStatus("BTG-1", "arrived"), at=after(900), seen_at=after(600))
    assert board(town, "BTG-1").status == "ready-to-serve"
    assert incident(town).units[0].clocks["arrived"] == written(after(600))


def test_a_corrected_time_stands_over_what_units_report(town: Desk) -> None:
    respond(town)
    do(town, rules.CorrectTime("i1", "arrived", after(550), "BTG-1", Told("jam tablet")))
    row = incident(town)
    assert row.units[0].clocks["arrived"] == written(after(550))
    assert row.clocks["arrived"] == written(after(550))
    assert row.corrected == ["BTG-1:arrived"]
    do(town, rules.CorrectTime("i1", "arrived", None, "BTG-1"))
    assert incident(town).units[0].clocks["arrived"] is None


def test_the_journal_tells_the_story_in_the_order_it_happened(town: Desk) -> None:
    respond(town)
    told = [(r.kind, r.unit, r.note) for r in rows(town, "dispatch.journal", views.OneQuery("i1"))]
    assert told[0] == ("intake.incident-opened", None, "Jl. Gunung Sari")
    assert ("dispatch.unit-status-reported", "BTG-1", None) in told
    assert [k for k, _, _ in told][1] == "dispatch.units-dispatched"


def test_an_erased_note_is_shown_as_erased(town: Desk) -> None:
    first = rows(town, "dispatch.journal", views.OneQuery("i1"))[0]
    with town.store.read() as tx:
        (ref,) = [r["note"] for r in tx.rows("select note from dispatch_journal where note is not null")]
    do(town, EraseWords(ref, Told("permintaan pelapor")))
    again = rows(town, "dispatch.journal", views.OneQuery("i1"))[0]
    assert (first.note, first.erased) == ("Jl. Gunung Sari", False)
    assert (again.note, again.erased) == (None, True)


def test_an_unanswered_dispatch_alarms_once_and_ends_when_the_unit_moves(town: Desk, clock: Clock) -> None:
    do(town, rules.Dispatch("d1", "i1", ("BTG-1",)))
    ask_due = timer(town)
    ask_due()
    assert rows(town, "dispatch.alarms") == []
    clock.forward(rules.ANSWER_WITHIN.total_seconds() + 1)
    ask_due()
    ask_due()
    (alarm,) = rows(town, "dispatch.alarms")
    assert (alarm.unit, alarm.incident, alarm.taken_by) == ("BTG-1", "i1", None)
    do(town, rules.TakeAlarm(alarm.alarm))
    assert rows(town, "dispatch.alarms")[0].taken_by == "operator"
    do(town, rules.ReportStatus("BTG-1", "on-the-way"), at=after(100))
    assert rows(town, "dispatch.alarms") == []


def test_an_acknowledged_dispatch_does_not_alarm_and_one_ignored_rings_again_for_the_taker(
    town: Desk, clock: Clock
) -> None:
    do(town, rules.Dispatch("d1", "i1", ("BTG-1", "BTG-2")))
    do(town, rules.ReportStatus("BTG-2", "assigned"), at=after(10))
    ask_due = timer(town)
    clock.forward(rules.ANSWER_WITHIN.total_seconds() + 1)
    ask_due()
    (alarm,) = rows(town, "dispatch.alarms")
    assert alarm.unit == "BTG-1"
    do(town, rules.TakeAlarm(alarm.alarm))
    clock.forward(rules.ANSWER_AGAIN.total_seconds() + 1)
    ask_due()
    assert rows(town, "dispatch.alarms")[0].taken_by is None
    assert board(town, "BTG-2").answered


def test_pulling_a_unit_writes_into_both_journals(town: Desk) -> None:
    do(town, rules.Dispatch("d1", "i1", ("BTG-1",)))
    do(town, OpenIncident("i2", 117.5, 0.14))
    do(town, rules.Dispatch("d2", "i2", ("BTG-1",)), override="lebih dekat")
    assert board(town, "BTG-1").incident == "i2"
    assert incident(town).units[0].how == "pulled"
    for name in ("i1", "i2"):
        assert "dispatch.unit-pulled" in [r.kind for r in rows(town, "dispatch.journal", views.OneQuery(name))]


def test_cancelling_a_unit_at_its_station_makes_it_ready_on_the_road_returning(town: Desk) -> None:
    do(town, rules.Dispatch("d1", "i1", ("BTG-1", "BTG-2")))
    do(town, rules.ReportStatus("BTG-2", "on-the-way"), at=after(30))
    for name in ("BTG-1", "BTG-2"):
        do(town, rules.CancelUnit(name, "i1"), at=after(60))
    assert (board(town, "BTG-1").status, board(town, "BTG-2").status) == ("ready", "returning")


def test_closing_frees_the_units_and_keeps_their_thinned_tracks(town: Desk) -> None:
    do(town, rules.Dispatch("d1", "i1", ("BTG-1",)))
    for s in range(0, 120, 5):
        assert town.take(events.UnitPosition("t1", after(s), 117.48 + s / 1e5, 0.13), ask("crew", received=after(s)))
    do(town, rules.ReportStatus("BTG-1", "on-the-way"), at=after(5))
    do(town, rules.CloseIncident("i1", "handled"), at=after(900))
    assert board(town, "BTG-1").status == "returning"
    with town.store.read() as tx:
        (closed,) = [e.event for e in town.log.walk(tx, kinds=["dispatch.incident-closed"])]
    assert isinstance(closed, events.IncidentClosed)
    assert [p.at for p in closed.tracks["BTG-1"]] == [after(s) for s in (0, 30, 60, 90)]


def test_a_closed_incident_can_be_reopened_and_a_cancelled_one_too(town: Desk) -> None:
    do(town, rules.CloseIncident("i1", "handled"))
    do(town, ReopenIncident("i1", Told("api menyala lagi")))
    assert incident(town).state == "open"
    do(town, CancelIncident("i1", Told("salah lapor")))
    assert incident(town).state == "cancelled"


def test_a_time_zone_that_does_not_exist_is_refused_by_name(town: Desk) -> None:
    answer = town.handle(rules.RegisterAgency("x", "X", "fire-service", zone="Asia/Bontang"), ask("administrator"))
    assert answer == Refusal(code="zone-unknown", facts={"zone": "Asia/Bontang"})


def test_standing_by_elsewhere_and_coming_home(town: Desk) -> None:
    do(town, rules.MoveUnit("BTG-3", "LOKTUAN"))
    assert (board(town, "BTG-3").at_station, board(town, "BTG-3").status) == ("LOKTUAN", "standby")
    do(town, rules.MoveUnit("BTG-3", "MAKO"))
    assert (board(town, "BTG-3").at_station, board(town, "BTG-3").status) == ("MAKO", "ready")


def test_stale_future_and_impossible_fixes_are_dropped_with_a_count(town: Desk) -> None:
    def fix(at: datetime, lon: float = 117.48) -> bool | Refusal:
        return town.take(events.UnitPosition("t1", at, lon, 0.13), ask("crew", received=SATURDAY))

    assert fix(SATURDAY) is True
    assert [fix(SATURDAY), fix(after(-60)), fix(after(3600)), fix(after(10), 500.0)] == [False] * 4
    assert [(d.reason, d.n) for d in rows(town, "dispatch.dropped")] == [("future", 1), ("invalid", 1), ("stale", 2)]
    (where,) = rows(town, "dispatch.positions")
    assert (where.unit, where.at) == ("BTG-1", written(SATURDAY))


def test_the_device_on_board_says_where_its_unit_is_and_no_other(town: Desk) -> None:
    def fix(tracker: str, at: datetime) -> bool | Refusal:
        return town.take(events.UnitPosition(tracker, at, 117.49, 0.14), ask("crew", received=at))

    assert (fix("app.BTG-1", SATURDAY), fix("app.XXX-9", SATURDAY), fix("app.XXX-8", SATURDAY)) == (True, False, False)
    assert [(where.unit, where.lon) for where in rows(town, "dispatch.positions")] == [("BTG-1", 117.49)]
    assert [(d.tracker, d.reason, d.n) for d in rows(town, "dispatch.dropped")] == [("app.", "unknown", 2)]
    do(town, rules.WithdrawUnit("BTG-1"))
    assert rows(town, "dispatch.positions") == []
    assert fix("app.BTG-1", after(60)) is False


def test_old_readings_are_thinned_to_one_a_minute_while_committed(town: Desk) -> None:
    do(town, rules.Dispatch("d1", "i1", ("BTG-1",)))
    for s in range(0, 180, 20):
        town.take(events.UnitPosition("t1", after(s), 117.48, 0.13), ask("crew", received=after(s)))
    town.work(lambda tx: fleet.thin_tracks(tx, SATURDAY + timedelta(days=31)))
    with town.store.read() as tx:
        assert tx.rows("select count(*) as n from dispatch_track") == [{"n": 3}]
    town.work(lambda tx: fleet.thin_tracks(tx, SATURDAY + timedelta(days=500)))
    with town.store.read() as tx:
        assert tx.rows("select count(*) as n from dispatch_track") == [{"n": 0}]


def test_a_trip_copied_in_from_paper_sets_its_times_and_leaves_the_unit_where_it_is_now(town: Desk) -> None:
    respond(town)  # BTG-1 is at i1 now
    do(town, OpenIncident("i2", 117.49, 0.13), at=after(-7200), seen_at=after(-7200))
    times: dict[events.TripClock, datetime] = {
        "dispatched": after(-7100),
        "arrived": after(-6700),
        "returned": after(-5000),
    }
    do(town, rules.RecordTrip("i2", "BTG-1", times), at=after(900))
    there, now = incident(town, "i2"), board(town, "BTG-1")
    assert (now.incident, now.status) == ("i1", "ready-to-serve")
    assert there.clocks["arrived"] == written(after(-6700))
    (sent,) = there.units
    assert (sent.unit, sent.how, sent.sent_at) == ("BTG-1", "paper", written(after(-7100)))
    assert sent.clocks["returned"] == written(after(-5000))
    again = town.handle(rules.RecordTrip("i1", "BTG-1", times), ask("dispatcher"))
    assert isinstance(again, Refusal)
    assert again.code == "unit-busy"


def test_a_trip_that_has_not_been_yet_cannot_be_copied_in(town: Desk) -> None:
    answer = town.handle(rules.RecordTrip("i1", "BTG-2", {"arrived": after(7200)}), ask("dispatcher"))
    assert isinstance(answer, Refusal)
    assert answer.code == "time-in-future"


def test_others_are_followed_with_their_times(town: Desk) -> None:
    do(town, rules.StepOther("i1", "pln", "asked"), at=after(60))
    do(town, rules.StepOther("i1", "pln", "arrived"), at=after(900))
    assert incident(town).others == {"pln": {"asked": written(after(60)), "arrived": written(after(900))}}


def test_the_tables_can_be_rebuilt_from_the_log(town: Desk) -> None:
    respond(town)
    do(town, rules.CorrectTime("i1", "arrived", after(550), "BTG-1"))
    do(town, rules.CloseIncident("i1", "handled"), at=after(1500))

    def everything() -> list[Any]:
        return [
            rows(town, "dispatch.board", views.BoardQuery()),
            rows(town, "dispatch.incidents", views.IncidentsQuery("closed")),
            rows(town, "dispatch.journal", views.OneQuery("i1")),
        ]

    before = everything()
    town.rebuild()
    assert everything() == before


def refused(desk: Desk, command: Any, **more: Any) -> str:
    answer = desk.handle(command, ask(*ALL, "commander", **more))
    assert isinstance(answer, Refusal), answer
    return answer.code


def test_an_incident_is_not_closed_over_people_inside_until_they_are_out_or_a_person_says_why(town: Desk) -> None:
    close = rules.CloseIncident("i1", "handled")
    do(town, FormCrew("c7", "i1", "Relawan 7", 2))
    do(town, ReportEntry("i1", "c7", "a", (Wearer("1"), Wearer("2"))), at=after(60))
    do(town, ReportExit("i1", "c7", ("1",)), at=after(120))
    answer = town.handle(close, ask(*ALL, at=after(180)))
    assert isinstance(answer, Refusal)
    assert (answer.code, dict(answer.facts)["crews"]) == ("people-inside", "Relawan 7 (1)")
    do(town, ReportExit("i1", "c7"), at=after(240))
    do(town, close, at=after(300))


def test_an_entry_that_a_person_judged_wrong_does_not_hold_up_the_closing(town: Desk) -> None:
    do(town, FormCrew("c7", "i1", "Relawan 7", 2), at=after(1))
    do(town, ReportEntry("i1", "c7", "a", (Wearer("1"),)), at=after(60), id="in-a", device="tablet-1")
    do(town, ReportEntry("i1", "c7", "b", (Wearer("1"),)), at=after(70), id="in-b", device="tablet-2")
    (conflict,) = rows(town, "field.board", IncidentQuery("i1"))[0].crews[0].conflicts
    do(town, ResolveConflict("i1", "c7", conflict.conflict, "neither"), at=after(80))
    do(town, rules.CloseIncident("i1", "handled"), at=after(90))


def test_an_exit_that_arrives_late_counts_by_the_time_it_was_seen(town: Desk) -> None:
    do(town, ReportEntry("i1", "BTG-1", "a", (Wearer("1"),)), at=after(60))
    do(town, ReportEntry("i1", "BTG-1", "a", (Wearer("2"),)), at=after(200))
    do(town, ReportExit("i1", "BTG-1"), at=after(300), seen_at=after(100))
    answer = town.handle(rules.CloseIncident("i1", "handled"), ask(*ALL, at=after(310)))
    assert isinstance(answer, Refusal)
    assert dict(answer.facts)["people"] == 1


def test_an_incident_is_not_closed_over_a_mayday_that_runs(town: Desk) -> None:
    do(town, CallMayday("m1", "i1"), at=after(60))
    assert refused(town, rules.CloseIncident("i1", "handled"), at=after(70)) == "mayday-open"
    do(town, rules.CloseIncident("i1", "handled"), at=after(80), override="called by mistake, all are at the station")


def test_an_incident_is_not_cancelled_over_people_inside_or_a_mayday_either(town: Desk) -> None:
    cancel = CancelIncident("i1", Told("false alarm"))
    do(town, FormCrew("c7", "i1", "Relawan 7", 2))
    do(town, ReportEntry("i1", "c7", "a", (Wearer("1"), Wearer("2"))), at=after(60))
    do(town, ReportExit("i1", "c7", ("1",)), at=after(120))
    answer = town.handle(cancel, ask(*ALL, at=after(180)))
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.overridable, answer.facts["crews"]) == ("people-inside", True, "Relawan 7 (1)")
    do(town, CallMayday("m1", "i1", "c7"), at=after(190))
    do(town, ReportExit("i1", "c7"), at=after(240))
    assert refused(town, cancel, at=after(250)) == "mayday-open"
    town.rebuild()
    assert refused(town, cancel, at=after(250)) == "mayday-open"
    do(town, cancel, at=after(260), override="everybody is out, the call was a mistake")
    assert rows(town, "dispatch.incident", views.OneQuery("i1"))[0].state == "cancelled"
