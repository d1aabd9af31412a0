"""The live shift: telephones ring, the desk answers and sends, crews drive and report, at a chosen speed.

Everything it does is an ask or a reading like anybody's. It looks at the board to learn what to do next, so that units
that a person sends drive and report by themselves as well; incidents that a person opened are left to that person."""

import heapq
import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import structlog

from .. import standards
from ..app import ROADS, Node
from ..engine.geo import LonLat
from ..engine.roads import Travel
from ..kernel.desk import Shown
from ..kernel.fields import All
from ..kernel.records import Accepted, Command, Refusal, Told, read_time
from ..kernel.writer import Closed
from ..slices.dispatch import events as dispatched
from ..slices.dispatch import rules as dispatch
from ..slices.dispatch.tables import proposal as advice
from ..slices.dispatch.tables import views
from ..slices.intake import rules as intake
from . import calls, fleet, picking
from .asking import envelope
from .calls import Happening, Town
from .city import city
from .crews import Crew
from .procedures import DESK, SCENE, follow
from .seed import man

Ring: TypeAlias = tuple[datetime, str | None, str | None]  # when, about which type, in which area (None: as it comes)
OURS = "demo-"  # incidents that the shift opened begin so
LOOK_EVERY_S = 0.5
ROADS_AWAITED = timedelta(seconds=60)
_log = structlog.get_logger("siaga.demo")


@dataclass
class Job:
    """An open incident as the shift follows it."""

    incident: str
    type: str | None
    ours: bool
    exercise: bool = False
    level: int = 1
    place: LonLat = (0.0, 0.0)
    area: str | None = None
    place_id: str | None = None
    units: int = 0  # dispatched so far, as the desk sees it
    there: bool = False  # somebody has arrived
    work_until: datetime | None = None
    ending: bool = False
    chance: random.Random = field(default_factory=random.Random)


