"""The workbooks of a quarter, read back: what is typed agrees with the figures, every incident stands once."""

import io
from datetime import timedelta
from typing import Any

import pytest

from conftest import BOTH_STORES
from exports.exports_kit import load_workbook
from report.figures_kit import KUALA, WITA, Story, local, reader, see
from siaga.documents.papers.periods import asked, period_of
from siaga.documents.papers.spm_sheet import contract_of
from siaga.exports.espm import espm
from siaga.exports.incidents import file_of
from siaga.exports.quarter import UNKNOWN
from siaga.exports.sipadam import sipadam
from siaga.kernel.desk import Desk
from siaga.kernel.records import Personal, Refusal, Told
from siaga.slices.report import events
from siaga.slices.report.tables.figures.spm import SpmIncidents, SpmQuery

EVIDENCE = "=Berita acara 12, lemari arsip"
WORDS = ("Warung Bu Tono", "Rumah keluarga besar di gang", "tidak perlu", "TT-2026-0042")


@pytest.fixture
def quarter(city: Desk) -> Desk:
    """A quarter with one in time, one late, one without time, one nobody spoke of, and others that do not count."""
    s = Story(city).town()
    first, day = local(2026, 7, 6, 20), timedelta(days=1)
    s.incident("a", first, area="64.74.02.1002", arrived=300, ready=600).people("a", first, (2, 3), (2, 3))
    s.incident("b", first + day, area=KUALA, arrived=700, ready=1300).people("b", first + day, (1, 0), (1, 0))
    s.incident("c", first + 2 * day, area=KUALA, arrived=622).people("c", first + 2 * day, (0, 4), (0, 4))
    s.incident("d", first + 3 * day, arrived=200, ready=300)
    s.incident("land", first + 4 * day, "fire.land", arrived=300, ready=400)
    s.incident("drill", first + 5 * day, exercise=True, arrived=300, ready=400)
    s.incident("off", first + 6 * day, cancelled=True)
    s.incident("n", local(2026, 10, 1), arrived=100, ready=200)
    owner = events.ObjectDescribed("a", "house", owner=Personal(WORDS[0]), note=Told(WORDS[1]))
    s.write(first + day, owner)
    s.write(local(2026, 10, 2), events.QualityStated(2026, 3, 2, 9, 12, Told(EVIDENCE)))
    s.write(local(2026, 10, 3), events.QuarterSent(2026, 3, "e-spm", local(2026, 10, 3), Told(WORDS[3])))
    city.clock.now = local(2026, 10, 5)  # type: ignore[attr-defined]
    return city


def book(made: bytes | Refusal) -> Any:
    """The workbook as it was written, formulas too."""
    assert isinstance(made, bytes), made
    return load_workbook(io.BytesIO(made))


def lines(book: Any, title: str) -> list[tuple[Any, ...]]:
    """A sheet without its head."""
    return list(book[title].iter_rows(min_row=2, values_only=True))


@pytest.mark.parametrize("store", BOTH_STORES, indirect=True)
def test_what_is_typed_are_the_figures_and_what_is_unknown_is_no_zero(quarter: Desk) -> None:
    (row,) = see(quarter, "spm", SpmQuery(2026, 3))
    typed = {line[1]: line for line in lines(book(espm(quarter, "2026-Q3", reader())), "Ketik di e-SPM")}
    assert [line[0] for line in typed.values()] == list(range(1, 13))
    value = {what: line[2] for what, line in typed.items()}
    assert value["Jumlah orang yang harus dilayani"] == row.people.must == 10
    assert value["Jumlah orang yang terlayani"] == row.people.served == 5
    assert value["Capaian penerima layanan"] == 50
    assert value["Rata-rata waktu tanggap"] == round(row.main.mean / 60, 2)
    assert value["Mutu 1: Waktu tanggap"] == 50
    assert value["Mutu 2: Prosedur operasional"] == 75
    assert value["Mutu 3: Sarana, prasarana, dan peralatan"] == UNKNOWN
    assert value["Indeks pencapaian"] == UNKNOWN
    assert typed["Jumlah orang yang harus dilayani"][5] == "1 laporan belum menyatakan: angka ini bisa bertambah"
    assert "mutu 3" in typed["Indeks pencapaian"][5]
    assert 0 not in value.values()


