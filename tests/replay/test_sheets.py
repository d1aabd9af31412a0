"""A service's own spreadsheets: how they are understood, what they add up to, and that nothing is lost unsaid."""

import json
import random
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay.made import csv_files, xlsx
from siaga.edges.cli import run
from siaga.replay import sheets
from siaga.replay.mapping import WrongMapping
from siaga.replay.sheets.cells import Sheet, WrongSheet, read_sheets
from siaga.replay.sheets.mapping import SheetMapping, read_sheet_mapping, write_sheet_mapping
from siaga.replay.sheets.propose import header_phrases, propose
from siaga.replay.sheets.read import SheetsRead, list_unread, read
from siaga.replay.sheets.totals import totals

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "incidents" / "jakarta_2017"
TODAY = date(2026, 11, 26)
HEADER = ("Tanggal", "Waktu Lapor", "Berangkat", "Tiba", "Selesai", "Alamat", "Kelurahan", "Objek Terbakar")


def mapped(tables: list[Sheet]) -> SheetMapping:
    return propose(tables, sheets.SOME_AGENCY)[0]


def understood(*paths: Path) -> SheetsRead:
    tables = sheets.tables(paths)
    return read(tables, mapped(tables), TODAY)


def table_of(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER, file: str = "x.csv") -> Sheet:
    wide = tuple((n, (*row, *[""] * (len(header) - len(row)))) for n, row in enumerate(rows, start=2))
    return Sheet(file=file, columns=header, rows=wide)


