"""Projections: what was said of each section, in any order of arrival; the state of the report.

What arrives after the signature amends: it is counted where it changes what holds. A checked report that changes is a
draft again, or history where it was copied from an archive."""

from typing import Any

import msgspec

from ....kernel import playing
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
_FILE = "report_file"
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
    return playing.known(tx, _FILE, incident, lambda: _read(tx, incident))


def _read(tx: Tx, incident: str) -> Row | None:
    rows = tx.rows("select * from report_file where incident = :i", i=incident)
    return rows[0] if rows else None


def begin_file(tx: Tx, sql: str, incident: str, **values: Any) -> None:
    """Write a new report of an incident (`:i`), where there is none."""
    tx.run(sql, i=incident, **values)
    playing.doubt(tx, _FILE, incident)


def write(tx: Tx, of: Row, **columns: Any) -> Row:
    """Write columns of a report. Returns it as it stands now."""
    sets = ", ".join(f"{name} = :{name}" for name in columns)
    tx.run(f"update report_file set {sets} where incident = :incident", incident=of["incident"], **columns)
    now = of | columns
    playing.know(tx, _FILE, of["incident"], now)
    return now


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
        of = set_state(tx, of, "draft", entry)
    measure(tx, write(tx, of, touched=1, amendments=of["amendments"] + int(any(changed) and amends)))


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


def measure(tx: Tx, of: Row) -> Row:
    """Keep what the report still misses, so that the list can be asked for it. Returns it as it stands now."""
    said = "select section from report_section where incident = :i and part = ''"
    rows = tx.rows(said, i=of["incident"]) if of["touched"] else []
    about = facts(of)
    needed, lacking = checks.parts(about), " ".join(checks.missing(about, {row["section"]: {} for row in rows}))
    return of if (needed, lacking) == (of["needed"], of["missing"]) else write(tx, of, needed=needed, missing=lacking)


# ── who stands for it ────────────────────────────────────────────────────────────────────────────────────────────────


def set_state(tx: Tx, of: Row, state: str, entry: Entry) -> Row:
    """Who stands for the report from now on; one copied from an archive goes back to being history, not a draft."""
    columns: dict[str, Any] = {"state": state, "state_at": entry.stamp}
    if state == "draft":
        columns |= {"state": "draft" if of["kinds"] is None else "history", "checked_by": None}
    elif state == "checked":
        columns["checked_by"] = entry.actor
    elif state == "signed":
        columns |= {"signed_by": entry.actor, "signed_position": entry.position}
    return write(tx, of, **columns)


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
    of = file(tx, e.incident)
    if of is not None:
        set_state(tx, of, state, entry)


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
    write(
        tx,
        of,
        source=e.source.ref if e.source else None,
        kinds=" ".join(e.kinds),
        kept_at=entry.stamp,
        kept_ask=entry.ask,
        kept_by=entry.actor,
        state="history" if of["state"] == "draft" else of["state"],
    )
