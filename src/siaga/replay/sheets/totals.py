"""What spreadsheets of the past add up to. A month without data is missing, never zero."""

from collections import Counter
from datetime import date
from typing import Any

from .places import Placed
from .read import Fire, SheetsRead

UNMAPPED = "unmapped"
NOT_SAID = "not-said"


def totals(read: SheetsRead, today: date, placed: list[tuple[Fire, Placed]] | None = None) -> dict[str, Any]:
    """The figures a person checks against the sheets; with a region also how incidents can be placed in it."""
    fires = read.fires
    days = sorted(f.day for f in fires)
    body: dict[str, Any] = {
        "incidents": len(fires),
        "rows_used": sum(len(f.rows) for f in fires),
        "rows_repeated": read.repeated,
        "rows_repeated_exactly": read.repeated_same,
        "first": days[0].isoformat() if days else None,
        "last": days[-1].isoformat() if days else None,
        "by_month": _counted(f.day.isoformat()[:7] for f in fires),
        "months_missing": months_missing(days, today),
        "by_cause": _counted(_code(f.cause, f.cause_words) for f in fires),
        "by_kind": _counted(_code(f.lines[0].kind, f.lines[0].kind_words) for f in fires),
        "by_type": _counted(f.type or NOT_SAID for f in fires),
        "loss_rp": sum(f.loss_rp or 0 for f in fires),
        "loss_not_said": sum(f.loss_rp is None for f in fires),
        "same_loss_again_rp": sum(map(same_loss_again, fires)),
        "saved_rp": sum(f.saved_rp or 0 for f in fires),
        "people": {role: n for role in _roles(fires) if (n := sum(f.counts.get(role, 0) for f in fires)) is not None},
        "only_day_known": sum(not f.clocks for f in fires),
        "with_kelurahan": sum(bool(f.kelurahan) for f in fires),
        "cells_unread": _counted(u.reason for u in read.unread),
        "causes_unmapped": _counted(f.cause_words for f in fires if f.cause_words and f.cause is None),
        "kinds_unmapped": _counted(
            line.kind_words for f in fires for line in f.lines if line.kind_words and not line.kind
        ),
    }
    if placed is not None:
        lost = {"no-place": n} if (n := len(fires) - len(placed)) else {}
        body["placed_by"] = _counted(at.by for _, at in placed) | lost
    return body


def _counted(names: Any) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _code(code: str | None, said: str) -> str:
    return code or (UNMAPPED if said else NOT_SAID)


def _roles(fires: list[Fire]) -> list[str]:
    return sorted({role for f in fires for role in f.counts})


def same_loss_again(fire: Fire) -> int:
    """Rupiah that several rows of one incident repeat: perhaps one amount in a merged cell, counted once too often."""
    said = Counter(line.loss_rp for line in fire.lines if line.loss_rp)
    return sum(amount * (n - 1) for amount, n in said.items() if amount)


def months_missing(days: list[date], today: date) -> list[str]:
    """Months of the years these days lie in that hold none of them and are over."""
    if not days:
        return []
    there = {(d.year, d.month) for d in days}
    years = range(min(days).year, max(days).year + 1)
    return [
        f"{y}-{m:02d}"
        for y in years
        for m in range(1, 13)
        if (y, m) not in there and (y, m) < (today.year, today.month)
    ]
