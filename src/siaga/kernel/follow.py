"""Followers: read the log from a cursor after commit and act outside, at least once; one process leads them."""

import secrets
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import structlog

from .desk import Desk
from .records import written
from .slice import Follows
from .storage import Tx

LEASE = timedelta(seconds=10)
PAGE = 500
NOTHING_NEW_S = 1.0
GATHER_S = 0.05
_log = structlog.get_logger("siaga.follow")


def lead(desk: Desk, name: str, holder: str) -> bool:
    """Take or renew the lease on a duty that only one process may have; True if it is ours now."""
    now = desk.clock()

    def take(tx: Tx) -> bool:
        held = tx.rows("select holder, until from kernel_lease where name = :n", n=name)
        if held and held[0]["holder"] != holder and held[0]["until"] > written(now):
            return False
        tx.run(
            "insert into kernel_lease (name, holder, until) values (:n, :h, :u)"
            " on conflict (name) do update set holder = :h, until = :u",
            n=name,
            h=holder,
            u=written(now + LEASE),
        )
        return True

    return bool(desk.work(take))


class Duties:
    """A thread that does what nobody asks for: runs the followers, the timer and other regular duties of a node.

    Each duty is a function called when something was committed and at least once a second; it returns nothing and
    is called again after an exception, which is logged."""

    def __init__(self, desk: Desk, duties: dict[str, Callable[[], None]]) -> None:
        self._desk, self._duties = desk, duties
        self._holder = secrets.token_hex(8)
        self._wake, self._stopped = threading.Event(), threading.Event()
        self._renew_at = desk.clock()
        self._leads: dict[str, bool] = {}
        self._forget: Callable[[], None] = lambda: None
        self._thread = threading.Thread(target=self._run, name="siaga-duties", daemon=True)

    def start(self) -> None:
        """Begin; the desk's commits wake us."""
        self._forget = self._desk.listen(lambda position, touched: self._wake.set())
        self._thread.start()

    def stop(self) -> None:
        """Finish the round and stop."""
        self._stopped.set()
        self._wake.set()
        self._forget()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wake.wait(NOTHING_NEW_S)
            self._stopped.wait(GATHER_S)
            self._wake.clear()
            for name, duty in self._duties.items():
                if self._stopped.is_set():
                    return
                try:
                    if self._ours(name):
                        duty()
                except Exception as broken:  # a duty that fails must not end the others
                    _log.warning("duty-failed", duty=name, error=type(broken).__name__)
                    self._leads.pop(name, None)

    def _ours(self, name: str) -> bool:
        now = self._desk.clock()
        if now >= self._renew_at:
            self._leads.clear()
            self._renew_at = now + LEASE / 3
        if name not in self._leads:
            self._leads[name] = lead(self._desk, name, self._holder)
        return self._leads[name]


def follow(desk: Desk, follower: Follows) -> Callable[[], None]:
    """The duty of a follower: hand it what is new, then move its cursor."""

    def act() -> None:
        while True:
            with desk.store.read() as tx:
                entries = desk.log.read(tx, cursor(tx, follower.name), PAGE)
            if not entries:
                return
            follower.act(entries)
            reached = entries[-1].position
            desk.work(partial(move, name=follower.name, position=reached))

    return act


def cursor(tx: Tx, name: str) -> int:
    """How far something that reads the log has come; 0 before its first step."""
    rows = tx.rows("select position from kernel_cursor where name = :n", n=name)
    return int(rows[0]["position"]) if rows else 0


def move(tx: Tx, name: str, position: int) -> None:
    """Say how far it has come."""
    tx.run(
        "insert into kernel_cursor (name, position) values (:n, :p) on conflict (name) do update set position = :p",
        n=name,
        p=position,
    )
