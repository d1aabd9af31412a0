"""What events make of the tables of figures."""

import msgspec

from .....kernel.records import Entry, written
from .....kernel.storage import Tx
from ....dispatch import events as dispatch
from ....intake import events as intake
from ....places import events as places
from ... import events


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
