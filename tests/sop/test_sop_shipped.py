"""The cards that ship with the demonstration: readable, complete in both languages, and opening where they should."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from conftest import SATURDAY, Clock, ask, rows
from siaga import procedures, standards
from siaga.app import Node, open_node
from siaga.demo import prepare
from siaga.demo.procedures import APPROVER, AUTHOR, CARDS, DESK, READ, SCENE, words
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Command
from siaga.settings import Settings
from siaga.slices.sop.rules import SaveCard
from siaga.slices.sop.rules.card import Card, Front, Situation, applies, changes, read_card
from siaga.slices.sop.tables.incidents import OpenCard, Period, StepRow

TEMPLATE, OWN = "prov-permukiman-atas-air", "permukiman-atas-air"
OPENS = {  # incident types, and the card that opens at their first alarm level; at all others none does
    "permukiman-padat": {"fire.dense-housing"},
    OWN: {"fire.over-water"},
    "kebocoran-gas": {"hazmat.gas-leak", "hazmat.toxic-gas"},
    "tangki-timbun": {"fire.tank"},
    "kendaraan": {"fire.vehicle", "fire.tank-truck"},
    "ketinggian": {"rescue.height"},
    "ruang-terbatas": {"rescue.confined-space"},
    "tenggelam": {"rescue.water"},
    "ular-dan-tawon": {"rescue.snake", "rescue.wasp"},
}


def fronts() -> dict[str, Front]:
    found = {path.stem: read_card(path.read_text()) for path in sorted(CARDS.glob("*.md"))}
    assert all(isinstance(card, Card) for card in found.values()), found
    return {name: card.front for name, card in found.items() if isinstance(card, Card)}


def opened(now: Situation) -> set[str]:
    return {name for name, front in fronts().items() if applies(front, now)}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """The demonstration as it stands at its first start."""
    opened = open_node(Settings(data=tmp_path_factory.mktemp("demo")), clock=Clock())
    prepare(opened)
    yield opened
    opened.close()


each = pytest.mark.parametrize("name", sorted(path.stem for path in CARDS.glob("*.md")))


def test_ten_cards_and_one_template_ship_and_nothing_is_wrong_with_them() -> None:
    sheets, faults = procedures.read(CARDS.glob("*.md"))
    assert faults == []
    assert {sheet.card for sheet in sheets} == {*OPENS, "serah-komando", TEMPLATE}


@each
def test_a_card_is_complete_in_both_languages_and_says_why(name: str) -> None:
    card = read_card((CARDS / f"{name}.md").read_text())
    assert isinstance(card, Card)
    front = card.front
    assert 8 <= len(front.steps) <= 16
    assert front.title_en
    assert all(step.text_en and step.text_en != step.text for step in front.steps)
    assert all(len(step.answers_en) == len(step.answers) for step in front.steps)
    assert any(step.when for step in front.steps)
    assert any(step.critical for step in front.steps)
    assert len({step.role for step in front.steps}) > 1
    assert front.links
    assert front.review
    assert len(card.body) > 200


@each
def test_a_step_that_asks_for_a_number_names_its_unit_and_a_time_does_not_turn_back(name: str) -> None:
    for step in fronts()[name].steps:
        assert bool(step.unit) == (step.evidence == "number"), step.id
    desk = [
        step.within_s for step in fronts()[name].steps if step.role in ("call-taker", "dispatcher") and step.within_s
    ]
    assert desk == sorted(desk)


def test_triggers_name_types_and_objects_that_there_are() -> None:
    kinds = {one.id for one in standards.standards().places.object}
    for front in fronts().values():
        for trigger in front.triggers:
            assert set(trigger.types) <= {*standards.incident_types(), *standards.kinds()}
            assert set(trigger.objects) <= kinds


def test_at_each_incident_type_exactly_the_expected_cards_open() -> None:
    expected: dict[str, set[str]] = defaultdict(set)
    for name, types in OPENS.items():
        for type in types:
            expected[type].add(name)
    for type in standards.incident_types():
        assert opened(Situation(type=type)) == expected[type], type


def test_object_and_alarm_level_open_a_card_too_and_a_hand_over_its_own() -> None:
    assert opened(Situation(type="fire.housing", level=2)) == {"permukiman-padat"}
    assert opened(Situation(type="fire.boat", object_kind="stilt-house")) == {OWN}
    assert opened(Situation(type="fire.smoke", object_kind="tank-farm")) == {"tangki-timbun"}
    assert opened(Situation(type="assistance.event", handover=True)) == {"serah-komando"}


def test_the_city_says_why_its_card_differs_from_the_provinces() -> None:
    template, own = fronts()[TEMPLATE], fronts()[OWN]
    assert template.scope == "province"
    assert own.template is not None
    assert "tidak menahan kendaraan" in own.template.why
    found = {(one.step, one.how) for one in changes(template, own)}
    assert ("posisi", "changed") in found
    assert ("panggul", "added") in found


def test_the_demo_publishes_them_four_eyed_and_some_are_still_to_be_read(node: Node) -> None:
    library = {row.card: row for row in rows(node.desk.show("sop.cards", All(), ask("planner")))}
    assert {row.state for row in library.values()} == {"published"}
    assert {row.author for row in library.values()} == {AUTHOR}
    assert {row.readers for name, row in library.items() if name != TEMPLATE} == {("crew", "commander")}
    assert AUTHOR != APPROVER
    for who, role in (("demo.komandan", "commander"), ("demo.kru-btg-1", "crew")):
        waiting = {row.card for row in rows(node.desk.show("sop.to-read", All(), ask(role, actor=who)))}
        assert waiting == library.keys() - {TEMPLATE, *READ[who]}
        assert waiting


def test_the_demos_past_says_something_of_compliance(node: Node) -> None:
    period = Period(SATURDAY - timedelta(days=3), SATURDAY + timedelta(days=1))
    figures = [one for one in rows(node.desk.show("sop.compliance", period, ask("trainer"))) if one.due]
    assert {one.card for one in figures} == {"ular-dan-tawon", OWN, "kendaraan"}
    assert all(one.due == one.done + one.silent + sum(one.skipped.values()) for one in figures)
    assert sum(one.done for one in figures) > 3 * sum(sum(one.skipped.values()) for one in figures) > 0
    critical = {(name, step.id) for name, front in fronts().items() for step in front.steps if step.critical}
    assert not [one.step for one in figures if one.skipped and (one.card, one.step) in critical]
    assert any("card-wrong" in one.skipped and one.notes for one in figures)


def test_a_card_that_somebody_changed_in_the_demo_is_left_as_it_is(node: Node, tmp_path: Path) -> None:
    own = tmp_path / "ketinggian.md"
    own.write_text((CARDS / "ketinggian.md").read_text().replace("2026-10-31", "2028-10-31"))
    (sheet,), _ = procedures.read([own])

    def write(command: Command) -> None:
        assert isinstance(node.desk.handle(command, ask("planner", at=node.desk.clock())), Accepted)

    taken = procedures.take(node.desk, sheet, ask("planner"), write)
    assert (taken.version, taken.state, taken.holds) == (2, "revised", False)
    position = node.desk.position()
    prepare(node)
    assert node.desk.position() == position


def test_a_card_that_somebody_wrote_under_the_same_name_before_is_theirs(tmp_path: Path) -> None:
    node = open_node(Settings(data=tmp_path), clock=Clock())
    try:
        own = (CARDS / "tenggelam.md").read_text().replace("2027-01-31", "2028-01-31")
        written = node.desk.handle(SaveCard("tenggelam", own), ask("planner", at=node.desk.clock()))
        assert isinstance(written, Accepted)
        prepare(node)
        library = {row.card: row for row in rows(node.desk.show("sop.cards", All(), ask("planner")))}
        assert (library["tenggelam"].state, library["tenggelam"].author) == ("draft", "operator")
        assert library["kendaraan"].state == "published"
    finally:
        node.close()


def test_crews_take_the_branch_they_answered_leave_out_nothing_that_kills_and_repeat_nobody() -> None:
    front = fronts()["ular-dan-tawon"]
    steps = {step.id: step for step in front.steps}
    rows_ = tuple(
        StepRow(step, step.when is None, result="done" if step.id == "jarak" else None) for step in front.steps
    )
    card = OpenCard("ular-dan-tawon", 1, front.title, front.title_en, False, 0, len(rows_), rows_, "")
    skipped = set()
    for seed in range(200):
        said = list(words("i1", [card], "rescue.snake", (*DESK, *SCENE), random.Random(seed)))
        assert [seconds for seconds, _ in said] == sorted(seconds for seconds, _ in said)
        answers = {word.step: word.answer for _, word in said}
        assert "jarak" not in answers  # somebody has said so already
        for _, word in said:
            step = steps[word.step]
            assert step.when is None or answers.get(step.when.step) == step.when.answer
            assert word.answer in ("", *step.answers)
            assert not (step.critical and word.result == "skipped")
            if word.result == "skipped":
                skipped.add((word.step, word.skipped))
    assert ("serah", "card-wrong") in skipped
    assert {step for step, _ in skipped} > {"serah"}
