"""Command and scene through the desk, on both stores; and the same rows in whatever order things arrive."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import BOTH_STORES, SATURDAY, VAULT_KEY, Clock, ask
from conftest import rows as rows_of
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.kernel.desk import Desk, EraseWords
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Ask, Event, Media, Refusal, Told, written
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.field import events
from siaga.slices.field.rules import command as rules
from siaga.slices.field.rules import scene
from siaga.slices.field.rules.commandfold import SQUARES
from siaga.slices.field.rules.crews import FormCrew, MoveCrew
from siaga.slices.field.tables.known import KnownRow
from siaga.slices.field.tables.rows import BoardRow, IncidentQuery, SitrepRow, WaterRow
from siaga.slices.field.tables.water import RelayQuery, RelayRow, WaterFiguresQuery, WaterFiguresRow
from siaga.slices.intake.events import IncidentOpened
from siaga.slices.intake.rules import OpenIncident

ROLES = ("commander", "crew", "dispatcher", "shift-leader", "administrator", "call-taker")


def after(minutes: float) -> datetime:
    return SATURDAY + timedelta(minutes=minutes)


class Scene(NamedTuple):
    """A desk with every slice, and an open incident of one test's own: "i1" in what the test says."""

    desk: Desk
    incident: str

    def meant(self, about: Any) -> Any:
        """The command or query with the real name of the incident."""
        return msgspec.structs.replace(about, incident=self.incident) if _about_i1(about) else about


def _about_i1(about: Any) -> bool:
    return getattr(about, "incident", "") == "i1"


def say(fire: Scene, command: Any, minutes: float = 0, **more: Any) -> Any:
    return fire.desk.handle(fire.meant(command), ask(*ROLES, at=after(minutes), **more))


def do(fire: Scene, command: Any, minutes: float = 0, **more: Any) -> None:
    answer = say(fire, command, minutes, **more)
    assert isinstance(answer, Accepted), answer


def refused(fire: Scene, command: Any, minutes: float = 0, **more: Any) -> str:
    answer = say(fire, command, minutes, **more)
    assert isinstance(answer, Refusal), answer
    return answer.code


def rows(fire: Scene, view: str, query: Any) -> list[Any]:
    return list(rows_of(fire.desk.show(f"field.{view}", fire.meant(query), ask(*ROLES))))


def board(fire: Scene) -> BoardRow:
    (row,) = rows(fire, "board", IncidentQuery("i1"))
    assert isinstance(row, BoardRow)
    return row


