"""From events to rows: receivers, browsers, and where every alert stands."""

import json

from ....kernel import playing
from ....kernel.records import Ask, Entry, Personal, written
from ....kernel.storage import Row, Tx
from ....kernel.vault import erase
from ...access.events import AccountDisabled, AccountEnabled
from ...dispatch import events as dispatch
from ...intake import events as intake
from .. import events, rules

ON_THE_WAY = ("on-the-way", "arrived", "access", "ready-to-serve", "action")


def _ref(word: Personal | None) -> str | None:
    return word.ref if word is not None else None


# ── receivers ────────────────────────────────────────────────────────────────────────────────────────────────────────


def receiver_set(tx: Tx, e: events.ReceiverSet, entry: Entry) -> None:
    tx.run(
        "insert into paging_receiver (receiver, kind, subject, ways, hears, account, on_duty, person, former)"
        " values (:r, :kind, :subject, :ways, :hears, :account, 1, '', '') on conflict (receiver) do update set"
        " kind = :kind, subject = :subject, ways = :ways, hears = :hears, account = :account, former = '', on_duty ="
        " case when paging_receiver.removed_at is null then paging_receiver.on_duty else 1 end, removed_at = null",
        r=e.receiver,
        kind=e.kind,
        subject=e.subject,
        ways=json.dumps(e.ways),
        hears=json.dumps(e.hears),
        account=e.account,
    )
    if e.addresses is None:
        return
    a = e.addresses
    words = [w for w in (a.phone, a.email, a.webhook, a.secret) if w is not None]
    tx.run(
        "update paging_receiver set phone = :phone, email = :email, webhook = :webhook, secret = :secret,"
        " former = person, person = :person where receiver = :r",
        phone=_ref(a.phone),
        email=_ref(a.email),
        webhook=_ref(a.webhook),
        secret=_ref(a.secret),
        person=words[0].person if words else "",
        r=e.receiver,
    )


def receiver_removed(tx: Tx, e: events.ReceiverRemoved, entry: Entry) -> None:
    tx.run(
        "update paging_receiver set removed_at = :at, account = null, phone = null, email = null, webhook = null,"
        " secret = null, former = person, person = '' where receiver = :r",
        at=entry.stamp,
        r=e.receiver,
    )
    tx.run("update paging_alert set settled = 1 where receiver = :r", r=e.receiver)


def duty_set(tx: Tx, e: events.DutySet, entry: Entry) -> None:
    tx.run("update paging_receiver set on_duty = :on where receiver = :r", on=int(e.on), r=e.receiver)


def account_disabled(tx: Tx, e: AccountDisabled, entry: Entry) -> None:
    """Who answers by a closed account is not called until it is opened again; what runs for them ends."""
    tx.run("insert into paging_closed_account (account) values (:a) on conflict (account) do nothing", a=e.account)
    tx.run(
        "update paging_alert set settled = 1 where receiver in"
        " (select receiver from paging_receiver where account = :a and kind in ('person', 'account'))",
        a=e.account,
    )


def account_enabled(tx: Tx, e: AccountEnabled, entry: Entry) -> None:
    tx.run("delete from paging_closed_account where account = :a", a=e.account)


def push_subscribed(tx: Tx, e: events.PushSubscribed, entry: Entry) -> None:
    tx.run(
        "insert into paging_push (subscription, receiver, since, endpoint, p256dh, auth, person, former)"
        " values (:s, :r, :at, :endpoint, :p256dh, :auth, :person, '') on conflict (subscription) do update set"
        " receiver = :r, since = :at, endpoint = :endpoint, p256dh = :p256dh, auth = :auth, former ="
        " paging_push.person, person = :person, ended_at = null",
        s=e.subscription,
        r=e.receiver,
        at=entry.stamp,
        endpoint=e.push.endpoint.ref,
        p256dh=e.push.p256dh.ref,
        auth=e.push.auth.ref,
        person=e.push.endpoint.person,
    )


def push_unsubscribed(tx: Tx, e: events.PushUnsubscribed, entry: Entry) -> None:
    tx.run(
        "update paging_push set ended_at = :at where subscription = :s and ended_at is null",
        at=entry.stamp,
        s=e.subscription,
    )


# What is replaced or removed is destroyed in the vault, in the deciding transaction and never again at a rebuild.


