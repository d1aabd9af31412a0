"""The incident sheet: what, where, when with the gaps named, who came, what was asked for, the journal."""

from ... import standards
from ..facts import Gathered
from ..journal import answer_word, lines, outcome_word, step_word, thing_name, word
from ..sheet import AnyPart, Lines, Pairs, Sheet, Signed, Table
from .common import since, span

CLOCKS = (
    *("seen", "answered", "opened", "dispatched", "on-the-way", "arrived", "access", "ready-to-serve"),
    *("action", "under-control", "out", "returned", "ready-again"),
)
UNIT_CLOCKS = ("on-the-way", "arrived", "ready-to-serve", "returned")


def sheet(g: Gathered) -> Sheet:
    """The whole sheet."""
    return Sheet(
        kind=g.word("incident-sheet"),
        title=g.word("incident-sheet"),
        number=g.number,
        about=g.about,
        parts=(_facts(g), *_callers(g), *_answers(g), *_times(g), _units(g), _resources(g), journal(g), _signed(g)),
    )


def _facts(g: Gathered) -> Pairs:
    i = g.incident
    state = g.word(f"state-{i.state}") if i.state in ("open", "closed", "cancelled") else i.state
    ended = [state, outcome_word(g, i.outcome) if i.outcome else "", g.clock(i.ended_at) or ""]
    precision = f" (± {g.call.precision_m:.0f} m)" if g.call else ""
    rows: list[tuple[str, str | None]] = [
        (g.word("type"), g.type_name),
        (g.word("place"), i.place),
        (g.word("point"), f"{i.lat:.5f}, {i.lon:.5f}{precision}"),
        (g.word("opened"), g.moment(i.opened_at)),
        (g.word("state"), ", ".join(x for x in ended if x)),
        (g.word("level"), str(i.level)),
        (g.word("life"), g.word("answer-yes") if i.life_risk else g.word("life-no")),
        (g.word("commander"), _commander(g)),
        (g.word("channel"), (g.board.channel if g.board else None) or None),
    ]
    return Pairs(rows=tuple(rows))


def _commander(g: Gathered) -> str | None:
    held = g.board.commander if g.board else None
    return f"{held.holder}, {g.word('since', at=g.clock(held.since))}" if held else None


def _callers(g: Gathered) -> tuple[AnyPart, ...]:
    """Who called: only for whom the vault opens, and only when it was wanted on paper."""
    title = g.word("caller")
    if not g.callers_wanted:
        return (Lines(title=title, rows=(g.word("caller-not-printed"),)),)
    if g.callers is None:
        return (Lines(title=title, rows=(g.word("caller-not-yours"),)),)
    heads = (g.word("name"), g.word("phone"), g.word("address"))
    rows = tuple((row.name, row.phone, row.address) for row in g.callers)
    return (Table(title=title, heads=heads, widths=("1", "auto", "1.4"), rows=rows, none=g.word("caller-none")),)


def _answers(g: Gathered) -> tuple[AnyPart, ...]:
    if not g.call or not g.call.answers:
        return (Lines(title=g.word("answers"), rows=(g.word("answers-none"),)),)
    found = []
    for question, answer in g.call.answers.items():
        asked = standards.questions().get(question)
        choice = next((c for c in asked.choices if c.id == answer), None) if asked else None
        found.append((g.name(asked.ask) if asked else question, answer_word(g, answer, choice)))
    return (Pairs(title=g.word("answers"), rows=tuple(found)),)


def _times(g: Gathered) -> tuple[AnyPart, ...]:
    """Every clock in its order; the response time first, the gaps by their names last."""
    i = g.incident
    known = {"answered": i.answered_at, "opened": i.opened_at} | {k: v for k, v in i.clocks.items() if v}
    if g.call and g.call.fire_seen_at:
        known.setdefault("seen", g.call.fire_seen_at)
    rows, gaps = [], []
    for clock in CLOCKS:
        at, name = known.get(clock), word(g.language, "clock", clock)
        if at is None:
            gaps.append(name.lower())
        mark = g.word("corrected") if clock in i.corrected else ""
        rows.append((f"{name}{mark}", g.clock(at), since(known["answered"], at) if clock != "answered" else "–"))
    ready = span(known["answered"], known.get("ready-to-serve"))
    watched = (i.type or "").startswith("fire.")
    answer = (
        (g.word("response"), g.word("response-limit", span=ready) if ready and watched else ready),
        (g.word("gaps"), ", ".join(gaps) or g.word("no-gaps")),
    )
    heads = (g.word("clock"), g.word("time"), g.word("since-answered"))
    return (
        Pairs(title=g.word("times"), rows=answer),
        Table(
            heads=heads,
            widths=("1", "auto", "auto"),
            rows=tuple(rows),
            none="",
        ),
    )


def _units(g: Gathered) -> Table:
    clocks = (word(g.language, "clock", clock) for clock in ("dispatched", *UNIT_CLOCKS))
    heads = (g.word("unit"), *clocks, g.word("released"))
    rows = tuple(
        (row.unit, g.clock(row.sent_at), *(g.clock(row.clocks.get(c)) for c in UNIT_CLOCKS), g.clock(row.ended_at))
        for row in g.incident.units
    )
    return Table(
        title=g.word("units"),
        heads=heads,
        widths=("1", *("auto",) * 6),
        rows=rows,
        none=g.word("units-none"),
        missing=g.word("nr"),
        note=g.word("nr-means"),
    )


def _resources(g: Gathered) -> Table:
    others = {row.id: g.name(row.name) for row in standards.words().other_agency}
    rows: list[tuple[str | None, ...]] = [
        (others.get(other, other), "1", step_word(g, step), g.clock(at))
        for other, steps in g.incident.others.items()
        for step, at in list(steps.items())[-1:]
    ]
    for one in g.board.requests if g.board else ():
        note = f" ({one.note})" if one.note else ""
        rows.append((thing_name(g, one.what) + note, str(one.count), step_word(g, one.step), g.clock(one.stepped_at)))
    heads = (g.word("resource"), g.word("count"), g.word("step"), g.word("time"))
    return Table(
        title=g.word("resources"),
        heads=heads,
        widths=("1", "auto", "auto", "auto"),
        rows=tuple(rows),
        none=g.word("resources-none"),
    )


def journal(g: Gathered, scene_only: bool = False) -> Table:
    """The journal, oldest first."""
    rows = tuple((g.clock(line.at), line.text, line.who) for line in lines(g, scene_only))
    heads = (g.word("time"), g.word("event"), g.word("by"))
    return Table(
        title=g.word("journal"), heads=heads, widths=("auto", "1", "auto"), rows=rows, none=g.word("journal-none")
    )


def _signed(g: Gathered) -> Signed:
    return Signed(closing=g.word("sheet-closing"), roles=(g.word("role-desk"), g.word("role-commander")))
