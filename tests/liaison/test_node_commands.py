"""Pairing and files by the command line, as the pages for operators say it."""

import json
from pathlib import Path
from typing import Any

import pytest

from siaga.edges.cli import run


class Line:
    """The command line on one node's data folder."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data, self._capsys = data, capsys
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        code = run(["--data", str(self.data), *words])
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *words: str, code: int = 0) -> Any:
        """The object on the last line."""
        assert self(*words, "--json") == code, self.err + self.out
        return json.loads(self.out.splitlines()[-1])


@pytest.fixture
def lines(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[Line, Line]:
    for name in ("LC_ALL", "LC_MESSAGES", "SIAGA_STORE", "SIAGA_DATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "id_ID.UTF-8")
    return Line(tmp_path / "kota", capsys), Line(tmp_path / "mobil-1", capsys)


def paired(lines: tuple[Line, Line], folder: Path) -> None:
    """As docs/operate.md says it."""
    city, car = lines
    assert car("node", "show", "--file", str(folder / "mobil-1.card")) == 0
    assert city("node", "pair", str(folder / "mobil-1.card")) == 0, city.err
    card = city.json("node", "show")
    assert car("node", "pair", "--city", card["card"]) == 0, car.err
    assert card["fingerprint"] in car.out


def test_two_nodes_are_paired_by_cards_and_unpaired(lines: tuple[Line, Line], tmp_path: Path) -> None:
    city, car = lines
    paired(lines, tmp_path)
    (row,) = city.json("node", "list")["rows"]
    assert (row["node"], row["role"], row["waiting"]) == ("mobil-1", "field", 0)
    assert [r["role"] for r in car.json("node", "list")["rows"]] == ["home"]
    assert row["fingerprint"] == car.json("node", "show")["fingerprint"]
    assert city.json("node", "pair", "nonsense", code=1)["code"] == "liaison.card-unreadable"
    assert city("node", "show", "--file", str(tmp_path / "mobil-1.card")) == 1  # a file that is there stays
    assert city("node", "unpair", "mobil-1") == 0
    assert city.json("node", "unpair", "mobil-1", code=1)["code"] == "node-unknown"


def test_a_scene_goes_out_and_home_on_a_stick(lines: tuple[Line, Line], tmp_path: Path) -> None:
    city, car = lines
    paired(lines, tmp_path)
    out, back = str(tmp_path / "out.siaga"), str(tmp_path / "back.siaga")
    assert city("do", "intake.open-incident", "incident=i7", "lon=117.48", "lat=0.12") == 0, city.err
    assert city.json("field", "export", "i7", out, code=1)["code"] == "liaison.nothing-to-carry"
    assert city("do", "field.offer-field", "incident=i7", "node=mobil-1") == 0, city.err
    assert city("field", "export", "i7", out, "--to", "mobil-1") == 0, city.err
    assert Path(out).stat().st_mode & 0o077 == 0
    taken = car.json("field", "import", out)
    assert (taken["node"], taken["known"]) == ("kota", 0)
    assert taken["new"] >= 2
    again = car.json("field", "import", out)
    assert (again["new"], again["known"]) == (0, taken["new"])
    assert car("do", "field.take-field", "incident=i7", "epoch=1") == 0, car.err
    assert car("do", "field.report-wind", "incident=i7", "from_deg=90") == 0, car.err
    assert car("do", "field.offer-field", "incident=i7", "node=kota") == 0, car.err
    assert car("field", "export", "i7", back) == 0, car.err
    changed = tmp_path / "changed.siaga"
    text = Path(back).read_text()
    changed.write_text(text[:-3] + ("1" if text[-3] == "0" else "0") + text[-2:])
    assert city.json("field", "import", str(changed), code=1)["code"] == "liaison.parcel-changed"
    assert car.json("field", "import", back, code=1)["code"] == "liaison.parcel-stranger"
    assert city("field", "import", back) == 0, city.err
    assert city("do", "field.take-field", "incident=i7", "epoch=2") == 0, city.err
    (row,) = city.json("show", "field.board", "incident=i7")["rows"]
    assert (row["part"]["node"], row["part"]["epoch"], row["wind"]["from_deg"]) == ("kota", 2, 90)


def test_where_several_nodes_are_partners_one_must_be_named(lines: tuple[Line, Line], tmp_path: Path) -> None:
    city, _ = lines
    assert city("node", "show") == 0
    assert city.json("field", "export", "i7", str(tmp_path / "x"), code=1)["code"] == "which-node"
