"""A choice of units without the engine: for each thing the card asks for the nearest that can."""

from collections.abc import Iterable

from .. import standards
from ..engine.geo import LonLat, distance
from ..slices.dispatch.rules import FREE
from ..slices.dispatch.tables.views import BoardRow
from . import fleet


def brings(row: BoardRow) -> frozenset[str]:
    """What a unit can do."""
    return frozenset(row.capabilities or standards.vehicle_types()[row.vehicle_type].capabilities)


def fit(row: BoardRow) -> bool:
    """Whether it is free and has the crew its vehicle needs."""
    return row.status in FREE and row.people >= standards.vehicle_types()[row.vehicle_type].min_crew


def nearest(board: Iterable[BoardRow], place: LonLat, needs: dict[str, int]) -> tuple[str, ...]:
    """For each thing that is needed the nearest fit units that bring it; a unit counts for all it brings."""
    near = sorted(
        (row for row in board if fit(row)),
        key=lambda row: (distance(fleet.station_places().get(row.at_station, place), place), row.unit),
    )
    chosen: list[BoardRow] = []
    for what, count in needs.items():
        able = [row for row in near if what in brings(row)]
        have = sum(what in brings(row) for row in chosen)
        chosen += [row for row in able if row not in chosen][: max(0, count - have)]
    return tuple(row.unit for row in chosen)


def needs_of(type: str | None, level: int, kind_of_area: str | None, kind_of_object: str | None) -> dict[str, int]:
    """What the standard card asks for."""
    card = standards.card_for(type or "fire.other", kind_of_area, kind_of_object)
    return dict(card.at(level).units) if card else {}
