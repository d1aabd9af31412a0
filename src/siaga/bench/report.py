"""Bench `report`: the figures of the national standard (report_spm.py), and official papers from the log to the file.

`pdf_s`: a four-page laporan kejadian with its map and three photos, at a node that holds ten years of a city (20,000
incidents, 400,000 entries), from the view of the report to the file on the disk, with the child that sets it started
each time as the node's door does; the median of 15 different incidents. `batch_pdf_per_s`: 1,000 different reports by
`documents/batch.py` on all cores; every tenth has its photos, as few fires of a city do. `rss_mb`: the most that this
process and the child together held at any time, figures included."""

import os
import statistics
import struct
import subprocess
import sys
import threading
import time
import zlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from pypdf import PdfReader
from shapely import get_coordinates

from ..app import Node
from ..demo.seed import seed
from ..documents.batch import incidents, print_all
from ..documents.ground import ground_of
from ..documents.papers import Paper, paper_of, set_paper
from ..kernel.records import Event, Media, Personal, Told
from ..kernel.storage import Tx
from ..kernel.words import seal
from ..slices.field import events as field
from ..slices.intake import events as intake
from ..slices.report import events as report
from . import past
from .common import envelope, folder, node
from .report_spm import spm_figures

FORM = "laporan-kejadian"
INCIDENTS, PAPERS, SINGLE = 20_000, 1_000, 15
PHOTOS = 3
SIZE = (480, 640)


def run(quick: bool) -> dict[str, Any]:
    """All figures; what they hold in memory is looked at while they are measured, not while the log is written."""
    sizes = (120, 12, 3) if quick else (INCIDENTS, PAPERS, SINGLE)
    with folder() as data:
        prepared(data, *sizes)
        with held() as with_papers:
            papers = _papers(data, *sizes)
    with held() as with_figures:
        figures = spm_figures(quick)
    return figures | papers | {"rss_mb": round(max(*with_papers, *with_figures), 1)}


def prepared(data: Path, count: int, batch: int, single: int) -> None:
    """The city's log in a folder, written by a process of its own: what drew and wrote it is not what is measured."""
    code = f"from siaga.bench.report import prepare; prepare({str(data)!r}, {count}, {batch}, {single})"
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603


def prepare(data: str, count: int, batch: int, single: int) -> None:
    """So many incidents in the schematic city; the last of them with their reports, the very last with photos."""
    with node(Path(data)) as opened:
        seed(opened)
        past.fill(opened, opened.desk.position() + count * 21 + 200)
        last = _last(count, batch)
        photos = {name for n, name in enumerate(last) if n % 10 == 0} | set(last[-single:])
        streets = [get_coordinates(street.line)[0] for street in ground_of(opened.desk, _reader()).streets]
        opened.desk.work(partial(_judge, opened=opened, names=last, photos=photos, spots=streets))


def _last(count: int, batch: int) -> list[str]:
    return [f"p{n}" for n in range(count - batch, count)]


def _papers(data: Path, count: int, batch: int, single: int) -> dict[str, Any]:
    with node(data) as opened:
        times, pages = _single(opened, _last(count, batch)[-single:], data)
        begin = past.BEGIN + (count - batch) * past.APART - timedelta(seconds=1)
        rows = incidents(opened.desk, begin, datetime(2100, 1, 1, tzinfo=UTC), _reader())
        if not isinstance(rows, list) or len(rows) < batch:
            raise RuntimeError(f"the reports are not there: {rows}")
        done = [0]
        started = time.perf_counter()
        made = print_all(opened.desk, FORM, rows[:batch], _reader(), data / "out", partial(_count, done), None)
        seconds = time.perf_counter() - started
        if made.failed or made.files != batch or done[0] != batch:
            raise RuntimeError(f"papers failed: {made.failed}")
    return {
        "pdf_s": round(statistics.median(times), 3),
        "pdf_slowest_s": round(max(times), 3),
        "pdf_pages": pages,
        "batch": batch,
        "batch_pdf_per_s": round(batch / seconds, 1),
        "batch_kb": round(made.bytes / batch / 1000),
    }


def _reader() -> Any:
    now = datetime.now(UTC)
    return envelope("reader", now)


def _count(done: list[int], step: int) -> None:
    done[0] += step


