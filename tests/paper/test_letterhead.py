"""The letterhead: data of the institution, replaced by saying it again, for the administrator to say."""

from typing import Any

import msgspec
import pytest

from conftest import ask, rows
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Refusal
from siaga.slices.paper.rules import SetLetterhead

HEAD = SetLetterhead(
    "Pemerintah Kota Bontang",
    "Dinas Pemadam Kebakaran dan Penyelamatan",
    "Jalan Contoh Nomor 1",
    number="300.2.1/{number}/{form}/{month}/{year}",
    basis=("Undang-Undang Nomor 23 Tahun 2014 tentang Pemerintahan Daerah",),
)


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


def test_before_anybody_set_it_there_is_none(desk: Desk) -> None:
    assert rows(desk.show("paper.letterhead", All(), ask("reporter"))) == []


def test_what_was_said_last_stands_and_the_same_again_says_nothing(desk: Desk) -> None:
    for command in (HEAD, HEAD, msgspec.structs.replace(HEAD, phone="(0548) 000000")):
        answer = desk.handle(command, ask("administrator"))
        assert isinstance(answer, Accepted)
    (row,) = rows(desk.show("paper.letterhead", All(), ask("reporter")))
    assert (row.name, row.phone, row.basis) == (HEAD.name, "(0548) 000000", list(HEAD.basis))
    with desk.store.read() as tx:
        found = tx.rows("select count(*) as n from log where kind = 'paper.letterhead-set'")
    assert found[0]["n"] == 2


def test_only_the_administrator_says_it(desk: Desk) -> None:
    answer = desk.handle(HEAD, ask("reporter"))
    assert isinstance(answer, Refusal)
    assert answer.code == "not-permitted"


@pytest.mark.parametrize("pattern", ["{name}", "300/{number", "{}", "<b>"])
def test_a_number_pattern_holds_only_what_can_be_filled_in(pattern: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(msgspec.to_builtins(HEAD) | {"number": pattern}, SetLetterhead)
