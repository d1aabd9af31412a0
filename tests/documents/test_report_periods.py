"""Papers of a period: what the figures say, the rules they were counted by, and what is not known."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import ask
from documents.report_kit import HEAD, REPORTER, SERVICES, burned, report, signed, text_of
from field.field_kit import after, do, town
from siaga.app import SLICES
from siaga.documents import Press, batch
from siaga.documents.papers import PERIODS, Paper, paper_of, set_paper
from siaga.documents.papers.periods import period_of
from siaga.kernel.desk import Desk
from siaga.kernel.records import Refusal, Told
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.intake.rules import OpenIncident
from siaga.slices.report import events, rules
from siaga.slices.report.rules import figures
from siaga.slices.report.rules.history import KeepHistory


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


@pytest.fixture
def services() -> dict[type, Any]:
    return dict(SERVICES)


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    with Press() as opened:
        yield opened


def _paper(desk: Desk, form: str, period: str, *roles: str) -> Paper:
    now = desk.clock()
    made = paper_of(desk, form, period, ask(*(roles or REPORTER), at=now, received=now))
    assert isinstance(made, Paper), made
    return made


def _said(desk: Desk, press: Press, form: str, period: str) -> str:
    return text_of(set_paper(desk, _paper(desk, form, period), ask(*REPORTER), press))


def town_burned(desk: Desk) -> None:
    """A fire with its report, a snake, and counting rules that count outside the (unknown) areas too."""
    burned(desk)
    signed(desk)
    do(desk, OpenIncident("i2", 117.49, 0.13, type="rescue.snake"), 8000)
    do(desk, dispatch.CloseIncident("i2", "handled"), 8500)
    report(desk, figures.ChooseCountingRules(outside_area=True), "administrator")


@pytest.mark.parametrize(
    ("code", "name", "days"),
    [
        ("2026", "Tahun 2026", 365),
        ("2026-Q1", "Triwulan I 2026", 90),
        ("2024-02", "Februari 2024", 29),
        ("2026-03-07", "7 Maret 2026", 1),
    ],
)
def test_a_period_is_named_and_bounded(code: str, name: str, days: int) -> None:
    period = period_of(code)
    assert period is not None
    assert period.name == name
    assert (period.last - period.first).days + 1 == days


@pytest.mark.parametrize(
    "code", ["", "26", "2026-Q5", "2026-13", "2026-02-30", "2026-1", "0000", "0001", "9999-12-31", "x"]
)
def test_what_is_no_period_is_none(code: str) -> None:
    assert period_of(code) is None


def test_the_recap_counts_by_type_cause_and_month_and_its_tables_add_up(desk: Desk, press: Press) -> None:
    town_burned(desk)
    said = _said(desk, press, "rekap", "2026-03")
    assert "REKAPITULASI KEJADIAN BULANAN" in said
    assert "Kebakaran 1, penyelamatan 1, bahan berbahaya 0, medis 0, bantuan 0." in said
    assert "Korsleting 1 0 1" in said
    assert "Bulan tanpa data: Januari" in said
    assert "tidak sama dengan jumlah kejadian" not in said
    assert "Meninggal 0 1 0 1 Luka berat 0 1 0 1 Luka ringan 1 1 0 1 Diselamatkan 1 1 0 1" in said
    assert "Rp65.900.000, belum termasuk 1 kebakaran tanpa taksiran" in said
    assert "Aturan ini dipilih oleh instansi." in said


def test_a_day_and_a_year_are_recapped_too(desk: Desk, press: Press) -> None:
    town_burned(desk)
    day = _paper(desk, "rekap", "2026-03-07").contract
    assert (day["jumlah"], day["bulan"]) == (2, [])
    year = _paper(desk, "rekap", "2026").contract
    assert year["bulan"][2] == {"bulan": "2026-03", "kebakaran": 1, "penyelamatan": 1, "sebab": None}
    assert year["bulan"][3]["kebakaran"] is None
    assert "Tahun 2025" in _said(desk, press, "rekap", "2025")


def test_what_an_archive_did_not_record_is_printed_as_such_and_not_as_zero(desk: Desk, press: Press) -> None:
    burned(desk)
    report(desk, KeepHistory("i1", Told("2026.xlsx baris 7"), ("fire",)), *HEAD)
    year = _paper(desk, "rekap", "2026").contract
    why = "arsip hanya mencatat kebakaran"
    assert year["bulan"][2] == {"bulan": "2026-03", "kebakaran": 1, "penyelamatan": None, "sebab": why}
    assert (year["ringkas"]["penyelamatan"], year["tidak_dicatat"]) == (None, ["penyelamatan", "lain"])
    assert [row["apa"] for row in year["hilang"] if row["sebab"].lower().startswith(why)] == ["Bulan 2026-03"]
    assert not [row for row in year["hilang"] if "belum ditandatangani" in row["apa"]]
    said = _said(desk, press, "rekap", "2026")
    assert "Kebakaran 1, penyelamatan (tidak dicatat), bahan berbahaya (tidak dicatat)" in said
    assert f"Bulan yang dicatat sebagian: Maret ({why})" in said
    assert "1 tidak dicatat tidak dicatat 1" in said


def test_the_spm_sheet_keeps_persons_and_incidents_apart(desk: Desk, press: Press) -> None:
    town_burned(desk)
    said = _said(desk, press, "spm", "2026-Q1")
    assert "10 dari 10 orang yang harus dilayani telah terlayani dalam 15 menit" in said
    assert "Kejadian siap dalam 15 menit (angka tersendiri) 1 1 100,0 %" in said
    assert "belum ada: jangan diisi 0" in said
    assert "Bukan kebakaran 1" in said
    assert "terlalu sedikit" in said


def test_a_quarter_that_was_sent_carries_its_receipt(desk: Desk, press: Press) -> None:
    town_burned(desk)
    assert "belum dikirim" in _said(desk, press, "spm", "2026-Q1")
    desk.clock.now = after(40 * 86400)  # type: ignore[attr-defined]
    report(desk, figures.RecordSending(2026, 1, "e-spm", after(39 * 86400), Told("TT-2026-1")), *REPORTER)
    said = _said(desk, press, "spm", "2026-Q1")
    assert "TT-2026-1" in said
    assert "Final" in said


@pytest.mark.parametrize("form", PERIODS)
def test_a_period_of_which_nothing_is_known_prints_words_and_never_a_share(desk: Desk, press: Press, form: str) -> None:
    said = _said(desk, press, form, "2019")
    assert "None" not in said
    assert "0,00 %" not in said


def test_who_may_not_read_figures_gets_no_paper_and_a_wrong_period_is_named(desk: Desk) -> None:
    for form, period, roles, code in (
        ("rekap", "2026", "crew", "not-permitted"),
        ("spm", "2026-Q9", "reporter", "no-such-period"),
        ("spm", "2026-03-07", "reporter", "no-such-period"),
    ):
        answer = paper_of(desk, form, period, ask(roles))
        assert isinstance(answer, Refusal)
        assert answer.code == code


def test_a_batch_finds_every_report_of_a_time_page_by_page_and_keeps_each_for_the_owner(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town_burned(desk)
    do(desk, OpenIncident("i3", 117.49, 0.13, type="rescue.wasp"), 8600)
    do(desk, dispatch.CloseIncident("i3", "handled"), 8700)
    monkeypatch.setattr(batch, "PAGE", 2)
    now = desk.clock()
    reader = ask(*REPORTER, at=now, received=now)
    found = batch.incidents(desk, after(-1), after(9000), reader)
    assert isinstance(found, list)
    assert [row.incident for row in found] == ["i1", "i2", "i3"]
    steps: list[int] = []
    made = batch.print_all(desk, "berita-acara", found[:2], reader, tmp_path / "semua", steps.append)
    assert (made.files, made.failed, steps) == (2, {}, [1, 1])
    files = sorted((tmp_path / "semua").iterdir())
    assert [file.name for file in files] == ["2026-0001-berita-acara.pdf", "2026-0002-berita-acara.pdf"]
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    assert made.bytes == sum(file.stat().st_size for file in files)
    assert isinstance(batch.incidents(desk, after(-1), after(9000), ask("crew")), Refusal)


@pytest.mark.parametrize("period", ["2026-05", "2026-05-07", "2019"])
def test_a_recap_of_a_time_without_data_says_so_and_prints_no_zero(desk: Desk, press: Press, period: str) -> None:
    town_burned(desk)
    contract = _paper(desk, "rekap", period).contract
    assert (contract["jumlah"], contract["ringkas"], contract["per_jenis"]) == (None, {}, [])
    assert {one["jumlah"] for one in contract["korban"].values()} == {None}
    assert "tidak ada satu kejadian pun yang tercatat" in contract["hilang"][0]["sebab"].lower()
    said = _said(desk, press, "rekap", period)
    assert "Tidak ada data untuk periode ini. Tidak ada data tidak berarti tidak ada kejadian." in said
    assert "Tidak ada bagian yang diketahui hilang" not in said
    assert "0 kejadian nyata" not in said


def test_a_quiet_day_of_a_month_with_data_has_no_incident(desk: Desk) -> None:
    town_burned(desk)
    quiet = _paper(desk, "rekap", "2026-03-09").contract
    assert (quiet["jumlah"], quiet["ringkas"]["kebakaran"], quiet["hilang"]) == (0, 0, [])
    assert quiet["korban"]["warga_meninggal"] == {"jumlah": 0, "belum": 0}


def test_a_quiet_day_of_an_archived_month_has_none_of_what_the_archive_records_alone(desk: Desk) -> None:
    burned(desk)
    report(desk, KeepHistory("i1", Told("2026.xlsx baris 7"), ("fire",)), *HEAD)
    quiet = _paper(desk, "rekap", "2026-03-09").contract
    assert (quiet["ringkas"]["kebakaran"], quiet["ringkas"]["penyelamatan"]) == (0, None)
    assert quiet["tidak_dicatat"] == ["penyelamatan", "lain"]


def test_medical_help_and_what_has_no_type_have_their_own_words_in_the_recap(desk: Desk, press: Press) -> None:
    town_burned(desk)
    do(desk, OpenIncident("i3", 117.49, 0.13, type="medical.injury"), 8600)
    do(desk, OpenIncident("i4", 117.49, 0.13), 8700)
    do(desk, OpenIncident("i5", 117.49, 0.13), 8800)
    said = _said(desk, press, "rekap", "2026-03")
    assert "bahan berbahaya 0, medis 1, bantuan 0, jenis belum ditetapkan 2." in said
    assert "tidak sama dengan jumlah kejadian" not in said


def test_the_dead_of_every_incident_are_counted_and_who_is_silent_is_named(desk: Desk, press: Press) -> None:
    town_burned(desk)
    do(desk, OpenIncident("i3", 117.49, 0.13, type="rescue.water"), 8600)
    victims = rules.CountVictims("i3", events.Casualties(1, 0, 0, 0), events.Casualties(None, None, None, None))
    report(desk, victims, *REPORTER)
    contract = _paper(desk, "rekap", "2026-03").contract
    assert contract["korban"]["warga_meninggal"] == {"jumlah": 1, "belum": 1}
    assert contract["korban"]["petugas_meninggal"] == {"jumlah": 0, "belum": 2}
    assert contract["korban"]["warga_mengungsi"] == {"jumlah": None, "belum": 3}
    assert "2 kejadian belum menyatakan korban, seluruhnya atau sebagian" in [one["apa"] for one in contract["hilang"]]
    said = _said(desk, press, "rekap", "2026-03")
    assert "Dari seluruh 3 kejadian nyata" in said
    assert "Meninggal 1 1 0 2" in said
    assert "Mengungsi belum diketahui 3 tidak berlaku" in said


def test_the_list_of_the_spm_sheet_adds_up_what_is_known_and_says_how_many_are_not(desk: Desk, press: Press) -> None:
    town_burned(desk)
    do(desk, OpenIncident("i3", 117.49, 0.13, type="fire.housing"), 8600)
    do(desk, dispatch.CloseIncident("i3", "handled"), 8700)
    assert "2 kejadian 1 1 tak terbukti 10 1 belum diketahui 10 1 tak terbukti" in _said(desk, press, "spm", "2026-Q1")


def test_the_list_of_the_spm_sheet_of_which_no_person_is_known_has_no_sum(desk: Desk, press: Press) -> None:
    town(desk)
    do(desk, OpenIncident("i1", 117.49, 0.13, type="fire.housing"), 100)
    do(desk, dispatch.CloseIncident("i1", "handled"), 8700)
    report(desk, figures.ChooseCountingRules(outside_area=True), "administrator")
    said = _said(desk, press, "spm", "2026-Q1")
    assert "1 kejadian tak terbukti belum diketahui tak terbukti" in said
