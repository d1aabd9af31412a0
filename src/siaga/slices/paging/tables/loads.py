"""What the rules of paging must know."""

import json

from ....kernel.records import Ask
from ....kernel.storage import Row, Tx
from .. import rules
from ..events import WAYS, Way

OF_WAY: dict[Way, tuple[str, ...]] = {"sms": ("phone",), "e-mail": ("email",), "webhook": ("webhook", "secret")}
CLOSED = (
    "exists (select 1 from paging_closed_account c where c.account = r.account and r.kind in ('person', 'account'))"
)
"""Of a receiver `r`: its account is closed. Stations and organisations are called all the same."""
_RECEIVERS = f"select r.*, {CLOSED} as closed from paging_receiver r where removed_at is null"


def setting(tx: Tx, name: str) -> str | None:
    """What the serving process said it is set to; None if it never said so."""
    rows = tx.rows("select value from paging_setting where name = :n", n=name)
    return rows[0]["value"] if rows else None


def configured(tx: Tx) -> frozenset[str]:
    """The ways that can be used on this node; the page in a station always can."""
    said = {r["name"] for r in tx.rows("select name from paging_setting where value = 'yes'")}
    return frozenset(w for w in WAYS if w == "station-page" or f"way.{w}" in said)


def private(tx: Tx) -> tuple[str, ...]:
    """Private networks that addresses from outside may lead to."""
    return tuple(part for part in (setting(tx, "private") or "").split(",") if part)


def browsers(tx: Tx) -> dict[str, list[str]]:
    """Subscriptions by receiver, the oldest first."""
    found: dict[str, list[str]] = {}
    for r in tx.rows(
        "select subscription, receiver from paging_push where ended_at is null order by since, subscription"
    ):
        found.setdefault(r["receiver"], []).append(r["subscription"])
    return found


def have(row: Row, subscriptions: list[str]) -> frozenset[Way]:
    """The ways a receiver has an address for."""
    ways = {w for w, columns in OF_WAY.items() if all(row[c] is not None for c in columns)}
    if row["kind"] == "station":
        ways.add("station-page")
    return frozenset(ways | ({"web-push"} if subscriptions else set()))


def _receiver(row: Row, subscriptions: list[str]) -> rules.Receiver:
    return rules.Receiver(
        receiver=row["receiver"],
        kind=row["kind"],
        subject=row["subject"],
        ways=tuple(json.loads(row["ways"])),
        hears=tuple(json.loads(row["hears"])),
        account=row["account"],
        on_duty=bool(row["on_duty"]),
        closed=bool(row["closed"]),
        have=have(row, subscriptions),
        subscriptions=tuple(subscriptions),
    )


def receivers(tx: Tx) -> tuple[rules.Receiver, ...]:
    """Every receiver."""
    of = browsers(tx)
    return tuple(_receiver(r, of.get(r["receiver"], [])) for r in tx.rows(f"{_RECEIVERS} order by receiver"))


def receiver(tx: Tx, cmd: rules.RemoveReceiver | rules.SetDuty) -> rules.Receiver | None:
    """The receiver of a command."""
    return _one(tx, cmd.receiver)


def _one(tx: Tx, name: str) -> rules.Receiver | None:
    rows = tx.rows(f"{_RECEIVERS} and receiver = :r", r=name)
    return _receiver(rows[0], browsers(tx).get(name, [])) if rows else None


def of_account(tx: Tx, account: str) -> rules.Receiver | None:
    """The receiver an account answers for."""
    rows = tx.rows(f"{_RECEIVERS} and account = :a order by receiver", a=account)
    return _receiver(rows[0], browsers(tx).get(rows[0]["receiver"], [])) if rows else None


def setting_receiver(tx: Tx, cmd: rules.SetReceiver) -> rules.SetReceiverKnown:
    """What stands, and what of the names is missing."""
    there = {r["n"] for r in tx.rows("select station as n from paging_station union select unit as n from paging_unit")}
    stations = {r["station"] for r in tx.rows("select station from paging_station")}
    missing = [n for n in cmd.hears if n not in there]
    if cmd.kind == "station" and cmd.subject not in stations:
        missing.insert(0, cmd.subject)
    account = cmd.subject if cmd.kind == "account" else cmd.account
    other = of_account(tx, account) if account else None
    taken = other.receiver if other is not None and other.receiver != cmd.receiver else None
    return rules.SetReceiverKnown(_one(tx, cmd.receiver), tuple(missing), private(tx), taken)


