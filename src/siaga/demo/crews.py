"""A crew: acknowledges, drives along the roads, works, comes home, and says so; what it does follows from the board."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from .. import standards
from ..engine.geo import LonLat, bearing, distance, length_m, point_along
from ..engine.roads import straight_estimate
from ..kernel.records import read_time
from ..slices.dispatch import rules
from ..slices.dispatch.events import Status, UnitPosition
from ..slices.dispatch.tables.views import BoardRow
from . import calls, fleet

if TYPE_CHECKING:
    from .shift import Shift

Act: TypeAlias = Callable[[datetime], None]
RANK = {"assigned": 0, "on-the-way": 1, "arrived": 2, "access": 3, "ready-to-serve": 4, "action": 5}
AT_HOME_M = 150.0
STEPS_ASHORE = (
    12  # where no road leads to (an island) the vehicle drives as near as it can: in so many steps towards itself
)
FAR_FROM_ROAD_M = 300.0  # farther from a public road the way leads through a gate that is opened for us


def _between(a: LonLat, b: LonLat, share: float) -> LonLat:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


@dataclass(frozen=True)
class Drive:
    """A way that is being driven."""

    points: tuple[LonLat, ...]
    metres: float
    begun: datetime
    seconds: float
    mps: float

    def at(self, now: datetime) -> tuple[LonLat, float]:
        """Where the vehicle is, and which way it points."""
        done = min(1.0, max(0.0, (now - self.begun).total_seconds() / max(self.seconds, 0.1)))
        here = point_along(self.points, self.metres * done)
        ahead = point_along(self.points, min(self.metres, self.metres * done + 15.0))
        return here, bearing(here, ahead) if ahead != here else 0.0


class Crew:
    """One vehicle with whoever rides on it."""

    def __init__(self, shift: "Shift", row: BoardRow) -> None:
        self.shift, self.unit = shift, row.unit
        self.type = standards.vehicle_types()[row.vehicle_type]
        self.tracker = fleet.tracker(row.unit)
        self.at = shift.places.get(row.unit) or fleet.station_places()[row.at_station]
        self._aim = self.at
        self._fixed = shift.heard.get(row.unit)
        self.drive: Drive | None = None
        self._task: tuple[str, ...] = ()
        self._turn = 0
        self._row = row
        self._chance = random.Random(f"{shift.seed} {row.unit} {shift.now}")
        if shift.roads:
            first = self._chance.uniform(0, calls.data()["beacon_s"])
            shift.plan(shift.now + timedelta(seconds=first), self._beacon)

    # ── what to do ───────────────────────────────────────────────────────────────────────────────────────────────

    def see(self, row: BoardRow, now: datetime) -> None:
        """The board says something of this vehicle: begin what follows from it, unless it is being done."""
        self._row = row
        if row.incident and row.status in RANK and not row.people:
            return  # nobody rides on it: nobody answers, and the desk is reminded of that
        if row.incident and row.status in RANK:
            self._see_incident(row, now)
        elif row.status == "returning":
            self._begin(("home", row.at_station), now, lambda at: self._go_home(at, report=True))
        elif row.status == "out-of-service":
            self._begin(("off",), now, None)
        elif self._task[:1] != ("move",) or self._task[1] != row.at_station:
            away = distance(self.at, self._station()) > AT_HOME_M
            self._begin(("move", row.at_station), now, (lambda at: self._go_home(at, report=False)) if away else None)

    def _see_incident(self, row: BoardRow, now: datetime) -> None:
        assert row.incident is not None
        job = self.shift.jobs.get(row.incident)
        task = ("go", row.incident, row.sent_at or "")
        if task != self._task:
            self._chance = random.Random(f"{self.shift.seed} {self.unit} {row.sent_at}")
            rolling = self.drive is not None or row.status != "assigned"
            self._begin(task, now, None)
            if RANK[row.status] >= RANK["arrived"]:
                self.at = job.place if job else self.at
                self._work(row.incident, now)
                return
            if row.status == "on-the-way" and distance(self.at, self._station()) < AT_HOME_M:
                self._go_to_incident(now, since=read_time(row.since))  # it has been driving while nobody drew it
                return
            heard = max(now, read_time(row.sent_at)) if row.sent_at else now
            self._later(heard, 8.0 if rolling else self._turnout(), self._leave)
        elif job and self.drive and self._aim != job.place and row.status == "on-the-way":
            self._go_to_incident(now)  # the place was corrected

    def _turnout(self) -> float:
        """Seconds until wheels roll: mostly well inside the time in which the desk expects an answer."""
        if self._chance.random() < calls.data()["late"]:
            return self._chance.uniform(95, 150)
        return self._chance.triangular(30, 85, 55)

    def _begin(self, task: tuple[str, ...], now: datetime, act: Act | None) -> None:
        """Another task: what was planned for the former one is void."""
        if task == self._task:
            return
        if self.drive is not None:
            self.at = self.drive.at(now)[0]
            self.drive = None
        self._task = task
        self._turn += 1
        if act is not None:
            self._later(now, self._chance.uniform(1, 5), act)

    def _later(self, now: datetime, seconds: float, act: Act) -> None:
        """Do it so much later, if the task is still the same."""
        turn = self._turn

        def due(at: datetime) -> None:
            if turn == self._turn:
                act(at)

        self.shift.plan(self.shift.after(now, seconds), due)

    def _say(self, status: Status, now: datetime) -> None:
        """Report a status, unless somebody has reported it or a later one."""
        if status in RANK and RANK[status] <= RANK.get(self._row.status, -1):
            return
        self.shift.ask(rules.ReportStatus(self.unit, status), now)

    # ── to the incident ──────────────────────────────────────────────────────────────────────────────────────────

    def _leave(self, now: datetime) -> None:
        self._say("on-the-way", now)
        self._go_to_incident(now)

    def _go_to_incident(self, now: datetime, since: datetime | None = None) -> None:
        job = self.shift.jobs.get(self._task[1])
        if job is not None:
            self._aim = job.place
            self._drive_to(job.place, now, lambda at: self._arrive(job.incident, at), since)

    def _arrive(self, incident: str, now: datetime) -> None:
        self._say("arrived", now)
        self.shift.arrived(incident, now)
        self._work(incident, now)

    def _work(self, incident: str, now: datetime) -> None:
        """From here on: gate, hose laid, action, and home when the work is done."""
        job = self.shift.jobs.get(incident)
        kind = standards.incident_types().get(job.type) if job and job.type else None
        reached = RANK.get(self._row.status, RANK["arrived"])
        set_up = (kind.set_up_s if kind else 120) * self._chance.uniform(0.7, 1.4)
        if reached < RANK["access"] and self._chance.random() < 0.4:
            self._later(now, set_up * 0.3, lambda at: self._say("access", at))
        if reached < RANK["ready-to-serve"]:
            self._later(now, set_up, lambda at: self._say("ready-to-serve", at))
        self._later(now, set_up + self._chance.uniform(10, 50), lambda at: self._act(incident, at))

    def _act(self, incident: str, now: datetime) -> None:
        self._say("action", now)
        ends = self.shift.work_ends(incident, now)
        left = max(0.0, (ends - now).total_seconds() * self.shift.speed)
        self._later(now, left + self._chance.uniform(20, 240), lambda at: self._say("returning", at))

    # ── driving ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _station(self) -> LonLat:
        return fleet.station_places().get(self._row.at_station) or self.at

    def _go_home(self, now: datetime, *, report: bool) -> None:
        self._drive_to(self._station(), now, lambda at: self._home(at, report))

    def _home(self, now: datetime, report: bool) -> None:
        if report:
            self._say("reserve" if self.unit in fleet.reserve() else "ready", now)

    def _drive_to(self, place: LonLat, now: datetime, then: Act, since: datetime | None = None) -> None:
        """Along the roads where there are any, with some luck or delay, begun now or before; fixes tell where it is."""
        if self.drive is not None:
            self.at = self.drive.at(now)[0]
        self._turn += 1
        points, seconds = self._way(place, now)
        metres = length_m(points)
        seconds *= self._chance.lognormvariate(0.0, 0.12)
        mps = metres / seconds if seconds else 0.0
        begun = min(since, now) if since else now
        self.drive = Drive(points, metres, begun, seconds / self.shift.speed, mps)
        left = seconds - (now - begun).total_seconds() * self.shift.speed
        self._later(now, max(5.0, left), lambda at: self._stop(then, at))
        if self.shift.roads:
            self._tick(self._turn, now)

    def _way(self, place: LonLat, now: datetime) -> tuple[tuple[LonLat, ...], float]:
        hour = now.astimezone(fleet.zone()).hour
        travel, vehicle = self.shift.travel, self.type.vehicle_class
        if not self.shift.roads or travel.network is None:
            seconds, _ = straight_estimate(travel.speeds, vehicle, np.array([distance(self.at, place)]))
            return (self.at, place), float(seconds[0])
        route = travel.route(self.at, place, vehicle, hour)
        if route is None or max(route.gaps_m) > FAR_FROM_ROAD_M:
            route = travel.route(self.at, place, vehicle, hour, permitted=True) or route
        step = 0
        while (route is None or route.way != "network") and step < STEPS_ASHORE:
            step += 1
            route = travel.route(self.at, _between(place, self.at, step / STEPS_ASHORE), vehicle, hour)
        if route is None or len(route.points) < 2:
            return (self.at, self.at), 30.0
        return route.points, route.seconds

    def _tick(self, turn: int, now: datetime) -> None:
        if turn != self._turn or self.drive is None:
            return
        here, course = self.drive.at(now)
        self._fix(here, now, self.drive.mps, course)
        self.shift.plan(now + timedelta(seconds=calls.data()["tick_s"]), lambda at: self._tick(turn, at))

    def _stop(self, then: Act, now: datetime) -> None:
        assert self.drive is not None
        self.at, self.drive = self.drive.points[-1], None
        if self.shift.roads:
            self._fix(self.at, now, 0.0, None)
        then(now)

    def _fix(self, here: LonLat, now: datetime, mps: float, course: float | None) -> None:
        if self._fixed is not None and now <= self._fixed:
            return  # the tracker has said so already
        self._fixed = now
        lon, lat = round(here[0], 6), round(here[1], 6)
        self.shift.fix(UnitPosition(self.tracker, now, lon, lat, round(mps, 1), course, accuracy_m=6.0))

    def _beacon(self, now: datetime) -> None:
        """A vehicle that stands says so now and then."""
        if self.drive is None:
            self._fix(self.at, now, 0.0, None)
        self.shift.plan(now + timedelta(seconds=calls.data()["beacon_s"]), self._beacon)
