"""The exchange between nodes: what one must have of the other's log goes out in parcels, what comes is recorded."""

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, Protocol

import msgspec
import structlog

from ...kernel.desk import Desk, Rebuilding
from ...kernel.follow import cursor as reached
from ...kernel.follow import lead, move
from ...kernel.link import Link, LinkState, NoLink
from ...kernel.parcel import Identity, Unopened, pack, unpack
from ...kernel.receive import Carried, Forked, NotReadable, Received, carry, receive
from ...kernel.records import read_time, written
from ...kernel.storage import Tx
from ...kernel.writer import Closed
from . import tables
from .rules import Apart
from .tables import Partner, State

LARGEST = 2 * 1024 * 1024  # bytes of rows in one parcel; a larger row goes alone
MOST_ROWS = 200
ROUND_S = 1.0
GATHER_S = 0.05
LED_AGAIN_S = 3.0
TIME_AGAIN = timedelta(minutes=10)
TELLING_S = 1.0
_encode = msgspec.json.Encoder().encode
_log = structlog.get_logger("siaga.liaison")


class Outgoing(Protocol):
    """Positions to send in order, up to where the log was looked through, and whether it goes on behind that."""

    @property
    def positions(self) -> list[int]: ...

    @property
    def reached(self) -> int: ...

    @property
    def more(self) -> bool: ...


class Cargo(Protocol):
    """What flows between nodes; a slice says it (field/effects.py)."""

    def outgoing(self, tx: Tx, partner: str, after: int) -> Outgoing:
        """What the partner must have of what was recorded after a position."""

    def whole(self, tx: Tx, partner: str, incident: str) -> list[int]:
        """Everything of one matter that is for the partner."""

    def unwanted(self, tx: Tx, sender: str, role: str, row: Carried) -> bool:
        """Whether a partner may not send this."""

    def arrived(self, rows: Sequence[Carried], known_before: int) -> None:
        """Rows were recorded, some of them perhaps before; harmless when said twice."""


class AllOutgoing(NamedTuple):
    """What several kinds of cargo send, as far as all of them were looked through."""

    positions: list[int]
    reached: int
    more: bool


class Cargos:
    """Several kinds of cargo as one: what any of them sends goes out, what any of them wants is taken."""

    def __init__(self, *all: Cargo) -> None:
        self._all = all

    def outgoing(self, tx: Tx, partner: str, after: int) -> AllOutgoing:
        """Nothing behind what all of them have looked through: the next round finds it again."""
        found = [one.outgoing(tx, partner, after) for one in self._all]
        reached = min(one.reached for one in found)
        positions = {position for one in found for position in one.positions if position <= reached}
        return AllOutgoing(_in_order(found, positions), reached, any(one.more for one in found))

    def whole(self, tx: Tx, partner: str, incident: str) -> list[int]:
        """Everything of one matter that is for the partner."""
        return sorted({position for one in self._all for position in one.whole(tx, partner, incident)})

    def unwanted(self, tx: Tx, sender: str, role: str, row: Carried) -> bool:
        """Whether none of them takes it."""
        return all(one.unwanted(tx, sender, role, row) for one in self._all)

    def arrived(self, rows: Sequence[Carried], known_before: int) -> None:
        """Each looks after its own."""
        for one in self._all:
            one.arrived(rows, known_before)


def _in_order(found: Sequence[Outgoing], positions: set[int]) -> list[int]:
    """As each of them sends it: a story goes ahead of what was recorded after it."""
    return list(dict.fromkeys(p for one in found for p in one.positions if p in positions))


class People(NamedTuple):
    """How to lend and borrow who may sign in (access/tables/borrowed.py)."""

    lend: Callable[[Tx], bytes]
    borrow: Callable[[Tx, bytes, str], int]


class Body(msgspec.Struct, frozen=True):
    """What is in a parcel: rows with their words, by what each node tells its asks apart, who may sign in; when it was
    sent, and what the sender knows of the receiver's clock. Without rows it is sent for the clocks alone."""

    entries: tuple[Carried, ...]
    digest_keys: dict[str, str]
    at: str
    people: str = ""
    ahead_s: float | None = None
    """How far the receiver's clock is ahead of the sender's at least, as the sender found."""


class Taken(NamedTuple):
    """A parcel that was recorded: from whom, what became of its rows, how many may now sign in by it."""

    sender: str
    made_at: str
    received: Received
    people: int


