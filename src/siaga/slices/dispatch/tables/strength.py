"""The strength a proposal chooses from: the units of this node, where they are, what they bring and who may go."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from .... import standards
from ....engine.geo import distance_m
from ....kernel.records import written
from ....kernel.slice import Look
from ....kernel.storage import Row, Tx
from .. import rules

FRESH = timedelta(minutes=5)  # an older fix says little about where a moving unit is
AHEAD = timedelta(minutes=1)  # trackers' clocks differ
AT_STATION_M = 150.0
T = TypeVar("T")
Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Longs: TypeAlias = NDArray[np.int64]

_TABLES = ("dispatch_unit", "dispatch_agency", "dispatch_station")
_UNITS = (
    "select u.unit, u.at_station, u.vehicle_type, u.capabilities, u.reserve, u.status, u.since, u.incident, u.people,"
    " u.competences from dispatch_unit u join dispatch_agency a on a.agency = u.agency where a.own = 1 order by u.unit"
)
_NUMBERS = (
    "select incident, number from dispatch_incident"
    " where incident in (select incident from dispatch_unit where incident is not null)"
)
_FIXES = (
    "select t.unit, p.at, p.lon, p.lat, p.accuracy_m from dispatch_position p join dispatch_tracker t"
    " on t.tracker = p.tracker where p.at >= :since and p.at <= :until order by p.at"
)


@dataclass(frozen=True, eq=False)
class Alike(Generic[T]):
    """n values of which many are equal: the different ones, and which of them each is."""

    values: tuple[T, ...]
    of: Longs

    @classmethod
    def among(cls, values: Iterable[T]) -> "Alike[T]":
        """The different ones in order of first appearance."""
        place: dict[T, int] = {}
        of = np.array([place.setdefault(value, len(place)) for value in values], np.int64)
        return cls(tuple(place), of)

    def __getitem__(self, i: int) -> T:
        return self.values[int(self.of[i])]

    def which(self, holds: Callable[[T], bool]) -> Bools:
        """For which of the n (n,) it holds; asked once for equal ones."""
        return np.array([holds(value) for value in self.values], bool)[self.of]

    def table(self, row: Callable[[T], Sequence[int]], width: int) -> Longs:
        """A row for each of the n (n, width), worked out once for equal ones."""
        return np.array([row(value) for value in self.values], np.int64).reshape(len(self.values), width)[self.of]


@dataclass(frozen=True, eq=False)
class Fleet:
    """Units that may be dispatched by this node (n), with where they are and where they stand by."""

    rows: list[Row]
    names: tuple[str, ...]
    classes: Alike[str]  # vehicle class for the roads
    brings: Alike[frozenset[str]]
    crews: Alike[str]  # people by competence, as JSON
    people: Longs  # in all
    xy: Floats  # (n, 2) where each is: its station, or its fresh fix away from it
    rolling: Bools  # on the road by a fresh fix: no turnout
    home: Longs  # its station's place in `stations`
    stations: tuple[tuple[str, float, float], ...]
    fit: Bools  # free, with the crew its vehicle needs
    reserve: Bools
    numbers: dict[str, str]  # of the incidents that units are at

    def able(self, names: Sequence[str]) -> Bools:
        """Which units bring each capability (n, c)."""
        return self.brings.table(lambda b: [name in b for name in names], len(names)) > 0

    def crew(self, names: Sequence[str]) -> Longs:
        """People of each unit (n, q): in all, then by the competences after the first name."""

        def counts(told: str) -> list[int]:
            known = json.loads(told)
            return [known.get(name, 0) for name in names]

        found = self.crews.table(counts, len(names))
        found[:, 0] = self.people
        return found

    def without(self, units: Iterable[str]) -> "Fleet":
        """The same fleet with some units spoken for."""
        out = frozenset(units)
        return replace(self, fit=self.fit & np.array([name not in out for name in self.names], bool)) if out else self


def fleet(tx: Tx, at: datetime, look: Look) -> Fleet:
    """All own units with their fresh fixes; what does not move is read again when a unit or a station changed."""
    found = look.held(tx, "dispatch.fleet", _TABLES, _standing)
    busy = any(r["incident"] for r in found.rows)
    numbers = {r["incident"]: r["number"] for r in tx.rows(_NUMBERS)} if busy else {}
    xy, rolling = _moved(found, fixes(tx, at))
    return replace(found, numbers=numbers, xy=xy, rolling=rolling)


def _standing(tx: Tx) -> Fleet:
    """All own units at their stations, in two queries however many there are."""
    types = standards.vehicle_types()
    stations = tuple(
        (r["station"], r["lon"], r["lat"])
        for r in tx.rows("select station, lon, lat from dispatch_station order by station")
    )
    place = {station[0]: i for i, station in enumerate(stations)}
    rows = [r for r in tx.rows(_UNITS) if r["vehicle_type"] in types and r["at_station"] in place]
    home = np.array([place[r["at_station"]] for r in rows], np.int64)
    where = np.array([(lon, lat) for _, lon, lat in stations], np.float64).reshape(len(stations), 2)
    return Fleet(
        rows=rows,
        names=tuple(r["unit"] for r in rows),
        classes=Alike.among(types[r["vehicle_type"]].vehicle_class for r in rows),
        brings=Alike.among(_brings(r["vehicle_type"], r["capabilities"]) for r in rows),
        crews=Alike.among(r["competences"] for r in rows),
        people=np.array([r["people"] for r in rows], np.int64),
        xy=where[home],
        rolling=np.zeros(len(rows), bool),
        home=home,
        stations=stations,
        fit=np.array([unfit(r) is None for r in rows], bool),
        reserve=np.array([r["status"] == "reserve" or bool(r["reserve"]) for r in rows], bool),
        numbers={},
    )


def fixes(tx: Tx, at: datetime, within: timedelta = FRESH) -> dict[str, Row]:
    """The newest fresh fix of each unit."""
    rows = tx.rows(_FIXES, since=written(at - within), until=written(at + AHEAD))
    return {r["unit"]: r for r in rows}


def _moved(f: Fleet, fresh: dict[str, Row]) -> tuple[Floats, Bools]:
    """Where they are with the fresh fixes of those that are away from their station, and who is."""
    known = [i for i, name in enumerate(f.names) if name in fresh] if fresh else []
    if not known:
        return f.xy, f.rolling
    at = np.array([(fresh[f.names[i]]["lon"], fresh[f.names[i]]["lat"]) for i in known])
    away = distance_m(at[:, 0], at[:, 1], f.xy[known, 0], f.xy[known, 1]) > AT_STATION_M
    moved = np.array(known)[away]
    xy, rolling = f.xy.copy(), f.rolling.copy()
    xy[moved] = at[away]
    rolling[moved] = True
    return xy, rolling


@lru_cache(maxsize=2000)
def _brings(vehicle_type: str, capabilities: str | None) -> frozenset[str]:
    """What a unit can do: what was entered for it, else what its vehicle type brings."""
    return frozenset(json.loads(capabilities) if capabilities else standards.vehicle_types()[vehicle_type].capabilities)


def unfit(r: Row) -> str | None:
    """Why a unit cannot go now, as a code; None: it can."""
    if r["status"] == "out-of-service":
        return "out-of-service"
    if r["status"] not in rules.FREE:
        return "busy"
    if not r["people"]:
        return "no-crew"
    return "crew-below-min" if r["people"] < standards.vehicle_types()[r["vehicle_type"]].min_crew else None
