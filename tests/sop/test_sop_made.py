"""The cases the web application is held to say what this version of the node computes."""

import json

import pytest

from sop import made


@pytest.mark.parametrize("name", sorted(made.KINDS))
def test_every_kept_case_of_a_card_still_expects_what_the_node_computes(name: str) -> None:
    _, answer = made.KINDS[name]
    assert json.loads((made.FOLDER / f"{name}.jsonl").read_text().splitlines()[0]) == json.loads(
        json.dumps(made.about())
    )
    for case in made.read(name):
        asked = {part: value for part, value in case.items() if part != "expect"}
        assert json.loads(json.dumps(answer(asked))) == case["expect"], "python tests/sop/made.py"


def test_the_cases_open_cards_and_leave_them_closed_answer_branches_and_meet_older_words() -> None:
    opens = [case["expect"]["applies"] for case in made.read("applies")]
    assert 60 < sum(opens) < 240
    cases = made.read("at-incident")
    branches = [row["steps"][2] for case in cases for row in case["expect"]["rows"]]
    assert {step["applies"] for step in branches} == {True, False}
    assert any(row["by_hand"] for case in cases for row in case["expect"]["rows"])
    assert any("seenAt" in asked for case in cases for asked in case["asks"])
    assert any(case["rows"] is None for case in cases)
    assert any(case["earlier"] for case in cases)


def test_the_cases_meet_cards_that_were_revised_and_withdrawn_after_somebody_worked_by_them() -> None:
    cases = [case for case in made.read("at-incident") if case["revised"]]
    shown = [(row["card"], row["version"]) for case in cases for row in case["expect"]["rows"]]
    for card in made.REVISED:
        assert {1, 2} <= {version for name, version in shown if name == card}
    assert made.WITHDRAWN in {name for name, _ in shown}
    words = [asked["command"] for case in cases for asked in case["asks"]]
    assert {word["version"] for word in words if word["kind"] == "sop.report-step"} == {1, 2}
    assert {word.get("version", 0) for word in words if word["kind"] == "sop.open-card"} >= {0, 1}
