"""Asks go from the door to the desk in turns."""

import asyncio
import threading
from typing import Any

import pytest

from conftest import Clock, ask
from edges.door_kit import Doors
from edges.door_toy import Break, WriteNote
from siaga.edges.turns import Turns
from siaga.kernel.records import Accepted, Secret, Told
from siaga.kernel.storage import Tx
from siaga.kernel.writer import LARGEST_GROUP, Closed
from siaga.slices.access.rules import AddAccount


@pytest.fixture
def turns(doors: Doors) -> Turns:
    return Turns(doors.desk, doors.door.security.off_loop)


def note(name: str) -> WriteNote:
    return WriteNote(name, Told("asap di dapur"))


async def _asked(turns: Turns, *commands: Any) -> list[asyncio.Task[Any]]:
    """Ask for them, and let the loop go round until they are with the desk or wait for their turn."""
    tasks = [asyncio.ensure_future(turns.answer(one, ask("dispatcher", "administrator"))) for one in commands]
    for _ in range(10):
        await asyncio.sleep(0)
    return tasks


def test_what_comes_in_while_others_are_answered_goes_together_and_in_order(doors: Doors, turns: Turns) -> None:
    desk, begun, over, heard = doors.desk, threading.Event(), threading.Event(), []
    start = desk.position()
    stop = desk.listen(lambda position, touched: heard.append(position - start))

    def long_work(tx: Tx) -> None:
        begun.set()
        over.wait(10)

    async def at_the_scene() -> list[Any]:
        desk.submit_work(long_work, lambda answer: None)
        begun.wait(10)
        asked = await _asked(turns, note("n0"))
        for n in range(1, 6):
            asked += await _asked(turns, note(f"n{n}"))
        over.set()
        return await asyncio.gather(*asked)

    answers = doors.run(at_the_scene())
    stop()
    assert [answer.position - start for answer in answers] == [1, 2, 3, 4, 5, 6]
    assert heard == [0, 1, 6]  # the long one, the first, and the five that came meanwhile in one commit


def test_more_than_a_group_holds_are_all_answered(doors: Doors, turns: Turns) -> None:
    async def a_flood() -> list[Any]:
        return await asyncio.gather(*await _asked(turns, *[note(f"n{n}") for n in range(2 * LARGEST_GROUP + 3)]))

    answers = doors.run(a_flood())
    assert len({answer.position for answer in answers}) == 2 * LARGEST_GROUP + 3


def test_what_breaks_is_told_to_its_asker_and_the_next_turns_go_on(doors: Doors, turns: Turns) -> None:
    async def rounds() -> list[Any]:
        first = await asyncio.gather(*await _asked(turns, note("n1"), Break("odd"), note("n2")), return_exceptions=True)
        return [*first, await turns.answer(note("n3"), ask("dispatcher"))]

    one, broken, two, three = doors.run(rounds())
    assert isinstance(broken, RuntimeError)
    assert [type(answer) for answer in (one, two, three)] == [Accepted, Accepted, Accepted]


def test_an_ask_that_needs_slow_work_first_counts_for_no_turn(doors: Doors, turns: Turns) -> None:
    slow = AddAccount(name="sari", account="a-sari", roles=("crew",), password=Secret("kuda-laut-42"))

    async def rounds() -> list[Any]:
        beside = await asyncio.gather(*await _asked(turns, slow, note("n1")))
        return [*beside, *[await turns.answer(note(name), ask("dispatcher")) for name in ("n2", "n3")]]

    assert all(isinstance(answer, Accepted) for answer in doors.run(rounds()))