def subscribing(tx: Tx, cmd: rules.SubscribePush, ask: Ask) -> rules.SubscribeKnown:
    """The receiver of who asks."""
    return rules.SubscribeKnown(of_account(tx, ask.actor), private(tx))


def unsubscribing(tx: Tx, cmd: rules.UnsubscribePush) -> bool:
    """Whether there is such a subscription."""
    name = rules.subscription_of(cmd.endpoint.text or "")
    rows = tx.rows("select 1 as x from paging_push where subscription = :s and ended_at is null", s=name)
    return bool(rows)


def _called(tx: Tx, incident: str | None) -> rules.Called:
    rows = tx.rows("select number, state from paging_incident where incident = :i", i=incident) if incident else []
    is_open = rows[0]["state"] == "open" if rows else None
    return rules.Called(is_open, rows[0]["number"] if rows else "", configured(tx))


def raising(tx: Tx, cmd: rules.RaiseAlert) -> rules.Raising:
    """The units where they stand now, and everybody who may hear of them."""
    units = []
    for name in cmd.units:
        for r in tx.rows("select at_station, persons, incident, waiting from paging_unit where unit = :u", u=name):
            waiting = bool(r["waiting"]) and r["incident"] == cmd.incident
            units.append(rules.CalledUnit(name, r["at_station"], tuple(json.loads(r["persons"])), waiting))
    return rules.Raising(_called(tx, cmd.incident), receivers(tx), tuple(units))


def recalling(tx: Tx, cmd: rules.Recall) -> rules.Raising:
    """Those named, or everybody who is off duty."""
    known = receivers(tx)
    open_ones = [r for r in known if not r.closed]
    chosen = tuple(r for r in open_ones if (r.receiver in cmd.receivers if cmd.receivers else not r.on_duty))
    missing = tuple(sorted(set(cmd.receivers) - {r.receiver for r in known}))
    before = bool(tx.rows("select 1 as x from paging_recall where recall = :r", r=cmd.recall))
    return rules.Raising(_called(tx, cmd.incident), chosen, missing=missing, repeated=before)


def trying(tx: Tx, cmd: rules.TryAlert) -> rules.Raising:
    """The one receiver."""
    found = _one(tx, cmd.receiver)
    before = bool(tx.rows("select 1 as x from paging_alert where alert = :a", a=f"t.{cmd.trial}.{cmd.receiver}"))
    missing = () if found else (cmd.receiver,)
    return rules.Raising(_called(tx, None), (found,) if found else (), missing=missing, repeated=before)


def alert(
    tx: Tx,
    cmd: rules.ReportSent
    | rules.ReportFailed
    | rules.ReportDelivered
    | rules.SeeAlert
    | rules.AnswerAlert
    | rules.TimerEscalate,
) -> rules.AlertKnown | None:
    """An alert with its turns."""
    rows = tx.rows(
        "select a.*, r.account from paging_alert a left join paging_receiver r on r.receiver = a.receiver"
        " where a.alert = :a",
        a=cmd.alert,
    )
    if not rows:
        return None
    r = rows[0]
    tries = tx.rows("select turn, sent_at, delivered_at, failed_at from paging_try where alert = :a", a=cmd.alert)
    return rules.AlertKnown(
        alert=r["alert"],
        receiver=r["receiver"],
        kind=r["kind"],
        account=r["account"],
        ways=tuple(json.loads(r["ways"])),
        turn=r["turn"],
        settled=bool(r["settled"]),
        seen=r["seen_at"] is not None,
        answered=r["answered_at"] is not None,
        coming=None if r["coming"] is None else bool(r["coming"]),
        minutes=r["minutes"],
        sent=frozenset(t["turn"] for t in tries if t["sent_at"] is not None),
        delivered=frozenset(t["turn"] for t in tries if t["delivered_at"] is not None),
        failed=frozenset(t["turn"] for t in tries if t["failed_at"] is not None),
    )
