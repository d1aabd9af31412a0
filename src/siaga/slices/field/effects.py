"""What of this log another node must have: everything about the incidents whose field part is, or was, with it.

The city sends a field node what it holds of such an incident, from its opening on, and who rides on its units; a field
node sends back what it recorded itself. What a projection of this slice reads is what flows: so both show one board."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

import msgspec
import structlog

from ...kernel.desk import TIMER, Desk, Rebuilding
from ...kernel.follow import cursor, move
from ...kernel.log import Erased
from ...kernel.receive import Carried
from ...kernel.records import Ask, Command, Entry, Event
from ...kernel.storage import Tx
from ..dispatch import events as dispatch
from ..intake import events as intake
from . import SLICE, events
from .rules.part import DropRepeated, WatchScene
from .tables import flow
from .tables.late import ORDERS, was_so_here
from .tables.part import known, node_name

PAGE = 500
REOPENED = "field.reopened"
"""The cursor of who watches scenes that were opened again."""
SELDOM = 1000
"""So many entries without one before the cursor moves all the same: a start reads no more than these."""
REFERENCE: tuple[type[Event], ...] = (
    dispatch.AgencyRegistered,
    dispatch.StationRegistered,
    dispatch.UnitRegistered,
    dispatch.CrewSet,
)
"""Who and what there is: the newest of each goes ahead of an incident's own story."""
SEEN: tuple[type[Event], ...] = (dispatch.UnitStatusReported, intake.IncidentNoted)
"""What a field node may report besides its own slice's events: what was seen, and lines of the journal."""
_log = structlog.get_logger("siaga.field")


class Outgoing(NamedTuple):
    """Positions to send in order, up to where the log was looked through, and whether it goes on behind that."""

    positions: list[int]
    reached: int
    more: bool


class _About(msgspec.Struct):
    """What of a carried event says which incident it is about."""

    incident: str | None = None
    node: str | None = None


