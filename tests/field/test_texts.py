"""What the engine can say of air and water has its sentence on every screen, in both languages."""

import json
from pathlib import Path
from typing import get_args

import pytest

from siaga.engine.air import NoticeCode
from siaga.engine.water.data import Code

TEXTS = Path(__file__).parents[2] / "web" / "src" / "texts"


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_code_of_the_engine_has_its_sentence(language: str) -> None:
    known = json.loads((TEXTS / f"{language}.json").read_text("utf-8"))
    wanted = [f"air.notice.{code}" for code in get_args(NoticeCode)]
    wanted += [f"water-problem.{code}" for code in get_args(Code)]
    assert [key for key in wanted if not known.get(key, "").strip()] == []
