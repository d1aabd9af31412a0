"""A house fire from call to signed report: played by commands, with photos, and what its papers say."""

import io
import struct
import zlib
from base64 import b64encode
from typing import Any

from pypdf import PdfReader

from conftest import ask
from documents.forms_kit import played
from field.field_kit import after, do
from siaga.documents.papers import Paper, paper_of, set_paper
from siaga.documents.press import Press
from siaga.kernel.desk import Desk
from siaga.kernel.records import Accepted, Media, Personal, Refusal, Told
from siaga.slices.dispatch import rules as dispatch
from siaga.slices.dispatch.tables import lines, responses
from siaga.slices.field.rules import crews, scene
from siaga.slices.paper.rules import SetLetterhead
from siaga.slices.report import events, rules
from siaga.slices.report.responses import Responses
from siaga.slices.report.rules import states
from siaga.slices.report.tables.rows import OfIncident

REPORTER, COMMANDER, HEAD = ("reporter",), ("commander",), ("administrator",)
SERVICES: dict[type, Any] = {Responses: Responses(responses.between, responses.some, lines.lines)}
LETTERHEAD = SetLetterhead(
    "Pemerintah Kota Bontang",
    "Dinas Pemadam Kebakaran dan Penyelamatan",
    "Jalan Contoh Nomor 1, Bontang, Kalimantan Timur 75300",
    phone="(0548) 000000",
    emergency="112 atau 113",
    email="dinas@contoh.id",
    place="Bontang",
    head="Kepala Dinas",
    number="300.2.1/{number}/{form}/DAMKAR/{month}/{year}",
    basis=(
        "Undang-Undang Nomor 23 Tahun 2014 tentang Pemerintahan Daerah;",
        "Peraturan Menteri Dalam Negeri Nomor 114 Tahun 2018.",
    ),
)


def png(side: int, shade: int) -> bytes:
    """A picture that is really one: a gradient."""
    raw = b"".join(b"\0" + bytes((x + shade) % 256 for x in range(side)) for _ in range(side))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def burned(desk: Desk) -> None:
    """The fire of forms_kit, out and closed, with two photos, and everything that people judge of it said."""
    played(desk)
    do(desk, LETTERHEAD, 100)
    for n, seconds in ((1, 600), (2, 1800)):
        picture = Media(b64encode(png(96, 40 * n)).decode())
        do(desk, scene.AttachMedia(f"m{n}", "i1", "photo", "image/png", picture, crew="BTG-1"), seconds)
    do(desk, crews.ReportExit("i1", "BTG-1", ("P1",)), 900)
    for clock, seconds in (("under-control", 1500), ("out", 2400)):
        do(desk, dispatch.SetMark("i1", clock), seconds)
    do(desk, dispatch.ReportStatus("BTG-1", "returning", "i1"), 3000)
    do(desk, dispatch.CloseIncident("i1", "handled"), 3600)
    desk.clock.now = after(7200)  # type: ignore[attr-defined]
    for command in judged():
        report(desk, command, *REPORTER)


def judged() -> tuple[Any, ...]:
    """The sections of the report."""
    lost = (
        events.LossLine(Told("Bangunan dapur, papan"), 24, "m²", 1_850_000, None),
        events.LossLine(Told("Perabot"), 1, "paket", None, 21_500_000),
        events.LossLine(Told("Barang dagangan")),
    )
    return (
        rules.DescribeObject("i1", "house", "timber", 96, 72, 4, Personal("Pemilik di Gunung Sari")),
        rules.StateCause("i1", "short-circuit", "suspected", "house", Told("Sambungan kabel di plafon dapur.")),
        rules.StateLoss("i1", lost, 410_000_000, Told("Luas terbakar × harga satuan daerah")),
        rules.CountVictims(
            "i1",
            events.Casualties(0, 0, 1, 1),
            events.Casualties(0, 0, 0, 0),
            families=3,
            affected=9,
            to_serve_victims=1,
            to_serve_affected=9,
            served_victims=1,
            served_affected=9,
        ),
        rules.NoteVictim("i1", "v1", "direct", "light", Personal("Korban di Gunung Sari")),
        rules.StateWater(
            "i1", (events.WaterLine("water", "tank", "meter", 7400), events.WaterLine("sea-water", "sea"))
        ),
        rules.StateObstacles("i1", (events.Obstacle("narrow-road", 127, Told("Truk berhenti 70 m dari api")),)),
        rules.StateVolunteers("i1", after(300), Told("Redkar Gunung Sari")),
        rules.Summarise("i1", Told("Api membakar dapur dan sebagian ruang tengah. Lokasi diserahkan kepada pemilik.")),
        rules.ChoosePhotos("i1", (events.Photo("m1", Told("Sisi timur saat tiba.")), events.Photo("m2"))),
    )


def report(desk: Desk, command: Any, *roles: str, actor: str = "") -> None:
    """Say something about the report, by who may."""
    now = desk.clock()
    answer = desk.handle(command, ask(*roles, at=now, received=now, actor=actor or roles[0]))
    assert isinstance(answer, Accepted), answer
    desk.clock.now = after((now - after(0)).total_seconds() + 60)  # type: ignore[attr-defined]


def signed(desk: Desk, *, final: bool = True) -> None:
    """Checked by the reporter, signed by the commander, made final by the head: three people."""
    for step, roles in ((states.CheckReport, REPORTER), (states.SignReport, COMMANDER), (states.FinishReport, HEAD)):
        if step is states.FinishReport and not final:
            return
        shown = desk.show("report.report", OfIncident("i1"), ask(*REPORTER))
        assert not isinstance(shown, Refusal)
        row = shown.rows[0]
        report(desk, step("i1", row.digest, row.content), *roles)


def paper(desk: Desk, form: str, *roles: str) -> Paper:
    """A paper, ready to be set."""
    now = desk.clock()
    made = paper_of(desk, form, "i1", ask(*(roles or REPORTER), at=now, received=now))
    assert not isinstance(made, Refusal), made
    return made


def text_of(pdf: bytes) -> str:
    """What a paper says, spaces made even."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def said(desk: Desk, press: Press, form: str, *roles: str) -> str:
    """What a paper says once it is set, its photos opened for who reads it."""
    now = desk.clock()
    reader = ask(*(roles or REPORTER), at=now, received=now)
    return text_of(set_paper(desk, paper(desk, form, *roles), reader, press))
