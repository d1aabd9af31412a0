"""Real incidents as commands through a real node: what was done, when it was done, by the roles that do it."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from ..app import Node
from ..kernel.records import Accepted, Answer, Ask, Command, Refusal, Told
from ..kernel.texts import say
from ..kernel.timer import timer
from ..slices.dispatch.rules import CloseIncident, Dispatch, ReportStatus
from ..slices.dispatch.tables.proposal import ProposalQuery, ProposalRow
from ..slices.intake.rules import OpenIncident, TakeCall
from . import fleet
from .mapping import Mapping
from .rows import Response

ROLES = frozenset({"call-taker", "dispatcher", "crew", "administrator"})
ACTOR = "replay"
TIMER_EVERY = timedelta(seconds=30)
AT_ONCE = 256
STATUSES = {"on-the-way": "on-the-way", "arrived": "arrived", "ready-again": "ready"}
Progress = Callable[[str, int, int | None], None]


class Step(msgspec.Struct, frozen=True, order=True):
    """One thing that happened. Sorted by time, then by what must come first."""

    at: datetime
    rank: int
    incident: str
    what: str
    units: tuple[str, ...] = ()


class Advice(msgspec.Struct, frozen=True):
    """What the node proposed for a call, and what really happened."""

    incident: str
    proposed: str
    vehicle_type: str
    really_first: frozenset[str]
    eta_error_s: float | None


class Clock:
    """The node's clock during a replay: where the record is."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Now, in the record."""
        return self.now


def steps(incidents: dict[str, list[Response]]) -> list[Step]:
    """Everything that happened, in order."""
    found: list[Step] = []
    for name, rows in incidents.items():
        start = rows[0].times["answered"]
        opened = rows[0].times.get("opened", start)
        found += [Step(start, 0, name, "call"), Step(opened, 1, name, "open")]
        sent: dict[datetime, list[str]] = {}
        for r in sorted(rows, key=lambda r: (r.sequence, r.row)):
            sent.setdefault(r.times["dispatched"], []).append(r.unit or "")
            for clock in STATUSES:
                if clock in r.times:
                    rank = 2 if clock == "ready-again" else 4  # free in the second it is sent to the next: free
                    found.append(Step(r.times[clock], rank, name, clock, (r.unit or "",)))
        found += [Step(max(at, opened), 3, name, "send", tuple(units)) for at, units in sent.items()]
        found.append(Step(max(t for r in rows for t in r.times.values()), 5, name, "close"))
    return sorted(msgspec.structs.replace(s, at=s.at.astimezone(UTC)) for s in found)