class Exchange:
    """Sends and takes parcels; over a link by a thread of its own, or one by one as files."""

    def __init__(self, desk: Desk, own: Identity, cargo: Cargo, people: People) -> None:
        self._desk, self._own, self._cargo, self._people = desk, own, cargo, people

    @property
    def here(self) -> str:
        """This node's name."""
        with self._desk.store.read() as tx:
            return tables.own_name(tx)

    def partners(self) -> dict[str, Partner]:
        """All partners by name."""
        with self._desk.store.read() as tx:
            return tables.partners(tx)

    # ── out ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def export(self, partner: str, incident: str) -> bytes:
        """Everything of an incident that a partner must have, as one parcel; Unopened when there is nothing."""
        with self._desk.store.read() as tx:
            _whole(tx)
            to = tables.partners(tx).get(partner)
            if to is None:
                raise Unopened("node-unknown", node=partner)
            positions = self._cargo.whole(tx, partner, incident)
            if not positions:
                raise Unopened("nothing-to-carry", node=partner, incident=incident)
            rows = carry(self._desk, tx, tables.own_name(tx), positions)
            people = self._people.lend(tx) if to.role == "field" else None
            return self._packed(tx, to, rows, people)

    def send(self, link: Link, name: str, to: Partner) -> bool:
        """Give the link what is new for a partner; True when there may be more."""
        cursor = f"{tables.CURSOR}{name}"
        with self._desk.store.read() as tx:
            _whole(tx)
            after = reached(tx, cursor)
            out = self._cargo.outgoing(tx, name, after)
            rows = carry(self._desk, tx, tables.own_name(tx), out.positions)
            people = self._people_for(tx, name, to) if rows else None
            parcels = [
                (f"{part[0].origin}-{part[0].origin_position}-{out.reached}", self._packed(tx, to, part, people))
                for part in _parts(rows)
            ]
        for id, parcel in parcels:
            link.send(name, id, parcel)
        if out.reached > after and (parcels or out.reached - after >= MOST_ROWS):
            self._desk.work(partial(move, name=cursor, position=out.reached))
        if people is not None:
            self._desk.work(partial(tables.note_people, node=name, digest=_digest(people)))
        return bool(parcels) or out.more

    def tell_time(self, link: Link, name: str, to: Partner) -> None:
        """Give the link a parcel that only says what our clock shows."""
        with self._desk.store.read() as tx:
            parcel = self._packed(tx, to, (), None)
        link.send(name, f"clock-{written(self._desk.clock())}", parcel)

    def clock_of(self, name: str) -> Apart:
        """What is known of a partner's clock."""
        with self._desk.store.read() as tx:
            return tables.clock_of(tx, name)

    def _people_for(self, tx: Tx, name: str, to: Partner) -> bytes | None:
        """Who may sign in, for a field node that does not have the newest list."""
        if to.role != "field":
            return None
        people = self._people.lend(tx)
        return None if tables.people_sent(tx, name) == _digest(people) else people

    def _packed(self, tx: Tx, to: Partner, rows: Sequence[Carried], people: bytes | None) -> bytes:
        here = tables.own_name(tx)
        known = self._desk.peer_keys(tx) if to.role == "field" else {}
        keys = {name: key.hex() for name, key in {**known, here: self._desk.vault.digest_key}.items()}
        people_text = people.decode() if people else ""
        body = Body(
            tuple(rows), keys, written(self._desk.clock()), people_text, tables.clock_of(tx, to.card.name).least
        )
        return pack(self._own, here, to.card, _encode(body))

    # ── in ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def take(self, raw: bytes) -> Taken:
        """Record a parcel, all or nothing; Unopened when it is not taken."""
        came, partners, here = self._desk.clock(), self.partners(), self.here
        cards = {name: partner.card for name, partner in partners.items()}
        sender, unpacked = unpack(self._own, here, cards.get, raw)
        try:
            body = msgspec.json.decode(unpacked, type=Body)
        except msgspec.DecodeError as error:
            raise Unopened("parcel-unreadable") from error
        role = partners[sender.name].role
        taken: Taken = self._desk.work(lambda tx: self._record(tx, sender.name, role, body))
        self._compare_clocks(sender.name, body, came)
        self._cargo.arrived(body.entries, taken.received.known)
        return taken

    def _compare_clocks(self, sender: str, body: Body, came: datetime) -> None:
        """Keep what a parcel says of its sender's clock, and say it once when the two are too far apart."""
        try:
            sent = read_time(body.at)
        except ValueError:
            return
        if sent.tzinfo is None:
            return
        was, found = self._desk.work(lambda tx: tables.note_clock(tx, sender, sent, body.ahead_s, came))
        if tables.clock_off(found) and not tables.clock_off(was):
            _log.warning("partner-clock-differs", node=sender, ahead_least_s=found.least, ahead_most_s=found.most)

    def _record(self, tx: Tx, sender: str, role: str, body: Body) -> Taken:
        _whole(tx)
        for name, key in body.digest_keys.items():
            if name == sender or role == "home":
                self._desk.know_peer(tx, name, bytes.fromhex(key))
        new, known, also = 0, 0, 0
        for row in body.entries:
            if self._cargo.unwanted(tx, sender, role, row):
                raise Unopened("parcel-unwanted", sender=sender, kind=row.kind)
            try:
                one = receive(self._desk, tx, [row])
            except Forked as fork:
                raise Unopened("parcel-forked", sender=sender, origin=str(fork)) from fork
            except NotReadable as no:
                raise Unopened("parcel-newer-kind", kind=str(no)) from no
            new, known, also = new + one.new, known + one.known, also + one.also
        people = 0
        if body.people and role == "home":
            people = self._people.borrow(tx, body.people.encode(), written(self._desk.clock()))
        tables.note_heard(tx, sender, self._desk.clock())
        return Taken(sender, body.at, Received(new, known, also), people)


