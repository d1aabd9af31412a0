"""Filling a node: what there is afterwards, that twice is once, and who may sign in."""

import stat
from collections import Counter
from datetime import UTC, datetime

import msgspec

from conftest import Clock
from demo.conftest import Opens, show
from siaga.app import Node
from siaga.demo import fleet, prepare, sign_ins
from siaga.demo.city import city
from siaga.demo.seed import ACCOUNTS, SIGN_INS
from siaga.engine.roads import Network
from siaga.kernel.fields import All
from siaga.slices.access.tables import admin, gate
from siaga.slices.dispatch.tables import views
from siaga.slices.places import tables as places
from siaga.slices.report.tables.figures.calendar import CalendarQuery
from siaga.slices.report.tables.figures.spm import SpmQuery
from siaga.slices.report.tables.rows import ListQuery, OfIncident


def _lets_in(node: Node, name: str, password: str) -> bool:
    with node.desk.store.read() as tx:
        account = gate.candidate(tx, name)
        return account is not None and admin.fits(password, account.hash)


def test_the_node_holds_what_the_city_has(open_demo: Opens, clock: Clock) -> None:
    node = open_demo(clock)
    prepare(node)
    everything = All()
    assert len(show(node, "dispatch.board", views.BoardQuery())) == 29
    assert len(show(node, "dispatch.people", everything)) == 120
    assert len(show(node, "dispatch.stations", everything)) == 5
    assert [a.agency for a in show(node, "dispatch.agencies", everything) if a.own] == ["bontang"]
    assert len(show(node, "places.objects", All())) == 40
    assert Counter(w.kind for w in show(node, "places.water", All()))["hydrant"] == 60
    assert show(node, "places.region", All())[0].schematic
    assert len(show(node, "dispatch.positions", everything)) == 29
    assert Network.load(node.settings.data / "roads.npz").links > 3000


def test_crews_ride_on_the_first_line_and_the_rest_is_reserve(open_demo: Opens, clock: Clock) -> None:
    node = open_demo(clock)
    prepare(node)
    board = show(node, "dispatch.board", views.BoardQuery())
    assert sum(row.people for row in board) == 30
    reserve = [row for row in board if row.status == "reserve"]
    assert len(reserve) == 16
    assert {row.station for row in reserve} == {"mako"}
    assert not any(r.people for r in reserve)
    assert [row.unit for row in board if row.status == "out-of-service"] == ["BTG-16"]


def test_lists_are_not_empty_at_the_first_start(open_demo: Opens, clock: Clock) -> None:
    node = open_demo(clock)
    prepare(node)
    closed = show(node, "dispatch.incidents", views.IncidentsQuery("closed"))
    open_ones = show(node, "dispatch.incidents", views.IncidentsQuery())
    assert 33 <= len(closed) <= 40  # a month, and the two days before the first start
    assert 2 <= len(open_ones) <= 3
    for row in closed:
        clocks = row.clocks
        assert clocks["answered"] <= clocks["dispatched"] <= clocks["on-the-way"] <= clocks["arrived"]
        if "ready-to-serve" in clocks:  # of one of the month nobody wrote it down
            assert clocks["arrived"] <= clocks["ready-to-serve"] <= clocks["action"]
        assert show(node, "dispatch.journal", views.OneQuery(row.incident))


def test_the_month_before_has_reports_of_every_sort(open_demo: Opens, clock: Clock) -> None:
    node = open_demo(clock)
    prepare(node)
    reports = show(node, "report.list", ListQuery())
    states = Counter(row.state for row in reports)
    assert min(states[state] for state in ("draft", "checked", "signed", "final")) >= 1
    assert states["final"] > 5
    assert [row.amendments for row in reports if row.amendments] == [1]
    assert sum(row.response_s is None for row in reports) == 1
    whole = [show(node, "report.report", OfIncident(row.incident))[0] for row in reports]
    assert {form.form for row in whole for form in row.inspections} == {"inspeksi", "investigasi"}
    assert not [gap for row in whole if row.state != "draft" for gap in row.validation if gap.severity == "stops"]
    assert all(step.current for row in whole if not row.amendments for step in row.steps)


