"""kernel.md 8, what the kernel gives for it: asks carry their ids to another node, what is kept waits for a person.

Who decides about the field part of an incident, and how it is handed over, is in tests/field/test_parts.py."""

from pathlib import Path

import pytest

from conftest import VAULT_KEY, Opens, ask
from kernel.toy import TOY, AddNote, SeeNote
from siaga.adapters.sqlite import SqliteStore
from siaga.adapters.stores import open_store
from siaga.kernel import chain
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Refusal
from siaga.kernel.slice import Slice
from siaga.kernel.storage import Tx


@pytest.fixture
def slices() -> tuple[Slice, ...]:
    return (TOY,)


def carried_over(desk: Desk, rows: list[dict[str, object]]) -> None:
    """Rows of another node's log become rows of ours, each once, with where they come from."""

    def receive(tx: Tx) -> None:
        head = desk.log.head(tx)
        for row in rows:
            ours = row | {"position": head.position + 1, "origin": "city", "origin_position": row["position"]}
            ours["hash"] = chain.link(head.hash, ours)
            names = (*chain.COLUMNS, "hash")
            tx.run(
                f"insert into log ({', '.join(names)}) values ({', '.join(':' + n for n in names)})",
                **{n: ours[n] for n in names},
            )
            head.position, head.hash = head.position + 1, str(ours["hash"])
        desk.read_again(tx)

    desk.work(receive)


def test_a_device_may_ask_again_at_the_node_that_took_over(tmp_path: Path, open_desk: Opens) -> None:
    city, car = (open_desk(open_store(tmp_path / name), (TOY,)) for name in ("city.db", "car.db"))
    asked = ask("crew", id="seen-1", device="tablet-7")
    assert city.handle(SeeNote(name="a", times=2), asked) == Accepted(2)
    car.handle(AddNote(name="of the car"), ask("crew"))
    with city.store.read() as tx:
        carried_over(car, tx.rows("select * from log order by position"))
    assert car.handle(SeeNote(name="a", times=2), asked) == Accepted(3)  # known: recorded once in the whole story
    reused = car.handle(SeeNote(name="b", times=2), asked)
    assert isinstance(reused, Refusal)
    assert reused.code == "ask-id-reused"
    with car.store.read() as tx:
        assert chain.verify(tx).broken_at is None
        assert [e.origin for e in car.log.read(tx, 0, 10)] == [None, "city", "city"]
    assert car.handle(AddNote(name="on we go"), ask("crew")) == Accepted(4)


def test_a_row_carried_over_twice_is_refused_whole(tmp_path: Path, open_desk: Opens) -> None:
    city, car = (open_desk(open_store(tmp_path / name), (TOY,)) for name in ("city.db", "car.db"))
    city.handle(AddNote(name="a"), ask("crew"))
    with city.store.read() as tx:
        rows = tx.rows("select * from log")
    carried_over(car, rows)
    with pytest.raises(Exception, match=r"(?i)unique"):
        carried_over(car, rows)
    assert car.position() == 1


def test_an_observation_set_aside_waits_through_restarts(store: SqliteStore) -> None:
    desk = Desk(store, (TOY,), vault_key=VAULT_KEY)
    desk.set_aside(kind="toy.see-note", raw=b'{"name":"a"}', reason="token-expired", ask=ask(id="seen-1"))
    desk.close()
    again = Desk(SqliteStore(store._path), (TOY,), vault_key=VAULT_KEY)
    again.rebuild()
    with again.store.read() as tx:
        assert [row["id"] for row in tx.rows("select id from kernel_kept where settled_at is null")] == ["seen-1"]
    again.close()