class Courier:
    """The thread that keeps partners up to date over a link: one process of a node leads it."""

    def __init__(self, desk: Desk, exchange: Exchange, open_link: Callable[[dict[str, Partner]], Link]) -> None:
        self._desk, self._exchange, self._open_link = desk, exchange, open_link
        self._wake, self._stopped = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="siaga-liaison", daemon=True)
        self._holder = hex(id(self))
        self._link: Link | None = None
        self._linked: dict[str, Partner] = {}
        self._noted: dict[str, State] = {}
        self._trouble: dict[str, str] = {}
        self._timed: dict[str, tuple[datetime, float | None]] = {}
        self._lead_until: datetime | None = None
        self._forget: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin; the desk's commits wake us."""
        self._forget = self._desk.listen(lambda position, touched: self._wake.set())
        self._thread.start()

    def stop(self) -> None:
        """Finish the round, let go of the link."""
        self._stopped.set()
        self._wake.set()
        self._forget()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stopped.is_set():
                try:
                    more = self._turn()
                except Closed:
                    return
                except Rebuilding:
                    more = False  # in a moment
                except Exception as broken:  # the next round tries again; nothing is lost, the log has it
                    _log.warning("round-failed", error=type(broken).__name__)
                    more = False
                if not more:
                    self._wake.wait(ROUND_S)
                    self._stopped.wait(GATHER_S)
                self._wake.clear()
        finally:
            self._unlink()

    def _leads(self) -> bool:
        now = self._desk.clock()
        if self._lead_until is None or now >= self._lead_until:
            if not lead(self._desk, "liaison", self._holder):
                self._unlink()
                return False
            self._lead_until = now + timedelta(seconds=LED_AGAIN_S)
        return True

    def _turn(self) -> bool:
        """A round, where there are partners and this process is the one that serves them."""
        partners = self._exchange.partners()
        if partners != self._linked:
            self._unlink()
            self._linked = partners
        return bool(partners) and self._leads() and self._round(partners)

    def _round(self, partners: dict[str, Partner]) -> bool:
        """Once around all partners; True when it is worth going round again at once."""
        if self._link is None:
            try:
                self._link = self._open_link(partners)
            except NoLink as no:
                _log.warning("no-link", why=str(no))
                for name in partners:
                    self._note(name, State(False, 0, "no-link"))
                return False
        busy = [self._serve(self._link, name, partner) for name, partner in partners.items()]
        return any(busy)

    def _serve(self, link: Link, name: str, partner: Partner) -> bool:
        busy, state = False, LinkState(False, 0)
        try:
            busy = self._exchange.send(link, name, partner)
            self._tell_time(link, name, partner)
            if link.receive(name, self._exchange.take):
                busy, self._trouble[name] = True, ""
        except NoLink:
            pass  # the state says it
        except Unopened as wrong:
            self._trouble[name] = wrong.code  # until another one was taken: it is tried again and again
            _log.warning("parcel-not-taken", code=wrong.code)
        with suppress(NoLink):
            state = link.state(name)
        self._note(name, State(state.there, state.waiting, self._trouble.get(name, "")))
        return busy

    def _tell_time(self, link: Link, name: str, partner: Partner) -> None:
        """Every ten minutes while the partner is there, and as soon as we find something else of its clock."""
        noted = self._noted.get(name)
        if noted is None or not noted.there:
            return
        now, found = self._desk.clock(), self._exchange.clock_of(name).least
        at, told = self._timed.get(name, (None, None))
        news = found is not None and (told is None or abs(found - told) >= TELLING_S)
        if news or at is None or abs(now - at) >= TIME_AGAIN:
            self._exchange.tell_time(link, name, partner)
            self._timed[name] = now, found

    def _note(self, name: str, state: State) -> None:
        if self._noted.get(name) != state:
            self._desk.work(partial(tables.note_state, node=name, state=state))
            self._noted[name] = state

    def _unlink(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None


def _parts(rows: Sequence[Carried]) -> Iterator[list[Carried]]:
    """Rows in order, in pieces that one parcel carries."""
    part: list[Carried] = []
    size = 0
    for row in rows:
        weight = len(row.body) + sum(len(word.text) for word in row.words)
        if part and (size + weight > LARGEST or len(part) == MOST_ROWS):
            yield part
            part, size = [], 0
        part.append(row)
        size += weight
    if part:
        yield part


def _whole(tx: Tx) -> None:
    """What flows is read from tables: while some are being made anew, nothing does."""
    behind = tx.rows("select name from kernel_slice where behind is not null order by name")
    if behind:
        raise Rebuilding(behind[0]["name"])


def _digest(people: bytes) -> str:
    return hashlib.sha256(people).hexdigest()
