"""Printed forms over HTTP and on the command line: whose eyes, which language, how often."""

import json
from pathlib import Path
from typing import Any

import pytest

from documents.report_kit import SERVICES
from edges.door_kit import Doors
from field.field_kit import fire, town
from siaga.app import SLICES
from siaga.documents.seal import mark_of
from siaga.edges.cli import run

SHEET = "/api/documents/incidents/i1/lembar-kejadian.pdf"


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


@pytest.fixture
def services() -> dict[type, Any]:
    return dict(SERVICES)


def test_a_form_is_a_pdf_for_who_may_read_the_incident(doors: Doors) -> None:
    town(doors.desk)
    fire(doors.desk)
    sheet = doors.person("operator", "dispatcher").get(SHEET)
    assert sheet.status_code == 200
    assert sheet.headers["content-type"] == "application/pdf"
    assert sheet.headers["cache-control"] == "no-store"
    assert sheet.content.startswith(b"%PDF")


def test_strangers_and_other_roles_print_nothing_and_unknown_forms_are_named(doors: Doors) -> None:
    town(doors.desk)
    fire(doors.desk)
    assert doors.client().get(SHEET).status_code == 401
    assert doors.person("tetangga", "liaison").get(SHEET).status_code == 403
    reader = doors.person("operator", "dispatcher")
    missing = reader.get("/api/documents/incidents/i1/surat.pdf")
    assert missing.status_code == 404
    assert "lembar-kejadian" in missing.text
    assert reader.get("/api/documents/incidents/i9/daftar-kru.pdf").status_code == 404
    assert reader.post(SHEET, json={}).status_code == 405


def test_a_loop_that_prints_is_told_to_wait(doors: Doors) -> None:
    reader = doors.person("operator", "dispatcher")
    answers = [reader.get("/api/documents/incidents/i9/daftar-kru.pdf") for _ in range(25)]
    assert answers[0].status_code == 404
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_an_official_paper_is_for_who_may_read_the_report(doors: Doors) -> None:
    town(doors.desk)
    fire(doors.desk)
    address = "/api/documents/incidents/i1/laporan-kejadian.pdf"
    paper = doors.person("pelapor", "reporter").get(address)
    assert paper.status_code == 200, paper.text
    assert paper.content.startswith(b"%PDF")
    assert mark_of(paper.content) is not None
    assert doors.person("awak", "crew").get(address).status_code == 403
    assert doors.client().get(address).status_code == 401
    assert doors.person("pelapor2", "reporter").get(address.replace("i1", "i9")).status_code == 404


def test_papers_of_a_period_have_their_own_addresses(doors: Doors) -> None:
    town(doors.desk)
    reader = doors.person("pelapor", "reporter")
    for address in ("periods/2026-03/rekap", "periods/2026-Q1/spm"):
        paper = reader.get(f"/api/documents/{address}.pdf")
        assert paper.status_code == 200, paper.text
        assert mark_of(paper.content) is not None
    for address in ("periods/2026-03/daftar-kru", "incidents/i1/rekap", "periods/2026-99/rekap", "periods/x/spm"):
        assert reader.get(f"/api/documents/{address}.pdf").status_code == 404
    assert doors.person("awak", "crew").get("/api/documents/periods/2026/rekap.pdf").status_code == 403


def test_a_paper_is_printed_and_verified_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "SIAGA_STORE", "SIAGA_DATA"):
        monkeypatch.delenv(name, raising=False)
    file, data = tmp_path / "laporan.pdf", tmp_path / "data"

    def siaga(*arguments: str, code: int = 0) -> Any:
        assert run(["--data", str(data), *arguments, "--json"]) == code, capsys.readouterr()
        return json.loads(capsys.readouterr().out.splitlines()[-1])

    for words in (
        ("dispatch.register-agency", "agency=bontang", "name=Disdamkartan", "kind=fire"),
        ("intake.open-incident", "incident=i7", "lon=117.48", "lat=0.12", "type=fire.housing"),
    ):
        siaga("do", *words)
    printed = siaga("report", "pdf", "i7", "laporan-kejadian", "--out", str(file))
    assert file.stat().st_mode & 0o077 == 0
    whole = siaga("report", "verify", str(file))
    assert (whole["content"], whole["file"], whole["valid"]) == ("current", "as-set", True)
    by_mark = siaga("report", "verify", printed["mark"])
    assert (by_mark["content"], by_mark["file"]) == ("current", "none")
    siaga("do", "intake.classify", "incident=i7", "type=fire.land", "--as", "operator")
    later = siaga("report", "verify", str(file))
    assert (later["content"], later["file"]) == ("replaced", "as-set")
    assert "kejadian.judul" in [change["where"] for change in later["changes"]]
    siaga("do", "dispatch.close-incident", "incident=i7", "outcome=handled")
    made = siaga("report", "batch", "--since", "2020-01-01", "--until", "2100-01-01", "--out", str(tmp_path / "semua"))
    assert made["files"] == len(list((tmp_path / "semua").glob("*-laporan-kejadian.pdf"))) == 1
    for other in (b"%PDF-1.7 nothing of ours", b"a letter"):
        file.write_bytes(other)
        assert siaga("report", "verify", str(file), code=1)["code"] == "report-no-mark"
    assert siaga("report", "verify", "surat.pdf", code=1)["code"] == "report-no-mark"
    assert siaga("report", "pdf", "i9", code=1)["code"] == "no-such-incident"
