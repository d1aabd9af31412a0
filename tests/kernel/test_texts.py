"""Sentences for people: Indonesian first, English second, never a crash over a missing one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.kernel.records import Refusal
from siaga.kernel.texts import LANGUAGES, Language, catalogue, preferred, reason, say


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        (None, "id"),
        ("", "id"),
        ("id", "id"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("id,en;q=0.8", "id"),
        ("en;q=0.4,id;q=0.5", "id"),
        ("de,fr;q=0.9", "id"),
        ("de,en;q=0.1", "en"),
        ("EN-us", "en"),
        ("en;q=many", "id"),
        ("*", "id"),
    ],
)
def test_the_language_a_reader_wants_most_of_those_we_have(accept: str | None, language: Language) -> None:
    assert preferred(accept) == language


@given(st.text())
def test_whatever_a_client_sends_there_is_a_language(accept: str) -> None:
    assert preferred(accept) in LANGUAGES


def test_a_refusal_says_why_in_both_languages() -> None:
    refusal = Refusal(code="not-permitted", facts={"roles": "crew"})
    said = {language: reason(refusal, language) for language in LANGUAGES}
    assert said == {"id": "Ini perlu peran: crew.", "en": said["en"]}
    assert "crew" in said["en"]
    assert said["en"] != said["id"]


def test_a_fact_that_is_missing_leaves_a_mark_and_no_crash() -> None:
    assert say("refusal.not-permitted", {}, "id") == "Ini perlu peran: ?."


def test_a_code_without_a_sentence_is_shown_as_it_is() -> None:
    assert say("refusal.nobody-wrote-this", {}, "en") == "refusal.nobody-wrote-this"


def test_indonesian_comes_first() -> None:
    assert LANGUAGES == ("id", "en")
    assert catalogue("id").keys() == catalogue("en").keys()


def test_a_time_in_a_reason_is_read_in_local_words() -> None:
    refusal = Refusal(code="unit-out-of-service", facts={"unit": "BTG-2", "since": "2026-03-07T12:40:00.000000+00:00"})
    assert reason(refusal, "id") == "BTG-2 tidak siap sejak 07/03/2026 20:40:00 WITA."
