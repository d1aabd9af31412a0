"""Satu Data: the table for publishing, and sheets that explain every column of it."""

import csv
import io
import zipfile
from datetime import timedelta

import msgspec
import pytest

from conftest import SATURDAY, ask
from exports.exports_kit import READER, closed, opened, served, town, words
from exports.test_neris import PLAIN
from siaga import standards
from siaga.exports.satu_data import metadata, satu_data, table
from siaga.exports.source import Around, Incident, around
from siaga.kernel.desk import Desk
from siaga.kernel.records import Refusal
from siaga.slices.report.rules.public import NOT_FOR_ALL

HOUSE = msgspec.structs.replace(PLAIN, type="fire.housing")


def answered(seconds: float | None) -> Incident:
    clocks = {"answered": SATURDAY}
    if seconds is not None:
        clocks["ready-to-serve"] = SATURDAY + timedelta(seconds=seconds)
    return msgspec.structs.replace(HOUSE, clocks=clocks)


@pytest.fixture
def where(city: Desk) -> Around:
    found = around(city, READER)
    assert not isinstance(found, Refusal)
    return found


def line(incidents: list[Incident], where: Around) -> dict[str, object]:
    sheet = table(incidents, where)
    (only,) = sheet.lines
    return dict(zip(sheet.names, only, strict=True))


def test_the_package_holds_the_table_its_standard_and_three_metadata_sheets(city: Desk) -> None:
    town(city)
    opened(city, area="64.74.02.1002")
    served(city)
    closed(city)
    made = satu_data(city, 2026, READER)
    assert isinstance(made, bytes)
    assert made == satu_data(city, 2026, READER)
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        sheets = {
            name: list(csv.DictReader(io.StringIO(packed.read(name).decode("utf-8-sig")))) for name in packed.namelist()
        }
        text = "".join(packed.read(name).decode() for name in packed.namelist())
    assert list(sheets) == [
        "data.csv",
        "standar-data.csv",
        "metadata-kegiatan.csv",
        "metadata-variabel.csv",
        "metadata-indikator.csv",
    ]
    (row,) = sheets["data.csv"]
    assert (row["tahun"], row["bulan"], row["wilayah"], row["wilayah_atas"]) == (
        "2026",
        "3",
        "Gunung Elai",
        "Bontang Utara",
    )
    assert (row["golongan"], row["kejadian"], row["dinilai"]) == ("Kebakaran", "1", "")
    columns = list(row)
    assert [one["nama"] for one in sheets["standar-data.csv"]] == columns
    assert [one["nama_variabel"] for one in sheets["metadata-variabel.csv"]] == columns
    filled = {one["rincian"]: one["isian"] for one in sheets["metadata-kegiatan.csv"]}
    assert filled["Judul kegiatan"].endswith("Kota Bontang")
    assert filled["Instansi penyelenggara"] == "Disdamkartan"
    assert "{" not in text
    assert [word for word in words(city) if word in text] == []


def test_indicators_are_built_from_columns_that_exist() -> None:
    for indicator in metadata().indikator.values():
        assert set(indicator.pembangun.split("; ")) <= set(metadata().variabel)


def test_response_times_are_told_from_five_fires_on(where: Around) -> None:
    waits = (100, 200, 900, 901, None)
    few = line([answered(s) for s in waits], where)
    assert (few["kejadian"], few["dinilai"], few["siap_15_menit"], few["median_detik"]) == (5, None, None, None)
    enough = line([answered(s) for s in (*waits, 1000)], where)
    assert (enough["kejadian"], enough["dinilai"], enough["siap_15_menit"], enough["median_detik"]) == (6, 5, 3, 900)


def test_exercises_doubles_and_what_nearly_names_somebody_are_not_published(where: Around) -> None:
    left_out = [
        msgspec.structs.replace(HOUSE, exercise=True),
        msgspec.structs.replace(HOUSE, outcome="duplicate"),
        msgspec.structs.replace(HOUSE, type="medical.illness"),
        *(msgspec.structs.replace(HOUSE, type=code) for code in NOT_FOR_ALL if "." in code),
    ]
    assert len(left_out) == 6
    assert set(NOT_FOR_ALL) <= {*standards.kinds(), *standards.incident_types()}
    assert table(left_out, where).lines == []
    assert line([*left_out, msgspec.structs.replace(HOUSE, type=None)], where)["golongan"] == "Belum digolongkan"


def test_months_are_those_of_the_place(where: Around) -> None:
    midnight = msgspec.structs.replace(HOUSE, opened_at=SATURDAY.replace(month=3, day=31, hour=17))
    assert line([midnight], where)["bulan"] == 4


def test_who_may_not_read_incidents_publishes_none(city: Desk) -> None:
    assert isinstance(satu_data(city, 2026, ask("liaison")), Refusal)