def test_one_quarter_was_sent_one_is_late_and_the_running_one_has_its_figures(open_demo: Opens, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 26, 4, tzinfo=UTC)
    node = open_demo(clock)
    prepare(node)
    quarters = show(node, "report.calendar", CalendarQuery(2026, clock.now))
    assert [row.state for row in quarters] == ["late", "sent", "late", "running", "running"]
    assert "e-SPM 2026 triwulan 2" in quarters[1].sent[0].receipt
    (row,) = show(node, "report.spm", SpmQuery(2026, 4))
    assert row.chosen
    assert row.main.n > 0
    assert row.people.must > 0
    assert [item.source for item in row.quality[1:4]] == ["stated"] * 3


def test_filling_twice_changes_nothing(open_demo: Opens, clock: Clock) -> None:
    node = open_demo(clock)
    first, position = prepare(node), node.desk.position()
    roads = (node.settings.data / "roads.npz").stat().st_mtime_ns
    clock.forward(300)
    assert prepare(node) == first
    assert node.desk.position() == position
    assert (node.settings.data / "roads.npz").stat().st_mtime_ns == roads


def test_the_next_day_only_the_crews_change(open_demo: Opens, clock: Clock) -> None:
    node = open_demo(clock)
    prepare(node)
    position = node.desk.position()
    clock.forward(24 * 3600)
    prepare(node)
    with node.desk.store.read() as tx:
        kinds = Counter(entry.kind for entry in node.desk.log.read(tx, position, 1000))
    assert kinds == {"dispatch.crew-set": len(fleet.crews(1))}


def test_a_region_that_somebody_imported_is_left_alone(open_demo: Opens, clock: Clock) -> None:
    node = open_demo(clock)
    own = msgspec.structs.replace(city().region, region="64.74", digest="theirs", schematic=False)
    node.desk.work(lambda tx: places.keep_region(tx, own))
    (node.settings.data / "roads.npz").write_bytes(b"theirs")
    prepare(node)
    assert show(node, "places.region", All())[0].region == "64.74"
    assert (node.settings.data / "roads.npz").read_bytes() == b"theirs"


def test_each_account_signs_in_with_the_password_of_this_folder_only(open_demo: Opens, clock: Clock) -> None:
    one, other = open_demo(clock), open_demo(clock)
    found, elsewhere = sign_ins(one), sign_ins(other)
    assert [(s.name, s.roles) for s in found] == list(ACCOUNTS)
    assert all(_lets_in(one, s.name, s.password) for s in found)
    assert not _lets_in(other, found[0].name, found[0].password)
    assert {s.password for s in found}.isdisjoint(s.password for s in elsewhere)


def test_every_role_has_an_account() -> None:
    from siaga.slices.access.events import ROLES

    assert {role for _, roles in ACCOUNTS for role in roles} == set(ROLES)


def test_the_passwords_lie_in_a_file_that_only_its_owner_reads(open_demo: Opens, clock: Clock) -> None:
    node = open_demo(clock)
    first = sign_ins(node)
    assert stat.S_IMODE((node.settings.data / SIGN_INS).stat().st_mode) == 0o600
    assert sign_ins(node) == first


def test_a_lost_file_of_passwords_gives_new_ones(open_demo: Opens, clock: Clock) -> None:
    node = open_demo(clock)
    former = sign_ins(node)[0]
    (node.settings.data / SIGN_INS).unlink()
    new = sign_ins(node)[0]
    assert _lets_in(node, new.name, new.password)
    assert not _lets_in(node, former.name, former.password)


def test_the_work_is_told_step_by_step(open_demo: Opens, clock: Clock) -> None:
    told: list[tuple[int, int | None]] = []
    prepare(open_demo(clock), lambda stage, done, total: told.append((done, total)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]


def test_two_fires_were_looked_back_at_and_a_lesson_was_shared(open_demo: Opens, clock: Clock) -> None:
    node = open_demo(clock)
    prepare(node)
    reviewed = [row for row in show(node, "review.list", All()) if row.findings]
    assert {row.type for row in reviewed} == {"fire.market", "fire.dense-housing"}
    findings = show(node, "review.open-findings", All())
    assert {row.state for row in findings} >= {"made"}
    assert any(row.due and row.due < clock.now.date().isoformat() for row in findings)
    assert [row.title for row in show(node, "review.lessons", All())] == [
        "Gang sempit: slang sambungan turun bersama jalur pertama"
    ]
