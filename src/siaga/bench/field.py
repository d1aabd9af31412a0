"""Bench `field`: the command board among devices: what was kept offline comes in, and how the screens keep up.

`drain_s`: 50 enrolled devices come back with 200 observations each about one incident with 40 crews, over HTTP, one
after another as the outbox sends them; until the last is answered, and then every ask is looked for in the log. The
other figures come from real browsers (web/test/measure.mjs) against a real `siaga serve`."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from ..app import Node
from ..kernel.records import Accepted, Ask, Secret
from ..slices.access.rules import AddAccount, EnrolDevice, OfferEnrolment
from ..slices.access.tables.gate import hash_of, new_secret
from ..slices.dispatch.rules import Dispatch, RegisterAgency, RegisterStation, RegisterUnit, ReportStatus, SetCrew
from ..slices.field.events import Wearer
from ..slices.field.rules.command import SetSector
from ..slices.field.rules.crews import ReportEntry
from ..slices.intake.rules import OpenIncident
from . import server
from .common import AGENCY, folder, must, node

CREWS, DEVICES, EACH = 40, 50, 200
INCIDENTS, UNITS = 200, 400
INCIDENT = "i0"
PASSWORD = "bangku-ukur-yang-panjang"  # of a node that lives as long as the bench  # noqa: S105
MEASURE = Path(__file__).parents[3] / "web" / "test" / "measure.mjs"
BROWSER_WITHIN_S = 600


def run(quick: bool) -> dict[str, Any]:
    """All figures; those of the browser are None, with a note, where the web application's sources are not there."""
    devices, each = (4, 10) if quick else (DEVICES, EACH)
    with folder() as data:
        with node(data) as opened:
            scene(opened)
            secrets = [enrolled(opened, n) for n in range(devices)]
        with server.running(data) as there, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            seconds, asked = runner.run(_drain(there, secrets, each))
        with node(data) as opened:
            lost = missing(opened, asked)
    return {"asks": len(asked), "drain_s": round(seconds, 2), "lost": lost} | browsers(quick)


def scene(opened: Node, crews: int = CREWS) -> None:
    """One incident with so many crews on scene, half of them inside with air."""
    must(opened, RegisterAgency(AGENCY, "Bench", "fire"), "agency")
    must(opened, RegisterStation("s", AGENCY, "Mako", 117.5, 0.13), "station")
    must(opened, OpenIncident(INCIDENT, 117.5, 0.13, type="fire.housing"), "open")
    units = tuple(f"BTG-{n + 1}" for n in range(crews))
    for unit in units:
        must(opened, RegisterUnit(unit, AGENCY, "s", "pump"), f"unit.{unit}")
        must(opened, SetCrew(unit, 4, {"scba": 2}), f"crew.{unit}")
    must(opened, Dispatch("d", INCIDENT, units), "send")
    for n in range(4):
        must(opened, SetSector(f"s{n}", INCIDENT, f"Sektor {n + 1}"), f"sector.{n}")
    for n, unit in enumerate(units):
        must(opened, ReportStatus(unit, "arrived", INCIDENT), f"arrived.{unit}")
        if n % 2:
            wearers = (Wearer("1", 300.0, "c68_300"), Wearer("2", 290.0, "c68_300"))
            must(opened, ReportEntry(INCIDENT, unit, f"s{n % 4}", wearers), f"in.{unit}")


def enrolled(opened: Node, n: int) -> str:
    """The secret of an enrolled tablet."""
    now, code, secret = datetime.now(UTC), new_secret("code_"), new_secret("sgd_")
    until = now + timedelta(hours=1)
    offer = OfferEnrolment(f"offer-{n}", hash_of(code), f"tablet {n}", ("crew", "commander"), until)
    must(opened, offer, f"offer.{n}")
    door = Ask(id=f"enrol.{n}", at=now, received=now, actor=f"tablet-{n}", roles=frozenset({"door"}))
    taken = opened.desk.handle(EnrolDevice(f"tablet-{n}", hash_of(code), hash_of(secret)), door)
    if not isinstance(taken, Accepted):
        raise RuntimeError(taken)
    return secret


