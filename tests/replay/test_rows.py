"""Mappings and rows: what a file says, and why a row cannot be used."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from replay.records import ENGINE, MEDIC, ROWS, record, san_francisco
from siaga.replay.mapping import SHIPPED, WrongMapping, read_mapping
from siaga.replay.rows import read_rows


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_mapping_names_only_what_exists(name: str) -> None:
    assert read_mapping(name).times["answered"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"fire.rubbish"', '"fire.nonsense"', "unknown types: fire.nonsense"),
        ('vehicle_type = "pump"', 'vehicle_type = "rocket"', "unknown vehicle types: rocket"),
        ("scba = 4", "bravery = 4", "unknown competences: bravery"),
        ('default = "handled"', 'default = "eaten"', "unknown outcomes: eaten"),
        ('channel = "112"', 'channel = "pigeon"', "pigeon"),
        ('zone = "America/Los_Angeles"', 'zone = "America/Nowhere"', "Nowhere"),
        ('answered = "Received DtTm"\n', "", "answered"),
        ('point = "Location"', 'pint = "Location"', "pint"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    from importlib.resources import files

    text = (files("siaga.replay") / "mappings" / "san-francisco.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "own.toml").write_text(text.replace(old, new))
    with pytest.raises(WrongMapping, match=said):
        read_mapping(str(tmp_path / "own.toml"))


def test_a_mapping_of_ones_own_is_read_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(
        'name = "Own"\nzone = "Asia/Makassar"\nrows = "incidents"\n[agency]\nid = "btg"\nname = "Bontang"\n'
        '[columns]\nincident = "No"\nlon = "X"\nlat = "Y"\n[times]\nanswered = "Waktu"\n'
    )
    (tmp_path / "own.csv").write_text("No,X,Y,Waktu\n7,117.5,0.13,2026-03-07 21:00\n")
    read = read_rows(tmp_path / "own.csv", read_mapping(str(tmp_path / "own.toml")))
    assert read.responses[0].times["answered"] == datetime(2026, 3, 7, 13, 0, tzinfo=UTC)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Call Number\n1\n")
    with pytest.raises(WrongMapping, match="Received DtTm"):
        read_rows(tmp_path / "x.csv", san_francisco())


def test_a_row_is_read_with_its_times_across_midnight(tmp_path: Path) -> None:
    read = read_rows(record(tmp_path / "x.csv"), san_francisco())
    first = read.responses[0]
    assert (first.row, first.incident, first.unit) == (2, "1001", "E01")
    assert (first.type, first.outcome) == ("fire.building", "handled")
    assert (first.lon, first.lat) == (-122.4277, 37.7321)
    assert (first.times["arrived"] - first.times["on-the-way"]).total_seconds() == 218
    assert first.times["answered"].astimezone(UTC) == datetime(2020, 4, 8, 6, 53, 8, tzinfo=UTC)
    assert "arrived" not in read.responses[1].times  # empty: cancelled or not recorded
    assert read.responses[2].type == "medical.life-threat"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"Call Number": "not an id"}, "no-incident-number"),
        ({"Location": ""}, "no-place"),
        ({"Location": "(137.7, -122.4)"}, "place-outside"),
        ({"Location": "(0, 0)"}, "place-outside"),
        ({"Call Type": "Volcano"}, "type-unknown"),
        ({"Unit ID": ""}, "no-unit"),
        ({"Unit Type": "ZEPPELIN"}, "unit-type-unknown"),
        ({"Received DtTm": "yesterday"}, "time-unreadable"),
        ({"Received DtTm": ""}, "no-time-answered"),
        ({"Dispatch DtTm": ""}, "no-time-dispatched"),
        ({"On Scene DtTm": "04/07/2020 11:00:00 PM"}, "time-before-answered"),
    ],
)
def test_a_row_that_cannot_be_used_is_listed_with_its_reason(
    tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    read = read_rows(record(tmp_path / "x.csv", ENGINE | change, MEDIC), san_francisco())
    assert [(r.row, r.reason) for r in read.refused] == [(2, reason)]
    assert [r.unit for r in read.responses] == ["85"]
    assert read.refused_counts() == {reason: 1}


def test_the_same_unit_twice_on_one_incident_is_one_row_too_many(tmp_path: Path) -> None:
    read = read_rows(record(tmp_path / "x.csv", ENGINE, ENGINE), san_francisco())
    assert [(r.row, r.reason) for r in read.refused] == [(3, "row-twice")]


def test_a_limit_counts_rows_of_the_file(tmp_path: Path) -> None:
    read = read_rows(record(tmp_path / "x.csv", *ROWS), san_francisco(), limit=3)
    assert (read.rows, len(read.responses)) == (3, 3)
