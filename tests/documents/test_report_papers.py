"""Official papers filled from a report: nothing guessed, no person named, amendments beside what was signed."""

import io
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from conftest import ask
from documents.report_kit import COMMANDER, HEAD, REPORTER, SERVICES, burned, paper, png, report, said, signed, text_of
from field.field_kit import after, do, fire, town
from siaga.app import SLICES
from siaga.documents import Press
from siaga.documents.papers import PAPERS, paper_of, set_paper, with_pictures
from siaga.kernel.desk import Desk
from siaga.kernel.records import Media, Personal, Refusal, Told
from siaga.slices.access.rules import AddAccount, StateService
from siaga.slices.dispatch.rules import CorrectTime, RecordTrip
from siaga.slices.field.rules.scene import AttachMedia
from siaga.slices.intake.rules import Classify, MarkExercise, OpenIncident, ReopenIncident
from siaga.slices.report import events, rules
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


def test_the_report_says_what_was_judged_and_when_everything_was(desk: Desk, press: Press) -> None:
    burned(desk)
    signed(desk)
    text = said(desk, press, "laporan-kejadian")
    for words in (
        "PEMERINTAH KOTA BONTANG",
        "Kebakaran rumah tinggal di Jl. Gunung Sari 12",
        "Layanan siap 9 menit 40 detik sesudah laporan diterima, dalam batas 15 menit",
        "Terdampak: 3 keluarga, 9 jiwa",
        "Korsleting (dugaan)",
        "72 m²",
        "Rp44.400.000",
        "Rp65.900.000",
        "10 terlayani dari 10 orang yang harus dilayani",
        "02:07",
        "Danton A memegang komando",
        "Ditandatangani secara elektronik",
        "Sisi timur saat tiba.",
        "Final",
    ):
        assert words in text, words


def test_no_paper_names_a_person_of_the_public(desk: Desk, press: Press) -> None:
    burned(desk)
    signed(desk)
    for form in PAPERS:
        text = said(desk, press, form)
        for name in ("Pemilik di Gunung Sari", "Korban di Gunung Sari", "Penelepon di Gunung Sari", "0811-555-0001"):
            assert name not in text, form


def test_what_nobody_said_is_named_and_never_zero(desk: Desk, press: Press) -> None:
    town(desk)
    fire(desk)
    text = said(desk, press, "laporan-kejadian")
    assert "Waktu tanggap tidak dapat dihitung" in text
    assert "Jumlah korban belum diketahui" in text
    assert "kerugian belum diketahui" in text
    assert "Objek belum diisi" in text
    assert "Konsep, belum ditandatangani" in text


def test_unknown_is_an_answer_of_the_cause(desk: Desk, press: Press) -> None:
    burned(desk)
    report(desk, rules.StateCause("i1", "unknown"), *REPORTER)
    assert "Sebab belum diketahui (dugaan)" in said(desk, press, "laporan-kejadian")
    assert "Sebab kebakaran belum diketahui." in said(desk, press, "berita-acara")


def test_an_amendment_stands_beside_what_was_signed(desk: Desk, press: Press) -> None:
    burned(desk)
    signed(desk)
    victims = rules.CountVictims(
        "i1", events.Casualties(0, 0, 1, 1), events.Casualties(0, 0, 0, 0), affected=11, reason=Told("Pendataan RT.")
    )
    report(desk, victims, *REPORTER)
    do(desk, CorrectTime("i1", "under-control", after(1510), reason=Told("Menurut radio.")), 9000)
    whole = paper(desk, "laporan-kejadian").contract
    marked = {row["kunci"]: row for row in whole["perubahan"]}
    assert marked["terdampak.jiwa"]["lama"] == 9
    assert marked["terdampak.jiwa"]["alasan"] == "Pendataan RT."
    assert marked["jam.terkendali"]["baru_teks"].endswith("21:25:10")
    text = said(desk, press, "laporan-kejadian")
    assert "Perubahan sesudah laporan disimpan" in text
    assert "Jiwa terdampak 9 → 11" in text


def test_what_changed_beside_a_signed_report_stands_on_paper_with_both_values(desk: Desk, press: Press) -> None:
    burned(desk)
    signed(desk)
    do(desk, Classify("i1", "fire.vehicle"), 8990)
    report(desk, MarkExercise("i1"), "trainer")
    do(desk, ReopenIncident("i1", Told("Asap lagi.")), 9010)
    rows = [(row["no"], row["bagian"], row["lama_teks"], row["baru_teks"]) for row in changed(desk)]
    assert rows == [
        (1, "Jenis kejadian", "Rumah tinggal", "Kendaraan"),
        (2, "Latihan", "tidak", "ya"),
        (3, "Status kejadian", "selesai", "dibuka kembali"),
        (3, "Hasil kejadian", "Tertangani", "belum diketahui"),
    ]
    assert [row["alasan"] for row in changed(desk)] == [None, None, "Asap lagi.", "Asap lagi."]
    assert "alasan tidak dicatat" in said(desk, press, "laporan-kejadian")


