"""What the slice causes outside: a dispatch raises alerts, and alerts leave the node by their ways.

Nothing here decides. What is to be sent stands in the tables; what became of it is asked as a command with an id of its
own, so that a try that was sent twice (the node stopped in between) is recorded once."""

import hmac
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import structlog

from ...kernel.carry import Carrier, NotCarried
from ...kernel.desk import Desk, Rebuilding
from ...kernel.records import Accepted, Ask, Command, Entry
from ...kernel.storage import StorageFull
from ...kernel.writer import Closed
from ..dispatch.events import UnitsDispatched
from . import rules
from .tables import sending
from .tables.sending import Waiting

LATE = timedelta(minutes=30)  # an older dispatch is history: a log that was played in, a node that stood still
PAGE = 500
AT_ONCE = 4  # messages of one way on their way at the same time
ACTOR = "paging"
_log = structlog.get_logger("siaga.paging")


def envelope(desk: Desk, id: str) -> Ask:
    """An ask of the node itself."""
    now = desk.clock()
    return Ask(id=id, at=now, received=now, actor=ACTOR, roles=frozenset({rules.NODE}))


def raising(desk: Desk) -> Callable[[], None]:
    """The duty that asks to alert whoever hears of a dispatch, once for each event of the log.

    It reads dispatches alone and keeps no cursor: after a start it begins with those that are not history yet, and what
    was asked before is answered as before."""
    kind = desk.log.name(UnitsDispatched)
    reached: int | None = None

    def act() -> None:
        nonlocal reached
        since = desk.clock() - LATE
        with desk.store.read() as tx:
            begin = sending.before(tx, since) if reached is None else reached
            head = desk.log.head(tx).position
            entries = desk.log.read(tx, begin, PAGE, kinds=[kind])
        for entry in entries:
            if entry.recorded >= since and entry.origin is None:  # one of another node is alerted by that node
                _ask_to_raise(desk, entry)
        reached = entries[-1].position if len(entries) == PAGE else head

    return act


def _ask_to_raise(desk: Desk, entry: Entry) -> None:
    event = entry.event
    assert isinstance(event, UnitsDispatched)
    wish = rules.RaiseAlert(entry.position, event.incident, event.units)
    desk.handle(wish, envelope(desk, f"paging.raise.{entry.position}"))


def proof(desk: Desk, alert: str) -> str:
    """What only who got the alert can know: with it an alert is answered without signing in."""
    return desk.vault.digest(b"paging proof\n" + alert.encode())


def proves(desk: Desk, alert: str, given: str) -> bool:
    """Whether somebody knows it."""
    return hmac.compare_digest(proof(desk, alert).encode(), given.encode())


def reference_of(desk: Desk, number: str) -> str:
    """A carrier's number as the log may hold it: some carriers make theirs from the number that was called."""
    return desk.vault.digest(b"paging reference\n" + number.encode())


def link_to(desk: Desk, address: str, one: Waiting) -> str:
    """Where an alert is looked at and answered. What proves it stands behind the `#`, which no server ever sees.

    Without an address of the node only its own pages can follow it: a browser that gets it pushed."""
    if not address and one.way != "web-push":
        return ""
    return f"{address.rstrip('/')}/saya#{one.alert}/{one.turn}/{proof(desk, one.alert)}"


class Sender:
    """The duty that hands waiting tries to their carriers, each way in threads of its own: a slow one delays no other,
    and never the timer."""

    def __init__(self, desk: Desk, carriers: Mapping[str, Carrier], *, address: str = "") -> None:
        self._desk, self._carriers, self._address = desk, carriers, address
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._lock = threading.Lock()
        self._under_way: set[tuple[str, int]] = set()
        self._done: dict[tuple[str, int], Command] = {}

    def note_settings(self, values: Mapping[str, str]) -> None:
        """Write down which ways work on this node, for rules and views."""
        ways = {f"way.{way}": "yes" for way in self._carriers}
        self._desk.work(lambda tx: sending.keep_settings(tx, ways | dict(values)))

    def duty(self) -> None:
        """Report what became of tries, then begin those that wait."""
        self._report()
        with self._desk.store.read() as tx:
            waiting = sending.waiting(tx, self._desk.clock() - LATE)
        for one in waiting:
            key = (one.alert, one.turn)
            with self._lock:
                if key in self._under_way:
                    continue
                self._under_way.add(key)
            self._pool(one.way).submit(self._send, one)

    def _pool(self, way: str) -> ThreadPoolExecutor:
        if way not in self._pools:
            self._pools[way] = ThreadPoolExecutor(AT_ONCE, f"siaga-paging-{way}")
        return self._pools[way]

    def close(self) -> None:
        """Begin nothing more; what is under way ends by its own time limit."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)

    def _send(self, one: Waiting) -> None:
        key = (one.alert, one.turn)
        try:
            outcome = self._carry(one)
        except Closed:
            return
        except Exception as broken:  # a bug of a carrier must not keep the alert from its next way
            _log.error("carrier-broken", way=one.way, error=type(broken).__name__)
            outcome = rules.ReportFailed(one.alert, one.turn, "broken")
        with self._lock:
            self._done[key] = outcome
        self._report()

    def _carry(self, one: Waiting) -> Command:
        carrier = self._carriers.get(one.way)
        if carrier is None:
            return rules.ReportFailed(one.alert, one.turn, "not-configured")
        ask = envelope(self._desk, f"paging.read.{one.alert}.{one.turn}")
        targets = self._desk.work(lambda tx: sending.targets(tx, self._desk.vault, one, ask))
        link = link_to(self._desk, self._address, one)
        with self._desk.store.read() as tx:
            message = sending.message(tx, one, link=link, language="id")
        if not targets or message is None:
            return rules.ReportFailed(one.alert, one.turn, "no-address")
        number, code, gone = "", "", []
        left = False
        for target in targets:
            try:
                number = carrier.carry(message, target.values) or number
                left = True
            except NotCarried as failed:
                code = failed.code
                if failed.gone and target.subscription:
                    gone.append(target.subscription)
        if not left:
            _log.warning("alert-failed", way=one.way, reason=code)
            return rules.ReportFailed(one.alert, one.turn, code, tuple(gone))
        reference = reference_of(self._desk, number) if number else None
        return rules.ReportSent(one.alert, one.turn, reference, tuple(gone))

    def _report(self) -> None:
        """Ask what became of tries; what cannot be recorded now is asked again, and not sent again."""
        with self._lock:
            done = list(self._done.items())
        for key, command in done:
            what = "sent" if isinstance(command, rules.ReportSent) else "failed"
            try:
                answer = self._desk.handle(command, envelope(self._desk, f"paging.{what}.{key[0]}.{key[1]}"))
            except (Rebuilding, StorageFull):
                continue
            except Closed:
                return
            with self._lock:
                self._done.pop(key, None)
                if isinstance(answer, Accepted):
                    self._under_way.discard(key)
