"""What screens of the scene must know beforehand, also without network: figures, checklists, posts, hose, air."""

from functools import cache
from typing import Literal

import msgspec

from .... import standards
from ....engine.air_rules import AirRules, read_air_rules
from ....engine.water import Water
from ....kernel.fields import All
from ....kernel.storage import Tx
from . import water


class AskableRow(msgspec.Struct, frozen=True):
    """Something a scene may ask for: a capability, `agency.` another agency, a thing."""

    what: str
    group: Literal["capability", "agency", "thing"]
    name: standards.Text


def askable() -> list[AskableRow]:
    """Everything a scene may ask for, in the order of the standards."""
    s = standards.standards()
    return [
        *(AskableRow(row.id, "capability", row.name) for row in s.capabilities.capability),
        *(AskableRow(f"agency.{row.id}", "agency", row.name) for row in s.words.other_agency),
        *(AskableRow(row.id, "thing", row.name) for row in s.field.thing),
    ]


class KnownRow(msgspec.Struct, frozen=True):
    """The standards of the scene: field.toml, air.toml, water.toml, and everything that may be asked for."""

    field: standards.FieldFile
    air: AirRules
    water: Water
    askable: list[AskableRow]


@cache
def _known() -> KnownRow:
    return KnownRow(standards.field(), read_air_rules(), water.standard(), askable())


def known(tx: Tx, q: All) -> list[KnownRow]:
    """One row with everything."""
    return [_known()]
