"""What NERIS asks across modules: its models say it only in descriptions of fields, its server enforces it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

STRUCTURE = "FIRE||STRUCTURE_FIRE"
COOKING = "FIRE||STRUCTURE_FIRE||CONFINED_COOKING_APPLIANCE_FIRE"
MODULES_OF_STRUCTURE = ("smoke_alarm", "fire_alarm", "other_alarm", "fire_suppression")
MODULES_OF_COOKING = ("cooking_fire_suppression",)
ONLY_WITH = {"fire_detail": "FIRE", "hazsit_detail": "HAZSIT", "medical_details": "MEDICAL"}
Payload = Mapping[str, Any]


def broken(payload: Payload, by_cad: bool = True) -> list[str]:
    """The rules a payload breaks, each as `rule: field`; none is as it should be. `by_cad`: a CAD system sends it."""
    return [*_alarms(payload), *_modules(payload), *_types(payload, by_cad), *_people(payload), *_hazards(payload)]


def _kinds(payload: Payload) -> list[str]:
    return [one["type"] for one in payload["incident_types"]]


def _alarms(payload: Payload) -> Iterator[str]:
    aids = payload.get("aids") or []
    if aids and all(aid["aid_type"] == "SUPPORT_AID" and aid["aid_direction"] == "GIVEN" for aid in aids):
        return
    kinds = _kinds(payload)
    if any(kind.startswith(STRUCTURE) for kind in kinds):
        yield from (f"structure-fire-needs: {name}" for name in MODULES_OF_STRUCTURE if not payload.get(name))
    if COOKING in kinds:
        yield from (f"cooking-fire-needs: {name}" for name in MODULES_OF_COOKING if not payload.get(name))


def _modules(payload: Payload) -> Iterator[str]:
    for module, first in ONLY_WITH.items():
        if payload.get(module) and not any(kind.partition("||")[0] == first for kind in _kinds(payload)):
            yield f"only-with-{first.lower()}: {module}"


def _types(payload: Payload, by_cad: bool) -> Iterator[str]:
    if sum(one.get("primary") is True for one in payload["incident_types"]) > 1:
        yield "one-primary: incident_types"
    if not by_cad and _kinds(payload) == ["UNDETERMINED"]:
        yield "undetermined-only-by-cad: incident_types"


def _people(payload: Payload) -> Iterator[str]:
    """Ranks and maydays are of firefighters; whether somebody was known to be inside is of everybody else."""
    of_firefighters: tuple[tuple[str, Callable[[Payload], Any]], ...] = (
        ("rank", lambda one: one.get("rank")),
        ("years_of_service", lambda one: one.get("years_of_service")),
        ("rescue.mayday", lambda one: (one.get("rescue") or {}).get("mayday")),
        ("casualty.ff_injury_details", _injury),
    )
    for one in payload.get("casualty_rescues") or []:
        if one["type"] != "FF":
            yield from (f"only-of-ff: {name}" for name, read in of_firefighters if read(one) is not None)
        elif (one.get("rescue") or {}).get("presence_known") is not None:
            yield "only-of-nonff: rescue.presence_known"


def _injury(one: Payload) -> Any:
    return ((one.get("casualty") or {}).get("injury_or_noninjury") or {}).get("ff_injury_details")


def _hazards(payload: Payload) -> Iterator[str]:
    for chemical in (payload.get("hazsit_detail") or {}).get("chemicals") or []:
        if chemical.get("release") is not None and chemical.get("release_occurred") is not True:
            yield "only-when-released: hazsit_detail.chemicals.release"
    for hazard in payload.get("electric_hazards") or []:
        if hazard.get("involved_in_crash") is not None and not hazard["type"].startswith("ELECTRIC_VEHICLE"):
            yield "only-of-vehicles: electric_hazards.involved_in_crash"
