"""Spreadsheets as history in a node: where the incidents lie, what their reports say, and nothing said twice."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import ask, rows
from replay.made import csv_files
from replay.test_sheets import DATA, mapped
from siaga.app import Node, open_node
from siaga.edges.cli import run
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Told
from siaga.replay import sheets
from siaga.replay.mapping import Agency, WrongMapping
from siaga.replay.sheets.keep import incident_id
from siaga.replay.sheets.mapping import SheetMapping, Somewhere, read_sheet_mapping, write_sheet_mapping
from siaga.settings import read_settings
from siaga.slices.dispatch.tables.views import BoardQuery, IncidentsQuery
from siaga.slices.intake.rules import ReopenIncident
from siaga.slices.places import tables as places
from siaga.slices.report.events import Obstacle
from siaga.slices.report.rules import StateObstacles, StateWater
from siaga.slices.report.rules.states import CheckReport, SignReport
from siaga.slices.report.tables.figures.parts import RecapQuery
from siaga.slices.report.tables.rows import ListQuery, OfIncident

HEADER = "Tanggal;Waktu Lapor;Berangkat;Tiba;Alamat;Obyek Terbakar;Penyebab;Kerugian;Meninggal;Pengungsi\n"
FIRE = "5/1/2024;23.50;23.52;00.03;Jl. A No 1 Kel. Lok Tuan Kec. Bontang Utara;Rumah;Korsleting;15 juta;0;11\n"


def square(lon: float, lat: float) -> dict[str, Any]:
    ring = [[lon, lat], [lon + 0.02, lat], [lon + 0.02, lat + 0.02], [lon, lat + 0.02], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def area(code: str, name: str, level: str, lon: float, parent: str | None) -> places.Area:
    return places.Area(code, name, level, lon + 0.01, 0.11, square(lon, 0.1), parent)


REGION = places.Region(
    region="64.74",
    name="Bontang",
    digest="x",
    schematic=True,
    areas=[
        area("64.74.01", "Bontang Utara", "kecamatan", 117.4, None),
        area("64.74.02", "Bontang Selatan", "kecamatan", 117.5, None),
        area("64.74.01.1001", "Loktuan", "kelurahan", 117.4, "64.74.01"),
        area("64.74.01.1002", "Guntung", "kelurahan", 117.42, "64.74.01"),
        area("64.74.02.1001", "Guntung", "kelurahan", 117.5, "64.74.02"),
    ],
    streets=[
        places.Street(
            "s1", "Jalan Slamet Riyadi", "residential", 117.41, 0.105, (((117.405, 0.105), (117.415, 0.105)),)
        ),
        places.Street(
            "s2", "Jalan Slamet Riyadi", "residential", 117.43, 0.105, (((117.425, 0.105), (117.435, 0.105)),)
        ),
    ],
    landmarks=[],
)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    opened = open_node(read_settings({}, data=tmp_path / "node"))
    opened.desk.work(lambda tx: places.keep_region(tx, REGION))
    yield opened
    opened.close()


def sheet(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "riwayat.csv"
    path.write_text(header + "".join(lines), "utf-8")
    return path


def keep(node: Node, path: Path, **more: Any) -> dict[str, Any]:
    tables = sheets.tables([path])
    mapping, _ = sheets.propose(tables, Agency("bontang", "Disdamkartan"), "Asia/Makassar")
    named = {name: getattr(mapping, name) for name in mapping.__struct_fields__} | more
    return sheets.keep(node, sheets.read(tables, SheetMapping(**named)), lambda stage, done, total: None)


def closed(node: Node) -> list[Any]:
    return list(rows(node.desk.show("dispatch.incidents", IncidentsQuery(state="closed"), ask("reporter"))))


def report(node: Node) -> Any:
    incident = closed(node)[0].incident
    return rows(node.desk.show("report.report", OfIncident(incident), ask("reporter")))[0]


def test_an_incident_stands_closed_in_its_kelurahan_with_the_times_of_the_sheet(node: Node, tmp_path: Path) -> None:
    assert keep(node, sheet(tmp_path, FIRE))["placed_by"] == {"kelurahan": 1}
    (row,) = closed(node)
    assert (row.number, row.type, row.area, row.outcome) == ("2024-0001", "fire.housing", "64.74.01.1001", "handled")
    assert row.place == "Jl. A No 1 Kel. Lok Tuan Kec. Bontang Utara"
    assert (row.lon, row.lat) == (pytest.approx(117.41), pytest.approx(0.11))
    assert row.clocks == {
        "answered": "2024-01-05T15:50:00.000000+00:00",
        "opened": "2024-01-05T15:50:00.000000+00:00",
        "on-the-way": "2024-01-05T15:52:00.000000+00:00",
        "arrived": "2024-01-05T16:03:00.000000+00:00",
    }


def test_what_was_judged_stands_in_its_report_as_it_was_written(node: Node, tmp_path: Path) -> None:
    keep(node, sheet(tmp_path, FIRE.replace("Korsleting", "Cerobong")))
    row = report(node)
    assert (row.object.kind, row.object.note) == ("house", "Rumah")
    assert (row.cause.cause, row.cause.note) == ("unknown", "Cerobong")
    assert [(line.what, line.amount_rp) for line in row.loss.lines] == [("Rumah", 15_000_000)]
    assert (row.victims.citizens.dead, row.victims.citizens.heavy, row.victims.displaced) == (0, None, 11)
    assert row.summary.text == "Dari catatan lama: riwayat.csv baris 2."
    assert (row.state, row.validation) == ("history", [])
    assert (row.history.source, row.history.kinds) == ("riwayat.csv baris 2", ["fire"])


def recap(node: Node) -> Any:
    query = RecapQuery(datetime(2023, 12, 31, 16, tzinfo=UTC), datetime(2024, 12, 31, 16, tzinfo=UTC))
    return rows(node.desk.show("report.recap", query, ask("reporter")))[0]


def test_a_sheet_of_fires_says_nothing_of_rescues_until_one_of_rescues_does(node: Node, tmp_path: Path) -> None:
    keep(node, sheet(tmp_path, FIRE))
    assert (recap(node).kinds["fire"], recap(node).kinds["rescue"]) == (1, None)
    rescues = "Tanggal;Jenis Kejadian;Alamat\n6/1/2024;Ular;Jl. B No 2 Kel. Loktuan\n"
    keep(node, sheet(tmp_path, rescues, header=""))
    assert [(one.kinds["fire"], one.kinds["rescue"], one.recorded) for one in recap(node).months if one.kinds] == [
        (1, 1, ("fire", "rescue"))
    ]
    assert (recap(node).kinds["rescue"], recap(node).kinds["hazmat"]) == (1, None)
    assert recap(node).unrecorded["hazmat"] == ("2024-01",)


def test_which_kinds_a_sheet_records_is_proposed_and_can_be_corrected(node: Node, tmp_path: Path) -> None:
    mapping, _ = sheets.propose(sheets.tables([sheet(tmp_path, FIRE)]), Agency("bontang", "Disdamkartan"))
    assert mapping.records == ("fire",)
    keep(node, sheet(tmp_path, FIRE), records=("fire", "rescue"))
    assert (report(node).history.kinds, recap(node).kinds.get("rescue", 0)) == (["fire", "rescue"], 0)
    write_sheet_mapping(
        SheetMapping(agency=mapping.agency, columns=mapping.columns, records=("storm",)), tmp_path / "m"
    )
    with pytest.raises(WrongMapping, match="records: storm"):
        read_sheet_mapping(tmp_path / "m")


def test_an_imported_report_waits_for_nobody(node: Node, tmp_path: Path) -> None:
    keep(node, sheet(tmp_path, FIRE))
    assert rows(node.desk.show("report.list", ListQuery(history=False), ask("reporter"))) == []
    keep(node, sheet(tmp_path, "4/1/2024;;;;Jl. B No 2 Kel. Loktuan;Rumah;;;;\n"))
    found = rows(node.desk.show("report.list", ListQuery(state="history"), ask("reporter")))
    assert [(row.number, row.missing, row.timed) for row in found] == [
        ("2024-0001", [], True),
        ("2024-0002", [], False),
    ]


def test_an_incident_that_was_opened_again_stops_no_import(node: Node, tmp_path: Path) -> None:
    keep(node, sheet(tmp_path, FIRE))
    later = datetime.now(UTC) + timedelta(minutes=1)
    reopen = ReopenIncident(closed(node)[0].incident, Told("api menyala lagi"))
    assert isinstance(node.desk.handle(reopen, ask("dispatcher", at=later)), Accepted)
    body = keep(node, sheet(tmp_path, "\n", FIRE))
    assert (body["recorded"], body["kept_as_signed"]) == (1, 0)


def test_what_the_sheet_leaves_open_is_not_said(node: Node, tmp_path: Path) -> None:
    keep(node, sheet(tmp_path, "5/1/2024;;;;Jl. A No 1 Kel. Loktuan;;-;-;-;-\n"))
    row = report(node)
    assert (row.object, row.cause, row.loss, row.victims) == (None, None, None, None)


def test_of_a_sheet_that_gives_only_days_no_clock_is_invented(node: Node, tmp_path: Path) -> None:
    assert keep(node, sheet(tmp_path, "5/1/2024;;;;Jl. A No 1 Kel. Loktuan;Rumah;;;;\n"))["only_day_known"] == 1
    (row,) = closed(node)
    assert not [at for at in row.clocks.values() if at is not None]
    assert row.opened_at == "2024-01-04T16:00:00.000000+00:00"  # where the day begins, in Makassar
    assert report(node).response.clocks == {}


def test_a_place_is_the_smallest_area_that_is_certain(node: Node, tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        "1/1/2024;;;;Jl. A No 1 Kel. Guntung Kec. Bontang Selatan;;;;;\n",
        "2/1/2024;;;;Jl. B No 1 Kel. Entah Kec. Bontang Selatan;;;;;\n",
        "3/1/2024;;;;Jl. C No 1 Kel. Guntung;;;;;\n",
        "4/1/2024;;;;Jl. D No 1 Kel. Loktuan Kec. Senen;;;;;\n",
        "5/1/2024;;;;Jl. E No 1 Desa Luktuan;;;;;\n",
    )
    body = keep(node, path)
    assert body["placed_by"] == {"kecamatan": 1, "kelurahan": 2, "no-place": 2}
    assert (body["incidents"], body["recorded"]) == (5, 3)
    assert [row.area for row in closed(node)] == ["64.74.01.1001", "64.74.02", "64.74.02.1001"]


def test_a_street_of_the_kelurahan_places_it_closer(node: Node, tmp_path: Path) -> None:
    path = sheet(
        tmp_path,
        "1/1/2024;;;;Jl. Slamet Riyadi RT 12 Kel. Loktuan;;;;;\n",
        "2/1/2024;;;;Jalan Slamet Riyadi, Kel. Guntung Kec. Bontang Selatan;;;;;\n",
    )
    assert keep(node, path)["placed_by"] == {"kelurahan": 1, "street": 1}
    with node.desk.store.read() as tx:
        near = tx.rows("select lon, lat, precision_m from dispatch_incident order by opened_at")[0]
    assert near == {"lon": pytest.approx(117.405), "lat": 0.105, "precision_m": pytest.approx(1113, abs=2)}


def test_how_far_the_truth_may_lie_is_the_reach_of_the_area(node: Node, tmp_path: Path) -> None:
    keep(node, sheet(tmp_path, FIRE))
    with node.desk.store.read() as tx:
        (row,) = tx.rows("select precision_m from dispatch_incident")
    assert 1500 < row["precision_m"] < 1650  # half the diagonal of a square of 0.02°


def test_an_incident_without_a_place_is_refused_and_listed_and_still_in_the_sums(
    node: Node, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, kept = csv_files(tmp_path / "in"), tmp_path / "m.toml"
    write_sheet_mapping(mapped(sheets.tables([folder])), kept)
    wanted = ["--data", str(tmp_path / "node"), "incidents", "import", str(folder), "--mapping", str(kept), "--json"]
    assert run([*wanted, "--refused", str(tmp_path / "r.csv")]) == 1
    body = json.loads(capsys.readouterr().out)
    assert body["rows_refused"] == {"date-unreadable": 1, "no-place": 7, "sum-row": 1}
    assert (body["totals"]["incidents"], body["totals"]["recorded"]) == (5, 0)
    assert body["totals"]["loss_rp"] == 1_003_000_000
    listed = (tmp_path / "r.csv").read_text("utf-8-sig").splitlines()
    assert len([line for line in listed if ",no-place," in line]) == 7


def test_where_all_of_them_lie_may_be_said_in_the_mapping(node: Node, tmp_path: Path) -> None:
    somewhere = Somewhere(117.47, 0.13, 12_000.0, "64.74")
    keep(node, sheet(tmp_path, "5/1/2024;;;;Jl. A No 1;;;;;\n"), somewhere=somewhere)
    (row,) = closed(node)
    assert (row.lon, row.lat, row.area) == (117.47, 0.13, "64.74")


def test_the_same_sheets_again_change_nothing(node: Node, tmp_path: Path) -> None:
    keep(node, sheet(tmp_path, FIRE))
    position = node.desk.position()
    assert keep(node, tmp_path / "riwayat.csv")["recorded"] == 1
    assert node.desk.position() == position


def test_a_corrected_sheet_says_the_report_anew_and_opens_nothing_twice(node: Node, tmp_path: Path) -> None:
    keep(node, sheet(tmp_path, FIRE))
    keep(node, sheet(tmp_path, FIRE.replace("15 juta", "25 juta")))
    assert len(closed(node)) == 1
    assert report(node).loss.lines[0].amount_rp == 25_000_000


def test_a_report_that_was_signed_since_is_left_as_it_is(node: Node, tmp_path: Path) -> None:
    keep(node, sheet(tmp_path, FIRE))
    incident, later = closed(node)[0].incident, datetime.now(UTC) + timedelta(minutes=1)

    def take(command: Any, role: str, actor: str) -> None:
        assert isinstance(node.desk.handle(command, ask(role, at=later, actor=actor)), Accepted)

    take(StateWater(incident, ()), "reporter", "pelapor")
    take(StateObstacles(incident, (Obstacle("traffic"),)), "reporter", "pelapor")
    take(CheckReport(incident, report(node).digest, report(node).content), "reporter", "pelapor")
    take(SignReport(incident, report(node).digest, report(node).content), "commander", "danton")
    body = keep(node, sheet(tmp_path, FIRE.replace("15 juta", "25 juta")))
    assert body["kept_as_signed"] == 1
    assert report(node).loss.lines[0].amount_rp == 15_000_000


def test_a_dry_run_beside_a_node_says_beforehand_what_has_no_place(
    node: Node, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sheet(tmp_path, FIRE, "9/1/2024;;;;Jl. A No 1 Kel. Entah;;;;;\n")
    position = node.desk.position()
    assert run(["--data", str(tmp_path / "node"), "incidents", "import", str(path), "--dry-run", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["rows_refused"] == {"no-place": 1}
    assert body["totals"]["placed_by"] == {"kelurahan": 1, "no-place": 1}
    assert node.desk.position() == position


def test_an_import_of_which_every_row_is_refused_says_so_and_fails(
    node: Node, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = sheet(tmp_path, "9/1/2024;;;;Jl. A No 1 Kel. Entah;;;;;\n")
    wanted, position = ["--data", str(tmp_path / "node"), "incidents", "import", str(path)], node.desk.position()
    kept = ["--save-mapping", str(tmp_path / "m.toml")]
    assert run([*wanted, "--dry-run", *kept]) == 0
    assert run([*wanted, "--mapping", str(tmp_path / "m.toml"), "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out.splitlines()[-1])["rows_refused"] == {"no-place": 1}
    assert "Tidak ada kejadian yang dicatat; baris yang ditolak: 1." in told.err
    assert node.desk.position() == position


def test_the_recorded_reports_of_jakarta_add_up_to_the_last_rupiah(node: Node) -> None:
    if not DATA.is_dir():
        pytest.skip(f"{DATA.name} is not there (shared/data/incidents)")
    body = keep(node, DATA, somewhere=Somewhere(106.83, -6.2, 25_000.0, "31"))
    assert (body["recorded"], body["placed_by"]) == (295, {"somewhere": 295})
    with node.desk.store.read() as tx:
        assert tx.rows("select count(*) as n, sum(loss_rp) as rp from report_value") == [
            {"n": 295, "rp": 123_956_350_000}
        ]


def test_ids_sort_by_time_and_stay_the_same(tmp_path: Path) -> None:
    tables = sheets.tables([csv_files(tmp_path / "in")])
    mapping = mapped(tables)
    fires = sheets.read(tables, mapping).fires
    ids = [incident_id(f, mapping) for f in fires]
    by_day = [f.day for f in sorted(fires, key=lambda f: incident_id(f, mapping))]
    assert by_day == sorted(by_day)
    assert ids == [incident_id(f, mapping) for f in sheets.read(tables, mapping).fires]
    assert len(set(ids)) == 5


def test_no_unit_of_today_is_touched_and_nobody_is_alarmed(node: Node, tmp_path: Path) -> None:
    keep(node, sheet(tmp_path, FIRE))
    assert rows(node.desk.show("dispatch.board", BoardQuery(), ask("reporter"))) == []
    assert rows(node.desk.show("dispatch.incidents", IncidentsQuery(), ask("reporter"))) == []
    assert rows(node.desk.show("dispatch.alarms", All(), ask("reporter"))) == []


def test_the_reports_of_the_past_are_listed_by_their_time(node: Node, tmp_path: Path) -> None:
    keep(node, sheet(tmp_path, FIRE, FIRE.replace("5/1/2024", "7/9/2023")))
    query = ListQuery(since=datetime(2024, 1, 1, tzinfo=UTC), until=datetime(2025, 1, 1, tzinfo=UTC))
    listed = rows(node.desk.show("report.list", query, ask("reporter")))
    assert [row.number for row in listed] == ["2024-0001"]


def test_what_a_cause_was_called_is_kept_where_it_can_be_erased(node: Node, tmp_path: Path) -> None:
    keep(node, sheet(tmp_path, FIRE.replace("Korsleting", "Dibakar oleh tetangga")))
    with node.desk.store.read() as tx:
        logged = json.dumps([row["body"] for row in tx.rows("select * from log")], default=str)
    assert "tetangga" not in logged
    assert report(node).cause.note == "Dibakar oleh tetangga"