async def _drain(there: server.Running, secrets: list[str], each: int) -> tuple[float, list[str]]:
    """Every device sends what it kept, one after another; seconds until the last answer, and the ids."""
    kept = [[_observation(device, n) for n in range(each)] for device in range(len(secrets))]
    loop, begin = asyncio.get_running_loop(), time.perf_counter()
    lines = []
    for secret, asks in zip(secrets, kept, strict=True):
        requests = [server.post(there, secret, f"/api/commands/{kind}", body) for _, kind, body in asks]
        _, line = await loop.create_connection(lambda r=requests: server.Asking(r, begin + 600), there.host, there.port)  # type: ignore[misc]
        lines.append(line)
    await asyncio.gather(*(line.done for line in lines))
    seconds = time.perf_counter() - begin
    for line in lines:
        line.close()
    if any(line.answered < each for line in lines):
        raise RuntimeError("a device was not answered")
    return seconds, [id for asks in kept for id, _, _ in asks]


def _observation(device: int, n: int) -> tuple[str, str, bytes]:
    """What a tablet kept: pressures and PARs of the crews near it, seen in the last hour."""
    id, at = f"t{device}.{n}", datetime.now(UTC) - timedelta(seconds=3600 - n * 15 - device / 10)
    crew = f"BTG-{(device * 7 + n) % CREWS + 1}"
    command: dict[str, Any] = {"incident": INCIDENT, "crew": crew}
    if n % 2:
        kind, command = "field.report-air", command | {"person": "1", "bar": 300 - n, "mark": "check"}
    else:
        kind, command = "field.report-par", command | {"result": "complete", "present": 4}
    return id, kind, msgspec.json.encode({"ask": {"id": id, "at": at, "seen_at": at}, "command": command})


def missing(opened: Node, asked: list[str]) -> int:
    """How many of the asks are not in the log exactly once."""
    with opened.desk.store.read() as tx:
        rows = tx.rows("select ask, count(distinct position) as n from log group by ask")
        found = {row["ask"] for row in rows}
    return sum(1 for id in asked if id not in found)


# ── in browsers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def browsers(quick: bool) -> dict[str, Any]:
    """What real browsers measured: of the board with 40 crews, and of the desk with 200 incidents and 400 units."""
    program = os.environ.get("SIAGA_NODE_BIN") or shutil.which("node") or _own_node()
    if not MEASURE.exists() or program is None:
        return {"note": "no browser figures: web/ or Node is not here"}
    with folder() as data:
        with node(data) as opened:
            scene(opened)
            busy(opened, 6 if quick else INCIDENTS, 12 if quick else UNITS)
            account = AddAccount(
                "Pengukur", ("dispatcher", "call-taker", "commander", "crew"), "ukur", None, Secret(PASSWORD)
            )
            must(opened, account, "account")
            secret = server.token(opened)
        with server.running(data) as there:
            given = {
                "address": there.address,
                "name": "pengukur",
                "password": PASSWORD,
                "token": secret,
                "quick": quick,
            }
            made = subprocess.run(  # noqa: S603
                [program, str(MEASURE)],
                input=json.dumps(given | {"incident": INCIDENT}),
                stdout=subprocess.PIPE,
                stderr=None if sys.stderr.isatty() else subprocess.PIPE,
                text=True,
                timeout=BROWSER_WITHIN_S,
                check=False,
            )
    if made.returncode:
        raise RuntimeError(f"the browser's part failed: {(made.stderr or '')[-2000:]}")
    figures: dict[str, Any] = json.loads(made.stdout.strip().splitlines()[-1])
    return figures


def _own_node() -> str | None:
    """Node as `./siaga` keeps it."""
    path = Path(sys.prefix) / ".siaga-node" / "node"
    return str(path) if path.exists() else None


def busy(opened: Node, incidents: int, units: int) -> None:
    """So many open incidents and units beside the scene."""
    for n in range(1, incidents):
        lon, lat = 117.44 + n * 37 % 97 / 1000, 0.09 + n * 61 % 89 / 1000
        must(opened, OpenIncident(f"i{n}", lon, lat, type="fire.land" if n % 3 else "rescue.snake"), f"open.{n}")
    for n in range(CREWS, units):
        must(opened, RegisterUnit(f"U-{n}", AGENCY, "s", "pump"), f"unit.{n}")
        must(opened, SetCrew(f"U-{n}", 4, {"scba": 2}), f"crew.{n}")
        if n < incidents:
            must(opened, Dispatch(f"d{n}", f"i{n}", (f"U-{n}",)), f"send.{n}")
