"""What a projection knows without reading it, from ask to ask: never anything else than what stands in its table."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import BOTH_STORES, VAULT_KEY, Opens, ask
from kernel.test_02_asks import several
from siaga.adapters.sqlite import SqliteStore
from siaga.adapters.stores import open_store
from siaga.kernel import playing
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Ask, Command, Decision, Entry, Event
from siaga.kernel.slice import Does, Slice
from siaga.kernel.storage import Tx


class Rung(Event, frozen=True):
    """A bell was rung."""

    name: str


class Ring(Command, frozen=True):
    """Ring a bell; one that is cracked breaks what comes after."""

    name: str
    cracked: bool = False


def _nothing(tx: Tx, cmd: Ring) -> None:
    return None


def _ring(cmd: Ring, known: None, ask: Ask) -> Decision:
    return [Rung(cmd.name), *([Rung("cracked")] if cmd.cracked else [])]


def _times(tx: Tx, name: str) -> int:
    rows = tx.rows("select times from bells_bell where name = :n", n=name)
    return int(rows[0]["times"]) if rows else 0


def _rung(tx: Tx, e: Rung, entry: Entry) -> None:
    if e.name == "cracked":
        raise ZeroDivisionError("a bug in a projection")
    times = 1 + playing.known(tx, "bell", e.name, lambda: _times(tx, e.name))
    tx.run(
        "insert into bells_bell (name, times) values (:n, :t) on conflict (name) do update set times = :t",
        n=e.name,
        t=times,
    )
    playing.know(tx, "bell", e.name, times)


BELLS = Slice(
    name="bells",
    events=(Rung,),
    commands={Ring: Does("crew", _nothing, _ring)},
    projections={Rung: _rung},
    schema="create table bells_bell (name text primary key, times integer not null)",
)


def bells(desk: Desk) -> dict[str, int]:
    """How often each was rung, as the table says."""
    with desk.store.read() as tx:
        return {row["name"]: row["times"] for row in tx.rows("select name, times from bells_bell")}


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_what_another_process_wrote_is_known_too(address: str, open_desk: Opens) -> None:
    one, other = (open_desk(open_store(address), (BELLS,)) for _ in range(2))
    for desk in (one, one, other, one, other, other, one):
        desk.handle(Ring("north"), ask("crew"))
    assert bells(one) == {"north": 7}


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_a_page_that_another_process_played_is_known_too(
    address: str, open_desk: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("siaga.kernel.desk.REBUILD_PAGE", 1)
    one, other = (open_desk(open_store(address), (BELLS,)) for _ in range(2))
    for _ in range(7):
        one.handle(Ring("north"), ask("crew"))
    played: list[int | None] = []
    one.rebuild(["bells"], lambda _: played.append(other.work(lambda tx: other._replay_page(tx, ["bells"]))))
    assert [page for page in played if page] == [2, 4, 6, 7]
    assert bells(one) == {"north": 7}


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_what_was_taken_back_is_not_known(address: str, open_desk: Opens) -> None:
    desk = open_desk(open_store(address), (BELLS,))
    desk.handle(Ring("north"), ask("crew", id="0"))
    with pytest.raises(ZeroDivisionError):
        desk.handle(Ring("north", cracked=True), ask("crew", id="x"))
    answers = several(
        desk,
        (Ring("north"), "1"),
        (Ring("north", cracked=True), "2"),
        (Ring("north"), "3"),
        (Ring("south"), "4"),
        (Ring("north"), "3"),
    )
    assert [type(answer) for answer in answers] == [Accepted, ZeroDivisionError, Accepted, Accepted, Accepted]
    assert answers[2] == answers[4]
    assert bells(desk) == {"north": 3, "south": 1}
    assert desk.counts["accepted"] == 4  # the one asked again is answered, not accepted again


_step = st.tuples(st.integers(0, 1), st.sampled_from(("north", "south", "cracked", "rebuild")))


@given(st.lists(_step, max_size=30))
def test_whatever_happens_in_between_the_table_counts_every_ring(steps: list[tuple[int, str]]) -> None:
    rung = {"north": 0, "south": 0}
    with TemporaryDirectory() as folder:
        store = Path(folder) / "bells.db"
        desks = [Desk(SqliteStore(store), (BELLS,), vault_key=VAULT_KEY) for _ in range(2)]
        for which, what in steps:
            desk = desks[which]
            if what == "rebuild":
                desk.rebuild(["bells"])
            elif what == "cracked":
                with pytest.raises(ZeroDivisionError):
                    desk.handle(Ring("north", cracked=True), ask("crew"))
            else:
                desk.handle(Ring(what), ask("crew"))
                rung[what] += 1
            assert bells(desk) == {name: times for name, times in rung.items() if times}
        for desk in desks:
            desk.close()
