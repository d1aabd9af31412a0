"""The journal on paper says what the screens say."""

import importlib.util
from pathlib import Path


def test_the_sentences_of_the_journal_are_those_of_the_web() -> None:
    path = Path(__file__).parents[2] / "tools" / "journal_words.py"
    spec = importlib.util.spec_from_file_location("journal_words", path)
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.main(check=True) == 0, "run tools/journal_words.py"
