"""What stations, people and the desk see of alerts, and what is set for whom."""

import json
from collections import defaultdict
from datetime import timedelta
from typing import Any

import msgspec

from ....kernel.fields import All, Id
from ....kernel.records import Query, read_time, written
from ....kernel.slice import Look
from ....kernel.storage import Row, Tx
from ....kernel.vault import told
from ..events import WAYS
from . import loads, said

MINE_SHOWN = 20


class AlertsQuery(Query, frozen=True):
    """The alerts of one incident."""

    incident: Id


class TryRow(msgspec.Struct, frozen=True):
    """One way an alert took, and how far it came; `reason` says why it failed."""

    turn: int
    way: str
    routed_at: str
    sent_at: str | None
    delivered_at: str | None
    failed_at: str | None
    reason: str | None


class AlertRow(msgspec.Struct, frozen=True):
    """A receiver that was called for an incident. `state`: calling, answered, settled (its units have answered), over,
    unanswered (every way was tried). `skipped` names ways that could not be used, with why."""

    alert: str
    receiver: str
    kind: str | None
    subject: str | None
    name: str | None
    cause: str
    units: list[str]
    state: str
    raised_at: str
    way: str | None
    skipped: dict[str, str]
    tries: list[TryRow]
    seen_at: str | None
    answered_at: str | None
    coming: bool | None
    coming_at: str | None


class StationQuery(Query, frozen=True):
    """One station."""

    station: Id


class AlertedUnit(msgspec.Struct, frozen=True):
    """A unit that is called: `sent` until it has answered, then `heard`, `left`, `off`."""

    unit: str
    vehicle_type: str | None
    state: str


class RingingRow(msgspec.Struct, frozen=True):
    """An alert that stands at a station; it rings until somebody has taken it. `spoken` is read out, by language."""

    alert: str
    turn: int
    cause: str
    incident: str | None
    number: str | None
    type: str | None
    life_risk: bool
    exercise: bool
    place: str | None
    units: list[AlertedUnit]
    raised_at: str
    answered_at: str | None
    delivered: bool
    spoken: dict[str, str]


class MineQuery(Query, frozen=True):
    """What concerns who asks."""


class MyAlert(msgspec.Struct, frozen=True):
    """An alert to the reader; `open` while an answer still helps."""

    alert: str
    turn: int
    cause: str
    number: str | None
    type: str | None
    life_risk: bool
    exercise: bool
    place: str | None
    units: list[str]
    raised_at: str
    open: bool
    seen_at: str | None
    answered_at: str | None
    coming: bool | None
    coming_at: str | None
    spoken: dict[str, str]


class MineRow(msgspec.Struct, frozen=True):
    """The reader as a receiver; without a receiver there is no row. `push_key` is the node's own key for browsers, None
    where Web Push is not set up; `subscriptions` are digests of endpoints."""

    receiver: str
    on_duty: bool
    ways: list[str]
    push_key: str | None
    subscriptions: list[str]
    alerts: list[MyAlert]


class ReceiverRow(msgspec.Struct, frozen=True):
    """Somebody who can be alerted; `have` are the ways with an address, none of which is shown. `closed`: so is the
    account, and nobody is called."""

    receiver: str
    kind: str
    subject: str
    name: str | None
    ways: list[str]
    have: list[str]
    hears: list[str]
    account: str | None
    on_duty: bool
    browsers: int
    closed: bool = False


class AddressesQuery(Query, frozen=True):
    """One receiver."""

    receiver: Id


class AddressRow(msgspec.Struct, frozen=True):
    """Where a receiver is reached; reading it leaves a line in the reading log. What signs webhooks is not shown."""

    receiver: str
    phone: str | None
    email: str | None
    webhook: str | None


class WayRow(msgspec.Struct, frozen=True):
    """A way out of this node: whether it is set up, when it last worked, and why it last failed."""

    way: str
    configured: bool
    sent_at: str | None
    failed_at: str | None
    reason: str | None


_ABOUT = (
    "select a.*, i.number, i.type, i.life_risk, i.exercise, i.place from paging_alert a"
    " left join paging_incident i on i.incident = a.incident"
)


