"""Who holds which post: the structure of SKPDB, and the same under the names of ICS 203 (list) and 207 (chart)."""

from ... import standards
from ...standards.records import CommandPost
from ..facts import Gathered
from ..sheet import Box, Chart, Sheet, Signed, Table
from .common import head

Post = CommandPost


def skpdb(g: Gathered) -> Sheet:
    """Struktur komando: chart and list."""
    return _sheet(g, g.word("structure-kind"), g.word("structure"), (chart(g), posts(g)))


def ics_203(g: Gathered) -> Sheet:
    """ICS 203: the list."""
    return _sheet(g, "ICS 203", g.word("ics-203"), (posts(g, ics=True), _sectors(g)))


def ics_207(g: Gathered) -> Sheet:
    """ICS 207: the chart."""
    return _sheet(g, "ICS 207", g.word("ics-207"), (chart(g, ics=True),))


def _sheet(g: Gathered, kind: str, title: str, parts: tuple[Chart | Table, ...]) -> Sheet:
    signed = Signed(closing=g.word("blank-closing"), roles=(g.word("role-planning"), g.word("role-commander")))
    return Sheet(kind=kind, title=title, number=g.number, about=g.about, parts=(head(g), *parts, signed))


def holder(g: Gathered, post: str) -> tuple[str, str]:
    """Who holds a post since when; empty where nobody said."""
    if g.board and post == "commander" and g.board.commander:
        return g.board.commander.holder, g.clock(g.board.commander.since) or ""
    held = next((row for row in (g.board.posts if g.board else ()) if row.post == post), None)
    return (held.holder, g.clock(held.since) or "") if held else ("", "")


def _called(g: Gathered, post: Post, ics: bool) -> str:
    return g.name(post.ics if ics else post.name)


def chart(g: Gathered, ics: bool = False, title: str = "", held_only: bool = False) -> Chart:
    """The organisation as a tree, sectors under operations; `held_only` leaves out units that nobody leads."""
    every = standards.field().post
    top = next(post for post in every if post.rank == "command")

    def parent(post: Post) -> str | None:
        return post.ics_parent if ics else post.parent

    def shown(post: Post) -> bool:
        return post.rank != "unit" or not held_only or bool(holder(g, post.id)[0])

    def box(post: Post) -> Box:
        below = tuple(box(one) for one in every if parent(one) == post.id and shown(one))
        if post.id == "operations":
            below += tuple(Box(one.name, one.leader) for one in (g.board.sectors if g.board else ()))
        return Box(_called(g, post, ics), holder(g, post.id)[0], below)

    first = [post for post in every if parent(post) == top.id]
    return Chart(
        title=title or g.word("chart"),
        head=Box(_called(g, top, ics), holder(g, top.id)[0]),
        staff=tuple(box(post) for post in first if post.rank == "staff"),
        sections=tuple(box(post) for post in first if post.rank != "staff"),
    )


def posts(g: Gathered, ics: bool = False) -> Table:
    """Every post of the structure; a line where nobody holds it."""
    heads = (g.word("post"), g.word("held-by"), g.word("since-head"))
    rows = tuple((_called(g, post, ics), *holder(g, post.id)) for post in standards.field().post)
    return Table(title=g.word("posts"), heads=heads, widths=("1.2", "1", "auto"), rows=rows, none="")


def _sectors(g: Gathered) -> Table:
    kinds = {row.id: g.name(row.name) for row in standards.field().sector_kind}
    rows = tuple(
        (one.name, kinds.get(one.kind, one.kind), one.leader, one.channel)
        for one in (g.board.sectors if g.board else ())
    )
    heads = (g.word("sector"), g.word("kind"), g.word("leader"), g.word("channel"))
    return Table(
        title=g.word("sectors"), heads=heads, widths=("1", "1", "1", "1"), rows=rows, none=g.word("sectors-none")
    )
