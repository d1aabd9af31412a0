"""What water is there now: hydrants, open water with pumps, tanks and tankers, against a wanted flow and a need."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from siaga.engine.water.data import Impossible, Water

Kind = Literal["hydrant", "open-water", "store"]


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where water comes from: a hydrant, open water, or a store (tank, reservoir, tanker on the scene).

    flow_lpm: what it gives in L/min; None: not measured (a hydrant, a store) or not the limit (open water).
    litres: what it holds; None: does not run out. pumps_lpm: flow of each pump set to it; None: needs none.
    """

    id: str
    kind: Kind
    flow_lpm: float | None = None
    litres: float | None = None
    pumps_lpm: tuple[float, ...] | None = None


class Supply(msgspec.Struct, frozen=True, kw_only=True):
    """How long a wanted flow can be held, and what is missing.

    lasting_lpm: from sources that do not run out. at_once_lpm: all together while the stores last. stored_l: in stores
    that something draws from. minutes: how long the wanted flow is held; None: without end. missing_lpm: short of the
    wanted flow from the first minute on. missing_later_lpm: short when the stores are empty. unmeasured: sources whose
    flow nobody knows, counted as nothing.
    """

    wanted_lpm: float
    lasting_lpm: float
    at_once_lpm: float
    stored_l: float
    minutes: float | None
    missing_lpm: float
    missing_later_lpm: float
    unmeasured: tuple[str, ...]


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """A need against what is there: over so many minutes at the wanted flow, litres to be had and litres missing."""

    need_l: float
    minutes: float
    have_l: float
    missing_l: float
    supply: Supply


def gives_lpm(source: Source) -> float | None:
    """What a source gives in L/min: the least of its own flow and its pumps together; None: not measured.

    Open water gives nothing without a pump.
    """
    pumps = source.pumps_lpm
    if source.kind == "open-water" and not pumps:
        return 0.0
    limits = [] if source.flow_lpm is None else [source.flow_lpm]
    if pumps is not None:
        limits.append(sum(pumps))
    return min(limits, default=None)


def supply(water: Water, sources: Sequence[Source], wanted_lpm: float) -> Supply | Impossible:
    """How long the sources together hold a flow in L/min.

    Stores are drawn side by side, each at no more than its flow, so that the wanted flow is held as long as any way of
    drawing can hold it: the largest t with sum(min(litres, flow × t)) ≥ (wanted - lasting) × t. Errors: Impossible
    names the source's field that is out of range. Source: conservation of volume, derived here.
    """
    if no := _outside(water, sources, wanted_lpm):
        return no
    lasting, stores = _parts(sources)
    short = wanted_lpm - lasting
    at_once = lasting + sum(flow for _, flow in stores)
    return Supply(
        wanted_lpm=wanted_lpm,
        lasting_lpm=lasting,
        at_once_lpm=at_once,
        stored_l=sum(litres for litres, _ in stores),
        minutes=None if short <= 0.0 else _minutes(stores, short),
        missing_lpm=max(0.0, wanted_lpm - at_once),
        missing_later_lpm=max(0.0, short),
        unmeasured=tuple(source.id for source in sources if gives_lpm(source) is None),
    )


def balance(water: Water, need_l: float, sources: Sequence[Source], wanted_lpm: float) -> Balance | Impossible:
    """Litres needed against litres to be had while the need is delivered at the wanted flow (minutes = need / flow).

    Never more than the wanted flow is taken, so what is missing cannot be made good by a short flood. Errors: as
    supply.
    """
    if no := water.first_outside(("litres", need_l, "need_l")):
        return no
    held = supply(water, sources, wanted_lpm)
    if isinstance(held, Impossible):
        return held
    minutes = need_l / wanted_lpm
    lasting, stores = _parts(sources)
    have = min(need_l, lasting * minutes + sum(min(litres, flow * minutes) for litres, flow in stores))
    return Balance(need_l=need_l, minutes=minutes, have_l=have, missing_l=need_l - have, supply=held)


def _parts(sources: Sequence[Source]) -> tuple[float, list[tuple[float, float]]]:
    """The flow that lasts, and (litres, L/min) of each store that gives something."""
    lasting, stores = 0.0, []
    for source in sources:
        flow = gives_lpm(source) or 0.0
        if source.litres is None:
            lasting += flow
        elif flow > 0.0 and source.litres > 0.0:
            stores.append((source.litres, flow))
    return lasting, stores


def _minutes(stores: Sequence[tuple[float, float]], short_lpm: float) -> float:
    """How long stores hold a flow: those that empty first give their litres, the others their flow."""
    emptied, flow = 0.0, sum(rate for _, rate in stores)
    for litres, rate in sorted(stores, key=lambda store: store[0] / store[1]):
        if emptied * rate + flow * litres < short_lpm * litres:  # at its end, litres / rate, it is already too little
            break
        emptied, flow = emptied + litres, flow - rate
    return emptied / (short_lpm - max(0.0, flow)) if flow < short_lpm else 0.0


def _outside(water: Water, sources: Sequence[Source], wanted_lpm: float) -> Impossible | None:
    given = [("flow_lpm", wanted_lpm, "wanted_lpm")]
    for source in sources:
        if source.flow_lpm is not None:
            given.append(("given_lpm", source.flow_lpm, f"{source.id}.flow_lpm"))
        if source.litres is not None:
            given.append(("litres", source.litres, f"{source.id}.litres"))
        given.extend(("given_lpm", flow, f"{source.id}.pumps_lpm") for flow in source.pumps_lpm or ())
    return water.first_outside(*given)
