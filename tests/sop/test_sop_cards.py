"""Cards: read from Markdown, versioned, approved by a second person, published, differing from a province's card."""

from typing import Any

import pytest

from conftest import ask, rows
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Refusal, Told
from siaga.kernel.words import seal
from siaga.slices.sop import rules
from siaga.slices.sop.events import CardSaved
from siaga.slices.sop.rules.card import Card, Problem, Situation, applies, changes, read_card
from siaga.slices.sop.tables.cards import CardQuery

WASPS = """---
title: Evakuasi tawon
title_en: Wasp removal
triggers:
  - types: [rescue.wasp]
review: 2027-06-01
steps:
  - {id: jarak, text: Jauhkan warga 20 meter, role: crew, within_s: 600}
  - {id: alergi, text: Ada yang disengat dan sesak napas?, role: crew, answers: [ya, tidak]}
  - {id: medis, text: Panggil ambulans, role: commander, when: {step: alergi, answer: ya}}
  - {id: sarang, text: Ambil sarang setelah gelap, role: crew, evidence: photo}
---
Tawon vespa menyerang berkelompok.
"""


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


def take(desk: Desk, command: Any, *roles: str, **more: Any) -> None:
    answer = desk.handle(command, ask(*(roles or ("planner",)), **more))
    assert isinstance(answer, Accepted), answer


def refused(desk: Desk, command: Any, *roles: str, **more: Any) -> Refusal:
    answer = desk.handle(command, ask(*(roles or ("planner",)), **more))
    assert isinstance(answer, Refusal), answer
    return answer


def publish(desk: Desk, card: str, source: str, version: int = 1, readers: tuple[str, ...] = ()) -> None:
    take(desk, rules.SaveCard(card, source), actor="penulis")
    take(desk, rules.ApproveCard(card, version), actor="penyetuju")
    take(desk, rules.PublishCard(card, version, readers), actor="penyetuju")


def read(source: str) -> Card:
    card = read_card(source)
    assert isinstance(card, Card), card
    return card


def problem(source: str) -> Problem:
    found = read_card(source)
    assert isinstance(found, Problem)
    return found


def test_a_card_is_read_with_its_steps_and_its_text_for_people() -> None:
    card = read(WASPS)
    assert [step.id for step in card.front.steps] == ["jarak", "alergi", "medis", "sarang"]
    assert card.front.steps[2].when is not None
    assert card.front.steps[2].when.answer == "ya"
    assert card.body == "Tawon vespa menyerang berkelompok."


