"""What the service of the demonstration learned of two fires of its month: findings, changes, a lesson for others."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from ..app import Node
from ..kernel.records import Ask, Command, Told
from ..slices.report.tables.rows import ListQuery
from ..slices.review import rules
from . import fleet
from .asking import ask_all, envelope
from .city import read

MARK = "demo.lessons"
Said = dict[str, Any]
Asks = Iterator[tuple[Command, Ask]]


def play_lessons(node: Node, now: datetime) -> None:
    """Record it once in the life of a data folder."""
    with node.desk.store.read() as tx:
        if node.desk.log.answered(tx, MARK) is not None:
            return
    found = _fires(node, now)
    said = read("lessons.toml")
    asks: list[tuple[Command, Ask]] = [(fleet.agencies()[0], envelope(MARK, now - timedelta(days=32)))]  # is remembered
    asks += [ask for one in said["review"] if one["of"] in found for ask in _review(one, *found[one["of"]])]
    asks += [ask for one in said["lesson"] if one["of"] in found for ask in _lesson(one, *found[one["of"]])]
    ask_all(node.desk, [(command, replace(ask, at=min(ask.at, now))) for command, ask in asks])


def _fires(node: Node, now: datetime) -> dict[str, tuple[str, datetime]]:
    """The earliest incident of each type that the month holds, with its time."""
    shown = node.desk.show("report.list", ListQuery(since=now - timedelta(days=60)), envelope(f"{MARK}.look", now))
    rows = sorted(shown.rows, key=lambda row: row.opened_at, reverse=True)  # type: ignore[union-attr]
    return {row.type: (row.incident, datetime.fromisoformat(row.opened_at)) for row in rows if row.type}


def _by(actor: str, id: str, at: datetime) -> Ask:
    return replace(envelope(id, at), actor=actor)


def _review(said: Said, incident: str, at: datetime) -> Asks:
    begun = at + timedelta(days=said["days"])
    yield rules.OpenReview(incident), _by("danton", f"{MARK}.{incident}", begun)
    for n, one in enumerate(said["finding"]):
        yield from _finding(one, incident, _name(incident, n), at, begun)


def _finding(one: Said, incident: str, finding: str, at: datetime, begun: datetime) -> Asks:
    def ask(actor: str, what: str, days: float = 0) -> Ask:
        return _by(actor, f"{MARK}.{finding}.{what}", begun + timedelta(days=days))

    moment = at + timedelta(minutes=one["minutes"])
    text, good = Told(one["text"]), one.get("good", False)
    yield (
        rules.RecordFinding(incident, finding, one["what"], one["subject"], text, good, moment),
        ask("danton", "found"),
    )
    if "owner" in one:
        due = (begun + timedelta(days=one["due"])).date()
        yield rules.AssignFinding(incident, finding, one["owner"], due=due), ask("danton", "whose")
    if "change" in one:
        note = Told(one["note"]) if "note" in one else None
        yield (
            rules.ProposeChange(incident, finding, one["change"], one["link"], note),
            ask("danton", "proposed", 1),
        )
    if "made" in one:
        yield rules.MakeChange(incident, finding, version=1), ask("admin", "made", one["made"])


def _lesson(one: Said, incident: str, at: datetime) -> Asks:
    finding = _name(incident, one["finding"])
    title, happened, changes = (Told(one[field]) for field in ("title", "happened", "changes"))
    share = rules.ShareLesson(f"{MARK}.{finding}", title, happened, changes, finding, "procedure", one["of"])
    yield share, _by("danton", f"{MARK}.{finding}.shared", at + timedelta(days=one["days"]))


def _name(incident: str, n: int) -> str:
    return f"{incident}.{n + 1}"
