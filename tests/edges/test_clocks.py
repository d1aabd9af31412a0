"""Clocks of devices and partners against the node's: whose is off, and when it is rather ours."""

from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from conftest import Clock
from edges.door_kit import Client, Doors
from siaga.edges import security
from siaga.slices.access.effects import compare_clocks


def shown(chief: Client) -> dict[str, dict[str, Any]]:
    """The rows of the view by the name of whose clock it is."""
    rows = chief.get("/api/views/access.clocks").json()["rows"]
    return {row["name"] or row["kind"]: row for row in rows}


def says(client: Client, doors: Doors, ahead: float) -> None:
    """The client asks something, its clock ahead of the node's by so many seconds."""
    theirs = (doors.clock() + timedelta(seconds=ahead)).isoformat()
    assert client.get("/api/session", headers={"Siaga-Clock": theirs}).status_code == 200
    doors.desk.work(lambda tx: None)


@pytest.fixture
def chief(doors: Doors) -> Client:
    return doors.person("chief", "administrator")


def test_the_newest_offset_of_each_is_shown_and_one_above_thirty_seconds_is_off(doors: Doors, chief: Client) -> None:
    rini, joko = doors.person("rini", "crew"), doors.person("joko", "crew")
    says(rini, doors, -30.5)
    says(joko, doors, 29.5)
    seen = shown(chief)
    assert (seen["rini"]["offset_s"], seen["rini"]["off"]) == (-30.5, True)
    assert (seen["joko"]["offset_s"], seen["joko"]["off"]) == (29.5, False)
    assert list(seen) == ["rini", "joko"]


def test_asks_carry_the_clock_too_and_a_device_is_named_by_its_label(doors: Doors, chief: Client) -> None:
    _, secret = doors.device("crew")
    tablet = doors.client(Authorization=f"Bearer {secret}")
    theirs = (doors.clock() - timedelta(seconds=90)).isoformat()
    body = {"ask": {"id": "n1", "at": theirs}, "command": {"note": "n1", "text": "satu"}}
    assert tablet.post("/api/commands/toy.write-note", json=body, headers={"Siaga-Clock": theirs}).status_code == 200
    doors.desk.work(lambda tx: None)
    assert (shown(chief)["tablet"]["kind"], shown(chief)["tablet"]["offset_s"]) == ("device", -90)


def test_a_clock_is_written_at_most_once_a_minute(doors: Doors, chief: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    rini = doors.person("rini", "crew")
    says(rini, doors, 5)
    says(rini, doors, 6)
    assert shown(chief)["rini"]["offset_s"] == 5
    monkeypatch.setattr(security, "NOTED_EVERY_S", 0.0)
    says(rini, doors, 7)
    assert shown(chief)["rini"]["offset_s"] == 7


@pytest.mark.parametrize("nonsense", ["", "soon", "2026-03-07T21:00:00", "0001-01-01T00:00:00Z", "9" * 5000])
def test_what_is_no_time_with_an_offset_is_passed_over(doors: Doors, chief: Client, nonsense: str) -> None:
    assert chief.get("/api/session", headers={"Siaga-Clock": nonsense}).status_code == 200
    doors.desk.work(lambda tx: None)
    assert shown(chief) == {}


def test_when_most_clocks_disagree_with_the_node_it_is_the_node_that_is_warned_about(
    doors: Doors, chief: Client
) -> None:
    for name, ahead in [("rini", 3.5), ("joko", 4.5), ("sari", 4.0), ("tono", -600.0)]:
        says(doors.person(name, "crew"), doors, ahead)
    with capture_logs() as lines:
        compare_clocks(doors.desk)
    [line] = lines
    assert (line["event"], line["log_level"]) == ("clock-probably-wrong", "warning")
    assert (line["others_ahead_s"], line["clocks"]) == (3.75, 4)
    node = shown(chief)["node"]
    assert (node["kind"], node["offset_s"], node["off"]) == ("node", 3.75, True)
    assert next(iter(shown(chief))) == "node"


def test_one_wrong_tablet_among_right_ones_is_no_warning(doors: Doors, chief: Client) -> None:
    for name, ahead in [("rini", 600.0), ("joko", 0.4), ("sari", -1.9)]:
        says(doors.person(name, "crew"), doors, ahead)
    with capture_logs() as lines:
        compare_clocks(doors.desk)
    assert lines == []
    assert shown(chief)["node"]["off"] is False


def test_two_clocks_cannot_tell_whose_is_wrong_and_old_or_future_words_do_not_count(
    doors: Doors, chief: Client, clock: Clock
) -> None:
    people = [doors.person(name, "crew") for name in ("rini", "joko", "sari")]
    for person in people[:2]:
        says(person, doors, 60)
    compare_clocks(doors.desk)
    assert "node" not in shown(chief)
    says(people[2], doors, 60)
    clock.forward(-10)  # our clock went back: they spoke before that
    compare_clocks(doors.desk)
    assert "node" not in shown(chief)
    clock.forward(3700)
    compare_clocks(doors.desk)
    assert "node" not in shown(chief)


def test_a_clock_that_is_not_heard_of_for_a_week_is_forgotten(doors: Doors, chief: Client, clock: Clock) -> None:
    says(doors.person("rini", "crew"), doors, 60)
    clock.forward(8 * 86400)
    compare_clocks(doors.desk)
    with doors.desk.store.read() as tx:
        assert tx.rows("select * from access_clock") == []


def test_clocks_are_shown_to_shift_leaders_and_administrators_only(doors: Doors) -> None:
    assert doors.person("danton", "shift-leader").get("/api/views/access.clocks").status_code == 200
    assert doors.person("rini", "crew").get("/api/views/access.clocks").status_code == 403
