"""Slips, their numbers and the phone list: rules by plain values, tables through the desk."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import SATURDAY, ask, rows
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Refusal, Told
from siaga.slices.dispatch.rules import RegisterAgency
from siaga.slices.dispatch.tables.views import OneQuery
from siaga.slices.intake.rules import OpenIncident
from siaga.slices.paper import events, rules


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


@pytest.fixture
def room(desk: Desk) -> Desk:
    """A control room with two incidents and eight slips."""
    take(desk, RegisterAgency("bontang", "Disdamkartan", "fire-service"), "administrator")
    take(desk, OpenIncident("i1", 117.49, 0.13))
    take(desk, OpenIncident("i2", 117.5, 0.14))
    take(desk, rules.PrintSlips("paket-1", 8))
    return desk


def take(desk: Desk, command: Any, *roles: str, **more: Any) -> None:
    answer = desk.handle(command, ask(*(roles or ("dispatcher",)), **more))
    assert isinstance(answer, Accepted), answer


def refused(desk: Desk, command: Any, **more: Any) -> Refusal:
    answer = desk.handle(command, ask("dispatcher", **more))
    assert isinstance(answer, Refusal)
    return answer


def states(desk: Desk) -> dict[int, str]:
    return {row.slip: row.state for row in rows(desk.show("paper.slips", All(), ask("dispatcher")))}


def test_numbers_go_on_after_the_last_used_slip_so_that_unused_packs_waste_none() -> None:
    decided = rules.print_slips(rules.PrintSlips("p", 8), rules.Packs(used=17, printed=False), ask("dispatcher"))
    assert decided == [events.SlipsPrinted("p", 18, 25)]
    assert rules.print_slips(rules.PrintSlips("p", 8), rules.Packs(17, printed=True), ask("dispatcher")) == []


def test_a_slip_that_was_never_printed_is_refused(room: Desk) -> None:
    assert refused(room, rules.EnterSlip(9, "i1")).code == "slip-unknown"
    assert refused(room, rules.VoidSlip(9, Told("basah"))).code == "slip-unknown"


def test_a_slip_is_copied_in_once_and_the_same_number_on_two_sheets_is_said(room: Desk) -> None:
    take(room, rules.EnterSlip(3, "i1"))
    take(room, rules.EnterSlip(3, "i1"))
    again = refused(room, rules.EnterSlip(3, "i2"))
    assert (again.code, again.facts["slip"], again.overridable) == ("slip-used", 3, True)
    assert refused(room, rules.VoidSlip(3, Told("salah"))).code == "slip-used"
    take(room, rules.EnterSlip(3, "i2"), override="dua lembar bernomor sama")
    assert states(room)[3] == "entered"


def test_an_incident_nobody_opened_is_refused(room: Desk) -> None:
    assert refused(room, rules.EnterSlip(1, "i9")).code == "incident-unknown"


def test_a_number_that_was_passed_over_stays_visible_until_it_is_accounted_for(room: Desk) -> None:
    take(room, rules.EnterSlip(1, "i1"))
    take(room, rules.EnterSlip(4, "i2"))
    assert states(room) == {1: "entered", 2: "skipped", 3: "skipped", 4: "entered"} | dict.fromkeys(range(5, 9), "open")
    take(room, rules.VoidSlip(2, Told("tumpah kopi")))
    take(room, rules.VoidSlip(3, Told("panggilan uji")))
    assert {n for n, state in states(room).items() if state == "skipped"} == set()
    take(room, rules.PrintSlips("paket-2", 4))
    assert states(room)[8] == "open"
    assert max(states(room)) == 8


def test_the_journal_of_the_incident_says_that_it_came_from_paper(room: Desk) -> None:
    at = SATURDAY - timedelta(hours=2)
    take(room, rules.EnterSlip(5, "i1"), seen_at=at)
    lines = rows(room.show("dispatch.journal", OneQuery("i1"), ask("dispatcher")))
    (line,) = [line for line in lines if line.kind == "paper.slip-entered"]
    assert line.facts == {"slip": 5}
    assert line.at.startswith(at.isoformat()[:16])


def test_the_phone_list_holds_no_word_in_the_log(room: Desk) -> None:
    take(room, rules.SetContact("pln", "Utilitas", Told("PLN piket"), Told("0548-000003"), "Kanal 4"), "administrator")
    take(room, rules.SetContact("rsud", "Rumah sakit", Told("RSUD IGD"), Told("0548-000004")), "administrator")
    take(room, rules.SetContact("pln", "Utilitas", Told("PLN piket"), Told("0548-000005")), "administrator")
    take(room, rules.RemoveContact("rsud"), "administrator")
    (row,) = rows(room.show("paper.contacts", All(), ask("dispatcher")))
    assert (row.contact, row.name, row.phone, row.radio) == ("pln", "PLN piket", "0548-000005", "")
    with room.store.read() as tx:
        assert not any("0548" in found["body"] for found in tx.rows("select body from log"))