def test_the_workbook_and_the_paper_say_the_same_in_the_same_order(quarter: Desk) -> None:
    def number(text: str | None) -> float | None:
        return None if text is None else float(text.split(" ")[0].replace(".", "").replace(",", "."))

    stated = [events.QualityStated(2026, 3, n, 3, 4, Told(EVIDENCE)) for n in (3, 4, 5, 6)]
    later = Story(quarter)
    later.n = 1000  # its asks are others than those before
    later.write(local(2026, 10, 4), *stated)
    period = period_of("2026-Q3")
    assert period is not None
    paper = contract_of(asked(quarter, period, reader()))
    assert not isinstance(paper, Refusal)
    typed = {line[1]: line[2] for line in lines(book(espm(quarter, "2026-Q3", reader())), "Ketik di e-SPM")}
    said = {one["isian"]: number(one["isi"]) for one in paper["espm"]}
    shared = {what: None if typed[what] == UNKNOWN else typed[what] for what in typed if what in said}
    assert list(shared) == list(said)
    assert shared == pytest.approx(said)
    assert shared["Capaian mutu"] is not None


def test_every_incident_of_the_quarter_stands_once_with_its_number_and_reason(quarter: Desk) -> None:
    made = book(espm(quarter, "2026-Q3", reader()))
    every = see(quarter, "spm-incidents", SpmIncidents(2026, 3))
    number = {one.incident: one.number for one in every}
    counted, out = lines(made, "Dihitung"), lines(made, "Tidak dihitung")
    assert [line[0] for line in counted] == [number[x] for x in "abcd"]
    assert sorted(line[0] for line in (*counted, *out)) == sorted(number.values())
    assert {line[0]: line[5] for line in out} == {
        number["land"]: "Kebakaran lahan",
        number["drill"]: "Latihan",
        number["off"]: "Dibatalkan atau ganda",
    }
    assert [line[0] for line in lines(made, "Terlambat")] == [number["b"]]
    assert [(line[0], line[5]) for line in lines(made, "Tanpa jam")] == [(number["c"], "jam akhir pasangan")]
    first = counted[0]
    assert first[1] == (local(2026, 7, 6, 20) + timedelta(seconds=40)).astimezone(WITA).replace(tzinfo=None)
    assert first[2:5] == ("Rumah tinggal", "Gunung Elai", "Bontang Utara")
    assert first[5:10] == (600, 300, "ya", 5, 5)
    assert counted[2][5] is None


