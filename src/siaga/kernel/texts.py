"""Language catalogues: codes and facts become sentences in the reader's language."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

from .records import Refusal

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@cache
def catalogue(language: Language) -> dict[str, str]:
    """All sentences of a language by code."""
    raw = (files("siaga") / "texts" / f"{language}.json").read_bytes()
    return msgspec.json.decode(raw, type=dict[str, str])


LOCAL = ZoneInfo("Asia/Makassar")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)")


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        return shown_time(value) if isinstance(value, str) and _TIME.fullmatch(value) else value


def shown_time(written: str) -> str:
    """A written time as people read it: local, to the second, with the day."""
    local = datetime.fromisoformat(written).astimezone(LOCAL)
    return local.strftime("%d/%m/%Y %H:%M:%S WITA")


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
