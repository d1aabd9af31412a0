"""Cards as files: checked, taken in, given out; what is wrong is said with its file and place, and changes nothing."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from siaga.demo.procedures import CARDS
from siaga.edges.cli import run
from sop.test_sop_cards import WASPS

ALONE = ("--publish", "--override", "hanya satu perencana")


class Siaga:
    """The command line on a data folder of its own, in this process."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._data, self._capsys = data, capsys
        self.err = ""

    def __call__(self, *arguments: str | Path, code: int = 0) -> Any:
        """The object on the last line of standard output."""
        assert run(["--data", str(self._data), *map(str, arguments), "--json"]) == code
        out, self.err = self._capsys.readouterr()
        return json.loads(out.splitlines()[-1]) if out else None

    def positions(self) -> int:
        """How far the log has come."""
        found: int = self("show", "sop.cards")["position"]
        return found

    def library(self) -> dict[str, Any]:
        """The cards of the node."""
        return {row["card"]: row for row in self("show", "sop.cards")["rows"]}


@pytest.fixture
def siaga(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Siaga:
    for name in ("LC_ALL", "LC_MESSAGES", "SIAGA_STORE", "SIAGA_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "id_ID.UTF-8")
    return Siaga(tmp_path / "data", capsys)


@pytest.fixture
def wasps(tmp_path: Path) -> Path:
    file = tmp_path / "tawon.md"
    file.write_text(WASPS)
    return file


def states(answer: Any) -> list[tuple[int, str, bool]]:
    return [(one["version"], one["state"], one["holds"]) for one in answer["cards"]]


def shipped() -> Sequence[Path]:
    return sorted(CARDS.glob("*.md"))


def test_all_shipped_cards_go_in_come_out_byte_for_byte_and_going_in_again_changes_nothing(
    siaga: Siaga, tmp_path: Path
) -> None:
    taken = siaga("sop", "import", *shipped(), "--publish", "--approve-as", "danton", "--reader", "crew")
    assert set(states(taken)) == {(1, "new", True)}
    written = siaga("sop", "export", tmp_path / "out")
    assert written["written"] == len(written["files"]) == len(shipped())
    for file in shipped():
        assert (tmp_path / "out" / file.name).read_bytes() == file.read_bytes()
    before = siaga.positions()
    assert set(states(siaga("sop", "import", *written["files"]))) == {(1, "unchanged", True)}
    assert set(states(siaga("sop", "import", *written["files"], "--publish"))) == {(1, "unchanged", True)}
    assert siaga.positions() == before
    assert siaga("sop", "export", tmp_path / "out")["written"] == 0


def test_the_ends_of_lines_and_the_mark_of_order_belong_to_the_text(siaga: Siaga, tmp_path: Path) -> None:
    file = tmp_path / "tawon.md"
    file.write_bytes(b"\xef\xbb\xbf" + WASPS.replace("\n", "\r\n").encode())
    siaga("sop", "import", file, *ALONE)
    siaga("sop", "export", tmp_path / "out")
    assert (tmp_path / "out" / "tawon.md").read_bytes() == file.read_bytes()


def test_an_import_alone_is_a_draft_and_publishing_asks_for_a_second_pair_of_eyes(siaga: Siaga, wasps: Path) -> None:
    assert states(siaga("sop", "import", wasps)) == [(1, "new", False)]
    assert siaga.library()["tawon"]["state"] == "draft"
    no = siaga("sop", "import", wasps, "--publish", code=1)
    assert (no["code"], no["overridable"], no["facts"]["file"]) == ("card-own", True, str(wasps))
    assert states(siaga("sop", "import", wasps, "--publish", "--approve-as", "danton")) == [(1, "unchanged", True)]


def test_readers_stay_as_they_were_unless_others_are_named(siaga: Siaga, wasps: Path) -> None:
    siaga("sop", "import", wasps, *ALONE, "--reader", "crew", "--reader", "commander")
    wasps.write_text(WASPS.replace("20 meter", "50 meter"))
    assert states(siaga("sop", "import", wasps, *ALONE)) == [(2, "revised", True)]
    assert siaga.library()["tawon"]["readers"] == ["crew", "commander"]
    siaga("sop", "import", wasps, "--publish", "--reader", "crew")
    assert siaga.library()["tawon"]["readers"] == ["crew"]


def test_a_file_that_holds_leaves_a_newer_draft_alone(siaga: Siaga, wasps: Path, tmp_path: Path) -> None:
    siaga("sop", "import", wasps, *ALONE)
    wasps.write_text(WASPS.replace("20 meter", "50 meter"))
    siaga("sop", "import", wasps)
    out = tmp_path / "out"
    siaga("sop", "export", out)
    assert (out / "tawon.md").read_text() == WASPS
    assert states(siaga("sop", "import", out / "tawon.md")) == [(1, "unchanged", True)]
    assert siaga.library()["tawon"]["latest"] == 2
    drafts = siaga("sop", "export", tmp_path / "drafts", "--drafts")
    assert Path(drafts["files"][0]).read_text() == wasps.read_text()


def test_every_fault_is_told_with_its_file_and_place_and_nothing_is_written(
    siaga: Siaga, wasps: Path, tmp_path: Path
) -> None:
    texts = {
        "peran.md": WASPS.replace("role: commander", "role: boss"),
        "jenis.md": WASPS.replace("rescue.wasp", "rescue.dragon"),
        "objek.md": WASPS.replace("types: [rescue.wasp]", "objects: [castle]"),
        "baris.md": WASPS.replace("review: 2027-06-01", "review: [2027"),
        "nama kartu!.md": WASPS,
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "bita.md").write_bytes(b"---\ntitle: \xff\n---\n")
    files = [wasps, *(tmp_path / name for name in (*texts, "bita.md"))]
    for verb in ("check", "import"):
        faults = {Path(one["file"]).name: one for one in siaga("sop", verb, *files, code=1)["faults"]}
        assert {name: (one["code"], one["facts"]["where"]) for name, one in faults.items()} == {
            "peran.md": ("card-field-wrong", "steps[2].role"),
            "jenis.md": ("card-field-wrong", "triggers.types"),
            "objek.md": ("card-field-wrong", "triggers.objects"),
            "baris.md": ("card-yaml-wrong", faults["baris.md"]["facts"]["where"]),
            "nama kartu!.md": ("card-file-wrong", "card"),
            "bita.md": ("card-file-wrong", "UTF-8"),
        }
        assert "steps[2].role" in faults["peran.md"]["reason"]
    siaga("do", "dispatch.register-agency", "agency=bontang", "name=Disdamkartan", "kind=fire-service")
    assert siaga.library() == {}


def test_two_files_of_one_name_are_refused_both(siaga: Siaga, wasps: Path, tmp_path: Path) -> None:
    other = tmp_path / "lain" / "tawon.md"
    other.parent.mkdir()
    other.write_text(WASPS)
    faults = siaga("sop", "check", wasps, other, code=1)["faults"]
    assert [(one["file"], one["code"]) for one in faults] == [(str(f), "card-file-wrong") for f in (wasps, other)]


def test_a_template_goes_in_first_and_a_difference_without_a_reason_is_found_before(
    siaga: Siaga, tmp_path: Path
) -> None:
    base, own = tmp_path / "prov-tawon.md", tmp_path / "kota-tawon.md"
    base.write_text(WASPS.replace("review:", "scope: province\nreview:"))
    changed = WASPS.replace("20 meter", "50 meter")
    own.write_text(changed.replace("review:", "template: {card: prov-tawon, version: 1}\nreview:"))
    (fault,) = siaga("sop", "check", own, base, code=1)["faults"]
    assert (fault["file"], fault["code"]) == (str(own), "card-difference-unexplained")
    own.write_text(changed.replace("review:", "template: {card: prov-tawon, version: 1, why: lebih besar}\nreview:"))
    taken = siaga("sop", "import", own, base, *ALONE)
    assert [one["card"] for one in taken["cards"]] == ["prov-tawon", "kota-tawon"]
    assert siaga.library()["kota-tawon"]["changed"] == 1


def test_a_template_the_node_does_not_have_is_told_with_the_file(siaga: Siaga, tmp_path: Path) -> None:
    own = tmp_path / "kota-tawon.md"
    own.write_text(WASPS.replace("review:", "template: {card: prov-tawon, version: 1}\nreview:"))
    no = siaga("sop", "import", own, code=1)
    assert (no["code"], no["facts"]["file"]) == ("card-template-unknown", str(own))
    assert no["reason"].startswith(str(own))


def test_an_export_replaces_no_file_with_another_text_unless_told_to(siaga: Siaga, wasps: Path, tmp_path: Path) -> None:
    siaga("sop", "import", wasps, *ALONE)
    wasps.write_text("dikerjakan orang lain")
    no = siaga("sop", "export", tmp_path, code=1)
    assert (no["code"], no["facts"]["file"]) == ("card-file-differs", str(wasps))
    assert wasps.read_text() == "dikerjakan orang lain"
    assert siaga("sop", "export", tmp_path, "--overwrite")["written"] == 1
    assert wasps.read_text() == WASPS
