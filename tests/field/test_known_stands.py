"""What the writer knows without reading it never shows: the tables of every slice are the same after many asks at once,
after a rebuild, and after a rebuild that reads everything and writes at once."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from threading import Event, Semaphore
from typing import Any

import pytest

from conftest import Clock
from field import boards, wishes
from kernel.test_02_asks import hold
from siaga.kernel import playing
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Answer, Ask, Command, Told
from siaga.kernel.storage import Tx
from siaga.slices.dispatch import rules as d
from siaga.slices.intake import rules as intake

ROLES = boards.ROLES | {"shift-leader", "planner"}
BUSY = ("BTG-1", "BTG-4")
ASKS, AT_ONCE = 200, 7
Tables = dict[str, list[str]]


def _trip(rnd: Random, at: datetime) -> Command:
    times: dict[Any, datetime] = {
        "dispatched": at - timedelta(minutes=30),
        "arrived": at - timedelta(minutes=rnd.randint(10, 25)),
    }
    return d.RecordTrip(rnd.choice(("i1", "i2")), rnd.choice(wishes.UNITS), times)


def _says(rnd: Random, _: Any) -> Command:
    """Of one of two units, at any incident or none: also where it was not sent."""
    status: Any = rnd.choice(("assigned", "on-the-way", "arrived", "ready"))
    return d.ReportStatus(rnd.choice(BUSY), status, rnd.choice(("i1", "i2", None)))


def _send(rnd: Random, _: Any) -> Command:
    return d.Dispatch(f"e{rnd.randint(1, 9999)}", rnd.choice(("i1", "i2")), (rnd.choice(BUSY),))


def _cancel(rnd: Random, _: Any) -> Command:
    return d.CancelUnit(rnd.choice(BUSY), rnd.choice(("i1", "i2")))


DESK: tuple[wishes.Made, ...] = (
    *wishes.DISPATCH,
    *wishes.DISPATCH,
    _trip,
    lambda r, _: d.ReportStatus(
        r.choice(wishes.UNITS), r.choice(("on-the-way", "arrived", "ready")), r.choice(("i1", "i2"))
    ),
    lambda r, at: intake.NoteFireSeen(r.choice(("i1", "i2")), at - timedelta(minutes=r.randint(1, 40))),
    lambda r, _: d.WithdrawUnit("BTG-5"),
    lambda r, _: d.RegisterUnit("BTG-5", "bontang", "LOKTUAN", "pump"),
)

ENDS: tuple[wishes.Made, ...] = (
    *wishes.RARE,
    lambda r, _: intake.CancelIncident("i2", Told("salah")),
    *(lambda r, _: intake.ReopenIncident(r.choice(("i1", "i2")), Told("masih ada api")),) * 4,
)


@pytest.mark.parametrize("seed", range(12))
def test_the_tables_are_the_same_whatever_is_known(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with boards.opened(("quiet", "fire", "handing", "fire")[seed % 4]) as desk:
        accepted = _history(desk, Random(seed))
        assert accepted > ASKS / 4
        live = _tables(desk)
        desk.rebuild()
        assert _differ(live, _tables(desk)) == []
        _know_nothing(monkeypatch)
        desk.rebuild()
        assert _differ(live, _tables(desk)) == []


def _history(desk: Desk, rnd: Random) -> int:
    """Asks of the desk and of the scene, several at once, some seen long before; how many were accepted."""
    clock = desk.clock
    assert isinstance(clock, Clock)
    accepted = 0
    for n in range(0, ASKS, AT_ONCE):
        clock.forward(rnd.choice((1.0, 30.0)))
        wanted = [_ask(rnd, clock, n + k) for k in range(AT_ONCE)]
        accepted += sum(isinstance(answer, Accepted) for answer in _together(desk, wanted))
    return accepted


def _ask(rnd: Random, clock: Clock, n: int) -> tuple[Command, Ask]:
    (asked,) = rnd.choices((DESK, wishes.FIELD, ENDS), (70, 25, 5))
    command = rnd.choice(asked)(rnd, clock.now)
    seen = type(command) in boards.OBSERVED and rnd.random() < 0.4
    ago = timedelta(minutes=rnd.choice((1, 20, 150)))
    ask = Ask(
        id=f"k{n:04}",
        at=clock.now,
        seen_at=clock.now - ago if seen else None,
        received=clock.now,
        actor="ani",
        roles=ROLES,
        agency="bontang",
        device=rnd.choice((None, "tablet-1")),
        override=Told("dinilai di tempat") if rnd.random() < 0.5 else None,
    )
    return command, ask


def _together(desk: Desk, wanted: list[tuple[Command, Ask]]) -> list[Answer]:
    """Asked while the writer is busy, so that they come into one group."""
    busy, go, there, answers = Event(), Event(), Semaphore(0), list[Answer]()

    def told(answer: Answer) -> None:
        answers.append(answer)
        there.release()

    hold(desk, busy, go)
    for command, ask in wanted:
        desk.submit(command, ask, told)
    go.set()
    for _ in wanted:
        assert there.acquire(timeout=60)
    broken = [answer for answer in answers if isinstance(answer, Exception)]
    assert not broken
    return answers


def _tables(desk: Desk) -> Tables:
    """Every row of the tables that a rebuild makes anew."""
    found: Tables = {}
    with desk.store.read() as tx:
        for s in desk.slices:
            for table in s.tables:
                if table not in desk.kept_tables:
                    found[table] = sorted(repr(row) for row in tx.rows(f"select * from {table}"))
    return found


def _differ(one: Tables, other: Tables) -> list[tuple[str, str]]:
    return [(name, row) for name in one for row in sorted(set(one[name]) ^ set(other[name]))]


def _know_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def known(tx: Tx, sort: str, key: Any, read: Callable[[], Any]) -> Any:
        return read()

    def row(tx: Tx, sql: str, key: Any, params: Callable[[], Mapping[str, Any]]) -> None:
        tx.run(sql, **params())

    monkeypatch.setattr(playing, "known", known)
    monkeypatch.setattr(playing, "row", row)
    monkeypatch.setattr(playing, "steady", lambda tx, sql, **params: tx.rows(sql, **params))
