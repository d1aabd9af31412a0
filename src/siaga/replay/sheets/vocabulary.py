"""The words of spreadsheets: what headers and cells say, found in spite of spelling."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from rapidfuzz.distance import Levenshtein

from .cells import words

LONG = 6  # letters from which a misspelling of one or two is forgiven
FORGIVEN = 0.8


@cache
def vocabulary() -> dict[str, dict[str, Any]]:
    """The shipped words, by table."""
    return tomllib.loads((files("siaga.replay.sheets") / "words.toml").read_text("utf-8"))


def by_phrase(named: Mapping[str, Any]) -> dict[str, str]:
    """Phrase → code of a table that names phrases by code."""
    return {words(phrase): code for code, phrases in named.items() for phrase in phrases}


class Phrases:
    """Phrases and what they mean; the same cells come again by the thousand, so each is looked at once."""

    def __init__(self, means: Mapping[str, str]) -> None:
        self.means = {words(phrase): code for phrase, code in means.items()}
        self._ordered = sorted(self.means, key=lambda p: (-len(p), p))
        self._seen: dict[str, str | None] = {}

    def find(self, cell: str) -> str | None:
        """The phrase that a cell says: the longest inside it, else the longest that is nearly there."""
        if cell not in self._seen:
            self._seen[cell] = self._find(words(cell))
        return self._seen[cell]

    def meaning(self, cell: str) -> str | None:
        """What that phrase means."""
        found = self.find(cell)
        return None if found is None else self.means[found]

    def _find(self, text: str) -> str | None:
        said = f" {text} "
        exact = (phrase for phrase in self._ordered if f" {phrase} " in said)
        return next(exact, None) or next((p for p in self._ordered if _nearly(p, said.split())), None)


def _nearly(phrase: str, said: list[str]) -> bool:
    wanted = phrase.split()
    runs = (said[i : i + len(wanted)] for i in range(len(said) - len(wanted) + 1))
    return any(all(_alike(a, b) for a, b in zip(wanted, run, strict=True)) for run in runs)


def _alike(wanted: str, said: str) -> bool:
    if wanted == said:
        return True
    return len(wanted) >= LONG and Levenshtein.normalized_similarity(wanted, said) >= FORGIVEN