def test_of_a_stuck_desk_everybody_hears_and_it_goes_on_once_it_is_free(
    doors: Doors, turns: Turns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siaga.edges.turns.ANSWER_WITHIN_S", 1.0)
    begun, over = threading.Event(), threading.Event()

    def long_work(tx: Tx) -> None:
        begun.set()
        over.wait(10)

    async def rounds() -> list[Any]:
        doors.desk.submit_work(long_work, lambda answer: None)
        begun.wait(10)
        tasks = await _asked(turns, note("n0"))
        tasks += await _asked(turns, note("n1"))  # of the turn that has not begun
        late = await asyncio.gather(*tasks, return_exceptions=True)
        late += await asyncio.gather(*await _asked(turns, note("n2")), return_exceptions=True)
        over.set()
        return [*late, await turns.answer(note("n3"), ask("dispatcher"))]

    *late, answered = doors.run(rounds())
    assert [type(one) for one in late] == [TimeoutError, TimeoutError, TimeoutError]
    assert isinstance(answered, Accepted)
    with doors.desk.store.read() as tx:  # what timed out was taken all the same, and is answered when asked again
        assert [row["note"] for row in tx.rows("select note from toy_note order by note")] == ["n0", "n1", "n2", "n3"]


def test_of_a_closed_desk_every_asker_hears(doors: Doors, turns: Turns) -> None:
    async def rounds() -> list[Any]:
        first = await asyncio.gather(*await _asked(turns, note("n1"), note("n2")), return_exceptions=True)
        return [*first, *await asyncio.gather(*await _asked(turns, note("n3")), return_exceptions=True)]

    doors.desk.close()
    assert [type(answer) for answer in doors.run(rounds())] == [Closed, Closed, Closed]


def test_an_ask_counts_as_received_when_the_door_read_it_however_long_it_waits(
    doors: Doors, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rini, desk, came = doors.person("rini", "dispatcher"), doors.desk, clock()
    submit = desk.submit

    def after_a_while(*given: Any) -> None:
        clock.forward(20)
        submit(*given)

    monkeypatch.setattr(desk, "submit", after_a_while)
    assert rini.command("toy.write-note", note="n1", text="satu").status_code == 200
    with desk.store.read() as tx:
        newest = desk.log.read(tx, desk.position() - 1, 1)[0]
    assert newest.recorded == came


class InSteps:
    """A desk that decides and writes when it is told to."""

    def __init__(self, doors: Doors) -> None:
        self.does = doors.desk.does
        self.came: list[str] = []
        self._queued: list[tuple[Any, Any, Any]] = []

    def submit(self, command: Any, ask: Any, done: Any, decided: Any) -> None:
        self.came.append(command.note)
        self._queued.append((command.note, done, decided))

    def decide(self) -> None:
        """All that came so far, as the writer does; `write` ends it."""
        self._group, self._queued = self._queued, []
        for *_, decided in self._group:
            decided()

    def write(self) -> None:
        for name, done, _ in self._group:
            done(name)


@pytest.fixture
def steps(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> InSteps:
    monkeypatch.setattr("siaga.edges.turns.HELD_AT_MOST_S", 60.0)  # however busy the machine is
    return InSteps(doors)


async def _go_round(times: int = 10) -> None:
    for _ in range(times):
        await asyncio.sleep(0)


def test_a_lone_ask_goes_at_once_and_after_several_what_else_is_on_its_way_comes_along(
    doors: Doors, steps: InSteps
) -> None:
    turns = Turns(steps, doors.door.security.off_loop)  # type: ignore[arg-type]

    def ask_for(name: str) -> asyncio.Task[Any]:
        return asyncio.ensure_future(turns.answer(note(name), ask("dispatcher")))

    async def at_night() -> list[list[str]]:
        first, came = ask_for("n0"), []
        await _go_round(1)
        came.append(list(steps.came))
        both = await _asked(turns, note("n1"), note("n2"))
        for _ in range(2):
            steps.decide()
            await _go_round()
            steps.write()
            await _go_round()
        await asyncio.gather(first, *both)
        later = [ask_for("n3")]
        await _go_round(1)
        came.append(list(steps.came))
        later.append(ask_for("n4"))
        await _go_round()
        steps.decide()
        steps.write()
        await asyncio.gather(*later)
        return [*came, steps.came]

    assert doors.run(at_night()) == [["n0"], ["n0", "n1", "n2"], ["n0", "n1", "n2", "n3", "n4"]]


def test_what_comes_while_a_turn_is_written_goes_to_the_desk_and_answers_wait_until_it_is_decided(
    doors: Doors, steps: InSteps
) -> None:
    turns = Turns(steps, doors.door.security.off_loop)  # type: ignore[arg-type]

    async def at_the_scene() -> list[Any]:
        first = await _asked(turns, note("n0"))
        second = await _asked(turns, note("n1"), note("n2"))
        came = [list(steps.came)]
        steps.decide()
        await _go_round()
        came.append(list(steps.came))
        steps.write()
        await _go_round()
        held = [task.done() for task in first]
        steps.decide()
        await _go_round()
        heard = [task.done() for task in (*first, *second)]
        steps.write()
        return [came, held, heard, await asyncio.gather(*first, *second)]

    came, held, heard, answers = doors.run(at_the_scene())
    assert came == [["n0"], ["n0", "n1", "n2"]]
    assert held == [False]
    assert heard == [True, False, False]
    assert answers == ["n0", "n1", "n2"]


def test_an_answer_waits_only_so_long_for_the_turn_behind_it(
    doors: Doors, steps: InSteps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siaga.edges.turns.HELD_AT_MOST_S", 0.05)
    turns = Turns(steps, doors.door.security.off_loop)  # type: ignore[arg-type]

    async def at_the_scene() -> list[Any]:
        first = await _asked(turns, note("n0"))
        second = await _asked(turns, note("n1"))
        steps.decide()
        await _go_round()
        steps.write()
        answered = await asyncio.gather(*first)  # while the second is still being decided
        steps.decide()
        steps.write()
        return [*answered, *await asyncio.gather(*second)]

    assert doors.run(at_the_scene()) == ["n0", "n1"]


def test_of_many_half_go_so_that_some_are_decided_while_others_are_answered(doors: Doors, steps: InSteps) -> None:
    turns = Turns(steps, doors.door.security.off_loop)  # type: ignore[arg-type]

    async def a_flood() -> list[int]:
        asked = await _asked(turns, note("n"))
        for n in range(40):
            asked += [asyncio.ensure_future(turns.answer(note(f"n{n}"), ask("dispatcher")))]
        await _go_round()
        sizes = []
        while not all(task.done() for task in asked):
            before = len(steps.came)
            steps.decide()
            await _go_round()
            steps.write()
            await _go_round()
            sizes.append(len(steps.came) - before)
        return sizes

    assert doors.run(a_flood()) == [21, 19, 0]
