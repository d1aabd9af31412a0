"""kernel.md 9: what devices' guesses rest on at the server; the guesses themselves are tested in web/."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import BOTH_STORES, Opens, ask, rows
from kernel.toy import TOY, AddNote, BoardQuery, ColourNote
from siaga.adapters.sqlite import SqliteStore
from siaga.adapters.stores import open_store
from siaga.kernel.desk import Desk, Shown
from siaga.kernel.records import Accepted, Command


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_a_view_at_or_past_the_position_of_an_answer_holds_what_was_asked(address: str, open_desk: Opens) -> None:
    desk = open_desk(open_store(address), (TOY,))
    for n in range(10):
        answer = desk.handle(AddNote(name=f"n{n}"), ask("crew"))
        shown = desk.show("toy.board", BoardQuery(), ask("crew"))
        assert isinstance(answer, Accepted)
        assert isinstance(shown, Shown)
        assert shown.position >= answer.position
        assert f"n{n}" in {row.name for row in shown.rows}


COMMANDS = st.one_of(
    st.builds(AddNote, name=st.sampled_from(["a", "b", "c"])),
    st.builds(ColourNote, name=st.sampled_from(["a", "b", "c"]), colour=st.sampled_from(["red", "blue", "white"])),
)


@settings(max_examples=25, deadline=None)
@given(asked=st.lists(COMMANDS, max_size=10), lost=st.sets(st.integers(0, 9)))
def test_a_device_that_did_not_hear_answers_and_asks_again_in_order_ends_with_the_same_board(
    asked: list[Command], lost: set[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("boards")
    boards = []
    for name, again in (("heard", set[int]()), ("lost", lost)):
        desk = Desk(SqliteStore(folder / name), (TOY,), vault_key=bytes(32))
        for n, command in enumerate(asked):
            for _ in range(2 if n in again else 1):
                desk.handle(command, ask("crew", id=f"d{n}"))
        boards.append((desk.position(), rows(desk.show("toy.board", BoardQuery(), ask("crew")))))
        desk.close()
    assert boards[0] == boards[1]
