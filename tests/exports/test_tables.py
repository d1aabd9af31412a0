"""Tables of incidents: the same lines in every format, formulas stay text, no word from the vault gets out."""

import csv
import io
import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars
import pytest

from conftest import SATURDAY, ask
from exports.exports_kit import (
    FROM,
    LAT,
    LON,
    READER,
    STREET,
    UNTIL,
    closed,
    load_workbook,
    opened,
    served,
    town,
    words,
)
from field.field_kit import do
from siaga.exports.columns import NAMES, meanings
from siaga.exports.incidents import FILES, file_of
from siaga.exports.tables import Sheet, as_csv, as_parquet, as_xlsx
from siaga.kernel.desk import Desk
from siaga.kernel.records import Refusal, Told
from siaga.slices.report import rules as report
from siaga.slices.report.events import Casualties, LossLine

ZONE = ZoneInfo("Asia/Makassar")
EVIL = ("=1+1", "+62811", "-2", "@SUM(A1)", "\tx", '=HYPERLINK("http://a.example","x")')
ANSWERED = SATURDAY - timedelta(seconds=60)


def of(desk: Desk, sort: str) -> bytes:
    made = file_of(desk, sort, FROM, UNTIL, READER)
    assert not isinstance(made, Refusal), made
    return made


@pytest.fixture
def night(city: Desk) -> Desk:
    town(city)
    opened(city, area="64.74.02.1002")
    served(city)
    closed(city)
    opened(city, "i2", None, 7200)
    return city


def test_a_csv_says_where_when_and_how_long(night: Desk) -> None:
    raw = of(night, "csv")
    assert raw.startswith(b"\xef\xbb\xbf")
    first, second = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
    assert tuple(first) == NAMES
    assert (first["golongan"], first["jenis"], first["nama_jenis"]) == ("fire", "fire.housing", "Rumah tinggal")
    assert (first["kode_wilayah"], first["wilayah"], first["wilayah_atas"]) == (
        "64.74.02.1002",
        "Gunung Elai",
        "Bontang Utara",
    )
    assert first["diterima"] == "2026-03-07T20:59:00+08:00"
    assert (first["detik_tiba"], first["detik_tanggap"]) == ("460", "580")
    assert (first["hasil"], first["keadaan"], first["unit"]) == ("Tertangani", "closed", "2")
    assert (second["jenis"], second["detik_tanggap"], second["ditutup"], second["wilayah"]) == ("", "", "", "")


def test_every_format_holds_the_same_lines(night: Desk) -> None:
    parquet = polars.read_parquet(io.BytesIO(of(night, "parquet")))
    plain = json.loads(of(night, "json"))
    book = load_workbook(io.BytesIO(of(night, "xlsx")))
    assert book.sheetnames == ["kejadian", "keterangan"]
    page = book["kejadian"]
    features = json.loads(of(night, "geojson"))["features"]
    head, *lines = page.iter_rows(values_only=True)
    assert tuple(parquet.columns) == tuple(plain[0]) == tuple(head) == NAMES
    number, answered, waited = (NAMES.index(name) for name in ("nomor", "diterima", "detik_tanggap"))
    assert parquet["nomor"].to_list() == [p["nomor"] for p in plain] == [line[number] for line in lines]
    assert parquet["detik_tanggap"].to_list() == [p["detik_tanggap"] for p in plain] == [x[waited] for x in lines]
    assert parquet["diterima"][0] == datetime.fromisoformat(plain[0]["diterima"]) == ANSWERED
    assert lines[0][answered] == ANSWERED.astimezone(ZONE).replace(tzinfo=None)
    assert [f["properties"]["nomor"] for f in features] == [p["nomor"] for p in plain]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [LON, LAT]}


def test_a_day_is_a_day_and_yes_is_the_same_word_in_every_file_that_people_open(night: Desk) -> None:
    day, practice = NAMES.index("tanggal"), NAMES.index("latihan")
    parquet = polars.read_parquet(io.BytesIO(of(night, "parquet")))
    assert (parquet.schema["tanggal"], parquet["tanggal"][0]) == (polars.Date(), date(2026, 3, 7))
    assert (parquet.schema["latihan"], parquet["latihan"][0]) == (polars.Boolean(), False)
    cells = next(load_workbook(io.BytesIO(of(night, "xlsx")))["kejadian"].iter_rows(min_row=2))
    assert (cells[day].value.isoformat(), cells[day].is_date) == ("2026-03-07T00:00:00", True)
    assert cells[practice].value == "tidak"
    (first, _) = csv.DictReader(io.StringIO(of(night, "csv").decode("utf-8-sig")))
    assert (first["tanggal"], first["latihan"]) == ("2026-03-07", "tidak")
    plain = json.loads(of(night, "json"))[0]
    assert (plain["tanggal"], plain["latihan"]) == ("2026-03-07", False)
    assert json.loads(of(night, "geojson"))["features"][0]["properties"]["tanggal"] == "2026-03-07"