def of(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> SheetsRead:
    table = table_of(*rows, header=header)
    return read([table], mapped([table]), TODAY)


# ── what the files hold ──────────────────────────────────────────────────────────────────────────────────────────────


def test_headers_that_drift_from_month_to_month_mean_the_same(tmp_path: Path) -> None:
    columns = mapped(sheets.tables([csv_files(tmp_path / "in")])).columns
    assert columns["date"] == ("tanggal_kejadian", "Tgl Kejadian")
    assert columns["cause"] == ("Penyebab", "penyebab_bencana")
    assert columns["count"] == ("Jumlah Sarana Rusak", "sarana_rusak")
    assert set(columns["loss"]) == {"kerugian", "Kerugian"}


def test_every_row_is_an_incident_or_a_repetition_or_listed_with_its_reason(tmp_path: Path) -> None:
    found = understood(csv_files(tmp_path / "in"))
    assert found.rows == 9
    assert found.refused_counts() == {"date-unreadable": 1, "sum-row": 1}
    assert [(u.file, u.row, u.what) for u in found.refused] == [
        ("03 maret.csv", 5, "32/3/2024"),
        ("03 maret.csv", 7, ""),
    ]
    assert (len(found.fires), found.repeated, found.repeated_same) == (5, 2, 1)
    assert sum(len(f.rows) for f in found.fires) + len(found.refused) == found.rows


def test_rows_of_one_day_and_place_are_one_incident_and_the_same_row_twice_adds_nothing(tmp_path: Path) -> None:
    found = understood(csv_files(tmp_path / "in"))
    tongkol = next(f for f in found.fires if "Tongkol" in f.place)
    assert [(line.kind, line.count, line.loss_rp) for line in tongkol.lines] == [
        ("house", 3, 900_000_000),
        ("shop", 4, 0),
    ]
    bungur = next(f for f in found.fires if "Bungur" in f.place)
    assert (len(bungur.rows), bungur.loss_rp) == (2, 1_500_000)


def test_what_they_add_up_to(tmp_path: Path) -> None:
    found = totals(understood(csv_files(tmp_path / "in")), TODAY)
    assert found["by_month"] == {"2024-01": 2, "2024-03": 3}
    assert found["loss_rp"] == 100_000_000 + 900_000_000 + 1_500_000 + 1_500_000
    assert found["loss_not_said"] == 1
    assert found["by_cause"] == {"deliberate": 1, "short-circuit": 2, "stove-regulator": 1, "unmapped": 1}
    assert found["causes_unmapped"] == {"Cerobong": 1}


def test_a_month_without_data_is_missing_and_never_zero(tmp_path: Path) -> None:
    found = totals(understood(csv_files(tmp_path / "in")), TODAY)
    assert found["months_missing"] == ["2024-02", *(f"2024-{m:02d}" for m in range(4, 13))]
    assert not set(found["months_missing"]) & found["by_month"].keys()


def test_months_that_are_not_over_are_not_missing(tmp_path: Path) -> None:
    found = totals(understood(csv_files(tmp_path / "in")), date(2024, 4, 10))
    assert found["months_missing"] == ["2024-02"]


def test_an_amount_that_rows_of_one_incident_repeat_is_pointed_out() -> None:
    header = ("Tanggal", "Alamat", "Objek Terbakar", "Kerugian")
    same = ("18/5/2017", "Jl. Raya No.60 RT 12", "Bengkel", "10.002.000.000")
    found = of(same, (*same[:2], "Rumah", same[3]), (*same[:2], "Gudang", same[3]), header=header)
    sums = totals(found, TODAY)
    assert (sums["incidents"], sums["loss_rp"]) == (1, 3 * 10_002_000_000)
    assert sums["same_loss_again_rp"] == 2 * 10_002_000_000


def test_the_order_of_files_and_rows_changes_nothing(tmp_path: Path) -> None:
    tables = sheets.tables([csv_files(tmp_path / "in")])
    mapping, chance = mapped(tables), random.Random(6)
    expected = totals(read(tables, mapping, TODAY), TODAY)
    for _ in range(20):
        mixed = [Sheet(file=t.file, columns=t.columns, rows=tuple(chance.sample(t.rows, len(t.rows)))) for t in tables]
        assert totals(read(chance.sample(mixed, len(mixed)), mapping, TODAY), TODAY) == expected


# ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_times_after_midnight_are_of_the_next_day() -> None:
    fire = of(("5/1/2024", "23.50", "23.52", "00.03", "01.20", "Jl. A No 1", "Loktuan", "Rumah")).fires[0]
    assert [at.strftime("%d %H:%M") for at in fire.clocks.values()] == ["05 23:50", "05 23:52", "06 00:03", "06 01:20"]
    assert list(fire.clocks) == ["answered", "on-the-way", "arrived", "out"]


def test_a_time_before_the_one_before_is_left_out_and_listed_and_its_row_is_used(tmp_path: Path) -> None:
    found = of(("5/1/2024", "13.20", "13.22", "13.15", "14.00", "Jl. A No 1", "Loktuan", "Rumah"))
    assert list(found.fires[0].clocks) == ["answered", "on-the-way", "out"]
    assert [(u.row, u.reason, u.what, u.column) for u in found.unread] == [(2, "time-order", "13.15", "arrived")]
    list_unread(found, tmp_path / "r.csv")
    assert "x.csv,2,time-order,13.15,arrived" in (tmp_path / "r.csv").read_text("utf-8-sig")


def test_of_a_sheet_of_days_no_hour_is_invented() -> None:
    assert of(("5/1/2024", "", "", "", "", "Jl. A No 1", "Loktuan", "Rumah")).fires[0].clocks == {}


def test_a_number_that_cannot_be_read_is_not_zero() -> None:
    header = ("Tanggal", "Alamat", "Kerugian", "Meninggal")
    found = of(("5/1/2024", "Jl. A No 1", "banyak", "satu"), ("6/1/2024", "Jl. A No 1", "5 juta", "0"), header=header)
    assert [f.loss_rp for f in found.fires] == [None, 5_000_000]
    assert [f.counts for f in found.fires] == [{}, {"dead": 0}]
    assert {(u.row, u.reason, u.column) for u in found.unread} == {
        (2, "number-unreadable", "loss"),
        (2, "number-unreadable", "dead"),
    }


def test_two_evacuations_of_a_day_in_one_kelurahan_stay_two() -> None:
    header = ("Tanggal", "Lokasi", "Jenis Kejadian")
    found = of(("5/1/2024", "Loktuan", "Ular"), ("5/1/2024", "Loktuan", "Sarang tawon"), header=header)
    assert [f.type for f in found.fires] == ["rescue.snake", "rescue.wasp"]


def test_a_point_in_the_sheet_is_read_whole_or_not() -> None:
    header = ("Tanggal", "Alamat", "Koordinat")
    found = of(
        ("5/1/2024", "Jl. A", "0.1234, 117.4812"),
        ("6/1/2024", "Jl. B", "belum ada"),
        ("7/1/2024", "Jl. C", "-"),
        header=header,
    )
    assert [(f.lat, f.lon) for f in found.fires] == [(0.1234, 117.4812), (None, None), (None, None)]
    assert [(u.row, u.reason) for u in found.unread] == [(3, "point-unreadable")]


def test_a_day_that_has_not_come_is_refused() -> None:
    assert of(("5/1/2027", "", "", "", "", "Jl. A", "Loktuan", "Rumah")).refused_counts() == {"date-in-future": 1}


def test_a_sheet_without_dates_is_refused_row_by_row() -> None:
    good, other = table_of(("5/1/2024",)), table_of(("12", "ok"), header=("Jumlah unit", "Catatan"), file="y.csv")
    found = read([good, other], mapped([good, other]), TODAY)
    assert found.refused_counts() == {"no-date-column": 1}


@given(
    st.lists(
        st.lists(st.text(max_size=20) | st.sampled_from(["5/1/2024", "13.20", "Jl. A No 1"]), min_size=8, max_size=8)
    )
)
def test_no_row_is_ever_lost_whatever_stands_in_it(cells: list[list[str]]) -> None:
    rows = tuple((n, tuple(row)) for n, row in enumerate(cells, start=2) if any(row))
    table = Sheet(file="x.csv", columns=HEADER, rows=rows)
    found = read([table], mapped([table_of(("5/1/2024", "13.20"))]), TODAY)
    used = [ref for fire in found.fires for ref in fire.rows]
    assert sorted([*used, *((u.file, u.row) for u in found.refused)]) == [("x.csv", n) for n, _ in rows]


# ── workbooks ────────────────────────────────────────────────────────────────────────────────────────────────────────

LETTERHEAD = [["DINAS PEMADAM KEBAKARAN KOTA"], ["REKAP KEJADIAN"], []]


def test_a_workbook_is_read_below_its_letterhead_through_a_header_of_two_rows(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        *LETTERHEAD,
        ["No", "Hari/Tanggal", "Waktu Lapor", "Alamat", "Korban", None, None, "Taksiran Kerugian (Rp)"],
        [None, None, None, None, "MD", "LB", "LR", None],
        [1, 2, 3, 4, 5, 6, 7, 8],
        [1, datetime(2024, 1, 5), time(23, 50), "Jl. Slamet Riyadi RT 12", 0, 1, None, 15_000_000.0],  # noqa: DTZ001
        [2, "Sabtu, 6 Januari 2024", "13.20 WITA", "Jl. MT Haryono RT 3", None, None, 2, 1234567.5],
    ]
    found = understood(xlsx(tmp_path / "2024.xlsx", rows))
    assert (found.rows, found.refused, found.unread) == (2, [], [])
    assert [(f.day, f.counts, f.rows) for f in found.fires] == [
        (date(2024, 1, 5), {"dead": 0, "heavy": 1}, (("2024.xlsx", 7),)),
        (date(2024, 1, 6), {"light": 2}, (("2024.xlsx", 8),)),
    ]
    assert [f.clocks["answered"].strftime("%H:%M") for f in found.fires] == ["23:50", "13:20"]
    assert [f.loss_rp for f in found.fires] == [15_000_000, 1_234_568]


def test_every_page_of_a_workbook_is_a_sheet(tmp_path: Path) -> None:
    header = ["Tanggal", "Alamat", "Penyebab"]
    page: list[list[list[Any]]] = [[header, [f"{n}/1/2024", f"Jl. A No {n}", "Listrik"]] for n in (1, 2)]
    tables = sheets.tables([xlsx(tmp_path / "a.xlsx", *page, [], names=["Januari", "Februari", "Kosong"])])
    assert [t.file for t in tables] == ["a.xlsx · Januari", "a.xlsx · Februari"]


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.csv"])
def test_a_file_that_is_no_spreadsheet_says_so(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\0\1\2 not a sheet")
    with pytest.raises(WrongSheet, match=name):
        read_sheets(tmp_path / name, header_phrases())


# ── the mapping ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mapping_reads_back_as_it_was_written(tmp_path: Path) -> None:
    mapping = mapped(sheets.tables([csv_files(tmp_path / "in")]))
    write_sheet_mapping(mapping, tmp_path / "m.toml")
    assert read_sheet_mapping(tmp_path / "m.toml") == mapping


def test_next_months_new_header_is_pointed_out_and_not_passed_over(tmp_path: Path) -> None:
    mapping = mapped([table_of(("5/1/2024", "Jl. A", "5 juta"), header=("Tanggal", "Alamat", "Kerugian"))])
    drifted = table_of(("5/2/2024", "Jl. B", "5 juta"), header=("Tanggal", "Alamat", "Nilai Rugi"), file="2.csv")
    assert sheets.gaps([drifted], mapping) == {"columns_new": {"Nilai Rugi": 1}, "sheets_without": {"loss": ["2.csv"]}}
    known = table_of(("5/2/2024", "Jl. B", "5 juta"), header=("TANGGAL ", "alamat", "kerugian"))
    assert sheets.gaps([known], mapping) == {"columns_new": {}, "sheets_without": {}}


def test_a_corrected_mapping_is_obeyed(tmp_path: Path) -> None:
    tables = sheets.tables([csv_files(tmp_path / "in")])
    write_sheet_mapping(mapped(tables), tmp_path / "m.toml")
    text = (tmp_path / "m.toml").read_text("utf-8").replace("[causes]", '[causes]\ncerobong = "component-failure"')
    (tmp_path / "m.toml").write_text(text, "utf-8")
    found = totals(read(tables, read_sheet_mapping(tmp_path / "m.toml"), TODAY), TODAY)
    assert found["by_cause"]["component-failure"] == 1
    assert found["causes_unmapped"] == {}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ('[causes]\nx = "sihir"', "sihir"),
        ("[colums]", "colums"),
        ('[columns]\ntanggal = ["x"]', "tanggal"),
        ('dates = "ymd"', "dates"),
    ],
)
def test_a_mapping_with_a_word_we_do_not_have_is_refused_by_that_word(tmp_path: Path, wrong: str, named: str) -> None:
    plain = 'format = "sheets-1"\n' + (f"{wrong}\n" if wrong.startswith("dates") else "")
    columns = "" if wrong.startswith("[columns") else '[columns]\ndate = ["Tanggal"]\n'
    rest = "" if wrong.startswith("dates") else wrong
    (tmp_path / "m.toml").write_text(f'{plain}[agency]\nid = "a"\nname = "A"\n{columns}{rest}\n', "utf-8")
    with pytest.raises(WrongMapping, match=named):
        read_sheet_mapping(tmp_path / "m.toml")


