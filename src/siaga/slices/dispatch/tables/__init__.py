"""All the SQL of dispatch, by what it is about."""

from ....kernel import stays
from . import fleet, guidance, incidents, proposal, scene, shift, views
from .schema import KEPT
from .schema import SCHEMA as DESK

SCHEMA = ";".join((DESK, stays.schema(fleet.STAYS), scene.SCHEMA, shift.SCHEMA))

__all__ = ["KEPT", "SCHEMA", "fleet", "guidance", "incidents", "proposal", "scene", "shift", "views"]