class Player:
    """Plays a record into a node; what the node says to it is counted."""

    def __init__(self, node: Node, mapping: Mapping, incidents: dict[str, list[Response]], clock: Clock) -> None:
        self.node, self.mapping, self.incidents, self.clock = node, mapping, incidents, clock
        self.refused: Counter[str] = Counter()
        self.overridden: Counter[str] = Counter()
        self.first_refusals: list[str] = []
        self.asks = 0
        self.without_proposal = 0
        self.advice: list[Advice] = []
        self._waiting = 0  # asks that have no answer yet
        self._answered = threading.Condition()
        self._at: dict[str, str] = {}
        self._sends: Counter[str] = Counter()
        self._remind, self._reminded = timer(node.desk), clock.now

    def register(self, responses: list[Response]) -> None:
        """Enter the agency, stations, units and crews that the record suggests."""
        for command, what in fleet.commands(responses, self.mapping, self.clock.now):
            self._submit(command, self._ask(f"fleet.{what}"))
        self.settle()

    def play(self, all_steps: Sequence[Step], speed: float, progress: Progress) -> None:
        """Play every step, as fast as it goes or `speed` times as fast as it was."""
        for n, step in enumerate(all_steps):
            if speed:
                time.sleep(max(0.0, (step.at - self.clock.now).total_seconds() / speed))
            self.clock.now = step.at
            if step.at - self._reminded >= TIMER_EVERY:
                self.settle()
                self._remind()
                self._reminded = step.at
            self._do(step)
            if n % 200 == 0:
                progress("replay", n, len(all_steps))
        self.settle()

    def _do(self, step: Step) -> None:
        rows = self.incidents[step.incident]
        if step.what == "call":
            self._submit(TakeCall(_call(step.incident), self.mapping.channel), self._ask(f"{step.incident}.call"))
        elif step.what == "open":
            self._submit(self._opening(step.incident, rows), self._ask(f"{step.incident}.open"))
        elif step.what == "send":
            self._send(step, rows)
        elif step.what == "close":
            self._submit(CloseIncident(step.incident, rows[0].outcome), self._ask(f"{step.incident}.close"))
        elif step.what != "ready-again" or self._at.get(step.units[0]) == step.incident:
            # Ready again from an incident while already sent to the next: it is not ready, it is on the next one.
            report = ReportStatus(step.units[0], STATUSES[step.what], step.incident, by="radio")  # type: ignore[arg-type]
            self._submit(report, self._ask(f"{step.incident}.{step.units[0]}.{step.what}"))

    def _opening(self, incident: str, rows: list[Response]) -> OpenIncident:
        first = rows[0]
        place = Told(first.place) if first.place else None
        precision, call = self.mapping.precision_m, _call(incident)
        return OpenIncident(incident, first.lon, first.lat, precision, call=call, type=first.type, place=place)

    def _send(self, step: Step, rows: list[Response]) -> None:
        """Send who really went. The first time the node is asked for its advice, which then stands in the event."""
        self.settle()
        self._sends[step.incident] += 1
        proposal = self._proposal(step, rows) if self._sends[step.incident] == 1 else None
        name = f"{step.incident}.{self._sends[step.incident]}"
        command = Dispatch(name, step.incident, step.units, proposal.shown if proposal else None)
        answer = self._handle(command, self._ask(f"{name}.send"))
        if isinstance(answer, Refusal) and answer.overridable:
            self.overridden[answer.code] += 1
            reason = say("replay.busy" if answer.code == "unit-busy" else "replay.recorded", {}, "id")
            answer = self._handle(command, self._ask(f"{name}.send", override=reason))
        if isinstance(answer, Refusal):
            self._count(command, answer)
            return
        for unit in step.units:
            self._at[unit] = step.incident

    def _proposal(self, step: Step, rows: list[Response]) -> ProposalRow | None:
        query = ProposalQuery(at=step.at, incident=step.incident)
        shown = self.node.desk.show("dispatch.proposal", query, self._ask(f"{step.incident}.look"))
        assert not isinstance(shown, Refusal), shown
        row: ProposalRow | None = shown.rows[0] if shown.rows else None
        if row is None or not row.units:
            self.without_proposal += 1
            return row
        self.advice.append(compare(row, rows))
        return row

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _ask(self, id: str, override: str | None = None) -> Ask:
        now = self.clock.now
        told = Told(override) if override else None
        return Ask(id=id, at=now, received=now, actor=ACTOR, roles=ROLES, agency=self.mapping.agency.id, override=told)

    def _handle(self, command: Command, ask: Ask) -> Answer:
        self.asks += 1
        return self.node.desk.handle(command, ask)

    def _submit(self, command: Command, ask: Ask) -> None:
        """Ask without waiting; what is refused or broken is counted."""
        self.asks += 1
        with self._answered:
            self._answered.wait_for(lambda: self._waiting < AT_ONCE)
            self._waiting += 1

        def heard(answer: Any) -> None:
            if not isinstance(answer, Accepted):
                self._count(command, answer)
            with self._answered:
                self._waiting -= 1
                self._answered.notify()

        self.node.desk.submit(command, ask, heard)

    def _count(self, command: Command, answer: Any) -> None:
        code = answer.code if isinstance(answer, Refusal) else type(answer).__name__
        self.refused[code] += 1
        if len(self.first_refusals) < 20:
            self.first_refusals.append(f"{type(command).__name__}: {code}")

    def settle(self) -> None:
        """Wait until everything asked has its answer."""
        with self._answered:
            self._answered.wait_for(lambda: not self._waiting)


def _call(incident: str) -> str:
    return f"{incident}.c"


def compare(row: ProposalRow, rows: list[Response]) -> Advice:
    """The proposal beside the record: who went or arrived first, and how far off the arrival was.

    The error is of the unit that really arrived first, counted from its dispatch, if the proposal names its time."""
    etas = {u.unit: u.eta_s for u in row.units}
    etas |= {a.unit: a.eta_s for a in row.alternatives if a.eta_s is not None}
    proposed = min(row.units, key=lambda u: u.eta_s)
    went = min(rows, key=lambda r: (r.times["dispatched"], r.sequence, r.row))
    there = [r for r in rows if "arrived" in r.times]
    arrived = min(there, key=lambda r: (r.times["arrived"], r.sequence, r.row), default=None)
    error = None
    if arrived is not None and arrived.unit in etas and arrived.times["dispatched"] == went.times["dispatched"]:
        error = etas[arrived.unit] - (arrived.times["arrived"] - arrived.times["dispatched"]).total_seconds()
    first = {went.unit, arrived.unit if arrived else went.unit}
    return Advice(went.incident, proposed.unit, proposed.vehicle_type, frozenset(name for name in first if name), error)
