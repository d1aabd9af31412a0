"""Views over HTTP: rows with their position, ETags, parameters, and the figures of the node."""

import gzip
from typing import Any

import pytest

from conftest import ask
from edges.door_kit import Client, Doors
from siaga.kernel.desk import Rebuilding
from siaga.slices.access.rules import SetRoles


@pytest.fixture
def rini(doors: Doors) -> Client:
    person = doors.person("rini", "dispatcher")
    for n in range(3):
        person.command("toy.write-note", note=f"n{n}", text=f"catatan {n}", size=n)
    return person


def test_a_view_shows_its_rows_and_the_position_they_are_true_at(rini: Client, doors: Doors) -> None:
    answer = rini.get("/api/views/toy.notes?least=1&names=n1&names=n0")
    assert answer.json() == {
        "position": doors.desk.position(),
        "rows": [{"note": "n1", "text": "catatan 1", "size": 1}],
    }
    assert answer.headers["siaga-position"] == str(doors.desk.position())
    assert answer.headers["cache-control"] == "private, no-cache"


def test_an_unchanged_view_is_304_with_the_nodes_position(rini: Client, doors: Doors) -> None:
    first = rini.get("/api/views/toy.notes")
    doors.program("crew")  # the log moves on, the notes do not
    again = rini.get("/api/views/toy.notes", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["siaga-position"] == str(doors.desk.position()) != first.headers["siaga-position"]
    assert again.headers["etag"] == first.headers["etag"]
    rini.command("toy.write-note", note="n9", text="baru")
    changed = rini.get("/api/views/toy.notes", headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("least=many", "least"),
        ("colour=red", "colour"),
        ("least=1&least=2", "least"),
        ("names=a%00b", "names[0]"),
        ("least=99999999999999999999", "least"),
        ("names=%ff", ""),
    ],
)
def test_a_parameter_that_cannot_be_read_is_400_with_its_name(rini: Client, query: str, field: str) -> None:
    answer = rini.get(f"/api/views/toy.notes?{query}")
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "malformed", field)


def test_an_unknown_view_is_404_and_one_without_the_role_403(rini: Client) -> None:
    assert rini.get("/api/views/toy.songs").json()["code"] == "no-such-view"
    refused = rini.get("/api/views/toy.smoke")
    assert (refused.status_code, refused.json()["facts"]) == (403, {"roles": "commander, shift-leader"})


def test_head_answers_like_get_without_the_rows(rini: Client) -> None:
    answer = rini.ask("HEAD", "/api/views/toy.notes")
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_large_view_is_squeezed_for_who_can_read_it(rini: Client) -> None:
    for n in range(3):
        rini.command("toy.write-note", note=f"long{n}", text="panjang " * 480)
    squeezed = rini.get("/api/views/toy.notes", headers={"Accept-Encoding": "gzip"})
    plain = rini.get("/api/views/toy.notes", headers={"Accept-Encoding": "identity"})
    assert squeezed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert squeezed.json() == plain.json()


def test_a_view_that_is_being_rebuilt_is_503_and_later(
    rini: Client, doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rebuilding(*asked: Any) -> Any:
        raise Rebuilding("toy")

    monkeypatch.setattr(doors.desk, "encoded", rebuilding)
    answer = rini.get("/api/views/toy.notes")
    assert (answer.status_code, answer.json()["code"]) == (503, "broken")
    assert int(answer.headers["retry-after"]) >= 1


def test_roles_that_changed_count_at_once(rini: Client, doors: Doors) -> None:

    assert rini.get("/api/views/toy.notes").status_code == 200
    doors.desk.handle(SetRoles("a-rini", ("reporter",)), ask("administrator"))
    assert rini.get("/api/views/toy.notes").status_code == 403


def test_health_says_little_and_true(doors: Doors) -> None:
    said = doors.client().get("/health").json()
    assert said.keys() == {"status", "version", "position", "at"}
    assert (said["status"], said["position"]) == ("ok", doors.desk.position())


def test_figures_are_for_administrators_and_the_nodes_own_machine(rini: Client, doors: Doors) -> None:
    assert rini.get("/metrics").status_code == 403
    for reader in (doors.client("127.0.0.1", Host="localhost"), doors.program("administrator")):
        text = reader.get("/metrics").text
        assert 'siaga_http_answers_total{door="commands",status="200"} 3.0' in text
        assert f"siaga_position {doors.desk.position()}.0" in text
    proxied = doors.client("127.0.0.1", **{"X-Forwarded-For": "198.51.100.4"})
    assert proxied.get("/metrics").status_code == 401


def test_a_request_that_no_door_is_for_is_404_for_who_is_signed_in(rini: Client) -> None:
    assert rini.get("/api/anything").json()["code"] == "no-such-page"


def test_pages_are_served_squeezed_with_their_mark(doors: Doors, tmp_path: Any) -> None:
    web = tmp_path / "web"
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text("<!doctype html>" + "<p>Meja</p>" * 300)
    (web / "assets" / "meja-1a2b.js").write_text("export const meja = 1;\n" * 200)
    (tmp_path / "secret.txt").write_text("x")
    doors.door.pages._web = web
    client = doors.client()
    page = client.get("/meja", headers={"Accept-Encoding": "gzip"})
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["content-encoding"] == "gzip"
    script = client.get("/assets/meja-1a2b.js")
    assert "immutable" in script.headers["cache-control"]
    assert script.headers["content-type"].startswith("text/javascript")
    assert client.get("/meja", headers={"If-None-Match": page.headers["etag"]}).status_code == 304
    for path in ["/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/assets/", "/pages/..%2ffeed.py", "/a.php"]:
        assert client.get(path).status_code == 404, path
    assert client.post("/meja").status_code == 405


def test_without_the_web_application_a_plain_page_says_so(doors: Doors, tmp_path: Any) -> None:
    doors.door.pages._web = tmp_path / "nothing"
    answer = doors.client().get("/meja")
    assert answer.status_code == 200
    assert "belum dibangun" in answer.text


def test_a_squeezed_page_is_the_page(doors: Doors) -> None:
    squeeze = doors.door.pages.squeezed
    assert gzip.decompress(squeeze(b"satu dua")) == b"satu dua"