def test_cells_merged_over_rows_are_filled_down_where_the_mapping_says_so() -> None:
    table = table_of(("5/1/2024", "Jl. A No 1"), ("", "Jl. B No 2"), header=("Tanggal", "Alamat"))
    mapping = mapped([table])
    assert read([table], mapping, TODAY).refused_counts() == {"no-date": 1}
    filled = SheetMapping(agency=mapping.agency, columns=mapping.columns, fill_down=("date",))
    assert [f.day for f in read([table], filled, TODAY).fires] == [date(2024, 1, 5)] * 2


def test_dates_of_a_service_that_writes_the_month_first_are_noticed() -> None:
    table = table_of(("1/25/2024", "Jl. A No 1"), ("2/3/2024", "Jl. B No 2"), header=("Tanggal", "Alamat"))
    mapping = mapped([table])
    assert [f.day for f in read([table], mapping, TODAY).fires] == [date(2024, 1, 25), date(2024, 2, 3)]


def test_columns_without_a_telling_header_are_known_by_what_stands_in_them() -> None:
    header = ("Kolom1", "Kolom2", "Kolom3")
    rows = [(f"{n}/1/2024", f"Jl. A RT {n} Kel. Api-Api Kec. Bontang Utara", "Korsleting listrik") for n in range(1, 9)]
    columns = mapped([table_of(*rows, header=header)]).columns
    assert columns == {"date": ("Kolom1",), "place": ("Kolom2",), "cause": ("Kolom3",)}


