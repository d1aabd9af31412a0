"""Dangers, wind, requests, water plan, situation reports and media, by plain values."""

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest

from conftest import SATURDAY, ask
from siaga.engine.water import read_water
from siaga.kernel.records import Media, Refusal, Told, written
from siaga.slices.field import events
from siaga.slices.field.events import Need, Point, Shuttle, WaterPlanned, WaterSource
from siaga.slices.field.rules import scene as rules
from siaga.slices.field.rules.crewfold import Crew, Inside, Seen
from siaga.slices.field.rules.sitrep import Aim, Picture, draft
from siaga.slices.field.rules.water import figures

WATER = read_water()
CORNERS = (Point(117.49, 0.13), Point(117.4901, 0.13), Point(117.4901, 0.1301))


def code(answer: Any) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


# ── dangers and wind ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_danger_is_recorded_as_it_was_drawn_also_one_of_a_kind_nobody_knows() -> None:
    cmd = rules.MarkHazard("h1", "i1", "ghost", "area", CORNERS, None, True)
    assert rules.mark_hazard(cmd, True, ask()) == [
        events.HazardMarked("h1", "i1", "ghost", "area", CORNERS, None, True)
    ]
    assert code(rules.mark_hazard(cmd, False, ask())) == "incident-unknown"


@pytest.mark.parametrize(
    ("wished", "corners", "drawn"),
    [("area", 3, "area"), ("area", 2, "line"), ("area", 1, "point"), ("line", 1, "point"), ("line", 3, "line")],
)
def test_with_too_few_corners_a_danger_is_drawn_as_what_they_are(
    wished: events.HazardShape, corners: int, drawn: str
) -> None:
    decided = rules.mark_hazard(rules.MarkHazard("h1", "i1", "gas", wished, CORNERS[:corners]), True, ask())
    assert isinstance(decided, list)
    assert [one.shape for one in decided if isinstance(one, events.HazardMarked)] == [drawn]


def test_a_danger_is_cleared_once_and_only_if_somebody_drew_it() -> None:
    cmd = rules.ClearHazard("h1", "i1")
    assert rules.clear_hazard(cmd, True, ask()) == [events.HazardCleared("h1", "i1")]
    assert rules.clear_hazard(cmd, False, ask()) == []
    assert code(rules.clear_hazard(cmd, None, ask())) == "hazard-unknown"


def test_wind_is_recorded_as_seen() -> None:
    assert rules.report_wind(rules.ReportWind("i1", 270.0, 4.0), True, ask()) == [events.WindReported("i1", 270.0, 4.0)]
    assert code(rules.report_wind(rules.ReportWind("i1", 270.0), False, ask())) == "incident-unknown"


# ── what is asked for ────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_there_is_can_be_asked_for_once() -> None:
    cmd = rules.RequestResource("r1", "i1", "pump", 2)
    assert rules.request_resource(cmd, rules.Asking(None, True), ask()) == [
        events.ResourceRequested("r1", "i1", "pump", 2)
    ]
    assert rules.request_resource(cmd, rules.Asking(rules.Request(None, None, ""), True), ask()) == []
    assert code(rules.request_resource(cmd, rules.Asking(None, False), ask())) == "resource-unknown"


def test_a_request_steps_on_with_its_eta_and_the_same_again_is_nothing() -> None:
    eta = SATURDAY + timedelta(minutes=6)
    cmd = rules.StepResource("r1", "i1", "on-the-way", eta, "BTG-8")
    stepped = [events.ResourceStepped("r1", "i1", "on-the-way", eta, "BTG-8")]
    assert rules.step_resource(cmd, rules.Request(None, None, ""), ask()) == stepped
    assert rules.step_resource(cmd, rules.Request("on-the-way", eta, "BTG-8"), ask()) == []
    assert rules.step_resource(cmd, rules.Request("on-the-way", None, "BTG-8"), ask()) == stepped
    assert code(rules.step_resource(cmd, None, ask())) == "request-unknown"


# ── water ────────────────────────────────────────────────────────────────────────────────────────────────────────────

HALL = Need(48.8 * 18.3 * 6.1, 5, 1.5, exposed=True)


