"""The print pack: a real PDF made from the node's own views, with reserved slip numbers, made by night."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import Clock, ask, rows
from siaga.app import Node, open_node
from siaga.demo.seed import seed
from siaga.documents import NotSet, pdf
from siaga.documents.map_sheet import map_sheet
from siaga.documents.pack import KEPT, contract_of
from siaga.kernel.fields import All
from siaga.settings import read_settings


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("paper")
    opened = open_node(read_settings({}, data=folder), clock=Clock())
    seed(opened, lambda stage, done, total: None)
    yield opened
    opened.close()


def test_a_pack_is_a_pdf_that_reserves_its_slips_and_names_the_signed_head(node: Node) -> None:
    file = node.packs.make(slips=8)
    assert file.read_bytes().startswith(b"%PDF-1.7")
    assert file.stat().st_mode & 0o077 == 0
    assert list((node.settings.data / "heads").glob("head-*.json"))
    slips = rows(node.desk.show("paper.slips", All(), ask("dispatcher")))
    assert [row.slip for row in slips] == [8, 7, 6, 5, 4, 3, 2, 1]
    assert {row.state for row in slips} == {"open"}


def test_the_contract_holds_every_run_card_the_fleet_and_the_map(node: Node) -> None:
    node.packs.make()
    now = node.desk.clock()
    pack = rows(node.desk.show("paper.packs", All(), ask("dispatcher")))[0].pack
    contract, pictures = contract_of(node.desk, pack, now, "jurnal 1")
    dense = next(card for card in contract["kartu"] if card["nama"].startswith("Permukiman padat"))
    assert dense["berangkat"][0] == "Tingkat 1: 2 pompa, 1 tangki, 1 rescue"
    assert dense["beri_tahu"] == ["PLN", "Polri", "PSC 119, ambulans"]
    assert len({card["jenis"] for card in contract["kartu"]}) == len(contract["kartu"])
    board = rows(node.desk.show("dispatch.board", node.desk.views["dispatch.board"].params(), ask("dispatcher")))
    assert sorted(row["armada"] for row in contract["armada"]) == sorted(row.unit for row in board)
    assert contract["skema"] is True
    assert all(row.name in pictures["peta.svg"] for row in _stations(node))


def _stations(node: Node) -> list[Any]:
    return list(rows(node.desk.show("dispatch.stations", All(), ask("dispatcher"))))


def test_a_pack_is_made_by_night_and_never_twice_a_night(node: Node) -> None:
    clock = node.desk.clock
    assert isinstance(clock, Clock)
    for file in _packs(node):
        file.unlink()
    node.packs.nightly()
    (first,) = _packs(node)
    _made_at(first, clock.now.timestamp())
    clock.forward(3600)
    node.packs.nightly()
    assert _packs(node) == [first]  # an hour old
    clock.forward(20 * 3600)  # 18:00 the next day in Makassar: old enough, but no night
    node.packs.nightly()
    assert _packs(node) == [first]
    clock.forward(6 * 3600)
    node.packs.nightly()
    assert len(_packs(node)) == 2


def test_the_last_packs_are_kept_and_older_ones_go(node: Node) -> None:
    clock = node.desk.clock
    assert isinstance(clock, Clock)
    for n in range(KEPT):
        (node.settings.data / "paper" / f"paket-2020-01-{n + 1:02d}-000000.pdf").write_bytes(b"old")
    clock.forward(timedelta(minutes=1).total_seconds())
    newest = node.packs.make()
    assert len(_packs(node)) == KEPT
    assert node.packs.newest() == newest


def _packs(node: Node) -> list[Path]:
    return sorted((node.settings.data / "paper").glob("paket-*.pdf"))


def _made_at(file: Path, seconds: float) -> None:
    os.utime(file, (seconds, seconds))


def test_a_city_without_any_place_prints_no_map_and_says_so() -> None:
    assert map_sheet(None, [], [], [], []) is None


def test_what_cannot_be_set_says_why() -> None:
    with pytest.raises(NotSet, match="expected integer"):
        pdf("paket-cetak", {"dokumen": {"nomor": "x", "tanggal": 5}, "slip": {"banyak": "empat"}}, Clock()())