def _destroy(tx: Tx, persons: list[Row], ask: Ask) -> None:
    position = int(tx.rows("select max(position) as p from log")[0]["p"] or 0)
    for row in persons:
        erase(tx, row["person"], at=written(ask.now), actor=ask.actor, reason="replaced", position=position)


def keep_receiver(tx: Tx, cmd: rules.SetReceiver | rules.RemoveReceiver, ask: Ask) -> None:
    """The addresses that stood before go, and the browsers of who was removed."""
    _destroy(
        tx,
        tx.rows("select former as person from paging_receiver where receiver = :r and former <> ''", r=cmd.receiver),
        ask,
    )
    keep_push(tx, cmd, ask)


def keep_push(tx: Tx, cmd: object, ask: Ask) -> None:
    """What browsers that ended had handed out goes, and so does what one handed out before."""
    _destroy(
        tx,
        tx.rows(
            "select p.person from paging_push p where p.ended_at is not null and exists"
            " (select 1 from vault_word w where w.person = p.person and w.value is not null) union"
            " select p.former as person from paging_push p where p.former <> '' and exists"
            " (select 1 from vault_word w where w.person = p.former and w.value is not null)"
        ),
        ask,
    )


# ── from dispatch and intake ─────────────────────────────────────────────────────────────────────────────────────────


def station_registered(tx: Tx, e: dispatch.StationRegistered, entry: Entry) -> None:
    tx.run(
        "insert into paging_station (station, name) values (:s, :n) on conflict (station) do update set name = :n",
        s=e.station,
        n=e.name,
    )


def unit_registered(tx: Tx, e: dispatch.UnitRegistered, entry: Entry) -> None:
    tx.run(
        "insert into paging_unit (unit, station, at_station, vehicle_type, persons, waiting)"
        " values (:u, :s, :s, :t, '[]', 0) on conflict (unit) do update set station = :s, vehicle_type = :t",
        u=e.unit,
        s=e.station,
        t=e.vehicle_type,
    )
    playing.doubt(tx, _SENT, e.unit)


def unit_withdrawn(tx: Tx, e: dispatch.UnitWithdrawn, entry: Entry) -> None:
    tx.run("delete from paging_unit where unit = :u", u=e.unit)
    playing.doubt(tx, _SENT, e.unit)


def unit_moved(tx: Tx, e: dispatch.UnitMoved, entry: Entry) -> None:
    tx.run("update paging_unit set at_station = :s where unit = :u", s=e.station, u=e.unit)


def crew_set(tx: Tx, e: dispatch.CrewSet, entry: Entry) -> None:
    tx.run("update paging_unit set persons = :p where unit = :u", p=json.dumps(e.persons), u=e.unit)


def incident_opened(tx: Tx, e: intake.IncidentOpened, entry: Entry) -> None:
    tx.run(
        "insert into paging_incident (incident, number, type, life_risk, exercise, place, lon, lat, state, opened_at)"
        " values (:i, :number, :type, :risk, :exercise, :place, :lon, :lat, 'open', :at)",
        i=e.incident,
        number=e.number,
        type=e.type,
        risk=int(e.life_risk),
        exercise=int(e.exercise),
        place=e.place.ref if e.place else None,
        lon=e.lon,
        lat=e.lat,
        at=entry.stamp,
    )


def incident_classified(tx: Tx, e: intake.IncidentClassified, entry: Entry) -> None:
    tx.run(
        "update paging_incident set type = :t, life_risk = :r where incident = :i",
        t=e.type,
        r=int(e.life_risk),
        i=e.incident,
    )


def life_at_risk(tx: Tx, e: intake.LifeAtRisk, entry: Entry) -> None:
    tx.run("update paging_incident set life_risk = 1 where incident = :i", i=e.incident)


def place_corrected(tx: Tx, e: intake.PlaceCorrected, entry: Entry) -> None:
    tx.run(
        "update paging_incident set lon = :lon, lat = :lat, place = coalesce(:place, place) where incident = :i",
        lon=e.lon,
        lat=e.lat,
        place=e.place.ref if e.place else None,
        i=e.incident,
    )


def exercise_marked(tx: Tx, e: intake.ExerciseMarked, entry: Entry) -> None:
    tx.run("update paging_incident set exercise = 1 where incident = :i", i=e.incident)


