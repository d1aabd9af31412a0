"""What becomes of an alert: raised, sent by one way after the other, delivered, seen, answered."""

from datetime import timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ....kernel.fields import Id
from ....kernel.records import Ask, Command, Decision, Due, Event, Refusal, Told
from .. import events
from ..events import Cause, Way
from .receivers import NODE, Receiver, usable

AlertId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,140}$", description="id of an alert")]
Turn = Annotated[int, Meta(ge=1, le=100)]
Reason = Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")]

WAITS: dict[Way, timedelta] = {  # how long a way has until the next one follows
    "station-page": timedelta(seconds=45),
    "web-push": timedelta(seconds=60),
    "webhook": timedelta(seconds=60),
    "sms": timedelta(seconds=120),
    "e-mail": timedelta(seconds=180),
}
AGAIN = timedelta(seconds=20)  # after the last way has failed, the first one is tried again
ROUNDS = 3
DESK = frozenset({"call-taker", "dispatcher", "shift-leader", "commander", NODE})


class RaiseAlert(Command, frozen=True):
    """Call whoever hears of these units; asked by the node itself when they were dispatched. `cause` is the position
    of that event in the log, so that each dispatch calls once."""

    cause: Annotated[int, Meta(ge=1)]
    incident: Id
    units: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=60)]


class Recall(Command, frozen=True):
    """Call people off duty for one incident: those named, or everybody who is off duty."""

    recall: Id
    incident: Id
    reason: Told
    receivers: Annotated[tuple[Id, ...], Meta(max_length=200)] = ()


class TryAlert(Command, frozen=True):
    """Try whether a receiver can be reached."""

    trial: Id
    receiver: Id


class ReportSent(Command, frozen=True):
    """The alert left by the way of this turn; asked by the node itself. `gone` are browsers that are none any more."""

    alert: AlertId
    turn: Turn
    reference: Annotated[str, Meta(pattern=r"^[0-9a-f]{1,64}$")] | None = None
    gone: tuple[Id, ...] = ()


class ReportFailed(Command, frozen=True):
    """The alert could not leave by the way of this turn; asked by the node itself."""

    alert: AlertId
    turn: Turn
    reason: Reason
    gone: tuple[Id, ...] = ()


class ReportDelivered(Command, frozen=True):
    """The alert reached the receiver's device."""

    alert: AlertId
    turn: Turn


class SeeAlert(Command, frozen=True):
    """Somebody looked at the alert."""

    alert: AlertId


class AnswerAlert(Command, frozen=True):
    """Say that the receiver comes, in how many minutes, or cannot come. The last answer stands."""

    alert: AlertId
    coming: bool
    minutes: Annotated[int, Meta(ge=0, le=600)] | None = None


class TimerEscalate(Command, frozen=True):
    """Asked by the timer: has anybody answered by the way of this turn?"""

    alert: AlertId
    turn: Turn


class CalledUnit(msgspec.Struct, frozen=True):
    """A dispatched unit: where it stands and who rides on it; `waiting` until it has answered the dispatch."""

    unit: str
    station: str | None
    persons: tuple[str, ...]
    waiting: bool


class Called(msgspec.Struct, frozen=True):
    """What stands in the way of calling: whether the incident is open, under which number, which ways work here."""

    open: bool | None
    number: str
    configured: frozenset[str]


class Raising(msgspec.Struct, frozen=True):
    """Who might be called, the units, receivers that were named but are none, and whether this id called before."""

    called: Called
    receivers: tuple[Receiver, ...]
    units: tuple[CalledUnit, ...] = ()
    missing: tuple[str, ...] = ()
    repeated: bool = False


class AlertKnown(msgspec.Struct, frozen=True, kw_only=True):
    """An alert as the rules know it; None in its place means no such alert.

    `settled`: its units have answered the dispatch, or the incident is over. `sent`, `delivered`, `failed` are the
    turns that were reported so."""

    alert: str
    receiver: str
    kind: str | None
    account: str | None
    ways: tuple[Way, ...]
    turn: int
    settled: bool
    seen: bool
    answered: bool
    coming: bool | None
    minutes: int | None
    sent: frozenset[int]
    delivered: frozenset[int]
    failed: frozenset[int]


