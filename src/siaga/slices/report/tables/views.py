"""The views of reports: the list, one report whole, the persons it names, the codes it uses."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import msgspec

from .... import standards
from ....kernel.fields import All
from ....kernel.records import written
from ....kernel.slice import Look
from ....kernel.storage import Row, Tx
from ....kernel.vault import told
from ..responses import Response, Responses
from ..rules import checks
from . import content, rows
from .amendments import amendments
from .crews import crewed
from .projections import INSPECTION, PERSON, facts, file
from .values import total

T = TypeVar("T")
Texts = Mapping[str | None, str | None]
RECENT = timedelta(days=92)
_WAITS = "(exercise = 0 and state in ('draft', 'checked'))"
RECEIVED, READY = "answered", "ready-to-serve"


# ── the list ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def listed(tx: Tx, q: rows.ListQuery, look: Look) -> list[rows.ListRow]:
    """Reports of closed incidents, and of open ones of which something was said; cancelled incidents need none."""
    narrower, order, since = " and state = :state" if q.state else "", "opened_at desc, incident desc", q.since
    if q.missing is not None:
        narrower += " and missing <> '' and state <> 'history'" if q.missing else " and missing = ''"
    if q.history is not None:
        narrower += f" and kinds is {'not ' if q.history else ''}null"
    if (q.state, q.since, q.until, q.missing) == (None, None, None, None) and not q.history:
        since, order = look.reader.now - RECENT, f"case when {_WAITS} then 0 else 1 end, {order}"
    chosen = tx.rows(
        "select * from report_file where home = '' and (incident_state = 'closed' or touched = 1)"
        f" and (opened_at >= :since{f' or {_WAITS}' if since != q.since else ''}) and opened_at < :until{narrower}"
        f" order by {order} limit :limit",
        since=written(since) if since else "",
        until=written(q.until) if q.until else "9",
        limit=q.limit,
        **({"state": q.state} if q.state else {}),
    )
    answered = {one.incident: one for one in look.use(Responses).some(tx, [row["incident"] for row in chosen])}
    places = told(tx, [one.place for one in answered.values()])
    return [_list_row(row, answered.get(row["incident"]), places) for row in chosen]


def _list_row(row: Row, of: Response | None, places: Texts) -> rows.ListRow:
    lacking = row["missing"].split()
    asked = row["state"] != "history"
    return rows.ListRow(
        incident=row["incident"],
        number=row["number"],
        type=row["type"],
        area=row["area"],
        place=places.get(of.place) if of else None,
        opened_at=row["opened_at"],
        closed_at=row["ended_at"],
        outcome=row["outcome"],
        state=row["state"],
        exercise=bool(row["exercise"]),
        completeness=checks.completeness(row["needed"], len(lacking)),
        missing=lacking if asked else [],
        amendments=row["amendments"],
        reopened=bool(row["reopened_at"]),
        response_s=response_s(of) if of else None,
        timed=of is not None and ("opened" in of.clocks or RECEIVED in of.clocks),
    )


def response_s(of: Response) -> int | None:
    """Seconds from received to ready; None while one of the two is missing."""
    if RECEIVED not in of.clocks or READY not in of.clocks:
        return None
    begun, ready = (datetime.fromisoformat(of.clocks[name]) for name in (RECEIVED, READY))
    return round((ready - begun).total_seconds())


def answered(tx: Tx, q: rows.Period, look: Look) -> list[Response]:
    """How the incidents of a period were answered, without the words of their place."""
    found = look.use(Responses).between(tx, written(q.since), written(q.until), q.units)
    return [msgspec.structs.replace(crewed(tx, one), place=None) for one in found]


# ── one report ───────────────────────────────────────────────────────────────────────────────────────────────────────


def report(tx: Tx, q: rows.OfIncident, look: Look) -> list[rows.ReportRow]:
    """One report whole; no row where there is no such incident."""
    of, response = file(tx, q.incident), look.use(Responses).one(tx, q.incident)
    if of is None or response is None:
        return []
    held = content.sections(tx, q.incident)
    said = {row["section"]: json.loads(row["body"]) for row in held if not row["part"]}
    persons = [json.loads(row["body"]) for row in held if row["section"] == PERSON]
    about, lacking = facts(of), of["missing"].split()
    volunteers = said.get("volunteers", {}).get("first_action_at")
    gaps = checks.own_gaps(about, said, persons)
    gaps += checks.time_gaps(about, response, written(datetime.fromisoformat(volunteers)) if volunteers else None)
    judged = content.content(held)
    digest = content.digest(judged, response)
    shown = _Shown(tx, held)
    return [
        rows.ReportRow(
            incident=q.incident,
            number=of["number"],
            state=of["state"],
            exercise=bool(of["exercise"]),
            response=crewed(tx, response),
            place=told(tx, [response.place]).get(response.place),
            needed=list(checks.needed(about)),
            missing=lacking,
            completeness=checks.completeness(of["needed"], len(lacking)),
            validation=gaps if of["state"] != "history" else [],
            object=shown.section("object", rows.ObjectRow, owner=shown.personal("owner", "", "owner")),
            cause=shown.section("cause", rows.CauseRow),
            loss=shown.section("loss", rows.LossRow, **_sums(said.get("loss"), checks.amount, "total_rp")),
            victims=shown.section("victims", rows.VictimsRow),
            people=shown.people(),
            water=shown.section("water", rows.WaterRow, **_sums(said.get("water"), _litres, "total_l")),
            obstacles=shown.section("obstacles", rows.ObstaclesRow),
            volunteers=shown.section("volunteers", rows.VolunteersRow),
            summary=shown.section("summary", rows.SummaryRow),
            photos=shown.section("photos", rows.PhotosRow),
            steps=_steps(tx, q.incident, digest),
            amendments=amendments(tx, q.incident),
            inspections=shown.inspections(),
            history=_history(tx, of),
            erased=sorted(shown.erased),
            reopened_at=of["reopened_at"],
            content=judged,
            digest=digest,
        )
    ]


def _history(tx: Tx, of: Row) -> rows.HistoryRow | None:
    if of["kinds"] is None:
        return None
    source = told(tx, [of["source"]]).get(of["source"])
    return rows.HistoryRow(source=source, kinds=of["kinds"].split(), at=of["kept_at"], actor=of["kept_by"])


def _litres(line: Mapping[str, Any]) -> float | None:
    litres: float | None = line["litres"]
    return litres


def _sums(said: Mapping[str, Any] | None, amount: Any, name: str) -> dict[str, Any]:
    """The sum of a section's lines, and how many of them have none."""
    amounts = [amount(line) for line in said["lines"]] if said else []
    return {name: total(amounts), "open": amounts.count(None)}


