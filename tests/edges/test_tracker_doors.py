"""Positions over HTTP: each protocol with the token as it carries it, answered so that clients go on."""

import base64
from typing import Any

import pytest

from edges.door_kit import Client, Doors

AT = "2026-03-07T12:59:30Z"
PLACE = {"lat": "0.1324", "lon": "117.5012", "timestamp": AT}
FORWARD: dict[str, Any] = {
    "position": {
        "fixTime": AT,
        "latitude": 0.1324,
        "longitude": 117.5012,
        "speed": 10,
        "valid": True,
        "outdated": False,
    },
    "device": {"uniqueId": "867530"},
}


def places(doors: Doors) -> dict[str, tuple[float, float]]:
    with doors.desk.store.read() as tx:
        return {row["tracker"]: (row["lat"], row["lon"]) for row in tx.rows("select * from toy_place")}


def basic(secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"anybody:{secret}".encode()).decode()}


def test_osmand_carries_the_token_as_its_identifier(doors: Doors) -> None:
    device, secret = doors.device("crew")
    answer = doors.client().get("/api/trackers/osmand", params={"id": secret} | PLACE)
    assert (answer.status_code, answer.content) == (200, b"")
    assert places(doors) == {device: (0.1324, 117.5012)}


def test_osmand_may_post_a_form_or_the_newer_json(doors: Doors) -> None:
    device, secret = doors.device(tracker="t-7")
    assert doors.client().post("/api/trackers/osmand", data={"id": secret} | PLACE).status_code == 200
    body = {
        "device_id": secret,
        "location": {"timestamp": "2026-03-07T12:59:31Z", "coords": {"latitude": 1, "longitude": 2}},
    }
    assert doors.client().post("/api/trackers/osmand", json=body).status_code == 200
    assert places(doors) == {"t-7": (1.0, 2.0)}
    assert device not in places(doors)


def test_a_device_reports_for_itself_whatever_name_it_sends(doors: Doors) -> None:
    device, secret = doors.device("crew")
    client = doors.client(Authorization=f"Bearer {secret}")
    assert client.get("/api/trackers/osmand", params={"id": "somebody-else"} | PLACE).status_code == 200
    assert list(places(doors)) == [device]


def test_owntracks_carries_the_token_as_its_password(doors: Doors) -> None:
    device, secret = doors.device("crew")
    client = doors.client(**basic(secret))
    message = {"_type": "location", "tid": "B1", "lat": 0.1324, "lon": 117.5012, "tst": 1772888370}
    answer = client.post("/api/trackers/owntracks", json=message)
    assert (answer.status_code, answer.json()) == (200, [])
    assert list(places(doors)) == [device]
    assert client.post("/api/trackers/owntracks", json={"_type": "lwt"}).json() == []


def test_traccar_forwards_for_many_devices_with_a_programs_token(doors: Doors) -> None:
    traccar = doors.program("tracker")
    assert traccar.post("/api/trackers/traccar", json=FORWARD).status_code == 200
    other = FORWARD | {"device": {"uniqueId": "867531"}}
    assert traccar.post("/api/trackers/traccar", json=other).status_code == 200
    assert places(doors).keys() == {"867530", "867531"}


def test_what_comes_twice_or_late_is_answered_200_and_counted_as_dropped(doors: Doors) -> None:
    traccar = doors.program("tracker")
    assert [traccar.post("/api/trackers/traccar", json=FORWARD).status_code for _ in range(3)] == [200] * 3
    invalid = FORWARD | {"position": FORWARD["position"] | {"valid": False}}
    assert traccar.post("/api/trackers/traccar", json=invalid).status_code == 200
    assert doors.desk.counts["readings"] == 1
    assert doors.desk.counts["readings-dropped"] == 3


def strangers(doors: Doors) -> list[tuple[Client, str, dict[str, Any]]]:
    osmand = {"params": {"id": "sgd_guessed"} | PLACE}
    session = doors.person("rini", "crew")
    return [
        (doors.client(), "osmand", osmand),
        (doors.client(**basic("sgd_guessed")), "owntracks", {"json": {"_type": "lwt"}}),
        (doors.client(Authorization="Basic !!"), "owntracks", {"json": {"_type": "lwt"}}),
        (doors.client(), "traccar", {"json": FORWARD}),
        (session, "traccar", {"json": FORWARD}),
    ]


def test_without_a_token_nothing_is_taken_and_it_is_noted(doors: Doors) -> None:
    for client, protocol, message in strangers(doors):
        answer = client.post(f"/api/trackers/{protocol}", **message)
        assert answer.status_code == 401, protocol
    assert places(doors) == {}
    assert len([line for line in doors.security() if line["kind"] in ("not-signed-in", "unknown-secret")]) >= 1


def test_a_program_without_the_role_is_refused(doors: Doors) -> None:
    answer = doors.program("reporter").post("/api/trackers/traccar", json=FORWARD)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-permitted")


@pytest.mark.parametrize(
    ("path", "message", "field"),
    [
        ("osmand?id=x&lat=north&lon=1", {}, "lat"),
        ("osmand?lat=1&lon=1", {}, "id"),
        ("osmand", {"json": {"device_id": "x"}}, "location"),
        ("owntracks", {"json": {"_type": "location"}}, "tst"),
        ("traccar", {"content": b"{"}, ""),
        ("traccar", {"json": []}, ""),
    ],
)
def test_what_is_no_position_message_is_400_with_its_field(
    doors: Doors, path: str, message: dict[str, Any], field: str
) -> None:
    _, secret = doors.device("crew")
    answer = doors.client(Authorization=f"Bearer {secret}").post(f"/api/trackers/{path}", **message)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