def changed(desk: Desk) -> list[dict[str, Any]]:
    """The amendments on the paper."""
    return list(paper(desk, "laporan-kejadian").contract["perubahan"])


def test_the_minutes_are_running_text_with_a_signer(desk: Desk, press: Press) -> None:
    burned(desk)
    signed(desk)
    text = said(desk, press, "berita-acara")
    assert "Undang-Undang Nomor 23 Tahun 2014" in text
    assert "yaitu 9 menit 40 detik sesudah laporan diterima" in text
    assert "Api membakar dapur dan sebagian ruang tengah." in text
    assert "belum termasuk barang yang nilainya belum diketahui" in text


def test_under_a_signature_stand_rank_and_number_as_they_were_when_it_was_made(desk: Desk, press: Press) -> None:
    burned(desk)
    report(desk, AddAccount("komandan", ("commander",), "commander"), *HEAD)
    name, number = Personal("Komandan Insiden, S.T."), Personal("198001012005011001")
    report(desk, StateService("commander", name, Told("Penata (III/c)"), number), *HEAD)
    signed(desk)
    report(desk, StateService("commander", name, Told("Pembina (IV/a)"), number), *HEAD)
    for form in ("laporan-kejadian", "berita-acara"):
        text = said(desk, press, form)
        assert "Komandan Insiden, S.T. Penata (III/c)" in text or "Nama : Komandan Insiden, S.T." in text, form
        assert "Penata (III/c)" in text, form
        assert "19800101 200501 1 001" in text, form
        assert "Pembina" not in text, form


def test_a_rank_nobody_recorded_is_a_line_to_write_on(desk: Desk, press: Press) -> None:
    burned(desk)
    report(desk, AddAccount("komandan", ("commander",), "commander"), *HEAD)
    signed(desk)
    before = paper(desk, "laporan-kejadian")
    text = said(desk, press, "laporan-kejadian")
    assert text.count("Pangkat/gol. ………") == 3
    assert text.count("NIP ………") == 3
    assert all("nip" not in one and "pangkat" not in one for one in before.contract["ttd"])
    report(desk, StateService("commander", rank=Told("Penata (III/c)")), *HEAD)
    assert paper(desk, "laporan-kejadian").mark.hash == before.mark.hash


def test_the_crews_that_rode_are_counted_where_the_log_tells_of_them(desk: Desk, press: Press) -> None:
    burned(desk)
    assert "2 armada; 7 awak" in said(desk, press, "laporan-kejadian")
    assert "2 (dua) armada dengan 7 (tujuh) awak" in said(desk, press, "berita-acara")


def test_the_log_print_carries_the_hash_of_every_entry(desk: Desk, press: Press) -> None:
    burned(desk)
    rows = paper(desk, "jurnal").contract["baris"]
    with desk.store.read() as tx:
        chain = {row["position"]: row["hash"] for row in tx.rows("select position, hash from log")}
    assert len(rows) > 20
    assert all(chain[row["no"]] == row["sidik"] for row in rows)
    assert "BTG-1" in said(desk, press, "jurnal")


def test_photos_are_only_for_whom_the_vault_opens(desk: Desk) -> None:
    burned(desk)
    now = desk.clock()
    seen = paper(desk, "lampiran-foto", *REPORTER)
    pictures = with_pictures(desk, seen, ask(*REPORTER, at=now, received=now))
    assert pictures["foto-1.png"] == png(96, 40)
    unseen = paper(desk, "lampiran-foto", "planner")
    assert unseen.media == {}
    assert [photo["berkas"] for photo in unseen.contract["foto"]] == [None, None]
    with desk.store.read() as tx:
        read = [row["purpose"] for row in tx.rows("select purpose from vault_reading")]
    assert "field.medium m1" in read


# a JPEG in the colours of print, whole but for what an archive PDF needs to know of it
CMYK = (
    "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAIBgYHBgUIBwcHCQkICgwUDQwLCwwZEhMPFB0aHx4dGhwcICQuJyAiLCMcHCg3KSwwMTQ0NB8nOT04Mj"
    "wuMzQy/8AAFAgACAAIBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQEC"
    "AwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dX"
    "Z3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4E"
    "QwBNAFkASwAAPwD3+vNq82r3+v/Z"
)