def test_a_water_plan_replaces_the_one_before_and_the_same_again_is_nothing() -> None:
    source = WaterSource("H-14", 1000.0)
    cmd = rules.PlanWater("i1", HALL, (source,))
    planned = WaterPlanned("i1", HALL, (source,))
    assert rules.plan_water(cmd, None, ask()) == [planned]
    assert rules.plan_water(cmd, planned, ask()) == []
    twice = rules.PlanWater("i1", None, (source, WaterSource("H-14", 500.0)))
    assert code(rules.plan_water(twice, None, ask())) == "source-twice"


def test_the_regulation_s_hall_needs_327_750_litres_and_the_rest_follows_by_hand() -> None:
    plan = WaterPlanned(
        "i1", HALL, (WaterSource("H-14", 1000.0), WaterSource("tandon", 500.0, 20_000.0)), None, 5_000.0
    )
    found = figures(WATER, plan)
    assert found.needed is not None
    assert found.held is not None
    assert found.needed.litres == pytest.approx(327_750, rel=1e-4)
    # capped by the regulation's table at 3,785 L/min: 86.59 minutes, in which the hydrant gives 86,592 L
    assert found.needed.delivery_lpm == 3785.0
    assert found.held.have_l == pytest.approx(327_750 / 3785 * 1000 + 20_000 + 5_000, rel=1e-4)
    assert found.held.missing_l == pytest.approx(found.needed.litres - found.held.have_l)
    assert found.lasting_lpm == 1000.0
    assert found.problems == ()


def test_a_shuttle_brings_what_its_round_allows_and_says_how_many_tankers_would_do() -> None:
    plan = WaterPlanned("i1", HALL, (), Shuttle(2_000.0, 5_000.0, 2, 1_000.0, 1_000.0))
    found = figures(WATER, plan)
    # one way 39 s + 2,000 m at 28 km/h = 296.1 s; filling 300 + 120 s, emptying 4,500 L in 270 + 120 s: 1,402.3 s
    assert found.tankers is not None
    assert found.tankers.round_s == pytest.approx(1402.3, abs=0.1)
    assert found.tankers.lpm == pytest.approx(2 * 4_500 / 1402.3 * 60, rel=1e-3)
    # 3,785 L/min is more than one fill point lets through, whatever the number of tankers
    assert found.wanted is None
    assert [no.code for no in found.problems] == ["fill-too-slow"]
    small = figures(WATER, WaterPlanned("i1", Need(200.0, 7, 1.0), (), plan.shuttle))
    # 200 m³ take 267.3 L/min: two tankers bring 385, one 193
    assert small.wanted == 2


def test_what_cannot_be_meant_is_named_and_the_rest_is_computed() -> None:
    plan = WaterPlanned("i1", Need(HALL.volume_m3, 9, 1.5), (WaterSource("H-14", 800.0),))
    found = figures(WATER, plan)
    assert [(no.code, no.field, no.value) for no in found.problems] == [("out-of-range", "ark", 9.0)]
    assert (found.needed, found.held, found.lasting_lpm) == (None, None, 800.0)


def test_an_empty_plan_has_no_figures_and_no_problems() -> None:
    found = figures(WATER, WaterPlanned("i1"))
    assert (found.needed, found.tankers, found.held, found.problems) == (None, None, None, ())


# ── situation reports ────────────────────────────────────────────────────────────────────────────────────────────────


def picture(**more: Any) -> Picture:
    seen = Seen(written(SATURDAY), "a1", "t1")
    inside = Crew("c1", "BTG-1", people=3, phase="arrived", inside=(Inside("1", seen, "s1"), Inside("2", seen, "s1")))
    given: dict[str, Any] = {
        "number": "2026-0231",
        "type": "fire.dense-housing",
        "level": 2,
        "life_risk": True,
        "exercise": False,
        "commander": "Danton A",
        "since": written(SATURDAY),
        "crews": (inside, Crew("c2", "BTG-2", people=4), Crew("c3", "BTG-8", people=4, phase="on-the-way")),
        "sectors": ("Sektor 1 depan",),
        "aims": (
            Aim("objective", "fire-out", "open"),
            Aim("objective", "", "done"),
            Aim("task", "search-2", "dropped"),
        ),
        "hazards": ("gas",),
        "no_go": 1,
        "wind": (270.0, None),
        "asked": ("agency.pln",),
        "maydays": 0,
        "evacuations": 0,
        "water": figures(WATER, WaterPlanned("i1", HALL, (WaterSource("H-14", 1000.0),))),
        "marks": {"under_control": written(SATURDAY)},
    }
    return Picture(**(given | more))


