"""The print pack: what the control room works with when Siaga is away, one PDF of slips, cards, phone list and map."""

import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from .. import standards
from ..kernel.chain import SignedHead
from ..kernel.desk import Desk, Shown
from ..kernel.fields import All
from ..kernel.records import Accepted, Ask
from ..slices.paper.rules import PrintSlips
from . import pdf
from .map_sheet import map_sheet

NODE = "node"
VALID = timedelta(days=7)
ANEW = timedelta(hours=20)
AT_NIGHT = range(2, 5)
KEPT = 14
SLIPS = 8
NAMES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}
READER = frozenset({NODE, "dispatcher", "administrator"})


class Packs:
    """The packs that were printed, as files in a folder: one made every night, others when somebody asks."""

    def __init__(self, desk: Desk, folder: Path, sign_head: Callable[[], SignedHead]) -> None:
        self._desk, self._folder, self._sign_head = desk, folder, sign_head
        self._one_at_a_time = threading.Lock()

    def newest(self) -> Path | None:
        """The pack made last, None before the first."""
        return max(self._folder.glob("paket-*.pdf"), key=lambda file: file.name, default=None)

    def make(self, slips: int = SLIPS) -> Path:
        """Sign the log's head, print a pack that names it, and keep the last ones; documents.NotSet if it fails."""
        with self._one_at_a_time:
            now = self._desk.clock()
            local = now.astimezone(zone_of(self._desk, now))
            head = self._sign_head()
            name = f"paket-{local:%Y-%m-%d-%H%M%S}"
            made = make_pack(self._desk, name.upper(), slips, f"jurnal {head.position}, sidik {head.hash[:16]}")
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = self._folder / f"{name}.pdf"
            part = file.with_suffix(".part")
            part.touch(mode=0o600)
            part.write_bytes(made)
            os.replace(part, file)
            for old in sorted(self._folder.glob("paket-*.pdf"))[:-KEPT]:
                old.unlink(missing_ok=True)
            return file

    def nightly(self) -> None:
        """A fresh pack every night between two and five, and whenever the last one is older than a day.

        Not before the node knows whose it is."""
        last, now = self.newest(), self._desk.clock()
        if own_agency(self._desk, now) is None:
            return
        age = timedelta.max if last is None else now - datetime.fromtimestamp(last.stat().st_mtime, tz=now.tzinfo)
        night = now.astimezone(zone_of(self._desk, now)).hour in AT_NIGHT
        if age > timedelta(days=1) or (night and age > ANEW):
            self.make()


def own_agency(desk: Desk, now: datetime) -> Any | None:
    """The service this node belongs to, None while nobody has entered it."""
    return next((row for row in _rows(desk, "dispatch.agencies", now) if row.own), None)


def zone_of(desk: Desk, now: datetime) -> ZoneInfo:
    """The zone the service lives in."""
    agency = own_agency(desk, now)
    return ZoneInfo(agency.zone if agency else "Asia/Makassar")


def make_pack(desk: Desk, pack: str, slips: int, sealed: str) -> bytes:
    """Reserve the slips' numbers and set the pack; `sealed` names the signed head that vouches for the log behind it.

    The same pack again prints the same numbers. documents.NotSet when it cannot be set."""
    now = desk.clock()
    ask = Ask(id=f"paper/{pack}", at=now, received=now, actor=NODE, roles=READER)
    answer = desk.handle(PrintSlips(pack, slips), ask)
    assert isinstance(answer, Accepted), answer
    contract, pictures = contract_of(desk, pack, now, sealed)
    return pdf("paket-cetak", contract, now, pictures)


