"""Sign-in, lock-out, the session's mark, devices, and what answers without sign-in."""

import re

import httpx
import pytest

from conftest import Clock, ask
from edges.door_kit import PASSWORD, Client, Doors
from siaga.edges import security
from siaga.slices.access import rules
from siaga.slices.access.tables import gate

CONTROL_ROOM = "127.0.0.1"


def test_a_name_and_a_password_open_a_session(doors: Doors) -> None:
    doors.account("Rini", "dispatcher", "call-taker")
    client = doors.client()
    answer = client.sign_in(" rini ")
    assert answer.status_code == 200
    said = answer.json()
    assert (said["account"], said["name"], said["agency"]) == ("a-Rini", "Rini", "bontang")
    assert said["roles"] == ["call-taker", "dispatcher"]
    assert client.get("/api/session").json() == said


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(doors: Doors) -> None:
    doors.account("rini", "crew")
    plain = doors.client().sign_in("rini").headers["set-cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Strict" in plain
    assert "Secure" not in plain
    behind_tls = doors.client(CONTROL_ROOM, **{"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"})
    assert "; Secure" in behind_tls.sign_in("rini").headers["set-cookie"]


def test_signing_out_ends_the_session(doors: Doors) -> None:
    rini = doors.person("rini", "crew")
    secret = rini.cookies["siaga_session"]
    assert rini.ask("DELETE", "/api/session").status_code == 204
    again = doors.client(Cookie=f"siaga_session={secret}")
    assert again.get("/api/session").status_code == 401


@pytest.mark.parametrize(("name", "password"), [("rini", "salah-sekali"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(doors: Doors, name: str, password: str) -> None:
    doors.account("rini", "crew")
    answer = doors.client().sign_in(name, password)
    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-failed")
    assert "set-cookie" not in answer.headers


def test_a_disabled_account_and_one_without_roles_do_not_come_in(doors: Doors) -> None:
    doors.account("chief", "administrator")
    rini = doors.person("rini", "crew")
    doors.account("empty")
    doors.desk.handle(rules.DisableAccount("a-rini"), ask("administrator"))
    assert rini.get("/api/session").status_code == 401
    assert doors.client().sign_in("rini").status_code == 401
    empty = doors.client().sign_in("empty")
    assert (empty.status_code, empty.json()["code"]) == (403, "no-role")


def test_roles_in_another_agency_are_had_by_signing_in_there(doors: Doors) -> None:
    account = doors.account("rini", "crew")
    doors.desk.handle(rules.SetRoles(account, ("coordinator",), "kaltim"), ask("administrator", agency=""))
    assert doors.client().sign_in("rini").json()["roles"] == ["crew"]
    there = doors.client().sign_in("rini", agency="kaltim").json()
    assert (there["agency"], there["roles"]) == ("kaltim", ["coordinator"])
    assert doors.client().sign_in("rini", agency="elsewhere").status_code == 403


# ── lock-out ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def fail(client: Client, times: int, name: str = "rini") -> list[int]:
    return [client.sign_in(name, "salah-sekali").status_code for _ in range(times)]


def test_the_sixth_try_finds_the_door_locked_even_with_the_right_password(doors: Doors, clock: Clock) -> None:
    doors.account("rini", "crew")
    stranger = doors.client("198.51.100.4")
    assert fail(stranger, 5) == [401] * 5
    locked = stranger.sign_in("rini")
    assert (locked.status_code, locked.json()["code"]) == (429, "locked-out")
    assert int(locked.headers["retry-after"]) == 60
    clock.forward(61)
    assert stranger.sign_in("rini").status_code == 200


def test_strangers_lock_out_neither_other_addresses_nor_an_open_session(doors: Doors) -> None:
    rini = doors.person("rini", "crew", address="203.0.113.7")
    fail(doors.client("198.51.100.4"), 8)
    assert rini.get("/api/session").status_code == 200
    assert doors.client("203.0.113.7").sign_in("rini").status_code == 200


def test_the_control_room_is_never_locked_out_whatever_is_typed(doors: Doors) -> None:
    doors.account("rini", "crew")
    own = doors.client(CONTROL_ROOM)
    assert set(fail(own, 12)) == {401}
    assert own.sign_in("rini").status_code == 200


def test_a_proxy_makes_nobody_part_of_the_control_room(doors: Doors) -> None:
    doors.account("rini", "crew")
    proxied = doors.client(CONTROL_ROOM, **{"X-Forwarded-For": "198.51.100.4"})
    fail(proxied, 5)
    assert proxied.sign_in("rini").status_code == 429
    lying = doors.client(CONTROL_ROOM, **{"X-Forwarded-For": "127.0.0.1, 198.51.100.4"})
    assert lying.sign_in("rini").status_code == 429
    pretending = doors.client("198.51.100.5", **{"X-Forwarded-For": "127.0.0.1"})
    fail(pretending, 5)
    assert pretending.sign_in("rini").status_code == 429


def test_who_tries_many_names_from_one_address_is_slowed_down(doors: Doors) -> None:
    stranger = doors.client("198.51.100.4")
    answers = [stranger.sign_in(f"name{n}", "salah-sekali").status_code for n in range(22)]
    assert answers[:20] == [401] * 20
    assert answers[-1] == 429


def test_a_flood_of_passwords_sends_strangers_away_and_not_the_control_room(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    doors.account("rini", "crew")
    monkeypatch.setattr(doors.door.security, "_hashing", security.MOST_HASHING)
    assert doors.client("198.51.100.4").sign_in("rini").status_code == 429
    assert doors.client(CONTROL_ROOM).sign_in("rini").status_code == 200


# ── the session's mark ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_change_by_cookie_needs_the_sessions_mark(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    mark, rini.csrf = rini.csrf, ""
    refused = rini.command("toy.write-note", note="n1", text="satu")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    rini.csrf = mark[:-1] + ("0" if mark[-1] != "0" else "1")
    assert rini.command("toy.write-note", note="n1", text="satu").status_code == 403
    assert [line["kind"] for line in doors.security()][-1] == "csrf"
    rini.csrf = mark
    assert rini.command("toy.write-note", note="n1", text="satu").status_code == 200


def test_the_mark_of_another_session_does_not_do(doors: Doors) -> None:
    rini, joko = doors.person("rini", "dispatcher"), doors.person("joko", "dispatcher")
    rini.csrf = joko.csrf
    assert rini.command("toy.write-note", note="n1", text="satu").status_code == 403


def test_a_bearer_token_needs_no_mark(doors: Doors) -> None:
    assert doors.program("dispatcher").command("toy.write-note", note="n1", text="satu").status_code == 200


def test_another_site_cannot_sign_a_browser_in(doors: Doors) -> None:
    doors.account("rini", "crew")
    answer = doors.client(**{"Sec-Fetch-Site": "cross-site"}).sign_in("rini")
    assert (answer.status_code, answer.json()["code"]) == (403, "origin")
    form = doors.client().post("/api/session", data={"name": "rini", "password": PASSWORD})
    assert form.status_code == 400


# ── what answers without sign-in ─────────────────────────────────────────────────────────────────────────────────────

OPEN = ["/", "/meja", "/masuk", "/masuk/perangkat", "/pages/own.css", "/health"]
CLOSED = [
    "/api/views/toy.notes",
    "/api/views/no.such",
    "/api/feed",
    "/api/session",
    "/api/openapi.json",
    "/api/docs",
    "/api/anything",
    "/metrics",
]


@pytest.mark.parametrize("path", CLOSED)
def test_without_sign_in_there_is_401(doors: Doors, path: str) -> None:
    answer = doors.client().get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "signed-out")


@pytest.mark.parametrize("name", ["toy.write-note", "no.such"])
def test_without_sign_in_no_command_answers_not_even_whether_it_exists(doors: Doors, name: str) -> None:
    assert doors.client().command(name, note="n", text="t").status_code == 401


@pytest.mark.parametrize("path", OPEN)
def test_the_sign_in_page_and_health_answer_everybody(doors: Doors, path: str) -> None:
    assert doors.client().get(path).status_code == 200


def test_every_answer_carries_the_guards(doors: Doors) -> None:
    answers = [doors.client().get(path) for path in [*OPEN, *CLOSED, "/no/such/page"]]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert "strict-transport-security" not in answer.headers


def test_our_own_pages_hold_nothing_inline_and_load_nothing_from_elsewhere(doors: Doors) -> None:
    rini = doors.person("rini", "crew")
    for path in ["/masuk/perangkat", "/api/docs", "/pages/docs.js", "/pages/perangkat.js", "/pages/own.css"]:
        text = rini.get(path).text
        assert not re.search(r"https?://(?!www\.w3\.org)", text), path
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", text), path


# ── the security log ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_refused_access_is_in_the_security_log_without_what_strangers_typed(doors: Doors) -> None:
    doors.account("rini", "crew")
    stranger = doors.client("198.51.100.4")
    stranger.sign_in("Budi-Santoso", "rahasia-sekali")
    stranger.sign_in("rini", "salah-sekali")
    stranger.get("/api/views/Budi-Santoso")
    doors.client(Authorization="Bearer sgt_guessed").get("/api/views/toy.notes")
    lines = doors.security()
    assert [(line["kind"], line["account"]) for line in lines] == [
        ("sign-in-failed", None),
        ("sign-in-failed", "a-rini"),
        ("not-signed-in", None),
        ("unknown-secret", None),
    ]
    assert {line["network"] for line in lines} == {"198.51.100.0/24", "203.0.113.0/24"}
    assert "Budi" not in str(lines)
    assert "198.51.100.4" not in str(lines)


def test_only_administrators_read_the_security_log(doors: Doors) -> None:
    rini, chief = doors.person("rini", "crew"), doors.person("chief", "administrator")
    assert rini.get("/api/views/access.security").status_code == 403
    doors.security()  # what was noted is written by now
    shown = chief.get("/api/views/access.security?kind=not-permitted").json()["rows"]
    assert [row["account"] for row in shown] == ["a-rini"]


# ── passwords and devices ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_changes_the_own_password_with_the_old_one(doors: Doors) -> None:
    rini = doors.person("rini", "crew")

    def change(old: str, new: str) -> httpx.Response:
        return rini.ask("PUT", "/api/session/password", json={"old": old, "new": new})

    assert change("salah-sekali", "bulan-purnama-7").status_code == 403
    short = change(PASSWORD, "pendek")
    assert (short.status_code, short.json()["code"]) == (409, "password-too-short")
    assert change(PASSWORD, "bulan-purnama-7").status_code == 200
    assert rini.get("/api/session").status_code == 200
    assert doors.client().sign_in("rini").status_code == 401
    assert doors.client().sign_in("rini", "bulan-purnama-7").status_code == 200


def offer(doors: Doors, code: str) -> None:
    until = doors.clock().replace(hour=23)
    command = rules.OfferEnrolment("o1", gate.hash_of(code), "tablet 1", ("crew",), until, unit="btg-1")
    doors.desk.handle(command, ask("administrator"))


def test_a_device_enrols_once_and_then_reports_without_a_password(doors: Doors) -> None:
    code = gate.new_secret("sge_")
    offer(doors, code)
    tablet = doors.client()
    answer = tablet.post("/api/devices/enrol", json={"code": code})
    assert answer.status_code == 200
    said = answer.json()
    assert (said["session"]["unit"], said["session"]["roles"]) == ("btg-1", ["crew"])
    tablet.csrf = said["session"]["csrf"]
    assert tablet.command("toy.write-note", note="n1", text="satu").status_code == 200
    by_token = doors.client(Authorization=f"Bearer {said['token']}")
    assert by_token.get("/api/session").json()["device"] == said["device"]
    again = doors.client().post("/api/devices/enrol", json={"code": code})
    assert (again.status_code, again.json()["code"]) == (409, "enrolment-not-valid")
    assert doors.security()[-1]["kind"] == "enrolment-refused"


def test_a_person_on_an_enrolled_device_acts_as_themselves_and_the_device_is_recorded(doors: Doors) -> None:
    code = gate.new_secret("sge_")
    offer(doors, code)
    doors.account("rini", "dispatcher")
    tablet = doors.client()
    device = tablet.post("/api/devices/enrol", json={"code": code}).json()["device"]
    said = tablet.sign_in("rini").json()
    assert (said["account"], said["device"], said["unit"]) == ("a-rini", device, "btg-1")
    assert tablet.command("toy.write-note", note="n1", text="satu").status_code == 200
    with doors.desk.store.read() as tx:
        entry = doors.desk.log.read(tx, doors.desk.position() - 1, 1)[0]
    assert (entry.actor, entry.device) == ("a-rini", device)


def test_an_administrator_gets_a_link_as_a_qr_code(doors: Doors) -> None:
    chief, rini = doors.person("chief", "administrator"), doors.person("rini", "crew")
    answer = chief.post("/api/devices/qr", json={"code": "sge_x"})
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.text.lstrip().startswith("<?xml")
    assert answer.headers["siaga-address"] == "http://siaga"
    assert rini.post("/api/devices/qr", json={"code": "sge_x"}).status_code == 403
