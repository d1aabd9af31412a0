"""The engine is compiled in a child, once."""

import os
from pathlib import Path

import pytest

from siaga.engine import compile as compiler


def test_a_child_compiles_and_what_it_did_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for compiled in Path(os.environ["NUMBA_CACHE_DIR"]).glob("*/"):
        (tmp_path / compiled.name).symlink_to(compiled)  # by other tests: ten seconds less
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    child = compiler.begin(None)
    assert child is not None
    assert child.wait() == 0
    assert compiler.begin(None) is None
    more = compiler.begin(tmp_path / "none.npz")  # what roads need is something else
    assert more is not None
    assert more.wait() != 0  # and where there are none, nothing is compiled
