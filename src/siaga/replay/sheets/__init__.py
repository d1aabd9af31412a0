"""History from a service's own spreadsheets: how to read them is proposed and kept; every row is used or listed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ..mapping import Agency
from . import cells
from . import propose as proposing
from . import read as reading
from . import totals as adding
from .gaps import gaps
from .keep import keep, known_places, own_agency, placed
from .mapping import DEFAULT_ZONE, SheetMapping
from .places import Region

__all__ = ["gaps", "keep", "known_places", "own_agency", "propose", "read", "tables", "totals"]
SOME_AGENCY = Agency("damkar", "Dinas Pemadam Kebakaran dan Penyelamatan")


def tables(paths: Iterable[Path]) -> list[cells.Sheet]:
    """The tables of these files and folders; raises WrongSheet."""
    phrases = proposing.header_phrases()
    found = [sheet for file in cells.files_of(paths) for sheet in cells.read_sheets(file, phrases)]
    if not found:
        raise cells.WrongSheet("no table in these files")
    return found


def propose(
    found: Sequence[cells.Sheet], agency: Agency = SOME_AGENCY, zone: str = DEFAULT_ZONE
) -> tuple[SheetMapping, list[proposing.Column]]:
    """The mapping these tables suggest, and how each column was understood."""
    return proposing.propose(found, agency, zone)


def read(found: Sequence[cells.Sheet], mapping: SheetMapping) -> reading.SheetsRead:
    """The incidents in these tables."""
    return reading.read(found, mapping, today(mapping))


def totals(found: reading.SheetsRead, region: Region | None = None) -> dict[str, Any]:
    """What they add up to; with a region, how the incidents can be placed in it."""
    return adding.totals(found, today(found.mapping), None if region is None else placed(found, region))


def today(mapping: SheetMapping) -> date:
    """The day it is where the incidents are."""
    return datetime.now(ZoneInfo(mapping.zone)).date()
