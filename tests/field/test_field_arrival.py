"""In whatever order reports, orders and what dispatch says arrive: nodes that hold the same show the same."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import BOTH_STORES, VAULT_KEY, Clock, ask
from field.field_kit import ROLES, after, at, board, rows
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Ask, Event
from siaga.slices.dispatch import events as dispatch
from siaga.slices.dispatch.tables.scene import inside as inside_for_dispatch
from siaga.slices.field import events
from siaga.slices.field.events import REHAB, STAGING, Wearer
from siaga.slices.field.rules import crews, safety
from siaga.slices.field.tables import facts
from siaga.slices.field.tables.rows import BoardRow, IncidentQuery
from siaga.slices.intake.events import IncidentOpened

OURS = {
    "field_fact": "who, kind, at, body",
    "field_resolved": "conflict, holds, at",
    "field_crew": "crew, phase, people, inside, conflicts, lost_at, lost_person, state",
    "field_par": "par, at, sector",
    "field_mayday": "mayday, first_at, at, crew, person, sector, bar, need",
    "field_mayday_end": "mayday, at, outcome",
    "field_evacuation": "evacuation, at, sector",
    "field_evacuation_end": "evacuation, at",
    "field_alarm": "alarm, kind, at, level, times, since, over",
    "field_alarm_taken": "alarm, at, who",
}


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
    yield desk
    desk.close()


# ── what can have happened ───────────────────────────────────────────────────────────────────────────────────────────

CREWS, PEOPLE, PLACES = ("BTG-1", "c7"), ("1", "2"), ("a", "b", STAGING, REHAB)
crew, person = st.sampled_from(CREWS), st.sampled_from(PEOPLE)
here = st.just("?")
persons = st.lists(person, max_size=2, unique=True).map(tuple)
bars = st.sampled_from((300.0, 220.0, 60.0))
wearers = st.lists(st.builds(Wearer, person, st.one_of(st.none(), bars)), min_size=1, max_size=2).map(tuple)
mayday, order = st.sampled_from(("?-m1", "?-m2")), st.sampled_from(("?-e1", "?-e2"))
answers = st.sampled_from(("complete", "short", "no-answer"))

SAYS: tuple[st.SearchStrategy[Event], ...] = (
    st.builds(events.CrewFormed, crew, here, st.sampled_from(("Regu A", "Regu B")), st.integers(0, 5)),
    st.builds(events.CrewMoved, here, crew, st.sampled_from(PLACES)),
    st.builds(events.CrewEntered, here, crew, st.sampled_from("ab"), wearers),
    st.builds(events.CrewEntered, here, crew, st.sampled_from("ab"), wearers),
    st.builds(events.CrewLeft, here, crew, persons),
    st.builds(events.AirRead, here, crew, person, bars, st.sampled_from(("check", "goal", "new-cylinder"))),
    st.builds(events.ParReported, here, crew, answers, st.none(), st.sampled_from(("", "p1"))),
    st.builds(events.ContactLost, here, crew, st.sampled_from(("", "1"))),
    st.builds(events.ContactRegained, here, crew),
    st.builds(
        events.ConflictResolved,
        here,
        crew,
        st.sampled_from(("two-places/?.01/?.02/1", "air-rose/?.02/?.03/1", "left-not-inside//?.04/2")),
        st.sampled_from(("first", "second", "both", "neither")),
    ),
    st.builds(events.AirLow, here, crew, person, st.sampled_from(("soon", "turn-back", "whistle"))),
    st.builds(events.ParOverdue, here, crew, st.just(after(600)), st.integers(1, 3), st.sampled_from((at(0), at(120)))),
    st.builds(events.MaydayCalled, mayday, here, crew, need=st.sampled_from(("air", "lost"))),
    st.builds(events.MaydayStepped, mayday, here, st.sampled_from(("rescue", "desk")), st.booleans()),
    st.builds(events.MaydayEnded, mayday, here, st.sampled_from(("rescued", "mistaken"))),
    st.builds(events.EvacuationAcknowledged, order, here, crew),
    st.builds(events.EvacuationUnanswered, order, here, st.just(CREWS), st.integers(1, 3)),
    st.builds(events.EvacuationEnded, order, here),
    st.builds(events.AlarmTaken, here, st.sampled_from(("air-low.?.BTG-1.1", "par-overdue.?.c7", "mayday.?-m1"))),
)
DISPATCHED: tuple[st.SearchStrategy[Event], ...] = (
    st.builds(dispatch.UnitsDispatched, st.just("d"), here, st.just(("BTG-1",)), st.just(1)),
    st.builds(dispatch.UnitStatusReported, st.just("BTG-1"), st.sampled_from(("arrived", "returning", "ready")), here),
    st.builds(dispatch.UnitCancelled, st.just("BTG-1"), here),
)
SEEN = st.integers(0, 4)
HISTORY = st.lists(st.tuples(SEEN, st.one_of(*SAYS, *DISPATCHED)), min_size=2, max_size=24)
ONCE: list[tuple[int, Event]] = [
    (1, events.EvacuationOrdered("?-e1", "?", "a")),
    (2, events.EvacuationOrdered("?-e2", "?")),
    (2, events.ParCalled("?-p1", "?")),
]
Told = tuple[str, int, Event]
_numbers = count(1)


def about(event: Event, incident: str) -> Event:
    """The event with the name of its incident in place of every question mark."""
    raw = msgspec.json.encode(event).decode().replace("?", incident)
    return msgspec.json.decode(raw, type=type(event))


def arrive(node: Desk, told: list[Told]) -> str:
    """The events of a new incident, in this order of arrival: name of the ask, minutes until seen, event."""
    number = next(_numbers)
    incident = f"i{number}"

    def note(tx: Any) -> None:
        opened = IncidentOpened(
            incident=incident, number=f"2026-{number}", agency="bontang", lon=117.0, lat=0.0, precision_m=10.0
        )
        node.record(tx, [opened], _ask(incident, "0", 0), "intake.open-incident", "")
        for name, minutes, event in told:
            node.record(tx, [about(event, incident)], _ask(incident, name, minutes), "field.test", "")

    node.work(note)
    return incident


def _ask(incident: str, name: str, minutes: int) -> Ask:
    seen = after(60 * minutes)
    return ask(id=f"{incident}.{name}", at=after(6000), seen_at=seen, device=f"tablet-{int(name) % 2}")


def picture(node: Desk, incident: str) -> dict[str, Any]:
    """Every row of ours, the board, and who is inside as dispatch counts it, without the incident's own name."""
    found: dict[str, Any] = {}
    with node.store.read() as tx:
        for table, columns in OURS.items():
            kept = tx.rows(f"select {columns} from {table} where incident = :i", i=incident)
            found[table] = sorted(str(row) for row in kept)
        found["inside"] = inside_for_dispatch(tx, incident)
    shown: BoardRow = msgspec.structs.replace(board(node, incident), number="?")
    found["board"] = msgspec.json.encode(shown).decode()
    found["alarms"] = [str(a) for a in rows(node, "alarms") if a.incident == incident]
    number = found["alarms"] and rows(node, "board", IncidentQuery(incident))[0].number
    return {name: str(value).replace(incident, "?").replace(str(number), "?") for name, value in found.items()}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORY, order=st.randoms(use_true_random=False))