def _hears(receiver: Receiver, unit: CalledUnit) -> bool:
    """Whether the dispatch of a unit is news for a receiver."""
    if receiver.kind == "station" and unit.station == receiver.subject:
        return True
    if receiver.kind == "person" and receiver.subject in unit.persons:
        return True
    return unit.unit in receiver.hears or (unit.station is not None and unit.station in receiver.hears)


def _route(alert: str, ways: tuple[Way, ...], turn: int, ask: Ask) -> list[Event | Due]:
    """Send by the way of a turn, and look later whether somebody answered. A page in the station needs no sending."""
    way = ways[(turn - 1) % len(ways)]
    decided: list[Event | Due] = [events.AlertRouted(alert, turn, way)]
    if way == "station-page":
        decided.append(events.AlertSent(alert, turn, way))
    decided.append(Due(f"paging.{alert}.{turn}", ask.now + WAITS[way], TimerEscalate(alert, turn)))
    return decided


def _raise(
    alert: str, receiver: Receiver, cause: Cause, called: Called, incident: str | None, units: tuple[str, ...], ask: Ask
) -> list[Event | Due]:
    ways, skipped = usable(receiver, called.configured)
    raised = events.AlertRaised(alert, receiver.receiver, cause, ways, incident, units, skipped)
    if not ways:
        return [raised, events.AlertUnanswered(alert, 0, None, True)]
    return [raised, *_route(alert, ways, 1, ask)]


def raise_alert(cmd: RaiseAlert, known: Raising, ask: Ask) -> Decision:
    """Each receiver on duty that hears of one of the units is called once, for all of them.

    Nobody is called whose account is closed, nor for what is over by now or for a unit that has answered by itself."""
    if not known.called.open:
        return []
    waiting = [u for u in known.units if u.waiting]
    decided: list[Event | Due] = []
    for receiver in known.receivers:
        units = tuple(u.unit for u in waiting if _hears(receiver, u))
        if units and receiver.on_duty and not receiver.closed:
            alert = f"d{cmd.cause}.{receiver.receiver}"
            decided += _raise(alert, receiver, "dispatch", known.called, cmd.incident, units, ask)
    return decided


def recall(cmd: Recall, known: Raising, ask: Ask) -> Decision:
    """Duty does not count; the reason stands in the log."""
    if known.repeated:
        return []
    if known.called.open is None:
        return Refusal(code="incident-unknown", facts={"incident": cmd.incident})
    if not known.called.open:
        return Refusal(code="incident-not-open", facts={"incident": known.called.number})
    if known.missing:
        return Refusal(code="receiver-unknown", facts={"receiver": known.missing[0]})
    if not known.receivers:
        return Refusal(code="nobody-off-duty")
    names = tuple(r.receiver for r in known.receivers)
    decided: list[Event | Due] = [events.ReceiversRecalled(cmd.recall, cmd.incident, names, cmd.reason)]
    for receiver in known.receivers:
        decided += _raise(
            f"r.{cmd.recall}.{receiver.receiver}", receiver, "recall", known.called, cmd.incident, (), ask
        )
    return decided


def try_alert(cmd: TryAlert, known: Raising, ask: Ask) -> Decision:
    """A trial rings like an alert and says that it is one."""
    if known.repeated:
        return []
    if known.missing:
        return Refusal(code="receiver-unknown", facts={"receiver": cmd.receiver})
    if known.receivers[0].closed:
        return Refusal(code="receiver-closed", facts={"receiver": cmd.receiver})
    return _raise(f"t.{cmd.trial}.{cmd.receiver}", known.receivers[0], "test", known.called, None, (), ask)


def _unknown(alert: str) -> Refusal:
    return Refusal(code="alert-unknown", facts={"alert": alert})


def _way(known: AlertKnown, turn: int) -> Way:
    return known.ways[(turn - 1) % len(known.ways)]


