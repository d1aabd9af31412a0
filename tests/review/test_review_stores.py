"""On both stores: a review told whole shows the same after its tables were made anew."""

from datetime import date, timedelta
from typing import Any

import pytest

from conftest import BOTH_STORES, SATURDAY, Clock, Opens, ask, rows
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.kernel.fields import All
from siaga.kernel.records import Accepted, Personal, Refusal, Told
from siaga.slices.dispatch.rules import CloseIncident, RegisterAgency
from siaga.slices.dispatch.tables import lines, responses
from siaga.slices.intake.events import Caller
from siaga.slices.intake.rules import NoteCaller, OpenIncident, TakeCall
from siaga.slices.report.responses import Responses
from siaga.slices.review import rules
from siaga.slices.review.tables.loads import lesson_with
from siaga.slices.review.tables.views import OfIncident

ROLES = ("shift-leader", "trainer", "administrator", "call-taker", "dispatcher", "commander")
VIEWS: tuple[tuple[str, str | None], ...] = (
    ("list", None),
    ("review", "i1"),
    ("open-findings", None),
    ("to-check", None),
    ("similar", "i1"),
    ("decisions", "i1"),
    ("tracks", "i1"),
    ("lessons", None),
)


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_a_review_told_whole_shows_the_same_after_a_rebuild(address: str, open_desk: Opens, clock: Clock) -> None:
    port = {Responses: Responses(responses.between, responses.some, lines.lines)}
    desk: Desk = open_desk(open_store(address), SLICES, services=port)
    clock.forward(6 * 3600)

    def say(command: Any, minutes: float = 0, **more: Any) -> Any:
        return desk.handle(command, ask(*ROLES, at=SATURDAY + timedelta(minutes=minutes), **more))

    def do(*all: tuple[float, Any]) -> None:
        for minutes, command in all:
            answer = say(command, minutes)
            assert isinstance(answer, Accepted), answer

    def shown(view: str, incident: str | None) -> Any:
        return rows(desk.show(f"review.{view}", OfIncident(incident) if incident else All(), ask(*ROLES)))

    lesson = rules.ShareLesson("l1", Told("PAR"), Told("Terlambat"), Told("Kanal kedua"), "f1")
    do(
        (0, RegisterAgency("bontang", "Disdamkartan", "fire-service")),
        (0, TakeCall("c1", "hotline")),
        (0, NoteCaller("c1", Caller(name=Personal("Siti Rahma")))),
        (0, OpenIncident("i1", 117.49, 0.13, type="fire.housing", call="c1")),
        (40, CloseIncident("i1", "handled")),
        (
            50,
            rules.RecordFinding("i1", "f1", "procedure", "par", Told("PAR lewat"), at=SATURDAY + timedelta(minutes=10)),
        ),
        (51, rules.AssignFinding("i1", "f1", "planner", due=date(2026, 4, 1))),
        (52, rules.ProposeChange("i1", "f1", "sop", "permukiman", Told("kanal kedua"))),
        (53, rules.MakeChange("i1", "f1", version=2)),
        (100, OpenIncident("i2", 117.49, 0.13, type="fire.housing")),
        (140, CloseIncident("i2", "handled")),
        (150, rules.CheckFinding("i1", "f1", "i2", "not", Told("masih lewat"))),
        (151, rules.RecordFinding("i2", "f2", "procedure", "par", Told("PAR lewat lagi"))),
    )
    named = say(rules.ShareLesson("l1", Told("PAR"), Told("Rumah siti rahma"), Told("Kanal"), "f1"), 160)
    assert isinstance(named, Refusal)
    assert named.code == "lesson-holds-name"
    do((161, lesson))
    assert [one.repeated for one in shown("open-findings", None)] == [True, True]
    with desk.store.read() as tx:
        title = tx.rows("select title from review_lesson")[0]["title"]
        assert lesson_with(tx, title, None)
        assert not lesson_with(tx, title, "car1")
    before = [shown(view, incident) for view, incident in VIEWS]
    desk.rebuild(["review"])
    assert [shown(view, incident) for view, incident in VIEWS] == before
