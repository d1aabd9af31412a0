"""Printed forms over HTTP and on the command line: whose eyes, which language, how often."""

from typing import Any

import pytest

from edges.door_kit import Doors
from field.field_kit import fire, town
from siaga.app import SLICES

SHEET = "/api/documents/incidents/i1/lembar-kejadian.pdf"


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


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