@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (("title: Evakuasi tawon", "judul: Evakuasi tawon"), "card-field-wrong", ""),
        (("role: commander", "role: boss"), "card-field-wrong", "steps[2].role"),
        (("id: medis", "id: jarak"), "card-step-twice", "steps[2].id"),
        (("answer: ya}", "answer: mungkin}"), "card-branch-wrong", "steps[2].when"),
        (("step: alergi", "step: sarang"), "card-branch-wrong", "steps[2].when"),
        (("[ya, tidak]", "[ya, tidak], answers_en: [yes]"), "card-answers-differ", "steps[1].answers_en"),
        (("role: crew, evidence", "role: crew, answers_en: [yes], evidence"), "card-answers-differ", "steps[3]"),
        (("review: 2027-06-01", "review: [2027"), "card-yaml-wrong", ""),
        (("review: 2027-06-01", "review: 2027-13-01"), "card-yaml-wrong", "---"),
        (("review: 2027-06-01", "review: " + "[" * 3000), "card-yaml-wrong", ""),
        (("title_en: Wasp removal", "title_en: &a Wasp"), "card-yaml-wrong", "&"),
        (("---\ntitle", "title"), "card-front-missing", "---"),
        (("\n---\nTawon", "\nsteps: [{id: lain, text: Lain, role: crew}]\n---\nTawon"), "card-key-twice", "12"),
        (("role: crew, evidence", "role: crew, role: commander, evidence"), "card-key-twice", "11"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(change: tuple[str, str], code: str, where: str) -> None:
    found = problem(WASPS.replace(*change))
    assert found.code == code
    assert where in found.where


def test_a_card_saved_while_a_key_could_stand_twice_is_still_read_and_can_be_replaced(desk: Desk) -> None:
    twice = WASPS.replace("title: Evakuasi tawon", "title: Lama\ntitle: Evakuasi tawon")
    desk.work(
        lambda tx: desk.record(
            tx, [seal(CardSaved("tawon", 1, twice), "x.0")], ask("planner", id="x"), "test", "0" * 32
        )
    )
    (shown,) = desk.show("sop.card", CardQuery("tawon", 1), ask("planner")).rows  # type: ignore[union-attr]
    assert shown.title == "Evakuasi tawon"
    assert refused(desk, rules.SaveCard("tawon", twice)).code == "card-key-twice"
    take(desk, rules.SaveCard("tawon", WASPS))


def test_an_answer_in_english_is_for_reading_and_is_the_word_that_stands_there() -> None:
    """YAML takes yes and no for something else than words, and numbers for numbers."""
    front = read(WASPS.replace("[ya, tidak]", "[ya, tidak], answers_en: [yes, no]")).front
    assert (front.steps[1].answers, front.steps[1].answers_en) == (("ya", "tidak"), ("yes", "no"))
    assert front.steps[2].when is not None
    assert front.steps[2].when.answer == "ya"
    counted = WASPS.replace("[ya, tidak]", "[0, 1-2]").replace("answer: ya}", "answer: 0}")
    assert read(counted).front.steps[1].answers == ("0", "1-2")
    assert problem(WASPS.replace("[ya, tidak]", "[{a: b}]")).where.startswith("steps[1].answers")


def test_a_trigger_asks_for_everything_it_names_and_of_a_list_for_one() -> None:
    front = read(
        WASPS.replace("- types: [rescue.wasp]", "- {types: [fire], level: 2, life_risk: true, objects: [school, mall]}")
    ).front
    fits = Situation(type="fire.building", level=2, life_risk=True, object_kind="mall")
    assert applies(front, fits)
    for change in ({"type": "rescue.wasp"}, {"level": 1}, {"life_risk": False}, {"object_kind": None}, {"type": None}):
        now = {f: getattr(fits, f) for f in fits.__struct_fields__} | change
        assert not applies(front, Situation(**now))


def test_a_card_by_hand_never_opens_by_itself_and_one_for_the_hand_over_only_then() -> None:
    by_hand = read(WASPS.replace("- types: [rescue.wasp]", "- moment: by-hand")).front
    handover = read(WASPS.replace("- types: [rescue.wasp]", "- moment: handover")).front
    assert not applies(by_hand, Situation(type="rescue.wasp", handover=True))
    assert applies(handover, Situation(handover=True))
    assert not applies(handover, Situation(type="rescue.wasp"))


def test_a_new_version_holds_only_once_a_second_person_approved_and_it_was_published(desk: Desk) -> None:
    take(desk, rules.SaveCard("tawon", WASPS), actor="penulis")
    assert rows(desk.show("sop.held", All(), ask("crew"))) == []
    assert refused(desk, rules.PublishCard("tawon", 1)).code == "card-not-approved"
    own = refused(desk, rules.ApproveCard("tawon", 1), actor="penulis")
    assert (own.code, own.overridable) == ("card-own", True)
    take(desk, rules.ApproveCard("tawon", 1), actor="penyetuju")
    take(desk, rules.PublishCard("tawon", 1, ("crew",)), actor="penyetuju")
    assert [one.version for one in rows(desk.show("sop.held", All(), ask("crew")))] == [1]
    take(desk, rules.SaveCard("tawon", WASPS.replace("20 meter", "50 meter")), actor="penulis")
    assert [one.version for one in rows(desk.show("sop.held", All(), ask("crew")))] == [1]
    [shown] = rows(desk.show("sop.cards", All(), ask("planner")))
    assert (shown.state, shown.latest, shown.holds) == ("revised", 2, 1)


def test_answers_in_english_that_are_too_few_are_refused_with_both_counts(desk: Desk) -> None:
    no = refused(desk, rules.SaveCard("tawon", WASPS.replace("[ya, tidak]", "[ya, tidak], answers_en: [yes]")))
    assert (no.code, no.facts) == ("card-answers-differ", {"where": "steps[1].answers_en", "value": "2 / 1"})


def test_the_same_text_again_is_no_new_version(desk: Desk) -> None:
    take(desk, rules.SaveCard("tawon", WASPS))
    take(desk, rules.SaveCard("tawon", WASPS))
    [shown] = rows(desk.show("sop.cards", All(), ask("planner")))
    assert shown.latest == 1


def test_an_incident_type_there_is_none_of_is_refused_by_name(desk: Desk) -> None:
    answer = refused(desk, rules.SaveCard("tawon", WASPS.replace("rescue.wasp", "rescue.dragon")))
    assert (answer.code, answer.facts["value"]) == ("card-field-wrong", "rescue.dragon")


def test_who_must_read_again_is_asked_until_they_confirm_that_version(desk: Desk) -> None:
    publish(desk, "tawon", WASPS, readers=("crew",))
    assert [one.card for one in rows(desk.show("sop.to-read", All(), ask("crew", actor="a")))] == ["tawon"]
    assert rows(desk.show("sop.to-read", All(), ask("dispatcher", actor="b"))) == []
    take(desk, rules.ConfirmRead("tawon", 1), "crew", actor="a")
    assert rows(desk.show("sop.to-read", All(), ask("crew", actor="a"))) == []
    publish(desk, "tawon", WASPS.replace("20 meter", "50 meter"), version=2, readers=("crew",))
    assert [one.version for one in rows(desk.show("sop.to-read", All(), ask("crew", actor="a")))] == [2]
    assert refused(desk, rules.ConfirmRead("tawon", 3), "crew").code == "card-unknown"


def test_a_withdrawn_card_holds_no_more_and_says_why(desk: Desk) -> None:
    publish(desk, "tawon", WASPS)
    take(desk, rules.WithdrawCard("tawon", Told("digabung dengan kartu hewan")))
    assert rows(desk.show("sop.held", All(), ask("crew"))) == []
    [shown] = rows(desk.show("sop.card", CardQuery("tawon"), ask("planner")))
    assert (shown.holds, shown.withdrawn) == (None, "digabung dengan kartu hewan")
    take(desk, rules.PublishCard("tawon", 1))
    assert len(rows(desk.show("sop.held", All(), ask("crew")))) == 1


def test_a_city_that_changes_a_provinces_card_says_why_and_the_difference_shows(desk: Desk) -> None:
    publish(desk, "prov-tawon", WASPS.replace("review:", "scope: province\nreview:"))
    own = WASPS.replace("review:", "template: {card: prov-tawon, version: 1}\nreview:")
    take(desk, rules.SaveCard("tawon", own))
    changed = own.replace("20 meter", "50 meter")
    assert refused(desk, rules.SaveCard("tawon", changed)).code == "card-difference-unexplained"
    told = changed.replace("version: 1}", "version: 1, why: Sarang di Bontang lebih besar}")
    take(desk, rules.SaveCard("tawon", told))
    [shown] = rows(desk.show("sop.card", CardQuery("tawon"), ask("planner")))
    assert [(c.step, c.how, c.fields) for c in shown.changes] == [("jarak", "changed", ("text",))]
    assert shown.why == "Sarang di Bontang lebih besar"
    unknown = own.replace("prov-tawon", "prov-lebah")
    assert refused(desk, rules.SaveCard("tawon", unknown)).code == "card-template-unknown"


def test_steps_that_were_added_removed_or_moved_are_told_apart() -> None:
    before = read(WASPS).front
    lines = WASPS.splitlines()
    jarak, alergi = lines[7], lines[8]
    moved = read("\n".join([*lines[:7], alergi, jarak, *lines[9:]])).front
    assert {(c.step, c.how) for c in changes(before, moved)} == {("jarak", "moved"), ("alergi", "moved")}
    without = read("\n".join([*lines[:7], *lines[8:]])).front
    assert [(c.step, c.how) for c in changes(before, without)] == [("jarak", "removed")]
    assert [(c.step, c.how) for c in changes(without, before)] == [("jarak", "added")]
