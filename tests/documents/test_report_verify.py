"""A paper is held to the log: current, replaced with what changed since, never said, or altered in its file."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from conftest import VAULT_KEY, ask
from documents.report_kit import HEAD, REPORTER, SERVICES, burned, paper, png, report, signed
from siaga.adapters.sqlite import SqliteStore
from siaga.app import SLICES
from siaga.documents import Press
from siaga.documents.papers import paper_of, set_paper, with_pictures
from siaga.documents.seal import mark_of, sealed
from siaga.documents.verify import PLAYED, Verdict, verify
from siaga.kernel.desk import Desk
from siaga.kernel.past import as_of
from siaga.kernel.records import Personal, Refusal, Told
from siaga.slices.access.rules import AddAccount, StateService
from siaga.slices.paper.rules import SetLogo
from siaga.slices.places import tables as places
from siaga.slices.places.rules import RegisterWaterSource
from siaga.slices.report import rules


@pytest.fixture
def slices() -> tuple[Any, ...]:
    return SLICES


@pytest.fixture
def services() -> dict[type, Any]:
    return dict(SERVICES)


@pytest.fixture
def printed(desk: Desk) -> bytes:
    """The signed report of a fire, as a file."""
    burned(desk)
    signed(desk)
    return set_paper(desk, paper(desk, "laporan-kejadian"), _reader(desk))


def _reader(desk: Desk) -> Any:
    now = desk.clock()
    return ask(*REPORTER, at=now, received=now)


def _back(desk: Desk, folder: Path) -> Callable[[int], Any]:
    @contextmanager
    def back(position: int) -> Iterator[Desk]:
        with as_of(desk, position, SqliteStore(folder / "past.db"), VAULT_KEY, PLAYED) as past:
            yield past

    return back


def _verdict(desk: Desk, pdf: bytes, folder: Path) -> Verdict:
    mark = mark_of(pdf)
    assert mark is not None
    found = verify(desk, mark, pdf, _reader(desk), _back(desk, folder))
    assert isinstance(found, Verdict), found
    return found


def test_an_untouched_paper_of_today_is_current_byte_for_byte(desk: Desk, printed: bytes, tmp_path: Path) -> None:
    found = _verdict(desk, printed, tmp_path)
    assert (found.content, found.file, found.status, found.amendments) == ("current", "as-set", "final", 0)
    assert found.valid


def test_a_paper_keeps_the_mark_and_the_rank_it_was_printed_with(desk: Desk, tmp_path: Path) -> None:
    burned(desk)
    report(desk, AddAccount("komandan", ("commander",), "commander"), *HEAD)
    report(desk, StateService("commander", rank=Told("Penata (III/c)"), number=Personal("198001012005011001")), *HEAD)
    report(desk, SetLogo("image/png", b64encode(png(24, 1)).decode(), "Lambang lama"), *HEAD)
    signed(desk)
    printed = set_paper(desk, paper(desk, "laporan-kejadian"), _reader(desk))
    report(desk, StateService("commander", rank=Told("Pembina (IV/a)")), *HEAD)
    assert _verdict(desk, printed, tmp_path).content == "current"
    report(desk, SetLogo("image/png", b64encode(png(24, 2)).decode(), "Lambang baru"), *HEAD)
    found = _verdict(desk, printed, tmp_path)
    assert (found.content, found.file) == ("replaced", "as-set")
    assert [one.where for one in found.changes] == ["instansi.logo", "instansi.logo_teks"]


def test_a_paper_before_an_amendment_is_replaced_and_says_by_what(desk: Desk, printed: bytes, tmp_path: Path) -> None:
    report(desk, rules.StateCause("i1", "negligence", "investigated", reason=Told("Hasil penyelidikan.")), *REPORTER)
    found = _verdict(desk, printed, tmp_path)
    assert (found.content, found.file, found.amendments) == ("replaced", "as-set", 0)
    changed = {one.where: (one.was, one.now) for one in found.changes}
    assert changed["sebab.uraian"] == ("Korsleting", "Kelalaian")
    assert changed["sebab.status"] == ("dugaan", "hasil penyelidikan")


def test_a_replaced_paper_whose_map_shows_hydrants_is_byte_for_byte_as_it_was_set(desk: Desk, tmp_path: Path) -> None:
    street = places.Street("s1", "Gunung Sari", "residential", 117.49, 0.13, (((117.488, 0.13), (117.492, 0.13)),))
    region = places.Region(
        region="64.74", name="Bontang", digest="d1", schematic=False, areas=(), streets=(street,), landmarks=()
    )
    desk.work(lambda tx: places.keep_region(tx, region))
    report(desk, RegisterWaterSource("h1", "hydrant", "Hidran Gunung Sari", 117.491, 0.1305), *HEAD)
    burned(desk)
    signed(desk)
    made = paper(desk, "laporan-kejadian")
    assert str(made.pictures["peta.svg"]).count("<circle") == 2  # the incident's ring, and the hydrant
    printed = set_paper(desk, made, _reader(desk))
    report(desk, rules.StateCause("i1", "negligence", "investigated", reason=Told("Hasil penyelidikan.")), *REPORTER)
    found = _verdict(desk, printed, tmp_path)
    assert (found.content, found.file) == ("replaced", "as-set")


def test_a_word_changed_in_the_file_is_found_with_its_page(desk: Desk, printed: bytes, tmp_path: Path) -> None:
    forged = paper(desk, "laporan-kejadian")
    contract = forged.contract | {"sebab": forged.contract["sebab"] | {"uraian": "Petir"}}
    contract = sealed(contract, forged.mark)  # the seal of the true one on other content
    with Press() as press:
        pictures = with_pictures(desk, forged, _reader(desk))
        file = press.submit("laporan-kejadian", contract, desk.clock(), pictures).result(60)
    found = _verdict(desk, file, tmp_path)
    assert (found.content, found.file) == ("current", "altered")
    assert not found.valid
    assert [(one.where, one.was, one.now) for one in found.edits] == [
        ("2", "Sebab Korsleting (dugaan)", "Sebab Petir (dugaan)")
    ]


def test_bytes_touched_without_a_word_changed_are_said(desk: Desk, printed: bytes, tmp_path: Path) -> None:
    found = _verdict(desk, printed + b"\n% touched\n", tmp_path)
    assert (found.content, found.file) == ("current", "same-words")


def test_a_hash_the_log_never_made_is_unknown(desk: Desk, printed: bytes, tmp_path: Path) -> None:
    mark = mark_of(printed)
    assert mark is not None
    other = msgspec.structs.replace(mark, hash="0" * 64)
    found = verify(desk, other, None, _reader(desk), _back(desk, tmp_path))
    assert isinstance(found, Verdict)
    assert (found.content, found.file, found.valid) == ("unknown", "none", False)


def test_a_paper_without_photos_is_as_true_as_one_with_them(desk: Desk, printed: bytes, tmp_path: Path) -> None:
    now = desk.clock()
    planner = ask("planner", at=now, received=now)
    bare = paper_of(desk, "laporan-kejadian", "i1", planner)
    assert not isinstance(bare, Refusal)
    file = set_paper(desk, bare, planner)
    assert bare.mark.hash != paper(desk, "laporan-kejadian").mark.hash
    found = _verdict(desk, file, tmp_path)
    assert (found.content, found.file) == ("current", "as-set")


def test_who_may_not_read_the_report_learns_nothing(desk: Desk, printed: bytes, tmp_path: Path) -> None:
    mark = mark_of(printed)
    assert mark is not None
    answer = verify(desk, mark, printed, ask("crew"), _back(desk, tmp_path))
    assert isinstance(answer, Refusal)
    assert answer.code == "not-permitted"
