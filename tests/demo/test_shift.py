"""The live shift: it lives like a control room, and leaves to people what people began."""

import itertools
import random
import threading
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from conftest import SATURDAY, Clock, ask
from demo.conftest import EVERYBODY, Opens, show
from siaga import standards
from siaga.app import Node
from siaga.demo import Shift, calls, fleet, prepare
from siaga.demo.calls import Town, next_call
from siaga.demo.city import city
from siaga.demo.shift import OURS
from siaga.engine.geo import distance, segment_distance_m
from siaga.engine.roads import Travel
from siaga.engine.roads.network import segment_ends
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Command, Query
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.dispatch.tables import views
from siaga.slices.intake import rules as intake
from siaga.slices.intake import tables as calls_shown

Played = tuple[Node, Shift, Clock]
FIRE_PLACE = (117.4849, 0.1329)


@pytest.fixture
def node(open_demo: Opens, clock: Clock) -> Node:
    """A prepared node with its roads."""
    opened = open_demo(clock)
    prepare(opened)
    opened.load_engine()
    return opened


def do(node: Node, command: Command, override: str | None = None) -> None:
    """A person asks."""
    answer = node.desk.handle(command, ask(*EVERYBODY, at=node.desk.clock(), override=override))
    assert isinstance(answer, Accepted), answer


def live(shift: Shift, clock: Clock, minutes: float, step_s: float = 60.0) -> None:
    """Let the clock and the shift go on together."""
    until = clock.now + timedelta(minutes=minutes)
    while clock.now < until:
        clock.forward(step_s)
        shift.step(clock.now)


def unit(node: Node, name: str) -> views.BoardRow:
    """A unit on the board."""
    rows: list[views.BoardRow] = show(node, "dispatch.board", views.BoardQuery())
    return next(row for row in rows if row.unit == name)


def quiet(node: Node) -> Shift:
    """A shift in which no telephone rings."""
    return Shift(node, rings=[])


# ── two hours of it ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_refused_in_two_hours(played: Played) -> None:
    node, shift, _ = played
    assert shift.refused == Counter()
    assert node.desk.counts["refused"] == 0
    assert node.desk.counts["readings-dropped"] == 0


def test_calls_come_in_and_incidents_are_opened_sent_to_and_closed(played: Played) -> None:
    node, _, clock = played
    since = (clock.now - timedelta(hours=2)).isoformat()
    closed = [r for r in show(node, "dispatch.incidents", views.IncidentsQuery("closed")) if r.opened_at >= since]
    taken = [c for c in show(node, "intake.calls", calls_shown.CallsQuery(settled=True)) if c.answered_at >= since]
    assert len(taken) >= 4
    assert closed
    assert all(row.outcome for row in closed)
    assert all(row.units and row.clocks["arrived"] for row in closed if row.outcome != "handed-over")


def test_units_wait_for_each_other_in_the_order_of_the_clock(played: Played) -> None:
    node, _, _ = played
    order = ("dispatched", "on-the-way", "arrived", "access", "ready-to-serve", "action", "returned", "ready-again")
    for row in show(node, "dispatch.incidents", views.IncidentsQuery("closed")):
        for sent in row.units:
            times = [sent.clocks[name] for name in order if sent.clocks.get(name)]
            assert times == sorted(times)


def test_what_is_sent_carries_the_proposal_as_it_was_shown(played: Played) -> None:
    node, shift, _ = played
    with node.desk.store.read() as tx:
        entries = node.desk.log.read(tx, 0, 100_000, kinds=["dispatch.units-dispatched"])
    live_ones: list[Any] = [e.event for e in entries if e.ask.startswith(shift.name)]
    advised = [e for e in live_ones if not show(node, "dispatch.incident", views.OneQuery(e.incident))[0].exercise]
    assert advised
    assert all(e.proposal is not None and e.proposal.way == "network" for e in advised)


