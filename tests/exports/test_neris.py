"""NERIS payloads of every type of our standards, judged by the published models and by the rules those do not check."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from neris_api_client.models import FirePayload, IncidentPayload, PutIncidentPayload
from pydantic import ValidationError

from conftest import SATURDAY
from exports.exports_kit import CALLER, READER, STREET, closed, opened, served, town, words
from field.field_kit import do
from siaga import standards
from siaga.exports.neris import NO_DEPARTMENT, Neris, neris, neris_of
from siaga.exports.neris_report import CAUSES_OUTSIDE, SUPPLIES
from siaga.exports.neris_rules import COOKING, broken
from siaga.exports.source import Incident, Trip, around, one
from siaga.kernel.desk import Desk
from siaga.kernel.records import Personal, Refusal, Told
from siaga.slices.report import rules as report
from siaga.slices.report.events import Casualties, WaterLine
from siaga.slices.report.rules import states

SENT = {code: kind for code, kind in standards.incident_types().items() if kind.neris}
PLAIN = Incident(
    incident="i1",
    number="20260307/012",
    agency="bontang",
    type=None,
    exercise=False,
    life_risk=True,
    level=1,
    lon=117.49,
    lat=0.13,
    area="64.74.02.1002",
    state="closed",
    outcome="handled",
    opened_at=SATURDAY,
    answered_at=SATURDAY - timedelta(seconds=40),
    ended_at=SATURDAY + timedelta(hours=1),
    clocks={},
)


def told(desk: Desk, incident: Incident, department: str = NO_DEPARTMENT) -> Neris:
    where = around(desk, READER)
    assert not isinstance(where, Refusal)
    made = neris(incident, where, department)
    assert isinstance(made, Neris), made
    return made


def judged(payload: Any) -> None:
    """By the models, as JSON that travelled, and by the rules across modules. Nothing is replaced by an unknown."""
    travelled = json.loads(json.dumps(payload))
    IncidentPayload.model_validate(travelled)
    if travelled["incident_types"] != [{"type": "UNDETERMINED"}]:
        PutIncidentPayload.model_validate(travelled)
    assert broken(travelled) == []


@pytest.mark.parametrize("code", SENT)
def test_every_type_that_is_sent_makes_a_payload_that_stands(city: Desk, code: str) -> None:
    made = told(city, msgspec.structs.replace(PLAIN, type=code))
    judged(made.payload)
    assert made.payload["incident_types"] == [{"type": SENT[code].neris, "primary": True}]


@pytest.mark.parametrize("outcome", [word.id for word in standards.words().close_outcome if word.id != "duplicate"])
@pytest.mark.parametrize("code", ["fire.housing", "false-alarm.system", None])
def test_every_outcome_makes_a_payload_that_stands(city: Desk, code: str | None, outcome: str) -> None:
    judged(told(city, msgspec.structs.replace(PLAIN, type=code, outcome=outcome)).payload)


def test_when_a_unit_was_clear_is_said_only_where_it_is_known(city: Desk) -> None:
    at = [datetime(2026, 3, 7, 13, n, tzinfo=UTC) for n in range(5)]
    copied = Trip(
        unit="P-1", sent_at=at[0], ended_at=at[2], how="paper", clocks={"arrived": at[1], "ready-to-serve": at[2]}
    )
    back = Trip(unit="P-2", sent_at=at[0], ended_at=at[3], how="paper", clocks={"arrived": at[1], "returned": at[3]})
    freed = Trip(unit="P-3", sent_at=at[0], ended_at=at[4], how="closed", clocks={"arrived": at[1]})
    made = told(city, msgspec.structs.replace(PLAIN, units=(copied, back, freed)))
    judged(made.payload)
    assert [one.get("unit_clear") for one in made.payload["unit_responses"]] == [
        None,
        "2026-03-07T13:03:00+00:00",
        "2026-03-07T13:04:00+00:00",
    ]


def test_a_played_fire_says_its_times_and_units_and_what_it_leaves_unsaid(city: Desk) -> None:
    town(city)
    opened(city, area="64.74.02.1002")
    served(city)
    closed(city)
    incident = one(city, "i1", READER)
    assert isinstance(incident, Incident)
    made = told(city, incident, "FD24027219")
    judged(made.payload)
    first, second = made.payload["unit_responses"]
    assert first["on_scene"] == "2026-03-07T13:06:40+00:00"
    assert "unit_clear" in first
    assert "canceled_enroute" in second
    assert "on_scene" not in second
    assert made.payload["base"]["location"] == {
        "country": "ID",
        "county": "Kota Bontang",
        "incorporated_municipality": "Kota Bontang",
        "neighborhood_community": "Gunung Elai",
    }
    assert made.payload["dispatch"]["call_answered"] == "2026-03-07T12:59:00+00:00"
    assert {"smoke_alarm", "fire_detail", "dispatch.call_arrival"} <= set(made.unsaid)
    text = json.dumps(made.payload)
    assert [word for word in words(city) if word in text] == []


def test_what_the_report_judged_is_in_it_and_nobodys_name(city: Desk) -> None:
    town(city)
    for incident, code in (("i1", "fire.land"), ("i2", "fire.housing")):
        opened(city, incident, code, area="64.74.02.1002")
        closed(city, incident)
        counted = report.CountVictims(
            incident, Casualties(dead=1, heavy=2, rescued=3), Casualties(light=1), displaced=4, shelter=Told(STREET)
        )
        do(city, counted, 4000)
        do(city, report.NoteVictim(incident, f"v-{incident}", "direct", "dead", Personal(CALLER)), 4010)
    do(city, report.StateCause("i1", "land-clearing", note=Told(STREET)), 4020)
    do(city, report.StateWater("i1", (WaterLine("water", "tank"), WaterLine("water", "relay"))), 4030)
    do(city, states.FileInspection("i2", "n1", "inspeksi", {"alarm": "none"}, {"findings": Told(STREET)}), 4040)
    land, house = (neris_of(city, incident, NO_DEPARTMENT, READER) for incident in ("i1", "i2"))
    assert isinstance(land, Neris)
    assert isinstance(house, Neris)
    judged(land.payload)
    judged(house.payload)
    assert land.payload["base"]["displacement_count"] == 4
    assert land.payload["fire_detail"] == {
        "location_detail": {"type": "OUTSIDE", "cause": "DEBRIS_OPEN_BURNING"},
        "water_supply": "NURSE_OTHER_APPARATUS",
        "investigation_needed": "NOT_EVALUATED",
        "investigation_types": ["NONE"],
    }
    hurt = [(one["type"], one["casualty"]["injury_or_noninjury"]["type"]) for one in land.payload["casualty_rescues"]]
    nonfatal = "INJURED_NONFATAL"
    assert hurt == [("NONFF", "INJURED_FATAL"), ("NONFF", nonfatal), ("NONFF", nonfatal), ("FF", nonfatal)]
    assert house.payload["fire_alarm"] == {"presence": {"type": "NOT_PRESENT"}}
    assert "fire_detail" not in house.payload
    assert {"fire_detail", "smoke_alarm"} <= set(house.unsaid)
    assert not {"fire_alarm"} & set(house.unsaid)
    assert "fire_detail" not in land.unsaid
    text = json.dumps([land.payload, house.payload])
    assert [word for word in words(city) if word in text] == []


def test_an_investigation_says_who_led_it(city: Desk) -> None:
    town(city)
    opened(city, kind="fire.rubbish")
    closed(city)
    do(city, report.StateCause("i1", "deliberate", "investigated"), 4020)
    do(city, report.StateWater("i1", (WaterLine("water", "river"),)), 4030)
    do(city, states.FileInspection("i1", "n1", "investigasi", {"police": "leading"}), 4040)
    made = neris_of(city, "i1", NO_DEPARTMENT, READER)
    assert isinstance(made, Neris)
    judged(made.payload)
    assert made.payload["fire_detail"]["investigation_needed"] == "YES"
    assert made.payload["fire_detail"]["investigation_types"] == ["INVESTIGATED_BY_NONFIRE_LAW_ENFORCEMENT"]


def test_causes_and_water_are_codes_of_ours_and_of_theirs() -> None:
    ours = {word.id for word in standards.words().cause}
    assert set(CAUSES_OUTSIDE) <= ours
    assert set(SUPPLIES) <= {word.id for word in standards.report().source}
    detail = {"investigation_needed": "NO", "investigation_types": ["NONE"]}
    for cause in set(CAUSES_OUTSIDE.values()):
        for supply in set(SUPPLIES.values()):
            place = {"type": "OUTSIDE", "cause": cause}
            FirePayload.model_validate(detail | {"location_detail": place, "water_supply": supply})


def test_what_it_turned_out_to_be_counts(city: Desk) -> None:
    def sort(code: str | None, outcome: str) -> str:
        made = told(city, msgspec.structs.replace(PLAIN, type=code, outcome=outcome))
        return str(made.payload["incident_types"][0]["type"])

    assert sort("fire.housing", "prank") == "NOEMERG||FALSE_ALARM||INTENTIONAL_FALSE_ALARM"
    assert sort("false-alarm.system", "false-alarm") == "NOEMERG||FALSE_ALARM||MALFUNCTIONING_ALARM"
    assert sort(None, "handled") == "UNDETERMINED"


def test_exercises_doubles_and_wrong_departments_are_refused(city: Desk) -> None:
    where = around(city, READER)
    assert not isinstance(where, Refusal)
    for more in ({"exercise": True}, {"outcome": "duplicate"}, {"type": "exercise.drill"}):
        answer = neris(msgspec.structs.replace(PLAIN, **more), where)
        assert isinstance(answer, Refusal)
        assert answer.code == "not-exported"
    wrong = neris(PLAIN, where, "6474")
    assert isinstance(wrong, Refusal)
    assert wrong.code == "neris-department"


def test_the_models_pass_what_the_rules_catch(city: Desk) -> None:
    """Why the rules are held here: each of these passes the published models."""
    good = told(city, msgspec.structs.replace(PLAIN, type="fire.cooking")).payload
    fire = {"water_supply": "NONE", "investigation_needed": "NO", "investigation_types": ["NONE"]}
    outside = fire | {"location_detail": {"type": "OUTSIDE", "cause": "NATURAL"}}
    rescue = {"type": "NONFF", "rank": "Danru"}
    known = {"presence_known_type": "KNOWN_ARRIVAL"}
    helped = {"ffrescue_or_nonffrescue": {"type": "SELF_EVACUATION"}}
    wrong: dict[str, dict[str, Any]] = {
        "structure-fire-needs: smoke_alarm": {k: v for k, v in good.items() if k != "smoke_alarm"},
        "cooking-fire-needs: cooking_fire_suppression": {
            k: v for k, v in good.items() if k != "cooking_fire_suppression"
        },
        "only-with-hazsit: hazsit_detail": good
        | {"hazsit_detail": {"evacuated": 0, "disposition": "COMPLETED_FIRE_SERVICE_ONLY"}},
        "only-with-medical: medical_details": good
        | {"medical_details": [{"patient_care_evaluation": "PATIENT_EVALUATED_CARE_PROVIDED"}]},
        "only-with-fire: fire_detail": good
        | {"incident_types": [{"type": "NOEMERG||CANCELLED"}], "fire_detail": outside},
        "one-primary: incident_types": good
        | {"incident_types": [{"type": COOKING, "primary": True}, {"type": "NOEMERG||CANCELLED", "primary": True}]},
        "only-of-ff: rank": good | {"casualty_rescues": [rescue]},
        "only-of-nonff: rescue.presence_known": good
        | {"casualty_rescues": [{"type": "FF", "rescue": {"presence_known": known} | helped}]},
    }
    for rule, payload in wrong.items():
        IncidentPayload.model_validate(payload)
        assert broken(payload) == [rule]
    aid = {"department_neris_id": "FD24027219", "aid_type": "SUPPORT_AID", "aid_direction": "GIVEN"}
    assert broken({"incident_types": [{"type": COOKING}], "aids": [aid]}) == []
    assert broken({"incident_types": [{"type": "UNDETERMINED"}]}, by_cad=False)


def test_the_models_really_judge() -> None:
    with pytest.raises(ValidationError):
        IncidentPayload.model_validate({"incident_types": [{"type": "FIRE||NO_SUCH"}]})
