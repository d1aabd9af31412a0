"""CAP 1.2 as it was issued: valid by the strict schema and the specification's words, the same whenever it is read."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from lxml import etree

from conftest import ask
from edges.door_kit import Doors, door, doors
from edges.test_cli import Siaga, siaga
from edges.test_cli import city as cli_city
from exports.exports_kit import READER, clock, opened, town
from exports.test_cap import SCHEMA, read, texts
from field.field_kit import after, do
from siaga.exports.cap_issued import Issued, issued
from siaga.kernel.desk import Desk
from siaga.kernel.own import EraseWords
from siaga.kernel.records import Refusal, Told
from siaga.slices.intake.rules import MarkExercise
from siaga.slices.paper.rules import SetLetterhead
from siaga.slices.warning.events import Certainty, Point, Response, Severity, Shape, Urgency
from siaga.slices.warning.rules import CancelWarning, IssueWarning, UpdateWarning

__all__ = ["cli_city", "door", "doors", "siaga"]

CIRCLE = Shape((Point(117.4931, 0.1297),), 800)
FIELD = Shape((Point(117.48, 0.12), Point(117.5, 0.12), Point(117.5, 0.14)))
SAID: dict[str, Any] = {
    "incident": "i1",
    "type": "hazmat.gas-leak",
    "response": "shelter",
    "urgency": "immediate",
    "severity": "severe",
    "certainty": "observed",
    "shapes": (CIRCLE, FIELD),
    "area": Told("Gunung Elai & sekitarnya, <Bontang Utara>"),
    "headline": Told("Tutup pintu dan jendela"),
    "description": Told("Bau tajam di sekitar gudang es.\x07"),
    "instruction": Told("Jangan keluar."),
    "headline_en": Told("Close doors and windows"),
    "description_en": Told("A pungent smell."),
}


@pytest.fixture
def warned(city: Desk) -> Desk:
    """A leak, of which the public was warned, again, and no more."""
    town(city)
    head = SetLetterhead("Kota", "Dinas Pemadam", "Jl. A", emergency="113", site="https://damkar.example.id")
    do(city, head)
    opened(city, kind="hazmat.gas-leak", area="64.74.02.1002")
    clock(city, 60)
    do(city, IssueWarning(warning="w1", until=after(3600), **SAID), 60)
    do(city, UpdateWarning(warning="w2", former="w1", until=after(7200), **SAID | {"shapes": (CIRCLE,)}), 600)
    end = CancelWarning(incident="i1", warning="w3", former="w2", reason=Told("Aman."), reason_en=Told("All clear."))
    do(city, end, 1200)
    return city


def alert(desk: Desk, warning: str) -> Any:
    answer = issued(desk, "i1", Issued(warning), READER)
    assert isinstance(answer, bytes), answer
    return read(answer)


def test_a_warning_is_actual_in_both_languages_with_its_areas(warned: Desk) -> None:
    first = alert(warned, "w1")
    assert (texts(first, "status"), texts(first, "msgType")) == (["Actual"], ["Alert"])
    assert texts(first, "sent") == ["2026-03-07T21:01:00+08:00"]
    assert texts(first, "info/expires") == ["2026-03-07T22:00:00+08:00"] * 2
    assert texts(first, "info/language") == ["id-ID", "en"]
    assert texts(first, "info/headline") == ["Tutup pintu dan jendela", "Close doors and windows"]
    assert texts(first, "info/description") == ["Bau tajam di sekitar gudang es.", "A pungent smell."]
    assert texts(first, "info/instruction") == ["Jangan keluar."]
    assert texts(first, "info/area/areaDesc") == ["Gunung Elai & sekitarnya, <Bontang Utara>"] * 2
    assert texts(first, "info/area/circle") == ["0.129700,117.493100 0.800"] * 2
    closed = "0.120000,117.480000 0.120000,117.500000 0.140000,117.500000 0.120000,117.480000"
    assert texts(first, "info/area/polygon") == [closed] * 2
    assert texts(first, "info/contact") == ["113"] * 2


def test_an_update_and_a_cancellation_name_every_message_before_as_it_names_itself(warned: Desk) -> None:
    names: list[str] = []
    for warning, kind in (("w1", "Alert"), ("w2", "Update"), ("w3", "Cancel")):
        message = alert(warned, warning)
        assert texts(message, "msgType") == [kind]
        assert texts(message, "references") == ([" ".join(names)] if names else [])
        names.append(",".join(texts(message, name)[0] for name in ("sender", "identifier", "sent")))
    ended = alert(warned, "w3")
    assert texts(ended, "info/headline") == ["Dicabut: Tutup pintu dan jendela", "Cancelled: Close doors and windows"]
    assert texts(ended, "info/description") == ["Aman.", "All clear."]
    assert texts(ended, "info/responseType") == ["AllClear"] * 2
    assert texts(ended, "info/urgency") == ["Past"] * 2


def test_it_is_the_same_file_after_letterhead_and_kind_were_changed(warned: Desk) -> None:
    before = [issued(warned, "i1", Issued(one), READER) for one in ("w1", "w2", "w3")]
    do(warned, SetLetterhead("Kota", "Dinas Lain", "Jl. B", site="https://lain.example.id"), 2000)
    do(warned, MarkExercise("i1"), 2010)
    warned.rebuild()
    assert [issued(warned, "i1", Issued(one), READER) for one in ("w1", "w2", "w3")] == before


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("response", get_args(Response)),
        ("urgency", get_args(Urgency)),
        ("severity", get_args(Severity)),
        ("certainty", get_args(Certainty)),
    ],
)
def test_every_word_of_ours_is_one_of_caps(warned: Desk, field: str, words: tuple[str, ...]) -> None:
    for number, word in enumerate(words):
        one = f"{field}-{number}"
        do(warned, IssueWarning(warning=one, until=after(7200), **SAID | {field: word}), 1300 + number)
        alert(warned, one)


def test_an_exercise_says_so_in_status_note_and_headline(city: Desk) -> None:
    town(city)
    opened(city, exercise=True)
    do(city, IssueWarning(warning="w1", until=after(3600), **SAID | {"type": ""}), 60)
    drill = alert(city, "w1")
    assert texts(drill, "status") == ["Exercise"]
    assert "Latihan" in texts(drill, "note")[0]
    assert [text.split(":")[0] for text in texts(drill, "info/headline")] == ["LATIHAN", "EXERCISE"]


def test_erased_words_are_said_to_be_erased(warned: Desk) -> None:
    with warned.store.read() as tx:
        ref = tx.rows("select ref from vault_word where value = :v", v="Jangan keluar.")[0]["ref"]
        head = tx.rows("select ref from vault_word where value = :v", v="Tutup pintu dan jendela")[0]["ref"]
    for subject in (ref, head):
        assert not isinstance(warned.handle(EraseWords(subject, Told("x")), ask("administrator")), Refusal)
    first = alert(warned, "w1")
    assert texts(first, "info/headline")[0] == "(dihapus)"
    assert texts(first, "info/instruction") == []


def test_it_leaves_by_a_door_for_who_is_signed_in_and_may(doors: Doors, warned: Desk) -> None:
    path = "/api/exports/incidents/i1/cap.xml?warning="
    reader = doors.person("danru", "shift-leader")
    answer = reader.get(f"{path}w2")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/cap+xml"
    SCHEMA.assertValid(etree.fromstring(answer.content))
    assert reader.get(f"{path}w7").status_code == 404
    assert reader.get("/api/exports/incidents/i9/cap.xml?warning=w1").status_code == 404
    assert reader.get(f"{path}w2&action=avoid").status_code == 400
    assert reader.get("/api/exports/incidents/i1/cap.xml").status_code == 400
    assert doors.client().get(f"{path}w2").status_code == 401


def test_the_command_line_issues_lists_and_writes_it(cli_city: Siaga, tmp_path: Path) -> None:
    file = tmp_path / "w.xml"
    until = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    said = {"incident": "i7", "warning": "w1", "response": "avoid", "urgency": "immediate", "severity": "moderate"}
    said |= {"certainty": "observed", "until": until, "area": "Sekitar pasar", "description": "Kebakaran."}
    where = 'shapes=[{"points":[{"lon":117.49,"lat":0.13}],"radius_m":300}]'
    fields = [*(f"{name}={value}" for name, value in said.items()), where, "headline=Jauhi pasar"]
    cli_city.json("do", "warning.issue-warning", *fields)
    shown = cli_city.json("show", "warning.of-incident", "incident=i7")
    assert [(row["warning"], row["headline"]) for row in shown["rows"]] == [("w1", "Jauhi pasar")]
    made = cli_city.json("export", "cap", "i7", "--issued", "w1", "--to", str(file))
    assert made["bytes"] == file.stat().st_size
    message = etree.parse(file)
    SCHEMA.assertValid(message)
    assert texts(message.getroot(), "status") == ["Actual"]
    assert (
        cli_city.json("export", "cap", "i7", "--issued", "w2", "--to", str(file), code=1)["code"] == "no-such-warning"
    )
