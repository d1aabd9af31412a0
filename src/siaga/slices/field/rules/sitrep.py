"""The facts of a situation report: what the board says, in codes and figures that every language can read aloud."""

from collections.abc import Mapping

import msgspec

from .crewfold import Crew
from .deadlines import on_scene
from .water import Figures

Fact = str | int | float | list[str]
CLOSED = ("done", "dropped")


class Aim(msgspec.Struct, frozen=True):
    """A task or an objective: its kind, its common code (empty: words of its own), its step."""

    kind: str
    code: str
    step: str


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """The board at a moment."""

    number: str
    type: str | None
    level: int
    life_risk: bool
    exercise: bool
    commander: str
    since: str
    crews: tuple[Crew, ...]
    sectors: tuple[str, ...]
    aims: tuple[Aim, ...]
    hazards: tuple[str, ...]
    no_go: int
    wind: tuple[float, float | None] | None
    asked: tuple[str, ...]
    maydays: int
    evacuations: int
    water: Figures | None
    marks: Mapping[str, str]


def draft(picture: Picture) -> dict[str, Fact]:
    """What is known; what is not is left out, so that nobody reads a nought where nothing was said."""
    facts: dict[str, Fact] = {"number": picture.number, "level": picture.level}
    if picture.type:
        facts["type"] = picture.type
    for name in ("life_risk", "exercise"):
        if getattr(picture, name):
            facts[name] = 1
    if picture.commander:
        facts |= {"commander": picture.commander, "commander_since": picture.since}
    return facts | _people(picture) | _work(picture) | _dangers(picture) | _water(picture.water) | dict(picture.marks)


def _people(picture: Picture) -> dict[str, Fact]:
    there = [crew for crew in picture.crews if on_scene(crew)]
    coming = [crew for crew in picture.crews if not on_scene(crew) and crew.phase in ("sent", "on-the-way")]
    return {
        "crews": len(there),
        "people": sum(max(crew.people, len(crew.inside)) for crew in there),
        "inside": sum(len(crew.inside) for crew in there),
        "coming": [crew.label for crew in coming],
        "sectors": list(picture.sectors),
    }


def _work(picture: Picture) -> dict[str, Fact]:
    aims = [aim for aim in picture.aims if aim.kind == "objective" and aim.step != "dropped"]
    tasks = [aim for aim in picture.aims if aim.kind == "task" and aim.step != "dropped"]
    return {
        "objectives_done": sum(aim.step == "done" for aim in aims),
        "objectives_open": sum(aim.step != "done" for aim in aims),
        "objectives": [aim.code for aim in aims if aim.code and aim.step not in CLOSED],
        "tasks_done": sum(aim.step == "done" for aim in tasks),
        "tasks_open": sum(aim.step != "done" for aim in tasks),
        "requests": list(picture.asked),
    }


def _dangers(picture: Picture) -> dict[str, Fact]:
    facts: dict[str, Fact] = {"hazards": list(picture.hazards), "no_go": picture.no_go}
    facts |= {"maydays": picture.maydays, "evacuations": picture.evacuations}
    conflicts = sum(len(crew.conflicts) for crew in picture.crews)
    if conflicts:
        facts["conflicts"] = conflicts
    if picture.wind is not None:
        facts["wind_from_deg"] = picture.wind[0]
        if picture.wind[1] is not None:
            facts["wind_mps"] = picture.wind[1]
    return facts


def _water(water: Figures | None) -> dict[str, Fact]:
    if water is None:
        return {}
    facts: dict[str, Fact] = {"water_lasting_lpm": round(water.lasting_lpm)}
    if water.needed is not None:
        facts["water_need_l"] = round(water.needed.litres)
    if water.held is not None:
        facts["water_missing_l"] = round(water.held.missing_l)
    return facts
