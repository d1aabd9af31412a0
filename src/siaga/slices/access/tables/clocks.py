"""What devices and partners say their clocks show, and whether it is rather ours that is wrong."""

from datetime import datetime, timedelta
from statistics import median

import msgspec

from ....kernel.records import written
from ....kernel.storage import Row, Tx
from .gate import Holder

RECENT = timedelta(hours=1)
FORGOTTEN = timedelta(days=7)
FEWEST = 3  # below that nobody can tell whose clock it is
OFF_S = 30.0
NODE_OFF_S = 2.0
NODE = "node"


class Verdict(msgspec.Struct, frozen=True):
    """The median of what recent clocks are ahead of ours (s), of how many, and whether ours is probably wrong."""

    offset_s: float
    clocks: int

    @property
    def wrong(self) -> bool:
        """Whether it is probably the node whose clock is wrong."""
        return abs(self.offset_s) > NODE_OFF_S


def holder_of(holder: Holder) -> tuple[str, str]:
    """Whose clock it is: the device's when a person is signed in on one, else the session's or the program's."""
    return ("device", holder.device) if holder.device else (holder.kind, holder.id)


def note(tx: Tx, holder: Holder, offset_s: float, now: datetime) -> None:
    """Keep the newest offset of a holder: theirs minus ours, in seconds."""
    kind, id = holder_of(holder)
    _put(tx, kind, id, holder.actor, holder.agency, offset_s, now)


def _put(tx: Tx, kind: str, id: str, actor: str, agency: str, offset_s: float, now: datetime) -> None:
    tx.run(
        "insert into access_clock (kind, id, actor, agency, at, offset_s)"
        " values (:kind, :id, :actor, :agency, :at, :offset) on conflict (kind, id) do update"
        " set actor = :actor, agency = :agency, at = :at, offset_s = :offset",
        kind=kind,
        id=id,
        actor=actor,
        agency=agency,
        at=written(now),
        offset=offset_s,
    )


def compare(tx: Tx, now: datetime) -> Verdict | None:
    """Compare ours with what was said in the last hour, and keep the verdict as the row of the node itself.

    None, and no row, when too few have said anything. Said after now was said before our clock went back: no use."""
    tx.run("delete from access_clock where kind = :node or at < :old", node=NODE, old=written(now - FORGOTTEN))
    said = _said(tx, now)
    if len(said) < FEWEST:
        return None
    verdict = Verdict(round(median(row["offset_s"] for row in said), 3), len(said))
    _put(tx, NODE, "", "", "", verdict.offset_s, now)
    return verdict


def _said(tx: Tx, now: datetime) -> list[Row]:
    return tx.rows(
        "select offset_s from access_clock where at >= :since and at <= :now",
        since=written(now - RECENT),
        now=written(now),
    )