def test_in_whatever_order_things_arrive_rows_board_and_alarms_are_the_same(
    node: Desk, history: list[tuple[int, Event]], order: Any
) -> None:
    told = [(f"{n:02}", minutes, event) for n, (minutes, event) in enumerate([*ONCE, *history], 1)]
    shuffled = [*told]
    order.shuffle(shuffled)
    assert picture(node, arrive(node, told)) == picture(node, arrive(node, shuffled))


# ── through the desk: what devices report ────────────────────────────────────────────────────────────────────────────

REPORTS: tuple[st.SearchStrategy[Any], ...] = (
    st.builds(crews.ReportEntry, here, crew, st.sampled_from("ab"), wearers),
    st.builds(crews.ReportExit, here, crew, persons),
    st.builds(crews.ReportAir, here, crew, person, bars),
    st.builds(crews.ReportPar, here, crew, answers),
    st.builds(crews.ReportLostContact, here, crew),
    st.builds(crews.ReportContact, here, crew),
    st.builds(safety.CallMayday, mayday, here),
    st.builds(safety.StepMayday, mayday, here, st.just("rescue"), st.booleans()),
    st.builds(safety.AcknowledgeEvacuation, st.just("?-e1"), here, crew),
)
DAY = st.lists(st.tuples(SEEN, st.one_of(*REPORTS)), min_size=2, max_size=14)


def reported(node: Desk, said: list[tuple[str, int, Any]]) -> str:
    """What devices report of a new incident, each ask twice, as outboxes do."""
    incident = arrive(node, [])
    for name, minutes, command in said:
        for _ in range(2):
            answer = node.handle(_of(command, incident), _report(incident, name, minutes))
            assert isinstance(answer, Accepted), answer
    return incident


def _of(command: Any, incident: str) -> Any:
    raw = msgspec.json.encode(command).decode().replace("?", incident)
    return msgspec.json.decode(raw, type=type(command), dec_hook=lambda kind, value: kind(value))


def _report(incident: str, name: str, minutes: int) -> Ask:
    seen = after(60 * minutes)
    return ask(*ROLES, id=f"{incident}.{name}", at=after(6000), seen_at=seen, device=f"tablet-{int(name) % 2}")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=DAY, order=st.randoms(use_true_random=False))
def test_outboxes_that_drain_in_any_order_give_the_same_picture_and_count_nobody_twice(
    node: Desk, day: list[tuple[int, Any]], order: Any
) -> None:
    said = [(f"{n:02}", minutes, command) for n, (minutes, command) in enumerate(day, 1)]
    shuffled = [*said]
    order.shuffle(shuffled)
    first, second = reported(node, said), reported(node, shuffled)
    assert picture(node, first) == picture(node, second)
    for one in board(node, first).crews:
        everybody = [wearer.person for wearer in one.inside] + [gone.person for gone in one.out]
        assert len(everybody) == len(set(everybody))
