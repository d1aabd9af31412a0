"""Importing the past: opened and closed with the times of the record, once, and nothing of today is touched."""

import csv
import json
from pathlib import Path

import pytest

from conftest import ask, rows
from replay.records import ENGINE, record, san_francisco
from siaga.app import Node, open_node
from siaga.edges.cli import run
from siaga.kernel.fields import All
from siaga.replay import history
from siaga.replay.mapping import read_mapping
from siaga.settings import read_settings
from siaga.slices.dispatch.tables.views import BoardQuery, IncidentsQuery
from siaga.slices.report.tables.rows import OfIncident

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "incidents"
TOLD = {"progress": lambda stage, done, total: None}


@pytest.fixture
def node(tmp_path: Path):  # type: ignore[no-untyped-def]
    opened = open_node(read_settings({}, data=tmp_path / "node"))
    yield opened
    opened.close()


def keep(node: Node, path: Path) -> dict[str, object]:
    return history.keep(node, history.read(path, san_francisco()), **TOLD)


def test_incidents_stand_closed_with_the_times_of_the_record(node: Node, tmp_path: Path) -> None:
    keep(node, record(tmp_path / "x.csv"))
    found = rows(node.desk.show("dispatch.incidents", IncidentsQuery(state="closed"), ask("reporter")))
    assert [(r.incident, r.number, r.type, r.outcome) for r in found] == [
        ("sffd-1002", "2020-0002", "medical.life-threat", "handled"),
        ("sffd-1001", "2020-0001", "fire.building", "handled"),
    ]
    assert found[1].place == "4000 Block of MISSION ST"
    assert found[1].clocks == {
        "answered": "2020-04-08T06:53:08.000000+00:00",
        "opened": "2020-04-08T06:54:30.000000+00:00",
        "dispatched": "2020-04-08T06:54:56.000000+00:00",
        "on-the-way": "2020-04-08T06:56:22.000000+00:00",
        "arrived": "2020-04-08T07:00:00.000000+00:00",
    }
    assert found[1].ended_at == "2020-04-08T07:30:40.000000+00:00"


def test_no_unit_of_today_is_touched(node: Node, tmp_path: Path) -> None:
    keep(node, record(tmp_path / "x.csv"))
    assert rows(node.desk.show("dispatch.board", BoardQuery(), ask("reporter"))) == []
    assert rows(node.desk.show("dispatch.incidents", IncidentsQuery(), ask("reporter"))) == []
    assert rows(node.desk.show("dispatch.alarms", All(), ask("reporter"))) == []


def test_the_same_file_again_changes_nothing(node: Node, tmp_path: Path) -> None:
    first = keep(node, record(tmp_path / "x.csv"))
    position = node.desk.position()
    assert keep(node, tmp_path / "x.csv") == first
    assert node.desk.position() == position


def test_a_record_of_responses_is_history_too_and_hides_no_kind(node: Node, tmp_path: Path) -> None:
    keep(node, record(tmp_path / "x.csv", ENGINE))
    (row,) = rows(node.desk.show("report.report", OfIncident("sffd-1001"), ask("reporter")))
    assert (row.state, row.history.kinds) == ("history", [])
    assert row.history.source.endswith(", 1001")


def test_a_longer_file_adds_what_is_new(node: Node, tmp_path: Path) -> None:
    keep(node, record(tmp_path / "x.csv", ENGINE))
    keep(node, record(tmp_path / "x.csv", ENGINE, ENGINE | {"Call Number": "1003"}))
    found = rows(node.desk.show("dispatch.incidents", IncidentsQuery(state="closed"), ask("reporter")))
    assert [r.incident for r in found] == ["sffd-1003", "sffd-1001"]


def test_a_file_that_says_something_else_under_a_known_number_is_refused(node: Node, tmp_path: Path) -> None:
    keep(node, record(tmp_path / "x.csv", ENGINE))
    with pytest.raises(history.RefusedAsk, match="ask-id-reused"):
        keep(node, record(tmp_path / "x.csv", ENGINE | {"Location": "(37.9, -122.4)"}))


def test_the_command_line_counts_and_lists_what_it_could_not_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = record(tmp_path / "x.csv", ENGINE, ENGINE | {"Call Number": "1004", "Location": "unknown"})
    wanted = ["--data", str(tmp_path / "node"), "incidents", "import", str(path), "--mapping", "san-francisco"]
    assert run([*wanted, "--dry-run", "--json"]) == 0
    dry = json.loads(capsys.readouterr().out)
    assert (dry["rows_read"], dry["rows_refused"], dry["totals"]["incidents"]) == (2, {"no-place": 1}, 1)
    assert not (tmp_path / "node").exists()
    assert run([*wanted, "--refused", str(tmp_path / "refused.csv"), "--json"]) == 0
    real = json.loads(capsys.readouterr().out)
    assert (real["rows_read"], real["rows_refused"]) == (2, {"no-place": 1})
    assert real["totals"]["by_command"]["OpenIncident"] == 1
    listed = list(csv.DictReader((tmp_path / "refused.csv").open()))
    assert listed == [{"row": "3", "incident": "1004", "reason": "no-place", "what": "unknown"}]


def test_a_mapping_that_does_not_fit_the_file_is_typed_wrongly(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = record(tmp_path / "x.csv")
    assert run(["incidents", "import", str(path), "--mapping", "pittsburgh", "--dry-run"]) == 2
    assert "alarm_time" in capsys.readouterr().err.replace("\n", "")


def test_every_row_of_the_pittsburgh_file_is_used_or_refused_with_a_reason() -> None:
    path = DATA / "pittsburgh.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is not there (shared/data)")
    read = history.read(path, read_mapping("pittsburgh"))
    assert read.rows == len(read.responses) + len(read.refused) == 8945
    assert read.refused_counts() == {"no-place": 803, "no-time-answered": 18}
    totals = history.totals(read)
    assert totals["incidents"] == 8124
    assert totals["types"]["fire.building"] > 1500
    assert totals["without_type"] == 0
