"""What events make of the tables of figures."""

import msgspec

from .....kernel.records import Entry, written
from .....kernel.storage import Tx
from ....dispatch import events as dispatch
from ....intake import events as intake
from ....places import events as places
from ... import events
from ...rules import closures


def agency_registered(tx: Tx, e: dispatch.AgencyRegistered, entry: Entry) -> None:
    tx.run(
        "insert into report_agency (agency, zone, own) values (:a, :z, :o)"
        " on conflict (agency) do update set zone = :z, own = :o",
        a=e.agency,
        z=e.zone,
        o=int(e.own),
    )


def units_dispatched(tx: Tx, e: dispatch.UnitsDispatched, entry: Entry) -> None:
    """Only what explains a late response: that the advice was overruled, or that what was needed was not there."""
    unmet = sorted(e.proposal.unmet) if e.proposal else []
    if e.override is None and not unmet:
        return
    tx.run(
        "insert into report_overruled (incident, overruled, unmet) values (:i, :o, :u)"
        " on conflict (incident) do update set unmet = report_overruled.unmet || :u,"
        " overruled = case when report_overruled.overruled = 1 then 1 else :o end",
        i=e.incident,
        o=int(e.override is not None),
        u="".join(f"{name} " for name in unmet),
    )


def road_closed(tx: Tx, e: places.RoadClosed, entry: Entry) -> None:
    """What has a shape; closed links alone have none here."""
    shape = closures.Closure(e.closure, "", None, e.lon, e.lat, e.radius_m, e.polygon)
    if e.radius_m is None and not e.polygon:
        return
    tx.run(
        "insert into report_closure (position, closure, from_at, until, body) values (:p, :c, :from, :until, :b)"
        " on conflict (position) do nothing",
        p=entry.position,
        c=e.closure,
        **{"from": written(e.from_at or entry.when)},
        until=written(e.until) if e.until else None,
        b=msgspec.json.encode(shape).decode(),
    )


def road_reopened(tx: Tx, e: places.RoadReopened, entry: Entry) -> None:
    tx.run(
        "update report_closure set until = :at where closure = :c and (until is null or until > :at)",
        at=entry.stamp,
        c=e.closure,
    )


def tracks_closed(tx: Tx, e: dispatch.IncidentClosed) -> None:
    """Which closures its units drove into, and when first: their tracks stand in this event alone."""
    points = sorted((written(point.at), point) for track in e.tracks.values() for point in track)
    if not points:
        return
    for one in standing(tx, points[0][0], points[-1][0]):
        for at, point in points:
            if one.from_at <= at and (one.until is None or at < one.until) and one.holds(point.lon, point.lat):
                tx.run(
                    "insert into report_met (incident, closure, at) values (:i, :c, :at)"
                    " on conflict (incident, closure) do update set at = :at where report_met.at > :at",
                    i=e.incident,
                    c=one.closure,
                    at=at,
                )
                break


def standing(tx: Tx, since: str, until: str) -> list[closures.Closure]:
    """The closures with a shape that stood at some time between these two."""
    rows = tx.rows(
        "select from_at, until, body from report_closure"
        " where from_at <= :until and (until is null or until > :since) order by position",
        since=since,
        until=until,
    )
    return [
        msgspec.structs.replace(
            msgspec.json.decode(row["body"], type=closures.Closure), from_at=row["from_at"], until=row["until"]
        )
        for row in rows
    ]


def call_taken(tx: Tx, e: intake.CallTaken, entry: Entry) -> None:
    if not e.exercise:
        tx.run(
            "insert into report_call (call, at, channel) values (:c, :at, :ch) on conflict (call) do nothing",
            c=e.call,
            at=entry.stamp,
            ch=e.channel,
        )


def call_settled(tx: Tx, e: intake.CallSettled, entry: Entry) -> None:
    tx.run("update report_call set outcome = :o where call = :c", o=e.outcome, c=e.call)


def water_source_checked(tx: Tx, e: places.WaterSourceChecked, entry: Entry) -> None:
    tx.run(
        "insert into report_water (source, position, at, state) values (:s, :p, :at, :state)",
        s=e.source,
        p=entry.position,
        at=entry.stamp,
        state=e.state,
    )


def counting_rules_chosen(tx: Tx, e: events.CountingRulesChosen, entry: Entry) -> None:
    tx.run(
        "insert into report_counting (one, body, at, actor) values (1, :b, :at, :by)"
        " on conflict (one) do update set body = :b, at = :at, actor = :by",
        b=msgspec.json.encode(e).decode(),
        at=entry.stamp,
        by=entry.actor,
    )


def quality_stated(tx: Tx, e: events.QualityStated, entry: Entry) -> None:
    tx.run(
        "insert into report_quality (year, quarter, item, numerator, denominator, evidence, at, actor)"
        " values (:y, :q, :n, :part, :whole, :e, :at, :by) on conflict (year, quarter, item) do update"
        " set numerator = :part, denominator = :whole, evidence = :e, at = :at, actor = :by",
        y=e.year,
        q=e.quarter,
        n=e.item,
        part=e.numerator,
        whole=e.denominator,
        e=e.evidence.ref if e.evidence else None,
        at=entry.stamp,
        by=entry.actor,
    )


def figures_published(tx: Tx, e: events.FiguresPublished, entry: Entry) -> None:
    tx.run(
        "insert into report_published (one, shown, at, actor) values (1, :shown, :at, :by)"
        " on conflict (one) do update set shown = :shown, at = :at, actor = :by",
        shown=int(e.on),
        at=entry.stamp,
        by=entry.actor,
    )


def quarter_reminded(tx: Tx, e: events.QuarterReminded, entry: Entry) -> None:
    tx.run(
        "insert into report_reminded (year, quarter, times, at) values (:y, :q, :n, :at)"
        " on conflict (year, quarter) do update set times = :n, at = :at",
        y=e.year,
        q=e.quarter,
        n=e.times,
        at=entry.stamp,
    )


def quarter_sent(tx: Tx, e: events.QuarterSent, entry: Entry) -> None:
    tx.run(
        "insert into report_sending (year, quarter, sent_to, sent_at, receipt, at, actor)"
        " values (:y, :q, :to, :sent, :r, :at, :by) on conflict (year, quarter, sent_to) do update"
        " set sent_at = :sent, receipt = :r, at = :at, actor = :by",
        y=e.year,
        q=e.quarter,
        to=e.to,
        sent=written(e.sent_at),
        r=e.receipt.ref if e.receipt else None,
        at=entry.stamp,
        by=entry.actor,
    )
