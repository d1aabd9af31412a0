"""The digests a signature holds for: of what was judged, and of that with how the incident was answered.

Words stand in them as the salted digests of the log, so that erasing a word or a person breaks no signature; fields
that are not said are left out, so that a field added to an event later changes nothing that was signed."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

from ....kernel.storage import Row, Tx
from ..responses import Response
from .projections import INSPECTION

_OUTSIDE = ("place", "home")
"""Of a response: a reference, and whose it is; both say nothing about how it was answered."""


def sections(tx: Tx, incident: str) -> list[Row]:
    """Everything that holds of a report; what was struck is left out."""
    return tx.rows(
        "select * from report_section where incident = :i and body is not null order by section, part", i=incident
    )


def bare(value: Any) -> Any:
    """The value without what is not said; of words only their digest."""
    if isinstance(value, Mapping):
        if "ref" in value and "digest" in value:
            return value["digest"]
        kept = {name: bare(inner) for name, inner in value.items()}
        return {name: inner for name, inner in kept.items() if inner not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        return [bare(inner) for inner in value]
    return value


def _sha(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def content(rows: list[Row]) -> str:
    """The digest of what was judged: the sections and the persons, not the inspections filed beside them."""
    said = [
        [row["section"], row["part"], bare(json.loads(row["body"]))] for row in rows if row["section"] != INSPECTION
    ]
    return _sha(said)


def digest(of_content: str, of: Response) -> str:
    """The digest of the report with the clocks and units it shows."""
    shown = {name: value for name, value in msgspec.to_builtins(of).items() if name not in _OUTSIDE}
    return _sha([of_content, bare(shown)])