def _single(opened: Node, names: list[str], data: Path) -> tuple[list[float], int]:
    """Seconds of each paper, and how many pages the shortest of them has."""
    times, pages = [], []
    for name in names:
        started = time.perf_counter()
        paper = paper_of(opened.desk, FORM, name, _reader())
        if not isinstance(paper, Paper) or not paper.pictures or len(paper.media) != PHOTOS:
            raise RuntimeError(f"not the paper to be measured: {paper}")
        made = set_paper(opened.desk, paper, _reader())
        (data / f"{name}.pdf").write_bytes(made)
        times.append(time.perf_counter() - started)
        pages.append(len(PdfReader(BytesIO(made)).pages))
    return times, min(pages)


# ── what people said of them ─────────────────────────────────────────────────────────────────────────────────────────


def _judge(tx: Tx, opened: Node, names: list[str], photos: set[str], spots: list[Any]) -> None:
    """Every incident lies at a street, so that its map is drawn, and has its report."""
    for n, name in enumerate(names):
        at = past.BEGIN + int(name[1:]) * past.APART + timedelta(hours=3)
        lon, lat = map(float, spots[n * 37 % len(spots)])
        said = [
            intake.PlaceCorrected(name, lon, lat, 30),
            *_sections(name, n),
            *(_photos(name, n) if name in photos else ()),
        ]
        sealed = [seal(event, f"{name}.said.{k}") for k, event in enumerate(said)]
        opened.desk.record(tx, sealed, envelope(f"{name}.said", at), "report.summarise", "0" * 32)


def _sections(name: str, n: int) -> Iterator[Event]:
    lines = tuple(
        report.LossLine(Told(f"Barang {k} pada kejadian {n}"), float(k + 1), "unit", 125_000 * (n % 40 + 1))
        for k in range(4)
    )
    counts = report.Casualties(0, n % 2, n % 3, n % 4)
    yield report.ObjectDescribed(name, "house", "timber", 60.0 + n % 90, 20.0 + n % 60, owner=Personal(f"Pemilik {n}"))
    yield report.CauseStated(name, "short-circuit", "suspected", "", Told(f"Sambungan kabel nomor {n} di plafon."))
    yield report.LossStated(name, lines, 90_000_000 + n, Told("Luas terbakar kali harga satuan daerah"))
    yield report.VictimsCounted(name, counts, report.Casualties(0, 0, 0, 0), 1 + n % 5, 3 + n % 20, n % 12)
    yield report.WaterStated(name, (report.WaterLine("water", "tank", "meter", 4000.0 + n),))
    yield report.ObstaclesStated(name, (report.Obstacle("narrow-road", 60 + n % 200, Told(f"Gang nomor {n}")),))
    yield report.Summarised(name, Told(f"Api padam dan lokasi nomor {n} diserahkan kepada pemiliknya. " * 3))


def _photos(name: str, n: int) -> Iterator[Event]:
    for k in range(PHOTOS):
        content = Media(b64encode(picture(n * PHOTOS + k)).decode())
        yield field.MediaAttached(f"{name}.m{k}", name, "photo", "image/png", content, note=Told(f"Sisi {k}, {n}"))
    chosen = tuple(report.Photo(f"{name}.m{k}", Told(f"Foto {k} kejadian {n}")) for k in range(PHOTOS))
    yield report.PhotosChosen(name, chosen)


def picture(n: int) -> bytes:
    """A coloured picture that nobody can shrink to nothing, as PNG: harder to set than the JPEG a tablet sends."""
    high, wide = SIZE
    dice = np.random.default_rng(n)
    ramp = np.linspace(0, 200, wide)[None, :, None] + np.linspace(0, 40, high)[:, None, None]
    pixels = (ramp + dice.integers(0, 12, (high, wide, 3))).astype(np.uint8)
    raw = np.concatenate([np.zeros((high, 1), np.uint8), pixels.reshape(high, -1)], axis=1).tobytes()

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw, 1)) + chunk(b"IEND", b"")


# ── memory ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def held() -> Iterator[list[float]]:
    """The most memory this process and its children held while the block ran, in megabytes of 10⁶ bytes."""
    most, over = [0.0], threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            most[0] = max(most[0], sum(map(_rss_mb, (os.getpid(), *_children()))))

    looker = threading.Thread(target=look, daemon=True)
    looker.start()
    try:
        yield most
    finally:
        over.set()
        looker.join()


def _children() -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except OSError:
        return []


def _rss_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:  # it ended
        return 0.0
    line = next((line for line in status.splitlines() if line.startswith("VmRSS")), "VmRSS: 0")
    return int(line.split()[1]) * 1024 / 1e6
