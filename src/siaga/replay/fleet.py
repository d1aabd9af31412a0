"""Stations and units derived from a record of responses, since the record does not list them."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from statistics import median

import msgspec

from ..kernel.records import Command
from ..slices.dispatch.rules import RegisterAgency, RegisterStation, RegisterUnit, SetCrew
from .mapping import Mapping
from .rows import Response

NO_AREA = "none"


class Home(msgspec.Struct, frozen=True):
    """A station as the record suggests it."""

    station: str
    lon: float
    lat: float


def homes(responses: list[Response]) -> dict[str, Home]:
    """A station for each station area: the median place of the calls it was first sent to.

    Where a station really stands is not in the record; calls lie around it, so their middle is the nearest guess."""
    places: dict[str, list[Response]] = {}
    for r in responses:
        if r.sequence <= 1:
            places.setdefault(r.station or NO_AREA, []).append(r)
    for r in responses:
        places.setdefault(r.station or NO_AREA, [r])
    return {
        area: Home(f"st-{area}", median(r.lon for r in rows), median(r.lat for r in rows))
        for area, rows in sorted(places.items())
    }


def home_of(responses: list[Response]) -> dict[str, str]:
    """The station area of each unit: where it was sent first most often, else where it was sent at all."""
    first: dict[str, Counter[str]] = {}
    at_all: dict[str, Counter[str]] = {}
    for r in responses:
        assert r.unit is not None
        at_all.setdefault(r.unit, Counter())[r.station or NO_AREA] += 1
        if r.sequence == 1:
            first.setdefault(r.unit, Counter())[r.station or NO_AREA] += 1
    return {unit: _commonest(first.get(unit) or counts) for unit, counts in sorted(at_all.items())}


def _commonest(counts: Counter[str]) -> str:
    return min(counts, key=lambda name: (-counts[name], name))


def commands(responses: list[Response], mapping: Mapping, at: datetime) -> Iterator[tuple[Command, str]]:
    """What registers the agency, its stations, its units and their crews."""
    agency = mapping.agency
    yield RegisterAgency(agency.id, agency.name, agency.kind, mapping.zone), "agency"
    stations, types = homes(responses), {r.unit: r.unit_type for r in responses}
    for area, home in stations.items():
        yield RegisterStation(home.station, agency.id, area, home.lon, home.lat), home.station
    for unit, area in home_of(responses).items():
        kind = mapping.units[types[unit] or ""]
        yield (
            RegisterUnit(unit, agency.id, stations[area].station, kind.vehicle_type, kind.capabilities),
            f"unit.{unit}",
        )
        yield SetCrew(unit, kind.people, kind.competences), f"crew.{unit}"