def _units_of(tx: Tx, alerts: list[Row]) -> dict[str, list[Row]]:
    """The units of alerts, in a query for each hundred of them."""
    found: dict[str, list[Row]] = defaultdict(list)
    for start in range(0, len(alerts), 100):
        names = {f"a{n}": row["alert"] for n, row in enumerate(alerts[start : start + 100])}
        holes = ", ".join(f":{name}" for name in names)
        for row in tx.rows(
            "select u.alert, u.unit, u.state, f.vehicle_type from paging_alert_unit u left join paging_unit f"
            f" on f.unit = u.unit where u.alert in ({holes}) order by u.unit",
            **names,
        ):
            found[row["alert"]].append(row)
    return found


def _stations(tx: Tx) -> dict[str, str]:
    return {r["station"]: r["name"] for r in tx.rows("select station, name from paging_station")}


def _coming_at(row: Row) -> str | None:
    if not row["coming"] or row["minutes"] is None:
        return None
    return written(read_time(row["answered_at"]) + timedelta(minutes=row["minutes"]))


def _yes(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _state(row: Row) -> str:
    if row["answered_at"] is not None:
        return "answered"
    if row["over_at"] is not None:
        return "over"
    if row["settled"]:
        return "settled"
    return "unanswered" if row["exhausted_at"] is not None else "calling"


def alerts(tx: Tx, q: AlertsQuery) -> list[AlertRow]:
    """Who was called for an incident, in the order of calling."""
    rows = tx.rows("select * from paging_alert where incident = :i order by position", i=q.incident)
    tries: dict[str, list[TryRow]] = defaultdict(list)
    for t in tx.rows(
        "select t.* from paging_try t join paging_alert a on a.alert = t.alert where a.incident = :i"
        " order by t.alert, t.turn",
        i=q.incident,
    ):
        tries[t["alert"]].append(TryRow(**{name: t[name] for name in TryRow.__struct_fields__}))
    units, names = _units_of(tx, rows), _stations(tx)
    return [
        AlertRow(
            alert=r["alert"],
            receiver=r["receiver"],
            kind=r["kind"],
            subject=r["subject"],
            name=names.get(r["subject"]) if r["kind"] == "station" else None,
            cause=r["cause"],
            units=[u["unit"] for u in units[r["alert"]]],
            state=_state(r),
            raised_at=r["raised_at"],
            way=r["way"],
            skipped=json.loads(r["skipped"]),
            tries=tries[r["alert"]],
            seen_at=r["seen_at"],
            answered_at=r["answered_at"],
            coming=_yes(r["coming"]),
            coming_at=_coming_at(r),
        )
        for r in rows
    ]


def station(tx: Tx, q: StationQuery) -> list[RingingRow]:
    """What stands at a station now, the newest first; nothing once every unit has left."""
    rows = tx.rows(
        f"{_ABOUT} where a.kind = 'station' and a.subject = :s and a.over_at is null order by a.position desc limit 50",
        s=q.station,
    )
    units, places = _units_of(tx, rows), told(tx, [r["place"] for r in rows])
    page = {
        t["alert"]: t
        for t in tx.rows(
            "select t.alert, max(t.turn) as turn, max(t.delivered_at) as delivered_at from paging_try t"
            " join paging_alert a on a.alert = t.alert where a.kind = 'station' and a.subject = :s"
            " and a.over_at is null and t.way = 'station-page' group by t.alert",
            s=q.station,
        )
    }
    return [
        RingingRow(
            alert=r["alert"],
            turn=page[r["alert"]]["turn"],
            cause=r["cause"],
            incident=r["incident"],
            number=r["number"],
            type=r["type"],
            life_risk=bool(r["life_risk"]),
            exercise=bool(r["exercise"]),
            place=places.get(r["place"]),
            units=[AlertedUnit(u["unit"], u["vehicle_type"], u["state"]) for u in units[r["alert"]]],
            raised_at=r["raised_at"],
            answered_at=r["answered_at"],
            delivered=page[r["alert"]]["delivered_at"] is not None,
            spoken=said.spoken(_about(r, places, units)),
        )
        for r in rows
        if r["alert"] in page
    ]


def _about(r: Row, places: dict[str | None, str | None], units: dict[str, list[Row]]) -> said.About:
    """A unit that need not go any more is not called out."""
    named = tuple(u["unit"] for u in units[r["alert"]] if u["state"] != "off")
    return said.about(r, places.get(r["place"]), named)


def mine(tx: Tx, q: MineQuery, look: Look) -> list[MineRow]:
    """One row: the reader's receiver, with the newest alerts; none when the reader has no receiver."""
    found = loads.of_account(tx, look.reader.actor)
    if found is None:
        return []
    rows = tx.rows(
        f"{_ABOUT} where a.receiver = :r order by a.position desc limit {MINE_SHOWN}",
        r=found.receiver,
    )
    units, places = _units_of(tx, rows), told(tx, [r["place"] for r in rows])
    works = "web-push" in loads.configured(tx)
    return [
        MineRow(
            receiver=found.receiver,
            on_duty=found.on_duty,
            ways=list(found.ways),
            push_key=loads.setting(tx, "push.key") if works else None,
            subscriptions=list(found.subscriptions),
            alerts=[_my_alert(r, places, units) for r in rows],
        )
    ]


def one(tx: Tx, alert: str) -> MyAlert:
    """One alert as its receiver sees it."""
    rows = tx.rows(f"{_ABOUT} where a.alert = :a", a=alert)
    return _my_alert(rows[0], told(tx, [rows[0]["place"]]), _units_of(tx, rows))


def _my_alert(r: Row, places: dict[str | None, str | None], units: dict[str, list[Row]]) -> MyAlert:
    return MyAlert(
        alert=r["alert"],
        turn=r["turn"],
        cause=r["cause"],
        number=r["number"],
        type=r["type"],
        life_risk=bool(r["life_risk"]),
        exercise=bool(r["exercise"]),
        place=places.get(r["place"]),
        units=[u["unit"] for u in units[r["alert"]]],
        raised_at=r["raised_at"],
        open=r["over_at"] is None,
        seen_at=r["seen_at"],
        answered_at=r["answered_at"],
        coming=_yes(r["coming"]),
        coming_at=_coming_at(r),
        spoken=said.spoken(_about(r, places, units)),
    )


def receivers(tx: Tx, q: All) -> list[ReceiverRow]:
    """Who can be alerted, by id."""
    names = _stations(tx)
    return [
        ReceiverRow(
            receiver=r.receiver,
            kind=r.kind,
            subject=r.subject,
            name=names.get(r.subject) if r.kind == "station" else None,
            ways=list(r.ways),
            have=sorted(r.have),
            hears=list(r.hears),
            account=r.account,
            on_duty=r.on_duty,
            browsers=len(r.subscriptions),
            closed=r.closed,
        )
        for r in loads.receivers(tx)
    ]


def addresses(tx: Tx, q: AddressesQuery, look: Look) -> list[AddressRow]:
    """One row; the values of erased addresses are None."""
    rows = tx.rows(
        "select receiver, phone, email, webhook from paging_receiver where receiver = :r and removed_at is null",
        r=q.receiver,
    )
    found: list[AddressRow] = []
    for row in rows:
        refs: dict[str, Any] = {name: row[name] for name in ("phone", "email", "webhook")}
        found.append(AddressRow(row["receiver"], **look.reveal(tx, refs, "paging.addresses")))
    return found


def ways(tx: Tx, q: All) -> list[WayRow]:
    """Every way, whether it is set up or not."""
    works = loads.configured(tx)
    last = {r["way"]: r for r in tx.rows("select way, sent_at, failed_at, reason from paging_way")}
    return [
        WayRow(
            way=way,
            configured=way in works,
            sent_at=last[way]["sent_at"] if way in last else None,
            failed_at=last[way]["failed_at"] if way in last else None,
            reason=last[way]["reason"] if way in last else None,
        )
        for way in WAYS
    ]
