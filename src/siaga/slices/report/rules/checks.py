"""What a report still misses, and what it says oddly: codes of the standards (`gap`), with the field they are about.

Sections come as they are written: the bodies of their events, by name; what nobody said is absent."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

import msgspec

from ..responses import Response

Body = Mapping[str, Any]
Severity = Literal["stops", "warns"]
SHORT = frozenset({"nothing-found", "false-alarm", "prank", "cancelled", "duplicate"})
"""Outcomes after which there is nothing to judge."""
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "fire": ("object", "cause", "victims", "loss", "water", "obstacles", "summary"),
    "rescue": ("victims", "obstacles", "summary"),
    "hazmat": ("victims", "obstacles", "summary"),
    "medical": ("victims", "summary"),
}
_STOPPING: Mapping[str, tuple[str, ...]] = {
    "fire": ("object", "cause", "victims"),
    "hazmat": ("victims",),
    "medical": ("victims",),
}
_ORDER = ("seen", "answered", "dispatched", "on-the-way", "arrived", "ready-to-serve", "under-control", "out")
"""Times of which none may come before the one before it: of one incident, whoever made them."""


class Gap(msgspec.Struct, frozen=True):
    """Something that is missing or odd; what `stops` must be mended before the report can be checked."""

    code: str
    field: str
    severity: Severity = "warns"


class Facts(msgspec.Struct, frozen=True):
    """What a report is about, as far as it says what is needed."""

    type: str | None
    exercise: bool
    outcome: str | None
    incident_state: str
    reopened: bool = False
    """After it was signed."""

    @property
    def kind(self) -> str:
        """The first level of the type; empty where nothing is to be judged."""
        if self.exercise or self.outcome in SHORT:
            return ""
        return (self.type or "").split(".")[0]

    @property
    def judged(self) -> bool:
        """Whether something happened that a type must be known of."""
        return not self.exercise and self.outcome not in SHORT


def needed(facts: Facts) -> tuple[str, ...]:
    """The sections this sort of incident asks for."""
    return _NEEDED.get(facts.kind, ("summary",))


def missing(facts: Facts, said: Mapping[str, Body]) -> tuple[str, ...]:
    """Codes of what the meter still misses: sections, and the type."""
    unsaid = [f"{name}-missing" for name in needed(facts) if name not in said]
    return (*(["type-missing"] if facts.judged and not facts.type else []), *unsaid)


def parts(facts: Facts) -> int:
    """How many things the meter counts."""
    return len(needed(facts)) + int(facts.judged)


def completeness(of: int, lacking: int) -> float:
    """The meter: 1 when nothing is missing."""
    return round((of - lacking) / of, 3) if of else 1.0


def own_gaps(facts: Facts, said: Mapping[str, Body], victims: Sequence[Body] = ()) -> list[Gap]:
    """Everything that can be known from the report itself."""
    return list(_own_gaps(facts, said, victims))


def _own_gaps(facts: Facts, said: Mapping[str, Body], victims: Sequence[Body]) -> Iterator[Gap]:
    if facts.incident_state != "closed":
        yield Gap("still-open", "incident", "stops")
    if facts.reopened:
        yield Gap("reopened-after-signing", "incident")
    if facts.judged and not facts.type:
        yield Gap("type-missing", "type", "stops")
    for name in needed(facts):
        if name not in said:
            stops = name in _STOPPING.get(facts.kind, ())
            yield Gap(f"{name}-missing", name, "stops" if stops else "warns")
    yield from _object(said.get("object", {}))
    if said.get("cause", {}).get("cause") == "under-investigation":
        yield Gap("cause-open", "cause.cause")
    yield from _loss(said.get("loss", {}))
    if "victims" in said:
        yield from _victims(said["victims"], facts.kind == "fire", victims)


def _object(said: Body) -> Iterator[Gap]:
    building, burnt = said.get("building_m2"), said.get("burnt_m2")
    if building is not None and burnt is not None and burnt > building:
        yield Gap("burnt-more-than-building", "object.burnt_m2")


def amount(line: Body) -> int | None:
    """What a line amounts to: as said, else count times price; None: not estimated."""
    if line.get("amount_rp") is not None:
        return int(line["amount_rp"])
    count, price = line.get("count"), line.get("price_rp")
    return round(count * price) if count is not None and price is not None else None


def _loss(said: Body) -> Iterator[Gap]:
    lines: Sequence[Body] = said.get("lines", ())
    amounts = [amount(line) for line in lines]
    if any(amounts) and said.get("basis") is None:
        yield Gap("loss-basis-missing", "loss.basis", "stops")
    for n, (line, whole) in enumerate(zip(lines, amounts, strict=True)):
        if whole is None:
            yield Gap("loss-partial", f"loss.lines.{n}.amount_rp")
        elif amount({**line, "amount_rp": None}) not in (None, whole):
            yield Gap("loss-sum-differs", f"loss.lines.{n}.amount_rp")


def _victims(said: Body, fire: bool, named: Sequence[Body]) -> Iterator[Gap]:
    for whose in ("citizens", "staff"):
        counts: Body = said.get(whose, {})
        for name in ("dead", "heavy", "light", "rescued"):
            if counts.get(name) is None:
                yield Gap("victims-unknown", f"victims.{whose}.{name}")
            else:
                noted = sum(one["kind"] == "direct" and one["outcome"] == name for one in named)
                if whose == "citizens" and noted > counts[name] + (said.get("staff", {}).get(name) or 0):
                    yield Gap("victims-named-differ", f"victims.citizens.{name}")
    for who in ("victims", "affected"):
        due, served = said.get(f"to_serve_{who}"), said.get(f"served_{who}")
        if due is not None and served is not None and served > due:
            yield Gap("served-more-than-to-serve", f"victims.served_{who}", "stops")
        for name, value in ((f"to_serve_{who}", due), (f"served_{who}", served)):
            if fire and value is None:
                yield Gap("served-unknown", f"victims.{name}")


def time_gaps(facts: Facts, of: Response, volunteers_at: str | None = None) -> list[Gap]:
    """What the clocks and the place leave open: mended where they are kept, so it never stops."""
    return list(_time_gaps(facts, of, volunteers_at))


def _time_gaps(facts: Facts, of: Response, volunteers_at: str | None) -> Iterator[Gap]:
    if of.area is None:
        yield Gap("area-missing", "area")
    if facts.kind in _NEEDED and not of.units:
        yield Gap("no-units", "units")
    came = facts.kind in _NEEDED and facts.outcome not in ("out-before-arrival", "handed-over") and bool(of.units)
    for clock, code in (("arrived", "arrived-missing"), ("ready-to-serve", "ready-missing")):
        if came and clock not in of.clocks:
            yield Gap(code, f"jam.{clock}")
    known = [(name, of.clocks[name]) for name in _ORDER if name in of.clocks]
    for (_, before), (name, at) in pairwise(known):
        if at < before:
            yield Gap("times-odd", f"jam.{name}")
    if volunteers_at is not None and volunteers_at > of.clocks.get("arrived", volunteers_at):
        yield Gap("volunteers-odd", "volunteers.first_action_at")
