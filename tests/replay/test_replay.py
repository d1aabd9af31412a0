"""Replaying: the record goes through a real node, comes back unchanged, and the advice is compared with it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conftest import ask, rows
from replay.records import ENGINE, MEDIC, NEXT, ROWS, SECOND, record, san_francisco
from siaga import replay
from siaga.app import open_node
from siaga.replay import figures, fleet
from siaga.replay.play import Advice, steps
from siaga.replay.rows import Response, read_rows
from siaga.settings import read_settings
from siaga.slices.dispatch.tables.views import BoardQuery, OneQuery

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "incidents"
PARTS = {"answering", "handling", "turnout", "travel", "response"}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    """The small record, played; and the folder of its node."""
    folder = tmp_path_factory.mktemp("replay")
    path = record(folder / "x.csv")
    return replay.run(path, san_francisco(), data=folder / "node"), folder


def test_no_ask_is_refused_and_overlaps_pass_as_overrides(played: tuple[dict[str, Any], Path]) -> None:
    body, _ = played
    assert (body["rows"], body["incidents"], body["refused"], body["unused"]) == (4, 2, {}, {})
    assert body["overridden"]["unit-busy"] == 1  # E01 goes to the second call before it is back from the first


def test_what_comes_out_of_the_log_is_what_the_record_says(played: tuple[dict[str, Any], Path]) -> None:
    trip = played[0]["round_trip"]
    assert set(trip) == {*PARTS, "max_difference_s", "only_in_one"}
    assert (trip["max_difference_s"], trip["only_in_one"]) == (0.0, 0)
    assert trip["answering"] == {"n": 2, "p50_s": 71.0, "p90_s": 79.8}
    assert trip["turnout"] == {"n": 4, "p50_s": 73.0, "p90_s": 86.0}
    assert trip["travel"] == {"n": 3, "p50_s": 218.0, "p90_s": 235.6}


def test_the_reason_of_an_override_and_the_advice_stand_in_the_event(played: tuple[dict[str, Any], Path]) -> None:
    node = open_node(read_settings({}, data=played[1] / "node"))
    try:
        journal = rows(node.desk.show("dispatch.journal", OneQuery("1002"), ask("reporter")))
        notes = [r.note for r in journal if r.kind == "dispatch.units-dispatched"]
        assert notes == ["Menurut catatan: unit dikirim sebelum bebas."]
        assert [r.unit for r in journal if r.kind == "dispatch.unit-pulled"] == ["E01"]
        with node.desk.store.read() as tx:
            sent = [e for e in node.desk.log.walk(tx) if e.kind == "dispatch.units-dispatched"]
        assert [e.event.proposal.way for e in sent if e.event is not None] == ["straight-line"] * 2  # type: ignore[attr-defined]
        board = rows(node.desk.show("dispatch.board", BoardQuery(), ask("reporter")))
        assert {r.unit: r.status for r in board} == {"E01": "ready", "E02": "ready", "85": "ready"}
    finally:
        node.close()


def test_a_time_lost_on_the_way_would_show(played: tuple[dict[str, Any], Path]) -> None:
    node = open_node(read_settings({}, data=played[1] / "node"))
    try:
        less = figures.round_trip(node, played[1] / "x.csv", san_francisco(), [2, 3, 4])
        assert less["only_in_one"] == 3  # turnout, travel and response of E02, which the file now lacks
        later = record(
            played[1] / "later.csv", ENGINE, MEDIC, NEXT | {"On Scene DtTm": "04/08/2020 12:27:09 AM"}, SECOND
        )
        assert figures.round_trip(node, later, san_francisco(), [2, 3, 4, 5])["max_difference_s"] == 9.0
    finally:
        node.close()


def test_the_advice_is_asked_once_a_call(played: tuple[dict[str, Any], Path]) -> None:
    advice = played[0]["advice"]
    assert {"first_unit_agrees", "calls", "eta_error_s_p50", "eta_error_s_p90"} <= set(advice)
    assert advice["calls"] + played[0]["without_proposal"] == 2
    assert 0 <= advice["first_unit_agrees"] <= 1


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    with pytest.raises(replay.NotEmpty):
        replay.run(record(tmp_path / "x.csv"), san_francisco(), data=tmp_path)


def test_a_file_without_a_usable_row_plays_nothing(tmp_path: Path) -> None:
    body = replay.run(record(tmp_path / "x.csv", ENGINE | {"Location": ""}), san_francisco())
    assert (body["rows"], body["incidents"], body["unused"]) == (1, 0, {"no-place": 1})


def test_what_happened_is_in_order_and_nothing_is_reported_before_it_is_sent(tmp_path: Path) -> None:
    read = read_rows(record(tmp_path / "x.csv", *reversed(ROWS)), san_francisco())
    plan = steps(read.incidents())
    assert [s.at for s in plan] == sorted(s.at for s in plan)
    for name in ("1001", "1002"):
        what = [s.what for s in plan if s.incident == name]
        assert what[:3] == ["call", "open", "send"]
        assert what[-1] == "close"


def test_a_unit_sent_in_the_second_it_got_free_was_free(tmp_path: Path) -> None:
    free = ENGINE | {"Available DtTm": "04/08/2020 12:22:00 AM"}
    body = replay.run(record(tmp_path / "x.csv", free, MEDIC, NEXT, SECOND), san_francisco())
    assert "unit-busy" not in body["overridden"]


# ── advice and fleet, as pure functions ──────────────────────────────────────────────────────────────────────────────


def advice(proposed: str, really: set[str], error: float | None = None) -> Advice:
    return Advice("i", proposed, "pump", frozenset(really), error)


def test_an_advice_agrees_with_who_went_or_arrived_first() -> None:
    found = figures.advice([advice("E1", {"E1"}), advice("E2", {"E1", "E2"}), advice("E3", {"E1"}, 30.0)])
    assert (found["first_unit_agrees"], found["calls"]) == (0.6667, 3)


def test_the_error_of_an_arrival_counts_both_ways() -> None:
    found = figures.advice([advice("E1", {"E1"}, e) for e in (-100.0, -20.0, 10.0, 60.0)] + [advice("E1", {"E1"})])
    assert (found["eta_calls"], found["eta_error_s_p50"], found["eta_bias_s_p50"]) == (4, 40.0, -5.0)
    assert found["eta_error_s_p90"] == pytest.approx(88.0)


def test_nothing_proposed_is_said_and_not_divided_by() -> None:
    assert figures.advice([]) | {"calls": 0} == figures.advice([])
    assert figures.advice([])["first_unit_agrees"] is None


def response(unit: str, station: str, sequence: int, lon: float = 0.0) -> Response:
    at = datetime(2020, 4, 7, tzinfo=UTC)
    return Response(
        row=1, incident="i", lon=lon, lat=0.0, type=None, place=None, outcome="handled", level=1,
        times={"answered": at, "dispatched": at}, unit=unit, unit_type="ENGINE", sequence=sequence, station=station,
    )  # fmt: skip


def test_a_unit_lives_where_it_was_sent_first_most_often() -> None:
    went = [response("E1", "02", 3), response("E1", "02", 3), response("E1", "01", 1), response("T1", "02", 2)]
    assert fleet.home_of(went) == {"E1": "01", "T1": "02"}


def test_a_station_stands_in_the_middle_of_its_first_calls() -> None:
    went = [response("E1", "01", 1, lon) for lon in (1.0, 2.0, 9.0)] + [response("E1", "01", 2, 50.0)]
    assert fleet.homes([*went, response("E1", "02", 4, 7.0)]) == {
        "01": fleet.Home("st-01", 2.0, 0.0),
        "02": fleet.Home("st-02", 7.0, 0.0),
    }


# ── the real record ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_rows_of_the_san_francisco_record_pass_and_come_back_unchanged() -> None:
    path = DATA / "san_francisco_2020.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is not there (shared/data)")
    body = replay.run(path, san_francisco(), limit=300)
    assert (body["rows"], body["refused"], body["unused"]) == (300, {}, {})
    assert body["round_trip"]["max_difference_s"] == 0.0
    assert body["round_trip"]["only_in_one"] == 0
    assert body["round_trip"]["turnout"]["n"] > 250
    assert body["advice"]["calls"] + body["without_proposal"] == body["incidents"]
    assert 0 < body["advice"]["eta_error_s_p50"] < 300
