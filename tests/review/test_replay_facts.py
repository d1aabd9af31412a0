"""What a replay rests on: the facts of the crews, folded up to the end, are the board itself."""

from itertools import groupby

import msgspec
import pytest

from conftest import BOTH_STORES, Opens
from field.field_kit import board, do, fire, rows, town
from siaga.adapters.stores import open_store
from siaga.app import SLICES
from siaga.kernel.desk import Desk
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.field.events import Wearer
from siaga.slices.field.rules import crewfold, crews
from siaga.slices.field.rules.crewfold import FACTS, Seen
from siaga.slices.field.tables.figures import figures
from siaga.slices.field.tables.rows import IncidentQuery


@pytest.mark.parametrize("address", BOTH_STORES, indirect=True)
def test_the_facts_of_an_incident_fold_to_its_board_whatever_came_late(address: str, open_desk: Opens) -> None:
    desk: Desk = open_desk(open_store(address), SLICES)
    town(desk)
    fire(desk)
    do(desk, dispatch.Dispatch("d1", "i1", ("BTG-1", "BTG-2")), 10)
    do(desk, dispatch.ReportStatus("BTG-1", "on-the-way"), 60)
    do(desk, crews.ReportEntry("i1", "BTG-1", "staging", (Wearer("P1", 300), Wearer("P2", 290))), 400)
    do(desk, dispatch.ReportStatus("BTG-1", "arrived"), 230)  # came late
    do(desk, crews.ReportAir("i1", "BTG-1", "P1", 180), 700)
    do(desk, crews.ReportExit("i1", "BTG-1", ("P2",)), 800)
    do(desk, crews.FormCrew("warga", "i1", "Relawan RT 12", 6), 300)

    facts = rows(desk, "facts", IncidentQuery("i1"))
    assert [one.at for one in facts] == sorted(one.at for one in facts)
    by_crew = sorted(facts, key=lambda one: one.crew)
    folded = [
        crewfold.fold(
            crewfold.unknown(name),
            [(Seen(one.at, one.ask, one.by), msgspec.convert(one.said, FACTS[one.fact])) for one in of_crew],
            figures().rest,
            (),
            {},
        )
        for name, of_crew in groupby(by_crew, key=lambda one: one.crew)
    ]
    assert folded == sorted(board(desk).crews, key=lambda one: one.crew)