class Shift:
    """A shift over a node. `start` runs it beside the clock; `step` plays it up to a time, always the same way."""

    def __init__(
        self,
        node: Node,
        speed: float = 1.0,
        seed: int = 1,
        *,
        begin: datetime | None = None,
        rings: Sequence[Ring] | None = None,
        roads: bool = True,
    ) -> None:
        """`rings`: when exactly the telephone rings (None: by the hour); `roads` False: nobody draws on the map."""
        self.node, self.desk, self.speed, self.seed, self.roads = node, node.desk, speed, seed, roads
        self.now = begin or node.desk.clock()
        self.town = Town(city())
        self.refused: Counter[str] = Counter()
        self.jobs: dict[str, Job] = {}
        self.board: dict[str, views.BoardRow] = {}
        self.name = f"{OURS}{self.now:%y%m%d%H%M%S}"
        self._asked = self._calls = self._order = 0
        self._agenda: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._seen = -1
        self._duty = fleet.shift_at(self.now)[0]
        self._chance = random.Random(f"{seed} {self.name}")
        known: list[views.PositionRow] = self._show("dispatch.positions", All())
        self.places = {row.unit: (row.lon, row.lat) for row in known}
        self.heard = {row.unit: read_time(row.at) for row in known}
        self.crews = {row.unit: Crew(self, row) for row in self._show("dispatch.board", views.BoardQuery())}
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        if rings is None:
            self._ring_next(self.now)
        for at, type, area in rings or ():
            self.plan(at, lambda now, type=type, area=area: self._ring(now, type, area))  # type: ignore[misc]

    # ── running ──────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Begin beside the clock, as soon as the roads are there."""
        self._thread = threading.Thread(target=self._run, name="siaga-demo-shift", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is at hand and stop."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        since = self.desk.clock()
        while not self._stopped.wait(LOOK_EVERY_S):
            now = self.desk.clock()
            if not self._roads_there() and now - since < ROADS_AWAITED:
                continue
            try:
                self.step(now)
            except Closed:
                return
            except Exception as broken:  # a demonstration goes on
                _log.warning("shift-failed", error=f"{type(broken).__name__}: {broken}")

    def _roads_there(self) -> bool:
        return self.travel.network is not None or not (self.node.settings.data / ROADS).exists()

    @property
    def travel(self) -> Travel:
        """The roads as the node has them now."""
        found: Travel = self.desk.services[Travel]
        return found

    def step(self, until: datetime) -> None:
        """Play everything that is due up to a time; nothing once it was stopped."""
        if self._stopped.is_set():
            return
        self._look(self.now)
        while self._agenda and self._agenda[0][0] <= until and not self._stopped.is_set():
            at, _, act = heapq.heappop(self._agenda)
            self.now = max(self.now, at)
            act(self.now)
            self._look(self.now)
        self.now = max(self.now, until)
        duty = fleet.shift_at(self.now)[0]
        if duty != self._duty:
            self._duty = duty
            man(self.desk, self.now)

    def plan(self, at: datetime, act: Callable[[datetime], None]) -> None:
        """Do something at a time; what is planned for the same time is done in the order it was planned."""
        self._order += 1
        heapq.heappush(self._agenda, (at, self._order, act))

    def after(self, at: datetime, seconds: float) -> datetime:
        """So many seconds of the city later, which pass faster at a higher speed."""
        return at + timedelta(seconds=seconds / self.speed)

    # ── the door ─────────────────────────────────────────────────────────────────────────────────────────────────

    def ask(self, command: Command, at: datetime, override: str | None = None) -> bool:
        """Ask; a refusal is counted by its code. Returns whether it was accepted."""
        self._asked += 1
        answer = self.desk.handle(command, envelope(f"{self.name}.{self._asked}", at, override))
        if isinstance(answer, Refusal):
            self.refused[answer.code] += 1
            _log.info("demo-refused", command=type(command).__name__, code=answer.code)
        return isinstance(answer, Accepted)

    def fix(self, reading: dispatched.UnitPosition) -> None:
        """Send a fix of a vehicle."""
        self.desk.take(reading, envelope(f"{self.name}.fix", reading.at))

    def _show(self, view: str, query: Any) -> Any:
        shown = self.desk.show(view, query, envelope(f"{self.name}.look", self.now))
        assert isinstance(shown, Shown)
        return shown.rows

    def _look(self, at: datetime) -> None:
        """See what has changed since, whoever did it."""
        position = self.desk.position()
        if position == self._seen:
            return
        self._seen = position
        self.board = {row.unit: row for row in self._show("dispatch.board", views.BoardQuery())}
        open_ones = {row.incident: row for row in self._show("dispatch.incidents", views.IncidentsQuery())}
        for name in [name for name in self.jobs if name not in open_ones]:
            del self.jobs[name]
        for name, row in sorted(open_ones.items()):
            self._follow(name, row, at)
        for unit, row in self.board.items():
            if unit not in self.crews:
                self.crews[unit] = Crew(self, row)
            self.crews[unit].see(row, at)

    def _follow(self, name: str, row: views.IncidentRow, at: datetime) -> None:
        job = self.jobs.get(name)
        if job is None:
            job = Job(name, row.type, name.startswith(OURS), chance=random.Random(f"{self.seed} {name}"))
            self.jobs[name] = job
            if job.ours and not name.startswith(self.name):  # left by an earlier shift
                self.plan(self.after(at, 20), lambda now: self._send(name, now))
        job.type, job.exercise, job.level = row.type, row.exercise, row.level
        job.place, job.area, job.place_id = (row.lon, row.lat), row.area, row.place_id
        job.units = len(row.units)
        gone = job.units > 0 and all(u.ended_at for u in row.units)
        if job.ours and gone and not job.ending:
            job.ending = True
            self.plan(self.after(at, job.chance.uniform(40, 150)), lambda now: self._close(name, now))

    # ── calls ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _ring_next(self, at: datetime) -> None:
        self.plan(calls.next_call(at, self._chance, self.speed), self._ring_and_go_on)

    def _ring_and_go_on(self, at: datetime) -> None:
        if sum(job.ours for job in self.jobs.values()) < calls.data()["most_open"]:
            self._ring(at)
        self._ring_next(at)

    def _ring(self, at: datetime, type: str | None = None, area: str | None = None) -> None:
        """A call is answered; what follows is planned as the caller tells it."""
        self._calls += 1
        number = f"{self.name}-{self._calls:04d}"
        chance = random.Random(f"{self.seed} {number}")
        h = self.town.of_type("112", type, area, chance) if type and area else self.town.happening(at, chance)
        call = f"{number}.call"
        self.ask(intake.TakeCall(call, h.channel, exercise=h.exercise), at)
        if h.type is None:
            if h.outcome == "prank":
                note = intake.SuspectPrank(call, Told(calls.data()["reasons"]["prank"]))
                self.plan(self.after(at, 20), lambda now: self._do(note, now))
            settled = intake.SettleCall(call, h.outcome)
            self.plan(self.after(at, chance.uniform(25, 60)), lambda now: self._do(settled, now))
            return
        self._tell(number, call, h, at, chance, calm=type is not None)

    def _do(self, command: Command, at: datetime) -> None:
        self.ask(command, at)

    def _tell(self, name: str, call: str, h: Happening, at: datetime, chance: random.Random, *, calm: bool) -> None:
        """Place, type, questions and advice, then the dispatcher; a calm caller says it is no worse."""
        assert h.type is not None
        placed = intake.OpenIncident(
            name,
            h.lon,
            h.lat,
            h.precision_m,
            call,
            area=h.area,
            place=Told(h.place),
            place_id=h.place_id,
            exercise=h.exercise,
        )
        steps: list[tuple[float, Command]] = [(chance.uniform(15, 40), placed)]
        steps.append((chance.uniform(4, 15), intake.Classify(name, h.type)))
        for question in standards.questions_for(h.type)[: chance.randint(1, 2)]:
            steps.append(
                (chance.uniform(6, 14), intake.AnswerQuestion(name, question.id, _answer(question, chance, calm)))
            )
        for card in standards.advice_for(h.type)[:1]:
            steps.append((chance.uniform(5, 12), intake.AdviseCaller(call, card.id)))
        steps.append((chance.uniform(10, 30), intake.SettleCall(call, h.outcome)))
        when = at
        for seconds, command in steps:
            when = self.after(when, seconds)
            self.plan(when, lambda now, command=command: self._do(command, now))  # type: ignore[misc]
        sent = self.after(at, sum(seconds for seconds, _ in steps[:2]) + chance.uniform(20, 45))
        self.plan(sent, lambda now: self._send(name, now))

    # ── the dispatcher ───────────────────────────────────────────────────────────────────────────────────────────

    def _send(self, name: str, at: datetime, more: bool = False) -> None:
        """Dispatch what is proposed, unless a person has; who finds nobody free tries again."""
        job = self.jobs.get(name)
        if job is None or (job.units and not more):
            return
        needed, units, shown = self._proposed(job, at) if self.roads else self._chosen(job)
        if not needed and not units:
            self._hand_over(job, at)
            return
        if not units:
            if not more:
                self.plan(self.after(at, 90), lambda now: self._send(name, now))
            return
        override = None
        if shown is not None and len(units) > 2 and job.chance.random() < 0.08:
            units, override = units[:-1], calls.data()["reasons"]["overruled"]
        self.ask(dispatch.Dispatch(f"{name}.d{job.units + 1}", name, units, shown), at, override)
        if not more:
            self._call_others(job, at)
            follow(self, job, DESK, at)

    def _proposed(self, job: Job, at: datetime) -> tuple[bool, tuple[str, ...], dispatched.ShownProposal | None]:
        """Whether anybody is needed, and who, as the desk's own proposal says; nobody if no one of them can help."""
        query = advice.ProposalQuery(at=at, incident=job.incident)
        rows: list[advice.ProposalRow] = self._show("dispatch.proposal", query)
        if not rows or not rows[0].needs:
            return False, self._for_exercise(job), None
        row = rows[0]
        able = row.life_risk or any(what in row.needs and what[:5] != "crew." for u in row.units for what in u.fulfils)
        return True, tuple(u.unit for u in row.units) if able else (), row.shown

    def _chosen(self, job: Job) -> tuple[bool, tuple[str, ...], dispatched.ShownProposal | None]:
        """The same without the engine: the nearest that can."""
        kind = self.town.areas[job.area].kind if job.area in self.town.areas else None
        needs = picking.needs_of(job.type, job.level, kind, self.town.kinds.get(job.place_id or ""))
        if not needs:
            return False, self._for_exercise(job), None
        return True, picking.nearest(self.board.values(), job.place, needs), None

    def _for_exercise(self, job: Job) -> tuple[str, ...]:
        """The nearest pump; nobody if it is not an exercise."""
        return picking.nearest(self.board.values(), job.place, {"pump": 1}) if job.exercise else ()

    def _hand_over(self, job: Job, at: datetime) -> None:
        """Nobody of ours is needed: another agency takes it."""
        others = standards.incident_types()[job.type].others if job.type else ()
        if others:
            self.ask(dispatch.StepOther(job.incident, others[0], "asked"), at)
        if not job.ending:
            job.ending = True
            self.plan(
                self.after(at, job.chance.uniform(240, 480)), lambda now: self._close(job.incident, now, "handed-over")
            )

    def _call_others(self, job: Job, at: datetime) -> None:
        """One of the agencies that are usually asked for is asked, answers, comes and leaves."""
        others = standards.incident_types()[job.type].others if job.type else ()
        if not others or job.exercise or job.chance.random() < 0.45:
            return
        other, when = others[0], at
        steps: tuple[tuple[dispatched.OtherStep, float, float], ...] = (
            ("asked", 20, 60),
            ("answered", 30, 90),
            ("on-the-way", 120, 300),
            ("arrived", 420, 900),
            ("left", 600, 1200),
        )
        for step, least, most in steps:
            when = self.after(when, job.chance.uniform(least, most))
            command = dispatch.StepOther(job.incident, other, step)
            self.plan(when, lambda now, command=command: self._while_open(command, now))  # type: ignore[misc]

    def _while_open(self, command: Any, at: datetime) -> None:
        """Ask it if its incident is still open."""
        if command.incident in self.jobs:
            self.ask(command, at)

    def arrived(self, name: str, at: datetime) -> None:
        """A crew is there; the first one's word may change what is needed."""
        job = self.jobs.get(name)
        if job is None or job.there:
            return
        job.there = True
        if not job.ours:
            return
        follow(self, job, SCENE, at)
        kind = (job.type or "").split(".")[0]
        notes = calls.data()["notes"].get(kind)
        if notes:
            note = intake.NoteIncident(name, Told(job.chance.choice(notes)))
            self.plan(self.after(at, job.chance.uniform(60, 150)), lambda now: self._while_open(note, now))
        fate = job.chance.random()
        if kind == "fire" and fate < 0.1:
            self.plan(self.after(at, 90), lambda now: self._ask_for_more(name, now))
        elif fate > 0.7:
            self.plan(self.after(at, 60), lambda now: self._send_back(name, now))

    def _ask_for_more(self, name: str, at: datetime) -> None:
        worse = dispatch.RaiseLevel(name, 2, Told(calls.data()["reasons"]["worse"]))
        if name in self.jobs and self.ask(worse, at):
            self._send(name, at, more=True)

    def _send_back(self, name: str, at: datetime) -> None:
        """What is still on the way need not come."""
        for row in list(self.board.values()):
            if row.incident == name and row.status in ("assigned", "on-the-way"):
                self.ask(dispatch.CancelUnit(row.unit, name, Told(calls.data()["reasons"]["enough"])), at)

    def work_ends(self, name: str, at: datetime) -> datetime:
        """When the work at an incident is done; the first crew that begins it sets the time."""
        job = self.jobs.get(name)
        if job is None:
            return at
        if job.work_until is None:
            seconds = calls.work_minutes(job.type, job.chance) * 60
            job.work_until = self.after(at, seconds)
            if job.ours and (job.type or "").startswith("fire."):
                for clock, share in (("under-control", 0.5), ("out", 0.85)):
                    mark = dispatch.SetMark(name, clock)
                    self.plan(self.after(at, seconds * share), lambda now, mark=mark: self._while_open(mark, now))  # type: ignore[misc]
        return job.work_until

    def _close(self, name: str, at: datetime, outcome: str | None = None) -> None:
        """The desk closes an incident that nobody is at any more."""
        job = self.jobs.get(name)
        if job is None:
            return
        if any(row.incident == name for row in self.board.values()):
            job.ending = False
            return
        fits = {
            k: v for k, v in calls.data()["outcomes"].items() if k != "out-before-arrival" or "fire" in (job.type or "")
        }
        self.ask(dispatch.CloseIncident(name, outcome or calls.drawn(fits, job.chance)), at)


def _answer(question: standards.Question, chance: random.Random, calm: bool) -> str:
    """Mostly the harmless answer: emergencies within emergencies are rare."""
    answers = question.answers()
    if "no" in answers:
        return chance.choices(("no", "unknown", "yes"), (70, 18, 0 if calm else 12))[0]
    return "unknown" if calm else chance.choice(answers)
