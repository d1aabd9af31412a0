"""What the rules of reviews must know."""

from typing import Any

from ....kernel.storage import Tx
from .. import rules


def known(tx: Tx, cmd: Any) -> rules.Known:
    """The incident, its review, the finding a command names and the incident it is checked at."""
    rows = tx.rows("select opened_at, reviewed_at from review_incident where incident = :i", i=cmd.incident)
    there = getattr(cmd, "checked_at", None)
    return rules.Known(
        incident=bool(rows),
        opened=bool(rows and rows[0]["reviewed_at"]),
        opened_at=rows[0]["opened_at"] if rows else "",
        finding=_finding(tx, getattr(cmd, "finding", "")),
        there=bool(there and tx.rows("select 1 as x from review_incident where incident = :i", i=there)),
    )


def _finding(tx: Tx, name: str) -> rules.Finding | None:
    rows = tx.rows("select * from review_finding where finding = :f", f=name)
    if not rows:
        return None
    row = rows[0]
    checks = tx.rows("select incident, result, at from review_check where finding = :f order by at, incident", f=name)
    since = row["made_at"] or ""
    return rules.Finding(
        incident=row["incident"],
        state=row["state"],
        change=row["change"],
        link=row["link"],
        owner=row["owner"] or "",
        account=row["account"],
        due=row["due"],
        good=bool(row["good"]),
        worked=any(one["result"] == "worked" and one["at"] >= since for one in checks) and row["state"] == "made",
        checks=tuple((one["incident"], one["result"]) for one in checks),
    )


def sharing(tx: Tx, cmd: rules.ShareLesson) -> rules.Sharing:
    """The lesson, its finding, and by what the names of the finding's incident are recognised."""
    found = tx.rows("select incident from review_finding where finding = :f", f=cmd.finding)
    return rules.Sharing(
        shared=bool(tx.rows("select 1 as x from review_lesson where lesson = :l", l=cmd.lesson)),
        finding=bool(found),
        names=_names(tx, found[0]["incident"]) if found else (),
    )


def _names(tx: Tx, incident: str) -> tuple[rules.Name, ...]:
    """Of those that were not erased: who has no name any more cannot be named."""
    rows = tx.rows(
        "select n.digest, w.salt from review_name n join vault_word w on w.ref = n.ref where w.value is not null"
        " and (n.incident = :i or n.call in (select call from review_call where incident = :i))",
        i=incident,
    )
    return tuple(rules.Name(row["salt"], row["digest"]) for row in rows)


def lesson_with(tx: Tx, ref: str, origin: str | None) -> bool:
    """Whether a told text is one of a lesson that came from there (None: is ours)."""
    return bool(
        tx.rows(
            "select 1 as x from review_lesson where :r in (title, happened, changes)"
            " and coalesce(origin, '') = coalesce(:o, '') limit 1",
            r=ref,
            o=origin,
        )
    )
