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


def find(cell: str, phrases: Mapping[str, str]) -> str | None:
    """The phrase of `phrases` that a cell says: the longest inside it, else one that is nearly there."""
    said = f" {words(cell)} "
    for phrase in sorted(phrases, key=lambda p: (-len(p), p)):
        if f" {phrase} " in said:
            return phrase
    return max((p for p in phrases if _nearly(p, said.split())), key=lambda p: (len(p), p), default=None)


def _nearly(phrase: str, said: list[str]) -> bool:
    wanted = phrase.split()
    runs = (said[i : i + len(wanted)] for i in range(len(said) - len(wanted) + 1))
    return any(all(_alike(a, b) for a, b in zip(wanted, run, strict=True)) for run in runs)


def _alike(wanted: str, said: str) -> bool:
    if wanted == said:
        return True
    return len(wanted) >= LONG and Levenshtein.normalized_similarity(wanted, said) >= FORGIVEN
