"""What happens in the city: when the telephone rings, what it is and where, drawn from the standards' weights."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar, cast

from .. import standards
from ..engine.geo import LonLat, length_m, point_along
from ..slices.intake.events import Channel, Outcome
from ..slices.places.tables import Street
from . import fleet
from .city import City, Object, read

T = TypeVar("T")
BRIDGE = "weak_bridge"
NOWHERE_TO_LIVE = ("service", "footway")  # plants' roads and island paths: what happens there has an object of its own


@dataclass(frozen=True)
class Happening:
    """One call and what is behind it; without a type it is about nothing that needs anybody."""

    channel: Channel
    outcome: Outcome
    type: str | None = None
    exercise: bool = False
    lon: float = 0.0
    lat: float = 0.0
    precision_m: float = 50.0
    area: str = ""
    place: str = ""
    place_id: str = ""


@cache
def data() -> dict[str, Any]:
    """shift.toml."""
    return read("shift.toml")


def drawn(weights: Mapping[T, float], chance: random.Random) -> T:
    """One of several by weight."""
    return chance.choices(list(weights), list(weights.values()))[0]


def next_call(after: datetime, chance: random.Random, speed: float) -> datetime:
    """When the telephone rings again: a Poisson process whose rate follows the hour (thinning, Lewis, Shedler 1979)."""
    calls = data()["calls"]
    at = after
    while True:
        at += timedelta(hours=chance.expovariate(max(calls)) / speed)
        if chance.random() < calls[at.astimezone(fleet.zone()).hour] / max(calls):
            return at


class Town:
    """The city as calls see it: by area its streets, bridges and objects."""

    def __init__(self, city: City) -> None:
        self.areas = {a.area: a for a in city.region.areas if a.level == "kelurahan"}
        self._streets: dict[str, list[Street]] = {}
        self._bridges: dict[str, list[Street]] = {}
        self._objects: dict[str, list[Object]] = {}
        for s in city.region.streets:
            if s.area and s.kind not in NOWHERE_TO_LIVE:
                (self._bridges if s.kind == BRIDGE else self._streets).setdefault(s.area, []).append(s)
        self.kinds = {o.object: o.kind for o in city.objects}
        for o in city.objects:
            self._objects.setdefault(o.area, []).append(o)

    def happening(self, at: datetime, chance: random.Random) -> Happening:
        """What the next call is about."""
        channel = cast(Channel, drawn(data()["line_channels"], chance))
        fate = chance.random() * 100
        for outcome, share in data()["not_real"].items():
            if fate < share:
                return Happening(channel, cast(Outcome, outcome))
            fate -= share
        area = drawn({a.area: a.demand for a in self.areas.values()}, chance)
        if fate < data()["exercise"]:
            return self._on_street(channel, "exercise.drill", area, chance, exercise=True)
        hour, kind = at.astimezone(fleet.zone()).hour, self.areas[area].kind
        weights = {t.id: t.weight_at(hour, kind) for t in standards.incident_types().values() if self._may(t, area)}
        return self.of_type(channel, drawn(weights, chance), area, chance)

    def _may(self, type: standards.IncidentType, area: str) -> bool:
        never = data()["where"]["never"]
        if type.kind in never["kinds"] or type.id in never["types"]:
            return False
        if type.id in data()["where"]["bridge"]["types"]:
            return area in self._bridges
        return bool(self._fitting(type.id, area)) if type.id in data()["where"]["objects"] else True

    def _fitting(self, type: str, area: str) -> list[Object]:
        kinds = data()["where"]["objects"].get(type, ())
        return [o for o in self._objects.get(area, ()) if o.kind in kinds]

    def of_type(self, channel: Channel, type: str, area: str, chance: random.Random) -> Happening:
        """A real incident of a type somewhere in an area: at an object, on a bridge or along a street."""
        fitting = self._fitting(type, area)
        if fitting:
            o = chance.choice(fitting)
            return Happening(channel, "real", type, False, o.lon, o.lat, 30.0, area, o.name, o.object)
        return self._on_street(channel, type, area, chance)

    def _on_street(
        self, channel: Channel, type: str, area: str, chance: random.Random, exercise: bool = False
    ) -> Happening:
        """Somewhere along a street of an area, longer ones more often."""
        streets = (self._bridges if type in data()["where"]["bridge"]["types"] else self._streets)[area]
        street = chance.choices(streets, [_length(s) for s in streets])[0]
        line = max(street.lines, key=length_m)
        lon, lat = _spot(line, chance)
        rt, number = chance.randint(1, 30), chance.randint(1, 90)
        return Happening(
            channel,
            "test" if exercise else "real",
            type,
            exercise,
            lon,
            lat,
            float(chance.choice((10, 20, 30, 50))),
            area,
            f"{street.name} No. {number}, RT {rt:02d}",
            street.street,
        )


def _length(street: Street) -> float:
    return sum(length_m(line) for line in street.lines)


def _spot(line: Sequence[LonLat], chance: random.Random) -> LonLat:
    lon, lat = point_along(line, length_m(line) * chance.uniform(0.08, 0.92))
    return round(lon, 7), round(lat, 7)


def work_minutes(type: str | None, chance: random.Random) -> float:
    """How long crews work on an incident of a type."""
    table = data()["work"]
    least, most = table.get(type) or table.get((type or "").split(".")[0]) or table["rescue"]
    return chance.uniform(least, most)
