"""Who asks: sessions, bearer tokens and devices behind a request; refused accesses go into the security log."""

import asyncio
import base64
import binascii
import contextlib
import hashlib
import hmac
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, TypeVar

import msgspec
import structlog

from ..kernel.desk import Desk
from ..kernel.records import Ask, Refusal
from ..kernel.storage import Tx
from ..kernel.writer import Closed
from ..slices.access.tables import clocks, gate
from ..slices.access.tables.gate import Holder, Noted
from .call import Call, Headers, Reply, Stopped, moment
from .limits import EXPIRED, PERSON, PROGRAM, STRANGER, Limits

T = TypeVar("T")
SESSION_COOKIE = "siaga_session"
DEVICE_COOKIE = "siaga_device"
FRESH_S = 2.0  # how long another process's change of a session may go unnoticed
ROOM = 10_000
REPEATED_S = 10.0  # within which the same line of the security log is counted, not written again
NOTED_EVERY_S = 60.0  # that somebody is there, and what their clock shows
READING_THREADS = 4
HASHING_THREADS = 2
MOST_HASHING = 40  # passwords of strangers that may wait for a thread: about a second's worth
SAFE = frozenset({"GET", "HEAD"})
_log = structlog.get_logger("siaga.door")


class Who(msgspec.Struct, frozen=True):
    """The holder behind a request, and whether a cookie said so (then changes need the session's mark)."""

    holder: Holder
    secret: str
    by_cookie: bool

    @property
    def csrf(self) -> str:
        """The session's mark: known only to who can read the session's own answers."""
        return hashlib.sha256(b"siaga csrf " + self.secret.encode()).hexdigest()[:40]

    def ask(self, **more: Any) -> Ask:
        """An ask of theirs; its id is new unless given, since reading logs are kept by it."""
        h = self.holder
        if "id" not in more:
            more["id"] = secrets.token_hex(12)
        return Ask(**({"actor": h.actor, "roles": h.roles, "agency": h.agency, "device": h.device} | more))


