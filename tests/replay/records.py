"""A small record in the San Francisco layout, made here: two stations, an engine, an ambulance, two calls."""

import csv
from pathlib import Path

from siaga.replay.mapping import Mapping, read_mapping

COLUMNS = (
    "Call Number", "Unit ID", "Call Type", "Call Type Group", "Received DtTm", "Entry DtTm", "Dispatch DtTm",
    "Response DtTm", "On Scene DtTm", "Call Final Disposition", "Available DtTm", "Address", "Station Area",
    "Unit Type", "Unit sequence in call dispatch", "Location",
)  # fmt: skip
ENGINE = {
    "Call Number": "1001",
    "Unit ID": "E01",
    "Call Type": "Structure Fire",
    "Call Type Group": "Fire",
    "Received DtTm": "04/07/2020 11:53:08 PM",
    "Entry DtTm": "04/07/2020 11:54:30 PM",
    "Dispatch DtTm": "04/07/2020 11:54:56 PM",
    "Response DtTm": "04/07/2020 11:56:22 PM",
    "On Scene DtTm": "04/08/2020 12:00:00 AM",
    "Call Final Disposition": "Fire",
    "Available DtTm": "04/08/2020 12:30:40 AM",
    "Address": "4000 Block of MISSION ST",
    "Station Area": "01",
    "Unit Type": "ENGINE",
    "Unit sequence in call dispatch": "1",
    "Location": "(37.7321, -122.4277)",
}
MEDIC = ENGINE | {
    "Unit ID": "85",
    "Unit Type": "MEDIC",
    "Unit sequence in call dispatch": "2",
    "On Scene DtTm": "",
    "Available DtTm": "04/08/2020 12:10:00 AM",
}
NEXT = ENGINE | {
    "Call Number": "1002",
    "Call Type": "Medical Incident",
    "Call Type Group": "Potentially Life-Threatening",
    "Received DtTm": "04/08/2020 12:20:00 AM",
    "Entry DtTm": "04/08/2020 12:21:00 AM",
    "Dispatch DtTm": "04/08/2020 12:22:00 AM",
    "Response DtTm": "04/08/2020 12:23:00 AM",
    "On Scene DtTm": "04/08/2020 12:27:00 AM",
    "Call Final Disposition": "Code 2 Transport",
    "Available DtTm": "04/08/2020 01:00:00 AM",
    "Station Area": "02",
    "Location": "(37.7795, -122.4167)",
}
SECOND = NEXT | {"Unit ID": "E02", "Unit sequence in call dispatch": "2", "On Scene DtTm": "04/08/2020 12:25:00 AM"}
ROWS = (ENGINE, MEDIC, NEXT, SECOND)


def san_francisco() -> Mapping:
    """The shipped mapping."""
    return read_mapping("san-francisco")


def record(path: Path, *rows: dict[str, str]) -> Path:
    """A file of these rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS)
        out.writeheader()
        out.writerows(rows or ROWS)
    return path
