"""Hydrants from a service's own list: what has a point is kept with what was remarked, what has none is listed."""

import json
from pathlib import Path

import pytest

from conftest import ask, rows
from siaga.app import open_node
from siaga.edges.cli import run
from siaga.kernel.fields import All
from siaga.replay import sheets
from siaga.replay.sheets.water import keep_water, read_water
from siaga.settings import read_settings

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "objects" / "jakarta_hydrant_2014.csv"
LIST = """sektor,kelurahan,alamat,latitude,longitude,Keterangan
I,Loktuan,Jl. Slamet,0.1234,117.4812,
I,Loktuan,Jl. Slamet,0.1234,117.4812,
II,Guntung,Jl. Ternate,"0,1300",117.4900,As Macet
II,Guntung,Jl. Pontianak,0.1300,117.4900,Tertutup warung
II,Guntung,Jl. Sangau,-,-,
III,Guntung,Jl. Musi,utara,117.49,Rehab Th. 2013
III,Guntung,Jl. Citarum,0.15,117.49,Rehab Th. 2013
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "hidran.csv").write_text(LIST, "utf-8")
    return tmp_path / "hidran.csv"


def test_each_row_is_a_hydrant_or_listed_with_its_reason(path: Path) -> None:
    read = read_water(sheets.tables([path]))
    assert read.rows == len(read.hydrants) + len(read.refused) == 7
    assert [(u.row, u.reason) for u in read.refused] == [(3, "row-twice"), (6, "no-place"), (7, "point-unreadable")]
    assert [h.state for h in read.hydrants] == [None, "broken", "weak", None]


def test_a_point_that_two_addresses_share_is_doubted_and_kept(path: Path) -> None:
    read = read_water(sheets.tables([path]))
    assert [(u.row, u.reason, u.what) for u in read.doubted] == [(5, "point-again", "hidran.csv 4")]


def test_they_stand_on_the_map_with_what_was_remarked_and_only_once(path: Path, tmp_path: Path) -> None:
    node = open_node(read_settings({}, data=tmp_path / "node"))
    try:
        positions = []
        for _ in range(2):
            keep_water(node, read_water(sheets.tables([path])), lambda stage, done, total: None)
            positions.append(node.desk.position())
        found = {w.name: w for w in rows(node.desk.show("places.water", All(), ask("dispatcher")))}
        assert positions == [7, 7]
    finally:
        node.close()
    assert sorted(found) == [
        "Jl. Citarum, Guntung",
        "Jl. Pontianak, Guntung",
        "Jl. Slamet, Loktuan",
        "Jl. Ternate, Guntung",
    ]
    ternate = found["Jl. Ternate, Guntung"]
    assert (ternate.kind, ternate.lat, ternate.state) == ("hydrant", 0.13, "broken")
    assert found["Jl. Citarum, Guntung"].state == "unknown"


def test_the_command_line_only_looks_in_a_dry_run(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = ["--data", str(tmp_path / "n"), "hydrants", "import", str(path), "--json"]
    assert run([*wanted, "--dry-run", "--refused", str(tmp_path / "r.csv")]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["rows_refused"] == {"no-place": 1, "point-unreadable": 1, "row-twice": 1}
    assert "hidran.csv,5,point-again,hidran.csv 4,point" in (tmp_path / "r.csv").read_text("utf-8-sig")
    assert not (tmp_path / "n").exists()
    assert run(wanted) == 0
    assert json.loads(capsys.readouterr().out)["totals"]["by_command"] == {
        "CheckWaterSource": 3,
        "RegisterWaterSource": 4,
    }


def test_the_hydrants_of_jakarta_are_read_to_the_last_row(capsys: pytest.CaptureFixture[str]) -> None:
    if not DATA.exists():
        pytest.skip(f"{DATA.name} is not there (shared/data/objects)")
    assert run(["hydrants", "import", str(DATA), "--dry-run", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["rows_read"], body["rows_refused"]) == (859, {"no-place": 3})
    assert (body["totals"]["hydrants"], body["totals"]["remarks"]) == (856, 83)
