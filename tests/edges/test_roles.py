"""Every door of the real slices against every role: who may, may; nobody else gets anything, and it is noted."""

from collections import Counter
from typing import Any

import pytest

from edges.door_kit import Doors
from siaga.app import SLICES
from siaga.kernel.slice import Roles
from siaga.slices.access.events import ROLES
from siaga.slices.access.rules import DOOR
from siaga.slices.paper import NODE

EMPTY = b'{"ask": {}, "command": {}}'  # no ask at all: whoever may ask is told what is missing
JSON = {"Content-Type": "application/json"}
NOBODYS = {DOOR, NODE, "timer"}


@pytest.fixture
def slices() -> tuple[Any, ...]:
    """All that ship."""
    return SLICES


def held(roles: Roles) -> set[str]:
    return {roles} if isinstance(roles, str) else set(roles)


def test_roles_of_commands_and_views_are_roles_of_people_or_of_the_node_itself(doors: Doors) -> None:
    named = [does.role for does in doors.desk.does.values()] + [shows.role for shows in doors.desk.views.values()]
    assert set().union(*map(held, named)) <= {*ROLES, *NOBODYS}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_what_it_may_and_nothing_else(doors: Doors, role: Any) -> None:
    program = doors.program(role)
    refused, wrong = 0, []
    for name, command in doors.desk.commands.items():
        answer = program.post(f"/api/commands/{name}", content=EMPTY, headers=JSON)
        may = role in held(doors.desk.does[command].role)
        refused += answer.status_code == 403
        if (answer.status_code, answer.json()["code"]) != ((400, "malformed") if may else (403, "not-permitted")):
            wrong.append((name, answer.status_code))
    for name, shows in doors.desk.views.items():
        status = program.get(f"/api/views/{name}").status_code
        refused += status == 403
        if (status == 403) == (role in held(shows.role)):
            wrong.append((name, status))
    assert wrong == []
    noted = Counter(line["kind"] for line in doors.security() for _ in range(line["times"]))
    assert noted == {"not-permitted": refused}
    assert refused > 10


def test_a_stranger_gets_nothing_but_sign_in_health_and_pages(doors: Doors) -> None:
    doors.desk.clock()
    stranger, answers = doors.client(), Counter[int]()
    for name in doors.desk.commands:
        answers[stranger.post(f"/api/commands/{name}", content=EMPTY, headers=JSON).status_code] += 1
    for name in doors.desk.views:
        answers[stranger.get(f"/api/views/{name}").status_code] += 1
    for path in ("/api/feed", "/api/openapi.json", "/api/docs", "/metrics", "/api/nothing"):
        answers[stranger.get(path).status_code] += 1
    for path in ("/api/trackers/owntracks", "/api/trackers/traccar", "/api/devices/qr"):
        answers[stranger.post(path, content=b"{}", headers=JSON).status_code] += 1
    assert set(answers) == {401}
    assert sum(line["times"] for line in doors.security() if line["kind"] == "not-signed-in") == answers[401]


@pytest.mark.parametrize("secret", ["session", "token", "device"])
def test_a_secret_in_the_wrong_place_opens_nothing(doors: Doors, secret: str) -> None:
    person = doors.person("rini", "dispatcher")
    held = {
        "session": person.cookies["siaga_session"],
        "device": doors.device("dispatcher")[1],
        "token": doors.program("dispatcher").bearer,
    }[secret]
    places = {
        "as a code": doors.client().post("/api/devices/enrol", json={"code": held}),
        "as a password": doors.client().post("/api/session", json={"name": "rini", "password": held}),
        "in the address": doors.client().get(f"/api/views/dispatch.board?token={held}&access_token={held}"),
        "as the session's mark": doors.client(**{"X-CSRF-Token": held}).get("/api/views/dispatch.board"),
    }
    if secret != "session":
        places["as a session"] = doors.client(Cookie=f"other={held}").get("/api/views/dispatch.board")
    if secret != "device":
        places["as a tracker"] = doors.client().get(f"/api/trackers/osmand?id={held}&lat=0.1&lon=117.5")
    for where, answer in places.items():
        assert answer.status_code in (401, 409), where


def test_a_program_changes_nobodys_password_and_that_it_tried_is_noted(doors: Doors) -> None:
    program = doors.program("administrator")
    body = {"old": "kuda-laut-42", "new": "bulan-purnama-7"}
    assert program.ask("PUT", "/api/session/password", json=body).status_code == 403
    assert doors.security()[-1]["kind"] == "password-change-refused"


def test_a_device_reports_for_no_other_unit_than_its_own(doors: Doors) -> None:
    _, secret = doors.device("crew", tracker="gps-7")
    other = {"id": "gps-8", "deviceid": "gps-8", "lat": "0.1", "lon": "117.5"}
    bearer = doors.client(Authorization=f"Bearer {secret}")
    assert bearer.get("/api/trackers/osmand", params=other).status_code == 200
    with doors.desk.store.read() as tx:
        assert [row["tracker"] for row in tx.rows("select tracker from dispatch_position")] == ["gps-7"]
