"""The press: no word that anybody typed may stop a paper."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from siaga.documents import pdf
from siaga.documents.press import NotSet
from siaga.documents.setter import BOX

AT = datetime(2026, 1, 1, tzinfo=UTC)


def _printed(name: str) -> str:
    contract = {
        "kontrak": "rekap/1",
        "instansi": {"nama": name, "alamat": "Bontang"},
        "dokumen": {"nomor": "1", "tanggal": "2026-01-01"},
        "periode": {"jenis": "harian", "nama": "1 Januari 2026"},
    }
    return PdfReader(io.BytesIO(pdf("rekap", contract, AT))).pages[0].extract_text()


@pytest.mark.parametrize("sign", ["\x90", "\u0378", "\U0001f692", "消", "\x01", "\ue000", "a\u0301\x90"])
def test_a_sign_that_no_font_has_is_a_box_and_the_paper_is_set(sign: str) -> None:
    text = _printed(f"DINAS {sign} SIAGA")
    assert "DINAS" in text
    assert "SIAGA" in text


def test_what_a_font_has_stays_and_only_the_other_signs_are_boxes() -> None:
    text = _printed('DINAS "É" \\ \x90')
    assert 'DINAS "É" \\ ' + BOX in text


def test_very_many_different_signs_do_not_stop_it_either() -> None:
    assert "DINAS" in _printed("DINAS" + "".join(chr(0x4E00 + n) for n in range(300)))


def test_a_template_that_cannot_be_set_says_what_typst_said() -> None:
    with pytest.raises(NotSet, match="date"):
        pdf("rekap", {"dokumen": {"nomor": "1"}}, AT)