def test_what_the_report_says_stands_in_it_and_what_nobody_said_is_empty(night: Desk) -> None:
    do(night, report.StateCause("i1", "short-circuit", note=Told(STREET)), 4000)
    do(night, report.CountVictims("i1", Casualties(dead=0, light=2), families=3, shelter=Told(STREET)), 4010)
    lost = LossLine(Told(STREET), 1, "unit", 5_000_000, 5_000_000)
    do(night, report.StateLoss("i1", (lost, LossLine(Told("motor"))), saved_rp=10_000_000), 4020)
    first, second = json.loads(of(night, "json"))
    assert (first["laporan"], first["sebab"], first["nama_sebab"]) == ("draft", "short-circuit", "Korsleting")
    assert (first["meninggal"], first["luka_ringan"], first["luka_berat"]) == (0, 2, None)
    assert (first["kerugian_rp"], first["kerugian_belum_dinilai"], first["diselamatkan_rp"]) == (
        5_000_000,
        1,
        10_000_000,
    )
    assert (first["keluarga_terdampak"], first["petugas_meninggal"]) == (3, None)
    assert {name: second[name] for name in ("sebab", "meninggal", "kerugian_rp")} == {
        "sebab": None,
        "meninggal": None,
        "kerugian_rp": None,
    }
    assert [word for word in words(night) if word in of(night, "csv").decode()] == []


def test_no_word_of_the_vault_is_in_any_file(night: Desk) -> None:
    told = words(night)
    assert len(told) > 5
    for sort in FILES:
        made = of(night, sort)
        if sort == "xlsx":
            book = load_workbook(io.BytesIO(made))
            text = repr([list(page.iter_rows(values_only=True)) for page in book])
        else:
            text = repr(polars.read_parquet(io.BytesIO(made)).rows()) if sort == "parquet" else made.decode()
        assert "fire.housing" in text
        assert [word for word in told if word in text] == [], sort


def test_what_a_spreadsheet_would_run_stays_text() -> None:
    sheet = Sheet(title="uji", names=("teks", "angka"), sorts=("text", "number"), lines=[(text, -1.5) for text in EVIL])
    read = list(csv.reader(io.StringIO(as_csv(sheet, ZONE).decode("utf-8-sig"))))[1:]
    assert [line[0] for line in read] == [f"'{text}" for text in EVIL]
    assert {line[1] for line in read} == {"-1.5"}
    page = load_workbook(io.BytesIO(as_xlsx([sheet], ZONE)))["uji"]
    cells = [page.cell(row, 1) for row in range(2, len(EVIL) + 2)]
    assert [(cell.data_type, cell.value, cell.hyperlink) for cell in cells] == [("s", text, None) for text in EVIL]
    assert page.cell(2, 2).value == -1.5


def test_every_column_says_what_it_means(night: Desk) -> None:
    assert tuple(meanings()) == NAMES
    told = load_workbook(io.BytesIO(of(night, "xlsx")))["keterangan"]
    named = [row[0] for row in told.iter_rows(min_row=2, values_only=True)]
    assert named[: len(NAMES) + 1] == [*NAMES, "(kosong)"]


def test_an_empty_table_still_has_its_columns_and_their_sorts() -> None:
    sheet = Sheet(title="kosong", names=("a", "b"), sorts=("time", "whole"), lines=[])
    assert polars.read_parquet(io.BytesIO(as_parquet(sheet))).schema == {
        "a": polars.Datetime("us", "UTC"),
        "b": polars.Int64(),
    }


def test_who_may_not_read_incidents_gets_none(night: Desk) -> None:
    answer = file_of(night, "csv", FROM, UNTIL, ask("liaison"))
    assert isinstance(answer, Refusal)
    assert answer.code == "not-permitted"
