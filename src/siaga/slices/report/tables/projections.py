"""Projections: what was said of each section, in any order of arrival; the state of the report.

What arrives after the signature amends: it is counted where it changes what holds. A checked report that changes is a
draft again, or history where it was copied from an archive."""

from typing import Any

import msgspec

from ....kernel.records import Entry, Event, encode_custom
from ....kernel.storage import Row, Tx
from .. import events
from ..rules import SIGNED, checks
from . import values

OWN: dict[type[Event], str] = {
    events.ObjectDescribed: "object",
    events.CauseStated: "cause",
    events.LossStated: "loss",
    events.VictimsCounted: "victims",
    events.WaterStated: "water",
    events.ObstaclesStated: "obstacles",
    events.VolunteersActed: "volunteers",
    events.Summarised: "summary",
    events.PhotosChosen: "photos",
}
"""The section each event says."""
PERSON, INSPECTION = "person", "inspection"
APART = {"owner": "owner", "name": "name", "note": "remark"}
_APART: dict[type[Event], tuple[str, ...]] = {events.ObjectDescribed: ("owner",), events.VictimNoted: ("name", "note")}
"""Personal fields hold apart, as sections of their own: who says a section again need not know them, nor say them."""
_OUTSIDE = ("incident", "reason", "victim", "inspection")
"""Fields that are no part of what is said."""


class Saying(msgspec.Struct, frozen=True):
    """What an event says of one section, or of one part of it; no body: it is struck."""

    section: str
    part: str
    body: str | None


def file(tx: Tx, incident: str) -> Row | None:
    """The report of an incident."""
    rows = tx.rows("select * from report_file where incident = :i", i=incident)
    return rows[0] if rows else None


def _body(said: dict[str, Any]) -> str:
    return msgspec.json.encode(said, enc_hook=encode_custom, order="deterministic").decode()


def sayings(e: Event, section: str, part: str = "") -> list[Saying]:
    """What an event says, as JSON with references where words were."""
    said = {name: getattr(e, name) for name in e.__struct_fields__ if name not in _OUTSIDE}
    apart = {name: said.pop(name) for name in _APART.get(type(e), ())}
    named = [Saying(APART[name], part, _body({name: value})) for name, value in apart.items() if value is not None]
    return [Saying(section, part, _body(said)), *named]


# ── what was said ────────────────────────────────────────────────────────────────────────────────────────────────────


def section_said(tx: Tx, e: Any, entry: Entry) -> None:
    _say(tx, e, sayings(e, OWN[type(e)]), entry)


def victim_noted(tx: Tx, e: events.VictimNoted, entry: Entry) -> None:
    _say(tx, e, sayings(e, PERSON, e.victim), entry)


def victim_struck(tx: Tx, e: events.VictimStruck, entry: Entry) -> None:
    """Nothing is said of them any more: as empty sayings, so that the order of arrival does not matter."""
    _say(tx, e, [Saying(section, e.victim, None) for section in (PERSON, "name", "remark")], entry)


def inspection_filed(tx: Tx, e: events.InspectionFiled, entry: Entry) -> None:
    said = {"form": e.form, "answers": e.answers, "texts": e.texts, "at": e.at}
    _holds(tx, e.incident, Saying(INSPECTION, e.inspection, _body(said)), entry)


def _say(tx: Tx, e: Any, said: list[Saying], entry: Entry) -> None:
    of = file(tx, e.incident)
    if of is None:
        return
    changed = [_changes(tx, e.incident, one, entry) for one in said]
    amends = of["state"] in SIGNED
    for one, new in zip(said, changed, strict=True):
        tx.run(
            "insert into report_said (incident, position, section, part, at, ask, actor, body, reason, amends)"
            " values (:i, :n, :s, :p, :at, :ask, :actor, :body, :reason, :amends)",
            i=e.incident,
            n=entry.position,
            s=one.section,
            p=one.part,
            at=entry.stamp,
            ask=entry.ask,
            actor=entry.actor,
            body=one.body,
            reason=e.reason.ref if e.reason else None,
            amends=int(new and amends),
        )
        values.keep(tx, e.incident, one.section)
    if any(changed) and of["state"] == "checked":
        set_state(tx, e.incident, "draft", entry)
    tx.run(
        "update report_file set touched = 1, amendments = amendments + :n where incident = :i",
        n=int(any(changed) and amends),
        i=e.incident,
    )
    measure(tx, e.incident)


def _changes(tx: Tx, incident: str, said: Saying, entry: Entry) -> bool:
    """Whether the saying holds and says something else than what held before."""
    before = tx.rows(
        "select body from report_section where incident = :i and section = :s and part = :p",
        i=incident,
        s=said.section,
        p=said.part,
    )
    return _holds(tx, incident, said, entry) and (before[0]["body"] if before else None) != said.body


