"""Calls and incidents through the desk, on a real store."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import SATURDAY, ask
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Personal, Refusal, Told
from siaga.slices.dispatch.rules import RegisterAgency
from siaga.slices.intake import rules, tables
from siaga.slices.intake.events import Caller


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


def rows(desk: Desk, view: str, query: Any, *roles: str) -> list[Any]:
    shown = desk.show(view, query, ask(*(roles or ("call-taker",))))
    assert not isinstance(shown, Refusal)
    return list(shown.rows)


def take(desk: Desk, command: Any, *roles: str, **more: Any) -> None:
    answer = desk.handle(command, ask(*(roles or ("call-taker",)), **more))
    assert isinstance(answer, Accepted), answer


@pytest.fixture
def called(desk: Desk) -> Desk:
    """A call about a fire at Gunung Sari."""
    take(desk, RegisterAgency("bontang", "Disdamkartan", "fire-service"), "administrator")
    take(desk, rules.TakeCall("c1", "hotline"))
    take(desk, rules.OpenIncident("i1", 117.49, 0.13, call="c1", place=Told("Jl. Gunung Sari RT 12"), area="64.74.01"))
    return desk


def test_numbers_count_on_within_the_year(called: Desk) -> None:
    take(called, rules.OpenIncident("i2", 117.5, 0.14))
    found = rows(called, "intake.incidents", tables.IncidentsQuery())
    assert {i.incident: i.number for i in found} == {"i1": "2026-0001", "i2": "2026-0002"}


def test_the_incident_shows_its_place_its_calls_and_its_answers(called: Desk) -> None:
    take(called, rules.Classify("i1", "fire.dense-housing"))
    take(called, rules.AnswerQuestion("i1", "people-inside", "yes"))
    (row,) = rows(called, "intake.incident", tables.OneQuery("i1"))
    assert (row.place, row.calls, row.answers) == ("Jl. Gunung Sari RT 12", ["c1"], {"people-inside": "yes"})
    assert row.life_risk


def test_the_caller_is_shown_to_the_desk_only_and_the_reading_is_logged(called: Desk) -> None:
    caller = Caller(name=Personal("Warga A"), phone=Personal("0800-555-01"))
    take(called, rules.NoteCaller("c1", caller))
    refused = called.show("intake.caller", tables.CallerQuery("c1"), ask("reporter"))
    assert isinstance(refused, Refusal)
    (row,) = rows(called, "intake.caller", tables.CallerQuery("c1"))
    assert (row.name, row.phone, row.address) == ("Warga A", "0800-555-01", None)
    with called.store.read() as tx:
        assert tx.rows("select purpose from vault_reading") == [{"purpose": "intake.caller c1"}]
        assert all("Warga" not in r["body"] for r in tx.rows("select body from log"))


def test_a_later_word_of_the_caller_keeps_the_earlier_one(called: Desk) -> None:
    take(called, rules.NoteCaller("c1", Caller(name=Personal("Warga A"))))
    take(called, rules.NoteCaller("c1", Caller(phone=Personal("0800-555-01"))))
    (row,) = rows(called, "intake.caller", tables.CallerQuery("c1"))
    assert (row.name, row.phone) == ("Warga A", "0800-555-01")


def test_a_second_call_nearby_is_proposed_as_the_same_incident(called: Desk) -> None:
    soon = SATURDAY + timedelta(minutes=4)
    near = tables.DuplicatesQuery(117.4905, 0.1302, soon)
    far = tables.DuplicatesQuery(117.60, 0.20, soon)
    late = tables.DuplicatesQuery(117.4905, 0.1302, SATURDAY + timedelta(hours=5))
    assert [d.incident for d in rows(called, "intake.duplicates", near)] == ["i1"]
    assert rows(called, "intake.duplicates", far) == []
    assert rows(called, "intake.duplicates", late) == []


def test_an_exercise_is_never_proposed_to_a_real_call(called: Desk) -> None:
    take(called, rules.OpenIncident("drill", 117.4905, 0.1302, exercise=True))
    soon = SATURDAY + timedelta(minutes=4)
    real = tables.DuplicatesQuery(117.4905, 0.1302, soon)
    assert [d.incident for d in rows(called, "intake.duplicates", real)] == ["i1"]
    drill = tables.DuplicatesQuery(117.4905, 0.1302, soon, exercise=True)
    assert [d.incident for d in rows(called, "intake.duplicates", drill)] == ["drill"]


def test_a_reason_in_which_nothing_is_said_is_none(called: Desk) -> None:
    refusal = called.handle(rules.CancelIncident("i1", Told("  ")), ask("dispatcher"))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "reason-blank"


def test_a_limit_below_one_shows_one(called: Desk) -> None:
    assert len(rows(called, "intake.incidents", tables.IncidentsQuery(limit=-1))) == 1


def test_another_kind_makes_a_duplicate_less_likely(called: Desk) -> None:
    take(called, rules.Classify("i1", "fire.housing"))
    soon = SATURDAY + timedelta(minutes=4)
    same = tables.DuplicatesQuery(117.4905, 0.1302, soon, type="fire.smoke")
    other = tables.DuplicatesQuery(117.4905, 0.1302, soon, type="rescue.snake")
    assert rows(called, "intake.duplicates", same)[0].likeness > rows(called, "intake.duplicates", other)[0].likeness


def test_own_counts_take_over_from_the_standards(called: Desk) -> None:
    query = tables.ChoicesQuery(SATURDAY, area="64.74.01")
    before = [c.type for c in rows(called, "intake.choices", query)]
    for n in range(60):
        take(called, rules.OpenIncident(f"b{n}", 117.49, 0.13, type="rescue.tree", area="64.74.01"))
    after = [c.type for c in rows(called, "intake.choices", query)]
    assert before[0] != "rescue.tree"
    assert after[0] == "rescue.tree"


def test_moving_a_call_to_another_incident_is_seen_on_both(called: Desk) -> None:
    take(called, rules.OpenIncident("i2", 117.5, 0.14))
    take(called, rules.LinkCall("c1", "i2"))
    assert {i.incident: i.calls for i in rows(called, "intake.incidents", tables.IncidentsQuery())} == {
        "i1": [],
        "i2": ["c1"],
    }


def test_what_holds_no_certain_place_is_kept_with_its_reason(called: Desk) -> None:
    take(called, rules.NoteUnclearPlace("c1", Told("https://maps.app.goo.gl/abc"), "short-link"))
    (row,) = rows(called, "intake.calls", tables.CallsQuery())
    assert (row.unclear, row.unclear_reason) == ("https://maps.app.goo.gl/abc", "short-link")


def test_settled_calls_leave_the_list(called: Desk) -> None:
    take(called, rules.SettleCall("c1", "real"))
    assert rows(called, "intake.calls", tables.CallsQuery()) == []
    assert [c.outcome for c in rows(called, "intake.calls", tables.CallsQuery(settled=True))] == ["real"]


def test_the_standards_are_shown_whole(called: Desk) -> None:
    (row,) = rows(called, "intake.standards", All())
    assert "fire.over-water" in {t.id for t in row.standards.incidents.type}
    encoded = called.encoded("intake.standards", All(), ask("crew"))
    assert not isinstance(encoded, Refusal)
    assert b'"letter":"K"' in encoded.body