def test_a_report_counts_people_on_scene_inside_and_coming_apart() -> None:
    facts = draft(picture())
    assert (facts["crews"], facts["people"], facts["inside"], facts["coming"]) == (2, 7, 2, ["BTG-8"])


def test_a_report_says_objectives_dangers_water_and_marks() -> None:
    facts = draft(picture())
    assert (facts["objectives_done"], facts["objectives_open"], facts["objectives"]) == (1, 1, ["fire-out"])
    assert (facts["tasks_done"], facts["tasks_open"]) == (0, 0)
    assert (facts["hazards"], facts["no_go"], facts["wind_from_deg"]) == (["gas"], 1, 270.0)
    # 133.7 × 5,447.544 m³ / 5 × 1.5 × 1.5
    assert (facts["water_need_l"], facts["water_lasting_lpm"]) == (327_751, 1000)
    assert facts["under_control"] == written(SATURDAY)


def test_what_nobody_said_is_left_out_of_a_report_instead_of_being_a_nought() -> None:
    facts = draft(picture(water=None, wind=None, commander="", type=None, life_risk=False, marks={}))
    assert facts.keys().isdisjoint(
        {"water_need_l", "wind_from_deg", "wind_mps", "commander", "type", "life_risk", "out"}
    )


def test_a_report_is_sent_once_with_what_the_board_said() -> None:
    cmd = rules.SendSitrep("s1", "i1", Told("api dikuasai"))
    sent = rules.send_sitrep(cmd, rules.Snapshot({"crews": 2}, sent=False), ask())
    assert sent == [events.SitrepSent("s1", "i1", {"crews": 2}, cmd.note)]
    assert rules.send_sitrep(cmd, rules.Snapshot({"crews": 3}, sent=True), ask()) == []


# ── media ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_photo_is_kept_once_and_is_what_its_content_says() -> None:
    cmd = rules.AttachMedia("m1", "i1", "voice", "image/jpeg", Media("aGFsbG8="), crew="BTG-1")
    decided = rules.attach_media(cmd, False, ask())
    assert isinstance(decided, list)
    (kept,) = decided
    assert isinstance(kept, events.MediaAttached)
    assert (kept.kind, kept.mime, kept.crew) == ("photo", "image/jpeg", "BTG-1")
    assert rules.attach_media(cmd, True, ask()) == []
    assert code(rules.attach_media(cmd, None, ask())) == "incident-unknown"


@pytest.mark.parametrize(
    ("declared", "head", "kind", "mime"),
    [
        ("image/jpeg", b"\x89PNG\r\n\x1a\n rest", "photo", "image/png"),
        ("image/png", b"\xff\xd8\xff\xe0 rest", "photo", "image/jpeg"),
        ("image/jpeg", b"RIFF\x10\0\0\0WEBPVP8 ", "photo", "image/webp"),
        ("image/jpeg", b"OggS\0 rest of a voice", "voice", "audio/ogg"),
        ("audio/ogg", b"\x1a\x45\xdf\xa3 rest", "voice", "audio/webm"),
        ("audio/webm", b"\0\0\0\x20ftypM4A rest", "voice", "audio/mp4"),
        ("image/png", b"\x89PN", "photo", "image/png"),
        ("audio/mp4", b"cut off, or unknown", "voice", "audio/mp4"),
    ],
)
def test_a_medium_is_kept_as_what_its_bytes_say_and_a_broken_one_as_declared(
    declared: str, head: bytes, kind: str, mime: str
) -> None:
    cmd = rules.AttachMedia("m1", "i1", "photo", declared, Media(b64encode(head).decode()))
    decided = rules.attach_media(cmd, False, ask())
    assert isinstance(decided, list)
    assert [(one.kind, one.mime) for one in decided if isinstance(one, events.MediaAttached)] == [(kind, mime)]
