"""Language catalogues: codes and facts become sentences in the reader's language."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

import msgspec

from .records import Refusal

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalogue(language: Language) -> dict[str, str]:
    """All sentences of a language by code."""
    raw = (files("siaga") / "texts" / f"{language}.json").read_bytes()
    return msgspec.json.decode(raw, type=dict[str, str])


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def say(code: str, facts: Mapping[str, Any], language: Language) -> str:
    """The sentence of a code; a code without one (a bug that a test finds) is shown as it is."""
    sentence = catalogue(language).get(code, code)
    return sentence.format_map(_Facts(facts))


def reason(refusal: Refusal, language: Language) -> str:
    """Why it was refused, for people."""
    return say(f"refusal.{refusal.code}", refusal.facts, language)


def preferred(accept: str | None) -> Language:
    """The language of an `Accept-Language` header: Indonesian unless English is wanted more."""
    best: Language = "id"
    weight = -1.0
    for part in (accept or "").split(","):
        tag, _, options = part.strip().partition(";")
        try:
            q = float(options.partition("=")[2] or 1)
        except ValueError:
            continue
        language = tag.split("-")[0].lower()
        if language in LANGUAGES and q > weight:
            best, weight = language, q
    return best
