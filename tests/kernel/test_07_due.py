"""kernel.md 7: what is due is asked once, when its time comes, also after a restart; the rule decides."""

import re
from typing import Any

import pytest

from conftest import BOTH_STORES, Clock, Opens, ask, rows
from kernel.toy import TOY, AddNote, BoardQuery, ColourNote, Remind, TurnYellow
from siaga.adapters.stores import open_store
from siaga.kernel.desk import Desk
from siaga.kernel.records import ASK_ID, Accepted, Ask, Command, Decision, Due, Refusal, Told
from siaga.kernel.slice import Does, Slice
from siaga.kernel.timer import timer


@pytest.fixture
def slices() -> tuple[Slice, ...]:
    return (TOY,)


def colours(desk: Desk) -> dict[str, str]:
    return {row.name: row.colour for row in rows(desk.show("toy.board", BoardQuery(), ask("crew")))}


def left(desk: Desk) -> list[str]:
    with desk.store.read() as tx:
        return [row["id"] for row in tx.rows("select id from kernel_due order by id")]


def kinds(desk: Desk, ask_id: str) -> list[str]:
    with desk.store.read() as tx:
        return [row["kind"] for row in tx.rows("select kind from log where ask = :a order by n", a=ask_id)]


def note_and_reminder(desk: Desk, name: str = "a", after_s: float = 60) -> None:
    desk.handle(AddNote(name=name), ask("crew"))
    assert isinstance(desk.handle(Remind(name=name, after_s=after_s), ask("crew")), Accepted)


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_what_is_due_is_asked_when_its_time_comes_and_once(address: str, open_desk: Opens, clock: Clock) -> None:
    desk = open_desk(open_store(address), (TOY,))
    note_and_reminder(desk)
    tick = timer(desk)
    clock.forward(59)
    tick()
    assert colours(desk) == {"a": "white"}
    clock.forward(2)
    for _ in range(3):
        tick()
    assert colours(desk) == {"a": "yellow"}
    assert kinds(desk, "due/yellow:a") == ["toy.note-coloured"]
    assert left(desk) == []


def test_it_is_asked_by_the_timer_and_stands_in_the_log_so(desk: Desk, clock: Clock) -> None:
    note_and_reminder(desk)
    clock.forward(61)
    timer(desk)()
    with desk.store.read() as tx:
        row = tx.rows("select actor, command, recorded from log where ask = 'due/yellow:a'")[0]
    assert (row["actor"], row["command"]) == ("timer", "toy.turn-yellow")


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_what_came_due_while_the_node_was_down_is_asked_at_its_start(
    address: str, open_desk: Opens, clock: Clock
) -> None:
    note_and_reminder(open_desk(open_store(address), (TOY,)))
    clock.forward(3600)
    again = open_desk(open_store(address), (TOY,))
    timer(again)()
    assert colours(again) == {"a": "yellow"}
    assert left(again) == []


def test_two_processes_that_both_ask_it_record_it_once(store: Any, open_desk: Opens, clock: Clock) -> None:
    desk, other = open_desk(store, (TOY,)), open_desk(open_store(store._path), (TOY,))
    note_and_reminder(desk)
    clock.forward(61)
    due = other.due(clock())
    timer(desk)()
    for id, _, command in due:  # it had looked before the other asked
        other.handle(command, Ask(id=id, at=clock(), actor="timer", roles=frozenset({"timer"})))
    assert kinds(desk, "due/yellow:a") == ["toy.note-coloured"]


def test_the_rule_decides_as_for_anyone_else_already_so_is_nothing(desk: Desk, clock: Clock) -> None:
    note_and_reminder(desk)
    desk.handle(ColourNote(name="a", colour="yellow"), ask("crew"))
    clock.forward(61)
    timer(desk)()
    assert kinds(desk, "due/yellow:a") == ["kernel.nothing"]
    assert left(desk) == []


def test_nobody_can_take_its_place_before_its_time(desk: Desk, clock: Clock) -> None:
    note_and_reminder(desk)
    with desk.store.read() as tx:
        due = tx.rows("select id from kernel_due")[0]["id"]
    assert not re.match(ASK_ID, due)  # what the doors take from outside
    desk.handle(ColourNote(name="a", colour="red"), ask("crew", id="yellow:a"))
    clock.forward(61)
    timer(desk)()
    assert colours(desk) == {"a": "yellow"}


def test_what_was_refused_is_recorded_and_not_asked_again(desk: Desk, clock: Clock) -> None:
    note_and_reminder(desk)
    desk.work(lambda tx: tx.run("delete from toy_note"))  # the note is gone when its time comes
    clock.forward(61)
    tick = timer(desk)
    for _ in range(3):
        tick()
    assert kinds(desk, "due/yellow:a") == ["kernel.due-refused"]
    assert left(desk) == []
    desk.rebuild()
    assert left(desk) == []


def test_one_that_breaks_holds_up_no_other_and_is_given_up_visibly(desk: Desk, clock: Clock) -> None:
    note_and_reminder(desk, "bug-later", after_s=1)
    note_and_reminder(desk, "a", after_s=2)
    clock.forward(61)
    tick = timer(desk)
    tick()
    assert colours(desk)["a"] == "yellow"
    assert left(desk) == ["due/yellow:bug-later"]
    tick()
    tick()
    assert left(desk) == []
    assert kinds(desk, "due/yellow:bug-later") == ["kernel.due-refused"]


def test_left_again_after_it_was_asked_it_is_not_asked_for_ever(desk: Desk, clock: Clock) -> None:
    note_and_reminder(desk)
    clock.forward(61)
    timer(desk)()
    assert isinstance(desk.handle(Remind(name="a", after_s=1), ask("crew")), Accepted)  # the same deterministic id
    assert left(desk) == []
    desk.rebuild()
    assert left(desk) == []


def test_left_twice_before_its_time_the_first_time_stands(desk: Desk, clock: Clock) -> None:
    note_and_reminder(desk, after_s=10)
    desk.handle(Remind(name="a", after_s=1000), ask("crew"))
    assert left(desk) == ["due/yellow:a"]
    clock.forward(11)
    timer(desk)()
    assert colours(desk) == {"a": "yellow"}


def test_nobody_but_the_timer_may_ask_what_is_the_timers(desk: Desk) -> None:
    assert desk.handle(TurnYellow(name="a"), ask("crew")) == Refusal(code="not-permitted", facts={"roles": "timer"})


class SayLater(Command, frozen=True):
    """A due command that carries words: a mistake of its author."""

    said: Told


def test_a_due_command_that_carries_words_is_a_bug_that_shows_at_once(
    store: Any, open_desk: Opens, clock: Clock
) -> None:
    def leave(cmd: SayLater, known: None, ask: Ask) -> Decision:
        return [Due("later", ask.now, SayLater(said=cmd.said))]

    wordy = Slice(name="wordy", commands={SayLater: Does("crew", lambda tx, cmd: None, leave)})
    desk = open_desk(store, (wordy,))
    with pytest.raises(TypeError, match="carries words"):
        desk.handle(SayLater(said=Told("x")), ask("crew"))
    assert desk.position() == 0
