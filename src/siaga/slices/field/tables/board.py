"""The board: everything a commander sees of one incident, in one row."""

from ....kernel.storage import Row, Tx
from ....kernel.vault import told
from ..rules.part import Part
from . import command, crews, late, safety, scene
from .part import known as part_known
from .rows import BoardRow, IncidentQuery, ParRow, PartRow

PARS_SHOWN = 6


def board(tx: Tx, q: IncidentQuery) -> list[BoardRow]:
    """One incident; no row when there is none."""
    rows = tx.rows("select * from field_incident where incident = :i", i=q.incident)
    return [_row(tx, row) for row in rows]


def _row(tx: Tx, row: Row) -> BoardRow:
    incident = row["incident"]
    channels, commanding = command.channels(tx, incident), command.commanding(tx, incident)
    return BoardRow(
        incident=incident,
        number=row["number"],
        type=row["type"],
        place=told(tx, [row["place"]]).get(row["place"]),
        lon=row["lon"],
        lat=row["lat"],
        level=row["level"],
        life_risk=bool(row["life_risk"]),
        exercise=bool(row["exercise"]),
        opened_at=row["opened_at"],
        answered_at=row["answered_at"],
        state=row["state"],
        channel=channels.get("", ""),
        part=_part(part_known(tx, incident)),
        commander=command.commander(commanding),
        posts=command.posts(tx, incident),
        handover=command.handover(commanding),
        sectors=command.sectors(tx, incident, channels),
        crews=list(crews.states(tx, incident)),
        pars=_pars(tx, incident),
        maydays=safety.maydays(tx, incident),
        evacuations=safety.evacuations(tx, incident),
        tasks=command.tasks(tx, incident),
        hazards=scene.hazards(tx, incident),
        wind=scene.wind(tx, incident),
        requests=scene.requests(tx, incident),
        late_orders=late.late_orders(tx, incident),
    )


def _part(part: Part) -> PartRow:
    return PartRow(part.here, part.node, part.phase, part.to, part.epoch, part.since, part.home)


def _pars(tx: Tx, incident: str) -> list[ParRow]:
    rows = tx.rows(
        "select par, at, sector from field_par where incident = :i order by at desc, par limit :n",
        i=incident,
        n=PARS_SHOWN,
    )
    return [ParRow(**row) for row in reversed(rows)]
