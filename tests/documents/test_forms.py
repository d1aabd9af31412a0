"""The forms of an incident: filled from what was said, lines where nobody said it, each reader only what is theirs."""

from typing import Any

import pytest

from conftest import ask
from documents.forms_kit import played, printed
from field.field_kit import do, fire, town
from siaga.app import SLICES
from siaga.documents.forms import FORMS, pdf_of
from siaga.kernel.desk import Desk
from siaga.kernel.records import Refusal, Told
from siaga.slices.intake.rules import NoteIncident


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


def test_the_incident_sheet_says_when_and_names_every_gap(desk: Desk) -> None:
    played(desk)
    said = " ".join(printed(desk, "lembar-kejadian"))
    assert "Jl. Gunung Sari 12" in said
    assert "Laporan diterima 20:59:00" in said
    assert "BTG-1 21:00:20 21:01:20 21:06:40 21:08:40 t.t." in said
    assert "Diterima sampai siap melayani 09:40, batas 15:00" in said
    assert "Belum tercatat api terlihat, akses, tindakan dimulai, terkendali, padam" in said
    assert "Danton A memegang komando" in said


def test_who_called_is_printed_only_when_wanted_and_only_for_whom_the_vault_opens(desk: Desk) -> None:
    played(desk)
    assert "Penelepon" not in " ".join(printed(desk, "lembar-kejadian", "dispatcher"))
    assert "Penelepon di Gunung Sari" in " ".join(printed(desk, "lembar-kejadian", "dispatcher", callers=True))
    commander = " ".join(printed(desk, "lembar-kejadian", "commander", callers=True))
    assert "Penelepon" not in commander
    assert "Peran pencetak tidak boleh membaca data pelapor." in commander


def test_the_reading_of_the_caller_is_logged(desk: Desk) -> None:
    played(desk)
    printed(desk, "lembar-kejadian", "dispatcher", callers=True)
    with desk.store.read() as tx:
        assert [row["purpose"] for row in tx.rows("select purpose from vault_reading")][-1].startswith(
            "intake.caller c1"
        )


def test_the_crew_list_says_who_is_in_since_when_with_what_air(desk: Desk) -> None:
    played(desk)
    said = " ".join(printed(desk, "daftar-kru"))
    assert "2 regu, 7 orang, 1 orang di dalam" in said
    assert "P1 BTG-1 21:09:00 06:00 290 bar, 21:09:00" in said
    assert "BTG-1 masuk Sektor depan: P1 290 bar, P2 280 bar" in said
    assert "BTG-1 keluar P2" in said
    assert "BTG-1 4 P1, P2 Sektor depan 21:13:20 kerja sejak 21:09:00 (06:00)" in said


def test_the_structure_shows_who_holds_a_post_and_guesses_nobody(desk: Desk) -> None:
    played(desk)
    said = " ".join(printed(desk, "struktur"))
    assert "Komandan Danton A" in said
    assert "Keselamatan dan keamanan Danru B" in said
    assert "Bidang perencanaan Bidang" in said or "Bidang perencanaan Petugas" in said  # no holder between
    ics = " ".join(printed(desk, "ics-207"))
    assert "Komandan insiden Danton A" in ics


def test_the_briefing_holds_objectives_dangers_requests_and_the_last_report(desk: Desk) -> None:
    played(desk)
    said = " ".join(printed(desk, "ics-201"))
    for words in ("Api tidak menjalar ke rumah utara", "Cari penghuni lantai dua", "dilarang masuk", "Api di dapur"):
        assert words in said


def test_an_assignment_names_sector_leader_and_its_crew(desk: Desk) -> None:
    played(desk)
    said = " ".join(printed(desk, "ics-204"))
    assert "Sektor depan" in said
    assert "Danru A" in said
    assert "Cari penghuni lantai dua" in said


@pytest.mark.parametrize("form", FORMS)
def test_a_scene_of_which_nobody_has_said_anything_prints_every_form(desk: Desk, form: str) -> None:
    town(desk)
    fire(desk)
    said = " ".join(printed(desk, form))
    assert "Jl. Gunung Sari" in said
    assert "None" not in said


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_complete_in_english(desk: Desk, form: str) -> None:
    played(desk)
    said = " ".join(printed(desk, form, language="en"))
    assert "Page 1 of" in said
    assert "form." not in said
    assert "Halaman" not in said


def test_a_long_journal_goes_on_for_pages_and_loses_no_line(desk: Desk) -> None:
    played(desk)
    for n in range(120):
        do(desk, NoteIncident("i1", Told(f"Catatan urutan {n:03d}")), 900 + n)
    pages = printed(desk, "lembar-kejadian")
    assert len(pages) >= 4
    assert all(f"Catatan urutan {n:03d}" in " ".join(pages) for n in range(120))
    assert all("Jam Kejadian Oleh" in page for page in pages[2:-1])  # the head comes again on every page


def test_who_may_not_see_the_incident_prints_nothing(desk: Desk) -> None:
    town(desk)
    fire(desk)
    now = desk.clock()
    for form, incident, roles, code in (
        ("daftar-kru", "i1", ("liaison",), "not-permitted"),
        ("daftar-kru", "i9", ("dispatcher",), "no-such-incident"),
        ("surat-cinta", "i1", ("dispatcher",), "no-such-form"),
    ):
        no = pdf_of(desk, form, incident, ask(*roles, at=now, received=now), "id")
        assert isinstance(no, Refusal)
        assert no.code == code
