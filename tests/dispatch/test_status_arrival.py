"""What a unit says counts for the incident it was on when it was seen, in whatever order it arrives, on both stores."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import BOTH_STORES, SATURDAY, VAULT_KEY, Clock, ask
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Event
from siaga.slices.dispatch import events, rules
from siaga.slices.field.tables import facts
from siaga.slices.intake.events import IncidentOpened

ALL = ("dispatcher", "crew", "administrator")
_numbers = count(1)


@pytest.fixture(autouse=True, scope="module")
def marks_are_kept_every_three_facts() -> Iterator[None]:
    """So that a short history meets them from all sides."""
    usual, facts.MARK_EVERY = facts.MARK_EVERY, 3
    yield
    facts.MARK_EVERY = usual


@pytest.fixture(params=BOTH_STORES, scope="module")
def node(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with every slice, on both stores."""
    where = str(tmp_path_factory.mktemp("node") / "siaga.db")
    if request.param == "postgres":
        where = request.getfixturevalue("postgres").database()
    desk = Desk(open_store(where), SLICES, vault_key=VAULT_KEY, clock=Clock(after(9000)))
    for command in (
        rules.RegisterAgency("bontang", "Disdamkartan", "fire-service"),
        rules.RegisterStation("MAKO", "bontang", "Mako", 117.48, 0.13, True),
    ):
        assert isinstance(desk.handle(command, ask(*ALL)), Accepted)
    yield desk
    desk.close()


def after(seconds: float) -> datetime:
    return SATURDAY + timedelta(seconds=seconds)


# ── a night of one unit: orders in their order, and what the crew said, which may come later ─────────────────────────

ORDERS = st.lists(st.sampled_from(("i1", "i2", "off")), min_size=1, max_size=5)
STATUSES = ("assigned", "on-the-way", "arrived", "action", "returning", "ready", "standby")
SAID = st.lists(
    st.tuples(
        st.integers(0, 59),  # when it was seen; an order is given every ten seconds
        st.sampled_from(STATUSES),
        st.sampled_from((None, None, None, "i1", "i2")),
        st.integers(0, 5),  # how many orders came before it arrived
    ),
    min_size=1,
    max_size=7,
    unique_by=lambda one: one[0],
)
Step = tuple[str, Any]


def ordered(orders: list[str], unit: str, here: dict[str, str]) -> list[tuple[float, list[Event]]]:
    """The events of the orders, each at its time."""
    found: list[tuple[float, list[Event]]] = []
    on: str | None = None
    for n, order in enumerate(orders):
        told: list[Event] = []
        if order == "off":
            told = [events.UnitCancelled(unit, here[on])] if on else []
            on = None
        elif order != on:
            told = [events.UnitPulled(unit, here[on], here[order])] if on else []
            told.append(events.UnitsDispatched(f"{unit}.d{n}", here[order], (unit,), 1))
            on = order
        found.append((10.0 * n + 10.05, told))
    return found


def lived(node: Desk, orders: list[str], said: list[tuple[int, str, str | None, int]], how: str, mix: Any) -> Any:
    """The night as it arrived: at once, or each saying `late`, among others in any order; and the picture after it."""
    number = next(_numbers)
    unit, here = f"U{number}", {name: f"{name}-{number}" for name in ("i1", "i2")}
    assert isinstance(node.handle(rules.RegisterUnit(unit, "bontang", "MAKO", "pump"), ask(*ALL)), Accepted)
    opened = [
        IncidentOpened(incident=here[n], number=f"2026-{number}", agency="bontang", lon=117.0, lat=0.0, precision_m=9.0)
        for n in here
    ]
    node.work(lambda tx: node.record(tx, list(opened), ask(id=f"{unit}.opened"), "intake.open-incident", ""))

    def note(at: float, told: list[Event]) -> None:
        given_ = ask(id=f"{unit}.{at}", at=after(at), received=after(9000))
        node.work(lambda tx: node.record(tx, told, given_, "dispatch.test", "") if told else None)

    def say(at: int, status: Any, named: str | None) -> None:
        wish = rules.ReportStatus(unit, status, here[named] if named else None)
        seen = ask(*ALL, id=f"{unit}.s{at}", at=after(at), seen_at=after(at), received=after(9000), device="tablet")
        for _ in range(2):
            assert isinstance(node.handle(wish, seen), Accepted)

    steps = ordered(orders, unit, here)
    waiting = sorted(said)
    for n, (at, told) in enumerate([*steps, (99.0, [])]):
        come = [one for one in waiting if (one[0] < at if how == "at once" else one[0] < at and one[3] <= n)]
        if how == "late":
            come = [*come]
            mix.shuffle(come)
        for one in come:
            say(*one[:3])
        waiting = [one for one in waiting if one not in come]
        note(at, told)
    mix.shuffle(waiting)
    for one in waiting:
        say(*one[:3])
    return picture(node, unit, number)


TABLES = {
    "dispatch_unit": (
        "unit",
        "status, since, incident, odd, case when incident is null then 0 else answered end as answered",
    ),
    "dispatch_clock": ("unit", "incident, clock, at"),
    "dispatch_sent": ("unit", "incident, dispatch, at, answered_at, ended_at, how"),
    "dispatch_stay": ("thing", "at, kind, place, what, was, prev"),
    "field_stay": ("thing", "at, kind, place, what, was, prev"),
    "field_crew": ("crew", "incident, phase, state"),
    "field_fact": ("crew", "incident, at, kind, body"),
}


def picture(node: Desk, unit: str, number: int) -> dict[str, list[str]]:
    """Every row about the unit, and the incidents' own clocks and journals, without the names of this night."""
    found: dict[str, list[str]] = {}
    with node.store.read() as tx:
        for table, (key, columns) in TABLES.items():
            found[table] = [str(r) for r in tx.rows(f"select {columns} from {table} where {key} = :u", u=unit)]
        for table, columns in (("dispatch_clock", "clock, at"), ("dispatch_journal", "incident, at, kind, facts")):
            where = "incident in (:a, :b)" + (" and unit = ''" if table == "dispatch_clock" else "")
            rows = tx.rows(f"select incident, {columns} from {table} where {where}", a=f"i1-{number}", b=f"i2-{number}")
            found[f"{table} of incidents"] = [str(r).replace(" ", "") for r in rows if r.get("at")]
    return {name: sorted(r.replace(f"-{number}", "").replace(unit, "U") for r in rows) for name, rows in found.items()}


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders=ORDERS, said=SAID, mix=st.randoms(use_true_random=False))
def test_whatever_arrives_late_or_reordered_counts_as_if_it_had_come_at_once(
    node: Desk, orders: list[str], said: list[tuple[int, str, str | None, int]], mix: Any
) -> None:
    at_once, late = lived(node, orders, said, "at once", mix), lived(node, orders, said, "late", mix)
    assert late == at_once
