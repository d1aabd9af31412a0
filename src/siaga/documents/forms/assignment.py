"""ICS 204: what each sector has to do, with whom and on which channel; a page for each."""

from ...slices.field.tables.rows import SectorRow
from ..facts import Gathered
from ..sheet import AnyPart, Lines, Pairs, Sheet, Signed, Table
from .common import hazards, head, here, tasks, where
from .organisation import holder


def sheet(g: Gathered) -> Sheet:
    """The form for every sector that is worked in; one to fill by hand where there is none."""
    sectors = g.board.sectors if g.board else []
    parts: list[AnyPart] = [head(g)]
    for n, one in enumerate(sectors):
        parts += _sector(g, one, apart=n > 0)
    if not sectors:
        rows = ((g.word("sector"), ""), (g.word("leader"), ""), (g.word("channel"), ""))
        parts += [
            Pairs(title=g.word("sectors-none"), rows=rows),
            Lines(title=g.word("crews"), rows=(), blank=4),
            Lines(title=g.word("tasks"), rows=(), blank=4),
        ]
    parts += [
        Lines(title=g.word("hazards"), rows=hazards(g), blank=2),
        Signed(closing=g.word("blank-closing"), roles=(g.word("role-operations"), g.word("role-commander"))),
    ]
    return Sheet(kind="ICS 204", title=g.word("ics-204"), number=g.number, about=g.about, parts=tuple(parts))


def _sector(g: Gathered, one: SectorRow, apart: bool) -> list[AnyPart]:
    crews = [crew for crew in here(g) if crew.sector == one.sector]
    names = {crew.crew for crew in crews}
    own = [t for t in (g.board.tasks if g.board else ()) if t.sector == one.sector or (t.crew and t.crew in names)]
    rows = tuple((c.label, str(c.people), where(g, c), g.clock(c.accounted_at) or "") for c in crews)
    heads = (g.word("crew"), g.word("people"), g.word("where"), "PAR")
    channel = one.channel or (g.board.channel if g.board else "")
    facts = (
        (g.word("operations-chief"), holder(g, "operations")[0]),
        (g.word("leader"), one.leader),
        (g.word("channel"), channel),
        (g.word("since-head"), g.clock(one.opened_at)),
    )
    return [
        Pairs(title=one.name, rows=facts, apart=apart),
        Table(heads=heads, widths=("1", "auto", "1", "auto"), rows=rows, none=g.word("crews-none")),
        tasks(g, own, g.word("tasks")) if own else Lines(title=g.word("tasks"), rows=()),
        Lines(title=g.word("instructions"), rows=(), blank=2),
    ]