def test_every_position_lies_near_a_road_or_a_station(played: Played) -> None:
    node, _, _ = played
    network = node.desk.services[Travel].network
    assert network is not None
    first, second = segment_ends(network)
    ends = (network.shape_lon[first], network.shape_lat[first], network.shape_lon[second], network.shape_lat[second])
    with node.desk.store.read() as tx:
        spots = {(r["lon"], r["lat"]) for r in tx.rows("select lon, lat from dispatch_track")}
    assert len(spots) > 300
    stations = list(fleet.station_places().values())
    for spot in spots:
        off_road = float(segment_distance_m(spot, *ends).min())
        assert off_road < 40 or min(distance(spot, s) for s in stations) < 1


def test_vehicles_move_at_the_pace_of_vehicles(played: Played) -> None:
    node, _, _ = played
    with node.desk.store.read() as tx:
        speeds = [r["speed_mps"] for r in tx.rows("select speed_mps from dispatch_position where speed_mps > 0")]
        fixes = tx.rows("select tracker, at, lon, lat from dispatch_track order by tracker, at")
    assert all(v < 30 for v in speeds)
    for a, b in itertools.pairwise(fixes):
        if a["tracker"] == b["tracker"]:
            seconds = (datetime.fromisoformat(b["at"]) - datetime.fromisoformat(a["at"])).total_seconds()
            assert distance((a["lon"], a["lat"]), (b["lon"], b["lat"])) <= 35 * seconds + 60


def test_a_rebuild_gives_the_same_views(played: Played) -> None:
    node, _, _ = played
    queries: dict[str, Query] = {
        "dispatch.board": views.BoardQuery(),
        "dispatch.incidents": views.IncidentsQuery(),
        "dispatch.alarms": All(),
        "dispatch.people": All(),
        "intake.incidents": calls_shown.IncidentsQuery(),
        "intake.calls": calls_shown.CallsQuery(settled=True),
        "places.objects": All(),
        "places.water": All(),
    }
    before = {name: show(node, name, query) for name, query in queries.items()}
    journals = {
        r.incident: show(node, "dispatch.journal", views.OneQuery(r.incident)) for r in before["intake.incidents"]
    }
    node.desk.rebuild()
    assert {name: show(node, name, query) for name, query in queries.items()} == before
    assert {name: show(node, "dispatch.journal", views.OneQuery(name)) for name in journals} == journals


# ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_rescues_are_more_frequent_than_fires_and_some_calls_are_nothing() -> None:
    town, chance = Town(city()), random.Random(7)
    drawn = [town.happening(SATURDAY + timedelta(hours=n % 24), chance) for n in range(1500)]
    kinds = Counter((h.type or "").split(".")[0] for h in drawn)
    assert kinds["rescue"] > 1.5 * kinds["fire"] > 0
    assert {h.outcome for h in drawn} == {"real", "silent", "prank", "information", "test"}
    assert 0 < sum(h.exercise for h in drawn) < 60
    assert {h.type for h in drawn if h.type} <= set(standards.incident_types())


def test_what_happens_lies_in_its_area_and_names_its_place() -> None:
    town, chance = Town(city()), random.Random(3)
    for n in range(300):
        h = town.happening(SATURDAY + timedelta(hours=n % 24), chance)
        if h.type:
            assert h.area in town.areas
            assert h.place
            assert h.place_id
            area = town.areas[h.area]
            assert distance((h.lon, h.lat), (area.lon, area.lat)) < 15_000


def test_fires_over_water_happen_only_where_houses_stand_over_water() -> None:
    town, chance = Town(city()), random.Random(5)
    drawn = [town.happening(SATURDAY, chance) for _ in range(3000)]
    there = {h.place.split(" No.")[0] for h in drawn if h.type == "fire.over-water"}
    assert there
    assert all(name.startswith("Jembatan") for name in there)


