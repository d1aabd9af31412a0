"""Jurnal kejadian: every line of an incident with the hash of its entry, so that the print can be held to the chain."""

from typing import Any

from ...kernel.chain import START
from ...kernel.desk import Desk
from ...kernel.storage import Row
from ..journal import Line, lines
from .incident_report import incident
from .source import Source, frame

AT_ONCE = 200


def contract_of(s: Source, desk: Desk) -> tuple[dict[str, Any], dict[str, str]]:
    """The contract, without pictures. The print is whole: lines that others' scenes brought are in it too."""
    found = sorted(lines(s.g), key=lambda line: line.position)
    entries = _entries(desk, found)
    first = min(entries, default=1)
    before = START if first == 1 else _entry(desk, first - 1)
    whole = frame(s, "JK", "jurnal/2") | {
        "kejadian": incident(s),
        "simpul": s.report.response.home or None,
        "rantai_awal": before,
        "lengkap": True,
        "baris": [_row(s, line, entries[line.position]) for line in found if line.position in entries],
    }
    whole["dokumen"]["status"] = "catatan" if whole["dokumen"]["status"] != "dibatalkan" else "dibatalkan"
    return whole, {}


def _row(s: Source, line: Line, entry: Row) -> dict[str, Any]:
    return {
        "no": line.position,
        "pada": s.iso(line.at),
        "dicatat": s.iso(entry["recorded"]),
        "oleh": line.who,
        "jenis": entry["kind"],
        "isi": line.text,
        "sidik": entry["hash"],
    }


def _entries(desk: Desk, found: list[Line]) -> dict[int, Row]:
    wanted, entries = sorted({line.position for line in found}), dict[int, Row]()
    with desk.store.read() as tx:
        for start in range(0, len(wanted), AT_ONCE):
            part = {f"p{n}": position for n, position in enumerate(wanted[start : start + AT_ONCE])}
            names = ", ".join(f":{name}" for name in part)
            for row in tx.rows(f"select position, kind, recorded, hash from log where position in ({names})", **part):
                entries[row["position"]] = row
    return entries


def _entry(desk: Desk, position: int) -> str | None:
    with desk.store.read() as tx:
        rows = tx.rows("select hash from log where position = :p", p=position)
    return str(rows[0]["hash"]) if rows else None
