"""The crew list: who is where, who is in since when with what air, PAR, work and rest, every entry and exit."""

from ...slices.field.rules.crewfold import Crew
from ..facts import Gathered
from ..journal import lines
from ..sheet import Lines, Pairs, Sheet, Signed, Table
from .common import head, here, span, where


def sheet(g: Gathered) -> Sheet:
    """The whole list, with warnings first where there are any."""
    return Sheet(
        kind=g.word("crew-list"),
        title=g.word("crew-list"),
        number=g.number,
        about=g.about,
        parts=(head(g), _count(g), *_warnings(g), _crews(g), _inside(g), _sectors(g), _passages(g), _signed(g)),
    )


def _count(g: Gathered) -> Pairs:
    crews = [c for c in here(g) if c.phase == "arrived" or c.inside]
    people, inside = sum(c.people for c in crews), sum(len(c.inside) for c in crews)
    counted = g.word("counted", crews=len(crews), people=people, inside=inside) if g.board else None
    return Pairs(rows=((g.word("on-scene"), counted), (g.word("counted-at"), g.moment(g.at))))


def _warnings(g: Gathered) -> tuple[Lines, ...]:
    found = []
    for one in g.board.maydays if g.board else ():
        if not one.ended_at:
            found.append(f"MAYDAY {g.clock(one.at)} {one.crew} {one.person}".strip())
    for crew in here(g):
        if crew.lost_at:
            found.append(g.word("lost", crew=crew.label, at=g.clock(crew.lost_at)))
        if crew.conflicts:
            found.append(g.word("conflicts", crew=crew.label, n=len(crew.conflicts)))
    return (Lines(title=g.word("warnings"), rows=tuple(found)),) if found else ()


def _crews(g: Gathered) -> Table:
    rows = tuple(
        (c.label, str(c.people), ", ".join(c.persons), where(g, c), g.clock(c.accounted_at) or "", _work(g, c))
        for c in here(g)
    )
    heads = (g.word("crew"), g.word("people"), g.word("persons"), g.word("where"), "PAR", g.word("work-rest"))
    widths = ("1", "auto", "1.1", "1.2", "auto", "1.3")
    return Table(title=g.word("crews"), heads=heads, widths=widths, rows=rows, none=g.word("crews-none"))


def _work(g: Gathered, crew: Crew) -> str:
    now = g.at.isoformat()
    began = crew.work_since or min((one.entered.at for one in crew.inside), default=None)
    if began:
        return g.word("works", at=g.clock(began), span=span(began, now))
    if crew.rest_since:
        return g.word("rests", at=g.clock(crew.rest_since), span=span(crew.rest_since, now))
    return g.word("fresh") if crew.phase == "arrived" else "–"


def _inside(g: Gathered) -> Table:
    rows = []
    for crew in here(g):
        for one in crew.inside:
            last = max(one.air, key=lambda a: a.seen.at, default=None)
            air = f"{last.bar:g} bar, {g.clock(last.seen.at)}" if last else ""
            entered = one.entered.at
            rows.append((one.person, crew.label, g.clock(entered), span(entered, g.at.isoformat()), air, ""))
    heads = (g.word("person"), g.word("crew"), g.word("entered"), g.word("inside-for"), g.word("air"), g.word("out"))
    return Table(
        title=g.word("inside"),
        heads=heads,
        widths=("1", "1", "auto", "auto", "auto", "auto"),
        rows=tuple(rows),
        none=g.word("nobody-inside"),
    )


def _sectors(g: Gathered) -> Table:
    rows = []
    for one in g.board.sectors if g.board else ():
        there = ", ".join(c.label for c in here(g) if c.sector == one.sector and c.phase == "arrived")
        rows.append((one.name, one.leader, one.channel, there))
    heads = (g.word("sector"), g.word("leader"), g.word("channel"), g.word("crews"))
    return Table(
        title=g.word("sectors"),
        heads=heads,
        widths=("1", "1", "1", "1.5"),
        rows=tuple(rows),
        none=g.word("sectors-none"),
    )


PASSAGES = frozenset({"field.crew-entered", "field.crew-left"})


def _passages(g: Gathered) -> Table:
    """Every entry and exit as it was reported, from the journal: what the fold of today no longer shows, too."""
    chosen = {row.position for row in g.scene_lines if row.kind in PASSAGES}
    rows = tuple((g.clock(x.at), x.text, x.who) for x in lines(g, scene_only=True) if x.position in chosen)
    heads = (g.word("time"), g.word("event"), g.word("by"))
    return Table(
        title=g.word("passages"), heads=heads, widths=("auto", "1", "auto"), rows=rows, none=g.word("passages-none")
    )


def _signed(g: Gathered) -> Signed:
    return Signed(closing=g.word("crew-closing"), roles=(g.word("role-entry"), g.word("role-commander")))
