"""Exports on the command line: files only their owner reads, what is missing named, reasoned noes."""

import json
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from neris_api_client.models import IncidentPayload

from edges.test_cli import Siaga, city, siaga
from exports.test_cap import SCHEMA
from siaga.exports.columns import NAMES

__all__ = ["city", "siaga"]


@pytest.mark.parametrize("sort", ["csv", "xlsx", "parquet", "json", "geojson"])
def test_a_period_becomes_a_file_that_only_its_owner_reads(city: Siaga, tmp_path: Path, sort: str) -> None:
    file = tmp_path / f"out.{sort}"
    said = city.json("export", sort, "--since", "2020-01-01", "--to", str(file))
    assert said == {"file": str(file), "bytes": file.stat().st_size}
    assert file.stat().st_mode & 0o077 == 0
    if sort == "csv":
        assert file.read_text("utf-8-sig").splitlines()[0] == ",".join(NAMES)
        assert len(file.read_text().splitlines()) == 2


def test_neris_names_what_nobody_recorded(city: Siaga, tmp_path: Path) -> None:
    file = tmp_path / "n.json"
    said = city.json("export", "neris", "i7", "--department", "FD24027219", "--to", str(file))
    IncidentPayload.model_validate(json.loads(file.read_bytes()))
    assert said["broken"] == []
    assert "smoke_alarm" in said["unsaid"]
    assert city.json("export", "neris", "i9", "--to", str(file), code=1)["code"] == "no-such-incident"
    assert (
        city.json("export", "neris", "i7", "--department", "x", "--to", str(file), code=1)["code"] == "neris-department"
    )


def test_a_warning_and_the_table_of_a_year(city: Siaga, tmp_path: Path) -> None:
    warning, table = tmp_path / "w.xml", tmp_path / "t.zip"
    assert city("export", "cap", "i7", "--action", "shelter", "--radius-m", "500", "--to", str(warning)) == 0, city.err
    assert str(warning) in city.out
    SCHEMA.assertValid(etree.parse(warning))
    assert city("export", "cap", "i7", "--action", "panic") == 2
    assert city.json("export", "cap", "i7", "--message", "Cancel", code=1)["code"] == "cap-references"
    assert city("export", "satu-data", "2026", "--to", str(table)) == 0, city.err
    assert len(zipfile.ZipFile(table).namelist()) == 5


def test_times_that_are_none_are_typed_wrongly(city: Siaga) -> None:
    assert city("export", "csv", "--since", "kemarin") == 2
    assert city("export", "csv") == 2


def test_what_a_quarter_is_typed_from(city: Siaga, tmp_path: Path) -> None:
    for to in ("espm", "sipadam"):
        file = tmp_path / f"{to}.xlsx"
        said = city.json("export", to, "2026-Q1", "--to", str(file))
        assert said == {"file": str(file), "bytes": file.stat().st_size}
        assert file.stat().st_mode & 0o077 == 0
        assert city.json("export", to, "2026-01", "--to", str(file), code=1)["code"] == "no-such-period"