class FieldCargo:
    """Says what flows between a city and its field nodes, and what is done when something came."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        own = {event for event in SLICE.events if event.__module__ == events.__name__}
        theirs = {event for event in SLICE.projections if event.__module__ in (dispatch.__name__, intake.__name__)}
        flows: set[type[Event]] = {*own, *theirs, *REFERENCE, *SEEN, Erased}
        self._names = {desk.log.name(event): event for event in flows}
        self._orders = {desk.log.name(event) for event in ORDERS}
        self._from_field = {desk.log.name(event) for event in (*own, *SEEN)}

    # ── out ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def outgoing(self, tx: Tx, partner: str, after: int) -> Outgoing:
        """What the partner must have of the entries after a position."""
        log = self._desk.log
        entries = log.read(tx, after, PAGE, kinds=self._names)
        positions: list[int] = []
        for entry in entries:
            if entry.origin != partner:
                positions += self._of(tx, partner, entry)
            positions += self._moved(tx, partner, entry)
        more = len(entries) == PAGE
        reached = entries[-1].position if more else log.head(tx).position
        return Outgoing(list(dict.fromkeys(positions)), reached, more)

    def whole(self, tx: Tx, partner: str, incident: str) -> list[int]:
        """Everything of one incident that the partner must have, for a file; empty when nothing was ever for it."""
        since = flow.since(tx, partner, incident)
        if since is None:
            return []
        head = self._desk.log.head(tx).position
        return self._story(tx, partner, incident, head + 1)

    def _of(self, tx: Tx, partner: str, entry: Entry) -> list[int]:
        if isinstance(entry.event, (*REFERENCE, Erased)):
            return [entry.position] if entry.origin is None and flow.serves(tx, partner, entry.position) else []
        if self._for_home(tx, partner, entry):
            return [entry.position]
        positions: list[int] = []
        for incident in self._about(tx, entry):
            since = flow.since(tx, partner, incident)
            if since == entry.position:
                positions += self._story(tx, partner, incident, entry.position)
            if since is not None and since <= entry.position and self._ours(tx, incident, entry):
                positions.append(entry.position)
        return positions

    def _moved(self, tx: Tx, partner: str, entry: Entry) -> list[int]:
        """What a unit had said later counts for an incident of ours only with this, that came late: nobody sent it."""
        if not isinstance(entry.event, dispatch.UnitStatusReported):
            return []
        of = [i for i in self._about(tx, entry) if flow.since(tx, partner, i) is not None and self._home(tx, i)]
        return [p for i in of for p in flow.counts_since(tx, partner, entry.event.unit, i, entry)]

    def _ours(self, tx: Tx, incident: str, entry: Entry) -> bool:
        """The incident's city passes everything on; a field node says what it has itself recorded of the scene."""
        return self._home(tx, incident) or (entry.origin is None and entry.kind in self._from_field)

    @staticmethod
    def _home(tx: Tx, incident: str) -> bool:
        return known(tx, incident).home == node_name(tx)

    def _for_home(self, tx: Tx, partner: str, entry: Entry) -> bool:
        """What a unit said here without naming where it is: perhaps only its city knows, so it gets all of that."""
        event = entry.event
        if not isinstance(event, dispatch.UnitStatusReported) or event.names or entry.origin is not None:
            return False
        return flow.is_home(tx, partner)

    def _about(self, tx: Tx, entry: Entry) -> list[str]:
        """The incidents an entry is about; of what a unit said also where it counts, and where the unit was."""
        event = entry.event
        named = [getattr(event, "incident", None)]
        if isinstance(event, dispatch.UnitPulled):
            named.append(event.to)
        if isinstance(event, dispatch.UnitStatusReported):
            named += [event.left, *flow.counts_for(tx, event.unit, entry)]
        return [name for name in named if name]

    def _story(self, tx: Tx, partner: str, incident: str, before: int) -> list[int]:
        """What was recorded of an incident before a position, with who and what there was and who rode on the units."""
        begun = flow.opened_at(tx, incident)
        if begun is None:
            return []
        opened, home = begun
        found = self._reference(tx, partner, incident, opened, before) if home else []
        said = self._desk.log.name(dispatch.UnitStatusReported)
        names = [name for name, event in self._names.items() if event not in (*REFERENCE, Erased) and name != said]
        told = (*self._between(tx, names, opened, before, incident), *self._between(tx, [said], opened, before, ""))
        for entry in told:
            if (
                entry.origin != partner
                and (incident in self._about(tx, entry) or self._for_home(tx, partner, entry))
                and (home or (entry.origin is None and entry.kind in self._from_field))
            ):
                found.append(entry.position)
        return sorted(found)

    def _reference(self, tx: Tx, partner: str, incident: str, opened: int, before: int) -> list[int]:
        """The newest of each thing from before the incident, and everything since; a partner that was served before
        has what is newer already, and older things must not come behind it."""
        newest: dict[tuple[str, str], int] = {}
        since: list[int] = []
        names = [self._desk.log.name(event) for event in REFERENCE]
        served = flow.serves(tx, partner, before, besides=incident)
        for entry in self._between(tx, names, 0, before, ""):
            thing = entry.kind, str(getattr(entry.event, entry.event.__struct_fields__[0]))  # type: ignore[union-attr]
            if entry.position < opened:
                newest[thing] = entry.position
            else:
                since.append(entry.position)
                if served:
                    newest.pop(thing, None)
        return [*newest.values(), *since]

    def _between(self, tx: Tx, kinds: Sequence[str], first: int, before: int, word: str) -> Iterable[Entry]:
        return (self._desk.log.entry(row) for row in flow.logged(tx, kinds, first, before, word))

    # ── in ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def unwanted(self, tx: Tx, sender: str, role: str, row: Carried) -> bool:
        """Whether a partner may not send this: a field node only what it recorded itself, of incidents it works on."""
        if row.kind not in self._names or row.origin == node_name(tx):
            return True
        if role == "home":
            return False
        if row.origin != sender or row.kind not in self._from_field:
            return True
        incident = _about(row).incident
        if incident is None:
            return row.kind.startswith(f"{SLICE.name}.")
        return flow.since(tx, sender, incident) is None

    def arrived(self, rows: Sequence[Carried], known_before: int) -> None:
        """Look after what came, again and again if need be: a recall of this node makes its orders late, and so the
        tables are made anew; the clocks of scenes that are here are watched."""
        with self._desk.store.read() as tx:
            here = node_name(tx)
            recalled = flow.recalled_from(tx, here)
        recall = self._desk.log.name(events.FieldRecalled)
        if recalled and (known_before or any(row.kind == recall and _about(row).node == here for row in rows)):
            self._desk.rebuild([SLICE.name])
        news: tuple[type[Event], ...] = (*SLICE.events, intake.IncidentReopened)
        seen = {self._desk.log.name(event) for event in news if event not in ORDERS}
        for incident in sorted({_about(row).incident or "" for row in rows if row.kind in seen}):
            watch(self._desk, incident, f"{rows[-1].origin}.{rows[-1].origin_position}")
        for row in rows if known_before else ():
            self._drop_if_repeated(row)

    def _drop_if_repeated(self, row: Carried) -> None:
        """A late order that its device asked here as well, where it was so already, is listed nowhere."""
        if row.kind not in self._orders:
            return
        drop = DropRepeated(_about(row).incident or "", f"{row.ask}.{row.n}")
        with self._desk.store.read() as tx:
            dropped = was_so_here(tx, drop)
        if dropped:
            _asked(self._desk, drop, f"late.{drop.conflict}")


def watch(desk: Desk, incident: str, cause: str) -> None:
    """Let the clocks of a scene run that is here and open; once for each cause."""
    with desk.store.read() as tx:
        part = known(tx, incident)
    if part.node != part.here or part.state != "open":
        return
    _asked(desk, WatchScene(incident), f"scene.{incident}.{cause}")


def _asked(desk: Desk, command: Command, name: str) -> None:
    """Ask as the timer does, once under a name."""
    now = desk.clock()
    ask = Ask(id=f"due/{name}", at=now, actor=TIMER, roles=frozenset({TIMER}), received=now)
    try:
        desk.handle(command, ask)
    except Rebuilding:
        _log.warning("scene-not-watched-yet", ask=ask.id)


def watching_reopened(desk: Desk) -> Callable[[], None]:
    """The duty that lets the clocks of a scene run again when its incident was opened again here."""
    kind = desk.log.name(intake.IncidentReopened)

    reached = 0

    def act() -> None:
        nonlocal reached
        with desk.store.read() as tx:
            kept = cursor(tx, REOPENED)
            head = desk.log.head(tx).position
            entries = desk.log.read(tx, max(kept, reached), PAGE, kinds=[kind])
        for entry in entries:
            assert isinstance(entry.event, intake.IncidentReopened)
            watch(desk, entry.event.incident, f"reopened.{entry.position}")
        reached = entries[-1].position if len(entries) == PAGE else head
        if entries or reached - kept >= SELDOM:
            desk.work(partial(move, name=REOPENED, position=reached))

    return act


def _about(row: Carried) -> _About:
    return msgspec.json.decode(row.body, type=_About)
