"""All the SQL of the scene, by what it is about."""

from ....kernel import stays
from . import alarms, board, command, crews, incidents, journal, late, part, safety, scene, views, water
from .schema import SCHEMA as CREWS

SCHEMA = ";".join(
    (CREWS, stays.schema(incidents.STAYS), command.SCHEMA, scene.SCHEMA, water.SCHEMA, part.SCHEMA, late.SCHEMA)
)

__all__ = [
    "SCHEMA",
    "alarms",
    "board",
    "command",
    "crews",
    "incidents",
    "journal",
    "late",
    "part",
    "safety",
    "scene",
    "views",
    "water",
]
