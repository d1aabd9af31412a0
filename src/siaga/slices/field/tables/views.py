"""Open scenes in short, for lists and the wall."""

from ....kernel.fields import All
from ....kernel.storage import Tx
from . import command
from .part import known as part_known
from .rows import SceneRow


def scenes(tx: Tx, q: All) -> list[SceneRow]:
    """Open incidents with a commander or a crew that arrived, the oldest first."""
    rows = tx.rows(
        "select i.incident, i.number, i.opened_at, count(c.crew) as crews, coalesce(sum(c.people), 0) as people,"
        " coalesce(sum(c.inside), 0) as inside, coalesce(sum(c.conflicts), 0) as conflicts from field_incident i"
        " left join field_crew c on c.incident = i.incident and (c.phase = 'arrived' or c.inside > 0)"
        " where i.state = 'open'"
        " group by i.incident, i.number, i.opened_at"
    )
    rows.sort(key=lambda row: (row["opened_at"], row["incident"]))
    found = []
    for row in rows:
        incident = row["incident"]
        commander = command.commander(command.commanding(tx, incident))
        if commander is None and not row["crews"]:
            continue
        part = part_known(tx, incident)
        found.append(
            SceneRow(
                incident=incident,
                number=row["number"],
                commander=commander.holder if commander else None,
                since=commander.since if commander else None,
                crews=row["crews"],
                people=row["people"],
                inside=row["inside"],
                maydays=_running(tx, "mayday", incident),
                evacuations=_running(tx, "evacuation", incident),
                conflicts=row["conflicts"],
                node=part.node,
                phase=part.phase,
            )
        )
    return found


def _running(tx: Tx, what: str, incident: str) -> int:
    rows = tx.rows(
        f"select count(*) as n from field_{what} m left join field_{what}_end e"
        f" on e.incident = m.incident and e.{what} = m.{what}"
        f" where m.incident = :i and e.{what} is null",
        i=incident,
    )
    return int(rows[0]["n"])
