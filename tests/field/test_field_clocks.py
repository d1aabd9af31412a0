"""What sounds at the scene without anybody asking: PAR, air and evacuation by the kernel's timer, end to end."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import Clock, Opens
from field.field_kit import after, alarms, at, board, crew, do, fire, rows, sounding, town
from siaga.adapters.sqlite import SqliteStore
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.records import Entry, Told
from siaga.kernel.storage import Tx
from siaga.kernel.timer import timer
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.field import effects
from siaga.slices.field.effects import watching_reopened
from siaga.slices.field.events import Wearer
from siaga.slices.field.rules import command, crews, safety
from siaga.slices.field.rules.crews import PAR_STEPS
from siaga.slices.field.tables.rows import IncidentQuery
from siaga.slices.intake.rules import CancelIncident, ReopenIncident

ENTRY = crews.ReportEntry("i1", "BTG-1", "s1", (Wearer("1", 300.0, "c68_300"),))
NO_AIR = crews.ReportEntry("i1", "BTG-1", "s1", (Wearer("1"),))


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


@pytest.fixture
def scene(desk: Desk) -> Desk:
    """A fire with a unit there and a sector."""
    town(desk)
    fire(desk)
    do(desk, dispatch.Dispatch("d1", "i1", ("BTG-1",)))
    do(desk, dispatch.ReportStatus("BTG-1", "arrived"))
    do(desk, command.SetSector("s1", "i1", "Timur"))
    return desk


class Night:
    """The clock runs and the timer asks what is due, second by second where it matters."""

    def __init__(self, desk: Desk, clock: Clock) -> None:
        self.desk, self.clock, self.tick = desk, clock, timer(desk)

    def until(self, seconds: float, step: float = 5) -> None:
        """Let time pass, looking every few seconds as the node does."""
        while self.clock.now < after(seconds):
            self.clock.now = min(after(seconds), self.clock.now + timedelta(seconds=step))
            self.tick()


@pytest.fixture
def night(scene: Desk, clock: Clock) -> Night:
    return Night(scene, clock)


def journal(desk: Desk, kind: str) -> list[Any]:
    return [line for line in rows(desk, "journal", IncidentQuery("i1")) if line.kind == f"field.{kind}"]


# ── PAR ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_overdue_par_sounds_without_anybody_asking_once_a_step(scene: Desk, night: Night) -> None:
    do(scene, NO_AIR, 0)
    night.until(599)
    assert sounding(scene) == []
    night.until(601, 1)
    assert sounding(scene) == [("par-overdue", "BTG-1", 1)]
    (alarm,) = alarms(scene)
    do(scene, safety.TakeAlarm("i1", alarm.alarm), 610)
    night.until(715)
    assert [a.taken_at for a in alarms(scene)] == [at(610)]
    night.until(725)
    assert [(a.times, a.taken_at) for a in alarms(scene)] == [(2, None)]  # sounds again, also at the desk
    night.until(3600)
    assert [line.facts["times"] for line in journal(scene, "par-overdue")] == list(range(1, PAR_STEPS + 1))
    assert sounding(scene) == [("par-overdue", "BTG-1", PAR_STEPS)]
    do(scene, crews.ReportPar("i1", "BTG-1", "complete"), 3601)
    assert sounding(scene) == []
    night.until(4190)
    assert sounding(scene) == []
    night.until(4205)
    assert sounding(scene) == [("par-overdue", "BTG-1", 1)]


def test_a_crew_that_is_heard_in_time_never_sounds(scene: Desk, night: Night) -> None:
    do(scene, NO_AIR, 0)
    for n in range(1, 7):
        night.until(500 * n)
        do(scene, crews.ReportPar("i1", "BTG-1", "complete"), 500 * n)
    assert journal(scene, "par-overdue") == []


def test_outside_in_a_sector_it_is_twenty_minutes_and_in_staging_nobody_is_asked(scene: Desk, night: Night) -> None:
    night.until(1300)
    assert sounding(scene) == []
    do(scene, crews.MoveCrew("i1", "BTG-1", "s1"), 1300)
    night.until(2495)
    assert sounding(scene) == []
    night.until(2505)
    assert sounding(scene) == [("par-overdue", "BTG-1", 1)]


def test_it_sounds_also_after_a_restart(tmp_path: Path, open_desk: Opens, clock: Clock) -> None:
    first = open_desk(SqliteStore(tmp_path / "node.db"), SLICES)
    town(first)
    fire(first)
    do(first, NO_AIR, 0)
    first.close()
    clock.now = after(700)
    again = open_desk(SqliteStore(tmp_path / "node.db"), SLICES)
    for _ in range(3):
        timer(again)()
    assert sounding(again) == [("par-overdue", "BTG-1", 1)]
    assert len(journal(again, "par-overdue")) == 1


def test_an_outbox_that_drains_after_an_hour_does_not_cry_wolf(scene: Desk, night: Night) -> None:
    night.until(3600, 600)
    do(scene, NO_AIR, 100)
    night.until(3605)
    do(scene, crews.ReportPar("i1", "BTG-1", "complete"), 600)
    night.until(3610)
    do(scene, crews.ReportExit("i1", "BTG-1"), 1100)
    do(scene, crews.MoveCrew("i1", "BTG-1", "rehab"), 1110)
    night.until(5000)
    assert journal(scene, "par-overdue") == []


def test_an_outbox_that_drains_and_leaves_a_crew_unheard_sounds_after_half_a_minute(scene: Desk, night: Night) -> None:
    night.until(3600, 600)
    do(scene, NO_AIR, 100)
    night.until(3625)
    assert sounding(scene) == []
    night.until(3640)
    assert sounding(scene) == [("par-overdue", "BTG-1", 1)]


def test_an_outbox_that_drains_for_minutes_is_waited_for(scene: Desk, night: Night) -> None:
    night.until(3600, 600)
    for n in range(12):
        do(scene, crews.ReportAir("i1", "BTG-1", "1", 200.0), 100 + n)
        do(scene, NO_AIR, 90 + n)
        night.until(3610 + 10 * n)
    do(scene, crews.ReportExit("i1", "BTG-1"), 900)
    do(scene, crews.MoveCrew("i1", "BTG-1", "staging"), 901)
    night.until(5000)
    assert journal(scene, "par-overdue") == []


def test_what_was_heard_in_time_and_arrives_late_ends_the_alarm(scene: Desk, night: Night) -> None:
    do(scene, NO_AIR, 0)
    night.until(605)
    assert sounding(scene) == [("par-overdue", "BTG-1", 1)]
    do(scene, crews.ReportPar("i1", "BTG-1", "complete"), 620, seen_at=after(300))
    assert sounding(scene) == []
    night.until(895)
    assert sounding(scene) == []
    night.until(905)
    assert sounding(scene) == [("par-overdue", "BTG-1", 1)]


def test_a_crew_that_does_not_answer_a_call_sounds_after_two_minutes(scene: Desk, night: Night) -> None:
    do(scene, crews.FormCrew("c2", "i1", "Relawan", 3), 0)
    do(scene, crews.CallPar("p1", "i1"), 60)
    do(scene, crews.ReportPar("i1", "c2", "complete", 3, "p1"), 90)
    night.until(175)
    assert sounding(scene) == []
    night.until(185)
    assert sounding(scene) == [("par-overdue", "BTG-1", 1)]


def test_when_the_incident_is_closed_no_clock_of_it_sounds(scene: Desk, night: Night) -> None:
    do(scene, ENTRY, 0)
    do(scene, safety.OrderEvacuation("e1", "i1"), 10)
    do(scene, dispatch.CloseIncident("i1", "handled"), 20, override="the exit was not reported")
    night.until(2000)
    assert {line.kind for line in rows(scene, "journal", IncidentQuery("i1"))} == {
        "field.sector-set",
        "field.crew-entered",
        "field.evacuation-ordered",
    }


def test_the_clock_goes_by_what_is_left_when_a_person_says_that_a_report_does_not_hold(
    scene: Desk, night: Night
) -> None:
    do(scene, NO_AIR, 0, id="in-a", device="tablet-1")
    again = crews.ReportEntry("i1", "BTG-1", "b", (Wearer("1"),))
    do(scene, again, 500, id="in-b", device="tablet-2")
    (conflict,) = crew(scene, "BTG-1").conflicts
    night.until(700)
    assert sounding(scene) == []
    do(scene, crews.ResolveConflict("i1", "BTG-1", conflict.conflict, "first"), 700)
    night.until(705)
    assert sounding(scene) == [("par-overdue", "BTG-1", 1)]


# ── air ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

# By hand, from standards/air.toml: 6.8 L at 300 bar hold 6.8·300/1.1089 = 1,839.7 L. Without a way in that was measured
# the crew turns back at (2·300 + 50)/3 = 216.7 bar, where z = 1.0440: 1,411.2 L. So 428.5 L may be used.
# Planned are 50 L/min (sd 12), swings add 2·20²·180/60 = 2,400 L²/min, a reading is right to (6.8·10)²/3 = 1,541.3 L².
# One in ten has used 428.5 L at t with 428.5 = 50 t + 1.2816·√(1,541.3 + 2,400 t + 144 t²): t = 5.155 min = 309.3 s.
# Three minutes ahead the board says "soon": 129.3 s. The whistle at 55 bar by the same way: 1,238.7 s.
SOON, BACK, WHISTLE = 129.3, 309.3, 1238.7
# At the goal after four minutes with 250 bar = 1,593.4 L, while 1,639.7 L were expected: 1,598.2 L and 51.78 L/min are
# believed (variances 1,382.8 and 121.9, covariance −59.2). Now 2·50 + 50 = 150 bar is the limit: 1,012.5 L, 585.7 L to
# use: turning back after 438.0 s, "soon" after 258.0 s, the whistle after 1,001.4 s, all from the reading.
GOAL, GOAL_SOON, GOAL_BACK, GOAL_WHISTLE = 240, 240 + 258.0, 240 + 438.0, 240 + 1001.4


def low(desk: Desk) -> list[tuple[str, str]]:
    return [(one.person, one.level) for one in alarms(desk) if one.kind == "air-low"]


def heard(desk: Desk, seconds: float) -> None:
    """A PAR answer, so that only the air can sound."""
    do(desk, crews.ReportPar("i1", "BTG-1", "complete"), seconds)


def test_air_sounds_ahead_of_turning_back_then_at_it_then_at_the_whistle(scene: Desk, night: Night) -> None:
    do(scene, ENTRY, 0)
    for when, level, before in ((SOON, "soon", []), (BACK, "turn-back", ["soon"]), (WHISTLE, "whistle", ["turn-back"])):
        night.until(when - 1.5, 3)
        assert [name for _, name in low(scene)] == before
        night.until(when + 1.5, 1)
        assert low(scene) == [("1", level)]
        heard(scene, when + 2)
    assert [line.facts["level"] for line in journal(scene, "air-low")] == ["soon", "turn-back", "whistle"]


def test_a_reading_that_says_there_is_more_time_ends_the_alarm_until_that_time_has_come(
    scene: Desk, night: Night
) -> None:
    do(scene, ENTRY, 0)
    night.until(GOAL - 1, 3)
    assert low(scene) == [("1", "soon")]
    do(scene, crews.ReportAir("i1", "BTG-1", "1", 250.0, "goal"), GOAL)
    assert low(scene) == []
    heard(scene, GOAL + 1)
    for when, level, before in (
        (GOAL_SOON, "soon", []),
        (GOAL_BACK, "turn-back", ["soon"]),
        (GOAL_WHISTLE, "whistle", ["turn-back"]),
    ):
        night.until(when - 1.5, 3)
        assert [name for _, name in low(scene)] == before
        night.until(when + 1.5, 1)
        assert low(scene) == [("1", level)]
        heard(scene, when + 2)


def test_who_came_out_or_changed_his_cylinder_no_longer_sounds(scene: Desk, night: Night) -> None:
    do(scene, crews.ReportEntry("i1", "BTG-1", "s1", (Wearer("1", 300.0), Wearer("2", 300.0))), 0)
    night.until(SOON + 2)
    assert low(scene) == [("1", "soon"), ("2", "soon")]
    do(scene, crews.ReportExit("i1", "BTG-1", ("1",)), 140)
    assert low(scene) == [("2", "soon")]
    do(scene, crews.ReportAir("i1", "BTG-1", "2", 300.0, "new-cylinder"), 150)
    assert low(scene) == []


def test_a_pressure_that_is_too_low_sounds_at_once(scene: Desk, night: Night) -> None:
    do(scene, ENTRY, 0)
    night.until(60)
    do(scene, crews.ReportAir("i1", "BTG-1", "1", 60.0), 60)
    night.until(61, 1)
    assert low(scene) == [("1", "whistle")]


def test_a_trip_that_was_over_before_its_readings_arrived_does_not_sound(scene: Desk, night: Night) -> None:
    night.until(3600, 600)
    do(scene, ENTRY, 100)
    do(scene, crews.ReportAir("i1", "BTG-1", "1", 120.0), 700)
    night.until(3615)
    do(scene, crews.ReportExit("i1", "BTG-1"), 900)
    do(scene, crews.MoveCrew("i1", "BTG-1", "rehab"), 910)
    night.until(4000)
    assert journal(scene, "air-low") == []


# ── evacuation ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_evacuation_that_a_crew_does_not_answer_sounds_again_each_minute(scene: Desk, night: Night) -> None:
    do(scene, crews.FormCrew("c2", "i1", "Relawan", 3), 0)
    do(scene, safety.OrderEvacuation("e1", "i1"), 10)
    do(scene, safety.AcknowledgeEvacuation("e1", "i1", "c2"), 20)
    night.until(65)
    assert sounding(scene) == [("evacuation", "", 1)]
    night.until(75)
    assert sounding(scene) == [("evacuation", "", 1), ("evacuation-unanswered", "", 1)]
    assert journal(scene, "evacuation-unanswered")[0].facts["crews"] == ["BTG-1"]
    night.until(200)
    assert sounding(scene) == [("evacuation", "", 1), ("evacuation-unanswered", "", 3)]
    do(scene, safety.AcknowledgeEvacuation("e1", "i1", "BTG-1"), 201)
    assert sounding(scene) == []
    night.until(600)
    assert len(journal(scene, "evacuation-unanswered")) == 3


def test_an_evacuation_that_is_over_is_not_asked_about(scene: Desk, night: Night) -> None:
    do(scene, safety.OrderEvacuation("e1", "i1"), 10)
    do(scene, safety.EndEvacuation("e1", "i1"), 30)
    night.until(300)
    assert journal(scene, "evacuation-unanswered") == []
    assert board(scene).evacuations[0].ended_at == at(30)


def test_an_incident_that_is_opened_again_is_watched_again_without_a_report(scene: Desk, night: Night) -> None:
    again = watching_reopened(scene)
    do(scene, ENTRY, 0)
    do(scene, safety.OrderEvacuation("e1", "i1", "s1"), 30)
    do(scene, CancelIncident("i1", Told("sudah padam")), 40, override="masih di dalam, dipantau lewat radio")
    night.until(900)
    assert sounding(scene) == []
    do(scene, ReopenIncident("i1", Told("menyala lagi")), 900)
    again()
    again()
    night.until(1000)
    assert {kind for kind, *_ in sounding(scene)} >= {"par-overdue", "evacuation-unanswered"}
    assert len(journal(scene, "par-overdue")) == 1


def test_who_watches_for_reopened_incidents_reads_no_part_of_the_log_twice(
    scene: Desk, night: Night, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effects, "SELDOM", 3)
    do(scene, ENTRY, 0)
    begun: list[int] = []
    read = scene.log.read

    def looked(tx: Tx, after: int, limit: int, **how: Any) -> list[Entry]:
        begun.append(after)
        return read(tx, after, limit, **how)

    monkeypatch.setattr(scene.log, "read", looked)
    again = watching_reopened(scene)
    again()
    with scene.store.read() as tx:
        head = scene.log.head(tx).position
    again()
    do(scene, safety.OrderEvacuation("e1", "i1", "s1"), 30)
    again()
    assert begun == [0, head, head]
    watching_reopened(scene)()  # after a start
    assert begun[-1] == head
