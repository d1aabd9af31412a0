"""Bench `proposal`: the whole view `dispatch.proposal` for the demo city, and for a province of 400 units.

The city is the demonstration's (its fleet, crews, roads and areas). The province has 400 units of four kinds at 80
stations on a generated network of 300,000 nodes, and 60 areas whose cover is counted. Places of incidents and their
types differ from request to request; the first requests, which compile and fill caches, do not count."""

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import numpy as np

from ..app import ROADS, Node, settle_memory
from ..demo import seed
from ..engine.cover import CoverMap
from ..engine.roads import Network, Travel, generated_network, random_points
from ..kernel.records import Refusal
from ..slices.dispatch.rules import RegisterAgency, RegisterStation, RegisterUnit, SetCrew
from ..slices.dispatch.tables.proposal import ProposalQuery, ProposalRow
from ..slices.places import tables as places
from . import server
from .common import AGENCY, envelope, folder, must, node, percentile, timed_ms

REQUESTS, WARM = 500, 60
NODES, UNITS, STATIONS, AREAS = 300_000, 400, 80, 60
TYPES = ("fire.housing", "fire.building", "rescue.traffic", "rescue.snake", "medical.life-threat", "hazmat.gas-leak")
KINDS = (("pump", 4), ("pump", 4), ("tanker", 2), ("rescue", 4), ("ambulance", 2))


def run(quick: bool) -> dict[str, Any]:
    """All figures."""
    requests, nodes, units = (10, 3_000, 20) if quick else (REQUESTS, NODES, UNITS)
    with folder() as data:
        with node(data / "city") as opened:
            seed(opened)
            opened.load_engine()
            city = _times(opened, requests)
        figures = {"bontang_p50_ms": _ms(city, 50), "bontang_p99_ms": _ms(city, 99)}
        with node(data / "province") as opened:
            province(opened, generated_network(nodes), units)
            opened.load_engine()
            times = _times(opened, requests)
            secret = server.token(opened)
        figures |= {"province_p50_ms": _ms(times, 50), "province_p99_ms": _ms(times, 99)}
        with server.running(data / "province") as there:
            over = asyncio.run(_over_http(there, secret, data / "province", requests))
    return figures | {"province_http_p50_ms": _ms(over, 50), "province_http_p99_ms": _ms(over, 99)}


def _ms(times: Sequence[float], percent: float) -> float:
    return round(percentile(times, percent), 2)


def province(opened: Node, network: Network, units: int) -> None:
    """Roads, areas with demand, stations and units of a whole province."""
    network.save(opened.settings.data / ROADS)
    middles = random_points(network, AREAS, seed=5).tolist()
    areas = [
        places.Area(f"64.99.01.{1000 + n}", f"Area {n}", "kelurahan", lon, lat, _square(lon, lat), demand=1 + n % 7)
        for n, (lon, lat) in enumerate(middles)
    ]
    kept = places.Region(
        region="bench", name="Province", digest="1", schematic=True, areas=areas, streets=[], landmarks=[]
    )
    opened.desk.work(lambda tx: places.keep_region(tx, kept))
    must(opened, RegisterAgency(AGENCY, "Province", "fire"), "agency")
    for n, (lon, lat) in enumerate(random_points(network, STATIONS, seed=6).tolist()):
        must(opened, RegisterStation(f"s{n}", AGENCY, f"Pos {n}", lon, lat), f"station.{n}")
    for n in range(units):
        kind, people = KINDS[n % len(KINDS)]
        must(opened, RegisterUnit(f"u{n}", AGENCY, f"s{n % STATIONS}", kind), f"unit.{n}")
        must(opened, SetCrew(f"u{n}", people, {"scba": 2, "first-aid": 2}), f"crew.{n}")


def _square(lon: float, lat: float, half: float = 0.01) -> dict[str, Any]:
    ring = [(lon + x * half, lat + y * half) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
    return {"type": "Polygon", "coordinates": [ring]}


def _queries(network: Network, requests: int) -> list[ProposalQuery]:
    dice = random.Random(3)  # noqa: S311  (a bench, not a secret)
    now = datetime.now(UTC)
    places_ = random_points(network, requests + WARM, seed=4)
    jitter = np.random.default_rng(4).normal(0, 2e-4, places_.shape)
    return [
        ProposalQuery(at=now, lon=lon, lat=lat, type=dice.choice(TYPES)) for lon, lat in (places_ + jitter).tolist()
    ]


def _times(opened: Node, requests: int) -> list[float]:
    travel: Travel = opened.desk.services[Travel]
    assert travel.network is not None
    queries = _queries(travel.network, requests)
    for query in queries[:WARM]:
        _ask(opened, query)
    opened.desk.services[CoverMap].settle()
    _ask(opened, queries[0])
    settle_memory()  # as `siaga serve` does once it has loaded
    return [timed_ms(lambda q=query: _ask(opened, q)) for query in queries[WARM:]]  # type: ignore[misc]


def _ask(opened: Node, query: ProposalQuery) -> ProposalRow:
    shown = opened.desk.show("dispatch.proposal", query, envelope("look"))
    assert not isinstance(shown, Refusal)
    row: ProposalRow = shown.rows[0]
    return row


async def _over_http(there: server.Running, secret: str, data: Path, requests: int) -> list[float]:
    """One after another on one connection, from another process than the server's."""
    queries = _queries(Network.load(data / ROADS), requests)
    line = await server.Line.open(there)

    async def ask(query: ProposalQuery) -> dict[str, Any]:
        wanted = {"at": query.at.isoformat(), "lon": query.lon, "lat": query.lat, "type": query.type}
        path = f"/api/views/dispatch.proposal?{urlencode(wanted)}"
        status, body = await line.ask(server.get(there, secret, path))
        if status != 200:
            raise RuntimeError(f"HTTP {status}: {body[:300]!r}")
        row: dict[str, Any] = msgspec.json.decode(body)["rows"][0]
        return row

    for _ in range(600):  # until the engine has loaded behind the first page, and cover is known
        row = await ask(queries[0])
        if row["way"] == "network" and row["cover_before"] is not None:
            break
        await asyncio.sleep(0.1)
    else:
        raise RuntimeError("the engine of the server never loaded")
    for query in queries[:WARM]:
        await ask(query)
    times = []
    for query in queries[WARM:]:
        begin = time.perf_counter()
        await ask(query)
        times.append((time.perf_counter() - begin) * 1000)
    line.close()
    return times
