"""The national standard of drawn logs, computed a second time by pandas and statsmodels from what was drawn."""

import importlib
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from statsmodels.stats.proportion import proportion_confint

from report.figures_kit import KUALA, LOKTUAN, WITA, Story, local, port, see
from siaga.kernel.desk import Desk
from siaga.slices.report.tables.figures.parts import FiguresQuery
from siaga.slices.report.tables.figures.spm import SpmQuery

pd: Any = importlib.import_module("pandas")
TYPES = ("fire.housing", "fire.vehicle", "fire.electrical", "fire.land", "rescue.snake", "rescue.traffic")
BEGIN = local(2026, 7, 1)


@pytest.fixture
def services() -> dict[type, Any]:
    return port()


def drawn(seed: int, count: int = 60) -> Any:
    """Incidents of a quarter, some without a time, without an area, false, or practised; with who had to be served."""
    chance = Random(seed)
    rows = []
    for n in range(count):
        arrived = chance.randint(150, 1100)
        rows.append(
            {
                "name": f"i{n}",
                "at": BEGIN + timedelta(days=n * 92 // count, seconds=chance.randint(0, 86_399)),
                "type": chance.choice(TYPES),
                "area": chance.choice((LOKTUAN, LOKTUAN, KUALA, None)),
                "unit": chance.choice(("m1", "l1")),
                "arrived": arrived,
                "ready": None if chance.random() < 0.15 else arrived + chance.randint(20, 400),
                "outcome": "prank" if chance.random() < 0.1 else "handled",
                "exercise": chance.random() < 0.1,
                "must": None if chance.random() < 0.2 else (chance.randint(0, 3), chance.randint(0, 9)),
            }
        )
    return pd.DataFrame(rows).astype({"ready": "Float64"})


def told(desk: Desk, frame: Any) -> None:
    """What was drawn, as a log."""
    story = Story(desk).town()
    for row in frame.itertuples():
        ready = None if pd.isna(row.ready) else float(row.ready)
        story.incident(
            row.name,
            row.at.to_pydatetime(),
            row.type,
            area=row.area if isinstance(row.area, str) else None,
            unit=row.unit,
            arrived=row.arrived,
            ready=ready,
            outcome=row.outcome,
            exercise=row.exercise,
        )
        if isinstance(row.must, tuple):
            story.people(row.name, row.at.to_pydatetime(), row.must, row.must)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pandas_and_statsmodels_come_to_the_same_figures(desk: Desk, seed: int) -> None:
    frame = drawn(seed)
    told(desk, frame)
    (row,) = see(desk, "spm", SpmQuery(2026, 3))
    real = frame[~frame.exercise & (frame.outcome == "handled")]
    counted = real[real.type.isin(TYPES[:3]) & real.area.notna()]
    known = counted[counted.ready.notna()]
    within = known[known.ready <= 900]
    assert (row.main.all, row.main.n, row.main.within) == (len(counted), len(known), len(within))
    low, high = proportion_confint(len(within), len(known), method="wilson")
    assert (row.main.low, row.main.high) == pytest.approx((low, high))
    assert row.main.mean == pytest.approx(known.ready.mean())
    ordered = known.ready.astype(float)
    for found, p in ((row.main.p50, 0.5), (row.main.p80, 0.8), (row.main.p90, 0.9)):
        assert found.value == sorted(ordered)[-(-len(ordered) * round(p * 10) // 10) - 1]
    assert (row.second.n, row.second.within) == (len(counted), int((counted.arrived <= 900).sum()))
    assert sum(row.excluded.values()) == len(frame) - len(counted)

    must = counted[counted.must.map(lambda one: isinstance(one, tuple))]
    persons = must.must.map(sum)
    assert row.people.must == persons.sum()
    assert row.people.served == persons[must.ready.le(900).fillna(False)].sum()
    assert row.people.unproved == persons[must.ready.isna()].sum()
    assert row.people.unsaid == len(counted) - len(must)

    stations = counted.groupby(counted.unit.map({"m1": "mako", "l1": "loktuan"}))
    assert {group.key: group.main.all for group in row.by.station} == stations.size().to_dict()
    months = counted["at"].dt.tz_convert(WITA).dt.strftime("%Y-%m")
    assert {group.key: group.main.n for group in row.by.month} == counted.groupby(months).ready.count().to_dict()


def test_the_parts_are_those_of_pandas(desk: Desk) -> None:
    frame = drawn(4)
    told(desk, frame)
    (row,) = see(desk, "figures", FiguresQuery(BEGIN, local(2026, 10, 1)))
    real = frame[~frame.exercise & (frame.outcome == "handled")]
    assert row.incidents == len(real)
    action = (real.ready - real.arrived).dropna()
    assert (row.parts["action"].n, row.parts["action"].missing) == (len(action), len(real) - len(action))
    assert row.parts["action"].mean == pytest.approx(action.mean())
    assert row.parts["travel"].mean == pytest.approx((real.arrived - 130).mean())
    assert row.kinds == real.type.str.split(".").str[0].value_counts().sort_index().to_dict()