def test_a_photo_that_cannot_be_printed_is_said_to_be_so_and_the_paper_is_made(desk: Desk, press: Press) -> None:
    burned(desk)
    whole = png(48, 7)
    kept = {
        "benar-png": ("image/jpeg", whole),
        "terpotong-png": ("image/png", whole[:60]),
        "terpotong-jpeg": ("image/jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF"),
        "cmyk": ("image/jpeg", b64decode(CMYK)),
    }
    for medium, (mime, picture) in kept.items():
        report(desk, AttachMedia(medium, "i1", "photo", mime, Media(b64encode(picture).decode())), *REPORTER)
    photos = tuple(events.Photo(medium, Told(f"Foto {medium}")) for medium in kept)
    report(desk, rules.ChoosePhotos("i1", photos), *REPORTER)
    for form in ("lampiran-foto", "laporan-kejadian"):
        now = desk.clock()
        made = set_paper(desk, paper(desk, form), ask(*REPORTER, at=now, received=now), press)
        text = text_of(made)
        assert text.count("Foto tidak dapat dibuka") == 3, form
        assert all(f"Foto {n + 1}. Foto {medium}" in text for n, medium in enumerate(kept)), form
        assert sum(len(page.images) for page in PdfReader(io.BytesIO(made)).pages) == 1, form
        assert b"pdfaid:part" in made


def test_a_photo_added_in_the_office_says_so_and_when_it_was_taken(desk: Desk, press: Press) -> None:
    burned(desk)
    for medium in ("kantor-1", "kantor-2"):
        picture = Media(b64encode(png(48, 7)).decode())
        report(desk, AttachMedia(medium, "i1", "photo", "image/png", picture), *REPORTER)
    photos = (
        events.Photo("kantor-1", Told("Dapur sesudah padam."), after(2700)),
        events.Photo("m1"),
        events.Photo("kantor-2"),
    )
    report(desk, rules.ChoosePhotos("i1", photos), *REPORTER)
    made = paper(desk, "lampiran-foto").contract["foto"]
    assert [photo["sidik"] for photo in made] == ["kantor-1", "m1", "kantor-2"]
    assert ["ditambahkan" in photo for photo in made] == [True, False, True]
    assert (made[0]["pada"], made[2]["pada"]) == ("2026-03-07T21:45:00+08:00", None)
    text = said(desk, press, "lampiran-foto")
    assert "Dapur sesudah padam. 07/03/2026 21:45:00 WITA, ditambahkan 07/03/2026 oleh reporter" in text
    assert "waktu pengambilan tidak tercatat, ditambahkan 07/03/2026 oleh reporter" in text


def test_the_same_report_makes_the_same_paper_whoever_prints_it_and_whenever(desk: Desk) -> None:
    burned(desk)
    signed(desk)
    first = paper(desk, "laporan-kejadian", *REPORTER)
    desk.clock.now += timedelta(days=3)  # type: ignore[attr-defined]
    for roles in (REPORTER, COMMANDER, HEAD):
        assert paper(desk, "laporan-kejadian", *roles).mark.hash == first.mark.hash


def test_who_may_not_read_the_report_gets_no_paper(desk: Desk) -> None:
    burned(desk)
    for form, incident, roles, code in (
        ("laporan-kejadian", "i1", "crew", "not-permitted"),
        ("laporan-kejadian", "i9", "reporter", "no-such-incident"),
        ("surat-cinta", "i1", "reporter", "no-such-form"),
    ):
        answer = paper_of(desk, form, incident, ask(roles))
        assert isinstance(answer, Refusal)
        assert answer.code == code


def test_a_rescue_is_not_held_to_the_fifteen_minutes_of_fires(desk: Desk, press: Press) -> None:
    town(desk)
    do(desk, OpenIncident("i1", 117.49, 0.13, type="rescue.snake"))
    text = said(desk, press, "laporan-kejadian")
    assert "Evakuasi ular" in text
    assert "15 menit" not in text


def test_a_trip_copied_from_paper_tells_its_times_one_by_one(desk: Desk) -> None:
    town(desk)
    fire(desk)
    desk.clock.now = after(4000)  # type: ignore[attr-defined]
    do(desk, RecordTrip("i1", "BTG-1", {"dispatched": after(60), "arrived": after(400), "returned": after(900)}), 4000)
    told = [row["teks"] for row in paper(desk, "laporan-kejadian").contract["jalannya"]]
    assert told[-3:] == [
        "BTG-1 diberangkatkan (disalin dari kertas).",
        "BTG-1 tiba di lokasi (disalin dari kertas).",
        "BTG-1 kembali ke pos (disalin dari kertas).",
    ]


def test_a_report_copied_from_an_archive_says_from_where_and_calls_itself_no_draft(desk: Desk, press: Press) -> None:
    burned(desk)
    before = said(desk, press, "laporan-kejadian")
    assert "disalin dari arsip" not in before
    report(desk, KeepHistory("i1", Told("2026.xlsx baris 7"), ("fire",)), *HEAD)
    printed = said(desk, press, "laporan-kejadian")
    assert "Tidak ditandatangani · disalin dari arsip: 2026.xlsx baris 7" in printed
    assert "Yang tidak disebut arsip tidak diketahui" in printed
    assert "Konsep" not in printed