def incident_over(tx: Tx, e: intake.IncidentCancelled | dispatch.IncidentClosed, entry: Entry) -> None:
    at = entry.stamp
    tx.run("update paging_incident set state = 'over' where incident = :i", i=e.incident)
    tx.run("update paging_unit set incident = null, waiting = 0 where incident = :i", i=e.incident)
    playing.doubt(tx, _SENT)
    tx.run(
        "update paging_alert set settled = 1, over_at = coalesce(over_at, :at) where incident = :i", at=at, i=e.incident
    )


def incident_reopened(tx: Tx, e: intake.IncidentReopened, entry: Entry) -> None:
    tx.run("update paging_incident set state = 'open' where incident = :i", i=e.incident)


def units_dispatched(tx: Tx, e: dispatch.UnitsDispatched, entry: Entry) -> None:
    for unit in e.units:
        tx.run("update paging_unit set incident = :i, waiting = 1 where unit = :u", i=e.incident, u=unit)
        playing.know(tx, _SENT, unit, (e.incident, True))


def unit_left(tx: Tx, e: dispatch.UnitCancelled | dispatch.UnitPulled, entry: Entry) -> None:
    tx.run(
        "update paging_unit set incident = null, waiting = 0 where unit = :u and incident = :i",
        u=e.unit,
        i=e.incident,
    )
    playing.doubt(tx, _SENT, e.unit)
    _move_alerts(tx, e.unit, e.incident, "off", entry)


def unit_status_reported(tx: Tx, e: dispatch.UnitStatusReported, entry: Entry) -> None:
    """Who acknowledges or moves has heard; who is free again has nothing more to hear."""
    incident, waits = playing.known(tx, _SENT, e.unit, lambda: _sent(tx, e.unit))
    if e.status == "assigned" or e.status in ON_THE_WAY:
        state = "heard" if e.status == "assigned" else "left"
        if waits and e.incident in (None, incident):
            tx.run("update paging_unit set waiting = 0 where unit = :u", u=e.unit)
            playing.know(tx, _SENT, e.unit, (incident, False))
        _move_alerts(tx, e.unit, e.incident, state, entry)
        return
    if waits or incident is not None:
        tx.run("update paging_unit set waiting = 0, incident = null where unit = :u", u=e.unit)
        playing.know(tx, _SENT, e.unit, (None, False))
    _move_alerts(tx, e.unit, None, "off", entry)


_SENT = "paging_unit"


def _sent(tx: Tx, unit: str) -> tuple[str | None, bool]:
    """The incident a unit was sent to, and whether it is still to be heard of."""
    rows = tx.rows("select incident, waiting from paging_unit where unit = :u", u=unit)
    return (rows[0]["incident"], rows[0]["waiting"] != 0) if rows else (None, False)


_OPEN = (
    "select u.alert, u.state, a.raised_at, a.incident from paging_alert_unit u join paging_alert a on a.alert = u.alert"
    " where u.unit = :u and u.state <> 'off' and a.over_at is null"
)
_CALLED = "paging_alert_unit"


def _open_alerts(tx: Tx, unit: str) -> list[Row]:
    """Alerts that call a unit; while the log is played, a unit that nobody called is not asked about again."""
    rows = playing.known(tx, _CALLED, unit, lambda: tx.rows(_OPEN, u=unit))
    if rows:
        playing.doubt(tx, _CALLED, unit)
    return rows


def _move_alerts(tx: Tx, unit: str, incident: str | None, state: str, entry: Entry) -> None:
    """What a unit did shows on the alerts that call it; what it did before it was called says nothing about them.

    A device's clock may be behind: an answer that names the incident counts whatever time it carries."""
    at = entry.stamp
    for row in _open_alerts(tx, unit):
        if incident is not None and row["incident"] != incident:
            continue
        if (incident is None and at < row["raised_at"]) or (state == "heard" and row["state"] == "left"):
            continue
        tx.run(
            "update paging_alert_unit set state = :s where alert = :a and unit = :u", s=state, a=row["alert"], u=unit
        )
        _settle(tx, row["alert"], at)


def _settle(tx: Tx, alert: str, at: str) -> None:
    """Nobody needs to be called again once every unit has answered; it is over once every unit has left."""
    states = [r["state"] for r in tx.rows("select state from paging_alert_unit where alert = :a", a=alert)]
    if "sent" not in states:
        tx.run("update paging_alert set settled = 1 where alert = :a", a=alert)
    if not {"sent", "heard"} & set(states):
        tx.run("update paging_alert set over_at = coalesce(over_at, :at) where alert = :a", at=at, a=alert)


