"""What the rules of reports must know."""

import json
from typing import Any

from ....kernel.storage import Tx
from .. import rules
from ..rules import checks, states
from . import content
from .projections import INSPECTION, PERSON, facts, file


def known(tx: Tx, cmd: Any) -> rules.FileKnown | None:
    """Where the report of an incident stands, and what it says."""
    of = file(tx, cmd.incident)
    if of is None:
        return None
    rows = content.sections(tx, cmd.incident)
    said = {row["section"]: json.loads(row["body"]) for row in rows if not row["part"]}
    persons = {row["part"]: json.loads(row["body"]) for row in rows if row["section"] == PERSON}
    gaps = checks.own_gaps(facts(of), said, list(persons.values()))
    steps = tx.rows(
        "select digest from report_step where incident = :i and step = 'checked' order by position", i=cmd.incident
    )
    digests = [row["digest"] for row in steps]
    return rules.FileKnown(
        state=of["state"],
        incident_state=of["incident_state"],
        checked_by=of["checked_by"] or "",
        signed_by=of["signed_by"] or "",
        content=content.content(rows),
        outdated=frozenset(digests[:-1]) - set(digests[-1:]),
        stops=tuple(dict.fromkeys(gap.code for gap in gaps if gap.severity == "stops")),
        victims=frozenset(persons),
    )


def filing(tx: Tx, cmd: states.FileInspection) -> states.FormKnown:
    """Where the incident stands, and the form of this inspection if it was filed before."""
    of = file(tx, cmd.incident)
    rows = tx.rows(
        "select body from report_section where incident = :i and section = :s and part = :p",
        i=cmd.incident,
        s=INSPECTION,
        p=cmd.inspection,
    )
    return states.FormKnown(of["incident_state"] if of else None, json.loads(rows[0]["body"])["form"] if rows else "")
