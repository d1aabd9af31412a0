"""What reports of a period say in numbers and codes, one row an incident: for tables that leave the node."""

import msgspec

from ....kernel.records import written
from ....kernel.storage import Tx
from .rows import Period

COLUMNS = (
    *("kind", "construction", "building_m2", "burnt_m2", "cause", "basis", "thing", "loss_rp", "loss_open", "saved_rp"),
    *("citizens_dead", "citizens_heavy", "citizens_light", "citizens_rescued"),
    *("staff_dead", "staff_heavy", "staff_light", "staff_rescued"),
    *("families", "affected", "displaced", "water_l"),
)


class JudgedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A report in codes and numbers. None: nobody has said it yet; `loss_open` counts lines without an amount."""

    incident: str
    state: str
    kind: str | None
    construction: str | None
    building_m2: float | None
    burnt_m2: float | None
    cause: str | None
    basis: str | None
    thing: str | None
    loss_rp: int | None
    loss_open: int | None
    saved_rp: int | None
    citizens_dead: int | None
    citizens_heavy: int | None
    citizens_light: int | None
    citizens_rescued: int | None
    staff_dead: int | None
    staff_heavy: int | None
    staff_light: int | None
    staff_rescued: int | None
    families: int | None
    affected: int | None
    displaced: int | None
    water_l: float | None


def judged(tx: Tx, q: Period) -> list[JudgedRow]:
    """Reports of incidents opened in a period, in the order those were opened."""
    names = ", ".join(f"v.{name}" for name in COLUMNS)
    found = tx.rows(
        f"select f.incident, f.state, {names} from report_file f left join report_value v on v.incident = f.incident"
        " where f.home = '' and f.opened_at >= :since and f.opened_at < :until order by f.opened_at, f.incident",
        since=written(q.since),
        until=written(q.until),
    )
    return [JudgedRow(**row) for row in found]