@pytest.fixture(params=BOTH_STORES, scope="module")
def node(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with every slice, on both stores."""
    where = str(tmp_path_factory.mktemp("node") / "siaga.db")
    if request.param == "postgres":
        where = request.getfixturevalue("postgres").database()
    desk = Desk(open_store(where), SLICES, vault_key=VAULT_KEY, clock=Clock())
    yield desk
    desk.close()


_numbers = count(1)


@pytest.fixture
def fire(node: Desk) -> Scene:
    """An open incident."""
    name = f"fire-{next(_numbers)}"
    scene_of = Scene(node, name)
    do(scene_of, OpenIncident(name, 117.49, 0.13, type="fire.housing"))
    return scene_of


# ── command ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_command_is_taken_and_handed_over_by_ten_squares_from_two_tablets(fire: Scene) -> None:
    do(fire, rules.AssumeCommand("i1", "Danton A"), 1, actor="tablet-a")
    assert refused(fire, rules.AssumeCommand("i1", "Danton B"), 2) == "command-held"
    do(fire, rules.OpenHandover("h1", "i1", "Danton B"), 10, actor="tablet-a")
    for n, (side, subject) in enumerate(SQUARES):
        commander, going = board(fire).commander, board(fire).handover
        assert commander is not None
        assert going is not None
        assert (commander.holder, len(going.checks)) == ("Danton A", n)
        actor = "tablet-a" if side == "giver" else "tablet-b"
        do(fire, rules.CheckHandover("h1", "i1", side, subject), 11 + n, actor=actor)
    now = board(fire)
    assert now.handover is None
    assert now.commander is not None
    assert (now.commander.holder, now.commander.account, now.commander.since) == (
        "Danton B",
        "tablet-b",
        written(after(20)),
    )


def test_squares_of_a_tablet_without_network_arrive_after_and_count_from_when_they_were_ticked(fire: Scene) -> None:
    do(fire, rules.AssumeCommand("i1", "Danton A"), 1)
    do(fire, rules.OpenHandover("h1", "i1", "Danton B"), 10)
    giver = [square for square in SQUARES if square[0] == "giver"]
    for n, (side, subject) in enumerate(giver):
        do(fire, rules.CheckHandover("h1", "i1", side, subject), 20 + n)
    taker = [square for square in SQUARES if square[0] == "taker"]
    for n, (side, subject) in enumerate(taker):
        do(fire, rules.CheckHandover("h1", "i1", side, subject), 90, seen_at=after(12 + n), actor="tablet-b")
    there = board(fire).commander
    assert there is not None
    assert (there.holder, there.since) == ("Danton B", written(after(24)))


def test_a_square_of_an_incident_nobody_knows_is_refused_and_one_of_an_unknown_hand_over_is_kept(fire: Scene) -> None:
    assert refused(fire, rules.CheckHandover("h9", "i9", "giver", "crews")) == "incident-unknown"
    do(fire, rules.CheckHandover("h1", "i1", "giver", "crews"), 12)
    do(fire, rules.AssumeCommand("i1", "Danton A"), 13)
    do(fire, rules.OpenHandover("h1", "i1", "Danton B"), 14)
    going = board(fire).handover
    assert going is not None
    assert [(check.side, check.subject) for check in going.checks] == [("giver", "crews")]


def test_posts_stand_in_the_order_of_the_standard_and_go_when_they_are_empty(fire: Scene) -> None:
    for post in ("logistics", "safety", "operations"):
        do(fire, rules.FillPost("i1", post, f"Danru {post}"), 1)
    assert [row.post for row in board(fire).posts] == ["safety", "operations", "logistics"]
    do(fire, rules.VacatePost("i1", "operations"), 2)
    assert [row.post for row in board(fire).posts] == ["safety", "logistics"]
    assert refused(fire, rules.FillPost("i1", "king", "X")) == "post-unknown"


def test_a_sector_has_its_channel_and_stays_open_while_a_crew_works_in_it(fire: Scene) -> None:
    do(fire, rules.SetSector("s1", "i1", "Sektor 1 depan", leader="Danru 1"), 1)
    do(fire, rules.SetChannel("i1", "Kanal 1"), 2)
    do(fire, rules.SetChannel("i1", "Kanal 2", "s1"), 2)
    do(fire, FormCrew("c1", "i1", "Regu 1", 4), 3)
    do(fire, MoveCrew("i1", "c1", "s1"), 4)
    (sector,) = board(fire).sectors
    assert (sector.name, sector.leader, sector.channel, sector.opened_at) == (
        "Sektor 1 depan",
        "Danru 1",
        "Kanal 2",
        written(after(1)),
    )
    assert board(fire).channel == "Kanal 1"
    assert refused(fire, rules.CloseSector("s1", "i1"), 5) == "sector-used"
    do(fire, MoveCrew("i1", "c1", events.STAGING), 6)
    do(fire, rules.CloseSector("s1", "i1"), 7)
    assert board(fire).sectors == []
    do(fire, rules.SetSector("s1", "i1", "Sektor 1 depan"), 8)
    assert [row.opened_at for row in board(fire).sectors] == [written(after(1))]


def test_a_task_shows_its_owner_its_words_and_its_step_until_the_words_are_erased(fire: Scene) -> None:
    do(
        fire,
        rules.SetTask("t1", "i1", text=Told("cari akta di lemari"), crew="c1", due_at=after(30)),
        1,
        id=f"{fire.incident}.x",
    )
    do(fire, rules.StepTask("t1", "i1", "going", Told("pintu terkunci")), 5)
    (task,) = board(fire).tasks
    assert (task.text, task.crew, task.step, task.note) == ("cari akta di lemari", "c1", "going", "pintu terkunci")
    assert (task.set_at, task.stepped_at, task.due_at) == (written(after(1)), written(after(5)), written(after(30)))
    do(fire, EraseWords(f"{fire.incident}.x.1", Told("nama penghuni")), 6)
    assert board(fire).tasks[0].text is None
    assert refused(fire, rules.SetTask("t2", "i1", code="power-off", sector="s9")) == "sector-unknown"
    assert refused(fire, rules.SetTask("t2", "i1", code="no-such"), 7) == "task-code-unknown"
    assert refused(fire, rules.StepTask("t9", "i1", "done"), 7) == "task-unknown"


def test_a_task_set_again_without_a_change_is_nothing(fire: Scene) -> None:
    again = rules.SetTask("t1", "i1", code="power-off", crew="c1", due_at=after(30))
    do(fire, again, 1)
    before = fire.desk.position()
    do(fire, again, 2)
    with fire.desk.store.read() as tx:
        assert [r["kind"] for r in tx.rows("select kind from log where position > :p", p=before)] == ["kernel.nothing"]


# ── the scene ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_dangers_wind_and_requests_stand_on_the_board(fire: Scene) -> None:
    line = (events.Point(117.49, 0.13), events.Point(117.491, 0.13))
    do(fire, scene.MarkHazard("h1", "i1", "electricity", "line", line, 10.0, True, Told("kabel di pagar")), 1)
    do(fire, scene.ReportWind("i1", 250.0, 3.5), 2)
    do(fire, scene.RequestResource("r1", "i1", "agency.pln", note=Told("padamkan gardu")), 3)
    do(fire, scene.StepResource("r1", "i1", "on-the-way", after(9), "PLN-2"), 4)
    now = board(fire)
    (hazard,) = now.hazards
    assert (hazard.kind, hazard.shape, hazard.points, hazard.no_go, hazard.note) == (
        "electricity",
        "line",
        list(line),
        True,
        "kabel di pagar",
    )
    assert now.wind is not None
    assert (now.wind.from_deg, now.wind.speed_mps) == (250.0, 3.5)
    (request,) = now.requests
    assert (request.what, request.note, request.step, request.eta_at, request.unit) == (
        "agency.pln",
        "padamkan gardu",
        "on-the-way",
        written(after(9)),
        "PLN-2",
    )
    do(fire, scene.ClearHazard("h1", "i1"), 5)
    assert board(fire).hazards == []
    assert refused(fire, scene.RequestResource("r2", "i1", "dragon")) == "resource-unknown"
    assert refused(fire, scene.ClearHazard("h9", "i1")) == "hazard-unknown"
    assert refused(fire, scene.StepResource("r9", "i1", "seen")) == "request-unknown"


def test_a_wind_that_was_seen_earlier_and_arrives_later_changes_nothing(fire: Scene) -> None:
    do(fire, scene.ReportWind("i1", 250.0), 10)
    do(fire, scene.ReportWind("i1", 90.0), 20, seen_at=after(5))
    wind = board(fire).wind
    assert wind is not None
    assert (wind.from_deg, wind.at) == (250.0, written(after(10)))


HALL = events.Need(48.8 * 18.3 * 6.1, 5, 1.5, exposed=True)


def test_the_water_plan_that_holds_is_shown_as_it_was_entered(fire: Scene) -> None:
    source = events.WaterSource("H-14", 1000.0)
    assert rows(fire, "water", IncidentQuery("i1")) == []
    do(fire, scene.PlanWater("i1", HALL, (source,), tank_l=5000.0), 1)
    assert rows(fire, "water", IncidentQuery("i1")) == [WaterRow(written(after(1)), HALL, [source], None, 5000.0)]
    assert refused(fire, scene.PlanWater("i1", None, (source, source)), 2) == "source-twice"


def test_the_figures_of_the_regulation_s_hall_are_shown_in_litres(fire: Scene) -> None:
    query = WaterFiguresQuery(volume_m3=48.8 * 18.3 * 6.1, hazard_class=5, construction=1.5, exposed=True)
    (row,) = rows(fire, "water-figures", query)
    assert isinstance(row, WaterFiguresRow)
    assert row.need is not None
    assert row.need.litres == pytest.approx(327_750, rel=0.005)
    assert row.need.litres == pytest.approx(86_400 * 3.785, rel=0.005)  # as the regulation rounds it, in US gallons
    assert (row.need.capped, row.need.delivery_lpm, row.problems) == (True, 3785.0, [])
    more = msgspec.structs.replace(query, flow_lpm=(1000.0, 500.0), volume_l=(0.0, 20_000.0), distance_m=2000.0)
    (row,) = rows(fire, "water-figures", more)
    assert row.held is not None
    assert row.shuttle is not None
    assert row.held.stored_l == 20_000.0
    assert row.lasting_lpm == pytest.approx(1000.0 + row.shuttle.lpm)


def test_figures_that_cannot_be_are_refused_by_name_beside_those_that_can(fire: Scene) -> None:
    (row,) = rows(fire, "water-figures", WaterFiguresQuery(volume_m3=100.0, hazard_class=2, distance_m=100.0))
    assert [(no.code, no.field, no.value) for no in row.problems] == [("out-of-range", "ark", 2.0)]
    assert row.need is None
    assert row.shuttle is not None


def test_pumps_in_a_row_are_placed_or_the_reason_is_named(fire: Scene) -> None:
    (row,) = rows(fire, "relay", RelayQuery(600.0, "65", "pfpn-10-1000", rise_m=10.0, flow_lpm=800.0))
    assert isinstance(row, RelayRow)
    assert row.problem is None
    # 3.157 × 0.8² bar per 100 m = 12.1 bar over 600 m, and 0.98 bar of height
    assert row.loss_bar == pytest.approx(12.12, abs=0.01)
    assert row.rise_bar == pytest.approx(0.98)
    assert row.pumps[0].at_m == 0.0
    assert len(row.pumps) == 2
    (most,) = rows(fire, "relay", RelayQuery(600.0, "65", "pfpn-10-1000", rise_m=10.0, pumps=2))
    assert most.flow_lpm >= 800.0
    (far,) = rows(fire, "relay", RelayQuery(600.0, "65", "pfpn-10-1000", flow_lpm=5000.0))
    assert far.problem is not None
    assert far.problem.code == "flow-above-pump"
    (none,) = rows(fire, "relay", RelayQuery(600.0, "99", "pfpn-10-1000"))
    assert (none.problem.code, none.problem.field) == ("nothing-given", "hose")


def test_a_situation_report_shows_as_a_draft_what_it_will_say_and_keeps_it(fire: Scene) -> None:
    do(fire, rules.AssumeCommand("i1", "Danton A"), 1)
    do(fire, FormCrew("c1", "i1", "Regu 1", 4), 1)
    do(fire, rules.SetTask("t1", "i1", "objective", "fire-out"), 2)
    do(fire, scene.PlanWater("i1", HALL), 3)
    do(fire, dispatch.SetMark("i1", "under-control"), 40)
    (draft,) = rows(fire, "sitrep", IncidentQuery("i1"))
    do(fire, scene.SendSitrep("s1", "i1", Told("api dikuasai")), 41, actor="tablet-a")
    do(fire, scene.SendSitrep("s1", "i1"), 42)
    do(fire, FormCrew("c2", "i1", "Regu 2", 3), 43)
    (sent,) = rows(fire, "sitreps", IncidentQuery("i1"))
    assert isinstance(sent, SitrepRow)
    assert sent.facts == draft.facts
    assert (sent.at, sent.actor, sent.note) == (written(after(41)), "tablet-a", "api dikuasai")
    assert (sent.facts["commander"], sent.facts["people"], sent.facts["objectives"]) == ("Danton A", 4, ["fire-out"])
    assert (sent.facts["water_need_l"], sent.facts["under_control"]) == (327_751, written(after(40)))
    assert rows(fire, "sitrep", IncidentQuery("i9")) == []


def test_a_corrected_mark_stands_in_the_next_report(fire: Scene) -> None:
    do(fire, dispatch.SetMark("i1", "out"), 40)
    do(fire, dispatch.CorrectTime("i1", "out", after(5)), 50)
    (draft,) = rows(fire, "sitrep", IncidentQuery("i1"))
    assert draft.facts["out"] == written(after(5))
    do(fire, dispatch.CorrectTime("i1", "out", None), 51)
    (draft,) = rows(fire, "sitrep", IncidentQuery("i1"))
    assert "out" not in draft.facts


def test_the_standards_of_the_scene_come_in_one_row(fire: Scene) -> None:
    (row,) = rows(fire, "standards", All())
    assert isinstance(row, KnownRow)
    assert row.field.par.inside_s == 600
    assert row.air.pressures.whistle_bar == 55.0
    assert "65" in row.water.hose
    names = [one.what for one in row.askable]
    assert len(names) == len(set(names))
    assert {"pump", "agency.pln", "cylinders"} <= set(names)


def test_orders_of_an_incident_nobody_knows_are_refused(fire: Scene) -> None:
    orders = [
        rules.AssumeCommand("i9", "A"),
        rules.FillPost("i9", "safety", "A"),
        rules.SetSector("s1", "i9", "A"),
        rules.SetTask("t1", "i9", code="power-off"),
        rules.SetChannel("i9", "Kanal 1"),
        scene.RequestResource("r1", "i9", "pump"),
        scene.PlanWater("i9"),
        scene.SendSitrep("s1", "i9"),
    ]
    assert {refused(fire, order) for order in orders} == {"incident-unknown"}


# ── in any order ─────────────────────────────────────────────────────────────────────────────────────────────────────

OURS = [
    "field_command",
    "field_post",
    "field_channel",
    "field_sector",
    "field_sector_end",
    "field_task",
    "field_task_step",
    "field_hazard",
    "field_hazard_end",
    "field_wind",
    "field_request",
    "field_request_step",
    "field_water",
    "field_sitrep",
    "field_media",
]
TWO = st.sampled_from(("a", "b"))


def _locked(name: str) -> Media:
    """A photo as the log holds it."""
    return Media(ref=name, digest="d", person=name)


SAYS: tuple[st.SearchStrategy[Event], ...] = (
    st.builds(events.CommandAssumed, st.just("?"), st.sampled_from(("Danton A", "Danton B"))),
    st.builds(events.HandoverOpened, TWO, st.just("?"), st.just("Danton A"), st.just("Danton B")),
    st.builds(events.HandoverWithdrawn, TWO, st.just("?")),
    *[
        st.builds(events.HandoverChecked, st.just("a"), st.just("?"), st.just(side), st.just(subject))
        for side, subject in SQUARES
    ],
    st.builds(events.PostFilled, st.just("?"), TWO, TWO),
    st.builds(events.PostVacated, st.just("?"), TWO),
    st.builds(events.ChannelSet, st.just("?"), TWO, st.sampled_from(("", "a"))),
    st.builds(events.SectorSet, TWO, st.just("?"), TWO),
    st.builds(events.SectorClosed, TWO, st.just("?")),
    st.builds(events.TaskSet, TWO, st.just("?"), st.just("task"), TWO),
    st.builds(events.TaskStepped, TWO, st.just("?"), st.sampled_from(("going", "done"))),
    st.builds(
        events.HazardMarked, TWO, st.just("?"), TWO, st.just("point"), st.just((events.Point(117.0, 0.0),)), st.none()
    ),
    st.builds(events.HazardCleared, TWO, st.just("?")),
    st.builds(events.WindReported, st.just("?"), st.sampled_from((0.0, 90.0))),
    st.builds(events.ResourceRequested, TWO, st.just("?"), TWO),
    st.builds(events.ResourceStepped, TWO, st.just("?"), st.sampled_from(("seen", "arrived"))),
    st.builds(events.WaterPlanned, st.just("?"), tank_l=st.sampled_from((0.0, 5000.0))),
    st.builds(events.SitrepSent, TWO, st.just("?"), st.just({"crews": 1})),
    st.builds(
        events.MediaAttached, TWO, st.just("?"), st.just("photo"), st.just("image/jpeg"), st.builds(_locked, TWO)
    ),
)
HISTORY = st.lists(st.tuples(st.integers(0, 5), st.one_of(*SAYS)), min_size=2, max_size=25)


def arrive(node: Desk, told: list[tuple[str, int, Event]]) -> Scene:
    """The events of a new incident, in this order of arrival; (name of the ask, minute seen, event)."""
    number = next(_numbers)
    incident = f"i{number}"

    def note(tx: Any) -> None:
        opened = IncidentOpened(
            incident=incident, number=f"2026-{number}", agency="bontang", lon=117.0, lat=0.0, precision_m=10.0
        )
        node.record(tx, [opened], _an_ask(incident, "0", 0), "intake.open-incident", "")
        for name, minute, event in told:
            about = msgspec.structs.replace(event, incident=incident)
            node.record(tx, [about], _an_ask(incident, name, minute), "field.test", "")

    node.work(note)
    return Scene(node, incident)


def _an_ask(incident: str, name: str, minute: int) -> Ask:
    return ask(id=f"{incident}.{name}", at=after(90), seen_at=after(minute), actor=f"tablet-{minute % 2}")


def picture(fire: Scene) -> dict[str, Any]:
    """Every row of ours, and the board, without the incident's own name."""
    found: dict[str, Any] = {}
    with fire.desk.store.read() as tx:
        for table in OURS:
            kept = tx.rows(f"select * from {table} where incident = :i", i=fire.incident)
            found[table] = sorted(str(row).replace(fire.incident, "?") for row in kept)
    shown = msgspec.structs.replace(board(fire), incident="?", number="?")
    return found | {"board": str(shown).replace(fire.incident, "?")}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=HISTORY, order=st.randoms(use_true_random=False))
def test_in_whatever_order_things_arrive_the_rows_and_the_board_are_the_same(
    node: Desk, history: list[tuple[int, Event]], order: Any
) -> None:
    told = [(f"{n:02}", minute, event) for n, (minute, event) in enumerate(history, 1)]
    shuffled = [*told]
    order.shuffle(shuffled)
    assert picture(arrive(node, told)) == picture(arrive(node, shuffled))


def test_after_a_rebuild_the_board_is_as_before(fire: Scene) -> None:
    do(fire, rules.AssumeCommand("i1", "Danton A"), 1)
    do(fire, rules.SetSector("s1", "i1", "Sektor 1"), 1)
    do(fire, rules.SetTask("t1", "i1", text=Told("cari akta")), 2)
    do(fire, scene.ReportWind("i1", 250.0), 3)
    do(fire, scene.PlanWater("i1", HALL), 4)
    before = board(fire), rows(fire, "water", IncidentQuery("i1")), rows(fire, "sitrep", IncidentQuery("i1"))
    fire.desk.rebuild(["field"])
    assert (board(fire), rows(fire, "water", IncidentQuery("i1")), rows(fire, "sitrep", IncidentQuery("i1"))) == before