def test_the_telephone_rings_more_by_day_than_by_night() -> None:
    chance, at, hours = random.Random(1), SATURDAY, Counter[int]()
    for _ in range(3000):
        at = next_call(at, chance, 1.0)
        hours[at.astimezone(fleet.zone()).hour] += 1
    assert hours[17] > 2 * hours[2]
    rate = 3000 / ((at - SATURDAY).total_seconds() / 3600)
    assert rate == pytest.approx(np.mean(calls.data()["calls"]), rel=0.1)


# ── people and the shift ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_unit_that_a_person_sends_drives_and_reports_by_itself(node: Node, clock: Clock) -> None:
    shift = quiet(node)
    live(shift, clock, 150)  # those of the history are home again
    do(node, intake.OpenIncident("I-mine", *FIRE_PLACE, type="fire.rubbish"))
    do(node, dispatch.Dispatch("D-mine", "I-mine", ("BTG-1",)))
    seen = []
    for _ in range(70):
        live(shift, clock, 1)
        seen.append(unit(node, "BTG-1").status)
    stages = [s for n, s in enumerate(seen) if n == 0 or s != seen[n - 1]]
    walked = [s for s in stages if s in ("on-the-way", "action", "returning", "ready")]
    assert walked == ["on-the-way", "action", "returning", "ready"]
    row = show(node, "dispatch.incident", views.OneQuery("I-mine"))[0]
    assert row.state == "open", "it is the person's to close"
    assert all(row.clocks[c] for c in ("dispatched", "on-the-way", "arrived", "ready-to-serve", "action"))


def test_an_incident_that_a_person_opened_is_left_to_that_person(node: Node, clock: Clock) -> None:
    shift = quiet(node)
    do(node, intake.OpenIncident("I-mine", *FIRE_PLACE, type="fire.rubbish"))
    live(shift, clock, 60)
    row = show(node, "dispatch.incident", views.OneQuery("I-mine"))[0]
    assert row.state == "open"
    assert row.units == []


def test_what_a_person_sent_is_not_sent_again_by_the_shift(node: Node, clock: Clock) -> None:
    shift = Shift(node, rings=[(clock.now + timedelta(seconds=5), "rescue.snake", "64.74.03.1002")])
    name = ""
    while not name:
        live(shift, clock, 1 / 12, step_s=5)
        rows = show(node, "dispatch.incidents", views.IncidentsQuery())
        name = next((r.incident for r in rows if r.incident.startswith(shift.name)), "")
    do(node, dispatch.Dispatch("D-mine", name, ("PKP-3",)), override="paling dekat")
    live(shift, clock, 5)
    row = show(node, "dispatch.incident", views.OneQuery(name))[0]
    assert [u.unit for u in row.units] == ["PKP-3"]


def test_a_unit_that_nobody_rides_on_does_not_answer(node: Node, clock: Clock) -> None:
    shift = quiet(node)
    do(node, intake.OpenIncident("I-mine", *FIRE_PLACE, type="fire.rubbish"))
    do(node, dispatch.Dispatch("D-mine", "I-mine", ("BTG-12",)))
    live(shift, clock, 10)
    assert unit(node, "BTG-12").status == "assigned"
    do(node, dispatch.SetCrew("BTG-12", 3))
    live(shift, clock, 5)
    assert unit(node, "BTG-12").status in ("on-the-way", "arrived", "access", "ready-to-serve", "action")


def test_a_unit_that_is_cancelled_on_the_way_turns_round_and_comes_home(node: Node, clock: Clock) -> None:
    shift = quiet(node)
    live(shift, clock, 150)
    do(node, intake.OpenIncident("I-mine", 117.4420, 0.0500, type="fire.rubbish"))
    do(node, dispatch.Dispatch("D-mine", "I-mine", ("BTG-2",)))
    live(shift, clock, 4)
    assert unit(node, "BTG-2").status == "on-the-way"
    do(node, dispatch.CancelUnit("BTG-2", "I-mine"))
    live(shift, clock, 1)
    assert unit(node, "BTG-2").status == "returning"
    live(shift, clock, 10)
    assert unit(node, "BTG-2").status == "ready"
    where = next(p for p in show(node, "dispatch.positions", All()) if p.unit == "BTG-2")
    assert distance((where.lon, where.lat), fleet.station_places()["mako"]) < 150