def _gone(cmd: ReportSent | ReportFailed) -> list[events.PushUnsubscribed]:
    return [events.PushUnsubscribed(s, "gone") for s in cmd.gone]


def report_sent(cmd: ReportSent, known: AlertKnown | None, ask: Ask) -> Decision:
    """Once for each turn."""
    if known is None or not known.ways or cmd.turn > known.turn:
        return _unknown(cmd.alert)
    if cmd.turn in known.sent | known.failed:
        return []
    return [events.AlertSent(cmd.alert, cmd.turn, _way(known, cmd.turn), cmd.reference), *_gone(cmd)]


def _last(known: AlertKnown, turn: int) -> bool:
    return turn >= len(known.ways) * ROUNDS


def report_failed(cmd: ReportFailed, known: AlertKnown | None, ask: Ask) -> Decision:
    """The next way follows at once; after the last one the first is tried again, a little later."""
    if known is None or not known.ways or cmd.turn > known.turn:
        return _unknown(cmd.alert)
    if cmd.turn in known.sent | known.failed:
        return []
    decided: list[Any] = [events.AlertFailed(cmd.alert, cmd.turn, _way(known, cmd.turn), cmd.reason), *_gone(cmd)]
    if known.settled or known.answered or cmd.turn != known.turn:
        return decided
    if cmd.turn % len(known.ways):
        return decided + _route(cmd.alert, known.ways, cmd.turn + 1, ask)
    again = Due(f"paging.{cmd.alert}.{cmd.turn}.again", ask.now + AGAIN, TimerEscalate(cmd.alert, cmd.turn))
    return [*decided, again]


def timer_escalate(cmd: TimerEscalate, known: AlertKnown | None, ask: Ask) -> Decision:
    """Nobody answered: by the next way. Nothing once somebody has, or when a later turn is under way."""
    if known is None or known.turn != cmd.turn or known.settled or known.answered:
        return []
    last = _last(known, cmd.turn)
    unanswered = events.AlertUnanswered(cmd.alert, cmd.turn, _way(known, cmd.turn), last)
    return [unanswered] if last else [unanswered, *_route(cmd.alert, known.ways, cmd.turn + 1, ask)]


def _theirs(known: AlertKnown, ask: Ask) -> bool:
    """Who may say something about an alert: its receiver, anybody of a station's crew about the station's, the desk."""
    if ask.roles & DESK:
        return True
    if known.kind == "station":
        return "crew" in ask.roles
    return known.account is not None and ask.actor == known.account


def report_delivered(cmd: ReportDelivered, known: AlertKnown | None, ask: Ask) -> Decision:
    """Once for each turn."""
    if known is None or not known.ways or cmd.turn > known.turn:
        return _unknown(cmd.alert)
    if not _theirs(known, ask):
        return Refusal(code="alert-not-yours", facts={"alert": cmd.alert})
    if cmd.turn in known.delivered:
        return []
    return [events.AlertDelivered(cmd.alert, cmd.turn, _way(known, cmd.turn))]


def see_alert(cmd: SeeAlert, known: AlertKnown | None, ask: Ask) -> Decision:
    """The first look counts."""
    if known is None:
        return _unknown(cmd.alert)
    if not _theirs(known, ask):
        return Refusal(code="alert-not-yours", facts={"alert": cmd.alert})
    return [] if known.seen else [events.AlertSeen(cmd.alert)]


def answer_alert(cmd: AnswerAlert, known: AlertKnown | None, ask: Ask) -> Decision:
    """The same answer again is nothing; another one stands over it, and both are in the log."""
    if known is None:
        return _unknown(cmd.alert)
    if not _theirs(known, ask):
        return Refusal(code="alert-not-yours", facts={"alert": cmd.alert})
    minutes = cmd.minutes if cmd.coming else None
    if known.answered and (known.coming, known.minutes) == (cmd.coming, minutes):
        return []
    return [events.AlertAnswered(cmd.alert, cmd.coming, minutes)]
