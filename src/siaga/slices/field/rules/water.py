"""The water plan in figures: the need by Permen PU 20/2009 in litres beside what is there and what tankers bring."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from ....engine import water as engine
from ..events import Need, Shuttle, WaterPlanned, WaterSource

T = TypeVar("T")


class Figures(msgspec.Struct, frozen=True):
    """A water plan computed; None where nothing was entered or where `problems` says why there is no figure.

    `needed` by the regulation; `tankers` what the shuttle holds; `wanted` how many of these tankers the flow that the
    other sources leave open would take; `held` need and flow against everything together."""

    needed: engine.Need | None = None
    tankers: engine.Shuttle | None = None
    wanted: int | None = None
    held: engine.Balance | None = None
    lasting_lpm: float = 0.0
    problems: tuple[engine.Impossible, ...] = ()


def figures(water: engine.Water, plan: WaterPlanned) -> Figures:
    """Everything that follows from a plan; what is impossible is named, the rest is computed all the same."""
    problems: list[engine.Impossible] = []

    def good(found: T | engine.Impossible) -> T | None:
        if isinstance(found, engine.Impossible):
            problems.append(found)
            return None
        return found

    needed = good(_needed(water, plan.need)) if plan.need else None
    trip = good(_trip(water, plan.shuttle)) if plan.shuttle else None
    tankers = None
    if plan.shuttle and trip:
        tankers = good(engine.shuttle(water, (plan.shuttle.tanker_l,) * plan.shuttle.tankers, trip))
    wished = needed.delivery_lpm if needed else 0.0
    fixed = _sources(plan.sources, plan.tank_l, wished)
    wanted = None
    if needed and plan.shuttle and trip:
        wanted = good(_tankers_wanted(water, fixed, wished, plan.shuttle, trip))
    brought = [engine.Source(id="shuttle", kind="hydrant", flow_lpm=tankers.lpm)] if tankers else []
    held = good(engine.balance(water, needed.litres, [*fixed, *brought], wished)) if needed else None
    lasting = sum(source.flow_lpm or 0.0 for source in [*fixed, *brought] if source.litres is None)
    return Figures(needed, tankers, wanted, held, lasting, tuple(problems))


def _needed(water: engine.Water, need: Need) -> engine.Need | engine.Impossible:
    factor = water.need.exposed_factor if need.exposed else 1.0
    return engine.need(water, need.volume_m3, (need.hazard_class,), (need.construction,), factor)


def _trip(water: engine.Water, shuttle: Shuttle) -> engine.Trip | engine.Impossible:
    way = engine.travel_s(water, shuttle.distance_m)
    if isinstance(way, engine.Impossible):
        return way
    return engine.Trip(out_s=way, back_s=way, fill_lpm=shuttle.fill_lpm, drop_lpm=shuttle.drop_lpm)


def _sources(sources: Sequence[WaterSource], tank_l: float, wished_lpm: float) -> list[engine.Source]:
    """Sources of the plan, and the tanks of the vehicles: these give as fast as anybody wishes, by their own pumps."""
    found = [
        engine.Source(
            id=source.source,
            kind="hydrant" if source.volume_l is None else "store",
            flow_lpm=source.flow_lpm,
            litres=source.volume_l,
        )
        for source in sources
    ]
    if tank_l > 0.0 and wished_lpm > 0.0:
        found.append(engine.Source(id="tanks", kind="store", flow_lpm=wished_lpm, litres=tank_l))
    return found


def _tankers_wanted(
    water: engine.Water, fixed: Sequence[engine.Source], wished_lpm: float, shuttle: Shuttle, trip: engine.Trip
) -> int | engine.Impossible:
    held = engine.supply(water, fixed, wished_lpm)
    if isinstance(held, engine.Impossible):
        return held
    if held.missing_later_lpm < water.ranges["flow_lpm"][0]:
        return 0
    found = engine.tankers_needed(water, held.missing_later_lpm, shuttle.tanker_l, trip)
    return found if isinstance(found, engine.Impossible) else found.tankers