def test_a_unit_that_is_moved_drives_to_its_new_station(node: Node, clock: Clock) -> None:
    shift = quiet(node)
    live(shift, clock, 150)
    do(node, dispatch.MoveUnit("BTG-2", "loktuan"))
    live(shift, clock, 15)
    where = next(p for p in show(node, "dispatch.positions", All()) if p.unit == "BTG-2")
    assert distance((where.lon, where.lat), fleet.station_places()["loktuan"]) < 150
    assert unit(node, "BTG-2").status == "standby"


def test_a_later_shift_goes_on_with_what_an_earlier_one_left(node: Node, clock: Clock) -> None:
    left = [r.incident for r in show(node, "dispatch.incidents", views.IncidentsQuery())]
    assert len(left) >= 2
    live(quiet(node), clock, 6)
    second = quiet(node)
    live(second, clock, 150)
    assert second.refused == Counter()
    ended = [show(node, "dispatch.incident", views.OneQuery(name))[0].state for name in left]
    assert ended == ["closed"] * len(left)
    manned = [row for row in show(node, "dispatch.board", views.BoardQuery()) if row.people]
    assert {row.status for row in manned} == {"ready"}


def test_the_next_shift_of_the_day_takes_the_vehicles_over(node: Node, clock: Clock) -> None:
    shift = quiet(node)
    live(shift, clock, 130, step_s=600)  # past 23:00 in Makassar
    assert all(
        row.people for row in show(node, "dispatch.board", views.BoardQuery()) if row.unit not in fleet.reserve()
    )
    with node.desk.store.read() as tx:
        persons = tx.rows("select persons from dispatch_unit where unit = 'BTG-1'")[0]["persons"]
    assert f"R{fleet.shift_at(clock.now)[1]}-BTG-1-1" in persons


def _log(node: Node) -> list[tuple[str, str, str]]:
    with node.desk.store.read() as tx:
        return [(e.kind, e.ask, e.at.isoformat()) for e in node.desk.log.read(tx, 0, 100_000) if e.ask.startswith(OURS)]


def test_it_plays_the_same_however_it_is_stepped(open_demo: Opens, clock: Clock) -> None:
    logs = []
    for step_s in (30.0, 900.0):
        now = Clock()
        node = open_demo(now)
        prepare(node)
        node.load_engine()
        live(Shift(node, seed=4), now, 45, step_s)
        logs.append(_log(node))
    assert len(logs[0]) > 50
    assert logs[0] == logs[1]


def test_at_a_higher_speed_more_happens_in_the_same_time(open_demo: Opens) -> None:
    counts = []
    for speed in (1.0, 10.0):
        now = Clock()
        node = open_demo(now)
        prepare(node)
        node.load_engine()
        shift, past = Shift(node, speed=speed), len(_log(node))
        live(shift, now, 20)
        assert shift.refused == Counter()
        counts.append(len(_log(node)) - past)
    assert counts[1] > 2 * counts[0]


def test_beside_the_clock_it_starts_and_stops(open_demo: Opens) -> None:
    from siaga.kernel.desk import utc_now

    node = open_demo(utc_now)  # type: ignore[arg-type]
    prepare(node)
    node.load_engine()
    shift, acted = Shift(node, speed=60.0), threading.Event()
    node.desk.listen(lambda position, touched: acted.set() if "log" in touched else None)
    shift.start()
    assert acted.wait(60), "the incidents of the past go on"
    shift.stop()
    assert shift.refused == Counter()
    position = node.desk.position()
    shift.step(utc_now() + timedelta(hours=1))
    assert node.desk.position() == position, "stopped is stopped"
