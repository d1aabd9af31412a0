"""Where a unit is, by the device of its crew: who may say so, and what is taken."""

from typing import Any

import pytest

from edges.door_kit import Doors
from edges.test_tracker_doors import places

AT = "2026-03-07T12:59:30Z"
HERE: dict[str, Any] = {"unit": "BTG-1", "at": AT, "lon": 117.5012, "lat": 0.1324, "accuracy_m": 8.5}


def test_a_crew_says_where_its_unit_is(doors: Doors) -> None:
    rini = doors.person("rini", "crew")
    answer = rini.post("/api/positions", json=HERE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert places(doors) == {"app.BTG-1": (0.1324, 117.5012)}
    assert rini.post("/api/positions", json=HERE).status_code == 204  # the same again is only counted
    assert doors.desk.counts["readings-dropped"] == 1


def test_an_enrolled_device_says_it_too(doors: Doors) -> None:
    _, secret = doors.device("crew")
    client = doors.client(Authorization=f"Bearer {secret}")
    assert client.post("/api/positions", json=HERE | {"unit": "RSC-1"}).status_code == 204
    assert list(places(doors)) == ["app.RSC-1"]


def test_who_is_not_at_a_scene_may_not_and_it_is_noted(doors: Doors) -> None:
    answer = doors.person("budi", "reporter").post("/api/positions", json=HERE)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")
    assert doors.client().post("/api/positions", json=HERE).status_code == 401
    assert places(doors) == {}
    assert "not-permitted" in [line["kind"] for line in doors.security()]


def test_another_site_cannot_send_it_with_the_browsers_cookie(doors: Doors) -> None:
    rini = doors.person("rini", "crew")
    answer = rini.post("/api/positions", json=HERE, headers={"X-CSRF-Token": "guessed"})
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf")
    assert places(doors) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [("unit", "no good"), ("lon", 200), ("lat", "x"), ("at", "2026-03-07T12:59:30"), ("speed_mps", -1), ("who", "x")],
)
def test_what_cannot_be_read_is_named(doors: Doors, field: str, value: Any) -> None:
    answer = doors.person("rini", "crew").post("/api/positions", json=HERE | {field: value})
    assert answer.status_code == 400
    assert field in answer.text
    assert places(doors) == {}
