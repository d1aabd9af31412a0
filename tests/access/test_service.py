"""Rank and service number of an account: said by the administrator, kept in the vault, as they were at a time."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import SATURDAY, ask, rows
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Personal, Refusal, Told
from siaga.slices import access
from siaga.slices.access import rules
from siaga.slices.access.tables.service import ServiceQuery, ServiceRow

NIP = "19800101 200501 1 001"


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return (access.SLICE,)


@pytest.fixture
def room(desk: Desk) -> Desk:
    """Somebody has an account."""
    answer = desk.handle(rules.AddAccount("komandan", ("commander",), "a1"), ask("administrator"))
    assert isinstance(answer, Accepted)
    return desk


def stated(desk: Desk, rank: str | None, number: str | None = None, hours: float = 0, name: str = "") -> Any:
    who, what = Personal(name) if name else None, Personal(number) if number else None
    said = rules.StateService("a1", who, Told(rank) if rank is not None else None, what)
    return desk.handle(said, ask("administrator", at=SATURDAY + timedelta(hours=hours)))


def stands(desk: Desk, hours: float = 99, **more: Any) -> list[ServiceRow]:
    found: list[ServiceRow] = rows(
        desk.show("access.service", ServiceQuery("a1", SATURDAY + timedelta(hours=hours)), ask("administrator", **more))
    )
    return found


def test_nobody_said_is_no_row_and_what_was_said_holds_from_then_on(room: Desk) -> None:
    assert stands(room) == []
    assert isinstance(stated(room, "Pengatur (II/c)", NIP), Accepted)
    assert isinstance(stated(room, "Penata (III/c)", NIP, hours=5), Accepted)
    assert stands(room, hours=-1) == []
    assert [(row.rank, row.number) for row in stands(room, hours=1)] == [("Pengatur (II/c)", NIP)]
    assert [row.rank for row in stands(room)] == ["Penata (III/c)"]


def test_what_is_left_out_is_not_known_any_more(room: Desk) -> None:
    stated(room, "Penata (III/c)", NIP)
    stated(room, None, None, hours=1)
    assert [(row.rank, row.number) for row in stands(room)] == [(None, None)]


def test_name_and_number_are_never_in_the_log_and_each_reading_is_noted(room: Desk) -> None:
    stated(room, "Penata (III/c)", NIP, name="Nama Lengkap, S.T.")
    assert [row.name for row in stands(room)] == ["Nama Lengkap, S.T."]
    with room.store.read() as tx:
        assert NIP not in str(tx.rows("select * from log"))
        assert "Nama Lengkap" not in str(tx.rows("select * from log"))
        assert NIP not in str(tx.rows("select * from vault_word"))
        assert {row["purpose"] for row in tx.rows("select purpose from vault_reading")} == {"access.service a1"}


@pytest.mark.parametrize("number", ["123", "6474010101800001", "1980010120050110-1", "x" * 18])
def test_a_number_that_can_be_none_is_refused(room: Desk, number: str) -> None:
    answer = stated(room, None, number)
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.facts["field"]) == ("service-number-odd", "number")
    assert stands(room) == []


@pytest.mark.parametrize("rank", ["", "   ", "x" * 81])
def test_a_rank_is_some_letters(room: Desk, rank: str) -> None:
    answer = stated(room, rank)
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.facts["field"]) == ("signature-line-odd", "rank")


def test_an_administrator_has_no_say_and_no_sight_in_another_agency(room: Desk) -> None:
    stated(room, "Penata (III/c)", NIP)
    answer = room.handle(rules.StateService("a1", rank=Told("x")), ask("administrator", agency="samarinda"))
    assert isinstance(answer, Refusal)
    assert answer.code == "other-agency"
    assert stands(room, agency="samarinda") == []


def test_only_administrators_state_it_and_accounts_must_be_there(room: Desk) -> None:
    said = rules.StateService("a1", rank=Told("Penata"))
    assert isinstance(room.handle(said, ask("shift-leader")), Refusal)
    unknown = room.handle(rules.StateService("a9", rank=Told("Penata")), ask("administrator"))
    assert isinstance(unknown, Refusal)
    assert unknown.code == "account-unknown"
