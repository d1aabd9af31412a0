"""What a unit was at a time: figures and papers of the past do not follow a vehicle that moves, or is gone."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable

from ....kernel.storage import Tx

Was = tuple[str, str]
"""Station and vehicle type."""


def units_at(tx: Tx) -> Callable[[str, str], Was | None]:
    """A unit as it was entered last by a time; of before its first entry as it was entered first. None: no such."""
    stamps: dict[str, list[str]] = defaultdict(list)
    stood: dict[str, list[Was]] = defaultdict(list)
    for row in tx.rows("select unit, at, station, vehicle_type from dispatch_entered order by unit, at"):
        stamps[row["unit"]].append(row["at"])
        stood[row["unit"]].append((row["station"], row["vehicle_type"]))

    def was(unit: str, at: str) -> Was | None:
        return stood[unit][max(bisect_right(stamps[unit], at) - 1, 0)] if unit in stood else None

    return was
