"""A closed road as a reason for a late response: said where the log makes it certain, and nowhere else."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import BOTH_STORES
from report.figures_kit import Story, local, port, see
from siaga.kernel.desk import Desk
from siaga.slices.dispatch import events as sent
from siaga.slices.places import events as places
from siaga.slices.report.rules.closures import Closure
from siaga.slices.report.tables.figures.questions import QuestionsQuery

SINCE, UNTIL = local(2026, 7, 1), local(2026, 8, 1)
DAY = local(2026, 7, 3, 10)
HERE, AWAY = (117.49, 0.13), (117.47, 0.15)


@pytest.fixture
def services() -> dict[type, Any]:
    return port()


def after(seconds: float) -> datetime:
    return DAY + timedelta(seconds=seconds)


def closed(at: float, place: tuple[float, float] = HERE, radius_m: float = 300, until: float | None = None) -> Any:
    end = None if until is None else after(until)
    return places.RoadClosed(f"c{at}", *place, radius_m, from_at=after(at), until=end)


def late(s: Story, *tracks: tuple[float, tuple[float, float]], name: str = "far") -> Story:
    """Answered at 0, opened at 40, on the way at 130, there at 900, ready at 1000."""
    s.incident(name, DAY, unit="l1", arrived=900, ready=1000, ended=None)
    points = tuple(sent.TrackPoint(after(at), *place) for at, place in tracks)
    s.write(after(3600), sent.IncidentClosed(name, "handled", tracks={"l1": points} if points else {}))
    return s


def why(desk: Desk) -> tuple[tuple[str, ...], tuple[str, ...]]:
    (row,) = see(desk, "questions", QuestionsQuery(SINCE, UNTIL))
    (one,) = row.incidents
    assert ("closure" in one.reasons) == bool(one.closures)
    assert row.reasons.get("closure", 0) == len(one.closures[:1])
    return one.reasons, one.closures


@pytest.mark.parametrize("store", BOTH_STORES, indirect=True)
def test_the_place_of_the_incident_lay_in_a_closed_road(desk: Desk) -> None:
    s = Story(desk).town()
    s.write(after(-600), closed(-600))
    late(s)
    assert why(desk) == (("travel", "closure"), ("c-600",))
    desk.rebuild(["report"])
    assert why(desk) == (("travel", "closure"), ("c-600",))


def test_a_road_closed_for_the_incident_itself_is_no_reason(desk: Desk) -> None:
    s = Story(desk).town()
    late(s)
    s.write(after(60), closed(60))
    assert why(desk) == (("travel",), ())


def test_nor_is_one_that_was_open_again_or_that_lies_elsewhere_or_has_no_shape(desk: Desk) -> None:
    s = Story(desk).town()
    s.write(after(-900), closed(-900), closed(-800, until=500), closed(-700, AWAY))
    s.write(after(-650), places.RoadClosed("links", links=(1, 2), from_at=after(-650)))
    s.write(after(300), places.RoadReopened("c-900"))
    late(s)
    assert why(desk) == (("travel",), ())


def test_a_unit_drove_into_a_closed_road_on_its_way(desk: Desk) -> None:
    s = Story(desk).town()
    corners = tuple((AWAY[0] + x, AWAY[1] + y) for x, y in ((-0.001, -0.001), (0.001, -0.001), (0.001, 0.001)))
    s.write(after(-900), places.RoadClosed("area", polygon=corners, from_at=after(-900)))
    late(s, (200, (117.46, 0.16)), (400, (AWAY[0] + 0.0005, AWAY[1] - 0.0005)), (900, HERE))
    assert why(desk) == (("travel", "closure"), ("area",))


def test_what_it_met_on_its_way_back_or_after_somebody_was_there_is_no_reason(desk: Desk) -> None:
    s = Story(desk).town()
    s.write(after(-900), closed(-900, AWAY))
    late(s, (200, (117.46, 0.16)), (900, HERE), (3000, AWAY))
    assert why(desk) == (("travel",), ())


def test_who_was_in_time_is_not_asked(desk: Desk) -> None:
    s = Story(desk).town()
    s.write(after(-600), closed(-600))
    s.incident("quick", DAY, arrived=300, ready=500)
    (row,) = see(desk, "questions", QuestionsQuery(SINCE, UNTIL))
    assert (row.late, row.reasons) == (0, {})


@given(st.floats(-80, 80), st.floats(-179, 179), st.floats(20, 20_000), st.floats(0, 0.9))
def test_a_circle_holds_what_is_nearer_than_its_radius(lat: float, lon: float, radius: float, part: float) -> None:
    circle = Closure("c", "", None, lon, lat, radius)
    assert circle.holds(lon, lat + part * radius / 111_320)
    assert not circle.holds(lon, lat + (1.1 + part) * radius / 111_320)


def test_a_polygon_holds_what_is_inside_it() -> None:
    corner = ((0.0, 0.0), (3.0, 0.0), (3.0, 3.0), (2.0, 3.0), (2.0, 1.0), (0.0, 1.0))
    area = Closure("c", "", None, polygon=corner)
    assert area.holds(0.5, 0.5)
    assert area.holds(2.5, 2.5)
    assert not area.holds(1, 2)
    assert not Closure("c", "", None, polygon=corner[:2]).holds(0, 0)