def test_rules_evidence_and_sending_stand_in_it_and_nothing_runs_or_names_anybody(quarter: Desk) -> None:
    made = book(espm(quarter, "2026-Q3", reader()))
    cells = [cell for sheet in made for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    about = dict(lines(made, "Keterangan"))
    assert [about[x] for x in ("Keadaan", "Tenggat", "Dikirim ke e-SPM")] == [
        "sudah dikirim",
        "2026-10-15",
        "2026-10-03",
    ]
    assert about["Aturan 1"].endswith("batasnya 15 menit.")
    assert lines(made, "Mutu")[1] == (2, "Prosedur operasional", 9, 12, 75, "dinyatakan petugas", EVIDENCE)
    text = " ".join(str(cell.value) for cell in cells)
    assert [word for word in WORDS if word in text] == []


def test_a_year_has_its_quarters_and_other_periods_are_refused(quarter: Desk) -> None:
    made = book(espm(quarter, "2026", reader()))
    parts = {line[0]: line[1] for line in lines(made, "Indeks")}
    assert parts["Indeks triwulan 1"] == parts["Indeks"] == UNKNOWN
    assert parts["Indeks bila triwulan kosong dihitung nol"] == 0
    assert len(lines(made, "Dihitung")) == 5
    for wrong in ("2026-07", "2026-Q5", "kemarin"):
        assert espm(quarter, wrong, reader()) == Refusal(code="no-such-period", facts={"period": wrong})
    refused = espm(quarter, "2026-Q3", reader("crew"))
    assert isinstance(refused, Refusal)
    assert refused.code == "not-permitted"


def test_sipadam_lists_every_real_incident_and_says_what_siaga_does_not_keep(quarter: Desk) -> None:
    made = book(sipadam(quarter, "2026-Q3", reader()))
    every = {one.incident: one.number for one in see(quarter, "spm-incidents", SpmIncidents(2026, 3))}
    head = [cell.value for cell in made["Kejadian"][1]]
    listed = [dict(zip(head, line, strict=True)) for line in lines(made, "Kejadian")]
    assert [line["nomor"] for line in listed] == [every[x] for x in ("a", "b", "c", "d", "land")]
    assert {"bujur", "lintang"} & set(head) == set()
    assert (listed[0]["wilayah"], listed[0]["detik_tanggap"], listed[0]["objek"]) == ("Gunung Elai", 600, "house")
    assert (listed[2]["detik_tanggap"], listed[3]["meninggal"]) == (None, None)
    assert all("Jangan ketik 0" in line[1] for line in lines(made, "Personel dan relawan"))
    assert dict(lines(made, "Keterangan"))["Dikirim ke SIPADAM"] == "belum"
    cells = [cell for sheet in made for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    text = " ".join(str(cell.value) for cell in cells)
    assert [word for word in (*WORDS, EVIDENCE) if word in text] == []
    assert sipadam(quarter, "2026-07", reader()) == Refusal(code="no-such-period", facts={"period": "2026-07"})


def test_workbook_and_paper_name_months_without_data_and_kinds_nobody_recorded(city: Desk) -> None:
    s = Story(city).town()
    s.incident("a", local(2026, 8, 6, 20), area=KUALA, arrived=300, ready=600)
    s.write(local(2026, 9, 5), events.HistoryKept("a", Told("lama.csv"), ("fire",)))
    city.clock.now = local(2026, 10, 5)  # type: ignore[attr-defined]
    told = dict(lines(book(espm(city, "2026-Q3", reader())), "Keterangan"))
    assert told["Bulan tanpa data"] == "Juli 2026, September 2026: tidak ada data, bukan nol"
    assert told["Penyelamatan tidak dicatat"] == "Agustus 2026: tidak dicatat, bukan nol"
    assert "Kebakaran tidak dicatat" not in told
    period = period_of("2026-Q3")
    assert period is not None
    paper = contract_of(asked(city, period, reader()))
    assert isinstance(paper, dict)
    assert "Bulan tanpa data: Juli 2026, September 2026: tidak ada data, bukan nol." in paper["aturan"]
    assert "Penyelamatan tidak dicatat: Agustus 2026: tidak dicatat, bukan nol." in paper["aturan"]
    file = file_of(city, "xlsx", local(2026, 7, 1), local(2026, 10, 1), reader())
    explained = {line[0]: line[1] for line in lines(book(file), "keterangan")}
    assert explained["Bulan tanpa data"] == "Juli 2026, September 2026: tidak ada data, bukan nol"
    assert explained["Penyelamatan tidak dicatat"] == "Agustus 2026: tidak dicatat, bukan nol"


def test_of_a_year_that_runs_the_workbook_names_no_month_to_come(city: Desk) -> None:
    Story(city).town().incident("a", local(2026, 1, 6, 20), area=KUALA, arrived=300, ready=600)
    city.clock.now = local(2026, 3, 5)  # type: ignore[attr-defined]
    told = dict(lines(book(espm(city, "2026", reader())), "Keterangan"))
    assert told["Bulan tanpa data"] == "Februari 2026, Maret 2026: tidak ada data, bukan nol"
