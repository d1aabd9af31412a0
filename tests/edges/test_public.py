"""The public page: nothing until the administrator says so, then counts only, for everybody and without script."""

import json
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from conftest import ask
from edges.door_kit import Doors, door, doors
from exports.conftest import city
from report.figures_kit import SLICES, Story, local, port
from siaga.kernel.desk import Desk
from siaga.kernel.records import Personal, Told
from siaga.slices import access, paper
from siaga.slices.report import events
from siaga.slices.report.rules.figures import ChooseCountingRules, PublishFigures

ELAI, WORDS = "64.74.02.1002", ("Warung di ujung gang", "Keluarga besar pemilik rumah", "tidak perlu", "Saksi berkata")
__all__ = ["city", "door", "doors"]


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return (*SLICES, access.SLICE, paper.SLICE)


@pytest.fixture
def services() -> dict[type, Any]:
    return port()


@pytest.fixture
def year(city: Desk) -> Desk:
    """Twelve fires, seven snakes, one leak of gas and one suicide, with words wherever words can be."""
    s, first = Story(city).town(), local(2026, 6, 2, 20)
    for n in range(12):
        s.incident(f"f{n}", first + n * timedelta(days=1), area=ELAI, arrived=300, ready=560)
    for n in range(7):
        s.incident(f"r{n}", first + timedelta(days=40 + n), "rescue.snake")
    s.incident("gas", first + timedelta(days=50), "hazmat.gas-leak")
    s.incident("never", first + timedelta(days=51), "rescue.suicide")
    s.incident("off", first + timedelta(days=52), cancelled=True)
    said = events.ObjectDescribed("f1", "house", owner=Personal(WORDS[0]), note=Told(WORDS[1]))
    s.write(first + timedelta(days=2), said, events.Summarised("f1", Told(WORDS[3])))
    city.clock.now = local(2026, 9, 10, 9)  # type: ignore[attr-defined]
    return city


def publish(desk: Desk, on: bool = True, id: str = "on") -> None:
    desk.handle(PublishFigures(on), ask("administrator", id=id))


