"""What an alert says, in both languages: plain sentences that can be read out and sent."""

from typing import Any

import msgspec

from .... import standards
from ....kernel.records import read_time
from ....kernel.storage import Row
from ....kernel.texts import LANGUAGES, LOCAL, Language, say


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What an alert is about, as far as it is known; `number` None: about no incident, a trial."""

    cause: str
    number: str | None
    type: str | None
    life_risk: bool
    exercise: bool
    place: str | None
    units: tuple[str, ...]
    at: str


def about(row: Row, place: str | None, units: tuple[str, ...]) -> About:
    """From a row of alert and incident."""
    return About(
        cause=row["cause"],
        number=row["number"],
        type=row["type"],
        life_risk=bool(row["life_risk"]),
        exercise=bool(row["exercise"]),
        place=place,
        units=units,
        at=row["raised_at"],
    )


def kind_name(type_id: str | None, language: Language) -> str:
    """The name of an incident type; a sentence of its own when it is not known yet."""
    known = standards.incident_types().get(type_id or "")
    return getattr(known.name, language) if known else say("paging.kind-unknown", {}, language)


def _listed(names: tuple[str, ...], language: Language) -> str:
    """`BTG 1, BTG 3 dan RSC 1`: codes without the hyphen, which a voice would read as minus."""
    plain = [name.replace("-", " ") for name in names]
    if len(plain) < 2:
        return "".join(plain)
    return say("paging.and", {"first": ", ".join(plain[:-1]), "last": plain[-1]}, language)


def _facts(known: About, language: Language) -> dict[str, Any]:
    return {
        "kind": kind_name(known.type, language),
        "place": known.place or say("paging.place-unknown", {}, language),
        "units": _listed(known.units, language),
        "number": short(known.number),
        "clock": f"{read_time(known.at).astimezone(LOCAL):%H.%M}",
    }


def short(number: str | None) -> str:
    """`2026-0231` as people say it."""
    return (number or "").rpartition("-")[2]


def sentence(known: About, language: Language) -> str:
    """What is read out in a station and stands in a message."""
    if known.number is None:
        return say("paging.trial", {"clock": _facts(known, language)["clock"]}, language)
    parts = [say("paging.exercise", {}, language)] if known.exercise else []
    code = "paging.recalled" if known.cause == "recall" else "paging.sent" if known.units else "paging.called"
    parts.append(say(code, _facts(known, language), language))
    if known.life_risk:
        parts.append(say("paging.life", {}, language))
    return " ".join(parts)


def spoken(known: About) -> dict[str, str]:
    """The sentence by language."""
    return {language: sentence(known, language) for language in LANGUAGES}


def title(known: About, language: Language) -> str:
    """One line: what and which."""
    if known.number is None:
        return say("paging.trial-title", {}, language)
    return say("paging.title", _facts(known, language), language)