def _holds(tx: Tx, incident: str, said: Saying, entry: Entry) -> bool:
    """Let a saying hold unless one that was seen later does. Returns whether it holds."""
    key = {"i": incident, "s": said.section, "p": said.part}
    stands = tx.rows("select at, ask from report_section where incident = :i and section = :s and part = :p", **key)
    if stands and (stands[0]["at"], stands[0]["ask"]) > (entry.stamp, entry.ask):
        return False
    tx.run(
        "insert into report_section (incident, section, part, position, at, ask, actor, body)"
        " values (:i, :s, :p, :n, :at, :ask, :actor, :body) on conflict (incident, section, part) do update"
        " set position = :n, at = :at, ask = :ask, actor = :actor, body = :body",
        n=entry.position,
        at=entry.stamp,
        ask=entry.ask,
        actor=entry.actor,
        body=said.body,
        **key,
    )
    return True


def facts(of: Row) -> checks.Facts:
    """What a report is about."""
    return checks.Facts(
        type=of["type"],
        exercise=bool(of["exercise"]),
        outcome=of["outcome"],
        incident_state=of["incident_state"],
        reopened=bool(of["reopened_at"]) and of["state"] in SIGNED,
    )


def measure(tx: Tx, incident: str) -> Row | None:
    """Keep what the report still misses, so that the list can be asked for it. Returns the report."""
    of = file(tx, incident)
    if of is None:
        return None
    rows = tx.rows("select section from report_section where incident = :i and part = ''", i=incident)
    about = facts(of)
    lacking = checks.missing(about, {row["section"]: {} for row in rows})
    tx.run(
        "update report_file set needed = :n, missing = :m where incident = :i",
        n=checks.parts(about),
        m=" ".join(lacking),
        i=incident,
    )
    return of


# ── who stands for it ────────────────────────────────────────────────────────────────────────────────────────────────


def set_state(tx: Tx, incident: str, state: str, entry: Entry) -> None:
    tx.run(
        "update report_file set state = case when :s = 'draft' and kinds is not null then 'history' else :s end,"
        " state_at = :at,"
        " checked_by = case when :s = 'draft' then null when :s = 'checked' then :a else checked_by end,"
        " signed_by = case when :s = 'signed' then :a else signed_by end,"
        " signed_position = case when :s = 'signed' then :n else signed_position end where incident = :i",
        s=state,
        at=entry.stamp,
        a=entry.actor,
        n=entry.position,
        i=incident,
    )


def _step(tx: Tx, e: Any, entry: Entry, step: str, state: str) -> None:
    why = getattr(e, "reason", None) or getattr(e, "override", None)
    tx.run(
        "insert into report_step (incident, position, step, at, actor, digest, content, post, reason)"
        " values (:i, :n, :s, :at, :a, :d, :c, :p, :r)",
        i=e.incident,
        n=entry.position,
        s=step,
        at=entry.stamp,
        a=entry.actor,
        d=getattr(e, "digest", ""),
        c=getattr(e, "content", ""),
        p=getattr(e, "post", ""),
        r=why.ref if why else None,
    )
    set_state(tx, e.incident, state, entry)


def report_checked(tx: Tx, e: events.ReportChecked, entry: Entry) -> None:
    _step(tx, e, entry, "checked", "checked")


def report_returned(tx: Tx, e: events.ReportReturned, entry: Entry) -> None:
    _step(tx, e, entry, "returned", "draft")


def report_signed(tx: Tx, e: events.ReportSigned, entry: Entry) -> None:
    _step(tx, e, entry, "signed", "signed")


def report_finished(tx: Tx, e: events.ReportFinished, entry: Entry) -> None:
    _step(tx, e, entry, "final", "final")


def history_kept(tx: Tx, e: events.HistoryKept, entry: Entry) -> None:
    """What was said last holds. Who stands for the report already goes on doing so."""
    of = file(tx, e.incident)
    if of is None or (of["kept_at"] or "", of["kept_ask"] or "") > (entry.stamp, entry.ask):
        return
    tx.run(
        "update report_file set source = :source, kinds = :kinds, kept_at = :at, kept_ask = :ask, kept_by = :by,"
        " state = case when state = 'draft' then 'history' else state end where incident = :i",
        source=e.source.ref if e.source else None,
        kinds=" ".join(e.kinds),
        at=entry.stamp,
        ask=entry.ask,
        by=entry.actor,
        i=e.incident,
    )