class Cells(HTMLParser):
    """The text of every cell of the tables, line by line; what a browser would load or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[list[str]] = []
        self.loads: list[str] = []
        self.tags: set[str] = set()
        self._open = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [str(value) for name, value in attrs if name in ("src", "href") and tag != "a"]
        assert not [name for name, _ in attrs if name == "style" or name.startswith("on")]
        if tag == "tr":
            self.lines.append([])
        self._open = tag in ("th", "td")

    def handle_endtag(self, tag: str) -> None:
        self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.lines[-1].append(data)


def test_nobody_sees_anything_until_the_administrator_says_so_nor_after(doors: Doors, year: Desk) -> None:
    paths = ("/publik", "/publik.json", "/publik?tahun=2026", "/publik?tahun=1999")
    assert [doors.client().get(path).status_code for path in paths] == [404] * 4
    publish(year)
    assert [doors.client().get(path).status_code for path in paths] == [200, 200, 200, 404]
    publish(year, False, "off")
    assert [doors.client().get(path).status_code for path in paths] == [404] * 4


def test_the_page_has_no_script_no_cookie_and_only_its_own_sheet(doors: Doors, year: Desk) -> None:
    publish(year)
    answer = doors.client().get("/publik?bahasa=en")
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["vary"] == "Accept-Language"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    read = Cells(answer.text)
    assert read.tags & {"script", "form", "iframe", "img", "style"} == set()
    assert read.loads == ["/pages/publik.css"]
    assert doors.client().get("/pages/publik.css").status_code == 200
    again = doors.client().get("/publik?bahasa=en", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_is_shown_is_real_and_nothing_small_can_be_calculated(doors: Doors, year: Desk) -> None:
    publish(year)
    read = Cells(doors.client().get("/publik?bahasa=id").text).lines
    assert [line for line in read if line[0] in ("Kebakaran", "Penyelamatan", "Bahan berbahaya")] == [
        ["Kebakaran", "12"],
        ["Bahan berbahaya", "disamarkan"],
        ["Penyelamatan", "disamarkan"],
    ]
    months = {line[0]: line[1] for line in read if line[0] in ("Januari", "Juni", "Juli", "September", "Oktober")}
    assert months == {"Januari": "tidak ada data", "Juni": "12", "Juli": "8", "September": "tidak ada data"}
    assert ["Gunung Elai", "12"] in read
    told = json.loads(doors.client().get("/publik.json").content)
    assert (told["incidents"], told["counted"], told["share"], told["median_s"]) == (20, 12, 1.0, 560)
    assert told["kinds"] == {"fire": 12, "hazmat": None, "rescue": None}
    assert told["months"] == {"2026-06": 12, "2026-07": 8}
    assert [one["incidents"] for one in told["areas"]] == [8, 12]


def test_a_share_that_would_give_something_away_is_said_to_be_withheld(doors: Doors, year: Desk) -> None:
    publish(year)
    assert "100 %" in doors.client().get("/publik?bahasa=id").text
    later = Story(year)
    later.n = 1000  # its asks are others than those before
    later.incident("land", local(2026, 9, 9), "fire.land", area=ELAI)
    assert json.loads(doors.client().get("/publik.json?tahun=2026").content)["counted"] == 12  # held for a minute
    doors.door._public._kept.clear()
    told = json.loads(doors.client().get("/publik.json").content)
    assert (told["kinds"]["fire"], told["counted"], told["share"]) == (13, None, None)
    page = doors.client().get("/publik?bahasa=id").text
    assert page.count('<dd class="value none">disamarkan</dd>') == 2


def test_no_word_of_the_vault_and_no_name_of_an_incident_is_on_it(doors: Doors, year: Desk) -> None:
    publish(year)
    with year.store.read() as tx:
        vault = [row["value"] for row in tx.rows("select value from vault_word where sort = 'told'")]
        numbers = [row["number"] for row in tx.rows("select number from dispatch_incident")]
    assert {WORDS[1], WORDS[2], WORDS[3]} <= set(vault)
    assert len(numbers) == 22
    for path in ("/publik", "/publik?bahasa=en", "/publik.json"):
        text = doors.client().get(path).text
        assert [word for word in (*vault, *WORDS, *numbers) if word in text] == []
        assert "117.4" not in text  # where something was


def test_both_languages_say_the_same_with_the_rules_that_were_chosen(doors: Doors, year: Desk) -> None:
    publish(year)
    pages = {code: doors.client().get(f"/publik?bahasa={code}").text for code in ("id", "en")}
    assert 'lang="id"' in pages["id"][:60]
    assert "Instansi belum memilih aturannya" in pages["id"]
    assert "The service has not chosen its rules yet" in pages["en"]
    assert "public." not in pages["id"] + pages["en"]
    assert "Kebakaran yang dilayani dalam 15 menit" in pages["id"]
    assert doors.client(**{"Accept-Language": "en"}).get("/publik").text == pages["en"]
    numbers = [[line[1:] for line in Cells(page).lines] for page in pages.values()]
    assert sorted(x for line in numbers[0] for x in line if x.isdigit()) == sorted(
        x for line in numbers[1] for x in line if x.isdigit()
    )


def test_rules_that_change_are_on_the_page_once_it_is_made_again(
    doors: Doors, year: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(year)
    first = doors.client().get("/publik").text
    assert "Kebakaran lahan tidak dihitung" in first
    year.handle(ChooseCountingRules(land_fires=True, left_out=("fire.vehicle",)), ask("administrator", id="rules"))
    assert doors.client().get("/publik").text == first  # held for a minute
    monkeypatch.setattr("siaga.edges.public.time.monotonic", lambda: 1e9)
    second = doors.client().get("/publik").text
    assert "Kebakaran lahan dihitung dalam SPM." in second
    assert "Jenis yang tidak dihitung menurut pilihan instansi: Kendaraan" in second
    assert "Instansi belum memilih" not in second


def test_an_empty_year_says_so_and_other_parameters_are_none(doors: Doors, year: Desk) -> None:
    publish(year)
    stranger = doors.client()
    assert "Belum ada kejadian yang tercatat" in stranger.get("/publik?tahun=2024&bahasa=id").text
    asked = {"/publik?tahun=x": 400, "/publik?year=2026": 400, "/publik.json?bahasa=en": 400, "/publik?tahun=2027": 404}
    assert {path: stranger.get(path).status_code for path in asked} == asked
    assert stranger.post("/publik", json={}).status_code == 405


def test_who_asks_all_the_time_is_told_to_wait(doors: Doors, year: Desk) -> None:
    publish(year)
    stranger = doors.client("198.51.100.9")
    answers = [stranger.get("/publik").status_code for _ in range(70)]
    assert answers[0] == 200
    assert answers[-1] == 429


def test_what_an_archive_did_not_record_is_said_to_be_not_recorded(doors: Doors, city: Desk) -> None:
    s, first = Story(city).town(), local(2026, 6, 2, 20)
    for n in range(12):
        s.incident(f"f{n}", first + n * timedelta(days=1), area=ELAI, arrived=300, ready=560)
        s.write(first + timedelta(days=80), events.HistoryKept(f"f{n}", Told("lama.csv"), ("fire",)))
    city.clock.now = local(2026, 9, 10, 9)  # type: ignore[attr-defined]
    publish(city)
    said = doors.client().get("/publik.json").json()
    assert said["unrecorded"] == {kind: ["2026-06"] for kind in ("assistance", "hazmat", "rescue")}
    assert said["kinds"] == {"fire": 12}
    page = doors.client().get("/publik").text
    lines = {line[0]: line[1] for line in Cells(page).lines if len(line) == 2}
    assert lines["Penyelamatan"] == "tidak dicatat"
    assert lines["Juli"] == "tidak ada data"
    assert "Penyelamatan: tidak dicatat pada Juni. Itu bukan nol." in page
    assert "Rescue: not recorded in June. That is not zero." in doors.client().get("/publik?bahasa=en").text
