"""What an import of a region keeps."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from ....kernel.storage import Tx


class Area(msgspec.Struct, frozen=True):
    """An administrative area: its ring(s) as GeoJSON geometry, and its share of the expected demand."""

    area: str
    name: str
    level: str
    lon: float
    lat: float
    shape: dict[str, Any]
    parent: str | None = None
    demand: float = 0.0
    kind: str | None = None


class Street(msgspec.Struct, frozen=True):
    """A named street: a representative point and its lines, [[lon, lat], …] each."""

    street: str
    name: str
    kind: str
    lon: float
    lat: float
    lines: tuple[tuple[tuple[float, float], ...], ...]
    area: str | None = None


class Landmark(msgspec.Struct, frozen=True):
    """A named place that people use to say where they are."""

    landmark: str
    kind: str
    name: str
    lon: float
    lat: float
    area: str | None = None


class Region(msgspec.Struct, frozen=True, kw_only=True):
    """What an import keeps."""

    region: str
    name: str
    digest: str
    schematic: bool
    areas: Sequence[Area]
    streets: Sequence[Street]
    landmarks: Sequence[Landmark]
    coast: Sequence[Sequence[tuple[float, float]]] = ()


def keep_region(tx: Tx, region: Region) -> None:
    """Replace what an earlier import kept; only inside the writer's turn."""
    for table in ("places_region", "places_area", "places_street", "places_landmark"):
        tx.run(f"delete from {table}")
    tx.run(
        "insert into places_region (region, name, digest, schematic, coast) values (:r, :n, :d, :s, :c)",
        r=region.region,
        n=region.name,
        d=region.digest,
        s=int(region.schematic),
        c=json.dumps(region.coast),
    )
    for a in region.areas:
        row = msgspec.structs.asdict(a) | {"shape": json.dumps(a.shape)}
        tx.run(
            "insert into places_area (area, name, level, parent, lon, lat, demand, shape, kind)"
            " values (:area, :name, :level, :parent, :lon, :lat, :demand, :shape, :kind)",
            **row,
        )
    for s in region.streets:
        tx.run(
            "insert into places_street (street, name, class, area, lon, lat, shape)"
            " values (:street, :name, :kind, :area, :lon, :lat, :shape)",
            street=s.street,
            name=s.name,
            kind=s.kind,
            area=s.area,
            lon=s.lon,
            lat=s.lat,
            shape=json.dumps(s.lines),
        )
    for m in region.landmarks:
        tx.run(
            "insert into places_landmark (landmark, kind, name, area, lon, lat)"
            " values (:landmark, :kind, :name, :area, :lon, :lat)",
            **msgspec.structs.asdict(m),
        )
