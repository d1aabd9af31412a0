"""ICS 201, the briefing a commander hands over with: situation, dangers, objectives, organisation, resources."""

from ..facts import Gathered
from ..journal import step_word, thing_name
from ..sheet import AnyPart, Lines, Sheet, Signed, Sketch, Table
from .common import hazards, head, here, tasks, where
from .organisation import chart


def sheet(g: Gathered) -> Sheet:
    """The form, in the order of the international one."""
    rows = g.board.tasks if g.board else []
    objectives = [task for task in rows if task.kind == "objective"]
    others = [task for task in rows if task.kind != "objective"]
    parts: tuple[AnyPart, ...] = (
        head(g),
        Sketch(title=g.word("sketch"), say=g.word("sketch-here"), millimetres=50),
        Lines(title=g.word("situation"), rows=_situation(g), blank=4),
        Lines(title=g.word("hazards"), rows=hazards(g), blank=2),
        tasks(g, objectives, g.word("objectives")) if objectives else Lines(title=g.word("objectives"), rows=()),
        tasks(g, others, g.word("actions")) if others else Lines(title=g.word("actions"), rows=()),
        chart(g, ics=True, title=g.word("organisation"), held_only=True),
        _resources(g),
        Signed(closing=g.word("briefing-closing"), roles=(g.word("role-gives"), g.word("role-takes"))),
    )
    return Sheet(kind="ICS 201", title=g.word("ics-201"), number=g.number, about=g.about, parts=parts)


def _situation(g: Gathered) -> tuple[str, ...]:
    """What the last situation report said in words; wind as it was last seen."""
    told = [s for s in sorted(g.sitreps, key=lambda s: s.at) if s.note]
    found = [f"{g.clock(told[-1].at)}, {g.actor(told[-1].actor)}: {told[-1].note}"] if told else []
    wind = g.board.wind if g.board else None
    if wind:
        speed = f", {wind.speed_mps:g} m/s" if wind.speed_mps is not None else ""
        found.append(g.word("wind", degrees=f"{wind.from_deg:.0f}°{speed}", at=g.clock(wind.at)))
    return tuple(found)


def _resources(g: Gathered) -> Table:
    rows = [(c.label, str(c.people), where(g, c), g.clock(c.arrived_at) or "") for c in here(g)]
    for one in g.board.requests if g.board else ():
        if one.step not in ("arrived", "released"):
            rows.append((thing_name(g, one.what), str(one.count), step_word(g, one.step), ""))
    heads = (g.word("resource"), g.word("people-count"), g.word("where"), g.word("arrived"))
    return Table(
        title=g.word("resources"),
        heads=heads,
        widths=("1", "auto", "1.2", "auto"),
        rows=tuple(rows),
        none=g.word("resources-none"),
    )
