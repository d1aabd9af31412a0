"""Commands over HTTP: the forms that devices and partners rest on."""

import json
from datetime import timedelta
from typing import Any

import pytest

from conftest import Clock, ask, rows
from edges.door_kit import Doors, asked
from siaga.edges.limits import PERSON
from siaga.kernel.desk import DropKept, KeptQuery, ReleaseKept
from siaga.slices.access.rules import RevokeDevice


def kept(doors: Doors) -> list[Any]:
    return list(rows(doors.desk.show("kernel.kept", KeptQuery(), ask("shift-leader"))))


def test_an_accepted_ask_answers_its_position(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    answer = rini.command("toy.write-note", note="n1", text="api di dapur")
    assert (answer.status_code, answer.json()) == (200, {"position": doors.desk.position()})
    assert answer.headers["content-type"] == "application/json"


def test_the_same_ask_again_has_the_first_answer_and_is_recorded_once(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    first = rini.command("toy.write-note", "x1", note="n1", text="satu")
    again = rini.command("toy.write-note", "x1", note="n1", text="satu")
    assert first.json() == again.json()
    other = rini.command("toy.write-note", "x1", note="n2", text="dua")
    assert (other.status_code, other.json()["code"]) == (409, "ask-id-reused")


def test_who_asks_is_known_from_the_sign_in_and_never_from_the_client(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    body = asked(note="n1", text="satu")
    body["ask"]["actor"] = "somebody-else"
    assert rini.post("/api/commands/toy.write-note", json=body).json()["field"] == "ask.actor"
    rini.command("toy.write-note", note="n1", text="satu")
    with doors.desk.store.read() as tx:
        assert doors.desk.log.read(tx, doors.desk.position() - 1, 1)[0].actor == "a-rini"


def test_a_refusal_is_409_with_code_facts_and_a_reason_in_the_readers_language(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    rini.command("toy.write-note", note="n1", text="satu")
    refused = rini.command("toy.write-note", note="n1", text="dua")
    assert refused.status_code == 409
    assert refused.json() == {
        "code": "name-taken",
        "reason": "Nama n1 sudah dipakai akun lain.",
        "overridable": True,
        "facts": {"name": "n1"},
    }
    english_first = {"Accept-Language": "en-GB, id;q=0.5"}
    english = rini.post("/api/commands/toy.write-note", json=asked(note="n1", text="dua"), headers=english_first)
    assert english.json()["reason"] == "The name n1 belongs to another account."


def test_overruling_sends_its_reason_with_the_ask(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    rini.command("toy.write-note", note="n1", text="satu")
    body = asked(note="n1", text="dua")
    body["ask"]["override"] = "ditulis ulang"
    assert rini.post("/api/commands/toy.write-note", json=body).status_code == 200


def test_a_missing_role_is_403_and_in_the_security_log(doors: Doors) -> None:
    rini = doors.person("rini", "reporter")
    refused = rini.command("toy.write-note", note="n1", text="satu")
    assert (refused.status_code, refused.json()["code"]) == (403, "not-permitted")
    last = doors.security()[-1]
    assert (last["kind"], last["account"], last["detail"]) == ("not-permitted", "a-rini", "toy.write-note")


MALFORMED = [
    (b"not json", ""),
    (b"[]", ""),
    (b'{"ask": {"id": "x", "at": "2026-03-07T21:00:00+08:00"}}', "command"),
    (b'{"command": {"note": "n", "text": "t"}}', "ask"),
    (b'{"ask": {"at": "2026-03-07T21:00:00+08:00"}, "command": {"note": "n", "text": "t"}}', "ask.id"),
    (b'{"ask": {"id": "x"}, "command": {"note": "n", "text": "t"}}', "ask.at"),
    (b'{"ask": {"id": "x", "at": "2026-03-07T21:00:00"}, "command": {"note": "n", "text": "t"}}', "ask.at"),
    (b'{"ask": {"id": "\xc3\xa9", "at": "2026-03-07T21:00:00Z"}, "command": {"note": "n", "text": "t"}}', "ask.id"),
    (b'{"ask": {"id": "x", "at": "0001-01-01T00:00:00+14:00"}, "command": {"note": "n", "text": "t"}}', "ask.at"),
]
GOOD_ASK = b'{"ask": {"id": "x", "at": "2026-03-07T21:00:00Z"}, "command": %b}'
MALFORMED += [
    (GOOD_ASK % command, field)
    for command, field in [
        (b'{"note": "n"}', "command.text"),
        (b'{"note": 1, "text": "t"}', "command.note"),
        (b'{"note": "n", "text": 7}', "command.text"),
        (b'{"note": "n", "text": "t", "colour": "red"}', "command.colour"),
        (b'{"note": "a\\u0000b", "text": "t"}', "command.note"),
        (b'{"note": "n", "text": "a\\u0000b"}', "command.text"),
        (b'{"note": "n", "text": "t", "size": 99999999999999999999}', "command.size"),
        (b'{"note": "n", "text": "t", "until": "2026-03-07T21:00:00"}', "command.until"),
        (b'{"note": "n", "text": "t", "until": "9999-12-31T23:59:59-14:00"}', "command.until"),
    ]
]


@pytest.mark.parametrize(("body", "field"), MALFORMED)
def test_what_cannot_be_read_is_400_with_its_field_and_changes_nothing(doors: Doors, body: bytes, field: str) -> None:
    rini = doors.person("rini", "dispatcher")
    before = doors.desk.position()
    answer = rini.post("/api/commands/toy.write-note", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        400,
        "malformed",
        field,
    )
    assert answer.json()["reason"].startswith("Permintaan tidak dapat dibaca")
    assert doors.desk.position() == before


def test_what_is_no_text_is_400_also_at_sign_in(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    latin = json.dumps(asked(note="n1", text="kafe"), ensure_ascii=False).encode().replace(b"kafe", b"caf\xe9")
    json_headers = {"content-type": "application/json"}
    answer = rini.post("/api/commands/toy.write-note", content=latin, headers=json_headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    session = b'{"name":"caf\xe9","password":"x"}'
    assert doors.client().post("/api/session", content=session, headers=json_headers).status_code == 400


@pytest.mark.parametrize(("seen_at", "counts"), [(60, 0), (1, 1), (-60, -60), (None, 0)])
def test_nothing_was_seen_after_it_came_however_fast_a_clock_is(
    doors: Doors, clock: Clock, seen_at: int | None, counts: int
) -> None:
    rini, now = doors.person("rini", "dispatcher"), clock()
    body = asked(note="n1", text="satu")
    body["ask"]["at"] = (now + timedelta(seconds=60)).isoformat()
    if seen_at is not None:
        body["ask"]["seen_at"] = (now + timedelta(seconds=seen_at)).isoformat()
    assert rini.post("/api/commands/toy.write-note", json=body).status_code == 200
    with doors.desk.store.read() as tx:
        newest = doors.desk.log.read(tx, doors.desk.position() - 1, 1)[0]
    assert newest.at == now + timedelta(seconds=60)  # as it was sent
    assert newest.when == now + timedelta(seconds=counts)


def test_another_kind_of_content_is_400(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    body = json.dumps(asked(note="n1", text="satu"))
    answer = rini.post("/api/commands/toy.write-note", content=body, headers={"Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()["field"]) == (400, "content-type")


def test_too_large_a_body_is_413_whether_it_says_its_length_or_not(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    huge = b'{"ask": "' + b"x" * 300_000 + b'"}'
    kind = {"Content-Type": "application/json"}

    async def parts() -> Any:
        for _ in range(10):
            yield b"x" * 30_000

    assert rini.post("/api/commands/toy.write-note", content=huge, headers=kind).status_code == 413
    assert rini.post("/api/commands/toy.write-note", content=parts(), headers=kind).status_code == 413


def test_an_unknown_command_is_404_in_words(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    answer = rini.command("toy.sing-song", song="x")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-command")
    assert answer.json()["reason"] == "Tidak ada perintah toy.sing-song."


def test_a_wrong_method_is_405_and_says_the_right_one(doors: Doors) -> None:
    answer = doors.client().get("/api/commands/toy.write-note")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


def test_a_broken_part_is_500_and_says_nothing_of_what_broke(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    answer = rini.command("toy.break", how="bug")
    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert "secret words" not in answer.text


def test_a_full_disk_is_503_and_later(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    answer = rini.command("toy.break", how="full")
    assert (answer.status_code, answer.json()["code"]) == (503, "broken")
    assert int(answer.headers["retry-after"]) >= 1


def test_an_ask_that_breaks_the_node_three_times_is_set_aside(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    answers = [rini.command("toy.break", "x9", how="bug").status_code for _ in range(3)]
    assert answers == [500, 500, 202]
    assert [row.id for row in kept(doors)] == ["x9"]


# ── observations of enrolled devices ─────────────────────────────────────────────────────────────────────────────────


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_an_observation_of_a_device_is_accepted_like_any_ask(doors: Doors) -> None:
    device, secret = doors.device("commander")
    answer = doors.client(**bearer(secret)).command("toy.see-smoke", where="gudang")
    assert answer.status_code == 200
    with doors.desk.store.read() as tx:
        entry = doors.desk.log.read(tx, doors.desk.position() - 1, 1)[0]
    assert (entry.actor, entry.device) == (device, device)


def test_what_a_device_with_an_expired_token_saw_is_kept_and_can_be_released(doors: Doors, clock: Clock) -> None:
    _, secret = doors.device("commander", days=1)
    clock.forward(2 * 86400)
    tablet = doors.client(**bearer(secret))
    answer = tablet.command("toy.see-smoke", "late-1", where="gudang")
    assert (answer.status_code, answer.json()["kept"]) == (202, "late-1")
    assert [(row.id, row.reason) for row in kept(doors)] == [("late-1", "token-expired")]

    danton = doors.person("danton", "shift-leader")
    assert danton.command("kernel.release-kept", id="late-1").status_code == 200
    shown = danton.get("/api/views/toy.smoke").json()["rows"]
    assert shown == [{"where": "gudang", "at": "2026-03-07T13:00:00+00:00"}]


def test_orders_of_an_expired_device_are_not_kept(doors: Doors, clock: Clock) -> None:
    _, secret = doors.device("crew", days=1)
    clock.forward(2 * 86400)
    assert doors.client(**bearer(secret)).command("toy.write-note", note="n", text="t").status_code == 401


def test_what_a_device_without_the_role_saw_is_kept_and_noted(doors: Doors) -> None:
    _, secret = doors.device("crew")
    answer = doors.client(**bearer(secret)).command("toy.see-smoke", "x1", where="gudang")
    assert answer.status_code == 202
    assert [row.reason for row in kept(doors)] == ["role-missing"]
    assert doors.security()[-1]["kind"] == "not-permitted"


def test_a_form_that_is_no_longer_understood_is_kept_with_its_bytes(doors: Doors) -> None:
    _, secret = doors.device("commander")
    tablet = doors.client(**bearer(secret))
    old = b'{"ask":{"id":"old-1","at":"2026-03-07T20:15:00+08:00","mood":"calm"},"command":{"place":"gudang"}}'
    kind = {"Content-Type": "application/json"}
    assert tablet.post("/api/commands/toy.see-smoke", content=old, headers=kind).status_code == 202
    other = old.replace(b"old-1", b"old-2")
    assert tablet.post("/api/commands/toy.saw-flames", content=other, headers=kind).status_code == 202
    assert {(row.id, row.reason) for row in kept(doors)} == {("old-1", "not-understood"), ("old-2", "unknown-command")}
    danton = doors.person("danton", "shift-leader")
    refused = danton.command("kernel.release-kept", id="old-1")
    assert (refused.status_code, refused.json()["code"]) == (409, "kept-unreadable")


def test_what_a_device_saw_is_kept_though_it_is_no_text(doors: Doors) -> None:
    _, secret = doors.device("commander")
    tablet, kind = doors.client(**bearer(secret)), {"Content-Type": "application/json"}
    latin = b'{"ask":{"id":"latin-1","at":"2026-03-07T20:15:00+08:00"},"command":{"where":"caf\xe9"}}'
    assert tablet.post("/api/commands/toy.see-smoke", content=latin, headers=kind).status_code == 202
    assert [(row.id, row.reason) for row in kept(doors)] == [("latin-1", "not-understood")]
    refused = doors.person("danton", "shift-leader").command("kernel.release-kept", id="latin-1")
    assert (refused.status_code, refused.json()["code"]) == (409, "kept-unreadable")


def test_what_is_not_even_an_ask_cannot_be_kept(doors: Doors) -> None:
    _, secret = doors.device("commander")
    tablet = doors.client(**bearer(secret))
    kind = {"Content-Type": "application/json"}
    assert tablet.post("/api/commands/toy.see-smoke", content=b"smoke!", headers=kind).status_code == 400
    no_id = b'{"ask":{"at":"2026-03-07T20:15:00+08:00"},"command":{"place":"gudang"}}'
    assert tablet.post("/api/commands/toy.see-smoke", content=no_id, headers=kind).status_code == 400


def test_a_revoked_device_is_shut_out_with_everything(doors: Doors) -> None:
    from conftest import ask

    device, secret = doors.device("commander")
    tablet = doors.client(**bearer(secret))
    assert tablet.command("toy.see-smoke", where="gudang").status_code == 200
    doors.desk.handle(RevokeDevice(device), ask("administrator"))
    assert tablet.command("toy.see-smoke", where="gudang").status_code == 401
    assert kept(doors) == []
    assert doors.security()[-1]["kind"] == "revoked"


def test_a_person_without_a_device_gets_reasons_and_nothing_is_kept(doors: Doors) -> None:
    rini = doors.person("rini", "crew")
    assert rini.command("toy.see-smoke", where="gudang").status_code == 403
    assert kept(doors) == []


def test_dropping_settles_what_was_kept(doors: Doors, clock: Clock) -> None:
    _, secret = doors.device("crew")
    doors.client(**bearer(secret)).command("toy.see-smoke", "x1", where="gudang")
    doors.desk.handle(DropKept("x1"), ask("shift-leader"))
    assert kept(doors) == []
    clock.forward(1)
    doors.desk.handle(ReleaseKept("x1"), ask("shift-leader"))
    with doors.desk.store.read() as tx:
        assert tx.rows("select * from toy_smoke") == []


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_asks_without_end_is_told_when_to_ask_again(doors: Doors) -> None:
    rini = doors.person("rini", "dispatcher")
    buckets, now = doors.door.security.limits, [0.0]
    buckets._clock = lambda: now[0]
    buckets._buckets.clear()
    rini.get("/api/session")
    [(bucket, _)] = [(key, rate) for key, rate in buckets._buckets if key.startswith("session")]
    while not buckets.take(bucket, PERSON):
        pass
    answer = rini.get("/api/session")
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many")
    assert int(answer.headers["retry-after"]) >= 1
    now[0] = 2.0
    assert rini.command("toy.write-note", note="n1", text="satu").status_code == 200
