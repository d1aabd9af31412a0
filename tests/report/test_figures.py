"""Parts of a response, recaps, control charts, questions and the public page, on logs written for each."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import BOTH_STORES, ask
from report.figures_kit import KUALA, LOKTUAN, Story, local, port, see
from siaga.kernel.desk import Desk
from siaga.kernel.fields import All
from siaga.kernel.records import Refusal, Told
from siaga.slices.dispatch import events as sent
from siaga.slices.intake import events as intake
from siaga.slices.places import events as places
from siaga.slices.report import events
from siaga.slices.report.rules.figures import PublishFigures
from siaga.slices.report.rules.measures import groups, measure, spread
from siaga.slices.report.rules.public import SMALLEST, suppressed, total_may_be_shown
from siaga.slices.report.tables.figures.control import ControlQuery
from siaga.slices.report.tables.figures.parts import FiguresQuery, RecapQuery
from siaga.slices.report.tables.figures.public import PublicQuery
from siaga.slices.report.tables.figures.questions import QuestionsQuery
from siaga.slices.report.tables.figures.unsent import UnsentQuery

SINCE, UNTIL = local(2026, 7, 1), local(2026, 10, 1)


@pytest.fixture
def services() -> dict[type, Any]:
    return port()


# ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("store", BOTH_STORES, indirect=True)
def test_the_parts_of_a_response_add_up_to_the_whole(desk: Desk) -> None:
    s = Story(desk).town()
    s.incident("a", local(2026, 7, 3), opened=30, dispatched=90, rolling=200, arrived=500, ready=700)
    s.incident("b", local(2026, 8, 3), opened=50, dispatched=70, rolling=150, arrived=300, ready=400)
    (row,) = see(desk, "figures", FiguresQuery(SINCE, UNTIL))
    means = {name: part.mean for name, part in row.parts.items()}
    assert means == {
        "answering": 40,
        "handling": 40,
        "turnout": 95,
        "travel": 225,
        "action": 150,
        "access": None,
    }
    assert sum(value for value in means.values() if value) == row.total.mean == 550


def test_the_parts_follow_the_opened_clock_as_it_was_corrected(desk: Desk) -> None:
    s = Story(desk).town()
    s.incident("a", local(2026, 7, 3), opened=30, dispatched=90, rolling=200, arrived=500, ready=700)
    s.write(local(2026, 7, 4), sent.TimeCorrected("a", "opened", local(2026, 7, 3, 0, 1)))
    (row,) = see(desk, "figures", FiguresQuery(SINCE, UNTIL))
    assert (row.parts["answering"].mean, row.parts["handling"].mean) == (60, 30)
    s.write(local(2026, 7, 5), sent.TimeCorrected("a", "opened", None))
    (row,) = see(desk, "figures", FiguresQuery(SINCE, UNTIL))
    assert [(row.parts[name].n, row.parts[name].missing) for name in ("answering", "handling")] == [(0, 1), (0, 1)]
    assert row.parts["turnout"].mean == 110


def test_an_incident_copied_from_an_archive_has_no_time_of_opening(desk: Desk) -> None:
    s = Story(desk).town()
    s.incident("a", local(2026, 7, 3), opened=0, dispatched=90, rolling=200, arrived=500, ready=1700)
    s.write(local(2026, 8, 1), events.HistoryKept("a", None, ("fire",)))
    (row,) = see(desk, "figures", FiguresQuery(SINCE, UNTIL))
    assert [(row.parts[name].n, row.parts[name].missing) for name in ("answering", "handling")] == [(0, 1), (0, 1)]
    assert (row.parts["turnout"].mean, row.total.mean) == (110, 1700)
    (late,) = see(desk, "questions", QuestionsQuery(SINCE, UNTIL))[0].incidents
    assert (late.parts["answering"], late.parts["handling"], late.parts["turnout"]) == (None, None, 110)


def test_a_part_without_a_time_is_missing_and_one_that_runs_backwards_is_odd(desk: Desk) -> None:
    s = Story(desk).town()
    s.incident("a", local(2026, 7, 3), arrived=500, ready=700).incident("b", local(2026, 7, 4), arrived=300)
    s.write(local(2026, 7, 5), sent.TimeCorrected("a", "arrived", local(2026, 7, 3, 1)))
    (row,) = see(desk, "figures", FiguresQuery(SINCE, UNTIL))
    assert (row.parts["action"].n, row.parts["action"].missing, row.parts["action"].odd) == (0, 1, 1)
    assert (row.parts["travel"].n, row.total.n, row.total.missing) == (2, 1, 1)


def test_figures_are_divided_by_what_is_asked_and_the_unknown_comes_last(desk: Desk) -> None:
    s = Story(desk).town()
    s.incident("a", local(2026, 7, 3), unit="l1", arrived=500, ready=700)
    s.incident("b", local(2026, 8, 3, 14), "rescue.snake", area=None, arrived=300, ready=400)
    s.incident("c", local(2026, 8, 4, 14), "rescue.snake", area=KUALA, exercise=True, arrived=300)
    s.incident("d", local(2026, 8, 4, 15), outcome="prank", arrived=300)

    def keys(by: Any) -> list[Any]:
        return [(row.key, row.incidents) for row in see(desk, "figures", FiguresQuery(SINCE, UNTIL, by))]

    assert keys("month") == [("2026-07", 1), ("2026-08", 1)]
    assert keys("area") == [(LOKTUAN, 1), (None, 1)]
    assert keys("station") == [("loktuan", 1), ("mako", 1)]
    assert keys("hour") == [("00", 1), ("14", 1)]
    assert keys("type") == [("fire.housing", 1), ("rescue.snake", 1)]
    (fires,) = see(desk, "figures", FiguresQuery(SINCE, UNTIL, kind="fire"))
    assert fires.kinds == {"fire": 1}


@pytest.mark.parametrize("store", BOTH_STORES, indirect=True)
@pytest.mark.parametrize("change", [sent.UnitRegistered("l1", "bontang", "mako", "pump"), sent.UnitWithdrawn("l1")])
def test_figures_by_station_are_of_the_stations_of_then(desk: Desk, change: Any) -> None:
    s = Story(desk).town()
    s.incident("a", local(2026, 7, 3), unit="l1", arrived=500, ready=700)
    s.incident("b", local(2026, 7, 4), arrived=300, ready=400)
    s.write(local(2026, 9, 1), change)
    found = [(row.key, row.incidents) for row in see(desk, "figures", FiguresQuery(SINCE, UNTIL, "station"))]
    assert found == [("loktuan", 1), ("mako", 1)]


def test_nothing_happened_has_no_rows(desk: Desk) -> None:
    Story(desk).town()
    assert see(desk, "figures", FiguresQuery(SINCE, UNTIL)) == []


# ── recap ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("store", BOTH_STORES, indirect=True)
def test_a_recap_counts_what_was_real_and_says_what_reports_leave_open(desk: Desk) -> None:
    s = Story(desk).town()
    day = local(2026, 7, 3)
    s.incident("a", day, arrived=300, ready=400).incident("b", day, "fire.land", area=KUALA, arrived=300, ready=400)
    s.incident("c", day, "rescue.snake", area=None).incident("d", day, exercise=True).incident(
        "e", day, outcome="prank"
    )
    s.incident("f", day, cancelled=True).incident("g", local(2026, 9, 3), "rescue.snake")
    s.write(day, events.CauseStated("a", "short-circuit", "investigated"))
    loss = (events.LossLine(Told("atap"), amount_rp=3_000_000), events.LossLine(Told("televisi")))
    s.write(day, events.LossStated("a", loss, 50_000_000))
    s.write(day, events.VictimsCounted("a", citizens=events.Casualties(dead=0, light=2), families=1))
    (row,) = see(desk, "recap", RecapQuery(SINCE, UNTIL))
    assert row.incidents == 4
    assert row.kinds == {"fire": 2, "rescue": 2}
    assert (row.false_calls, row.cancelled, row.exercises) == (1, 1, 1)
    assert [(one.type, one.incidents, one.counted) for one in row.types] == [
        ("fire.housing", 1, 1),
        ("fire.land", 1, 0),
        ("rescue.snake", 2, 0),
    ]
    assert [(one.area, one.kinds) for one in row.areas] == [
        (LOKTUAN, {"fire": 1, "rescue": 1}),
        (KUALA, {"fire": 1}),
        (None, {"rescue": 1}),
    ]
    assert [(one.cause, one.suspected, one.investigated) for one in row.causes] == [
        ("short-circuit", 0, 1),
        (None, 1, 0),
    ]
    # the one report that speaks says nothing of heavy injuries; those of the three others say nothing at all
    assert (row.people["citizens_dead"].value, row.people["citizens_dead"].unsaid) == (0, 3)
    assert (row.people["citizens_heavy"].value, row.people["citizens_heavy"].unsaid) == (0, 4)
    assert (row.people["citizens_light"].value, row.people["families"].value) == (2, 1)
    assert (row.loss_rp.value, row.loss_rp.unsaid) == (3_000_000, 2)  # one line has no amount yet
    assert row.saved_rp.value == 50_000_000


def test_a_month_without_any_incident_has_no_data_instead_of_none(desk: Desk) -> None:
    Story(desk).town().incident("a", local(2026, 7, 3)).incident("b", local(2026, 9, 30, 23), "rescue.snake")
    (row,) = see(desk, "recap", RecapQuery(SINCE, UNTIL))
    assert [(one.month, one.kinds) for one in row.months] == [
        ("2026-07", {"fire": 1}),
        ("2026-08", None),
        ("2026-09", {"rescue": 1}),
    ]


# ── control charts ───────────────────────────────────────────────────────────────────────────────────────────────────


def chart(desk: Desk, measure: Any, months: int = 10) -> Any:
    (row,) = see(desk, "control", ControlQuery(local(2026, 11, 1), measure, months))
    return row


@pytest.fixture
def months(desk: Desk) -> Desk:
    """Ten months: four fires each, all in time, but in October all late; no incident at all in May."""
    s = Story(desk).town()
    for month in range(1, 11):
        for n in range(0 if month == 5 else 4):
            at = local(2026, month, 3 + n, 10)
            s.incident(f"f{month}-{n}", at, arrived=300, ready=1000 if month == 10 else 500 + 10 * n)
    return desk


def test_a_month_that_differs_by_more_than_chance_is_named_and_no_other(months: Desk) -> None:
    row = chart(months, "share")
    assert (row.chart, row.too_few) == ("p", False)
    assert row.centre == pytest.approx(32 / 36)
    assert {point.key: point.signal for point in row.points if point.signal} == {"2026-10": "low"}
    assert [(point.key, point.value, point.n) for point in row.points][3:6] == [
        ("2026-04", 1.0, 4),
        ("2026-05", None, 0),
        ("2026-06", 1.0, 4),
    ]


def test_counts_are_a_day_and_a_month_without_data_is_left_out_of_the_centre(months: Desk) -> None:
    row = chart(months, "fire")
    assert row.chart == "u"
    assert row.centre == pytest.approx(36 / (304 - 31))  # January to October without May
    assert row.points[4].value is None
    assert row.points[1].value == pytest.approx(4 / 28)


def test_mean_and_percentile_by_month(months: Desk) -> None:
    assert chart(months, "mean").points[0].value == 515
    assert chart(months, "p80").points[0].value == 530
    assert chart(months, "mean").points[9].signal == "high"


def test_days_between_late_responses(months: Desk) -> None:
    row = chart(months, "late")
    assert row.chart == "t"
    assert row.too_few
    assert [point.value for point in row.points] == [1, 1, 1]


def test_three_months_make_no_limits(months: Desk) -> None:
    row = chart(months, "share", 3)
    assert row.too_few
    assert [point.key for point in row.points] == ["2026-08", "2026-09", "2026-10"]
    assert {point.signal for point in row.points} == {""}


# ── questions ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("store", BOTH_STORES, indirect=True)
def test_each_late_incident_says_what_took_longest_and_what_stood_in_the_way(desk: Desk) -> None:
    s = Story(desk).town()
    day = local(2026, 7, 3, 10)
    s.incident("quick", day, arrived=300, ready=500)
    s.incident("slow-turnout", day + timedelta(days=1), rolling=500, arrived=700, ready=950)
    s.incident("far", day + timedelta(days=2), unit="l1", arrived=900, ready=1000, unmet=("ladder",), override="dekat")
    s.incident("first", day + timedelta(days=3), arrived=200, ready=300, ended=5000)
    s.incident("second", day + timedelta(days=3, seconds=600), unit="l1", arrived=420, ready=910)
    s.incident("odd", day + timedelta(days=4), opened=60, dispatched=120, rolling=240, arrived=540, ready=None)
    s.write(day + timedelta(days=5), sent.TimeCorrected("odd", "ready-to-serve", day + timedelta(days=4, seconds=901)))
    s.write(day, events.ObstaclesStated("far", (events.Obstacle("narrow-road", 120), events.Obstacle("crowd"))))
    s.write(day, events.ObstaclesStated("quick", (events.Obstacle("crowd"),)))
    (row,) = see(desk, "questions", QuestionsQuery(SINCE, UNTIL))
    why = {one.incident: one.reasons for one in row.incidents}
    assert why == {
        "slow-turnout": ("turnout",),
        "far": ("travel", "no-fit-unit", "overruled", "obstacle"),
        "second": ("action", "second-call"),
        "odd": ("action",),
    }
    assert (row.counted, row.late, row.unexplained) == (6, 4, 0)
    assert row.reasons["action"] == 2
    assert row.obstacles == {"crowd": 2, "narrow-road": 1}
    far = next(one for one in row.incidents if one.incident == "far")
    assert (far.unmet, far.obstacles, far.station) == (("ladder",), ("narrow-road", "crowd"), "loktuan")
    assert (far.seconds, far.parts["travel"]) == (1000, 770)


def test_missing_times_are_counted_by_the_station_that_was_there(desk: Desk) -> None:
    s = Story(desk).town()
    s.incident("a", local(2026, 7, 3), arrived=300).incident("b", local(2026, 7, 4), unit="l1", arrived=300)
    s.incident("c", local(2026, 7, 5))
    (row,) = see(desk, "questions", QuestionsQuery(SINCE, UNTIL))
    assert row.missing == {"no-end": 3}
    assert row.missing_by_station == {"loktuan": 1, "mako": 1, "unknown": 1}


@pytest.mark.parametrize("store", BOTH_STORES, indirect=True)
def test_which_water_failed_and_what_calls_were(desk: Desk) -> None:
    s, day = Story(desk).town(), local(2026, 7, 3)
    s.write(day, places.WaterSourceChecked("h1", "broken"), places.WaterSourceChecked("h2", "fit"))
    s.write(day + timedelta(days=9), places.WaterSourceChecked("h1", "fit"), places.WaterSourceChecked("h3", "weak"))
    s.write(local(2026, 6, 3), places.WaterSourceChecked("h4", "broken"))
    s.write(day, intake.CallTaken("c1", "112"), intake.CallTaken("c2", "112"), intake.CallTaken("c3", "radio"))
    s.write(day, intake.CallTaken("c4", "112", exercise=True))
    s.write(day, intake.CallSettled("c1", "prank"), intake.CallSettled("c3", "real"), intake.CallSettled("c4", "test"))
    (row,) = see(desk, "questions", QuestionsQuery(SINCE, UNTIL))
    assert [(one.source, one.failed, one.tried, one.last) for one in row.water] == [
        ("h1", 1, 2, "fit"),
        ("h3", 1, 1, "weak"),
    ]
    assert row.calls == {"prank": 1, "real": 1, "unsaid": 1}
    assert row.channels == {"112": 2, "radio": 1}


# ── what must still be sent ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("store", BOTH_STORES, indirect=True)
def test_a_quarter_nobody_sent_waits_until_it_is_and_none_from_before_the_node_does(desk: Desk) -> None:
    def waits(*at: int) -> list[tuple[int, int, str, int]]:
        found = see(desk, "unsent", UnsentQuery(local(*at)))
        return [(row.year, row.quarter, row.state, row.days) for row in found]

    s = Story(desk).town()
    s.incident("drill", local(2026, 2, 1), exercise=True)
    assert waits(2026, 10, 5) == []
    s.incident("a", local(2026, 5, 3), arrived=300, ready=500)
    assert waits(2026, 6, 30) == []
    assert waits(2026, 10, 5) == [(2026, 2, "late", -82), (2026, 3, "due", 10)]
    s.write(local(2026, 10, 5), events.QuarterSent(2026, 2, "sipadam", local(2026, 10, 5)))
    assert len(waits(2026, 10, 5)) == 2  # it must go elsewhere
    s.write(local(2026, 10, 6), events.QuarterSent(2026, 2, "e-spm", local(2026, 10, 6)))
    assert waits(2026, 10, 15) == [(2026, 3, "due", 0)]
    assert waits(2026, 10, 16) == [(2026, 3, "late", -1)]
    assert waits(2027, 1, 2) == [(2026, 3, "late", -79), (2026, 4, "due", 13), (2026, 0, "due", 88)]


# ── the public page ──────────────────────────────────────────────────────────────────────────────────────────────────

cells = st.dictionaries(st.text("abcdefghij", min_size=1, max_size=2), st.integers(0, 30), max_size=12)


@given(cells)
def test_no_small_cell_is_shown_and_none_can_be_calculated_from_the_total(counts: dict[str, int]) -> None:
    shown = suppressed(counts)
    hidden = [n for name, n in counts.items() if shown[name] is None]
    assert all(shown[name] in (None, n) for name, n in counts.items())
    assert not any(0 < n < SMALLEST for n in shown.values() if n is not None)
    if total_may_be_shown(shown) and hidden:
        assert len(hidden) >= 2  # total less what is shown is a sum of several, never one
        assert sum(hidden) >= SMALLEST or all(n == 0 or shown[name] is None for name, n in counts.items())


@given(cells)
def test_nothing_is_hidden_where_nothing_is_small(counts: dict[str, int]) -> None:
    if not any(0 < n < SMALLEST for n in counts.values()):
        assert suppressed(counts) == counts


def test_the_next_smallest_goes_with_a_lonely_small_one() -> None:
    assert suppressed({"a": 3, "b": 7, "c": 20, "d": 0}) == {"a": None, "b": None, "c": 20, "d": 0}
    assert suppressed({"a": 1, "b": 1, "c": 20}) == {"a": None, "b": None, "c": None}


def test_the_public_page_counts_real_incidents_and_hides_the_few(desk: Desk) -> None:
    s = Story(desk).town()
    for n in range(12):
        s.incident(f"f{n}", local(2026, 7, 1 + n), arrived=300, ready=500)
    for n in range(7):
        s.incident(f"r{n}", local(2026, 8, 1 + n), "rescue.snake", area=KUALA)
    s.incident("one", local(2026, 9, 3), "hazmat.gas-leak", area=KUALA).incident("e", local(2026, 10, 3), exercise=True)
    for n, name in enumerate(("rescue.suicide", "rescue.body", "rescue.missing", "medical.illness")):
        s.incident(f"never{n}", local(2026, 8, 20), name, area=KUALA)
    (row,) = see(desk, "public", PublicQuery(2026))
    assert row.incidents == 20
    assert row.kinds == {"fire": 12, "hazmat": None, "rescue": None}
    assert (row.months["2026-07"], row.months["2026-08"], row.months["2026-09"]) == (12, None, None)
    assert "2026-01" not in row.months
    assert row.months["2026-10"] == 0
    assert row.areas == {LOKTUAN: 12, KUALA: 8}
    assert (row.counted, row.share, row.median_s) == (12, 1.0, 500)


def test_what_was_counted_gives_no_hidden_kind_away(desk: Desk) -> None:
    s = Story(desk).town()
    for n in range(8):
        s.incident(f"f{n}", local(2026, 7, 1 + n), arrived=300, ready=500)
    for n in range(9):
        s.incident(f"r{n}", local(2026, 8, 1 + n), "rescue.snake", area=KUALA)
    s.incident("gas", local(2026, 9, 3), "hazmat.gas-leak")
    (row,) = see(desk, "public", PublicQuery(2026))
    assert row.kinds == {"fire": None, "hazmat": None, "rescue": 9}
    assert (row.incidents, row.counted, row.share, row.median_s) == (18, None, None, None)


def test_how_many_fires_were_not_counted_cannot_be_calculated(desk: Desk) -> None:
    s = Story(desk).town()
    for n in range(8):
        s.incident(f"f{n}", local(2026, 7, 1 + n), arrived=300, ready=500)
    s.incident("land", local(2026, 7, 20), "fire.land")
    (row,) = see(desk, "public", PublicQuery(2026))
    assert row.kinds == {"fire": 9}
    assert row.counted is None


def test_the_figures_are_for_everybody_only_while_the_administrator_says_so(desk: Desk) -> None:
    Story(desk).town()
    assert see(desk, "published", All()) == []
    head, other = ask("administrator", id="1"), ask("reporter", "coordinator", "planner", id="2")
    refused = desk.handle(PublishFigures(True), other)
    assert isinstance(refused, Refusal)
    assert refused.code == "not-permitted"
    for n, on in enumerate((False, True, True, False, True)):
        desk.handle(PublishFigures(on), ask("administrator", id=f"on{n}"))
    (row,) = see(desk, "published", All())
    assert (row.on, row.actor) == (True, head.actor)
    with desk.store.read() as tx:
        said = tx.rows("select count(*) as n from log where kind = 'report.figures-published'")
    assert said[0]["n"] == 3


def test_a_year_of_two_incidents_shows_nothing_but_zeros(desk: Desk) -> None:
    Story(desk).town().incident("a", local(2026, 7, 1)).incident("b", local(2026, 8, 1), "rescue.snake")
    (row,) = see(desk, "public", PublicQuery(2026))
    assert row.incidents is None
    assert {*row.kinds.values(), *row.months.values(), *row.areas.values()} == {None}
    assert (row.counted, row.share, row.median_s) == (None, None, None)


# ── measures ─────────────────────────────────────────────────────────────────────────────────────────────────────────

times = st.lists(st.one_of(st.none(), st.floats(0, 5000)), max_size=60)


@given(times)
def test_the_true_share_lies_between_lowest_and_highest_whatever_the_missing_were(seconds: list[float | None]) -> None:
    found = measure(seconds, 900)
    assert found.n + found.missing == found.all == len(seconds)
    if found.lowest is None or found.highest is None:
        assert not seconds
        return
    for fill in (0.0, 9999.0):
        true = measure([fill if one is None else one for one in seconds], 900).share
        assert true is not None
        assert found.lowest - 1e-12 <= true <= found.highest + 1e-12


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.one_of(st.none(), st.floats(0, 5000))), max_size=60))
def test_groups_leave_nobody_out(pairs: list[tuple[str | None, float | None]]) -> None:
    keys, seconds = [key for key, _ in pairs], [one for _, one in pairs]
    found, whole = groups(keys, seconds, 900, pooled=True), measure(seconds, 900)
    assert sum(group.main.all for group in found) == whole.all
    assert sum(group.main.within for group in found) == whole.within


def test_odd_times_are_neither_short_nor_missing() -> None:
    found = spread([-5.0, None, 10.0, 20.0])
    assert (found.n, found.missing, found.odd, found.mean) == (2, 1, 1, 15.0)


def test_kit_times_are_those_of_bontang() -> None:
    assert local(2026, 7, 1) == datetime.fromisoformat("2026-07-01T00:00:00+08:00")
