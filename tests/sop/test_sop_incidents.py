"""Cards at incidents: which open, what was done of them in whatever order it arrives, and what skipped steps say."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from conftest import SATURDAY, ask, rows
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Refusal, Told
from siaga.slices.dispatch.rules import CloseIncident, RegisterAgency
from siaga.slices.intake.rules import Classify, OpenIncident
from siaga.slices.sop import events, rules
from siaga.slices.sop.tables import projections
from siaga.slices.sop.tables.incidents import OfIncident, OpenCard, Period, StepFigures
from sop.test_sop_cards import WASPS, publish, refused, take


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


@pytest.fixture
def room(desk: Desk) -> Desk:
    """A card for wasps that holds, another by hand, and an incident of wasps."""
    take(desk, RegisterAgency("bontang", "Disdamkartan", "fire-service"), "administrator")
    publish(desk, "tawon", WASPS)
    publish(desk, "tangan", WASPS.replace("- types: [rescue.wasp]", "- moment: by-hand"))
    take(desk, OpenIncident("i1", 117.49, 0.13, type="rescue.wasp"), "call-taker")
    return desk


def said(step: str, minutes: float, **more: Any) -> tuple[rules.ReportStep, dict[str, Any]]:
    more = {"result": "done"} | more
    return rules.ReportStep("i1", "tawon", 1, step, **more), {"at": SATURDAY + timedelta(minutes=minutes)}


def report(desk: Desk, step: str, minutes: float = 5, id: str | None = None, **more: Any) -> None:
    command, times = said(step, minutes, **more)
    take(desk, command, "crew", **times, **({"id": id} if id else {}))


def open_cards(desk: Desk) -> dict[str, OpenCard]:
    return {one.card: one for one in rows(desk.show("sop.at-incident", OfIncident("i1"), ask("crew")))}


def test_the_matching_card_opens_by_itself_and_follows_the_incident(room: Desk) -> None:
    assert set(open_cards(room)) == {"tawon"}
    take(room, Classify("i1", "rescue.snake"), "call-taker")
    assert open_cards(room) == {}


def test_what_was_done_keeps_a_card_open_when_the_incident_turns_out_to_be_another(room: Desk) -> None:
    report(room, "jarak")
    take(room, Classify("i1", "rescue.snake"), "call-taker")
    assert open_cards(room)["tawon"].done == 1


def test_a_card_is_opened_by_hand_too(room: Desk) -> None:
    take(room, rules.OpenCard("i1", "tangan"), "commander")
    assert open_cards(room)["tangan"].by_hand
    assert refused(room, rules.OpenCard("i1", "lain"), "commander").code == "card-unknown"
    assert refused(room, rules.OpenCard("i9", "tangan"), "commander").code == "incident-unknown"


def test_a_branch_counts_once_its_question_was_answered_so(room: Desk) -> None:
    def medis() -> bool:
        return next(one.applies for one in open_cards(room)["tawon"].steps if one.step.id == "medis")

    assert not medis()
    assert open_cards(room)["tawon"].of == 3
    report(room, "alergi", answer="ya")
    assert medis()
    assert open_cards(room)["tawon"].of == 4


def test_a_skipped_step_needs_a_reason_and_an_answer_must_be_one_of_the_steps(room: Desk) -> None:
    def code(**more: Any) -> str:
        command, times = said("alergi", 5, **more)
        answer = room.handle(command, ask("crew", **times))
        assert isinstance(answer, Refusal)
        return answer.code

    assert code(result="skipped") == "step-skip-unexplained"
    assert code(answer="barangkali") == "step-answer-unknown"
    assert refused(room, rules.ReportStep("i1", "tawon", 1, "lain", "done"), "crew").code == "step-unknown"
    assert refused(room, rules.ReportStep("i1", "tawon", 7, "jarak", "done"), "crew").code == "step-unknown"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_latest_word_by_when_it_was_seen_holds_in_any_order_of_arrival(room: Desk, order: tuple[int, ...]) -> None:
    words: list[tuple[int, dict[str, Any]]] = [
        (5, {"result": "done"}),
        (9, {"result": "skipped", "skipped": "not-possible", "note": Told("sarang terlalu tinggi")}),
        (7, {"result": "done", "media": "foto-1"}),
    ]
    for n in order:
        report(room, "sarang", words[n][0], **words[n][1])
    row = next(one for one in open_cards(room)["tawon"].steps if one.step.id == "sarang")
    assert (row.result, row.skipped, row.note) == ("skipped", "not-possible", "sarang terlalu tinggi")


FARTHER = WASPS.replace("20 meter", "50 meter")


def test_a_card_stays_at_an_incident_in_the_version_its_steps_were_done_by(room: Desk) -> None:
    report(room, "jarak")
    publish(room, "tawon", FARTHER, version=2)
    take(room, OpenIncident("i2", 117.49, 0.13, type="rescue.wasp"), "call-taker")
    card = open_cards(room)["tawon"]
    assert (card.version, card.used, card.done, card.steps[0].step.text) == (1, True, 1, "Jauhkan warga 20 meter")
    [elsewhere] = rows(room.show("sop.at-incident", OfIncident("i2"), ask("crew")))
    assert (elsewhere.version, elsewhere.used) == (2, False)


def test_a_card_nobody_has_worked_by_yet_follows_the_version_that_holds(room: Desk) -> None:
    publish(room, "tawon", FARTHER, version=2)
    assert open_cards(room)["tawon"].version == 2
    report(room, "jarak")  # by a device that has not heard of it
    assert (open_cards(room)["tawon"].version, open_cards(room)["tawon"].done) == (1, 1)


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_of_several_versions_that_steps_were_done_by_the_newest_holds(room: Desk, order: tuple[int, ...]) -> None:
    publish(room, "tawon", FARTHER, version=2)
    publish(room, "tawon", FARTHER.replace("50", "80"), version=3)
    for version in order:
        take(room, rules.ReportStep("i1", "tawon", version, "sarang", "done"), "crew")
    assert open_cards(room)["tawon"].version == 2
    take(room, rules.OpenCard("i1", "tawon", 1), "commander")
    assert open_cards(room)["tawon"].version == 2


def test_a_card_opened_by_hand_stays_in_the_version_it_was_opened_in(room: Desk) -> None:
    take(room, rules.OpenCard("i1", "tangan"), "commander")
    take(room, OpenIncident("i2", 117.49, 0.13, type="rescue.wasp"), "call-taker")
    publish(room, "tangan", FARTHER.replace("- types: [rescue.wasp]", "- moment: by-hand"), version=2)
    assert open_cards(room)["tangan"].version == 1
    take(room, rules.OpenCard("i2", "tangan", 1), "commander")  # opened without network, before the second was out
    found = {one.card: one.version for one in rows(room.show("sop.at-incident", OfIncident("i2"), ask("crew")))}
    assert found["tangan"] == 1
    assert refused(room, rules.OpenCard("i1", "tangan", 3), "commander").facts == {"card": "tangan", "version": 3}


def test_an_opening_from_before_versions_were_told_counts_for_the_one_that_held_then(room: Desk) -> None:
    with room.store.write() as tx:
        [entry] = room.log.read(tx, 0, 1)
        projections.card_opened(tx, events.CardOpened("i1", "tangan"), entry)
    publish(room, "tangan", FARTHER.replace("- types: [rescue.wasp]", "- moment: by-hand"), version=2)
    assert open_cards(room)["tangan"].version == 1


def test_a_card_that_was_withdrawn_stays_where_somebody_worked_by_it(room: Desk) -> None:
    report(room, "jarak")
    take(room, rules.WithdrawCard("tawon", Told("digabung dengan kartu hewan")))
    assert (open_cards(room)["tawon"].done, open_cards(room)["tawon"].by_hand) == (1, True)
    take(room, OpenIncident("i2", 117.49, 0.13, type="rescue.wasp"), "call-taker")
    assert rows(room.show("sop.at-incident", OfIncident("i2"), ask("crew"))) == []


def figures(desk: Desk) -> dict[str, StepFigures]:
    period = Period(SATURDAY - timedelta(days=1), SATURDAY + timedelta(days=1))
    return {
        one.step: one
        for one in rows(desk.show("sop.compliance", period, ask("trainer")))
        if isinstance(one, StepFigures) and one.card == "tawon"
    }


def test_compliance_counts_due_done_late_and_skipped_with_its_words_over_closed_real_incidents(room: Desk) -> None:
    report(room, "jarak", 30)  # 600 s were given
    report(room, "sarang", 40, result="skipped", skipped="card-wrong", note=Told("sarang kosong, tak perlu malam"))
    assert figures(room)["jarak"].due == 0  # the incident is still open
    take(room, CloseIncident("i1", "handled"), "dispatcher")
    take(room, OpenIncident("i2", 117.49, 0.13, type="rescue.wasp", exercise=True), "call-taker")
    take(room, CloseIncident("i2", "handled"), "dispatcher")
    found = figures(room)
    assert (found["jarak"].due, found["jarak"].done, found["jarak"].late) == (1, 1, 1)
    assert found["sarang"].skipped == {"card-wrong": 1}
    assert found["sarang"].notes == ("sarang kosong, tak perlu malam",)
    assert (found["alergi"].due, found["alergi"].silent) == (1, 1)
    assert found["medis"].due == 0  # nobody said that somebody is short of breath


def test_an_incident_from_before_the_card_first_held_says_nothing_about_it(room: Desk) -> None:
    before = {"at": SATURDAY - timedelta(hours=3)}
    take(room, OpenIncident("i0", 117.49, 0.13, type="rescue.wasp"), "call-taker", **before)
    take(room, CloseIncident("i0", "handled"), "dispatcher", **before)
    take(room, CloseIncident("i1", "handled"), "dispatcher")
    assert figures(room)["jarak"].due == 1


def test_tables_are_the_same_after_a_rebuild(room: Desk) -> None:
    report(room, "jarak")
    before = open_cards(room)
    room.rebuild(["sop"])
    assert open_cards(room) == before
    assert isinstance(room.handle(rules.ConfirmRead("tawon", 1), ask("crew")), Accepted)
