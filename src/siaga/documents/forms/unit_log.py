"""ICS 214: the log of activities at the scene, and who was there."""

from ..facts import Gathered
from ..sheet import Sheet, Signed, Table
from .common import head, here, where
from .incident_sheet import journal


def sheet(g: Gathered) -> Sheet:
    """The form: crews assigned, then every activity of the scene."""
    rows = tuple((c.label, str(c.people), ", ".join(c.persons), where(g, c)) for c in here(g))
    heads = (g.word("crew"), g.word("people"), g.word("persons"), g.word("where"))
    assigned = Table(
        title=g.word("assigned"), heads=heads, widths=("1", "auto", "1.4", "1"), rows=rows, none=g.word("crews-none")
    )
    signed = Signed(closing=g.word("log-closing"), roles=(g.word("role-prepared"), g.word("role-commander")))
    parts = (head(g), assigned, journal(g, scene_only=True), signed)
    return Sheet(kind="ICS 214", title=g.word("ics-214"), number=g.number, about=g.about, parts=parts)
