"""The minimum service standard: a small quarter whose every figure was calculated by hand."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import BOTH_STORES, Clock, ask, rows
from report.figures_kit import KUALA, LOKTUAN, Story, local, port, reader, see
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Refusal, Told
from siaga.kernel.timer import timer
from siaga.slices.dispatch import events as sent
from siaga.slices.report import events
from siaga.slices.report.rules.figures import (
    ChooseCountingRules,
    CountingKnown,
    QuarterKnown,
    RecordSending,
    StateQuality,
    choose_counting_rules,
    state_quality,
)
from siaga.slices.report.tables.figures.calendar import CalendarQuery
from siaga.slices.report.tables.figures.spm import SpmIncidents, SpmQuery

Q3 = SpmQuery(2026, 3)


@pytest.fixture
def services() -> dict[type, Any]:
    return port()


@pytest.fixture
def clock() -> Clock:
    """Some days after the quarter."""
    return Clock(local(2026, 10, 5))


@pytest.fixture
def quarter(desk: Desk) -> Desk:
    """Six fires that count (a to f), of which one has no time of being ready and one no time of arriving; and eight
    incidents that do not count, each for another reason."""
    s = Story(desk).town()
    a, b, c = local(2026, 7, 3, 10), local(2026, 7, 20, 23), local(2026, 8, 6, 4)
    d, e, f = local(2026, 8, 30, 12), local(2026, 9, 1, 12), local(2026, 9, 30, 23, 50)
    s.incident("m", local(2026, 6, 30, 23, 59), arrived=100, ready=200)  # the quarter before
    s.incident("a", a, unit="l1", arrived=300, ready=460).people("a", a, (1, 2), (1, 2))
    s.incident("b", b, unit="l1", arrived=500, ready=900).people("b", b, (0, 0), None)
    s.incident("c", c, "fire.vehicle", area=KUALA, arrived=861, ready=1004).people("c", c, (2, 4), (2, 4))
    s.incident("d", d, area=KUALA, arrived=622).people("d", d, (0, 4), (0, 4))
    s.incident("e", e, area=KUALA, ready=700)
    s.incident("f", f, arrived=1000, ready=1200).people("f", f, (0, 5), (0, 5))
    s.write(f + timedelta(hours=1), events.VolunteersActed("f", f + timedelta(seconds=600)))
    day = timedelta(days=1)
    s.incident("land", c + day, "fire.land", arrived=300, ready=400)
    s.incident("exercise", c + 2 * day, exercise=True, arrived=300, ready=400)
    s.incident("snake", c + 3 * day, "rescue.snake", arrived=300, ready=400)
    s.incident("prank", c + 4 * day, arrived=300, outcome="prank")
    s.incident("away", c + 5 * day, area=None, arrived=300, ready=400)
    s.incident("called-off", c + 6 * day, cancelled=True)
    s.incident("unclear", c + 7 * day, None, arrived=300, ready=400)
    s.incident("running", c + 8 * day, arrived=300, ready=400, ended=None)
    s.incident("n", local(2026, 10, 1), arrived=100, ready=200)  # the quarter after
    return desk


def spm(desk: Desk, query: SpmQuery = Q3) -> Any:
    """The one row."""
    (row,) = see(desk, "spm", query)
    return row


@pytest.mark.parametrize("store", BOTH_STORES, indirect=True)
def test_the_share_in_time_leaves_out_what_has_no_time_and_bounds_what_it_could_be(quarter: Desk) -> None:
    row = spm(quarter)
    assert row.pair == "answered:ready-to-serve"
    # 460 700 900 | 1004 1200 and one that nobody wrote down; 900 is in time
    assert (row.main.all, row.main.n, row.main.missing, row.main.within) == (6, 5, 1, 3)
    assert row.main.share == 0.6
    assert (row.main.lowest, row.main.highest) == (3 / 6, 4 / 6)
    assert (row.main.low, row.main.high) == pytest.approx((0.2307, 0.8824), abs=5e-5)  # Wilson 3 of 5
    assert (row.main.enough, row.main.why) == (False, "wide")
    assert row.missing == {"no-end": 1}


def test_the_mean_and_the_nearest_rank_percentiles(quarter: Desk) -> None:
    main = spm(quarter).main
    assert main.mean == pytest.approx(4264 / 5)
    assert (main.p50.value, main.p80.value, main.p90.value, main.longest) == (900, 1004, 1200, 1200)
    assert (main.p50.low, main.p50.high) == (None, None)  # five values bound no median at 95 %


def test_arrival_is_a_pair_of_its_own(quarter: Desk) -> None:
    row = spm(quarter)
    assert row.second_pair == "answered:arrived"
    assert (row.second.all, row.second.n, row.second.within) == (6, 5, 4)
    assert row.second.mean == pytest.approx(3283 / 5)


def test_persons_are_counted_apart_and_proved_or_not(quarter: Desk) -> None:
    people = spm(quarter).people
    # a 3 of 3; b nobody; c late: 0 of 6; d no time: 4 unproved; e says nothing; f late but volunteers at 600 s: 5 of 5
    assert (people.must, people.served, people.unproved, people.unsaid) == (18, 8, 4, 1)
    assert (people.must_victims, people.must_affected) == (3, 15)
    assert people.share == 8 / 18


def test_what_does_not_count_is_listed_with_its_reason(quarter: Desk) -> None:
    assert spm(quarter).excluded == {
        "cancelled": 1,
        "exercise": 1,
        "false-alarm": 1,
        "land-fire": 1,
        "no-area": 1,
        "not-fire": 1,
        "open": 1,
        "type-unknown": 1,
    }


def test_by_month_area_type_station_and_hour(quarter: Desk) -> None:
    by = spm(quarter).by

    def cells(groups: Any) -> dict[str | None, tuple[int, int, int]]:
        return {g.key: (g.main.all, g.main.n, g.main.within) for g in groups}

    assert cells(by.month) == {"2026-07": (2, 2, 2), "2026-08": (2, 1, 0), "2026-09": (2, 2, 1)}
    assert cells(by.area) == {LOKTUAN: (3, 3, 2), KUALA: (3, 2, 1)}
    assert cells(by.type) == {"fire.housing": (5, 4, 3), "fire.vehicle": (1, 1, 0)}
    assert cells(by.station) == {"loktuan": (2, 2, 2), "mako": (4, 3, 1)}
    assert cells(by.hour) == {"04": (1, 1, 0), "10": (1, 1, 1), "12": (2, 1, 1), "23": (2, 2, 1)}
    assert all(not group.main.enough for group in by.area)
    assert all(group.pooled.low <= group.pooled.share <= group.pooled.high for group in by.area)


def test_every_incident_is_there_with_what_it_counted_for(quarter: Desk) -> None:
    every = see(quarter, "spm-incidents", SpmIncidents(2026, 3))
    found = {row.incident: row for row in every}
    assert len(every) == 14
    assert found["land"].excluded == "land-fire"
    assert (found["land"].within, found["land"].must, found["land"].volunteers) == (None, None, False)
    assert (found["c"].ready_s, found["c"].arrived_s, found["c"].within, found["c"].served) == (1004, 861, False, 0)
    assert (found["d"].within, found["d"].missing, found["d"].must, found["d"].served) == (None, "no-end", 4, None)
    assert (found["f"].within, found["f"].volunteers, found["f"].served) == (False, True, 5)
    assert (found["e"].must, found["e"].served, found["e"].arrived_s) == (None, None, None)

    def names(show: Any) -> list[str]:
        return [row.incident for row in see(quarter, "spm-incidents", SpmIncidents(2026, 3, show=show))]

    assert names("late") == ["c", "f"]
    assert names("missing") == ["d"]
    assert names("counted") == ["a", "b", "c", "d", "e", "f"]
    assert len(names("excluded")) == 8


def test_the_figures_are_those_of_the_incidents_listed(quarter: Desk) -> None:
    row, listed = spm(quarter), see(quarter, "spm-incidents", SpmIncidents(2026, 3, show="counted"))
    assert row.main.within == sum(one.within is True for one in listed)
    assert row.people.must == sum(one.must or 0 for one in listed)
    assert row.people.served == sum(one.served or 0 for one in listed)


def test_an_index_waits_for_all_six_items(quarter: Desk) -> None:
    row = spm(quarter)
    assert row.index.value is None
    assert row.index.open == ("recipients", "quality.2", "quality.3", "quality.4", "quality.5", "quality.6")
    assert [item.source for item in row.quality] == ["counted", "none", "none", "none", "none", "none"]
    assert (row.quality[0].numerator, row.quality[0].denominator) == (3, 6)


SAID = {2: (4, 5), 3: (9, 10), 4: (1, 2), 5: (3, 3), 6: (12, 15)}


def state(desk: Desk, quarter: int, item: int, part: float | None, whole: float | None, evidence: str = "") -> Any:
    said = StateQuality(2026, quarter, item, part, whole, Told(evidence) if evidence else None)
    return desk.handle(said, reader())


def test_the_index_weighs_persons_and_quality(quarter: Desk) -> None:
    for item, (part, whole) in SAID.items():
        assert isinstance(state(quarter, 3, item, part, whole, "map lemari 2"), Accepted)
    assert spm(quarter).index.open == ("recipients",)  # one report does not say yet who had to be served
    Story(quarter, "later").people("e", local(2026, 10, 2), (0, 2), (0, 2))
    row = spm(quarter)
    # persons 10 of 20; quality (0.5 + 0.8 + 0.9 + 0.5 + 1 + 0.8) / 6 = 75 %; 0.8 · 50 + 0.2 · 75
    assert (row.people.must, row.people.served, row.people.unsaid) == (20, 10, 0)
    assert row.index.quality == pytest.approx(75)
    assert row.index.value == pytest.approx(55)
    assert row.index.open == ()
    assert row.quality[2].evidence == "map lemari 2"


def test_a_year_is_the_mean_of_its_quarters_and_none_while_one_is_open(quarter: Desk) -> None:
    for item, (part, whole) in SAID.items():
        state(quarter, 3, item, part, whole)
    Story(quarter, "later").people("e", local(2026, 10, 2), (0, 2), (0, 2))
    year = spm(quarter, SpmQuery(2026)).index
    assert year.value is None
    assert year.open == ("quarter.1", "quarter.2", "quarter.4")
    assert year.quarters[2] == pytest.approx(55)
    assert year.as_zero == pytest.approx(55 / 4)


def test_counting_rules_change_what_counts_and_are_printed(quarter: Desk) -> None:
    assert spm(quarter).chosen is False
    chosen = ChooseCountingRules(pair="answered:arrived", land_fires=True, outside_area=True, limit_s=600)
    assert isinstance(quarter.handle(chosen, reader()), Accepted)
    row = spm(quarter)
    assert row.chosen is True
    assert row.rules.limit_s == 600
    # arrived 300 500 861 622 - 1000, the land fire 300, away 300
    assert (row.pair, row.main.all, row.main.n, row.main.within) == ("answered:arrived", 8, 7, 4)
    assert "land-fire" not in row.excluded


def test_areas_outside_the_borders_do_not_count(quarter: Desk) -> None:
    quarter.handle(ChooseCountingRules(borders=(LOKTUAN,)), reader())
    row = spm(quarter)
    assert row.main.all == 3
    assert row.excluded["outside"] == 3


def test_too_many_of_one_group_make_up_for_nobody_of_the_other(desk: Desk) -> None:
    s = Story(desk).town().incident("x", local(2026, 7, 3, 10), arrived=300, ready=400)
    s.people("x", local(2026, 7, 4), (2, 3), (5, 0))
    people = spm(desk).people
    assert (people.must, people.served, people.unproved, people.share) == (5, 2, 0, 0.4)
    s.people("x", local(2026, 7, 5), (2, 3), (0, 9))
    assert spm(desk).people.served == 3


def test_a_time_before_the_report_is_missing_and_not_fast(desk: Desk) -> None:
    s = Story(desk).town().incident("x", local(2026, 7, 3, 10), arrived=300, ready=400)
    s.write(local(2026, 7, 4), sent.TimeCorrected("x", "ready-to-serve", local(2026, 7, 3, 9)))
    row = spm(desk)
    assert (row.main.n, row.missing) == (0, {"order": 1})
    assert (row.main.share, row.main.why) == (None, "no-cases")


def test_a_quarter_without_incidents_has_no_share_instead_of_none_in_time(desk: Desk) -> None:
    Story(desk).town()
    row = spm(desk)
    assert (row.main.all, row.main.share, row.people.share, row.index.value) == (0, None, None, None)


# ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (ChooseCountingRules(recipients=0.8, quality=0.3), "report.weights-not-one"),
        (ChooseCountingRules(left_out=("fire.nothing",)), "report.unknown-type"),
        (StateQuality(2026, 3, 2, 5, 4), "report.part-above-whole"),
        (RecordSending(2026, 3, "e-spm", local(2026, 9, 1), Told("r")), "report.quarter-not-over"),
        (RecordSending(2026, 3, "e-spm", local(2026, 12, 1), Told("r")), "report.sent-in-future"),
        (RecordSending(2026, 3, "e-spm", local(2026, 10, 2), Told("")), "report.field-empty"),
        (RecordSending(2026, 3, "e-spm", local(2026, 10, 2), Told("  ")), "report.field-empty"),
    ],
)
def test_what_cannot_be_is_refused(quarter: Desk, command: Any, code: str) -> None:
    answer = quarter.handle(command, reader())
    assert isinstance(answer, Refusal)
    assert answer.code == code


def test_the_same_rules_and_the_same_item_twice_change_nothing() -> None:
    rules, quarter = events.CountingRulesChosen(), QuarterKnown(local(2026, 10, 1), (4, 5))
    assert choose_counting_rules(ChooseCountingRules(), CountingKnown(rules), reader()) == []
    first = choose_counting_rules(ChooseCountingRules(), CountingKnown(rules, chosen=False), reader())
    assert isinstance(first, list)
    assert first[0] == rules
    assert state_quality(StateQuality(2026, 3, 2, 4, 5), quarter, reader()) == []


def test_only_who_answers_for_the_service_chooses_how_it_counts(quarter: Desk) -> None:
    answer = quarter.handle(ChooseCountingRules(land_fires=True), ask("reporter"))
    assert isinstance(answer, Refusal)
    assert answer.code == "not-permitted"


# ── the quarter ──────────────────────────────────────────────────────────────────────────────────────────────────────


def states(desk: Desk, *at: int) -> list[str]:
    return [row.state for row in see(desk, "calendar", CalendarQuery(2026, local(*at)))]


def test_a_quarter_nobody_sent_is_late_until_it_is_sent(quarter: Desk) -> None:
    assert states(quarter, 2026, 9, 30) == ["late", "late", "running", "running", "running"]
    assert states(quarter, 2026, 10, 15, 23)[2] == "due"
    assert states(quarter, 2026, 10, 16)[2] == "late"
    sent_at = local(2026, 10, 4, 9)
    sipadam = RecordSending(2026, 3, "sipadam", sent_at, Told("unggah 17"))
    assert isinstance(quarter.handle(sipadam, reader()), Accepted)
    assert states(quarter, 2026, 10, 16)[2] == "late"  # e-SPM is what the law asks for
    quarter.handle(RecordSending(2026, 3, "e-spm", sent_at, Told("TT-3/2026")), reader())
    row = see(quarter, "calendar", CalendarQuery(2026, local(2026, 10, 16)))[2]
    assert row.state == "sent"
    assert row.due == "2026-10-15"
    assert {one.to: one.receipt for one in row.sent} == {"sipadam": "unggah 17", "e-spm": "TT-3/2026"}


def test_the_year_is_due_at_the_end_of_march_and_its_reports_are_counted(quarter: Desk) -> None:
    year = see(quarter, "calendar", CalendarQuery(2026, local(2027, 4, 1)))[4]
    assert (year.quarter, year.due, year.required, year.state) == (0, "2027-03-31", "lppd", "late")
    third = see(quarter, "calendar", CalendarQuery(2026, local(2026, 10, 5)))[2]
    assert sum(third.reports.values()) == 11  # closed and real


def test_a_quarter_is_reminded_of_when_it_is_over_and_every_week_until_it_is_sent(quarter: Desk, clock: Clock) -> None:
    quarter.handle(ChooseCountingRules(), reader())  # on 5 October: the fourth quarter is the first to be reminded of
    ask_due = timer(quarter)

    def reminded(*at: int) -> int:
        clock.now = local(*at)
        ask_due()
        return int(see(quarter, "calendar", CalendarQuery(2026, clock.now))[3].reminded)

    assert reminded(2026, 12, 31, 23) == 0
    assert reminded(2027, 1, 1, 1) == 1
    assert reminded(2027, 1, 2) == 1
    assert reminded(2027, 1, 8, 2) == 2
    clock.now = local(2027, 1, 9, 1)
    quarter.handle(RecordSending(2026, 4, "e-spm", local(2027, 1, 9), Told("TT-4/2026")), reader())
    assert reminded(2027, 1, 15, 3) == 2
    clock.now = local(2027, 4, 1, 1)
    ask_due()
    assert see(quarter, "calendar", CalendarQuery(2027, clock.now))[0].reminded == 1


def test_whoever_has_no_part_in_reports_sees_no_figures(quarter: Desk) -> None:
    assert isinstance(quarter.show("report.spm", Q3, ask("crew")), Refusal)
    assert rows(quarter.show("report.spm", Q3, ask("planner")))
