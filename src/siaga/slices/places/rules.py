"""Commands about places and the rules that decide them."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from ...kernel.fields import Id, Lat, Lon, Name
from ...kernel.records import Ask, Command, Decision, Refusal, Told
from .events import (
    ObjectRegistered,
    ObjectRemoved,
    RegionImported,
    RoadClosed,
    RoadReopened,
    WaterSourceChecked,
    WaterSourceRegistered,
    WaterSourceRemoved,
    WaterState,
)

LARGEST_RADIUS_M = 50_000


class RecordRegion(Command, frozen=True):
    """Say that a region was imported; asked by `siaga region import` after it kept the rows."""

    region: Id
    name: Name
    source: Name
    digest: Annotated[str, Meta(pattern=r"^[0-9a-zA-Z]{0,128}$")]
    schematic: bool = False
    areas: int = 0
    streets: int = 0
    landmarks: int = 0
    links: int = 0


class RegisterObject(Command, frozen=True):
    """Enter an object, or change what is known of it."""

    object: Id
    kind: Id
    name: Name
    lon: Lon
    lat: Lat
    area: Id | None = None
    stilt: bool = False
    dense: bool = False
    hazards: tuple[Id, ...] = ()
    storeys: Annotated[int, Meta(ge=0, le=200)] | None = None
    note: Told | None = None


class RemoveObject(Command, frozen=True):
    """Take an object that no longer stands off the map."""

    object: Id


class RegisterWaterSource(Command, frozen=True):
    """Enter a hydrant, tank or open water, or change it."""

    source: Id
    kind: Id
    name: Name
    lon: Lon
    lat: Lat
    litres: Annotated[int, Meta(ge=0)] | None = None
    flow_lpm: Annotated[int, Meta(ge=0)] | None = None


class CheckWaterSource(Command, frozen=True):
    """Say what state a water source was found in."""

    source: Id
    state: WaterState
    note: Told | None = None


class RemoveWaterSource(Command, frozen=True):
    """Take a water source off the map."""

    source: Id


class CloseRoad(Command, frozen=True):
    """Close links, a circle or a polygon to vehicles, from now or a time, until a time or until reopened."""

    closure: Id
    lon: Lon | None = None
    lat: Lat | None = None
    radius_m: Annotated[float, Meta(gt=0, le=LARGEST_RADIUS_M)] | None = None
    polygon: tuple[tuple[Lon, Lat], ...] = ()
    links: tuple[Annotated[int, Meta(ge=0)], ...] = ()
    from_at: datetime | None = None
    until: datetime | None = None
    note: Told | None = None


class ReopenRoad(Command, frozen=True):
    """End a closure."""

    closure: Id


def record_region(cmd: RecordRegion, known: str | None, ask: Ask) -> Decision:
    """Record it unless the very same file is what stands already."""
    if known == cmd.digest:
        return []
    return [RegionImported(**msgspec.structs.asdict(cmd))]


def register_object(cmd: RegisterObject, known: tuple[object, ...] | None, ask: Ask) -> Decision:
    """Record what is new; the same again is nothing."""
    same = (cmd.kind, cmd.name, cmd.lon, cmd.lat, cmd.area, cmd.stilt, cmd.dense, cmd.hazards, cmd.storeys)
    if known == same and cmd.note is None:
        return []
    return [ObjectRegistered(**msgspec.structs.asdict(cmd))]


def remove_object(cmd: RemoveObject, known: tuple[object, ...] | None, ask: Ask) -> Decision:
    """Removing what is not there is harmless."""
    return [ObjectRemoved(cmd.object)] if known else []


def register_water_source(cmd: RegisterWaterSource, known: tuple[object, ...] | None, ask: Ask) -> Decision:
    """Record what is new; the same again is nothing."""
    same = (cmd.kind, cmd.name, cmd.lon, cmd.lat, cmd.litres, cmd.flow_lpm)
    return [] if known == same else [WaterSourceRegistered(**msgspec.structs.asdict(cmd))]


def check_water_source(cmd: CheckWaterSource, known: tuple[object, ...] | None, ask: Ask) -> Decision:
    """Every check is a fact of its own."""
    if known is None:
        return Refusal(code="water-source-unknown", facts={"source": cmd.source})
    return [WaterSourceChecked(cmd.source, cmd.state, cmd.note)]


def remove_water_source(cmd: RemoveWaterSource, known: tuple[object, ...] | None, ask: Ask) -> Decision:
    """Removing what is not there is harmless."""
    return [WaterSourceRemoved(cmd.source)] if known else []


def close_road(cmd: CloseRoad, known: bool, ask: Ask) -> Decision:
    """A closure needs a shape and an end that is still to come."""
    circle = cmd.lon is not None and cmd.lat is not None and cmd.radius_m is not None
    if not circle and not cmd.links and len(cmd.polygon) < 3:
        return Refusal(code="closure-without-shape", facts={"closure": cmd.closure})
    if cmd.until is not None and cmd.until <= max(cmd.from_at or ask.now, ask.now):
        return Refusal(code="closure-over", facts={"closure": cmd.closure, "until": cmd.until.isoformat()})
    if known:
        return []
    return [RoadClosed(**(msgspec.structs.asdict(cmd) | {"from_at": cmd.from_at or ask.when}))]


def reopen_road(cmd: ReopenRoad, known: bool, ask: Ask) -> Decision:
    """Reopening what is open is harmless."""
    return [RoadReopened(cmd.closure)] if known else []