# ── alerts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def receivers_recalled(tx: Tx, e: events.ReceiversRecalled, entry: Entry) -> None:
    tx.run(
        "insert into paging_recall (recall, incident, reason) values (:r, :i, :why) on conflict (recall) do nothing",
        r=e.recall,
        i=e.incident,
        why=e.reason.ref,
    )


def alert_raised(tx: Tx, e: events.AlertRaised, entry: Entry) -> None:
    of = tx.rows("select kind, subject from paging_receiver where receiver = :r", r=e.receiver)
    tx.run(
        "insert into paging_alert (alert, receiver, kind, subject, cause, incident, ways, skipped, position, raised_at,"
        " turn, settled) values (:a, :r, :kind, :subject, :cause, :i, :ways, :skipped, :p, :at, 0, 0)"
        " on conflict (alert) do nothing",
        a=e.alert,
        r=e.receiver,
        kind=of[0]["kind"] if of else None,
        subject=of[0]["subject"] if of else None,
        cause=e.cause,
        i=e.incident,
        ways=json.dumps(e.ways),
        skipped=json.dumps(e.skipped),
        p=entry.position,
        at=entry.stamp,
    )
    for unit in e.units:
        tx.run(
            "insert into paging_alert_unit (alert, unit, state) values (:a, :u, 'sent') on conflict (alert, unit) do"
            " nothing",
            a=e.alert,
            u=unit,
        )
        playing.doubt(tx, _CALLED, unit)


def alert_routed(tx: Tx, e: events.AlertRouted, entry: Entry) -> None:
    tx.run("update paging_alert set turn = :t, way = :w where alert = :a", t=e.turn, w=e.way, a=e.alert)
    tx.run(
        "insert into paging_try (alert, turn, way, routed_at) values (:a, :t, :w, :at)"
        " on conflict (alert, turn) do nothing",
        a=e.alert,
        t=e.turn,
        w=e.way,
        at=written(entry.recorded),
    )


def alert_sent(tx: Tx, e: events.AlertSent, entry: Entry) -> None:
    at = entry.stamp
    tx.run(
        "update paging_try set sent_at = :at, reference = :ref where alert = :a and turn = :t",
        at=at,
        ref=e.reference,
        a=e.alert,
        t=e.turn,
    )
    tx.run(
        "insert into paging_way (way, sent_at) values (:w, :at) on conflict (way) do update set sent_at = :at",
        w=e.way,
        at=at,
    )


def alert_failed(tx: Tx, e: events.AlertFailed, entry: Entry) -> None:
    at = entry.stamp
    tx.run(
        "update paging_try set failed_at = :at, reason = :why where alert = :a and turn = :t",
        at=at,
        why=e.why,
        a=e.alert,
        t=e.turn,
    )
    tx.run(
        "insert into paging_way (way, failed_at, reason) values (:w, :at, :why)"
        " on conflict (way) do update set failed_at = :at, reason = :why",
        w=e.way,
        at=at,
        why=e.why,
    )


def alert_delivered(tx: Tx, e: events.AlertDelivered, entry: Entry) -> None:
    tx.run(
        "update paging_try set delivered_at = coalesce(delivered_at, :at) where alert = :a and turn = :t",
        at=entry.stamp,
        a=e.alert,
        t=e.turn,
    )


def alert_seen(tx: Tx, e: events.AlertSeen, entry: Entry) -> None:
    tx.run("update paging_alert set seen_at = coalesce(seen_at, :at) where alert = :a", at=entry.stamp, a=e.alert)


def alert_answered(tx: Tx, e: events.AlertAnswered, entry: Entry) -> None:
    """The latest answer stands, also when an earlier one arrives after it."""
    at = entry.stamp
    tx.run(
        "update paging_alert set seen_at = coalesce(seen_at, :at), answered_at = :at, coming = :c, minutes = :m"
        " where alert = :a and (answered_at is null or answered_at <= :at)",
        at=at,
        c=int(e.coming),
        m=e.minutes,
        a=e.alert,
    )
    tx.run(
        "update paging_alert set over_at = coalesce(over_at, :at) where alert = :a and cause = 'test'", at=at, a=e.alert
    )


def alert_unanswered(tx: Tx, e: events.AlertUnanswered, entry: Entry) -> None:
    if e.last:
        tx.run(
            "update paging_alert set exhausted_at = coalesce(exhausted_at, :at) where alert = :a",
            at=entry.stamp,
            a=e.alert,
        )
