"""What can have happened to places: regions imported, objects and water sources registered, roads closed."""

from datetime import datetime
from typing import Literal

from ...kernel.records import Event, Told

WaterState = Literal["fit", "weak", "broken", "unknown"]


class RegionImported(Event, frozen=True):
    """Areas, streets and landmarks of a region were read from a file; the rows themselves are kept, not logged."""

    share = "region"
    region: str
    name: str
    source: str
    digest: str
    schematic: bool
    areas: int
    streets: int
    landmarks: int
    links: int


class ObjectRegistered(Event, frozen=True):
    """A building, plant or settlement worth knowing before one gets there was entered or changed."""

    object: str
    kind: str
    name: str
    lon: float
    lat: float
    area: str | None = None
    stilt: bool = False
    dense: bool = False
    hazards: tuple[str, ...] = ()
    storeys: int | None = None
    note: Told | None = None


class ObjectRemoved(Event, frozen=True):
    """An object is no longer there."""

    object: str


class WaterSourceRegistered(Event, frozen=True):
    """A hydrant, tank or open water was entered or changed."""

    share = "region"
    source: str
    kind: str
    name: str
    lon: float
    lat: float
    litres: int | None = None
    flow_lpm: int | None = None


class WaterSourceChecked(Event, frozen=True):
    """Somebody tried a water source."""

    share = "region"
    source: str
    state: WaterState
    note: Told | None = None


class WaterSourceRemoved(Event, frozen=True):
    """A water source is no longer there."""

    source: str


class RoadClosed(Event, frozen=True):
    """A road, circle or polygon cannot be driven; `until` None means until reopened."""

    share = "partner"
    closure: str
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None
    polygon: tuple[tuple[float, float], ...] = ()
    links: tuple[int, ...] = ()
    from_at: datetime | None = None
    until: datetime | None = None
    note: Told | None = None


class RoadReopened(Event, frozen=True):
    """A closure ended."""

    share = "partner"
    closure: str
