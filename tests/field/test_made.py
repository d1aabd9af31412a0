"""The cases the web application is held to say what this version of the node computes."""

import json
from collections import Counter

import pytest

from field import boards, made
from siaga.slices.field.rules import crewfold


@pytest.mark.parametrize("name", sorted(made.KINDS))
def test_every_kept_case_still_expects_what_the_node_computes(name: str) -> None:
    _, answer, about = made.KINDS[name]
    head = json.loads((made.FOLDER / f"{name}.jsonl").read_text().splitlines()[0])
    assert head == json.loads(json.dumps(about())), "python tests/field/made.py"
    for case in made.read(name):
        asked = {part: value for part, value in case.items() if part != "expect"}
        assert json.loads(json.dumps(answer(asked))) == case["expect"], "python tests/field/made.py"


def test_the_crew_cases_hold_every_kind_of_fact_and_of_conflict() -> None:
    facts, conflicts = Counter[str](), Counter[str]()
    for case in made.read("crewfold"):
        facts.update(told["fact"]["fact"] for told in case["facts"])
        conflicts.update(one["kind"] for one in case["expect"]["crew"]["conflicts"])
    assert set(facts) == set(crewfold.FACTS)
    assert len(conflicts) == 6, conflicts


def test_the_air_cases_hold_every_state_and_most_notices() -> None:
    found = [case["expect"]["air"] for case in made.read("air")]
    assert {one["state"] for one in found} == {"ok", "soon", "turn-back", "whistle", "unknown"}
    assert len({notice["code"] for one in found for notice in one["notices"]}) >= 11


def test_the_board_cases_ask_everything_that_works_without_network() -> None:
    asked = Counter(ask["command"]["kind"] for case in made.read("boards") for ask in case["asks"])
    assert boards.offline_kinds() <= set(asked), boards.offline_kinds() - set(asked)