@pytest.mark.parametrize(
    ("header", "role"),
    [
        *(
            (header, "ready-to-serve")
            for header in ("Jam Siap Layanan", "Siap Layanan", "siap_layanan", "Jam Siap Melayani")
        ),
        *((header, "dispatched") for header in ("Jam Diberangkatkan", "diberangkatkan", "Dispatch Time")),
        *((header, "on-the-way") for header in ("Jam Meluncur", "Jam Keluar Armada", "Armada Keluar Pos", "di_jalan")),
        *((header, "answered") for header in ("Jam", "Pukul (WITA)", "Jam Berita Masuk", "Waktu", "diterima")),
        *((header, "") for header in ("Jam Siap", "Waktu Tanggap", "Response Time", "Jam Apel")),
        ("Waktu Laporan Selesai", "out"),
    ],
)
def test_a_header_that_names_another_clock_is_never_the_time_of_the_report(header: str, role: str) -> None:
    sheet = table_of(("1/2/2024", "08:12", "Jl. A"), header=("Tanggal", header, "Alamat"))
    _, columns = propose([sheet], sheets.SOME_AGENCY)
    assert {column.name: column.role for column in columns}[header] == role


def test_every_clock_of_our_own_table_is_read_back_as_itself() -> None:
    header = ("tanggal", "diterima", "diberangkatkan", "di_jalan", "tiba", "siap_layanan", "terkendali", "padam")
    sheet = table_of(("1/2/2024", *(f"08:0{n}" for n in range(7))), header=header)
    _, columns = propose([sheet], sheets.SOME_AGENCY)
    assert [column.role for column in columns if column.name != "tanggal"] == [
        "answered", "dispatched", "on-the-way", "arrived", "ready-to-serve", "under-control", "out",
    ]  # fmt: skip