class Security:
    """Identifies, limits, and keeps the security log."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.limits = Limits()
        self.threads = ThreadPoolExecutor(READING_THREADS, "siaga-door")
        self._hashers = ThreadPoolExecutor(HASHING_THREADS, "siaga-password")
        self._hashing = 0
        self._known: dict[str, tuple[Holder | None, float]] = {}
        self._seen: dict[str, float] = {}
        self._noted: Counter[Noted] = Counter()
        self._noting = threading.Lock()
        self._noted_at: dict[Noted, float] = {}
        self._repeating: asyncio.TimerHandle | None = None
        self._deaf = desk.listen(self._heard)

    def close(self) -> None:
        """Stop listening; what is noted is written first."""
        if self._noted:
            self.write_noted()
        self._deaf()
        self.threads.shutdown(wait=False)
        self._hashers.shutdown(wait=False)

    async def off_loop(self, job: Callable[..., T], *args: Any) -> T:
        """Do something that waits (the database, a hash) in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, job, *args)

    async def hashing(self, call: Call, job: Callable[..., T], *args: Any) -> T:
        """Check a password, in threads of its own: whatever strangers type, views and asks go on.

        When too many wait, strangers are sent away; the control room never is."""
        if self._hashing >= MOST_HASHING and not call.peer.own:
            raise Stopped(call.later("too-many", 2))
        self._hashing += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._hashers, job, *args)
        finally:
            self._hashing -= 1

    def _heard(self, position: int, touched: frozenset[str]) -> None:
        if not gate.TABLES.isdisjoint(touched):
            self.forget()

    def forget(self) -> None:
        """Accounts changed: look everybody up again."""
        self._known = {}

    # ── who ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def lookup(self, secret: str) -> Holder | None:
        """Who holds a secret; remembered for a moment, forgotten at once when this process changes an account."""
        if len(secret) > gate.LONGEST_SECRET or secret[:4] not in gate.PREFIXES:
            return None
        now = time.monotonic()
        known = self._known
        found = known.get(secret)
        if found is None or found[1] < now:
            holder = await self.off_loop(self._find, secret)
            if len(known) >= ROOM:
                known.clear()
            known[secret] = (holder, now + FRESH_S)
        else:
            holder = found[0]
        if holder is not None and not holder.expired and holder.expires_at and holder.expires_at <= self.desk.clock():
            return msgspec.structs.replace(holder, expired=True)
        return holder

    def _find(self, secret: str) -> Holder | None:
        with self.desk.store.read() as tx:
            return gate.find(tx, secret, self.desk.clock())

    async def identify(self, call: Call) -> Who | None:
        """Who asks, expired and revoked ones too; None if nobody is named. A session on an enrolled device is both."""
        scheme, _, value = call.header(b"authorization").partition(" ")
        if scheme.lower() == "bearer":
            return await self._who(value.strip(), by_cookie=False)
        if b"cookie" not in call.headers:
            return None
        cookies = call.cookies()
        device = await self._who(cookies.get(named(DEVICE_COOKIE, call), ""), by_cookie=True)
        person = await self._who(cookies.get(named(SESSION_COOKIE, call), ""), by_cookie=True)
        if person is None or person.holder.expired:
            return device or person
        if device is not None and not device.holder.revoked and not device.holder.expired:
            both = msgspec.structs.replace(person.holder, device=device.holder.id, unit=device.holder.unit)
            return Who(both, person.secret, by_cookie=True)
        return person

    async def _who(self, secret: str, *, by_cookie: bool) -> Who | None:
        if not secret:
            return None
        holder = await self.lookup(secret)
        return Who(holder, secret, by_cookie) if holder else None

    async def basic(self, call: Call) -> Who | None:
        """Who asks by HTTP Basic, whose password is a device's or program's token."""
        scheme, _, value = call.header(b"authorization").partition(" ")
        if scheme.lower() != "basic":
            return None
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            return await self._who(base64.b64decode(value).decode().partition(":")[2], by_cookie=False)
        return None

    async def signed_in(self, call: Call) -> Who:
        """Who asks; else the request ends: 401 without sign-in, 429 above the limit, 403 without the session's mark."""
        who = await self.identify(call)
        if who is None or who.holder.revoked or who.holder.expired:
            raise Stopped(self.signed_out(call, who))
        self.within(call, who)
        if call.method not in SAFE and who.by_cookie:
            self.marked(call, who)
        self.used(call, who.holder)
        return who

    def signed_out(self, call: Call, who: Who | None) -> Reply:
        """401, in the security log; how fast strangers may collect them is limited."""
        self.stranger(call)
        if who is not None:
            kind = "revoked" if who.holder.revoked else "expired"
            self.note(call, kind, who.holder)
        else:
            named = b"authorization" in call.headers or b"cookie" in call.headers
            self.note(call, "unknown-secret" if named else "not-signed-in")
        return call.no(401, Refusal(code="signed-out"), [(b"www-authenticate", b"Bearer")])

    def marked(self, call: Call, who: Who) -> None:
        """A change by cookie carries the session's mark in `X-CSRF-Token`."""
        if not hmac.compare_digest(call.headers.get(b"x-csrf-token", b""), who.csrf.encode()):
            self.note(call, "csrf", who.holder)
            raise Stopped(call.no(403, Refusal(code="csrf")))

    def within(self, call: Call, who: Who) -> None:
        """The limit of an account, device or program."""
        rate = PROGRAM if who.holder.kind == "token" else PERSON
        if who.holder.expired:
            rate = EXPIRED
        wait = self.limits.take(f"{who.holder.kind} {who.holder.actor}", rate)
        if wait:
            raise Stopped(call.later("too-many", wait))

    def stranger(self, call: Call) -> None:
        """The limit of an address without sign-in."""
        wait = self.limits.take(f"address {call.peer.address}", STRANGER)
        if wait:
            raise Stopped(call.later("too-many", wait))

    def used(self, call: Call, holder: Holder) -> None:
        """Note every few minutes that a session, token or device is in use; an open session lives on.

        What its clock shows (`Siaga-Clock`) is noted with it, at most once a minute."""
        now = self.desk.clock()
        if b"siaga-clock" in call.headers:
            self._compare(call, holder, now)
        if holder.seen_at is not None and now - holder.seen_at < gate.SEEN_EVERY:
            return
        if self._rarely(f"{holder.kind} {holder.id}"):
            self.desk.submit_work(lambda tx: gate.note_seen(tx, holder, now), _ignore)

    def _compare(self, call: Call, holder: Holder, now: datetime) -> None:
        theirs = moment(call.header(b"siaga-clock")[:40])
        if theirs is not None and self._rarely(f"clock {clocks.holder_of(holder)}"):
            offset = (theirs - now).total_seconds()
            self.desk.submit_work(lambda tx: clocks.note(tx, holder, offset, now), _ignore)

    def _rarely(self, what: str) -> bool:
        """True once a minute for each thing that is not worth a write every time."""
        at = time.monotonic()
        if self._seen.get(what, -1e9) > at - NOTED_EVERY_S:
            return False
        if len(self._seen) > ROOM:
            self._seen.clear()
        self._seen[what] = at
        return True

    # ── the security log ─────────────────────────────────────────────────────────────────────────────────────────

    def note(self, call: Call, kind: str, holder: Holder | None = None, detail: str = "") -> None:
        """Append to the security log: at once, but what repeats within ten seconds becomes one more line with a count,
        so that a stranger who tries without end does not fill the disk."""
        where = call.peer
        noted = Noted(
            kind=kind,
            account=holder.actor if holder else None,
            device=holder.device if holder else None,
            address=self.desk.vault.digest(b"address " + where.address.encode())[:16],
            network=where.network,
            detail=detail or f"{call.method} {route(call.path)}",
        )
        at = time.monotonic()
        with self._noting:
            self._noted[noted] += 1
        if at - self._noted_at.get(noted, -1e9) >= REPEATED_S:
            if len(self._noted_at) >= ROOM:
                self._noted_at.clear()
            self._noted_at[noted] = at
            self.write_noted()
        elif self._repeating is None:
            self._repeating = asyncio.get_running_loop().call_later(REPEATED_S, self.write_noted)

    def write_noted(self) -> None:
        """Write what was noted and is not in the security log yet."""
        self._repeating = None
        try:
            self.desk.submit_work(self._writing_noted(), _ignore)
        except Closed:
            _log.warning("security-log-closed")

    def _writing_noted(self) -> Callable[[Tx], None]:
        held: Counter[Noted] = Counter()  # kept by the job, which the writer may try twice

        def write(tx: Tx) -> None:
            with self._noting:
                held.update(self._noted)
                self._noted.clear()
            now = self.desk.clock()
            for line, times in held.items():
                gate.note(tx, line, times, now)

        return write


def route(path: str) -> str:
    """The door without what a stranger typed behind it: paths can carry anything."""
    parts = path.split("/")
    return "/".join(parts[:3])[:40] if path.startswith("/api/") else "/"


def _ignore(answer: Any) -> None:
    if isinstance(answer, Exception):
        _log.warning("work-failed", error=type(answer).__name__)


def named(name: str, call: Call) -> str:
    """A cookie's name. Over TLS it begins so that browsers let no neighbouring site set it."""
    return f"__Host-{name}" if call.peer.secure else name


def cookie(call: Call, name: str, value: str, seconds: int) -> Headers:
    """A cookie that scripts cannot read and other sites cannot send."""
    text = f"{named(name, call)}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict"
    return [(b"set-cookie", (text + ("; Secure" if call.peer.secure else "")).encode())]
