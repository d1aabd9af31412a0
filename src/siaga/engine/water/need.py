"""How much water a building needs by Permen PU 20/PRT/M/2009, in litres and litres a minute."""

from collections.abc import Sequence

import msgspec

from siaga.engine.water.data import Impossible, Water


class Neighbour(msgspec.Struct, frozen=True, kw_only=True):
    """Another building: its distance in metres and its ground area in m²."""

    distance_m: float
    area_m2: float


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """The water a building needs, with the factors it was computed from.

    litres: total. flow_lpm: delivery by the formula; delivery_lpm: the same after the regulation's cap (capped says
    whether it bit). minutes: how long the total lasts at delivery_lpm. floor_l: what a service should be able to bring
    in any case (NFPA; shown beside, never added).
    """

    volume_m3: float
    ark: int
    akk: float
    fb: float
    litres: float
    flow_lpm: float
    delivery_lpm: float
    capped: bool
    minutes: float
    floor_l: float


def exposure(water: Water, arks: Sequence[int], neighbours: Sequence[Neighbour]) -> float | Impossible:
    """The factor FB (1.0 or the exposed factor) from the buildings around; metres and m².

    A neighbour counts within 15 m when larger than 10 m², and at any size when the most dangerous use is ARK 3 or 4
    (NFPA 1142 4.1.5; the Indonesian text by the WMK study in standards.md). Errors: Impossible names the neighbour.
    """
    if no := _uses(water, arks):
        return no
    any_size = min(arks) <= water.need.exposed_any_size_ark
    counts = False
    for place, other in enumerate(neighbours):
        no = water.first_outside(
            ("neighbour_m", other.distance_m, f"neighbours.{place}.distance_m"),
            ("area_m2", other.area_m2, f"neighbours.{place}.area_m2"),
        )
        if no:
            return no
        large = any_size or other.area_m2 > water.need.exposed_from_m2
        counts = counts or (large and other.distance_m <= water.need.exposed_within_m)
    return water.need.exposed_factor if counts else 1.0


def need(
    water: Water, volume_m3: float, arks: Sequence[int], akks: Sequence[float], fb: float = 1.0
) -> Need | Impossible:
    """Litres = 133.7 × V / ARK × AKK × FB and L/min = V / 0.7483, V in m³ of the enclosed building.

    Of several uses the most dangerous counts (smallest ARK), of several constructions the worst (largest AKK), for the
    whole building. The regulation's own examples are in US gallons and cubic feet: 133.7 carries the units, and reading
    V / ARK × AKK as cubic metres of water is 7.5 times too much. Errors: Impossible names the field that is empty or
    out of range. Source: Permen PU 20/PRT/M/2009, after NFPA 1231; factors in water.toml.
    """
    if no := _uses(water, arks) or _constructions(water, akks):
        return no
    if no := water.first_outside(("volume_m3", volume_m3, "volume_m3"), ("fb", fb, "fb")):
        return no
    rules, ark, akk = water.need, min(arks), max(akks)
    litres = rules.litres_per_m3 * volume_m3 / ark * akk * fb
    flow = volume_m3 / rules.flow_divisor
    delivery = min(flow, rules.most_flow_lpm)
    return Need(
        volume_m3=volume_m3,
        ark=ark,
        akk=akk,
        fb=fb,
        litres=litres,
        flow_lpm=flow,
        delivery_lpm=delivery,
        capped=flow > rules.most_flow_lpm,
        minutes=litres / delivery,
        floor_l=rules.floor_exposed_l if fb > 1.0 else rules.floor_l,
    )


def _uses(water: Water, arks: Sequence[int]) -> Impossible | None:
    if not arks:
        return Impossible(code="nothing-given", field="ark")
    return water.first_outside(*(("ark", ark, "ark") for ark in arks))


def _constructions(water: Water, akks: Sequence[float]) -> Impossible | None:
    if not akks:
        return Impossible(code="nothing-given", field="akk")
    return water.first_outside(*(("akk", akk, "akk") for akk in akks))
