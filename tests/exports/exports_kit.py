"""A few incidents played by their commands, with words in every field that takes some, and what lies in the vault."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from openpyxl.reader.excel import load_workbook as untyped

from conftest import SATURDAY, ask
from field.field_kit import after, do, town
from siaga.kernel.desk import Desk
from siaga.kernel.records import Personal, Told
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.field.events import Point
from siaga.slices.field.rules import command, scene
from siaga.slices.intake import rules as intake
from siaga.slices.intake.events import Caller

load_workbook: Callable[[io.BytesIO], Any] = untyped
READER = ask("reporter", "dispatcher", "administrator", "commander", at=SATURDAY, received=SATURDAY)
FROM, UNTIL = SATURDAY - timedelta(days=1), SATURDAY + timedelta(days=1)
STREET = "Jl. Gunung Sari 12, rumah cat hijau milik keluarga besar"
CALLER = "Penelepon di Gunung Sari"
PHONE = "0811-555-0001"
LON, LAT = 117.4931, 0.1297


def opened(desk: Desk, incident: str = "i1", kind: str | None = "fire.housing", at: float = 0, **more: Any) -> None:
    """A call is taken and an incident opened, with words everywhere."""
    call = f"c-{incident}"
    do(desk, intake.TakeCall(call, "113"), at - 60)
    do(desk, intake.NoteCaller(call, Caller(name=Personal(CALLER), phone=Personal(PHONE))), at - 50)
    place = intake.OpenIncident(incident, LON, LAT, call=call, type=kind, place=Told(STREET), **more)
    do(desk, place, at)


def served(desk: Desk, incident: str = "i1", seconds: float = 0) -> None:
    """Two units go, one serves, the other is withdrawn on its way; command, notes, a danger; closed."""
    do(desk, dispatch.Dispatch(f"d-{incident}", incident, ("BTG-1", "BTG-2")), seconds + 20)
    steps: tuple[tuple[str, Any, int], ...] = (
        *(("BTG-1", "on-the-way", 80), ("BTG-2", "on-the-way", 95), ("BTG-1", "arrived", 400)),
        *(("BTG-1", "ready-to-serve", 520), ("BTG-1", "action", 540)),
    )
    for unit, status, later in steps:
        do(desk, dispatch.ReportStatus(unit, status, incident), seconds + later)
    do(desk, command.AssumeCommand(incident, "Danton A"), seconds + 430)
    gas = scene.MarkHazard(f"h-{incident}", incident, "gas", "point", (Point(117.49, 0.13),), 200, True, Told(STREET))
    do(desk, gas, seconds + 570)
    do(desk, scene.SendSitrep(f"l-{incident}", incident, Told(f"Api di dapur, {STREET}")), seconds + 820)


def closed(desk: Desk, incident: str = "i1", seconds: float = 3600) -> None:
    """The incident is over."""
    do(desk, dispatch.CloseIncident(incident, "handled", Told(f"Selesai di {STREET}")), seconds)


def words(desk: Desk) -> list[str]:
    """Everything that lies readable in the vault, and the caller's words."""
    with desk.store.read() as tx:
        told = [row["value"] for row in tx.rows("select value from vault_word where sort = 'told'")]
    assert STREET in told
    return [*told, CALLER, PHONE, "Gunung Sari"]


def clock(desk: Desk, seconds: float) -> datetime:
    """Move the desk's clock."""
    desk.clock.now = after(seconds)  # type: ignore[attr-defined]
    return desk.clock()


__all__ = ["town"]