class _Shown:
    """The sections that hold, with their words; what was erased is noted by its path."""

    def __init__(self, tx: Tx, held: list[Row]) -> None:
        self._held = {(row["section"], row["part"]): row for row in held}
        self._bodies = {key: json.loads(row["body"]) for key, row in self._held.items()}
        self._texts = told(tx, [ref for body in self._bodies.values() for ref in _refs(body)])
        self.erased: set[str] = set()

    def section(self, name: str, kind: type[T], **more: Any) -> T | None:
        """A section as its row; None where nobody said it."""
        return self._row((name, ""), kind, name, **more)

    def _row(self, key: tuple[str, str], kind: type[T], path: str, **more: Any) -> T | None:
        row = self._held.get(key)
        if row is None:
            return None
        return msgspec.convert(
            {**self._words(self._bodies[key], path), "at": row["at"], "actor": row["actor"], **more}, kind
        )

    def personal(self, section: str, part: str, field: str) -> str | None:
        """The reference of a personal value, for a view that reveals."""
        body = self._bodies.get((section, part))
        return str(body[field]["ref"]) if body else None

    def people(self) -> list[rows.PersonNoted]:
        """Who was noted, without names."""
        found = []
        for section, part in self._held:
            if section == PERSON:
                named = {"name": self.personal("name", part, "name"), "note": self.personal("remark", part, "note")}
                row = self._row((section, part), rows.PersonNoted, f"{PERSON}.{part}", victim=part, **named)
                found += [row] if row else []
        return found

    def inspections(self) -> list[rows.InspectionRow]:
        """Forms that were filed, the first first."""
        found = []
        for (section, part), row in self._held.items():
            if section == INSPECTION:
                said = self._words(self._bodies[section, part], f"{INSPECTION}.{part}")
                more = {"inspection": part, "actor": row["actor"], "filed_at": row["at"]}
                found.append(msgspec.convert({**said, **more}, rows.InspectionRow))
        return sorted(found, key=lambda one: (one.filed_at, one.inspection))

    def _words(self, value: Any, path: str) -> Any:
        if isinstance(value, dict):
            if "ref" in value and "digest" in value:
                text = self._texts.get(value["ref"])
                if text is None:
                    self.erased.add(path)
                return text
            return {name: self._words(inner, f"{path}.{name}") for name, inner in value.items()}
        if isinstance(value, list):
            return [self._words(inner, f"{path}.{n}") for n, inner in enumerate(value)]
        return value


def _refs(value: Any) -> list[str]:
    if isinstance(value, dict):
        if "ref" in value and "digest" in value:
            return [value["ref"]]
        return [ref for inner in value.values() for ref in _refs(inner)]
    return [ref for inner in value for ref in _refs(inner)] if isinstance(value, list) else []


def _steps(tx: Tx, incident: str, digest: str) -> list[rows.StepRow]:
    found = tx.rows("select * from report_step where incident = :i order by position", i=incident)
    texts = told(tx, [row["reason"] for row in found])
    return [
        rows.StepRow(
            step=row["step"],
            at=row["at"],
            actor=row["actor"],
            digest=row["digest"],
            content=row["content"],
            post=row["post"],
            reason=texts.get(row["reason"]),
            current=row["digest"] == digest,
        )
        for row in found
    ]


def victims(tx: Tx, q: rows.OfIncident, look: Look) -> list[rows.VictimRow]:
    """The persons of a report with their names; who read them is logged."""
    held = {(row["section"], row["part"]): json.loads(row["body"]) for row in content.sections(tx, q.incident)}

    def ref(section: str, part: str, field: str) -> str | None:
        body = held.get((section, part))
        return str(body[field]["ref"]) if body else None

    found = []
    for (section, part), body in held.items():
        if section not in (PERSON, "owner"):
            continue
        owner = section == "owner"
        refs = {"name": ref("owner", "", "owner") if owner else ref("name", part, "name")}
        refs["note"] = None if owner else ref("remark", part, "note")
        names = look.reveal(tx, refs, f"report.victims {q.incident}")
        said = {"kind": "owner", "outcome": ""} if owner else {"kind": body["kind"], "outcome": body["outcome"]}
        found.append(msgspec.convert({"victim": part, **said, **names}, rows.VictimRow))
    return found


@cache
def _standards() -> rows.StandardsRow:
    return rows.StandardsRow(standards.standards().places.object, standards.words().cause, standards.report())


def all_standards(tx: Tx, q: All) -> list[rows.StandardsRow]:
    """One row with every code a report uses."""
    return [_standards()]
