"""Hydrants from a service's own list: each with its point becomes a water source, the others are listed."""

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from ...app import Node
from ...kernel.records import Ask, Command, Told
from ...slices.places.events import WaterState
from ...slices.places.rules import CheckWaterSource, RegisterWaterSource
from ..recorder import Recorder
from . import values
from .cells import Sheet, words
from .propose import Column, columns_of, header_phrases
from .read import Unread
from .vocabulary import Phrases, by_phrase, vocabulary

ROLES = frozenset({"administrator"})
MOST_NAME = 200


class Hydrant(msgspec.Struct, frozen=True, kw_only=True):
    """One row: where it stands, what it is called, what was remarked; `state` None: the remark tells none."""

    id: str
    name: str
    lon: float
    lat: float
    state: WaterState | None
    remark: str
    row: tuple[str, int]


@dataclass
class HydrantsRead:
    """Everything the lists hold."""

    rows: int = 0
    columns: list[Column] = field(default_factory=list)
    hydrants: list[Hydrant] = field(default_factory=list)
    refused: list[Unread] = field(default_factory=list)
    doubted: list[Unread] = field(default_factory=list)

    def refused_counts(self) -> dict[str, int]:
        """How many rows could not be used, by reason."""
        return dict(sorted(Counter(r.reason for r in self.refused).items()))


def read_water(sheets: Sequence[Sheet]) -> HydrantsRead:
    """The hydrants in these tables; a row that says the same again is refused, a point used again is doubted."""
    found, known = HydrantsRead(), header_phrases()
    states = Phrases(by_phrase(vocabulary()["water"]))
    seen: dict[str, tuple[str, int]] = {}
    points: dict[tuple[float, float], tuple[str, int]] = {}
    for sheet in sheets:
        columns = columns_of(sheet, known)
        found.columns += columns
        at = {c.role: sheet.columns.index(c.name) for c in columns if c.role}
        for number, row in sheet.rows:
            found.rows += 1
            hydrant = _hydrant({role: row[i] for role, i in at.items()}, (sheet.file, number), states)
            if isinstance(hydrant, Unread):
                found.refused.append(hydrant)
            elif hydrant.id in seen:
                found.refused.append(Unread(*hydrant.row, "row-twice", _ref(seen[hydrant.id])))
            else:
                seen[hydrant.id] = hydrant.row
                found.hydrants.append(hydrant)
                first = points.setdefault((hydrant.lon, hydrant.lat), hydrant.row)
                if first != hydrant.row:
                    found.doubted.append(Unread(*hydrant.row, "point-again", _ref(first), "point"))
    return found


def _ref(row: tuple[str, int]) -> str:
    return f"{row[0]} {row[1]}"


def _hydrant(cells: dict[str, str], row: tuple[str, int], states: Phrases) -> Hydrant | Unread:
    text = cells.get
    try:
        at = values.point(text("lat", ""), text("lon", ""), text("point", ""))
    except values.Unreadable as unreadable:
        return Unread(*row, "point-unreadable", str(unreadable))
    if at is None:
        return Unread(*row, "no-place", text("place", ""))
    called = [text(role, "") for role in ("number", "place", "kelurahan", "kecamatan")]
    name = " ".join(", ".join(c for c in called if words(c)).split())[:MOST_NAME] or "hidran"
    remark = text("notes", "")
    digest = hashlib.sha256(f"{at[0]} {at[1]} {words(name)}".encode()).hexdigest()[:16]
    return Hydrant(
        id=f"sheet-{digest}",
        name=name,
        lon=at[0],
        lat=at[1],
        state=states.meaning(remark),  # type: ignore[arg-type]
        remark=remark if words(remark) else "",
        row=row,
    )


def water_totals(read: HydrantsRead) -> dict[str, Any]:
    """The figures a person checks against the list."""
    return {
        "hydrants": len(read.hydrants),
        "points_again": len(read.doubted),
        "remarks": sum(bool(h.remark) for h in read.hydrants),
        "by_state": dict(sorted(Counter(h.state or "unknown" for h in read.hydrants).items())),
    }


def keep_water(node: Node, read: HydrantsRead, progress: Callable[[str, int, int | None], None]) -> dict[str, Any]:
    """Register them, and what was remarked of them; the same list again changes nothing. Raises RefusedAsk."""
    recorder, now = Recorder(node.desk), datetime.now(UTC)

    def ask(command: Command, id: str) -> None:
        recorder.ask(command, Ask(id=f"import.{id}", at=now, received=now, actor="import", roles=ROLES))

    for n, h in enumerate(read.hydrants):
        ask(RegisterWaterSource(h.id, "hydrant", h.name, h.lon, h.lat), f"{h.id}.at")
        if h.remark:
            said = hashlib.sha256(h.remark.encode()).hexdigest()[:8]
            ask(CheckWaterSource(h.id, h.state or "unknown", Told(h.remark)), f"{h.id}.{said}")
        if n % 100 == 0:
            progress("hydrants", n, len(read.hydrants))
    recorder.settle()
    return water_totals(read) | {"by_command": dict(sorted(recorder.recorded.items()))}


def list_water(read: HydrantsRead, path: Path) -> None:
    """Write what could not be used or is doubted, one a line with file, row and reason."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(["file", "row", "reason", "what", "column"])
        out.writerows((u.file, u.row, u.reason, u.what, u.column) for u in (*read.refused, *read.doubted))
