"""A house fire played by its commands, and what a printed form of it says."""

import io
from datetime import datetime
from typing import Any

from pypdf import PdfReader

from conftest import ask
from field.field_kit import after, do, town
from siaga.documents.forms import pdf_of
from siaga.kernel.desk import Desk
from siaga.kernel.records import Personal, Refusal, Told
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.field.events import Point, Wearer
from siaga.slices.field.rules import command, crews, scene
from siaga.slices.intake import rules as intake
from siaga.slices.intake.events import Caller

PRINTS = ("dispatcher", "commander")


def printed(desk: Desk, form: str, *roles: str, language: Any = "id", callers: bool = False) -> list[str]:
    """The pages of a form as one reads them, spaces made even."""
    now: datetime = desk.clock()
    made = pdf_of(desk, form, "i1", ask(*(roles or PRINTS), at=now, received=now), language, callers)
    assert not isinstance(made, Refusal), made
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(made)).pages]


def played(desk: Desk) -> None:
    """Two crews at a house: one sector, one crew in and out, tasks, dangers, a request; PAR; nobody holds planning."""
    town(desk)
    do(desk, intake.TakeCall("c1", "113"), -60)
    do(
        desk,
        intake.NoteCaller("c1", Caller(name=Personal("Penelepon di Gunung Sari"), phone=Personal("0811-555-0001"))),
        -50,
    )
    do(desk, intake.OpenIncident("i1", 117.49, 0.13, call="c1", type="fire.housing", place=Told("Jl. Gunung Sari 12")))
    do(desk, dispatch.Dispatch("d1", "i1", ("BTG-1", "BTG-2")), 20)
    steps: tuple[tuple[str, Any, int], ...] = (
        *(("BTG-1", "on-the-way", 80), ("BTG-2", "on-the-way", 95), ("BTG-1", "arrived", 400)),
        *(("BTG-1", "ready-to-serve", 520), ("BTG-2", "arrived", 610)),
    )
    for unit, status, seconds in steps:
        do(desk, dispatch.ReportStatus(unit, status, "i1"), seconds)
    do(desk, command.AssumeCommand("i1", "Danton A"), 430)
    do(desk, command.FillPost("i1", "safety", "Danru B"), 450)
    do(desk, command.SetSector("s1", "i1", "Sektor depan", leader="Danru A"), 460)
    do(desk, crews.ReportEntry("i1", "BTG-1", "s1", (Wearer("P1", 290), Wearer("P2", 280))), 540)
    do(desk, command.SetTask("t1", "i1", "objective", text=Told("Api tidak menjalar ke rumah utara")), 550)
    do(desk, command.SetTask("t2", "i1", text=Told("Cari penghuni lantai dua"), crew="BTG-1"), 560)
    do(desk, scene.MarkHazard("h1", "i1", "gas", "point", (Point(117.49, 0.13),), 20, True), 570)
    do(desk, scene.RequestResource("r1", "i1", "tanker", 2), 580)
    do(desk, crews.ReportPar("i1", "BTG-1", "complete"), 700)
    do(desk, crews.ReportExit("i1", "BTG-1", ("P2",)), 800)
    do(desk, scene.SendSitrep("l1", "i1", Told("Api di dapur, dua orang sudah keluar")), 820)
    desk.clock.now = after(900)  # type: ignore[attr-defined]