def contract_of(desk: Desk, pack: str, now: datetime, sealed: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What the template prints, from the node's own views, and the map."""
    agency = own_agency(desk, now)
    zone = zone_of(desk, now)
    printed = next(row for row in _rows(desk, "paper.packs", now) if row.pack == pack)
    region = next(iter(_rows(desk, "places.region", now)), None)
    stations = _rows(desk, "dispatch.stations", now)
    drawn = (
        region.coast if region else None,
        _rows(desk, "places.areas", now),
        _rows(desk, "places.streets", now),
        stations,
        _rows(desk, "places.water", now),
    )
    maps = {"peta.svg": map_sheet(*drawn), "peta-dalam.svg": map_sheet(*drawn, inner=True)}
    pictures = {name: svg for name, svg in maps.items() if svg}
    contract = {
        "kontrak": "paket-cetak/2",
        "zona": NAMES.get(str(zone), str(zone)),
        "instansi": {"nama": agency.name if agency else None},
        "dokumen": {
            "nomor": pack,
            "tanggal": now.astimezone(zone).date().isoformat(),
            "catatan_kaki": sealed,
        },
        "berlaku": {
            "dicetak": now.astimezone(zone).isoformat(timespec="minutes"),
            "sampai": (now + VALID).astimezone(zone).date().isoformat(),
            "tempat": "ruang kendali",
        },
        "slip": {
            "awalan": "",
            "nomor_awal": printed.first,
            "banyak": printed.last - printed.first + 1,
            "kanal": [_short(word.name.id) for word in standards.words().channel[:6]],
        },
        "kartu": list(_cards(_rows(desk, "dispatch.run-cards", now))),
        "telepon": [_line(row) for row in _rows(desk, "paper.contacts", now)],
        "armada": list(_fleet(_rows(desk, "dispatch.board", now), stations)),
        "peta": "peta.svg" if "peta.svg" in pictures else None,
        "peta_dalam": "peta-dalam.svg" if "peta-dalam.svg" in pictures else None,
        "skema": bool(region and region.schematic),
    }
    return contract, pictures


def _rows(desk: Desk, view: str, now: datetime) -> list[Any]:
    asked = Ask(id="", at=now, received=now, actor=NODE, roles=READER)
    kind = desk.views[view].params
    shown = desk.show(view, All() if kind is All else kind(), asked)
    assert isinstance(shown, Shown), shown
    return list(shown.rows)


def _short(name: str) -> str:
    return name.removeprefix("Panggilan ")


def _cards(own: Iterable[Any]) -> Iterable[dict[str, Any]]:
    """Every run card: the agency's own body stands before the standard's."""
    decided: Mapping[tuple[str, int], Mapping[str, Any]] = {(row.card, row.level): row.body for row in own}
    letters: dict[str, int] = {}
    for card in standards.run_cards().values():
        kind = (card.types[0] if card.types else card.kinds[0]).split(".")[0]
        letter = standards.kinds()[kind].letter
        letters[letter] = letters.get(letter, 0) + 1
        kind_of = standards.incident_types().get(card.types[0]) if card.types else None
        yield {
            "jenis": f"{letter}-{letters[letter]}",
            "nama": _name(card),
            "tanya": [q.ask.id for q in standards.questions_for(card.types[0])[:3]] if card.types else [],
            "berangkat": [
                _units(card, level, decided.get((card.id, level), {}).get("units") or card.at(level).units)
                for level in (1, 2)
            ],
            "beri_tahu": [_other(name) for name in (kind_of.others if kind_of else ())],
        }


def _name(card: standards.RunCard) -> str:
    types = [standards.incident_types()[name].name.id for name in card.types]
    kinds = [f"{standards.kinds()[name].name.id}, lainnya" for name in card.kinds]
    where = [word.name.id.lower() for word in standards.standards().places.area if word.id in card.areas]
    where += [row.name.id.lower() for row in standards.standards().places.object if row.id in card.objects]
    return ", ".join(types or kinds) + (f" ({', '.join(where)})" if where else "")


def _units(card: standards.RunCard, level: int, units: Mapping[str, int]) -> str:
    named = [f"{n} {standards.capabilities()[what].name.id.lower()}" for what, n in units.items() if n]
    return f"Tingkat {level}: " + (", ".join(named) or "tidak ada")


def _other(name: str) -> str:
    return next((word.name.id for word in standards.words().other_agency if word.id == name), name)


def _line(row: Any) -> dict[str, Any]:
    return {"kelompok": row.group, "nama": row.name, "nomor": row.phone, "radio": row.radio or None, "ket": row.note}


def _counting(unit: str) -> list[tuple[str, int]]:
    """BTG-2 before BTG-10."""
    return [(word, int(number or 0)) for word, number in re.findall(r"(\D*)(\d*)", unit)]


def _fleet(board: Iterable[Any], stations: Iterable[Any]) -> Iterable[dict[str, Any]]:
    """Which vehicles stood where when the pack was printed."""
    names = {row.station: row.name for row in stations}
    status = {word.id: word.name.id for word in standards.words().unit_status}
    for row in sorted(board, key=lambda row: (names.get(row.station, ""), _counting(row.unit))):
        kind = standards.vehicle_types().get(row.vehicle_type)
        yield {
            "pos": names.get(row.station, row.station),
            "armada": row.unit,
            "jenis": kind.name.id if kind else row.vehicle_type,
            "orang": row.people,
            "keadaan": status.get(row.status, row.status),
        }
