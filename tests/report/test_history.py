"""Reports copied from an archive: they wait for nobody, and what their archive did not record is not nothing."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from conftest import BOTH_STORES, ask, rows
from report.report_room import (
    NOBODY,
    PORT,
    SECTIONS,
    checked,
    fire,
    fleet,
    listed,
    minutes,
    refused,
    report,
    seen,
    signed,
    take,
    written_down,
)
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.records import Told
from siaga.slices.intake.rules import CancelIncident, MarkExercise, OpenIncident, ReopenIncident
from siaga.slices.report import rules
from siaga.slices.report.rules import states
from siaga.slices.report.rules.history import KeepHistory
from siaga.slices.report.tables.figures.calendar import CalendarQuery
from siaga.slices.report.tables.figures.control import ControlQuery
from siaga.slices.report.tables.figures.history import RecordedQuery
from siaga.slices.report.tables.figures.parts import FiguresQuery, RecapQuery
from siaga.slices.report.tables.figures.public import PublicQuery
from siaga.slices.report.tables.figures.unsent import UnsentQuery
from siaga.slices.report.tables.rows import ListQuery

YEAR = RecapQuery(datetime(2025, 12, 31, 16, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC))


@pytest.fixture
def room(desk: Desk) -> Desk:
    """A closed fire of which nothing is written yet."""
    fleet(desk)
    fire(desk)
    return desk


def keep(desk: Desk, incident: str = "i1", *kinds: str, at: float = 125, source: str = "2026.xlsx baris 7") -> None:
    take(desk, KeepHistory(incident, Told(source), kinds), "administrator", at=minutes(at))


def see(desk: Desk, view: str, query: Any) -> Any:
    return rows(desk.show(f"report.{view}", query, ask("administrator")))


# ── what was copied waits for nobody ─────────────────────────────────────────────────────────────────────────────────


def test_a_report_that_was_copied_says_from_where_and_asks_for_nothing(room: Desk) -> None:
    assert report(room).history is None
    keep(room, "i1", "fire", "fire")
    row = report(room)
    assert (row.state, row.validation) == ("history", [])
    assert row.history is not None
    assert (row.history.source, row.history.kinds) == ("2026.xlsx baris 7", ["fire"])
    assert (listed(room)["i1"].state, listed(room)["i1"].missing) == ("history", [])
    assert listed(room, missing=True) == {}


def test_only_who_runs_the_node_says_so_and_only_of_what_is_over(room: Desk) -> None:
    assert refused(room, KeepHistory("i1"), "reporter").code == "not-permitted"
    assert refused(room, KeepHistory("i9"), "administrator").code == "incident-unknown"
    take(room, OpenIncident("i2", 117.49, 0.13), "call-taker")
    assert refused(room, KeepHistory("i2"), "administrator").code == "report.history-open"
    take(room, CancelIncident("i2", Told("salah lapor")), "dispatcher")
    assert refused(room, KeepHistory("i2"), "administrator").code == "report.not-needed"
    wrong = refused(room, KeepHistory("i1", kinds=("fire", "storm")), "administrator")
    assert (wrong.code, wrong.facts["field"]) == ("report.unknown-code", "kinds.1")


def test_it_can_be_filled_checked_signed_and_finished_like_any_other(room: Desk) -> None:
    keep(room, "i1", "fire")
    assert refused(room, states.CheckReport("i1", **seen(room)), "reporter").code == "report.incomplete"
    written_down(room)
    assert report(room).state == "history"
    signed(room)
    assert report(room).state == "signed"
    assert report(room).history is not None
    take(room, states.FinishReport("i1", **seen(room)), "coordinator", at=minutes(170), actor="kadis")
    assert report(room).state == "final"


def test_given_back_or_changed_after_the_check_it_is_history_again(room: Desk) -> None:
    keep(room)
    written_down(room)
    checked(room)
    take(room, states.ReturnReport("i1", Told("jam salah")), "commander", at=minutes(151))
    assert report(room).state == "history"
    checked(room, 152)
    take(room, rules.StateCause("i1", "short-circuit"), "reporter", at=minutes(153))
    assert report(room).state == "history"


def test_a_signature_that_stands_before_stays(room: Desk) -> None:
    written_down(room)
    signed(room)
    before = seen(room)
    keep(room, at=200)
    assert (report(room).state, seen(room)) == ("signed", before)
    assert report(room).amendments == []


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_in_which_it_is_heard_does_not_matter(room: Desk, order: tuple[int, ...]) -> None:
    steps = [
        lambda: keep(room, "i1", "fire", at=130, source="lama.csv baris 1"),
        lambda: keep(room, "i1", "fire", "rescue", at=140, source="baru.csv baris 2"),
        lambda: take(room, rules.CountVictims("i1", NOBODY), "reporter", at=minutes(135)),
    ]
    for n in order:
        steps[n]()
    row = report(room)
    assert (row.state, row.victims is not None) == ("history", True)
    assert row.history is not None
    assert (row.history.source, row.history.kinds) == ("baru.csv baris 2", ["fire", "rescue"])


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_history_is_the_same_after_a_rebuild_on_both_stores(address: str, open_desk: Any) -> None:
    desk = open_desk(open_store(address), SLICES, services=PORT)
    fleet(desk)
    fire(desk)
    fire(desk, "i2", after=200)
    keep(desk, "i1", "fire")
    keep(desk, "i2", at=400)
    written_down(desk, SECTIONS[0])
    take(desk, ReopenIncident("i2", Told("api menyala lagi")), "dispatcher", at=minutes(500))
    before = report(desk), report(desk, "i2"), listed(desk), see(desk, "recap", YEAR)
    assert [row.state for row in before[:2]] == ["history", "history"]
    desk.rebuild(["report"])
    assert (report(desk), report(desk, "i2"), listed(desk), see(desk, "recap", YEAR)) == before


# ── the list, the calendar ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_can_be_asked_for_history_alone_and_for_all_but_it(room: Desk) -> None:
    fire(room, "i2", after=200)
    keep(room)
    assert listed(room, state="history").keys() == listed(room, history=True).keys() == {"i1"}
    assert listed(room, history=False).keys() == {"i2"}
    assert listed(room, state="draft").keys() == {"i2"}


def test_asked_for_nothing_the_list_tells_first_what_waits_then_what_is_recent(room: Desk) -> None:
    fire(room, "i2", after=200)
    written_down(room)
    signed(room, 400)
    fire(room, "i3", after=600, exercise=True)
    keep(room, "i2", at=800)

    def names(days: int, **query: Any) -> list[str]:
        asked = ask("reporter", at=minutes(0) + timedelta(days=days))
        return [row.incident for row in rows(room.show("report.list", ListQuery(**query), asked))]

    assert names(1) == ["i3", "i2", "i1"]
    fire(room, "i0", after=-4000)
    assert names(1) == ["i0", "i3", "i2", "i1"]
    assert names(1, history=False) == ["i0", "i3", "i1"]
    assert names(200) == names(200, history=False) == ["i0"]  # however long it has waited
    assert names(200, history=True) == ["i2"]


def test_the_calendar_counts_history_apart_and_asks_for_no_quarter_before_the_node_worked(room: Desk) -> None:
    fire(room, "i2", after=200)
    keep(room)
    at = minutes(0) + timedelta(days=300)
    quarters = {row.quarter: row for row in see(room, "calendar", CalendarQuery(minutes(0).year, at))}
    assert quarters[0].reports == {"draft": 1, "history": 1}
    assert see(room, "unsent", UnsentQuery(at)) != []
    keep(room, "i2", at=400)
    assert see(room, "unsent", UnsentQuery(at)) == []


# ── what nobody recorded ─────────────────────────────────────────────────────────────────────────────────────────────


def recap(desk: Desk) -> Any:
    return see(desk, "recap", YEAR)[0]


def month(desk: Desk) -> Any:
    return next(one for one in recap(desk).months if one.kinds is not None)


def test_a_month_known_from_a_sheet_of_fires_alone_tells_of_no_rescue(room: Desk) -> None:
    assert (month(room).kinds, month(room).recorded) == ({"fire": 1}, None)
    keep(room, "i1", "fire")
    none = dict.fromkeys(("assistance", "hazmat", "medical", "rescue"))
    assert (month(room).kinds, month(room).recorded) == ({**none, "fire": 1}, ("fire",))
    row = recap(room)
    assert row.kinds == {**none, "fire": 1}
    assert row.unrecorded == dict.fromkeys(none, (month(room).month,))
    assert row.reports == {"history": 1}
    assert (row.false_calls, row.cancelled, row.exercises) == (None, None, None)


def test_what_several_archives_record_is_recorded(room: Desk) -> None:
    fire(room, "i2", "rescue.snake", after=200)
    keep(room, "i1", "fire")
    keep(room, "i2", "rescue", at=400)
    assert (month(room).recorded, month(room).kinds["rescue"]) == (("fire", "rescue"), 1)
    assert month(room).kinds["medical"] is None


@pytest.mark.parametrize("more", [{"exercise": True}, {}])
def test_a_month_in_which_the_node_worked_recorded_everything_but_practice_is_no_work(
    room: Desk, more: dict[str, Any]
) -> None:
    keep(room, "i1", "fire")
    fire(room, "i2", after=200, **more)
    assert ("rescue" in month(room).kinds) == bool(more)


def test_an_archive_that_does_not_say_what_it_records_hides_nothing(room: Desk) -> None:
    keep(room)
    assert (month(room).kinds, recap(room).unrecorded) == ({"fire": 1}, {})


def test_a_kind_that_was_found_all_the_same_is_counted(room: Desk) -> None:
    fire(room, "i2", "rescue.snake", after=200)
    keep(room, "i1", "fire")
    keep(room, "i2", "fire", at=400)
    assert month(room).kinds["rescue"] == 1


def test_a_chart_of_rescues_has_no_zero_where_only_fires_were_recorded(room: Desk) -> None:
    keep(room, "i1", "fire")
    until = minutes(0) + timedelta(days=31)

    def points(measure: Any) -> list[tuple[bool, bool]]:
        (chart,) = see(room, "control", ControlQuery(until, measure, 3))
        return [(point.value is None, point.recorded) for point in chart.points]

    assert points("fire").count((False, True)) == 1
    assert points("rescue").count((True, False)) == 1  # not recorded
    assert points("rescue").count((True, True)) == 2  # no data at all


def test_practice_marked_later_is_no_work_either(room: Desk) -> None:
    keep(room, "i1", "fire")
    fire(room, "i2", after=200)
    take(room, MarkExercise("i2"), "dispatcher", at=minutes(210))
    assert month(room).kinds["rescue"] is None


SILENT = ("assistance", "hazmat", "medical", "rescue")


def known(desk: Desk) -> Any:
    return see(desk, "recorded", RecordedQuery(YEAR.since, YEAR.until))[0]


def test_figures_say_which_kinds_nobody_recorded(room: Desk) -> None:
    def groups(by: Any) -> list[Any]:
        return list(see(room, "figures", FiguresQuery(YEAR.since, YEAR.until, by)))

    assert [(row.kinds, row.unrecorded) for row in groups("all")] == [({"fire": 1}, {})]
    keep(room, "i1", "fire")
    there = month(room).month
    for by in ("all", "month", "area", "type"):
        (row,) = groups(by)
        assert row.kinds == {**dict.fromkeys(SILENT), "fire": 1}, by
        assert row.unrecorded == dict.fromkeys(SILENT, (there,))
    later = minutes(60 * 24 * 40)
    take(room, OpenIncident("i9", 117.49, 0.13, type="rescue.snake"), "dispatcher", at=later)
    first, second = groups("month")
    assert (first.kinds["rescue"], second.kinds, second.unrecorded) == (None, {"rescue": 1}, {})
    (whole,) = groups("all")
    assert whole.kinds == {"fire": 1, "rescue": 1}
    assert whole.unrecorded["rescue"] == (there,)


def test_months_without_data_are_named_and_are_not_zero(room: Desk) -> None:
    there = month(room).month
    assert there not in known(room).without
    assert len(known(room).without) == 11
    assert known(room).unrecorded == {}
    keep(room, "i1", "fire")
    assert known(room).unrecorded == recap(room).unrecorded == dict.fromkeys(SILENT, (there,))
    fire(room, "i2", after=200, exercise=True)
    assert known(room).unrecorded == recap(room).unrecorded
    fire(room, "i3", after=400)
    assert known(room).unrecorded == recap(room).unrecorded == {}


def test_everybody_reads_that_a_kind_was_not_recorded(room: Desk) -> None:
    keep(room, "i1", "fire")
    (row,) = see(room, "public", PublicQuery(minutes(0).year))
    assert row.unrecorded == dict.fromkeys(("assistance", "hazmat", "rescue"), (month(room).month,))
    assert "rescue" not in row.kinds
