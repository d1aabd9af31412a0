"""What several forms share: spans, who is where, the head of a form."""

from datetime import datetime

from ... import standards
from ...slices.field.rules.crewfold import Crew
from ...slices.field.tables.rows import TaskRow
from ..facts import Gathered
from ..journal import crew_name, place_of, task_name, task_step
from ..sheet import Cell, Pairs, Table


def span(start: str, end: str | None) -> str | None:
    """mm:ss between two written times, hours before it where there are some; None where one is missing."""
    if end is None:
        return None
    seconds = round((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    sign = "−" if seconds < 0 else ""
    return f"{sign}{f'{hours}:' if hours else ''}{rest // 60:02d}:{rest % 60:02d}"


def since(start: str, end: str | None) -> Cell:
    """The span with its sign; None where it is not known."""
    found = span(start, end)
    return None if found is None else found if found.startswith("−") else f"+{found}"


def head(g: Gathered) -> Pairs:
    """The boxes every command form begins with; a line where nobody has said it."""
    held = g.board.commander if g.board else None
    return Pairs(
        rows=(
            (g.word("incident-name"), g.about),
            (g.word("number"), g.number),
            (g.word("opened"), g.moment(g.incident.opened_at)),
            (g.word("period"), ""),
            (g.word("commander"), f"{held.holder}, {g.word('since', at=g.clock(held.since))}" if held else ""),
            (g.word("prepared"), g.word("prepared-from-log", at=g.moment(g.at))),
        )
    )


def here(g: Gathered) -> list[Crew]:
    """Crews that are not gone, those inside first."""
    crews = [crew for crew in (g.board.crews if g.board else ()) if crew.phase != "left" or crew.inside]
    return sorted(crews, key=lambda c: (not c.inside, c.phase != "arrived", c.sector, c.label))


def where(g: Gathered, crew: Crew) -> str:
    """Where a crew is, in words."""
    if crew.phase in ("sent", "on-the-way") and not crew.inside:
        eta = g.clock(crew.eta_at)
        return g.word("coming") + (f", {g.word('eta', at=eta)}" if eta else "")
    return place_of(g, crew.sector)


def tasks(g: Gathered, rows: list[TaskRow], title: str) -> Table:
    """Tasks with who has them and how far they are."""
    done = tuple((_what(g, t), _whose(g, t), g.clock(t.due_at) or "–", task_step(g, t.step)) for t in rows)
    heads = (g.word("task"), g.word("whose"), g.word("due"), g.word("step"))
    return Table(title=title, heads=heads, widths=("1.6", "1", "auto", "auto"), rows=done, none=g.word("tasks-none"))


def _what(g: Gathered, task: TaskRow) -> str:
    return task_name(g, task.code, task.text) + (f" ({task.note})" if task.note else "")


def _whose(g: Gathered, task: TaskRow) -> str:
    posts = {row.id: g.name(row.name) for row in standards.field().post}
    named = (task.crew and crew_name(g, task.crew), task.sector and place_of(g, task.sector))
    return ", ".join(x for x in (*named, posts.get(task.post, task.post)) if x)


def hazards(g: Gathered) -> tuple[str, ...]:
    """Dangers that were reported, those nobody may go near by name."""
    named = {row.id: g.name(row.name) for row in standards.field().hazard}
    found = []
    for one in g.board.hazards if g.board else ():
        no_go = f", {g.word('no-go')}" if one.no_go else ""
        radius = f" ({one.radius_m:.0f} m)" if one.radius_m else ""
        note = f": {one.note}" if one.note else ""
        found.append(f"{g.clock(one.at)} {named.get(one.kind, one.kind)}{radius}{no_go}{note}")
    return tuple(found)
