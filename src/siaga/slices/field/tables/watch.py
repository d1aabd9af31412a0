"""What a node must know to watch the clocks of a scene it got from another."""

from ....kernel.storage import Tx
from ..rules.crews import CallPar
from ..rules.part import Watching, WatchScene
from ..rules.safety import RemindEvacuation
from . import crews, safety


def watching(tx: Tx, cmd: WatchScene) -> Watching:
    """Every crew and evacuation order of the incident, and the clocks that run for it already."""
    rows = tx.rows("select evacuation from field_evacuation where incident = :i order by evacuation", i=cmd.incident)
    names = [row["evacuation"] for row in rows]
    running = tx.rows(
        "select id from kernel_due where command in ('field.remind-par', 'field.remind-air',"
        " 'field.remind-evacuation') and body like :about",
        about=f'%"{cmd.incident}"%',
    )
    return Watching(
        crews=crews.calling(tx, CallPar("-", cmd.incident)).crews,
        evacuations=tuple((name, safety.evacuation(tx, RemindEvacuation(name, cmd.incident))) for name in names),
        running=frozenset(row["id"] for row in running),
    )