# ── the command line ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_dry_run_shows_and_keeps_the_mapping_and_writes_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, kept = str(csv_files(tmp_path / "in")), tmp_path / "m.toml"
    wanted = ["--data", str(tmp_path / "node"), "incidents", "import", folder, "--dry-run"]
    assert run([*wanted, "--json", "--save-mapping", str(kept)]) == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["rows_read"], body["rows_refused"]) == (9, {"date-unreadable": 1, "sum-row": 1})
    assert body["mapping"]["date"] == ["tanggal_kejadian", "Tgl Kejadian"]
    assert kept.exists()
    assert run(wanted) == 0
    shown = capsys.readouterr().out
    assert "tanggal_kejadian" in shown
    assert "tidak ada data" in shown
    assert "cli." not in shown
    assert not (tmp_path / "node").exists()


def test_nothing_is_recorded_by_a_mapping_that_nobody_looked_at(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(csv_files(tmp_path / "in"))
    assert run(["--data", str(tmp_path / "node"), "incidents", "import", folder]) == 2
    assert "--save-mapping" in capsys.readouterr().err
    assert not (tmp_path / "node").exists()


def test_without_a_node_the_dry_run_says_so_and_a_real_run_records_nothing_and_makes_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, kept = str(csv_files(tmp_path / "in")), str(tmp_path / "m.toml")
    monkeypatch.delenv("SIAGA_DATA", raising=False)
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert run(["incidents", "import", folder, "--dry-run", "--json", "--save-mapping", kept]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["places_checked"] is False
    assert "zona waktunya Asia/Jakarta" in told.err
    for wanted in (["incidents"], ["--data", str(tmp_path / "node"), "incidents"]):
        assert run([*wanted, "import", folder, "--mapping", kept]) == 1
        assert "siaga region import" in capsys.readouterr().err
    assert sorted(tmp_path.iterdir()) == sorted([*before, tmp_path / "m.toml"])


def test_half_a_year_of_jakarta_is_read_to_the_last_rupiah(capsys: pytest.CaptureFixture[str]) -> None:
    if not DATA.is_dir():
        pytest.skip(f"{DATA.name} is not there (shared/data/incidents)")
    assert run(["incidents", "import", str(DATA), "--dry-run", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert (body["rows_read"], body["rows_refused"]) == (306, {})
    found = body["totals"]
    assert (found["columns_new"], found["sheets_without"]) == ({}, {})
    assert found["loss_rp"] == 123_956_350_000
    assert (found["incidents"], found["rows_repeated"], found["rows_repeated_exactly"]) == (295, 11, 0)
    assert found["by_month"].keys() == {f"2017-{m:02d}" for m in range(1, 7)}
    assert found["months_missing"] == [f"2017-{m:02d}" for m in range(7, 13)]
    assert found["by_cause"]["short-circuit"] == 258
    assert found["with_kelurahan"] == 295
    assert found["same_loss_again_rp"] == 20_004_000_000
