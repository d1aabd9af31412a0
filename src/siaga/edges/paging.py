"""What comes back about alerts without a sign-in: a gateway's delivery reports, and answers by the link of an alert.

A link carries a proof that only who got the alert can know. With it one alert can be looked at and answered for some
hours, from a telephone that is signed in nowhere; nothing else can be done with it."""

import secrets
from datetime import timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ..kernel.desk import Desk
from ..kernel.records import NOT_PERMITTED, Accepted, Answer, Ask, Command, Kept, Refusal, read_json, read_time
from ..settings import Settings, named_pairs
from ..slices.paging import effects, rules
from ..slices.paging.rules.alerts import AlertId, Turn
from ..slices.paging.tables import sending, views
from .call import JSON, Call, Reply, Stopped, encode
from .forms import Impossible, possible, unreadable
from .security import Security

GATEWAY = "gateway"  # the role of a gateway's token
MOST = 8 * 1024
MOST_REPORT = 64 * 1024
LINK_LASTS = timedelta(hours=12)


class AlertLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One alert, by the proof of its link."""

    alert: AlertId
    proof: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]


class AlertArrived(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The alert of this turn reached the device."""

    alert: AlertId
    turn: Turn
    proof: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]


class AlertReply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The receiver comes, in so many minutes, or cannot come."""

    alert: AlertId
    proof: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]
    coming: bool
    minutes: Annotated[int, Meta(ge=0, le=600)] | None = None


FORMS = (AlertLink, AlertArrived, AlertReply, views.MyAlert)


class Paging:
    """The handlers under /api/paging."""

    def __init__(self, desk: Desk, settings: Settings, security: Security) -> None:
        self._desk, self._security = desk, security
        self._report = named_pairs(settings.sms_report)
        self._delivered = frozenset(self._report["delivered"].split("|"))

    async def gateway(self, call: Call) -> Reply:
        """A delivery report of the SMS gateway, with a token of the role `gateway`; other states are passed over."""
        who = await self._security.identify(call) or await self._security.basic(call)
        if who is None or who.holder.expired or who.holder.revoked or who.holder.kind != "token":
            raise Stopped(self._security.signed_out(call, who))
        self._security.within(call, who)
        if GATEWAY not in who.holder.roles:
            self._security.note(call, NOT_PERMITTED, who.holder)
            return call.no(403, Refusal(code=NOT_PERMITTED, facts={"roles": GATEWAY}))
        self._security.used(call, who.holder)
        raw = await call.json_body(MOST_REPORT)
        try:
            said = read_json(raw)
        except msgspec.DecodeError as error:
            return call.malformed("", str(error))
        number, state = found(said, self._report["reference"]), found(said, self._report["status"])
        if number and state in self._delivered:
            await self._security.off_loop(self._by_number, number)
        return Reply(204, b"", [])

    def _by_number(self, number: str) -> None:
        reference = effects.reference_of(self._desk, number)
        with self._desk.store.read() as tx:
            sent = sending.by_reference(tx, reference)
        if sent is not None:
            self._handle(rules.ReportDelivered(sent.alert, sent.turn), f"paging.delivered.{sent.alert}.{sent.turn}", "")

    async def arrived(self, call: Call) -> Reply:
        """A device says that an alert has reached it."""
        form = await self._form(call, AlertArrived)
        command = rules.ReportDelivered(form.alert, form.turn)
        return await self._done(call, form, command, f"paging.delivered.{form.alert}.{form.turn}")

    async def look(self, call: Call) -> Reply:
        """The alert of a link; the first look is recorded."""
        form = await self._form(call, AlertLink)
        shown = await self._done(call, form, rules.SeeAlert(form.alert), f"paging.seen.{form.alert}")
        if shown.status != 204:
            return shown
        row = await self._security.off_loop(self._alert, form.alert)
        return Reply(200, encode(row), JSON)

    def _alert(self, alert: str) -> views.MyAlert:
        with self._desk.store.read() as tx:
            return views.one(tx, alert)

    async def answer(self, call: Call) -> Reply:
        """An answer by the link of an alert."""
        form = await self._form(call, AlertReply)
        command = rules.AnswerAlert(form.alert, form.coming, form.minutes)
        return await self._done(call, form, command, f"paging.answer.{secrets.token_hex(12)}")

    async def _form(self, call: Call, shape: type[Any]) -> Any:
        self._security.stranger(call)
        raw = await call.json_body(MOST)
        try:
            form = read_json(raw, shape)
            possible(form, "")
        except (msgspec.DecodeError, Impossible) as error:
            raise Stopped(call.malformed(*unreadable(error))) from error
        return form

    async def _done(self, call: Call, form: Any, command: Command, id: str) -> Reply:
        """204 once it is recorded; 403 for a link that never was one, or not any more."""
        holder = await self._security.off_loop(self._holder, form)
        if holder is None:
            self._security.note(call, "alert-link-not-valid", detail=call.path)
            return call.no(403, Refusal(code="alert-link-not-valid"))
        answer = await self._security.off_loop(self._handle, command, id, holder)
        return call.no(409, answer) if isinstance(answer, Refusal) else Reply(204, b"", [])

    def _holder(self, form: Any) -> str | None:
        """Who answers by this link; None when it opens nothing."""
        if not effects.proves(self._desk, form.alert, form.proof):
            return None
        with self._desk.store.read() as tx:
            holder = sending.holder(tx, form.alert)
        if holder is None or self._desk.clock() - read_time(holder.raised_at) > LINK_LASTS:
            return None
        return holder.actor

    def _handle(self, command: Command, id: str, actor: str) -> Answer:
        now = self._desk.clock()
        ask = Ask(id=id, at=now, received=now, actor=actor or effects.ACTOR, roles=frozenset({rules.NODE}))
        answer: Accepted | Refusal | Kept = self._desk.handle(command, ask)
        return answer


def found(said: Any, path: str) -> str:
    """The value at a path of a report (`message.id`), as text; empty if there is none."""
    for part in path.split("."):
        if isinstance(said, list) and part.isdigit() and int(part) < len(said):
            said = said[int(part)]
        elif isinstance(said, dict):
            said = said.get(part)
        else:
            return ""
    return str(said)[:200] if isinstance(said, str | int) and not isinstance(said, bool) else ""
