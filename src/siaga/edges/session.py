"""Sign-in, sign-out, own password, and devices that take up a one-time link."""

import secrets
from datetime import datetime
from io import BytesIO
from typing import Any

import msgspec

from ..kernel.desk import Desk
from ..kernel.records import Accepted, Ask, Kept, Refusal, Secret, read_json
from ..kernel.storage import Tx
from ..settings import Settings
from ..slices.access.rules import DOOR, ChangePassword, EnrolDevice
from ..slices.access.tables import admin, gate
from ..slices.access.tables.gate import Candidate, Holder
from .call import JSON, Call, Reply, Stopped, encode
from .forms import Impossible, possible, unreadable
from .limits import OWN_TRIES, TRIES
from .security import DEVICE_COOKIE, SESSION_COOKIE, Security, Who, cookie, named

MOST = 16 * 1024
DEVICE_COOKIE_S = 400 * 86400  # the longest browsers keep one; the device's own end counts
FREE_BY_ADDRESS = 50  # failed sign-ins of any names from one address before it is locked


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name and a password; the agency only for who has roles in several."""

    name: str
    password: Secret
    agency: str | None = None


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The old and the new password."""

    old: Secret
    new: Secret


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A one-time code, from the link behind `#`."""

    code: str


class Session(msgspec.Struct, frozen=True):
    """Who is signed in. Changes by cookie carry `csrf` in the header `X-CSRF-Token`."""

    account: str
    name: str
    roles: list[str]
    agency: str
    csrf: str
    device: str | None
    unit: str | None
    expires_at: datetime | None


class Enrolled(msgspec.Struct, frozen=True):
    """What a device gets once: its own token. Browsers also get it as a cookie."""

    device: str
    token: str
    session: Session


def told(who: Who) -> Session:
    """A session as its owner sees it."""
    h = who.holder
    return Session(h.actor, h.name, sorted(h.roles), h.agency, who.csrf, h.device, h.unit, h.expires_at)


class Sessions:
    """The handlers under /api/session and /api/devices."""

    def __init__(self, desk: Desk, settings: Settings, security: Security) -> None:
        self._desk, self._settings, self._security = desk, settings, security

    async def _read(self, call: Call, form: type[Any]) -> Any:
        raw = await call.json_body(MOST)
        try:
            typed = read_json(raw, form)
            possible(typed, "")
        except (msgspec.DecodeError, Impossible) as error:
            raise Stopped(call.malformed(*unreadable(error))) from error
        return typed

    def _same_site(self, call: Call) -> None:
        """No other site's page may sign a browser in: JSON needs its script, and browsers say where that is from."""
        if call.header(b"sec-fetch-site") in ("cross-site", "same-site"):
            self._security.note(call, "origin")
            raise Stopped(call.no(403, Refusal(code="origin")))

    def _slowly(self, call: Call) -> None:
        where = call.peer
        wait = self._security.limits.take(f"tries {where.address}", OWN_TRIES if where.own else TRIES)
        if wait:
            self._security.note(call, "too-many-tries")
            raise Stopped(call.later("too-many", wait))

    async def show(self, call: Call) -> Reply:
        """Who am I."""
        who = await self._security.identify(call)
        if who is None or who.holder.expired or who.holder.revoked:
            if who is None and b"cookie" not in call.headers and b"authorization" not in call.headers:
                self._security.stranger(call)  # the sign-in page asks this first: nothing was refused
                return call.no(401, Refusal(code="signed-out"), [(b"www-authenticate", b"Bearer")])
            return self._security.signed_out(call, who)
        self._security.within(call, who)
        self._security.used(call, who.holder)
        return Reply(200, encode(told(who)))

    async def open(self, call: Call) -> Reply:
        """Sign in."""
        self._same_site(call)
        typed: SignIn = await self._read(call, SignIn)
        self._slowly(call)
        where, name = call.peer, admin.login_of(typed.name)
        digest = self._desk.vault.digest
        own_door = digest(f"door {name} {where.address}".encode())
        doors = [] if where.own else [own_door, digest(f"door {where.address}".encode())]
        found, account = await self._security.hashing(call, self._try, typed, doors)
        if isinstance(found, datetime):
            self._security.note(call, "locked-out")
            wait = (found - self._desk.clock()).total_seconds()
            return call.later("locked-out", wait)
        if found is None:
            known = None if account is None else _outside(account)
            self._security.note(call, "sign-in-failed", known)
            return call.no(401, Refusal(code="sign-in-failed"))
        return await self._opened(call, typed, found, own_door)

    def _try(self, typed: SignIn, doors: list[str]) -> tuple[Candidate | datetime | None, Candidate | None]:
        """The account if the password fits; until when the door is locked; or nothing, and whom it was tried for."""
        now = self._desk.clock()
        with self._desk.store.read() as tx:
            if (until := gate.locked_until(tx, doors, now)) is not None:
                return until, None
            account = gate.candidate(tx, typed.name)
        fits = admin.fits(typed.password.text, account.hash if account else None)
        if fits and account is not None and not account.disabled:
            return account, account
        if doors:
            own, shared = doors

            def failed(tx: Tx) -> None:
                gate.note_failure(tx, own, gate.FAILURES_FREE, now)
                gate.note_failure(tx, shared, FREE_BY_ADDRESS, now)

            self._desk.work(failed)
        return None, account

    async def _opened(self, call: Call, typed: SignIn, account: Candidate, door: str) -> Reply:
        cookies = call.cookies()
        device = await self._security.lookup(cookies.get(named(DEVICE_COOKIE, call), ""))
        if device is not None and (device.kind != "device" or device.revoked):
            device = None
        before, secret = cookies.get(named(SESSION_COOKIE, call), ""), gate.new_secret("sgs_")

        def keep(tx: Tx) -> bool:
            roles = gate.agencies(tx, account.account)
            agency = typed.agency or (account.agency if account.agency in roles else next(iter(roles), ""))
            if agency not in roles:
                return False
            gate.forget_failures(tx, door)
            gate.replace_session(tx, gate.hash_of(before))
            now = self._desk.clock()
            gate.open_session(tx, account, agency, device.id if device else None, gate.hash_of(secret), now)
            return True

        if not await self._security.off_loop(self._desk.work, keep):
            self._security.note(call, "no-role", _outside(account))
            return call.no(403, Refusal(code="no-role"))
        holder = await self._security.lookup(secret)
        assert holder is not None
        self._security.note(call, "signed-in", holder)
        if device is not None:
            holder = msgspec.structs.replace(holder, unit=device.unit)
        seconds = int(gate.SESSION_LONGEST.total_seconds())
        more = cookie(call, SESSION_COOKIE, secret, seconds)
        return Reply(200, encode(told(Who(holder, secret, by_cookie=True))), JSON + more)

    async def close(self, call: Call) -> Reply:
        """Sign out. A device's or program's token stays: it is revoked by an administrator."""
        who = await self._security.signed_in(call)
        if who.holder.kind == "session":
            await self._security.off_loop(self._desk.work, lambda tx: gate.close_session(tx, who.holder.id))
        return Reply(204, b"", cookie(call, SESSION_COOKIE, "", 0))

    async def change_password(self, call: Call) -> Reply:
        """A person's own new password, against the old one."""
        who = await self._security.signed_in(call)
        typed: NewPassword = await self._read(call, NewPassword)
        if who.holder.kind != "session":
            self._security.note(call, "password-change-refused", who.holder)
            return call.no(403, Refusal(code="sign-in-failed"))
        self._slowly(call)

        def answer() -> Accepted | Refusal:
            with self._desk.store.read() as tx:
                kept = gate.hash_of_account(tx, who.holder.actor)
            if not admin.fits(typed.old.text, kept):
                return Refusal(code="sign-in-failed")
            ask = who.ask(at=self._desk.clock(), roles=frozenset({DOOR}))
            command = ChangePassword(who.holder.actor, typed.new, who.holder.id)
            answer = self._desk.handle(command, ask)
            assert not isinstance(answer, Kept)  # only observations are set aside
            return answer

        said = await self._security.hashing(call, answer)
        if isinstance(said, Refusal):
            self._security.note(call, "password-change-refused", who.holder)
            return call.no(403 if said.code == "sign-in-failed" else 409, said)
        return Reply(200, encode(said))

    async def enrol(self, call: Call) -> Reply:
        """Take up a one-time link: the device gets its own token, once."""
        self._same_site(call)
        typed: Code = await self._read(call, Code)
        self._slowly(call)
        device, secret = "perangkat-" + secrets.token_hex(6), gate.new_secret("sgd_")
        ask = Ask(id=secrets.token_hex(12), at=self._desk.clock(), actor=device, roles=frozenset({DOOR}), device=device)
        command = EnrolDevice(device, gate.hash_of(typed.code), gate.hash_of(secret))
        said = await self._security.off_loop(self._desk.handle, command, ask)
        if isinstance(said, Refusal):
            self._security.note(call, "enrolment-refused")
            return call.no(409, said)
        holder = await self._security.lookup(secret)
        assert holder is not None
        self._security.note(call, "enrolled", holder)
        who = Who(holder, secret, by_cookie=True)
        more = cookie(call, DEVICE_COOKIE, secret, DEVICE_COOKIE_S)
        return Reply(200, encode(Enrolled(device, secret, told(who))), JSON + more)

    async def qr(self, call: Call) -> Reply:
        """A one-time link as a QR code (SVG), for who offers it; the code travels in the body, never in an address.

        Beside it the address the link leads to, so that its words say the same as its picture."""
        who = await self._security.signed_in(call)
        if "administrator" not in who.holder.roles:
            self._security.note(call, "not-permitted", who.holder)
            return call.no(403, Refusal(code="not-permitted", facts={"roles": "administrator"}))
        typed: Code = await self._read(call, Code)
        if not typed.code or len(typed.code) > 200:
            return call.malformed("code", "Expected 1 to 200 characters")
        if not self._settings.address and not call.host:
            return call.malformed("host", "Expected the name of a host")
        base = self._settings.address or f"{'https' if call.peer.secure else 'http'}://{call.host}"
        heads = [(b"content-type", b"image/svg+xml"), (b"siaga-address", base.rstrip("/").encode())]
        return Reply(200, qr_svg(enrolment_link(base, typed.code)), heads)


def _outside(account: Candidate) -> Holder:
    """An account that did not come in, for the security log."""
    return Holder(
        kind="session",
        id="",
        actor=account.account,
        name="",
        agency=account.agency,
        roles=frozenset(),
        secret_hash="",
        expires_at=None,
        seen_at=None,
    )


def enrolment_link(address: str, code: str) -> str:
    """The one-time link; what stands behind `#` is never sent to a server or written into its logs."""
    return f"{address.rstrip('/')}/masuk/perangkat#{code}"


def qr_svg(text: str) -> bytes:
    """A QR code as SVG."""
    import segno  # needed a few times a year: not worth its share of every start

    out = BytesIO()
    segno.make(text, error="m").save(out, kind="svg", scale=6, border=4)
    return out.getvalue()


def qr_terminal(text: str) -> str:
    """A QR code for a terminal."""
    from io import StringIO

    import segno

    out = StringIO()
    segno.make(text, error="m").terminal(out, compact=True)
    return out.getvalue()
